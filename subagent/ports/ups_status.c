#include "ports/ups_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool has_flag(const char *status, const char *flag)
{
    size_t length = strlen(flag);
    for (const char *at = status; *at;) {
        size_t word = strcspn(at, " ");
        if (word == length && strncmp(at, flag, length) == 0)
            return true;
        at += word;
        at += strspn(at, " ");
    }
    return false;
}

/* FSD: whoever watches the UPS is about to have it switched off. */
void ups_status_read(struct ups_report *report, const char *status)
{
    bool on_battery = has_flag(status, "OB");
    bool is_known = on_battery || has_flag(status, "OL");
    bool is_low = has_flag(status, "LB") || has_flag(status, "FSD");
    report->on_battery = report->battery_low = INPUT_VALUE_UNKNOWN;
    if (is_known) {
        report->on_battery = on_battery ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE;
        report->battery_low = INPUT_VALUE_INACTIVE;
    }
    if (is_low)
        report->battery_low = INPUT_VALUE_ACTIVE;
}

int32_t ups_number_read(const char *text, int32_t most)
{
    char *end;
    double number = strtod(text, &end);
    bool is_good = end != text && *end == '\0' && number >= 0 && number <= most;
    return is_good ? (int32_t)number : -1;
}

void ups_report_unknown(struct ups_report *report, enum ups_link link, const char *text)
{
    memset(report, 0, sizeof *report);
    report->link = link;
    report->on_battery = report->battery_low = INPUT_VALUE_UNKNOWN;
    report->runtime_s = report->charge_percent = -1;
    text_copy(report->text, sizeof report->text, text);
    text_one_line(report->text);
}

static bool value_is_valid(enum input_value value)
{
    return value >= INPUT_VALUE_UNKNOWN && value <= INPUT_VALUE_ACTIVE;
}

bool ups_report_is_valid(const struct ups_report *report)
{
    return report->link >= UPS_LINK_OK && report->link < UPS_LINK_COUNT &&
           value_is_valid(report->on_battery) && value_is_valid(report->battery_low) &&
           report->runtime_s >= -1 && report->charge_percent >= -1 &&
           report->charge_percent <= UPS_CHARGE_MAX && memchr(report->text, '\0', UPS_TEXT_SIZE);
}

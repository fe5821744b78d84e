/* Words and times of a report. */
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cli/report/parts.h"
#include "cli/words.h"

enum { MS_PER_S = 1000 };

/* ---- the procedure ---- */

static const struct {
    const char *activity, *equipment, *output;
} steps[STEP_COUNT + 1] = {
    [1] = {N_("Start the genset, without waiting for the instruction of the head of section"),
           N_("Fuel, genset"),
           ""},
    [2] = {N_("Did the genset start?"), "", ""},
    [3] = {N_("Report that the power is out and that the genset is running"), "", N_("Report")},
    [4] = {N_("Report that the power is out and that the genset could not be started"),
           "",
           N_("Report")},
    [5] = {N_("Shut the servers down"),
           N_("PC/laptop, LAN/Internet"),
           N_("Servers shut down normally")},
    [6] = {N_("Did the servers shut down normally?"), "", N_("Servers shut down normally")},
};

const char *report_activity(const struct report *report, unsigned step)
{
    const struct row_step *row = replica_get(report->replica, ROW_step, step);
    bool is_original = strcmp(language_code(), "id") == 0;
    return is_original && row && *row->activity ? row->activity
                                                : language_text(steps[step].activity);
}

const char *report_step_equipment(unsigned step)
{
    return *steps[step].equipment ? _(steps[step].equipment) : "–";
}

const char *report_step_output(unsigned step)
{
    return *steps[step].output ? _(steps[step].output) : "–";
}

const char *report_role(const struct report *report, enum role role)
{
    const char *position = report->config->office.people[role].position;
    bool is_original = strcmp(language_code(), "id") == 0;
    return is_original && *position ? position : words_of(role_name(role));
}

/* ---- events ---- */

static const struct {
    const char *label;
    enum event_part part;
} events[NOTIFICATION_COUNT] = {
    [NOTIFICATION_OUTAGE_OPENED] = {N_("Outage established"), EVENT_PART_CHAIN},
    [NOTIFICATION_OUTAGE_CLOSED] = {N_("Outage closed"), EVENT_PART_CHAIN},
    [NOTIFICATION_MAINS_LOST] = {N_("Mains lost"), EVENT_PART_CHAIN},
    [NOTIFICATION_MAINS_RESTORED] = {N_("Mains back"), EVENT_PART_CHAIN},
    [NOTIFICATION_GENSET_STARTED] = {N_("Genset running"), EVENT_PART_CHAIN},
    [NOTIFICATION_GENSET_START_FAILED] = {N_("Genset could not be started"), EVENT_PART_CHAIN},
    [NOTIFICATION_GENSET_STOPPED] = {N_("Genset stopped"), EVENT_PART_CHAIN},
    [NOTIFICATION_GENSET_STOP_FAILED] = {N_("Genset does not stop"), EVENT_PART_CHAIN},
    [NOTIFICATION_REPORT_RUNNING] = {N_("REPORT (step 3): power is out, the genset is running"),
                                     EVENT_PART_CHAIN},
    [NOTIFICATION_REPORT_FAILED] =
        {N_("REPORT (step 4): power is out, the genset could not be started"), EVENT_PART_CHAIN},
    [NOTIFICATION_DEADLINE_MET] = {N_("Deadline met"), EVENT_PART_CHAIN},
    [NOTIFICATION_DEADLINE_MISSED] = {N_("Deadline MISSED"), EVENT_PART_CHAIN},
    [NOTIFICATION_DEADLINE_HELD] = {N_("Deadline reached while a supply is being confirmed"),
                                    EVENT_PART_CHAIN},
    [NOTIFICATION_DEADLINE_STILL_MISSED] = {N_("Reminder: still not done"), EVENT_PART_CHAIN},
    [NOTIFICATION_SHUTDOWN_BEGUN] = {N_("Shutdown of the servers begun"), EVENT_PART_CHAIN},
    [NOTIFICATION_SHUTDOWN_DONE] = {N_("Servers are down"), EVENT_PART_CHAIN},
    [NOTIFICATION_SHUTDOWN_ESCALATED] = {N_("Servers did not shut down normally: escalated"),
                                         EVENT_PART_CHAIN},
    [NOTIFICATION_SHUTDOWN_CANCELLED] = {N_("Shutdown of the servers cancelled"), EVENT_PART_CHAIN},
    [NOTIFICATION_SELF_SHUTDOWN] = {N_("The machine of this record shuts down"), EVENT_PART_CHAIN},
    [NOTIFICATION_SERVER_DOWN] = {N_("off, proven"), EVENT_PART_SERVER},
    [NOTIFICATION_SERVER_NOT_CONFIRMED] = {N_("told, not proven off"), EVENT_PART_SERVER},
    [NOTIFICATION_SERVER_FAILED] = {N_("did NOT shut down"), EVENT_PART_SERVER},
    [NOTIFICATION_SERVER_UP] = {N_("up again"), EVENT_PART_SERVER},
    [NOTIFICATION_SERVER_NOT_UP] = {N_("did NOT come up again"), EVENT_PART_SERVER},
    [NOTIFICATION_UPS_LOW] = {N_("The UPS is running out"), EVENT_PART_CHAIN},
    [NOTIFICATION_UPS_RECOVERED] = {N_("The UPS has recovered"), EVENT_PART_CHAIN},
    [NOTIFICATION_UPS_UNKNOWN] = {N_("The UPS is not heard"), EVENT_PART_CHAIN},
    [NOTIFICATION_UPS_KNOWN_AGAIN] = {N_("The UPS is heard again"), EVENT_PART_CHAIN},
    [NOTIFICATION_CONTRADICTION_RAISED] = {N_("Shutdown held by a contradiction"),
                                           EVENT_PART_CHAIN},
    [NOTIFICATION_CONTRADICTION_CLEARED] = {N_("The contradiction is over"), EVENT_PART_CHAIN},
    [NOTIFICATION_EQUIPMENT_MISSING] = {N_("Equipment not ready"), EVENT_PART_CHAIN},
    [NOTIFICATION_EQUIPMENT_READY] = {N_("Equipment ready again"), EVENT_PART_CHAIN},
    [NOTIFICATION_DEVIATION_RECORDED] = {N_("Deviation recorded"), EVENT_PART_ELSEWHERE},
    [NOTIFICATION_DEVIATION_ACCOUNTED] = {N_("Deviation accounted for"), EVENT_PART_ELSEWHERE},
    [NOTIFICATION_DRILL_BEGUN] = {N_("DRILL begun"), EVENT_PART_CHAIN},
    [NOTIFICATION_DRILL_ENDED] = {N_("DRILL ended"), EVENT_PART_CHAIN},
    [NOTIFICATION_JOURNAL_BEHIND] = {N_("The journal is behind"), EVENT_PART_CHAIN},
    [NOTIFICATION_JOURNAL_RECOVERED] = {N_("The journal has caught up"), EVENT_PART_CHAIN},
    [NOTIFICATION_JOURNAL_OVER_LIMIT] = {N_("The journal is over its limits"), EVENT_PART_CHAIN},
    [NOTIFICATION_JOURNAL_WITHIN_LIMIT] = {N_("The journal is within its limits again"),
                                           EVENT_PART_CHAIN},
    [NOTIFICATION_ENGINE_LOST] = {N_("The engine does not answer"), EVENT_PART_CHAIN},
    [NOTIFICATION_ENGINE_BACK] = {N_("The engine answers again"), EVENT_PART_CHAIN},
    [NOTIFICATION_INHIBIT_ON] = {N_("Inhibited for maintenance"), EVENT_PART_CHAIN},
    [NOTIFICATION_INHIBIT_OFF] = {N_("No longer inhibited for maintenance"), EVENT_PART_CHAIN},
    [NOTIFICATION_GENSET_NOT_CARRYING] = {N_("Genset is running but does not carry the load"),
                                          EVENT_PART_CHAIN},
    [NOTIFICATION_GENSET_CARRYING] = {N_("Genset carries the load"), EVENT_PART_CHAIN},
    [NOTIFICATION_INPUT_UNAVAILABLE] = {N_("An input is not available"), EVENT_PART_CHAIN},
    [NOTIFICATION_INPUT_AVAILABLE] = {N_("An input is available again"), EVENT_PART_CHAIN},
    [NOTIFICATION_ROUND_OPENED] = {N_("A new round begins"), EVENT_PART_CHAIN},
};

enum event_part report_event_part(enum notification notification)
{
    size_t i = (size_t)notification;
    return i < NOTIFICATION_COUNT ? events[i].part : EVENT_PART_CHAIN;
}

const char *report_event_label(enum notification notification)
{
    size_t i = (size_t)notification;
    return i < NOTIFICATION_COUNT && events[i].label ? _(events[i].label)
                                                     : notification_name(notification);
}

/* ---- times ---- */

static const char *const months[] = {N_("January"),
                                     N_("February"),
                                     N_("March"),
                                     N_("April"),
                                     N_("May"),
                                     N_("June"),
                                     N_("July"),
                                     N_("August"),
                                     N_("September"),
                                     N_("October"),
                                     N_("November"),
                                     N_("December")};

static bool local_of(int64_t wall_ms, struct tm *local)
{
    time_t at = (time_t)(wall_ms / MS_PER_S);
    return wall_ms > 0 && localtime_r(&at, local) != NULL;
}

void report_date(int64_t wall_ms, char to[static REPORT_DATE_SIZE])
{
    struct tm local;
    text_copy(to, REPORT_DATE_SIZE, "–");
    if (local_of(wall_ms, &local))
        text_format(to,
                    REPORT_DATE_SIZE,
                    "%d %s %d",
                    local.tm_mday,
                    _(months[local.tm_mon % 12]),
                    local.tm_year + 1900);
}

void report_clock(const struct report *report, int64_t wall_ms, char to[static REPORT_DATE_SIZE])
{
    struct tm local, first;
    text_copy(to, REPORT_DATE_SIZE, "–");
    if (!local_of(wall_ms, &local))
        return;
    bool is_other_day = report->incident && local_of(report->incident->lost_wall_ms, &first) &&
                        (local.tm_yday != first.tm_yday || local.tm_year != first.tm_year);
    *to = '\0';
    if (is_other_day)
        text_format(to, REPORT_DATE_SIZE, "%d/%d ", local.tm_mday, local.tm_mon + 1);
    text_append(to, REPORT_DATE_SIZE, "%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec);
}

void report_date_and_clock(int64_t wall_ms, char to[static REPORT_DATE_SIZE])
{
    struct tm local;
    char zone[16] = "";
    report_date(wall_ms, to);
    if (!local_of(wall_ms, &local))
        return;
    if (strftime(zone, sizeof zone, "%Z", &local) == 0)
        zone[0] = '\0';
    text_append(to,
                REPORT_DATE_SIZE,
                ", %02d:%02d:%02d %s",
                local.tm_hour,
                local.tm_min,
                local.tm_sec,
                zone);
}

void report_span(int64_t duration_ms, char to[static REPORT_SPAN_SIZE])
{
    if (duration_ms < 0)
        text_copy(to, REPORT_SPAN_SIZE, "–");
    else
        text_format_duration(
            to, duration_ms < MS_PER_S ? duration_ms : duration_ms / MS_PER_S * MS_PER_S);
}

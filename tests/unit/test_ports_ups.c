/* What upsd's words mean. The process that asks is tried with a real upsd: tests/engine/check-ups.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ports/ups_status.h"

static void flags_say_what_feeds_the_load_and_whether_the_battery_is_low(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        enum input_value on_battery, battery_low;
    } cases[] = {
        {"OL", INPUT_VALUE_INACTIVE, INPUT_VALUE_INACTIVE},
        {"OL CHRG", INPUT_VALUE_INACTIVE, INPUT_VALUE_INACTIVE},
        {"ALARM OL RB", INPUT_VALUE_INACTIVE, INPUT_VALUE_INACTIVE},
        {"OB DISCHRG", INPUT_VALUE_ACTIVE, INPUT_VALUE_INACTIVE},
        {"OB LB", INPUT_VALUE_ACTIVE, INPUT_VALUE_ACTIVE},
        {"OL LB CHRG", INPUT_VALUE_INACTIVE, INPUT_VALUE_ACTIVE},
        {"FSD OL", INPUT_VALUE_INACTIVE, INPUT_VALUE_ACTIVE},
        {"LB", INPUT_VALUE_UNKNOWN, INPUT_VALUE_ACTIVE},
        {"", INPUT_VALUE_UNKNOWN, INPUT_VALUE_UNKNOWN},
        {"OFF", INPUT_VALUE_UNKNOWN, INPUT_VALUE_UNKNOWN},
        {"BOL OBX LBOL", INPUT_VALUE_UNKNOWN, INPUT_VALUE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ups_report report;
        ups_report_unknown(&report, UPS_LINK_OK, "");
        ups_status_read(&report, cases[i].status);
        if (report.on_battery != cases[i].on_battery || report.battery_low != cases[i].battery_low)
            fail_msg("\"%s\": %s, %s",
                     cases[i].status,
                     input_value_name(report.on_battery),
                     input_value_name(report.battery_low));
    }
}

static void a_number_that_is_none_is_not_known(void **state)
{
    (void)state;
    assert_int_equal(ups_number_read("1800", INT32_MAX), 1800);
    assert_int_equal(ups_number_read("87.9", 100), 87);
    assert_int_equal(ups_number_read("0", 100), 0);
    assert_int_equal(ups_number_read("101", 100), -1);
    assert_int_equal(ups_number_read("-5", 100), -1);
    assert_int_equal(ups_number_read("", 100), -1);
    assert_int_equal(ups_number_read("many", 100), -1);
    assert_int_equal(ups_number_read("5 min", 100), -1);
    assert_int_equal(ups_number_read("nan", 100), -1);
    assert_int_equal(ups_number_read("1e99", INT32_MAX), -1);
}

static void only_a_whole_report_is_valid(void **state)
{
    (void)state;
    struct ups_report good, bad;
    ups_report_unknown(&good, UPS_LINK_STALE, "Data\nstale");
    assert_true(ups_report_is_valid(&good));
    assert_null(strchr(good.text, '\n'));
    bad = good;
    bad.link = UPS_LINK_UNKNOWN;
    assert_false(ups_report_is_valid(&bad));
    bad = good;
    bad.battery_low = (enum input_value)0;
    assert_false(ups_report_is_valid(&bad));
    bad = good;
    bad.charge_percent = 101;
    assert_false(ups_report_is_valid(&bad));
    bad = good;
    bad.runtime_s = -2;
    assert_false(ups_report_is_valid(&bad));
    bad = good;
    memset(bad.text, 'x', sizeof bad.text);
    assert_false(ups_report_is_valid(&bad));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_say_what_feeds_the_load_and_whether_the_battery_is_low),
        cmocka_unit_test(a_number_that_is_none_is_not_known),
        cmocka_unit_test(only_a_whole_report_is_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

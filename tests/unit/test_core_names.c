/* What is published and printed by name has one, of its own; what is no value of its enumeration is
 * said to be invalid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/model.h"

enum { NAMES_LIMIT = 128 };

static const char *names[NAMES_LIMIT];

/* SNMP's enumerations begin with 1. Only notifications have numbers that are none, or are no more.
 */
static void check(const char *enumeration, size_t count, const char *beyond)
{
    bool has_gaps = strcmp(enumeration, "notification") == 0;

    assert_string_equal(names[0], "invalid");
    assert_string_equal(beyond, "invalid");
    for (size_t i = 1; i < count; i++) {
        bool is_gap = strcmp(names[i], "invalid") == 0;
        if (is_gap && !has_gaps)
            fail_msg("%s: %zu has no name", enumeration, i);
        for (size_t j = 1; j < i && !is_gap; j++)
            if (strcmp(names[i], names[j]) == 0)
                fail_msg("%s: %zu and %zu are both \"%s\"", enumeration, j, i, names[i]);
    }
}

/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define CHECK(enumeration, count)                                                                  \
    do {                                                                                           \
        assert_true((count) <= NAMES_LIMIT);                                                       \
        for (unsigned i = 0; i < (count); i++)                                                     \
            names[i] = enumeration##_name((enum enumeration)i);                                    \
        check(#enumeration, (count), enumeration##_name((enum enumeration)(count)));               \
    } while (0)
/* NOLINTEND(bugprone-macro-parentheses) */

static void every_value_has_a_name_of_its_own(void **state)
{
    (void)state;
    CHECK(severity, SEVERITY_COUNT);
    CHECK(mains_state, MAINS_STATE_COUNT);
    CHECK(genset_state, GENSET_STATE_COUNT);
    CHECK(genset_mode, GENSET_MODE_COUNT);
    CHECK(genset_wiring, GENSET_WIRING_COUNT);
    CHECK(start_source, START_SOURCE_COUNT);
    CHECK(load_state, LOAD_STATE_COUNT);
    CHECK(fuel_state, FUEL_STATE_COUNT);
    CHECK(on_off, ON_OFF_COUNT);
    CHECK(input_role, INPUT_ROLE_COUNT);
    CHECK(input_value, INPUT_VALUE_COUNT);
    CHECK(input_status, INPUT_STATUS_COUNT);
    CHECK(server_state, SERVER_STATE_COUNT);
    CHECK(progress_state, PROGRESS_STATE_COUNT);
    CHECK(shutdown_result, SHUTDOWN_RESULT_COUNT);
    CHECK(power_state, POWER_STATE_COUNT);
    CHECK(step_state, STEP_STATE_COUNT);
    CHECK(answer, ANSWER_COUNT);
    CHECK(actor, ACTOR_COUNT);
    CHECK(role, ROLE_COUNT);
    CHECK(incident_kind, INCIDENT_KIND_COUNT);
    CHECK(incident_state, INCIDENT_STATE_COUNT);
    CHECK(deviation_kind, DEVIATION_KIND_COUNT);
    CHECK(account_state, ACCOUNT_STATE_COUNT);
    CHECK(equipment_kind, EQUIPMENT_KIND_COUNT);
    CHECK(equipment_state, EQUIPMENT_STATE_COUNT);
    CHECK(delivery, DELIVERY_COUNT);
    CHECK(command_kind, COMMAND_KIND_COUNT);
    CHECK(command_state, COMMAND_STATE_COUNT);
    CHECK(journal_state, JOURNAL_STATE_COUNT);
    CHECK(engine_link, ENGINE_LINK_COUNT);
    CHECK(hold_state, HOLD_STATE_COUNT);
    CHECK(ups_source, UPS_SOURCE_COUNT);
    CHECK(ups_status, UPS_STATUS_COUNT);
    CHECK(ups_link, UPS_LINK_COUNT);
    CHECK(notification, NOTIFICATION_COUNT);
    CHECK(ctl_genset, CTL_GENSET_COUNT);
    CHECK(ctl_shutdown, CTL_SHUTDOWN_COUNT);
    CHECK(ctl_hold, CTL_HOLD_COUNT);
    CHECK(ctl_drill, CTL_DRILL_COUNT);
    CHECK(ctl_drill_arm, CTL_DRILL_ARM_COUNT);
    CHECK(ctl_readiness, CTL_READINESS_COUNT);
    CHECK(ctl_power_on, CTL_POWER_ON_COUNT);
}

static void every_output_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < OUTPUT_ROLE_COUNT; i++)
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(output_role_name((enum output_role)i),
                                    output_role_name((enum output_role)j));
    assert_string_equal(output_role_name(OUTPUT_HEARTBEAT), "heartbeat");
    assert_string_equal(output_role_name(OUTPUT_ROLE_COUNT), "invalid");
}

static void every_reason_has_words_of_its_own(void **state)
{
    (void)state;
    assert_string_equal(reason_text(REASON_NONE), "");
    for (unsigned i = 0; i < REASON_COUNT; i++) {
        assert_non_null(reason_text((enum reason)i));
        assert_string_not_equal(reason_text((enum reason)i), "unknown reason");
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(reason_text((enum reason)i), reason_text((enum reason)j));
    }
    assert_string_equal(reason_text(REASON_COUNT), "unknown reason");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_has_a_name_of_its_own),
        cmocka_unit_test(every_output_has_a_name_of_its_own),
        cmocka_unit_test(every_reason_has_words_of_its_own),
    };
    return cmocka_run_group_tests_name("core/names", tests, NULL, NULL);
}

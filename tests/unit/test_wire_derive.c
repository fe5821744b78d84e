#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/derive.h"

static instant at(int64_t ms)
{
    return instant_at(50000 + ms);
}

static void absent_values_stay_absent(void **state)
{
    (void)state;
    struct derive_moment moment = {at(0), 1700000000000};
    assert_int_equal(derive_seconds(-1), DERIVE_ABSENT);
    assert_int_equal(derive_wall_s(0), DERIVE_ABSENT);
    assert_int_equal(derive_epoch_s(INSTANT_NONE, moment), DERIVE_ABSENT);
    assert_int_equal(derive_epoch_s(INSTANT_NEVER, moment), DERIVE_ABSENT);
    assert_int_equal(derive_age_s(INSTANT_NONE, at(0)), DERIVE_ABSENT);
    assert_int_equal(derive_remaining_s(INSTANT_NEVER, at(0)), DERIVE_ABSENT);
}

static void instant_becomes_wall_time_by_its_distance_from_now(void **state)
{
    (void)state;
    struct derive_moment moment = {at(0), 1700000000500};
    assert_int_equal(derive_epoch_s(at(0), moment), 1700000000);
    assert_int_equal(derive_epoch_s(at(-501), moment), 1699999999);
    assert_int_equal(derive_epoch_s(at(60000), moment), 1700000060);
}

static void age_is_cut_and_never_negative(void **state)
{
    (void)state;
    assert_int_equal(derive_age_s(at(0), at(1999)), 1);
    assert_int_equal(derive_age_s(at(5000), at(0)), 0);
}

static void remaining_time_is_rounded_up_and_absent_once_due(void **state)
{
    (void)state;
    assert_int_equal(derive_remaining_s(at(1001), at(0)), 2);
    assert_int_equal(derive_remaining_s(at(1), at(0)), 1);
    assert_int_equal(derive_remaining_s(at(0), at(0)), DERIVE_ABSENT);
}

static void present_outage_and_run_are_included(void **state)
{
    (void)state;
    struct row_mains mains = {.out_ms = 90000, .out_since = INSTANT_NONE};
    assert_int_equal(derive_mains_out_s(&mains, at(0)), 90);
    mains.out_since = at(-9500);
    assert_int_equal(derive_mains_out_s(&mains, at(0)), 99);
    struct row_genset genset = {.run_ms = -1, .running_since = INSTANT_NONE};
    assert_int_equal(derive_genset_run_s(&genset, at(0)), DERIVE_ABSENT);
    genset.running_since = at(-2000);
    assert_int_equal(derive_genset_run_s(&genset, at(0)), 2);
}

static struct row_step step_in(enum step_state step_state)
{
    return (struct row_step){.state = step_state,
                             .incident = 8,
                             .round = 1,
                             .due = at(0),
                             .done_at = INSTANT_NONE,
                             .lateness_ms = -1};
}

static void only_open_and_held_steps_have_time_remaining(void **state)
{
    (void)state;
    for (enum step_state each = STEP_STATE_UNKNOWN; each <= STEP_STATE_NOT_REQUIRED; each++) {
        struct row_step step = step_in(each);
        bool pending = each == STEP_STATE_OPEN || each == STEP_STATE_HELD;
        assert_int_equal(derive_step_remaining_s(&step, at(-4000)), pending ? 4 : DERIVE_ABSENT);
        assert_int_equal(derive_step_remaining_s(&step, at(0)), DERIVE_ABSENT);
    }
}

static void missed_step_grows_later_until_done_or_its_incident_closes(void **state)
{
    (void)state;
    struct row_step step = step_in(STEP_STATE_MISSED);
    assert_int_equal(derive_step_lateness_s(&step, 8, at(0)), DERIVE_ABSENT);
    assert_int_equal(derive_step_lateness_s(&step, 8, at(125000)), 125);
    assert_int_equal(derive_step_lateness_s(&step, 0, at(125000)), DERIVE_ABSENT);
    step.lateness_ms = 70000;
    assert_int_equal(derive_step_lateness_s(&step, 0, at(125000)), 70);
    step.done_at = at(60000);
    step.lateness_ms = 60000;
    assert_int_equal(derive_step_lateness_s(&step, 8, at(125000)), 60);
}

static void step_that_was_met_is_not_late(void **state)
{
    (void)state;
    struct row_step step = step_in(STEP_STATE_MET);
    step.done_at = at(-10);
    step.lateness_ms = 0;
    assert_int_equal(derive_step_lateness_s(&step, 8, at(125000)), DERIVE_ABSENT);
}

static void open_deviation_grows_with_its_own_step(void **state)
{
    (void)state;
    struct row_step step = step_in(STEP_STATE_MISSED);
    struct row_deviation deviation = {
        .kind = DEVIATION_KIND_TIME, .incident = 8, .round = 1, .amount_ms = -1};
    assert_int_equal(derive_deviation_amount_s(&deviation, &step, 8, at(30000)), 30);
    assert_int_equal(derive_deviation_amount_s(&deviation, NULL, 8, at(30000)), DERIVE_ABSENT);
    step.round = 2;
    assert_int_equal(derive_deviation_amount_s(&deviation, &step, 8, at(30000)), DERIVE_ABSENT);
    step.round = 1;
    step.incident = 9;
    assert_int_equal(derive_deviation_amount_s(&deviation, &step, 9, at(30000)), DERIVE_ABSENT);
    deviation.amount_ms = 12000;
    assert_int_equal(derive_deviation_amount_s(&deviation, &step, 9, at(30000)), 12);
    deviation.kind = DEVIATION_KIND_EQUIPMENT;
    deviation.amount_ms = -1;
    step.incident = 8;
    assert_int_equal(derive_deviation_amount_s(&deviation, &step, 8, at(30000)), DERIVE_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_values_stay_absent),
        cmocka_unit_test(instant_becomes_wall_time_by_its_distance_from_now),
        cmocka_unit_test(age_is_cut_and_never_negative),
        cmocka_unit_test(remaining_time_is_rounded_up_and_absent_once_due),
        cmocka_unit_test(present_outage_and_run_are_included),
        cmocka_unit_test(only_open_and_held_steps_have_time_remaining),
        cmocka_unit_test(missed_step_grows_later_until_done_or_its_incident_closes),
        cmocka_unit_test(step_that_was_met_is_not_late),
        cmocka_unit_test(open_deviation_grows_with_its_own_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An output that cannot be driven, in the middle of what it is needed for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core_world.h"

static struct world world;

static void output_told(int64_t ms, enum output_role role, bool missing)
{
    world_step(
        &world,
        (struct event){
            .kind = EVENT_OUTPUT, .at = instant_at(ms), .output = role, .output_missing = missing});
}

/* Steps 1 to 3 are due 300 ms after the loss, step 4 after 600. */
static void begin(void)
{
    struct site site;

    world_site_small(&site);
    site.genset.crank_ms = 20;
    site.procedure = (struct procedure_settings){
        .start_due_ms = 300, .report_failed_due_ms = 600, .shutdown_due_ms = 900, .repeat_ms = 300};
    world_init(&world, &site, 0, instant_at(0));
    world_input(&world, 1, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_input(&world, 1, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_run(&world, 99);
    batch_clear(&world.batch);
}

static void lose_the_mains_and_crank(void)
{
    world_input(&world, 100, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 110);
    assert_int_equal(world.now.state.genset.state, GENSET_STATE_CRANKING);
    batch_clear(&world.batch);
}

static bool is_said_to_be_missing(enum reason reason)
{
    const struct notice notice = world_notice(&world, NOTIFICATION_EQUIPMENT_MISSING);

    return notice.equipment == EQUIPMENT_KIND_GENSET && notice.reason == reason;
}

static unsigned deviations_of(enum deviation_kind kind)
{
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++)
        count += world.batch.actions[i].kind == ACTION_PUT_DEVIATION &&
                 world.batch.actions[i].deviation.kind == kind;
    return count;
}

static const struct step *step(unsigned number)
{
    return &world.now.state.incident.steps[number - 1];
}

static void crank_that_fails_is_off_and_announced(void **state)
{
    (void)state;
    begin();
    lose_the_mains_and_crank();
    output_told(112, OUTPUT_CRANK, true);
    assert_false(world.now.state.genset.output_on[OUTPUT_CRANK]);
    assert_false(world.now.state.genset.output_on[OUTPUT_RUN]);
    assert_int_equal(world.now.state.genset.state, GENSET_STATE_STOPPED);
    assert_int_equal(world.now.state.genset.reason, REASON_LINE_UNAVAILABLE);
    assert_true(is_said_to_be_missing(REASON_LINE_UNAVAILABLE));
    assert_int_equal(deviations_of(DEVIATION_KIND_EQUIPMENT), 1);
}

/* Step 1 is the operator's: it is open for him, until its due. */
static void step_1_can_still_be_done_by_hand(void **state)
{
    (void)state;
    begin();
    lose_the_mains_and_crank();
    output_told(112, OUTPUT_CRANK, true);
    assert_int_equal(step(1)->state, STEP_STATE_OPEN);
    world_input(&world, 300, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, 400);
    assert_int_equal(step(1)->state, STEP_STATE_MET);
    assert_int_equal(step(1)->done_by, ACTOR_PERSON);
    assert_int_equal(step(3)->state, STEP_STATE_MET);
}

static void with_nobody_there_the_procedure_goes_on(void **state)
{
    (void)state;
    begin();
    lose_the_mains_and_crank();
    output_told(112, OUTPUT_CRANK, true);
    world_run(&world, 701);
    assert_int_equal(step(1)->state, STEP_STATE_MISSED);
    assert_int_equal(step(4)->state, STEP_STATE_MET);
    assert_int_equal(step(4)->done_by, ACTOR_SOFTWARE);
    assert_int_equal(deviations_of(DEVIATION_KIND_EQUIPMENT), 1);
}

static void crank_that_is_back_is_tried_again(void **state)
{
    (void)state;
    begin();
    lose_the_mains_and_crank();
    output_told(112, OUTPUT_CRANK, true);
    batch_clear(&world.batch);
    output_told(120, OUTPUT_CRANK, false);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_EQUIPMENT_READY), 1);
    assert_false(world.now.state.genset.output_on[OUTPUT_CRANK]);
    world_run(&world, 125);
    assert_true(world.now.state.genset.output_on[OUTPUT_CRANK]);
    assert_int_equal(world.now.state.genset.attempt, 2);
}

static void output_that_fails_each_time_ends_the_attempts(void **state)
{
    (void)state;
    int64_t ms = 100;

    begin();
    world_input(&world, ms, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    for (int i = 0; i < 10; i++) {
        ms += 5;
        world_run(&world, ms);
        if (!world.now.state.genset.output_on[OUTPUT_RUN])
            continue;
        output_told(ms + 1, OUTPUT_RUN, true);
        output_told(ms + 2, OUTPUT_RUN, false);
    }
    assert_int_equal(world_notice_count(&world, NOTIFICATION_GENSET_START_FAILED), 1);
    assert_int_equal(step(4)->state, STEP_STATE_MET);
}

static void running_genset_stays_when_its_output_goes(void **state)
{
    (void)state;
    begin();
    lose_the_mains_and_crank();
    world_input(&world, 112, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, 120);
    output_told(130, OUTPUT_RUN, true);
    assert_int_equal(world.now.state.genset.state, GENSET_STATE_RUNNING);
    assert_true(world.now.state.genset.output_on[OUTPUT_RUN]);
    assert_int_equal(deviations_of(DEVIATION_KIND_EQUIPMENT), 0);
}

static void restart_announces_what_is_missing_once(void **state)
{
    (void)state;
    begin();
    output_told(100, OUTPUT_CRANK, true);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_EQUIPMENT_MISSING), 1);
    batch_clear(&world.batch);
    world_restart(&world, 200);
    world_run(&world, 210);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_EQUIPMENT_READY), 0);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_EQUIPMENT_MISSING), 0);
    assert_true(world.now.state.output_missing[OUTPUT_CRANK]);
}

static void start_by_command_is_refused(void **state)
{
    (void)state;
    begin();
    output_told(100, OUTPUT_CRANK, true);
    struct command start = {.kind = COMMAND_KIND_GENSET_START};
    assert_int_equal(world_command(&world, 110, start), PROMISE_REFUSED);
    assert_int_equal(world.batch.answer_reason, REASON_LINE_UNAVAILABLE);
}

static void horn_that_fails_stops_nothing(void **state)
{
    (void)state;
    begin();
    lose_the_mains_and_crank();
    output_told(112, OUTPUT_HORN, true);
    assert_int_equal(world.now.state.genset.state, GENSET_STATE_CRANKING);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_EQUIPMENT_MISSING), 0);
}

static void horn_sounds_from_the_outage_until_the_genset_runs(void **state)
{
    const bool *horn = &world.now.state.genset.output_on[OUTPUT_HORN];

    (void)state;
    begin();
    assert_false(*horn);
    lose_the_mains_and_crank();
    assert_true(*horn);
    world_input(&world, 112, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, 120);
    assert_int_equal(step(3)->state, STEP_STATE_MET);
    assert_false(*horn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crank_that_fails_is_off_and_announced),
        cmocka_unit_test(step_1_can_still_be_done_by_hand),
        cmocka_unit_test(with_nobody_there_the_procedure_goes_on),
        cmocka_unit_test(crank_that_is_back_is_tried_again),
        cmocka_unit_test(output_that_fails_each_time_ends_the_attempts),
        cmocka_unit_test(running_genset_stays_when_its_output_goes),
        cmocka_unit_test(restart_announces_what_is_missing_once),
        cmocka_unit_test(start_by_command_is_refused),
        cmocka_unit_test(horn_that_fails_stops_nothing),
        cmocka_unit_test(horn_sounds_from_the_outage_until_the_genset_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A start of the genset from the wish to its end: what is known of it then, and what is forgotten.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/machine.h"
#include "core/snapshot.h"
#include "core_world.h"

/* A start by command at 100 cranks from 100 + LEAD on; its outage is lost at 100, too. */
enum {
    DELAY = 10,
    LEAD = 5,
    CRANK = 20,
    REST = 30,
    CONFIRM = 40,
    LOST_CONFIRM = 15,
    COOL_DOWN = 100,
    PULSE = 25,
    FAIL_TO_STOP = 200,
    SPIN_DOWN = 50
};

static struct world world;
static struct genset *const genset = &world.now.state.genset;

static void begin(enum genset_mode mode)
{
    struct site site;

    world_site_small(&site);
    site.genset = (struct genset_settings){.wiring = GENSET_WIRING_RUN_CRANK,
                                           .mode = mode,
                                           .attempts = 2,
                                           .start_delay_ms = DELAY,
                                           .fuel_lead_ms = LEAD,
                                           .crank_ms = CRANK,
                                           .rest_ms = REST,
                                           .start_timeout_ms = CRANK,
                                           .start_pulse_ms = PULSE,
                                           .running_confirm_ms = CONFIRM,
                                           .running_lost_confirm_ms = LOST_CONFIRM,
                                           .cool_down_ms = COOL_DOWN,
                                           .stop_pulse_ms = PULSE,
                                           .fail_to_stop_ms = FAIL_TO_STOP,
                                           .spin_down_ms = SPIN_DOWN};
    site.procedure = (struct procedure_settings){.start_due_ms = 10000,
                                                 .report_failed_due_ms = 20000,
                                                 .shutdown_due_ms = 30000,
                                                 .repeat_ms = 10000};
    site.inputs[INPUT_ROLE_EMERGENCY_STOP].wired = true;
    site.inputs[INPUT_ROLE_GENSET_AUTOMATIC].wired = true;
    site.inputs[INPUT_ROLE_GENSET_FAULT].wired = true;
    world_init(&world, &site, 0, instant_at(0));
    world_input(&world, 1, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_input(&world, 1, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_INACTIVE);
    world_input(&world, 1, INPUT_ROLE_GENSET_AUTOMATIC, INPUT_VALUE_ACTIVE);
    world_input(&world, 1, INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_INACTIVE);
    world_input(&world, 1, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_run(&world, 99);
    batch_clear(&world.batch);
}

static int by_hand(void **state)
{
    (void)state;
    begin(GENSET_MODE_MANUAL);
    return 0;
}

static int by_software(void **state)
{
    (void)state;
    begin(GENSET_MODE_AUTOMATIC);
    return 0;
}

static void input(int64_t ms, enum input_role role, bool on)
{
    world_run(&world, ms - 1);
    world_input(&world, ms, role, on ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
    world_tick(&world, ms);
}

static void running(int64_t ms, bool on)
{
    input(ms, INPUT_ROLE_GENSET_RUNNING, on);
}

static void running_unknown(int64_t ms)
{
    world_run(&world, ms - 1);
    world_input(&world, ms, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_UNKNOWN);
    world_tick(&world, ms);
}

static void command(int64_t ms, enum command_kind kind, uint32_t argument)
{
    world_run(&world, ms - 1);
    assert_int_equal(
        world_command(
            &world, ms, (struct command){.kind = kind, .argument = argument, .confirmed = true}),
        PROMISE_GIVEN);
    world_tick(&world, ms);
}

static bool drives(enum output_role role)
{
    return genset->output_on[role];
}

static bool was_driven(enum output_role role)
{
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_OUTPUT && world.actions[i].output.role == role &&
            world.actions[i].output.on)
            return true;
    return false;
}

static void assert_unset(instant t)
{
    assert_int_equal(t.ms, INSTANT_NONE.ms);
}

/* ---- a start that succeeds ---- */

static void every_source_of_a_start_has_its_actor(void **state)
{
    (void)state;
    assert_int_equal(start_actor(START_SOURCE_UNKNOWN), ACTOR_PERSON);
    assert_int_equal(start_actor(START_SOURCE_PANEL), ACTOR_PERSON);
    assert_int_equal(start_actor(START_SOURCE_SOFTWARE), ACTOR_SOFTWARE);
    assert_int_equal(start_actor(START_SOURCE_COMMAND), ACTOR_COMMAND);
    assert_int_equal(start_actor(START_SOURCE_EXERCISE), ACTOR_COMMAND);
    /* what a snapshot may say */
    assert_int_equal(start_actor((enum start_source)0), ACTOR_UNKNOWN);
}

static void a_start_by_command_is_its_own_and_is_timed_from_the_wish(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    assert_int_equal(genset->wanted_at.ms, 100);
    assert_int_equal(genset->state, GENSET_STATE_PREHEATING);
    assert_false(drives(OUTPUT_PREHEAT));
    running(110, true);
    world_run(&world, 110 + CONFIRM);
    const struct notice started = world_notice(&world, NOTIFICATION_GENSET_STARTED);
    assert_int_equal(started.actor, ACTOR_COMMAND);
    assert_int_equal(started.credited_at.ms, 110);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
    assert_int_equal(genset->started_by, START_SOURCE_COMMAND);
    assert_int_equal(genset->last_start_ms, 10);
    assert_int_equal(genset->attempt, 0);
    assert_int_equal(genset->last_attempts, 1);
    assert_false(genset->wanted);
    assert_unset(genset->exercise_until);
    assert_unset(genset->due);
}

static void a_start_at_the_panel_is_a_persons_and_has_no_duration(void **state)
{
    (void)state;
    running(100, true);
    world_run(&world, 100 + CONFIRM);
    assert_int_equal(world_notice(&world, NOTIFICATION_GENSET_STARTED).actor, ACTOR_PERSON);
    assert_int_equal(genset->started_by, START_SOURCE_PANEL);
    assert_false(genset->software_started);
    assert_int_equal(genset->last_start_ms, -1);
}

static void a_contact_that_was_unknown_is_not_the_softwares_start(void **state)
{
    (void)state;
    running_unknown(100);
    assert_int_equal(genset->state, GENSET_STATE_UNKNOWN);
    running(101, true);
    assert_int_equal(genset->state, GENSET_STATE_CONFIRMING);
    assert_false(genset->software_started);
}

static void a_start_in_doubt_stays_the_softwares(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    running(110, true);
    running_unknown(111);
    assert_int_equal(genset->state, GENSET_STATE_UNKNOWN);
    assert_unset(genset->running_at);
    running(112, true);
    assert_true(genset->software_started);
    world_run(&world, 112 + CONFIRM);
    assert_int_equal(genset->started_by, START_SOURCE_COMMAND);
}

static void an_engine_that_a_person_starts_first_is_not_driven(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    assert_true(drives(OUTPUT_RUN));
    running(101, true);
    assert_false(drives(OUTPUT_RUN));
    assert_false(genset->run_held);
    world_run(&world, 101 + CONFIRM);
    assert_false(drives(OUTPUT_RUN));
    assert_int_equal(genset->started_by, START_SOURCE_PANEL);
    assert_int_equal(genset->last_start_ms, -1);
}

static void an_engine_that_runs_after_all_clears_what_was_said_of_it(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_MAINS_L1, false);
    command(110, COMMAND_KIND_GENSET_START, 0);
    command(111, COMMAND_KIND_WILL_NOT_START, 0);
    assert_true(genset->given_up);
    assert_int_equal(genset->reason, REASON_OPERATOR_SAYS_NO);
    running(120, true);
    world_run(&world, 120 + CONFIRM);
    assert_false(genset->given_up);
    assert_int_equal(genset->reason, REASON_NONE);
}

/* ---- one that does not ---- */

static void a_contact_that_drops_out_ends_the_attempt(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    running(110, true);
    assert_true(genset->software_started);
    running(112, false);
    assert_int_equal(genset->state, GENSET_STATE_RESTING);
    assert_false(genset->software_started);
    assert_unset(genset->running_at);
    assert_int_equal(genset->due.ms, 112 + REST);
    assert_int_equal(genset->lockout_until.ms, 112 + REST);
}

static void an_engine_that_drops_out_by_hand_spins_down(void **state)
{
    (void)state;
    running(100, true);
    running(102, false);
    assert_int_equal(genset->state, GENSET_STATE_SPINNING_DOWN);
    assert_unset(genset->running_at);
    assert_int_equal(genset->lockout_until.ms, 102 + SPIN_DOWN);
}

static void a_start_that_is_stopped_leaves_nothing(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 110);
    assert_int_equal(genset->attempt, 1);
    command(111, COMMAND_KIND_GENSET_STOP, 0);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
    assert_false(genset->wanted);
    assert_false(genset->run_held);
    assert_int_equal(genset->attempt, 0);
    assert_false(drives(OUTPUT_CRANK));
}

static void a_preheat_that_ends_early_gives_no_fuel(void **state)
{
    (void)state;
    world.site.genset.preheat_ms = 10;
    command(100, COMMAND_KIND_GENSET_START, 0);
    assert_true(drives(OUTPUT_PREHEAT));
    assert_false(drives(OUTPUT_RUN));
    assert_int_equal(genset->fuel_at.ms, 110);
    input(105, INPUT_ROLE_GENSET_AUTOMATIC, false);
    assert_unset(genset->fuel_at);
    world_run(&world, 110);
    assert_false(drives(OUTPUT_PREHEAT));
    assert_false(drives(OUTPUT_RUN));
}

static void fuel_is_given_when_the_preheat_is_over(void **state)
{
    (void)state;
    world.site.genset.preheat_ms = 10;
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 109);
    assert_false(drives(OUTPUT_RUN));
    world_run(&world, 110);
    assert_true(drives(OUTPUT_RUN));
    assert_true(drives(OUTPUT_PREHEAT));
    assert_unset(genset->fuel_at);
    world_run(&world, 110 + LEAD);
    assert_true(drives(OUTPUT_CRANK));
    assert_false(drives(OUTPUT_PREHEAT));
}

static void an_engine_that_stops_within_the_pulse_ends_it(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    running(110, true);
    world_run(&world, 199);
    command(200, COMMAND_KIND_GENSET_STOP, 0);
    assert_true(drives(OUTPUT_STOP));
    assert_int_equal(genset->pulse_until.ms, 200 + PULSE);
    running(202, false);
    world_run(&world, 202 + LOST_CONFIRM);
    assert_int_equal(genset->state, GENSET_STATE_SPINNING_DOWN);
    assert_unset(genset->pulse_until);
    assert_false(drives(OUTPUT_STOP));
}

/* ---- exercises ---- */

enum { EXERCISE_S = 1, EXERCISE = EXERCISE_S * 1000 };

static void an_exercise_runs_its_time_and_is_forgotten(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_EXERCISE, EXERCISE_S);
    assert_int_equal(genset->exercise_ms, EXERCISE);
    running(110, true);
    world_run(&world, 110 + CONFIRM);
    assert_int_equal(genset->exercise_until.ms, 110 + CONFIRM + EXERCISE);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, 110 + CONFIRM + EXERCISE);
    world_run(&world, 110 + CONFIRM + EXERCISE - 1);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
    world_run(&world, 110 + CONFIRM + EXERCISE);
    assert_int_equal(genset->state, GENSET_STATE_COOLING_DOWN);
    assert_int_equal(genset->exercise_ms, 0);
    assert_unset(genset->exercise_until);
}

static void an_exercise_that_dies_is_over(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_EXERCISE, EXERCISE_S);
    running(110, true);
    running(300, false);
    world_run(&world, 300 + LOST_CONFIRM);
    assert_int_equal(genset->state, GENSET_STATE_SPINNING_DOWN);
    assert_int_equal(genset->exercise_ms, 0);
    assert_unset(genset->exercise_until);
    assert_false(genset->run_held);
    assert_false(drives(OUTPUT_RUN));
    assert_false(genset->software_started);
    assert_false(genset->not_carrying_alarmed);
}

static void an_exercise_that_is_stopped_is_over(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_EXERCISE, EXERCISE_S);
    world_run(&world, 105);
    command(106, COMMAND_KIND_GENSET_STOP, 0);
    assert_int_equal(genset->exercise_ms, 0);
    command(107, COMMAND_KIND_EXERCISE, 2 * EXERCISE_S);
    assert_int_equal(genset->exercise_ms, 2 * EXERCISE);
}

static void an_engine_that_a_person_starts_is_no_exercise(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_EXERCISE, EXERCISE_S);
    running(101, true);
    world_run(&world, 101 + CONFIRM);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
    assert_unset(genset->exercise_until);
}

static void an_exercise_in_an_outage_is_the_softwares(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_EXERCISE, EXERCISE_S);
    input(103, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 104);
    assert_int_equal(world.now.state.incident.phase, PHASE_DECIDING);
    assert_int_equal(genset->source, START_SOURCE_SOFTWARE);
    assert_int_equal(genset->exercise_ms, 0);
    running(110, true);
    world_run(&world, 110 + CONFIRM);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_RUNNING).actor, ACTOR_SOFTWARE);
    assert_unset(genset->exercise_until);
}

static void a_start_by_command_stays_the_commands_in_an_outage(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    input(103, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 104);
    assert_int_equal(genset->source, START_SOURCE_COMMAND);
}

static void the_shortest_preheat_is_one(void **state)
{
    (void)state;
    world.site.genset.preheat_ms = 1;
    command(100, COMMAND_KIND_GENSET_START, 0);
    assert_true(drives(OUTPUT_PREHEAT));
    assert_false(drives(OUTPUT_RUN));
    world_run(&world, 101);
    assert_true(drives(OUTPUT_RUN));
}

static void attempts_that_fail_are_counted_and_say_why(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 100 + LEAD + CRANK);
    assert_int_equal(genset->state, GENSET_STATE_RESTING);
    assert_false(drives(OUTPUT_RUN));
    world_run(&world, 100 + 2 * (LEAD + CRANK) + REST);
    assert_int_equal(genset->state, GENSET_STATE_START_FAILED);
    assert_int_equal(genset->reason, REASON_ATTEMPTS_FAILED);
    assert_int_equal(genset->failures, 1);
    const struct notice failed = world_notice(&world, NOTIFICATION_GENSET_START_FAILED);
    assert_int_equal(failed.reason, REASON_ATTEMPTS_FAILED);
    assert_int_equal(failed.severity, SEVERITY_CRITICAL);
    assert_int_equal(failed.count, 2);
    assert_true(genset->latched);
    assert_false(genset->run_held);
}

static void what_blocked_a_start_is_over_when_it_begins(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_GENSET_FAULT, true);
    input(101, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 110);
    assert_int_equal(genset->reason, REASON_FAULT);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
    input(120, INPUT_ROLE_GENSET_FAULT, false);
    assert_int_equal(genset->state, GENSET_STATE_START_DELAY);
    assert_int_equal(genset->due.ms, 120 + DELAY);
    world_run(&world, 120 + DELAY);
    assert_int_equal(genset->state, GENSET_STATE_PREHEATING);
    assert_int_equal(genset->reason, REASON_NONE);
}

static void assert_start_is_refused(int64_t ms, enum reason reason)
{
    const struct command start = {.kind = COMMAND_KIND_GENSET_START};

    assert_int_equal(world_command(&world, ms, start), PROMISE_REFUSED);
    assert_int_equal(world.batch.answer_reason, reason);
    assert_int_equal(genset_obstacle(&world.site, &world.now.state), reason);
}

static void an_emergency_stop_refuses_a_start_by_its_name(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_EMERGENCY_STOP, true);
    assert_start_is_refused(101, REASON_EMERGENCY_STOP);
    input(102, INPUT_ROLE_EMERGENCY_STOP, false);
    assert_start_is_refused(103, REASON_START_LATCHED);
}

static void a_fault_that_has_not_settled_refuses_a_start(void **state)
{
    (void)state;
    world.site.inputs[INPUT_ROLE_GENSET_FAULT].debounce_ms = 20;
    input(100, INPUT_ROLE_GENSET_FAULT, true);
    assert_int_equal(world.now.state.inputs[INPUT_ROLE_GENSET_FAULT].value, INPUT_VALUE_INACTIVE);
    assert_start_is_refused(101, REASON_FAULT);
}

static void an_interlock_that_is_not_known_refuses_a_start(void **state)
{
    static const struct {
        enum input_role role;
        enum reason reason;
    } interlocks[] = {
        {INPUT_ROLE_EMERGENCY_STOP, REASON_INTERLOCK_UNKNOWN},
        {INPUT_ROLE_GENSET_FAULT, REASON_INTERLOCK_UNKNOWN},
        {INPUT_ROLE_GENSET_AUTOMATIC, REASON_INTERLOCK_UNKNOWN},
        {INPUT_ROLE_GENSET_RUNNING, REASON_RUNNING_UNKNOWN},
    };

    for (unsigned i = 0; i < sizeof(interlocks) / sizeof(interlocks[0]); i++) {
        by_hand(state);
        world_input(&world, 100, interlocks[i].role, INPUT_VALUE_UNKNOWN);
        world_run(&world, 100);
        assert_start_is_refused(101, interlocks[i].reason);
    }
}

static void a_crank_that_cannot_be_driven_is_no_obstacle_without_one(void **state)
{
    const struct event missing = {.kind = EVENT_OUTPUT,
                                  .at = instant_at(100),
                                  .output = OUTPUT_CRANK,
                                  .output_missing = true};

    (void)state;
    world_step(&world, missing);
    assert_int_equal(genset_obstacle(&world.site, &world.now.state), REASON_LINE_UNAVAILABLE);
    world.site.genset.wiring = GENSET_WIRING_HELD;
    assert_int_equal(genset_obstacle(&world.site, &world.now.state), REASON_NONE);
}

static void an_output_that_is_not_wired_is_not_missed(void **state)
{
    const struct event missing = {.kind = EVENT_OUTPUT,
                                  .at = instant_at(100),
                                  .output = OUTPUT_CRANK,
                                  .output_missing = true};

    (void)state;
    world.site.output_wired[OUTPUT_CRANK] = false;
    world_step(&world, missing);
    assert_false(world.now.state.output_missing[OUTPUT_CRANK]);
}

/* Each time it is told it counts as an attempt: once, not for every word. */
static void an_output_that_is_told_twice_ends_one_attempt(void **state)
{
    const struct event missing = {
        .kind = EVENT_OUTPUT, .at = instant_at(102), .output = OUTPUT_RUN, .output_missing = true};

    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    assert_int_equal(genset->state, GENSET_STATE_PREHEATING);
    world_step(&world, missing);
    world_step(&world, missing);
    assert_int_equal(genset->attempt, 1);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
}

static void the_heartbeat_is_not_the_cores(void **state)
{
    (void)state;
    world.site.output_wired[OUTPUT_HEARTBEAT] = true;
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 110);
    assert_true(drives(OUTPUT_CRANK));
    assert_false(drives(OUTPUT_HEARTBEAT));
}

/* A person takes it back while the contact is in doubt: what then runs is his. */
static void a_start_taken_back_in_doubt_is_the_softwares_no_more(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    running(110, true);
    running_unknown(111);
    assert_true(genset->software_started);
    command(112, COMMAND_KIND_INHIBIT, 60);
    assert_false(genset->software_started);
    assert_false(genset->wanted);
    running(113, true);
    world_run(&world, 113 + CONFIRM);
    assert_int_equal(genset->started_by, START_SOURCE_PANEL);
    world_run(&world, 1000);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
}

/* ---- what another incident forgets ---- */

static void a_stop_by_command_holds_for_its_incident(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 110);
    command(111, COMMAND_KIND_GENSET_STOP, 0);
    world_run(&world, 200);
    assert_true(genset->stop_commanded);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
    input(300, INPUT_ROLE_MAINS_L1, true);
    world_run(&world, 310);
    assert_int_equal(world.now.state.incident.phase, PHASE_IDLE);
    input(400, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 401);
    assert_false(genset->stop_commanded);
    assert_int_equal(genset->state, GENSET_STATE_START_DELAY);
}

/* ---- its stop ---- */

static void run_an_exercise_until_it_cools_down(void)
{
    command(100, COMMAND_KIND_EXERCISE, EXERCISE_S);
    running(110, true);
    world_run(&world, 110 + CONFIRM + EXERCISE);
    assert_int_equal(genset->state, GENSET_STATE_COOLING_DOWN);
    assert_int_equal(genset->due.ms, 110 + CONFIRM + EXERCISE + COOL_DOWN);
    batch_clear(&world.batch);
}

static void an_outage_in_the_cool_down_ends_it(void **state)
{
    (void)state;
    run_an_exercise_until_it_cools_down();
    input(1160, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 1161);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
    assert_unset(genset->due);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_RUNNING).credited_at.ms, 1160);
    world_run(&world, 2000);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
}

static void the_cool_down_waits_while_the_mains_is_in_doubt(void **state)
{
    (void)state;
    run_an_exercise_until_it_cools_down();
    world.site.mains.loss_debounce_ms = 500;
    input(1200, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 110 + CONFIRM + EXERCISE + COOL_DOWN + 10);
    assert_int_equal(genset->state, GENSET_STATE_COOLING_DOWN);
    input(1300, INPUT_ROLE_MAINS_L1, true);
    assert_int_equal(genset->state, GENSET_STATE_STOPPING);
}

static void a_start_by_command_in_the_cool_down_is_the_commands(void **state)
{
    (void)state;
    run_an_exercise_until_it_cools_down();
    assert_int_equal(genset->started_by, START_SOURCE_EXERCISE);
    command(1160, COMMAND_KIND_GENSET_START, 0);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
    assert_int_equal(genset->started_by, START_SOURCE_COMMAND);
    assert_true(genset->stays);
    assert_unset(genset->due);
}

static void an_engine_that_will_not_stop_is_said_once_and_stops_as_it_was_told(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    running(110, true);
    command(200, COMMAND_KIND_GENSET_STOP, 0);
    assert_int_equal(genset->due.ms, 200 + FAIL_TO_STOP);
    world_run(&world, 200 + FAIL_TO_STOP);
    assert_int_equal(genset->state, GENSET_STATE_STOP_FAILED);
    assert_int_equal(genset->reason, REASON_STOP_FAILED);
    assert_unset(genset->due);
    assert_int_equal(world_notice(&world, NOTIFICATION_GENSET_STOP_FAILED).severity,
                     SEVERITY_CRITICAL);
    running(600, false);
    world_run(&world, 600 + LOST_CONFIRM);
    const struct notice stopped = world_notice(&world, NOTIFICATION_GENSET_STOPPED);
    assert_int_equal(stopped.severity, SEVERITY_NOTICE);
    assert_int_equal(stopped.reason, REASON_STOP_COMMANDED);
    assert_int_equal(stopped.credited_at.ms, 600);
    assert_int_equal(genset->run_ms, 600 - 110);
    assert_int_equal(genset->reason, REASON_NONE);
    assert_int_equal(genset->state, GENSET_STATE_SPINNING_DOWN);
    assert_int_equal(genset->due.ms, 600 + LOST_CONFIRM + SPIN_DOWN);
}

static void an_engine_that_dies_by_itself_is_a_warning_with_no_reason(void **state)
{
    (void)state;
    running(100, true);
    running(200, false);
    world_run(&world, 200 + LOST_CONFIRM);
    assert_int_equal(world_notice(&world, NOTIFICATION_GENSET_STOPPED).severity, SEVERITY_WARNING);
    assert_int_equal(world_notice(&world, NOTIFICATION_GENSET_STOPPED).reason, REASON_NONE);
    assert_int_equal(genset->run_ms, 100);
    assert_unset(genset->stopped_at);
}

static void an_engine_that_dies_in_an_outage_is_critical(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_MAINS_L1, false);
    running(110, true);
    running(200, false);
    world_run(&world, 200 + LOST_CONFIRM);
    assert_int_equal(world_notice(&world, NOTIFICATION_GENSET_STOPPED).severity, SEVERITY_CRITICAL);
    assert_int_equal(world.now.state.incident.round, 2);
}

static void no_stop_pulse_is_given_under_an_emergency_stop_or_without_its_output(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    running(110, true);
    input(200, INPUT_ROLE_EMERGENCY_STOP, true);
    command(201, COMMAND_KIND_GENSET_STOP, 0);
    assert_int_equal(genset->state, GENSET_STATE_STOPPING);
    assert_unset(genset->pulse_until);
    by_hand(state);
    world.site.output_wired[OUTPUT_STOP] = false;
    command(100, COMMAND_KIND_GENSET_START, 0);
    running(110, true);
    command(200, COMMAND_KIND_GENSET_STOP, 0);
    assert_int_equal(genset->state, GENSET_STATE_STOPPING);
    assert_unset(genset->pulse_until);
}

/* Started by hand, and driven by nothing: without a stop output nothing stops it. */
static void an_engine_that_nothing_stops_is_said_to_be_so(void **state)
{
    const struct command stop = {.kind = COMMAND_KIND_GENSET_STOP, .confirmed = true};

    (void)state;
    world.site.output_wired[OUTPUT_STOP] = false;
    running(100, true);
    assert_int_equal(world_command(&world, 101, stop), PROMISE_REFUSED);
    assert_int_equal(world.batch.answer_reason, REASON_NO_START_OUTPUT);
}

/* ---- restarts ---- */

/* Fuel that is due in a state that has no preheat: a damaged snapshot says so, and nothing else. */
static void fuel_of_a_damaged_snapshot_is_not_given(void **state)
{
    unsigned line;

    (void)state;
    assert_true(snapshot_read(
        &world.site, &world.now.state, "padam-snapshot 1\ngenset.0.fuel_at 120\nend\n", &line));
    assert_int_equal(genset->fuel_at.ms, 120);
    world_run(&world, 130);
    assert_false(genset->run_held);
    assert_false(drives(OUTPUT_RUN));
}

/* The next configuration has no output to start it by. */
static void a_wish_that_a_restart_leaves_without_an_output_waits(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_GENSET_FAULT, true);
    input(101, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 110);
    assert_true(genset->wanted);
    world.site.genset.wiring = GENSET_WIRING_NONE;
    world_restart(&world, 120);
    world_run(&world, 121);
    input(130, INPUT_ROLE_GENSET_FAULT, false);
    world_run(&world, 1000);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
    assert_false(drives(OUTPUT_RUN));
}

static void a_failed_start_that_is_reset_says_nothing_more(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 200);
    assert_int_equal(genset->reason, REASON_ATTEMPTS_FAILED);
    command(201, COMMAND_KIND_GENSET_RESET, 0);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
    assert_int_equal(genset->reason, REASON_NONE);
    assert_false(genset->latched);
}

static void a_start_in_its_delay_is_under_way_though_a_fault_may_come(void **state)
{
    const struct command start = {.kind = COMMAND_KIND_GENSET_START};

    (void)state;
    world.site.genset.mode = GENSET_MODE_AUTOMATIC;
    world.site.inputs[INPUT_ROLE_GENSET_FAULT].debounce_ms = 20;
    input(100, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 101);
    assert_int_equal(genset->state, GENSET_STATE_START_DELAY);
    input(102, INPUT_ROLE_GENSET_FAULT, true);
    assert_int_equal(world_command(&world, 103, start), PROMISE_GIVEN);
    assert_int_equal(genset->state, GENSET_STATE_START_DELAY);
}

static void a_pulse_starts_what_only_a_command_stops(void **state)
{
    (void)state;
    world.site.genset.wiring = GENSET_WIRING_PULSE;
    world.site.output_wired[OUTPUT_STOP] = false;
    command(100, COMMAND_KIND_GENSET_START, 0);
    assert_true(drives(OUTPUT_RUN));
    running(110, true);
    assert_false(genset->run_held);
    command(200, COMMAND_KIND_GENSET_STOP, 0);
    assert_int_equal(genset->state, GENSET_STATE_STOPPING);
    assert_unset(genset->pulse_until);
}

static void a_pulse_ends_with_a_restart(void **state)
{
    (void)state;
    world.site.genset.wiring = GENSET_WIRING_PULSE;
    command(100, COMMAND_KIND_GENSET_START, 0);
    assert_int_equal(genset->pulse_until.ms, 100 + PULSE);
    batch_clear(&world.batch);
    world_restart(&world, 101);
    world_run(&world, 101);
    assert_unset(genset->pulse_until);
    assert_false(was_driven(OUTPUT_RUN));
}

/* Its edges may be turned round when a clock is put right. */
static void a_run_that_seems_to_end_before_it_began_counts_nothing(void **state)
{
    (void)state;
    running(100, true);
    world_run(&world, 100 + CONFIRM);
    genset->running_at = instant_at(1000);
    running(200, false);
    world_run(&world, 200 + LOST_CONFIRM);
    assert_int_equal(genset->state, GENSET_STATE_SPINNING_DOWN);
    assert_int_equal(genset->run_ms, 0);
}

static void doubt_while_it_spins_down_has_no_timer(void **state)
{
    (void)state;
    running(100, true);
    running(102, false);
    assert_int_equal(genset->due.ms, 102 + SPIN_DOWN);
    running_unknown(103);
    assert_int_equal(genset->state, GENSET_STATE_UNKNOWN);
    assert_unset(genset->due);
}

static void an_emergency_stop_of_a_stopped_genset_latches_it_as_it_is(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_EMERGENCY_STOP, true);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
    assert_true(genset->latched);
    assert_int_equal(genset->failures, 0);
}

static void an_emergency_stop_fails_a_start_that_waits(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_GENSET_FAULT, true);
    input(101, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 110);
    assert_true(genset->wanted);
    input(111, INPUT_ROLE_EMERGENCY_STOP, true);
    assert_int_equal(genset->state, GENSET_STATE_START_FAILED);
    assert_int_equal(genset->failures, 1);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_FAILED).reason,
                     REASON_EMERGENCY_STOP);
}

/* Not before the first attempt: then it is waited for. */
static void a_fault_in_doubt_does_not_fail_a_start_that_has_not_begun(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_GENSET_FAULT, true);
    input(101, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 110);
    assert_true(genset->wanted);
    running_unknown(111);
    assert_int_equal(genset->state, GENSET_STATE_UNKNOWN);
    running(112, false);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
    assert_int_equal(genset->failures, 0);
    assert_true(genset->wanted);
}

static void a_person_who_takes_over_at_the_panel_gives_all_attempts_back(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 101 + DELAY + LEAD);
    assert_int_equal(genset->attempt, 1);
    genset->given_back = 1;
    input(120, INPUT_ROLE_GENSET_AUTOMATIC, false);
    assert_int_equal(genset->attempt, 0);
    assert_int_equal(genset->given_back, 0);
    assert_int_equal(genset->reason, REASON_NOT_AUTOMATIC);
    assert_true(genset->wanted);
    assert_false(drives(OUTPUT_CRANK));
}

static void crank_is_missing(int64_t ms, bool missing)
{
    world_run(&world, ms - 1);
    world_step(&world,
               (struct event){.kind = EVENT_OUTPUT,
                              .at = instant_at(ms),
                              .output = OUTPUT_CRANK,
                              .output_missing = missing});
    world_tick(&world, ms);
}

static void no_more_attempts_are_made_than_there_are(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_MAINS_L1, false);
    for (unsigned attempt = 1; attempt <= 2; attempt++) {
        world_run(&world, 100 * attempt + 20);
        assert_int_equal(genset->attempt, attempt);
        crank_is_missing(100 * attempt + 21, true);
        assert_int_equal(genset->state, GENSET_STATE_STOPPED);
        crank_is_missing(100 * attempt + 102, false);
    }
    assert_int_equal(genset->state, GENSET_STATE_START_FAILED);
    assert_int_equal(genset->last_attempts, 2);
}

static void a_crank_that_waits_for_the_mains_drives_nothing(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 500;
    input(100, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 101 + DELAY);
    assert_int_equal(genset->state, GENSET_STATE_PREHEATING);
    assert_true(drives(OUTPUT_RUN));
    input(113, INPUT_ROLE_MAINS_L1, true);
    world_run(&world, 101 + DELAY + LEAD);
    assert_int_equal(genset->attempt, 0);
    assert_false(genset->run_held);
    assert_false(drives(OUTPUT_RUN));
    assert_true(genset->wanted);
}

static void doubt_while_it_cranks_drives_nothing(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 110);
    assert_true(drives(OUTPUT_CRANK));
    running_unknown(111);
    assert_int_equal(genset->state, GENSET_STATE_UNKNOWN);
    assert_false(drives(OUTPUT_CRANK));
    assert_false(drives(OUTPUT_RUN));
    assert_false(genset->run_held);
    assert_int_equal(genset->reason, REASON_RUNNING_UNKNOWN);
}

static void an_interlock_in_doubt_ends_a_crank(void **state)
{
    static const enum input_role interlocks[] = {
        INPUT_ROLE_EMERGENCY_STOP, INPUT_ROLE_GENSET_FAULT, INPUT_ROLE_GENSET_AUTOMATIC};

    for (unsigned i = 0; i < sizeof(interlocks) / sizeof(interlocks[0]); i++) {
        by_hand(state);
        command(100, COMMAND_KIND_GENSET_START, 0);
        world_run(&world, 110);
        assert_true(drives(OUTPUT_CRANK));
        world_input(&world, 111, interlocks[i], INPUT_VALUE_UNKNOWN);
        world_run(&world, 111);
        assert_false(drives(OUTPUT_CRANK));
        assert_int_equal(genset->state, GENSET_STATE_STOPPED);
        assert_int_equal(genset->reason, REASON_INTERLOCK_UNKNOWN);
    }
}

static void other_inputs_in_doubt_end_no_crank(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 110);
    world_input(&world, 111, INPUT_ROLE_MAINS_L1, INPUT_VALUE_UNKNOWN);
    world_run(&world, 111);
    assert_true(drives(OUTPUT_CRANK));
}

static void a_start_that_is_blocked_and_stopped_says_nothing_more(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 110);
    input(111, INPUT_ROLE_GENSET_AUTOMATIC, false);
    assert_int_equal(genset->reason, REASON_NOT_AUTOMATIC);
    assert_true(genset->wanted);
    command(112, COMMAND_KIND_GENSET_STOP, 0);
    assert_false(genset->wanted);
    assert_int_equal(genset->reason, REASON_NONE);
}

static void an_emergency_stop_holds_the_confirmation_until_it_is_released(void **state)
{
    (void)state;
    running(100, true);
    input(110, INPUT_ROLE_EMERGENCY_STOP, true);
    assert_int_equal(genset->state, GENSET_STATE_CONFIRMING);
    assert_unset(genset->due);
    world_run(&world, 100 + 2 * CONFIRM);
    assert_int_equal(genset->state, GENSET_STATE_CONFIRMING);
    input(200, INPUT_ROLE_EMERGENCY_STOP, false);
    assert_int_equal(genset->due.ms, 200 + CONFIRM);
    world_run(&world, 200 + CONFIRM);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
    assert_true(genset->latched);
}

static void a_contact_that_closes_under_an_emergency_stop_is_not_confirmed(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_EMERGENCY_STOP, true);
    running(101, true);
    assert_int_equal(genset->state, GENSET_STATE_CONFIRMING);
    assert_unset(genset->due);
}

static void a_rest_goes_on_over_a_restart(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 100 + LEAD + CRANK);
    assert_int_equal(genset->state, GENSET_STATE_RESTING);
    world_restart(&world, 130);
    world_run(&world, 130);
    assert_int_equal(genset->state, GENSET_STATE_RESTING);
    assert_int_equal(genset->due.ms, 100 + LEAD + CRANK + REST);
    world_restart(&world, 500);
    assert_int_equal(genset->due.ms, 500);
    world_run(&world, 500);
    assert_int_equal(genset->state, GENSET_STATE_PREHEATING);
}

static void an_exercise_that_an_outage_finds_running_ends_with_the_outage(void **state)
{
    (void)state;
    command(100, COMMAND_KIND_EXERCISE, EXERCISE_S);
    running(110, true);
    world_run(&world, 110 + CONFIRM);
    input(200, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 201);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
    assert_unset(genset->exercise_until);
    assert_int_equal(genset->exercise_ms, 0);
    input(300, INPUT_ROLE_MAINS_L1, true);
    world_run(&world, 310);
    assert_int_equal(genset->state, GENSET_STATE_COOLING_DOWN);
}

static void what_the_operator_said_is_of_its_incident(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 105);
    command(106, COMMAND_KIND_WILL_NOT_START, 0);
    assert_int_equal(genset->reason, REASON_OPERATOR_SAYS_NO);
    assert_false(genset->wanted);
    input(200, INPUT_ROLE_MAINS_L1, true);
    world_run(&world, 210);
    assert_int_equal(world.now.state.incident.phase, PHASE_IDLE);
    assert_int_equal(genset->reason, REASON_NONE);
}

static void what_a_failed_start_says_outlives_its_incident(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_MAINS_L1, false);
    world_run(&world, 300);
    assert_int_equal(genset->state, GENSET_STATE_START_FAILED);
    input(301, INPUT_ROLE_MAINS_L1, true);
    world_run(&world, 310);
    assert_int_equal(world.now.state.incident.phase, PHASE_IDLE);
    assert_int_equal(genset->reason, REASON_ATTEMPTS_FAILED);
}

static void a_load_that_was_not_carried_is_forgotten_with_the_engine(void **state)
{
    (void)state;
    world.site.inputs[INPUT_ROLE_GENSET_VOLTAGE].wired = true;
    input(99, INPUT_ROLE_GENSET_VOLTAGE, false);
    input(100, INPUT_ROLE_MAINS_L1, false);
    running(120, true);
    world_run(&world, 120 + CONFIRM + 1);
    assert_true(genset->not_carrying_alarmed);
    world_input(&world, 180, INPUT_ROLE_GENSET_VOLTAGE, INPUT_VALUE_UNKNOWN);
    world_tick(&world, 180);
    assert_true(genset->not_carrying_alarmed);
    assert_false(core_is_at_rest(&world.site, &world.now.state));
    running(200, false);
    world_run(&world, 200 + LOST_CONFIRM);
    assert_false(genset->not_carrying_alarmed);
    assert_int_equal(genset->state, GENSET_STATE_SPINNING_DOWN);
}

static void what_the_operator_said_is_of_its_incident_also_while_it_spins_down(void **state)
{
    (void)state;
    input(100, INPUT_ROLE_MAINS_L1, false);
    running(102, true);
    running(104, false);
    assert_int_equal(genset->state, GENSET_STATE_SPINNING_DOWN);
    command(106, COMMAND_KIND_WILL_NOT_START, 0);
    assert_int_equal(genset->reason, REASON_OPERATOR_SAYS_NO);
    input(110, INPUT_ROLE_MAINS_L1, true);
    world_run(&world, 112);
    assert_int_equal(world.now.state.incident.phase, PHASE_IDLE);
    assert_int_equal(genset->state, GENSET_STATE_SPINNING_DOWN);
    assert_int_equal(genset->reason, REASON_NONE);
}

static void what_hinders_the_genset_is_what_it_last_came_to(void **state)
{
    (void)state;
    assert_int_equal(genset_obstacle(&world.site, &world.now.state), REASON_NONE);
    command(100, COMMAND_KIND_GENSET_START, 0);
    running(110, true);
    assert_int_equal(genset_obstacle(&world.site, &world.now.state), REASON_NONE);
    world_run(&world, 110 + CONFIRM);
    assert_int_equal(genset_obstacle(&world.site, &world.now.state), REASON_NONE);
    assert_false(core_is_at_rest(&world.site, &world.now.state));
    command(200, COMMAND_KIND_GENSET_STOP, 0);
    assert_int_equal(genset_obstacle(&world.site, &world.now.state), REASON_STOPPING);
    world_run(&world, 200 + FAIL_TO_STOP);
    assert_int_equal(genset_obstacle(&world.site, &world.now.state), REASON_STOP_FAILED);
    by_hand(state);
    command(100, COMMAND_KIND_GENSET_START, 0);
    world_run(&world, 300);
    assert_int_equal(genset_obstacle(&world.site, &world.now.state), REASON_ATTEMPTS_FAILED);
    assert_true(core_is_at_rest(&world.site, &world.now.state));
}

static void an_engine_that_dies_while_it_cools_down_was_to_stop(void **state)
{
    (void)state;
    run_an_exercise_until_it_cools_down();
    running(1160, false);
    world_run(&world, 1160 + LOST_CONFIRM);
    assert_int_equal(world_notice(&world, NOTIFICATION_GENSET_STOPPED).severity, SEVERITY_NOTICE);
}

static void a_cool_down_that_ends_while_the_contact_opens_waits_for_it(void **state)
{
    (void)state;
    run_an_exercise_until_it_cools_down();
    running(110 + CONFIRM + EXERCISE + COOL_DOWN - 5, false);
    world_run(&world, 110 + CONFIRM + EXERCISE + COOL_DOWN + 1);
    assert_int_equal(genset->state, GENSET_STATE_COOLING_DOWN);
    world_run(&world, 110 + CONFIRM + EXERCISE + COOL_DOWN - 5 + LOST_CONFIRM);
    assert_int_equal(genset->state, GENSET_STATE_SPINNING_DOWN);
}

static void a_contact_that_settles_is_taken_for_what_it_was(void **state)
{
    (void)state;
    world.site.inputs[INPUT_ROLE_GENSET_RUNNING].debounce_ms = 20;
    running(100, true);
    running(102, false);
    assert_int_equal(
        genset_crank_blocked(&(struct ctx){.site = &world.site, .state = &world.now.state}),
        REASON_ALREADY_RUNNING);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_source_of_a_start_has_its_actor),
    cmocka_unit_test_setup(a_start_by_command_is_its_own_and_is_timed_from_the_wish, by_hand),
    cmocka_unit_test_setup(a_start_at_the_panel_is_a_persons_and_has_no_duration, by_hand),
    cmocka_unit_test_setup(a_contact_that_was_unknown_is_not_the_softwares_start, by_hand),
    cmocka_unit_test_setup(a_start_in_doubt_stays_the_softwares, by_hand),
    cmocka_unit_test_setup(an_engine_that_a_person_starts_first_is_not_driven, by_hand),
    cmocka_unit_test_setup(an_engine_that_runs_after_all_clears_what_was_said_of_it, by_hand),
    cmocka_unit_test_setup(a_contact_that_drops_out_ends_the_attempt, by_hand),
    cmocka_unit_test_setup(an_engine_that_drops_out_by_hand_spins_down, by_hand),
    cmocka_unit_test_setup(a_start_that_is_stopped_leaves_nothing, by_hand),
    cmocka_unit_test_setup(a_preheat_that_ends_early_gives_no_fuel, by_hand),
    cmocka_unit_test_setup(fuel_is_given_when_the_preheat_is_over, by_hand),
    cmocka_unit_test_setup(an_engine_that_stops_within_the_pulse_ends_it, by_hand),
    cmocka_unit_test_setup(an_exercise_runs_its_time_and_is_forgotten, by_hand),
    cmocka_unit_test_setup(an_exercise_that_dies_is_over, by_hand),
    cmocka_unit_test_setup(an_exercise_that_is_stopped_is_over, by_hand),
    cmocka_unit_test_setup(an_engine_that_a_person_starts_is_no_exercise, by_hand),
    cmocka_unit_test_setup(an_exercise_in_an_outage_is_the_softwares, by_software),
    cmocka_unit_test_setup(a_start_by_command_stays_the_commands_in_an_outage, by_software),
    cmocka_unit_test_setup(the_shortest_preheat_is_one, by_hand),
    cmocka_unit_test_setup(attempts_that_fail_are_counted_and_say_why, by_hand),
    cmocka_unit_test_setup(what_blocked_a_start_is_over_when_it_begins, by_software),
    cmocka_unit_test_setup(an_emergency_stop_refuses_a_start_by_its_name, by_hand),
    cmocka_unit_test_setup(a_fault_that_has_not_settled_refuses_a_start, by_hand),
    cmocka_unit_test_setup(an_interlock_that_is_not_known_refuses_a_start, by_hand),
    cmocka_unit_test_setup(a_crank_that_cannot_be_driven_is_no_obstacle_without_one, by_hand),
    cmocka_unit_test_setup(an_output_that_is_not_wired_is_not_missed, by_hand),
    cmocka_unit_test_setup(an_output_that_is_told_twice_ends_one_attempt, by_hand),
    cmocka_unit_test_setup(the_heartbeat_is_not_the_cores, by_hand),
    cmocka_unit_test_setup(a_start_taken_back_in_doubt_is_the_softwares_no_more, by_hand),
    cmocka_unit_test_setup(a_stop_by_command_holds_for_its_incident, by_software),
    cmocka_unit_test_setup(an_outage_in_the_cool_down_ends_it, by_hand),
    cmocka_unit_test_setup(the_cool_down_waits_while_the_mains_is_in_doubt, by_hand),
    cmocka_unit_test_setup(a_start_by_command_in_the_cool_down_is_the_commands, by_hand),
    cmocka_unit_test_setup(an_engine_that_will_not_stop_is_said_once_and_stops_as_it_was_told,
                           by_hand),
    cmocka_unit_test_setup(an_engine_that_dies_by_itself_is_a_warning_with_no_reason, by_hand),
    cmocka_unit_test_setup(an_engine_that_dies_in_an_outage_is_critical, by_software),
    cmocka_unit_test_setup(no_stop_pulse_is_given_under_an_emergency_stop_or_without_its_output,
                           by_hand),
    cmocka_unit_test_setup(an_engine_that_nothing_stops_is_said_to_be_so, by_hand),
    cmocka_unit_test_setup(fuel_of_a_damaged_snapshot_is_not_given, by_hand),
    cmocka_unit_test_setup(a_wish_that_a_restart_leaves_without_an_output_waits, by_software),
    cmocka_unit_test_setup(a_failed_start_that_is_reset_says_nothing_more, by_hand),
    cmocka_unit_test_setup(a_start_in_its_delay_is_under_way_though_a_fault_may_come, by_hand),
    cmocka_unit_test_setup(a_pulse_starts_what_only_a_command_stops, by_hand),
    cmocka_unit_test_setup(a_pulse_ends_with_a_restart, by_hand),
    cmocka_unit_test_setup(a_run_that_seems_to_end_before_it_began_counts_nothing, by_hand),
    cmocka_unit_test_setup(doubt_while_it_spins_down_has_no_timer, by_hand),
    cmocka_unit_test_setup(an_emergency_stop_of_a_stopped_genset_latches_it_as_it_is, by_hand),
    cmocka_unit_test_setup(an_emergency_stop_fails_a_start_that_waits, by_software),
    cmocka_unit_test_setup(a_fault_in_doubt_does_not_fail_a_start_that_has_not_begun, by_software),
    cmocka_unit_test_setup(a_person_who_takes_over_at_the_panel_gives_all_attempts_back,
                           by_software),
    cmocka_unit_test_setup(no_more_attempts_are_made_than_there_are, by_software),
    cmocka_unit_test_setup(a_crank_that_waits_for_the_mains_drives_nothing, by_software),
    cmocka_unit_test_setup(doubt_while_it_cranks_drives_nothing, by_hand),
    cmocka_unit_test_setup(an_interlock_in_doubt_ends_a_crank, by_hand),
    cmocka_unit_test_setup(other_inputs_in_doubt_end_no_crank, by_hand),
    cmocka_unit_test_setup(a_start_that_is_blocked_and_stopped_says_nothing_more, by_hand),
    cmocka_unit_test_setup(an_emergency_stop_holds_the_confirmation_until_it_is_released, by_hand),
    cmocka_unit_test_setup(a_contact_that_closes_under_an_emergency_stop_is_not_confirmed, by_hand),
    cmocka_unit_test_setup(a_rest_goes_on_over_a_restart, by_hand),
    cmocka_unit_test_setup(an_exercise_that_an_outage_finds_running_ends_with_the_outage,
                           by_software),
    cmocka_unit_test_setup(what_the_operator_said_is_of_its_incident, by_software),
    cmocka_unit_test_setup(what_a_failed_start_says_outlives_its_incident, by_software),
    cmocka_unit_test_setup(a_load_that_was_not_carried_is_forgotten_with_the_engine, by_software),
    cmocka_unit_test_setup(what_the_operator_said_is_of_its_incident_also_while_it_spins_down,
                           by_software),
    cmocka_unit_test_setup(what_hinders_the_genset_is_what_it_last_came_to, by_hand),
    cmocka_unit_test_setup(an_engine_that_dies_while_it_cools_down_was_to_stop, by_hand),
    cmocka_unit_test_setup(a_cool_down_that_ends_while_the_contact_opens_waits_for_it, by_hand),
    cmocka_unit_test_setup(a_contact_that_settles_is_taken_for_what_it_was, by_hand),
};

int main(void)
{
    return cmocka_run_group_tests_name("core/genset", tests, NULL, NULL);
}

/* The procedure: what each step's record, each notice and each round says, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/machine.h"
#include "core/snapshot.h"
#include "core_world.h"

/* The mains is lost at LOST. */
enum {
    LOST = 1000,
    START_DUE = LOST + 300,
    FAILED_DUE = LOST + 600,
    SHUTDOWN_DUE = LOST + 900,
    REPEAT = 200,
    CONFIRM = 20,
    RETURN = 50
};

static struct world world;
static struct incident *const incident = &world.now.state.incident;

static void input(int64_t ms, enum input_role role, bool on)
{
    world_run(&world, ms - 1);
    world_input(&world, ms, role, on ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
    world_tick(&world, ms);
}

static void mains(int64_t ms, bool on)
{
    input(ms, INPUT_ROLE_MAINS_L1, on);
}

static void running(int64_t ms, bool on)
{
    input(ms, INPUT_ROLE_GENSET_RUNNING, on);
}

static void command(int64_t ms, struct command asked)
{
    asked.confirmed = true;
    world_run(&world, ms - 1);
    assert_int_equal(world_command(&world, ms, asked), PROMISE_GIVEN);
    world_tick(&world, ms);
}

static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    site.mains.return_confirm_ms = RETURN;
    site.genset.mode = GENSET_MODE_MANUAL;
    site.genset.running_confirm_ms = CONFIRM;
    site.procedure = (struct procedure_settings){.start_due_ms = START_DUE - LOST,
                                                 .report_failed_due_ms = FAILED_DUE - LOST,
                                                 .shutdown_due_ms = SHUTDOWN_DUE - LOST,
                                                 .repeat_ms = REPEAT};
    site.shutdown.automatic = false;
    site.inputs[INPUT_ROLE_EMERGENCY_STOP].wired = true;
    site.inputs[INPUT_ROLE_WILL_NOT_START].wired = true;
    site.inputs[INPUT_ROLE_UPS_BATTERY_LOW].wired = true;
    world_init(&world, &site, WORLD_SERVERS, instant_at(0));
    for (size_t i = 0; i < WORLD_SERVERS; i++)
        world.servers[i].command_timeout_ms = world.servers[i].off_within_ms = 50;
    mains(1, true);
    running(1, false);
    input(1, INPUT_ROLE_EMERGENCY_STOP, false);
    input(1, INPUT_ROLE_WILL_NOT_START, false);
    input(1, INPUT_ROLE_UPS_BATTERY_LOW, false);
    world_run(&world, LOST - 1);
    batch_clear(&world.batch);
    return 0;
}

static int open_outage(void **state)
{
    open_world(state);
    mains(LOST, false);
    world_run(&world, LOST + 1);
    assert_int_equal(incident->phase, PHASE_DECIDING);
    return 0;
}

/* ---- what is looked at ---- */

static const struct step *step(unsigned number)
{
    return &incident->steps[number - 1];
}

static void assert_said(enum notification what, enum severity severity, int64_t at_ms,
                        unsigned number)
{
    const struct notice notice = world_notice(&world, what);

    assert_int_equal(notice.severity, severity);
    assert_int_equal(notice.at.ms, at_ms);
    assert_int_equal(notice.step, number);
    assert_int_equal(notice.incident, incident->id);
    assert_int_equal(notice.round, incident->round);
}

/* The last one of the incident. */
static struct incident_put incident_row(void)
{
    struct incident_put row = {.id = 0};

    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_PUT_INCIDENT)
            row = world.actions[i].incident;
    assert_true(row.id > 0);
    return row;
}

/* What was put last says what the state says. */
static void assert_row(unsigned number)
{
    struct record_put row = {.step = 0};

    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_PUT_RECORD && world.actions[i].record.step == number)
            row = world.actions[i].record;
    assert_int_equal(row.step, number);
    assert_int_equal(row.id, step(number)->record);
    assert_int_equal(row.incident, incident->id);
    assert_int_equal(row.round, incident->round);
    assert_int_equal(row.verdict, step(number)->state);
    assert_int_equal(row.answer, step(number)->answer);
    assert_int_equal(row.done_by, step(number)->done_by);
    assert_int_equal(row.clock_start.ms, step(number)->clock_start.ms);
    assert_int_equal(row.due.ms, step(number)->due.ms);
    assert_int_equal(row.done_at.ms, step(number)->done_at.ms);
    assert_int_equal(row.deviation, step(number)->deviation);
    bool is_late = row.verdict == STEP_STATE_MISSED && row.done_at.ms > row.due.ms;
    assert_int_equal(row.lateness_ms, is_late ? row.done_at.ms - row.due.ms : -1);
}

static void assert_rows(void)
{
    for (unsigned number = 1; number <= STEP_COUNT; number++)
        assert_row(number);
}

static void assert_done(unsigned number, enum step_state verdict, int64_t done_ms, enum actor by)
{
    assert_int_equal(step(number)->state, verdict);
    assert_int_equal(step(number)->done_at.ms, done_ms);
    assert_int_equal(step(number)->done_by, by);
}

static void assert_state(unsigned number, enum step_state verdict)
{
    assert_done(number, verdict, INSTANT_NONE.ms, ACTOR_NONE);
}

/* ---- a round ---- */

static void a_round_opens_three_steps_and_lets_three_wait(void **state)
{
    (void)state;
    incident->escalated = incident->horn_silenced = incident->shutdown_done_notified = true;
    mains(LOST, false);
    world_run(&world, LOST + 1);
    assert_int_equal(incident->id, 1);
    assert_int_equal(incident->round, 1);
    assert_int_equal(incident->kind, INCIDENT_KIND_OUTAGE);
    assert_int_equal(incident->lost_at.ms, LOST);
    assert_int_equal(incident->round_start.ms, LOST);
    assert_int_equal(incident->genset_lost_at.ms, INSTANT_NONE.ms);
    assert_false(incident->escalated || incident->horn_silenced ||
                 incident->shutdown_done_notified || incident->shutdown_begun);
    static const int64_t dues[] = {
        START_DUE, START_DUE, START_DUE, FAILED_DUE, SHUTDOWN_DUE, SHUTDOWN_DUE};
    for (unsigned number = 1; number <= STEP_COUNT; number++) {
        assert_state(number, number <= 3 ? STEP_STATE_OPEN : STEP_STATE_WAITING);
        assert_int_equal(step(number)->due.ms, dues[number - 1]);
        assert_int_equal(step(number)->clock_start.ms, LOST);
        assert_int_equal(step(number)->answer, ANSWER_UNDECIDED);
        assert_int_equal(step(number)->record, number);
        assert_int_equal(step(number)->deviation, 0);
        assert_int_equal(step(number)->deviation_kind, DEVIATION_KIND_TIME);
        assert_int_equal(step(number)->deviation_input, INPUT_ROLE_UNKNOWN);
        assert_int_equal(step(number)->repeat_at.ms, INSTANT_NONE.ms);
    }
    assert_rows();
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, START_DUE);
}

static void an_outage_is_announced_with_its_edge(void **state)
{
    (void)state;
    assert_said(NOTIFICATION_MAINS_LOST, SEVERITY_CRITICAL, LOST + 1, 0);
    assert_int_equal(world_notice(&world, NOTIFICATION_MAINS_LOST).credited_at.ms, LOST);
    assert_said(NOTIFICATION_OUTAGE_OPENED, SEVERITY_CRITICAL, LOST + 1, 0);
    assert_int_equal(world_notice(&world, NOTIFICATION_OUTAGE_OPENED).credited_at.ms, LOST);
    const struct incident_put row = incident_row();
    assert_int_equal(row.id, 1);
    assert_int_equal(row.kind, INCIDENT_KIND_OUTAGE);
    assert_int_equal(row.state, INCIDENT_STATE_OPEN);
    assert_int_equal(row.lost_at.ms, LOST);
    assert_int_equal(row.closed_at.ms, INSTANT_NONE.ms);
    assert_int_equal(row.rounds, 1);
    assert_int_equal(row.deviations, 0);
    assert_false(row.estimated);
}

static void a_running_genset_meets_three_steps_and_needs_no_more(void **state)
{
    (void)state;
    running(LOST + 100, true);
    world_run(&world, LOST + 100 + CONFIRM);
    assert_int_equal(incident->phase, PHASE_RUNNING);
    for (unsigned number = 1; number <= 3; number++)
        assert_done(number, STEP_STATE_MET, LOST + 100, ACTOR_PERSON);
    for (unsigned number = 4; number <= STEP_COUNT; number++)
        assert_state(number, STEP_STATE_NOT_REQUIRED);
    assert_int_equal(step(2)->answer, ANSWER_YES);
    assert_rows();
    assert_said(NOTIFICATION_REPORT_RUNNING, SEVERITY_NOTICE, LOST + 100 + CONFIRM, 3);
    const struct notice report = world_notice(&world, NOTIFICATION_REPORT_RUNNING);
    assert_int_equal(report.credited_at.ms, LOST + 100);
    assert_int_equal(report.actor, ACTOR_PERSON);
    batch_clear(&world.batch);
    world_run(&world, SHUTDOWN_DUE + 10 * REPEAT);
    assert_said(NOTIFICATION_DEADLINE_MET, SEVERITY_NOTICE, START_DUE, 3);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MET).credited_at.ms, LOST + 100);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MET).amount_ms, -1);
    assert_int_equal(world.batch.count, 1);
}

static void an_operator_who_says_no_meets_step_4_and_opens_5_and_6(void **state)
{
    (void)state;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    assert_int_equal(incident->phase, PHASE_FAILED);
    assert_done(1, STEP_STATE_MET, LOST + 100, ACTOR_PERSON);
    assert_done(2, STEP_STATE_MET, LOST + 100, ACTOR_PERSON);
    assert_state(3, STEP_STATE_NOT_REQUIRED);
    assert_done(4, STEP_STATE_MET, LOST + 100, ACTOR_PERSON);
    assert_state(5, STEP_STATE_OPEN);
    assert_state(6, STEP_STATE_OPEN);
    assert_int_equal(step(5)->due.ms, SHUTDOWN_DUE);
    assert_int_equal(step(5)->clock_start.ms, LOST);
    assert_int_equal(step(2)->answer, ANSWER_NO);
    assert_rows();
    assert_said(NOTIFICATION_REPORT_FAILED, SEVERITY_CRITICAL, LOST + 100, 4);
    const struct notice report = world_notice(&world, NOTIFICATION_REPORT_FAILED);
    assert_int_equal(report.credited_at.ms, LOST + 100);
    assert_int_equal(report.actor, ACTOR_PERSON);
    assert_int_equal(report.reason, REASON_OPERATOR_SAYS_NO);
    batch_clear(&world.batch);
    world_run(&world, START_DUE);
    assert_int_equal(world.batch.count, 0);
    world_run(&world, FAILED_DUE);
    assert_said(NOTIFICATION_DEADLINE_MET, SEVERITY_NOTICE, FAILED_DUE, 4);
}

static void silence_misses_three_steps_and_the_software_reports(void **state)
{
    (void)state;
    batch_clear(&world.batch);
    world_run(&world, START_DUE);
    for (unsigned number = 1; number <= 3; number++) {
        assert_state(number, STEP_STATE_MISSED);
        assert_int_equal(step(number)->deviation, number);
        assert_row(number);
    }
    assert_said(NOTIFICATION_DEADLINE_MISSED, SEVERITY_CRITICAL, START_DUE, 3);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).count, 3);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).amount_ms, -1);
    assert_int_equal(step(3)->repeat_at.ms, START_DUE + REPEAT);
    assert_int_equal(step(1)->repeat_at.ms, INSTANT_NONE.ms);
    batch_clear(&world.batch);
    world_run(&world, START_DUE + REPEAT);
    assert_said(NOTIFICATION_DEADLINE_STILL_MISSED, SEVERITY_CRITICAL, START_DUE + REPEAT, 3);
    assert_int_equal(world.batch.count, 1);
    assert_int_equal(step(3)->repeat_at.ms, START_DUE + 2 * REPEAT);
    batch_clear(&world.batch);
    world_run(&world, FAILED_DUE);
    assert_int_equal(incident->phase, PHASE_FAILED);
    assert_said(NOTIFICATION_REPORT_FAILED, SEVERITY_CRITICAL, FAILED_DUE, 4);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_FAILED).reason, REASON_SILENCE);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_FAILED).actor, ACTOR_SOFTWARE);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_FAILED).credited_at.ms, FAILED_DUE);
    assert_said(NOTIFICATION_DEADLINE_MET, SEVERITY_NOTICE, FAILED_DUE, 4);
    assert_done(4, STEP_STATE_MET, FAILED_DUE, ACTOR_SOFTWARE);
    assert_state(1, STEP_STATE_MISSED);
    assert_state(3, STEP_STATE_MISSED);
    assert_int_equal(step(2)->answer, ANSWER_NO);
    batch_clear(&world.batch);
    world_run(&world, SHUTDOWN_DUE - 1);
    assert_int_equal(world.batch.count, 0);
    assert_int_equal(step(3)->repeat_at.ms, INSTANT_NONE.ms);
}

static void steps_5_and_6_that_nobody_does_are_missed_escalated_and_repeated(void **state)
{
    (void)state;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    world_run(&world, SHUTDOWN_DUE - 1);
    batch_clear(&world.batch);
    world_run(&world, SHUTDOWN_DUE);
    assert_state(5, STEP_STATE_MISSED);
    assert_state(6, STEP_STATE_MISSED);
    assert_int_equal(step(6)->answer, ANSWER_NO);
    assert_int_equal(step(5)->deviation_kind, DEVIATION_KIND_TIME);
    assert_said(NOTIFICATION_DEADLINE_MISSED, SEVERITY_CRITICAL, SHUTDOWN_DUE, 6);
    assert_said(NOTIFICATION_SHUTDOWN_ESCALATED, SEVERITY_CRITICAL, SHUTDOWN_DUE, 6);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_ESCALATED).count, WORLD_SERVERS);
    assert_true(incident->escalated);
    batch_clear(&world.batch);
    world_run(&world, SHUTDOWN_DUE + REPEAT);
    assert_said(NOTIFICATION_DEADLINE_STILL_MISSED, SEVERITY_CRITICAL, SHUTDOWN_DUE + REPEAT, 6);
    assert_int_equal(world.batch.count, 1);
}

static void a_late_start_amends_what_was_missed(void **state)
{
    (void)state;
    running(START_DUE + 50, true);
    batch_clear(&world.batch);
    world_run(&world, START_DUE + 50 + CONFIRM);
    for (unsigned number = 1; number <= 3; number++)
        assert_done(number, STEP_STATE_MISSED, START_DUE + 50, ACTOR_PERSON);
    unsigned amended = 0;
    for (size_t i = 0; i < world.batch.count; i++) {
        const struct action *action = &world.actions[i];
        if (action->kind == ACTION_PUT_DEVIATION) {
            assert_int_equal(action->deviation.amount_ms, 50);
            assert_int_equal(action->deviation.id, action->deviation.step);
            assert_int_equal(action->deviation.cause, action->deviation.step == 1 ? 0 : 1);
            amended++;
        }
    }
    assert_int_equal(amended, 3);
    for (unsigned number = 1; number <= 3; number++)
        assert_row(number);
    batch_clear(&world.batch);
    world_run(&world, START_DUE + 5 * REPEAT);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_STILL_MISSED), 0);
    mains(START_DUE + 6 * REPEAT, true);
    world_run(&world, START_DUE + 6 * REPEAT + RETURN);
    assert_int_equal(incident->phase, PHASE_IDLE);
    for (size_t i = 0; i < world.batch.count; i++)
        assert_int_not_equal(world.actions[i].kind, ACTION_PUT_DEVIATION);
}

/* ---- its end ---- */

static void an_outage_that_ends_says_how_long_it_was(void **state)
{
    (void)state;
    mains(LOST + 150, true);
    batch_clear(&world.batch);
    world_run(&world, LOST + 150 + RETURN);
    assert_int_equal(incident->phase, PHASE_IDLE);
    const struct incident_put row = incident_row();
    assert_int_equal(row.state, INCIDENT_STATE_CLOSED);
    assert_int_equal(row.closed_at.ms, LOST + 150);
    const struct notice restored = world_notice(&world, NOTIFICATION_MAINS_RESTORED);
    assert_int_equal(restored.severity, SEVERITY_NOTICE);
    assert_int_equal(restored.credited_at.ms, LOST + 150);
    const struct notice closed = world_notice(&world, NOTIFICATION_OUTAGE_CLOSED);
    assert_int_equal(closed.severity, SEVERITY_NOTICE);
    assert_int_equal(closed.credited_at.ms, LOST + 150);
    assert_int_equal(closed.amount_ms, 150);
    assert_int_equal(closed.count, 0);
    for (unsigned number = 1; number <= STEP_COUNT; number++)
        assert_state(number, STEP_STATE_NOT_REQUIRED);
    assert_rows();
    batch_clear(&world.batch);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, INSTANT_NEVER.ms);
}

static void an_outage_counts_its_deviations_and_says_how_late_each_step_was(void **state)
{
    (void)state;
    world_run(&world, START_DUE);
    mains(START_DUE + 100, true);
    batch_clear(&world.batch);
    world_run(&world, START_DUE + 100 + RETURN);
    assert_int_equal(world_notice(&world, NOTIFICATION_OUTAGE_CLOSED).count, 3);
    assert_int_equal(incident_row().deviations, 3);
    unsigned amended = 0;
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_PUT_DEVIATION) {
            assert_int_equal(world.actions[i].deviation.amount_ms, 100);
            amended++;
        }
    assert_int_equal(amended, 3);
}

/* ---- held ---- */

static void what_is_due_while_a_start_is_confirmed_is_held_and_said_once(void **state)
{
    (void)state;
    running(START_DUE - 5, true);
    batch_clear(&world.batch);
    world_run(&world, START_DUE + 1);
    for (unsigned number = 1; number <= 3; number++) {
        assert_state(number, STEP_STATE_HELD);
        assert_row(number);
    }
    assert_said(NOTIFICATION_DEADLINE_HELD, SEVERITY_WARNING, START_DUE, 3);
    batch_clear(&world.batch);
    world_run(&world, START_DUE - 5 + CONFIRM);
    for (unsigned number = 1; number <= 3; number++)
        assert_done(number, STEP_STATE_MET, START_DUE - 5, ACTOR_PERSON);
    assert_said(NOTIFICATION_DEADLINE_MET, SEVERITY_NOTICE, START_DUE - 5 + CONFIRM, 3);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MET).credited_at.ms, START_DUE - 5);
}

static void what_was_held_and_did_not_come_is_missed_when_that_is_known(void **state)
{
    (void)state;
    running(START_DUE - 5, true);
    running(START_DUE + 5, false);
    batch_clear(&world.batch);
    world_run(&world, START_DUE + 6);
    for (unsigned number = 1; number <= 3; number++)
        assert_state(number, STEP_STATE_MISSED);
    batch_clear(&world.batch);
    world_run(&world, START_DUE + REPEAT);
    assert_said(NOTIFICATION_DEADLINE_STILL_MISSED, SEVERITY_CRITICAL, START_DUE + REPEAT, 3);
}

/* Longer than the repeats: those that are over are not caught up. */
static void what_was_held_for_long_is_repeated_from_then_on(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 5000;
    mains(START_DUE - 5, true);
    world_run(&world, START_DUE + 2 * REPEAT + 50);
    batch_clear(&world.batch);
    mains(START_DUE + 2 * REPEAT + 60, false);
    world_run(&world, START_DUE + 2 * REPEAT + 70);
    for (unsigned number = 1; number <= 3; number++)
        assert_int_equal(step(number)->state, STEP_STATE_MISSED);
    assert_said(NOTIFICATION_REPORT_FAILED, SEVERITY_CRITICAL, START_DUE + 2 * REPEAT + 61, 4);
    assert_said(NOTIFICATION_DEADLINE_MISSED, SEVERITY_CRITICAL, START_DUE + 2 * REPEAT + 61, 3);
    assert_int_equal(step(3)->repeat_at.ms, START_DUE + 3 * REPEAT);
}

static void a_verdict_that_is_held_when_the_round_ends_counts_what_was_due(void **state)
{
    (void)state;
    mains(START_DUE - 5, true);
    world_run(&world, START_DUE);
    assert_state(3, STEP_STATE_HELD);
    batch_clear(&world.batch);
    world_run(&world, START_DUE - 5 + RETURN);
    assert_int_equal(incident->phase, PHASE_IDLE);
    assert_state(3, STEP_STATE_NOT_REQUIRED);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 0);
}

/* ---- what is known when a round begins ---- */

static void an_emergency_stop_is_known_when_the_round_begins(void **state)
{
    (void)state;
    input(LOST - 500, INPUT_ROLE_EMERGENCY_STOP, true);
    mains(LOST, false);
    world_run(&world, LOST + 1);
    assert_said(NOTIFICATION_REPORT_FAILED, SEVERITY_CRITICAL, LOST + 1, 4);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_FAILED).reason,
                     REASON_EMERGENCY_STOP);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_FAILED).actor, ACTOR_PERSON);
    assert_done(4, STEP_STATE_MET, LOST + 1, ACTOR_PERSON);
}

static void what_the_operator_said_is_known_when_the_round_begins(void **state)
{
    (void)state;
    input(LOST - 500, INPUT_ROLE_WILL_NOT_START, true);
    assert_int_equal(incident->phase, PHASE_IDLE);
    mains(LOST, false);
    world_run(&world, LOST + 1);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_FAILED).reason,
                     REASON_OPERATOR_SAYS_NO);
    assert_done(4, STEP_STATE_MET, LOST + 1, ACTOR_PERSON);
}

static void a_genset_that_runs_already_is_credited_to_the_beginning(void **state)
{
    (void)state;
    running(LOST - 500, true);
    mains(LOST, false);
    world_run(&world, LOST + 1);
    assert_int_equal(incident->phase, PHASE_RUNNING);
    assert_done(3, STEP_STATE_MET, LOST, ACTOR_PERSON);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_RUNNING).credited_at.ms, LOST);
    running(LOST + 50, false);
    world_run(&world, LOST + 60);
    assert_int_equal(incident->round, 2);
}

/* ---- further rounds ---- */

static void a_genset_that_stops_opens_a_round_from_its_edge(void **state)
{
    (void)state;
    running(LOST + 100, true);
    world_run(&world, LOST + 200);
    incident->shutdown_cancelled = incident->horn_silenced = true;
    incident->escalated = incident->shutdown_done_notified = true;
    batch_clear(&world.batch);
    running(LOST + 210, false);
    world_run(&world, LOST + 211);
    assert_false(incident->horn_silenced || incident->escalated ||
                 incident->shutdown_done_notified);
    assert_int_equal(incident->round, 2);
    assert_int_equal(incident->round_start.ms, LOST + 210);
    assert_int_equal(incident->phase, PHASE_DECIDING);
    assert_int_equal(incident->genset_lost_at.ms, INSTANT_NONE.ms);
    assert_false(incident->shutdown_cancelled);
    assert_said(NOTIFICATION_ROUND_OPENED, SEVERITY_CRITICAL, LOST + 211, 0);
    assert_int_equal(world_notice(&world, NOTIFICATION_ROUND_OPENED).credited_at.ms, LOST + 210);
    assert_int_equal(incident_row().rounds, 2);
    assert_int_equal(incident_row().state, INCIDENT_STATE_OPEN);
    assert_int_equal(step(3)->due.ms, LOST + 210 + START_DUE - LOST);
    assert_int_equal(step(3)->record, 9);
}

static void a_genset_lost_while_the_mains_returns_opens_a_round_only_with_a_relapse(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 500;
    running(LOST + 100, true);
    mains(LOST + 200, true);
    running(LOST + 210, false);
    world_run(&world, LOST + 220);
    assert_int_equal(incident->round, 1);
    assert_int_equal(incident->genset_lost_at.ms, LOST + 210);
    mains(LOST + 300, false);
    world_run(&world, LOST + 301);
    assert_int_equal(incident->round, 2);
    assert_int_equal(incident->round_start.ms, LOST + 210);
    assert_int_equal(incident->genset_lost_at.ms, INSTANT_NONE.ms);
}

static void a_genset_that_runs_again_before_the_relapse_opens_none(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 500;
    running(LOST + 100, true);
    mains(LOST + 200, true);
    running(LOST + 210, false);
    running(LOST + 230, true);
    world_run(&world, LOST + 230 + CONFIRM);
    assert_int_equal(incident->genset_lost_at.ms, INSTANT_NONE.ms);
    mains(LOST + 300, false);
    world_run(&world, LOST + 310);
    assert_int_equal(incident->round, 1);
}

static void an_emergency_stop_is_remembered_by_the_next_round(void **state)
{
    (void)state;
    running(LOST + 100, true);
    world_run(&world, LOST + 200);
    world.site.genset.running_lost_confirm_ms = 50;
    input(LOST + 210, INPUT_ROLE_EMERGENCY_STOP, true);
    running(LOST + 215, false);
    input(LOST + 220, INPUT_ROLE_EMERGENCY_STOP, false);
    assert_true(incident->emergency_stopped);
    batch_clear(&world.batch);
    world_run(&world, LOST + 215 + 50);
    assert_int_equal(incident->round, 2);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_FAILED).reason,
                     REASON_EMERGENCY_STOP);
}

/* The latch was reset meanwhile: then it may be started. */
static void an_emergency_stop_that_was_reset_is_over(void **state)
{
    (void)state;
    running(LOST + 100, true);
    world_run(&world, LOST + 200);
    world.site.genset.running_lost_confirm_ms = 50;
    input(LOST + 210, INPUT_ROLE_EMERGENCY_STOP, true);
    running(LOST + 215, false);
    input(LOST + 220, INPUT_ROLE_EMERGENCY_STOP, false);
    command(LOST + 230, (struct command){.kind = COMMAND_KIND_GENSET_RESET});
    world_run(&world, LOST + 215 + 50);
    assert_int_equal(incident->round, 2);
    assert_int_equal(incident->phase, PHASE_DECIDING);
}

/* ---- steps 5 and 6 open ---- */

static void a_shutdown_due_from_its_opening_waits_for_that(void **state)
{
    (void)state;
    world.site.procedure.shutdown_due_from_opening = true;
    mains(LOST, false);
    world_run(&world, LOST + 1);
    assert_int_equal(step(5)->due.ms, INSTANT_NONE.ms);
    assert_int_equal(step(6)->due.ms, INSTANT_NONE.ms);
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    assert_state(5, STEP_STATE_OPEN);
    assert_int_equal(step(5)->clock_start.ms, LOST + 100);
    assert_int_equal(step(5)->due.ms, LOST + 100 + SHUTDOWN_DUE - LOST);
    assert_int_equal(step(6)->due.ms, LOST + 100 + SHUTDOWN_DUE - LOST);
}

/* Steps 5 and 6 were not required; what makes them so comes when their due is over. */
static void a_shutdown_needed_after_its_due_has_the_time_between_steps_4_and_5(void **state)
{
    (void)state;
    world.site.shutdown.automatic = true;
    running(LOST + 100, true);
    world_run(&world, SHUTDOWN_DUE + 100);
    assert_state(5, STEP_STATE_NOT_REQUIRED);
    command(SHUTDOWN_DUE + 101,
            (struct command){.kind = COMMAND_KIND_SHUTDOWN_ALL, .confirmed = true});
    world_input(&world, SHUTDOWN_DUE + 102, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_UNKNOWN);
    world_input(&world, SHUTDOWN_DUE + 103, INPUT_ROLE_UPS_BATTERY_LOW, INPUT_VALUE_ACTIVE);
    world_tick(&world, SHUTDOWN_DUE + 103);
    assert_int_equal(step(5)->state, STEP_STATE_OPEN);
    assert_int_equal(step(5)->due.ms, SHUTDOWN_DUE + 103 + SHUTDOWN_DUE - FAILED_DUE);
    assert_int_equal(step(6)->due.ms, SHUTDOWN_DUE + 103 + SHUTDOWN_DUE - FAILED_DUE);
}

static void without_servers_steps_5_and_6_are_not_required(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 0;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    assert_state(5, STEP_STATE_NOT_REQUIRED);
    assert_state(6, STEP_STATE_NOT_REQUIRED);
    world_run(&world, SHUTDOWN_DUE + 2 * REPEAT);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 0);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_ESCALATED), 0);
}

/* ---- drills ---- */

static void a_drill_is_opened_and_ended_by_command(void **state)
{
    (void)state;
    command(LOST, (struct command){.kind = COMMAND_KIND_DRILL_BEGIN, .arm_genset = true});
    assert_int_equal(incident->kind, INCIDENT_KIND_DRILL);
    assert_int_equal(incident->phase, PHASE_DECIDING);
    assert_int_equal(incident->lost_at.ms, LOST);
    assert_true(incident->arm_genset);
    assert_false(incident->estimated);
    assert_said(NOTIFICATION_DRILL_BEGUN, SEVERITY_NOTICE, LOST, 0);
    assert_true(world_notice(&world, NOTIFICATION_DRILL_BEGUN).drill);
    incident->genset_lost_at = instant_at(LOST);
    incident->ups_forced = true;
    batch_clear(&world.batch);
    command(LOST + 10, (struct command){.kind = COMMAND_KIND_DRILL_END});
    assert_int_equal(incident->phase, PHASE_IDLE);
    assert_int_equal(incident_row().state, INCIDENT_STATE_CLOSED);
    assert_int_equal(incident_row().closed_at.ms, LOST + 10);
    assert_int_equal(world_notice(&world, NOTIFICATION_DRILL_ENDED).severity, SEVERITY_NOTICE);
    assert_false(incident->arm_genset || incident->arm_servers || incident->ups_forced);
    assert_int_equal(incident->genset_lost_at.ms, INSTANT_NONE.ms);
}

static void an_outage_takes_over_a_drill_and_its_arming_is_over(void **state)
{
    (void)state;
    command(LOST - 100,
            (struct command){
                .kind = COMMAND_KIND_DRILL_BEGIN, .arm_genset = true, .arm_servers = true});
    batch_clear(&world.batch);
    mains(LOST, false);
    world_run(&world, LOST + 1);
    assert_int_equal(world_notice(&world, NOTIFICATION_DRILL_ENDED).severity, SEVERITY_NOTICE);
    assert_int_equal(incident->kind, INCIDENT_KIND_OUTAGE);
    assert_int_equal(incident->id, 2);
    assert_int_equal(incident->lost_at.ms, LOST);
    assert_false(incident->arm_genset || incident->arm_servers);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_OUTAGE_OPENED), 1);
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_PUT_INCIDENT && world.actions[i].incident.id == 1) {
            assert_int_equal(world.actions[i].incident.state, INCIDENT_STATE_CLOSED);
            assert_int_equal(world.actions[i].incident.closed_at.ms, LOST + 1);
        }
}

/* ---- what a damaged snapshot may bring about ---- */

static void raise_signal(enum signal_kind kind)
{
    static struct ctx ctx;
    const struct signal signal = {.kind = kind, .at = world.now.state.ticked};

    ctx = (struct ctx){.site = &world.site,
                       .state = &world.now.state,
                       .batch = &world.batch,
                       .now = world.now.state.ticked};
    sop_signal(&ctx, &signal);
}

static void an_open_outage_is_neither_opened_again_nor_ended_as_a_drill(void **state)
{
    (void)state;
    batch_clear(&world.batch);
    raise_signal(SIGNAL_MAINS_LOST);
    raise_signal(SIGNAL_DRILL_END);
    assert_int_equal(world.batch.count, 0);
    assert_int_equal(incident->id, 1);
    assert_int_equal(incident->phase, PHASE_DECIDING);
}

static void the_mains_does_not_end_a_drill(void **state)
{
    (void)state;
    command(LOST, (struct command){.kind = COMMAND_KIND_DRILL_BEGIN});
    batch_clear(&world.batch);
    raise_signal(SIGNAL_MAINS_CONFIRMED);
    assert_int_equal(world.batch.count, 0);
    assert_int_equal(incident->phase, PHASE_DECIDING);
}

/* ---- over a restart, and a clock that is set ---- */

static void repeats_of_an_absence_are_not_caught_up(void **state)
{
    (void)state;
    world.site.procedure.report_failed_due_ms = 100000;
    incident->steps[3].due = instant_at(LOST + 100000);
    world_run(&world, START_DUE + REPEAT + 10);
    assert_int_equal(step(3)->repeat_at.ms, START_DUE + 2 * REPEAT);
    world_restart(&world, START_DUE + 2 * REPEAT);
    assert_int_equal(step(3)->repeat_at.ms, START_DUE + 2 * REPEAT);
    world_restart(&world, START_DUE + 4 * REPEAT + 1);
    assert_int_equal(step(3)->repeat_at.ms, START_DUE + 5 * REPEAT);
    world_restart(&world, START_DUE + 7 * REPEAT);
    assert_int_equal(step(3)->repeat_at.ms, START_DUE + 7 * REPEAT);
    batch_clear(&world.batch);
    world_run(&world, START_DUE + 7 * REPEAT);
    assert_said(NOTIFICATION_DEADLINE_STILL_MISSED, SEVERITY_CRITICAL, START_DUE + 7 * REPEAT, 3);
}

static unsigned records_put(void)
{
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++)
        count += world.actions[i].kind == ACTION_PUT_RECORD;
    return count;
}

static void estimated_times_are_told_anew_after_a_restart(void **state)
{
    (void)state;
    batch_clear(&world.batch);
    core_resume(&world.site, &world.now.state, instant_at(LOST + 20), &world.batch);
    assert_int_equal(records_put(), 0);
    incident->estimated = true;
    core_resume(&world.site, &world.now.state, instant_at(LOST + 30), &world.batch);
    assert_int_equal(records_put(), STEP_COUNT);
    assert_true(incident_row().estimated);
}

static void a_clock_that_is_set_tells_an_open_incidents_times_and_no_others(void **state)
{
    const struct event set = {.kind = EVENT_CLOCK, .at = instant_at(LOST + 10)};

    (void)state;
    world_step(&world, set);
    assert_int_equal(world.batch.count, 0);
    open_outage(state);
    batch_clear(&world.batch);
    world_step(&world, set);
    assert_int_equal(records_put(), STEP_COUNT);
    assert_int_equal(incident_row().state, INCIDENT_STATE_OPEN);
    assert_int_equal(world.batch.count, STEP_COUNT + 1);
}

/* ---- the UPS ---- */

static unsigned deviations_of(enum equipment_kind kind)
{
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++)
        count += world.actions[i].kind == ACTION_PUT_DEVIATION &&
                 world.actions[i].deviation.equipment == kind;
    return count;
}

static void a_battery_that_runs_low_is_one_deviation_of_its_incident(void **state)
{
    (void)state;
    input(LOST + 100, INPUT_ROLE_UPS_BATTERY_LOW, true);
    assert_int_equal(deviations_of(EQUIPMENT_KIND_UPS), 1);
    assert_int_equal(incident->deviations, 1);
    input(LOST + 110, INPUT_ROLE_UPS_BATTERY_LOW, false);
    input(LOST + 120, INPUT_ROLE_UPS_BATTERY_LOW, true);
    assert_int_equal(deviations_of(EQUIPMENT_KIND_UPS), 1);
    assert_false(incident->ups_forced);
}

static void a_battery_that_runs_low_begins_what_the_software_may(void **state)
{
    (void)state;
    world.site.shutdown.automatic = true;
    input(LOST + 100, INPUT_ROLE_UPS_BATTERY_LOW, true);
    assert_true(incident->ups_forced);
    assert_false(incident->ups_early);
    assert_true(incident->shutdown_all);
    assert_int_equal(incident->shutdown_by, ACTOR_SOFTWARE);
    assert_state(5, STEP_STATE_OPEN);
    assert_said(NOTIFICATION_SHUTDOWN_BEGUN, SEVERITY_WARNING, LOST + 100, 5);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).reason, REASON_UPS_LOW);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).count, WORLD_SERVERS);
}

static void an_inhibited_software_begins_no_shutdown(void **state)
{
    (void)state;
    world.site.shutdown.automatic = true;
    command(LOST + 50, (struct command){.kind = COMMAND_KIND_INHIBIT, .argument = 60});
    input(LOST + 100, INPUT_ROLE_UPS_BATTERY_LOW, true);
    world_run(&world, FAILED_DUE + 10);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_BEGUN), 0);
    assert_false(incident->shutdown_begun);
}

static void the_software_begins_at_the_due_of_step_4(void **state)
{
    (void)state;
    world.site.shutdown.automatic = true;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, START_DUE);
    world_run(&world, FAILED_DUE - 1);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_BEGUN), 0);
    world_run(&world, FAILED_DUE);
    assert_said(NOTIFICATION_SHUTDOWN_BEGUN, SEVERITY_WARNING, FAILED_DUE, 5);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).reason, REASON_NONE);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).actor, ACTOR_SOFTWARE);
}

/* ---- what a supply, or none, makes of a shutdown ---- */

static void without_servers_steps_5_and_6_are_not_held_either(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 0;
    world.site.mains.return_confirm_ms = 5000;
    mains(START_DUE - 50, true);
    world_run(&world, SHUTDOWN_DUE);
    assert_state(3, STEP_STATE_HELD);
    assert_state(5, STEP_STATE_NOT_REQUIRED);
    assert_state(6, STEP_STATE_NOT_REQUIRED);
}

static void what_was_held_and_done_late_is_missed_and_not_repeated(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 5000;
    mains(START_DUE - 5, true);
    running(START_DUE + 6, true);
    world_run(&world, START_DUE + 6 + CONFIRM);
    assert_done(3, STEP_STATE_HELD, START_DUE + 6, ACTOR_PERSON);
    assert_row(3);
    batch_clear(&world.batch);
    mains(START_DUE + 60, false);
    world_run(&world, START_DUE + 61);
    for (unsigned number = 1; number <= 3; number++) {
        assert_done(number, STEP_STATE_MISSED, START_DUE + 6, ACTOR_PERSON);
        assert_int_equal(step(number)->deviation, number);
        assert_row(number);
    }
    assert_said(NOTIFICATION_DEADLINE_MISSED, SEVERITY_CRITICAL, START_DUE + 61, 3);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).amount_ms, 6);
    assert_int_equal(step(3)->repeat_at.ms, INSTANT_NONE.ms);
}

/* One off by force, one by what was seen before a restart: neither is normal. */
static void who_is_off_but_not_normally_or_not_provenly_is_escalated(void **state)
{
    struct server *servers = world.now.state.servers;

    (void)state;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    world_run(&world, SHUTDOWN_DUE - 1);
    servers[0].state = servers[1].state = SERVER_STATE_OFF;
    servers[0].result = SHUTDOWN_RESULT_FORCED;
    servers[1].result = SHUTDOWN_RESULT_VERIFIED_OFF;
    servers[1].stale = true;
    world_run(&world, SHUTDOWN_DUE);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_ESCALATED).count, 2);
}

static void who_is_off_normally_is_not_escalated(void **state)
{
    struct server *servers = world.now.state.servers;

    (void)state;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    world_run(&world, SHUTDOWN_DUE - 1);
    servers[0].state = SERVER_STATE_OFF;
    servers[0].result = SHUTDOWN_RESULT_VERIFIED_OFF;
    world_run(&world, SHUTDOWN_DUE);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_ESCALATED).count, 1);
    assert_int_equal(step(5)->deviation_kind, DEVIATION_KIND_TIME);
}

/* All were told, or are off: then it is what came out of it that is missing. */
static void a_shutdown_that_was_told_in_vain_is_a_deviation_of_output(void **state)
{
    (void)state;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    world_run(&world, SHUTDOWN_DUE - 1);
    for (size_t i = 0; i < WORLD_SERVERS; i++)
        world.now.state.servers[i].told = true;
    world_run(&world, SHUTDOWN_DUE);
    assert_int_equal(step(5)->deviation_kind, DEVIATION_KIND_OUTPUT);
    assert_int_equal(step(6)->deviation_kind, DEVIATION_KIND_OUTPUT);
}

static void the_machine_itself_makes_no_deviation(void **state)
{
    (void)state;
    world.servers[1].is_self = true;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    world_run(&world, SHUTDOWN_DUE - 1);
    world.now.state.servers[0].told = true;
    world_run(&world, SHUTDOWN_DUE);
    assert_int_equal(step(5)->deviation_kind, DEVIATION_KIND_OUTPUT);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_ESCALATED).count, 1);
}

static void repeats_of_step_6_in_an_absence_are_not_caught_up_either(void **state)
{
    (void)state;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    world_run(&world, SHUTDOWN_DUE + 1);
    assert_int_equal(step(6)->repeat_at.ms, SHUTDOWN_DUE + REPEAT);
    world_restart(&world, SHUTDOWN_DUE + 4 * REPEAT + 1);
    assert_int_equal(step(6)->repeat_at.ms, SHUTDOWN_DUE + 5 * REPEAT);
}

static void a_battery_that_is_low_again_begins_again_what_was_cancelled(void **state)
{
    (void)state;
    world.site.shutdown.automatic = true;
    input(LOST + 100, INPUT_ROLE_UPS_BATTERY_LOW, true);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_TELLING);
    assert_int_equal(world.now.state.servers[1].state, SERVER_STATE_WAITING);
    command(LOST + 101, (struct command){.kind = COMMAND_KIND_SHUTDOWN_CANCEL});
    assert_true(incident->shutdown_cancelled);
    assert_true(incident->ups_forced);
    assert_int_equal(world.now.state.servers[1].state, SERVER_STATE_IDLE);
    input(LOST + 102, INPUT_ROLE_UPS_BATTERY_LOW, false);
    assert_false(incident->ups_forced);
    batch_clear(&world.batch);
    input(LOST + 103, INPUT_ROLE_UPS_BATTERY_LOW, true);
    assert_true(incident->ups_forced);
    assert_false(incident->shutdown_cancelled);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_BEGUN), 1);
    assert_true(world.now.state.servers[1].ordered);
}

/* What lasts no longer than the shutdown takes is short; what is low then is more than that. */
static void a_battery_that_is_short_and_then_low_is_low(void **state)
{
    struct event word = {.kind = EVENT_UPS,
                         .at = instant_at(LOST + 100),
                         .ups = {.link = UPS_LINK_OK,
                                 .on_battery = INPUT_VALUE_ACTIVE,
                                 .battery_low = INPUT_VALUE_INACTIVE,
                                 .charge_percent = -1,
                                 .runtime_ms = 1}};

    (void)state;
    world.site.shutdown.automatic = world.site.ups.asked = true;
    world_run(&world, LOST + 99);
    world_step(&world, word);
    world_tick(&world, LOST + 100);
    assert_true(incident->ups_forced);
    assert_true(incident->ups_early);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).reason, REASON_UPS_RUNTIME);
    input(LOST + 101, INPUT_ROLE_UPS_BATTERY_LOW, true);
    assert_true(incident->ups_forced);
    assert_false(incident->ups_early);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_BEGUN), 1);
}

/* An outage that is open while the mains is there: only a damaged snapshot has it. */
static void nothing_is_shut_down_by_itself_while_there_is_supply(void **state)
{
    unsigned line;

    (void)state;
    world.site.shutdown.automatic = true;
    state_init(&world.now.state, &world.site, instant_at(5000));
    assert_true(snapshot_read(&world.site,
                              &world.now.state,
                              "padam-snapshot 1\n"
                              "incident.0.phase 3\n"
                              "incident.0.kind 2\n"
                              "incident.0.id 1\n"
                              "incident.0.round 1\n"
                              "incident.0.round_start 1000\n"
                              "end\n",
                              &line));
    core_resume(&world.site, &world.now.state, instant_at(5000), &world.batch);
    world_input(&world, 5000, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_run(&world, 5100);
    assert_int_equal(incident->phase, PHASE_FAILED);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_BEGUN), 0);
    for (size_t i = 0; i < WORLD_SERVERS; i++)
        assert_int_equal(world.now.state.servers[i].state, SERVER_STATE_IDLE);
}

/* A drill with a step that is held, in a damaged snapshot; then the drill is ended. */
static void end_a_drill_with(const char *held)
{
    char text[512];
    unsigned line;

    text_format(text,
                sizeof(text),
                "padam-snapshot 1\n"
                "incident.0.phase 2\n"
                "incident.0.kind 3\n"
                "incident.0.id 1\n"
                "incident.0.round 1\n"
                "step.2.state 5\n"
                "%s"
                "end\n",
                held);
    state_init(&world.now.state, &world.site, instant_at(5000));
    assert_true(snapshot_read(&world.site, &world.now.state, text, &line));
    core_resume(&world.site, &world.now.state, instant_at(5000), &world.batch);
    command(5001, (struct command){.kind = COMMAND_KIND_DRILL_END});
    assert_int_equal(incident->phase, PHASE_IDLE);
}

static void a_held_step_that_is_due_at_no_instant_ends_with_its_round(void **state)
{
    (void)state;
    end_a_drill_with("");
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 1);
}

static void repeats_since_ever_are_not_counted_one_by_one(void **state)
{
    (void)state;
    end_a_drill_with("step.2.due -9223372036854775000\n");
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 1);
    end_a_drill_with("step.2.repeat_at -9223372036854775000\n");
}

/* A round that begins never: only a damaged state has it. Its steps would be completed then. */
static void a_step_that_is_completed_at_no_instant_is_completed_once(void **state)
{
    (void)state;
    incident->round_start = INSTANT_NEVER;
    incident->steps[5].state = STEP_STATE_MISSED;
    for (size_t i = 0; i < WORLD_SERVERS; i++) {
        world.now.state.servers[i].state = SERVER_STATE_OFF;
        world.now.state.servers[i].result = SHUTDOWN_RESULT_VERIFIED_OFF;
    }
    world_tick(&world, LOST + 1);
    assert_false(world.batch.overflow);
    assert_int_equal(incident->steps[5].done_at.ms, LOST + 1);
}

/* Step 3 is in doubt while a start is being confirmed, not while anything else has a timer. */
static void an_engine_that_spins_down_makes_no_doubt_of_step_3(void **state)
{
    (void)state;
    world.site.genset.spin_down_ms = 1000;
    running(LOST + 50, true);
    running(LOST + 60, false);
    assert_int_equal(world.now.state.genset.state, GENSET_STATE_SPINNING_DOWN);
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    world.site.mains.return_confirm_ms = 5000;
    mains(START_DUE - 50, true);
    batch_clear(&world.batch);
    world_run(&world, START_DUE);
    assert_state(3, STEP_STATE_NOT_REQUIRED);
    assert_int_equal(world.batch.count, 0);
}

static void a_drilled_shutdown_is_forgotten_with_its_drill(void **state)
{
    (void)state;
    world.site.shutdown.automatic = true;
    command(LOST, (struct command){.kind = COMMAND_KIND_DRILL_BEGIN});
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    world_run(&world, FAILED_DUE);
    for (size_t i = 0; i < WORLD_SERVERS; i++)
        assert_int_equal(world.now.state.servers[i].result, SHUTDOWN_RESULT_DRILLED);
    command(FAILED_DUE + 10, (struct command){.kind = COMMAND_KIND_DRILL_END});
    for (size_t i = 0; i < WORLD_SERVERS; i++) {
        assert_int_equal(world.now.state.servers[i].state, SERVER_STATE_IDLE);
        assert_int_equal(world.now.state.servers[i].result, SHUTDOWN_RESULT_NONE);
    }
    assert_false(incident->shutdown_wanted);
}

static void a_shutdown_ordered_before_the_outage_goes_on_in_it(void **state)
{
    (void)state;
    command(LOST - 10, (struct command){.kind = COMMAND_KIND_SHUTDOWN_ALL});
    incident->self_due = instant_at(LOST + 7);
    mains(LOST, false);
    world_tick(&world, LOST + 1);
    assert_int_equal(incident->phase, PHASE_DECIDING);
    assert_int_equal(incident->shutdown_by, ACTOR_COMMAND);
    assert_true(incident->shutdown_begun);
    assert_true(incident->shutdown_all);
    assert_true(incident->shutdown_wanted);
}

static void who_ordered_an_earlier_shutdown_is_not_asked_in_the_next_outage(void **state)
{
    (void)state;
    incident->shutdown_by = ACTOR_COMMAND;
    incident->shutdown_all = incident->shutdown_begun = true;
    mains(LOST, false);
    world_run(&world, LOST + 1);
    assert_int_equal(incident->shutdown_by, ACTOR_NONE);
    assert_false(incident->shutdown_begun);
    assert_false(incident->shutdown_all);
}

static void one_server_ordered_before_the_outage_is_not_all(void **state)
{
    (void)state;
    command(LOST - 10, (struct command){.kind = COMMAND_KIND_SHUTDOWN_SERVER, .argument = 11});
    mains(LOST, false);
    world_tick(&world, LOST + 1);
    assert_int_equal(incident->phase, PHASE_DECIDING);
    assert_true(incident->shutdown_wanted);
    assert_false(incident->shutdown_all);
}

static void a_start_confirmed_after_its_due_makes_no_doubt_of_step_3(void **state)
{
    (void)state;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    running(START_DUE + 50, true);
    world_run(&world, START_DUE + 50 + CONFIRM / 2);
    assert_true(instant_is_set(world.now.state.genset.due));
    assert_state(3, STEP_STATE_NOT_REQUIRED);
}

static void a_shutdown_that_was_late_when_its_verdict_was_held_is_not_escalated(void **state)
{
    (void)state;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    running(SHUTDOWN_DUE - 5, true);
    world_run(&world, SHUTDOWN_DUE);
    assert_state(6, STEP_STATE_HELD);
    for (size_t i = 0; i < WORLD_SERVERS; i++)
        world_server(&world, SHUTDOWN_DUE + 2, i, SERVER_SEEN_OFF);
    running(SHUTDOWN_DUE + 10, false);
    world_run(&world, SHUTDOWN_DUE + 11);
    assert_done(6, STEP_STATE_MISSED, SHUTDOWN_DUE + 2, ACTOR_PERSON);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_ESCALATED), 0);
    assert_false(incident->escalated);
}

static void a_round_that_ends_ends_its_open_steps(void **state)
{
    unsigned ended = 0;

    (void)state;
    command(LOST + 50, (struct command){.kind = COMMAND_KIND_SHUTDOWN_ALL});
    running(LOST + 100, true);
    world_run(&world, LOST + 100 + CONFIRM);
    assert_state(5, STEP_STATE_OPEN);
    batch_clear(&world.batch);
    running(LOST + 210, false);
    world_run(&world, LOST + 211);
    assert_int_equal(incident->round, 2);
    for (size_t i = 0; i < world.batch.count; i++)
        ended += world.actions[i].kind == ACTION_PUT_RECORD && world.actions[i].record.round == 1 &&
                 world.actions[i].record.step == 5 &&
                 world.actions[i].record.verdict == STEP_STATE_NOT_REQUIRED;
    assert_int_equal(ended, 1);
}

static void what_the_operator_said_is_known_when_a_drill_begins(void **state)
{
    (void)state;
    input(LOST - 500, INPUT_ROLE_WILL_NOT_START, true);
    command(LOST, (struct command){.kind = COMMAND_KIND_DRILL_BEGIN});
    assert_int_equal(incident->phase, PHASE_FAILED);
    assert_int_equal(world_notice(&world, NOTIFICATION_REPORT_FAILED).reason,
                     REASON_OPERATOR_SAYS_NO);
}

/* Its edge came after the tick of its instant: the miss was said, and is amended by nothing. */
static void a_miss_that_was_done_in_time_is_amended_by_nothing(void **state)
{
    (void)state;
    world_run(&world, START_DUE);
    assert_state(3, STEP_STATE_MISSED);
    batch_clear(&world.batch);
    running(START_DUE, true);
    world_run(&world, START_DUE + CONFIRM);
    assert_done(3, STEP_STATE_MISSED, START_DUE, ACTOR_PERSON);
    assert_row(3);
    unsigned amended = 0;
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_PUT_DEVIATION) {
            assert_int_equal(world.actions[i].deviation.amount_ms, 0);
            amended++;
        }
    assert_int_equal(amended, 3);
}

static void a_miss_that_ends_at_its_due_was_late_by_nothing(void **state)
{
    (void)state;
    world_run(&world, START_DUE);
    batch_clear(&world.batch);
    mains(START_DUE, true);
    world_run(&world, START_DUE + RETURN);
    assert_int_equal(incident->phase, PHASE_IDLE);
    unsigned amended = 0;
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_PUT_DEVIATION) {
            assert_int_equal(world.actions[i].deviation.amount_ms, 0);
            amended++;
        }
    assert_int_equal(amended, 3);
}

/* It is another due instant: that it is held is said again. */
static void a_step_that_opens_with_another_due_may_be_held_again(void **state)
{
    (void)state;
    world.site.procedure.shutdown_due_from_opening = true;
    incident->steps[5].held_notified = true;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    assert_false(step(6)->held_notified);
}

static void a_step_that_opens_with_its_due_keeps_what_was_said(void **state)
{
    (void)state;
    incident->steps[5].held_notified = true;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    assert_true(step(6)->held_notified);
}

/* Done in time, and its due not over: nothing is waited for though a supply is being confirmed. */
static void what_is_done_before_its_due_is_judged_though_a_supply_is_being_confirmed(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 5000;
    mains(LOST + 50, true);
    running(LOST + 60, true);
    world_run(&world, LOST + 60 + CONFIRM);
    for (unsigned number = 1; number <= 3; number++)
        assert_done(number, STEP_STATE_MET, LOST + 60, ACTOR_PERSON);
}

/* A miss without a deviation: a damaged snapshot has one, and it is not amended. */
static void a_miss_that_has_no_deviation_amends_none(void **state)
{
    (void)state;
    world_run(&world, START_DUE);
    for (unsigned i = 0; i < STEP_COUNT; i++)
        incident->steps[i].deviation = 0;
    batch_clear(&world.batch);
    running(START_DUE + 10, true);
    world_run(&world, START_DUE + 10 + CONFIRM);
    assert_done(3, STEP_STATE_MISSED, START_DUE + 10, ACTOR_PERSON);
    for (size_t i = 0; i < world.batch.count; i++)
        assert_int_not_equal(world.actions[i].kind, ACTION_PUT_DEVIATION);
}

static void a_missed_shutdown_is_repeated_with_supply_while_it_is_under_way(void **state)
{
    (void)state;
    input(LOST + 100, INPUT_ROLE_WILL_NOT_START, true);
    world_run(&world, SHUTDOWN_DUE + 1);
    world.servers[0].command_timeout_ms = 10000;
    command(SHUTDOWN_DUE + 2, (struct command){.kind = COMMAND_KIND_SHUTDOWN_ALL});
    running(SHUTDOWN_DUE + 10, true);
    batch_clear(&world.batch);
    world_run(&world, SHUTDOWN_DUE + REPEAT);
    assert_int_equal(incident->phase, PHASE_RUNNING);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_TELLING);
    assert_said(NOTIFICATION_DEADLINE_STILL_MISSED, SEVERITY_CRITICAL, SHUTDOWN_DUE + REPEAT, 6);
}

static void a_battery_that_lasts_too_short_begins_nothing_without_servers(void **state)
{
    const struct event word = {.kind = EVENT_UPS,
                               .at = instant_at(LOST + 100),
                               .ups = {.link = UPS_LINK_OK,
                                       .on_battery = INPUT_VALUE_ACTIVE,
                                       .battery_low = INPUT_VALUE_INACTIVE,
                                       .charge_percent = -1,
                                       .runtime_ms = 1}};

    (void)state;
    world.site.shutdown.automatic = world.site.ups.asked = true;
    world.site.server_count = world.now.state.server_count = 0;
    world_run(&world, LOST + 99);
    world_step(&world, word);
    world_run(&world, LOST + 200);
    assert_false(incident->ups_forced);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_BEGUN), 0);
}

static void a_low_battery_with_supply_stays_a_contradiction_until_it_is_heard_again(void **state)
{
    const struct event word = {.kind = EVENT_UPS,
                               .at = instant_at(LOST),
                               .ups = {.link = UPS_LINK_OK,
                                       .on_battery = INPUT_VALUE_INACTIVE,
                                       .battery_low = INPUT_VALUE_ACTIVE,
                                       .charge_percent = -1,
                                       .runtime_ms = -1}};

    (void)state;
    world.site.ups.asked = true;
    world.site.inputs[INPUT_ROLE_UPS_BATTERY_LOW].wired = false;
    world_step(&world, word);
    assert_int_equal(world.now.state.hold_reason, REASON_UPS_LOW_WITH_SUPPLY);
    world_restart(&world, LOST + 10);
    world_run(&world, LOST + 10);
    assert_int_equal(world.now.state.ups.word.link, UPS_LINK_UNKNOWN);
    assert_int_equal(world.now.state.hold_reason, REASON_UPS_LOW_WITH_SUPPLY);
    assert_int_equal(world.now.state.hold, HOLD_STATE_HELD);
}

static void equipment_that_is_missing_is_a_deviation_of_the_step_that_needs_it(void **state)
{
    static const unsigned steps[EQUIPMENT_KIND_COUNT] = {[EQUIPMENT_KIND_FUEL] = 1,
                                                         [EQUIPMENT_KIND_GENSET] = 1,
                                                         [EQUIPMENT_KIND_STARTER_BATTERY] = 1,
                                                         [EQUIPMENT_KIND_UPS] = 5,
                                                         [EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER] =
                                                             5,
                                                         [EQUIPMENT_KIND_NETWORK] = 5,
                                                         [EQUIPMENT_KIND_SERVER] = 5};
    static struct ctx ctx;

    (void)state;
    for (unsigned kind = EQUIPMENT_KIND_FUEL; kind < EQUIPMENT_KIND_COUNT; kind++) {
        ctx = (struct ctx){.site = &world.site,
                           .state = &world.now.state,
                           .batch = &world.batch,
                           .now = instant_at(LOST + 10)};
        batch_clear(&world.batch);
        deviation_record_equipment(&ctx, (enum equipment_kind)kind, 1);
        const struct deviation_put *put = &world.actions[0].deviation;
        assert_int_equal(world.batch.count, 1);
        assert_int_equal(put->step, steps[kind]);
        assert_int_equal(put->kind, DEVIATION_KIND_EQUIPMENT);
        assert_int_equal(put->equipment, kind);
        assert_int_equal(put->server, 1);
        assert_int_equal(put->incident, incident->id);
        notices_flush(&ctx);
        const struct notice notice = world_notice(&world, NOTIFICATION_DEVIATION_RECORDED);
        assert_int_equal(notice.count, put->id);
        assert_int_equal(notice.step, steps[kind]);
        assert_int_equal(notice.equipment, kind);
        assert_int_equal(notice.server, 1);
        assert_int_equal(notice.severity, SEVERITY_WARNING);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(a_round_opens_three_steps_and_lets_three_wait, open_world),
    cmocka_unit_test_setup(an_outage_is_announced_with_its_edge, open_outage),
    cmocka_unit_test_setup(a_running_genset_meets_three_steps_and_needs_no_more, open_outage),
    cmocka_unit_test_setup(an_operator_who_says_no_meets_step_4_and_opens_5_and_6, open_outage),
    cmocka_unit_test_setup(silence_misses_three_steps_and_the_software_reports, open_outage),
    cmocka_unit_test_setup(steps_5_and_6_that_nobody_does_are_missed_escalated_and_repeated,
                           open_outage),
    cmocka_unit_test_setup(a_late_start_amends_what_was_missed, open_outage),
    cmocka_unit_test_setup(an_outage_that_ends_says_how_long_it_was, open_outage),
    cmocka_unit_test_setup(an_outage_counts_its_deviations_and_says_how_late_each_step_was,
                           open_outage),
    cmocka_unit_test_setup(what_is_due_while_a_start_is_confirmed_is_held_and_said_once,
                           open_outage),
    cmocka_unit_test_setup(what_was_held_and_did_not_come_is_missed_when_that_is_known,
                           open_outage),
    cmocka_unit_test_setup(what_was_held_for_long_is_repeated_from_then_on, open_outage),
    cmocka_unit_test_setup(a_verdict_that_is_held_when_the_round_ends_counts_what_was_due,
                           open_outage),
    cmocka_unit_test_setup(an_emergency_stop_is_known_when_the_round_begins, open_world),
    cmocka_unit_test_setup(what_the_operator_said_is_known_when_the_round_begins, open_world),
    cmocka_unit_test_setup(a_genset_that_runs_already_is_credited_to_the_beginning, open_world),
    cmocka_unit_test_setup(a_genset_that_stops_opens_a_round_from_its_edge, open_outage),
    cmocka_unit_test_setup(a_genset_lost_while_the_mains_returns_opens_a_round_only_with_a_relapse,
                           open_outage),
    cmocka_unit_test_setup(a_genset_that_runs_again_before_the_relapse_opens_none, open_outage),
    cmocka_unit_test_setup(an_emergency_stop_is_remembered_by_the_next_round, open_outage),
    cmocka_unit_test_setup(an_emergency_stop_that_was_reset_is_over, open_outage),
    cmocka_unit_test_setup(a_shutdown_due_from_its_opening_waits_for_that, open_world),
    cmocka_unit_test_setup(a_shutdown_needed_after_its_due_has_the_time_between_steps_4_and_5,
                           open_outage),
    cmocka_unit_test_setup(without_servers_steps_5_and_6_are_not_required, open_outage),
    cmocka_unit_test_setup(a_drill_is_opened_and_ended_by_command, open_world),
    cmocka_unit_test_setup(an_outage_takes_over_a_drill_and_its_arming_is_over, open_world),
    cmocka_unit_test_setup(an_open_outage_is_neither_opened_again_nor_ended_as_a_drill,
                           open_outage),
    cmocka_unit_test_setup(the_mains_does_not_end_a_drill, open_world),
    cmocka_unit_test_setup(repeats_of_an_absence_are_not_caught_up, open_outage),
    cmocka_unit_test_setup(estimated_times_are_told_anew_after_a_restart, open_outage),
    cmocka_unit_test_setup(a_clock_that_is_set_tells_an_open_incidents_times_and_no_others,
                           open_world),
    cmocka_unit_test_setup(a_battery_that_runs_low_is_one_deviation_of_its_incident, open_outage),
    cmocka_unit_test_setup(a_battery_that_runs_low_begins_what_the_software_may, open_outage),
    cmocka_unit_test_setup(an_inhibited_software_begins_no_shutdown, open_outage),
    cmocka_unit_test_setup(the_software_begins_at_the_due_of_step_4, open_outage),
    cmocka_unit_test_setup(without_servers_steps_5_and_6_are_not_held_either, open_outage),
    cmocka_unit_test_setup(what_was_held_and_done_late_is_missed_and_not_repeated, open_outage),
    cmocka_unit_test_setup(who_is_off_but_not_normally_or_not_provenly_is_escalated, open_outage),
    cmocka_unit_test_setup(who_is_off_normally_is_not_escalated, open_outage),
    cmocka_unit_test_setup(a_shutdown_that_was_told_in_vain_is_a_deviation_of_output, open_outage),
    cmocka_unit_test_setup(the_machine_itself_makes_no_deviation, open_outage),
    cmocka_unit_test_setup(repeats_of_step_6_in_an_absence_are_not_caught_up_either, open_outage),
    cmocka_unit_test_setup(a_battery_that_is_low_again_begins_again_what_was_cancelled,
                           open_outage),
    cmocka_unit_test_setup(a_battery_that_is_short_and_then_low_is_low, open_outage),
    cmocka_unit_test_setup(nothing_is_shut_down_by_itself_while_there_is_supply, open_outage),
    cmocka_unit_test_setup(a_held_step_that_is_due_at_no_instant_ends_with_its_round, open_outage),
    cmocka_unit_test_setup(a_step_that_is_completed_at_no_instant_is_completed_once, open_outage),
    cmocka_unit_test_setup(repeats_since_ever_are_not_counted_one_by_one, open_outage),
    cmocka_unit_test_setup(an_engine_that_spins_down_makes_no_doubt_of_step_3, open_outage),
    cmocka_unit_test_setup(a_drilled_shutdown_is_forgotten_with_its_drill, open_world),
    cmocka_unit_test_setup(a_shutdown_ordered_before_the_outage_goes_on_in_it, open_world),
    cmocka_unit_test_setup(who_ordered_an_earlier_shutdown_is_not_asked_in_the_next_outage,
                           open_world),
    cmocka_unit_test_setup(one_server_ordered_before_the_outage_is_not_all, open_world),
    cmocka_unit_test_setup(a_start_confirmed_after_its_due_makes_no_doubt_of_step_3, open_outage),
    cmocka_unit_test_setup(a_shutdown_that_was_late_when_its_verdict_was_held_is_not_escalated,
                           open_outage),
    cmocka_unit_test_setup(a_round_that_ends_ends_its_open_steps, open_outage),
    cmocka_unit_test_setup(what_the_operator_said_is_known_when_a_drill_begins, open_world),
    cmocka_unit_test_setup(a_miss_that_was_done_in_time_is_amended_by_nothing, open_outage),
    cmocka_unit_test_setup(a_miss_that_ends_at_its_due_was_late_by_nothing, open_outage),
    cmocka_unit_test_setup(a_step_that_opens_with_another_due_may_be_held_again, open_outage),
    cmocka_unit_test_setup(a_step_that_opens_with_its_due_keeps_what_was_said, open_outage),
    cmocka_unit_test_setup(what_is_done_before_its_due_is_judged_though_a_supply_is_being_confirmed,
                           open_outage),
    cmocka_unit_test_setup(a_miss_that_has_no_deviation_amends_none, open_outage),
    cmocka_unit_test_setup(a_missed_shutdown_is_repeated_with_supply_while_it_is_under_way,
                           open_outage),
    cmocka_unit_test_setup(a_battery_that_lasts_too_short_begins_nothing_without_servers,
                           open_outage),
    cmocka_unit_test_setup(a_low_battery_with_supply_stays_a_contradiction_until_it_is_heard_again,
                           open_world),
    cmocka_unit_test_setup(equipment_that_is_missing_is_a_deviation_of_the_step_that_needs_it,
                           open_outage),
};

int main(void)
{
    return cmocka_run_group_tests_name("core/procedure", tests, NULL, NULL);
}

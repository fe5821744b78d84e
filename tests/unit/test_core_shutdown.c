/* The servers' shutdown: tiers, passes, what a supply spares, and what steps 5 and 6 say of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/machine.h"
#include "core_world.h"

/* The mains is lost at LOST; a person says that the genset will not start at FAILED. */
enum {
    LOST = 1000,
    FAILED = LOST + 100,
    SHUTDOWN_DUE = LOST + 900,
    COMMAND_LIMIT = 50,
    OFF_WITHIN = 100,
    PAUSE = 10,
    RETURN = 20,
    TIER_WITHIN_LOW = 25,
    NOTIFY_WITHIN = 40,
    NOTIFY_WITHIN_LOW = 5
};

static struct world world;
static struct incident *const incident = &world.now.state.incident;
static struct server *const first = &world.now.state.servers[0];
static struct server *const second = &world.now.state.servers[1];

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

static void low(int64_t ms, bool on)
{
    input(ms, INPUT_ROLE_UPS_BATTERY_LOW, on);
}

static void command(int64_t ms, enum command_kind kind, uint32_t argument, bool confirmed)
{
    const struct command asked = {.kind = kind, .argument = argument, .confirmed = confirmed};

    world_run(&world, ms - 1);
    assert_int_equal(world_command(&world, ms, asked), PROMISE_GIVEN);
    world_tick(&world, ms);
}

static void fact(int64_t ms, size_t place, enum server_fact what)
{
    world_run(&world, ms - 1);
    world_server(&world, ms, place, what);
    world_tick(&world, ms);
}

/* Two servers, the second in tier 2; nothing is begun by itself. */
static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    site.mains.return_confirm_ms = RETURN;
    site.genset.mode = GENSET_MODE_MANUAL;
    site.procedure = (struct procedure_settings){.start_due_ms = 300,
                                                 .report_failed_due_ms = 600,
                                                 .shutdown_due_ms = SHUTDOWN_DUE - LOST,
                                                 .repeat_ms = 100000};
    site.shutdown = (struct shutdown_settings){.parallel = 4,
                                               .retry_pause_ms = PAUSE,
                                               .tier_within_low_ms = TIER_WITHIN_LOW,
                                               .notify_within_ms = NOTIFY_WITHIN,
                                               .notify_within_low_ms = NOTIFY_WITHIN_LOW};
    site.inputs[INPUT_ROLE_WILL_NOT_START].wired = true;
    site.inputs[INPUT_ROLE_UPS_BATTERY_LOW].wired = true;
    world_init(&world, &site, WORLD_SERVERS, instant_at(0));
    for (size_t i = 0; i < WORLD_SERVERS; i++) {
        world.servers[i].command_timeout_ms = COMMAND_LIMIT;
        world.servers[i].off_within_ms = OFF_WITHIN;
    }
    mains(1, true);
    input(1, INPUT_ROLE_GENSET_RUNNING, false);
    input(1, INPUT_ROLE_WILL_NOT_START, false);
    low(1, false);
    world_run(&world, LOST - 1);
    batch_clear(&world.batch);
    return 0;
}

/* Steps 5 and 6 are open. */
static int open_outage(void **state)
{
    open_world(state);
    mains(LOST, false);
    input(FAILED, INPUT_ROLE_WILL_NOT_START, true);
    assert_int_equal(incident->phase, PHASE_FAILED);
    batch_clear(&world.batch);
    return 0;
}

/* ---- what is looked at ---- */

/* Only who is under way is waited for: a thousand others must not hold up the telling. */
static void as_step_5_opens_all_are_looked_at_anew_and_first_who_is_under_way(void **state)
{
    (void)state;
    mains(LOST, false);
    command(FAILED - 1, COMMAND_KIND_SHUTDOWN_SERVER, 11, true);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    batch_clear(&world.batch);
    input(FAILED, INPUT_ROLE_WILL_NOT_START, true);
    unsigned looks = 0;
    for (size_t i = 0; i < world.batch.count; i++) {
        const struct action *action = &world.actions[i];
        if (action->kind != ACTION_VERIFY)
            continue;
        looks++;
        assert_true(action->verify.on && action->verify.anew);
        assert_int_equal(action->verify.at_once, action->verify.server == 0);
    }
    assert_int_equal(looks, WORLD_SERVERS);
}

static const struct step *step(unsigned number)
{
    return &incident->steps[number - 1];
}

static void assert_unset(instant t)
{
    assert_int_equal(t.ms, INSTANT_NONE.ms);
}

static unsigned times_told(size_t place)
{
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++)
        count += world.actions[i].kind == ACTION_TELL && world.actions[i].tell.server == place;
    return count;
}

/* ---- begun, carried out ---- */

static void a_shutdown_by_command_goes_tier_by_tier_and_says_when_it_is_done(void **state)
{
    (void)state;
    command(LOST, COMMAND_KIND_SHUTDOWN_ALL, 0, true);
    const struct notice begun = world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN);
    assert_int_equal(begun.severity, SEVERITY_WARNING);
    assert_int_equal(begun.step, 0);
    assert_int_equal(begun.actor, ACTOR_COMMAND);
    assert_int_equal(begun.count, 2);
    assert_int_equal(begun.reason, REASON_NONE);
    assert_true(incident->shutdown_all && incident->shutdown_wanted && incident->shutdown_begun);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(first->due.ms, LOST + COMMAND_LIMIT);
    assert_int_equal(first->told_at.ms, LOST);
    assert_int_equal(first->shutdown_started.ms, LOST);
    assert_int_equal(first->attempts, 1);
    assert_true(first->told && first->told_in_pass && first->ordered && first->regardless);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_true(second->ordered && second->regardless);
    assert_false(second->told || second->told_in_pass);
    fact(LOST + 10, 0, SERVER_ACCEPTED);
    assert_int_equal(first->state, SERVER_STATE_VERIFYING);
    assert_int_equal(first->due.ms, LOST + 10 + OFF_WITHIN);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    fact(LOST + 20, 0, SERVER_SEEN_OFF);
    assert_int_equal(first->state, SERVER_STATE_OFF);
    assert_int_equal(first->result, SHUTDOWN_RESULT_VERIFIED_OFF);
    assert_int_equal(first->shutdown_finished.ms, LOST + 20);
    assert_unset(first->due);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    assert_int_equal(second->told_at.ms, LOST + 20);
    fact(LOST + 30, 1, SERVER_ACCEPTED);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_DONE), 0);
    fact(LOST + 40, 1, SERVER_SEEN_OFF);
    const struct notice done = world_notice(&world, NOTIFICATION_SHUTDOWN_DONE);
    assert_int_equal(done.severity, SEVERITY_NOTICE);
    assert_int_equal(done.step, 0);
    assert_int_equal(done.count, 2);
    assert_int_equal(done.actor, ACTOR_COMMAND);
    assert_true(incident->shutdown_done_notified);
    assert_false(incident->shutdown_wanted || incident->shutdown_all);
}

static void a_shutdown_in_an_outage_completes_steps_5_and_6_with_its_last_server(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).step, 5);
    assert_false(first->regardless);
    fact(FAILED + 10, 0, SERVER_ACCEPTED);
    fact(FAILED + 20, 0, SERVER_SEEN_OFF);
    fact(FAILED + 30, 1, SERVER_ACCEPTED);
    assert_int_equal(step(5)->state, STEP_STATE_OPEN);
    fact(FAILED + 40, 1, SERVER_SEEN_OFF);
    for (unsigned number = 5; number <= STEP_COUNT; number++) {
        assert_int_equal(step(number)->state, STEP_STATE_MET);
        assert_int_equal(step(number)->done_at.ms, FAILED + 40);
        assert_int_equal(step(number)->done_by, ACTOR_COMMAND);
    }
    assert_int_equal(step(6)->answer, ANSWER_YES);
    const struct notice done = world_notice(&world, NOTIFICATION_SHUTDOWN_DONE);
    assert_int_equal(done.step, 6);
    assert_int_equal(done.incident, incident->id);
}

static void servers_shut_down_by_hand_complete_the_steps_for_a_person(void **state)
{
    (void)state;
    fact(FAILED + 10, 0, SERVER_SEEN_OFF);
    assert_int_equal(first->reason, REASON_BY_HAND);
    assert_int_equal(step(5)->state, STEP_STATE_OPEN);
    fact(FAILED + 20, 1, SERVER_SEEN_OFF);
    assert_int_equal(step(5)->done_by, ACTOR_PERSON);
    assert_int_equal(step(6)->done_by, ACTOR_PERSON);
    assert_int_equal(step(6)->state, STEP_STATE_MET);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_DONE), 0);
}

static void a_server_forced_off_is_a_warning_and_leaves_step_6_open(void **state)
{
    (void)state;
    world.servers[0].has_force = true;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    assert_int_equal(first->state, SERVER_STATE_RETRYING);
    assert_int_equal(first->due.ms, FAILED + 2 + PAUSE);
    world_run(&world, FAILED + 2 + PAUSE);
    assert_true(first->forced);
    assert_int_equal(times_told(0), 2);
    fact(FAILED + 20, 0, SERVER_ACCEPTED);
    fact(FAILED + 30, 0, SERVER_SEEN_OFF);
    assert_int_equal(first->result, SHUTDOWN_RESULT_FORCED);
    fact(FAILED + 40, 1, SERVER_ACCEPTED);
    fact(FAILED + 50, 1, SERVER_SEEN_OFF);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_DONE).severity, SEVERITY_WARNING);
    assert_int_equal(step(5)->state, STEP_STATE_MET);
    assert_int_equal(step(6)->state, STEP_STATE_OPEN);
    assert_int_equal(step(6)->answer, ANSWER_NO);
}

static void one_tier_goes_down(unsigned parallel)
{
    world.servers[1].tier = 1;
    world.site.shutdown.parallel = parallel;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
}

static void no_more_are_told_at_once_than_may_be(void **state)
{
    (void)state;
    one_tier_goes_down(1);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    fact(FAILED + 10, 0, SERVER_ACCEPTED);
    assert_int_equal(first->state, SERVER_STATE_VERIFYING);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void who_is_told_again_waits_for_a_place_too(void **state)
{
    (void)state;
    world.servers[0].retries = world.servers[1].retries = 1;
    one_tier_goes_down(1);
    fact(FAILED + 10, 0, SERVER_REFUSED);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    world_run(&world, FAILED + 10 + PAUSE);
    assert_int_equal(first->state, SERVER_STATE_RETRYING);
    assert_int_equal(first->attempts, 1);
    assert_false(instant_is_set(first->due));
    fact(FAILED + 10 + PAUSE + 5, 1, SERVER_REFUSED);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(first->attempts, 2);
    world_run(&world, FAILED + 10 + PAUSE + 5 + PAUSE);
    assert_int_equal(second->state, SERVER_STATE_RETRYING);
    fact(FAILED + 10 + PAUSE + 5 + PAUSE + 5, 0, SERVER_ACCEPTED);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void of_those_to_be_told_again_no_more_are_than_there_are_places(void **state)
{
    (void)state;
    world.servers[0].retries = world.servers[1].retries = 1;
    one_tier_goes_down(2);
    fact(FAILED + 10, 0, SERVER_REFUSED);
    fact(FAILED + 10, 1, SERVER_REFUSED);
    world.site.shutdown.parallel = 1;
    world_run(&world, FAILED + 10 + PAUSE);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(second->state, SERVER_STATE_RETRYING);
}

static void who_waits_to_be_told_again_does_so_over_a_restart(void **state)
{
    (void)state;
    world.servers[0].retries = 1;
    one_tier_goes_down(1);
    fact(FAILED + 10, 0, SERVER_REFUSED);
    world_run(&world, FAILED + 10 + PAUSE);
    batch_clear(&world.batch);
    core_resume(&world.site, &world.now.state, instant_at(FAILED + 30), &world.batch);
    world_run(&world, FAILED + 30);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(second->state, SERVER_STATE_RETRYING);
}

/* With a low battery the next tier does not wait for who is told again. */
static void who_is_told_again_with_a_low_battery_takes_a_place_of_any_tier(void **state)
{
    (void)state;
    world.servers[0].retries = 1;
    world.servers[1].command_timeout_ms = INT64_C(10) * PAUSE;
    world.site.shutdown.parallel = 1;
    world.site.shutdown.tier_within_low_ms = INT64_C(10) * PAUSE;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    low(FAILED + 5, true);
    fact(FAILED + 10, 0, SERVER_REFUSED);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    world_run(&world, FAILED + 10 + PAUSE);
    assert_int_equal(first->state, SERVER_STATE_RETRYING);
    fact(FAILED + 10 + PAUSE + 5, 1, SERVER_ACCEPTED);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
}

static void who_accepted_is_looked_at_once_all_of_the_tier_are_told(void **state)
{
    (void)state;
    one_tier_goes_down(1);
    batch_clear(&world.batch);
    world.site.shutdown.parallel = 0; /* as many places as if a third were being told */
    fact(FAILED + 10, 0, SERVER_ACCEPTED);
    assert_int_equal(first->state, SERVER_STATE_VERIFYING);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_int_equal(world_looks_at_once(&world, 0), 0);
    world.site.shutdown.parallel = 1;
    world_tick(&world, FAILED + 11);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    assert_int_equal(world_looks_at_once(&world, 0), 1);
    assert_int_equal(world_looks_at_once(&world, 1), 0);
    fact(FAILED + 20, 1, SERVER_ACCEPTED);
    assert_int_equal(world_looks_at_once(&world, 0), 1);
    assert_int_equal(world_looks_at_once(&world, 1), 1);
}

static void who_is_looked_at_once_is_of_the_tier_that_was_told(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 10, 0, SERVER_ACCEPTED);
    batch_clear(&world.batch);
    low(FAILED + 1 + TIER_WITHIN_LOW, true);
    assert_int_equal(first->state, SERVER_STATE_VERIFYING);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    assert_int_equal(world_looks_at_once(&world, 0), 0);
}

/* Those wait for the tier before, not for a place. */
static void who_accepted_is_looked_at_while_later_tiers_wait(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    batch_clear(&world.batch);
    fact(FAILED + 10, 0, SERVER_ACCEPTED);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_int_equal(world_looks_at_once(&world, 0), 1);
}

static void as_many_are_told_at_once_as_may_be(void **state)
{
    (void)state;
    one_tier_goes_down(2);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void one_server_is_one(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 12, false);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).count, 1);
    assert_int_equal(first->state, SERVER_STATE_IDLE);
    assert_false(first->ordered);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    assert_false(incident->shutdown_all);
    fact(FAILED + 10, 1, SERVER_ACCEPTED);
    fact(FAILED + 20, 1, SERVER_SEEN_OFF);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_DONE).count, 1);
    assert_int_equal(step(5)->state, STEP_STATE_OPEN);
}

static void a_tier_is_its_servers(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_TIER, 2, false);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).count, 1);
    assert_int_equal(first->state, SERVER_STATE_IDLE);
    assert_false(first->ordered);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    assert_false(incident->shutdown_all);
}

static void a_further_order_forgets_the_one_before_outside_an_incident(void **state)
{
    (void)state;
    command(LOST, COMMAND_KIND_SHUTDOWN_SERVER, 11, true);
    fact(LOST + 1, 0, SERVER_ACCEPTED);
    fact(LOST + 2, 0, SERVER_SEEN_OFF);
    first->ordered = first->regardless = true;
    command(LOST + 10, COMMAND_KIND_SHUTDOWN_SERVER, 12, true);
    assert_false(first->ordered);
    assert_false(first->regardless);
    assert_true(second->ordered);
}

/* ---- passes ---- */

static void who_is_not_off_is_told_again_after_a_pause(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
    assert_int_equal(first->result, SHUTDOWN_RESULT_UNVERIFIED);
    assert_int_equal(first->shutdown_finished.ms, FAILED + 2);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    assert_unset(incident->next_pass_at);
    fact(FAILED + 3, 1, SERVER_ACCEPTED);
    fact(FAILED + 4, 1, SERVER_SEEN_OFF);
    assert_int_equal(incident->next_pass_at.ms, FAILED + 4 + PAUSE);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, FAILED + 4 + PAUSE);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_DONE), 0);
    world_run(&world, FAILED + 4 + PAUSE - 1);
    assert_int_equal(times_told(0), 1);
    world_run(&world, FAILED + 4 + PAUSE);
    assert_int_equal(times_told(0), 2);
    assert_unset(incident->next_pass_at);
    assert_int_equal(first->attempts, 1);
    assert_int_equal(first->told_at.ms, FAILED + 4 + PAUSE);
    assert_int_equal(first->shutdown_started.ms, FAILED + 1);
    assert_int_equal(times_told(1), 1);
}

static void passes_end_when_step_6_is_due(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 11, false);
    for (int64_t ms = FAILED + 2; ms < SHUTDOWN_DUE; ms += PAUSE + 1)
        fact(ms, 0, SERVER_REFUSED);
    world_run(&world, SHUTDOWN_DUE + 1);
    batch_clear(&world.batch);
    fact(SHUTDOWN_DUE + 2, 0, SERVER_REFUSED);
    world_run(&world, SHUTDOWN_DUE + 500);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
    assert_int_equal(times_told(0), 0);
    assert_unset(incident->next_pass_at);
}

/* ---- supply ---- */

static void who_has_not_been_told_is_spared_with_supply(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    mains(FAILED + 5, true);
    batch_clear(&world.batch);
    fact(FAILED + 10, 0, SERVER_ACCEPTED);
    fact(FAILED + 11, 0, SERVER_SEEN_OFF);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    world_run(&world, FAILED + 5 + RETURN);
    assert_int_equal(second->state, SERVER_STATE_IDLE);
    assert_int_equal(second->result, SHUTDOWN_RESULT_SPARED);
    assert_int_equal(second->reason, REASON_SUPPLY_BACK);
    assert_false(second->ordered);
    assert_unset(second->due);
    assert_int_equal(times_told(1), 0);
    assert_false(incident->shutdown_wanted || incident->shutdown_all || incident->ups_forced);
}

static void who_is_confirmed_goes_down_with_supply(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, true);
    mains(FAILED + 5, true);
    fact(FAILED + 10, 0, SERVER_ACCEPTED);
    world_run(&world, FAILED + 5 + RETURN);
    assert_int_equal(incident->phase, PHASE_IDLE);
    assert_true(incident->shutdown_wanted);
    fact(FAILED + 50, 0, SERVER_SEEN_OFF);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

/* ---- a cancel ---- */

static void a_cancel_spares_who_waits_and_says_how_many(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    incident->self_due = incident->next_pass_at = instant_at(FAILED + 500);
    batch_clear(&world.batch);
    command(FAILED + 2, COMMAND_KIND_SHUTDOWN_CANCEL, 0, false);
    const struct notice cancelled = world_notice(&world, NOTIFICATION_SHUTDOWN_CANCELLED);
    assert_int_equal(cancelled.severity, SEVERITY_WARNING);
    assert_int_equal(cancelled.count, 1);
    assert_int_equal(cancelled.step, 5);
    assert_int_equal(cancelled.actor, ACTOR_COMMAND);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_true(first->cancelled && second->cancelled);
    assert_int_equal(second->state, SERVER_STATE_IDLE);
    assert_int_equal(second->reason, REASON_CANCELLED);
    assert_int_equal(second->result, SHUTDOWN_RESULT_SPARED);
    assert_true(incident->shutdown_cancelled && incident->shutdown_done_notified);
    assert_false(incident->shutdown_all);
    assert_unset(incident->self_due);
    assert_unset(incident->next_pass_at);
    fact(FAILED + 3, 0, SERVER_REFUSED);
    world_run(&world, FAILED + 400);
    assert_int_equal(times_told(0), 0);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_DONE), 0);
}

static void a_cancel_counts_who_would_be_told_again(void **state)
{
    (void)state;
    world.site.shutdown.retry_pause_ms = 200;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 11, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    batch_clear(&world.batch);
    command(FAILED + 3, COMMAND_KIND_SHUTDOWN_CANCEL, 0, false);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_CANCELLED).count, 1);
    world_run(&world, FAILED + 500);
    assert_int_equal(times_told(0), 0);
}

/* Who has begun, and refused all but force, is left running; the second server waits. */
static void a_cancel_counts_whom_it_spares_the_force(void **state)
{
    static const struct {
        bool unforced, refused, cancelled;
        unsigned retries, count;
    } cases[] = {
        {.unforced = true, .count = 1},
        {.unforced = true, .refused = true, .retries = 1, .count = 1},
        {.count = 1},
        {.refused = true, .count = 2},
        {.refused = true, .retries = 1, .count = 1},
        {.refused = true, .cancelled = true, .count = 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_outage(state);
        world.site.shutdown.retry_pause_ms = 200;
        world.servers[0].has_force = !cases[i].unforced;
        world.servers[0].retries = cases[i].retries;
        command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
        if (cases[i].refused)
            fact(FAILED + 2, 0, SERVER_REFUSED);
        first->cancelled = cases[i].cancelled;
        batch_clear(&world.batch);
        command(FAILED + 3, COMMAND_KIND_SHUTDOWN_CANCEL, 0, false);
        if (world_notice(&world, NOTIFICATION_SHUTDOWN_CANCELLED).count != cases[i].count)
            fail_msg(
                "case %zu: %u", i, world_notice(&world, NOTIFICATION_SHUTDOWN_CANCELLED).count);
    }
}

static void a_cancel_spares_the_force_where_nothing_else_waits(void **state)
{
    (void)state;
    world.servers[0].has_force = true;
    one_tier_goes_down(1);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    fact(FAILED + 2, 1, SERVER_SEEN_OFF);
    command(FAILED + 3, COMMAND_KIND_SHUTDOWN_CANCEL, 0, false);
    assert_true(first->cancelled);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_CANCELLED).count, 0);
    world_run(&world, first->due.ms + 500);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
    assert_false(first->forced);
}

static void a_cancel_that_spares_nothing_but_force_keeps_the_news_of_the_end(void **state)
{
    (void)state;
    world.servers[0].has_force = true;
    one_tier_goes_down(2);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    fact(FAILED + 2, 1, SERVER_ACCEPTED);
    command(FAILED + 3, COMMAND_KIND_SHUTDOWN_CANCEL, 0, false);
    fact(FAILED + 4, 0, SERVER_SEEN_OFF);
    fact(FAILED + 4, 1, SERVER_SEEN_OFF);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_DONE).count, 2);
}

/* There is supply: it is not forced in any case. */
static void with_supply_there_is_no_force_to_cancel(void **state)
{
    const struct command cancel = {.kind = COMMAND_KIND_SHUTDOWN_CANCEL};

    (void)state;
    world.servers[0].has_force = true;
    world.servers[0].off_within_ms = 200;
    one_tier_goes_down(1);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    fact(FAILED + 3, 1, SERVER_SEEN_OFF);
    mains(FAILED + 5, true);
    world_run(&world, FAILED + 5 + RETURN);
    assert_int_equal(first->state, SERVER_STATE_VERIFYING);
    assert_int_equal(world_command(&world, FAILED + 6 + RETURN, cancel), PROMISE_REFUSED);
}

static void who_is_being_forced_is_spared_nothing(void **state)
{
    const struct command cancel = {.kind = COMMAND_KIND_SHUTDOWN_CANCEL};

    (void)state;
    world.servers[0].has_force = true;
    one_tier_goes_down(1);
    fact(FAILED + 2, 1, SERVER_SEEN_OFF);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    world_run(&world, first->due.ms);
    assert_true(first->forced);
    assert_int_equal(world_command(&world, first->due.ms - 1, cancel), PROMISE_REFUSED);
}

static void a_cancel_outside_an_incident_is_of_no_step(void **state)
{
    (void)state;
    command(LOST, COMMAND_KIND_SHUTDOWN_ALL, 0, true);
    batch_clear(&world.batch);
    command(LOST + 1, COMMAND_KIND_SHUTDOWN_CANCEL, 0, false);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_CANCELLED).step, 0);
    assert_int_equal(second->state, SERVER_STATE_IDLE);
}

/* A tier that has begun is carried through. */
static void a_cancel_leaves_a_tier_that_has_begun(void **state)
{
    const struct command cancel = {.kind = COMMAND_KIND_SHUTDOWN_CANCEL};

    (void)state;
    one_tier_goes_down(1);
    assert_int_equal(world_command(&world, FAILED + 2, cancel), PROMISE_REFUSED);
    assert_int_equal(world.batch.answer_reason, REASON_NOTHING_WAITS);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
}

/* ---- storage ---- */

static void storage_waits_for_who_is_not_proven_off(void **state)
{
    (void)state;
    world.servers[1].waits_for_verified = true;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_int_equal(incident->next_pass_at.ms, FAILED + 2 + PAUSE);
    world_run(&world, FAILED + 2 + PAUSE);
    assert_int_equal(times_told(0), 2);
    fact(FAILED + 20, 0, SERVER_REFUSED);
    low(FAILED + 21, true);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void storage_outside_an_incident_is_spared_where_no_pass_proves_another_off(void **state)
{
    (void)state;
    world.servers[1].waits_for_verified = true;
    command(LOST, COMMAND_KIND_SHUTDOWN_ALL, 0, true);
    fact(LOST + 1, 0, SERVER_REFUSED);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
    assert_int_equal(second->state, SERVER_STATE_IDLE);
    assert_int_equal(second->reason, REASON_OTHER_NOT_OFF);
    assert_int_equal(second->result, SHUTDOWN_RESULT_SPARED);
    assert_false(incident->shutdown_wanted);
}

/* ---- the machine itself ---- */

static void the_machine_itself_waits_for_its_notifications_but_not_for_long(void **state)
{
    (void)state;
    world.servers[1].is_self = true;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 12, false);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_int_equal(incident->self_due.ms, FAILED + 1 + NOTIFY_WITHIN);
    const struct notice self = world_notice(&world, NOTIFICATION_SELF_SHUTDOWN);
    assert_int_equal(self.severity, SEVERITY_WARNING);
    assert_int_equal(self.server, 1);
    assert_int_equal(self.step, 5);
    assert_int_equal(self.actor, ACTOR_COMMAND);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, FAILED + 1 + NOTIFY_WITHIN);
    world_run(&world, FAILED + NOTIFY_WITHIN);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    world_run(&world, FAILED + 1 + NOTIFY_WITHIN);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    assert_unset(incident->self_due);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SELF_SHUTDOWN), 1);
    fact(FAILED + 1 + NOTIFY_WITHIN + 1, 1, SERVER_ACCEPTED);
    assert_int_equal(second->state, SERVER_STATE_TOLD);
    assert_int_equal(second->result, SHUTDOWN_RESULT_TOLD);
    assert_unset(second->due);
}

static void the_machine_itself_goes_when_its_notifications_are_out(void **state)
{
    (void)state;
    world.servers[1].is_self = true;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 12, false);
    const struct event out = {.kind = EVENT_NOTIFIED,
                              .at = instant_at(FAILED + 2),
                              .next_event = world.now.state.next_event};
    world_step(&world, out);
    world_tick(&world, FAILED + 2);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void the_machine_itself_waits_less_with_a_low_battery(void **state)
{
    (void)state;
    world.servers[1].is_self = true;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 12, false);
    low(FAILED + 3, true);
    assert_int_equal(incident->self_due.ms, FAILED + 3 + NOTIFY_WITHIN_LOW);
    world_run(&world, FAILED + 3 + NOTIFY_WITHIN_LOW);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void the_machine_itself_outside_an_incident_is_of_no_step(void **state)
{
    (void)state;
    world.servers[1].is_self = true;
    command(LOST, COMMAND_KIND_SHUTDOWN_SERVER, 12, true);
    assert_int_equal(world_notice(&world, NOTIFICATION_SELF_SHUTDOWN).step, 0);
}

static void the_machine_itself_is_not_judged(void **state)
{
    (void)state;
    world.servers[1].is_self = true;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    fact(FAILED + 3, 0, SERVER_SEEN_OFF);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_int_equal(step(5)->state, STEP_STATE_MET);
    assert_int_equal(step(6)->state, STEP_STATE_MET);
    assert_int_equal(step(5)->done_at.ms, FAILED + 3);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_DONE).count, 1);
}

/* ---- a low battery ---- */

static void with_a_low_battery_a_slow_server_holds_the_next_tier_for_a_while(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    low(FAILED + 2, true);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, FAILED + 1 + TIER_WITHIN_LOW);
    world_run(&world, FAILED + TIER_WITHIN_LOW);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    world_run(&world, FAILED + 1 + TIER_WITHIN_LOW);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
}

static void with_a_low_battery_one_try_is_enough(void **state)
{
    (void)state;
    world.servers[0].retries = 3;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    low(FAILED + 2, true);
    fact(FAILED + 3, 0, SERVER_REFUSED);
    assert_int_equal(first->state, SERVER_STATE_RETRYING);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void with_a_good_battery_the_next_tier_waits_for_every_try(void **state)
{
    (void)state;
    world.servers[0].retries = 1;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, FAILED + 1 + COMMAND_LIMIT);
    world_run(&world, FAILED + 1 + COMMAND_LIMIT + 1);
    assert_int_equal(first->state, SERVER_STATE_RETRYING);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    world_run(&world, FAILED + 1 + COMMAND_LIMIT + PAUSE);
    assert_int_equal(first->attempts, 2);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
}

/* ---- the next round, the next incident, a restart ---- */

static void assert_forgotten(const struct server *server)
{
    assert_int_equal(server->state, SERVER_STATE_IDLE);
    assert_int_equal(server->result, SHUTDOWN_RESULT_NONE);
    assert_int_equal(server->reason, REASON_NONE);
    assert_false(server->told || server->told_first || server->told_in_pass || server->stale);
    assert_false(server->ordered || server->regardless || server->accepted || server->answers);
    assert_false(server->forced || server->cancelled);
    assert_int_equal(server->attempts + server->not_run + server->passed_over, 0);
    assert_unset(server->told_at);
    assert_unset(server->shutdown_started);
    assert_unset(server->shutdown_finished);
}

static void the_next_incident_knows_nothing_of_this_one(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    fact(FAILED + 3, 0, SERVER_SEEN_OFF);
    fact(FAILED + 4, 1, SERVER_REFUSED);
    mains(FAILED + 5, true);
    world_run(&world, FAILED + 100);
    assert_int_equal(incident->phase, PHASE_IDLE);
    second->not_run = second->passed_over = 3;
    first->told_first = first->answers = first->stale = first->forced = first->cancelled = true;
    first->result = SHUTDOWN_RESULT_VERIFIED_OFF;
    mains(5000, false);
    world_run(&world, 5001);
    assert_int_equal(incident->phase, PHASE_FAILED);
    assert_forgotten(first);
    assert_forgotten(second);
    assert_true(first->answered);
    assert_false(second->answered);
}

static void who_goes_down_is_not_forgotten_by_a_new_incident(void **state)
{
    (void)state;
    command(LOST - 5, COMMAND_KIND_SHUTDOWN_ALL, 0, true);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    mains(LOST, false);
    world_run(&world, LOST + 1);
    assert_int_equal(incident->phase, PHASE_DECIDING);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_true(first->told && second->ordered);
}

static void a_further_round_needs_a_shutdown_again(void **state)
{
    (void)state;
    incident->shutdown_begun = incident->shutdown_all = incident->shutdown_wanted = true;
    incident->ups_forced = incident->shutdown_cancelled = true;
    incident->next_pass_at = instant_at(LOST + 500);
    first->state = SERVER_STATE_NOT_OFF;
    first->told = first->told_in_pass = first->ordered = first->regardless = true;
    first->cancelled = true;
    first->result = SHUTDOWN_RESULT_FAILED;
    second->result = SHUTDOWN_RESULT_SPARED;
    second->reason = REASON_SUPPLY_BACK;
    struct ctx ctx = {.site = &world.site,
                      .state = &world.now.state,
                      .batch = &world.batch,
                      .now = world.now.state.ticked};
    shutdown_round_begins(&ctx);
    assert_false(incident->shutdown_begun || incident->shutdown_all || incident->shutdown_wanted);
    assert_false(incident->ups_forced || incident->shutdown_cancelled);
    assert_unset(incident->next_pass_at);
    assert_false(first->told || first->told_in_pass || first->ordered || first->regardless);
    assert_false(first->cancelled);
    assert_int_equal(first->result, SHUTDOWN_RESULT_FAILED);
    assert_int_equal(second->result, SHUTDOWN_RESULT_NONE);
    assert_int_equal(second->reason, REASON_NONE);
}

static void what_is_under_way_goes_on_into_a_further_round(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    struct ctx ctx = {.site = &world.site,
                      .state = &world.now.state,
                      .batch = &world.batch,
                      .now = world.now.state.ticked};
    shutdown_round_begins(&ctx);
    assert_true(incident->shutdown_begun && incident->shutdown_all && incident->shutdown_wanted);
    assert_true(first->told && first->ordered);
}

static void a_command_that_ran_at_a_restart_is_given_again_and_looked_at_first(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    assert_int_equal(first->attempts, 1);
    batch_clear(&world.batch);
    core_resume(&world.site, &world.now.state, instant_at(FAILED + 10), &world.batch);
    assert_int_equal(first->state, SERVER_STATE_RETRYING);
    assert_int_equal(first->reason, REASON_RESTARTED);
    assert_int_equal(first->due.ms, FAILED + 10 + PAUSE);
    assert_int_equal(first->attempts, 0);
    unsigned looks = 0;
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_VERIFY) {
            assert_int_equal(world.actions[i].verify.server, 0);
            assert_true(world.actions[i].verify.on && world.actions[i].verify.at_once);
            looks++;
        }
    assert_int_equal(looks, 1);
}

static void the_machine_itself_that_was_told_at_a_restart_has_gone(void **state)
{
    (void)state;
    world.servers[0].is_self = true;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 11, false);
    assert_int_equal(first->state, SERVER_STATE_WAITING);
    world_run(&world, FAILED + 1 + NOTIFY_WITHIN);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    core_resume(&world.site, &world.now.state, instant_at(FAILED + 200), &world.batch);
    assert_int_equal(first->state, SERVER_STATE_TOLD);
}

static void what_was_due_in_an_absence_is_due_at_the_restart(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    assert_int_equal(first->due.ms, FAILED + 2 + OFF_WITHIN);
    core_resume(&world.site, &world.now.state, instant_at(FAILED + 50), &world.batch);
    assert_int_equal(first->due.ms, FAILED + 2 + OFF_WITHIN);
    core_resume(&world.site, &world.now.state, instant_at(FAILED + 500), &world.batch);
    assert_int_equal(first->due.ms, FAILED + 500);
}

static void who_was_to_be_seen_in_an_absence_is_given_its_time_once_more(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    const int64_t within_ms = world.servers[0].off_within_ms;
    core_resume(&world.site, &world.now.state, instant_at(FAILED + 500), &world.batch);
    world_run(&world, FAILED + 500);
    assert_int_equal(first->state, SERVER_STATE_VERIFYING);
    assert_int_equal(first->due.ms, FAILED + 500 + within_ms);
    assert_false(first->not_seen);
    world_run(&world, FAILED + 500 + within_ms);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
}

static void while_the_ups_runs_out_nobody_is_given_more_time(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    fact(FAILED + 3, 0, SERVER_NOT_SEEN);
    low(FAILED + 4, true);
    world_run(&world, first->due.ms);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
}

static void off_before_a_restart_is_stale_in_an_incident(void **state)
{
    (void)state;
    fact(FAILED + 1, 0, SERVER_SEEN_OFF);
    second->state = SERVER_STATE_OFF;
    second->result = SHUTDOWN_RESULT_DRILLED;
    core_resume(&world.site, &world.now.state, instant_at(FAILED + 10), &world.batch);
    assert_true(first->stale);
    assert_false(second->stale);
    assert_true(first->looked_at);
    open_world(state);
    first->state = SERVER_STATE_OFF;
    first->result = SHUTDOWN_RESULT_VERIFIED_OFF;
    core_resume(&world.site, &world.now.state, instant_at(FAILED + 10), &world.batch);
    assert_false(first->stale);
}

/* ---- turns ---- */

static void a_tier_that_goes_on_keeps_its_turn_when_one_is_ordered_again(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
    assert_true(first->told_in_pass);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    command(FAILED + 3, COMMAND_KIND_SHUTDOWN_SERVER, 12, true);
    assert_true(first->told_in_pass);
    assert_int_equal(second->shutdown_started.ms, FAILED + 1);
}

static void a_tier_that_waits_keeps_its_turn_when_one_is_ordered_again(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.parallel = 1;
    world.site.shutdown.retry_pause_ms = 500;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    second->state = SERVER_STATE_WAITING;
    world.site.shutdown.parallel = 0;
    command(FAILED + 3, COMMAND_KIND_SHUTDOWN_SERVER, 12, true);
    assert_true(first->told_in_pass);
}

static void a_tier_that_is_over_loses_its_turn_when_one_is_ordered_again(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.retry_pause_ms = 500;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    fact(FAILED + 3, 1, SERVER_REFUSED);
    assert_true(first->told_in_pass);
    command(FAILED + 4, COMMAND_KIND_SHUTDOWN_SERVER, 12, true);
    assert_false(first->told_in_pass);
}

static void a_tier_that_has_begun_for_one_goes_on_while_a_supply_is_confirmed(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.parallel = 1;
    world.site.mains.return_confirm_ms = 500;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    mains(FAILED + 2, true);
    fact(FAILED + 3, 0, SERVER_ACCEPTED);
    fact(FAILED + 4, 0, SERVER_SEEN_OFF);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void the_next_tier_waits_while_a_supply_is_confirmed(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 500;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    mains(FAILED + 2, true);
    fact(FAILED + 3, 0, SERVER_ACCEPTED);
    fact(FAILED + 4, 0, SERVER_SEEN_OFF);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    mains(FAILED + 10, false);
    world_run(&world, FAILED + 11);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

/* ---- what is over ---- */

static void who_is_off_already_is_not_shut_down_by_itself(void **state)
{
    (void)state;
    world.site.shutdown.automatic = true;
    fact(FAILED + 1, 0, SERVER_SEEN_OFF);
    fact(FAILED + 1, 1, SERVER_SEEN_OFF);
    low(FAILED + 2, true);
    world_run(&world, LOST + 700);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_BEGUN), 0);
    assert_false(incident->ups_forced);
}

static void who_was_told_before_there_was_supply_leaves_step_5_open(void **state)
{
    (void)state;
    world.servers[0].retries = 1;
    world.site.shutdown.retry_pause_ms = 50;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    input(FAILED + 3, INPUT_ROLE_GENSET_RUNNING, true);
    world_run(&world, FAILED + 100);
    assert_int_equal(incident->phase, PHASE_RUNNING);
    assert_int_equal(first->result, SHUTDOWN_RESULT_SPARED);
    assert_int_equal(second->result, SHUTDOWN_RESULT_SPARED);
    assert_true(first->told);
    assert_int_equal(step(5)->state, STEP_STATE_OPEN);
}

static void who_was_never_told_makes_steps_5_and_6_not_required_with_supply(void **state)
{
    (void)state;
    world.servers[0].waits_for_verified = true;
    second->state = SERVER_STATE_NOT_OFF;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 11, false);
    first->state = SERVER_STATE_WAITING;
    first->told = false;
    second->state = SERVER_STATE_IDLE;
    world.site.shutdown.parallel = 0;
    input(FAILED + 3, INPUT_ROLE_GENSET_RUNNING, true);
    world_run(&world, FAILED + 100);
    assert_int_equal(incident->phase, PHASE_RUNNING);
    assert_int_equal(step(5)->state, STEP_STATE_NOT_REQUIRED);
    assert_int_equal(step(6)->state, STEP_STATE_NOT_REQUIRED);
}

static void a_shutdown_that_nobody_wants_is_forgotten(void **state)
{
    (void)state;
    incident->shutdown_all = incident->ups_forced = true;
    incident->self_due = instant_at(FAILED + 500);
    first->state = SERVER_STATE_WAITING;
    world_tick(&world, FAILED + 1);
    assert_int_equal(first->state, SERVER_STATE_IDLE);
    assert_false(incident->shutdown_all || incident->ups_forced);
    assert_unset(incident->self_due);
}

/* Whatever lies behind the last server is none: here one that goes down, in the same tier. */
static void who_is_behind_the_last_server_is_not_looked_at(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    world.servers[1] = world.servers[0];
    world.servers[1].is_self = true;
    world.site.shutdown.parallel = 1;
    const struct server before = *second = (struct server){
        .state = SERVER_STATE_TELLING,
        .told = true,
        .told_in_pass = true,
        .ordered = true,
        .cancelled = true,
        .result = SHUTDOWN_RESULT_SPARED,
        .due = instant_at(FAILED + 5),
        .power = {.state = POWER_STATE_IDLE},
    };
    struct ctx ctx = {.site = &world.site, .state = &world.now.state};
    assert_false(shutdown_is_under_way(&ctx));
    assert_false(shutdown_goes_on(&ctx));
    second->state = SERVER_STATE_WAITING;
    assert_false(shutdown_is_waiting(&ctx));
    second->state = SERVER_STATE_TELLING;
    world.servers[0].is_self = true;
    assert_false(shutdown_is_judged(&ctx));
    world.servers[0].is_self = false;
    assert_int_equal(shutdown_next_due(&ctx).ms, INSTANT_NEVER.ms);
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).count, 1);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    fact(FAILED + 10, 0, SERVER_ACCEPTED);
    fact(FAILED + 20, 0, SERVER_SEEN_OFF);
    assert_false(shutdown_has_work(&ctx));
    assert_int_equal(step(6)->state, STEP_STATE_MET);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_DONE).count, 1);
    mains(FAILED + 30, true);
    world_run(&world, FAILED + 100);
    shutdown_round_begins(&ctx);
    core_resume(&world.site, &world.now.state, instant_at(FAILED + 200), &world.batch);
    assert_memory_equal(second, &before, sizeof(before));
}

static void who_waits_is_told_apart_from_what_is_behind_the_last(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    world.servers[1] = world.servers[0];
    world.site.shutdown.parallel = 0;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    assert_int_equal(first->state, SERVER_STATE_WAITING);
    const struct server before = *second = (struct server){
        .state = SERVER_STATE_TELLING, .told_in_pass = true, .power = {.state = POWER_STATE_IDLE}};
    batch_clear(&world.batch);
    command(FAILED + 2, COMMAND_KIND_SHUTDOWN_CANCEL, 0, false);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_CANCELLED).count, 1);
    assert_int_equal(first->state, SERVER_STATE_IDLE);
    assert_memory_equal(second, &before, sizeof(before));
    const struct server waits = *second =
        (struct server){.state = SERVER_STATE_WAITING, .power = {.state = POWER_STATE_IDLE}};
    first->state = SERVER_STATE_WAITING;
    command(FAILED + 3, COMMAND_KIND_SHUTDOWN_CANCEL, 0, false);
    assert_memory_equal(second, &waits, sizeof(waits));
}

static void one_of_a_tier_that_is_not_off_is_not_done(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.retry_pause_ms = 500;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_TIER, 1, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    fact(FAILED + 3, 0, SERVER_SEEN_OFF);
    fact(FAILED + 4, 1, SERVER_REFUSED);
    world_run(&world, FAILED + 100);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_DONE), 0);
}

static void a_shutdown_that_was_confirmed_is_over_when_all_are_off(void **state)
{
    (void)state;
    input(FAILED + 1, INPUT_ROLE_GENSET_RUNNING, true);
    world_run(&world, FAILED + 10);
    assert_int_equal(incident->phase, PHASE_RUNNING);
    command(FAILED + 11, COMMAND_KIND_SHUTDOWN_ALL, 0, true);
    assert_true(incident->shutdown_wanted);
    for (size_t i = 0; i < WORLD_SERVERS; i++) {
        fact(FAILED + 12, i, SERVER_ACCEPTED);
        fact(FAILED + 12, i, SERVER_SEEN_OFF);
    }
    assert_true(first->regardless);
    assert_false(incident->shutdown_wanted || incident->shutdown_all);
}

static void who_goes_down_unconfirmed_keeps_no_shutdown_wanted_with_supply(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    input(FAILED + 3, INPUT_ROLE_GENSET_RUNNING, true);
    world_run(&world, FAILED + 10);
    assert_int_equal(first->state, SERVER_STATE_VERIFYING);
    assert_false(incident->shutdown_wanted || incident->shutdown_all);
}

static void the_next_pass_waits_while_a_supply_is_confirmed(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 300;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 11, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    mains(FAILED + 3, true);
    batch_clear(&world.batch);
    world_run(&world, FAILED + 200);
    assert_int_equal(times_told(0), 0);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
    mains(FAILED + 210, false);
    world_run(&world, FAILED + 211);
    assert_int_equal(times_told(0), 1);
}

static void orders_outside_an_incident_are_forgotten_when_they_are_over(void **state)
{
    (void)state;
    world_input(&world, LOST, INPUT_ROLE_MAINS_L1, INPUT_VALUE_UNKNOWN);
    command(LOST + 1, COMMAND_KIND_SHUTDOWN_SERVER, 11, true);
    assert_true(first->ordered);
    fact(LOST + 2, 0, SERVER_ACCEPTED);
    fact(LOST + 3, 0, SERVER_SEEN_OFF);
    assert_false(first->ordered || first->regardless);
    assert_false(incident->shutdown_wanted);
}

static void each_shutdown_that_is_done_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < WORLD_SERVERS; i++) {
        command(
            FAILED + 1 + 10 * (int64_t)i, COMMAND_KIND_SHUTDOWN_SERVER, 11 + (uint32_t)i, false);
        fact(FAILED + 2 + 10 * (int64_t)i, i, SERVER_ACCEPTED);
        fact(FAILED + 3 + 10 * (int64_t)i, i, SERVER_SEEN_OFF);
        assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_DONE), i + 1);
    }
}

static void a_server_that_goes_down_takes_one_place(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.parallel = 2;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 11, false);
    command(FAILED + 2, COMMAND_KIND_SHUTDOWN_SERVER, 12, false);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void with_a_low_battery_a_second_try_holds_nobody(void **state)
{
    (void)state;
    world.servers[0].retries = 3;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    world_run(&world, FAILED + 2 + PAUSE);
    assert_int_equal(first->attempts, 2);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    low(FAILED + 3 + PAUSE, true);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void a_tier_that_is_over_loses_its_turn_though_the_next_goes_on(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    assert_true(first->told_in_pass);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    command(FAILED + 3, COMMAND_KIND_SHUTDOWN_SERVER, 12, true);
    assert_false(first->told_in_pass);
}

static void a_shutdown_outlives_its_incident_for_who_was_confirmed_and_goes_down(void **state)
{
    struct ctx ctx = {.site = &world.site, .state = &world.now.state, .batch = &world.batch};

    (void)state;
    first->state = SERVER_STATE_TELLING;
    second->state = SERVER_STATE_OFF;
    second->regardless = true;
    incident->shutdown_wanted = true;
    shutdown_incident_ends(&ctx);
    assert_false(incident->shutdown_wanted);
    first->regardless = incident->shutdown_wanted = true;
    shutdown_incident_ends(&ctx);
    assert_true(incident->shutdown_wanted);
}

static void a_tier_has_no_server_behind_the_last(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    world.servers[1] = world.servers[0];
    const struct server before = *second =
        (struct server){.state = SERVER_STATE_WAITING, .power = {.state = POWER_STATE_IDLE}};
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_TIER, 1, false);
    assert_int_equal(world_notice(&world, NOTIFICATION_SHUTDOWN_BEGUN).count, 1);
    assert_memory_equal(second, &before, sizeof(before));
}

static void a_further_pass_begins_its_tiers_anew(void **state)
{
    (void)state;
    world.servers[1].waits_for_verified = true;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    low(FAILED + 2, true);
    fact(FAILED + 3, 0, SERVER_REFUSED);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
    low(FAILED + 4, false);
    fact(FAILED + 5, 1, SERVER_REFUSED);
    world_run(&world, FAILED + 5 + PAUSE);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    fact(FAILED + 6 + PAUSE, 0, SERVER_REFUSED);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
}

static void a_tier_is_not_begun_by_what_is_behind_the_last_server(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    world.servers[1] = world.servers[0];
    world.site.shutdown.parallel = 0;
    world.site.mains.return_confirm_ms = 500;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    mains(FAILED + 2, true);
    *second = (struct server){
        .state = SERVER_STATE_TELLING, .told_in_pass = true, .power = {.state = POWER_STATE_IDLE}};
    world.site.shutdown.parallel = 4;
    world_tick(&world, FAILED + 3);
    assert_int_equal(first->state, SERVER_STATE_WAITING);
}

static void who_waits_for_a_place_is_not_spared(void **state)
{
    (void)state;
    world.site.shutdown.parallel = 0;
    command(LOST, COMMAND_KIND_SHUTDOWN_ALL, 0, true);
    world_run(&world, LOST + 100);
    assert_int_equal(first->state, SERVER_STATE_WAITING);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_true(incident->shutdown_wanted);
}

static void what_is_confirmed_for_one_is_not_all_with_supply(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    command(FAILED + 2, COMMAND_KIND_SHUTDOWN_SERVER, 11, true);
    input(FAILED + 3, INPUT_ROLE_GENSET_RUNNING, true);
    world_run(&world, FAILED + 10);
    assert_int_equal(incident->phase, PHASE_RUNNING);
    assert_int_equal(second->result, SHUTDOWN_RESULT_SPARED);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_true(incident->shutdown_wanted);
    assert_false(incident->shutdown_all);
}

static void who_stays_up_is_told_no_more_with_supply_and_it_is_not_done(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.retry_pause_ms = 500;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_TIER, 1, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    fact(FAILED + 3, 0, SERVER_SEEN_OFF);
    fact(FAILED + 4, 1, SERVER_REFUSED);
    input(FAILED + 5, INPUT_ROLE_GENSET_RUNNING, true);
    world_run(&world, FAILED + 600);
    assert_int_equal(second->state, SERVER_STATE_NOT_OFF);
    assert_false(second->ordered);
    assert_true(incident->shutdown_done_notified);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SHUTDOWN_DONE), 0);
    assert_int_equal(times_told(1), 1);
}

static void an_order_of_the_softwares_keeps_who_was_confirmed_and_confirms_nobody(void **state)
{
    struct ctx ctx = {.site = &world.site,
                      .state = &world.now.state,
                      .batch = &world.batch,
                      .now = instant_at(FAILED + 5)};

    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    second->regardless = true;
    shutdown_begin(&ctx, ACTOR_SOFTWARE, false);
    assert_false(first->regardless);
    assert_true(second->regardless);
    second->state = SERVER_STATE_IDLE;
    shutdown_begin(&ctx, ACTOR_SOFTWARE, false);
    assert_false(second->regardless);
}

static void who_goes_down_by_hand_with_supply_is_not_spared(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    input(FAILED + 3, INPUT_ROLE_GENSET_RUNNING, true);
    world_run(&world, FAILED + 10);
    assert_int_equal(second->result, SHUTDOWN_RESULT_SPARED);
    fact(FAILED + 11, 1, SERVER_SEEN_OFF);
    fact(FAILED + 12, 0, SERVER_SEEN_OFF);
    assert_int_equal(step(6)->state, STEP_STATE_MET);
    assert_int_equal(step(6)->answer, ANSWER_YES);
}

static void the_machine_itself_announces_nothing_while_it_waits_for_a_supply(void **state)
{
    (void)state;
    world.servers[1].is_self = true;
    world.site.mains.return_confirm_ms = 500;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    mains(FAILED + 2, true);
    fact(FAILED + 3, 0, SERVER_ACCEPTED);
    fact(FAILED + 4, 0, SERVER_SEEN_OFF);
    world_run(&world, FAILED + 100);
    assert_int_equal(second->state, SERVER_STATE_WAITING);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_SELF_SHUTDOWN), 0);
    assert_unset(incident->self_due);
}

static void storage_does_not_wait_for_what_is_behind_the_last_server(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    world.servers[0].waits_for_verified = true;
    world.servers[1].tier = 0;
    *second = (struct server){
        .state = SERVER_STATE_NOT_OFF, .ordered = true, .power = {.state = POWER_STATE_IDLE}};
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
}

static void an_order_after_a_cancel_is_not_cancelled(void **state)
{
    (void)state;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    command(FAILED + 2, COMMAND_KIND_SHUTDOWN_CANCEL, 0, false);
    assert_true(second->cancelled);
    command(FAILED + 3, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    assert_false(first->cancelled || second->cancelled);
    assert_false(incident->shutdown_cancelled);
}

static void storage_does_not_wait_for_its_own_tier(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.servers[1].waits_for_verified = true;
    world.site.shutdown.retry_pause_ms = 500;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_SERVER, 11, false);
    fact(FAILED + 2, 0, SERVER_REFUSED);
    command(FAILED + 3, COMMAND_KIND_SHUTDOWN_SERVER, 12, false);
    assert_int_equal(second->state, SERVER_STATE_TELLING);
}

static void a_turn_behind_the_last_server_is_left_alone(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    world.servers[1] = world.servers[0];
    const struct server before = *second = (struct server){
        .state = SERVER_STATE_NOT_OFF, .told_in_pass = true, .power = {.state = POWER_STATE_IDLE}};
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    assert_memory_equal(second, &before, sizeof(before));
}

static void what_was_confirmed_in_a_drill_is_over_with_it(void **state)
{
    struct ctx ctx = {.site = &world.site, .state = &world.now.state, .batch = &world.batch};

    (void)state;
    incident->kind = INCIDENT_KIND_DRILL;
    first->state = SERVER_STATE_TELLING;
    first->regardless = incident->shutdown_wanted = true;
    shutdown_incident_ends(&ctx);
    assert_false(first->regardless);
    assert_false(incident->shutdown_wanted);
}

static void a_tier_that_is_ordered_anew_is_begun_by_those_alone_who_go_down(void **state)
{
    struct ctx ctx = {.site = &world.site, .state = &world.now.state, .batch = &world.batch};

    (void)state;
    world.servers[1].tier = 1;
    first->state = SERVER_STATE_OFF;
    first->looked_at = first->told_in_pass = true;
    second->state = SERVER_STATE_VERIFYING;
    shutdown_begin_tier(&ctx, 1, false);
    assert_int_equal(first->state, SERVER_STATE_OFF);
    assert_false(first->told_in_pass);
    assert_true(second->told_in_pass);
}

static void who_was_off_before_a_restart_and_answers_is_proven_off_by_new_evidence(void **state)
{
    (void)state;
    first->state = SERVER_STATE_OFF;
    first->ordered = first->stale = true;
    fact(FAILED + 1, 0, SERVER_ANSWERS);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
    assert_false(first->stale);
    assert_true(first->answers && first->answered);
    assert_int_equal(first->last_reachable.ms, FAILED + 1);
    assert_int_equal(world_notice(&world, NOTIFICATION_SERVER_FAILED).step, 5);
    fact(FAILED + 2, 0, SERVER_SEEN_OFF);
    assert_true(server_is_proven_off(first));
}

static void who_accepted_is_told_again_although_there_is_supply_by_then(void **state)
{
    (void)state;
    world.servers[0].retries = 1;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    mains(FAILED + 10, true);
    world_run(&world, FAILED + 2 + OFF_WITHIN);
    assert_int_equal(first->state, SERVER_STATE_RETRYING);
    assert_int_equal(first->reason, REASON_NO_EVIDENCE);
    world_run(&world, FAILED + 2 + OFF_WITHIN + PAUSE);
    assert_int_equal(first->state, SERVER_STATE_TELLING);
    assert_int_equal(first->attempts, 2);
}

static void who_accepted_and_stays_up_has_failed_and_is_not_forced_with_supply(void **state)
{
    (void)state;
    world.servers[0].has_force = true;
    command(FAILED + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    fact(FAILED + 2, 0, SERVER_ACCEPTED);
    fact(FAILED + 3, 0, SERVER_ANSWERS);
    mains(FAILED + 10, true);
    world_run(&world, FAILED + 2 + OFF_WITHIN + PAUSE);
    assert_int_equal(first->state, SERVER_STATE_NOT_OFF);
    assert_int_equal(first->result, SHUTDOWN_RESULT_FAILED);
    assert_int_equal(times_told(0), 1);
}

static void who_a_person_shut_down_in_a_drill_may_come_back_in_it(void **state)
{
    (void)state;
    command(LOST, COMMAND_KIND_DRILL_BEGIN, 0, false);
    fact(LOST + 1, 0, SERVER_SEEN_OFF);
    assert_int_equal(first->state, SERVER_STATE_OFF);
    fact(LOST + 2, 0, SERVER_ANSWERS);
    assert_int_equal(first->state, SERVER_STATE_IDLE);
}

static void who_is_drilled_is_told(void **state)
{
    (void)state;
    command(LOST, COMMAND_KIND_DRILL_BEGIN, 0, false);
    command(LOST + 1, COMMAND_KIND_SHUTDOWN_ALL, 0, false);
    assert_int_equal(first->result, SHUTDOWN_RESULT_DRILLED);
    assert_true(first->told && second->told);
    assert_int_equal(first->shutdown_started.ms, LOST + 1);
    assert_int_equal(first->shutdown_finished.ms, LOST + 1);
    assert_int_equal(times_told(0), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(a_shutdown_by_command_goes_tier_by_tier_and_says_when_it_is_done,
                           open_world),
    cmocka_unit_test_setup(a_shutdown_in_an_outage_completes_steps_5_and_6_with_its_last_server,
                           open_outage),
    cmocka_unit_test_setup(servers_shut_down_by_hand_complete_the_steps_for_a_person, open_outage),
    cmocka_unit_test_setup(a_server_forced_off_is_a_warning_and_leaves_step_6_open, open_outage),
    cmocka_unit_test_setup(no_more_are_told_at_once_than_may_be, open_outage),
    cmocka_unit_test_setup(who_is_told_again_waits_for_a_place_too, open_outage),
    cmocka_unit_test_setup(of_those_to_be_told_again_no_more_are_than_there_are_places,
                           open_outage),
    cmocka_unit_test_setup(who_waits_to_be_told_again_does_so_over_a_restart, open_outage),
    cmocka_unit_test_setup(who_is_told_again_with_a_low_battery_takes_a_place_of_any_tier,
                           open_outage),
    cmocka_unit_test_setup(who_accepted_is_looked_at_once_all_of_the_tier_are_told, open_outage),
    cmocka_unit_test_setup(who_is_looked_at_once_is_of_the_tier_that_was_told, open_outage),
    cmocka_unit_test_setup(who_accepted_is_looked_at_while_later_tiers_wait, open_outage),
    cmocka_unit_test_setup(as_many_are_told_at_once_as_may_be, open_outage),
    cmocka_unit_test_setup(one_server_is_one, open_outage),
    cmocka_unit_test_setup(a_tier_is_its_servers, open_outage),
    cmocka_unit_test_setup(a_further_order_forgets_the_one_before_outside_an_incident, open_world),
    cmocka_unit_test_setup(who_is_not_off_is_told_again_after_a_pause, open_outage),
    cmocka_unit_test_setup(passes_end_when_step_6_is_due, open_outage),
    cmocka_unit_test_setup(who_has_not_been_told_is_spared_with_supply, open_outage),
    cmocka_unit_test_setup(who_is_confirmed_goes_down_with_supply, open_outage),
    cmocka_unit_test_setup(a_cancel_spares_who_waits_and_says_how_many, open_outage),
    cmocka_unit_test_setup(a_cancel_counts_who_would_be_told_again, open_outage),
    cmocka_unit_test(a_cancel_counts_whom_it_spares_the_force),
    cmocka_unit_test_setup(a_cancel_spares_the_force_where_nothing_else_waits, open_outage),
    cmocka_unit_test_setup(a_cancel_that_spares_nothing_but_force_keeps_the_news_of_the_end,
                           open_outage),
    cmocka_unit_test_setup(with_supply_there_is_no_force_to_cancel, open_outage),
    cmocka_unit_test_setup(who_is_being_forced_is_spared_nothing, open_outage),
    cmocka_unit_test_setup(who_was_to_be_seen_in_an_absence_is_given_its_time_once_more,
                           open_outage),
    cmocka_unit_test_setup(while_the_ups_runs_out_nobody_is_given_more_time, open_outage),
    cmocka_unit_test_setup(a_cancel_outside_an_incident_is_of_no_step, open_world),
    cmocka_unit_test_setup(a_cancel_leaves_a_tier_that_has_begun, open_outage),
    cmocka_unit_test_setup(storage_waits_for_who_is_not_proven_off, open_outage),
    cmocka_unit_test_setup(storage_outside_an_incident_is_spared_where_no_pass_proves_another_off,
                           open_world),
    cmocka_unit_test_setup(the_machine_itself_waits_for_its_notifications_but_not_for_long,
                           open_outage),
    cmocka_unit_test_setup(the_machine_itself_goes_when_its_notifications_are_out, open_outage),
    cmocka_unit_test_setup(the_machine_itself_waits_less_with_a_low_battery, open_outage),
    cmocka_unit_test_setup(the_machine_itself_outside_an_incident_is_of_no_step, open_world),
    cmocka_unit_test_setup(the_machine_itself_is_not_judged, open_outage),
    cmocka_unit_test_setup(with_a_low_battery_a_slow_server_holds_the_next_tier_for_a_while,
                           open_outage),
    cmocka_unit_test_setup(with_a_low_battery_one_try_is_enough, open_outage),
    cmocka_unit_test_setup(with_a_good_battery_the_next_tier_waits_for_every_try, open_outage),
    cmocka_unit_test_setup(the_next_incident_knows_nothing_of_this_one, open_outage),
    cmocka_unit_test_setup(who_goes_down_is_not_forgotten_by_a_new_incident, open_world),
    cmocka_unit_test_setup(a_further_round_needs_a_shutdown_again, open_world),
    cmocka_unit_test_setup(what_is_under_way_goes_on_into_a_further_round, open_outage),
    cmocka_unit_test_setup(as_step_5_opens_all_are_looked_at_anew_and_first_who_is_under_way,
                           open_world),
    cmocka_unit_test_setup(a_command_that_ran_at_a_restart_is_given_again_and_looked_at_first,
                           open_outage),
    cmocka_unit_test_setup(the_machine_itself_that_was_told_at_a_restart_has_gone, open_outage),
    cmocka_unit_test_setup(what_was_due_in_an_absence_is_due_at_the_restart, open_outage),
    cmocka_unit_test_setup(off_before_a_restart_is_stale_in_an_incident, open_outage),
    cmocka_unit_test_setup(a_tier_that_goes_on_keeps_its_turn_when_one_is_ordered_again,
                           open_outage),
    cmocka_unit_test_setup(a_tier_that_waits_keeps_its_turn_when_one_is_ordered_again, open_outage),
    cmocka_unit_test_setup(a_tier_that_is_over_loses_its_turn_when_one_is_ordered_again,
                           open_outage),
    cmocka_unit_test_setup(a_tier_that_has_begun_for_one_goes_on_while_a_supply_is_confirmed,
                           open_outage),
    cmocka_unit_test_setup(the_next_tier_waits_while_a_supply_is_confirmed, open_outage),
    cmocka_unit_test_setup(who_is_off_already_is_not_shut_down_by_itself, open_outage),
    cmocka_unit_test_setup(who_was_told_before_there_was_supply_leaves_step_5_open, open_outage),
    cmocka_unit_test_setup(who_was_never_told_makes_steps_5_and_6_not_required_with_supply,
                           open_outage),
    cmocka_unit_test_setup(a_shutdown_that_nobody_wants_is_forgotten, open_outage),
    cmocka_unit_test_setup(who_is_behind_the_last_server_is_not_looked_at, open_outage),
    cmocka_unit_test_setup(who_waits_is_told_apart_from_what_is_behind_the_last, open_outage),
    cmocka_unit_test_setup(one_of_a_tier_that_is_not_off_is_not_done, open_outage),
    cmocka_unit_test_setup(a_shutdown_that_was_confirmed_is_over_when_all_are_off, open_outage),
    cmocka_unit_test_setup(who_goes_down_unconfirmed_keeps_no_shutdown_wanted_with_supply,
                           open_outage),
    cmocka_unit_test_setup(the_next_pass_waits_while_a_supply_is_confirmed, open_outage),
    cmocka_unit_test_setup(orders_outside_an_incident_are_forgotten_when_they_are_over, open_world),
    cmocka_unit_test_setup(each_shutdown_that_is_done_says_so, open_outage),
    cmocka_unit_test_setup(a_server_that_goes_down_takes_one_place, open_outage),
    cmocka_unit_test_setup(with_a_low_battery_a_second_try_holds_nobody, open_outage),
    cmocka_unit_test_setup(a_tier_that_is_over_loses_its_turn_though_the_next_goes_on, open_outage),
    cmocka_unit_test_setup(a_shutdown_outlives_its_incident_for_who_was_confirmed_and_goes_down,
                           open_outage),
    cmocka_unit_test_setup(a_tier_has_no_server_behind_the_last, open_outage),
    cmocka_unit_test_setup(a_further_pass_begins_its_tiers_anew, open_outage),
    cmocka_unit_test_setup(a_tier_is_not_begun_by_what_is_behind_the_last_server, open_outage),
    cmocka_unit_test_setup(who_waits_for_a_place_is_not_spared, open_world),
    cmocka_unit_test_setup(what_is_confirmed_for_one_is_not_all_with_supply, open_outage),
    cmocka_unit_test_setup(who_stays_up_is_told_no_more_with_supply_and_it_is_not_done,
                           open_outage),
    cmocka_unit_test_setup(an_order_of_the_softwares_keeps_who_was_confirmed_and_confirms_nobody,
                           open_outage),
    cmocka_unit_test_setup(who_goes_down_by_hand_with_supply_is_not_spared, open_outage),
    cmocka_unit_test_setup(the_machine_itself_announces_nothing_while_it_waits_for_a_supply,
                           open_outage),
    cmocka_unit_test_setup(storage_does_not_wait_for_what_is_behind_the_last_server, open_outage),
    cmocka_unit_test_setup(an_order_after_a_cancel_is_not_cancelled, open_outage),
    cmocka_unit_test_setup(storage_does_not_wait_for_its_own_tier, open_outage),
    cmocka_unit_test_setup(a_turn_behind_the_last_server_is_left_alone, open_outage),
    cmocka_unit_test_setup(what_was_confirmed_in_a_drill_is_over_with_it, open_outage),
    cmocka_unit_test_setup(who_was_off_before_a_restart_and_answers_is_proven_off_by_new_evidence,
                           open_outage),
    cmocka_unit_test_setup(who_accepted_is_told_again_although_there_is_supply_by_then,
                           open_outage),
    cmocka_unit_test_setup(who_accepted_and_stays_up_has_failed_and_is_not_forced_with_supply,
                           open_outage),
    cmocka_unit_test_setup(who_a_person_shut_down_in_a_drill_may_come_back_in_it, open_world),
    cmocka_unit_test_setup(who_is_drilled_is_told, open_world),
    cmocka_unit_test_setup(a_tier_that_is_ordered_anew_is_begun_by_those_alone_who_go_down,
                           open_outage),
};

int main(void)
{
    return cmocka_run_group_tests_name("core/shutdown", tests, NULL, NULL);
}

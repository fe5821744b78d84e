/* Servers are powered on again: by whom, in which order, and what ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/machine.h"
#include "core_world.h"

enum { COMMAND_LIMIT = 50, UP_WITHIN = 100, PAUSE = 10, STABLE = 30 };

static struct world world;
static struct power *const first = &world.now.state.servers[0].power;
static struct power *const second = &world.now.state.servers[1].power;

static void input(int64_t ms, enum input_role role, enum input_value value)
{
    world_run(&world, ms - 1);
    world_input(&world, ms, role, value);
    world_tick(&world, ms);
}

static void fact(int64_t ms, size_t place, enum server_fact what)
{
    world_run(&world, ms - 1);
    world_server(&world, ms, place, what);
    world_tick(&world, ms);
}

static enum promise_answer power_on(int64_t ms, enum ctl_power_on what)
{
    world_run(&world, ms - 1);
    return world_command(
        &world,
        ms,
        (struct command){.kind = COMMAND_KIND_POWER_ON, .argument = what, .confirmed = true});
}

/* Both were taken down by an outage that is over; the mains has been there for long. */
static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    site.genset.mode = GENSET_MODE_MANUAL;
    site.shutdown.automatic = false;
    site.shutdown.retry_pause_ms = PAUSE;
    site.power_back.mains_stable_ms = STABLE;
    world_init(&world, &site, WORLD_SERVERS, instant_at(0));
    for (size_t i = 0; i < WORLD_SERVERS; i++) {
        world.servers[i].has_power_on = true;
        world.servers[i].command_timeout_ms = COMMAND_LIMIT;
        world.servers[i].up_within_ms = UP_WITHIN;
        world.now.state.servers[i].power.down = true;
        world.now.state.servers[i].power.by_outage = true;
        world.now.state.servers[i].state = SERVER_STATE_OFF;
        world.now.state.servers[i].result = SHUTDOWN_RESULT_VERIFIED_OFF;
    }
    input(1, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    input(1, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_run(&world, 99);
    batch_clear(&world.batch);
    return 0;
}

static unsigned count_of(enum action_kind kind, size_t place)
{
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++)
        count += world.actions[i].kind == kind && world.actions[i].tell.server == place;
    return count;
}

/* State 0: none. */
static struct command_put last_row(void)
{
    struct command_put row = {0};

    for (size_t i = 0; i < world.batch.count; i++)
        if (world.batch.actions[i].kind == ACTION_PUT_COMMAND)
            row = world.batch.actions[i].command;
    return row;
}

static void the_last_tier_comes_first_and_the_next_when_it_is_up(void **state)
{
    (void)state;
    assert_int_equal(power_on(100, CTL_POWER_ON_ALL), PROMISE_GIVEN);
    assert_int_equal(second->state, POWER_STATE_TELLING);
    assert_int_equal(second->attempts, 1);
    assert_int_equal(second->started.ms, 100);
    assert_int_equal(second->due.ms, 100 + COMMAND_LIMIT);
    assert_int_equal(first->state, POWER_STATE_WAITING);
    assert_int_equal(last_row().state, COMMAND_STATE_RUNNING);
    fact(110, 1, SERVER_POWER_ACCEPTED);
    assert_int_equal(second->state, POWER_STATE_VERIFYING);
    assert_int_equal(second->due.ms, 110 + UP_WITHIN);
    assert_int_equal(second->reason, REASON_NONE);
    assert_int_equal(first->state, POWER_STATE_WAITING);
    fact(120, 1, SERVER_ANSWERS);
    assert_int_equal(second->state, POWER_STATE_UP);
    assert_int_equal(second->finished.ms, 120);
    assert_int_equal(second->due.ms, INSTANT_NONE.ms);
    assert_false(second->down || second->by_outage);
    assert_int_equal(world_notice(&world, NOTIFICATION_SERVER_UP).server, 1);
    assert_int_equal(world_notice(&world, NOTIFICATION_SERVER_UP).severity, SEVERITY_NOTICE);
    assert_int_equal(world_notice(&world, NOTIFICATION_SERVER_UP).reason, REASON_NONE);
    assert_int_equal(first->state, POWER_STATE_TELLING);
    assert_int_equal(count_of(ACTION_KILL, 1), 0);
    fact(130, 0, SERVER_POWER_ACCEPTED);
    fact(140, 0, SERVER_ANSWERS);
    assert_false(world.now.state.power_back.wanted);
    assert_int_equal(last_row().state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_NONE);
}

static void a_command_that_still_runs_ends_when_its_server_is_up(void **state)
{
    (void)state;
    power_on(100, CTL_POWER_ON_ALL);
    fact(110, 1, SERVER_ANSWERS);
    assert_int_equal(second->state, POWER_STATE_UP);
    assert_int_equal(count_of(ACTION_KILL, 1), 1);
}

static void a_server_that_is_up_before_it_is_told_says_so(void **state)
{
    (void)state;
    power_on(100, CTL_POWER_ON_ALL);
    fact(110, 0, SERVER_ANSWERS);
    assert_int_equal(first->state, POWER_STATE_UP);
    assert_int_equal(first->reason, REASON_UP_UNTOLD);
    assert_int_equal(count_of(ACTION_TELL, 0), 0);
}

static void a_server_that_does_not_come_up_is_told_again_and_given_up(void **state)
{
    (void)state;
    world.servers[1].retries = 1;
    power_on(100, CTL_POWER_ON_ALL);
    fact(110, 1, SERVER_POWER_REFUSED);
    assert_int_equal(second->state, POWER_STATE_RETRYING);
    assert_int_equal(second->reason, REASON_POWER_ON_REFUSED);
    assert_int_equal(second->due.ms, 110 + PAUSE);
    world_run(&world, 110 + PAUSE);
    assert_int_equal(second->state, POWER_STATE_TELLING);
    assert_int_equal(second->attempts, 2);
    assert_int_equal(second->started.ms, 100);
    world_run(&world, 110 + PAUSE + COMMAND_LIMIT);
    assert_int_equal(count_of(ACTION_KILL, 1), 1);
    assert_int_equal(second->state, POWER_STATE_NOT_UP);
    assert_int_equal(second->reason, REASON_POWER_ON_TIMED_OUT);
    const struct notice not_up = world_notice(&world, NOTIFICATION_SERVER_NOT_UP);
    assert_int_equal(not_up.severity, SEVERITY_CRITICAL);
    assert_int_equal(not_up.count, 2);
    assert_int_equal(not_up.server, 1);
    assert_int_equal(not_up.reason, REASON_POWER_ON_TIMED_OUT);
    assert_int_equal(first->state, POWER_STATE_TELLING);
    fact(200, 0, SERVER_POWER_ACCEPTED);
    world_run(&world, 200 + UP_WITHIN);
    assert_int_equal(first->state, POWER_STATE_NOT_UP);
    assert_int_equal(first->reason, REASON_NOT_UP);
    assert_int_equal(last_row().state, COMMAND_STATE_FAILED);
}

static void a_command_that_was_not_run_is_given_back_as_often_as_it_may_be(void **state)
{
    (void)state;
    world.servers[1].retries = 1;
    power_on(100, CTL_POWER_ON_ALL);
    fact(110, 1, SERVER_POWER_REFUSED);
    world_run(&world, 110 + PAUSE);
    fact(125, 1, SERVER_POWER_NOT_RUN);
    assert_int_equal(second->attempts, 1);
    assert_int_equal(second->not_run, 1);
    assert_int_equal(second->started.ms, 100);
    assert_int_equal(second->state, POWER_STATE_RETRYING);
    assert_int_equal(second->due.ms, 125 + PAUSE);
    world_run(&world, 125 + PAUSE);
    fact(140, 1, SERVER_POWER_NOT_RUN);
    assert_int_equal(second->state, POWER_STATE_NOT_UP);
    assert_int_equal(second->reason, REASON_POWER_ON_NOT_RUN);
}

static void a_first_command_that_was_not_run_began_nothing(void **state)
{
    (void)state;
    world.servers[1].retries = 1;
    power_on(100, CTL_POWER_ON_ALL);
    fact(110, 1, SERVER_POWER_NOT_RUN);
    assert_int_equal(second->attempts, 0);
    assert_int_equal(second->started.ms, INSTANT_NONE.ms);
}

static void no_more_come_up_at_once_than_may_be(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.parallel = 1;
    power_on(100, CTL_POWER_ON_ALL);
    assert_int_equal(first->state, POWER_STATE_TELLING);
    assert_int_equal(second->state, POWER_STATE_WAITING);
    fact(110, 0, SERVER_ANSWERS);
    assert_int_equal(second->state, POWER_STATE_TELLING);
}

/* ---- taken back ---- */

static void who_waits_in_a_tier_that_has_begun_comes_up_although_it_is_taken_back(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.parallel = 1;
    power_on(100, CTL_POWER_ON_ALL);
    assert_int_equal(power_on(101, CTL_POWER_ON_CANCEL), PROMISE_GIVEN);
    assert_true(world.now.state.power_back.declined);
    assert_int_equal(second->state, POWER_STATE_WAITING);
}

static void who_waits_in_a_tier_that_has_not_begun_is_taken_back(void **state)
{
    (void)state;
    power_on(100, CTL_POWER_ON_ALL);
    power_on(101, CTL_POWER_ON_CANCEL);
    assert_int_equal(first->state, POWER_STATE_IDLE);
    assert_int_equal(first->reason, REASON_TAKEN_BACK);
    assert_int_equal(second->state, POWER_STATE_TELLING);
    fact(110, 1, SERVER_ANSWERS);
    assert_int_equal(last_row().command.argument, CTL_POWER_ON_ALL);
    assert_int_equal(last_row().state, COMMAND_STATE_CANCELLED);
    assert_int_equal(last_row().reason, REASON_TAKEN_BACK);
}

static void what_is_not_begun_is_taken_back_already_unless_it_begins_by_itself(void **state)
{
    (void)state;
    world.now.state.servers[0].power.by_outage = false;
    world.now.state.servers[1].power.by_outage = false;
    assert_int_equal(power_on(100, CTL_POWER_ON_CANCEL), PROMISE_GIVEN);
    assert_int_equal(last_row().reason, REASON_ALREADY_SO);
    assert_false(world.now.state.power_back.declined);
    world.site.power_back.automatic = true;
    assert_int_equal(power_on(101, CTL_POWER_ON_CANCEL), PROMISE_GIVEN);
    assert_int_equal(last_row().reason, REASON_NONE);
    assert_true(world.now.state.power_back.declined);
    assert_int_equal(power_on(102, CTL_POWER_ON_CANCEL), PROMISE_GIVEN);
    assert_int_equal(last_row().reason, REASON_ALREADY_SO);
}

/* ---- by itself ---- */

static void an_outages_servers_come_up_by_themselves_when_the_mains_is_stable(void **state)
{
    (void)state;
    world.servers[1].has_power_on = true;
    input(100, INPUT_ROLE_MAINS_L1, INPUT_VALUE_UNKNOWN);
    input(110, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    assert_int_equal(world.now.state.power_back.stable_from.ms, 110);
    world.site.power_back.automatic = true;
    world_run(&world, 110 + STABLE - 1);
    assert_int_equal(first->state, POWER_STATE_WAITING);
    assert_int_equal(second->state, POWER_STATE_WAITING);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, 110 + STABLE);
    world_run(&world, 110 + STABLE);
    assert_int_equal(second->state, POWER_STATE_TELLING);
}

static void who_a_person_shut_down_does_not_come_up_by_itself(void **state)
{
    (void)state;
    world.site.power_back.automatic = true;
    first->by_outage = false;
    second->down = false;
    world_run(&world, 200);
    assert_int_equal(first->state, POWER_STATE_IDLE);
    assert_int_equal(second->state, POWER_STATE_IDLE);
    assert_false(world.now.state.power_back.wanted);
}

/* ---- what stops it ---- */

static void a_new_outage_stops_it_and_forgets_what_came_of_it(void **state)
{
    (void)state;
    power_on(100, CTL_POWER_ON_ALL);
    fact(110, 1, SERVER_ANSWERS);
    assert_int_equal(second->state, POWER_STATE_UP);
    assert_int_equal(first->state, POWER_STATE_TELLING);
    world.now.state.power_back.declined = true;
    input(120, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 121);
    assert_false(world.now.state.power_back.wanted || world.now.state.power_back.declined);
    assert_int_equal(first->state, POWER_STATE_IDLE);
    assert_int_equal(first->reason, REASON_INCIDENT_OPEN);
    assert_int_equal(first->due.ms, INSTANT_NONE.ms);
    assert_int_equal(count_of(ACTION_KILL, 0), 1);
    assert_int_equal(second->state, POWER_STATE_IDLE);
    assert_int_equal(second->finished.ms, INSTANT_NONE.ms);
    assert_false(second->by_outage);
    assert_true(first->by_outage);
    assert_int_equal(world.now.state.power_back.stable_from.ms, INSTANT_NONE.ms);
}

static void who_was_not_up_goes_down_again(void **state)
{
    struct ctx ctx = {.site = &world.site,
                      .state = &world.now.state,
                      .batch = &world.batch,
                      .now = instant_at(100)};

    (void)state;
    world.now.state.servers[0].told = world.now.state.servers[1].told = true;
    first->state = POWER_STATE_NOT_UP;
    second->state = POWER_STATE_UP;
    second->down = false;
    power_went_down(&ctx, 0);
    power_went_down(&ctx, 1);
    assert_int_equal(first->state, POWER_STATE_IDLE);
    assert_int_equal(second->state, POWER_STATE_IDLE);
    assert_true(second->down);
}

/* Neither told nor in an incident: a person, for reasons of his own. */
static void who_goes_down_for_no_reason_of_ours_is_not_powered_on(void **state)
{
    struct ctx ctx = {.site = &world.site,
                      .state = &world.now.state,
                      .batch = &world.batch,
                      .now = instant_at(100)};

    (void)state;
    first->down = second->down = false;
    power_went_down(&ctx, 0);
    assert_false(first->down);
    world.now.state.servers[1].told = true;
    power_went_down(&ctx, 1);
    assert_true(second->down);
}

static void an_order_takes_over_who_comes_up(void **state)
{
    (void)state;
    power_on(100, CTL_POWER_ON_ALL);
    assert_int_equal(world_command(&world,
                                   101,
                                   (struct command){.kind = COMMAND_KIND_SHUTDOWN_SERVER,
                                                    .argument = 12,
                                                    .confirmed = true}),
                     PROMISE_GIVEN);
    assert_int_equal(second->state, POWER_STATE_IDLE);
    assert_int_equal(second->reason, REASON_SHUTDOWN_UNDER_WAY);
    assert_false(second->by_outage);
    assert_int_equal(first->reason, REASON_SHUTDOWN_UNDER_WAY);
    assert_int_equal(world.now.state.servers[1].state, SERVER_STATE_TELLING);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_OFF);
}

static void without_a_command_down_is_who_is_off_and_was_not_drilled(void **state)
{
    struct server *server = &world.now.state.servers[0];
    const struct ctx ctx = {.site = &world.site, .state = &world.now.state};

    (void)state;
    assert_true(power_is_down(&ctx, 0));
    first->down = false;
    assert_false(power_is_down(&ctx, 0));
    world.servers[0].has_power_on = false;
    assert_true(power_is_down(&ctx, 0));
    server->result = SHUTDOWN_RESULT_DRILLED;
    assert_false(power_is_down(&ctx, 0));
    server->state = SERVER_STATE_IDLE;
    assert_false(power_is_down(&ctx, 0));
}

static void who_has_no_command_to_come_up_fails_it_for_all(void **state)
{
    (void)state;
    world.servers[0].has_power_on = false;
    first->down = false;
    power_on(100, CTL_POWER_ON_ALL);
    fact(110, 1, SERVER_ANSWERS);
    assert_int_equal(last_row().state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_NO_POWER_ON);
}

static void a_restart_looks_at_who_was_told(void **state)
{
    (void)state;
    power_on(100, CTL_POWER_ON_ALL);
    core_resume(&world.site, &world.now.state, instant_at(110), &world.batch);
    assert_int_equal(second->state, POWER_STATE_VERIFYING);
    assert_int_equal(second->due.ms, 110 + UP_WITHIN);
    assert_true(world.now.state.servers[1].looked_at);
    assert_int_equal(first->state, POWER_STATE_WAITING);
}

static void a_relapse_is_no_stable_mains(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 20;
    world.site.mains.loss_debounce_ms = 5;
    input(100, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 150);
    input(200, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    assert_int_equal(world.now.state.power_back.stable_from.ms, 200);
    input(210, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    assert_int_equal(world.now.state.power_back.stable_from.ms, INSTANT_NONE.ms);
    input(212, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    assert_int_equal(world.now.state.power_back.stable_from.ms, 212);
}

/* ---- what is begun anew, and by what ---- */

static void who_is_wanted_again_begins_anew(void **state)
{
    (void)state;
    first->state = POWER_STATE_NOT_UP;
    first->attempts = 3;
    first->not_run = 1;
    first->reason = REASON_NOT_UP;
    first->started = first->finished = instant_at(50);
    world.now.state.power_back.declined = true;
    power_on(100, CTL_POWER_ON_ALL);
    assert_int_equal(first->state, POWER_STATE_WAITING);
    assert_int_equal(first->attempts + first->not_run, 0);
    assert_int_equal(first->reason, REASON_NONE);
    assert_int_equal(first->started.ms, INSTANT_NONE.ms);
    assert_int_equal(first->finished.ms, INSTANT_NONE.ms);
    assert_false(world.now.state.power_back.declined);
}

static void whatever_ends_a_try_is_looked_at_once(void **state)
{
    static const enum server_fact facts[] = {
        SERVER_POWER_ACCEPTED, SERVER_POWER_REFUSED, SERVER_POWER_NOT_RUN};

    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        open_world(state);
        power_on(100, CTL_POWER_ON_ALL);
        assert_int_equal(world_looks_at_once(&world, 1), 0);
        fact(110, 1, facts[i]);
        assert_true(world_looks_at_once(&world, 1) > 0);
    }
    open_world(state);
    power_on(100, CTL_POWER_ON_ALL);
    world_run(&world, 100 + COMMAND_LIMIT);
    assert_true(world_looks_at_once(&world, 1) > 0);
}

static void a_server_is_told_to_power_on_and_by_no_other_method(void **state)
{
    unsigned told = 0;

    (void)state;
    world.servers[1].retries = 1;
    power_on(100, CTL_POWER_ON_ALL);
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_TELL) {
            assert_int_equal(world.actions[i].tell.server, 1);
            assert_int_equal(world.actions[i].tell.method, TELL_POWER_ON);
            told++;
        }
    assert_int_equal(told, 1);
    fact(110, 1, SERVER_POWER_REFUSED);
    world_run(&world, 110 + PAUSE);
    fact(125, 1, SERVER_POWER_ACCEPTED);
    assert_int_equal(second->reason, REASON_NONE);
}

/* It is about the power-on alone. */
static void what_became_of_a_power_on_is_no_word_of_a_shutdown(void **state)
{
    static const enum server_fact facts[] = {
        SERVER_POWER_ACCEPTED, SERVER_POWER_REFUSED, SERVER_POWER_NOT_RUN};
    struct server *const server = &world.now.state.servers[0];

    (void)state;
    server->state = SERVER_STATE_TELLING;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        world_server(&world, 100, 0, facts[i]);
        assert_int_equal(server->state, SERVER_STATE_TELLING);
    }
}

static void an_outage_is_why_a_server_is_down_only_while_it_is_open(void **state)
{
    struct ctx ctx = {.site = &world.site, .state = &world.now.state, .batch = &world.batch};

    (void)state;
    power_told_to_go_down(&ctx, 0);
    assert_false(first->by_outage);
    power_overtaken(&ctx, 1);
    assert_false(second->by_outage);
    first->by_outage = world.now.state.servers[0].told = true;
    power_went_down(&ctx, 0);
    assert_true(first->by_outage);
    world.now.state.incident.phase = PHASE_FAILED;
    power_overtaken(&ctx, 0);
    power_overtaken(&ctx, 1);
    assert_true(first->by_outage);
    assert_false(second->by_outage);
    power_told_to_go_down(&ctx, 1);
    assert_true(second->by_outage);
    second->by_outage = false;
    power_went_down(&ctx, 1);
    assert_true(second->by_outage);
    world.servers[1].has_power_on = second->by_outage = false;
    power_told_to_go_down(&ctx, 1);
    assert_false(second->by_outage);
}

static void an_incident_forgets_who_came_up_and_whom_no_outage_took_down(void **state)
{
    struct ctx ctx = {.site = &world.site, .state = &world.now.state, .batch = &world.batch};

    (void)state;
    first->state = second->state = POWER_STATE_UP;
    first->attempts = 2;
    first->down = second->by_outage = false;
    power_incident_opens(&ctx);
    assert_int_equal(first->state, POWER_STATE_IDLE);
    assert_int_equal(first->attempts, 0);
    assert_false(first->by_outage || second->by_outage);
}

static void a_restart_looks_at_all_who_were_told(void **state)
{
    (void)state;
    first->state = second->state = POWER_STATE_RETRYING;
    core_resume(&world.site, &world.now.state, instant_at(110), &world.batch);
    assert_int_equal(first->state, POWER_STATE_VERIFYING);
    assert_int_equal(second->state, POWER_STATE_VERIFYING);
}

/* ---- who is none of them ---- */

/* Whatever it is, it is left alone, and takes no place of the others. */
static void check_behind_the_last(void **state, enum power_state behind, unsigned tier,
                                  unsigned parallel)
{
    open_world(state);
    world.site.server_count = world.now.state.server_count = 1;
    world.servers[1].tier = tier;
    world.site.shutdown.parallel = parallel;
    second->state = behind;
    second->due = instant_at(120);
    const struct server before = world.now.state.servers[1];
    power_on(100, CTL_POWER_ON_ALL);
    assert_int_equal(first->state, POWER_STATE_TELLING);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, 100 + COMMAND_LIMIT);
    world.site.power_back.automatic = true;
    world_run(&world, 124);
    core_resume(&world.site, &world.now.state, instant_at(125), &world.batch);
    power_on(130, CTL_POWER_ON_CANCEL);
    input(140, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 141);
    assert_int_equal(first->reason, REASON_INCIDENT_OPEN);
    assert_memory_equal(&world.now.state.servers[1], &before, sizeof(before));
}

static void nobody_is_behind_the_last_server(void **state)
{
    for (unsigned behind = POWER_STATE_IDLE; behind < POWER_STATE_COUNT; behind++)
        for (unsigned tier = 1; tier <= 2; tier++) {
            check_behind_the_last(state, (enum power_state)behind, tier, 1);
            check_behind_the_last(state, (enum power_state)behind, tier, 4);
        }
}

static void a_tier_is_not_begun_by_who_is_behind_the_last_server(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    world.servers[1].tier = 1;
    second->state = POWER_STATE_VERIFYING;
    world.site.power_back.mains_stable_ms = 1000;
    power_on(100, CTL_POWER_ON_ALL);
    power_on(101, CTL_POWER_ON_CANCEL);
    assert_int_equal(first->state, POWER_STATE_IDLE);
    assert_int_equal(first->reason, REASON_TAKEN_BACK);
}

static void a_tier_is_not_begun_by_who_comes_up_in_another(void **state)
{
    (void)state;
    power_on(100, CTL_POWER_ON_ALL);
    assert_int_equal(second->state, POWER_STATE_TELLING);
    power_on(101, CTL_POWER_ON_CANCEL);
    assert_int_equal(first->state, POWER_STATE_IDLE);
}

static void a_site_that_can_power_on_nobody_watches_no_mains(void **state)
{
    instant *const stable_from = &world.now.state.power_back.stable_from;

    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    *stable_from = INSTANT_NONE;
    world.servers[0].has_power_on = false;
    world_run(&world, 100);
    assert_int_equal(stable_from->ms, INSTANT_NONE.ms);
    world.servers[0].has_power_on = true;
    world_run(&world, 101);
    assert_int_equal(stable_from->ms, 1);
}

/* ---- places and pauses ---- */

static void who_comes_up_takes_one_place(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.parallel = 2;
    world.now.state.power_back.wanted = true;
    first->state = POWER_STATE_VERIFYING;
    first->due = instant_at(1000);
    second->state = POWER_STATE_WAITING;
    world_run(&world, 100);
    assert_int_equal(second->state, POWER_STATE_TELLING);
}

static void as_many_come_up_at_once_as_may_be(void **state)
{
    (void)state;
    world.servers[1].tier = 1;
    world.site.shutdown.parallel = 2;
    power_on(100, CTL_POWER_ON_ALL);
    assert_int_equal(first->state, POWER_STATE_TELLING);
    assert_int_equal(second->state, POWER_STATE_TELLING);
}

static void a_pause_in_a_lower_tier_ends_after_the_higher_tier(void **state)
{
    (void)state;
    world.now.state.power_back.wanted = true;
    first->state = POWER_STATE_RETRYING;
    second->state = POWER_STATE_VERIFYING;
    first->due = second->due = instant_at(150);
    first->attempts = second->attempts = 1;
    world_run(&world, 149);
    assert_int_equal(count_of(ACTION_TELL, 0), 0);
    second->due = instant_at(200);
    world_run(&world, 199);
    assert_int_equal(first->state, POWER_STATE_RETRYING);
    fact(200, 1, SERVER_ANSWERS);
    assert_int_equal(first->state, POWER_STATE_TELLING);
    assert_int_equal(first->attempts, 2);
}

/* ---- the mains ---- */

static void a_mains_of_three_phases_is_stable_from_its_last_edge(void **state)
{
    (void)state;
    world.site.inputs[INPUT_ROLE_MAINS_L2].wired = true;
    world.site.inputs[INPUT_ROLE_MAINS_L3].wired = true;
    input(100, INPUT_ROLE_MAINS_L2, INPUT_VALUE_ACTIVE);
    input(100, INPUT_ROLE_MAINS_L3, INPUT_VALUE_ACTIVE);
    int64_t ms = 110;
    for (unsigned role = INPUT_ROLE_MAINS_L1; role <= INPUT_ROLE_MAINS_L3; role++, ms += 20) {
        input(ms, (enum input_role)role, INPUT_VALUE_UNKNOWN);
        assert_int_equal(world.now.state.power_back.stable_from.ms, INSTANT_NONE.ms);
        input(ms + 5, (enum input_role)role, INPUT_VALUE_ACTIVE);
        assert_int_equal(world.now.state.power_back.stable_from.ms, ms + 5);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(the_last_tier_comes_first_and_the_next_when_it_is_up, open_world),
    cmocka_unit_test_setup(a_command_that_still_runs_ends_when_its_server_is_up, open_world),
    cmocka_unit_test_setup(a_server_that_is_up_before_it_is_told_says_so, open_world),
    cmocka_unit_test_setup(a_server_that_does_not_come_up_is_told_again_and_given_up, open_world),
    cmocka_unit_test_setup(a_command_that_was_not_run_is_given_back_as_often_as_it_may_be,
                           open_world),
    cmocka_unit_test_setup(a_first_command_that_was_not_run_began_nothing, open_world),
    cmocka_unit_test_setup(no_more_come_up_at_once_than_may_be, open_world),
    cmocka_unit_test_setup(who_waits_in_a_tier_that_has_begun_comes_up_although_it_is_taken_back,
                           open_world),
    cmocka_unit_test_setup(who_waits_in_a_tier_that_has_not_begun_is_taken_back, open_world),
    cmocka_unit_test_setup(what_is_not_begun_is_taken_back_already_unless_it_begins_by_itself,
                           open_world),
    cmocka_unit_test_setup(an_outages_servers_come_up_by_themselves_when_the_mains_is_stable,
                           open_world),
    cmocka_unit_test_setup(who_a_person_shut_down_does_not_come_up_by_itself, open_world),
    cmocka_unit_test_setup(a_new_outage_stops_it_and_forgets_what_came_of_it, open_world),
    cmocka_unit_test_setup(who_was_not_up_goes_down_again, open_world),
    cmocka_unit_test_setup(who_goes_down_for_no_reason_of_ours_is_not_powered_on, open_world),
    cmocka_unit_test_setup(an_order_takes_over_who_comes_up, open_world),
    cmocka_unit_test_setup(without_a_command_down_is_who_is_off_and_was_not_drilled, open_world),
    cmocka_unit_test_setup(who_has_no_command_to_come_up_fails_it_for_all, open_world),
    cmocka_unit_test_setup(a_restart_looks_at_who_was_told, open_world),
    cmocka_unit_test_setup(a_relapse_is_no_stable_mains, open_world),
    cmocka_unit_test_setup(who_is_wanted_again_begins_anew, open_world),
    cmocka_unit_test_setup(whatever_ends_a_try_is_looked_at_once, open_world),
    cmocka_unit_test_setup(a_server_is_told_to_power_on_and_by_no_other_method, open_world),
    cmocka_unit_test_setup(what_became_of_a_power_on_is_no_word_of_a_shutdown, open_world),
    cmocka_unit_test_setup(an_outage_is_why_a_server_is_down_only_while_it_is_open, open_world),
    cmocka_unit_test_setup(an_incident_forgets_who_came_up_and_whom_no_outage_took_down,
                           open_world),
    cmocka_unit_test_setup(a_restart_looks_at_all_who_were_told, open_world),
    cmocka_unit_test_setup(nobody_is_behind_the_last_server, open_world),
    cmocka_unit_test_setup(a_tier_is_not_begun_by_who_is_behind_the_last_server, open_world),
    cmocka_unit_test_setup(a_tier_is_not_begun_by_who_comes_up_in_another, open_world),
    cmocka_unit_test_setup(a_site_that_can_power_on_nobody_watches_no_mains, open_world),
    cmocka_unit_test_setup(who_comes_up_takes_one_place, open_world),
    cmocka_unit_test_setup(as_many_come_up_at_once_as_may_be, open_world),
    cmocka_unit_test_setup(a_pause_in_a_lower_tier_ends_after_the_higher_tier, open_world),
    cmocka_unit_test_setup(a_mains_of_three_phases_is_stable_from_its_last_edge, open_world),
};

int main(void)
{
    return cmocka_run_group_tests_name("core/power", tests, NULL, NULL);
}

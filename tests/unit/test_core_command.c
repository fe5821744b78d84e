/* What commands leave behind, and how many fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/machine.h"
#include "core/snapshot.h"
#include "core_world.h"

enum { PROMISED_MS = 2000 }; /* to be confirmed within */

static struct world world;

/* All is quiet at 0: mains present, genset stopped, nothing started by itself. */
static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    site.genset.mode = GENSET_MODE_MANUAL;
    world_init(&world, &site, WORLD_SERVERS, instant_at(-9));
    world_input(&world, -9, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_input(&world, -9, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_run(&world, 0);
    batch_clear(&world.batch);
    return 0;
}

static void command(int64_t ms, enum command_kind kind)
{
    assert_int_equal(world_command(&world, ms, (struct command){.kind = kind, .confirmed = true}),
                     PROMISE_GIVEN);
}

static void running(int64_t ms, bool on)
{
    world_run(&world, ms - 1);
    world_input(
        &world, ms, INPUT_ROLE_GENSET_RUNNING, on ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
}

/* Until the next start is wanted: then the attempts count anew. */
static void the_attempts_and_the_source_of_the_last_start_stay(void **state)
{
    const struct genset *genset = &world.now.state.genset;

    (void)state;
    command(1, COMMAND_KIND_GENSET_START);
    world_run(&world, 5);
    assert_int_equal(genset->last_attempts, 1);
    running(7, true);
    world_run(&world, 12);
    assert_int_equal(genset->state, GENSET_STATE_RUNNING);
    assert_int_equal(genset->last_attempts, 2);
    command(13, COMMAND_KIND_GENSET_STOP);
    running(14, false);
    world_run(&world, 20);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
    assert_int_equal(genset->last_attempts, 2);
    assert_int_equal(genset->started_by, START_SOURCE_COMMAND);
    command(21, COMMAND_KIND_GENSET_START);
    assert_int_equal(genset->last_attempts, 0);
}

static enum promise_answer ask(enum command_kind kind, uint32_t argument)
{
    world_step(&world,
               (struct event){.kind = EVENT_ASK,
                              .at = instant_at(1),
                              .command = {.kind = kind, .argument = argument, .confirmed = true}});
    return world.batch.answer;
}

static void servers_leave_room_for_the_genset(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        world.now.state.pending[i] = (struct command){
            .kind = COMMAND_KIND_SHUTDOWN_SERVER, .argument = 11, .index = 100 + i};
    for (unsigned i = 0; i < 5; i++)
        world.now.state.pending[PENDING_LIMIT - 1 - i].kind = 0;
    world.now.state.servers[0].state = SERVER_STATE_TELLING;
    world.now.state.servers[0].due = instant_at(1000);
    assert_int_equal(ask(COMMAND_KIND_SHUTDOWN_SERVER, 12), PROMISE_GIVEN);
    assert_int_equal(ask(COMMAND_KIND_SHUTDOWN_SERVER, 12), PROMISE_BUSY);
    assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_GIVEN);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_GIVEN);
    assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_BUSY);
}

static void all_promises_have_a_place_and_end_unless_confirmed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_GIVEN);
    assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_BUSY);
    assert_int_equal(world.batch.answer_reason, REASON_TOO_MANY_PROMISES);
    world_run(&world, PROMISED_MS);
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        assert_int_not_equal(world.now.state.promises[i].command.kind, 0);
    world_run(&world, 1 + PROMISED_MS);
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        assert_int_equal(world.now.state.promises[i].command.kind, 0);
    assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_GIVEN);
}

static void a_promise_that_is_the_only_one_ends_at_its_time(void **state)
{
    (void)state;
    assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_GIVEN);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, 1 + PROMISED_MS);
}

/* A server that the outage finds missing is named by its own deviation. */
static void each_missing_server_has_a_deviation_of_its_own(void **state)
{
    int told[WORLD_SERVERS] = {0};

    (void)state;
    for (size_t i = 0; i < WORLD_SERVERS; i++)
        world_step(&world,
                   (struct event){.kind = EVENT_EQUIPMENT,
                                  .at = instant_at(1),
                                  .server = i,
                                  .equipment = EQUIPMENT_KIND_SERVER,
                                  .equipment_state = EQUIPMENT_STATE_MISSING});
    batch_clear(&world.batch);
    world_input(&world, 2, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 6);
    for (size_t i = 0; i < world.batch.count; i++) {
        const struct deviation_put *put = &world.batch.actions[i].deviation;
        if (world.batch.actions[i].kind != ACTION_PUT_DEVIATION ||
            put->equipment != EQUIPMENT_KIND_SERVER)
            continue;
        assert_in_range(put->server, 0, WORLD_SERVERS - 1);
        assert_int_equal(put->step, 5);
        told[put->server]++;
    }
    for (size_t i = 0; i < WORLD_SERVERS; i++)
        assert_int_equal(told[i], 1);
}

static void came_back(int64_t ms, enum equipment_kind kind, enum equipment_state equipment_state)
{
    batch_clear(&world.batch);
    world_step(&world,
               (struct event){.kind = EVENT_EQUIPMENT,
                              .at = instant_at(ms),
                              .equipment = kind,
                              .equipment_state = equipment_state});
}

/* State 0: none in the last batch. */
static struct command_put last_row(void)
{
    struct command_put row = {0};
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.batch.actions[i].kind == ACTION_PUT_COMMAND)
            row = world.batch.actions[i].command;
    return row;
}

static void a_readiness_check_succeeds_when_all_have_come_back(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_READINESS_CHECK);
    assert_int_equal(last_row().state, COMMAND_STATE_RUNNING);
    came_back(2, EQUIPMENT_KIND_NETWORK, EQUIPMENT_STATE_MISSING);
    assert_int_equal(last_row().state, 0);
    came_back(3, EQUIPMENT_KIND_UNKNOWN, EQUIPMENT_STATE_UNKNOWN);
    assert_int_equal(last_row().state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_EQUIPMENT_MISSING);
    command(4, COMMAND_KIND_READINESS_CHECK);
    came_back(5, EQUIPMENT_KIND_NETWORK, EQUIPMENT_STATE_READY);
    came_back(5, EQUIPMENT_KIND_UNKNOWN, EQUIPMENT_STATE_UNKNOWN);
    assert_int_equal(last_row().state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_NONE);
}

/* What checks find in an outage is not waited for. */
static void a_readiness_check_fails_in_an_outage_and_is_refused(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_READINESS_CHECK);
    world_input(&world, 2, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    assert_int_equal(last_row().state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_MAINS_OUT);
    assert_int_equal(ask(COMMAND_KIND_READINESS_CHECK, 0), PROMISE_REFUSED);
}

static void reloaded(int64_t ms, enum reason reason)
{
    batch_clear(&world.batch);
    world_step(&world,
               (struct event){.kind = EVENT_RELOADED, .at = instant_at(ms), .reloaded = reason});
}

static bool batch_has(enum action_kind kind)
{
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.batch.actions[i].kind == kind)
            return true;
    return false;
}

static void a_reload_ends_as_it_is_told(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_RELOAD);
    assert_int_equal(last_row().state, COMMAND_STATE_RUNNING);
    assert_true(batch_has(ACTION_RELOAD));
    reloaded(2, REASON_CONFIG_WAITS);
    assert_int_equal(last_row().state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_CONFIG_WAITS);
    command(3, COMMAND_KIND_RELOAD);
    reloaded(4, REASON_CONFIG_REFUSED);
    assert_int_equal(last_row().state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_CONFIG_REFUSED);
}

static void a_command_that_is_begun_anew_ends_the_one_before(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_RELOAD);
    const uint32_t first = last_row().command.index;
    unsigned ended = 0;
    batch_clear(&world.batch);
    command(2, COMMAND_KIND_RELOAD);
    for (size_t i = 0; i < world.batch.count; i++) {
        const struct command_put *row = &world.batch.actions[i].command;
        if (world.batch.actions[i].kind == ACTION_PUT_COMMAND && row->command.index == first) {
            assert_int_equal(row->reason, REASON_BEGUN_ANEW);
            ended++;
        }
    }
    assert_int_equal(ended, 1);
}

static void a_promise_taken_back_is_cancelled_and_carries_nothing_out(void **state)
{
    (void)state;
    assert_int_equal(ask(COMMAND_KIND_GENSET_START, 0), PROMISE_GIVEN);
    const struct command promised = {.index = world.batch.command_index};
    assert_false(core_is_at_rest(&world.site, &world.now.state));
    batch_clear(&world.batch);
    world_step(&world,
               (struct event){.kind = EVENT_CANCEL, .at = instant_at(1), .command = promised});
    assert_int_equal(last_row().state, COMMAND_STATE_CANCELLED);
    assert_int_equal(last_row().reason, REASON_TAKEN_BACK);
    assert_true(core_is_at_rest(&world.site, &world.now.state));
    world_step(&world,
               (struct event){.kind = EVENT_CONFIRM, .at = instant_at(1), .command = promised});
    assert_int_equal(world.now.state.genset.state, GENSET_STATE_STOPPED);
}

/* RFC 2579: only who has read the lock as it is may use it. */
static void a_lock_that_is_not_the_next_number_is_refused(void **state)
{
    const uint32_t next = world.now.state.next_command;
    struct command locked = {.kind = COMMAND_KIND_GENSET_STOP, .has_lock = true, .lock = next + 1};

    (void)state;
    assert_int_equal(world_command(&world, 1, locked), PROMISE_REFUSED);
    assert_int_equal(world.batch.answer_reason, REASON_LOCK_MISMATCH);
    assert_int_equal(world.now.state.next_command, next);
    locked.lock = next;
    assert_int_equal(world_command(&world, 1, locked), PROMISE_GIVEN);
    assert_int_equal(world.now.state.next_command, next + 1);
}

static void a_promise_is_lost_in_a_restart(void **state)
{
    (void)state;
    assert_int_equal(ask(COMMAND_KIND_GENSET_START, 0), PROMISE_GIVEN);
    const uint32_t promised = world.batch.command_index;
    batch_clear(&world.batch);
    world_restart(&world, 2);
    assert_int_equal(last_row().command.index, promised);
    assert_int_equal(last_row().state, COMMAND_STATE_LOST);
    assert_int_equal(last_row().reason, REASON_RESTARTED);
    assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_GIVEN);
}

static void a_tier_that_goes_down_is_under_way_with_one_server(void **state)
{
    const struct command tier = {
        .kind = COMMAND_KIND_SHUTDOWN_TIER, .argument = 1, .confirmed = true};

    (void)state;
    assert_int_equal(world_command(&world, 1, tier), PROMISE_GIVEN);
    batch_clear(&world.batch);
    assert_int_equal(world_command(&world, 1, tier), PROMISE_GIVEN);
    assert_int_equal(last_row().state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_UNDER_WAY);
}

static void what_waits_for_rest_is_under_way_itself(void **state)
{
    (void)state;
    assert_true(core_is_at_rest(&world.site, &world.now.state));
    command(1, COMMAND_KIND_RELOAD);
    assert_true(core_is_at_rest(&world.site, &world.now.state));
    command(2, COMMAND_KIND_READINESS_CHECK);
    assert_false(core_is_at_rest(&world.site, &world.now.state));
    came_back(3, EQUIPMENT_KIND_UNKNOWN, EQUIPMENT_STATE_UNKNOWN);
    assert_true(core_is_at_rest(&world.site, &world.now.state));
    command(4, COMMAND_KIND_GENSET_START);
    assert_false(core_is_at_rest(&world.site, &world.now.state));
}

static void an_outage_is_no_rest(void **state)
{
    (void)state;
    world_input(&world, 2, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    assert_false(core_is_at_rest(&world.site, &world.now.state));
}

/* ---- what is asked for in vain ---- */

static void assert_refused(enum command_kind kind, uint32_t argument, enum reason reason)
{
    assert_int_equal(ask(kind, argument), PROMISE_REFUSED);
    assert_int_equal(world.batch.answer_reason, reason);
}

static void a_genset_without_outputs_is_not_started(void **state)
{
    (void)state;
    world.site.genset.wiring = GENSET_WIRING_NONE;
    assert_refused(COMMAND_KIND_GENSET_START, 0, REASON_NO_START_OUTPUT);
}

static void no_servers_are_not_shut_down(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 0;
    assert_refused(COMMAND_KIND_SHUTDOWN_ALL, 0, REASON_NO_SERVERS);
}

static void a_command_of_no_kind_is_refused_and_takes_no_number(void **state)
{
    const uint32_t next = world.now.state.next_command;

    (void)state;
    assert_int_equal(ask(COMMAND_KIND_UNKNOWN, 0), PROMISE_REFUSED);
    assert_int_equal(ask(COMMAND_KIND_COUNT, 0), PROMISE_REFUSED);
    assert_int_equal(world.now.state.next_command, next);
    assert_int_equal(last_row().state, 0);
}

static struct event told(enum event_kind kind, struct command asked)
{
    return (struct event){.kind = kind, .at = instant_at(1), .command = asked};
}

static void who_keeps_the_records_may_refuse(void **state)
{
    struct event event = told(EVENT_ASK, (struct command){.kind = COMMAND_KIND_ACKNOWLEDGE});

    (void)state;
    event.refusal = REASON_NO_SUCH_EVENT;
    world_step(&world, event);
    assert_int_equal(world.batch.answer, PROMISE_REFUSED);
    assert_int_equal(world.batch.answer_reason, REASON_NO_SUCH_EVENT);
    assert_int_equal(last_row().state, COMMAND_STATE_REFUSED);
    assert_int_equal(last_row().reason, REASON_NO_SUCH_EVENT);
}

static void what_was_done_before_succeeds_and_is_not_done_again(void **state)
{
    struct event event = told(EVENT_ASK, (struct command){.kind = COMMAND_KIND_ACKNOWLEDGE});

    (void)state;
    event.already_so = true;
    event.refusal = REASON_NO_SUCH_EVENT;
    world_step(&world, event);
    assert_int_equal(world.batch.answer, PROMISE_GIVEN);
    event.kind = EVENT_CONFIRM;
    event.command.index = world.batch.command_index;
    world_step(&world, event);
    assert_int_equal(last_row().state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_ALREADY_SO);
    assert_false(batch_has(ACTION_ACKNOWLEDGE));
}

static void what_is_not_right_any_more_fails_when_it_is_confirmed(void **state)
{
    struct event event = told(EVENT_ASK, (struct command){.kind = COMMAND_KIND_ACCOUNT});

    (void)state;
    world_step(&world, event);
    assert_int_equal(world.batch.answer, PROMISE_GIVEN);
    event.kind = EVENT_CONFIRM;
    event.command.index = world.batch.command_index;
    event.refusal = REASON_NO_SUCH_DEVIATION;
    world_step(&world, event);
    assert_int_equal(last_row().state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_NO_SUCH_DEVIATION);
    assert_false(batch_has(ACTION_ACCOUNT));
}

static void a_promise_that_is_none_is_neither_kept_nor_taken_back(void **state)
{
    const struct command none = {.kind = COMMAND_KIND_GENSET_START, .index = 99};

    (void)state;
    world_step(&world, told(EVENT_CONFIRM, none));
    world_step(&world, told(EVENT_CANCEL, none));
    assert_int_equal(world.batch.count, 0);
    assert_false(world.now.state.genset.wanted);
}

/* TestAndIncr (RFC 2579). */
static void the_lock_begins_again_with_0(void **state)
{
    (void)state;
    world.now.state.next_command = INT32_MAX;
    assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_GIVEN);
    assert_int_equal(world.batch.command_index, INT32_MAX);
    assert_int_equal(world.now.state.next_command, 0);
}

/* A promise has a place kept for it; a state that has none left says so. */
static void a_command_that_has_no_place_overflows(void **state)
{
    (void)state;
    assert_int_equal(ask(COMMAND_KIND_RELOAD, 0), PROMISE_GIVEN);
    const struct command asked = {.kind = COMMAND_KIND_RELOAD, .index = world.batch.command_index};
    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        world.now.state.pending[i] =
            (struct command){.kind = COMMAND_KIND_READINESS_CHECK, .index = 100 + i};
    world.now.state.checks_wanted = true;
    assert_false(world.batch.overflow);
    world_step(&world, told(EVENT_CONFIRM, asked));
    assert_true(world.batch.overflow);
    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        assert_int_equal(world.now.state.pending[i].index, 100 + i);
}

/* ---- the genset ---- */

static void a_genset_that_is_being_stopped_is_stopped(void **state)
{
    (void)state;
    running(1, true);
    command(3, COMMAND_KIND_GENSET_STOP);
    assert_int_equal(world.now.state.genset.state, GENSET_STATE_STOPPING);
    batch_clear(&world.batch);
    command(4, COMMAND_KIND_GENSET_STOP);
    assert_int_equal(last_row().state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_UNDER_WAY);
}

/* In an outage it would be started: so it is told not to. */
static void a_genset_in_doubt_is_told_to_stop_where_it_would_be_started(void **state)
{
    (void)state;
    world.site.output_wired[OUTPUT_STOP] = false;
    world_input(&world, 1, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_UNKNOWN);
    assert_refused(COMMAND_KIND_GENSET_STOP, 0, REASON_RUNNING_UNKNOWN);
    world_input(&world, 2, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 4);
    world.site.genset.mode = GENSET_MODE_AUTOMATIC;
    command(5, COMMAND_KIND_GENSET_STOP);
    assert_int_equal(last_row().state, COMMAND_STATE_SUCCEEDED);
    assert_true(world.now.state.genset.stop_commanded);
}

static void an_exercise_that_is_being_stopped_is_still_one(void **state)
{
    (void)state;
    world.site.genset.fail_to_stop_ms = 100;
    assert_int_equal(ask(COMMAND_KIND_EXERCISE, 1), PROMISE_GIVEN);
    world_step(&world, told(EVENT_CONFIRM, (struct command){.index = world.batch.command_index}));
    world_run(&world, 3);
    running(4, true);
    world_run(&world, 7);
    assert_int_equal(world.now.state.genset.exercise_until.ms, 6 + 1000);
    command(8, COMMAND_KIND_GENSET_STOP);
    assert_int_equal(world.now.state.genset.state, GENSET_STATE_STOPPING);
    assert_refused(COMMAND_KIND_EXERCISE, 1, REASON_OTHER_EXERCISE);
}

/* ---- over a restart ---- */

static void resume_from(const char *snapshot)
{
    unsigned line;

    state_init(&world.now.state, &world.site, instant_at(10));
    assert_true(snapshot_read(&world.site, &world.now.state, snapshot, &line));
    core_resume(&world.site, &world.now.state, instant_at(10), &world.batch);
    world_tick(&world, 10);
}

static void a_start_in_a_failed_state_without_a_reason_is_latched(void **state)
{
    (void)state;
    resume_from("padam-snapshot 1\n"
                "genset.0.state 13\n"
                "genset.0.latched 1\n"
                "pending.0.kind 2\n"
                "pending.0.index 7\n"
                "end\n");
    assert_int_equal(world.now.state.genset.state, GENSET_STATE_START_FAILED);
    assert_int_equal(last_row().command.kind, COMMAND_KIND_GENSET_START);
    assert_int_equal(last_row().command.index, 7);
    assert_int_equal(last_row().state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_START_LATCHED);
}

static void a_server_that_a_restart_has_left_out_is_said_to_be_none(void **state)
{
    (void)state;
    resume_from("padam-snapshot 1\n"
                "pending.0.kind 8\n"
                "pending.0.argument 99\n"
                "pending.0.index 7\n"
                "end\n");
    assert_int_equal(last_row().command.kind, COMMAND_KIND_SHUTDOWN_SERVER);
    assert_int_equal(last_row().state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_NO_SUCH_SERVER);
}

/* The start has read the configuration: what came of the first is known, and it is not overtaken.
 */
static void a_reload_that_a_restart_has_done_is_not_overtaken(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_RELOAD);
    const uint32_t first = last_row().command.index;
    core_resume(&world.site, &world.now.state, instant_at(10), &world.batch);
    batch_clear(&world.batch);
    command(10, COMMAND_KIND_RELOAD);
    for (size_t i = 0; i < world.batch.count; i++) {
        const struct command_put *row = &world.batch.actions[i].command;
        if (world.batch.actions[i].kind != ACTION_PUT_COMMAND || row->command.index != first)
            continue;
        assert_int_equal(row->state, COMMAND_STATE_SUCCEEDED);
        assert_int_equal(row->reason, REASON_NONE);
        return;
    }
    fail_msg("the first reload has not ended");
}

/* ---- what else the core is told ---- */

static unsigned notices_of(enum notification what)
{
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++)
        count += world.batch.actions[i].kind == ACTION_NOTIFY &&
                 world.batch.actions[i].notice.notification == what;
    return count;
}

static void journal(int64_t ms, bool behind, bool over_limit)
{
    batch_clear(&world.batch);
    world_step(&world,
               (struct event){.kind = EVENT_JOURNAL,
                              .at = instant_at(ms),
                              .journal_behind = behind,
                              .journal_over_limit = over_limit});
}

static void what_the_journal_is_behind_with_is_said_when_it_changes(void **state)
{
    (void)state;
    journal(1, true, false);
    assert_int_equal(notices_of(NOTIFICATION_JOURNAL_BEHIND), 1);
    assert_int_equal(world.batch.count, 1);
    journal(2, true, true);
    assert_int_equal(notices_of(NOTIFICATION_JOURNAL_OVER_LIMIT), 1);
    assert_int_equal(world.batch.count, 1);
    journal(3, true, true);
    assert_int_equal(world.batch.count, 0);
    journal(4, false, true);
    assert_int_equal(notices_of(NOTIFICATION_JOURNAL_RECOVERED), 1);
    assert_int_equal(world.batch.count, 1);
    journal(5, false, false);
    assert_int_equal(notices_of(NOTIFICATION_JOURNAL_WITHIN_LIMIT), 1);
    assert_int_equal(world.batch.count, 1);
}

static void who_is_not_configured_is_not_heard(void **state)
{
    (void)state;
    world_server(&world, 1, WORLD_SERVERS, SERVER_SEEN_OFF);
    world_step(&world,
               (struct event){.kind = EVENT_EQUIPMENT,
                              .at = instant_at(1),
                              .server = WORLD_SERVERS,
                              .equipment = EQUIPMENT_KIND_SERVER,
                              .equipment_state = EQUIPMENT_STATE_MISSING});
    world_input(&world, 1, INPUT_ROLE_UPS_BATTERY_LOW, INPUT_VALUE_ACTIVE);
    world_run(&world, 2);
    assert_int_equal(world.batch.count, 0);
    assert_int_equal(world.now.state.inputs[INPUT_ROLE_UPS_BATTERY_LOW].raw, INPUT_VALUE_UNKNOWN);
}

static void nothing_rests_while_a_server_goes_down_or_comes_up(void **state)
{
    (void)state;
    world_input(&world, 1, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_UNKNOWN);
    assert_true(core_is_at_rest(&world.site, &world.now.state));
    world.now.state.power_back.wanted = true;
    assert_false(core_is_at_rest(&world.site, &world.now.state));
    world.now.state.power_back.wanted = false;
    world.now.state.servers[1].state = SERVER_STATE_TELLING;
    assert_false(core_is_at_rest(&world.site, &world.now.state));
    world.now.state.servers[1].state = SERVER_STATE_IDLE;
    world_input(&world, 2, INPUT_ROLE_MAINS_L1, INPUT_VALUE_UNKNOWN);
    assert_true(core_is_at_rest(&world.site, &world.now.state));
}

static void a_cancel_after_a_cancel_takes_what_was_ordered_since(void **state)
{
    (void)state;
    world.servers[0].command_timeout_ms = world.servers[1].command_timeout_ms = 1000;
    command(1, COMMAND_KIND_SHUTDOWN_ALL);
    command(2, COMMAND_KIND_SHUTDOWN_CANCEL);
    assert_true(world.now.state.incident.shutdown_cancelled);
    assert_int_equal(world_command(&world,
                                   3,
                                   (struct command){.kind = COMMAND_KIND_SHUTDOWN_SERVER,
                                                    .argument = 12,
                                                    .confirmed = true}),
                     PROMISE_GIVEN);
    assert_int_equal(world.now.state.servers[1].state, SERVER_STATE_WAITING);
    command(4, COMMAND_KIND_SHUTDOWN_CANCEL);
    assert_int_equal(world.now.state.servers[1].state, SERVER_STATE_IDLE);
}

static void a_drill_of_another_arming_is_another(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_DRILL_BEGIN);
    assert_false(core_is_at_rest(&world.site, &world.now.state));
    assert_int_equal(
        world_command(
            &world, 2, (struct command){.kind = COMMAND_KIND_DRILL_BEGIN, .arm_servers = true}),
        PROMISE_REFUSED);
    assert_int_equal(world.batch.answer_reason, REASON_DRILL_RUNNING);
    assert_int_equal(
        world_command(
            &world, 3, (struct command){.kind = COMMAND_KIND_DRILL_BEGIN, .arm_genset = true}),
        PROMISE_REFUSED);
    batch_clear(&world.batch);
    command(4, COMMAND_KIND_DRILL_BEGIN);
    assert_int_equal(last_row().reason, REASON_ALREADY_SO);
}

static void an_output_that_is_missing_in_a_drill_is_no_deviation(void **state)
{
    (void)state;
    assert_int_equal(
        world_command(
            &world, 1, (struct command){.kind = COMMAND_KIND_DRILL_BEGIN, .arm_genset = true}),
        PROMISE_GIVEN);
    world_step(&world,
               (struct event){.kind = EVENT_OUTPUT,
                              .at = instant_at(2),
                              .output = OUTPUT_RUN,
                              .output_missing = true});
    assert_true(world.now.state.output_missing[OUTPUT_RUN]);
    assert_false(batch_has(ACTION_PUT_DEVIATION));
}

static void a_server_that_is_missing_is_something_missing(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_READINESS_CHECK);
    world_step(&world,
               (struct event){.kind = EVENT_EQUIPMENT,
                              .at = instant_at(2),
                              .server = 1,
                              .equipment = EQUIPMENT_KIND_SERVER,
                              .equipment_state = EQUIPMENT_STATE_MISSING});
    came_back(3, EQUIPMENT_KIND_UNKNOWN, EQUIPMENT_STATE_UNKNOWN);
    assert_int_equal(last_row().state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_EQUIPMENT_MISSING);
}

static void assert_row(enum command_state state, enum reason reason)
{
    assert_int_equal(last_row().state, state);
    assert_int_equal(last_row().reason, reason);
}

static enum promise_answer ask_for(int64_t ms, enum command_kind kind, uint32_t argument)
{
    return world_command(
        &world, ms, (struct command){.kind = kind, .argument = argument, .confirmed = true});
}

static void a_row_is_of_the_instant_that_put_it(void **state)
{
    (void)state;
    assert_int_equal(ask_for(4, COMMAND_KIND_INHIBIT, 1), PROMISE_GIVEN);
    assert_int_equal(last_row().at.ms, 4);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_NONE);
}

static void an_inhibit_of_one_second_is_one_and_of_none_ends_it(void **state)
{
    (void)state;
    ask_for(4, COMMAND_KIND_INHIBIT, 0);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_ALREADY_SO);
    assert_int_equal(ask_for(5, COMMAND_KIND_INHIBIT, 1), PROMISE_GIVEN);
    assert_int_equal(world.now.state.inhibit_until.ms, 1005);
    assert_int_equal(ask_for(6, COMMAND_KIND_INHIBIT, 0), PROMISE_GIVEN);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_NONE);
    assert_false(instant_is_set(world.now.state.inhibit_until));
}

static void an_account_is_handed_on_and_told(void **state)
{
    unsigned accounts = 0, told_of = 0;

    (void)state;
    assert_int_equal(ask_for(1, COMMAND_KIND_ACCOUNT, 33), PROMISE_GIVEN);
    for (size_t i = 0; i < world.batch.count; i++) {
        const struct action *action = &world.actions[i];
        accounts += action->kind == ACTION_ACCOUNT && action->command.command.argument == 33;
        told_of += action->kind == ACTION_NOTIFY &&
                   action->notice.notification == NOTIFICATION_DEVIATION_ACCOUNTED &&
                   action->notice.count == 33;
    }
    assert_int_equal(accounts, 1);
    assert_int_equal(told_of, 1);
}

static void a_lock_that_does_not_match_takes_no_number(void **state)
{
    (void)state;
    world_step(&world,
               (struct event){.kind = EVENT_ASK,
                              .at = instant_at(1),
                              .command = {.kind = COMMAND_KIND_INHIBIT,
                                          .has_lock = true,
                                          .lock = world.now.state.next_command + 1}});
    assert_int_equal(world.batch.answer, PROMISE_REFUSED);
    assert_int_equal(world.batch.answer_reason, REASON_LOCK_MISMATCH);
    assert_int_equal(world.batch.command_index, 0);
}

static void what_is_under_way_has_the_first_free_place(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_GENSET_START);
    assert_int_equal(world.now.state.pending[0].kind, COMMAND_KIND_GENSET_START);
    assert_int_equal(world.now.state.pending[1].kind, 0);
}

static void an_exercise_that_is_taken_back_starts_nothing(void **state)
{
    const struct genset *genset = &world.now.state.genset;

    (void)state;
    assert_int_equal(ask_for(1, COMMAND_KIND_EXERCISE, 60), PROMISE_GIVEN);
    assert_true(genset->wanted || genset_sequence_active(genset));
    batch_clear(&world.batch);
    assert_int_equal(ask_for(2, COMMAND_KIND_EXERCISE, 0), PROMISE_GIVEN);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_NONE);
    assert_false(genset->wanted || genset_sequence_active(genset));
    assert_int_equal(genset->exercise_ms, 0);
}

static void an_exercise_under_way_is_none_once_it_is_ended(void **state)
{
    struct genset *genset = &world.now.state.genset;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        genset->state = i == 0 ? GENSET_STATE_RUNNING : GENSET_STATE_STOPPED;
        genset->exercise_ms = 60000;
        genset->exercise_until = instant_at(9000);
        assert_int_equal(ask_for(2, COMMAND_KIND_EXERCISE, 0), PROMISE_GIVEN);
        assert_int_equal(genset->exercise_ms, 0);
        assert_false(instant_is_set(genset->exercise_until));
    }
}

static void a_start_ends_what_a_stop_was_commanded_for(void **state)
{
    (void)state;
    world.now.state.genset.stop_commanded = true;
    command(1, COMMAND_KIND_GENSET_START);
    assert_false(world.now.state.genset.stop_commanded);
}

static void what_stands_in_a_gensets_way_is_its_failure_or_what_blocks_it(void **state)
{
    struct genset *genset = &world.now.state.genset;
    static const struct {
        enum genset_state state;
        enum reason reason, obstacle;
    } cases[] = {
        {GENSET_STATE_STOPPED, REASON_SILENCE, REASON_START_LATCHED},
        {GENSET_STATE_START_FAILED, REASON_ATTEMPTS_FAILED, REASON_ATTEMPTS_FAILED},
        {GENSET_STATE_START_FAILED, REASON_NONE, REASON_START_LATCHED},
        {GENSET_STATE_STOP_FAILED, REASON_FAULT, REASON_FAULT},
        {GENSET_STATE_STOP_FAILED, REASON_NONE, REASON_STOP_FAILED},
        {GENSET_STATE_RUNNING, REASON_NONE, REASON_NONE},
        {GENSET_STATE_CONFIRMING, REASON_NONE, REASON_NONE},
    };

    (void)state;
    genset->latched = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        genset->state = cases[i].state;
        genset->reason = cases[i].reason;
        assert_int_equal(genset_obstacle(&world.site, &world.now.state), cases[i].obstacle);
    }
}

/* Without what the rest of the core does in a step. */
static void carry_out_alone(enum command_kind kind)
{
    struct ctx ctx = world_ctx(&world, instant_at(5));
    const struct event asked = {.kind = EVENT_ASK, .command = {.kind = kind}};
    struct event confirmed = {.kind = EVENT_CONFIRM};

    command_ask(&ctx, &asked);
    assert_int_equal(world.batch.answer, PROMISE_GIVEN);
    confirmed.command.index = world.batch.command_index;
    command_confirm(&ctx, &confirmed);
}

static void that_it_will_not_start_is_so_where_it_is_given_up_or_not_armed(void **state)
{
    struct incident *incident = &world.now.state.incident;
    static const struct {
        bool given_up, is_drill, is_so;
    } cases[] = {{false, false, false}, {true, false, true}, {false, true, true}};

    (void)state;
    incident->phase = PHASE_FAILED;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        incident->kind = cases[i].is_drill ? INCIDENT_KIND_DRILL : INCIDENT_KIND_OUTAGE;
        world.now.state.genset.given_up = cases[i].given_up;
        carry_out_alone(COMMAND_KIND_WILL_NOT_START);
        assert_row(COMMAND_STATE_SUCCEEDED, cases[i].is_so ? REASON_ALREADY_SO : REASON_NONE);
    }
}

/* ---- all servers, one by one ---- */

/* What became of it: the row, if it has ended. */
static struct command_put settled(enum command_kind kind)
{
    struct ctx ctx = world_ctx(&world, instant_at(5));

    batch_clear(&world.batch);
    world.now.state.pending[7] = (struct command){.kind = kind, .index = 70};
    command_settle(&ctx);
    return last_row();
}

static void each_server_is(size_t place, enum server_state is, enum shutdown_result result,
                           enum reason reason)
{
    struct server *server = &world.now.state.servers[place];

    server->state = is;
    server->result = result;
    server->reason = reason;
}

static void what_became_of_all_servers_is_the_worst_of_the_first(void **state)
{
    (void)state;
    each_server_is(0, SERVER_STATE_NOT_OFF, SHUTDOWN_RESULT_FAILED, REASON_NO_EVIDENCE);
    each_server_is(1, SERVER_STATE_NOT_OFF, SHUTDOWN_RESULT_FAILED, REASON_STILL_ANSWERS);
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_NO_EVIDENCE);
    each_server_is(1, SERVER_STATE_TELLING, SHUTDOWN_RESULT_NONE, REASON_NONE);
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).state, 0);
    each_server_is(0, SERVER_STATE_IDLE, SHUTDOWN_RESULT_SPARED, REASON_SUPPLY_BACK);
    each_server_is(1, SERVER_STATE_NOT_OFF, SHUTDOWN_RESULT_FAILED, REASON_STILL_ANSWERS);
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_STILL_ANSWERS);
    each_server_is(1, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF, REASON_NONE);
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).state, COMMAND_STATE_CANCELLED);
    each_server_is(0, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF, REASON_NONE);
    each_server_is(1, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF, REASON_BY_HAND);
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_NONE);
}

static void what_became_of_all_power_ons_is_the_worst_of_the_first(void **state)
{
    struct server *servers = world.now.state.servers;

    (void)state;
    servers[0].power = (struct power){.state = POWER_STATE_NOT_UP, .reason = REASON_NOT_UP};
    servers[1].power =
        (struct power){.state = POWER_STATE_NOT_UP, .reason = REASON_POWER_ON_REFUSED};
    assert_int_equal(settled(COMMAND_KIND_POWER_ON).state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_NOT_UP);
    servers[0].power = (struct power){.state = POWER_STATE_IDLE, .reason = REASON_INCIDENT_OPEN};
    assert_int_equal(settled(COMMAND_KIND_POWER_ON).state, COMMAND_STATE_FAILED);
    servers[1].power.state = POWER_STATE_UP;
    assert_int_equal(settled(COMMAND_KIND_POWER_ON).state, COMMAND_STATE_CANCELLED);
}

/* In an outage, at 3. */
static void shutdown_of_all_is_under_way(void)
{
    world_input(&world, 1, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 2);
    command(3, COMMAND_KIND_SHUTDOWN_ALL);
    assert_row(COMMAND_STATE_RUNNING, REASON_NONE);
}

static void a_shutdown_of_all_says_whether_it_is_under_way_or_over(void **state)
{
    (void)state;
    shutdown_of_all_is_under_way();
    command(3, COMMAND_KIND_SHUTDOWN_ALL);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_UNDER_WAY);
    each_server_is(0, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF, REASON_NONE);
    command(3, COMMAND_KIND_SHUTDOWN_ALL);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_UNDER_WAY);
    each_server_is(1, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF, REASON_NONE);
    command(3, COMMAND_KIND_SHUTDOWN_ALL);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_ALREADY_SO);
}

/* One of them goes down only while there is no supply: all are ordered whatever the supply. */
static void a_shutdown_of_all_that_is_more_than_was_ordered_is_begun_anew(void **state)
{
    struct server *servers = world.now.state.servers;

    (void)state;
    shutdown_of_all_is_under_way();
    for (size_t i = 0; i < WORLD_SERVERS; i++) {
        servers[i].regardless = false;
        servers[1 - i].regardless = true;
        command(3, COMMAND_KIND_SHUTDOWN_ALL);
        assert_row(COMMAND_STATE_RUNNING, REASON_NONE);
        assert_true(servers[i].regardless);
    }
}

static void an_event_is_acknowledged_by_its_number(void **state)
{
    unsigned found = 0;

    (void)state;
    assert_int_equal(ask_for(1, COMMAND_KIND_ACKNOWLEDGE, 44), PROMISE_GIVEN);
    for (size_t i = 0; i < world.batch.count; i++)
        found += world.actions[i].kind == ACTION_ACKNOWLEDGE &&
                 world.actions[i].command.command.argument == 44;
    assert_int_equal(found, 1);
    assert_true(world.now.state.incident.horn_silenced);
}

static void an_exercise_is_refused_without_mains_and_in_an_outage(void **state)
{
    (void)state;
    world.now.state.mains.state = MAINS_STATE_UNSTABLE;
    assert_refused(COMMAND_KIND_EXERCISE, 60, REASON_MAINS_OUT);
    world.now.state.incident.phase = PHASE_DECIDING;
    assert_refused(COMMAND_KIND_EXERCISE, 60, REASON_INCIDENT_OPEN);
}

static void whoever_is_behind_the_last_server_is_not_asked(void **state)
{
    struct server *behind = &world.now.state.servers[1];

    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    each_server_is(0, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF, REASON_NONE);
    each_server_is(1, SERVER_STATE_NOT_OFF, SHUTDOWN_RESULT_FAILED, REASON_NO_EVIDENCE);
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).state, COMMAND_STATE_SUCCEEDED);
    behind->power = (struct power){.state = POWER_STATE_NOT_UP, .down = true};
    world.servers[0].has_power_on = true;
    assert_int_equal(settled(COMMAND_KIND_POWER_ON).state, COMMAND_STATE_SUCCEEDED);
    world.servers[1].has_power_on = true;
    ask_for(1, COMMAND_KIND_POWER_ON, CTL_POWER_ON_ALL);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_NOTHING_DOWN);
    behind->access.state = EQUIPMENT_STATE_MISSING;
    assert_int_equal(settled(COMMAND_KIND_READINESS_CHECK).state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_NONE);
}

static void whoever_is_behind_the_last_server_is_not_shut_down(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    each_server_is(1, SERVER_STATE_WAITING, SHUTDOWN_RESULT_NONE, REASON_NONE);
    shutdown_of_all_is_under_way();
    command(3, COMMAND_KIND_SHUTDOWN_ALL);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_UNDER_WAY);
}

static void whoever_is_behind_the_last_server_is_in_no_tier(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    world.servers[1].tier = 1;
    each_server_is(0, SERVER_STATE_TELLING, SHUTDOWN_RESULT_NONE, REASON_NONE);
    world.now.state.servers[0].due = instant_at(1000);
    world.now.state.servers[0].regardless = true;
    assert_int_equal(ask_for(1, COMMAND_KIND_SHUTDOWN_TIER, 1), PROMISE_GIVEN);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_UNDER_WAY);
}

static void a_drill_is_said_where_nothing_is_worse(void **state)
{
    (void)state;
    each_server_is(0, SERVER_STATE_IDLE, SHUTDOWN_RESULT_DRILLED, REASON_NONE);
    each_server_is(1, SERVER_STATE_IDLE, SHUTDOWN_RESULT_DRILLED, REASON_NONE);
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(last_row().reason, REASON_DRILLED);
    each_server_is(0, SERVER_STATE_NOT_OFF, SHUTDOWN_RESULT_FAILED, REASON_NO_EVIDENCE);
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_NO_EVIDENCE);
}

static struct notice last_notice(void)
{
    struct notice found = {.sequence = 0};

    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_NOTIFY)
            found = world.actions[i].notice;
    assert_true(found.sequence > 0);
    return found;
}

static void an_inhibit_is_a_warning_and_its_end_a_notice(void **state)
{
    (void)state;
    ask_for(1, COMMAND_KIND_INHIBIT, 9);
    assert_int_equal(last_notice().notification, NOTIFICATION_INHIBIT_ON);
    assert_int_equal(last_notice().severity, SEVERITY_WARNING);
    ask_for(2, COMMAND_KIND_INHIBIT, 0);
    assert_int_equal(last_notice().notification, NOTIFICATION_INHIBIT_OFF);
    assert_int_equal(last_notice().severity, SEVERITY_NOTICE);
    ask_for(3, COMMAND_KIND_INHIBIT, 1);
    batch_clear(&world.batch);
    world_run(&world, 1002);
    assert_int_equal(world.batch.count, 0);
    world_run(&world, 1003);
    assert_int_equal(last_notice().notification, NOTIFICATION_INHIBIT_OFF);
    assert_int_equal(last_notice().severity, SEVERITY_NOTICE);
}

static void a_genset_that_runs_is_not_exercised(void **state)
{
    (void)state;
    world.now.state.genset.state = GENSET_STATE_RUNNING;
    assert_refused(COMMAND_KIND_EXERCISE, 60, REASON_ALREADY_RUNNING);
}

static void a_promise_has_a_row(void **state)
{
    (void)state;
    assert_int_equal(ask(COMMAND_KIND_INHIBIT, 9), PROMISE_GIVEN);
    assert_row(COMMAND_STATE_PROMISED, REASON_NONE);
    assert_int_equal(last_row().command.index, world.batch.command_index);
    assert_int_equal(last_row().command.argument, 9);
}

static void a_server_that_stays_down_without_a_command_fails_a_power_on(void **state)
{
    (void)state;
    each_server_is(0, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF, REASON_NONE);
    assert_int_equal(settled(COMMAND_KIND_POWER_ON).state, COMMAND_STATE_FAILED);
    assert_int_equal(last_row().reason, REASON_NO_POWER_ON);
    world.servers[0].has_power_on = world.now.state.servers[0].power.down = true;
    assert_int_equal(settled(COMMAND_KIND_POWER_ON).state, COMMAND_STATE_SUCCEEDED);
}

static void a_start_says_whether_it_is_under_way_or_over(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_GENSET_START);
    command(1, COMMAND_KIND_GENSET_START);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_UNDER_WAY);
    world.now.state.genset.wanted = false;
    world.now.state.genset.state = GENSET_STATE_RUNNING;
    command(1, COMMAND_KIND_GENSET_START);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_ALREADY_RUNNING);
}

static void of_two_promises_the_one_that_is_named_is_kept(void **state)
{
    uint32_t named[2];

    (void)state;
    ask(COMMAND_KIND_INHIBIT, 5);
    ask(COMMAND_KIND_INHIBIT, 9);
    named[1] = world.batch.command_index;
    world_step(&world, told(EVENT_CONFIRM, (struct command){.index = named[1]}));
    assert_int_equal(world.now.state.inhibit_until.ms, 1 + 9000);
    assert_int_equal(world.now.state.promises[0].command.argument, 5);
    assert_int_equal(world.now.state.promises[1].command.kind, 0);
    ask(COMMAND_KIND_INHIBIT, 7);
    named[0] = world.batch.command_index;
    world_step(&world, told(EVENT_CANCEL, (struct command){.index = named[0]}));
    assert_int_equal(world.now.state.promises[0].command.argument, 5);
    assert_int_equal(world.now.state.promises[1].command.kind, 0);
}

static void what_is_so_already_succeeds_and_says_how(void **state)
{
    (void)state;
    command(1, COMMAND_KIND_GENSET_RESET);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_NOT_FAILED);
    command(1, COMMAND_KIND_GENSET_STOP);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_ALREADY_STOPPED);
    world.now.state.genset.state = GENSET_STATE_STOPPING;
    command(1, COMMAND_KIND_GENSET_STOP);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_UNDER_WAY);
}

static void a_hold_that_was_released_is_so_already(void **state)
{
    (void)state;
    world.now.state.hold = HOLD_STATE_RELEASED;
    carry_out_alone(COMMAND_KIND_HOLD_RELEASE);
    assert_row(COMMAND_STATE_SUCCEEDED, REASON_ALREADY_SO);
}

static void a_server_that_is_not_off_says_whether_it_answers(void **state)
{
    (void)state;
    each_server_is(0, SERVER_STATE_NOT_OFF, SHUTDOWN_RESULT_FAILED, REASON_NONE);
    each_server_is(1, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF, REASON_NONE);
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).reason, REASON_NO_EVIDENCE);
    world.now.state.servers[0].answers = true;
    assert_int_equal(settled(COMMAND_KIND_SHUTDOWN_ALL).reason, REASON_STILL_ANSWERS);
}

static void whoever_comes_while_all_are_busy_has_no_number(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        ask(COMMAND_KIND_GENSET_STOP, 0);
    assert_int_equal(ask(COMMAND_KIND_GENSET_STOP, 0), PROMISE_BUSY);
    assert_int_equal(world.batch.command_index, 0);
}

static void an_exercise_of_one_second_is_under_way(void **state)
{
    (void)state;
    ask_for(1, COMMAND_KIND_EXERCISE, 1);
    assert_row(COMMAND_STATE_RUNNING, REASON_NONE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(the_attempts_and_the_source_of_the_last_start_stay, open_world),
    cmocka_unit_test_setup(servers_leave_room_for_the_genset, open_world),
    cmocka_unit_test_setup(all_promises_have_a_place_and_end_unless_confirmed, open_world),
    cmocka_unit_test_setup(a_promise_that_is_the_only_one_ends_at_its_time, open_world),
    cmocka_unit_test_setup(each_missing_server_has_a_deviation_of_its_own, open_world),
    cmocka_unit_test_setup(a_readiness_check_succeeds_when_all_have_come_back, open_world),
    cmocka_unit_test_setup(a_readiness_check_fails_in_an_outage_and_is_refused, open_world),
    cmocka_unit_test_setup(a_reload_ends_as_it_is_told, open_world),
    cmocka_unit_test_setup(a_command_that_is_begun_anew_ends_the_one_before, open_world),
    cmocka_unit_test_setup(a_promise_taken_back_is_cancelled_and_carries_nothing_out, open_world),
    cmocka_unit_test_setup(a_tier_that_goes_down_is_under_way_with_one_server, open_world),
    cmocka_unit_test_setup(a_lock_that_is_not_the_next_number_is_refused, open_world),
    cmocka_unit_test_setup(a_promise_is_lost_in_a_restart, open_world),
    cmocka_unit_test_setup(what_waits_for_rest_is_under_way_itself, open_world),
    cmocka_unit_test_setup(an_outage_is_no_rest, open_world),
    cmocka_unit_test_setup(a_genset_without_outputs_is_not_started, open_world),
    cmocka_unit_test_setup(no_servers_are_not_shut_down, open_world),
    cmocka_unit_test_setup(a_command_of_no_kind_is_refused_and_takes_no_number, open_world),
    cmocka_unit_test_setup(who_keeps_the_records_may_refuse, open_world),
    cmocka_unit_test_setup(what_was_done_before_succeeds_and_is_not_done_again, open_world),
    cmocka_unit_test_setup(what_is_not_right_any_more_fails_when_it_is_confirmed, open_world),
    cmocka_unit_test_setup(a_promise_that_is_none_is_neither_kept_nor_taken_back, open_world),
    cmocka_unit_test_setup(the_lock_begins_again_with_0, open_world),
    cmocka_unit_test_setup(a_command_that_has_no_place_overflows, open_world),
    cmocka_unit_test_setup(a_genset_that_is_being_stopped_is_stopped, open_world),
    cmocka_unit_test_setup(a_genset_in_doubt_is_told_to_stop_where_it_would_be_started, open_world),
    cmocka_unit_test_setup(an_exercise_that_is_being_stopped_is_still_one, open_world),
    cmocka_unit_test_setup(a_start_in_a_failed_state_without_a_reason_is_latched, open_world),
    cmocka_unit_test_setup(a_server_that_a_restart_has_left_out_is_said_to_be_none, open_world),
    cmocka_unit_test_setup(a_reload_that_a_restart_has_done_is_not_overtaken, open_world),
    cmocka_unit_test_setup(what_the_journal_is_behind_with_is_said_when_it_changes, open_world),
    cmocka_unit_test_setup(who_is_not_configured_is_not_heard, open_world),
    cmocka_unit_test_setup(nothing_rests_while_a_server_goes_down_or_comes_up, open_world),
    cmocka_unit_test_setup(a_cancel_after_a_cancel_takes_what_was_ordered_since, open_world),
    cmocka_unit_test_setup(a_drill_of_another_arming_is_another, open_world),
    cmocka_unit_test_setup(an_output_that_is_missing_in_a_drill_is_no_deviation, open_world),
    cmocka_unit_test_setup(a_server_that_is_missing_is_something_missing, open_world),
    cmocka_unit_test_setup(whoever_is_behind_the_last_server_is_in_no_tier, open_world),
    cmocka_unit_test_setup(what_is_so_already_succeeds_and_says_how, open_world),
    cmocka_unit_test_setup(a_hold_that_was_released_is_so_already, open_world),
    cmocka_unit_test_setup(a_server_that_is_not_off_says_whether_it_answers, open_world),
    cmocka_unit_test_setup(whoever_comes_while_all_are_busy_has_no_number, open_world),
    cmocka_unit_test_setup(an_exercise_of_one_second_is_under_way, open_world),
    cmocka_unit_test_setup(a_start_says_whether_it_is_under_way_or_over, open_world),
    cmocka_unit_test_setup(of_two_promises_the_one_that_is_named_is_kept, open_world),
    cmocka_unit_test_setup(an_exercise_under_way_is_none_once_it_is_ended, open_world),
    cmocka_unit_test_setup(a_promise_has_a_row, open_world),
    cmocka_unit_test_setup(a_server_that_stays_down_without_a_command_fails_a_power_on, open_world),
    cmocka_unit_test_setup(a_genset_that_runs_is_not_exercised, open_world),
    cmocka_unit_test_setup(whoever_is_behind_the_last_server_is_not_shut_down, open_world),
    cmocka_unit_test_setup(a_drill_is_said_where_nothing_is_worse, open_world),
    cmocka_unit_test_setup(an_inhibit_is_a_warning_and_its_end_a_notice, open_world),
    cmocka_unit_test_setup(an_event_is_acknowledged_by_its_number, open_world),
    cmocka_unit_test_setup(an_exercise_is_refused_without_mains_and_in_an_outage, open_world),
    cmocka_unit_test_setup(whoever_is_behind_the_last_server_is_not_asked, open_world),
    cmocka_unit_test_setup(a_row_is_of_the_instant_that_put_it, open_world),
    cmocka_unit_test_setup(an_inhibit_of_one_second_is_one_and_of_none_ends_it, open_world),
    cmocka_unit_test_setup(an_account_is_handed_on_and_told, open_world),
    cmocka_unit_test_setup(a_lock_that_does_not_match_takes_no_number, open_world),
    cmocka_unit_test_setup(what_is_under_way_has_the_first_free_place, open_world),
    cmocka_unit_test_setup(an_exercise_that_is_taken_back_starts_nothing, open_world),
    cmocka_unit_test_setup(a_start_ends_what_a_stop_was_commanded_for, open_world),
    cmocka_unit_test_setup(what_stands_in_a_gensets_way_is_its_failure_or_what_blocks_it,
                           open_world),
    cmocka_unit_test_setup(that_it_will_not_start_is_so_where_it_is_given_up_or_not_armed,
                           open_world),
    cmocka_unit_test_setup(what_became_of_all_servers_is_the_worst_of_the_first, open_world),
    cmocka_unit_test_setup(what_became_of_all_power_ons_is_the_worst_of_the_first, open_world),
    cmocka_unit_test_setup(a_shutdown_of_all_says_whether_it_is_under_way_or_over, open_world),
    cmocka_unit_test_setup(a_shutdown_of_all_that_is_more_than_was_ordered_is_begun_anew,
                           open_world),
};

int main(void)
{
    return cmocka_run_group_tests_name("core/command", tests, NULL, NULL);
}

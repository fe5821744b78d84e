/* What commands leave behind, and how many fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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
    for (unsigned i = 0; i < 4; i++)
        world.now.state.pending[i].kind = 0;
    world.now.state.servers[0].state = SERVER_STATE_TELLING;
    world.now.state.servers[0].due = instant_at(1000);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_attempts_and_the_source_of_the_last_start_stay, open_world),
        cmocka_unit_test_setup(servers_leave_room_for_the_genset, open_world),
        cmocka_unit_test_setup(all_promises_have_a_place_and_end_unless_confirmed, open_world),
        cmocka_unit_test_setup(a_promise_that_is_the_only_one_ends_at_its_time, open_world),
        cmocka_unit_test_setup(each_missing_server_has_a_deviation_of_its_own, open_world),
        cmocka_unit_test_setup(a_readiness_check_succeeds_when_all_have_come_back, open_world),
        cmocka_unit_test_setup(a_readiness_check_fails_in_an_outage_and_is_refused, open_world),
        cmocka_unit_test_setup(a_reload_ends_as_it_is_told, open_world),
        cmocka_unit_test_setup(a_command_that_is_begun_anew_ends_the_one_before, open_world),
        cmocka_unit_test_setup(a_promise_taken_back_is_cancelled_and_carries_nothing_out,
                               open_world),
        cmocka_unit_test_setup(a_tier_that_goes_down_is_under_way_with_one_server, open_world),
        cmocka_unit_test_setup(a_lock_that_is_not_the_next_number_is_refused, open_world),
        cmocka_unit_test_setup(a_promise_is_lost_in_a_restart, open_world),
        cmocka_unit_test_setup(what_waits_for_rest_is_under_way_itself, open_world),
        cmocka_unit_test_setup(an_outage_is_no_rest, open_world),
    };
    return cmocka_run_group_tests_name("core/command", tests, NULL, NULL);
}

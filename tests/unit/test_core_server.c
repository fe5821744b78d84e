/* What becomes of a server's command, and what a UPS has to last for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/machine.h"
#include "core_world.h"

static struct world world;

/* Mains present at 0; the servers are told to go down when somebody orders it. */
static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    site.shutdown.automatic = false;
    world_init(&world, &site, WORLD_SERVERS, instant_at(-9));
    for (unsigned i = 0; i < WORLD_SERVERS; i++) {
        world.servers[i].tier = 1;
        world.servers[i].command_timeout_ms = world.servers[i].off_within_ms = 100;
    }
    world_input(&world, -9, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_input(&world, -9, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_run(&world, 0);
    return 0;
}

static unsigned kills_of(size_t server)
{
    unsigned kills = 0;
    for (size_t i = 0; i < world.batch.count; i++)
        kills += world.batch.actions[i].kind == ACTION_KILL &&
                 world.batch.actions[i].tell.server == server;
    return kills;
}

static void shut_down_all(int64_t ms)
{
    const struct command command = {.kind = COMMAND_KIND_SHUTDOWN_ALL, .confirmed = true};

    assert_int_equal(world_command(&world, ms, command), PROMISE_GIVEN);
    batch_clear(&world.batch);
}

static void a_command_that_still_runs_ends_when_its_server_is_off(void **state)
{
    (void)state;
    shut_down_all(1);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_TELLING);
    world_server(&world, 2, 0, SERVER_SEEN_OFF);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_OFF);
    assert_int_equal(kills_of(0), 1);
}

static void a_command_that_has_ended_is_not_ended_again(void **state)
{
    (void)state;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_ACCEPTED);
    world_server(&world, 3, 0, SERVER_SEEN_OFF);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_OFF);
    assert_int_equal(kills_of(0), 0);
}

static void servers_that_are_off_need_nothing_of_the_ups(void **state)
{
    int64_t both_ms = ups_shutdown_ms(&world.site, &world.now.state);

    (void)state;
    assert_true(both_ms > 0);
    shut_down_all(1);
    for (size_t i = 0; i < WORLD_SERVERS; i++) {
        world_server(&world, 2, i, SERVER_ACCEPTED);
        world_server(&world, 3, i, SERVER_SEEN_OFF);
    }
    assert_int_equal(ups_shutdown_ms(&world.site, &world.now.state), 0);
}

static void a_full_batch_says_so_and_keeps_what_it_has(void **state)
{
    struct action actions[2] = {{0}};
    struct batch batch = {.actions = actions, .capacity = 1};

    (void)state;
    batch_push(&batch, ACTION_CHECK);
    assert_false(batch.overflow);
    assert_non_null(batch_push(&batch, ACTION_RELOAD));
    assert_true(batch.overflow);
    assert_int_equal(batch.count, 1);
    assert_int_equal(actions[0].kind, ACTION_CHECK);
    assert_int_equal(actions[1].kind, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_command_that_still_runs_ends_when_its_server_is_off, open_world),
        cmocka_unit_test_setup(a_command_that_has_ended_is_not_ended_again, open_world),
        cmocka_unit_test_setup(servers_that_are_off_need_nothing_of_the_ups, open_world),
        cmocka_unit_test(a_full_batch_says_so_and_keeps_what_it_has),
    };
    return cmocka_run_group_tests_name("core/server", tests, NULL, NULL);
}

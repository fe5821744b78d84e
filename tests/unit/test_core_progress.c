/* How far the shutdown is, as it is published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core_world.h"

static struct world world;
static struct incident *const incident = &world.now.state.incident;
static struct server *const first = &world.now.state.servers[0];
static struct server *const second = &world.now.state.servers[1];

/* An outage in which a shutdown of both has begun; the second is in tier 2. */
static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    world_init(&world, &site, WORLD_SERVERS, instant_at(0));
    incident->phase = PHASE_FAILED;
    incident->shutdown_begun = incident->shutdown_wanted = incident->shutdown_all = true;
    first->ordered = second->ordered = true;
    return 0;
}

static struct progress progress(void)
{
    return shutdown_progress(&world.site, &world.now.state);
}

static void is(struct server *server, enum server_state state, enum shutdown_result result)
{
    server->state = state;
    server->result = result;
}

static void who_was_not_ordered_does_not_count(void **state)
{
    (void)state;
    is(first, SERVER_STATE_TELLING, SHUTDOWN_RESULT_NONE);
    first->ordered = false;
    second->ordered = false;
    assert_int_equal(progress().servers, 0);
    assert_int_equal(progress().state, PROGRESS_STATE_NONE);
    assert_int_equal(progress().tier, 0);
    assert_int_equal(progress().started.ms, INSTANT_NONE.ms);
    assert_int_equal(progress().ended.ms, INSTANT_NONE.ms);
    first->told = true;
    assert_int_equal(progress().servers, 1);
    first->told = false;
    first->ordered = true;
    assert_int_equal(progress().servers, 1);
    first->ordered = false;
    first->result = SHUTDOWN_RESULT_SPARED;
    assert_int_equal(progress().servers, 1);
    incident->shutdown_begun = false;
    assert_int_equal(progress().servers, 0);
}

static void one_that_waits_waits_and_its_tier_is_the_lowest(void **state)
{
    (void)state;
    is(first, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
    is(second, SERVER_STATE_WAITING, SHUTDOWN_RESULT_NONE);
    assert_int_equal(progress().state, PROGRESS_STATE_WAITING);
    assert_int_equal(progress().tier, 2);
    assert_int_equal(progress().servers, 2);
    assert_int_equal(progress().done, 1);
    assert_int_equal(progress().left, 1);
    is(first, SERVER_STATE_TELLING, SHUTDOWN_RESULT_NONE);
    assert_int_equal(progress().state, PROGRESS_STATE_UNDER_WAY);
    assert_int_equal(progress().tier, 1);
    assert_int_equal(progress().done, 0);
    assert_int_equal(progress().left, 2);
    is(second, SERVER_STATE_IDLE, SHUTDOWN_RESULT_NONE);
    assert_int_equal(progress().tier, 1);
}

static void it_is_done_when_all_are_off(void **state)
{
    (void)state;
    is(first, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
    is(second, SERVER_STATE_OFF, SHUTDOWN_RESULT_FORCED);
    assert_int_equal(progress().state, PROGRESS_STATE_DONE);
    assert_int_equal(progress().done, 2);
    assert_int_equal(progress().left, 0);
    assert_int_equal(progress().tier, 0);
    is(second, SERVER_STATE_IDLE, SHUTDOWN_RESULT_NONE);
    assert_int_equal(progress().state, PROGRESS_STATE_ENDED);
    assert_int_equal(progress().left, 1);
}

static void who_is_spared_is_left_out_and_a_cancel_says_so(void **state)
{
    (void)state;
    is(first, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
    is(second, SERVER_STATE_IDLE, SHUTDOWN_RESULT_SPARED);
    second->reason = REASON_CANCELLED;
    assert_int_equal(progress().state, PROGRESS_STATE_CANCELLED);
    assert_int_equal(progress().left, 0);
    second->reason = REASON_SUPPLY_BACK;
    assert_int_equal(progress().state, PROGRESS_STATE_ENDED);
    second->result = SHUTDOWN_RESULT_NONE;
    second->reason = REASON_CANCELLED;
    assert_int_equal(progress().state, PROGRESS_STATE_ENDED);
}

static void its_times_are_the_first_told_and_the_last_end(void **state)
{
    (void)state;
    is(first, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
    is(second, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
    second->shutdown_started = instant_at(20);
    assert_int_equal(progress().started.ms, 20);
    assert_int_equal(progress().ended.ms, INSTANT_NONE.ms);
    first->shutdown_started = instant_at(30);
    first->shutdown_finished = instant_at(50);
    assert_int_equal(progress().started.ms, 20);
    assert_int_equal(progress().ended.ms, 50);
    second->shutdown_finished = instant_at(40);
    assert_int_equal(progress().ended.ms, 50);
    second->shutdown_started = INSTANT_NEVER;
    second->shutdown_finished = INSTANT_NEVER;
    assert_int_equal(progress().started.ms, 30);
    assert_int_equal(progress().ended.ms, 50);
    second->shutdown_started = instant_at(35);
    assert_int_equal(progress().started.ms, 30);
    is(second, SERVER_STATE_WAITING, SHUTDOWN_RESULT_NONE);
    assert_int_equal(progress().ended.ms, INSTANT_NONE.ms);
    is(second, SERVER_STATE_VERIFYING, SHUTDOWN_RESULT_NONE);
    assert_int_equal(progress().ended.ms, INSTANT_NONE.ms);
}

/* Nobody can prove that it is off. */
static void the_machine_itself_is_under_way_but_not_counted(void **state)
{
    (void)state;
    world.servers[1].is_self = true;
    is(first, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
    is(second, SERVER_STATE_TELLING, SHUTDOWN_RESULT_NONE);
    assert_int_equal(progress().servers, 1);
    assert_int_equal(progress().state, PROGRESS_STATE_UNDER_WAY);
    assert_int_equal(progress().tier, 2);
    is(second, SERVER_STATE_TOLD, SHUTDOWN_RESULT_TOLD);
    assert_int_equal(progress().state, PROGRESS_STATE_DONE);
}

static void who_is_behind_the_last_server_does_not_count(void **state)
{
    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    is(first, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
    is(second, SERVER_STATE_TELLING, SHUTDOWN_RESULT_NONE);
    assert_int_equal(progress().servers, 1);
    assert_int_equal(progress().state, PROGRESS_STATE_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(who_was_not_ordered_does_not_count, open_world),
        cmocka_unit_test_setup(one_that_waits_waits_and_its_tier_is_the_lowest, open_world),
        cmocka_unit_test_setup(it_is_done_when_all_are_off, open_world),
        cmocka_unit_test_setup(who_is_spared_is_left_out_and_a_cancel_says_so, open_world),
        cmocka_unit_test_setup(its_times_are_the_first_told_and_the_last_end, open_world),
        cmocka_unit_test_setup(the_machine_itself_is_under_way_but_not_counted, open_world),
        cmocka_unit_test_setup(who_is_behind_the_last_server_does_not_count, open_world),
    };
    return cmocka_run_group_tests_name("core/progress", tests, NULL, NULL);
}

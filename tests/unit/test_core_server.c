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

/* Accepted at 2, with 100 ms to go down, and nobody could look at 3. */
static void one_that_nobody_could_look_at_is_given_its_time_once_more(void **state)
{
    static const struct {
        enum server_fact then;
        enum server_state at_102;
        enum reason reason; /* at 202 */
    } cases[] = {
        {SERVER_NOT_SEEN, SERVER_STATE_VERIFYING, REASON_NO_EVIDENCE},
        {SERVER_ANSWERS, SERVER_STATE_RETRYING, REASON_STILL_ANSWERS},
        {SERVER_SILENT, SERVER_STATE_RETRYING, REASON_NO_EVIDENCE},
    };
    const struct server *server = &world.now.state.servers[0];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_world(state);
        world.servers[0].retries = 1;
        world.site.shutdown.retry_pause_ms = 1000;
        shut_down_all(1);
        world_server(&world, 2, 0, SERVER_ACCEPTED);
        world_server(&world, 3, 0, SERVER_NOT_SEEN);
        world_server(&world, 4, 0, cases[i].then);
        world_run(&world, 101);
        assert_int_equal(server->state, SERVER_STATE_VERIFYING);
        world_run(&world, 102);
        assert_int_equal(server->state, cases[i].at_102);
        world_run(&world, 201);
        assert_int_equal(server->state, cases[i].at_102);
        world_run(&world, 202);
        assert_int_equal(server->state, SERVER_STATE_RETRYING);
        assert_int_equal(server->reason, cases[i].reason);
    }
}

static void that_nobody_looked_at_it_before_it_accepted_counts_no_more(void **state)
{
    const struct server *server = &world.now.state.servers[0];

    (void)state;
    world.servers[0].retries = 1;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_ACCEPTED);
    world_server(&world, 3, 0, SERVER_NOT_SEEN);
    world_run(&world, 210);
    assert_int_equal(server->state, SERVER_STATE_TELLING);
    world_server(&world, 211, 0, SERVER_NOT_SEEN);
    world_server(&world, 212, 0, SERVER_ACCEPTED);
    assert_false(server->not_seen);
    world_run(&world, 312);
    assert_int_equal(server->state, SERVER_STATE_NOT_OFF);
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

static void what_padamd_sees_of_its_own_machine_proves_nothing(void **state)
{
    static const enum server_fact evidence[] = {
        SERVER_SEEN_OFF, SERVER_SILENT_WITNESS, SERVER_SILENT};

    (void)state;
    world.servers[0].is_self = true;
    world_server(&world, 1, 0, SERVER_ANSWERS);
    for (unsigned i = 0; i < sizeof(evidence) / sizeof(evidence[0]); i++)
        world_server(&world, 2, 0, evidence[i]);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_IDLE);
    assert_true(world.now.state.servers[0].answers);
}

static void a_server_that_a_person_switches_off_is_no_news_outside_an_incident(void **state)
{
    (void)state;
    batch_clear(&world.batch);
    world_server(&world, 1, 0, SERVER_SEEN_OFF);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_OFF);
    assert_int_equal(world.now.state.servers[0].reason, REASON_BY_HAND);
    assert_int_equal(world.batch.count, 0);
}

static void a_try_that_was_not_run_takes_back_nothing_of_the_one_before(void **state)
{
    const struct server *server = &world.now.state.servers[0];

    (void)state;
    world.servers[0].retries = 1;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_REFUSED);
    world_run(&world, 3);
    assert_int_equal(server->state, SERVER_STATE_TELLING);
    assert_int_equal(server->attempts, 2);
    world_server(&world, 4, 0, SERVER_NOT_RUN);
    assert_int_equal(server->attempts, 1);
    assert_int_equal(server->not_run, 1);
    assert_true(server->told);
    assert_int_equal(server->shutdown_started.ms, 1);
}

static void the_first_try_that_was_not_run_told_nobody(void **state)
{
    const struct server *server = &world.now.state.servers[0];

    (void)state;
    world.servers[0].retries = 1;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_NOT_RUN);
    assert_int_equal(server->attempts, 0);
    assert_false(server->told || server->told_first || server->forced);
    assert_int_equal(server->shutdown_started.ms, INSTANT_NONE.ms);
    assert_int_equal(server->reason, REASON_COMMAND_NOT_RUN);
    assert_int_equal(server->due.ms, 2 + world.site.shutdown.retry_pause_ms);
}

static void a_force_that_was_not_run_forced_nobody(void **state)
{
    const struct server *server = &world.now.state.servers[0];

    (void)state;
    world.servers[0].retries = 1;
    world.servers[0].has_force = true;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_REFUSED);
    world_run(&world, 3);
    world_server(&world, 4, 0, SERVER_REFUSED);
    world_run(&world, 5);
    assert_true(server->forced);
    world_server(&world, 6, 0, SERVER_NOT_RUN);
    assert_false(server->forced);
    world_server(&world, 6, 0, SERVER_SEEN_OFF);
    assert_int_equal(server->result, SHUTDOWN_RESULT_VERIFIED_OFF);
}

static void a_server_off_while_it_is_forced_was_forced(void **state)
{
    const struct server *server = &world.now.state.servers[0];

    (void)state;
    world.servers[0].has_force = true;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_REFUSED);
    world_run(&world, 3);
    assert_true(server->forced);
    world_server(&world, 4, 0, SERVER_SEEN_OFF);
    assert_int_equal(server->result, SHUTDOWN_RESULT_FORCED);
    assert_int_equal(server->reason, REASON_NONE);
    assert_false(server->accepted);
}

static void a_server_off_after_a_refusal_says_so(void **state)
{
    const struct server *server = &world.now.state.servers[0];

    (void)state;
    world.servers[0].retries = 1;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_REFUSED);
    world_server(&world, 2, 0, SERVER_SEEN_OFF);
    assert_int_equal(server->result, SHUTDOWN_RESULT_VERIFIED_OFF);
    assert_int_equal(server->reason, REASON_COMMAND_REFUSED);
}

/* More tries than there are: only a damaged snapshot says so of one that waits. */
static void a_server_that_has_no_try_left_is_given_up(void **state)
{
    struct server *server = &world.now.state.servers[1];

    (void)state;
    world.servers[1].tier = 2;
    shut_down_all(1);
    assert_int_equal(server->state, SERVER_STATE_WAITING);
    server->attempts = 99;
    world_server(&world, 2, 0, SERVER_SEEN_OFF);
    assert_int_equal(server->state, SERVER_STATE_NOT_OFF);
    assert_int_equal(server->reason, REASON_NO_EVIDENCE);
    assert_int_equal(server->result, SHUTDOWN_RESULT_UNVERIFIED);
    assert_false(server->told);
}

static void a_server_that_still_answers_has_failed(void **state)
{
    struct server *server = &world.now.state.servers[1];

    (void)state;
    world.servers[1].tier = 2;
    shut_down_all(1);
    world_server(&world, 2, 1, SERVER_ANSWERS);
    server->attempts = 99;
    world_server(&world, 2, 0, SERVER_SEEN_OFF);
    assert_int_equal(server->state, SERVER_STATE_NOT_OFF);
    assert_int_equal(server->reason, REASON_STILL_ANSWERS);
    assert_int_equal(server->result, SHUTDOWN_RESULT_FAILED);
}

static void a_command_that_takes_too_long_is_ended_and_given_again(void **state)
{
    const struct server *server = &world.now.state.servers[0];

    (void)state;
    world.servers[0].retries = 1;
    shut_down_all(1);
    world_run(&world, 101);
    assert_int_equal(kills_of(0), 1);
    assert_int_equal(server->state, SERVER_STATE_RETRYING);
    assert_int_equal(server->reason, REASON_COMMAND_TIMED_OUT);
    assert_int_equal(server->due.ms, 101 + world.site.shutdown.retry_pause_ms);
}

static void a_command_of_no_try_is_given_again_after_a_restart(void **state)
{
    struct server *server = &world.now.state.servers[0];

    (void)state;
    server->state = SERVER_STATE_TELLING;
    core_resume(&world.site, &world.now.state, instant_at(10), &world.batch);
    assert_int_equal(server->state, SERVER_STATE_RETRYING);
    assert_int_equal(server->attempts, 0);
}

static void a_site_that_is_none_is_released(void **state)
{
    (void)state;
    site_release(NULL);
    world.site.servers = NULL;
    site_release(&world.site);
    assert_int_equal(world.site.server_count, 0);
    assert_null(world.site.servers);
}

static void without_a_limit_one_server_is_told_at_a_time(void **state)
{
    (void)state;
    world.site.shutdown.parallel = 0;
    const int64_t none_ms = ups_shutdown_ms(&world.site, &world.now.state);
    world.site.shutdown.parallel = 1;
    assert_int_equal(none_ms, ups_shutdown_ms(&world.site, &world.now.state));
    world.site.shutdown.parallel = 2;
    assert_int_equal(ups_shutdown_ms(&world.site, &world.now.state) +
                         world.servers[0].command_timeout_ms,
                     none_ms);
}

/* One that has ended without proof is told no more by what is under way. */
static void who_waits_needs_the_ups_and_who_has_ended_does_not(void **state)
{
    struct server *servers = world.now.state.servers;

    (void)state;
    world.site.shutdown.parallel = 1;
    const int64_t both_ms = ups_shutdown_ms(&world.site, &world.now.state);
    world.now.state.incident.shutdown_all = true;
    assert_int_equal(ups_shutdown_ms(&world.site, &world.now.state), 0);
    servers[0].state = servers[1].state = SERVER_STATE_NOT_OFF;
    assert_int_equal(ups_shutdown_ms(&world.site, &world.now.state), 0);
    servers[0].state = SERVER_STATE_WAITING;
    assert_int_equal(ups_shutdown_ms(&world.site, &world.now.state) +
                         world.servers[1].command_timeout_ms,
                     both_ms);
    servers[1].state = SERVER_STATE_WAITING;
    assert_int_equal(ups_shutdown_ms(&world.site, &world.now.state), both_ms);
    servers[1].state = SERVER_STATE_VERIFYING;
    assert_int_equal(ups_shutdown_ms(&world.site, &world.now.state), both_ms);
}

/* ---- what is tried, and what is announced ---- */

/* Each try ends with a refusal. */
static unsigned methods_tried(size_t place, enum tell_method *methods, unsigned limit)
{
    const int64_t pause_ms = world.site.shutdown.retry_pause_ms;
    unsigned count = 0;

    for (int64_t ms = 2; world.now.state.servers[place].state != SERVER_STATE_NOT_OFF; ms += 10) {
        batch_clear(&world.batch);
        world_server(&world, ms, place, SERVER_REFUSED);
        world_run(&world, ms + pause_ms);
        for (size_t i = 0; i < world.batch.count; i++)
            if (world.actions[i].kind == ACTION_TELL && world.actions[i].tell.server == place) {
                assert_true(count < limit);
                methods[count++] = world.actions[i].tell.method;
            }
    }
    return count;
}

static void methods_come_in_their_order(void **state)
{
    static const struct {
        bool has_alternative, has_force;
        unsigned count;
        enum tell_method after_the_first[3];
    } cases[] = {
        {false, false, 1, {TELL_PRIMARY}},
        {true, false, 2, {TELL_PRIMARY, TELL_ALTERNATIVE}},
        {false, true, 2, {TELL_PRIMARY, TELL_FORCE}},
        {true, true, 3, {TELL_PRIMARY, TELL_ALTERNATIVE, TELL_FORCE}},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum tell_method methods[4] = {TELL_PRIMARY};
        open_world(state);
        world.servers[0].retries = 1;
        world.servers[0].has_alternative = cases[i].has_alternative;
        world.servers[0].has_force = cases[i].has_force;
        shut_down_all(1);
        assert_int_equal(methods_tried(0, methods, 4), cases[i].count);
        for (unsigned tried = 0; tried < cases[i].count; tried++)
            assert_int_equal(methods[tried], cases[i].after_the_first[tried]);
        assert_int_equal(world.now.state.servers[0].attempts, 1 + cases[i].count);
        assert_int_equal(world.now.state.servers[0].told_at.ms, 1);
    }
}

static void a_server_that_was_told_in_vain_is_announced(void **state)
{
    const struct server *server = &world.now.state.servers[0];

    (void)state;
    world.servers[0].has_power_on = true;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_REFUSED);
    const struct notice notice = world_notice(&world, NOTIFICATION_SERVER_NOT_CONFIRMED);
    assert_int_equal(notice.severity, SEVERITY_CRITICAL);
    assert_int_equal(notice.server, 0);
    assert_int_equal(notice.reason, REASON_COMMAND_REFUSED);
    assert_int_equal(notice.step, 0);
    assert_int_equal(server->due.ms, INSTANT_NONE.ms);
    assert_int_equal(server->shutdown_finished.ms, 2);
    assert_int_equal(server->result, SHUTDOWN_RESULT_UNVERIFIED);
    assert_true(server->power.down);
}

/* Each order may end in vain, and is announced. */
static void a_server_that_is_ordered_anew_in_vain_is_announced_again(void **state)
{
    const struct command anew = {
        .kind = COMMAND_KIND_SHUTDOWN_SERVER, .argument = 11, .confirmed = true};

    (void)state;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_REFUSED);
    assert_int_equal(world.now.state.servers[0].result, SHUTDOWN_RESULT_UNVERIFIED);
    world_command(&world, 3, anew);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_TELLING);
    assert_int_equal(world.now.state.servers[0].result, SHUTDOWN_RESULT_NONE);
    assert_int_equal(world.now.state.servers[0].reason, REASON_NONE);
    batch_clear(&world.batch);
    world_server(&world, 4, 0, SERVER_REFUSED);
    assert_int_equal(world_notice(&world, NOTIFICATION_SERVER_NOT_CONFIRMED).server, 0);
}

static void a_server_that_accepts_after_a_refusal_has_no_reason(void **state)
{
    (void)state;
    world.servers[0].retries = 1;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_REFUSED);
    world_run(&world, 3);
    world_server(&world, 4, 0, SERVER_ACCEPTED);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_VERIFYING);
    assert_int_equal(world.now.state.servers[0].reason, REASON_NONE);
}

/* By step 6 alone: a clock that is put right may move it away from step 5, which is done. */
static void passes_are_over_when_step_6_is_due(void **state)
{
    const struct ctx ctx = {.site = &world.site, .state = &world.now.state};
    struct incident *const incident = &world.now.state.incident;
    struct server *const server = &world.now.state.servers[0];

    (void)state;
    incident->phase = PHASE_FAILED;
    server->shutdown_finished = instant_at(-5);
    incident->steps[5 - 1].due = instant_at(-1);
    incident->steps[6 - 1].due = instant_at(1);
    assert_false(server_passes_are_over(&ctx, server));
    incident->steps[5 - 1].due = instant_at(1);
    incident->steps[6 - 1].due = instant_at(0);
    assert_true(server_passes_are_over(&ctx, server));
    server->shutdown_finished = INSTANT_NONE;
    assert_false(server_passes_are_over(&ctx, server));
}

static void what_is_known_of_it_is_why_a_server_is_told_again(void **state)
{
    (void)state;
    world.servers[0].retries = world.servers[1].retries = 1;
    shut_down_all(1);
    for (size_t i = 0; i < WORLD_SERVERS; i++)
        world_server(&world, 2, i, SERVER_ACCEPTED);
    world_server(&world, 3, 0, SERVER_ANSWERS);
    world_run(&world, 102);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_RETRYING);
    assert_int_equal(world.now.state.servers[0].reason, REASON_STILL_ANSWERS);
    assert_int_equal(world.now.state.servers[1].reason, REASON_NO_EVIDENCE);
}

static void a_server_that_answers_on_is_announced_as_failed(void **state)
{
    const struct server *server = &world.now.state.servers[1];

    (void)state;
    world.servers[1].has_power_on = true;
    shut_down_all(1);
    world_server(&world, 2, 1, SERVER_ANSWERS);
    assert_int_equal(server->last_reachable.ms, 2);
    world_server(&world, 3, 1, SERVER_REFUSED);
    const struct notice notice = world_notice(&world, NOTIFICATION_SERVER_FAILED);
    assert_int_equal(notice.severity, SEVERITY_CRITICAL);
    assert_int_equal(notice.server, 1);
    assert_int_equal(server->result, SHUTDOWN_RESULT_FAILED);
    assert_false(server->power.down);
}

static void a_server_that_is_off_is_announced(void **state)
{
    const struct server *server = &world.now.state.servers[1];

    (void)state;
    world.servers[1].has_power_on = true;
    shut_down_all(1);
    world_server(&world, 2, 1, SERVER_ANSWERS);
    world_server(&world, 3, 1, SERVER_ACCEPTED);
    assert_true(server->accepted);
    world_server(&world, 4, 1, SERVER_SEEN_OFF);
    const struct notice notice = world_notice(&world, NOTIFICATION_SERVER_DOWN);
    assert_int_equal(notice.severity, SEVERITY_NOTICE);
    assert_int_equal(notice.server, 1);
    assert_int_equal(notice.reason, REASON_NONE);
    assert_int_equal(server->result, SHUTDOWN_RESULT_VERIFIED_OFF);
    assert_int_equal(server->due.ms, INSTANT_NONE.ms);
    assert_int_equal(server->shutdown_finished.ms, 4);
    assert_false(server->answers);
    assert_true(server->power.down);
}

static void a_server_forced_off_is_announced_as_a_warning(void **state)
{
    (void)state;
    world.servers[0].has_force = true;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_REFUSED);
    world_run(&world, 3);
    world_server(&world, 4, 0, SERVER_SEEN_OFF);
    assert_int_equal(world_notice(&world, NOTIFICATION_SERVER_DOWN).severity, SEVERITY_WARNING);
}

static void whatever_ends_a_try_is_looked_at_once(void **state)
{
    static const enum server_fact facts[] = {SERVER_ACCEPTED, SERVER_REFUSED, SERVER_NOT_RUN};

    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        open_world(state);
        world.servers[0].retries = 1;
        shut_down_all(1);
        world_server(&world, 2, 0, facts[i]);
        assert_true(world_looks_at_once(&world, 0) > 0);
        assert_int_equal(world_looks_at_once(&world, 1), 0);
        assert_true(world.now.state.servers[0].looked_at);
    }
    open_world(state);
    world.servers[0].retries = 1;
    shut_down_all(1);
    world_run(&world, 101);
    assert_true(world_looks_at_once(&world, 0) > 0);
}

/* ---- off, and back ---- */

static void a_server_that_is_back_is_begun_anew(void **state)
{
    struct server *server = &world.now.state.servers[0];

    (void)state;
    server->state = SERVER_STATE_OFF;
    server->result = SHUTDOWN_RESULT_FORCED;
    server->reason = REASON_BY_HAND;
    server->told = server->told_in_pass = server->accepted = server->forced = true;
    server->ordered = server->regardless = server->stale = true;
    server->shutdown_started = server->shutdown_finished = instant_at(0);
    batch_clear(&world.batch);
    world_server(&world, 2, 0, SERVER_ANSWERS);
    assert_int_equal(server->state, SERVER_STATE_IDLE);
    assert_int_equal(server->result, SHUTDOWN_RESULT_NONE);
    assert_int_equal(server->reason, REASON_NONE);
    assert_false(server->told || server->told_in_pass || server->accepted || server->forced);
    assert_false(server->ordered || server->regardless || server->stale);
    assert_int_equal(server->shutdown_started.ms, INSTANT_NONE.ms);
    assert_int_equal(server->shutdown_finished.ms, INSTANT_NONE.ms);
    assert_true(server->answers && server->answered);
    assert_int_equal(server->last_reachable.ms, 2);
    for (size_t i = 0; i < world.batch.count; i++)
        assert_int_not_equal(world.actions[i].kind, ACTION_NOTIFY);
}

static void off_is_proven_again_by_either_evidence(void **state)
{
    static const enum server_fact facts[] = {SERVER_SEEN_OFF, SERVER_SILENT_WITNESS};
    struct server *server = &world.now.state.servers[0];

    (void)state;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        server->state = SERVER_STATE_OFF;
        server->stale = true;
        assert_false(server_is_proven_off(server));
        world_server(&world, 2, 0, facts[i]);
        assert_true(server_is_proven_off(server));
        server->state = SERVER_STATE_IDLE;
        assert_false(server_is_proven_off(server));
    }
}

static void the_machine_itself_ends_with_what_it_accepted(void **state)
{
    const struct server *server = &world.now.state.servers[1];

    (void)state;
    world.servers[1].is_self = true;
    world.servers[1].tier = 2;
    world.site.shutdown.notify_within_ms = 0;
    shut_down_all(1);
    world_server(&world, 2, 0, SERVER_ACCEPTED);
    world_server(&world, 3, 0, SERVER_SEEN_OFF);
    world_run(&world, 4);
    assert_int_equal(server->state, SERVER_STATE_TELLING);
    world_server(&world, 5, 1, SERVER_ACCEPTED);
    assert_int_equal(server->state, SERVER_STATE_TOLD);
    assert_int_equal(server->due.ms, INSTANT_NONE.ms);
    assert_int_equal(server->reason, REASON_SELF_TOLD);
    assert_int_equal(server->result, SHUTDOWN_RESULT_TOLD);
    assert_int_equal(server->shutdown_finished.ms, 5);
}

static void the_machine_itself_is_awaited_until_it_has_come_back(void **state)
{
    struct state *const now = &world.now.state;

    (void)state;
    now->servers[0].state = SERVER_STATE_TOLD;
    now->servers[0].shutdown_started = instant_at(5);
    assert_true(server_awaits_own_end(now, 0));
    now->resumed_at = instant_at(5);
    assert_true(server_awaits_own_end(now, 0));
    now->resumed_at = instant_at(6);
    assert_false(server_awaits_own_end(now, 0));
    now->resumed_at = INSTANT_NONE;
    now->servers[0].state = SERVER_STATE_OFF;
    assert_false(server_awaits_own_end(now, 0));
}

/* ---- what NUT says ---- */

static void ups_says_it(int64_t ms, enum ups_link link)
{
    world_step(&world,
               (struct event){.kind = EVENT_UPS,
                              .at = instant_at(ms),
                              .ups = {.link = link,
                                      .on_battery = INPUT_VALUE_ACTIVE,
                                      .battery_low = INPUT_VALUE_ACTIVE,
                                      .charge_percent = -1,
                                      .runtime_ms = -1}});
}

static void a_ups_that_is_not_asked_or_not_known_is_not_heard(void **state)
{
    (void)state;
    ups_says_it(1, UPS_LINK_OK);
    assert_int_equal(world.now.state.ups.word.link, UPS_LINK_UNKNOWN);
    world.site.ups.asked = true;
    ups_says_it(2, UPS_LINK_UNKNOWN);
    assert_int_equal(world.now.state.ups.heard_at.ms, INSTANT_NONE.ms);
    ups_says_it(3, UPS_LINK_OK);
    assert_int_equal(world.now.state.ups.word.link, UPS_LINK_OK);
    assert_int_equal(world.now.state.ups.heard_at.ms, 3);
    ups_says_it(4, UPS_LINK_OK);
    assert_int_equal(world.now.state.ups.heard_at.ms, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_command_that_still_runs_ends_when_its_server_is_off, open_world),
        cmocka_unit_test_setup(a_command_that_has_ended_is_not_ended_again, open_world),
        cmocka_unit_test_setup(servers_that_are_off_need_nothing_of_the_ups, open_world),
        cmocka_unit_test(a_full_batch_says_so_and_keeps_what_it_has),
        cmocka_unit_test_setup(what_padamd_sees_of_its_own_machine_proves_nothing, open_world),
        cmocka_unit_test_setup(a_server_that_a_person_switches_off_is_no_news_outside_an_incident,
                               open_world),
        cmocka_unit_test_setup(a_try_that_was_not_run_takes_back_nothing_of_the_one_before,
                               open_world),
        cmocka_unit_test_setup(the_first_try_that_was_not_run_told_nobody, open_world),
        cmocka_unit_test_setup(a_force_that_was_not_run_forced_nobody, open_world),
        cmocka_unit_test_setup(a_server_off_while_it_is_forced_was_forced, open_world),
        cmocka_unit_test_setup(a_server_off_after_a_refusal_says_so, open_world),
        cmocka_unit_test_setup(a_server_that_has_no_try_left_is_given_up, open_world),
        cmocka_unit_test_setup(a_server_that_still_answers_has_failed, open_world),
        cmocka_unit_test_setup(a_command_that_takes_too_long_is_ended_and_given_again, open_world),
        cmocka_unit_test_setup(a_command_of_no_try_is_given_again_after_a_restart, open_world),
        cmocka_unit_test_setup(who_waits_needs_the_ups_and_who_has_ended_does_not, open_world),
        cmocka_unit_test_setup(methods_come_in_their_order, open_world),
        cmocka_unit_test_setup(a_server_that_was_told_in_vain_is_announced, open_world),
        cmocka_unit_test_setup(a_server_that_is_ordered_anew_in_vain_is_announced_again,
                               open_world),
        cmocka_unit_test_setup(a_server_that_accepts_after_a_refusal_has_no_reason, open_world),
        cmocka_unit_test_setup(passes_are_over_when_step_6_is_due, open_world),
        cmocka_unit_test_setup(what_is_known_of_it_is_why_a_server_is_told_again, open_world),
        cmocka_unit_test_setup(a_server_that_answers_on_is_announced_as_failed, open_world),
        cmocka_unit_test_setup(a_server_that_is_off_is_announced, open_world),
        cmocka_unit_test_setup(a_server_forced_off_is_announced_as_a_warning, open_world),
        cmocka_unit_test_setup(whatever_ends_a_try_is_looked_at_once, open_world),
        cmocka_unit_test_setup(a_server_that_is_back_is_begun_anew, open_world),
        cmocka_unit_test_setup(off_is_proven_again_by_either_evidence, open_world),
        cmocka_unit_test_setup(one_that_nobody_could_look_at_is_given_its_time_once_more,
                               open_world),
        cmocka_unit_test_setup(that_nobody_looked_at_it_before_it_accepted_counts_no_more,
                               open_world),
        cmocka_unit_test_setup(the_machine_itself_ends_with_what_it_accepted, open_world),
        cmocka_unit_test_setup(the_machine_itself_is_awaited_until_it_has_come_back, open_world),
        cmocka_unit_test_setup(a_site_that_is_none_is_released, open_world),
        cmocka_unit_test_setup(without_a_limit_one_server_is_told_at_a_time, open_world),
        cmocka_unit_test_setup(a_ups_that_is_not_asked_or_not_known_is_not_heard, open_world),
    };
    return cmocka_run_group_tests_name("core/server", tests, NULL, NULL);
}

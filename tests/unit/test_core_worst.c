/* The longest that a shutdown can take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/site.h"

enum { SERVERS = 5 };
#define S INT64_C(1000)

static struct server_settings servers[SERVERS];
static struct site site;

/* A server of tier 1 whose one try takes so long. */
static struct server_settings server_of(int64_t try_ms)
{
    return (struct server_settings){
        .tier = 1, .command_timeout_ms = try_ms / 3, .off_within_ms = try_ms - try_ms / 3};
}

static void sites_servers(size_t count, unsigned parallel)
{
    site_set_defaults(&site);
    site.servers = servers;
    site.server_count = count;
    site.shutdown.parallel = parallel;
    site.shutdown.retry_pause_ms = 10 * S;
}

static int64_t worst_ms(void)
{
    return shutdown_worst_ms(&site, NULL, NULL);
}

static void without_servers_it_takes_no_time(void **state)
{
    (void)state;
    sites_servers(0, 4);
    assert_int_equal(worst_ms(), 0);
}

static void every_try_of_every_method_counts_with_the_pauses_between(void **state)
{
    (void)state;
    sites_servers(1, 4);
    servers[0] = server_of(90 * S);
    assert_int_equal(worst_ms(), 90 * S);
    servers[0].retries = 2;
    assert_int_equal(worst_ms(), (3 * 90 + 2 * 10) * S);
    servers[0].has_alternative = true;
    assert_int_equal(worst_ms(), (4 * 90 + 3 * 10) * S);
    servers[0].has_force = true;
    assert_int_equal(worst_ms(), (5 * 90 + 4 * 10) * S);
}

static void a_tier_takes_as_long_as_its_slowest_and_tiers_add_up(void **state)
{
    (void)state;
    sites_servers(4, 4);
    servers[0] = server_of(30 * S);
    servers[1] = server_of(60 * S);
    servers[2] = server_of(20 * S);
    servers[3] = server_of(5 * S);
    servers[2].tier = 2;
    servers[3].tier = 9;
    assert_int_equal(worst_ms(), (60 + 20 + 5) * S);
}

/* Commands are a third of each try. With one place the first, of 50 s, may wait for those of the
 * others, a third of 100 s; with two for half of that. */
static void more_than_may_be_told_at_once_wait_for_the_commands_of_the_others(void **state)
{
    (void)state;
    static const struct {
        unsigned parallel;
        int64_t worst_ms;
    } cases[] = {{1, 83332}, {2, 66666}, {3, 61111}, {4, 58333}, {5, 50000}, {64, 50000}};
    static const int64_t tries_s[SERVERS] = {50, 40, 30, 20, 10};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sites_servers(SERVERS, cases[i].parallel);
        for (size_t server = 0; server < SERVERS; server++)
            servers[server] = server_of(tries_s[server] * S);
        assert_int_equal(worst_ms(), cases[i].worst_ms);
    }
}

/* As many as the configuration allows are told at once; each takes nine seconds, three of them its
 * command. */
static void as_many_are_told_at_once_as_may_be_configured(void **state)
{
    (void)state;
    enum { MANY = 257 };
    static struct server_settings many[MANY];
    static const struct {
        size_t servers;
        unsigned parallel;
        int64_t worst_ms;
    } cases[] = {
        {65, 256, 9000}, {256, 256, 9000}, {257, 256, 12000}, {256, 255, 12000}, {257, 64, 21000}};
    for (size_t i = 0; i < MANY; i++)
        many[i] = server_of(9 * S);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sites_servers(cases[i].servers, cases[i].parallel);
        site.servers = many;
        assert_int_equal(worst_ms(), cases[i].worst_ms);
    }
}

static void servers_that_take_no_time_take_none_together(void **state)
{
    (void)state;
    sites_servers(SERVERS, 2);
    for (size_t server = 0; server < SERVERS; server++)
        servers[server] = server_of(0);
    assert_int_equal(worst_ms(), 0);
}

static bool is_not_the_first(const void *context, size_t place)
{
    (void)context;
    return place > 0;
}

static void those_that_are_down_do_not_count(void **state)
{
    (void)state;
    sites_servers(2, 4);
    servers[0] = server_of(50 * S);
    servers[1] = server_of(20 * S);
    assert_int_equal(shutdown_worst_ms(&site, is_not_the_first, NULL), 20 * S);
}

static void the_machine_itself_waits_for_its_notifications_and_goes_down_once(void **state)
{
    (void)state;
    sites_servers(2, 4);
    servers[0] = server_of(90 * S);
    servers[1] = server_of(90 * S);
    servers[1].tier = 2;
    servers[1].retries = 2;
    servers[1].is_self = true;
    site.shutdown.notify_within_ms = 40 * S;
    assert_int_equal(worst_ms(), (90 + 40 + 3 * 30 + 2 * 10 + 60) * S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_servers_it_takes_no_time),
        cmocka_unit_test(every_try_of_every_method_counts_with_the_pauses_between),
        cmocka_unit_test(a_tier_takes_as_long_as_its_slowest_and_tiers_add_up),
        cmocka_unit_test(more_than_may_be_told_at_once_wait_for_the_commands_of_the_others),
        cmocka_unit_test(as_many_are_told_at_once_as_may_be_configured),
        cmocka_unit_test(servers_that_take_no_time_take_none_together),
        cmocka_unit_test(those_that_are_down_do_not_count),
        cmocka_unit_test(the_machine_itself_waits_for_its_notifications_and_goes_down_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

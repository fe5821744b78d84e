/* A thousand servers, or SERVERS in the environment: what a step costs, and what the journal is
 * given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/log.h"
#include "core/snapshot.h"
#include "decider_sinks.h"
#include "engine/decide.h"
#include "engine/restore.h"
#include "slowness.h"

enum {
    SERVERS_LIMIT = CONFIG_SERVER_LIMIT,
    PARALLEL = 64,
    STEP_LIMIT_US = 5000, /* the processor's time, not the clock's; generous to small machines */
    FACTS_PER_SERVER = 2,
};

static struct config config;
static struct server_settings servers[SERVERS_LIMIT];
static struct server_commands commands[SERVERS_LIMIT];
static struct store *store;
static struct decider *decider;
static char *snapshot;
static size_t snapshot_size, snapshot_most;
static int64_t snapshot_ns;
static unsigned snapshots, told;
static size_t telling[SERVERS_LIMIT];
static size_t telling_count, server_count = 1000;

static int64_t processor_ns(void)
{
    struct timespec used;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static void perform(void *context, const struct action *action)
{
    (void)context;
    if (action->kind != ACTION_TELL)
        return;
    told++;
    telling[telling_count++] = action->tell.server;
}

static void show(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)context;
    assert_int_equal(store_put(store, table, key, row), 0);
}

static int write_rows(void *context, const struct gate_row *rows, size_t count, size_t written)
{
    (void)context;
    (void)rows;
    (void)count;
    (void)written;
    int64_t began = processor_ns();
    size_t length = snapshot_write(&config.site, decider_state(decider), snapshot, snapshot_size);
    snapshot_ns += processor_ns() - began;
    snapshots++;
    snapshot_most = length > snapshot_most ? length : snapshot_most;
    return 0;
}

static int open_office(void **state)
{
    (void)state;
    const char *wanted = getenv("SERVERS");
    server_count = wanted ? strtoul(wanted, NULL, 10) : server_count;
    assert_in_range(server_count, PARALLEL, SERVERS_LIMIT);
    log_open("test", LOG_LEVEL_ERROR);
    site_set_defaults(&config.site);
    config.site.server_count = server_count;
    config.site.servers = servers;
    config.site.shutdown.parallel = PARALLEL;
    config.site.inputs[INPUT_ROLE_MAINS_L1].wired = true;
    config.site.inputs[INPUT_ROLE_UPS_BATTERY_LOW].wired = true;
    config.server_commands = commands;
    config.engine.incidents_kept = config.engine.commands_kept = 10;
    config.engine.events_kept = 4 * (unsigned)server_count;
    for (size_t i = 0; i < server_count; i++) {
        servers[i] = (struct server_settings){.index = (uint32_t)i + 1,
                                              .tier = 1,
                                              .command_timeout_ms = 60000,
                                              .off_within_ms = 60000};
        memcpy(servers[i].name, "server", sizeof "server");
    }
    const struct store_limits limits = restore_limits(&config);
    store = store_new(&limits);
    const struct decider_settings settings = {
        .config = &config,
        .store = store,
        .handlers = {.perform = perform,
                     .show = show,
                     .answer = sink_answer,
                     .keep = sink_rows,
                     .write = write_rows},
        .started = instant_at(0),
        .moment = {instant_at(0), INT64_C(1700000000000)},
    };
    decider = decider_new(&settings);
    snapshot_size = snapshot_limit(server_count);
    snapshot = malloc(snapshot_size);
    return store && decider && snapshot ? 0 : -1;
}

static int close_office(void **state)
{
    (void)state;
    decider_free(decider);
    store_free(store);
    free(snapshot);
    return 0;
}

static void give(const struct event *event)
{
    decider_handle(decider, event);
    gate_committed(decider_gate(decider), event->at);
}

static void input(enum input_role role, enum input_value value, int64_t at_ms)
{
    give(&(struct event){
        .kind = EVENT_INPUT, .at = instant_at(at_ms), .role = role, .value = value});
}

static void server_says(size_t place, enum server_fact fact, int64_t at_ms)
{
    give(&(struct event){
        .kind = EVENT_SERVER, .at = instant_at(at_ms), .server = place, .fact = fact});
}

static void a_thousand_servers_go_down_at_little_cost(void **state)
{
    (void)state;
    int64_t at_ms = 1;
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE, at_ms);
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE, at_ms += 1000);
    give(&(struct event){.kind = EVENT_TICK, .at = instant_at(at_ms += 60000)});
    input(INPUT_ROLE_UPS_BATTERY_LOW, INPUT_VALUE_ACTIVE, at_ms += 1000);
    give(&(struct event){.kind = EVENT_TICK, .at = instant_at(at_ms += 5000)});
    assert_int_equal(told, PARALLEL);
    int64_t began = processor_ns();
    for (size_t i = 0; i < server_count; i++) {
        assert_true(telling_count > i);
        server_says(telling[i], SERVER_ACCEPTED, ++at_ms);
        server_says(telling[i], SERVER_SEEN_OFF, ++at_ms);
    }
    const double facts = (double)server_count * FACTS_PER_SERVER;
    const double step_us = (double)(processor_ns() - began) / 1000 / facts;
    for (size_t i = 0; i < server_count; i++)
        assert_int_equal(decider_state(decider)->servers[i].state, SERVER_STATE_OFF);
    assert_int_equal(told, server_count);
    assert_true(snapshot_most + 1 < snapshot_size);
    print_message("%zu servers: a step takes %.0f us of the processor, of which %d us are the "
                  "snapshot's %zu octets (room: %zu)\n",
                  server_count,
                  step_us,
                  (int)(snapshot_ns / snapshots / 1000),
                  snapshot_most,
                  snapshot_size);
    assert_true(step_us < (double)(STEP_LIMIT_US * slowness()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_thousand_servers_go_down_at_little_cost, open_office, close_office),
    };
    return cmocka_run_group_tests_name("engine/thousand", tests, NULL, NULL);
}

/* Thirty thousand outages through the engine's decider, gate and store: memory stays flat. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "core_outages.h"
#include "decider_sinks.h"
#include "engine/decide.h"
#include "engine/restore.h"

enum { OUTAGES = 30000, WARM_UP = 20000, INCIDENTS_KEPT = 5, EVENTS_KEPT = 500 };
/* Each place of the gate's ring grows to the largest batch it ever held. */
enum { ROOM = 65536 };

static struct config config;
static struct server_settings servers[OUTAGES_SERVERS];
static struct store *store;
static struct decider *decider;
static uint32_t to_deliver;

static void perform(void *context, const struct action *action)
{
    (void)context;
    (void)action;
}

static void show(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)context;
    assert_true(row_is_valid(table, row));
    assert_int_equal(store_put(store, table, key, row), 0);
}

static int write_rows(void *context, const struct gate_row *rows, size_t count, size_t written)
{
    (void)context;
    (void)rows;
    (void)count;
    (void)written;
    return 0;
}

/* Each event is handed over in its turn, as a notifier does. */
static void deliver(instant now)
{
    for (; to_deliver < decider_state(decider)->next_event; to_deliver++) {
        const struct wire_delivery delivery = {
            .sequence = to_deliver, .state = DELIVERY_ACCEPTED, .delay_ms = 0};
        decider_deliver(decider, now, &delivery);
    }
}

static void give(void *context, const struct event *event)
{
    (void)context;
    decider_handle(decider, event);
    gate_committed(decider_gate(decider), event->at);
    deliver(event->at);
    gate_committed(decider_gate(decider), event->at);
    assert_true(gate_is_sound(decider_gate(decider)));
    assert_int_equal(gate_journal_state(decider_gate(decider)), JOURNAL_STATE_OK);
}

static void tables_are_within_their_limits(void)
{
    const struct store_limits limits = restore_limits(&config);
    enum { AWAITED_FACTOR = 4 }; /* deviations that nobody accounts for: reached in the warm-up */
    assert_int_equal(store_count(store, ROW_event), EVENTS_KEPT);
    assert_int_equal(store_count(store, ROW_incident), INCIDENTS_KEPT);
    for (size_t table = 0; table < ROW_TABLE_COUNT; table++)
        if (limits.rows[table] > 0)
            assert_true(store_count(store, (enum row_table)table) <=
                        AWAITED_FACTOR * limits.rows[table]);
}

static void thirty_thousand_outages_leave_memory_flat(void **state)
{
    (void)state;
    log_open("test", LOG_LEVEL_ERROR);
    memset(&config, 0, sizeof config);
    outages_site(&config.site, servers);
    config.engine.incidents_kept = INCIDENTS_KEPT;
    config.engine.events_kept = EVENTS_KEPT;
    config.engine.commands_kept = INCIDENTS_KEPT;
    struct server_commands commands[OUTAGES_SERVERS] = {0};
    config.server_commands = commands;
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
    assert_non_null(decider);
    to_deliver = 1;
    struct outages outages = {.site = &config.site,
                              .state = decider_state(decider),
                              .give = give,
                              .seed = 1,
                              .now = instant_at(1)};
    outages_begin(&outages);
    decider_drive_outputs(decider, outages.now);
    size_t warm = 0;
    for (int i = 0; i < OUTAGES; i++) {
        outages_next(&outages);
        if (i == WARM_UP)
            warm = mallinfo2().uordblks;
    }
    size_t grown = mallinfo2().uordblks - warm;
    print_message("%u events; %zu bytes after %d outages, %+td after %d\n",
                  decider_state(decider)->next_event - 1,
                  warm,
                  WARM_UP,
                  (ptrdiff_t)grown,
                  OUTAGES);
    assert_true((ptrdiff_t)grown < ROOM);
    tables_are_within_their_limits();
    decider_free(decider);
    store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thirty_thousand_outages_leave_memory_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

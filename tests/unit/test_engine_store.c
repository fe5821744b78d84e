#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/store.h"

enum { LIMIT = 4, TOMBSTONES_KEPT = 4096 };

static struct store *store;
static struct subscriber *subscriber;

static int open_store(void **state)
{
    (void)state;
    const struct store_limits limits = {.rows = {[ROW_event] = LIMIT}};
    store = store_new(&limits);
    subscriber = store_subscribe(store);
    return store && subscriber ? 0 : -1;
}

static int close_store(void **state)
{
    (void)state;
    store_unsubscribe(subscriber);
    store_free(store);
    return 0;
}

static void put_mains(enum mains_state mains)
{
    struct row_mains row;
    memset(&row, 0, sizeof row);
    row.state = mains;
    assert_int_equal(store_put(store, ROW_mains, 0, &row), 0);
}

static void put_event(uint32_t key, enum delivery delivery)
{
    struct row_event row;
    memset(&row, 0, sizeof row);
    row.delivery = delivery;
    assert_int_equal(store_put(store, ROW_event, key, &row), 0);
}

static void expect_change(struct subscriber *who, enum row_table table, uint32_t key, bool exists)
{
    struct store_change change;
    assert_int_equal(subscriber_next(who, &change), SUBSCRIBER_CHANGE);
    assert_int_equal(change.table, table);
    assert_int_equal(change.key, key);
    assert_int_equal(change.row != NULL, exists);
    subscriber_sent(who);
}

static void expect_commit(struct subscriber *who)
{
    struct store_change change;
    assert_int_equal(subscriber_next(who, &change), SUBSCRIBER_COMMIT);
    subscriber_sent(who);
    assert_int_equal(subscriber_next(who, &change), SUBSCRIBER_UP_TO_DATE);
}

static void an_empty_store_is_committed_once(void **state)
{
    (void)state;
    expect_commit(subscriber);
}

static void a_new_subscriber_has_every_row_before_it(void **state)
{
    (void)state;
    put_mains(MAINS_STATE_PRESENT);
    put_event(1, DELIVERY_PENDING);
    struct subscriber *late = store_subscribe(store);
    expect_change(late, ROW_mains, 0, true);
    expect_change(late, ROW_event, 1, true);
    expect_commit(late);
    store_unsubscribe(late);
}

static void a_row_that_stays_as_it_is_is_no_change(void **state)
{
    (void)state;
    put_mains(MAINS_STATE_PRESENT);
    expect_change(subscriber, ROW_mains, 0, true);
    expect_commit(subscriber);
    put_mains(MAINS_STATE_PRESENT);
    struct store_change change;
    assert_int_equal(subscriber_next(subscriber, &change), SUBSCRIBER_UP_TO_DATE);
}

static void a_row_that_changes_often_is_sent_once_in_its_newest_form(void **state)
{
    (void)state;
    struct store_change change;
    put_mains(MAINS_STATE_PRESENT);
    put_mains(MAINS_STATE_UNSTABLE);
    put_mains(MAINS_STATE_LOST);
    assert_int_equal(subscriber_next(subscriber, &change), SUBSCRIBER_CHANGE);
    assert_int_equal(((const struct row_mains *)change.row)->state, MAINS_STATE_LOST);
    expect_change(subscriber, ROW_mains, 0, true);
    expect_commit(subscriber);
}

static void a_row_sent_and_changed_before_the_commit_is_sent_again(void **state)
{
    (void)state;
    put_mains(MAINS_STATE_PRESENT);
    put_event(1, DELIVERY_PENDING);
    expect_change(subscriber, ROW_mains, 0, true);
    put_mains(MAINS_STATE_LOST);
    expect_change(subscriber, ROW_event, 1, true);
    expect_change(subscriber, ROW_mains, 0, true);
    expect_commit(subscriber);
}

static void what_is_not_sent_stays_wanted(void **state)
{
    (void)state;
    struct store_change change;
    put_mains(MAINS_STATE_PRESENT);
    assert_int_equal(subscriber_next(subscriber, &change), SUBSCRIBER_CHANGE);
    assert_int_equal(subscriber_next(subscriber, &change), SUBSCRIBER_CHANGE);
    expect_change(subscriber, ROW_mains, 0, true);
}

static void a_full_table_loses_its_oldest_row_and_counts_it(void **state)
{
    (void)state;
    for (uint32_t key = 1; key <= LIMIT + 1; key++)
        put_event(key, DELIVERY_ACCEPTED);
    assert_int_equal(store_count(store, ROW_event), LIMIT);
    assert_int_equal(store_evicted(store, ROW_event), 1);
    assert_null(store_find(store, ROW_event, 1));
    assert_non_null(store_find(store, ROW_event, 2));
}

static void an_event_not_yet_delivered_outlives_its_turn(void **state)
{
    (void)state;
    put_event(1, DELIVERY_PENDING);
    for (uint32_t key = 2; key <= LIMIT + 2; key++)
        put_event(key, DELIVERY_ACCEPTED);
    assert_non_null(store_find(store, ROW_event, 1));
    assert_null(store_find(store, ROW_event, 2));
    assert_int_equal(store_count(store, ROW_event), LIMIT);
}

static void even_awaited_rows_have_a_bound(void **state)
{
    (void)state;
    for (uint32_t key = 1; key <= 100; key++)
        put_event(key, DELIVERY_PENDING);
    assert_int_equal(store_count(store, ROW_event), 4 * LIMIT);
    assert_non_null(store_find(store, ROW_event, 100));
}

static void a_deletion_travels_as_a_tombstone_to_who_knew_the_row(void **state)
{
    (void)state;
    for (uint32_t key = 1; key <= LIMIT; key++)
        put_event(key, DELIVERY_ACCEPTED);
    for (uint32_t key = 1; key <= LIMIT; key++)
        expect_change(subscriber, ROW_event, key, true);
    expect_commit(subscriber);
    put_event(LIMIT + 1, DELIVERY_ACCEPTED);
    expect_change(subscriber, ROW_event, LIMIT + 1, true);
    expect_change(subscriber, ROW_event, 1, false);
    expect_commit(subscriber);
}

static void a_new_subscriber_hears_nothing_of_old_deletions(void **state)
{
    (void)state;
    for (uint32_t key = 1; key <= LIMIT + 1; key++)
        put_event(key, DELIVERY_ACCEPTED);
    struct subscriber *late = store_subscribe(store);
    for (uint32_t key = 2; key <= LIMIT + 1; key++)
        expect_change(late, ROW_event, key, true);
    expect_commit(late);
    store_unsubscribe(late);
}

static void who_reads_nothing_is_lost_in_the_end_and_costs_no_more(void **state)
{
    (void)state;
    struct store_change change;
    struct subscriber *reader = store_subscribe(store);
    for (uint32_t key = 1; key <= TOMBSTONES_KEPT + 2 * LIMIT; key++) {
        put_event(key, DELIVERY_ACCEPTED);
        while (subscriber_next(reader, &change) == SUBSCRIBER_CHANGE)
            subscriber_sent(reader);
    }
    assert_int_equal(subscriber_next(subscriber, &change), SUBSCRIBER_LOST);
    assert_int_equal(subscriber_next(reader, &change), SUBSCRIBER_COMMIT);
    store_unsubscribe(reader);
}

static bool add_key(void *context, uint32_t key, const void *row)
{
    (void)row;
    *(uint32_t *)context = 10 * *(uint32_t *)context + key;
    return key < 3;
}

static void rows_are_visited_in_order_of_keys_until_told_to_stop(void **state)
{
    (void)state;
    uint32_t keys = 0;
    put_event(3, DELIVERY_PENDING);
    put_event(1, DELIVERY_PENDING);
    put_event(4, DELIVERY_PENDING);
    put_event(2, DELIVERY_PENDING);
    store_each(store, ROW_event, add_key, &keys);
    assert_int_equal(keys, 123);
}

#define store_test(function) cmocka_unit_test_setup_teardown(function, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(an_empty_store_is_committed_once),
        store_test(a_new_subscriber_has_every_row_before_it),
        store_test(a_row_that_stays_as_it_is_is_no_change),
        store_test(a_row_that_changes_often_is_sent_once_in_its_newest_form),
        store_test(a_row_sent_and_changed_before_the_commit_is_sent_again),
        store_test(what_is_not_sent_stays_wanted),
        store_test(a_full_table_loses_its_oldest_row_and_counts_it),
        store_test(an_event_not_yet_delivered_outlives_its_turn),
        store_test(even_awaited_rows_have_a_bound),
        store_test(a_deletion_travels_as_a_tombstone_to_who_knew_the_row),
        store_test(a_new_subscriber_hears_nothing_of_old_deletions),
        store_test(who_reads_nothing_is_lost_in_the_end_and_costs_no_more),
        store_test(rows_are_visited_in_order_of_keys_until_told_to_stop),
    };
    return cmocka_run_group_tests_name("engine/store", tests, NULL, NULL);
}

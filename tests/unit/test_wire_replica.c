#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "row_samples.h"
#include "wire/replica.h"

static int replica_open(void **state)
{
    *state = replica_create();
    return *state ? 0 : -1;
}

static int replica_close(void **state)
{
    replica_free(*state);
    return 0;
}

static int stage(struct replica *replica, enum row_table table, uint32_t key, unsigned seed)
{
    union row_sample row;
    struct wire_message message;
    row_sample_fill(&row, table, seed);
    wire_row_fill(&message, table, key, &row);
    return replica_stage(replica, &message.row);
}

static int stage_tombstone(struct replica *replica, enum row_table table, uint32_t key)
{
    struct wire_message message;
    wire_row_fill(&message, table, key, NULL);
    return replica_stage(replica, &message.row);
}

static void assert_shows(const struct replica *replica, enum row_table table, uint32_t key,
                         unsigned seed)
{
    union row_sample row;
    row_sample_fill(&row, table, seed);
    const void *shown = replica_get(replica, table, key);
    assert_non_null(shown);
    assert_memory_equal(shown, &row, row_descriptors[table].size);
}

static void rows_show_only_at_the_commit(void **state)
{
    struct replica *replica = *state;
    assert_int_equal(stage(replica, ROW_server, 3, 1), 0);
    assert_null(replica_get(replica, ROW_server, 3));
    assert_false(replica_is_filled(replica));
    replica_commit(replica, 9);
    assert_shows(replica, ROW_server, 3, 1);
    assert_true(replica_is_filled(replica));
    assert_int_equal(replica_commit_number(replica), 9);
}

static void change_shows_only_at_the_commit(void **state)
{
    struct replica *replica = *state;
    stage(replica, ROW_server, 3, 1);
    replica_commit(replica, 1);
    const void *before = replica_get(replica, ROW_server, 3);
    stage(replica, ROW_server, 3, 2);
    assert_ptr_equal(replica_get(replica, ROW_server, 3), before);
    assert_shows(replica, ROW_server, 3, 1);
    replica_commit(replica, 2);
    assert_shows(replica, ROW_server, 3, 2);
}

static void the_last_of_several_changes_before_a_commit_counts(void **state)
{
    struct replica *replica = *state;
    stage(replica, ROW_server, 3, 1);
    stage(replica, ROW_server, 3, 2);
    stage_tombstone(replica, ROW_server, 3);
    stage(replica, ROW_server, 3, 4);
    stage(replica, ROW_server, 5, 1);
    stage_tombstone(replica, ROW_server, 5);
    replica_commit(replica, 1);
    assert_shows(replica, ROW_server, 3, 4);
    assert_int_equal(replica_count(replica, ROW_server), 1);
}

static void tombstone_removes_its_row_at_the_commit(void **state)
{
    struct replica *replica = *state;
    for (uint32_t key = 1; key <= 5; key++)
        stage(replica, ROW_event, key, key);
    replica_commit(replica, 1);
    assert_int_equal(stage_tombstone(replica, ROW_event, 2), 0);
    assert_int_equal(stage_tombstone(replica, ROW_event, 77), 0);
    assert_int_equal(replica_count(replica, ROW_event), 5);
    replica_commit(replica, 2);
    assert_int_equal(replica_count(replica, ROW_event), 4);
    assert_null(replica_get(replica, ROW_event, 2));
    assert_shows(replica, ROW_event, 3, 3);
}

static void row_after_its_tombstone_is_back(void **state)
{
    struct replica *replica = *state;
    stage(replica, ROW_event, 1, 1);
    replica_commit(replica, 1);
    stage_tombstone(replica, ROW_event, 1);
    stage(replica, ROW_event, 1, 2);
    replica_commit(replica, 2);
    assert_shows(replica, ROW_event, 1, 2);
}

static void first_commit_of_a_connection_replaces_everything(void **state)
{
    struct replica *replica = *state;
    stage(replica, ROW_event, 1, 1);
    stage(replica, ROW_event, 2, 2);
    stage(replica, ROW_mains, 0, 1);
    replica_commit(replica, 1);
    stage(replica, ROW_event, 3, 3);
    replica_begin(replica);
    stage(replica, ROW_event, 2, 5);
    stage_tombstone(replica, ROW_event, 1);
    assert_shows(replica, ROW_event, 1, 1);
    assert_shows(replica, ROW_event, 2, 2);
    replica_commit(replica, 2);
    assert_int_equal(replica_count(replica, ROW_event), 1);
    assert_shows(replica, ROW_event, 2, 5);
    assert_null(replica_get(replica, ROW_mains, 0));
    stage(replica, ROW_event, 9, 9);
    replica_commit(replica, 3);
    assert_int_equal(replica_count(replica, ROW_event), 2);
}

static void rows_are_walked_in_order_of_keys(void **state)
{
    struct replica *replica = *state;
    static const uint32_t keys[] = {500, 3, UINT32_MAX, 70, 0, 4};
    static const uint32_t sorted[] = {0, 3, 4, 70, 500, UINT32_MAX};
    enum { COUNT = sizeof keys / sizeof *keys };
    for (size_t i = 0; i < COUNT; i++)
        stage(replica, ROW_event, keys[i], keys[i]);
    replica_commit(replica, 1);
    uint32_t key = 0;
    for (size_t i = 0; i < COUNT; i++) {
        assert_ptr_equal(replica_next(replica, ROW_event, i ? sorted[i - 1] + 1 : 0, &key),
                         replica_get(replica, ROW_event, sorted[i]));
        assert_int_equal(key, sorted[i]);
        assert_non_null(replica_at(replica, ROW_event, i, &key));
        assert_int_equal(key, sorted[i]);
    }
    assert_null(replica_at(replica, ROW_event, COUNT, &key));
    assert_null(replica_next(replica, ROW_server, 0, &key));
}

static void pointers_stay_good_while_rows_are_staged(void **state)
{
    struct replica *replica = *state;
    stage(replica, ROW_event, 5, 5);
    replica_commit(replica, 1);
    const void *before = replica_get(replica, ROW_event, 5);
    for (uint32_t key = 1000; key-- > 0;)
        assert_int_equal(stage(replica, ROW_event, key, key + 1), 0);
    assert_ptr_equal(replica_get(replica, ROW_event, 5), before);
    assert_shows(replica, ROW_event, 5, 5);
    replica_commit(replica, 2);
    assert_int_equal(replica_count(replica, ROW_event), 1000);
    for (uint32_t key = 0; key < 1000; key++)
        assert_shows(replica, ROW_event, key, key + 1);
}

static void generation_tells_which_tables_a_commit_changed(void **state)
{
    struct replica *replica = *state;
    stage(replica, ROW_mains, 0, 1);
    replica_commit(replica, 1);
    uint64_t mains = replica_generation(replica, ROW_mains);
    uint64_t server = replica_generation(replica, ROW_server);
    stage(replica, ROW_server, 1, 1);
    replica_commit(replica, 2);
    assert_true(replica_generation(replica, ROW_mains) == mains);
    assert_true(replica_generation(replica, ROW_server) > server);
}

static void scalars_have_one_row(void **state)
{
    struct replica *replica = *state;
    assert_int_equal(stage(replica, ROW_mains, 1, 1), -1);
    assert_int_equal(errno, EBADMSG);
}

static void row_beyond_the_limit_is_refused(void **state)
{
    struct replica *replica = *state;
    for (uint32_t key = 1; key <= REPLICA_LIVE_LIMIT; key++)
        assert_int_equal(stage(replica, ROW_server, key, 1), 0);
    assert_int_equal(stage(replica, ROW_server, REPLICA_LIVE_LIMIT + 1, 1), -1);
    assert_int_equal(errno, ENOSPC);
    replica_commit(replica, 1);
    assert_int_equal(stage(replica, ROW_server, REPLICA_LIVE_LIMIT + 1, 1), -1);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(stage(replica, ROW_server, 1, 2), 0);
    assert_int_equal(stage_tombstone(replica, ROW_server, 2), 0);
    assert_int_equal(stage(replica, ROW_server, REPLICA_LIVE_LIMIT + 1, 1), 0);
    replica_commit(replica, 2);
    assert_int_equal(replica_count(replica, ROW_server), REPLICA_LIVE_LIMIT);
}

#define REPLICA_TEST(name) cmocka_unit_test_setup_teardown(name, replica_open, replica_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPLICA_TEST(rows_show_only_at_the_commit),
        REPLICA_TEST(change_shows_only_at_the_commit),
        REPLICA_TEST(the_last_of_several_changes_before_a_commit_counts),
        REPLICA_TEST(tombstone_removes_its_row_at_the_commit),
        REPLICA_TEST(row_after_its_tombstone_is_back),
        REPLICA_TEST(first_commit_of_a_connection_replaces_everything),
        REPLICA_TEST(rows_are_walked_in_order_of_keys),
        REPLICA_TEST(pointers_stay_good_while_rows_are_staged),
        REPLICA_TEST(generation_tells_which_tables_a_commit_changed),
        REPLICA_TEST(scalars_have_one_row),
        REPLICA_TEST(row_beyond_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

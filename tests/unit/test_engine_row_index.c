#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/row_index.h"

enum { KEYS = 1000 };

static void rows_fill(struct row_index *index)
{
    for (uint32_t key = 0; key < KEYS; key++)
        for (uint32_t table = 0; table < ROW_TABLE_COUNT; table++) {
            assert_true(row_index_reserve(index));
            row_index_add(index, (enum row_table)table, key, key * ROW_TABLE_COUNT + table);
        }
}

static void each_row_is_found_where_it_is(void **state)
{
    (void)state;
    struct row_index index = {0};
    size_t place;
    rows_fill(&index);
    for (uint32_t key = 0; key < KEYS; key++)
        for (uint32_t table = 0; table < ROW_TABLE_COUNT; table++) {
            assert_true(row_index_find(&index, (enum row_table)table, key, &place));
            assert_int_equal(place, key * ROW_TABLE_COUNT + table);
        }
    row_index_release(&index);
}

static void what_is_not_in_it_is_not_found(void **state)
{
    (void)state;
    struct row_index index = {0};
    size_t place;
    assert_false(row_index_find(&index, ROW_event, 1, &place));
    rows_fill(&index);
    assert_false(row_index_find(&index, ROW_event, KEYS, &place));
    assert_false(row_index_find(&index, ROW_event, UINT32_MAX, &place));
    row_index_clear(&index);
    for (uint32_t key = 0; key < KEYS; key++)
        assert_false(row_index_find(&index, ROW_event, key, &place));
    row_index_add(&index, ROW_event, 7, 3);
    assert_true(row_index_find(&index, ROW_event, 7, &place));
    assert_int_equal(place, 3);
    row_index_release(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_found_where_it_is),
        cmocka_unit_test(what_is_not_in_it_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

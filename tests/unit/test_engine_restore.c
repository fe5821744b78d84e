#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "engine/history.h"
#include "engine/restore.h"

static struct journal_moment moment_of(const char *boot_id, int64_t boot_ms, int64_t wall_ms)
{
    struct journal_moment moment = {.boot = instant_at(boot_ms), .wall_ms = wall_ms};
    text_copy(moment.boot_id, sizeof moment.boot_id, boot_id);
    return moment;
}

static void within_one_boot_nothing_moves(void **state)
{
    (void)state;
    const struct journal_moment then = moment_of("a", 1000, 500000);
    const struct journal_moment now = moment_of("a", 61000, 999999);
    assert_int_equal(restore_shift_ms(&then, &now), 0);
}

/* What was 10 s ago at `then` is, 60 s of wall time later, 70 s ago. */
static void another_boot_moves_instants_by_the_wall_time_passed(void **state)
{
    (void)state;
    const struct journal_moment then = moment_of("a", 1000000, 500000);
    const struct journal_moment now = moment_of("b", 20000, 560000);
    int64_t shift_ms = restore_shift_ms(&then, &now);
    assert_int_equal(now.boot.ms - (then.boot.ms - 10000 + shift_ms), 70000);
}

static void a_wall_clock_that_ran_backwards_starts_clocks_anew(void **state)
{
    (void)state;
    const struct journal_moment then = moment_of("a", 1000000, 500000);
    const struct journal_moment now = moment_of("b", 20000, 400000);
    assert_int_equal(then.boot.ms + restore_shift_ms(&then, &now), now.boot.ms);
}

static void a_boot_without_a_name_is_another_one(void **state)
{
    (void)state;
    const struct journal_moment then = moment_of("", 1000000, 500000);
    const struct journal_moment now = moment_of("", 20000, 500000);
    assert_int_equal(restore_shift_ms(&then, &now), 20000 - 1000000);
}

static void a_rows_instants_move_and_its_wall_times_stay(void **state)
{
    (void)state;
    struct row_event row;
    memset(&row, 0, sizeof row);
    row.at = instant_at(5000);
    row.time_wall_ms = 777;
    history_shift(ROW_event, &row, -2000);
    assert_int_equal(row.at.ms, 3000);
    assert_int_equal(row.time_wall_ms, 777);
    row.at = INSTANT_NONE;
    history_shift(ROW_event, &row, -2000);
    assert_false(instant_is_set(row.at));
}

static void tables_hold_what_the_configuration_says(void **state)
{
    (void)state;
    const struct engine_settings settings = {
        .events_kept = 2000, .incidents_kept = 500, .commands_kept = 100};
    const struct store_limits limits = restore_limits(&settings);
    assert_int_equal(limits.rows[ROW_event], 2000);
    assert_int_equal(limits.rows[ROW_incident], 500);
    assert_int_equal(limits.rows[ROW_command], 100);
    assert_true(limits.rows[ROW_record] >= limits.rows[ROW_incident] * STEP_COUNT);
    assert_int_equal(limits.rows[ROW_mains], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_one_boot_nothing_moves),
        cmocka_unit_test(another_boot_moves_instants_by_the_wall_time_passed),
        cmocka_unit_test(a_wall_clock_that_ran_backwards_starts_clocks_anew),
        cmocka_unit_test(a_boot_without_a_name_is_another_one),
        cmocka_unit_test(a_rows_instants_move_and_its_wall_times_stay),
        cmocka_unit_test(tables_hold_what_the_configuration_says),
    };
    return cmocka_run_group_tests_name("engine/restore", tests, NULL, NULL);
}

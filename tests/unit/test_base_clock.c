#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

static void now_is_set_and_never_runs_back(void **state)
{
    (void)state;
    instant first = clock_now();
    instant second = clock_now();
    assert_true(instant_is_set(first));
    assert_false(instant_before(second, first));
}

static void wall_time_is_in_milliseconds_of_this_century(void **state)
{
    (void)state;
    const int64_t year_2020_ms = INT64_C(1577836800000);
    assert_true(clock_wall_ms() > year_2020_ms);
    assert_true(clock_wall_ms() < year_2020_ms * 3);
}

static void kernel_stamp_of_now_is_now(void **state)
{
    (void)state;
    struct timespec stamp;
    instant before = clock_now();
    clock_gettime(CLOCK_MONOTONIC, &stamp);
    instant edge = clock_from_monotonic_ns(stamp.tv_sec * INT64_C(1000000000) + stamp.tv_nsec);
    assert_false(instant_before(edge, before));
    assert_false(instant_before(clock_now(), edge));
}

static void kernel_stamps_keep_their_distance(void **state)
{
    (void)state;
    for (int64_t ms = 0; ms < 1000; ms++) {
        instant a = clock_from_monotonic_ns(ms * 1000000);
        instant b = clock_from_monotonic_ns((ms + 1) * 1000000);
        assert_int_equal(instant_diff_ms(b, a), 1);
    }
}

static void wall_time_of_an_instant_counts_from_now(void **state)
{
    (void)state;
    assert_int_equal(clock_wall_ms_of(instant_at(4000), instant_at(5000), 1700000000000),
                     1699999999000);
    assert_int_equal(clock_wall_ms_of(instant_at(6500), instant_at(5000), 1700000000000),
                     1700000001500);
}

static void wall_time_of_an_instant_is_the_same_whenever_asked(void **state)
{
    (void)state;
    instant at = clock_now();
    int64_t wall_ms = clock_wall_ms_at(at);
    assert_in_range(instant_diff_ms(clock_at_wall_ms(wall_ms), at) + 1, 0, 2);
    /* Over some milliseconds, so that both clocks tick meanwhile; one slewed may move it once. */
    int64_t least_ms = wall_ms, most_ms = wall_ms;
    while (instant_diff_ms(clock_now(), at) < 20) {
        int64_t again_ms = clock_wall_ms_at(at);
        least_ms = again_ms < least_ms ? again_ms : least_ms;
        most_ms = again_ms > most_ms ? again_ms : most_ms;
    }
    assert_true(most_ms - least_ms <= 1);
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    int64_t apart_ms = clock_wall_ms() - (wall.tv_sec * INT64_C(1000) + wall.tv_nsec / 1000000);
    assert_in_range(apart_ms + 1000, 998, 1002);
}

static void a_watched_clock_that_nobody_sets_says_nothing(void **state)
{
    (void)state;
    int fd = clock_watch_open();
    assert_true(fd >= 0);
    assert_int_equal(clock_watch_again(fd), 0);
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&watched, 1, 0), 0);
    close(fd);
    assert_int_equal(clock_watch_again(fd), -1);
}

static void boot_id_is_a_uuid_and_stays(void **state)
{
    (void)state;
    char first[CLOCK_BOOT_ID_SIZE], second[CLOCK_BOOT_ID_SIZE];
    assert_int_equal(clock_read_boot_id(first), 0);
    assert_int_equal(strlen(first), CLOCK_BOOT_ID_SIZE - 1);
    assert_int_equal(strspn(first, "0123456789abcdef-"), CLOCK_BOOT_ID_SIZE - 1);
    assert_int_equal(clock_read_boot_id(second), 0);
    assert_string_equal(first, second);
}

static void a_sum_beyond_all_instants_is_the_last_one(void **state)
{
    (void)state;
    const instant late = instant_at(INT64_MAX - 5), early = instant_at(INT64_MIN + 5);
    assert_int_equal(instant_add_ms(late, 3).ms, INT64_MAX - 2);
    for (int64_t beyond = 5; beyond < 8; beyond++) {
        assert_int_equal(instant_add_ms(late, beyond).ms, INT64_MAX - 1);
        assert_int_equal(instant_add_ms(early, -beyond).ms, INT64_MIN + 1);
    }
    assert_true(duration_sum_ms(INT64_MAX - 5, 6) == INT64_MAX);
    assert_true(duration_sum_ms(INT64_MIN + 5, -6) == INT64_MIN);
    assert_int_equal(duration_sum_ms(3, -5), -2);
    assert_true(duration_diff_ms(0, INT64_MIN) == INT64_MAX);
    assert_true(duration_diff_ms(-6, INT64_MAX) == INT64_MIN);
    assert_int_equal(duration_diff_ms(3, -5), 8);
}

static void a_difference_that_no_number_holds_is_the_largest(void **state)
{
    (void)state;
    assert_int_equal(instant_diff_ms(instant_at(7), INSTANT_NONE), INT64_MAX);
    assert_int_equal(instant_diff_ms(INSTANT_NONE, instant_at(7)), INT64_MIN);
    assert_int_equal(instant_diff_ms(instant_at(7), instant_at(9)), -2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(now_is_set_and_never_runs_back),
        cmocka_unit_test(wall_time_is_in_milliseconds_of_this_century),
        cmocka_unit_test(kernel_stamp_of_now_is_now),
        cmocka_unit_test(kernel_stamps_keep_their_distance),
        cmocka_unit_test(wall_time_of_an_instant_counts_from_now),
        cmocka_unit_test(wall_time_of_an_instant_is_the_same_whenever_asked),
        cmocka_unit_test(a_watched_clock_that_nobody_sets_says_nothing),
        cmocka_unit_test(boot_id_is_a_uuid_and_stays),
        cmocka_unit_test(a_sum_beyond_all_instants_is_the_last_one),
        cmocka_unit_test(a_difference_that_no_number_holds_is_the_largest),
    };
    return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}

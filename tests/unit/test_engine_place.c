#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/text.h"
#include "core/core.h"
#include "engine/place.h"

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
    assert_int_equal(place_shift_ms(&then, &now), 0);
}

/* What was 10 s ago at `then` is, 60 s of wall time later, 70 s ago. */
static void another_boot_moves_instants_by_the_wall_time_passed(void **state)
{
    (void)state;
    const struct journal_moment then = moment_of("a", 1000000, 500000);
    const struct journal_moment now = moment_of("b", 20000, 560000);
    int64_t shift_ms = place_shift_ms(&then, &now);
    assert_int_equal(now.boot.ms - (then.boot.ms - 10000 + shift_ms), 70000);
}

static void after_a_wall_clock_that_ran_backwards_no_time_passed_until_the_boot(void **state)
{
    (void)state;
    const struct journal_moment then = moment_of("a", 1000000, 500000);
    const struct journal_moment now = moment_of("b", 20000, 400000);
    assert_int_equal(then.boot.ms + place_shift_ms(&then, &now), 0);
}

/* An outage 100 s before the last word, whose first deadline is 300 s after it. */
static union {
    struct state state;
    unsigned char bytes[sizeof(struct state)];
} world;

static const struct journal_moment last = {.boot_id = "a", .boot = {1000000}, .wall_ms = 500000};

static int open_outage(void **unused)
{
    (void)unused;
    log_open("test", LOG_LEVEL_ERROR);
    struct site site;
    struct incident *incident = &world.state.incident;
    site_set_defaults(&site);
    state_init(&world.state, &site, instant_at(1));
    incident->phase = PHASE_DECIDING;
    incident->lost_at = incident->round_start = instant_add_ms(last.boot, -100000);
    for (unsigned i = 0; i < STEP_COUNT; i++) {
        incident->steps[i].state = STEP_STATE_OPEN;
        incident->steps[i].clock_start = incident->lost_at;
        incident->steps[i].due = instant_add_ms(incident->lost_at, 300000);
    }
    return 0;
}

static const struct step *step(void)
{
    return &world.state.incident.steps[0];
}

static void a_restart_in_one_boot_places_nothing_anew(void **state)
{
    (void)state;
    const struct journal_moment now = moment_of("a", 1060000, 560000);
    const struct clock_change change = place_clocks(&world.state, &last, &now, false);
    assert_int_equal(step()->due.ms, 1200000);
    assert_false(clock_change_is_told(&change));
    assert_false(world.state.incident.estimated);
    assert_false(instant_is_set(world.state.anchor.at));
}

static void a_reboot_with_a_right_clock_is_placed_once(void **state)
{
    (void)state;
    const struct journal_moment now = moment_of("b", 20000, 560000);
    const struct clock_change change = place_clocks(&world.state, &last, &now, true);
    assert_int_equal(step()->due.ms, 20000 - 60000 + 200000);
    assert_false(clock_change_is_told(&change));
    assert_true(world.state.incident.estimated);
    assert_false(instant_is_set(world.state.anchor.at));
}

static void a_reboot_with_a_clock_in_doubt_keeps_an_anchor(void **state)
{
    (void)state;
    const struct journal_moment now = moment_of("b", 20000, 560000);
    place_clocks(&world.state, &last, &now, false);
    assert_int_equal(step()->due.ms, 20000 - 60000 + 200000);
    assert_int_equal(world.state.anchor.at.ms, 20000 - 60000);
    assert_int_equal(world.state.anchor.wall_ms, last.wall_ms);
}

static void after_a_clock_that_ran_backwards_open_clocks_count_from_the_boot(void **state)
{
    (void)state;
    const struct journal_moment now = moment_of("b", 20000, 1000);
    const struct clock_change change = place_clocks(&world.state, &last, &now, false);
    assert_int_equal(step()->due.ms, 300000);
    assert_int_equal(world.state.incident.lost_at.ms, -100000);
    assert_true(clock_change_is_told(&change));
    assert_int_equal(change.offset_before_ms, last.wall_ms);
    assert_int_equal(change.offset_ms, 1000 - 20000);
}

/* The clock was synchronised while padamd was not there. */
static void a_clock_that_became_right_in_an_absence_is_seen_at_the_start(void **state)
{
    (void)state;
    const struct journal_moment first = moment_of("b", 20000, 1000);
    const struct journal_moment written = moment_of("b", 30000, 11000);
    const struct journal_moment now = moment_of("b", 40000, 590000);
    place_clocks(&world.state, &last, &first, false);
    const struct clock_change change = place_clocks(&world.state, &written, &now, true);
    assert_int_equal(step()->due.ms, 40000 - 90000 + 200000);
    assert_int_equal(change.until.ms, 0);
    assert_int_equal(change.shift_ms, 40000 - 90000);
    assert_int_equal(change.offset_before_ms, 1000 - 20000);
    assert_false(instant_is_set(world.state.anchor.at));
}

/* The second boot's own clock was wrong: its words do not count. */
static void a_clock_that_is_right_at_the_third_boot_reckons_from_the_first(void **state)
{
    (void)state;
    const struct journal_moment first = moment_of("b", 20000, 1000);
    const struct journal_moment written = moment_of("b", 30000, 11000);
    const struct journal_moment now = moment_of("c", 10000, 700000);
    place_clocks(&world.state, &last, &first, false);
    place_clocks(&world.state, &written, &now, true);
    assert_int_equal(step()->due.ms, 10000 - 200000 + 200000);
}

static void a_boot_without_a_name_is_another_one(void **state)
{
    (void)state;
    const struct journal_moment then = moment_of("", 1000000, 500000);
    const struct journal_moment now = moment_of("", 20000, 500000);
    assert_int_equal(place_shift_ms(&then, &now), 20000 - 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_one_boot_nothing_moves),
        cmocka_unit_test(another_boot_moves_instants_by_the_wall_time_passed),
        cmocka_unit_test(after_a_wall_clock_that_ran_backwards_no_time_passed_until_the_boot),
        cmocka_unit_test_setup(a_restart_in_one_boot_places_nothing_anew, open_outage),
        cmocka_unit_test_setup(a_reboot_with_a_right_clock_is_placed_once, open_outage),
        cmocka_unit_test_setup(a_reboot_with_a_clock_in_doubt_keeps_an_anchor, open_outage),
        cmocka_unit_test_setup(after_a_clock_that_ran_backwards_open_clocks_count_from_the_boot,
                               open_outage),
        cmocka_unit_test_setup(a_clock_that_became_right_in_an_absence_is_seen_at_the_start,
                               open_outage),
        cmocka_unit_test_setup(a_clock_that_is_right_at_the_third_boot_reckons_from_the_first,
                               open_outage),
        cmocka_unit_test(a_boot_without_a_name_is_another_one),
    };
    return cmocka_run_group_tests_name("engine/place", tests, NULL, NULL);
}

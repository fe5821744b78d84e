/* A reboot in an outage: the clocks are placed by a clock in doubt, and put right once it is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/rebase.h"
#include "core/snapshot.h"
#include "core_world.h"

/* Steps 1 to 3 are due at 300, step 4 at 600; the mains is lost at LOST, the last word is at LAST,
 * both in the first boot. The second boot's engine starts at STARTED. */
enum {
    LOST = 50000,
    LAST = LOST + 120,
    STARTED = 20,
    LAST_WALL = 1800000000,
    START_DUE = 300,
    FAILED_DUE = 600
};

static struct world world;

static struct state *state_of(void)
{
    return &world.now.state;
}

static struct step *step_of(unsigned number)
{
    return &state_of()->incident.steps[number - 1];
}

static int open_outage(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    site.genset.mode = GENSET_MODE_MANUAL;
    site.genset.running_confirm_ms = 10;
    site.procedure = (struct procedure_settings){.start_due_ms = START_DUE,
                                                 .report_failed_due_ms = FAILED_DUE,
                                                 .shutdown_due_ms = 900,
                                                 .repeat_ms = 300};
    world_init(&world, &site, 0, instant_at(LOST - 9));
    world_input(&world, LOST - 9, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_input(&world, LOST - 9, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_input(&world, LOST, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, LAST);
    batch_clear(&world.batch);
    return 0;
}

/* The engine starts in a new boot, with the last word so long ago, or so it seems. */
static void reboot_by(int64_t seems_ago_ms)
{
    const struct both_clocks last = {state_of()->ticked, LAST_WALL};
    const int64_t placed_ms = STARTED - seems_ago_ms;

    clocks_rebase(state_of(), last, instant_at(STARTED), placed_ms - last.at.ms);
    world_restart(&world, STARTED);
    world_tick(&world, STARTED);
}

static void reboot_with_a_clock_that_ran_backwards(void)
{
    const struct both_clocks last = {state_of()->ticked, LAST_WALL};

    clocks_rebase(state_of(), last, instant_at(STARTED), -last.at.ms);
    clocks_start_anew(state_of(), instant_at(0));
    world_restart(&world, STARTED);
    world_tick(&world, STARTED);
}

static void clock_is_set(int64_t ms, int64_t wall_ms, bool synchronised)
{
    world_step(&world,
               (struct event){.kind = EVENT_CLOCK,
                              .at = instant_at(ms),
                              .synchronised = synchronised,
                              .wall_ms = wall_ms});
    world_tick(&world, ms);
}

/* At this instant the last word turns out to be so long ago. */
static void clock_synchronises(int64_t ms, int64_t last_ago_ms)
{
    clock_is_set(ms, LAST_WALL + last_ago_ms, true);
}

static void a_due_instant_is_put_right_when_the_clock_synchronises(void **state)
{
    (void)state;
    reboot_by(10);
    assert_int_equal(step_of(3)->due.ms, STARTED - 10 - 120 + START_DUE);
    clock_synchronises(50, 90);
    assert_int_equal(state_of()->incident.lost_at.ms, 50 - 90 - 120);
    assert_int_equal(state_of()->mains.lost_at.ms, 50 - 90 - 120);
    for (unsigned number = 1; number <= 3; number++)
        assert_int_equal(step_of(number)->due.ms, 50 - 90 - 120 + START_DUE);
    assert_true(state_of()->incident.estimated);
    world_run(&world, 1000);
    assert_false(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).noticed_late);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).at.ms, 140);
}

static void it_is_put_right_once(void **state)
{
    (void)state;
    reboot_by(10);
    clock_synchronises(50, 90);
    clock_synchronises(60, 5000);
    assert_int_equal(step_of(3)->due.ms, 140);
}

static void a_deadline_that_turns_out_to_have_passed_is_notified_once_and_late(void **state)
{
    (void)state;
    reboot_by(10);
    world_run(&world, 100);
    clock_synchronises(100, 200);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).at.ms, 80);
    assert_true(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).noticed_late);
    world_restart(&world, 110);
    world_run(&world, 120);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 1);
}

static void a_deadline_notified_too_early_stands_and_is_not_notified_again(void **state)
{
    (void)state;
    reboot_by(300);
    assert_true(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).noticed_late);
    clock_synchronises(50, 40);
    assert_int_equal(step_of(3)->due.ms, 50 - 40 - 120 + START_DUE);
    assert_int_equal(step_of(3)->state, STEP_STATE_MISSED);
    world_run(&world, 1000);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 1);
}

static void open_clocks_start_anew_where_the_clock_ran_backwards(void **state)
{
    (void)state;
    reboot_with_a_clock_that_ran_backwards();
    for (unsigned number = 1; number <= 3; number++) {
        assert_int_equal(step_of(number)->clock_start.ms, 0);
        assert_int_equal(step_of(number)->due.ms, START_DUE);
    }
    assert_int_equal(step_of(4)->due.ms, FAILED_DUE);
    assert_int_equal(state_of()->incident.lost_at.ms, -120);
    assert_true(state_of()->incident.estimated);
    world_run(&world, START_DUE - 1);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 0);
    world_run(&world, START_DUE);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 1);
}

/* Steps 1 to 3 are done in the first boot, 120 ms after the loss and before the last word. */
static void clock_that_has_ended_is_not_started_anew(void **state)
{
    (void)state;
    world_input(&world, LAST, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, LAST + 20);
    assert_int_equal(step_of(3)->state, STEP_STATE_MET);
    const int64_t last_ms = state_of()->ticked.ms;
    reboot_with_a_clock_that_ran_backwards();
    assert_int_equal(step_of(3)->state, STEP_STATE_MET);
    assert_int_equal(step_of(3)->clock_start.ms, LOST - last_ms);
    assert_int_equal(step_of(3)->done_at.ms, LAST - last_ms);
    assert_int_equal(step_of(3)->due.ms, LOST - last_ms + START_DUE);
}

static void clock_that_starts_after_the_boot_is_not_started_anew(void **state)
{
    (void)state;
    clocks_start_anew(state_of(), instant_at(LOST - 1));
    assert_int_equal(step_of(3)->clock_start.ms, LOST);
    assert_int_equal(step_of(3)->due.ms, LOST + START_DUE);
    assert_int_equal(state_of()->incident.round_start.ms, LOST);
    assert_int_equal(state_of()->incident.anew_ms, 0);
}

static void clocks_started_anew_are_put_right_too(void **state)
{
    (void)state;
    reboot_with_a_clock_that_ran_backwards();
    clock_synchronises(50, 60);
    for (unsigned number = 1; number <= 4; number++)
        assert_int_equal(step_of(number)->clock_start.ms, 50 - 60 - 120);
    assert_int_equal(state_of()->incident.round_start.ms, 50 - 60 - 120);
    assert_int_equal(step_of(4)->due.ms, 50 - 60 - 120 + FAILED_DUE);
}

static void started_anew_twice_they_are_put_right_as_well(void **state)
{
    (void)state;
    reboot_with_a_clock_that_ran_backwards();
    world_run(&world, 100);
    reboot_with_a_clock_that_ran_backwards();
    assert_int_equal(step_of(3)->clock_start.ms, 0);
    clock_synchronises(50, 400);
    assert_int_equal(step_of(4)->clock_start.ms, 50 - 400 - 120);
}

static void what_was_done_since_the_reboot_stays_where_it_was(void **state)
{
    (void)state;
    reboot_by(10);
    world_input(&world, 40, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, 60);
    clock_synchronises(70, 400);
    assert_int_equal(step_of(3)->state, STEP_STATE_MET);
    assert_int_equal(step_of(3)->done_at.ms, 40);
    assert_int_equal(step_of(3)->due.ms, STARTED - 10 - 120 + START_DUE);
    assert_int_equal(state_of()->genset.running_at.ms, 40);
    assert_int_equal(state_of()->incident.lost_at.ms, 70 - 400 - 120);
    world_run(&world, 1000);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 0);
}

static void what_was_done_before_the_reboot_moves_with_its_clock(void **state)
{
    (void)state;
    world_input(&world, LAST, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, LAST + 30);
    reboot_by(10);
    clock_synchronises(50, 400);
    assert_int_equal(step_of(3)->state, STEP_STATE_MET);
    assert_int_equal(step_of(3)->done_at.ms, 50 - 400 - 30);
    assert_int_equal(step_of(3)->due.ms, 50 - 400 - 30 - 120 + START_DUE);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MET).noticed_late, true);
}

static void a_round_begun_since_the_reboot_stays_where_it_is(void **state)
{
    (void)state;
    reboot_with_a_clock_that_ran_backwards();
    world_input(&world, 40, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, 60);
    world_input(&world, 100, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_run(&world, 110);
    assert_int_equal(state_of()->incident.round, 2);
    clock_synchronises(120, 400);
    assert_int_equal(state_of()->incident.round_start.ms, 100);
    assert_int_equal(step_of(3)->due.ms, 100 + START_DUE);
}

static void a_restart_before_the_clock_synchronises_changes_nothing(void **state)
{
    (void)state;
    reboot_with_a_clock_that_ran_backwards();
    world_restart(&world, 40);
    world_tick(&world, 40);
    assert_int_equal(step_of(3)->due.ms, START_DUE);
    clock_synchronises(50, 90);
    assert_int_equal(step_of(3)->due.ms, 140);
}

/* The second boot's clock was never right: what counts is the first boot's last word. */
static void two_reboots_are_put_right_by_the_last_right_word(void **state)
{
    (void)state;
    reboot_by(10);
    world_run(&world, 60);
    reboot_by(0);
    assert_int_equal(step_of(3)->due.ms, STARTED - 50 - 120 + START_DUE);
    clock_synchronises(50, 250);
    assert_int_equal(step_of(3)->due.ms, 50 - 250 - 120 + START_DUE);
}

static void a_clock_set_by_hand_moves_nothing_and_tells_the_times_anew(void **state)
{
    (void)state;
    reboot_by(10);
    batch_clear(&world.batch);
    clock_is_set(50, LAST_WALL + 10 * INT64_C(365) * 86400000, false);
    assert_int_equal(step_of(3)->due.ms, STARTED - 10 - 120 + START_DUE);
    assert_true(instant_is_set(state_of()->anchor.at));
    assert_int_equal(world.batch.count, 1 + STEP_COUNT);
    assert_int_equal(world.actions[0].kind, ACTION_PUT_INCIDENT);
    assert_int_equal(world.actions[0].incident.lost_at.ms, STARTED - 10 - 120);
}

/* It would have been after the start in this boot: the earlier boot's clock was ahead. */
static void a_last_word_that_was_wrong_moves_nothing(void **state)
{
    (void)state;
    reboot_with_a_clock_that_ran_backwards();
    clock_synchronises(50, 20);
    assert_int_equal(step_of(3)->due.ms, START_DUE);
    assert_false(instant_is_set(state_of()->anchor.at));
    clock_synchronises(60, 400);
    assert_int_equal(step_of(3)->due.ms, START_DUE);
}

static void a_clock_synchronised_without_a_reboot_moves_nothing(void **state)
{
    (void)state;
    clock_synchronises(LAST + 1, 400);
    assert_int_equal(step_of(3)->due.ms, LOST + START_DUE);
    assert_false(state_of()->incident.estimated);
}

static void an_inhibit_of_the_earlier_boot_ends_at_its_right_time(void **state)
{
    (void)state;
    state_of()->inhibit_until = instant_at(LAST + 500);
    reboot_by(10);
    clock_synchronises(50, 90);
    assert_int_equal(state_of()->inhibit_until.ms, 50 - 90 + 500);
}

static void an_inhibit_set_since_the_reboot_stays(void **state)
{
    (void)state;
    state_of()->inhibit_until = instant_at(LAST + 500);
    reboot_by(10);
    state_of()->inhibit_until = instant_at(700);
    clock_synchronises(50, 90);
    assert_int_equal(state_of()->inhibit_until.ms, 700);
}

static void a_step_that_is_held_has_its_clock_begun_anew(void **state)
{
    (void)state;
    step_of(3)->state = STEP_STATE_HELD;
    clocks_start_anew(state_of(), instant_at(LOST + 500));
    assert_int_equal(step_of(3)->clock_start.ms, LOST + 500);
    assert_int_equal(step_of(3)->due.ms, LOST + 500 + START_DUE);
    assert_int_equal(step_of(3)->anew_ms, 500);
}

static void nothing_begins_anew_without_an_incident(void **state)
{
    (void)state;
    state_of()->incident.phase = PHASE_IDLE;
    const struct incident before = state_of()->incident;
    clocks_start_anew(state_of(), instant_at(LOST + 500));
    assert_int_equal(state_of()->incident.round_start.ms, before.round_start.ms);
    assert_int_equal(step_of(3)->due.ms, before.steps[2].due.ms);
}

static void a_clock_that_starts_just_before_the_boot_is_started_anew(void **state)
{
    (void)state;
    clocks_start_anew(state_of(), instant_at(LOST + 1));
    assert_int_equal(state_of()->incident.round_start.ms, LOST + 1);
    assert_int_equal(state_of()->incident.anew_ms, 1);
    assert_int_equal(step_of(3)->due.ms, LOST + 1 + START_DUE);
}

static void a_fact_of_the_anchors_own_instant_is_of_the_earlier_boot(void **state)
{
    (void)state;
    state_of()->mains.since = instant_at(70);
    state_of()->genset.since = instant_at(71);
    state_shift_facts(state_of(), instant_at(70), 1000);
    assert_int_equal(state_of()->mains.since.ms, 1070);
    assert_int_equal(state_of()->genset.since.ms, 71);
}

/* The one that is due in this very instant is over: the verdict itself is told in it. */
static void a_verdict_as_late_as_one_repeat_is_repeated_one_later(void **state)
{
    (void)state;
    reboot_by(10);
    world_run(&world, 100);
    clock_synchronises(100, 480);
    assert_int_equal(step_of(3)->due.ms, 100 - 300);
    assert_int_equal(step_of(3)->state, STEP_STATE_MISSED);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_STILL_MISSED), 0);
    assert_int_equal(step_of(3)->repeat_at.ms, 100 + 300);
}

static void a_step_that_is_over_keeps_its_clock(void **state)
{
    static const struct {
        enum step_state state;
        int64_t done_ms;
    } over[] = {{STEP_STATE_MISSED, INT64_MIN},
                {STEP_STATE_NOT_REQUIRED, INT64_MIN},
                {STEP_STATE_MET, LOST + 30},
                {STEP_STATE_OPEN, LOST + 30}, /* its verdict is held */
                {STEP_STATE_HELD, LOST + 30}};

    (void)state;
    for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
        step_of(3)->state = over[i].state;
        step_of(3)->done_at = instant_at(over[i].done_ms);
        clocks_start_anew(state_of(), instant_at(LOST + 500));
        assert_int_equal(step_of(3)->clock_start.ms, LOST);
        assert_int_equal(step_of(3)->due.ms, LOST + START_DUE);
        assert_int_equal(step_of(3)->anew_ms, 0);
    }
}

/* What the first reboot moved clocks by is settled, and counts for no second one. */
static void a_clock_that_was_put_right_is_not_put_right_again(void **state)
{
    (void)state;
    reboot_with_a_clock_that_ran_backwards();
    clock_synchronises(50, 60);
    reboot_with_a_clock_that_ran_backwards();
    clock_synchronises(50, 200);
    assert_int_equal(state_of()->incident.lost_at.ms, 50 - 200 - 50 + (50 - 60 - 120));
    assert_int_equal(state_of()->incident.round_start.ms, state_of()->incident.lost_at.ms);
    assert_int_equal(step_of(4)->clock_start.ms, state_of()->incident.lost_at.ms);
    assert_int_equal(step_of(4)->due.ms, state_of()->incident.lost_at.ms + FAILED_DUE);
    assert_int_equal(state_of()->incident.anew_ms, 0);
    assert_int_equal(step_of(4)->anew_ms, 0);
}

static void a_clock_that_starts_with_the_last_word_is_of_the_earlier_boot(void **state)
{
    for (int64_t after_ms = 0; after_ms <= 1; after_ms++) {
        open_outage(state);
        reboot_by(10);
        const int64_t start_ms = STARTED - 10 + after_ms;
        state_of()->incident.round_start = step_of(3)->clock_start = instant_at(start_ms);
        clocks_correct(state_of(), (struct both_clocks){instant_at(50), LAST_WALL + 90});
        assert_int_equal(step_of(3)->clock_start.ms, after_ms ? start_ms : 50 - 90);
        assert_int_equal(state_of()->incident.round_start.ms, after_ms ? start_ms : 50 - 90);
    }
}

/* Whatever lies beside them in memory. */
static void only_steps_are_put_right_as_steps_are(void **state)
{
    struct equipment *equipment = state_of()->equipment;
    union {
        struct equipment of[EQUIPMENT_KIND_COUNT];
        unsigned char bytes[sizeof(struct equipment) * EQUIPMENT_KIND_COUNT];
    } before;

    (void)state;
    reboot_by(10);
    memset(equipment, STEP_STATE_OPEN, sizeof(before));
    for (unsigned kind = 0; kind < EQUIPMENT_KIND_COUNT; kind++)
        equipment[kind].since = INSTANT_NEVER;
    memcpy(&before, equipment, sizeof(before));
    clocks_correct(state_of(), (struct both_clocks){instant_at(50), LAST_WALL + 90});
    assert_memory_equal(equipment, &before, sizeof(before));
    clocks_start_anew(state_of(), instant_at(LOST + 500));
    assert_memory_equal(equipment, &before, sizeof(before));
}

static void without_a_right_clock_there_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(clocks_error_ms(state_of(), (struct both_clocks){instant_at(LAST), LAST_WALL}),
                     0);
    reboot_by(10);
    assert_int_equal(
        clocks_error_ms(state_of(), (struct both_clocks){instant_at(50), LAST_WALL + 90}),
        50 - 90 - (STARTED - 10));
    assert_int_equal(
        clocks_error_ms(state_of(), (struct both_clocks){instant_at(50), LAST_WALL + 20}), 0);
}

/* A snapshot that was damaged on the disk holds any number. */
static void a_damaged_clock_is_put_right_as_far_as_there_is_room(void **state)
{
    static const int64_t damaged[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX};

    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        open_outage(state);
        reboot_by(10);
        state_of()->incident.anew_ms = step_of(3)->anew_ms = damaged[i];
        clock_synchronises(50, 90);
        assert_int_equal(step_of(2)->due.ms, 50 - 90 - 120 + START_DUE);
        assert_int_equal(step_of(3)->anew_ms, 0);
        assert_int_equal(state_of()->incident.anew_ms, 0);
    }
}

static void a_damaged_wall_clock_gives_an_instant(void **state)
{
    static const int64_t damaged[] = {INT64_MIN, INT64_MAX};

    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        open_outage(state);
        reboot_by(10);
        state_of()->anchor.wall_ms = damaged[i];
        clocks_correct(state_of(), (struct both_clocks){instant_at(50), i == 0 ? 90 : -90});
        assert_false(instant_is_set(state_of()->anchor.at));
        assert_true(instant_is_set(state_of()->incident.lost_at));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, open_outage)
    const struct CMUnitTest tests[] = {
        TEST(a_due_instant_is_put_right_when_the_clock_synchronises),
        TEST(it_is_put_right_once),
        TEST(a_deadline_that_turns_out_to_have_passed_is_notified_once_and_late),
        TEST(a_deadline_notified_too_early_stands_and_is_not_notified_again),
        TEST(open_clocks_start_anew_where_the_clock_ran_backwards),
        TEST(clock_that_starts_after_the_boot_is_not_started_anew),
        TEST(clock_that_has_ended_is_not_started_anew),
        TEST(clocks_started_anew_are_put_right_too),
        TEST(started_anew_twice_they_are_put_right_as_well),
        TEST(what_was_done_since_the_reboot_stays_where_it_was),
        TEST(what_was_done_before_the_reboot_moves_with_its_clock),
        TEST(a_round_begun_since_the_reboot_stays_where_it_is),
        TEST(a_restart_before_the_clock_synchronises_changes_nothing),
        TEST(two_reboots_are_put_right_by_the_last_right_word),
        TEST(a_clock_set_by_hand_moves_nothing_and_tells_the_times_anew),
        TEST(a_last_word_that_was_wrong_moves_nothing),
        TEST(a_clock_synchronised_without_a_reboot_moves_nothing),
        TEST(an_inhibit_of_the_earlier_boot_ends_at_its_right_time),
        TEST(an_inhibit_set_since_the_reboot_stays),
        TEST(a_step_that_is_held_has_its_clock_begun_anew),
        TEST(nothing_begins_anew_without_an_incident),
        TEST(a_clock_that_starts_just_before_the_boot_is_started_anew),
        TEST(a_fact_of_the_anchors_own_instant_is_of_the_earlier_boot),
        TEST(a_verdict_as_late_as_one_repeat_is_repeated_one_later),
        TEST(a_step_that_is_over_keeps_its_clock),
        TEST(a_clock_that_was_put_right_is_not_put_right_again),
        TEST(a_clock_that_starts_with_the_last_word_is_of_the_earlier_boot),
        TEST(only_steps_are_put_right_as_steps_are),
        TEST(without_a_right_clock_there_is_no_error),
        TEST(a_damaged_clock_is_put_right_as_far_as_there_is_room),
        TEST(a_damaged_wall_clock_gives_an_instant),
    };
    return cmocka_run_group_tests_name("core/rebase", tests, NULL, NULL);
}

/* Instants are exact: what is done at a due instant is in time, and how the engine wakes up changes
 * nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core_normal.h"
#include "core_world.h"

static struct world world, other;

/* Mains lost at 0, the genset stopped, nothing started by itself. */
static void open_outage_at_0(struct world *w)
{
    struct site site;

    world_site_small(&site);
    site.genset.mode = GENSET_MODE_MANUAL;
    world_init(w, &site, 0, instant_at(-9));
    world_input(w, -9, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_input(w, -9, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_run(w, -1);
    world_input(w, 0, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(w, 3);
    batch_clear(&w->batch);
}

static struct record_put last_record_of(const struct world *w, unsigned step)
{
    struct record_put record = {.step = 0};

    for (size_t i = 0; i < w->batch.count; i++)
        if (w->actions[i].kind == ACTION_PUT_RECORD && w->actions[i].record.step == step)
            record = w->actions[i].record;
    assert_int_equal(record.step, step);
    return record;
}

/* ---- due instants ---- */

static void step_done_at_its_due_instant_is_met(void **state)
{
    (void)state;
    open_outage_at_0(&world);
    world_run(&world, 4);
    world_input(&world, 5, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, 10);
    for (unsigned step = 1; step <= 3; step++) {
        assert_int_equal(last_record_of(&world, step).verdict, STEP_STATE_MET);
        assert_int_equal(last_record_of(&world, step).done_at.ms, 5);
        assert_int_equal(last_record_of(&world, step).lateness_ms, -1);
    }
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_HELD).at.ms, 5);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MET).at.ms, 7);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 0);
}

static void step_done_a_millisecond_later_is_late_by_one(void **state)
{
    (void)state;
    open_outage_at_0(&world);
    world_run(&world, 5);
    world_input(&world, 6, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, 10);
    for (unsigned step = 1; step <= 3; step++) {
        assert_int_equal(last_record_of(&world, step).verdict, STEP_STATE_MISSED);
        assert_int_equal(last_record_of(&world, step).done_at.ms, 6);
        assert_int_equal(last_record_of(&world, step).lateness_ms, 1);
    }
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).at.ms, 5);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_HELD).step, 4);
}

/* A return is being confirmed when the due instant passes; what follows is credited to its edge,
 * and judged when the return has relapsed. */
static void held_step_done_a_millisecond_late_is_late_by_one(void **state)
{
    (void)state;
    open_outage_at_0(&world);
    world.site.mains.return_confirm_ms = 20;
    world_input(&world, 4, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_run(&world, 5);
    assert_int_equal(last_record_of(&world, 3).verdict, STEP_STATE_HELD);
    world_input(&world, 6, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, 10);
    assert_int_equal(last_record_of(&world, 3).verdict, STEP_STATE_HELD);
    world_input(&world, 11, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 14);
    assert_int_equal(last_record_of(&world, 3).verdict, STEP_STATE_MISSED);
    assert_int_equal(last_record_of(&world, 3).lateness_ms, 1);
}

static void loss_is_credited_to_its_edge_not_to_the_end_of_the_debounce(void **state)
{
    (void)state;
    open_outage_at_0(&other);
    other.site.inputs[INPUT_ROLE_MAINS_L1].debounce_ms = 3;
    world_init(&world, &other.site, 0, instant_at(0));
    world_input(&world, 0, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_run(&world, 9);
    world_input(&world, 10, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 16);
    assert_int_equal(world_notice(&world, NOTIFICATION_OUTAGE_OPENED).credited_at.ms, 10);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).at.ms, 15);
}

static void deadline_that_passed_in_an_absence_is_noticed_once_and_late(void **state)
{
    (void)state;
    open_outage_at_0(&world);
    world_restart(&world, 6);
    world_run(&world, 7);
    assert_int_equal(world_notice_count(&world, NOTIFICATION_DEADLINE_MISSED), 1);
    assert_int_equal(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).at.ms, 5);
    assert_true(world_notice(&world, NOTIFICATION_DEADLINE_MISSED).noticed_late);
    assert_false(world_notice(&world, NOTIFICATION_REPORT_FAILED).noticed_late);
}

/* The tick came first, so the miss was said; the edge is credited all the same. */
static void edge_after_the_tick_of_its_instant_amends_by_nothing(void **state)
{
    (void)state;
    open_outage_at_0(&world);
    world_run(&world, 5);
    world_input(&world, 5, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world_run(&world, 10);
    assert_int_equal(last_record_of(&world, 3).verdict, STEP_STATE_MISSED);
    assert_int_equal(last_record_of(&world, 3).done_at.ms, 5);
    assert_int_equal(last_record_of(&world, 3).lateness_ms, -1);
}

static void loss_as_long_as_the_debounce_is_a_dip_if_its_end_comes_before_the_tick(void **state)
{
    (void)state;
    open_outage_at_0(&other);
    world_init(&world, &other.site, 0, instant_at(0));
    world_input(&world, 0, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_run(&world, 4);
    world_input(&world, 5, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 5);
    world_input(&world, 6, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_run(&world, 20);
    assert_int_equal(world.now.state.mains.dips_ignored, 1);
    assert_int_equal(world.now.state.mains.outages, 0);
}

/* ---- order ---- */

static void edges_of_one_instant_may_come_in_either_order(void **state)
{
    (void)state;
    static const enum input_value levels[] = {INPUT_VALUE_INACTIVE, INPUT_VALUE_ACTIVE};
    struct normal one, two;

    for (int64_t ms = 3; ms < 14; ms++)
        for (unsigned i = 0; i < 4; i++) {
            open_outage_at_0(&world);
            open_outage_at_0(&other);
            world_run(&world, ms - 1);
            world_run(&other, ms - 1);
            world_input(&world, ms, INPUT_ROLE_MAINS_L1, levels[i / 2]);
            world_input(&world, ms, INPUT_ROLE_GENSET_RUNNING, levels[i % 2]);
            world_input(&other, ms, INPUT_ROLE_GENSET_RUNNING, levels[i % 2]);
            world_input(&other, ms, INPUT_ROLE_MAINS_L1, levels[i / 2]);
            world_run(&world, 30);
            world_run(&other, 30);
            normal_make(&one, &world.site, &world.now.state, NORMAL_WHOLE);
            normal_make(&two, &other.site, &other.now.state, NORMAL_WHOLE);
            assert_memory_equal(&one, &two, sizeof(one));
            assert_int_equal(world.batch.count, other.batch.count);
        }
}

/* ---- stalls ---- */

/* The real durations: 5, 10 and 15 minutes, and what else a site has by default. */
static void open_real_outage(struct world *w)
{
    struct site site;

    site_set_defaults(&site);
    site.inputs[INPUT_ROLE_MAINS_L1].wired = true;
    site.inputs[INPUT_ROLE_GENSET_RUNNING].wired = true;
    site.genset.wiring = GENSET_WIRING_RUN_CRANK;
    for (unsigned role = OUTPUT_RUN; role <= OUTPUT_HORN; role++)
        site.output_wired[role] = true;
    world_init(w, &site, 0, instant_at(0));
    world_input(w, 0, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_input(w, 0, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_tick(w, 0);
    world_input(w, 1000, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
}

static void assert_same_outcome(const struct world *one, const struct world *two)
{
    assert_false(one->batch.overflow);
    assert_int_equal(one->batch.count, two->batch.count);
    for (size_t i = 0; i < one->batch.count; i++)
        assert_memory_equal(&one->actions[i], &two->actions[i], sizeof(one->actions[i]));
    assert_memory_equal(&one->now, &two->now, sizeof(one->now));
}

static void stall_of_twenty_minutes_gives_what_every_millisecond_would(void **state)
{
    (void)state;
    enum { STALL_MS = 20 * 60 * 1000 };

    open_real_outage(&world);
    open_real_outage(&other);
    for (int64_t ms = 1000; ms <= STALL_MS; ms++)
        world_tick(&world, ms);
    world_tick(&other, STALL_MS);
    assert_same_outcome(&world, &other);
    assert_int_equal(world_notice_count(&other, NOTIFICATION_DEADLINE_STILL_MISSED), 0);
    assert_int_equal(world_notice(&other, NOTIFICATION_REPORT_FAILED).reason,
                     REASON_ATTEMPTS_FAILED);
    assert_int_equal(world_notice(&other, NOTIFICATION_DEADLINE_MET).at.ms, 1000 + 10 * 60 * 1000);
    assert_false(world_notice(&other, NOTIFICATION_DEADLINE_MET).noticed_late);
}

static void silent_stall_repeats_each_miss_at_its_own_instant(void **state)
{
    (void)state;
    static const int64_t repeats_ms[] = {8, 11, 14, 17, 20};
    size_t found = 0;

    open_outage_at_0(&world);
    world.site.procedure.report_failed_due_ms = 100;
    world.now.state.incident.steps[3].due = instant_at(100);
    world_tick(&world, 21);
    for (size_t i = 0; i < world.batch.count; i++) {
        const struct notice *notice = &world.actions[i].notice;
        if (world.actions[i].kind != ACTION_NOTIFY ||
            notice->notification != NOTIFICATION_DEADLINE_STILL_MISSED)
            continue;
        assert_true(found < sizeof(repeats_ms) / sizeof(repeats_ms[0]));
        assert_int_equal(notice->at.ms, repeats_ms[found++]);
    }
    assert_int_equal(found, sizeof(repeats_ms) / sizeof(repeats_ms[0]));
}

static void random_drive_is_the_same_however_often_the_engine_wakes(void **state)
{
    (void)state;
    struct normal one, two;

    for (uint64_t drive = 1; drive <= 200; drive++) {
        uint64_t seed = drive, same_seed = drive;
        world_init_full(&world, instant_at(0));
        world_init_full(&other, instant_at(0));
        world_quiet(&world);
        world_quiet(&other);
        for (unsigned i = 0; i < 40; i++) {
            batch_clear(&world.batch);
            batch_clear(&other.batch);
            world_disturb(&world, &seed);
            world_disturb(&other, &same_seed);
            world_run(&world, world.now.state.ticked.ms + 9);
            world_tick(&other, other.now.state.ticked.ms + 9);
            assert_int_equal(world.batch.count, other.batch.count);
            normal_make(&one, &world.site, &world.now.state, NORMAL_WHOLE);
            normal_make(&two, &other.site, &other.now.state, NORMAL_WHOLE);
            assert_memory_equal(&one, &two, sizeof(one));
        }
    }
}

/* ---- determinism ---- */

static void the_same_events_give_the_same_bytes(void **state)
{
    (void)state;

    for (uint64_t drive = 1; drive <= 200; drive++) {
        uint64_t seed = drive, same_seed = drive;
        memset(&world, 0x55, sizeof(world));
        memset(&other, 0xaa, sizeof(other));
        world_init_full(&world, instant_at(0));
        world_init_full(&other, instant_at(0));
        world_quiet(&world);
        world_quiet(&other);
        for (unsigned i = 0; i < 100; i++) {
            batch_clear(&world.batch);
            batch_clear(&other.batch);
            world_disturb(&world, &seed);
            world_disturb(&other, &same_seed);
            assert_int_equal(world.batch.count, other.batch.count);
            for (size_t a = 0; a < world.batch.count; a++)
                assert_memory_equal(&world.actions[a], &other.actions[a], sizeof(world.actions[a]));
        }
        assert_memory_equal(&world.now, &other.now, sizeof(world.now));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_done_at_its_due_instant_is_met),
        cmocka_unit_test(step_done_a_millisecond_later_is_late_by_one),
        cmocka_unit_test(held_step_done_a_millisecond_late_is_late_by_one),
        cmocka_unit_test(loss_is_credited_to_its_edge_not_to_the_end_of_the_debounce),
        cmocka_unit_test(deadline_that_passed_in_an_absence_is_noticed_once_and_late),
        cmocka_unit_test(edge_after_the_tick_of_its_instant_amends_by_nothing),
        cmocka_unit_test(loss_as_long_as_the_debounce_is_a_dip_if_its_end_comes_before_the_tick),
        cmocka_unit_test(edges_of_one_instant_may_come_in_either_order),
        cmocka_unit_test(stall_of_twenty_minutes_gives_what_every_millisecond_would),
        cmocka_unit_test(silent_stall_repeats_each_miss_at_its_own_instant),
        cmocka_unit_test(random_drive_is_the_same_however_often_the_engine_wakes),
        cmocka_unit_test(the_same_events_give_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

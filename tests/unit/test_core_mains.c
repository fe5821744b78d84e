/* The mains: what a loss, a dip and a return are credited to, and how dips within the window add
 * up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core_world.h"

enum { DEBOUNCE = 100, RETURN = 200, WINDOW = 1000, WINDOW_LOSS = 250 };

static const enum input_role L1 = INPUT_ROLE_MAINS_L1, L2 = INPUT_ROLE_MAINS_L2,
                             L3 = INPUT_ROLE_MAINS_L3;

static struct world world;
static struct mains *const mains = &world.now.state.mains;

static void input(int64_t ms, enum input_role role, enum input_value value)
{
    world_run(&world, ms - 1);
    world_input(&world, ms, role, value);
    world_tick(&world, ms);
}

static void on(int64_t ms, enum input_role role)
{
    input(ms, role, INPUT_VALUE_ACTIVE);
}

static void off(int64_t ms, enum input_role role)
{
    input(ms, role, INPUT_VALUE_INACTIVE);
}

static void dip(int64_t start_ms, int64_t end_ms)
{
    off(start_ms, L1);
    on(end_ms, L1);
}

/* All three phases are present at 1. */
static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    site.mains = (struct mains_settings){.loss_debounce_ms = DEBOUNCE,
                                         .return_confirm_ms = RETURN,
                                         .window_loss_ms = WINDOW_LOSS,
                                         .window_ms = WINDOW};
    site.genset.wiring = GENSET_WIRING_NONE;
    site.procedure = (struct procedure_settings){.start_due_ms = 100000,
                                                 .report_failed_due_ms = 200000,
                                                 .shutdown_due_ms = 300000,
                                                 .repeat_ms = 100000};
    site.inputs[L2].wired = site.inputs[L3].wired = true;
    world_init(&world, &site, 0, instant_at(0));
    on(1, L1);
    on(1, L2);
    assert_int_equal(mains->state, MAINS_STATE_UNKNOWN);
    on(1, L3);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    return 0;
}

static void assert_unset(instant t)
{
    assert_int_equal(t.ms, INSTANT_NONE.ms);
}

static void assert_no_dips(void)
{
    assert_int_equal(mains->dip_count, 0);
    for (unsigned i = 0; i < DIP_LIMIT; i++) {
        assert_unset(mains->dips[i].start);
        assert_unset(mains->dips[i].end);
        assert_int_equal(mains->dips[i].lost_ms, 0);
    }
}

static void assert_dip(unsigned i, int64_t start_ms, int64_t end_ms, int64_t lost_ms)
{
    assert_int_equal(mains->dips[i].start.ms, start_ms);
    assert_int_equal(mains->dips[i].end.ms, end_ms);
    assert_int_equal(mains->dips[i].lost_ms, lost_ms);
}

static void assert_credited(int64_t lost_ms)
{
    assert_int_equal(mains->state, MAINS_STATE_LOST);
    assert_int_equal(mains->lost_at.ms, lost_ms);
    assert_int_equal(world.now.state.incident.lost_at.ms, lost_ms);
    assert_int_equal(mains->outages, 1);
    assert_unset(mains->due);
    assert_no_dips();
}

/* ---- a loss ---- */

static void a_loss_is_an_outage_when_its_debounce_is_over(void **state)
{
    (void)state;
    off(1000, L1);
    assert_int_equal(mains->state, MAINS_STATE_UNSTABLE);
    assert_int_equal(mains->since.ms, 1000);
    assert_int_equal(mains->lost_at.ms, 1000);
    assert_int_equal(mains->due.ms, 1000 + DEBOUNCE);
    world_run(&world, 1000 + DEBOUNCE - 1);
    assert_int_equal(mains->state, MAINS_STATE_UNSTABLE);
    world_run(&world, 1000 + DEBOUNCE);
    assert_credited(1000);
    assert_int_equal(mains->since.ms, 1000 + DEBOUNCE);
}

static void a_further_phase_lost_changes_nothing(void **state)
{
    (void)state;
    off(1000, L3);
    off(1050, L2);
    assert_int_equal(mains->since.ms, 1000);
    assert_int_equal(mains->lost_at.ms, 1000);
    assert_int_equal(mains->due.ms, 1000 + DEBOUNCE);
    on(1060, L3);
    assert_int_equal(mains->state, MAINS_STATE_UNSTABLE);
    world_run(&world, 1000 + DEBOUNCE);
    assert_credited(1000);
}

static void a_phase_that_settles_delays_no_outage(void **state)
{
    (void)state;
    world.site.inputs[L2].debounce_ms = 80;
    off(1000, L1);
    off(1050, L2);
    world_run(&world, 1000 + DEBOUNCE);
    assert_credited(1000);
}

static void a_dip_is_kept_and_leaves_nothing_else(void **state)
{
    (void)state;
    dip(1000, 1050);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_int_equal(mains->since.ms, 1050);
    assert_int_equal(mains->dips_ignored, 1);
    assert_int_equal(mains->outages, 0);
    assert_int_equal(mains->dip_count, 1);
    assert_dip(0, 1000, 1050, 50);
    assert_unset(mains->lost_at);
    assert_unset(mains->due);
}

static void a_level_that_was_read_is_an_estimate_until_it_is_present(void **state)
{
    struct event read = {.kind = EVENT_INPUT,
                         .at = instant_at(1000),
                         .role = L1,
                         .value = INPUT_VALUE_INACTIVE,
                         .initial = true};

    (void)state;
    world_step(&world, read);
    assert_int_equal(mains->state, MAINS_STATE_UNSTABLE);
    assert_true(mains->estimated);
    off(1010, L2);
    assert_true(mains->estimated);
    on(1020, L1);
    on(1030, L2);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_false(mains->estimated);
}

static void an_estimate_is_kept_through_its_outage(void **state)
{
    struct event read = {.kind = EVENT_INPUT,
                         .at = instant_at(1000),
                         .role = L1,
                         .value = INPUT_VALUE_INACTIVE,
                         .initial = true};

    (void)state;
    world_step(&world, read);
    world_run(&world, 1200);
    assert_true(mains->estimated);
    assert_true(world.now.state.incident.estimated);
    on(1300, L1);
    assert_true(mains->estimated);
    world_run(&world, 1300 + RETURN);
    assert_false(mains->estimated);
    off(3000, L1);
    assert_false(mains->estimated);
}

static void doubt_drops_a_loss(void **state)
{
    (void)state;
    off(1000, L1);
    input(1010, L1, INPUT_VALUE_UNKNOWN);
    assert_int_equal(mains->state, MAINS_STATE_UNKNOWN);
    assert_int_equal(mains->since.ms, 1010);
    assert_unset(mains->lost_at);
    assert_unset(mains->due);
    assert_int_equal(mains->dip_count, 0);
    on(1020, L1);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_int_equal(mains->since.ms, 1020);
}

static void a_phase_in_doubt_is_no_loss_and_hides_none(void **state)
{
    (void)state;
    input(1000, L2, INPUT_VALUE_UNKNOWN);
    assert_int_equal(mains->state, MAINS_STATE_UNKNOWN);
    off(1010, L3);
    assert_int_equal(mains->state, MAINS_STATE_UNSTABLE);
    assert_int_equal(mains->lost_at.ms, 1010);
}

/* ---- the window ---- */

static void dips_add_up_to_an_outage_credited_to_the_first(void **state)
{
    (void)state;
    dip(1000, 1090);
    dip(1300, 1390);
    off(1600, L1);
    assert_int_equal(mains->due.ms, 1600 + WINDOW_LOSS - 2 * 90);
    world_run(&world, 1600 + WINDOW_LOSS - 2 * 90 - 1);
    assert_int_equal(mains->state, MAINS_STATE_UNSTABLE);
    assert_int_equal(mains->dip_count, 2);
    world_run(&world, 1600 + WINDOW_LOSS - 2 * 90);
    assert_credited(1000);
}

static void as_much_as_the_window_takes_is_an_outage_at_once(void **state)
{
    (void)state;
    dip(1000, 1090);
    dip(1200, 1290);
    dip(1400, 1469);
    off(1500, L1);
    assert_int_equal(mains->due.ms, 1501);
    on(1501, L1);
    assert_int_equal(mains->dips_ignored, 4);
    off(1502, L1);
    assert_credited(1000);
}

/* At 2020, when the two dips and this loss would have been enough, the window has left some of the
 * first behind; the debounce ends it at 2050. */
static void what_the_window_leaves_behind_counts_no_more(void **state)
{
    (void)state;
    dip(1000, 1090);
    dip(1500, 1590);
    off(1950, L1);
    assert_int_equal(mains->due.ms, 2020);
    world_run(&world, 2020);
    assert_int_equal(mains->state, MAINS_STATE_UNSTABLE);
    assert_int_equal(mains->due.ms, 2040);
    world_run(&world, 2049);
    assert_int_equal(mains->state, MAINS_STATE_UNSTABLE);
    world_run(&world, 2050);
    assert_credited(1950);
}

static void a_dip_that_ended_a_window_ago_is_forgotten(void **state)
{
    (void)state;
    dip(1000, 1090);
    dip(1200, 1250);
    dip(1090 + WINDOW, 1090 + WINDOW + 20);
    assert_int_equal(mains->dip_count, 2);
    assert_dip(0, 1200, 1250, 50);
    assert_dip(1, 1090 + WINDOW, 1090 + WINDOW + 20, 20);
    assert_unset(mains->dips[2].start);
    assert_int_equal(mains->dips[2].lost_ms, 0);
    dip(1250 + WINDOW - 10, 1250 + WINDOW + 10);
    assert_int_equal(mains->dip_count, 2);
    dip(5000, 5010);
    assert_int_equal(mains->dip_count, 1);
    assert_dip(0, 5000, 5010, 10);
}

static void the_oldest_dips_are_merged_and_keep_what_was_lost(void **state)
{
    (void)state;
    world.site.mains.window_loss_ms = 60;
    for (int64_t i = 0; i <= DIP_LIMIT; i++)
        dip(1000 + 20 * i, 1000 + 20 * i + (i == 1 ? 4 : 3));
    assert_int_equal(mains->dip_count, DIP_LIMIT);
    assert_int_equal(mains->dips_ignored, DIP_LIMIT + 1);
    assert_dip(0, 1000, 1024, 7);
    assert_dip(1, 1040, 1043, 3);
    assert_dip(DIP_LIMIT - 1, 1000 + 20 * DIP_LIMIT, 1000 + 20 * DIP_LIMIT + 3, 3);
    off(1400, L1);
    assert_int_equal(mains->due.ms, 1400 + 60 - 3 * (DIP_LIMIT + 1) - 1);
    world_run(&world, 1400 + 60 - 3 * (DIP_LIMIT + 1) - 1);
    assert_credited(1000);
}

/* ---- a return ---- */

static void open_outage(void)
{
    off(1000, L1);
    world_run(&world, 1999);
    assert_credited(1000);
}

static void what_a_damaged_state_lost_since_ever_stays_a_number(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    mains->lost_at = INSTANT_NONE;
    mains->out_ms = 10;
    world_run(&world, 2000 + RETURN);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_true(mains->out_ms == INT64_MAX);
}

static void a_return_is_confirmed_and_credited_to_its_edge(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    assert_int_equal(mains->since.ms, 2000);
    assert_int_equal(mains->returned_at.ms, 2000);
    assert_unset(mains->relapsed_at);
    assert_int_equal(mains->due.ms, 2000 + RETURN);
    world_run(&world, 2000 + RETURN - 1);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    world_run(&world, 2000 + RETURN);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_int_equal(mains->since.ms, 2000 + RETURN);
    assert_int_equal(mains->out_ms, 1000);
    assert_unset(mains->lost_at);
    assert_unset(mains->returned_at);
    assert_unset(mains->due);
    assert_int_equal(world.now.state.incident.phase, PHASE_IDLE);
}

static void a_relapse_that_ends_is_a_dip_and_delays_nothing(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    off(2050, L1);
    assert_int_equal(mains->relapsed_at.ms, 2050);
    assert_int_equal(mains->due.ms, 2050 + DEBOUNCE);
    off(2060, L2);
    assert_int_equal(mains->relapsed_at.ms, 2050);
    on(2070, L2);
    assert_int_equal(mains->relapsed_at.ms, 2050);
    on(2080, L1);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    assert_unset(mains->relapsed_at);
    assert_int_equal(mains->due.ms, 2000 + RETURN);
    assert_int_equal(mains->dips_ignored, 1);
    assert_dip(0, 2050, 2080, 30);
    world_run(&world, 2000 + RETURN);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_int_equal(mains->dip_count, 1);
}

static void a_relapse_over_the_confirm_time_is_waited_for(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    off(2190, L1);
    world_run(&world, 2230);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    on(2240, L1);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_int_equal(mains->since.ms, 2240);
    assert_int_equal(mains->out_ms, 1000);
}

static void a_relapse_that_lasts_drops_the_return(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    off(2100, L1);
    world_run(&world, 2100 + DEBOUNCE - 1);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    world_run(&world, 2100 + DEBOUNCE);
    assert_credited(1000);
    assert_unset(mains->returned_at);
    assert_unset(mains->relapsed_at);
    assert_int_equal(mains->since.ms, 2100 + DEBOUNCE);
}

/* As with a first loss: at 3070 the window has left some of the first dip behind. */
static void what_the_window_leaves_behind_counts_no_more_in_a_return(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 5000;
    open_outage();
    on(2000, L1);
    dip(2050, 2140);
    dip(2550, 2640);
    off(3000, L1);
    assert_int_equal(mains->due.ms, 3070);
    world_run(&world, 3070);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    assert_int_equal(mains->due.ms, 3090);
    world_run(&world, 3099);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    world_run(&world, 3100);
    assert_credited(1000);
}

static void a_return_waits_for_a_phase_that_settles(void **state)
{
    (void)state;
    world.site.inputs[L2].debounce_ms = 50;
    open_outage();
    on(2000, L1);
    off(2190, L2);
    world_run(&world, 2000 + RETURN);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    on(2210, L2);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_int_equal(mains->since.ms, 2210);
}

static void doubt_drops_a_return(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    off(2050, L1);
    on(2060, L1);
    input(2100, L3, INPUT_VALUE_UNKNOWN);
    assert_credited(1000);
    assert_unset(mains->returned_at);
    assert_unset(mains->relapsed_at);
    assert_int_equal(mains->since.ms, 2100);
}

/* ---- a restart ---- */

static void a_loss_under_way_begins_anew_with_a_restart(void **state)
{
    (void)state;
    off(1000, L1);
    world_restart(&world, 1050);
    world_run(&world, 1050);
    assert_int_equal(mains->state, MAINS_STATE_UNSTABLE);
    assert_int_equal(mains->lost_at.ms, 1050);
    assert_int_equal(mains->due.ms, 1050 + DEBOUNCE);
    assert_true(mains->estimated);
}

static void a_loss_under_way_is_forgotten_where_a_restart_sees_nothing(void **state)
{
    (void)state;
    off(1000, L1);
    for (enum input_role role = L1; role <= L3; role++)
        world.now.state.inputs[role].raw = INPUT_VALUE_UNKNOWN;
    world_restart(&world, 1050);
    world_run(&world, 1050);
    assert_int_equal(mains->state, MAINS_STATE_UNKNOWN);
    assert_unset(mains->lost_at);
    assert_unset(mains->due);
}

static void a_return_goes_on_over_a_restart_without_its_relapse(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    off(2190, L1);
    assert_int_equal(mains->due.ms, 2190 + DEBOUNCE);
    world.now.state.inputs[L1].raw = INPUT_VALUE_ACTIVE;
    world_restart(&world, 2195);
    assert_unset(mains->relapsed_at);
    assert_int_equal(mains->dips_ignored, 0);
    assert_int_equal(mains->due.ms, 2000 + RETURN);
    world_run(&world, 2000 + RETURN);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_int_equal(mains->out_ms, 1000);
}

static void a_return_that_was_over_in_the_absence_is_confirmed_at_the_restart(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    world_restart(&world, 9000);
    assert_int_equal(mains->due.ms, 9000);
    world_run(&world, 9000);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
    assert_int_equal(mains->since.ms, 9000);
}

static void a_first_loss_takes_its_debounce_however_small_the_window_is(void **state)
{
    (void)state;
    world.site.mains.window_loss_ms = DEBOUNCE / 2;
    off(1000, L1);
    assert_int_equal(mains->due.ms, 1000 + DEBOUNCE);
    on(1040, L1);
    off(1060, L1);
    assert_int_equal(mains->due.ms, 1060 + DEBOUNCE / 2 - 40);
    world_run(&world, 1060 + DEBOUNCE / 2 - 40);
    assert_credited(1000);
}

static void a_dip_that_leaves_the_window_in_a_relapse_is_forgotten(void **state)
{
    (void)state;
    world.site.mains.return_confirm_ms = 5000;
    open_outage();
    on(2000, L1);
    dip(2050, 2100);
    dip(3050, 3110);
    assert_int_equal(mains->dip_count, 1);
    assert_dip(0, 3050, 3110, 60);
}

static void a_return_waits_for_every_phase_that_a_restart_has_not_told(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    core_resume(&world.site, &world.now.state, instant_at(2100), &world.batch);
    world_input(&world, 2100, L3, INPUT_VALUE_ACTIVE);
    world_input(&world, 2100, L2, INPUT_VALUE_ACTIVE);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    world_input(&world, 2100, L1, INPUT_VALUE_ACTIVE);
    world_tick(&world, 2100);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    assert_int_equal(mains->returned_at.ms, 2000);
}

static void a_dip_that_is_over_takes_nothing_from_the_others(void **state)
{
    (void)state;
    world.site.mains.window_loss_ms = 95;
    dip(1000, 1010);
    dip(1500, 1580);
    off(2100, L1);
    assert_int_equal(mains->due.ms, 2115);
    assert_int_equal(mains->dip_count, 1);
    assert_unset(mains->dips[1].start);
    assert_int_equal(mains->dips[1].lost_ms, 0);
}

static void a_return_waits_for_the_first_phase_to_settle(void **state)
{
    (void)state;
    world.site.inputs[L1].debounce_ms = 50;
    off(1000, L2);
    world_run(&world, 1999);
    on(2000, L2);
    off(2190, L1);
    world_run(&world, 2000 + RETURN);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    on(2210, L1);
    assert_int_equal(mains->state, MAINS_STATE_PRESENT);
}

static void a_loss_is_seen_before_every_phase_is_told_after_a_restart(void **state)
{
    (void)state;
    open_outage();
    on(2000, L1);
    core_resume(&world.site, &world.now.state, instant_at(2100), &world.batch);
    world_input(&world, 2100, L2, INPUT_VALUE_INACTIVE);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    assert_int_equal(mains->relapsed_at.ms, 2100);
}

static void a_relapse_that_lasts_does_not_wait_for_a_phase_that_settles(void **state)
{
    (void)state;
    world.site.inputs[L2].debounce_ms = 80;
    open_outage();
    on(2000, L1);
    off(2050, L1);
    off(2140, L2);
    world_run(&world, 2050 + DEBOUNCE);
    assert_int_equal(mains->state, MAINS_STATE_LOST);
    assert_int_equal(mains->since.ms, 2050 + DEBOUNCE);
}

static void a_loss_that_settles_as_the_return_is_over_is_seen_first(void **state)
{
    (void)state;
    world.site.inputs[L1].debounce_ms = 50;
    off(1000, L2);
    world_run(&world, 1999);
    on(2000, L2);
    off(2000 + RETURN - 50, L1);
    world_run(&world, 2000 + RETURN);
    assert_int_equal(mains->state, MAINS_STATE_RETURNING);
    assert_int_equal(mains->relapsed_at.ms, 2000 + RETURN - 50);
}

static void a_dip_of_no_length_takes_nothing_of_the_window(void **state)
{
    (void)state;
    world.site.mains.window_loss_ms = DEBOUNCE / 2;
    dip(1000, 1000);
    off(1010, L1);
    assert_int_equal(mains->due.ms, 1010 + DEBOUNCE / 2);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(a_loss_is_an_outage_when_its_debounce_is_over, open_world),
    cmocka_unit_test_setup(a_further_phase_lost_changes_nothing, open_world),
    cmocka_unit_test_setup(a_phase_that_settles_delays_no_outage, open_world),
    cmocka_unit_test_setup(a_dip_is_kept_and_leaves_nothing_else, open_world),
    cmocka_unit_test_setup(a_level_that_was_read_is_an_estimate_until_it_is_present, open_world),
    cmocka_unit_test_setup(an_estimate_is_kept_through_its_outage, open_world),
    cmocka_unit_test_setup(doubt_drops_a_loss, open_world),
    cmocka_unit_test_setup(a_phase_in_doubt_is_no_loss_and_hides_none, open_world),
    cmocka_unit_test_setup(dips_add_up_to_an_outage_credited_to_the_first, open_world),
    cmocka_unit_test_setup(as_much_as_the_window_takes_is_an_outage_at_once, open_world),
    cmocka_unit_test_setup(what_the_window_leaves_behind_counts_no_more, open_world),
    cmocka_unit_test_setup(a_dip_that_ended_a_window_ago_is_forgotten, open_world),
    cmocka_unit_test_setup(the_oldest_dips_are_merged_and_keep_what_was_lost, open_world),
    cmocka_unit_test_setup(what_a_damaged_state_lost_since_ever_stays_a_number, open_world),
    cmocka_unit_test_setup(a_return_is_confirmed_and_credited_to_its_edge, open_world),
    cmocka_unit_test_setup(a_relapse_that_ends_is_a_dip_and_delays_nothing, open_world),
    cmocka_unit_test_setup(a_relapse_over_the_confirm_time_is_waited_for, open_world),
    cmocka_unit_test_setup(a_relapse_that_lasts_drops_the_return, open_world),
    cmocka_unit_test_setup(what_the_window_leaves_behind_counts_no_more_in_a_return, open_world),
    cmocka_unit_test_setup(a_return_waits_for_a_phase_that_settles, open_world),
    cmocka_unit_test_setup(doubt_drops_a_return, open_world),
    cmocka_unit_test_setup(a_loss_under_way_begins_anew_with_a_restart, open_world),
    cmocka_unit_test_setup(a_loss_under_way_is_forgotten_where_a_restart_sees_nothing, open_world),
    cmocka_unit_test_setup(a_return_goes_on_over_a_restart_without_its_relapse, open_world),
    cmocka_unit_test_setup(a_return_that_was_over_in_the_absence_is_confirmed_at_the_restart,
                           open_world),
    cmocka_unit_test_setup(a_first_loss_takes_its_debounce_however_small_the_window_is, open_world),
    cmocka_unit_test_setup(a_dip_that_leaves_the_window_in_a_relapse_is_forgotten, open_world),
    cmocka_unit_test_setup(a_return_waits_for_every_phase_that_a_restart_has_not_told, open_world),
    cmocka_unit_test_setup(a_dip_that_is_over_takes_nothing_from_the_others, open_world),
    cmocka_unit_test_setup(a_return_waits_for_the_first_phase_to_settle, open_world),
    cmocka_unit_test_setup(a_loss_that_settles_as_the_return_is_over_is_seen_first, open_world),
    cmocka_unit_test_setup(a_dip_of_no_length_takes_nothing_of_the_window, open_world),
    cmocka_unit_test_setup(a_loss_is_seen_before_every_phase_is_told_after_a_restart, open_world),
    cmocka_unit_test_setup(a_relapse_that_lasts_does_not_wait_for_a_phase_that_settles, open_world),
};

int main(void)
{
    return cmocka_run_group_tests_name("core/mains", tests, NULL, NULL);
}

/* What an instant of the core is made of, beside its machines: what is due, told, looked at and put
 * off, and what a restart begins anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/machine.h"
#include "core_world.h"

static struct world world;
static struct state *const now = &world.now.state;

/* All is quiet at 9. */
static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    site.genset.mode = GENSET_MODE_MANUAL;
    site.inputs[INPUT_ROLE_FUEL_LOW].wired = true;
    site.inputs[INPUT_ROLE_FUEL_LOW].debounce_ms = 5;
    world_init(&world, &site, WORLD_SERVERS, instant_at(0));
    world_input(&world, 1, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_input(&world, 1, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_input(&world, 1, INPUT_ROLE_FUEL_LOW, INPUT_VALUE_INACTIVE);
    world_run(&world, 9);
    batch_clear(&world.batch);
    return 0;
}

static unsigned count_of(enum action_kind kind)
{
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++)
        count += world.actions[i].kind == kind;
    return count;
}

/* ---- the batch, and notices ---- */

static void a_batch_that_is_cleared_says_nothing(void **state)
{
    struct batch *batch = &world.batch;

    (void)state;
    batch_push(batch, ACTION_CHECK);
    batch->overflow = true;
    batch->answer = PROMISE_REFUSED;
    batch->answer_reason = REASON_FAULT;
    batch->command_index = 7;
    batch_clear(batch);
    assert_int_equal(batch->count, 0);
    assert_false(batch->overflow);
    assert_int_equal(batch->answer, PROMISE_NONE);
    assert_int_equal(batch->answer_reason, REASON_NONE);
    assert_int_equal(batch->command_index, 0);
    assert_int_equal(batch->capacity, batch_capacity(&world.site));
}

static void an_action_has_nothing_of_an_earlier_one(void **state)
{
    (void)state;
    batch_push(&world.batch, ACTION_VERIFY)->verify.anew = true;
    batch_clear(&world.batch);
    assert_false(batch_push(&world.batch, ACTION_VERIFY)->verify.anew);
}

static void a_notice_names_the_incident_that_is_open(void **state)
{
    struct ctx ctx = world_ctx(&world, now->ticked);

    (void)state;
    now->incident.id = 4;
    now->incident.round = 3;
    now->incident.kind = INCIDENT_KIND_DRILL;
    struct notice notice = notice_make(&ctx, NOTIFICATION_INHIBIT_ON, SEVERITY_NOTICE);
    assert_int_equal(notice.incident, 0);
    assert_int_equal(notice.round, 0);
    assert_false(notice.drill);
    now->incident.phase = PHASE_DECIDING;
    notice = notice_make(&ctx, NOTIFICATION_INHIBIT_ON, SEVERITY_NOTICE);
    assert_int_equal(notice.incident, 4);
    assert_int_equal(notice.round, 3);
    assert_true(notice.drill);
}

static struct notice only_notice(void)
{
    struct notice found = {.sequence = 0};

    assert_int_equal(count_of(ACTION_NOTIFY), 1);
    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_NOTIFY)
            found = world.actions[i].notice;
    return found;
}

static void a_deviation_is_told_with_all_that_it_is_about(void **state)
{
    struct ctx ctx = world_ctx(&world, now->ticked);

    (void)state;
    now->hold_reason = REASON_UPS_ON_MAINS;
    const uint32_t id = deviation_record_step(&ctx, 2, DEVIATION_KIND_EQUIPMENT, 70);
    assert_int_equal(count_of(ACTION_NOTIFY), 0);
    notices_flush(&ctx);
    const struct notice notice = only_notice();
    assert_int_equal(notice.notification, NOTIFICATION_DEVIATION_RECORDED);
    assert_int_equal(notice.step, 2);
    assert_int_equal(notice.count, id);
    assert_int_equal(notice.amount_ms, 70);
    assert_int_equal(notice.input, INPUT_ROLE_UPS_ON_BATTERY);
    assert_int_equal(notice.equipment, EQUIPMENT_KIND_UNKNOWN);
    assert_true(notice.server < 0);
    batch_clear(&world.batch);
    deviation_record_equipment(&ctx, EQUIPMENT_KIND_SERVER, 1);
    notices_flush(&ctx);
    assert_int_equal(only_notice().step, 5);
    assert_int_equal(only_notice().count, id + 1);
    assert_int_equal(only_notice().server, 1);
    assert_int_equal(only_notice().equipment, EQUIPMENT_KIND_SERVER);
}

static void every_deviation_of_an_outage_is_told_once_and_after_it_is_put(void **state)
{
    (void)state;
    world_input(&world, 10, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 40);
    assert_true(now->next_deviation > 3);
    for (uint32_t id = 1; id < now->next_deviation; id++) {
        unsigned put = 0, told = 0;
        for (size_t i = 0; i < world.batch.count; i++) {
            const struct action *action = &world.actions[i];
            put += action->kind == ACTION_PUT_DEVIATION && action->deviation.id == id;
            if (action->kind != ACTION_NOTIFY ||
                action->notice.notification != NOTIFICATION_DEVIATION_RECORDED ||
                action->notice.count != id)
                continue;
            assert_true(put > 0);
            told++;
        }
        assert_int_equal(told, 1);
    }
}

/* ---- time ---- */

static void what_was_due_before_an_event_has_happened_by_then(void **state)
{
    (void)state;
    world_input(&world, 10, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    assert_int_equal(now->incident.phase, PHASE_IDLE);
    world_input(&world, 12, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    assert_int_equal(now->incident.phase, PHASE_DECIDING);
    assert_int_equal(now->incident.lost_at.ms, 10);
    assert_int_equal(now->mains.outages, 1);
    assert_int_equal(now->mains.state, MAINS_STATE_RETURNING);
}

/* What the mains' timer says is heard before the genset's of the same instant: it is not cranked.
 */
static void a_start_is_given_up_in_the_instant_that_confirms_the_return(void **state)
{
    const struct genset *genset = &now->genset;

    (void)state;
    world.site.genset.mode = GENSET_MODE_AUTOMATIC;
    world.site.genset.preheat_ms = 9;
    world_input(&world, 10, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 19);
    world_input(&world, 20, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_run(&world, 21);
    assert_int_equal(genset->state, GENSET_STATE_PREHEATING);
    assert_int_equal(genset->due.ms, 22);
    assert_int_equal(now->mains.due.ms, 22);
    world_run(&world, 22);
    assert_int_equal(now->incident.phase, PHASE_IDLE);
    assert_int_equal(genset->state, GENSET_STATE_STOPPED);
    assert_int_equal(genset->last_attempts, 0);
}

static void a_level_told_again_is_no_edge(void **state)
{
    const struct input *fuel = &now->inputs[INPUT_ROLE_FUEL_LOW];

    (void)state;
    world_input(&world, 20, INPUT_ROLE_FUEL_LOW, INPUT_VALUE_ACTIVE);
    world_input(&world, 23, INPUT_ROLE_FUEL_LOW, INPUT_VALUE_ACTIVE);
    assert_int_equal(fuel->settle_at.ms, 25);
    world_run(&world, 25);
    assert_int_equal(fuel->value, INPUT_VALUE_ACTIVE);
    assert_int_equal(fuel->since.ms, 20);
}

static void whoever_is_behind_the_last_server_is_told_nothing(void **state)
{
    (void)state;
    world.site.server_count = now->server_count = 1;
    now->servers[1].power.state = POWER_STATE_TELLING;
    world_server(&world, 10, 1, SERVER_POWER_ACCEPTED);
    assert_int_equal(now->servers[1].power.state, POWER_STATE_TELLING);
    now->server_count = 2;
}

static void whoever_asked_for_anything_keeps_it_from_rest(void **state)
{
    (void)state;
    assert_true(core_is_at_rest(&world.site, now));
    for (unsigned i = 0; i < PENDING_LIMIT; i++) {
        now->pending[i].kind = COMMAND_KIND_GENSET_START;
        assert_false(core_is_at_rest(&world.site, now));
        now->pending[i].kind = COMMAND_KIND_RELOAD;
        assert_true(core_is_at_rest(&world.site, now));
        now->pending[i].kind = 0;
    }
    for (unsigned i = 0; i < PROMISE_LIMIT; i++) {
        now->promises[i].command.kind = COMMAND_KIND_GENSET_START;
        assert_false(core_is_at_rest(&world.site, now));
        now->promises[i].command.kind = 0;
    }
}

/* ---- a restart ---- */

static void a_restart_sees_everything_anew(void **state)
{
    const struct input *mains = &now->inputs[INPUT_ROLE_MAINS_L1];

    (void)state;
    now->inputs[INPUT_ROLE_MAINS_L1].alarmed = true;
    now->ups.word.link = UPS_LINK_OK;
    now->ups.empty_at = instant_at(5000);
    now->output_missing[OUTPUT_HORN] = true;
    now->reload_wanted = true;
    now->reloaded = REASON_CONFIG_WAITS;
    core_resume(&world.site, now, instant_at(50), &world.batch);
    assert_int_equal(now->resumed_at.ms, 50);
    assert_int_equal(now->ticked.ms, 49);
    assert_int_equal(mains->raw, INPUT_VALUE_UNKNOWN);
    assert_int_equal(mains->value, INPUT_VALUE_UNKNOWN);
    assert_false(instant_is_set(mains->since) || instant_is_set(mains->raw_since));
    assert_true(mains->alarmed);
    assert_false(now->inputs[INPUT_ROLE_FUEL_LOW].alarmed);
    assert_int_equal(now->ups.word.link, UPS_LINK_UNKNOWN);
    assert_false(instant_is_set(now->ups.empty_at));
    assert_false(now->output_missing[OUTPUT_HORN]);
    assert_false(now->reload_wanted);
    assert_int_equal(now->reloaded, REASON_NONE);
}

/* The last attempt was cut off by the restart: that the start has failed is heard at once. */
static void a_start_that_a_restart_ends_is_a_failed_start(void **state)
{
    struct genset *genset = &now->genset;

    (void)state;
    world_input(&world, 10, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 12);
    assert_int_equal(now->incident.phase, PHASE_DECIDING);
    genset->state = GENSET_STATE_PREHEATING;
    genset->wanted = true;
    genset->source = START_SOURCE_SOFTWARE;
    genset->attempt = world.site.genset.attempts;
    batch_clear(&world.batch);
    core_resume(&world.site, now, instant_at(14), &world.batch);
    assert_int_equal(genset->state, GENSET_STATE_START_FAILED);
    assert_int_equal(now->incident.phase, PHASE_FAILED);
}

/* ---- looks and checks ---- */

static void what_hands_do_counts_while_step_5_is_open(void **state)
{
    struct ctx ctx = world_ctx(&world, now->ticked);
    struct step *steps = now->incident.steps;
    static const struct {
        enum step_state five, others;
        bool counts;
    } cases[] = {{STEP_STATE_WAITING, STEP_STATE_OPEN, false},
                 {STEP_STATE_NOT_REQUIRED, STEP_STATE_OPEN, false},
                 {STEP_STATE_OPEN, STEP_STATE_WAITING, true},
                 {STEP_STATE_MISSED, STEP_STATE_NOT_REQUIRED, true}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned step = 0; step < STEP_COUNT; step++)
            steps[step].state = step == 4 ? cases[i].five : cases[i].others;
        now->incident.phase = PHASE_IDLE;
        assert_false(look_for_hands(&ctx));
        now->incident.phase = PHASE_FAILED;
        assert_int_equal(look_for_hands(&ctx), cases[i].counts);
    }
}

static void only_those_that_are_looked_at_are_looked_at_anew(void **state)
{
    struct ctx ctx = world_ctx(&world, now->ticked);

    (void)state;
    now->servers[1].looked_at = true;
    now->server_count = 1;
    looks_begin_anew(&ctx);
    assert_int_equal(world.batch.count, 0);
    now->server_count = 2;
    looks_begin_anew(&ctx);
    assert_int_equal(world.batch.count, 1);
    assert_int_equal(world.actions[0].kind, ACTION_VERIFY);
    assert_int_equal(world.actions[0].verify.server, 1);
    assert_true(world.actions[0].verify.on && world.actions[0].verify.anew);
    assert_false(world.actions[0].verify.at_once);
}

static void whoever_is_waited_for_is_looked_at_once(void **state)
{
    struct ctx ctx = world_ctx(&world, now->ticked);

    (void)state;
    look_now(&ctx, 1);
    assert_int_equal(world.batch.count, 1);
    assert_int_equal(world.actions[0].verify.server, 1);
    assert_true(world.actions[0].verify.on && world.actions[0].verify.at_once);
    assert_false(world.actions[0].verify.anew);
    assert_true(now->servers[1].looked_at);
    assert_false(now->servers[0].looked_at);
}

static void the_machine_itself_is_not_looked_at(void **state)
{
    struct ctx ctx = world_ctx(&world, now->ticked);

    (void)state;
    world.servers[0].is_self = true;
    now->incident.phase = PHASE_FAILED;
    looks_settle(&ctx);
    assert_false(now->servers[0].looked_at);
    assert_true(now->servers[1].looked_at);
    assert_int_equal(world.batch.count, 1);
    assert_int_equal(world.actions[0].verify.server, 1);
    assert_true(world.actions[0].verify.on);
}

static void checks_that_are_wanted_are_made(void **state)
{
    struct ctx ctx = world_ctx(&world, now->ticked);

    (void)state;
    readiness_check(&ctx);
    assert_int_equal(count_of(ACTION_CHECK), 1);
    assert_true(now->checks_wanted);
}

static void that_all_checks_are_back_is_no_check_itself(void **state)
{
    (void)state;
    now->checks_wanted = true;
    world_step(&world,
               (struct event){.kind = EVENT_EQUIPMENT,
                              .at = instant_at(10),
                              .equipment = EQUIPMENT_KIND_UNKNOWN,
                              .equipment_state = EQUIPMENT_STATE_MISSING});
    assert_false(now->checks_wanted);
    assert_int_equal(count_of(ACTION_NOTIFY), 0);
    assert_int_equal(now->equipment[EQUIPMENT_KIND_UNKNOWN].state, EQUIPMENT_STATE_UNKNOWN);
}

/* ---- the UPS ---- */

static void a_ups_is_measured_only_where_nothing_else_feeds_the_load(void **state)
{
    struct ctx ctx = world_ctx(&world, now->ticked);
    static const struct {
        enum mains_state mains;
        enum genset_state genset;
        bool is_all;
    } cases[] = {{MAINS_STATE_LOST, GENSET_STATE_STOPPED, true},
                 {MAINS_STATE_LOST, GENSET_STATE_RUNNING, false},
                 {MAINS_STATE_PRESENT, GENSET_STATE_STOPPED, false},
                 {MAINS_STATE_PRESENT, GENSET_STATE_RUNNING, false}};

    (void)state;
    world.site.inputs[INPUT_ROLE_UPS_BATTERY_LOW].wired = true;
    now->incident.phase = PHASE_DECIDING;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        now->mains.state = cases[i].mains;
        now->genset.state = cases[i].genset;
        now->inputs[INPUT_ROLE_UPS_BATTERY_LOW].value = INPUT_VALUE_ACTIVE;
        assert_int_equal(ups_is_low(&ctx), cases[i].is_all);
        now->inputs[INPUT_ROLE_UPS_BATTERY_LOW].value = INPUT_VALUE_INACTIVE;
        now->ups.empty_at = instant_at(1);
        assert_int_equal(ups_runs_out(&ctx), cases[i].is_all);
    }
}

/* A UPS that was taken out of the configuration says nothing, and never will. */
static void the_alarm_of_a_ups_that_is_no_longer_watched_ends(void **state)
{
    struct ctx ctx = world_ctx(&world, now->ticked);

    (void)state;
    now->ups_low_alarmed = true;
    world.site.ups.asked = true;
    ups_settle(&ctx);
    assert_true(now->ups_low_alarmed);
    world.site.ups.asked = false;
    ups_settle(&ctx);
    assert_false(now->ups_low_alarmed);
    assert_int_equal(only_notice().notification, NOTIFICATION_UPS_RECOVERED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, open_world)
    const struct CMUnitTest tests[] = {
        TEST(a_batch_that_is_cleared_says_nothing),
        TEST(an_action_has_nothing_of_an_earlier_one),
        TEST(a_notice_names_the_incident_that_is_open),
        TEST(a_deviation_is_told_with_all_that_it_is_about),
        TEST(every_deviation_of_an_outage_is_told_once_and_after_it_is_put),
        TEST(what_was_due_before_an_event_has_happened_by_then),
        TEST(a_start_is_given_up_in_the_instant_that_confirms_the_return),
        TEST(a_level_told_again_is_no_edge),
        TEST(whoever_is_behind_the_last_server_is_told_nothing),
        TEST(whoever_asked_for_anything_keeps_it_from_rest),
        TEST(a_restart_sees_everything_anew),
        TEST(a_start_that_a_restart_ends_is_a_failed_start),
        TEST(what_hands_do_counts_while_step_5_is_open),
        TEST(only_those_that_are_looked_at_are_looked_at_anew),
        TEST(whoever_is_waited_for_is_looked_at_once),
        TEST(the_machine_itself_is_not_looked_at),
        TEST(checks_that_are_wanted_are_made),
        TEST(that_all_checks_are_back_is_no_check_itself),
        TEST(a_ups_is_measured_only_where_nothing_else_feeds_the_load),
        TEST(the_alarm_of_a_ups_that_is_no_longer_watched_ends),
    };
    return cmocka_run_group_tests_name("core/instant", tests, NULL, NULL);
}

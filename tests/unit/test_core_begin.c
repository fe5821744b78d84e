/* What core begins with: settings that nobody gave, and a state that knows nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core_world.h"

static void defaults_are_those_of_the_procedure_and_practice(void **state)
{
    struct site site;

    (void)state;
    site_set_defaults(&site);
    const struct mains_settings *mains = &site.mains;
    const struct genset_settings *genset = &site.genset;
    const struct procedure_settings *procedure = &site.procedure;
    const struct shutdown_settings *shutdown = &site.shutdown;
    const int64_t found_ms[] = {mains->loss_debounce_ms,
                                mains->return_confirm_ms,
                                mains->window_loss_ms,
                                mains->window_ms,
                                genset->start_delay_ms,
                                genset->preheat_ms,
                                genset->fuel_lead_ms,
                                genset->crank_ms,
                                genset->rest_ms,
                                genset->start_timeout_ms,
                                genset->start_pulse_ms,
                                genset->running_confirm_ms,
                                genset->warm_up_ms,
                                genset->running_lost_confirm_ms,
                                genset->cool_down_ms,
                                genset->stop_pulse_ms,
                                genset->fail_to_stop_ms,
                                genset->spin_down_ms,
                                procedure->start_due_ms,
                                procedure->report_failed_due_ms,
                                procedure->shutdown_due_ms,
                                procedure->repeat_ms,
                                shutdown->retry_pause_ms,
                                shutdown->tier_within_low_ms,
                                shutdown->notify_within_ms,
                                shutdown->notify_within_low_ms,
                                site.power_back.mains_stable_ms,
                                site.ups.reserve_ms};
    static const int64_t expected_s[] = {2,   120, 10, 60, 5,   0,  1,   8,  10,  90,
                                         2,   10,  10, 3,  120, 20, 30,  15, 300, 600,
                                         900, 300, 10, 60, 60,  5,  600, 60};
    assert_int_equal(sizeof found_ms, sizeof expected_s);
    for (size_t i = 0; i < sizeof found_ms / sizeof *found_ms; i++)
        assert_int_equal(found_ms[i], expected_s[i] * 1000);
    assert_int_equal(genset->attempts, 3);
    assert_int_equal(genset->wiring, GENSET_WIRING_NONE);
    assert_int_equal(genset->mode, GENSET_MODE_AUTOMATIC);
    assert_false(procedure->shutdown_due_from_opening);
    assert_true(shutdown->automatic);
    assert_int_equal(shutdown->parallel, 4);
    assert_int_equal(shutdown->verify_parallel, 32);
    assert_false(site.power_back.automatic || site.ups.asked);
    assert_int_equal(site.server_count, 0);
    assert_null(site.servers);
}

static void a_ups_is_watched_by_its_contact_or_by_nut(void **state)
{
    struct site site;

    (void)state;
    site_set_defaults(&site);
    assert_false(ups_is_watched(&site));
    site.ups.asked = true;
    assert_true(ups_is_watched(&site));
    site.ups.asked = false;
    site.inputs[INPUT_ROLE_UPS_BATTERY_LOW].wired = true;
    assert_true(ups_is_watched(&site));
}

static void a_site_that_is_released_has_no_servers(void **state)
{
    struct site site;

    (void)state;
    site_set_defaults(&site);
    site.servers = calloc(3, sizeof(*site.servers));
    site.server_count = 3;
    site_release(&site);
    assert_null(site.servers);
    assert_int_equal(site.server_count, 0);
    site_release(&site);
    site_release(NULL);
}

/* ---- a state ---- */

enum { BEGUN = 70 };

static struct world world;
static const struct state *const now = &world.now.state;

/* What it is made in was full of something else. */
static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    world_init(&world, &site, WORLD_SERVERS, instant_at(BEGUN));
    memset(&world.now, 0x5a, sizeof(world.now));
    state_init(&world.now.state, &world.site, instant_at(BEGUN));
    return 0;
}

static void assert_unset(const instant *instants, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (instants[i].ms != INSTANT_NONE.ms)
            fail_msg("the instant of place %zu is set", i);
}
#define ASSERT_UNSET(...)                                                                          \
    do {                                                                                           \
        const instant instants[] = {__VA_ARGS__};                                                  \
        assert_unset(instants, sizeof instants / sizeof *instants);                                \
    } while (0)

static void a_new_state_knows_no_mains_and_no_genset(void **state)
{
    const struct mains *mains = &now->mains;
    const struct genset *genset = &now->genset;

    (void)state;
    assert_int_equal(mains->state, MAINS_STATE_UNKNOWN);
    assert_int_equal(mains->since.ms, BEGUN);
    ASSERT_UNSET(mains->lost_at, mains->returned_at, mains->relapsed_at, mains->due);
    for (size_t i = 0; i < DIP_LIMIT; i++)
        ASSERT_UNSET(mains->dips[i].start, mains->dips[i].end);
    assert_int_equal(mains->dip_count + mains->outages, 0);
    assert_int_equal(genset->state, GENSET_STATE_UNKNOWN);
    assert_int_equal(genset->since.ms, BEGUN);
    ASSERT_UNSET(genset->due, genset->fuel_at, genset->pulse_until, genset->wanted_at);
    ASSERT_UNSET(genset->running_at, genset->stopped_at, genset->exercise_until);
    ASSERT_UNSET(genset->lockout_until);
    assert_int_equal(genset->source, START_SOURCE_UNKNOWN);
    assert_int_equal(genset->started_by, START_SOURCE_UNKNOWN);
    assert_int_equal(genset->last_start_ms, -1);
    assert_false(genset->wanted || genset->latched);
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++) {
        const struct input *input = &now->inputs[role];
        assert_int_equal(input->raw, INPUT_VALUE_UNKNOWN);
        assert_int_equal(input->value, INPUT_VALUE_UNKNOWN);
        ASSERT_UNSET(input->raw_since, input->since, input->settle_at);
        assert_false(input->alarmed || input->initial);
    }
}

static void a_new_state_has_no_incident(void **state)
{
    const struct incident *incident = &now->incident;

    (void)state;
    assert_int_equal(incident->phase, PHASE_IDLE);
    assert_int_equal(incident->kind, INCIDENT_KIND_OUTAGE);
    assert_int_equal(incident->shutdown_by, ACTOR_NONE);
    ASSERT_UNSET(incident->lost_at, incident->round_start, incident->genset_lost_at);
    ASSERT_UNSET(incident->next_pass_at, incident->self_due);
    for (size_t i = 0; i < STEP_COUNT; i++) {
        const struct step *step = &incident->steps[i];
        assert_int_equal(step->state, STEP_STATE_IDLE);
        ASSERT_UNSET(step->clock_start, step->due, step->done_at, step->repeat_at);
        assert_int_equal(step->answer, ANSWER_UNDECIDED);
        assert_int_equal(step->done_by, ACTOR_NONE);
        assert_int_equal(step->deviation_kind, DEVIATION_KIND_UNKNOWN);
        assert_int_equal(step->deviation_input, INPUT_ROLE_UNKNOWN);
    }
}

static void a_new_state_knows_no_server_and_no_equipment(void **state)
{
    (void)state;
    assert_int_equal(now->server_count, WORLD_SERVERS);
    for (size_t i = 0; i < WORLD_SERVERS; i++) {
        const struct server *server = &now->servers[i];
        assert_int_equal(server->state, SERVER_STATE_IDLE);
        assert_int_equal(server->result, SHUTDOWN_RESULT_NONE);
        assert_int_equal(server->power.state, POWER_STATE_IDLE);
        assert_int_equal(server->access.state, EQUIPMENT_STATE_UNKNOWN);
        ASSERT_UNSET(server->due, server->last_reachable, server->shutdown_started);
        ASSERT_UNSET(server->shutdown_finished, server->access.since, server->power.due);
        ASSERT_UNSET(server->power.started, server->power.finished);
        assert_false(server->told || server->ordered || server->power.down);
    }
    for (unsigned kind = 0; kind < EQUIPMENT_KIND_COUNT; kind++) {
        assert_int_equal(now->equipment[kind].state, EQUIPMENT_STATE_UNKNOWN);
        ASSERT_UNSET(now->equipment[kind].since);
    }
    assert_int_equal(now->ups.word.link, UPS_LINK_UNKNOWN);
    assert_int_equal(now->ups.word.on_battery, INPUT_VALUE_UNKNOWN);
    assert_int_equal(now->ups.word.battery_low, INPUT_VALUE_UNKNOWN);
    assert_int_equal(now->ups.word.runtime_ms, -1);
    assert_int_equal(now->ups.word.charge_percent, -1);
    ASSERT_UNSET(now->ups.heard_at, now->ups.empty_at);
}

static void a_new_state_counts_from_1_and_waits_for_nothing(void **state)
{
    (void)state;
    assert_int_equal(now->ticked.ms, BEGUN - 1);
    ASSERT_UNSET(now->resumed_at, now->anchor.at, now->anchor.begun, now->anchor.inhibit_until);
    ASSERT_UNSET(now->power_back.stable_from, now->inhibit_until);
    for (size_t i = 0; i < PROMISE_LIMIT; i++)
        ASSERT_UNSET(now->promises[i].expires_at);
    assert_int_equal(now->hold, HOLD_STATE_NONE);
    assert_int_equal(now->next_incident, 1);
    assert_int_equal(now->next_record, 1);
    assert_int_equal(now->next_deviation, 1);
    assert_int_equal(now->next_event, 1);
    assert_int_equal(now->next_command, 1);
    assert_int_equal(now->notified, 1);
    assert_int_equal(core_next_due(&world.site, now).ms, INSTANT_NEVER.ms);
    assert_true(core_is_at_rest(&world.site, now));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_procedure_and_practice),
        cmocka_unit_test(a_ups_is_watched_by_its_contact_or_by_nut),
        cmocka_unit_test(a_site_that_is_released_has_no_servers),
        cmocka_unit_test_setup(a_new_state_knows_no_mains_and_no_genset, open_world),
        cmocka_unit_test_setup(a_new_state_has_no_incident, open_world),
        cmocka_unit_test_setup(a_new_state_knows_no_server_and_no_equipment, open_world),
        cmocka_unit_test_setup(a_new_state_counts_from_1_and_waits_for_nothing, open_world),
    };
    return cmocka_run_group_tests_name("core/begin", tests, NULL, NULL);
}

/* What the UPS, the lines and the checks say, and what is announced of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/machine.h"
#include "core_world.h"

static struct world world;
static const struct ups *const ups = &world.now.state.ups;
static struct equipment *const equipment = world.now.state.equipment;

/* All is quiet at 9; the UPS is asked, and nothing is begun by itself. */
static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    site.genset.mode = GENSET_MODE_MANUAL;
    site.shutdown.automatic = false;
    site.ups.asked = true;
    site.ups.reserve_ms = 100;
    world_init(&world, &site, WORLD_SERVERS, instant_at(0));
    world_input(&world, 1, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_input(&world, 1, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_run(&world, 9);
    batch_clear(&world.batch);
    return 0;
}

static struct notice only_notice(void)
{
    struct notice found = {.sequence = 0};
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++)
        if (world.actions[i].kind == ACTION_NOTIFY) {
            found = world.actions[i].notice;
            count++;
        }
    if (count != 1)
        fail_msg("%u notices", count);
    return found;
}

static unsigned notices(void)
{
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++)
        count += world.actions[i].kind == ACTION_NOTIFY;
    return count;
}

/* How often it was said, and how gravely. */
static void assert_said(unsigned times, enum notification what, enum severity severity)
{
    unsigned count = 0;

    for (size_t i = 0; i < world.batch.count; i++) {
        const struct notice *notice = &world.actions[i].notice;
        if (world.actions[i].kind != ACTION_NOTIFY || notice->notification != what)
            continue;
        assert_int_equal(notice->severity, severity);
        count++;
    }
    assert_int_equal(count, times);
}

/* ---- the UPS ---- */

static const struct ups_word well = {.link = UPS_LINK_OK,
                                     .on_battery = INPUT_VALUE_INACTIVE,
                                     .battery_low = INPUT_VALUE_INACTIVE,
                                     .charge_percent = 90,
                                     .runtime_ms = 5000};

static void says(int64_t ms, struct ups_word word)
{
    batch_clear(&world.batch);
    world_step(&world, (struct event){.kind = EVENT_UPS, .at = instant_at(ms), .ups = word});
}

static void a_word_that_differs_in_anything_is_heard_anew(void **state)
{
    struct ups_word words[] = {well, well, well, well, well};

    (void)state;
    words[0].link = UPS_LINK_STALE;
    words[1].on_battery = INPUT_VALUE_ACTIVE;
    words[2].battery_low = INPUT_VALUE_UNKNOWN;
    words[3].charge_percent = 89;
    words[4].runtime_ms = 4999;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const int64_t ms = 100 + 10 * (int64_t)i;
        says(ms, well);
        assert_int_equal(ups->heard_at.ms, ms);
        says(ms + 1, well);
        assert_int_equal(ups->heard_at.ms, ms);
        says(ms + 2, words[i]);
        assert_int_equal(ups->heard_at.ms, ms + 2);
    }
}

static void a_ups_that_is_not_known_is_announced_once_with_the_reason(void **state)
{
    struct ups_word word = {.link = UPS_LINK_STALE, .charge_percent = -1, .runtime_ms = -1};

    (void)state;
    says(10, well);
    assert_int_equal(notices(), 0);
    word.on_battery = word.battery_low = INPUT_VALUE_UNKNOWN;
    says(11, word);
    assert_int_equal(only_notice().notification, NOTIFICATION_UPS_UNKNOWN);
    assert_int_equal(only_notice().severity, SEVERITY_WARNING);
    assert_int_equal(only_notice().reason, REASON_UPS_STALE);
    word.link = UPS_LINK_UNREACHABLE;
    says(12, word);
    assert_int_equal(notices(), 0);
    says(13, well);
    assert_int_equal(only_notice().notification, NOTIFICATION_UPS_KNOWN_AGAIN);
    assert_int_equal(only_notice().severity, SEVERITY_NOTICE);
    assert_int_equal(only_notice().reason, REASON_NONE);
    says(14, word);
    assert_int_equal(only_notice().reason, REASON_UPS_UNREACHABLE);
}

static void a_battery_is_empty_when_its_runtime_is_over(void **state)
{
    struct ups_word word = well;

    (void)state;
    says(10, word);
    assert_int_equal(ups->empty_at.ms, INSTANT_NONE.ms);
    world_input(&world, 11, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 19);
    word.on_battery = INPUT_VALUE_ACTIVE;
    says(20, word);
    assert_int_equal(ups->empty_at.ms, 20 + 5000);
    word.runtime_ms = -1;
    says(30, word);
    assert_int_equal(ups->empty_at.ms, INSTANT_NONE.ms);
    word.runtime_ms = 0;
    says(40, word);
    assert_int_equal(ups->empty_at.ms, 40);
    word.link = UPS_LINK_STALE;
    says(50, word);
    assert_int_equal(ups->empty_at.ms, 40);
}

/* Charged meanwhile, it lasts for longer. */
static void what_was_heard_of_a_battery_is_forgotten_with_supply(void **state)
{
    struct ups_word word = well;

    (void)state;
    world_input(&world, 11, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 19);
    word.on_battery = INPUT_VALUE_ACTIVE;
    says(20, word);
    word.link = UPS_LINK_STALE;
    says(30, word);
    assert_int_equal(ups->empty_at.ms, 20 + 5000);
    world_input(&world, 40, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    world_run(&world, 60);
    assert_int_equal(world.now.state.mains.state, MAINS_STATE_PRESENT);
    assert_int_equal(ups->empty_at.ms, INSTANT_NONE.ms);
    word.link = UPS_LINK_OK;
    says(70, word);
    assert_int_equal(ups->empty_at.ms, 70 + 5000);
}

static void a_low_battery_is_announced_and_its_end(void **state)
{
    struct ups_word word = well;

    (void)state;
    says(10, well);
    world_input(&world, 11, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 19);
    word.on_battery = word.battery_low = INPUT_VALUE_ACTIVE;
    says(20, word);
    assert_true(world.now.state.ups_low_alarmed);
    assert_said(1, NOTIFICATION_UPS_LOW, SEVERITY_CRITICAL);
    word.battery_low = INPUT_VALUE_UNKNOWN;
    says(30, word);
    assert_true(world.now.state.ups_low_alarmed);
    assert_said(0, NOTIFICATION_UPS_RECOVERED, SEVERITY_NOTICE);
    word.battery_low = INPUT_VALUE_INACTIVE;
    says(40, word);
    assert_false(world.now.state.ups_low_alarmed);
    assert_said(1, NOTIFICATION_UPS_RECOVERED, SEVERITY_NOTICE);
}

static void a_ups_runs_out_for_a_single_server_too(void **state)
{
    struct ctx ctx = {.site = &world.site, .state = &world.now.state, .batch = &world.batch};

    (void)state;
    world_input(&world, 11, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 19);
    world.now.state.ups.empty_at = instant_at(119);
    assert_true(ups_runs_out(&ctx));
    world.site.server_count = world.now.state.server_count = 1;
    assert_true(ups_runs_out(&ctx));
    world.site.server_count = world.now.state.server_count = 0;
    assert_false(ups_runs_out(&ctx));
}

/* ---- what it contradicts ---- */

static void assert_contradiction(enum notification what, enum severity severity, enum reason reason,
                                 enum input_role role)
{
    for (size_t i = 0; i < world.batch.count; i++) {
        const struct notice *notice = &world.actions[i].notice;
        if (world.actions[i].kind != ACTION_NOTIFY || notice->notification != what)
            continue;
        assert_int_equal(notice->severity, severity);
        assert_int_equal(notice->reason, reason);
        assert_int_equal(notice->input, role);
        return;
    }
    fail_msg("no %s", notification_name(what));
}

static void a_ups_that_is_low_with_supply_contradicts_it(void **state)
{
    struct ups_word word = well;

    (void)state;
    word.battery_low = INPUT_VALUE_ACTIVE;
    says(10, word);
    assert_contradiction(NOTIFICATION_CONTRADICTION_RAISED,
                         SEVERITY_CRITICAL,
                         REASON_UPS_LOW_WITH_SUPPLY,
                         INPUT_ROLE_UPS_BATTERY_LOW);
    assert_int_equal(world.now.state.hold, HOLD_STATE_HELD);
    assert_int_equal(world.now.state.hold_reason, REASON_UPS_LOW_WITH_SUPPLY);
    says(20, word);
    assert_int_equal(notices(), 0);
    says(30, well);
    assert_contradiction(NOTIFICATION_CONTRADICTION_CLEARED,
                         SEVERITY_NOTICE,
                         REASON_UPS_LOW_WITH_SUPPLY,
                         INPUT_ROLE_UPS_BATTERY_LOW);
    assert_int_equal(world.now.state.hold, HOLD_STATE_NONE);
}

static void a_ups_that_is_on_mains_in_an_outage_contradicts_it(void **state)
{
    struct ups_word word = well;

    (void)state;
    says(10, well);
    batch_clear(&world.batch);
    world_input(&world, 11, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 19);
    assert_contradiction(NOTIFICATION_CONTRADICTION_RAISED,
                         SEVERITY_CRITICAL,
                         REASON_UPS_ON_MAINS,
                         INPUT_ROLE_UPS_ON_BATTERY);
    word.on_battery = INPUT_VALUE_ACTIVE;
    says(20, word);
    assert_contradiction(NOTIFICATION_CONTRADICTION_CLEARED,
                         SEVERITY_NOTICE,
                         REASON_UPS_ON_MAINS,
                         INPUT_ROLE_UPS_ON_BATTERY);
}

static void a_ups_that_is_on_mains_while_that_returns_contradicts_nothing(void **state)
{
    struct ups_word word = well;

    (void)state;
    world.site.mains.return_confirm_ms = 100;
    word.on_battery = INPUT_VALUE_ACTIVE;
    says(10, word);
    world_input(&world, 11, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 19);
    world_input(&world, 20, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    says(30, well);
    assert_int_equal(world.now.state.mains.state, MAINS_STATE_RETURNING);
    assert_int_equal(world.now.state.hold, HOLD_STATE_NONE);
}

static void a_ups_that_is_not_heard_any_more_contradicts_nothing(void **state)
{
    const struct ups_word unheard = {
        UPS_LINK_STALE, INPUT_VALUE_UNKNOWN, INPUT_VALUE_UNKNOWN, -1, -1};
    struct ups_word word = well;

    (void)state;
    word.battery_low = INPUT_VALUE_ACTIVE;
    says(10, word);
    assert_int_equal(world.now.state.hold, HOLD_STATE_HELD);
    says(20, unheard);
    assert_int_equal(world.now.state.hold, HOLD_STATE_NONE);
    says(30, well);
    world_input(&world, 31, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 39);
    assert_int_equal(world.now.state.hold_reason, REASON_UPS_ON_MAINS);
    says(40, unheard);
    assert_int_equal(world.now.state.hold, HOLD_STATE_NONE);
}

/* ---- what must be ready ---- */

static void assert_item(enum equipment_kind kind, enum equipment_state expected, enum reason reason,
                        int64_t since_ms)
{
    assert_int_equal(equipment[kind].state, expected);
    assert_int_equal(equipment[kind].reason, reason);
    assert_int_equal(equipment[kind].since.ms, since_ms);
}

static void assert_announced(enum equipment_kind kind, bool missing, enum reason reason, int server)
{
    const struct notice notice = only_notice();

    assert_int_equal(notice.notification,
                     missing ? NOTIFICATION_EQUIPMENT_MISSING : NOTIFICATION_EQUIPMENT_READY);
    assert_int_equal(notice.severity, missing ? SEVERITY_WARNING : SEVERITY_NOTICE);
    assert_int_equal(notice.equipment, kind);
    assert_int_equal(notice.reason, reason);
    assert_int_equal(notice.server, server);
}

static void input(int64_t ms, enum input_role role, enum input_value value)
{
    batch_clear(&world.batch);
    world_input(&world, ms, role, value);
}

static void what_is_sensed_is_missing_for_its_own_reason(void **state)
{
    static const struct {
        enum input_role role;
        enum input_value missing;
        enum equipment_kind kind;
        enum reason reason;
    } cases[] = {
        {INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_ACTIVE, EQUIPMENT_KIND_GENSET, REASON_FAULT},
        {INPUT_ROLE_GENSET_AUTOMATIC,
         INPUT_VALUE_INACTIVE,
         EQUIPMENT_KIND_GENSET,
         REASON_NOT_AUTOMATIC},
        {INPUT_ROLE_FUEL_LOW, INPUT_VALUE_ACTIVE, EQUIPMENT_KIND_FUEL, REASON_FUEL_LOW},
        {INPUT_ROLE_STARTER_BATTERY_LOW,
         INPUT_VALUE_ACTIVE,
         EQUIPMENT_KIND_STARTER_BATTERY,
         REASON_BATTERY_LOW},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const enum input_role role = cases[i].role;
        const bool low = cases[i].missing == INPUT_VALUE_INACTIVE;
        open_world(state);
        assert_int_equal(equipment[cases[i].kind].state, EQUIPMENT_STATE_UNKNOWN);
        world.site.inputs[role].wired = true;
        input(10, role, low ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
        assert_item(cases[i].kind, EQUIPMENT_STATE_READY, REASON_NONE, 10);
        assert_int_equal(notices(), 0);
        input(20, role, cases[i].missing);
        assert_item(cases[i].kind, EQUIPMENT_STATE_MISSING, cases[i].reason, 20);
        assert_announced(cases[i].kind, true, cases[i].reason, -1);
        input(30, role, low ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
        assert_item(cases[i].kind, EQUIPMENT_STATE_READY, REASON_NONE, 30);
        assert_announced(cases[i].kind, false, REASON_NONE, -1);
        input(40, role, INPUT_VALUE_UNKNOWN);
        assert_item(cases[i].kind, EQUIPMENT_STATE_UNKNOWN, REASON_NONE, 40);
        assert_int_equal(only_notice().notification, NOTIFICATION_INPUT_UNAVAILABLE);
        assert_int_equal(only_notice().severity, SEVERITY_WARNING);
        assert_int_equal(only_notice().input, role);
        input(50, role, low ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
        assert_int_equal(only_notice().notification, NOTIFICATION_INPUT_AVAILABLE);
        assert_int_equal(only_notice().severity, SEVERITY_NOTICE);
        assert_item(cases[i].kind, EQUIPMENT_STATE_READY, REASON_NONE, 50);
    }
}

static void a_genset_of_which_one_part_is_not_known_is_not_known(void **state)
{
    (void)state;
    world.site.inputs[INPUT_ROLE_GENSET_FAULT].wired = true;
    world.site.inputs[INPUT_ROLE_GENSET_AUTOMATIC].wired = true;
    world.site.inputs[INPUT_ROLE_EMERGENCY_STOP].wired = true;
    input(10, INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_INACTIVE);
    input(11, INPUT_ROLE_GENSET_AUTOMATIC, INPUT_VALUE_ACTIVE);
    assert_int_equal(equipment[EQUIPMENT_KIND_GENSET].state, EQUIPMENT_STATE_UNKNOWN);
    input(12, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_INACTIVE);
    assert_item(EQUIPMENT_KIND_GENSET, EQUIPMENT_STATE_READY, REASON_NONE, 12);
    input(13, INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_UNKNOWN);
    assert_item(EQUIPMENT_KIND_GENSET, EQUIPMENT_STATE_UNKNOWN, REASON_NONE, 13);
    input(14, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE);
    assert_item(EQUIPMENT_KIND_GENSET, EQUIPMENT_STATE_MISSING, REASON_EMERGENCY_STOP, 14);
}

static void output(int64_t ms, enum output_role role, bool missing)
{
    world_step(
        &world,
        (struct event){
            .kind = EVENT_OUTPUT, .at = instant_at(ms), .output = role, .output_missing = missing});
}

static void an_output_of_the_gensets_that_fails_is_missing(void **state)
{
    for (unsigned role = OUTPUT_RUN; role <= OUTPUT_HORN; role++) {
        const bool is_gensets = role != OUTPUT_HORN;
        open_world(state);
        output(10, (enum output_role)role, true);
        assert_int_equal(equipment[EQUIPMENT_KIND_GENSET].state,
                         is_gensets ? EQUIPMENT_STATE_MISSING : EQUIPMENT_STATE_UNKNOWN);
        assert_int_equal(equipment[EQUIPMENT_KIND_GENSET].reason,
                         is_gensets ? REASON_LINE_UNAVAILABLE : REASON_NONE);
        output(20, (enum output_role)role, false);
        assert_int_equal(equipment[EQUIPMENT_KIND_GENSET].state,
                         is_gensets ? EQUIPMENT_STATE_READY : EQUIPMENT_STATE_UNKNOWN);
    }
}

static void a_ups_that_is_low_is_not_ready(void **state)
{
    struct ups_word word = well;

    (void)state;
    says(10, well);
    assert_item(EQUIPMENT_KIND_UPS, EQUIPMENT_STATE_READY, REASON_NONE, 10);
    word.battery_low = INPUT_VALUE_ACTIVE;
    says(20, word);
    assert_item(EQUIPMENT_KIND_UPS, EQUIPMENT_STATE_MISSING, REASON_UPS_LOW, 20);
    word.battery_low = INPUT_VALUE_UNKNOWN;
    says(30, word);
    assert_item(EQUIPMENT_KIND_UPS, EQUIPMENT_STATE_UNKNOWN, REASON_NONE, 30);
    world.site.ups.asked = false;
    equipment[EQUIPMENT_KIND_UPS].state = EQUIPMENT_STATE_READY;
    world_tick(&world, 40);
    assert_int_equal(equipment[EQUIPMENT_KIND_UPS].state, EQUIPMENT_STATE_READY);
}

static void checked(int64_t ms, size_t server, enum equipment_state found)
{
    batch_clear(&world.batch);
    world_step(&world,
               (struct event){.kind = EVENT_EQUIPMENT,
                              .at = instant_at(ms),
                              .server = server,
                              .equipment = EQUIPMENT_KIND_SERVER,
                              .equipment_state = found});
}

static void a_server_that_cannot_be_reached_is_named(void **state)
{
    const struct server *server = &world.now.state.servers[1];

    (void)state;
    checked(10, 1, EQUIPMENT_STATE_MISSING);
    assert_announced(EQUIPMENT_KIND_SERVER, true, REASON_CHECK_FAILED, 1);
    assert_int_equal(server->access.since.ms, 10);
    assert_int_equal(server->last_reachable.ms, INSTANT_NONE.ms);
    checked(11, 1, EQUIPMENT_STATE_MISSING);
    assert_int_equal(notices(), 0);
    assert_int_equal(server->access.since.ms, 10);
    checked(20, 1, EQUIPMENT_STATE_READY);
    assert_announced(EQUIPMENT_KIND_SERVER, false, REASON_NONE, 1);
    assert_int_equal(server->last_reachable.ms, 20);
    assert_int_equal(server->access.reason, REASON_NONE);
    checked(30, 1, EQUIPMENT_STATE_UNKNOWN);
    assert_int_equal(notices(), 0);
    checked(40, 1, EQUIPMENT_STATE_READY);
    assert_int_equal(notices(), 0);
    assert_int_equal(world.now.state.servers[0].access.state, EQUIPMENT_STATE_UNKNOWN);
}

static void a_server_that_is_reached_outside_an_incident_is_up(void **state)
{
    struct server *server = &world.now.state.servers[1];

    (void)state;
    server->state = SERVER_STATE_OFF;
    server->power.down = server->power.by_outage = true;
    checked(10, 1, EQUIPMENT_STATE_MISSING);
    assert_int_equal(server->state, SERVER_STATE_OFF);
    assert_true(server->power.down);
    checked(20, 1, EQUIPMENT_STATE_READY);
    assert_int_equal(server->state, SERVER_STATE_IDLE);
    assert_false(server->power.down || server->power.by_outage);
    assert_true(server->answered);
    server->answered = false;
    checked(30, 1, EQUIPMENT_STATE_READY);
    assert_false(server->answered);
    assert_int_equal(server->last_reachable.ms, 30);
}

/* In one there is evidence, which says more. */
static void a_server_that_is_reached_in_an_incident_stays_off(void **state)
{
    struct server *server = &world.now.state.servers[1];

    (void)state;
    world_input(&world, 10, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 19);
    server->state = SERVER_STATE_OFF;
    server->power.down = true;
    checked(20, 1, EQUIPMENT_STATE_READY);
    assert_int_equal(server->state, SERVER_STATE_OFF);
    assert_true(server->power.down);
    assert_int_equal(server->last_reachable.ms, 20);
}

static void who_is_behind_the_last_server_is_not_missing(void **state)
{
    struct ctx ctx = {.site = &world.site, .state = &world.now.state, .batch = &world.batch};

    (void)state;
    world.site.server_count = world.now.state.server_count = 1;
    world.now.state.servers[1].access.state = EQUIPMENT_STATE_MISSING;
    assert_false(readiness_misses_something(&ctx));
    world_input(&world, 10, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_run(&world, 12);
    assert_int_equal(world.now.state.incident.phase, PHASE_DECIDING);
    assert_int_equal(world.now.state.incident.deviations, 0);
    world.now.state.servers[0].access.state = EQUIPMENT_STATE_MISSING;
    assert_true(readiness_misses_something(&ctx));
}

/* ---- the lines ---- */

static bool counts_at_once(enum input_role role)
{
    return role == INPUT_ROLE_MAINS_L1 || role == INPUT_ROLE_MAINS_L2 ||
           role == INPUT_ROLE_MAINS_L3 || role == INPUT_ROLE_GENSET_RUNNING ||
           role == INPUT_ROLE_EMERGENCY_STOP;
}

static void what_is_safe_early_counts_at_once(void **state)
{
    for (unsigned number = INPUT_ROLE_MAINS_L1; number < INPUT_ROLE_COUNT; number++) {
        const enum input_role role = (enum input_role)number;
        const struct input *line = &world.now.state.inputs[role];
        open_world(state);
        world.site.inputs[role].wired = true;
        input(10, role, INPUT_VALUE_INACTIVE);
        assert_int_equal(line->value, INPUT_VALUE_INACTIVE);
        world.site.inputs[role].debounce_ms = 50;
        input(20, role, INPUT_VALUE_ACTIVE);
        assert_int_equal(line->value,
                         counts_at_once(role) ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
        world_run(&world, 69);
        assert_int_equal(line->value,
                         counts_at_once(role) ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
        world_run(&world, 70);
        assert_int_equal(line->value, INPUT_VALUE_ACTIVE);
        assert_int_equal(line->since.ms, 20);
        assert_int_equal(line->settle_at.ms, INSTANT_NONE.ms);
        input(80, role, INPUT_VALUE_INACTIVE);
        assert_int_equal(line->settle_at.ms, 80 + 50);
        input(90, role, INPUT_VALUE_ACTIVE);
        assert_int_equal(line->settle_at.ms, INSTANT_NONE.ms);
        assert_int_equal(line->value, INPUT_VALUE_ACTIVE);
        assert_int_equal(line->since.ms, 20);
        input(100, role, INPUT_VALUE_UNKNOWN);
        assert_int_equal(line->value, INPUT_VALUE_UNKNOWN);
        input(110, role, INPUT_VALUE_INACTIVE);
        assert_int_equal(line->value, INPUT_VALUE_INACTIVE);
        assert_int_equal(line->since.ms, 110);
    }
}

static void a_line_that_settles_alone_is_waited_for(void **state)
{
    (void)state;
    world.site.inputs[INPUT_ROLE_FUEL_LOW].wired = true;
    input(10, INPUT_ROLE_FUEL_LOW, INPUT_VALUE_INACTIVE);
    world_run(&world, 19);
    world.site.inputs[INPUT_ROLE_FUEL_LOW].debounce_ms = 50;
    input(20, INPUT_ROLE_FUEL_LOW, INPUT_VALUE_ACTIVE);
    assert_int_equal(core_next_due(&world.site, &world.now.state).ms, 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_word_that_differs_in_anything_is_heard_anew, open_world),
        cmocka_unit_test_setup(a_ups_that_is_not_known_is_announced_once_with_the_reason,
                               open_world),
        cmocka_unit_test_setup(a_battery_is_empty_when_its_runtime_is_over, open_world),
        cmocka_unit_test_setup(what_was_heard_of_a_battery_is_forgotten_with_supply, open_world),
        cmocka_unit_test_setup(a_low_battery_is_announced_and_its_end, open_world),
        cmocka_unit_test_setup(a_ups_runs_out_for_a_single_server_too, open_world),
        cmocka_unit_test_setup(a_ups_that_is_low_with_supply_contradicts_it, open_world),
        cmocka_unit_test_setup(a_ups_that_is_on_mains_in_an_outage_contradicts_it, open_world),
        cmocka_unit_test_setup(a_ups_that_is_on_mains_while_that_returns_contradicts_nothing,
                               open_world),
        cmocka_unit_test_setup(a_ups_that_is_not_heard_any_more_contradicts_nothing, open_world),
        cmocka_unit_test_setup(what_is_sensed_is_missing_for_its_own_reason, open_world),
        cmocka_unit_test_setup(a_genset_of_which_one_part_is_not_known_is_not_known, open_world),
        cmocka_unit_test_setup(an_output_of_the_gensets_that_fails_is_missing, open_world),
        cmocka_unit_test_setup(a_ups_that_is_low_is_not_ready, open_world),
        cmocka_unit_test_setup(a_server_that_cannot_be_reached_is_named, open_world),
        cmocka_unit_test_setup(a_server_that_is_reached_outside_an_incident_is_up, open_world),
        cmocka_unit_test_setup(a_server_that_is_reached_in_an_incident_stays_off, open_world),
        cmocka_unit_test_setup(who_is_behind_the_last_server_is_not_missing, open_world),
        cmocka_unit_test_setup(what_is_safe_early_counts_at_once, open_world),
        cmocka_unit_test_setup(a_line_that_settles_alone_is_waited_for, open_world),
    };
    return cmocka_run_group_tests_name("core/supply", tests, NULL, NULL);
}

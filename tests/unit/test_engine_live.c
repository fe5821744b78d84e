#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/core.h"
#include "engine/live.h"
#include "engine/severity.h"

enum { SERVERS = 2, ROWS_SEEN = 64 };
static const int64_t S = 1000, MINUTE = 60000;

/* 14:00:00 UTC is instant 1,000,000. */
static const struct derive_moment moment = {{1000000}, 50400000};
static char *program[] = {NULL};
static struct server_settings servers[SERVERS] = {{.index = 7, .name = "web1", .tier = 1},
                                                  {.index = 9, .name = "store", .tier = 2}};
static struct server_commands commands[SERVERS];
static struct config config;
static struct live_facts facts;
static struct state *world;

static struct {
    enum row_table table;
    uint32_t key;
    _Alignas(8) unsigned char row[ROW_SIZE_MAX];
} rows[ROWS_SEEN];
static size_t row_count;

static instant at(int64_t ms)
{
    return instant_add_ms(moment.now, ms);
}

static void wire_input(enum input_role role, uint32_t index, const char *name)
{
    config.site.inputs[role].wired = true;
    config.site.inputs[role].index = index;
    text_copy(config.site.inputs[role].name, sizeof config.site.inputs[role].name, name);
}

static void set_input(enum input_role role, enum input_value value)
{
    world->inputs[role].raw = world->inputs[role].value = value;
}

static int open_world(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    memset(&config, 0, sizeof config);
    site_set_defaults(&config.site);
    strcpy(config.site.name, "Office");
    config.site.server_count = SERVERS;
    config.site.servers = servers;
    config.server_commands = commands;
    commands[0].check = program;
    wire_input(INPUT_ROLE_MAINS_L1, 2, "Mains");
    wire_input(INPUT_ROLE_GENSET_RUNNING, 5, "Running");
    wire_input(INPUT_ROLE_FUEL_LOW, 9, "Fuel");
    facts =
        (struct live_facts){.engine_started = at(0), .journal = JOURNAL_STATE_OK, .moment = moment};
    world = calloc(1, state_size(SERVERS));
    if (!world)
        return -1;
    state_init(world, &config.site, moment.now);
    set_input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    set_input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    set_input(INPUT_ROLE_FUEL_LOW, INPUT_VALUE_INACTIVE);
    world->mains.state = MAINS_STATE_PRESENT;
    world->genset.state = GENSET_STATE_STOPPED;
    world->equipment[EQUIPMENT_KIND_FUEL].state = EQUIPMENT_STATE_READY;
    world->servers[0].access.state = EQUIPMENT_STATE_READY;
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    free(world);
    return 0;
}

static void keep_row(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)context;
    assert_true(row_count < ROWS_SEEN);
    assert_true(row_is_valid(table, row));
    rows[row_count].table = table;
    rows[row_count].key = key;
    memcpy(rows[row_count++].row, row, row_descriptors[table].size);
}

static const void *live_row(enum row_table table, uint32_t key)
{
    row_count = 0;
    live_rows(&config, world, &facts, keep_row, NULL);
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].table == table && rows[i].key == key)
            return rows[i].row;
    return NULL;
}

static const struct row_system *live_system(void)
{
    static struct row_system system;
    const void *row = live_row(ROW_system, 0);
    assert_non_null(row);
    if (row)
        memcpy(&system, row, sizeof system);
    return &system;
}

static void open_incident(void)
{
    struct incident *incident = &world->incident;
    incident->phase = PHASE_DECIDING;
    incident->kind = INCIDENT_KIND_OUTAGE;
    incident->id = 12;
    incident->round = 1;
    incident->lost_at = incident->round_start = at(0);
    for (int i = 0; i < STEP_COUNT; i++) {
        incident->steps[i].clock_start = at(0);
        incident->steps[i].due = at(i < 3 ? 5 * MINUTE : 10 * MINUTE);
        incident->steps[i].state = i < 3 ? STEP_STATE_OPEN : STEP_STATE_WAITING;
    }
    world->mains.state = MAINS_STATE_LOST;
    world->mains.lost_at = at(0);
}

static void a_new_state_makes_rows_without_invalid_values(void **state)
{
    (void)state;
    state_init(world, &config.site, moment.now);
    assert_non_null(live_row(ROW_mains, 0));
    memset(world, 0, state_size(SERVERS));
    assert_non_null(live_row(ROW_mains, 0));
}

static void rows_have_their_configured_keys(void **state)
{
    (void)state;
    assert_non_null(live_row(ROW_input, 2));
    assert_non_null(live_row(ROW_input, 5));
    assert_non_null(live_row(ROW_input, 9));
    assert_non_null(live_row(ROW_server, 7));
    assert_non_null(live_row(ROW_server, 9));
    assert_non_null(live_row(ROW_step, 6));
    assert_non_null(live_row(ROW_equipment, EQUIPMENT_KIND_FUEL));
    assert_non_null(live_row(ROW_equipment, LIVE_SERVER_ACCESS_KEY + 7));
    assert_null(live_row(ROW_equipment, LIVE_SERVER_ACCESS_KEY + 9));
    assert_null(live_row(ROW_equipment, EQUIPMENT_KIND_NETWORK));
}

static void the_same_state_makes_the_same_bytes(void **state)
{
    (void)state;
    struct row_system before;
    memcpy(&before, live_system(), sizeof before);
    memset(rows, 0xaa, sizeof rows);
    assert_memory_equal(live_system(), &before, sizeof before);
}

static void servers_that_are_as_shown_are_left_out(void **state)
{
    (void)state;
    struct state *shown = malloc(state_size(SERVERS));
    assert_non_null(shown);
    memcpy(shown, world, state_size(SERVERS));
    facts.shown = shown;
    world->servers[0].access.state = EQUIPMENT_STATE_MISSING;
    world->servers[1].result = SHUTDOWN_RESULT_FAILED;
    world->servers[1].state = SERVER_STATE_NOT_OFF;
    shown->servers[1] = world->servers[1];
    const struct row_system *system = live_row(ROW_system, 0);
    assert_int_equal(system->overall_state, severity_of_server(&world->servers[1]));
    assert_non_null(live_row(ROW_server, 7));
    assert_non_null(live_row(ROW_equipment, LIVE_SERVER_ACCESS_KEY + 7));
    assert_null(live_row(ROW_server, 9));
    facts.shown = NULL;
    assert_non_null(live_row(ROW_server, 9));
    free(shown);
}

static void all_is_well_in_peace(void **state)
{
    (void)state;
    assert_int_equal(live_system()->overall_state, SEVERITY_OK);
    assert_string_equal(live_system()->overall_text, "Mains present");
}

static void the_overall_state_is_the_worst_there_is(void **state)
{
    (void)state;
    set_input(INPUT_ROLE_FUEL_LOW, INPUT_VALUE_ACTIVE);
    assert_int_equal(live_system()->overall_state, SEVERITY_WARNING);
    world->genset.state = GENSET_STATE_START_FAILED;
    assert_int_equal(live_system()->overall_state, SEVERITY_CRITICAL);
}

static const struct row_genset *live_genset(void)
{
    static struct row_genset genset;
    const void *row = live_row(ROW_genset, 0);
    assert_non_null(row);
    if (row)
        memcpy(&genset, row, sizeof genset);
    return &genset;
}

static void the_emergency_stop_is_a_fault_too(void **state)
{
    (void)state;
    const enum input_value no = INPUT_VALUE_INACTIVE, yes = INPUT_VALUE_ACTIVE,
                           unknown = INPUT_VALUE_UNKNOWN;
    const struct {
        enum input_value fault, stop;
        enum on_off shown;
    } cases[] = {{no, no, ON_OFF_OFF},
                 {yes, no, ON_OFF_ON},
                 {no, yes, ON_OFF_ON},
                 {unknown, yes, ON_OFF_ON},
                 {no, unknown, ON_OFF_UNKNOWN},
                 {unknown, no, ON_OFF_UNKNOWN}};
    assert_int_equal(live_genset()->fault, ON_OFF_UNKNOWN);
    wire_input(INPUT_ROLE_GENSET_FAULT, 6, "Fault");
    set_input(INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_INACTIVE);
    assert_int_equal(live_genset()->fault, ON_OFF_OFF);
    wire_input(INPUT_ROLE_EMERGENCY_STOP, 7, "Emergency stop");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_input(INPUT_ROLE_GENSET_FAULT, cases[i].fault);
        set_input(INPUT_ROLE_EMERGENCY_STOP, cases[i].stop);
        assert_int_equal(live_genset()->fault, cases[i].shown);
    }
}

static void a_genset_that_cannot_be_started_says_why(void **state)
{
    (void)state;
    static const struct {
        enum input_role role;
        enum input_value value, normal;
        enum reason reason;
    } blocks[] = {
        {INPUT_ROLE_EMERGENCY_STOP,
         INPUT_VALUE_ACTIVE,
         INPUT_VALUE_INACTIVE,
         REASON_EMERGENCY_STOP},
        {INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_ACTIVE, INPUT_VALUE_INACTIVE, REASON_FAULT},
        {INPUT_ROLE_GENSET_AUTOMATIC,
         INPUT_VALUE_INACTIVE,
         INPUT_VALUE_ACTIVE,
         REASON_NOT_AUTOMATIC},
        {INPUT_ROLE_GENSET_RUNNING,
         INPUT_VALUE_UNKNOWN,
         INPUT_VALUE_INACTIVE,
         REASON_RUNNING_UNKNOWN},
    };
    assert_string_equal(live_genset()->reason, "");
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        wire_input(blocks[i].role, 20 + (uint32_t)i, "Interlock");
        set_input(blocks[i].role, blocks[i].value);
        assert_string_equal(live_genset()->reason, reason_text(blocks[i].reason));
        world->genset.state = GENSET_STATE_RUNNING;
        assert_string_equal(live_genset()->reason, "");
        world->genset.state = GENSET_STATE_STOPPED;
        set_input(blocks[i].role, blocks[i].normal);
    }
    assert_string_equal(live_genset()->reason, "");
    world->inhibit_until = at(60 * S);
    assert_string_equal(live_genset()->reason, reason_text(REASON_INHIBITED));
    world->genset.state = GENSET_STATE_START_FAILED;
    world->genset.latched = true;
    world->genset.reason = REASON_ATTEMPTS_FAILED;
    assert_string_equal(live_genset()->reason, reason_text(REASON_ATTEMPTS_FAILED));
}

static void the_attempts_of_the_last_start_stay(void **state)
{
    (void)state;
    world->genset.state = GENSET_STATE_RUNNING;
    world->genset.attempt = 0;
    world->genset.last_attempts = 3;
    assert_int_equal(live_genset()->attempts, 3);
}

static void a_journal_behind_shows_in_the_overall_state(void **state)
{
    (void)state;
    facts.journal = JOURNAL_STATE_BEHIND;
    assert_int_equal(live_system()->overall_state, SEVERITY_WARNING);
    assert_string_equal(live_system()->overall_text, "Mains present; journal behind");
}

static void an_input_that_is_not_available_is_a_warning(void **state)
{
    (void)state;
    set_input(INPUT_ROLE_FUEL_LOW, INPUT_VALUE_UNKNOWN);
    const struct row_input *row = live_row(ROW_input, 9);
    assert_int_equal(row->status, INPUT_STATUS_UNAVAILABLE);
    assert_int_equal(row->severity, SEVERITY_WARNING);
    assert_string_equal(live_system()->overall_text, "Mains present; 1 input unavailable");
}

static void an_outage_is_told_with_times_of_day_and_no_ages(void **state)
{
    (void)state;
    open_incident();
    world->genset.state = GENSET_STATE_CRANKING;
    world->genset.attempt = 2;
    assert_string_equal(live_system()->overall_text,
                        "Outage 12 since 14:00:00: mains lost; genset cranking (attempt 2 of 3); "
                        "step 1 due 14:05:00");
    assert_int_equal(live_system()->open_incident, 12);
}

static void missed_steps_are_told_before_what_comes_next(void **state)
{
    (void)state;
    open_incident();
    for (int i = 0; i < 3; i++)
        world->incident.steps[i].state = STEP_STATE_MISSED;
    world->incident.steps[3].state = STEP_STATE_OPEN;
    assert_non_null(strstr(live_system()->overall_text,
                           "; step 1 missed; step 2 missed; step 3 missed; step 4 due 14:10:00"));
}

static void a_missed_step_alarms_while_its_incident_is_open(void **state)
{
    (void)state;
    open_incident();
    world->incident.steps[2].state = STEP_STATE_MISSED;
    assert_int_equal(((const struct row_step *)live_row(ROW_step, 3))->severity, SEVERITY_CRITICAL);
    world->incident.phase = PHASE_IDLE;
    world->mains.state = MAINS_STATE_PRESENT;
    assert_int_equal(((const struct row_step *)live_row(ROW_step, 3))->severity, SEVERITY_NOTICE);
    assert_int_equal(live_system()->overall_state, SEVERITY_NOTICE);
}

static void a_step_done_late_has_its_lateness(void **state)
{
    (void)state;
    open_incident();
    world->incident.steps[2].state = STEP_STATE_MISSED;
    world->incident.steps[2].done_at = at(7 * MINUTE);
    assert_int_equal(((const struct row_step *)live_row(ROW_step, 3))->lateness_ms, 2 * MINUTE);
    world->incident.steps[2].done_at = at(5 * MINUTE);
    assert_int_equal(((const struct row_step *)live_row(ROW_step, 3))->lateness_ms, -1);
}

/* When it was due the procedure had gone another way, as the record says, too. */
static void a_step_done_after_it_was_not_required_is_not_late(void **state)
{
    (void)state;
    open_incident();
    world->incident.steps[2].state = STEP_STATE_NOT_REQUIRED;
    world->incident.steps[2].done_at = at(7 * MINUTE);
    assert_int_equal(((const struct row_step *)live_row(ROW_step, 3))->lateness_ms, -1);
}

static void the_running_contact_is_not_believed_after_a_failed_stop(void **state)
{
    (void)state;
    const uint32_t key = config.site.inputs[INPUT_ROLE_GENSET_RUNNING].index;
    set_input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    world->genset.state = GENSET_STATE_RUNNING;
    assert_int_equal(((const struct row_input *)live_row(ROW_input, key))->value,
                     INPUT_VALUE_ACTIVE);
    world->genset.state = GENSET_STATE_STOP_FAILED;
    assert_int_equal(((const struct row_input *)live_row(ROW_input, key))->value,
                     INPUT_VALUE_UNKNOWN);
}

/* What a reader shows: the sum, and the time since it began to grow. */
static int64_t mains_out_ms(instant now)
{
    const struct row_mains *row = live_row(ROW_mains, 0);
    int64_t grown_ms = instant_is_set(row->out_since) ? instant_diff_ms(now, row->out_since) : 0;
    return row->out_ms + grown_ms;
}

static void seconds_without_mains_never_go_back(void **state)
{
    (void)state;
    open_incident();
    world->mains.out_ms = 5 * S;
    assert_int_equal(mains_out_ms(at(60 * S)), 65 * S);
    world->mains.state = MAINS_STATE_RETURNING;
    world->mains.returned_at = at(60 * S);
    assert_int_equal(mains_out_ms(at(170 * S)), 65 * S);
    world->mains.state = MAINS_STATE_PRESENT;
    world->mains.out_ms = 65 * S;
    world->mains.lost_at = world->mains.returned_at = INSTANT_NONE;
    assert_int_equal(mains_out_ms(at(180 * S)), 65 * S);
}

static int64_t genset_run_ms(instant now)
{
    const struct row_genset *row = live_row(ROW_genset, 0);
    int64_t grown_ms =
        instant_is_set(row->running_since) ? instant_diff_ms(now, row->running_since) : 0;
    return row->run_ms + grown_ms;
}

static void seconds_of_running_never_go_back(void **state)
{
    (void)state;
    world->genset.state = GENSET_STATE_CONFIRMING;
    world->genset.running_at = at(0);
    assert_int_equal(genset_run_ms(at(5 * S)), 0);
    world->genset.state = GENSET_STATE_RUNNING;
    assert_int_equal(genset_run_ms(at(60 * S)), 60 * S);
    world->genset.stopped_at = at(60 * S);
    assert_int_equal(genset_run_ms(at(62 * S)), 60 * S);
    world->genset.state = GENSET_STATE_SPINNING_DOWN;
    world->genset.running_at = world->genset.stopped_at = INSTANT_NONE;
    world->genset.run_ms = 60 * S;
    assert_int_equal(genset_run_ms(at(63 * S)), 60 * S);
}

static void a_genset_that_never_started_has_no_start_time(void **state)
{
    (void)state;
    assert_int_equal(((const struct row_genset *)live_row(ROW_genset, 0))->last_start_ms, -1);
    world->genset.last_start_ms = 8 * S;
    assert_int_equal(((const struct row_genset *)live_row(ROW_genset, 0))->last_start_ms, 8 * S);
}

static void servers_down_are_counted(void **state)
{
    (void)state;
    open_incident();
    world->servers[0].told = world->servers[1].told = true;
    world->servers[0].state = SERVER_STATE_OFF;
    world->servers[1].state = SERVER_STATE_NOT_OFF;
    assert_non_null(strstr(live_system()->overall_text, "; 1 of 2 servers down, 1 not"));
}

static void every_state_has_a_severity(void **state)
{
    (void)state;
    for (unsigned mains = 1; mains < MAINS_STATE_COUNT; mains++)
        assert_true(severity_of_mains((enum mains_state)mains) > SEVERITY_UNKNOWN);
    for (unsigned genset = 1; genset < GENSET_STATE_COUNT; genset++) {
        world->genset.state = (enum genset_state)genset;
        assert_true(severity_of_genset(world) > SEVERITY_UNKNOWN);
    }
    for (unsigned step = 2; step < STEP_STATE_COUNT; step++) {
        const struct step one = {.state = (enum step_state)step};
        assert_true(severity_of_step(&one, true) > SEVERITY_UNKNOWN);
    }
    for (unsigned server = 2; server < SERVER_STATE_COUNT; server++) {
        const struct server one = {.state = (enum server_state)server};
        assert_true(severity_of_server(&one) > SEVERITY_UNKNOWN);
    }
}

#define live_test(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)

/* ---- the shutdown's progress ---- */

static const struct row_shutdown *live_shutdown(void)
{
    static struct row_shutdown shutdown;
    const void *row = live_row(ROW_shutdown, 0);
    assert_non_null(row);
    if (row)
        memcpy(&shutdown, row, sizeof shutdown);
    return &shutdown;
}

static void server_is(size_t place, enum server_state server_state, enum shutdown_result result)
{
    struct server *server = &world->servers[place];
    server->state = server_state;
    server->result = result;
    server->told = server_state > SERVER_STATE_WAITING;
}

static void all_are_ordered(void)
{
    world->incident.shutdown_begun = world->incident.shutdown_all = true;
    for (size_t i = 0; i < SERVERS; i++)
        world->servers[i].ordered = true;
}

static void no_shutdown_has_no_progress(void **state)
{
    (void)state;
    open_incident();
    const struct row_shutdown *row = live_shutdown();
    assert_int_equal(row->state, PROGRESS_STATE_NONE);
    assert_int_equal(row->servers, 0);
    assert_false(instant_is_set(row->started));
}

static void a_shutdown_counts_what_is_done_and_left(void **state)
{
    (void)state;
    open_incident();
    all_are_ordered();
    server_is(0, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
    world->servers[0].shutdown_started = at(1000);
    world->servers[0].shutdown_finished = at(9000);
    server_is(1, SERVER_STATE_WAITING, SHUTDOWN_RESULT_NONE);
    assert_int_equal(live_shutdown()->state, PROGRESS_STATE_WAITING);
    server_is(1, SERVER_STATE_VERIFYING, SHUTDOWN_RESULT_NONE);
    world->servers[1].shutdown_started = at(10000);
    const struct row_shutdown *row = live_shutdown();
    assert_int_equal(row->state, PROGRESS_STATE_UNDER_WAY);
    assert_int_equal(row->servers, 2);
    assert_int_equal(row->done, 1);
    assert_int_equal(row->left, 1);
    assert_int_equal(row->tier, 2);
    assert_int_equal(row->started.ms, at(1000).ms);
    assert_false(instant_is_set(row->ended));
    assert_int_equal(derive_shutdown_elapsed_s(row, at(21000)), 20);
}

static void a_shutdown_ends_with_its_last_server(void **state)
{
    (void)state;
    open_incident();
    all_are_ordered();
    for (size_t i = 0; i < SERVERS; i++) {
        server_is(i, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
        world->servers[i].shutdown_started = at(1000);
        world->servers[i].shutdown_finished = at(9000 + 1000 * (int64_t)i);
    }
    const struct row_shutdown *row = live_shutdown();
    assert_int_equal(row->state, PROGRESS_STATE_DONE);
    assert_int_equal(row->left, 0);
    assert_int_equal(row->tier, 0);
    assert_int_equal(derive_shutdown_elapsed_s(row, at(99000)), 9);
}

static void a_shutdown_that_was_cancelled_or_failed_is_not_done(void **state)
{
    (void)state;
    open_incident();
    world->incident.shutdown_begun = true;
    world->servers[0].ordered = true;
    server_is(0, SERVER_STATE_OFF, SHUTDOWN_RESULT_VERIFIED_OFF);
    server_is(1, SERVER_STATE_IDLE, SHUTDOWN_RESULT_SPARED);
    world->servers[1].reason = REASON_CANCELLED;
    assert_int_equal(live_shutdown()->state, PROGRESS_STATE_CANCELLED);
    world->servers[1].reason = REASON_SUPPLY_BACK;
    assert_int_equal(live_shutdown()->state, PROGRESS_STATE_ENDED);
    server_is(1, SERVER_STATE_NOT_OFF, SHUTDOWN_RESULT_FAILED);
    const struct row_shutdown *row = live_shutdown();
    assert_int_equal(row->state, PROGRESS_STATE_ENDED);
    assert_int_equal(row->left, 1);
}

static void system_row_tells_the_hash_of_the_configuration_in_force(void **state)
{
    (void)state;
    config.hash = UINT64_C(0x0123456789abcdef);
    assert_string_equal(live_system()->config_hash, "0123456789abcdef");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        live_test(a_new_state_makes_rows_without_invalid_values),
        live_test(system_row_tells_the_hash_of_the_configuration_in_force),
        live_test(no_shutdown_has_no_progress),
        live_test(a_shutdown_counts_what_is_done_and_left),
        live_test(a_shutdown_ends_with_its_last_server),
        live_test(a_shutdown_that_was_cancelled_or_failed_is_not_done),
        live_test(rows_have_their_configured_keys),
        live_test(the_same_state_makes_the_same_bytes),
        live_test(servers_that_are_as_shown_are_left_out),
        live_test(all_is_well_in_peace),
        live_test(the_overall_state_is_the_worst_there_is),
        live_test(the_emergency_stop_is_a_fault_too),
        live_test(a_genset_that_cannot_be_started_says_why),
        live_test(the_attempts_of_the_last_start_stay),
        live_test(a_journal_behind_shows_in_the_overall_state),
        live_test(an_input_that_is_not_available_is_a_warning),
        live_test(an_outage_is_told_with_times_of_day_and_no_ages),
        live_test(missed_steps_are_told_before_what_comes_next),
        live_test(a_missed_step_alarms_while_its_incident_is_open),
        live_test(a_step_done_late_has_its_lateness),
        live_test(a_step_done_after_it_was_not_required_is_not_late),
        live_test(the_running_contact_is_not_believed_after_a_failed_stop),
        live_test(seconds_without_mains_never_go_back),
        live_test(seconds_of_running_never_go_back),
        live_test(a_genset_that_never_started_has_no_start_time),
        live_test(servers_down_are_counted),
        live_test(every_state_has_a_severity),
    };
    return cmocka_run_group_tests_name("engine/live", tests, NULL, NULL);
}

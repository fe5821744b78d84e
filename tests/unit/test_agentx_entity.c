#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agentx/entity.h"
#include "base/text.h"

enum {
    NOW_MS = 1000000,
    DESCR = 2,
    WITHIN = 4,
    CLASS = 5,
    POSITION = 6,
    NAME = 7,
    VALUE = 4,
    STATUS = 5,
    POWER = 1,
    UPS = 4,
    DEADLINE = 11,
    NOT_OFF = 12,
    MAINS_PRESENT = 21,
    MAINS_OUT = 22,
    GENSET_RUNNING = 31,
    GENSET_LOAD = 32,
    GENSET_HOURS = 33,
    UPS_ONLINE = 41,
    UPS_CHARGE = 42,
    UPS_RUNTIME = 43,
    INPUTS = 1000000,
    SERVERS = 2000000,
    SERVER_SENSORS = 3000000,
};

static struct replica *rows;
static enum engine_link engine;

static int set_up(void **state)
{
    (void)state;
    engine = ENGINE_LINK_CONNECTED;
    rows = replica_create();
    return rows ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    replica_free(rows);
    return 0;
}

static void put(enum row_table table, uint32_t key, const void *row)
{
    struct wire_message message;
    wire_row_fill(&message, table, key, row);
    assert_int_equal(replica_stage(rows, &message.row), 0);
    replica_commit(rows, replica_commit_number(rows) + 1);
}

static void put_input(uint32_t key, const char *name, uint32_t value, uint32_t status)
{
    struct row_input input = {.role = INPUT_ROLE_FUEL_LOW, .value = value, .status = status};
    text_copy(input.name, sizeof input.name, name);
    put(ROW_input, key, &input);
}

static void put_server(uint32_t key, const char *name, uint32_t server_state)
{
    struct row_server server = {.state = server_state};
    text_copy(server.name, sizeof server.name, name);
    put(ROW_server, key, &server);
}

static void put_ups(uint32_t source, uint32_t status, uint32_t charge_known)
{
    struct row_ups ups = {.source = source,
                          .status = status,
                          .charge_known = charge_known,
                          .charge_percent = 88,
                          .runtime_ms = 900999,
                          .empty_at = INSTANT_NONE};
    put(ROW_ups, 0, &ups);
}

static struct view view_now(void)
{
    return (struct view){
        .replica = rows,
        .link = engine,
        .heard_at = instant_at(NOW_MS - 1000),
        .moment = {.now = instant_at(NOW_MS)},
        .entities_changed = instant_at(NOW_MS - 4000),
        .master_started = instant_at(NOW_MS - 60000),
    };
}

static struct value get(const struct object_set *set, uint32_t arc, uint32_t key)
{
    struct view view = view_now();
    return table_value(&view, set, arc, NULL, key);
}

static void assert_entity(uint32_t key, const char *name, const char *descr, uint32_t within)
{
    assert_string_equal(get(&entity_objects, NAME, key).text, name);
    assert_string_equal(get(&entity_objects, DESCR, key).text, descr);
    assert_int_equal(get(&entity_objects, WITHIN, key).number, within);
}

static void assert_reads(uint32_t key, int64_t number)
{
    assert_int_equal(get(&entity_sensor_objects, STATUS, key).number, STATUS_OK);
    assert_int_equal(get(&entity_sensor_objects, VALUE, key).kind, VALUE_NUMBER);
    assert_int_equal(get(&entity_sensor_objects, VALUE, key).number, number);
}

static void assert_reads_nothing(uint32_t key, enum sensor_status status)
{
    assert_int_equal(get(&entity_sensor_objects, STATUS, key).number, status);
    assert_int_equal(get(&entity_sensor_objects, VALUE, key).kind, VALUE_ABSENT);
}

static bool is_there(uint32_t key)
{
    struct view view = view_now();
    uint32_t found;
    return entity_objects.next_key(&view, key, &found) && found == key;
}

/* ---- entities ---- */

static void an_index_is_the_rows_own_whatever_else_is_there(void **state)
{
    (void)state;
    put_input(999999, "Fuel", INPUT_VALUE_ACTIVE, INPUT_STATUS_OK);
    put_server(7, "db", SERVER_STATE_IDLE);
    assert_entity(INPUTS + 999999, "Fuel", "fuel-low", POWER);
    assert_entity(SERVERS + 7, "db", "Server", POWER);
    assert_entity(SERVER_SENSORS + 7, "db", "Proven off", SERVERS + 7);
    put_input(1, "Mains", INPUT_VALUE_ACTIVE, INPUT_STATUS_OK);
    put_server(1, "web", SERVER_STATE_IDLE);
    put_ups(UPS_SOURCE_NUT, UPS_STATUS_ONLINE, ON_OFF_ON);
    assert_entity(INPUTS + 999999, "Fuel", "fuel-low", POWER);
    assert_entity(SERVERS + 7, "db", "Server", POWER);
    assert_entity(SERVER_SENSORS + 7, "db", "Proven off", SERVERS + 7);
}

static void a_row_beyond_its_block_takes_no_others_index(void **state)
{
    (void)state;
    put_input(1000001, "odd", INPUT_VALUE_ACTIVE, INPUT_STATUS_OK);
    put_server(UINT32_MAX, "odd", SERVER_STATE_IDLE);
    assert_false(is_there(SERVERS + 1));
    struct view view = view_now();
    uint32_t found;
    assert_false(entity_objects.next_key(&view, INPUTS, &found));
}

static void the_power_has_the_sites_name_once_it_is_known(void **state)
{
    (void)state;
    assert_string_equal(get(&entity_objects, NAME, POWER).text, "padam");
    struct row_system system = {.site = "Kantor BKD"};
    put(ROW_system, 0, &system);
    assert_string_equal(get(&entity_objects, NAME, POWER).text, "Kantor BKD");
}

static void a_site_without_ups_has_no_entity_of_one(void **state)
{
    (void)state;
    assert_false(is_there(UPS));
    put_ups(UPS_SOURCE_NONE, UPS_STATUS_UNKNOWN, ON_OFF_OFF);
    assert_false(is_there(UPS) || is_there(UPS_ONLINE) || is_there(UPS_RUNTIME));
    put_ups(UPS_SOURCE_CONTACTS, UPS_STATUS_ONLINE, ON_OFF_OFF);
    assert_true(is_there(UPS) && is_there(UPS_ONLINE) && is_there(UPS_RUNTIME));
}

static void everything_is_within_another_and_has_a_place_of_its_own_there(void **state)
{
    (void)state;
    put_ups(UPS_SOURCE_BOTH, UPS_STATUS_ONLINE, ON_OFF_ON);
    for (uint32_t key = 1; key <= 3; key++) {
        put_input(key, "input", INPUT_VALUE_ACTIVE, INPUT_STATUS_OK);
        put_server(key, "server", SERVER_STATE_IDLE);
    }
    struct entity entities[32];
    size_t count = 0;
    for (uint32_t from = 0; entity_next(rows, from, &entities[count]); count++)
        from = entities[count].index + 1;
    assert_int_equal(count, 14 + 3 * 3);
    for (size_t i = 0; i < count; i++) {
        assert_true(entities[i].within == 0 || is_there(entities[i].within));
        assert_int_equal(entities[i].within == 0, entities[i].index == POWER);
        assert_int_equal(entities[i].sensor != NULL, entities[i].class == CLASS_SENSOR);
        for (size_t j = 0; j < i; j++)
            assert_false(entities[i].within == entities[j].within &&
                         entities[i].class == entities[j].class &&
                         entities[i].position == entities[j].position);
    }
}

/* ---- sensors ---- */

static void a_sensor_reads_its_row(void **state)
{
    (void)state;
    struct row_system system = {.site = "x"};
    struct row_mains mains = {
        .state = MAINS_STATE_PRESENT, .out_ms = 61000, .out_since = INSTANT_NONE};
    struct row_genset genset = {.state = GENSET_STATE_RUNNING,
                                .load = LOAD_STATE_NOT_CARRYING,
                                .run_ms = 3600000 + 360000,
                                .running_since = INSTANT_NONE};
    struct row_step step = {.state = STEP_STATE_OPEN, .due = instant_at(NOW_MS + 90000)};
    put(ROW_system, 0, &system);
    put(ROW_mains, 0, &mains);
    put(ROW_genset, 0, &genset);
    put(ROW_step, 2, &step);
    step.due = instant_at(NOW_MS + 30000);
    put(ROW_step, 4, &step);
    step.state = STEP_STATE_MET;
    step.due = instant_at(NOW_MS + 10000);
    put(ROW_step, 5, &step);
    put_ups(UPS_SOURCE_NUT, UPS_STATUS_ONLINE, ON_OFF_ON);
    put_input(4, "Fuel", INPUT_VALUE_INACTIVE, INPUT_STATUS_OK);
    put_server(1, "db", SERVER_STATE_OFF);
    put_server(2, "web", SERVER_STATE_UNKNOWN);
    put_server(3, "mail", SERVER_STATE_NOT_OFF);
    assert_reads(DEADLINE, 30);
    assert_reads(NOT_OFF, 2);
    assert_reads(MAINS_PRESENT, TRUTH_TRUE);
    assert_reads(MAINS_OUT, 61);
    assert_reads(GENSET_RUNNING, TRUTH_TRUE);
    assert_reads(GENSET_LOAD, TRUTH_FALSE);
    assert_reads(GENSET_HOURS, 11);
    assert_reads(UPS_ONLINE, TRUTH_TRUE);
    assert_reads(UPS_CHARGE, 88);
    assert_reads(UPS_RUNTIME, 900);
    assert_reads(INPUTS + 4, TRUTH_FALSE);
    assert_reads(SERVER_SENSORS + 1, TRUTH_TRUE);
    assert_reads_nothing(SERVER_SENSORS + 2, STATUS_UNAVAILABLE);
    assert_reads(SERVER_SENSORS + 3, TRUTH_FALSE);
}

static void mains_is_present_in_that_state_alone(void **state)
{
    (void)state;
    for (uint32_t mains_state = MAINS_STATE_UNSTABLE; mains_state < MAINS_STATE_COUNT;
         mains_state++) {
        struct row_mains mains = {.state = mains_state};
        put(ROW_mains, 0, &mains);
        assert_reads(MAINS_PRESENT, TRUTH_FALSE);
    }
}

static void what_is_unknown_has_no_value(void **state)
{
    (void)state;
    struct row_system system = {.site = "x"};
    struct row_mains mains = {
        .state = MAINS_STATE_UNKNOWN, .out_ms = -1, .out_since = INSTANT_NONE};
    struct row_genset genset = {.state = GENSET_STATE_UNKNOWN,
                                .load = LOAD_STATE_UNKNOWN,
                                .run_ms = -1,
                                .running_since = INSTANT_NONE};
    put(ROW_system, 0, &system);
    put(ROW_mains, 0, &mains);
    put(ROW_genset, 0, &genset);
    struct row_ups ups = {.source = UPS_SOURCE_NUT,
                          .status = UPS_STATUS_UNKNOWN,
                          .charge_known = ON_OFF_OFF,
                          .charge_percent = 100,
                          .runtime_ms = -1,
                          .empty_at = INSTANT_NONE};
    put(ROW_ups, 0, &ups);
    put_input(1, "a", INPUT_VALUE_UNKNOWN, INPUT_STATUS_OK);
    put_input(2, "b", INPUT_VALUE_ACTIVE, INPUT_STATUS_UNKNOWN);
    put_input(3, "c", INPUT_VALUE_ACTIVE, INPUT_STATUS_UNAVAILABLE);
    const uint32_t keys[] = {DEADLINE,
                             MAINS_PRESENT,
                             MAINS_OUT,
                             GENSET_RUNNING,
                             GENSET_LOAD,
                             GENSET_HOURS,
                             UPS_ONLINE,
                             UPS_CHARGE,
                             UPS_RUNTIME,
                             INPUTS + 1,
                             INPUTS + 2};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_reads_nothing(keys[i], STATUS_UNAVAILABLE);
    assert_reads_nothing(INPUTS + 3, STATUS_NONOPERATIONAL);
}

static void a_lost_engines_sensors_are_unavailable_and_keep_their_names(void **state)
{
    (void)state;
    struct row_mains mains = {.state = MAINS_STATE_PRESENT, .out_ms = 0, .out_since = INSTANT_NONE};
    put(ROW_mains, 0, &mains);
    put_server(1, "db", SERVER_STATE_OFF);
    put_input(1, "a", INPUT_VALUE_ACTIVE, INPUT_STATUS_OK);
    put_ups(UPS_SOURCE_NUT, UPS_STATUS_ONLINE, ON_OFF_ON);
    engine = ENGINE_LINK_LOST;
    struct view view = view_now();
    uint32_t key, count = 0;
    for (uint32_t from = 0; entity_sensor_objects.next_key(&view, from, &key); from = key + 1) {
        assert_reads_nothing(key, STATUS_UNAVAILABLE);
        count++;
    }
    assert_int_equal(count, 10 + 2);
    assert_string_equal(get(&entity_objects, NAME, SERVERS + 1).text, "db");
}

static void a_value_beyond_the_limit_is_the_overflow(void **state)
{
    (void)state;
    struct row_mains mains = {.state = MAINS_STATE_PRESENT,
                              .out_ms = INT64_C(1000000001) * 1000,
                              .out_since = INSTANT_NONE};
    put(ROW_mains, 0, &mains);
    assert_reads(MAINS_OUT, 1000000000);
}

/* ---- the last change ---- */

static void names_change_the_fingerprint_and_states_do_not(void **state)
{
    (void)state;
    put_server(1, "db", SERVER_STATE_IDLE);
    uint64_t before = entity_fingerprint(rows);
    put_server(1, "db", SERVER_STATE_OFF);
    assert_true(entity_fingerprint(rows) == before);
    put_server(1, "database", SERVER_STATE_OFF);
    uint64_t renamed = entity_fingerprint(rows);
    assert_true(renamed != before);
    put_server(2, "web", SERVER_STATE_OFF);
    assert_true(entity_fingerprint(rows) != renamed);
}

static void the_last_change_is_told_in_the_masters_uptime(void **state)
{
    (void)state;
    struct view view = view_now();
    assert_int_equal(table_value(&view, &entity_general_objects, 1, NULL, 0).number, 5600);
    view.entities_changed = instant_at(NOW_MS - 60001);
    assert_int_equal(table_value(&view, &entity_general_objects, 1, NULL, 0).number, 0);
    view.entities_changed = INSTANT_NONE;
    assert_int_equal(table_value(&view, &entity_general_objects, 1, NULL, 0).number, 0);
    view.entities_changed = instant_at(NOW_MS - 4000);
    view.master_started = INSTANT_NONE;
    assert_int_equal(table_value(&view, &entity_general_objects, 1, NULL, 0).number, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_index_is_the_rows_own_whatever_else_is_there),
        TEST(a_row_beyond_its_block_takes_no_others_index),
        TEST(the_power_has_the_sites_name_once_it_is_known),
        TEST(a_site_without_ups_has_no_entity_of_one),
        TEST(everything_is_within_another_and_has_a_place_of_its_own_there),
        TEST(a_sensor_reads_its_row),
        TEST(mains_is_present_in_that_state_alone),
        TEST(what_is_unknown_has_no_value),
        TEST(a_lost_engines_sensors_are_unavailable_and_keep_their_names),
        TEST(a_value_beyond_the_limit_is_the_overflow),
        TEST(names_change_the_fingerprint_and_states_do_not),
        TEST(the_last_change_is_told_in_the_masters_uptime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "engine/history.h"
#include "engine/store.h"

static struct site site;
static struct store *store;

static const void *find(void *context, enum row_table table, uint32_t key)
{
    (void)context;
    return store_find(store, table, key);
}

static void put(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)context;
    assert_true(row_is_valid(table, row));
    assert_int_equal(store_put(store, table, key, row), 0);
}

static int open_store(void **state)
{
    (void)state;
    const struct store_limits limits = {.rows = {0}};
    memset(&site, 0, sizeof site);
    site.inputs[INPUT_ROLE_UPS_ON_BATTERY].wired = true;
    text_copy(site.inputs[INPUT_ROLE_UPS_ON_BATTERY].name,
              sizeof site.inputs[INPUT_ROLE_UPS_ON_BATTERY].name,
              "UPS on battery");
    store = store_new(&limits);
    return store ? 0 : -1;
}

static int close_store(void **state)
{
    (void)state;
    store_free(store);
    return 0;
}

static const struct row_deviation *record(struct deviation_put put_deviation)
{
    const struct history history = {.site = &site,
                                    .moment = {.now = instant_at(1000), .wall_ms = 50000000},
                                    .find = find,
                                    .put = put};
    struct action action = {.kind = ACTION_PUT_DEVIATION, .deviation = put_deviation};
    action.deviation.id = 1;
    action.deviation.incident = action.deviation.round = 1;
    action.deviation.server = -1;
    action.deviation.amount_ms = -1;
    action.deviation.at = instant_at(900);
    history_record(&history, &action, NULL);
    return store_find(store, ROW_deviation, 1);
}

static void a_contradicting_input_is_named_and_the_steps_role_accounts(void **state)
{
    (void)state;
    const struct row_deviation *row = record((struct deviation_put){
        .step = 5,
        .kind = DEVIATION_KIND_EQUIPMENT,
        .equipment = EQUIPMENT_KIND_UNKNOWN,
        .input = INPUT_ROLE_UPS_ON_BATTERY,
    });
    assert_string_equal(row->item, "UPS on battery");
    assert_int_equal(row->role, ROLE_SERVER_ADMINISTRATOR);
}

static void missing_equipment_is_accounted_for_by_who_keeps_it(void **state)
{
    (void)state;
    const struct row_deviation *row = record((struct deviation_put){
        .step = 5,
        .kind = DEVIATION_KIND_EQUIPMENT,
        .equipment = EQUIPMENT_KIND_FUEL,
        .input = INPUT_ROLE_UNKNOWN,
    });
    assert_int_equal(row->role, ROLE_GENSET_OPERATOR);
}

static const struct row_incident *record_incident(uint64_t config_hash, enum incident_state is)
{
    const struct history history = {.site = &site,
                                    .moment = {.now = instant_at(1000), .wall_ms = 50000000},
                                    .config_hash = config_hash,
                                    .find = find,
                                    .put = put};
    const struct action action = {.kind = ACTION_PUT_INCIDENT,
                                  .incident = {.id = 1,
                                               .kind = INCIDENT_KIND_OUTAGE,
                                               .state = is,
                                               .lost_at = instant_at(900),
                                               .closed_at = INSTANT_NONE,
                                               .rounds = 1}};
    history_record(&history, &action, NULL);
    return store_find(store, ROW_incident, 1);
}

static void an_incident_keeps_the_configuration_it_began_with(void **state)
{
    (void)state;
    assert_string_equal(record_incident(0xabc, INCIDENT_STATE_OPEN)->config_hash,
                        "0000000000000abc");
    const struct row_incident *row = record_incident(0xdef, INCIDENT_STATE_CLOSED);
    assert_int_equal(row->state, INCIDENT_STATE_CLOSED);
    assert_string_equal(row->config_hash, "0000000000000abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_contradicting_input_is_named_and_the_steps_role_accounts, open_store, close_store),
        cmocka_unit_test_setup_teardown(
            missing_equipment_is_accounted_for_by_who_keeps_it, open_store, close_store),
        cmocka_unit_test_setup_teardown(
            an_incident_keeps_the_configuration_it_began_with, open_store, close_store),
    };
    return cmocka_run_group_tests_name("engine/history", tests, NULL, NULL);
}

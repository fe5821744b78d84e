#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/facts.h"

enum { SERVERS = 1024 };

static struct facts *facts;

static int open_facts(void **state)
{
    (void)state;
    facts = facts_new(SERVERS);
    return facts ? 0 : -1;
}

static int close_facts(void **state)
{
    (void)state;
    facts_free(facts);
    return 0;
}

static void report(size_t server, enum server_fact fact, int64_t at_ms)
{
    facts_put(facts,
              &(struct event){.kind = EVENT_SERVER, .at = {at_ms}, .server = server, .fact = fact});
}

static void report_equipment(enum equipment_kind kind, size_t server, enum equipment_state is)
{
    facts_put(
        facts,
        &(struct event){
            .kind = EVENT_EQUIPMENT, .server = server, .equipment = kind, .equipment_state = is});
}

static struct event taken(void)
{
    struct event event;
    assert_true(facts_take(facts, &event));
    return event;
}

static void nothing_reported_is_nothing(void **state)
{
    (void)state;
    struct event event;
    assert_false(facts_are_waiting(facts));
    assert_false(facts_take(facts, &event));
}

static void facts_come_in_the_order_of_their_reports(void **state)
{
    (void)state;
    report(9, SERVER_ACCEPTED, 1);
    report_equipment(EQUIPMENT_KIND_SERVER, 2, EQUIPMENT_STATE_MISSING);
    report(2, SERVER_ANSWERS, 2);
    assert_int_equal(taken().server, 9);
    assert_int_equal(taken().equipment_state, EQUIPMENT_STATE_MISSING);
    assert_int_equal(taken().fact, SERVER_ANSWERS);
    assert_false(facts_are_waiting(facts));
}

static void the_same_fact_again_is_one_and_the_newest(void **state)
{
    (void)state;
    report(1, SERVER_SEEN_OFF, 1);
    report(1, SERVER_ANSWERS, 2);
    report(1, SERVER_SEEN_OFF, 3);
    assert_int_equal(taken().fact, SERVER_ANSWERS);
    assert_int_equal(taken().at.ms, 3);
    assert_false(facts_are_waiting(facts));
}

static void a_fact_that_is_told_again_leaves_the_others_in_their_order(void **state)
{
    (void)state;
    for (size_t server = 0; server < 4; server++)
        report(server, SERVER_ACCEPTED, 1);
    report(1, SERVER_ACCEPTED, 2);
    report(0, SERVER_ACCEPTED, 3);
    report(0, SERVER_ACCEPTED, 4);
    static const size_t order[] = {2, 3, 1, 0};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        assert_int_equal(taken().server, order[i]);
    assert_false(facts_are_waiting(facts));
}

static void every_fact_of_every_server_has_its_place(void **state)
{
    (void)state;
    for (size_t server = 0; server < SERVERS; server++) {
        for (unsigned fact = 0; fact < SERVER_FACT_COUNT; fact++)
            report(server, (enum server_fact)fact, 1);
        report_equipment(EQUIPMENT_KIND_SERVER, server, EQUIPMENT_STATE_READY);
    }
    report_equipment(EQUIPMENT_KIND_NETWORK, SERVERS, EQUIPMENT_STATE_READY);
    report_equipment(EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER, SERVERS, EQUIPMENT_STATE_READY);
    for (size_t server = 0; server < SERVERS; server++) {
        for (unsigned fact = 0; fact < SERVER_FACT_COUNT; fact++)
            assert_int_equal(taken().fact, fact);
        assert_int_equal(taken().server, server);
    }
    assert_int_equal(taken().equipment, EQUIPMENT_KIND_NETWORK);
    assert_int_equal(taken().equipment, EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER);
    assert_false(facts_are_waiting(facts));
}

static void report_output(enum output_role role, bool missing)
{
    facts_put(facts,
              &(struct event){.kind = EVENT_OUTPUT, .output = role, .output_missing = missing});
}

static void output_that_went_and_came_did_both(void **state)
{
    (void)state;
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        report_output((enum output_role)role, true);
        report_output((enum output_role)role, false);
    }
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        assert_true(taken().output_missing);
        struct event back = taken();
        assert_false(back.output_missing);
        assert_int_equal(back.output, role);
    }
    assert_false(facts_are_waiting(facts));
}

#define facts_test(function) cmocka_unit_test_setup_teardown(function, open_facts, close_facts)

int main(void)
{
    const struct CMUnitTest tests[] = {
        facts_test(nothing_reported_is_nothing),
        facts_test(facts_come_in_the_order_of_their_reports),
        facts_test(the_same_fact_again_is_one_and_the_newest),
        facts_test(a_fact_that_is_told_again_leaves_the_others_in_their_order),
        facts_test(every_fact_of_every_server_has_its_place),
        facts_test(output_that_went_and_came_did_both),
    };
    return cmocka_run_group_tests_name("engine/facts", tests, NULL, NULL);
}

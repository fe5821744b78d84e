/* No machine leaves open what an event means in a state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core_tables.h"

static void check(const char *machine, size_t (*count)(struct hole *first))
{
    struct hole first = {0, 0};
    size_t holes = count(&first);

    if (holes > 0)
        fail_msg("%s: %zu cells are not explicit, the first: state %zu, event %zu",
                 machine,
                 holes,
                 first.state,
                 first.event);
}

static void mains_answers_every_event_in_every_state(void **state)
{
    (void)state;
    check("mains", core_table_mains);
}

static void genset_answers_every_event_in_every_state(void **state)
{
    (void)state;
    check("genset", core_table_genset);
}

static void procedure_answers_every_signal_in_every_phase(void **state)
{
    (void)state;
    check("procedure", core_table_procedure);
}

static void server_answers_every_event_in_every_state(void **state)
{
    (void)state;
    check("server", core_table_server);
}

static void power_answers_every_event_in_every_state(void **state)
{
    (void)state;
    check("power", core_table_power);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mains_answers_every_event_in_every_state),
        cmocka_unit_test(genset_answers_every_event_in_every_state),
        cmocka_unit_test(procedure_answers_every_signal_in_every_phase),
        cmocka_unit_test(server_answers_every_event_in_every_state),
        cmocka_unit_test(power_answers_every_event_in_every_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

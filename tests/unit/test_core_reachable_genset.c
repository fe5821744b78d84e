/* Every reachable state of the genset's sequence, in sets small enough to be finite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core_letters.h"

#define STOP_LEVELS LINE_LEVELS("estop", INPUT_ROLE_EMERGENCY_STOP)
#define STOP_ALL LINE_ALL("estop", INPUT_ROLE_EMERGENCY_STOP)

/* The procedure's due instants are far away: what it does at them is explored elsewhere. */
static void site_without_deadlines(struct site *site)
{
    enum { FAR_AWAY_MS = 1000000 };

    world_site_small(site);
    site->procedure = (struct procedure_settings){.start_due_ms = FAR_AWAY_MS,
                                                  .report_failed_due_ms = FAR_AWAY_MS,
                                                  .shutdown_due_ms = FAR_AWAY_MS,
                                                  .repeat_ms = FAR_AWAY_MS};
}

static void mains_and_running_contact(void **state)
{
    (void)state;
    static const struct letter letters[] = {MAINS_ALL, RUNNING_ALL};
    struct site site;

    world_site_small(&site);
    EXPLORE("run and crank", &site, 0, letters);
}

static void one_genset_with_preheating_started_by_hand_or_software(void **state)
{
    (void)state;
    static const struct letter letters[] = {MAINS, RUNNING};
    struct site site;

    world_site_small(&site);
    site.genset.preheat_ms = 1;
    EXPLORE("preheating", &site, 0, letters);
    site.genset.mode = GENSET_MODE_MANUAL;
    EXPLORE("manual", &site, 0, letters);
}

static void interlocks(void **state)
{
    (void)state;
    static const struct letter selector[] = {
        MAINS, RUNNING_ALL, LINE_ALL("auto", INPUT_ROLE_GENSET_AUTOMATIC)};
    static const struct letter fault[] = {
        MAINS, RUNNING_ALL, LINE_ALL("fault", INPUT_ROLE_GENSET_FAULT)};
    static const struct letter stop[] = {MAINS, RUNNING_ALL, STOP_ALL};
    struct site site;

    site_without_deadlines(&site);
    wire(&site, INPUT_ROLE_GENSET_AUTOMATIC);
    EXPLORE("selector", &site, 0, selector);
    site_without_deadlines(&site);
    wire(&site, INPUT_ROLE_GENSET_FAULT);
    EXPLORE("fault", &site, 0, fault);
    site_without_deadlines(&site);
    wire(&site, INPUT_ROLE_EMERGENCY_STOP);
    EXPLORE("emergency stop", &site, 0, stop);
    site.genset.wiring = GENSET_WIRING_HELD;
    EXPLORE("held, emergency stop", &site, 0, stop);
}

static void interlocks_and_deadlines(void **state)
{
    (void)state;
    static const struct letter stop[] = {MAINS, RUNNING, STOP_LEVELS};
    static const struct letter selector[] = {
        MAINS, RUNNING, LINE_ALL("auto", INPUT_ROLE_GENSET_AUTOMATIC)};
    struct site site;

    world_site_small(&site);
    site.genset.attempts = 1;
    wire(&site, INPUT_ROLE_EMERGENCY_STOP);
    EXPLORE("emergency stop, deadlines", &site, 0, stop);
    world_site_small(&site);
    wire(&site, INPUT_ROLE_GENSET_AUTOMATIC);
    EXPLORE("selector, deadlines", &site, 0, selector);
}

/* Levels that settle after their edges, and an engine that turns on for long. */
static void debounce_and_spin_down(void **state)
{
    (void)state;
    static const struct letter contact[] = {MAINS, RUNNING_ALL};
    static const struct letter fault[] = {
        MAINS, RUNNING, LINE_LEVELS("fault", INPUT_ROLE_GENSET_FAULT)};
    struct site site;

    site_without_deadlines(&site);
    site.inputs[INPUT_ROLE_MAINS_L1].debounce_ms = 2;
    site.inputs[INPUT_ROLE_GENSET_RUNNING].debounce_ms = 2;
    EXPLORE("debounce", &site, 0, contact);
    wire(&site, INPUT_ROLE_GENSET_FAULT);
    site.inputs[INPUT_ROLE_MAINS_L1].debounce_ms = 0;
    site.inputs[INPUT_ROLE_GENSET_FAULT].debounce_ms = 2;
    EXPLORE("debounce, fault", &site, 0, fault);
    site_without_deadlines(&site);
    site.genset.spin_down_ms = 5;
    EXPLORE("spin-down", &site, 0, contact);
}

static void outputs_that_fail(void **state)
{
    (void)state;
    static const struct letter letters[] = {MAINS,
                                            RUNNING,
                                            OUTPUT_LETTER("no-crank", OUTPUT_CRANK, true),
                                            OUTPUT_LETTER("crank-back", OUTPUT_CRANK, false)};
    struct site site;

    world_site_small(&site);
    EXPLORE("crank output", &site, 0, letters);
}

static void commands(void **state)
{
    (void)state;
    static const struct letter genset[] = {
        MAINS,
        RUNNING,
        COMMAND("start", COMMAND_KIND_GENSET_START),
        COMMAND("stop", COMMAND_KIND_GENSET_STOP),
        COMMAND("stop!", COMMAND_KIND_GENSET_STOP, .confirmed = true),
        COMMAND("reset", COMMAND_KIND_GENSET_RESET),
        COMMAND("will-not-start", COMMAND_KIND_WILL_NOT_START),
        COMMAND("inhibit", COMMAND_KIND_INHIBIT, .argument = 1),
        COMMAND("allow", COMMAND_KIND_INHIBIT),
    };
    static const struct letter drills[] = {
        MAINS_ALL,
        RUNNING,
        COMMAND("exercise", COMMAND_KIND_EXERCISE, .argument = 1),
        COMMAND("exercise-end", COMMAND_KIND_EXERCISE),
        COMMAND("drill", COMMAND_KIND_DRILL_BEGIN),
        COMMAND("drill-genset", COMMAND_KIND_DRILL_BEGIN, .arm_genset = true),
        COMMAND("drill-end", COMMAND_KIND_DRILL_END),
    };
    struct site site;

    site_without_deadlines(&site);
    EXPLORE("commands to the genset", &site, 0, genset);
    world_site_small(&site);
    EXPLORE("exercise and drill", &site, 0, drills);
}

/* A start that nobody wants any more is finished, and no person need wait for that. */
static void commands_and_emergency_stop(void **state)
{
    (void)state;
    static const struct letter letters[] = {
        LINE("mains-on", INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE),
        RUNNING,
        STOP_LEVELS,
        COMMAND("start", COMMAND_KIND_GENSET_START),
        COMMAND("stop!", COMMAND_KIND_GENSET_STOP, .confirmed = true),
        COMMAND("reset", COMMAND_KIND_GENSET_RESET),
        COMMAND("drill-genset", COMMAND_KIND_DRILL_BEGIN, .arm_genset = true),
        COMMAND("drill-end", COMMAND_KIND_DRILL_END),
    };
    struct site site;

    site_without_deadlines(&site);
    site.genset.attempts = 1;
    wire(&site, INPUT_ROLE_EMERGENCY_STOP);
    EXPLORE("commands, emergency stop", &site, 0, letters);
}

static void restarts(void **state)
{
    (void)state;
    static const struct letter genset[] = {
        RUNNING,
        COMMAND("start", COMMAND_KIND_GENSET_START),
        COMMAND("exercise", COMMAND_KIND_EXERCISE, .argument = 1),
        COMMAND("stop", COMMAND_KIND_GENSET_STOP),
        RESTART("restart", 0),
    };
    static const struct letter letters[] = {MAINS_ALL, RUNNING, RESTART("restart", 0)};
    static const struct letter away[] = {MAINS, RUNNING_ALL, RESTART("away", 6)};
    struct site site;

    world_site_small(&site);
    EXPLORE("commands, restarts", &site, 0, genset);
    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_HELD;
    site.genset.attempts = 1;
    EXPLORE("held, restarts", &site, 0, letters);
    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_PULSE;
    EXPLORE("pulse, restarts", &site, 0, away);
}

static void the_sets_are_not_empty(void **state)
{
    (void)state;
    print_states_explored();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mains_and_running_contact),
        cmocka_unit_test(one_genset_with_preheating_started_by_hand_or_software),
        cmocka_unit_test(interlocks),
        cmocka_unit_test(interlocks_and_deadlines),
        cmocka_unit_test(debounce_and_spin_down),
        cmocka_unit_test(outputs_that_fail),
        cmocka_unit_test(commands),
        cmocka_unit_test(commands_and_emergency_stop),
        cmocka_unit_test(restarts),
        cmocka_unit_test(the_sets_are_not_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

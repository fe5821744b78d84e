/* Every reachable state of the core, in sets small enough to be finite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core_explorer.h"

static size_t total;

/* ---- letters ---- */

#define LINE(name_, role_, value_)                                                                 \
    {                                                                                              \
        .name = (name_), .kind = LETTER_INPUT, .role = (role_), .value = (value_)                  \
    }
#define LINE_LEVELS(name_, role_)                                                                  \
    LINE(name_ "-on", role_, INPUT_VALUE_ACTIVE), LINE(name_ "-off", role_, INPUT_VALUE_INACTIVE)
#define LINE_ALL(name_, role_)                                                                     \
    LINE_LEVELS(name_, role_), LINE(name_ "-unknown", role_, INPUT_VALUE_UNKNOWN)
#define MAINS LINE_LEVELS("mains", INPUT_ROLE_MAINS_L1)
#define MAINS_ALL LINE_ALL("mains", INPUT_ROLE_MAINS_L1)
#define RUNNING LINE_LEVELS("running", INPUT_ROLE_GENSET_RUNNING)
#define RUNNING_ALL LINE_ALL("running", INPUT_ROLE_GENSET_RUNNING)
#define FACT(name_, server_, fact_)                                                                \
    {                                                                                              \
        .name = (name_), .kind = LETTER_FACT, .server = (server_), .fact = (fact_)                 \
    }
#define COMMAND(name_, kind_, ...)                                                                 \
    {                                                                                              \
        .name = (name_), .kind = LETTER_COMMAND, .command = {.kind = (kind_), ##__VA_ARGS__ }      \
    }
#define OUTPUT_LETTER(name_, output_, missing_)                                                    \
    {                                                                                              \
        .name = (name_), .kind = LETTER_OUTPUT, .output = (output_), .missing = (missing_)         \
    }
#define RESTART(name_, away_)                                                                      \
    {                                                                                              \
        .name = (name_), .kind = LETTER_RESTART, .away_ms = (away_)                                \
    }

static void explore_site(const char *name, const struct site *site, size_t server_count,
                         const struct letter *letters, size_t letter_count)
{
    const struct exploration exploration = {.name = name,
                                            .site = site,
                                            .server_count = server_count,
                                            .letters = letters,
                                            .letter_count = letter_count,
                                            .limit = 1000000};

    total += explore(&exploration);
}

#define EXPLORE(name, site, server_count, letters)                                                 \
    explore_site(name, site, server_count, letters, sizeof(letters) / sizeof((letters)[0]))

static void wire(struct site *site, enum input_role role)
{
    site->inputs[role].wired = true;
}

/* ---- the explorations ---- */

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

static void dips_within_a_window(void **state)
{
    (void)state;
    static const struct letter letters[] = {MAINS_ALL};
    struct site site;

    world_site_small(&site);
    site.mains.loss_debounce_ms = 3;
    site.mains.window_loss_ms = 4;
    site.mains.window_ms = 8;
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("dips", &site, 0, letters);
}

static void three_phases(void **state)
{
    (void)state;
    static const struct letter letters[] = {
        MAINS_ALL, LINE_ALL("l2", INPUT_ROLE_MAINS_L2), LINE_LEVELS("l3", INPUT_ROLE_MAINS_L3)};
    struct site site;

    world_site_small(&site);
    wire(&site, INPUT_ROLE_MAINS_L2);
    wire(&site, INPUT_ROLE_MAINS_L3);
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("three phases", &site, 0, letters);
}

static void interlocks(void **state)
{
    (void)state;
    static const struct letter selector[] = {
        MAINS, RUNNING, LINE_ALL("auto", INPUT_ROLE_GENSET_AUTOMATIC)};
    static const struct letter fault[] = {
        MAINS, RUNNING, LINE_ALL("fault", INPUT_ROLE_GENSET_FAULT)};
    static const struct letter stop[] = {
        MAINS, RUNNING, LINE_ALL("estop", INPUT_ROLE_EMERGENCY_STOP)};
    struct site site;

    world_site_small(&site);
    wire(&site, INPUT_ROLE_GENSET_AUTOMATIC);
    EXPLORE("selector", &site, 0, selector);
    world_site_small(&site);
    wire(&site, INPUT_ROLE_GENSET_FAULT);
    EXPLORE("fault", &site, 0, fault);
    world_site_small(&site);
    wire(&site, INPUT_ROLE_EMERGENCY_STOP);
    EXPLORE("emergency stop", &site, 0, stop);
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

static void servers(void **state)
{
    (void)state;
    static const struct letter one[] = {MAINS,
                                        RUNNING,
                                        FACT("accepted", 0, SERVER_ACCEPTED),
                                        FACT("refused", 0, SERVER_REFUSED),
                                        FACT("off", 0, SERVER_SEEN_OFF),
                                        FACT("answers", 0, SERVER_ANSWERS)};
    static const struct letter two[] = {MAINS,
                                        FACT("accepted-1", 0, SERVER_ACCEPTED),
                                        FACT("accepted-2", 1, SERVER_ACCEPTED),
                                        FACT("off-1", 0, SERVER_SEEN_OFF),
                                        FACT("witness-2", 1, SERVER_SILENT_WITNESS)};
    struct site site;

    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("one server", &site, 1, one);
    EXPLORE("two servers", &site, 2, two);
    site.procedure.shutdown_due_from_opening = true;
    site.procedure.shutdown_due_ms = 3;
    EXPLORE("due from opening", &site, 2, two);
}

static void ups(void **state)
{
    (void)state;
    static const struct letter low[] = {MAINS,
                                        RUNNING,
                                        LINE_LEVELS("low", INPUT_ROLE_UPS_BATTERY_LOW),
                                        FACT("off", 0, SERVER_SEEN_OFF)};
    static const struct letter battery[] = {MAINS,
                                            RUNNING,
                                            LINE_LEVELS("battery", INPUT_ROLE_UPS_ON_BATTERY),
                                            COMMAND("release", COMMAND_KIND_HOLD_RELEASE)};
    static const struct letter tiers[] = {MAINS,
                                          LINE_LEVELS("low", INPUT_ROLE_UPS_BATTERY_LOW),
                                          FACT("accepted-1", 0, SERVER_ACCEPTED),
                                          FACT("off-1", 0, SERVER_SEEN_OFF)};
    struct site site;

    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    wire(&site, INPUT_ROLE_UPS_BATTERY_LOW);
    EXPLORE("UPS low", &site, 1, low);
    EXPLORE("UPS low, two tiers", &site, 2, tiers);
    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    wire(&site, INPUT_ROLE_UPS_ON_BATTERY);
    EXPLORE("UPS on battery", &site, 1, battery);
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
    static const struct letter servers[] = {
        MAINS,
        FACT("off-1", 0, SERVER_SEEN_OFF),
        FACT("answers-1", 0, SERVER_ANSWERS),
        COMMAND("shutdown", COMMAND_KIND_SHUTDOWN_ALL),
        COMMAND("shutdown!", COMMAND_KIND_SHUTDOWN_ALL, .confirmed = true),
        COMMAND("shutdown-2!", COMMAND_KIND_SHUTDOWN_SERVER, .argument = 12, .confirmed = true),
    };
    static const struct letter drilled[] = {
        MAINS,
        LINE_LEVELS("low", INPUT_ROLE_UPS_BATTERY_LOW),
        FACT("off", 0, SERVER_SEEN_OFF),
        COMMAND("shutdown", COMMAND_KIND_SHUTDOWN_ALL),
        COMMAND("shutdown!", COMMAND_KIND_SHUTDOWN_SERVER, .argument = 11, .confirmed = true),
        COMMAND("drill", COMMAND_KIND_DRILL_BEGIN),
        COMMAND("drill-servers", COMMAND_KIND_DRILL_BEGIN, .arm_servers = true),
        COMMAND("drill-end", COMMAND_KIND_DRILL_END),
    };
    struct site site;

    world_site_small(&site);
    EXPLORE("commands to the genset", &site, 0, genset);
    EXPLORE("exercise and drill", &site, 0, drills);
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("commands to servers", &site, 2, servers);
    wire(&site, INPUT_ROLE_UPS_BATTERY_LOW);
    EXPLORE("servers in a drill", &site, 1, drilled);
}

/* Those under way go on, each to its own end. */
static void commands_over_restarts(void **state)
{
    (void)state;
    static const struct letter genset[] = {
        RUNNING,
        COMMAND("start", COMMAND_KIND_GENSET_START),
        COMMAND("exercise", COMMAND_KIND_EXERCISE, .argument = 1),
        COMMAND("stop", COMMAND_KIND_GENSET_STOP),
        RESTART("restart", 0),
    };
    static const struct letter servers[] = {
        FACT("accepted-1", 0, SERVER_ACCEPTED),
        FACT("off-1", 0, SERVER_SEEN_OFF),
        FACT("answers-2", 1, SERVER_ANSWERS),
        COMMAND("shutdown!", COMMAND_KIND_SHUTDOWN_ALL, .confirmed = true),
        COMMAND("shutdown-1!", COMMAND_KIND_SHUTDOWN_SERVER, .argument = 11, .confirmed = true),
        COMMAND("shutdown-2!", COMMAND_KIND_SHUTDOWN_SERVER, .argument = 12, .confirmed = true),
        RESTART("restart", 0),
    };
    struct site site;

    world_site_small(&site);
    EXPLORE("commands to the genset, restarts", &site, 0, genset);
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("commands to servers, restarts", &site, 2, servers);
}

static void wirings_and_restarts(void **state)
{
    (void)state;
    static const struct letter letters[] = {MAINS_ALL, RUNNING, RESTART("restart", 0)};
    static const struct letter away[] = {MAINS, RUNNING_ALL, RESTART("away", 6)};
    static const struct letter shutdown[] = {MAINS,
                                             FACT("accepted", 0, SERVER_ACCEPTED),
                                             FACT("off", 0, SERVER_SEEN_OFF),
                                             RESTART("restart", 0),
                                             RESTART("away", 6)};
    struct site site;

    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("server, restarts", &site, 1, shutdown);
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
    print_message("%zu reachable states\n", total);
    assert_true(total > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mains_and_running_contact),
        cmocka_unit_test(one_genset_with_preheating_started_by_hand_or_software),
        cmocka_unit_test(dips_within_a_window),
        cmocka_unit_test(three_phases),
        cmocka_unit_test(interlocks),
        cmocka_unit_test(outputs_that_fail),
        cmocka_unit_test(servers),
        cmocka_unit_test(ups),
        cmocka_unit_test(commands),
        cmocka_unit_test(commands_over_restarts),
        cmocka_unit_test(wirings_and_restarts),
        cmocka_unit_test(the_sets_are_not_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

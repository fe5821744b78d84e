/* Every reachable state of orders to servers, and of padamd's own machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core_letters.h"

/* ---- the explorations ---- */

static void commands(void **state)
{
    (void)state;
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
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("commands to servers", &site, 2, servers);
    wire(&site, INPUT_ROLE_UPS_BATTERY_LOW);
    EXPLORE("servers in a drill", &site, 1, drilled);
}

static void orders_and_their_cancel(void **state)
{
    (void)state;
    static const struct letter orders[] = {
        MAINS,
        FACT("accepted-1", 0, SERVER_ACCEPTED),
        FACT("off-1", 0, SERVER_SEEN_OFF),
        COMMAND("shutdown!", COMMAND_KIND_SHUTDOWN_ALL, .confirmed = true),
        COMMAND("tier-2!", COMMAND_KIND_SHUTDOWN_TIER, .argument = 2, .confirmed = true),
        COMMAND("cancel", COMMAND_KIND_SHUTDOWN_CANCEL),
    };
    static const struct letter low[] = {
        MAINS,
        LINE_LEVELS("low", INPUT_ROLE_UPS_BATTERY_LOW),
        FACT("off-1", 0, SERVER_SEEN_OFF),
        COMMAND("cancel", COMMAND_KIND_SHUTDOWN_CANCEL),
        COMMAND("cancel!", COMMAND_KIND_SHUTDOWN_CANCEL, .confirmed = true),
    };
    struct site site;

    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("orders", &site, 2, orders);
    wire(&site, INPUT_ROLE_UPS_BATTERY_LOW);
    EXPLORE("orders, UPS low", &site, 2, low);
}

/* Those under way go on, each to its own end. */
static void commands_over_restarts(void **state)
{
    (void)state;
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
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("commands to servers, restarts", &site, 2, servers);
}

/* A command of either has to wait for the other's, the first and the further ones. */
static void a_place_for_one(void **state)
{
    (void)state;
    static const struct letter tries[] = {
        MAINS,
        FACT("accepted-1", 0, SERVER_ACCEPTED),
        FACT("refused-1", 0, SERVER_REFUSED),
        FACT("not-seen-1", 0, SERVER_NOT_SEEN),
        FACT("refused-2", 1, SERVER_REFUSED),
        FACT("off-2", 1, SERVER_SEEN_OFF),
    };
    static const struct letter restarts[] = {
        FACT("accepted-1", 0, SERVER_ACCEPTED),
        FACT("refused-2", 1, SERVER_REFUSED),
        COMMAND("shutdown!", COMMAND_KIND_SHUTDOWN_ALL, .confirmed = true),
        COMMAND("cancel", COMMAND_KIND_SHUTDOWN_CANCEL),
        RESTART("restart", 0),
    };
    struct site site;

    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    site.shutdown.parallel = 1;
    EXPLORE("a place for one", &site, 2, tries, .is_one_tier = true, .retries_and_has_other = true);
    EXPLORE("a place for one, restarts",
            &site,
            2,
            restarts,
            .is_one_tier = true,
            .retries_and_has_other = true);
}

/* The last server is padamd's own machine. */
static void the_machine_itself(void **state)
{
    (void)state;
    static const struct letter goes[] = {MAINS,
                                         RUNNING,
                                         FACT("off-1", 0, SERVER_SEEN_OFF),
                                         FACT("accepted-2", 1, SERVER_ACCEPTED),
                                         FACT("refused-2", 1, SERVER_REFUSED),
                                         FACT("not-run-2", 1, SERVER_NOT_RUN),
                                         NOTIFIED};
    static const struct letter low[] = {MAINS,
                                        LINE_LEVELS("low", INPUT_ROLE_UPS_BATTERY_LOW),
                                        FACT("off-1", 0, SERVER_SEEN_OFF),
                                        FACT("accepted-2", 1, SERVER_ACCEPTED),
                                        NOTIFIED};
    static const struct letter orders[] = {
        MAINS,
        FACT("off-1", 0, SERVER_SEEN_OFF),
        FACT("accepted-2", 1, SERVER_ACCEPTED),
        NOTIFIED,
        COMMAND("shutdown!", COMMAND_KIND_SHUTDOWN_ALL, .confirmed = true),
        COMMAND("tier-2!", COMMAND_KIND_SHUTDOWN_TIER, .argument = 2, .confirmed = true),
        COMMAND("cancel", COMMAND_KIND_SHUTDOWN_CANCEL),
    };
    static const struct letter restarts[] = {
        FACT("off-1", 0, SERVER_SEEN_OFF),
        FACT("accepted-2", 1, SERVER_ACCEPTED),
        NOTIFIED,
        COMMAND("shutdown!", COMMAND_KIND_SHUTDOWN_ALL, .confirmed = true),
        COMMAND("shutdown-2!", COMMAND_KIND_SHUTDOWN_SERVER, .argument = 12, .confirmed = true),
        RESTART("restart", 0),
        RESTART("away", 6),
    };
    struct site site;

    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("the machine itself", &site, 2, goes, .last_is_self = true);
    EXPLORE("the machine itself, orders", &site, 2, orders, .last_is_self = true);
    EXPLORE("the machine itself, restarts", &site, 2, restarts, .last_is_self = true);
    wire(&site, INPUT_ROLE_UPS_BATTERY_LOW);
    EXPLORE("the machine itself, UPS low", &site, 2, low, .last_is_self = true);
}

static void the_sets_are_not_empty(void **state)
{
    (void)state;
    print_states_explored();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands),
        cmocka_unit_test(orders_and_their_cancel),
        cmocka_unit_test(commands_over_restarts),
        cmocka_unit_test(a_place_for_one),
        cmocka_unit_test(the_machine_itself),
        cmocka_unit_test(the_sets_are_not_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

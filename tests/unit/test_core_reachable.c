/* Every reachable state of mains, UPS and servers, in sets small enough to be finite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core_letters.h"

/* ---- the explorations ---- */

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

static void servers(void **state)
{
    (void)state;
    static const struct letter one[] = {MAINS,
                                        RUNNING,
                                        FACT("accepted", 0, SERVER_ACCEPTED),
                                        FACT("refused", 0, SERVER_REFUSED),
                                        FACT("not-run", 0, SERVER_NOT_RUN),
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

/* The first tries of each method are given back, then it is passed over. */
static void commands_that_cannot_be_run(void **state)
{
    (void)state;
    static const struct letter outage[] = {MAINS,
                                           FACT("accepted", 0, SERVER_ACCEPTED),
                                           FACT("refused", 0, SERVER_REFUSED),
                                           FACT("not-run", 0, SERVER_NOT_RUN),
                                           FACT("off", 0, SERVER_SEEN_OFF)};
    static const struct letter orders[] = {
        MAINS,
        FACT("accepted-1", 0, SERVER_ACCEPTED),
        FACT("not-run-1", 0, SERVER_NOT_RUN),
        COMMAND("shutdown-1!", COMMAND_KIND_SHUTDOWN_SERVER, .argument = 11, .confirmed = true),
        COMMAND("shutdown-2!", COMMAND_KIND_SHUTDOWN_SERVER, .argument = 12, .confirmed = true),
    };
    struct site site;

    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("not run, by command", &site, 2, orders);
    site.procedure.shutdown_due_ms = 14;
    EXPLORE("not run", &site, 1, outage, .retries_and_has_other = true);
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
    site.procedure.repeat_ms = 2;
    wire(&site, INPUT_ROLE_UPS_BATTERY_LOW);
    EXPLORE("UPS low", &site, 1, low);
    EXPLORE("UPS low, two tiers", &site, 2, tiers);
    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    wire(&site, INPUT_ROLE_UPS_ON_BATTERY);
    EXPLORE("UPS on battery", &site, 1, battery);
}

static void restarts(void **state)
{
    (void)state;
    static const struct letter shutdown[] = {MAINS,
                                             FACT("accepted", 0, SERVER_ACCEPTED),
                                             FACT("off", 0, SERVER_SEEN_OFF),
                                             RESTART("restart", 0),
                                             RESTART("away", 6)};
    struct site site;

    world_site_small(&site);
    site.genset.wiring = GENSET_WIRING_NONE;
    EXPLORE("server, restarts", &site, 1, shutdown);
}

static void the_sets_are_not_empty(void **state)
{
    (void)state;
    print_states_explored();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dips_within_a_window),
        cmocka_unit_test(three_phases),
        cmocka_unit_test(servers),
        cmocka_unit_test(commands_that_cannot_be_run),
        cmocka_unit_test(ups),
        cmocka_unit_test(restarts),
        cmocka_unit_test(the_sets_are_not_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

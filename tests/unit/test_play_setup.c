/* The configuration that a scenario's site means is read back as what the scenario says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "play/setup.h"

static const struct setup_level level = {.directory = "/run/play",
                                         .program = {"/bin/true", "--server", "/run/play/servers"},
                                         .looks_often = true};

static struct scenario *scenario_of(const char *text)
{
    FILE *in = tmpfile();
    assert_non_null(in);
    fputs(text, in);
    rewind(in);
    struct scenario *scenario = scenario_parse("a.scenario", in, stderr);
    fclose(in);
    assert_non_null(scenario);
    return scenario;
}

static struct config config_of(const struct scenario *scenario)
{
    struct config config = {0};
    assert_true(setup_config(scenario, &level, &config, stderr));
    return config;
}

static void settings_arrive_and_the_last_one_counts(void **state)
{
    (void)state;
    struct scenario *scenario = scenario_of("site genset.crank_s 5\n"
                                            "site genset.wiring run-crank\n"
                                            "site genset.crank_s 6.5\n"
                                            "site shutdown.automatic false\n"
                                            "site inputs.mains_l1.debounce_s 0.2\n"
                                            "site site.name A place\n"
                                            "end 1:00\n");
    struct config config = config_of(scenario);
    assert_int_equal(config.site.genset.crank_ms, 6500);
    assert_int_equal(config.site.genset.wiring, GENSET_WIRING_RUN_CRANK);
    assert_false(config.site.shutdown.automatic);
    assert_int_equal(config.site.inputs[INPUT_ROLE_MAINS_L1].debounce_ms, 200);
    assert_string_equal(config.site.name, "A place");
    assert_int_equal(config.backend, CONFIG_BACKEND_SIMULATED);
    assert_string_equal(config.simulator_socket, "/run/play/lines");
    config_release(&config);
    scenario_release(scenario);
}

static void lines_are_wired_as_named_and_as_the_wiring_needs(void **state)
{
    (void)state;
    struct scenario *scenario =
        scenario_of("site genset.wiring run-crank\nat 0:00 fault on\nend 1:00\n");
    struct config config = config_of(scenario);
    assert_true(config.site.inputs[INPUT_ROLE_MAINS_L3].wired);
    assert_true(config.site.inputs[INPUT_ROLE_GENSET_FAULT].wired);
    assert_false(config.site.inputs[INPUT_ROLE_EMERGENCY_STOP].wired);
    assert_true(config.site.output_wired[OUTPUT_RUN]);
    assert_true(config.site.output_wired[OUTPUT_CRANK]);
    assert_false(config.site.output_wired[OUTPUT_PREHEAT]);
    assert_false(config.site.output_wired[OUTPUT_STOP]);
    config_release(&config);
    scenario_release(scenario);
}

static void servers_have_commands_and_keep_their_place(void **state)
{
    (void)state;
    struct scenario *scenario = scenario_of("site server db tier 2\n"
                                            "site server app tier 1 force yes retries 0\n"
                                            "end 1:00\n");
    struct config config = config_of(scenario);
    assert_int_equal(config.site.server_count, 2);
    assert_string_equal(config.site.servers[0].name, "app");
    assert_int_equal(config.site.servers[0].index, 2);
    assert_int_equal(config.site.servers[0].retries, 0);
    assert_true(config.site.servers[0].has_force);
    assert_false(config.site.servers[0].has_alternative);
    char **force = config.server_commands[0].force;
    assert_string_equal(force[0], "/bin/true");
    assert_string_equal(force[3], "force");
    assert_string_equal(force[4], "app");
    assert_null(force[5]);
    assert_int_equal(config.server_commands[1].verify_interval_ms, 1000);
    assert_int_equal(setup_server_place(scenario, &config.site, 0), 1);
    assert_int_equal(setup_server_of_place(scenario, &config.site, 0), 1);
    config_release(&config);
    scenario_release(scenario);
}

static void check_problems(const char *text, const char *expected)
{
    char *problems = NULL;
    size_t size = 0;
    FILE *told = open_memstream(&problems, &size);
    struct scenario *scenario = scenario_of(text);
    struct config config;
    assert_false(setup_config(scenario, &level, &config, told));
    fclose(told);
    assert_string_equal(problems, expected);
    free(problems);
    scenario_release(scenario);
}

static void what_is_wrong_names_the_line_of_the_scenario(void **state)
{
    (void)state;
    check_problems("site genset.attempts 2\nsite genset.attempts 99\nend 1:00\n",
                   "a.scenario:2: genset.attempts is 99; expected a whole number, 1 to 10\n");
    check_problems("end 1:00\nsite server app tier 1\nsite server db tier 100\n",
                   "a.scenario:3: servers[1].tier is 100; expected a whole number, 1 to 99\n");
    check_problems("end 1:00\nsite server a\nsite server b index 1\n",
                   "a.scenario:3: servers[1].index is 1, as is that of servers[0]; "
                   "expected a number of its own\n");
}

static void what_no_line_of_the_scenario_says_names_the_scenario(void **state)
{
    (void)state;
    check_problems("site genset.wiring pulse\nsite genset.preheat_s 5\nend 1:00\n",
                   "a.scenario: its site is no valid configuration: outputs.preheat is not used "
                   "with genset.wiring = \"pulse\"; expected only run, stop, horn, heartbeat\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_arrive_and_the_last_one_counts),
        cmocka_unit_test(lines_are_wired_as_named_and_as_the_wiring_needs),
        cmocka_unit_test(servers_have_commands_and_keep_their_place),
        cmocka_unit_test(what_is_wrong_names_the_line_of_the_scenario),
        cmocka_unit_test(what_no_line_of_the_scenario_says_names_the_scenario),
    };
    return cmocka_run_group_tests_name("play/setup", tests, NULL, NULL);
}

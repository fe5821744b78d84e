#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "play/scenario.h"

/* Parses text; what is wrong with it is in *problems, which the caller frees. */
static struct scenario *parse(const char *text, char **problems)
{
    size_t size = 0;
    FILE *told = open_memstream(problems, &size);
    assert_non_null(told);
    FILE *in = tmpfile();
    assert_non_null(in);
    fputs(text, in);
    rewind(in);
    struct scenario *scenario = scenario_parse("a.scenario", in, told);
    fclose(in);
    fclose(told);
    return scenario;
}

static struct scenario *parse_well(const char *text)
{
    char *problems = NULL;
    struct scenario *scenario = parse(text, &problems);
    assert_string_equal(problems, "");
    free(problems);
    assert_non_null(scenario);
    return scenario;
}

static void assert_refused(const char *text, const char *problem)
{
    char *problems = NULL;
    struct scenario *scenario = parse(text, &problems);
    assert_null(scenario);
    if (!strstr(problems, problem))
        fail_msg("\"%s\": told \"%s\", expected \"%s\"", text, problems, problem);
    free(problems);
}

static void an_input_deed_names_its_roles_and_value(void **state)
{
    (void)state;
    struct scenario *scenario = parse_well("at 0:01.500 mains lost # all phases\nend 1:00\n");
    assert_int_equal(scenario->deed_count, 1);
    const struct deed *deed = &scenario->deeds[0];
    assert_int_equal(deed->kind, DEED_INPUT);
    assert_int_equal(deed->at_ms, 1500);
    assert_int_equal(deed->value, INPUT_VALUE_INACTIVE);
    assert_int_equal(deed->roles,
                     1u << INPUT_ROLE_MAINS_L1 | 1u << INPUT_ROLE_MAINS_L2 |
                         1u << INPUT_ROLE_MAINS_L3);
    assert_string_equal(deed->text, "mains lost");
    scenario_release(scenario);
}

static void deeds_are_put_in_order_of_time(void **state)
{
    (void)state;
    struct scenario *scenario =
        parse_well("at 2:00 genset running\nat 1:00 mains lost\nat 2:00 fault on\nend 3:00\n");
    assert_int_equal(scenario->deeds[0].line, 2);
    assert_int_equal(scenario->deeds[1].line, 1);
    assert_int_equal(scenario->deeds[2].line, 3);
    scenario_release(scenario);
}

static void what_a_scenario_names_is_wired(void **state)
{
    (void)state;
    struct scenario *scenario =
        parse_well("initially fuel low\nat 0:00 ups on-battery\nend 1:00\n");
    assert_int_equal(scenario_initial_value(scenario, INPUT_ROLE_MAINS_L2), INPUT_VALUE_ACTIVE);
    assert_int_equal(scenario_initial_value(scenario, INPUT_ROLE_FUEL_LOW), INPUT_VALUE_ACTIVE);
    assert_int_equal(scenario_initial_value(scenario, INPUT_ROLE_UPS_ON_BATTERY),
                     INPUT_VALUE_INACTIVE);
    assert_int_equal(scenario_initial_value(scenario, INPUT_ROLE_UPS_BATTERY_LOW), 0);
    assert_int_equal(scenario_initial_value(scenario, INPUT_ROLE_EMERGENCY_STOP), 0);
    scenario_release(scenario);
}

static void commands_carry_argument_and_confirmation(void **state)
{
    (void)state;
    struct scenario *scenario = parse_well("site server app tier 1\n"
                                           "at 0:00 set exercise 5:00\n"
                                           "at 0:01 set shutdown server app confirm\n"
                                           "at 0:02 set drill begin arm genset arm servers\n"
                                           "at 0:03 set ack report-failed\n"
                                           "at 0:04 set account step 3\n"
                                           "end 1:00\n");
    const struct deed *deeds = scenario->deeds;
    assert_int_equal(deeds[0].command.kind, COMMAND_KIND_EXERCISE);
    assert_int_equal(deeds[0].command.argument, 300);
    assert_int_equal(deeds[1].command.kind, COMMAND_KIND_SHUTDOWN_SERVER);
    assert_int_equal(deeds[1].server, 0);
    assert_true(deeds[1].command.confirmed);
    assert_int_equal(deeds[2].command.kind, COMMAND_KIND_DRILL_BEGIN);
    assert_true(deeds[2].command.arm_genset && deeds[2].command.arm_servers);
    assert_false(deeds[2].command.confirmed);
    assert_int_equal(deeds[3].argument_source, ARGUMENT_LAST_NOTICE);
    assert_int_equal(deeds[3].command.argument, NOTIFICATION_REPORT_FAILED);
    assert_int_equal(deeds[4].argument_source, ARGUMENT_LAST_DEVIATION);
    assert_int_equal(deeds[4].command.argument, 3);
    scenario_release(scenario);
}

static void a_notification_with_a_verdict_makes_two_claims(void **state)
{
    (void)state;
    struct scenario *scenario =
        parse_well("expect 3:30 report-running step 3 met at 3:20 by person\nend 4:00\n");
    assert_int_equal(scenario->claim_count, 2);
    const struct pattern *notice = &scenario->claims[0].pattern;
    const struct pattern *step = &scenario->claims[1].pattern;
    assert_int_equal(notice->kind, FACT_NOTICE);
    assert_int_equal(notice->field[FIELD_VALUE], NOTIFICATION_REPORT_RUNNING);
    assert_int_equal(notice->has, FIELD(VALUE) | FIELD(STEP));
    assert_int_equal(step->kind, FACT_STEP);
    assert_int_equal(step->field[FIELD_STEP], 3);
    assert_int_equal(step->field[FIELD_VALUE], STEP_STATE_MET);
    assert_int_equal(step->field[FIELD_CREDIT], 200000);
    assert_int_equal(step->field[FIELD_ACTOR], ACTOR_PERSON);
    assert_int_equal(scenario->claims[1].first_ms, 210000);
    scenario_release(scenario);
}

static void a_tolerance_follows_the_instant(void **state)
{
    (void)state;
    struct scenario *scenario = parse_well("expect 1:00\xC2\xB1"
                                           "0:00.100 ups-low\n"
                                           "expect 1:00+-0:02 ups-low\n"
                                           "end 2:00\n");
    assert_int_equal(scenario->claims[0].first_ms, 60000);
    assert_int_equal(scenario->claims[0].tolerance_ms, 100);
    assert_int_equal(scenario->claims[1].tolerance_ms, 2000);
    scenario_release(scenario);
}

static void never_and_count_have_a_period(void **state)
{
    (void)state;
    struct scenario *scenario =
        parse_well("never output crank on between 0:10 0:20\n"
                   "count deadline-still-missed step 6 2 between 0:10 0:20\n"
                   "count ups-low 0\n"
                   "end 1:00\n");
    const struct claim *claims = scenario->claims;
    assert_int_equal(claims[0].kind, CLAIM_NEVER);
    assert_int_equal(claims[0].pattern.field[FIELD_OUTPUT], OUTPUT_CRANK);
    assert_int_equal(claims[0].first_ms, 10000);
    assert_int_equal(claims[0].last_ms, 20000);
    assert_int_equal(claims[1].kind, CLAIM_COUNT);
    assert_int_equal(claims[1].count, 2);
    assert_int_equal(claims[1].pattern.field[FIELD_STEP], 6);
    assert_int_equal(claims[1].last_ms, 20000);
    assert_int_equal(claims[2].first_ms, INT64_MIN);
    scenario_release(scenario);
}

static void is_asks_for_a_state_that_holds(void **state)
{
    (void)state;
    struct scenario *scenario =
        parse_well("expect 1:00 genset is running\nexpect 1:00 genset running\nend 1:00\n");
    assert_true(scenario->claims[0].pattern.is);
    assert_false(scenario->claims[1].pattern.is);
    scenario_release(scenario);
}

static void settings_are_kept_as_they_are_written(void **state)
{
    (void)state;
    struct scenario *scenario = parse_well("site genset.wiring run-crank\n"
                                           "site server app tier 2 retries 0\n"
                                           "end 1:00\n");
    assert_string_equal(scenario->settings[0].key, "genset.wiring");
    assert_string_equal(scenario->settings[0].value, "run-crank");
    assert_int_equal(scenario->server_count, 1);
    assert_string_equal(scenario->servers[0].name, "app");
    assert_int_equal(scenario->servers[0].setting_count, 2);
    assert_string_equal(scenario->servers[0].settings[1].key, "retries");
    scenario_release(scenario);
}

static const struct {
    const char *text, *problem;
} refusals[] = {
    {"frobnicate\nend 1:00\n", "a.scenario:1: \"frobnicate\": expected title, site, needs"},
    {"at 5 mains lost\nend 1:00\n", "a.scenario:1: \"5\" is not a time: expected M:SS"},
    {"at 0:00 mains gone\nend 1:00\n", "mains \"gone\": expected one of present, lost, unknown"},
    {"at 0:00 weather bad\nend 1:00\n", "\"weather\": expected an input (mains, "},
    {"at 0:00 mains lost now\nend 1:00\n", "\"now\": expected the line's end"},
    {"at 0:00 mains\nend 1:00\n", "the line ends; expected present, lost, unknown"},
    {"at 0:00 set dance\nend 1:00\n", "no command \"dance\": expected start, stop"},
    {"at 0:00 server db off\nend 1:00\n", "no server \"db\": expected a name that \"site server\""},
    {"at 0:00 equipment mop missing\nend 1:00\n", "no equipment \"mop\": expected fuel"},
    {"expect 1:00 nonsense\nend 1:00\n", "\"nonsense\": expected a notification"},
    {"expect 1:00\nend 1:00\n", "expected a notification"},
    {"expect 1:00 genset resting because nothing\nend 1:00\n", "\"nothing\": expected a reason"},
    {"expect 1:00 genset dancing\nend 1:00\n", "\"dancing\": expected a genset state (unknown, "},
    {"expect 1:00 step 7 met\nend 1:00\n", "\"7\" is not step: expected a number from 0 to 6"},
    {"expect 1:00 output crank\nend 1:00\n", "expected on or off (unknown, off, on)"},
    {"expect 1:00+-x ups-low\nend 1:00\n", "\"x\" is not a tolerance"},
    {"expect 1:00 report-failed met\nend 1:00\n", "\"met\": expected the line's end, \"step\""},
    {"count ups-low\nend 1:00\n", "expected how often, a number"},
    {"never ups-low between 2:00 1:00\nend 3:00\n", "not to be the earlier one"},
    {"never report-failed step 4 met\nend 3:00\n", "expected one thing after \"never\""},
    {"site genset run-crank\nend 1:00\n", "\"genset\": expected \"server\" or a setting as"},
    {"site genset.wiring\nend 1:00\n", "expected a value for genset.wiring"},
    {"at 2:00 mains lost\nend 1:00\n", "a.scenario:1: expected a time not after the end"},
    {"expect 2:00 ups-low\nend 1:00\n", "a.scenario:1: expected a time not after the end"},
    {"starts 0:10\nat 0:05 mains lost\nend 1:00\n", "a.scenario:2: expected a time not before"},
    {"at 0:00 mains lost\n", "a.scenario:1: the file ends; expected \"end TIME\""},
    {"needs luck\nend 1:00\n", "expected \"exact-instants\" or \"exact-order\" after \"needs\""},
    {"end 1:00\nend 2:00\n", "a.scenario:2: expected only one end"},
    {"title a\ntitle b\nend 1:00\n", "a.scenario:2: expected only one title"},
    {"at 0:00 set shutdown now\nend 1:00\n", "\"tier N\", \"server NAME\" or \"cancel\" after"},
    {"at 0:00 set power-on some\nend 1:00\n", "expected \"all\" or \"cancel\" after \"power-on\""},
    {"at 0:00 set drill now\nend 1:00\n", "expected \"begin\" or \"end\" after \"drill\""},
    {"at 0:00 set drill begin arm all\nend 1:00\n", "after \"arm\""},
    {"at 0:00 set ack 4294967296\nend 1:00\n", "is not an event: expected a number from 0 to"},
    {"at 0:00 set ack -1\nend 1:00\n", "\"-1\" is not an event: expected a number from 0 to"},
    {"at 0:00 set ack x\nend 1:00\n", "\"x\" is not an event: expected a number from 0 to"},
    {"at 0:00 set ack 1x\nend 1:00\n", "\"1x\" is not an event: expected a number from 0 to"},
    {"at 0:00 set ack\nend 1:00\n", "the line ends; expected an event"},
    {"at 0:00 set account 1x\nend 1:00\n", "\"1x\" is not a deviation: expected a number"},
    {"at 0:00 wall-clock sideways 0:10\nend 1:00\n", "expected \"forward\" or \"back\" after"},
    {"at 0:00 journal late\nend 1:00\n", "expected \"behind\" or \"ok\" after \"journal\""},
    {"at 0:00 subagent ill\nend 1:00\n", "expected \"dead\" or \"back\" after \"subagent\""},
    {"at 0:00 nut off\nend 1:00\n", "\"off\": expected"},
    {"expect 1:00 deviation linked to 3\nend 1:00\n", "expected \"step N\" after \"linked to\""},
    {"count ups-low 1x\nend 1:00\n", "\"1x\": expected"},
    {"site server a234567890123456789012345678901234567890 tier 1\nend 1:00\n",
     "expected a server's name of at most 31 bytes"},
    {"site server a tier\nend 1:00\n", "the line ends; expected a setting's value"},
    {"site\nend 1:00\n", "the line ends; expected \"server\" or a setting"},
};

static void what_is_wrong_is_told_with_what_was_expected(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        assert_refused(refusals[i].text, refusals[i].problem);
}

static void every_wrong_line_is_told(void **state)
{
    (void)state;
    const char *text = "at 0:00 mains gone\n\nexpect 1:00 nonsense\nfrobnicate\nend 1:00\n";
    assert_refused(text, "a.scenario:1: ");
    assert_refused(text, "a.scenario:3: ");
    assert_refused(text, "a.scenario:4: ");
}

static void a_file_that_is_not_there_is_told(void **state)
{
    (void)state;
    char *problems = NULL;
    size_t size = 0;
    FILE *told = open_memstream(&problems, &size);
    assert_null(scenario_load("/nonexistent/a.scenario", told));
    fclose(told);
    assert_non_null(strstr(problems, "/nonexistent/a.scenario: cannot be opened: No such file"));
    free(problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_input_deed_names_its_roles_and_value),
        cmocka_unit_test(deeds_are_put_in_order_of_time),
        cmocka_unit_test(what_a_scenario_names_is_wired),
        cmocka_unit_test(commands_carry_argument_and_confirmation),
        cmocka_unit_test(a_notification_with_a_verdict_makes_two_claims),
        cmocka_unit_test(a_tolerance_follows_the_instant),
        cmocka_unit_test(never_and_count_have_a_period),
        cmocka_unit_test(is_asks_for_a_state_that_holds),
        cmocka_unit_test(settings_are_kept_as_they_are_written),
        cmocka_unit_test(what_is_wrong_is_told_with_what_was_expected),
        cmocka_unit_test(every_wrong_line_is_told),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests_name("play/scenario", tests, NULL, NULL);
}

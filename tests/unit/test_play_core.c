/* The player judges rightly: what must fail does fail, and says how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "play/play.h"

/* Plays text; what the player says is in *report, which the caller frees. */
static enum play_outcome play(const char *text, bool show_timeline, char **report)
{
    size_t size = 0;
    FILE *told = open_memstream(report, &size);
    assert_non_null(told);
    FILE *in = tmpfile();
    assert_non_null(in);
    fputs(text, in);
    rewind(in);
    struct scenario *scenario = scenario_parse("a.scenario", in, told);
    fclose(in);
    enum play_outcome outcome = PLAY_FAILED;
    if (scenario)
        outcome = play_core(scenario, show_timeline, told);
    scenario_release(scenario);
    fclose(told);
    return outcome;
}

static void assert_passes(const char *text)
{
    char *report = NULL;
    if (play(text, false, &report) != PLAY_PASSED)
        fail_msg("did not pass: %s", report);
    free(report);
}

static void assert_fails(const char *text, const char *said)
{
    char *report = NULL;
    assert_int_equal(play(text, false, &report), PLAY_FAILED);
    if (!strstr(report, said))
        fail_msg("said \"%s\", expected \"%s\"", report, said);
    free(report);
}

#define OUTAGE "at 0:00 mains lost\nat 3:20 genset running\n"

static void what_happens_as_expected_passes(void **state)
{
    (void)state;
    assert_passes(OUTAGE "expect 3:30 report-running step 3 met at 3:20\n"
                         "never shutdown-begun\n"
                         "count report-running 1\n"
                         "end 6:00\n");
}

static void a_millisecond_off_fails_and_says_when_it_happened(void **state)
{
    (void)state;
    assert_fails(OUTAGE "expect 3:30.001 report-running\nend 6:00\n",
                 "a.scenario:3: expected report-running at 3:30.001\n"
                 "  it happened at another time: report-running step 3");
    assert_fails(OUTAGE "expect 3:29.999 report-running\nend 6:00\n", " at 3:30\n");
}

static void a_tolerance_allows_that_much(void **state)
{
    (void)state;
    assert_passes(OUTAGE "expect 3:30.001+-0:00.001 report-running\nend 6:00\n");
    assert_fails(OUTAGE "expect 3:30.002+-0:00.001 report-running\nend 6:00\n", "expected");
}

static void what_never_happens_fails_and_shows_the_timeline_around(void **state)
{
    (void)state;
    assert_fails(OUTAGE "expect 3:20 ups-low\nend 6:00\n", "> genset running\n");
    assert_fails("expect 3:20 genset running\nend 6:00\n", "the nearest thing like it: genset");
    assert_fails("expect 3:20 told app\nend 6:00\n", "no server \"app\"");
    assert_fails("expect 3:20 output crank on\nend 6:00\n", "nothing like it happened");
}

static void a_wrong_detail_fails(void **state)
{
    (void)state;
    assert_fails(OUTAGE "expect 3:30 step 3 met at 3:21\nend 6:00\n",
                 "the nearest thing like it: step 3 met");
    assert_fails(OUTAGE "expect 3:30 step 3 missed\nend 6:00\n", "expected step 3 missed at 3:30");
    assert_fails(OUTAGE "expect 3:30 report-running step 4\nend 6:00\n", "expected");
    assert_fails(OUTAGE "expect 3:30 report-running drill\nend 6:00\n", "expected");
    assert_passes(OUTAGE "expect 3:30 report-running not drill\nend 6:00\n");
}

static void never_fails_with_what_happened(void **state)
{
    (void)state;
    assert_fails(OUTAGE "never report-running\nend 6:00\n",
                 "a.scenario:3: never report-running\n  it happened: report-running step 3");
    assert_passes(OUTAGE "never report-running between 0:00 3:29.999\nend 6:00\n");
}

static void a_wrong_count_fails_with_each_of_them(void **state)
{
    (void)state;
    assert_fails(OUTAGE "count report-running 2\nend 6:00\n",
                 "expected report-running 2 times; it happened 1 times:\n  report-running step 3");
    assert_fails(OUTAGE "count report-running 0\nend 6:00\n", "it happened 1 times");
}

static void a_state_holds_until_the_next_one(void **state)
{
    (void)state;
    assert_passes(OUTAGE "expect 3:29.999 genset is confirming\n"
                         "expect 3:30 genset is running\n"
                         "expect 5:59 genset is running\n"
                         "end 6:00\n");
    assert_fails(OUTAGE "expect 3:30 genset is stopped\nend 6:00\n", "it was: genset running");
}

static void strict_fails_on_what_was_not_expected(void **state)
{
    (void)state;
    assert_fails("at 0:00 mains lost\nexpect 0:02 mains-lost\nexpect 0:02 outage-opened\n"
                 "strict\nend 6:00\n",
                 "strict: not expected\n  it happened: deadline-missed step 3");
}

static void a_site_that_is_no_configuration_fails(void **state)
{
    (void)state;
    assert_fails("site genset.crank_s 900\nend 1:00\n", "a.scenario:1: genset.crank_s is 900; ");
    assert_fails("site genset.krank_s 9\nend 1:00\n",
                 "a.scenario:1: genset.krank_s is not known; ");
}

static void what_the_core_cannot_play_is_skipped_with_the_reason(void **state)
{
    (void)state;
    char *report = NULL;
    assert_int_equal(play("at 0:00 reboot\nend 1:00\n", false, &report), PLAY_SKIPPED);
    assert_string_equal(report, "a.scenario: a reboot needs the real programs\n");
    free(report);
}

static void the_timeline_shows_deeds_and_what_followed(void **state)
{
    (void)state;
    char *report = NULL;
    assert_int_equal(play(OUTAGE "end 6:00\n", true, &report), PLAY_PASSED);
    assert_non_null(strstr(report, "         3:20  > genset running\n"));
    assert_non_null(strstr(report, "         3:30    genset running\n"));
    assert_non_null(strstr(report, "         5:00    deadline-met step 3"));
    free(report);
}

static void the_engine_comes_back_with_what_it_knew(void **state)
{
    (void)state;
    assert_passes("at 0:00 mains lost\nat 1:00 restart down 0:10\nat 3:20 genset running\n"
                  "expect 3:30 report-running step 3 met at 3:20\n"
                  "count outage-opened 1\n"
                  "end 6:00\n");
    assert_fails("at 0:00 mains lost\nat 1:00 restart down 10:00\nend 6:00\n",
                 "it ends before the engine is back");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happens_as_expected_passes),
        cmocka_unit_test(a_millisecond_off_fails_and_says_when_it_happened),
        cmocka_unit_test(a_tolerance_allows_that_much),
        cmocka_unit_test(what_never_happens_fails_and_shows_the_timeline_around),
        cmocka_unit_test(a_wrong_detail_fails),
        cmocka_unit_test(never_fails_with_what_happened),
        cmocka_unit_test(a_wrong_count_fails_with_each_of_them),
        cmocka_unit_test(a_state_holds_until_the_next_one),
        cmocka_unit_test(strict_fails_on_what_was_not_expected),
        cmocka_unit_test(a_site_that_is_no_configuration_fails),
        cmocka_unit_test(what_the_core_cannot_play_is_skipped_with_the_reason),
        cmocka_unit_test(the_timeline_shows_deeds_and_what_followed),
        cmocka_unit_test(the_engine_comes_back_with_what_it_knew),
    };
    return cmocka_run_group_tests_name("play/core", tests, NULL, NULL);
}

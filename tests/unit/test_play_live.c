/* What a live run says when there is nothing to play against; whole runs are the scenarios. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "play/play.h"
#include "stand_in/request.h"

static enum play_outcome play(const char *text, const char *engine, char **report)
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
    assert_non_null(scenario);
    const struct live_settings settings = {
        .engine = engine, .server = "/bin/false", .time_scale = 1000};
    enum play_outcome outcome = play_live(scenario, &settings, false, told);
    scenario_release(scenario);
    fclose(told);
    return outcome;
}

static void an_engine_that_ends_by_itself_fails_the_run(void **state)
{
    (void)state;
    char *report = NULL;
    assert_int_equal(play("at 0:00 mains lost\nend 1:00\n", "/bin/false", &report), PLAY_FAILED);
    assert_non_null(strstr(report, "a.scenario: the engine ended by itself"));
    free(report);
}

static void an_engine_that_cannot_be_executed_fails_the_run(void **state)
{
    (void)state;
    char *report = NULL;
    assert_int_equal(play("end 1:00\n", "/nonexistent/padamd", &report), PLAY_FAILED);
    assert_non_null(strstr(report, "the engine ended by itself"));
    free(report);
}

static void what_real_programs_cannot_play_is_skipped(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"needs exact-instants\nend 1:00\n", "too exact"},
        {"at 0:00 reboot\nend 1:00\n", "a reboot needs the lab"},
        {"at 0:00 wall-clock back 1:00\nend 1:00\n", "the wall clock needs the lab"},
        {"at 0:00 journal behind\nend 1:00\n", "needs the core"},
        {"at 0:00 equipment lan missing\nend 1:00\n", "needs the core"},
        {"site server a tier 1\nat 0:00 server a not-run\nend 1:00\n", "cannot be run"},
        {"site server a tier 1\nat 0:00 server a power-not-run\nend 1:00\n", "cannot be run"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *report = NULL;
        assert_int_equal(play(cases[i].text, "/bin/false", &report), PLAY_SKIPPED);
        if (!strstr(report, cases[i].reason))
            fail_msg("said \"%s\", expected \"%s\"", report, cases[i].reason);
        free(report);
    }
}

static void a_servers_command_without_a_player_has_no_evidence(void **state)
{
    (void)state;
    char word[] = "verify", name[] = "app";
    char *request[] = {word, name, NULL};
    assert_int_equal(stand_in_ask("/nonexistent/socket", request), STAND_IN_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_engine_that_ends_by_itself_fails_the_run),
        cmocka_unit_test(an_engine_that_cannot_be_executed_fails_the_run),
        cmocka_unit_test(what_real_programs_cannot_play_is_skipped),
        cmocka_unit_test(a_servers_command_without_a_player_has_no_evidence),
    };
    return cmocka_run_group_tests_name("play/live", tests, NULL, NULL);
}

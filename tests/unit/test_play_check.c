/* Judging a timeline, whatever level it comes from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "play/check.h"

static const struct check_level exact = {.visible = {[FACT_NOTICE] = UINT32_MAX,
                                                     [FACT_STEP] = UINT32_MAX,
                                                     [FACT_RECORD] = UINT32_MAX,
                                                     [FACT_GENSET] = UINT32_MAX}};

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

/* How many claims of text the timeline fails; what is told is in *report, which the caller frees.
 */
static unsigned check(const char *text, struct timeline *timeline, const struct check_level *level,
                      char **report)
{
    size_t size = 0;
    FILE *told = open_memstream(report, &size);
    assert_non_null(told);
    struct scenario *scenario = scenario_of(text);
    unsigned failed = scenario_check_timeline(scenario, timeline, level, told);
    scenario_release(scenario);
    fclose(told);
    return failed;
}

static void assert_failures(const char *text, struct timeline *timeline,
                            const struct check_level *level, unsigned expected)
{
    char *report = NULL;
    unsigned failed = check(text, timeline, level, &report);
    if (failed != expected)
        fail_msg("\"%s\": %u failed, expected %u: %s", text, failed, expected, report);
    free(report);
}

static struct fact *add(struct timeline *timeline, int64_t at_ms, enum fact_kind kind,
                        unsigned value)
{
    struct fact *fact = timeline_add(timeline, at_ms, kind);
    assert_non_null(fact);
    fact_set(fact, FIELD_VALUE, value);
    return fact;
}

static void record_add(struct timeline *timeline, int64_t at_ms, enum step_state verdict,
                       unsigned id)
{
    struct fact *fact = add(timeline, at_ms, FACT_RECORD, verdict);
    fact_set(fact, FIELD_STEP, 3);
    fact_set(fact, FIELD_INCIDENT, 1);
    fact_set(fact, FIELD_ROUND, 1);
    fact_set(fact, FIELD_ID, id);
}

static void a_verdict_that_changes_fails(void **state)
{
    (void)state;
    struct timeline timeline = {0};
    record_add(&timeline, 0, STEP_STATE_OPEN, 1);
    record_add(&timeline, 1, STEP_STATE_MISSED, 1);
    record_add(&timeline, 2, STEP_STATE_MISSED, 1);
    assert_failures("end 1:00\n", &timeline, &exact, 0);
    record_add(&timeline, 3, STEP_STATE_MET, 1);
    char *report = NULL;
    assert_int_equal(check("end 1:00\n", &timeline, &exact, &report), 1);
    assert_non_null(strstr(report, "expected one verdict for each step of each round"));
    assert_non_null(strstr(report, "another one: record 3 met at 0:00.003"));
    free(report);
    timeline_release(&timeline);
}

static void two_records_of_one_step_fail(void **state)
{
    (void)state;
    struct timeline timeline = {0};
    record_add(&timeline, 1, STEP_STATE_MET, 1);
    record_add(&timeline, 2, STEP_STATE_MET, 2);
    assert_failures("end 1:00\n", &timeline, &exact, 1);
    timeline_release(&timeline);
}

static void not_required_may_still_change_within_the_round(void **state)
{
    (void)state;
    struct timeline timeline = {0};
    record_add(&timeline, 1, STEP_STATE_NOT_REQUIRED, 1);
    record_add(&timeline, 2, STEP_STATE_MET, 1);
    assert_failures("end 1:00\n", &timeline, &exact, 0);
    timeline_release(&timeline);
}

static void a_level_forgives_its_tolerance(void **state)
{
    (void)state;
    struct check_level level = exact;
    level.tolerance_ms[FACT_NOTICE] = 100;
    struct timeline timeline = {0};
    struct fact *fact = add(&timeline, 10100, FACT_NOTICE, NOTIFICATION_UPS_LOW);
    fact_set(fact, FIELD_LATE, 5100);
    assert_failures("expect 0:10 ups-low late 0:05\nend 1:00\n", &timeline, &level, 0);
    assert_failures("expect 0:10 ups-low\nend 1:00\n", &timeline, &exact, 1);
    assert_failures("expect 0:09.999 ups-low\nend 1:00\n", &timeline, &level, 1);
    assert_failures("expect 0:10 ups-low late 0:04.999\nend 1:00\n", &timeline, &level, 1);
    timeline_release(&timeline);
}

static void never_forgives_only_the_ends_of_its_period(void **state)
{
    (void)state;
    struct check_level level = exact;
    level.tolerance_ms[FACT_NOTICE] = 100;
    struct timeline timeline = {0};
    add(&timeline, 10000, FACT_NOTICE, NOTIFICATION_UPS_LOW);
    assert_failures("never ups-low between 0:05 0:10.050\nend 1:00\n", &timeline, &level, 0);
    assert_failures("never ups-low between 0:05 0:10.100\nend 1:00\n", &timeline, &level, 1);
    assert_failures("never ups-low between 0:09.950 0:20\nend 1:00\n", &timeline, &level, 0);
    assert_failures("never ups-low\nend 1:00\n", &timeline, &level, 1);
    timeline_release(&timeline);
}

static void what_follows_from_looking_at_a_server_has_its_own_tolerance(void **state)
{
    (void)state;
    struct check_level level = exact;
    level.evidence_tolerance_ms = 1000;
    struct timeline timeline = {0};
    add(&timeline, 11000, FACT_NOTICE, NOTIFICATION_SERVER_DOWN);
    add(&timeline, 11000, FACT_NOTICE, NOTIFICATION_UPS_LOW);
    assert_failures("expect 0:10 server-down\nend 1:00\n", &timeline, &level, 0);
    assert_failures("expect 0:10 ups-low\nend 1:00\n", &timeline, &level, 1);
    timeline_release(&timeline);
}

static void what_a_level_cannot_see_is_passed_over(void **state)
{
    (void)state;
    struct check_level level = exact;
    struct timeline timeline = {0};
    add(&timeline, 10000, FACT_NOTICE, NOTIFICATION_UPS_LOW);
    assert_failures("expect 0:10 ups-low drill\nend 1:00\n", &timeline, &level, 1);
    level.visible[FACT_NOTICE] = FIELD(VALUE);
    assert_failures("expect 0:10 ups-low drill\nend 1:00\n", &timeline, &level, 0);
    level.visible[FACT_NOTICE] = 0;
    assert_failures("expect 0:20 mains-lost\nend 1:00\n", &timeline, &level, 0);
    timeline_release(&timeline);
}

static void strict_passes_over_what_was_expected_or_is_harmless(void **state)
{
    (void)state;
    struct timeline timeline = {0};
    struct fact *fact = add(&timeline, 1000, FACT_NOTICE, NOTIFICATION_GENSET_STARTED);
    fact_set(fact, FIELD_SEVERITY, SEVERITY_NOTICE);
    fact = add(&timeline, 2000, FACT_NOTICE, NOTIFICATION_UPS_LOW);
    fact_set(fact, FIELD_SEVERITY, SEVERITY_CRITICAL);
    assert_failures("strict\nend 1:00\n", &timeline, &exact, 1);
    assert_failures("strict\nexpect 0:02 ups-low\nend 1:00\n", &timeline, &exact, 0);
    timeline_release(&timeline);
}

static void facts_are_sorted_by_time_and_keep_their_order_within_an_instant(void **state)
{
    (void)state;
    struct timeline timeline = {0};
    add(&timeline, 20, FACT_GENSET, 1);
    add(&timeline, 10, FACT_GENSET, 2);
    add(&timeline, 20, FACT_GENSET, 3);
    add(&timeline, 10, FACT_GENSET, 4);
    timeline_sort(&timeline);
    static const int64_t order[] = {2, 4, 1, 3};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        assert_int_equal(timeline.facts[i].field[FIELD_VALUE], order[i]);
    timeline_release(&timeline);
}

static void a_timeline_is_cut_by_kind(void **state)
{
    (void)state;
    struct timeline timeline = {0};
    add(&timeline, 20, FACT_GENSET, 1);
    add(&timeline, 20, FACT_NOTICE, 2);
    add(&timeline, 10, FACT_GENSET, 3);
    int64_t last_ms[FACT_KIND_COUNT] = {0};
    last_ms[FACT_GENSET] = 10;
    last_ms[FACT_NOTICE] = 20;
    timeline_cut(&timeline, last_ms);
    assert_int_equal(timeline.count, 2);
    assert_int_equal(timeline.facts[0].field[FIELD_VALUE], 2);
    assert_int_equal(timeline.facts[1].field[FIELD_VALUE], 3);
    timeline_release(&timeline);
}

static void a_timeline_that_is_full_fails(void **state)
{
    (void)state;
    struct timeline timeline = {0};
    for (size_t i = 0; i < 2 * (size_t)TIMELINE_LIMIT && !timeline.full; i++)
        (void)timeline_add(&timeline, 0, FACT_GENSET);
    assert_true(timeline.full);
    assert_failures("end 1:00\n", &timeline, &exact, 1);
    timeline_release(&timeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_that_changes_fails),
        cmocka_unit_test(two_records_of_one_step_fail),
        cmocka_unit_test(not_required_may_still_change_within_the_round),
        cmocka_unit_test(a_level_forgives_its_tolerance),
        cmocka_unit_test(never_forgives_only_the_ends_of_its_period),
        cmocka_unit_test(what_follows_from_looking_at_a_server_has_its_own_tolerance),
        cmocka_unit_test(what_a_level_cannot_see_is_passed_over),
        cmocka_unit_test(strict_passes_over_what_was_expected_or_is_harmless),
        cmocka_unit_test(facts_are_sorted_by_time_and_keep_their_order_within_an_instant),
        cmocka_unit_test(a_timeline_is_cut_by_kind),
        cmocka_unit_test(a_timeline_that_is_full_fails),
    };
    return cmocka_run_group_tests_name("play/check", tests, NULL, NULL);
}

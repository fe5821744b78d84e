#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/language.h"
#include "base/text.h"
#include "catalogues.h"
#include "core/core.h"
#include "engine/text.h"
#include "wire/rows.h"

enum { TEXT_SIZE = sizeof(((struct row_event *)0)->text) };
static const int64_t S = 1000, MINUTE = 60000;

/* 14:00:00 UTC is instant 1,000,000. */
static const struct derive_moment moment = {{1000000}, 50400000};
static struct server_settings servers[] = {{.index = 7, .name = "web1"}};
static struct site site;
static struct state *world;
static struct notice notice;
static char text[TEXT_SIZE];

static instant at(int64_t ms)
{
    return instant_add_ms(moment.now, ms);
}

static int open_world(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    site_set_defaults(&site);
    site.server_count = 1;
    site.servers = servers;
    strcpy(site.inputs[INPUT_ROLE_FUEL_LOW].name, "Fuel tank");
    world = calloc(1, state_size(1));
    if (!world)
        return -1;
    state_init(world, &site, moment.now);
    struct incident *incident = &world->incident;
    incident->id = 12;
    incident->round = 1;
    incident->phase = PHASE_DECIDING;
    incident->lost_at = incident->round_start = at(0);
    for (int i = 0; i < STEP_COUNT; i++) {
        incident->steps[i].clock_start = at(0);
        incident->steps[i].due = at(i < 3 ? 5 * MINUTE : i == 3 ? 10 * MINUTE : 15 * MINUTE);
    }
    notice = (struct notice){.severity = SEVERITY_NOTICE,
                             .sequence = 1,
                             .at = at(210 * S),
                             .incident = 12,
                             .round = 1,
                             .server = -1,
                             .amount_ms = -1,
                             .credited_at = INSTANT_NONE,
                             .actor = ACTOR_NONE,
                             .equipment = EQUIPMENT_KIND_UNKNOWN,
                             .input = INPUT_ROLE_UNKNOWN};
    return 0;
}

static int open_indonesian_world(void **state)
{
    catalogues_use_built();
    return language_begin("id") ? open_world(state) : -1;
}

static int close_world(void **state)
{
    (void)state;
    (void)language_begin("en");
    free(world);
    return 0;
}

static const char *say_with(enum notification what, const char *why)
{
    notice.notification = what;
    event_text(text,
               sizeof text,
               &(struct event_subject){
                   .site = &site, .state = world, .moment = moment, .notice = &notice, .why = why});
    return text;
}

static const char *say(enum notification what)
{
    return say_with(what, NULL);
}

/* A word that there is not shows as it stands in the pattern. */
static void every_notification_has_a_line_without_gaps(void **state)
{
    (void)state;
    for (unsigned what = NOTIFICATION_UNKNOWN + 1; what < NOTIFICATION_COUNT; what++) {
        if (strcmp(notification_name((enum notification)what), "invalid") == 0)
            continue; /* a number that is not given */
        assert_non_null(event_text_pattern((enum notification)what));
        const char *line = say((enum notification)what);
        assert_true(strlen(line) > 8);
        assert_false(islower((unsigned char)line[0]));
        assert_null(strpbrk(line, "{}[]"));
    }
}

static void a_running_genset_is_reported_with_its_time_after_the_outage(void **state)
{
    (void)state;
    notice.step = 3;
    notice.credited_at = at(200 * S);
    notice.actor = ACTOR_PERSON;
    assert_string_equal(
        say(NOTIFICATION_REPORT_RUNNING),
        "Outage 12: genset running 3:20 after the outage (by a person, step 3, due 5:00)");
}

static void a_genset_that_could_not_be_started_is_reported_with_its_reason(void **state)
{
    (void)state;
    notice.step = 4;
    notice.credited_at = at(10 * MINUTE);
    notice.actor = ACTOR_SOFTWARE;
    notice.reason = REASON_SILENCE;
    assert_string_equal(say(NOTIFICATION_REPORT_FAILED),
                        "Outage 12: power is out and the genset could not be started: nobody "
                        "reported and the genset is not running, reported by the software itself "
                        "(step 4, due 10:00)");
}

static void an_outage_is_named_with_its_times_of_day(void **state)
{
    (void)state;
    assert_string_equal(say(NOTIFICATION_OUTAGE_OPENED),
                        "Outage 12 opened: mains lost at 14:00:00; step 1 due 14:05:00");
}

static void a_drill_is_called_one(void **state)
{
    (void)state;
    notice.drill = true;
    assert_string_equal(say(NOTIFICATION_DRILL_BEGUN), "Drill 12 begun");
}

static void a_met_deadline_says_when_it_was_done(void **state)
{
    (void)state;
    notice.step = 3;
    notice.credited_at = at(200 * S);
    assert_string_equal(say(NOTIFICATION_DEADLINE_MET),
                        "Outage 12: step 3 met: done 3:20 after the outage, due 5:00");
}

static void a_missed_deadline_says_that_it_was_not_done(void **state)
{
    (void)state;
    notice.step = 3;
    assert_string_equal(say(NOTIFICATION_DEADLINE_MISSED),
                        "Outage 12: step 3 missed: not done by 5:00");
}

static void a_missed_deadline_done_late_says_by_how_much(void **state)
{
    (void)state;
    notice.step = 3;
    notice.credited_at = at(7 * MINUTE);
    notice.amount_ms = 2 * MINUTE;
    assert_string_equal(say(NOTIFICATION_DEADLINE_MISSED),
                        "Outage 12: step 3 missed: done 2:00 late");
}

static void a_repeat_says_how_long_it_is_overdue(void **state)
{
    (void)state;
    notice.step = 3;
    notice.at = at(10 * MINUTE);
    assert_string_equal(say(NOTIFICATION_DEADLINE_STILL_MISSED),
                        "Outage 12: step 3 still not done, 5:00 after it was due");
}

static void a_later_round_counts_from_its_own_beginning(void **state)
{
    (void)state;
    world->incident.round = notice.round = 2;
    world->incident.round_start = at(MINUTE);
    notice.step = 3;
    notice.credited_at = at(200 * S);
    assert_string_equal(say(NOTIFICATION_REPORT_RUNNING),
                        "Outage 12: genset running 2:20 into round 2 (step 3, due 5:00)");
}

static void outside_an_incident_a_line_begins_with_a_capital(void **state)
{
    (void)state;
    notice.incident = notice.round = 0;
    notice.equipment = EQUIPMENT_KIND_FUEL;
    notice.reason = REASON_FUEL_LOW;
    assert_string_equal(say(NOTIFICATION_EQUIPMENT_MISSING), "Not ready: fuel: fuel low");
}

static void servers_that_are_not_down_are_named_as_far_as_they_fit(void **state)
{
    (void)state;
    enum { MANY = 20 };
    struct server_settings many[MANY] = {{0}};
    struct state *larger = calloc(1, state_size(MANY));
    assert_non_null(larger);
    site.server_count = MANY;
    site.servers = many;
    for (size_t i = 0; i < MANY; i++)
        text_format(many[i].name, sizeof many[i].name, "server-of-the-office-%02zu", i);
    state_init(larger, &site, moment.now);
    for (size_t i = 0; i < MANY; i++)
        larger->servers[i].state = i < 2 ? SERVER_STATE_NOT_OFF : SERVER_STATE_OFF;
    struct state *smaller = world;
    world = larger;
    notice.count = 2;
    assert_string_equal(say(NOTIFICATION_SHUTDOWN_ESCALATED),
                        "Outage 12: servers did not shut down normally, 2: "
                        "server-of-the-office-00, "
                        "server-of-the-office-01; the server administrator must act");
    notice.count = MANY;
    for (size_t i = 0; i < MANY; i++)
        larger->servers[i].state = SERVER_STATE_NOT_OFF;
    const char *line = say(NOTIFICATION_SHUTDOWN_ESCALATED);
    assert_non_null(strstr(line, " and 17 more; the server administrator must act"));
    world = smaller;
    free(larger);
}

static void a_server_is_named(void **state)
{
    (void)state;
    notice.server = 0;
    notice.reason = REASON_STILL_ANSWERS;
    assert_string_equal(say(NOTIFICATION_SERVER_FAILED),
                        "Outage 12: server web1 did not shut down: it still answers");
}

static void an_input_is_named(void **state)
{
    (void)state;
    notice.incident = notice.round = 0;
    notice.input = INPUT_ROLE_FUEL_LOW;
    assert_string_equal(say(NOTIFICATION_INPUT_UNAVAILABLE), "Input Fuel tank is not available");
    assert_string_equal(say_with(NOTIFICATION_INPUT_UNAVAILABLE, ""),
                        "Input Fuel tank is not available");
    assert_string_equal(say_with(NOTIFICATION_INPUT_UNAVAILABLE, "its chip was removed"),
                        "Input Fuel tank is not available: its chip was removed");
}

static void what_was_noticed_late_says_so(void **state)
{
    (void)state;
    notice.noticed_late = true;
    notice.step = 3;
    assert_string_equal(say(NOTIFICATION_DEADLINE_MISSED),
                        "Outage 12: step 3 missed: not done by 5:00 (noticed late)");
}

static void a_line_too_long_is_cut(void **state)
{
    (void)state;
    char small[20];
    notice.notification = NOTIFICATION_REPORT_RUNNING;
    event_text(small,
               sizeof small,
               &(struct event_subject){
                   .site = &site, .state = world, .moment = moment, .notice = &notice});
    assert_string_equal(small, "Outage 12: genset r");
}

static void a_notice_of_an_incident_that_is_over_needs_no_clock(void **state)
{
    (void)state;
    notice.incident = 11;
    notice.step = 3;
    assert_string_equal(say(NOTIFICATION_REPORT_RUNNING), "Outage 11: genset running (step 3)");
}

/* How often each of what has a meaning in a pattern stands in it. */
static void assert_same_words(const char *pattern, const char *translation)
{
    for (const char *at = strpbrk(pattern, "{[]"); at; at = strpbrk(at + 1, "{[]")) {
        char mark[40];
        size_t length = *at == '{' ? strcspn(at, "}") + 1 : 1, in_pattern = 0, in_translation = 0;
        assert_true(length < sizeof mark);
        text_format(mark, sizeof mark, "%.*s", (int)length, at);
        for (const char *found = pattern; (found = strstr(found, mark)); found++)
            in_pattern++;
        for (const char *found = translation; (found = strstr(found, mark)); found++)
            in_translation++;
        if (in_pattern != in_translation)
            fail_msg(
                "%s: %s: %zu times, expected %zu", translation, mark, in_translation, in_pattern);
    }
}

static void indonesian_lines_say_all_that_english_ones_do(void **state)
{
    (void)state;
    for (unsigned what = NOTIFICATION_UNKNOWN + 1; what < NOTIFICATION_COUNT; what++) {
        const char *pattern = event_text_pattern((enum notification)what);
        if (!pattern)
            continue;
        assert_string_not_equal(language_text(pattern), pattern);
        assert_same_words(pattern, language_text(pattern));
    }
}

static void a_report_is_in_the_procedures_own_words_in_indonesian(void **state)
{
    (void)state;
    notice.step = 4;
    notice.credited_at = at(10 * MINUTE);
    notice.actor = ACTOR_SOFTWARE;
    notice.reason = REASON_SILENCE;
    assert_string_equal(
        say(NOTIFICATION_REPORT_FAILED),
        "Pemadaman 12: telah terjadi pemadaman dan genset tidak berhasil dinyalakan: tidak "
        "ada yang melapor dan genset tidak menyala, dilaporkan oleh perangkat lunak (langkah "
        "4, batas 10:00)");
}

#define indonesian_test(function)                                                                  \
    cmocka_unit_test_setup_teardown(function, open_indonesian_world, close_world)
#define text_test(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        text_test(every_notification_has_a_line_without_gaps),
        text_test(a_running_genset_is_reported_with_its_time_after_the_outage),
        text_test(a_genset_that_could_not_be_started_is_reported_with_its_reason),
        text_test(an_outage_is_named_with_its_times_of_day),
        text_test(a_drill_is_called_one),
        text_test(a_met_deadline_says_when_it_was_done),
        text_test(a_missed_deadline_says_that_it_was_not_done),
        text_test(a_missed_deadline_done_late_says_by_how_much),
        text_test(a_repeat_says_how_long_it_is_overdue),
        text_test(a_later_round_counts_from_its_own_beginning),
        text_test(outside_an_incident_a_line_begins_with_a_capital),
        text_test(a_server_is_named),
        text_test(servers_that_are_not_down_are_named_as_far_as_they_fit),
        text_test(an_input_is_named),
        text_test(what_was_noticed_late_says_so),
        text_test(a_line_too_long_is_cut),
        text_test(a_notice_of_an_incident_that_is_over_needs_no_clock),
        indonesian_test(indonesian_lines_say_all_that_english_ones_do),
        indonesian_test(a_report_is_in_the_procedures_own_words_in_indonesian),
    };
    return cmocka_run_group_tests_name("engine/text", tests, NULL, NULL);
}

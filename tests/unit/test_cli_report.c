#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "cli/report/report.h"
#include "row_samples.h"

static char *output;

static int begin(void **state)
{
    (void)state;
    setenv("TZ", "Asia/Jakarta", 1);
    output = NULL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(output);
    return 0;
}

static const char *escaped(const char *text)
{
    size_t size;
    free(output);
    FILE *to = open_memstream(&output, &size);
    assert_non_null(to);
    html_text(to, text);
    assert_int_equal(fclose(to), 0);
    return output;
}

#define BAD "\xEF\xBF\xBD"

/* ---- text in markup ---- */

static void text_can_be_no_markup_and_end_no_attribute(void **state)
{
    (void)state;
    assert_string_equal(escaped("<script>alert(\"1\")</script>"),
                        "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
    assert_string_equal(escaped("' onload='x & y"), "&#39; onload=&#39;x &amp; y");
    assert_string_equal(escaped("--></style>]]>"), "--&gt;&lt;/style&gt;]]&gt;");
    assert_string_equal(escaped("Siti Aminah, S.AP. – Lumajang €"),
                        "Siti Aminah, S.AP. – Lumajang €");
}

static void control_characters_are_replaced_and_a_line_end_is_a_blank(void **state)
{
    (void)state;
    assert_string_equal(escaped("a\nb\tc\rd"), "a b c d");
    assert_string_equal(escaped("a\x1b[31m\x07\x7f"), "a" BAD "[31m" BAD BAD);
    assert_string_equal(escaped("\xC2\x9B"
                                "31m\xC2\x85"),
                        BAD "31m" BAD);
    assert_string_equal(escaped("\xC2\xA0"), "\xC2\xA0");
}

static void what_is_no_utf8_is_replaced_octet_by_octet(void **state)
{
    (void)state;
    assert_string_equal(escaped("a\xFF<"), "a" BAD "&lt;");
    assert_string_equal(escaped("\xC0\xBC"), BAD BAD);         /* an overlong < */
    assert_string_equal(escaped("\xED\xA0\x80"), BAD BAD BAD); /* a surrogate */
    assert_string_equal(escaped("x\xE2\x82"), "x" BAD BAD);    /* cut short */
    assert_string_equal(escaped("\xE2\x82<b>"), BAD BAD "&lt;b&gt;");
}

/* Built here, as a source must not hold such characters in one literal. */
static void writing_cannot_be_turned_around(void **state)
{
    (void)state;
    static const unsigned char turning[][3] = {{0xE2, 0x80, 0x8E},
                                               {0xE2, 0x80, 0x8F},
                                               {0xE2, 0x80, 0xAA},
                                               {0xE2, 0x80, 0xAE},
                                               {0xE2, 0x81, 0xA6},
                                               {0xE2, 0x81, 0xA9}};
    for (size_t i = 0; i < sizeof turning / sizeof *turning; i++) {
        char text[8];
        text_format(text, sizeof text, "a%.3sb", (const char *)turning[i]);
        assert_string_equal(escaped(text), "a" BAD "b");
    }
    assert_string_equal(escaped("\xE2\x80\x93\xE2\x80\xA6"), "\xE2\x80\x93\xE2\x80\xA6");
}

static void a_data_uri_is_base64(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *uri;
    } cases[] = {{"", "data:x;base64,"},
                 {"f", "data:x;base64,Zg=="},
                 {"fo", "data:x;base64,Zm8="},
                 {"foo", "data:x;base64,Zm9v"},
                 {"\xFF\xFE\xFD\xFC", "data:x;base64,//79/A=="}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size;
        free(output);
        FILE *to = open_memstream(&output, &size);
        assert_non_null(to);
        html_data_uri(to, "x", (const unsigned char *)cases[i].bytes, strlen(cases[i].bytes));
        assert_int_equal(fclose(to), 0);
        assert_string_equal(output, cases[i].uri);
    }
}

/* ---- pages ---- */

static void put(struct replica *replica, enum row_table table, uint32_t key, const void *row)
{
    struct wire_message message;
    wire_row_fill(&message, table, key, row);
    assert_int_equal(replica_stage(replica, &message.row), 0);
}

static bool is_text(const struct field_descriptor *field)
{
    return field->type == FIELD_TEXT;
}

/* Every text of every row is the hostile one, and every row belongs to incident 1. */
static void hostile_rows_put(struct replica *replica, const char *hostile)
{
    for (unsigned table = 0; table < ROW_TABLE_COUNT; table++)
        for (unsigned key = 1; key <= 6; key++) {
            union row_sample row;
            row_sample_fill(&row, (enum row_table)table, key);
            for (size_t i = 0; i < row_descriptors[table].field_count; i++) {
                const struct field_descriptor *field = &row_descriptors[table].fields[i];
                if (is_text(field))
                    text_copy((char *)row.bytes + field->offset, field->size, hostile);
                if (strcmp(field->name, "incident") == 0 || strcmp(field->name, "round") == 0 ||
                    strcmp(field->name, "rounds") == 0)
                    memcpy(row.bytes + field->offset, &(uint32_t){1}, sizeof(uint32_t));
                if (strcmp(field->name, "step") == 0)
                    memcpy(row.bytes + field->offset, &(uint32_t){key}, sizeof(uint32_t));
            }
            bool is_scalar = row_descriptors[table].kind == ROW_KIND_SCALAR;
            put(replica, (enum row_table)table, is_scalar ? 0 : key, &row);
        }
    replica_commit(replica, 1);
}

static void hostile_office_set(struct office *office, char *hostile)
{
    static char *basis[2];
    basis[0] = hostile;
    text_copy(office->name, sizeof office->name, hostile);
    text_copy(office->unit, sizeof office->unit, hostile);
    text_copy(office->address, sizeof office->address, hostile);
    text_copy(office->place, sizeof office->place, hostile);
    text_copy(office->sop_title, sizeof office->sop_title, hostile);
    text_copy(office->sop_number, sizeof office->sop_number, hostile);
    text_copy(office->sop_made, sizeof office->sop_made, hostile);
    office->legal_basis = basis;
    struct office_person person = {0};
    text_copy(person.name, sizeof person.name, hostile);
    text_copy(person.position, sizeof person.position, hostile);
    text_copy(person.number, sizeof person.number, hostile);
    office->head = person;
    for (size_t i = 0; i < ROLE_COUNT; i++)
        office->people[i] = person;
}

/* A page without anything hostile has so many; each text that got through as markup adds to it. */
static unsigned count_of(const char *text, const char *what)
{
    unsigned count = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        count++;
    return count;
}

static void page_make(char *hostile, bool is_recap)
{
    static const struct logo none;
    struct config *config = calloc(1, sizeof *config);
    struct replica *replica = replica_create();
    struct half_year half;
    size_t size;
    assert_non_null(config);
    assert_non_null(replica);
    hostile_rows_put(replica, hostile);
    hostile_office_set(&config->office, hostile);
    assert_null(half_year_read("2001-2", &half));
    free(output);
    struct report report = {.to = open_memstream(&output, &size),
                            .config = config,
                            .logo = &none,
                            .replica = replica,
                            .moment = {{10000000}, 1738292652000}};
    assert_non_null(report.to);
    if (is_recap)
        report_print_recap(&report, &half);
    else
        assert_true(report_print_incident(&report, 1));
    assert_int_equal(fclose(report.to), 0);
    replica_free(replica);
    free(config);
}

static void whatever_stands_in_a_row_or_the_office_a_page_has_the_same_tags(void **state)
{
    (void)state;
    static char plain[] = "x";
    static char hostile[] = "<b id=\"q'&><script>\x1b\xFF";
    for (unsigned is_recap = 0; is_recap < 2; is_recap++) {
        page_make(plain, is_recap == 1);
        unsigned tags = count_of(output, "<"), quotes = count_of(output, "\"");
        assert_true(tags > 100);
        page_make(hostile, is_recap == 1);
        assert_int_equal(count_of(output, "<"), tags);
        assert_int_equal(count_of(output, "\""), quotes);
        assert_true(count_of(output, "&lt;b id=&quot;q&#39;&amp;&gt;") > 10);
        assert_int_equal(count_of(output, "\x1b"), 0);
        assert_int_equal(count_of(output, "\xFF"), 0);
    }
}

static void an_incident_that_is_not_kept_is_none(void **state)
{
    (void)state;
    struct replica *replica = replica_create();
    struct report report = {.to = stdout, .replica = replica};
    assert_non_null(replica);
    assert_false(report_print_incident(&report, 7));
    replica_free(replica);
}

/* ---- what a page says of a row ---- */

#define LOST_WALL_MS INT64_C(1738292652000)

static void incident_put(struct replica *replica)
{
    put(replica,
        ROW_incident,
        1,
        &(struct row_incident){.kind = INCIDENT_KIND_OUTAGE,
                               .state = INCIDENT_STATE_CLOSED,
                               .times_estimated = ON_OFF_OFF,
                               .lost_wall_ms = LOST_WALL_MS,
                               .closed_wall_ms = LOST_WALL_MS + 600000,
                               .duration_ms = 600000,
                               .rounds = 1});
}

/* What is not given: a quarter of a minute after the loss, in the incident's only round. */
static struct row_event event_of(struct row_event row)
{
    row.incident = row.round = 1;
    row.severity = SEVERITY_NOTICE;
    row.time_wall_ms = row.time_wall_ms ? row.time_wall_ms : LOST_WALL_MS + 15000;
    row.at = INSTANT_NONE;
    row.delivery = row.delivery ? row.delivery : DELIVERY_PENDING;
    return row;
}

static void page_of(struct replica *replica)
{
    static const struct logo none;
    static struct config config;
    size_t size;
    replica_commit(replica, 1);
    free(output);
    struct report report = {
        .to = open_memstream(&output, &size), .config = &config, .logo = &none, .replica = replica};
    assert_non_null(report.to);
    assert_true(report_print_incident(&report, 1));
    assert_int_equal(fclose(report.to), 0);
    replica_free(replica);
}

static void assert_says(const char *text)
{
    if (!strstr(output, text))
        fail_msg("\"%s\" is not in:\n%s", text, output);
}

static void an_event_is_told_as_it_went(void **state)
{
    (void)state;
    static const struct {
        struct row_event event;
        const char *said;
    } cases[] = {
        {{.notification = NOTIFICATION_DEADLINE_HELD, .step = 2},
         "<td>Deadline reached while a supply is being confirmed (step 2)<span"},
        {{.notification = NOTIFICATION_DEADLINE_MET, .step = 3}, "<td>Deadline met (step 3)<span"},
        {{.notification = NOTIFICATION_REPORT_RUNNING, .step = 3}, "genset is running<span"},
        {{.notification = NOTIFICATION_MAINS_LOST, .delivery = DELIVERY_ACCEPTED, .delay_ms = -1},
         "<td>accepted</td>"},
        {{.notification = NOTIFICATION_MAINS_LOST, .delivery = DELIVERY_REFUSED},
         "<td class=bad>refused</td>"},
        {{.notification = NOTIFICATION_SERVER_UP, .server = 9, .text = "Outage 1: it is up"},
         "<td>no. 9</td><td class=c>–</td>"},
        {{.notification = NOTIFICATION_SERVER_UP, .server = 9, .text = "Outage 1: it is up"},
         "<td class=good>up again</td><td></td>"},
        {{.notification = NOTIFICATION_SERVER_DOWN, .server = 9, .text = "without a colon"},
         "<td class=good>off, proven</td><td></td>"},
        {{.notification = NOTIFICATION_SERVER_NOT_UP, .server = 9, .text = "Outage 1: app: silent"},
         "<td class=bad>did NOT come up again</td><td>silent</td>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct replica *replica = replica_create();
        struct row_event told =
            event_of((struct row_event){.notification = NOTIFICATION_SERVER_DOWN, .server = 8});
        struct row_event event = event_of(cases[i].event);
        incident_put(replica);
        put(replica, ROW_event, 4, &told);
        put(replica, ROW_event, 5, &event);
        page_of(replica);
        assert_says(cases[i].said);
    }
}

static void reminders_of_a_step_are_one_line(void **state)
{
    (void)state;
    struct replica *replica = replica_create();
    struct row_event event =
        event_of((struct row_event){.notification = NOTIFICATION_DEADLINE_STILL_MISSED, .step = 5});
    incident_put(replica);
    put(replica, ROW_event, 1, &event);
    put(replica, ROW_event, 2, &event);
    event.step = 6;
    put(replica, ROW_event, 3, &event);
    event.step = 5;
    put(replica, ROW_event, 4, &event);
    event.round = 2;
    put(replica, ROW_event, 5, &event);
    event.round = 1;
    event.incident = 2;
    put(replica, ROW_event, 6, &event);
    page_of(replica);
    assert_int_equal(count_of(output, "Reminder: still not done"), 3);
    assert_says("Reminder: still not done (step 5) (3 times, the last one here)<span");
    assert_says("Reminder: still not done (step 6)<span");
    assert_int_equal(count_of(output, "times, the last one here"), 1);
}

static void each_contact_is_told_of(void **state)
{
    (void)state;
    struct replica *replica = replica_create();
    struct row_event event = event_of((struct row_event){.notification = NOTIFICATION_MAINS_LOST});
    static const struct {
        const char *name;
        uint32_t event;
        enum delivery delivery;
    } messages[] = {{"Ani", 3, DELIVERY_PENDING},
                    {"Budi", 3, DELIVERY_UNKNOWN},
                    {"Citra", 3, DELIVERY_SUPERSEDED},
                    {"Dewi", 4, DELIVERY_PENDING}};
    incident_put(replica);
    put(replica, ROW_event, 3, &event);
    for (unsigned i = 0; i < sizeof messages / sizeof *messages; i++) {
        struct row_message row = {.event = messages[i].event,
                                  .delivery = messages[i].delivery,
                                  .waits_since = INSTANT_NONE};
        text_copy(row.name, sizeof row.name, messages[i].name);
        put(replica, ROW_message, i + 1, &row);
    }
    page_of(replica);
    assert_says("<td>Ani: waits <br>Budi: – <br>Citra: given up </td>");
    assert_int_equal(count_of(output, "Dewi"), 0);
}

static void commands_in_the_incident_are_told(void **state)
{
    (void)state;
    static const struct {
        struct row_command command;
        const char *said; /* NULL: no command is told of */
    } cases[] = {
        {{.kind = COMMAND_KIND_SHUTDOWN_TIER, .argument = 2, .asked_wall_ms = LOST_WALL_MS},
         "<td>shutdown tier 2</td><td>nobody named</td><td>succeeded</td>"},
        {{.kind = COMMAND_KIND_GENSET_START,
          .requester = "siti",
          .asked_wall_ms = LOST_WALL_MS + 1},
         "<td>genset start</td><td>siti</td><td>succeeded</td>"},
        {{.kind = COMMAND_KIND_GENSET_START, .asked_wall_ms = LOST_WALL_MS - 1}, NULL},
        {{.kind = COMMAND_KIND_GENSET_START, .asked_wall_ms = LOST_WALL_MS + 600001}, NULL},
        {{.kind = COMMAND_KIND_ACCOUNT, .asked_wall_ms = LOST_WALL_MS}, NULL},
        {{.kind = COMMAND_KIND_ACKNOWLEDGE, .asked_wall_ms = LOST_WALL_MS}, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct replica *replica = replica_create();
        struct row_command command = cases[i].command;
        command.state = COMMAND_STATE_SUCCEEDED;
        incident_put(replica);
        put(replica, ROW_command, 7, &command);
        page_of(replica);
        if (cases[i].said)
            assert_says(cases[i].said);
        assert_int_equal(count_of(output, "Commands given in the incident"), cases[i].said ? 1 : 0);
    }
}

static void a_deviation_is_told_as_far_as_it_is_known(void **state)
{
    (void)state;
    static const struct {
        struct row_deviation deviation;
        const char *said;
    } cases[] = {
        {{.account_state = ACCOUNT_STATE_ANSWERED, .account = "why", .accounted_by = "siti"},
         "</td><td>–</td></tr>"},
        {{.account_state = ACCOUNT_STATE_ANSWERED, .corrective_action = "what next"},
         "</td><td>what next</td></tr>"},
        {{.account_state = ACCOUNT_STATE_UNANSWERED}, "<td class=c>7</td><td class=c>–</td>"},
        {{.account_state = ACCOUNT_STATE_UNANSWERED, .step = 3},
         "<td class=c>7</td><td class=c>3</td>"},
        {{.account_state = ACCOUNT_STATE_UNANSWERED},
         "<td class=bad>Every step was within the standard, but there were deviations from it: 1. "
         "Deviations without an account: 1.</td>"},
        {{.account_state = ACCOUNT_STATE_ANSWERED, .account = "why", .accounted_by = "siti"},
         "<td class=bad>Every step was within the standard, but there were deviations from it: "
         "1.</td>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct replica *replica = replica_create();
        struct row_deviation deviation = cases[i].deviation;
        deviation.incident = deviation.round = 1;
        deviation.kind = DEVIATION_KIND_TIME;
        deviation.role = ROLE_GENSET_OPERATOR;
        incident_put(replica);
        put(replica, ROW_deviation, 7, &deviation);
        page_of(replica);
        assert_says(cases[i].said);
    }
}

static void events_that_are_not_kept_are_told_of(void **state)
{
    (void)state;
    static const struct {
        int64_t oldest_ms; /* 0: there is no event */
        uint32_t bumped;
        bool said;
    } cases[] = {{LOST_WALL_MS, 0, false},
                 {LOST_WALL_MS - 1, 1, false},
                 {LOST_WALL_MS, 1, true},
                 {0, 1, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct replica *replica = replica_create();
        struct row_event event = event_of((struct row_event){
            .notification = NOTIFICATION_MAINS_LOST, .time_wall_ms = cases[i].oldest_ms});
        incident_put(replica);
        put(replica, ROW_system, 0, &(struct row_system){.events_bumped = cases[i].bumped});
        if (cases[i].oldest_ms)
            put(replica, ROW_event, 1, &event);
        page_of(replica);
        assert_int_equal(count_of(output, "does not keep the first events"), cases[i].said);
    }
}

/* ---- halves of years, logos ---- */

static void a_half_year_begins_and_ends_at_midnight_here(void **state)
{
    (void)state;
    struct half_year half;
    assert_null(half_year_read("2026-1", &half));
    assert_int_equal(half.begin_ms, INT64_C(1767200400000)); /* 2025-12-31 17:00 UTC */
    assert_int_equal(half.end_ms, INT64_C(1782838800000));   /* 2026-06-30 17:00 UTC */
    struct half_year next;
    assert_null(half_year_read("2026-2", &next));
    assert_int_equal(next.begin_ms, half.end_ms);
    static const char *const wrong[] = {"", "2026", "2026-", "2026-3", "2026-11", "26-1", "+026-1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_non_null(half_year_read(wrong[i], &half));
}

static void a_logo_is_told_by_its_first_bytes(void **state)
{
    (void)state;
    struct logo logo;
    char path[] = "/tmp/padam-logo-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "<svg></svg>", 11), 11);
    assert_null(logo_read(path, &logo));
    assert_string_equal(logo.media_type, "image/svg+xml");
    assert_int_equal(logo.length, 11);
    free(logo.bytes);
    assert_int_equal(pwrite(fd, "#!/bin/sh", 9, 0), 9);
    assert_string_equal(logo_read(path, &logo), "neither PNG, JPEG nor SVG");
    free(logo.bytes);
    assert_int_equal(ftruncate(fd, 1024 * 1024 + 1), 0);
    assert_string_equal(logo_read(path, &logo), "larger than 1 MiB");
    close(fd);
    unlink(path);
    assert_string_equal(logo_read("/tmp", &logo), "not a regular file");
    assert_string_equal(logo_read(path, &logo), strerror(2));
    assert_null(logo_read("", &logo));
    assert_null(logo.media_type);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(text_can_be_no_markup_and_end_no_attribute),
        TEST(control_characters_are_replaced_and_a_line_end_is_a_blank),
        TEST(what_is_no_utf8_is_replaced_octet_by_octet),
        TEST(writing_cannot_be_turned_around),
        TEST(a_data_uri_is_base64),
        TEST(whatever_stands_in_a_row_or_the_office_a_page_has_the_same_tags),
        TEST(an_incident_that_is_not_kept_is_none),
        TEST(an_event_is_told_as_it_went),
        TEST(reminders_of_a_step_are_one_line),
        TEST(each_contact_is_told_of),
        TEST(commands_in_the_incident_are_told),
        TEST(a_deviation_is_told_as_far_as_it_is_known),
        TEST(events_that_are_not_kept_are_told_of),
        TEST(a_half_year_begins_and_ends_at_midnight_here),
        TEST(a_logo_is_told_by_its_first_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "engine/contacts.h"
#include "engine/message_text.h"
#include "engine/messages.h"
#include "engine/procedure.h"
#include "engine/store.h"

/* ---- an office with its contacts ---- */

enum { AFTER_MS = 600000, HEAD = 3, DEPUTY = 7, ADMINISTRATOR = 4, REGENT = 15, EVENT = 12 };

static char *no_command[] = {(char[]){"/bin/true"}, NULL};

static struct contact contacts[] = {
    {.index = HEAD, .name = "head", .role = ROLE_HEAD_OF_SECTION, .order = 1},
    {.index = ADMINISTRATOR, .name = "admin", .role = ROLE_SERVER_ADMINISTRATOR, .order = 1},
    {.index = DEPUTY, .name = "deputy", .role = ROLE_UNKNOWN, .order = 2},
    {.index = REGENT, .name = "regent", .role = ROLE_UNKNOWN, .order = 5},
};
enum { CONTACTS = sizeof contacts / sizeof *contacts };

static struct config config;
static struct store *store;
static struct messages messages;

static const void *find(void *context, enum row_table table, uint32_t key)
{
    return store_find(context, table, key);
}

static void put(void *context, enum row_table table, uint32_t key, const void *row)
{
    assert_true(row_is_valid(table, row));
    assert_int_equal(store_put(context, table, key, row), 0);
}

static int office_open(void **state)
{
    static const struct store_limits no_limits;
    (void)state;
    for (size_t i = 0; i < CONTACTS; i++) {
        contacts[i].command = no_command;
        contacts[i].least_severity = SEVERITY_NOTICE;
        contacts[i].notifications = NULL;
    }
    config = (struct config){.contacts = contacts,
                             .contact_count = CONTACTS,
                             .notify = {.escalate_after_ms = AFTER_MS, .queue = 10}};
    store = store_new(&no_limits);
    assert_non_null(store);
    messages =
        (struct messages){.config = &config,
                          .moment = {.now = instant_at(1000), .wall_ms = INT64_C(1767225600000)},
                          .find = find,
                          .put = put,
                          .context = store};
    return 0;
}

static int office_close(void **state)
{
    (void)state;
    store_free(store);
    return 0;
}

static struct row_event event_of(enum notification notification)
{
    struct row_event event;
    memset(&event, 0, sizeof event);
    event.notification = notification;
    event.severity = SEVERITY_CRITICAL;
    event.delivery = DELIVERY_PENDING;
    event.delay_ms = -1;
    event.time_wall_ms = messages.moment.wall_ms;
    event.at = messages.moment.now;
    text_copy(event.text, sizeof event.text, "The genset did not start");
    return event;
}

static void happens(uint32_t sequence, enum notification notification)
{
    struct row_event event = event_of(notification);
    put(store, ROW_event, sequence, &event);
    messages_of_event(&messages, sequence);
}

static void acknowledged(uint32_t sequence)
{
    struct row_event event = *(const struct row_event *)store_find(store, ROW_event, sequence);
    event.acknowledged_wall_ms = messages.moment.wall_ms;
    text_copy(event.acknowledged_by, sizeof event.acknowledged_by, "Siti");
    put(store, ROW_event, sequence, &event);
    messages_acknowledged(&messages, sequence);
}

static const struct row_message *message(uint32_t event, unsigned contact)
{
    return store_find(store, ROW_message, message_key(event, contact));
}

static void tried(uint32_t event, unsigned contact, struct message_end end)
{
    messages_tried(&messages, message_key(event, contact), &end);
}

static const struct message_end told = {.wanted = true, .told = true};
static const struct message_end not_yet = {.wanted = true, .reason = "exited with 1"};
static const struct message_end never = {
    .wanted = true, .gave_up = true, .reason = "exited with 1"};

/* ---- who is told ---- */

static void every_notification_concerns_somebody(void **state)
{
    (void)state;
    static const enum role roles[] = {
        ROLE_GENSET_OPERATOR, ROLE_HEAD_OF_SECTION, ROLE_SERVER_ADMINISTRATOR};
    for (unsigned i = NOTIFICATION_UNKNOWN + 1; i < NOTIFICATION_COUNT; i++) {
        struct row_event event = event_of((enum notification)i);
        unsigned wanted = 0;
        for (size_t role = 0; role < sizeof roles / sizeof *roles; role++) {
            struct contact contact = {.role = roles[role], .least_severity = SEVERITY_NOTICE};
            wanted += contact_wants(&contact, &event);
        }
        assert_true(wanted > 0);
        assert_true(contact_wants(&contacts[2], &event));
    }
}

static void a_deadline_concerns_whose_step_it_is_and_the_head(void **state)
{
    (void)state;
    struct contact operator= {.role = ROLE_GENSET_OPERATOR, .least_severity = SEVERITY_NOTICE};
    struct row_event event = event_of(NOTIFICATION_DEADLINE_MISSED);
    event.step = 6;
    assert_int_equal(procedure_role(event.step), ROLE_SERVER_ADMINISTRATOR);
    assert_true(contact_wants(&contacts[0], &event));
    assert_true(contact_wants(&contacts[1], &event));
    assert_false(contact_wants(&operator, & event));
    event.step = 3;
    assert_false(contact_wants(&contacts[1], &event));
    assert_true(contact_wants(&operator, & event));
}

static void a_list_replaces_the_role_and_severity_still_counts(void **state)
{
    (void)state;
    char *names[] = {(char[]){"server-down"}, NULL};
    struct row_event down = event_of(NOTIFICATION_SERVER_DOWN);
    struct row_event report = event_of(NOTIFICATION_REPORT_FAILED);
    struct contact contact = {
        .role = ROLE_HEAD_OF_SECTION, .least_severity = SEVERITY_WARNING, .notifications = names};
    assert_true(contact_wants(&contact, &down));
    assert_false(contact_wants(&contact, &report));
    down.severity = SEVERITY_NOTICE;
    assert_false(contact_wants(&contact, &down));
}

static void only_the_first_order_is_told_at_once(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    assert_int_equal(message(EVENT, HEAD)->delivery, DELIVERY_PENDING);
    assert_int_equal(message(EVENT, ADMINISTRATOR)->order, 1);
    assert_string_equal(message(EVENT, HEAD)->name, "head");
    assert_null(message(EVENT, DEPUTY));
    assert_null(message(EVENT, REGENT));
}

static void
what_the_first_order_does_not_want_goes_to_the_next_if_it_is_to_be_acknowledged(void **state)
{
    (void)state;
    contacts[0].least_severity = contacts[1].least_severity = SEVERITY_CRITICAL + 1;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    assert_non_null(message(EVENT, DEPUTY));
    happens(EVENT + 1, NOTIFICATION_OUTAGE_CLOSED);
    assert_null(message(EVENT + 1, DEPUTY));
}

static void without_contacts_there_are_no_messages(void **state)
{
    (void)state;
    config.contact_count = 0;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    assert_int_equal(store_count(store, ROW_message), 0);
}

static void a_newer_repetition_takes_the_place_of_one_not_told_yet(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_DEADLINE_STILL_MISSED);
    tried(EVENT, ADMINISTRATOR, told);
    happens(EVENT + 1, NOTIFICATION_DEADLINE_STILL_MISSED);
    assert_int_equal(message(EVENT, HEAD)->delivery, DELIVERY_SUPERSEDED);
    assert_int_equal(message(EVENT, ADMINISTRATOR)->delivery, DELIVERY_ACCEPTED);
    assert_int_equal(message(EVENT + 1, HEAD)->delivery, DELIVERY_PENDING);
}

/* ---- tries ---- */

static void a_try_that_failed_leaves_it_waiting_until_the_last(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_SERVER_DOWN);
    tried(EVENT, ADMINISTRATOR, not_yet);
    const struct row_message *row = message(EVENT, ADMINISTRATOR);
    assert_int_equal(row->delivery, DELIVERY_PENDING);
    assert_int_equal(row->attempts, 1);
    assert_string_equal(row->reason, "exited with 1");
    assert_int_equal(row->ended_wall_ms, 0);
    assert_true(store_row_is_awaited(ROW_message, row));
    tried(EVENT, ADMINISTRATOR, never);
    row = message(EVENT, ADMINISTRATOR);
    assert_int_equal(row->delivery, DELIVERY_REFUSED);
    assert_int_equal(row->attempts, 2);
    assert_true(row->ended_wall_ms > 0);
    assert_false(store_row_is_awaited(ROW_message, row));
}

static void one_that_was_superseded_while_it_was_told_is_told(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_DEADLINE_STILL_MISSED);
    happens(EVENT + 1, NOTIFICATION_DEADLINE_STILL_MISSED);
    tried(EVENT, HEAD, never);
    assert_int_equal(message(EVENT, HEAD)->delivery, DELIVERY_SUPERSEDED);
    tried(EVENT, HEAD, told);
    assert_int_equal(message(EVENT, HEAD)->delivery, DELIVERY_ACCEPTED);
    assert_string_equal(message(EVENT, HEAD)->reason, "");
}

/* ---- escalation ---- */

static void what_needs_no_acknowledgement_is_not_waited_for(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_OUTAGE_OPENED);
    assert_false(instant_is_set(message_escalates_at(&config, message(EVENT, HEAD))));
    config.notify.escalate_after_ms = 0;
    happens(EVENT + 1, NOTIFICATION_REPORT_FAILED);
    assert_false(instant_is_set(message_escalates_at(&config, message(EVENT + 1, HEAD))));
}

static void each_order_has_its_own_time_to_acknowledge(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    tried(EVENT, HEAD, told);
    assert_int_equal(message_escalates_at(&config, message(EVENT, HEAD)).ms, 1000 + AFTER_MS);
    messages.moment.now = instant_at(700000);
    messages_escalate(&messages, EVENT);
    assert_false(instant_is_set(message_escalates_at(&config, message(EVENT, HEAD))));
    assert_false(instant_is_set(message_escalates_at(&config, message(EVENT, ADMINISTRATOR))));
    assert_int_equal(message(EVENT, DEPUTY)->order, 2);
    assert_int_equal(message_escalates_at(&config, message(EVENT, DEPUTY)).ms, 700000 + AFTER_MS);
    assert_null(message(EVENT, REGENT));
    messages_escalate(&messages, EVENT);
    assert_int_equal(message(EVENT, REGENT)->order, 5);
    assert_false(instant_is_set(message_escalates_at(&config, message(EVENT, REGENT))));
    size_t rows = store_count(store, ROW_message);
    messages_escalate(&messages, EVENT);
    assert_int_equal(store_count(store, ROW_message), rows);
}

static void an_acknowledgement_stops_it_and_takes_back_what_nobody_was_told(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    messages_escalate(&messages, EVENT);
    acknowledged(EVENT);
    assert_int_equal(message(EVENT, HEAD)->delivery, DELIVERY_PENDING);
    assert_int_equal(message(EVENT, DEPUTY)->delivery, DELIVERY_SUPERSEDED);
    assert_string_equal(message(EVENT, DEPUTY)->reason, "acknowledged by Siti");
    assert_false(instant_is_set(message_escalates_at(&config, message(EVENT, DEPUTY))));
    messages_escalate(&messages, EVENT);
    assert_null(message(EVENT, REGENT));
}

static void it_goes_on_at_once_when_nobody_could_be_told(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    messages.moment.now = instant_at(5000);
    tried(EVENT, HEAD, never);
    assert_int_equal(message_escalates_at(&config, message(EVENT, HEAD)).ms, 1000 + AFTER_MS);
    tried(EVENT, ADMINISTRATOR, never);
    assert_int_equal(message_escalates_at(&config, message(EVENT, ADMINISTRATOR)).ms, 5000);
}

static void an_event_that_is_not_kept_any_more_goes_to_nobody(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    struct row_message row = *message(EVENT, HEAD);
    put(store, ROW_message, message_key(EVENT + 1, HEAD), &row);
    messages_escalate(&messages, EVENT + 1);
    assert_false(instant_is_set(message_escalates_at(&config, message(EVENT + 1, HEAD))));
    assert_null(message(EVENT + 1, DEPUTY));
}

/* ---- what is said ---- */

static struct site site = {.name = "BKD \"Lumajang\""};
static char said[MESSAGE_TEXT_SIZE];

static const char *say(enum contact_format format, struct row_event *event, bool drill)
{
    struct contact contact = contacts[0];
    struct row_message row = *message(EVENT, HEAD);
    contact.format = format;
    const struct message_subject subject = {.site = &site,
                                            .moment = messages.moment,
                                            .contact = &contact,
                                            .message = &row,
                                            .event = event,
                                            .drill = drill,
                                            .server = "db\\1"};
    message_text(said, &subject);
    return said;
}

static void a_program_gets_one_line_of_json(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    struct row_event event = event_of(NOTIFICATION_REPORT_FAILED);
    event.incident = 4;
    event.round = 1;
    event.step = 4;
    event.time_wall_ms -= 61000;
    text_copy(event.text, sizeof event.text, "a\tb € \"c\"");
    assert_string_equal(
        say(CONTACT_FORMAT_JSON, &event, true),
        "{\"event\":12,\"time\":\"2025-12-31T23:58:59+00:00\",\"site\":\"BKD "
        "\\u0022Lumajang\\u0022\",\"notification\":\"report-failed\",\"severity\":\"critical\","
        "\"text\":\"a\\u0009b € \\u0022c\\u0022\",\"incident\":4,\"round\":1,\"step\":4,"
        "\"server\":\"db\\u005c1\",\"drill\":true,\"contact\":\"head\",\"role\":"
        "\"head-of-section\",\"acknowledge\":true,\"escalated\":false,\"attempt\":1,\"late_s\":61}"
        "\n");
}

static void people_get_a_subject_and_what_to_do(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    struct row_event event = event_of(NOTIFICATION_REPORT_FAILED);
    event.time_wall_ms -= 90000;
    assert_string_equal(say(CONTACT_FORMAT_TEXT, &event, true),
                        "DRILL: BKD \"Lumajang\": The genset did not start\n\n"
                        "The genset did not start\n\n"
                        "Event 12 of 2025-12-31 23:58:30, severity critical.\n"
                        "This is a drill.\n"
                        "This message comes 1:30 late.\n"
                        "Please acknowledge it: padam ack 12\n");
}

static void the_longest_row_fits(void **state)
{
    (void)state;
    happens(EVENT, NOTIFICATION_REPORT_FAILED);
    struct row_event event = event_of(NOTIFICATION_REPORT_FAILED);
    memset(event.text, '"', sizeof event.text - 1);
    const char *line = say(CONTACT_FORMAT_JSON, &event, false);
    assert_string_equal(line + strlen(line) - 2, "}\n");
}

#define IN_AN_OFFICE(test) cmocka_unit_test_setup_teardown(test, office_open, office_close)

int main(void)
{
    if (setenv("TZ", "UTC", 1) != 0)
        return EXIT_FAILURE;
    const struct CMUnitTest tests[] = {
        IN_AN_OFFICE(every_notification_concerns_somebody),
        IN_AN_OFFICE(a_deadline_concerns_whose_step_it_is_and_the_head),
        IN_AN_OFFICE(a_list_replaces_the_role_and_severity_still_counts),
        IN_AN_OFFICE(only_the_first_order_is_told_at_once),
        IN_AN_OFFICE(
            what_the_first_order_does_not_want_goes_to_the_next_if_it_is_to_be_acknowledged),
        IN_AN_OFFICE(without_contacts_there_are_no_messages),
        IN_AN_OFFICE(a_newer_repetition_takes_the_place_of_one_not_told_yet),
        IN_AN_OFFICE(a_try_that_failed_leaves_it_waiting_until_the_last),
        IN_AN_OFFICE(one_that_was_superseded_while_it_was_told_is_told),
        IN_AN_OFFICE(what_needs_no_acknowledgement_is_not_waited_for),
        IN_AN_OFFICE(each_order_has_its_own_time_to_acknowledge),
        IN_AN_OFFICE(an_acknowledgement_stops_it_and_takes_back_what_nobody_was_told),
        IN_AN_OFFICE(it_goes_on_at_once_when_nobody_could_be_told),
        IN_AN_OFFICE(an_event_that_is_not_kept_any_more_goes_to_nobody),
        IN_AN_OFFICE(a_program_gets_one_line_of_json),
        IN_AN_OFFICE(people_get_a_subject_and_what_to_do),
        IN_AN_OFFICE(the_longest_row_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

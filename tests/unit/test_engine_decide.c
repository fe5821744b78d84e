#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/text.h"
#include "core/core.h"
#include "core/rebase.h"
#include "core/snapshot.h"
#include "decider_sinks.h"
#include "engine/decide.h"

/* The whole way from an event to what is performed, shown and answered, with a journal that commits
 * at once or when told to. */
enum { PEER = 7, ANSWERS_SEEN = 32, OUTPUTS_SEEN = 64 };

static const int64_t S = 1000;
static const struct derive_moment moment = {{1000000}, 50400000};
static struct config config;
static struct store *store;
static struct decider *decider;
static instant now;
static struct wire_message answers[ANSWERS_SEEN];
static size_t answer_count;
static char outputs[OUTPUTS_SEEN];
static unsigned writes;
static decider_explain_fn *explained;

static unsigned tells;
static struct server_settings *own_machine;
static struct server_commands own_commands;

static void perform(void *context, const struct action *action)
{
    (void)context;
    tells += action->kind == ACTION_TELL;
    if (action->kind != ACTION_OUTPUT)
        return;
    size_t length = strlen(outputs);
    outputs[length] = (char)("rcpshb"[action->output.role] - (action->output.on ? 32 : 0));
    outputs[length + 1] = '\0';
}

static void show(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)context;
    assert_true(row_is_valid(table, row));
    assert_int_equal(store_put(store, table, key, row), 0);
}

static void answer(void *context, const struct gate_answer *given)
{
    (void)context;
    assert_true(answer_count < ANSWERS_SEEN);
    assert_int_equal(given->peer, PEER);
    answers[answer_count++] = given->message;
}

static int write_rows(void *context, const struct gate_row *rows, size_t count, size_t written)
{
    (void)context;
    (void)rows;
    (void)count;
    (void)written;
    writes++;
    return 0;
}

static void commit(void)
{
    gate_committed(decider_gate(decider), now);
    gate_committed(decider_gate(decider), now);
}

static void input(enum input_role role, enum input_value value)
{
    const struct event event = {.kind = EVENT_INPUT, .at = now, .role = role, .value = value};
    decider_handle(decider, &event);
}

static void pass(int64_t ms)
{
    now = instant_add_ms(now, ms);
    const struct event event = {.kind = EVENT_TICK, .at = now};
    decider_handle(decider, &event);
    commit();
}

static void wire_input(enum input_role role, uint32_t index)
{
    config.site.inputs[role].wired = true;
    config.site.inputs[role].index = index;
}

static int open_world(void **state)
{
    (void)state;
    const struct store_limits limits = {.rows = {0}};
    log_open("test", LOG_LEVEL_ERROR);
    memset(&config, 0, sizeof config);
    site_set_defaults(&config.site);
    config.site.servers = own_machine;
    config.server_commands = &own_commands;
    config.site.server_count = own_machine ? 1 : 0;
    config.site.genset.wiring = GENSET_WIRING_RUN_CRANK;
    wire_input(INPUT_ROLE_MAINS_L1, 2);
    wire_input(INPUT_ROLE_GENSET_RUNNING, 5);
    config.site.output_wired[OUTPUT_RUN] = config.site.output_wired[OUTPUT_CRANK] = true;
    answer_count = 0;
    outputs[0] = '\0';
    writes = tells = 0;
    now = moment.now;
    store = store_new(&limits);
    const struct decider_settings settings = {
        .config = &config,
        .store = store,
        .handlers = {.perform = perform,
                     .show = show,
                     .answer = answer,
                     .keep = sink_rows,
                     .write = write_rows},
        .explain = explained,
        .started = now,
        .moment = moment,
    };
    decider = decider_new(&settings);
    if (!store || !decider)
        return -1;
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    decider_drive_outputs(decider, now);
    commit();
    outputs[0] = '\0';
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    decider_free(decider);
    store_free(store);
    return 0;
}

static const struct row_event *event_of(enum notification what)
{
    for (uint32_t sequence = 1; sequence < decider_state(decider)->next_event; sequence++) {
        const struct row_event *row = store_find(store, ROW_event, sequence);
        if (row && row->notification == what)
            return row;
    }
    return NULL;
}

static void ask_with(enum command_kind kind, uint32_t argument, const char *text)
{
    struct wire_ask wanted = {.command = {.kind = kind, .argument = argument}};
    text_copy(wanted.requester, sizeof wanted.requester, "Siti");
    text_copy(wanted.text, sizeof wanted.text, text);
    text_copy(wanted.corrective_action, sizeof wanted.corrective_action, "a weekly look");
    decider_ask(decider, now, PEER, &wanted);
}

static void ask(enum command_kind kind, uint32_t argument)
{
    ask_with(kind, argument, "the tank was empty");
}

static const struct row_command *command_row(uint32_t index)
{
    const struct row_command *row = store_find(store, ROW_command, index);
    assert_non_null(row);
    return row;
}

static void lose_the_mains(void)
{
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    pass(2 * S);
}

static void an_outage_becomes_rows_and_events(void **state)
{
    (void)state;
    lose_the_mains();
    const struct row_mains *mains = store_find(store, ROW_mains, 0);
    assert_int_equal(mains->state, MAINS_STATE_LOST);
    const struct row_event *event = event_of(NOTIFICATION_OUTAGE_OPENED);
    assert_non_null(event);
    assert_int_equal(event->delivery, DELIVERY_PENDING);
    assert_int_equal(event->delay_ms, -1);
    const struct row_incident *incident = store_find(store, ROW_incident, 1);
    assert_int_equal(incident->lost_wall_ms, moment.wall_ms);
    assert_int_equal(incident->duration_ms, -1);
    const struct row_record *record = store_find(store, ROW_record, 1);
    assert_int_equal(record->role, ROLE_GENSET_OPERATOR);
}

static void nothing_is_seen_of_a_step_before_its_commit(void **state)
{
    (void)state;
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    commit();
    now = instant_add_ms(now, 2 * S);
    const struct event event = {.kind = EVENT_TICK, .at = now};
    decider_handle(decider, &event);
    assert_null(event_of(NOTIFICATION_OUTAGE_OPENED));
    commit();
    assert_non_null(event_of(NOTIFICATION_OUTAGE_OPENED));
}

static void time_that_passes_without_effect_is_not_written(void **state)
{
    (void)state;
    unsigned before = writes;
    pass(10 * S);
    pass(10 * S);
    assert_int_equal(writes, before);
}

static void outputs_rest_until_they_may_be_driven(void **state)
{
    (void)state;
    lose_the_mains();
    assert_string_equal(outputs, "");
    pass(5 * S);
    pass(1 * S);
    assert_non_null(strstr(outputs, "C"));
}

static void crank_goes_off_without_waiting_for_the_journal(void **state)
{
    (void)state;
    lose_the_mains();
    pass(5 * S);
    pass(1 * S);
    outputs[0] = '\0';
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    assert_string_equal(outputs, "c");
}

static void a_command_is_promised_confirmed_and_carried_out(void **state)
{
    (void)state;
    ask(COMMAND_KIND_INHIBIT, 60);
    assert_int_equal(answer_count, 0);
    commit();
    assert_int_equal(answer_count, 1);
    assert_int_equal(answers[0].type, WIRE_ANSWER);
    assert_true(answers[0].answer.promised);
    uint32_t index = answers[0].answer.index;
    assert_int_equal(command_row(index)->state, COMMAND_STATE_PROMISED);
    assert_string_equal(command_row(index)->requester, "Siti");
    assert_true(decider_confirm(decider, now, PEER, index));
    commit();
    assert_int_equal(answers[1].type, WIRE_OUTCOME);
    assert_int_equal(answers[1].outcome.state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(command_row(index)->state, COMMAND_STATE_SUCCEEDED);
    assert_string_equal(command_row(index)->requester, "Siti");
    assert_true(command_row(index)->ended_wall_ms > 0);
}

static void a_refused_command_says_why_and_has_a_row(void **state)
{
    (void)state;
    ask(COMMAND_KIND_WILL_NOT_START, 0);
    commit();
    assert_false(answers[0].answer.promised);
    assert_int_equal(answers[0].answer.reason, REASON_NO_INCIDENT);
    assert_int_equal(command_row(answers[0].answer.index)->state, COMMAND_STATE_REFUSED);
    assert_string_equal(command_row(answers[0].answer.index)->requester, "Siti");
}

static void closing_the_connection_cancels_a_promise(void **state)
{
    (void)state;
    ask(COMMAND_KIND_INHIBIT, 60);
    commit();
    decider_peer_gone(decider, now, PEER);
    commit();
    assert_int_equal(command_row(answers[0].answer.index)->state, COMMAND_STATE_CANCELLED);
    assert_false(instant_is_set(decider_state(decider)->inhibit_until));
    assert_int_equal(answer_count, 1);
}

static void closing_the_connection_does_not_cancel_what_was_confirmed(void **state)
{
    (void)state;
    ask(COMMAND_KIND_GENSET_START, 0);
    commit();
    assert_true(decider_confirm(decider, now, PEER, answers[0].answer.index));
    decider_peer_gone(decider, now, PEER);
    commit();
    assert_int_equal(command_row(answers[0].answer.index)->state, COMMAND_STATE_RUNNING);
}

static void only_who_was_promised_may_confirm_and_once(void **state)
{
    (void)state;
    ask(COMMAND_KIND_GENSET_START, 0);
    commit();
    uint32_t index = answers[0].answer.index;
    assert_false(decider_confirm(decider, now, PEER + 1, index));
    assert_false(decider_confirm(decider, now, PEER, index + 1));
    assert_true(decider_confirm(decider, now, PEER, index));
    assert_false(decider_confirm(decider, now, PEER, index));
}

static void a_long_command_reports_each_of_its_states(void **state)
{
    (void)state;
    ask(COMMAND_KIND_GENSET_START, 0);
    commit();
    decider_confirm(decider, now, PEER, answers[0].answer.index);
    commit();
    assert_int_equal(answers[1].outcome.state, COMMAND_STATE_RUNNING);
    pass(1 * S);
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    pass(10 * S);
    assert_int_equal(answers[2].outcome.state, COMMAND_STATE_SUCCEEDED);
    assert_int_equal(answer_count, 3);
}

/* Its row is there, the state that held it is not. */
static void a_command_whose_state_was_lost_ends_as_lost(void **state)
{
    (void)state;
    struct row_command running = {.kind = COMMAND_KIND_SHUTDOWN_ALL,
                                  .state = COMMAND_STATE_RUNNING,
                                  .asked_wall_ms = moment.wall_ms};
    text_copy(running.requester, sizeof running.requester, "Siti");
    assert_int_equal(store_put(store, ROW_command, 40, &running), 0);
    ask(COMMAND_KIND_GENSET_START, 0);
    commit();
    decider_confirm(decider, now, PEER, answers[0].answer.index);
    commit();
    decider_lose_commands(decider, now);
    commit();
    assert_int_equal(command_row(40)->state, COMMAND_STATE_LOST);
    assert_string_equal(command_row(40)->reason, reason_text(REASON_RESTARTED));
    assert_string_equal(command_row(40)->requester, "Siti");
    assert_true(command_row(40)->ended_wall_ms > 0);
    assert_int_equal(command_row(answers[0].answer.index)->state, COMMAND_STATE_RUNNING);
}

static void a_drills_command_names_its_arming(void **state)
{
    (void)state;
    struct wire_ask wanted = {.command = {.kind = COMMAND_KIND_DRILL_BEGIN, .arm_servers = true}};
    decider_ask(decider, now, PEER, &wanted);
    commit();
    assert_int_equal(command_row(answers[0].answer.index)->argument, CTL_DRILL_ARM_SERVERS);
    wanted.command.arm_servers = false;
    decider_ask(decider, now, PEER, &wanted);
    commit();
    assert_int_equal(command_row(answers[1].answer.index)->argument, CTL_DRILL_ARM_NONE);
}

static void an_event_that_there_is_not_cannot_be_acknowledged(void **state)
{
    (void)state;
    ask(COMMAND_KIND_ACKNOWLEDGE, 99);
    commit();
    assert_false(answers[0].answer.promised);
    assert_int_equal(answers[0].answer.reason, REASON_NO_SUCH_EVENT);
    const struct row_command *row = store_find(store, ROW_command, answers[0].answer.index);
    assert_non_null(row);
    assert_int_equal(row->state, COMMAND_STATE_REFUSED);
    assert_int_equal(row->argument, 99);
    assert_string_equal(row->reason, reason_text(REASON_NO_SUCH_EVENT));
}

static void an_acknowledged_event_names_who_did_it(void **state)
{
    (void)state;
    lose_the_mains();
    ask(COMMAND_KIND_ACKNOWLEDGE, 1);
    commit();
    now = instant_add_ms(now, 1 * S);
    decider_confirm(decider, now, PEER, answers[0].answer.index);
    commit();
    const struct row_event *event = store_find(store, ROW_event, 1);
    assert_string_equal(event->acknowledged_by, "Siti");
    assert_int_equal(event->acknowledged_wall_ms, moment.wall_ms + 3 * S);
}

/* Nobody starts the genset. */
static uint32_t make_a_deviation(void)
{
    config.site.genset.mode = GENSET_MODE_MANUAL;
    lose_the_mains();
    pass(300 * S);
    const struct row_event *event = event_of(NOTIFICATION_DEVIATION_RECORDED);
    assert_non_null(event);
    return 1;
}

static void a_deviation_is_accounted_for_once(void **state)
{
    (void)state;
    uint32_t deviation = make_a_deviation();
    ask(COMMAND_KIND_ACCOUNT, deviation);
    commit();
    assert_true(answers[0].answer.promised);
    decider_confirm(decider, now, PEER, answers[0].answer.index);
    commit();
    const struct row_deviation *row = store_find(store, ROW_deviation, deviation);
    assert_int_equal(row->account_state, ACCOUNT_STATE_ANSWERED);
    assert_string_equal(row->account, "the tank was empty");
    assert_string_equal(row->corrective_action, "a weekly look");
    assert_string_equal(row->accounted_by, "Siti");
    ask_with(COMMAND_KIND_ACCOUNT, deviation, "it was the pump");
    commit();
    assert_int_equal(answers[answer_count - 1].answer.reason, REASON_NO_SUCH_DEVIATION);
    row = store_find(store, ROW_deviation, deviation);
    assert_string_equal(row->account, "the tank was empty");
}

static unsigned events_count(enum notification notification)
{
    unsigned count = 0;
    for (uint32_t sequence = 1; sequence <= 100; sequence++) {
        const struct row_event *event = store_find(store, ROW_event, sequence);
        count += event && event->notification == notification;
    }
    return count;
}

/* A manager repeats a SET whose answer was lost. */
static void the_same_account_again_is_a_success_and_no_second_one(void **state)
{
    (void)state;
    uint32_t deviation = make_a_deviation();
    for (unsigned i = 0; i < 2; i++) {
        ask(COMMAND_KIND_ACCOUNT, deviation);
        commit();
        const struct wire_message *answer = &answers[answer_count - 1];
        assert_true(answer->answer.promised);
        decider_confirm(decider, now, PEER, answer->answer.index);
        commit();
        assert_int_equal(answers[answer_count - 1].outcome.state, COMMAND_STATE_SUCCEEDED);
    }
    assert_int_equal(events_count(NOTIFICATION_DEVIATION_ACCOUNTED), 1);
}

static void an_account_says_something_and_who_gives_it(void **state)
{
    (void)state;
    static const struct {
        const char *requester, *text;
        enum reason reason;
    } empty[] = {{"Siti", "", REASON_NO_ACCOUNT_TEXT},
                 {"Siti", " \t\n", REASON_NO_ACCOUNT_TEXT},
                 {"", "the tank was empty", REASON_NO_REQUESTER},
                 {"  ", "the tank was empty", REASON_NO_REQUESTER}};
    uint32_t deviation = make_a_deviation();
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        struct wire_ask wanted = {.command = {.kind = COMMAND_KIND_ACCOUNT, .argument = deviation}};
        text_copy(wanted.requester, sizeof wanted.requester, empty[i].requester);
        text_copy(wanted.text, sizeof wanted.text, empty[i].text);
        decider_ask(decider, now, PEER, &wanted);
        commit();
        assert_false(answers[answer_count - 1].answer.promised);
        assert_int_equal(answers[answer_count - 1].answer.reason, empty[i].reason);
        assert_int_equal(command_row(answers[answer_count - 1].answer.index)->state,
                         COMMAND_STATE_REFUSED);
    }
}

static void of_two_accounts_promised_the_first_confirmed_stands(void **state)
{
    (void)state;
    uint32_t deviation = make_a_deviation();
    ask(COMMAND_KIND_ACCOUNT, deviation);
    ask_with(COMMAND_KIND_ACCOUNT, deviation, "it was the pump");
    commit();
    uint32_t first = answers[0].answer.index, second = answers[1].answer.index;
    assert_true(answers[0].answer.promised && answers[1].answer.promised);
    decider_confirm(decider, now, PEER, first);
    decider_confirm(decider, now, PEER, second);
    commit();
    const struct row_deviation *row = store_find(store, ROW_deviation, deviation);
    assert_string_equal(row->account, "the tank was empty");
    const struct row_command *command = store_find(store, ROW_command, second);
    assert_int_equal(command->state, COMMAND_STATE_FAILED);
    assert_int_equal(events_count(NOTIFICATION_DEVIATION_ACCOUNTED), 1);
}

static void open_outage(void)
{
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    pass(3 * S);
    assert_non_null(event_of(NOTIFICATION_OUTAGE_OPENED));
}

static void an_incident_that_goes_on_after_a_rebase_is_marked_estimated(void **state)
{
    (void)state;
    open_outage();
    const struct row_incident *row = store_find(store, ROW_incident, 1);
    assert_int_equal(row->times_estimated, ON_OFF_OFF);
    clocks_rebase(decider_state(decider), (struct both_clocks){now, moment.wall_ms}, now, -S);
    decider_resume(decider, now);
    commit();
    row = store_find(store, ROW_incident, 1);
    assert_int_equal(row->times_estimated, ON_OFF_ON);
    assert_int_equal(row->state, INCIDENT_STATE_OPEN);
}

/* ---- the wall clock is set ---- */

static void follow_clock(int64_t by_ms, bool synchronised)
{
    const struct derive_moment set = {now, moment.wall_ms + (now.ms - moment.now.ms) + by_ms};
    decider_follow_clock(decider, set, synchronised);
    commit();
}

static void a_clock_set_in_an_outage_moves_what_is_told_and_nothing_else(void **state)
{
    (void)state;
    const int64_t year_ms = INT64_C(365) * 24 * 3600 * S;
    const int64_t steps_ms[] = {3600 * S, -3600 * S, 10 * year_ms, 0};
    make_a_deviation();
    const struct row_event event = *event_of(NOTIFICATION_DEADLINE_MISSED);
    const struct row_record record = *(const struct row_record *)store_find(store, ROW_record, 1);
    const struct step step = decider_state(decider)->incident.steps[3];
    const uint32_t events = decider_state(decider)->next_event;
    for (size_t i = 0; i < sizeof steps_ms / sizeof *steps_ms; i++) {
        follow_clock(steps_ms[i], false);
        const struct row_incident *incident = store_find(store, ROW_incident, 1);
        const struct row_record *told = store_find(store, ROW_record, 1);
        assert_int_equal(incident->lost_wall_ms, moment.wall_ms + steps_ms[i]);
        assert_int_equal(told->due_wall_ms, record.due_wall_ms + steps_ms[i]);
        assert_memory_equal(&decider_state(decider)->incident.steps[3], &step, sizeof step);
        assert_memory_equal(event_of(NOTIFICATION_DEADLINE_MISSED), &event, sizeof event);
    }
    assert_int_equal(decider_state(decider)->next_event, events);
}

static void a_time_before_1970_is_not_told_and_is_known_still(void **state)
{
    (void)state;
    lose_the_mains();
    follow_clock(-moment.wall_ms - 10 * S, false);
    const struct row_incident *incident = store_find(store, ROW_incident, 1);
    assert_int_equal(incident->lost_wall_ms, 0);
    follow_clock(0, false);
    incident = store_find(store, ROW_incident, 1);
    assert_int_equal(incident->lost_wall_ms, moment.wall_ms);
}

static void a_clock_set_is_written_though_nothing_happens(void **state)
{
    (void)state;
    unsigned before = writes;
    follow_clock(400, false);
    assert_int_equal(writes, before);
    follow_clock(3600 * S, false);
    assert_int_equal(writes, before + 1);
}

/* Two rounds: the core knows the times of the second only. */
static void an_ended_rounds_times_follow_too_and_a_closed_incidents_stay(void **state)
{
    (void)state;
    lose_the_mains();
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    pass(200 * S);
    const struct row_incident closed =
        *(const struct row_incident *)store_find(store, ROW_incident, 1);
    lose_the_mains();
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    pass(20 * S);
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    pass(20 * S);
    assert_int_equal(decider_state(decider)->incident.round, 2);
    const struct row_record record = *(const struct row_record *)store_find(store, ROW_record, 7);
    assert_int_equal(record.incident, 2);
    assert_int_equal(record.round, 1);
    follow_clock(3600 * S, false);
    const struct row_record *told = store_find(store, ROW_record, 7);
    assert_int_equal(told->due_wall_ms, record.due_wall_ms + 3600 * S);
    assert_int_equal(told->done_wall_ms, record.done_wall_ms + 3600 * S);
    assert_memory_equal(store_find(store, ROW_incident, 1), &closed, sizeof closed);
}

static void a_clock_that_synchronises_tells_the_first_boots_times_as_they_were(void **state)
{
    (void)state;
    open_outage();
    const struct row_incident before =
        *(const struct row_incident *)store_find(store, ROW_incident, 1);
    const struct row_event event = *event_of(NOTIFICATION_OUTAGE_OPENED);
    const struct both_clocks last = {now, moment.wall_ms + (now.ms - moment.now.ms)};
    const struct row_message message = {
        .event = 1, .contact = 1, .delivery = DELIVERY_ACCEPTED, .waits_since = now};
    assert_int_equal(store_put(store, ROW_message, 17, &message), 0);
    clocks_rebase(decider_state(decider), last, now, 0);
    decider_resume(decider, now);
    pass(10 * S);
    assert_true(decider_awaits_clock(decider));
    follow_clock(60 * S, true);
    assert_false(decider_awaits_clock(decider));
    const struct row_incident *row = store_find(store, ROW_incident, 1);
    assert_int_equal(row->lost_wall_ms, before.lost_wall_ms);
    assert_int_equal(event_of(NOTIFICATION_OUTAGE_OPENED)->at.ms, event.at.ms - 60 * S);
    const struct row_message *waits = store_find(store, ROW_message, 17);
    assert_int_equal(waits->waits_since.ms, message.waits_since.ms - 60 * S);
    assert_int_equal(event_of(NOTIFICATION_OUTAGE_OPENED)->time_wall_ms, event.time_wall_ms);
}

static void an_amended_deviation_keeps_its_account(void **state)
{
    (void)state;
    uint32_t deviation = make_a_deviation();
    ask(COMMAND_KIND_ACCOUNT, deviation);
    commit();
    decider_confirm(decider, now, PEER, answers[0].answer.index);
    commit();
    const struct row_deviation before =
        *(const struct row_deviation *)store_find(store, ROW_deviation, deviation);
    assert_int_equal(before.amount_ms, -1);
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    pass(10 * S);
    const struct row_deviation *row = store_find(store, ROW_deviation, deviation);
    assert_true(row->amount_ms > 0);
    assert_int_equal(row->account_state, ACCOUNT_STATE_ANSWERED);
    assert_string_equal(row->account, "the tank was empty");
    assert_int_equal(row->recorded_wall_ms, before.recorded_wall_ms);
}

static void what_is_linked_to_a_cause_wants_no_account_of_its_own(void **state)
{
    (void)state;
    make_a_deviation();
    const struct row_deviation *linked = store_find(store, ROW_deviation, 2);
    assert_int_equal(linked->cause, 1);
    assert_int_equal(linked->account_state, ACCOUNT_STATE_COVERED_BY_CAUSE);
    ask(COMMAND_KIND_ACCOUNT, 2);
    commit();
    assert_false(answers[0].answer.promised);
}

static void deliver(uint32_t sequence, enum delivery delivery, int64_t delay_ms)
{
    const struct wire_delivery given = {
        .sequence = sequence, .state = delivery, .delay_ms = delay_ms};
    decider_deliver(decider, now, &given);
    commit();
}

static void a_delivery_is_kept_with_its_event(void **state)
{
    (void)state;
    lose_the_mains();
    deliver(1, DELIVERY_ACCEPTED, 150);
    const struct row_event *event = store_find(store, ROW_event, 1);
    assert_int_equal(event->delivery, DELIVERY_ACCEPTED);
    assert_int_equal(event->delay_ms, 150);
    deliver(1, DELIVERY_REFUSED, 9);
    assert_int_equal(event->delivery, DELIVERY_ACCEPTED);
}

static void the_delivery_of_an_unknown_event_is_ignored(void **state)
{
    (void)state;
    unsigned before = writes;
    deliver(99, DELIVERY_ACCEPTED, 0);
    deliver(1, DELIVERY_PENDING, 0);
    assert_int_equal(writes, before);
}

static void a_repeat_never_sent_is_superseded_by_the_next(void **state)
{
    (void)state;
    config.site.procedure.repeat_ms = 60 * S;
    make_a_deviation();
    pass(60 * S);
    const struct row_event *first = event_of(NOTIFICATION_DEADLINE_STILL_MISSED);
    assert_int_equal(first->delivery, DELIVERY_PENDING);
    pass(60 * S);
    assert_int_equal(first->delivery, DELIVERY_SUPERSEDED);
    assert_int_equal(event_of(NOTIFICATION_DEADLINE_MISSED)->delivery, DELIVERY_PENDING);
}

static void a_repeat_that_was_sent_is_not_superseded(void **state)
{
    (void)state;
    config.site.procedure.repeat_ms = 60 * S;
    make_a_deviation();
    pass(60 * S);
    const struct row_event *first = event_of(NOTIFICATION_DEADLINE_STILL_MISSED);
    deliver(decider_state(decider)->next_event - 1, DELIVERY_ACCEPTED, 20);
    pass(60 * S);
    assert_int_equal(first->delivery, DELIVERY_ACCEPTED);
}

static int open_world_with_itself(void **state)
{
    static struct server_settings self = {.index = 1,
                                          .name = "box",
                                          .tier = 1,
                                          .command_timeout_ms = 30000,
                                          .retries = 2,
                                          .is_self = true};
    own_machine = &self;
    int result = open_world(state);
    own_machine = NULL;
    return result;
}

static void deliver_from(uint32_t first, uint32_t end)
{
    for (uint32_t sequence = first; sequence < end; sequence++)
        deliver(sequence, DELIVERY_ACCEPTED, 10);
}

static void its_machine_is_told_when_the_last_notification_is_out(void **state)
{
    (void)state;
    lose_the_mains();
    pass(600 * S);
    const struct row_event *next = event_of(NOTIFICATION_SELF_SHUTDOWN);
    assert_non_null(next);
    uint32_t end = decider_state(decider)->next_event;
    deliver_from(1, end - 1);
    decider_run(decider, now);
    commit();
    assert_int_equal(tells, 0);
    const struct wire_delivery last = {.sequence = end - 1, .state = DELIVERY_REFUSED};
    decider_deliver(decider, now, &last);
    decider_run(decider, now);
    assert_int_equal(tells, 0); /* that it is out is not on the disk yet */
    commit();
    decider_run(decider, now);
    assert_int_equal(tells, 0); /* nor that it is told */
    commit();
    assert_int_equal(tells, 1);
}

static void its_machine_is_told_in_time_with_nobody_to_notify(void **state)
{
    (void)state;
    lose_the_mains();
    pass(600 * S);
    pass(config.site.shutdown.notify_within_ms - 3 * S);
    decider_run(decider, now);
    commit();
    assert_int_equal(tells, 0);
    pass(3 * S);
    assert_int_equal(tells, 1);
}

static void a_stalled_journal_is_announced_and_its_recovery_too(void **state)
{
    (void)state;
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    now = instant_add_ms(now, 200);
    gate_tick(decider_gate(decider), now);
    decider_run(decider, now);
    assert_non_null(event_of(NOTIFICATION_JOURNAL_BEHIND));
    const struct row_system *row = store_find(store, ROW_system, 0);
    assert_int_equal(row->journal_state, JOURNAL_STATE_BEHIND);
    commit();
    for (unsigned retries = 0; retries < 3; retries++) {
        now = instant_add_ms(now, 5000);
        gate_retry(decider_gate(decider), now);
        commit();
        decider_run(decider, now);
    }
    commit();
    assert_non_null(event_of(NOTIFICATION_JOURNAL_RECOVERED));
    assert_int_equal(row->journal_state, JOURNAL_STATE_OK);
}

static void kept_facts_are_handled_in_their_order(void **state)
{
    (void)state;
    struct event event = {.kind = EVENT_EQUIPMENT, .at = now, .equipment = EQUIPMENT_KIND_NETWORK};
    event.equipment_state = EQUIPMENT_STATE_MISSING;
    decider_queue(decider, &event);
    event.equipment_state = EQUIPMENT_STATE_READY;
    decider_queue(decider, &event);
    assert_true(decider_has_queued(decider));
    decider_run(decider, now);
    assert_false(decider_has_queued(decider));
    assert_int_equal(decider_state(decider)->equipment[EQUIPMENT_KIND_NETWORK].state,
                     EQUIPMENT_STATE_READY);
}

#define decide_test(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)

/* A contact that bounces must not wear out a disk, nor pass for a journal that is behind. */
static void edges_that_settle_nothing_are_not_written(void **state)
{
    (void)state;
    enum { BOUNCES = 1000 };
    config.site.inputs[INPUT_ROLE_MAINS_L1].debounce_ms = 50;
    writes = 0;
    for (int i = 0; i < BOUNCES; i++)
        input(INPUT_ROLE_MAINS_L1, i % 2 ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
    assert_int_equal(writes, 0);
    assert_int_equal(gate_journal_state(decider_gate(decider)), JOURNAL_STATE_OK);
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    pass(50);
    assert_int_equal(writes, 1);
}

static const char *explain(void *context, const struct notice *notice)
{
    (void)context;
    return notice->notification == NOTIFICATION_INPUT_UNAVAILABLE ? "a chip was removed" : "";
}

static void event_says_why_an_input_is_not_available(void **state)
{
    (void)state;
    close_world(NULL);
    explained = explain;
    open_world(NULL);
    explained = NULL;
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_UNKNOWN);
    commit();
    const struct row_event *row = event_of(NOTIFICATION_INPUT_UNAVAILABLE);
    assert_string_equal(row ? row->text : "", "Input  is not available: a chip was removed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        decide_test(an_outage_becomes_rows_and_events),
        decide_test(nothing_is_seen_of_a_step_before_its_commit),
        decide_test(time_that_passes_without_effect_is_not_written),
        decide_test(outputs_rest_until_they_may_be_driven),
        decide_test(crank_goes_off_without_waiting_for_the_journal),
        decide_test(a_command_is_promised_confirmed_and_carried_out),
        decide_test(a_refused_command_says_why_and_has_a_row),
        decide_test(closing_the_connection_cancels_a_promise),
        decide_test(closing_the_connection_does_not_cancel_what_was_confirmed),
        decide_test(only_who_was_promised_may_confirm_and_once),
        decide_test(a_long_command_reports_each_of_its_states),
        decide_test(an_event_that_there_is_not_cannot_be_acknowledged),
        decide_test(an_acknowledged_event_names_who_did_it),
        decide_test(edges_that_settle_nothing_are_not_written),
        decide_test(event_says_why_an_input_is_not_available),
        decide_test(a_deviation_is_accounted_for_once),
        decide_test(the_same_account_again_is_a_success_and_no_second_one),
        decide_test(of_two_accounts_promised_the_first_confirmed_stands),
        decide_test(an_account_says_something_and_who_gives_it),
        decide_test(a_command_whose_state_was_lost_ends_as_lost),
        decide_test(a_drills_command_names_its_arming),
        decide_test(a_clock_set_in_an_outage_moves_what_is_told_and_nothing_else),
        decide_test(a_time_before_1970_is_not_told_and_is_known_still),
        decide_test(a_clock_set_is_written_though_nothing_happens),
        decide_test(an_ended_rounds_times_follow_too_and_a_closed_incidents_stay),
        decide_test(a_clock_that_synchronises_tells_the_first_boots_times_as_they_were),
        decide_test(an_amended_deviation_keeps_its_account),
        decide_test(an_incident_that_goes_on_after_a_rebase_is_marked_estimated),
        decide_test(what_is_linked_to_a_cause_wants_no_account_of_its_own),
        decide_test(a_delivery_is_kept_with_its_event),
        decide_test(the_delivery_of_an_unknown_event_is_ignored),
        decide_test(a_repeat_never_sent_is_superseded_by_the_next),
        decide_test(a_repeat_that_was_sent_is_not_superseded),
        cmocka_unit_test_setup_teardown(its_machine_is_told_when_the_last_notification_is_out,
                                        open_world_with_itself,
                                        close_world),
        cmocka_unit_test_setup_teardown(
            its_machine_is_told_in_time_with_nobody_to_notify, open_world_with_itself, close_world),
        decide_test(a_stalled_journal_is_announced_and_its_recovery_too),
        decide_test(kept_facts_are_handled_in_their_order),
    };
    return cmocka_run_group_tests_name("engine/decide", tests, NULL, NULL);
}

#include "engine/decide.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "core/core.h"
#include "core/rebase.h"
#include "engine/facts.h"
#include "engine/live.h"

/* Handled in a row, before lines have their turn. */
enum { FACTS_AT_ONCE = 8 };

struct decider {
    const struct config *config;
    const struct site *site;
    decider_explain_fn *explain;
    void *context;
    struct store *store;
    struct state *state, *before;
    struct batch batch;
    struct gate *gate;
    struct commands commands;
    struct live_facts facts;
    struct live_facts shown; /* what the live rows were made of last */
    struct facts *reported;
    bool outputs_driven;
    bool journal_is_full; /* of what must be kept */
    /* The command being asked for: it has no slot yet. */
    const struct command_texts *asking;
};

struct decider *decider_new(const struct decider_settings *settings)
{
    const struct site *site = &settings->config->site;
    struct decider *decider = calloc(1, sizeof *decider);
    if (!decider)
        return NULL;
    decider->config = settings->config;
    decider->site = site;
    decider->store = settings->store;
    decider->explain = settings->explain;
    decider->context = settings->context;
    decider->state = calloc(1, state_size(site->server_count));
    decider->before = calloc(1, state_size(site->server_count));
    decider->batch.capacity = batch_capacity(site);
    decider->batch.actions = malloc(decider->batch.capacity * sizeof *decider->batch.actions);
    decider->reported = facts_new(site->server_count);
    decider->gate = gate_new(&settings->handlers, settings->context, settings->store);
    decider->facts = (struct live_facts){.engine_started = settings->started,
                                         .journal = JOURNAL_STATE_OK,
                                         .moment = settings->moment};
    if (!decider->state || !decider->before || !decider->batch.actions || !decider->reported ||
        !decider->gate) {
        decider_free(decider);
        return NULL;
    }
    state_init(decider->state, site, settings->started);
    return decider;
}

void decider_free(struct decider *decider)
{
    if (!decider)
        return;
    gate_free(decider->gate);
    facts_free(decider->reported);
    free(decider->batch.actions);
    free(decider->before);
    free(decider->state);
    free(decider);
}

struct state *decider_state(struct decider *decider)
{
    return decider->state;
}

struct gate *decider_gate(struct decider *decider)
{
    return decider->gate;
}

void decider_journal_is_full(struct decider *decider, bool is_full)
{
    decider->journal_is_full = is_full;
}

static int64_t wall_offset_ms(const struct derive_moment *moment)
{
    return moment->wall_ms - moment->now.ms;
}

/* The same relation of the clocks, at another instant. */
static void moment_move(struct decider *decider, instant now)
{
    struct derive_moment *moment = &decider->facts.moment;
    *moment = (struct derive_moment){.now = now, .wall_ms = now.ms + wall_offset_ms(moment)};
}

/* ---- rows ---- */

static const void *row_find(void *context, enum row_table table, uint32_t key)
{
    const struct decider *decider = context;
    return gate_find(decider->gate, table, key);
}

static void row_put(void *context, enum row_table table, uint32_t key, const void *row)
{
    struct decider *decider = context;
    if (row_is_valid(table, row))
        gate_put_row(decider->gate, table, key, row);
    else
        log_error("a row of table %s with a value it may not have is not published",
                  row_descriptors[table].name);
}

static struct history history_of(struct decider *decider)
{
    return (struct history){.site = decider->site,
                            .state = decider->state,
                            .moment = decider->facts.moment,
                            .config_hash = decider->config->hash,
                            .find = row_find,
                            .put = row_put,
                            .context = decider};
}

static struct messages messages_of(struct decider *decider)
{
    return (struct messages){.config = decider->config,
                             .moment = decider->facts.moment,
                             .find = row_find,
                             .put = row_put,
                             .context = decider};
}

static bool facts_differ(const struct live_facts *a, const struct live_facts *b)
{
    return a->journal != b->journal || a->events_bumped != b->events_bumped ||
           a->unreached != b->unreached || wall_offset_ms(&a->moment) != wall_offset_ms(&b->moment);
}

static enum journal_state journal_state_of(const struct decider *decider)
{
    enum journal_state state = gate_journal_state(decider->gate);
    return state == JOURNAL_STATE_OK && decider->journal_is_full ? JOURNAL_STATE_OVER_LIMIT : state;
}

static void live_rows_put(struct decider *decider, bool state_changed)
{
    decider->facts.journal = journal_state_of(decider);
    decider->facts.events_bumped = store_evicted(decider->store, ROW_event);
    if (!state_changed && !facts_differ(&decider->facts, &decider->shown))
        return;
    live_rows(decider->config, decider->state, &decider->facts, row_put, decider);
    decider->shown = decider->facts;
    decider->facts.shown = decider->before; /* each step goes on from what was shown */
}

/* ---- what the core decided ---- */

static const struct command_texts *texts_of(struct decider *decider, const struct action *action)
{
    const struct command_slot *slot =
        commands_find(&decider->commands, action->command.command.index);
    return slot ? &slot->texts : decider->asking;
}

static void notice_log(const struct decider *decider, const struct notice *notice)
{
    const struct row_event *row = gate_find(decider->gate, ROW_event, notice->sequence);
    if (!row)
        return;
    if (notice->severity >= SEVERITY_WARNING)
        log_warning("event %u: %s", notice->sequence, row->text);
    else
        log_notice("event %u: %s", notice->sequence, row->text);
}

/* A confirmed command's connection hears of each of its states. */
static void command_tell(struct decider *decider, const struct command_put *put)
{
    struct command_slot *slot = commands_find(&decider->commands, put->command.index);
    if (!slot)
        return;
    struct wire_message message = {
        .type = WIRE_OUTCOME,
        .outcome = {.index = put->command.index, .state = put->state, .reason = put->reason}};
    if (slot->peer && put->state != COMMAND_STATE_PROMISED)
        gate_answer(decider->gate, slot->peer, &message);
    if (command_state_is_final(put->state))
        slot->used = false;
}

static void action_take(struct decider *decider, const struct action *action)
{
    struct history history = history_of(decider);
    const struct messages messages = messages_of(decider);
    switch (action->kind) {
    case ACTION_NOTIFY:
        if (decider->explain)
            history.why = decider->explain(decider->context, &action->notice);
        history_record(&history, action, NULL);
        messages_of_event(&messages, action->notice.sequence);
        notice_log(decider, &action->notice);
        break;
    case ACTION_PUT_COMMAND:
        history_record(&history, action, texts_of(decider, action));
        command_tell(decider, &action->command);
        break;
    case ACTION_ACKNOWLEDGE:
        history_record(&history, action, texts_of(decider, action));
        messages_acknowledged(&messages, action->command.command.argument);
        break;
    case ACTION_ACCOUNT:
        history_record(&history, action, texts_of(decider, action));
        break;
    case ACTION_PUT_INCIDENT:
    case ACTION_PUT_RECORD:
    case ACTION_PUT_DEVIATION:
        history_record(&history, action, NULL);
        break;
    case ACTION_OUTPUT:
        if (decider->outputs_driven)
            gate_do(decider->gate, action);
        break;
    default:
        gate_do(decider->gate, action);
        break;
    }
}

static bool states_differ(const struct decider *decider)
{
    return memcmp(decider->before, decider->state, state_size(decider->site->server_count)) != 0;
}

/* That time has passed is no change. */
static bool state_has_changed(struct decider *decider)
{
    decider->before->ticked = decider->state->ticked;
    return states_differ(decider);
}

/* Levels are read again, and a UPS is asked again, by whoever restores a state, so that they are
 * not written: edges that settle nothing, and answers that change nothing, cost no transaction. */
static bool state_is_to_be_written(struct decider *decider)
{
    for (size_t role = 0; role < INPUT_ROLE_COUNT; role++) {
        bool alarmed = decider->before->inputs[role].alarmed;
        decider->before->inputs[role] = decider->state->inputs[role];
        decider->before->inputs[role].alarmed = alarmed;
    }
    bool ups_alarmed = decider->before->ups.alarmed;
    decider->before->ups = decider->state->ups;
    decider->before->ups.alarmed = ups_alarmed;
    return states_differ(decider);
}

static void state_remember(struct decider *decider)
{
    memcpy(decider->before, decider->state, state_size(decider->site->server_count));
    batch_clear(&decider->batch);
}

/* Leaves the batch open. Returns whether there is something to write. */
static bool decisions_take(struct decider *decider)
{
    bool changed = state_has_changed(decider);
    if (decider->batch.overflow)
        log_error("a step wanted more than a batch can hold; what was too much is lost");
    for (size_t i = 0; i < decider->batch.count; i++)
        action_take(decider, &decider->batch.actions[i]);
    live_rows_put(decider, changed);
    return changed && state_is_to_be_written(decider);
}

/* One core step into the open batch. */
static bool step_once(struct decider *decider, const struct event *event)
{
    state_remember(decider);
    moment_move(decider, event->at);
    core_step(decider->site, decider->state, event, &decider->batch);
    return decisions_take(decider);
}

/* Timers that fell due in a stall are taken one by one: no core step has to hold them all. */
static bool step(struct decider *decider, const struct event *event)
{
    bool changed = false;

    for (instant due = core_next_due(decider->site, decider->state); instant_before(due, event->at);
         due = core_next_due(decider->site, decider->state)) {
        const struct event tick = {.kind = EVENT_TICK, .at = due};
        changed = step_once(decider, &tick) || changed;
    }
    return step_once(decider, event) || changed;
}

void decider_handle(struct decider *decider, const struct event *event)
{
    bool changed = step(decider, event);
    gate_close(decider->gate, changed, event->at);
}

void decider_resume(struct decider *decider, instant now)
{
    state_remember(decider);
    decider->journal_is_full = decider->state->journal_over_limit;
    moment_move(decider, now);
    core_resume(decider->site, decider->state, now, &decider->batch);
    decisions_take(decider);
    gate_close(decider->gate, true, now);
}

static bool state_holds(const struct state *state, uint32_t index)
{
    for (size_t i = 0; i < PENDING_LIMIT; i++)
        if (state->pending[i].kind != 0 && state->pending[i].index == index)
            return true;
    return false;
}

/* Where the state was lost, so is what became of the commands it held. */
static bool command_lose(void *context, uint32_t index, const void *row)
{
    struct decider *decider = context;
    struct row_command lost = *(const struct row_command *)row;
    const struct row_command *newest = gate_find(decider->gate, ROW_command, index);
    if (command_state_is_final(newest->state) || state_holds(decider->state, index))
        return true;
    lost.state = COMMAND_STATE_LOST;
    text_copy(lost.reason, sizeof lost.reason, reason_text(REASON_RESTARTED));
    lost.ended_wall_ms = decider->facts.moment.wall_ms;
    row_put(decider, ROW_command, index, &lost);
    return true;
}

void decider_lose_commands(struct decider *decider, instant now)
{
    store_each(decider->store, ROW_command, command_lose, decider);
    gate_close(decider->gate, false, now);
}

/* ---- the wall clock ---- */

void decider_retell(struct decider *decider, const struct clock_change *change)
{
    const struct history history = history_of(decider);
    if (clock_change_is_told(change))
        retell_rows(&history, decider->store, change);
}

bool decider_awaits_clock(const struct decider *decider)
{
    return instant_is_set(decider->state->anchor.at);
}

static void correction_log(int64_t error_ms)
{
    char by[TEXT_DURATION_SIZE];
    text_format_duration(by, error_ms < 0 ? -error_ms : error_ms);
    log_notice("the clock is synchronised: what was before the reboot was %s %s than thought",
               by,
               error_ms < 0 ? "earlier" : "later");
}

static struct clock_change clock_change_of(const struct decider *decider,
                                           struct derive_moment moment, bool corrects)
{
    const struct both_clocks now = {moment.now, moment.wall_ms};
    return (struct clock_change){
        .offset_before_ms = wall_offset_ms(&decider->facts.moment),
        .offset_ms = wall_offset_ms(&moment),
        .until = decider->state->anchor.at,
        .shift_ms = corrects ? clocks_error_ms(decider->state, now) : 0,
    };
}

bool decider_clock_was_set(const struct decider *decider, struct derive_moment moment)
{
    const struct clock_change change = clock_change_of(decider, moment, false);
    return clock_change_is_told(&change);
}

void decider_follow_clock(struct decider *decider, struct derive_moment moment, bool synchronised)
{
    const bool corrects = synchronised && decider_awaits_clock(decider);
    const struct clock_change change = clock_change_of(decider, moment, corrects);
    const struct event event = {
        .kind = EVENT_CLOCK, .at = moment.now, .synchronised = corrects, .wall_ms = moment.wall_ms};
    if (!corrects && !clock_change_is_told(&change))
        return;
    if (corrects)
        correction_log(change.shift_ms);
    decider->facts.moment = moment;
    decider_retell(decider, &change);
    step(decider, &event);
    /* Also where nothing is open: a reboot reckons from the relation of the clocks last written. */
    gate_close(decider->gate, true, moment.now);
}

void decider_drive_outputs(struct decider *decider, instant now)
{
    decider->outputs_driven = true;
    for (size_t role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        struct action action = {.kind = ACTION_OUTPUT,
                                .output = {.role = (enum output_role)role,
                                           .on = decider->state->genset.output_on[role]}};
        if (decider->site->output_wired[role])
            gate_do(decider->gate, &action);
    }
    gate_close(decider->gate, true, now);
}

/* ---- what was reported ---- */

void decider_queue(struct decider *decider, const struct event *event)
{
    facts_put(decider->reported, event);
}

bool decider_has_queued(const struct decider *decider)
{
    return facts_are_waiting(decider->reported);
}

static void journal_announce(struct decider *decider, instant now)
{
    bool behind = gate_journal_state(decider->gate) != JOURNAL_STATE_OK;
    struct event event = {.kind = EVENT_JOURNAL,
                          .at = now,
                          .journal_behind = behind,
                          .journal_over_limit = decider->journal_is_full};
    if (behind != decider->state->journal_behind ||
        decider->journal_is_full != decider->state->journal_over_limit)
        decider_handle(decider, &event);
    else {
        live_rows_put(decider, false);
        gate_close(decider->gate, false, now);
    }
}

/* ---- notifications are out ---- */

static bool event_is_out(void *context, uint32_t key, const void *row)
{
    (void)key;
    bool *out = context;
    *out = !store_row_is_awaited(ROW_event, row);
    return *out;
}

/* As the published rows have it: an event that is not published yet is not out either. */
static bool notifications_are_out(const struct decider *decider)
{
    bool out = decider->state->next_event == 1 ||
               store_find(decider->store, ROW_event, decider->state->next_event - 1);
    if (out)
        store_each(decider->store, ROW_event, event_is_out, &out);
    return out;
}

/* The core asks for it only while padamd's own machine waits to be shut down. */
static void notified_announce(struct decider *decider, instant now)
{
    const struct state *state = decider->state;
    const struct event event = {.kind = EVENT_NOTIFIED, .at = now, .next_event = state->next_event};
    if (instant_is_set(state->incident.self_due) && state->notified != state->next_event &&
        notifications_are_out(decider))
        decider_handle(decider, &event);
}

void decider_run(struct decider *decider, instant now)
{
    struct event event;
    for (int i = 0; i < FACTS_AT_ONCE && facts_take(decider->reported, &event); i++)
        decider_handle(decider, &event);
    notified_announce(decider, now);
    journal_announce(decider, now);
}

instant decider_next_due(const struct decider *decider)
{
    return instant_earliest(core_next_due(decider->site, decider->state),
                            gate_next_due(decider->gate));
}

/* ---- commands ---- */

/* What the core cannot tell of a command, as it keeps no records. */
static void records_consult(struct decider *decider, struct event *event, enum command_kind kind,
                            uint32_t argument, const struct command_texts *texts)
{
    const struct history history = history_of(decider);
    if (kind == COMMAND_KIND_ACKNOWLEDGE && !history_has_event(&history, argument))
        event->refusal = REASON_NO_SUCH_EVENT;
    if (kind != COMMAND_KIND_ACCOUNT)
        return;
    event->already_so = history_has_account(&history, argument, texts);
    if (event->already_so)
        return;
    if (!history_wants_account(&history, argument))
        event->refusal = REASON_NO_SUCH_DEVIATION;
    else if (text_is_blank(texts->text))
        event->refusal = REASON_NO_ACCOUNT_TEXT;
    else if (text_is_blank(texts->requester))
        event->refusal = REASON_NO_REQUESTER;
}

static void answer_send(struct decider *decider, uint64_t peer, enum promise_answer answer,
                        enum reason reason, uint32_t index)
{
    struct wire_message message = {.type = WIRE_ANSWER,
                                   .answer = {.promised = answer == PROMISE_GIVEN,
                                              .busy = answer == PROMISE_BUSY,
                                              .reason = reason,
                                              .index = index}};
    gate_answer(decider->gate, peer, &message);
}

static void texts_take(struct command_texts *texts, const struct wire_ask *ask)
{
    memset(texts, 0, sizeof *texts);
    text_copy(texts->requester, sizeof texts->requester, ask->requester);
    text_copy(texts->text, sizeof texts->text, ask->text);
    text_copy(texts->corrective_action, sizeof texts->corrective_action, ask->corrective_action);
    text_one_line(texts->requester);
    text_one_line(texts->text);
    text_one_line(texts->corrective_action);
}

void decider_ask(struct decider *decider, instant now, uint64_t peer, const struct wire_ask *ask)
{
    struct event event = {.kind = EVENT_ASK, .at = now, .command = ask->command};
    struct command_texts texts;
    texts_take(&texts, ask);
    records_consult(decider, &event, ask->command.kind, ask->command.argument, &texts);
    decider->asking = &texts;
    bool changed = step(decider, &event);
    decider->asking = NULL;
    const struct batch *batch = &decider->batch;
    if (batch->answer == PROMISE_GIVEN)
        commands_keep(&decider->commands, batch->command_index, peer, &texts);
    answer_send(decider, peer, batch->answer, batch->answer_reason, batch->command_index);
    gate_close(decider->gate, changed, now);
}

bool decider_confirm(struct decider *decider, instant now, uint64_t peer, uint32_t index)
{
    struct command_slot *slot = commands_find(&decider->commands, index);
    if (!slot || slot->peer != peer || slot->confirmed)
        return false;
    slot->confirmed = true;
    struct event event = {.kind = EVENT_CONFIRM, .at = now, .command.index = index};
    const struct row_command *row = gate_find(decider->gate, ROW_command, index);
    if (row)
        records_consult(decider, &event, row->kind, row->argument, &slot->texts);
    decider_handle(decider, &event);
    return true;
}

void decider_peer_gone(struct decider *decider, instant now, uint64_t peer)
{
    for (struct command_slot *slot = commands_find_of_peer(&decider->commands, peer); slot;
         slot = commands_find_of_peer(&decider->commands, peer)) {
        struct event event = {.kind = EVENT_CANCEL, .at = now, .command.index = slot->index};
        slot->peer = 0;
        if (slot->confirmed)
            continue;
        decider_handle(decider, &event);
        commands_drop(&decider->commands, event.command.index);
    }
}

void decider_deliver(struct decider *decider, instant now, const struct wire_delivery *delivery)
{
    moment_move(decider, now);
    const struct history history = history_of(decider);
    if (history_deliver(&history, delivery))
        gate_close(decider->gate, false, now);
    else
        log_debug("delivery of event %u is no news", delivery->sequence);
}

/* ---- messages to contacts ---- */

void decider_message_tried(struct decider *decider, instant now, uint32_t key,
                           const struct message_end *end)
{
    moment_move(decider, now);
    const struct messages messages = messages_of(decider);
    messages_tried(&messages, key, end);
    gate_close(decider->gate, false, now);
}

void decider_escalate(struct decider *decider, instant now, uint32_t event)
{
    moment_move(decider, now);
    const struct messages messages = messages_of(decider);
    messages_escalate(&messages, event);
    gate_close(decider->gate, false, now);
}

void decider_contacts_unreached(struct decider *decider, uint32_t contacts)
{
    decider->facts.unreached = contacts;
}

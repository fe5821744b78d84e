#include "engine/history.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/known.h"
#include "engine/procedure.h"
#include "engine/text.h"

static int64_t wall_ms_of(const struct history *history, instant at)
{
    if (!instant_is_set(at))
        return 0;
    /* A clock that was never set may place it before 1970, which cannot be told. */
    int64_t wall_ms = clock_wall_ms_of(at, history->moment.now, history->moment.wall_ms);
    return wall_ms > 0 ? wall_ms : 0;
}

static bool row_read(const struct history *history, enum row_table table, uint32_t key, void *row)
{
    const void *found = history->find(history->context, table, key);
    if (found)
        memcpy(row, found, row_descriptors[table].size);
    else
        memset(row, 0, row_descriptors[table].size);
    return found != NULL;
}

/* ---- events ---- */

static uint32_t server_index(const struct history *history, int place)
{
    bool exists = place >= 0 && (size_t)place < history->site->server_count;
    return exists ? history->site->servers[place].index : 0;
}

static void put_event(const struct history *history, const struct notice *notice)
{
    struct row_event row;
    memset(&row, 0, sizeof row);
    row.notification = known(notice->notification);
    row.severity = known(notice->severity);
    row.time_wall_ms = wall_ms_of(history, notice->at);
    row.at = notice->at;
    row.incident = notice->incident;
    row.round = notice->round;
    row.step = notice->step;
    row.server = server_index(history, notice->server);
    row.delivery = DELIVERY_PENDING;
    row.delay_ms = -1;
    const struct event_subject subject = {.site = history->site,
                                          .state = history->state,
                                          .moment = history->moment,
                                          .notice = notice,
                                          .why = history->why};
    event_text(row.text, sizeof row.text, &subject);
    history->put(history->context, ROW_event, notice->sequence, &row);
}

/* A repeat that was never sent says nothing that the newer one does not say. */
static void supersede_repeats(const struct history *history, const struct notice *notice)
{
    if (notice->notification != NOTIFICATION_DEADLINE_STILL_MISSED)
        return;
    enum { REPEATS_LOOKED_AT = 64 };
    uint32_t newest = notice->sequence;
    for (uint32_t back = 1; back <= REPEATS_LOOKED_AT && back < newest; back++) {
        struct row_event row;
        if (!row_read(history, ROW_event, newest - back, &row) ||
            row.notification != NOTIFICATION_DEADLINE_STILL_MISSED ||
            row.delivery != DELIVERY_PENDING || row.incident != notice->incident ||
            row.step != notice->step)
            continue;
        row.delivery = DELIVERY_SUPERSEDED;
        history->put(history->context, ROW_event, newest - back, &row);
    }
}

static void record_notice(const struct history *history, const struct action *action)
{
    supersede_repeats(history, &action->notice);
    put_event(history, &action->notice);
}

/* A superseded event may have been on its way already. */
static bool delivery_is_news(enum delivery before, enum delivery now)
{
    bool ended = now == DELIVERY_ACCEPTED || now == DELIVERY_REFUSED || now == DELIVERY_SUPERSEDED;
    return ended && (before == DELIVERY_PENDING ||
                     (before == DELIVERY_SUPERSEDED && now == DELIVERY_ACCEPTED));
}

bool history_deliver(const struct history *history, const struct wire_delivery *delivery)
{
    struct row_event row;
    if (!row_read(history, ROW_event, delivery->sequence, &row) ||
        !delivery_is_news(row.delivery, delivery->state))
        return false;
    row.delivery = delivery->state;
    row.delay_ms = delivery->delay_ms;
    history->put(history->context, ROW_event, delivery->sequence, &row);
    return true;
}

bool history_has_event(const struct history *history, uint32_t sequence)
{
    return history->find(history->context, ROW_event, sequence) != NULL;
}

static void record_acknowledgement(const struct history *history, const struct action *action,
                                   const struct command_texts *texts)
{
    struct row_event row;
    uint32_t sequence = action->command.command.argument;
    if (!row_read(history, ROW_event, sequence, &row) || row.acknowledged_wall_ms)
        return;
    text_copy(row.acknowledged_by, sizeof row.acknowledged_by, texts ? texts->requester : "");
    row.acknowledged_wall_ms = history->moment.wall_ms;
    history->put(history->context, ROW_event, sequence, &row);
}

/* ---- incidents, records, deviations ---- */

/* An incident keeps the one that was in force when it began. */
static void config_hash_put(const struct history *history, uint32_t incident,
                            struct row_incident *row)
{
    struct row_incident before;
    if (row_read(history, ROW_incident, incident, &before))
        memcpy(row->config_hash, before.config_hash, sizeof row->config_hash);
    else
        text_format(row->config_hash, sizeof row->config_hash, "%016" PRIx64, history->config_hash);
}

static void record_incident(const struct history *history, const struct action *action)
{
    const struct incident_put *put = &action->incident;
    struct row_incident row;
    memset(&row, 0, sizeof row);
    row.kind = known(put->kind);
    row.state = known(put->state);
    row.times_estimated = put->estimated ? ON_OFF_ON : ON_OFF_OFF;
    row.lost_wall_ms = wall_ms_of(history, put->lost_at);
    row.closed_wall_ms = wall_ms_of(history, put->closed_at);
    bool ended = instant_is_set(put->lost_at) && instant_is_set(put->closed_at);
    row.duration_ms = ended ? instant_diff_ms(put->closed_at, put->lost_at) : -1;
    row.rounds = put->rounds;
    row.deviations = put->deviations;
    config_hash_put(history, put->id, &row);
    history->put(history->context, ROW_incident, put->id, &row);
}

static void record_record(const struct history *history, const struct action *action)
{
    const struct record_put *put = &action->record;
    struct row_record row;
    memset(&row, 0, sizeof row);
    row.incident = put->incident;
    row.round = put->round;
    row.step = put->step;
    row.role = procedure_role(put->step);
    row.verdict = known(put->verdict);
    row.answer = known(put->answer);
    row.done_by = known(put->done_by);
    row.clock_start_wall_ms = wall_ms_of(history, put->clock_start);
    row.due_wall_ms = wall_ms_of(history, put->due);
    row.done_wall_ms = wall_ms_of(history, put->done_at);
    row.lateness_ms = put->lateness_ms;
    row.deviation = put->deviation;
    history->put(history->context, ROW_record, put->id, &row);
}

static void deviation_item(char *to, size_t size, const struct history *history,
                           const struct deviation_put *put)
{
    to[0] = '\0';
    if (put->server >= 0 && (size_t)put->server < history->site->server_count)
        text_copy(to, size, history->site->servers[put->server].name);
    else if ((size_t)put->input > INPUT_ROLE_UNKNOWN && (size_t)put->input < INPUT_ROLE_COUNT)
        text_copy(to,
                  size,
                  history->site->inputs[put->input].wired ? history->site->inputs[put->input].name
                                                          : input_role_name(put->input));
    else if (put->kind == DEVIATION_KIND_EQUIPMENT)
        text_copy(to, size, procedure_equipment_name(put->equipment));
}

static enum role deviation_role(const struct deviation_put *put)
{
    return put->equipment > EQUIPMENT_KIND_UNKNOWN ? procedure_equipment_role(put->equipment)
                                                   : procedure_role(put->step);
}

static void record_deviation(const struct history *history, const struct action *action)
{
    const struct deviation_put *put = &action->deviation;
    struct row_deviation row;
    bool is_new = !row_read(history, ROW_deviation, put->id, &row);
    row.incident = put->incident;
    row.round = put->round;
    row.step = put->step;
    row.kind = known(put->kind);
    row.role = deviation_role(put);
    memset(row.item, 0, sizeof row.item);
    deviation_item(row.item, sizeof row.item, history, put);
    row.amount_ms = put->amount_ms;
    row.cause = put->cause;
    if (is_new)
        row.recorded_wall_ms = wall_ms_of(history, put->at);
    if (put->cause)
        row.account_state = ACCOUNT_STATE_COVERED_BY_CAUSE;
    else if (row.account_state != ACCOUNT_STATE_ANSWERED)
        row.account_state = ACCOUNT_STATE_UNANSWERED;
    history->put(history->context, ROW_deviation, put->id, &row);
}

bool history_wants_account(const struct history *history, uint32_t deviation)
{
    const struct row_deviation *row = history->find(history->context, ROW_deviation, deviation);
    return row && row->account_state == ACCOUNT_STATE_UNANSWERED;
}

bool history_has_account(const struct history *history, uint32_t deviation,
                         const struct command_texts *texts)
{
    const struct row_deviation *row = history->find(history->context, ROW_deviation, deviation);
    return row && row->account_state == ACCOUNT_STATE_ANSWERED &&
           strcmp(row->account, texts->text) == 0 &&
           strcmp(row->corrective_action, texts->corrective_action) == 0 &&
           strcmp(row->accounted_by, texts->requester) == 0;
}

static void record_account(const struct history *history, const struct action *action,
                           const struct command_texts *texts)
{
    struct row_deviation row;
    uint32_t deviation = action->command.command.argument;
    if (!texts || !row_read(history, ROW_deviation, deviation, &row))
        return;
    row.account_state = ACCOUNT_STATE_ANSWERED;
    text_copy(row.account, sizeof row.account, texts->text);
    text_copy(row.corrective_action, sizeof row.corrective_action, texts->corrective_action);
    text_copy(row.accounted_by, sizeof row.accounted_by, texts->requester);
    row.accounted_wall_ms = history->moment.wall_ms;
    history->put(history->context, ROW_deviation, deviation, &row);
}

/* ---- commands ---- */

static bool command_has_ended(enum command_state state)
{
    return state != COMMAND_STATE_PROMISED && state != COMMAND_STATE_RUNNING;
}

/* A drill's is its arming, as padamCtlDrillArm says it. */
static uint32_t command_argument(const struct command *command)
{
    static const enum ctl_drill_arm armed[2][2] = {{CTL_DRILL_ARM_NONE, CTL_DRILL_ARM_SERVERS},
                                                   {CTL_DRILL_ARM_GENSET, CTL_DRILL_ARM_ALL}};
    if (command->kind == COMMAND_KIND_DRILL_BEGIN)
        return armed[command->arm_genset][command->arm_servers];
    return command->argument;
}

static void record_command(const struct history *history, const struct action *action,
                           const struct command_texts *texts)
{
    const struct command_put *put = &action->command;
    struct row_command row;
    bool is_new =
        !row_read(history, ROW_command, put->command.index, &row) || command_has_ended(row.state);
    if (is_new)
        memset(&row, 0, sizeof row);
    row.kind = known(put->command.kind);
    row.argument = command_argument(&put->command);
    row.state = known(put->state);
    if (texts && is_new)
        text_copy(row.requester, sizeof row.requester, texts->requester);
    memset(row.reason, 0, sizeof row.reason);
    text_copy(row.reason, sizeof row.reason, reason_text(put->reason));
    if (is_new)
        row.asked_wall_ms = wall_ms_of(history, put->at);
    row.ended_wall_ms = command_has_ended(put->state) ? wall_ms_of(history, put->at) : 0;
    history->put(history->context, ROW_command, put->command.index, &row);
}

/* ---- all ---- */

void history_record(const struct history *history, const struct action *action,
                    const struct command_texts *texts)
{
    switch (action->kind) {
    case ACTION_NOTIFY:
        record_notice(history, action);
        break;
    case ACTION_PUT_INCIDENT:
        record_incident(history, action);
        break;
    case ACTION_PUT_RECORD:
        record_record(history, action);
        break;
    case ACTION_PUT_DEVIATION:
        record_deviation(history, action);
        break;
    case ACTION_PUT_COMMAND:
        record_command(history, action, texts);
        break;
    case ACTION_ACKNOWLEDGE:
        record_acknowledgement(history, action, texts);
        break;
    case ACTION_ACCOUNT:
        record_account(history, action, texts);
        break;
    default:
        break;
    }
}

void history_shift(enum row_table table, void *row, int64_t delta_ms)
{
    const struct row_descriptor *descriptor = &row_descriptors[table];
    for (size_t i = 0; i < descriptor->field_count; i++) {
        if (descriptor->fields[i].type != FIELD_INSTANT)
            continue;
        instant at;
        unsigned char *field = (unsigned char *)row + descriptor->fields[i].offset;
        memcpy(&at, field, sizeof at);
        at = instant_add_ms(at, delta_ms);
        memcpy(field, &at, sizeof at);
    }
}

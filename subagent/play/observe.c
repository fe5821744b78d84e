#include "play/observe.h"

#include "play/setup.h"

int64_t observe_time(const struct observer *observer, instant at)
{
    return instant_diff_ms(at, observer->zero);
}

/* A fact to be filled in; where the timeline is full, one that is thrown away. */
static struct fact *fact_begin(struct observer *observer, instant now, enum fact_kind kind)
{
    static struct fact nowhere;
    struct fact *fact = timeline_add(observer->timeline, observe_time(observer, now), kind);
    return fact ? fact : &nowhere;
}

static void set_instant(struct observer *observer, struct fact *fact, enum fact_field field,
                        instant at)
{
    if (instant_is_set(at))
        fact_set(fact, field, observe_time(observer, at));
}

static void set_server(struct observer *observer, struct fact *fact, int place)
{
    if (place >= 0 && (size_t)place < observer->site->server_count)
        fact_set(fact,
                 FIELD_SERVER,
                 (int64_t)setup_server_of_place(observer->scenario, observer->site, (size_t)place));
}

static void set_round(struct fact *fact, uint32_t incident, uint32_t round)
{
    fact_set(fact, FIELD_INCIDENT, incident);
    fact_set(fact, FIELD_ROUND, round);
}

void observe_deed(struct observer *observer, int64_t at_ms, const char *text)
{
    struct fact *fact = timeline_add(observer->timeline, at_ms, FACT_DEED);
    if (fact)
        fact->text = text;
}

void observe_output(struct observer *observer, instant now, enum output_role role, bool on)
{
    if (observer->output_on[role] == on)
        return;
    observer->output_on[role] = on;
    struct fact *fact = fact_begin(observer, now, FACT_OUTPUT);
    fact_set(fact, FIELD_OUTPUT, role);
    fact_set(fact, FIELD_VALUE, on ? ON_OFF_ON : ON_OFF_OFF);
}

/* ---- actions ---- */

static void observe_notice(struct observer *observer, instant now, const struct notice *notice)
{
    struct fact *fact = fact_begin(observer, now, FACT_NOTICE);
    fact_set(fact, FIELD_VALUE, notice->notification);
    fact_set(fact, FIELD_STEP, notice->step);
    set_round(fact, notice->incident, notice->round);
    set_server(observer, fact, notice->server);
    if (notice->amount_ms >= 0)
        fact_set(fact, FIELD_LATE, notice->amount_ms);
    set_instant(observer, fact, FIELD_CREDIT, notice->credited_at);
    fact_set(fact, FIELD_ACTOR, notice->actor);
    fact_set(fact, FIELD_REASON, notice->reason);
    fact_set(fact, FIELD_ITEM, notice->equipment);
    fact_set(fact, FIELD_INPUT, notice->input);
    fact_set(fact, FIELD_COUNT_OF, notice->count);
    fact_set(fact, FIELD_SEVERITY, notice->severity);
    fact_set(fact, FIELD_DRILL, notice->drill);
    fact_set(fact, FIELD_NOTICED_LATE, notice->noticed_late);
    fact_set(fact, FIELD_ID, notice->sequence);
    if ((unsigned)notice->notification < NOTIFICATION_COUNT)
        observer->last_notice[notice->notification] = notice->sequence;
}

static void observe_incident(struct observer *observer, instant now,
                             const struct incident_put *incident)
{
    struct fact *fact = fact_begin(observer, now, FACT_INCIDENT);
    fact_set(fact, FIELD_VALUE, incident->state);
    fact_set(fact, FIELD_INCIDENT, incident->id);
    fact_set(fact, FIELD_INCIDENT_KIND, incident->kind);
    fact_set(fact, FIELD_ESTIMATED, incident->estimated);
    set_instant(observer, fact, FIELD_FROM, incident->lost_at);
    set_instant(observer, fact, FIELD_CREDIT, incident->closed_at);
    fact_set(fact, FIELD_ROUND, incident->rounds);
    fact_set(fact, FIELD_COUNT_OF, incident->deviations);
}

static void observe_record(struct observer *observer, instant now, const struct record_put *record)
{
    struct fact *fact = fact_begin(observer, now, FACT_RECORD);
    fact_set(fact, FIELD_STEP, record->step);
    fact_set(fact, FIELD_VALUE, record->verdict);
    set_round(fact, record->incident, record->round);
    fact_set(fact, FIELD_ANSWER, record->answer);
    fact_set(fact, FIELD_ACTOR, record->done_by);
    set_instant(observer, fact, FIELD_FROM, record->clock_start);
    set_instant(observer, fact, FIELD_DUE, record->due);
    set_instant(observer, fact, FIELD_CREDIT, record->done_at);
    if (record->lateness_ms >= 0)
        fact_set(fact, FIELD_LATE, record->lateness_ms);
    fact_set(fact, FIELD_ID, record->id);
}

static int64_t deviation_step(const struct observer *observer, uint32_t deviation)
{
    return deviation < OBSERVE_DEVIATION_LIMIT ? observer->deviation_step[deviation] : 0;
}

static void deviation_remember(struct observer *observer, const struct deviation_put *deviation)
{
    if (deviation->step > STEP_COUNT)
        return;
    observer->last_deviation[deviation->step] = deviation->id;
    if (deviation->id < OBSERVE_DEVIATION_LIMIT)
        observer->deviation_step[deviation->id] = (unsigned char)deviation->step;
}

static void observe_deviation(struct observer *observer, instant now,
                              const struct deviation_put *deviation)
{
    struct fact *fact = fact_begin(observer, now, FACT_DEVIATION);
    fact_set(fact, FIELD_VALUE, deviation->kind);
    fact_set(fact, FIELD_STEP, deviation->step);
    set_round(fact, deviation->incident, deviation->round);
    fact_set(fact, FIELD_ITEM, deviation->equipment);
    fact_set(fact, FIELD_INPUT, deviation->input);
    set_server(observer, fact, deviation->server);
    fact_set(fact, FIELD_OPEN, deviation->amount_ms < 0);
    if (deviation->amount_ms >= 0)
        fact_set(fact, FIELD_LATE, deviation->amount_ms);
    fact_set(fact, FIELD_LINK, deviation_step(observer, deviation->cause));
    fact_set(fact, FIELD_ID, deviation->id);
    deviation_remember(observer, deviation);
}

static void observe_command(struct observer *observer, instant now,
                            const struct command_put *command)
{
    struct fact *fact = fact_begin(observer, now, FACT_COMMAND);
    fact_set(fact, FIELD_COMMAND, command->command.kind);
    fact_set(fact, FIELD_VALUE, command->state);
    fact_set(fact, FIELD_REASON, command->reason);
    fact_set(fact, FIELD_ID, command->command.index);
}

static void observe_action(struct observer *observer, instant now, const struct action *action)
{
    struct fact *fact;
    switch (action->kind) {
    case ACTION_OUTPUT:
        observe_output(observer, now, action->output.role, action->output.on);
        break;
    case ACTION_TELL:
        fact = fact_begin(observer, now, FACT_TOLD);
        set_server(observer, fact, (int)action->tell.server);
        fact_set(fact, FIELD_VALUE, action->tell.method);
        break;
    case ACTION_NOTIFY:
        observe_notice(observer, now, &action->notice);
        break;
    case ACTION_PUT_INCIDENT:
        observe_incident(observer, now, &action->incident);
        break;
    case ACTION_PUT_RECORD:
        observe_record(observer, now, &action->record);
        break;
    case ACTION_PUT_DEVIATION:
        observe_deviation(observer, now, &action->deviation);
        break;
    case ACTION_PUT_COMMAND:
        observe_command(observer, now, &action->command);
        break;
    default: /* what no scenario asks about */
        break;
    }
}

void observe_actions(struct observer *observer, instant now, const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        observe_action(observer, now, &batch->actions[i]);
}

void observe_answer(struct observer *observer, instant now, const struct batch *batch)
{
    struct fact *fact = fact_begin(observer, now, FACT_ANSWER);
    fact_set(fact, FIELD_VALUE, batch->answer);
    fact_set(fact, FIELD_REASON, batch->answer_reason);
}

/* ---- state ---- */

static bool step_is_same(const struct step *a, const struct step *b)
{
    return a->state == b->state && a->answer == b->answer && a->done_by == b->done_by &&
           a->clock_start.ms == b->clock_start.ms && a->due.ms == b->due.ms &&
           a->done_at.ms == b->done_at.ms;
}

static void observe_step(struct observer *observer, instant now, const struct incident *incident,
                         unsigned number)
{
    const struct step *step = &incident->steps[number - 1];
    struct fact *fact = fact_begin(observer, now, FACT_STEP);
    fact_set(fact, FIELD_STEP, number);
    fact_set(fact, FIELD_VALUE, step->state);
    set_round(fact, incident->id, incident->round);
    fact_set(fact, FIELD_ANSWER, step->answer);
    fact_set(fact, FIELD_ACTOR, step->done_by);
    set_instant(observer, fact, FIELD_FROM, step->clock_start);
    set_instant(observer, fact, FIELD_DUE, step->due);
    set_instant(observer, fact, FIELD_CREDIT, step->done_at);
    if (instant_is_set(step->done_at) && instant_is_set(step->due)) {
        int64_t late_ms = instant_diff_ms(step->done_at, step->due);
        fact_set(fact, FIELD_LATE, late_ms > 0 ? late_ms : 0);
    }
}

static void observe_steps(struct observer *observer, instant now, const struct state *before,
                          const struct state *after)
{
    bool new_round = !before || before->incident.id != after->incident.id ||
                     before->incident.round != after->incident.round;
    for (unsigned number = 1; number <= STEP_COUNT; number++)
        if (new_round ||
            !step_is_same(&before->incident.steps[number - 1], &after->incident.steps[number - 1]))
            observe_step(observer, now, &after->incident, number);
}

static void observe_servers(struct observer *observer, instant now, const struct state *before,
                            const struct state *after)
{
    for (size_t place = 0; place < after->server_count; place++) {
        const struct server *server = &after->servers[place];
        if (before && before->servers[place].state == server->state &&
            before->servers[place].result == server->result)
            continue;
        struct fact *fact = fact_begin(observer, now, FACT_SERVER);
        set_server(observer, fact, (int)place);
        fact_set(fact, FIELD_VALUE, server->state);
        fact_set(fact, FIELD_RESULT, server->result);
        fact_set(fact, FIELD_REASON, server->reason);
    }
}

static void observe_value(struct observer *observer, instant now, enum fact_kind kind,
                          unsigned value, enum reason reason)
{
    struct fact *fact = fact_begin(observer, now, kind);
    fact_set(fact, FIELD_VALUE, value);
    fact_set(fact, FIELD_REASON, reason);
}

static void observe_mains(struct observer *observer, instant now, const struct mains *mains)
{
    struct fact *fact = fact_begin(observer, now, FACT_MAINS);
    fact_set(fact, FIELD_VALUE, mains->state);
    fact_set(fact, FIELD_DIPS, mains->dips_ignored);
    fact_set(fact, FIELD_OUTAGES, mains->outages);
}

void observe_state(struct observer *observer, instant now, const struct state *before,
                   const struct state *after)
{
    if (!before || before->mains.state != after->mains.state)
        observe_mains(observer, now, &after->mains);
    if (!before || before->genset.state != after->genset.state ||
        before->genset.reason != after->genset.reason)
        observe_value(observer, now, FACT_GENSET, after->genset.state, after->genset.reason);
    if (!before || before->hold != after->hold)
        observe_value(observer, now, FACT_HOLD, after->hold, after->hold_reason);
    observe_steps(observer, now, before, after);
    observe_servers(observer, now, before, after);
}

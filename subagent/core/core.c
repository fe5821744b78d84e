#include "core/core.h"

#include <string.h>

#include "core/machine.h"
#include "core/rebase.h"

/* Signals and settling of one instant end after a few rounds; more would be a cycle in the rules.
 */
enum { SETTLE_LIMIT = 32 };

size_t state_size(size_t server_count)
{
    return sizeof(struct state) + server_count * sizeof(struct server);
}

static void equipment_init(struct equipment *item)
{
    item->state = EQUIPMENT_STATE_UNKNOWN;
    item->since = INSTANT_NONE;
}

static void server_init(struct server *server)
{
    server->state = SERVER_STATE_IDLE;
    server->result = SHUTDOWN_RESULT_NONE;
    server->due = server->last_reachable = INSTANT_NONE;
    server->shutdown_started = server->shutdown_finished = INSTANT_NONE;
    equipment_init(&server->access);
    server->power.state = POWER_STATE_IDLE;
    server->power.due = server->power.started = server->power.finished = INSTANT_NONE;
}

static void mains_init(struct mains *mains, instant now)
{
    mains->state = MAINS_STATE_UNKNOWN;
    mains->since = now;
    mains->lost_at = mains->returned_at = mains->relapsed_at = mains->due = INSTANT_NONE;
    for (unsigned i = 0; i < DIP_LIMIT; i++)
        mains->dips[i].start = mains->dips[i].end = INSTANT_NONE;
}

static void genset_init(struct genset *genset, instant now)
{
    genset->state = GENSET_STATE_UNKNOWN;
    genset->since = now;
    genset->due = genset->fuel_at = genset->pulse_until = INSTANT_NONE;
    genset->wanted_at = genset->running_at = genset->stopped_at = INSTANT_NONE;
    genset->exercise_until = genset->lockout_until = INSTANT_NONE;
    genset->source = genset->started_by = START_SOURCE_UNKNOWN;
    genset->last_start_ms = -1;
}

static void incident_init(struct incident *incident)
{
    incident->phase = PHASE_IDLE;
    incident->kind = INCIDENT_KIND_OUTAGE;
    incident->lost_at = incident->round_start = INSTANT_NONE;
    incident->genset_lost_at = incident->next_pass_at = incident->self_due = INSTANT_NONE;
    incident->shutdown_by = ACTOR_NONE;
    for (unsigned i = 0; i < STEP_COUNT; i++)
        incident->steps[i] = (struct step){.state = STEP_STATE_IDLE,
                                           .clock_start = INSTANT_NONE,
                                           .due = INSTANT_NONE,
                                           .done_at = INSTANT_NONE,
                                           .repeat_at = INSTANT_NONE,
                                           .answer = ANSWER_UNDECIDED,
                                           .done_by = ACTOR_NONE,
                                           .deviation_kind = DEVIATION_KIND_UNKNOWN,
                                           .deviation_input = INPUT_ROLE_UNKNOWN};
}

void state_init(struct state *state, const struct site *site, instant now)
{
    memset(state, 0, state_size(site->server_count));
    state->ticked = instant_add_ms(now, -1);
    state->resumed_at = INSTANT_NONE;
    state->anchor.at = state->anchor.begun = state->anchor.inhibit_until = INSTANT_NONE;
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        input_init(&state->inputs[role]);
    mains_init(&state->mains, now);
    genset_init(&state->genset, now);
    incident_init(&state->incident);
    for (unsigned kind = 0; kind < EQUIPMENT_KIND_COUNT; kind++)
        equipment_init(&state->equipment[kind]);
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        state->promises[i].expires_at = INSTANT_NONE;
    state->power_back.stable_from = INSTANT_NONE;
    ups_init(&state->ups);
    state->hold = HOLD_STATE_NONE;
    state->inhibit_until = INSTANT_NONE;
    state->next_incident = state->next_record = state->next_deviation = 1;
    state->next_event = state->next_command = 1;
    state->notified = 1;
    state->server_count = site->server_count;
    for (size_t i = 0; i < site->server_count; i++)
        server_init(&state->servers[i]);
}

/* ---- signals ---- */

static void spend_signals(struct ctx *ctx)
{
    for (unsigned i = 0; i < ctx->signal_count; i++) {
        struct signal signal = ctx->signals[i];
        if (signal.kind == SIGNAL_INPUT_CHANGED)
            mains_input_changed(ctx, signal.role);
        genset_signal(ctx, &signal);
        sop_signal(ctx, &signal);
    }
    ctx->signal_count = 0;
}

/* ---- one instant ---- */

static void run_timers(struct ctx *ctx)
{
    input_timer(ctx);
    spend_signals(ctx); /* an edge comes before the timers of its instant */
    mains_timer(ctx);
    command_timer(ctx);
    shutdown_timer(ctx);
    power_timer(ctx);
    spend_signals(ctx);
}

static void settle(struct ctx *ctx)
{
    if (is_looking(ctx->state))
        return;
    genset_settle(ctx);
    spend_signals(ctx);
    supply_settle(ctx);
    readiness_settle(ctx);
    sop_settle(ctx);
    shutdown_settle(ctx);
    power_settle(ctx);
    command_settle(ctx);
    spend_signals(ctx);
}

/* All but the servers, which say so themselves. Byte by byte: padding that differs costs one more
 * round, nothing else. */
static bool is_same(const void *before, const void *after)
{
    return memcmp(before, after, sizeof(struct state)) == 0;
}

static void run_instant(struct ctx *ctx)
{
    unsigned char before[sizeof(struct state)];
    size_t actions_before, rounds = 0;
    size_t rounds_limit =
        SETTLE_LIMIT + ctx->state->server_count; /* a drill passes over all tiers */

    spend_signals(ctx);
    do {
        memcpy(before, ctx->state, sizeof(before));
        actions_before = ctx->batch->count;
        ctx->server_moved = false;
        run_timers(ctx);
        settle(ctx);
        looks_settle(ctx);
    } while ((actions_before != ctx->batch->count || ctx->server_moved ||
              !is_same(before, ctx->state)) &&
             ++rounds < rounds_limit);
    if (rounds == rounds_limit)
        ctx->batch->overflow = true;
    notices_flush(ctx);
    genset_outputs(ctx);
}

/* Runs every timer up to and including `until`, each at its own instant. */
static void advance(struct ctx *ctx, instant until)
{
    struct state *state = ctx->state;

    for (instant due = core_next_due(ctx->site, state); !instant_before(until, due);
         due = core_next_due(ctx->site, state)) {
        state->ticked = due;
        ctx->now = due;
        run_instant(ctx);
    }
    state->ticked = instant_latest(state->ticked, until);
}

static void handle_server(struct ctx *ctx, const struct event *event)
{
    static const enum server_event events[SERVER_FACT_COUNT] = {
        [SERVER_ACCEPTED] = SERVER_EVENT_ACCEPTED,
        [SERVER_REFUSED] = SERVER_EVENT_REFUSED,
        [SERVER_NOT_RUN] = SERVER_EVENT_NOT_RUN,
        [SERVER_SEEN_OFF] = SERVER_EVENT_SEEN_OFF,
        [SERVER_SILENT_WITNESS] = SERVER_EVENT_SILENT_WITNESS,
        [SERVER_SILENT] = SERVER_EVENT_SILENT,
        [SERVER_ANSWERS] = SERVER_EVENT_ANSWERS,
        [SERVER_NOT_SEEN] = SERVER_EVENT_NOT_SEEN,
    };

    if (event->server < ctx->state->server_count && !power_takes(ctx, event->server, event->fact))
        server_handle(ctx, event->server, events[event->fact]);
}

static void handle_journal(struct ctx *ctx, const struct event *event)
{
    struct state *state = ctx->state;

    if (event->journal_behind && !state->journal_behind)
        notice_simple(ctx, NOTIFICATION_JOURNAL_BEHIND, SEVERITY_CRITICAL);
    if (!event->journal_behind && state->journal_behind)
        notice_simple(ctx, NOTIFICATION_JOURNAL_RECOVERED, SEVERITY_NOTICE);
    if (event->journal_over_limit && !state->journal_over_limit)
        notice_simple(ctx, NOTIFICATION_JOURNAL_OVER_LIMIT, SEVERITY_WARNING);
    if (!event->journal_over_limit && state->journal_over_limit)
        notice_simple(ctx, NOTIFICATION_JOURNAL_WITHIN_LIMIT, SEVERITY_NOTICE);
    state->journal_behind = event->journal_behind;
    state->journal_over_limit = event->journal_over_limit;
}

/* Deadlines that turn out to have passed are judged by this instant's tick, as after a restart. */
static void handle_clock(struct ctx *ctx, const struct event *event)
{
    if (event->synchronised) {
        clocks_correct(ctx->state, (struct both_clocks){ctx->now, event->wall_ms});
        ctx->state->resumed_at = ctx->now;
    }
    sop_tell_times(ctx);
}

static void handle_notified(struct ctx *ctx, const struct event *event)
{
    ctx->state->notified = event->next_event;
}

static void handle_tick(struct ctx *ctx, const struct event *event)
{
    advance(ctx, event->at);
    ctx->now = ctx->state->ticked;
}

static void handle_reloaded(struct ctx *ctx, const struct event *event)
{
    ctx->state->reload_wanted = false;
    ctx->state->reloaded = event->reloaded;
}

typedef void event_handler(struct ctx *ctx, const struct event *event);

static event_handler *const handlers[EVENT_KIND_COUNT] = {
    [EVENT_TICK] = handle_tick,
    [EVENT_INPUT] = input_set,
    [EVENT_SERVER] = handle_server,
    [EVENT_EQUIPMENT] = readiness_fact,
    [EVENT_ASK] = command_ask,
    [EVENT_CONFIRM] = command_confirm,
    [EVENT_CANCEL] = command_cancel,
    [EVENT_JOURNAL] = handle_journal,
    [EVENT_OUTPUT] = genset_output_told,
    [EVENT_CLOCK] = handle_clock,
    [EVENT_UPS] = ups_told,
    [EVENT_NOTIFIED] = handle_notified,
    [EVENT_RELOADED] = handle_reloaded,
};

void core_step(const struct site *site, struct state *state, const struct event *event,
               struct batch *batch)
{
    struct ctx ctx = {.site = site, .state = state, .batch = batch};

    advance(&ctx, instant_add_ms(event->at, -1));
    ctx.now = instant_latest(event->at, state->ticked);
    handlers[event->kind](&ctx, event);
    run_instant(&ctx);
}

instant core_next_due(const struct site *site, const struct state *state)
{
    /* The machines only look at it. */
    union {
        const struct state *given;
        struct state *taken;
    } look = {.given = state};
    struct ctx ctx = {.site = site, .state = look.taken};
    instant due = due_next(&ctx, input_next_due(&ctx), state->resumed_at);

    due = due_next(&ctx, due, state->mains.due);
    due = due_next(&ctx, due, genset_next_due(&ctx));
    due = due_next(&ctx, due, supply_next_due(&ctx));
    due = due_next(&ctx, due, sop_next_due(&ctx));
    due = due_next(&ctx, due, shutdown_next_due(&ctx));
    due = due_next(&ctx, due, power_next_due(&ctx));
    return due_next(&ctx, due, command_next_due(&ctx));
}

static bool genset_is_at_rest(const struct genset *genset)
{
    return !genset->wanted &&
           (genset->state == GENSET_STATE_UNKNOWN || genset->state == GENSET_STATE_STOPPED ||
            genset->state == GENSET_STATE_START_FAILED);
}

/* But that what waits for rest be reloaded. */
static bool nothing_is_asked(const struct state *state)
{
    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        if (state->pending[i].kind != 0 && state->pending[i].kind != COMMAND_KIND_RELOAD)
            return false;
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        if (state->promises[i].command.kind != 0)
            return false;
    return true;
}

bool core_is_at_rest(const struct site *site, const struct state *state)
{
    /* Only looked at. */
    union {
        const struct state *given;
        struct state *taken;
    } look = {.given = state};
    const struct ctx ctx = {.site = site, .state = look.taken};
    bool mains_rests =
        state->mains.state == MAINS_STATE_PRESENT || state->mains.state == MAINS_STATE_UNKNOWN;

    return mains_rests && state->incident.phase == PHASE_IDLE && !state->power_back.wanted &&
           genset_is_at_rest(&state->genset) && !shutdown_is_under_way(&ctx) &&
           nothing_is_asked(state);
}

void core_resume(const struct site *site, struct state *state, instant now, struct batch *batch)
{
    struct ctx ctx = {.site = site, .state = state, .batch = batch, .now = now};

    state->resumed_at = now;
    state->ticked = instant_add_ms(now, -1);
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++) {
        bool alarmed = state->inputs[role].alarmed;
        input_init(&state->inputs[role]);
        state->inputs[role].alarmed = alarmed;
    }
    ups_init(&state->ups);
    memset(state->output_missing, 0, sizeof(state->output_missing));
    state->reload_wanted = false; /* the start has read the configuration */
    state->reloaded = REASON_NONE;
    mains_resume(&ctx);
    sop_resume(&ctx);
    command_resume(&ctx);
    shutdown_resume(&ctx);
    power_resume(&ctx);
    genset_resume(&ctx);
    spend_signals(&ctx);
}

/*
 * What the genset's sequence is told: levels, signals and timers become its events. And what the
 * software wants of it by itself.
 */
#include "core/genset.h"

/* ---- inputs and signals ---- */

/* What a restart finds standing still may have been stopped meanwhile: run is driven on for an
 * engine that is seen to run, and for no other. */
static void running_changed(struct ctx *ctx)
{
    static const enum genset_event events[INPUT_VALUE_COUNT] = {
        [INPUT_VALUE_UNKNOWN] = GENSET_RUN_UNKNOWN,
        [INPUT_VALUE_INACTIVE] = GENSET_RUN_OFF,
        [INPUT_VALUE_ACTIVE] = GENSET_RUN_ON,
    };
    const struct input *input = &ctx->state->inputs[INPUT_ROLE_GENSET_RUNNING];

    if (is_looking(ctx->state) && input->value != INPUT_VALUE_ACTIVE)
        run_release(genset_of(ctx));
    genset_handle(ctx, events[input->value], input->since);
}

static void emergency_stop_changed(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    if (input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE)) {
        genset_handle(ctx, GENSET_EMERGENCY_STOP, at);
        signal_raise_reason(ctx, SIGNAL_EMERGENCY_STOP, at, REASON_EMERGENCY_STOP);
    } else if (genset->state == GENSET_STATE_CONFIRMING && !instant_is_set(genset->due)) {
        genset->due = instant_add_ms(ctx->now, genset_settings_of(ctx)->running_confirm_ms);
    }
}

/* In doubt nothing is cranked: an interlock that is not known is taken as a person at the panel. */
static bool is_interlock(enum input_role role)
{
    return role == INPUT_ROLE_EMERGENCY_STOP || role == INPUT_ROLE_GENSET_FAULT ||
           role == INPUT_ROLE_GENSET_AUTOMATIC;
}

static void input_changed(struct ctx *ctx, const struct signal *signal)
{
    if (signal->role == INPUT_ROLE_GENSET_RUNNING)
        running_changed(ctx);
    else if (signal->role == INPUT_ROLE_EMERGENCY_STOP)
        emergency_stop_changed(ctx, signal->at);
    else if (signal->role == INPUT_ROLE_GENSET_FAULT &&
             input_is(ctx, signal->role, INPUT_VALUE_ACTIVE))
        genset_handle(ctx, GENSET_FAULT, signal->at);
    else if (signal->role == INPUT_ROLE_GENSET_AUTOMATIC &&
             input_is(ctx, signal->role, INPUT_VALUE_INACTIVE))
        genset_handle(ctx, GENSET_NOT_AUTOMATIC, signal->at);
    if (is_interlock(signal->role) && input_is(ctx, signal->role, INPUT_VALUE_UNKNOWN))
        genset_handle(ctx, GENSET_NOT_AUTOMATIC, signal->at);
}

/* An attempt that was cut short so counts, or an output that fails whenever it is driven would be
 * tried without end. */
void genset_output_told(struct ctx *ctx, const struct event *event)
{
    struct genset *genset = genset_of(ctx);

    if (!ctx->site->output_wired[event->output] ||
        ctx->state->output_missing[event->output] == event->output_missing)
        return;
    ctx->state->output_missing[event->output] = event->output_missing;
    if (!event->output_missing || !start_needs_output(ctx, event->output))
        return;
    if (genset->state == GENSET_STATE_PREHEATING)
        start_count_attempt(genset);
    genset_handle(ctx, GENSET_NOT_AUTOMATIC, ctx->now);
}

/* A new incident gives a new start; what was begun as an exercise now serves it. A drill that is
 * not armed leaves the genset as it is. */
static void incident_opened(struct ctx *ctx, instant at)
{
    if (!incident_has_genset(&ctx->state->incident))
        return;
    start_anew(ctx);
    genset_handle(ctx, GENSET_OUTAGE, at);
}

/* Whoever says so may have his hands in the engine: a start under way ends at once. */
static void operator_says_no(struct ctx *ctx, instant at)
{
    const struct incident *incident = &ctx->state->incident;
    bool was_wanted = genset_of(ctx)->wanted;

    if (incident->phase == PHASE_IDLE || !incident_has_genset(incident))
        return;
    genset_of(ctx)->given_up = true;
    genset_handle(ctx, GENSET_WITHDRAW, at);
    if (was_wanted)
        genset_of(ctx)->reason = REASON_OPERATOR_SAYS_NO;
}

/* What the operator said was said of this incident. */
static void incident_closed(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    genset_handle(ctx, GENSET_MAINS_BACK, at);
    if (genset->reason == REASON_OPERATOR_SAYS_NO)
        genset->reason = REASON_NONE;
}

void genset_signal(struct ctx *ctx, const struct signal *signal)
{
    if (signal->kind == SIGNAL_INPUT_CHANGED)
        input_changed(ctx, signal);
    else if (signal->kind == SIGNAL_INCIDENT_OPENED)
        incident_opened(ctx, signal->at);
    else if (signal->kind == SIGNAL_INCIDENT_CLOSED)
        incident_closed(ctx, signal->at);
    else if (signal->kind == SIGNAL_WILL_NOT_START)
        operator_says_no(ctx, signal->at);
}

/* ---- what has become due or possible ---- */

bool genset_is_automatic(const struct ctx *ctx)
{
    const struct incident *incident = &ctx->state->incident;

    return incident->phase != PHASE_IDLE && incident_has_genset(incident) &&
           genset_settings_of(ctx)->mode == GENSET_MODE_AUTOMATIC &&
           genset_settings_of(ctx)->wiring != GENSET_WIRING_NONE &&
           !ctx->state->genset.stop_commanded;
}

/* Step 4 may have been reported, of silence: then what blocked the start may end yet. */
static bool should_start_by_itself(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;

    return genset_is_automatic(ctx) && ctx->state->incident.phase != PHASE_RUNNING &&
           !genset->latched && !genset->given_up && !genset->wanted && !inhibited(ctx) &&
           ctx->state->mains.state != MAINS_STATE_RETURNING &&
           (genset->state == GENSET_STATE_STOPPED || genset->state == GENSET_STATE_SPINNING_DOWN);
}

/* Not in a dip, not in doubt. */
static bool is_served(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;
    const struct incident *incident = &ctx->state->incident;
    bool needed = incident->phase != PHASE_IDLE && incident_has_genset(incident);

    return genset->software_started && !genset->stays && !genset->wanted && !needed &&
           !instant_is_set(genset->exercise_until) &&
           ctx->state->mains.state == MAINS_STATE_PRESENT;
}

/* The contact opens, or may do so. */
static bool contact_is_in_doubt(const struct ctx *ctx)
{
    return instant_is_set(ctx->state->genset.stopped_at) ||
           input_is_settling(ctx, INPUT_ROLE_GENSET_RUNNING);
}

static bool timer_waits(const struct ctx *ctx)
{
    switch (ctx->state->genset.state) {
    case GENSET_STATE_START_DELAY:
    case GENSET_STATE_RESTING:
        return start_waits(ctx);
    case GENSET_STATE_CONFIRMING:
    case GENSET_STATE_STOPPING:
        return contact_is_in_doubt(ctx);
    case GENSET_STATE_COOLING_DOWN:
        return contact_is_in_doubt(ctx) || ctx->state->mains.state != MAINS_STATE_PRESENT;
    default:
        return false;
    }
}

static instant loss_due(const struct ctx *ctx)
{
    return instant_add_ms(ctx->state->genset.stopped_at,
                          genset_settings_of(ctx)->running_lost_confirm_ms);
}

static void timers(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    if (due_reached(ctx, genset->fuel_at) && genset->state == GENSET_STATE_PREHEATING)
        run_drive(genset);
    if (due_reached(ctx, genset->due) && !timer_waits(ctx))
        genset_handle(ctx, GENSET_TIMER, ctx->now);
    if (due_reached(ctx, loss_due(ctx)))
        genset_handle(ctx, GENSET_LOST, ctx->now);
    if (due_reached(ctx, genset->exercise_until)) {
        genset->exercise_until = INSTANT_NONE;
        genset->exercise_ms = 0;
    }
}

void genset_settle(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    timers(ctx);
    if (is_served(ctx))
        genset_handle(ctx, GENSET_SERVED, ctx->now);
    if (should_start_by_itself(ctx))
        genset_want(ctx, START_SOURCE_SOFTWARE);
    if (genset->wanted && genset->state == GENSET_STATE_STOPPED)
        genset_handle(ctx, GENSET_START, ctx->now);
}

instant genset_next_due(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;
    instant due = due_next(ctx, INSTANT_NEVER, genset->due);

    due = due_next(ctx, due, genset->fuel_at);
    due = due_next(ctx, due, genset->exercise_until);
    due = due_next(ctx, due, loss_due(ctx));
    return due_next(ctx, due, genset->pulse_until);
}

/*
 * After a restart all outputs rest (no snapshot has them). An attempt that was under way has
 * failed, and an engine that ran has stopped, unless its contact says that it runs: then it is
 * adopted. Timers that passed meanwhile run now, not in the past.
 */
void genset_resume(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    genset_handle(ctx, GENSET_RESTARTED, ctx->now);
    if (instant_is_set(genset->due) && instant_before(genset->due, ctx->now))
        genset->due = ctx->now;
}

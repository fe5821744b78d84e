/*
 * A start of the genset, from the wish to its end: who wants it, its attempts, what it drives, and
 * the latch that a failed one leaves behind.
 */
#include "core/genset.h"

enum actor start_actor(enum start_source source)
{
    static const enum actor actors[START_SOURCE_COUNT] = {
        [0] = ACTOR_UNKNOWN,
        [START_SOURCE_UNKNOWN] = ACTOR_PERSON,
        [START_SOURCE_PANEL] = ACTOR_PERSON,
        [START_SOURCE_SOFTWARE] = ACTOR_SOFTWARE,
        [START_SOURCE_COMMAND] = ACTOR_COMMAND,
        [START_SOURCE_EXERCISE] = ACTOR_COMMAND,
    };
    return actors[source];
}

/* ---- may it? ---- */

/* A missing preheat or stop output is told only. */
bool start_needs_output(const struct ctx *ctx, enum output_role role)
{
    return role == OUTPUT_RUN ||
           (role == OUTPUT_CRANK && genset_settings_of(ctx)->wiring == GENSET_WIRING_RUN_CRANK);
}

/* A level that has not settled yet blocks as well. */
static bool may_be(const struct ctx *ctx, enum input_role role, enum input_value value)
{
    return input_is(ctx, role, value) ||
           (input_is_settling(ctx, role) && ctx->state->inputs[role].raw == value);
}

enum reason genset_crank_blocked(const struct ctx *ctx)
{
    static const struct {
        enum input_role role;
        enum input_value value;
        enum reason reason;
    } interlocks[] = {
        {INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE, REASON_EMERGENCY_STOP},
        {INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_ACTIVE, REASON_FAULT},
        {INPUT_ROLE_GENSET_AUTOMATIC, INPUT_VALUE_INACTIVE, REASON_NOT_AUTOMATIC},
        {INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_UNKNOWN, REASON_RUNNING_UNKNOWN},
        {INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_UNKNOWN, REASON_INTERLOCK_UNKNOWN},
        {INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_UNKNOWN, REASON_INTERLOCK_UNKNOWN},
        {INPUT_ROLE_GENSET_AUTOMATIC, INPUT_VALUE_UNKNOWN, REASON_INTERLOCK_UNKNOWN},
        {INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE, REASON_ALREADY_RUNNING},
    };

    for (unsigned i = 0; i < sizeof(interlocks) / sizeof(interlocks[0]); i++)
        if (may_be(ctx, interlocks[i].role, interlocks[i].value))
            return interlocks[i].reason;
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (ctx->state->output_missing[role] && start_needs_output(ctx, (enum output_role)role))
            return REASON_LINE_UNAVAILABLE;
    return REASON_NONE;
}

bool start_is_locked_out(const struct ctx *ctx)
{
    instant until = ctx->state->genset.lockout_until;

    return instant_is_set(until) && instant_before(ctx->now, until);
}

static bool start_is_barred(const struct ctx *ctx)
{
    return genset_crank_blocked(ctx) != REASON_NONE || ctx->state->genset.latched ||
           start_is_locked_out(ctx);
}

bool start_is_possible(const struct ctx *ctx)
{
    return genset_settings_of(ctx)->wiring != GENSET_WIRING_NONE && !start_is_barred(ctx);
}

/* The software waits with the next crank while the mains's return is being confirmed; a person's
 * command does not. */
bool start_waits(const struct ctx *ctx)
{
    return start_is_barred(ctx) || (ctx->state->mains.state == MAINS_STATE_RETURNING &&
                                    ctx->state->genset.source == START_SOURCE_SOFTWARE);
}

/* ---- the wish ---- */

void genset_want(struct ctx *ctx, enum start_source source)
{
    struct genset *genset = genset_of(ctx);

    genset->wanted = true;
    genset->wanted_at = ctx->now;
    genset->attempt = genset->given_back = genset->last_attempts = 0;
    genset->source = source;
    genset->stays = source == START_SOURCE_COMMAND && ctx->state->incident.phase == PHASE_IDLE;
}

void start_forget(struct genset *genset)
{
    genset->wanted = false;
    genset->attempt = 0;
    genset->exercise_ms = 0;
}

void start_abandon(struct genset *genset)
{
    start_forget(genset);
    run_release(genset);
}

void start_give_up(struct genset *genset)
{
    start_abandon(genset);
    genset->software_started = false;
}

/* ---- attempts ---- */

void run_release(struct genset *genset)
{
    genset->run_held = false;
    genset->pulse_until = INSTANT_NONE;
    genset->fuel_at = INSTANT_NONE;
}

void run_drive(struct genset *genset)
{
    genset->run_held = true;
    genset->fuel_at = INSTANT_NONE;
}

void start_count_attempt(struct genset *genset)
{
    genset->attempt++;
    genset->last_attempts++;
}

/* A restart may have ended it before the engine could catch. A program that is restarted again and
 * again must not crank without end: as many are given back as there are. */
void start_give_back_attempt(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    if (genset->given_back >= genset_settings_of(ctx)->attempts)
        return;
    genset->given_back++;
    genset->attempt--;
}

static enum genset_state preheat(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    const struct genset_settings *settings = genset_settings_of(ctx);
    instant fuel_at = instant_add_ms(ctx->now, settings->preheat_ms);

    if (settings->preheat_ms == 0)
        run_drive(genset);
    else
        genset->fuel_at = fuel_at;
    genset->due = instant_add_ms(fuel_at, settings->fuel_lead_ms);
    return GENSET_STATE_PREHEATING;
}

enum genset_state start_attempt(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    const struct genset_settings *settings = genset_settings_of(ctx);

    genset->reason = REASON_NONE;
    if (settings->wiring == GENSET_WIRING_RUN_CRANK)
        return preheat(ctx);
    start_count_attempt(genset);
    if (settings->wiring == GENSET_WIRING_HELD)
        run_drive(genset);
    else
        genset->pulse_until = instant_add_ms(ctx->now, settings->start_pulse_ms);
    genset->due = instant_add_ms(ctx->now, settings->start_timeout_ms);
    return GENSET_STATE_STARTING;
}

enum genset_state start_crank(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    start_count_attempt(genset);
    genset->due = instant_add_ms(ctx->now, genset_settings_of(ctx)->crank_ms);
    return GENSET_STATE_CRANKING;
}

/* ---- its end ---- */

void start_latch(struct genset *genset)
{
    start_abandon(genset);
    genset->latched = genset->given_up = true;
}

void start_unlatch(struct genset *genset)
{
    genset->latched = false;
}

void start_anew(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    bool emergency = input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE);

    genset->latched = genset->given_up = emergency;
    genset->stop_commanded = false;
    genset->exercise_ms = 0;
    if (genset->source == START_SOURCE_EXERCISE)
        genset->source = START_SOURCE_SOFTWARE;
}

void start_fail(struct ctx *ctx, enum reason reason)
{
    struct genset *genset = genset_of(ctx);
    struct notice notice = notice_make(ctx, NOTIFICATION_GENSET_START_FAILED, SEVERITY_CRITICAL);
    bool by_person = reason == REASON_EMERGENCY_STOP;

    notice.reason = genset->reason = reason;
    notice.count = genset->attempt;
    notice_send(ctx, notice);
    genset->failures++;
    signal_raise_reason(ctx, SIGNAL_START_FAILED, ctx->now, reason);
    ctx->signals[ctx->signal_count - 1].by = by_person ? ACTOR_PERSON : start_actor(genset->source);
    start_latch(genset);
}

void start_makes_contact(struct genset *genset, instant at)
{
    genset->software_started = genset->state == GENSET_STATE_CRANKING ||
                               genset->state == GENSET_STATE_STARTING ||
                               (genset->state == GENSET_STATE_UNKNOWN && genset->software_started);
    genset->running_at = at;
    if (!genset->software_started)
        run_release(genset);
}

static void lock_out(struct ctx *ctx, int64_t for_ms)
{
    genset_of(ctx)->lockout_until = instant_add_ms(ctx->now, for_ms);
}

/* After an attempt the rest is long enough. */
bool start_loses_contact(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    bool by_software = genset->software_started;

    if (instant_is_set(genset->running_at))
        lock_out(ctx,
                 by_software ? genset_settings_of(ctx)->rest_ms
                             : genset_settings_of(ctx)->spin_down_ms);
    genset->running_at = INSTANT_NONE;
    genset->software_started = false;
    return by_software;
}

static void notify_started(struct ctx *ctx)
{
    const struct genset *genset = genset_of(ctx);
    struct notice notice = notice_make(ctx, NOTIFICATION_GENSET_STARTED, SEVERITY_NOTICE);

    notice.credited_at = genset->running_at;
    notice.actor = start_actor(genset->started_by);
    notice_send(ctx, notice);
}

void start_succeeds(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    genset->starts++;
    genset->started_by = genset->software_started ? genset->source : START_SOURCE_PANEL;
    if (genset->wanted && genset->software_started)
        genset->last_start_ms = instant_diff_ms(genset->running_at, genset->wanted_at);
    if (genset->software_started && genset->exercise_ms > 0)
        genset->exercise_until = instant_add_ms(ctx->now, genset->exercise_ms);
    genset->reason = REASON_NONE;
    genset->wanted = false;
    genset->attempt = 0;
    genset->given_up = genset->latched;
    notify_started(ctx);
}

void start_stays(struct genset *genset)
{
    genset->started_by = START_SOURCE_COMMAND;
    genset->stays = true;
}

void start_is_over(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    run_release(genset);
    lock_out(ctx, genset_settings_of(ctx)->spin_down_ms);
    genset->software_started = false;
    genset->exercise_until = INSTANT_NONE;
    genset->exercise_ms = 0;
}

/*
 * The genset's sequence.
 *
 *            start                delay over               fuel lead over
 *  stopped ────────→ startDelay ───────────→ preheating ──────────────────→ cranking (run + crank)
 *     ↑                                └───────────────────────────────→ starting (held, pulse)
 *     │                                         ↑ rest over                     │
 *     │                                         │       too long: attempt failed│
 *     │     none left ←── attempt failed ──→ resting ←──────────────────────────┤
 *     │         ↓                                                               │ running contact
 *     │    startFailed (until reset or the next incident)                       ↓ (from anywhere)
 *     │                               drop-out: attempt failed ←────────── confirming
 *     │ lockout over            stopped                                         ↓ confirm time over
 *  spinningDown ←───────────── stopping ←── coolingDown ←── mains back ───── running
 *                                  ↓ too long
 *                              stopFailed (until the contact opens)
 *
 * A start that is wanted but blocked waits in stopped or resting. unknown: the running contact is
 * not known and nothing says that the engine runs.
 */
#include "core/genset.h"

typedef enum genset_state handler(struct ctx *ctx, instant at);

bool genset_state_is_confirmed(enum genset_state state)
{
    return state == GENSET_STATE_RUNNING || state == GENSET_STATE_COOLING_DOWN;
}

bool genset_is_confirmed(const struct ctx *ctx)
{
    return genset_state_is_confirmed(ctx->state->genset.state);
}

bool genset_is_stoppable(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;

    return genset->software_started || genset->run_held || ctx->site->output_wired[OUTPUT_STOP];
}

bool genset_is_being_confirmed(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;

    return genset->state == GENSET_STATE_CONFIRMING && instant_is_set(genset->due);
}

bool genset_sequence_active(const struct genset *genset)
{
    return genset->state >= GENSET_STATE_START_DELAY && genset->state <= GENSET_STATE_CONFIRMING;
}

/* ---- cells: nothing, or only the wish ---- */

static enum genset_state stay(struct ctx *ctx, instant at)
{
    (void)at;
    return genset_of(ctx)->state;
}

static enum genset_state forget(struct ctx *ctx, instant at)
{
    start_forget(genset_of(ctx));
    return stay(ctx, at);
}

static enum genset_state unlatch(struct ctx *ctx, instant at)
{
    start_unlatch(genset_of(ctx));
    return stay(ctx, at);
}

/* ---- cells: a start ---- */

/* The state of an engine that stands still. */
static enum genset_state standing(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    bool locked_out = start_is_locked_out(ctx) && !genset->latched;

    genset->due = locked_out ? genset->lockout_until : INSTANT_NONE;
    if (genset->latched)
        return GENSET_STATE_START_FAILED;
    return locked_out ? GENSET_STATE_SPINNING_DOWN : GENSET_STATE_STOPPED;
}

static enum genset_state fail(struct ctx *ctx, enum reason reason)
{
    start_fail(ctx, reason);
    return standing(ctx);
}

static enum genset_state start(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);
    bool by_software = genset->source == START_SOURCE_SOFTWARE;

    if (!start_is_possible(ctx)) {
        genset->reason = genset_crank_blocked(ctx);
        return stay(ctx, at);
    }
    if (genset->attempt >= genset_settings_of(ctx)->attempts)
        return fail(ctx, REASON_ATTEMPTS_FAILED);
    genset->due =
        instant_add_ms(ctx->now, by_software ? genset_settings_of(ctx)->start_delay_ms : 0);
    return GENSET_STATE_START_DELAY;
}

static enum genset_state delay_over(struct ctx *ctx, instant at)
{
    (void)at;
    return start_attempt(ctx);
}

static enum genset_state crank(struct ctx *ctx, instant at)
{
    (void)at;
    if (!start_waits(ctx))
        return start_crank(ctx);
    run_release(genset_of(ctx));
    return standing(ctx);
}

static enum genset_state attempt_fails(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    run_release(genset);
    if (!genset->wanted)
        return standing(ctx);
    if (genset->is_cut_short)
        start_give_back_attempt(ctx);
    if (genset->attempt >= genset_settings_of(ctx)->attempts)
        return fail(ctx, REASON_ATTEMPTS_FAILED);
    genset->due = instant_add_ms(ctx->now, genset_settings_of(ctx)->rest_ms);
    return GENSET_STATE_RESTING;
}

/* Whether it caught is seen by its contact, which is not told yet. If not, the attempt has failed.
 */
static enum genset_state cut_short(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    genset->is_cut_short = true;
    genset->pulse_until = INSTANT_NONE;
    genset->due = ctx->now;
    return stay(ctx, at);
}

static enum genset_state fault_fails(struct ctx *ctx, instant at)
{
    (void)at;
    return fail(ctx, REASON_FAULT);
}

/* A person took over at the panel, or an input is in doubt: outputs rest, the wish stays. An
 * attempt cut short by doubt counts, or a flickering line would crank without end; a person who
 * gives the genset back begins anew. Before the first attempt a fault is only waited for, too. */
static enum genset_state back_off(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    if (input_is(ctx, INPUT_ROLE_GENSET_AUTOMATIC, INPUT_VALUE_INACTIVE))
        genset->attempt = genset->given_back = 0;
    run_release(genset);
    genset->reason = genset_crank_blocked(ctx);
    return standing(ctx);
}

static enum genset_state back_off_unknown(struct ctx *ctx, instant at)
{
    back_off(ctx, at);
    return GENSET_STATE_UNKNOWN;
}

static enum genset_state give_up(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    start_give_up(genset);
    genset->reason = REASON_NONE;
    return standing(ctx);
}

static enum genset_state give_up_unknown(struct ctx *ctx, instant at)
{
    give_up(ctx, at);
    return GENSET_STATE_UNKNOWN;
}

/* Releasing an emergency stop must never start an engine: it latches, start wanted or not. */
static enum genset_state emergency_latches(struct ctx *ctx, instant at)
{
    if (genset_of(ctx)->wanted)
        start_fail(ctx, REASON_EMERGENCY_STOP);
    else
        start_latch(genset_of(ctx));
    return stay(ctx, at);
}

static enum genset_state emergency_fails(struct ctx *ctx, instant at)
{
    emergency_latches(ctx, at);
    return standing(ctx);
}

static enum genset_state emergency_fails_wish(struct ctx *ctx, instant at)
{
    return genset_of(ctx)->wanted ? emergency_fails(ctx, at) : emergency_latches(ctx, at);
}

/* An engine that runs on in spite of it is no supply to wait for. */
static enum genset_state emergency_doubts(struct ctx *ctx, instant at)
{
    genset_of(ctx)->due = INSTANT_NONE;
    return emergency_latches(ctx, at);
}

static enum genset_state leave_failed(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->reason = REASON_NONE;
    return standing(ctx);
}

static enum genset_state reset(struct ctx *ctx, instant at)
{
    start_unlatch(genset_of(ctx));
    return leave_failed(ctx, at);
}

/* ---- cells: the running contact, until it is confirmed ---- */

static enum genset_state become_unknown(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->due = INSTANT_NONE;
    return GENSET_STATE_UNKNOWN;
}

static enum genset_state contact_closes(struct ctx *ctx, instant at)
{
    bool emergency = input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE);

    start_makes_contact(genset_of(ctx), at);
    genset_of(ctx)->due =
        emergency ? INSTANT_NONE : instant_add_ms(at, genset_settings_of(ctx)->running_confirm_ms);
    return GENSET_STATE_CONFIRMING;
}

static enum genset_state confirm_running(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->due = INSTANT_NONE;
    start_succeeds(ctx);
    signal_raise(ctx, SIGNAL_GENSET_CONFIRMED, genset_of(ctx)->running_at);
    return GENSET_STATE_RUNNING;
}

/* It ran, but not for the confirm time; or it is known again that it does not run. */
static enum genset_state drops_out(struct ctx *ctx, instant at)
{
    const struct genset *genset = genset_of(ctx);
    bool by_software = start_loses_contact(ctx);
    bool attempted = genset->wanted && genset->attempt > 0;

    if (attempted && input_is(ctx, INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_ACTIVE))
        return fault_fails(ctx, at);
    return by_software ? attempt_fails(ctx, at) : standing(ctx);
}

static enum genset_state doubt_confirming(struct ctx *ctx, instant at)
{
    genset_of(ctx)->running_at = INSTANT_NONE;
    return become_unknown(ctx, at);
}

/* ---- cells: it runs ---- */

static enum genset_state begin_loss(struct ctx *ctx, instant at)
{
    genset_of(ctx)->stopped_at = at;
    return stay(ctx, at);
}

static enum genset_state end_loss(struct ctx *ctx, instant at)
{
    genset_of(ctx)->stopped_at = INSTANT_NONE;
    return stay(ctx, at);
}

static enum genset_state begin_cool_down(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->due = instant_add_ms(ctx->now, genset_settings_of(ctx)->cool_down_ms);
    return GENSET_STATE_COOLING_DOWN;
}

/* An exercise that an outage overtakes is an exercise no more. */
static enum genset_state serve_outage(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    genset->exercise_until = INSTANT_NONE;
    if (genset->state == GENSET_STATE_COOLING_DOWN)
        genset->due = INSTANT_NONE;
    return GENSET_STATE_RUNNING;
}

static enum genset_state resume_running(struct ctx *ctx, instant at)
{
    (void)at;
    start_stays(genset_of(ctx));
    genset_of(ctx)->due = INSTANT_NONE;
    return GENSET_STATE_RUNNING;
}

/* ---- cells: it stops ---- */

static enum genset_state stop_now(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);
    bool pulse = ctx->site->output_wired[OUTPUT_STOP] &&
                 !input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE);

    (void)at;
    start_abandon(genset);
    if (pulse)
        genset->pulse_until = instant_add_ms(ctx->now, genset_settings_of(ctx)->stop_pulse_ms);
    genset->due = instant_add_ms(ctx->now, genset_settings_of(ctx)->fail_to_stop_ms);
    return GENSET_STATE_STOPPING;
}

/* Whether it runs is not known: what stops it is done, and what becomes of that is said. */
static enum genset_state stop_unknown(struct ctx *ctx, instant at)
{
    return genset_is_stoppable(ctx) ? stop_now(ctx, at) : give_up_unknown(ctx, at);
}

static void notify_stopped(struct ctx *ctx, instant at)
{
    const struct genset *genset = genset_of(ctx);
    bool expected = genset->state == GENSET_STATE_STOPPING ||
                    genset->state == GENSET_STATE_STOP_FAILED ||
                    genset->state == GENSET_STATE_COOLING_DOWN;
    enum severity unexpected =
        ctx->state->incident.phase == PHASE_IDLE ? SEVERITY_WARNING : SEVERITY_CRITICAL;
    struct notice notice =
        notice_make(ctx, NOTIFICATION_GENSET_STOPPED, expected ? SEVERITY_NOTICE : unexpected);

    notice.credited_at = at;
    notice.reason = genset->stop_commanded ? REASON_STOP_COMMANDED : REASON_NONE;
    notice_send(ctx, notice);
}

static void count_run(struct genset *genset, instant end)
{
    if (instant_is_set(genset->running_at))
        genset->run_ms =
            duration_sum_ms(genset->run_ms, max_ms(instant_diff_ms(end, genset->running_at), 0));
    genset->running_at = INSTANT_NONE;
}

/* It has stood still since the edge of the loss. */
static enum genset_state loss_over(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);
    instant stopped_at = genset->stopped_at;

    (void)at;
    notify_stopped(ctx, stopped_at);
    count_run(genset, stopped_at);
    start_is_over(ctx);
    genset->stopped_at = INSTANT_NONE;
    genset->not_carrying_alarmed = false;
    genset->reason = REASON_NONE;
    genset->due = genset->lockout_until;
    signal_raise(ctx, SIGNAL_GENSET_LOST, stopped_at);
    return GENSET_STATE_SPINNING_DOWN;
}

static enum genset_state fail_stop(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->due = INSTANT_NONE;
    genset_of(ctx)->reason = REASON_STOP_FAILED;
    notice_simple(ctx, NOTIFICATION_GENSET_STOP_FAILED, SEVERITY_CRITICAL);
    return GENSET_STATE_STOP_FAILED;
}

static enum genset_state lockout_over(struct ctx *ctx, instant at)
{
    (void)at;
    return standing(ctx);
}

/* ---- the table ---- */

/* clang-format off */
static handler *const table[GENSET_STATE_COUNT][GENSET_EVENT_COUNT] = {
    [0] = {
        [GENSET_RUN_ON] = stay,                       [GENSET_RUN_OFF] = stay,
        [GENSET_RUN_UNKNOWN] = stay,                  [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = stay,                [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = stay,               [GENSET_TIMER] = stay,
        [GENSET_START] = stay,                        [GENSET_STOP] = stay,
        [GENSET_WITHDRAW] = stay,                     [GENSET_RESET] = stay,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = stay,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_UNKNOWN] = {
        [GENSET_RUN_ON] = contact_closes,             [GENSET_RUN_OFF] = drops_out,
        [GENSET_RUN_UNKNOWN] = stay,                  [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = back_off_unknown,    [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = emergency_latches,  [GENSET_TIMER] = stay,
        [GENSET_START] = stay,                        [GENSET_STOP] = stop_unknown,
        [GENSET_WITHDRAW] = give_up_unknown,          [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = forget,
        [GENSET_SERVED] = stop_now,                   [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_STOPPED] = {
        [GENSET_RUN_ON] = contact_closes,             [GENSET_RUN_OFF] = stay,
        [GENSET_RUN_UNKNOWN] = become_unknown,        [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = stay,                [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = emergency_fails_wish,[GENSET_TIMER] = stay,
        [GENSET_START] = start,                       [GENSET_STOP] = give_up,
        [GENSET_WITHDRAW] = give_up,                  [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = give_up,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_START_DELAY] = {
        [GENSET_RUN_ON] = contact_closes,             [GENSET_RUN_OFF] = stay,
        [GENSET_RUN_UNKNOWN] = back_off_unknown,      [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = back_off,            [GENSET_FAULT] = back_off,
        [GENSET_EMERGENCY_STOP] = emergency_fails,    [GENSET_TIMER] = delay_over,
        [GENSET_START] = stay,                        [GENSET_STOP] = give_up,
        [GENSET_WITHDRAW] = give_up,                  [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = give_up,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_PREHEATING] = {
        [GENSET_RUN_ON] = contact_closes,             [GENSET_RUN_OFF] = stay,
        [GENSET_RUN_UNKNOWN] = back_off_unknown,      [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = back_off,            [GENSET_FAULT] = fault_fails,
        [GENSET_EMERGENCY_STOP] = emergency_fails,    [GENSET_TIMER] = crank,
        [GENSET_START] = stay,                        [GENSET_STOP] = give_up,
        [GENSET_WITHDRAW] = give_up,                  [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = give_up,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = attempt_fails,
    },
    [GENSET_STATE_CRANKING] = {
        [GENSET_RUN_ON] = contact_closes,             [GENSET_RUN_OFF] = stay,
        [GENSET_RUN_UNKNOWN] = back_off_unknown,      [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = back_off,            [GENSET_FAULT] = fault_fails,
        [GENSET_EMERGENCY_STOP] = emergency_fails,    [GENSET_TIMER] = attempt_fails,
        [GENSET_START] = stay,                        [GENSET_STOP] = give_up,
        [GENSET_WITHDRAW] = give_up,                  [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = forget,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = cut_short,
    },
    [GENSET_STATE_STARTING] = {
        [GENSET_RUN_ON] = contact_closes,             [GENSET_RUN_OFF] = stay,
        [GENSET_RUN_UNKNOWN] = back_off_unknown,      [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = back_off,            [GENSET_FAULT] = fault_fails,
        [GENSET_EMERGENCY_STOP] = emergency_fails,    [GENSET_TIMER] = attempt_fails,
        [GENSET_START] = stay,                        [GENSET_STOP] = give_up,
        [GENSET_WITHDRAW] = give_up,                  [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = forget,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = cut_short,
    },
    [GENSET_STATE_RESTING] = {
        [GENSET_RUN_ON] = contact_closes,             [GENSET_RUN_OFF] = stay,
        [GENSET_RUN_UNKNOWN] = back_off_unknown,      [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = back_off,            [GENSET_FAULT] = fault_fails,
        [GENSET_EMERGENCY_STOP] = emergency_fails,    [GENSET_TIMER] = delay_over,
        [GENSET_START] = stay,                        [GENSET_STOP] = give_up,
        [GENSET_WITHDRAW] = give_up,                  [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = give_up,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_CONFIRMING] = {
        [GENSET_RUN_ON] = stay,                       [GENSET_RUN_OFF] = drops_out,
        [GENSET_RUN_UNKNOWN] = doubt_confirming,      [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = stay,                [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = emergency_doubts,   [GENSET_TIMER] = confirm_running,
        [GENSET_START] = stay,                        [GENSET_STOP] = stop_now,
        [GENSET_WITHDRAW] = forget,                   [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = forget,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_RUNNING] = {
        [GENSET_RUN_ON] = end_loss,                   [GENSET_RUN_OFF] = begin_loss,
        [GENSET_RUN_UNKNOWN] = end_loss,              [GENSET_LOST] = loss_over,
        [GENSET_NOT_AUTOMATIC] = stay,                [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = emergency_latches,  [GENSET_TIMER] = stay,
        [GENSET_START] = stay,                        [GENSET_STOP] = stop_now,
        [GENSET_WITHDRAW] = stay,                     [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = serve_outage,               [GENSET_MAINS_BACK] = stay,
        [GENSET_SERVED] = begin_cool_down,            [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_COOLING_DOWN] = {
        [GENSET_RUN_ON] = end_loss,                   [GENSET_RUN_OFF] = begin_loss,
        [GENSET_RUN_UNKNOWN] = end_loss,              [GENSET_LOST] = loss_over,
        [GENSET_NOT_AUTOMATIC] = stay,                [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = emergency_latches,  [GENSET_TIMER] = stop_now,
        [GENSET_START] = resume_running,              [GENSET_STOP] = stop_now,
        [GENSET_WITHDRAW] = stay,                     [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = serve_outage,               [GENSET_MAINS_BACK] = stay,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_STOPPING] = {
        [GENSET_RUN_ON] = end_loss,                   [GENSET_RUN_OFF] = begin_loss,
        [GENSET_RUN_UNKNOWN] = end_loss,              [GENSET_LOST] = loss_over,
        [GENSET_NOT_AUTOMATIC] = stay,                [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = emergency_latches,  [GENSET_TIMER] = fail_stop,
        [GENSET_START] = stay,                        [GENSET_STOP] = stay,
        [GENSET_WITHDRAW] = stay,                     [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = stay,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_SPINNING_DOWN] = {
        [GENSET_RUN_ON] = contact_closes,             [GENSET_RUN_OFF] = stay,
        [GENSET_RUN_UNKNOWN] = become_unknown,        [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = stay,                [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = emergency_latches,  [GENSET_TIMER] = lockout_over,
        [GENSET_START] = stay,                        [GENSET_STOP] = forget,
        [GENSET_WITHDRAW] = forget,                   [GENSET_RESET] = unlatch,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = forget,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_START_FAILED] = {
        [GENSET_RUN_ON] = contact_closes,             [GENSET_RUN_OFF] = stay,
        [GENSET_RUN_UNKNOWN] = become_unknown,        [GENSET_LOST] = stay,
        [GENSET_NOT_AUTOMATIC] = stay,                [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = emergency_latches,  [GENSET_TIMER] = stay,
        [GENSET_START] = stay,                        [GENSET_STOP] = stay,
        [GENSET_WITHDRAW] = stay,                     [GENSET_RESET] = reset,
        [GENSET_OUTAGE] = leave_failed,               [GENSET_MAINS_BACK] = stay,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
    [GENSET_STATE_STOP_FAILED] = {
        [GENSET_RUN_ON] = end_loss,                   [GENSET_RUN_OFF] = begin_loss,
        [GENSET_RUN_UNKNOWN] = end_loss,              [GENSET_LOST] = loss_over,
        [GENSET_NOT_AUTOMATIC] = stay,                [GENSET_FAULT] = stay,
        [GENSET_EMERGENCY_STOP] = emergency_latches,  [GENSET_TIMER] = stay,
        [GENSET_START] = stay,                        [GENSET_STOP] = stop_now,
        [GENSET_WITHDRAW] = stay,                     [GENSET_RESET] = stay,
        [GENSET_OUTAGE] = stay,                       [GENSET_MAINS_BACK] = stay,
        [GENSET_SERVED] = stay,                       [GENSET_RESTARTED] = stay,
    },
};
/* clang-format on */

void genset_handle(struct ctx *ctx, enum genset_event event, instant at)
{
    struct genset *genset = genset_of(ctx);
    enum genset_state next = table[genset->state][event](ctx, at);

    if (next == genset->state)
        return;
    genset->state = next;
    genset->since = ctx->now;
    genset->is_cut_short = false;
}

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
 * Outputs follow from the state (genset_outputs); none is ever switched by an event itself. A start
 * that is wanted but blocked waits in stopped or resting. unknown: the running contact is not known
 * and nothing says that the engine runs.
 */
#include "core/machine.h"

typedef enum genset_state handler(struct ctx *ctx, instant at);

static struct genset *genset_of(struct ctx *ctx)
{
    return &ctx->state->genset;
}

static const struct genset_settings *settings_of(const struct ctx *ctx)
{
    return &ctx->site->genset;
}

/* ---- questions ---- */

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
        if (input_is(ctx, interlocks[i].role, interlocks[i].value))
            return interlocks[i].reason;
    return REASON_NONE;
}

bool genset_is_confirmed(const struct ctx *ctx)
{
    enum genset_state state = ctx->state->genset.state;

    return state == GENSET_STATE_RUNNING || state == GENSET_STATE_COOLING_DOWN;
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

/* The software waits with the next crank while the mains's return is being confirmed; a person's
 * command does not. */
static bool crank_waits(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;

    return genset_crank_blocked(ctx) != REASON_NONE ||
           (ctx->state->mains.state == MAINS_STATE_RETURNING &&
            genset->source == START_SOURCE_SOFTWARE);
}

/* The software stops an engine only while the mains is confirmed: not in a dip, not in doubt. */
static bool stop_waits(const struct ctx *ctx)
{
    return ctx->state->genset.state == GENSET_STATE_COOLING_DOWN &&
           ctx->state->mains.state != MAINS_STATE_PRESENT;
}

static bool can_start(const struct ctx *ctx)
{
    return settings_of(ctx)->wiring != GENSET_WIRING_NONE &&
           genset_crank_blocked(ctx) == REASON_NONE;
}

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

/* ---- pieces of transitions ---- */

static void release_run(struct genset *genset)
{
    genset->run_held = false;
    genset->pulse_until = INSTANT_NONE;
    genset->fuel_at = INSTANT_NONE;
}

static void forget_start(struct genset *genset)
{
    genset->wanted = false;
    genset->attempt = 0;
    genset->exercise_ms = 0;
    genset->source = START_SOURCE_UNKNOWN;
}

static void count_attempt(struct genset *genset)
{
    genset->attempt++;
    genset->last_attempts++;
}

static enum genset_state begin_cranking(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    count_attempt(genset);
    genset->fuel_at = INSTANT_NONE;
    genset->run_held = true;
    genset->due = instant_add_ms(ctx->now, settings_of(ctx)->crank_ms);
    return GENSET_STATE_CRANKING;
}

static enum genset_state begin_attempt(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    const struct genset_settings *settings = settings_of(ctx);

    genset->reason = REASON_NONE;
    if (settings->wiring == GENSET_WIRING_RUN_CRANK) {
        genset->fuel_at = instant_add_ms(ctx->now, settings->preheat_ms);
        genset->due = instant_add_ms(genset->fuel_at, settings->fuel_lead_ms);
        genset->run_held = settings->preheat_ms == 0;
        return GENSET_STATE_PREHEATING;
    }
    count_attempt(genset);
    genset->run_held = settings->wiring == GENSET_WIRING_HELD;
    if (settings->wiring == GENSET_WIRING_PULSE)
        genset->pulse_until = instant_add_ms(ctx->now, settings->start_pulse_ms);
    genset->due = instant_add_ms(ctx->now, settings->start_timeout_ms);
    return GENSET_STATE_STARTING;
}

static enum genset_state fail_start(struct ctx *ctx, enum reason reason)
{
    struct genset *genset = genset_of(ctx);
    struct notice notice = notice_make(ctx, NOTIFICATION_GENSET_START_FAILED, SEVERITY_CRITICAL);

    enum actor by = start_actor(genset->source);
    notice.reason = genset->reason = reason;
    notice.count = genset->attempt;
    notice_send(ctx, notice);
    genset->failures++;
    genset->latched = true;
    genset->due = INSTANT_NONE;
    release_run(genset);
    forget_start(genset);
    signal_raise_reason(ctx, SIGNAL_START_FAILED, ctx->now, reason);
    ctx->signals[ctx->signal_count - 1].by = by;
    return GENSET_STATE_START_FAILED;
}

static enum genset_state rest_or_fail(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    release_run(genset);
    genset->due = INSTANT_NONE;
    if (!genset->wanted) {
        forget_start(genset);
        return GENSET_STATE_STOPPED;
    }
    if (genset->attempt >= settings_of(ctx)->attempts)
        return fail_start(ctx, REASON_ATTEMPTS_FAILED);
    genset->due = instant_add_ms(ctx->now, settings_of(ctx)->rest_ms);
    return GENSET_STATE_RESTING;
}

static void count_run(struct genset *genset, instant end)
{
    if (instant_is_set(genset->running_at))
        genset->run_ms += max_ms(instant_diff_ms(end, genset->running_at), 0);
    genset->running_at = INSTANT_NONE;
}

static void notify_stopped(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);
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

/* The engine stands still: from `at` on. */
static enum genset_state end_run(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    notify_stopped(ctx, at);
    count_run(genset, at);
    release_run(genset);
    genset->stopped_at = INSTANT_NONE;
    genset->exercise_until = INSTANT_NONE;
    genset->exercise_ms = 0;
    genset->software_started = false;
    genset->not_carrying_alarmed = false;
    genset->due = instant_add_ms(ctx->now, settings_of(ctx)->spin_down_ms);
    signal_raise(ctx, SIGNAL_GENSET_LOST, at);
    return GENSET_STATE_SPINNING_DOWN;
}

static enum genset_state begin_stopping(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    bool pulse = ctx->site->output_wired[OUTPUT_STOP] &&
                 !input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE);

    release_run(genset);
    forget_start(genset);
    genset->stopped_at = INSTANT_NONE;
    if (pulse)
        genset->pulse_until = instant_add_ms(ctx->now, settings_of(ctx)->stop_pulse_ms);
    genset->due = instant_add_ms(ctx->now, settings_of(ctx)->fail_to_stop_ms);
    return GENSET_STATE_STOPPING;
}

/* ---- the cells ---- */

static enum genset_state stay(struct ctx *ctx, instant at)
{
    (void)at;
    return genset_of(ctx)->state;
}

static enum genset_state become_unknown(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->due = INSTANT_NONE;
    return GENSET_STATE_UNKNOWN;
}

static enum genset_state become_stopped(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->due = INSTANT_NONE;
    return genset_of(ctx)->latched ? GENSET_STATE_START_FAILED : GENSET_STATE_STOPPED;
}

static enum genset_state start(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    if (!can_start(ctx)) {
        genset->reason = genset_crank_blocked(ctx);
        return genset->state;
    }
    if (genset->attempt >= settings_of(ctx)->attempts)
        return fail_start(ctx, REASON_ATTEMPTS_FAILED);
    genset->due = instant_add_ms(
        ctx->now, genset->source == START_SOURCE_SOFTWARE ? settings_of(ctx)->start_delay_ms : 0);
    return GENSET_STATE_START_DELAY;
}

static enum genset_state delay_over(struct ctx *ctx, instant at)
{
    (void)at;
    return begin_attempt(ctx);
}

static enum genset_state crank(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    if (!crank_waits(ctx))
        return begin_cranking(ctx);
    release_run(genset);
    genset->due = INSTANT_NONE;
    return GENSET_STATE_STOPPED;
}

static enum genset_state attempt_fails(struct ctx *ctx, instant at)
{
    (void)at;
    return rest_or_fail(ctx);
}

/* A person took over at the panel, or an input is in doubt: outputs rest, the wish stays. An
 * attempt cut short by doubt counts, or a flickering line would crank without end; a person who
 * gives the genset back begins anew. */
static enum genset_state back_off(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    if (input_is(ctx, INPUT_ROLE_GENSET_AUTOMATIC, INPUT_VALUE_INACTIVE))
        genset->attempt = 0;
    release_run(genset);
    genset->due = INSTANT_NONE;
    genset->reason = genset_crank_blocked(ctx);
    return GENSET_STATE_STOPPED;
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
    release_run(genset);
    forget_start(genset);
    genset->software_started = false;
    genset->reason = REASON_NONE;
    genset->due = INSTANT_NONE;
    return GENSET_STATE_STOPPED;
}

static enum genset_state give_up_unknown(struct ctx *ctx, instant at)
{
    give_up(ctx, at);
    return GENSET_STATE_UNKNOWN;
}

/* Releasing an emergency stop must never start an engine: it latches, start wanted or not. */
static enum genset_state emergency_fails(struct ctx *ctx, instant at)
{
    (void)at;
    if (genset_of(ctx)->wanted)
        return fail_start(ctx, REASON_EMERGENCY_STOP);
    genset_of(ctx)->latched = true;
    return genset_of(ctx)->state;
}

static enum genset_state fault_fails(struct ctx *ctx, instant at)
{
    (void)at;
    return fail_start(ctx, REASON_FAULT);
}

/* Nothing was cranked yet: the start waits until the fault is gone. */
static enum genset_state fault_waits(struct ctx *ctx, instant at)
{
    return back_off(ctx, at);
}

/* The next crank may be due although the mains is back: only the return's end decides. */
static enum genset_state stop_wanting(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->wanted = false;
    return genset_of(ctx)->state;
}

static enum genset_state contact_closes(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    genset->software_started = genset->state == GENSET_STATE_CRANKING ||
                               genset->state == GENSET_STATE_STARTING ||
                               (genset->state == GENSET_STATE_UNKNOWN && genset->software_started);
    genset->running_at = at;
    genset->fuel_at = INSTANT_NONE;
    if (!genset->software_started)
        release_run(genset);
    genset->due = instant_add_ms(at, settings_of(ctx)->running_confirm_ms);
    return GENSET_STATE_CONFIRMING;
}

static enum genset_state confirm_running(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    genset->due = INSTANT_NONE;
    if (input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE))
        return genset->state;
    genset->starts++;
    genset->started_by = genset->software_started ? genset->source : START_SOURCE_PANEL;
    if (genset->wanted && genset->software_started)
        genset->last_start_ms = instant_diff_ms(genset->running_at, genset->wanted_at);
    if (genset->software_started && genset->exercise_ms > 0)
        genset->exercise_until = instant_add_ms(ctx->now, genset->exercise_ms);
    genset->reason = REASON_NONE;
    genset->wanted = false;
    genset->attempt = 0;
    struct notice notice = notice_make(ctx, NOTIFICATION_GENSET_STARTED, SEVERITY_NOTICE);
    notice.credited_at = genset->running_at;
    notice.actor = start_actor(genset->started_by);
    notice_send(ctx, notice);
    signal_raise(ctx, SIGNAL_GENSET_CONFIRMED, genset->running_at);
    return GENSET_STATE_RUNNING;
}

/* It ran, but not for the confirm time; or it is known again that it does not run. */
static enum genset_state drops_out(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    genset->running_at = INSTANT_NONE;
    if (!genset->software_started)
        return become_stopped(ctx, at);
    genset->software_started = false;
    return rest_or_fail(ctx);
}

static enum genset_state doubt_confirming(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->due = INSTANT_NONE;
    genset_of(ctx)->running_at = INSTANT_NONE;
    return GENSET_STATE_UNKNOWN;
}

static enum genset_state emergency_releases(struct ctx *ctx, instant at)
{
    (void)at;
    release_run(genset_of(ctx));
    genset_of(ctx)->latched = true;
    return genset_of(ctx)->state;
}

static enum genset_state begin_loss(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    genset->stopped_at = at;
    genset->due = instant_add_ms(at, settings_of(ctx)->running_lost_confirm_ms);
    return GENSET_STATE_RUNNING;
}

static enum genset_state end_loss(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->stopped_at = INSTANT_NONE;
    genset_of(ctx)->due = INSTANT_NONE;
    return GENSET_STATE_RUNNING;
}

static enum genset_state loss_over(struct ctx *ctx, instant at)
{
    (void)at;
    return end_run(ctx, genset_of(ctx)->stopped_at);
}

static enum genset_state stop_now(struct ctx *ctx, instant at)
{
    (void)at;
    return begin_stopping(ctx);
}

static enum genset_state begin_cool_down(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    if (!genset->software_started || instant_is_set(genset->exercise_until))
        return GENSET_STATE_RUNNING;
    if (instant_is_set(genset->stopped_at))
        return GENSET_STATE_RUNNING;
    genset->due = instant_add_ms(ctx->now, settings_of(ctx)->cool_down_ms);
    return GENSET_STATE_COOLING_DOWN;
}

/* An exercise that an outage overtakes is an exercise no more. */
static enum genset_state serve_outage(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    genset->exercise_until = INSTANT_NONE;
    genset->exercise_ms = 0;
    if (genset->state == GENSET_STATE_COOLING_DOWN)
        genset->due = INSTANT_NONE;
    return GENSET_STATE_RUNNING;
}

static enum genset_state resume_running(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->due = INSTANT_NONE;
    return GENSET_STATE_RUNNING;
}

static enum genset_state stopped_running(struct ctx *ctx, instant at)
{
    return end_run(ctx, at);
}

static enum genset_state fail_stop(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    genset->due = INSTANT_NONE;
    genset->reason = REASON_STOP_FAILED;
    notice_simple(ctx, NOTIFICATION_GENSET_STOP_FAILED, SEVERITY_CRITICAL);
    return GENSET_STATE_STOP_FAILED;
}

static enum genset_state lockout_over(struct ctx *ctx, instant at)
{
    return become_stopped(ctx, at);
}

static enum genset_state reset(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    (void)at;
    genset->latched = false;
    genset->reason = REASON_NONE;
    return GENSET_STATE_STOPPED;
}

static enum genset_state unlatch(struct ctx *ctx, instant at)
{
    return reset(ctx, at);
}

static enum genset_state unlatch_only(struct ctx *ctx, instant at)
{
    (void)at;
    genset_of(ctx)->latched = false;
    return genset_of(ctx)->state;
}

/* clang-format off */
#define CELLS(on, off, unknown, start_, stop_, reset_, estop, fault, manual, timer, outage, back) \
    { [GENSET_RUN_ON] = (on), [GENSET_RUN_OFF] = (off), [GENSET_RUN_UNKNOWN] = (unknown),         \
      [GENSET_START] = (start_), [GENSET_STOP] = (stop_), [GENSET_RESET] = (reset_),              \
      [GENSET_EMERGENCY_STOP] = (estop), [GENSET_FAULT] = (fault),                                \
      [GENSET_NOT_AUTOMATIC] = (manual), [GENSET_TIMER] = (timer),                                \
      [GENSET_OUTAGE] = (outage), [GENSET_MAINS_BACK] = (back) }

static handler *const table[GENSET_STATE_COUNT][GENSET_EVENT_COUNT] = {
    [0] = CELLS(stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay),
    /*                                 RUN_ON          RUN_OFF          RUN_UNKNOWN       START */
    /*                                 STOP       RESET          EMERGENCY_STOP      FAULT */
    /*                                 NOT_AUTOMATIC  TIMER     OUTAGE   MAINS_BACK */
    [GENSET_STATE_UNKNOWN]     = CELLS(contact_closes, drops_out,      stay,             stay,
                                       give_up_unknown,   unlatch_only,  emergency_fails,    stay,
                                       stay,          stay,     unlatch_only, stop_wanting),
    [GENSET_STATE_STOPPED]     = CELLS(contact_closes, stay,           become_unknown,   start,
                                       give_up,   unlatch_only,  emergency_fails,    stay,
                                       stay,          stay,     unlatch_only, give_up),
    [GENSET_STATE_START_DELAY] = CELLS(contact_closes, stay,           back_off_unknown, stay,
                                       give_up,   unlatch_only,  emergency_fails,    fault_waits,
                                       back_off,      delay_over, stay,  give_up),
    [GENSET_STATE_PREHEATING]  = CELLS(contact_closes, stay,           back_off_unknown, stay,
                                       give_up,   unlatch_only,  emergency_fails,    fault_fails,
                                       back_off,      crank,    stay,    give_up),
    [GENSET_STATE_CRANKING]    = CELLS(contact_closes, stay,           back_off_unknown, stay,
                                       give_up,   unlatch_only,  emergency_fails,    fault_fails,
                                       back_off,      attempt_fails, stay, stop_wanting),
    [GENSET_STATE_STARTING]    = CELLS(contact_closes, stay,           back_off_unknown, stay,
                                       give_up,   unlatch_only,  emergency_fails,    fault_fails,
                                       back_off,      attempt_fails, stay, stop_wanting),
    [GENSET_STATE_RESTING]     = CELLS(contact_closes, stay,           back_off_unknown, stay,
                                       give_up,   unlatch_only,  emergency_fails,    fault_fails,
                                       back_off,      delay_over, stay,  give_up),
    [GENSET_STATE_CONFIRMING]  = CELLS(stay,           drops_out,      doubt_confirming, stay,
                                       stop_now,  unlatch_only,  emergency_releases, stay,
                                       stay,          confirm_running, unlatch_only, stop_wanting),
    [GENSET_STATE_RUNNING]     = CELLS(end_loss,       begin_loss,     end_loss,         stay,
                                       stop_now,  unlatch_only,  emergency_releases, stay,
                                       stay,          loss_over, serve_outage, begin_cool_down),
    [GENSET_STATE_COOLING_DOWN] = CELLS(stay,          stopped_running, stay,            resume_running,
                                       stop_now,  unlatch_only,  emergency_releases, stay,
                                       stay,          stop_now, serve_outage, stay),
    [GENSET_STATE_STOPPING]    = CELLS(stay,           stopped_running, stay,            stay,
                                       stay,      unlatch_only,  emergency_releases, stay,
                                       stay,          fail_stop, unlatch_only, stay),
    [GENSET_STATE_SPINNING_DOWN] = CELLS(contact_closes, stay,         become_unknown,   stay,
                                       stop_wanting,   unlatch_only,  emergency_fails,    stay,
                                       stay,          lockout_over, unlatch_only, stop_wanting),
    [GENSET_STATE_START_FAILED] = CELLS(contact_closes, stay,          become_unknown,   stay,
                                       stay,      reset,         stay,               stay,
                                       stay,          stay,     unlatch, stay),
    [GENSET_STATE_STOP_FAILED] = CELLS(stay,           stopped_running, stay,            stay,
                                       stop_now,  stay,          emergency_releases, stay,
                                       stay,          stay,     unlatch_only, stay),
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
}

/* ---- inputs and signals ---- */

static void running_changed(struct ctx *ctx)
{
    static const enum genset_event events[INPUT_VALUE_COUNT] = {
        [INPUT_VALUE_UNKNOWN] = GENSET_RUN_UNKNOWN,
        [INPUT_VALUE_INACTIVE] = GENSET_RUN_OFF,
        [INPUT_VALUE_ACTIVE] = GENSET_RUN_ON,
    };
    const struct input *input = &ctx->state->inputs[INPUT_ROLE_GENSET_RUNNING];

    genset_handle(ctx, events[input->value], input->since);
}

static void emergency_stop_changed(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    if (input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE)) {
        genset_handle(ctx, GENSET_EMERGENCY_STOP, at);
        signal_raise_reason(ctx, SIGNAL_EMERGENCY_STOP, at, REASON_EMERGENCY_STOP);
    } else if (genset->state == GENSET_STATE_CONFIRMING && !instant_is_set(genset->due)) {
        genset->due = instant_add_ms(ctx->now, settings_of(ctx)->running_confirm_ms);
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

/* A new incident gives a new start; what was begun as an exercise now serves it. A drill that is
 * not armed leaves the genset as it is. */
static void incident_opened(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    if (!incident_has_genset(&ctx->state->incident))
        return;
    genset->stop_commanded = false;
    genset->exercise_ms = 0;
    if (genset->source == START_SOURCE_EXERCISE)
        genset->source = START_SOURCE_SOFTWARE;
    genset_handle(ctx, GENSET_OUTAGE, at);
    genset->latched = input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE);
}

/* Whoever says so may have his hands in the engine: a start under way ends at once. */
static void operator_says_no(struct ctx *ctx, instant at)
{
    struct genset *genset = genset_of(ctx);

    if (ctx->state->incident.phase != PHASE_IDLE && genset->wanted &&
        genset->state < GENSET_STATE_CONFIRMING) {
        genset_handle(ctx, GENSET_STOP, at);
        genset->reason = REASON_OPERATOR_SAYS_NO;
    }
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

static bool should_start_by_itself(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;
    const struct incident *incident = &ctx->state->incident;

    return incident->phase == PHASE_DECIDING && settings_of(ctx)->mode == GENSET_MODE_AUTOMATIC &&
           settings_of(ctx)->wiring != GENSET_WIRING_NONE && incident_has_genset(incident) &&
           !genset->stop_commanded && !genset->latched && !genset->wanted && !inhibited(ctx) &&
           ctx->state->mains.state != MAINS_STATE_RETURNING &&
           (genset->state == GENSET_STATE_STOPPED || genset->state == GENSET_STATE_SPINNING_DOWN);
}

static void check_load(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    bool sensed = ctx->site->inputs[INPUT_ROLE_GENSET_VOLTAGE].wired ||
                  ctx->site->inputs[INPUT_ROLE_TRANSFER_SWITCH].wired;
    bool carrying = !input_is(ctx, INPUT_ROLE_GENSET_VOLTAGE, INPUT_VALUE_INACTIVE) &&
                    !input_is(ctx, INPUT_ROLE_TRANSFER_SWITCH, INPUT_VALUE_INACTIVE);
    bool warm = genset->state == GENSET_STATE_RUNNING &&
                due_reached(ctx, instant_add_ms(genset->since, settings_of(ctx)->warm_up_ms));
    bool real = ctx->state->incident.phase != PHASE_IDLE &&
                ctx->state->incident.kind == INCIDENT_KIND_OUTAGE;
    bool alarm = sensed && !carrying && warm && real;

    if (alarm == genset->not_carrying_alarmed)
        return;
    if (!alarm && !carrying)
        return;
    genset->not_carrying_alarmed = alarm;
    notice_simple(ctx,
                  alarm ? NOTIFICATION_GENSET_NOT_CARRYING : NOTIFICATION_GENSET_CARRYING,
                  alarm ? SEVERITY_CRITICAL : SEVERITY_NOTICE);
}

static void timer(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    bool waits =
        (genset->state == GENSET_STATE_START_DELAY || genset->state == GENSET_STATE_RESTING)
            ? crank_waits(ctx)
            : stop_waits(ctx);
    bool served =
        genset->state == GENSET_STATE_RUNNING && genset->started_by == START_SOURCE_SOFTWARE &&
        ctx->state->incident.phase == PHASE_IDLE && ctx->state->mains.state == MAINS_STATE_PRESENT;

    if (due_reached(ctx, genset->fuel_at) && genset->state == GENSET_STATE_PREHEATING)
        genset->run_held = true;
    if (due_reached(ctx, genset->due) && !waits)
        genset_handle(ctx, GENSET_TIMER, ctx->now);
    if (genset->state == GENSET_STATE_RUNNING && due_reached(ctx, genset->exercise_until)) {
        genset->exercise_until = INSTANT_NONE;
        genset->exercise_ms = 0;
        served = true;
    }
    if (served)
        genset_handle(ctx, GENSET_MAINS_BACK, ctx->now);
}

void genset_want(struct ctx *ctx, enum start_source source)
{
    struct genset *genset = genset_of(ctx);

    genset->wanted = true;
    genset->wanted_at = ctx->now;
    genset->attempt = genset->last_attempts = 0;
    genset->source = source;
}

void genset_settle(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    timer(ctx);
    if (should_start_by_itself(ctx))
        genset_want(ctx, START_SOURCE_SOFTWARE);
    if (genset->wanted && genset->state == GENSET_STATE_STOPPED)
        genset_handle(ctx, GENSET_START, ctx->now);
    check_load(ctx);
}

/* ---- outputs ---- */

static bool output_wanted(const struct ctx *ctx, enum output_role role)
{
    const struct genset *genset = &ctx->state->genset;
    const struct incident *incident = &ctx->state->incident;
    bool pulse = instant_is_set(genset->pulse_until) && !due_reached(ctx, genset->pulse_until);

    switch (role) {
    case OUTPUT_RUN:
        if (settings_of(ctx)->wiring == GENSET_WIRING_PULSE)
            return genset->state == GENSET_STATE_STARTING && pulse;
        return genset->run_held;
    case OUTPUT_CRANK:
        return genset->state == GENSET_STATE_CRANKING;
    case OUTPUT_PREHEAT:
        return genset->state == GENSET_STATE_PREHEATING && settings_of(ctx)->preheat_ms > 0;
    case OUTPUT_STOP:
        return genset->state == GENSET_STATE_STOPPING && pulse;
    case OUTPUT_HORN:
        return incident->phase == PHASE_DECIDING && !incident->horn_silenced;
    default: /* the heartbeat is the engine's own */
        return false;
    }
}

void genset_outputs(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        bool on = ctx->site->output_wired[role] && output_wanted(ctx, (enum output_role)role);
        if (on == genset->output_on[role])
            continue;
        genset->output_on[role] = on;
        struct action *action = batch_push(ctx->batch, ACTION_OUTPUT);
        action->output.role = (enum output_role)role;
        action->output.on = on;
    }
}

instant genset_next_due(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;
    instant due = due_next(ctx, INSTANT_NEVER, genset->due);

    due = due_next(ctx, due, genset->fuel_at);
    due = due_next(ctx, due, genset->exercise_until);
    if (genset->state == GENSET_STATE_RUNNING)
        due = due_next(ctx, due, instant_add_ms(genset->since, settings_of(ctx)->warm_up_ms));
    return due_next(ctx, due, genset->pulse_until);
}

/*
 * After a restart all outputs rest. An attempt that was under way has failed; an engine that ran is
 * adopted if its contact still says so; timers that passed meanwhile run now, not in the past.
 */
void genset_resume(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    bool attempting =
        genset->state >= GENSET_STATE_PREHEATING && genset->state <= GENSET_STATE_STARTING;

    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        genset->output_on[role] = false;
    if (attempting) {
        enum genset_state next = rest_or_fail(ctx);
        genset->state = next;
        genset->since = ctx->now;
    }
    if (instant_is_set(genset->due) && instant_before(genset->due, ctx->now))
        genset->due = ctx->now;
}

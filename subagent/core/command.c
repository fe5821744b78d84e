/*
 * A command's life.
 *
 *   ask ──refused──→ (a row: refused, why)
 *    └──promised──confirm──→ running ──→ succeeded | failed
 *           │           └──────────────→ succeeded (done at once, or was so already) | failed
 *           ├──cancel───→ cancelled
 *           └──expired──→ cancelled
 *
 * Every command is idempotent: what is so already succeeds, as managers repeat a SET whose answer
 * was lost.
 */
#include <string.h>

#include "core/machine.h"

enum { PROMISE_LIFE_MS = 2000 };

struct command_type {
    /* REASON_NONE: may be done; *done: is so already. */
    enum reason (*check)(const struct ctx *ctx, const struct command *command, bool *done);
    /* Returns true if the outcome is still to come. */
    bool (*perform)(struct ctx *ctx, const struct command *command);
};

static struct genset *genset_of(struct ctx *ctx)
{
    return &ctx->state->genset;
}

void command_put(struct ctx *ctx, const struct command *command, enum command_state state,
                 enum reason reason)
{
    struct command_put *put = &batch_push(ctx->batch, ACTION_PUT_COMMAND)->command;

    put->command = *command;
    put->state = state;
    put->reason = reason;
    put->at = ctx->now;
}

/* ---- genset ---- */

static bool outage_is_open(const struct ctx *ctx)
{
    return ctx->state->incident.phase != PHASE_IDLE &&
           ctx->state->incident.kind == INCIDENT_KIND_OUTAGE;
}

static bool start_is_under_way(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;

    return genset->wanted || genset_sequence_active(genset);
}

static enum reason check_start(const struct ctx *ctx, const struct command *command, bool *done)
{
    const struct genset *genset = &ctx->state->genset;

    (void)command;
    *done = genset->state == GENSET_STATE_RUNNING || genset_sequence_active(genset) ||
            (genset->wanted && genset_crank_blocked(ctx) == REASON_NONE);
    if (*done)
        return REASON_NONE;
    if (ctx->site->genset.wiring == GENSET_WIRING_NONE)
        return REASON_NO_START_OUTPUT;
    if (genset->state == GENSET_STATE_COOLING_DOWN)
        return REASON_NONE;
    if (genset->state == GENSET_STATE_STOPPING)
        return REASON_STOPPING;
    if (genset->state == GENSET_STATE_STOP_FAILED)
        return REASON_STOP_FAILED;
    if (genset_crank_blocked(ctx) != REASON_NONE)
        return genset_crank_blocked(ctx);
    if (genset->latched)
        return REASON_START_LATCHED;
    if (ctx->state->incident.phase != PHASE_IDLE && !incident_has_genset(&ctx->state->incident))
        return REASON_DRILL_NOT_ARMED;
    return inhibited(ctx) ? REASON_INHIBITED : REASON_NONE;
}

static void want_start(struct ctx *ctx, enum start_source source)
{
    struct genset *genset = genset_of(ctx);

    genset->stop_commanded = false;
    if (genset->state == GENSET_STATE_COOLING_DOWN) {
        genset_handle(ctx, GENSET_START, ctx->now);
        return;
    }
    genset->wanted = true;
    genset->wanted_at = ctx->now;
    genset->attempt = 0;
    genset->source = source;
}

static bool perform_start(struct ctx *ctx, const struct command *command)
{
    want_start(ctx, START_SOURCE_COMMAND);
    ctx->state->genset_command = *command;
    return true;
}

static enum reason check_stop(const struct ctx *ctx, const struct command *command, bool *done)
{
    const struct genset *genset = &ctx->state->genset;
    bool stoppable = genset->software_started || ctx->site->output_wired[OUTPUT_STOP];
    bool runs = genset->state == GENSET_STATE_CONFIRMING || genset_is_confirmed(ctx) ||
                genset->state == GENSET_STATE_STOP_FAILED;

    *done = genset->state == GENSET_STATE_STOPPING || (!runs && !start_is_under_way(ctx));
    if (*done)
        return REASON_NONE;
    if (runs && !stoppable)
        return REASON_NO_START_OUTPUT;
    if (outage_is_open(ctx) && !command->confirmed)
        return REASON_NEEDS_CONFIRMATION;
    return REASON_NONE;
}

static bool perform_stop(struct ctx *ctx, const struct command *command)
{
    struct genset *genset = genset_of(ctx);

    genset->stop_commanded = true;
    genset_handle(ctx, GENSET_STOP, ctx->now);
    genset->wanted = false;
    if (genset->state != GENSET_STATE_STOPPING)
        return false;
    ctx->state->genset_command = *command;
    return true;
}

static enum reason check_reset(const struct ctx *ctx, const struct command *command, bool *done)
{
    (void)command;
    *done = !ctx->state->genset.latched;
    if (!*done && input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE))
        return REASON_EMERGENCY_STOP;
    return REASON_NONE;
}

static bool perform_reset(struct ctx *ctx, const struct command *command)
{
    (void)command;
    genset_handle(ctx, GENSET_RESET, ctx->now);
    return false;
}

static enum reason check_exercise(const struct ctx *ctx, const struct command *command, bool *done)
{
    const struct genset *genset = &ctx->state->genset;
    bool exercising = genset->exercise_ms > 0 || instant_is_set(genset->exercise_until);

    *done = exercising == (command->argument > 0);
    if (*done || command->argument == 0)
        return REASON_NONE;
    if (ctx->state->incident.phase != PHASE_IDLE || ctx->state->mains.state != MAINS_STATE_PRESENT)
        return ctx->state->incident.phase != PHASE_IDLE ? REASON_INCIDENT_OPEN : REASON_MAINS_OUT;
    if (genset_is_confirmed(ctx) || start_is_under_way(ctx))
        return REASON_ALREADY_RUNNING;
    return check_start(ctx, command, done);
}

static bool perform_exercise(struct ctx *ctx, const struct command *command)
{
    struct genset *genset = genset_of(ctx);

    if (command->argument > 0) {
        want_start(ctx, START_SOURCE_EXERCISE);
        genset->exercise_ms = (int64_t)command->argument * 1000;
        ctx->state->genset_command = *command;
        return true;
    }
    genset->exercise_ms = 0;
    genset->exercise_until = INSTANT_NONE;
    genset_handle(ctx, GENSET_MAINS_BACK, ctx->now);
    return false;
}

static enum reason check_will_not_start(const struct ctx *ctx, const struct command *command,
                                        bool *done)
{
    (void)command;
    *done = ctx->state->incident.phase == PHASE_FAILED;
    if (ctx->state->incident.phase == PHASE_IDLE)
        return REASON_NO_INCIDENT;
    return ctx->state->incident.phase == PHASE_RUNNING ? REASON_ALREADY_RUNNING : REASON_NONE;
}

static bool perform_will_not_start(struct ctx *ctx, const struct command *command)
{
    (void)command;
    signal_raise_reason(ctx, SIGNAL_WILL_NOT_START, ctx->now, REASON_OPERATOR_SAYS_NO);
    return false;
}

/* ---- servers ---- */

static enum reason check_supply(const struct ctx *ctx, const struct command *command)
{
    bool supply = ctx_supply_confirmed(ctx) || ctx_supply_being_confirmed(ctx);

    return supply && !command->confirmed ? REASON_NEEDS_CONFIRMATION : REASON_NONE;
}

static enum reason check_shutdown_all(const struct ctx *ctx, const struct command *command,
                                      bool *done)
{
    if (ctx->state->server_count == 0)
        return REASON_NO_SERVERS;
    *done = ctx->state->incident.shutdown_all;
    return *done ? REASON_NONE : check_supply(ctx, command);
}

static bool perform_shutdown_all(struct ctx *ctx, const struct command *command)
{
    ctx->state->incident.shutdown_regardless = command->confirmed;
    shutdown_begin(ctx, ACTOR_COMMAND);
    ctx->state->shutdown_command = *command;
    return true;
}

static size_t server_place(const struct ctx *ctx, uint32_t index)
{
    for (size_t i = 0; i < ctx->site->server_count; i++)
        if (ctx->site->servers[i].index == index)
            return i;
    return ctx->site->server_count;
}

static enum reason check_shutdown_server(const struct ctx *ctx, const struct command *command,
                                         bool *done)
{
    size_t place = server_place(ctx, command->argument);

    if (place == ctx->site->server_count)
        return REASON_NO_SUCH_SERVER;
    const struct server *server = &ctx->state->servers[place];
    *done = server->state == SERVER_STATE_WAITING || server_in_flight(server) ||
            server->state == SERVER_STATE_OFF;
    return *done ? REASON_NONE : check_supply(ctx, command);
}

static bool perform_shutdown_server(struct ctx *ctx, const struct command *command)
{
    ctx->state->incident.shutdown_regardless |= command->confirmed;
    shutdown_begin_one(ctx, server_place(ctx, command->argument));
    ctx->state->shutdown_command = *command;
    return true;
}

/* ---- holds, maintenance, drill, records ---- */

static enum reason check_hold_release(const struct ctx *ctx, const struct command *command,
                                      bool *done)
{
    (void)command;
    *done = ctx->state->hold == HOLD_STATE_RELEASED;
    return ctx->state->hold == HOLD_STATE_NONE ? REASON_NOTHING_HELD : REASON_NONE;
}

static bool perform_hold_release(struct ctx *ctx, const struct command *command)
{
    (void)command;
    ctx->state->hold = HOLD_STATE_RELEASED;
    return false;
}

static enum reason check_inhibit(const struct ctx *ctx, const struct command *command, bool *done)
{
    *done = command->argument == 0 && !inhibited(ctx);
    return REASON_NONE;
}

/* A person may be at the engine: whoever wanted it, it is not cranked. What runs already runs on.
 */
static void withdraw_start(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);
    bool makes_contact = genset->state == GENSET_STATE_CONFIRMING;

    if (genset_sequence_active(genset) && !makes_contact)
        genset_handle(ctx, GENSET_STOP, ctx->now);
    else if (genset->wanted)
        genset_handle(ctx, GENSET_MAINS_BACK, ctx->now);
    genset->wanted = false;
}

static bool perform_inhibit(struct ctx *ctx, const struct command *command)
{
    bool was = inhibited(ctx);
    bool on = command->argument > 0;

    ctx->state->inhibit_until =
        on ? instant_add_ms(ctx->now, (int64_t)command->argument * 1000) : INSTANT_NONE;
    if (was != on)
        notice_simple(ctx,
                      on ? NOTIFICATION_INHIBIT_ON : NOTIFICATION_INHIBIT_OFF,
                      on ? SEVERITY_WARNING : SEVERITY_NOTICE);
    if (on)
        withdraw_start(ctx);
    return false;
}

static enum reason check_drill_begin(const struct ctx *ctx, const struct command *command,
                                     bool *done)
{
    bool open = ctx->state->incident.phase != PHASE_IDLE;

    (void)command;
    *done = open && !outage_is_open(ctx);
    if (open && !*done)
        return REASON_INCIDENT_OPEN;
    return *done || ctx->state->mains.state == MAINS_STATE_PRESENT ? REASON_NONE : REASON_MAINS_OUT;
}

static bool perform_drill_begin(struct ctx *ctx, const struct command *command)
{
    ctx->state->incident.arm_genset = command->arm_genset;
    ctx->state->incident.arm_servers = command->arm_servers;
    signal_raise(ctx, SIGNAL_DRILL_BEGIN, ctx->now);
    return false;
}

static enum reason check_drill_end(const struct ctx *ctx, const struct command *command, bool *done)
{
    (void)command;
    *done = ctx->state->incident.phase == PHASE_IDLE || outage_is_open(ctx);
    return REASON_NONE;
}

static bool perform_drill_end(struct ctx *ctx, const struct command *command)
{
    (void)command;
    signal_raise(ctx, SIGNAL_DRILL_END, ctx->now);
    return false;
}

static enum reason check_always(const struct ctx *ctx, const struct command *command, bool *done)
{
    (void)ctx;
    (void)command;
    *done = false;
    return REASON_NONE;
}

static bool perform_acknowledge(struct ctx *ctx, const struct command *command)
{
    batch_push(ctx->batch, ACTION_ACKNOWLEDGE)->command.command = *command;
    ctx->state->incident.horn_silenced = true;
    return false;
}

static bool perform_account(struct ctx *ctx, const struct command *command)
{
    batch_push(ctx->batch, ACTION_ACCOUNT)->command.command = *command;
    struct notice notice = notice_make(ctx, NOTIFICATION_DEVIATION_ACCOUNTED, SEVERITY_NOTICE);
    notice.count = command->argument;
    notice_send(ctx, notice);
    return false;
}

static const struct command_type types[COMMAND_KIND_COUNT] = {
    [COMMAND_KIND_GENSET_START] = {check_start, perform_start},
    [COMMAND_KIND_GENSET_STOP] = {check_stop, perform_stop},
    [COMMAND_KIND_GENSET_RESET] = {check_reset, perform_reset},
    [COMMAND_KIND_WILL_NOT_START] = {check_will_not_start, perform_will_not_start},
    [COMMAND_KIND_EXERCISE] = {check_exercise, perform_exercise},
    [COMMAND_KIND_SHUTDOWN_ALL] = {check_shutdown_all, perform_shutdown_all},
    [COMMAND_KIND_SHUTDOWN_SERVER] = {check_shutdown_server, perform_shutdown_server},
    [COMMAND_KIND_HOLD_RELEASE] = {check_hold_release, perform_hold_release},
    [COMMAND_KIND_INHIBIT] = {check_inhibit, perform_inhibit},
    [COMMAND_KIND_DRILL_BEGIN] = {check_drill_begin, perform_drill_begin},
    [COMMAND_KIND_DRILL_END] = {check_drill_end, perform_drill_end},
    [COMMAND_KIND_ACKNOWLEDGE] = {check_always, perform_acknowledge},
    [COMMAND_KIND_ACCOUNT] = {check_always, perform_account},
};

/* ---- ask, confirm, cancel ---- */

static bool kind_is_known(enum command_kind kind)
{
    return (unsigned)kind < COMMAND_KIND_COUNT && types[kind].check;
}

static struct promise *promise_find(struct ctx *ctx, uint32_t index, bool free_slot)
{
    for (unsigned i = 0; i < PROMISE_LIMIT; i++) {
        struct promise *promise = &ctx->state->promises[i];
        bool is_free = promise->command.kind == 0;
        if (free_slot ? is_free : !is_free && promise->command.index == index)
            return promise;
    }
    return NULL;
}

static void promise_drop(struct promise *promise)
{
    memset(&promise->command, 0, sizeof(promise->command));
    promise->expires_at = INSTANT_NONE;
}

static void answer(struct ctx *ctx, enum promise_answer what, enum reason reason, uint32_t index)
{
    ctx->batch->answer = what;
    ctx->batch->answer_reason = reason;
    ctx->batch->command_index = index;
}

/* TestAndIncr (RFC 2579) wraps from 2147483647 to 0. */
static uint32_t take_index(struct ctx *ctx)
{
    uint32_t index = ctx->state->next_command;

    ctx->state->next_command = index == INT32_MAX ? 0 : index + 1;
    return index;
}

static enum reason check(const struct ctx *ctx, const struct event *event,
                         const struct command *command, bool *done)
{
    *done = event->already_so;
    if (*done || event->refusal != REASON_NONE)
        return event->refusal;
    return types[command->kind].check(ctx, command, done);
}

void command_ask(struct ctx *ctx, const struct event *event)
{
    struct command command = event->command;
    struct promise *promise = promise_find(ctx, 0, true);
    bool done = false;

    if (command.has_lock && command.lock != ctx->state->next_command) {
        answer(ctx, PROMISE_REFUSED, REASON_LOCK_MISMATCH, 0);
        return;
    }
    if (!promise || !kind_is_known(command.kind)) {
        answer(ctx, promise ? PROMISE_REFUSED : PROMISE_BUSY, REASON_TOO_MANY_PROMISES, 0);
        return;
    }
    command.index = take_index(ctx);
    enum reason reason = check(ctx, event, &command, &done);
    if (reason != REASON_NONE) {
        command_put(ctx, &command, COMMAND_STATE_REFUSED, reason);
        answer(ctx, PROMISE_REFUSED, reason, command.index);
        return;
    }
    promise->command = command;
    promise->expires_at = instant_add_ms(ctx->now, PROMISE_LIFE_MS);
    command_put(ctx, &command, COMMAND_STATE_PROMISED, REASON_NONE);
    answer(ctx, PROMISE_GIVEN, REASON_NONE, command.index);
}

/* The state may have changed since the promise: what is no longer right is not done. */
void command_confirm(struct ctx *ctx, const struct event *event)
{
    struct promise *promise = promise_find(ctx, event->command.index, false);
    bool done = false;

    if (!promise)
        return;
    struct command command = promise->command;
    promise_drop(promise);
    enum reason reason = check(ctx, event, &command, &done);
    bool refused = reason != REASON_NONE;
    if (!refused && !done && types[command.kind].perform(ctx, &command))
        command_put(ctx, &command, COMMAND_STATE_RUNNING, REASON_NONE);
    else
        command_put(
            ctx, &command, refused ? COMMAND_STATE_FAILED : COMMAND_STATE_SUCCEEDED, reason);
}

static void cancel(struct ctx *ctx, struct promise *promise, enum command_state state,
                   enum reason reason)
{
    command_put(ctx, &promise->command, state, reason);
    promise_drop(promise);
}

void command_cancel(struct ctx *ctx, const struct event *event)
{
    struct promise *promise = promise_find(ctx, event->command.index, false);

    if (promise)
        cancel(ctx, promise, COMMAND_STATE_CANCELLED, REASON_NONE);
}

void command_timer(struct ctx *ctx)
{
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        if (due_reached(ctx, ctx->state->promises[i].expires_at))
            cancel(ctx, &ctx->state->promises[i], COMMAND_STATE_CANCELLED, REASON_PROMISE_EXPIRED);
    if (due_reached(ctx, ctx->state->inhibit_until)) {
        ctx->state->inhibit_until = INSTANT_NONE;
        notice_simple(ctx, NOTIFICATION_INHIBIT_OFF, SEVERITY_NOTICE);
    }
}

/* ---- outcomes ---- */

static void end(struct ctx *ctx, struct command *command, enum command_state state,
                enum reason reason)
{
    command_put(ctx, command, state, reason);
    memset(command, 0, sizeof(*command));
}

static void settle_stop(struct ctx *ctx, struct command *command)
{
    const struct genset *genset = &ctx->state->genset;

    if (genset->state == GENSET_STATE_STOP_FAILED)
        end(ctx, command, COMMAND_STATE_FAILED, REASON_STOP_FAILED);
    else if (genset->state != GENSET_STATE_STOPPING)
        end(ctx, command, COMMAND_STATE_SUCCEEDED, REASON_NONE);
}

static void settle_start(struct ctx *ctx, struct command *command)
{
    const struct genset *genset = &ctx->state->genset;
    enum reason reason = inhibited(ctx) ? REASON_INHIBITED : genset->reason;

    if (genset_is_confirmed(ctx))
        end(ctx, command, COMMAND_STATE_SUCCEEDED, REASON_NONE);
    else if (genset->state == GENSET_STATE_START_FAILED)
        end(ctx, command, COMMAND_STATE_FAILED, genset->reason);
    else if (!start_is_under_way(ctx))
        end(ctx, command, COMMAND_STATE_CANCELLED, reason);
}

static void settle_genset(struct ctx *ctx)
{
    struct command *command = &ctx->state->genset_command;

    if (command->kind == COMMAND_KIND_GENSET_STOP)
        settle_stop(ctx, command);
    else if (command->kind != 0)
        settle_start(ctx, command);
}

static void settle_shutdown(struct ctx *ctx)
{
    struct command *command = &ctx->state->shutdown_command;
    bool one = command->kind == COMMAND_KIND_SHUTDOWN_SERVER;
    size_t only = one ? server_place(ctx, command->argument) : 0;
    enum reason reason = REASON_NONE;
    bool normal = true;

    if (command->kind == 0)
        return;
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct server *server = &ctx->state->servers[i];
        if (one && i != only)
            continue;
        if (server->state == SERVER_STATE_WAITING || server_in_flight(server))
            return;
        if (!server_is_down_normally(server)) {
            normal = false;
            reason = server->reason;
        }
    }
    end(ctx, command, normal ? COMMAND_STATE_SUCCEEDED : COMMAND_STATE_FAILED, reason);
}

void command_settle(struct ctx *ctx)
{
    settle_genset(ctx);
    settle_shutdown(ctx);
}

instant command_next_due(const struct ctx *ctx)
{
    instant due = due_next(ctx, INSTANT_NEVER, ctx->state->inhibit_until);

    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        due = due_next(ctx, due, ctx->state->promises[i].expires_at);
    return due;
}

void command_resume(struct ctx *ctx)
{
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        if (ctx->state->promises[i].command.kind != 0)
            cancel(ctx, &ctx->state->promises[i], COMMAND_STATE_LOST, REASON_RESTARTED);
}

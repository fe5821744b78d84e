/*
 * Servers that a shutdown took down are powered on again.
 *
 *   idle ──want──→ waiting ──tell──→ telling ──accepted──→ verifying ──it answers──→ up
 *    ↑                │                 │ refused, too long    │ too long
 *    │                │                 ↓                      ↓
 *    ├──────stop──────┤             retrying ←─────────────────┘
 *    │                │                 │ pause over: telling, while tries are left
 *    └────────────────┴──(in flight)    └──────────────→ notUp: none left
 *
 * A command that could not be run told nobody: its try is given back, `retries` times.
 *
 * The tiers come in the order opposite to the shutdown's, storage first: servers in parallel inside
 * a tier, a barrier between. A server that answers is up, whether it was told or not. Nobody is
 * told before the mains has been there for mains_stable_ms without a dip; an incident and a
 * shutdown stop it all at once, and what they find on is theirs.
 */
#include "core/machine.h"

enum power_event {
    POWER_EVENT_WANT,
    POWER_EVENT_TELL,
    POWER_EVENT_ACCEPTED,
    POWER_EVENT_REFUSED,
    POWER_EVENT_NOT_RUN,
    POWER_EVENT_ANSWERS,
    POWER_EVENT_TIMER,
    POWER_EVENT_STOP,
    POWER_EVENT_COUNT
};

typedef enum power_state handler(struct ctx *ctx, size_t place);

static struct power *power_of(struct ctx *ctx, size_t place)
{
    return &ctx->state->servers[place].power;
}

bool power_in_flight(const struct power *power)
{
    return power->state == POWER_STATE_TELLING || power->state == POWER_STATE_VERIFYING ||
           power->state == POWER_STATE_RETRYING;
}

static void kill_command(struct ctx *ctx, size_t place)
{
    batch_push(ctx->batch, ACTION_KILL)->tell.server = place;
}

/* ---- the cells ---- */

static enum power_state stay(struct ctx *ctx, size_t place)
{
    return power_of(ctx, place)->state;
}

static void forget(struct power *power)
{
    power->attempts = power->not_run = 0;
    power->reason = REASON_NONE;
    power->due = power->started = power->finished = INSTANT_NONE;
}

static enum power_state want(struct ctx *ctx, size_t place)
{
    forget(power_of(ctx, place));
    return POWER_STATE_WAITING;
}

static enum power_state tell(struct ctx *ctx, size_t place)
{
    struct power *power = power_of(ctx, place);
    struct action *action = batch_push(ctx->batch, ACTION_TELL);

    action->tell.server = place;
    action->tell.method = TELL_POWER_ON;
    power->attempts++;
    if (!instant_is_set(power->started))
        power->started = ctx->now;
    power->due = instant_add_ms(ctx->now, ctx->site->servers[place].command_timeout_ms);
    return POWER_STATE_TELLING;
}

static void end(struct ctx *ctx, size_t place, struct notice notice)
{
    struct power *power = power_of(ctx, place);

    power->reason = notice.reason;
    power->due = INSTANT_NONE;
    power->finished = ctx->now;
    notice.server = (int)place;
    notice_send(ctx, notice);
}

static enum power_state be_up(struct ctx *ctx, size_t place)
{
    struct notice notice = notice_make(ctx, NOTIFICATION_SERVER_UP, SEVERITY_NOTICE);

    if (power_of(ctx, place)->state == POWER_STATE_TELLING)
        kill_command(ctx, place);
    notice.reason = power_of(ctx, place)->attempts == 0 ? REASON_UP_UNTOLD : REASON_NONE;
    end(ctx, place, notice);
    return POWER_STATE_UP;
}

static enum power_state pause_then_tell(struct ctx *ctx, size_t place, enum reason reason)
{
    struct power *power = power_of(ctx, place);

    power->reason = reason;
    power->due = instant_add_ms(ctx->now, ctx->site->shutdown.retry_pause_ms);
    return POWER_STATE_RETRYING;
}

static enum power_state give_up(struct ctx *ctx, size_t place, enum reason reason)
{
    struct notice notice = notice_make(ctx, NOTIFICATION_SERVER_NOT_UP, SEVERITY_CRITICAL);
    notice.reason = reason;
    notice.count = power_of(ctx, place)->attempts;
    end(ctx, place, notice);
    return POWER_STATE_NOT_UP;
}

static enum power_state try_again(struct ctx *ctx, size_t place, enum reason reason)
{
    bool is_left = power_of(ctx, place)->attempts <= ctx->site->servers[place].retries;

    return is_left ? pause_then_tell(ctx, place, reason) : give_up(ctx, place, reason);
}

static enum power_state await(struct ctx *ctx, size_t place)
{
    struct power *power = power_of(ctx, place);

    power->reason = REASON_NONE;
    power->due = instant_add_ms(ctx->now, ctx->site->servers[place].up_within_ms);
    look_now(ctx, place);
    return POWER_STATE_VERIFYING;
}

static enum power_state refuse(struct ctx *ctx, size_t place)
{
    look_now(ctx, place);
    return try_again(ctx, place, REASON_POWER_ON_REFUSED);
}

/* Nobody was told: the try is given back, but not for ever. */
static enum power_state not_run(struct ctx *ctx, size_t place)
{
    struct power *power = power_of(ctx, place);

    look_now(ctx, place);
    if (--power->attempts == 0)
        power->started = INSTANT_NONE;
    if (power->not_run >= ctx->site->servers[place].retries)
        return give_up(ctx, place, REASON_POWER_ON_NOT_RUN);
    power->not_run++;
    return pause_then_tell(ctx, place, REASON_POWER_ON_NOT_RUN);
}

static enum power_state command_too_long(struct ctx *ctx, size_t place)
{
    kill_command(ctx, place);
    look_now(ctx, place);
    return try_again(ctx, place, REASON_POWER_ON_TIMED_OUT);
}

static enum power_state not_up_in_time(struct ctx *ctx, size_t place)
{
    return try_again(ctx, place, REASON_NOT_UP);
}

/* One that was told may come up all the same. */
static enum power_state stop(struct ctx *ctx, size_t place)
{
    struct power *power = power_of(ctx, place);

    if (power->state == POWER_STATE_TELLING)
        kill_command(ctx, place);
    if (power->attempts > 0 && ctx->state->servers[place].state == SERVER_STATE_OFF)
        server_forget_off(ctx, place);
    power->due = INSTANT_NONE;
    return POWER_STATE_IDLE;
}

/* clang-format off */
#define CELLS(want_, tell_, accepted, refused, not_run_, answers, timer, stop_)                    \
    { [POWER_EVENT_WANT] = (want_), [POWER_EVENT_TELL] = (tell_),                                  \
      [POWER_EVENT_ACCEPTED] = (accepted), [POWER_EVENT_REFUSED] = (refused),                      \
      [POWER_EVENT_NOT_RUN] = (not_run_), [POWER_EVENT_ANSWERS] = (answers),                       \
      [POWER_EVENT_TIMER] = (timer), [POWER_EVENT_STOP] = (stop_) }

static handler *const table[POWER_STATE_COUNT][POWER_EVENT_COUNT] = {
    [0] = CELLS(stay, stay, stay, stay, stay, stay, stay, stay),
    [POWER_STATE_UNKNOWN] = CELLS(want, stay, stay, stay, stay, stay, stay, stay),
    [POWER_STATE_IDLE] = CELLS(want, stay, stay, stay, stay, stay, stay, stay),
    [POWER_STATE_WAITING] = CELLS(stay, tell, stay, stay, stay, be_up, stay, stop),
    [POWER_STATE_TELLING] = CELLS(stay, stay, await, refuse, not_run, be_up, command_too_long, stop),
    [POWER_STATE_VERIFYING] = CELLS(stay, stay, stay, stay, stay, be_up, not_up_in_time, stop),
    [POWER_STATE_RETRYING] = CELLS(stay, tell, stay, stay, stay, be_up, stay, stop),
    [POWER_STATE_UP] = CELLS(want, stay, stay, stay, stay, stay, stay, stay),
    [POWER_STATE_NOT_UP] = CELLS(want, stay, stay, stay, stay, be_up, stay, stay),
};
/* clang-format on */

static void power_handle(struct ctx *ctx, size_t place, enum power_event event)
{
    struct power *power = power_of(ctx, place);
    enum power_state before = power->state;

    power->state = table[before][event](ctx, place);
    ctx->server_moved = ctx->server_moved || power->state != before;
}

static void stop_with(struct ctx *ctx, size_t place, enum reason reason)
{
    bool was_wanted =
        power_of(ctx, place)->state == POWER_STATE_WAITING || power_in_flight(power_of(ctx, place));

    power_handle(ctx, place, POWER_EVENT_STOP);
    if (was_wanted)
        power_of(ctx, place)->reason = reason;
}

static void stop_all(struct ctx *ctx, enum reason reason)
{
    if (!ctx->state->power_back.wanted)
        return;
    ctx->state->power_back.wanted = false;
    for (size_t i = 0; i < ctx->state->server_count; i++)
        stop_with(ctx, i, reason);
}

/* ---- which are down ---- */

void power_told_to_go_down(struct ctx *ctx, size_t place)
{
    if (ctx->site->servers[place].has_power_on)
        power_of(ctx, place)->by_outage = outage_is_open(ctx->state);
}

/* One that was neither told nor in an incident was shut down by a person, for reasons of his own.
 */
void power_went_down(struct ctx *ctx, size_t place)
{
    struct power *power = power_of(ctx, place);
    bool is_incident = ctx->state->incident.phase != PHASE_IDLE;

    if (!ctx->site->servers[place].has_power_on ||
        !(is_incident || ctx->state->servers[place].told))
        return;
    power->down = true;
    power->by_outage = power->by_outage || outage_is_open(ctx->state);
    if (power->state == POWER_STATE_UP || power->state == POWER_STATE_NOT_UP)
        power->state = POWER_STATE_IDLE;
}

void power_overtaken(struct ctx *ctx, size_t place)
{
    struct power *power = power_of(ctx, place);

    stop_with(ctx, place, REASON_SHUTDOWN_UNDER_WAY);
    power->by_outage = power->by_outage && outage_is_open(ctx->state);
}

bool power_is_down(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];

    if (ctx->site->servers[place].has_power_on)
        return server->power.down;
    return server->state == SERVER_STATE_OFF && server->result != SHUTDOWN_RESULT_DRILLED;
}

bool power_takes(struct ctx *ctx, size_t place, enum server_fact fact)
{
    struct power *power = power_of(ctx, place);

    switch (fact) {
    case SERVER_POWER_ACCEPTED:
        power_handle(ctx, place, POWER_EVENT_ACCEPTED);
        return true;
    case SERVER_POWER_REFUSED:
        power_handle(ctx, place, POWER_EVENT_REFUSED);
        return true;
    case SERVER_POWER_NOT_RUN:
        power_handle(ctx, place, POWER_EVENT_NOT_RUN);
        return true;
    case SERVER_ANSWERS:
        /* Still up, on its way down, it is none the less one that the outage takes down. */
        power->by_outage = power->by_outage && server_in_flight(&ctx->state->servers[place]);
        power->down = false;
        power_handle(ctx, place, POWER_EVENT_ANSWERS);
        return false;
    default: /* that it is off is no news while it is being powered on */
        return power_in_flight(power);
    }
}

/* ---- begin, take back ---- */

static bool is_configured(const struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->site->server_count; i++)
        if (ctx->site->servers[i].has_power_on)
            return true;
    return false;
}

void power_begin(struct ctx *ctx)
{
    ctx->state->power_back.wanted = true;
    ctx->state->power_back.declined = false;
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (power_of(ctx, i)->down)
            power_handle(ctx, i, POWER_EVENT_WANT);
}

/* Those that an outage took down, each once. */
static void begin_by_itself(struct ctx *ctx)
{
    if (!ctx->site->power_back.automatic || ctx->state->power_back.declined)
        return;
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct power *power = power_of(ctx, i);
        if (!power->down || !power->by_outage || power->state != POWER_STATE_IDLE)
            continue;
        ctx->state->power_back.wanted = true;
        power_handle(ctx, i, POWER_EVENT_WANT);
    }
}

static bool tier_is_begun(struct ctx *ctx, unsigned tier)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (ctx->site->servers[i].tier == tier && power_in_flight(power_of(ctx, i)))
            return true;
    return false;
}

void power_decline(struct ctx *ctx)
{
    ctx->state->power_back.declined = true;
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (power_of(ctx, i)->state == POWER_STATE_WAITING &&
            !tier_is_begun(ctx, ctx->site->servers[i].tier))
            stop_with(ctx, i, REASON_TAKEN_BACK);
}

void power_incident_opens(struct ctx *ctx)
{
    stop_all(ctx, REASON_INCIDENT_OPEN);
    ctx->state->power_back.declined = false;
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        struct power *power = power_of(ctx, i);
        if (power->state == POWER_STATE_UP || power->state == POWER_STATE_NOT_UP)
            forget(power);
        power->state = POWER_STATE_IDLE;
        power->by_outage = power->by_outage && power->down;
    }
}

/* ---- the mains ---- */

static instant last_edge(const struct ctx *ctx)
{
    static const enum input_role phases[] = {
        INPUT_ROLE_MAINS_L1, INPUT_ROLE_MAINS_L2, INPUT_ROLE_MAINS_L3};
    instant last = INSTANT_NONE;

    for (unsigned i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
        if (ctx->site->inputs[phases[i]].wired)
            last = instant_latest(last, ctx->state->inputs[phases[i]].since);
    return last;
}

/* A return counts from its edge, if nothing comes between; a restart does not begin it anew. */
static void watch_mains(struct ctx *ctx)
{
    const struct mains *mains = &ctx->state->mains;
    instant *from = &ctx->state->power_back.stable_from;
    bool is_there = mains->state == MAINS_STATE_PRESENT ||
                    (mains->state == MAINS_STATE_RETURNING && !instant_is_set(mains->relapsed_at));

    if (!is_there)
        *from = INSTANT_NONE;
    else if (!instant_is_set(*from))
        *from = last_edge(ctx);
}

static instant stable_at(const struct ctx *ctx)
{
    return instant_add_ms(ctx->state->power_back.stable_from,
                          ctx->site->power_back.mains_stable_ms);
}

static bool may_tell(const struct ctx *ctx)
{
    return ctx->state->mains.state == MAINS_STATE_PRESENT && due_reached(ctx, stable_at(ctx));
}

/* ---- tiers ---- */

/* The highest tier with a server that waits or is in flight; false if there is none. */
static bool current_tier(struct ctx *ctx, unsigned *tier)
{
    for (size_t i = ctx->state->server_count; i-- > 0;) {
        const struct power *power = power_of(ctx, i);
        if (power->state != POWER_STATE_WAITING && !power_in_flight(power))
            continue;
        *tier = ctx->site->servers[i].tier; /* site.servers is sorted by tier */
        return true;
    }
    return false;
}

static void tell_again(struct ctx *ctx, unsigned tier)
{
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct power *power = power_of(ctx, i);
        if (ctx->site->servers[i].tier == tier && power->state == POWER_STATE_RETRYING &&
            due_reached(ctx, power->due))
            power_handle(ctx, i, POWER_EVENT_TELL);
    }
}

static void tell_tier(struct ctx *ctx, unsigned tier)
{
    unsigned in_flight = 0;

    for (size_t i = 0; i < ctx->state->server_count; i++)
        in_flight += power_in_flight(power_of(ctx, i)) ? 1 : 0;
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        if (in_flight >= ctx->site->shutdown.parallel)
            return;
        if (ctx->site->servers[i].tier != tier || power_of(ctx, i)->state != POWER_STATE_WAITING)
            continue;
        power_handle(ctx, i, POWER_EVENT_TELL);
        in_flight++;
    }
}

void power_settle(struct ctx *ctx)
{
    unsigned tier;

    if (!is_configured(ctx))
        return;
    watch_mains(ctx);
    if (ctx->state->incident.phase != PHASE_IDLE || shutdown_is_under_way(ctx)) {
        stop_all(ctx, REASON_SHUTDOWN_UNDER_WAY);
        return;
    }
    begin_by_itself(ctx);
    ctx->state->power_back.wanted = current_tier(ctx, &tier);
    if (!ctx->state->power_back.wanted || !may_tell(ctx))
        return;
    tell_again(ctx, tier);
    tell_tier(ctx, tier);
}

void power_timer(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (due_reached(ctx, power_of(ctx, i)->due))
            power_handle(ctx, i, POWER_EVENT_TIMER);
}

instant power_next_due(const struct ctx *ctx)
{
    instant due = INSTANT_NEVER;

    if (!ctx->state->power_back.wanted)
        return due;
    for (size_t i = 0; i < ctx->state->server_count; i++)
        due = due_next(ctx, due, ctx->state->servers[i].power.due);
    return due_next(ctx, due, stable_at(ctx));
}

/* What became of a command that ran when the engine ended is not known: the server is looked at
 * before it is told again. */
void power_resume(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (power_in_flight(power_of(ctx, i)))
            power_of(ctx, i)->state = await(ctx, i);
}

/*
 * A command's life.
 *
 *   ask ──refused──→ (a row: refused, why)
 *    └──promised──confirm──→ running ──→ succeeded | failed | cancelled (overtaken)
 *           │           └──────────────→ succeeded (done at once, or was so already) | failed
 *           ├──cancel───→ cancelled
 *           └──expired──→ cancelled
 *
 * Every command is idempotent: what is so already succeeds, as managers repeat a SET whose answer
 * was lost. One that is running has a place among the pending ones until its outcome is known;
 * a promise has such a place kept for it.
 */
#include <string.h>

#include "core/core.h"
#include "core/machine.h"

/* However many servers are being shut down, the genset can be stopped. */
enum { PROMISE_LIFE_MS = 2000, PENDING_NOT_FOR_SERVERS = 4 };

/* running: it is still to come. */
struct outcome {
    enum command_state state;
    enum reason reason;
};

struct command_type {
    /* Why it may not be done, or REASON_NONE; *done, false before: it is so already, and the reason
     * says how. */
    enum reason (*check)(const struct ctx *ctx, const struct command *command, bool *done);
    void (*perform)(struct ctx *ctx, const struct command *command);
    /* What has become of it; NULL: it is done at once. */
    struct outcome (*outcome)(const struct ctx *ctx, const struct command *command);
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

static bool start_is_under_way(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;

    return genset->wanted || genset_sequence_active(genset);
}

/* Why the genset must not be started, or REASON_NONE. */
static enum reason start_blocked(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;
    const struct incident *incident = &ctx->state->incident;

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
    if (incident->phase != PHASE_IDLE && !incident_has_genset(incident))
        return REASON_DRILL_NOT_ARMED;
    return inhibited(ctx) ? REASON_INHIBITED : REASON_NONE;
}

enum reason genset_obstacle(const struct site *site, const struct state *state)
{
    /* Only looked at. */
    union {
        const struct state *given;
        struct state *taken;
    } look = {.given = state};
    const struct ctx ctx = {.site = site, .state = look.taken};
    const struct genset *genset = &state->genset;
    bool failed =
        genset->state == GENSET_STATE_START_FAILED || genset->state == GENSET_STATE_STOP_FAILED;
    bool runs = genset->state == GENSET_STATE_CONFIRMING || genset_is_confirmed(&ctx);

    if (runs || (failed && genset->reason != REASON_NONE))
        return genset->reason;
    enum reason blocked = start_blocked(&ctx);
    return blocked != REASON_NONE ? blocked : genset->reason;
}

static enum reason check_start(const struct ctx *ctx, const struct command *command, bool *done)
{
    const struct genset *genset = &ctx->state->genset;
    bool under_way = genset_sequence_active(genset) ||
                     (genset->wanted && genset_crank_blocked(ctx) == REASON_NONE);

    (void)command;
    *done = genset->state == GENSET_STATE_RUNNING || under_way;
    if (*done)
        return under_way ? REASON_UNDER_WAY : REASON_ALREADY_RUNNING;
    if (ctx->site->genset.wiring == GENSET_WIRING_NONE)
        return REASON_NO_START_OUTPUT;
    return start_blocked(ctx);
}

static void want_start(struct ctx *ctx, enum start_source source)
{
    struct genset *genset = genset_of(ctx);

    genset->stop_commanded = false;
    if (genset->state == GENSET_STATE_COOLING_DOWN)
        genset_handle(ctx, GENSET_START, ctx->now);
    else
        genset_want(ctx, source);
}

static void perform_start(struct ctx *ctx, const struct command *command)
{
    (void)command;
    want_start(ctx, START_SOURCE_COMMAND);
}

static struct outcome start_outcome(const struct ctx *ctx, const struct command *command)
{
    const struct genset *genset = &ctx->state->genset;
    enum reason reason = inhibited(ctx) ? REASON_INHIBITED : genset->reason;

    (void)command;
    if (genset_is_confirmed(ctx))
        return (struct outcome){COMMAND_STATE_SUCCEEDED, REASON_NONE};
    if (genset->state == GENSET_STATE_START_FAILED)
        return (struct outcome){COMMAND_STATE_FAILED,
                                genset->reason ? genset->reason : REASON_START_LATCHED};
    if (start_is_under_way(ctx))
        return (struct outcome){COMMAND_STATE_RUNNING, REASON_NONE};
    return (struct outcome){COMMAND_STATE_CANCELLED, reason ? reason : REASON_NO_LONGER_WANTED};
}

/* What the starts under way were asked for is asked for no more. */
static void overtake_starts(struct ctx *ctx, enum reason reason);

/* One that stands still may have to be told, too: not to be started. */
static enum reason check_stop(const struct ctx *ctx, const struct command *command, bool *done)
{
    const struct genset *genset = &ctx->state->genset;
    bool stoppable = genset_is_stoppable(ctx);
    bool unknown = genset->state == GENSET_STATE_UNKNOWN;
    bool stopping = genset->state == GENSET_STATE_STOPPING;
    bool runs = genset->state == GENSET_STATE_CONFIRMING || genset_is_confirmed(ctx) ||
                genset->state == GENSET_STATE_STOP_FAILED;

    bool idle = !runs && !start_is_under_way(ctx) && !(unknown && stoppable);

    *done = (stopping || (idle && !unknown)) && !genset_is_automatic(ctx);
    if (*done)
        return stopping ? REASON_UNDER_WAY : REASON_ALREADY_STOPPED;
    if (runs && !stoppable)
        return REASON_NO_START_OUTPUT;
    if (unknown && idle && !genset_is_automatic(ctx))
        return REASON_RUNNING_UNKNOWN;
    if (outage_is_open(ctx->state) && !command->confirmed)
        return REASON_NEEDS_CONFIRMATION;
    return REASON_NONE;
}

static void perform_stop(struct ctx *ctx, const struct command *command)
{
    struct genset *genset = genset_of(ctx);

    (void)command;
    overtake_starts(ctx, REASON_STOP_COMMANDED);
    genset->stop_commanded = true;
    genset_handle(ctx, GENSET_STOP, ctx->now);
}

static struct outcome stop_outcome(const struct ctx *ctx, const struct command *command)
{
    const struct genset *genset = &ctx->state->genset;

    (void)command;
    if (genset->state == GENSET_STATE_STOP_FAILED)
        return (struct outcome){COMMAND_STATE_FAILED, REASON_STOP_FAILED};
    if (genset->state == GENSET_STATE_STOPPING)
        return (struct outcome){COMMAND_STATE_RUNNING, REASON_NONE};
    return (struct outcome){COMMAND_STATE_SUCCEEDED, REASON_NONE};
}

/* An engine that could not be stopped may run: nothing but its contact's opening ends that. */
static enum reason check_reset(const struct ctx *ctx, const struct command *command, bool *done)
{
    (void)command;
    if (ctx->state->genset.state == GENSET_STATE_STOP_FAILED)
        return REASON_STOP_FAILED;
    *done = !ctx->state->genset.latched;
    if (*done)
        return REASON_NOT_FAILED;
    return input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE) ? REASON_EMERGENCY_STOP
                                                                        : REASON_NONE;
}

static void perform_reset(struct ctx *ctx, const struct command *command)
{
    (void)command;
    genset_handle(ctx, GENSET_RESET, ctx->now);
}

static int64_t exercise_ms_of(const struct command *command)
{
    return (int64_t)command->argument * 1000;
}

static enum reason check_exercise(const struct ctx *ctx, const struct command *command, bool *done)
{
    const struct genset *genset = &ctx->state->genset;
    bool exercising = genset->exercise_ms > 0 || instant_is_set(genset->exercise_until);

    *done = exercising ? genset->exercise_ms == exercise_ms_of(command) : command->argument == 0;
    if (*done)
        return REASON_ALREADY_SO;
    if (command->argument == 0)
        return REASON_NONE;
    if (exercising)
        return REASON_OTHER_EXERCISE;
    if (ctx->state->incident.phase != PHASE_IDLE || ctx->state->mains.state != MAINS_STATE_PRESENT)
        return ctx->state->incident.phase != PHASE_IDLE ? REASON_INCIDENT_OPEN : REASON_MAINS_OUT;
    if (genset_is_confirmed(ctx) || start_is_under_way(ctx))
        return REASON_ALREADY_RUNNING;
    return check_start(ctx, command, done);
}

static void perform_exercise(struct ctx *ctx, const struct command *command)
{
    struct genset *genset = genset_of(ctx);

    if (command->argument > 0) {
        want_start(ctx, START_SOURCE_EXERCISE);
        genset->exercise_ms = exercise_ms_of(command);
        return;
    }
    overtake_starts(ctx, REASON_STOP_COMMANDED);
    genset->exercise_ms = 0;
    genset->exercise_until = INSTANT_NONE;
    genset_handle(ctx, GENSET_MAINS_BACK, ctx->now);
}

static struct outcome exercise_outcome(const struct ctx *ctx, const struct command *command)
{
    return command->argument > 0 ? start_outcome(ctx, command)
                                 : (struct outcome){COMMAND_STATE_SUCCEEDED, REASON_NONE};
}

static enum reason check_will_not_start(const struct ctx *ctx, const struct command *command,
                                        bool *done)
{
    const struct incident *incident = &ctx->state->incident;

    (void)command;
    *done = incident->phase == PHASE_FAILED &&
            (ctx->state->genset.given_up || !incident_has_genset(incident));
    if (*done)
        return REASON_ALREADY_SO;
    if (incident->phase == PHASE_IDLE)
        return REASON_NO_INCIDENT;
    return incident->phase == PHASE_RUNNING ? REASON_ALREADY_RUNNING : REASON_NONE;
}

static void perform_will_not_start(struct ctx *ctx, const struct command *command)
{
    (void)command;
    signal_raise_reason(ctx, SIGNAL_WILL_NOT_START, ctx->now, REASON_OPERATOR_SAYS_NO);
}

/* ---- servers ---- */

/* Only in an outage is it sure that there is no supply: not in a dip, in doubt, or in a drill. */
static enum reason check_supply(const struct ctx *ctx, const struct command *command)
{
    const struct incident *incident = &ctx->state->incident;
    bool is_outage = incident->phase != PHASE_IDLE && incident->kind == INCIDENT_KIND_OUTAGE;
    bool may_have_supply =
        !is_outage || ctx_supply_confirmed(ctx) || ctx_supply_being_confirmed(ctx);

    if (command->confirmed || servers_are_only_drilled(ctx) || !may_have_supply)
        return REASON_NONE;
    return REASON_NEEDS_CONFIRMATION;
}

static bool is_all_ordered(const struct ctx *ctx, bool regardless)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (shutdown_goes_on_for(ctx, i) && !shutdown_is_as_ordered(ctx, i, regardless))
            return false;
    return ctx->state->incident.shutdown_all;
}

/* It may have ended without success: then it is begun anew. */
static enum reason check_shutdown_all(const struct ctx *ctx, const struct command *command,
                                      bool *done)
{
    bool under_way = shutdown_goes_on(ctx);

    if (ctx->state->server_count == 0)
        return REASON_NO_SERVERS;
    *done = is_all_ordered(ctx, command->confirmed) && (under_way || !shutdown_has_work(ctx));
    if (*done)
        return under_way ? REASON_UNDER_WAY : REASON_ALREADY_SO;
    return check_supply(ctx, command);
}

static void perform_shutdown_all(struct ctx *ctx, const struct command *command)
{
    shutdown_begin(ctx, ACTOR_COMMAND, command->confirmed);
}

static size_t server_place(const struct ctx *ctx, uint32_t index)
{
    for (size_t i = 0; i < ctx->site->server_count; i++)
        if (ctx->site->servers[i].index == index)
            return i;
    return ctx->site->server_count;
}

/* Off where nobody looks may be on by now. Nobody powers it on, either. */
static bool stays_off(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];
    bool comes_up = server->power.state == POWER_STATE_WAITING || power_in_flight(&server->power);

    return (server->state == SERVER_STATE_OFF && server->looked_at && !comes_up) ||
           server_awaits_own_end(ctx->state, place);
}

static enum reason check_shutdown_server(const struct ctx *ctx, const struct command *command,
                                         bool *done)
{
    size_t place = server_place(ctx, command->argument);

    if (place == ctx->site->server_count)
        return REASON_NO_SUCH_SERVER;
    bool off = stays_off(ctx, place);
    *done = off || shutdown_is_as_ordered(ctx, place, command->confirmed);
    if (*done)
        return off ? REASON_ALREADY_SO : REASON_UNDER_WAY;
    return check_supply(ctx, command);
}

static void perform_shutdown_server(struct ctx *ctx, const struct command *command)
{
    shutdown_begin_one(ctx, server_place(ctx, command->argument), command->confirmed);
}

static struct outcome server_outcome(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];
    enum reason without = server->answers ? REASON_STILL_ANSWERS : REASON_NO_EVIDENCE;

    if (shutdown_goes_on_for(ctx, place))
        return (struct outcome){COMMAND_STATE_RUNNING, REASON_NONE};
    if (server->result == SHUTDOWN_RESULT_DRILLED)
        return (struct outcome){COMMAND_STATE_SUCCEEDED, REASON_DRILLED};
    if (server_is_down_normally(server) || server->state == SERVER_STATE_TOLD)
        return (struct outcome){COMMAND_STATE_SUCCEEDED, server->reason};
    if (server->result == SHUTDOWN_RESULT_SPARED)
        return (struct outcome){COMMAND_STATE_CANCELLED, server->reason};
    if (server->state == SERVER_STATE_OFF)
        return (struct outcome){COMMAND_STATE_FAILED, REASON_FORCED};
    return (struct outcome){COMMAND_STATE_FAILED, server->reason ? server->reason : without};
}

/* What one server is decides for all: the greatest. */
static unsigned outcome_rank(enum command_state state)
{
    static const unsigned ranks[COMMAND_STATE_COUNT] = {
        [COMMAND_STATE_CANCELLED] = 1, [COMMAND_STATE_FAILED] = 2, [COMMAND_STATE_RUNNING] = 3};

    return ranks[state];
}

/* tier 0: all of them. */
static struct outcome servers_outcome(const struct ctx *ctx, unsigned tier)
{
    struct outcome all = {COMMAND_STATE_SUCCEEDED, REASON_NONE};

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        if (tier != 0 && ctx->site->servers[i].tier != tier)
            continue;
        struct outcome one = server_outcome(ctx, i);
        bool drilled = one.reason == REASON_DRILLED && all.state == COMMAND_STATE_SUCCEEDED;
        if (drilled || outcome_rank(one.state) > outcome_rank(all.state))
            all = one;
    }
    return all;
}

static struct outcome shutdown_all_outcome(const struct ctx *ctx, const struct command *command)
{
    (void)command;
    return servers_outcome(ctx, 0);
}

/* A restart may have taken the server out of the configuration. */
static struct outcome shutdown_server_outcome(const struct ctx *ctx, const struct command *command)
{
    size_t place = server_place(ctx, command->argument);

    return place < ctx->state->server_count
               ? server_outcome(ctx, place)
               : (struct outcome){COMMAND_STATE_FAILED, REASON_NO_SUCH_SERVER};
}

/* ---- a tier ---- */

/* All of its servers are as one is; done only where each is. */
static enum reason check_shutdown_tier(const struct ctx *ctx, const struct command *command,
                                       bool *done)
{
    size_t servers = 0, off = 0, going = 0;

    for (size_t i = 0; i < ctx->site->server_count; i++) {
        if (ctx->site->servers[i].tier != command->argument)
            continue;
        servers++;
        off += stays_off(ctx, i);
        going += shutdown_is_as_ordered(ctx, i, command->confirmed);
    }
    *done = servers > 0 && off + going == servers;
    if (servers == 0)
        return REASON_NO_SUCH_TIER;
    if (*done)
        return going > 0 ? REASON_UNDER_WAY : REASON_ALREADY_SO;
    return check_supply(ctx, command);
}

static void perform_shutdown_tier(struct ctx *ctx, const struct command *command)
{
    shutdown_begin_tier(ctx, command->argument, command->confirmed);
}

static struct outcome shutdown_tier_outcome(const struct ctx *ctx, const struct command *command)
{
    return servers_outcome(ctx, command->argument);
}

/* ---- cancel ---- */

static enum reason check_shutdown_cancel(const struct ctx *ctx, const struct command *command,
                                         bool *done)
{
    *done = ctx->state->incident.shutdown_cancelled && !shutdown_is_waiting(ctx);
    if (*done)
        return REASON_ALREADY_SO;
    if (!shutdown_is_waiting(ctx))
        return REASON_NOTHING_WAITS;
    return ups_runs_out(ctx) && !command->confirmed ? REASON_NEEDS_CONFIRMATION : REASON_NONE;
}

static void perform_shutdown_cancel(struct ctx *ctx, const struct command *command)
{
    (void)command;
    shutdown_cancel(ctx);
}

/* Why it is no time for what is not the outage's own, or REASON_NONE. */
static enum reason not_quiet(const struct ctx *ctx)
{
    if (ctx->state->incident.phase != PHASE_IDLE)
        return REASON_INCIDENT_OPEN;
    return ctx->state->mains.state == MAINS_STATE_PRESENT ? REASON_NONE : REASON_MAINS_OUT;
}

/* ---- power back ---- */

static bool is_taken_back(const struct command *command)
{
    return command->argument == CTL_POWER_ON_CANCEL;
}

static enum reason check_power_all(const struct ctx *ctx, bool *done)
{
    bool any = false, can = false;

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        any = any || power_is_down(ctx, i);
        can = can || ctx->state->servers[i].power.down;
    }
    *done = ctx->state->power_back.wanted;
    if (*done)
        return REASON_UNDER_WAY;
    if (not_quiet(ctx) != REASON_NONE)
        return not_quiet(ctx);
    if (shutdown_is_under_way(ctx))
        return REASON_SHUTDOWN_UNDER_WAY;
    *done = !any;
    if (*done)
        return REASON_NOTHING_DOWN;
    return can ? REASON_NONE : REASON_NO_POWER_ON;
}

static enum reason check_power_on(const struct ctx *ctx, const struct command *command, bool *done)
{
    const struct power_back *power_back = &ctx->state->power_back;

    if (!is_taken_back(command))
        return check_power_all(ctx, done);
    *done = power_back->declined || (!power_back->wanted && !ctx->site->power_back.automatic);
    return *done ? REASON_ALREADY_SO : REASON_NONE;
}

static void perform_power_on(struct ctx *ctx, const struct command *command)
{
    if (is_taken_back(command))
        power_decline(ctx);
    else
        power_begin(ctx);
}

static struct outcome power_outcome(const struct ctx *ctx, size_t place)
{
    const struct power *power = &ctx->state->servers[place].power;

    if (power->state == POWER_STATE_NOT_UP)
        return (struct outcome){COMMAND_STATE_FAILED, power->reason};
    if (power->state == POWER_STATE_IDLE && power->reason != REASON_NONE)
        return (struct outcome){COMMAND_STATE_CANCELLED, power->reason};
    if (power_is_down(ctx, place) && !ctx->site->servers[place].has_power_on)
        return (struct outcome){COMMAND_STATE_FAILED, REASON_NO_POWER_ON};
    return (struct outcome){COMMAND_STATE_SUCCEEDED, REASON_NONE};
}

/* Taken back it runs on until the tier that is begun has ended. */
static struct outcome power_on_outcome(const struct ctx *ctx, const struct command *command)
{
    struct outcome all = {COMMAND_STATE_SUCCEEDED, REASON_NONE};

    if (is_taken_back(command))
        return all;
    if (ctx->state->power_back.wanted)
        return (struct outcome){COMMAND_STATE_RUNNING, REASON_NONE};
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        struct outcome one = power_outcome(ctx, i);
        if (outcome_rank(one.state) > outcome_rank(all.state))
            all = one;
    }
    return all;
}

/* ---- readiness ---- */

/* NOLINTNEXTLINE(readability-non-const-parameter): as all of struct command_type */
static enum reason check_readiness(const struct ctx *ctx, const struct command *command, bool *done)
{
    (void)command;
    (void)done;
    return not_quiet(ctx);
}

static void perform_readiness(struct ctx *ctx, const struct command *command)
{
    (void)command;
    readiness_check(ctx);
}

static struct outcome readiness_outcome(const struct ctx *ctx, const struct command *command)
{
    enum reason obstacle = not_quiet(ctx);

    (void)command;
    if (!ctx->state->checks_wanted)
        return (struct outcome){COMMAND_STATE_SUCCEEDED,
                                readiness_misses_something(ctx) ? REASON_EQUIPMENT_MISSING
                                                                : REASON_NONE};
    return obstacle == REASON_NONE ? (struct outcome){COMMAND_STATE_RUNNING, REASON_NONE}
                                   : (struct outcome){COMMAND_STATE_FAILED, obstacle};
}

/* ---- the configuration ---- */

static void perform_reload(struct ctx *ctx, const struct command *command)
{
    (void)command;
    ctx->state->reload_wanted = true;
    batch_push(ctx->batch, ACTION_RELOAD);
}

static struct outcome reload_outcome(const struct ctx *ctx, const struct command *command)
{
    (void)command;
    if (ctx->state->reload_wanted)
        return (struct outcome){COMMAND_STATE_RUNNING, REASON_NONE};
    bool refused = ctx->state->reloaded == REASON_CONFIG_REFUSED;
    return (struct outcome){refused ? COMMAND_STATE_FAILED : COMMAND_STATE_SUCCEEDED,
                            ctx->state->reloaded};
}

/* ---- holds, maintenance, drill, records ---- */

static enum reason check_hold_release(const struct ctx *ctx, const struct command *command,
                                      bool *done)
{
    (void)command;
    *done = ctx->state->hold == HOLD_STATE_RELEASED;
    if (*done)
        return REASON_ALREADY_SO;
    return ctx->state->hold == HOLD_STATE_NONE ? REASON_NOTHING_HELD : REASON_NONE;
}

static void perform_hold_release(struct ctx *ctx, const struct command *command)
{
    (void)command;
    ctx->state->hold = HOLD_STATE_RELEASED;
    ctx->state->incident.released = ctx->state->hold_reason;
}

static enum reason check_inhibit(const struct ctx *ctx, const struct command *command, bool *done)
{
    *done = command->argument == 0 && !inhibited(ctx);
    return *done ? REASON_ALREADY_SO : REASON_NONE;
}

/* A person may be at the engine: whoever wanted it, it is not cranked. What runs already runs on.
 */
static void perform_inhibit(struct ctx *ctx, const struct command *command)
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
        genset_handle(ctx, GENSET_WITHDRAW, ctx->now);
}

static enum reason check_drill_begin(const struct ctx *ctx, const struct command *command,
                                     bool *done)
{
    const struct incident *incident = &ctx->state->incident;
    bool drill = incident->phase != PHASE_IDLE && incident->kind == INCIDENT_KIND_DRILL;

    *done = drill && incident->arm_genset == command->arm_genset &&
            incident->arm_servers == command->arm_servers;
    if (*done)
        return REASON_ALREADY_SO;
    if (incident->phase != PHASE_IDLE)
        return drill ? REASON_DRILL_RUNNING : REASON_INCIDENT_OPEN;
    return ctx->state->mains.state == MAINS_STATE_PRESENT ? REASON_NONE : REASON_MAINS_OUT;
}

static void perform_drill_begin(struct ctx *ctx, const struct command *command)
{
    ctx->state->incident.arm_genset = command->arm_genset;
    ctx->state->incident.arm_servers = command->arm_servers;
    signal_raise(ctx, SIGNAL_DRILL_BEGIN, ctx->now);
}

static enum reason check_drill_end(const struct ctx *ctx, const struct command *command, bool *done)
{
    (void)command;
    *done = ctx->state->incident.phase == PHASE_IDLE || outage_is_open(ctx->state);
    return *done ? REASON_NO_DRILL : REASON_NONE;
}

static void perform_drill_end(struct ctx *ctx, const struct command *command)
{
    (void)command;
    signal_raise(ctx, SIGNAL_DRILL_END, ctx->now);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): as all of struct command_type */
static enum reason check_always(const struct ctx *ctx, const struct command *command, bool *done)
{
    (void)ctx;
    (void)command;
    (void)done;
    return REASON_NONE;
}

static void perform_acknowledge(struct ctx *ctx, const struct command *command)
{
    batch_push(ctx->batch, ACTION_ACKNOWLEDGE)->command.command = *command;
    ctx->state->incident.horn_silenced = true;
}

static void perform_account(struct ctx *ctx, const struct command *command)
{
    batch_push(ctx->batch, ACTION_ACCOUNT)->command.command = *command;
    struct notice notice = notice_make(ctx, NOTIFICATION_DEVIATION_ACCOUNTED, SEVERITY_NOTICE);
    notice.count = command->argument;
    notice_send(ctx, notice);
}

static const struct command_type types[COMMAND_KIND_COUNT] = {
    [COMMAND_KIND_GENSET_START] = {check_start, perform_start, start_outcome},
    [COMMAND_KIND_GENSET_STOP] = {check_stop, perform_stop, stop_outcome},
    [COMMAND_KIND_GENSET_RESET] = {check_reset, perform_reset, NULL},
    [COMMAND_KIND_WILL_NOT_START] = {check_will_not_start, perform_will_not_start, NULL},
    [COMMAND_KIND_EXERCISE] = {check_exercise, perform_exercise, exercise_outcome},
    [COMMAND_KIND_SHUTDOWN_ALL] = {check_shutdown_all, perform_shutdown_all, shutdown_all_outcome},
    [COMMAND_KIND_SHUTDOWN_SERVER] = {check_shutdown_server,
                                      perform_shutdown_server,
                                      shutdown_server_outcome},
    [COMMAND_KIND_SHUTDOWN_TIER] = {check_shutdown_tier,
                                    perform_shutdown_tier,
                                    shutdown_tier_outcome},
    [COMMAND_KIND_SHUTDOWN_CANCEL] = {check_shutdown_cancel, perform_shutdown_cancel, NULL},
    [COMMAND_KIND_READINESS_CHECK] = {check_readiness, perform_readiness, readiness_outcome},
    [COMMAND_KIND_HOLD_RELEASE] = {check_hold_release, perform_hold_release, NULL},
    [COMMAND_KIND_INHIBIT] = {check_inhibit, perform_inhibit, NULL},
    [COMMAND_KIND_DRILL_BEGIN] = {check_drill_begin, perform_drill_begin, NULL},
    [COMMAND_KIND_DRILL_END] = {check_drill_end, perform_drill_end, NULL},
    [COMMAND_KIND_ACKNOWLEDGE] = {check_always, perform_acknowledge, NULL},
    [COMMAND_KIND_ACCOUNT] = {check_always, perform_account, NULL},
    [COMMAND_KIND_POWER_ON] = {check_power_on, perform_power_on, power_on_outcome},
    [COMMAND_KIND_RELOAD] = {check_always, perform_reload, reload_outcome},
};

/* ---- under way ---- */

static void pending_add(struct ctx *ctx, const struct command *command)
{
    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        if (ctx->state->pending[i].kind == 0) {
            ctx->state->pending[i] = *command;
            return;
        }
    ctx->batch->overflow = true;
}

/* A free place may still be kept for a promise. */
static bool pending_has_room(const struct ctx *ctx, enum command_kind kind)
{
    unsigned kept = kind == COMMAND_KIND_SHUTDOWN_SERVER ? PENDING_NOT_FOR_SERVERS : 0;
    unsigned taken = 0;

    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        taken += ctx->state->pending[i].kind != 0;
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        taken += ctx->state->promises[i].command.kind != 0;
    return taken + kept < PENDING_LIMIT;
}

static struct outcome outcome_of(const struct ctx *ctx, const struct command *command)
{
    return types[command->kind].outcome ? types[command->kind].outcome(ctx, command)
                                        : (struct outcome){COMMAND_STATE_SUCCEEDED, REASON_NONE};
}

static void pending_end(struct ctx *ctx, struct command *command, struct outcome outcome)
{
    command_put(ctx, command, outcome.state, outcome.reason);
    memset(command, 0, sizeof(*command));
}

static void overtake(struct ctx *ctx, struct command *command, enum reason reason)
{
    struct outcome outcome = outcome_of(ctx, command);

    if (outcome.state == COMMAND_STATE_RUNNING)
        outcome = (struct outcome){COMMAND_STATE_CANCELLED, reason};
    pending_end(ctx, command, outcome);
}

static void overtake_starts(struct ctx *ctx, enum reason reason)
{
    for (unsigned i = 0; i < PENDING_LIMIT; i++) {
        struct command *command = &ctx->state->pending[i];
        if (command->kind == COMMAND_KIND_GENSET_START || command->kind == COMMAND_KIND_EXERCISE)
            overtake(ctx, command, reason);
    }
}

/* So no more are pending than there are things to ask for. */
static void overtake_same(struct ctx *ctx, const struct command *later)
{
    for (unsigned i = 0; i < PENDING_LIMIT; i++) {
        struct command *command = &ctx->state->pending[i];
        if (command->kind == later->kind && command->argument == later->argument)
            overtake(ctx, command, REASON_BEGUN_ANEW);
    }
}

void command_settle(struct ctx *ctx)
{
    for (unsigned i = 0; i < PENDING_LIMIT; i++) {
        struct command *command = &ctx->state->pending[i];
        if (command->kind == 0)
            continue;
        struct outcome outcome = outcome_of(ctx, command);
        if (outcome.state != COMMAND_STATE_RUNNING)
            pending_end(ctx, command, outcome);
    }
}

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
        return *done ? REASON_ALREADY_SO : event->refusal;
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
    bool busy = !promise || !pending_has_room(ctx, command.kind);
    if (busy || !kind_is_known(command.kind)) {
        answer(ctx, busy ? PROMISE_BUSY : PROMISE_REFUSED, REASON_TOO_MANY_PROMISES, 0);
        return;
    }
    command.index = take_index(ctx);
    enum reason reason = check(ctx, event, &command, &done);
    if (!done && reason != REASON_NONE) {
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
    if (done || reason != REASON_NONE) {
        command_put(ctx, &command, done ? COMMAND_STATE_SUCCEEDED : COMMAND_STATE_FAILED, reason);
        return;
    }
    overtake_same(ctx, &command);
    types[command.kind].perform(ctx, &command);
    struct outcome outcome = outcome_of(ctx, &command);
    command_put(ctx, &command, outcome.state, outcome.reason);
    if (outcome.state == COMMAND_STATE_RUNNING)
        pending_add(ctx, &command);
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
        cancel(ctx, promise, COMMAND_STATE_CANCELLED, REASON_TAKEN_BACK);
}

/* ---- timers, restart ---- */

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

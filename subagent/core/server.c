/*
 * One server's shutdown.
 *
 *   idle ──want──→ waiting ──tell──→ telling ──accepted──→ verifying ──evidence──→ off
 *                     ↑                 │ refused, too long     │ too long
 *                     │                 ↓                       ↓
 *                     │             retrying ←──────────────────┘
 *                     │                 │ pause over, a place free: telling, by the next method
 *                     └──(next pass)── notOff: no method left
 *
 * A command that could not be run told nobody: its try is given back, `retries` times in a pass.
 * Then its method is passed over.
 *
 * Methods in order: the command (1 + retries times), the alternative, force. Evidence that it is
 * off ends everything from everywhere; without an accepted command it counts as done by hand.
 *
 * Where nobody had a place to look at it since it accepted, it is given its time once more.
 *
 * The machine padamd runs on gives no evidence: telling ──accepted──→ told, and there it stays.
 */
#include "core/core.h"
#include "core/machine.h"

typedef enum server_state handler(struct ctx *ctx, size_t place);

static struct server *server_of(struct ctx *ctx, size_t place)
{
    return &ctx->state->servers[place];
}

bool server_in_flight(const struct server *server)
{
    return server->state == SERVER_STATE_TELLING || server->state == SERVER_STATE_VERIFYING ||
           server->state == SERVER_STATE_RETRYING;
}

bool server_is_down_normally(const struct server *server)
{
    return server->state == SERVER_STATE_OFF && server->result != SHUTDOWN_RESULT_FORCED;
}

bool server_is_proven_off(const struct server *server)
{
    return server->state == SERVER_STATE_OFF && !server->stale;
}

bool server_is_self(const struct ctx *ctx, size_t place)
{
    return ctx->site->servers[place].is_self;
}

bool server_awaits_own_end(const struct state *state, size_t place)
{
    const struct server *server = &state->servers[place];
    bool is_back = instant_is_set(state->resumed_at) &&
                   instant_before(server->shutdown_started, state->resumed_at);

    return server->state == SERVER_STATE_TOLD && !is_back;
}

bool servers_are_only_drilled(const struct ctx *ctx)
{
    const struct incident *incident = &ctx->state->incident;

    return incident->phase != PHASE_IDLE && incident->kind == INCIDENT_KIND_DRILL &&
           !incident->arm_servers;
}

static void notify(struct ctx *ctx, size_t place, enum notification what, enum severity severity)
{
    struct notice notice = notice_make(ctx, what, severity);

    notice.server = (int)place;
    notice.reason = server_of(ctx, place)->reason;
    notice.step = notice.incident ? 5 : 0;
    notice_send(ctx, notice);
}

/* ---- methods ---- */

static bool method_of(const struct ctx *ctx, size_t place, unsigned attempt,
                      enum tell_method *method)
{
    const struct server_settings *settings = &ctx->site->servers[place];
    enum tell_method methods[2];
    unsigned extra = 0;

    if (attempt <= 1 + settings->retries) {
        *method = TELL_PRIMARY;
        return true;
    }
    if (settings->has_alternative)
        methods[extra++] = TELL_ALTERNATIVE;
    if (settings->has_force)
        methods[extra++] = TELL_FORCE;
    unsigned which = attempt - 2 - settings->retries;
    if (which >= extra)
        return false;
    *method = methods[which];
    return true;
}

/* As method_of(), of the next try. */
static bool next_method(const struct ctx *ctx, size_t place, enum tell_method *method)
{
    const struct server *server = &ctx->state->servers[place];

    return method_of(ctx, place, server->attempts + server->passed_over + 1, method);
}

static enum server_state give_up(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);
    bool failed = server->answers || server_is_self(ctx, place);
    enum shutdown_result result = failed ? SHUTDOWN_RESULT_FAILED : SHUTDOWN_RESULT_UNVERIFIED;
    bool is_news = server->result != result;

    if (!failed)
        power_went_down(ctx, place);
    server->due = INSTANT_NONE;
    server->shutdown_finished = ctx->now;
    server->result = result;
    if (server->reason == REASON_NONE)
        server->reason = failed ? REASON_STILL_ANSWERS : REASON_NO_EVIDENCE;
    if (is_news)
        notify(ctx,
               place,
               failed ? NOTIFICATION_SERVER_FAILED : NOTIFICATION_SERVER_NOT_CONFIRMED,
               SEVERITY_CRITICAL);
    return SERVER_STATE_NOT_OFF;
}

static enum server_state next_try(struct ctx *ctx, size_t place, enum reason reason)
{
    struct server *server = server_of(ctx, place);
    enum tell_method method;

    server->reason = reason;
    if (!next_method(ctx, place, &method))
        return give_up(ctx, place);
    server->due = instant_add_ms(ctx->now, ctx->site->shutdown.retry_pause_ms);
    return SERVER_STATE_RETRYING;
}

static enum server_state be_off(struct ctx *ctx, size_t place, enum shutdown_result result)
{
    struct server *server = server_of(ctx, place);
    bool in_doubt = server->state != SERVER_STATE_IDLE || ctx->state->incident.phase != PHASE_IDLE;

    if (server->state == SERVER_STATE_TELLING)
        batch_push(ctx->batch, ACTION_KILL)->tell.server = place;
    power_went_down(ctx, place);
    if (!server->told)
        server->reason = REASON_BY_HAND;
    else if (server->accepted || server->forced)
        server->reason = REASON_NONE; /* else it stays what the last try came to */
    server->result = server->forced ? SHUTDOWN_RESULT_FORCED : result;
    server->due = INSTANT_NONE;
    server->answers = false;
    server->shutdown_finished = ctx->now;
    if (in_doubt)
        notify(ctx,
               place,
               NOTIFICATION_SERVER_DOWN,
               server->forced ? SEVERITY_WARNING : SEVERITY_NOTICE);
    return SERVER_STATE_OFF;
}

/* ---- the cells ---- */

static enum server_state stay(struct ctx *ctx, size_t place)
{
    return server_of(ctx, place)->state;
}

/* A further pass keeps the result of the one before: that it ends in the same way is no news. */
static enum server_state want(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);
    bool again = server->state == SERVER_STATE_NOT_OFF && instant_is_set(server->shutdown_finished);

    server->attempts = server->not_run = server->passed_over = 0;
    server->reason = REASON_NONE;
    if (!again)
        server->result = SHUTDOWN_RESULT_NONE;
    return SERVER_STATE_WAITING;
}

/* A server that once was not down normally is told again until step 6 is due, not after. */
bool server_passes_are_over(const struct ctx *ctx, const struct server *server)
{
    return ctx->state->incident.phase != PHASE_IDLE && instant_is_set(server->shutdown_finished) &&
           due_reached(ctx, ctx->state->incident.steps[6 - 1].due);
}

static enum server_state spare(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);

    server->due = INSTANT_NONE;
    server->result = SHUTDOWN_RESULT_SPARED;
    server->ordered = false;
    if (shutdown_ends_with_supply(ctx, server) || !ctx->state->incident.shutdown_wanted)
        server->reason = REASON_SUPPLY_BACK;
    else
        server->reason = server->cancelled ? REASON_CANCELLED : REASON_OTHER_NOT_OFF;
    return SERVER_STATE_IDLE;
}

static enum server_state tell(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);
    enum tell_method method;

    server->told_in_pass = true;
    if (servers_are_only_drilled(ctx)) {
        server->told = true;
        server->result = SHUTDOWN_RESULT_DRILLED;
        server->shutdown_started = server->shutdown_finished = ctx->now;
        return SERVER_STATE_OFF;
    }
    if (server_passes_are_over(ctx, server) || !next_method(ctx, place, &method))
        return give_up(ctx, place);
    if (server->attempts++ == 0)
        server->told_at = ctx->now;
    server->told_first = !server->told;
    if (!instant_is_set(server->shutdown_started))
        server->shutdown_started = ctx->now;
    server->told = true;
    power_told_to_go_down(ctx, place);
    server->forced = method == TELL_FORCE;
    server->due = instant_add_ms(ctx->now, ctx->site->servers[place].command_timeout_ms);
    struct action *action = batch_push(ctx->batch, ACTION_TELL);
    action->tell.server = place;
    action->tell.method = method;
    return SERVER_STATE_TELLING;
}

bool server_force_is_next(const struct ctx *ctx, size_t place)
{
    enum tell_method method;

    return next_method(ctx, place, &method) && method == TELL_FORCE;
}

/* Force is the last method. */
bool server_force_is_ahead(const struct ctx *ctx, size_t place)
{
    enum tell_method method;

    return ctx->site->servers[place].has_force && next_method(ctx, place, &method);
}

/* What has begun to go down is carried through, whether there is supply by now or not. */
static bool is_carried_through(const struct ctx *ctx, size_t place)
{
    return ctx->state->servers[place].accepted && !server_force_is_next(ctx, place);
}

/* So that there may be no pass to tell it again. */
static bool supply_comes(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];

    return shutdown_ends_with_supply(ctx, server) || shutdown_waits_for_supply(ctx, server);
}

/* To go down, and to be seen. */
static void give_time(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);

    server->not_seen = false;
    server->due = instant_add_ms(ctx->now, ctx->site->servers[place].off_within_ms);
}

/* Others are told before it is looked at, which its interval does in any case. */
static enum server_state watch(struct ctx *ctx, size_t place)
{
    give_time(ctx, place);
    if (!shutdown_has_to_tell(ctx, ctx->site->servers[place].tier))
        look_now(ctx, place);
    return SERVER_STATE_VERIFYING;
}

/* There is supply again. Whether one whose command did not end has taken it shows in time. */
static enum server_state end_with_supply(struct ctx *ctx, size_t place)
{
    const struct server *server = server_of(ctx, place);

    switch (server->reason) {
    case REASON_COMMAND_TIMED_OUT:
    case REASON_RESTARTED:
        return watch(ctx, place);
    default:
        break;
    }
    bool is_up = server->answers || server->reason != REASON_NO_EVIDENCE;
    return server->accepted || !is_up ? give_up(ctx, place) : spare(ctx, place);
}

/* A command needs a place, which is waited for without a due instant; the rest needs none. */
static enum server_state tell_again_if(struct ctx *ctx, size_t place, bool has_place)
{
    struct server *server = server_of(ctx, place);
    bool is_wanted = is_carried_through(ctx, place);

    if (!is_wanted && shutdown_ends_with_supply(ctx, server))
        return end_with_supply(ctx, place);
    if (!is_wanted && server->cancelled && server_force_is_next(ctx, place))
        return give_up(ctx, place);
    server->due = INSTANT_NONE;
    if (!has_place)
        return SERVER_STATE_RETRYING;
    if (is_wanted || !shutdown_waits_for_supply(ctx, server))
        return tell(ctx, place);
    server->due = instant_add_ms(ctx->now, ctx->site->shutdown.retry_pause_ms);
    return SERVER_STATE_RETRYING;
}

static enum server_state tell_again(struct ctx *ctx, size_t place)
{
    return tell_again_if(ctx, place, true);
}

static enum server_state pause_over(struct ctx *ctx, size_t place)
{
    return tell_again_if(ctx, place, false);
}

/* Its end is padamd's own, so that nothing can prove it. */
static enum server_state told_itself(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);

    server->due = INSTANT_NONE;
    server->reason = REASON_SELF_TOLD;
    server->result = SHUTDOWN_RESULT_TOLD;
    server->shutdown_finished = ctx->now;
    return SERVER_STATE_TOLD;
}

static enum server_state accept(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);

    server->accepted = true;
    if (server_is_self(ctx, place))
        return told_itself(ctx, place);
    server->reason = REASON_NONE;
    return watch(ctx, place);
}

static enum server_state refuse(struct ctx *ctx, size_t place)
{
    look_now(ctx, place);
    return next_try(ctx, place, REASON_COMMAND_REFUSED);
}

/* What tell() set for this try. */
static void untell(struct server *server)
{
    server->attempts--;
    server->forced = false;
    if (!server->told_first)
        return;
    server->told = server->told_first = false;
    server->shutdown_started = INSTANT_NONE;
}

/* All tries by the method that is next. */
static void pass_method_over(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);
    enum tell_method method, next;

    for (bool is_left = next_method(ctx, place, &method); is_left;
         is_left = next_method(ctx, place, &next) && next == method)
        server->passed_over++;
}

static enum server_state not_run(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);

    look_now(ctx, place);
    untell(server);
    if (server->not_run < ctx->site->servers[place].retries)
        server->not_run++;
    else
        pass_method_over(ctx, place);
    return next_try(ctx, place, REASON_COMMAND_NOT_RUN);
}

static enum server_state command_too_long(struct ctx *ctx, size_t place)
{
    enum tell_method method;

    batch_push(ctx->batch, ACTION_KILL)->tell.server = place;
    look_now(ctx, place);
    if (!next_method(ctx, place, &method) && supply_comes(ctx, place)) {
        server_of(ctx, place)->reason = REASON_COMMAND_TIMED_OUT;
        return watch(ctx, place);
    }
    return next_try(ctx, place, REASON_COMMAND_TIMED_OUT);
}

static enum server_state no_evidence_in_time(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);
    enum reason reason = server->answers ? REASON_STILL_ANSWERS : REASON_NO_EVIDENCE;

    if (server->not_seen && !ups_battery_is_low(ctx) && !ups_runs_out(ctx)) {
        give_time(ctx, place);
        return SERVER_STATE_VERIFYING;
    }
    if (server->accepted || !shutdown_ends_with_supply(ctx, server))
        return next_try(ctx, place, reason);
    server->reason = reason;
    return end_with_supply(ctx, place);
}

static enum server_state seen_off(struct ctx *ctx, size_t place)
{
    return be_off(ctx, place, SHUTDOWN_RESULT_VERIFIED_OFF);
}

static enum server_state silent_with_witness(struct ctx *ctx, size_t place)
{
    return be_off(ctx, place, SHUTDOWN_RESULT_SILENT_WITH_WITNESS);
}

/* It may have gone down since: that nobody looked is no evidence that it did not. */
static enum server_state note_not_seen(struct ctx *ctx, size_t place)
{
    server_of(ctx, place)->not_seen = true;
    return server_of(ctx, place)->state;
}

static enum server_state note_silence(struct ctx *ctx, size_t place)
{
    server_of(ctx, place)->answers = server_of(ctx, place)->not_seen = false;
    return server_of(ctx, place)->state;
}

/* A probe that never was answered says nothing by its silence, where nobody accepted. */
static enum server_state gone_silent(struct ctx *ctx, size_t place)
{
    const struct server *server = server_of(ctx, place);

    return server->accepted || server->answered ? silent_with_witness(ctx, place)
                                                : note_silence(ctx, place);
}

/* Nobody was told: silence means something only while steps 5 and 6 are open. */
static enum server_state silent_by_hand(struct ctx *ctx, size_t place)
{
    return look_for_hands(ctx) ? gone_silent(ctx, place) : stay(ctx, place);
}

static enum server_state note_answer(struct ctx *ctx, size_t place)
{
    server_of(ctx, place)->answers = server_of(ctx, place)->answered = true;
    server_of(ctx, place)->not_seen = false;
    server_of(ctx, place)->last_reachable = ctx->now;
    return server_of(ctx, place)->state;
}

static enum server_state be_found_on(struct ctx *ctx, size_t place, enum reason reason)
{
    struct server *server = server_of(ctx, place);

    note_answer(ctx, place);
    server->stale = false;
    if (server->result != SHUTDOWN_RESULT_FAILED) {
        server->result = SHUTDOWN_RESULT_FAILED;
        server->reason = reason;
        notify(ctx, place, NOTIFICATION_SERVER_FAILED, SEVERITY_CRITICAL);
    }
    return SERVER_STATE_NOT_OFF;
}

/* One that could not be told is up for no other reason. */
static enum server_state answers_after_all(struct ctx *ctx, size_t place)
{
    bool not_told = server_of(ctx, place)->reason == REASON_COMMAND_NOT_RUN;

    return be_found_on(ctx, place, not_told ? REASON_COMMAND_NOT_RUN : REASON_STILL_ANSWERS);
}

/* Where there is supply again, whoever switches a server on means to. */
static bool must_be_off(const struct ctx *ctx, const struct server *server)
{
    const struct incident *incident = &ctx->state->incident;

    return incident->phase != PHASE_IDLE && server->ordered &&
           (server->regardless || !ctx_supply_confirmed(ctx));
}

void server_forget_off(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);

    server->state = SERVER_STATE_IDLE;
    server->result = SHUTDOWN_RESULT_NONE;
    server->reason = REASON_NONE;
    server->told = server->told_in_pass = server->accepted = server->forced = false;
    server->ordered = server->regardless = server->stale = false;
    server->shutdown_started = server->shutdown_finished = INSTANT_NONE;
}

static enum server_state confirm_off(struct ctx *ctx, size_t place)
{
    server_of(ctx, place)->stale = false;
    return SERVER_STATE_OFF;
}

/* Back after it was off: a failure while it must be off, plain news afterwards. Either way what it
 * accepted is carried out, and counts no more. */
static enum server_state is_back(struct ctx *ctx, size_t place)
{
    struct server *server = server_of(ctx, place);

    if (servers_are_only_drilled(ctx) && server->result == SHUTDOWN_RESULT_DRILLED)
        return note_answer(ctx, place);
    if (must_be_off(ctx, server)) {
        server->accepted = server->forced = false;
        server->shutdown_finished = INSTANT_NONE; /* so that a pass is for it, however late */
        return be_found_on(ctx, place, REASON_ANSWERS_AGAIN);
    }
    note_answer(ctx, place);
    server_forget_off(ctx, place);
    return SERVER_STATE_IDLE;
}

/* clang-format off */
#define CELLS(accepted, refused, not_run_, off, witness, silent, answers, unseen, timer, tell_, want_, spare_) \
    { [SERVER_EVENT_ACCEPTED] = (accepted), [SERVER_EVENT_REFUSED] = (refused),                   \
      [SERVER_EVENT_NOT_RUN] = (not_run_), [SERVER_EVENT_SEEN_OFF] = (off),                       \
      [SERVER_EVENT_SILENT_WITNESS] = (witness), [SERVER_EVENT_SILENT] = (silent),                \
      [SERVER_EVENT_ANSWERS] = (answers), [SERVER_EVENT_NOT_SEEN] = (unseen),                     \
      [SERVER_EVENT_TIMER] = (timer), [SERVER_EVENT_TELL] = (tell_),                              \
      [SERVER_EVENT_WANT] = (want_), [SERVER_EVENT_SPARE] = (spare_) }

static handler *const table[SERVER_STATE_COUNT][SERVER_EVENT_COUNT] = {
    [0] = CELLS(stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay),
    [SERVER_STATE_UNKNOWN] =
        CELLS(stay, stay, stay, seen_off, silent_by_hand, note_silence, note_answer, stay, stay,
              stay, want, stay),
    [SERVER_STATE_IDLE] =
        CELLS(stay, stay, stay, seen_off, silent_by_hand, note_silence, note_answer, stay, stay,
              stay, want, stay),
    [SERVER_STATE_WAITING] =
        CELLS(stay, stay, stay, seen_off, silent_by_hand, note_silence, note_answer, stay, stay,
              tell, stay, spare),
    [SERVER_STATE_TELLING] =
        CELLS(accept, refuse, not_run, seen_off, note_silence, note_silence, note_answer, stay,
              command_too_long, stay, stay, stay),
    [SERVER_STATE_VERIFYING] =
        CELLS(stay, stay, stay, seen_off, gone_silent, note_silence, note_answer, note_not_seen,
              no_evidence_in_time, stay, stay, stay),
    [SERVER_STATE_RETRYING] =
        CELLS(stay, stay, stay, seen_off, gone_silent, note_silence, note_answer, stay,
              pause_over, tell_again, stay, stay),
    [SERVER_STATE_OFF] =
        CELLS(stay, stay, stay, confirm_off, confirm_off, stay, is_back, stay, stay, stay, stay,
              stay),
    [SERVER_STATE_NOT_OFF] =
        CELLS(stay, stay, stay, seen_off, gone_silent, note_silence, answers_after_all, stay,
              stay, stay, want, stay),
    [SERVER_STATE_TOLD] =
        CELLS(stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay),
};
/* clang-format on */

/* What padamd sees of its own machine proves nothing: it runs on it. */
static bool is_evidence(enum server_event event)
{
    return event == SERVER_EVENT_SEEN_OFF || event == SERVER_EVENT_SILENT_WITNESS ||
           event == SERVER_EVENT_SILENT;
}

void server_handle(struct ctx *ctx, size_t place, enum server_event event)
{
    if (server_is_self(ctx, place) && is_evidence(event))
        return;
    struct server *server = server_of(ctx, place);
    enum server_state before = server->state;

    server->state = table[before][event](ctx, place);
    ctx->server_moved = ctx->server_moved || server->state != before;
}

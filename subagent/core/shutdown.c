/*
 * Step 5 and 6: tiers in order, servers in parallel inside a tier, a barrier between. The next tier
 * is not begun while supply is confirmed or being confirmed (unless the UPS runs out or an
 * administrator confirmed it); a tier already told is carried through. Servers that are not
 * down normally are told again, pass by pass, until step 6 is due.
 */
#include "core/core.h"
#include "core/machine.h"

static struct server *servers_of(struct ctx *ctx)
{
    return ctx->state->servers;
}

/* It may be on: nobody has looked since. */
static bool is_off_unwatched(const struct server *server)
{
    return server->state == SERVER_STATE_TOLD ||
           (server->state == SERVER_STATE_OFF && !server->looked_at);
}

/* Begun anew, not told again: earlier passes do not count, and it is not powered on. */
static void order(struct ctx *ctx, size_t place, bool regardless)
{
    struct server *server = &servers_of(ctx)[place];

    power_overtaken(ctx, place);
    if (is_off_unwatched(server))
        server_forget_off(ctx, place);
    server->regardless = regardless || (server->regardless && shutdown_goes_on_for(ctx, place));
    server->ordered = true;
    server->cancelled = false;
    if (server->state == SERVER_STATE_NOT_OFF || server->state == SERVER_STATE_IDLE) {
        server->told_in_pass = server->accepted = false;
        server->shutdown_started = server->shutdown_finished = INSTANT_NONE;
    }
}

static bool tier_goes_on(const struct ctx *ctx, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (ctx->state->servers[i].state == SERVER_STATE_WAITING ||
            server_in_flight(&ctx->state->servers[i]))
            return true;
    return false;
}

static size_t tier_end(const struct ctx *ctx, size_t first)
{
    size_t end = first;

    while (end < ctx->state->server_count &&
           ctx->site->servers[end].tier == ctx->site->servers[first].tier)
        end++;
    return end;
}

/* A tier whose turn is over is begun anew by the next order. */
static void forget_turns(struct ctx *ctx)
{
    for (size_t first = 0, end; first < ctx->state->server_count; first = end) {
        end = tier_end(ctx, first);
        for (size_t i = first; i < end && !tier_goes_on(ctx, first, end); i++)
            servers_of(ctx)[i].told_in_pass = false;
    }
}

static void forget_orders(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        servers_of(ctx)[i].ordered = servers_of(ctx)[i].regardless = false;
}

static void begin(struct ctx *ctx, enum actor by, size_t count)
{
    struct incident *incident = &ctx->state->incident;

    forget_turns(ctx);
    if (incident->phase == PHASE_IDLE && !shutdown_is_under_way(ctx))
        forget_orders(ctx);
    incident->shutdown_by = by;
    incident->shutdown_begun = true;
    incident->shutdown_wanted = true;
    incident->shutdown_done_notified = false;
    struct notice notice = notice_make(ctx, NOTIFICATION_SHUTDOWN_BEGUN, SEVERITY_WARNING);
    notice.step = notice.incident ? 5 : 0;
    notice.actor = by;
    notice.count = (uint32_t)count;
    if (incident->ups_forced)
        notice.reason = incident->ups_early ? REASON_UPS_RUNTIME : REASON_UPS_LOW;
    notice_send(ctx, notice);
}

void shutdown_begin(struct ctx *ctx, enum actor by, bool regardless)
{
    ctx->state->incident.shutdown_all = true;
    ctx->state->incident.shutdown_cancelled = false;
    begin(ctx, by, ctx->state->server_count);
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        order(ctx, i, regardless);
        server_handle(ctx, i, SERVER_EVENT_WANT);
    }
}

void shutdown_begin_one(struct ctx *ctx, size_t place, bool regardless)
{
    begin(ctx, ACTOR_COMMAND, 1);
    order(ctx, place, regardless);
    server_handle(ctx, place, SERVER_EVENT_WANT);
}

void shutdown_begin_tier(struct ctx *ctx, unsigned tier, bool regardless)
{
    size_t count = 0;

    for (size_t i = 0; i < ctx->state->server_count; i++)
        count += ctx->site->servers[i].tier == tier;
    begin(ctx, ACTOR_COMMAND, count);
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        if (ctx->site->servers[i].tier != tier)
            continue;
        order(ctx, i, regardless);
        servers_of(ctx)[i].told_in_pass = server_in_flight(&servers_of(ctx)[i]);
        server_handle(ctx, i, SERVER_EVENT_WANT);
    }
}

bool shutdown_ends_with_supply(const struct ctx *ctx, const struct server *server)
{
    return ctx_supply_confirmed(ctx) && !server->regardless;
}

/* A supply is being confirmed: what is not begun waits. */
bool shutdown_waits_for_supply(const struct ctx *ctx, const struct server *server)
{
    return ctx_supply_being_confirmed(ctx) && !server->regardless && !ups_runs_out(ctx);
}

/* ---- tiers ---- */

static bool is_told_in_pass(const struct server *server)
{
    return server_in_flight(server) || server->told_in_pass;
}

static bool tier_is_under_way(const struct ctx *ctx, unsigned tier)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (ctx->site->servers[i].tier == tier && is_told_in_pass(&ctx->state->servers[i]))
            return true;
    return false;
}

static instant first_try_ends(const struct ctx *ctx, const struct server *server)
{
    return instant_add_ms(server->told_at, ctx->site->shutdown.tier_within_low_ms);
}

/* The barrier: the next tier waits for this server. While the battery is low one try is enough, and
 * not all of its time. */
static bool holds_next_tier(const struct ctx *ctx, const struct server *server)
{
    bool first_try = server->attempts <= 1 && server->state != SERVER_STATE_RETRYING &&
                     !due_reached(ctx, first_try_ends(ctx, server));

    return server_in_flight(server) && (first_try || !ups_battery_is_low(ctx));
}

/* The lowest tier with a server that waits or holds the next; false if there is none. */
static bool current_tier(struct ctx *ctx, unsigned *tier)
{
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct server *server = &servers_of(ctx)[i];
        if (server->state != SERVER_STATE_WAITING && !holds_next_tier(ctx, server))
            continue;
        *tier = ctx->site->servers[i].tier; /* site.servers is sorted by tier */
        return true;
    }
    return false;
}

/* Should the supply be lost again, it begins anew. */
static void end_shutdown(struct ctx *ctx)
{
    struct incident *incident = &ctx->state->incident;

    incident->shutdown_wanted = incident->shutdown_all = incident->ups_forced = false;
    incident->self_due = INSTANT_NONE;
}

static void spare_the_rest(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        server_handle(ctx, i, SERVER_EVENT_SPARE);
    end_shutdown(ctx);
}

/* One that stays up is told no more; then not all that was wanted is done. */
static void end_order(struct ctx *ctx, size_t place)
{
    struct server *server = &servers_of(ctx)[place];

    server_handle(ctx, place, SERVER_EVENT_SPARE);
    if (!server->ordered || server->state != SERVER_STATE_NOT_OFF)
        return;
    server->ordered = false;
    ctx->state->incident.shutdown_done_notified = true;
}

/* Only what an administrator confirmed although there is supply goes on. */
static void spare_with_supply(struct ctx *ctx)
{
    bool any = false, all = true;

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct server *server = &servers_of(ctx)[i];
        if (shutdown_ends_with_supply(ctx, server))
            end_order(ctx, i);
        any = any || (server->regardless && shutdown_goes_on_for(ctx, i));
        all = all && server->regardless;
    }
    if (!any)
        end_shutdown(ctx);
    else if (!all)
        ctx->state->incident.shutdown_all = false;
}

/* ---- passes ---- */

/* No → back to 5, while there is time. For padamd's own machine alone there is no further pass. */
static bool is_to_be_told_again(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];
    const struct incident *incident = &ctx->state->incident;
    bool is_left_alone = server_is_self(ctx, place) && !instant_is_set(incident->next_pass_at);

    return server->state == SERVER_STATE_NOT_OFF && server->ordered && !server->cancelled &&
           !is_left_alone && incident->shutdown_wanted && incident->phase != PHASE_IDLE &&
           !shutdown_ends_with_supply(ctx, server) && !server_passes_are_over(ctx, server);
}

bool shutdown_goes_on_for(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];

    return server->state == SERVER_STATE_WAITING || server_in_flight(server) ||
           is_to_be_told_again(ctx, place);
}

bool shutdown_goes_on(const struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (shutdown_goes_on_for(ctx, i))
            return true;
    return false;
}

bool shutdown_is_as_ordered(const struct ctx *ctx, size_t place, bool regardless)
{
    return shutdown_goes_on_for(ctx, place) &&
           (ctx->state->servers[place].regardless || !regardless);
}

static void begin_pass(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        servers_of(ctx)[i].told_in_pass = false;
        if (is_to_be_told_again(ctx, i))
            server_handle(ctx, i, SERVER_EVENT_WANT);
    }
}

/* ---- cancelled by command ---- */

/* A server that waits in a tier that has begun is not in question any more. */
static bool can_be_spared(const struct ctx *ctx, size_t place)
{
    return ctx->state->servers[place].state == SERVER_STATE_WAITING &&
           !tier_is_under_way(ctx, ctx->site->servers[place].tier);
}

static bool may_be_forced(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];

    return server_in_flight(server) && !server->cancelled &&
           !shutdown_ends_with_supply(ctx, server) && server_force_is_ahead(ctx, place);
}

/* One that refused all but force is left running, too. */
static bool can_be_left_running(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];
    bool only_force_is_left = server->state == SERVER_STATE_RETRYING && may_be_forced(ctx, place) &&
                              server_force_is_next(ctx, place);

    return can_be_spared(ctx, place) || is_to_be_told_again(ctx, place) || only_force_is_left;
}

bool shutdown_is_waiting(const struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (can_be_left_running(ctx, i) || may_be_forced(ctx, i))
            return true;
    return false;
}

void shutdown_cancel(struct ctx *ctx)
{
    struct incident *incident = &ctx->state->incident;
    struct notice notice = notice_make(ctx, NOTIFICATION_SHUTDOWN_CANCELLED, SEVERITY_WARNING);

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        notice.count += can_be_left_running(ctx, i);
        servers_of(ctx)[i].cancelled = true;
    }
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (can_be_spared(ctx, i))
            server_handle(ctx, i, SERVER_EVENT_SPARE);
    incident->shutdown_all = false;
    incident->shutdown_cancelled = true;
    incident->self_due = INSTANT_NONE;
    if (notice.count > 0)
        incident->shutdown_done_notified = true; /* not all that was wanted is done */
    incident->next_pass_at = INSTANT_NONE;
    notice.step = notice.incident ? 5 : 0;
    notice.actor = ACTOR_COMMAND;
    notice_send(ctx, notice);
}

/* ---- storage ---- */

/* Storage waits for what may still write to it, until the UPS runs out. */
static bool tier_waits_for_verified(struct ctx *ctx, unsigned tier)
{
    bool waits = false, unverified = false;

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct server_settings *settings = &ctx->site->servers[i];
        const struct server *server = &servers_of(ctx)[i];
        waits = waits ||
                (settings->tier == tier && (settings->waits_for_verified || settings->is_self));
        unverified = unverified || (settings->tier < tier && server->ordered &&
                                    server->state == SERVER_STATE_NOT_OFF);
    }
    return waits && unverified && !ups_battery_is_low(ctx) && !ups_runs_out(ctx);
}

/* ---- the machine itself ---- */

bool shutdown_is_judged(const struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (!server_is_self(ctx, i))
            return true;
    return false;
}

static bool has_self(const struct ctx *ctx, unsigned tier, size_t *place)
{
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        *place = i;
        if (server_is_self(ctx, i) && ctx->site->servers[i].tier == tier)
            return true;
    }
    return false;
}

static void announce_self(struct ctx *ctx, size_t place)
{
    struct notice notice = notice_make(ctx, NOTIFICATION_SELF_SHUTDOWN, SEVERITY_WARNING);

    notice.server = (int)place;
    notice.step = notice.incident ? 5 : 0;
    notice.actor = ctx->state->incident.shutdown_by;
    notice_send(ctx, notice);
}

/* What is not out when it goes down is told when it is back: so it waits, but not for long. */
static bool tier_waits_for_notifications(struct ctx *ctx, unsigned tier)
{
    instant *due = &ctx->state->incident.self_due;
    size_t place;

    if (!has_self(ctx, tier, &place) || servers_are_only_drilled(ctx))
        return false;
    if (!instant_is_set(*due)) {
        *due = instant_add_ms(ctx->now, ctx->site->shutdown.notify_within_ms);
        announce_self(ctx, place);
    }
    if (ups_battery_is_low(ctx))
        *due = instant_earliest(*due,
                                instant_add_ms(ctx->now, ctx->site->shutdown.notify_within_low_ms));
    return ctx->state->notified != ctx->state->next_event && !due_reached(ctx, *due);
}

/* A place is a command's, not the wait for evidence's: servers take minutes to go down. While the
 * battery is low those told for the first time wait for no further try, nobody for who hangs. */
static bool takes_place(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];

    return server->state == SERVER_STATE_TELLING && holds_next_tier(ctx, server);
}

static instant command_hangs_at(const struct ctx *ctx, size_t place)
{
    return instant_add_ms(ctx->state->servers[place].due,
                          ctx->site->shutdown.tier_within_low_ms -
                              ctx->site->servers[place].command_timeout_ms);
}

static bool takes_place_again(const struct ctx *ctx, size_t place)
{
    return ctx->state->servers[place].state == SERVER_STATE_TELLING &&
           !(ups_battery_is_low(ctx) && due_reached(ctx, command_hangs_at(ctx, place)));
}

static unsigned count_places_left(const struct ctx *ctx,
                                  bool (*takes)(const struct ctx *ctx, size_t place))
{
    unsigned left = ctx->site->shutdown.parallel;

    for (size_t i = 0; i < ctx->state->server_count && left > 0; i++)
        left -= takes(ctx, i) ? 1 : 0;
    return left;
}

/* What an administrator confirmed for one server begins its tier for no other. */
static bool tier_is_begun_for_all(const struct ctx *ctx, unsigned tier)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (ctx->site->servers[i].tier == tier && !ctx->state->servers[i].regardless &&
            is_told_in_pass(&ctx->state->servers[i]))
            return true;
    return false;
}

static bool may_be_told(const struct ctx *ctx, size_t place, unsigned tier, bool begun)
{
    const struct server *server = &ctx->state->servers[place];

    return ctx->site->servers[place].tier == tier && server->state == SERVER_STATE_WAITING &&
           (begun || !shutdown_waits_for_supply(ctx, server));
}

bool shutdown_has_to_tell(const struct ctx *ctx, unsigned tier)
{
    bool begun = tier_is_begun_for_all(ctx, tier);

    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (may_be_told(ctx, i, tier, begun))
            return true;
    return false;
}

/* Those whose pause is over, of any tier: while the battery is low, the next may have begun. */
static void tell_again(struct ctx *ctx)
{
    unsigned left = count_places_left(ctx, takes_place_again);

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct server *server = &servers_of(ctx)[i];
        if (server->state != SERVER_STATE_RETRYING || instant_is_set(server->due))
            continue;
        server_handle(ctx, i, left > 0 ? SERVER_EVENT_TELL : SERVER_EVENT_TIMER);
        left -= server->state == SERVER_STATE_TELLING ? 1 : 0;
    }
}

/* Their first looks were put off. */
static void look_at_those_told(struct ctx *ctx, unsigned tier)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (ctx->site->servers[i].tier == tier &&
            servers_of(ctx)[i].state == SERVER_STATE_VERIFYING)
            look_now(ctx, i);
}

static void tell_tier(struct ctx *ctx, unsigned tier)
{
    bool begun = tier_is_begun_for_all(ctx, tier), any = false;
    unsigned left = count_places_left(ctx, takes_place);

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        if (!may_be_told(ctx, i, tier, begun))
            continue;
        if (left == 0)
            return;
        server_handle(ctx, i, SERVER_EVENT_TELL);
        left--;
        any = true;
    }
    if (any)
        look_at_those_told(ctx, tier);
}

static void advance_tiers(struct ctx *ctx)
{
    unsigned tier;

    if (!ctx->state->incident.shutdown_wanted)
        spare_the_rest(ctx);
    else if (ctx_supply_confirmed(ctx))
        spare_with_supply(ctx);
    tell_again(ctx);
    if (!current_tier(ctx, &tier))
        return;
    if (!tier_is_under_way(ctx, tier)) {
        if (!shutdown_has_to_tell(ctx, tier) || tier_waits_for_verified(ctx, tier) ||
            tier_waits_for_notifications(ctx, tier))
            return;
    }
    ctx->state->incident.self_due = INSTANT_NONE;
    tell_tier(ctx, tier);
}

/* ---- steps 5 and 6 ---- */

struct tally {
    size_t judged, off, normal, spared, open, not_off, told;
    instant last;
};

/* Not told because there is supply, or nobody wanted it down before there was. One that was
 * cancelled without supply is still to go down by the procedure. */
static bool is_spared(struct ctx *ctx, const struct server *server)
{
    const struct incident *incident = &ctx->state->incident;

    if (incident->phase != PHASE_IDLE && !ctx_supply_confirmed(ctx))
        return false;
    return server->result == SHUTDOWN_RESULT_SPARED ||
           (server->state == SERVER_STATE_IDLE && !server->told && incident->shutdown_begun);
}

static struct tally count_servers(struct ctx *ctx)
{
    struct tally tally = {.last = INSTANT_NONE};

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct server *server = &servers_of(ctx)[i];
        bool off = server_is_proven_off(server);
        if (server_is_self(ctx, i))
            continue;
        tally.judged++;
        tally.off += off ? 1 : 0;
        tally.normal += off && server_is_down_normally(server) ? 1 : 0;
        tally.not_off += server->state == SERVER_STATE_NOT_OFF && server->ordered ? 1 : 0;
        tally.told += server->told ? 1 : 0;
        tally.spared += is_spared(ctx, server) ? 1 : 0;
        tally.open += server->state == SERVER_STATE_WAITING || server_in_flight(server) ? 1 : 0;
        if (off)
            tally.last = instant_latest(tally.last, server->shutdown_finished);
    }
    return tally;
}

static enum actor actor_of(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (servers_of(ctx)[i].told)
            return ctx->state->incident.shutdown_by;
    return ACTOR_PERSON;
}

static bool step_takes_completion(const struct step *step)
{
    return step->state == STEP_STATE_OPEN || step->state == STEP_STATE_HELD ||
           (step->state == STEP_STATE_MISSED && !instant_is_set(step->done_at));
}

static void complete_steps(struct ctx *ctx, const struct tally *tally)
{
    const struct step *step5 = step_of(ctx, 5);
    struct step *step6 = step_of(ctx, 6);
    size_t expected = tally->judged - tally->spared;
    instant at = instant_latest(tally->last, ctx->state->incident.round_start);

    if (expected == 0 && tally->told == 0 && tally->open == 0 && ctx_supply_confirmed(ctx)) {
        step_end_not_required(ctx, 5);
        step_end_not_required(ctx, 6);
    }
    if (expected == 0 || tally->off < expected || tally->open > 0)
        return;
    if (step_takes_completion(step5))
        step_complete(ctx, 5, at, actor_of(ctx));
    if (!step_takes_completion(step6))
        return;
    step6->answer = tally->normal == expected ? ANSWER_YES : ANSWER_NO;
    if (step6->answer == ANSWER_YES)
        step_complete(ctx, 6, at, actor_of(ctx));
}

static void notify_done(struct ctx *ctx, const struct tally *tally)
{
    struct incident *incident = &ctx->state->incident;
    bool normal = tally->normal == tally->off;

    if (!incident->shutdown_begun || incident->shutdown_done_notified || tally->open > 0 ||
        tally->not_off > 0 || tally->off == 0 ||
        (incident->shutdown_all && tally->off + tally->spared < tally->judged))
        return;
    incident->shutdown_done_notified = true;
    struct notice notice =
        notice_make(ctx, NOTIFICATION_SHUTDOWN_DONE, normal ? SEVERITY_NOTICE : SEVERITY_WARNING);
    notice.step = notice.incident ? 6 : 0;
    notice.count = (uint32_t)tally->off;
    notice.actor = incident->shutdown_by;
    notice_send(ctx, notice);
}

bool shutdown_has_work(const struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (ctx->state->servers[i].state != SERVER_STATE_OFF &&
            !server_awaits_own_end(ctx->state, i))
            return true;
    return false;
}

bool shutdown_is_under_way(const struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (ctx->state->servers[i].state == SERVER_STATE_WAITING ||
            server_in_flight(&ctx->state->servers[i]))
            return true;
    return false;
}

/* Nobody is in flight, and who waits does so for one that is not proven off. */
static bool stands_still(struct ctx *ctx)
{
    unsigned tier;

    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (server_in_flight(&servers_of(ctx)[i]))
            return false;
    return current_tier(ctx, &tier) && tier_waits_for_verified(ctx, tier);
}

struct again {
    bool any, waits_for_supply;
};

static struct again find_again(const struct ctx *ctx)
{
    struct again again = {.waits_for_supply = true};

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        if (server_is_self(ctx, i) || !is_to_be_told_again(ctx, i))
            continue;
        again.any = true;
        again.waits_for_supply =
            again.waits_for_supply && shutdown_waits_for_supply(ctx, &ctx->state->servers[i]);
    }
    return again;
}

static void next_pass(struct ctx *ctx)
{
    struct incident *incident = &ctx->state->incident;
    struct again again = find_again(ctx);
    bool is_over = !shutdown_is_under_way(ctx) || stands_still(ctx);

    if (!is_over || !again.any) {
        incident->next_pass_at = INSTANT_NONE;
        return;
    }
    if (!instant_is_set(incident->next_pass_at)) {
        incident->next_pass_at = instant_add_ms(ctx->now, ctx->site->shutdown.retry_pause_ms);
        return;
    }
    if (!due_reached(ctx, incident->next_pass_at) || again.waits_for_supply)
        return;
    begin_pass(ctx);
    incident->next_pass_at = INSTANT_NONE;
}

void shutdown_settle(struct ctx *ctx)
{
    struct incident *incident = &ctx->state->incident;

    if (ctx->state->server_count == 0)
        return;
    advance_tiers(ctx);
    struct tally tally = count_servers(ctx);
    if (incident->phase != PHASE_IDLE)
        complete_steps(ctx, &tally);
    notify_done(ctx, &tally);
    next_pass(ctx);
    if (incident->phase == PHASE_IDLE && stands_still(ctx)) /* no pass will prove it off */
        spare_the_rest(ctx);
    if (incident->phase == PHASE_IDLE && !shutdown_is_under_way(ctx) && incident->shutdown_wanted) {
        incident->shutdown_wanted = incident->shutdown_all = false;
        forget_orders(ctx);
    }
}

void shutdown_timer(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (due_reached(ctx, servers_of(ctx)[i].due))
            server_handle(ctx, i, SERVER_EVENT_TIMER);
}

instant shutdown_next_due(const struct ctx *ctx)
{
    const struct incident *incident = &ctx->state->incident;
    const bool battery_is_low = ups_battery_is_low(ctx);
    instant due = due_next(ctx, INSTANT_NEVER, incident->next_pass_at);

    due = due_next(ctx, due, incident->self_due);
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct server *server = &ctx->state->servers[i];
        due = due_next(ctx, due, server->due);
        if (battery_is_low && holds_next_tier(ctx, server))
            due = due_next(ctx, due, first_try_ends(ctx, server));
        if (battery_is_low && takes_place_again(ctx, i))
            due = due_next(ctx, due, command_hangs_at(ctx, i));
    }
    return due;
}

/* A new incident knows nothing of earlier ones; what is under way goes on. */
void shutdown_reset(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        struct server *server = &servers_of(ctx)[i];
        if (server_in_flight(server) || server->state == SERVER_STATE_WAITING)
            continue;
        /* Its silence was proof, and goes on to be. */
        server->answered =
            server->state == SERVER_STATE_OFF && server->result != SHUTDOWN_RESULT_DRILLED;
        server->state = SERVER_STATE_IDLE;
        server->result = SHUTDOWN_RESULT_NONE;
        server->reason = REASON_NONE;
        server->told = server->told_first = server->told_in_pass = server->stale = false;
        server->ordered = server->regardless = server->accepted = server->answers = false;
        server->forced = server->cancelled = false;
        server->attempts = server->not_run = server->passed_over = 0;
        server->told_at = server->shutdown_started = server->shutdown_finished = INSTANT_NONE;
    }
}

void shutdown_round_begins(struct ctx *ctx)
{
    struct incident *incident = &ctx->state->incident;

    incident->shutdown_cancelled = false;
    for (size_t i = 0; i < ctx->state->server_count; i++)
        servers_of(ctx)[i].cancelled = false;
    if (shutdown_is_under_way(ctx))
        return;
    incident->shutdown_begun = incident->shutdown_all = incident->shutdown_wanted = false;
    incident->ups_forced = false;
    incident->next_pass_at = INSTANT_NONE;
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        struct server *server = &servers_of(ctx)[i];
        if (server->state == SERVER_STATE_NOT_OFF || server->state == SERVER_STATE_IDLE)
            server->told = server->told_in_pass = server->ordered = server->regardless = false;
        if (server->result != SHUTDOWN_RESULT_SPARED)
            continue;
        server->result = SHUTDOWN_RESULT_NONE;
        server->reason = REASON_NONE;
    }
}

void shutdown_incident_ends(struct ctx *ctx)
{
    bool drilled = servers_are_only_drilled(ctx), any = false;

    for (size_t i = 0; i < ctx->state->server_count; i++) {
        struct server *server = &servers_of(ctx)[i];
        server->regardless = server->regardless && !drilled;
        if (server->result == SHUTDOWN_RESULT_DRILLED)
            server_forget_off(ctx, i);
        any = any || (server->regardless &&
                      (server->state == SERVER_STATE_WAITING || server_in_flight(server)));
    }
    if (!any)
        end_shutdown(ctx);
}

/* A command that ran when the engine ended, or was about to: what became of it is not known. It is
 * looked at first; where that does not show that it goes down, it is told again. */
static void tell_anew(struct ctx *ctx, struct server *server)
{
    server->state = SERVER_STATE_RETRYING;
    server->reason = REASON_RESTARTED;
    server->due = instant_add_ms(ctx->now, ctx->site->shutdown.retry_pause_ms);
    server->attempts -= server->attempts > 0 ? 1 : 0; /* this one again */
}

void shutdown_resume(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        struct server *server = &servers_of(ctx)[i];
        if (server->state == SERVER_STATE_TELLING && server_is_self(ctx, i))
            server_handle(ctx, i, SERVER_EVENT_ACCEPTED);
        if (server->state == SERVER_STATE_TELLING)
            tell_anew(ctx, server);
        if (instant_is_set(server->due) && instant_before(server->due, ctx->now))
            server->due = ctx->now;
        server->not_seen = server->state == SERVER_STATE_VERIFYING; /* nobody was there */
        server->stale = server->state == SERVER_STATE_OFF &&
                        server->result != SHUTDOWN_RESULT_DRILLED &&
                        ctx->state->incident.phase != PHASE_IDLE;
        if (server_in_flight(server) || server->state == SERVER_STATE_NOT_OFF || server->stale)
            look_now(ctx, i);
    }
}

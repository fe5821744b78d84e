/*
 * Which servers evidence is gathered on follows from the state alone, so that no way through it
 * forgets one: in an incident all of them, as they may be shut down by hand, come back, or go down
 * after all, and only of one that was seen to answer does silence say something; outside of one
 * those that are being shut down or powered on, wait for the latter, or did not come up.
 */
#include "core/machine.h"

bool look_for_hands(const struct ctx *ctx)
{
    const struct incident *incident = &ctx->state->incident;
    enum step_state step = incident->steps[5 - 1].state;

    return incident->phase != PHASE_IDLE && step != STEP_STATE_WAITING &&
           step != STEP_STATE_NOT_REQUIRED;
}

static bool is_wanted(const struct ctx *ctx, size_t place)
{
    const struct server *server = &ctx->state->servers[place];
    enum power_state power = server->power.state;

    if (server_is_self(ctx, place))
        return false;
    return ctx->state->incident.phase != PHASE_IDLE || server_in_flight(server) ||
           power_in_flight(&server->power) || power == POWER_STATE_WAITING ||
           power == POWER_STATE_NOT_UP;
}

void look_now(struct ctx *ctx, size_t place)
{
    struct action *action = batch_push(ctx->batch, ACTION_VERIFY);

    action->verify.server = place;
    action->verify.on = action->verify.at_once = true;
    ctx->state->servers[place].looked_at = true;
}

/* Those that nobody told wait for their turn, else a thousand looks would hold up the telling. */
void looks_begin_anew(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct server *server = &ctx->state->servers[i];
        if (!server->looked_at)
            continue;
        struct action *action = batch_push(ctx->batch, ACTION_VERIFY);
        action->verify.server = i;
        action->verify.on = action->verify.anew = true;
        action->verify.at_once = server_in_flight(server) || power_in_flight(&server->power);
    }
}

void looks_settle(struct ctx *ctx)
{
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        struct server *server = &ctx->state->servers[i];
        bool on = is_wanted(ctx, i);
        if (on == server->looked_at)
            continue;
        server->looked_at = on;
        struct action *action = batch_push(ctx->batch, ACTION_VERIFY);
        action->verify.server = i;
        action->verify.on = on;
    }
}

/*
 * Which servers evidence is gathered on follows from the state alone, so that no way through it
 * forgets one: those that are being shut down or powered on, or did not come up; in an incident
 * those that were shut down, as they may come back or go down after all; and all of them while an
 * administrator may shut them down by hand.
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
    bool was_shut_down = server->state == SERVER_STATE_OFF || server->state == SERVER_STATE_NOT_OFF;

    if (server_is_self(ctx, place))
        return false;
    return server_in_flight(server) || power_in_flight(&server->power) ||
           server->power.state == POWER_STATE_NOT_UP ||
           (was_shut_down && ctx->state->incident.phase != PHASE_IDLE) || look_for_hands(ctx);
}

void look_now(struct ctx *ctx, size_t place)
{
    struct action *action = batch_push(ctx->batch, ACTION_VERIFY);

    action->verify.server = place;
    action->verify.on = action->verify.at_once = true;
    ctx->state->servers[place].looked_at = true;
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

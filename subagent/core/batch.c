#include <string.h>

#include "core/machine.h"

uint32_t number_after(uint32_t number)
{
    return number < INT32_MAX ? number + 1 : 1;
}

size_t batch_capacity(const struct site *site)
{
    /* Per server: told, killed, verified, three notices; per step and item: record, deviation,
     * notice. The rest is the machines' own. */
    return 256 + 8 * site->server_count;
}

void batch_clear(struct batch *batch)
{
    batch->count = 0;
    batch->overflow = false;
    batch->answer = PROMISE_NONE;
    batch->answer_reason = REASON_NONE;
    batch->command_index = 0;
}

struct action *batch_push(struct batch *batch, enum action_kind kind)
{
    static struct action spill;

    if (batch->count == batch->capacity) {
        batch->overflow = true;
        return &spill;
    }
    struct action *action = &batch->actions[batch->count++];
    memset(action, 0, sizeof(*action));
    action->kind = kind;
    return action;
}

struct notice notice_make(const struct ctx *ctx, enum notification what, enum severity severity)
{
    const struct incident *incident = &ctx->state->incident;

    return (struct notice){
        .notification = what,
        .severity = severity,
        .at = ctx->now,
        .incident = incident->phase == PHASE_IDLE ? 0 : incident->id,
        .round = incident->phase == PHASE_IDLE ? 0 : incident->round,
        .server = -1,
        .amount_ms = -1,
        .credited_at = INSTANT_NONE,
        .actor = ACTOR_NONE,
        .equipment = EQUIPMENT_KIND_UNKNOWN,
        .input = INPUT_ROLE_UNKNOWN,
        .drill = incident->phase != PHASE_IDLE && incident->kind == INCIDENT_KIND_DRILL,
    };
}

void notice_send(struct ctx *ctx, struct notice notice)
{
    struct state *state = ctx->state;

    notice.sequence = number_take(&state->next_event);
    notice.noticed_late =
        instant_is_set(state->resumed_at) && instant_before(notice.at, state->resumed_at);
    batch_push(ctx->batch, ACTION_NOTIFY)->notice = notice;
}

void notice_defer(struct ctx *ctx, struct notice notice)
{
    if (ctx->deferred_count == DEFERRED_LIMIT)
        notices_flush(ctx);
    ctx->deferred[ctx->deferred_count++] = notice;
}

void notices_flush(struct ctx *ctx)
{
    for (unsigned i = 0; i < ctx->deferred_count; i++)
        notice_send(ctx, ctx->deferred[i]);
    ctx->deferred_count = 0;
}

void notice_simple(struct ctx *ctx, enum notification what, enum severity severity)
{
    notice_send(ctx, notice_make(ctx, what, severity));
}

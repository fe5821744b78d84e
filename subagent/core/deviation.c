/*
 * Deviations: what an executor must account for. Those with one cause are linked to it and
 * accounted for once.
 */
#include "core/machine.h"

/* The step whose deviation is the cause of this one's, if it has one. */
static const unsigned cause_of[STEP_COUNT + 1] = {[2] = 1, [3] = 1, [6] = 5};

static uint32_t cause_for(struct ctx *ctx, unsigned number)
{
    return cause_of[number] ? step_of(ctx, cause_of[number])->deviation : 0;
}

static void notify(struct ctx *ctx, const struct deviation_put *put)
{
    struct notice notice = notice_make(ctx, NOTIFICATION_DEVIATION_RECORDED, SEVERITY_WARNING);

    notice.step = put->step;
    notice.count = put->id;
    notice.amount_ms = put->amount_ms;
    notice.equipment = put->equipment;
    notice.input = put->input;
    notice.server = put->server;
    notice_defer(ctx, notice);
}

static struct deviation_put make_put(const struct ctx *ctx, unsigned number,
                                     enum deviation_kind kind)
{
    return (struct deviation_put){
        .incident = ctx->state->incident.id,
        .round = ctx->state->incident.round,
        .step = number,
        .kind = kind,
        .equipment = EQUIPMENT_KIND_UNKNOWN,
        .input = INPUT_ROLE_UNKNOWN,
        .server = -1,
        .amount_ms = -1,
        .at = ctx->now,
    };
}

static void record(struct ctx *ctx, struct deviation_put *put)
{
    put->id = number_take(&ctx->state->next_deviation);
    ctx->state->incident.deviations++;
    batch_push(ctx->batch, ACTION_PUT_DEVIATION)->deviation = *put;
    notify(ctx, put);
}

uint32_t deviation_record_step(struct ctx *ctx, unsigned number, enum deviation_kind kind,
                               int64_t amount_ms)
{
    struct deviation_put put = make_put(ctx, number, kind);

    put.amount_ms = amount_ms;
    put.cause = cause_for(ctx, number);
    if (kind == DEVIATION_KIND_EQUIPMENT)
        put.input = ctx->state->hold_reason == REASON_UPS_ON_MAINS ? INPUT_ROLE_UPS_ON_BATTERY
                                                                   : INPUT_ROLE_UPS_BATTERY_LOW;
    record(ctx, &put);
    step_of(ctx, number)->deviation = put.id;
    step_of(ctx, number)->deviation_kind = kind;
    step_of(ctx, number)->deviation_input = put.input;
    return put.id;
}

void deviation_amend(struct ctx *ctx, unsigned number, int64_t amount_ms)
{
    const struct step *step = step_of(ctx, number);
    struct deviation_put put = make_put(ctx, number, step->deviation_kind);

    if (step->deviation == 0)
        return;
    put.id = step->deviation;
    put.input = step->deviation_input;
    put.amount_ms = amount_ms;
    put.cause = cause_for(ctx, number);
    batch_push(ctx->batch, ACTION_PUT_DEVIATION)->deviation = put;
}

void deviation_record_equipment(struct ctx *ctx, enum equipment_kind kind, int server)
{
    static const unsigned steps[EQUIPMENT_KIND_COUNT] = {
        [EQUIPMENT_KIND_FUEL] = 1,
        [EQUIPMENT_KIND_GENSET] = 1,
        [EQUIPMENT_KIND_STARTER_BATTERY] = 1,
        [EQUIPMENT_KIND_UPS] = 5,
        [EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER] = 5,
        [EQUIPMENT_KIND_NETWORK] = 5,
        [EQUIPMENT_KIND_SERVER] = 5,
    };
    struct deviation_put put = make_put(ctx, steps[kind], DEVIATION_KIND_EQUIPMENT);

    put.equipment = kind;
    put.server = server;
    record(ctx, &put);
}

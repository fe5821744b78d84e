#include "core/machine.h"

void signal_raise_reason(struct ctx *ctx, enum signal_kind kind, instant at, enum reason reason)
{
    if (ctx->signal_count == SIGNAL_LIMIT) {
        ctx->batch->overflow = true;
        return;
    }
    ctx->signals[ctx->signal_count++] =
        (struct signal){.kind = kind, .at = at, .reason = reason, .role = INPUT_ROLE_UNKNOWN};
}

void signal_raise(struct ctx *ctx, enum signal_kind kind, instant at)
{
    signal_raise_reason(ctx, kind, at, REASON_NONE);
}

/*
 * Debounce of one input. What a level is credited to is always its own edge.
 *
 *   raw changes ──→ settles at raw_since + delay ──→ value
 *        └─ raw back to value before that: nothing happened
 *
 * Rising and falling delays differ where being early is safe: the genset's running contact and the
 * emergency stop count at once when they close, a mains phase when it returns.
 */
#include "core/machine.h"

static const bool rises_at_once[INPUT_ROLE_COUNT] = {
    [INPUT_ROLE_MAINS_L1] = true,
    [INPUT_ROLE_MAINS_L2] = true,
    [INPUT_ROLE_MAINS_L3] = true,
    [INPUT_ROLE_GENSET_RUNNING] = true,
    [INPUT_ROLE_EMERGENCY_STOP] = true,
};

void input_init(struct input *input)
{
    *input = (struct input){.raw = INPUT_VALUE_UNKNOWN,
                            .value = INPUT_VALUE_UNKNOWN,
                            .raw_since = INSTANT_NONE,
                            .since = INSTANT_NONE,
                            .settle_at = INSTANT_NONE};
}

bool line_is(const struct site *site, const struct state *state, enum input_role role,
             enum input_value value)
{
    return site->inputs[role].wired && state->inputs[role].value == value;
}

bool input_is(const struct ctx *ctx, enum input_role role, enum input_value value)
{
    return line_is(ctx->site, ctx->state, role, value);
}

bool input_is_settling(const struct ctx *ctx, enum input_role role)
{
    return instant_is_set(ctx->state->inputs[role].settle_at);
}

bool input_is_told(const struct ctx *ctx, enum input_role role)
{
    return instant_is_set(ctx->state->inputs[role].raw_since);
}

static void take_value(struct ctx *ctx, enum input_role role)
{
    struct input *input = &ctx->state->inputs[role];

    input->settle_at = INSTANT_NONE;
    input->value = input->raw;
    input->since = input->raw_since;
    signal_raise(ctx, SIGNAL_INPUT_CHANGED, input->since);
    ctx->signals[ctx->signal_count - 1].role = role;
}

static int64_t settle_delay_ms(const struct ctx *ctx, enum input_role role)
{
    const struct input *input = &ctx->state->inputs[role];

    if (input->raw == INPUT_VALUE_UNKNOWN || input->value == INPUT_VALUE_UNKNOWN)
        return 0;
    if (input->raw == INPUT_VALUE_ACTIVE && rises_at_once[role])
        return 0;
    return ctx->site->inputs[role].debounce_ms;
}

static void announce_availability(struct ctx *ctx, enum input_role role)
{
    static const enum notification what[] = {NOTIFICATION_INPUT_AVAILABLE,
                                             NOTIFICATION_INPUT_UNAVAILABLE};
    struct input *input = &ctx->state->inputs[role];
    bool unavailable = input->raw == INPUT_VALUE_UNKNOWN;

    if (unavailable == input->alarmed)
        return;
    input->alarmed = unavailable;
    struct notice notice =
        notice_make(ctx, what[unavailable], unavailable ? SEVERITY_WARNING : SEVERITY_NOTICE);
    notice.input = role;
    notice_send(ctx, notice);
}

void input_set(struct ctx *ctx, const struct event *event)
{
    struct input *input = &ctx->state->inputs[event->role];

    if (!ctx->site->inputs[event->role].wired)
        return;
    bool first = !input_is_told(ctx, event->role);
    if (input->raw == event->value && !first)
        return;
    input->raw = event->value;
    input->raw_since = event->at;
    input->initial = event->initial;
    announce_availability(ctx, event->role);
    bool at_once = settle_delay_ms(ctx, event->role) == 0;
    if (first || (input->raw != input->value && at_once))
        take_value(ctx, event->role);
    else if (input->raw == input->value)
        input->settle_at = INSTANT_NONE;
    else
        input->settle_at = instant_add_ms(event->at, settle_delay_ms(ctx, event->role));
}

void input_timer(struct ctx *ctx)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        if (due_reached(ctx, ctx->state->inputs[role].settle_at))
            take_value(ctx, role);
}

instant input_next_due(const struct ctx *ctx)
{
    instant due = INSTANT_NEVER;

    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        due = due_next(ctx, due, ctx->state->inputs[role].settle_at);
    return due;
}

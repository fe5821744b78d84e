/*
 * Is there supply, is one being confirmed, and what contradicts it: what holds the irreversible.
 */
#include "core/core.h"
#include "core/machine.h"

static bool mains_confirmed(const struct state *state)
{
    bool drill = state->incident.phase != PHASE_IDLE && state->incident.kind == INCIDENT_KIND_DRILL;

    return state->mains.state == MAINS_STATE_PRESENT && !drill;
}

/* Nothing that is sensed says that it does not. */
static bool genset_carries(const struct site *site, const struct state *state)
{
    return !line_is(site, state, INPUT_ROLE_GENSET_VOLTAGE, INPUT_VALUE_INACTIVE) &&
           !line_is(site, state, INPUT_ROLE_TRANSFER_SWITCH, INPUT_VALUE_INACTIVE);
}

static bool genset_supplies(const struct site *site, const struct state *state)
{
    return genset_state_is_confirmed(state->genset.state) && genset_carries(site, state) &&
           !line_is(site, state, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_UNKNOWN);
}

bool supply_confirmed(const struct site *site, const struct state *state)
{
    return mains_confirmed(state) || genset_supplies(site, state);
}

bool supply_being_confirmed(const struct site *site, const struct state *state)
{
    bool genset =
        state->genset.state == GENSET_STATE_CONFIRMING && instant_is_set(state->genset.due);

    (void)site;
    return genset || state->mains.state == MAINS_STATE_RETURNING;
}

bool ctx_supply_confirmed(const struct ctx *ctx)
{
    return supply_confirmed(ctx->site, ctx->state);
}

bool ctx_supply_being_confirmed(const struct ctx *ctx)
{
    return supply_being_confirmed(ctx->site, ctx->state);
}

bool inhibited(const struct ctx *ctx)
{
    return instant_is_set(ctx->state->inhibit_until);
}

/* ---- the genset's load ---- */

bool outage_is_open(const struct state *state)
{
    return state->incident.phase != PHASE_IDLE && state->incident.kind == INCIDENT_KIND_OUTAGE;
}

static instant warm_at(const struct ctx *ctx)
{
    const struct genset *genset = &ctx->state->genset;

    return genset->state == GENSET_STATE_RUNNING
               ? instant_add_ms(genset->since, ctx->site->genset.warm_up_ms)
               : INSTANT_NONE;
}

/* Unknown does not end the alarm; the end of the outage does, and needs no word of its own. */
static void watch_load(struct ctx *ctx)
{
    struct genset *genset = &ctx->state->genset;
    bool carries = genset_carries(ctx->site, ctx->state);
    bool unknown = input_is(ctx, INPUT_ROLE_GENSET_VOLTAGE, INPUT_VALUE_UNKNOWN) ||
                   input_is(ctx, INPUT_ROLE_TRANSFER_SWITCH, INPUT_VALUE_UNKNOWN);
    bool outage = outage_is_open(ctx->state);

    if (!genset->not_carrying_alarmed && outage && !carries && due_reached(ctx, warm_at(ctx))) {
        genset->not_carrying_alarmed = true;
        notice_simple(ctx, NOTIFICATION_GENSET_NOT_CARRYING, SEVERITY_CRITICAL);
    } else if (genset->not_carrying_alarmed && carries && !unknown) {
        genset->not_carrying_alarmed = false;
        notice_simple(ctx, NOTIFICATION_GENSET_CARRYING, SEVERITY_NOTICE);
    } else if (!outage) {
        genset->not_carrying_alarmed = false;
    }
}

instant supply_next_due(const struct ctx *ctx)
{
    return due_next(ctx, ups_next_due(ctx), warm_at(ctx));
}

/* ---- what the UPS contradicts ---- */

/* What is there in a drill, too. */
static bool mains_feeds(const struct state *state)
{
    return state->mains.state == MAINS_STATE_PRESENT;
}

/* What both say who have been asked. One that is not heard yet after a start changes nothing. */
static bool ups_is_on_mains(const struct ctx *ctx)
{
    enum input_value value = ups_value(ctx->site, ctx->state, INPUT_ROLE_UPS_ON_BATTERY);

    return value == INPUT_VALUE_INACTIVE || (value == INPUT_VALUE_UNKNOWN && ups_is_awaited(ctx) &&
                                             ctx->state->hold_reason == REASON_UPS_ON_MAINS);
}

static bool ups_is_at_its_end(const struct ctx *ctx)
{
    enum input_value value = ups_value(ctx->site, ctx->state, INPUT_ROLE_UPS_BATTERY_LOW);

    return value == INPUT_VALUE_ACTIVE || (value == INPUT_VALUE_UNKNOWN && ups_is_awaited(ctx) &&
                                           ctx->state->hold_reason == REASON_UPS_LOW_WITH_SUPPLY);
}

static enum reason contradiction(const struct ctx *ctx)
{
    const struct state *state = ctx->state;
    bool real_outage = outage_is_open(state) && state->mains.state == MAINS_STATE_LOST;

    if (real_outage && ups_is_on_mains(ctx) && !genset_supplies(ctx->site, state))
        return REASON_UPS_ON_MAINS;
    if (ups_is_at_its_end(ctx) && (ctx_supply_confirmed(ctx) || mains_feeds(state)))
        return REASON_UPS_LOW_WITH_SUPPLY;
    return REASON_NONE;
}

static void notify_contradiction(struct ctx *ctx, enum notification what, enum severity severity)
{
    struct notice notice = notice_make(ctx, what, severity);

    notice.reason = ctx->state->hold_reason;
    notice.input = ctx->state->hold_reason == REASON_UPS_ON_MAINS ? INPUT_ROLE_UPS_ON_BATTERY
                                                                  : INPUT_ROLE_UPS_BATTERY_LOW;
    notice_send(ctx, notice);
}

/* What an administrator released once is not held again in the same incident. */
static enum hold_state state_of_hold(const struct state *state, enum reason reason)
{
    if (reason == REASON_NONE)
        return HOLD_STATE_NONE;
    return reason == state->incident.released ? HOLD_STATE_RELEASED : HOLD_STATE_HELD;
}

static void watch_contradiction(struct ctx *ctx)
{
    struct state *state = ctx->state;
    enum reason reason = contradiction(ctx);

    if (reason == state->hold_reason)
        return;
    if (state->hold_reason != REASON_NONE)
        notify_contradiction(ctx, NOTIFICATION_CONTRADICTION_CLEARED, SEVERITY_NOTICE);
    state->hold_reason = reason;
    state->hold = state_of_hold(state, reason);
    if (reason != REASON_NONE)
        notify_contradiction(ctx, NOTIFICATION_CONTRADICTION_RAISED, SEVERITY_CRITICAL);
}

void supply_settle(struct ctx *ctx)
{
    watch_load(ctx);
    ups_settle(ctx);
    watch_contradiction(ctx);
}

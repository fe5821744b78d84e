/*
 * What must be ready before an outage: derived from inputs where sensed, else told by checks.
 * Missing is announced; an outage that finds it missing makes it a deviation, one per item.
 */
#include "core/core.h"
#include "core/machine.h"

static enum equipment_state from_input(const struct ctx *ctx, enum input_role role,
                                       enum input_value missing)
{
    if (input_is(ctx, role, missing))
        return EQUIPMENT_STATE_MISSING;
    if (!ctx->site->inputs[role].wired || input_is(ctx, role, INPUT_VALUE_UNKNOWN))
        return EQUIPMENT_STATE_UNKNOWN;
    return EQUIPMENT_STATE_READY;
}

static bool output_is_missing(const struct ctx *ctx)
{
    for (unsigned role = OUTPUT_RUN; role <= OUTPUT_STOP; role++)
        if (ctx->state->output_missing[role])
            return true;
    return false;
}

/* Missing if any is missing; ready if all that is sensed is ready, or what was missing is back. */
static enum equipment_state genset_readiness(const struct ctx *ctx, enum reason *reason)
{
    static const struct {
        enum input_role role;
        enum input_value missing;
        enum reason reason;
    } parts[] = {
        {INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_ACTIVE, REASON_FAULT},
        {INPUT_ROLE_GENSET_AUTOMATIC, INPUT_VALUE_INACTIVE, REASON_NOT_AUTOMATIC},
        {INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE, REASON_EMERGENCY_STOP},
    };
    enum equipment_state all = EQUIPMENT_STATE_READY;
    bool sensed = ctx->state->equipment[EQUIPMENT_KIND_GENSET].state != EQUIPMENT_STATE_UNKNOWN;

    if (output_is_missing(ctx)) {
        *reason = REASON_LINE_UNAVAILABLE;
        return EQUIPMENT_STATE_MISSING;
    }
    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        enum equipment_state part = from_input(ctx, parts[i].role, parts[i].missing);
        if (part == EQUIPMENT_STATE_MISSING) {
            *reason = parts[i].reason;
            return part;
        }
        if (!ctx->site->inputs[parts[i].role].wired)
            continue;
        sensed = true;
        if (part == EQUIPMENT_STATE_UNKNOWN)
            all = EQUIPMENT_STATE_UNKNOWN;
    }
    return sensed ? all : EQUIPMENT_STATE_UNKNOWN;
}

static void set_state(struct ctx *ctx, struct equipment *item, enum equipment_kind kind, int server,
                      enum equipment_state state, enum reason reason)
{
    bool announce = state == EQUIPMENT_STATE_MISSING ||
                    (state == EQUIPMENT_STATE_READY && item->state == EQUIPMENT_STATE_MISSING);

    if (item->state == state)
        return;
    item->state = state;
    item->since = ctx->now;
    item->reason = state == EQUIPMENT_STATE_MISSING ? reason : REASON_NONE;
    if (!announce)
        return;
    bool missing = state == EQUIPMENT_STATE_MISSING;
    struct notice notice =
        notice_make(ctx,
                    missing ? NOTIFICATION_EQUIPMENT_MISSING : NOTIFICATION_EQUIPMENT_READY,
                    missing ? SEVERITY_WARNING : SEVERITY_NOTICE);
    notice.equipment = kind;
    notice.server = server;
    notice.reason = item->reason;
    notice_send(ctx, notice);
}

static enum equipment_state ups_readiness(const struct ctx *ctx)
{
    static const enum equipment_state states[INPUT_VALUE_COUNT] = {
        [INPUT_VALUE_UNKNOWN] = EQUIPMENT_STATE_UNKNOWN,
        [INPUT_VALUE_INACTIVE] = EQUIPMENT_STATE_READY,
        [INPUT_VALUE_ACTIVE] = EQUIPMENT_STATE_MISSING,
    };

    return states[ups_value(ctx->site, ctx->state, INPUT_ROLE_UPS_BATTERY_LOW)];
}

static void settle_ups(struct ctx *ctx)
{
    if (ups_is_watched(ctx->site))
        set_state(ctx,
                  &ctx->state->equipment[EQUIPMENT_KIND_UPS],
                  EQUIPMENT_KIND_UPS,
                  -1,
                  ups_readiness(ctx),
                  REASON_UPS_LOW);
}

static void settle_kind(struct ctx *ctx, enum equipment_kind kind, enum input_role role,
                        enum reason reason)
{
    if (ctx->site->inputs[role].wired)
        set_state(ctx,
                  &ctx->state->equipment[kind],
                  kind,
                  -1,
                  from_input(ctx, role, INPUT_VALUE_ACTIVE),
                  reason);
}

static void account(struct ctx *ctx, struct equipment *item, enum equipment_kind kind, int server)
{
    if (item->state != EQUIPMENT_STATE_MISSING || item->incident == ctx->state->incident.id)
        return;
    item->incident = ctx->state->incident.id;
    deviation_record_equipment(ctx, kind, server);
}

/* That an output fails shows only when it is driven: in the outage that needs it. */
static void account_for_output(struct ctx *ctx)
{
    const struct incident *incident = &ctx->state->incident;

    if (output_is_missing(ctx) && incident->phase == PHASE_DECIDING &&
        incident->kind == INCIDENT_KIND_OUTAGE)
        account(ctx, &ctx->state->equipment[EQUIPMENT_KIND_GENSET], EQUIPMENT_KIND_GENSET, -1);
}

void readiness_settle(struct ctx *ctx)
{
    enum reason reason = REASON_NONE;
    enum equipment_state genset = genset_readiness(ctx, &reason);

    settle_kind(ctx, EQUIPMENT_KIND_FUEL, INPUT_ROLE_FUEL_LOW, REASON_FUEL_LOW);
    settle_kind(
        ctx, EQUIPMENT_KIND_STARTER_BATTERY, INPUT_ROLE_STARTER_BATTERY_LOW, REASON_BATTERY_LOW);
    settle_ups(ctx);
    if (genset != EQUIPMENT_STATE_UNKNOWN ||
        ctx->state->equipment[EQUIPMENT_KIND_GENSET].state != EQUIPMENT_STATE_UNKNOWN)
        set_state(ctx,
                  &ctx->state->equipment[EQUIPMENT_KIND_GENSET],
                  EQUIPMENT_KIND_GENSET,
                  -1,
                  genset,
                  reason);
    account_for_output(ctx);
}

/* Outside an incident, when no evidence is gathered, this tells that a server is back. */
static void server_is_reached(struct ctx *ctx, size_t place, instant at)
{
    ctx->state->servers[place].last_reachable = at;
    if (ctx->state->incident.phase != PHASE_IDLE)
        return;
    power_takes(ctx, place, SERVER_ANSWERS);
    if (ctx->state->servers[place].state == SERVER_STATE_OFF)
        server_handle(ctx, place, SERVER_EVENT_ANSWERS);
}

void readiness_fact(struct ctx *ctx, const struct event *event)
{
    bool server = event->equipment == EQUIPMENT_KIND_SERVER;

    if (event->equipment == EQUIPMENT_KIND_UNKNOWN) {
        ctx->state->checks_wanted = false;
        return;
    }
    if (server && event->server >= ctx->state->server_count)
        return;
    struct equipment *item = server ? &ctx->state->servers[event->server].access
                                    : &ctx->state->equipment[event->equipment];
    if (server && event->equipment_state == EQUIPMENT_STATE_READY)
        server_is_reached(ctx, event->server, event->at);
    set_state(ctx,
              item,
              event->equipment,
              server ? (int)event->server : -1,
              event->equipment_state,
              REASON_CHECK_FAILED);
}

void readiness_check(struct ctx *ctx)
{
    ctx->state->checks_wanted = true;
    batch_push(ctx->batch, ACTION_CHECK);
}

bool readiness_misses_something(const struct ctx *ctx)
{
    for (unsigned kind = EQUIPMENT_KIND_FUEL; kind < EQUIPMENT_KIND_SERVER; kind++)
        if (ctx->state->equipment[kind].state == EQUIPMENT_STATE_MISSING)
            return true;
    for (size_t i = 0; i < ctx->state->server_count; i++)
        if (ctx->state->servers[i].access.state == EQUIPMENT_STATE_MISSING)
            return true;
    return false;
}

void readiness_incident_opened(struct ctx *ctx)
{
    for (unsigned kind = EQUIPMENT_KIND_FUEL; kind < EQUIPMENT_KIND_SERVER; kind++)
        account(ctx, &ctx->state->equipment[kind], (enum equipment_kind)kind, -1);
    for (size_t i = 0; i < ctx->state->server_count; i++)
        account(ctx, &ctx->state->servers[i].access, EQUIPMENT_KIND_SERVER, (int)i);
}

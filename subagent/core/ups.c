/*
 * The UPS, by its contacts and by Network UPS Tools: what both say together, and how long it lasts
 * against the longest that the rest of the shutdown can take.
 */
#include "core/core.h"
#include "core/machine.h"

static enum input_value said_by_contact(const struct site *site, const struct state *state,
                                        enum input_role role)
{
    return site->inputs[role].wired ? state->inputs[role].value : INPUT_VALUE_UNKNOWN;
}

static enum input_value said_by_nut(const struct site *site, const struct state *state,
                                    enum input_role role)
{
    if (!site->ups.asked)
        return INPUT_VALUE_UNKNOWN;
    return role == INPUT_ROLE_UPS_ON_BATTERY ? state->ups.word.on_battery
                                             : state->ups.word.battery_low;
}

/* Active if either says so, unknown if neither says anything. */
enum input_value ups_value(const struct site *site, const struct state *state, enum input_role role)
{
    enum input_value contact = said_by_contact(site, state, role);
    enum input_value nut = said_by_nut(site, state, role);

    _Static_assert(INPUT_VALUE_UNKNOWN < INPUT_VALUE_INACTIVE &&
                       INPUT_VALUE_INACTIVE < INPUT_VALUE_ACTIVE,
                   "the larger one is what both say together");
    return contact > nut ? contact : nut;
}

bool ups_says(const struct ctx *ctx, enum input_role role, enum input_value value)
{
    return ups_value(ctx->site, ctx->state, role) == value;
}

bool ups_is_awaited(const struct ctx *ctx)
{
    return ctx->site->ups.asked && ctx->state->ups.word.link == UPS_LINK_UNKNOWN;
}

bool ups_battery_is_low(const struct ctx *ctx)
{
    return ups_says(ctx, INPUT_ROLE_UPS_BATTERY_LOW, INPUT_VALUE_ACTIVE);
}

/* ---- how long it lasts ---- */

/* One that has ended without proof is told again only in a further pass, or when all begins. */
static bool is_still_to_go(const void *context, size_t place)
{
    const struct state *state = context;
    enum server_state server = state->servers[place].state;

    if (server == SERVER_STATE_OFF || server_awaits_own_end(state, place))
        return false;
    return !state->incident.shutdown_all || server == SERVER_STATE_WAITING ||
           server_in_flight(&state->servers[place]);
}

int64_t ups_shutdown_ms(const struct site *site, const struct state *state)
{
    return shutdown_worst_ms(site, is_still_to_go, state);
}

/* Nothing else feeds the load. In a drill the mains does, whatever is played. */
static bool is_all_there_is(const struct ctx *ctx)
{
    return !ctx_supply_confirmed(ctx) && ctx->state->mains.state != MAINS_STATE_PRESENT;
}

/* When no more is left than is needed. */
static instant short_at(const struct ctx *ctx)
{
    instant empty_at = ctx->state->ups.empty_at;

    if (!instant_is_set(empty_at) || !is_all_there_is(ctx) || ctx->state->server_count == 0)
        return INSTANT_NONE;
    return instant_add_ms(empty_at,
                          -(ctx->site->ups.reserve_ms + ups_shutdown_ms(ctx->site, ctx->state)));
}

bool ups_is_low(const struct ctx *ctx)
{
    return ups_battery_is_low(ctx) && is_all_there_is(ctx);
}

bool ups_runs_out(const struct ctx *ctx)
{
    return ups_is_low(ctx) || due_reached(ctx, short_at(ctx));
}

instant ups_next_due(const struct ctx *ctx)
{
    return due_next(ctx, INSTANT_NEVER, short_at(ctx));
}

/* ---- what is told ---- */

void ups_init(struct ups *ups)
{
    ups->word = (struct ups_word){.link = UPS_LINK_UNKNOWN,
                                  .on_battery = INPUT_VALUE_UNKNOWN,
                                  .battery_low = INPUT_VALUE_UNKNOWN,
                                  .runtime_ms = -1,
                                  .charge_percent = -1};
    ups->heard_at = ups->empty_at = INSTANT_NONE;
}

static bool words_are_the_same(const struct ups_word *a, const struct ups_word *b)
{
    return a->link == b->link && a->on_battery == b->on_battery &&
           a->battery_low == b->battery_low && a->runtime_ms == b->runtime_ms &&
           a->charge_percent == b->charge_percent;
}

static void announce(struct ctx *ctx)
{
    struct ups *ups = &ctx->state->ups;
    bool unknown = ups->word.link != UPS_LINK_OK;
    struct notice notice =
        notice_make(ctx,
                    unknown ? NOTIFICATION_UPS_UNKNOWN : NOTIFICATION_UPS_KNOWN_AGAIN,
                    unknown ? SEVERITY_WARNING : SEVERITY_NOTICE);

    if (unknown == ups->alarmed)
        return;
    ups->alarmed = unknown;
    if (unknown)
        notice.reason =
            ups->word.link == UPS_LINK_STALE ? REASON_UPS_STALE : REASON_UPS_UNREACHABLE;
    notice_send(ctx, notice);
}

static void reckon(struct ctx *ctx)
{
    struct ups *ups = &ctx->state->ups;
    bool runs_down =
        ups_says(ctx, INPUT_ROLE_UPS_ON_BATTERY, INPUT_VALUE_ACTIVE) && ups->word.runtime_ms >= 0;

    if (ups->word.link == UPS_LINK_OK)
        ups->empty_at = runs_down ? instant_add_ms(ctx->now, ups->word.runtime_ms) : INSTANT_NONE;
}

void ups_told(struct ctx *ctx, const struct event *event)
{
    struct ups *ups = &ctx->state->ups;

    if (!ctx->site->ups.asked || event->ups.link == UPS_LINK_UNKNOWN)
        return;
    if (!words_are_the_same(&ups->word, &event->ups))
        ups->heard_at = ctx->now;
    ups->word = event->ups;
    reckon(ctx);
    announce(ctx);
}

/* ---- the alarm ---- */

static void watch_battery(struct ctx *ctx)
{
    struct state *state = ctx->state;
    bool low = ups_battery_is_low(ctx);

    if (low == state->ups_low_alarmed)
        return;
    if (!low && ups_is_watched(ctx->site) &&
        ups_says(ctx, INPUT_ROLE_UPS_BATTERY_LOW, INPUT_VALUE_UNKNOWN))
        return;
    state->ups_low_alarmed = low;
    notice_simple(ctx,
                  low ? NOTIFICATION_UPS_LOW : NOTIFICATION_UPS_RECOVERED,
                  low ? SEVERITY_CRITICAL : SEVERITY_NOTICE);
}

/* Charged by a supply meanwhile, it lasts for longer than was heard. */
static void forget_what_is_over(struct ctx *ctx)
{
    if (ctx->state->ups.word.link != UPS_LINK_OK && !is_all_there_is(ctx))
        ctx->state->ups.empty_at = INSTANT_NONE;
}

void ups_settle(struct ctx *ctx)
{
    forget_what_is_over(ctx);
    watch_battery(ctx);
}

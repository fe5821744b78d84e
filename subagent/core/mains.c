/*
 * The mains: all sensed phases together.
 *
 *                     lost               debounce over, or window full
 *   unknown ─present→ present ──────→ unstable ─────────────────────────→ lost
 *      ↑                ↑  ↑ present: a dip │                             ↑  │ present
 *      └─ unknown ──────┴──┼────────────────┘          lost for the       │  ↓
 *                          │                           debounce, unknown  │  │
 *                          └────────── confirmed ──────────────────── returning
 *
 * Unknown starts nothing and ends nothing: it drops a pending loss and a pending return, and leaves
 * an outage as it is.
 */
#include "core/machine.h"

enum mains_event { MAINS_PRESENT, MAINS_LOST, MAINS_UNKNOWN, MAINS_TIMER, MAINS_EVENT_COUNT };

typedef enum mains_state handler(struct ctx *ctx, instant at);

static const enum input_role phases[] = {
    INPUT_ROLE_MAINS_L1, INPUT_ROLE_MAINS_L2, INPUT_ROLE_MAINS_L3};
enum { PHASE_INPUT_COUNT = sizeof(phases) / sizeof(phases[0]) };

static struct mains *mains_of(struct ctx *ctx)
{
    return &ctx->state->mains;
}

/* ---- the window of dips ---- */

static void dips_forget(struct mains *mains)
{
    for (unsigned i = 0; i < DIP_LIMIT; i++)
        mains->dips[i] = (struct dip){INSTANT_NONE, INSTANT_NONE, 0};
    mains->dip_count = 0;
}

static void dip_drop_oldest(struct mains *mains)
{
    for (unsigned i = 1; i < mains->dip_count; i++)
        mains->dips[i - 1] = mains->dips[i];
    mains->dips[--mains->dip_count] = (struct dip){INSTANT_NONE, INSTANT_NONE, 0};
}

/* When full, the two oldest become one: its time lost is kept, its place only roughly. */
static void dip_add(struct mains *mains, instant start, instant end)
{
    if (mains->dip_count == DIP_LIMIT) {
        struct dip oldest = mains->dips[0];
        dip_drop_oldest(mains);
        mains->dips[0].start = oldest.start;
        mains->dips[0].lost_ms = duration_sum_ms(mains->dips[0].lost_ms, oldest.lost_ms);
    }
    mains->dips[mains->dip_count++] =
        (struct dip){.start = start, .end = end, .lost_ms = instant_diff_ms(end, start)};
}

static void dips_prune(struct ctx *ctx)
{
    struct mains *mains = mains_of(ctx);
    instant cutoff = instant_add_ms(ctx->now, -ctx->site->mains.window_ms);

    while (mains->dip_count > 0 && !instant_before(cutoff, mains->dips[0].end))
        dip_drop_oldest(mains);
}

static int64_t lost_within_ms(instant start, instant end, int64_t lost_ms, instant cutoff)
{
    int64_t within_ms = instant_diff_ms(end, instant_latest(start, cutoff));

    return within_ms < lost_ms ? within_ms : lost_ms;
}

/* Time lost within the window up to now, the dip under way since `start` included. */
static int64_t window_lost_ms(struct ctx *ctx, instant start)
{
    struct mains *mains = mains_of(ctx);
    instant cutoff = instant_add_ms(ctx->now, -ctx->site->mains.window_ms);
    int64_t sum_ms = lost_within_ms(start, ctx->now, INT64_MAX, cutoff);

    dips_prune(ctx);
    for (unsigned i = 0; i < mains->dip_count; i++) {
        const struct dip *dip = &mains->dips[i];
        sum_ms =
            duration_sum_ms(sum_ms, lost_within_ms(dip->start, dip->end, dip->lost_ms, cutoff));
    }
    return max_ms(sum_ms, 0);
}

/* When the loss under way since `start` is an outage, unless it ends before. */
static instant loss_due(struct ctx *ctx, instant start)
{
    instant debounced = instant_add_ms(start, ctx->site->mains.loss_debounce_ms);

    if (mains_of(ctx)->dip_count == 0)
        return debounced;
    int64_t missing_ms = ctx->site->mains.window_loss_ms - window_lost_ms(ctx, start);
    return instant_earliest(debounced, instant_add_ms(ctx->now, max_ms(missing_ms, 0)));
}

static bool loss_is_outage(struct ctx *ctx, instant start)
{
    return due_reached(ctx, instant_add_ms(start, ctx->site->mains.loss_debounce_ms)) ||
           (mains_of(ctx)->dip_count > 0 &&
            window_lost_ms(ctx, start) >= ctx->site->mains.window_loss_ms);
}

/* ---- the machine ---- */

static enum mains_state stay(struct ctx *ctx, instant at)
{
    (void)at;
    return mains_of(ctx)->state;
}

static enum mains_state become_unknown(struct ctx *ctx, instant at)
{
    (void)at;
    mains_of(ctx)->lost_at = INSTANT_NONE;
    mains_of(ctx)->due = INSTANT_NONE;
    return MAINS_STATE_UNKNOWN;
}

static enum mains_state become_present(struct ctx *ctx, instant at)
{
    (void)ctx;
    (void)at;
    return MAINS_STATE_PRESENT;
}

static enum mains_state begin_loss(struct ctx *ctx, instant at)
{
    struct mains *mains = mains_of(ctx);

    mains->lost_at = at;
    mains->due = loss_due(ctx, at);
    return MAINS_STATE_UNSTABLE;
}

static enum mains_state count_dip(struct ctx *ctx, instant at)
{
    struct mains *mains = mains_of(ctx);

    dips_prune(ctx);
    dip_add(mains, mains->lost_at, at);
    mains->dips_ignored++;
    mains->lost_at = INSTANT_NONE;
    mains->due = INSTANT_NONE;
    mains->estimated = false;
    return MAINS_STATE_PRESENT;
}

static enum mains_state judge_loss(struct ctx *ctx, instant at)
{
    struct mains *mains = mains_of(ctx);

    (void)at;
    if (!loss_is_outage(ctx, mains->lost_at)) {
        mains->due = loss_due(ctx, mains->lost_at);
        return MAINS_STATE_UNSTABLE;
    }
    if (!due_reached(ctx, instant_add_ms(mains->lost_at, ctx->site->mains.loss_debounce_ms)))
        mains->lost_at = mains->dips[0].start;
    dips_forget(mains);
    mains->due = INSTANT_NONE;
    mains->outages++;
    signal_raise(ctx, SIGNAL_MAINS_LOST, mains->lost_at);
    return MAINS_STATE_LOST;
}

static enum mains_state begin_return(struct ctx *ctx, instant at)
{
    struct mains *mains = mains_of(ctx);

    mains->returned_at = at;
    mains->due = instant_add_ms(at, ctx->site->mains.return_confirm_ms);
    return MAINS_STATE_RETURNING;
}

static enum mains_state end_relapse(struct ctx *ctx, instant at)
{
    struct mains *mains = mains_of(ctx);

    if (!instant_is_set(mains->relapsed_at))
        return MAINS_STATE_RETURNING;
    dips_prune(ctx);
    dip_add(mains, mains->relapsed_at, at);
    mains->dips_ignored++;
    mains->relapsed_at = INSTANT_NONE;
    mains->due = instant_latest(
        instant_add_ms(mains->returned_at, ctx->site->mains.return_confirm_ms), ctx->now);
    return MAINS_STATE_RETURNING;
}

static enum mains_state begin_relapse(struct ctx *ctx, instant at)
{
    struct mains *mains = mains_of(ctx);

    if (instant_is_set(mains->relapsed_at))
        return MAINS_STATE_RETURNING;
    mains->relapsed_at = at;
    mains->due = loss_due(ctx, at);
    return MAINS_STATE_RETURNING;
}

static enum mains_state drop_return(struct ctx *ctx, instant at)
{
    struct mains *mains = mains_of(ctx);

    (void)at;
    mains->due = INSTANT_NONE;
    dips_forget(mains);
    return MAINS_STATE_LOST;
}

static enum mains_state judge_return(struct ctx *ctx, instant at)
{
    struct mains *mains = mains_of(ctx);

    if (instant_is_set(mains->relapsed_at)) {
        if (loss_is_outage(ctx, mains->relapsed_at))
            return drop_return(ctx, at);
        mains->due = loss_due(ctx, mains->relapsed_at);
        return MAINS_STATE_RETURNING;
    }
    mains->due = INSTANT_NONE;
    mains->out_ms =
        duration_sum_ms(mains->out_ms, instant_diff_ms(mains->returned_at, mains->lost_at));
    signal_raise(ctx, SIGNAL_MAINS_CONFIRMED, mains->returned_at);
    mains->lost_at = INSTANT_NONE;
    mains->estimated = false;
    return MAINS_STATE_PRESENT;
}

static handler *const table[MAINS_STATE_COUNT][MAINS_EVENT_COUNT] = {
    [0] = {stay, stay, stay, stay},
    [MAINS_STATE_UNKNOWN] = {[MAINS_PRESENT] = become_present,
                             [MAINS_LOST] = begin_loss,
                             [MAINS_UNKNOWN] = stay,
                             [MAINS_TIMER] = stay},
    [MAINS_STATE_PRESENT] = {[MAINS_PRESENT] = stay,
                             [MAINS_LOST] = begin_loss,
                             [MAINS_UNKNOWN] = become_unknown,
                             [MAINS_TIMER] = stay},
    [MAINS_STATE_UNSTABLE] = {[MAINS_PRESENT] = count_dip,
                              [MAINS_LOST] = stay,
                              [MAINS_UNKNOWN] = become_unknown,
                              [MAINS_TIMER] = judge_loss},
    [MAINS_STATE_LOST] = {[MAINS_PRESENT] = begin_return,
                          [MAINS_LOST] = stay,
                          [MAINS_UNKNOWN] = stay,
                          [MAINS_TIMER] = stay},
    [MAINS_STATE_RETURNING] = {[MAINS_PRESENT] = end_relapse,
                               [MAINS_LOST] = begin_relapse,
                               [MAINS_UNKNOWN] = drop_return,
                               [MAINS_TIMER] = judge_return},
};

static void mains_handle(struct ctx *ctx, enum mains_event event, instant at)
{
    struct mains *mains = mains_of(ctx);
    enum mains_state next = table[mains->state][event](ctx, at);

    if (next == mains->state)
        return;
    mains->state = next;
    mains->since = at;
    if (next == MAINS_STATE_PRESENT || next == MAINS_STATE_LOST)
        mains->returned_at = mains->relapsed_at = INSTANT_NONE;
}

/* After a restart what the phases not told yet may say is waited for, unless one is lost. */
static bool level_waits(const struct ctx *ctx, enum mains_event level)
{
    if (!is_looking(ctx->state) || level == MAINS_LOST)
        return false;
    for (unsigned i = 0; i < PHASE_INPUT_COUNT; i++)
        if (ctx->site->inputs[phases[i]].wired && !input_is_told(ctx, phases[i]))
            return true;
    return false;
}

static enum mains_event combined_level(const struct ctx *ctx)
{
    enum mains_event level = MAINS_UNKNOWN;
    bool unknown = false;

    for (unsigned i = 0; i < PHASE_INPUT_COUNT; i++) {
        if (input_is(ctx, phases[i], INPUT_VALUE_INACTIVE))
            return MAINS_LOST;
        unknown = unknown || input_is(ctx, phases[i], INPUT_VALUE_UNKNOWN);
        if (input_is(ctx, phases[i], INPUT_VALUE_ACTIVE))
            level = MAINS_PRESENT;
    }
    return unknown ? MAINS_UNKNOWN : level;
}

void mains_input_changed(struct ctx *ctx, enum input_role role)
{
    enum mains_event level = combined_level(ctx);

    for (unsigned i = 0; i < PHASE_INPUT_COUNT; i++) {
        if (phases[i] != role || level_waits(ctx, level))
            continue;
        bool was_out = mains_of(ctx)->state >= MAINS_STATE_UNSTABLE;
        mains_handle(ctx, level, ctx->state->inputs[role].since);
        if (!was_out && mains_of(ctx)->state == MAINS_STATE_UNSTABLE)
            mains_of(ctx)->estimated = ctx->state->inputs[role].initial;
    }
}

/* A return is not confirmed while a phase is just being lost: the debounce says whether it is. */
static bool return_waits(const struct ctx *ctx)
{
    const struct mains *mains = &ctx->state->mains;
    bool settling = false;

    for (unsigned i = 0; i < PHASE_INPUT_COUNT; i++)
        settling = settling || input_is_settling(ctx, phases[i]);
    return settling && mains->state == MAINS_STATE_RETURNING && !instant_is_set(mains->relapsed_at);
}

void mains_timer(struct ctx *ctx)
{
    if (due_reached(ctx, mains_of(ctx)->due) && !return_waits(ctx))
        mains_handle(ctx, MAINS_TIMER, ctx->now);
}

/* A relapse under way when the engine ended is judged anew from the levels now read. */
void mains_resume(struct ctx *ctx)
{
    struct mains *mains = mains_of(ctx);

    mains->relapsed_at = INSTANT_NONE;
    if (mains->state == MAINS_STATE_UNSTABLE || mains->state == MAINS_STATE_PRESENT) {
        mains->state = MAINS_STATE_UNKNOWN;
        mains->lost_at = INSTANT_NONE;
        mains->due = INSTANT_NONE;
    }
    if (mains->state == MAINS_STATE_RETURNING)
        mains->due = instant_latest(
            instant_add_ms(mains->returned_at, ctx->site->mains.return_confirm_ms), ctx->now);
}

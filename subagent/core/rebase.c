#include "core/rebase.h"

#include "core/snapshot.h"

/* Not one that is done, and only its verdict held. */
static bool clock_is_open(const struct step *step)
{
    return !instant_is_set(step->done_at) &&
           (step->state == STEP_STATE_WAITING || step->state == STEP_STATE_OPEN ||
            step->state == STEP_STATE_HELD);
}

/* ---- a reboot ---- */

/* One that is set stays: the boots since then had no right clock either. */
static void anchor_set(struct state *state, struct both_clocks last)
{
    if (!instant_is_set(state->anchor.at))
        state->anchor = (struct anchor){
            .at = last.at, .wall_ms = last.wall_ms, .inhibit_until = state->inhibit_until};
}

void clocks_rebase(struct state *state, struct both_clocks last, instant now, int64_t shift_ms)
{
    anchor_set(state, last);
    state_shift(state, shift_ms);
    state->anchor.begun = now;
    state->incident.estimated = true;
}

/* What a clock started anew was moved by is kept, so that it can be put right. */
static void start_anew(instant *start, int64_t *anew_ms, instant boot)
{
    int64_t moved_ms = instant_diff_ms(boot, *start);

    if (moved_ms <= 0)
        return;
    *start = boot;
    *anew_ms = duration_sum_ms(*anew_ms, moved_ms);
}

void clocks_start_anew(struct state *state, instant boot)
{
    struct incident *incident = &state->incident;

    if (incident->phase == PHASE_IDLE)
        return;
    start_anew(&incident->round_start, &incident->anew_ms, boot);
    for (unsigned i = 0; i < STEP_COUNT; i++) {
        struct step *step = &incident->steps[i];
        int64_t before_ms = step->anew_ms;
        if (!clock_is_open(step))
            continue;
        start_anew(&step->clock_start, &step->anew_ms, boot);
        step->due = instant_add_ms(step->due, duration_diff_ms(step->anew_ms, before_ms));
    }
}

/* ---- the clock is right ---- */

static instant anchor_rightly_at(const struct state *state, struct both_clocks now)
{
    return instant_add_ms(now.at, duration_diff_ms(state->anchor.wall_ms, now.wall_ms));
}

static bool anchor_is_right(const struct state *state, struct both_clocks now)
{
    return instant_is_set(state->anchor.at) &&
           !instant_before(state->anchor.begun, anchor_rightly_at(state, now));
}

int64_t clocks_error_ms(const struct state *state, struct both_clocks now)
{
    if (!anchor_is_right(state, now))
        return 0;
    return instant_diff_ms(anchor_rightly_at(state, now), state->anchor.at);
}

struct correction {
    instant until; /* what happened by then is of an earlier boot */
    int64_t shift_ms;
};

static bool is_earlier(const struct correction *correction, instant at)
{
    return instant_is_set(at) && !instant_before(correction->until, at);
}

static instant before_anew(instant start, int64_t anew_ms)
{
    return instant_add_ms(start, duration_diff_ms(0, anew_ms));
}

static void step_correct(struct step *step, const struct correction *correction)
{
    int64_t clock_shift_ms = duration_diff_ms(correction->shift_ms, step->anew_ms);
    bool done_earlier = is_earlier(correction, step->done_at);
    bool clock_is_earlier = is_earlier(correction, before_anew(step->clock_start, step->anew_ms));

    step->anew_ms = 0;
    if (instant_is_set(step->done_at) && !done_earlier)
        return;
    if (done_earlier)
        step->done_at = instant_add_ms(step->done_at, correction->shift_ms);
    if (!clock_is_earlier)
        return;
    step->clock_start = instant_add_ms(step->clock_start, clock_shift_ms);
    step->due = instant_add_ms(step->due, clock_shift_ms);
}

static void round_correct(struct incident *incident, const struct correction *correction)
{
    if (is_earlier(correction, before_anew(incident->round_start, incident->anew_ms)))
        incident->round_start = instant_add_ms(
            incident->round_start, duration_diff_ms(correction->shift_ms, incident->anew_ms));
    incident->anew_ms = 0;
}

static void all_correct(struct state *state, const struct correction *correction)
{
    state_shift_facts(state, correction->until, correction->shift_ms);
    round_correct(&state->incident, correction);
    for (unsigned i = 0; i < STEP_COUNT; i++)
        step_correct(&state->incident.steps[i], correction);
    if (state->inhibit_until.ms == state->anchor.inhibit_until.ms)
        state->inhibit_until = instant_add_ms(state->inhibit_until, correction->shift_ms);
}

void clocks_correct(struct state *state, struct both_clocks now)
{
    const struct correction correction = {.until = state->anchor.at,
                                          .shift_ms = clocks_error_ms(state, now)};

    if (anchor_is_right(state, now))
        all_correct(state, &correction);
    state->anchor.at = INSTANT_NONE;
}

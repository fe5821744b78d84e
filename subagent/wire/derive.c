#include "wire/derive.h"

enum { MS_PER_S = 1000 };

int64_t derive_seconds(int64_t duration_ms)
{
    return duration_ms < 0 ? DERIVE_ABSENT : duration_ms / MS_PER_S;
}

int64_t derive_wall_s(int64_t wall_ms)
{
    return wall_ms <= 0 ? DERIVE_ABSENT : wall_ms / MS_PER_S;
}

int64_t derive_epoch_s(instant at, struct derive_moment moment)
{
    if (!instant_is_set(at))
        return DERIVE_ABSENT;
    return derive_wall_s(moment.wall_ms + instant_diff_ms(at, moment.now));
}

static int64_t age_ms(instant since, instant now)
{
    int64_t age = instant_diff_ms(now, since);
    return age < 0 ? 0 : age;
}

int64_t derive_age_s(instant since, instant now)
{
    return instant_is_set(since) ? derive_seconds(age_ms(since, now)) : DERIVE_ABSENT;
}

int64_t derive_remaining_s(instant until, instant now)
{
    if (!instant_is_set(until) || instant_reached(until, now))
        return DERIVE_ABSENT;
    return (instant_diff_ms(until, now) + MS_PER_S - 1) / MS_PER_S;
}

/* A total up to now of which the last part, since an instant, is still growing. */
static int64_t total_s(int64_t total_ms, instant growing_since, instant now)
{
    if (!instant_is_set(growing_since))
        return derive_seconds(total_ms);
    return derive_seconds((total_ms < 0 ? 0 : total_ms) + age_ms(growing_since, now));
}

int64_t derive_mains_out_s(const struct row_mains *mains, instant now)
{
    return total_s(mains->out_ms, mains->out_since, now);
}

int64_t derive_genset_run_s(const struct row_genset *genset, instant now)
{
    return total_s(genset->run_ms, genset->running_since, now);
}

int64_t derive_shutdown_elapsed_s(const struct row_shutdown *shutdown, instant now)
{
    return derive_age_s(shutdown->started, instant_is_set(shutdown->ended) ? shutdown->ended : now);
}

int64_t derive_ups_runtime_s(const struct row_ups *ups, instant now)
{
    if (!instant_is_set(ups->empty_at))
        return derive_seconds(ups->runtime_ms);
    return derive_seconds(age_ms(now, ups->empty_at));
}

static bool step_is_pending(const struct row_step *step)
{
    return step->state == STEP_STATE_OPEN || step->state == STEP_STATE_HELD;
}

bool derive_step_is_decision(uint32_t step)
{
    return step == 2 || step == 6;
}

int64_t derive_step_remaining_s(const struct row_step *step, instant now)
{
    return step_is_pending(step) ? derive_remaining_s(step->due, now) : DERIVE_ABSENT;
}

static bool step_is_still_to_be_done(const struct row_step *step, uint32_t open_incident)
{
    return (step_is_pending(step) || step->state == STEP_STATE_MISSED) &&
           step->incident == open_incident && !instant_is_set(step->done_at);
}

int64_t derive_step_lateness_s(const struct row_step *step, uint32_t open_incident, instant now)
{
    if (step_is_still_to_be_done(step, open_incident) && instant_is_set(step->due))
        return instant_before(step->due, now) ? derive_age_s(step->due, now) : DERIVE_ABSENT;
    return step->lateness_ms > 0 ? derive_seconds(step->lateness_ms) : DERIVE_ABSENT;
}

int64_t derive_deviation_amount_s(const struct row_deviation *deviation,
                                  const struct row_step *step, uint32_t open_incident, instant now)
{
    if (deviation->amount_ms >= 0 || deviation->kind != DEVIATION_KIND_TIME)
        return derive_seconds(deviation->amount_ms);
    if (!step || step->incident != deviation->incident || step->round != deviation->round)
        return DERIVE_ABSENT;
    return derive_step_lateness_s(step, open_incident, now);
}

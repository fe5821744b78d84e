/*
 * A step's verdict: exactly one a round.
 *
 *   waiting ──→ open ──→ met                   done at or before the due instant
 *      │         │ └───→ missed ─→ (done late: the deviation is amended, the verdict stands)
 *      │         ↓          ↑
 *      │        held ───────┤     the due instant passed while a supply was being confirmed
 *      └───→ not required ──┘     provisional until the round ends
 */
#include "core/machine.h"

struct step *step_of(struct ctx *ctx, unsigned number)
{
    return &ctx->state->incident.steps[number - 1];
}

bool step_is_pending(const struct step *step)
{
    return step->state == STEP_STATE_WAITING || step->state == STEP_STATE_OPEN ||
           step->state == STEP_STATE_HELD;
}

void step_record(struct ctx *ctx, unsigned number)
{
    const struct step *step = step_of(ctx, number);
    bool late = step->state == STEP_STATE_MISSED && instant_is_set(step->done_at) &&
                instant_before(step->due, step->done_at);
    struct record_put *put = &batch_push(ctx->batch, ACTION_PUT_RECORD)->record;

    *put = (struct record_put){
        .id = step->record,
        .incident = ctx->state->incident.id,
        .round = ctx->state->incident.round,
        .step = number,
        .verdict = step->state,
        .answer = step->answer,
        .done_by = step->done_by,
        .clock_start = step->clock_start,
        .due = step->due,
        .done_at = step->done_at,
        .lateness_ms = late ? instant_diff_ms(step->done_at, step->due) : -1,
        .deviation = step->deviation,
    };
}

void step_open(struct ctx *ctx, unsigned number, instant clock_start, instant due)
{
    struct step *step = step_of(ctx, number);

    step->state = STEP_STATE_OPEN;
    step->clock_start = clock_start;
    if (step->due.ms != due.ms)
        step->held_notified = false; /* that was another due instant */
    step->due = due;
    step_record(ctx, number);
}

void step_judge(struct ctx *ctx, unsigned number)
{
    struct step *step = step_of(ctx, number);
    instant at = step->done_at;

    if (step->state == STEP_STATE_NOT_REQUIRED && instant_before(step->due, at)) {
        /* When it was due the procedure had gone another way: done, but not late. */
    } else if (step->state == STEP_STATE_MISSED) {
        deviation_amend(ctx, number, max_ms(instant_diff_ms(at, step->due), 0));
    } else if (instant_before(step->due, at)) {
        step->state = STEP_STATE_MISSED;
        deviation_record_step(ctx, number, DEVIATION_KIND_TIME, instant_diff_ms(at, step->due));
    } else {
        step->state = STEP_STATE_MET;
    }
    step_record(ctx, number);
}

/* What is held, or done late before it could be, waits until the confirmation ends: confirmed, a
 * supply may make the step not required. */
static bool verdict_waits(struct ctx *ctx, unsigned number)
{
    const struct step *step = step_of(ctx, number);
    bool is_late = step_is_pending(step) && instant_before(step->due, step->done_at);

    return (step->state == STEP_STATE_HELD || is_late) && ctx_supply_being_confirmed(ctx);
}

void step_complete(struct ctx *ctx, unsigned number, instant at, enum actor by)
{
    struct step *step = step_of(ctx, number);

    if (instant_is_set(step->done_at))
        return;
    /* Only a damaged state does not say when: without an instant it would be completed for ever. */
    step->done_at = instant_is_set(at) ? at : ctx->now;
    step->done_by = by;
    if (verdict_waits(ctx, number))
        step_record(ctx, number);
    else
        step_judge(ctx, number);
}

void step_miss(struct ctx *ctx, unsigned number, enum deviation_kind kind)
{
    struct step *step = step_of(ctx, number);

    step->state = STEP_STATE_MISSED;
    if (number == 6)
        step->answer = ANSWER_NO; /* they did not shut down normally: back to 5 */
    deviation_record_step(ctx, number, kind, -1);
    step_record(ctx, number);
}

void step_hold(struct ctx *ctx, unsigned number)
{
    step_of(ctx, number)->state = STEP_STATE_HELD;
    step_record(ctx, number);
}

void step_end_not_required(struct ctx *ctx, unsigned number)
{
    struct step *step = step_of(ctx, number);

    if (!step_is_pending(step))
        return;
    step->state = STEP_STATE_NOT_REQUIRED;
    step_record(ctx, number);
}

void step_round_ends(struct ctx *ctx, unsigned number, instant end)
{
    const struct step *step = step_of(ctx, number);

    step_end_not_required(ctx, number);
    if (step->state == STEP_STATE_MISSED && !instant_is_set(step->done_at))
        deviation_amend(ctx, number, max_ms(instant_diff_ms(end, step->due), 0));
}

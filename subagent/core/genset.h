#pragma once
/*
 * What the genset's files share, and nobody else.
 *
 *   genset_events.c ── events ──→ genset.c ── pieces ──→ genset_start.c
 *                                    └────── state ────→ genset_outputs.c
 */
#include "core/machine.h"

static inline struct genset *genset_of(struct ctx *ctx)
{
    return &ctx->state->genset;
}

static inline const struct genset_settings *genset_settings_of(const struct ctx *ctx)
{
    return &ctx->site->genset;
}

/* genset_start.c: a start from the wish to its end. Nothing else changes what is wanted, whether
 * it is latched, whose start it is, and whether run is driven. */

/* It was seen to run so short a time ago that it may still turn. */
bool start_is_locked_out(const struct ctx *ctx);
/* A start can begin at all. */
bool start_is_possible(const struct ctx *ctx);
/* Nothing can be started without this output. */
bool start_needs_output(const struct ctx *ctx, enum output_role role);
/* The next crank must wait. */
bool start_waits(const struct ctx *ctx);
/* The wish and its attempts; what is driven stays driven. */
void start_forget(struct genset *genset);
void run_drive(struct genset *genset);
void run_release(struct genset *genset);
/* The wish is forgotten and run rests. */
void start_abandon(struct genset *genset);
/* Also an attempt under way is the software's no more. */
void start_give_up(struct genset *genset);
/* Each returns the state that the attempt is in. */
enum genset_state start_attempt(struct ctx *ctx);
enum genset_state start_crank(struct ctx *ctx);
/* One that is cut short before it counts by itself. */
void start_count_attempt(struct genset *genset);
void start_give_back_attempt(struct ctx *ctx);
/* Says so, and latches. */
void start_fail(struct ctx *ctx, enum reason reason);
/* Whatever was wanted and driven is so no more, and none begins by itself until start_unlatch(). */
void start_latch(struct genset *genset);
void start_unlatch(struct genset *genset);
/* A new incident: what was given up is not any more. */
void start_anew(struct ctx *ctx);
/* The contact closes: through an attempt of the software or by hand. */
void start_makes_contact(struct genset *genset, instant at);
/* It opened again before running was confirmed; true if that was an attempt of the software. */
bool start_loses_contact(struct ctx *ctx);
void start_succeeds(struct ctx *ctx);
/* The software stops it no more: a command wants it. */
void start_stays(struct genset *genset);
/* The engine that was confirmed runs no more. */
void start_is_over(struct ctx *ctx);

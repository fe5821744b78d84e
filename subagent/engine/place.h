#pragma once
/*
 * Where an earlier run's instants belong in this one. Those of another boot are placed by what the
 * wall clock says has passed; see core/rebase.h.
 */
#include "engine/retell.h"
#include "ports/journal.h"

/* By how much instants of the moment `then` must be moved to be instants of `now`. */
int64_t place_shift_ms(const struct journal_moment *then, const struct journal_moment *now);

/*
 * Puts the state's clocks in their place, and right where the wall clock is synchronised. Returns
 * what that means for rows, whose instants were moved by place_shift_ms().
 */
struct clock_change place_clocks(struct state *state, const struct journal_moment *then,
                                 const struct journal_moment *now, bool synchronised);

#pragma once
/*
 * What the wall clock's being set means for rows: those of the open incident tell the times of what
 * happened as the clock now has them. Closed incidents, and what was notified, stand.
 */
#include "engine/history.h"
#include "engine/store.h"

struct clock_change {
    int64_t offset_before_ms, offset_ms; /* wall time less monotonic time */
    /* What happened up to an instant was of an earlier boot, and moves. */
    instant until;
    int64_t shift_ms;
};

/* More than what the reading of two clocks makes tremble. */
bool clock_change_is_told(const struct clock_change *change);

/* The core then puts what it still knows itself. */
void retell_rows(const struct history *history, const struct store *store,
                 const struct clock_change *change);

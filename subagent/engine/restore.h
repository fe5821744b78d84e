#pragma once
/*
 * What the last run left: rows into the store, the snapshot into the state. Instants of another
 * boot are moved by what the wall clock says has passed.
 */
#include "config/config.h"
#include "engine/recorder.h"

/* Rows kept of each history table. */
struct store_limits restore_limits(const struct engine_settings *settings);

struct restored {
    bool state;   /* a snapshot was restored: the core is to resume */
    bool rebased; /* instants of another boot were moved: those still needed are to be written */
};

/*
 * state is one that state_init() made. Where nothing could be loaded, numbering begins where no
 * earlier run can have been.
 */
struct restored restore(struct recorder *recorder, const struct config *config, struct store *store,
                        struct state *state, struct derive_moment moment);

/* By how much instants of the moment `then` must be moved to be instants of `now`. */
int64_t restore_shift_ms(const struct journal_moment *then, const struct journal_moment *now);

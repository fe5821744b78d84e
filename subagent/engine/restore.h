#pragma once
/*
 * What the last run left, in the journal and in its shadow: rows into the store, the snapshot into
 * the state. Instants of another boot are moved by what the wall clock says has passed.
 */
#include "config/config.h"
#include "engine/decide.h"
#include "engine/keeper.h"
#include "engine/recorder.h"

/* Rows kept of each history table. */
struct store_limits restore_limits(const struct config *config);

struct restorer {
    /* To be filled in; must live as long as the recorder. */
    const struct config *config;
    struct store *store;
    struct decider *decider; /* a new one */
    struct recorder *recorder;
    struct keeper *keeper;
    /* its own */
    struct journal_moment now;
    bool is_late;               /* the engine runs: what the journal still hands over is history */
    bool answered;              /* the journal has handed over all */
    struct journal_loaded last; /* as the journal has it */
    uint64_t kept_number;       /* of the shadow that was gone on from; 0: none */
};

/*
 * The shadow, where there is one of this boot, is at least as new as the journal, unless the
 * journal has a higher number. So it is gone on from, and the journal is waited for only as long as
 * the gate would; what it has is taken when it comes. Where neither answers, numbering begins where
 * no earlier run can have been. Returns true where a state was restored: the core is to resume.
 */
bool restore(struct restorer *restorer, struct derive_moment moment);

#pragma once
/* Does a timeline keep what a scenario claims? Knows nothing of how the timeline came about. */
#include <stdio.h>

#include "play/scenario.h"

/* What the level that was played can tell. */
struct check_level {
    /* Of every instant, by kind; a claim's own counts where it is larger. */
    int64_t tolerance_ms[FACT_KIND_COUNT];
    int64_t evidence_tolerance_ms; /* of notices that follow from looking at a server */
    uint32_t
        visible[FACT_KIND_COUNT]; /* FIELD()s compared; 0: claims of this kind are passed over */
};

/*
 * Marks the facts that were expected and writes each claim that fails to `report`, with what
 * happened instead and the timeline around it. Returns how many failed.
 */
unsigned scenario_check_timeline(const struct scenario *scenario, struct timeline *timeline,
                                 const struct check_level *level, FILE *report);

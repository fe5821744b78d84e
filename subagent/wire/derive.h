#pragma once
/*
 * What readers compute from rows when asked, in one place so that every reader shows equal values.
 * Pure. Durations in seconds are cut to whole seconds; a time that remains is rounded up, so that 0
 * means due. DERIVE_ABSENT: there is nothing to show.
 */
#include "wire/rows.h"

enum { DERIVE_ABSENT = -1 };

/* One moment on both clocks. */
struct derive_moment {
    instant now;
    int64_t wall_ms;
};

/* A duration in whole seconds. */
int64_t derive_seconds(int64_t duration_ms);

/* Wall time of an instant, and of a W field, in seconds since 1970. */
int64_t derive_epoch_s(instant at, struct derive_moment moment);
int64_t derive_wall_s(int64_t wall_ms);

/* Seconds since an instant, not less than 0; and until one, ABSENT once it is reached. */
int64_t derive_age_s(instant since, instant now);
int64_t derive_remaining_s(instant until, instant now);

/* With the present outage, and the present run. */
int64_t derive_mains_out_s(const struct row_mains *mains, instant now);
int64_t derive_genset_run_s(const struct row_genset *genset, instant now);

/* From the first server's being told to the end, or to now. ABSENT: none was told. */
int64_t derive_shutdown_elapsed_s(const struct row_shutdown *shutdown, instant now);

/* What its battery still lasts; on battery it counts down. */
int64_t derive_ups_runtime_s(const struct row_ups *ups, instant now);

/* Steps 2 and 6 are decisions: only they have an answer. */
bool derive_step_is_decision(uint32_t step);

/* Until the step is due: ABSENT unless it is open or held and not yet due. */
int64_t derive_step_remaining_s(const struct row_step *step, instant now);

/*
 * By how much the step was late; or is late now, which grows while it is still to be done and its
 * incident is the open one (row_system.open_incident). ABSENT: not late.
 */
int64_t derive_step_lateness_s(const struct row_step *step, uint32_t open_incident, instant now);

/*
 * A deviation's amount; one of kind time whose step is still to be done grows with that step. step
 * is the row with key deviation->step, or NULL; one of another incident or round is ignored.
 */
int64_t derive_deviation_amount_s(const struct row_deviation *deviation,
                                  const struct row_step *step, uint32_t open_incident, instant now);

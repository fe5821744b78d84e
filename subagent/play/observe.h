#pragma once
/* The core's actions and the changes of its state, as facts of a timeline. */
#include "core/core.h"
#include "play/scenario.h"

enum { OBSERVE_DEVIATION_LIMIT = 4096 };

struct observer {
    const struct scenario *scenario;
    const struct site *site;
    struct timeline *timeline;
    instant zero; /* the scenario's 0:00 */
    bool output_on[OUTPUT_ROLE_COUNT];
    /* The last of each, for "ack" and "account". */
    uint32_t last_notice[NOTIFICATION_COUNT], last_deviation[STEP_COUNT + 1];
    unsigned char deviation_step[OBSERVE_DEVIATION_LIMIT]; /* by number */
};

int64_t observe_time(const struct observer *observer, instant at);

void observe_deed(struct observer *observer, int64_t at_ms, const char *text);
void observe_output(struct observer *observer, instant now, enum output_role role, bool on);
void observe_actions(struct observer *observer, instant now, const struct batch *batch);
void observe_answer(struct observer *observer, instant now, const struct batch *batch);

/* What of `after` is not as it was before; `before` is NULL for the first look. */
void observe_state(struct observer *observer, instant now, const struct state *before,
                   const struct state *after);

#pragma once
/* Plays a scenario at one level: a timeline comes of it, and a verdict. */
#include <stdio.h>

#include "play/check.h"

enum play_outcome { PLAY_PASSED, PLAY_FAILED, PLAY_SKIPPED, PLAY_OUTCOME_COUNT };

/* The core in virtual time, no tolerance. `report` gets what failed or why it was skipped; with
 * show_timeline also the whole timeline. */
enum play_outcome play_core(const struct scenario *scenario, bool show_timeline, FILE *report);

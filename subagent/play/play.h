#pragma once
/* Plays a scenario at one level: a timeline comes of it, and a verdict. */
#include <stdio.h>

#include "play/check.h"

enum play_outcome { PLAY_PASSED, PLAY_FAILED, PLAY_SKIPPED, PLAY_OUTCOME_COUNT };

/* The core in virtual time, no tolerance. `report` gets what failed or why it was skipped; with
 * show_timeline also the whole timeline. */
enum play_outcome play_core(const struct scenario *scenario, bool show_timeline, FILE *report);

/* The real programs. */
struct live_settings {
    const char *engine; /* path of padamd */
    const char *server; /* path of padam-play-server: what servers' commands are */
    const char *agentx; /* path of padam-agentx: the lab; NULL: simulated lines */
    const char *mibs; /* of the lab: folders of PADAM-MIB and of what it imports, colons between */
    unsigned time_scale;
    bool keep; /* the run's folder, for looking at it */
};

/* The engine with simulated lines, time divided by time_scale; or in the lab, where it is 1, with
 * GPIO chips and SNMP. With a tolerance. */
enum play_outcome play_live(const struct scenario *scenario, const struct live_settings *settings,
                            bool show_timeline, FILE *report);

#pragma once
/* Plays many files, some of them side by side, each in a process of its own. */
#include "play/play.h"

struct jobs_settings {
    unsigned parallel;
    bool timeline;
    bool is_live; /* "lab" is, too */
    bool is_lab;
    struct live_settings live;
};

/* Reports go to standard output, each whole, as runs end; those of what was skipped come last, with
 * the reason. Returns whether none failed. */
bool jobs_play(char *const *paths, const struct jobs_settings *settings);

#pragma once
/*
 * The folders that the engine writes to have to exist: a mistyped one would show late. A process of
 * its own looks, forked before the lines are open, as a dead disk would hold whoever does.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/config.h"

struct folders_look {
    pid_t pid;
    int pidfd;
};

/* Begins to look. 0, or a negative errno. */
int folders_look_begin(struct folders_look *look, const struct engine_settings *settings);

/* False where one is missing, which was logged. What is not known within the limit is taken for
 * there. */
bool folders_are_there(struct folders_look *look, const struct engine_settings *settings,
                       int64_t limit_ms);

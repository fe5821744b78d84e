#pragma once
/* padamd as a whole: its parts in the order in which they are opened, and its event loop. */
#include "config/config.h"
#include "ports/lines.h"

struct engine_options {
    struct config *config;   /* a reload changes it */
    const char *config_path; /* absolute; NULL: it is not known */
    bool looks_at_programs;  /* of the configuration, for warnings */
    int held_fd; /* of the held run output, by an earlier engine; -1: none. ENGINE_AGAIN sets it */
    /* What simulated inputs start with; 0: at rest. */
    enum input_value simulated[INPUT_ROLE_COUNT];
};

/* Not exit codes. AGAIN: the configuration is to be loaded, and the engine run, again. NOT_BEGUN:
 * it could not begin, as the log says. */
enum { ENGINE_AGAIN = 256, ENGINE_NOT_BEGUN };

/* Runs until a signal asks for its end, or something that was reloaded has waited for its
 * beginning anew. Returns the program's exit code, or one of those. */
int engine_run(struct engine_options *options);

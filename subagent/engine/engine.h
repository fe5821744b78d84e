#pragma once
/* padamd as a whole: its parts in the order in which they are opened, and its event loop. */
#include "config/config.h"
#include "ports/lines.h"

struct engine_options {
    const struct config *config;
    const char *config_path; /* to look at its programs; NULL: they are not looked at */
    /* What simulated inputs start with; 0: at rest. */
    enum input_value simulated[INPUT_ROLE_COUNT];
};

/* Runs until a signal asks for its end. Returns the program's exit code. */
int engine_run(const struct engine_options *options);

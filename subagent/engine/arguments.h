#pragma once
/* padamd's command line. */
#include <stdbool.h>

#include "base/log.h"
#include "core/enums.h"

struct arguments {
    const char *config_path;
    unsigned time_scale;
    enum log_level log_level;
    bool check, print_config;
    bool simulates; /* there was an --input */
    enum input_value simulated[INPUT_ROLE_COUNT];
};

/*
 * Fills *arguments from the command line and their defaults; the texts stay argv's. What is wrong
 * is logged. Returns EX_OK to go on; else, or with *done, the exit code.
 */
int arguments_take(struct arguments *arguments, int argc, char **argv, bool *done);

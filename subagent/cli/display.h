#pragma once
/* A subcommand that shows what the engine says, once: for people, or with --json for programs. */
#include "cli/options.h"
#include "cli/screen.h"
#include "wire/replica.h"

struct display {
    struct options_form options;
    void (*print)(const struct screen *screen, const struct replica *replica, unsigned newest);
    void (*print_json)(FILE *to, const struct replica *replica, struct derive_moment moment,
                       unsigned newest);
};

/* Returns the exit code. */
int display_run(int argc, char **argv, const struct display *display);

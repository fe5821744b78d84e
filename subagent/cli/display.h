#pragma once
/* A subcommand that shows what the engine says, once: for people, or with --json for programs. */
#include "cli/options.h"
#include "cli/screen.h"
#include "cli/table.h"
#include "wire/replica.h"

struct display {
    struct options_form options;
    void (*print)(const struct screen *screen, const struct replica *replica, unsigned newest);
    void (*print_json)(FILE *to, const struct replica *replica, struct derive_moment moment,
                       unsigned newest);
    /* instead of both: the newest rows of a table */
    enum row_table table;
    row_printer *print_row;
    const char *nothing;
};

/* Returns the exit code. */
int display_run(int argc, char **argv, const struct display *display);

#pragma once
/* The options that every subcommand understands. */
#include <stdbool.h>
#include <stddef.h>

/* What a subcommand has of its own. */
struct options_form {
    const char *help; /* what --help prints */
    unsigned newest;  /* the default of -n */
    bool has_all;     /* --all is understood */
};

struct options {
    const char *socket;
    bool json, all;
    unsigned newest; /* -n */
};

enum options_result {
    OPTIONS_GO,
    OPTIONS_HELPED, /* the help was asked for and given */
    OPTIONS_WRONG   /* said on standard error */
};

enum options_result options_read(int argc, char **argv, const struct options_form *form,
                                 struct options *options);

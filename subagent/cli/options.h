#pragma once
/* The options that every subcommand understands. */
#include <stdbool.h>
#include <stddef.h>

struct options {
    const char *socket;
    bool json;
    unsigned newest; /* -n */
};

enum options_result {
    OPTIONS_GO,
    OPTIONS_HELPED, /* the help was asked for and given */
    OPTIONS_WRONG   /* said on standard error */
};

/* newest: its default. help: what --help prints. */
enum options_result options_read(int argc, char **argv, unsigned newest, const char *help,
                                 struct options *options);

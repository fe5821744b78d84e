#pragma once
/* Waits for what becomes of a command, across a restart of the engine, and says how it goes. */
#include "cli/cli.h"

struct followed {
    const char *socket;
    uint32_t index; /* the command's */
    bool quiet;     /* no progress */
};

/*
 * Blocks SIGINT and SIGTERM from here on: either ends the waiting. SHOWN with the command's last
 * row; NOT_REACHED or INTERRUPTED after saying why on standard error.
 */
enum cli_exit follow_command(const struct followed *followed, struct row_command *row);

#pragma once
/* The one place that waits. */
#include <stdbool.h>

#include "base/instant.h"

/* Between two turns of its loop, the longest that it waits for others elsewhere. */
enum { AGENT_BLOCKS_MS = 4000 };

struct agent_options {
    const char *engine_socket, *agentx_socket;
    int64_t alive_every_ms; /* 0: never */
    int (*ready)(void);     /* called until it returns 0 */
    void (*alive)(void);
};

/* Runs until SIGTERM or SIGINT. 0, or -1 when it could not start, which was logged. */
int agent_run(const struct agent_options *options);

#pragma once
/* What is said between the engine and its spawner, and the spawner's own side. */
#include <stdint.h>

enum {
    SPAWN_FD = 3,
    SPAWN_STRINGS_LIMIT = 1024,      /* arguments and environment together */
    SPAWN_MESSAGE_LIMIT = 64 * 1024, /* octets, of one message */
    SPAWN_RUNNING_LIMIT = 1024,      /* at once */
};

enum spawn_request_kind { SPAWN_RUN, SPAWN_SIGNAL };

/* To run: with the output's descriptor, if there is one, and followed by as many strings, each with
 * its end mark. */
struct spawn_request {
    uint64_t number;
    uint32_t kind;
    int32_t signal;
    uint32_t argument_count, environment_count;
};

struct spawn_reply {
    uint64_t number;
    int32_t error;
    int32_t signalled, code, asked;
};

/* In the child of a fork, with all signals blocked: everything but the standard descriptors and the
 * socket is closed. Ends with the other end of the socket. */
_Noreturn void spawner_process(int fd);

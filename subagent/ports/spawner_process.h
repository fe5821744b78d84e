#pragma once
/* What is said between the engine and its spawner, and the spawner's own side. */
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    SPAWN_FD = 3,
    SPAWN_STRINGS_LIMIT = 1024,      /* arguments and environment together */
    SPAWN_MESSAGE_LIMIT = 64 * 1024, /* octets, of one message */
    SPAWN_RUNNING_LIMIT = 1024,      /* at once */
};

enum spawn_request_kind { SPAWN_RUN, SPAWN_SIGNAL };

/* To run: with the descriptors that it says, in the order of enum spawn_stream, and followed by as
 * many strings, each with its end mark. */
enum spawn_stream { SPAWN_INPUT, SPAWN_OUTPUT, SPAWN_STREAM_COUNT };

struct spawn_request {
    uint64_t number;
    uint32_t kind;
    int32_t signal;
    bool has[SPAWN_STREAM_COUNT];
    uint32_t argument_count, environment_count;
};

struct spawn_reply {
    uint64_t number;
    int32_t error;
    int32_t signalled, code, asked;
};

/* One that was begun, and its end is not told yet: so long its numbers are not another's. */
struct spawn_place {
    uint64_t number;    /* 0: the place is free */
    pid_t pid;          /* set by the new process itself, before it closes its copy of the socket */
    volatile int error; /* set by the new process */
    sem_t begun;        /* pid is set, or error says why it never will be */
    bool asked;
    bool ended; /* end is set, and will be told */
    struct spawn_reply end;
};

/*
 * In memory that the engine, its spawner and, until it executes, a new process share: what the
 * engine goes by when the spawner has died. It is complete once the socket is at its end, as every
 * new process has a copy of that until its place says that it is there.
 */
struct spawn_table {
    unsigned users; /* the engine's */
    struct spawn_place places[SPAWN_RUNNING_LIMIT];
};

/* NULL: it is not there. */
struct spawn_place *spawn_place_find(struct spawn_table *table, uint64_t number);

/* In the child of a fork, with all signals blocked: everything but the standard descriptors and the
 * socket is closed. Ends with the other end of the socket. */
_Noreturn void spawner_process(int fd, struct spawn_table *table);

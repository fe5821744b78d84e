#pragma once
/*
 * A child process: a program with its arguments, no shell, started and waited for by the spawner.
 *
 * It leads a session and process group of its own, with the text given here or /dev/null as input,
 * its output captured, the environment given here, default signal actions (but SIGPIPE ignored), no
 * other descriptors and "/" as its folder.
 *
 * A child outlives the program that started it: a server's shutdown that is under way is not half
 * done because the engine was restarted, and the engine probes the server before it repeats
 * anything. SIGPIPE is ignored so that such a child's next line of output does not kill it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ports/spawner.h"

enum {
    CHILD_TEXT_SIZE = 201,
    CHILD_END_TEXT_SIZE = CHILD_TEXT_SIZE + 64,
    CHILD_INPUT_SIZE =
        4096, /* what a pipe takes at once, however little room the system leaves it */
};

enum child_outcome {
    CHILD_EXITED,
    CHILD_SIGNALLED,
    CHILD_TIMED_OUT,    /* ended by its own time limit or by child_kill() */
    CHILD_NOT_EXECUTED, /* the program could not be executed */
    CHILD_OUTCOME_COUNT
};

struct child_end {
    enum child_outcome outcome;
    int code;   /* exited: 0-255; signalled: the signal; not executed: errno */
    bool lives; /* it cannot be killed: the handler is called once more when it has ended */
    char text[CHILD_TEXT_SIZE]; /* the last line of output that is not empty, as clean UTF-8 */
};

struct child_settings {
    const char *const *argv;        /* argv[0] is a path: there is no search */
    const char *const *environment; /* "NAME=value" beside PATH and LC_ALL; NULL: none */
    const char *input;              /* for it to read, shorter than CHILD_INPUT_SIZE; NULL: none */
    int64_t timeout_ms;             /* 0: none */
    int64_t grace_ms;               /* from SIGTERM to SIGKILL, and from there to giving up */
    bool speaks_to_log;             /* its output is the engine's standard error, not captured */
};

struct child;

/* Called from the event loop. The child is freed when this returns, unless end->lives. */
typedef void child_handler(void *context, const struct child_end *end);

/*
 * Starts a child. settings are needed during this call only. Returns 0 and the child, or a negative
 * errno when it cannot be asked for now; that no process could be had, or the program cannot be
 * executed, comes as the child's end.
 */
int child_start(struct child **child, struct spawner *spawner,
                const struct child_settings *settings, child_handler *ended, void *context);

/* Asks the child's whole group to end (SIGTERM), and after the grace makes it (SIGKILL). The end
 * comes as always. */
void child_kill(struct child *child);

/* Stops watching and frees; the process goes on, its handler is not called. For the end of the
 * program. Accepts NULL. */
void child_abandon(struct child *child);

/* "exited with 3: its last line", "could not be executed: No such file or directory", ... */
void child_end_describe(const struct child_end *end, char to[static CHILD_END_TEXT_SIZE]);

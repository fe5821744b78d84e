/*
 * Loaded before a program (LD_PRELOAD): kills it at a chosen call that shows something to others.
 *
 *   PADAM_KILL_AT=FILE   which holds ROLE:before|after:NUMBER; the first process of that role takes
 *                        the plan and the file. ROLE is the name that a program was called by, or
 *                        "journal" for padamd's process for the journal.
 *
 * Counted are the calls by which anything leaves the process: messages, bytes, syncs. "before"
 * kills when the call is made, "after" when it has been carried out and nothing else.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "preload.h"

enum { ROLE_SIZE = 32 };

static long left;
static bool kills_after;

__attribute__((constructor)) static void plan_read(void)
{
    const char *path = getenv("PADAM_KILL_AT");
    FILE *file = path ? fopen(path, "re") : NULL;
    char role[ROLE_SIZE], when[ROLE_SIZE];
    long number;
    bool is_plan = file && fscanf(file, "%31[^:]:%31[^:]:%ld", role, when, &number) == 3;
    if (file)
        fclose(file);
    if (!is_plan || strcmp(role, preload_role()) != 0 || unlink(path) != 0)
        return;
    left = number;
    kills_after = strcmp(when, "after") == 0;
}

/* True for the call at which the process ends. */
static bool is_the_one(void)
{
    return left > 0 && --left == 0;
}

static void end_here(void)
{
    raise(SIGKILL);
}

/* RESULT name(PARAMETERS), passed on as ARGUMENTS. The library's own names of them are reserved. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */
#define CALL(RESULT, NAME, PARAMETERS, ARGUMENTS)                                                  \
    RESULT NAME PARAMETERS;                                                                        \
    RESULT NAME PARAMETERS                                                                         \
    {                                                                                              \
        static RESULT(*real) PARAMETERS;                                                           \
        bool is_last = is_the_one();                                                               \
        if (!real)                                                                                 \
            *(void **)&real = dlsym(RTLD_NEXT, #NAME);                                             \
        if (is_last && !kills_after)                                                               \
            end_here();                                                                            \
        RESULT result = real ARGUMENTS;                                                            \
        if (is_last)                                                                               \
            end_here();                                                                            \
        return result;                                                                             \
    }

CALL(ssize_t, send, (int fd, const void *data, size_t size, int flags), (fd, data, size, flags))
CALL(ssize_t, sendto,
     (int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
      socklen_t length),
     (fd, data, size, flags, to, length))
CALL(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
CALL(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t offset),
     (fd, data, size, offset))
CALL(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t offset),
     (fd, data, size, offset))
CALL(int, fdatasync, (int fd), (fd))
CALL(int, fsync, (int fd), (fd))
/* NOLINTEND(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */

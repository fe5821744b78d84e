#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "ports/journal_frame.h"
#include "ports/journal_process.h"

/* Only the socket and the standard descriptors go on: what this process keeps open it keeps for
 * good when a frozen disk holds it. */
static int descriptors_set(int fd)
{
    /* dup2() onto itself would leave close-on-exec set. */
    bool is_there = fd == JOURNAL_PROCESS_FD;
    if (is_there ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, JOURNAL_PROCESS_FD) < 0)
        return -1;
    return close_range(JOURNAL_PROCESS_FD + 1, ~0U, 0);
}

/* In the child of a fork. */
static _Noreturn void process_execute(int fd, const char *path)
{
    static char name[] = "padamd", option[] = JOURNAL_PROCESS_OPTION, path_copy[PATH_MAX];
    char *argv[] = {name, option, path_copy, NULL};
    sigset_t none;
    sigemptyset(&none);
    if (text_copy(path_copy, sizeof path_copy, path) && descriptors_set(fd) == 0 &&
        sigprocmask(SIG_SETMASK, &none, NULL) == 0)
        execv("/proc/self/exe", argv);
    _exit(EXIT_FAILURE);
}

pid_t journal_spawn(const char *path, int *fd)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    /* Not posix_spawn() or vfork(): they wait until the program is loaded, from a disk perhaps. */
    pid_t pid = fork();
    if (pid == 0)
        process_execute(ends[1], path);
    int error = errno;
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        errno = error;
        return -1;
    }
    *fd = ends[0];
    return pid;
}

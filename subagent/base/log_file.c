#include "base/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_SIZE = 4096 };

static pid_t writer;
static int file_fd = -1; /* standard error as it was */

/* ---- the process ---- */

static bool write_all(const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(STDERR_FILENO, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

/* What a full disk does not take is lost; the next line is tried again. */
static _Noreturn void write_lines(void)
{
    char bytes[READ_SIZE];
    for (;;) {
        ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
        if (count == 0 || (count < 0 && errno != EINTR))
            _exit(EXIT_SUCCESS);
        if (count > 0)
            (void)write_all(bytes, (size_t)count);
    }
}

/* In the child of a fork: nothing but the pipe and the file, and no signal ends it before its
 * readers' other end is closed. */
static _Noreturn void writer_process(int read_fd)
{
    sigset_t all;
    sigfillset(&all);
    if (sigprocmask(SIG_SETMASK, &all, NULL) < 0 || setsid() < 0 || chdir("/") < 0 ||
        dup2(read_fd, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ||
        close_range(STDERR_FILENO + 1, ~0U, 0) < 0)
        _exit(EXIT_FAILURE);
    write_lines();
}

/* ---- the program's side ---- */

static bool is_regular_file(void)
{
    struct stat status;
    return fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode);
}

static int failed_with(const int ends[2], int error)
{
    (void)close(ends[0]);
    (void)close(ends[1]);
    errno = error;
    return -1;
}

int log_file_begin(void)
{
    int ends[2];
    if (!is_regular_file())
        return 0;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    if (fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0)
        return failed_with(ends, errno);
    file_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (file_fd < 0)
        return failed_with(ends, errno);
    writer = fork();
    if (writer == 0)
        writer_process(ends[0]);
    if (writer < 0 || dup2(ends[1], STDERR_FILENO) < 0)
        return failed_with(ends, errno);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return 0;
}

void log_file_end(int64_t limit_ms)
{
    struct pollfd end = {.fd = writer > 0 ? pidfd_open(writer, 0) : -1, .events = POLLIN};
    if (end.fd < 0)
        return;
    (void)dup2(file_fd, STDERR_FILENO); /* closes the pipe */
    (void)close(file_fd);
    file_fd = -1;
    if (poll(&end, 1, (int)limit_ms) > 0)
        (void)waitpid(writer, NULL, WNOHANG);
    (void)close(end.fd);
    writer = 0;
}

#include "ports/child_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum { EXIT_NOT_EXECUTED = 127 };

/* What came while they were blocked takes its default course. */
static void unblock_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL); /* fails for a wrong first argument only */
}

/* A duplicate that the standard descriptors cannot overwrite. */
static int above_standard(int fd)
{
    return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

/* Closed, not only at the execution: a frozen disk can hold a process in the middle of that. */
static int set_descriptors(int input_fd, int output_fd)
{
    int input = above_standard(input_fd < 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC) : input_fd);
    int output = above_standard(output_fd < 0 ? STDERR_FILENO : output_fd);
    if (input < 0 || output < 0)
        return -1;
    if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0)
        return -1;
    return close_range(STDERR_FILENO + 1, ~0U, 0);
}

/* A group of its own, to be killed by; the session is the spawner's. */
_Noreturn void child_exec(const struct child_image *image)
{
    if (setpgid(0, 0) == 0 && set_descriptors(image->input_fd, image->output_fd) == 0 &&
        chdir("/") == 0) {
        unblock_signals();
        execve(image->argv[0], image->argv, image->environment);
    }
    *image->error = errno;
    _exit(EXIT_NOT_EXECUTED);
}

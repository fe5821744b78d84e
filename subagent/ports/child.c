#include "ports/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "ports/child_exec.h"
#include "ports/child_output.h"

enum {
    READ_SIZE = 4096,
    /* A full pipe is read at the end, and no more: others may still write to it. */
    READS_AT_END = 16,
    TIMER_ACCURACY_US = 1000,
    US_PER_MS = 1000,
};
_Static_assert((int)CHILD_TEXT_SIZE == (int)CHILD_LINE_SIZE, "a line is a child's text");

/*
 *             time limit,            grace over            grace over
 *             child_kill                                   (cannot be killed)
 *   RUNNING -------------> ASKED ---------------> KILLED ---------------> LOST
 *                SIGTERM               SIGKILL              end is told
 *
 * The process ending, in any stage but LOST, tells the end; in every stage it frees the child.
 */
enum stage { STAGE_RUNNING, STAGE_ASKED, STAGE_KILLED, STAGE_LOST };

struct child {
    pid_t pid;
    enum stage stage;
    int64_t grace_ms;
    child_handler *ended;
    void *context;
    int pidfd;
    int output_fd;
    int error_fd;
    sd_event_source *end_source;
    sd_event_source *output_source;
    sd_event_source *timer;
    struct child_output output;
};

static void fd_close(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

void child_abandon(struct child *child)
{
    if (!child)
        return;
    sd_event_source_disable_unref(child->timer);
    sd_event_source_disable_unref(child->output_source);
    sd_event_source_disable_unref(child->end_source);
    fd_close(child->error_fd);
    fd_close(child->output_fd);
    fd_close(child->pidfd);
    free(child);
}

/* ---- ending one ---- */

/* Before the new process has made its session there is no such group yet. */
static void group_signal(const struct child *child, int number)
{
    if (kill(-child->pid, number) < 0 && errno == ESRCH)
        (void)pidfd_send_signal(child->pidfd, number, NULL, 0);
}

/* True when the process has ended, and how; it is not reaped. Where SIGCHLD is ignored the kernel
 * reaps by itself, and how it ended stays unknown: info is then all zeros. */
static bool has_ended(const struct child *child, siginfo_t *info)
{
    *info = (siginfo_t){0};
    if (waitid(P_PIDFD, (id_t)child->pidfd, info, WEXITED | WNOHANG | WNOWAIT) < 0)
        return errno == ECHILD;
    return info->si_pid != 0;
}

static int timer_arm(struct child *child, int64_t after_ms)
{
    int failed = sd_event_source_set_time_relative(child->timer, (uint64_t)after_ms * US_PER_MS);
    return failed < 0 ? failed : sd_event_source_set_enabled(child->timer, SD_EVENT_ONESHOT);
}

static void child_tell_end(struct child *child, enum child_outcome outcome, int code)
{
    struct child_end end = {.outcome = outcome, .code = code};
    child_output_text(&child->output, end.text);
    child->ended(child->context, &end);
}

/* One stage on: each is given the grace, but the last. */
static void child_press(struct child *child)
{
    if (child->stage == STAGE_KILLED) {
        child->stage = STAGE_LOST;
        child_tell_end(child, CHILD_TIMED_OUT, 0);
        return;
    }
    group_signal(child, child->stage == STAGE_RUNNING ? SIGTERM : SIGKILL);
    child->stage = child->stage == STAGE_RUNNING ? STAGE_ASKED : STAGE_KILLED;
    /* Without a timer the signal has to do at once. */
    if (timer_arm(child, child->grace_ms) < 0)
        group_signal(child, SIGKILL);
}

void child_kill(struct child *child)
{
    siginfo_t info;
    if (child->stage == STAGE_RUNNING && !has_ended(child, &info))
        child_press(child);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)source;
    (void)usec;
    struct child *child = userdata;
    siginfo_t info;
    if (!has_ended(child, &info))
        child_press(child);
    return 0;
}

/* ---- watching one ---- */

/* Returns false when there is nothing more to read now. */
static bool output_read(struct child *child)
{
    char bytes[READ_SIZE];
    ssize_t count = read(child->output_fd, bytes, sizeof bytes);
    if (count > 0)
        child_output_add(&child->output, bytes, (size_t)count);
    return count > 0;
}

static int on_output(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    (void)fd;
    struct child *child = userdata;
    if (!output_read(child) && (revents & (EPOLLHUP | EPOLLERR)))
        return sd_event_source_set_enabled(source, SD_EVENT_OFF);
    return 0;
}

static void child_outcome_of(const struct child *child, const siginfo_t *info,
                             enum child_outcome *outcome, int *code)
{
    int error = 0;
    if (read(child->error_fd, &error, sizeof error) == (ssize_t)sizeof error) {
        *outcome = CHILD_NOT_EXECUTED;
        *code = error;
        return;
    }
    *code = info->si_status;
    if (child->stage != STAGE_RUNNING)
        *outcome = CHILD_TIMED_OUT;
    else
        *outcome = info->si_code == CLD_EXITED ? CHILD_EXITED : CHILD_SIGNALLED;
}

static int on_end(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    (void)source;
    (void)fd;
    (void)revents;
    struct child *child = userdata;
    siginfo_t info;
    if (!has_ended(child, &info))
        return 0;
    for (int i = 0; i < READS_AT_END && output_read(child); i++)
        ;
    /* Its group's number is free for others once it is reaped. */
    if (child->stage != STAGE_RUNNING)
        group_signal(child, SIGKILL);
    (void)waitid(P_PIDFD, (id_t)child->pidfd, &(siginfo_t){0}, WEXITED);
    if (child->stage != STAGE_LOST) {
        enum child_outcome outcome;
        int code;
        child_outcome_of(child, &info, &outcome, &code);
        child_tell_end(child, outcome, code);
    }
    child_abandon(child);
    return 0;
}

static int child_listen(struct child *child, sd_event *event, int64_t timeout_ms)
{
    int failed =
        sd_event_add_io(event, &child->output_source, child->output_fd, EPOLLIN, on_output, child);
    if (failed < 0)
        return failed;
    /* A child that floods its output comes after everything else. */
    failed = sd_event_source_set_priority(child->output_source, SD_EVENT_PRIORITY_IDLE);
    if (failed < 0)
        return failed;
    failed = sd_event_add_time_relative(
        event, &child->timer, CLOCK_BOOTTIME, 0, TIMER_ACCURACY_US, on_timer, child);
    if (failed < 0)
        return failed;
    return timeout_ms ? timer_arm(child, timeout_ms)
                      : sd_event_source_set_enabled(child->timer, SD_EVENT_OFF);
}

/* ---- starting one ---- */

static const char *const base_environment[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL=C.UTF-8",
    NULL,
};

static const char *const no_strings[] = {NULL};

static size_t strings_count(const char *const *strings)
{
    size_t count = 0;
    while (strings[count])
        count++;
    return count;
}

/* Both lists in one, ended, in the type that execve wants, which promises to change nothing (POSIX,
 * rationale of exec). The array is allocated, the strings are the lists' own. */
static char **strings_join(const char *const *first, const char *const *second)
{
    size_t first_count = strings_count(first);
    size_t second_count = strings_count(second);
    char **joined = calloc(first_count + second_count + 1, sizeof *joined);
    if (!joined)
        return NULL;
    memcpy(joined, first, first_count * sizeof *joined);
    memcpy(joined + first_count, second, second_count * sizeof *joined);
    return joined;
}

static int pipe_open(int *read_fd, int *write_fd)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) < 0)
        return -errno;
    *read_fd = fds[0];
    *write_fd = fds[1];
    return fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

/* A process that cannot be watched must not run. */
static int child_discard(struct child *child, int error)
{
    (void)kill(child->pid, SIGKILL);
    siginfo_t info;
    (void)waitid(P_PID, (id_t)child->pid, &info, WEXITED);
    return error;
}

static int child_fork(struct child *child, sd_event *event, const struct child_image *image)
{
    child->pid = fork();
    if (child->pid < 0)
        return -errno;
    if (child->pid == 0)
        child_exec(image);
    child->pidfd = pidfd_open(child->pid, 0);
    if (child->pidfd < 0)
        return child_discard(child, -errno);
    int failed = sd_event_add_io(event, &child->end_source, child->pidfd, EPOLLIN, on_end, child);
    return failed < 0 ? child_discard(child, failed) : 0;
}

static struct child *child_new(const struct child_settings *settings, child_handler *ended,
                               void *context)
{
    struct child *child = calloc(1, sizeof *child);
    if (!child)
        return NULL;
    child->grace_ms = settings->grace_ms;
    child->ended = ended;
    child->context = context;
    child->pidfd = child->output_fd = child->error_fd = -1;
    return child;
}

int child_start(struct child **child, sd_event *event, const struct child_settings *settings,
                child_handler *ended, void *context)
{
    struct child *new = child_new(settings, ended, context);
    char **argv = strings_join(settings->argv, no_strings);
    /* The site's come first: the first of a name counts. */
    const char *const *site = settings->environment ? settings->environment : no_strings;
    char **environment = strings_join(site, base_environment);
    struct child_image image = {argv, environment, -1, -1};
    int failed = -ENOMEM;
    if (!new || !argv || !environment)
        goto end;
    failed = pipe_open(&new->output_fd, &image.output_fd);
    if (failed < 0)
        goto end;
    failed = pipe_open(&new->error_fd, &image.error_fd);
    if (failed < 0)
        goto end;
    failed = child_listen(new, event, settings->timeout_ms);
    if (failed < 0)
        goto end;
    failed = child_fork(new, event, &image);
    if (failed < 0)
        goto end;
    *child = new;
    new = NULL;
end:
    fd_close(image.error_fd);
    fd_close(image.output_fd);
    free(environment);
    free(argv);
    child_abandon(new);
    return failed;
}

/* ---- words ---- */

static void describe_signal(int number, char *to)
{
    const char *name = sigabbrev_np(number);
    if (name)
        text_format(to, CHILD_END_TEXT_SIZE, "ended by signal %d (%s)", number, name);
    else
        text_format(to, CHILD_END_TEXT_SIZE, "ended by signal %d", number);
}

void child_end_describe(const struct child_end *end, char to[static CHILD_END_TEXT_SIZE])
{
    switch (end->outcome) {
    case CHILD_EXITED:
        text_format(to, CHILD_END_TEXT_SIZE, "exited with %d", end->code);
        break;
    case CHILD_SIGNALLED:
        describe_signal(end->code, to);
        break;
    case CHILD_TIMED_OUT:
        text_copy(to, CHILD_END_TEXT_SIZE, "timed out");
        break;
    case CHILD_NOT_EXECUTED:
        text_format(to, CHILD_END_TEXT_SIZE, "could not be executed: %s", strerror(end->code));
        break;
    case CHILD_OUTCOME_COUNT:
        to[0] = '\0';
        break;
    }
    if (end->text[0])
        text_append(to, CHILD_END_TEXT_SIZE, ": %s", end->text);
}

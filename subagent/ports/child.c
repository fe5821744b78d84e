#include "ports/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/text.h"
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
 *                SIGTERM               SIGKILL              it lives: is told
 *
 * The process ending, in every stage, is told and frees the child.
 */
enum stage { STAGE_RUNNING, STAGE_ASKED, STAGE_KILLED, STAGE_LOST };

struct child {
    struct spawned spawned;
    struct spawner *spawner;
    bool runs;
    enum stage stage;
    int64_t grace_ms;
    child_handler *ended;
    void *context;
    int output_fd; /* -1: not captured */
    sd_event_source *output_source;
    sd_event_source *timer;
    struct child_output output;
};

static void output_leave(struct child *child)
{
    child->output_source = sd_event_source_disable_unref(child->output_source);
    if (child->output_fd >= 0)
        (void)close(child->output_fd);
    child->output_fd = -1;
}

void child_abandon(struct child *child)
{
    if (!child)
        return;
    if (child->runs)
        spawner_forget(child->spawner, &child->spawned);
    sd_event_source_disable_unref(child->timer);
    output_leave(child);
    free(child);
}

/* ---- ending one ---- */

static int timer_arm(struct child *child, int64_t after_ms)
{
    int failed = sd_event_source_set_time_relative(child->timer, (uint64_t)after_ms * US_PER_MS);
    return failed < 0 ? failed : sd_event_source_set_enabled(child->timer, SD_EVENT_ONESHOT);
}

static void child_tell_lost(struct child *child)
{
    struct child_end end = {.outcome = CHILD_TIMED_OUT, .lives = true};
    child->stage = STAGE_LOST;
    child_output_text(&child->output, end.text);
    output_leave(child);
    child->ended(child->context, &end);
}

/* One stage on: each is given the grace. A signal that cannot be sent is followed by the next. */
static void child_press(struct child *child)
{
    if (child->stage == STAGE_KILLED) {
        child_tell_lost(child);
        return;
    }
    int number = child->stage == STAGE_RUNNING ? SIGTERM : SIGKILL;
    child->stage = child->stage == STAGE_RUNNING ? STAGE_ASKED : STAGE_KILLED;
    (void)spawner_signal(child->spawner, &child->spawned, number);
    /* Without a timer the signal has to do at once. */
    if (timer_arm(child, child->grace_ms) < 0)
        (void)spawner_signal(child->spawner, &child->spawned, SIGKILL);
}

void child_kill(struct child *child)
{
    if (child->stage == STAGE_RUNNING)
        child_press(child);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)source;
    (void)usec;
    child_press(userdata);
    return 0;
}

/* ---- watching one ---- */

/* Returns false when there is nothing more to read now. */
static bool output_read(struct child *child)
{
    char bytes[READ_SIZE];
    ssize_t count = child->output_fd < 0 ? 0 : read(child->output_fd, bytes, sizeof bytes);
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

static enum child_outcome outcome_of(const struct spawn_end *end)
{
    if (end->error)
        return CHILD_NOT_EXECUTED;
    if (end->asked)
        return CHILD_TIMED_OUT;
    return end->signalled ? CHILD_SIGNALLED : CHILD_EXITED;
}

static void on_end(struct spawned *spawned, const struct spawn_end *spawn_end)
{
    struct child *child = (struct child *)spawned;
    struct child_end end = {.outcome = outcome_of(spawn_end),
                            .code = spawn_end->error ? spawn_end->error : spawn_end->code};
    child->runs = false;
    for (int i = 0; i < READS_AT_END && output_read(child); i++)
        ;
    child_output_text(&child->output, end.text);
    child->ended(child->context, &end);
    child_abandon(child);
}
_Static_assert(offsetof(struct child, spawned) == 0, "a child begins with what is spawned");

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

/* Both lists in one, ended. The array is allocated, the strings are the lists' own. */
static const char **strings_join(const char *const *first, const char *const *second)
{
    size_t first_count = strings_count(first);
    size_t second_count = strings_count(second);
    const char **joined = calloc(first_count + second_count + 1, sizeof *joined);
    if (!joined)
        return NULL;
    memcpy(joined, first, first_count * sizeof *joined);
    memcpy(joined + first_count, second, second_count * sizeof *joined);
    return joined;
}

/* Returns the end to write to, or a negative errno. */
static int output_open(struct child *child, sd_event *event)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    child->output_fd = ends[0];
    int failed = fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
    if (failed == 0)
        failed = sd_event_add_io(event, &child->output_source, ends[0], EPOLLIN, on_output, child);
    /* A child that floods its output comes after everything else. */
    if (failed >= 0)
        failed = sd_event_source_set_priority(child->output_source, SD_EVENT_PRIORITY_IDLE);
    if (failed >= 0)
        return ends[1];
    (void)close(ends[1]);
    return failed;
}

/* A pipe with the text in it and nobody to write more. Returns the end to read from, or a negative
 * errno. */
static int input_open(const char *text)
{
    int ends[2];
    size_t length = strlen(text);
    if (length >= CHILD_INPUT_SIZE)
        return -E2BIG;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -errno;
    /* For the reader it is to be an ordinary one, that waits. */
    bool written =
        write(ends[1], text, length) == (ssize_t)length && fcntl(ends[0], F_SETFL, 0) == 0;
    int failed = written ? 0 : -(errno ? errno : EIO);
    (void)close(ends[1]);
    if (failed == 0)
        return ends[0];
    (void)close(ends[0]);
    return failed;
}

static int timer_open(struct child *child, sd_event *event, int64_t timeout_ms)
{
    int failed = sd_event_add_time_relative(
        event, &child->timer, CLOCK_BOOTTIME, 0, TIMER_ACCURACY_US, on_timer, child);
    if (failed < 0)
        return failed;
    return timeout_ms ? timer_arm(child, timeout_ms)
                      : sd_event_source_set_enabled(child->timer, SD_EVENT_OFF);
}

static struct child *child_new(struct spawner *spawner, const struct child_settings *settings,
                               child_handler *ended, void *context)
{
    struct child *child = calloc(1, sizeof *child);
    if (!child)
        return NULL;
    child->spawned.ended = on_end;
    child->spawner = spawner;
    child->grace_ms = settings->grace_ms;
    child->ended = ended;
    child->context = context;
    child->output_fd = -1;
    return child;
}

static int child_spawn(struct child *child, const struct child_settings *settings, int output_fd)
{
    int input_fd = settings->input ? input_open(settings->input) : -1;
    if (settings->input && input_fd < 0)
        return input_fd;
    /* The site's come first: the first of a name counts. */
    const char *const *site = settings->environment ? settings->environment : no_strings;
    const char **environment = strings_join(site, base_environment);
    const struct spawn_order order = {.argv = settings->argv,
                                      .environment = environment,
                                      .input_fd = input_fd,
                                      .output_fd = output_fd};
    int failed = environment ? spawner_run(child->spawner, &order, &child->spawned) : -ENOMEM;
    child->runs = failed == 0;
    if (input_fd >= 0)
        (void)close(input_fd);
    free(environment);
    return failed;
}

int child_start(struct child **child, struct spawner *spawner,
                const struct child_settings *settings, child_handler *ended, void *context)
{
    sd_event *event = spawner_event(spawner);
    struct child *new = child_new(spawner, settings, ended, context);
    if (!new)
        return -ENOMEM;
    int output_fd = settings->speaks_to_log ? -1 : output_open(new, event);
    int failed = output_fd < 0 && !settings->speaks_to_log ? output_fd : 0;
    if (failed == 0)
        failed = timer_open(new, event, settings->timeout_ms);
    if (failed >= 0)
        failed = child_spawn(new, settings, output_fd);
    if (output_fd >= 0)
        (void)close(output_fd);
    if (failed < 0) {
        child_abandon(new);
        return failed;
    }
    *child = new;
    return 0;
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

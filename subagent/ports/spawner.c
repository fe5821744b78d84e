#include "ports/spawner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "ports/spawner_process.h"

enum {
    REPLIES_AT_ONCE = 16,
    /* After lines and timers, before clients. */
    PRIORITY = SD_EVENT_PRIORITY_NORMAL + 5,
};

struct spawner {
    sd_event *event;
    pid_t pid; /* 0: none that has not been waited for */
    int fd;    /* -1: it has ended */
    sd_event_source *source;
    struct spawned *first;
    uint64_t last_number;
    _Alignas(struct spawn_request) char message[SPAWN_MESSAGE_LIMIT];
};

/* ---- the process ---- */

static void process_reap(struct spawner *spawner)
{
    if (spawner->pid > 0 && waitpid(spawner->pid, NULL, WNOHANG) != 0)
        spawner->pid = 0;
}

static void process_leave(struct spawner *spawner)
{
    spawner->source = sd_event_source_disable_unref(spawner->source);
    if (spawner->fd >= 0)
        (void)close(spawner->fd);
    spawner->fd = -1;
    process_reap(spawner);
}

/* Signals are blocked before the fork: a handler of the engine's must not run in the new one. */
static pid_t process_fork(const int ends[2])
{
    sigset_t all, before;
    sigfillset(&all);
    if (sigprocmask(SIG_SETMASK, &all, &before) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        spawner_process(ends[1]);
    int error = errno;
    (void)sigprocmask(SIG_SETMASK, &before, NULL); /* fails for a wrong first argument only */
    errno = error;
    return pid;
}

static int on_reply(sd_event_source *source, int fd, uint32_t events, void *userdata);

static int process_start(struct spawner *spawner)
{
    int ends[2];
    process_reap(spawner);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    spawner->pid = process_fork(ends);
    int failed = spawner->pid < 0 ? -errno : 0;
    (void)close(ends[1]);
    spawner->fd = ends[0];
    if (failed == 0)
        failed = sd_event_add_io(
            spawner->event, &spawner->source, spawner->fd, EPOLLIN, on_reply, spawner);
    if (failed >= 0)
        failed = sd_event_source_set_priority(spawner->source, PRIORITY);
    if (failed < 0)
        process_leave(spawner);
    return failed < 0 ? failed : 0;
}

struct spawner *spawner_open(sd_event *event)
{
    struct spawner *spawner = calloc(1, sizeof *spawner);
    if (!spawner)
        return NULL;
    spawner->event = sd_event_ref(event);
    spawner->fd = -1;
    int failed = process_start(spawner);
    if (failed == 0)
        return spawner;
    spawner_close(spawner);
    errno = -failed;
    return NULL;
}

void spawner_close(struct spawner *spawner)
{
    if (!spawner)
        return;
    process_leave(spawner);
    sd_event_unref(spawner->event);
    free(spawner);
}

sd_event *spawner_event(const struct spawner *spawner)
{
    return spawner->event;
}

/* ---- what has ended ---- */

static struct spawned *unlink_if(struct spawner *spawner, uint64_t number)
{
    for (struct spawned **link = &spawner->first; *link; link = &(*link)->next)
        if ((*link)->number == number) {
            struct spawned *spawned = *link;
            *link = spawned->next;
            return spawned;
        }
    return NULL;
}

void spawner_forget(struct spawner *spawner, const struct spawned *spawned)
{
    (void)unlink_if(spawner, spawned->number);
}

static void reply_take(struct spawner *spawner, const struct spawn_reply *reply)
{
    struct spawned *spawned = unlink_if(spawner, reply->number);
    const struct spawn_end end = {.is_known = true,
                                  .error = reply->error,
                                  .signalled = reply->signalled,
                                  .code = reply->code,
                                  .asked = reply->asked};
    if (spawned)
        spawned->ended(spawned, &end);
}

/* Of the process that has ended: those that are started meanwhile are the next one's. */
static struct spawned *unlink_up_to(struct spawner *spawner, uint64_t number)
{
    for (struct spawned *spawned = spawner->first; spawned; spawned = spawned->next)
        if (spawned->number <= number)
            return unlink_if(spawner, spawned->number);
    return NULL;
}

static void process_lost(struct spawner *spawner)
{
    uint64_t last = spawner->last_number;
    log_error("the process that starts programs has ended: what becomes of those that run is not "
              "known");
    process_leave(spawner);
    for (struct spawned *spawned = unlink_up_to(spawner, last); spawned;
         spawned = unlink_up_to(spawner, last))
        spawned->ended(spawned, &(struct spawn_end){.is_known = false});
}

static int on_reply(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    (void)source;
    (void)events;
    struct spawner *spawner = userdata;
    for (int i = 0; i < REPLIES_AT_ONCE; i++) {
        struct spawn_reply reply;
        ssize_t size = recv(fd, &reply, sizeof reply, MSG_DONTWAIT);
        if (size == (ssize_t)sizeof reply)
            reply_take(spawner, &reply);
        else if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return 0;
        else {
            process_lost(spawner);
            return 0;
        }
    }
    return 0;
}

/* ---- orders ---- */

static int message_send(struct spawner *spawner, size_t size, int fd)
{
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = spawner->message, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        control.head = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
        memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
    }
    return sendmsg(spawner->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Returns how many there were, or a negative errno. */
static int strings_add(struct spawner *spawner, size_t *size, const char *const *strings)
{
    int count = 0;
    for (; strings[count]; count++) {
        size_t length = strlen(strings[count]) + 1;
        if (length > sizeof spawner->message - *size || count == SPAWN_STRINGS_LIMIT)
            return -E2BIG;
        memcpy(spawner->message + *size, strings[count], length);
        *size += length;
    }
    return count;
}

static int order_write(struct spawner *spawner, const struct spawn_order *order, size_t *size)
{
    struct spawn_request request = {.number = spawner->last_number + 1, .kind = SPAWN_RUN};
    *size = sizeof request;
    int arguments = strings_add(spawner, size, order->argv);
    int environment = arguments < 0 ? arguments : strings_add(spawner, size, order->environment);
    if (environment < 0)
        return environment;
    if (arguments + environment > SPAWN_STRINGS_LIMIT)
        return -E2BIG;
    request.argument_count = (uint32_t)arguments;
    request.environment_count = (uint32_t)environment;
    memcpy(spawner->message, &request, sizeof request);
    return 0;
}

int spawner_run(struct spawner *spawner, const struct spawn_order *order, struct spawned *spawned)
{
    size_t size;
    int failed = spawner->fd < 0 ? process_start(spawner) : 0;
    if (failed == 0)
        failed = order_write(spawner, order, &size);
    if (failed == 0)
        failed = message_send(spawner, size, order->output_fd);
    if (failed < 0)
        return failed;
    spawned->number = ++spawner->last_number;
    spawned->next = spawner->first;
    spawner->first = spawned;
    return 0;
}

int spawner_signal(struct spawner *spawner, const struct spawned *spawned, int number)
{
    const struct spawn_request request = {
        .number = spawned->number, .kind = SPAWN_SIGNAL, .signal = number};
    memcpy(spawner->message, &request, sizeof request);
    return spawner->fd < 0 ? -ENOTCONN : message_send(spawner, sizeof request, -1);
}

#include "ports/spawner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
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
    struct spawn_table *table;
    sd_event_source *source;
    struct spawned *first;
    uint64_t last_number;
    _Alignas(struct spawn_request) char message[SPAWN_MESSAGE_LIMIT];
};

/* ---- the table ---- */

/* Each spawner has one of its own: a process that is held in its execution may yet write to its
 * place when its spawner is long gone. */
static struct spawn_table *table_map(void)
{
    struct spawn_table *table =
        mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (table == MAP_FAILED)
        return NULL;
    table->users = 1;
    return table;
}

/* Accepts NULL. */
static void table_release(struct spawn_table *table)
{
    if (table && --table->users == 0)
        (void)munmap(table, sizeof *table);
}

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
    table_release(spawner->table);
    spawner->table = NULL;
    process_reap(spawner);
}

/* Signals are blocked before the fork: a handler of the engine's must not run in the new one. */
static pid_t process_fork(const int ends[2], struct spawn_table *table)
{
    sigset_t all, before;
    sigfillset(&all);
    if (sigprocmask(SIG_SETMASK, &all, &before) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        spawner_process(ends[1], table);
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
    struct spawn_table *table = table_map();
    if (!table)
        return -errno;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        table_release(table);
        return -errno;
    }
    spawner->table = table;
    spawner->pid = process_fork(ends, table);
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

/* Where SIGCHLD is ignored the kernel would reap by itself. */
static int children_expect(void)
{
    bool done =
        signal(SIGCHLD, SIG_DFL) != SIG_ERR && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
    return done ? 0 : -errno;
}

struct spawner *spawner_open(sd_event *event)
{
    struct spawner *spawner = calloc(1, sizeof *spawner);
    if (!spawner)
        return NULL;
    spawner->event = sd_event_ref(event);
    spawner->fd = -1;
    int failed = children_expect();
    if (failed == 0)
        failed = process_start(spawner);
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

static void adopted_leave(struct spawned *spawned)
{
    sd_event_source_disable_unref(spawned->adopted.source);
    table_release(spawned->adopted.table);
    memset(&spawned->adopted, 0, sizeof spawned->adopted);
}

void spawner_forget(struct spawner *spawner, struct spawned *spawned)
{
    (void)unlink_if(spawner, spawned->number);
    adopted_leave(spawned);
}

/* spawned: NULL where nobody waits for it any more. */
static void end_tell(struct spawned *spawned, const struct spawn_reply *reply)
{
    const struct spawn_end end = {.error = reply->error,
                                  .signalled = reply->signalled,
                                  .code = reply->code,
                                  .asked = reply->asked};
    if (spawned)
        spawned->ended(spawned, &end);
}

static void reply_take(struct spawner *spawner, const struct spawn_reply *reply)
{
    end_tell(unlink_if(spawner, reply->number), reply);
}

/* ---- those that a spawner left ---- */

static int adopted_signal(const struct spawned *spawned, int number)
{
    struct spawn_place *place = spawned->adopted.place;
    place->asked = true;
    int failed = kill(-place->pid, number);
    /* Before the new process has made its group there is no such one yet. */
    if (failed < 0 && errno == ESRCH)
        failed = kill(place->pid, number);
    return failed < 0 ? -errno : 0;
}

static int on_adopted_end(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    (void)source;
    (void)events;
    struct spawned *spawned = userdata;
    const struct spawn_place *place = spawned->adopted.place;
    siginfo_t info = {0};
    if (waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0)
        return 0;
    /* Its group's number is free for others once it is reaped. */
    if (place->asked)
        (void)kill(-place->pid, SIGKILL);
    (void)waitid(P_PIDFD, (id_t)fd, &(siginfo_t){0}, WEXITED | WNOHANG);
    const struct spawn_reply end = {.error = place->error,
                                    .signalled = info.si_code != CLD_EXITED,
                                    .code = info.si_status,
                                    .asked = place->asked};
    spawner_forget(spawned->adopted.spawner, spawned);
    end_tell(spawned, &end);
    return 0;
}

static int adopted_watch(struct spawner *spawner, struct spawned *spawned, pid_t pid)
{
    int fd = pidfd_open(pid, 0);
    if (fd < 0)
        return -errno;
    int result = sd_event_add_io(
        spawner->event, &spawned->adopted.source, fd, EPOLLIN, on_adopted_end, spawned);
    if (result < 0) {
        (void)close(fd);
        return result;
    }
    result = sd_event_source_set_io_fd_own(spawned->adopted.source, true);
    return result < 0 ? result : sd_event_source_set_priority(spawned->adopted.source, PRIORITY);
}

/* False: it cannot be watched, so it was made to end, else it might be done once more beside it. */
static bool adopt(struct spawner *spawner, struct spawn_table *table, struct spawned *spawned,
                  struct spawn_place *place)
{
    spawned->adopted.spawner = spawner;
    spawned->adopted.table = table;
    spawned->adopted.place = place;
    table->users++;
    int failed = adopted_watch(spawner, spawned, place->pid);
    if (failed >= 0)
        return true;
    log_error("a program that runs cannot be watched any more (%s): it is killed",
              strerror(-failed));
    (void)adopted_signal(spawned, SIGKILL);
    return false;
}

/* The end of one that was not begun, or has ended and is perhaps not reaped; or it is adopted. */
static void left_take(struct spawner *spawner, struct spawn_table *table, struct spawned *spawned)
{
    struct spawn_place *place = spawn_place_find(table, spawned->number);
    struct spawn_reply end = {.error = ECONNRESET};
    if (place && place->ended) {
        if (place->pid)
            (void)waitid(P_PID, (id_t)place->pid, &(siginfo_t){0}, WEXITED | WNOHANG);
        end = place->end;
    } else if (place && place->pid) {
        if (adopt(spawner, table, spawned, place))
            return;
        end = (struct spawn_reply){.signalled = true, .code = SIGKILL};
    }
    spawner_forget(spawner, spawned);
    end_tell(spawned, &end);
}

/* Of the process that has ended: those that are started meanwhile are the next one's. */
static struct spawned *left_next(const struct spawner *spawner, uint64_t number)
{
    struct spawned *spawned = spawner->first;
    while (spawned && (spawned->number > number || spawned->adopted.spawner))
        spawned = spawned->next;
    return spawned;
}

static void process_lost(struct spawner *spawner)
{
    uint64_t last = spawner->last_number;
    struct spawn_table *table = spawner->table;
    log_error("the process that starts programs has ended: those that run go on, and another is "
              "begun");
    table->users++;
    process_leave(spawner);
    for (struct spawned *left = left_next(spawner, last); left; left = left_next(spawner, last))
        left_take(spawner, table, left);
    table_release(table);
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

static int message_send(struct spawner *spawner, size_t size, const int *fds, size_t fd_count)
{
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(SPAWN_STREAM_COUNT * sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = spawner->message, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    size_t fds_size = fd_count * sizeof *fds;
    if (fd_count > 0) {
        control.head = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(fds_size)};
        memcpy(CMSG_DATA(&control.head), fds, fds_size);
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(fds_size);
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
    request.has[SPAWN_INPUT] = order->input_fd >= 0;
    request.has[SPAWN_OUTPUT] = order->output_fd >= 0;
    memcpy(spawner->message, &request, sizeof request);
    return 0;
}

static int order_send(struct spawner *spawner, const struct spawn_order *order, size_t size)
{
    const int streams[] = {[SPAWN_INPUT] = order->input_fd, [SPAWN_OUTPUT] = order->output_fd};
    int fds[SPAWN_STREAM_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < SPAWN_STREAM_COUNT; i++)
        if (streams[i] >= 0)
            fds[count++] = streams[i];
    return message_send(spawner, size, fds, count);
}

int spawner_run(struct spawner *spawner, const struct spawn_order *order, struct spawned *spawned)
{
    size_t size;
    int failed = spawner->fd < 0 ? process_start(spawner) : 0;
    if (failed == 0)
        failed = order_write(spawner, order, &size);
    if (failed == 0)
        failed = order_send(spawner, order, size);
    if (failed < 0)
        return failed;
    memset(&spawned->adopted, 0, sizeof spawned->adopted);
    spawned->number = ++spawner->last_number;
    spawned->next = spawner->first;
    spawner->first = spawned;
    return 0;
}

int spawner_signal(struct spawner *spawner, const struct spawned *spawned, int number)
{
    const struct spawn_request request = {
        .number = spawned->number, .kind = SPAWN_SIGNAL, .signal = number};
    if (spawned->adopted.place)
        return adopted_signal(spawned, number);
    memcpy(spawner->message, &request, sizeof request);
    return spawner->fd < 0 ? -ENOTCONN : message_send(spawner, sizeof request, NULL, 0);
}

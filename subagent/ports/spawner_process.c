#include "ports/spawner_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "ports/child_exec.h"

struct process {
    int fd;
    int ends_fd; /* readable when one has ended */
    struct spawn_table *table;
    pthread_attr_t starter;
    sem_t executed; /* one of those begun has become its program */
    _Alignas(struct spawn_request) char message[SPAWN_MESSAGE_LIMIT];
};

/* What a new process needs until it executes, in memory that it shares. */
struct start {
    struct spawn_place *place;
    sem_t *executed;
    struct child_image image;
    char **strings;
    char *texts; /* which strings points into */
};

/* ---- its own descriptors ---- */

/* dup2() onto itself would leave what is there as it is, which is right here. */
static bool descriptors_set(int fd)
{
    return (fd == SPAWN_FD || dup2(fd, SPAWN_FD) >= 0) && close_range(SPAWN_FD + 1, ~0U, 0) == 0 &&
           fcntl(SPAWN_FD, F_SETFD, FD_CLOEXEC) == 0;
}

/* As programs are to have them: set once here instead of by each of them, which would be more calls
 * than all others of its start. They stay blocked. Where SIGCHLD is ignored the kernel would reap
 * by itself. */
static void signals_reset(void)
{
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action = {.sa_handler = number == SIGPIPE ? SIG_IGN : SIG_DFL};
        /* Refused for SIGKILL, SIGSTOP and the C library's own. */
        (void)sigaction(number, &action, NULL);
    }
}

static bool ends_watch(struct process *process)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    process->ends_fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    return process->ends_fd >= 0;
}

/* ---- what has ended ---- */

/* An engine that does not read is waited for; one that has gone ends this process, too. */
static void reply_send(const struct process *process, const struct spawn_reply *reply)
{
    ssize_t sent;
    do
        sent = send(process->fd, reply, sizeof *reply, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        _exit(EXIT_FAILURE);
}

static struct spawn_place *place_find_pid(const struct process *process, pid_t pid)
{
    for (size_t i = 0; i < SPAWN_RUNNING_LIMIT; i++)
        if (process->table->places[i].number && process->table->places[i].pid == pid)
            return &process->table->places[i];
    return NULL;
}

struct spawn_place *spawn_place_find(struct spawn_table *table, uint64_t number)
{
    for (size_t i = 0; i < SPAWN_RUNNING_LIMIT; i++)
        if (table->places[i].number == number)
            return &table->places[i];
    return NULL;
}

/* The end is kept before it is reaped, and until it is told: should this process die meanwhile. */
static void end_take(const struct process *process, const siginfo_t *info)
{
    struct spawn_place *place = place_find_pid(process, info->si_pid);
    if (place) {
        place->end = (struct spawn_reply){.number = place->number,
                                          .error = place->error,
                                          .signalled = info->si_code != CLD_EXITED,
                                          .code = info->si_status,
                                          .asked = place->asked};
        place->ended = true;
    }
    /* Its group's number is free for others once it is reaped. */
    if (place && place->asked)
        (void)kill(-place->pid, SIGKILL);
    (void)waitid(P_PID, (id_t)info->si_pid, &(siginfo_t){0}, WEXITED | WNOHANG);
    if (!place)
        return;
    place->pid = 0;
    reply_send(process, &place->end);
    place->number = 0;
}

static void ends_take(const struct process *process)
{
    struct signalfd_siginfo told;
    while (read(process->ends_fd, &told, sizeof told) > 0)
        ;
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
            return;
        end_take(process, &info);
    }
}

/* ---- what is asked for ---- */

/* False where the message does not hold them all. Each list is ended by NULL. */
static bool strings_take(struct start *start, const struct spawn_request *request, size_t size)
{
    char *at = start->texts, *end = at + size;
    size_t count = 0;
    uint32_t total = request->argument_count + request->environment_count;
    for (uint32_t i = 0; i < total; i++) {
        char *mark = memchr(at, '\0', (size_t)(end - at));
        if (!mark)
            return false;
        if (i == request->argument_count)
            start->strings[count++] = NULL;
        start->strings[count++] = at;
        at = mark + 1;
    }
    start->strings[count] = NULL;
    start->image.argv = start->strings;
    start->image.environment = start->strings + request->argument_count + 1;
    return true;
}

static void start_free(struct start *start)
{
    free((void *)start->strings);
    free(start->texts);
    free(start);
}

/* NULL with errno. */
static struct start *start_new(const struct spawn_request *request, size_t size)
{
    const uint64_t total = (uint64_t)request->argument_count + request->environment_count;
    const size_t texts_size = size - sizeof *request;
    errno = EBADMSG;
    if (request->argument_count == 0 || total > SPAWN_STRINGS_LIMIT)
        return NULL;
    struct start *start = calloc(1, sizeof *start);
    if (!start)
        return NULL;
    start->strings = (char **)calloc(total + 2, sizeof *start->strings);
    start->texts = malloc(texts_size + 1);
    if (start->strings && start->texts) {
        memcpy(start->texts, request + 1, texts_size);
        errno = EBADMSG;
        if (strings_take(start, request, texts_size))
            return start;
    }
    start_free(start);
    return NULL;
}

/*
 * In a thread of its own, as vfork() holds its caller until the new process executes, and a frozen
 * disk can hold that for long. fork() would hold nobody, and takes several times as long: it copies
 * what the next instruction throws away.
 */
static void *start_run(void *context)
{
    struct start *start = context;
    struct spawn_place *place = start->place;
    /* What is called before the execution changes nothing that this process goes by. */
    /* NOLINTBEGIN(clang-analyzer-security.insecureAPI.vfork,clang-analyzer-unix.Vfork) */
    const pid_t pid = vfork();
    if (pid == 0) {
        place->pid = getpid();
        (void)sem_post(&place->begun); /* fails past its largest value only */
        child_exec(&start->image);
    }
    /* NOLINTEND(clang-analyzer-security.insecureAPI.vfork,clang-analyzer-unix.Vfork) */
    if (pid < 0) {
        place->error = errno;
        (void)sem_post(&place->begun);
    }
    (void)sem_post(start->executed);
    start_free(start);
    return NULL;
}

/* One after the other, but for one that is held: two hundred at once would take the processor from
 * the engine. */
static void execution_await(struct process *process)
{
    enum { MOST_MS = 5 };
    const struct timespec until = clock_monotonic_after(MOST_MS);
    while (sem_clockwait(&process->executed, CLOCK_MONOTONIC, &until) < 0 && errno == EINTR)
        ;
}

/* Returns once the new process is there, which may execute later, or why there is none. */
static int image_start(struct process *process, struct start *start)
{
    struct spawn_place *place = start->place;
    pthread_t thread;
    (void)sem_init(&place->begun, 1, 0); /* fails for too large a value only */
    int error = pthread_create(&thread, &process->starter, start_run, start);
    if (error) {
        start_free(start);
        return error;
    }
    while (sem_wait(&place->begun) < 0)
        ;
    execution_await(process);
    return place->pid ? 0 : place->error;
}

static void run(struct process *process, size_t size, const int fds[SPAWN_STREAM_COUNT])
{
    const struct spawn_request *request = (const struct spawn_request *)process->message;
    struct spawn_place *place = spawn_place_find(process->table, 0);
    struct start *start = place ? start_new(request, size) : NULL;
    int error = place ? errno : EAGAIN;
    if (start) {
        *place = (struct spawn_place){.number = request->number};
        start->place = place;
        start->executed = &process->executed;
        start->image.input_fd = fds[SPAWN_INPUT];
        start->image.output_fd = fds[SPAWN_OUTPUT];
        start->image.error = &place->error;
        error = image_start(process, start);
        if (error)
            place->number = 0;
    }
    if (error)
        reply_send(process, &(struct spawn_reply){.number = request->number, .error = error});
}

static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid != 0;
}

/* Before the new process has made its group there is no such one yet. */
static void signal_send(const struct process *process)
{
    const struct spawn_request *request = (const struct spawn_request *)process->message;
    struct spawn_place *place = spawn_place_find(process->table, request->number);
    if (!place || has_ended(place->pid))
        return;
    place->asked = true;
    if (kill(-place->pid, request->signal) < 0 && errno == ESRCH)
        (void)kill(place->pid, request->signal);
}

static void descriptors_take(const struct msghdr *message, const bool has[SPAWN_STREAM_COUNT],
                             int fds[SPAWN_STREAM_COUNT])
{
    const struct cmsghdr *head = CMSG_FIRSTHDR(message);
    size_t left = 0;
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
        left = (head->cmsg_len - CMSG_LEN(0)) / sizeof *fds;
    for (size_t i = 0, taken = 0; i < SPAWN_STREAM_COUNT; i++) {
        fds[i] = -1;
        if (!has[i] || taken == left)
            continue;
        memcpy(&fds[i], CMSG_DATA(head) + taken * sizeof *fds, sizeof *fds);
        taken++;
    }
}

static void request_take(struct process *process)
{
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(SPAWN_STREAM_COUNT * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = process->message, .iov_len = sizeof process->message};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t size = recvmsg(process->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size < (ssize_t)sizeof(struct spawn_request))
        _exit(size == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    const struct spawn_request *request = (const struct spawn_request *)process->message;
    int fds[SPAWN_STREAM_COUNT];
    descriptors_take(&message, request->has, fds);
    if (request->kind == SPAWN_RUN)
        run(process, (size_t)size, fds);
    else
        signal_send(process);
    for (size_t i = 0; i < SPAWN_STREAM_COUNT; i++)
        if (fds[i] >= 0)
            (void)close(fds[i]);
}

static void turn(struct process *process)
{
    struct pollfd waited[] = {{.fd = process->fd, .events = POLLIN},
                              {.fd = process->ends_fd, .events = POLLIN}};
    if (poll(waited, sizeof waited / sizeof *waited, -1) < 0)
        return;
    if (waited[1].revents)
        ends_take(process);
    if (waited[0].revents)
        request_take(process);
}

static bool starter_set(struct process *process)
{
    enum { STACK_SIZE = 256 << 10 };
    return sem_init(&process->executed, 0, 0) == 0 && pthread_attr_init(&process->starter) == 0 &&
           pthread_attr_setstacksize(&process->starter, STACK_SIZE) == 0 &&
           pthread_attr_setdetachstate(&process->starter, PTHREAD_CREATE_DETACHED) == 0;
}

/* What those that it starts leave behind is reaped here, too, and not left to the engine, which
 * would get it next: see spawner_open(). */
static bool orphans_take(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

/* A session of its own: what a terminal sends to the engine's group is not for this one. Its
 * programs are in it, too, as Linux shares the processors among sessions first (sched(7),
 * autogroup): two hundred sessions would leave the engine a two hundredth. */
_Noreturn void spawner_process(int fd, struct spawn_table *table)
{
    static struct process process = {.fd = SPAWN_FD};
    process.table = table;
    signals_reset();
    if (!descriptors_set(fd) || setsid() < 0 || chdir("/") < 0 || !ends_watch(&process) ||
        !orphans_take() || !starter_set(&process))
        _exit(EXIT_FAILURE);
    (void)prctl(PR_SET_NAME, "padamd-spawner", 0, 0, 0); /* for people only */
    for (;;)
        turn(&process);
}

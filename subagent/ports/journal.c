#include "ports/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "ports/journal_process.h"
#include "ports/journal_queue.h"

struct journal {
    char *path;
    const struct journal_handlers *handlers;
    void *context;
    int fd;
    int ended_fd;        /* of a connection that has ended; no more than kept */
    pid_t pid;           /* 0: none that has not been waited for */
    uint64_t number;     /* of the batch being made */
    bool batch_is_valid; /* all its rows are of history tables */
    struct journal_queue queue;
    struct journal_frame frame; /* the last received */
};

struct journal *journal_create(const char *path, const struct journal_handlers *handlers,
                               void *context)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal)
        return NULL;
    journal->fd = journal->ended_fd = -1;
    journal->handlers = handlers;
    journal->context = context;
    journal->path = strdup(path);
    if (journal->path)
        return journal;
    free(journal);
    return NULL;
}

static void ended_close(struct journal *journal)
{
    if (journal->ended_fd >= 0)
        close(journal->ended_fd);
    journal->ended_fd = -1;
}

/*
 * The descriptor stays until the next start: epoll keeps what is closed while a child between fork
 * and exec has it too, and it could then no longer be removed there.
 */
static void connection_close(struct journal *journal)
{
    if (journal->fd >= 0) {
        ended_close(journal);
        (void)shutdown(journal->fd, SHUT_RDWR);
        journal->ended_fd = journal->fd;
    }
    journal->fd = -1;
    journal_queue_clear(&journal->queue);
}

/* True if no process of ours is left. Never waits: one stuck on a frozen disk would not let us go.
 */
static bool process_has_gone(struct journal *journal)
{
    if (journal->pid > 0 && waitpid(journal->pid, NULL, WNOHANG) != 0)
        journal->pid = 0;
    return journal->pid == 0;
}

int journal_await_end(struct journal *journal, int64_t limit_ms)
{
    if (journal->fd < 0 && process_has_gone(journal))
        return 0;
    int pidfd = journal->fd < 0 ? pidfd_open(journal->pid, 0) : -1;
    if (pidfd < 0) {
        errno = journal->fd < 0 ? errno : EALREADY;
        return -1;
    }
    struct pollfd poll_fd = {.fd = pidfd, .events = POLLIN};
    int ready = poll(&poll_fd, 1, (int)limit_ms);
    close(pidfd);
    if (ready > 0 && process_has_gone(journal))
        return 0;
    errno = EBUSY;
    return -1;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    connection_close(journal);
    ended_close(journal);
    (void)process_has_gone(journal);
    journal_queue_release(&journal->queue);
    free(journal->path);
    free(journal);
}

/* ---- the process ---- */

int journal_start(struct journal *journal)
{
    if (journal->fd >= 0 || !process_has_gone(journal)) {
        errno = journal->fd >= 0 ? EALREADY : EBUSY;
        return -1;
    }
    ended_close(journal);
    pid_t pid = journal_spawn(journal->path, &journal->fd);
    if (pid < 0)
        return -1;
    journal->pid = pid;
    return 0;
}

int journal_fd(const struct journal *journal)
{
    return journal->fd;
}

short journal_events(const struct journal *journal)
{
    return journal_queue_is_empty(&journal->queue) ? POLLIN : POLLIN | POLLOUT;
}

pid_t journal_pid(const struct journal *journal)
{
    return journal->pid;
}

/* ---- what the process says ---- */

/* The last thing known about a process that has ended. */
static void process_lose(struct journal *journal, const char *why)
{
    char text[JOURNAL_TEXT_SIZE];
    text_format(text, sizeof text, "%s: %s", journal->path, why);
    connection_close(journal);
    (void)process_has_gone(journal);
    journal->handlers->failed(journal->context, text);
}

static void text_hand_on(struct journal *journal, size_t size,
                         void (*handler)(void *context, const char *text))
{
    char text[JOURNAL_TEXT_SIZE];
    size_t length = size < sizeof text ? size : sizeof text - 1;
    memcpy(text, journal->frame.payload, length);
    text[length] = '\0';
    handler(journal->context, text);
}

/* What may be said at any time. False for everything else. */
static bool frame_handle(struct journal *journal, size_t size)
{
    switch (journal->frame.head.type) {
    case JOURNAL_COMMITTED:
        journal->handlers->committed(journal->context, journal->frame.head.number);
        return true;
    case JOURNAL_FAILED:
        text_hand_on(journal, size, journal->handlers->failed);
        return true;
    case JOURNAL_NOTICE:
        text_hand_on(journal, size, journal->handlers->notice);
        return true;
    default:
        return false;
    }
}

static int process_end(struct journal *journal)
{
    process_lose(journal, errno == EPIPE ? "the journal process has ended" : strerror(errno));
    return -1;
}

int journal_dispatch(struct journal *journal)
{
    while (journal->fd >= 0) {
        ssize_t size = journal_frame_receive(journal->fd, &journal->frame, MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN)
            break;
        if (size >= 0 && frame_handle(journal, (size_t)size))
            continue;
        if (size >= 0)
            errno = EBADMSG;
        return process_end(journal);
    }
    if (journal->fd < 0)
        return -1;
    /* A process that has gone shows at the next receive, behind its last words. */
    (void)journal_queue_send(&journal->queue, journal->fd);
    return 0;
}

/* ---- loading ---- */

struct load {
    struct journal_loaded *loaded;
    void (*take)(void *context, enum row_table table, uint32_t key, const void *row);
    void *context;
    size_t snapshot_length;
    bool done;
};

static int moment_load(struct load *load, const struct journal_frame *frame, size_t size)
{
    struct journal_loaded *loaded = load->loaded;
    if (size != sizeof loaded->moment) {
        errno = EBADMSG;
        return -1;
    }
    memcpy(&loaded->moment, frame->payload, size);
    loaded->number = frame->head.number;
    loaded->found = true;
    return 0;
}

static int snapshot_load(struct load *load, const struct journal_frame *frame, size_t size)
{
    char *text = realloc(load->loaded->snapshot, load->snapshot_length + size + 1);
    if (!text)
        return -1;
    load->loaded->snapshot = text;
    memcpy(text + load->snapshot_length, frame->payload, size);
    load->snapshot_length += size;
    text[load->snapshot_length] = '\0';
    return 0;
}

static int row_load(struct load *load, const struct journal_frame *frame, size_t size)
{
    uint32_t table = frame->head.table;
    if (table >= ROW_TABLE_COUNT || size != row_descriptors[table].size) {
        errno = EBADMSG;
        return -1;
    }
    load->take(load->context, table, frame->head.key, frame->payload);
    return 0;
}

static int frame_load(struct journal *journal, struct load *load, size_t size)
{
    switch (journal->frame.head.type) {
    case JOURNAL_MOMENT:
        return moment_load(load, &journal->frame, size);
    case JOURNAL_SNAPSHOT:
        return snapshot_load(load, &journal->frame, size);
    case JOURNAL_ROW:
        return row_load(load, &journal->frame, size);
    case JOURNAL_LOADED:
        load->done = true;
        return 0;
    default:
        errno = EBADMSG;
        return frame_handle(journal, size) ? 0 : -1;
    }
}

/* Waits for what the process says next. */
static int frame_await(const struct journal *journal, instant deadline)
{
    int64_t left_ms = instant_diff_ms(deadline, clock_now());
    struct pollfd poll_fd = {.fd = journal->fd, .events = POLLIN};
    int ready = left_ms > 0 ? poll(&poll_fd, 1, (int)left_ms) : 0;
    if (ready == 0)
        errno = ETIMEDOUT;
    return ready > 0 || (ready < 0 && errno == EINTR) ? 0 : -1;
}

static int load_step(struct journal *journal, struct load *load, instant deadline)
{
    if (frame_await(journal, deadline) < 0)
        return -1;
    ssize_t size = journal_frame_receive(journal->fd, &journal->frame, MSG_DONTWAIT);
    if (size < 0)
        return errno == EAGAIN ? 0 : -1;
    return frame_load(journal, load, (size_t)size);
}

int journal_load(struct journal *journal, const unsigned newest[ROW_TABLE_COUNT], int64_t limit_ms,
                 struct journal_loaded *loaded,
                 void (*take)(void *context, enum row_table table, uint32_t key, const void *row),
                 void *context)
{
    const struct journal_head head = {.type = JOURNAL_LOAD};
    struct load load = {.loaded = loaded, .take = take, .context = context};
    instant deadline = instant_add_ms(clock_now(), limit_ms);
    *loaded = (struct journal_loaded){0};
    if (journal->fd < 0) {
        errno = ENOTCONN;
        return -1;
    }
    int result = journal_frame_send(journal->fd, &head, newest, ROW_TABLE_COUNT * sizeof *newest);
    /* A process that has already ended left word why, which is still to be read. */
    if (result < 0 && (errno == EPIPE || errno == ECONNRESET))
        result = 0;
    while (result == 0 && !load.done)
        result = load_step(journal, &load, deadline);
    if (result == 0)
        return 0;
    int error = errno;
    journal_loaded_release(loaded);
    (void)process_end(journal);
    errno = error;
    return -1;
}

void journal_loaded_release(struct journal_loaded *loaded)
{
    free(loaded->snapshot);
    *loaded = (struct journal_loaded){0};
}

/* ---- batches ---- */

void journal_batch_begin(struct journal *journal, uint64_t number,
                         const struct journal_moment *moment)
{
    struct journal_head head = {.type = JOURNAL_BEGIN, .number = number};
    journal_queue_roll_back(&journal->queue);
    journal->number = number;
    journal->batch_is_valid = true;
    journal_queue_add(&journal->queue, &head, moment, sizeof *moment);
}

void journal_batch_row(struct journal *journal, enum row_table table, uint32_t key, const void *row)
{
    struct journal_head head = {.type = JOURNAL_ROW, .table = table, .key = key};
    if (row_descriptors[table].kind == ROW_KIND_HISTORY && row_is_valid(table, row))
        journal_queue_add(&journal->queue, &head, row, row_descriptors[table].size);
    else
        journal->batch_is_valid = false;
}

void journal_batch_snapshot(struct journal *journal, const char *text)
{
    struct journal_head head = {.type = JOURNAL_SNAPSHOT};
    for (size_t left = strlen(text), size; left > 0; left -= size, text += size) {
        size = left < JOURNAL_PAYLOAD_MAX ? left : JOURNAL_PAYLOAD_MAX;
        journal_queue_add(&journal->queue, &head, text, size);
    }
}

int journal_batch_commit(struct journal *journal)
{
    struct journal_head head = {.type = JOURNAL_COMMIT, .number = journal->number};
    journal_queue_add(&journal->queue, &head, NULL, 0);
    if (!journal->batch_is_valid || journal->fd < 0) {
        journal_queue_roll_back(&journal->queue);
        errno = journal->fd < 0 ? ENOTCONN : EINVAL;
        return -1;
    }
    if (journal_queue_commit(&journal->queue) < 0)
        return -1;
    /* A broken connection shows in journal_dispatch(), which also says so. */
    (void)journal_queue_send(&journal->queue, journal->fd);
    return 0;
}

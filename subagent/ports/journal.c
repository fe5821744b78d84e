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
    /* what was asked for and is not all there yet */
    bool loading;
    struct journal_taker taker;
    struct journal_loaded loaded;
    size_t snapshot_length;
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

static void loading_end(struct journal *journal)
{
    free(journal->loaded.snapshot);
    journal->loaded = (struct journal_loaded){0};
    journal->snapshot_length = 0;
    journal->loading = false;
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
    loading_end(journal);
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

/* ---- what was asked for ---- */

static bool moment_load(struct journal *journal, size_t size)
{
    struct journal_loaded *loaded = &journal->loaded;
    if (size != sizeof loaded->moment)
        return false;
    memcpy(&loaded->moment, journal->frame.payload, size);
    loaded->number = journal->frame.head.number;
    loaded->found = true;
    return true;
}

static bool snapshot_load(struct journal *journal, size_t size)
{
    char *text = realloc(journal->loaded.snapshot, journal->snapshot_length + size + 1);
    if (!text)
        return false;
    journal->loaded.snapshot = text;
    memcpy(text + journal->snapshot_length, journal->frame.payload, size);
    journal->snapshot_length += size;
    text[journal->snapshot_length] = '\0';
    return true;
}

static bool rows_load(struct journal *journal, size_t size)
{
    const uint32_t table = journal->frame.head.table;
    const size_t each = table < ROW_TABLE_COUNT ? journal_keyed_row_size(table) : 0;
    if (each == 0 || size % each != 0)
        return false;
    for (size_t at = 0; at < size; at += each) {
        const struct journal_keyed_row *keyed =
            (const struct journal_keyed_row *)(journal->frame.payload + at);
        journal->taker.row(
            journal->taker.context, &journal->loaded, table, (uint32_t)keyed->key, keyed->row);
    }
    return true;
}

static bool load_finish(struct journal *journal, size_t size)
{
    (void)size;
    journal->taker.done(journal->taker.context, &journal->loaded);
    loading_end(journal);
    return true;
}

/* ---- what may be said at any time ---- */

static bool committed_hand_on(struct journal *journal, size_t size)
{
    uint64_t used_bytes;
    if (size != sizeof used_bytes)
        return false;
    memcpy(&used_bytes, journal->frame.payload, size);
    journal->handlers->committed(journal->context, journal->frame.head.number, used_bytes);
    return true;
}

static bool begun_hand_on(struct journal *journal, size_t size)
{
    (void)size;
    journal->handlers->begun(
        journal->context, journal->frame.head.key == JOURNAL_ANEW ? JOURNAL_ANEW : JOURNAL_FIRST);
    return true;
}

static bool failed_hand_on(struct journal *journal, size_t size)
{
    text_hand_on(journal, size, journal->handlers->failed);
    return true;
}

static bool notice_hand_on(struct journal *journal, size_t size)
{
    text_hand_on(journal, size, journal->handlers->notice);
    return true;
}

static const struct {
    bool (*handle)(struct journal *journal, size_t size);
    bool only_if_asked;
} words[JOURNAL_FRAME_TYPE_END] = {
    [JOURNAL_COMMITTED] = {committed_hand_on, false},
    [JOURNAL_BEGUN] = {begun_hand_on, false},
    [JOURNAL_FAILED] = {failed_hand_on, false},
    [JOURNAL_NOTICE] = {notice_hand_on, false},
    [JOURNAL_MOMENT] = {moment_load, true},
    [JOURNAL_SNAPSHOT] = {snapshot_load, true},
    [JOURNAL_ROWS] = {rows_load, true},
    [JOURNAL_LOADED] = {load_finish, true},
};

/* False for what the process never says. */
static bool frame_handle(struct journal *journal, size_t size)
{
    uint32_t type = journal->frame.head.type;
    return type < JOURNAL_FRAME_TYPE_END && words[type].handle &&
           (journal->loading || !words[type].only_if_asked) && words[type].handle(journal, size);
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

/* ---- asking ---- */

int journal_ask(struct journal *journal, const struct journal_taker *taker)
{
    const struct journal_head head = {.type = JOURNAL_LOAD};
    if (journal->fd < 0 || journal->loading) {
        errno = journal->fd < 0 ? ENOTCONN : EALREADY;
        return -1;
    }
    journal_queue_roll_back(&journal->queue);
    journal_queue_add(&journal->queue, &head, NULL, 0);
    if (journal_queue_commit(&journal->queue) < 0)
        return -1;
    journal->taker = *taker;
    journal->loading = true;
    /* A process that has already ended left word why, which is still to be read. */
    (void)journal_queue_send(&journal->queue, journal->fd);
    return 0;
}

static int64_t wait_ms(const struct journal_patience *patience, instant now, instant end)
{
    int64_t left_ms = instant_diff_ms(end, now);
    return left_ms < patience->silence_ms ? left_ms : patience->silence_ms;
}

/* Waits for what the process says next, and hands it on. */
static int answer_await(struct journal *journal, int64_t limit_ms)
{
    struct pollfd poll_fd = {.fd = journal->fd, .events = journal_events(journal)};
    int ready = limit_ms > 0 ? poll(&poll_fd, 1, (int)limit_ms) : 0;
    if (ready < 0 && errno == EINTR)
        return 0;
    if (ready > 0 && journal_dispatch(journal) == 0)
        return 0;
    errno = ready == 0 ? ETIMEDOUT : ready > 0 ? EPIPE : errno;
    return -1;
}

int journal_load(struct journal *journal, const struct journal_patience *patience,
                 const struct journal_taker *taker)
{
    instant now = clock_now(), end = instant_add_ms(now, patience->total_ms);
    int result = journal_ask(journal, taker);
    for (; result == 0 && journal->loading; now = clock_now())
        result = answer_await(journal, wait_ms(patience, now, end));
    return result;
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

void journal_batch_delete(struct journal *journal, enum row_table table, uint32_t key)
{
    struct journal_head head = {.type = JOURNAL_DELETE, .table = table, .key = key};
    if (row_descriptors[table].kind == ROW_KIND_HISTORY)
        journal_queue_add(&journal->queue, &head, NULL, 0);
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

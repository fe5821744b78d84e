#include "ports/journal_process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "ports/journal_frame.h"
#include "ports/journal_store.h"

enum { FILE_MASK = 0027 };

struct process {
    int fd;
    struct journal_store *store;
    struct journal_frame frame; /* the last received */
    struct journal_frame rows;  /* not said yet, … */
    size_t rows_size;           /* … of this size */
};

/* ---- what it says ---- */

/* Without an engine that listens there is still the administrator. */
static void text_say(const struct process *process, enum journal_frame_type type, const char *text)
{
    const struct journal_head head = {.type = type};
    if (journal_frame_send(process->fd, &head, text, strlen(text)) < 0)
        log_error("%s", text);
}

static void notice_say(void *context, const char *text)
{
    text_say(context, JOURNAL_NOTICE, text);
}

/* A reply that the engine can no longer take shows at the next receive. */
static void loaded_say(const struct process *process)
{
    const struct journal_head head = {.type = JOURNAL_LOADED};
    (void)journal_frame_send(process->fd, &head, NULL, 0);
}

static void committed_say(const struct process *process, uint64_t number)
{
    const struct journal_head head = {.type = JOURNAL_COMMITTED, .number = number};
    uint64_t used_bytes = journal_store_used_bytes(process->store);
    (void)journal_frame_send(process->fd, &head, &used_bytes, sizeof used_bytes);
}

static void begun_say(void *context, enum journal_beginning beginning)
{
    const struct process *process = context;
    const struct journal_head head = {.type = JOURNAL_BEGUN, .key = beginning};
    (void)journal_frame_send(process->fd, &head, NULL, 0);
}

static void rows_say(struct process *process)
{
    if (process->rows_size > 0)
        (void)journal_frame_send(
            process->fd, &process->rows.head, process->rows.payload, process->rows_size);
    process->rows_size = 0;
}

/* Many in one frame: each costs a wake-up. */
static void row_say(void *context, enum row_table table, uint32_t key, const void *row)
{
    struct process *process = context;
    const struct journal_keyed_row head = {.key = key};
    const size_t size = journal_keyed_row_size(table);
    if (process->rows.head.table != table || process->rows_size + size > JOURNAL_PAYLOAD_MAX)
        rows_say(process);
    process->rows.head = (struct journal_head){.type = JOURNAL_ROWS, .table = table};
    unsigned char *at = process->rows.payload + process->rows_size;
    memset(at, 0, size);
    memcpy(at, &head, sizeof head);
    memcpy(at + sizeof head, row, row_descriptors[table].size);
    process->rows_size += size;
}

static void snapshot_say(const struct process *process, const char *text)
{
    const struct journal_head head = {.type = JOURNAL_SNAPSHOT};
    for (size_t left = strlen(text), size; left > 0; left -= size, text += size) {
        size = left < JOURNAL_PAYLOAD_MAX ? left : JOURNAL_PAYLOAD_MAX;
        (void)journal_frame_send(process->fd, &head, text, size);
    }
}

/* ---- what it is asked ---- */

static bool moment_load(const struct process *process)
{
    struct journal_head head = {.type = JOURNAL_MOMENT};
    struct journal_moment moment;
    int found = journal_store_read_moment(process->store, &head.number, &moment);
    if (found > 0)
        (void)journal_frame_send(process->fd, &head, &moment, sizeof moment);
    return found >= 0;
}

static bool snapshot_load(const struct process *process)
{
    char *text;
    if (journal_store_read_snapshot(process->store, &text) < 0)
        return false;
    if (text)
        snapshot_say(process, text);
    free(text);
    return true;
}

static bool rows_load(struct process *process)
{
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++)
        if (row_descriptors[table].kind == ROW_KIND_HISTORY &&
            journal_store_read_rows(process->store, table, row_say, process) < 0)
            return false;
    rows_say(process);
    return true;
}

/* What a request returns: whether the process goes on. One whose database is no longer sound ends;
 * the next one looks at it anew. */
static bool fail(const struct process *process)
{
    text_say(process, JOURNAL_FAILED, journal_store_problem(process->store));
    return !journal_store_is_broken(process->store);
}

static bool load_handle(struct process *process, size_t size)
{
    (void)size;
    if (!moment_load(process) || !snapshot_load(process) || !rows_load(process)) {
        (void)fail(process);
        return false;
    }
    loaded_say(process);
    return true;
}

static bool begin_handle(struct process *process, size_t size)
{
    struct journal_moment moment;
    if (size != sizeof moment)
        return false;
    memcpy(&moment, process->frame.payload, size);
    journal_store_begin(process->store, process->frame.head.number, &moment);
    return true;
}

static bool row_handle(struct process *process, size_t size)
{
    const struct journal_head *head = &process->frame.head;
    if (head->table >= ROW_TABLE_COUNT || row_descriptors[head->table].kind != ROW_KIND_HISTORY ||
        size != row_descriptors[head->table].size ||
        !row_is_valid(head->table, process->frame.payload))
        return false;
    journal_store_row(process->store, head->table, head->key, process->frame.payload);
    return true;
}

static bool delete_handle(struct process *process, size_t size)
{
    const struct journal_head *head = &process->frame.head;
    (void)size;
    if (head->table >= ROW_TABLE_COUNT || row_descriptors[head->table].kind != ROW_KIND_HISTORY)
        return false;
    journal_store_delete(process->store, head->table, head->key);
    return true;
}

static bool snapshot_handle(struct process *process, size_t size)
{
    journal_store_snapshot_part(process->store, (const char *)process->frame.payload, size);
    return true;
}

static bool commit_handle(struct process *process, size_t size)
{
    (void)size;
    if (journal_store_commit(process->store) < 0)
        return fail(process);
    committed_say(process, process->frame.head.number);
    if (journal_store_let_others_in(process->store) < 0) {
        (void)fail(process);
        return false;
    }
    return true;
}

static bool (*const handlers[JOURNAL_FRAME_TYPE_END])(struct process *process, size_t size) = {
    [JOURNAL_LOAD] = load_handle,
    [JOURNAL_BEGIN] = begin_handle,
    [JOURNAL_ROW] = row_handle,
    [JOURNAL_DELETE] = delete_handle,
    [JOURNAL_SNAPSHOT] = snapshot_handle,
    [JOURNAL_COMMIT] = commit_handle,
};

/* Until the engine's end closes, which is the good end. */
static bool requests_serve(struct process *process)
{
    for (;;) {
        ssize_t size = journal_frame_receive(process->fd, &process->frame, 0);
        if (size < 0)
            return errno == EPIPE;
        uint32_t type = process->frame.head.type;
        if (type >= JOURNAL_FRAME_TYPE_END || !handlers[type] ||
            !handlers[type](process, (size_t)size))
            return false;
    }
}

/* ---- the process ---- */

/* The engine is told to stop by the same signals, and has more to write before it closes. */
static void signals_ignore(void)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)signal(signals[i], SIG_IGN);
}

int journal_process_serve(int fd, const char *path)
{
    struct process process = {.fd = fd};
    char problem[JOURNAL_TEXT_SIZE];
    signals_ignore();
    umask(FILE_MASK);
    const struct journal_store_listener listener = {notice_say, begun_say, &process};
    process.store = journal_store_open(path, &listener, problem);
    if (!process.store) {
        text_say(&process, JOURNAL_FAILED, problem);
        return EXIT_FAILURE;
    }
    bool good = requests_serve(&process);
    journal_store_close(process.store);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool journal_process_is_wanted(int argc, char *const *argv)
{
    return argc == 3 && strcmp(argv[1], JOURNAL_PROCESS_OPTION) == 0;
}

int journal_process_main(char *const *argv)
{
    log_open("padamd-journal", LOG_LEVEL_NOTICE);
    return journal_process_serve(JOURNAL_PROCESS_FD, argv[2]);
}

#include "engine/recorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

enum { LOAD_TRIES = 3, PROCESS_END_LIMIT_MS = 1000 };

struct recorder {
    sd_event *event;
    struct journal *journal;
    struct recorder_handlers handlers;
    void *context;
    sd_event_source *source;
    int watched_fd;
    char boot_id[CLOCK_BOOT_ID_SIZE];
    uint64_t number; /* of the transaction last begun */
    /* what the last run left, while it is not all there */
    bool load_is_wanted;
    bool load_is_awaited; /* nothing is being written yet, so that a process that ends fails nobody
                           */
    bool began_anew;
    struct journal_taker taker;
    char trouble[JOURNAL_TEXT_SIZE];
};

/* The same trouble, met again at each try, is told once. */
static void trouble_log(struct recorder *recorder, const char *text)
{
    if (strcmp(text, recorder->trouble) == 0)
        return;
    text_copy(recorder->trouble, sizeof recorder->trouble, text);
    log_error("journal: %s", text);
}

static void on_committed(void *context, uint64_t number, uint64_t used_bytes)
{
    struct recorder *recorder = context;
    recorder->trouble[0] = '\0';
    if (number == recorder->number)
        recorder->handlers.committed(recorder->context, used_bytes);
}

static void on_begun(void *context, enum journal_beginning beginning)
{
    struct recorder *recorder = context;
    recorder->began_anew = beginning == JOURNAL_ANEW;
    recorder->handlers.begun(recorder->context);
}

static void on_failed(void *context, const char *text)
{
    struct recorder *recorder = context;
    trouble_log(recorder, text);
    if (!recorder->load_is_awaited)
        recorder->handlers.failed(recorder->context);
}

static void on_notice(void *context, const char *text)
{
    (void)context;
    log_warning("journal: %s", text);
}

static const struct journal_handlers journal_handlers = {
    .committed = on_committed, .begun = on_begun, .failed = on_failed, .notice = on_notice};

struct recorder *recorder_open(sd_event *event, const char *path,
                               const struct recorder_handlers *handlers, void *context)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (!recorder)
        return NULL;
    recorder->journal = journal_create(path, &journal_handlers, recorder);
    if (!recorder->journal) {
        free(recorder);
        return NULL;
    }
    recorder->event = sd_event_ref(event);
    recorder->handlers = *handlers;
    recorder->context = context;
    recorder->watched_fd = -1;
    if (clock_read_boot_id(recorder->boot_id) < 0)
        log_warning("this boot's id is not known: after a restart times are taken as estimated");
    return recorder;
}

static void unwatch(struct recorder *recorder)
{
    recorder->source = sd_event_source_disable_unref(recorder->source);
    recorder->watched_fd = -1;
}

void recorder_close(struct recorder *recorder)
{
    if (!recorder)
        return;
    unwatch(recorder);
    journal_free(recorder->journal);
    sd_event_unref(recorder->event);
    free(recorder);
}

/* ---- what the last run left ---- */

static void row_hand_on(void *context, const struct journal_loaded *loaded, enum row_table table,
                        uint32_t key, const void *row)
{
    const struct recorder *recorder = context;
    recorder->taker.row(recorder->taker.context, loaded, table, key, row);
}

static void load_done(void *context, const struct journal_loaded *loaded)
{
    struct recorder *recorder = context;
    recorder->load_is_wanted = false;
    recorder_number_after(recorder, loaded->number);
    recorder->taker.done(recorder->taker.context, loaded);
}

static struct journal_taker taker_of(struct recorder *recorder)
{
    return (struct journal_taker){.row = row_hand_on, .done = load_done, .context = recorder};
}

static int load_once(struct recorder *recorder, const struct journal_patience *patience)
{
    const struct journal_taker taker = taker_of(recorder);
    if (journal_start(recorder->journal) < 0)
        return -1;
    return journal_load(recorder->journal, patience, &taker);
}

/* An engine without its past forgets an open outage: where a process ended, another is asked. */
int recorder_load(struct recorder *recorder, const struct journal_patience *patience,
                  const struct journal_taker *taker)
{
    int64_t end_ms =
        patience->silence_ms < PROCESS_END_LIMIT_MS ? patience->silence_ms : PROCESS_END_LIMIT_MS;
    recorder->taker = *taker;
    recorder->load_is_wanted = recorder->load_is_awaited = true;
    int result = load_once(recorder, patience);
    for (unsigned tries = 1; result < 0 && errno == EPIPE && tries < LOAD_TRIES; tries++)
        if (journal_await_end(recorder->journal, end_ms) == 0)
            result = load_once(recorder, patience);
    recorder->load_is_awaited = false;
    if (result < 0)
        log_error("journal: what was before cannot be read yet: %s", strerror(errno));
    if (journal_fd(recorder->journal) < 0)
        recorder->handlers.failed(recorder->context);
    return result;
}

/* Of a process that was started later. */
static void load_again(struct recorder *recorder)
{
    const struct journal_taker taker = taker_of(recorder);
    if (recorder->load_is_wanted && journal_ask(recorder->journal, &taker) < 0)
        trouble_log(recorder, strerror(errno));
}

void recorder_number_after(struct recorder *recorder, uint64_t number)
{
    if (recorder->number < number)
        recorder->number = number;
}

uint64_t recorder_number(const struct recorder *recorder)
{
    return recorder->number;
}

struct journal_moment recorder_moment(const struct recorder *recorder, struct derive_moment moment)
{
    struct journal_moment at = {.boot = moment.now, .wall_ms = moment.wall_ms};
    text_copy(at.boot_id, sizeof at.boot_id, recorder->boot_id);
    return at;
}

bool recorder_began_anew(const struct recorder *recorder)
{
    return recorder->began_anew;
}

static void row_give(struct journal *journal, const struct gate_row *row)
{
    if (row->row)
        journal_batch_row(journal, row->table, row->key, row->row);
    else
        journal_batch_delete(journal, row->table, row->key);
}

int recorder_write(struct recorder *recorder, const struct journal_moment *moment,
                   const struct gate_row *rows, size_t count, const char *snapshot)
{
    journal_batch_begin(recorder->journal, ++recorder->number, moment);
    for (size_t i = 0; i < count; i++)
        row_give(recorder->journal, &rows[i]);
    journal_batch_snapshot(recorder->journal, snapshot);
    if (journal_batch_commit(recorder->journal) == 0)
        return 0;
    int error = errno;
    if (error != ENOTCONN)
        trouble_log(recorder, strerror(error));
    return -error;
}

void recorder_revive(struct recorder *recorder)
{
    if (journal_fd(recorder->journal) >= 0)
        return;
    unwatch(recorder);
    if (journal_start(recorder->journal) == 0)
        load_again(recorder);
    else
        trouble_log(recorder, errno == EBUSY ? "its process is stuck" : strerror(errno));
}

static int on_journal(sd_event_source *source, int fd, uint32_t events, void *context)
{
    (void)source;
    (void)fd;
    (void)events;
    struct recorder *recorder = context;
    /* Its end was told to failed(), and shows in journal_fd(). */
    if (journal_dispatch(recorder->journal) < 0)
        unwatch(recorder);
    return 0;
}

static uint32_t wanted_events(const struct recorder *recorder)
{
    return journal_events(recorder->journal) & POLLOUT ? EPOLLIN | EPOLLOUT : EPOLLIN;
}

void recorder_watch(struct recorder *recorder)
{
    int fd = journal_fd(recorder->journal);
    int result = 0;
    if (fd != recorder->watched_fd)
        unwatch(recorder);
    if (fd >= 0 && recorder->source)
        result = sd_event_source_set_io_events(recorder->source, wanted_events(recorder));
    else if (fd >= 0)
        result = sd_event_add_io(
            recorder->event, &recorder->source, fd, wanted_events(recorder), on_journal, recorder);
    if (result < 0)
        trouble_log(recorder, strerror(-result));
    recorder->watched_fd = recorder->source ? fd : -1;
}

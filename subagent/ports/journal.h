#pragma once
/*
 * The engine's side of the journal. A process of its own has the database; nothing here touches the
 * disk or blocks, but for journal_load() at the start. What is written is one transaction a batch.
 *
 *   journal_create → journal_start → journal_load → (batches, journal_dispatch …) → journal_free
 *                          ↑                                      │
 *                          └── later ── the process has ended ────┘
 *
 * The program that uses this calls journal_process_is_wanted() first thing in main().
 */
#include <poll.h>
#include <sys/types.h>

#include "base/clock.h"
#include "wire/rows.h"

struct journal;

enum {
    JOURNAL_TEXT_SIZE = 512,
    /* Bytes waiting to be taken by the process. */
    JOURNAL_QUEUE_LIMIT = 64 << 20
};

/* When a batch was made, on every clock; boot_id is empty where there is none. */
struct journal_moment {
    char boot_id[CLOCK_BOOT_ID_SIZE];
    instant boot;
    int64_t wall_ms;
    uint64_t events_evicted; /* since ever, for want of room */
};

/* Why a database holds nothing. */
enum journal_beginning {
    JOURNAL_FIRST, /* there was none */
    JOURNAL_ANEW   /* the one before was not sound, and is set aside */
};

/* Called from journal_dispatch() and journal_load(); none may free the journal. */
struct journal_handlers {
    void (*committed)(void *context, uint64_t number, uint64_t used_bytes);
    /* The database of the process is a new one: nothing that was written before is in it. */
    void (*begun)(void *context, enum journal_beginning beginning);
    /* A batch was not written, or the process has ended and with it all that was queued. */
    void (*failed)(void *context, const char *text);
    /* For the administrator: a corrupt database was set aside, and the like. */
    void (*notice)(void *context, const char *text);
};

/* The path is copied; handlers and context are kept. NULL with errno. */
struct journal *journal_create(const char *path, const struct journal_handlers *handlers,
                               void *context);
/* Closes: the process writes what it has been given and ends. Accepts NULL. */
void journal_free(struct journal *journal);

/* Starts the process. 0, or -1 with errno: EALREADY while it runs, EBUSY while the one before has
 * not yet gone (one stuck on a frozen disk): then try again later. */
int journal_start(struct journal *journal);
/* Once the connection has ended: waits for the process, which may still be about to. 0, or -1 with
 * errno: EALREADY while it is connected, EBUSY where it is still there after the limit. */
int journal_await_end(struct journal *journal, int64_t limit_ms);

/* To be watched for journal_events() (as of poll); -1 while there is no process. */
int journal_fd(const struct journal *journal);
short journal_events(const struct journal *journal);
pid_t journal_pid(const struct journal *journal);

/* What the last batch left. */
struct journal_loaded {
    bool found; /* there was one; else all else is zero */
    uint64_t number;
    struct journal_moment moment;
    char *snapshot; /* NULL: none */
};

/* Who is handed what was written. */
struct journal_taker {
    /* Of each history table the rows, oldest first; their instants are as written. Of the last
     * batch all is known by then. */
    void (*row)(void *context, const struct journal_loaded *loaded, enum row_table table,
                uint32_t key, const void *row);
    /* All rows were handed over. */
    void (*done)(void *context, const struct journal_loaded *loaded);
    void *context;
};

/* How long it is waited for: since the process last said something, and in all. */
struct journal_patience {
    int64_t silence_ms, total_ms;
};

/*
 * Asks for the history and the last batch; journal_dispatch() hands them over. 0, or -1 with errno:
 * ENOTCONN, EALREADY while one ask is not answered yet. An end of the process ends that, too,
 * without done().
 */
int journal_ask(struct journal *journal, const struct journal_taker *taker);

/*
 * The same, and waits. 0 when done() was called, else -1 with errno: ETIMEDOUT where that may still
 * come, from journal_dispatch(); EPIPE for a process that ended (failed() was told why, e.g. a
 * journal of a future version), and has been let go.
 */
int journal_load(struct journal *journal, const struct journal_patience *patience,
                 const struct journal_taker *taker);

/*
 * A batch is begun, filled in and committed, within one wake-up; only history tables have rows.
 * Only journal_batch_commit() reports errors: -1 with errno ENOTCONN without a process, ENOBUFS
 * past the limit, ENOMEM, EINVAL; then nothing of the batch will be written.
 */
void journal_batch_begin(struct journal *journal, uint64_t number,
                         const struct journal_moment *moment);
void journal_batch_row(struct journal *journal, enum row_table table, uint32_t key,
                       const void *row);
void journal_batch_delete(struct journal *journal, enum row_table table, uint32_t key);
void journal_batch_snapshot(struct journal *journal, const char *text);
int journal_batch_commit(struct journal *journal);

/* To be called when journal_fd() has any of journal_events(). 0, or -1 once the process has ended;
 * failed() was called then. */
int journal_dispatch(struct journal *journal);

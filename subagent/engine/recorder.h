#pragma once
/*
 * The journal process as the gate needs it: started, watched from the event loop, started again
 * when it ended, given one transaction at a time.
 */
#include <systemd/sd-event.h>

#include "engine/batch.h"
#include "ports/journal.h"
#include "wire/derive.h"

struct recorder_handlers {
    /* The transaction last written is safe, or was not written. */
    void (*committed)(void *context);
    void (*failed)(void *context);
};

struct recorder;

/* NULL if there is no memory. */
struct recorder *recorder_open(sd_event *event, const char *path,
                               const struct recorder_handlers *handlers, void *context);
/* What was given is still written. Accepts NULL. */
void recorder_close(struct recorder *recorder);

/*
 * Starts the process and loads what the last run left; see journal_load(). Returns 0, or -1 when
 * nothing could be loaded (the reason was logged): then numbers that were given out are not known.
 */
int recorder_load(struct recorder *recorder, const unsigned newest[ROW_TABLE_COUNT],
                  struct journal_loaded *loaded,
                  void (*take)(void *context, enum row_table table, uint32_t key, const void *row),
                  void *context);

/* Both clocks, and which boot it is. */
struct journal_moment recorder_moment(const struct recorder *recorder, struct derive_moment moment);

/* Begins one transaction; a negative errno when there is no process to write it. */
int recorder_write(struct recorder *recorder, struct derive_moment moment,
                   const struct gate_row *rows, size_t count, const char *snapshot);

/* Starts the process again if it has ended. */
void recorder_revive(struct recorder *recorder);

/* To be called once all that was to be written in a wake-up is. */
void recorder_watch(struct recorder *recorder);

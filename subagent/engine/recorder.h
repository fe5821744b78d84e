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
    /* The transaction last written is safe, and the journal is so large; or it was not written. */
    void (*committed)(void *context, uint64_t used_bytes);
    void (*failed)(void *context);
    /* Nothing that was written before is in the journal any more. */
    void (*begun)(void *context);
};

struct recorder;

/* NULL if there is no memory. */
struct recorder *recorder_open(sd_event *event, const char *path,
                               const struct recorder_handlers *handlers, void *context);
/* What was given is still written. Accepts NULL. */
void recorder_close(struct recorder *recorder);

/*
 * Starts the process and asks it for what the last run left, handed over as journal_load() says; a
 * process that ends is followed by another. Returns 0 when all was, else -1 (the reason was
 * logged): then it is still wanted and handed over when it comes, by whichever process.
 */
int recorder_load(struct recorder *recorder, const struct journal_patience *patience,
                  const struct journal_taker *taker);
/* Whether the journal in use was begun in the place of one that was set aside. */
bool recorder_began_anew(const struct recorder *recorder);

/* Transactions are numbered from there on, if they are not already further. */
void recorder_number_after(struct recorder *recorder, uint64_t number);
/* Of the transaction last begun. */
uint64_t recorder_number(const struct recorder *recorder);

/* Both clocks, and which boot it is. */
struct journal_moment recorder_moment(const struct recorder *recorder, struct derive_moment moment);

/* Begins the next transaction; a negative errno when there is no process to write it. */
int recorder_write(struct recorder *recorder, const struct journal_moment *moment,
                   const struct gate_row *rows, size_t count, const char *snapshot);

/* Starts the process again if it has ended. */
void recorder_revive(struct recorder *recorder);

/* To be called once all that was to be written in a wake-up is. */
void recorder_watch(struct recorder *recorder);

#pragma once
/*
 * The gate between deciding and doing. What one step of the core decided is one batch: rows,
 * actions and answers. It is written to the journal, then done and shown:
 *
 *   gate_put_row, gate_do, gate_answer … gate_close ──→ waiting ──→ released, in order
 *                                          │               ↑ its transaction is committed, or
 *                                          │               │ 200 ms are over (the journal is
 * behind) └─ transaction ─┘
 *
 * - One transaction is under way at a time; all batches closed meanwhile make up the next one.
 * - While the journal is behind no batch waits; rows not yet written are kept by key, so that only
 *   the newest of each is written, with the snapshot as it is then.
 * - Switching an output off never waits, and takes back a switching on that still does.
 * - What is let go before it is committed is kept first: where an engine that is killed leaves it
 *   to its successor, whatever the journal does.
 */
#include "core/model.h"
#include "engine/store.h"
#include "wire/wire.h"

enum { GATE_WAIT_MS = 200 };

/* A message to a command's connection, once its batch is released. */
struct gate_answer {
    uint64_t peer;
    struct wire_message message; /* WIRE_ANSWER or WIRE_OUTCOME */
};

/* One row for the journal. */
struct gate_row {
    enum row_table table;
    uint32_t key;
    const void *row; /* NULL: it is to go */
};

/* What the gate makes happen. None may call the gate, but for gate_find(). */
struct gate_handlers {
    void (*perform)(void *context, const struct action *action);
    void (*show)(void *context, enum row_table table, uint32_t key, const void *row);
    void (*answer)(void *context, const struct gate_answer *answer);
    /* Keeps the rows that are not committed, under the number of the last transaction begun, and
     * the state as it is now. */
    void (*keep)(void *context, const struct gate_row *rows, size_t count);
    /*
     * Keeps the rows, too, under the number of the transaction that this begins, and writes it: the
     * first `written` of them and the state. gate_committed() or gate_failed() follows, if this
     * returns 0; a negative errno is like gate_failed().
     */
    int (*write)(void *context, const struct gate_row *rows, size_t count, size_t written);
};

struct gate;

/* What is shown is in store, by handlers->show(). NULL if there is no memory. */
struct gate *gate_new(const struct gate_handlers *handlers, void *context,
                      const struct store *store);
/* What still waits is dropped. Accepts NULL. */
void gate_free(struct gate *gate);

/* The newest row decided so far, shown or not; NULL: none. Valid until the next call. */
const void *gate_find(const struct gate *gate, enum row_table table, uint32_t key);

/* Fill the open batch. A row that is as it was is no change. history: it goes into the journal. */
void gate_put_row(struct gate *gate, enum row_table table, uint32_t key, const void *row);
/* A history row that is shown already goes into the journal again, with the next transaction. */
void gate_write_again(struct gate *gate, enum row_table table, uint32_t key);
/* A history row that no table has any more goes from the journal, with the next transaction. */
void gate_delete(struct gate *gate, enum row_table table, uint32_t key);
void gate_do(struct gate *gate, const struct action *action);
void gate_answer(struct gate *gate, uint64_t peer, const struct wire_message *message);

/* Closes the open batch; one that holds nothing, with a state that did not change, is no batch. */
void gate_close(struct gate *gate, bool state_changed, instant now);

/* The transaction under way is in the journal, or could not be written. */
void gate_committed(struct gate *gate, instant now);
void gate_failed(struct gate *gate);

/* Lets go what has waited long enough. */
void gate_tick(struct gate *gate, instant now);
instant gate_next_due(const struct gate *gate);

/* Tries again what could not be written; to be called every now and then. */
void gate_retry(struct gate *gate, instant now);

/* False once there was no memory for what was decided: then the program is to end. */
bool gate_is_sound(const struct gate *gate);

/* For the end of the program: what is not written is given to the journal, nothing else happens. */
void gate_finish(struct gate *gate, instant now);

/* Ok; behind: a transaction took too long, and it has not kept up for long enough since; failed:
 * the last one could not be written. */
enum journal_state gate_journal_state(const struct gate *gate);

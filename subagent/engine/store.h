#pragma once
/*
 * The published rows, by table and key, and in the order in which they last changed. What a
 * subscriber has not seen yet is everything after its place in that order, so one that does not
 * read costs nothing, and gets each row once, in its newest form, when it reads again.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/rows.h"

struct store;
struct subscriber;

/* Rows kept of each history table, before the oldest goes; 0: no limit (live tables). What is
 * awaited stays, in a reserve of STORE_RESERVE times the limit. */
enum { STORE_RESERVE = 4 };
struct store_limits {
    size_t rows[ROW_TABLE_COUNT];
};

/* NULL if there is no memory. */
struct store *store_new(const struct store_limits *limits);
/* Its subscribers must be gone. Accepts NULL. */
void store_free(struct store *store);

/*
 * Puts a copy of the row; no change if it is there as it is. A table that has more rows than its
 * limit loses its oldest, first of those that nobody waits for (see store_row_is_awaited()).
 * Returns 0 or -ENOMEM.
 */
int store_put(struct store *store, enum row_table table, uint32_t key, const void *row);

/* The row until the next store_put() of it or of a new row; NULL: none. */
const void *store_find(const struct store *store, enum row_table table, uint32_t key);

/* Visits every row of a table in order of keys, until visit() returns false. */
void store_each(const struct store *store, enum row_table table,
                bool (*visit)(void *context, uint32_t key, const void *row), void *context);

size_t store_count(const struct store *store, enum row_table table);

/* How many rows of a table went because of its limit, since ever. */
uint32_t store_evicted(const struct store *store, enum row_table table);
/* What went before this run. */
void store_evicted_before(struct store *store, enum row_table table, uint32_t count);

/* Tells of each row that goes; one that is still awaited is to stay in the journal. */
void store_watch_evictions(struct store *store,
                           void (*evicted)(void *context, enum row_table table, uint32_t key,
                                           bool is_awaited),
                           void *context);

/* Rows that are awaited, and so not let go, are more than a table's limit. */
bool store_is_over_limit(const struct store *store);

/* Lets the oldest twentieth of each history table go, of what nobody waits for. False: there was
 * nothing. */
bool store_shrink(struct store *store);

/* True for a row whose life goes on: an event not yet delivered, a command or incident not yet
 * ended, a deviation without its account, a message that a contact is not told of yet or that may
 * go to the next one. */
bool store_row_is_awaited(enum row_table table, const void *row);

/* A new subscriber has everything before it. NULL if there is no memory. */
struct subscriber *store_subscribe(struct store *store);
/* Accepts NULL. */
void store_unsubscribe(struct subscriber *subscriber);

struct store_change {
    enum row_table table;
    uint32_t key;
    const void *row; /* NULL: the row is gone; else valid until the store changes */
};

enum subscriber_wants {
    SUBSCRIBER_UP_TO_DATE,
    SUBSCRIBER_CHANGE, /* *change is the next row to send */
    SUBSCRIBER_COMMIT, /* all rows are sent, a commit is due */
    SUBSCRIBER_LOST,   /* it fell so far behind that it must begin anew */
};

/* What is to be sent next; subscriber_sent() once that was done. */
enum subscriber_wants subscriber_next(const struct subscriber *subscriber,
                                      struct store_change *change);
void subscriber_sent(struct subscriber *subscriber);

/* Back to where it was, as nothing was sent since after all; the store is as it was then. */
struct subscriber_place {
    void *last_sent;
    bool commit_due;
};
struct subscriber_place subscriber_place(const struct subscriber *subscriber);
void subscriber_return(struct subscriber *subscriber, const struct subscriber_place *place);

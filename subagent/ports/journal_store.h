#pragma once
/* The database as the journal process has it: batches in, the last state and history out. */
#include "ports/journal.h"

struct journal_store;

struct journal_store_listener {
    /* What is worth telling. */
    void (*notice)(void *context, const char *text);
    /* The database is a new one. */
    void (*begun)(void *context, enum journal_beginning beginning);
    void *context;
};

/*
 * Opens, creates or completes the database at path, which must live as long as the store. Waits for
 * the process that has it. One that is not sound is set aside. NULL with what went wrong in
 * problem.
 */
struct journal_store *journal_store_open(const char *path,
                                         const struct journal_store_listener *listener,
                                         char problem[static JOURNAL_TEXT_SIZE]);
/* Rolls back a batch not committed. Accepts NULL. */
void journal_store_close(struct journal_store *store);

/* A batch. Errors are kept for journal_store_commit(), which returns -1, see _problem(); nothing of
 * the batch is then written. */
void journal_store_begin(struct journal_store *store, uint64_t number,
                         const struct journal_moment *moment);
void journal_store_row(struct journal_store *store, enum row_table table, uint32_t key,
                       const void *row);
void journal_store_delete(struct journal_store *store, enum row_table table, uint32_t key);
void journal_store_snapshot_part(struct journal_store *store, const char *part, size_t size);
int journal_store_commit(struct journal_store *store);

/* What the database holds, without what it keeps free for later. */
uint64_t journal_store_used_bytes(struct journal_store *store);

/* Between batches: opens the database anew for others to read, where it was opened without room for
 * that and there is room now. 0, or -1: then it is open no more. */
int journal_store_let_others_in(struct journal_store *store);

/* The last batch. 1: there was one, 0: none, -1. */
int journal_store_read_moment(struct journal_store *store, uint64_t *number,
                              struct journal_moment *moment);

/* A copy of the snapshot for free(); *text is NULL where there is none. 0 or -1. */
int journal_store_read_snapshot(struct journal_store *store, char **text);

/* All rows, oldest first. 0 or -1. */
int journal_store_read_rows(struct journal_store *store, enum row_table table,
                            void (*take)(void *context, enum row_table table, uint32_t key,
                                         const void *row),
                            void *context);

/* The last error in words, and whether it says that the database is not sound. */
const char *journal_store_problem(const struct journal_store *store);
bool journal_store_is_broken(const struct journal_store *store);

#pragma once
/*
 * A client's copy of the engine's rows. Rows that arrive are staged; replica_commit() shows them
 * all at once. Look-ups are by binary search in tables sorted by key.
 *
 * A pointer to a row stays valid, and the row unchanged, until the next replica_commit() or
 * replica_free(). Nothing here keeps time: instants are turned into ages by wire/derive.h.
 */
#include "wire/wire.h"

struct replica;

/* Rows a table may hold; more are refused, so that a peer cannot use up all memory. */
enum { REPLICA_LIVE_LIMIT = 16384, REPLICA_HISTORY_LIMIT = 131072 };

/* An empty replica; NULL with errno. */
struct replica *replica_create(void);
void replica_free(struct replica *replica);

/*
 * A connection begins: what was staged is dropped, and what is staged from here to the first commit
 * replaces everything. Until that commit the rows shown stay those of the connection before.
 */
void replica_begin(struct replica *replica);

/* Stages a row or a tombstone. 0, or -1 with errno: ENOMEM, ENOSPC (the table's limit), EBADMSG (a
 * scalar's key is not 0). */
int replica_stage(struct replica *replica, const struct wire_row *row);

/* Shows what is staged. */
void replica_commit(struct replica *replica, uint64_t number);

/* True once anything was ever committed. */
bool replica_is_filled(const struct replica *replica);

/* The number of the last commit. */
uint64_t replica_commit_number(const struct replica *replica);

/* Counts the commits that changed this table: a reader that keeps what it derived from a table
 * derives it anew when this differs. */
uint64_t replica_generation(const struct replica *replica, enum row_table table);

size_t replica_count(const struct replica *replica, enum row_table table);

/* The row with this key (scalars: 0), NULL if there is none. */
const void *replica_get(const struct replica *replica, enum row_table table, uint32_t key);

/* The first row whose key is at least `from`, and that key; NULL if there is none. */
const void *replica_next(const struct replica *replica, enum row_table table, uint32_t from,
                         uint32_t *key);

/* The row at this place, 0 … count - 1, in order of keys, and its key. */
const void *replica_at(const struct replica *replica, enum row_table table, size_t place,
                       uint32_t *key);

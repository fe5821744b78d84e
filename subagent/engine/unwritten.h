#pragma once
/*
 * The history rows that the journal does not have as they are now, by table and key. Rows are in
 * flight while a transaction with them is under way; one put again meanwhile stays for the next.
 */
#include <stdbool.h>
#include <stddef.h>

#include "wire/rows.h"

struct unwritten_key {
    enum row_table table;
    uint32_t key;
    bool in_flight, again;
};

/* All zero is the empty set. */
struct unwritten {
    struct unwritten_key *keys; /* sorted */
    size_t count, capacity;
};

void unwritten_release(struct unwritten *unwritten);
/* False without memory. */
bool unwritten_add(struct unwritten *unwritten, enum row_table table, uint32_t key);
/* Puts at most so many into flight, those that come first; returns how many. */
size_t unwritten_take_off(struct unwritten *unwritten, size_t most);
/* The flight has ended. Written: what was in it is no longer unwritten. */
void unwritten_land(struct unwritten *unwritten, bool written);

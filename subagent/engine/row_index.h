#pragma once
/* Where a row of a batch is, by its table and key. */
#include "wire/rows.h"

struct row_index {
    struct row_index_slot {
        uint32_t table, key;
        size_t place; /* from one; 0: the slot is free */
    } * slots;
    size_t count, capacity;
};

/* Room for one more. False: there is no memory. */
bool row_index_reserve(struct row_index *index);
/* One that is not in it yet; row_index_reserve() made room. */
void row_index_add(struct row_index *index, enum row_table table, uint32_t key, size_t place);
/* False: it is not in it. */
bool row_index_find(const struct row_index *index, enum row_table table, uint32_t key,
                    size_t *place);
/* Of all rows; its room stays. */
void row_index_clear(struct row_index *index);
void row_index_release(struct row_index *index);

/* Open addressing with linear probing, at most half full. */
#include "engine/row_index.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64, FULL_PART = 2 };

/* The slot of the row, or the free one where it belongs. */
static struct row_index_slot *slot_of(const struct row_index *index, uint32_t table, uint32_t key)
{
    static const uint32_t golden = 2654435761u; /* Knuth's multiplicative hash */
    const uint32_t hash = (key * ROW_TABLE_COUNT + table) * golden;
    size_t at = hash % index->capacity;
    while (index->slots[at].place > 0 &&
           (index->slots[at].key != key || index->slots[at].table != table))
        at = (at + 1) % index->capacity;
    return &index->slots[at];
}

bool row_index_reserve(struct row_index *index)
{
    if (FULL_PART * (index->count + 1) <= index->capacity)
        return true;
    struct row_index larger = {.capacity = index->capacity ? 2 * index->capacity : FIRST_CAPACITY};
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < index->capacity; i++) {
        const struct row_index_slot *slot = &index->slots[i];
        if (slot->place > 0)
            *slot_of(&larger, slot->table, slot->key) = *slot;
    }
    free(index->slots);
    index->slots = larger.slots;
    index->capacity = larger.capacity;
    return true;
}

void row_index_add(struct row_index *index, enum row_table table, uint32_t key, size_t place)
{
    *slot_of(index, table, key) = (struct row_index_slot){table, key, place + 1};
    index->count++;
}

bool row_index_find(const struct row_index *index, enum row_table table, uint32_t key,
                    size_t *place)
{
    if (index->count == 0)
        return false;
    const struct row_index_slot *slot = slot_of(index, table, key);
    *place = slot->place - 1;
    return slot->place > 0;
}

void row_index_clear(struct row_index *index)
{
    if (index->count > 0)
        memset(index->slots, 0, index->capacity * sizeof *index->slots);
    index->count = 0;
}

void row_index_release(struct row_index *index)
{
    free(index->slots);
    *index = (struct row_index){0};
}

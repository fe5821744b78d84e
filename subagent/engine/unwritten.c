#include "engine/unwritten.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 32 };

void unwritten_release(struct unwritten *unwritten)
{
    free(unwritten->keys);
    *unwritten = (struct unwritten){0};
}

static bool is_before(const struct unwritten_key *key, enum row_table table, uint32_t number)
{
    return key->table < table || (key->table == table && key->key < number);
}

/* Of the key, or where it belongs. */
static size_t place_of(const struct unwritten *unwritten, enum row_table table, uint32_t number)
{
    size_t low = 0, high = unwritten->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(&unwritten->keys[middle], table, number))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool reserve(struct unwritten *unwritten)
{
    if (unwritten->count < unwritten->capacity)
        return true;
    size_t capacity = unwritten->capacity ? 2 * unwritten->capacity : FIRST_CAPACITY;
    struct unwritten_key *keys = realloc(unwritten->keys, capacity * sizeof *keys);
    if (!keys)
        return false;
    unwritten->keys = keys;
    unwritten->capacity = capacity;
    return true;
}

bool unwritten_add(struct unwritten *unwritten, enum row_table table, uint32_t key)
{
    size_t place = place_of(unwritten, table, key);
    struct unwritten_key *found = unwritten->keys + place;
    if (place < unwritten->count && found->table == table && found->key == key) {
        found->again = found->in_flight;
        return true;
    }
    if (!reserve(unwritten))
        return false;
    found = unwritten->keys + place;
    memmove(found + 1, found, (unwritten->count - place) * sizeof *found);
    *found = (struct unwritten_key){.table = table, .key = key};
    unwritten->count++;
    return true;
}

size_t unwritten_take_off(struct unwritten *unwritten, size_t most)
{
    size_t count = unwritten->count < most ? unwritten->count : most;
    for (size_t i = 0; i < count; i++)
        unwritten->keys[i].in_flight = true;
    return count;
}

void unwritten_land(struct unwritten *unwritten, bool written)
{
    size_t kept = 0;
    for (size_t i = 0; i < unwritten->count; i++) {
        struct unwritten_key key = unwritten->keys[i];
        if (key.in_flight && written && !key.again)
            continue;
        key.in_flight = key.again = false;
        unwritten->keys[kept++] = key;
    }
    unwritten->count = kept;
}

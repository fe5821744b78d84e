#include "wire/replica.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- slots: row storage that never moves ---- */

enum { SLOTS_PER_CHUNK = 32, FIRST_CAPACITY = 16 };

struct chunk {
    struct chunk *next;
    _Alignas(max_align_t) unsigned char slots[];
};

struct free_slot {
    struct free_slot *next;
};

struct slots {
    struct chunk *chunks;
    struct free_slot *free;
};

static size_t slot_size(enum row_table table)
{
    size_t alignment = _Alignof(max_align_t);
    return (row_descriptors[table].size + alignment - 1) / alignment * alignment;
}

static void slot_give_back(struct slots *slots, void *row)
{
    if (!row)
        return;
    struct free_slot *slot = row;
    slot->next = slots->free;
    slots->free = slot;
}

static void *slot_take(struct slots *slots, enum row_table table)
{
    if (!slots->free) {
        size_t size = slot_size(table);
        struct chunk *chunk = malloc(sizeof *chunk + SLOTS_PER_CHUNK * size);
        if (!chunk)
            return NULL;
        chunk->next = slots->chunks;
        slots->chunks = chunk;
        for (size_t i = SLOTS_PER_CHUNK; i-- > 0;)
            slot_give_back(slots, chunk->slots + i * size);
    }
    struct free_slot *slot = slots->free;
    slots->free = slot->next;
    return slot;
}

static void slots_release(struct slots *slots)
{
    while (slots->chunks) {
        struct chunk *next = slots->chunks->next;
        free(slots->chunks);
        slots->chunks = next;
    }
    slots->free = NULL;
}

/* ---- entries, sorted by key ---- */

struct entry {
    uint32_t key;
    void *row; /* staged: NULL is a tombstone */
};

struct entries {
    struct entry *at;
    size_t count, capacity;
};

/* The place of the first entry whose key is at least `from`. */
static size_t entries_place(const struct entries *entries, uint32_t from)
{
    if (entries->count == 0 || entries->at[entries->count - 1].key < from)
        return entries->count;
    size_t low = 0, high = entries->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (entries->at[middle].key < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct entry *entries_find(const struct entries *entries, uint32_t key)
{
    size_t place = entries_place(entries, key);
    bool found = place < entries->count && entries->at[place].key == key;
    return found ? &entries->at[place] : NULL;
}

static bool entries_reserve(struct entries *entries, size_t count)
{
    if (count <= entries->capacity)
        return true;
    size_t capacity = entries->capacity ? entries->capacity : FIRST_CAPACITY;
    while (capacity < count)
        capacity *= 2;
    struct entry *at = realloc(entries->at, capacity * sizeof *at);
    if (!at)
        return false;
    entries->at = at;
    entries->capacity = capacity;
    return true;
}

/* There is room for it, and no entry with this key. */
static void entries_insert(struct entries *entries, uint32_t key, void *row)
{
    size_t place = entries_place(entries, key);
    struct entry *entry = &entries->at[place];
    memmove(entry + 1, entry, (entries->count - place) * sizeof *entry);
    *entry = (struct entry){key, row};
    entries->count++;
}

static void entries_remove(struct entries *entries, struct entry *entry)
{
    size_t behind = (size_t)(entries->at + entries->count - (entry + 1));
    memmove(entry, entry + 1, behind * sizeof *entry);
    entries->count--;
}

/* ---- tables ---- */

struct table {
    struct entries shown, staged;
    struct slots slots;
    size_t count_after; /* rows shown once what is staged is committed */
    uint64_t generation;
};

struct replica {
    bool fresh; /* the next commit replaces everything */
    bool filled;
    uint64_t commit;
    struct table tables[ROW_TABLE_COUNT];
};

static const size_t limits[] = {
    [ROW_KIND_SCALAR] = 1,
    [ROW_KIND_LIVE] = REPLICA_LIVE_LIMIT,
    [ROW_KIND_HISTORY] = REPLICA_HISTORY_LIMIT,
};

static void entries_clear(struct entries *entries, struct slots *slots)
{
    for (size_t i = 0; i < entries->count; i++)
        slot_give_back(slots, entries->at[i].row);
    entries->count = 0;
}

static void table_begin(struct table *table)
{
    entries_clear(&table->staged, &table->slots);
    table->count_after = 0;
}

static void table_release(struct table *table)
{
    free(table->shown.at);
    free(table->staged.at);
    slots_release(&table->slots);
}

/* will_remain: a row with this key is shown and the commit keeps what it does not change. */
static void table_stage_tombstone(struct table *table, uint32_t key, bool will_remain)
{
    struct entry *staged = entries_find(&table->staged, key);
    if (staged ? staged->row != NULL : will_remain)
        table->count_after--;
    if (staged) {
        slot_give_back(&table->slots, staged->row);
        staged->row = NULL;
        if (!will_remain)
            entries_remove(&table->staged, staged);
    } else if (will_remain) {
        entries_insert(&table->staged, key, NULL);
    }
}

static int table_stage_row(struct table *table, const struct wire_row *row, bool will_remain)
{
    struct entry *staged = entries_find(&table->staged, row->key);
    bool counted = staged ? staged->row != NULL : will_remain;
    if (!counted && table->count_after >= limits[row_descriptors[row->table].kind]) {
        errno = ENOSPC;
        return -1;
    }
    void *slot = staged && staged->row ? staged->row : slot_take(&table->slots, row->table);
    if (!slot)
        return -1;
    memcpy(slot, row->payload, row_descriptors[row->table].size);
    if (staged)
        staged->row = slot;
    else
        entries_insert(&table->staged, row->key, slot);
    table->count_after += !counted;
    return 0;
}

static void table_apply(struct table *table, const struct entry *staged)
{
    struct entry *shown = entries_find(&table->shown, staged->key);
    if (!shown) {
        entries_insert(&table->shown, staged->key, staged->row);
        return;
    }
    slot_give_back(&table->slots, shown->row);
    shown->row = staged->row;
    if (!shown->row)
        entries_remove(&table->shown, shown);
}

static void table_commit(struct table *table)
{
    if (table->staged.count == 0)
        return;
    for (size_t i = 0; i < table->staged.count; i++)
        table_apply(table, &table->staged.at[i]);
    table->staged.count = 0;
    table->generation++;
}

static void table_replace(struct table *table)
{
    entries_clear(&table->shown, &table->slots);
    struct entries emptied = table->shown;
    table->shown = table->staged;
    table->staged = emptied;
    table->generation++;
}

/* ---- the replica ---- */

struct replica *replica_create(void)
{
    struct replica *replica = calloc(1, sizeof *replica);
    if (replica)
        replica_begin(replica);
    return replica;
}

void replica_free(struct replica *replica)
{
    if (!replica)
        return;
    for (size_t i = 0; i < ROW_TABLE_COUNT; i++)
        table_release(&replica->tables[i]);
    free(replica);
}

void replica_begin(struct replica *replica)
{
    for (size_t i = 0; i < ROW_TABLE_COUNT; i++)
        table_begin(&replica->tables[i]);
    replica->fresh = true;
}

int replica_stage(struct replica *replica, const struct wire_row *row)
{
    if (row->table >= ROW_TABLE_COUNT ||
        (row_descriptors[row->table].kind == ROW_KIND_SCALAR && row->key != 0)) {
        errno = EBADMSG;
        return -1;
    }
    struct table *table = &replica->tables[row->table];
    /* Both may grow by this row: a commit then cannot fail. */
    if (!entries_reserve(&table->staged, table->staged.count + 1) ||
        !entries_reserve(&table->shown, table->shown.count + table->staged.count + 1))
        return -1;
    bool will_remain = !replica->fresh && entries_find(&table->shown, row->key);
    if (!row->deleted)
        return table_stage_row(table, row, will_remain);
    table_stage_tombstone(table, row->key, will_remain);
    return 0;
}

void replica_commit(struct replica *replica, uint64_t number)
{
    for (size_t i = 0; i < ROW_TABLE_COUNT; i++) {
        struct table *table = &replica->tables[i];
        if (replica->fresh)
            table_replace(table);
        else
            table_commit(table);
    }
    replica->fresh = false;
    replica->filled = true;
    replica->commit = number;
}

bool replica_is_filled(const struct replica *replica)
{
    return replica->filled;
}

uint64_t replica_commit_number(const struct replica *replica)
{
    return replica->commit;
}

uint64_t replica_generation(const struct replica *replica, enum row_table table)
{
    return replica->tables[table].generation;
}

size_t replica_count(const struct replica *replica, enum row_table table)
{
    return replica->tables[table].shown.count;
}

const void *replica_get(const struct replica *replica, enum row_table table, uint32_t key)
{
    const struct entry *entry = entries_find(&replica->tables[table].shown, key);
    return entry ? entry->row : NULL;
}

const void *replica_at(const struct replica *replica, enum row_table table, size_t place,
                       uint32_t *key)
{
    const struct entries *shown = &replica->tables[table].shown;
    if (place >= shown->count)
        return NULL;
    *key = shown->at[place].key;
    return shown->at[place].row;
}

const void *replica_next(const struct replica *replica, enum row_table table, uint32_t from,
                         uint32_t *key)
{
    size_t place = entries_place(&replica->tables[table].shown, from);
    return replica_at(replica, table, place, key);
}

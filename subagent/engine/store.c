#include "engine/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Deletions kept for subscribers that did not read them yet. */
    TOMBSTONE_LIMIT = 4096,
    TABLE_FIRST_CAPACITY = 16,
};

struct entry {
    struct entry *older, *newer; /* by last change */
    struct entry *next_tombstone;
    uint64_t change;
    enum row_table table;
    uint32_t key;
    bool deleted;
    _Alignas(8) unsigned char row[];
};

struct table {
    struct entry **entries; /* by key */
    size_t count, capacity;
    size_t limit;
    uint32_t evicted, evicted_before;
};

struct subscriber {
    struct subscriber *next;
    struct store *store;
    struct entry *last_sent; /* NULL: before the oldest */
    uint64_t joined_at;      /* deletions up to this change do not concern it */
    bool commit_due;
    bool lost;
};

struct store {
    struct table tables[ROW_TABLE_COUNT];
    struct entry *oldest, *newest;
    struct entry *first_tombstone, **last_tombstone; /* in order of change, too */
    uint64_t change;
    size_t tombstones;
    struct subscriber *subscribers;
    void (*evicted)(void *context, enum row_table table, uint32_t key, bool is_awaited);
    void *evicted_context;
};

struct store *store_new(const struct store_limits *limits)
{
    struct store *store = calloc(1, sizeof *store);
    if (!store)
        return NULL;
    for (size_t i = 0; i < ROW_TABLE_COUNT; i++)
        store->tables[i].limit = limits->rows[i];
    store->last_tombstone = &store->first_tombstone;
    return store;
}

void store_free(struct store *store)
{
    if (!store)
        return;
    for (struct entry *entry = store->oldest, *newer; entry; entry = newer) {
        newer = entry->newer;
        free(entry);
    }
    for (size_t i = 0; i < ROW_TABLE_COUNT; i++)
        free(store->tables[i].entries);
    free(store);
}

/* ---- order of change ---- */

static void order_unlink(struct store *store, struct entry *entry)
{
    for (struct subscriber *s = store->subscribers; s; s = s->next)
        if (s->last_sent == entry)
            s->last_sent = entry->older;
    *(entry->older ? &entry->older->newer : &store->oldest) = entry->newer;
    *(entry->newer ? &entry->newer->older : &store->newest) = entry->older;
}

static void order_append(struct store *store, struct entry *entry)
{
    entry->change = ++store->change;
    entry->older = store->newest;
    entry->newer = NULL;
    *(store->newest ? &store->newest->newer : &store->oldest) = entry;
    store->newest = entry;
    for (struct subscriber *s = store->subscribers; s; s = s->next)
        s->commit_due = true;
}

static bool has_sent(const struct subscriber *subscriber, const struct entry *entry)
{
    return entry->change <= subscriber->joined_at ||
           (subscriber->last_sent && entry->change <= subscriber->last_sent->change);
}

static bool all_have_sent(const struct store *store, const struct entry *entry)
{
    for (const struct subscriber *s = store->subscribers; s; s = s->next)
        if (!s->lost && !has_sent(s, entry))
            return false;
    return true;
}

static void tombstone_append(struct store *store, struct entry *entry)
{
    entry->next_tombstone = NULL;
    *store->last_tombstone = entry;
    store->last_tombstone = &entry->next_tombstone;
    store->tombstones++;
}

static void tombstone_free_first(struct store *store)
{
    struct entry *first = store->first_tombstone;
    store->first_tombstone = first->next_tombstone;
    if (!store->first_tombstone)
        store->last_tombstone = &store->first_tombstone;
    store->tombstones--;
    order_unlink(store, first);
    free(first);
}

static void lose_who_has_not_sent(struct store *store, const struct entry *entry)
{
    for (struct subscriber *s = store->subscribers; s; s = s->next)
        s->lost = s->lost || !has_sent(s, entry);
}

/* Frees the deletions that everyone has seen; past the limit, who has not seen the oldest is lost.
 */
static void tombstones_trim(struct store *store)
{
    while (store->first_tombstone && all_have_sent(store, store->first_tombstone))
        tombstone_free_first(store);
    while (store->first_tombstone && store->tombstones > TOMBSTONE_LIMIT) {
        lose_who_has_not_sent(store, store->first_tombstone);
        tombstone_free_first(store);
    }
}

/* ---- tables ---- */

static size_t table_place(const struct table *table, uint32_t key)
{
    size_t low = 0, high = table->count;
    if (high > 0 && table->entries[high - 1]->key < key)
        return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->entries[middle]->key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct entry *table_find(const struct table *table, uint32_t key)
{
    size_t place = table_place(table, key);
    bool found = place < table->count && table->entries[place]->key == key;
    return found ? table->entries[place] : NULL;
}

static int table_reserve(struct table *table)
{
    if (table->count < table->capacity)
        return 0;
    size_t capacity = table->capacity ? 2 * table->capacity : TABLE_FIRST_CAPACITY;
    struct entry **entries = realloc(table->entries, capacity * sizeof(struct entry *));
    if (!entries)
        return -ENOMEM;
    table->entries = entries;
    table->capacity = capacity;
    return 0;
}

static void table_insert(struct table *table, struct entry *entry)
{
    size_t place = table_place(table, entry->key);
    memmove(table->entries + place + 1,
            table->entries + place,
            (table->count - place) * sizeof(struct entry *));
    table->entries[place] = entry;
    table->count++;
}

static void table_take_out(struct table *table, size_t place)
{
    table->count--;
    memmove(table->entries + place,
            table->entries + place + 1,
            (table->count - place) * sizeof(struct entry *));
}

static bool entry_is_awaited(const struct entry *entry)
{
    return store_row_is_awaited(entry->table, entry->row);
}

static void row_evict(struct store *store, struct table *table, size_t place)
{
    struct entry *entry = table->entries[place];
    if (store->evicted)
        store->evicted(store->evicted_context, entry->table, entry->key, entry_is_awaited(entry));
    table_take_out(table, place);
    table->evicted++;
    order_unlink(store, entry);
    entry->deleted = true;
    order_append(store, entry);
    tombstone_append(store, entry);
}

/* The oldest go first, of those that nobody waits for: down to so many rows. */
static void table_shrink(struct store *store, struct table *table, size_t rows)
{
    for (size_t i = 0; table->count > rows && i < table->count;)
        if (entry_is_awaited(table->entries[i]))
            i++;
        else
            row_evict(store, table, i);
}

static void table_trim(struct store *store, struct table *table)
{
    if (table->limit == 0 || table->count <= table->limit)
        return;
    table_shrink(store, table, table->limit);
    while (table->count > STORE_RESERVE * table->limit)
        row_evict(store, table, 0);
}

void store_watch_evictions(struct store *store,
                           void (*evicted)(void *context, enum row_table table, uint32_t key,
                                           bool is_awaited),
                           void *context)
{
    store->evicted = evicted;
    store->evicted_context = context;
}

bool store_is_over_limit(const struct store *store)
{
    for (size_t i = 0; i < ROW_TABLE_COUNT; i++)
        if (store->tables[i].limit > 0 && store->tables[i].count > store->tables[i].limit)
            return true;
    return false;
}

bool store_shrink(struct store *store)
{
    enum { SHRINK_PARTS = 20 };
    bool shrunk = false;
    for (size_t i = 0; i < ROW_TABLE_COUNT; i++) {
        struct table *table = &store->tables[i];
        size_t before = table->count;
        if (table->limit > 0)
            table_shrink(store, table, before - (before + SHRINK_PARTS - 1) / SHRINK_PARTS);
        shrunk = shrunk || table->count < before;
    }
    tombstones_trim(store);
    return shrunk;
}

/* ---- rows ---- */

static bool event_is_awaited(const void *row)
{
    return ((const struct row_event *)row)->delivery == DELIVERY_PENDING;
}

static bool command_is_awaited(const void *row)
{
    uint32_t state = ((const struct row_command *)row)->state;
    return state == COMMAND_STATE_PROMISED || state == COMMAND_STATE_RUNNING;
}

static bool incident_is_awaited(const void *row)
{
    return ((const struct row_incident *)row)->state != INCIDENT_STATE_CLOSED;
}

static bool deviation_is_awaited(const void *row)
{
    return ((const struct row_deviation *)row)->account_state == ACCOUNT_STATE_UNANSWERED;
}

static bool message_is_awaited(const void *row)
{
    const struct row_message *message = row;
    return message->delivery == DELIVERY_PENDING || instant_is_set(message->waits_since);
}

static bool (*const awaited[ROW_TABLE_COUNT])(const void *row) = {
    [ROW_event] = event_is_awaited,
    [ROW_command] = command_is_awaited,
    [ROW_incident] = incident_is_awaited,
    [ROW_deviation] = deviation_is_awaited,
    [ROW_message] = message_is_awaited,
};

bool store_row_is_awaited(enum row_table table, const void *row)
{
    return awaited[table] && awaited[table](row);
}

static struct entry *entry_add(struct store *store, enum row_table table, uint32_t key)
{
    if (table_reserve(&store->tables[table]) != 0)
        return NULL;
    struct entry *entry = calloc(1, sizeof *entry + row_descriptors[table].size);
    if (!entry)
        return NULL;
    entry->table = table;
    entry->key = key;
    table_insert(&store->tables[table], entry);
    return entry;
}

int store_put(struct store *store, enum row_table table, uint32_t key, const void *row)
{
    size_t size = row_descriptors[table].size;
    struct entry *entry = table_find(&store->tables[table], key);
    if (entry && memcmp(entry->row, row, size) == 0)
        return 0;
    if (entry)
        order_unlink(store, entry);
    else
        entry = entry_add(store, table, key);
    if (!entry)
        return -ENOMEM;
    memcpy(entry->row, row, size);
    order_append(store, entry);
    table_trim(store, &store->tables[table]);
    tombstones_trim(store);
    return 0;
}

const void *store_find(const struct store *store, enum row_table table, uint32_t key)
{
    const struct entry *entry = table_find(&store->tables[table], key);
    return entry ? entry->row : NULL;
}

void store_each(const struct store *store, enum row_table table,
                bool (*visit)(void *context, uint32_t key, const void *row), void *context)
{
    const struct table *rows = &store->tables[table];
    for (size_t i = 0; i < rows->count; i++)
        if (!visit(context, rows->entries[i]->key, rows->entries[i]->row))
            return;
}

size_t store_count(const struct store *store, enum row_table table)
{
    return store->tables[table].count;
}

uint32_t store_evicted(const struct store *store, enum row_table table)
{
    return store->tables[table].evicted_before + store->tables[table].evicted;
}

void store_evicted_before(struct store *store, enum row_table table, uint32_t count)
{
    store->tables[table].evicted_before = count;
}

/* ---- subscribers ---- */

struct subscriber *store_subscribe(struct store *store)
{
    struct subscriber *subscriber = calloc(1, sizeof *subscriber);
    if (!subscriber)
        return NULL;
    subscriber->store = store;
    subscriber->joined_at = store->change;
    subscriber->commit_due = true;
    subscriber->next = store->subscribers;
    store->subscribers = subscriber;
    return subscriber;
}

void store_unsubscribe(struct subscriber *subscriber)
{
    if (!subscriber)
        return;
    struct subscriber **link = &subscriber->store->subscribers;
    while (*link != subscriber)
        link = &(*link)->next;
    *link = subscriber->next;
    tombstones_trim(subscriber->store);
    free(subscriber);
}

/* The next entry that concerns it, or NULL. */
static struct entry *subscriber_next_entry(const struct subscriber *subscriber)
{
    struct entry *last = subscriber->last_sent;
    struct entry *next = last ? last->newer : subscriber->store->oldest;
    while (next && next->deleted && next->change <= subscriber->joined_at)
        next = next->newer;
    return next;
}

enum subscriber_wants subscriber_next(const struct subscriber *subscriber,
                                      struct store_change *change)
{
    if (subscriber->lost)
        return SUBSCRIBER_LOST;
    const struct entry *next = subscriber_next_entry(subscriber);
    if (!next)
        return subscriber->commit_due ? SUBSCRIBER_COMMIT : SUBSCRIBER_UP_TO_DATE;
    *change = (struct store_change){
        .table = next->table, .key = next->key, .row = next->deleted ? NULL : next->row};
    return SUBSCRIBER_CHANGE;
}

void subscriber_sent(struct subscriber *subscriber)
{
    struct entry *next = subscriber_next_entry(subscriber);
    if (next)
        subscriber->last_sent = next;
    else
        subscriber->commit_due = false;
}

struct subscriber_place subscriber_place(const struct subscriber *subscriber)
{
    return (struct subscriber_place){subscriber->last_sent, subscriber->commit_due};
}

void subscriber_return(struct subscriber *subscriber, const struct subscriber_place *place)
{
    subscriber->last_sent = place->last_sent;
    subscriber->commit_due = place->commit_due;
}

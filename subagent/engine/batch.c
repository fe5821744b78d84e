#include "engine/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "engine/row_index.h"
#include "engine/unwritten.h"

enum {
    BATCH_LIMIT = 64,
    FIRST_CAPACITY = 32,
    TRANSACTION_ROWS = 8192, /* more are left to the next one */
    CALM_FIRST_MS = 5000,    /* for so long it must keep up before it has recovered */
    CALM_MOST_MS = 3600000,
};

enum item_kind { ITEM_ROW, ITEM_ACTION, ITEM_ANSWER };

struct item {
    enum item_kind kind;
    enum row_table table;
    uint32_t key;
    size_t data; /* offset in the batch's data */
};

/* What it holds is reused by the next batch in its place. */
struct pending {
    struct item *items;
    size_t count, capacity;
    struct row_index rows; /* of the items that are rows: which one */
    unsigned char *data;
    size_t data_used, data_capacity;
    instant deadline;
    uint64_t transaction;
};

struct gate {
    struct gate_handlers handlers;
    void *context;
    const struct store *store;
    struct pending batches[BATCH_LIMIT]; /* a ring; the one after the last waiting is open */
    size_t first, waiting;
    struct unwritten unwritten;
    struct gate_row *rows; /* those of a transaction */
    size_t rows_capacity;
    bool broken;
    bool state_unwritten;
    bool unkept; /* something was decided since what was kept last */
    bool in_flight;
    uint64_t transaction; /* the last one begun */
    instant begun_at;
    enum journal_state journal;
    bool rests;     /* it failed: until the next retry */
    bool overflows; /* the open batch is to be closed when the ring has room */
    instant calm_since, recovered_at;
    int64_t calm_ms; /* asked for before it has recovered */
    bool output_wanted[OUTPUT_ROLE_COUNT];
};

struct gate *gate_new(const struct gate_handlers *handlers, void *context,
                      const struct store *store)
{
    struct gate *gate = calloc(1, sizeof *gate);
    if (!gate)
        return NULL;
    gate->handlers = *handlers;
    gate->context = context;
    gate->store = store;
    gate->journal = JOURNAL_STATE_OK;
    gate->calm_since = gate->recovered_at = INSTANT_NONE;
    return gate;
}

void gate_free(struct gate *gate)
{
    if (!gate)
        return;
    for (size_t i = 0; i < BATCH_LIMIT; i++) {
        free(gate->batches[i].items);
        row_index_release(&gate->batches[i].rows);
        free(gate->batches[i].data);
    }
    unwritten_release(&gate->unwritten);
    free(gate->rows);
    free(gate);
}

enum journal_state gate_journal_state(const struct gate *gate)
{
    return gate->journal;
}

/* ---- memory ---- */

/* True if *memory now has room; else it is as it was. */
static bool reserve(void **memory, size_t *capacity, size_t wanted, size_t size)
{
    size_t larger = *capacity ? *capacity : FIRST_CAPACITY;
    while (larger < wanted)
        larger *= 2;
    if (*memory && larger == *capacity)
        return true;
    void *grown = realloc(*memory, larger * size);
    if (!grown)
        return false;
    *memory = grown;
    *capacity = larger;
    return true;
}

static bool batch_reserve(struct gate *gate, struct pending *batch, size_t data_size)
{
    void *items = batch->items, *data = batch->data;
    bool reserved = reserve(&items, &batch->capacity, batch->count + 1, sizeof *batch->items) &&
                    reserve(&data, &batch->data_capacity, batch->data_used + data_size, 1) &&
                    row_index_reserve(&batch->rows);
    batch->items = items;
    batch->data = data;
    gate->broken = gate->broken || !reserved;
    return reserved;
}

/* For every row that is not written. */
static bool rows_reserve(struct gate *gate)
{
    void *rows = gate->rows;
    bool reserved =
        reserve(&rows, &gate->rows_capacity, gate->unwritten.count + 1, sizeof *gate->rows);
    gate->rows = rows;
    gate->broken = gate->broken || !reserved;
    return reserved;
}

bool gate_is_sound(const struct gate *gate)
{
    return !gate->broken;
}

/* ---- the open batch ---- */

static size_t place_of(const struct gate *gate, size_t nth)
{
    return (gate->first + nth) % BATCH_LIMIT;
}

static struct pending *open_batch(struct gate *gate)
{
    return &gate->batches[place_of(gate, gate->waiting)];
}

static void *item_data(const struct pending *batch, const struct item *item)
{
    return batch->data + item->data;
}

static void item_add(struct gate *gate, enum item_kind kind, enum row_table table, uint32_t key,
                     const void *data, size_t size)
{
    struct pending *batch = open_batch(gate);
    size_t aligned = size_aligned(size, _Alignof(max_align_t));
    if (!batch_reserve(gate, batch, aligned))
        return;
    if (kind == ITEM_ROW)
        row_index_add(&batch->rows, table, key, batch->count);
    batch->items[batch->count++] =
        (struct item){.kind = kind, .table = table, .key = key, .data = batch->data_used};
    memcpy(batch->data + batch->data_used, data, size);
    batch->data_used += aligned;
}

static void *batch_find(const struct pending *batch, enum row_table table, uint32_t key)
{
    size_t place;
    bool found = row_index_find(&batch->rows, table, key, &place);
    return found ? item_data(batch, &batch->items[place]) : NULL;
}

const void *gate_find(const struct gate *gate, enum row_table table, uint32_t key)
{
    for (size_t i = gate->waiting + 1; i-- > 0;) {
        const void *row = batch_find(&gate->batches[place_of(gate, i)], table, key);
        if (row)
            return row;
    }
    return store_find(gate->store, table, key);
}

void gate_put_row(struct gate *gate, enum row_table table, uint32_t key, const void *row)
{
    size_t size = row_descriptors[table].size;
    const void *before = gate_find(gate, table, key);
    if (before && memcmp(before, row, size) == 0)
        return;
    void *same_batch = batch_find(open_batch(gate), table, key);
    if (same_batch)
        memcpy(same_batch, row, size);
    else
        item_add(gate, ITEM_ROW, table, key, row, size);
}

static bool is_output(const struct action *action, bool on)
{
    return action->kind == ACTION_OUTPUT && action->output.on == on;
}

void gate_do(struct gate *gate, const struct action *action)
{
    if (action->kind == ACTION_OUTPUT)
        gate->output_wanted[action->output.role] = action->output.on;
    if (is_output(action, false))
        gate->handlers.perform(gate->context, action);
    else
        item_add(gate, ITEM_ACTION, 0, 0, action, sizeof *action);
}

void gate_answer(struct gate *gate, uint64_t peer, const struct wire_message *message)
{
    struct gate_answer answer = {.peer = peer, .message = *message};
    item_add(gate, ITEM_ANSWER, 0, 0, &answer, sizeof answer);
}

/* ---- release ---- */

/* An output may have been switched off while its switching on waited. */
static void action_perform(struct gate *gate, const struct action *action)
{
    if (is_output(action, true) && !gate->output_wanted[action->output.role])
        return;
    gate->handlers.perform(gate->context, action);
}

static void item_release(struct gate *gate, const struct pending *batch, const struct item *item)
{
    const void *data = item_data(batch, item);
    switch (item->kind) {
    case ITEM_ROW:
        gate->handlers.show(gate->context, item->table, item->key, data);
        break;
    case ITEM_ACTION:
        action_perform(gate, data);
        break;
    case ITEM_ANSWER:
        gate->handlers.answer(gate->context, data);
        break;
    }
}

static void first_release(struct gate *gate)
{
    struct pending *batch = &gate->batches[gate->first];
    for (size_t i = 0; i < batch->count; i++)
        item_release(gate, batch, &batch->items[i]);
    batch->count = 0;
    row_index_clear(&batch->rows);
    batch->data_used = 0;
    gate->first = (gate->first + 1) % BATCH_LIMIT;
    gate->waiting--;
}

/* ---- transactions ---- */

static void row_is_unwritten(struct gate *gate, enum row_table table, uint32_t key)
{
    gate->broken = !unwritten_add(&gate->unwritten, table, key) || gate->broken;
}

static void batch_is_unwritten(struct gate *gate, const struct pending *batch)
{
    gate->state_unwritten = true;
    gate->unkept = true;
    for (size_t i = 0; i < batch->count; i++) {
        const struct item *item = &batch->items[i];
        if (item->kind == ITEM_ROW && row_descriptors[item->table].kind == ROW_KIND_HISTORY)
            row_is_unwritten(gate, item->table, item->key);
    }
}

void gate_write_again(struct gate *gate, enum row_table table, uint32_t key)
{
    row_is_unwritten(gate, table, key);
    gate->state_unwritten = true;
    gate->unkept = true;
}

void gate_delete(struct gate *gate, enum row_table table, uint32_t key)
{
    row_is_unwritten(gate, table, key);
    gate->state_unwritten = true;
}

/* What is in no table any more is to go from the journal, too. */
static size_t unwritten_rows(struct gate *gate)
{
    if (!rows_reserve(gate))
        return 0;
    for (size_t i = 0; i < gate->unwritten.count; i++) {
        const struct unwritten_key *key = &gate->unwritten.keys[i];
        gate->rows[i] =
            (struct gate_row){key->table, key->key, gate_find(gate, key->table, key->key)};
    }
    return gate->unwritten.count;
}

static void keep(struct gate *gate)
{
    if (gate->unkept)
        gate->handlers.keep(gate->context, gate->rows, unwritten_rows(gate));
    gate->unkept = false;
}

/* Without a commit. */
static void all_release(struct gate *gate)
{
    if (gate->waiting > 0)
        keep(gate);
    while (gate->waiting > 0)
        first_release(gate);
}

static void transaction_end(struct gate *gate, bool written)
{
    unwritten_land(&gate->unwritten, written);
    gate->state_unwritten = gate->state_unwritten || !written;
    gate->in_flight = false;
}

static int transaction_write(struct gate *gate, size_t written)
{
    size_t count = unwritten_rows(gate);
    return gate->handlers.write(
        gate->context, gate->rows, count, written < count ? written : count);
}

static void transaction_begin(struct gate *gate, instant now)
{
    if (gate->in_flight || !gate->state_unwritten || gate->rests)
        return;
    size_t written = unwritten_take_off(&gate->unwritten, TRANSACTION_ROWS);
    gate->transaction++;
    gate->begun_at = now;
    gate->in_flight = true;
    gate->state_unwritten = written < gate->unwritten.count;
    gate->unkept = false;
    if (transaction_write(gate, written) != 0)
        gate_failed(gate);
}

/* More than fits into the ring goes on in the open batch, until there is room. */
static bool is_full(const struct gate *gate)
{
    return gate->waiting == BATCH_LIMIT - 1;
}

static void open_batch_close(struct gate *gate, instant now)
{
    struct pending *batch = open_batch(gate);
    batch->deadline = instant_add_ms(now, GATE_WAIT_MS);
    batch->transaction = gate->transaction + 1;
    batch_is_unwritten(gate, batch);
    gate->waiting++;
    transaction_begin(gate, now);
    if (gate->journal != JOURNAL_STATE_OK)
        all_release(gate);
}

void gate_close(struct gate *gate, bool state_changed, instant now)
{
    if (open_batch(gate)->count == 0 && !state_changed)
        return;
    gate->overflows = is_full(gate);
    if (!gate->overflows)
        open_batch_close(gate, now);
}

static void overflow_close(struct gate *gate, instant now)
{
    if (!gate->overflows || is_full(gate))
        return;
    gate->overflows = false;
    open_batch_close(gate, now);
}

/* ---- the journal's state ---- */

/* One that falls behind again and again must keep up for longer each time, or its alarm would fill
 * the event log. */
static void falls_behind(struct gate *gate, enum journal_state state, instant now)
{
    bool again = instant_is_set(gate->recovered_at) &&
                 instant_diff_ms(now, gate->recovered_at) < CALM_MOST_MS;
    if (gate->journal == JOURNAL_STATE_OK)
        gate->calm_ms = again ? gate->calm_ms * 2 : CALM_FIRST_MS;
    if (gate->calm_ms > CALM_MOST_MS)
        gate->calm_ms = CALM_MOST_MS;
    gate->calm_since = INSTANT_NONE;
    gate->journal = state;
}

static void recover(struct gate *gate, instant now)
{
    bool is_written = !gate->in_flight && !gate->state_unwritten;
    if (gate->journal == JOURNAL_STATE_OK || !is_written || !instant_is_set(gate->calm_since) ||
        instant_diff_ms(now, gate->calm_since) < gate->calm_ms)
        return;
    gate->journal = JOURNAL_STATE_OK;
    gate->recovered_at = now;
}

static void commit_judge(struct gate *gate, instant now)
{
    bool in_time = instant_diff_ms(now, gate->begun_at) < GATE_WAIT_MS;
    if (gate->journal == JOURNAL_STATE_OK)
        return; /* gate_tick() has judged */
    if (!in_time)
        gate->calm_since = INSTANT_NONE;
    else if (!instant_is_set(gate->calm_since))
        gate->calm_since = gate->begun_at;
    gate->journal = JOURNAL_STATE_BEHIND;
}

void gate_committed(struct gate *gate, instant now)
{
    if (!gate->in_flight)
        return;
    transaction_end(gate, true);
    gate->rests = false;
    while (gate->waiting > 0 && gate->batches[gate->first].transaction <= gate->transaction)
        first_release(gate);
    commit_judge(gate, now);
    recover(gate, now);
    overflow_close(gate, now);
    transaction_begin(gate, now);
}

void gate_failed(struct gate *gate)
{
    transaction_end(gate, false);
    falls_behind(gate, JOURNAL_STATE_FAILED, gate->begun_at);
    gate->rests = true;
    all_release(gate);
}

instant gate_next_due(const struct gate *gate)
{
    return gate->waiting > 0 ? gate->batches[gate->first].deadline : INSTANT_NEVER;
}

void gate_tick(struct gate *gate, instant now)
{
    if (!instant_reached(gate_next_due(gate), now))
        return;
    falls_behind(gate, JOURNAL_STATE_BEHIND, now);
    all_release(gate);
    overflow_close(gate, now);
}

/* While it is behind, each retry also tries how fast it is. */
void gate_retry(struct gate *gate, instant now)
{
    gate->rests = false;
    gate->state_unwritten =
        gate->state_unwritten || gate->unwritten.count > 0 || gate->journal != JOURNAL_STATE_OK;
    transaction_begin(gate, now);
}

void gate_finish(struct gate *gate, instant now)
{
    (void)now;
    if (gate->state_unwritten) {
        size_t written = unwritten_take_off(&gate->unwritten, SIZE_MAX);
        (void)transaction_write(gate, written);
    }
    gate->waiting = 0;
}

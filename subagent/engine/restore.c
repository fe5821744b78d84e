#include "engine/restore.h"

#include <string.h>

#include "base/log.h"
#include "core/core.h"
#include "core/snapshot.h"
#include "engine/history.h"

enum {
    ROUNDS_EXPECTED = 2, /* of an incident, on average, for the size of tables */
    DEVIATIONS_EXPECTED = 8,
};

struct store_limits restore_limits(const struct engine_settings *settings)
{
    size_t incidents = settings->incidents_kept;
    return (struct store_limits){.rows = {
                                     [ROW_event] = settings->events_kept,
                                     [ROW_incident] = incidents,
                                     [ROW_record] = incidents * ROUNDS_EXPECTED * STEP_COUNT,
                                     [ROW_deviation] = incidents * DEVIATIONS_EXPECTED,
                                     [ROW_command] = settings->commands_kept,
                                 }};
}

static void take_row(void *context, enum row_table table, uint32_t key, const void *row)
{
    struct store *store = context;
    if (store_put(store, table, key, row) < 0)
        log_error("no memory for a row of table %s", row_descriptors[table].name);
}

/* ---- another boot ---- */

/* A wall clock that ran backwards says nothing: open clocks then start anew. */
int64_t restore_shift_ms(const struct journal_moment *then, const struct journal_moment *now)
{
    if (now->boot_id[0] && strcmp(then->boot_id, now->boot_id) == 0)
        return 0;
    int64_t passed_ms = now->wall_ms - then->wall_ms;
    if (passed_ms < 0)
        passed_ms = 0;
    return instant_diff_ms(now->boot, then->boot) - passed_ms;
}

struct shift {
    struct store *store;
    enum row_table table;
    int64_t ms;
};

static bool shift_row(void *context, uint32_t key, const void *row)
{
    const struct shift *shift = context;
    _Alignas(8) unsigned char moved[ROW_SIZE_MAX];
    memcpy(moved, row, row_descriptors[shift->table].size);
    history_shift(shift->table, moved, shift->ms);
    take_row(shift->store, shift->table, key, moved);
    return true;
}

static void shift_rows(struct store *store, int64_t ms)
{
    struct shift shift = {.store = store, .ms = ms};
    for (size_t table = 0; table < ROW_TABLE_COUNT; table++) {
        shift.table = (enum row_table)table;
        if (row_descriptors[table].kind == ROW_KIND_HISTORY)
            store_each(store, shift.table, shift_row, &shift);
    }
}

/* ---- numbers given out must not be given out again ---- */

/* Numbers begin anew after INT32_MAX: what is half of them ahead lies behind. */
static bool number_beyond(void *context, uint32_t key, const void *row)
{
    enum { HALF = INT32_MAX / 2 };
    uint32_t *next = context;
    (void)row;
    if (((key - *next) & INT32_MAX) < HALF)
        *next = number_after(key);
    return true;
}

static void number_after_rows(uint32_t *next, const struct store *store, enum row_table table)
{
    store_each(store, table, number_beyond, next);
}

static void numbers_after_rows(struct state *state, const struct store *store)
{
    number_after_rows(&state->next_event, store, ROW_event);
    number_after_rows(&state->next_incident, store, ROW_incident);
    number_after_rows(&state->next_record, store, ROW_record);
    number_after_rows(&state->next_deviation, store, ROW_deviation);
}

/* Seconds since 1970 are beyond any count of events, and grow faster. */
static void numbers_beyond(struct state *state, int64_t wall_ms)
{
    uint32_t seconds = (uint32_t)(wall_ms / 1000) & INT32_MAX;
    log_warning("numbers of incidents and events go on from %u", seconds);
    state->next_event = state->next_incident = state->next_record = seconds;
    state->next_deviation = state->next_command = seconds;
}

/* ---- the snapshot ---- */

static bool snapshot_restore(const struct config *config, struct state *state, const char *text,
                             int64_t shift_ms)
{
    unsigned line = 0;
    if (!text)
        return false;
    if (!snapshot_read(&config->site, state, text, &line)) {
        log_error("journal: the last state cannot be read (its line %u): starting anew", line);
        return false;
    }
    if (shift_ms != 0)
        state_rebase(state, shift_ms);
    return true;
}

struct restored restore(struct recorder *recorder, const struct config *config, struct store *store,
                        struct state *state, struct derive_moment moment)
{
    struct restored restored = {false, false};
    struct journal_loaded loaded;
    unsigned newest[ROW_TABLE_COUNT];
    const struct store_limits limits = restore_limits(&config->engine);
    const struct journal_moment now = recorder_moment(recorder, moment);
    for (size_t table = 0; table < ROW_TABLE_COUNT; table++)
        newest[table] = (unsigned)limits.rows[table];
    if (recorder_load(recorder, newest, &loaded, take_row, store) < 0) {
        numbers_beyond(state, moment.wall_ms);
        return restored;
    }
    if (loaded.found) {
        int64_t shift_ms = restore_shift_ms(&loaded.moment, &now);
        if (shift_ms != 0)
            shift_rows(store, shift_ms);
        restored.rebased = shift_ms != 0;
        restored.state = snapshot_restore(config, state, loaded.snapshot, shift_ms);
    }
    numbers_after_rows(state, store);
    journal_loaded_release(&loaded);
    return restored;
}

#include "engine/restore.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/core.h"
#include "core/snapshot.h"
#include "engine/history.h"
#include "engine/place.h"
#include "wire/replica.h"

enum {
    JOURNAL_LIMIT_MS = 10000,      /* without it an open outage would be forgotten */
    JOURNAL_WITH_SHADOW_MS = 1000, /* while it goes on answering */
    ROUNDS_EXPECTED = 2,           /* of an incident, on average, for the size of tables */
    DEVIATIONS_EXPECTED = 8,
    MESSAGES_KEPT = 1000, /* beside those that wait: each look goes through all of them */
};

/* Else a client would refuse rows that the engine keeps, and connect again for ever. */
#define CLIENTS_HOLD(rows) ((int)(rows) <= (int)REPLICA_HISTORY_LIMIT)
_Static_assert(CLIENTS_HOLD(CONFIG_EVENTS_KEPT_MAX), "events_kept");
_Static_assert(CLIENTS_HOLD(CONFIG_INCIDENTS_KEPT_MAX *ROUNDS_EXPECTED *STEP_COUNT), "records");
_Static_assert(CLIENTS_HOLD(CONFIG_INCIDENTS_KEPT_MAX *DEVIATIONS_EXPECTED), "deviations");

struct store_limits restore_limits(const struct config *config)
{
    const struct engine_settings *settings = &config->engine;
    size_t incidents = settings->incidents_kept;
    return (struct store_limits){
        .rows = {
            [ROW_event] = settings->events_kept,
            [ROW_incident] = incidents,
            [ROW_record] = incidents * ROUNDS_EXPECTED * STEP_COUNT,
            [ROW_deviation] = incidents * DEVIATIONS_EXPECTED,
            [ROW_command] = settings->commands_kept,
            [ROW_message] = MESSAGES_KEPT + config->contact_count * config->notify.queue,
        }};
}

/* ---- rows ---- */

static void row_put(const struct restorer *restorer, enum row_table table, uint32_t key,
                    const void *row)
{
    if (store_put(restorer->store, table, key, row) < 0)
        log_error("no memory for a row of table %s", row_descriptors[table].name);
}

/* What is there already is the shadow's or the engine's, and newer. */
static void journal_row_take(void *context, const struct journal_loaded *loaded,
                             enum row_table table, uint32_t key, const void *row)
{
    const struct restorer *restorer = context;
    _Alignas(8) unsigned char moved[ROW_SIZE_MAX];
    int64_t shift_ms = loaded->found ? place_shift_ms(&loaded->moment, &restorer->now) : 0;
    if (gate_find(decider_gate(restorer->decider), table, key))
        return;
    memcpy(moved, row, row_descriptors[table].size);
    if (shift_ms != 0)
        history_shift(table, moved, shift_ms);
    row_put(restorer, table, key, moved);
    if (shift_ms != 0 && store_row_is_awaited(table, moved))
        gate_write_again(decider_gate(restorer->decider), table, key);
}

static void shadow_row_take(void *context, enum row_table table, uint32_t key, const void *row)
{
    const struct restorer *restorer = context;
    const void *before = store_find(restorer->store, table, key);
    if (before && memcmp(before, row, row_descriptors[table].size) == 0)
        return;
    row_put(restorer, table, key, row);
    gate_write_again(decider_gate(restorer->decider), table, key);
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
    number_after_rows(&state->next_command, store, ROW_command);
}

/* Seconds since 1970 are beyond any count of events, and grow faster; a machine without a clock
 * begins there, and is beyond them all the same. */
static void numbers_beyond(struct state *state, int64_t wall_ms)
{
    enum { SECONDS_AT_LEAST = 1000000000 };
    uint32_t seconds = (uint32_t)(wall_ms / 1000) & INT32_MAX;
    if (seconds < SECONDS_AT_LEAST)
        seconds += SECONDS_AT_LEAST;
    log_warning("numbers of incidents and events go on from %u", seconds);
    state->next_event = state->next_incident = state->next_record = seconds;
    state->next_deviation = state->next_command = seconds;
}

/* ---- the snapshot ---- */

/* Rows are in the store by then. */
static bool snapshot_restore(const struct restorer *restorer, const char *text,
                             const struct journal_moment *moment)
{
    unsigned line = 0;
    struct state *state = decider_state(restorer->decider);
    if (!text)
        return false;
    if (!snapshot_read(&restorer->config->site, state, text, &line)) {
        log_error("the last state cannot be read (its line %u)", line);
        return false;
    }
    const struct clock_change change =
        place_clocks(state, moment, &restorer->now, clock_wall_is_synchronised());
    decider_retell(restorer->decider, &change);
    return true;
}

/* ---- incidents that nobody will close ---- */

static bool orphan_close(void *context, uint32_t key, const void *row)
{
    const struct restorer *restorer = context;
    const struct incident *open = &decider_state(restorer->decider)->incident;
    struct row_incident incident = *(const struct row_incident *)row;
    bool is_open_still = open->phase != PHASE_IDLE && open->id == key;
    if (incident.state == INCIDENT_STATE_CLOSED || is_open_still)
        return true;
    log_warning("incident %u was open in a state that is lost: closed, its end is not known", key);
    incident.state = INCIDENT_STATE_CLOSED;
    incident.times_estimated = ON_OFF_ON;
    row_put(restorer, ROW_incident, key, &incident);
    gate_write_again(decider_gate(restorer->decider), ROW_incident, key);
    return true;
}

/* Where the state could not be read, or is of another journal. */
static void incidents_close(struct restorer *restorer)
{
    store_each(restorer->store, ROW_incident, orphan_close, restorer);
}

/* ---- the journal ---- */

static void journal_is_read(void *context, const struct journal_loaded *loaded)
{
    struct restorer *restorer = context;
    restorer->answered = true;
    store_evicted_before(restorer->store, ROW_event, (uint32_t)loaded->moment.events_evicted);
    if (!restorer->is_late) {
        restorer->last = *loaded;
        restorer->last.snapshot = loaded->snapshot ? strdup(loaded->snapshot) : NULL;
        return;
    }
    if (restorer->kept_number && restorer->kept_number < loaded->number) {
        log_warning("journal: it has more than was gone on from: its last transactions are history "
                    "only");
        numbers_after_rows(decider_state(restorer->decider), restorer->store);
    }
    decider_lose_commands(restorer->decider, clock_now());
    incidents_close(restorer);
    log_notice("journal: read at last; its history is back");
}

static void journal_read(struct restorer *restorer, bool has_shadow)
{
    static const struct journal_patience alone = {JOURNAL_LIMIT_MS, JOURNAL_LIMIT_MS};
    static const struct journal_patience with_shadow = {GATE_WAIT_MS, JOURNAL_WITH_SHADOW_MS};
    const struct journal_taker taker = {journal_row_take, journal_is_read, restorer};
    if (recorder_load(restorer->recorder, has_shadow ? &with_shadow : &alone, &taker) < 0)
        log_warning("going on without it; it is read as soon as it can be");
}

/* ---- both ---- */

static bool shadow_is_newest(const struct restorer *restorer, const struct shadow_content *kept)
{
    if (!restorer->answered || kept->number >= restorer->last.number)
        return true;
    log_notice("the journal's shadow is older than the journal, and not used");
    return false;
}

static bool state_from_shadow(struct restorer *restorer, const struct shadow_content *kept)
{
    restorer->kept_number = kept->number;
    recorder_number_after(restorer->recorder, kept->number);
    shadow_content_each(kept, shadow_row_take, restorer);
    return snapshot_restore(restorer, kept->snapshot, &kept->moment);
}

/* Milliseconds since 1970 are beyond any count of transactions, too. */
static void begin_without_past(struct restorer *restorer, int64_t wall_ms)
{
    numbers_beyond(decider_state(restorer->decider), wall_ms);
    recorder_number_after(restorer->recorder, (uint64_t)wall_ms);
}

bool restore(struct restorer *restorer, struct derive_moment moment)
{
    struct shadow_content kept;
    restorer->now = recorder_moment(restorer->recorder, moment);
    bool has_shadow = keeper_read(restorer->keeper, restorer->now.boot_id, &kept);
    journal_read(restorer, has_shadow);
    bool restored =
        has_shadow && shadow_is_newest(restorer, &kept) && state_from_shadow(restorer, &kept);
    if (!restored)
        restored = snapshot_restore(restorer, restorer->last.snapshot, &restorer->last.moment);
    bool is_blank = !restorer->answered || recorder_began_anew(restorer->recorder);
    if (is_blank && !restorer->kept_number)
        begin_without_past(restorer, moment.wall_ms);
    else if (!restored)
        numbers_after_rows(decider_state(restorer->decider), restorer->store);
    if (restorer->answered)
        incidents_close(restorer);
    free(restorer->last.snapshot);
    restorer->last = (struct journal_loaded){0};
    shadow_content_release(&kept);
    restorer->is_late = true;
    return restored;
}

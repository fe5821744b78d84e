#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "play/live.h"

/* ---- fields ---- */

enum reason live_reason_named(const char *text)
{
    for (unsigned reason = 0; reason < REASON_COUNT; reason++)
        if (strcmp(reason_text((enum reason)reason), text) == 0)
            return (enum reason)reason;
    return REASON_NONE;
}

static void set_instant(const struct live *live, struct fact *fact, enum fact_field field,
                        instant at)
{
    if (instant_is_set(at))
        fact_set(fact, field, live_time(live, at));
}

static void set_duration(const struct live *live, struct fact *fact, int64_t duration_ms)
{
    if (duration_ms >= 0)
        fact_set(fact, FIELD_LATE, duration_ms * (int64_t)live->settings->time_scale);
}

static void set_round(struct fact *fact, uint32_t incident, uint32_t round)
{
    fact_set(fact, FIELD_INCIDENT, incident);
    fact_set(fact, FIELD_ROUND, round);
}

/* ---- one row that is new or has changed; before: NULL where it is new ---- */

typedef void row_handler(struct live *live, uint32_t key, const void *row, const void *before);

static void on_event(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_event *event = row;
    if (before)
        return;
    bool noticed_late = instant_before(event->at, live->engine.ready_at);
    struct fact *fact = live_fact(live, noticed_late ? clock_now() : event->at, FACT_NOTICE);
    fact_set(fact, FIELD_VALUE, event->notification);
    fact_set(fact, FIELD_SEVERITY, event->severity);
    fact_set(fact, FIELD_STEP, event->step);
    set_round(fact, event->incident, event->round);
    if (event->server > 0)
        fact_set(fact, FIELD_SERVER, (int64_t)event->server - 1);
    fact_set(fact, FIELD_ID, key);
    live->rows.last_notice[event->notification] = key;
}

static void on_mains(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_mains *mains = row, *old = before;
    (void)key;
    if (old && old->state == mains->state)
        return;
    struct fact *fact = live_fact(live, mains->since, FACT_MAINS);
    fact_set(fact, FIELD_VALUE, mains->state);
    fact_set(fact, FIELD_DIPS, mains->dips);
    fact_set(fact, FIELD_OUTAGES, mains->outages);
}

static void on_genset(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_genset *genset = row, *old = before;
    (void)key;
    bool same_state = old && old->state == genset->state;
    if (same_state && strcmp(old->reason, genset->reason) == 0)
        return;
    struct fact *fact = live_fact(live, same_state ? clock_now() : genset->since, FACT_GENSET);
    fact_set(fact, FIELD_VALUE, genset->state);
    fact_set(fact, FIELD_REASON, live_reason_named(genset->reason));
}

static void on_system(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_system *system = row, *old = before;
    (void)key;
    if (old && old->hold_state == system->hold_state)
        return;
    struct fact *fact = live_fact(live, clock_now(), FACT_HOLD);
    fact_set(fact, FIELD_VALUE, system->hold_state);
    fact_set(fact, FIELD_REASON, live_reason_named(system->hold_reason));
}

static void on_step(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_step *step = row;
    (void)before;
    struct fact *fact = live_fact(live, clock_now(), FACT_STEP);
    fact_set(fact, FIELD_STEP, key);
    fact_set(fact, FIELD_VALUE, step->state);
    set_round(fact, step->incident, step->round);
    fact_set(fact, FIELD_ANSWER, step->answer);
    fact_set(fact, FIELD_ACTOR, step->done_by);
    set_instant(live, fact, FIELD_FROM, step->clock_start);
    set_instant(live, fact, FIELD_DUE, step->due);
    set_instant(live, fact, FIELD_CREDIT, step->done_at);
    if (instant_is_set(step->done_at))
        set_duration(live, fact, step->lateness_ms > 0 ? step->lateness_ms : 0);
}

static void on_server(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_server *server = row, *old = before;
    if (old && old->state == server->state && old->result == server->result)
        return;
    struct fact *fact = live_fact(live, clock_now(), FACT_SERVER);
    fact_set(fact, FIELD_SERVER, (int64_t)key - 1);
    fact_set(fact, FIELD_VALUE, server->state);
    fact_set(fact, FIELD_RESULT, server->result);
    fact_set(fact, FIELD_REASON, live_reason_named(server->reason));
}

static void on_incident(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_incident *incident = row;
    (void)before;
    struct fact *fact = live_fact(live, clock_now(), FACT_INCIDENT);
    fact_set(fact, FIELD_VALUE, incident->state);
    fact_set(fact, FIELD_INCIDENT, key);
    fact_set(fact, FIELD_INCIDENT_KIND, incident->kind);
    fact_set(fact, FIELD_ESTIMATED, incident->times_estimated == ON_OFF_ON);
    fact_set(fact, FIELD_ROUND, incident->rounds);
    fact_set(fact, FIELD_COUNT_OF, incident->deviations);
}

static void on_record(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_record *record = row;
    (void)before;
    struct fact *fact = live_fact(live, clock_now(), FACT_RECORD);
    fact_set(fact, FIELD_STEP, record->step);
    fact_set(fact, FIELD_VALUE, record->verdict);
    set_round(fact, record->incident, record->round);
    fact_set(fact, FIELD_ANSWER, record->answer);
    fact_set(fact, FIELD_ACTOR, record->done_by);
    set_duration(live, fact, record->lateness_ms);
    fact_set(fact, FIELD_ID, key);
}

static int64_t deviation_step(const struct live *live, uint32_t key)
{
    const struct row_deviation *deviation =
        replica_get(client_replica(live->rows.client), ROW_deviation, key);
    return deviation ? (int64_t)deviation->step : 0;
}

static void on_deviation(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_deviation *deviation = row;
    (void)before;
    struct fact *fact = live_fact(live, clock_now(), FACT_DEVIATION);
    fact_set(fact, FIELD_VALUE, deviation->kind);
    fact_set(fact, FIELD_STEP, deviation->step);
    set_round(fact, deviation->incident, deviation->round);
    fact_set(fact, FIELD_OPEN, deviation->amount_ms < 0);
    set_duration(live, fact, deviation->amount_ms);
    fact_set(fact, FIELD_LINK, deviation_step(live, deviation->cause));
    fact_set(fact, FIELD_ID, key);
    if (deviation->step <= STEP_COUNT)
        live->rows.last_deviation[deviation->step] = key;
}

static void on_command(struct live *live, uint32_t key, const void *row, const void *before)
{
    const struct row_command *command = row;
    (void)before;
    struct fact *fact = live_fact(live, clock_now(), FACT_COMMAND);
    fact_set(fact, FIELD_COMMAND, command->kind);
    fact_set(fact, FIELD_VALUE, command->state);
    fact_set(fact, FIELD_REASON, live_reason_named(command->reason));
    fact_set(fact, FIELD_ID, key);
}

static row_handler *const handlers[ROW_TABLE_COUNT] = {
    [ROW_event] = on_event,
    [ROW_mains] = on_mains,
    [ROW_genset] = on_genset,
    [ROW_system] = on_system,
    [ROW_step] = on_step,
    [ROW_server] = on_server,
    [ROW_incident] = on_incident,
    [ROW_record] = on_record,
    [ROW_deviation] = on_deviation,
    [ROW_command] = on_command,
};

void live_rows_tell(struct live *live, enum row_table table, uint32_t key, const void *row,
                    const void *before)
{
    handlers[table](live, key, row, before);
}

/* ---- what was seen ---- */

struct seen_row {
    uint32_t key;
    _Alignas(max_align_t) unsigned char row[ROW_SIZE_MAX];
};

static const struct seen_row *seen_find(const struct live_rows *rows, enum row_table table,
                                        uint32_t key)
{
    const struct seen_row *seen = rows->seen[table];
    for (size_t i = 0; i < rows->seen_count[table]; i++)
        if (seen[i].key == key)
            return &seen[i];
    return NULL;
}

static void table_compare(struct live *live, enum row_table table)
{
    const struct replica *replica = client_replica(live->rows.client);
    for (size_t place = 0; place < replica_count(replica, table); place++) {
        uint32_t key = 0;
        const void *row = replica_at(replica, table, place, &key);
        const struct seen_row *before = seen_find(&live->rows, table, key);
        const void *old = before ? before->row : NULL;
        bool same = old && memcmp(old, row, row_descriptors[table].size) == 0;
        if (!same && !live->driver->takes_row(live, table, key, row, old))
            live_rows_tell(live, table, key, row, old);
    }
}

static void table_remember(struct live *live, enum row_table table)
{
    const struct replica *replica = client_replica(live->rows.client);
    size_t count = replica_count(replica, table);
    struct seen_row *seen = calloc(count + 1, sizeof *seen);
    if (!seen) {
        live_fail(live, "out of memory");
        return;
    }
    for (size_t place = 0; place < count; place++) {
        const void *row = replica_at(replica, table, place, &seen[place].key);
        memcpy(seen[place].row, row, row_descriptors[table].size);
    }
    free(live->rows.seen[table]);
    live->rows.seen[table] = seen;
    live->rows.seen_count[table] = count;
}

static void commit_handle(struct live *live)
{
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++)
        if (handlers[table])
            table_compare(live, table);
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++)
        if (handlers[table])
            table_remember(live, table);
}

/* ---- the connection ---- */

bool live_rows_open(struct live *live)
{
    char path[LIVE_PATH_SIZE];
    live_path(live, path, "engine");
    live->rows.client = client_create(path, WIRE_ROLE_VIEWER, "padam-play");
    if (!live->rows.client)
        live_fail(live, "out of memory");
    return live->rows.client != NULL;
}

void live_rows_close(struct live *live)
{
    client_free(live->rows.client);
    live->rows.client = NULL;
    for (size_t table = 0; table < ROW_TABLE_COUNT; table++)
        free(live->rows.seen[table]);
}

void live_rows_readable(struct live *live)
{
    enum client_result result = client_receive(live->rows.client, clock_now());
    for (; result == CLIENT_COMMIT; result = client_receive(live->rows.client, clock_now()))
        commit_handle(live);
    if (result == CLIENT_CLOSED)
        live_fail(live, "the engine's rows end: %s", client_problem(live->rows.client));
}

#include "engine/retell.h"

bool clock_change_is_told(const struct clock_change *change)
{
    enum { JITTER_MS = 500 };
    int64_t jump_ms = change->offset_ms - change->offset_before_ms;
    return change->shift_ms != 0 || jump_ms > JITTER_MS || jump_ms < -JITTER_MS;
}

struct retelling {
    const struct history *history;
    const struct clock_change *change;
    uint32_t incident;
};

static bool is_earlier(const struct clock_change *change, instant at)
{
    return instant_is_set(change->until) && instant_is_set(at) &&
           !instant_before(change->until, at);
}

static instant instant_of_wall(const struct clock_change *change, int64_t wall_ms)
{
    return instant_at(wall_ms - change->offset_before_ms);
}

/* begun: the instant that says of which boot it is. A time before 1970 cannot be told. */
static void wall_follow(int64_t *wall_ms, const struct clock_change *change, int64_t begun_wall_ms)
{
    bool moves = is_earlier(change, instant_of_wall(change, begun_wall_ms));
    if (*wall_ms == 0)
        return;
    *wall_ms += change->offset_ms - change->offset_before_ms + (moves ? change->shift_ms : 0);
    if (*wall_ms < 0)
        *wall_ms = 0;
}

static bool incident_retell(void *context, uint32_t key, const void *found)
{
    const struct retelling *retelling = context;
    struct row_incident row = *(const struct row_incident *)found;
    if (key != retelling->incident)
        return true;
    wall_follow(&row.lost_wall_ms, retelling->change, row.lost_wall_ms);
    retelling->history->put(retelling->history->context, ROW_incident, key, &row);
    return true;
}

static bool record_retell(void *context, uint32_t key, const void *found)
{
    const struct retelling *retelling = context;
    struct row_record row = *(const struct row_record *)found;
    if (row.incident != retelling->incident)
        return true;
    wall_follow(&row.done_wall_ms, retelling->change, row.done_wall_ms);
    wall_follow(&row.due_wall_ms, retelling->change, row.clock_start_wall_ms);
    wall_follow(&row.clock_start_wall_ms, retelling->change, row.clock_start_wall_ms);
    retelling->history->put(retelling->history->context, ROW_record, key, &row);
    return true;
}

static bool deviation_retell(void *context, uint32_t key, const void *found)
{
    const struct retelling *retelling = context;
    struct row_deviation row = *(const struct row_deviation *)found;
    if (row.incident != retelling->incident)
        return true;
    wall_follow(&row.recorded_wall_ms, retelling->change, row.recorded_wall_ms);
    wall_follow(&row.accounted_wall_ms, retelling->change, row.accounted_wall_ms);
    retelling->history->put(retelling->history->context, ROW_deviation, key, &row);
    return true;
}

/* Its number and its time are what it is known by, so that stays; its delay counts from its
 * instant. */
static bool event_retell(void *context, uint32_t key, const void *found)
{
    const struct retelling *retelling = context;
    struct row_event row = *(const struct row_event *)found;
    if (!store_row_is_awaited(ROW_event, found) || !is_earlier(retelling->change, row.at))
        return true;
    row.at = instant_add_ms(row.at, retelling->change->shift_ms);
    retelling->history->put(retelling->history->context, ROW_event, key, &row);
    return true;
}

/* When it goes on counts from its instant. */
static bool message_retell(void *context, uint32_t key, const void *found)
{
    const struct retelling *retelling = context;
    struct row_message row = *(const struct row_message *)found;
    if (!is_earlier(retelling->change, row.waits_since))
        return true;
    row.waits_since = instant_add_ms(row.waits_since, retelling->change->shift_ms);
    retelling->history->put(retelling->history->context, ROW_message, key, &row);
    return true;
}

void retell_rows(const struct history *history, const struct store *store,
                 const struct clock_change *change)
{
    const struct incident *incident = &history->state->incident;
    struct retelling retelling = {history, change, incident->id};
    if (change->shift_ms != 0) {
        store_each(store, ROW_event, event_retell, &retelling);
        store_each(store, ROW_message, message_retell, &retelling);
    }
    if (incident->phase == PHASE_IDLE)
        return;
    store_each(store, ROW_incident, incident_retell, &retelling);
    store_each(store, ROW_record, record_retell, &retelling);
    store_each(store, ROW_deviation, deviation_retell, &retelling);
}

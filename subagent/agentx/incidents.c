#include "agentx/table.h"

/* An open incident's duration grows, while there is an engine to say so. It is told by wall time:
 * the row outlives a reboot. */
static struct value duration_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    const struct row_incident *incident = row;
    if (incident->duration_ms >= 0)
        return value_derived(derive_seconds(incident->duration_ms));
    bool grows = incident->state != INCIDENT_STATE_CLOSED && incident->lost_wall_ms != 0;
    if (!grows || view->link != ENGINE_LINK_CONNECTED)
        return value_absent();
    int64_t duration_ms = view->moment.wall_ms - incident->lost_wall_ms;
    return value_derived(derive_seconds(duration_ms > 0 ? duration_ms : 0));
}

static const struct object columns[] = {
    [MIB_INCIDENT_KIND] = {NUMBER(incident, kind)},
    [MIB_INCIDENT_STATE] = {NUMBER(incident, state)},
    [MIB_INCIDENT_TIMES_ESTIMATED] = {NUMBER(incident, times_estimated)},
    [MIB_INCIDENT_LOST_AT] = {WALL(incident, lost)},
    [MIB_INCIDENT_CLOSED_AT] = {WALL(incident, closed)},
    [MIB_INCIDENT_DURATION_SECONDS] = {DERIVED(duration_get)},
    [MIB_INCIDENT_ROUNDS] = {NUMBER(incident, rounds)},
    [MIB_INCIDENT_DEVIATIONS] = {NUMBER(incident, deviations)},
};

const struct object_set incident_objects =
    OBJECT_SET(MIB_INCIDENTS, MIB_INCIDENT_TABLE, incident, columns);

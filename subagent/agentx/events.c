#include "agentx/events.h"

int64_t event_age_ms(const struct row_event *event, struct derive_moment moment)
{
    int64_t age_ms = instant_is_set(event->at) ? instant_diff_ms(moment.now, event->at)
                                               : moment.wall_ms - event->time_wall_ms;
    return age_ms > 0 ? age_ms : 0;
}

static struct value delay_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    const struct row_event *event = row;
    if (event->delivery == DELIVERY_PENDING)
        return value_derived(derive_seconds(event_age_ms(event, view->moment)));
    return value_derived(derive_seconds(event->delay_ms));
}

static const struct object scalars[] = {
    [MIB_EVENTS_BUMPED] = {NUMBER(system, events_bumped)},
};

static const struct object columns[] = {
    [MIB_EVENT_SEQUENCE] = {KEY},
    [MIB_EVENT_KIND] = {NUMBER(event, notification)},
    [MIB_EVENT_TIME] = {WALL(event, time)},
    [MIB_EVENT_SEVERITY] = {NUMBER(event, severity)},
    [MIB_EVENT_INCIDENT] = {NUMBER(event, incident)},
    [MIB_EVENT_STEP] = {NUMBER(event, step)},
    [MIB_EVENT_DELAY_SECONDS] = {DERIVED(delay_get)},
    [MIB_EVENT_TEXT] = {TEXT(event, text)},
    [MIB_EVENT_DELIVERY] = {NUMBER(event, delivery)},
    [MIB_EVENT_ACKNOWLEDGED_BY] = {TEXT_IF_ANY(event, acknowledged_by)},
    [MIB_EVENT_ACKNOWLEDGED_AT] = {WALL(event, acknowledged)},
    [MIB_EVENT_ROUND] = {NUMBER_IF_ANY(event, round)},
    [MIB_EVENT_SERVER] = {NUMBER_IF_ANY(event, server)},
};

const struct object_set events_objects = OBJECT_SET(MIB_EVENTS, 0, system, scalars);
const struct object_set event_objects = OBJECT_SET(MIB_EVENTS, MIB_EVENT_TABLE, event, columns);

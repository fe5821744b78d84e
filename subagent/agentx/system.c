#include "agentx/table.h"

static struct value product_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_text("padam");
}

static struct value version_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_text(PADAM_VERSION);
}

static struct value overall_text_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    const struct row_system *system = row;
    if (view->link == ENGINE_LINK_LOST)
        return value_text("engine lost: the state is not known");
    return value_text(system ? system->overall_text : "engine not heard yet");
}

static struct value engine_link_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row, (void)key;
    return value_number(view->link);
}

static struct value data_age_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row, (void)key;
    return value_derived(derive_age_s(view->heard_at, view->moment.now));
}

static struct value engine_uptime_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    const struct row_system *system = row;
    return value_derived(derive_age_s(system->engine_started, view->moment.now));
}

static struct value inhibit_remaining_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    const struct row_system *system = row;
    return value_derived(derive_remaining_s(system->inhibit_until, view->moment.now));
}

static struct value exercise_remaining_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    const struct row_system *system = row;
    return value_derived(derive_remaining_s(system->exercise_until, view->moment.now));
}

static const struct object scalars[] = {
    [MIB_PRODUCT] = {DERIVED(product_get), KEPT},
    [MIB_VERSION] = {DERIVED(version_get), KEPT},
    [MIB_SITE] = {TEXT(system, site), KEPT},
    [MIB_OVERALL_STATE] = {NUMBER(system, overall_state)},
    [MIB_OVERALL_TEXT] = {DERIVED(overall_text_get), KEPT},
    [MIB_ENGINE_LINK] = {DERIVED(engine_link_get), KEPT},
    [MIB_DATA_AGE] = {DERIVED(data_age_get), KEPT},
    [MIB_ENGINE_UPTIME] = {DERIVED(engine_uptime_get)},
    [MIB_JOURNAL_STATE] = {NUMBER(system, journal_state)},
    [MIB_HOLD_STATE] = {NUMBER(system, hold_state)},
    [MIB_HOLD_REASON] = {TEXT_IF_ANY(system, hold_reason)},
    [MIB_INHIBIT_STATE] = {NUMBER(system, inhibit_state)},
    [MIB_INHIBIT_REMAINING] = {DERIVED(inhibit_remaining_get)},
    [MIB_DRILL_STATE] = {NUMBER(system, drill_state)},
    [MIB_EXERCISE_REMAINING] = {DERIVED(exercise_remaining_get)},
    [MIB_OPEN_INCIDENT] = {NUMBER_IF_ANY(system, open_incident)},
};

const struct object_set system_objects = OBJECT_SET(MIB_SYSTEM, 0, system, scalars);

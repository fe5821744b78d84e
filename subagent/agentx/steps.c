#include "agentx/table.h"

static struct value remaining_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    return value_derived(derive_step_remaining_s(row, view->moment.now));
}

static struct value lateness_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    const struct row_system *system = replica_get(view->replica, ROW_system, 0);
    uint32_t open_incident = system ? system->open_incident : 0;
    return value_derived(derive_step_lateness_s(row, open_incident, view->moment.now));
}

static struct value answer_get(const struct view *view, const void *row, uint32_t key)
{
    const struct row_step *step = row;
    (void)view;
    return derive_step_is_decision(key) ? value_number(step->answer) : value_absent();
}

static const struct object columns[] = {
    [MIB_STEP_ACTIVITY] = {TEXT(step, activity), KEPT},
    [MIB_STEP_ROLE] = {NUMBER(step, role), KEPT},
    [MIB_STEP_STATE] = {NUMBER(step, state)},
    [MIB_STEP_SEVERITY] = {NUMBER(step, severity)},
    [MIB_STEP_INCIDENT] = {NUMBER_IF_ANY(step, incident)},
    [MIB_STEP_ROUND] = {NUMBER_IF_ANY(step, round)},
    [MIB_STEP_CLOCK_START] = {INSTANT(step, clock_start)},
    [MIB_STEP_DUE] = {INSTANT(step, due)},
    [MIB_STEP_SECONDS_REMAINING] = {DERIVED(remaining_get)},
    [MIB_STEP_DONE_AT] = {INSTANT(step, done_at)},
    [MIB_STEP_LATENESS_SECONDS] = {DERIVED(lateness_get)},
    [MIB_STEP_ANSWER] = {DERIVED(answer_get)},
    [MIB_STEP_DONE_BY] = {NUMBER(step, done_by)},
};

const struct object_set step_objects = OBJECT_SET(MIB_STEPS, MIB_STEP_TABLE, step, columns);

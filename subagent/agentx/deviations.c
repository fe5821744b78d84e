#include "agentx/table.h"

static struct value amount_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    const struct row_deviation *deviation = row;
    const struct row_system *system = replica_get(view->replica, ROW_system, 0);
    const struct row_step *step = replica_get(view->replica, ROW_step, deviation->step);
    bool grows = deviation->amount_ms < 0;
    uint32_t open_incident = system ? system->open_incident : 0;
    if (grows && view->link != ENGINE_LINK_CONNECTED)
        return value_absent();
    return value_derived(
        derive_deviation_amount_s(deviation, step, open_incident, view->moment.now));
}

static const struct object columns[] = {
    [MIB_DEVIATION_INCIDENT] = {NUMBER(deviation, incident)},
    [MIB_DEVIATION_ROUND] = {NUMBER(deviation, round)},
    [MIB_DEVIATION_STEP] = {NUMBER_IF_ANY(deviation, step)},
    [MIB_DEVIATION_KIND] = {NUMBER(deviation, kind)},
    [MIB_DEVIATION_ROLE] = {NUMBER(deviation, role)},
    [MIB_DEVIATION_ITEM] = {TEXT_IF_ANY(deviation, item)},
    [MIB_DEVIATION_AMOUNT_SECONDS] = {DERIVED(amount_get)},
    [MIB_DEVIATION_CAUSE] = {NUMBER_IF_ANY(deviation, cause)},
    [MIB_DEVIATION_RECORDED_AT] = {WALL(deviation, recorded)},
    [MIB_DEVIATION_ACCOUNT_STATE] = {NUMBER(deviation, account_state)},
    [MIB_DEVIATION_ACCOUNT] = {TEXT_IF_ANY(deviation, account)},
    [MIB_DEVIATION_CORRECTIVE_ACTION] = {TEXT_IF_ANY(deviation, corrective_action)},
    [MIB_DEVIATION_ACCOUNTED_BY] = {TEXT_IF_ANY(deviation, accounted_by)},
    [MIB_DEVIATION_ACCOUNTED_AT] = {WALL(deviation, accounted)},
};

const struct object_set deviation_objects =
    OBJECT_SET(MIB_DEVIATIONS, MIB_DEVIATION_TABLE, deviation, columns);

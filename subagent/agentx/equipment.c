#include "agentx/table.h"

static const struct object columns[] = {
    [MIB_EQUIPMENT_NAME] = {TEXT(equipment, name), KEPT},
    [MIB_EQUIPMENT_KIND] = {NUMBER(equipment, kind), KEPT},
    [MIB_EQUIPMENT_STATE] = {NUMBER(equipment, state)},
    [MIB_EQUIPMENT_SEVERITY] = {NUMBER(equipment, severity)},
    [MIB_EQUIPMENT_SINCE] = {INSTANT(equipment, since)},
    [MIB_EQUIPMENT_REASON] = {TEXT_IF_ANY(equipment, reason)},
};

const struct object_set equipment_objects =
    OBJECT_SET(MIB_EQUIPMENT, MIB_EQUIPMENT_TABLE, equipment, columns);

#include "agentx/table.h"

static const struct object columns[] = {
    [MIB_INPUT_NAME] = {TEXT(input, name), KEPT},
    [MIB_INPUT_ROLE] = {NUMBER(input, role), KEPT},
    [MIB_INPUT_VALUE] = {NUMBER(input, value)},
    [MIB_INPUT_STATUS] = {NUMBER(input, status)},
    [MIB_INPUT_SEVERITY] = {NUMBER(input, severity)},
    [MIB_INPUT_LAST_CHANGE] = {INSTANT(input, last_change)},
};

const struct object_set input_objects = OBJECT_SET(MIB_INPUTS, MIB_INPUT_TABLE, input, columns);

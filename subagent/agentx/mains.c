#include "agentx/table.h"

static struct value seconds_out_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    return value_derived(derive_mains_out_s(row, view->moment.now));
}

static const struct object scalars[] = {
    [MIB_MAINS_STATE] = {NUMBER(mains, state)},
    [MIB_MAINS_SEVERITY] = {NUMBER(mains, severity)},
    [MIB_MAINS_SINCE] = {INSTANT(mains, since)},
    [MIB_MAINS_OUTAGES] = {NUMBER(mains, outages)},
    [MIB_MAINS_DIPS] = {NUMBER(mains, dips)},
    [MIB_MAINS_SECONDS_OUT] = {DERIVED(seconds_out_get)},
};

const struct object_set mains_objects = OBJECT_SET(MIB_MAINS, 0, mains, scalars);

#include "agentx/table.h"

static struct value runtime_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    return value_derived(derive_ups_runtime_s(row, view->moment.now));
}

static struct value charge_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)key;
    const struct row_ups *ups = row;
    return ups->charge_known == ON_OFF_ON ? value_number(ups->charge_percent) : value_absent();
}

static const struct object scalars[] = {
    [MIB_UPS_SOURCE] = {NUMBER(ups, source), KEPT},
    [MIB_UPS_STATUS] = {NUMBER(ups, status)},
    [MIB_UPS_SEVERITY] = {NUMBER(ups, severity)},
    [MIB_UPS_LINK] = {NUMBER(ups, link)},
    [MIB_UPS_RUNTIME_SECONDS] = {DERIVED(runtime_get)},
    [MIB_UPS_CHARGE_PERCENT] = {DERIVED(charge_get)},
    [MIB_UPS_HEARD_AT] = {INSTANT(ups, heard_at)},
    [MIB_UPS_SHUTDOWN_SECONDS] = {DURATION(ups, shutdown_ms)},
};

const struct object_set ups_objects = OBJECT_SET(MIB_UPS, 0, ups, scalars);

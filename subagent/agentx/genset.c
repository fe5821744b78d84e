#include "agentx/table.h"

static struct value run_seconds_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    return value_derived(derive_genset_run_s(row, view->moment.now));
}

static const struct object scalars[] = {
    [MIB_GENSET_STATE] = {NUMBER(genset, state)},
    [MIB_GENSET_SEVERITY] = {NUMBER(genset, severity)},
    [MIB_GENSET_SINCE] = {INSTANT(genset, since)},
    [MIB_GENSET_MODE] = {NUMBER(genset, mode), KEPT},
    [MIB_GENSET_WIRING] = {NUMBER(genset, wiring), KEPT},
    [MIB_GENSET_ATTEMPTS] = {NUMBER(genset, attempts)},
    [MIB_GENSET_STARTS] = {NUMBER(genset, starts)},
    [MIB_GENSET_FAILURES] = {NUMBER(genset, failures)},
    [MIB_GENSET_RUN_SECONDS] = {DERIVED(run_seconds_get)},
    [MIB_GENSET_FUEL] = {NUMBER(genset, fuel)},
    [MIB_GENSET_FAULT] = {NUMBER(genset, fault)},
    [MIB_GENSET_LOAD] = {NUMBER(genset, load)},
    [MIB_GENSET_STARTED_BY] = {NUMBER(genset, started_by)},
    [MIB_GENSET_LAST_START_SECONDS] = {DURATION(genset, last_start_ms)},
    [MIB_GENSET_REASON] = {TEXT_IF_ANY(genset, reason)},
};

const struct object_set genset_objects = OBJECT_SET(MIB_GENSET, 0, genset, scalars);

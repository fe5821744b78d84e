#include "agentx/table.h"

static struct value answer_get(const struct view *view, const void *row, uint32_t key)
{
    const struct row_record *record = row;
    (void)view;
    (void)key;
    return derive_step_is_decision(record->step) ? value_number(record->answer) : value_absent();
}

static const struct object columns[] = {
    [MIB_RECORD_INCIDENT] = {NUMBER(record, incident)},
    [MIB_RECORD_ROUND] = {NUMBER(record, round)},
    [MIB_RECORD_STEP] = {NUMBER(record, step)},
    [MIB_RECORD_ROLE] = {NUMBER(record, role)},
    [MIB_RECORD_VERDICT] = {NUMBER(record, verdict)},
    [MIB_RECORD_ANSWER] = {DERIVED(answer_get)},
    [MIB_RECORD_DONE_BY] = {NUMBER(record, done_by)},
    [MIB_RECORD_CLOCK_START] = {WALL(record, clock_start)},
    [MIB_RECORD_DUE] = {WALL(record, due)},
    [MIB_RECORD_DONE_AT] = {WALL(record, done)},
    [MIB_RECORD_LATENESS_SECONDS] = {DURATION(record, lateness_ms)},
    [MIB_RECORD_DEVIATION] = {NUMBER_IF_ANY(record, deviation)},
};

const struct object_set record_objects = OBJECT_SET(MIB_RECORDS, MIB_RECORD_TABLE, record, columns);

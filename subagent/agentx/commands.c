/* The control group as it reads; control.c is what writing does. */
#include "agentx/table.h"

enum { TRUTH_FALSE = 2 };

static struct value idle_enum_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_number(1);
}

static struct value idle_number_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_number(0);
}

static struct value idle_truth_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_number(TRUTH_FALSE);
}

static struct value idle_text_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_text("");
}

static struct value inhibit_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    const struct row_system *system = row;
    int64_t remaining_s = derive_remaining_s(system->inhibit_until, view->moment.now);
    return value_number(remaining_s < 0 ? 0 : remaining_s);
}

static const struct object scalars[] = {
    [MIB_CTL_LOCK] = {NUMBER(system, next_command)},
    [MIB_CTL_REQUESTER] = {DERIVED(idle_text_get), KEPT},
    [MIB_CTL_CONFIRM] = {DERIVED(idle_truth_get), KEPT},
    [MIB_CTL_GENSET] = {DERIVED(idle_enum_get), KEPT},
    [MIB_CTL_EXERCISE_SECONDS] = {DERIVED(idle_number_get), KEPT},
    [MIB_CTL_SHUTDOWN] = {DERIVED(idle_enum_get), KEPT},
    [MIB_CTL_SHUTDOWN_SERVER] = {DERIVED(idle_number_get), KEPT},
    [MIB_CTL_HOLD] = {DERIVED(idle_enum_get), KEPT},
    [MIB_CTL_INHIBIT_SECONDS] = {DERIVED(inhibit_get)},
    [MIB_CTL_DRILL] = {DERIVED(idle_enum_get), KEPT},
    [MIB_CTL_DRILL_ARM] = {DERIVED(idle_enum_get), KEPT},
    [MIB_CTL_ACK_EVENT] = {DERIVED(idle_number_get), KEPT},
    [MIB_CTL_ACCOUNT_DEVIATION] = {DERIVED(idle_number_get), KEPT},
    [MIB_CTL_ACCOUNT_TEXT] = {DERIVED(idle_text_get), KEPT},
    [MIB_CTL_ACCOUNT_ACTION] = {DERIVED(idle_text_get), KEPT},
};

static const struct object columns[] = {
    [MIB_COMMAND_KIND] = {NUMBER(command, kind)},
    [MIB_COMMAND_ARGUMENT] = {NUMBER(command, argument)},
    [MIB_COMMAND_STATE] = {NUMBER(command, state)},
    [MIB_COMMAND_REQUESTER] = {TEXT_IF_ANY(command, requester)},
    [MIB_COMMAND_REASON] = {TEXT_IF_ANY(command, reason)},
    [MIB_COMMAND_ASKED_AT] = {WALL(command, asked)},
    [MIB_COMMAND_ENDED_AT] = {WALL(command, ended)},
};

const struct object_set control_objects = OBJECT_SET(MIB_CONTROL, 0, system, scalars);
/* Those behind the table. */
static const struct object later_scalars[] = {
    [MIB_CTL_SHUTDOWN_TIER] = {DERIVED(idle_number_get), KEPT},
    [MIB_CTL_READINESS] = {DERIVED(idle_enum_get), KEPT},
    [MIB_CTL_POWER_ON] = {DERIVED(idle_enum_get), KEPT},
};

const struct object_set later_control_objects = OBJECT_SET(MIB_CONTROL, 0, system, later_scalars);
const struct object_set command_objects =
    OBJECT_SET(MIB_CONTROL, MIB_COMMAND_TABLE, command, columns);

#include "agentx/table.h"

static const struct object columns[] = {
    [MIB_SERVER_NAME] = {TEXT(server, name), KEPT},
    [MIB_SERVER_TIER] = {NUMBER(server, tier), KEPT},
    [MIB_SERVER_STATE] = {NUMBER(server, state)},
    [MIB_SERVER_SEVERITY] = {NUMBER(server, severity)},
    [MIB_SERVER_LAST_REACHABLE] = {INSTANT(server, last_reachable)},
    [MIB_SERVER_SHUTDOWN_STARTED] = {INSTANT(server, shutdown_started)},
    [MIB_SERVER_SHUTDOWN_FINISHED] = {INSTANT(server, shutdown_finished)},
    [MIB_SERVER_RESULT] = {NUMBER(server, result)},
    [MIB_SERVER_ATTEMPTS] = {NUMBER(server, attempts)},
    [MIB_SERVER_REASON] = {TEXT_IF_ANY(server, reason)},
    [MIB_SERVER_POWER_STATE] = {NUMBER(server, power_state)},
    [MIB_SERVER_POWER_STARTED] = {INSTANT(server, power_started)},
    [MIB_SERVER_POWER_FINISHED] = {INSTANT(server, power_finished)},
    [MIB_SERVER_POWER_ATTEMPTS] = {NUMBER(server, power_attempts)},
    [MIB_SERVER_POWER_REASON] = {TEXT_IF_ANY(server, power_reason)},
};

const struct object_set server_objects = OBJECT_SET(MIB_SERVERS, MIB_SERVER_TABLE, server, columns);

/* ---- the progress of their shutdown ---- */

static struct value count_of(const void *row, uint32_t count)
{
    return ((const struct row_shutdown *)row)->servers > 0 ? value_number(count) : value_absent();
}

static struct value done_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)key;
    return count_of(row, ((const struct row_shutdown *)row)->done);
}

static struct value left_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)key;
    return count_of(row, ((const struct row_shutdown *)row)->left);
}

static struct value elapsed_get(const struct view *view, const void *row, uint32_t key)
{
    (void)key;
    return value_derived(derive_shutdown_elapsed_s(row, view->moment.now));
}

static const struct object scalars[] = {
    [MIB_PROGRESS_STATE] = {NUMBER(shutdown, state)},
    [MIB_PROGRESS_SERVERS] = {NUMBER_IF_ANY(shutdown, servers)},
    [MIB_PROGRESS_DONE] = {DERIVED(done_get)},
    [MIB_PROGRESS_LEFT] = {DERIVED(left_get)},
    [MIB_PROGRESS_TIER] = {NUMBER_IF_ANY(shutdown, tier)},
    [MIB_PROGRESS_STARTED] = {INSTANT(shutdown, started)},
    [MIB_PROGRESS_ELAPSED_SECONDS] = {DERIVED(elapsed_get)},
};

const struct object_set progress_objects = OBJECT_SET(MIB_SERVERS, 0, shutdown, scalars);

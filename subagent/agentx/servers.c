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
};

const struct object_set server_objects = OBJECT_SET(MIB_SERVERS, MIB_SERVER_TABLE, server, columns);

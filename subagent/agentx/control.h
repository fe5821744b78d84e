#pragma once
/*
 * Writing: a SET in the control group becomes a command.
 *
 *   RESERVE1   each varbind alone: type, length, range
 *   RESERVE2   all together: exactly one command and what belongs to it
 *   ACTION     the engine's promise, or the error that the manager gets
 *   COMMIT     confirmed: the engine carries it out; errors reach no manager any more
 *   UNDO, FREE given back
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "wire/promise.h"

enum { CONTROL_PROMISES = 4 };

/* A promise held between two phases of one SET, which its session and transaction name. */
struct held_promise {
    bool held;
    long session, transaction;
    struct engine_promise promise;
};

struct control {
    const char *engine_socket;
    unsigned next; /* the place to use next: the oldest promise goes when all are held */
    struct held_promise promises[CONTROL_PROMISES];
};

/* engine_socket must live as long as the control. */
void control_init(struct control *control, const char *engine_socket);

/* One phase of one SET; sets the requests' errors. */
void control_set(struct control *control, netsnmp_agent_request_info *info,
                 netsnmp_request_info *requests);

/* Gives back every promise: the AgentX session that would have confirmed them is gone. */
void control_cancel_all(struct control *control);

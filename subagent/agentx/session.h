#pragma once
/*
 * The AgentX session with snmpd. Net-SNMP keeps its state in globals, so there is at most one. It
 * may block: 1/3 s for each of open and register, 1 s for a connect, never longer.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "base/instant.h"

struct session;

/*
 * Prepares the library as a subagent of the master at this address (as in agentXSocket). Handlers
 * are to be registered between this and session_start(). NULL with errno.
 */
struct session *session_create(const char *address);
void session_free(struct session *session);

/* The first attempt to open. */
void session_start(struct session *session, instant now);

/* Opens it again when that is due, and sees to a refused registration. */
void session_step(struct session *session, instant now);
instant session_due(const struct session *session);

/* NULL while there is none. */
netsnmp_session *session_master(const struct session *session);

/* How many sessions there have been: what was sent in an earlier one has no answer any more. */
unsigned session_count(const struct session *session);

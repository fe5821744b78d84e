#pragma once
/*
 * The AgentX session with snmpd. Net-SNMP keeps its state in globals, so there is at most one. It
 * blocks while it connects and opens, and at no other time: 1 s and 8/3 s at the most.
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

/* To be called before the library reads what is readable. */
void session_settle_error(const struct session *session, const fd_set *readable);

/* The first attempt to open. */
void session_start(struct session *session, instant now);

/* Opens it again when that is due, and sees to a refused registration. */
void session_step(struct session *session, instant now);
instant session_due(const struct session *session);

/* Ends it, to begin another: the master says that it has none. */
void session_drop(struct session *session);

/* NULL while there is none. */
netsnmp_session *session_master(const struct session *session);

/* When the master's sysUpTime was 0, as it said when it registered; NONE before that. */
instant session_master_started(const struct session *session);

/* How many sessions there have been: what was sent in an earlier one has no answer any more. */
unsigned session_count(const struct session *session);

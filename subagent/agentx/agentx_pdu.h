#pragma once
/* What of AgentX (RFC 2741) is sent by hand; Net-SNMP's own names are in no installed header. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

enum { AGENTX_VERSION = 0xC1 };
enum agentx_type { AGENTX_REGISTER = 3, AGENTX_NOTIFY = 12, AGENTX_PING = 13 };
enum agentx_error { AGENTX_NOT_OPEN = 257, AGENTX_DUPLICATE_REGISTRATION = 263 };

/*
 * × 1,000,000 fits a long of 32 bits. In a Register the low byte is sent, as how long the master is
 * to wait for an answer: 0, its own default.
 *
 * After that the library drops the answer when it comes. What was sent lies in the socket still,
 * and would arrive twice if it were sent again; so a Ping follows it, whose answer says that all
 * before it has been taken.
 */
enum { AGENTX_ANSWER_LIMIT_S = 0x700 };

/* A PDU of this session whose response may be long in coming; NULL when there is no memory. */
static inline netsnmp_pdu *agentx_pdu_create(const netsnmp_session *master, enum agentx_type type)
{
    netsnmp_pdu *pdu = snmp_pdu_create(type);
    if (!pdu)
        return NULL;
    pdu->version = AGENTX_VERSION;
    pdu->sessid = master->sessid;
    pdu->flags |= UCD_MSG_FLAG_EXPECT_RESPONSE | UCD_MSG_FLAG_PDU_TIMEOUT;
    pdu->time = AGENTX_ANSWER_LIMIT_S;
    return pdu;
}

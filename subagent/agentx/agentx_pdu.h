#pragma once
/* What of AgentX (RFC 2741) is sent by hand; Net-SNMP's own names are in no installed header. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

enum { AGENTX_VERSION = 0xC1 };
enum agentx_type { AGENTX_REGISTER = 3, AGENTX_NOTIFY = 12 };
enum { AGENTX_NOT_OPEN = 257 };

/* A PDU of this session that expects a response; NULL when there is no memory. */
static inline netsnmp_pdu *agentx_pdu_create(const netsnmp_session *master, enum agentx_type type)
{
    netsnmp_pdu *pdu = snmp_pdu_create(type);
    if (!pdu)
        return NULL;
    pdu->version = AGENTX_VERSION;
    pdu->sessid = master->sessid;
    pdu->flags |= UCD_MSG_FLAG_EXPECT_RESPONSE;
    return pdu;
}

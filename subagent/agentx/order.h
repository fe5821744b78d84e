#pragma once
/* From the varbinds of a SET in the control group to one command for the engine. Pure. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "wire/wire.h"

struct order {
    struct wire_ask ask;
    netsnmp_request_info *command; /* the varbind that is the command; NULL: nothing to do */
    netsnmp_request_info *lock;    /* NULL: not used */
};

/* Whether this varbind could be set at all: SNMP_ERR_NOERROR or the error to give. */
int order_check(const netsnmp_variable_list *varbind);

/*
 * Assembles varbinds that have all passed order_check(). SNMP_ERR_NOERROR, or the error to give to
 * the varbind *culprit.
 */
int order_assemble(netsnmp_request_info *requests, struct order *order,
                   netsnmp_request_info **culprit);

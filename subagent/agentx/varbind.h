#pragma once
/* Values as Net-SNMP wants them. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "agentx/table.h"

/*
 * The value's octets for snmp_set_var_typed_value() and snmp_pdu_add_variable(), which copy them;
 * *number is room for one that is a number.
 */
const void *varbind_octets(struct value value, long *number, size_t *size);

/* The ASN.1 tag of an instance. */
unsigned char varbind_type(const struct instance *instance);

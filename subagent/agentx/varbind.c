#include "agentx/varbind.h"

#include <string.h>

_Static_assert(sizeof(oid) == sizeof(mib_arc), "an arc is not what Net-SNMP takes for one");

/* Counters wrap at 32 bits; Net-SNMP takes every number in a long. */
const void *varbind_octets(struct value value, long *number, size_t *size)
{
    if (value.kind == VALUE_TEXT) {
        *size = strlen(value.text);
        return value.text;
    }
    if (value.kind == VALUE_ZERO_DOT_ZERO) {
        static const oid zero_dot_zero[2];
        *size = sizeof zero_dot_zero;
        return zero_dot_zero;
    }
    *number = (long)(value.number & UINT32_MAX);
    *size = sizeof *number;
    return number;
}

unsigned char varbind_type(const struct instance *instance)
{
    return object_definition(instance->set, instance->arc)->type;
}

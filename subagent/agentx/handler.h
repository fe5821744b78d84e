#pragma once
/* The one registration with Net-SNMP: all of padamObjects, so that a SET's varbinds arrive together
 * and a walk never leaves it. */
#include "agentx/control.h"
#include "agentx/link.h"

struct handler {
    const struct link *link;
    struct control *control;
};

/* Both must outlive the library. 0, or -1 when there is no memory. */
int handler_register(struct handler *handler);

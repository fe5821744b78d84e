#pragma once
/* Answers for each subtree; all of padamObjects is one, so that a SET's varbinds arrive together
 * and a walk never leaves it. */
#include "agentx/control.h"
#include "agentx/link.h"
#include "agentx/session.h"

struct handler {
    const struct link *link;
    const struct session *session;
    struct control *control;
};

/* All must outlive the library. 0, or -1 when there is no memory. */
int handler_register(struct handler *handler);

#pragma once
/* What must hold in every step of the core, whatever came before. */
#include "core/model.h"

struct transition {
    const struct site *site;
    const struct state *before, *after;
    const struct event *event;     /* of a restart: the kind EVENT_KIND_COUNT */
    const struct command *command; /* carried out by this event, or NULL */
    const struct batch *batch;
};

/* What an invariant must remember: part of what is explored. */
struct watch {
    unsigned short sent; /* in the present round, one bit a notification */
    bool stopped;        /* by command, and no start since */
};

/* Name of the first invariant that does not hold, or NULL. Brings *watch up to date. */
const char *invariant_broken(const struct transition *transition, struct watch *watch);

#pragma once
/*
 * Outages one after the other, each its own way, from a seed: the genset starts, fails, is started
 * by hand, dies, is reported; servers go down or do not; lines vanish; the mains returns and
 * relapses. Real durations. The same seed gives the same.
 */
#include "core/core.h"

enum { OUTAGES_SERVERS = 2 };

struct outages {
    const struct site *site;
    const struct state *state;
    void (*give)(void *context, const struct event *event); /* one event, in order of time */
    void (*restart)(void *context, instant at);             /* or NULL */
    void *context;
    uint64_t seed;
    instant now;
    bool line_on[INPUT_ROLE_COUNT];
};

/* A site with everything that can be wired, and what its servers need. */
void outages_site(struct site *site, struct server_settings servers[OUTAGES_SERVERS]);

/* The lines as they are on a quiet day. */
void outages_begin(struct outages *outages);

/* One outage, from the loss to the confirmed return; more incidents than one is possible. */
void outages_next(struct outages *outages);

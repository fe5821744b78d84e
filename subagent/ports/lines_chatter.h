#pragma once
/*
 * Edges that come too often to mean anything: a loose contact, a sensor that shows each half wave.
 * An input that chatters is not listened to and its value is unknown, until it has been quiet.
 *
 *                edges faster than any debounce would let through
 *   listened to ────────────────────────────────────────────────→ muted
 *        ↑                                                          │ looked at now and then
 *        └────────────── no edge for quiet_ms ──────────────────────┘
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"

enum {
    /* 20 a second: slower ones outlast the default debounce of 50 ms, and are dips. */
    CHATTER_EDGES = 100,
    CHATTER_WINDOW_MS = 5000,
    /* Without an edge before it is believed again; doubled for one that soon chatters anew, so
     * that a loose contact cannot fill the log of events. */
    CHATTER_QUIET_MS = 5000,
    CHATTER_QUIET_LIMIT_MS = 320000,
    CHATTER_FORGOTTEN_MS = 600000,
};

struct chatter {
    bool muted;
    unsigned edges;       /* counted in the window */
    instant counted_from; /* the window's first edge */
    instant quiet_since;  /* muted: when an edge was last found; else the end of the last mute */
    int64_t quiet_ms;     /* 0: never muted */
};

/* Counts an edge. True if it is one too many. */
bool chatter_counts(struct chatter *chatter, instant edge_at);

void chatter_mute(struct chatter *chatter, instant now);

/* Of a muted line that was looked at: true if it is to be listened to again. */
bool chatter_is_over(struct chatter *chatter, instant now, bool had_edges);

#pragma once
/*
 * The core: step(site, state, event) -> state, actions. Pure: the same arguments give the same
 * result, always. Whoever calls it owns all memory.
 */
#include "core/model.h"

/* Bytes of a state with room for this many servers. */
size_t state_size(size_t server_count);

/* All inputs unknown, nothing under way; `now` is the instant the engine starts. */
void state_init(struct state *state, const struct site *site, instant now);

/*
 * Handles one event. Timers that fell due strictly before event.at run first, each at its own
 * instant; EVENT_TICK then also runs those due at exactly event.at. So edges are to be given in
 * order of time and before the tick of the same instant: what happens at exactly a due instant
 * is in time. Appends to batch, whose answer is set by EVENT_ASK alone.
 */
void core_step(const struct site *site, struct state *state, const struct event *event,
               struct batch *batch);

/* When the next EVENT_TICK is wanted; INSTANT_NEVER if no timer runs. */
instant core_next_due(const struct site *site, const struct state *state);

/* Called once after a snapshot was restored and before any event: open promises are lost, outputs
 * rest as restored state says once inputs are read. Their first levels, unknown ones included, are
 * to be given at exactly `now`: nothing is judged before the tick of that instant. */
void core_resume(const struct site *site, struct state *state, instant now, struct batch *batch);

/* Of the shutdown of this incident, or of the last one. */
struct progress {
    enum progress_state state;
    size_t servers, done, left; /* ordered to go down; of those off; neither off nor spared */
    unsigned tier;              /* the lowest that goes down or waits; 0: none */
    instant started, ended;     /* first told; last end, once nothing is under way */
};
struct progress shutdown_progress(const struct site *site, const struct state *state);

/* Judgements others publish. */
bool server_is_down_normally(const struct server *server);
/* padamd's own machine, told to go down: it has not come back since. */
bool server_awaits_own_end(const struct state *state, size_t place);
bool supply_confirmed(const struct site *site, const struct state *state);
bool supply_being_confirmed(const struct site *site, const struct state *state);
/* Nothing is under way that a restart of the engine would touch. */
bool core_is_at_rest(const struct site *site, const struct state *state);
/* What the UPS's contacts and Network UPS Tools say together. */
enum input_value ups_value(const struct site *site, const struct state *state,
                           enum input_role role);
/* The longest that what is left of the shutdown can take. */
int64_t ups_shutdown_ms(const struct site *site, const struct state *state);
/* Why the genset could not be started or stopped, or would not be started if asked to; else NONE.
 */
enum reason genset_obstacle(const struct site *site, const struct state *state);

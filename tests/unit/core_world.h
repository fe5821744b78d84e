#pragma once
/*
 * A site in a test: the core's settings with durations of a few milliseconds, its state and batch,
 * and the events that drive it. No clock: time is what the test says.
 */
#include "core/core.h"

enum { WORLD_SERVERS = 2, WORLD_ACTIONS = 512 };

/* Room for a state with WORLD_SERVERS servers. */
union world_state {
    struct state state;
    unsigned char bytes[sizeof(struct state) + WORLD_SERVERS * sizeof(struct server)];
};

struct world {
    struct site site; /* its servers are those below */
    struct server_settings servers[WORLD_SERVERS];
    union world_state now;
    struct action actions[WORLD_ACTIONS];
    struct batch batch; /* what all events since the last batch_clear() gave */
};

/* Loss debounce 1, attempts 2 of crank 2, dues 5, 7 and 9, repeat 3, ...; mains L1 and the running
 * contact wired, run and crank; no servers. */
void world_site_small(struct site *site);

/* Starts with nothing known. server_count servers, each in a tier of its own. */
void world_init(struct world *world, const struct site *site, size_t server_count, instant start);

/* Between events, for what the core's parts call of each other (core/machine.h). */
struct ctx;
struct ctx world_ctx(struct world *world, instant now);
void world_step(struct world *world, struct event event);
void world_tick(struct world *world, int64_t ms);
/* Ticks whenever the core wants one, each at its own instant, the last at ms. */
void world_run(struct world *world, int64_t ms);
void world_input(struct world *world, int64_t ms, enum input_role role, enum input_value value);
void world_server(struct world *world, int64_t ms, size_t server, enum server_fact fact);
/* How many looks at it the batch asks for that are not left to the interval. */
unsigned world_looks_at_once(const struct world *world, size_t place);
/* How many of these notifications the batch has. */
unsigned world_notice_count(const struct world *world, enum notification what);
/* The only one of these; fails the test if there is none, or another. */
struct notice world_notice(const struct world *world, enum notification what);
/* Asked and confirmed in one go; returns the answer. */
enum promise_answer world_command(struct world *world, int64_t ms, struct command command);

/* Everything that can be wired is, two servers included, and all durations are small. */
void world_init_full(struct world *world, instant start);
/* Every line as it is on a quiet day: mains present, genset stopped, in automatic and well. */
void world_quiet(struct world *world);
/* Something happens within the next milliseconds, or nothing does. The same seeds give the same. */
void world_disturb(struct world *world, uint64_t *seed);

/* As a restarted engine does it: a snapshot, a new state, and the inputs as they are now. */
void world_restart(struct world *world, int64_t ms);

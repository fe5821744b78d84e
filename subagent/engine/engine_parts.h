#pragma once
/*
 * What the engine's own files share: its parts, and the three directions of traffic between them.
 *
 *   intake.c: parts → events → decider      effects.c: gate → parts      loop.c: time and signals
 */
#include "base/clock.h"
#include "engine/aside.h"
#include "engine/decide.h"
#include "engine/engine.h"
#include "engine/folders.h"
#include "engine/keeper.h"
#include "engine/messenger.h"
#include "engine/peer.h"
#include "engine/recorder.h"
#include "engine/reload.h"
#include "engine/restore.h"
#include "engine/servers.h"
#include "engine/supervisor.h"
#include "ports/ups.h"

struct engine {
    struct config *config;
    const char *config_path;
    bool looks_at_programs;
    int held_fd; /* what an earlier engine held, until the lines have it; then what a next one gets
                  */
    bool reload_wanted; /* by command: inside the gate nothing can be refused */
    bool again;         /* it ends to begin anew */
    struct lines_simulation simulation;
    sd_event *event;
    struct folders_look folders;
    struct spawner *spawner;
    struct supervisor *supervisor;
    struct lines *lines;
    struct store *store;
    struct peers *peers;
    struct keeper *keeper;
    struct recorder *recorder;
    struct restorer restorer;
    struct servers *servers;
    struct decider *decider;
    struct aside *aside;
    struct ups_port *ups;
    struct reload *reload;
    struct messenger *messenger; /* NULL: there is nobody to be told */
    char *snapshot;
    size_t snapshot_size;
    instant started;
    instant last_edge;
    instant look_at; /* while the first levels are read: the instant of them all; else NONE */
    sd_event_source *due_timer, *more_timer, *heartbeat_timer, *alive_timer, *settle_source;
    sd_event_source *clock_source;
    sd_event_source *term_source, *int_source, *hup_source;
    bool heartbeat_on;
    bool cranking_told;
    unsigned held_generation; /* of the descriptor that the service manager was given */
};

static inline struct derive_moment moment_now(void)
{
    instant now = clock_now();
    return (struct derive_moment){.now = now, .wall_ms = clock_wall_ms_at(now)};
}

static inline instant instant_later(instant a, instant b)
{
    return instant_before(a, b) ? b : a;
}

/* Now, with every edge before it already handed over. */
instant engine_now(struct engine *engine);

/* What the parts call; their context is the engine. */
struct lines_handlers intake_of_lines(struct engine *engine);
extern const struct peer_handlers intake_of_peers;
extern const struct recorder_handlers intake_of_recorder;
extern const struct servers_handlers intake_of_servers;
extern const struct messenger_handlers intake_of_messenger;

ups_handler intake_of_ups;
void intake_of_reload(void *context, enum reason reason);

/* Why the lines or the UPS are as a notice says; empty: nothing is known. */
const char *intake_explain(void *context, const struct notice *notice);

/* A wired line that is not there has an unknown level, or cannot be driven: tells that, too. */
void intake_of_missing_lines(struct engine *engine);

/* Rows that the store lets go leave the journal, too. */
void intake_of_evictions(struct engine *engine);

/* What the gate calls; its context is the engine. */
extern const struct gate_handlers effects;

/* Signals are caught, timers and what follows each wake-up set up: 0, or a negative errno. */
int loop_signals_open(struct engine *engine);
void loop_signals_close(struct engine *engine);
int loop_open(struct engine *engine);
/* The engine is to end, and to be started anew. */
void loop_give_up(struct engine *engine, const char *what);
void loop_close(struct engine *engine);

/* How far the shutdown of the servers is: looked at, never kept. */
#include "core/core.h"
#include "core/machine.h"

struct counts {
    size_t in_flight, waiting, cancelled;
};

/* Or was, and what became of that is known. */
static bool is_ordered(const struct state *state, const struct server *server)
{
    return state->incident.shutdown_begun &&
           (server->ordered || server->told || server->result == SHUTDOWN_RESULT_SPARED);
}

static void count(struct progress *progress, struct counts *counts, const struct server *server,
                  bool goes_down, bool is_self)
{
    bool off = server->state == SERVER_STATE_OFF;
    bool spared = server->result == SHUTDOWN_RESULT_SPARED;

    if (!is_self) { /* nobody can prove that it is off */
        progress->servers++;
        progress->done += off;
        progress->left += !off && !spared;
    }
    counts->in_flight += server_in_flight(server);
    counts->waiting += goes_down && !server_in_flight(server);
    counts->cancelled += spared && server->reason == REASON_CANCELLED;
    if (instant_is_set(server->shutdown_started))
        progress->started = instant_is_set(progress->started)
                                ? instant_earliest(progress->started, server->shutdown_started)
                                : server->shutdown_started;
    if (instant_is_set(server->shutdown_finished))
        progress->ended = instant_latest(progress->ended, server->shutdown_finished);
}

static enum progress_state state_of(const struct progress *progress, const struct counts *counts)
{
    if (progress->servers == 0)
        return PROGRESS_STATE_NONE;
    if (counts->in_flight > 0)
        return PROGRESS_STATE_UNDER_WAY;
    if (counts->waiting > 0)
        return PROGRESS_STATE_WAITING;
    if (progress->done == progress->servers)
        return PROGRESS_STATE_DONE;
    return counts->cancelled > 0 ? PROGRESS_STATE_CANCELLED : PROGRESS_STATE_ENDED;
}

struct progress shutdown_progress(const struct site *site, const struct state *state)
{
    /* Only looked at. */
    union {
        const struct state *given;
        struct state *taken;
    } look = {.given = state};
    const struct ctx ctx = {.site = site, .state = look.taken};
    struct progress progress = {.started = INSTANT_NONE, .ended = INSTANT_NONE};
    struct counts counts = {0};

    for (size_t i = 0; i < state->server_count; i++) {
        const struct server *server = &state->servers[i];
        bool goes_down = shutdown_goes_on_for(&ctx, i);
        if (!is_ordered(state, server))
            continue;
        count(&progress, &counts, server, goes_down, site->servers[i].is_self);
        if (goes_down && progress.tier == 0)
            progress.tier = site->servers[i].tier; /* sorted by tier */
    }
    progress.state = state_of(&progress, &counts);
    if (progress.state == PROGRESS_STATE_UNDER_WAY || progress.state == PROGRESS_STATE_WAITING)
        progress.ended = INSTANT_NONE;
    return progress;
}

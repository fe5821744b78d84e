#pragma once
/*
 * The live rows: what the engine publishes of its present state. Pure; the same state gives the
 * same rows, so comparing rows tells what changed.
 */
#include "config/config.h"
#include "core/model.h"
#include "wire/derive.h"

/* What is published and is not the core's to know. */
struct live_facts {
    instant engine_started;
    enum journal_state journal;
    uint32_t events_bumped;
    uint32_t unreached; /* a bit for each contact's index: the last message did not arrive */
    struct derive_moment moment; /* for times of day in texts */
    const struct state *shown;   /* a server that is as in there is left out; NULL: none is */
};

typedef void live_row_fn(void *context, enum row_table table, uint32_t key, const void *row);

/* Calls emit for every live row, the system's last; of servers, for those that are not shown. */
void live_rows(const struct config *config, const struct state *state,
               const struct live_facts *facts, live_row_fn *emit, void *context);

/* A server's access is equipment, too: its row's key is its padamServerIndex above this. */
enum { LIVE_SERVER_ACCESS_KEY = 1000 };

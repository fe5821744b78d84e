#pragma once
/*
 * The durable rows: how what the core records becomes rows of the history tables. What people and
 * the notifier add to a row (delivery, acknowledgement, account, requester) is kept when the core
 * puts it anew.
 */
#include "core/model.h"
#include "wire/derive.h"
#include "wire/wire.h"

struct history {
    const struct site *site;
    const struct state *state; /* as it stands after the step */
    struct derive_moment moment;
    uint64_t config_hash; /* of the configuration in force */
    /* The newest row decided so far, published or not; NULL: none. */
    const void *(*find)(void *context, enum row_table table, uint32_t key);
    void (*put)(void *context, enum row_table table, uint32_t key, const void *row);
    void *context;
    const char *why; /* what else is known on a notice, or NULL */
};

/* What a command brought with it that the core has no use for. */
struct command_texts {
    char requester[NAME_SIZE];
    char text[192];
    char corrective_action[192];
};

/* Turns one action into rows; actions that are none of the history's are ignored. texts: those of
 * the action's command, or NULL. */
void history_record(const struct history *history, const struct action *action,
                    const struct command_texts *texts);

/* What became of handing an event over. False if there is no such event, or nothing to change. */
bool history_deliver(const struct history *history, const struct wire_delivery *delivery);

/* What a command may name: an event, and a deviation that still wants an account of its own. */
bool history_has_event(const struct history *history, uint32_t sequence);
bool history_wants_account(const struct history *history, uint32_t deviation);

/* The deviation has just this account already: the command is a repetition. */
bool history_has_account(const struct history *history, uint32_t deviation,
                         const struct command_texts *texts);

/* Moves a row's instants, when the clock they were read from started anew. */
void history_shift(enum row_table table, void *row, int64_t delta_ms);

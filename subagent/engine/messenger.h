#pragma once
/*
 * Tells contacts: runs their commands with the messages that wait, one at a time for each contact,
 * the oldest event first. What waits, and what became of it, are rows; here is only what runs.
 *
 *   rows are shown ──→ messenger_look ──→ command ──→ tried() ──→ the row, decided anew
 *        ↑                                                              │
 *        └──────────────────────────── committed ←──────────────────────┘
 *
 * Nothing waits for it. A command that was running when the engine was killed goes on, and what it
 * tells is told once more by the next engine, as nobody heard how it ended.
 */
#include "config/config.h"
#include "engine/messages.h"
#include "engine/store.h"
#include "ports/spawner.h"

struct messenger_handlers {
    /* The newest row of a message, shown or not; NULL: there is none. */
    const void *(*newest)(void *context, uint32_t key);
    void (*tried)(void *context, uint32_t key, const struct message_end *end);
    void (*escalates)(void *context, uint32_t event);
    /* A bit for the index of each contact whose last message did not arrive; whenever it looks. */
    void (*unreached)(void *context, uint32_t contacts);
};

struct messenger_settings {
    struct spawner *spawner; /* it, config and store must outlive the messenger */
    const struct config *config;
    const struct store *store;
    const struct messenger_handlers *handlers;
    void *context;
};

struct messenger;

/* NULL if there is no memory. */
struct messenger *messenger_open(const struct messenger_settings *settings);
/* Commands that run go on by themselves. Accepts NULL. */
void messenger_close(struct messenger *messenger);

/* Rows of messages or events have changed: the next look is not for nothing. Accepts NULL. */
void messenger_changed(struct messenger *messenger);

/* Begins what can be begun, and passes on what is due; cheap where nothing has changed. Not from
 * inside a gate handler. Accepts NULL. */
void messenger_look(struct messenger *messenger, struct derive_moment moment);

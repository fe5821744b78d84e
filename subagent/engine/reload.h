#pragma once
/*
 * Reads the configuration again, while the engine runs.
 *
 *   reload_begin ──→ a child checks the file ──errors, or it cannot be read──→ refused: as it was
 *                                   └─→ read: people ──→ in force at once
 *                                             the rest ──→ waits until the engine may begin anew
 *
 * A file on a dead disk holds the child, and no step. What the child has read is in memory, so that
 * the engine does not wait for the disk.
 */
#include "config/config.h"
#include "core/model.h"
#include "ports/spawner.h"

struct reload;

struct reload_settings {
    struct spawner *spawner;
    struct config *config; /* as it is in force */
    const char *path;      /* of its file, absolute; NULL: it is not known */
    /* Who is told has changed: around it, nothing may use config->contacts. */
    void (*before_people)(void *context);
    void (*after_people)(void *context);
    bool (*may_begin_anew)(void *context);
    void (*ended)(void *context, enum reason reason); /* as of EVENT_RELOADED */
    void *context;
};

/* NULL if there is no memory. */
struct reload *reload_open(const struct reload_settings *settings);
/* Accepts NULL. */
void reload_close(struct reload *reload);

/* One that is under way already is done once more, and ends once. */
void reload_begin(struct reload *reload);

/* True once something waits for the engine to begin anew. Accepts NULL. */
bool reload_waits(const struct reload *reload);

/* Has what people are told in notify.language; where there is no catalogue, the log says so. */
void reload_language(const struct config *config);

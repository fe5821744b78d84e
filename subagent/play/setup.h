#pragma once
/*
 * The configuration file that a scenario's site means: what the scenario sets, what is wired for
 * it, and servers whose commands the level that plays it provides.
 */
#include "config/config.h"
#include "play/scenario.h"

enum { SETUP_PROGRAM_WORDS = 6 };

/* What a level puts into the file. */
struct setup_level {
    const char *directory; /* sockets and journal go here; NULL: "/nonexistent" */
    /* Begins the argv of every command of a server; "shutdown NAME" and the like are appended.
     * Ended by NULL. */
    const char *program[SETUP_PROGRAM_WORDS + 1];
    /* The programs wait until there is something to say: looks follow each other at once. */
    bool looks_often;
    /* Each line is offset 0 of a GPIO chip of its role's name; else lines are simulated. */
    bool own_chips;
};

/* Returns false without memory, or when a write failed. */
bool setup_write(const struct scenario *scenario, const struct setup_level *level, FILE *to);

/*
 * Makes a config of it in memory. Returns false, with everything that is wrong written to
 * `problems`; otherwise the caller releases *config.
 */
bool setup_config(const struct scenario *scenario, const struct setup_level *level,
                  struct config *config, FILE *problems);

/* Place of the scenario's server in config.site.servers, and the other way round. */
size_t setup_server_place(const struct scenario *scenario, const struct site *site, size_t server);
size_t setup_server_of_place(const struct scenario *scenario, const struct site *site,
                             size_t place);

#pragma once
/*
 * What may wait for a dead disk or a name server, and so is looked at beside the engine, by child
 * processes, once it runs: the group that may connect, and the configuration's programs.
 */
#include "config/config.h"
#include "engine/peer.h"
#include "ports/child.h"
#include "ports/spawner.h"

struct aside;

/* Checks the configuration by the same program, into the same log. As child_start(). */
int aside_check_start(struct child **child, struct spawner *spawner, const char *config_path,
                      child_handler *ended, void *context);

struct aside_settings {
    const char *config_path; /* absolute; NULL: its programs are not looked at */
    const char *group;       /* ""; none */
    struct peers *peers;     /* who get the group */
};

/* Begins to look. NULL if there is no memory. */
struct aside *aside_open(struct spawner *spawner, const struct aside_settings *settings);
/* Accepts NULL. */
void aside_close(struct aside *aside);

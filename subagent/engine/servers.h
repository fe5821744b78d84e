#pragma once
/*
 * The programs that the configuration names for servers and equipment: shutdown and power-on
 * commands, evidence that a server is off or up, readiness checks. What they say becomes facts for
 * the core.
 */
#include "config/config.h"
#include "core/model.h"
#include "ports/spawner.h"

struct servers_handlers {
    void (*fact)(void *context, size_t place, enum server_fact fact);
    /* place: of the server, where kind is server. */
    void (*equipment)(void *context, enum equipment_kind kind, size_t place,
                      enum equipment_state state);
    /* All readiness checks have come back. */
    void (*checked)(void *context);
};

struct servers;

/* spawner and config must outlive the result. NULL if there is no memory. */
struct servers *servers_open(struct spawner *spawner, const struct config *config,
                             const struct servers_handlers *handlers, void *context);

/* Programs that run go on by themselves. Accepts NULL. */
void servers_close(struct servers *servers);

/* Runs a server's command, as soon as what has a deadline leaves it a turn; its end comes as an
 * accepted or refused fact of a shutdown or a power-on, unless it was killed. */
void servers_tell(struct servers *servers, size_t place, enum tell_method method);
void servers_kill(struct servers *servers, size_t place);

/*
 * Gathers evidence on a server, now and at its interval, until switched off. Looks at many servers
 * begin one after the other, those at servers that were told first.
 */
void servers_verify(struct servers *servers, size_t place, bool on);

/* The same, for a server on which the shutdown or the power-on waits: its next look is not left to
 * the interval, and it comes before those at others. */
void servers_verify_now(struct servers *servers, size_t place);

/* The same, among the others: the next word on it is of a look that begins after this. */
void servers_verify_anew(struct servers *servers, size_t place);

/* Makes readiness checks, now and at their interval, until switched off. */
void servers_check(struct servers *servers, bool on);

/* The same, begun anew at once; nothing while they are switched off. */
void servers_check_now(struct servers *servers);

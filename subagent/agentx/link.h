#pragma once
/*
 * The connection to the engine: keeps it, connects again after it broke, and says when the engine
 * is lost and when it is back.
 */
#include "agentx/table.h"
#include "wire/client.h"

struct link;

/* NULL with errno. */
struct link *link_create(const char *engine_socket, instant now);
void link_free(struct link *link);

/* Reads what has arrived, when the descriptor is readable. Never blocks. */
void link_receive(struct link *link, instant now);

/* Connects when it is time to, and notices when the engine is lost. Never blocks. */
void link_step(struct link *link, instant now);

/* When link_step() is wanted next, even if nothing arrives; and the descriptor to watch, -1: none.
 */
instant link_due(const struct link *link);
int link_fd(const struct link *link);

/* The notifier's own business with the engine; it may talk once the connection is current, that is,
 * once it had its first commit. */
struct client *link_client(struct link *link);
bool link_is_current(const struct link *link);

/* True from when the engine is lost, or was not heard for as long since the start, until it is
 * back.
 */
bool link_is_lost(const struct link *link);

/* How often the engine was heard anew: changes with each connection's first commit. */
unsigned link_count(const struct link *link);

/* What a request made now sees. */
struct view link_view(const struct link *link);

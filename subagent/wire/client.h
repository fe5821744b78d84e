#pragma once
/*
 * One viewer's or notifier's connection to the engine, filling a replica. It reads no clock, never
 * blocks, and never connects by itself: when to try again is its owner's decision.
 *
 *   client_connect ─→ (descriptor readable) client_receive … ─→ CLIENT_CLOSED ─→ client_connect …
 */
#include "wire/replica.h"

struct client;

enum client_result {
    CLIENT_WAIT,   /* call again when the descriptor is readable (level-triggered: it may be) */
    CLIENT_COMMIT, /* the replica shows a new commit; call again at once */
    CLIENT_CLOSED  /* the connection is over; client_problem() says why */
};

/* Both texts are copied. NULL with errno. */
struct client *client_create(const char *path, enum wire_role role, const char *program);
void client_free(struct client *client);

/* Connects, unless connected, and sends HELLO. Returns the descriptor, or -1 with errno and
 * client_problem(). */
int client_connect(struct client *client);

/* Closes the connection; the replica keeps its rows. */
void client_disconnect(struct client *client);

/* -1 while not connected. The client's own: never close it. */
int client_fd(const struct client *client);

/* Reads what has arrived, at most up to the next commit. */
enum client_result client_receive(struct client *client, instant now);

/* Notifier: an event's delivery. 0, or -1 with errno (EAGAIN: try again when writable). */
int client_send_delivery(struct client *client, uint32_t sequence, enum delivery state,
                         int64_t delay_ms);

/*
 * Unknown before the first commit ever; connected while the engine was heard within WIRE_LOST_MS,
 * counting only what came after a connection's first commit; else lost, and at once when it refused
 * this program. So a connection that broke counts as connected until then: an engine that only
 * restarts is not lost.
 */
enum engine_link client_link(const struct client *client, instant now);

/* When client_link() turns to lost if nothing is heard; NEVER when it is not connected. */
instant client_lost_at(const struct client *client, instant now);

/* When the rows shown were last known to be current, which is the age of the data; NONE if never.
 */
instant client_heard_at(const struct client *client);

/* When an engine that was built with this program refused it: that one lives, and has another. */
instant client_refused_at(const struct client *client);

/* The reason for the last CLIENT_CLOSED or failed connection, in words; "" if there was none. */
const char *client_problem(const struct client *client);

/* True while the last thing the engine did was to refuse this program: it is of another version, or
 * its user may not connect. */
bool client_is_refused(const struct client *client);

/* The client's own; lives as long as the client. */
const struct replica *client_replica(const struct client *client);

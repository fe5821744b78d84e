#include "wire/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { PROBLEM_SIZE = 256, BUNDLES_PER_CALL = 16 };

struct client {
    char *path, *program;
    enum wire_role role;
    struct replica *replica;
    int fd;
    bool welcomed, current; /* this connection had its WELCOME, its first COMMIT */
    bool refused;
    instant heard_at;
    instant refused_at; /* by an engine of this schema */
    char problem[PROBLEM_SIZE];
    struct wire_bundle bundle; /* what was received last */
};

struct client *client_create(const char *path, enum wire_role role, const char *program)
{
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        return NULL;
    client->fd = -1;
    client->role = role;
    client->heard_at = INSTANT_NONE;
    client->refused_at = INSTANT_NONE;
    client->path = strdup(path);
    client->program = strdup(program);
    client->replica = replica_create();
    if (client->path && client->program && client->replica)
        return client;
    client_free(client);
    errno = ENOMEM;
    return NULL;
}

void client_free(struct client *client)
{
    if (!client)
        return;
    client_disconnect(client);
    replica_free(client->replica);
    free(client->program);
    free(client->path);
    free(client);
}

void client_disconnect(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    client->welcomed = false;
    client->current = false;
}

static int client_fail(struct client *client, const char *what)
{
    int error = errno;
    text_format(
        client->problem, sizeof client->problem, "%s: %s: %s", client->path, what, strerror(error));
    client_disconnect(client);
    errno = error;
    return -1;
}

int client_connect(struct client *client)
{
    if (client->fd >= 0)
        return client->fd;
    client->fd = wire_connect(client->path);
    if (client->fd < 0)
        return client_fail(client, "connecting to the engine");
    struct wire_message hello;
    wire_hello_fill(&hello, client->role, client->program);
    /* An engine that has already hung up left word why, which client_receive() reads. */
    if (wire_send(client->fd, &hello) < 0 && errno != EPIPE && errno != ECONNRESET)
        return client_fail(client, "greeting the engine");
    replica_begin(client->replica);
    client->problem[0] = '\0';
    return client->fd;
}

/* ---- what the engine says ---- */

/* CLIENT_WAIT: go on. */
typedef enum client_result message_handler(struct client *client,
                                           const struct wire_message *message);

static enum client_result client_close(struct client *client, const char *why)
{
    text_format(client->problem, sizeof client->problem, "%s: %s", client->path, why);
    client_disconnect(client);
    return CLIENT_CLOSED;
}

static enum client_result welcome_handle(struct client *client, const struct wire_message *message)
{
    (void)message;
    client->welcomed = true;
    return CLIENT_WAIT;
}

static enum client_result refused_handle(struct client *client, const struct wire_message *message)
{
    client->refused = true;
    return client_close(client, message->refused.text);
}

static enum client_result row_handle(struct client *client, const struct wire_message *message)
{
    if (replica_stage(client->replica, &message->row) == 0)
        return CLIENT_WAIT;
    client_fail(client, row_descriptors[message->row.table].name);
    return CLIENT_CLOSED;
}

static enum client_result commit_handle(struct client *client, const struct wire_message *message)
{
    replica_commit(client->replica, message->commit.number);
    client->current = true;
    client->refused = false;
    return CLIENT_COMMIT;
}

/* That it was heard is all. */
static enum client_result heartbeat_handle(struct client *client,
                                           const struct wire_message *message)
{
    (void)client;
    (void)message;
    return CLIENT_WAIT;
}

/* By whether the engine has welcomed this connection. */
static message_handler *const handlers[2][WIRE_TYPE_END] = {
    [false] = {[WIRE_WELCOME] = welcome_handle, [WIRE_REFUSED] = refused_handle},
    [true] = {[WIRE_ROW] = row_handle,
              [WIRE_COMMIT] = commit_handle,
              [WIRE_HEARTBEAT] = heartbeat_handle},
};

static enum client_result message_handle(struct client *client, const struct wire_message *message,
                                         instant now)
{
    message_handler *handler = handlers[client->welcomed][message->type];
    if (!handler)
        return client_close(client, "the engine sent a message that has no place here");
    enum client_result result = handler(client, message);
    if (message->type == WIRE_REFUSED && message->refused.schema_hash == row_schema_hash())
        client->refused_at = now;
    if (client->current)
        client->heard_at = now;
    return result;
}

static enum client_result bundle_handle(struct client *client, instant now)
{
    enum client_result result = CLIENT_WAIT;
    for (const struct wire_message *message = wire_bundle_next(&client->bundle);
         message && result != CLIENT_CLOSED;
         message = wire_bundle_next(&client->bundle))
        /* A caller waits for the next packet: what is behind a commit would wait, too. */
        result = result == CLIENT_COMMIT
                     ? client_close(client, "the engine sent a message behind a commit")
                     : message_handle(client, message, now);
    return result;
}

enum client_result client_receive(struct client *client, instant now)
{
    enum client_result result = client->fd < 0 ? CLIENT_CLOSED : CLIENT_WAIT;
    for (int i = 0; i < BUNDLES_PER_CALL && result == CLIENT_WAIT; i++) {
        int received = wire_bundle_receive(client->fd, &client->bundle);
        if (received < 0 && errno == EAGAIN)
            return CLIENT_WAIT;
        if (received < 0) {
            client_fail(client, "receiving from the engine");
            return CLIENT_CLOSED;
        }
        if (received == 0)
            return client_close(client, "the engine closed the connection");
        result = bundle_handle(client, now);
    }
    return result;
}

int client_send_delivery(struct client *client, uint32_t sequence, enum delivery state,
                         int64_t delay_ms)
{
    if (client->fd < 0) {
        errno = ENOTCONN;
        return -1;
    }
    struct wire_message message = {.type = WIRE_DELIVERY, .delivery = {sequence, state, delay_ms}};
    return wire_send(client->fd, &message);
}

/* ---- what is known about the engine ---- */

enum engine_link client_link(const struct client *client, instant now)
{
    if (client->refused)
        return ENGINE_LINK_LOST;
    if (!replica_is_filled(client->replica))
        return ENGINE_LINK_UNKNOWN;
    bool lost = instant_reached(instant_add_ms(client->heard_at, WIRE_LOST_MS), now);
    return lost ? ENGINE_LINK_LOST : ENGINE_LINK_CONNECTED;
}

instant client_lost_at(const struct client *client, instant now)
{
    if (client_link(client, now) != ENGINE_LINK_CONNECTED)
        return INSTANT_NEVER;
    return instant_add_ms(client->heard_at, WIRE_LOST_MS);
}

instant client_heard_at(const struct client *client)
{
    return client->heard_at;
}

instant client_refused_at(const struct client *client)
{
    return client->refused_at;
}

int client_fd(const struct client *client)
{
    return client->fd;
}

const char *client_problem(const struct client *client)
{
    return client->problem;
}

bool client_is_refused(const struct client *client)
{
    return client->refused;
}

const struct replica *client_replica(const struct client *client)
{
    return client->replica;
}

#include "wire/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { PROBLEM_SIZE = 256, MESSAGES_PER_CALL = 1024 };

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
    struct wire_message message;
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
    wire_hello_fill(&client->message, client->role, client->program);
    /* An engine that has already hung up left word why, which client_receive() reads. */
    if (wire_send(client->fd, &client->message) < 0 && errno != EPIPE && errno != ECONNRESET)
        return client_fail(client, "greeting the engine");
    replica_begin(client->replica);
    client->problem[0] = '\0';
    return client->fd;
}

/* ---- what the engine says ---- */

/* CLIENT_WAIT: go on. */
typedef enum client_result message_handler(struct client *client);

static enum client_result client_close(struct client *client, const char *why)
{
    text_format(client->problem, sizeof client->problem, "%s: %s", client->path, why);
    client_disconnect(client);
    return CLIENT_CLOSED;
}

static enum client_result welcome_handle(struct client *client)
{
    client->welcomed = true;
    return CLIENT_WAIT;
}

static enum client_result refused_handle(struct client *client)
{
    client->refused = true;
    return client_close(client, client->message.refused.text);
}

static enum client_result row_handle(struct client *client)
{
    if (replica_stage(client->replica, &client->message.row) == 0)
        return CLIENT_WAIT;
    client_fail(client, row_descriptors[client->message.row.table].name);
    return CLIENT_CLOSED;
}

static enum client_result commit_handle(struct client *client)
{
    replica_commit(client->replica, client->message.commit.number);
    client->current = true;
    client->refused = false;
    return CLIENT_COMMIT;
}

/* That it was heard is all. */
static enum client_result heartbeat_handle(struct client *client)
{
    (void)client;
    return CLIENT_WAIT;
}

/* By whether the engine has welcomed this connection. */
static message_handler *const handlers[2][WIRE_TYPE_END] = {
    [false] = {[WIRE_WELCOME] = welcome_handle, [WIRE_REFUSED] = refused_handle},
    [true] = {[WIRE_ROW] = row_handle,
              [WIRE_COMMIT] = commit_handle,
              [WIRE_HEARTBEAT] = heartbeat_handle},
};

static enum client_result message_handle(struct client *client, instant now)
{
    message_handler *handler = handlers[client->welcomed][client->message.type];
    if (!handler)
        return client_close(client, "the engine sent a message that has no place here");
    enum client_result result = handler(client);
    if (client->message.type == WIRE_REFUSED &&
        client->message.refused.schema_hash == row_schema_hash())
        client->refused_at = now;
    if (client->current)
        client->heard_at = now;
    return result;
}

enum client_result client_receive(struct client *client, instant now)
{
    enum client_result result = client->fd < 0 ? CLIENT_CLOSED : CLIENT_WAIT;
    for (int i = 0; i < MESSAGES_PER_CALL && result == CLIENT_WAIT; i++) {
        int received = wire_receive(client->fd, &client->message);
        if (received < 0 && errno == EAGAIN)
            return CLIENT_WAIT;
        if (received < 0) {
            client_fail(client, "receiving from the engine");
            return CLIENT_CLOSED;
        }
        if (received == 0)
            return client_close(client, "the engine closed the connection");
        result = message_handle(client, now);
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

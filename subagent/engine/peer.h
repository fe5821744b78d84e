#pragma once
/*
 * The engine's end of the local protocol: who is connected, in which role, and what is sent to
 * whom. A peer that speaks nonsense is closed; one that does not read costs nothing.
 */
#include <systemd/sd-event.h>

#include "config/config.h"
#include "engine/store.h"
#include "wire/wire.h"

/*
 * Places for clients, beside the notifier's one. Viewers past their limit are refused; commands and
 * those who have not said who they are give theirs to newer ones.
 */
enum { PEER_VIEWERS = 100, PEER_COMMANDS = 32, PEER_GREETING = 16, PEERS_ERROR_SIZE = 256 };

/* A peer's number is never used again. */
struct peer_handlers {
    void (*delivery)(void *context, const struct wire_delivery *delivery);
    void (*ask)(void *context, uint64_t peer, const struct wire_ask *ask);
    /* False: no such promise of this peer's. */
    bool (*confirm)(void *context, uint64_t peer, uint32_t command_index);
    /* A command's connection has ended. */
    void (*gone)(void *context, uint64_t peer);
};

struct peers;

/*
 * Listens at settings->socket, for the engine's own user and root; who connects waits until
 * peers_accept(). Where another engine does, or the path cannot be used, returns NULL with a text
 * in error. Whose the group is that settings name
 * is found out by others: that may wait for a name server.
 */
struct peers *peers_open(sd_event *event, const struct engine_settings *settings,
                         struct store *store, const struct peer_handlers *handlers, void *context,
                         char error[static PEERS_ERROR_SIZE]);

/* To be called once the store has what the engine starts with: a client is to see no half of it. */
void peers_accept(struct peers *peers);

/* Closes all connections and removes the socket. Accepts NULL. */
void peers_close(struct peers *peers);

/* The group's members may connect, too. 0, or a negative errno. */
int peers_give_to_group(struct peers *peers, gid_t group);

/* Sends what changed in the store to everyone who reads. */
void peers_publish(struct peers *peers);

/* Sends a message to a command's connection; it may be gone. */
void peers_answer(struct peers *peers, uint64_t number, const struct wire_message *message);

/* Tells everyone that the engine lives; ends connections that never said HELLO, a notifier that
 * does not answer, viewers that have not read for five minutes. */
void peers_heartbeat(struct peers *peers);

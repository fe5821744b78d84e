#pragma once
/*
 * The local protocol: messages over a unix SOCK_SEQPACKET socket, native byte order (both ends are
 * on one machine and were built together: the schema hash says so).
 *
 *   client                         engine
 *   HELLO(hash, version, roles) →
 *                               ←  WELCOME            or REFUSED(hash, version, text), then closed
 *                               ←  ROW … ROW COMMIT n (all rows, tombstones for deletions), in
 *                                   bundles: many in one packet, none behind a COMMIT
 *                               ←  HEARTBEAT every 5 s (and so the client knows the engine lives,
 *                                   and the engine, by its being read, that the notifier does)
 *   notifier only:
 *   DELIVERY(sequence, state, delay) →
 *   a command's own connection (role WIRE_ROLE_COMMAND gets no rows):
 *   ASK(command)                →
 *                               ←  ANSWER(promised | refused, reason, index)      within 300 ms
 *   CONFIRM(index)              →   or close the connection: cancelled
 *                               ←  OUTCOME(state, reason)
 */
#include <sys/types.h>

#include "core/model.h"
#include "wire/rows.h"

enum {
    WIRE_REVISION = 4, /* of who says what when, where no layout tells */
    WIRE_MESSAGE_MAX = 4096,
    WIRE_BUNDLE_MAX = 16384,
    WIRE_HEARTBEAT_MS = 5000,
    WIRE_LOST_MS = 15000,
    WIRE_PROMISE_MS = 300
};

enum wire_type {
    WIRE_HELLO = 1,
    WIRE_WELCOME,
    WIRE_REFUSED,
    WIRE_ROW,
    WIRE_COMMIT,
    WIRE_HEARTBEAT,
    WIRE_DELIVERY,
    WIRE_ASK,
    WIRE_ANSWER,
    WIRE_CONFIRM,
    WIRE_OUTCOME,
    WIRE_TYPE_END
};

enum wire_role { WIRE_ROLE_VIEWER, WIRE_ROLE_NOTIFIER, WIRE_ROLE_COMMAND, WIRE_ROLE_COUNT };

struct wire_hello {
    uint64_t schema_hash;
    uint32_t role;
    char version[32];
    char program[32];
};

struct wire_refused {
    uint64_t schema_hash;
    char version[32];
    char text[128];
};

struct wire_row {
    uint32_t table; /* enum row_table */
    uint32_t key;
    uint32_t deleted; /* a tombstone: no payload */
    uint32_t reserved;
    _Alignas(8) unsigned char payload[ROW_SIZE_MAX]; /* the row struct; only its size travels */
};

struct wire_commit {
    uint64_t number;
};

struct wire_delivery {
    uint32_t sequence;
    uint32_t state; /* enum delivery */
    int64_t delay_ms;
};

struct wire_ask {
    struct command command; /* index is ignored */
    char requester[NAME_SIZE];
    char text[192];              /* account */
    char corrective_action[192]; /* account */
};

struct wire_answer {
    uint32_t promised;
    uint32_t index;  /* of the command, also of a refused one; 0 if none */
    uint32_t reason; /* enum reason */
    uint32_t busy;   /* not now: nothing to do with the command itself */
};

struct wire_confirm {
    uint32_t index;
};

struct wire_outcome {
    uint32_t index;
    uint32_t state; /* enum command_state */
    uint32_t reason;
};

struct wire_message {
    uint32_t type;
    uint32_t reserved;
    union {
        struct wire_hello hello;
        struct wire_refused refused;
        struct wire_row row;
        struct wire_commit commit;
        struct wire_delivery delivery;
        struct wire_ask ask;
        struct wire_answer answer;
        struct wire_confirm confirm;
        struct wire_outcome outcome;
    };
};

/* Bytes of this message on the wire; 0 if its type or table is unknown. */
size_t wire_message_size(const struct wire_message *message);

/*
 * Sends one message without blocking and without SIGPIPE. Returns 0, or -1 with errno (EAGAIN:
 * the peer does not read).
 */
int wire_send(int fd, const struct wire_message *message);

/*
 * Receives one message without blocking. Returns 1, 0 at the peer's end, or -1 with errno: EAGAIN,
 * EBADMSG for a message that is cut, empty, of a wrong size, of an unknown type, or holds a value
 * its fields do not allow.
 */
int wire_receive(int fd, struct wire_message *message);

/*
 * Messages that go as one packet, each padded to eight octets. A sender fills in what
 * wire_bundle_room() points to and calls wire_bundle_add(); a receiver takes all by
 * wire_bundle_next().
 */
struct wire_bundle {
    size_t size, at; /* of the octets; of them those that were taken */
    _Alignas(struct wire_message) unsigned char octets[WIRE_BUNDLE_MAX];
};

void wire_bundle_clear(struct wire_bundle *bundle);
/* Room for any message, or NULL. */
struct wire_message *wire_bundle_room(struct wire_bundle *bundle);
void wire_bundle_add(struct wire_bundle *bundle);

/* As wire_send(), all or nothing. */
int wire_bundle_send(int fd, const struct wire_bundle *bundle);
/* As wire_receive(); EBADMSG where any of the messages is one of those. */
int wire_bundle_receive(int fd, struct wire_bundle *bundle);
/* NULL: all were taken. */
const struct wire_message *wire_bundle_next(struct wire_bundle *bundle);

/* What was sent to the peer and not read by it yet: 0, or more than 0 in the kernel's octets. -1
 * with errno. */
long wire_unread(int fd);

/* Connects without blocking; returns the descriptor or -1 with errno. */
int wire_connect(const char *path);

/* Binds and listens, replacing a stale socket file but never a live one. Leaves an empty file
 * beside it, of the same name with this suffix. -1 with errno: EADDRINUSE where somebody listens,
 * ENOTSOCK where the path is no socket, EWOULDBLOCK while another engine is starting. */
#define WIRE_LOCK_SUFFIX ".lock"
int wire_listen(const char *path, mode_t mode);

/* Who is at the other end of a connection, as the kernel noted it when that was made. -1 with
 * errno. */
int wire_peer(int fd, uid_t *uid, gid_t *gid, pid_t *pid);

/* Fills in a HELLO of this build. */
void wire_hello_fill(struct wire_message *message, enum wire_role role, const char *program);

/*
 * The engine's answer to a HELLO: fills in WELCOME and returns true where the schemas are the same,
 * else REFUSED naming both.
 */
bool wire_hello_answer(const struct wire_hello *hello, struct wire_message *answer);

/* Builds a ROW message; row is NULL for a tombstone. */
void wire_row_fill(struct wire_message *message, enum row_table table, uint32_t key,
                   const void *row);

#include "engine/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

enum {
    GROUPS_LIMIT = 256,
    OWNER_ONLY = 0600,
    OWNER_AND_GROUP = 0660,
    /* To all clients, or received of one, before deadlines and lines have their turn. */
    SENT_AT_ONCE = 256, /* a millisecond */
    RECEIVED_AT_ONCE = 4,
    HEARTBEATS_TO_HELLO = 3,
    HEARTBEATS_OF_A_NOTIFIER = 3,
    HEARTBEATS_OF_A_VIEWER = 60,
    COMPLAINTS_PER_HEARTBEAT = 10,
    /* After lines and timers: no client can keep the engine from its deadlines. */
    PRIORITY = SD_EVENT_PRIORITY_NORMAL + 10,
};

struct peer {
    struct peer *next;
    struct peers *peers;
    uint64_t number;
    int fd;
    sd_event_source *source;
    uint32_t wanted_events;
    bool greeted;
    enum wire_role role;
    struct subscriber *subscriber; /* NULL: gets no rows */
    uint64_t commits;
    bool asked;
    unsigned heartbeats; /* in a row that found it not reading; before it has greeted: all */
    unsigned unsent;     /* heartbeats in a row that could not be sent */
    long unread;         /* as of wire_unread(), at the last heartbeat */
    pid_t pid;
    char program[sizeof(((struct wire_hello *)0)->program)];
    bool doomed; /* to be freed when its own handler has returned */
};

struct peers {
    sd_event *event;
    struct store *store;
    struct peer_handlers handlers;
    void *context;
    char path[CONFIG_SOCKET_SIZE];
    int fd;
    sd_event_source *source;
    bool accepts;
    bool has_group;
    gid_t group;
    struct peer *first; /* the newest */
    uint64_t last_number;
    unsigned complaints;       /* since the last heartbeat */
    struct wire_bundle bundle; /* the next packet to anyone */
};

/* ---- one peer's end ---- */

static void peer_close(struct peer *peer)
{
    sd_event_source_disable_unref(peer->source);
    store_unsubscribe(peer->subscriber);
    close(peer->fd);
    free(peer);
}

/* A flood of clients must not become one of log lines. */
static bool may_complain(struct peers *peers)
{
    return peers->complaints++ < COMPLAINTS_PER_HEARTBEAT;
}

static void complaints_settle(struct peers *peers)
{
    if (peers->complaints > COMPLAINTS_PER_HEARTBEAT)
        log_warning("clients: %u more were refused or closed",
                    peers->complaints - COMPLAINTS_PER_HEARTBEAT);
    peers->complaints = 0;
}

static void peer_doom(struct peer *peer, const char *why)
{
    if (peer->doomed)
        return;
    peer->doomed = true;
    if (why && may_complain(peer->peers))
        log_warning("%s (pid %d): connection closed: %s", peer->program, (int)peer->pid, why);
}

/* Not while a peer is being served: handlers.gone() decides things, and so sends to others. */
static void doomed_free(struct peers *peers)
{
    struct peer **link = &peers->first;
    while (*link) {
        struct peer *peer = *link;
        if (!peer->doomed) {
            link = &peer->next;
            continue;
        }
        *link = peer->next;
        if (peer->greeted && peer->role == WIRE_ROLE_COMMAND)
            peers->handlers.gone(peers->context, peer->number);
        peer_close(peer);
    }
}

/* ---- sending ---- */

static void peer_want(struct peer *peer, uint32_t events)
{
    if (events == peer->wanted_events)
        return;
    if (sd_event_source_set_io_events(peer->source, events) < 0)
        peer_doom(peer, "cannot wait for it");
    peer->wanted_events = events;
}

/* result: what the wire said. False if it cannot be sent now; a peer that can never take it is
 * doomed. */
static bool has_sent(struct peer *peer, int result)
{
    if (result == 0)
        return true;
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS)
        peer_doom(peer, errno == EPIPE || errno == ECONNRESET ? NULL : strerror(errno));
    return false;
}

static bool peer_send(struct peer *peer, const struct wire_message *message)
{
    return !peer->doomed && has_sent(peer, wire_send(peer->fd, message));
}

/* Its next row or commit. False: there is none. */
static bool next_fill(struct peer *peer, struct wire_message *message)
{
    struct store_change change;
    switch (subscriber_next(peer->subscriber, &change)) {
    case SUBSCRIBER_CHANGE:
        wire_row_fill(message, change.table, change.key, change.row);
        return true;
    case SUBSCRIBER_COMMIT:
        *message = (struct wire_message){.type = WIRE_COMMIT, .commit.number = ++peer->commits};
        return true;
    case SUBSCRIBER_LOST:
        peer_doom(peer, "it fell too far behind");
        return false;
    case SUBSCRIBER_UP_TO_DATE:
        return false;
    }
    return false;
}

/* Up to so many; a commit is the last. Returns how many. */
static int bundle_fill(struct wire_bundle *bundle, struct peer *peer, int limit)
{
    int count = 0;
    uint32_t type = WIRE_ROW;
    wire_bundle_clear(bundle);
    while (type == WIRE_ROW && count < limit) {
        struct wire_message *message = wire_bundle_room(bundle);
        if (!message || !next_fill(peer, message))
            break;
        type = message->type;
        wire_bundle_add(bundle);
        subscriber_sent(peer->subscriber);
        count++;
    }
    return count;
}

/* Returns how many were sent: 0 when there is none, or they cannot be now. */
static int bundle_publish(struct peer *peer, int limit)
{
    struct wire_bundle *bundle = &peer->peers->bundle;
    const struct subscriber_place place = subscriber_place(peer->subscriber);
    const uint64_t commits = peer->commits;
    int count = bundle_fill(bundle, peer, limit);
    if (count > 0 && has_sent(peer, wire_bundle_send(peer->fd, bundle)))
        return count;
    subscriber_return(peer->subscriber, &place);
    peer->commits = commits;
    return 0;
}

/* Whether what is too much for it comes when it can be written to. Until then it is tried with one
 * message: a packet made anew each time for a hundred that do not read would be lost work. */
static bool is_waited_for(const struct peer *peer)
{
    return peer->wanted_events & EPOLLOUT;
}

/* Returns how many were sent. What is too much comes when the client can be written to. */
static int peer_publish(struct peer *peer, int limit)
{
    struct store_change change;
    int sent = 0;
    if (!peer->subscriber || peer->doomed)
        return 0;
    for (int more = 1; more > 0; sent += more)
        more = bundle_publish(peer, limit - sent);
    bool is_behind = subscriber_next(peer->subscriber, &change) != SUBSCRIBER_UP_TO_DATE;
    peer_want(peer, is_behind ? EPOLLIN | EPOLLOUT : EPOLLIN);
    return sent;
}

/* ---- receiving ---- */

/* The places for each kind of client, so that no kind can take those of another. */
enum place {
    PLACE_VIEWER = WIRE_ROLE_VIEWER,
    PLACE_NOTIFIER = WIRE_ROLE_NOTIFIER,
    PLACE_COMMAND = WIRE_ROLE_COMMAND,
    PLACE_GREETING = WIRE_ROLE_COUNT /* not greeted yet */
};

static bool is_in(const struct peer *peer, enum place place)
{
    return !peer->doomed && (peer->greeted ? (enum place)peer->role : PLACE_GREETING) == place;
}

static size_t count_in(const struct peers *peers, enum place place)
{
    size_t count = 0;
    for (const struct peer *peer = peers->first; peer; peer = peer->next)
        count += is_in(peer, place);
    return count;
}

/* Among those that asked something, or did not. NULL: none. */
static struct peer *oldest_in(const struct peers *peers, enum place place, bool asked)
{
    struct peer *oldest = NULL;
    for (struct peer *peer = peers->first; peer; peer = peer->next)
        if (is_in(peer, place) && peer->asked == asked)
            oldest = peer;
    return oldest;
}

static const struct peer *notifier_of(const struct peers *peers)
{
    return oldest_in(peers, PLACE_NOTIFIER, false);
}

static void peer_refuse(struct peer *peer, const struct wire_message *refused)
{
    peer_send(peer, refused);
    peer_doom(peer, refused->refused.text);
}

static void refusal_fill(struct wire_message *message, const char *text)
{
    *message =
        (struct wire_message){.type = WIRE_REFUSED, .refused.schema_hash = row_schema_hash()};
    text_copy(message->refused.version, sizeof message->refused.version, PADAM_VERSION);
    text_copy(message->refused.text, sizeof message->refused.text, text);
}

static void peer_refuse_second_notifier(struct peer *peer, const struct peer *notifier)
{
    struct wire_message refused;
    char text[sizeof refused.refused.text];
    text_format(text,
                sizeof text,
                "%s (pid %d) is the notifier already",
                notifier->program,
                (int)notifier->pid);
    refusal_fill(&refused, text);
    peer_refuse(peer, &refused);
}

/* A command's connection is short; the one that has been there for longest is of least use. */
static void make_room_for_command(struct peers *peers)
{
    if (count_in(peers, PLACE_COMMAND) < PEER_COMMANDS)
        return;
    struct peer *oldest = oldest_in(peers, PLACE_COMMAND, false);
    if (!oldest)
        oldest = oldest_in(peers, PLACE_COMMAND, true);
    if (oldest)
        peer_doom(oldest, "it made room for a newer command");
}

/* False: it was refused. */
static bool place_take(struct peer *peer, enum wire_role role)
{
    struct wire_message refused;
    const struct peer *notifier = notifier_of(peer->peers);
    if (role == WIRE_ROLE_COMMAND) {
        make_room_for_command(peer->peers);
    } else if (role == WIRE_ROLE_NOTIFIER && notifier) {
        peer_refuse_second_notifier(peer, notifier);
    } else if (role == WIRE_ROLE_VIEWER && count_in(peer->peers, PLACE_VIEWER) >= PEER_VIEWERS) {
        refusal_fill(&refused, "too many viewers");
        peer_refuse(peer, &refused);
    }
    return !peer->doomed;
}

static void peer_welcome(struct peer *peer, const struct wire_hello *hello,
                         const struct wire_message *welcome)
{
    peer->greeted = true;
    peer->role = hello->role;
    peer->heartbeats = 0;
    if (!peer_send(peer, welcome))
        return;
    if (peer->role == WIRE_ROLE_COMMAND)
        return;
    peer->subscriber = store_subscribe(peer->peers->store);
    if (!peer->subscriber)
        peer_doom(peer, "no memory");
    log_info("%s (pid %d) is connected", peer->program, (int)peer->pid);
    (void)peer_publish(peer, SENT_AT_ONCE);
}

static void take_hello(struct peer *peer, const struct wire_message *message)
{
    struct wire_message answer;
    text_copy(peer->program, sizeof peer->program, message->hello.program);
    text_one_line(peer->program);
    if (!wire_hello_answer(&message->hello, &answer))
        peer_refuse(peer, &answer);
    else if (message->hello.role >= WIRE_ROLE_COUNT)
        peer_doom(peer, "it wants a role that there is not");
    else if (place_take(peer, message->hello.role))
        peer_welcome(peer, &message->hello, &answer);
}

static void take_delivery(struct peer *peer, const struct wire_message *message)
{
    peer->peers->handlers.delivery(peer->peers->context, &message->delivery);
}

static void take_ask(struct peer *peer, const struct wire_message *message)
{
    peer->asked = true;
    peer->peers->handlers.ask(peer->peers->context, peer->number, &message->ask);
}

static void take_confirm(struct peer *peer, const struct wire_message *message)
{
    struct peers *peers = peer->peers;
    if (!peers->handlers.confirm(peers->context, peer->number, message->confirm.index))
        peer_doom(peer, "it confirms what was not promised to it");
}

/* Who may say what, once greeted. */
static const struct {
    enum wire_role role;
    void (*take)(struct peer *peer, const struct wire_message *message);
} takers[WIRE_TYPE_END] = {
    [WIRE_DELIVERY] = {WIRE_ROLE_NOTIFIER, take_delivery},
    [WIRE_ASK] = {WIRE_ROLE_COMMAND, take_ask},
    [WIRE_CONFIRM] = {WIRE_ROLE_COMMAND, take_confirm},
};

static void peer_take(struct peer *peer, const struct wire_message *message)
{
    uint32_t type = message->type;
    if (!peer->greeted && type == WIRE_HELLO)
        take_hello(peer, message);
    else if (peer->greeted && type < WIRE_TYPE_END && takers[type].take &&
             takers[type].role == peer->role)
        takers[type].take(peer, message);
    else
        peer_doom(peer, "it sent a message that is not its to send");
}

static void peer_receive(struct peer *peer)
{
    for (int i = 0; i < RECEIVED_AT_ONCE && !peer->doomed; i++) {
        struct wire_message message;
        int got = wire_receive(peer->fd, &message);
        if (got > 0)
            peer_take(peer, &message);
        else if (got == 0 || errno == ECONNRESET)
            peer_doom(peer, NULL);
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return;
        else
            peer_doom(peer, errno == EBADMSG ? "it sent garbage" : strerror(errno));
    }
}

static int on_peer(sd_event_source *source, int fd, uint32_t events, void *context)
{
    (void)source;
    (void)fd;
    struct peer *peer = context;
    struct peers *peers = peer->peers;
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        peer_receive(peer);
    if (events & EPOLLOUT)
        (void)peer_publish(peer, SENT_AT_ONCE);
    doomed_free(peers);
    return 0;
}

/* ---- new peers ---- */

static bool peer_has_group(int fd, gid_t wanted)
{
    gid_t groups[GROUPS_LIMIT];
    socklen_t size = sizeof groups;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
        return false;
    for (size_t i = 0; i < size / sizeof *groups; i++)
        if (groups[i] == wanted)
            return true;
    return false;
}

static bool peer_may_connect(const struct peers *peers, int fd, uid_t uid, gid_t gid)
{
    if (uid == 0 || uid == geteuid())
        return true;
    return peers->has_group && (gid == peers->group || peer_has_group(fd, peers->group));
}

static struct peer *peer_add(struct peers *peers, int fd, pid_t pid)
{
    struct peer *peer = calloc(1, sizeof *peer);
    if (!peer)
        return NULL;
    peer->peers = peers;
    peer->fd = fd;
    peer->pid = pid;
    peer->wanted_events = EPOLLIN;
    text_copy(peer->program, sizeof peer->program, "a client");
    if (sd_event_add_io(peers->event, &peer->source, fd, EPOLLIN, on_peer, peer) < 0 ||
        sd_event_source_set_priority(peer->source, PRIORITY) < 0) {
        sd_event_source_disable_unref(peer->source);
        free(peer);
        return NULL;
    }
    peer->number = ++peers->last_number;
    peer->next = peers->first;
    peers->first = peer;
    return peer;
}

static void turn_away(struct peers *peers, int fd, pid_t pid, const char *why)
{
    struct wire_message refused;
    refusal_fill(&refused, why);
    if (wire_send(fd, &refused) < 0)
        log_debug("pid %d does not hear why it is refused", (int)pid);
    if (may_complain(peers))
        log_warning("a client (pid %d) is refused: %s", (int)pid, why);
    close(fd);
}

/* Who has not said who it is gives way to who may. */
static void make_room_for_greeting(struct peers *peers)
{
    struct peer *oldest = oldest_in(peers, PLACE_GREETING, false);
    if (!oldest || count_in(peers, PLACE_GREETING) < PEER_GREETING)
        return;
    peer_receive(oldest);
    if (is_in(oldest, PLACE_GREETING))
        peer_doom(oldest, "it has not said who it is, and others wait");
}

/* Its HELLO has usually come with it. */
static void peer_begin(struct peers *peers, int fd, pid_t pid)
{
    make_room_for_greeting(peers);
    struct peer *peer = peer_add(peers, fd, pid);
    if (peer)
        peer_receive(peer);
    else
        turn_away(peers, fd, pid, "no memory");
}

static void peer_admit(struct peers *peers, int fd)
{
    uid_t uid;
    gid_t gid;
    pid_t pid = 0;
    if (wire_peer(fd, &uid, &gid, &pid) < 0)
        turn_away(peers, fd, pid, "the kernel does not say who it is");
    else if (!peer_may_connect(peers, fd, uid, gid))
        turn_away(peers, fd, pid, "its user may not connect");
    else
        peer_begin(peers, fd, pid);
    doomed_free(peers);
}

static void accepting_set(struct peers *peers, int enabled)
{
    if (sd_event_source_set_enabled(peers->source, enabled) < 0)
        log_error("%s: whether clients are accepted cannot be changed", peers->path);
}

static int on_connection(sd_event_source *source, int fd, uint32_t events, void *context)
{
    (void)source;
    (void)events;
    struct peers *peers = context;
    int accepted = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0)
        peer_admit(peers, accepted);
    else if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) {
        log_warning("no client can be accepted until the next heartbeat: %s", strerror(errno));
        accepting_set(peers, SD_EVENT_OFF);
    }
    return 0;
}

/* ---- all peers ---- */

static const char *listen_error(int code)
{
    switch (code) {
    case EADDRINUSE:
        return "another engine listens there";
    case EWOULDBLOCK:
        return "another engine is starting there";
    case ENOTSOCK:
        return "something that is no socket is there";
    default:
        return strerror(code);
    }
}

static int socket_open(struct peers *peers, char *error)
{
    peers->fd = wire_listen(peers->path, OWNER_ONLY);
    if (peers->fd >= 0)
        return 0;
    int code = errno;
    text_format(error, PEERS_ERROR_SIZE, "%s: %s", peers->path, listen_error(code));
    return -code;
}

int peers_give_to_group(struct peers *peers, gid_t group)
{
    if (chown(peers->path, (uid_t)-1, group) < 0 || chmod(peers->path, OWNER_AND_GROUP) < 0)
        return -errno;
    peers->has_group = true;
    peers->group = group;
    return 0;
}

struct peers *peers_open(sd_event *event, const struct engine_settings *settings,
                         struct store *store, const struct peer_handlers *handlers, void *context,
                         char error[static PEERS_ERROR_SIZE])
{
    struct peers *peers = calloc(1, sizeof *peers);
    text_copy(error, PEERS_ERROR_SIZE, "no memory");
    if (!peers)
        return NULL;
    peers->event = sd_event_ref(event);
    peers->store = store;
    peers->handlers = *handlers;
    peers->context = context;
    peers->fd = -1;
    text_copy(peers->path, sizeof peers->path, settings->socket);
    if (socket_open(peers, error) < 0)
        goto fail;
    int result = sd_event_add_io(event, &peers->source, peers->fd, EPOLLIN, on_connection, peers);
    if (result >= 0)
        result = sd_event_source_set_priority(peers->source, PRIORITY);
    if (result >= 0)
        result = sd_event_source_set_enabled(peers->source, SD_EVENT_OFF);
    if (result >= 0)
        return peers;
    text_format(error, PEERS_ERROR_SIZE, "%s: %s", peers->path, strerror(-result));
fail:
    peers_close(peers);
    return NULL;
}

void peers_close(struct peers *peers)
{
    if (!peers)
        return;
    for (struct peer *peer = peers->first, *next; peer; peer = next) {
        next = peer->next;
        peer_close(peer);
    }
    sd_event_source_disable_unref(peers->source);
    if (peers->fd >= 0) {
        unlink(peers->path);
        close(peers->fd);
    }
    sd_event_unref(peers->event);
    free(peers);
}

void peers_accept(struct peers *peers)
{
    if (!peers->accepts)
        accepting_set(peers, SD_EVENT_ON);
    peers->accepts = true;
}

void peers_publish(struct peers *peers)
{
    int left = SENT_AT_ONCE;
    for (struct peer *peer = peers->first; peer; peer = peer->next)
        left -= peer_publish(peer, is_waited_for(peer) && left > 1 ? 1 : left);
}

void peers_answer(struct peers *peers, uint64_t number, const struct wire_message *message)
{
    for (struct peer *peer = peers->first; peer; peer = peer->next)
        if (peer->number == number && !peer_send(peer, message))
            peer_doom(peer, "it does not take its answer");
}

static void heartbeat_send(struct peer *peer)
{
    const struct wire_message message = {.type = WIRE_HEARTBEAT};
    peer->unsent = peer_send(peer, &message) ? 0 : peer->unsent + 1;
    if (peer->unsent >= HEARTBEATS_OF_A_VIEWER)
        peer_doom(peer, "it does not read");
}

/* A notifier that waits for a stopped snmpd still reads: it waits outside its library. To ask the
 * kernel whether it does wakes nobody, as an answer to each heartbeat would. */
static void notifier_expect(struct peer *peer)
{
    const long unread = wire_unread(peer->fd);
    const bool reads = unread == 0 || (unread > 0 && unread < peer->unread);
    peer->unread = unread;
    peer->heartbeats = reads ? 0 : peer->heartbeats + 1;
    if (peer->heartbeats >= HEARTBEATS_OF_A_NOTIFIER)
        peer_doom(peer, "it hangs: it reads no heartbeat. Another may be the notifier now");
}

static void greeting_expect(struct peer *peer)
{
    if (++peer->heartbeats >= HEARTBEATS_TO_HELLO)
        peer_doom(peer, "it never said who it is");
}

void peers_heartbeat(struct peers *peers)
{
    complaints_settle(peers);
    if (peers->accepts)
        accepting_set(peers, SD_EVENT_ON); /* there may have been no descriptor for one */
    for (struct peer *peer = peers->first; peer; peer = peer->next) {
        if (is_in(peer, PLACE_GREETING))
            greeting_expect(peer);
        if (is_in(peer, PLACE_NOTIFIER))
            notifier_expect(peer);
        if (peer->subscriber)
            heartbeat_send(peer);
    }
    doomed_free(peers);
}

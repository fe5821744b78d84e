/* What the engine reads from clients: several of them, of all kinds, at once. */
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "engine/peer.h"
#include "fuzz_wire.h"
#include "row_samples.h"

enum { LISTENER = FUZZ_PEER + FUZZ_PEERS, STEPS_MAX = 200, ROWS_KEPT = 4, SEED_SIZE = 4096 };
enum what {
    CONNECTS,
    SAYS,
    HANGS_UP,
    READS_NOT,
    READS,
    HEARTBEAT,
    PUBLISH,
    PROMISES, /* from here on, or not */
    SAYS_MANY,
    WHAT_COUNT
};

/* ---- an event loop without a kernel ---- */

struct sd_event_source {
    bool used;
    int fd;
    uint32_t events;
    sd_event_io_handler_t handler;
    void *context;
};

static struct sd_event_source listener, sources[FUZZ_PEERS];
static int connecting; /* the descriptor that is accepted next */
static struct peers *peers;
static bool promises;
static struct store *store;

int __wrap_sd_event_add_io(sd_event *event, sd_event_source **source, int fd, uint32_t events,
                           sd_event_io_handler_t handler, void *context);
int __wrap_sd_event_source_set_priority(sd_event_source *source, int64_t priority);
int __wrap_sd_event_source_set_enabled(sd_event_source *source, int enabled);
int __wrap_sd_event_source_set_io_events(sd_event_source *source, uint32_t events);
sd_event_source *__wrap_sd_event_source_disable_unref(sd_event_source *source);
sd_event *__wrap_sd_event_ref(sd_event *event);
sd_event *__wrap_sd_event_unref(sd_event *event);
int __wrap_wire_listen(const char *path, mode_t mode);
int __wrap_wire_peer(int fd, uid_t *uid, gid_t *gid, pid_t *pid);
int __wrap_accept4(int fd, struct sockaddr *address, const socklen_t *size, int flags);
int __wrap_unlink(const char *path);

int __wrap_sd_event_add_io(sd_event *event, sd_event_source **source, int fd, uint32_t events,
                           sd_event_io_handler_t handler, void *context)
{
    (void)event;
    *source = fd == LISTENER ? &listener : &sources[fd - FUZZ_PEER];
    if ((*source)->used)
        fuzz_fail("a descriptor is waited for twice");
    **source = (struct sd_event_source){true, fd, events, handler, context};
    return 0;
}

int __wrap_sd_event_source_set_priority(sd_event_source *source, int64_t priority)
{
    (void)source;
    (void)priority;
    return 0;
}

int __wrap_sd_event_source_set_enabled(sd_event_source *source, int enabled)
{
    (void)source;
    (void)enabled;
    return 0;
}

int __wrap_sd_event_source_set_io_events(sd_event_source *source, uint32_t events)
{
    source->events = events;
    return 0;
}

sd_event_source *__wrap_sd_event_source_disable_unref(sd_event_source *source)
{
    if (source)
        source->used = false;
    return NULL;
}

sd_event *__wrap_sd_event_ref(sd_event *event)
{
    return event;
}

sd_event *__wrap_sd_event_unref(sd_event *event)
{
    (void)event;
    return NULL;
}

int __wrap_wire_listen(const char *path, mode_t mode)
{
    (void)path;
    (void)mode;
    return LISTENER;
}

int __wrap_wire_peer(int fd, uid_t *uid, gid_t *gid, pid_t *pid)
{
    (void)fd;
    *uid = 0;
    *gid = 0;
    *pid = 1;
    return 0;
}

int __wrap_accept4(int fd, struct sockaddr *address, const socklen_t *size, int flags)
{
    (void)fd;
    (void)address;
    (void)size;
    (void)flags;
    return connecting;
}

int __wrap_unlink(const char *path)
{
    (void)path;
    return 0;
}

/* ---- what the engine does with it ---- */

static void must_be_one(void)
{
    if (!fuzz_said_is_one())
        fuzz_fail("something is taken of a packet that is not one message");
}

static void on_delivery(void *context, const struct wire_delivery *delivery)
{
    (void)context;
    must_be_one();
    if (delivery->state == 0 || delivery->state >= DELIVERY_COUNT)
        fuzz_fail("a delivery that there is not");
}

static void on_ask(void *context, uint64_t peer, const struct wire_ask *ask)
{
    struct wire_message answer = {.type = WIRE_ANSWER,
                                  .answer = {.promised = promises, .index = 1}};
    (void)context;
    must_be_one();
    if (ask->command.kind >= COMMAND_KIND_COUNT ||
        !row_text_is_valid(ask->requester, sizeof ask->requester))
        fuzz_fail("a command that there is not");
    peers_answer(peers, peer, &answer);
}

static bool on_confirm(void *context, uint64_t peer, uint32_t index)
{
    struct wire_message outcome = {.type = WIRE_OUTCOME, .outcome = {.index = index, .state = 1}};
    (void)context;
    must_be_one();
    if (promises)
        peers_answer(peers, peer, &outcome);
    return promises;
}

/* It decides things, which others are told. */
static void on_gone(void *context, uint64_t peer)
{
    (void)context;
    if (peer == 0)
        fuzz_fail("nobody has gone");
    peers_publish(peers);
}

static const struct peer_handlers handlers = {
    .delivery = on_delivery, .ask = on_ask, .confirm = on_confirm, .gone = on_gone};

void fuzz_begin(void)
{
    log_open("fuzz", LOG_LEVEL_ERROR - 1);
}

/* ---- seeds ---- */

static size_t said_write(unsigned char *to, size_t room, const struct wire_message *message,
                         unsigned char peer)
{
    to[0] = SAYS;
    to[1] = peer;
    return 2 + fuzz_message_write(message, to + 2, room - 2);
}

static void seed_of_role(enum wire_role role)
{
    const struct wire_message then[] = {
        [WIRE_ROLE_VIEWER] = {.type = WIRE_HEARTBEAT},
        [WIRE_ROLE_NOTIFIER] = {.type = WIRE_DELIVERY, .delivery = {.sequence = 1, .state = 2}},
        [WIRE_ROLE_COMMAND] = {.type = WIRE_ASK,
                               .ask = {.command = {.kind = COMMAND_KIND_GENSET_START},
                                       .requester = "fuzz",
                                       .text = "why"}},
    };
    const struct wire_message confirm = {.type = WIRE_CONFIRM, .confirm.index = 1};
    unsigned char seed[SEED_SIZE] = {PROMISES, 1, PUBLISH, 4, 1, 1, CONNECTS, 0};
    size_t size = 8;
    struct wire_message hello;
    wire_hello_fill(&hello, role, "fuzz");
    size += said_write(seed + size, sizeof seed - size, &hello, 0);
    size += said_write(seed + size, sizeof seed - size, &then[role], 0);
    size += said_write(seed + size, sizeof seed - size, &confirm, 0);
    static const unsigned char rest[] = {
        READS_NOT, 0, PUBLISH, 5, 1, 2, READS, 0, HEARTBEAT, 0, CONNECTS, 1, HANGS_UP, 0};
    memcpy(seed + size, rest, sizeof rest);
    fuzz_seed_write(seed, size + sizeof rest);
}

/* What one message may say, several in one packet may not. */
static void seed_of_bundle(void)
{
    static const unsigned char head[] = {CONNECTS, 0, SAYS_MANY, 0, 1, FUZZ_NONE, 0, 0, 0};
    const struct wire_message ask = {
        .type = WIRE_ASK,
        .ask = {.command = {.kind = COMMAND_KIND_GENSET_START}, .requester = "fuzz"}};
    unsigned char seed[SEED_SIZE];
    size_t size = sizeof head;
    struct wire_message hello;
    memcpy(seed, head, sizeof head);
    wire_hello_fill(&hello, WIRE_ROLE_COMMAND, "fuzz");
    size += fuzz_message_write(&hello, seed + size, sizeof seed - size);
    size += fuzz_message_write(&ask, seed + size, sizeof seed - size);
    fuzz_seed_write(seed, size);
}

void fuzz_seeds(void)
{
    seed_of_bundle();
    for (enum wire_role role = 0; role < WIRE_ROLE_COUNT; role++)
        seed_of_role(role);
}

/* ---- one input ---- */

static void event_give(sd_event_source *source, uint32_t events)
{
    events &= source->events | EPOLLHUP;
    if (source->used && events)
        source->handler(source, source->fd, events, source->context);
}

static void connect_peer(unsigned peer)
{
    if (sources[peer].used)
        return;
    connecting = FUZZ_PEER + (int)peer;
    fuzz_peer_begin(connecting);
    event_give(&listener, EPOLLIN);
}

static void row_publish(struct fuzz_input *input)
{
    enum row_table table = fuzz_number(input, 1) % ROW_TABLE_COUNT;
    uint32_t key = fuzz_number(input, 1);
    union row_sample row;
    row_sample_fill(&row, table, fuzz_number(input, 1));
    if (store_put(store, table, row_descriptors[table].kind == ROW_KIND_SCALAR ? 0 : key, &row) < 0)
        fuzz_fail("no memory");
    peers_publish(peers);
}

static void say(unsigned peer)
{
    fuzz_peer_says(FUZZ_PEER + (int)peer);
    event_give(&sources[peer], EPOLLIN);
    if (sources[peer].used && !fuzz_said_is_one())
        fuzz_fail("a packet that is not one message, and the connection goes on");
}

static void step(struct fuzz_input *input)
{
    enum what what = fuzz_number(input, 1) % WHAT_COUNT;
    unsigned peer = what == PUBLISH ? 0 : fuzz_number(input, 1) % FUZZ_PEERS;
    int fd = FUZZ_PEER + (int)peer;
    switch (what) {
    case CONNECTS:
        connect_peer(peer);
        break;
    case SAYS:
        fuzz_message(input);
        say(peer);
        break;
    case SAYS_MANY:
        fuzz_bundle(input);
        say(peer);
        break;
    case HANGS_UP:
        fuzz_peer_hangs_up(fd);
        event_give(&sources[peer], EPOLLIN | EPOLLHUP);
        break;
    case READS_NOT:
        fuzz_peer_reads(fd, false);
        break;
    case READS:
        fuzz_peer_reads(fd, true);
        event_give(&sources[peer], EPOLLOUT);
        break;
    case HEARTBEAT:
        peers_heartbeat(peers);
        break;
    case PUBLISH:
        row_publish(input);
        break;
    default: /* PROMISES */
        promises = peer % 2;
        break;
    }
}

void fuzz_one(const unsigned char *bytes, size_t size)
{
    static const struct engine_settings settings = {.socket = "engine.sock"};
    struct fuzz_input input = {bytes, size};
    struct store_limits limits;
    char error[PEERS_ERROR_SIZE];
    for (size_t table = 0; table < ROW_TABLE_COUNT; table++)
        limits.rows[table] = ROWS_KEPT;
    promises = false;
    store = store_new(&limits);
    peers = store ? peers_open(NULL, &settings, store, &handlers, NULL, error) : NULL;
    if (!peers)
        fuzz_fail("no memory");
    for (int i = 0; i < STEPS_MAX && input.left > 0; i++)
        step(&input);
    peers_close(peers);
    store_free(store);
    for (unsigned peer = 0; peer < FUZZ_PEERS; peer++)
        if (sources[peer].used)
            fuzz_fail("a connection is left");
}

#include "fuzz_wire.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/size.h"

/* A packet may be longer than a reader has room for; none has so many messages that are right. */
enum { SAID_MAX = WIRE_BUNDLE_MAX + WIRE_MESSAGE_MAX, MESSAGE_LEAST = 8 };
enum { JUDGE = FUZZ_PEER - 1 }; /* reads a message alone */

static _Alignas(struct wire_message) unsigned char said[SAID_MAX + sizeof(struct wire_message)];
static size_t said_size, said_count;
static size_t said_starts[WIRE_BUNDLE_MAX / MESSAGE_LEAST]; /* of each, where all are right */
static struct {
    const unsigned char *at;
    size_t size;
} heard; /* what the next that reads will get */
static struct peer {
    bool open, reads, speaks, hung_up;
    unsigned got;
} peers[FUZZ_PEERS];

static struct peer *peer_of(int fd)
{
    return fd >= FUZZ_PEER && fd < FUZZ_PEER + FUZZ_PEERS ? &peers[fd - FUZZ_PEER] : NULL;
}

/* ---- what the input says ---- */

/* Small, as tables and types are: a change of one byte changes one thing. */
struct frame {
    uint32_t type, length, table, times;
    bool deleted;
};

enum { FRAME_SIZE = 6, DELETED = 0x80, TIMES_MAX = 64 };

static struct frame frame_read(struct fuzz_input *input)
{
    struct frame frame = {.type = fuzz_number(input, 1)};
    frame.length = fuzz_number(input, 2);
    frame.table = fuzz_number(input, 1);
    frame.deleted = frame.table & DELETED;
    frame.table &= ~(uint32_t)DELETED;
    frame.times = 1 + fuzz_number(input, 1) % TIMES_MAX;
    (void)fuzz_number(input, 1);
    return frame;
}

/* Where the fields behind those of the frame begin. */
static size_t body_of(uint32_t type)
{
    return type == WIRE_ROW ? offsetof(struct wire_message, row.key)
                            : offsetof(struct wire_message, hello);
}

static _Alignas(struct wire_message) unsigned char bytes[WIRE_MESSAGE_MAX + 1];

/* The next message of the input, into bytes. Returns its size. */
static size_t message_read(struct fuzz_input *input, const struct frame *frame)
{
    struct wire_message *message = (struct wire_message *)bytes;
    memset(message, 0, sizeof *message);
    message->type = frame->type;
    if (frame->type == WIRE_ROW) {
        message->row.table = frame->table;
        message->row.deleted = frame->deleted;
    }
    size_t size = frame->length ? frame->length % sizeof bytes : wire_message_size(message);
    size_t from = body_of(frame->type);
    if (size > from)
        fuzz_bytes(input, bytes + from, size - from);
    if (frame->type == WIRE_ROW && !frame->length)
        message->row.deleted = frame->deleted;
    return size;
}

static size_t padded(size_t size)
{
    return size_aligned(size, _Alignof(struct wire_message));
}

static bool is_right_alone(const unsigned char *at, size_t size)
{
    static struct wire_message message;
    heard.at = at;
    heard.size = size;
    return wire_receive(JUDGE, &message) > 0;
}

/* By what one message is: of a packet of several the wire has to think the same. */
static bool said_split(void)
{
    said_count = 0;
    if (said_size > WIRE_BUNDLE_MAX)
        return false;
    for (size_t at = 0, size; at < said_size; at += padded(size)) {
        size = wire_message_size((const struct wire_message *)(said + at));
        if (size == 0 || padded(size) > said_size - at || !is_right_alone(said + at, size))
            return false;
        said_starts[said_count++] = at;
    }
    return true;
}

static void said_end(void)
{
    memset(said + said_size, 0, sizeof(struct wire_message)); /* behind a message cut short */
    if (!said_split())
        said_count = 0;
}

void fuzz_message(struct fuzz_input *input)
{
    const struct frame frame = frame_read(input);
    said_size = message_read(input, &frame);
    memcpy(said, bytes, said_size);
    said_end();
}

static void message_add(size_t size, unsigned char padding)
{
    if (said_size + padded(size) > SAID_MAX)
        return;
    memcpy(said + said_size, bytes, size);
    memset(said + said_size + size, padding, padded(size) - size);
    said_size += padded(size);
}

static void said_insert(const unsigned char *what, size_t where, size_t size)
{
    static unsigned char copy[SAID_MAX];
    if (said_size + size > SAID_MAX)
        return;
    memcpy(copy, what, size);
    memmove(said + where + size, said + where, said_size - where);
    memcpy(said + where, copy, size);
    said_size += size;
}

static void said_damage(enum fuzz_damage damage, size_t where, size_t amount)
{
    static const unsigned char nothing[UINT8_MAX];
    where %= said_size + 1;
    if (damage == FUZZ_LOST && amount > said_size - where)
        amount = said_size - where;
    if (damage == FUZZ_REPEATED && amount > said_size)
        amount = said_size;
    switch (damage) {
    case FUZZ_CUT:
        said_size = where;
        break;
    case FUZZ_LONGER:
        said_insert(nothing, said_size, amount);
        break;
    case FUZZ_LOST:
        said_size -= amount;
        memmove(said + where, said + where + amount, said_size - where);
        break;
    case FUZZ_REPEATED:
        said_insert(said, where, amount);
        break;
    default:
        break;
    }
}

void fuzz_bundle(struct fuzz_input *input)
{
    size_t count = 1 + fuzz_number(input, 1) % FUZZ_BUNDLE_MAX;
    enum fuzz_damage damage = fuzz_number(input, 1) % FUZZ_DAMAGE_COUNT;
    size_t where = fuzz_number(input, 2), amount = fuzz_number(input, 1);
    said_size = 0;
    for (size_t i = 0; i < count; i++) {
        const struct frame frame = frame_read(input);
        size_t size = message_read(input, &frame);
        for (uint32_t time = 0; time < frame.times; time++) {
            message_add(size, damage == FUZZ_PADDING ? UINT8_MAX : 0);
            if (frame.type == WIRE_ROW)
                ((struct wire_message *)bytes)->row.key++;
        }
    }
    said_damage(damage, where, amount);
    said_end();
}

const struct wire_message *fuzz_said(size_t place)
{
    return place < said_count ? (const struct wire_message *)(said + said_starts[place]) : NULL;
}

bool fuzz_said_is_one(void)
{
    return wire_message_size((const struct wire_message *)said) == said_size &&
           is_right_alone(said, said_size);
}

size_t fuzz_message_write(const struct wire_message *message, unsigned char *to, size_t size)
{
    size_t from = body_of(message->type), whole = wire_message_size(message);
    size_t body = whole > from ? whole - from : 0;
    if (whole == 0 || FRAME_SIZE + body > size)
        fuzz_fail("a seed that is no message, or has no room");
    memset(to, 0, FRAME_SIZE);
    to[0] = (unsigned char)message->type;
    if (message->type == WIRE_ROW)
        to[3] = (unsigned char)(message->row.table | (message->row.deleted ? DELETED : 0));
    memcpy(to + FRAME_SIZE, (const unsigned char *)message + from, body);
    return FRAME_SIZE + body;
}

/* ---- peers ---- */

void fuzz_peer_begin(int fd)
{
    *peer_of(fd) = (struct peer){.open = true, .reads = true};
}

void fuzz_peer_reads(int fd, bool reads)
{
    peer_of(fd)->reads = reads;
}

unsigned fuzz_peer_got(int fd)
{
    unsigned got = peer_of(fd)->got;
    peer_of(fd)->got = 0;
    return got;
}

void fuzz_peer_says(int fd)
{
    peer_of(fd)->speaks = true;
    heard.at = said;
    heard.size = said_size;
}

void fuzz_peer_hangs_up(int fd)
{
    peer_of(fd)->hung_up = true;
}

bool fuzz_peer_is_closed(int fd)
{
    return !peer_of(fd)->open;
}

/* ---- what the program calls ---- */

ssize_t __real_recvmsg(int fd, struct msghdr *head, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *head, int flags);
ssize_t __real_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
uint64_t __real_row_schema_hash(void);
uint64_t __wrap_row_schema_hash(void);
long __wrap_wire_unread(int fd);
int __real_close(int fd);
int __wrap_close(int fd);

long __wrap_wire_unread(int fd)
{
    return peer_of(fd)->reads ? 0 : LONG_MAX;
}

static ssize_t heard_take(struct msghdr *head)
{
    size_t room = head->msg_iov->iov_len;
    size_t size = heard.size < room ? heard.size : room;
    memcpy(head->msg_iov->iov_base, heard.at, size);
    head->msg_flags = heard.size > room ? MSG_TRUNC : 0;
    return (ssize_t)size;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *head, int flags)
{
    struct peer *peer = peer_of(fd);
    if (fd == JUDGE)
        return heard_take(head);
    if (!peer)
        return __real_recvmsg(fd, head, flags);
    if (!peer->open)
        fuzz_fail("a closed connection is read");
    if (peer->speaks) {
        peer->speaks = false;
        return heard_take(head);
    }
    if (peer->hung_up)
        return 0;
    errno = EAGAIN;
    return -1;
}

/* One message, or several, each padded. */
static bool are_messages(const unsigned char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size) {
        size_t message = wire_message_size((const struct wire_message *)(bytes + at));
        if (message == 0)
            return false;
        at += at == 0 && message == size ? message : padded(message);
    }
    return at == size;
}

ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags)
{
    struct peer *peer = peer_of(fd);
    if (!peer)
        return __real_send(fd, bytes, size, flags);
    if (!peer->open)
        fuzz_fail("a closed connection is written to");
    if (!are_messages(bytes, size))
        fuzz_fail("what is sent is no message");
    errno = peer->hung_up ? EPIPE : EAGAIN;
    if (peer->hung_up || !peer->reads)
        return -1;
    peer->got++;
    return (ssize_t)size;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
    const struct peer *peer = count == 1 ? peer_of(fds->fd) : NULL;
    if (!peer)
        return __real_poll(fds, count, timeout);
    fds->revents = peer->hung_up ? POLLRDHUP : 0;
    return peer->hung_up;
}

/* Over all names, for each greeting: most of the time would go there. */
uint64_t __wrap_row_schema_hash(void)
{
    static uint64_t hash;
    if (!hash)
        hash = __real_row_schema_hash();
    return hash;
}

int __wrap_close(int fd)
{
    struct peer *peer = peer_of(fd);
    if (!peer)
        return __real_close(fd);
    if (!peer->open)
        fuzz_fail("a connection is closed twice");
    peer->open = false;
    return 0;
}

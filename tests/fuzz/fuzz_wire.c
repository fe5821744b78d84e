#include "fuzz_wire.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/size.h"

static unsigned char said[WIRE_MESSAGE_MAX + 1];
static size_t said_size;
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
    uint32_t type, length, table;
    bool deleted;
};

enum { FRAME_SIZE = 6, DELETED = 0x80 };

static struct frame frame_read(struct fuzz_input *input)
{
    struct frame frame = {.type = fuzz_number(input, 1)};
    frame.length = fuzz_number(input, 2);
    frame.table = fuzz_number(input, 1);
    frame.deleted = frame.table & DELETED;
    frame.table &= ~(uint32_t)DELETED;
    (void)fuzz_number(input, 2);
    return frame;
}

/* Where the fields behind those of the frame begin. */
static size_t body_of(uint32_t type)
{
    return type == WIRE_ROW ? offsetof(struct wire_message, row.key)
                            : offsetof(struct wire_message, hello);
}

void fuzz_message(struct fuzz_input *input)
{
    _Alignas(struct wire_message) static unsigned char bytes[WIRE_MESSAGE_MAX + 1];
    struct wire_message *message = (struct wire_message *)bytes;
    const struct frame frame = frame_read(input);
    memset(message, 0, sizeof *message);
    message->type = frame.type;
    if (frame.type == WIRE_ROW) {
        message->row.table = frame.table;
        message->row.deleted = frame.deleted;
    }
    size_t size = frame.length ? frame.length % sizeof bytes : wire_message_size(message);
    size_t from = body_of(frame.type);
    if (size > from)
        fuzz_bytes(input, bytes + from, size - from);
    if (frame.type == WIRE_ROW && !frame.length)
        message->row.deleted = frame.deleted;
    memcpy(said, bytes, size);
    said_size = size;
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

static size_t said_take(struct peer *peer, struct msghdr *head)
{
    size_t room = head->msg_iov->iov_len;
    size_t size = said_size < room ? said_size : room;
    memcpy(head->msg_iov->iov_base, said, size);
    head->msg_flags = said_size > room ? MSG_TRUNC : 0;
    peer->speaks = false;
    return size;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *head, int flags)
{
    struct peer *peer = peer_of(fd);
    if (!peer)
        return __real_recvmsg(fd, head, flags);
    if (!peer->open)
        fuzz_fail("a closed connection is read");
    if (peer->speaks)
        return (ssize_t)said_take(peer, head);
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
        at += at == 0 && message == size ? message
                                         : size_aligned(message, _Alignof(struct wire_message));
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

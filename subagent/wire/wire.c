#include "wire/wire.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/size.h"
#include "base/text.h"

_Static_assert(sizeof(struct wire_message) <= WIRE_MESSAGE_MAX, "a message is too large");

/* ---- what each message is made of ---- */

static bool flag_is_valid(uint32_t flag)
{
    return flag <= 1;
}

/* A bool of another value must not be read as one. */
static bool bool_is_valid(const bool *flag)
{
    unsigned char byte;
    memcpy(&byte, flag, sizeof byte);
    return byte <= 1;
}

static bool command_is_valid(const struct command *command)
{
    unsigned kind = command->kind;
    return kind > COMMAND_KIND_UNKNOWN && kind < COMMAND_KIND_COUNT &&
           bool_is_valid(&command->confirmed) && bool_is_valid(&command->has_lock) &&
           bool_is_valid(&command->arm_genset) && bool_is_valid(&command->arm_servers);
}

static bool anything_is_valid(const struct wire_message *message)
{
    (void)message;
    return true;
}

static bool hello_is_valid(const struct wire_message *message)
{
    const struct wire_hello *hello = &message->hello;
    return hello->role < WIRE_ROLE_COUNT &&
           row_text_is_valid(hello->version, sizeof hello->version) &&
           row_text_is_valid(hello->program, sizeof hello->program);
}

static bool refused_is_valid(const struct wire_message *message)
{
    const struct wire_refused *refused = &message->refused;
    return row_text_is_valid(refused->version, sizeof refused->version) &&
           row_text_is_valid(refused->text, sizeof refused->text);
}

/* Its table is known: wire_message_size() has said so. */
static bool wire_row_is_valid(const struct wire_message *message)
{
    const struct wire_row *row = &message->row;
    return flag_is_valid(row->deleted) && (row->deleted || row_is_valid(row->table, row->payload));
}

static bool delivery_is_valid(const struct wire_message *message)
{
    const struct wire_delivery *delivery = &message->delivery;
    return delivery->state >= 1 && delivery->state < DELIVERY_COUNT && delivery->delay_ms >= -1;
}

static bool ask_is_valid(const struct wire_message *message)
{
    const struct wire_ask *ask = &message->ask;
    return command_is_valid(&ask->command) &&
           row_text_is_valid(ask->requester, sizeof ask->requester) &&
           row_text_is_valid(ask->text, sizeof ask->text) &&
           row_text_is_valid(ask->corrective_action, sizeof ask->corrective_action);
}

static bool answer_is_valid(const struct wire_message *message)
{
    const struct wire_answer *answer = &message->answer;
    return flag_is_valid(answer->promised) && flag_is_valid(answer->busy) &&
           answer->reason < REASON_COUNT;
}

static bool outcome_is_valid(const struct wire_message *message)
{
    const struct wire_outcome *outcome = &message->outcome;
    return outcome->state >= 1 && outcome->state < COMMAND_STATE_COUNT &&
           outcome->reason < REASON_COUNT;
}

enum { HEAD_SIZE = offsetof(struct wire_message, hello) };

static const struct {
    size_t body_size; /* of a row: without its payload */
    bool (*is_valid)(const struct wire_message *message);
} types[WIRE_TYPE_END] = {
    [WIRE_HELLO] = {sizeof(struct wire_hello), hello_is_valid},
    [WIRE_WELCOME] = {0, anything_is_valid},
    [WIRE_REFUSED] = {sizeof(struct wire_refused), refused_is_valid},
    [WIRE_ROW] = {offsetof(struct wire_row, payload), wire_row_is_valid},
    [WIRE_COMMIT] = {sizeof(struct wire_commit), anything_is_valid},
    [WIRE_HEARTBEAT] = {0, anything_is_valid},
    [WIRE_DELIVERY] = {sizeof(struct wire_delivery), delivery_is_valid},
    [WIRE_ASK] = {sizeof(struct wire_ask), ask_is_valid},
    [WIRE_ANSWER] = {sizeof(struct wire_answer), answer_is_valid},
    [WIRE_CONFIRM] = {sizeof(struct wire_confirm), anything_is_valid},
    [WIRE_OUTCOME] = {sizeof(struct wire_outcome), outcome_is_valid},
};

size_t wire_message_size(const struct wire_message *message)
{
    if (message->type >= WIRE_TYPE_END || !types[message->type].is_valid)
        return 0;
    size_t size = HEAD_SIZE + types[message->type].body_size;
    if (message->type != WIRE_ROW)
        return size;
    if (message->row.table >= ROW_TABLE_COUNT)
        return 0;
    return message->row.deleted ? size : size + row_descriptors[message->row.table].size;
}

/* received: bytes at message that came from the peer. Its size; 0: it is not valid, or not whole.
 */
static size_t valid_size(const struct wire_message *message, size_t received)
{
    if (received < HEAD_SIZE)
        return 0;
    if (message->type == WIRE_ROW && received < HEAD_SIZE + types[WIRE_ROW].body_size)
        return 0;
    size_t size = wire_message_size(message);
    return size <= received && size > 0 && types[message->type].is_valid(message) ? size : 0;
}

/* ---- sending and receiving ---- */

static int packet_send(int fd, const void *octets, size_t size)
{
    ssize_t sent;
    do
        sent = send(fd, octets, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

int wire_send(int fd, const struct wire_message *message)
{
    size_t size = wire_message_size(message);
    if (size > 0)
        return packet_send(fd, message, size);
    errno = EINVAL;
    return -1;
}

long wire_unread(int fd)
{
    int octets;
    return ioctl(fd, SIOCOUTQ, &octets) < 0 ? -1 : octets;
}

/* Both an empty message and the end of the connection are received as no bytes. */
static bool peer_has_ended(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLRDHUP};
    return poll(&poll_fd, 1, 0) < 0 || (poll_fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* Returns 1 with its size, 0 at the peer's end, or -1 with errno. */
static int packet_receive(int fd, void *octets, size_t room, size_t *size)
{
    struct iovec part = {.iov_base = octets, .iov_len = room};
    struct msghdr head = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t received;
    /* A peer that closed without reading all is reported first; what it said before comes after. */
    do
        received = recvmsg(fd, &head, MSG_DONTWAIT);
    while (received < 0 && (errno == EINTR || errno == ECONNRESET));
    if (received < 0)
        return -1;
    if (received == 0 && peer_has_ended(fd))
        return 0;
    *size = (size_t)received;
    if (received > 0 && (head.msg_flags & MSG_TRUNC) == 0)
        return 1;
    errno = EBADMSG;
    return -1;
}

int wire_receive(int fd, struct wire_message *message)
{
    size_t size;
    int result = packet_receive(fd, message, sizeof *message, &size);
    if (result <= 0 || valid_size(message, size) == size)
        return result;
    errno = EBADMSG;
    return -1;
}

/* ---- bundles ---- */

static size_t padded(size_t size)
{
    return size_aligned(size, _Alignof(struct wire_message));
}

void wire_bundle_clear(struct wire_bundle *bundle)
{
    bundle->size = bundle->at = 0;
}

struct wire_message *wire_bundle_room(struct wire_bundle *bundle)
{
    bool has_room = sizeof bundle->octets - bundle->size >= sizeof(struct wire_message);
    return has_room ? (struct wire_message *)(bundle->octets + bundle->size) : NULL;
}

/* What pads it is not left as it was: it may have been another's. */
void wire_bundle_add(struct wire_bundle *bundle)
{
    unsigned char *message = bundle->octets + bundle->size;
    size_t size = wire_message_size((struct wire_message *)message);
    memset(message + size, 0, padded(size) - size);
    bundle->size += padded(size);
}

int wire_bundle_send(int fd, const struct wire_bundle *bundle)
{
    return packet_send(fd, bundle->octets, bundle->size);
}

static const struct wire_message *message_at(const struct wire_bundle *bundle, size_t at)
{
    return (const struct wire_message *)(bundle->octets + at);
}

static bool bundle_is_valid(const struct wire_bundle *bundle)
{
    for (size_t at = 0, size; at < bundle->size; at += padded(size)) {
        size = valid_size(message_at(bundle, at), bundle->size - at);
        if (size == 0 || padded(size) > bundle->size - at)
            return false;
    }
    return true;
}

int wire_bundle_receive(int fd, struct wire_bundle *bundle)
{
    wire_bundle_clear(bundle);
    int result = packet_receive(fd, bundle->octets, sizeof bundle->octets, &bundle->size);
    if (result > 0 && !bundle_is_valid(bundle)) {
        errno = EBADMSG;
        result = -1;
    }
    if (result <= 0)
        wire_bundle_clear(bundle);
    return result;
}

const struct wire_message *wire_bundle_next(struct wire_bundle *bundle)
{
    if (bundle->at == bundle->size)
        return NULL;
    const struct wire_message *message = message_at(bundle, bundle->at);
    bundle->at += padded(wire_message_size(message));
    return message;
}

/* ---- filling in ---- */

void wire_hello_fill(struct wire_message *message, enum wire_role role, const char *program)
{
    memset(message, 0, HEAD_SIZE + sizeof message->hello);
    message->type = WIRE_HELLO;
    message->hello.schema_hash = row_schema_hash();
    message->hello.role = role;
    text_copy(message->hello.version, sizeof message->hello.version, PADAM_VERSION);
    text_copy(message->hello.program, sizeof message->hello.program, program);
}

bool wire_hello_answer(const struct wire_hello *hello, struct wire_message *answer)
{
    /* The hello may lie in the answer's own message. */
    const struct wire_hello asked = *hello;
    memset(answer, 0, HEAD_SIZE + sizeof answer->refused);
    uint64_t hash = row_schema_hash();
    if (asked.schema_hash == hash) {
        answer->type = WIRE_WELCOME;
        return true;
    }
    answer->type = WIRE_REFUSED;
    answer->refused.schema_hash = hash;
    text_copy(answer->refused.version, sizeof answer->refused.version, PADAM_VERSION);
    text_format(answer->refused.text,
                sizeof answer->refused.text,
                "engine %s (schema %016jx), %s %s (schema %016jx): restart all programs",
                PADAM_VERSION,
                (uintmax_t)hash,
                asked.program,
                asked.version,
                (uintmax_t)asked.schema_hash);
    return false;
}

void wire_row_fill(struct wire_message *message, enum row_table table, uint32_t key,
                   const void *row)
{
    memset(message, 0, HEAD_SIZE + types[WIRE_ROW].body_size);
    message->type = WIRE_ROW;
    message->row.table = table;
    message->row.key = key;
    message->row.deleted = row == NULL;
    if (row)
        memcpy(message->row.payload, row, row_descriptors[table].size);
}

#include "wire/promise.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

/* Waits until the engine has said something. */
static int engine_await(int fd, instant deadline)
{
    int64_t left_ms = instant_diff_ms(deadline, clock_now());
    struct pollfd socket = {.fd = fd, .events = POLLIN};
    int ready = left_ms > 0 ? poll(&socket, 1, (int)left_ms) : 0;
    if (ready == 0)
        errno = ETIMEDOUT;
    return ready > 0 || (ready < 0 && errno == EINTR) ? 0 : -1;
}

static int message_await(int fd, struct wire_message *message, instant deadline)
{
    for (;;) {
        int received = wire_receive(fd, message);
        if (received > 0)
            return 0;
        if (received == 0)
            errno = ECONNRESET;
        if (received == 0 || errno != EAGAIN || engine_await(fd, deadline) < 0)
            return -1;
    }
}

/* Who is turned away may find the connection closed; what the engine said lies there all the same.
 */
static int message_send(int fd, const struct wire_message *message)
{
    bool sent = wire_send(fd, message) == 0 || errno == EPIPE || errno == ECONNRESET;
    return sent ? 0 : -1;
}

static int ask_send(int fd, struct wire_message *message, const char *program,
                    const struct wire_ask *ask)
{
    wire_hello_fill(message, WIRE_ROLE_COMMAND, program);
    if (message_send(fd, message) < 0)
        return -1;
    *message = (struct wire_message){.type = WIRE_ASK, .ask = *ask};
    return message_send(fd, message);
}

static int answer_await(struct engine_promise *promise, struct wire_message *message, int limit_ms)
{
    instant deadline = instant_add_ms(clock_now(), limit_ms);
    do {
        if (message_await(promise->fd, message, deadline) < 0)
            return -1;
    } while (message->type == WIRE_WELCOME);
    if (message->type == WIRE_ANSWER)
        return 0;
    errno = EPROTO;
    if (message->type == WIRE_REFUSED) {
        text_copy(promise->turned_away, sizeof promise->turned_away, message->refused.text);
        errno = EPERM;
    }
    return -1;
}

static enum promise_answer answer_take(struct engine_promise *promise,
                                       const struct wire_answer *answer)
{
    promise->index = answer->index;
    promise->reason = answer->reason;
    if (answer->promised)
        return PROMISE_GIVEN;
    promise_cancel(promise);
    return answer->busy ? PROMISE_BUSY : PROMISE_REFUSED;
}

enum promise_answer promise_ask(struct engine_promise *promise, const char *engine_socket,
                                const char *program, const struct wire_ask *ask, int limit_ms)
{
    struct wire_message message;
    *promise = (struct engine_promise){.fd = wire_connect(engine_socket)};
    if (promise->fd < 0 || ask_send(promise->fd, &message, program, ask) < 0 ||
        answer_await(promise, &message, limit_ms) < 0) {
        promise_cancel(promise);
        return PROMISE_NONE;
    }
    return answer_take(promise, &message.answer);
}

int promise_confirm(struct engine_promise *promise)
{
    struct wire_message message = {.type = WIRE_CONFIRM, .confirm = {promise->index}};
    int result = wire_send(promise->fd, &message);
    promise_cancel(promise);
    return result;
}

void promise_cancel(struct engine_promise *promise)
{
    int error = errno;
    if (promise->fd >= 0)
        close(promise->fd);
    promise->fd = -1;
    errno = error;
}

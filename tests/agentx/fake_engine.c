/*
 * fake-engine SOCKET: stands in for the engine, as its standard input says, and prints what clients
 * do. One command a line:
 *
 *   row TABLE KEY|field=value|…   changes or makes a row: names or numbers for enumerations;
 *                                 now, now+MS, now-MS, none for times
 *   delete TABLE KEY
 *   commit                        publishes what changed
 *   answer promise|refuse|refuse-lock|busy|silent
 *   deliver on|off                whether a DELIVERY changes the event's row
 *   heartbeat on|off
 *
 * It prints "listening", "hello ROLE PROGRAM", "closed ROLE", "delivery SEQUENCE STATE DELAY",
 * "ask KIND ARGUMENT …", "confirm INDEX", "cancel INDEX". End of input ends it.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "core/model.h"
#include "wire/replica.h"

enum { CLIENT_LIMIT = 16, LINE_SIZE = 4096, SEND_LIMIT_MS = 5000 };

enum answering { ANSWERING_PROMISE, ANSWERING_REFUSE, ANSWERING_BUSY, ANSWERING_SILENT };

struct peer {
    int fd;
    bool greeted, promised;
    uint32_t role, index;
};

static struct {
    int listener;
    struct peer peers[CLIENT_LIMIT];
    size_t peer_count;
    struct replica *rows;
    uint64_t commit;
    enum answering answering;
    uint32_t refusal, next_index;
    bool deliver, heartbeat;
    instant heartbeat_at;
} engine = {.next_index = 1, .deliver = true, .heartbeat = true};

static const char *const role_words[] = {"viewer", "notifier", "command"};

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "fake-engine: %s: %s\n", what, which);
    exit(2);
}

/* ---- sending ---- */

static void send_to(const struct peer *peer, const struct wire_message *message)
{
    struct pollfd socket = {.fd = peer->fd, .events = POLLOUT};
    while (wire_send(peer->fd, message) < 0)
        if (errno != EAGAIN || poll(&socket, 1, SEND_LIMIT_MS) <= 0)
            return;
}

static void send_to_viewers(const struct wire_message *message)
{
    for (size_t i = 0; i < engine.peer_count; i++)
        if (engine.peers[i].greeted && engine.peers[i].role != WIRE_ROLE_COMMAND)
            send_to(&engine.peers[i], message);
}

static void send_all_rows(const struct peer *peer)
{
    struct wire_message message;
    for (int table = 0; table < ROW_TABLE_COUNT; table++)
        for (size_t place = 0; place < replica_count(engine.rows, table); place++) {
            uint32_t key;
            const void *row = replica_at(engine.rows, table, place, &key);
            wire_row_fill(&message, table, key, row);
            send_to(peer, &message);
        }
    message = (struct wire_message){.type = WIRE_COMMIT, .commit = {engine.commit}};
    send_to(peer, &message);
}

static void commit(void)
{
    struct wire_message message = {.type = WIRE_COMMIT, .commit = {++engine.commit}};
    send_to_viewers(&message);
}

/* ---- rows ---- */

static void row_publish(enum row_table table, uint32_t key, const void *row)
{
    struct wire_message message;
    wire_row_fill(&message, table, key, row);
    if (replica_stage(engine.rows, &message.row) < 0)
        fail("row", strerror(errno));
    replica_commit(engine.rows, engine.commit);
    send_to_viewers(&message);
}

static enum row_table table_find(const char *name)
{
    for (int table = 0; table < ROW_TABLE_COUNT; table++)
        if (strcmp(row_descriptors[table].name, name) == 0)
            return table;
    fail("no such table", name);
    return ROW_TABLE_COUNT;
}

static void row_init(const struct row_descriptor *descriptor, char *row)
{
    memset(row, 0, descriptor->size);
    for (size_t i = 0; i < descriptor->field_count; i++) {
        const struct field_descriptor *field = &descriptor->fields[i];
        if (field->type == FIELD_ENUM)
            memcpy(row + field->offset, &(uint32_t){1}, sizeof(uint32_t));
        else if (field->type == FIELD_DURATION)
            memcpy(row + field->offset, &(int64_t){-1}, sizeof(int64_t));
        else if (field->type == FIELD_INSTANT)
            memcpy(row + field->offset, &INSTANT_NONE, sizeof(instant));
    }
}

/* now, now+MS, now-MS, none or a number. */
static int64_t time_read(const char *text, int64_t now, int64_t none)
{
    if (strcmp(text, "none") == 0)
        return none;
    if (strncmp(text, "now", 3) == 0)
        return now + strtoll(text + 3, NULL, 10);
    return strtoll(text, NULL, 10);
}

static uint32_t enum_read(const struct field_descriptor *field, const char *text)
{
    for (unsigned value = 1; value < field->value_count; value++)
        if (strcmp(field->enum_name(value), text) == 0)
            return value;
    fail(field->name, text);
    return 0;
}

static void field_set(const struct field_descriptor *field, char *row, const char *text)
{
    int64_t number = 0;
    switch (field->type) {
    case FIELD_TEXT:
        text_copy(row + field->offset, field->size, text);
        return;
    case FIELD_ENUM:
        memcpy(row + field->offset, &(uint32_t){enum_read(field, text)}, sizeof(uint32_t));
        return;
    case FIELD_UNSIGNED:
        memcpy(
            row + field->offset, &(uint32_t){(uint32_t)strtoul(text, NULL, 10)}, sizeof(uint32_t));
        return;
    case FIELD_INSTANT:
        number = time_read(text, clock_now().ms, INSTANT_NONE.ms);
        break;
    case FIELD_WALL:
        number = time_read(text, clock_wall_ms(), 0);
        break;
    case FIELD_DURATION:
        number = time_read(text, 0, -1);
    }
    memcpy(row + field->offset, &number, sizeof number);
}

static const struct field_descriptor *field_find(const struct row_descriptor *descriptor,
                                                 const char *name)
{
    for (size_t i = 0; i < descriptor->field_count; i++)
        if (strcmp(descriptor->fields[i].name, name) == 0)
            return &descriptor->fields[i];
    fail("no such field", name);
    return NULL;
}

static void do_row(char *arguments)
{
    _Alignas(8) char row[ROW_SIZE_MAX];
    char *rest, *head = strtok_r(arguments, "|", &rest);
    enum row_table table = table_find(strtok(head, " "));
    const char *key_text = strtok(NULL, " ");
    uint32_t key = key_text ? (uint32_t)strtoul(key_text, NULL, 10) : 0;
    const struct row_descriptor *descriptor = &row_descriptors[table];
    const void *old = replica_get(engine.rows, table, key);
    if (old)
        memcpy(row, old, descriptor->size);
    else
        row_init(descriptor, row);
    for (char *field; (field = strtok_r(NULL, "|", &rest)) != NULL;) {
        char *value = strchr(field, '=');
        if (!value)
            fail("no = in", field);
        *value++ = '\0';
        field_set(field_find(descriptor, field), row, value);
    }
    row_publish(table, key, row);
}

static void do_delete(char *arguments)
{
    enum row_table table = table_find(strtok(arguments, " "));
    row_publish(table, (uint32_t)strtoul(strtok(NULL, " "), NULL, 10), NULL);
}

static void do_commit(char *arguments)
{
    if (strtok(arguments, " "))
        fail("nothing may follow", "commit");
    commit();
}

static void do_answer(char *arguments)
{
    static const struct {
        const char *word;
        enum answering answering;
        enum reason refusal;
    } answers[] = {
        {"promise", ANSWERING_PROMISE, REASON_NONE},
        {"refuse", ANSWERING_REFUSE, REASON_EMERGENCY_STOP},
        {"refuse-lock", ANSWERING_REFUSE, REASON_LOCK_MISMATCH},
        {"busy", ANSWERING_BUSY, REASON_NONE},
        {"silent", ANSWERING_SILENT, REASON_NONE},
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (strcmp(arguments, answers[i].word) != 0)
            continue;
        engine.answering = answers[i].answering;
        engine.refusal = answers[i].refusal;
        return;
    }
    fail("there is no answer", arguments);
}

static void do_deliver(char *arguments)
{
    engine.deliver = strcmp(arguments, "on") == 0;
}

static void do_heartbeat(char *arguments)
{
    engine.heartbeat = strcmp(arguments, "on") == 0;
    engine.heartbeat_at = clock_now();
}

static void line_do(char *line)
{
    static const struct {
        const char *word;
        void (*run)(char *arguments);
    } verbs[] = {{"row ", do_row},
                 {"delete ", do_delete},
                 {"commit", do_commit},
                 {"answer ", do_answer},
                 {"deliver ", do_deliver},
                 {"heartbeat ", do_heartbeat}};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strncmp(line, verbs[i].word, strlen(verbs[i].word)) == 0) {
            verbs[i].run(line + strlen(verbs[i].word));
            return;
        }
    fail("no such command", line);
}

/* ---- what clients send ---- */

static void on_hello(struct peer *peer, const struct wire_message *message)
{
    struct wire_message answer = {.type = WIRE_WELCOME};
    peer->greeted = true;
    peer->role = message->hello.role;
    printf("hello %s %s\n", role_words[peer->role], message->hello.program);
    send_to(peer, &answer);
    if (peer->role != WIRE_ROLE_COMMAND)
        send_all_rows(peer);
}

static void on_delivery(struct peer *peer, const struct wire_message *message)
{
    (void)peer;
    const struct wire_delivery *delivery = &message->delivery;
    printf("delivery %u %s %lld\n",
           delivery->sequence,
           delivery_name(delivery->state),
           (long long)delivery->delay_ms);
    const struct row_event *old = replica_get(engine.rows, ROW_event, delivery->sequence);
    if (!engine.deliver || !old)
        return;
    struct row_event event = *old;
    event.delivery = delivery->state;
    event.delay_ms = delivery->delay_ms;
    row_publish(ROW_event, delivery->sequence, &event);
    commit();
}

static void on_ask(struct peer *peer, const struct wire_message *message)
{
    const struct wire_ask *ask = &message->ask;
    const struct command *command = &ask->command;
    printf("ask %s %u confirmed=%d lock=%lld arm=%d%d requester=%s text=%s action=%s\n",
           command_kind_name(command->kind),
           command->argument,
           command->confirmed,
           command->has_lock ? (long long)command->lock : -1,
           command->arm_genset,
           command->arm_servers,
           ask->requester,
           ask->text,
           ask->corrective_action);
    if (engine.answering == ANSWERING_SILENT)
        return;
    struct wire_message answer = {.type = WIRE_ANSWER};
    answer.answer.promised = engine.answering == ANSWERING_PROMISE;
    answer.answer.busy = engine.answering == ANSWERING_BUSY;
    answer.answer.reason = engine.refusal;
    answer.answer.index = engine.next_index++;
    peer->promised = answer.answer.promised;
    peer->index = answer.answer.index;
    send_to(peer, &answer);
}

static void on_confirm(struct peer *peer, const struct wire_message *message)
{
    peer->promised = false;
    printf("confirm %u\n", message->confirm.index);
}

static void (*const handlers[WIRE_TYPE_END])(struct peer *, const struct wire_message *) = {
    [WIRE_HELLO] = on_hello,
    [WIRE_DELIVERY] = on_delivery,
    [WIRE_ASK] = on_ask,
    [WIRE_CONFIRM] = on_confirm,
};

/* ---- the loop ---- */

static void peer_drop(size_t place)
{
    struct peer *peer = &engine.peers[place];
    if (peer->promised)
        printf("cancel %u\n", peer->index);
    printf("closed %s\n", role_words[peer->role]);
    close(peer->fd);
    *peer = engine.peers[--engine.peer_count];
}

static bool peer_read(struct peer *peer)
{
    struct wire_message message;
    int received = wire_receive(peer->fd, &message);
    if (received < 0 && errno == EAGAIN)
        return true;
    if (received <= 0 || !handlers[message.type])
        return false;
    handlers[message.type](peer, &message);
    return true;
}

static void peer_accept(void)
{
    int fd = accept4(engine.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0 && engine.peer_count < CLIENT_LIMIT)
        engine.peers[engine.peer_count++] = (struct peer){.fd = fd};
    else if (fd >= 0)
        close(fd);
}

static void heartbeat_if_due(void)
{
    struct wire_message message = {.type = WIRE_HEARTBEAT};
    if (!engine.heartbeat || !instant_reached(engine.heartbeat_at, clock_now()))
        return;
    send_to_viewers(&message);
    engine.heartbeat_at = instant_add_ms(clock_now(), WIRE_HEARTBEAT_MS);
}

/* False at the end of input. */
static bool input_read(void)
{
    static char buffer[LINE_SIZE * 16];
    static size_t length;
    ssize_t size = read(STDIN_FILENO, buffer + length, sizeof buffer - 1 - length);
    if (size <= 0)
        return false;
    length += (size_t)size;
    buffer[length] = '\0';
    char *line = buffer;
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        line_do(line);
    }
    length -= (size_t)(line - buffer);
    memmove(buffer, line, length);
    return true;
}

static bool turn(void)
{
    struct pollfd fds[CLIENT_LIMIT + 2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                           {.fd = engine.listener, .events = POLLIN}};
    for (size_t i = 0; i < engine.peer_count; i++)
        fds[i + 2] = (struct pollfd){.fd = engine.peers[i].fd, .events = POLLIN};
    int64_t left_ms = instant_diff_ms(engine.heartbeat_at, clock_now());
    poll(fds, engine.peer_count + 2, engine.heartbeat ? (left_ms > 0 ? (int)left_ms : 0) : -1);
    heartbeat_if_due();
    for (size_t i = engine.peer_count; i-- > 0;)
        if (fds[i + 2].revents && !peer_read(&engine.peers[i]))
            peer_drop(i);
    if (fds[1].revents)
        peer_accept();
    return !fds[0].revents || input_read();
}

int main(int count, char **arguments)
{
    if (count != 2)
        fail("usage", "fake-engine SOCKET");
    setvbuf(stdout, NULL, _IOLBF, 0);
    engine.rows = replica_create();
    engine.listener = wire_listen(arguments[1], 0600);
    engine.heartbeat_at = clock_now();
    if (!engine.rows || engine.listener < 0)
        fail(arguments[1], strerror(errno));
    puts("listening");
    while (turn())
        continue;
    unlink(arguments[1]);
    replica_free(engine.rows);
    return 0;
}

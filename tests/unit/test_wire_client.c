#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "row_samples.h"
#include "wire/client.h"

/* The test is the engine; both ends live in one process, on one socket. */
static char folder[64], path[96];
static int listener, peer;
static struct client *client;

static int begin(void **state)
{
    (void)state;
    text_copy(folder, sizeof folder, "/tmp/padam-client-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    text_format(path, sizeof path, "%s/padamd.sock", folder);
    listener = wire_listen(path, 0600);
    client = client_create(path, WIRE_ROLE_VIEWER, "test");
    peer = -1;
    return listener >= 0 && client ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    client_free(client);
    if (peer >= 0)
        close(peer);
    if (listener >= 0)
        close(listener);
    unlink(path);
    text_append(path, sizeof path, WIRE_LOCK_SUFFIX);
    unlink(path);
    return rmdir(folder);
}

static instant at(int64_t ms)
{
    return instant_at(1000000 + ms);
}

static void engine_accept(struct wire_message *hello)
{
    if (peer >= 0)
        close(peer);
    assert_true(client_connect(client) >= 0);
    peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    assert_true(peer >= 0);
    assert_int_equal(wire_receive(peer, hello), 1);
    assert_int_equal(hello->type, WIRE_HELLO);
}

static void engine_say(enum wire_type type)
{
    struct wire_message message = {.type = type};
    if (type == WIRE_COMMIT)
        message.commit.number = 42;
    assert_int_equal(wire_send(peer, &message), 0);
}

static void engine_say_row(enum row_table table, uint32_t key, unsigned seed)
{
    union row_sample row;
    struct wire_message message;
    row_sample_fill(&row, table, seed);
    wire_row_fill(&message, table, key, &row);
    assert_int_equal(wire_send(peer, &message), 0);
}

/* Up to the first commit, at time 0. */
static void engine_be_current(void)
{
    struct wire_message hello;
    engine_accept(&hello);
    engine_say(WIRE_WELCOME);
    engine_say_row(ROW_mains, 0, 1);
    engine_say(WIRE_COMMIT);
    assert_int_equal(client_receive(client, at(0)), CLIENT_COMMIT);
}

static void client_is(enum wire_role role)
{
    client_free(client);
    client = client_create(path, role, "test");
    assert_non_null(client);
}

static void a_refusal_by_an_engine_of_the_same_schema_is_a_sign_of_life(void **state)
{
    (void)state;
    struct wire_message hello;
    for (int same = 0; same < 2; same++) {
        engine_accept(&hello);
        struct wire_message refused = {.type = WIRE_REFUSED};
        refused.refused.schema_hash = row_schema_hash() ^ !same;
        assert_int_equal(wire_send(peer, &refused), 0);
        assert_int_equal(client_receive(client, at(7)), CLIENT_CLOSED);
        assert_int_equal(client_refused_at(client).ms, same ? at(7).ms : INSTANT_NONE.ms);
        assert_int_equal(client_link(client, at(7)), ENGINE_LINK_LOST);
    }
}

/* Whoever waits for the next packet would not see it before that. */
static void nothing_comes_behind_a_commit(void **state)
{
    (void)state;
    static struct wire_bundle bundle;
    engine_be_current();
    wire_bundle_clear(&bundle);
    for (enum wire_type type = WIRE_COMMIT; type <= WIRE_HEARTBEAT; type++) {
        *wire_bundle_room(&bundle) = (struct wire_message){.type = type};
        wire_bundle_add(&bundle);
    }
    assert_int_equal(wire_bundle_send(peer, &bundle), 0);
    assert_int_equal(client_receive(client, at(1)), CLIENT_CLOSED);
    assert_non_null(strstr(client_problem(client), "behind a commit"));
}

static void a_heartbeat_is_read_and_not_answered(void **state)
{
    (void)state;
    static const enum wire_role roles[] = {WIRE_ROLE_VIEWER, WIRE_ROLE_NOTIFIER};
    struct wire_message answer;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        client_is(roles[i]);
        engine_be_current();
        engine_say(WIRE_HEARTBEAT);
        assert_true(wire_unread(peer) > 0);
        assert_int_equal(client_receive(client, at(1)), CLIENT_WAIT);
        assert_int_equal(wire_unread(peer), 0);
        assert_int_equal(wire_receive(peer, &answer), -1);
        assert_int_equal(errno, EAGAIN);
    }
}

static void client_greets_with_its_schema_role_and_name(void **state)
{
    (void)state;
    struct wire_message hello;
    engine_accept(&hello);
    assert_true(hello.hello.schema_hash == row_schema_hash());
    assert_int_equal(hello.hello.role, WIRE_ROLE_VIEWER);
    assert_string_equal(hello.hello.program, "test");
    assert_string_equal(hello.hello.version, PADAM_VERSION);
}

static void rows_show_at_the_commit_which_is_reported(void **state)
{
    (void)state;
    struct wire_message hello;
    engine_accept(&hello);
    engine_say(WIRE_WELCOME);
    engine_say_row(ROW_mains, 0, 1);
    assert_int_equal(client_receive(client, at(0)), CLIENT_WAIT);
    assert_null(replica_get(client_replica(client), ROW_mains, 0));
    assert_int_equal(client_link(client, at(0)), ENGINE_LINK_UNKNOWN);
    engine_say(WIRE_COMMIT);
    engine_say_row(ROW_mains, 0, 2);
    assert_int_equal(client_receive(client, at(1)), CLIENT_COMMIT);
    assert_non_null(replica_get(client_replica(client), ROW_mains, 0));
    assert_int_equal(replica_commit_number(client_replica(client)), 42);
    assert_int_equal(client_link(client, at(1)), ENGINE_LINK_CONNECTED);
    assert_int_equal(client_receive(client, at(1)), CLIENT_WAIT);
}

static void engine_is_lost_when_not_heard_for_its_time(void **state)
{
    (void)state;
    engine_be_current();
    assert_int_equal(client_lost_at(client, at(0)).ms, at(WIRE_LOST_MS).ms);
    assert_int_equal(client_link(client, at(WIRE_LOST_MS - 1)), ENGINE_LINK_CONNECTED);
    assert_int_equal(client_link(client, at(WIRE_LOST_MS)), ENGINE_LINK_LOST);
    assert_int_equal(client_lost_at(client, at(WIRE_LOST_MS)).ms, INSTANT_NEVER.ms);
}

static void heartbeat_keeps_the_engine_and_brings_it_back(void **state)
{
    (void)state;
    engine_be_current();
    engine_say(WIRE_HEARTBEAT);
    assert_int_equal(client_receive(client, at(5000)), CLIENT_WAIT);
    assert_int_equal(client_heard_at(client).ms, at(5000).ms);
    assert_int_equal(client_link(client, at(19999)), ENGINE_LINK_CONNECTED);
    assert_int_equal(client_link(client, at(20000)), ENGINE_LINK_LOST);
    engine_say(WIRE_HEARTBEAT);
    assert_int_equal(client_receive(client, at(30000)), CLIENT_WAIT);
    assert_int_equal(client_link(client, at(30000)), ENGINE_LINK_CONNECTED);
}

static void broken_connection_is_not_yet_a_lost_engine(void **state)
{
    (void)state;
    engine_be_current();
    close(peer);
    peer = -1;
    assert_int_equal(client_receive(client, at(100)), CLIENT_CLOSED);
    assert_int_equal(client_fd(client), -1);
    assert_non_null(strstr(client_problem(client), "closed the connection"));
    assert_int_equal(client_link(client, at(100)), ENGINE_LINK_CONNECTED);
    assert_int_equal(client_link(client, at(WIRE_LOST_MS)), ENGINE_LINK_LOST);
    assert_non_null(replica_get(client_replica(client), ROW_mains, 0));
}

static void new_connection_counts_from_its_first_commit(void **state)
{
    (void)state;
    struct wire_message hello;
    engine_be_current();
    client_disconnect(client);
    engine_accept(&hello);
    engine_say(WIRE_WELCOME);
    engine_say(WIRE_HEARTBEAT);
    assert_int_equal(client_receive(client, at(14000)), CLIENT_WAIT);
    assert_int_equal(client_link(client, at(WIRE_LOST_MS)), ENGINE_LINK_LOST);
    engine_say(WIRE_COMMIT);
    assert_int_equal(client_receive(client, at(16000)), CLIENT_COMMIT);
    assert_int_equal(client_link(client, at(16000)), ENGINE_LINK_CONNECTED);
    assert_null(replica_get(client_replica(client), ROW_mains, 0));
}

static void refused_client_reports_the_reason_and_loses_the_engine_at_once(void **state)
{
    (void)state;
    struct wire_message hello, answer;
    engine_be_current();
    client_disconnect(client);
    engine_accept(&hello);
    hello.hello.schema_hash++;
    assert_false(wire_hello_answer(&hello.hello, &answer));
    assert_int_equal(wire_send(peer, &answer), 0);
    assert_int_equal(client_receive(client, at(10)), CLIENT_CLOSED);
    assert_non_null(strstr(client_problem(client), "restart all programs"));
    assert_int_equal(client_link(client, at(10)), ENGINE_LINK_LOST);
}

/* An engine that refuses whoever connects, before it has read anything. */
static _Noreturn void engine_refuse_all(void)
{
    struct wire_message refused = {.type = WIRE_REFUSED, .refused.text = "not for you"};
    for (;;) {
        struct pollfd poll_fd = {.fd = listener, .events = POLLIN};
        int accepted =
            poll(&poll_fd, 1, -1) == 1 ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
        if (accepted < 0 || wire_send(accepted, &refused) < 0)
            _exit(EXIT_FAILURE);
        close(accepted);
    }
}

static void reason_of_a_refusal_is_told_whenever_it_comes(void **state)
{
    (void)state;
    enum { ROUNDS = 2000, LIMIT_MS = 20000 };
    pid_t engine = fork();
    if (engine == 0)
        engine_refuse_all();
    unsigned told = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct pollfd poll_fd = {.fd = client_connect(client), .events = POLLIN};
        enum client_result result = CLIENT_WAIT;
        while (result == CLIENT_WAIT && poll_fd.fd >= 0 && poll(&poll_fd, 1, LIMIT_MS) == 1)
            result = client_receive(client, at(0));
        told += result == CLIENT_CLOSED && strstr(client_problem(client), "not for you") != NULL;
    }
    kill(engine, SIGKILL);
    waitpid(engine, NULL, 0);
    assert_int_equal(told, ROUNDS);
}

static void messages_out_of_place_end_the_connection(void **state)
{
    (void)state;
    static const enum wire_type before[] = {WIRE_ROW, WIRE_COMMIT, WIRE_HEARTBEAT, WIRE_ANSWER};
    struct wire_message hello;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        engine_accept(&hello);
        if (before[i] == WIRE_ROW)
            engine_say_row(ROW_mains, 0, 1);
        else
            engine_say(before[i]);
        assert_int_equal(client_receive(client, at(0)), CLIENT_CLOSED);
    }
    engine_be_current();
    engine_say(WIRE_WELCOME);
    assert_int_equal(client_receive(client, at(0)), CLIENT_CLOSED);
    assert_non_null(strstr(client_problem(client), "no place"));
}

static void malformed_message_ends_the_connection(void **state)
{
    (void)state;
    engine_be_current();
    assert_int_equal(send(peer, "abc", 3, 0), 3);
    assert_int_equal(client_receive(client, at(0)), CLIENT_CLOSED);
    assert_non_null(strstr(client_problem(client), strerror(EBADMSG)));
}

static void delivery_reaches_the_engine(void **state)
{
    (void)state;
    struct wire_message received;
    assert_int_equal(client_send_delivery(client, 7, DELIVERY_ACCEPTED, 1500), -1);
    assert_int_equal(errno, ENOTCONN);
    engine_be_current();
    assert_int_equal(client_send_delivery(client, 7, DELIVERY_ACCEPTED, 1500), 0);
    assert_int_equal(wire_receive(peer, &received), 1);
    assert_int_equal(received.type, WIRE_DELIVERY);
    assert_int_equal(received.delivery.sequence, 7);
    assert_int_equal(received.delivery.state, DELIVERY_ACCEPTED);
    assert_int_equal(received.delivery.delay_ms, 1500);
}

static void absent_engine_is_a_problem_with_its_path(void **state)
{
    (void)state;
    close(listener);
    listener = -1;
    assert_int_equal(client_connect(client), -1);
    assert_int_equal(errno, ECONNREFUSED);
    assert_non_null(strstr(client_problem(client), path));
    assert_int_equal(client_receive(client, at(0)), CLIENT_CLOSED);
}

#define CLIENT_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(client_greets_with_its_schema_role_and_name),
        CLIENT_TEST(nothing_comes_behind_a_commit),
        CLIENT_TEST(a_heartbeat_is_read_and_not_answered),
        CLIENT_TEST(a_refusal_by_an_engine_of_the_same_schema_is_a_sign_of_life),
        CLIENT_TEST(rows_show_at_the_commit_which_is_reported),
        CLIENT_TEST(engine_is_lost_when_not_heard_for_its_time),
        CLIENT_TEST(heartbeat_keeps_the_engine_and_brings_it_back),
        CLIENT_TEST(broken_connection_is_not_yet_a_lost_engine),
        CLIENT_TEST(new_connection_counts_from_its_first_commit),
        CLIENT_TEST(refused_client_reports_the_reason_and_loses_the_engine_at_once),
        CLIENT_TEST(reason_of_a_refusal_is_told_whenever_it_comes),
        CLIENT_TEST(messages_out_of_place_end_the_connection),
        CLIENT_TEST(malformed_message_ends_the_connection),
        CLIENT_TEST(delivery_reaches_the_engine),
        CLIENT_TEST(absent_engine_is_a_problem_with_its_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

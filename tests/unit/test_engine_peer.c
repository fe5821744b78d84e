#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/peer.h"

enum { MANY_ROWS = 20000 };

static char folder[] = "/tmp/padam-peer-XXXXXX";
static struct engine_settings settings;
static sd_event *event;
static struct store *store;
static struct peers *peers;
static struct {
    struct wire_delivery delivery;
    struct wire_ask ask;
    uint64_t asked_by, gone;
    uint32_t confirmed;
    bool confirm_result;
} heard;

static void on_delivery(void *context, const struct wire_delivery *delivery)
{
    (void)context;
    heard.delivery = *delivery;
}

static void on_ask(void *context, uint64_t peer, const struct wire_ask *ask)
{
    (void)context;
    heard.asked_by = peer;
    heard.ask = *ask;
}

static bool on_confirm(void *context, uint64_t peer, uint32_t index)
{
    (void)context;
    assert_int_equal(peer, heard.asked_by);
    heard.confirmed = index;
    return heard.confirm_result;
}

static void on_gone(void *context, uint64_t peer)
{
    (void)context;
    heard.gone = peer;
}

static const struct peer_handlers handlers = {
    .delivery = on_delivery, .ask = on_ask, .confirm = on_confirm, .gone = on_gone};

enum { FD_LIMIT = 1024 };
static struct wire_bundle received[FD_LIMIT]; /* by descriptor */

static int open_peers_not_accepting(void **state)
{
    (void)state;
    char error[PEERS_ERROR_SIZE];
    const struct store_limits limits = {.rows = {0}};
    log_open("test", LOG_LEVEL_ERROR - 1);
    text_copy(folder, sizeof folder, "/tmp/padam-peer-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    text_format(settings.socket, sizeof settings.socket, "%s/engine.sock", folder);
    settings.group[0] = '\0';
    memset(&heard, 0, sizeof heard);
    memset(received, 0, sizeof received);
    store = store_new(&limits);
    if (!store || sd_event_new(&event) < 0)
        return -1;
    peers = peers_open(event, &settings, store, &handlers, NULL, error);
    return peers ? 0 : -1;
}

static int open_peers(void **state)
{
    if (open_peers_not_accepting(state) < 0)
        return -1;
    peers_accept(peers);
    return 0;
}

static int close_peers(void **state)
{
    (void)state;
    peers_close(peers);
    store_free(store);
    sd_event_unref(event);
    text_append(settings.socket, sizeof settings.socket, WIRE_LOCK_SUFFIX);
    unlink(settings.socket);
    return rmdir(folder);
}

static void turn(void)
{
    while (sd_event_run(event, 0) > 0)
        ;
}

static int connect_as(enum wire_role role)
{
    struct wire_message message;
    int fd = wire_connect(settings.socket);
    assert_true(fd >= 0);
    wire_hello_fill(&message, role, "test");
    assert_int_equal(wire_send(fd, &message), 0);
    turn();
    return fd;
}

/* The next message, of the last packet or of the next one. As wire_receive(). */
static int receive(int fd, struct wire_message *message)
{
    const struct wire_message *next = wire_bundle_next(&received[fd]);
    int got = 1;
    message->type = 0;
    if (!next) {
        got = wire_bundle_receive(fd, &received[fd]);
        next = wire_bundle_next(&received[fd]);
    }
    if (next)
        memcpy(message, next, wire_message_size(next));
    return got;
}

static void expect(int fd, uint32_t type, struct wire_message *message)
{
    memset(message, 0, sizeof *message);
    assert_int_equal(receive(fd, message), 1);
    assert_int_equal(message->type, type);
}

static int welcome_as(enum wire_role role)
{
    struct wire_message message;
    int fd = connect_as(role);
    expect(fd, WIRE_WELCOME, &message);
    return fd;
}

static void expect_end(int fd)
{
    struct wire_message message;
    assert_int_equal(receive(fd, &message), 0);
    close(fd);
}

static void put_incident(uint32_t key, uint32_t rounds)
{
    struct row_incident row;
    memset(&row, 0, sizeof row);
    row.kind = INCIDENT_KIND_OUTAGE;
    row.state = INCIDENT_STATE_OPEN;
    row.times_estimated = ON_OFF_OFF;
    row.rounds = rounds;
    assert_int_equal(store_put(store, ROW_incident, key, &row), 0);
}

static void a_viewer_gets_all_rows_and_a_commit(void **state)
{
    (void)state;
    struct wire_message message;
    put_incident(3, 1);
    int fd = welcome_as(WIRE_ROLE_VIEWER);
    expect(fd, WIRE_ROW, &message);
    assert_int_equal(message.row.table, ROW_incident);
    assert_int_equal(message.row.key, 3);
    expect(fd, WIRE_COMMIT, &message);
    assert_int_equal(message.commit.number, 1);
    put_incident(3, 2);
    peers_publish(peers);
    expect(fd, WIRE_ROW, &message);
    expect(fd, WIRE_COMMIT, &message);
    assert_int_equal(message.commit.number, 2);
    close(fd);
}

static void who_comes_before_the_first_rows_waits_for_them(void **state)
{
    (void)state;
    struct wire_message message;
    int fd = connect_as(WIRE_ROLE_VIEWER);
    peers_heartbeat(peers);
    turn();
    assert_int_equal(receive(fd, &message), -1);
    assert_int_equal(errno, EAGAIN);
    put_incident(3, 1);
    peers_accept(peers);
    turn();
    expect(fd, WIRE_WELCOME, &message);
    expect(fd, WIRE_ROW, &message);
    expect(fd, WIRE_COMMIT, &message);
    close(fd);
}

static void another_schema_is_refused_naming_both(void **state)
{
    (void)state;
    struct wire_message message;
    int fd = wire_connect(settings.socket);
    wire_hello_fill(&message, WIRE_ROLE_VIEWER, "test");
    message.hello.schema_hash ^= 1;
    wire_send(fd, &message);
    turn();
    expect(fd, WIRE_REFUSED, &message);
    assert_int_equal(message.refused.schema_hash, row_schema_hash());
    expect_end(fd);
}

static void a_second_notifier_is_refused_with_the_first_ones_name(void **state)
{
    (void)state;
    struct wire_message message;
    int first = welcome_as(WIRE_ROLE_NOTIFIER);
    int second = connect_as(WIRE_ROLE_NOTIFIER);
    char text[sizeof message.refused.text];
    text_format(text, sizeof text, "test (pid %d) is the notifier already", (int)getpid());
    expect(second, WIRE_REFUSED, &message);
    assert_string_equal(message.refused.text, text);
    expect_end(second);
    close(first);
    turn();
    close(welcome_as(WIRE_ROLE_NOTIFIER));
}

static void garbage_ends_the_connection(void **state)
{
    (void)state;
    struct wire_message message;
    int fd = welcome_as(WIRE_ROLE_VIEWER);
    expect(fd, WIRE_COMMIT, &message);
    assert_int_equal(send(fd, "garbage", 7, 0), 7);
    turn();
    expect_end(fd);
}

static void a_message_of_another_role_ends_the_connection(void **state)
{
    (void)state;
    struct wire_message message = {.type = WIRE_DELIVERY,
                                   .delivery = {.sequence = 1, .state = DELIVERY_ACCEPTED}};
    struct wire_message commit;
    int fd = welcome_as(WIRE_ROLE_VIEWER);
    expect(fd, WIRE_COMMIT, &commit);
    wire_send(fd, &message);
    turn();
    expect_end(fd);
    assert_int_equal(heard.delivery.sequence, 0);
}

static void who_speaks_before_hello_is_closed(void **state)
{
    (void)state;
    struct wire_message message = {.type = WIRE_CONFIRM, .confirm.index = 1};
    int fd = wire_connect(settings.socket);
    wire_send(fd, &message);
    turn();
    expect_end(fd);
}

static void who_never_says_hello_is_closed_after_some_heartbeats(void **state)
{
    (void)state;
    struct wire_message message;
    int fd = wire_connect(settings.socket);
    turn();
    peers_heartbeat(peers);
    peers_heartbeat(peers);
    assert_int_equal(receive(fd, &message), -1);
    assert_int_equal(errno, EAGAIN);
    peers_heartbeat(peers);
    expect_end(fd);
}

static void a_heartbeat_reaches_viewers_and_the_notifier(void **state)
{
    (void)state;
    struct wire_message message;
    int viewer = welcome_as(WIRE_ROLE_VIEWER), notifier = welcome_as(WIRE_ROLE_NOTIFIER);
    expect(viewer, WIRE_COMMIT, &message);
    expect(notifier, WIRE_COMMIT, &message);
    peers_heartbeat(peers);
    expect(viewer, WIRE_HEARTBEAT, &message);
    expect(notifier, WIRE_HEARTBEAT, &message);
    close(viewer);
    close(notifier);
}

static void the_notifier_reports_a_delivery(void **state)
{
    (void)state;
    struct wire_message message = {
        .type = WIRE_DELIVERY,
        .delivery = {.sequence = 5, .state = DELIVERY_ACCEPTED, .delay_ms = 40}};
    int fd = welcome_as(WIRE_ROLE_NOTIFIER);
    wire_send(fd, &message);
    turn();
    assert_int_equal(heard.delivery.sequence, 5);
    assert_int_equal(heard.delivery.delay_ms, 40);
    close(fd);
}

static int ask(void)
{
    struct wire_message message = {.type = WIRE_ASK,
                                   .ask.command = {.kind = COMMAND_KIND_INHIBIT, .argument = 60}};
    text_copy(message.ask.requester, sizeof message.ask.requester, "Siti");
    int fd = welcome_as(WIRE_ROLE_COMMAND);
    assert_int_equal(wire_send(fd, &message), 0);
    turn();
    assert_string_equal(heard.ask.requester, "Siti");
    return fd;
}

static void a_command_is_asked_answered_and_confirmed(void **state)
{
    (void)state;
    struct wire_message message = {.type = WIRE_ANSWER, .answer = {.promised = 1, .index = 4}};
    heard.confirm_result = true;
    int fd = ask();
    peers_answer(peers, heard.asked_by, &message);
    expect(fd, WIRE_ANSWER, &message);
    assert_int_equal(message.answer.index, 4);
    message = (struct wire_message){.type = WIRE_CONFIRM, .confirm.index = 4};
    wire_send(fd, &message);
    turn();
    assert_int_equal(heard.confirmed, 4);
    assert_int_equal(heard.gone, 0);
    close(fd);
    turn();
    assert_int_equal(heard.gone, heard.asked_by);
}

static void confirming_what_was_not_promised_ends_the_connection(void **state)
{
    (void)state;
    struct wire_message message = {.type = WIRE_CONFIRM, .confirm.index = 4};
    int fd = ask();
    wire_send(fd, &message);
    turn();
    assert_int_equal(heard.gone, heard.asked_by);
    expect_end(fd);
}

static void a_command_connection_gets_no_rows(void **state)
{
    (void)state;
    struct wire_message message;
    int fd = welcome_as(WIRE_ROLE_COMMAND);
    put_incident(1, 1);
    peers_publish(peers);
    assert_int_equal(receive(fd, &message), -1);
    assert_int_equal(errno, EAGAIN);
    close(fd);
}

static void an_answer_to_who_is_gone_is_dropped(void **state)
{
    (void)state;
    struct wire_message message = {.type = WIRE_ANSWER, .answer.promised = 1};
    int fd = ask();
    close(fd);
    turn();
    peers_answer(peers, heard.asked_by, &message);
}

static void what_is_published_at_once_is_one_packet(void **state)
{
    (void)state;
    static struct wire_bundle bundle;
    struct wire_message message;
    int fd = welcome_as(WIRE_ROLE_VIEWER);
    expect(fd, WIRE_COMMIT, &message);
    for (uint32_t key = 1; key <= 10; key++)
        put_incident(key, 1);
    peers_publish(peers);
    assert_int_equal(wire_bundle_receive(fd, &bundle), 1);
    for (uint32_t key = 1; key <= 10; key++)
        assert_int_equal(wire_bundle_next(&bundle)->row.key, key);
    assert_int_equal(wire_bundle_next(&bundle)->type, WIRE_COMMIT);
    assert_null(wire_bundle_next(&bundle));
    close(fd);
}

static void a_reader_that_stops_gets_the_rest_when_it_reads_again(void **state)
{
    (void)state;
    struct wire_message message;
    uint32_t rows = 0;
    int fd = welcome_as(WIRE_ROLE_VIEWER);
    for (uint32_t key = 1; key <= MANY_ROWS; key++)
        put_incident(key, 1);
    peers_publish(peers);
    turn();
    expect(fd, WIRE_COMMIT, &message);
    do
        if (receive(fd, &message) != 1)
            turn();
        else
            rows += message.type == WIRE_ROW;
    while (message.type != WIRE_COMMIT);
    assert_int_equal(rows, MANY_ROWS);
    close(fd);
}

/* ---- floods ---- */

static void connect_all(int *fds, size_t count, enum wire_role role)
{
    for (size_t i = 0; i < count; i++)
        fds[i] = welcome_as(role);
}

static void close_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
    turn();
}

static int connect_silently(void)
{
    int fd = wire_connect(settings.socket);
    assert_true(fd >= 0);
    turn();
    return fd;
}

static bool has_ended(int fd)
{
    struct wire_message message;
    int got = 1;
    while (got == 1)
        got = receive(fd, &message);
    return got == 0;
}

static size_t open_descriptors(void)
{
    size_t count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void viewers_past_their_limit_are_refused_and_take_nobody_elses_place(void **state)
{
    (void)state;
    struct wire_message message;
    int viewers[PEER_VIEWERS];
    connect_all(viewers, PEER_VIEWERS, WIRE_ROLE_VIEWER);
    int fd = connect_as(WIRE_ROLE_VIEWER);
    expect(fd, WIRE_REFUSED, &message);
    assert_string_equal(message.refused.text, "too many viewers");
    expect_end(fd);
    int notifier = welcome_as(WIRE_ROLE_NOTIFIER), command = welcome_as(WIRE_ROLE_COMMAND);
    close(viewers[0]);
    turn();
    viewers[0] = welcome_as(WIRE_ROLE_VIEWER);
    close(notifier);
    close(command);
    close_all(viewers, PEER_VIEWERS);
}

static void who_says_nothing_gives_way_to_who_does(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    int silent[PEER_GREETING + 1];
    for (size_t i = 0; i < PEER_GREETING; i++)
        silent[i] = connect_silently();
    assert_false(has_ended(silent[0]));
    silent[PEER_GREETING] = connect_silently();
    assert_true(has_ended(silent[0]));
    assert_false(has_ended(silent[1]));
    close(welcome_as(WIRE_ROLE_NOTIFIER));
    close(welcome_as(WIRE_ROLE_COMMAND));
    close_all(silent, PEER_GREETING + 1);
    assert_int_equal(open_descriptors(), before);
}

/* Its HELLO has come, but was not read yet when a newer connection wants the place. */
static void who_has_just_spoken_keeps_its_place(void **state)
{
    (void)state;
    struct wire_message message;
    int silent[PEER_GREETING];
    for (size_t i = 0; i < PEER_GREETING; i++)
        silent[i] = connect_silently();
    int newer = wire_connect(settings.socket);
    wire_hello_fill(&message, WIRE_ROLE_VIEWER, "test");
    assert_int_equal(wire_send(silent[0], &message), 0);
    turn();
    expect(silent[0], WIRE_WELCOME, &message);
    close(newer);
    close_all(silent, PEER_GREETING);
}

static void a_new_command_gets_the_place_of_one_that_asks_nothing(void **state)
{
    (void)state;
    int commands[PEER_COMMANDS];
    commands[0] = ask();
    connect_all(commands + 1, PEER_COMMANDS - 1, WIRE_ROLE_COMMAND);
    int newer = welcome_as(WIRE_ROLE_COMMAND);
    assert_false(has_ended(commands[0]));
    assert_true(has_ended(commands[1]));
    assert_false(has_ended(commands[2]));
    close(newer);
    close_all(commands, PEER_COMMANDS);
}

static void among_commands_that_ask_the_oldest_makes_room(void **state)
{
    (void)state;
    int commands[PEER_COMMANDS];
    uint64_t first = 0;
    for (size_t i = 0; i < PEER_COMMANDS; i++) {
        commands[i] = ask();
        first = i == 0 ? heard.asked_by : first;
    }
    int newer = welcome_as(WIRE_ROLE_COMMAND);
    assert_true(has_ended(commands[0]));
    assert_int_equal(heard.gone, first);
    assert_false(has_ended(commands[1]));
    close(newer);
    close_all(commands, PEER_COMMANDS);
}

static void without_descriptors_no_client_is_accepted_until_there_are(void **state)
{
    (void)state;
    if (getenv("UNDER"))
        skip(); /* valgrind itself closes what is past the limit, and nobody waits */
    struct rlimit limit, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    int fd = wire_connect(settings.socket);
    none = limit;
    none.rlim_cur = (rlim_t)fd + 1;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    turn(); /* it would never end, were the connection waited for still */
    peers_heartbeat(peers);
    turn();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    turn();
    struct wire_message message;
    wire_hello_fill(&message, WIRE_ROLE_VIEWER, "test");
    assert_int_equal(wire_send(fd, &message), 0);
    peers_heartbeat(peers);
    turn();
    expect(fd, WIRE_WELCOME, &message);
    close(fd);
}

/* ---- who does not go on ---- */

static void read_all(int fd)
{
    struct wire_message message;
    while (receive(fd, &message) == 1)
        continue;
    assert_int_equal(errno, EAGAIN);
}

static void a_notifier_that_hangs_loses_its_role(void **state)
{
    (void)state;
    int notifier = welcome_as(WIRE_ROLE_NOTIFIER);
    for (int i = 0; i < 10; i++) {
        peers_heartbeat(peers);
        read_all(notifier);
    }
    for (int i = 0; i < 3; i++)
        peers_heartbeat(peers);
    struct wire_message message;
    int second = connect_as(WIRE_ROLE_NOTIFIER);
    expect(second, WIRE_REFUSED, &message);
    close(second);
    peers_heartbeat(peers);
    assert_true(has_ended(notifier));
    close(notifier);
    close(welcome_as(WIRE_ROLE_NOTIFIER));
}

static bool was_hung_up_on(int fd)
{
    struct pollfd socket = {.fd = fd, .events = POLLRDHUP};
    return poll(&socket, 1, 0) > 0;
}

/* Behind as it is, it does not hang. */
static void a_notifier_that_reads_slowly_keeps_its_role(void **state)
{
    (void)state;
    int notifier = welcome_as(WIRE_ROLE_NOTIFIER);
    struct wire_message message;
    for (uint32_t key = 1; key <= 100; key++) {
        put_incident(key, 1);
        peers_publish(peers); /* a packet each */
    }
    for (int i = 0; i < 20; i++) {
        peers_heartbeat(peers);
        assert_false(was_hung_up_on(notifier));
        for (int read = 0; read < 3; read++)
            assert_int_equal(receive(notifier, &message), 1);
    }
    close(notifier);
}

/* It may be a terminal that somebody has stopped. */
static void a_viewer_need_not_read_for_long(void **state)
{
    (void)state;
    int viewer = welcome_as(WIRE_ROLE_VIEWER);
    for (int i = 0; i < 50; i++)
        peers_heartbeat(peers);
    read_all(viewer);
    close(viewer);
}

static void a_viewer_that_never_reads_is_closed_at_last(void **state)
{
    (void)state;
    int viewer = welcome_as(WIRE_ROLE_VIEWER), beats = 0;
    for (uint32_t key = 1; key <= MANY_ROWS; key++)
        put_incident(key, 1);
    peers_publish(peers);
    turn();
    for (; beats < 1000 && !was_hung_up_on(viewer); beats++)
        peers_heartbeat(peers);
    assert_in_range(beats, 60, 999);
    close(viewer);
}

static void a_second_engine_at_the_same_socket_is_told_so(void **state)
{
    (void)state;
    char error[PEERS_ERROR_SIZE], expected[PEERS_ERROR_SIZE];
    text_format(expected, sizeof expected, "%s: another engine listens there", settings.socket);
    assert_null(peers_open(event, &settings, store, &handlers, NULL, error));
    assert_string_equal(error, expected);
    close(welcome_as(WIRE_ROLE_VIEWER));
}

static void a_group_that_is_given_the_socket_may_open_it(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(peers_give_to_group(peers, getgid()), 0);
    assert_int_equal(stat(settings.socket, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0660);
    assert_int_equal(status.st_gid, getgid());
}

static void without_a_group_only_the_owner_may_open_the_socket(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(stat(settings.socket, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

#define peer_test(function) cmocka_unit_test_setup_teardown(function, open_peers, close_peers)

int main(void)
{
    const struct CMUnitTest tests[] = {
        peer_test(a_viewer_gets_all_rows_and_a_commit),
        cmocka_unit_test_setup_teardown(
            who_comes_before_the_first_rows_waits_for_them, open_peers_not_accepting, close_peers),
        peer_test(another_schema_is_refused_naming_both),
        peer_test(a_second_notifier_is_refused_with_the_first_ones_name),
        peer_test(garbage_ends_the_connection),
        peer_test(a_message_of_another_role_ends_the_connection),
        peer_test(who_speaks_before_hello_is_closed),
        peer_test(who_never_says_hello_is_closed_after_some_heartbeats),
        peer_test(a_heartbeat_reaches_viewers_and_the_notifier),
        peer_test(the_notifier_reports_a_delivery),
        peer_test(a_command_is_asked_answered_and_confirmed),
        peer_test(confirming_what_was_not_promised_ends_the_connection),
        peer_test(a_command_connection_gets_no_rows),
        peer_test(an_answer_to_who_is_gone_is_dropped),
        peer_test(what_is_published_at_once_is_one_packet),
        peer_test(a_reader_that_stops_gets_the_rest_when_it_reads_again),
        peer_test(viewers_past_their_limit_are_refused_and_take_nobody_elses_place),
        peer_test(who_says_nothing_gives_way_to_who_does),
        peer_test(who_has_just_spoken_keeps_its_place),
        peer_test(a_new_command_gets_the_place_of_one_that_asks_nothing),
        peer_test(among_commands_that_ask_the_oldest_makes_room),
        peer_test(without_descriptors_no_client_is_accepted_until_there_are),
        peer_test(a_notifier_that_hangs_loses_its_role),
        peer_test(a_notifier_that_reads_slowly_keeps_its_role),
        peer_test(a_viewer_need_not_read_for_long),
        peer_test(a_viewer_that_never_reads_is_closed_at_last),
        peer_test(a_second_engine_at_the_same_socket_is_told_so),
        peer_test(a_group_that_is_given_the_socket_may_open_it),
        peer_test(without_a_group_only_the_owner_may_open_the_socket),
    };
    return cmocka_run_group_tests_name("engine/peer", tests, NULL, NULL);
}

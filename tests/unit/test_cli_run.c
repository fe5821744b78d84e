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
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/order.h"
#include "row_samples.h"

/* The test is the engine; the subcommand runs in a child, its output caught in a pipe. */
enum { LIMIT_MS = 20000, ARGUMENTS_MAX = 12 };

static char folder[64], path[96], output[16384];
static int listener, output_fd;
static pid_t child;

static int begin(void **state)
{
    (void)state;
    text_copy(folder, sizeof folder, "/tmp/padam-cli-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    text_format(path, sizeof path, "%s/padamd.sock", folder);
    listener = wire_listen(path, 0600);
    return listener >= 0 ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    if (listener >= 0)
        close(listener);
    unlink(path);
    text_append(path, sizeof path, WIRE_LOCK_SUFFIX);
    unlink(path);
    return rmdir(folder);
}

/* arguments are separated by blanks; SOCKET stands for the engine's socket. */
static void start(int (*run)(int argc, char **argv), const char *arguments)
{
    char copy[256], *argv[ARGUMENTS_MAX] = {0};
    int argc = 0, pipe_fds[2];
    text_copy(copy, sizeof copy, arguments);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = strcmp(word, "SOCKET") == 0 ? path : word;
    assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
    fflush(NULL);
    child = fork();
    if (child == 0) {
        if (dup2(pipe_fds[1], STDOUT_FILENO) < 0 || dup2(pipe_fds[1], STDERR_FILENO) < 0)
            _exit(126);
        _exit(run(argc, argv));
    }
    assert_true(child > 0);
    close(pipe_fds[1]);
    output_fd = pipe_fds[0];
}

static int exit_code(void)
{
    size_t length = 0;
    ssize_t got;
    while ((got = read(output_fd, output + length, sizeof output - 1 - length)) > 0)
        length += (size_t)got;
    output[length] = '\0';
    close(output_fd);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int engine_accept(struct wire_message *hello)
{
    struct pollfd poll_fd = {.fd = listener, .events = POLLIN};
    assert_int_equal(poll(&poll_fd, 1, LIMIT_MS), 1);
    int peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(peer >= 0);
    poll_fd.fd = peer;
    assert_int_equal(poll(&poll_fd, 1, LIMIT_MS), 1);
    assert_int_equal(wire_receive(peer, hello), 1);
    assert_string_equal(hello->hello.program, "padam");
    return peer;
}

/* Rows of the table, the first with this key. */
static void engine_serve(enum row_table table, uint32_t key, uint32_t count)
{
    struct wire_message message;
    union row_sample row;
    int peer = engine_accept(&message);
    assert_true(wire_hello_answer(&message.hello, &message));
    assert_int_equal(wire_send(peer, &message), 0);
    row_sample_fill(&row, table, 3);
    for (uint32_t last = key + count; key < last; key++) {
        wire_row_fill(&message, table, key, &row);
        assert_int_equal(wire_send(peer, &message), 0);
    }
    message = (struct wire_message){.type = WIRE_COMMIT, .commit = {1}};
    assert_int_equal(wire_send(peer, &message), 0);
    close(peer);
}

static void engine_serve_an_event(void)
{
    engine_serve(ROW_event, 77, 1);
}

static void events_shows_what_the_engine_has(void **state)
{
    (void)state;
    start(events_run, "events --socket SOCKET");
    engine_serve_an_event();
    assert_int_equal(exit_code(), CLI_EXIT_SHOWN);
    assert_non_null(strstr(output, "    77 "));
    assert_null(strstr(output, "\033"));
}

static void status_shows_what_the_engine_has(void **state)
{
    (void)state;
    start(status_run, "status --json --socket SOCKET");
    engine_serve_an_event();
    assert_int_equal(exit_code(), CLI_EXIT_SHOWN);
    assert_non_null(strstr(output, "\"index\": 77"));
}

static void status_counts_many_servers_unless_all_are_asked_for(void **state)
{
    (void)state;
    start(status_run, "status --socket SOCKET");
    engine_serve(ROW_server, 1, 9);
    assert_int_equal(exit_code(), CLI_EXIT_SHOWN);
    assert_non_null(strstr(output, "  9 servers: 9 "));
    start(status_run, "status --all --socket SOCKET");
    engine_serve(ROW_server, 1, 9);
    assert_int_equal(exit_code(), CLI_EXIT_SHOWN);
    assert_null(strstr(output, " servers: "));
}

static void absent_engine_has_an_exit_code_and_is_named(void **state)
{
    (void)state;
    close(listener);
    listener = -1;
    start(status_run, "status --socket SOCKET");
    assert_int_equal(exit_code(), CLI_EXIT_NOT_REACHED);
    assert_non_null(strstr(output, path));
    assert_non_null(strstr(output, strerror(ECONNREFUSED)));
}

static void engine_that_hangs_up_is_not_reached(void **state)
{
    (void)state;
    struct wire_message hello;
    start(status_run, "status --socket SOCKET");
    close(engine_accept(&hello));
    assert_int_equal(exit_code(), CLI_EXIT_NOT_REACHED);
    assert_non_null(strstr(output, "closed the connection"));
}

static void engine_of_another_version_has_an_exit_code_and_both_are_named(void **state)
{
    (void)state;
    struct wire_message hello, answer;
    start(events_run, "events --socket SOCKET");
    int peer = engine_accept(&hello);
    hello.hello.schema_hash++;
    assert_false(wire_hello_answer(&hello.hello, &answer));
    assert_int_equal(wire_send(peer, &answer), 0);
    close(peer);
    assert_int_equal(exit_code(), CLI_EXIT_REFUSED);
    assert_non_null(strstr(output, "engine " PADAM_VERSION));
}

static void wrong_usage_is_explained(void **state)
{
    (void)state;
    static const char *const wrong[] = {"events -n x",
                                        "events -n -1",
                                        "events -n +5",
                                        "events -n 1000001",
                                        "events -n",
                                        "events extra",
                                        "events --all",
                                        "events --wrong"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        start(events_run, wrong[i]);
        assert_int_equal(exit_code(), CLI_EXIT_USAGE);
        assert_string_not_equal(output, "");
    }
}

static void help_tells_the_exit_codes(void **state)
{
    (void)state;
    start(status_run, "status --help");
    assert_int_equal(exit_code(), CLI_EXIT_SHOWN);
    assert_non_null(strstr(output, "usage: padam status"));
    assert_non_null(strstr(output, "1 engine not reached"));
}

/* ---- commands ---- */

static int engine_take_ask(struct wire_message *ask)
{
    int peer = engine_accept(ask);
    assert_int_equal(ask->hello.role, WIRE_ROLE_COMMAND);
    assert_true(wire_hello_answer(&ask->hello, ask));
    assert_int_equal(wire_send(peer, ask), 0);
    struct pollfd poll_fd = {.fd = peer, .events = POLLIN};
    assert_int_equal(poll(&poll_fd, 1, LIMIT_MS), 1);
    assert_int_equal(wire_receive(peer, ask), 1);
    assert_int_equal(ask->type, WIRE_ASK);
    return peer;
}

static void engine_answer(int peer, struct wire_answer answer)
{
    const struct wire_message message = {.type = WIRE_ANSWER, .answer = answer};
    assert_int_equal(wire_send(peer, &message), 0);
}

static void engine_take_confirm(int peer, uint32_t index)
{
    struct wire_message message;
    struct pollfd poll_fd = {.fd = peer, .events = POLLIN};
    assert_int_equal(poll(&poll_fd, 1, LIMIT_MS), 1);
    assert_int_equal(wire_receive(peer, &message), 1);
    assert_int_equal(message.type, WIRE_CONFIRM);
    assert_int_equal(message.confirm.index, index);
    close(peer);
}

static void a_command_is_asked_and_confirmed_with_its_requester(void **state)
{
    (void)state;
    struct wire_message ask;
    start(order_run, "inhibit 2h --by Siti --no-wait --socket SOCKET");
    int peer = engine_take_ask(&ask);
    assert_int_equal(ask.ask.command.kind, COMMAND_KIND_INHIBIT);
    assert_int_equal(ask.ask.command.argument, 7200);
    assert_memory_equal(ask.ask.requester, "Siti, cli:", 10);
    engine_answer(peer, (struct wire_answer){.promised = 1, .index = 9});
    engine_take_confirm(peer, 9);
    assert_int_equal(exit_code(), CLI_EXIT_SHOWN);
    assert_string_equal(output, "inhibit: under way (command 9)\n");
}

static void an_engine_that_goes_after_its_promise_has_done_nothing(void **state)
{
    (void)state;
    struct wire_message ask;
    start(order_run, "start --socket SOCKET");
    int peer = engine_take_ask(&ask);
    assert_int_equal(shutdown(peer, SHUT_RD), 0);
    engine_answer(peer, (struct wire_answer){.promised = 1, .index = 9});
    assert_int_equal(exit_code(), CLI_EXIT_NOT_REACHED);
    assert_non_null(strstr(output, "promised command 9 and is gone: it is not carried out"));
    close(peer);
}

static void a_busy_engine_is_to_be_asked_again(void **state)
{
    (void)state;
    struct wire_message ask;
    start(order_run, "start --socket SOCKET");
    int peer = engine_take_ask(&ask);
    engine_answer(peer, (struct wire_answer){.busy = 1, .reason = REASON_TOO_MANY_PROMISES});
    assert_int_equal(exit_code(), CLI_EXIT_REFUSED);
    assert_string_equal(output, "padam: start: too many commands at once; try again\n");
    close(peer);
}

static void no_place_to_watch_from_does_not_keep_a_command_from_being_given(void **state)
{
    (void)state;
    struct wire_message ask;
    struct wire_message refused = {.type = WIRE_REFUSED, .refused.text = "too many viewers"};
    start(order_run, "stop --confirm --socket SOCKET");
    int peer = engine_take_ask(&ask);
    engine_answer(peer, (struct wire_answer){.promised = 1, .index = 9});
    engine_take_confirm(peer, 9);
    peer = engine_accept(&ask);
    assert_int_equal(ask.hello.role, WIRE_ROLE_VIEWER);
    assert_int_equal(wire_send(peer, &refused), 0);
    close(peer);
    assert_int_equal(exit_code(), CLI_EXIT_NOT_REACHED);
    assert_non_null(strstr(output, "too many viewers: what became of command 9 is not known"));
}

/* Rows come as the engine has them: the outcome may be later than the first of them. */
static void an_outcome_is_waited_for_and_its_reason_told(void **state)
{
    (void)state;
    struct wire_message message;
    struct row_command row = {.kind = COMMAND_KIND_GENSET_START,
                              .state = COMMAND_STATE_RUNNING,
                              .reason = "why \033[31m not"};
    start(order_run, "start --socket SOCKET");
    int peer = engine_take_ask(&message);
    engine_answer(peer, (struct wire_answer){.promised = 1, .index = 9});
    engine_take_confirm(peer, 9);
    peer = engine_accept(&message);
    assert_true(wire_hello_answer(&message.hello, &message));
    assert_int_equal(wire_send(peer, &message), 0);
    static const enum command_state states[] = {COMMAND_STATE_RUNNING, COMMAND_STATE_FAILED};
    for (uint64_t i = 0; i < 2; i++) {
        row.state = states[i];
        wire_row_fill(&message, ROW_command, 9, &row);
        assert_int_equal(wire_send(peer, &message), 0);
        message = (struct wire_message){.type = WIRE_COMMIT, .commit = {i + 1}};
        assert_int_equal(wire_send(peer, &message), 0);
    }
    assert_int_equal(exit_code(), CLI_EXIT_FAILED);
    assert_string_equal(output, "padam: start: failed: why  [31m not (command 9)\n");
    close(peer);
}

#define CLI_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(events_shows_what_the_engine_has),
        CLI_TEST(status_shows_what_the_engine_has),
        CLI_TEST(status_counts_many_servers_unless_all_are_asked_for),
        CLI_TEST(absent_engine_has_an_exit_code_and_is_named),
        CLI_TEST(engine_that_hangs_up_is_not_reached),
        CLI_TEST(engine_of_another_version_has_an_exit_code_and_both_are_named),
        CLI_TEST(wrong_usage_is_explained),
        CLI_TEST(help_tells_the_exit_codes),
        CLI_TEST(a_command_is_asked_and_confirmed_with_its_requester),
        CLI_TEST(an_engine_that_goes_after_its_promise_has_done_nothing),
        CLI_TEST(a_busy_engine_is_to_be_asked_again),
        CLI_TEST(no_place_to_watch_from_does_not_keep_a_command_from_being_given),
        CLI_TEST(an_outcome_is_waited_for_and_its_reason_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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
#include "row_samples.h"

/* The test is the engine; the subcommand runs in a child, its output caught in a pipe. */
enum { LIMIT_MS = 20000, ARGUMENTS_MAX = 8 };

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "ports/lines.h"

enum { HEARD_SIZE = 512, FOLDER_SIZE = 64, CLIENT_LIMIT = 8, SENDS_TO_FILL = 10000 };

struct bench {
    sd_event *event;
    char folder[FOLDER_SIZE];
    struct line_map map;
    struct lines_simulation simulation;
    struct lines *lines;
    char heard[HEARD_SIZE]; /* "role value edge|level " for each call */
    char troubles[HEARD_SIZE];
    instant at;
};

static void append(char *to, const char *format, ...)
{
    size_t used = strlen(to);
    va_list args;
    va_start(args, format);
    vsnprintf(to + used, HEARD_SIZE - used, format, args);
    va_end(args);
}

static void hear_input(void *context, enum input_role role, enum input_value value, instant at,
                       bool is_level)
{
    struct bench *bench = context;
    append(bench->heard,
           "%s %s %s ",
           input_role_name(role),
           input_value_name(value),
           is_level ? "level" : "edge");
    bench->at = at;
}

static void hear_trouble(void *context, bool available, const char *text)
{
    struct bench *bench = context;
    append(bench->troubles, "%s%s. ", available ? "+" : "", text);
}

static struct lines *open_lines(struct bench *bench, char *error)
{
    struct lines_handlers handlers = {
        .context = bench, .input = hear_input, .trouble = hear_trouble};
    return lines_open(bench->event, &bench->map, &bench->simulation, &handlers, -1, error);
}

static int bench_open(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    assert_true(sd_event_new(&bench->event) >= 0);
    strcpy(bench->folder, "/tmp/padam-lines-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->simulation.socket, sizeof bench->simulation.socket, "%s/sim", bench->folder);
    bench->map.inputs[INPUT_ROLE_MAINS_L1].wired = true;
    bench->map.inputs[INPUT_ROLE_GENSET_RUNNING].wired = true;
    bench->map.outputs[OUTPUT_RUN].wired = true;
    bench->map.outputs[OUTPUT_HORN].wired = true;
    char error[LINES_ERROR_SIZE] = "";
    bench->lines = open_lines(bench, error);
    assert_string_equal(error, "");
    assert_non_null(bench->lines);
    *state = bench;
    return 0;
}

static int bench_close(void **state)
{
    struct bench *bench = *state;
    lines_close(bench->lines);
    unlink(bench->simulation.socket);
    rmdir(bench->folder);
    sd_event_unref(bench->event);
    free(bench);
    return 0;
}

static void bench_reopen(struct bench *bench)
{
    char error[LINES_ERROR_SIZE] = "";
    lines_close(bench->lines);
    bench->lines = open_lines(bench, error);
    assert_non_null(bench->lines);
}

/* Everything that is ready. */
static void run(struct bench *bench)
{
    int ran;
    while ((ran = sd_event_run(bench->event, 0)) > 0)
        ;
    assert_int_equal(ran, 0);
}

static int client_connect_unheard(const struct bench *bench)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, bench->simulation.socket, sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static int client_connect(struct bench *bench)
{
    int fd = client_connect_unheard(bench);
    run(bench);
    return fd;
}

static void client_sends(int fd, const char *command)
{
    assert_int_equal(send(fd, command, strlen(command), 0), (int)strlen(command));
}

/* What the client was sent, messages divided by "|". */
static const char *client_hears(int fd)
{
    static char text[HEARD_SIZE];
    char message[HEARD_SIZE];
    ssize_t length;
    text[0] = '\0';
    while ((length = recv(fd, message, sizeof message, MSG_DONTWAIT)) > 0)
        append(text, "%s%.*s", text[0] ? "|" : "", (int)length, message);
    if (length == 0)
        append(text, "|end");
    return text;
}

static const char *client_asks(struct bench *bench, int fd, const char *command)
{
    client_sends(fd, command);
    run(bench);
    return client_hears(fd);
}

static void inputs_start_at_rest(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(lines_value(bench->lines, INPUT_ROLE_MAINS_L1), INPUT_VALUE_UNKNOWN);
    lines_read(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 active level genset-running inactive level ");
    assert_int_equal(lines_value(bench->lines, INPUT_ROLE_MAINS_L1), INPUT_VALUE_ACTIVE);
    assert_int_equal(lines_value(bench->lines, INPUT_ROLE_FUEL_LOW), INPUT_VALUE_UNKNOWN);
}

static void inputs_start_as_the_settings_say(void **state)
{
    struct bench *bench = *state;
    bench->simulation.initial[INPUT_ROLE_MAINS_L1] = INPUT_VALUE_INACTIVE;
    bench->simulation.initial[INPUT_ROLE_GENSET_RUNNING] = INPUT_VALUE_UNKNOWN;
    bench_reopen(bench);
    lines_read(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive level ");
    assert_string_equal(bench->troubles, "input genset-running is not available: simulated so. ");
}

static void input_that_is_set_is_an_edge_of_now(void **state)
{
    struct bench *bench = *state;
    int fd = client_connect(bench);
    client_hears(fd);
    lines_read(bench->lines);
    bench->heard[0] = '\0';
    instant read_at = clock_now();
    instant before = read_at;
    while (!instant_before(read_at, before))
        before = clock_now();
    assert_string_equal(client_asks(bench, fd, "set mains-l1 inactive"), "ok");
    assert_string_equal(bench->heard, "mains-l1 inactive edge ");
    assert_false(instant_before(bench->at, before));
    assert_false(instant_before(clock_now(), bench->at));
    close(fd);
}

/* As of a real line, whose edges the kernel stamps while the program is stopped. */
static void input_that_was_set_before_is_an_edge_of_then(void **state)
{
    struct bench *bench = *state;
    int fd = client_connect(bench);
    client_hears(fd);
    lines_read(bench->lines);
    bench->heard[0] = '\0';
    char command[64];
    instant then = clock_now();
    while (!instant_before(instant_add_ms(then, 2), clock_now()))
        ; /* it is over */
    snprintf(command, sizeof command, "set mains-l1 inactive at %" PRId64, then.ms);
    client_sends(fd, command);
    lines_dispatch(bench->lines); /* before anything is decided by time */
    assert_string_equal(bench->heard, "mains-l1 inactive edge ");
    assert_int_equal(bench->at.ms, then.ms);
    assert_string_equal(client_hears(fd), "ok");
    assert_string_equal(client_asks(bench, fd, "set mains-l1 active at 99999999999999"),
                        "error \"99999999999999\" is not an instant that is over, in milliseconds");
    assert_string_equal(client_asks(bench, fd, "set mains-l1 active at noon"),
                        "error \"noon\" is not an instant that is over, in milliseconds");
    close(fd);
}

static void input_set_to_what_it_is_is_no_edge(void **state)
{
    struct bench *bench = *state;
    int fd = client_connect(bench);
    client_hears(fd);
    lines_read(bench->lines);
    bench->heard[0] = '\0';
    assert_string_equal(client_asks(bench, fd, "set mains-l1 active\n"), "ok");
    assert_string_equal(bench->heard, "");
    close(fd);
}

static void unknown_input_has_gone_and_comes_back_as_a_level(void **state)
{
    struct bench *bench = *state;
    int fd = client_connect(bench);
    client_hears(fd);
    lines_read(bench->lines);
    bench->heard[0] = '\0';
    assert_string_equal(client_asks(bench, fd, "set mains-l1 unknown"), "ok");
    assert_string_equal(client_asks(bench, fd, "set mains-l1 unknown"), "ok");
    assert_string_equal(client_asks(bench, fd, "set mains-l1 inactive"), "ok");
    assert_string_equal(bench->heard, "mains-l1 unknown level mains-l1 inactive level ");
    assert_string_equal(bench->troubles,
                        "input mains-l1 is not available any more: its chip was removed. "
                        "+input mains-l1 is available again. ");
    close(fd);
}

static void client_is_sent_every_output_and_each_change(void **state)
{
    struct bench *bench = *state;
    int fd = client_connect(bench);
    assert_string_equal(client_hears(fd), "output run off|output horn off");
    assert_int_equal(lines_set(bench->lines, OUTPUT_RUN, true), 0);
    assert_int_equal(lines_set(bench->lines, OUTPUT_RUN, true), 0);
    assert_string_equal(client_hears(fd), "output run on");
    assert_int_equal(lines_output(bench->lines, OUTPUT_RUN), 1);
    int second = client_connect(bench);
    assert_string_equal(client_hears(second), "output run on|output horn off");
    close(second);
    close(fd);
}

static void output_that_is_not_wired_is_refused(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, true), -ENOENT);
    assert_int_equal(lines_output(bench->lines, OUTPUT_CRANK), -ENOENT);
}

static void close_drives_outputs_off_and_removes_the_socket(void **state)
{
    struct bench *bench = *state;
    int fd = client_connect(bench);
    client_hears(fd);
    assert_int_equal(lines_set(bench->lines, OUTPUT_HORN, true), 0);
    client_hears(fd);
    lines_close(bench->lines);
    bench->lines = NULL;
    assert_string_equal(client_hears(fd), "output horn off|end");
    assert_int_equal(access(bench->simulation.socket, F_OK), -1);
    close(fd);
}

static void simulated_run_is_never_held(void **state)
{
    struct bench *bench = *state;
    bench->map.outputs[OUTPUT_RUN].hold = true;
    bench_reopen(bench);
    assert_int_equal(lines_held_fd(bench->lines), -1);
    int fd = client_connect(bench);
    assert_int_equal(lines_set(bench->lines, OUTPUT_RUN, true), 0);
    client_hears(fd);
    lines_close(bench->lines);
    bench->lines = NULL;
    assert_string_equal(client_hears(fd), "output run off|end");
    close(fd);
}

static void get_answers_with_every_line(void **state)
{
    struct bench *bench = *state;
    int fd = client_connect(bench);
    client_hears(fd);
    assert_string_equal(client_asks(bench, fd, "get"),
                        "input mains-l1 active|input genset-running inactive|"
                        "output run off|output horn off|ok");
    close(fd);
}

static void wrong_commands_are_answered_with_what_is_wrong(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *command, *answer;
    } cases[] = {
        {"set mains-l2 active", "error no input \"mains-l2\" is wired"},
        {"set horn active", "error no input \"horn\" is wired"},
        {"set mains-l1 on", "error \"on\" is not active, inactive or unknown"},
        {"set mains-l1", "error expected: set ROLE VALUE, set ROLE VALUE at MILLISECONDS, or get"},
        {"set mains-l1 active now",
         "error expected: set ROLE VALUE, set ROLE VALUE at MILLISECONDS, or get"},
        {"get mains-l1", "error expected: set ROLE VALUE, set ROLE VALUE at MILLISECONDS, or get"},
        {"\n", "error expected: set ROLE VALUE, set ROLE VALUE at MILLISECONDS, or get"},
    };
    int fd = client_connect(bench);
    client_hears(fd);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(client_asks(bench, fd, cases[i].command), cases[i].answer);
    char longest[HEARD_SIZE];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_string_equal(client_asks(bench, fd, longest), "error too long");
    close(fd);
}

static void client_that_left_makes_room(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < 3 * CLIENT_LIMIT; i++) {
        int fd = client_connect(bench);
        assert_string_equal(client_hears(fd), "output run off|output horn off");
        close(fd);
        run(bench);
    }
}

static int on_due(sd_event_source *source, void *context)
{
    (void)source;
    *(bool *)context = true;
    return 0;
}

static void client_that_cannot_be_accepted_keeps_nothing_from_its_turn(void **state)
{
    struct bench *bench = *state;
    struct rlimit before, full;
    bool done = false;
    int fd = client_connect_unheard(bench), free_fd = dup(fd);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    full = (struct rlimit){.rlim_cur = (rlim_t)free_fd, .rlim_max = before.rlim_max};
    close(free_fd);
    assert_true(sd_event_add_defer(bench->event, NULL, on_due, &done) >= 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &full), 0);
    int ran = sd_event_run(bench->event, 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(ran > 0 && done);
    run(bench);
    assert_string_equal(client_hears(fd), "output run off|output horn off");
    close(fd);
}

static void one_client_too_many_is_disconnected(void **state)
{
    struct bench *bench = *state;
    int fds[CLIENT_LIMIT + 1];
    for (int i = 0; i <= CLIENT_LIMIT; i++)
        fds[i] = client_connect(bench);
    assert_string_equal(client_hears(fds[CLIENT_LIMIT]), "|end");
    assert_string_equal(client_hears(fds[0]), "output run off|output horn off");
    for (int i = 0; i <= CLIENT_LIMIT; i++)
        close(fds[i]);
}

/* After what is left to be read. */
static bool is_disconnected(int fd)
{
    char message[HEARD_SIZE];
    ssize_t length;
    while ((length = recv(fd, message, sizeof message, MSG_DONTWAIT)) > 0)
        ;
    return length == 0;
}

static void client_that_does_not_read_is_disconnected(void **state)
{
    struct bench *bench = *state;
    int deaf = client_connect(bench);
    int other = client_connect(bench);
    client_hears(other);
    for (int i = 0; i < SENDS_TO_FILL; i++) {
        assert_int_equal(lines_set(bench->lines, OUTPUT_RUN, i % 2 == 0), 0);
        assert_string_equal(client_hears(other), i % 2 == 0 ? "output run on" : "output run off");
    }
    assert_true(is_disconnected(deaf));
    assert_false(is_disconnected(other));
    close(deaf);
    close(other);
}

static void two_commands_and_a_close_are_carried_out(struct bench *bench, int fd)
{
    client_sends(fd, "set mains-l1 inactive");
    client_sends(fd, "set genset-running active");
    close(fd);
    run(bench);
    assert_string_equal(bench->heard, "mains-l1 inactive edge genset-running active edge ");
}

static void client_that_closes_before_it_is_accepted_is_obeyed(void **state)
{
    struct bench *bench = *state;
    lines_read(bench->lines);
    bench->heard[0] = '\0';
    two_commands_and_a_close_are_carried_out(bench, client_connect_unheard(bench));
}

static void client_that_closes_without_reading_is_obeyed(void **state)
{
    struct bench *bench = *state;
    lines_read(bench->lines);
    bench->heard[0] = '\0';
    two_commands_and_a_close_are_carried_out(bench, client_connect(bench));
    client_that_left_makes_room(state);
}

static void what_a_client_sent_before_it_was_disconnected_is_carried_out(void **state)
{
    struct bench *bench = *state;
    int deaf = client_connect(bench);
    lines_read(bench->lines);
    bench->heard[0] = '\0';
    client_sends(deaf, "set mains-l1 inactive");
    for (int i = 0; i < SENDS_TO_FILL; i++)
        assert_int_equal(lines_set(bench->lines, OUTPUT_RUN, i % 2 == 0), 0);
    run(bench);
    assert_string_equal(bench->heard, "mains-l1 inactive edge ");
    assert_true(is_disconnected(deaf));
    close(deaf);
}

static void stale_socket_is_replaced(void **state)
{
    struct bench *bench = *state;
    lines_close(bench->lines);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, bench->simulation.socket, sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    char error[LINES_ERROR_SIZE] = "";
    bench->lines = open_lines(bench, error);
    assert_string_equal(error, "");
    assert_non_null(bench->lines);
    close(client_connect(bench));
}

static void socket_in_use_is_left_alone(void **state)
{
    struct bench *bench = *state;
    char error[LINES_ERROR_SIZE] = "";
    char expected[LINES_ERROR_SIZE];
    assert_null(open_lines(bench, error));
    snprintf(expected,
             sizeof expected,
             "cannot listen for simulated lines at %s: Address already in use",
             bench->simulation.socket);
    assert_string_equal(error, expected);
    run(bench);
    close(client_connect(bench));
}

static void file_in_the_way_is_left_alone(void **state)
{
    struct bench *bench = *state;
    lines_close(bench->lines);
    FILE *file = fopen(bench->simulation.socket, "w");
    assert_non_null(file);
    fclose(file);
    char error[LINES_ERROR_SIZE] = "";
    bench->lines = open_lines(bench, error);
    assert_null(bench->lines);
    assert_non_null(strstr(error, "File exists"));
    struct stat status;
    assert_int_equal(stat(bench->simulation.socket, &status), 0);
    assert_true(S_ISREG(status.st_mode));
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BENCH(inputs_start_at_rest),
        WITH_BENCH(inputs_start_as_the_settings_say),
        WITH_BENCH(input_that_is_set_is_an_edge_of_now),
        WITH_BENCH(input_that_was_set_before_is_an_edge_of_then),
        WITH_BENCH(input_set_to_what_it_is_is_no_edge),
        WITH_BENCH(unknown_input_has_gone_and_comes_back_as_a_level),
        WITH_BENCH(client_is_sent_every_output_and_each_change),
        WITH_BENCH(output_that_is_not_wired_is_refused),
        WITH_BENCH(close_drives_outputs_off_and_removes_the_socket),
        WITH_BENCH(simulated_run_is_never_held),
        WITH_BENCH(get_answers_with_every_line),
        WITH_BENCH(wrong_commands_are_answered_with_what_is_wrong),
        WITH_BENCH(client_that_left_makes_room),
        WITH_BENCH(client_that_cannot_be_accepted_keeps_nothing_from_its_turn),
        WITH_BENCH(one_client_too_many_is_disconnected),
        WITH_BENCH(client_that_does_not_read_is_disconnected),
        WITH_BENCH(client_that_closes_before_it_is_accepted_is_obeyed),
        WITH_BENCH(client_that_closes_without_reading_is_obeyed),
        WITH_BENCH(what_a_client_sent_before_it_was_disconnected_is_carried_out),
        WITH_BENCH(stale_socket_is_replaced),
        WITH_BENCH(socket_in_use_is_left_alone),
        WITH_BENCH(file_in_the_way_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <arpa/inet.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/probe.h"

enum { TRY_MS = 200, QUEUE_LIMIT = 64 };

static int listener, waiting[QUEUE_LIMIT];
static unsigned port, waiting_count;
static struct probe_target target;
static char problem[PROBE_PROBLEM_SIZE];

/* A port of the loopback address, which is free again for this test alone. */
static int begin(void **state)
{
    (void)state;
    struct sockaddr_in *address = (struct sockaddr_in *)&target.address;
    target.size = sizeof *address;
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)address, target.size) < 0 ||
        getsockname(listener, (struct sockaddr *)address, &target.size) < 0)
        return -1;
    port = ntohs(address->sin_port);
    waiting_count = 0;
    problem[0] = '\0';
    return 0;
}

static int end(void **state)
{
    (void)state;
    while (waiting_count > 0)
        close(waiting[--waiting_count]);
    close(listener);
    return 0;
}

/* Until its kernel drops what comes, as a host that is gone does. */
static void queue_fill(void)
{
    assert_int_equal(listen(listener, 0), 0);
    while (waiting_count < QUEUE_LIMIT && probe_tcp(&target, TRY_MS, problem) == PROBE_ANSWERS) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        assert_true(fd >= 0);
        (void)connect(fd, (struct sockaddr *)&target.address, target.size);
        waiting[waiting_count++] = fd;
    }
    assert_in_range(waiting_count, 1, QUEUE_LIMIT - 1);
}

static int run(const char *arguments)
{
    char copy[128], *argv[12] = {0};
    int argc = 0;
    text_copy(copy, sizeof copy, arguments);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    return probe_run(argc, argv);
}

static void a_connection_is_an_answer(void **state)
{
    (void)state;
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(probe_tcp(&target, TRY_MS, problem), PROBE_ANSWERS);
}

static void a_refusal_is_an_answer(void **state)
{
    (void)state;
    assert_int_equal(probe_tcp(&target, TRY_MS, problem), PROBE_ANSWERS);
}

static void one_that_drops_what_comes_is_silent(void **state)
{
    (void)state;
    char arguments[128];
    queue_fill();
    assert_int_equal(probe_tcp(&target, TRY_MS, problem), PROBE_SILENT);
    text_format(
        arguments, sizeof arguments, "probe --tries 2 --timeout 0.1 tcp 127.0.0.1 %u", port);
    assert_int_equal(run(arguments), PROBE_SILENT);
}

static void what_fails_here_is_no_evidence(void **state)
{
    (void)state;
    struct sockaddr_in *address = (struct sockaddr_in *)&target.address;
    address->sin_addr.s_addr = htonl(INADDR_BROADCAST);
    assert_int_equal(probe_tcp(&target, TRY_MS, problem), PROBE_NO_EVIDENCE);
    assert_true(strncmp(problem, "connect: ", strlen("connect: ")) == 0);
}

/* Whether this user may is the machine's affair; both is said rightly. */
static void icmp_is_answered_or_says_that_it_is_not_permitted(void **state)
{
    (void)state;
    enum probe_result result = probe_icmp(&target, TRY_MS, problem);
    if (result == PROBE_NO_EVIDENCE)
        assert_non_null(strstr(problem, "net.ipv4.ping_group_range"));
    else
        assert_int_equal(result, PROBE_ANSWERS);
}

static void wrong_arguments_are_no_evidence(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "probe",
        "probe tcp 127.0.0.1",
        "probe tcp 127.0.0.1 0",
        "probe tcp 127.0.0.1 65536",
        "probe tcp 127.0.0.1 ssh",
        "probe icmp localhost",
        "probe icmp 127.0.0.1 7",
        "probe udp 127.0.0.1 7",
        "probe --tries 0 icmp 127.0.0.1",
        "probe --tries 1.5 icmp 127.0.0.1",
        "probe --timeout nan icmp 127.0.0.1",
        "probe --timeout 11 icmp 127.0.0.1",
        "probe --what icmp 127.0.0.1",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(run(wrong[i]), CLI_EXIT_USAGE);
    assert_int_equal(CLI_EXIT_USAGE, PROBE_NO_EVIDENCE);
}

#define PROBE_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROBE_TEST(a_connection_is_an_answer),
        PROBE_TEST(a_refusal_is_an_answer),
        PROBE_TEST(one_that_drops_what_comes_is_silent),
        PROBE_TEST(what_fails_here_is_no_evidence),
        PROBE_TEST(icmp_is_answered_or_says_that_it_is_not_permitted),
        PROBE_TEST(wrong_arguments_are_no_evidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/service.h"

enum { TEXT_SIZE = 64 };

static int manager, service;

/* The manager's socket has an abstract name of the kernel's choice. */
static int open_manager(void **state)
{
    (void)state;
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t size = sizeof(sa_family_t);
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (manager < 0 || bind(manager, (struct sockaddr *)&name, size) < 0)
        return -1;
    size = sizeof name;
    if (getsockname(manager, (struct sockaddr *)&name, &size) < 0)
        return -1;
    char text[TEXT_SIZE];
    int length = (int)(size - offsetof(struct sockaddr_un, sun_path)) - 1;
    snprintf(text, sizeof text, "@%.*s", length, name.sun_path + 1);
    setenv("NOTIFY_SOCKET", text, 1);
    service = service_open();
    return service < 0;
}

static int close_manager(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    service_close(service);
    return close(manager);
}

/* What the manager gets next, and the descriptor that came with it. */
static const char *received(int *fd)
{
    static char text[TEXT_SIZE];
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {.iov_base = text, .iov_len = sizeof text - 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t length = recvmsg(manager, &message, MSG_CMSG_CLOEXEC);
    assert_true(length > 0);
    text[length] = '\0';
    const struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    *fd = -1;
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(head), sizeof *fd);
    return text;
}

static void the_manager_gets_the_text_alone(void **state)
{
    (void)state;
    int fd;
    assert_int_equal(service_tell(service, "READY=1", -1), 0);
    assert_string_equal(received(&fd), "READY=1");
    assert_int_equal(fd, -1);
}

static void a_descriptor_arrives_with_its_text(void **state)
{
    (void)state;
    struct stat sent, got;
    int ends[2], fd;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(service_tell(service, "FDSTORE=1\nFDNAME=x", ends[0]), 0);
    assert_string_equal(received(&fd), "FDSTORE=1\nFDNAME=x");
    assert_int_equal(fstat(fd, &got) | fstat(ends[0], &sent), 0);
    assert_int_equal(got.st_ino, sent.st_ino);
    close(fd);
    close(ends[0]);
    close(ends[1]);
}

static void a_manager_that_does_not_read_is_not_waited_for(void **state)
{
    (void)state;
    int failed = 0, fd;
    while (failed == 0)
        failed = service_tell(service, "WATCHDOG=1", -1);
    assert_int_equal(failed, -EAGAIN);
    received(&fd);
    assert_int_equal(service_tell(service, "WATCHDOG=1", -1), 0);
}

static void a_manager_that_has_gone_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(shutdown(manager, SHUT_RDWR), 0);
    assert_true(service_tell(service, "WATCHDOG=1", -1) < 0);
}

static void without_a_manager_all_is_told(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    assert_int_equal(service_open(), SERVICE_NOBODY);
    assert_int_equal(service_tell(SERVICE_NOBODY, "READY=1", -1), 0);
}

static void an_address_of_another_kind_is_nobody(void **state)
{
    (void)state;
    static const char *const names[] = {"", "vsock:2:1234", "relative"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        setenv("NOTIFY_SOCKET", names[i], 1);
        assert_int_equal(service_open(), SERVICE_NOBODY);
    }
}

#define service_test(function)                                                                     \
    cmocka_unit_test_setup_teardown(function, open_manager, close_manager)

int main(void)
{
    const struct CMUnitTest tests[] = {
        service_test(the_manager_gets_the_text_alone),
        service_test(a_descriptor_arrives_with_its_text),
        service_test(a_manager_that_does_not_read_is_not_waited_for),
        service_test(a_manager_that_has_gone_is_an_error),
        service_test(without_a_manager_all_is_told),
        service_test(an_address_of_another_kind_is_nobody),
    };
    return cmocka_run_group_tests_name("base/service", tests, NULL, NULL);
}

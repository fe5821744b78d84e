#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "wire/wire.h"

static char folder[64], path[96], lock_path[104];

static int folder_make(void **state)
{
    (void)state;
    text_copy(folder, sizeof folder, "/tmp/padam-socket-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    text_format(path, sizeof path, "%s/padamd.sock", folder);
    text_format(lock_path, sizeof lock_path, "%s" WIRE_LOCK_SUFFIX, path);
    return 0;
}

static int folder_remove(void **state)
{
    (void)state;
    unlink(path);
    unlink(lock_path);
    return rmdir(folder);
}

static void socket_has_the_mode_that_was_asked(void **state)
{
    (void)state;
    mode_t before = umask(077);
    int fd = wire_listen(path, 0660);
    umask(before);
    assert_true(fd >= 0);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0660);
    close(fd);
}

static void stale_socket_is_replaced(void **state)
{
    (void)state;
    int dead = wire_listen(path, 0600);
    assert_true(dead >= 0);
    close(dead);
    int fd = wire_listen(path, 0600);
    assert_true(fd >= 0);
    int client = wire_connect(path);
    assert_true(client >= 0);
    close(client);
    close(fd);
}

static void live_socket_is_left_alone(void **state)
{
    (void)state;
    int fd = wire_listen(path, 0600);
    assert_int_equal(wire_listen(path, 0600), -1);
    assert_int_equal(errno, EADDRINUSE);
    int client = wire_connect(path);
    assert_true(client >= 0);
    close(client);
    close(fd);
}

static void live_socket_that_is_too_busy_to_accept_is_left_alone(void **state)
{
    (void)state;
    enum { MORE_THAN_THE_BACKLOG = 400 };
    int clients[MORE_THAN_THE_BACKLOG];
    size_t count = 0;
    int fd = wire_listen(path, 0600);
    while (count < MORE_THAN_THE_BACKLOG && (clients[count] = wire_connect(path)) >= 0)
        count++;
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(wire_listen(path, 0600), -1);
    assert_int_equal(errno, EADDRINUSE);
    while (count > 0)
        close(clients[--count]);
    close(fd);
}

static void what_is_no_socket_is_left_alone(void **state)
{
    (void)state;
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(wire_listen(path, 0600), -1);
    assert_int_equal(errno, ENOTSOCK);
    assert_int_equal(access(path, F_OK), 0);
}

static void second_engine_waits_while_another_is_starting(void **state)
{
    (void)state;
    int starting = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(flock(starting, LOCK_EX), 0);
    assert_int_equal(wire_listen(path, 0600), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    close(starting);
}

static void who_may_only_read_the_folder_keeps_no_engine_from_starting(void **state)
{
    (void)state;
    int reader = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(reader, LOCK_EX), 0);
    int fd = wire_listen(path, 0600);
    assert_true(fd >= 0);
    struct stat status;
    assert_int_equal(stat(lock_path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    close(fd);
    close(reader);
}

static void path_too_long_is_refused(void **state)
{
    (void)state;
    char longer[200];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(wire_connect(longer), -1);
    assert_int_equal(errno, ENAMETOOLONG);
    assert_int_equal(wire_listen(longer, 0600), -1);
    assert_int_equal(errno, ENAMETOOLONG);
}

static void connecting_to_nobody_fails(void **state)
{
    (void)state;
    assert_int_equal(wire_connect(path), -1);
    assert_int_equal(errno, ENOENT);
}

static void peer_is_known_by_its_credentials(void **state)
{
    (void)state;
    int fds[2];
    uid_t uid = 1;
    gid_t gid = 1;
    pid_t pid = 0;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    assert_int_equal(wire_peer(fds[0], &uid, &gid, &pid), 0);
    assert_int_equal(uid, geteuid());
    assert_int_equal(gid, getegid());
    assert_int_equal(pid, getpid());
    close(fds[0]);
    close(fds[1]);
    assert_int_equal(wire_peer(fds[0], &uid, &gid, &pid), -1);
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(socket_has_the_mode_that_was_asked),
        FOLDER_TEST(stale_socket_is_replaced),
        FOLDER_TEST(live_socket_is_left_alone),
        FOLDER_TEST(live_socket_that_is_too_busy_to_accept_is_left_alone),
        FOLDER_TEST(what_is_no_socket_is_left_alone),
        FOLDER_TEST(second_engine_waits_while_another_is_starting),
        FOLDER_TEST(who_may_only_read_the_folder_keeps_no_engine_from_starting),
        FOLDER_TEST(path_too_long_is_refused),
        FOLDER_TEST(connecting_to_nobody_fails),
        cmocka_unit_test(peer_is_known_by_its_credentials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/log_file.h"

enum { LIMIT_MS = 10000, MORE_THAN_A_PIPE = 2000, GOT_SIZE = 1 << 20 };

static char path[] = "/tmp/padam-log-XXXXXX";
static int kept_fd;
static char got[GOT_SIZE];

/* Standard error is a regular file; cmocka's own is kept aside. */
static int open_log(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/padam-log-XXXXXX");
    int fd = mkstemp(path);
    kept_fd = dup(STDERR_FILENO);
    dup2(fd, STDERR_FILENO);
    close(fd);
    log_open("padamd", LOG_LEVEL_NOTICE);
    return log_file_begin();
}

static int close_log(void **state)
{
    (void)state;
    dup2(kept_fd, STDERR_FILENO);
    close(kept_fd);
    return unlink(path);
}

static const char *written(void)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(fd, got, sizeof got - 1);
    got[length > 0 ? length : 0] = '\0';
    close(fd);
    return got;
}

static pid_t last_child(void)
{
    long child = 0, next;
    FILE *file = fopen("/proc/thread-self/children", "re");
    while (file && fscanf(file, "%ld", &next) == 1)
        child = next;
    fclose(file);
    return (pid_t)child;
}

static void what_is_logged_is_in_the_file_at_the_end(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(fstat(STDERR_FILENO, &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    log_notice("one");
    log_error("two");
    log_file_end(LIMIT_MS);
    assert_string_equal(written(), "padamd: one\npadamd: error: two\n");
    assert_int_equal(fstat(STDERR_FILENO, &status), 0);
    assert_true(S_ISREG(status.st_mode));
}

static void file_that_takes_nothing_holds_nobody_and_what_is_lost_is_counted(void **state)
{
    (void)state;
    pid_t writer = last_child();
    assert_int_equal(kill(writer, SIGSTOP), 0);
    for (int i = 0; i < MORE_THAN_A_PIPE; i++)
        log_notice("a line of some length, so that the pipe is soon full");
    log_file_end(0);
    assert_int_equal(kill(writer, SIGCONT), 0);
    log_notice("after");
    assert_non_null(strstr(written(), " lines lost before this) after"));
}

static void another_standard_error_is_left_alone(void **state)
{
    (void)state;
    int ends[2], kept = dup(STDERR_FILENO);
    struct stat before, after;
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    fstat(STDERR_FILENO, &before);
    assert_int_equal(log_file_begin(), 0);
    fstat(STDERR_FILENO, &after);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(before.st_ino, after.st_ino);
    log_file_end(LIMIT_MS);
}

#define log_test(function) cmocka_unit_test_setup_teardown(function, open_log, close_log)

int main(void)
{
    const struct CMUnitTest tests[] = {
        log_test(what_is_logged_is_in_the_file_at_the_end),
        log_test(file_that_takes_nothing_holds_nobody_and_what_is_lost_is_counted),
        log_test(another_standard_error_is_left_alone),
    };
    return cmocka_run_group_tests_name("base/log_file", tests, NULL, NULL);
}

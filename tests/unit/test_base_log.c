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
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

/* Standard error is one end of a socket pair, as under a service manager; cmocka's own is kept
 * aside. */
static int reader_fd, kept_fd;
static char got[8192];

static int capture_begin(void **state)
{
    (void)state;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    kept_fd = dup(STDERR_FILENO);
    reader_fd = ends[0];
    dup2(ends[1], STDERR_FILENO);
    return close(ends[1]);
}

static int capture_end(void **state)
{
    (void)state;
    unsetenv("JOURNAL_STREAM");
    dup2(kept_fd, STDERR_FILENO);
    close(kept_fd);
    return close(reader_fd);
}

static const char *captured(void)
{
    ssize_t length = read(reader_fd, got, sizeof got - 1);
    got[length > 0 ? length : 0] = '\0';
    return got;
}

static void set_journal_stream(long inode_offset)
{
    struct stat file;
    char stream[64];
    fstat(STDERR_FILENO, &file);
    snprintf(stream,
             sizeof stream,
             "%ju:%ju",
             (uintmax_t)file.st_dev,
             (uintmax_t)file.st_ino + (uintmax_t)inode_offset);
    setenv("JOURNAL_STREAM", stream, 1);
}

static void plain_lines_name_program_and_severity(void **state)
{
    (void)state;
    log_open("padamd", LOG_LEVEL_INFO);
    log_warning("fuel %d%%", 20);
    assert_string_equal(captured(), "padamd: warning: fuel 20%\n");
    log_info("ready");
    assert_string_equal(captured(), "padamd: ready\n");
}

static void journal_lines_carry_the_priority(void **state)
{
    (void)state;
    set_journal_stream(0);
    log_open("padamd", LOG_LEVEL_INFO);
    log_error("no lines");
    assert_string_equal(captured(), "<3>no lines\n");
}

static void a_journal_stream_of_another_file_is_not_ours(void **state)
{
    (void)state;
    set_journal_stream(1);
    log_open("padamd", LOG_LEVEL_INFO);
    log_error("no lines");
    assert_string_equal(captured(), "padamd: error: no lines\n");
}

static void more_detail_than_asked_for_is_not_written(void **state)
{
    (void)state;
    log_open("padamd", LOG_LEVEL_NOTICE);
    log_info("detail");
    log_debug("more");
    assert_string_equal(captured(), "");
    log_notice("shown");
    assert_string_equal(captured(), "padamd: shown\n");
}

static void text_from_outside_cannot_forge_a_line(void **state)
{
    (void)state;
    log_open("padamd", LOG_LEVEL_INFO);
    log_info("server %s", "a\n<0>forged");
    assert_string_equal(captured(), "padamd: server a <0>forged\n");
}

static void a_long_line_is_cut_and_ended(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_open("padamd", LOG_LEVEL_INFO);
    log_info("%s", text);
    const char *line = captured();
    assert_int_equal(strlen(line), 1023);
    assert_ptr_equal(strchr(line, '\n'), line + 1022);
}

static void a_reader_that_stopped_costs_lines_not_time(void **state)
{
    (void)state;
    log_open("padamd", LOG_LEVEL_INFO);
    for (int i = 0; i < 100000; i++)
        log_info("line %d of many, with some more text", i);
    while (*captured())
        ;
    errno = 42;
    log_info("after");
    assert_int_equal(errno, 42);
    const char *line = captured();
    assert_non_null(strstr(line, " lines lost before this) after\n"));
    log_info("then");
    assert_string_equal(captured(), "padamd: then\n");
}

#define captured_test(function)                                                                    \
    cmocka_unit_test_setup_teardown(function, capture_begin, capture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        captured_test(plain_lines_name_program_and_severity),
        captured_test(journal_lines_carry_the_priority),
        captured_test(a_journal_stream_of_another_file_is_not_ours),
        captured_test(more_detail_than_asked_for_is_not_written),
        captured_test(text_from_outside_cannot_forge_a_line),
        captured_test(a_long_line_is_cut_and_ended),
        captured_test(a_reader_that_stopped_costs_lines_not_time),
    };
    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}

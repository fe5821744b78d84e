#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum { LINE_SIZE = 1024 };

static const char *program = "padam";
static enum log_level shown = LOG_LEVEL_NOTICE;
static bool to_journal;
static unsigned lost_lines;

static const char *const words[] = {
    [LOG_LEVEL_ERROR] = "error: ",
    [LOG_LEVEL_WARNING] = "warning: ",
    [LOG_LEVEL_NOTICE] = "",
    [LOG_LEVEL_INFO] = "",
    [LOG_LEVEL_DEBUG] = "debug: ",
};

/* JOURNAL_STREAM is inherited by children whose standard error is another file, so compare. */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat file;
    char own[64] = "";
    if (!stream || fstat(STDERR_FILENO, &file) != 0)
        return false;
    text_format(own, sizeof own, "%ju:%ju", (uintmax_t)file.st_dev, (uintmax_t)file.st_ino);
    return strcmp(own, stream) == 0;
}

void log_open(const char *name, enum log_level most_detailed)
{
    program = name;
    shown = most_detailed;
    to_journal = stderr_is_journal();
}

static bool line_write(const char *line, size_t length)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&out, 1, 0) != 1)
        return false;
    ssize_t written = send(STDERR_FILENO, line, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (written < 0 && errno == ENOTSOCK)
        written = write(STDERR_FILENO, line, length);
    return written == (ssize_t)length;
}

static void line_begin(char *line, size_t size, enum log_level level)
{
    if (to_journal)
        text_format(line, size, "<%d>", (int)level);
    else
        text_format(line, size, "%s: %s", program, words[level]);
    if (lost_lines > 0)
        text_append(line, size, "(%u lines lost before this) ", lost_lines);
}

__attribute__((format(printf, 2, 0))) static void log_line(enum log_level level, const char *format,
                                                           va_list args)
{
    if (level > shown)
        return;
    int saved_errno = errno;
    char line[LINE_SIZE];
    line_begin(line, sizeof line - 1, level);
    text_append_args(line, sizeof line - 1, format, args);
    text_one_line(line);
    size_t length = strlen(line);
    line[length] = '\n';
    lost_lines = line_write(line, length + 1) ? 0 : lost_lines + 1;
    errno = saved_errno;
}

#define LOG_FUNCTION(function, level)                                                              \
    void function(const char *format, ...)                                                         \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, format);                                                                    \
        log_line(level, format, args);                                                             \
        va_end(args);                                                                              \
    }

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_notice, LOG_LEVEL_NOTICE)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

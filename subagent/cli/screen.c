#include "cli/screen.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/words.h"

enum { MS_PER_S = 1000 };

static const char colour_end[] = "\033[0m";

static const char *const colours[SEVERITY_COUNT] = {
    [SEVERITY_UNKNOWN] = "\033[35m",
    [SEVERITY_OK] = "\033[32m",
    [SEVERITY_NOTICE] = "\033[36m",
    [SEVERITY_WARNING] = "\033[33m",
    [SEVERITY_CRITICAL] = "\033[1;31m",
};

bool screen_wants_colour(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) && !(no_color && *no_color) && terminal &&
           strcmp(terminal, "dumb") != 0;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* U+0080 to U+009F, which some terminals obey like escape sequences. */
static bool is_c1_control(const char *at)
{
    return (unsigned char)at[0] == 0xC2 && (unsigned char)at[1] >= 0x80 &&
           (unsigned char)at[1] < 0xA0;
}

static void controls_blank(char *text)
{
    text_one_line(text);
    for (; *text; text++)
        if (is_c1_control(text))
            text[0] = text[1] = ' ';
}

/* Bytes of the first `width` characters, each taken to be one column wide. */
static size_t bytes_of_width(const char *text, size_t width)
{
    size_t length = 0;
    for (size_t columns = 0; text[length]; length++)
        if (!is_continuation(text[length]) && columns++ == width)
            break;
    return length;
}

/* Bytes of what goes on one line: up to its last blank, or as much as fits where there is none. */
static size_t line_length(const char *text, size_t width)
{
    size_t most = bytes_of_width(text, width);
    size_t length = most;
    if (!text[most])
        return most;
    while (length > 0 && text[length] != ' ')
        length--;
    return length > 0 ? length : most;
}

/* Whether it was written shows at the end of the output. */
static void part_print(const struct screen *screen, enum severity severity, unsigned indent,
                       const char *text, size_t length)
{
    while (length > 0 && text[length - 1] == ' ')
        length--;
    bool coloured = screen->colour && severity > 0 && severity < SEVERITY_COUNT && length > 0;
    fprintf(screen->to,
            "%s%*s%.*s%s\n",
            coloured ? colours[severity] : "",
            (int)indent,
            "",
            (int)length,
            text,
            coloured ? colour_end : "");
}

static void line_print(const struct screen *screen, enum severity severity, unsigned indent,
                       const char *text)
{
    size_t length = line_length(text, SCREEN_WIDTH);
    part_print(screen, severity, 0, text, length);
    for (text += length; *(text += strspn(text, " ")); text += length) {
        length = line_length(text, SCREEN_WIDTH - indent);
        part_print(screen, severity, indent, text, length);
    }
}

void screen_line(const struct screen *screen, enum severity severity, unsigned indent,
                 const char *format, ...)
{
    char text[SCREEN_TEXT_SIZE] = "";
    va_list args;
    va_start(args, format);
    text_append_args(text, sizeof text, format, args);
    va_end(args);
    controls_blank(text);
    line_print(screen, severity, indent, text);
}

void screen_long_line(const struct screen *screen, enum severity severity, const char *format, ...)
{
    char text[SCREEN_TEXT_SIZE] = "";
    va_list args;
    va_start(args, format);
    text_append_args(text, sizeof text, format, args);
    va_end(args);
    controls_blank(text);
    part_print(screen, severity, 0, text, strlen(text));
}

enum severity screen_attention(enum severity severity)
{
    return severity == SEVERITY_OK ? (enum severity)0 : severity;
}

void screen_time(const struct screen *screen, int64_t epoch_s, char to[static SCREEN_TIME_SIZE])
{
    time_t at = (time_t)epoch_s, now = (time_t)(screen->moment.wall_ms / MS_PER_S);
    struct tm local = {0}, today = {0};
    text_copy(to, SCREEN_TIME_SIZE, "-");
    if (epoch_s < 0 || !localtime_r(&at, &local) || !localtime_r(&now, &today))
        return;
    bool is_today = local.tm_year == today.tm_year && local.tm_yday == today.tm_yday;
    if (strftime(to, SCREEN_TIME_SIZE, is_today ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &local) == 0)
        text_copy(to, SCREEN_TIME_SIZE, "-");
}

void screen_duration(int64_t seconds, char to[static SCREEN_TIME_SIZE])
{
    _Static_assert((int)SCREEN_TIME_SIZE >= (int)TEXT_DURATION_SIZE, "a duration fits");
    if (seconds == DERIVE_ABSENT)
        text_copy(to, SCREEN_TIME_SIZE, "-");
    else
        text_format_duration(to, seconds * MS_PER_S);
}

void screen_words(const char *name, char to[static SCREEN_TIME_SIZE])
{
    text_copy(to, SCREEN_TIME_SIZE, words_of(name));
}

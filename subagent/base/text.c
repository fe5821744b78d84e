#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    MS_PER_S = 1000,
    MS_PER_MINUTE = 60 * MS_PER_S,
    MS_PER_HOUR = 60 * MS_PER_MINUTE,
    MAX_DIGITS = 12,
};

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static size_t character_length(char first)
{
    unsigned char byte = (unsigned char)first;
    if (byte >= 0xF0)
        return 4;
    if (byte >= 0xE0)
        return 3;
    return byte >= 0xC0 ? 2 : 1;
}

/* Removes a character of which only the first bytes were kept. */
static void text_trim_partial(char *text)
{
    size_t end = strlen(text);
    size_t first = end;
    while (first > 0 && is_continuation(text[first - 1]))
        first--;
    if (first > 0 && first - 1 + character_length(text[first - 1]) > end)
        text[first - 1] = '\0';
}

bool text_copy(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    if (length < size) {
        memcpy(to, from, length + 1);
        return true;
    }
    memcpy(to, from, size - 1);
    to[size - 1] = '\0';
    text_trim_partial(to);
    return false;
}

bool text_append_args(char *to, size_t size, const char *format, va_list args)
{
    size_t used = strlen(to);
    int length = vsnprintf(to + used, size - used, format, args);
    if (length < 0) {
        to[used] = '\0';
        return false;
    }
    if ((size_t)length < size - used)
        return true;
    text_trim_partial(to);
    return false;
}

bool text_append(char *to, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    bool whole = text_append_args(to, size, format, args);
    va_end(args);
    return whole;
}

bool text_format(char *to, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    to[0] = '\0';
    bool whole = text_append_args(to, size, format, args);
    va_end(args);
    return whole;
}

/* First and last, as of Unicode. */
struct characters {
    uint32_t first, last;
};

/* They show nothing. */
static const struct characters invisible[] = {
    {0x00, 0x20},     /* C0 controls, space */
    {0x7F, 0xA0},     /* delete, C1 controls, no-break space */
    {0xAD, 0xAD},     /* soft hyphen */
    {0x2000, 0x200F}, /* spaces, zero-width ones, marks of direction */
    {0x2028, 0x202F}, /* separators, marks of direction, narrow space */
    {0x205F, 0x206F}, /* mathematical space, invisible operators */
    {0x3000, 0x3000}, /* ideographic space */
    {0xFEFF, 0xFEFF}, /* byte order mark */
};

/* They change how what follows is shown. */
static const struct characters controls[] = {
    {0x00, 0x1F},     /* C0 */
    {0x7F, 0x9F},     /* delete, C1: some terminals obey them */
    {0x2028, 0x202E}, /* separators of lines, embeddings, overrides */
    {0x2066, 0x2069}, /* isolates */
};

/* Of a well-formed character of so many octets. */
static uint32_t character_read(const char *text, size_t size)
{
    enum { TAIL_BITS = 6, TAIL_MASK = 0x3F, HEAD_MASK = 0x7F };
    uint32_t character = (unsigned char)*text & (size == 1 ? HEAD_MASK : HEAD_MASK >> size);
    for (size_t i = 1; i < size; i++)
        character = character << TAIL_BITS | ((unsigned char)text[i] & TAIL_MASK);
    return character;
}

static bool character_is_among(const struct characters *ranges, size_t count, const char *text,
                               size_t size)
{
    const uint32_t character = character_read(text, size);
    for (size_t i = 0; i < count; i++)
        if (ranges[i].first <= character && character <= ranges[i].last)
            return true;
    return false;
}

static bool character_is_invisible(const char *text, size_t size)
{
    return character_is_among(invisible, sizeof invisible / sizeof *invisible, text, size);
}

static bool character_controls(const char *text, size_t size)
{
    return character_is_among(controls, sizeof controls / sizeof *controls, text, size);
}

bool text_is_blank(const char *text)
{
    size_t length = strlen(text);
    for (size_t size; length > 0; text += size, length -= size) {
        size = text_character_size(text, length);
        if (size == 0 || !character_is_invisible(text, size))
            return false;
    }
    return true;
}

void text_one_line(char *text)
{
    size_t length = strlen(text);
    while (length > 0) {
        size_t size = text_character_size(text, length);
        if (size > 0 && character_controls(text, size))
            memset(text, ' ', size);
        size_t taken = size > 0 ? size : 1;
        text += taken;
        length -= taken;
    }
}

void text_format_duration(char to[static TEXT_DURATION_SIZE], int64_t duration_ms)
{
    uint64_t ms = duration_ms < 0 ? -(uint64_t)duration_ms : (uint64_t)duration_ms;
    unsigned minutes = (unsigned)(ms / MS_PER_MINUTE % 60);
    unsigned seconds = (unsigned)(ms / MS_PER_S % 60);
    text_copy(to, TEXT_DURATION_SIZE, duration_ms < 0 ? "-" : "");
    if (ms >= MS_PER_HOUR)
        text_append(to,
                    TEXT_DURATION_SIZE,
                    "%ju:%02u:%02u",
                    (uintmax_t)(ms / MS_PER_HOUR),
                    minutes,
                    seconds);
    else
        text_append(to, TEXT_DURATION_SIZE, "%u:%02u", minutes, seconds);
    if (ms % MS_PER_S != 0)
        text_append(to, TEXT_DURATION_SIZE, ".%03u", (unsigned)(ms % MS_PER_S));
}

/* Digits at *at, which then points behind them; -1 when there are none, too many, or not the count
 * wanted. */
static int64_t digits_read(const char **at, size_t wanted)
{
    size_t count = strspn(*at, "0123456789");
    if (count == 0 || count > MAX_DIGITS || (wanted != 0 && count != wanted))
        return -1;
    int64_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + ((*at)[i] - '0');
    *at += count;
    return value;
}

static const char *const format_expected = "expected M:SS, H:MM:SS, M:SS.mmm, Ns or Nms";

/* A part of two digits behind a colon. */
static const char *sixty_read(const char **at, int64_t *value)
{
    (*at)++;
    *value = digits_read(at, 2);
    if (*value < 0)
        return "expected two digits after ':'";
    return *value < 60 ? NULL : "minutes and seconds after ':' end at 59";
}

static const char *thousandths_read(const char **at, int64_t *ms)
{
    *ms = 0;
    if (**at == '\0')
        return NULL;
    if (*(*at)++ != '.')
        return format_expected;
    *ms = digits_read(at, 3);
    if (*ms < 0)
        return "expected three digits after '.'";
    return **at == '\0' ? NULL : format_expected;
}

static const char *clock_style_read(const char *at, int64_t first, int64_t *duration_ms)
{
    int64_t second, third, ms;
    const char *error = sixty_read(&at, &second);
    if (error)
        return error;
    int64_t whole_s = first * 60 + second;
    if (*at == ':') {
        error = sixty_read(&at, &third);
        if (error)
            return error;
        whole_s = whole_s * 60 + third;
    }
    error = thousandths_read(&at, &ms);
    if (!error)
        *duration_ms = whole_s * MS_PER_S + ms;
    return error;
}

const char *text_parse_duration(const char *text, int64_t *duration_ms)
{
    const char *at = text;
    int64_t number = digits_read(&at, 0);
    if (number < 0)
        return format_expected;
    if (*at == ':')
        return clock_style_read(at, number, duration_ms);
    bool seconds = strcmp(at, "s") == 0;
    if (!seconds && strcmp(at, "ms") != 0)
        return format_expected;
    *duration_ms = number * (seconds ? MS_PER_S : 1);
    return NULL;
}

size_t text_character_size(const char *text, size_t length)
{
    /* The bounds of the second octet rule out overlong forms, surrogates and what is too large. */
    static const struct {
        unsigned char first_low, first_high, second_low, second_high, size;
    } forms[] = {
        {0x01, 0x7F, 0, 0, 1},
        {0xC2, 0xDF, 0x80, 0xBF, 2},
        {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3},
        {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4},
        {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    const unsigned char *at = (const unsigned char *)text;
    size_t form = 0;
    if (length == 0)
        return 0;
    while (at[0] < forms[form].first_low || at[0] > forms[form].first_high)
        if (++form == sizeof forms / sizeof *forms)
            return 0;
    size_t size = forms[form].size;
    if (size > length)
        return 0;
    if (size > 1 && (at[1] < forms[form].second_low || at[1] > forms[form].second_high))
        return 0;
    for (size_t i = 2; i < size; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    return size;
}

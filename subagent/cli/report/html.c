#include "cli/report/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

static const char replacement[] = "\xEF\xBF\xBD";

void html_put(FILE *to, const char *markup)
{
    (void)fputs(markup, to);
}

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
    case '\r':
    case '\t':
        return " ";
    default:
        return NULL;
    }
}

static bool is_control(const unsigned char *at, size_t size)
{
    bool is_c1 = size == 2 && at[0] == 0xC2 && at[1] < 0xA0;
    return is_c1 || (size == 1 && (at[0] < 0x20 || at[0] == 0x7F));
}

/* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: what follows could read as something else. */
static bool turns_direction(const unsigned char *at, size_t size)
{
    if (size != 3 || at[0] != 0xE2)
        return false;
    if (at[1] == 0x80)
        return (at[2] >= 0x8E && at[2] <= 0x8F) || (at[2] >= 0xAA && at[2] <= 0xAE);
    return at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9;
}

/* Writes what begins at text; returns how many octets of it that was. */
static size_t character_put(FILE *to, const char *text, size_t left)
{
    size_t size = text_character_size(text, left);
    const char *entity = entity_of(*text);
    const unsigned char *at = (const unsigned char *)text;
    if (entity)
        (void)fputs(entity, to);
    else if (size == 0 || is_control(at, size) || turns_direction(at, size))
        (void)fputs(replacement, to);
    else
        (void)fwrite(text, 1, size, to);
    return size > 0 ? size : 1;
}

void html_text(FILE *to, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        size_t taken = character_put(to, text, left);
        text += taken;
        left -= taken;
    }
}

static void args_put(FILE *to, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void args_put(FILE *to, const char *format, va_list args)
{
    char text[HTML_TEXT_SIZE] = "";
    text_append_args(text, sizeof text, format, args);
    html_text(to, text);
}

void html_format(FILE *to, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    args_put(to, format, args);
    va_end(args);
}

void html_element(FILE *to, const char *tag, const char *format, ...)
{
    va_list args;
    fprintf(to, "<%s>", tag);
    va_start(args, format);
    args_put(to, format, args);
    va_end(args);
    fprintf(to, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void html_data_uri(FILE *to, const char *media_type, const unsigned char *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    fprintf(to, "data:%s;base64,", media_type);
    for (size_t i = 0; i < length; i += 3) {
        size_t count = length - i < 3 ? length - i : 3;
        unsigned long group = (unsigned long)bytes[i] << 16;
        group |= count > 1 ? (unsigned long)bytes[i + 1] << 8 : 0;
        group |= count > 2 ? (unsigned long)bytes[i + 2] : 0;
        for (size_t digit = 0; digit < 4; digit++)
            putc(digit <= count ? digits[group >> (18 - 6 * digit) & 63] : '=', to);
    }
}

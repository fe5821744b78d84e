#include "ports/child_output.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

static bool is_blank(const char *line)
{
    while (*line && (isspace((unsigned char)*line) || iscntrl((unsigned char)*line)))
        line++;
    return *line == '\0';
}

static void line_end(struct child_output *output)
{
    if (!is_blank(output->line))
        memcpy(output->finished, output->line, sizeof output->finished);
    memset(output->line, 0, sizeof output->line);
    output->length = 0;
}

void child_output_add(struct child_output *output, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\n') {
            line_end(output);
            continue;
        }
        if (output->length < sizeof output->line - 1)
            output->line[output->length++] = bytes[i] ? bytes[i] : ' ';
    }
}

/* RFC 3629, section 4: the bounds of the second byte rule out overlong forms and surrogates. */
static const struct {
    unsigned char first_low, first_high, second_low, second_high;
    size_t length;
} utf8_forms[] = {
    {0x00, 0x7F, 0x00, 0x00, 1},
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
};

static bool tail_is_valid(const unsigned char *at, size_t length)
{
    for (size_t i = 2; i < length; i++)
        if (at[i] < 0x80 || at[i] > 0xBF)
            return false;
    return true;
}

/* Bytes of the valid character at this place of an ended text, or 0. */
static size_t utf8_length(const unsigned char *at)
{
    for (size_t i = 0; i < sizeof utf8_forms / sizeof *utf8_forms; i++) {
        if (at[0] < utf8_forms[i].first_low || at[0] > utf8_forms[i].first_high)
            continue;
        size_t length = utf8_forms[i].length;
        if (length == 1)
            return 1;
        bool valid = at[1] >= utf8_forms[i].second_low && at[1] <= utf8_forms[i].second_high &&
                     tail_is_valid(at, length);
        return valid ? length : 0;
    }
    return 0;
}

static void replace_invalid(char *text)
{
    while (*text) {
        size_t length = utf8_length((const unsigned char *)text);
        if (length == 0)
            *text = '?';
        text += length ? length : 1;
    }
}

static void trim(char *text)
{
    size_t start = strspn(text, " ");
    size_t end = strlen(text);
    while (end > start && text[end - 1] == ' ')
        end--;
    memmove(text, text + start, end - start);
    text[end - start] = '\0';
}

void child_output_text(const struct child_output *output, char text[static CHILD_LINE_SIZE])
{
    const char *line = is_blank(output->line) ? output->finished : output->line;
    text_copy(text, CHILD_LINE_SIZE, line);
    replace_invalid(text);
    text_one_line(text);
    trim(text);
}

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

static void replace_invalid(char *text)
{
    while (*text) {
        size_t length = text_character_size(text, strlen(text));
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

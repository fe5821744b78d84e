#include "play/parse.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void line_split(struct line *line, char *text)
{
    char *rest = text;
    line->count = line->next = 0;
    for (char *word; (word = strsep(&rest, " \t\r\n"));) {
        if (*word == '#')
            return;
        if (*word == '\0')
            continue;
        if (line->count == SCENARIO_WORD_LIMIT) {
            line_complain(line, "expected at most %d words", SCENARIO_WORD_LIMIT);
            return;
        }
        line->words[line->count++] = word;
    }
}

void line_complain(struct line *line, const char *format, ...)
{
    if (line->failed)
        return;
    line->failed = true;
    fprintf(line->problems, "%s:%u: ", line->path, line->number);
    va_list args;
    va_start(args, format);
    vfprintf(line->problems, format, args);
    va_end(args);
    fputc('\n', line->problems);
}

bool line_ended(const struct line *line)
{
    return line->failed || line->next == line->count;
}

const char *line_peek(const struct line *line)
{
    return line_ended(line) ? NULL : line->words[line->next];
}

bool line_accept(struct line *line, const char *word)
{
    const char *next = line_peek(line);
    if (!next || strcmp(next, word) != 0)
        return false;
    line->next++;
    return true;
}

const char *line_word(struct line *line, const char *expected)
{
    if (!line_ended(line))
        return line->words[line->next++];
    line_complain(line, "the line ends; expected %s", expected);
    return "";
}

static int64_t line_parse_ms(struct line *line, const char *expected)
{
    const char *word = line_word(line, expected);
    int64_t ms = 0;
    const char *error = line->failed ? NULL : text_parse_duration(word, &ms);
    if (error)
        line_complain(line, "\"%s\" is not %s: %s", word, expected, error);
    return ms;
}

int64_t line_time(struct line *line)
{
    return line_parse_ms(line, "a time");
}

int64_t line_duration(struct line *line)
{
    return line_parse_ms(line, "a duration");
}

int64_t line_number(struct line *line, const char *expected, int64_t least, int64_t most)
{
    const char *word = line_word(line, expected);
    if (line->failed)
        return least;
    char *end;
    long long number = strtoll(word, &end, 10);
    if (end == word || *end || number < least || number > most) {
        line_complain(line,
                      "\"%s\" is not %s: expected a number from %" PRId64 " to %" PRId64,
                      word,
                      expected,
                      least,
                      most);
        return least;
    }
    return number;
}

unsigned line_vocabulary(struct line *line, const struct vocabulary *vocabulary)
{
    char description[SCENARIO_LINE_SIZE];
    vocabulary_describe(vocabulary, description, sizeof description);
    const char *word = line_word(line, description);
    int value = line->failed ? 0 : vocabulary_find(vocabulary, word);
    if (value < 0)
        line_complain(line, "\"%s\": expected %s", word, description);
    return value < 0 ? 0 : (unsigned)value;
}

size_t line_server(struct line *line, const struct scenario *scenario)
{
    const char *name = line_word(line, "a server's name");
    for (size_t i = 0; i < scenario->server_count; i++)
        if (strcmp(scenario->servers[i].name, name) == 0)
            return i;
    line_complain(
        line, "no server \"%s\": expected a name that \"site server\" declares above", name);
    return 0;
}

void line_expect_end(struct line *line)
{
    if (!line_ended(line))
        line_complain(line, "\"%s\": expected the line's end", line->words[line->next]);
}

char *line_join(const struct line *line, size_t from)
{
    size_t size = 1;
    for (size_t i = from; i < line->count; i++)
        size += strlen(line->words[i]) + 1;
    char *joined = calloc(1, size);
    if (!joined)
        return NULL;
    for (size_t i = from; i < line->count; i++)
        text_append(joined, size, "%s%s", i > from ? " " : "", line->words[i]);
    return joined;
}

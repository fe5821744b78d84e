/*
 * What libconfig's parser is silent or wrong about: numbers beyond 64 bits (it reads another one),
 * nesting without end, and where an unclosed bracket or quote began.
 */
#include <string.h>

#include "config/reader.h"

enum { DECIMAL_DIGITS_MAX = 18, HEX_DIGITS_MAX = 15, DEPTH_IN_USE = 3 };

#define DECIMAL "0123456789"
#define HEX DECIMAL "abcdefABCDEF"
#define NAME HEX "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ_*-"

struct scan {
    struct reader *reader;
    struct open_marks *marks;
    const char *at;
    int line;
    bool good;
};

static void pass(struct scan *scan, size_t count)
{
    for (; count > 0 && *scan->at; count--)
        scan->line += *scan->at++ == '\n';
}

static void pass_line(struct scan *scan)
{
    pass(scan, strcspn(scan->at, "\n"));
}

static void pass_comment(struct scan *scan)
{
    const char *end = strstr(scan->at + 2, "*/");
    pass(scan, end ? (size_t)(end + 2 - scan->at) : strlen(scan->at));
}

static void mark(struct scan *scan, char what)
{
    struct open_marks *marks = scan->marks;
    if (marks->count == OPEN_MARK_LIMIT) {
        config_fault_line(scan->reader,
                          scan->line,
                          "too many groups and lists within each other; expected at most %d",
                          DEPTH_IN_USE);
        scan->good = false;
        scan->at = "";
        return;
    }
    marks->marks[marks->count++] = (struct open_mark){what, scan->line};
}

static void unmark(struct scan *scan, char what)
{
    struct open_marks *marks = scan->marks;
    if (marks->count > 0 && marks->marks[marks->count - 1].what == what)
        marks->count--;
}

static void pass_text(struct scan *scan)
{
    mark(scan, '"');
    pass(scan, 1);
    while (*scan->at && *scan->at != '"')
        pass(scan, *scan->at == '\\' ? 2 : 1);
    if (*scan->at)
        unmark(scan, '"');
    pass(scan, 1);
}

static void pass_number(struct scan *scan)
{
    bool is_hex = scan->at[0] == '0' && (scan->at[1] == 'x' || scan->at[1] == 'X');
    size_t before = is_hex ? 2 : 0;
    size_t digits = strspn(scan->at + before, is_hex ? HEX : DECIMAL);
    size_t most = is_hex ? HEX_DIGITS_MAX : DECIMAL_DIGITS_MAX;
    bool is_whole = is_hex || !strchr(".eE", scan->at[digits]) || !scan->at[digits];
    if (is_whole && digits > most) {
        config_fault_line(scan->reader,
                          scan->line,
                          "%.*s has too many digits; expected at most %zu",
                          (int)(before + digits),
                          scan->at,
                          most);
        scan->good = false;
    }
    pass(scan, before + digits);
    if (!is_whole)
        pass(scan, strspn(scan->at, DECIMAL ".eE+-"));
}

static void pass_bracket(struct scan *scan)
{
    static const char opening[] = "({[", closing[] = ")}]";
    const char *closes = strchr(closing, *scan->at);
    if (closes)
        unmark(scan, opening[closes - closing]);
    else
        mark(scan, *scan->at);
    pass(scan, 1);
}

static void pass_next(struct scan *scan)
{
    char next = *scan->at;
    if (next == '#' || (next == '/' && scan->at[1] == '/'))
        pass_line(scan);
    else if (next == '/' && scan->at[1] == '*')
        pass_comment(scan);
    else if (next == '"')
        pass_text(scan);
    else if (strchr(DECIMAL, next))
        pass_number(scan);
    else if (strchr(NAME, next) && next != '-')
        pass(scan, strspn(scan->at, NAME));
    else if (strchr("(){}[]", next))
        pass_bracket(scan);
    else
        pass(scan, 1);
}

bool config_text_scan(struct reader *reader, const char *text, struct open_marks *marks)
{
    struct scan scan = {.reader = reader, .marks = marks, .at = text, .line = 1, .good = true};
    marks->count = 0;
    while (*scan.at)
        pass_next(&scan);
    return scan.good;
}

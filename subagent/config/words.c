#include <string.h>

#include "base/text.h"
#include "config/keys.h"

void config_seconds_format(char to[static SECONDS_SIZE], int64_t duration_ms)
{
    long long ms = duration_ms;
    text_format(to, SECONDS_SIZE, "%lld", ms / 1000);
    if (ms % 1000 == 0)
        return;
    text_append(to, SECONDS_SIZE, ".%03lld", ms % 1000);
    for (size_t length = strlen(to); to[length - 1] == '0'; length--)
        to[length - 1] = '\0';
}

typedef void expected_fn(const struct key *key, char to[static EXPECTED_SIZE]);

static void text_expected(const struct key *key, char to[static EXPECTED_SIZE])
{
    text_copy(to, EXPECTED_SIZE, "a line of text, ");
    if (key->min > 0)
        text_append(to, EXPECTED_SIZE, "%lld to ", (long long)key->min);
    else
        text_append(to, EXPECTED_SIZE, "at most ");
    text_append(to, EXPECTED_SIZE, "%zu bytes of UTF-8", key->size - 1);
}

static void path_expected(const struct key *key, char to[static EXPECTED_SIZE])
{
    text_format(to, EXPECTED_SIZE, "a file's absolute path of at most %zu bytes", key->size - 1);
}

static void duration_expected(const struct key *key, char to[static EXPECTED_SIZE])
{
    char from[SECONDS_SIZE], until[SECONDS_SIZE];
    config_seconds_format(from, key->min);
    config_seconds_format(until, key->max);
    text_format(to, EXPECTED_SIZE, "%s to %s seconds", from, until);
}

static void count_expected(const struct key *key, char to[static EXPECTED_SIZE])
{
    text_format(to,
                EXPECTED_SIZE,
                "a whole number, %lld to %lld",
                (long long)key->min,
                (long long)key->max);
}

static void switch_expected(const struct key *key, char to[static EXPECTED_SIZE])
{
    (void)key;
    text_copy(to, EXPECTED_SIZE, "true or false");
}

static void choice_expected(const struct key *key, char to[static EXPECTED_SIZE])
{
    text_copy(to, EXPECTED_SIZE, "one of");
    for (size_t i = 0; key->choices[i].name; i++)
        text_append(to, EXPECTED_SIZE, "%s \"%s\"", i ? "," : "", key->choices[i].name);
}

static void argv_expected(const struct key *key, char to[static EXPECTED_SIZE])
{
    (void)key;
    text_copy(to, EXPECTED_SIZE, "[\"/path/of/program\", \"argument\", …], run without a shell");
}

static void texts_expected(const struct key *key, char to[static EXPECTED_SIZE])
{
    (void)key;
    text_copy(to, EXPECTED_SIZE, "[\"line of text\", …]");
}

static expected_fn *const expected_of[KEY_TYPE_COUNT] = {
    [KEY_TEXT] = text_expected,
    [KEY_PATH] = path_expected,
    [KEY_DURATION] = duration_expected,
    [KEY_COUNT] = count_expected,
    [KEY_SWITCH] = switch_expected,
    [KEY_CHOICE] = choice_expected,
    [KEY_ARGV] = argv_expected,
    [KEY_TEXTS] = texts_expected,
};

void config_expected_describe(const struct key *key, char expected[static EXPECTED_SIZE])
{
    expected_of[key->type](key, expected);
}

/* "Did you mean": the known name that takes the fewest changes. */
#include <string.h>

#include "config/reader.h"

enum { WORD_MAX = 40 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t least_of_two = a < b ? a : b;
    return least_of_two < c ? least_of_two : c;
}

/* Levenshtein's distance, one row at a time. */
static size_t word_distance(const char *from, const char *to)
{
    size_t row[WORD_MAX + 1];
    size_t length = strlen(to);
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; from[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t above = row[j];
            size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
            row[j] = least(above + 1, row[j - 1] + 1, diagonal + change);
            diagonal = above;
        }
    }
    return row[length];
}

const char *config_suggest(const char *word, const char *const *names, size_t count)
{
    if (strlen(word) > WORD_MAX)
        return NULL;
    const char *nearest = NULL;
    size_t limit = (strlen(word) + 4) / 3;
    for (size_t i = 0; i < count; i++) {
        if (strlen(names[i]) > WORD_MAX)
            continue;
        size_t distance = word_distance(word, names[i]);
        if (distance <= limit) {
            nearest = names[i];
            limit = distance - (distance > 0);
        }
    }
    return nearest;
}

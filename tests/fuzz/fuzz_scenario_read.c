#include "fuzz_scenario.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* Their seeds are tests/scenarios. */
void fuzz_seeds(void)
{
}

/* libFuzzer learns words from the library's, at a quarter of the time; the dictionary knows them.
 */
int __wrap_strcmp(const char *a, const char *b);
__attribute__((no_sanitize("coverage"))) int __wrap_strcmp(const char *a, const char *b)
{
    for (; *a && *a == *b; a++)
        b++;
    return (unsigned char)*a - (unsigned char)*b;
}

struct scenario *fuzz_scenario(const unsigned char *bytes, size_t size, FILE *problems)
{
    if (size == 0)
        return NULL;
    char *text = malloc(size);
    FILE *file = text ? fmemopen(text, size, "r") : NULL;
    struct scenario *scenario = NULL;
    if (file) {
        memcpy(text, bytes, size);
        scenario = scenario_parse("scenario", file, problems);
    }
    if (!file || fclose(file) != 0)
        fuzz_fail("the text cannot be opened, or closed");
    free(text);
    return scenario;
}

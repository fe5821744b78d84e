#include "fuzz_scenario.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* Their seeds are tests/scenarios. */
void fuzz_seeds(void)
{
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

/* Scenario text, and the site's configuration that is made of it. */
#include <stdio.h>

#include "fuzz.h"
#include "fuzz_scenario.h"
#include "play/setup.h"

static FILE *nowhere;

void fuzz_begin(void)
{
    nowhere = fopen("/dev/null", "w");
    if (!nowhere)
        fuzz_fail("no /dev/null");
}

void fuzz_one(const unsigned char *bytes, size_t size)
{
    static const struct setup_level level = {.program = {"/bin/true"}, .looks_often = true};
    struct scenario *scenario = fuzz_scenario(bytes, size, nowhere);
    if (scenario)
        (void)setup_write(scenario, &level, nowhere); /* false where a key is too long */
    scenario_release(scenario);
}

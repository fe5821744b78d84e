/* A scenario is played: the core is driven by whatever can be written in one. */
#include <stdio.h>

#include "fuzz.h"
#include "fuzz_scenario.h"
#include "play/play.h"

/* Each second of it costs time; nothing new happens in a scenario of days. */
enum { LONGEST_MS = 3600 * 1000, EARLIEST_MS = -600 * 1000 };

static FILE *nowhere;

void fuzz_begin(void)
{
    nowhere = fopen("/dev/null", "w");
    if (!nowhere)
        fuzz_fail("no /dev/null");
}

void fuzz_one(const unsigned char *bytes, size_t size)
{
    struct scenario *scenario = fuzz_scenario(bytes, size, nowhere);
    if (scenario && scenario->end_ms <= LONGEST_MS && scenario->starts_ms >= EARLIEST_MS)
        (void)play_core(scenario, false, nowhere);
    scenario_release(scenario);
}

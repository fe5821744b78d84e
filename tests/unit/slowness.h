#pragma once
/* By how much this program is slower than it usually is, as a sanitizer or valgrind watches it:
 * SLOWNESS of the build. */
#include <stdlib.h>

static inline long slowness(void)
{
    const char *text = getenv("SLOWNESS");
    long times = text ? strtol(text, NULL, 10) : 1;
    return times > 0 ? times : 1;
}

#include "engine/daytime.h"

#include <time.h>

#include "base/clock.h"
#include "base/text.h"

void daytime_format(char to[static DAYTIME_SIZE], instant at, struct derive_moment moment)
{
    text_copy(to, DAYTIME_SIZE, "-");
    if (!instant_is_set(at))
        return;
    time_t seconds = clock_wall_ms_of(at, moment.now, moment.wall_ms) / 1000;
    struct tm local;
    if (localtime_r(&seconds, &local))
        strftime(to, DAYTIME_SIZE, "%H:%M:%S", &local);
}

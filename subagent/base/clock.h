#pragma once
/* The only file that reads clocks. */
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/instant.h"

enum { CLOCK_BOOT_ID_SIZE = 37 };

instant clock_now(void);

/* When so many milliseconds will have passed, for what waits by CLOCK_MONOTONIC. */
struct timespec clock_monotonic_after(int64_t ms);

int64_t clock_wall_ms(void);

/* Between the two clocks as they stand now: the same instant has the same wall time whenever it is
 * asked for, until the wall clock is set or slewed. */
int64_t clock_wall_ms_at(instant at);
instant clock_at_wall_ms(int64_t wall_ms);

/* The instant of a kernel time stamp taken from CLOCK_MONOTONIC (GPIO edges), which stands still
 * during suspend. */
instant clock_from_monotonic_ns(int64_t monotonic_ns);

/* True when a time service says that the wall clock is right. */
bool clock_wall_is_synchronised(void);

/* A descriptor that is to be read when the wall clock is set: clock_watch_again() after each time.
 * Both return -1 with errno. */
int clock_watch_open(void);
int clock_watch_again(int fd);

/* This boot's id with its end mark. Returns 0 or a negative errno, the buffer then being empty. */
int clock_read_boot_id(char boot_id[static CLOCK_BOOT_ID_SIZE]);

/* Wall time of an instant, given both clocks' readings of one moment. */
static inline int64_t clock_wall_ms_of(instant at, instant now, int64_t wall_now_ms)
{
    return wall_now_ms + instant_diff_ms(at, now);
}

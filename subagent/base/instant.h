#pragma once
/*
 * A point on the monotonic time base: milliseconds of CLOCK_BOOTTIME. A type of its own, so that
 * neither a wall-clock value nor a duration can be passed for one.
 */
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t ms;
} instant;

#define INSTANT_NEVER ((instant){INT64_MAX})
#define INSTANT_NONE ((instant){INT64_MIN})

static inline instant instant_at(int64_t boot_ms)
{
    return (instant){boot_ms};
}

/* False for both INSTANT_NONE and INSTANT_NEVER. */
static inline bool instant_is_set(instant t)
{
    return t.ms != INT64_MIN && t.ms != INT64_MAX;
}

/* A sum or difference that there is no room for is the nearest there is: a damaged state must not
 * lead into what C does not define. */
static inline instant instant_add_ms(instant t, int64_t duration_ms)
{
    int64_t sum;
    if (!instant_is_set(t))
        return t;
    if (__builtin_add_overflow(t.ms, duration_ms, &sum) || !instant_is_set(instant_at(sum)))
        return instant_at(duration_ms > 0 ? INT64_MAX - 1 : INT64_MIN + 1);
    return instant_at(sum);
}

/* a - b; both should be set. */
static inline int64_t instant_diff_ms(instant a, instant b)
{
    int64_t difference;
    if (__builtin_sub_overflow(a.ms, b.ms, &difference))
        return a.ms > b.ms ? INT64_MAX : INT64_MIN;
    return difference;
}

/* Of two durations, as above: a damaged state may hold any. */
static inline int64_t duration_sum_ms(int64_t a_ms, int64_t b_ms)
{
    int64_t sum_ms;
    if (__builtin_add_overflow(a_ms, b_ms, &sum_ms))
        return a_ms > 0 ? INT64_MAX : INT64_MIN;
    return sum_ms;
}

static inline int64_t duration_diff_ms(int64_t a_ms, int64_t b_ms)
{
    return instant_diff_ms(instant_at(a_ms), instant_at(b_ms));
}

static inline bool instant_before(instant a, instant b)
{
    return a.ms < b.ms;
}

/* A due time is reached at exactly its instant. NONE and NEVER are never reached. */
static inline bool instant_reached(instant due, instant now)
{
    return instant_is_set(due) && due.ms <= now.ms;
}

/* The earlier of two due times; NONE counts as never. */
static inline instant instant_earliest(instant a, instant b)
{
    if (!instant_is_set(a))
        return instant_is_set(b) ? b : INSTANT_NEVER;
    if (!instant_is_set(b))
        return a;
    return a.ms < b.ms ? a : b;
}

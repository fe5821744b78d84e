#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static const int64_t ns_per_ms = 1000000;
static const int64_t ns_per_s = 1000000000;

static int64_t clock_read_ns(clockid_t id)
{
    struct timespec t = {0};
    clock_gettime(id, &t);
    return t.tv_sec * ns_per_s + t.tv_nsec;
}

instant clock_now(void)
{
    return instant_at(clock_read_ns(CLOCK_BOOTTIME) / ns_per_ms);
}

/* Of both clocks at one moment: a pause between the reads would shift all wall times by itself.
 * What lies between them otherwise is rounded off. */
static int64_t wall_offset_ms(void)
{
    enum { TRIES = 8 };
    const int64_t near_ns = 100000;
    int64_t offset_ns = 0, least_ns = INT64_MAX;
    for (int i = 0; i < TRIES && least_ns > near_ns; i++) {
        int64_t before_ns = clock_read_ns(CLOCK_BOOTTIME);
        int64_t wall_ns = clock_read_ns(CLOCK_REALTIME);
        int64_t apart_ns = clock_read_ns(CLOCK_BOOTTIME) - before_ns;
        if (apart_ns >= least_ns)
            continue;
        least_ns = apart_ns;
        offset_ns = wall_ns - (before_ns + apart_ns / 2);
    }
    return (offset_ns + ns_per_ms / 2) / ns_per_ms;
}

int64_t clock_wall_ms_at(instant at)
{
    return at.ms + wall_offset_ms();
}

instant clock_at_wall_ms(int64_t wall_ms)
{
    return instant_at(wall_ms - wall_offset_ms());
}

int64_t clock_wall_ms(void)
{
    return clock_wall_ms_at(clock_now());
}

/* Exactly 0 when the machine was never suspended: the reads' own distance must not move an edge. */
static int64_t suspended_ns(void)
{
    int64_t before_ns = clock_read_ns(CLOCK_MONOTONIC);
    int64_t boot_ns = clock_read_ns(CLOCK_BOOTTIME);
    int64_t after_ns = clock_read_ns(CLOCK_MONOTONIC);
    if (before_ns <= boot_ns && boot_ns <= after_ns)
        return 0;
    return boot_ns - (before_ns + (after_ns - before_ns) / 2);
}

instant clock_from_monotonic_ns(int64_t monotonic_ns)
{
    return instant_at((monotonic_ns + suspended_ns()) / ns_per_ms);
}

bool clock_wall_is_synchronised(void)
{
    struct timex state = {0};
    return adjtimex(&state) >= 0 && !(state.status & STA_UNSYNC);
}

/* A timer that never ends, but is cancelled when its clock is set. One set meanwhile is told by the
 * call itself, with the new timer running. */
int clock_watch_again(int fd)
{
    const int sign_bit = sizeof(time_t) * CHAR_BIT - 1;
    const struct itimerspec never = {
        .it_value = {.tv_sec = (time_t)((UINT64_C(1) << sign_bit) - 1)}};
    int result = timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
    return result < 0 && errno != ECANCELED ? -1 : 0;
}

int clock_watch_open(void)
{
    int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0 || clock_watch_again(fd) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static ssize_t file_read(const char *path, char *to, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    ssize_t length = read(fd, to, size);
    if (length < 0)
        length = -errno;
    close(fd);
    return length;
}

int clock_read_boot_id(char boot_id[static CLOCK_BOOT_ID_SIZE])
{
    const ssize_t id_length = CLOCK_BOOT_ID_SIZE - 1;
    ssize_t length = file_read("/proc/sys/kernel/random/boot_id", boot_id, (size_t)id_length);
    boot_id[length == id_length ? length : 0] = '\0';
    if (length < 0)
        return (int)length;
    return length == id_length ? 0 : -EIO;
}

struct timespec clock_monotonic_after(int64_t ms)
{
    const int64_t ms_per_s = 1000;
    struct timespec at = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &at); /* fails for a wrong clock only */
    ms += at.tv_nsec / ns_per_ms;
    at.tv_sec += ms / ms_per_s;
    at.tv_nsec = ms % ms_per_s * ns_per_ms;
    return at;
}

#include "ports/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { FILE_MODE = 0640, SAME_SECOND_LIMIT = 100, MS_PER_S = 1000, ROOM = 1 << 20 };

static int file_open(const char *path, const char *suffix)
{
    char name[PATH_MAX];
    if (!text_format(name, sizeof name, "%s%s", path, suffix)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(name, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
}

int journal_file_create(const char *path)
{
    int fd = file_open(path, "");
    return fd < 0 ? -1 : close(fd);
}

int journal_file_lock(const char *path, bool *taken)
{
    int fd = file_open(path, ".lock");
    if (fd < 0)
        return -1;
    *taken = flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (*taken || errno == EWOULDBLOCK)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int journal_file_lock_await(int lock)
{
    int result;
    do
        result = flock(lock, LOCK_EX);
    while (result < 0 && errno == EINTR);
    return result;
}

/* PATH.corrupt-20250131T235959Z, and for more of them in a second -2, -3, ... */
static bool aside_name(const char *path, unsigned attempt, char *aside, size_t size)
{
    time_t now = (time_t)(clock_wall_ms() / MS_PER_S);
    struct tm utc = {0};
    char stamp[32] = "";
    (void)gmtime_r(&now, &utc);
    (void)strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
    bool fits = text_format(aside, size, "%s.corrupt-%s", path, stamp);
    if (attempt > 1)
        fits &= text_append(aside, size, "-%u", attempt);
    return fits;
}

static int aside_name_find(const char *path, char *aside, size_t size)
{
    errno = EEXIST;
    for (unsigned attempt = 1; attempt < SAME_SECOND_LIMIT; attempt++) {
        if (!aside_name(path, attempt, aside, size)) {
            errno = ENAMETOOLONG;
            return -1;
        }
        if (access(aside, F_OK) < 0)
            return errno == ENOENT ? 0 : -1;
    }
    return -1;
}

static int file_rename(const char *path, const char *aside, const char *suffix)
{
    char from[PATH_MAX], to[PATH_MAX];
    if (text_format(from, sizeof from, "%s%s", path, suffix) &&
        text_format(to, sizeof to, "%s%s", aside, suffix))
        return rename(from, to) < 0 && errno != ENOENT ? -1 : 0;
    errno = ENAMETOOLONG;
    return -1;
}

int journal_file_set_aside(const char *path, char *aside, size_t size)
{
    /* The database last: a new one must never find the old one's log, which would be replayed. */
    static const char *const suffixes[] = {"-shm", "-wal", ""};
    int result = aside_name_find(path, aside, size);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes && result == 0; i++)
        result = file_rename(path, aside, suffixes[i]);
    return result;
}

static off_t file_size(const char *path, const char *suffix)
{
    char name[PATH_MAX];
    struct stat status;
    bool is_there =
        text_format(name, sizeof name, "%s%s", path, suffix) && stat(name, &status) == 0;
    return is_there ? status.st_size : 0;
}

bool journal_file_lost_its_head(const char *path)
{
    enum { DATABASE_HEAD = 100 }; /* bytes; SQLite's file format, 1.3 */
    return file_size(path, "") < DATABASE_HEAD && file_size(path, "-wal") > 0;
}

bool journal_file_has_room(const char *path)
{
    struct statvfs status;
    return statvfs(path, &status) == 0 && status.f_bavail * status.f_frsize >= ROOM;
}

/* An image of the office, read whole and told by its first bytes. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/report/report.h"

enum { LOGO_LIMIT = 1024 * 1024 };

static const struct {
    const char *begins, *media_type;
} kinds[] = {
    {"\x89PNG\r\n\x1a\n", "image/png"},
    {"\xFF\xD8\xFF", "image/jpeg"},
    {"<svg", "image/svg+xml"},
    {"<?xml", "image/svg+xml"},
};

static const char *media_type_of(const struct logo *logo)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t length = strlen(kinds[i].begins);
        if (logo->length >= length && memcmp(logo->bytes, kinds[i].begins, length) == 0)
            return kinds[i].media_type;
    }
    return NULL;
}

/* NULL, or why not. */
static const char *bytes_read(int fd, size_t size, struct logo *logo)
{
    logo->bytes = malloc(size + 1);
    if (!logo->bytes)
        return strerror(errno);
    ssize_t got;
    while (logo->length < size &&
           (got = read(fd, logo->bytes + logo->length, size - logo->length)) != 0) {
        if (got < 0 && errno != EINTR)
            return strerror(errno);
        logo->length += got > 0 ? (size_t)got : 0;
    }
    logo->media_type = media_type_of(logo);
    return logo->media_type ? NULL : "neither PNG, JPEG nor SVG";
}

const char *logo_read(const char *path, struct logo *logo)
{
    *logo = (struct logo){0};
    if (!*path)
        return NULL;
    struct stat about;
    const char *problem = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return strerror(errno);
    if (fstat(fd, &about) < 0)
        problem = strerror(errno);
    else if (!S_ISREG(about.st_mode))
        problem = "not a regular file";
    else if (about.st_size > LOGO_LIMIT)
        problem = "larger than 1 MiB";
    else
        problem = bytes_read(fd, (size_t)about.st_size, logo);
    close(fd);
    return problem;
}

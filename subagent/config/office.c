/* The office's logo: a mistyped one would show, or not, on a report only. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "config/reader.h"

/* 0, or an errno: what reading it would fail with. */
static int logo_trouble(const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return errno;
    if (S_ISREG(status.st_mode))
        return 0;
    return S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
}

void config_office_doubt(struct reader *reader)
{
    const char *path = reader->config.office.logo;
    int trouble = *path ? logo_trouble(path) : 0;
    if (trouble)
        config_warn(reader,
                    config_setting_at(reader, "office.logo"),
                    "office.logo cannot be read: %s: %s; expected an image file, else reports go "
                    "without",
                    path,
                    strerror(trouble));
}

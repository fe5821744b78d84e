#include "engine/folders.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/text.h"

static void folder_of(char folder[static CONFIG_PATH_SIZE], const char *path)
{
    text_copy(folder, CONFIG_PATH_SIZE, path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
}

static bool is_missing(const char *folder)
{
    struct stat status;
    if (stat(folder, &status) < 0)
        return errno == ENOENT || errno == ENOTDIR;
    return !S_ISDIR(status.st_mode);
}

static bool folder_is_there(const char *key, const char *path)
{
    char folder[CONFIG_PATH_SIZE];
    folder_of(folder, path);
    if (!is_missing(folder))
        return true;
    log_error("%s is %s, but there is no folder %s; expected one that exists", key, path, folder);
    return false;
}

bool folders_are_there(const struct engine_settings *settings)
{
    bool has_journal = folder_is_there("engine.journal", settings->journal);
    bool has_socket = folder_is_there("engine.socket", settings->socket);
    return has_journal && has_socket;
}

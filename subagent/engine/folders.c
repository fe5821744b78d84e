#include "engine/folders.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

enum { JOURNAL_IS_MISSING = 1, SOCKET_IS_MISSING = 2, NOT_LOOKED = 4 };

static void folder_of(char folder[static CONFIG_PATH_SIZE], const char *path)
{
    text_copy(folder, CONFIG_PATH_SIZE, path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
}

/* ---- the process ---- */

static bool is_missing(const char *path)
{
    char folder[CONFIG_PATH_SIZE];
    struct stat status;
    folder_of(folder, path);
    if (stat(folder, &status) < 0)
        return errno == ENOENT || errno == ENOTDIR;
    return !S_ISDIR(status.st_mode);
}

/* In the child of a fork. */
static _Noreturn void look_process(const struct engine_settings *settings)
{
    if (close_range(STDERR_FILENO + 1, ~0U, 0) < 0)
        _exit(NOT_LOOKED);
    _exit((is_missing(settings->journal) ? JOURNAL_IS_MISSING : 0) |
          (is_missing(settings->socket) ? SOCKET_IS_MISSING : 0));
}

/* ---- the engine's side ---- */

int folders_look_begin(struct folders_look *look, const struct engine_settings *settings)
{
    look->pid = fork();
    if (look->pid == 0)
        look_process(settings);
    if (look->pid < 0)
        return -errno;
    look->pidfd = pidfd_open(look->pid, 0);
    return look->pidfd < 0 ? -errno : 0;
}

/* What the process found; one that is held is left behind. */
static int findings_take(struct folders_look *look, int64_t limit_ms)
{
    struct pollfd end = {.fd = look->pidfd, .events = POLLIN};
    siginfo_t info = {0};
    bool ended = poll(&end, 1, (int)limit_ms) > 0 &&
                 waitid(P_PIDFD, (id_t)look->pidfd, &info, WEXITED | WNOHANG) == 0 &&
                 info.si_code == CLD_EXITED;
    if (!ended)
        (void)pidfd_send_signal(look->pidfd, SIGKILL, NULL, 0);
    (void)close(look->pidfd);
    look->pidfd = -1;
    return ended ? info.si_status : NOT_LOOKED;
}

static void missing_log(const char *key, const char *path)
{
    char folder[CONFIG_PATH_SIZE];
    folder_of(folder, path);
    log_error("%s is %s, but there is no folder %s; expected one that exists", key, path, folder);
}

bool folders_are_there(struct folders_look *look, const struct engine_settings *settings,
                       int64_t limit_ms)
{
    int found = findings_take(look, limit_ms);
    if (found & NOT_LOOKED)
        log_warning("whether the folders of engine.journal and engine.socket exist is not known");
    if (found & JOURNAL_IS_MISSING)
        missing_log("engine.journal", settings->journal);
    if (found & SOCKET_IS_MISSING)
        missing_log("engine.socket", settings->socket);
    return !(found & (JOURNAL_IS_MISSING | SOCKET_IS_MISSING));
}

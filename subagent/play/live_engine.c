#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/live.h"

enum {
    STOP_WAIT_MS = 5000,
    NOTICE_SIZE = 512,
    WORD_SIZE = 96,
    WORDS_BEFORE_INPUTS = 7,
    HELD_FIRST_FD = 3, /* SD_LISTEN_FDS_START */
    WORD_LIMIT = WORDS_BEFORE_INPUTS + 2 * INPUT_ROLE_COUNT + 1,
};

static const char notify_name[] = "notify", config_name[] = "padam.conf", log_name[] = "engine.log";

static bool config_write(struct live *live)
{
    char path[LIVE_PATH_SIZE];
    live_path(live, path, config_name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        live_fail(live, "%s cannot be written: %s", path, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    char socket[LIVE_PATH_SIZE];
    live_path(live, socket, "servers");
    const struct setup_level level = {.directory = live->directory,
                                      .program = {live->settings->server, socket},
                                      .looks_often = true,
                                      .own_chips = live->driver->own_chips};
    bool written = setup_write(live->scenario, &level, file);
    written = fclose(file) == 0 && written;
    if (!written)
        live_fail(live, "%s cannot be written", path);
    return written;
}

/* ---- what is held between two lives of it: the protocol of sd_pid_notify_with_fds(3) ---- */

static void held_close(struct live_engine *engine)
{
    if (engine->held_fd >= 0)
        (void)close(engine->held_fd);
    engine->held_fd = -1;
}

struct engine_notice {
    char text[NOTICE_SIZE];
    int fd; /* what came with it, or -1 */
};

static void held_follow(struct live_engine *engine, const struct engine_notice *notice)
{
    static const char name[] = "FDNAME=";
    const char *at = strstr(notice->text, name);
    if (strstr(notice->text, "FDSTOREREMOVE=1"))
        held_close(engine);
    if (notice->fd < 0)
        return;
    held_close(engine);
    engine->held_fd = notice->fd;
    at = at ? at + strlen(name) : "";
    text_format(engine->held_name, sizeof engine->held_name, "%.*s", (int)strcspn(at, "\n"), at);
}

/* In the child. */
static bool held_pass(const struct live_engine *engine)
{
    char pid[WORD_SIZE];
    text_format(pid, sizeof pid, "%d", (int)getpid());
    return engine->held_fd < 0 ||
           (dup2(engine->held_fd, HELD_FIRST_FD) == HELD_FIRST_FD &&
            setenv("LISTEN_FDS", "1", 1) == 0 && setenv("LISTEN_PID", pid, 1) == 0 &&
            setenv("LISTEN_FDNAMES", engine->held_name, 1) == 0);
}

/* Returns false where there is none. */
static bool notice_receive(const struct live_engine *engine, struct engine_notice *notice)
{
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {.iov_base = notice->text, .iov_len = sizeof notice->text - 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t length = recvmsg(engine->notify_fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    const struct cmsghdr *head = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    notice->text[length > 0 ? length : 0] = '\0';
    notice->fd = -1;
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
        memcpy(&notice->fd, CMSG_DATA(head), sizeof notice->fd);
    return length > 0;
}

/* ---- open and close ---- */

bool live_engine_open(struct live *live)
{
    live->engine = (struct live_engine){.pid_fd = -1, .notify_fd = -1, .held_fd = -1};
    live->engine.notify_fd = live_bind(live, notify_name, SOCK_DGRAM);
    if (live->engine.notify_fd < 0) {
        live_fail(live, "no socket for the engine's notices: %s", strerror(errno));
        return false;
    }
    return config_write(live);
}

void live_engine_close(struct live *live)
{
    held_close(&live->engine);
    if (live->engine.notify_fd >= 0)
        (void)close(live->engine.notify_fd);
    live->engine.notify_fd = -1;
}

/* ---- start ---- */

struct engine_argv {
    char words[WORD_LIMIT][WORD_SIZE];
    char *argv[WORD_LIMIT + 1];
    size_t count;
};

static void argv_add(struct engine_argv *argv, const char *word)
{
    char *place = argv->words[argv->count];
    text_copy(place, WORD_SIZE, word);
    argv->argv[argv->count++] = place;
}

/* What the simulated lines begin with. */
static void inputs_add(const struct live *live, struct engine_argv *argv)
{
    char word[WORD_SIZE];
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++) {
        if (!live->levels[role])
            continue;
        argv_add(argv, "--input");
        text_format(word,
                    sizeof word,
                    "%s=%s",
                    input_role_name((enum input_role)role),
                    input_value_name(live->levels[role]));
        argv_add(argv, word);
    }
}

static void argv_fill(const struct live *live, struct engine_argv *argv)
{
    char word[WORD_SIZE];
    argv_add(argv, "padamd");
    argv_add(argv, "--config");
    live_path(live, word, config_name);
    argv_add(argv, word);
    argv_add(argv, "--time-scale");
    text_format(word, sizeof word, "%u", live->settings->time_scale);
    argv_add(argv, word);
    argv_add(argv, "--log-level");
    argv_add(argv, "info");
    if (!live->driver->own_chips)
        inputs_add(live, argv);
}

/* In the child. It must not outlive a player that is killed. */
_Noreturn static void engine_run(const struct live *live, const struct engine_argv *argv,
                                 pid_t parent)
{
    char path[LIVE_PATH_SIZE];
    sigset_t none;
    live_path(live, path, log_name);
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND, S_IRUSR | S_IWUSR);
    live_path(live, path, notify_name);
    bool well = log >= 0 && dup2(log, STDOUT_FILENO) >= 0 && dup2(log, STDERR_FILENO) >= 0 &&
                setenv("NOTIFY_SOCKET", path, 1) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
                getppid() == parent && held_pass(&live->engine) && sigemptyset(&none) == 0 &&
                sigprocmask(SIG_SETMASK, &none, NULL) == 0;
    if (well)
        execv(live->settings->engine, argv->argv);
    _exit(127);
}

bool live_engine_start(struct live *live)
{
    struct engine_argv argv = {.count = 0};
    argv_fill(live, &argv);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        engine_run(live, &argv, parent);
    if (pid < 0) {
        live_fail(live, "the engine cannot be started: %s", strerror(errno));
        return false;
    }
    live->engine.pid = pid;
    live->engine.ready = false;
    live->engine.pid_fd = pidfd_open(pid, 0);
    if (live->engine.pid_fd >= 0)
        return true;
    live_fail(live, "the engine cannot be watched: %s", strerror(errno));
    live_engine_kill(live);
    return false;
}

bool live_engine_notified(struct live *live)
{
    struct engine_notice notice = {.fd = -1};
    if (!notice_receive(&live->engine, &notice))
        return false;
    held_follow(&live->engine, &notice);
    if (live->engine.ready)
        return false;
    live->engine.ready = strstr(notice.text, "READY=1") != NULL;
    live->engine.ready_at = clock_now();
    return live->engine.ready;
}

/* ---- end ---- */

static void engine_reap(struct live *live)
{
    int status;
    while (waitpid(live->engine.pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (live->engine.pid_fd >= 0)
        (void)close(live->engine.pid_fd);
    live->engine.pid_fd = -1;
    live->engine.pid = 0;
    live->engine.ready = false;
}

void live_engine_kill(struct live *live)
{
    if (live->engine.pid == 0)
        return;
    (void)kill(live->engine.pid, SIGKILL);
    engine_reap(live);
}

void live_engine_stop(struct live *live)
{
    if (live->engine.pid == 0)
        return;
    (void)kill(live->engine.pid, SIGTERM);
    struct pollfd ended = {.fd = live->engine.pid_fd, .events = POLLIN};
    int ready;
    while ((ready = poll(&ended, 1, STOP_WAIT_MS)) < 0 && errno == EINTR)
        ;
    if (ready != 1) {
        live_fail(live, "the engine did not end within %d ms of SIGTERM", STOP_WAIT_MS);
        (void)kill(live->engine.pid, SIGKILL);
    }
    engine_reap(live);
}

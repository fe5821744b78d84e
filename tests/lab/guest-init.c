/*
 * The first process inside the lab's kernel: makes the guest's file systems, runs the words in
 * /mnt/.command, and leaves how they ended in /mnt/.status. LAB, OUT, BOOT and GUEST_LIMIT_S come
 * from the kernel's command line. A program, and not a script, which would start twenty others:
 * those took half of a boot.
 */
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    COMMAND_SIZE = 65536,
    WORD_LIMIT = 1024,
    STATUS_NOT_RUN = 126,
    STATUS_TIMED_OUT = 124,
    STATUS_SIGNALLED = 128,
    KILL_AFTER_S = 5,
    FOLDER_MODE = 0755,
};

static void complain(const char *what)
{
    fprintf(stderr, "guest-init: %s: %m\n", what);
}

static void environment_set(void)
{
    static const char *const values[][2] = {
        {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"},
        {"HOME", "/run"},
        {"TMPDIR", "/run"},
        {"TERM", "dumb"},
        {"LC_ALL", "C.UTF-8"},
        /* This kernel keeps no AVX-512 state across a signal handler: glibc must not use it. */
        {"GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW"},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        (void)setenv(values[i][0], values[i][1], 1);
}

static void file_systems_mount(void)
{
    const char *out = getenv("OUT");
    const struct {
        const char *source, *target, *type, *data;
    } mounts[] = {
        {"proc", "/proc", "proc", NULL},
        {"sys", "/sys", "sysfs", NULL},
        {"dev", "/dev", "devtmpfs", NULL},
        {"devpts", "/dev/pts", "devpts", NULL},
        {"shm", "/dev/shm", "tmpfs", NULL},
        {"run", "/run", "tmpfs", NULL},
        {"configfs", "/sys/kernel/config", "configfs", NULL},
        {"out", "/mnt", "hostfs", out ? out : ""},
    };
    for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
        if (strncmp(mounts[i].target, "/dev/", strlen("/dev/")) == 0)
            (void)mkdir(mounts[i].target, FOLDER_MODE);
        if (mount(mounts[i].source, mounts[i].target, mounts[i].type, 0, mounts[i].data) < 0)
            complain(mounts[i].target);
    }
    if (symlink("/proc/self/fd", "/dev/fd") < 0)
        complain("/dev/fd");
}

static void loopback_begin(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
        complain("lo");
    if (fd >= 0)
        (void)close(fd);
}

/* Opened from devtmpfs, where the console of this kernel is. */
static void streams_open(void)
{
    int null = open("/dev/null", O_RDONLY), console = open("/dev/console", O_WRONLY);
    if (null < 0 || console < 0 || dup2(null, STDIN_FILENO) < 0 ||
        dup2(console, STDOUT_FILENO) < 0 || dup2(console, STDERR_FILENO) < 0)
        complain("/dev/console");
    if (null > STDERR_FILENO)
        (void)close(null);
    if (console > STDERR_FILENO)
        (void)close(console);
}

/* The words of /mnt/.command, each with its end mark. */
static char **command_read(void)
{
    static char text[COMMAND_SIZE + 1];
    static char *words[WORD_LIMIT + 1];
    size_t count = 0;
    FILE *file = fopen("/mnt/.command", "re");
    size_t length = file ? fread(text, 1, COMMAND_SIZE, file) : 0;
    for (size_t at = 0; at < length && count < WORD_LIMIT; at += strlen(text + at) + 1)
        words[count++] = text + at;
    if (file)
        (void)fclose(file);
    return words;
}

static pid_t command_start(const sigset_t *before)
{
    char **words = command_read();
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    (void)setpgid(0, 0);
    (void)sigprocmask(SIG_SETMASK, before, NULL);
    if (words[0])
        execvp(words[0], words);
    complain(words[0] ? words[0] : "/mnt/.command");
    _exit(STATUS_NOT_RUN);
}

static int status_of(int ended)
{
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : STATUS_SIGNALLED + WTERMSIG(ended);
}

/* Orphans end here, too. Returns false: it runs yet. */
static bool has_ended(pid_t pid, int *status)
{
    int ended;
    for (pid_t which; (which = waitpid(-1, &ended, WNOHANG)) > 0;)
        if (which == pid) {
            *status = status_of(ended);
            return true;
        }
    return false;
}

static time_t now_s(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static bool ended_until(pid_t pid, time_t limit_s, const sigset_t *child, int *status)
{
    for (;;) {
        if (has_ended(pid, status))
            return true;
        struct timespec left = {.tv_sec = limit_s - now_s()};
        if (left.tv_sec <= 0)
            return false;
        (void)sigtimedwait(child, NULL, &left);
    }
}

static int command_run(void)
{
    const char *limit = getenv("GUEST_LIMIT_S");
    time_t limit_s = now_s() + (limit ? strtol(limit, NULL, 10) : 1);
    sigset_t child, before;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &child, &before);
    pid_t pid = command_start(&before);
    int status = STATUS_NOT_RUN;
    if (pid < 0 || ended_until(pid, limit_s, &child, &status))
        return status;
    fprintf(stderr, "guest-init: not ended after %s seconds\n", limit ? limit : "no");
    (void)kill(-pid, SIGTERM);
    if (!ended_until(pid, limit_s + KILL_AFTER_S, &child, &status))
        (void)kill(-pid, SIGKILL);
    return STATUS_TIMED_OUT;
}

int main(void)
{
    environment_set();
    file_systems_mount();
    loopback_begin();
    streams_open();
    if (chdir("/mnt") < 0)
        complain("/mnt");
    int status = command_run();
    FILE *file = fopen("/mnt/.status", "we");
    if (!file || fprintf(file, "%d\n", status) < 0 || fclose(file) != 0)
        complain("/mnt/.status");
    sync();
    (void)reboot(RB_POWER_OFF);
    return EXIT_FAILURE;
}

/*
 * Loaded before a program (LD_PRELOAD): one of its calls to a library or the kernel fails.
 *
 *   PADAM_FAIL_AT=FILE   which holds ROLE:NUMBER; the first process of that role takes
 *                        the plan and the file. ROLE is the name that a program was called by,
 *                        "journal" for padamd's process for the journal, "forked" for all that a
 *                        program forks, or NAME-forked for all that the program of that name forks.
 *
 * Counted are the places of the program itself that call, each for its first OCCURRENCES times: the
 * call of that NUMBER fails. FILE.done then has the call's name and the place in the program, and
 * of which signal a process of that role died, if it did: others may begin another in its place.
 * NUMBER 0: none fails, but each place that waits is interrupted the first time, and finds nothing
 * the second time, where it need not wait. fail_at_end() ends it.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../torture/preload.h"

enum { ROLE_SIZE = 32, PATH_SIZE = 4096, OCCURRENCES = 4, PLACES = 4096 };

static struct {
    uintptr_t at;
    int times;
} places[PLACES];
static size_t place_count;
static uintptr_t program_base, program_begin, program_end;
static long number;
static bool is_armed, is_for_forked, is_interrupting;
static char done_path[PATH_SIZE];

static const int fatal_signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { FATAL_COUNT = sizeof fatal_signals / sizeof *fatal_signals };
static struct sigaction own_actions[FATAL_COUNT]; /* what the program does at them */
static int (*real_sigaction)(int, const struct sigaction *, struct sigaction *);
static bool is_watched;

/* FATAL_COUNT: none of them. */
static size_t fatal_index(int signal_number)
{
    size_t i = 0;
    while (i < FATAL_COUNT && fatal_signals[i] != signal_number)
        i++;
    return i;
}

/* Without a function that may fail here, or that memory's lock may hold. */
static void on_fatal(int signal_number)
{
    enum { TEN = 10 };
    char text[] = "died of signal 00\n";
    text[sizeof text - 4] = (char)('0' + signal_number / TEN);
    text[sizeof text - 3] = (char)('0' + signal_number % TEN);
    long fd = syscall(SYS_openat,
                      AT_FDCWD,
                      done_path,
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                      S_IRUSR | S_IWUSR);
    (void)syscall(SYS_write, fd, text, sizeof text - 1);
    (void)real_sigaction(signal_number, &own_actions[fatal_index(signal_number)], NULL);
    (void)raise(signal_number);
}

static void watch(void)
{
    struct sigaction action = {.sa_handler = on_fatal};
    for (size_t i = 0; i < FATAL_COUNT && !is_watched; i++)
        (void)real_sigaction(fatal_signals[i], &action, &own_actions[i]);
    is_watched = true;
}

/* The first is the program. */
static int program_find(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
            continue;
        program_base = info->dlpi_addr;
        program_begin = info->dlpi_addr + part->p_vaddr;
        program_end = program_begin + part->p_memsz;
    }
    return 1;
}

/* True for a role that is all that a program forks, or this one. */
static bool is_for_what_is_forked(const char *role)
{
    const char *forked = "forked", *name = preload_role();
    size_t length = strlen(name);
    return strcmp(role, forked) == 0 || (strncmp(role, name, length) == 0 && role[length] == '-' &&
                                         strcmp(role + length + 1, forked) == 0);
}

__attribute__((constructor)) static void plan_read(void)
{
    const char *path = getenv("PADAM_FAIL_AT");
    FILE *file = path ? fopen(path, "re") : NULL;
    char role[ROLE_SIZE];
    bool is_plan = file && fscanf(file, "%31[^:]:%ld", role, &number) == 2;
    if (file)
        fclose(file);
    if (!is_plan)
        return;
    is_for_forked = is_for_what_is_forked(role);
    is_interrupting = number == 0;
    if (!is_for_forked && (strcmp(role, preload_role()) != 0 || unlink(path) != 0))
        return;
    snprintf(done_path, sizeof done_path, "%s.done", path);
    dl_iterate_phdr(program_find, NULL);
    *(void **)&real_sigaction = dlsym(RTLD_NEXT, "sigaction");
    is_armed = !is_for_forked;
    if (is_armed)
        watch();
}

void fail_at_end(void);
void fail_at_end(void)
{
    is_armed = false;
}

static void done_write(const char *name, uintptr_t at)
{
    int fd = open(done_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0)
        return;
    (void)dprintf(fd, "%s 0x%lx\n", name, (unsigned long)(at - program_base));
    close(fd);
}

static int *times_of(uintptr_t at)
{
    size_t i = 0;
    while (i < place_count && places[i].at != at)
        i++;
    if (i == PLACES)
        return NULL;
    places[i].at = at;
    if (i == place_count)
        place_count++;
    return &places[i].times;
}

/* How many times the program has called from there, with this one; 0: not counted. */
static int times_counted(const void *from)
{
    uintptr_t at = (uintptr_t)from;
    if (!is_armed || at < program_begin || at >= program_end)
        return 0;
    int *times = times_of(at);
    return times && *times < OCCURRENCES ? ++*times : 0;
}

/* True for a call that is to fail. */
static bool is_the_one(const char *name, const void *from)
{
    uintptr_t at = (uintptr_t)from;
    if (is_interrupting || times_counted(from) == 0)
        return false;
    if (--number > 0)
        return false;
    is_armed = false;
    done_write(name, at);
    return true;
}

/* The error of a call that is to be interrupted, or to find nothing; 0 for any other. */
static int interruption(const char *name, const void *from, bool waits, bool need_not_wait)
{
    int times = is_interrupting ? times_counted(from) : 0;
    int error = times == 1 && waits ? EINTR : times == 2 && need_not_wait ? EAGAIN : 0;
    if (error)
        done_write(name, (uintptr_t)from);
    return error;
}

/* A file's data is there at once. */
static bool may_wait(int fd)
{
    struct stat status;
    int saved = errno;
    bool is_file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    errno = saved;
    return !is_file;
}

static bool is_without_waiting(int fd, int flags)
{
    int saved = errno, status = fcntl(fd, F_GETFL);
    errno = saved;
    return flags & MSG_DONTWAIT || (status >= 0 && status & O_NONBLOCK);
}

/* RESULT name(PARAMETERS), passed on as ARGUMENTS. The library's own names of them are reserved. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */
/* NOLINTBEGIN(readability-function-size) */
#define CALL(RESULT, NAME, PARAMETERS, ARGUMENTS, ERROR, FAILURE)                                  \
    RESULT NAME PARAMETERS;                                                                        \
    RESULT NAME PARAMETERS                                                                         \
    {                                                                                              \
        static RESULT(*real) PARAMETERS;                                                           \
        if (is_the_one(#NAME, __builtin_return_address(0))) {                                      \
            errno = ERROR;                                                                         \
            return FAILURE;                                                                        \
        }                                                                                          \
        if (!real)                                                                                 \
            *(void **)&real = dlsym(RTLD_NEXT, #NAME);                                             \
        return real ARGUMENTS;                                                                     \
    }

/* As CALL. WAITS: it may be interrupted; NEED_NOT_WAIT: it may find that it would have to. */
#define WAITING(RESULT, NAME, PARAMETERS, ARGUMENTS, ERROR, WAITS, NEED_NOT_WAIT)                  \
    RESULT NAME PARAMETERS;                                                                        \
    RESULT NAME PARAMETERS                                                                         \
    {                                                                                              \
        static RESULT(*real) PARAMETERS;                                                           \
        const void *from = __builtin_return_address(0);                                            \
        int error = is_interrupting           ? interruption(#NAME, from, WAITS, NEED_NOT_WAIT)    \
                    : is_the_one(#NAME, from) ? ERROR                                              \
                                              : 0;                                                 \
        if (error) {                                                                               \
            errno = error;                                                                         \
            return -1;                                                                             \
        }                                                                                          \
        if (!real)                                                                                 \
            *(void **)&real = dlsym(RTLD_NEXT, #NAME);                                             \
        return real ARGUMENTS;                                                                     \
    }
/* What is received may be interrupted, or not be there; what is sent may only be interrupted, where
 * it waits. */
#define RECEIVING(NAME, PARAMETERS, ARGUMENTS, ERROR, FLAGS)                                       \
    WAITING(ssize_t,                                                                               \
            NAME,                                                                                  \
            PARAMETERS,                                                                            \
            ARGUMENTS,                                                                             \
            ERROR,                                                                                 \
            may_wait(fd),                                                                          \
            may_wait(fd) && is_without_waiting(fd, FLAGS))
#define SENDING(NAME, PARAMETERS, ARGUMENTS, ERROR, FLAGS)                                         \
    WAITING(ssize_t,                                                                               \
            NAME,                                                                                  \
            PARAMETERS,                                                                            \
            ARGUMENTS,                                                                             \
            ERROR,                                                                                 \
            may_wait(fd) && !is_without_waiting(fd, FLAGS),                                        \
            false)

/* dlsym() allocates. */
#define ALLOCATION(NAME, PARAMETERS, ARGUMENTS)                                                    \
    void *__libc_##NAME PARAMETERS;                                                                \
    void *NAME PARAMETERS;                                                                         \
    void *NAME PARAMETERS                                                                          \
    {                                                                                              \
        if (is_the_one(#NAME, __builtin_return_address(0))) {                                      \
            errno = ENOMEM;                                                                        \
            return NULL;                                                                           \
        }                                                                                          \
        return __libc_##NAME ARGUMENTS;                                                            \
    }

ALLOCATION(malloc, (size_t size), (size))
ALLOCATION(calloc, (size_t count, size_t size), (count, size))
ALLOCATION(realloc, (void *old, size_t size), (old, size))
CALL(void *, mmap, (void *to, size_t size, int how, int flags, int fd, off_t offset),
     (to, size, how, flags, fd, offset), ENOMEM, MAP_FAILED)
CALL(FILE *, fopen, (const char *path, const char *how), (path, how), EMFILE, NULL)
CALL(FILE *, open_memstream, (char **text, size_t *size), (text, size), ENOMEM, NULL)
CALL(int, socket, (int domain, int type, int protocol), (domain, type, protocol), EMFILE, -1)
CALL(int, socketpair, (int domain, int type, int protocol, int ends[2]),
     (domain, type, protocol, ends), EMFILE, -1)
CALL(int, bind, (int fd, const struct sockaddr *to, socklen_t size), (fd, to, size), EACCES, -1)
CALL(int, listen, (int fd, int count), (fd, count), EADDRINUSE, -1)
CALL(int, connect, (int fd, const struct sockaddr *to, socklen_t size), (fd, to, size),
     ECONNREFUSED, -1)
CALL(int, accept4, (int fd, struct sockaddr *from, socklen_t *size, int flags),
     (fd, from, size, flags), EMFILE, -1)
CALL(int, getsockopt, (int fd, int level, int name, void *value, socklen_t *size),
     (fd, level, name, value, size), EINVAL, -1)
CALL(int, setsockopt, (int fd, int level, int name, const void *value, socklen_t size),
     (fd, level, name, value, size), EINVAL, -1)
SENDING(send, (int fd, const void *data, size_t size, int flags), (fd, data, size, flags), ENOMEM,
        flags)
SENDING(sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags), ENOMEM,
        flags)
RECEIVING(recv, (int fd, void *data, size_t size, int flags), (fd, data, size, flags), ENOMEM,
          flags)
RECEIVING(recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags), ENOMEM, flags)
RECEIVING(read, (int fd, void *data, size_t size), (fd, data, size), EIO, 0)
SENDING(write, (int fd, const void *data, size_t size), (fd, data, size), EIO, 0)
CALL(ssize_t, pread, (int fd, void *data, size_t size, off_t offset), (fd, data, size, offset), EIO,
     -1)
CALL(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t offset),
     (fd, data, size, offset), ENOSPC, -1)
WAITING(pid_t, waitpid, (pid_t pid, int *status, int how), (pid, status, how), EINTR,
        !(how & WNOHANG), false)
CALL(int, posix_fallocate, (int fd, off_t offset, off_t size), (fd, offset, size), ENOSPC, ENOSPC)
CALL(int, fstat, (int fd, struct stat *status), (fd, status), EIO, -1)
CALL(int, stat, (const char *path, struct stat *status), (path, status), EIO, -1)
CALL(int, lstat, (const char *path, struct stat *status), (path, status), EIO, -1)
CALL(int, unlink, (const char *path), (path), EACCES, -1)
CALL(int, rename, (const char *from, const char *to), (from, to), EACCES, -1)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), EACCES, -1)
CALL(int, chmod, (const char *path, mode_t mode), (path, mode), EPERM, -1)
CALL(int, chown, (const char *path, uid_t user, gid_t group), (path, user, group), EPERM, -1)
CALL(int, chdir, (const char *path), (path), EACCES, -1)
CALL(char *, getcwd, (char *path, size_t size), (path, size), ENOENT, NULL)
CALL(int, fflush, (FILE * file), (file), ENOSPC, EOF)
CALL(int, dup2, (int from, int to), (from, to), EMFILE, -1)
CALL(int, pipe2, (int ends[2], int flags), (ends, flags), EMFILE, -1)
CALL(int, close_range, (unsigned first, unsigned last, int flags), (first, last, flags), EINVAL, -1)
CALL(int, timerfd_create, (clockid_t clock, int flags), (clock, flags), EMFILE, -1)
CALL(int, timerfd_settime,
     (int fd, int flags, const struct itimerspec *to, struct itimerspec *before),
     (fd, flags, to, before), EINVAL, -1)
CALL(int, signalfd, (int fd, const sigset_t *signals, int flags), (fd, signals, flags), EMFILE, -1)
CALL(int, pidfd_open, (pid_t pid, unsigned flags), (pid, flags), EMFILE, -1)
CALL(int, setsid, (void), (), EPERM, -1)
CALL(int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *how, void *(*run)(void *), void *context),
     (thread, how, run, context), EAGAIN, EAGAIN)
CALL(int, sem_init, (sem_t * semaphore, int shared, unsigned value), (semaphore, shared, value),
     EINVAL, -1)
CALL(int, setenv, (const char *name, const char *value, int replaces), (name, value, replaces),
     ENOMEM, -1)
CALL(int, setitimer,
     (enum __itimer_which which, const struct itimerval *to, struct itimerval *before),
     (which, to, before), EINVAL, -1)
CALL(int, fclose, (FILE * file), (file), ENOSPC, EOF)
CALL(int, scandir,
     (const char *path, struct dirent ***found, int (*wanted)(const struct dirent *),
      int (*order)(const struct dirent **, const struct dirent **)),
     (path, found, wanted, order), EMFILE, -1)
CALL(int, posix_spawnp,
     (pid_t * pid, const char *path, const void *actions, const void *attributes,
      char *const *arguments, char *const *environment),
     (pid, path, actions, attributes, arguments, environment), EAGAIN, EAGAIN)
WAITING(int, poll, (struct pollfd * waited, nfds_t count, int limit_ms), (waited, count, limit_ms),
        EINTR, limit_ms != 0, false)
WAITING(int, __poll_chk, (struct pollfd * waited, nfds_t count, int limit_ms, size_t size),
        (waited, count, limit_ms, size), EINTR, limit_ms != 0, false)
WAITING(int, sem_wait, (sem_t * semaphore), (semaphore), EINTR, true, false)
WAITING(int, sem_clockwait, (sem_t * semaphore, clockid_t clock, const struct timespec *until),
        (semaphore, clock, until), EINTR, true, false)
CALL(FILE *, fdopen, (int fd, const char *how), (fd, how), ENOMEM, NULL)
CALL(char *, strdup, (const char *text), (text), ENOMEM, NULL)
CALL(int, memfd_create, (const char *name, unsigned flags), (name, flags), EMFILE, -1)
CALL(char *, mkdtemp, (char *path), (path), EACCES, NULL)
CALL(int, fchmod, (int fd, mode_t mode), (fd, mode), EPERM, -1)
CALL(int, access, (const char *path, int how), (path, how), EACCES, -1)
CALL(ssize_t, readlink, (const char *path, char *to, size_t size), (path, to, size), EACCES, -1)
CALL(int, statvfs, (const char *path, struct statvfs *status), (path, status), EIO, -1)
CALL(int, fstatfs, (int fd, struct statfs *status), (fd, status), EIO, -1)
CALL(ssize_t, getrandom, (void *data, size_t size, unsigned flags), (data, size, flags), ENOSYS, -1)
CALL(int, prctl, (int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d),
     (option, a, b, c, d), EINVAL, -1)
CALL(char *, setlocale, (int category, const char *name), (category, name), ENOENT, NULL)

/* sd-event: a negative error number. */
struct sd_event;
struct sd_event_source;
#define EVENT(NAME, PARAMETERS, ARGUMENTS)                                                         \
    CALL(int, sd_event_##NAME, PARAMETERS, ARGUMENTS, 0, -ENOMEM)
EVENT(new, (struct sd_event * *event), (event))
EVENT(add_io,
      (struct sd_event * event, struct sd_event_source **source, int fd, uint32_t events,
       void *call, void *context),
      (event, source, fd, events, call, context))
EVENT(add_time,
      (struct sd_event * event, struct sd_event_source **source, clockid_t clock, uint64_t us,
       uint64_t accuracy_us, void *call, void *context),
      (event, source, clock, us, accuracy_us, call, context))
EVENT(add_time_relative,
      (struct sd_event * event, struct sd_event_source **source, clockid_t clock, uint64_t us,
       uint64_t accuracy_us, void *call, void *context),
      (event, source, clock, us, accuracy_us, call, context))
EVENT(add_signal,
      (struct sd_event * event, struct sd_event_source **source, int number_, void *call,
       void *context),
      (event, source, number_, call, context))
EVENT(add_inotify,
      (struct sd_event * event, struct sd_event_source **source, const char *path, uint32_t mask,
       void *call, void *context),
      (event, source, path, mask, call, context))
EVENT(add_defer,
      (struct sd_event * event, struct sd_event_source **source, void *call, void *context),
      (event, source, call, context))
EVENT(add_post,
      (struct sd_event * event, struct sd_event_source **source, void *call, void *context),
      (event, source, call, context))
EVENT(source_set_enabled, (struct sd_event_source * source, int enabled), (source, enabled))
EVENT(source_set_time, (struct sd_event_source * source, uint64_t us), (source, us))
EVENT(source_set_time_relative, (struct sd_event_source * source, uint64_t us), (source, us))
EVENT(source_set_priority, (struct sd_event_source * source, int64_t priority), (source, priority))
EVENT(source_set_io_events, (struct sd_event_source * source, uint32_t events), (source, events))

/* SQLite: a code of its own. */
struct sqlite3;
struct sqlite3_stmt;
enum { SQLITE_NO_MEMORY = 7, SQLITE_IO_ERROR = 10, SQLITE_IS_FULL = 13 };
CALL(int, sqlite3_prepare_v2,
     (struct sqlite3 * base, const char *text, int size, struct sqlite3_stmt **statement,
      const char **rest),
     (base, text, size, statement, rest), 0, SQLITE_NO_MEMORY)
CALL(int, sqlite3_open_v2, (const char *path, struct sqlite3 **base, int flags, const char *system),
     (path, base, flags, system), 0, SQLITE_NO_MEMORY)
CALL(int, sqlite3_step, (struct sqlite3_stmt * statement), (statement), 0, SQLITE_IO_ERROR)
CALL(int, sqlite3_exec,
     (struct sqlite3 * base, const char *text, void *call, void *context, char **error),
     (base, text, call, context, error), 0, SQLITE_IS_FULL)
CALL(int, sqlite3_bind_int64, (struct sqlite3_stmt * statement, int place, int64_t value),
     (statement, place, value), 0, SQLITE_NO_MEMORY)
CALL(int, sqlite3_bind_text,
     (struct sqlite3_stmt * statement, int place, const char *text, int size, void *free_by),
     (statement, place, text, size, free_by), 0, SQLITE_NO_MEMORY)
CALL(char *, sqlite3_str_finish, (void *text), (text), 0, NULL)

/* Net-SNMP. */
CALL(void *, snmp_pdu_create, (int command), (command), 0, NULL)
CALL(void *, snmp_add_null_var, (void *pdu, const unsigned long *name, size_t length),
     (pdu, name, length), 0, NULL)
CALL(void *, snmp_pdu_add_variable,
     (void *pdu, const unsigned long *name, size_t length, unsigned char type, const void *value,
      size_t size),
     (pdu, name, length, type, value, size), 0, NULL)
CALL(int, snmp_set_var_typed_value,
     (void *variable, unsigned char type, const void *value, size_t size),
     (variable, type, value, size), 0, 1)
CALL(void *, netsnmp_create_handler_registration,
     (const char *name, void *handler, const unsigned long *root, size_t length, int modes),
     (name, handler, root, length, modes), 0, NULL)
CALL(int, snmp_register_callback, (int major, int minor, void *call, void *context),
     (major, minor, call, context), 0, 1)
CALL(int, snmp_async_send, (void *session, void *pdu, void *call, void *context),
     (session, pdu, call, context), 0, 0)
/* NOLINTEND(readability-function-size) */
/* NOLINTEND(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */
#define OPEN(NAME, TYPES, PARAMETERS, ARGUMENTS)                                                   \
    int NAME PARAMETERS                                                                            \
    {                                                                                              \
        static int(*real) TYPES;                                                                   \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                                  \
        va_end(rest);                                                                              \
        if (is_the_one(#NAME, __builtin_return_address(0))) {                                      \
            errno = EMFILE;                                                                        \
            return -1;                                                                             \
        }                                                                                          \
        if (!real)                                                                                 \
            *(void **)&real = dlsym(RTLD_NEXT, #NAME);                                             \
        return real ARGUMENTS;                                                                     \
    }
OPEN(open, (const char *, int, ...), (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int, const char *, int, ...), (int folder, const char *path, int flags, ...),
     (folder, path, flags, mode))

int fcntl(int fd, int command, ...)
{
    static int (*real)(int, int, ...);
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (is_the_one("fcntl", __builtin_return_address(0))) {
        errno = EMFILE;
        return -1;
    }
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "fcntl");
    return real(fd, command, argument);
}

/* One that is watched dies of none of them unseen. */
int sigaction(int signal_number, const struct sigaction *to, struct sigaction *before)
{
    size_t index = is_watched ? fatal_index(signal_number) : FATAL_COUNT;
    if (is_the_one("sigaction", __builtin_return_address(0))) {
        errno = EINVAL;
        return -1;
    }
    if (!real_sigaction)
        *(void **)&real_sigaction = dlsym(RTLD_NEXT, "sigaction");
    if (index == FATAL_COUNT)
        return real_sigaction(signal_number, to, before);
    if (before)
        *before = own_actions[index];
    if (to)
        own_actions[index] = *to;
    return 0;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *before)
{
    static int (*real)(int, const sigset_t *, sigset_t *);
    sigset_t seen;
    if (is_the_one("sigprocmask", __builtin_return_address(0))) {
        errno = EINVAL;
        return -1;
    }
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "sigprocmask");
    if (!set || how == SIG_UNBLOCK)
        return real(how, set, before);
    seen = *set;
    for (size_t i = 0; i < FATAL_COUNT; i++)
        sigdelset(&seen, fatal_signals[i]);
    return real(how, &seen, before);
}

pid_t fork(void)
{
    static pid_t (*real)(void);
    if (is_the_one("fork", __builtin_return_address(0))) {
        errno = EAGAIN;
        return -1;
    }
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "fork");
    pid_t pid = real();
    if (pid == 0 && is_for_forked) {
        is_armed = true;
        watch();
    } else if (pid == 0)
        is_armed = false;
    return pid;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */

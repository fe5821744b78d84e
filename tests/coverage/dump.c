/*
 * Linked into what make coverage builds: a process that ends by _exit(), or executes a program,
 * leaves its counts, too. A child begins with none, as its parent leaves those before. After
 * vfork() they are its parent's, which goes on counting.
 */
#include <dlfcn.h>
#include <unistd.h>

void __gcov_dump(void);
void __gcov_reset(void);
pid_t __real_fork(void);
pid_t __wrap_fork(void);
int __real_execv(const char *path, char *const *argv);
int __wrap_execv(const char *path, char *const *argv);
int __real_execvp(const char *file, char *const *argv);
int __wrap_execvp(const char *file, char *const *argv);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

/* What is called from here on is not the program's: see fail_at.c. */
__attribute__((destructor)) static void faults_end(void)
{
    void (*end)(void);
    *(void **)&end = dlsym(RTLD_DEFAULT, "fail_at_end");
    if (end)
        end();
}

static void counts_leave(void)
{
    faults_end();
    __gcov_dump();
    __gcov_reset();
}

pid_t __wrap_fork(void)
{
    pid_t pid = __real_fork();
    if (pid == 0)
        __gcov_reset();
    return pid;
}

int __wrap_execv(const char *path, char *const *argv)
{
    counts_leave();
    return __real_execv(path, argv);
}

int __wrap_execvp(const char *file, char *const *argv)
{
    counts_leave();
    return __real_execvp(file, argv);
}

_Noreturn void __wrap__exit(int status)
{
    counts_leave();
    __real__exit(status);
}

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "ports/child.h"
#include "ports/child_output.h"

enum { GRACE_MS = 50, MANY = 20, CROWD = 350, PATH_SIZE = 64 };

struct bench {
    sd_event *event;
    struct spawner *spawner;
    char folder[PATH_SIZE], fifo[PATH_SIZE];
    unsigned ended;
    struct child_end end;
};

static void remember_end(void *context, const struct child_end *end)
{
    struct bench *bench = context;
    bench->ended++;
    bench->end = *end;
}

static int bench_open(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    assert_true(sd_event_new(&bench->event) >= 0);
    bench->spawner = spawner_open(bench->event);
    assert_non_null(bench->spawner);
    strcpy(bench->folder, "/tmp/padam-child-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->fifo, sizeof bench->fifo, "%.40s/fifo", bench->folder);
    assert_int_equal(mkfifo(bench->fifo, 0600), 0);
    *state = bench;
    return 0;
}

static int bench_close(void **state)
{
    struct bench *bench = *state;
    unlink(bench->fifo);
    rmdir(bench->folder);
    spawner_close(bench->spawner);
    sd_event_unref(bench->event);
    free(bench);
    return 0;
}

static struct child *start(struct bench *bench, const struct child_settings *settings)
{
    struct child *child = NULL;
    assert_int_equal(child_start(&child, bench->spawner, settings, remember_end, bench), 0);
    assert_non_null(child);
    return child;
}

static struct child *start_script(struct bench *bench, const char *script, int64_t timeout_ms)
{
    const char *argv[] = {"/bin/sh", "-c", script, "sh", bench->fifo, NULL};
    struct child_settings settings = {.argv = argv, .timeout_ms = timeout_ms, .grace_ms = GRACE_MS};
    return start(bench, &settings);
}

static void wait_for_ends(struct bench *bench, unsigned count)
{
    while (bench->ended < count)
        assert_true(sd_event_run(bench->event, UINT64_MAX) >= 0);
}

static const struct child_end *run_script(struct bench *bench, const char *script)
{
    start_script(bench, script, 0);
    wait_for_ends(bench, 1);
    return &bench->end;
}

/* Until everyone who has the fifo open for writing has gone. */
static void read_fifo(int fd, char *to, size_t size)
{
    size_t length = 0;
    ssize_t count;
    while (length < size - 1 && (count = read(fd, to + length, size - 1 - length)) > 0)
        length += (size_t)count;
    to[length] = '\0';
}

static void child_exits_with_its_code_and_last_line(void **state)
{
    const struct child_end *end = run_script(*state, "echo one; echo two >&2; echo; exit 3");
    assert_int_equal(end->outcome, CHILD_EXITED);
    assert_int_equal(end->code, 3);
    assert_string_equal(end->text, "two");
}

static void child_without_output_has_no_text(void **state)
{
    const struct child_end *end = run_script(*state, "exit 0");
    assert_int_equal(end->outcome, CHILD_EXITED);
    assert_int_equal(end->code, 0);
    assert_string_equal(end->text, "");
}

static void signal_that_ended_the_child_is_told(void **state)
{
    const struct child_end *end = run_script(*state, "echo dying; kill -9 $$");
    assert_int_equal(end->outcome, CHILD_SIGNALLED);
    assert_int_equal(end->code, SIGKILL);
    assert_string_equal(end->text, "dying");
}

static void missing_program_is_could_not_execute(void **state)
{
    struct bench *bench = *state;
    const char *argv[] = {"/nonexistent/program", NULL};
    start(bench, &(struct child_settings){.argv = argv});
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_NOT_EXECUTED);
    assert_int_equal(bench->end.code, ENOENT);
}

static void program_name_is_not_searched_for(void **state)
{
    struct bench *bench = *state;
    const char *argv[] = {"true", NULL};
    start(bench, &(struct child_settings){.argv = argv});
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_NOT_EXECUTED);
    assert_int_equal(bench->end.code, ENOENT);
}

static void text_file_is_not_given_to_a_shell(void **state)
{
    struct bench *bench = *state;
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%.40s/script", bench->folder);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
    assert_int_equal(write(fd, "exit 0\n", 7), 7);
    close(fd);
    const char *argv[] = {path, NULL};
    start(bench, &(struct child_settings){.argv = argv});
    wait_for_ends(bench, 1);
    unlink(path);
    assert_int_equal(bench->end.outcome, CHILD_NOT_EXECUTED);
    assert_int_equal(bench->end.code, ENOEXEC);
}

static void arguments_arrive_as_they_are(void **state)
{
    struct bench *bench = *state;
    const char *argv[] = {"/bin/echo", "$HOME; `id`", "*", NULL};
    start(bench, &(struct child_settings){.argv = argv});
    wait_for_ends(bench, 1);
    assert_string_equal(bench->end.text, "$HOME; `id` *");
}

static void child_over_its_time_is_timed_out(void **state)
{
    struct bench *bench = *state;
    instant started = clock_now();
    start_script(bench, "echo waiting; exec sleep 1000", 100);
    wait_for_ends(bench, 1);
    assert_true(instant_diff_ms(clock_now(), started) >= 99);
    assert_int_equal(bench->end.outcome, CHILD_TIMED_OUT);
}

static void child_within_its_time_is_not_timed_out(void **state)
{
    struct bench *bench = *state;
    start_script(bench, "exit 4", 60000);
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_EXITED);
    assert_int_equal(bench->end.code, 4);
}

static void killed_child_takes_its_descendants_with_it(void **state)
{
    struct bench *bench = *state;
    struct child *child = start_script(
        bench, "exec 3>\"$1\"; sh -c 'trap \"\" TERM; echo ready >&3; sleep 1000' & wait", 0);
    int fd = open(bench->fifo, O_RDONLY | O_CLOEXEC);
    char ready[6];
    assert_int_equal(read(fd, ready, sizeof ready), 6);
    child_kill(child);
    wait_for_ends(bench, 1);
    char rest[8];
    read_fifo(fd, rest, sizeof rest);
    close(fd);
    assert_string_equal(rest, "");
    assert_int_equal(bench->end.outcome, CHILD_TIMED_OUT);
}

static void child_that_ignores_sigterm_is_killed_after_the_grace(void **state)
{
    struct bench *bench = *state;
    struct child *child =
        start_script(bench, "trap '' TERM; echo ready >\"$1\"; exec sleep 1000", 0);
    int fd = open(bench->fifo, O_RDONLY | O_CLOEXEC);
    char ready[8];
    read_fifo(fd, ready, sizeof ready);
    close(fd);
    child_kill(child);
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_TIMED_OUT);
}

static void child_killed_twice_keeps_its_grace(void **state)
{
    struct bench *bench = *state;
    const char *script = "trap 'read -r word <\"$1\"; echo \"$word\"; exit 0' TERM\n"
                         "sleep 1000 & echo ready >\"$1\"; wait";
    const char *argv[] = {"/bin/sh", "-c", script, "sh", bench->fifo, NULL};
    struct child *child = start(bench, &(struct child_settings){.argv = argv, .grace_ms = 60000});
    int fd = open(bench->fifo, O_RDONLY | O_CLOEXEC);
    char ready[8];
    read_fifo(fd, ready, sizeof ready);
    close(fd);
    child_kill(child);
    child_kill(child);
    fd = open(bench->fifo, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, "tidy\n", 5), 5);
    close(fd);
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_TIMED_OUT);
    assert_string_equal(bench->end.text, "tidy");
}

static void child_killed_before_it_executes_ends(void **state)
{
    struct bench *bench = *state;
    const char *argv[] = {"/bin/sleep", "1000", NULL};
    /* On one processor the new process has not come far when it is killed. */
    cpu_set_t all, one;
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    child_kill(start(bench, &(struct child_settings){.argv = argv, .grace_ms = 60000}));
    assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_TIMED_OUT);
}

static void kill_of_a_child_that_has_ended_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct child *child = start_script(bench, "echo $$ >\"$1\"; read -r go <\"$1\"; exit 5", 0);
    int fd = open(bench->fifo, O_RDONLY | O_CLOEXEC);
    char pid[16];
    read_fifo(fd, pid, sizeof pid);
    close(fd);
    struct pollfd end = {.fd = pidfd_open((pid_t)strtol(pid, NULL, 10), 0), .events = POLLIN};
    assert_true(end.fd >= 0);
    fd = open(bench->fifo, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, "go\n", 3), 3);
    close(fd);
    assert_int_equal(poll(&end, 1, -1), 1);
    close(end.fd);
    child_kill(child);
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_EXITED);
    assert_int_equal(bench->end.code, 5);
}

static void end_does_not_wait_for_descendants_that_keep_the_output_open(void **state)
{
    const struct child_end *end = run_script(*state, "sleep 1000 & echo $!");
    assert_int_equal(end->outcome, CHILD_EXITED);
    assert_int_equal(kill((pid_t)strtol(end->text, NULL, 10), SIGKILL), 0);
}

static void environment_holds_only_what_is_given(void **state)
{
    struct bench *bench = *state;
    const char *argv[] = {"/usr/bin/env", "-0", NULL};
    const char *environment[] = {"SERVER=db", "PATH=/elsewhere", NULL};
    struct child_settings settings = {.argv = argv, .environment = environment};
    setenv("SECRET", "x", 1);
    start(bench, &settings);
    wait_for_ends(bench, 1);
    assert_string_equal(
        bench->end.text,
        "SERVER=db PATH=/elsewhere "
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8");
}

static const struct child_end *run_with_input(struct bench *bench, const char *input,
                                              const char *script)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    const struct child_settings settings = {.argv = argv, .input = input, .grace_ms = GRACE_MS};
    start(bench, &settings);
    wait_for_ends(bench, 1);
    return &bench->end;
}

static void child_reads_its_input_to_the_end(void **state)
{
    const struct child_end *end =
        run_with_input(*state, "{\"event\":12}\nlast", "cat | tr '\\n' '|'");
    assert_int_equal(end->outcome, CHILD_EXITED);
    assert_string_equal(end->text, "{\"event\":12}|last");
}

static void an_input_of_the_greatest_length_arrives_whole(void **state)
{
    char input[CHILD_INPUT_SIZE];
    memset(input, 'x', sizeof input - 1);
    input[sizeof input - 1] = '\0';
    assert_string_equal(run_with_input(*state, input, "wc -c")->text, "4095");
}

static void an_input_that_nobody_reads_does_no_harm(void **state)
{
    assert_string_equal(run_with_input(*state, "not wanted", "exec <&-; echo well")->text, "well");
}

static void an_input_that_is_too_long_is_refused(void **state)
{
    struct bench *bench = *state;
    char input[CHILD_INPUT_SIZE + 1];
    const char *argv[] = {"/bin/cat", NULL};
    const struct child_settings settings = {.argv = argv, .input = input};
    struct child *child = NULL;
    memset(input, 'x', sizeof input - 1);
    input[sizeof input - 1] = '\0';
    assert_int_equal(child_start(&child, bench->spawner, &settings, remember_end, bench), -E2BIG);
}

static void standard_input_is_empty(void **state)
{
    const struct child_end *end = run_script(*state, "cat; readlink /proc/self/fd/0");
    assert_string_equal(end->text, "/dev/null");
}

static void no_other_descriptor_is_open(void **state)
{
    int leaking = fcntl(STDERR_FILENO, F_DUPFD, 50);
    const struct child_end *end = run_script(*state, "test -e /proc/$$/fd/50 && echo leaked");
    close(leaking);
    assert_string_equal(end->text, "");
}

static void signals_are_as_at_the_start_of_a_session(void **state)
{
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGCHLD);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    sigaction(SIGUSR1, &ignore, &old);
    /* 32 and 33 belong to the C library. */
    const struct child_end *end =
        run_script(*state,
                   "while read -r name mask; do case $name in SigBlk: | SigIgn:) "
                   "seen=\"$seen $name $((0x$mask & 0x7fffffff))\" ;; esac; done </proc/$$/status; "
                   "echo $seen");
    sigaction(SIGUSR1, &old, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    assert_string_equal(end->text, "SigBlk: 0 SigIgn: 4096");
}

static void group_is_its_own_and_the_session_the_spawners(void **state)
{
    const struct child_end *end =
        run_script(*state,
                   "read -r pid name stat ppid pgrp session rest </proc/$$/stat; "
                   "echo $((pid == pgrp)) $((session == ppid)) $(pwd)");
    assert_string_equal(end->text, "1 1 /");
}

static void flood_of_output_leaves_its_last_line(void **state)
{
    const struct child_end *end =
        run_script(*state, "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last");
    assert_string_equal(end->text, "last");
}

static void every_child_has_its_own_end(void **state)
{
    struct bench *bench = *state;
    struct bench each[MANY] = {0};
    for (int i = 0; i < MANY; i++) {
        char script[PATH_SIZE];
        snprintf(script, sizeof script, "echo line %d; exit %d", i, i);
        each[i].event = bench->event;
        each[i].spawner = bench->spawner;
        start_script(&each[i], script, 0);
    }
    for (int i = 0; i < MANY; i++) {
        char line[PATH_SIZE];
        snprintf(line, sizeof line, "line %d", i);
        wait_for_ends(&each[i], 1);
        assert_int_equal(each[i].end.code, i);
        assert_string_equal(each[i].end.text, line);
    }
}

static void abandoned_child_goes_on(void **state)
{
    struct bench *bench = *state;
    struct child *child =
        start_script(bench, "read -r go <\"$1\"; echo output; echo $go >\"$1\"", 0);
    child_abandon(child);
    int fd = open(bench->fifo, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, "gone\n", 5), 5);
    close(fd);
    fd = open(bench->fifo, O_RDONLY | O_CLOEXEC);
    char text[8];
    read_fifo(fd, text, sizeof text);
    close(fd);
    assert_string_equal(text, "gone\n");
    assert_int_equal(bench->ended, 0);
}

static void end_is_known_even_where_the_engine_ignores_its_children(void **state)
{
    struct bench *bench = *state;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    sigaction(SIGCHLD, &ignore, &old);
    spawner_close(bench->spawner);
    bench->spawner = spawner_open(bench->event);
    const struct child_end *end = run_script(bench, "echo text; exit 3");
    sigaction(SIGCHLD, &old, NULL);
    assert_int_equal(end->outcome, CHILD_EXITED);
    assert_int_equal(end->code, 3);
    assert_string_equal(end->text, "text");
}

/* ---- what holds a process up ---- */

static size_t thread_children(pid_t pid, const char *thread, pid_t *children, size_t limit)
{
    char path[PATH_SIZE];
    int next;
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%.20s/children", (int)pid, thread);
    FILE *file = fopen(path, "re");
    if (!file) /* the thread has ended */
        return 0;
    while (count < limit && fscanf(file, "%d", &next) == 1)
        children[count++] = next;
    fclose(file);
    return count;
}

/* Of all its threads: one that starts a program has that until it executes. */
static size_t children_of(pid_t pid, pid_t *children, size_t limit)
{
    char path[PATH_SIZE];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            count += thread_children(pid, entry->d_name, children + count, limit - count);
    closedir(folder);
    return count;
}

static pid_t last_child_of(pid_t pid)
{
    pid_t children[CROWD] = {0};
    size_t count = children_of(pid, children, CROWD);
    assert_true(count > 0 && count < CROWD);
    return children[count - 1];
}

static bool is_spawner(pid_t pid)
{
    char path[PATH_SIZE], name[32] = "";
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool is_read = fgets(name, sizeof name, file) != NULL;
    fclose(file);
    bool is_named = strcmp(name, "padamd-spawner\n") == 0;
    return is_read && (is_named || strcmp(name, "test_ports_chil\n") == 0); /* is not named yet */
}

/* The last one: those of earlier tests may not have been waited for, and what they left behind may
 * have come to this process meanwhile. */
static pid_t spawner_of_test(void)
{
    pid_t children[CROWD] = {0};
    size_t count = children_of(getpid(), children, CROWD);
    assert_true(count < CROWD);
    while (count > 0 && !is_spawner(children[count - 1]))
        count--;
    assert_true(count > 0);
    return children[count - 1];
}

static void expect_descriptors(pid_t pid, const char *expected)
{
    char path[PATH_SIZE], found[256] = "";
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char target[PATH_SIZE] = "";
        if (entry->d_name[0] == '.')
            continue;
        assert_true(readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1) > 0);
        target[strcspn(target, ":")] = '\0';
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s ", target);
    }
    closedir(folder);
    assert_string_equal(found, expected);
}

/* ---- a process that is held in its execution ---- */

struct hold {
    char path[PATH_SIZE];
    int lease;
    sigset_t before;
};

/* The kernel holds an execution up while it asks the holder of a lease to give the file back. */
static void hold_begin(struct bench *bench, struct hold *hold)
{
    sigset_t lease_is_broken;
    sigemptyset(&lease_is_broken);
    sigaddset(&lease_is_broken, SIGIO);
    sigprocmask(SIG_BLOCK, &lease_is_broken, &hold->before);
    snprintf(hold->path, sizeof hold->path, "%.40s/program", bench->folder);
    hold->lease = open(hold->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
    assert_int_equal(write(hold->lease, "#!/bin/sh\n", 10), 10);
    assert_int_equal(fcntl(hold->lease, F_SETLEASE, F_WRLCK), 0);
    const char *argv[] = {hold->path, NULL};
    start(bench, &(struct child_settings){.argv = argv});
    assert_int_equal(sigwaitinfo(&lease_is_broken, NULL), SIGIO);
}

static void hold_end(struct bench *bench, struct hold *hold, unsigned ends)
{
    assert_int_equal(fcntl(hold->lease, F_SETLEASE, F_UNLCK), 0);
    close(hold->lease);
    wait_for_ends(bench, ends);
    unlink(hold->path);
    sigprocmask(SIG_SETMASK, &hold->before, NULL);
}

static void process_held_in_its_execution_has_nothing_of_the_engine(void **state)
{
    struct bench *bench = *state;
    struct hold hold;
    hold_begin(bench, &hold);
    expect_descriptors(last_child_of(spawner_of_test()), "/dev/null pipe pipe ");
    hold_end(bench, &hold, 1);
}

static void process_held_in_its_execution_holds_no_other_up(void **state)
{
    struct bench *bench = *state;
    struct hold hold;
    hold_begin(bench, &hold);
    start_script(bench, "exit 6", 0);
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.code, 6);
    hold_end(bench, &hold, 2);
}

static void spawner_has_nothing_of_the_engine(void **state)
{
    struct bench *bench = *state;
    run_script(bench, "exit 0");
    pid_t spawner = spawner_of_test();
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)spawner);
    DIR *folder = opendir(path);
    int count = 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    /* Beside the standard ones: its socket, and what tells of ends. */
    assert_int_equal(count, 2 + 3 + 2);
}

static void child_that_cannot_be_killed_is_told_and_so_is_its_end(void **state)
{
    struct bench *bench = *state;
    pid_t spawner = spawner_of_test();
    start_script(bench, "exit 6", 10);
    /* It is not even started, and no signal arrives. */
    assert_int_equal(kill(spawner, SIGSTOP), 0);
    wait_for_ends(bench, 1);
    assert_true(bench->end.lives);
    assert_int_equal(bench->end.outcome, CHILD_TIMED_OUT);
    assert_int_equal(kill(spawner, SIGCONT), 0);
    wait_for_ends(bench, 2);
    assert_false(bench->end.lives);
}

static void what_a_child_leaves_behind_is_the_spawners(void **state)
{
    struct bench *bench = *state;
    const struct child_end *end = run_script(bench, "sleep 1000 >/dev/null 2>&1 & echo $!");
    pid_t left = last_child_of(spawner_of_test());
    assert_int_equal(strtol(end->text, NULL, 10), left);
    assert_int_equal(kill(left, SIGKILL), 0);
}

/* ---- a spawner that dies ---- */

static const char ready_and_go[] = "echo ready >\"$1\"; read -r go <\"$1\"; echo went on; exit 5";

/* Until the script has written to the fifo. */
static struct child *start_and_await(struct bench *bench, const char *script)
{
    char text[8];
    struct child *child = start_script(bench, script, 0);
    int fd = open(bench->fifo, O_RDONLY | O_CLOEXEC);
    read_fifo(fd, text, sizeof text);
    close(fd);
    assert_string_equal(text, "ready\n");
    return child;
}

static void let_go(const struct bench *bench)
{
    int fd = open(bench->fifo, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, "go\n", 3), 3);
    close(fd);
}

static void await_end_of(pid_t pid)
{
    struct pollfd end = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    if (end.fd < 0) {
        assert_int_equal(errno, ESRCH);
        return;
    }
    assert_int_equal(poll(&end, 1, -1), 1);
    close(end.fd);
}

static void spawner_kill(void)
{
    pid_t spawner = spawner_of_test();
    assert_int_equal(kill(spawner, SIGKILL), 0);
    await_end_of(spawner);
}

static void child_whose_spawner_died_goes_on_and_its_end_is_told(void **state)
{
    struct bench *bench = *state;
    start_and_await(bench, ready_and_go);
    pid_t program = last_child_of(spawner_of_test());
    spawner_kill();
    assert_true(sd_event_run(bench->event, UINT64_MAX) > 0);
    assert_int_equal(bench->ended, 0);
    let_go(bench);
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_EXITED);
    assert_int_equal(bench->end.code, 5);
    assert_string_equal(bench->end.text, "went on");
    assert_int_equal(waitpid(program, NULL, WNOHANG), -1);
}

static void child_that_ended_as_its_spawner_died_has_its_own_end(void **state)
{
    struct bench *bench = *state;
    start_and_await(bench, ready_and_go);
    pid_t spawner = spawner_of_test(), program = last_child_of(spawner);
    assert_int_equal(kill(spawner, SIGSTOP), 0);
    let_go(bench);
    await_end_of(program);
    spawner_kill();
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_EXITED);
    assert_int_equal(bench->end.code, 5);
}

static void crowd_went_well(void *context, const struct child_end *end)
{
    struct bench *bench = context;
    assert_int_equal(end->outcome, CHILD_EXITED);
    assert_int_equal(end->code, 5);
    bench->ended++;
}

/* More ends than its socket has room for: it is in the middle of telling one. */
static void ends_that_a_dead_spawner_had_not_told_are_told(void **state)
{
    struct bench *bench = *state;
    static pid_t programs[CROWD + 1];
    const char *argv[] = {"/bin/sh", "-c", "read -r go <\"$0\"; exit 5", bench->fifo, NULL};
    const struct child_settings settings = {.argv = argv, .speaks_to_log = true};
    struct child *child;
    pid_t spawner = spawner_of_test();
    for (size_t i = 0; i < CROWD;) {
        int failed = child_start(&child, bench->spawner, &settings, crowd_went_well, bench);
        assert_true(failed == 0 || failed == -EAGAIN);
        i += failed == 0;
    }
    while (children_of(spawner, programs, CROWD + 1) < CROWD)
        sched_yield();
    int fd = open(bench->fifo, O_WRONLY | O_CLOEXEC);
    for (size_t i = 0; i < CROWD; i++)
        assert_int_equal(write(fd, "\n", 1), 1);
    for (size_t i = 0; i < CROWD; i++)
        await_end_of(programs[i]);
    spawner_kill();
    wait_for_ends(bench, CROWD);
    close(fd);
}

static void child_whose_spawner_died_is_killed_as_any_other(void **state)
{
    struct bench *bench = *state;
    struct child *child = start_and_await(
        bench, "trap '' TERM; sleep 1000 >/dev/null & echo ready >\"$1\"; echo text; wait; wait");
    spawner_kill();
    assert_true(sd_event_run(bench->event, UINT64_MAX) > 0);
    child_kill(child);
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_TIMED_OUT);
    assert_string_equal(bench->end.text, "text");
}

static void child_that_a_dead_spawner_had_not_begun_was_not_executed(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(kill(spawner_of_test(), SIGSTOP), 0);
    start_script(bench, "exit 0", 0);
    spawner_kill();
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.outcome, CHILD_NOT_EXECUTED);
    assert_int_equal(bench->end.code, ECONNRESET);
}

static void spawner_that_dies_is_replaced_as_often_as_it_does(void **state)
{
    struct bench *bench = *state;
    struct child *children[3];
    for (size_t i = 0; i < 3; i++) {
        children[i] = start_and_await(bench, "echo ready >\"$1\"; exec sleep 1000");
        spawner_kill();
        assert_true(sd_event_run(bench->event, UINT64_MAX) > 0);
    }
    start_script(bench, "exit 7", 0);
    wait_for_ends(bench, 1);
    assert_int_equal(bench->end.code, 7);
    for (size_t i = 0; i < 3; i++)
        child_kill(children[i]);
    wait_for_ends(bench, 4);
    assert_int_equal(bench->end.outcome, CHILD_TIMED_OUT);
}

static void abandoned_child_whose_spawner_died_goes_on(void **state)
{
    struct bench *bench = *state;
    struct child *child =
        start_and_await(bench, "echo ready >\"$1\"; read -r go <\"$1\"; echo $go >\"$1\"");
    spawner_kill();
    assert_true(sd_event_run(bench->event, UINT64_MAX) > 0);
    child_abandon(child);
    let_go(bench);
    char text[8];
    int fd = open(bench->fifo, O_RDONLY | O_CLOEXEC);
    read_fifo(fd, text, sizeof text);
    close(fd);
    assert_string_equal(text, "go\n");
    assert_int_equal(bench->ended, 0);
}

static void too_many_arguments_are_refused(void **state)
{
    struct bench *bench = *state;
    static char long_argument[70000];
    memset(long_argument, 'x', sizeof long_argument - 1);
    const char *argv[] = {"/bin/true", long_argument, NULL};
    struct child *child = NULL;
    assert_int_equal(
        child_start(
            &child, bench->spawner, &(struct child_settings){.argv = argv}, remember_end, bench),
        -E2BIG);
}

static void output_for_the_log_goes_to_standard_error(void **state)
{
    struct bench *bench = *state;
    int ends[2], kept = dup(STDERR_FILENO);
    char text[16] = "";
    const char *argv[] = {"/bin/echo", "for the log", NULL};
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    dup2(ends[1], STDERR_FILENO);
    spawner_close(bench->spawner);
    bench->spawner = spawner_open(bench->event);
    start(bench, &(struct child_settings){.argv = argv, .speaks_to_log = true});
    wait_for_ends(bench, 1);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[1]);
    assert_int_equal(read(ends[0], text, sizeof text - 1), 12);
    close(ends[0]);
    assert_string_equal(text, "for the log\n");
    assert_string_equal(bench->end.text, "");
}

static void output_is_cleaned(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *text;
    } cases[] = {
        {"plain", "plain"},
        {"\t two\twords \r\n", "two words"},
        {"first\n \n\x1b\n", "first"},
        {"first\nsecond without end", "second without end"},
        {"padam \xE2\x9C\x93 \xC3\xA9 \xF0\x9F\x94\x8C",
         "padam \xE2\x9C\x93 \xC3\xA9 \xF0\x9F\x94\x8C"},
        {"bad \xFF \xC0\xAF \xED\xA0\x80 \xE2\x82", "bad ? ?? ??? ??"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct child_output output = {0};
        char text[CHILD_LINE_SIZE];
        child_output_add(&output, cases[i].bytes, strlen(cases[i].bytes));
        child_output_text(&output, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void long_line_keeps_its_beginning(void **state)
{
    (void)state;
    struct child_output output = {0};
    char text[CHILD_LINE_SIZE];
    for (int i = 0; i < 1000; i++)
        child_output_add(&output, i < 3 ? "ab" : "cd", 2);
    child_output_text(&output, text);
    assert_int_equal(strlen(text), CHILD_LINE_SIZE - 1);
    assert_memory_equal(text, "abababcd", 8);
}

static void ends_have_words(void **state)
{
    (void)state;
    static const struct {
        struct child_end end;
        const char *words;
    } cases[] = {
        {{.outcome = CHILD_EXITED, .code = 3, .text = "no route"}, "exited with 3: no route"},
        {{.outcome = CHILD_EXITED, .code = 0, .text = ""}, "exited with 0"},
        {{.outcome = CHILD_SIGNALLED, .code = SIGSEGV, .text = ""}, "ended by signal 11 (SEGV)"},
        {{.outcome = CHILD_SIGNALLED, .code = 40, .text = ""}, "ended by signal 40"},
        {{.outcome = CHILD_TIMED_OUT, .code = 0, .text = "waiting"}, "timed out: waiting"},
        {{.outcome = CHILD_NOT_EXECUTED, .code = EACCES, .text = ""},
         "could not be executed: Permission denied"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[CHILD_END_TEXT_SIZE];
        child_end_describe(&cases[i].end, words);
        assert_string_equal(words, cases[i].words);
    }
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BENCH(child_exits_with_its_code_and_last_line),
        WITH_BENCH(child_without_output_has_no_text),
        WITH_BENCH(signal_that_ended_the_child_is_told),
        WITH_BENCH(missing_program_is_could_not_execute),
        WITH_BENCH(program_name_is_not_searched_for),
        WITH_BENCH(text_file_is_not_given_to_a_shell),
        WITH_BENCH(arguments_arrive_as_they_are),
        WITH_BENCH(child_over_its_time_is_timed_out),
        WITH_BENCH(child_within_its_time_is_not_timed_out),
        WITH_BENCH(killed_child_takes_its_descendants_with_it),
        WITH_BENCH(child_that_ignores_sigterm_is_killed_after_the_grace),
        WITH_BENCH(child_killed_twice_keeps_its_grace),
        WITH_BENCH(child_killed_before_it_executes_ends),
        WITH_BENCH(kill_of_a_child_that_has_ended_changes_nothing),
        WITH_BENCH(end_does_not_wait_for_descendants_that_keep_the_output_open),
        WITH_BENCH(environment_holds_only_what_is_given),
        WITH_BENCH(standard_input_is_empty),
        WITH_BENCH(child_reads_its_input_to_the_end),
        WITH_BENCH(an_input_of_the_greatest_length_arrives_whole),
        WITH_BENCH(an_input_that_nobody_reads_does_no_harm),
        WITH_BENCH(an_input_that_is_too_long_is_refused),
        WITH_BENCH(no_other_descriptor_is_open),
        WITH_BENCH(signals_are_as_at_the_start_of_a_session),
        WITH_BENCH(group_is_its_own_and_the_session_the_spawners),
        WITH_BENCH(flood_of_output_leaves_its_last_line),
        WITH_BENCH(every_child_has_its_own_end),
        WITH_BENCH(abandoned_child_goes_on),
        WITH_BENCH(end_is_known_even_where_the_engine_ignores_its_children),
        WITH_BENCH(process_held_in_its_execution_has_nothing_of_the_engine),
        WITH_BENCH(process_held_in_its_execution_holds_no_other_up),
        WITH_BENCH(spawner_has_nothing_of_the_engine),
        WITH_BENCH(child_that_cannot_be_killed_is_told_and_so_is_its_end),
        WITH_BENCH(what_a_child_leaves_behind_is_the_spawners),
        WITH_BENCH(child_whose_spawner_died_goes_on_and_its_end_is_told),
        WITH_BENCH(child_that_ended_as_its_spawner_died_has_its_own_end),
        WITH_BENCH(ends_that_a_dead_spawner_had_not_told_are_told),
        WITH_BENCH(child_whose_spawner_died_is_killed_as_any_other),
        WITH_BENCH(child_that_a_dead_spawner_had_not_begun_was_not_executed),
        WITH_BENCH(spawner_that_dies_is_replaced_as_often_as_it_does),
        WITH_BENCH(abandoned_child_whose_spawner_died_goes_on),
        WITH_BENCH(too_many_arguments_are_refused),
        WITH_BENCH(output_for_the_log_goes_to_standard_error),
        cmocka_unit_test(output_is_cleaned),
        cmocka_unit_test(long_line_keeps_its_beginning),
        cmocka_unit_test(ends_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/lab.h"

#define SNMP_FOLDER "snmp"
#define TRAP_ADDRESS "udp:127.0.0.1:162"

enum { COMMAND_SIZE = 8192 };
enum { FILE_MODE = S_IRUSR | S_IWUSR, READY_LIMIT_MS = 10000, READY_PAUSE_MS = 50 };

static const char *const program_names[LAB_PROGRAM_COUNT] = {
    [LAB_SNMPD] = "snmpd",
    [LAB_SNMPTRAPD] = "snmptrapd",
    [LAB_AGENTX] = "padam-agentx",
};

/* ---- configuration ---- */

static bool text_write(struct live *live, const char *name, const char *text)
{
    char path[LIVE_PATH_SIZE];
    live_path(live, path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (!written)
        live_fail(live, "%s cannot be written: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return written;
}

static bool configuration_write(struct live *live)
{
    char path[LIVE_PATH_SIZE], text[LIVE_PATH_SIZE * 3];
    live_path(live, path, SNMP_FOLDER);
    if (mkdir(path, S_IRWXU) < 0) {
        live_fail(live, "%s: %s", path, strerror(errno));
        return false;
    }
    text_format(text,
                sizeof text,
                "master agentx\nagentXSocket %s/master\nrwcommunity padam 127.0.0.1\n"
                "trap2sink " TRAP_ADDRESS " padam\n",
                live->directory);
    return text_write(live, SNMP_FOLDER "/snmpd.conf", text) &&
           text_write(live,
                      SNMP_FOLDER "/snmptrapd.conf",
                      "authCommunity log padam\nformat2 TRAP\\t%v\\n\n");
}

/* Nothing of the machine's own SNMP configuration is read or written. */
static bool environment_set(const struct live *live)
{
    char folder[LIVE_PATH_SIZE];
    live_path(live, folder, SNMP_FOLDER);
    return setenv("SNMPCONFPATH", folder, 1) == 0 &&
           setenv("SNMP_PERSISTENT_DIR", folder, 1) == 0 && setenv("MIBS", LAB_MIBS, 1) == 0 &&
           setenv("MIBDIRS", live->settings->mibs, 1) == 0;
}

/* ---- one program ---- */

struct command_line {
    char text[COMMAND_SIZE]; /* the words, each with its end mark */
    size_t length;
    char *argv[LAB_WORD_LIMIT + 1];
    size_t count;
};

static void word_add(struct command_line *line, const char *word)
{
    size_t size = strlen(word) + 1;
    if (line->count == LAB_WORD_LIMIT || size > sizeof line->text - line->length)
        return;
    line->argv[line->count++] = memcpy(line->text + line->length, word, size);
    line->length += size;
}

static void words_add(struct command_line *line, const char *const *words)
{
    for (; *words; words++)
        word_add(line, *words);
}

/* In the child. output_fd: its standard output; its standard error goes to a log. */
_Noreturn static void program_exec(const struct live *live, const struct command_line *line,
                                   int output_fd, pid_t parent)
{
    char path[LIVE_PATH_SIZE];
    live_path(live, path, "snmp.log");
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, FILE_MODE);
    bool well = log >= 0 && dup2(log, STDERR_FILENO) >= 0 &&
                dup2(output_fd >= 0 ? output_fd : log, STDOUT_FILENO) >= 0 &&
                environment_set(live) && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
                getppid() == parent;
    if (well)
        execvp(line->argv[0], line->argv);
    _exit(127);
}

/* Returns its process or, with the failure said, -1. */
static pid_t program_start(struct live *live, const struct command_line *line, int output_fd)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        program_exec(live, line, output_fd, parent);
    if (pid < 0)
        live_fail(live, "%s cannot be started: %s", line->argv[0], strerror(errno));
    return pid;
}

static int program_wait(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void program_kill(struct live *live, enum lab_program program)
{
    pid_t *pid = &live->lab->programs[program];
    if (*pid == 0)
        return;
    if (waitpid(*pid, NULL, WNOHANG) == *pid) {
        live_fail(live, "%s ended by itself", program_names[program]);
    } else {
        (void)kill(*pid, SIGKILL);
        (void)program_wait(*pid);
    }
    *pid = 0;
}

static bool program_keep(struct live *live, enum lab_program program,
                         const struct command_line *line, int output_fd)
{
    pid_t pid = program_start(live, line, output_fd);
    if (pid > 0)
        live->lab->programs[program] = pid;
    return pid > 0;
}

/* ---- tools ---- */

static size_t output_read(int fd, char *output, size_t size)
{
    char rest[256] = "";
    size_t length = 0;
    for (;;) {
        bool full = length == size - 1;
        ssize_t got =
            read(fd, full ? rest : output + length, full ? sizeof rest : size - 1 - length);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        if (got > 0 && !full)
            length += (size_t)got;
    }
    output[length] = '\0';
    return length;
}

int lab_tool(struct live *live, const char *tool, const char *const *words,
             char output[static LAB_OUTPUT_SIZE])
{
    static const char *const options[] = {
        "-v2c", "-c", LAB_COMMUNITY, "-r0", "-t1", "-OQesU", LAB_AGENT_ADDRESS, NULL};
    struct command_line line = {.count = 0};
    int ends[2];
    output[0] = '\0';
    word_add(&line, tool);
    words_add(&line, options);
    words_add(&line, words);
    if (pipe2(ends, O_CLOEXEC) < 0) {
        live_fail(live, "%s: no pipe: %s", tool, strerror(errno));
        return -1;
    }
    pid_t pid = program_start(live, &line, ends[1]);
    (void)close(ends[1]);
    output_read(ends[0], output, LAB_OUTPUT_SIZE);
    (void)close(ends[0]);
    return pid > 0 ? program_wait(pid) : -1;
}

/* ---- those that stay ---- */

/*
 * What it needs to be asked, to have subagents and to send notifications. With all that it has on
 * the machine itself, its looks at every network interface would be half of a run.
 */
static const char snmpd_modules[] =
    "vacm_conf,vacm_vars,usmConf,usmUser,snmpEngine,snmp_mib,system_mib,sysORTable,"
    "snmpNotifyTable,snmpNotifyTable_data,snmpNotifyFilterTable_data_storage,"
    "snmpNotifyFilterProfileTable,snmpNotifyFilterProfileTable_data,snmpTargetAddrEntry,"
    "snmpTargetAddrEntry_data,snmpTargetParamsEntry,snmpTargetParamsEntry_data,target_counters";

static bool snmpd_start(struct live *live)
{
    static const char *const words[] = {
        "snmpd", "-f", "-Le", "-I", snmpd_modules, LAB_AGENT_ADDRESS, NULL};
    struct command_line line = {.count = 0};
    words_add(&line, words);
    return program_keep(live, LAB_SNMPD, &line, -1);
}

static bool snmptrapd_start(struct live *live)
{
    static const char *const words[] = {
        "snmptrapd", "-f", "-Lo", "-n", "-OQesU", TRAP_ADDRESS, NULL};
    struct command_line line = {.count = 0};
    words_add(&line, words);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        live_fail(live, "snmptrapd: no pipe: %s", strerror(errno));
        return false;
    }
    bool started = program_keep(live, LAB_SNMPTRAPD, &line, ends[1]);
    (void)close(ends[1]);
    live->lab->trap_fd = ends[0];
    return started && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 &&
           lab_watch(live, ends[0], EPOLLIN, LAB_WATCH_TRAPS);
}

bool lab_agentx_start(struct live *live)
{
    char engine[LIVE_PATH_SIZE], master[LIVE_PATH_SIZE];
    struct command_line line = {.count = 0};
    live_path(live, engine, "engine");
    live_path(live, master, "master");
    const char *const words[] = {live->settings->agentx, "-e", engine, "-x", master, NULL};
    words_add(&line, words);
    live->lab->linked_at = clock_now();
    return program_keep(live, LAB_AGENTX, &line, -1);
}

void lab_agentx_kill(struct live *live)
{
    program_kill(live, LAB_AGENTX);
}

static bool is_answered(struct live *live)
{
    instant limit = instant_add_ms(clock_now(), READY_LIMIT_MS);
    while (instant_before(clock_now(), limit)) {
        if (lab_look_is_answered(live))
            return true;
        (void)poll(NULL, 0, READY_PAUSE_MS);
    }
    live_fail(live, "no subagent answers through snmpd after %d ms", READY_LIMIT_MS);
    return false;
}

bool lab_programs_open(struct live *live)
{
    return configuration_write(live) && snmptrapd_start(live) && snmpd_start(live) &&
           lab_agentx_start(live) && is_answered(live);
}

void lab_programs_close(struct live *live)
{
    for (enum lab_program program = LAB_PROGRAM_COUNT; program-- > 0;)
        program_kill(live, program);
    if (live->lab->trap_fd >= 0)
        (void)close(live->lab->trap_fd);
    live->lab->trap_fd = -1;
}

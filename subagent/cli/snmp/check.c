/* padam check --snmp: reads, asks, and tells. */
#include "cli/snmp/check.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentx/mib.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "cli/screen.h"
#include "cli/snmp/judge.h"

static const char product_object[] = "." MIB_ROOT_TEXT ".1.1.1.0"; /* padamProduct.0 */

enum { SAID_SIZE = 256, AT_SIZE = 512, WORDS_LIMIT = 16 };

static const char help[] =
    "usage: padam check --snmp [OPTION]...\n"
    "\n"
    "Tells what is wrong with this machine's SNMP set-up: snmpd's configuration and its\n"
    "socket for subagents, who may read and command, who receives notifications. Reads\n"
    "and asks only; as root it sees all of it.\n"
    "\n"
    "  --snmpd-conf FILE     this file and what it includes, instead of snmpd's own\n"
    "  --agentx-socket PATH  where padam-agentx connects (" PATH_AGENTX_SOCKET ")\n"
    "  --agentx-group GROUP  whose member padam-agentx is (padam)\n"
    "  --ask AGENT           also asks this agent for padam's objects by snmpget, with the\n"
    "                        version, user and passphrases of ~/.snmp/snmp.conf\n"
    "  --quiet               only what is wrong\n"
    "  --json                one JSON array\n"
    "\n"
    "exit status: 0 nothing is wrong, 2 wrong usage, 4 the output could not be written,\n"
    "5 something is wrong\n";

struct wanted {
    const char *conf, *socket, *group, *agent;
    bool quiet, json;
};

struct telling {
    struct screen screen;
    struct json json;
    const struct wanted *wanted;
    size_t counts[GRADE_COUNT];
};

static const struct {
    const char *name;
    enum severity severity;
} grades[GRADE_COUNT] = {
    [GRADE_GOOD] = {"ok", 0},
    [GRADE_NOTE] = {"note", 0},
    [GRADE_WARNING] = {"warning", SEVERITY_WARNING},
    [GRADE_ERROR] = {"error", SEVERITY_CRITICAL},
};

/* ---- what is found ---- */

static void finding_json(struct telling *telling, enum grade grade, const char *at,
                         const char *text)
{
    json_begin(&telling->json, NULL, '{');
    json_text(&telling->json, "grade", grades[grade].name);
    json_text(&telling->json, "at", at);
    json_text(&telling->json, "text", text);
    json_end(&telling->json, '}');
}

static void on_finding(void *context, enum grade grade, const struct conf_place *at,
                       const char *text)
{
    struct telling *telling = context;
    char place[AT_SIZE] = "";
    telling->counts[grade]++;
    if (at && at->file && at->line)
        text_format(place, sizeof place, "%s:%u", at->file, at->line);
    if (telling->wanted->quiet && grade < GRADE_WARNING)
        return;
    if (telling->wanted->json)
        finding_json(telling, grade, place, text);
    else
        screen_line(&telling->screen,
                    grades[grade].severity,
                    9,
                    "%-8s %s%s%s",
                    grades[grade].name,
                    place,
                    *place ? ": " : "",
                    text);
}

/* ---- reading ---- */

struct reading {
    struct setup *setup;
    const struct judge *judge;
};

static void on_directive(void *context, const struct conf_place *at, char **words, size_t count)
{
    const struct reading *reading = context;
    setup_take(reading->setup, at, words, count);
}

static void on_trouble(void *context, const struct conf_place *at, const char *what)
{
    const struct reading *reading = context;
    finding(reading->judge, GRADE_WARNING, at, "%s", what);
}

static void configuration_read(struct conf_reader *reader, const struct judge *judge,
                               const char *path)
{
    bool found = path ? conf_read(reader, path) : conf_read_usual(reader);
    if (!found)
        finding(judge,
                GRADE_ERROR,
                NULL,
                "%s: there is no such file; expected snmpd's configuration, such as the package "
                "snmpd brings",
                path ? path : "/etc/snmp/snmpd.conf");
}

/* ---- asking ---- */

/* posix_spawn() takes its words as they were before there was const. 0, or an errno. */
static int program_begin(const char *const argv[], int output_fd, pid_t *pid)
{
    char *words[WORDS_LIMIT] = {NULL};
    posix_spawn_file_actions_t actions;
    for (size_t i = 0; argv[i] && i + 1 < WORDS_LIMIT; i++)
        memcpy(&words[i], &argv[i], sizeof words[i]);
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawn_file_actions_adddup2(&actions, output_fd, STDOUT_FILENO);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&actions, output_fd, STDERR_FILENO);
    if (!failed)
        failed = posix_spawnp(pid, words[0], &actions, NULL, words, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* The last line that is not empty. */
static void output_read(int fd, char said[static SAID_SIZE])
{
    char line[SAID_SIZE];
    FILE *output = fdopen(fd, "r");
    if (!output) {
        close(fd);
        return;
    }
    while (fgets(line, sizeof line, output))
        if (!text_is_blank(line))
            text_copy(said, SAID_SIZE, line);
    (void)fclose(output);
    said[strcspn(said, "\n")] = '\0';
}

/* Runs a program to its end. Its exit code, or -1. */
static int program_run(const char *const argv[], char said[static SAID_SIZE])
{
    int ends[2], status = 0;
    pid_t pid = 0;
    said[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    int failed = program_begin(argv, ends[1], &pid);
    close(ends[1]);
    output_read(ends[0], said);
    if (failed || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

/* Each name once: a name server that is down makes every question wait. */
static bool name_resolves(const char *host)
{
    static char asked[SETUP_SCOPE_SIZE];
    static bool resolves;
    char said[SAID_SIZE];
    const char *const argv[] = {"getent", "ahosts", host, NULL};
    if (strcmp(asked, host) != 0)
        resolves = program_run(argv, said) == 0;
    text_copy(asked, sizeof asked, host);
    return resolves;
}

static void agent_ask(const struct judge *judge, const char *agent)
{
    char said[SAID_SIZE];
    const char *const argv[] = {
        "snmpget", "-Oqv", "-t", "2", "-r", "1", agent, product_object, NULL};
    int code = program_run(argv, said);
    if (code < 0 || code == 127)
        finding(judge, GRADE_ERROR, NULL, "snmpget could not be run; expected the package snmp");
    else if (code != 0)
        finding(judge,
                GRADE_ERROR,
                NULL,
                "%s does not answer as it was asked: %s; expected snmpd there, and a version, user "
                "and passphrases in ~/.snmp/snmp.conf that it knows",
                agent,
                said);
    else if (strncmp(said, "No Such", strlen("No Such")) == 0)
        finding(judge,
                GRADE_ERROR,
                NULL,
                "%s knows nothing of padam (%s): padam-agentx does not run, hangs, or cannot open "
                "snmpd's socket, or the view does not have .%s",
                agent,
                said,
                MIB_ROOT_TEXT);
    else
        finding(judge, GRADE_GOOD, NULL, "%s answers for padam: %s", agent, said);
}

/* ---- the whole ---- */

static void check_all(const struct wanted *wanted, struct setup *setup, struct telling *telling)
{
    const struct judge judge = {.setup = setup,
                                .agentx_socket = wanted->socket,
                                .agentx_group = wanted->group,
                                .resolves = name_resolves,
                                .find = on_finding,
                                .context = telling};
    struct reading reading = {.setup = setup, .judge = &judge};
    const struct conf_handlers handlers = {
        .directive = on_directive, .trouble = on_trouble, .context = &reading};
    struct conf_reader *reader = conf_open(&handlers);
    if (!reader) {
        finding(&judge, GRADE_ERROR, NULL, "no memory");
        return;
    }
    configuration_read(reader, &judge, wanted->conf);
    judge_configuration(&judge);
    judge_socket(&judge);
    if (wanted->agent)
        agent_ask(&judge, wanted->agent);
    conf_close(reader);
}

static enum cli_exit summary_say(const struct telling *telling)
{
    size_t errors = telling->counts[GRADE_ERROR], warnings = telling->counts[GRADE_WARNING];
    bool is_wrong = errors + warnings > 0;
    if (!telling->wanted->json && !(telling->wanted->quiet && !is_wrong))
        printf("%zu errors, %zu warnings\n", errors, warnings);
    enum cli_exit written = output_end();
    return is_wrong ? CLI_EXIT_FAILED : written;
}

static enum cli_exit wanted_check(const struct wanted *wanted)
{
    struct telling telling = {.screen = {.to = stdout, .colour = screen_wants_colour()},
                              .json = {.to = stdout},
                              .wanted = wanted};
    struct setup *setup = calloc(1, sizeof *setup);
    if (!setup) {
        fputs("padam: check --snmp: no memory\n", stderr);
        return CLI_EXIT_OUTPUT;
    }
    if (wanted->json)
        json_begin(&telling.json, NULL, '[');
    check_all(wanted, setup, &telling);
    if (wanted->json)
        json_end(&telling.json, ']');
    free(setup);
    return summary_say(&telling);
}

bool snmp_check_is_wanted(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--snmp") == 0)
            return true;
    return false;
}

/* OPTIONS_GO, or what else the options say. */
static enum options_result wanted_read(int argc, char **argv, struct wanted *wanted)
{
    static const struct option options[] = {
        {"snmp", no_argument, NULL, 's'},
        {"snmpd-conf", required_argument, NULL, 'c'},
        {"agentx-socket", required_argument, NULL, 'x'},
        {"agentx-group", required_argument, NULL, 'g'},
        {"ask", required_argument, NULL, 'a'},
        {"quiet", no_argument, NULL, 'q'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) >= 0)
        switch (option) {
        case 's':
            break;
        case 'c':
            wanted->conf = optarg;
            break;
        case 'x':
            wanted->socket = optarg;
            break;
        case 'g':
            wanted->group = optarg;
            break;
        case 'a':
            wanted->agent = optarg;
            break;
        case 'q':
            wanted->quiet = true;
            break;
        case 'j':
            wanted->json = true;
            break;
        case 'h':
            fputs(help, stdout);
            return OPTIONS_HELPED;
        default:
            fputs("see padam check --snmp --help\n", stderr);
            return OPTIONS_WRONG;
        }
    if (optind == argc)
        return OPTIONS_GO;
    fprintf(stderr, "padam: check --snmp: %s: no arguments are expected\n", argv[optind]);
    return OPTIONS_WRONG;
}

int snmp_check_run(int argc, char **argv)
{
    struct wanted wanted = {.socket = PATH_AGENTX_SOCKET, .group = "padam"};
    enum options_result result = wanted_read(argc, argv, &wanted);
    if (result != OPTIONS_GO)
        return result == OPTIONS_HELPED ? output_end() : CLI_EXIT_USAGE;
    return wanted_check(&wanted);
}

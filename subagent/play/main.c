/* padam-play: plays scenarios and says which pass. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/text.h"
#include "play/jobs.h"

enum { DEFAULT_SCALE = 60, SCALE_MAX = 1000, PARALLEL_MAX = 64, PROGRAM_PATH_SIZE = 4096 };

static const char usage[] =
    "usage: padam-play [options] FILE...\n"
    "Plays scenarios and says which pass.\n"
    "\n"
    "  --level core      the core in virtual time (the default)\n"
    "  --level live      the real engine with simulated lines, time divided by the scale\n"
    "  --level lab       all the real programs with GPIO chips (gpio-sim) and SNMP, as root\n"
    "                    on a machine that is for nothing else\n"
    "  --padamd PROGRAM  the engine, for --level live and lab\n"
    "  --agentx PROGRAM  the subagent, for --level lab\n"
    "  --mibs FOLDERS    where PADAM-MIB and what it imports are, for --level lab\n"
    "  --time-scale N    for --level live; 60\n"
    "  --jobs N          so many scenarios side by side; 1\n"
    "  --timeline        show all that happened\n"
    "  --keep            keep the folder of a live run, with the engine's log\n"
    "  -V, --version\n"
    "  -h, --help\n"
    "\n"
    "Exit codes: 0 none failed, 1 some failed, 64 wrong options.\n";

static const struct option options[] = {
    {"level", required_argument, NULL, 'l'},
    {"padamd", required_argument, NULL, 'p'},
    {"agentx", required_argument, NULL, 'a'},
    {"mibs", required_argument, NULL, 'm'},
    {"time-scale", required_argument, NULL, 's'},
    {"jobs", required_argument, NULL, 'j'},
    {"timeline", no_argument, NULL, 't'},
    {"keep", no_argument, NULL, 'k'},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static bool number_take(const char *text, unsigned most, unsigned *number)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    *number = (unsigned)value;
    return end != text && *end == '\0' && value >= 1 && value <= most;
}

static bool level_take(const char *text, struct jobs_settings *settings)
{
    settings->is_lab = strcmp(text, "lab") == 0;
    settings->is_live = settings->is_lab || strcmp(text, "live") == 0;
    return settings->is_live || strcmp(text, "core") == 0;
}

static bool option_take(int option, struct jobs_settings *settings)
{
    switch (option) {
    case 'l':
        return level_take(optarg, settings);
    case 'p':
        settings->live.engine = optarg;
        return true;
    case 'a':
        settings->live.agentx = optarg;
        return true;
    case 'm':
        settings->live.mibs = optarg;
        return true;
    case 's':
        return number_take(optarg, SCALE_MAX, &settings->live.time_scale);
    case 'j':
        return number_take(optarg, PARALLEL_MAX, &settings->parallel);
    case 't':
        return settings->timeline = true;
    case 'k':
        return settings->live.keep = true;
    default:
        return false;
    }
}

static bool is_program(const char *path)
{
    return path && access(path, X_OK) == 0;
}

/* The lab is in real time, one run at a time; what is for it only is of no use elsewhere. */
static void level_finish(struct jobs_settings *settings)
{
    if (settings->is_lab) {
        settings->live.time_scale = 1;
        settings->parallel = 1;
    } else {
        settings->live.agentx = NULL;
    }
}

static int usage_error(const char *what)
{
    fprintf(stderr, "padam-play: %s; see padam-play --help\n", what);
    return EX_USAGE;
}

/* What was not taken: getopt_long() has said what is wrong with an option that is not known. */
static int option_error(int option)
{
    static const struct {
        int option;
        const char *what;
    } wrong[] = {
        {'l', "--level: expected core, live or lab"},
        {'s', "--time-scale: expected a number, 1 to 1000"},
        {'j', "--jobs: expected a number, 1 to 64"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (wrong[i].option == option)
            return usage_error(wrong[i].what);
    fputs("see padam-play --help\n", stderr);
    return EX_USAGE;
}

/* It stands beside this program. */
static bool server_program_find(char to[static PROGRAM_PATH_SIZE])
{
    ssize_t length = readlink("/proc/self/exe", to, PROGRAM_PATH_SIZE - 1);
    to[length > 0 ? length : 0] = '\0';
    return length > 0 && text_append(to, PROGRAM_PATH_SIZE, "-server") && is_program(to);
}

int main(int argc, char **argv)
{
    struct jobs_settings settings = {.parallel = 1, .live = {.time_scale = DEFAULT_SCALE}};
    for (int option; (option = getopt_long(argc, argv, "Vh", options, NULL)) != -1;) {
        if (option == 'h')
            return fputs(usage, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        if (option == 'V')
            return puts("padam-play " PADAM_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        if (!option_take(option, &settings))
            return option_error(option);
    }
    if (optind == argc)
        return usage_error("expected a file");
    if (settings.is_live && !is_program(settings.live.engine))
        return usage_error("--level live or lab: expected --padamd with the path of the engine");
    if (settings.is_lab && (!is_program(settings.live.agentx) || !settings.live.mibs))
        return usage_error("--level lab: expected --agentx with its path, and --mibs");
    char server[PROGRAM_PATH_SIZE];
    if (settings.is_live && !server_program_find(server))
        return usage_error("--level live or lab: expected padam-play-server beside this program");
    settings.live.server = server;
    level_finish(&settings);
    return jobs_play(argv + optind, &settings) ? EXIT_SUCCESS : EXIT_FAILURE;
}

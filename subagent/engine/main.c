#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "base/log.h"
#include "engine/engine.h"
#include "ports/journal_process.h"

#define DEFAULT_CONFIG "/etc/padam/padam.conf"

struct arguments {
    const char *config_path;
    unsigned time_scale;
    enum log_level log_level;
    bool check, print_config;
    bool simulates; /* there was an --input */
    enum input_value simulated[INPUT_ROLE_COUNT];
};

enum { OPTION_CONFIG = 'c', OPTION_HELP = 'h', OPTION_VERSION = 'V', OPTION_LONG_ONLY = 256 };
enum {
    OPTION_CHECK = OPTION_LONG_ONLY,
    OPTION_TIME_SCALE,
    OPTION_PRINT_CONFIG,
    OPTION_LOG_LEVEL,
    OPTION_INPUT,
};

static const struct option options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"check", no_argument, NULL, OPTION_CHECK},
    {"time-scale", required_argument, NULL, OPTION_TIME_SCALE},
    {"input", required_argument, NULL, OPTION_INPUT},
    {"print-config", no_argument, NULL, OPTION_PRINT_CONFIG},
    {"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static const char help[] =
    "usage: padamd [options]\n"
    "Carries out a power-cut procedure.\n"
    "\n"
    "  -c, --config FILE      instead of " DEFAULT_CONFIG "\n"
    "      --check            only say what is wrong with the configuration\n"
    "      --print-config     only print the configuration as it is understood\n"
    "      --log-level LEVEL  error, warning, notice (default), info or debug\n"
    "      --time-scale N     divide all times by N; simulated lines only\n"
    "      --input ROLE=VALUE what a simulated input starts with: active, inactive, unknown\n"
    "  -V, --version\n"
    "  -h, --help\n"
    "\n"
    "Exit codes: 0 ended by a signal, 1 a failure that may pass, 64 wrong options,\n"
    "78 wrong configuration.\n";

static int usage_error(const char *what, const char *value)
{
    log_error("%s \"%s\"; see padamd --help", what, value);
    return EX_USAGE;
}

static int take_log_level(struct arguments *arguments, const char *value)
{
    static const struct {
        const char *name;
        enum log_level level;
    } levels[] = {
        {"error", LOG_LEVEL_ERROR},
        {"warning", LOG_LEVEL_WARNING},
        {"notice", LOG_LEVEL_NOTICE},
        {"info", LOG_LEVEL_INFO},
        {"debug", LOG_LEVEL_DEBUG},
    };
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(levels[i].name, value) != 0)
            continue;
        arguments->log_level = levels[i].level;
        return EX_OK;
    }
    return usage_error("there is no log level", value);
}

static int take_time_scale(struct arguments *arguments, const char *value)
{
    char *end;
    unsigned long scale = strtoul(value, &end, 10);
    if (end == value || *end || scale == 0 || scale > UINT_MAX)
        return usage_error("a time scale is a number from 1 on, not", value);
    arguments->time_scale = (unsigned)scale;
    return EX_OK;
}

static enum input_value value_named(const char *name)
{
    for (unsigned value = INPUT_VALUE_UNKNOWN; value < INPUT_VALUE_COUNT; value++)
        if (strcmp(name, input_value_name((enum input_value)value)) == 0)
            return (enum input_value)value;
    return 0;
}

static int take_input(struct arguments *arguments, const char *text)
{
    const char *value = strchr(text, '=');
    for (unsigned role = INPUT_ROLE_UNKNOWN + 1; value && role < INPUT_ROLE_COUNT; role++) {
        const char *name = input_role_name((enum input_role)role);
        if (strlen(name) != (size_t)(value - text) || strncmp(name, text, strlen(name)) != 0)
            continue;
        arguments->simulated[role] = value_named(value + 1);
        arguments->simulates = true;
        if (arguments->simulated[role])
            return EX_OK;
    }
    return usage_error("an input is given as ROLE=VALUE, not as", text);
}

/* EX_OK to go on; else, or with *done, the exit code. */
static int arguments_take(struct arguments *arguments, int argc, char **argv, bool *done)
{
    int option, result = EX_OK;
    while (result == EX_OK && (option = getopt_long(argc, argv, "c:Vh", options, NULL)) != -1) {
        switch (option) {
        case OPTION_CONFIG:
            arguments->config_path = optarg;
            break;
        case OPTION_CHECK:
            arguments->check = true;
            break;
        case OPTION_TIME_SCALE:
            result = take_time_scale(arguments, optarg);
            break;
        case OPTION_INPUT:
            result = take_input(arguments, optarg);
            break;
        case OPTION_PRINT_CONFIG:
            arguments->print_config = true;
            break;
        case OPTION_LOG_LEVEL:
            result = take_log_level(arguments, optarg);
            break;
        case OPTION_VERSION:
            puts("padamd " PADAM_VERSION);
            *done = true;
            return EX_OK;
        case OPTION_HELP:
            fputs(help, stdout);
            *done = true;
            return EX_OK;
        default: /* getopt_long() has said what is wrong */
            return EX_USAGE;
        }
    }
    if (result == EX_OK && optind < argc)
        return usage_error("there is no argument", argv[optind]);
    return result;
}

static void report(void *context, const char *message)
{
    (void)context;
    log_error("%s", message);
}

static int run(const struct arguments *arguments, struct config *config)
{
    struct engine_options engine = {.config = config};
    if (arguments->time_scale > 1 && !config_scale_time(config, arguments->time_scale)) {
        log_error("--time-scale is for simulated lines only, from 1 to 1000");
        return EX_USAGE;
    }
    if (arguments->simulates && config->backend != CONFIG_BACKEND_SIMULATED) {
        log_error("--input is for simulated lines only");
        return EX_USAGE;
    }
    if (arguments->print_config) {
        config_print(config, stdout);
        return fflush(stdout) == 0 ? EX_OK : EXIT_FAILURE;
    }
    if (arguments->check)
        return EX_OK;
    memcpy(engine.simulated, arguments->simulated, sizeof engine.simulated);
    return engine_run(&engine);
}

int main(int argc, char **argv)
{
    if (journal_process_is_wanted(argc, argv))
        return journal_process_main(argv);

    struct arguments arguments = {.config_path = DEFAULT_CONFIG, .log_level = LOG_LEVEL_NOTICE};
    struct config config;
    bool done = false;
    log_open("padamd", arguments.log_level);
    int result = arguments_take(&arguments, argc, argv, &done);
    if (done || result != EX_OK)
        return result;
    log_open("padamd", arguments.log_level);
    tzset();
    if (config_load(arguments.config_path, &config, report, NULL) > 0)
        return EX_CONFIG;
    result = run(&arguments, &config);
    config_release(&config);
    return result;
}

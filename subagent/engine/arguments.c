#include "engine/arguments.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/paths.h"
#include "base/text.h"
#include "config/config.h"

enum { NAMES_SIZE = 512 };

enum { OPTION_CONFIG = 'c', OPTION_HELP = 'h', OPTION_VERSION = 'V', OPTION_LONG_ONLY = 256 };
enum {
    OPTION_CHECK = OPTION_LONG_ONLY,
    OPTION_TIME_SCALE,
    OPTION_PRINT_CONFIG,
    OPTION_PRINT_DEFAULTS,
    OPTION_LOG_LEVEL,
    OPTION_INPUT,
};

static const struct option options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"check", no_argument, NULL, OPTION_CHECK},
    {"time-scale", required_argument, NULL, OPTION_TIME_SCALE},
    {"input", required_argument, NULL, OPTION_INPUT},
    {"print-config", no_argument, NULL, OPTION_PRINT_CONFIG},
    {"print-defaults", no_argument, NULL, OPTION_PRINT_DEFAULTS},
    {"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static const char help[] =
    "usage: padamd [options] [FILE]\n"
    "Carries out a power-cut procedure, as configured in FILE (" PATH_CONFIG ").\n"
    "\n"
    "  -c, --config FILE      the same as FILE alone\n"
    "      --check            only say what is wrong with the configuration\n"
    "      --print-config     only print the configuration as it is understood\n"
    "      --print-defaults   only print a commented file of all settings and their defaults\n"
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
        return usage_error("a time scale is a number, 1 to 1000, not", value);
    arguments->time_scale = (unsigned)scale;
    return EX_OK;
}

/* 0: there is no such value. */
static enum input_value value_named(const char *name)
{
    for (unsigned value = INPUT_VALUE_UNKNOWN; value < INPUT_VALUE_COUNT; value++)
        if (strcmp(name, input_value_name((enum input_value)value)) == 0)
            return (enum input_value)value;
    return 0;
}

/* INPUT_ROLE_UNKNOWN: there is no such role. */
static enum input_role role_named(const char *name, size_t length)
{
    for (unsigned role = INPUT_ROLE_UNKNOWN + 1; role < INPUT_ROLE_COUNT; role++) {
        const char *known = input_role_name((enum input_role)role);
        if (strlen(known) == length && strncmp(known, name, length) == 0)
            return (enum input_role)role;
    }
    return INPUT_ROLE_UNKNOWN;
}

static int role_error(const char *name, size_t length)
{
    char names[NAMES_SIZE] = "";
    for (unsigned role = INPUT_ROLE_UNKNOWN + 1; role < INPUT_ROLE_COUNT; role++)
        text_append(names,
                    sizeof names,
                    "%s%s",
                    *names ? ", " : "",
                    input_role_name((enum input_role)role));
    log_error("--input: there is no role \"%.*s\"; expected one of %s", (int)length, name, names);
    return EX_USAGE;
}

static int take_input(struct arguments *arguments, const char *text)
{
    const char *equals = strchr(text, '=');
    if (!equals)
        return usage_error("--input: expected ROLE=VALUE, with a \"=\", not", text);
    size_t length = (size_t)(equals - text);
    enum input_role role = role_named(text, length);
    enum input_value value = value_named(equals + 1);
    if (role == INPUT_ROLE_UNKNOWN)
        return role_error(text, length);
    if (!value) {
        log_error("--input: there is no value \"%s\" for %s; expected active, inactive or unknown",
                  equals + 1,
                  input_role_name(role));
        return EX_USAGE;
    }
    arguments->simulated[role] = value;
    arguments->simulates = true;
    return EX_OK;
}

/* The argument that is no option, if there is one. */
static int take_file(struct arguments *arguments, int argc, char **argv)
{
    if (optind < argc && arguments->config_path)
        return usage_error("--config names the configuration file already; not expected:",
                           argv[optind]);
    if (optind + 1 < argc)
        return usage_error("one configuration file is expected, not also", argv[optind + 1]);
    if (optind < argc)
        arguments->config_path = argv[optind];
    if (!arguments->config_path)
        arguments->config_path = PATH_CONFIG;
    return EX_OK;
}

static int defaults_print(void)
{
    config_describe(stdout);
    return fflush(stdout) == 0 && !ferror(stdout) ? EX_OK : EXIT_FAILURE;
}

int arguments_take(struct arguments *arguments, int argc, char **argv, bool *done)
{
    int option, result = EX_OK;
    *arguments = (struct arguments){.log_level = LOG_LEVEL_NOTICE};
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
        case OPTION_PRINT_DEFAULTS:
            *done = true;
            return defaults_print();
        case OPTION_VERSION:
            puts("padamd " PADAM_VERSION);
            *done = true;
            return EX_OK;
        case OPTION_HELP:
            fputs(help, stdout);
            *done = true;
            return EX_OK;
        default: /* getopt_long() has said what is wrong */
            fputs("see padamd --help\n", stderr);
            return EX_USAGE;
        }
    }
    return result == EX_OK ? take_file(arguments, argc, argv) : result;
}

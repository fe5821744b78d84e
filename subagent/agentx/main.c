#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

#include "agentx/loop.h"
#include "base/log.h"
#include "base/log_file.h"
#include "base/paths.h"
#include "base/service.h"

enum { LOG_END_LIMIT_MS = 1000, WATCHDOG_LEAST_MS = 3 * AGENT_BLOCKS_MS };

static const char help[] =
    "usage: padam-agentx [options]\n"
    "Publishes padam's state over SNMP, through snmpd's AgentX socket.\n"
    "\n"
    "  -e, --engine-socket PATH     the engine's socket (" PATH_ENGINE_SOCKET ")\n"
    "  -x, --agentx-socket ADDRESS  snmpd's agentXSocket (" PATH_AGENTX_SOCKET ")\n"
    "  -l, --log-level LEVEL        error, warning, notice, info or debug (notice)\n"
    "  -V, --version                print the version\n"
    "  -h, --help                   print this help\n"
    "\n"
    "Exit codes: 0 ended by a signal, 1 a failure, 64 wrong options.\n";

static const struct option long_options[] = {
    {"engine-socket", required_argument, NULL, 'e'},
    {"agentx-socket", required_argument, NULL, 'x'},
    {"log-level", required_argument, NULL, 'l'},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static int level_read(const char *text, enum log_level *level)
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
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(text, levels[i].name) == 0) {
            *level = levels[i].level;
            return 0;
        }
    fprintf(stderr,
            "padam-agentx: --log-level %s: expected error, warning, notice, info or debug\n",
            text);
    return -1;
}

/* What one option asks for: -1 to go on, else the exit code. */
static int option_take(int option, struct agent_options *options, enum log_level *level)
{
    switch (option) {
    case 'e':
        options->engine_socket = optarg;
        return -1;
    case 'x':
        options->agentx_socket = optarg;
        return -1;
    case 'l':
        return level_read(optarg, level) < 0 ? EX_USAGE : -1;
    case 'V':
        puts("padam-agentx " PADAM_VERSION);
        return EXIT_SUCCESS;
    case 'h':
        fputs(help, stdout);
        return EXIT_SUCCESS;
    default:
        fputs("see padam-agentx --help\n", stderr);
        return EX_USAGE;
    }
}

static int options_read(int count, char **arguments, struct agent_options *options,
                        enum log_level *level)
{
    int option, result = -1;
    while (result < 0 &&
           (option = getopt_long(count, arguments, "e:x:l:Vh", long_options, NULL)) != -1)
        result = option_take(option, options, level);
    if (result < 0 && optind < count) {
        fprintf(stderr, "padam-agentx: %s: no arguments are expected\n", arguments[optind]);
        return EX_USAGE;
    }
    return result;
}

static int service = SERVICE_NOBODY;

/* libsystemd's sender would wait for a manager that does not read, and the hand-over with it. */
static int ready(void)
{
    return service_tell(service, "READY=1", -1);
}

/* One that is not taken is dropped: the next comes. */
static void alive(void)
{
    (void)service_tell(service, "WATCHDOG=1", -1);
}

/* What opening a session may take leaves a watchdog that is too tight no time to hear of it. */
static int64_t watchdog_ms(void)
{
    uint64_t interval_us = 0;
    if (sd_watchdog_enabled(0, &interval_us) <= 0)
        return 0;
    int64_t interval_ms = (int64_t)(interval_us / 1000);
    if (interval_ms < WATCHDOG_LEAST_MS)
        log_warning("the watchdog's %lld ms are too few: at least %d, or a stopped snmpd has this "
                    "program killed",
                    (long long)interval_ms,
                    WATCHDOG_LEAST_MS);
    return interval_ms / 2;
}

int main(int count, char **arguments)
{
    enum log_level level = LOG_LEVEL_NOTICE;
    struct agent_options options = {
        .engine_socket = PATH_ENGINE_SOCKET,
        .agentx_socket = PATH_AGENTX_SOCKET,
        .ready = ready,
        .alive = alive,
    };
    int result = options_read(count, arguments, &options, &level);
    if (result >= 0)
        return result;
    log_open("padam-agentx", level);
    options.alive_every_ms = watchdog_ms();
    service = service_open();
    if (log_file_begin() < 0)
        log_warning("a frozen disk would hold padam-agentx, as its log is a file: %s",
                    strerror(errno));
    result = agent_run(&options);
    (void)service_tell(service, "STOPPING=1", -1);
    service_close(service);
    log_file_end(LOG_END_LIMIT_MS);
    return result < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

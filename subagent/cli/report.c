/* padam report: an incident, or the recap of half a year, as a page that prints to A4. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/report/report.h"

static const char help[] =
    "usage: padam report INCIDENT [OPTION]...\n"
    "       padam report --recap YYYY-1|YYYY-2 [OPTION]...\n"
    "\n"
    "Writes the report of an incident (\"padam incidents\" shows their numbers), or the\n"
    "recap of half a year, as one HTML file that a browser prints to A4. The office,\n"
    "the procedure's number, the legal basis and who signs come from the group office\n"
    "of the configuration.\n"
    "\n"
    "  --output FILE      where to write it; standard output if not given\n"
    "  --language id|en   instead of the locale's\n"
    "  --config FILE      the configuration (" PATH_CONFIG ")\n"
    "  --socket PATH      the engine's socket (" PATH_ENGINE_SOCKET ")\n"
    "  --help             this text\n"
    "\n"
    "exit status: 0 written, 1 engine not reached, 2 wrong usage, no such incident, or a\n"
    "configuration that cannot be read, 3 refused by the engine (another version, or a\n"
    "user who may not connect), 4 the output could not be written\n";

struct wanted {
    const char *socket, *config, *output, *language;
    bool is_recap;
    struct half_year half;
    uint32_t incident;
};

/* ---- options ---- */

static enum options_result recap_take(const char *text, struct wanted *wanted)
{
    const char *problem = half_year_read(text, &wanted->half);
    wanted->is_recap = true;
    if (!problem)
        return OPTIONS_GO;
    fprintf(stderr, "padam: --recap %s: %s\n", text, problem);
    return OPTIONS_WRONG;
}

static enum options_result incident_take(int count, char **words, struct wanted *wanted)
{
    if (wanted->is_recap && count == 0)
        return OPTIONS_GO;
    if (wanted->is_recap || count != 1) {
        fputs("padam: report: expected the number of one incident, or --recap YYYY-1|YYYY-2\n",
              stderr);
        return OPTIONS_WRONG;
    }
    char *end;
    errno = 0;
    unsigned long number = strtoul(words[0], &end, 10);
    if (errno == 0 && *words[0] >= '1' && *words[0] <= '9' && !*end && number <= UINT32_MAX) {
        wanted->incident = (uint32_t)number;
        return OPTIONS_GO;
    }
    fprintf(stderr,
            "padam: report: \"%s\" is no number of an incident; \"padam incidents\" shows them\n",
            words[0]);
    return OPTIONS_WRONG;
}

static enum options_result wanted_read(int argc, char **argv, struct wanted *wanted)
{
    static const struct option known[] = {
        {"recap", required_argument, NULL, 'r'},
        {"output", required_argument, NULL, 'o'},
        {"language", required_argument, NULL, 'l'},
        {"config", required_argument, NULL, 'c'},
        {"socket", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    enum options_result result = OPTIONS_GO;
    *wanted = (struct wanted){.socket = PATH_ENGINE_SOCKET, .config = PATH_CONFIG};
    optind = 0;
    while (result == OPTIONS_GO && (option = getopt_long(argc, argv, "ho:", known, NULL)) != -1) {
        switch (option) {
        case 'r':
            result = recap_take(optarg, wanted);
            break;
        case 'o':
            wanted->output = optarg;
            break;
        case 'l':
            wanted->language = optarg;
            break;
        case 'c':
            wanted->config = optarg;
            break;
        case 's':
            wanted->socket = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return OPTIONS_HELPED;
        default:
            fputs("padam: see \"padam report --help\"\n", stderr);
            return OPTIONS_WRONG;
        }
    }
    return result == OPTIONS_GO ? incident_take(argc - optind, argv + optind, wanted) : result;
}

/* ---- writing ---- */

static enum cli_exit file_failed(const char *path)
{
    fprintf(stderr, "padam: report: %s: %s\n", path, strerror(errno));
    return CLI_EXIT_OUTPUT;
}

/* Whole, or not at all: a page that was cut short is no report. */
static enum cli_exit text_write(const char *path, const char *text, size_t size)
{
    if (!path) {
        (void)fwrite(text, 1, size, stdout);
        return output_end();
    }
    FILE *to = fopen(path, "we");
    if (!to)
        return file_failed(path);
    bool is_written = fwrite(text, 1, size, to) == size && fflush(to) == 0;
    if (fclose(to) == 0 && is_written)
        return CLI_EXIT_SHOWN;
    return file_failed(path);
}

static enum cli_exit page_print(struct report *report, const struct wanted *wanted)
{
    if (wanted->is_recap) {
        report_print_recap(report, &wanted->half);
        return CLI_EXIT_SHOWN;
    }
    if (report_print_incident(report, wanted->incident))
        return CLI_EXIT_SHOWN;
    fprintf(stderr,
            "padam: report: the engine has no incident %u; \"padam incidents\" shows those it "
            "keeps\n",
            wanted->incident);
    return CLI_EXIT_USAGE;
}

static enum cli_exit report_write(struct report *report, const struct wanted *wanted)
{
    char *text = NULL;
    size_t size = 0;
    report->to = open_memstream(&text, &size);
    if (!report->to)
        return file_failed("memory");
    enum cli_exit exit_code = page_print(report, wanted);
    if (fclose(report->to) != 0)
        exit_code = file_failed("memory");
    if (exit_code == CLI_EXIT_SHOWN)
        exit_code = text_write(wanted->output, text, size);
    free(text);
    return exit_code;
}

/* ---- the configuration ---- */

static void fault_say(void *context, const char *message)
{
    (void)context;
    fprintf(stderr, "padam: %s\n", message);
}

/* A report without its logo is better than none. */
static void logo_load(const struct config *config, struct logo *logo)
{
    const char *problem = logo_read(config->office.logo, logo);
    if (problem)
        fprintf(stderr,
                "padam: report: office.logo %s: %s; expected a PNG, JPEG or SVG of at most 1 MiB; "
                "the report goes without\n",
                config->office.logo,
                problem);
}

static enum cli_exit configured_write(const struct wanted *wanted, const struct config *config)
{
    enum cli_exit exit_code;
    struct logo logo;
    struct client *client = engine_fetch(wanted->socket, &exit_code);
    if (!client)
        return exit_code;
    instant now = clock_now();
    logo_load(config, &logo);
    struct report report = {.config = config,
                            .logo = &logo,
                            .replica = client_replica(client),
                            .moment = {now, clock_wall_ms_at(now)}};
    exit_code = report_write(&report, wanted);
    free(logo.bytes);
    client_free(client);
    return exit_code;
}

int report_run(int argc, char **argv)
{
    struct wanted wanted;
    struct config config;
    enum options_result result = wanted_read(argc, argv, &wanted);
    if (result != OPTIONS_GO)
        return result == OPTIONS_HELPED ? output_end() : CLI_EXIT_USAGE;
    if (wanted.language && !language_begin(wanted.language)) {
        fprintf(stderr,
                "padam: --language %s: there is no catalogue of it; expected %s\n",
                wanted.language,
                language_expected);
        return CLI_EXIT_USAGE;
    }
    if (config_load(wanted.config, &config, fault_say, NULL) > 0)
        return CLI_EXIT_USAGE;
    enum cli_exit exit_code = configured_write(&wanted, &config);
    config_release(&config);
    return exit_code;
}

#include "cli/status.h"

#include "cli/cli.h"
#include "cli/display.h"

static const struct display display = {
    .options.help =
        "usage: padam status [--socket PATH] [-n N] [--all] [--json]\n"
        "\n"
        "Shows the present state on one screen.\n"
        "\n"
        "  --all          each server, deviation and item that is not ready, however many;\n"
        "                 else many servers are counted, and what is worst is shown\n"
        "  --socket PATH  the engine's socket (" PATH_ENGINE_SOCKET ")\n"
        "  -n N           how many of the newest events; with --json, how many rows of\n"
        "                 each table that keeps a history (6)\n"
        "  --json         one JSON object, times in UTC\n"
        "\n"
        "Colours are used on a terminal unless NO_COLOR is set.\n" CLI_EXIT_HELP,
    .options.newest = 6,
    .options.has_all = true,
    .print = status_print,
    .print_json = status_print_json,
};

int status_run(int argc, char **argv)
{
    return display_run(argc, argv, &display);
}

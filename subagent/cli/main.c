/* padam: what people at a shell ask of the engine. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/probe.h"

static const struct subcommand subcommands[] = {
    {"status", status_run, "the present state on one screen"},
    {"events", events_run, "the newest events"},
    {"probe", probe_run, "whether a host answers, for the configuration's commands"},
};

enum { SUBCOMMAND_COUNT = sizeof subcommands / sizeof *subcommands };

static void usage_print(FILE *to)
{
    fputs("usage: padam SUBCOMMAND [OPTION]...\n\n", to);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        fprintf(to, "  %-10s %s\n", subcommands[i].name, subcommands[i].help);
    fputs("\n\"padam SUBCOMMAND --help\" tells more, \"padam --version\" the "
          "version.\n" CLI_EXIT_HELP,
          to);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    /* A reader that has gone is an error of the output, not the end of the program. */
    (void)signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        if (strcmp(name, subcommands[i].name) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        puts("padam " PADAM_VERSION);
        return output_end();
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        usage_print(stdout);
        return output_end();
    }
    if (*name)
        fprintf(stderr, "padam: there is no subcommand \"%s\"; see padam --help\n", name);
    else
        usage_print(stderr);
    return CLI_EXIT_USAGE;
}

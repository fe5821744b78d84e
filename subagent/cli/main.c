/* padam: what people at a shell ask of the engine. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "cli/cli.h"
#include "cli/order.h"
#include "cli/probe.h"
#include "cli/snmp/check.h"

static const struct subcommand subcommands[] = {
    {"status", status_run, "the present state on one screen"},
    {"watch", watch_run, "the present state, as it changes"},
    {"events", events_run, "the newest events"},
    {"incidents", records_run, "the newest outages and drills"},
    {"records", records_run, "the newest verdicts on steps"},
    {"deviations", records_run, "the newest deviations, with their accounts"},
    {"commands", records_run, "the newest commands, who asked, and their outcomes"},
    {"messages", records_run, "the newest messages to contacts, and what became of them"},
    {"report", report_run, "an incident, or half a year, as a page to print and sign"},
    {"export", export_run, "a whole table, for a spreadsheet or a program"},
    {"probe", probe_run, "whether a host answers, for the configuration's commands"},
};

enum { SUBCOMMAND_COUNT = sizeof subcommands / sizeof *subcommands };

static void usage_print(FILE *to)
{
    fputs("usage: padam SUBCOMMAND [OPTION]...\n\n", to);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        fprintf(to, "  %-15s %s\n", subcommands[i].name, subcommands[i].help);
    fputs("\nwhat the engine is to do:\n\n", to);
    for (size_t i = 0; i < order_form_count; i++)
        fprintf(to, "  %-15s %s\n", order_forms[i].name, order_forms[i].summary);
    fputs("\n\"padam SUBCOMMAND --help\" tells more, \"padam --version\" the "
          "version.\n" ORDER_EXIT_HELP,
          to);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    /* A reader that has gone is an error of the output, not the end of the program. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)language_begin(NULL);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        if (strcmp(name, subcommands[i].name) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    if (strcmp(name, "check") == 0 && snmp_check_is_wanted(argc - 1, argv + 1))
        return snmp_check_run(argc - 1, argv + 1);
    if (order_form_find(name))
        return order_run(argc - 1, argv + 1);
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

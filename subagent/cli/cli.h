#pragma once
/* What the subcommands of padam share. Each has a file of its own and a line in main.c's table. */
#include <stddef.h>

#include "base/paths.h"
#include "wire/client.h"

enum cli_exit {
    CLI_EXIT_SHOWN = 0,
    CLI_EXIT_NOT_REACHED = 1, /* no engine, or it does not answer */
    CLI_EXIT_USAGE = 2,
    CLI_EXIT_REFUSED =
        3,               /* by the engine: another version, a user who may not connect, a command */
    CLI_EXIT_OUTPUT = 4, /* writing the output failed */
    CLI_EXIT_FAILED = 5, /* a command that the engine carried out, without success */
    CLI_EXIT_INTERRUPTED = 130 /* waiting for a command's outcome was; as a shell has it */
};

#define CLI_EXIT_HELP                                                                              \
    "\n"                                                                                           \
    "exit status: 0 shown, 1 engine not reached, 2 wrong usage, 3 refused by the\n"                \
    "engine (another version, or a user who may not connect), 4 the output could not\n"            \
    "be written\n"

#define ORDER_EXIT_HELP                                                                            \
    "\n"                                                                                           \
    "exit status: 0 done (with --no-wait: under way), 1 engine not reached, or its\n"              \
    "outcome not learned, 2 wrong usage, 3 refused by the engine (command, another\n"              \
    "version, or a user who may not connect), 4 the output could not be written,\n"                \
    "5 failed or cancelled, 130 interrupted: the engine carries on\n"

struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the subcommand's name; returns the exit code */
    const char *help;                  /* one line */
};

int status_run(int argc, char **argv);
int watch_run(int argc, char **argv);
int events_run(int argc, char **argv);
int records_run(int argc, char **argv); /* incidents, records, deviations, commands, messages */
int export_run(int argc, char **argv);
int report_run(int argc, char **argv);

/*
 * Connects to the engine and waits for its first commit. Returns the client, for client_free();
 * NULL after saying why on standard error, with the exit code.
 */
struct client *engine_fetch(const char *socket, enum cli_exit *exit_code);

/* Says on standard error that connecting failed with this error, and returns the exit code. */
enum cli_exit engine_not_reached(const char *socket, const char *problem, int error);

/* Ends the output. SHOWN, or OUTPUT after saying why. */
enum cli_exit output_end(void);

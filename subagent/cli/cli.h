#pragma once
/* What the subcommands of padam share. Each has a file of its own and a line in main.c's table. */
#include <stddef.h>

#include "base/paths.h"
#include "wire/client.h"

enum cli_exit {
    CLI_EXIT_SHOWN = 0,
    CLI_EXIT_NOT_REACHED = 1, /* no engine, or it does not answer */
    CLI_EXIT_USAGE = 2,
    CLI_EXIT_REFUSED = 3, /* by the engine: another version, a user who may not connect */
    CLI_EXIT_OUTPUT = 4   /* writing the output failed */
};

#define CLI_EXIT_HELP                                                                              \
    "\n"                                                                                           \
    "exit status: 0 shown, 1 engine not reached, 2 wrong usage, 3 refused by the engine\n"         \
    "(another version, or a user who may not connect), 4 the output could not be written\n"

struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the subcommand's name; returns the exit code */
    const char *help;                  /* one line */
};

int status_run(int argc, char **argv);
int events_run(int argc, char **argv);

/*
 * Connects to the engine and waits for its first commit. Returns the client, for client_free();
 * NULL after saying why on standard error, with the exit code.
 */
struct client *engine_fetch(const char *socket, enum cli_exit *exit_code);

/* Ends the output. SHOWN, or OUTPUT after saying why. */
enum cli_exit output_end(void);

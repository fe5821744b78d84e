#pragma once
/*
 * The process that asks upsd. Each answer, or that there is none, is one struct ups_report on its
 * standard output, a SOCK_SEQPACKET socket; it ends when the other end closes.
 */
#include <stdbool.h>

#define UPS_PROCESS_OPTION "--ups-process"

/* What follows the program's own name. */
enum ups_argument {
    UPS_ARGUMENT_OPTION = 1,
    UPS_ARGUMENT_NAME,
    UPS_ARGUMENT_HOST,
    UPS_ARGUMENT_PORT,
    UPS_ARGUMENT_INTERVAL_MS,
    UPS_ARGUMENT_COUNT
};

bool ups_process_is_wanted(int argc, char *const *argv);

/* The whole life of the process; the program's exit code. */
int ups_process_main(char *const *argv);

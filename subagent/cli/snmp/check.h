#pragma once
/* padam check --snmp: what is wrong with the machine's SNMP set-up. */
#include <stdbool.h>

#include "cli/options.h"

/* --snmp is among the words of "padam check". */
bool snmp_check_is_wanted(int argc, char **argv);

/* argv[0] is "check"; returns the exit code. */
int snmp_check_run(int argc, char **argv);

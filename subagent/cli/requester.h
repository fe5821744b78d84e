#pragma once
/* Who gives a command, for its record. */
#include <stdbool.h>

#include "core/model.h"

/*
 * "cli:USER", with a name given in front ("Siti, cli:siti"): the user is whose process this is, or
 * who became root by sudo. False after saying on standard error that the name given is too long.
 */
bool requester_fill(const char *by, char to[static NAME_SIZE]);

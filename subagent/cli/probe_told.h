#pragma once
/* An error of a connected socket that ICMP has told of: who told it makes it evidence, or none. */
#include "cli/probe.h"

/* Of a socket that is yet to be connected: from then on it is kept who told. */
bool probe_told_want(int fd, int family);

/* False if nobody has told. */
bool probe_told_take(int fd, const struct probe_target *target, enum probe_result *result);

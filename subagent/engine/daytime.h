#pragma once
/* Local time of day, for people. */
#include "wire/derive.h"

enum { DAYTIME_SIZE = sizeof "23:59:59" };

/* "-" for an instant that is not set. */
void daytime_format(char to[static DAYTIME_SIZE], instant at, struct derive_moment moment);

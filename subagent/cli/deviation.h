#pragma once
/* A deviation in words: "incident 2, round 1, step 3: time, 2:10 late (genset operator)". */
#include "cli/screen.h"
#include "wire/replica.h"

void deviation_describe(const struct replica *replica, const struct row_deviation *deviation,
                        instant now, char to[static SCREEN_TEXT_SIZE]);

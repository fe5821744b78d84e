#pragma once
/* An input as a scenario. */
#include "play/scenario.h"

/* NULL if it is none; then `problems` says why. */
struct scenario *fuzz_scenario(const unsigned char *bytes, size_t size, FILE *problems);

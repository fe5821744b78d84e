#pragma once
/* The names of enumerations that people see, as the catalogues have them. */
#include <stdbool.h>

/* Whether the name is among those to be translated. */
bool words_has(const char *name);

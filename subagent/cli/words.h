#pragma once
/* The names of enumerations that people see, as the catalogues have them. */
#include <stdbool.h>

/* Whether the name is among those to be translated. */
bool words_has(const char *name);

/* What people are shown for a name, in their language; one that is not among them as it is. */
const char *words_of(const char *name);

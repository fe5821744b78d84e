#include "catalogues.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

/* BUILD/tests/test_x: they are in BUILD/locale. */
void catalogues_use_built(void)
{
    char program[PATH_MAX] = "", folder[PATH_MAX];
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        perror("/proc/self/exe");
    text_format(folder, sizeof folder, "%s/../locale", dirname(program));
    setenv("TEXTDOMAINDIR", folder, 1);
    unsetenv("LANGUAGE");
}

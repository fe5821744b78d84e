/* Configuration text: what padamd --check reads, and what is then made of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "config/config.h"
#include "fuzz.h"

enum { SCALE = 20, WARNED_OF = 8 };

static int file;
static char path[32];
static FILE *nowhere;

void fuzz_begin(void)
{
    file = memfd_create("configuration", MFD_CLOEXEC);
    nowhere = fopen("/dev/null", "w");
    if (file < 0 || fchmod(file, 0644) < 0 || !nowhere)
        fuzz_fail("no file in memory");
    text_format(path, sizeof path, "/proc/self/fd/%d", file);
}

/* Its seeds are files. */
void fuzz_seeds(void)
{
}

static void message_check(void *context, const char *message)
{
    unsigned *count = context;
    ++*count;
    if (strncmp(message, path, strlen(path)) != 0 || strchr(message, '\n'))
        fuzz_fail("a message without its file, or of several lines");
}

static void config_use(struct config *config)
{
    config_print(config, nowhere);
    (void)config_hash(config);
    if (config_scale_time(config, SCALE) != (config->backend == CONFIG_BACKEND_SIMULATED))
        fuzz_fail("time was scaled with real lines, or was not with simulated ones");
    config_release(config);
}

void fuzz_one(const unsigned char *bytes, size_t size)
{
    struct config config;
    unsigned messages = 0, warnings = 0;
    if (pwrite(file, bytes, size, 0) != (ssize_t)size || ftruncate(file, (off_t)size) < 0)
        fuzz_fail("the file in memory cannot be written");
    int errors = config_load(path, &config, message_check, &messages);
    if ((int)messages != errors)
        fuzz_fail("an error was not told");
    if (errors == 0)
        config_use(&config);
    else if (fuzz_sample(bytes, size, WARNED_OF) &&
             config_load_with_warnings(path, &config, message_check, message_check, &warnings) !=
                 errors)
        fuzz_fail("asking for warnings changes the errors");
}

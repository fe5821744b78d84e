#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"

enum { PATH_SIZE = 512 };

static const char *seed_folder;
static unsigned seed_count;

_Noreturn void fuzz_fail(const char *what)
{
    dprintf(STDERR_FILENO, "fuzz: %s\n", what);
    abort();
}

void fuzz_seed_write(const void *bytes, size_t size)
{
    char path[PATH_SIZE];
    text_format(path, sizeof path, "%s/seed-%03u", seed_folder, seed_count++);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

bool fuzz_sample(const unsigned char *bytes, size_t size, uint32_t of)
{
    return (hash_words(0, bytes, size) >> 32) % of == 0;
}

void fuzz_bytes(struct fuzz_input *input, void *to, size_t size)
{
    size_t have = size < input->left ? size : input->left;
    memset(to, 0, size);
    if (have > 0)
        memcpy(to, input->at, have);
    input->at += have;
    input->left -= have;
}

uint32_t fuzz_number(struct fuzz_input *input, size_t bytes)
{
    uint32_t number = 0;
    unsigned char byte;
    for (size_t i = 0; i < bytes; i++) {
        fuzz_bytes(input, &byte, 1);
        number |= (uint32_t)byte << (8 * i);
    }
    return number;
}

char *fuzz_text(struct fuzz_input *input)
{
    size_t length = input->left > 0 ? strnlen((const char *)input->at, input->left) : 0;
    char *text = malloc(length + 1);
    if (!text)
        fuzz_fail("no memory");
    fuzz_bytes(input, text, length);
    text[length] = '\0';
    if (input->left > 0)
        (void)fuzz_number(input, 1);
    return text;
}

/* "TARGET --seeds FOLDER" writes the seeds there instead of fuzzing. */
int LLVMFuzzerInitialize(const int *argc, char ***argv)
{
    fuzz_begin();
    if (*argc != 3 || strcmp((*argv)[1], "--seeds") != 0)
        return 0;
    seed_folder = (*argv)[2];
    fuzz_seeds();
    exit(EXIT_SUCCESS);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    fuzz_one(bytes, size);
    return 0;
}

/* libconfig 1.5 loses its buffer when a file ends within a string. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:strbuf_append\nleak:libconfig_yy";
}

#pragma once
/*
 * What the targets of `make fuzz` share. A target is one file: it reads one input, and knows the
 * inputs to begin with. LLVMFuzzerTestOneInput and _Initialize are what libFuzzer calls.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The target's own. */
void fuzz_begin(void); /* once */
void fuzz_one(const unsigned char *bytes, size_t size);
/* Where the seeds are not files of the project: calls fuzz_seed_write() for each. */
void fuzz_seeds(void);

void fuzz_seed_write(const void *bytes, size_t size);

/* True for one in `of` inputs, always the same ones: for a check that takes longer than what it
 * checks. */
bool fuzz_sample(const unsigned char *bytes, size_t size, uint32_t of);

/* Ends the program with this text, where what must hold does not. */
_Noreturn void fuzz_fail(const char *what);

/* The input, taken from its front; zeroes follow its end. */
struct fuzz_input {
    const unsigned char *at;
    size_t left;
};

uint32_t fuzz_number(struct fuzz_input *input, size_t bytes);
void fuzz_bytes(struct fuzz_input *input, void *to, size_t size);

/* A copy with an end mark, for free(); up to the first NUL of the input, which is passed over. */
char *fuzz_text(struct fuzz_input *input);

int LLVMFuzzerInitialize(const int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

#pragma once
/* What is kept of a child's output: its last line that is not empty, and of that the beginning. */
#include <stddef.h>

enum { CHILD_LINE_SIZE = 201 };

struct child_output {
    size_t length;                  /* of the line under way, which may be longer than kept */
    char line[CHILD_LINE_SIZE];     /* under way */
    char finished[CHILD_LINE_SIZE]; /* the last finished one that is not blank */
};

/* Begins with all zeros. */
void child_output_add(struct child_output *output, const char *bytes, size_t count);

/* The line as one of printable UTF-8, '?' for what is not. */
void child_output_text(const struct child_output *output, char text[static CHILD_LINE_SIZE]);

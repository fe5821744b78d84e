#pragma once
/* The new process's side of a fork. */

struct child_image {
    char *const *argv;
    char *const *environment;
    int output_fd; /* becomes standard output and error */
    int error_fd;  /* closed by a successful execution; else an int errno is written to it */
};

_Noreturn void child_exec(const struct child_image *image);

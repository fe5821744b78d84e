#pragma once
/* The new process's side of a fork. */

struct child_image {
    char *const *argv;
    char *const *environment;
    int input_fd;        /* becomes standard input; -1: /dev/null */
    int output_fd;       /* becomes standard output and error; -1: standard error stays */
    volatile int *error; /* shared memory: an errno is left there when it cannot be executed */
};

/* In a process with all signals blocked, whose actions are those that the program is to have. */
_Noreturn void child_exec(const struct child_image *image);

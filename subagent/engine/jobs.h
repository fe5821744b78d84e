#pragma once
/*
 * The configuration's programs while they run. One that cannot be ended, as it is held by a frozen
 * disk, is not started again while it lives: else they would become ever more.
 */
#include "ports/child.h"

struct jobs;
struct job;

struct job_order {
    char *const *argv;
    const char *input;  /* for it to read; NULL: none; needed during the start only */
    int64_t timeout_ms; /* 0: none */
    const char *what;   /* for the log, with whose it is */
    const char *whose;
    size_t place; /* the caller's */
    void (*ended)(void *context, const struct job *job, const struct child_end *end);
    void *context;
};

/* The spawner must outlive the result. NULL if there is no memory. */
struct jobs *jobs_new(struct spawner *spawner);
/* Programs that run go on by themselves; nothing is told of them any more. Accepts NULL. */
void jobs_free(struct jobs *jobs);

/* NULL if it could not be started at all, which was logged; ended() is then not called. The texts
 * and argv must outlive the job. */
struct job *job_start(struct jobs *jobs, const struct job_order *order);
void job_kill(struct job *job);
size_t job_place(const struct job *job);

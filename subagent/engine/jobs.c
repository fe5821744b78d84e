#include "engine/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum { GRACE_MS = 2000 };

struct job {
    struct job *next;
    struct jobs *jobs;
    struct child *child;
    struct job_order order;
    bool lost; /* its end was told, but it lives */
};

struct jobs {
    struct spawner *spawner;
    struct job *first;
};

struct jobs *jobs_new(struct spawner *spawner)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    if (jobs)
        jobs->spawner = spawner;
    return jobs;
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs)
        return;
    for (struct job *job = jobs->first, *next; job; job = next) {
        next = job->next;
        child_abandon(job->child);
        free(job);
    }
    free(jobs);
}

static void job_unlink(struct job *job)
{
    struct job **link = &job->jobs->first;
    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
}

static unsigned lost_count(const struct jobs *jobs)
{
    unsigned count = 0;
    for (const struct job *job = jobs->first; job; job = job->next)
        count += job->lost;
    return count;
}

static bool is_lost(const struct jobs *jobs, char *const *argv)
{
    for (const struct job *job = jobs->first; job; job = job->next)
        if (job->lost && job->order.argv == argv)
            return true;
    return false;
}

static void lost_log(const struct job *job)
{
    log_error("%s of %s cannot be ended: %s is not started again while it lives; there are %u such "
              "programs",
              job->order.what,
              job->order.whose,
              job->order.argv[0],
              lost_count(job->jobs));
}

static void end_log(const struct job *job, const struct child_end *end)
{
    char text[CHILD_END_TEXT_SIZE];
    child_end_describe(end, text);
    log_info("%s of %s %s", job->order.what, job->order.whose, text);
}

static void on_child_end(void *context, const struct child_end *end)
{
    struct job *job = context;
    bool was_lost = job->lost;
    job->lost = end->lives;
    if (job->lost)
        lost_log(job);
    else
        job_unlink(job);
    if (was_lost)
        log_notice("%s of %s has ended after all", job->order.what, job->order.whose);
    else {
        end_log(job, end);
        job->order.ended(job->order.context, job, end);
    }
    if (!job->lost)
        free(job);
}

struct job *job_start(struct jobs *jobs, const struct job_order *order)
{
    if (is_lost(jobs, order->argv)) {
        log_info("%s of %s: an earlier one still lives", order->what, order->whose);
        return NULL;
    }
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    *job = (struct job){.next = jobs->first, .jobs = jobs, .order = *order};
    job->order.input = NULL;
    const struct child_settings settings = {.argv = (const char *const *)order->argv,
                                            .input = order->input,
                                            .timeout_ms = order->timeout_ms,
                                            .grace_ms = GRACE_MS};
    int result = child_start(&job->child, jobs->spawner, &settings, on_child_end, job);
    if (result < 0) {
        log_error("%s of %s: %s", order->what, order->whose, strerror(-result));
        free(job);
        return NULL;
    }
    jobs->first = job;
    return job;
}

void job_kill(struct job *job)
{
    child_kill(job->child);
}

size_t job_place(const struct job *job)
{
    return job->order.place;
}

#include "play/jobs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOB_LIMIT = 64 };

struct job {
    const char *path;
    pid_t pid;
    int pid_fd; /* -1: a free place */
    FILE *report;
};

struct jobs {
    const struct jobs_settings *settings;
    struct job jobs[JOB_LIMIT];
    unsigned running;
    FILE *skipped; /* the reports of those, told at the end; NULL: told at once */
    unsigned counts[PLAY_OUTCOME_COUNT];
};

static const char *const outcome_words[PLAY_OUTCOME_COUNT] = {
    [PLAY_PASSED] = "pass",
    [PLAY_FAILED] = "FAIL",
    [PLAY_SKIPPED] = "skip",
};

/* ---- one file ---- */

/* A scenario that cannot be read fails. */
static enum play_outcome file_play(const char *path, const struct jobs_settings *settings,
                                   FILE *report)
{
    struct scenario *scenario = scenario_load(path, report);
    enum play_outcome outcome = PLAY_FAILED;
    if (scenario && settings->is_live)
        outcome = play_live(scenario, &settings->live, settings->timeline, report);
    else if (scenario)
        outcome = play_core(scenario, settings->timeline, report);
    scenario_release(scenario);
    fprintf(report, "%s %s\n", outcome_words[outcome], path);
    return outcome;
}

/* ---- processes ---- */

static struct job *job_free_place(struct jobs *jobs)
{
    unsigned limit = jobs->settings->parallel < JOB_LIMIT ? jobs->settings->parallel : JOB_LIMIT;
    for (unsigned i = 0; i < limit; i++)
        if (jobs->jobs[i].pid_fd < 0)
            return &jobs->jobs[i];
    return NULL;
}

_Noreturn static void job_run(const struct jobs *jobs, const char *path, FILE *report, pid_t parent)
{
    int outcome = PLAY_FAILED;
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent)
        outcome = file_play(path, jobs->settings, report);
    _exit(fflush(report) == 0 ? outcome : PLAY_FAILED);
}

static void job_lost(struct jobs *jobs, const char *path, const char *why)
{
    jobs->counts[PLAY_FAILED]++;
    printf("FAIL %s: %s: %s\n", path, why, strerror(errno));
}

static FILE *report_open(void)
{
    int fd = memfd_create("report", MFD_CLOEXEC);
    FILE *report = fd >= 0 ? fdopen(fd, "w+") : NULL;
    if (fd >= 0 && !report)
        (void)close(fd);
    return report;
}

/* Returns false where it is empty. */
static bool report_copy(FILE *report, FILE *to)
{
    char part[4096];
    size_t length, copied = 0;
    rewind(report);
    while ((length = fread(part, 1, sizeof part, report)) > 0)
        copied += fwrite(part, 1, length, to);
    fflush(to);
    return copied > 0;
}

static void job_end(struct jobs *jobs, struct job *job)
{
    int status = 0;
    pid_t ended;
    while ((ended = waitpid(job->pid, &status, 0)) < 0 && errno == EINTR)
        ;
    bool is_told = ended == job->pid && WIFEXITED(status);
    unsigned outcome = is_told ? (unsigned)WEXITSTATUS(status) : PLAY_OUTCOME_COUNT;
    bool is_reported =
        report_copy(job->report, outcome == PLAY_SKIPPED && jobs->skipped ? jobs->skipped : stdout);
    if (outcome >= PLAY_OUTCOME_COUNT)
        printf("FAIL %s: the player itself died\n", job->path);
    else if (!is_reported)
        printf("FAIL %s: its report cannot be written\n", job->path);
    jobs->counts[is_reported && outcome < PLAY_OUTCOME_COUNT ? outcome : PLAY_FAILED]++;
    jobs->running--;
    fclose(job->report);
    if (job->pid_fd >= 0)
        (void)close(job->pid_fd);
    job->pid_fd = -1;
}

static void job_start(struct jobs *jobs, const char *path)
{
    struct job *job = job_free_place(jobs);
    FILE *report = report_open();
    if (!report) {
        job_lost(jobs, path, "no file for its report");
        return;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        job_run(jobs, path, report, parent);
    if (pid < 0) {
        job_lost(jobs, path, "cannot be started");
        fclose(report);
        return;
    }
    *job = (struct job){.path = path, .pid = pid, .pid_fd = pidfd_open(pid, 0), .report = report};
    jobs->running++;
    if (job->pid_fd < 0)
        job_end(jobs, job); /* waits for it */
}

/* Waits until at least one has ended. */
static void jobs_wait(struct jobs *jobs)
{
    struct pollfd ended[JOB_LIMIT];
    for (unsigned i = 0; i < JOB_LIMIT; i++)
        ended[i] = (struct pollfd){.fd = jobs->jobs[i].pid_fd, .events = POLLIN};
    if (poll(ended, JOB_LIMIT, -1) <= 0)
        return;
    for (unsigned i = 0; i < JOB_LIMIT; i++)
        if (ended[i].revents)
            job_end(jobs, &jobs->jobs[i]);
}

bool jobs_play(char *const *paths, const struct jobs_settings *settings)
{
    struct jobs jobs = {.settings = settings, .skipped = report_open()};
    /* Where it is ignored the kernel reaps players, and how they ended is lost. */
    (void)signal(SIGCHLD, SIG_DFL);
    for (unsigned i = 0; i < JOB_LIMIT; i++)
        jobs.jobs[i].pid_fd = -1;
    for (; *paths; paths++) {
        while (!job_free_place(&jobs))
            jobs_wait(&jobs);
        job_start(&jobs, *paths);
    }
    while (jobs.running > 0)
        jobs_wait(&jobs);
    if (jobs.skipped) {
        (void)report_copy(jobs.skipped, stdout);
        fclose(jobs.skipped);
    }
    printf("%u passed, %u failed, %u skipped\n",
           jobs.counts[PLAY_PASSED],
           jobs.counts[PLAY_FAILED],
           jobs.counts[PLAY_SKIPPED]);
    return jobs.counts[PLAY_FAILED] == 0 && fflush(stdout) == 0;
}

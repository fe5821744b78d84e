#include "engine/servers.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "ports/child.h"

enum { GRACE_MS = 2000, EXIT_YES = 0, EXIT_NO = 1 };
static const uint64_t us_per_ms = 1000;
static const uint64_t timer_accuracy_us = 1000;

/* One program that runs. */
struct job {
    struct job *next;
    struct servers *servers;
    struct child *child;
    size_t place;
    void (*ended)(struct job *job, const struct child_end *end);
    const char *what;
    bool unwanted; /* what it says is of no use any more */
};

struct watched {
    struct servers *servers;
    size_t place;
    struct job *telling;
    bool verifying;
    unsigned running; /* programs of the present look */
    sd_event_source *timer;
};

/* A readiness check: one item of equipment, or one server's access. */
struct check {
    enum equipment_kind kind;
    size_t place;
    char *const *argv;
};

struct servers {
    sd_event *event;
    const struct config *config;
    struct servers_handlers handlers;
    void *context;
    struct job *jobs;
    struct watched *watched;
    struct check *checks;
    size_t check_count, check_next;
    bool checking;
    struct job *check_job;
    sd_event_source *check_timer;
};

/* ---- jobs ---- */

static void job_unlink(struct job *job)
{
    struct job **link = &job->servers->jobs;
    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
}

static void on_job_end(void *context, const struct child_end *end)
{
    struct job *job = context;
    job_unlink(job);
    job->ended(job, end);
    free(job);
}

static const char *server_name(const struct servers *servers, size_t place)
{
    return place < servers->config->site.server_count ? servers->config->site.servers[place].name
                                                      : "equipment";
}

/* NULL if it could not be started at all; ended() is then not called. */
static struct job *job_start(struct servers *servers, char *const *argv, int64_t timeout_ms,
                             size_t place, const char *what,
                             void (*ended)(struct job *job, const struct child_end *end))
{
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    *job = (struct job){
        .next = servers->jobs, .servers = servers, .place = place, .what = what, .ended = ended};
    const struct child_settings settings = {
        .argv = (const char *const *)argv, .timeout_ms = timeout_ms, .grace_ms = GRACE_MS};
    int result = child_start(&job->child, servers->event, &settings, on_job_end, job);
    if (result < 0) {
        log_error("%s of %s: %s", what, server_name(servers, place), strerror(-result));
        free(job);
        return NULL;
    }
    servers->jobs = job;
    return job;
}

static void job_log(const struct job *job, const struct child_end *end)
{
    char text[CHILD_END_TEXT_SIZE];
    child_end_describe(end, text);
    log_info("%s of %s %s", job->what, server_name(job->servers, job->place), text);
}

static bool ended_with(const struct child_end *end, int code)
{
    return end->outcome == CHILD_EXITED && end->code == code;
}

/* ---- telling a server to go down ---- */

static void fact(struct servers *servers, size_t place, enum server_fact what)
{
    servers->handlers.fact(servers->context, place, what);
}

static void on_tell_end(struct job *job, const struct child_end *end)
{
    struct servers *servers = job->servers;
    struct watched *watched = &servers->watched[job->place];
    job_log(job, end);
    if (watched->telling == job)
        watched->telling = NULL;
    if (!job->unwanted)
        fact(servers, job->place, ended_with(end, EXIT_YES) ? SERVER_ACCEPTED : SERVER_REFUSED);
}

static char *const *tell_argv(const struct server_commands *commands, enum tell_method method)
{
    switch (method) {
    case TELL_PRIMARY:
        return commands->shutdown;
    case TELL_ALTERNATIVE:
        return commands->alternative;
    case TELL_FORCE:
        return commands->force;
    }
    return NULL;
}

void servers_tell(struct servers *servers, size_t place, enum tell_method method)
{
    static const char *const names[] = {[TELL_PRIMARY] = "shutdown",
                                        [TELL_ALTERNATIVE] = "alternative shutdown",
                                        [TELL_FORCE] = "forced shutdown"};
    char *const *argv = tell_argv(&servers->config->server_commands[place], method);
    struct watched *watched = &servers->watched[place];
    servers_kill(servers, place);
    log_notice("%s of %s", names[method], server_name(servers, place));
    if (argv)
        watched->telling = job_start(servers, argv, 0, place, names[method], on_tell_end);
    if (!watched->telling)
        fact(servers, place, SERVER_REFUSED);
}

void servers_kill(struct servers *servers, size_t place)
{
    struct watched *watched = &servers->watched[place];
    if (!watched->telling)
        return;
    watched->telling->unwanted = true;
    child_kill(watched->telling->child);
    watched->telling = NULL;
}

/* ---- evidence ---- */

static int on_verify_timer(sd_event_source *source, uint64_t now_us, void *context);

static int timer_set(struct servers *servers, sd_event_source **timer, int64_t delay_ms,
                     sd_event_time_handler_t handler, void *context)
{
    uint64_t at_us = (uint64_t)instant_add_ms(clock_now(), delay_ms).ms * us_per_ms;
    if (!*timer)
        return sd_event_add_time(
            servers->event, timer, CLOCK_BOOTTIME, at_us, timer_accuracy_us, handler, context);
    int result = sd_event_source_set_time(*timer, at_us);
    return result < 0 ? result : sd_event_source_set_enabled(*timer, SD_EVENT_ONESHOT);
}

static void timer_stop(sd_event_source *timer)
{
    if (timer && sd_event_source_set_enabled(timer, SD_EVENT_OFF) < 0)
        log_error("a timer could not be stopped");
}

/* The next look is an interval after the end of the last one. */
static void verify_job_over(struct watched *watched)
{
    struct servers *servers = watched->servers;
    const struct server_commands *commands = &servers->config->server_commands[watched->place];
    if (watched->running > 0 && --watched->running > 0)
        return;
    if (watched->verifying &&
        timer_set(
            servers, &watched->timer, commands->verify_interval_ms, on_verify_timer, watched) < 0)
        log_error("%s is not verified any more: no timer", server_name(servers, watched->place));
}

static void evidence(struct watched *watched, enum server_fact what)
{
    if (watched->verifying)
        fact(watched->servers, watched->place, what);
}

static void on_verify_end(struct job *job, const struct child_end *end)
{
    struct watched *watched = &job->servers->watched[job->place];
    bool asked_over_network = job->servers->config->server_commands[job->place].answers != NULL;
    job_log(job, end);
    if (ended_with(end, EXIT_YES))
        evidence(watched, SERVER_SEEN_OFF);
    else if (ended_with(end, EXIT_NO))
        evidence(watched, SERVER_ANSWERS);
    else if (!asked_over_network)
        evidence(watched, SERVER_SILENT);
    verify_job_over(watched);
}

static void on_witness_end(struct job *job, const struct child_end *end)
{
    struct watched *watched = &job->servers->watched[job->place];
    job_log(job, end);
    evidence(watched, ended_with(end, EXIT_YES) ? SERVER_SILENT_WITNESS : SERVER_SILENT);
    verify_job_over(watched);
}

/* Silence says something only if the network works. */
static bool witness_start(struct watched *watched)
{
    const struct equipment_commands *equipment = &watched->servers->config->equipment;
    return equipment->network && job_start(watched->servers,
                                           equipment->network,
                                           equipment->timeout_ms,
                                           watched->place,
                                           "the witness",
                                           on_witness_end);
}

static void on_answers_end(struct job *job, const struct child_end *end)
{
    struct watched *watched = &job->servers->watched[job->place];
    job_log(job, end);
    if (ended_with(end, EXIT_YES))
        evidence(watched, SERVER_ANSWERS);
    else if (ended_with(end, EXIT_NO)) {
        if (watched->verifying && witness_start(watched))
            return;
        evidence(watched, SERVER_SILENT);
    }
    verify_job_over(watched);
}

static void verify_start(struct watched *watched)
{
    struct servers *servers = watched->servers;
    const struct server_commands *commands = &servers->config->server_commands[watched->place];
    int64_t timeout_ms = commands->verify_timeout_ms;
    if (watched->running > 0 || (!commands->verify && !commands->answers))
        return;
    if (commands->verify &&
        job_start(
            servers, commands->verify, timeout_ms, watched->place, "verification", on_verify_end))
        watched->running++;
    if (commands->answers &&
        job_start(servers, commands->answers, timeout_ms, watched->place, "probe", on_answers_end))
        watched->running++;
    if (watched->running == 0)
        verify_job_over(watched);
}

static int on_verify_timer(sd_event_source *source, uint64_t now_us, void *context)
{
    (void)source;
    (void)now_us;
    verify_start(context);
    return 0;
}

void servers_verify(struct servers *servers, size_t place, bool on)
{
    struct watched *watched = &servers->watched[place];
    if (on == watched->verifying)
        return;
    watched->verifying = on;
    if (on)
        verify_start(watched);
    else
        timer_stop(watched->timer);
}

/* ---- readiness, one check after the other ---- */

static void check_start_next(struct servers *servers);

static void on_check_end(struct job *job, const struct child_end *end)
{
    struct servers *servers = job->servers;
    const struct check *check = &servers->checks[servers->check_next];
    bool ready = ended_with(end, EXIT_YES);
    if (job->unwanted)
        return;
    servers->check_job = NULL;
    if (!ready)
        job_log(job, end);
    servers->handlers.equipment(servers->context,
                                check->kind,
                                check->place,
                                ready ? EQUIPMENT_STATE_READY : EQUIPMENT_STATE_MISSING);
    if (!servers->checking)
        return;
    servers->check_next++;
    check_start_next(servers);
}

static int on_check_timer(sd_event_source *source, uint64_t now_us, void *context)
{
    (void)source;
    (void)now_us;
    struct servers *servers = context;
    servers->check_next = 0;
    check_start_next(servers);
    return 0;
}

static int64_t check_timeout_ms(const struct servers *servers, const struct check *check)
{
    return check->kind == EQUIPMENT_KIND_SERVER
               ? servers->config->server_commands[check->place].verify_timeout_ms
               : servers->config->equipment.timeout_ms;
}

static void check_start_next(struct servers *servers)
{
    while (servers->check_next < servers->check_count && !servers->check_job) {
        const struct check *check = &servers->checks[servers->check_next];
        servers->check_job = job_start(servers,
                                       check->argv,
                                       check_timeout_ms(servers, check),
                                       check->place,
                                       "readiness check",
                                       on_check_end);
        if (!servers->check_job)
            servers->check_next++;
    }
    if (!servers->check_job && timer_set(servers,
                                         &servers->check_timer,
                                         servers->config->equipment.interval_ms,
                                         on_check_timer,
                                         servers) < 0)
        log_error("no more readiness checks: no timer");
}

void servers_check(struct servers *servers, bool on)
{
    if (on == servers->checking || servers->check_count == 0)
        return;
    servers->checking = on;
    servers->check_next = 0;
    if (servers->check_job) {
        servers->check_job->unwanted = true;
        child_kill(servers->check_job->child);
        servers->check_job = NULL;
    }
    if (on)
        check_start_next(servers);
    else
        timer_stop(servers->check_timer);
}

/* ---- open, close ---- */

static void check_add(struct servers *servers, enum equipment_kind kind, size_t place,
                      char *const *argv)
{
    if (argv)
        servers->checks[servers->check_count++] =
            (struct check){.kind = kind, .place = place, .argv = argv};
}

static void checks_fill(struct servers *servers)
{
    const struct config *config = servers->config;
    size_t nowhere = config->site.server_count;
    check_add(servers,
              EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER,
              nowhere,
              config->equipment.administrator_computer);
    check_add(servers, EQUIPMENT_KIND_NETWORK, nowhere, config->equipment.network);
    for (size_t i = 0; i < config->site.server_count; i++)
        check_add(servers, EQUIPMENT_KIND_SERVER, i, config->server_commands[i].check);
}

struct servers *servers_open(sd_event *event, const struct config *config,
                             const struct servers_handlers *handlers, void *context)
{
    enum { EQUIPMENT_CHECKS = 2 };
    size_t count = config->site.server_count;
    struct servers *servers = calloc(1, sizeof *servers);
    if (!servers)
        return NULL;
    servers->event = sd_event_ref(event);
    servers->config = config;
    servers->handlers = *handlers;
    servers->context = context;
    servers->watched = calloc(count + 1, sizeof *servers->watched);
    servers->checks = calloc(count + EQUIPMENT_CHECKS, sizeof *servers->checks);
    if (!servers->watched || !servers->checks) {
        servers_close(servers);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        servers->watched[i] = (struct watched){.servers = servers, .place = i};
    checks_fill(servers);
    return servers;
}

void servers_close(struct servers *servers)
{
    if (!servers)
        return;
    for (struct job *job = servers->jobs, *next; job; job = next) {
        next = job->next;
        child_abandon(job->child);
        free(job);
    }
    for (size_t i = 0; servers->watched && i < servers->config->site.server_count; i++)
        sd_event_source_disable_unref(servers->watched[i].timer);
    sd_event_source_disable_unref(servers->check_timer);
    free(servers->watched);
    free(servers->checks);
    sd_event_unref(servers->event);
    free(servers);
}

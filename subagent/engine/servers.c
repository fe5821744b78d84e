#include "engine/servers.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/jobs.h"

enum {
    EXIT_YES = 0,
    EXIT_NO = 1,
    /* Between two looks that begin, at most: all servers at once would take the processor from what
     * has a deadline. */
    PACE_MS = 10,
    PACE_FIRST_MS = 1,
    /* While some are waited for, so many others are looked at in an interval. */
    OTHERS_PER_INTERVAL = 100,
    /* Two hundred programs that start at once hold up each process on the way of what is announced
     * with them: so that is let go ahead, then they begin one by one. */
    TELL_FIRST_MS = 20,
    TELL_PACE_MS = 2,
    TELLS_APART_MS = 1000, /* what comes so long after the last one is the first again */
    TELL_PRIORITY = SD_EVENT_PRIORITY_NORMAL + 10,
};
static const uint64_t us_per_ms = 1000;
static const uint64_t timer_accuracy_us = 1000;

struct watched {
    struct servers *servers;
    size_t place;
    struct job *telling;
    enum tell_method method;     /* of telling */
    bool to_be_told;             /* its command waits for its turn */
    struct watched *told_behind; /* the next that waits so */
    bool verifying;
    bool first;             /* it is waited for: its looks come before others' */
    bool waiting;           /* for its look to begin */
    bool asked;             /* that look is not left to the interval */
    bool anew;              /* what is being looked at is of before: another look follows at once */
    bool unseen;            /* no look has begun since its command ended */
    struct watched *behind; /* the next that waits */
    unsigned running;       /* programs of the present look */
    instant due;            /* the present look, or the next one */
    struct {
        bool answers, off, on, silent, witness;
    } seen; /* by them */
    sd_event_source *timer;
};

/* Looks that are due, in the order in which they begin. */
struct looks {
    struct watched *first, *last_first, *last;
    unsigned running; /* programs, of all looks */
    unsigned awaited; /* servers that come first */
    instant first_at, others_at;
    sd_event_source *timer;
};

/* Commands that wait for their turn. */
struct tells {
    struct watched *first, *last;
    instant next_at;
    sd_event_source *timer;
};

/* A readiness check: one item of equipment, or one server: its access, and that its probe is
 * answered, without which its silence would prove nothing. */
enum { CHECK_PARTS = 2 };
struct check {
    enum equipment_kind kind;
    size_t place;
    char *const *argv[CHECK_PARTS]; /* one after the other; NULL: left out */
};

struct servers {
    sd_event *event;
    const struct config *config;
    struct servers_handlers handlers;
    void *context;
    struct jobs *jobs;
    struct watched *watched;
    struct looks looks;
    struct tells tells;
    struct check *checks;
    size_t check_count, check_next;
    unsigned check_part; /* of the next check */
    bool checking;
    struct job *check_job;
    sd_event_source *check_timer;
};

/* ---- programs ---- */

typedef void job_handler(void *context, const struct job *job, const struct child_end *end);

static const char *server_name(const struct servers *servers, size_t place)
{
    return place < servers->config->site.server_count ? servers->config->site.servers[place].name
                                                      : "equipment";
}

static struct job *start(struct servers *servers, char *const *argv, int64_t timeout_ms,
                         size_t place, const char *what, job_handler *ended)
{
    return job_start(servers->jobs,
                     &(struct job_order){.argv = argv,
                                         .timeout_ms = timeout_ms,
                                         .what = what,
                                         .whose = server_name(servers, place),
                                         .place = place,
                                         .ended = ended,
                                         .context = servers});
}

static bool ended_with(const struct child_end *end, int code)
{
    return end->outcome == CHILD_EXITED && end->code == code;
}

static void set_first(struct watched *watched, bool first)
{
    struct looks *looks = &watched->servers->looks;
    looks->awaited += (unsigned)first - (unsigned)watched->first;
    watched->first = first;
}

/* ---- timers ---- */

static int timer_set(struct servers *servers, sd_event_source **timer, instant at,
                     sd_event_time_handler_t handler, void *context)
{
    uint64_t at_us = (uint64_t)at.ms * us_per_ms;
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

/* ---- telling a server to go down, or to power on ---- */

static void fact(struct servers *servers, size_t place, enum server_fact what)
{
    servers->handlers.fact(servers->context, place, what);
}

static void look_forget(struct watched *watched);

enum told { TOLD_WELL, TOLD_AND_REFUSED, NOT_TOLD, TOLD_COUNT };

static void told(struct servers *servers, size_t place, enum tell_method method, enum told how)
{
    static const enum server_fact shutdown_facts[TOLD_COUNT] = {
        [TOLD_WELL] = SERVER_ACCEPTED,
        [TOLD_AND_REFUSED] = SERVER_REFUSED,
        [NOT_TOLD] = SERVER_NOT_RUN,
    };
    static const enum server_fact power_facts[TOLD_COUNT] = {
        [TOLD_WELL] = SERVER_POWER_ACCEPTED,
        [TOLD_AND_REFUSED] = SERVER_POWER_REFUSED,
        [NOT_TOLD] = SERVER_POWER_NOT_RUN,
    };
    look_forget(&servers->watched[place]);
    fact(servers, place, method == TELL_POWER_ON ? power_facts[how] : shutdown_facts[how]);
}

static enum told told_by(const struct child_end *end)
{
    if (end->outcome == CHILD_NOT_EXECUTED)
        return NOT_TOLD;
    return ended_with(end, EXIT_YES) ? TOLD_WELL : TOLD_AND_REFUSED;
}

/* One that was killed says nothing more. */
static void on_tell_end(void *context, const struct job *job, const struct child_end *end)
{
    struct servers *servers = context;
    struct watched *watched = &servers->watched[job_place(job)];
    if (watched->telling != job)
        return;
    watched->telling = NULL;
    told(servers, watched->place, watched->method, told_by(end));
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
    case TELL_POWER_ON:
        return commands->power_on;
    }
    return NULL;
}

static const char *const tell_names[] = {[TELL_PRIMARY] = "shutdown",
                                         [TELL_ALTERNATIVE] = "alternative shutdown",
                                         [TELL_FORCE] = "forced shutdown",
                                         [TELL_POWER_ON] = "power-on"};

static void tell_begin(struct servers *servers, struct watched *watched)
{
    const size_t place = watched->place;
    const enum tell_method method = watched->method;
    char *const *argv = tell_argv(&servers->config->server_commands[place], method);
    if (argv)
        watched->telling = start(servers, argv, 0, place, tell_names[method], on_tell_end);
    if (!watched->telling)
        told(servers, place, method, NOT_TOLD);
}

static struct watched *tell_take(struct tells *tells)
{
    struct watched *taken = tells->first;
    tells->first = taken->told_behind;
    if (!tells->first)
        tells->last = NULL;
    taken->told_behind = NULL;
    return taken;
}

static int tells_go_on(struct servers *servers);
static void look_put_off(struct watched *watched);

static int on_tell_turn(sd_event_source *source, uint64_t now_us, void *context)
{
    (void)source;
    (void)now_us;
    struct servers *servers = context;
    struct watched *watched = tell_take(&servers->tells);
    const bool is_wanted = watched->to_be_told;
    watched->to_be_told = false;
    if (is_wanted) {
        tell_begin(servers, watched);
        servers->tells.next_at = instant_add_ms(clock_now(), TELL_PACE_MS);
    }
    return tells_go_on(servers);
}

static int tells_go_on(struct servers *servers)
{
    struct tells *tells = &servers->tells;
    if (!tells->first)
        return 0;
    const int result = timer_set(servers, &tells->timer, tells->next_at, on_tell_turn, servers);
    return result < 0 ? result : sd_event_source_set_priority(tells->timer, TELL_PRIORITY);
}

static bool tell_waits(const struct tells *tells, const struct watched *watched)
{
    return watched->told_behind || tells->last == watched;
}

/* padamd's own machine has waited for its notifications, and counts as told after a restart. */
static bool lets_go_ahead(const struct watched *watched)
{
    return !watched->servers->config->site.servers[watched->place].is_self;
}

static void tell_append(struct tells *tells, struct watched *watched)
{
    const instant now = clock_now();
    if (!tells->first && lets_go_ahead(watched) &&
        instant_reached(instant_add_ms(tells->next_at, TELLS_APART_MS), now))
        tells->next_at = instant_add_ms(now, TELL_FIRST_MS);
    *(tells->last ? &tells->last->told_behind : &tells->first) = watched;
    tells->last = watched;
}

void servers_tell(struct servers *servers, size_t place, enum tell_method method)
{
    struct watched *watched = &servers->watched[place];
    servers_kill(servers, place);
    log_notice("%s of %s", tell_names[method], server_name(servers, place));
    watched->method = method;
    watched->to_be_told = true;
    set_first(watched, true);
    look_put_off(watched);
    if (!tell_waits(&servers->tells, watched))
        tell_append(&servers->tells, watched);
    if (tells_go_on(servers) < 0) {
        log_error(
            "%s of %s cannot wait for its turn", tell_names[method], server_name(servers, place));
        watched->to_be_told = false;
        tell_begin(servers, watched);
    }
}

void servers_kill(struct servers *servers, size_t place)
{
    struct watched *watched = &servers->watched[place];
    watched->to_be_told = false;
    if (!watched->telling)
        return;
    job_kill(watched->telling);
    watched->telling = NULL;
    look_forget(watched);
}

static void evidence(struct watched *watched, enum server_fact what)
{
    if (watched->verifying)
        fact(watched->servers, watched->place, what);
}

/* ---- which look begins, and when ---- */

/* Those of servers that were told come before the others; else they come as they fall due. */
static void look_insert(struct looks *looks, struct watched *watched)
{
    struct watched *after = watched->first ? looks->last_first : looks->last;
    struct watched **link = after ? &after->behind : &looks->first;
    watched->behind = *link;
    *link = watched;
    watched->waiting = true;
    if (watched->first)
        looks->last_first = watched;
    if (!watched->behind)
        looks->last = watched;
}

static void look_take(struct looks *looks, struct watched *taken)
{
    struct watched *before = NULL;
    for (struct watched *watched = looks->first; watched != taken; watched = watched->behind)
        before = watched;
    *(before ? &before->behind : &looks->first) = taken->behind;
    if (looks->last_first == taken)
        looks->last_first = before;
    if (looks->last == taken)
        looks->last = before;
    taken->behind = NULL;
    taken->waiting = false;
}

static int64_t look_interval_ms(const struct watched *watched)
{
    return watched->servers->config->server_commands[watched->place].verify_interval_ms;
}

static int64_t pace_ms(const struct servers *servers, const struct watched *watched)
{
    size_t count = servers->config->site.server_count;
    int64_t interval_ms = look_interval_ms(watched);
    int64_t share_ms = interval_ms / (int64_t)count;
    int64_t most_ms = watched->first ? PACE_FIRST_MS : PACE_MS;
    if (!watched->first && servers->looks.awaited > 0)
        return interval_ms / OTHERS_PER_INTERVAL;
    return share_ms < most_ms ? share_ms : most_ms;
}

static bool look_may_begin(const struct servers *servers)
{
    return servers->looks.first &&
           servers->looks.running < servers->config->site.shutdown.verify_parallel;
}

static instant looks_next_at(const struct looks *looks)
{
    return looks->first->first ? looks->first_at : looks->others_at;
}

static int on_pace(sd_event_source *source, uint64_t now_us, void *context);

static void looks_go_on(struct servers *servers)
{
    struct looks *looks = &servers->looks;
    if (look_may_begin(servers) &&
        timer_set(servers, &looks->timer, looks_next_at(looks), on_pace, servers) < 0)
        log_error("servers are not verified any more: no timer");
}

static int on_verify_timer(sd_event_source *source, uint64_t now_us, void *context);

static void look_timer_set(struct watched *watched, instant at)
{
    struct servers *servers = watched->servers;
    if (timer_set(servers, &watched->timer, at, on_verify_timer, watched) < 0)
        log_error("%s is not verified any more: no timer", server_name(servers, watched->place));
}

/* Then it is told that no place was left. */
static void lateness_await(struct watched *watched)
{
    if (watched->waiting && watched->unseen)
        look_timer_set(watched, instant_add_ms(clock_now(), look_interval_ms(watched)));
}

/* Its command has ended: what was seen before says nothing any more. */
static void look_forget(struct watched *watched)
{
    watched->unseen = true;
    lateness_await(watched);
}

static void look_want(struct watched *watched)
{
    if (watched->waiting || watched->running > 0)
        return;
    look_insert(&watched->servers->looks, watched);
    looks_go_on(watched->servers);
    lateness_await(watched);
}

static void look_want_anew(struct watched *watched)
{
    watched->anew = watched->running > 0;
    watched->due = clock_now();
    look_want(watched);
}

/* One that waits among the others is put among the first. */
static void look_want_now(struct watched *watched)
{
    if (watched->waiting)
        look_take(&watched->servers->looks, watched);
    set_first(watched, true);
    watched->asked = true;
    look_want_anew(watched);
}

/* Whoever waits for it gives it more time. */
static void lateness_tell(struct watched *watched)
{
    if (watched->unseen)
        evidence(watched, SERVER_NOT_SEEN);
}

static int on_verify_timer(sd_event_source *source, uint64_t now_us, void *context)
{
    (void)source;
    (void)now_us;
    struct watched *watched = context;
    (watched->waiting ? lateness_tell : look_want)(watched);
    return 0;
}

static bool is_looked_at(const struct watched *watched)
{
    const struct server_commands *commands =
        &watched->servers->config->server_commands[watched->place];
    return watched->verifying && (commands->verify || commands->answers);
}

/* Just told, it goes down an interval later at the soonest, as far as nobody asks: the processor is
 * for telling the others. */
static void look_put_off(struct watched *watched)
{
    if (!is_looked_at(watched) || watched->running > 0 || watched->asked)
        return;
    if (watched->waiting)
        look_take(&watched->servers->looks, watched);
    watched->due = instant_add_ms(clock_now(), look_interval_ms(watched));
    look_timer_set(watched, watched->due);
}

/* ---- evidence ---- */

/* One look, one word: what shows that it is on counts for more than what shows that it is off, and
 * a BMC that says on for more than a network that is silent, as of a server that hangs on its way
 * down. Else a server would be down and up again with every look. */
static void look_tell(struct watched *watched)
{
    if (watched->seen.answers || watched->seen.on)
        evidence(watched, SERVER_ANSWERS);
    else if (watched->seen.off)
        evidence(watched, SERVER_SEEN_OFF);
    else if (watched->seen.silent)
        evidence(watched, watched->seen.witness ? SERVER_SILENT_WITNESS : SERVER_SILENT);
}

/* Nobody waits any more for one that is as it was told to be. */
static bool is_as_told(const struct watched *watched)
{
    bool on = watched->seen.answers || watched->seen.on;
    bool off = watched->seen.off || (watched->seen.silent && watched->seen.witness);
    return watched->method == TELL_POWER_ON ? on : off && !on;
}

/* An interval after the last one was due, so that they do not drift; one that took longer leaves
 * that long to whoever is looked at. */
static instant look_next_at(const struct watched *watched)
{
    int64_t interval_ms = look_interval_ms(watched);
    instant now = clock_now(), next = instant_add_ms(watched->due, interval_ms);
    if (watched->anew)
        return now;
    return instant_before(now, next) ? next : instant_add_ms(now, interval_ms);
}

static void look_over(struct watched *watched)
{
    if (watched->running > 0 || !watched->verifying)
        return;
    watched->due = look_next_at(watched);
    watched->anew = false;
    look_timer_set(watched, watched->due);
}

static bool look_start(struct watched *watched, char *const *argv, int64_t timeout_ms,
                       const char *what, job_handler *ended)
{
    struct servers *servers = watched->servers;
    if (!argv || !start(servers, argv, timeout_ms, watched->place, what, ended))
        return false;
    watched->running++;
    servers->looks.running++;
    return true;
}

static void look_job_over(struct watched *watched)
{
    watched->running--;
    watched->servers->looks.running--;
    if (watched->running == 0) {
        if (is_as_told(watched))
            set_first(watched, false);
        look_tell(watched);
    }
    look_over(watched);
    looks_go_on(watched->servers);
}

static void on_verify_end(void *context, const struct job *job, const struct child_end *end)
{
    struct servers *servers = context;
    struct watched *watched = &servers->watched[job_place(job)];
    bool asked_over_network = servers->config->server_commands[watched->place].answers != NULL;
    watched->seen.off = ended_with(end, EXIT_YES);
    watched->seen.on = ended_with(end, EXIT_NO);
    if (!watched->seen.off && !watched->seen.on && !asked_over_network)
        watched->seen.silent = true;
    look_job_over(watched);
}

static void on_witness_end(void *context, const struct job *job, const struct child_end *end)
{
    struct servers *servers = context;
    struct watched *watched = &servers->watched[job_place(job)];
    watched->seen.witness = ended_with(end, EXIT_YES);
    look_job_over(watched);
}

/* Silence says something only if the network works. */
static bool witness_start(struct watched *watched)
{
    const struct equipment_commands *equipment = &watched->servers->config->equipment;
    return look_start(
        watched, equipment->network, equipment->timeout_ms, "the witness", on_witness_end);
}

static void on_answers_end(void *context, const struct job *job, const struct child_end *end)
{
    struct servers *servers = context;
    struct watched *watched = &servers->watched[job_place(job)];
    watched->seen.answers = ended_with(end, EXIT_YES);
    watched->seen.silent = ended_with(end, EXIT_NO);
    if (watched->seen.silent && watched->verifying)
        (void)witness_start(watched);
    look_job_over(watched);
}

static void look_begin(struct watched *watched)
{
    const struct server_commands *commands =
        &watched->servers->config->server_commands[watched->place];
    int64_t timeout_ms = commands->verify_timeout_ms;
    watched->asked = watched->unseen = false;
    if (!watched->verifying)
        return;
    memset(&watched->seen, 0, sizeof watched->seen);
    (void)look_start(watched, commands->verify, timeout_ms, "verification", on_verify_end);
    (void)look_start(watched, commands->answers, timeout_ms, "probe", on_answers_end);
    look_over(watched);
}

static int on_pace(sd_event_source *source, uint64_t now_us, void *context)
{
    (void)source;
    (void)now_us;
    struct servers *servers = context;
    if (!look_may_begin(servers))
        return 0;
    struct watched *watched = servers->looks.first;
    look_take(&servers->looks, watched);
    instant next_at = instant_add_ms(clock_now(), pace_ms(servers, watched));
    if (watched->first)
        servers->looks.first_at = next_at;
    else
        servers->looks.others_at = next_at;
    look_begin(watched);
    looks_go_on(servers);
    return 0;
}

void servers_verify(struct servers *servers, size_t place, bool on)
{
    struct watched *watched = &servers->watched[place];
    if (on == watched->verifying)
        return;
    watched->verifying = on;
    if (!on) {
        watched->anew = watched->asked = false;
        set_first(watched, false);
        timer_stop(watched->timer);
    } else if (is_looked_at(watched)) {
        watched->due = clock_now();
        (watched->telling || watched->to_be_told ? look_put_off : look_want)(watched);
    }
}

static void verify_want(struct servers *servers, size_t place, void (*want)(struct watched *))
{
    struct watched *watched = &servers->watched[place];
    watched->verifying = true;
    if (is_looked_at(watched))
        want(watched);
}

void servers_verify_now(struct servers *servers, size_t place)
{
    verify_want(servers, place, look_want_now);
}

void servers_verify_anew(struct servers *servers, size_t place)
{
    verify_want(servers, place, look_want_anew);
}

/* ---- readiness, one check after the other ---- */

static void check_start_next(struct servers *servers);

/* To its next part; true: there is none. */
static bool check_part_skip(struct servers *servers, const struct check *check)
{
    while (servers->check_part < CHECK_PARTS && !check->argv[servers->check_part])
        servers->check_part++;
    return servers->check_part == CHECK_PARTS;
}

static void on_check_end(void *context, const struct job *job, const struct child_end *end)
{
    struct servers *servers = context;
    const struct check *check = &servers->checks[servers->check_next];
    if (servers->check_job != job)
        return;
    servers->check_job = NULL;
    bool is_ready = ended_with(end, EXIT_YES);
    servers->check_part++;
    if (!is_ready || check_part_skip(servers, check))
        servers->handlers.equipment(servers->context,
                                    check->kind,
                                    check->place,
                                    is_ready ? EQUIPMENT_STATE_READY : EQUIPMENT_STATE_MISSING);
    if (!is_ready)
        servers->check_part = CHECK_PARTS;
    if (servers->checking)
        check_start_next(servers);
}

static int on_check_timer(sd_event_source *source, uint64_t now_us, void *context)
{
    (void)source;
    (void)now_us;
    struct servers *servers = context;
    servers->check_next = servers->check_part = 0;
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
        if (check_part_skip(servers, check)) {
            servers->check_next++;
            servers->check_part = 0;
            continue;
        }
        servers->check_job = start(servers,
                                   check->argv[servers->check_part],
                                   check_timeout_ms(servers, check),
                                   check->place,
                                   servers->check_part ? "readiness probe" : "readiness check",
                                   on_check_end);
        if (!servers->check_job)
            servers->check_part++;
    }
    instant again = instant_add_ms(clock_now(), servers->config->equipment.interval_ms);
    if (servers->check_job)
        return;
    if (timer_set(servers, &servers->check_timer, again, on_check_timer, servers) < 0)
        log_error("no more readiness checks: no timer");
    servers->handlers.checked(servers->context);
}

static void check_begin(struct servers *servers)
{
    servers->check_next = servers->check_part = 0;
    if (servers->check_job) {
        job_kill(servers->check_job);
        servers->check_job = NULL;
    }
    if (servers->checking)
        check_start_next(servers);
    else
        timer_stop(servers->check_timer);
}

void servers_check(struct servers *servers, bool on)
{
    if (on == servers->checking || (on && servers->check_count == 0))
        return;
    servers->checking = on;
    check_begin(servers);
}

void servers_check_now(struct servers *servers)
{
    if (servers->check_count == 0)
        servers->handlers.checked(servers->context);
    else if (servers->checking)
        check_begin(servers);
}

/* ---- open, close ---- */

static void check_add(struct servers *servers, struct check check)
{
    if (check.argv[0] || check.argv[1])
        servers->checks[servers->check_count++] = check;
}

static void checks_fill(struct servers *servers)
{
    const struct config *config = servers->config;
    size_t nowhere = config->site.server_count;
    check_add(servers,
              (struct check){EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER,
                             nowhere,
                             {config->equipment.administrator_computer}});
    check_add(servers,
              (struct check){EQUIPMENT_KIND_NETWORK, nowhere, {config->equipment.network}});
    for (size_t i = 0; i < config->site.server_count; i++)
        check_add(
            servers,
            (struct check){EQUIPMENT_KIND_SERVER,
                           i,
                           {config->server_commands[i].check, config->server_commands[i].answers}});
}

struct servers *servers_open(struct spawner *spawner, const struct config *config,
                             const struct servers_handlers *handlers, void *context)
{
    enum { EQUIPMENT_CHECKS = 2 };
    size_t count = config->site.server_count;
    struct servers *servers = calloc(1, sizeof *servers);
    if (!servers)
        return NULL;
    servers->event = sd_event_ref(spawner_event(spawner));
    servers->jobs = jobs_new(spawner);
    servers->config = config;
    servers->handlers = *handlers;
    servers->context = context;
    servers->looks.first_at = servers->looks.others_at = clock_now();
    servers->tells.next_at = instant_add_ms(clock_now(), -TELLS_APART_MS);
    servers->watched = calloc(count + 1, sizeof *servers->watched);
    servers->checks = calloc(count + EQUIPMENT_CHECKS, sizeof *servers->checks);
    if (!servers->jobs || !servers->watched || !servers->checks) {
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
    jobs_free(servers->jobs);
    for (size_t i = 0; servers->watched && i < servers->config->site.server_count; i++)
        sd_event_source_disable_unref(servers->watched[i].timer);
    sd_event_source_disable_unref(servers->looks.timer);
    sd_event_source_disable_unref(servers->tells.timer);
    sd_event_source_disable_unref(servers->check_timer);
    free(servers->watched);
    free(servers->checks);
    sd_event_unref(servers->event);
    free(servers);
}

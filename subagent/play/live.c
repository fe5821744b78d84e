#include "play/live.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/lab.h"

enum {
    READY_WAIT_MS = 10000,
    SETTLE_MS = 300, /* after the end: what the gate still holds back is shown by then */
};

#define EVENT_FIELDS                                                                               \
    (FIELD(VALUE) | FIELD(STEP) | FIELD(SERVER) | FIELD(ROUND) | FIELD(INCIDENT) | FIELD(SEVERITY))
#define WITHOUT(fields) (UINT32_MAX & ~(uint32_t)(fields))

static const uint32_t visible[FACT_KIND_COUNT] = {
    [FACT_NOTICE] = EVENT_FIELDS,
    [FACT_OUTPUT] = UINT32_MAX,
    [FACT_GENSET] = UINT32_MAX,
    [FACT_MAINS] = UINT32_MAX,
    [FACT_HOLD] = UINT32_MAX,
    [FACT_STEP] = UINT32_MAX,
    [FACT_RECORD] = WITHOUT(FIELD(CREDIT) | FIELD(FROM) | FIELD(DUE)),
    [FACT_DEVIATION] = WITHOUT(FIELD(ITEM) | FIELD(INPUT) | FIELD(SERVER)),
    [FACT_INCIDENT] = WITHOUT(FIELD(CREDIT) | FIELD(FROM)),
    [FACT_SERVER] = UINT32_MAX,
    [FACT_TOLD] = UINT32_MAX,
    [FACT_ANSWER] = UINT32_MAX,
    [FACT_COMMAND] = UINT32_MAX,
};

/* ---- what the parts share ---- */

int64_t live_time(const struct live *live, instant at)
{
    return instant_diff_ms(at, live->zero) * (int64_t)live->settings->time_scale;
}

instant live_instant(const struct live *live, int64_t scenario_ms)
{
    return instant_add_ms(live->zero, scenario_ms / (int64_t)live->settings->time_scale);
}

void live_fail(struct live *live, const char *format, ...)
{
    live->failed++;
    fprintf(live->report, "%s: ", live->scenario->path);
    va_list args;
    va_start(args, format);
    vfprintf(live->report, format, args);
    va_end(args);
    fputc('\n', live->report);
}

void live_path(const struct live *live, char to[static LIVE_PATH_SIZE], const char *name)
{
    text_format(to, LIVE_PATH_SIZE, "%s/%s", live->directory, name);
}

/* What is found in the first second of a lead-in was so at its start. */
static int64_t after_lead_in(const struct live *live, int64_t at_ms)
{
    const int64_t found_within_ms = 1000;
    int64_t starts_ms = live->scenario->starts_ms;
    bool has_lead_in = starts_ms <= -2 * found_within_ms;
    return has_lead_in && at_ms < starts_ms + found_within_ms ? starts_ms : at_ms;
}

struct fact *live_fact(struct live *live, instant at, enum fact_kind kind)
{
    static struct fact nowhere;
    instant when = instant_is_set(at) ? at : clock_now();
    struct fact *fact =
        timeline_add(&live->timeline, after_lead_in(live, live_time(live, when)), kind);
    return fact ? fact : &nowhere;
}

int live_bind(const struct live *live, const char *name, int type)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    text_format(address.sun_path, sizeof address.sun_path, "%s/%s", live->directory, name);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    int error = errno;
    (void)close(fd);
    errno = error;
    return -1;
}

/* ---- the engine comes and goes ---- */

static bool engine_connect(struct live *live)
{
    if (!live->driver->connect(live))
        return false;
    if (client_connect(live->rows.client) >= 0)
        return true;
    live_fail(live, "%s", client_problem(live->rows.client));
    return false;
}

static void engine_lose(struct live *live)
{
    live->driver->disconnect(live);
    live_command_close_all(live);
    client_disconnect(live->rows.client);
}

static void engine_log_tell(const struct live *live)
{
    char path[LIVE_PATH_SIZE], line[SCENARIO_LINE_SIZE];
    live_path(live, path, "engine.log");
    FILE *log = fopen(path, "re");
    while (log && fgets(line, sizeof line, log))
        fprintf(live->report, "  %s", line);
    if (log)
        (void)fclose(log);
}

static void engine_ended(struct live *live)
{
    live_fail(live, "the engine ended by itself:");
    engine_log_tell(live);
    live_engine_kill(live);
    engine_lose(live);
}

/* ---- one poll for everything ---- */

typedef void ready_handler(struct live *live, size_t place);

static void on_engine_end(struct live *live, size_t place)
{
    (void)place;
    engine_ended(live);
}

static void on_notice(struct live *live, size_t place)
{
    (void)place;
    if (live_engine_notified(live))
        (void)engine_connect(live);
}

static void on_rows(struct live *live, size_t place)
{
    (void)place;
    live_rows_readable(live);
}

static void on_world(struct live *live, size_t place)
{
    (void)place;
    live_world_accept(live);
}

static void on_timer(struct live *live, size_t place)
{
    uint64_t times;
    (void)place;
    if (read(live->timer_fd, &times, sizeof times) < 0 && errno != EAGAIN && errno != EINTR)
        live_fail(live, "the timer cannot be read: %s", strerror(errno));
}

struct watch {
    ready_handler *handler;
    size_t place;
};

struct watch_list {
    struct pollfd fds[LIVE_POLL_LIMIT];
    struct watch watches[LIVE_POLL_LIMIT];
    nfds_t count;
};

static void watch_add(struct watch_list *list, int fd, ready_handler *handler, size_t place)
{
    if (fd < 0)
        return;
    list->fds[list->count] = (struct pollfd){.fd = fd, .events = POLLIN};
    list->watches[list->count++] = (struct watch){handler, place};
}

static void watch_fill(struct live *live, struct watch_list *list)
{
    list->count = 0;
    watch_add(list, live->driver->fd(live), live->driver->readable, 0);
    watch_add(list, client_fd(live->rows.client), on_rows, 0);
    watch_add(list, live->engine.notify_fd, on_notice, 0);
    watch_add(list, live->world.listener, on_world, 0);
    for (size_t i = 0; i < LIVE_HELPER_LIMIT; i++)
        watch_add(list, live->world.helpers[i].fd, live_world_readable, i);
    for (size_t i = 0; i < LIVE_COMMAND_LIMIT; i++)
        watch_add(list, live->commands[i].fd, live_command_readable, i);
    watch_add(list, live->engine.pid_fd, on_engine_end, 0);
    watch_add(list, live->timer_fd, on_timer, 0);
}

/* A handler may close what another one watched: the rest waits for the next poll. */
static void watch_dispatch(struct live *live, const struct watch_list *list)
{
    for (nfds_t i = 0; i < list->count; i++) {
        if (!list->fds[i].revents)
            continue;
        list->watches[i].handler(live, list->watches[i].place);
        return;
    }
}

/* At the beginning of a millisecond, as a relative wait would end somewhere within it, and a play
 * would not be the same each time. */
static bool timer_begin(struct live *live, instant until)
{
    const long ns_per_ms = 1000000;
    const int64_t ms_per_s = 1000;
    instant next = instant_earliest(until, live_world_due(live));
    next = instant_earliest(next, live->driver->due(live));
    const struct itimerspec at = {
        .it_value = {.tv_sec = next.ms / ms_per_s, .tv_nsec = next.ms % ms_per_s * ns_per_ms}};
    if (timerfd_settime(live->timer_fd, TFD_TIMER_ABSTIME, &at, NULL) == 0)
        return true;
    live_fail(live, "a timer cannot be set: %s", strerror(errno));
    return false;
}

/* Handles what happens until then, if there is a timer to tell. */
static void live_wait(struct live *live, instant until)
{
    for (;;) {
        struct watch_list list;
        bool is_over = !instant_before(clock_now(), until);
        if (!is_over && !timer_begin(live, until))
            return;
        watch_fill(live, &list);
        int ready = poll(list.fds, list.count, is_over ? 0 : -1);
        if (ready < 0 && errno != EINTR) {
            live_fail(live, "poll: %s", strerror(errno));
            return;
        }
        if (ready > 0)
            watch_dispatch(live, &list);
        live->driver->woken(live);
        live_world_follow(live);
        if (ready == 0 && is_over)
            return;
    }
}

static bool live_wait_ready(struct live *live)
{
    instant limit = instant_add_ms(clock_now(), READY_WAIT_MS);
    while (!live->engine.ready && live->engine.pid && instant_before(clock_now(), limit)) {
        struct pollfd fds[] = {{.fd = live->engine.notify_fd, .events = POLLIN},
                               {.fd = live->engine.pid_fd, .events = POLLIN},
                               {.fd = live->world.listener, .events = POLLIN}};
        (void)poll(fds, sizeof fds / sizeof *fds, READY_WAIT_MS);
        if (fds[2].revents)
            live_world_accept(live);
        if (fds[0].revents)
            on_notice(live, 0);
        else if (fds[1].revents)
            engine_ended(live);
    }
    if (!live->engine.ready && live->engine.pid)
        live_fail(live, "the engine is not ready after %d ms", READY_WAIT_MS);
    return live->engine.ready;
}

/* ---- deeds ---- */

static void do_input(struct live *live, const struct deed *deed)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++) {
        if (!(deed->roles & 1u << role) || live->levels[role] == deed->value)
            continue;
        live->levels[role] = deed->value;
        live->driver->set_line(live, (enum input_role)role);
    }
}

static void do_restart(struct live *live, const struct deed *deed)
{
    live_engine_kill(live);
    engine_lose(live);
    live->connect_at = live_instant(live, deed->at_ms + deed->duration_ms);
}

static void come_back(struct live *live)
{
    live->connect_at = INSTANT_NEVER;
    (void)live_engine_start(live);
}

static void do_nothing(struct live *live, const struct deed *deed)
{
    (void)live, (void)deed;
}

static const struct live_act acts[DEED_KIND_COUNT] = {
    [DEED_INPUT] = {.act = do_input},
    [DEED_SET] = {.act = live_command_begin},
    [DEED_SERVER] = {.act = live_world_server},
    [DEED_EQUIPMENT] = {.missing = "a check's result at a given time needs the core"},
    [DEED_RESTART] = {.act = do_restart},
    [DEED_JOURNAL] = {.missing = "a journal that falls behind needs the core"},
    [DEED_NUT] = {.missing = "what Network UPS Tools say needs the core"},
    [DEED_REBOOT] = {.missing = "a reboot needs the lab"},
    [DEED_WALL_CLOCK] = {.missing = "setting the wall clock needs the lab"},
    /* No subagent is connected at all. */
    [DEED_SUBAGENT] = {.act = do_nothing},
};

static const struct live_act *act_of(const struct live_driver *driver, const struct deed *deed)
{
    const struct live_act *own = &driver->acts[deed->kind];
    return own->act || own->missing ? own : &acts[deed->kind];
}

static const char *missing_for_deed(const struct live_driver *driver, const struct deed *deed)
{
    bool is_not_run = deed->kind == DEED_SERVER &&
                      (deed->fact == SERVER_NOT_RUN || deed->fact == SERVER_POWER_NOT_RUN);
    return is_not_run ? "a command that cannot be run needs the core"
                      : act_of(driver, deed)->missing;
}

static const char *missing_for(const struct scenario *scenario, const struct live_driver *driver)
{
    if (scenario->exact && !driver->exact)
        return "its instants are too exact for real programs";
    if (scenario->ordered)
        return "who comes first within a millisecond is not certain with real programs";
    for (size_t i = 0; i < scenario->deed_count; i++) {
        const char *missing = missing_for_deed(driver, &scenario->deeds[i]);
        if (missing)
            return missing;
    }
    return NULL;
}

/* ---- the run ---- */

static void wait_for_return_and(struct live *live, instant until)
{
    if (!instant_before(until, live->connect_at)) {
        live_wait(live, live->connect_at);
        come_back(live);
    }
    live_wait(live, until);
}

static void deed_observe(struct live *live, const struct deed *deed)
{
    struct fact *fact = timeline_add(&live->timeline, live_time(live, clock_now()), FACT_DEED);
    if (fact)
        fact->text = deed->text;
}

static void live_play(struct live *live)
{
    const struct scenario *scenario = live->scenario;
    for (size_t i = 0; i < scenario->deed_count && live->failed == 0; i++) {
        const struct deed *deed = &scenario->deeds[i];
        wait_for_return_and(live, live_instant(live, deed->at_ms));
        deed_observe(live, deed);
        act_of(live->driver, deed)->act(live, deed);
    }
    if (live->failed == 0)
        wait_for_return_and(live, live_instant(live, scenario->end_ms));
    if (live->failed == 0)
        live_wait(live, instant_add_ms(clock_now(), SETTLE_MS));
}

static void initial_apply(struct live *live)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        live->levels[role] = scenario_initial_value(live->scenario, (enum input_role)role);
    for (size_t i = 0; i < live->scenario->initial_count; i++)
        if (live->scenario->initial[i].kind == DEED_EQUIPMENT)
            live_world_equipment(live, &live->scenario->initial[i]);
}

static bool directory_make(struct live *live)
{
    static const char *const parents[] = {"/dev/shm", "/tmp"}; /* memory is quicker than a disk */
    for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
        text_format(live->directory, sizeof live->directory, "%s/padam-play-XXXXXX", parents[i]);
        if (mkdtemp(live->directory))
            return true;
    }
    live_fail(live, "no folder for a run: %s", strerror(errno));
    live->directory[0] = '\0';
    return false;
}

/* The journal's process may still be putting its files away. */
static int entry_remove(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)type, (void)ftw;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

static void directory_remove(struct live *live)
{
    if (live->directory[0] && !live->settings->keep)
        (void)nftw(live->directory, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* SNMP has whole seconds of wall-clock time: where the engine starts with one, and the scenario, a
 * play reads the same each time. */
static void whole_second_wait(struct live *live)
{
    enum { SECOND_MS = 1000 };
    live_wait(live, clock_at_wall_ms((clock_wall_ms() / SECOND_MS + 1) * SECOND_MS));
}

static bool timer_open(struct live *live)
{
    live->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (live->timer_fd < 0)
        live_fail(live, "no timer: %s", strerror(errno));
    return live->timer_fd >= 0;
}

static bool live_open(struct live *live)
{
    if (!timer_open(live) || !directory_make(live) || !live_world_open(live) ||
        !live_engine_open(live) || !live_rows_open(live))
        return false;
    initial_apply(live);
    if (!live->driver->open(live))
        return false;
    whole_second_wait(live);
    if (!live_engine_start(live) || !live_wait_ready(live))
        return false;
    whole_second_wait(live);
    return true;
}

static void live_close(struct live *live)
{
    live_command_close_all(live);
    live_engine_stop(live);
    live_rows_close(live);
    live_engine_close(live);
    live->driver->close(live);
    live_world_close(live);
    directory_remove(live);
    if (live->timer_fd >= 0)
        close(live->timer_fd);
}

/* What happened after the end, while the last rows were waited for, is no part of the scenario. */
static void end_cut(struct live *live)
{
    int64_t last_ms[FACT_KIND_COUNT];
    for (size_t kind = 0; kind < FACT_KIND_COUNT; kind++)
        last_ms[kind] = live->scenario->end_ms + live->driver->tolerances.tolerance_ms[kind];
    timeline_cut(&live->timeline, last_ms);
}

static void live_judge(struct live *live, bool show_timeline)
{
    struct server_names servers = scenario_server_names(live->scenario);
    struct check_level level = live->driver->tolerances;
    memcpy(level.visible, visible, sizeof level.visible);
    end_cut(live);
    timeline_sort(&live->timeline);
    if (live->failed == 0)
        live->driver->judge(live);
    if (live->failed == 0)
        live->failed =
            scenario_check_timeline(live->scenario, &live->timeline, &level, live->report);
    if (show_timeline)
        timeline_print(live->report, &live->timeline, &servers, INT64_MIN, INT64_MAX);
}

enum play_outcome play_live(const struct scenario *scenario, const struct live_settings *settings,
                            bool show_timeline, FILE *report)
{
    const struct live_driver *driver = settings->agentx ? &lab_driver : &live_lines_driver;
    const char *missing = missing_for(scenario, driver);
    if (missing) {
        fprintf(report, "%s: %s\n", scenario->path, missing);
        return PLAY_SKIPPED;
    }
    struct live live = {.scenario = scenario,
                        .settings = settings,
                        .report = report,
                        .driver = driver,
                        .zero = clock_now(),
                        .connect_at = INSTANT_NEVER,
                        .engine = {.pid_fd = -1, .notify_fd = -1, .held_fd = -1},
                        .lines_fd = -1,
                        .timer_fd = -1,
                        .world = {.listener = -1}};
    for (size_t i = 0; i < LIVE_COMMAND_LIMIT; i++)
        live.commands[i].fd = -1;
    for (size_t i = 0; i < LIVE_HELPER_LIMIT; i++)
        live.world.helpers[i].fd = -1;
    if (live_open(&live)) {
        live.zero = instant_add_ms(clock_now(), -scenario->starts_ms / settings->time_scale);
        live_play(&live);
        live_judge(&live, show_timeline);
    }
    live_close(&live);
    timeline_release(&live.timeline);
    return live.failed == 0 ? PLAY_PASSED : PLAY_FAILED;
}

#include "engine/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "core/core.h"
#include "core/snapshot.h"
#include "engine/engine_parts.h"
#include "engine/fatal.h"
#include "engine/supervisor.h"

enum { FOLDERS_LIMIT_MS = 1000 };

static int fail(const char *what, int error)
{
    log_error("%s: %s", what, strerror(error));
    return -1;
}

static void nothing_to_close(struct engine *engine)
{
    (void)engine;
}

static int event_open(struct engine *engine)
{
    int result = sd_event_new(&engine->event);
    return result < 0 ? fail("no event loop", -result) : 0;
}

static void event_close(struct engine *engine)
{
    engine->event = sd_event_unref(engine->event);
}

static int look_part_open(struct engine *engine)
{
    int result = folders_look_begin(&engine->folders, &engine->config->engine);
    return result < 0 ? fail("the folders", -result) : 0;
}

/* After the lines: the outputs rest, whatever the folders do. */
static int folders_part_open(struct engine *engine)
{
    return folders_are_there(&engine->folders, &engine->config->engine, FOLDERS_LIMIT_MS) ? 0 : -1;
}

static int spawner_part_open(struct engine *engine)
{
    engine->spawner = spawner_open(engine->event);
    return engine->spawner ? 0 : fail("the process that starts programs", errno);
}

static void spawner_part_close(struct engine *engine)
{
    spawner_close(engine->spawner);
    engine->spawner = NULL;
}

static int supervisor_part_open(struct engine *engine)
{
    engine->supervisor = supervisor_open();
    return engine->supervisor ? 0 : fail("service manager", ENOMEM);
}

static void supervisor_part_close(struct engine *engine)
{
    supervisor_close(engine->supervisor);
    engine->supervisor = NULL;
}

static int lines_part_open(struct engine *engine)
{
    const struct lines_handlers handlers = intake_of_lines(engine);
    char error[LINES_ERROR_SIZE] = "";
    bool simulated = engine->config->backend == CONFIG_BACKEND_SIMULATED;
    engine->lines = lines_open(engine->event,
                               &engine->config->lines,
                               simulated ? &engine->simulation : NULL,
                               &handlers,
                               engine->held_fd,
                               error);
    if (!engine->lines) {
        log_error("lines: %s", error);
        return -1;
    }
    engine->held_fd = -1;
    fatal_guard(engine->lines, engine->config->site.genset.wiring);
    return 0;
}

/* The service manager's copy would keep the line busy for the next engine. */
static void held_fd_hand_on(struct engine *engine)
{
    int held = lines_held_fd(engine->lines);
    if (!engine->again || held < 0)
        return;
    engine->held_fd = fcntl(held, F_DUPFD_CLOEXEC, 0);
    if (engine->held_fd < 0)
        log_error("the held run output is not handed on: %s", strerror(errno));
}

static void lines_part_close(struct engine *engine)
{
    held_fd_hand_on(engine);
    fatal_guard(NULL, engine->config->site.genset.wiring);
    lines_close(engine->lines);
    engine->lines = NULL;
}

static int store_part_open(struct engine *engine)
{
    const struct store_limits limits = restore_limits(engine->config);
    engine->store = store_new(&limits);
    return engine->store ? 0 : fail("rows", ENOMEM);
}

static void store_part_close(struct engine *engine)
{
    store_free(engine->store);
    engine->store = NULL;
}

static int peers_part_open(struct engine *engine)
{
    char error[PEERS_ERROR_SIZE] = "";
    engine->peers = peers_open(
        engine->event, &engine->config->engine, engine->store, &intake_of_peers, engine, error);
    if (engine->peers)
        return 0;
    log_error("%s", error);
    return -1;
}

static void peers_part_close(struct engine *engine)
{
    peers_close(engine->peers);
    engine->peers = NULL;
}

static int recorder_part_open(struct engine *engine)
{
    engine->snapshot_size = snapshot_limit(engine->config->site.server_count);
    engine->snapshot = malloc(engine->snapshot_size);
    if (engine->snapshot)
        engine->recorder = recorder_open(
            engine->event, engine->config->engine.journal, &intake_of_recorder, engine);
    return engine->recorder ? 0 : fail("journal", ENOMEM);
}

static void recorder_part_close(struct engine *engine)
{
    recorder_close(engine->recorder);
    engine->recorder = NULL;
    free(engine->snapshot);
    engine->snapshot = NULL;
}

static int keeper_part_open(struct engine *engine)
{
    engine->keeper = keeper_open(&engine->config->engine, engine->store);
    return engine->keeper ? 0 : fail("shadow", ENOMEM);
}

static void keeper_part_close(struct engine *engine)
{
    keeper_close(engine->keeper);
    engine->keeper = NULL;
}

static int servers_part_open(struct engine *engine)
{
    engine->servers = servers_open(engine->spawner, engine->config, &intake_of_servers, engine);
    return engine->servers ? 0 : fail("servers", ENOMEM);
}

static void servers_part_close(struct engine *engine)
{
    servers_close(engine->servers);
    engine->servers = NULL;
}

static int decider_part_open(struct engine *engine)
{
    const struct decider_settings settings = {
        .config = engine->config,
        .store = engine->store,
        .handlers = effects,
        .explain = intake_explain,
        .context = engine,
        .started = engine->started,
        .moment = moment_now(),
    };
    engine->decider = decider_new(&settings);
    if (!engine->decider)
        return fail("state", ENOMEM);
    intake_of_evictions(engine);
    return 0;
}

static void decider_part_close(struct engine *engine)
{
    /* One that has died would write nothing more. */
    recorder_revive(engine->recorder);
    gate_finish(decider_gate(engine->decider), clock_now());
    decider_free(engine->decider);
    engine->decider = NULL;
}

/* Inputs are read before any output is driven: a genset that runs is adopted, not started. */
static int state_part_open(struct engine *engine)
{
    engine->restorer = (struct restorer){
        .config = engine->config,
        .store = engine->store,
        .decider = engine->decider,
        .recorder = engine->recorder,
        .keeper = engine->keeper,
    };
    bool restored = restore(&engine->restorer, moment_now());
    engine->look_at = clock_now();
    if (restored)
        decider_resume(engine->decider, engine->look_at);
    decider_lose_commands(engine->decider, engine->look_at);
    lines_read(engine->lines);
    intake_of_missing_lines(engine);
    engine->look_at = INSTANT_NONE;
    decider_drive_outputs(engine->decider, engine_now(engine));
    return 0;
}

static void state_part_close(struct engine *engine)
{
    fatal_outputs_off(engine->lines, engine->config->site.genset.wiring);
}

static int signals_part_open(struct engine *engine)
{
    int result = loop_signals_open(engine);
    return result < 0 ? fail("signals", -result) : 0;
}

static int loop_part_open(struct engine *engine)
{
    int result = loop_open(engine);
    return result < 0 ? fail("timers", -result) : 0;
}

static int aside_part_open(struct engine *engine)
{
    const struct aside_settings settings = {
        .config_path = engine->looks_at_programs ? engine->config_path : NULL,
        .group = engine->config->engine.group,
        .peers = engine->peers};
    engine->aside = aside_open(engine->spawner, &settings);
    return engine->aside ? 0 : fail("children", ENOMEM);
}

static void aside_part_close(struct engine *engine)
{
    aside_close(engine->aside);
    engine->aside = NULL;
}

static int messenger_part_open(struct engine *engine)
{
    const struct messenger_settings settings = {
        .spawner = engine->spawner,
        .config = engine->config,
        .store = engine->store,
        .handlers = &intake_of_messenger,
        .context = engine,
    };
    if (engine->config->contact_count == 0)
        return 0;
    engine->messenger = messenger_open(&settings);
    return engine->messenger ? 0 : fail("messenger", ENOMEM);
}

static void messenger_part_close(struct engine *engine)
{
    messenger_close(engine->messenger);
    engine->messenger = NULL;
}

static void messenger_end(void *context)
{
    messenger_part_close(context);
}

/* What was being told is told once more, as after a restart. */
static void messenger_begin(void *context)
{
    struct engine *engine = context;
    if (messenger_part_open(engine) < 0)
        loop_give_up(engine, "nobody can be told");
}

static bool may_begin_anew(void *context)
{
    const struct engine *engine = context;
    return core_is_at_rest(&engine->config->site, decider_state(engine->decider));
}

static int reload_part_open(struct engine *engine)
{
    const struct reload_settings settings = {
        .spawner = engine->spawner,
        .config = engine->config,
        .path = engine->config_path,
        .before_people = messenger_end,
        .after_people = messenger_begin,
        .may_begin_anew = may_begin_anew,
        .ended = intake_of_reload,
        .context = engine,
    };
    engine->reload = reload_open(&settings);
    return engine->reload ? 0 : fail("reload", ENOMEM);
}

static void reload_part_close(struct engine *engine)
{
    reload_close(engine->reload);
    engine->reload = NULL;
}

static int ups_part_open(struct engine *engine)
{
    const struct nut_settings *source = &engine->config->ups;
    const struct ups_port_settings settings = {
        .name = source->name,
        .host = source->host,
        .port = source->port,
        .interval_ms = source->interval_ms,
    };
    if (!engine->config->site.ups.asked)
        return 0;
    engine->ups = ups_port_open(engine->spawner, &settings, intake_of_ups, engine);
    return engine->ups ? 0 : fail("UPS", ENOMEM);
}

static void ups_part_close(struct engine *engine)
{
    ups_port_close(engine->ups);
    engine->ups = NULL;
}

static int readiness_tell(struct engine *engine)
{
    supervisor_ready(engine->supervisor);
    log_notice("%s " PADAM_VERSION " runs", engine->config->site.name);
    return 0;
}

static void end_tell(struct engine *engine)
{
    if (!engine->again)
        supervisor_stopping(engine->supervisor);
}

/* Opened from the first to the last, closed from the last to the first. The spawner is to hold
 * nothing of the others; then lines come first: opening them drives every output off. */
static const struct {
    int (*open)(struct engine *engine);
    void (*close)(struct engine *engine);
} parts[] = {
    {event_open, event_close},
    {look_part_open, nothing_to_close},
    {spawner_part_open, spawner_part_close},
    {supervisor_part_open, supervisor_part_close},
    {signals_part_open, loop_signals_close},
    {lines_part_open, lines_part_close},
    {folders_part_open, nothing_to_close},
    {store_part_open, store_part_close},
    {peers_part_open, peers_part_close},
    {keeper_part_open, keeper_part_close},
    {recorder_part_open, recorder_part_close},
    {servers_part_open, servers_part_close},
    {decider_part_open, decider_part_close},
    {state_part_open, state_part_close},
    {loop_part_open, loop_close},
    {aside_part_open, aside_part_close},
    {ups_part_open, ups_part_close},
    {messenger_part_open, messenger_part_close},
    {reload_part_open, reload_part_close},
    {readiness_tell, end_tell},
};
enum { PART_COUNT = sizeof parts / sizeof *parts };

static struct engine *engine_new(const struct engine_options *options)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        return NULL;
    engine->config = options->config;
    engine->config_path = options->config_path;
    engine->looks_at_programs = options->looks_at_programs;
    engine->held_fd = options->held_fd;
    engine->started = clock_now();
    engine->last_edge = engine->started;
    engine->look_at = INSTANT_NONE;
    text_copy(engine->simulation.socket,
              sizeof engine->simulation.socket,
              options->config->simulator_socket);
    memcpy(engine->simulation.initial, options->simulated, sizeof engine->simulation.initial);
    return engine;
}

int engine_run(struct engine_options *options)
{
    int result = ENGINE_NOT_BEGUN;
    size_t opened = 0;
    struct engine *engine = engine_new(options);
    if (!engine) {
        fail("engine", ENOMEM);
        return ENGINE_NOT_BEGUN;
    }
    while (opened < PART_COUNT && parts[opened].open(engine) == 0)
        opened++;
    if (opened == PART_COUNT)
        result = sd_event_loop(engine->event);
    if (result < 0)
        log_error("event loop: %s", strerror(-result));
    while (opened > 0)
        parts[--opened].close(engine);
    options->held_fd = engine->held_fd;
    free(engine);
    return result < 0 ? EXIT_FAILURE : result;
}

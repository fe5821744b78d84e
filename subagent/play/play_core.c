#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/snapshot.h"
#include "play/observe.h"
#include "play/play.h"
#include "play/setup.h"

enum {
    ZERO_MS = 86400000, /* where a scenario's 0:00 is on the core's clock */
    STALL_LIMIT = 1000, /* ticks at one instant */
};

struct run {
    const struct scenario *scenario;
    struct config config;
    struct state *state, *before;
    struct batch batch;
    struct timeline timeline;
    struct observer observer;
    instant now;
    bool alive;
    bool subagent_dead;
    instant back_at; /* while not alive */
    char *snapshot;
    enum input_value levels[INPUT_ROLE_COUNT];
    struct {
        enum server_fact shows; /* to whoever looks */
        bool look_is_due;
    } servers[SCENARIO_SERVER_LIMIT];
    FILE *report;
    unsigned failed;
};

static const struct check_level core_level = {
    .visible = {[FACT_NOTICE] = UINT32_MAX,
                [FACT_OUTPUT] = UINT32_MAX,
                [FACT_GENSET] = UINT32_MAX,
                [FACT_MAINS] = UINT32_MAX,
                [FACT_HOLD] = UINT32_MAX,
                [FACT_STEP] = UINT32_MAX,
                [FACT_RECORD] = UINT32_MAX,
                [FACT_DEVIATION] = UINT32_MAX,
                [FACT_INCIDENT] = UINT32_MAX,
                [FACT_SERVER] = UINT32_MAX,
                [FACT_TOLD] = UINT32_MAX,
                [FACT_ANSWER] = UINT32_MAX,
                [FACT_COMMAND] = UINT32_MAX},
};

static instant instant_of(int64_t scenario_ms)
{
    return instant_at(ZERO_MS + scenario_ms);
}

static void run_fail(struct run *run, const char *what)
{
    run->failed++;
    fprintf(run->report, "%s: %s\n", run->scenario->path, what);
}

/* ---- stepping ---- */

static void note_looks(struct run *run)
{
    for (size_t i = 0; i < run->batch.count; i++)
        if (run->batch.actions[i].kind == ACTION_VERIFY)
            run->servers[run->batch.actions[i].verify.server].look_is_due =
                run->batch.actions[i].verify.on;
}

static void run_observe(struct run *run, instant at)
{
    note_looks(run);
    observe_actions(&run->observer, at, &run->batch);
    observe_state(&run->observer, at, run->before, run->state);
    if (run->batch.overflow)
        run_fail(run, "a step asked for more actions than batch_capacity()");
    batch_clear(&run->batch);
}

static void run_step(struct run *run, const struct event *event)
{
    memcpy(run->before, run->state, state_size(run->config.site.server_count));
    core_step(&run->config.site, run->state, event, &run->batch);
    if (event->kind == EVENT_ASK)
        observe_answer(&run->observer, event->at, &run->batch);
}

/* A subagent hands over whatever there is, at once. */
static void run_notify(struct run *run, instant at)
{
    while (!run->subagent_dead && instant_is_set(run->state->incident.self_due) &&
           run->state->notified != run->state->next_event) {
        run_step(run,
                 &(struct event){
                     .kind = EVENT_NOTIFIED, .at = at, .next_event = run->state->next_event});
        run_observe(run, at);
    }
}

/* A look takes no time, and shows what there is to see. */
static void run_look(struct run *run, instant at)
{
    for (size_t i = 0; run->alive && i < run->config.site.server_count; i++) {
        if (!run->servers[i].look_is_due)
            continue;
        run->servers[i].look_is_due = false;
        run_step(run,
                 &(struct event){
                     .kind = EVENT_SERVER, .at = at, .server = i, .fact = run->servers[i].shows});
        run_observe(run, at);
    }
}

static void run_give(struct run *run, const struct event *event)
{
    run_step(run, event);
    run_observe(run, event->at);
    run_look(run, event->at);
    run_notify(run, event->at);
}

static void run_tick(struct run *run, instant at)
{
    run_give(run, &(struct event){.kind = EVENT_TICK, .at = at});
}

/* Runs every timer due before `until`, and with inclusive those due at it. */
static void run_until(struct run *run, instant until, bool inclusive)
{
    unsigned stalled = 0;
    for (;;) {
        instant due = core_next_due(&run->config.site, run->state);
        if (instant_before(due, run->now))
            due = run->now;
        if (!instant_is_set(due) || !instant_before(due, until))
            break;
        stalled = due.ms == run->now.ms ? stalled + 1 : 0;
        if (stalled > STALL_LIMIT) {
            run_fail(run, "core_next_due() stays where it is after the tick");
            break;
        }
        run->now = due;
        run_tick(run, due);
    }
    run->now = until;
    if (inclusive)
        run_tick(run, until);
}

/* ---- deeds ---- */

static void give_input(struct run *run, enum input_role role, bool initial)
{
    run_give(run,
             &(struct event){.kind = EVENT_INPUT,
                             .at = run->now,
                             .role = role,
                             .value = run->levels[role],
                             .initial = initial});
}

static void give_levels(struct run *run)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        if (run->levels[role])
            give_input(run, (enum input_role)role, true);
}

static void do_input(struct run *run, const struct deed *deed)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++) {
        if (!(deed->roles & 1u << role) || run->levels[role] == deed->value)
            continue;
        run->levels[role] = deed->value;
        if (run->alive)
            give_input(run, (enum input_role)role, deed->value == INPUT_VALUE_UNKNOWN);
    }
}

static uint32_t command_argument(const struct run *run, const struct deed *deed)
{
    uint32_t argument = deed->command.argument;
    switch (deed->argument_source) {
    case ARGUMENT_LAST_NOTICE:
        return run->observer.last_notice[argument];
    case ARGUMENT_LAST_DEVIATION:
        return run->observer.last_deviation[argument];
    case ARGUMENT_GIVEN:
        break;
    }
    if (deed->command.kind == COMMAND_KIND_SHUTDOWN_SERVER) {
        const struct site *site = &run->config.site;
        return site->servers[setup_server_place(run->scenario, site, deed->server)].index;
    }
    return argument;
}

static void do_set(struct run *run, const struct deed *deed)
{
    struct event event = {.kind = EVENT_ASK, .at = run->now, .command = deed->command};
    event.command.argument = command_argument(run, deed);
    run_step(run, &event);
    bool promised = run->batch.answer == PROMISE_GIVEN;
    event.command.index = run->batch.command_index;
    run_observe(run, run->now);
    event.kind = EVENT_CONFIRM;
    if (promised)
        run_give(run, &event);
}

static bool is_evidence(enum server_fact fact)
{
    return fact == SERVER_SEEN_OFF || fact == SERVER_SILENT_WITNESS || fact == SERVER_SILENT ||
           fact == SERVER_ANSWERS;
}

/* Nobody sees what becomes of a server that is not looked at. */
static void do_server(struct run *run, const struct deed *deed)
{
    size_t place = setup_server_place(run->scenario, &run->config.site, deed->server);
    if (is_evidence(deed->fact)) {
        run->servers[place].shows = deed->fact;
        run->servers[place].look_is_due = run->state->servers[place].looked_at;
        run_look(run, run->now);
    } else if (run->alive) {
        run_give(run,
                 &(struct event){
                     .kind = EVENT_SERVER, .at = run->now, .server = place, .fact = deed->fact});
    }
}

static void do_equipment(struct run *run, const struct deed *deed)
{
    run_give(run,
             &(struct event){.kind = EVENT_EQUIPMENT,
                             .at = run->now,
                             .server =
                                 setup_server_place(run->scenario, &run->config.site, deed->server),
                             .equipment = deed->equipment,
                             .equipment_state = deed->equipment_state});
}

static void do_journal(struct run *run, const struct deed *deed)
{
    run_give(run,
             &(struct event){.kind = EVENT_JOURNAL, .at = run->now, .journal_behind = deed->on});
}

static void do_nut(struct run *run, const struct deed *deed)
{
    run_give(run, &(struct event){.kind = EVENT_UPS, .at = run->now, .ups = deed->ups});
}

/* What a chip's lines do when nobody holds them any more; run latches. */
static void outputs_fall(struct run *run)
{
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (role != OUTPUT_RUN)
            observe_output(&run->observer, run->now, (enum output_role)role, false);
}

/* What latched, or was held, is where it was: as padamd, once the levels are told. */
static void drive_outputs(struct run *run)
{
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (run->config.site.output_wired[role])
            observe_output(&run->observer,
                           run->now,
                           (enum output_role)role,
                           run->state->genset.output_on[role]);
}

static void run_come_back(struct run *run)
{
    unsigned line = 0;
    run->now = run->back_at;
    memcpy(run->before, run->state, state_size(run->config.site.server_count));
    state_init(run->state, &run->config.site, run->now);
    for (size_t i = 0; i < SCENARIO_SERVER_LIMIT; i++)
        run->servers[i].look_is_due = false;
    if (!snapshot_read(&run->config.site, run->state, run->snapshot, &line))
        run_fail(run, "its own snapshot cannot be read back");
    core_resume(&run->config.site, run->state, run->now, &run->batch);
    run_observe(run, run->now);
    give_levels(run);
    drive_outputs(run);
    run->alive = true;
    run_look(run, run->now); /* what a look shows comes after the levels */
}

static void do_restart(struct run *run, const struct deed *deed)
{
    size_t limit = snapshot_limit(run->config.site.server_count);
    free(run->snapshot);
    run->snapshot = malloc(limit);
    if (!run->snapshot ||
        snapshot_write(&run->config.site, run->state, run->snapshot, limit) == 0) {
        run_fail(run, "no snapshot could be written");
        return;
    }
    outputs_fall(run);
    run->alive = false;
    run->back_at = instant_add_ms(run->now, deed->duration_ms);
    if (deed->duration_ms == 0)
        run_come_back(run);
}

static void do_subagent(struct run *run, const struct deed *deed)
{
    run->subagent_dead = !deed->on;
    if (run->alive)
        run_notify(run, run->now);
}

/* The core knows no wall clock: nothing is to change. */
static void do_nothing(struct run *run, const struct deed *deed)
{
    (void)run, (void)deed;
}

static const struct {
    void (*act)(struct run *, const struct deed *);
    bool while_away;     /* the world goes on without the engine */
    const char *missing; /* why this level cannot play it; NULL: it can */
} acts[DEED_KIND_COUNT] = {
    [DEED_INPUT] = {.act = do_input, .while_away = true},
    [DEED_SET] = {.act = do_set},
    [DEED_SERVER] = {.act = do_server, .while_away = true},
    [DEED_EQUIPMENT] = {.act = do_equipment},
    [DEED_RESTART] = {.act = do_restart},
    [DEED_JOURNAL] = {.act = do_journal},
    [DEED_REBOOT] = {.missing = "a reboot needs the real programs"},
    [DEED_WALL_CLOCK] = {.act = do_nothing, .while_away = true},
    [DEED_NUT] = {.act = do_nut},
    [DEED_SUBAGENT] = {.act = do_subagent, .while_away = true},
};

static const char *missing_for(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->deed_count; i++)
        if (acts[scenario->deeds[i].kind].missing)
            return acts[scenario->deeds[i].kind].missing;
    return NULL;
}

/* ---- the run ---- */

/* Everything that is ready unless the scenario says otherwise, but what inputs tell. */
static void give_equipment(struct run *run)
{
    static const enum equipment_kind checked[] = {EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER,
                                                  EQUIPMENT_KIND_NETWORK};
    struct deed deed = {.equipment_state = EQUIPMENT_STATE_READY};
    for (size_t i = 0; i < sizeof checked / sizeof *checked; i++) {
        deed.equipment = checked[i];
        do_equipment(run, &deed);
    }
    deed.equipment = EQUIPMENT_KIND_SERVER;
    for (deed.server = 0; deed.server < run->scenario->server_count; deed.server++)
        do_equipment(run, &deed);
    for (size_t i = 0; i < run->scenario->initial_count; i++)
        if (run->scenario->initial[i].kind == DEED_EQUIPMENT)
            do_equipment(run, &run->scenario->initial[i]);
}

static void run_begin(struct run *run)
{
    run->now = instant_of(run->scenario->starts_ms);
    run->alive = true;
    for (size_t i = 0; i < SCENARIO_SERVER_LIMIT; i++)
        run->servers[i].shows = SERVER_ANSWERS;
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        run->levels[role] = scenario_initial_value(run->scenario, (enum input_role)role);
    state_init(run->state, &run->config.site, run->now);
    observe_state(&run->observer, run->now, NULL, run->state);
    give_levels(run);
    give_equipment(run);
}

static void advance(struct run *run, instant to, bool inclusive)
{
    if (!run->alive && instant_reached(run->back_at, to))
        run_come_back(run);
    if (run->alive)
        run_until(run, to, inclusive);
    else
        run->now = to;
}

/* All that happens at one instant comes before the tick of that instant. */
static void run_play(struct run *run)
{
    const struct scenario *scenario = run->scenario;
    run_begin(run);
    for (size_t i = 0; i < scenario->deed_count; i++) {
        const struct deed *deed = &scenario->deeds[i];
        instant at = instant_of(deed->at_ms);
        if (run->now.ms != at.ms)
            advance(run, run->now, true);
        advance(run, at, false);
        observe_deed(&run->observer, deed->at_ms, deed->text);
        if (run->alive || acts[deed->kind].while_away)
            acts[deed->kind].act(run, deed);
    }
    advance(run, run->now, true);
    advance(run, instant_of(scenario->end_ms), true);
    if (!run->alive)
        run_fail(run, "it ends before the engine is back");
}

static bool run_open(struct run *run)
{
    static const struct setup_level level = {.program = {"/bin/true"}};
    if (!setup_config(run->scenario, &level, &run->config, run->report))
        return false;
    const struct site *site = &run->config.site;
    size_t size = state_size(site->server_count);
    run->state = calloc(1, size);
    run->before = calloc(1, size);
    run->batch.capacity = batch_capacity(site);
    run->batch.actions = calloc(run->batch.capacity, sizeof *run->batch.actions);
    run->observer = (struct observer){
        .scenario = run->scenario, .site = site, .timeline = &run->timeline, .zero = instant_of(0)};
    if (run->state && run->before && run->batch.actions)
        return true;
    run_fail(run, "out of memory");
    return false;
}

static void run_close(struct run *run)
{
    timeline_release(&run->timeline);
    free(run->snapshot);
    free(run->batch.actions);
    free(run->before);
    free(run->state);
    config_release(&run->config);
}

static void timeline_show(struct run *run)
{
    struct server_names servers = scenario_server_names(run->scenario);
    timeline_print(run->report, &run->timeline, &servers, INT64_MIN, INT64_MAX);
}

enum play_outcome play_core(const struct scenario *scenario, bool show_timeline, FILE *report)
{
    const char *missing = missing_for(scenario);
    if (missing) {
        fprintf(report, "%s: %s\n", scenario->path, missing);
        return PLAY_SKIPPED;
    }
    struct run run = {.scenario = scenario, .report = report};
    enum play_outcome outcome = PLAY_FAILED;
    if (run_open(&run)) {
        run_play(&run);
        run.failed += scenario_check_timeline(scenario, &run.timeline, &core_level, report);
        if (show_timeline)
            timeline_show(&run);
        if (run.failed == 0)
            outcome = PLAY_PASSED;
    }
    run_close(&run);
    return outcome;
}

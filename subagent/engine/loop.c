/* Time, signals, and what follows each wake-up. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"
#include "core/core.h"
#include "engine/engine_parts.h"
#include "engine/supervisor.h"

enum {
    /* A due instant is over, and what happened in it known, when its millisecond is. */
    INSTANT_MS = 1,
    SETTLE_PRIORITY = SD_EVENT_PRIORITY_IMPORTANT - 1,
    /* What was reported and waits comes after timers and before clients. */
    MORE_PRIORITY = SD_EVENT_PRIORITY_NORMAL + 1,
};
static const uint64_t us_per_ms = 1000;

/* ---- timers ---- */

static uint64_t event_time_us(instant at)
{
    return instant_is_set(at) ? (uint64_t)at.ms * us_per_ms : UINT64_MAX;
}

static int timer_add(struct engine *engine, sd_event_source **timer, instant at, int64_t priority,
                     sd_event_time_handler_t handler)
{
    const uint64_t accuracy_us = 1; /* the default would let it be 250 ms late */
    int result = sd_event_add_time(
        engine->event, timer, CLOCK_BOOTTIME, event_time_us(at), accuracy_us, handler, engine);
    return result < 0 ? result : sd_event_source_set_priority(*timer, priority);
}

/* Without its timers the engine is to end, and to be started anew. */
void loop_give_up(struct engine *engine, const char *what)
{
    log_error("%s: ending", what);
    if (sd_event_exit(engine->event, EXIT_FAILURE) < 0)
        log_error("the event loop cannot be ended");
}

static void timer_set(struct engine *engine, sd_event_source *timer, instant at)
{
    int result = sd_event_source_set_time(timer, event_time_us(at));
    if (result >= 0)
        result = sd_event_source_set_enabled(timer,
                                             instant_is_set(at) ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
    if (result < 0)
        loop_give_up(engine, "a timer cannot be set");
}

/* A level that is believed now is read once more first. */
static bool an_input_settles(struct engine *engine, instant now)
{
    const struct state *state = decider_state(engine->decider);
    for (size_t role = 0; role < INPUT_ROLE_COUNT; role++)
        if (instant_reached(state->inputs[role].settle_at, now))
            return true;
    return false;
}

/* Wakes the loop: what is due is done as it settles. */
static int on_wake(sd_event_source *source, uint64_t us, void *context)
{
    (void)source;
    (void)us;
    (void)context;
    return 0;
}

static void due_do(struct engine *engine)
{
    instant now = engine_now(engine);
    if (an_input_settles(engine, now))
        lines_read(engine->lines);
    const struct event tick = {.kind = EVENT_TICK, .at = instant_add_ms(now, -INSTANT_MS)};
    decider_handle(engine->decider, &tick);
    gate_tick(decider_gate(engine->decider), now);
}

static int on_heartbeat(sd_event_source *source, uint64_t us, void *context)
{
    (void)us;
    struct engine *engine = context;
    lines_read(engine->lines);
    engine->heartbeat_on = !engine->heartbeat_on;
    if (engine->config->site.output_wired[OUTPUT_HEARTBEAT])
        (void)lines_set(engine->lines, OUTPUT_HEARTBEAT, engine->heartbeat_on);
    recorder_revive(engine->recorder);
    gate_retry(decider_gate(engine->decider), clock_now());
    peers_heartbeat(engine->peers);
    messenger_changed(engine->messenger); /* for what a journal that was late has handed over */
    supervisor_alive(engine->supervisor);
    timer_set(engine, source, instant_add_ms(clock_now(), WIRE_HEARTBEAT_MS));
    return 0;
}

/* The heartbeat is a sign of life, too: others are sent only where it comes too seldom. */
static void alive_timer_set(struct engine *engine)
{
    int64_t every_ms = supervisor_alive_every_ms(engine->supervisor);
    bool often = every_ms > 0 && every_ms < WIRE_HEARTBEAT_MS;
    timer_set(
        engine, engine->alive_timer, often ? instant_add_ms(clock_now(), every_ms) : INSTANT_NEVER);
}

static int on_alive(sd_event_source *source, uint64_t us, void *context)
{
    (void)source;
    (void)us;
    struct engine *engine = context;
    supervisor_alive(engine->supervisor);
    alive_timer_set(engine);
    return 0;
}

static void watchdog_follow_crank(struct engine *engine)
{
    bool cranking = lines_may_be_on(engine->lines, OUTPUT_CRANK);
    if (cranking == engine->cranking_told)
        return;
    engine->cranking_told = cranking;
    supervisor_set_cranking(engine->supervisor, cranking);
    alive_timer_set(engine);
}

/* ---- the wall clock ---- */

static int on_clock_set(sd_event_source *source, int fd, uint32_t events, void *context)
{
    (void)source;
    (void)events;
    if (clock_watch_again(fd) < 0)
        loop_give_up(context, "the wall clock cannot be watched");
    return 0;
}

static int clock_watch_add(struct engine *engine)
{
    int fd = clock_watch_open();
    if (fd < 0)
        return -errno;
    int result =
        sd_event_add_io(engine->event, &engine->clock_source, fd, EPOLLIN, on_clock_set, engine);
    if (result >= 0)
        return sd_event_source_set_io_fd_own(engine->clock_source, true);
    close(fd);
    return result;
}

/* ---- the end of each wake-up ---- */

static bool is_all_quiet(const struct state *state)
{
    return state->mains.state == MAINS_STATE_PRESENT && state->incident.phase == PHASE_IDLE;
}

static void held_fd_keep(struct engine *engine)
{
    unsigned generation = lines_held_generation(engine->lines);
    if (generation == engine->held_generation)
        return;
    engine->held_generation = generation;
    supervisor_keep_held_fd(engine->supervisor, lines_held_fd(engine->lines));
}

static instant due_at(const struct engine *engine)
{
    return instant_add_ms(decider_next_due(engine->decider), INSTANT_MS);
}

static void queued_decide(struct engine *engine)
{
    while (decider_has_queued(engine->decider))
        decider_run(engine->decider, engine_now(engine));
}

/* A time service may say that the clock is right only some time after it set it, or without setting
 * it: while that is awaited, each wake-up asks. */
static void clock_follow(struct engine *engine)
{
    const struct derive_moment moment = moment_now();
    const bool synchronised = decider_awaits_clock(engine->decider) && clock_wall_is_synchronised();
    if (!synchronised && !decider_clock_was_set(engine->decider, moment))
        return;
    queued_decide(engine);
    const instant now = engine_now(engine);
    const struct derive_moment then = {
        .now = now, .wall_ms = clock_wall_ms_of(now, moment.now, moment.wall_ms)};
    decider_follow_clock(engine->decider, then, synchronised);
}

static void decide(struct engine *engine)
{
    clock_follow(engine);
    /* What was reported before something fell due counts for it. */
    if (instant_reached(due_at(engine), clock_now())) {
        queued_decide(engine);
        due_do(engine);
    }
    decider_run(engine->decider,
                decider_has_queued(engine->decider) ? engine_now(engine) : clock_now());
}

static void reload_if_wanted(struct engine *engine)
{
    if (!engine->reload_wanted)
        return;
    engine->reload_wanted = false;
    reload_begin(engine->reload);
}

/* Once what was decided is shown: a command that asked for it has its outcome. */
static void begin_anew(struct engine *engine)
{
    bool is_shown = !instant_is_set(gate_next_due(decider_gate(engine->decider)));
    if (engine->again || !reload_waits(engine->reload) || !is_shown ||
        !core_is_at_rest(&engine->config->site, decider_state(engine->decider)))
        return;
    log_notice("nothing is under way: begins anew with the configuration that waits");
    engine->again = true;
    if (sd_event_exit(engine->event, ENGINE_AGAIN) < 0)
        log_error("the event loop cannot be ended");
}

static void clients_accept(struct engine *engine)
{
    if (!instant_is_set(gate_next_due(decider_gate(engine->decider))))
        peers_accept(engine->peers);
}

/* After each handler, and before any other: whoever keeps the loop busy, deadlines are kept. */
static int on_settle(sd_event_source *source, void *context)
{
    (void)source;
    struct engine *engine = context;
    decide(engine);
    servers_check(engine->servers, is_all_quiet(decider_state(engine->decider)));
    messenger_look(engine->messenger, moment_now());
    clients_accept(engine);
    peers_publish(engine->peers);
    recorder_watch(engine->recorder);
    held_fd_keep(engine);
    supervisor_retry(engine->supervisor);
    watchdog_follow_crank(engine);
    reload_if_wanted(engine);
    begin_anew(engine);
    if (!gate_is_sound(decider_gate(engine->decider)))
        loop_give_up(engine, "no memory for what was decided");
    timer_set(engine, engine->due_timer, due_at(engine));
    if (decider_has_queued(engine->decider))
        timer_set(engine, engine->more_timer, clock_now());
    return 0;
}

/* ---- signals ---- */

static int on_end_wanted(sd_event_source *source, const struct signalfd_siginfo *info,
                         void *context)
{
    struct engine *engine = context;
    (void)source;
    log_notice("ended by signal %u", info->ssi_signo);
    return sd_event_exit(engine->event, EXIT_SUCCESS);
}

static int on_hup(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
    struct engine *engine = context;
    (void)source;
    (void)info;
    reload_begin(engine->reload);
    return 0;
}

int loop_signals_open(struct engine *engine)
{
    static const int waited_for[] = {SIGTERM, SIGINT, SIGHUP};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof waited_for / sizeof *waited_for; i++)
        sigaddset(&set, waited_for[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        return -errno;
    int result =
        sd_event_add_signal(engine->event, &engine->term_source, SIGTERM, on_end_wanted, engine);
    if (result >= 0)
        result =
            sd_event_add_signal(engine->event, &engine->int_source, SIGINT, on_end_wanted, engine);
    if (result >= 0)
        result = sd_event_add_signal(engine->event, &engine->hup_source, SIGHUP, on_hup, engine);
    return result < 0 ? result : 0;
}

void loop_signals_close(struct engine *engine)
{
    engine->hup_source = sd_event_source_disable_unref(engine->hup_source);
    engine->int_source = sd_event_source_disable_unref(engine->int_source);
    engine->term_source = sd_event_source_disable_unref(engine->term_source);
}

/* ---- timers and settling ---- */

int loop_open(struct engine *engine)
{
    instant heartbeat = instant_add_ms(clock_now(), WIRE_HEARTBEAT_MS);
    int result =
        timer_add(engine, &engine->due_timer, INSTANT_NEVER, SD_EVENT_PRIORITY_NORMAL, on_wake);
    if (result >= 0)
        result = timer_add(engine, &engine->more_timer, INSTANT_NEVER, MORE_PRIORITY, on_wake);
    if (result >= 0)
        result = timer_add(
            engine, &engine->heartbeat_timer, heartbeat, SD_EVENT_PRIORITY_NORMAL, on_heartbeat);
    if (result >= 0)
        result = timer_add(
            engine, &engine->alive_timer, INSTANT_NEVER, SD_EVENT_PRIORITY_NORMAL, on_alive);
    if (result >= 0)
        result = clock_watch_add(engine);
    if (result >= 0)
        result = sd_event_add_post(engine->event, &engine->settle_source, on_settle, engine);
    if (result >= 0)
        result = sd_event_source_set_priority(engine->settle_source, SETTLE_PRIORITY);
    if (result < 0)
        return result;
    alive_timer_set(engine);
    return on_settle(NULL, engine);
}

void loop_close(struct engine *engine)
{
    engine->settle_source = sd_event_source_disable_unref(engine->settle_source);
    engine->clock_source = sd_event_source_disable_unref(engine->clock_source);
    engine->alive_timer = sd_event_source_disable_unref(engine->alive_timer);
    engine->heartbeat_timer = sd_event_source_disable_unref(engine->heartbeat_timer);
    engine->more_timer = sd_event_source_disable_unref(engine->more_timer);
    engine->due_timer = sd_event_source_disable_unref(engine->due_timer);
}

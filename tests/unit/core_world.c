#include "core_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/machine.h"
#include "core/snapshot.h"

void world_site_small(struct site *site)
{
    site_set_defaults(site);
    site->mains = (struct mains_settings){
        .loss_debounce_ms = 1, .return_confirm_ms = 2, .window_loss_ms = 1000, .window_ms = 1};
    site->genset = (struct genset_settings){.wiring = GENSET_WIRING_RUN_CRANK,
                                            .mode = GENSET_MODE_AUTOMATIC,
                                            .attempts = 2,
                                            .start_delay_ms = 1,
                                            .preheat_ms = 0,
                                            .fuel_lead_ms = 1,
                                            .crank_ms = 2,
                                            .rest_ms = 1,
                                            .start_timeout_ms = 3,
                                            .start_pulse_ms = 1,
                                            .running_confirm_ms = 2,
                                            .running_lost_confirm_ms = 1,
                                            .warm_up_ms = 1,
                                            .cool_down_ms = 1,
                                            .stop_pulse_ms = 1,
                                            .fail_to_stop_ms = 2,
                                            .spin_down_ms = 1};
    site->procedure = (struct procedure_settings){
        .start_due_ms = 5, .report_failed_due_ms = 7, .shutdown_due_ms = 9, .repeat_ms = 3};
    site->shutdown = (struct shutdown_settings){.automatic = true,
                                                .parallel = 4,
                                                .retry_pause_ms = 1,
                                                .tier_within_low_ms = 2,
                                                .notify_within_ms = 2,
                                                .notify_within_low_ms = 1};
    site->inputs[INPUT_ROLE_MAINS_L1].wired = true;
    site->inputs[INPUT_ROLE_GENSET_RUNNING].wired = true;
    for (unsigned role = OUTPUT_RUN; role <= OUTPUT_HORN; role++)
        site->output_wired[role] = true;
}

void world_init(struct world *world, const struct site *site, size_t server_count, instant start)
{
    memset(world, 0, sizeof(*world));
    world->site = *site;
    world->site.servers = world->servers;
    world->site.server_count = server_count;
    for (unsigned i = 0; i < server_count; i++)
        world->servers[i] = (struct server_settings){
            .index = 11 + i, .tier = 1 + i, .command_timeout_ms = 1, .off_within_ms = 1};
    world->batch.actions = world->actions;
    world->batch.capacity = batch_capacity(&world->site);
    assert_true(world->batch.capacity <= WORLD_ACTIONS);
    state_init(&world->now.state, &world->site, start);
}

struct ctx world_ctx(struct world *world, instant now)
{
    return (struct ctx){
        .site = &world->site, .state = &world->now.state, .batch = &world->batch, .now = now};
}

void world_step(struct world *world, struct event event)
{
    core_step(&world->site, &world->now.state, &event, &world->batch);
}

void world_tick(struct world *world, int64_t ms)
{
    world_step(world, (struct event){.kind = EVENT_TICK, .at = instant_at(ms)});
}

void world_run(struct world *world, int64_t ms)
{
    for (instant due = core_next_due(&world->site, &world->now.state); due.ms < ms;
         due = core_next_due(&world->site, &world->now.state))
        world_tick(world, due.ms);
    world_tick(world, ms);
}

void world_input(struct world *world, int64_t ms, enum input_role role, enum input_value value)
{
    world_step(
        world,
        (struct event){.kind = EVENT_INPUT, .at = instant_at(ms), .role = role, .value = value});
}

void world_server(struct world *world, int64_t ms, size_t server, enum server_fact fact)
{
    world_step(
        world,
        (struct event){.kind = EVENT_SERVER, .at = instant_at(ms), .server = server, .fact = fact});
}

unsigned world_looks_at_once(const struct world *world, size_t place)
{
    unsigned looks = 0;

    for (size_t i = 0; i < world->batch.count; i++) {
        const struct action *action = &world->actions[i];
        looks += action->kind == ACTION_VERIFY && action->verify.server == place &&
                 action->verify.on && action->verify.at_once;
    }
    return looks;
}

static bool is_notice(const struct action *action, enum notification what)
{
    return action->kind == ACTION_NOTIFY && action->notice.notification == what;
}

unsigned world_notice_count(const struct world *world, enum notification what)
{
    unsigned count = 0;

    for (size_t i = 0; i < world->batch.count; i++)
        count += is_notice(&world->actions[i], what);
    return count;
}

struct notice world_notice(const struct world *world, enum notification what)
{
    unsigned count = world_notice_count(world, what);
    size_t i = 0;

    if (count != 1)
        fail_msg("%u of %s", count, notification_name(what));
    while (!is_notice(&world->actions[i], what))
        i++;
    return world->actions[i].notice;
}

enum promise_answer world_command(struct world *world, int64_t ms, struct command command)
{
    enum promise_answer answer;

    world_step(world, (struct event){.kind = EVENT_ASK, .at = instant_at(ms), .command = command});
    answer = world->batch.answer;
    if (answer != PROMISE_GIVEN)
        return answer;
    command.index = world->batch.command_index;
    world_step(world,
               (struct event){.kind = EVENT_CONFIRM, .at = instant_at(ms), .command = command});
    return answer;
}

void world_init_full(struct world *world, instant start)
{
    struct site site;

    world_site_small(&site);
    site.mains.window_loss_ms = 4;
    site.mains.window_ms = 8;
    site.genset.preheat_ms = 1;
    site.ups = (struct ups_settings){.asked = true, .reserve_ms = 1};
    for (unsigned role = INPUT_ROLE_MAINS_L1; role < INPUT_ROLE_COUNT; role++) {
        site.inputs[role].wired = true;
        site.inputs[role].debounce_ms = role % 2;
    }
    world_init(world, &site, WORLD_SERVERS, start);
    for (unsigned i = 0; i < WORLD_SERVERS; i++)
        world->servers[i].has_force = world->servers[i].has_alternative = true;
}

static unsigned random_below(uint64_t *seed, unsigned limit)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(*seed >> 33) % limit;
}

static bool is_active_when_quiet(enum input_role role)
{
    return role == INPUT_ROLE_MAINS_L1 || role == INPUT_ROLE_MAINS_L2 ||
           role == INPUT_ROLE_MAINS_L3 || role == INPUT_ROLE_GENSET_AUTOMATIC;
}

void world_quiet(struct world *world)
{
    for (unsigned role = INPUT_ROLE_MAINS_L1; role < INPUT_ROLE_COUNT; role++)
        world_input(world,
                    world->now.state.ticked.ms + 1,
                    (enum input_role)role,
                    is_active_when_quiet((enum input_role)role) ? INPUT_VALUE_ACTIVE
                                                                : INPUT_VALUE_INACTIVE);
}

static struct command random_command(uint64_t *seed, const struct state *state)
{
    static const uint32_t arguments[] = {0, 1, 11, 12};

    return (struct command){.kind = (enum command_kind)(COMMAND_KIND_GENSET_START +
                                                        random_below(seed, COMMAND_KIND_COUNT - 2)),
                            .argument = arguments[random_below(seed, 4)],
                            .confirmed = random_below(seed, 2),
                            .has_lock = random_below(seed, 2),
                            .lock = state->next_command,
                            .arm_genset = random_below(seed, 2),
                            .arm_servers = random_below(seed, 2)};
}

/* The mains and the genset most of all. */
static enum input_role random_role(uint64_t *seed)
{
    static const enum input_role often[] = {INPUT_ROLE_MAINS_L1, INPUT_ROLE_GENSET_RUNNING};

    if (random_below(seed, 4) > 0)
        return often[random_below(seed, 2)];
    return (enum input_role)(INPUT_ROLE_MAINS_L1 + random_below(seed, INPUT_ROLE_COUNT - 2));
}

static struct event random_input(uint64_t *seed)
{
    enum input_role role = random_role(seed);
    bool often = role == INPUT_ROLE_MAINS_L1 || role == INPUT_ROLE_GENSET_RUNNING;
    bool quiet = random_below(seed, often ? 2 : 6) > 0;
    bool active = is_active_when_quiet(role) == quiet;

    return (struct event){.kind = EVENT_INPUT,
                          .role = role,
                          .initial = random_below(seed, 3) == 0,
                          .value = random_below(seed, 20) == 0 ? INPUT_VALUE_UNKNOWN
                                   : active                    ? INPUT_VALUE_ACTIVE
                                                               : INPUT_VALUE_INACTIVE};
}

static struct event random_fact(uint64_t *seed)
{
    return (struct event){.kind = EVENT_SERVER,
                          .server = random_below(seed, WORLD_SERVERS),
                          .fact = (enum server_fact)random_below(seed, SERVER_FACT_COUNT)};
}

static struct event random_check(uint64_t *seed)
{
    return (struct event){.kind = EVENT_EQUIPMENT,
                          .server = random_below(seed, WORLD_SERVERS),
                          .equipment = EQUIPMENT_KIND_NETWORK + random_below(seed, 2),
                          .equipment_state = EQUIPMENT_STATE_READY + random_below(seed, 2)};
}

static struct event random_word(uint64_t *seed)
{
    static const struct ups_word unheard = {
        UPS_LINK_STALE, INPUT_VALUE_UNKNOWN, INPUT_VALUE_UNKNOWN, -1, -1};
    struct event event = {.kind = EVENT_UPS, .ups = unheard};

    if (random_below(seed, 6) > 0)
        event.ups = (struct ups_word){UPS_LINK_OK,
                                      INPUT_VALUE_INACTIVE + random_below(seed, 2),
                                      INPUT_VALUE_INACTIVE + (random_below(seed, 8) == 0),
                                      (int32_t)random_below(seed, 3) - 1,
                                      (int64_t)random_below(seed, 12) - 1};
    return event;
}

void world_disturb(struct world *world, uint64_t *seed)
{
    int64_t ms = world->now.state.ticked.ms + 1 + random_below(seed, 2);
    struct command command = random_command(seed, &world->now.state);
    struct event event = {.kind = EVENT_TICK};
    unsigned die = random_below(seed, 64);

    if (die < 2)
        event = (struct event){.kind = EVENT_ASK, .command = command};
    else if (die < 4)
        event = (struct event){.kind = EVENT_JOURNAL, .journal_behind = die == 2};
    else if (die < 6)
        event = random_check(seed);
    else if (die < 18)
        event = random_input(seed);
    else if (die < 28)
        event = random_fact(seed);
    else if (die < 31)
        event = random_word(seed);
    event.at = instant_at(ms);
    if (die >= 62)
        world_command(world, ms, command);
    else
        world_step(world, event);
}

void world_restart(struct world *world, int64_t ms)
{
    static char text[65536];
    struct input inputs[INPUT_ROLE_COUNT];
    bool missing[OUTPUT_ROLE_COUNT];
    struct state *state = &world->now.state;
    unsigned line;

    assert_true(snapshot_limit(WORLD_SERVERS) <= sizeof(text));
    memcpy(inputs, state->inputs, sizeof(inputs));
    memcpy(missing, state->output_missing, sizeof(missing));
    snapshot_write(&world->site, state, text, sizeof(text));
    state_init(state, &world->site, instant_at(ms));
    if (!snapshot_read(&world->site, state, text, &line))
        fail_msg("snapshot refused at line %u:\n%s", line, text);
    core_resume(&world->site, state, instant_at(ms), &world->batch);
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        if (world->site.inputs[role].wired)
            world_step(world,
                       (struct event){.kind = EVENT_INPUT,
                                      .at = instant_at(ms),
                                      .role = (enum input_role)role,
                                      .value = inputs[role].raw,
                                      .initial = true});
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (missing[role])
            world_step(world,
                       (struct event){.kind = EVENT_OUTPUT,
                                      .at = instant_at(ms),
                                      .output = (enum output_role)role,
                                      .output_missing = true});
}

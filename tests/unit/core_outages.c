#include "core_outages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const int64_t S = 1000;

void outages_site(struct site *site, struct server_settings servers[OUTAGES_SERVERS])
{
    site_set_defaults(site);
    site->genset.wiring = GENSET_WIRING_RUN_CRANK;
    site->genset.mode = GENSET_MODE_AUTOMATIC;
    for (unsigned role = INPUT_ROLE_MAINS_L1; role < INPUT_ROLE_COUNT; role++) {
        site->inputs[role].wired = true;
        site->inputs[role].index = role;
        site->inputs[role].debounce_ms = 50;
    }
    /* The invariants want nothing cranked from the very edge on. */
    site->inputs[INPUT_ROLE_GENSET_FAULT].debounce_ms = 0;
    site->inputs[INPUT_ROLE_GENSET_AUTOMATIC].debounce_ms = 0;
    for (unsigned role = OUTPUT_RUN; role <= OUTPUT_HORN; role++)
        site->output_wired[role] = true;
    for (unsigned i = 0; i < OUTAGES_SERVERS; i++)
        servers[i] = (struct server_settings){.index = 11 + i,
                                              .tier = 1 + i,
                                              .command_timeout_ms = 30 * S,
                                              .off_within_ms = 60 * S,
                                              .retries = 1};
    site->servers = servers;
    site->server_count = OUTAGES_SERVERS;
}

static unsigned below(struct outages *outages, unsigned limit)
{
    outages->seed = outages->seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(outages->seed >> 33) % limit;
}

/* ---- events ---- */

static void give(struct outages *outages, struct event event)
{
    event.at = outages->now;
    outages->give(outages->context, &event);
}

/* Each timer at its own instant. */
static void pass(struct outages *outages, int64_t ms)
{
    instant end = instant_add_ms(outages->now, ms);
    for (instant due = core_next_due(outages->site, outages->state); !instant_before(end, due);
         due = core_next_due(outages->site, outages->state)) {
        outages->now = due;
        give(outages, (struct event){.kind = EVENT_TICK});
    }
    outages->now = end;
    give(outages, (struct event){.kind = EVENT_TICK});
    outages->now = instant_add_ms(end, 1);
}

static void line(struct outages *outages, enum input_role role, enum input_value value)
{
    give(outages, (struct event){.kind = EVENT_INPUT, .role = role, .value = value});
    if (value != INPUT_VALUE_UNKNOWN)
        outages->line_on[role] = value == INPUT_VALUE_ACTIVE;
    pass(outages, 1);
}

static void line_vanishes(struct outages *outages, enum input_role role)
{
    line(outages, role, INPUT_VALUE_UNKNOWN);
    pass(outages, below(outages, 20) * S);
    line(outages, role, outages->line_on[role] ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
}

static void output(struct outages *outages, enum output_role role)
{
    give(outages, (struct event){.kind = EVENT_OUTPUT, .output = role, .output_missing = true});
    pass(outages, below(outages, 20) * S);
    give(outages, (struct event){.kind = EVENT_OUTPUT, .output = role});
}

static void fact(struct outages *outages)
{
    size_t server = below(outages, OUTAGES_SERVERS);
    enum server_fact fact = (enum server_fact)below(outages, SERVER_FACT_COUNT);
    bool of_command = fact == SERVER_ACCEPTED || fact == SERVER_REFUSED || fact == SERVER_NOT_RUN;
    if (of_command && outages->state->servers[server].state != SERVER_STATE_TELLING)
        fact = SERVER_SEEN_OFF;
    give(outages, (struct event){.kind = EVENT_SERVER, .server = server, .fact = fact});
}

static void chatter(struct outages *outages, enum input_role role)
{
    for (int i = 0; i < 50; i++) {
        give(outages,
             (struct event){.kind = EVENT_INPUT,
                            .role = role,
                            .value = i % 2 ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE});
        outages->now = instant_add_ms(outages->now, 1);
    }
    line(outages, role, outages->line_on[role] ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
}

static void bounce(struct outages *outages, enum input_role role, int64_t ms)
{
    bool on = outages->line_on[role];
    line(outages, role, on ? INPUT_VALUE_INACTIVE : INPUT_VALUE_ACTIVE);
    pass(outages, ms);
    line(outages, role, on ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
}

static void something_happens(struct outages *outages)
{
    static const enum input_role others[] = {INPUT_ROLE_GENSET_FAULT,
                                             INPUT_ROLE_GENSET_AUTOMATIC,
                                             INPUT_ROLE_EMERGENCY_STOP,
                                             INPUT_ROLE_FUEL_LOW,
                                             INPUT_ROLE_UPS_BATTERY_LOW,
                                             INPUT_ROLE_UPS_ON_BATTERY,
                                             INPUT_ROLE_WILL_NOT_START};
    enum input_role other = others[below(outages, sizeof others / sizeof *others)];
    bool running = outages->line_on[INPUT_ROLE_GENSET_RUNNING];
    unsigned die = below(outages, 32);

    if (die < 10)
        fact(outages);
    else if (die < 16)
        line(outages,
             INPUT_ROLE_GENSET_RUNNING,
             running ? INPUT_VALUE_INACTIVE : INPUT_VALUE_ACTIVE);
    else if (die < 19)
        bounce(outages, other, 1 + below(outages, 30000));
    else if (die < 21)
        bounce(outages, INPUT_ROLE_MAINS_L1, 1 + below(outages, 30000));
    else if (die < 23)
        line_vanishes(outages, die == 21 ? INPUT_ROLE_GENSET_RUNNING : INPUT_ROLE_MAINS_L2);
    else if (die < 25)
        output(outages, die == 23 ? OUTPUT_CRANK : OUTPUT_RUN);
    else if (die < 26)
        chatter(outages, INPUT_ROLE_GENSET_RUNNING);
    else if (die < 28 && outages->restart)
        outages->restart(outages->context, outages->now);
}

void outages_begin(struct outages *outages)
{
    static const enum input_role active[] = {
        INPUT_ROLE_MAINS_L1, INPUT_ROLE_MAINS_L2, INPUT_ROLE_MAINS_L3, INPUT_ROLE_GENSET_AUTOMATIC};
    for (size_t i = 0; i < sizeof active / sizeof *active; i++)
        outages->line_on[active[i]] = true;
    for (unsigned role = INPUT_ROLE_MAINS_L1; role < INPUT_ROLE_COUNT; role++)
        line(outages,
             (enum input_role)role,
             outages->line_on[role] ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE);
}

void outages_next(struct outages *outages)
{
    enum input_role phase = INPUT_ROLE_MAINS_L1 + below(outages, 3);
    pass(outages, 60 * S + below(outages, 600000));
    line(outages, phase, INPUT_VALUE_INACTIVE);
    pass(outages, 3 * S);
    assert_int_not_equal(outages->state->incident.phase, PHASE_IDLE);
    for (unsigned events = below(outages, 12); events > 0; events--) {
        pass(outages, 1 + below(outages, 120000));
        something_happens(outages);
    }
    line(outages, phase, INPUT_VALUE_ACTIVE);
    line(outages, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    pass(outages, 300 * S);
    assert_int_equal(outages->state->mains.state, MAINS_STATE_PRESENT);
    assert_int_equal(outages->state->incident.phase, PHASE_IDLE);
}

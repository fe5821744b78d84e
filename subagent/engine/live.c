#include "engine/live.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "core/core.h"
#include "engine/known.h"
#include "engine/overall.h"
#include "engine/procedure.h"
#include "engine/severity.h"

struct view {
    const struct config *config;
    const struct site *site;
    const struct state *state;
    const struct live_facts *facts;
    live_row_fn *emit;
    void *context;
    enum severity worst;
};

static void worsen(struct view *view, enum severity severity)
{
    view->worst = severity_worse(view->worst, severity);
}

static instant set_or_none(instant at)
{
    return instant_is_set(at) ? at : INSTANT_NONE;
}

static bool incident_is_open(const struct state *state)
{
    return state->incident.phase != PHASE_IDLE;
}

/* ---- inputs ---- */

static bool input_is_wired(const struct view *view, enum input_role role)
{
    return view->site->inputs[role].wired;
}

/* One that says running although the engine was told to stop is not believed until it opens. */
static enum input_value believed_value(const struct state *state, enum input_role role)
{
    bool doubted =
        role == INPUT_ROLE_GENSET_RUNNING && state->genset.state == GENSET_STATE_STOP_FAILED;

    return doubted ? INPUT_VALUE_UNKNOWN : known(state->inputs[role].value);
}

static void input_row(struct view *view, enum input_role role)
{
    const struct input_settings *settings = &view->site->inputs[role];
    const struct input *input = &view->state->inputs[role];
    struct row_input row;
    memset(&row, 0, sizeof row);
    text_copy(row.name, sizeof row.name, settings->name);
    row.role = role;
    row.value = believed_value(view->state, role);
    bool available = input->raw == INPUT_VALUE_ACTIVE || input->raw == INPUT_VALUE_INACTIVE;
    row.status = available ? INPUT_STATUS_OK : INPUT_STATUS_UNAVAILABLE;
    row.severity = severity_of_input(role, row.value, row.status);
    row.last_change = set_or_none(input->since);
    worsen(view, row.severity);
    view->emit(view->context, ROW_input, settings->index, &row);
}

static void input_rows(struct view *view)
{
    for (size_t role = 0; role < INPUT_ROLE_COUNT; role++)
        if (input_is_wired(view, (enum input_role)role))
            input_row(view, (enum input_role)role);
}

/* ---- mains and genset ---- */

/* A counter must not go back when a return is confirmed, so it stops at the return's edge. */
static void mains_row_fill_out(struct row_mains *row, const struct mains *mains)
{
    row->out_ms = mains->out_ms;
    row->out_since = INSTANT_NONE;
    if (mains->state == MAINS_STATE_LOST)
        row->out_since = set_or_none(mains->lost_at);
    else if (mains->state == MAINS_STATE_RETURNING && instant_is_set(mains->lost_at) &&
             instant_is_set(mains->returned_at))
        row->out_ms += instant_diff_ms(mains->returned_at, mains->lost_at);
}

static void mains_row(struct view *view)
{
    const struct mains *mains = &view->state->mains;
    struct row_mains row;
    memset(&row, 0, sizeof row);
    row.state = known(mains->state);
    row.severity = severity_of_mains(mains->state);
    row.since = set_or_none(mains->since);
    row.outages = mains->outages;
    row.dips = mains->dips_ignored;
    mains_row_fill_out(&row, mains);
    worsen(view, row.severity);
    view->emit(view->context, ROW_mains, 0, &row);
}

static bool genset_counts_running(const struct genset *genset)
{
    return genset->state == GENSET_STATE_RUNNING || genset->state == GENSET_STATE_COOLING_DOWN ||
           genset->state == GENSET_STATE_STOPPING || genset->state == GENSET_STATE_STOP_FAILED;
}

static void genset_row_fill_run(struct row_genset *row, const struct genset *genset)
{
    row->run_ms = genset->run_ms;
    row->running_since = INSTANT_NONE;
    if (!genset_counts_running(genset) || !instant_is_set(genset->running_at))
        return;
    if (instant_is_set(genset->stopped_at))
        row->run_ms += instant_diff_ms(genset->stopped_at, genset->running_at);
    else
        row->running_since = genset->running_at;
}

static enum input_value input_value_of(const struct view *view, enum input_role role)
{
    return input_is_wired(view, role) ? view->state->inputs[role].value : INPUT_VALUE_UNKNOWN;
}

static const enum fuel_state fuel_of[INPUT_VALUE_COUNT] = {
    [INPUT_VALUE_UNKNOWN] = FUEL_STATE_UNKNOWN,
    [INPUT_VALUE_INACTIVE] = FUEL_STATE_OK,
    [INPUT_VALUE_ACTIVE] = FUEL_STATE_LOW,
};

/* On if one is active; off if all that are wired are not; else it cannot be told. */
static enum on_off genset_fault_of(const struct view *view)
{
    static const enum input_role roles[] = {INPUT_ROLE_GENSET_FAULT, INPUT_ROLE_EMERGENCY_STOP};
    enum on_off fault = ON_OFF_UNKNOWN;
    bool in_doubt = false;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        enum input_value value = input_value_of(view, roles[i]);
        if (value == INPUT_VALUE_ACTIVE)
            return ON_OFF_ON;
        if (value == INPUT_VALUE_INACTIVE)
            fault = ON_OFF_OFF;
        else
            in_doubt = in_doubt || input_is_wired(view, roles[i]);
    }
    return in_doubt ? ON_OFF_UNKNOWN : fault;
}

static enum load_state load_state_of(const struct view *view)
{
    enum input_value voltage = input_value_of(view, INPUT_ROLE_GENSET_VOLTAGE);
    enum input_value transfer = input_value_of(view, INPUT_ROLE_TRANSFER_SWITCH);
    if (voltage == INPUT_VALUE_INACTIVE || transfer == INPUT_VALUE_INACTIVE)
        return LOAD_STATE_NOT_CARRYING;
    bool sensed = voltage == INPUT_VALUE_ACTIVE || transfer == INPUT_VALUE_ACTIVE;
    return sensed ? LOAD_STATE_CARRYING : LOAD_STATE_UNKNOWN;
}

static void genset_row(struct view *view)
{
    const struct genset *genset = &view->state->genset;
    struct row_genset row;
    memset(&row, 0, sizeof row);
    row.state = known(genset->state);
    row.severity = severity_of_genset(view->state);
    row.since = set_or_none(genset->since);
    row.mode = known(view->site->genset.mode);
    row.wiring = known(view->site->genset.wiring);
    row.attempts = genset->last_attempts;
    row.starts = genset->starts;
    row.failures = genset->failures;
    genset_row_fill_run(&row, genset);
    row.fuel = known(fuel_of[input_value_of(view, INPUT_ROLE_FUEL_LOW)]);
    row.fault = genset_fault_of(view);
    row.load = load_state_of(view);
    row.started_by = known(genset->started_by);
    row.last_start_ms = genset->last_start_ms > 0 ? genset->last_start_ms : -1;
    text_copy(row.reason, sizeof row.reason, reason_text(genset_obstacle(view->site, view->state)));
    worsen(view, row.severity);
    view->emit(view->context, ROW_genset, 0, &row);
}

/* ---- UPS ---- */

static enum ups_source ups_source_of(const struct view *view)
{
    bool contacts = input_is_wired(view, INPUT_ROLE_UPS_ON_BATTERY) ||
                    input_is_wired(view, INPUT_ROLE_UPS_BATTERY_LOW);
    if (view->site->ups.asked)
        return contacts ? UPS_SOURCE_BOTH : UPS_SOURCE_NUT;
    return contacts ? UPS_SOURCE_CONTACTS : UPS_SOURCE_NONE;
}

static enum ups_status ups_status_of(const struct view *view)
{
    static const enum ups_status fed_by[INPUT_VALUE_COUNT] = {
        [INPUT_VALUE_UNKNOWN] = UPS_STATUS_UNKNOWN,
        [INPUT_VALUE_INACTIVE] = UPS_STATUS_ONLINE,
        [INPUT_VALUE_ACTIVE] = UPS_STATUS_ON_BATTERY,
    };
    if (ups_value(view->site, view->state, INPUT_ROLE_UPS_BATTERY_LOW) == INPUT_VALUE_ACTIVE)
        return UPS_STATUS_LOW_BATTERY;
    return fed_by[known(ups_value(view->site, view->state, INPUT_ROLE_UPS_ON_BATTERY))];
}

static void ups_row(struct view *view)
{
    const struct ups *ups = &view->state->ups;
    bool counts_down = instant_is_set(ups->empty_at);
    bool heard = ups->word.link == UPS_LINK_OK;
    struct row_ups row;
    memset(&row, 0, sizeof row);
    row.source = ups_source_of(view);
    row.status = ups_status_of(view);
    row.link = known(ups->word.link);
    row.severity = severity_of_ups(row.status, row.link);
    row.runtime_ms = heard && !counts_down ? ups->word.runtime_ms : -1;
    row.empty_at = heard && counts_down ? ups->empty_at : INSTANT_NONE;
    row.charge_known = ups->word.charge_percent >= 0 ? ON_OFF_ON : ON_OFF_OFF;
    row.charge_percent = ups->word.charge_percent >= 0 ? (uint32_t)ups->word.charge_percent : 0;
    row.heard_at = set_or_none(ups->heard_at);
    row.shutdown_ms = ups_shutdown_ms(view->site, view->state);
    worsen(view, row.severity);
    view->emit(view->context, ROW_ups, 0, &row);
}

/* ---- servers, steps, equipment ---- */

static bool server_is_shown(const struct view *view, size_t place)
{
    if (!view->facts->shown)
        return false;
    /* Byte by byte: padding that differs costs a row more, nothing else. */
    const void *shown = &view->facts->shown->servers[place], *now = &view->state->servers[place];
    return memcmp(shown, now, sizeof(struct server)) == 0;
}

static void server_row(struct view *view, size_t place)
{
    const struct server_settings *settings = &view->site->servers[place];
    const struct server *server = &view->state->servers[place];
    struct row_server row;
    memset(&row, 0, sizeof row);
    text_copy(row.name, sizeof row.name, settings->name);
    row.tier = settings->tier;
    row.state = known(server->state);
    row.severity = severity_of_server(server);
    row.last_reachable = set_or_none(server->last_reachable);
    row.shutdown_started = set_or_none(server->shutdown_started);
    row.shutdown_finished = set_or_none(server->shutdown_finished);
    row.result = known(server->result);
    row.attempts = server->attempts;
    text_copy(row.reason, sizeof row.reason, reason_text(server->reason));
    row.power_state = known(server->power.state);
    row.power_started = set_or_none(server->power.started);
    row.power_finished = set_or_none(server->power.finished);
    row.power_attempts = server->power.attempts;
    text_copy(row.power_reason, sizeof row.power_reason, reason_text(server->power.reason));
    view->emit(view->context, ROW_server, settings->index, &row);
}

static void shutdown_row(struct view *view)
{
    const struct progress progress = shutdown_progress(view->site, view->state);
    struct row_shutdown row;
    memset(&row, 0, sizeof row);
    row.state = progress.state;
    row.servers = (uint32_t)progress.servers;
    row.done = (uint32_t)progress.done;
    row.left = (uint32_t)progress.left;
    row.tier = progress.tier;
    row.started = set_or_none(progress.started);
    row.ended = set_or_none(progress.ended);
    view->emit(view->context, ROW_shutdown, 0, &row);
}

static int64_t step_lateness_ms(const struct step *step)
{
    bool late = step->state == STEP_STATE_MISSED && instant_is_set(step->done_at) &&
                instant_before(step->due, step->done_at);
    return late ? instant_diff_ms(step->done_at, step->due) : -1;
}

static void step_row(struct view *view, unsigned number)
{
    const struct incident *incident = &view->state->incident;
    const struct step *step = &incident->steps[number - 1];
    struct row_step row;
    memset(&row, 0, sizeof row);
    text_copy(row.activity, sizeof row.activity, procedure_activity(number));
    row.role = procedure_role(number);
    row.state = known(step->state);
    row.severity = severity_of_step(step, incident_is_open(view->state));
    row.incident = incident->id;
    row.round = incident->round;
    row.clock_start = set_or_none(step->clock_start);
    row.due = set_or_none(step->due);
    row.done_at = set_or_none(step->done_at);
    row.lateness_ms = step_lateness_ms(step);
    row.answer = known(step->answer);
    row.done_by = known(step->done_by);
    worsen(view, row.severity);
    view->emit(view->context, ROW_step, number, &row);
}

static void equipment_row(struct view *view, uint32_t key, const char *name,
                          enum equipment_kind kind, const struct equipment *equipment)
{
    struct row_equipment row;
    memset(&row, 0, sizeof row);
    text_copy(row.name, sizeof row.name, name);
    row.kind = kind;
    row.state = known(equipment->state);
    row.severity = severity_of_equipment(equipment->state);
    row.since = set_or_none(equipment->since);
    text_copy(row.reason, sizeof row.reason, reason_text(equipment->reason));
    view->emit(view->context, ROW_equipment, key, &row);
}

static bool equipment_is_watched(const struct view *view, enum equipment_kind kind)
{
    switch (kind) {
    case EQUIPMENT_KIND_FUEL:
        return input_is_wired(view, INPUT_ROLE_FUEL_LOW);
    case EQUIPMENT_KIND_GENSET:
        return input_is_wired(view, INPUT_ROLE_GENSET_FAULT) ||
               input_is_wired(view, INPUT_ROLE_GENSET_AUTOMATIC) ||
               input_is_wired(view, INPUT_ROLE_EMERGENCY_STOP) ||
               view->state->equipment[kind].state != EQUIPMENT_STATE_UNKNOWN;
    case EQUIPMENT_KIND_STARTER_BATTERY:
        return input_is_wired(view, INPUT_ROLE_STARTER_BATTERY_LOW);
    case EQUIPMENT_KIND_UPS:
        return ups_is_watched(view->site);
    case EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER:
        return view->config->equipment.administrator_computer != NULL;
    case EQUIPMENT_KIND_NETWORK:
        return view->config->equipment.network != NULL;
    default:
        return false;
    }
}

static void equipment_rows(struct view *view)
{
    for (enum equipment_kind kind = EQUIPMENT_KIND_FUEL; kind < EQUIPMENT_KIND_SERVER; kind++) {
        const struct equipment *equipment = &view->state->equipment[kind];
        if (!equipment_is_watched(view, kind))
            continue;
        worsen(view, severity_of_equipment(equipment->state));
        equipment_row(view, kind, procedure_equipment_name(kind), kind, equipment);
    }
}

static void access_row(struct view *view, size_t place)
{
    const struct server_settings *settings = &view->site->servers[place];
    equipment_row(view,
                  LIVE_SERVER_ACCESS_KEY + settings->index,
                  settings->name,
                  EQUIPMENT_KIND_SERVER,
                  &view->state->servers[place].access);
}

static void server_rows(struct view *view, size_t place)
{
    const struct server *server = &view->state->servers[place];
    bool is_checked = view->config->server_commands[place].check != NULL;
    worsen(view, severity_of_server(server));
    if (is_checked)
        worsen(view, severity_of_equipment(server->access.state));
    if (server_is_shown(view, place))
        return;
    server_row(view, place);
    if (is_checked)
        access_row(view, place);
}

/* ---- system ---- */

static bool is_inhibited(const struct state *state)
{
    return instant_is_set(state->inhibit_until);
}

static bool is_drill(const struct state *state)
{
    return incident_is_open(state) && state->incident.kind == INCIDENT_KIND_DRILL;
}

static void worsen_by_system(struct view *view)
{
    worsen(view, severity_of_journal(view->facts->journal));
    worsen(view, severity_of_hold(view->state->hold));
    if (is_inhibited(view->state) || view->facts->unreached)
        worsen(view, SEVERITY_WARNING);
    if (is_drill(view->state))
        worsen(view, SEVERITY_NOTICE);
    for (size_t role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (view->state->output_missing[role])
            worsen(view, SEVERITY_WARNING);
}

static void system_row(struct view *view)
{
    const struct state *state = view->state;
    struct row_system row;
    memset(&row, 0, sizeof row);
    worsen_by_system(view);
    text_copy(row.site, sizeof row.site, view->site->name);
    row.overall_state = view->worst;
    overall_text(row.overall_text, sizeof row.overall_text, view->config, state, view->facts);
    row.engine_started = view->facts->engine_started;
    row.journal_state = view->facts->journal;
    row.hold_state = known(state->hold);
    text_copy(row.hold_reason, sizeof row.hold_reason, reason_text(state->hold_reason));
    row.inhibit_state = is_inhibited(state) ? ON_OFF_ON : ON_OFF_OFF;
    row.inhibit_until = set_or_none(state->inhibit_until);
    row.drill_state = is_drill(state) ? ON_OFF_ON : ON_OFF_OFF;
    row.exercise_until = set_or_none(state->genset.exercise_until);
    row.open_incident = incident_is_open(state) ? state->incident.id : 0;
    row.next_command = state->next_command;
    row.events_bumped = view->facts->events_bumped;
    text_format(row.config_hash, sizeof row.config_hash, "%016" PRIx64, view->config->hash);
    view->emit(view->context, ROW_system, 0, &row);
}

void live_rows(const struct config *config, const struct state *state,
               const struct live_facts *facts, live_row_fn *emit, void *context)
{
    struct view view = {.config = config,
                        .site = &config->site,
                        .state = state,
                        .facts = facts,
                        .emit = emit,
                        .context = context,
                        .worst = SEVERITY_OK};
    input_rows(&view);
    mains_row(&view);
    genset_row(&view);
    ups_row(&view);
    shutdown_row(&view);
    for (unsigned number = 1; number <= STEP_COUNT; number++)
        step_row(&view, number);
    equipment_rows(&view);
    for (size_t i = 0; i < view.site->server_count; i++)
        server_rows(&view, i);
    system_row(&view);
}

#include "engine/overall.h"

#include "base/text.h"
#include "engine/daytime.h"

struct line {
    char *to;
    size_t size;
    const struct config *config;
    const struct site *site;
    const struct state *state;
    const struct live_facts *facts;
};

static const char *const mains_words[MAINS_STATE_COUNT] = {
    [MAINS_STATE_UNKNOWN] = "mains unknown",
    [MAINS_STATE_PRESENT] = "mains present",
    [MAINS_STATE_UNSTABLE] = "mains unstable",
    [MAINS_STATE_LOST] = "mains lost",
    [MAINS_STATE_RETURNING] = "mains returning"};

static const char *const genset_words[GENSET_STATE_COUNT] = {
    [GENSET_STATE_UNKNOWN] = "genset unknown",
    [GENSET_STATE_STOPPED] = "genset stopped",
    [GENSET_STATE_START_DELAY] = "genset about to start",
    [GENSET_STATE_PREHEATING] = "genset preheating",
    [GENSET_STATE_CRANKING] = "genset cranking",
    [GENSET_STATE_STARTING] = "genset starting",
    [GENSET_STATE_RESTING] = "genset resting between attempts",
    [GENSET_STATE_CONFIRMING] = "genset running, being confirmed",
    [GENSET_STATE_RUNNING] = "genset running",
    [GENSET_STATE_COOLING_DOWN] = "genset cooling down",
    [GENSET_STATE_STOPPING] = "genset stopping",
    [GENSET_STATE_SPINNING_DOWN] = "genset spinning down",
    [GENSET_STATE_START_FAILED] = "genset start failed",
    [GENSET_STATE_STOP_FAILED] = "genset does not stop",
};

static void say_daytime(const struct line *line, const char *before, instant at)
{
    char time[DAYTIME_SIZE];
    daytime_format(time, at, line->facts->moment);
    text_append(line->to, line->size, "%s%s", before, time);
}

static bool is_open(const struct state *state)
{
    return state->incident.phase != PHASE_IDLE;
}

static void say_incident(const struct line *line)
{
    const struct incident *incident = &line->state->incident;
    if (!is_open(line->state))
        return;
    const char *kind = incident->kind == INCIDENT_KIND_DRILL ? "Drill" : "Outage";
    text_append(line->to, line->size, "%s %u", kind, incident->id);
    say_daytime(line, " since ", incident->lost_at);
    if (incident->round > 1)
        text_append(line->to, line->size, ", round %u", incident->round);
    text_append(line->to, line->size, ": ");
}

static void say_attempt(const struct line *line)
{
    const struct genset *genset = &line->state->genset;
    if (genset->state >= GENSET_STATE_PREHEATING && genset->state <= GENSET_STATE_RESTING &&
        genset->attempt > 0)
        text_append(line->to,
                    line->size,
                    " (attempt %u of %u)",
                    genset->attempt,
                    line->site->genset.attempts);
}

static void say_genset(const struct line *line)
{
    const struct genset *genset = &line->state->genset;
    bool quiet = !is_open(line->state) && genset->state == GENSET_STATE_STOPPED;
    size_t place = (size_t)genset->state;
    bool absent = !line->site->inputs[INPUT_ROLE_GENSET_RUNNING].wired;
    if (quiet || absent || place >= GENSET_STATE_COUNT || !genset_words[place])
        return;
    text_append(line->to, line->size, "; %s", genset_words[place]);
    say_attempt(line);
    if (genset->not_carrying_alarmed)
        text_append(line->to, line->size, ", not carrying the load");
}

/* The step that comes due first, of those that are to be done. */
static unsigned next_step(const struct state *state)
{
    unsigned next = 0;
    instant due = INSTANT_NEVER;
    for (unsigned i = 0; i < STEP_COUNT; i++) {
        const struct step *step = &state->incident.steps[i];
        bool pending = step->state == STEP_STATE_OPEN || step->state == STEP_STATE_HELD;
        if (pending && instant_is_set(step->due) && instant_before(step->due, due)) {
            next = i + 1;
            due = step->due;
        }
    }
    return next;
}

static void say_steps(const struct line *line)
{
    const struct step *steps = line->state->incident.steps;
    if (!is_open(line->state))
        return;
    for (unsigned number = 1; number <= STEP_COUNT; number++)
        if (steps[number - 1].state == STEP_STATE_MISSED)
            text_append(line->to, line->size, "; step %u missed", number);
    unsigned next = next_step(line->state);
    if (next == 0)
        return;
    text_append(line->to, line->size, "; step %u", next);
    say_daytime(line, " due ", steps[next - 1].due);
    if (steps[next - 1].state == STEP_STATE_HELD)
        text_append(line->to, line->size, ", held");
}

static void say_servers(const struct line *line)
{
    size_t down = 0, failed = 0;
    bool begun = false;
    for (size_t i = 0; i < line->state->server_count; i++) {
        const struct server *server = &line->state->servers[i];
        begun = begun || server->told || server->state == SERVER_STATE_NOT_OFF;
        down += server->state == SERVER_STATE_OFF;
        failed += server->state == SERVER_STATE_NOT_OFF;
    }
    if (!begun)
        return;
    text_append(line->to, line->size, "; %zu of %zu servers down", down, line->state->server_count);
    if (failed > 0)
        text_append(line->to, line->size, ", %zu not", failed);
}

static void say_equipment(const struct line *line)
{
    size_t missing = 0;
    for (size_t kind = 0; kind < EQUIPMENT_KIND_COUNT; kind++)
        missing += line->state->equipment[kind].state == EQUIPMENT_STATE_MISSING;
    for (size_t i = 0; i < line->state->server_count; i++)
        missing += line->state->servers[i].access.state == EQUIPMENT_STATE_MISSING;
    if (missing > 0)
        text_append(line->to,
                    line->size,
                    missing == 1 ? "; %zu item not ready" : "; %zu items not ready",
                    missing);
}

static void say_inputs(const struct line *line)
{
    size_t gone = 0;
    for (size_t role = 0; role < INPUT_ROLE_COUNT; role++)
        gone += line->site->inputs[role].wired &&
                line->state->inputs[role].raw != INPUT_VALUE_ACTIVE &&
                line->state->inputs[role].raw != INPUT_VALUE_INACTIVE;
    if (gone > 0)
        text_append(line->to,
                    line->size,
                    gone == 1 ? "; %zu input unavailable" : "; %zu inputs unavailable",
                    gone);
}

static void say_outputs(const struct line *line)
{
    for (size_t role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (line->state->output_missing[role])
            text_append(line->to,
                        line->size,
                        "; output %s unavailable",
                        output_role_name((enum output_role)role));
}

static void say_ups(const struct line *line)
{
    const struct state *state = line->state;
    enum ups_link link = state->ups.word.link;
    if (link == UPS_LINK_STALE || link == UPS_LINK_UNREACHABLE)
        text_append(line->to, line->size, "; UPS not heard");
    if (line->site->ups.asked && instant_is_set(state->ups.empty_at))
        say_daytime(line, "; UPS on battery until ", state->ups.empty_at);
}

static void say_engine(const struct line *line)
{
    if (line->state->hold == HOLD_STATE_HELD)
        text_append(
            line->to, line->size, "; shutdown held: %s", reason_text(line->state->hold_reason));
    if (instant_is_set(line->state->inhibit_until))
        say_daytime(line, "; inhibited until ", line->state->inhibit_until);
    if (line->facts->journal == JOURNAL_STATE_BEHIND)
        text_append(line->to, line->size, "; journal behind");
    if (line->facts->journal == JOURNAL_STATE_FAILED)
        text_append(line->to, line->size, "; journal failed");
    if (line->facts->journal == JOURNAL_STATE_OVER_LIMIT)
        text_append(line->to, line->size, "; journal over its limit");
}

static void say_contacts(const struct line *line)
{
    for (size_t i = 0; i < line->config->contact_count; i++)
        if (line->facts->unreached & 1U << line->config->contacts[i].index)
            text_append(line->to, line->size, "; %s not reached", line->config->contacts[i].name);
}

static void capitalise(char *text)
{
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
}

void overall_text(char *to, size_t size, const struct config *config, const struct state *state,
                  const struct live_facts *facts)
{
    const struct line line = {.to = to,
                              .size = size,
                              .config = config,
                              .site = &config->site,
                              .state = state,
                              .facts = facts};
    size_t mains = (size_t)state->mains.state;
    const char *words =
        mains < MAINS_STATE_COUNT && mains_words[mains] ? mains_words[mains] : "mains unknown";
    to[0] = '\0';
    say_incident(&line);
    text_append(to, size, "%s", words);
    say_genset(&line);
    say_engine(&line);
    say_steps(&line);
    say_servers(&line);
    say_equipment(&line);
    say_ups(&line);
    say_inputs(&line);
    say_outputs(&line);
    say_contacts(&line);
    capitalise(to);
}

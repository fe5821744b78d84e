#include "core_invariants.h"

#include <string.h>

#include "core/core.h"
#include "core/snapshot.h"

/* ---- words ---- */

static bool is(const struct site *site, const struct state *state, enum input_role role,
               enum input_value value)
{
    return site->inputs[role].wired && state->inputs[role].value == value;
}

static bool in_incident(const struct state *state)
{
    return state->incident.phase != PHASE_IDLE;
}

static bool in_unarmed_drill(const struct state *state)
{
    return in_incident(state) && state->incident.kind == INCIDENT_KIND_DRILL &&
           !state->incident.arm_genset;
}

static bool same_round(const struct transition *t)
{
    return in_incident(t->before) && in_incident(t->after) &&
           t->before->incident.id == t->after->incident.id &&
           t->before->incident.round == t->after->incident.round;
}

static bool is_ticked(const struct transition *t)
{
    return t->event->kind == EVENT_TICK;
}

static bool is_restarted(const struct transition *t)
{
    return t->event->kind == EVENT_KIND_COUNT;
}

static bool is_carried_out(const struct transition *t, enum command_kind kind)
{
    return t->command && t->command->kind == kind;
}

static bool is_judged(enum step_state state)
{
    return state == STEP_STATE_MET || state == STEP_STATE_MISSED;
}

static bool is_final(enum step_state state)
{
    return is_judged(state) || state == STEP_STATE_NOT_REQUIRED;
}

static bool switched(const struct transition *t, enum output_role role, bool on)
{
    return t->before->genset.output_on[role] != on && t->after->genset.output_on[role] == on;
}

static bool entered(const struct transition *t, enum genset_state state)
{
    return t->before->genset.state != state && t->after->genset.state == state;
}

static const struct action *action_next(const struct transition *t, const struct action *last,
                                        enum action_kind kind)
{
    const struct action *end = t->batch->actions + t->batch->count;

    for (const struct action *action = last ? last + 1 : t->batch->actions; action < end; action++)
        if (action->kind == kind)
            return action;
    return NULL;
}

static const struct notice *notice_next(const struct transition *t, const struct notice *last,
                                        enum notification what)
{
    const struct action *action =
        last ? (const struct action *)((const char *)last - offsetof(struct action, notice)) : NULL;

    while ((action = action_next(t, action, ACTION_NOTIFY)))
        if (action->notice.notification == what)
            return &action->notice;
    return NULL;
}

/* ---- verdicts ---- */

static bool verdict_is_final_within_a_round(const struct transition *t)
{
    enum step_state verdicts[STEP_COUNT];
    const struct incident *incident = &t->before->incident;

    if (!in_incident(t->before))
        return true;
    for (unsigned i = 0; i < STEP_COUNT; i++)
        verdicts[i] = incident->steps[i].state;
    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_PUT_RECORD));) {
        if (a->record.incident != incident->id || a->record.round != incident->round)
            continue;
        enum step_state *verdict = &verdicts[a->record.step - 1];
        if (is_judged(*verdict) && *verdict != a->record.verdict)
            return false;
        *verdict = a->record.verdict;
    }
    for (unsigned i = 0; i < STEP_COUNT; i++)
        if (same_round(t) ? verdicts[i] != t->after->incident.steps[i].state
                          : !is_final(verdicts[i]))
            return false;
    return true;
}

static bool miss_has_a_deviation_and_met_has_none(const struct transition *t)
{
    for (unsigned i = 0; i < STEP_COUNT && in_incident(t->after); i++) {
        const struct step *step = &t->after->incident.steps[i];
        if ((step->state == STEP_STATE_MISSED) != (step->deviation != 0))
            return false;
        if (step->deviation >= t->after->next_deviation)
            return false;
    }
    return true;
}

static bool deviation_is_put(const struct transition *t, uint32_t id)
{
    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_PUT_DEVIATION));)
        if (a->deviation.id == id)
            return true;
    return false;
}

static bool new_miss_puts_its_deviation(const struct transition *t)
{
    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_PUT_RECORD));)
        if (a->record.verdict == STEP_STATE_MISSED &&
            a->record.deviation >= t->before->next_deviation &&
            !deviation_is_put(t, a->record.deviation))
            return false;
    return true;
}

/* What is due is judged or held; held only while a supply is being confirmed. */
static bool no_step_is_open_past_its_due_instant(const struct transition *t)
{
    bool being_confirmed = supply_being_confirmed(t->site, t->after);

    for (unsigned i = 0; i < STEP_COUNT && is_ticked(t) && in_incident(t->after); i++) {
        const struct step *step = &t->after->incident.steps[i];
        bool due = instant_reached(step->due, t->after->ticked);
        if (step->state == STEP_STATE_HELD ? !due || !being_confirmed
                                           : due && !is_final(step->state))
            return false;
    }
    return true;
}

static bool nothing_is_missed_while_a_supply_is_being_confirmed(const struct transition *t)
{
    if (!is_ticked(t) || !same_round(t) || !supply_being_confirmed(t->site, t->after) ||
        !supply_being_confirmed(t->site, t->before))
        return true;
    for (unsigned i = 0; i < STEP_COUNT; i++)
        if (t->before->incident.steps[i].state != STEP_STATE_MISSED &&
            t->after->incident.steps[i].state == STEP_STATE_MISSED)
            return false;
    const struct notice *report = notice_next(t, NULL, NOTIFICATION_REPORT_FAILED);
    return !report || report->reason != REASON_SILENCE;
}

static bool missed_notice_names_its_deviation(const struct transition *t)
{
    static const enum notification missed[] = {NOTIFICATION_DEADLINE_MISSED,
                                               NOTIFICATION_DEADLINE_STILL_MISSED};

    for (unsigned i = 0; i < 2; i++)
        for (const struct notice *n = NULL; (n = notice_next(t, n, missed[i]));)
            if (n->count == 0 || n->count >= t->after->next_deviation)
                return false;
    return true;
}

static bool silence_is_reported_by_the_software(const struct transition *t)
{
    const struct step *step4 = &t->after->incident.steps[3];

    return !is_ticked(t) || t->after->incident.phase != PHASE_DECIDING ||
           !instant_reached(step4->due, t->after->ticked) ||
           supply_being_confirmed(t->site, t->after);
}

static unsigned count_deadline_notices(const struct transition *t, unsigned step, instant at)
{
    static const enum notification kinds[] = {
        NOTIFICATION_DEADLINE_MET, NOTIFICATION_DEADLINE_MISSED, NOTIFICATION_DEADLINE_HELD};
    unsigned count = 0;

    for (unsigned i = 0; i < 3; i++)
        for (const struct notice *n = NULL; (n = notice_next(t, n, kinds[i]));)
            count += n->step == step && n->at.ms == at.ms ? 1 : 0;
    return count;
}

static bool step_3_is_announced_at_its_due_instant(const struct transition *t)
{
    const struct step *step3 = &t->before->incident.steps[2];
    bool applies = is_ticked(t) && same_round(t) && instant_before(t->before->ticked, step3->due) &&
                   instant_reached(step3->due, t->after->ticked);

    return !applies || count_deadline_notices(t, 3, step3->due) ==
                           (t->after->incident.steps[2].state == STEP_STATE_NOT_REQUIRED ? 0U : 1U);
}

static bool step_4_is_announced_at_its_due_instant(const struct transition *t)
{
    const struct step *step4 = &t->before->incident.steps[3];
    bool applies = is_ticked(t) && same_round(t) && instant_before(t->before->ticked, step4->due) &&
                   instant_reached(step4->due, t->after->ticked) &&
                   t->after->incident.phase != PHASE_RUNNING;

    return !applies || count_deadline_notices(t, 4, step4->due) == 1;
}

static bool step_6_is_announced_at_its_due_instant(const struct transition *t)
{
    const struct step *step6 = &t->before->incident.steps[5];
    enum step_state state = t->after->incident.steps[5].state;
    bool applies = is_ticked(t) && same_round(t) && instant_before(t->before->ticked, step6->due) &&
                   instant_reached(step6->due, t->after->ticked) &&
                   state != STEP_STATE_NOT_REQUIRED;

    return !applies || count_deadline_notices(t, 6, step6->due) == 1;
}

static bool is_repeated(const struct transition *t, unsigned number)
{
    for (const struct notice *n = NULL;
         (n = notice_next(t, n, NOTIFICATION_DEADLINE_STILL_MISSED));)
        if (n->step == number && n->at.ms == t->before->incident.steps[number - 1].repeat_at.ms)
            return true;
    return false;
}

/* As long as it is still open, and nobody has said that the genset could not be started. */
static bool missed_report_is_repeated(const struct transition *t)
{
    const struct step *before = &t->before->incident.steps[2],
                      *after = &t->after->incident.steps[2];
    bool open = after->state == STEP_STATE_MISSED && !instant_is_set(after->done_at) &&
                t->after->incident.phase == PHASE_DECIDING;

    if (!is_ticked(t) || !same_round(t) || !open)
        return true;
    if (!instant_is_set(after->repeat_at) || instant_reached(after->repeat_at, t->after->ticked))
        return false;
    return !instant_reached(before->repeat_at, t->after->ticked) || is_repeated(t, 3);
}

/* ---- once a round ---- */

enum { HELD_6_BIT = 4 + 3 };

static int bit_of(const struct notice *notice)
{
    static const int step_bits[STEP_COUNT + 1] = {[3] = 1, [4] = 2, [6] = 3};
    int step = step_bits[notice->step];

    switch (notice->notification) {
    case NOTIFICATION_REPORT_RUNNING:
        return 0;
    case NOTIFICATION_REPORT_FAILED:
        return 1;
    case NOTIFICATION_DEADLINE_MET:
    case NOTIFICATION_DEADLINE_MISSED:
        return 1 + step;
    case NOTIFICATION_DEADLINE_HELD:
        return 4 + step;
    case NOTIFICATION_SHUTDOWN_ESCALATED:
        return 8;
    default:
        return -1;
    }
}

/* With another due instant. */
static bool step_6_opens_again(const struct transition *t)
{
    return same_round(t) &&
           t->before->incident.steps[5].due.ms != t->after->incident.steps[5].due.ms;
}

static bool notice_is_sent_once_a_round(const struct transition *t, struct watch *watch)
{
    const struct incident *before = &t->before->incident;
    uint32_t incident = in_incident(t->before) ? before->id : 0;
    uint32_t round = in_incident(t->before) ? before->round : 0;
    bool once = true;

    if (step_6_opens_again(t))
        watch->sent &= (unsigned short)~(1U << HELD_6_BIT);
    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_NOTIFY));) {
        if (a->notice.incident != incident || a->notice.round != round)
            watch->sent = 0;
        incident = a->notice.incident;
        round = a->notice.round;
        int bit = bit_of(&a->notice);
        if (bit < 0)
            continue;
        once = once && (watch->sent & 1U << bit) == 0;
        watch->sent |= (unsigned short)(1U << bit);
    }
    if (!in_incident(t->after))
        watch->sent = 0;
    return once;
}

/* ---- incidents ---- */

static const enum input_role phases[] = {
    INPUT_ROLE_MAINS_L1, INPUT_ROLE_MAINS_L2, INPUT_ROLE_MAINS_L3};

static bool some_phase_is_lost(const struct transition *t)
{
    for (unsigned i = 0; i < 3; i++)
        if (is(t->site, t->after, phases[i], INPUT_VALUE_INACTIVE))
            return true;
    return false;
}

static bool some_phase_is_lost_by_its_edge(const struct transition *t)
{
    for (unsigned i = 0; i < 3; i++)
        if (t->site->inputs[phases[i]].wired &&
            t->after->inputs[phases[i]].raw == INPUT_VALUE_INACTIVE)
            return true;
    return false;
}

static bool all_phases_are_present(const struct transition *t)
{
    for (unsigned i = 0; i < 3; i++)
        if (t->site->inputs[phases[i]].wired &&
            !is(t->site, t->after, phases[i], INPUT_VALUE_ACTIVE))
            return false;
    return true;
}

static bool outage_is_open(const struct state *state)
{
    return in_incident(state) && state->incident.kind == INCIDENT_KIND_OUTAGE;
}

static bool outage_opens(const struct transition *t)
{
    return outage_is_open(t->after) &&
           (!outage_is_open(t->before) || t->before->incident.id != t->after->incident.id);
}

static bool outage_closes(const struct transition *t)
{
    return outage_is_open(t->before) &&
           (!outage_is_open(t->after) || t->before->incident.id != t->after->incident.id);
}

static bool outage_opens_and_closes_by_known_levels(const struct transition *t)
{
    return (!outage_opens(t) || some_phase_is_lost(t)) &&
           (!outage_closes(t) || all_phases_are_present(t));
}

static bool unknown_opens_and_closes_nothing(const struct transition *t)
{
    const struct event *event = t->event;
    bool unknown = event->kind == EVENT_INPUT && event->value == INPUT_VALUE_UNKNOWN;
    /* The genset had stopped; its round only waited for the mains, which is not coming back. */
    bool round_waits = instant_is_set(t->before->incident.genset_lost_at);
    bool mains_unknown = is_ticked(t) && t->before->mains.state == MAINS_STATE_UNKNOWN;

    if (!unknown && !mains_unknown)
        return true;
    return !outage_opens(t) && !outage_closes(t) &&
           (!unknown || in_incident(t->before) == in_incident(t->after)) &&
           (!unknown || round_waits || t->before->incident.round == t->after->incident.round);
}

static bool everything_rests(const struct transition *t)
{
    const struct state *state = t->after;
    enum genset_state genset = state->genset.state;
    bool rests =
        !in_incident(state) && !instant_is_set(state->inhibit_until) &&
        !instant_is_set(state->genset.stopped_at) &&
        !instant_is_set(state->genset.exercise_until) &&
        (state->mains.state == MAINS_STATE_PRESENT || state->mains.state == MAINS_STATE_UNKNOWN) &&
        (genset == GENSET_STATE_UNKNOWN || genset == GENSET_STATE_STOPPED ||
         genset == GENSET_STATE_START_FAILED || genset == GENSET_STATE_STOP_FAILED ||
         (genset == GENSET_STATE_RUNNING &&
          instant_reached(instant_add_ms(state->genset.since, t->site->genset.warm_up_ms),
                          state->ticked)));

    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        rests = rests && !instant_is_set(state->inputs[role].settle_at);
    for (size_t i = 0; i < state->server_count; i++)
        rests = rests && (state->servers[i].state == SERVER_STATE_IDLE ||
                          state->servers[i].state == SERVER_STATE_OFF ||
                          state->servers[i].state == SERVER_STATE_NOT_OFF);
    return rests;
}

static bool rest_has_no_timer(const struct transition *t)
{
    instant due = core_next_due(t->site, t->after);

    if (instant_is_set(due) && !instant_before(t->after->ticked, due))
        return false;
    return !is_ticked(t) || !everything_rests(t) || due.ms == INSTANT_NEVER.ms;
}

/* ---- genset ---- */

/* What goes on waits for the debounce; what begins does not. */
static bool level_allows(const struct transition *t, enum input_role role, enum input_value needed)
{
    const struct input *input = &t->after->inputs[role];

    return input->value == needed && (input->raw == needed || !switched(t, OUTPUT_CRANK, true));
}

static bool crank_is_safe(const struct transition *t)
{
    const struct genset *genset = &t->after->genset;
    int64_t on_ms = instant_diff_ms(t->event->at, genset->since);
    int64_t limit_ms = t->site->genset.crank_ms - (is_ticked(t) ? 1 : 0);
    static const struct {
        enum input_role role;
        enum input_value value;
    } needed[] = {{INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE},
                  {INPUT_ROLE_GENSET_FAULT, INPUT_VALUE_INACTIVE},
                  {INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_INACTIVE},
                  {INPUT_ROLE_GENSET_AUTOMATIC, INPUT_VALUE_ACTIVE}};

    if (!genset->output_on[OUTPUT_CRANK])
        return true;
    for (unsigned i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        if (t->site->inputs[needed[i].role].wired &&
            !level_allows(t, needed[i].role, needed[i].value))
            return false;
    return genset->state == GENSET_STATE_CRANKING && on_ms <= limit_ms;
}

static bool nothing_cranks_through_a_missing_output(const struct transition *t)
{
    const bool *missing = t->after->output_missing;

    return !t->after->genset.output_on[OUTPUT_CRANK] ||
           (!missing[OUTPUT_RUN] && !missing[OUTPUT_CRANK]);
}

/* Whoever wanted the start: a person may be at the engine. */
static bool nothing_cranks_while_inhibited(const struct transition *t)
{
    const bool *on = t->after->genset.output_on;

    return !instant_is_set(t->after->inhibit_until) ||
           (!on[OUTPUT_CRANK] && !on[OUTPUT_PREHEAT] && !switched(t, OUTPUT_RUN, true));
}

static bool software_cranks_in_an_incident_only(const struct transition *t)
{
    return !switched(t, OUTPUT_CRANK, true) || t->after->genset.source != START_SOURCE_SOFTWARE ||
           (in_incident(t->after) && t->after->mains.state != MAINS_STATE_RETURNING);
}

static bool emergency_stop_rests_all_outputs(const struct transition *t)
{
    const bool *on = t->after->genset.output_on;

    return !is(t->site, t->after, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE) ||
           (!on[OUTPUT_RUN] && !on[OUTPUT_CRANK] && !on[OUTPUT_PREHEAT] && !on[OUTPUT_STOP]);
}

static bool crank_or_run_begins(const struct transition *t)
{
    return switched(t, OUTPUT_CRANK, true) || switched(t, OUTPUT_PREHEAT, true) ||
           (switched(t, OUTPUT_RUN, true) && !is_restarted(t));
}

static bool nothing_starts_while_latched(const struct transition *t)
{
    const struct genset *genset = &t->after->genset;

    return !genset->latched || (!crank_or_run_begins(t) && !genset->wanted);
}

/* Until a start is commanded, or an incident opens. */
static bool nothing_starts_after_a_commanded_stop(const struct transition *t, struct watch *watch)
{
    bool opens = in_incident(t->after) && t->before->next_incident != t->after->next_incident;

    if (is_carried_out(t, COMMAND_KIND_GENSET_START) || is_carried_out(t, COMMAND_KIND_EXERCISE) ||
        opens)
        watch->stopped = false;
    else if (is_carried_out(t, COMMAND_KIND_GENSET_STOP))
        watch->stopped = true;
    return !watch->stopped || !crank_or_run_begins(t);
}

static bool nothing_is_confirmed_under_an_emergency_stop(const struct transition *t)
{
    return t->before->genset.state != GENSET_STATE_CONFIRMING ||
           t->after->genset.state != GENSET_STATE_RUNNING ||
           !is(t->site, t->after, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE);
}

/* Cooling down, it still supplies. Only its end stops the engine. */
static bool genset_is_stopped_by_whoever_may(const struct transition *t)
{
    bool may_cool_down = t->before->genset.software_started && !outage_is_open(t->after);
    bool may_stop = is_carried_out(t, COMMAND_KIND_GENSET_STOP) ||
                    (t->after->mains.state == MAINS_STATE_PRESENT &&
                     (t->before->genset.state == GENSET_STATE_COOLING_DOWN ||
                      (is(t->site, t->after, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_UNKNOWN) &&
                       may_cool_down)));

    return (may_cool_down || !entered(t, GENSET_STATE_COOLING_DOWN)) &&
           (may_stop || !entered(t, GENSET_STATE_STOPPING));
}

/* Where run is held, dropping it stops an engine that it started. */
static bool run_is_dropped_by_whoever_may(const struct transition *t)
{
    bool held = t->site->genset.wiring != GENSET_WIRING_PULSE;
    bool runs = t->after->genset.software_started &&
                t->after->inputs[INPUT_ROLE_GENSET_RUNNING].raw == INPUT_VALUE_ACTIVE;

    return is_restarted(t) || !held || !runs || !switched(t, OUTPUT_RUN, false) ||
           t->after->genset.state == GENSET_STATE_STOPPING ||
           is(t->site, t->after, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE);
}

/* An engine that stands still is taken for running only while its loss is being confirmed. */
static bool genset_loss_is_being_confirmed(const struct transition *t)
{
    const struct genset *genset = &t->after->genset;
    instant due = instant_add_ms(genset->stopped_at, t->site->genset.running_lost_confirm_ms);
    bool runs = genset->state == GENSET_STATE_RUNNING ||
                genset->state == GENSET_STATE_COOLING_DOWN ||
                genset->state == GENSET_STATE_STOPPING || genset->state == GENSET_STATE_STOP_FAILED;
    bool open = is(t->site, t->after, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);

    if (instant_is_set(genset->stopped_at) && !(runs && open))
        return false;
    return !runs || !open || !is_ticked(t) ||
           (instant_is_set(due) && instant_before(t->after->ticked, due));
}

/* Between attempts of its own the software rests. */
static bool nothing_cranks_before_it_has_spun_down(const struct transition *t)
{
    const struct genset *before = &t->before->genset;
    const struct genset *after = &t->after->genset;
    bool loses = is(t->site, t->before, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE) &&
                 is(t->site, t->after, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    bool ended = entered(t, GENSET_STATE_SPINNING_DOWN) && before->state >= GENSET_STATE_RUNNING &&
                 before->state != GENSET_STATE_START_FAILED;
    bool by_hand = loses && before->state == GENSET_STATE_CONFIRMING && !before->software_started;
    instant spun_down = instant_add_ms(t->event->at, t->site->genset.spin_down_ms);

    if ((ended || by_hand) && instant_before(after->lockout_until, spun_down))
        return false;
    if (instant_before(after->lockout_until, before->lockout_until))
        return false;
    return !crank_or_run_begins(t) || !instant_is_set(after->lockout_until) ||
           !instant_before(t->event->at, after->lockout_until);
}

static bool run_is_adopted_only(const struct transition *t)
{
    return !is_restarted(t) || !t->after->genset.output_on[OUTPUT_RUN] ||
           is(t->site, t->after, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
}

static bool nothing_is_confirmed_while_its_level_changes(const struct transition *t)
{
    bool contact = t->after->inputs[INPUT_ROLE_GENSET_RUNNING].raw != INPUT_VALUE_ACTIVE;
    bool mains = some_phase_is_lost_by_its_edge(t);

    return !(contact && t->before->genset.state == GENSET_STATE_CONFIRMING &&
             t->after->genset.state == GENSET_STATE_RUNNING) &&
           !(mains && t->before->mains.state == MAINS_STATE_RETURNING &&
             t->after->mains.state == MAINS_STATE_PRESENT);
}

/* But for an engine that a command wants, or a person's. */
static bool nothing_needless_runs_on(const struct transition *t)
{
    const struct genset *genset = &t->after->genset;
    bool needed = genset->stays || genset->wanted || in_incident(t->after) ||
                  instant_is_set(genset->exercise_until) || !genset->software_started ||
                  t->after->mains.state != MAINS_STATE_PRESENT;

    return !is_ticked(t) || needed ||
           (genset->state != GENSET_STATE_RUNNING && genset->state != GENSET_STATE_UNKNOWN);
}

static bool unarmed_drill_starts_nothing(const struct transition *t)
{
    return !in_unarmed_drill(t->after) || !switched(t, OUTPUT_RUN, true) || is_restarted(t) ||
           t->after->genset.source == START_SOURCE_COMMAND ||
           t->after->genset.source == START_SOURCE_EXERCISE;
}

/* ---- servers ---- */

static bool tier_was_begun(const struct transition *t, size_t told)
{
    const struct server *servers = t->before->servers;
    unsigned tier = t->site->servers[told].tier;

    if (servers[told].state == SERVER_STATE_RETRYING)
        return true;
    if (servers[told].state == SERVER_STATE_NOT_OFF || !t->before->incident.shutdown_wanted)
        return false;
    for (size_t i = 0; i < t->before->server_count; i++)
        if (t->site->servers[i].tier == tier && !servers[i].regardless &&
            (servers[i].told_in_pass || servers[i].state == SERVER_STATE_TELLING ||
             servers[i].state == SERVER_STATE_VERIFYING ||
             servers[i].state == SERVER_STATE_RETRYING))
            return true;
    return false;
}

static bool tier_is_begun_without_supply_only(const struct transition *t)
{
    bool confirmed = supply_confirmed(t->site, t->after);
    bool being_confirmed = supply_being_confirmed(t->site, t->after);

    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_TELL));)
        if (a->tell.method != TELL_POWER_ON && !t->after->servers[a->tell.server].regardless &&
            !tier_was_begun(t, a->tell.server) &&
            (confirmed || (being_confirmed &&
                           !is(t->site, t->after, INPUT_ROLE_UPS_BATTERY_LOW, INPUT_VALUE_ACTIVE))))
            return false;
    return true;
}

/* Before the round, or in it: all of them, or by name. */
static bool told_server_was_ordered(const struct transition *t)
{
    for (size_t i = 0; i < t->after->server_count; i++) {
        const struct server *before = &t->before->servers[i], *after = &t->after->servers[i];
        bool wanted = before->state != SERVER_STATE_WAITING && after->state == SERVER_STATE_WAITING;
        bool by_name = is_carried_out(t, COMMAND_KIND_SHUTDOWN_SERVER) &&
                       t->command->argument == t->site->servers[i].index;
        bool by_tier = is_carried_out(t, COMMAND_KIND_SHUTDOWN_TIER) &&
                       t->command->argument == t->site->servers[i].tier;
        bool by_order = by_name || by_tier;
        bool was_ordered = before->ordered && t->before->incident.shutdown_wanted;
        if (wanted && !t->after->incident.shutdown_all && !was_ordered && !by_order)
            return false;
    }
    return true;
}

/* Its try is given back, or its method passed over; who was told before stays told. */
static bool command_that_was_not_run_tells_nobody(const struct transition *t)
{
    const struct server *before = &t->before->servers[t->event->server];
    const struct server *after = &t->after->servers[t->event->server];

    if (t->event->kind != EVENT_SERVER || t->event->fact != SERVER_NOT_RUN ||
        before->state != SERVER_STATE_TELLING || after->state == SERVER_STATE_TELLING)
        return true;
    return after->attempts + 1 == before->attempts && !after->forced &&
           after->told == (before->told && !before->told_first) &&
           after->not_run <= t->site->servers[t->event->server].retries;
}

static bool is_awaited(const struct server *server)
{
    switch (server->state) {
    case SERVER_STATE_TELLING:
    case SERVER_STATE_VERIFYING:
    case SERVER_STATE_RETRYING:
        return true;
    default:
        return server->power.state == POWER_STATE_WAITING ||
               server->power.state == POWER_STATE_TELLING ||
               server->power.state == POWER_STATE_VERIFYING ||
               server->power.state == POWER_STATE_RETRYING ||
               server->power.state == POWER_STATE_NOT_UP;
    }
}

/* In an incident it may come back; where nothing is awaited, nobody is asked. */
static bool servers_are_looked_at_while_it_matters(const struct transition *t)
{
    bool in_incident = t->after->incident.phase != PHASE_IDLE;

    for (size_t i = 0; i < t->after->server_count; i++) {
        const struct server *server = &t->after->servers[i];
        bool is_off = server->state == SERVER_STATE_OFF && !t->site->servers[i].is_self &&
                      server->result != SHUTDOWN_RESULT_DRILLED;
        if (in_incident && is_off && !server->looked_at)
            return false;
        if (!in_incident && !is_awaited(server) && server->looked_at)
            return false;
    }
    return true;
}

static bool silence_proves_only_of_who_answered_or_accepted(const struct transition *t)
{
    const struct server *before = &t->before->servers[t->event->server];
    const struct server *after = &t->after->servers[t->event->server];

    return t->event->kind != EVENT_SERVER || t->event->fact != SERVER_SILENT_WITNESS ||
           before->state == SERVER_STATE_OFF || after->state != SERVER_STATE_OFF ||
           before->answered || before->accepted;
}

/* What was seen before a restart may have changed meanwhile. */
static bool step_6_is_met_by_present_evidence(const struct transition *t)
{
    const struct step *before = &t->before->incident.steps[STEP_COUNT - 1];
    const struct step *after = &t->after->incident.steps[STEP_COUNT - 1];
    bool is_done = instant_is_set(after->done_at) &&
                   (!instant_is_set(before->done_at) || before->record != after->record);

    for (size_t i = 0; i < t->after->server_count; i++)
        if (is_done && t->after->servers[i].stale)
            return false;
    return true;
}

/* After a cancel none is told anew, unless ordered, or the UPS runs out. */
static bool cancelled_server_waits_no_more(const struct transition *t)
{
    for (size_t i = 0; i < t->after->server_count; i++) {
        const struct server *before = &t->before->servers[i], *after = &t->after->servers[i];
        if (before->cancelled && after->cancelled && before->state != SERVER_STATE_WAITING &&
            after->state == SERVER_STATE_WAITING)
            return false;
    }
    return true;
}

static bool software_begins_no_cancelled_shutdown(const struct transition *t)
{
    for (const struct notice *n = NULL; (n = notice_next(t, n, NOTIFICATION_SHUTDOWN_BEGUN));)
        if (n->actor == ACTOR_SOFTWARE && t->before->incident.shutdown_cancelled &&
            t->before->incident.id == t->after->incident.id &&
            t->before->incident.round == t->after->incident.round &&
            !is(t->site, t->after, INPUT_ROLE_UPS_BATTERY_LOW, INPUT_VALUE_ACTIVE))
            return false;
    return true;
}

/* Who is not on his way down yet stays up where there is supply. */
static bool nothing_is_forced_with_supply(const struct transition *t)
{
    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_TELL));) {
        const struct server *server = &t->before->servers[a->tell.server];
        bool begun = server->accepted && a->tell.method != TELL_FORCE;
        bool is_confirmed = t->after->servers[a->tell.server].regardless;
        if (a->tell.method != TELL_POWER_ON && supply_confirmed(t->site, t->after) &&
            !is_confirmed && !begun)
            return false;
    }
    return true;
}

/* Only for the server, the tier, or all, that an administrator confirmed it for. */
static bool regardless_of_supply_is_who_was_confirmed(const struct transition *t)
{
    for (size_t i = 0; i < t->after->server_count; i++) {
        bool by_all = is_carried_out(t, COMMAND_KIND_SHUTDOWN_ALL);
        bool by_name = is_carried_out(t, COMMAND_KIND_SHUTDOWN_SERVER) &&
                       t->command->argument == t->site->servers[i].index;
        bool by_tier = is_carried_out(t, COMMAND_KIND_SHUTDOWN_TIER) &&
                       t->command->argument == t->site->servers[i].tier;
        bool confirmed = (by_all || by_name || by_tier) && t->command->confirmed;
        if (t->after->servers[i].regardless && !t->before->servers[i].regardless && !confirmed)
            return false;
    }
    return true;
}

static bool nothing_irreversible_is_begun_while_held(const struct transition *t)
{
    for (const struct notice *n = NULL; (n = notice_next(t, n, NOTIFICATION_SHUTDOWN_BEGUN));)
        if (n->actor == ACTOR_SOFTWARE && t->after->hold == HOLD_STATE_HELD)
            return false;
    return true;
}

static bool unarmed_drill_tells_no_server(const struct transition *t)
{
    const struct incident *incident = &t->after->incident;

    return !in_incident(t->after) || incident->kind != INCIDENT_KIND_DRILL ||
           incident->arm_servers || !action_next(t, NULL, ACTION_TELL);
}

/* ---- the machine itself ---- */

static const struct action *own_tell(const struct transition *t)
{
    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_TELL));)
        if (t->site->servers[a->tell.server].is_self)
            return a;
    return NULL;
}

static bool is_under_way(const struct server *server)
{
    return server->state >= SERVER_STATE_WAITING && server->state <= SERVER_STATE_RETRYING;
}

/* A low battery waits for one try of the others, and not for all of its time. */
static bool machine_itself_is_told_last(const struct transition *t)
{
    bool low = is(t->site, t->after, INPUT_ROLE_UPS_BATTERY_LOW, INPUT_VALUE_ACTIVE);
    const struct action *tell = own_tell(t);

    for (size_t i = 0; tell && i < t->after->server_count; i++) {
        const struct server *server = &t->after->servers[i];
        instant ends =
            instant_add_ms(server->shutdown_started, t->site->shutdown.tier_within_low_ms);
        bool has_had_its_time =
            server->state != SERVER_STATE_WAITING && !instant_before(t->after->ticked, ends);
        bool tried =
            server->attempts > 1 || server->state == SERVER_STATE_RETRYING || has_had_its_time;
        bool is_first = t->before->servers[tell->tell.server].state == SERVER_STATE_WAITING;
        if (i != tell->tell.server && is_first && is_under_way(server) && !(low && tried))
            return false;
    }
    return true;
}

static bool machine_itself_is_told_when_notifications_are_out(const struct transition *t)
{
    const struct action *tell = own_tell(t);
    const struct state *before = t->before;
    instant due = before->incident.self_due;

    if (!tell || before->servers[tell->tell.server].state == SERVER_STATE_RETRYING)
        return true;
    return instant_is_set(due) &&
           (before->notified == before->next_event || t->event->kind == EVENT_NOTIFIED ||
            !instant_before(t->event->at, due) ||
            is(t->site, t->after, INPUT_ROLE_UPS_BATTERY_LOW, INPUT_VALUE_ACTIVE));
}

/* It is announced each time, and waits no longer than it may. */
static bool machine_itself_is_awaited_only_while_it_waits(const struct transition *t)
{
    instant due = t->after->incident.self_due;
    bool begins = instant_is_set(due) && !instant_is_set(t->before->incident.self_due);
    const struct server *last =
        t->after->server_count ? &t->after->servers[t->after->server_count - 1] : NULL;

    if (begins != (notice_next(t, NULL, NOTIFICATION_SELF_SHUTDOWN) != NULL))
        return false;
    return !instant_is_set(due) ||
           (last && last->state == SERVER_STATE_WAITING &&
            instant_diff_ms(due, t->event->at) <= t->site->shutdown.notify_within_ms);
}

static bool machine_itself_is_not_told_again_by_a_restart(const struct transition *t)
{
    return !is_restarted(t) || !own_tell(t);
}

/* ---- commands ---- */

static bool is_pending(const struct state *state, uint32_t index)
{
    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        if (state->pending[i].kind != 0 && state->pending[i].index == index)
            return true;
    return false;
}

static bool is_promised(const struct state *state, uint32_t index)
{
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        if (state->promises[i].command.kind != 0 && state->promises[i].command.index == index)
            return true;
    return false;
}

/* Where the command's row stands: what was put last, or what it was. */
static enum command_state row_of(const struct transition *t, uint32_t index)
{
    enum command_state row = is_pending(t->before, index)    ? COMMAND_STATE_RUNNING
                             : is_promised(t->before, index) ? COMMAND_STATE_PROMISED
                                                             : COMMAND_STATE_UNKNOWN;

    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_PUT_COMMAND));)
        if (a->command.command.index == index)
            row = a->command.state;
    return row;
}

static bool row_is_held(const struct transition *t, uint32_t index)
{
    enum command_state row = row_of(t, index);

    return is_pending(t->after, index) == (row == COMMAND_STATE_RUNNING) &&
           is_promised(t->after, index) == (row == COMMAND_STATE_PROMISED);
}

static bool command_runs_exactly_while_it_is_held(const struct transition *t)
{
    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_PUT_COMMAND));)
        if (!row_is_held(t, a->command.command.index))
            return false;
    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        if ((t->before->pending[i].kind != 0 && !row_is_held(t, t->before->pending[i].index)) ||
            (t->after->pending[i].kind != 0 && !row_is_held(t, t->after->pending[i].index)))
            return false;
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        if (t->before->promises[i].command.kind != 0 &&
            !row_is_held(t, t->before->promises[i].command.index))
            return false;
    return true;
}

static bool command_that_did_not_succeed_says_why(const struct transition *t)
{
    for (const struct action *a = NULL; (a = action_next(t, a, ACTION_PUT_COMMAND));)
        if (a->command.state >= COMMAND_STATE_FAILED && a->command.reason == REASON_NONE)
            return false;
    return true;
}

static bool start_is_under_way(const struct state *state)
{
    return state->genset.wanted || (state->genset.state >= GENSET_STATE_START_DELAY &&
                                    state->genset.state <= GENSET_STATE_CONFIRMING);
}

static bool goes_down_now(const struct server *server)
{
    return server->state >= SERVER_STATE_WAITING && server->state <= SERVER_STATE_RETRYING;
}

/* A further pass begins after a pause, or when nobody is under way any more. */
static bool a_pass_is_to_come(const struct state *state)
{
    bool is_under_way = false;

    for (size_t i = 0; i < state->server_count; i++)
        is_under_way = is_under_way || goes_down_now(&state->servers[i]);
    return in_incident(state) && (is_under_way || instant_is_set(state->incident.next_pass_at));
}

static bool server_goes_down(const struct state *state, const struct server *server)
{
    return goes_down_now(server) || (server->state == SERVER_STATE_NOT_OFF && server->ordered &&
                                     !server->cancelled && a_pass_is_to_come(state));
}

static bool some_server_goes_down(const struct transition *t, const struct command *command)
{
    bool all = command->kind == COMMAND_KIND_SHUTDOWN_ALL;
    bool tier = command->kind == COMMAND_KIND_SHUTDOWN_TIER;

    for (size_t i = 0; i < t->after->server_count; i++)
        if ((all ||
             command->argument == (tier ? t->site->servers[i].tier : t->site->servers[i].index)) &&
            server_goes_down(t->after, &t->after->servers[i]))
            return true;
    return false;
}

/* So it ends with what it waits for: nothing is held once everything rests. */
static bool held_command_is_under_way(const struct transition *t)
{
    for (unsigned i = 0; is_ticked(t) && i < PENDING_LIMIT; i++) {
        const struct command *command = &t->after->pending[i];
        bool genset = command->kind == COMMAND_KIND_GENSET_STOP
                          ? t->after->genset.state == GENSET_STATE_STOPPING
                          : start_is_under_way(t->after);
        bool servers = command->kind == COMMAND_KIND_SHUTDOWN_ALL ||
                       command->kind == COMMAND_KIND_SHUTDOWN_TIER ||
                       command->kind == COMMAND_KIND_SHUTDOWN_SERVER;
        if (command->kind != 0 && !(servers ? some_server_goes_down(t, command) : genset))
            return false;
    }
    return true;
}

/* ---- all ---- */

static bool state_is_in_order(const struct transition *t)
{
    return !t->batch->overflow && state_is_sound(t->after);
}

static const struct {
    const char *name;
    bool (*holds)(const struct transition *t);
} invariants[] = {
#define INVARIANT(name)                                                                            \
    {                                                                                              \
#name, name                                                                                \
    }
    INVARIANT(state_is_in_order),
    INVARIANT(verdict_is_final_within_a_round),
    INVARIANT(miss_has_a_deviation_and_met_has_none),
    INVARIANT(new_miss_puts_its_deviation),
    INVARIANT(no_step_is_open_past_its_due_instant),
    INVARIANT(nothing_is_missed_while_a_supply_is_being_confirmed),
    INVARIANT(missed_notice_names_its_deviation),
    INVARIANT(silence_is_reported_by_the_software),
    INVARIANT(step_3_is_announced_at_its_due_instant),
    INVARIANT(step_4_is_announced_at_its_due_instant),
    INVARIANT(step_6_is_announced_at_its_due_instant),
    INVARIANT(missed_report_is_repeated),
    INVARIANT(outage_opens_and_closes_by_known_levels),
    INVARIANT(unknown_opens_and_closes_nothing),
    INVARIANT(rest_has_no_timer),
    INVARIANT(crank_is_safe),
    INVARIANT(nothing_cranks_through_a_missing_output),
    INVARIANT(nothing_starts_while_latched),
    INVARIANT(nothing_is_confirmed_under_an_emergency_stop),
    INVARIANT(nothing_cranks_while_inhibited),
    INVARIANT(software_cranks_in_an_incident_only),
    INVARIANT(emergency_stop_rests_all_outputs),
    INVARIANT(genset_is_stopped_by_whoever_may),
    INVARIANT(run_is_dropped_by_whoever_may),
    INVARIANT(genset_loss_is_being_confirmed),
    INVARIANT(nothing_cranks_before_it_has_spun_down),
    INVARIANT(run_is_adopted_only),
    INVARIANT(nothing_is_confirmed_while_its_level_changes),
    INVARIANT(nothing_needless_runs_on),
    INVARIANT(unarmed_drill_starts_nothing),
    INVARIANT(tier_is_begun_without_supply_only),
    INVARIANT(told_server_was_ordered),
    INVARIANT(command_that_was_not_run_tells_nobody),
    INVARIANT(servers_are_looked_at_while_it_matters),
    INVARIANT(silence_proves_only_of_who_answered_or_accepted),
    INVARIANT(step_6_is_met_by_present_evidence),
    INVARIANT(cancelled_server_waits_no_more),
    INVARIANT(software_begins_no_cancelled_shutdown),
    INVARIANT(nothing_is_forced_with_supply),
    INVARIANT(regardless_of_supply_is_who_was_confirmed),
    INVARIANT(nothing_irreversible_is_begun_while_held),
    INVARIANT(unarmed_drill_tells_no_server),
    INVARIANT(machine_itself_is_told_last),
    INVARIANT(machine_itself_is_told_when_notifications_are_out),
    INVARIANT(machine_itself_is_awaited_only_while_it_waits),
    INVARIANT(machine_itself_is_not_told_again_by_a_restart),
    INVARIANT(command_runs_exactly_while_it_is_held),
    INVARIANT(command_that_did_not_succeed_says_why),
    INVARIANT(held_command_is_under_way),
};

const char *invariant_broken(const struct transition *transition, struct watch *watch)
{
    if (!notice_is_sent_once_a_round(transition, watch))
        return "notice_is_sent_once_a_round";
    if (!nothing_starts_after_a_commanded_stop(transition, watch))
        return "nothing_starts_after_a_commanded_stop";
    for (unsigned i = 0; i < sizeof(invariants) / sizeof(invariants[0]); i++)
        if (!invariants[i].holds(transition))
            return invariants[i].name;
    return NULL;
}

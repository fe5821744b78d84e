#include "core_normal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/core.h"

/* Longer than every duration of a small site: what is further away is only "far". */
enum { HORIZON = 64, NONE = -128, NEVER = 127 };

struct form {
    struct normal *normal;
    const struct site *site;
    const struct state *state;
};

static void put(struct form *form, int64_t value)
{
    assert_true(form->normal->size < NORMAL_SIZE);
    form->normal->bytes[form->normal->size++] = (unsigned char)value;
}

/* An instant whose distance matters when it passed, too, up to `past_ms`. */
static void put_instant(struct form *form, instant t, int64_t past_ms)
{
    if (!instant_is_set(t)) {
        put(form, t.ms == INSTANT_NEVER.ms ? NEVER : NONE);
        return;
    }
    int64_t distance_ms = instant_diff_ms(t, form->state->ticked);
    if (distance_ms < -past_ms)
        distance_ms = -past_ms;
    put(form, distance_ms > HORIZON ? HORIZON : distance_ms);
}

static void put_timer(struct form *form, instant due)
{
    put_instant(form, due, 0);
}

static void put_if(struct form *form, bool matters, int64_t value)
{
    put(form, matters ? value : NONE);
}

static void put_instant_if(struct form *form, bool matters, instant t, int64_t past_ms)
{
    put_instant(form, matters ? t : INSTANT_NONE, past_ms);
}

static bool in_incident(const struct form *form)
{
    return form->state->incident.phase != PHASE_IDLE;
}

static bool in_outage(const struct form *form)
{
    return in_incident(form) && form->state->incident.kind == INCIDENT_KIND_OUTAGE;
}

static void put_inputs(struct form *form)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++) {
        const struct input *input = &form->state->inputs[role];
        if (!form->site->inputs[role].wired)
            continue;
        put(form, input->raw);
        put(form, input->value);
        put_timer(form, input->settle_at);
        put_instant_if(form, instant_is_set(input->settle_at), input->raw_since, HORIZON);
        put(form, instant_before(form->state->ticked, input->raw_since));
    }
}

static void put_ups(struct form *form)
{
    const struct ups *ups = &form->state->ups;

    if (!form->site->ups.asked)
        return;
    put(form, ups->word.link);
    put(form, ups->word.on_battery);
    put(form, ups->word.battery_low);
    put(form, ups->word.charge_percent);
    put_instant(form, ups->empty_at, HORIZON);
}

static void put_missing_outputs(struct form *form)
{
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (form->site->output_wired[role])
            put(form, form->state->output_missing[role]);
}

static void put_dips(struct form *form)
{
    const struct mains *mains = &form->state->mains;
    instant cutoff = instant_add_ms(form->state->ticked, -form->site->mains.window_ms);

    for (unsigned i = 0; i < mains->dip_count; i++) {
        const struct dip *dip = &mains->dips[i];
        if (!instant_before(cutoff, dip->end))
            continue;
        put_instant(form, dip->start, HORIZON);
        put_instant(form, dip->end, HORIZON);
        put(form, dip->lost_ms);
    }
    put(form, NONE);
}

static void put_mains(struct form *form)
{
    const struct mains *mains = &form->state->mains;
    bool returning = mains->state == MAINS_STATE_RETURNING;
    bool relapsed = returning && instant_is_set(mains->relapsed_at);

    put(form, mains->state);
    put_timer(form, mains->due);
    put_instant_if(form, mains->state == MAINS_STATE_UNSTABLE, mains->lost_at, HORIZON);
    put_instant_if(form, relapsed, mains->returned_at, form->site->mains.return_confirm_ms);
    put_instant_if(form, relapsed, mains->relapsed_at, HORIZON);
    put_dips(form);
}

static void put_genset(struct form *form)
{
    const struct genset *genset = &form->state->genset;
    bool running = genset->state == GENSET_STATE_RUNNING;
    bool confirming = genset->state == GENSET_STATE_CONFIRMING;
    bool starting = genset->wanted || (genset->state >= GENSET_STATE_START_DELAY &&
                                       genset->state <= GENSET_STATE_CONFIRMING);
    bool locked_out = instant_is_set(genset->lockout_until) &&
                      instant_before(form->state->ticked, genset->lockout_until);
    bool pulse = instant_is_set(genset->pulse_until) &&
                 instant_before(form->state->ticked, genset->pulse_until);
    int64_t before_loss_ms = form->site->mains.loss_debounce_ms + form->site->mains.window_ms + 2;

    put(form, genset->state);
    put_timer(form, genset->due);
    put_timer(form, genset->fuel_at);
    put_instant_if(form, pulse, genset->pulse_until, 0);
    put_instant_if(form, running, genset->since, form->site->genset.warm_up_ms);
    put_instant_if(
        form, confirming || !in_outage(form), genset->running_at, confirming ? 16 : before_loss_ms);
    put_instant(form, genset->stopped_at, HORIZON);
    put_instant_if(form, locked_out, genset->lockout_until, 0);
    put_timer(form, genset->exercise_until);
    put(form, genset->exercise_ms > 0);
    put(form, genset->wanted);
    put(form, genset->run_held);
    put(form, genset->software_started);
    put_if(form, genset->software_started || genset->wanted, genset->stays);
    put(form, genset->stop_commanded);
    put(form, genset->latched);
    put_if(form, in_incident(form), genset->given_up);
    put(form, genset->not_carrying_alarmed);
    put_if(form, starting, genset->source);
    put_if(form, running, genset->started_by);
    put_if(form, genset->wanted, genset->attempt);
    put_if(form, genset->wanted, genset->given_back);
}

static void put_outputs(struct form *form)
{
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        put(form, form->state->genset.output_on[role]);
}

/* Steps 3, 4 and 6 are announced at their due instant, and repeated from it on. */
static void put_due(struct form *form, unsigned number, const struct step *step)
{
    bool judged = step->state == STEP_STATE_MET || step->state == STEP_STATE_MISSED;
    bool announced = number == 3 || number == 4 || number == 6;
    bool over = step->state == STEP_STATE_NOT_REQUIRED &&
                (number == 4 || (number >= 5 && form->state->server_count == 0));

    put_instant_if(form,
                   !over && (!judged || announced),
                   step->due,
                   judged && step->deadline_notified ? 0 : 8);
}

static void put_step(struct form *form, unsigned number)
{
    const struct step *step = &form->state->incident.steps[number - 1];

    put(form, step->state);
    put_due(form, number, step);
    put(form, instant_is_set(step->done_at));
    put_if(form, step->state == STEP_STATE_HELD, instant_before(step->due, step->done_at));
    put_timer(form, step->repeat_at);
    put(form, step->answer);
    put_if(form, !step->deadline_notified, step->held_notified);
    put(form, step->deadline_notified);
    put(form, step->deviation != 0);
    put(form, step->deviation_kind);
}

static void put_incident(struct form *form)
{
    const struct incident *incident = &form->state->incident;

    put(form, incident->phase);
    put_if(form, in_incident(form), incident->kind);
    put(form, incident->arm_genset);
    put(form, incident->arm_servers);
    put(form, incident->shutdown_begun);
    put(form, incident->shutdown_all);
    put(form, incident->shutdown_wanted);
    put(form, incident->shutdown_cancelled);
    put(form, incident->ups_forced);
    put(form, incident->ups_early);
    put_if(form, in_incident(form), incident->released);
    put_if(form, in_incident(form) && form->state->genset.latched, incident->emergency_stopped);
    put_instant_if(form, in_incident(form), incident->genset_lost_at, HORIZON);
    put_if(form, in_incident(form), incident->escalated);
    put_if(form, in_incident(form), incident->horn_silenced);
    put(form, incident->shutdown_done_notified);
    put_timer(form, incident->next_pass_at);
    put_instant_if(form, instant_is_set(incident->self_due), incident->self_due, 0);
    put(form,
        instant_is_set(incident->self_due) && form->state->notified == form->state->next_event);
    for (unsigned number = 1; number <= STEP_COUNT && in_incident(form); number++)
        put_step(form, number);
}

static void put_command(struct form *form, const struct command *command)
{
    put(form, command->kind);
    put(form, command->argument);
    put(form, command->confirmed);
}

static void put_server(struct form *form, const struct server *server)
{
    const struct step *step = &form->state->incident.steps[STEP_COUNT - 1];
    bool finished = instant_is_set(server->shutdown_finished);

    put(form, server->state);
    put(form, server->result);
    put(form, server->reason != REASON_NONE);
    put(form, server->attempts);
    put(form, server->not_run);
    put(form, server->passed_over);
    put(form, server->told);
    put_if(form, server->state == SERVER_STATE_TELLING, server->told_first);
    put(form, server->told_in_pass);
    put(form, server->ordered);
    put(form, server->regardless);
    put(form, server->accepted);
    put_if(form, in_incident(form), server->answered);
    put(form, server->answers);
    put_if(form, server->state == SERVER_STATE_VERIFYING, server->not_seen);
    put(form, server->cancelled);
    put(form, server->forced);
    put_timer(form, server->due);
    put_if(
        form, in_incident(form) && finished, !instant_before(step->due, server->shutdown_finished));
    put(form, server->access.state);
    put_instant_if(
        form,
        server->due.ms != INSTANT_NONE.ms && server->attempts <= 1 &&
            (form->site->inputs[INPUT_ROLE_UPS_BATTERY_LOW].wired || form->site->ups.asked),
        server->told_at,
        form->site->shutdown.tier_within_low_ms);
}

/* Which incident has the genset as its deviation matters where it can go missing within one: by an
 * output, which is explored without interlocks. */
static bool output_alone_makes_genset_missing(const struct site *site)
{
    return !site->inputs[INPUT_ROLE_GENSET_FAULT].wired &&
           !site->inputs[INPUT_ROLE_GENSET_AUTOMATIC].wired &&
           !site->inputs[INPUT_ROLE_EMERGENCY_STOP].wired;
}

static void put_rest(struct form *form)
{
    const struct state *state = form->state;

    for (unsigned kind = 0; kind < EQUIPMENT_KIND_COUNT; kind++)
        put(form, state->equipment[kind].state);
    put(form,
        in_incident(form) && state->equipment[EQUIPMENT_KIND_UPS].incident == state->incident.id);
    put_if(form,
           output_alone_makes_genset_missing(form->site),
           in_incident(form) &&
               state->equipment[EQUIPMENT_KIND_GENSET].incident == state->incident.id);
    for (unsigned i = 0; i < PROMISE_LIMIT; i++) {
        if (state->promises[i].command.kind == 0)
            continue;
        put_command(form, &state->promises[i].command);
        put_timer(form, state->promises[i].expires_at);
    }
    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        if (state->pending[i].kind != 0)
            put_command(form, &state->pending[i]);
    put(form, NONE);
    put(form, state->hold);
    put(form, state->hold_reason);
    put_timer(form, state->inhibit_until);
    put(form, state->ups_low_alarmed);
    put(form, state->checks_wanted);
    put(form, state->ups.alarmed);
    put(form, state->journal_behind);
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        if (form->site->inputs[role].wired)
            put(form, state->inputs[role].alarmed);
    for (size_t i = 0; i < state->server_count; i++)
        put_server(form, &state->servers[i]);
}

void normal_make(struct normal *normal, const struct site *site, const struct state *state,
                 enum normal_part part)
{
    struct form form = {.normal = normal, .site = site, .state = state};

    memset(normal, 0, sizeof(*normal));
    if (part == NORMAL_WHOLE) {
        put_inputs(&form);
        put_ups(&form);
        put_outputs(&form);
        put_missing_outputs(&form);
        put(&form, instant_before(state->ticked, state->resumed_at));
        put(&form, state->genset.is_cut_short);
        for (size_t i = 0; i < state->server_count; i++) {
            put(&form, server_awaits_own_end(state, i));
            put(&form, state->servers[i].looked_at);
            put(&form, state->servers[i].stale);
        }
    }
    put_mains(&form);
    put_genset(&form);
    put_incident(&form);
    put_rest(&form);
}

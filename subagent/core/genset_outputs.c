/* What the genset's outputs are at, from the state as it stands. No event ever switches one. */
#include "core/genset.h"

/* After a restart, until the running contact is told. */
static bool is_unseen(const struct ctx *ctx)
{
    return is_looking(ctx->state) && !input_is(ctx, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
}

static bool output_wanted(const struct ctx *ctx, enum output_role role)
{
    const struct genset *genset = &ctx->state->genset;
    const struct incident *incident = &ctx->state->incident;
    bool pulse = instant_is_set(genset->pulse_until) && !due_reached(ctx, genset->pulse_until);

    switch (role) {
    case OUTPUT_RUN:
        if (genset_settings_of(ctx)->wiring == GENSET_WIRING_PULSE)
            return genset->state == GENSET_STATE_STARTING && pulse;
        return genset->run_held && !is_unseen(ctx);
    case OUTPUT_CRANK:
        return genset->state == GENSET_STATE_CRANKING && !genset->is_cut_short;
    case OUTPUT_PREHEAT:
        return genset->state == GENSET_STATE_PREHEATING && genset_settings_of(ctx)->preheat_ms > 0;
    case OUTPUT_STOP:
        return genset->state == GENSET_STATE_STOPPING && pulse;
    case OUTPUT_HORN:
        return incident->phase == PHASE_DECIDING && !incident->horn_silenced;
    default: /* the heartbeat is the engine's own */
        return false;
    }
}

void genset_outputs(struct ctx *ctx)
{
    struct genset *genset = genset_of(ctx);

    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        bool on = ctx->site->output_wired[role] && output_wanted(ctx, (enum output_role)role);
        if (on == genset->output_on[role])
            continue;
        genset->output_on[role] = on;
        struct action *action = batch_push(ctx->batch, ACTION_OUTPUT);
        action->output.role = (enum output_role)role;
        action->output.on = on;
    }
}

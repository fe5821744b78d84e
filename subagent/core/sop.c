/*
 * The procedure: one incident at a time, in rounds.
 *
 *            mains lost, drill           genset confirmed
 *   idle ─────────────────────→ deciding ────────────────→ running (step 3)
 *    ↑                            │   ↑                     ↑  │
 *    │          could not be      │   │   genset lost:      │  │
 *    │          started (step 4)  ↓   └── a new round ──────┼──┘
 *    │                          failed ─────────────────────┘
 *    │                          (steps 5, 6)   genset confirmed
 *    └── mains confirmed, drill ended: from everywhere
 *
 * Facts move the phase (table below). Due instants, held verdicts, repeats and what the software
 * does by itself are judged in sop_settle(), from the state as it stands.
 */
#include "core/core.h"
#include "core/machine.h"

typedef void handler(struct ctx *ctx, const struct signal *signal);

static struct incident *incident_of(struct ctx *ctx)
{
    return &ctx->state->incident;
}

static bool is_outage(const struct ctx *ctx)
{
    return ctx->state->incident.kind == INCIDENT_KIND_OUTAGE;
}

/* ---- rounds and incidents ---- */

static void put_incident(struct ctx *ctx, enum incident_state state, instant closed_at)
{
    const struct incident *incident = incident_of(ctx);

    batch_push(ctx->batch, ACTION_PUT_INCIDENT)->incident = (struct incident_put){
        .id = incident->id,
        .kind = incident->kind,
        .state = state,
        .estimated = incident->estimated,
        .lost_at = incident->lost_at,
        .closed_at = closed_at,
        .rounds = incident->round,
        .deviations = incident->deviations,
    };
}

static void begin_round(struct ctx *ctx, instant start)
{
    const struct procedure_settings *settings = &ctx->site->procedure;
    struct incident *incident = incident_of(ctx);
    const instant start_due = instant_add_ms(start, settings->start_due_ms);
    const instant shutdown_due = settings->shutdown_due_from_opening
                                     ? INSTANT_NONE /* until it opens */
                                     : instant_add_ms(start, settings->shutdown_due_ms);
    const instant due[STEP_COUNT] = {start_due,
                                     start_due,
                                     start_due,
                                     instant_add_ms(start, settings->report_failed_due_ms),
                                     shutdown_due,
                                     shutdown_due};

    incident->round++;
    incident->round_start = start;
    incident->anew_ms = 0;
    incident->phase = PHASE_DECIDING;
    incident->escalated = false;
    incident->shutdown_done_notified = false;
    incident->horn_silenced = false;
    for (unsigned number = 1; number <= STEP_COUNT; number++) {
        struct step *step = step_of(ctx, number);
        *step = (struct step){.state = STEP_STATE_WAITING,
                              .clock_start = start,
                              .due = due[number - 1],
                              .done_at = INSTANT_NONE,
                              .repeat_at = INSTANT_NONE,
                              .answer = ANSWER_UNDECIDED,
                              .done_by = ACTOR_NONE,
                              .deviation_kind = DEVIATION_KIND_TIME,
                              .deviation_input = INPUT_ROLE_UNKNOWN,
                              .record = number_take(&ctx->state->next_record)};
        if (number <= 3)
            step_open(ctx, number, start, step->due);
        else
            step_record(ctx, number);
    }
}

static void judge_held(struct ctx *ctx, unsigned number, instant end);
static void report_running(struct ctx *ctx, instant edge);
static void report_failed(struct ctx *ctx, instant at, enum reason reason, enum actor by);

/* What is known already when a round begins. */
static void take_known_facts(struct ctx *ctx)
{
    instant start = incident_of(ctx)->round_start;
    bool emergency = input_is(ctx, INPUT_ROLE_EMERGENCY_STOP, INPUT_VALUE_ACTIVE) ||
                     (incident_of(ctx)->emergency_stopped && ctx->state->genset.latched);

    if (genset_is_confirmed(ctx))
        report_running(ctx, instant_latest(ctx->state->genset.running_at, start));
    else if (emergency)
        report_failed(ctx, ctx->now, REASON_EMERGENCY_STOP, ACTOR_PERSON);
    else if (input_is(ctx, INPUT_ROLE_WILL_NOT_START, INPUT_VALUE_ACTIVE))
        report_failed(ctx, ctx->now, REASON_OPERATOR_SAYS_NO, ACTOR_PERSON);
}

static void open_incident(struct ctx *ctx, enum incident_kind kind, instant lost_at)
{
    struct state *state = ctx->state;
    struct incident before = state->incident;

    state->incident = (struct incident){
        .kind = kind,
        .id = number_take(&state->next_incident),
        .lost_at = lost_at,
        .estimated = kind == INCIDENT_KIND_OUTAGE && state->mains.estimated,
        .arm_genset = before.arm_genset,
        .arm_servers = before.arm_servers,
        .shutdown_by = before.shutdown_wanted ? before.shutdown_by : ACTOR_NONE,
        .shutdown_begun = before.shutdown_wanted,
        .shutdown_all = before.shutdown_wanted && before.shutdown_all,
        .shutdown_wanted = before.shutdown_wanted,
        .genset_lost_at = INSTANT_NONE,
        .next_pass_at = INSTANT_NONE,
        .self_due = before.self_due,
    };
    shutdown_reset(ctx);
    power_incident_opens(ctx);
    begin_round(ctx, lost_at);
    signal_raise(ctx, SIGNAL_INCIDENT_OPENED, lost_at);
    put_incident(ctx, INCIDENT_STATE_OPEN, INSTANT_NONE);
}

static void end_round(struct ctx *ctx, instant end)
{
    for (unsigned number = 1; number <= STEP_COUNT; number++) {
        judge_held(ctx, number, end);
        step_round_ends(ctx, number, end);
    }
}

static void close_incident(struct ctx *ctx, instant at)
{
    end_round(ctx, at);
    put_incident(ctx, INCIDENT_STATE_CLOSED, at);
}

static void forget_incident(struct ctx *ctx)
{
    struct incident *incident = incident_of(ctx);

    if (incident_has_genset(incident))
        signal_raise(ctx, SIGNAL_INCIDENT_CLOSED, ctx->now);
    shutdown_incident_ends(ctx);
    incident->phase = PHASE_IDLE;
    incident->genset_lost_at = INSTANT_NONE;
    incident->arm_genset = incident->arm_servers = incident->ups_forced = false;
}

/* ---- the table's cells ---- */

static void ignore(struct ctx *ctx, const struct signal *signal)
{
    (void)ctx;
    (void)signal;
}

static void open_outage(struct ctx *ctx, const struct signal *signal)
{
    open_incident(ctx, INCIDENT_KIND_OUTAGE, signal->at);
    struct notice lost = notice_make(ctx, NOTIFICATION_MAINS_LOST, SEVERITY_CRITICAL);
    lost.credited_at = signal->at;
    notice_send(ctx, lost);
    struct notice opened = notice_make(ctx, NOTIFICATION_OUTAGE_OPENED, SEVERITY_CRITICAL);
    opened.credited_at = signal->at;
    notice_send(ctx, opened);
    readiness_incident_opened(ctx);
    take_known_facts(ctx);
}

static void open_drill(struct ctx *ctx, const struct signal *signal)
{
    open_incident(ctx, INCIDENT_KIND_DRILL, signal->at);
    notice_simple(ctx, NOTIFICATION_DRILL_BEGUN, SEVERITY_NOTICE);
    take_known_facts(ctx);
}

static void end_drill(struct ctx *ctx, const struct signal *signal)
{
    if (is_outage(ctx))
        return;
    close_incident(ctx, signal->at);
    notice_simple(ctx, NOTIFICATION_DRILL_ENDED, SEVERITY_NOTICE);
    forget_incident(ctx);
}

/* A real outage takes over at once; one more while an outage is open cannot be. */
static void outage_ends_drill(struct ctx *ctx, const struct signal *signal)
{
    if (is_outage(ctx))
        return;
    close_incident(ctx, ctx->now);
    notice_simple(ctx, NOTIFICATION_DRILL_ENDED, SEVERITY_NOTICE);
    shutdown_incident_ends(ctx);
    incident_of(ctx)->arm_genset = incident_of(ctx)->arm_servers = false;
    open_outage(ctx, signal);
}

static void close_outage(struct ctx *ctx, const struct signal *signal)
{
    if (!is_outage(ctx))
        return;
    close_incident(ctx, signal->at);
    struct notice restored = notice_make(ctx, NOTIFICATION_MAINS_RESTORED, SEVERITY_NOTICE);
    restored.credited_at = signal->at;
    notice_send(ctx, restored);
    struct notice closed = notice_make(ctx, NOTIFICATION_OUTAGE_CLOSED, SEVERITY_NOTICE);
    closed.credited_at = signal->at;
    closed.amount_ms = instant_diff_ms(signal->at, incident_of(ctx)->lost_at);
    closed.count = incident_of(ctx)->deviations;
    notice_send(ctx, closed);
    forget_incident(ctx);
}

/* A need that arises when the due instant is over has the time that the procedure gives between
 * steps 4 and 5. */
static void open_shutdown_step(struct ctx *ctx, unsigned number)
{
    const struct procedure_settings *settings = &ctx->site->procedure;
    const struct step *step = step_of(ctx, number);

    if (settings->shutdown_due_from_opening)
        step_open(ctx, number, ctx->now, instant_add_ms(ctx->now, settings->shutdown_due_ms));
    else if (instant_before(step->due, ctx->now))
        step_open(
            ctx,
            number,
            ctx->now,
            instant_add_ms(ctx->now, settings->shutdown_due_ms - settings->report_failed_due_ms));
    else
        step_open(ctx, number, step->clock_start, step->due);
}

static void open_shutdown_steps(struct ctx *ctx)
{
    for (unsigned number = 5; number <= STEP_COUNT; number++) {
        const struct step *step = step_of(ctx, number);
        if (step->state != STEP_STATE_WAITING && step->state != STEP_STATE_NOT_REQUIRED)
            continue;
        open_shutdown_step(ctx, number);
        if (!shutdown_is_judged(ctx))
            step_end_not_required(ctx, number);
        else if (number == 5) /* who is silent since before counts from now on */
            looks_begin_anew(ctx);
    }
}

static void report_running(struct ctx *ctx, instant edge)
{
    struct incident *incident = incident_of(ctx);
    instant credited = instant_latest(edge, incident->round_start);
    enum actor by = start_actor(ctx->state->genset.started_by);

    incident->phase = PHASE_RUNNING;
    for (unsigned number = 1; number <= 3; number++)
        step_complete(ctx, number, credited, by);
    step_of(ctx, 2)->answer = ANSWER_YES;
    step_record(ctx, 2);
    step_end_not_required(ctx, 4);
    if (incident->shutdown_begun) {
        open_shutdown_steps(ctx);
    } else {
        step_end_not_required(ctx, 5);
        step_end_not_required(ctx, 6);
    }
    struct notice notice = notice_make(ctx, NOTIFICATION_REPORT_RUNNING, SEVERITY_NOTICE);
    notice.step = 3;
    notice.credited_at = credited;
    notice.actor = by;
    notice_send(ctx, notice);
}

static void genset_confirmed(struct ctx *ctx, const struct signal *signal)
{
    report_running(ctx, signal->at);
}

static void report_failed(struct ctx *ctx, instant at, enum reason reason, enum actor by)
{
    bool silence = reason == REASON_SILENCE;

    incident_of(ctx)->phase = PHASE_FAILED;
    if (!silence) {
        step_complete(ctx, 1, at, by);
        step_complete(ctx, 2, at, by);
    }
    step_of(ctx, 2)->answer = ANSWER_NO;
    step_record(ctx, 2);
    step_end_not_required(ctx, 3);
    step_complete(ctx, 4, at, by);
    struct notice notice = notice_make(ctx, NOTIFICATION_REPORT_FAILED, SEVERITY_CRITICAL);
    notice.step = 4;
    notice.credited_at = at;
    notice.actor = by;
    notice.reason = reason;
    notice_send(ctx, notice);
    open_shutdown_steps(ctx);
}

static void start_failed(struct ctx *ctx, const struct signal *signal)
{
    report_failed(ctx, signal->at, signal->reason, signal->by);
}

static void person_says_failed(struct ctx *ctx, const struct signal *signal)
{
    report_failed(ctx, signal->at, signal->reason, ACTOR_PERSON);
}

/* The genset stopped while the mains is out: all clocks count from that moment. */
static void begin_next_round(struct ctx *ctx, instant genset_lost_at)
{
    instant start = instant_latest(genset_lost_at, incident_of(ctx)->round_start);

    incident_of(ctx)->genset_lost_at = INSTANT_NONE;
    end_round(ctx, start);
    shutdown_round_begins(ctx);
    begin_round(ctx, start);
    put_incident(ctx, INCIDENT_STATE_OPEN, INSTANT_NONE);
    struct notice notice = notice_make(ctx, NOTIFICATION_ROUND_OPENED, SEVERITY_CRITICAL);
    notice.credited_at = start;
    notice_send(ctx, notice);
    take_known_facts(ctx);
}

/* Where the mains' return is being confirmed, a round begins only if it relapses. */
static void genset_lost(struct ctx *ctx, const struct signal *signal)
{
    if (ctx->state->mains.state == MAINS_STATE_RETURNING)
        incident_of(ctx)->genset_lost_at = signal->at;
    else
        begin_next_round(ctx, signal->at);
}

/* The contact opens: a new round, also where the button is released by then. */
static void stopped_in_emergency(struct ctx *ctx, const struct signal *signal)
{
    (void)signal;
    incident_of(ctx)->emergency_stopped = true;
}

static void genset_runs_again(struct ctx *ctx, const struct signal *signal)
{
    (void)signal;
    incident_of(ctx)->genset_lost_at = INSTANT_NONE;
}

static handler *const table[PHASE_COUNT][SIGNAL_KIND_COUNT] = {
    [PHASE_IDLE] = {[SIGNAL_INPUT_CHANGED] = ignore,
                    [SIGNAL_MAINS_LOST] = open_outage,
                    [SIGNAL_MAINS_CONFIRMED] = ignore,
                    [SIGNAL_INCIDENT_OPENED] = ignore,
                    [SIGNAL_INCIDENT_CLOSED] = ignore,
                    [SIGNAL_GENSET_CONFIRMED] = ignore,
                    [SIGNAL_GENSET_LOST] = ignore,
                    [SIGNAL_START_FAILED] = ignore,
                    [SIGNAL_EMERGENCY_STOP] = ignore,
                    [SIGNAL_WILL_NOT_START] = ignore,
                    [SIGNAL_DRILL_BEGIN] = open_drill,
                    [SIGNAL_DRILL_END] = ignore},
    [PHASE_DECIDING] = {[SIGNAL_INPUT_CHANGED] = ignore,
                        [SIGNAL_MAINS_LOST] = outage_ends_drill,
                        [SIGNAL_MAINS_CONFIRMED] = close_outage,
                        [SIGNAL_INCIDENT_OPENED] = ignore,
                        [SIGNAL_INCIDENT_CLOSED] = ignore,
                        [SIGNAL_GENSET_CONFIRMED] = genset_confirmed,
                        [SIGNAL_GENSET_LOST] = ignore,
                        [SIGNAL_START_FAILED] = start_failed,
                        [SIGNAL_EMERGENCY_STOP] = person_says_failed,
                        [SIGNAL_WILL_NOT_START] = person_says_failed,
                        [SIGNAL_DRILL_BEGIN] = ignore,
                        [SIGNAL_DRILL_END] = end_drill},
    [PHASE_RUNNING] = {[SIGNAL_INPUT_CHANGED] = ignore,
                       [SIGNAL_MAINS_LOST] = outage_ends_drill,
                       [SIGNAL_MAINS_CONFIRMED] = close_outage,
                       [SIGNAL_INCIDENT_OPENED] = ignore,
                       [SIGNAL_INCIDENT_CLOSED] = ignore,
                       [SIGNAL_GENSET_CONFIRMED] = genset_runs_again,
                       [SIGNAL_GENSET_LOST] = genset_lost,
                       [SIGNAL_START_FAILED] = ignore,
                       [SIGNAL_EMERGENCY_STOP] = stopped_in_emergency,
                       [SIGNAL_WILL_NOT_START] = ignore,
                       [SIGNAL_DRILL_BEGIN] = ignore,
                       [SIGNAL_DRILL_END] = end_drill},
    [PHASE_FAILED] = {[SIGNAL_INPUT_CHANGED] = ignore,
                      [SIGNAL_MAINS_LOST] = outage_ends_drill,
                      [SIGNAL_MAINS_CONFIRMED] = close_outage,
                      [SIGNAL_INCIDENT_OPENED] = ignore,
                      [SIGNAL_INCIDENT_CLOSED] = ignore,
                      [SIGNAL_GENSET_CONFIRMED] = genset_confirmed,
                      [SIGNAL_GENSET_LOST] = ignore,
                      [SIGNAL_START_FAILED] = ignore,
                      [SIGNAL_EMERGENCY_STOP] = ignore,
                      [SIGNAL_WILL_NOT_START] = ignore,
                      [SIGNAL_DRILL_BEGIN] = ignore,
                      [SIGNAL_DRILL_END] = end_drill},
};

void sop_signal(struct ctx *ctx, const struct signal *signal)
{
    if (signal->kind == SIGNAL_INPUT_CHANGED && signal->role == INPUT_ROLE_WILL_NOT_START &&
        input_is(ctx, signal->role, INPUT_VALUE_ACTIVE))
        signal_raise_reason(ctx, SIGNAL_WILL_NOT_START, signal->at, REASON_OPERATOR_SAYS_NO);
    table[incident_of(ctx)->phase][signal->kind](ctx, signal);
}

/* ---- due instants ---- */

static void notify_deadline(struct ctx *ctx, unsigned number, enum notification what,
                            enum severity severity, instant at)
{
    const struct step *step = step_of(ctx, number);
    struct notice notice = notice_make(ctx, what, severity);

    notice.step = number;
    notice.at = at;
    notice.credited_at = step->done_at;
    notice.count = step->deviation;
    if (instant_is_set(step->done_at) && instant_before(step->due, step->done_at))
        notice.amount_ms = instant_diff_ms(step->done_at, step->due);
    notice_send(ctx, notice);
}

static bool step_is_notified(unsigned number)
{
    return number == 3 || number == 4 || number == 6;
}

/* The last repeat up to now, in one go: a damaged state has them begin long ago. With one that is
 * so long ago that a difference cannot hold it, in three. */
static instant repeat_reached(const struct ctx *ctx, instant from)
{
    const int64_t every_ms = ctx->site->procedure.repeat_ms;

    while (instant_is_set(from) && instant_diff_ms(ctx->now, from) >= every_ms)
        from = instant_add_ms(from, instant_diff_ms(ctx->now, from) / every_ms * every_ms);
    return from;
}

/* The next repeat after now: a verdict that was held may come when the first is over already. */
static void schedule_repeat(const struct ctx *ctx, struct step *step)
{
    step->repeat_at =
        instant_add_ms(repeat_reached(ctx, step->repeat_at), ctx->site->procedure.repeat_ms);
}

/* Once per step and round, at its due instant, or when a held verdict is known. */
static void announce_verdict(struct ctx *ctx, unsigned number)
{
    struct step *step = step_of(ctx, number);
    enum phase phase = incident_of(ctx)->phase;
    bool applies = number == 6 || (number == 3) == (phase != PHASE_FAILED);

    if (!step_is_notified(number) || step->deadline_notified)
        return;
    if (step->state != STEP_STATE_MET && step->state != STEP_STATE_MISSED)
        return;
    step->deadline_notified = true;
    bool missed = step->state == STEP_STATE_MISSED;
    if (missed && !instant_is_set(step->done_at)) {
        step->repeat_at = step->due;
        schedule_repeat(ctx, step);
    }
    if (!applies && !missed)
        return;
    instant at = step->held_notified ? ctx->now : step->due;
    notify_deadline(ctx,
                    number,
                    missed ? NOTIFICATION_DEADLINE_MISSED : NOTIFICATION_DEADLINE_MET,
                    missed ? SEVERITY_CRITICAL : SEVERITY_NOTICE,
                    at);
}

static void hold(struct ctx *ctx, unsigned number)
{
    struct step *step = step_of(ctx, number);

    if (step->state != STEP_STATE_HELD)
        step_hold(ctx, number);
    if (step->held_notified || !step_is_notified(number))
        return;
    step->held_notified = true;
    notify_deadline(ctx, number, NOTIFICATION_DEADLINE_HELD, SEVERITY_WARNING, step->due);
}

static enum deviation_kind kind_of_miss(struct ctx *ctx, unsigned number)
{
    const struct state *state = ctx->state;

    if (number < 5)
        return DEVIATION_KIND_TIME;
    if (ctx->site->shutdown.automatic && !state->incident.shutdown_begun &&
        state->hold == HOLD_STATE_HELD)
        return DEVIATION_KIND_EQUIPMENT;
    for (size_t i = 0; i < state->server_count; i++)
        if (!server_is_self(ctx, i) && !state->servers[i].told &&
            state->servers[i].state != SERVER_STATE_OFF)
            return DEVIATION_KIND_TIME;
    return DEVIATION_KIND_OUTPUT;
}

static void judge_overdue(struct ctx *ctx, unsigned number)
{
    if (number >= 5 && !shutdown_is_judged(ctx)) {
        step_end_not_required(ctx, number);
        return;
    }
    if (ctx_supply_being_confirmed(ctx))
        hold(ctx, number);
    else if (instant_is_set(step_of(ctx, number)->done_at))
        step_judge(ctx, number);
    else if (number == 4)
        report_failed(ctx, step_of(ctx, 4)->due, REASON_SILENCE, ACTOR_SOFTWARE);
    else if (number == 3 && incident_of(ctx)->phase == PHASE_FAILED)
        step_end_not_required(ctx, number);
    else
        step_miss(ctx, number, kind_of_miss(ctx, number));
}

/* A verdict that was held when the round ends: what was due, or done, before its end counts. */
static void judge_held(struct ctx *ctx, unsigned number, instant end)
{
    const struct step *step = step_of(ctx, number);
    bool done = instant_is_set(step->done_at);
    bool counts = instant_before(step->due, end) || (done && !instant_before(end, step->done_at));

    if (step->state != STEP_STATE_HELD || !counts)
        return;
    if (done)
        step_judge(ctx, number);
    else
        step_miss(ctx, number, kind_of_miss(ctx, number));
    announce_verdict(ctx, number);
}

/* Step 6 missed: what the loop back to step 5 could not end is escalated. */
static void escalate(struct ctx *ctx)
{
    struct incident *incident = incident_of(ctx);
    struct notice notice = notice_make(ctx, NOTIFICATION_SHUTDOWN_ESCALATED, SEVERITY_CRITICAL);

    if (incident->escalated || step_of(ctx, 6)->state != STEP_STATE_MISSED ||
        instant_is_set(step_of(ctx, 6)->done_at))
        return;
    incident->escalated = true;
    notice.step = 6;
    for (size_t i = 0; i < ctx->state->server_count; i++) {
        const struct server *server = &ctx->state->servers[i];
        bool is_normal = server_is_proven_off(server) && server_is_down_normally(server);
        notice.count += server_is_self(ctx, i) || is_normal ? 0 : 1;
    }
    notice_send(ctx, notice);
}

static bool repeat_applies(struct ctx *ctx, unsigned number)
{
    const struct step *step = step_of(ctx, number);

    if (step->state != STEP_STATE_MISSED || instant_is_set(step->done_at))
        return false;
    if (number == 6 && ctx_supply_confirmed(ctx) && !shutdown_is_under_way(ctx))
        return false;
    return number != 3 || incident_of(ctx)->phase == PHASE_DECIDING;
}

static void repeat_missed(struct ctx *ctx)
{
    for (unsigned number = 3; number <= STEP_COUNT; number++) {
        struct step *step = step_of(ctx, number);
        if (!due_reached(ctx, step->repeat_at))
            continue;
        instant at = step->repeat_at;
        schedule_repeat(ctx, step);
        if (repeat_applies(ctx, number))
            notify_deadline(ctx, number, NOTIFICATION_DEADLINE_STILL_MISSED, SEVERITY_CRITICAL, at);
        else
            step->repeat_at = INSTANT_NONE;
    }
}

/* Step 4 was reported, yet a start by hand may still be in time: its report would be step 3. */
static bool step_3_is_in_doubt(struct ctx *ctx)
{
    const struct step *step = step_of(ctx, 3);

    return step->state == STEP_STATE_NOT_REQUIRED && step->due.ms == ctx->now.ms &&
           incident_of(ctx)->phase == PHASE_FAILED && genset_is_being_confirmed(ctx);
}

static void judge_deadlines(struct ctx *ctx)
{
    for (unsigned number = 1; number <= STEP_COUNT; number++) {
        struct step *step = step_of(ctx, number);
        if (!due_reached(ctx, step->due))
            continue;
        if (step_is_pending(step) || (number == 3 && step_3_is_in_doubt(ctx)))
            judge_overdue(ctx, number);
        announce_verdict(ctx, number);
    }
}

static void account_for_ups(struct ctx *ctx)
{
    struct equipment *ups = &ctx->state->equipment[EQUIPMENT_KIND_UPS];

    if (!ups_is_low(ctx) || ups->incident == incident_of(ctx)->id)
        return;
    ups->incident = incident_of(ctx)->id;
    deviation_record_equipment(ctx, EQUIPMENT_KIND_UPS, -1);
}

static instant shutdown_opens(const struct ctx *ctx)
{
    return instant_add_ms(ctx->state->incident.round_start,
                          ctx->site->procedure.report_failed_due_ms);
}

/* The software begins step 5: at its time, or when the UPS runs out, which overrides every clock.
 */
static void begin_shutdown_by_itself(struct ctx *ctx)
{
    struct incident *incident = incident_of(ctx);
    bool ups = ups_runs_out(ctx);
    bool time = incident->phase == PHASE_FAILED && due_reached(ctx, shutdown_opens(ctx)) &&
                !ctx_supply_being_confirmed(ctx);

    if (incident->shutdown_cancelled && !ups) /* should it run out again, that counts */
        incident->ups_forced = false;
    if (incident->ups_early && ups_is_low(ctx)) /* and low is more than short */
        incident->ups_forced = incident->ups_early = false;
    if (!ctx->site->shutdown.automatic || inhibited(ctx) || ctx->state->hold == HOLD_STATE_HELD ||
        !shutdown_has_work(ctx))
        return;
    if (ups && !incident->ups_forced) {
        incident->ups_forced = true;
        incident->ups_early = !ups_is_low(ctx);
        open_shutdown_steps(ctx);
        if (incident->shutdown_all && shutdown_goes_on(ctx))
            return;
        shutdown_begin(ctx, ACTOR_SOFTWARE, false);
    } else if (time && !incident->shutdown_all && !incident->shutdown_cancelled &&
               !ctx_supply_confirmed(ctx)) {
        shutdown_begin(ctx, ACTOR_SOFTWARE, false);
    }
}

static void follow_relapse(struct ctx *ctx)
{
    instant lost_at = incident_of(ctx)->genset_lost_at;

    if (instant_is_set(lost_at) && ctx->state->mains.state == MAINS_STATE_LOST)
        begin_next_round(ctx, lost_at);
}

void sop_settle(struct ctx *ctx)
{
    if (incident_of(ctx)->phase == PHASE_IDLE)
        return;
    follow_relapse(ctx);
    account_for_ups(ctx);
    repeat_missed(ctx);
    judge_deadlines(ctx);
    escalate(ctx);
    begin_shutdown_by_itself(ctx);
}

instant sop_next_due(const struct ctx *ctx)
{
    const struct incident *incident = &ctx->state->incident;
    instant due = INSTANT_NEVER;

    if (incident->phase == PHASE_IDLE)
        return due;
    for (unsigned i = 0; i < STEP_COUNT; i++) {
        const struct step *step = &incident->steps[i];
        due = due_next(ctx, due, step->due);
        due = due_next(ctx, due, step->repeat_at);
    }
    return due_next(ctx, due, shutdown_opens(ctx));
}

void sop_tell_times(struct ctx *ctx)
{
    if (incident_of(ctx)->phase == PHASE_IDLE)
        return;
    put_incident(ctx, INCIDENT_STATE_OPEN, INSTANT_NONE);
    for (unsigned number = 1; number <= STEP_COUNT; number++)
        step_record(ctx, number);
}

/* Repeats that fell into the absence are not caught up: one was enough. */
void sop_resume(struct ctx *ctx)
{
    for (unsigned number = 1; number <= STEP_COUNT; number++) {
        struct step *step = step_of(ctx, number);
        if (!instant_is_set(step->repeat_at) || !instant_before(step->repeat_at, ctx->now))
            continue;
        step->repeat_at = repeat_reached(ctx, step->repeat_at);
        if (instant_before(step->repeat_at, ctx->now))
            schedule_repeat(ctx, step);
    }
    if (incident_of(ctx)->estimated)
        sop_tell_times(ctx);
}

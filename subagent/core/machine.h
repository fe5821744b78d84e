#pragma once
/*
 * What the core's machines share: the context of one step, signals between machines, and the few
 * questions they ask each other. Private to core/.
 *
 *   input → debounce → mains ──┐
 *                    └ genset ─┴─ signals ─→ sop, genset, shutdown
 *
 * A machine never calls another: it raises signals. After the signals of an instant are spent,
 * every machine settles: it looks at the state as it now stands and does what has become due.
 */
#include "core/model.h"

enum signal_kind {
    SIGNAL_INPUT_CHANGED,
    SIGNAL_MAINS_LOST,      /* an outage is confirmed; at: the edge it is credited to */
    SIGNAL_MAINS_CONFIRMED, /* the return is confirmed; at: the return's edge */
    SIGNAL_INCIDENT_OPENED,
    SIGNAL_INCIDENT_CLOSED,  /* one that had the genset */
    SIGNAL_GENSET_CONFIRMED, /* at: the running contact's edge */
    SIGNAL_GENSET_LOST,      /* at: the edge of the loss */
    SIGNAL_START_FAILED,
    SIGNAL_EMERGENCY_STOP,
    SIGNAL_WILL_NOT_START,
    SIGNAL_DRILL_BEGIN,
    SIGNAL_DRILL_END,
    SIGNAL_KIND_COUNT
};

struct signal {
    enum signal_kind kind;
    instant at;
    enum input_role role;
    enum reason reason;
    enum actor by;
};

enum { SIGNAL_LIMIT = 64, DEFERRED_LIMIT = 16 };

struct ctx {
    const struct site *site;
    struct state *state;
    struct batch *batch;
    instant now; /* of this step; never before state->ticked */
    struct signal signals[SIGNAL_LIMIT];
    unsigned signal_count;
    struct notice deferred[DEFERRED_LIMIT];
    unsigned deferred_count;
    bool server_moved; /* the instant is not settled yet */
};

/* A due time counts as reached once the tick of its instant runs, not before. */
static inline bool due_reached(const struct ctx *ctx, instant due)
{
    return instant_reached(due, ctx->state->ticked);
}

/* The earlier of two timers, of those that are still to come. */
static inline instant due_next(const struct ctx *ctx, instant best, instant candidate)
{
    return due_reached(ctx, candidate) ? best : instant_earliest(best, candidate);
}

/* After a restart the levels of its instant come one by one: until that instant's tick, what is not
 * told yet says nothing. */
static inline bool is_looking(const struct state *state)
{
    return instant_is_set(state->resumed_at) && instant_before(state->ticked, state->resumed_at);
}

static inline uint32_t number_take(uint32_t *next)
{
    uint32_t number = *next;

    *next = number_after(number);
    return number;
}

static inline int64_t max_ms(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline instant instant_latest(instant a, instant b)
{
    return a.ms > b.ms ? a : b;
}

/* signal.c */
void signal_raise(struct ctx *ctx, enum signal_kind kind, instant at);
void signal_raise_reason(struct ctx *ctx, enum signal_kind kind, instant at, enum reason reason);

/* batch.c */
struct action *batch_push(struct batch *batch, enum action_kind kind);
/* A notice of this incident and round, not yet sent; notice_send() gives it its number. */
struct notice notice_make(const struct ctx *ctx, enum notification what, enum severity severity);
void notice_send(struct ctx *ctx, struct notice notice);
/* As notice_send(), but after all else that the instant has to say: the report, then its records.
 */
void notice_defer(struct ctx *ctx, struct notice notice);
void notices_flush(struct ctx *ctx);
void notice_simple(struct ctx *ctx, enum notification what, enum severity severity);

/* debounce.c */
void input_init(struct input *input);
void input_set(struct ctx *ctx, const struct event *event);
void input_timer(struct ctx *ctx);
instant input_next_due(const struct ctx *ctx);
bool line_is(const struct site *site, const struct state *state, enum input_role role,
             enum input_value value);
bool input_is(const struct ctx *ctx, enum input_role role, enum input_value value);
/* Its level changed, and the debounce has not decided yet. */
bool input_is_settling(const struct ctx *ctx, enum input_role role);
/* False until a wired input's first level, which may be unknown. */
bool input_is_told(const struct ctx *ctx, enum input_role role);

/* mains.c */
void mains_input_changed(struct ctx *ctx, enum input_role role);
void mains_timer(struct ctx *ctx);
void mains_resume(struct ctx *ctx);

/* genset.c, genset_*.c */
enum genset_event {
    GENSET_RUN_ON,
    GENSET_RUN_OFF,
    GENSET_RUN_UNKNOWN,
    GENSET_START,
    GENSET_STOP,
    GENSET_WITHDRAW, /* a person takes a start back; an engine that runs is not stopped */
    GENSET_RESET,
    GENSET_EMERGENCY_STOP,
    GENSET_FAULT,
    GENSET_NOT_AUTOMATIC,
    GENSET_TIMER,
    GENSET_LOST,       /* the contact has been open for the confirm time */
    GENSET_OUTAGE,     /* an incident opens */
    GENSET_MAINS_BACK, /* it closed */
    GENSET_SERVED,     /* nothing needs what the software started any more */
    GENSET_RESTARTED,  /* the program was away, and its outputs rested */
    GENSET_EVENT_COUNT
};
void genset_handle(struct ctx *ctx, enum genset_event event, instant at);
void genset_signal(struct ctx *ctx, const struct signal *signal);
/* A new start: it begins when it can. */
void genset_want(struct ctx *ctx, enum start_source source);
void genset_settle(struct ctx *ctx);
void genset_resume(struct ctx *ctx);
void genset_output_told(struct ctx *ctx, const struct event *event);
void genset_outputs(struct ctx *ctx);
instant genset_next_due(const struct ctx *ctx);
bool genset_is_confirmed(const struct ctx *ctx);
bool genset_state_is_confirmed(enum genset_state state);
/* An output is there that stops it. */
bool genset_is_stoppable(const struct ctx *ctx);
bool genset_is_being_confirmed(const struct ctx *ctx);
/* In this incident the software starts it by itself, now or in a further round. */
bool genset_is_automatic(const struct ctx *ctx);
bool genset_sequence_active(const struct genset *genset);
/* Why it must not be cranked now, or REASON_NONE. */
enum reason genset_crank_blocked(const struct ctx *ctx);

/* step.c: verdicts. Steps are numbered 1 to 6. */
struct step *step_of(struct ctx *ctx, unsigned number);
void step_open(struct ctx *ctx, unsigned number, instant clock_start, instant due);
void step_complete(struct ctx *ctx, unsigned number, instant at, enum actor by);
/* The verdict by its done_at, which a confirmation held back. */
void step_judge(struct ctx *ctx, unsigned number);
void step_miss(struct ctx *ctx, unsigned number, enum deviation_kind kind);
void step_hold(struct ctx *ctx, unsigned number);
void step_end_not_required(struct ctx *ctx, unsigned number);
/* Gives a step that was never done its final lateness, as the round ends. */
void step_round_ends(struct ctx *ctx, unsigned number, instant end);
void step_record(struct ctx *ctx, unsigned number);
bool step_is_pending(const struct step *step);

/* deviation.c */
uint32_t deviation_record_step(struct ctx *ctx, unsigned number, enum deviation_kind kind,
                               int64_t amount_ms);
void deviation_amend(struct ctx *ctx, unsigned number, int64_t amount_ms);
void deviation_record_equipment(struct ctx *ctx, enum equipment_kind kind, int server);

/* False for a drill that is not armed to start the genset. */
static inline bool incident_has_genset(const struct incident *incident)
{
    return incident->kind != INCIDENT_KIND_DRILL || incident->arm_genset;
}

/* sop.c */
void sop_signal(struct ctx *ctx, const struct signal *signal);
void sop_settle(struct ctx *ctx);
void sop_resume(struct ctx *ctx);
/* Puts again what tells when the open incident's things happen. */
void sop_tell_times(struct ctx *ctx);
instant sop_next_due(const struct ctx *ctx);
/* Who a start from this source is ascribed to. */
enum actor start_actor(enum start_source source);

/* supply.c */
bool ctx_supply_confirmed(const struct ctx *ctx);
bool ctx_supply_being_confirmed(const struct ctx *ctx);
void supply_settle(struct ctx *ctx);
instant supply_next_due(const struct ctx *ctx);
bool inhibited(const struct ctx *ctx);

/* An outage, not a drill. */
bool outage_is_open(const struct state *state);

/* ups.c */
void ups_init(struct ups *ups); /* all but what was announced */
void ups_told(struct ctx *ctx, const struct event *event);
void ups_settle(struct ctx *ctx);
instant ups_next_due(const struct ctx *ctx);
bool ups_says(const struct ctx *ctx, enum input_role role, enum input_value value);
/* Network UPS Tools have said nothing yet. */
bool ups_is_awaited(const struct ctx *ctx);
bool ups_battery_is_low(const struct ctx *ctx);
/* It is, and nothing else feeds the load. */
bool ups_is_low(const struct ctx *ctx);
/* That, or what is left is no more than the rest of the shutdown can take: this overrides every
 * clock. */
bool ups_runs_out(const struct ctx *ctx);

/* server.c: one server's shutdown */
enum server_event {
    SERVER_EVENT_ACCEPTED,
    SERVER_EVENT_REFUSED,
    SERVER_EVENT_NOT_RUN,
    SERVER_EVENT_SEEN_OFF,
    SERVER_EVENT_SILENT_WITNESS,
    SERVER_EVENT_SILENT,
    SERVER_EVENT_ANSWERS,
    SERVER_EVENT_NOT_SEEN,
    SERVER_EVENT_TIMER,
    SERVER_EVENT_TELL,
    SERVER_EVENT_WANT, /* it is to go down when its tier's turn comes */
    SERVER_EVENT_SPARE,
    SERVER_EVENT_COUNT
};
void server_handle(struct ctx *ctx, size_t place, enum server_event event);
/* It was off and may be on: what it was told before is told no more. */
void server_forget_off(struct ctx *ctx, size_t place);
bool server_in_flight(const struct server *server);
/* Its next try powers it off. */
bool server_force_is_next(const struct ctx *ctx, size_t place);
/* A further try of this pass may power it off. */
bool server_force_is_ahead(const struct ctx *ctx, size_t place);
/* By evidence that is not from before a restart. */
bool server_is_proven_off(const struct server *server);
/* No further pass is for it: it was not down normally, and step 6 is due. */
bool server_passes_are_over(const struct ctx *ctx, const struct server *server);
/* The machine padamd runs on: steps 5 and 6 are judged without it, as nobody can prove it. */
bool server_is_self(const struct ctx *ctx, size_t place);
/* A drill that does not arm them: they are passed over. */
bool servers_are_only_drilled(const struct ctx *ctx);

/* shutdown.c: tiers, passes, steps 5 and 6 */
/* regardless: an administrator confirmed it although there is supply, or may be. */
void shutdown_begin(struct ctx *ctx, enum actor by, bool regardless);
void shutdown_begin_one(struct ctx *ctx, size_t place, bool regardless);
void shutdown_begin_tier(struct ctx *ctx, unsigned tier, bool regardless);
/* What waits is spared; a tier that has begun is carried through. */
void shutdown_cancel(struct ctx *ctx);
/* A server waits that is in no tier under way, or is to be told again in a next pass. */
bool shutdown_is_waiting(const struct ctx *ctx);
/* It waits, is being shut down, or is to be told again in a next pass. */
bool shutdown_goes_on_for(const struct ctx *ctx, size_t place);
bool shutdown_goes_on(const struct ctx *ctx); /* for one of them */
/* So that to order it adds nothing. */
bool shutdown_is_as_ordered(const struct ctx *ctx, size_t place, bool regardless);
void shutdown_settle(struct ctx *ctx);
/* A server other than padamd's own machine. */
bool shutdown_is_judged(const struct ctx *ctx);
/* A server is not off. */
bool shutdown_has_work(const struct ctx *ctx);
bool shutdown_is_under_way(const struct ctx *ctx); /* a server waits, or is being shut down */
/* There is supply, or one is being confirmed: who has not been told yet is spared, or waits, and
 * who was told is not forced; unless an administrator confirmed it although there is supply. */
bool shutdown_ends_with_supply(const struct ctx *ctx, const struct server *server);
bool shutdown_waits_for_supply(const struct ctx *ctx, const struct server *server);
/* One of this tier is still to be told, and no supply keeps it. */
bool shutdown_has_to_tell(const struct ctx *ctx, unsigned tier);
void shutdown_reset(struct ctx *ctx);
/* One outlives its incident where it was confirmed whatever the supply; one only drilled does not.
 */
void shutdown_incident_ends(struct ctx *ctx);
/* A further round of the incident: a shutdown that has ended may be needed again. */
void shutdown_round_begins(struct ctx *ctx);
void shutdown_resume(struct ctx *ctx);
void shutdown_timer(struct ctx *ctx);
instant shutdown_next_due(const struct ctx *ctx);

/* look.c: which servers evidence is gathered on */
/* Steps 5 and 6 are open: an administrator may shut servers down by hand, and it counts. */
bool look_for_hands(const struct ctx *ctx);
/* It is waited for: its next look comes at once. */
void look_now(struct ctx *ctx, size_t place);
/* All of them, of those that are looked at. */
void looks_begin_anew(struct ctx *ctx);
void looks_settle(struct ctx *ctx);

/* power.c: servers that were shut down are powered on again */
/* Whether the fact is about a power-on alone, so that the shutdown is not to hear of it. */
bool power_takes(struct ctx *ctx, size_t place, enum server_fact fact);
void power_told_to_go_down(struct ctx *ctx, size_t place);
void power_went_down(struct ctx *ctx, size_t place);
void power_incident_opens(struct ctx *ctx);
/* It is ordered to go down: it is not powered on, now or by itself. */
void power_overtaken(struct ctx *ctx, size_t place);
/* It is being told to power on, or awaited. */
bool power_in_flight(const struct power *power);
/* A shutdown took it down; whether there is a command to power it on is another matter. */
bool power_is_down(const struct ctx *ctx, size_t place);
void power_begin(struct ctx *ctx);
/* No further tier is begun, nor anything by itself before the next incident. */
void power_decline(struct ctx *ctx);
void power_timer(struct ctx *ctx);
void power_settle(struct ctx *ctx);
void power_resume(struct ctx *ctx);
instant power_next_due(const struct ctx *ctx);

/* readiness.c */
void readiness_settle(struct ctx *ctx);
void readiness_fact(struct ctx *ctx, const struct event *event);
void readiness_check(struct ctx *ctx);
bool readiness_misses_something(const struct ctx *ctx);
void readiness_incident_opened(struct ctx *ctx);

/* command.c */
void command_ask(struct ctx *ctx, const struct event *event);
void command_confirm(struct ctx *ctx, const struct event *event);
void command_cancel(struct ctx *ctx, const struct event *event);
void command_timer(struct ctx *ctx);
void command_settle(struct ctx *ctx);
void command_resume(struct ctx *ctx);
instant command_next_due(const struct ctx *ctx);
void command_put(struct ctx *ctx, const struct command *command, enum command_state state,
                 enum reason reason);

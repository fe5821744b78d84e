#pragma once
/*
 * The core's vocabulary: what it is told (struct event), what it knows (struct state), what it
 * wants done (struct action). Plain data, copied by memcpy; no pointers, no clock, no I/O.
 */
#include "base/instant.h"
#include "core/enums.h"
#include "core/site.h"

enum { STEP_COUNT = 6, DIP_LIMIT = 16, PROMISE_LIMIT = 8, PENDING_LIMIT = 32 };

/* ---- what the core is told ---- */

enum event_kind {
    EVENT_TICK,      /* time has come to event.at: every due timer runs, in order */
    EVENT_INPUT,     /* a line's level, at the edge's own time */
    EVENT_SERVER,    /* a fact about one server's shutdown */
    EVENT_EQUIPMENT, /* a readiness check's result; of kind unknown: all have come back */
    EVENT_ASK,       /* a command asks for a promise: answered in batch.answer */
    EVENT_CONFIRM,   /* a promised command is to be carried out */
    EVENT_CANCEL,    /* a promise is given back */
    EVENT_JOURNAL,   /* the journal fell behind or caught up */
    EVENT_OUTPUT,    /* an output cannot be driven, or can again */
    EVENT_CLOCK,     /* the wall clock was set: times told to people are told anew */
    EVENT_UPS,       /* what Network UPS Tools say, or that they do not */
    EVENT_NOTIFIED,  /* notifications are out: none is still to be handed over */
    EVENT_RELOADED,  /* what became of reading the configuration again: event.reloaded */
    EVENT_KIND_COUNT
};

enum server_fact {
    SERVER_ACCEPTED,       /* the command ended well */
    SERVER_REFUSED,        /* it ended otherwise */
    SERVER_NOT_RUN,        /* it could not be run: nobody was told */
    SERVER_SEEN_OFF,       /* independent evidence: BMC, PDU, hypervisor */
    SERVER_SILENT_WITNESS, /* silent while the reference host answers */
    SERVER_SILENT,         /* silent, and nothing says the network works */
    SERVER_ANSWERS,        /* up */
    SERVER_NOT_SEEN,       /* accepted, and no look since, as others have all places */
    SERVER_POWER_ACCEPTED, /* the power-on command ended well */
    SERVER_POWER_REFUSED,  /* it ended otherwise */
    SERVER_POWER_NOT_RUN,  /* it could not be run: nobody was told */
    SERVER_FACT_COUNT
};

/* Why something was refused, failed or waits; reason_text() has the words. */
enum reason {
    REASON_NONE,
    REASON_ALREADY_RUNNING,
    REASON_ALREADY_STOPPED,
    REASON_NO_START_OUTPUT,
    REASON_EMERGENCY_STOP,
    REASON_FAULT,
    REASON_NOT_AUTOMATIC,
    REASON_RUNNING_UNKNOWN,
    REASON_INTERLOCK_UNKNOWN,
    REASON_STOPPING,
    REASON_START_LATCHED,
    REASON_ATTEMPTS_FAILED,
    REASON_OPERATOR_SAYS_NO,
    REASON_SILENCE,
    REASON_STOP_COMMANDED,
    REASON_STOP_FAILED,
    REASON_SUPPLY_BEING_CONFIRMED,
    REASON_NEEDS_CONFIRMATION,
    REASON_NO_INCIDENT,
    REASON_NO_SUCH_SERVER,
    REASON_NO_SERVERS,
    REASON_NOTHING_HELD,
    REASON_NOT_FAILED,
    REASON_MAINS_OUT,
    REASON_INCIDENT_OPEN,
    REASON_DRILL_RUNNING,
    REASON_NO_DRILL,
    REASON_DRILL_NOT_ARMED,
    REASON_NO_SUCH_EVENT,
    REASON_NO_SUCH_DEVIATION,
    REASON_INHIBITED,
    REASON_TOO_MANY_PROMISES,
    REASON_PROMISE_EXPIRED,
    REASON_RESTARTED,
    REASON_LOCK_MISMATCH,
    REASON_UPS_ON_MAINS,
    REASON_UPS_LOW_WITH_SUPPLY,
    REASON_UPS_LOW,
    REASON_COMMAND_REFUSED,
    REASON_COMMAND_TIMED_OUT,
    REASON_COMMAND_NOT_RUN,
    REASON_STILL_ANSWERS,
    REASON_NO_EVIDENCE,
    REASON_OTHER_NOT_OFF,
    REASON_BY_HAND,
    REASON_SUPPLY_BACK,
    REASON_LINE_UNAVAILABLE,
    REASON_FUEL_LOW,
    REASON_BATTERY_LOW,
    REASON_CHECK_FAILED,
    REASON_EQUIPMENT_MISSING,
    REASON_ALREADY_SO,
    REASON_UNDER_WAY,
    REASON_TAKEN_BACK,
    REASON_NO_LONGER_WANTED,
    REASON_BEGUN_ANEW,
    REASON_FORCED,
    REASON_DRILLED,
    REASON_OTHER_EXERCISE,
    REASON_CONFIG_REFUSED,
    REASON_CONFIG_WAITS,
    REASON_NO_ACCOUNT_TEXT,
    REASON_NO_REQUESTER,
    REASON_NO_SUCH_TIER,
    REASON_NOTHING_WAITS,
    REASON_CANCELLED,
    REASON_SHUTDOWN_UNDER_WAY,
    REASON_NOTHING_DOWN,
    REASON_NO_POWER_ON,
    REASON_POWER_ON_REFUSED,
    REASON_POWER_ON_TIMED_OUT,
    REASON_POWER_ON_NOT_RUN,
    REASON_NOT_UP,
    REASON_UP_UNTOLD,
    REASON_UPS_RUNTIME,
    REASON_UPS_STALE,
    REASON_UPS_UNREACHABLE,
    REASON_SELF_TOLD,
    REASON_ANSWERS_AGAIN,
    REASON_COUNT
};
const char *reason_text(enum reason reason);

struct command {
    enum command_kind kind;
    /* server: padamServerIndex; tier: its number; exercise, inhibit: seconds; acknowledge: event;
     * account: deviation
     */
    uint32_t argument;
    uint32_t index; /* the command's own; EVENT_ASK sets it, EVENT_CONFIRM and _CANCEL name it */
    bool confirmed; /* padamCtlConfirm was true in the same SET */
    bool has_lock;
    uint32_t lock;                /* padamCtlLock's value in the same SET */
    bool arm_genset, arm_servers; /* what a drill may actuate */
};

/* What Network UPS Tools say; all is unknown but the link where that is not ok. */
struct ups_word {
    enum ups_link link;
    enum input_value on_battery, battery_low;
    int32_t charge_percent; /* -1: not known */
    int64_t runtime_ms;     /* -1: not known */
};

struct event {
    enum event_kind kind;
    instant at;
    /* EVENT_INPUT */
    enum input_role role;
    enum input_value value; /* unknown: the line is not available */
    bool initial;           /* a level read, not an edge: the true edge is not known */
    /* EVENT_SERVER, and EVENT_EQUIPMENT of kind server: place in site.servers */
    size_t server;
    enum server_fact fact;
    enum equipment_kind equipment;
    enum equipment_state equipment_state;
    /* EVENT_ASK, _CONFIRM, _CANCEL */
    struct command command;
    /* EVENT_ASK, _CONFIRM: what those found who keep the records, as the core keeps none */
    enum reason refusal; /* why it may not be done; NONE: it may */
    bool already_so;     /* it was done before */
    bool journal_behind, journal_over_limit;
    /* EVENT_OUTPUT */
    enum output_role output;
    bool output_missing;
    /* EVENT_NOTIFIED */
    uint32_t next_event; /* those before this one are out */
    /* EVENT_CLOCK */
    bool synchronised; /* wall_ms is right: what is of an earlier boot moves to its right place */
    int64_t wall_ms;
    /* EVENT_UPS */
    struct ups_word ups;
    /* EVENT_RELOADED: NONE: all of it is in force; ALREADY_SO, CONFIG_WAITS, CONFIG_REFUSED */
    enum reason reloaded;
};

/* ---- what the core knows ---- */

struct input {
    enum input_value raw, value; /* value: after the debounce */
    instant raw_since, since;    /* since: the edge that value is credited to */
    instant settle_at;           /* when raw becomes value */
    bool initial;                /* value goes back to a level read, not to an edge */
    bool alarmed;                /* announced as not available */
};

struct dip {
    instant start, end;
    int64_t lost_ms; /* less than end - start where dips were merged */
};

struct mains {
    enum mains_state state;
    instant since;       /* of the state */
    instant lost_at;     /* unstable, lost, returning: the edge the loss is credited to */
    instant returned_at; /* returning: the edge the return is credited to */
    instant relapsed_at; /* returning: the loss now being debounced, or none */
    instant due;
    bool estimated;
    unsigned dip_count;
    struct dip dips[DIP_LIMIT]; /* oldest first, all within the window */
    uint32_t outages, dips_ignored;
    int64_t out_ms;
};

struct genset {
    enum genset_state state;
    instant since, due;
    instant fuel_at;       /* preheating: when run goes on */
    instant pulse_until;   /* pulse wiring, stop pulse */
    bool wanted;           /* a start is wanted and not yet achieved */
    bool run_held;         /* run is driven while the engine runs */
    bool is_cut_short;     /* by a restart: the attempt under way goes on only if it has caught */
    bool software_started; /* the software's outputs started it */
    bool stays;            /* by a command outside an incident: only a command stops it */
    bool stop_commanded;   /* no start by itself until commanded or the next incident */
    bool latched;          /* a start failed; until reset or the next incident */
    bool given_up;         /* it failed, or a person said so: in this round none by itself */
    bool not_carrying_alarmed;
    enum start_source source, started_by;
    unsigned attempt;       /* cranks in this start that count against its limit */
    unsigned given_back;    /* those that do not, as a restart cut them short */
    unsigned last_attempts; /* all cranks in this start, or in the last one */
    instant wanted_at;
    instant running_at;    /* confirming, running, cooling down: the contact's edge */
    instant stopped_at;    /* the edge of a loss being confirmed, or none */
    instant lockout_until; /* it may still turn: no crank before */
    instant exercise_until;
    int64_t exercise_ms; /* of the exercise wanted or under way; 0: none */
    uint32_t starts, failures;
    int64_t run_ms, last_start_ms;
    enum reason reason;
    bool output_on[OUTPUT_ROLE_COUNT];
};

enum phase {
    PHASE_IDLE,     /* no incident */
    PHASE_DECIDING, /* step 2: nobody knows yet */
    PHASE_RUNNING,  /* step 3 reported: the procedure has ended, the incident has not */
    PHASE_FAILED,   /* step 4 reported: steps 5 and 6 */
    PHASE_COUNT
};

struct step {
    enum step_state state;
    instant clock_start, due, done_at;
    instant repeat_at;
    enum answer answer;
    enum actor done_by;
    bool held_notified, deadline_notified;
    uint32_t record, deviation;
    enum deviation_kind deviation_kind;
    enum input_role deviation_input; /* that contradicts; else unknown */
    int64_t anew_ms; /* by how much its clock was moved to start anew after a reboot */
};

struct incident {
    enum phase phase;
    enum incident_kind kind;
    uint32_t id, round;
    instant lost_at, round_start;
    instant genset_lost_at; /* the edge, while the mains' return is being confirmed; else none */
    int64_t anew_ms;        /* as a step's, of round_start */
    bool estimated;
    bool arm_genset, arm_servers; /* drill */
    enum actor shutdown_by;
    bool shutdown_begun;     /* a server was told in this incident */
    bool shutdown_all;       /* all servers are to go, not single ones */
    bool shutdown_wanted;    /* tiers go on */
    bool shutdown_cancelled; /* by command: none by itself, but for the UPS */
    bool ups_forced;         /* begun because the UPS ran low, or was about to last too short */
    bool ups_early;          /* the latter */
    enum reason released;    /* the contradiction that an administrator released */
    bool emergency_stopped;  /* while it ran in this incident: nothing starts it by itself */
    bool escalated;
    bool horn_silenced;
    bool shutdown_done_notified;
    instant next_pass_at;
    instant self_due; /* the machine itself waits for its notifications, until then; else none */
    uint32_t deviations;
    struct step steps[STEP_COUNT]; /* [0] is step 1 */
};

struct equipment {
    enum equipment_state state;
    instant since;
    enum reason reason;
    uint32_t incident; /* the incident that has a deviation for it */
};

/* A server's being powered on again. */
struct power {
    enum power_state state;
    enum reason reason;
    unsigned attempts; /* that told it */
    unsigned not_run;  /* tries given back, as their command could not be run */
    bool down;         /* a shutdown took it down, and it has not been seen up since */
    bool by_outage;    /* in an outage: it comes back by itself, too */
    instant due, started, finished;
};

struct server {
    enum server_state state;
    enum shutdown_result result;
    enum reason reason;
    unsigned attempts;    /* of this pass, that told it */
    unsigned not_run;     /* tries of this pass given back, as their command could not be run */
    unsigned passed_over; /* tries of this pass left out, as their method could not be run */
    bool told;            /* in this incident */
    bool told_first;      /* by the present try, and by none before it */
    bool told_in_pass;    /* its turn has come since its tiers were last begun */
    bool ordered;         /* to be off, by itself, by its tier or with all */
    bool regardless;      /* an administrator confirmed that, although there is supply */
    bool accepted;
    bool looked_at; /* evidence on it is being gathered */
    bool answered;  /* in this incident, or off before it: only what was on can go silent */
    bool answers;   /* the last evidence */
    bool not_seen;  /* since it accepted, nobody had a place to look at it */
    bool stale;     /* off by evidence from before a restart, and by none since */
    bool forced;    /* the last method was force */
    bool cancelled; /* what is under way is carried through, by no further pass and not by force */
    instant due;
    instant told_at; /* by the first try of this pass */
    instant last_reachable, shutdown_started, shutdown_finished;
    struct equipment access;
    struct power power;
};

struct power_back {
    bool wanted;         /* servers wait, or are being powered on */
    bool declined;       /* a person took it back: nothing by itself before the next incident */
    instant stable_from; /* the mains has been there without a dip; NONE: it is not there */
};

struct promise {
    struct command command; /* kind unknown (0): a free slot */
    instant expires_at;
};

/* What links an earlier boot's instants to the right time, while the clock is not synchronised. */
struct anchor {
    instant at;            /* where that boot's last word is placed; NONE: nothing is open */
    int64_t wall_ms;       /* its wall time, which was right */
    instant begun;         /* this boot's first word: all after it is of this boot */
    instant inhibit_until; /* as placed: one that differs was set since */
};

struct ups {
    struct ups_word word;
    instant heard_at; /* of the last word that said something else */
    /* As last heard on battery, also when nothing is heard since: a battery does not wait. */
    instant empty_at;
    bool alarmed;
};

struct state {
    instant ticked;     /* every timer due up to here has run */
    instant resumed_at; /* deadlines before this were noticed late */
    struct anchor anchor;
    struct input inputs[INPUT_ROLE_COUNT];
    struct mains mains;
    struct genset genset;
    struct incident incident;
    struct power_back power_back;
    struct equipment equipment[EQUIPMENT_KIND_COUNT]; /* not SERVER: each server has its own */
    struct promise promises[PROMISE_LIMIT];
    struct command pending[PENDING_LIMIT]; /* under way, outcome still to come; kind 0: free */
    enum hold_state hold;
    enum reason hold_reason;
    instant inhibit_until; /* NEVER or NONE: not inhibited */
    struct ups ups;
    bool ups_low_alarmed;
    bool checks_wanted; /* by command, until all have come back */
    bool reload_wanted; /* by command; a restart has read the configuration */
    enum reason reloaded;
    bool journal_behind, journal_over_limit;
    bool output_missing[OUTPUT_ROLE_COUNT]; /* told anew after a restart */
    uint32_t next_incident, next_record, next_deviation, next_event, next_command;
    uint32_t notified; /* events before this one are out */
    size_t server_count;
    struct server servers[];
};

/* ---- what the core wants done ---- */

struct notice {
    enum notification notification;
    enum severity severity;
    uint32_t sequence; /* padamEventSequence */
    instant at;        /* the instant that made it due */
    uint32_t incident, round;
    unsigned step;       /* 0: none */
    int server;          /* place in site.servers; -1: none */
    int64_t amount_ms;   /* lateness, time to go or duration; -1: none */
    instant credited_at; /* when the reported thing happened */
    enum actor actor;
    enum reason reason;
    enum equipment_kind equipment;
    enum input_role input;
    uint32_t count; /* what it counts depends on the notification: attempts, servers, a deviation */
    bool drill;
    bool noticed_late; /* its instant passed while the engine was away */
};

struct incident_put {
    uint32_t id;
    enum incident_kind kind;
    enum incident_state state;
    bool estimated;
    instant lost_at, closed_at;
    uint32_t rounds, deviations;
};

struct record_put {
    uint32_t id, incident, round;
    unsigned step;
    enum step_state verdict;
    enum answer answer;
    enum actor done_by;
    instant clock_start, due, done_at;
    int64_t lateness_ms;
    uint32_t deviation;
};

struct deviation_put {
    uint32_t id, incident, round;
    unsigned step;
    enum deviation_kind kind;
    enum equipment_kind equipment; /* kind equipment */
    enum input_role input;         /* a contradicting input, else unknown */
    int server;
    int64_t amount_ms; /* -1: still open */
    uint32_t cause;
    instant at;
};

struct command_put {
    struct command command;
    enum command_state state;
    enum reason reason;
    instant at;
};

enum tell_method { TELL_PRIMARY, TELL_ALTERNATIVE, TELL_FORCE, TELL_POWER_ON };

enum action_kind {
    ACTION_OUTPUT,
    ACTION_TELL,   /* run a server's command: shutdown or power-on */
    ACTION_KILL,   /* its command took too long */
    ACTION_VERIFY, /* gather evidence on a server, or no more */
    ACTION_CHECK,  /* make all readiness checks now */
    ACTION_RELOAD, /* read the configuration again; EVENT_RELOADED follows */
    ACTION_NOTIFY,
    ACTION_PUT_INCIDENT,
    ACTION_PUT_RECORD,
    ACTION_PUT_DEVIATION,
    ACTION_PUT_COMMAND,
    ACTION_ACKNOWLEDGE, /* command.argument names the event */
    ACTION_ACCOUNT,     /* command.argument names the deviation */
    ACTION_KIND_COUNT
};

struct action {
    enum action_kind kind;
    union {
        struct {
            enum output_role role;
            bool on;
        } output;
        struct {
            size_t server;
            enum tell_method method;
        } tell; /* ACTION_TELL, ACTION_KILL */
        struct {
            size_t server;
            bool on;
            bool at_once; /* it is waited for */
            bool anew;    /* what is being looked at began before: it does not count */
        } verify;
        struct notice notice;
        struct incident_put incident;
        struct record_put record;
        struct deviation_put deviation;
        struct command_put command; /* also ACTION_ACKNOWLEDGE and ACTION_ACCOUNT */
    };
};

/* The answer to EVENT_ASK. */
enum promise_answer { PROMISE_NONE, PROMISE_GIVEN, PROMISE_REFUSED, PROMISE_BUSY };

struct batch {
    struct action *actions; /* owned by whoever made the batch */
    size_t count, capacity;
    bool overflow; /* never true where capacity is batch_capacity() */
    enum promise_answer answer;
    enum reason answer_reason;
    uint32_t command_index;
};

/* Incidents, records, deviations and events are numbered from 1, and from 1 again once an Integer32
 * holds no more. */
uint32_t number_after(uint32_t number);

/* Enough actions for any one step. */
size_t batch_capacity(const struct site *site);
void batch_clear(struct batch *batch);

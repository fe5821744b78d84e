#include "play/vocabulary.h"

#include <string.h>

#include "base/text.h"

static const char *const reason_words[REASON_COUNT] = {
    [REASON_NONE] = "none",
    [REASON_ALREADY_RUNNING] = "already-running",
    [REASON_ALREADY_STOPPED] = "already-stopped",
    [REASON_NO_START_OUTPUT] = "no-start-output",
    [REASON_EMERGENCY_STOP] = "emergency-stop",
    [REASON_FAULT] = "fault",
    [REASON_NOT_AUTOMATIC] = "not-automatic",
    [REASON_RUNNING_UNKNOWN] = "running-unknown",
    [REASON_INTERLOCK_UNKNOWN] = "interlock-unknown",
    [REASON_STOPPING] = "stopping",
    [REASON_START_LATCHED] = "start-latched",
    [REASON_ATTEMPTS_FAILED] = "attempts-failed",
    [REASON_OPERATOR_SAYS_NO] = "operator-says-no",
    [REASON_SILENCE] = "silence",
    [REASON_STOP_COMMANDED] = "stop-commanded",
    [REASON_STOP_FAILED] = "stop-failed",
    [REASON_SUPPLY_BEING_CONFIRMED] = "supply-being-confirmed",
    [REASON_NEEDS_CONFIRMATION] = "needs-confirmation",
    [REASON_NO_INCIDENT] = "no-incident",
    [REASON_NO_SUCH_SERVER] = "no-such-server",
    [REASON_NO_SERVERS] = "no-servers",
    [REASON_NOTHING_HELD] = "nothing-held",
    [REASON_NOT_FAILED] = "not-failed",
    [REASON_MAINS_OUT] = "mains-out",
    [REASON_INCIDENT_OPEN] = "incident-open",
    [REASON_DRILL_RUNNING] = "drill-running",
    [REASON_NO_DRILL] = "no-drill",
    [REASON_DRILL_NOT_ARMED] = "drill-not-armed",
    [REASON_NO_SUCH_EVENT] = "no-such-event",
    [REASON_NO_SUCH_DEVIATION] = "no-such-deviation",
    [REASON_INHIBITED] = "inhibited",
    [REASON_TOO_MANY_PROMISES] = "too-many-promises",
    [REASON_PROMISE_EXPIRED] = "promise-expired",
    [REASON_RESTARTED] = "restarted",
    [REASON_LOCK_MISMATCH] = "lock-mismatch",
    [REASON_UPS_ON_MAINS] = "ups-on-mains",
    [REASON_UPS_LOW_WITH_SUPPLY] = "ups-low-with-supply",
    [REASON_UPS_LOW] = "ups-low",
    [REASON_UPS_RUNTIME] = "ups-runtime",
    [REASON_UPS_STALE] = "ups-stale",
    [REASON_UPS_UNREACHABLE] = "ups-unreachable",
    [REASON_COMMAND_REFUSED] = "command-refused",
    [REASON_COMMAND_TIMED_OUT] = "command-timed-out",
    [REASON_COMMAND_NOT_RUN] = "command-not-run",
    [REASON_STILL_ANSWERS] = "still-answers",
    [REASON_ANSWERS_AGAIN] = "answers-again",
    [REASON_NO_EVIDENCE] = "no-evidence",
    [REASON_OTHER_NOT_OFF] = "other-not-off",
    [REASON_BY_HAND] = "by-hand",
    [REASON_SUPPLY_BACK] = "supply-back",
    [REASON_LINE_UNAVAILABLE] = "line-unavailable",
    [REASON_FUEL_LOW] = "fuel-low",
    [REASON_BATTERY_LOW] = "battery-low",
    [REASON_CHECK_FAILED] = "check-failed",
    [REASON_EQUIPMENT_MISSING] = "equipment-missing",
    [REASON_ALREADY_SO] = "already-so",
    [REASON_UNDER_WAY] = "under-way",
    [REASON_TAKEN_BACK] = "taken-back",
    [REASON_NO_LONGER_WANTED] = "no-longer-wanted",
    [REASON_BEGUN_ANEW] = "begun-anew",
    [REASON_FORCED] = "forced",
    [REASON_DRILLED] = "drilled",
    [REASON_NO_ACCOUNT_TEXT] = "no-account-text",
    [REASON_NO_REQUESTER] = "no-requester",
    [REASON_NO_SUCH_TIER] = "no-such-tier",
    [REASON_NOTHING_WAITS] = "nothing-waits",
    [REASON_CANCELLED] = "cancelled",
    [REASON_SHUTDOWN_UNDER_WAY] = "shutdown-under-way",
    [REASON_NOTHING_DOWN] = "nothing-down",
    [REASON_NO_POWER_ON] = "no-power-on",
    [REASON_POWER_ON_REFUSED] = "power-on-refused",
    [REASON_POWER_ON_TIMED_OUT] = "power-on-timed-out",
    [REASON_POWER_ON_NOT_RUN] = "power-on-not-run",
    [REASON_NOT_UP] = "not-up",
    [REASON_UP_UNTOLD] = "up-untold",
    [REASON_SELF_TOLD] = "self-told",
    [REASON_OTHER_EXERCISE] = "other-exercise",
    [REASON_CONFIG_REFUSED] = "config-refused",
    [REASON_CONFIG_WAITS] = "config-waits",
};

static const char *const tell_method_words[] = {
    [TELL_PRIMARY] = "command",
    [TELL_ALTERNATIVE] = "alternative",
    [TELL_FORCE] = "force",
    [TELL_POWER_ON] = "power-on",
};

static const char *const promise_answer_words[] = {
    [PROMISE_NONE] = "none",
    [PROMISE_GIVEN] = "ok",
    [PROMISE_REFUSED] = "refused",
    [PROMISE_BUSY] = "busy",
};

static const char *const server_fact_words[SERVER_FACT_COUNT] = {
    [SERVER_ACCEPTED] = "accepted",
    [SERVER_REFUSED] = "refused",
    [SERVER_NOT_RUN] = "not-run",
    [SERVER_SEEN_OFF] = "off",
    [SERVER_SILENT_WITNESS] = "silent",
    [SERVER_SILENT] = "silent-no-witness",
    [SERVER_ANSWERS] = "answers",
    [SERVER_POWER_ACCEPTED] = "power-accepted",
    [SERVER_POWER_REFUSED] = "power-refused",
    [SERVER_POWER_NOT_RUN] = "power-not-run",
};

enum {
    TELL_METHOD_COUNT = sizeof tell_method_words / sizeof *tell_method_words,
    PROMISE_ANSWER_COUNT = sizeof promise_answer_words / sizeof *promise_answer_words,
};

static const char *reason_word(unsigned value)
{
    return reason_words[value];
}

static const char *tell_method_word(unsigned value)
{
    return tell_method_words[value];
}

static const char *promise_answer_word(unsigned value)
{
    return promise_answer_words[value];
}

static const char *server_fact_word(unsigned value)
{
    return server_fact_words[value];
}

static const char *output_role_word(unsigned value)
{
    return output_role_name((enum output_role)value);
}

#define CORE_WORDS(type)                                                                           \
    static const char *type##_word(unsigned value)                                                 \
    {                                                                                              \
        return type##_name(value);                                                                 \
    }

CORE_WORDS(notification)
CORE_WORDS(severity)
CORE_WORDS(genset_state)
CORE_WORDS(mains_state)
CORE_WORDS(step_state)
CORE_WORDS(incident_state)
CORE_WORDS(incident_kind)
CORE_WORDS(server_state)
CORE_WORDS(shutdown_result)
CORE_WORDS(deviation_kind)
CORE_WORDS(actor)
CORE_WORDS(answer)
CORE_WORDS(hold_state)
CORE_WORDS(equipment_kind)
CORE_WORDS(equipment_state)
CORE_WORDS(command_kind)
CORE_WORDS(command_state)
CORE_WORDS(input_role)
CORE_WORDS(on_off)

#define VOCABULARY(type, description, values)                                                      \
    const struct vocabulary vocabulary_##type = {                                                  \
        .what = (description), .name = type##_word, .count = (values)}

VOCABULARY(notification, "a notification", NOTIFICATION_COUNT);
VOCABULARY(severity, "a severity", SEVERITY_COUNT);
VOCABULARY(genset_state, "a genset state", GENSET_STATE_COUNT);
VOCABULARY(mains_state, "a mains state", MAINS_STATE_COUNT);
VOCABULARY(step_state, "a step's state", STEP_STATE_COUNT);
VOCABULARY(incident_state, "an incident's state", INCIDENT_STATE_COUNT);
VOCABULARY(incident_kind, "a kind of incident", INCIDENT_KIND_COUNT);
VOCABULARY(server_state, "a server's state", SERVER_STATE_COUNT);
VOCABULARY(shutdown_result, "a shutdown's result", SHUTDOWN_RESULT_COUNT);
VOCABULARY(deviation_kind, "a kind of deviation", DEVIATION_KIND_COUNT);
VOCABULARY(actor, "an actor", ACTOR_COUNT);
VOCABULARY(answer, "an answer", ANSWER_COUNT);
VOCABULARY(hold_state, "a hold's state", HOLD_STATE_COUNT);
VOCABULARY(equipment_kind, "a kind of equipment", EQUIPMENT_KIND_COUNT);
VOCABULARY(equipment_state, "an equipment's state", EQUIPMENT_STATE_COUNT);
VOCABULARY(command_kind, "a command", COMMAND_KIND_COUNT);
VOCABULARY(command_state, "a command's state", COMMAND_STATE_COUNT);
VOCABULARY(input_role, "an input", INPUT_ROLE_COUNT);
VOCABULARY(output_role, "an output", OUTPUT_ROLE_COUNT);
VOCABULARY(on_off, "on or off", ON_OFF_COUNT);
VOCABULARY(reason, "a reason", REASON_COUNT);
VOCABULARY(tell_method, "a way to tell a server", TELL_METHOD_COUNT);
VOCABULARY(promise_answer, "an answer to a command", PROMISE_ANSWER_COUNT);
VOCABULARY(server_fact, "a fact about a server", SERVER_FACT_COUNT);

const char *vocabulary_name(const struct vocabulary *vocabulary, unsigned value)
{
    const char *name = value < vocabulary->count ? vocabulary->name(value) : NULL;
    return name && strcmp(name, "invalid") != 0 ? name : NULL;
}

int vocabulary_find(const struct vocabulary *vocabulary, const char *word)
{
    for (unsigned value = 0; value < vocabulary->count; value++) {
        const char *name = vocabulary_name(vocabulary, value);
        if (name && strcmp(name, word) == 0)
            return (int)value;
    }
    return -1;
}

void vocabulary_describe(const struct vocabulary *vocabulary, char *to, size_t size)
{
    text_format(to, size, "%s (", vocabulary->what);
    const char *separator = "";
    for (unsigned value = 0; value < vocabulary->count; value++) {
        const char *name = vocabulary_name(vocabulary, value);
        if (!name)
            continue;
        text_append(to, size, "%s%s", separator, name);
        separator = ", ";
    }
    text_append(to, size, ")");
}

/* ---- inputs ---- */

#define ROLE(name) (1u << INPUT_ROLE_##name)
#define PHRASES(subject, roles, active, inactive)                                                  \
    {(subject), (active), (roles), INPUT_VALUE_ACTIVE},                                            \
        {(subject), (inactive), (roles), INPUT_VALUE_INACTIVE},                                    \
    {                                                                                              \
        (subject), "unknown", (roles), INPUT_VALUE_UNKNOWN                                         \
    }

static const struct input_phrase phrases[] = {
    PHRASES("mains", ROLE(MAINS_L1) | ROLE(MAINS_L2) | ROLE(MAINS_L3), "present", "lost"),
    PHRASES("mains-l1", ROLE(MAINS_L1), "present", "lost"),
    PHRASES("mains-l2", ROLE(MAINS_L2), "present", "lost"),
    PHRASES("mains-l3", ROLE(MAINS_L3), "present", "lost"),
    PHRASES("genset", ROLE(GENSET_RUNNING), "running", "stopped"),
    PHRASES("automatic", ROLE(GENSET_AUTOMATIC), "on", "off"),
    PHRASES("fault", ROLE(GENSET_FAULT), "on", "off"),
    PHRASES("emergency-stop", ROLE(EMERGENCY_STOP), "on", "off"),
    PHRASES("fuel", ROLE(FUEL_LOW), "low", "ok"),
    PHRASES("battery", ROLE(STARTER_BATTERY_LOW), "low", "ok"),
    PHRASES("genset-voltage", ROLE(GENSET_VOLTAGE), "on", "off"),
    PHRASES("transfer", ROLE(TRANSFER_SWITCH), "on", "off"),
    PHRASES("ups", ROLE(UPS_ON_BATTERY), "on-battery", "on-mains"),
    PHRASES("ups", ROLE(UPS_BATTERY_LOW), "battery-low", "battery-ok"),
    PHRASES("will-not-start", ROLE(WILL_NOT_START), "on", "off"),
};

enum { PHRASE_COUNT = sizeof phrases / sizeof *phrases };

const struct input_phrase *input_phrase_find(const char *subject, const char *state)
{
    for (size_t i = 0; i < PHRASE_COUNT; i++)
        if (strcmp(phrases[i].subject, subject) == 0 && strcmp(phrases[i].state, state) == 0)
            return &phrases[i];
    return NULL;
}

bool input_phrase_has_subject(const char *subject)
{
    for (size_t i = 0; i < PHRASE_COUNT; i++)
        if (strcmp(phrases[i].subject, subject) == 0)
            return true;
    return false;
}

void input_phrase_describe(const char *subject, char *to, size_t size)
{
    text_copy(to, size, "");
    const char *separator = "";
    for (size_t i = 0; i < PHRASE_COUNT; i++) {
        if (strcmp(phrases[i].subject, subject) != 0)
            continue;
        text_append(to, size, "%s%s", separator, phrases[i].state);
        separator = ", ";
    }
}

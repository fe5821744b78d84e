#include "engine/severity.h"

static const enum severity mains_severities[MAINS_STATE_COUNT] = {
    [MAINS_STATE_UNKNOWN] = SEVERITY_WARNING,
    [MAINS_STATE_PRESENT] = SEVERITY_OK,
    [MAINS_STATE_UNSTABLE] = SEVERITY_WARNING,
    [MAINS_STATE_LOST] = SEVERITY_CRITICAL,
    [MAINS_STATE_RETURNING] = SEVERITY_WARNING,
};

static const enum severity genset_severities[GENSET_STATE_COUNT] = {
    [GENSET_STATE_UNKNOWN] = SEVERITY_WARNING,
    [GENSET_STATE_STOPPED] = SEVERITY_OK,
    [GENSET_STATE_START_DELAY] = SEVERITY_NOTICE,
    [GENSET_STATE_PREHEATING] = SEVERITY_NOTICE,
    [GENSET_STATE_CRANKING] = SEVERITY_NOTICE,
    [GENSET_STATE_STARTING] = SEVERITY_NOTICE,
    [GENSET_STATE_RESTING] = SEVERITY_WARNING,
    [GENSET_STATE_CONFIRMING] = SEVERITY_NOTICE,
    [GENSET_STATE_RUNNING] = SEVERITY_NOTICE,
    [GENSET_STATE_COOLING_DOWN] = SEVERITY_NOTICE,
    [GENSET_STATE_STOPPING] = SEVERITY_NOTICE,
    [GENSET_STATE_SPINNING_DOWN] = SEVERITY_NOTICE,
    [GENSET_STATE_START_FAILED] = SEVERITY_CRITICAL,
    [GENSET_STATE_STOP_FAILED] = SEVERITY_CRITICAL,
};

/* What a level means; the levels not named here are as they should be. */
static const struct {
    enum severity active, inactive;
} input_severities[INPUT_ROLE_COUNT] = {
    [INPUT_ROLE_MAINS_L1] = {.inactive = SEVERITY_CRITICAL},
    [INPUT_ROLE_MAINS_L2] = {.inactive = SEVERITY_CRITICAL},
    [INPUT_ROLE_MAINS_L3] = {.inactive = SEVERITY_CRITICAL},
    [INPUT_ROLE_GENSET_AUTOMATIC] = {.inactive = SEVERITY_WARNING},
    [INPUT_ROLE_GENSET_FAULT] = {.active = SEVERITY_CRITICAL},
    [INPUT_ROLE_EMERGENCY_STOP] = {.active = SEVERITY_CRITICAL},
    [INPUT_ROLE_FUEL_LOW] = {.active = SEVERITY_WARNING},
    [INPUT_ROLE_STARTER_BATTERY_LOW] = {.active = SEVERITY_WARNING},
    [INPUT_ROLE_UPS_ON_BATTERY] = {.active = SEVERITY_WARNING},
    [INPUT_ROLE_UPS_BATTERY_LOW] = {.active = SEVERITY_CRITICAL},
    [INPUT_ROLE_WILL_NOT_START] = {.active = SEVERITY_WARNING},
};

static const enum severity ups_severities[UPS_STATUS_COUNT] = {
    [UPS_STATUS_UNKNOWN] = SEVERITY_UNKNOWN,
    [UPS_STATUS_ONLINE] = SEVERITY_OK,
    [UPS_STATUS_ON_BATTERY] = SEVERITY_WARNING,
    [UPS_STATUS_LOW_BATTERY] = SEVERITY_CRITICAL,
};

static const enum severity ups_link_severities[UPS_LINK_COUNT] = {
    [UPS_LINK_STALE] = SEVERITY_WARNING,
    [UPS_LINK_UNREACHABLE] = SEVERITY_WARNING,
};

static const enum severity server_severities[SERVER_STATE_COUNT] = {
    [SERVER_STATE_UNKNOWN] = SEVERITY_UNKNOWN,
    [SERVER_STATE_IDLE] = SEVERITY_OK,
    [SERVER_STATE_WAITING] = SEVERITY_NOTICE,
    [SERVER_STATE_TELLING] = SEVERITY_NOTICE,
    [SERVER_STATE_VERIFYING] = SEVERITY_NOTICE,
    [SERVER_STATE_RETRYING] = SEVERITY_WARNING,
    [SERVER_STATE_OFF] = SEVERITY_NOTICE,
    [SERVER_STATE_NOT_OFF] = SEVERITY_CRITICAL,
    [SERVER_STATE_TOLD] = SEVERITY_NOTICE,
};

static const enum severity result_severities[SHUTDOWN_RESULT_COUNT] = {
    [SHUTDOWN_RESULT_UNVERIFIED] = SEVERITY_WARNING,
    [SHUTDOWN_RESULT_FORCED] = SEVERITY_WARNING,
    [SHUTDOWN_RESULT_FAILED] = SEVERITY_CRITICAL,
};

static const enum severity power_severities[POWER_STATE_COUNT] = {
    [POWER_STATE_WAITING] = SEVERITY_NOTICE,
    [POWER_STATE_TELLING] = SEVERITY_NOTICE,
    [POWER_STATE_VERIFYING] = SEVERITY_NOTICE,
    [POWER_STATE_RETRYING] = SEVERITY_WARNING,
    [POWER_STATE_NOT_UP] = SEVERITY_WARNING,
};

static const enum severity step_severities[STEP_STATE_COUNT] = {
    [STEP_STATE_UNKNOWN] = SEVERITY_UNKNOWN,
    [STEP_STATE_IDLE] = SEVERITY_OK,
    [STEP_STATE_WAITING] = SEVERITY_OK,
    [STEP_STATE_OPEN] = SEVERITY_NOTICE,
    [STEP_STATE_HELD] = SEVERITY_WARNING,
    [STEP_STATE_MET] = SEVERITY_OK,
    [STEP_STATE_MISSED] = SEVERITY_CRITICAL,
    [STEP_STATE_NOT_REQUIRED] = SEVERITY_OK,
};

static const enum severity equipment_severities[EQUIPMENT_STATE_COUNT] = {
    [EQUIPMENT_STATE_UNKNOWN] = SEVERITY_UNKNOWN,
    [EQUIPMENT_STATE_READY] = SEVERITY_OK,
    [EQUIPMENT_STATE_MISSING] = SEVERITY_WARNING,
};

static const enum severity journal_severities[JOURNAL_STATE_COUNT] = {
    [JOURNAL_STATE_UNKNOWN] = SEVERITY_UNKNOWN,
    [JOURNAL_STATE_OK] = SEVERITY_OK,
    [JOURNAL_STATE_BEHIND] = SEVERITY_WARNING,
    [JOURNAL_STATE_FAILED] = SEVERITY_CRITICAL,
    [JOURNAL_STATE_OVER_LIMIT] = SEVERITY_WARNING,
};

static const enum severity hold_severities[HOLD_STATE_COUNT] = {
    [HOLD_STATE_UNKNOWN] = SEVERITY_UNKNOWN,
    [HOLD_STATE_NONE] = SEVERITY_OK,
    [HOLD_STATE_HELD] = SEVERITY_CRITICAL,
    [HOLD_STATE_RELEASED] = SEVERITY_WARNING,
};

/* A table's value; what it does not name is unknown. */
#define severity_in(table, value)                                                                  \
    ((size_t)(value) < sizeof(table) / sizeof *(table) && (table)[value] ? (table)[value]          \
                                                                         : SEVERITY_UNKNOWN)

enum severity severity_worse(enum severity a, enum severity b)
{
    return a > b ? a : b;
}

enum severity severity_of_mains(enum mains_state state)
{
    return severity_in(mains_severities, state);
}

enum severity severity_of_genset(const struct state *state)
{
    enum severity own = severity_in(genset_severities, state->genset.state);
    if (state->genset.not_carrying_alarmed)
        own = SEVERITY_CRITICAL;
    bool faulty = state->inputs[INPUT_ROLE_GENSET_FAULT].value == INPUT_VALUE_ACTIVE ||
                  state->inputs[INPUT_ROLE_EMERGENCY_STOP].value == INPUT_VALUE_ACTIVE;
    return faulty ? SEVERITY_CRITICAL : own;
}

enum severity severity_of_input(enum input_role role, enum input_value value,
                                enum input_status status)
{
    if (status == INPUT_STATUS_UNAVAILABLE)
        return SEVERITY_WARNING;
    if (value != INPUT_VALUE_ACTIVE && value != INPUT_VALUE_INACTIVE)
        return SEVERITY_UNKNOWN;
    bool active = value == INPUT_VALUE_ACTIVE;
    enum severity named = active ? input_severities[role].active : input_severities[role].inactive;
    return named ? named : SEVERITY_OK;
}

enum severity severity_of_ups(enum ups_status status, enum ups_link link)
{
    return severity_worse(severity_in(ups_severities, status),
                          severity_in(ups_link_severities, link));
}

enum severity severity_of_server(const struct server *server)
{
    enum severity shutdown = severity_worse(severity_in(server_severities, server->state),
                                            severity_in(result_severities, server->result));
    return severity_worse(shutdown, severity_in(power_severities, server->power.state));
}

enum severity severity_of_step(const struct step *step, bool incident_is_open)
{
    enum severity own = severity_in(step_severities, step->state);
    return incident_is_open || own < SEVERITY_NOTICE ? own : SEVERITY_NOTICE;
}

enum severity severity_of_equipment(enum equipment_state state)
{
    return severity_in(equipment_severities, state);
}

enum severity severity_of_journal(enum journal_state state)
{
    return severity_in(journal_severities, state);
}

enum severity severity_of_hold(enum hold_state state)
{
    return severity_in(hold_severities, state);
}

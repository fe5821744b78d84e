/* Generated from mibs/PADAM-MIB by mibs/generate: do not edit. */
#include "core/enums.h"

#include <stddef.h>

static const char *const severity_names[SEVERITY_COUNT] = {
    [SEVERITY_UNKNOWN] = "unknown",
    [SEVERITY_OK] = "ok",
    [SEVERITY_NOTICE] = "notice",
    [SEVERITY_WARNING] = "warning",
    [SEVERITY_CRITICAL] = "critical",
};

const char *severity_name(enum severity value)
{
    size_t i = (size_t)value;
    return i < SEVERITY_COUNT && severity_names[i] ? severity_names[i] : "invalid";
}

static const char *const mains_state_names[MAINS_STATE_COUNT] = {
    [MAINS_STATE_UNKNOWN] = "unknown",
    [MAINS_STATE_PRESENT] = "present",
    [MAINS_STATE_UNSTABLE] = "unstable",
    [MAINS_STATE_LOST] = "lost",
    [MAINS_STATE_RETURNING] = "returning",
};

const char *mains_state_name(enum mains_state value)
{
    size_t i = (size_t)value;
    return i < MAINS_STATE_COUNT && mains_state_names[i] ? mains_state_names[i] : "invalid";
}

static const char *const genset_state_names[GENSET_STATE_COUNT] = {
    [GENSET_STATE_UNKNOWN] = "unknown",
    [GENSET_STATE_STOPPED] = "stopped",
    [GENSET_STATE_START_DELAY] = "start-delay",
    [GENSET_STATE_PREHEATING] = "preheating",
    [GENSET_STATE_CRANKING] = "cranking",
    [GENSET_STATE_STARTING] = "starting",
    [GENSET_STATE_RESTING] = "resting",
    [GENSET_STATE_CONFIRMING] = "confirming",
    [GENSET_STATE_RUNNING] = "running",
    [GENSET_STATE_COOLING_DOWN] = "cooling-down",
    [GENSET_STATE_STOPPING] = "stopping",
    [GENSET_STATE_SPINNING_DOWN] = "spinning-down",
    [GENSET_STATE_START_FAILED] = "start-failed",
    [GENSET_STATE_STOP_FAILED] = "stop-failed",
};

const char *genset_state_name(enum genset_state value)
{
    size_t i = (size_t)value;
    return i < GENSET_STATE_COUNT && genset_state_names[i] ? genset_state_names[i] : "invalid";
}

static const char *const genset_mode_names[GENSET_MODE_COUNT] = {
    [GENSET_MODE_UNKNOWN] = "unknown",
    [GENSET_MODE_AUTOMATIC] = "automatic",
    [GENSET_MODE_MANUAL] = "manual",
};

const char *genset_mode_name(enum genset_mode value)
{
    size_t i = (size_t)value;
    return i < GENSET_MODE_COUNT && genset_mode_names[i] ? genset_mode_names[i] : "invalid";
}

static const char *const genset_wiring_names[GENSET_WIRING_COUNT] = {
    [GENSET_WIRING_UNKNOWN] = "unknown",
    [GENSET_WIRING_NONE] = "none",
    [GENSET_WIRING_HELD] = "held",
    [GENSET_WIRING_PULSE] = "pulse",
    [GENSET_WIRING_RUN_CRANK] = "run-crank",
};

const char *genset_wiring_name(enum genset_wiring value)
{
    size_t i = (size_t)value;
    return i < GENSET_WIRING_COUNT && genset_wiring_names[i] ? genset_wiring_names[i] : "invalid";
}

static const char *const start_source_names[START_SOURCE_COUNT] = {
    [START_SOURCE_UNKNOWN] = "unknown",
    [START_SOURCE_PANEL] = "panel",
    [START_SOURCE_SOFTWARE] = "software",
    [START_SOURCE_COMMAND] = "command",
    [START_SOURCE_EXERCISE] = "exercise",
};

const char *start_source_name(enum start_source value)
{
    size_t i = (size_t)value;
    return i < START_SOURCE_COUNT && start_source_names[i] ? start_source_names[i] : "invalid";
}

static const char *const load_state_names[LOAD_STATE_COUNT] = {
    [LOAD_STATE_UNKNOWN] = "unknown",
    [LOAD_STATE_NOT_CARRYING] = "not-carrying",
    [LOAD_STATE_CARRYING] = "carrying",
};

const char *load_state_name(enum load_state value)
{
    size_t i = (size_t)value;
    return i < LOAD_STATE_COUNT && load_state_names[i] ? load_state_names[i] : "invalid";
}

static const char *const fuel_state_names[FUEL_STATE_COUNT] = {
    [FUEL_STATE_UNKNOWN] = "unknown",
    [FUEL_STATE_OK] = "ok",
    [FUEL_STATE_LOW] = "low",
};

const char *fuel_state_name(enum fuel_state value)
{
    size_t i = (size_t)value;
    return i < FUEL_STATE_COUNT && fuel_state_names[i] ? fuel_state_names[i] : "invalid";
}

static const char *const on_off_names[ON_OFF_COUNT] = {
    [ON_OFF_UNKNOWN] = "unknown",
    [ON_OFF_OFF] = "off",
    [ON_OFF_ON] = "on",
};

const char *on_off_name(enum on_off value)
{
    size_t i = (size_t)value;
    return i < ON_OFF_COUNT && on_off_names[i] ? on_off_names[i] : "invalid";
}

static const char *const input_role_names[INPUT_ROLE_COUNT] = {
    [INPUT_ROLE_UNKNOWN] = "unknown",
    [INPUT_ROLE_MAINS_L1] = "mains-l1",
    [INPUT_ROLE_MAINS_L2] = "mains-l2",
    [INPUT_ROLE_MAINS_L3] = "mains-l3",
    [INPUT_ROLE_GENSET_RUNNING] = "genset-running",
    [INPUT_ROLE_GENSET_AUTOMATIC] = "genset-automatic",
    [INPUT_ROLE_GENSET_FAULT] = "genset-fault",
    [INPUT_ROLE_EMERGENCY_STOP] = "emergency-stop",
    [INPUT_ROLE_FUEL_LOW] = "fuel-low",
    [INPUT_ROLE_STARTER_BATTERY_LOW] = "starter-battery-low",
    [INPUT_ROLE_GENSET_VOLTAGE] = "genset-voltage",
    [INPUT_ROLE_TRANSFER_SWITCH] = "transfer-switch",
    [INPUT_ROLE_UPS_ON_BATTERY] = "ups-on-battery",
    [INPUT_ROLE_UPS_BATTERY_LOW] = "ups-battery-low",
    [INPUT_ROLE_WILL_NOT_START] = "will-not-start",
};

const char *input_role_name(enum input_role value)
{
    size_t i = (size_t)value;
    return i < INPUT_ROLE_COUNT && input_role_names[i] ? input_role_names[i] : "invalid";
}

static const char *const input_value_names[INPUT_VALUE_COUNT] = {
    [INPUT_VALUE_UNKNOWN] = "unknown",
    [INPUT_VALUE_INACTIVE] = "inactive",
    [INPUT_VALUE_ACTIVE] = "active",
};

const char *input_value_name(enum input_value value)
{
    size_t i = (size_t)value;
    return i < INPUT_VALUE_COUNT && input_value_names[i] ? input_value_names[i] : "invalid";
}

static const char *const input_status_names[INPUT_STATUS_COUNT] = {
    [INPUT_STATUS_UNKNOWN] = "unknown",
    [INPUT_STATUS_OK] = "ok",
    [INPUT_STATUS_UNAVAILABLE] = "unavailable",
};

const char *input_status_name(enum input_status value)
{
    size_t i = (size_t)value;
    return i < INPUT_STATUS_COUNT && input_status_names[i] ? input_status_names[i] : "invalid";
}

static const char *const server_state_names[SERVER_STATE_COUNT] = {
    [SERVER_STATE_UNKNOWN] = "unknown",
    [SERVER_STATE_IDLE] = "idle",
    [SERVER_STATE_WAITING] = "waiting",
    [SERVER_STATE_TELLING] = "telling",
    [SERVER_STATE_VERIFYING] = "verifying",
    [SERVER_STATE_RETRYING] = "retrying",
    [SERVER_STATE_OFF] = "off",
    [SERVER_STATE_NOT_OFF] = "not-off",
    [SERVER_STATE_TOLD] = "told",
};

const char *server_state_name(enum server_state value)
{
    size_t i = (size_t)value;
    return i < SERVER_STATE_COUNT && server_state_names[i] ? server_state_names[i] : "invalid";
}

static const char *const progress_state_names[PROGRESS_STATE_COUNT] = {
    [PROGRESS_STATE_UNKNOWN] = "unknown",
    [PROGRESS_STATE_NONE] = "none",
    [PROGRESS_STATE_WAITING] = "waiting",
    [PROGRESS_STATE_UNDER_WAY] = "under-way",
    [PROGRESS_STATE_DONE] = "done",
    [PROGRESS_STATE_CANCELLED] = "cancelled",
    [PROGRESS_STATE_ENDED] = "ended",
};

const char *progress_state_name(enum progress_state value)
{
    size_t i = (size_t)value;
    return i < PROGRESS_STATE_COUNT && progress_state_names[i] ? progress_state_names[i]
                                                               : "invalid";
}

static const char *const shutdown_result_names[SHUTDOWN_RESULT_COUNT] = {
    [SHUTDOWN_RESULT_UNKNOWN] = "unknown",
    [SHUTDOWN_RESULT_NONE] = "none",
    [SHUTDOWN_RESULT_VERIFIED_OFF] = "verified-off",
    [SHUTDOWN_RESULT_SILENT_WITH_WITNESS] = "silent-with-witness",
    [SHUTDOWN_RESULT_UNVERIFIED] = "unverified",
    [SHUTDOWN_RESULT_FORCED] = "forced",
    [SHUTDOWN_RESULT_FAILED] = "failed",
    [SHUTDOWN_RESULT_SPARED] = "spared",
    [SHUTDOWN_RESULT_DRILLED] = "drilled",
    [SHUTDOWN_RESULT_TOLD] = "told",
};

const char *shutdown_result_name(enum shutdown_result value)
{
    size_t i = (size_t)value;
    return i < SHUTDOWN_RESULT_COUNT && shutdown_result_names[i] ? shutdown_result_names[i]
                                                                 : "invalid";
}

static const char *const power_state_names[POWER_STATE_COUNT] = {
    [POWER_STATE_UNKNOWN] = "unknown",
    [POWER_STATE_IDLE] = "idle",
    [POWER_STATE_WAITING] = "waiting",
    [POWER_STATE_TELLING] = "telling",
    [POWER_STATE_VERIFYING] = "verifying",
    [POWER_STATE_RETRYING] = "retrying",
    [POWER_STATE_UP] = "up",
    [POWER_STATE_NOT_UP] = "not-up",
};

const char *power_state_name(enum power_state value)
{
    size_t i = (size_t)value;
    return i < POWER_STATE_COUNT && power_state_names[i] ? power_state_names[i] : "invalid";
}

static const char *const step_state_names[STEP_STATE_COUNT] = {
    [STEP_STATE_UNKNOWN] = "unknown",
    [STEP_STATE_IDLE] = "idle",
    [STEP_STATE_WAITING] = "waiting",
    [STEP_STATE_OPEN] = "open",
    [STEP_STATE_HELD] = "held",
    [STEP_STATE_MET] = "met",
    [STEP_STATE_MISSED] = "missed",
    [STEP_STATE_NOT_REQUIRED] = "not-required",
};

const char *step_state_name(enum step_state value)
{
    size_t i = (size_t)value;
    return i < STEP_STATE_COUNT && step_state_names[i] ? step_state_names[i] : "invalid";
}

static const char *const answer_names[ANSWER_COUNT] = {
    [ANSWER_UNKNOWN] = "unknown",
    [ANSWER_UNDECIDED] = "undecided",
    [ANSWER_YES] = "yes",
    [ANSWER_NO] = "no",
};

const char *answer_name(enum answer value)
{
    size_t i = (size_t)value;
    return i < ANSWER_COUNT && answer_names[i] ? answer_names[i] : "invalid";
}

static const char *const actor_names[ACTOR_COUNT] = {
    [ACTOR_UNKNOWN] = "unknown",
    [ACTOR_NONE] = "none",
    [ACTOR_PERSON] = "person",
    [ACTOR_SOFTWARE] = "software",
    [ACTOR_COMMAND] = "command",
};

const char *actor_name(enum actor value)
{
    size_t i = (size_t)value;
    return i < ACTOR_COUNT && actor_names[i] ? actor_names[i] : "invalid";
}

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_UNKNOWN] = "unknown",
    [ROLE_GENSET_OPERATOR] = "genset-operator",
    [ROLE_HEAD_OF_SECTION] = "head-of-section",
    [ROLE_SERVER_ADMINISTRATOR] = "server-administrator",
};

const char *role_name(enum role value)
{
    size_t i = (size_t)value;
    return i < ROLE_COUNT && role_names[i] ? role_names[i] : "invalid";
}

static const char *const incident_kind_names[INCIDENT_KIND_COUNT] = {
    [INCIDENT_KIND_UNKNOWN] = "unknown",
    [INCIDENT_KIND_OUTAGE] = "outage",
    [INCIDENT_KIND_DRILL] = "drill",
};

const char *incident_kind_name(enum incident_kind value)
{
    size_t i = (size_t)value;
    return i < INCIDENT_KIND_COUNT && incident_kind_names[i] ? incident_kind_names[i] : "invalid";
}

static const char *const incident_state_names[INCIDENT_STATE_COUNT] = {
    [INCIDENT_STATE_UNKNOWN] = "unknown",
    [INCIDENT_STATE_OPEN] = "open",
    [INCIDENT_STATE_CONFIRMING_RETURN] = "confirming-return",
    [INCIDENT_STATE_CLOSED] = "closed",
};

const char *incident_state_name(enum incident_state value)
{
    size_t i = (size_t)value;
    return i < INCIDENT_STATE_COUNT && incident_state_names[i] ? incident_state_names[i]
                                                               : "invalid";
}

static const char *const deviation_kind_names[DEVIATION_KIND_COUNT] = {
    [DEVIATION_KIND_UNKNOWN] = "unknown",
    [DEVIATION_KIND_EQUIPMENT] = "equipment",
    [DEVIATION_KIND_TIME] = "time",
    [DEVIATION_KIND_OUTPUT] = "output",
};

const char *deviation_kind_name(enum deviation_kind value)
{
    size_t i = (size_t)value;
    return i < DEVIATION_KIND_COUNT && deviation_kind_names[i] ? deviation_kind_names[i]
                                                               : "invalid";
}

static const char *const account_state_names[ACCOUNT_STATE_COUNT] = {
    [ACCOUNT_STATE_UNKNOWN] = "unknown",
    [ACCOUNT_STATE_UNANSWERED] = "unanswered",
    [ACCOUNT_STATE_ANSWERED] = "answered",
    [ACCOUNT_STATE_COVERED_BY_CAUSE] = "covered-by-cause",
};

const char *account_state_name(enum account_state value)
{
    size_t i = (size_t)value;
    return i < ACCOUNT_STATE_COUNT && account_state_names[i] ? account_state_names[i] : "invalid";
}

static const char *const equipment_kind_names[EQUIPMENT_KIND_COUNT] = {
    [EQUIPMENT_KIND_UNKNOWN] = "unknown",
    [EQUIPMENT_KIND_FUEL] = "fuel",
    [EQUIPMENT_KIND_GENSET] = "genset",
    [EQUIPMENT_KIND_STARTER_BATTERY] = "starter-battery",
    [EQUIPMENT_KIND_UPS] = "ups",
    [EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER] = "administrator-computer",
    [EQUIPMENT_KIND_NETWORK] = "network",
    [EQUIPMENT_KIND_SERVER] = "server",
};

const char *equipment_kind_name(enum equipment_kind value)
{
    size_t i = (size_t)value;
    return i < EQUIPMENT_KIND_COUNT && equipment_kind_names[i] ? equipment_kind_names[i]
                                                               : "invalid";
}

static const char *const equipment_state_names[EQUIPMENT_STATE_COUNT] = {
    [EQUIPMENT_STATE_UNKNOWN] = "unknown",
    [EQUIPMENT_STATE_READY] = "ready",
    [EQUIPMENT_STATE_MISSING] = "missing",
};

const char *equipment_state_name(enum equipment_state value)
{
    size_t i = (size_t)value;
    return i < EQUIPMENT_STATE_COUNT && equipment_state_names[i] ? equipment_state_names[i]
                                                                 : "invalid";
}

static const char *const delivery_names[DELIVERY_COUNT] = {
    [DELIVERY_UNKNOWN] = "unknown",
    [DELIVERY_PENDING] = "pending",
    [DELIVERY_ACCEPTED] = "accepted",
    [DELIVERY_REFUSED] = "refused",
    [DELIVERY_SUPERSEDED] = "superseded",
};

const char *delivery_name(enum delivery value)
{
    size_t i = (size_t)value;
    return i < DELIVERY_COUNT && delivery_names[i] ? delivery_names[i] : "invalid";
}

static const char *const command_kind_names[COMMAND_KIND_COUNT] = {
    [COMMAND_KIND_UNKNOWN] = "unknown",
    [COMMAND_KIND_GENSET_START] = "genset-start",
    [COMMAND_KIND_GENSET_STOP] = "genset-stop",
    [COMMAND_KIND_GENSET_RESET] = "genset-reset",
    [COMMAND_KIND_WILL_NOT_START] = "will-not-start",
    [COMMAND_KIND_EXERCISE] = "exercise",
    [COMMAND_KIND_SHUTDOWN_ALL] = "shutdown-all",
    [COMMAND_KIND_SHUTDOWN_SERVER] = "shutdown-server",
    [COMMAND_KIND_HOLD_RELEASE] = "hold-release",
    [COMMAND_KIND_INHIBIT] = "inhibit",
    [COMMAND_KIND_DRILL_BEGIN] = "drill-begin",
    [COMMAND_KIND_DRILL_END] = "drill-end",
    [COMMAND_KIND_ACKNOWLEDGE] = "acknowledge",
    [COMMAND_KIND_ACCOUNT] = "account",
    [COMMAND_KIND_SHUTDOWN_TIER] = "shutdown-tier",
    [COMMAND_KIND_SHUTDOWN_CANCEL] = "shutdown-cancel",
    [COMMAND_KIND_READINESS_CHECK] = "readiness-check",
    [COMMAND_KIND_POWER_ON] = "power-on",
    [COMMAND_KIND_RELOAD] = "reload",
};

const char *command_kind_name(enum command_kind value)
{
    size_t i = (size_t)value;
    return i < COMMAND_KIND_COUNT && command_kind_names[i] ? command_kind_names[i] : "invalid";
}

static const char *const command_state_names[COMMAND_STATE_COUNT] = {
    [COMMAND_STATE_UNKNOWN] = "unknown",
    [COMMAND_STATE_PROMISED] = "promised",
    [COMMAND_STATE_RUNNING] = "running",
    [COMMAND_STATE_SUCCEEDED] = "succeeded",
    [COMMAND_STATE_FAILED] = "failed",
    [COMMAND_STATE_REFUSED] = "refused",
    [COMMAND_STATE_CANCELLED] = "cancelled",
    [COMMAND_STATE_LOST] = "lost",
};

const char *command_state_name(enum command_state value)
{
    size_t i = (size_t)value;
    return i < COMMAND_STATE_COUNT && command_state_names[i] ? command_state_names[i] : "invalid";
}

static const char *const journal_state_names[JOURNAL_STATE_COUNT] = {
    [JOURNAL_STATE_UNKNOWN] = "unknown",
    [JOURNAL_STATE_OK] = "ok",
    [JOURNAL_STATE_BEHIND] = "behind",
    [JOURNAL_STATE_FAILED] = "failed",
    [JOURNAL_STATE_OVER_LIMIT] = "over-limit",
};

const char *journal_state_name(enum journal_state value)
{
    size_t i = (size_t)value;
    return i < JOURNAL_STATE_COUNT && journal_state_names[i] ? journal_state_names[i] : "invalid";
}

static const char *const engine_link_names[ENGINE_LINK_COUNT] = {
    [ENGINE_LINK_UNKNOWN] = "unknown",
    [ENGINE_LINK_CONNECTED] = "connected",
    [ENGINE_LINK_LOST] = "lost",
};

const char *engine_link_name(enum engine_link value)
{
    size_t i = (size_t)value;
    return i < ENGINE_LINK_COUNT && engine_link_names[i] ? engine_link_names[i] : "invalid";
}

static const char *const hold_state_names[HOLD_STATE_COUNT] = {
    [HOLD_STATE_UNKNOWN] = "unknown",
    [HOLD_STATE_NONE] = "none",
    [HOLD_STATE_HELD] = "held",
    [HOLD_STATE_RELEASED] = "released",
};

const char *hold_state_name(enum hold_state value)
{
    size_t i = (size_t)value;
    return i < HOLD_STATE_COUNT && hold_state_names[i] ? hold_state_names[i] : "invalid";
}

static const char *const ups_source_names[UPS_SOURCE_COUNT] = {
    [UPS_SOURCE_UNKNOWN] = "unknown",
    [UPS_SOURCE_NONE] = "none",
    [UPS_SOURCE_CONTACTS] = "contacts",
    [UPS_SOURCE_NUT] = "nut",
    [UPS_SOURCE_BOTH] = "both",
};

const char *ups_source_name(enum ups_source value)
{
    size_t i = (size_t)value;
    return i < UPS_SOURCE_COUNT && ups_source_names[i] ? ups_source_names[i] : "invalid";
}

static const char *const ups_status_names[UPS_STATUS_COUNT] = {
    [UPS_STATUS_UNKNOWN] = "unknown",
    [UPS_STATUS_ONLINE] = "online",
    [UPS_STATUS_ON_BATTERY] = "on-battery",
    [UPS_STATUS_LOW_BATTERY] = "low-battery",
};

const char *ups_status_name(enum ups_status value)
{
    size_t i = (size_t)value;
    return i < UPS_STATUS_COUNT && ups_status_names[i] ? ups_status_names[i] : "invalid";
}

static const char *const ups_link_names[UPS_LINK_COUNT] = {
    [UPS_LINK_UNKNOWN] = "unknown",
    [UPS_LINK_OK] = "ok",
    [UPS_LINK_STALE] = "stale",
    [UPS_LINK_UNREACHABLE] = "unreachable",
};

const char *ups_link_name(enum ups_link value)
{
    size_t i = (size_t)value;
    return i < UPS_LINK_COUNT && ups_link_names[i] ? ups_link_names[i] : "invalid";
}

static const char *const notification_names[NOTIFICATION_COUNT] = {
    [NOTIFICATION_UNKNOWN] = "unknown",
    [NOTIFICATION_OUTAGE_OPENED] = "outage-opened",
    [NOTIFICATION_OUTAGE_CLOSED] = "outage-closed",
    [NOTIFICATION_MAINS_LOST] = "mains-lost",
    [NOTIFICATION_MAINS_RESTORED] = "mains-restored",
    [NOTIFICATION_GENSET_STARTED] = "genset-started",
    [NOTIFICATION_GENSET_START_FAILED] = "genset-start-failed",
    [NOTIFICATION_GENSET_STOPPED] = "genset-stopped",
    [NOTIFICATION_GENSET_STOP_FAILED] = "genset-stop-failed",
    [NOTIFICATION_REPORT_RUNNING] = "report-running",
    [NOTIFICATION_REPORT_FAILED] = "report-failed",
    [NOTIFICATION_DEADLINE_MET] = "deadline-met",
    [NOTIFICATION_DEADLINE_MISSED] = "deadline-missed",
    [NOTIFICATION_DEADLINE_HELD] = "deadline-held",
    [NOTIFICATION_DEADLINE_STILL_MISSED] = "deadline-still-missed",
    [NOTIFICATION_SHUTDOWN_BEGUN] = "shutdown-begun",
    [NOTIFICATION_SHUTDOWN_DONE] = "shutdown-done",
    [NOTIFICATION_SHUTDOWN_ESCALATED] = "shutdown-escalated",
    [NOTIFICATION_SERVER_DOWN] = "server-down",
    [NOTIFICATION_SERVER_NOT_CONFIRMED] = "server-not-confirmed",
    [NOTIFICATION_SERVER_FAILED] = "server-failed",
    [NOTIFICATION_UPS_LOW] = "ups-low",
    [NOTIFICATION_UPS_RECOVERED] = "ups-recovered",
    [NOTIFICATION_CONTRADICTION_RAISED] = "contradiction-raised",
    [NOTIFICATION_CONTRADICTION_CLEARED] = "contradiction-cleared",
    [NOTIFICATION_EQUIPMENT_MISSING] = "equipment-missing",
    [NOTIFICATION_EQUIPMENT_READY] = "equipment-ready",
    [NOTIFICATION_DEVIATION_RECORDED] = "deviation-recorded",
    [NOTIFICATION_DEVIATION_ACCOUNTED] = "deviation-accounted",
    [NOTIFICATION_DRILL_BEGUN] = "drill-begun",
    [NOTIFICATION_DRILL_ENDED] = "drill-ended",
    [NOTIFICATION_JOURNAL_BEHIND] = "journal-behind",
    [NOTIFICATION_JOURNAL_RECOVERED] = "journal-recovered",
    [NOTIFICATION_ENGINE_LOST] = "engine-lost",
    [NOTIFICATION_ENGINE_BACK] = "engine-back",
    [NOTIFICATION_INHIBIT_ON] = "inhibit-on",
    [NOTIFICATION_INHIBIT_OFF] = "inhibit-off",
    [NOTIFICATION_GENSET_NOT_CARRYING] = "genset-not-carrying",
    [NOTIFICATION_GENSET_CARRYING] = "genset-carrying",
    [NOTIFICATION_INPUT_UNAVAILABLE] = "input-unavailable",
    [NOTIFICATION_INPUT_AVAILABLE] = "input-available",
    [NOTIFICATION_ROUND_OPENED] = "round-opened",
    [NOTIFICATION_JOURNAL_OVER_LIMIT] = "journal-over-limit",
    [NOTIFICATION_JOURNAL_WITHIN_LIMIT] = "journal-within-limit",
    [NOTIFICATION_SERVER_UP] = "server-up",
    [NOTIFICATION_SERVER_NOT_UP] = "server-not-up",
    [NOTIFICATION_UPS_UNKNOWN] = "ups-unknown",
    [NOTIFICATION_SHUTDOWN_CANCELLED] = "shutdown-cancelled",
    [NOTIFICATION_UPS_KNOWN_AGAIN] = "ups-known-again",
    [NOTIFICATION_SELF_SHUTDOWN] = "self-shutdown",
};

const char *notification_name(enum notification value)
{
    size_t i = (size_t)value;
    return i < NOTIFICATION_COUNT && notification_names[i] ? notification_names[i] : "invalid";
}

static const char *const ctl_genset_names[CTL_GENSET_COUNT] = {
    [CTL_GENSET_NONE] = "none",
    [CTL_GENSET_START] = "start",
    [CTL_GENSET_STOP] = "stop",
    [CTL_GENSET_RESET] = "reset",
    [CTL_GENSET_WILL_NOT_START] = "will-not-start",
};

const char *ctl_genset_name(enum ctl_genset value)
{
    size_t i = (size_t)value;
    return i < CTL_GENSET_COUNT && ctl_genset_names[i] ? ctl_genset_names[i] : "invalid";
}

static const char *const ctl_shutdown_names[CTL_SHUTDOWN_COUNT] = {
    [CTL_SHUTDOWN_NONE] = "none",
    [CTL_SHUTDOWN_ALL] = "all",
    [CTL_SHUTDOWN_CANCEL] = "cancel",
};

const char *ctl_shutdown_name(enum ctl_shutdown value)
{
    size_t i = (size_t)value;
    return i < CTL_SHUTDOWN_COUNT && ctl_shutdown_names[i] ? ctl_shutdown_names[i] : "invalid";
}

static const char *const ctl_hold_names[CTL_HOLD_COUNT] = {
    [CTL_HOLD_NONE] = "none",
    [CTL_HOLD_RELEASE] = "release",
};

const char *ctl_hold_name(enum ctl_hold value)
{
    size_t i = (size_t)value;
    return i < CTL_HOLD_COUNT && ctl_hold_names[i] ? ctl_hold_names[i] : "invalid";
}

static const char *const ctl_drill_names[CTL_DRILL_COUNT] = {
    [CTL_DRILL_NONE] = "none",
    [CTL_DRILL_BEGIN] = "begin",
    [CTL_DRILL_END] = "end",
};

const char *ctl_drill_name(enum ctl_drill value)
{
    size_t i = (size_t)value;
    return i < CTL_DRILL_COUNT && ctl_drill_names[i] ? ctl_drill_names[i] : "invalid";
}

static const char *const ctl_drill_arm_names[CTL_DRILL_ARM_COUNT] = {
    [CTL_DRILL_ARM_NONE] = "none",
    [CTL_DRILL_ARM_GENSET] = "genset",
    [CTL_DRILL_ARM_SERVERS] = "servers",
    [CTL_DRILL_ARM_ALL] = "all",
};

const char *ctl_drill_arm_name(enum ctl_drill_arm value)
{
    size_t i = (size_t)value;
    return i < CTL_DRILL_ARM_COUNT && ctl_drill_arm_names[i] ? ctl_drill_arm_names[i] : "invalid";
}

static const char *const ctl_readiness_names[CTL_READINESS_COUNT] = {
    [CTL_READINESS_NONE] = "none",
    [CTL_READINESS_CHECK] = "check",
};

const char *ctl_readiness_name(enum ctl_readiness value)
{
    size_t i = (size_t)value;
    return i < CTL_READINESS_COUNT && ctl_readiness_names[i] ? ctl_readiness_names[i] : "invalid";
}

static const char *const ctl_power_on_names[CTL_POWER_ON_COUNT] = {
    [CTL_POWER_ON_NONE] = "none",
    [CTL_POWER_ON_ALL] = "all",
    [CTL_POWER_ON_CANCEL] = "cancel",
};

const char *ctl_power_on_name(enum ctl_power_on value)
{
    size_t i = (size_t)value;
    return i < CTL_POWER_ON_COUNT && ctl_power_on_names[i] ? ctl_power_on_names[i] : "invalid";
}

/* Generated from mibs/PADAM-MIB by mibs/generate: do not edit. */
#pragma once

enum severity {
    SEVERITY_UNKNOWN = 1,
    SEVERITY_OK = 2,
    SEVERITY_NOTICE = 3,
    SEVERITY_WARNING = 4,
    SEVERITY_CRITICAL = 5,
};
#define SEVERITY_COUNT 6
const char *severity_name(enum severity value);

enum mains_state {
    MAINS_STATE_UNKNOWN = 1,
    MAINS_STATE_PRESENT = 2,
    MAINS_STATE_UNSTABLE = 3,
    MAINS_STATE_LOST = 4,
    MAINS_STATE_RETURNING = 5,
};
#define MAINS_STATE_COUNT 6
const char *mains_state_name(enum mains_state value);

enum genset_state {
    GENSET_STATE_UNKNOWN = 1,
    GENSET_STATE_STOPPED = 2,
    GENSET_STATE_START_DELAY = 3,
    GENSET_STATE_PREHEATING = 4,
    GENSET_STATE_CRANKING = 5,
    GENSET_STATE_STARTING = 6,
    GENSET_STATE_RESTING = 7,
    GENSET_STATE_CONFIRMING = 8,
    GENSET_STATE_RUNNING = 9,
    GENSET_STATE_COOLING_DOWN = 10,
    GENSET_STATE_STOPPING = 11,
    GENSET_STATE_SPINNING_DOWN = 12,
    GENSET_STATE_START_FAILED = 13,
    GENSET_STATE_STOP_FAILED = 14,
};
#define GENSET_STATE_COUNT 15
const char *genset_state_name(enum genset_state value);

enum genset_mode {
    GENSET_MODE_UNKNOWN = 1,
    GENSET_MODE_AUTOMATIC = 2,
    GENSET_MODE_MANUAL = 3,
};
#define GENSET_MODE_COUNT 4
const char *genset_mode_name(enum genset_mode value);

enum genset_wiring {
    GENSET_WIRING_UNKNOWN = 1,
    GENSET_WIRING_NONE = 2,
    GENSET_WIRING_HELD = 3,
    GENSET_WIRING_PULSE = 4,
    GENSET_WIRING_RUN_CRANK = 5,
};
#define GENSET_WIRING_COUNT 6
const char *genset_wiring_name(enum genset_wiring value);

enum start_source {
    START_SOURCE_UNKNOWN = 1,
    START_SOURCE_PANEL = 2,
    START_SOURCE_SOFTWARE = 3,
    START_SOURCE_COMMAND = 4,
    START_SOURCE_EXERCISE = 5,
};
#define START_SOURCE_COUNT 6
const char *start_source_name(enum start_source value);

enum load_state {
    LOAD_STATE_UNKNOWN = 1,
    LOAD_STATE_NOT_CARRYING = 2,
    LOAD_STATE_CARRYING = 3,
};
#define LOAD_STATE_COUNT 4
const char *load_state_name(enum load_state value);

enum fuel_state {
    FUEL_STATE_UNKNOWN = 1,
    FUEL_STATE_OK = 2,
    FUEL_STATE_LOW = 3,
};
#define FUEL_STATE_COUNT 4
const char *fuel_state_name(enum fuel_state value);

enum on_off {
    ON_OFF_UNKNOWN = 1,
    ON_OFF_OFF = 2,
    ON_OFF_ON = 3,
};
#define ON_OFF_COUNT 4
const char *on_off_name(enum on_off value);

enum input_role {
    INPUT_ROLE_UNKNOWN = 1,
    INPUT_ROLE_MAINS_L1 = 2,
    INPUT_ROLE_MAINS_L2 = 3,
    INPUT_ROLE_MAINS_L3 = 4,
    INPUT_ROLE_GENSET_RUNNING = 5,
    INPUT_ROLE_GENSET_AUTOMATIC = 6,
    INPUT_ROLE_GENSET_FAULT = 7,
    INPUT_ROLE_EMERGENCY_STOP = 8,
    INPUT_ROLE_FUEL_LOW = 9,
    INPUT_ROLE_STARTER_BATTERY_LOW = 10,
    INPUT_ROLE_GENSET_VOLTAGE = 11,
    INPUT_ROLE_TRANSFER_SWITCH = 12,
    INPUT_ROLE_UPS_ON_BATTERY = 13,
    INPUT_ROLE_UPS_BATTERY_LOW = 14,
    INPUT_ROLE_WILL_NOT_START = 15,
};
#define INPUT_ROLE_COUNT 16
const char *input_role_name(enum input_role value);

enum input_value {
    INPUT_VALUE_UNKNOWN = 1,
    INPUT_VALUE_INACTIVE = 2,
    INPUT_VALUE_ACTIVE = 3,
};
#define INPUT_VALUE_COUNT 4
const char *input_value_name(enum input_value value);

enum input_status {
    INPUT_STATUS_UNKNOWN = 1,
    INPUT_STATUS_OK = 2,
    INPUT_STATUS_UNAVAILABLE = 3,
};
#define INPUT_STATUS_COUNT 4
const char *input_status_name(enum input_status value);

enum server_state {
    SERVER_STATE_UNKNOWN = 1,
    SERVER_STATE_IDLE = 2,
    SERVER_STATE_WAITING = 3,
    SERVER_STATE_TELLING = 4,
    SERVER_STATE_VERIFYING = 5,
    SERVER_STATE_RETRYING = 6,
    SERVER_STATE_OFF = 7,
    SERVER_STATE_NOT_OFF = 8,
    SERVER_STATE_TOLD = 9,
};
#define SERVER_STATE_COUNT 10
const char *server_state_name(enum server_state value);

enum progress_state {
    PROGRESS_STATE_UNKNOWN = 1,
    PROGRESS_STATE_NONE = 2,
    PROGRESS_STATE_WAITING = 3,
    PROGRESS_STATE_UNDER_WAY = 4,
    PROGRESS_STATE_DONE = 5,
    PROGRESS_STATE_CANCELLED = 6,
    PROGRESS_STATE_ENDED = 7,
};
#define PROGRESS_STATE_COUNT 8
const char *progress_state_name(enum progress_state value);

enum shutdown_result {
    SHUTDOWN_RESULT_UNKNOWN = 1,
    SHUTDOWN_RESULT_NONE = 2,
    SHUTDOWN_RESULT_VERIFIED_OFF = 3,
    SHUTDOWN_RESULT_SILENT_WITH_WITNESS = 4,
    SHUTDOWN_RESULT_UNVERIFIED = 5,
    SHUTDOWN_RESULT_FORCED = 6,
    SHUTDOWN_RESULT_FAILED = 7,
    SHUTDOWN_RESULT_SPARED = 8,
    SHUTDOWN_RESULT_DRILLED = 9,
    SHUTDOWN_RESULT_TOLD = 10,
};
#define SHUTDOWN_RESULT_COUNT 11
const char *shutdown_result_name(enum shutdown_result value);

enum power_state {
    POWER_STATE_UNKNOWN = 1,
    POWER_STATE_IDLE = 2,
    POWER_STATE_WAITING = 3,
    POWER_STATE_TELLING = 4,
    POWER_STATE_VERIFYING = 5,
    POWER_STATE_RETRYING = 6,
    POWER_STATE_UP = 7,
    POWER_STATE_NOT_UP = 8,
};
#define POWER_STATE_COUNT 9
const char *power_state_name(enum power_state value);

enum step_state {
    STEP_STATE_UNKNOWN = 1,
    STEP_STATE_IDLE = 2,
    STEP_STATE_WAITING = 3,
    STEP_STATE_OPEN = 4,
    STEP_STATE_HELD = 5,
    STEP_STATE_MET = 6,
    STEP_STATE_MISSED = 7,
    STEP_STATE_NOT_REQUIRED = 8,
};
#define STEP_STATE_COUNT 9
const char *step_state_name(enum step_state value);

enum answer {
    ANSWER_UNKNOWN = 1,
    ANSWER_UNDECIDED = 2,
    ANSWER_YES = 3,
    ANSWER_NO = 4,
};
#define ANSWER_COUNT 5
const char *answer_name(enum answer value);

enum actor {
    ACTOR_UNKNOWN = 1,
    ACTOR_NONE = 2,
    ACTOR_PERSON = 3,
    ACTOR_SOFTWARE = 4,
    ACTOR_COMMAND = 5,
};
#define ACTOR_COUNT 6
const char *actor_name(enum actor value);

enum role {
    ROLE_UNKNOWN = 1,
    ROLE_GENSET_OPERATOR = 2,
    ROLE_HEAD_OF_SECTION = 3,
    ROLE_SERVER_ADMINISTRATOR = 4,
};
#define ROLE_COUNT 5
const char *role_name(enum role value);

enum incident_kind {
    INCIDENT_KIND_UNKNOWN = 1,
    INCIDENT_KIND_OUTAGE = 2,
    INCIDENT_KIND_DRILL = 3,
};
#define INCIDENT_KIND_COUNT 4
const char *incident_kind_name(enum incident_kind value);

enum incident_state {
    INCIDENT_STATE_UNKNOWN = 1,
    INCIDENT_STATE_OPEN = 2,
    INCIDENT_STATE_CONFIRMING_RETURN = 3,
    INCIDENT_STATE_CLOSED = 4,
};
#define INCIDENT_STATE_COUNT 5
const char *incident_state_name(enum incident_state value);

enum deviation_kind {
    DEVIATION_KIND_UNKNOWN = 1,
    DEVIATION_KIND_EQUIPMENT = 2,
    DEVIATION_KIND_TIME = 3,
    DEVIATION_KIND_OUTPUT = 4,
};
#define DEVIATION_KIND_COUNT 5
const char *deviation_kind_name(enum deviation_kind value);

enum account_state {
    ACCOUNT_STATE_UNKNOWN = 1,
    ACCOUNT_STATE_UNANSWERED = 2,
    ACCOUNT_STATE_ANSWERED = 3,
    ACCOUNT_STATE_COVERED_BY_CAUSE = 4,
};
#define ACCOUNT_STATE_COUNT 5
const char *account_state_name(enum account_state value);

enum equipment_kind {
    EQUIPMENT_KIND_UNKNOWN = 1,
    EQUIPMENT_KIND_FUEL = 2,
    EQUIPMENT_KIND_GENSET = 3,
    EQUIPMENT_KIND_STARTER_BATTERY = 4,
    EQUIPMENT_KIND_UPS = 5,
    EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER = 6,
    EQUIPMENT_KIND_NETWORK = 7,
    EQUIPMENT_KIND_SERVER = 8,
};
#define EQUIPMENT_KIND_COUNT 9
const char *equipment_kind_name(enum equipment_kind value);

enum equipment_state {
    EQUIPMENT_STATE_UNKNOWN = 1,
    EQUIPMENT_STATE_READY = 2,
    EQUIPMENT_STATE_MISSING = 3,
};
#define EQUIPMENT_STATE_COUNT 4
const char *equipment_state_name(enum equipment_state value);

enum delivery {
    DELIVERY_UNKNOWN = 1,
    DELIVERY_PENDING = 2,
    DELIVERY_ACCEPTED = 3,
    DELIVERY_REFUSED = 4,
    DELIVERY_SUPERSEDED = 5,
};
#define DELIVERY_COUNT 6
const char *delivery_name(enum delivery value);

enum command_kind {
    COMMAND_KIND_UNKNOWN = 1,
    COMMAND_KIND_GENSET_START = 2,
    COMMAND_KIND_GENSET_STOP = 3,
    COMMAND_KIND_GENSET_RESET = 4,
    COMMAND_KIND_WILL_NOT_START = 5,
    COMMAND_KIND_EXERCISE = 6,
    COMMAND_KIND_SHUTDOWN_ALL = 7,
    COMMAND_KIND_SHUTDOWN_SERVER = 8,
    COMMAND_KIND_HOLD_RELEASE = 9,
    COMMAND_KIND_INHIBIT = 10,
    COMMAND_KIND_DRILL_BEGIN = 11,
    COMMAND_KIND_DRILL_END = 12,
    COMMAND_KIND_ACKNOWLEDGE = 13,
    COMMAND_KIND_ACCOUNT = 14,
    COMMAND_KIND_SHUTDOWN_TIER = 15,
    COMMAND_KIND_SHUTDOWN_CANCEL = 16,
    COMMAND_KIND_READINESS_CHECK = 17,
    COMMAND_KIND_POWER_ON = 18,
    COMMAND_KIND_RELOAD = 19,
};
#define COMMAND_KIND_COUNT 20
const char *command_kind_name(enum command_kind value);

enum command_state {
    COMMAND_STATE_UNKNOWN = 1,
    COMMAND_STATE_PROMISED = 2,
    COMMAND_STATE_RUNNING = 3,
    COMMAND_STATE_SUCCEEDED = 4,
    COMMAND_STATE_FAILED = 5,
    COMMAND_STATE_REFUSED = 6,
    COMMAND_STATE_CANCELLED = 7,
    COMMAND_STATE_LOST = 8,
};
#define COMMAND_STATE_COUNT 9
const char *command_state_name(enum command_state value);

enum journal_state {
    JOURNAL_STATE_UNKNOWN = 1,
    JOURNAL_STATE_OK = 2,
    JOURNAL_STATE_BEHIND = 3,
    JOURNAL_STATE_FAILED = 4,
    JOURNAL_STATE_OVER_LIMIT = 5,
};
#define JOURNAL_STATE_COUNT 6
const char *journal_state_name(enum journal_state value);

enum engine_link {
    ENGINE_LINK_UNKNOWN = 1,
    ENGINE_LINK_CONNECTED = 2,
    ENGINE_LINK_LOST = 3,
};
#define ENGINE_LINK_COUNT 4
const char *engine_link_name(enum engine_link value);

enum hold_state {
    HOLD_STATE_UNKNOWN = 1,
    HOLD_STATE_NONE = 2,
    HOLD_STATE_HELD = 3,
    HOLD_STATE_RELEASED = 4,
};
#define HOLD_STATE_COUNT 5
const char *hold_state_name(enum hold_state value);

enum ups_source {
    UPS_SOURCE_UNKNOWN = 1,
    UPS_SOURCE_NONE = 2,
    UPS_SOURCE_CONTACTS = 3,
    UPS_SOURCE_NUT = 4,
    UPS_SOURCE_BOTH = 5,
};
#define UPS_SOURCE_COUNT 6
const char *ups_source_name(enum ups_source value);

enum ups_status {
    UPS_STATUS_UNKNOWN = 1,
    UPS_STATUS_ONLINE = 2,
    UPS_STATUS_ON_BATTERY = 3,
    UPS_STATUS_LOW_BATTERY = 4,
};
#define UPS_STATUS_COUNT 5
const char *ups_status_name(enum ups_status value);

enum ups_link {
    UPS_LINK_UNKNOWN = 1,
    UPS_LINK_OK = 2,
    UPS_LINK_STALE = 3,
    UPS_LINK_UNREACHABLE = 4,
};
#define UPS_LINK_COUNT 5
const char *ups_link_name(enum ups_link value);

enum notification {
    NOTIFICATION_UNKNOWN = 1,
    NOTIFICATION_OUTAGE_OPENED = 2,
    NOTIFICATION_OUTAGE_CLOSED = 3,
    NOTIFICATION_MAINS_LOST = 4,
    NOTIFICATION_MAINS_RESTORED = 5,
    NOTIFICATION_GENSET_STARTED = 6,
    NOTIFICATION_GENSET_START_FAILED = 7,
    NOTIFICATION_GENSET_STOPPED = 8,
    NOTIFICATION_GENSET_STOP_FAILED = 9,
    NOTIFICATION_REPORT_RUNNING = 10,
    NOTIFICATION_REPORT_FAILED = 11,
    NOTIFICATION_DEADLINE_MET = 12,
    NOTIFICATION_DEADLINE_MISSED = 13,
    NOTIFICATION_DEADLINE_HELD = 14,
    NOTIFICATION_DEADLINE_STILL_MISSED = 15,
    NOTIFICATION_SHUTDOWN_BEGUN = 16,
    NOTIFICATION_SHUTDOWN_DONE = 17,
    NOTIFICATION_SHUTDOWN_ESCALATED = 18,
    NOTIFICATION_SERVER_DOWN = 19,
    NOTIFICATION_SERVER_NOT_CONFIRMED = 20,
    NOTIFICATION_SERVER_FAILED = 21,
    NOTIFICATION_UPS_LOW = 22,
    NOTIFICATION_UPS_RECOVERED = 23,
    NOTIFICATION_CONTRADICTION_RAISED = 24,
    NOTIFICATION_CONTRADICTION_CLEARED = 25,
    NOTIFICATION_EQUIPMENT_MISSING = 26,
    NOTIFICATION_EQUIPMENT_READY = 27,
    NOTIFICATION_DEVIATION_RECORDED = 28,
    NOTIFICATION_DEVIATION_ACCOUNTED = 29,
    NOTIFICATION_DRILL_BEGUN = 30,
    NOTIFICATION_DRILL_ENDED = 31,
    NOTIFICATION_JOURNAL_BEHIND = 32,
    NOTIFICATION_JOURNAL_RECOVERED = 33,
    NOTIFICATION_ENGINE_LOST = 34,
    NOTIFICATION_ENGINE_BACK = 35,
    NOTIFICATION_INHIBIT_ON = 36,
    NOTIFICATION_INHIBIT_OFF = 37,
    NOTIFICATION_GENSET_NOT_CARRYING = 38,
    NOTIFICATION_GENSET_CARRYING = 39,
    NOTIFICATION_INPUT_UNAVAILABLE = 40,
    NOTIFICATION_INPUT_AVAILABLE = 41,
    NOTIFICATION_ROUND_OPENED = 42,
    NOTIFICATION_JOURNAL_OVER_LIMIT = 43,
    NOTIFICATION_JOURNAL_WITHIN_LIMIT = 44,
    NOTIFICATION_SERVER_UP = 45,
    NOTIFICATION_SERVER_NOT_UP = 46,
    NOTIFICATION_UPS_UNKNOWN = 47,
    NOTIFICATION_SHUTDOWN_CANCELLED = 48,
    NOTIFICATION_UPS_KNOWN_AGAIN = 50,
    NOTIFICATION_SELF_SHUTDOWN = 51,
};
#define NOTIFICATION_COUNT 52
const char *notification_name(enum notification value);

enum ctl_genset {
    CTL_GENSET_NONE = 1,
    CTL_GENSET_START = 2,
    CTL_GENSET_STOP = 3,
    CTL_GENSET_RESET = 4,
    CTL_GENSET_WILL_NOT_START = 5,
};
#define CTL_GENSET_COUNT 6
const char *ctl_genset_name(enum ctl_genset value);

enum ctl_shutdown {
    CTL_SHUTDOWN_NONE = 1,
    CTL_SHUTDOWN_ALL = 2,
    CTL_SHUTDOWN_CANCEL = 3,
};
#define CTL_SHUTDOWN_COUNT 4
const char *ctl_shutdown_name(enum ctl_shutdown value);

enum ctl_hold {
    CTL_HOLD_NONE = 1,
    CTL_HOLD_RELEASE = 2,
};
#define CTL_HOLD_COUNT 3
const char *ctl_hold_name(enum ctl_hold value);

enum ctl_drill {
    CTL_DRILL_NONE = 1,
    CTL_DRILL_BEGIN = 2,
    CTL_DRILL_END = 3,
};
#define CTL_DRILL_COUNT 4
const char *ctl_drill_name(enum ctl_drill value);

enum ctl_drill_arm {
    CTL_DRILL_ARM_NONE = 1,
    CTL_DRILL_ARM_GENSET = 2,
    CTL_DRILL_ARM_SERVERS = 3,
    CTL_DRILL_ARM_ALL = 4,
};
#define CTL_DRILL_ARM_COUNT 5
const char *ctl_drill_arm_name(enum ctl_drill_arm value);

enum ctl_readiness {
    CTL_READINESS_NONE = 1,
    CTL_READINESS_CHECK = 2,
};
#define CTL_READINESS_COUNT 3
const char *ctl_readiness_name(enum ctl_readiness value);

enum ctl_power_on {
    CTL_POWER_ON_NONE = 1,
    CTL_POWER_ON_ALL = 2,
    CTL_POWER_ON_CANCEL = 3,
};
#define CTL_POWER_ON_COUNT 4
const char *ctl_power_on_name(enum ctl_power_on value);

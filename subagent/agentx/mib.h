/* Generated from mibs/PADAM-MIB by mibs/generate: do not edit. */
#pragma once

#include <stdint.h>

#define MIB_ROOT 1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 112
#define MIB_ROOT_LENGTH 10
#define MIB_ROOT_TEXT "1.3.6.1.4.1.8072.9999.9999.112"

/* OIDs as lists of numbers, for an initialiser. */
#define MIB_OID_NOTIFICATIONS MIB_ROOT, 0
#define MIB_OID_OBJECTS MIB_ROOT, 1
#define MIB_OID_SYSTEM MIB_ROOT, 1, 1
#define MIB_OID_INPUTS MIB_ROOT, 1, 2
#define MIB_OID_INPUT_ENTRY MIB_ROOT, 1, 2, 1, 1
#define MIB_OID_MAINS MIB_ROOT, 1, 3
#define MIB_OID_GENSET MIB_ROOT, 1, 4
#define MIB_OID_SERVERS MIB_ROOT, 1, 5
#define MIB_OID_SERVER_ENTRY MIB_ROOT, 1, 5, 1, 1
#define MIB_OID_STEPS MIB_ROOT, 1, 6
#define MIB_OID_STEP_ENTRY MIB_ROOT, 1, 6, 1, 1
#define MIB_OID_INCIDENTS MIB_ROOT, 1, 7
#define MIB_OID_INCIDENT_ENTRY MIB_ROOT, 1, 7, 1, 1
#define MIB_OID_RECORDS MIB_ROOT, 1, 8
#define MIB_OID_RECORD_ENTRY MIB_ROOT, 1, 8, 1, 1
#define MIB_OID_DEVIATIONS MIB_ROOT, 1, 9
#define MIB_OID_DEVIATION_ENTRY MIB_ROOT, 1, 9, 1, 1
#define MIB_OID_EQUIPMENT MIB_ROOT, 1, 10
#define MIB_OID_EQUIPMENT_ENTRY MIB_ROOT, 1, 10, 1, 1
#define MIB_OID_EVENTS MIB_ROOT, 1, 11
#define MIB_OID_EVENT_ENTRY MIB_ROOT, 1, 11, 2, 1
#define MIB_OID_CONTROL MIB_ROOT, 1, 12
#define MIB_OID_COMMAND_ENTRY MIB_ROOT, 1, 12, 16, 1
#define MIB_OID_UPS MIB_ROOT, 1, 13

/* ASN.1 tags as SNMP sends them. */
enum mib_type {
    MIB_TYPE_INTEGER = 0x02,
    MIB_TYPE_OCTETS = 0x04,
    MIB_TYPE_COUNTER = 0x41,
    MIB_TYPE_UNSIGNED = 0x42,
};

enum mib_access {
    MIB_ACCESS_NONE,
    MIB_ACCESS_READ,
    MIB_ACCESS_WRITE,
};

enum mib_kind {
    MIB_KIND_NUMBER,
    MIB_KIND_ENUM,
    MIB_KIND_TEXT, /* UTF-8; its ranges are lengths in octets */
    MIB_KIND_TIME, /* seconds since 1970 */
    MIB_KIND_LOCK, /* TestAndIncr */
};

struct mib_range {
    int64_t min, max;
};

/* A value is valid when one of the ranges holds it; those of an enumeration are its values. */
struct mib_object {
    const char *name;
    uint32_t arc;
    uint8_t type;
    uint8_t access;
    uint8_t kind;
    uint8_t range_count;
    const struct mib_range *ranges;
};

/* Arrays are indexed by arc; an arc that is not used has no name. Column 1 is a table's index. */
struct mib_table {
    const char *name;
    uint32_t arc;
    uint32_t column_count;
    const struct mib_object *columns;
};

struct mib_group {
    const char *name;
    uint32_t arc;
    uint32_t scalar_count;
    const struct mib_object *scalars;
    uint32_t table_count;
    const struct mib_table *tables;
};

struct mib_notification {
    const char *name;
    uint32_t arc;
    uint8_t severity; /* enum severity of core/enums.h, the usual one */
};

enum {
    MIB_SYSTEM = 1,
    MIB_INPUTS = 2,
    MIB_MAINS = 3,
    MIB_GENSET = 4,
    MIB_SERVERS = 5,
    MIB_STEPS = 6,
    MIB_INCIDENTS = 7,
    MIB_RECORDS = 8,
    MIB_DEVIATIONS = 9,
    MIB_EQUIPMENT = 10,
    MIB_EVENTS = 11,
    MIB_CONTROL = 12,
    MIB_UPS = 13,
    MIB_GROUP_COUNT = 14,
};

enum {
    MIB_PRODUCT = 1,
    MIB_VERSION = 2,
    MIB_SITE = 3,
    MIB_OVERALL_STATE = 4,
    MIB_OVERALL_TEXT = 5,
    MIB_ENGINE_LINK = 6,
    MIB_DATA_AGE = 7,
    MIB_ENGINE_UPTIME = 8,
    MIB_JOURNAL_STATE = 9,
    MIB_HOLD_STATE = 10,
    MIB_HOLD_REASON = 11,
    MIB_INHIBIT_STATE = 12,
    MIB_INHIBIT_REMAINING = 13,
    MIB_DRILL_STATE = 14,
    MIB_EXERCISE_REMAINING = 15,
    MIB_OPEN_INCIDENT = 16,
};

enum {
    MIB_INPUT_TABLE = 1,
};

enum {
    MIB_INPUT_INDEX = 1,
    MIB_INPUT_NAME = 2,
    MIB_INPUT_ROLE = 3,
    MIB_INPUT_VALUE = 4,
    MIB_INPUT_STATUS = 5,
    MIB_INPUT_SEVERITY = 6,
    MIB_INPUT_LAST_CHANGE = 7,
    MIB_INPUT_COLUMN_COUNT = 8,
};

enum {
    MIB_MAINS_STATE = 1,
    MIB_MAINS_SEVERITY = 2,
    MIB_MAINS_SINCE = 3,
    MIB_MAINS_OUTAGES = 4,
    MIB_MAINS_DIPS = 5,
    MIB_MAINS_SECONDS_OUT = 6,
};

enum {
    MIB_GENSET_STATE = 1,
    MIB_GENSET_SEVERITY = 2,
    MIB_GENSET_SINCE = 3,
    MIB_GENSET_MODE = 4,
    MIB_GENSET_WIRING = 5,
    MIB_GENSET_ATTEMPTS = 6,
    MIB_GENSET_STARTS = 7,
    MIB_GENSET_FAILURES = 8,
    MIB_GENSET_RUN_SECONDS = 9,
    MIB_GENSET_FUEL = 10,
    MIB_GENSET_FAULT = 11,
    MIB_GENSET_LOAD = 12,
    MIB_GENSET_STARTED_BY = 13,
    MIB_GENSET_LAST_START_SECONDS = 14,
    MIB_GENSET_REASON = 15,
};

enum {
    MIB_PROGRESS_STATE = 2,
    MIB_PROGRESS_SERVERS = 3,
    MIB_PROGRESS_DONE = 4,
    MIB_PROGRESS_LEFT = 5,
    MIB_PROGRESS_TIER = 6,
    MIB_PROGRESS_STARTED = 7,
    MIB_PROGRESS_ELAPSED_SECONDS = 8,
    MIB_SERVER_TABLE = 1,
};

enum {
    MIB_SERVER_INDEX = 1,
    MIB_SERVER_NAME = 2,
    MIB_SERVER_TIER = 3,
    MIB_SERVER_STATE = 4,
    MIB_SERVER_SEVERITY = 5,
    MIB_SERVER_LAST_REACHABLE = 6,
    MIB_SERVER_SHUTDOWN_STARTED = 7,
    MIB_SERVER_SHUTDOWN_FINISHED = 8,
    MIB_SERVER_RESULT = 9,
    MIB_SERVER_ATTEMPTS = 10,
    MIB_SERVER_REASON = 11,
    MIB_SERVER_POWER_STATE = 20,
    MIB_SERVER_POWER_STARTED = 21,
    MIB_SERVER_POWER_FINISHED = 22,
    MIB_SERVER_POWER_ATTEMPTS = 23,
    MIB_SERVER_POWER_REASON = 24,
    MIB_SERVER_COLUMN_COUNT = 25,
};

enum {
    MIB_STEP_TABLE = 1,
};

enum {
    MIB_STEP_NUMBER = 1,
    MIB_STEP_ACTIVITY = 2,
    MIB_STEP_ROLE = 3,
    MIB_STEP_STATE = 4,
    MIB_STEP_SEVERITY = 5,
    MIB_STEP_INCIDENT = 6,
    MIB_STEP_ROUND = 7,
    MIB_STEP_CLOCK_START = 8,
    MIB_STEP_DUE = 9,
    MIB_STEP_SECONDS_REMAINING = 10,
    MIB_STEP_DONE_AT = 11,
    MIB_STEP_LATENESS_SECONDS = 12,
    MIB_STEP_ANSWER = 13,
    MIB_STEP_DONE_BY = 14,
    MIB_STEP_COLUMN_COUNT = 15,
};

enum {
    MIB_INCIDENT_TABLE = 1,
};

enum {
    MIB_INCIDENT_INDEX = 1,
    MIB_INCIDENT_KIND = 2,
    MIB_INCIDENT_STATE = 3,
    MIB_INCIDENT_TIMES_ESTIMATED = 4,
    MIB_INCIDENT_LOST_AT = 5,
    MIB_INCIDENT_CLOSED_AT = 6,
    MIB_INCIDENT_DURATION_SECONDS = 7,
    MIB_INCIDENT_ROUNDS = 8,
    MIB_INCIDENT_DEVIATIONS = 9,
    MIB_INCIDENT_COLUMN_COUNT = 10,
};

enum {
    MIB_RECORD_TABLE = 1,
};

enum {
    MIB_RECORD_INDEX = 1,
    MIB_RECORD_INCIDENT = 2,
    MIB_RECORD_ROUND = 3,
    MIB_RECORD_STEP = 4,
    MIB_RECORD_ROLE = 5,
    MIB_RECORD_VERDICT = 6,
    MIB_RECORD_ANSWER = 7,
    MIB_RECORD_DONE_BY = 8,
    MIB_RECORD_CLOCK_START = 9,
    MIB_RECORD_DUE = 10,
    MIB_RECORD_DONE_AT = 11,
    MIB_RECORD_LATENESS_SECONDS = 12,
    MIB_RECORD_DEVIATION = 13,
    MIB_RECORD_COLUMN_COUNT = 14,
};

enum {
    MIB_DEVIATION_TABLE = 1,
};

enum {
    MIB_DEVIATION_INDEX = 1,
    MIB_DEVIATION_INCIDENT = 2,
    MIB_DEVIATION_ROUND = 3,
    MIB_DEVIATION_STEP = 4,
    MIB_DEVIATION_KIND = 5,
    MIB_DEVIATION_ROLE = 6,
    MIB_DEVIATION_ITEM = 7,
    MIB_DEVIATION_AMOUNT_SECONDS = 8,
    MIB_DEVIATION_CAUSE = 9,
    MIB_DEVIATION_RECORDED_AT = 10,
    MIB_DEVIATION_ACCOUNT_STATE = 11,
    MIB_DEVIATION_ACCOUNT = 12,
    MIB_DEVIATION_CORRECTIVE_ACTION = 13,
    MIB_DEVIATION_ACCOUNTED_BY = 14,
    MIB_DEVIATION_ACCOUNTED_AT = 15,
    MIB_DEVIATION_COLUMN_COUNT = 16,
};

enum {
    MIB_EQUIPMENT_TABLE = 1,
};

enum {
    MIB_EQUIPMENT_INDEX = 1,
    MIB_EQUIPMENT_NAME = 2,
    MIB_EQUIPMENT_KIND = 3,
    MIB_EQUIPMENT_STATE = 4,
    MIB_EQUIPMENT_SEVERITY = 5,
    MIB_EQUIPMENT_SINCE = 6,
    MIB_EQUIPMENT_REASON = 7,
    MIB_EQUIPMENT_COLUMN_COUNT = 8,
};

enum {
    MIB_EVENTS_BUMPED = 1,
    MIB_EVENT_TABLE = 2,
};

enum {
    MIB_EVENT_INDEX = 1,
    MIB_EVENT_SEQUENCE = 2,
    MIB_EVENT_KIND = 3,
    MIB_EVENT_TIME = 4,
    MIB_EVENT_SEVERITY = 5,
    MIB_EVENT_INCIDENT = 6,
    MIB_EVENT_STEP = 7,
    MIB_EVENT_DELAY_SECONDS = 8,
    MIB_EVENT_TEXT = 9,
    MIB_EVENT_DELIVERY = 10,
    MIB_EVENT_ACKNOWLEDGED_BY = 11,
    MIB_EVENT_ACKNOWLEDGED_AT = 12,
    MIB_EVENT_ROUND = 13,
    MIB_EVENT_SERVER = 14,
    MIB_EVENT_COLUMN_COUNT = 15,
};

enum {
    MIB_CTL_LOCK = 1,
    MIB_CTL_REQUESTER = 2,
    MIB_CTL_CONFIRM = 3,
    MIB_CTL_GENSET = 4,
    MIB_CTL_EXERCISE_SECONDS = 5,
    MIB_CTL_SHUTDOWN = 6,
    MIB_CTL_SHUTDOWN_SERVER = 7,
    MIB_CTL_HOLD = 8,
    MIB_CTL_INHIBIT_SECONDS = 9,
    MIB_CTL_DRILL = 10,
    MIB_CTL_DRILL_ARM = 11,
    MIB_CTL_ACK_EVENT = 12,
    MIB_CTL_ACCOUNT_DEVIATION = 13,
    MIB_CTL_ACCOUNT_TEXT = 14,
    MIB_CTL_ACCOUNT_ACTION = 15,
    MIB_CTL_SHUTDOWN_TIER = 17,
    MIB_CTL_READINESS = 18,
    MIB_CTL_POWER_ON = 19,
    MIB_COMMAND_TABLE = 16,
};

enum {
    MIB_COMMAND_INDEX = 1,
    MIB_COMMAND_KIND = 2,
    MIB_COMMAND_ARGUMENT = 3,
    MIB_COMMAND_STATE = 4,
    MIB_COMMAND_REQUESTER = 5,
    MIB_COMMAND_REASON = 6,
    MIB_COMMAND_ASKED_AT = 7,
    MIB_COMMAND_ENDED_AT = 8,
    MIB_COMMAND_COLUMN_COUNT = 9,
};

enum {
    MIB_UPS_SOURCE = 1,
    MIB_UPS_STATUS = 2,
    MIB_UPS_SEVERITY = 3,
    MIB_UPS_LINK = 4,
    MIB_UPS_RUNTIME_SECONDS = 5,
    MIB_UPS_CHARGE_PERCENT = 6,
    MIB_UPS_HEARD_AT = 7,
    MIB_UPS_SHUTDOWN_SECONDS = 8,
};

enum {
    MIB_NOTIFICATION_COUNT = 51,
    MIB_VARBIND_COUNT = 7,
};

/* Both indexed by arc; entry 0 is empty. */
extern const struct mib_group mib_groups[MIB_GROUP_COUNT];
extern const struct mib_notification mib_notifications[MIB_NOTIFICATION_COUNT];

/* The columns of the event table that every notification carries, in this order. */
extern const uint32_t mib_varbinds[MIB_VARBIND_COUNT];

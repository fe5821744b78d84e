/* Generated from mibs/PADAM-MIB by mibs/generate: do not edit. */
#include "agentx/mib.h"

#include <stddef.h>

#include "core/enums.h"

/* clang-format off */
static const struct mib_range range_0_0_60_7200[] = {{0, 0}, {60, 7200}};
static const struct mib_range range_0_100[] = {{0, 100}};
static const struct mib_range range_0_191[] = {{0, 191}};
static const struct mib_range range_0_2147483647[] = {{0, 2147483647}};
static const struct mib_range range_0_255[] = {{0, 255}};
static const struct mib_range range_0_31[] = {{0, 31}};
static const struct mib_range range_0_4294967295[] = {{0, INT64_C(4294967295)}};
static const struct mib_range range_0_604800[] = {{0, 604800}};
static const struct mib_range range_0_99[] = {{0, 99}};
static const struct mib_range range_1_10[] = {{1, 10}};
static const struct mib_range range_1_14[] = {{1, 14}};
static const struct mib_range range_1_15[] = {{1, 15}};
static const struct mib_range range_1_19[] = {{1, 19}};
static const struct mib_range range_1_2[] = {{1, 2}};
static const struct mib_range range_1_2147483647[] = {{1, 2147483647}};
static const struct mib_range range_1_3[] = {{1, 3}};
static const struct mib_range range_1_4[] = {{1, 4}};
static const struct mib_range range_1_48_50_51[] = {{1, 48}, {50, 51}};
static const struct mib_range range_1_5[] = {{1, 5}};
static const struct mib_range range_1_6[] = {{1, 6}};
static const struct mib_range range_1_7[] = {{1, 7}};
static const struct mib_range range_1_8[] = {{1, 8}};
static const struct mib_range range_1_9[] = {{1, 9}};

static const struct mib_object system_scalars[] = {
    [MIB_PRODUCT] = {"padamProduct", MIB_PRODUCT, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_VERSION] = {"padamVersion", MIB_VERSION, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_SITE] = {"padamSite", MIB_SITE, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_OVERALL_STATE] = {"padamOverallState", MIB_OVERALL_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_OVERALL_TEXT] = {"padamOverallText", MIB_OVERALL_TEXT, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_ENGINE_LINK] = {"padamEngineLink", MIB_ENGINE_LINK, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_DATA_AGE] = {"padamDataAge", MIB_DATA_AGE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_ENGINE_UPTIME] = {"padamEngineUptime", MIB_ENGINE_UPTIME, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_JOURNAL_STATE] = {"padamJournalState", MIB_JOURNAL_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_HOLD_STATE] = {"padamHoldState", MIB_HOLD_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_HOLD_REASON] = {"padamHoldReason", MIB_HOLD_REASON, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_INHIBIT_STATE] = {"padamInhibitState", MIB_INHIBIT_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_INHIBIT_REMAINING] = {"padamInhibitRemaining", MIB_INHIBIT_REMAINING, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_DRILL_STATE] = {"padamDrillState", MIB_DRILL_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_EXERCISE_REMAINING] = {"padamExerciseRemaining", MIB_EXERCISE_REMAINING, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_OPEN_INCIDENT] = {"padamOpenIncident", MIB_OPEN_INCIDENT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
};

static const struct mib_object input_columns[] = {
    [MIB_INPUT_INDEX] = {"padamInputIndex", MIB_INPUT_INDEX, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 1, range_1_2147483647},
    [MIB_INPUT_NAME] = {"padamInputName", MIB_INPUT_NAME, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_INPUT_ROLE] = {"padamInputRole", MIB_INPUT_ROLE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_15},
    [MIB_INPUT_VALUE] = {"padamInputValue", MIB_INPUT_VALUE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_INPUT_STATUS] = {"padamInputStatus", MIB_INPUT_STATUS, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_INPUT_SEVERITY] = {"padamInputSeverity", MIB_INPUT_SEVERITY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_INPUT_LAST_CHANGE] = {"padamInputLastChange", MIB_INPUT_LAST_CHANGE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
};

static const struct mib_table inputs_tables[] = {
    {"padamInputTable", MIB_INPUT_TABLE, MIB_INPUT_COLUMN_COUNT, input_columns},
};

static const struct mib_object mains_scalars[] = {
    [MIB_MAINS_STATE] = {"padamMainsState", MIB_MAINS_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_MAINS_SEVERITY] = {"padamMainsSeverity", MIB_MAINS_SEVERITY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_MAINS_SINCE] = {"padamMainsSince", MIB_MAINS_SINCE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_MAINS_OUTAGES] = {"padamMainsOutages", MIB_MAINS_OUTAGES, MIB_TYPE_COUNTER, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_MAINS_DIPS] = {"padamMainsDips", MIB_MAINS_DIPS, MIB_TYPE_COUNTER, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_MAINS_SECONDS_OUT] = {"padamMainsSecondsOut", MIB_MAINS_SECONDS_OUT, MIB_TYPE_COUNTER, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
};

static const struct mib_object genset_scalars[] = {
    [MIB_GENSET_STATE] = {"padamGensetState", MIB_GENSET_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_14},
    [MIB_GENSET_SEVERITY] = {"padamGensetSeverity", MIB_GENSET_SEVERITY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_GENSET_SINCE] = {"padamGensetSince", MIB_GENSET_SINCE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_GENSET_MODE] = {"padamGensetMode", MIB_GENSET_MODE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_GENSET_WIRING] = {"padamGensetWiring", MIB_GENSET_WIRING, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_GENSET_ATTEMPTS] = {"padamGensetAttempts", MIB_GENSET_ATTEMPTS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_GENSET_STARTS] = {"padamGensetStarts", MIB_GENSET_STARTS, MIB_TYPE_COUNTER, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_GENSET_FAILURES] = {"padamGensetFailures", MIB_GENSET_FAILURES, MIB_TYPE_COUNTER, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_GENSET_RUN_SECONDS] = {"padamGensetRunSeconds", MIB_GENSET_RUN_SECONDS, MIB_TYPE_COUNTER, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_GENSET_FUEL] = {"padamGensetFuel", MIB_GENSET_FUEL, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_GENSET_FAULT] = {"padamGensetFault", MIB_GENSET_FAULT, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_GENSET_LOAD] = {"padamGensetLoad", MIB_GENSET_LOAD, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_GENSET_STARTED_BY] = {"padamGensetStartedBy", MIB_GENSET_STARTED_BY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_GENSET_LAST_START_SECONDS] = {"padamGensetLastStartSeconds", MIB_GENSET_LAST_START_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_GENSET_REASON] = {"padamGensetReason", MIB_GENSET_REASON, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
};

static const struct mib_object servers_scalars[] = {
    [MIB_PROGRESS_STATE] = {"padamProgressState", MIB_PROGRESS_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_7},
    [MIB_PROGRESS_SERVERS] = {"padamProgressServers", MIB_PROGRESS_SERVERS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_PROGRESS_DONE] = {"padamProgressDone", MIB_PROGRESS_DONE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_PROGRESS_LEFT] = {"padamProgressLeft", MIB_PROGRESS_LEFT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_PROGRESS_TIER] = {"padamProgressTier", MIB_PROGRESS_TIER, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_PROGRESS_STARTED] = {"padamProgressStarted", MIB_PROGRESS_STARTED, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_PROGRESS_ELAPSED_SECONDS] = {"padamProgressElapsedSeconds", MIB_PROGRESS_ELAPSED_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
};

static const struct mib_object server_columns[] = {
    [MIB_SERVER_INDEX] = {"padamServerIndex", MIB_SERVER_INDEX, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 1, range_1_2147483647},
    [MIB_SERVER_NAME] = {"padamServerName", MIB_SERVER_NAME, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_SERVER_TIER] = {"padamServerTier", MIB_SERVER_TIER, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_SERVER_STATE] = {"padamServerState", MIB_SERVER_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_9},
    [MIB_SERVER_SEVERITY] = {"padamServerSeverity", MIB_SERVER_SEVERITY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_SERVER_LAST_REACHABLE] = {"padamServerLastReachable", MIB_SERVER_LAST_REACHABLE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_SERVER_SHUTDOWN_STARTED] = {"padamServerShutdownStarted", MIB_SERVER_SHUTDOWN_STARTED, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_SERVER_SHUTDOWN_FINISHED] = {"padamServerShutdownFinished", MIB_SERVER_SHUTDOWN_FINISHED, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_SERVER_RESULT] = {"padamServerResult", MIB_SERVER_RESULT, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_10},
    [MIB_SERVER_ATTEMPTS] = {"padamServerAttempts", MIB_SERVER_ATTEMPTS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_SERVER_REASON] = {"padamServerReason", MIB_SERVER_REASON, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_SERVER_POWER_STATE] = {"padamServerPowerState", MIB_SERVER_POWER_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_8},
    [MIB_SERVER_POWER_STARTED] = {"padamServerPowerStarted", MIB_SERVER_POWER_STARTED, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_SERVER_POWER_FINISHED] = {"padamServerPowerFinished", MIB_SERVER_POWER_FINISHED, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_SERVER_POWER_ATTEMPTS] = {"padamServerPowerAttempts", MIB_SERVER_POWER_ATTEMPTS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_SERVER_POWER_REASON] = {"padamServerPowerReason", MIB_SERVER_POWER_REASON, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
};

static const struct mib_table servers_tables[] = {
    {"padamServerTable", MIB_SERVER_TABLE, MIB_SERVER_COLUMN_COUNT, server_columns},
};

static const struct mib_object step_columns[] = {
    [MIB_STEP_NUMBER] = {"padamStepNumber", MIB_STEP_NUMBER, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 1, range_1_6},
    [MIB_STEP_ACTIVITY] = {"padamStepActivity", MIB_STEP_ACTIVITY, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_STEP_ROLE] = {"padamStepRole", MIB_STEP_ROLE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_STEP_STATE] = {"padamStepState", MIB_STEP_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_8},
    [MIB_STEP_SEVERITY] = {"padamStepSeverity", MIB_STEP_SEVERITY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_STEP_INCIDENT] = {"padamStepIncident", MIB_STEP_INCIDENT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_STEP_ROUND] = {"padamStepRound", MIB_STEP_ROUND, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_STEP_CLOCK_START] = {"padamStepClockStart", MIB_STEP_CLOCK_START, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_STEP_DUE] = {"padamStepDue", MIB_STEP_DUE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_STEP_SECONDS_REMAINING] = {"padamStepSecondsRemaining", MIB_STEP_SECONDS_REMAINING, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_2147483647},
    [MIB_STEP_DONE_AT] = {"padamStepDoneAt", MIB_STEP_DONE_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_STEP_LATENESS_SECONDS] = {"padamStepLatenessSeconds", MIB_STEP_LATENESS_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_STEP_ANSWER] = {"padamStepAnswer", MIB_STEP_ANSWER, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_STEP_DONE_BY] = {"padamStepDoneBy", MIB_STEP_DONE_BY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
};

static const struct mib_table steps_tables[] = {
    {"padamStepTable", MIB_STEP_TABLE, MIB_STEP_COLUMN_COUNT, step_columns},
};

static const struct mib_object incident_columns[] = {
    [MIB_INCIDENT_INDEX] = {"padamIncidentIndex", MIB_INCIDENT_INDEX, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 1, range_1_2147483647},
    [MIB_INCIDENT_KIND] = {"padamIncidentKind", MIB_INCIDENT_KIND, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_INCIDENT_STATE] = {"padamIncidentState", MIB_INCIDENT_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_INCIDENT_TIMES_ESTIMATED] = {"padamIncidentTimesEstimated", MIB_INCIDENT_TIMES_ESTIMATED, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_INCIDENT_LOST_AT] = {"padamIncidentLostAt", MIB_INCIDENT_LOST_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_INCIDENT_CLOSED_AT] = {"padamIncidentClosedAt", MIB_INCIDENT_CLOSED_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_INCIDENT_DURATION_SECONDS] = {"padamIncidentDurationSeconds", MIB_INCIDENT_DURATION_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_INCIDENT_ROUNDS] = {"padamIncidentRounds", MIB_INCIDENT_ROUNDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_INCIDENT_DEVIATIONS] = {"padamIncidentDeviations", MIB_INCIDENT_DEVIATIONS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
};

static const struct mib_table incidents_tables[] = {
    {"padamIncidentTable", MIB_INCIDENT_TABLE, MIB_INCIDENT_COLUMN_COUNT, incident_columns},
};

static const struct mib_object record_columns[] = {
    [MIB_RECORD_INDEX] = {"padamRecordIndex", MIB_RECORD_INDEX, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 1, range_1_2147483647},
    [MIB_RECORD_INCIDENT] = {"padamRecordIncident", MIB_RECORD_INCIDENT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_RECORD_ROUND] = {"padamRecordRound", MIB_RECORD_ROUND, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_RECORD_STEP] = {"padamRecordStep", MIB_RECORD_STEP, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_RECORD_ROLE] = {"padamRecordRole", MIB_RECORD_ROLE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_RECORD_VERDICT] = {"padamRecordVerdict", MIB_RECORD_VERDICT, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_8},
    [MIB_RECORD_ANSWER] = {"padamRecordAnswer", MIB_RECORD_ANSWER, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_RECORD_DONE_BY] = {"padamRecordDoneBy", MIB_RECORD_DONE_BY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_RECORD_CLOCK_START] = {"padamRecordClockStart", MIB_RECORD_CLOCK_START, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_RECORD_DUE] = {"padamRecordDue", MIB_RECORD_DUE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_RECORD_DONE_AT] = {"padamRecordDoneAt", MIB_RECORD_DONE_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_RECORD_LATENESS_SECONDS] = {"padamRecordLatenessSeconds", MIB_RECORD_LATENESS_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_RECORD_DEVIATION] = {"padamRecordDeviation", MIB_RECORD_DEVIATION, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
};

static const struct mib_table records_tables[] = {
    {"padamRecordTable", MIB_RECORD_TABLE, MIB_RECORD_COLUMN_COUNT, record_columns},
};

static const struct mib_object deviation_columns[] = {
    [MIB_DEVIATION_INDEX] = {"padamDeviationIndex", MIB_DEVIATION_INDEX, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 1, range_1_2147483647},
    [MIB_DEVIATION_INCIDENT] = {"padamDeviationIncident", MIB_DEVIATION_INCIDENT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_DEVIATION_ROUND] = {"padamDeviationRound", MIB_DEVIATION_ROUND, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_DEVIATION_STEP] = {"padamDeviationStep", MIB_DEVIATION_STEP, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_DEVIATION_KIND] = {"padamDeviationKind", MIB_DEVIATION_KIND, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_DEVIATION_ROLE] = {"padamDeviationRole", MIB_DEVIATION_ROLE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_DEVIATION_ITEM] = {"padamDeviationItem", MIB_DEVIATION_ITEM, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_DEVIATION_AMOUNT_SECONDS] = {"padamDeviationAmountSeconds", MIB_DEVIATION_AMOUNT_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_DEVIATION_CAUSE] = {"padamDeviationCause", MIB_DEVIATION_CAUSE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_DEVIATION_RECORDED_AT] = {"padamDeviationRecordedAt", MIB_DEVIATION_RECORDED_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_DEVIATION_ACCOUNT_STATE] = {"padamDeviationAccountState", MIB_DEVIATION_ACCOUNT_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_DEVIATION_ACCOUNT] = {"padamDeviationAccount", MIB_DEVIATION_ACCOUNT, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_DEVIATION_CORRECTIVE_ACTION] = {"padamDeviationCorrectiveAction", MIB_DEVIATION_CORRECTIVE_ACTION, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_DEVIATION_ACCOUNTED_BY] = {"padamDeviationAccountedBy", MIB_DEVIATION_ACCOUNTED_BY, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_DEVIATION_ACCOUNTED_AT] = {"padamDeviationAccountedAt", MIB_DEVIATION_ACCOUNTED_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
};

static const struct mib_table deviations_tables[] = {
    {"padamDeviationTable", MIB_DEVIATION_TABLE, MIB_DEVIATION_COLUMN_COUNT, deviation_columns},
};

static const struct mib_object equipment_columns[] = {
    [MIB_EQUIPMENT_INDEX] = {"padamEquipmentIndex", MIB_EQUIPMENT_INDEX, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 1, range_1_2147483647},
    [MIB_EQUIPMENT_NAME] = {"padamEquipmentName", MIB_EQUIPMENT_NAME, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_EQUIPMENT_KIND] = {"padamEquipmentKind", MIB_EQUIPMENT_KIND, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_8},
    [MIB_EQUIPMENT_STATE] = {"padamEquipmentState", MIB_EQUIPMENT_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_EQUIPMENT_SEVERITY] = {"padamEquipmentSeverity", MIB_EQUIPMENT_SEVERITY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_EQUIPMENT_SINCE] = {"padamEquipmentSince", MIB_EQUIPMENT_SINCE, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_EQUIPMENT_REASON] = {"padamEquipmentReason", MIB_EQUIPMENT_REASON, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
};

static const struct mib_table equipment_tables[] = {
    {"padamEquipmentTable", MIB_EQUIPMENT_TABLE, MIB_EQUIPMENT_COLUMN_COUNT, equipment_columns},
};

static const struct mib_object events_scalars[] = {
    [MIB_EVENTS_BUMPED] = {"padamEventsBumped", MIB_EVENTS_BUMPED, MIB_TYPE_COUNTER, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
};

static const struct mib_object event_columns[] = {
    [MIB_EVENT_INDEX] = {"padamEventIndex", MIB_EVENT_INDEX, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 1, range_1_2147483647},
    [MIB_EVENT_SEQUENCE] = {"padamEventSequence", MIB_EVENT_SEQUENCE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_2147483647},
    [MIB_EVENT_KIND] = {"padamEventKind", MIB_EVENT_KIND, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 2, range_1_48_50_51},
    [MIB_EVENT_TIME] = {"padamEventTime", MIB_EVENT_TIME, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_EVENT_SEVERITY] = {"padamEventSeverity", MIB_EVENT_SEVERITY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_EVENT_INCIDENT] = {"padamEventIncident", MIB_EVENT_INCIDENT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_EVENT_STEP] = {"padamEventStep", MIB_EVENT_STEP, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_EVENT_DELAY_SECONDS] = {"padamEventDelaySeconds", MIB_EVENT_DELAY_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_EVENT_TEXT] = {"padamEventText", MIB_EVENT_TEXT, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_EVENT_DELIVERY] = {"padamEventDelivery", MIB_EVENT_DELIVERY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_EVENT_ACKNOWLEDGED_BY] = {"padamEventAcknowledgedBy", MIB_EVENT_ACKNOWLEDGED_BY, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_EVENT_ACKNOWLEDGED_AT] = {"padamEventAcknowledgedAt", MIB_EVENT_ACKNOWLEDGED_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_EVENT_ROUND] = {"padamEventRound", MIB_EVENT_ROUND, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_EVENT_SERVER] = {"padamEventServer", MIB_EVENT_SERVER, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
};

static const struct mib_table events_tables[] = {
    {"padamEventTable", MIB_EVENT_TABLE, MIB_EVENT_COLUMN_COUNT, event_columns},
};

static const struct mib_object control_scalars[] = {
    [MIB_CTL_LOCK] = {"padamCtlLock", MIB_CTL_LOCK, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_LOCK, 1, range_0_2147483647},
    [MIB_CTL_REQUESTER] = {"padamCtlRequester", MIB_CTL_REQUESTER, MIB_TYPE_OCTETS, MIB_ACCESS_WRITE, MIB_KIND_TEXT, 1, range_0_31},
    [MIB_CTL_CONFIRM] = {"padamCtlConfirm", MIB_CTL_CONFIRM, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_ENUM, 1, range_1_2},
    [MIB_CTL_GENSET] = {"padamCtlGenset", MIB_CTL_GENSET, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_CTL_EXERCISE_SECONDS] = {"padamCtlExerciseSeconds", MIB_CTL_EXERCISE_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_WRITE, MIB_KIND_NUMBER, 2, range_0_0_60_7200},
    [MIB_CTL_SHUTDOWN] = {"padamCtlShutdown", MIB_CTL_SHUTDOWN, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_CTL_SHUTDOWN_SERVER] = {"padamCtlShutdownServer", MIB_CTL_SHUTDOWN_SERVER, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_NUMBER, 1, range_0_2147483647},
    [MIB_CTL_HOLD] = {"padamCtlHold", MIB_CTL_HOLD, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_ENUM, 1, range_1_2},
    [MIB_CTL_INHIBIT_SECONDS] = {"padamCtlInhibitSeconds", MIB_CTL_INHIBIT_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_WRITE, MIB_KIND_NUMBER, 1, range_0_604800},
    [MIB_CTL_DRILL] = {"padamCtlDrill", MIB_CTL_DRILL, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_ENUM, 1, range_1_3},
    [MIB_CTL_DRILL_ARM] = {"padamCtlDrillArm", MIB_CTL_DRILL_ARM, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_CTL_ACK_EVENT] = {"padamCtlAckEvent", MIB_CTL_ACK_EVENT, MIB_TYPE_UNSIGNED, MIB_ACCESS_WRITE, MIB_KIND_NUMBER, 1, range_0_2147483647},
    [MIB_CTL_ACCOUNT_DEVIATION] = {"padamCtlAccountDeviation", MIB_CTL_ACCOUNT_DEVIATION, MIB_TYPE_UNSIGNED, MIB_ACCESS_WRITE, MIB_KIND_NUMBER, 1, range_0_2147483647},
    [MIB_CTL_ACCOUNT_TEXT] = {"padamCtlAccountText", MIB_CTL_ACCOUNT_TEXT, MIB_TYPE_OCTETS, MIB_ACCESS_WRITE, MIB_KIND_TEXT, 1, range_0_191},
    [MIB_CTL_ACCOUNT_ACTION] = {"padamCtlAccountAction", MIB_CTL_ACCOUNT_ACTION, MIB_TYPE_OCTETS, MIB_ACCESS_WRITE, MIB_KIND_TEXT, 1, range_0_191},
    [MIB_CTL_SHUTDOWN_TIER] = {"padamCtlShutdownTier", MIB_CTL_SHUTDOWN_TIER, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_NUMBER, 1, range_0_99},
    [MIB_CTL_READINESS] = {"padamCtlReadiness", MIB_CTL_READINESS, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_ENUM, 1, range_1_2},
    [MIB_CTL_POWER_ON] = {"padamCtlPowerOn", MIB_CTL_POWER_ON, MIB_TYPE_INTEGER, MIB_ACCESS_WRITE, MIB_KIND_ENUM, 1, range_1_3},
};

static const struct mib_object command_columns[] = {
    [MIB_COMMAND_INDEX] = {"padamCommandIndex", MIB_COMMAND_INDEX, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 1, range_0_2147483647},
    [MIB_COMMAND_KIND] = {"padamCommandKind", MIB_COMMAND_KIND, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_19},
    [MIB_COMMAND_ARGUMENT] = {"padamCommandArgument", MIB_COMMAND_ARGUMENT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_COMMAND_STATE] = {"padamCommandState", MIB_COMMAND_STATE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_8},
    [MIB_COMMAND_REQUESTER] = {"padamCommandRequester", MIB_COMMAND_REQUESTER, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_COMMAND_REASON] = {"padamCommandReason", MIB_COMMAND_REASON, MIB_TYPE_OCTETS, MIB_ACCESS_READ, MIB_KIND_TEXT, 1, range_0_255},
    [MIB_COMMAND_ASKED_AT] = {"padamCommandAskedAt", MIB_COMMAND_ASKED_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_COMMAND_ENDED_AT] = {"padamCommandEndedAt", MIB_COMMAND_ENDED_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
};

static const struct mib_table control_tables[] = {
    {"padamCommandTable", MIB_COMMAND_TABLE, MIB_COMMAND_COLUMN_COUNT, command_columns},
};

static const struct mib_object ups_scalars[] = {
    [MIB_UPS_SOURCE] = {"padamUpsSource", MIB_UPS_SOURCE, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_UPS_STATUS] = {"padamUpsStatus", MIB_UPS_STATUS, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_UPS_SEVERITY] = {"padamUpsSeverity", MIB_UPS_SEVERITY, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_5},
    [MIB_UPS_LINK] = {"padamUpsLink", MIB_UPS_LINK, MIB_TYPE_INTEGER, MIB_ACCESS_READ, MIB_KIND_ENUM, 1, range_1_4},
    [MIB_UPS_RUNTIME_SECONDS] = {"padamUpsRuntimeSeconds", MIB_UPS_RUNTIME_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
    [MIB_UPS_CHARGE_PERCENT] = {"padamUpsChargePercent", MIB_UPS_CHARGE_PERCENT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_100},
    [MIB_UPS_HEARD_AT] = {"padamUpsHeardAt", MIB_UPS_HEARD_AT, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_TIME, 1, range_0_4294967295},
    [MIB_UPS_SHUTDOWN_SECONDS] = {"padamUpsShutdownSeconds", MIB_UPS_SHUTDOWN_SECONDS, MIB_TYPE_UNSIGNED, MIB_ACCESS_READ, MIB_KIND_NUMBER, 1, range_0_4294967295},
};

const struct mib_group mib_groups[MIB_GROUP_COUNT] = {
    [MIB_SYSTEM] = {"padamSystem", MIB_SYSTEM, 17, system_scalars, 0, NULL},
    [MIB_INPUTS] = {"padamInputs", MIB_INPUTS, 0, NULL, 1, inputs_tables},
    [MIB_MAINS] = {"padamMains", MIB_MAINS, 7, mains_scalars, 0, NULL},
    [MIB_GENSET] = {"padamGenset", MIB_GENSET, 16, genset_scalars, 0, NULL},
    [MIB_SERVERS] = {"padamServers", MIB_SERVERS, 9, servers_scalars, 1, servers_tables},
    [MIB_STEPS] = {"padamSteps", MIB_STEPS, 0, NULL, 1, steps_tables},
    [MIB_INCIDENTS] = {"padamIncidents", MIB_INCIDENTS, 0, NULL, 1, incidents_tables},
    [MIB_RECORDS] = {"padamRecords", MIB_RECORDS, 0, NULL, 1, records_tables},
    [MIB_DEVIATIONS] = {"padamDeviations", MIB_DEVIATIONS, 0, NULL, 1, deviations_tables},
    [MIB_EQUIPMENT] = {"padamEquipment", MIB_EQUIPMENT, 0, NULL, 1, equipment_tables},
    [MIB_EVENTS] = {"padamEvents", MIB_EVENTS, 2, events_scalars, 1, events_tables},
    [MIB_CONTROL] = {"padamControl", MIB_CONTROL, 20, control_scalars, 1, control_tables},
    [MIB_UPS] = {"padamUps", MIB_UPS, 9, ups_scalars, 0, NULL},
};

const struct mib_notification mib_notifications[MIB_NOTIFICATION_COUNT] = {
    [1] = {"padamOutageOpened", 1, SEVERITY_CRITICAL},
    [2] = {"padamOutageClosed", 2, SEVERITY_NOTICE},
    [3] = {"padamMainsLost", 3, SEVERITY_CRITICAL},
    [4] = {"padamMainsRestored", 4, SEVERITY_NOTICE},
    [5] = {"padamGensetStarted", 5, SEVERITY_NOTICE},
    [6] = {"padamGensetStartFailed", 6, SEVERITY_CRITICAL},
    [7] = {"padamGensetStopped", 7, SEVERITY_NOTICE},
    [8] = {"padamGensetStopFailed", 8, SEVERITY_CRITICAL},
    [9] = {"padamReportRunning", 9, SEVERITY_NOTICE},
    [10] = {"padamReportFailed", 10, SEVERITY_CRITICAL},
    [11] = {"padamDeadlineMet", 11, SEVERITY_NOTICE},
    [12] = {"padamDeadlineMissed", 12, SEVERITY_CRITICAL},
    [13] = {"padamDeadlineHeld", 13, SEVERITY_WARNING},
    [14] = {"padamDeadlineStillMissed", 14, SEVERITY_CRITICAL},
    [15] = {"padamShutdownBegun", 15, SEVERITY_WARNING},
    [16] = {"padamShutdownDone", 16, SEVERITY_NOTICE},
    [17] = {"padamShutdownEscalated", 17, SEVERITY_CRITICAL},
    [18] = {"padamServerDown", 18, SEVERITY_NOTICE},
    [19] = {"padamServerNotConfirmed", 19, SEVERITY_CRITICAL},
    [20] = {"padamServerFailed", 20, SEVERITY_CRITICAL},
    [21] = {"padamUpsLow", 21, SEVERITY_CRITICAL},
    [22] = {"padamUpsRecovered", 22, SEVERITY_NOTICE},
    [23] = {"padamContradictionRaised", 23, SEVERITY_CRITICAL},
    [24] = {"padamContradictionCleared", 24, SEVERITY_NOTICE},
    [25] = {"padamEquipmentMissing", 25, SEVERITY_WARNING},
    [26] = {"padamEquipmentReady", 26, SEVERITY_NOTICE},
    [27] = {"padamDeviationRecorded", 27, SEVERITY_WARNING},
    [28] = {"padamDeviationAccounted", 28, SEVERITY_NOTICE},
    [29] = {"padamDrillBegun", 29, SEVERITY_NOTICE},
    [30] = {"padamDrillEnded", 30, SEVERITY_NOTICE},
    [31] = {"padamJournalBehind", 31, SEVERITY_CRITICAL},
    [32] = {"padamJournalRecovered", 32, SEVERITY_NOTICE},
    [33] = {"padamEngineLost", 33, SEVERITY_CRITICAL},
    [34] = {"padamEngineBack", 34, SEVERITY_NOTICE},
    [35] = {"padamInhibitOn", 35, SEVERITY_WARNING},
    [36] = {"padamInhibitOff", 36, SEVERITY_NOTICE},
    [37] = {"padamGensetNotCarrying", 37, SEVERITY_CRITICAL},
    [38] = {"padamGensetCarrying", 38, SEVERITY_NOTICE},
    [39] = {"padamInputUnavailable", 39, SEVERITY_WARNING},
    [40] = {"padamInputAvailable", 40, SEVERITY_NOTICE},
    [41] = {"padamRoundOpened", 41, SEVERITY_CRITICAL},
    [42] = {"padamJournalOverLimit", 42, SEVERITY_WARNING},
    [43] = {"padamJournalWithinLimit", 43, SEVERITY_NOTICE},
    [44] = {"padamServerUp", 44, SEVERITY_NOTICE},
    [45] = {"padamServerNotUp", 45, SEVERITY_CRITICAL},
    [46] = {"padamUpsUnknown", 46, SEVERITY_WARNING},
    [47] = {"padamShutdownCancelled", 47, SEVERITY_WARNING},
    [49] = {"padamUpsKnownAgain", 49, SEVERITY_NOTICE},
    [50] = {"padamSelfShutdown", 50, SEVERITY_WARNING},
};

const uint32_t mib_varbinds[MIB_VARBIND_COUNT] = {
    MIB_EVENT_SEQUENCE,
    MIB_EVENT_TIME,
    MIB_EVENT_SEVERITY,
    MIB_EVENT_INCIDENT,
    MIB_EVENT_STEP,
    MIB_EVENT_DELAY_SECONDS,
    MIB_EVENT_TEXT,
};

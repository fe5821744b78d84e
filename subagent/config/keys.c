#include "config/keys.h"

#include <stdlib.h>

enum { INDEX_MAX = 999999 };

#define SECONDS(value) ((int64_t)((value)*1000))
#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define TABLE(array)                                                                               \
    {                                                                                              \
        array, LENGTH(array)                                                                       \
    }
#define SIZE_OF(type, member) sizeof(((type *)0)->member)

#define KEY(NAME, TYPE, STRUCT, MEMBER, ...)                                                       \
    {                                                                                              \
        .name = NAME, .type = TYPE, .offset = offsetof(STRUCT, MEMBER), __VA_ARGS__                \
    }
#define TEXT(NAME, STRUCT, MEMBER, ...)                                                            \
    KEY(NAME, KEY_TEXT, STRUCT, MEMBER, .size = SIZE_OF(STRUCT, MEMBER), __VA_ARGS__)
#define PATH(NAME, STRUCT, MEMBER, ...)                                                            \
    KEY(NAME, KEY_PATH, STRUCT, MEMBER, .size = SIZE_OF(STRUCT, MEMBER), __VA_ARGS__)
#define DURATION(NAME, STRUCT, MEMBER, MIN, MAX, ...)                                              \
    KEY(NAME,                                                                                      \
        KEY_DURATION,                                                                              \
        STRUCT,                                                                                    \
        MEMBER,                                                                                    \
        .min = SECONDS(MIN),                                                                       \
        .max = SECONDS(MAX),                                                                       \
        .purpose = __VA_ARGS__)
#define COUNT(NAME, STRUCT, MEMBER, MIN, MAX, ...)                                                 \
    KEY(NAME, KEY_COUNT, STRUCT, MEMBER, .min = (MIN), .max = (MAX), __VA_ARGS__)
#define SWITCH(NAME, STRUCT, MEMBER, PURPOSE)                                                      \
    KEY(NAME, KEY_SWITCH, STRUCT, MEMBER, .purpose = (PURPOSE))
#define CHOICE(NAME, STRUCT, MEMBER, CHOICES, ...)                                                 \
    KEY(NAME, KEY_CHOICE, STRUCT, MEMBER, .choices = (CHOICES), __VA_ARGS__)
#define ARGV(NAME, STRUCT, MEMBER, ...) KEY(NAME, KEY_ARGV, STRUCT, MEMBER, __VA_ARGS__)

/* ---- words for values ---- */

static const struct choice wirings[] = {
    {"none", GENSET_WIRING_NONE},
    {"held", GENSET_WIRING_HELD},
    {"pulse", GENSET_WIRING_PULSE},
    {"run-crank", GENSET_WIRING_RUN_CRANK},
    {NULL, 0},
};

static const struct choice modes[] = {
    {"automatic", GENSET_MODE_AUTOMATIC},
    {"manual", GENSET_MODE_MANUAL},
    {NULL, 0},
};

static const struct choice backends[] = {
    {"gpio", CONFIG_BACKEND_GPIO},
    {"simulated", CONFIG_BACKEND_SIMULATED},
    {NULL, 0},
};

static const struct choice biases[] = {
    {"as-is", LINE_BIAS_AS_IS},
    {"none", LINE_BIAS_NONE},
    {"pull-up", LINE_BIAS_PULL_UP},
    {"pull-down", LINE_BIAS_PULL_DOWN},
    {NULL, 0},
};

static const struct choice on_releases[] = {
    {"returns", LINE_ON_RELEASE_RETURNS},
    {"keeps", LINE_ON_RELEASE_KEEPS},
    {NULL, 0},
};

static const struct choice roles[] = {
    {"any", ROLE_UNKNOWN},
    {"genset-operator", ROLE_GENSET_OPERATOR},
    {"head-of-section", ROLE_HEAD_OF_SECTION},
    {"server-administrator", ROLE_SERVER_ADMINISTRATOR},
    {NULL, 0},
};

static const struct choice severities[] = {
    {"notice", SEVERITY_NOTICE},
    {"warning", SEVERITY_WARNING},
    {"critical", SEVERITY_CRITICAL},
    {NULL, 0},
};

static const struct choice formats[] = {
    {"json", CONTACT_FORMAT_JSON},
    {"text", CONTACT_FORMAT_TEXT},
    {NULL, 0},
};

static const struct choice languages[] = {
    {"en", CONFIG_LANGUAGE_EN},
    {"id", CONFIG_LANGUAGE_ID},
    {NULL, 0},
};

const char *config_language_code(enum config_language language)
{
    return languages[language == CONFIG_LANGUAGE_ID].name;
}

/* ---- groups with a fixed place ---- */

static const struct key site_keys[] = {
    TEXT("name", struct site, name, .purpose = "What notifications and reports call this place"),
};

static const struct key mains_keys[] = {
    DURATION("loss_debounce_s", struct mains_settings, loss_debounce_ms, 0.1, 60,
             "Lost for longer than this is an outage; less is a dip"),
    DURATION("return_confirm_s", struct mains_settings, return_confirm_ms, 1, 3600,
             "Back for this long closes the incident, at the edge of the return"),
    DURATION("window_loss_s", struct mains_settings, window_loss_ms, 0.5, 600,
             "So much lost in total within the window is an outage, too"),
    DURATION("window_s", struct mains_settings, window_ms, 1, 3600, "Length of that window"),
};

static const struct key genset_keys[] = {
    CHOICE("wiring", struct genset_settings, wiring, wirings,
           .purpose = "How the software starts the genset; none: a person does"),
    CHOICE("mode", struct genset_settings, mode, modes,
           .purpose = "automatic: the software starts it by itself in an outage"),
    COUNT("attempts", struct genset_settings, attempts, 1, 10,
          .purpose = "Cranks in one start; with wiring held or pulse the default is 1"),
    DURATION("start_delay_s", struct genset_settings, start_delay_ms, 0, 3600,
             "From the outage's confirmation to the first attempt by the software itself"),
    DURATION("preheat_s", struct genset_settings, preheat_ms, 0, 300,
             "Glow plugs on before each crank"),
    DURATION("fuel_lead_s", struct genset_settings, fuel_lead_ms, 0, 30,
             "Run (fuel, ignition) is on so long before the crank"),
    DURATION("crank_s", struct genset_settings, crank_ms, 3, 30,
             "The longest that crank is ever on"),
    DURATION("rest_s", struct genset_settings, rest_ms, 5, 60, "Rest between two attempts"),
    DURATION("start_timeout_s", struct genset_settings, start_timeout_ms, 5, 600,
             "Wiring held and pulse: the genset's own controller has so long to get it running"),
    DURATION("start_pulse_s", struct genset_settings, start_pulse_ms, 0.1, 30,
             "Wiring pulse: length of the start pulse"),
    DURATION("running_confirm_s", struct genset_settings, running_confirm_ms, 1, 300,
             "Running for so long counts as started; a drop-out within is a failed attempt"),
    DURATION("running_lost_confirm_s", struct genset_settings, running_lost_confirm_ms, 0.1, 60,
             "The running contact open for so long counts as stopped"),
    DURATION("warm_up_s", struct genset_settings, warm_up_ms, 0, 600,
             "Running without carrying the load is no alarm before this"),
    DURATION("cool_down_s", struct genset_settings, cool_down_ms, 0, 1800,
             "Runs on for so long after the mains is confirmed back"),
    DURATION("stop_pulse_s", struct genset_settings, stop_pulse_ms, 0.1, 120,
             "Length of the stop output's pulse"),
    DURATION("fail_to_stop_s", struct genset_settings, fail_to_stop_ms, 5, 300,
             "Still running so long after a stop is an alarm"),
    DURATION("spin_down_s", struct genset_settings, spin_down_ms, 0, 300,
             "No crank for so long after it stopped"),
};

static const struct key procedure_keys[] = {
    DURATION("start_due_s", struct procedure_settings, start_due_ms, 10, 86400,
             "Steps 1, 2 and 3 are due so long after the outage"),
    DURATION("report_failed_due_s", struct procedure_settings, report_failed_due_ms, 10, 86400,
             "Step 4 is due, and then the software begins step 5 by itself"),
    DURATION("shutdown_due_s", struct procedure_settings, shutdown_due_ms, 10, 86400,
             "Steps 5 and 6 are due"),
    SWITCH("shutdown_due_from_opening", struct procedure_settings, shutdown_due_from_opening,
           "Count shutdown_due_s from step 5's own opening instead of the outage"),
    DURATION("repeat_s", struct procedure_settings, repeat_ms, 10, 3600,
             "A missed deadline that is still open is announced again every so often"),
};

static const struct key shutdown_keys[] = {
    SWITCH("automatic", struct shutdown_settings, automatic,
           "The software may begin step 5 by itself"),
    COUNT("parallel", struct shutdown_settings, parallel, 1, SHUTDOWN_PARALLEL_LIMIT,
          .purpose = "How many shutdown commands run at once, with a low battery more, and how "
                     "many servers come up at once"),
    COUNT("verify_parallel", struct shutdown_settings, verify_parallel, 1, 256,
          .purpose = "How many programs at once look whether servers are down"),
    DURATION("retry_pause_s", struct shutdown_settings, retry_pause_ms, 1, 300,
             "Pause before a server that did not go down is told again"),
    DURATION("tier_within_low_s", struct shutdown_settings, tier_within_low_ms, 0, 3600,
             "While the battery of the UPS is low, a server holds the next tier so long at most"),
    DURATION("notify_within_s", struct shutdown_settings, notify_within_ms, 1, 600,
             "padamd's own machine waits so long at most until its notifications are out"),
    DURATION("notify_within_low_s", struct shutdown_settings, notify_within_low_ms, 0, 600,
             "The same while the battery of the UPS is low"),
};

static const struct key power_back_keys[] = {
    SWITCH("automatic", struct power_back_settings, automatic,
           "After an outage servers are powered on by the software itself; else on command only"),
    DURATION("mains_stable_s", struct power_back_settings, mains_stable_ms, 10, 86400,
             "The mains is back for so long, without a dip, before the first is powered on"),
};

static const struct key ups_keys[] = {
    TEXT("name", struct config, ups.name,
         .purpose = "The UPS's name in Network UPS Tools; empty: they are not asked"),
    TEXT("host", struct config, ups.host, .min = 1, .purpose = "Where upsd is"),
    COUNT("port", struct config, ups.port, 1, 65535, .purpose = "Its TCP port"),
    DURATION("interval_s", struct config, ups.interval_ms, 1, 60, "It is asked so often"),
    DURATION("reserve_s", struct config, site.ups.reserve_ms, 0, 3600,
             "The shutdown begins when so much more is left than it can take"),
    DURATION("runtime_s", struct config, site.ups.runtime_ms, 0, 86400,
             "How long it lasts on a full battery, for the check of this file; 0: not known"),
};

static const struct key equipment_keys[] = {
    ARGV("administrator_computer", struct equipment_commands, administrator_computer,
         .purpose = "Exit 0: the administrator's computer is ready"),
    ARGV("network", struct equipment_commands, network,
         .purpose = "Exit 0: a reference host answers; also the witness of a silent server"),
    DURATION("interval_s", struct equipment_commands, interval_ms, 60, 604800,
             "Between two checks of the same thing, servers included"),
    DURATION("timeout_s", struct equipment_commands, timeout_ms, 1, 300, "Limit of one check"),
};

static const struct key notify_keys[] = {
    CHOICE("language", struct notify_settings, language, languages,
           .purpose = "Of events' texts, over SNMP too, and of messages: English or Indonesian"),
    DURATION("escalate_after_s", struct notify_settings, escalate_after_ms, 0, 86400,
             "What is not acknowledged for so long goes to the contacts next in order; 0: never"),
    COUNT("parallel", struct notify_settings, parallel, 1, 15,
          .purpose = "Contacts' commands at once, beside those for servers; one a contact at most"),
    COUNT("queue", struct notify_settings, queue, 10, 1000,
          .purpose = "Messages that wait for one contact; past it the oldest is given up"),
};

static const struct key engine_keys[] = {
    PATH("socket", struct engine_settings, socket, .min = 1,
         .purpose = "Where the subagent and the command line connect"),
    TEXT("group", struct engine_settings, group,
         .purpose = "Who may connect; empty: the engine's own user and root"),
    PATH("journal", struct engine_settings, journal, .min = 1, .purpose = "File of the journal"),
    PATH("shadow", struct engine_settings, shadow,
         .purpose = "File in memory (tmpfs) for what the journal does not have yet; empty: none"),
    COUNT("journal_limit_mib", struct engine_settings, journal_limit_mib, 1, 4096,
          .purpose = "What the journal may hold before its oldest rows go, in MiB"),
    COUNT("events_kept", struct engine_settings, events_kept, 100, CONFIG_EVENTS_KEPT_MAX,
          .purpose = "Events that can be asked for; older ones are counted as bumped"),
    COUNT("incidents_kept", struct engine_settings, incidents_kept, 10, CONFIG_INCIDENTS_KEPT_MAX,
          .purpose = "Incidents that can be asked for, with their records and deviations"),
    COUNT("commands_kept", struct engine_settings, commands_kept, 10, 10000,
          .purpose = "Commands that can be asked for"),
};

static const struct key lines_keys[] = {
    CHOICE("backend", struct config, backend, backends,
           .purpose = "gpio: real lines; simulated: lines set over a socket, for tests"),
    PATH("simulator_socket", struct config, simulator_socket, .min = 1,
         .purpose = "Backend simulated: where the lines are set and read"),
};

static const struct key office_keys[] = {
    TEXT("name", struct office, name, .purpose = "The office, in a report's head"),
    TEXT("unit", struct office, unit, .purpose = "The section within it"),
    TEXT("address", struct office, address, .purpose = "Below them"),
    PATH("logo", struct office, logo,
         .purpose = "An image beside them: PNG, JPEG or SVG of at most 1 MiB"),
    TEXT("sop_number", struct office, sop_number, .purpose = "Number of the written procedure"),
    TEXT("sop_title", struct office, sop_title, .purpose = "Its title"),
    TEXT("sop_made", struct office, sop_made, .purpose = "Its date"),
    TEXT("sop_revised", struct office, sop_revised, .purpose = "Date of its revision"),
    TEXT("sop_effective", struct office, sop_effective, .purpose = "Date it took effect"),
    TEXT("place", struct office, place, .purpose = "Where reports are signed"),
    KEY("legal_basis", KEY_TEXTS, struct office, legal_basis,
        .purpose = "What it is founded on, one text a line of the report's head"),
};

static const struct key person_keys[] = {
    TEXT("name", struct office_person, name, .purpose = "Who signs"),
    TEXT("position", struct office_person, position, .purpose = "As what"),
    TEXT("nip", struct office_person, number, .purpose = "Civil servant's number"),
};

#define SECTION(NAME, MEMBER, KEYS, PURPOSE)                                                       \
    {                                                                                              \
        .name = (NAME), .offset = offsetof(struct config, MEMBER), .table = TABLE(KEYS),           \
        .purpose = (PURPOSE)                                                                       \
    }

const struct section config_sections[] = {
    SECTION("site", site, site_keys, "The place"),
    SECTION("mains", site.mains, mains_keys, "What an outage is, and its end"),
    SECTION("genset", site.genset, genset_keys, "How the genset is started and stopped"),
    SECTION("procedure", site.procedure, procedure_keys, "Standard times of the procedure"),
    SECTION("shutdown", site.shutdown, shutdown_keys, "How servers are shut down"),
    SECTION("power_back", site.power_back, power_back_keys, "How servers are powered on again"),
    {.name = "ups",
     .offset = 0,
     .table = TABLE(ups_keys),
     .purpose = "The UPS, asked by Network UPS Tools; its contacts are inputs"},
    SECTION("equipment", equipment, equipment_keys, "What must be ready before an outage"),
    SECTION("notify", notify, notify_keys, "How contacts are told, beside SNMP"),
    SECTION("engine", engine, engine_keys, "Sockets and storage"),
    {.name = "lines",
     .offset = 0,
     .table = TABLE(lines_keys),
     .purpose = "Real lines or simulated ones"},
    SECTION("office", office, office_keys, "Printed on reports"),
    SECTION("office.head", office.head, person_keys,
            "Signs six-monthly recaps as the office's head"),
    SECTION("office.genset_operator", office.people[ROLE_GENSET_OPERATOR], person_keys,
            "Signs as the operator"),
    SECTION("office.head_of_section", office.people[ROLE_HEAD_OF_SECTION], person_keys,
            "Signs as the head of section"),
    SECTION("office.server_administrator", office.people[ROLE_SERVER_ADMINISTRATOR], person_keys,
            "Signs as the servers' administrator"),
};
const size_t config_section_count = LENGTH(config_sections);

/* ---- lines and servers ---- */

#define LINE_KEYS                                                                                  \
    TEXT("chip",                                                                                   \
         struct line_settings,                                                                     \
         chip,                                                                                     \
         .min = 1,                                                                                 \
         .purpose = "The GPIO chip's name, label or path"),                                        \
        TEXT("line",                                                                               \
             struct line_settings,                                                                 \
             name,                                                                                 \
             .min = 1,                                                                             \
             .purpose = "The line's name on the chip"),                                            \
        COUNT("offset",                                                                            \
              struct line_settings,                                                                \
              offset,                                                                              \
              0,                                                                                   \
              65535,                                                                               \
              .purpose = "Its number on the chip, where it has no name"),                          \
        SWITCH("active_low", struct line_settings, active_low, "Active means a low level"),        \
        CHOICE("bias", struct line_settings, bias, biases, .purpose = "Pull of the line")

_Static_assert(offsetof(struct input_entry, line) == 0, "an input's line is found as an output's");

static const struct key input_keys[] = {
    LINE_KEYS,
    DURATION("debounce_s", struct input_entry, input.debounce_ms, 0, 60,
             "A level counts once it has held for so long"),
    COUNT(
        "index", struct input_entry, input.index, 1, INDEX_MAX,
        .purpose =
            "In the MIB's table; never give it to another line; default: by role, 2 for mains_l1"),
    TEXT("name", struct input_entry, input.name, .min = 1,
         .purpose = "For people; default: the role, \"mains-l1\""),
};

static const struct key output_keys[] = {
    LINE_KEYS,
    CHOICE("on_release", struct line_settings, on_release, on_releases, .required = true,
           .purpose =
               "What lines of this chip do when the program dies: return to the pull, or keep"),
    SWITCH("hold", struct line_settings, hold,
           "run: stays on when the program dies, in systemd's descriptor store"),
    SWITCH("latching", struct line_settings, latching,
           "run: the relay or controller behind the line keeps the genset running by itself"),
    SWITCH("exec_stop_post", struct line_settings, exec_stop_post,
           "on_release keeps: the unit's ExecStopPost drives the line off"),
};

static const struct key server_keys[] = {
    COUNT("index", struct server_entry, settings.index, 1, INDEX_MAX, .required = true,
          .purpose = "In the MIB's table; never give it to another server"),
    TEXT("name", struct server_entry, settings.name, .min = 1, .required = true,
         .purpose = "For people"),
    COUNT("tier", struct server_entry, settings.tier, 1, TIER_MAX,
          .purpose = "Lower tiers go down first, the next one when they are down"),
    ARGV("shutdown", struct server_entry, commands.shutdown, .required = true,
         .purpose = "Tells it to shut down; exit 0: accepted"),
    ARGV("alternative", struct server_entry, commands.alternative,
         .purpose = "Another way, such as the soft-off of its BMC"),
    ARGV("force", struct server_entry, commands.force,
         .purpose = "Switches it off hard, as the last resort"),
    ARGV("verify", struct server_entry, commands.verify,
         .purpose = "Independent evidence; exit 0: off, 1: on, other: no evidence"),
    ARGV("answers", struct server_entry, commands.answers,
         .purpose = "Over the network; exit 0: it answers, 1: silent, other: no evidence"),
    ARGV("power_on", struct server_entry, commands.power_on,
         .purpose = "Powers it on again, such as Wake-on-LAN; harmless where it is on"),
    ARGV("check", struct server_entry, commands.check,
         .purpose = "Readiness; exit 0: reachable with working credentials"),
    DURATION("command_timeout_s", struct server_entry, settings.command_timeout_ms, 1, 600,
             "Limit of one command that tells it to shut down, or to power on"),
    DURATION("off_within_s", struct server_entry, settings.off_within_ms, 10, 3600,
             "From accepted to evidence that it is off"),
    DURATION("up_within_s", struct server_entry, settings.up_within_ms, 10, 3600,
             "From its power-on command's end to evidence that it is up"),
    COUNT("retries", struct server_entry, settings.retries, 0, 10,
          .purpose = "How often it is told again"),
    SWITCH("waits_for_verified", struct server_entry, settings.waits_for_verified,
           "Storage: not told while a server of an earlier tier is not verified off"),
    SWITCH("self", struct server_entry, settings.is_self,
           "The machine padamd runs on: alone in the last tier, told when notifications are out"),
    SWITCH(
        "host_of_self", struct server_entry, commands.host_of_self,
        "The host that padamd's own machine is a guest of: its tier must be the last, and its own"),
    DURATION("verify_interval_s", struct server_entry, commands.verify_interval_ms, 1, 300,
             "From one verify or answers command to the next"),
    DURATION("verify_timeout_s", struct server_entry, commands.verify_timeout_ms, 1, 60,
             "Limit of one verify or answers command"),
};

static const struct key contact_keys[] = {
    COUNT("index", struct contact, index, 1, CONFIG_CONTACT_LIMIT, .required = true,
          .purpose = "What waits is kept under it; never give it to another contact"),
    TEXT("name", struct contact, name, .min = 1, .required = true, .purpose = "For people"),
    ARGV("command", struct contact, command, .required = true,
         .purpose = "Tells it what stands on its standard input; exit 0: told"),
    CHOICE("format", struct contact, format, formats,
           .purpose = "On its standard input: one line of JSON, or a text for people"),
    CHOICE("role", struct contact, role, roles,
           .purpose = "Told of what concerns this role; any: of everything"),
    KEY("notifications", KEY_TEXTS, struct contact, notifications,
        .purpose = "Told of these alone, such as \"report-failed\", whatever the role"),
    CHOICE("least_severity", struct contact, least_severity, severities,
           .purpose = "Not told of what is less severe"),
    COUNT("order", struct contact, order, 1, CONFIG_CONTACT_LIMIT,
          .purpose = "1: told at once; more: when those before did not acknowledge in time"),
    DURATION("timeout_s", struct contact, timeout_ms, 1, 600, "Limit of one command"),
    COUNT("retries", struct contact, retries, 0, 1000,
          .purpose = "How often a command that failed is tried again"),
    DURATION("retry_pause_s", struct contact, retry_pause_ms, 1, 3600,
             "From a command that failed to the next"),
};

const struct key_table config_contact_keys = TABLE(contact_keys);
const struct key_table config_input_keys = TABLE(input_keys);
const struct key_table config_output_keys = TABLE(output_keys);
const struct key_table config_server_keys = TABLE(server_keys);

/* ---- roles ---- */

struct role_words {
    const char *word, *purpose;
};

static const struct role_words inputs[INPUT_ROLE_COUNT] = {
    [INPUT_ROLE_MAINS_L1] = {"mains_l1", "mains present, phase 1 (required)"},
    [INPUT_ROLE_MAINS_L2] = {"mains_l2", "mains present, phase 2"},
    [INPUT_ROLE_MAINS_L3] = {"mains_l3", "mains present, phase 3"},
    [INPUT_ROLE_GENSET_RUNNING] = {"genset_running", "the genset runs (required)"},
    [INPUT_ROLE_GENSET_AUTOMATIC] = {"genset_automatic", "its selector stands on AUTO"},
    [INPUT_ROLE_GENSET_FAULT] = {"genset_fault", "its controller reports a fault"},
    [INPUT_ROLE_EMERGENCY_STOP] = {"emergency_stop", "the emergency stop is pressed"},
    [INPUT_ROLE_FUEL_LOW] = {"fuel_low", "fuel is low"},
    [INPUT_ROLE_STARTER_BATTERY_LOW] = {"starter_battery_low", "the starter battery is low"},
    [INPUT_ROLE_GENSET_VOLTAGE] = {"genset_voltage", "the genset gives voltage"},
    [INPUT_ROLE_TRANSFER_SWITCH] = {"transfer_switch", "the load is on the genset"},
    [INPUT_ROLE_UPS_ON_BATTERY] = {"ups_on_battery", "the UPS runs on battery"},
    [INPUT_ROLE_UPS_BATTERY_LOW] = {"ups_battery_low", "its battery is low"},
    [INPUT_ROLE_WILL_NOT_START] = {"will_not_start", "the operator's button: it will not start"},
};

static const struct role_words outputs[] = {
    [OUTPUT_RUN] = {"run", "remote start, or fuel and ignition; held or a pulse, by the wiring"},
    [OUTPUT_CRANK] = {"crank", "the starter, wiring run-crank"},
    [OUTPUT_PREHEAT] = {"preheat", "glow plugs, wiring run-crank"},
    [OUTPUT_STOP] = {"stop", "a pulse that stops it, with any wiring"},
    [OUTPUT_HORN] = {"horn", "on while nobody knows yet whether the genset starts"},
    [OUTPUT_HEARTBEAT] = {"heartbeat", "toggles while the engine lives"},
};
_Static_assert(LENGTH(outputs) == OUTPUT_ROLE_COUNT, "words for every output");

const char *config_input_word(enum input_role role)
{
    return inputs[role].word;
}

const char *config_input_purpose(enum input_role role)
{
    return inputs[role].purpose;
}

const char *config_output_word(enum output_role role)
{
    return outputs[role].word;
}

const char *config_output_purpose(enum output_role role)
{
    return outputs[role].purpose;
}

/* ---- lists ---- */

void config_list_free(char **list)
{
    for (size_t i = 0; list && list[i]; i++)
        free(list[i]);
    free((void *)list);
}

void config_keys_release(const struct key_table *table, void *entry)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct key *key = &table->keys[i];
        if (key->type != KEY_ARGV && key->type != KEY_TEXTS)
            continue;
        char ***list = (void *)((char *)entry + key->offset);
        config_list_free(*list);
        *list = NULL;
    }
}

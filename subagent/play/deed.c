#include <string.h>

#include "base/text.h"
#include "play/parse.h"

/* ---- set COMMAND ---- */

static void argument_none(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)line, (void)scenario, (void)deed;
}

static void argument_seconds(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)scenario;
    deed->command.argument = (uint32_t)(line_duration(line) / 1000);
}

static void argument_shutdown(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    if (line_accept(line, "all"))
        return;
    if (line_accept(line, "cancel")) {
        deed->command.kind = COMMAND_KIND_SHUTDOWN_CANCEL;
        return;
    }
    if (line_accept(line, "tier")) {
        deed->command.kind = COMMAND_KIND_SHUTDOWN_TIER;
        deed->command.argument = (uint32_t)line_number(line, "a tier", 1, 99);
        return;
    }
    if (!line_accept(line, "server")) {
        line_complain(line,
                      "expected \"all\", \"tier N\", \"server NAME\" or \"cancel\" after "
                      "\"shutdown\"");
        return;
    }
    deed->command.kind = COMMAND_KIND_SHUTDOWN_SERVER;
    deed->server = line_server(line, scenario);
}

static void argument_power_on(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)scenario;
    bool cancel = line_accept(line, "cancel");
    if (!cancel && !line_accept(line, "all"))
        line_complain(line, "expected \"all\" or \"cancel\" after \"power-on\"");
    deed->command.argument = cancel ? CTL_POWER_ON_CANCEL : CTL_POWER_ON_ALL;
}

static void argument_drill(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)scenario;
    if (line_accept(line, "end")) {
        deed->command.kind = COMMAND_KIND_DRILL_END;
        return;
    }
    if (!line_accept(line, "begin"))
        line_complain(line, "expected \"begin\" or \"end\" after \"drill\"");
    while (line_accept(line, "arm")) {
        if (line_accept(line, "genset"))
            deed->command.arm_genset = true;
        else if (line_accept(line, "servers"))
            deed->command.arm_servers = true;
        else
            line_complain(line, "expected \"genset\" or \"servers\" after \"arm\"");
    }
}

static void argument_notice(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)scenario;
    const char *next = line_peek(line);
    if (next && vocabulary_find(&vocabulary_notification, next) >= 0) {
        deed->argument_source = ARGUMENT_LAST_NOTICE;
        deed->command.argument = line_vocabulary(line, &vocabulary_notification);
    } else {
        deed->command.argument = (uint32_t)line_number(line, "an event", 0, UINT32_MAX);
    }
}

static void argument_deviation(struct line *line, const struct scenario *scenario,
                               struct deed *deed)
{
    (void)scenario;
    if (line_accept(line, "step")) {
        deed->argument_source = ARGUMENT_LAST_DEVIATION;
        deed->command.argument = (uint32_t)line_number(line, "a step", 1, STEP_COUNT);
    } else {
        deed->command.argument = (uint32_t)line_number(line, "a deviation", 0, UINT32_MAX);
    }
}

static const struct command_form {
    const char *word;
    enum command_kind kind;
    void (*read_argument)(struct line *, const struct scenario *, struct deed *);
} command_forms[] = {
    {"start", COMMAND_KIND_GENSET_START, argument_none},
    {"stop", COMMAND_KIND_GENSET_STOP, argument_none},
    {"reset", COMMAND_KIND_GENSET_RESET, argument_none},
    {"will-not-start", COMMAND_KIND_WILL_NOT_START, argument_none},
    {"exercise", COMMAND_KIND_EXERCISE, argument_seconds},
    {"shutdown", COMMAND_KIND_SHUTDOWN_ALL, argument_shutdown},
    {"release", COMMAND_KIND_HOLD_RELEASE, argument_none},
    {"inhibit", COMMAND_KIND_INHIBIT, argument_seconds},
    {"drill", COMMAND_KIND_DRILL_BEGIN, argument_drill},
    {"ack", COMMAND_KIND_ACKNOWLEDGE, argument_notice},
    {"account", COMMAND_KIND_ACCOUNT, argument_deviation},
    {"power-on", COMMAND_KIND_POWER_ON, argument_power_on},
};

static const struct command_form *command_form_find(const char *word)
{
    for (size_t i = 0; i < sizeof command_forms / sizeof *command_forms; i++)
        if (strcmp(command_forms[i].word, word) == 0)
            return &command_forms[i];
    return NULL;
}

static void set_read(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    const char *word = line_word(line, "a command");
    const struct command_form *form = command_form_find(word);
    if (!form) {
        line_complain(line,
                      "no command \"%s\": expected start, stop, reset, will-not-start, exercise, "
                      "shutdown, release, inhibit, drill, ack, account or power-on",
                      word);
        return;
    }
    deed->command.kind = form->kind;
    form->read_argument(line, scenario, deed);
    deed->command.confirmed = line_accept(line, "confirm");
}

/* ---- the other verbs ---- */

static void server_read(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    deed->server = line_server(line, scenario);
    deed->fact = (enum server_fact)line_vocabulary(line, &vocabulary_server_fact);
}

static const struct {
    const char *word;
    enum equipment_kind kind;
} equipment_words[] = {
    {"fuel", EQUIPMENT_KIND_FUEL},
    {"genset", EQUIPMENT_KIND_GENSET},
    {"battery", EQUIPMENT_KIND_STARTER_BATTERY},
    {"ups", EQUIPMENT_KIND_UPS},
    {"computer", EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER},
    {"lan", EQUIPMENT_KIND_NETWORK},
    {"server", EQUIPMENT_KIND_SERVER},
};

static void equipment_read(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    const char *word = line_word(line, "an item of equipment");
    for (size_t i = 0; i < sizeof equipment_words / sizeof *equipment_words; i++)
        if (strcmp(equipment_words[i].word, word) == 0)
            deed->equipment = equipment_words[i].kind;
    if (deed->equipment == 0)
        line_complain(line,
                      "no equipment \"%s\": expected fuel, genset, battery, ups, computer, lan or "
                      "server",
                      word);
    if (deed->equipment == EQUIPMENT_KIND_SERVER)
        deed->server = line_server(line, scenario);
    deed->equipment_state =
        (enum equipment_state)line_vocabulary(line, &vocabulary_equipment_state);
}

static void restart_read(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)scenario;
    if (line_accept(line, "down"))
        deed->duration_ms = line_duration(line);
}

static void wall_clock_read(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)scenario;
    bool back = line_accept(line, "back");
    if (!back && !line_accept(line, "forward"))
        line_complain(line, "expected \"forward\" or \"back\" after \"wall-clock\"");
    deed->duration_ms = line_duration(line);
    if (back)
        deed->duration_ms = -deed->duration_ms;
}

static void journal_read(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)scenario;
    deed->on = line_accept(line, "behind");
    if (!deed->on && !line_accept(line, "ok"))
        line_complain(line, "expected \"behind\" or \"ok\" after \"journal\"");
}

static void subagent_read(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)scenario;
    deed->on = line_accept(line, "back");
    if (!deed->on && !line_accept(line, "dead"))
        line_complain(line, "expected \"dead\" or \"back\" after \"subagent\"");
}

static const struct {
    const char *word;
    struct ups_word ups;
} nut_words[] = {
    {"online", {UPS_LINK_OK, INPUT_VALUE_INACTIVE, INPUT_VALUE_INACTIVE, -1, -1}},
    {"on-battery", {UPS_LINK_OK, INPUT_VALUE_ACTIVE, INPUT_VALUE_INACTIVE, -1, -1}},
    {"battery-low", {UPS_LINK_OK, INPUT_VALUE_ACTIVE, INPUT_VALUE_ACTIVE, -1, -1}},
    {"stale", {UPS_LINK_STALE, INPUT_VALUE_UNKNOWN, INPUT_VALUE_UNKNOWN, -1, -1}},
    {"unreachable", {UPS_LINK_UNREACHABLE, INPUT_VALUE_UNKNOWN, INPUT_VALUE_UNKNOWN, -1, -1}},
};

static void nut_read(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    (void)scenario;
    const char *word = line_word(line, "what Network UPS Tools say");
    for (size_t i = 0; i < sizeof nut_words / sizeof *nut_words; i++)
        if (strcmp(nut_words[i].word, word) == 0)
            deed->ups = nut_words[i].ups;
    if (deed->ups.link == 0)
        line_complain(line,
                      "nut \"%s\": expected online, on-battery, battery-low, stale or unreachable",
                      word);
    if (deed->ups.link == UPS_LINK_OK && line_accept(line, "runtime"))
        deed->ups.runtime_ms = line_duration(line);
}

static const struct verb {
    const char *word;
    enum deed_kind kind;
    void (*read)(struct line *, const struct scenario *, struct deed *);
} verbs[] = {
    {"set", DEED_SET, set_read},
    {"server", DEED_SERVER, server_read},
    {"equipment", DEED_EQUIPMENT, equipment_read},
    {"restart", DEED_RESTART, restart_read},
    {"reboot", DEED_REBOOT, restart_read},
    {"wall-clock", DEED_WALL_CLOCK, wall_clock_read},
    {"journal", DEED_JOURNAL, journal_read},
    {"subagent", DEED_SUBAGENT, subagent_read},
    {"nut", DEED_NUT, nut_read},
};

static const struct verb *verb_accept(struct line *line)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (line_accept(line, verbs[i].word))
            return &verbs[i];
    return NULL;
}

static void input_read(struct line *line, struct deed *deed)
{
    const char *subject = line_word(line, "an input or a verb");
    if (!line->failed && !input_phrase_has_subject(subject)) {
        line_complain(line,
                      "\"%s\": expected an input (mains, mains-l1, genset, automatic, fault, "
                      "emergency-stop, fuel, battery, genset-voltage, transfer, ups, "
                      "will-not-start) or a verb (set, server, equipment, restart, reboot, "
                      "wall-clock, journal, subagent, nut)",
                      subject);
        return;
    }
    char states[SCENARIO_LINE_SIZE];
    input_phrase_describe(subject, states, sizeof states);
    const char *state = line_word(line, states);
    const struct input_phrase *phrase = input_phrase_find(subject, state);
    if (!phrase) {
        line_complain(line, "%s \"%s\": expected one of %s", subject, state, states);
        return;
    }
    deed->kind = DEED_INPUT;
    deed->roles = phrase->roles;
    deed->value = phrase->value;
}

void deed_read(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    const struct verb *verb = verb_accept(line);
    if (verb) {
        deed->kind = verb->kind;
        verb->read(line, scenario, deed);
    } else {
        input_read(line, deed);
    }
    line_expect_end(line);
}

void deed_read_initial(struct line *line, const struct scenario *scenario, struct deed *deed)
{
    if (line_accept(line, "equipment")) {
        deed->kind = DEED_EQUIPMENT;
        equipment_read(line, scenario, deed);
    } else {
        input_read(line, deed);
    }
    line_expect_end(line);
}

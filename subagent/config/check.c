/* What only several keys together can get wrong. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/reader.h"

enum {
    PATH_SIZE = 64,
    LINE_LIMIT = INPUT_ROLE_COUNT + OUTPUT_ROLE_COUNT,
    LIST_SIZE = 128,
    WHERE_SIZE = 32
};

/* ---- lines ---- */

struct wired_line {
    const struct line_settings *line;
    const config_setting_t *setting;
    char path[PATH_SIZE];
};

struct wired_lines {
    size_t count;
    struct wired_line lines[LINE_LIMIT];
};

static void wired_line_add(const struct reader *reader, struct wired_lines *wired,
                           const struct line_settings *line, const char *group, const char *word)
{
    struct wired_line *added = &wired->lines[wired->count];
    if (!line->wired)
        return;
    added->line = line;
    text_format(added->path, sizeof added->path, "%s.%s", group, word);
    added->setting = config_setting_at(reader, added->path);
    if (config_setting_is_group(added->setting))
        wired->count++;
}

static void wired_lines_collect(const struct reader *reader, struct wired_lines *wired)
{
    const struct line_map *map = &reader->config.lines;
    wired->count = 0;
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        wired_line_add(
            reader, wired, &map->inputs[role], "inputs", config_input_word((enum input_role)role));
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        wired_line_add(reader,
                       wired,
                       &map->outputs[role],
                       "outputs",
                       config_output_word((enum output_role)role));
}

static void line_place_check(struct reader *reader, const struct wired_line *wired)
{
    bool has_name = config_setting_get_member(wired->setting, "line");
    bool has_offset = config_setting_get_member(wired->setting, "offset");
    if (!config_setting_get_member(wired->setting, "chip"))
        config_fault(reader,
                     wired->setting,
                     "%s.chip is missing; expected the GPIO chip's name, label or path",
                     wired->path);
    if (has_name == has_offset)
        config_fault(reader,
                     wired->setting,
                     "%s has %s; expected one of them",
                     wired->path,
                     has_name ? "both line and offset" : "neither line nor offset");
}

/* Under /dev, a path and a name are the same; what a label or a link means shows at a start only.
 */
static const char *chip_name(const struct line_settings *line)
{
    static const char folder[] = "/dev/";
    size_t length = sizeof folder - 1;
    return strncmp(line->chip, folder, length) == 0 ? line->chip + length : line->chip;
}

static bool chips_are_the_same(const struct wired_line *a, const struct wired_line *b)
{
    return config_setting_is_given(a->setting, "chip") &&
           strcmp(chip_name(a->line), chip_name(b->line)) == 0;
}

static bool lines_are_the_same(const struct wired_line *a, const struct wired_line *b)
{
    if (!chips_are_the_same(a, b))
        return false;
    if (config_setting_is_given(a->setting, "line") && config_setting_is_given(b->setting, "line"))
        return strcmp(a->line->name, b->line->name) == 0;
    return config_setting_is_given(a->setting, "offset") &&
           config_setting_is_given(b->setting, "offset") && a->line->offset == b->line->offset;
}

static bool releases_differ(const struct wired_line *a, const struct wired_line *b)
{
    return chips_are_the_same(a, b) && config_setting_is_given(a->setting, "on_release") &&
           config_setting_is_given(b->setting, "on_release") &&
           a->line->on_release != b->line->on_release;
}

static void line_pair_check(struct reader *reader, const struct wired_line *earlier,
                            const struct wired_line *later)
{
    if (lines_are_the_same(earlier, later))
        config_fault(reader,
                     later->setting,
                     "%s is the same line of %s as %s (line %u); expected a line of its own",
                     later->path,
                     later->line->chip,
                     earlier->path,
                     config_setting_line(earlier->setting));
    if (releases_differ(earlier, later))
        config_fault(reader,
                     config_setting_get_member(later->setting, "on_release"),
                     "%s.on_release is not that of %s (line %u); expected the same for all "
                     "outputs on %s",
                     later->path,
                     earlier->path,
                     config_setting_line(config_setting_get_member(earlier->setting, "on_release")),
                     later->line->chip);
}

static void lines_check(struct reader *reader)
{
    struct wired_lines wired;
    wired_lines_collect(reader, &wired);
    bool is_gpio = reader->config.backend == CONFIG_BACKEND_GPIO &&
                   !config_setting_is_faulty(config_setting_at(reader, "lines.backend"));
    for (size_t i = 0; i < wired.count; i++) {
        if (is_gpio)
            line_place_check(reader, &wired.lines[i]);
        for (size_t j = 0; j < i; j++)
            line_pair_check(reader, &wired.lines[j], &wired.lines[i]);
    }
}

/* ---- inputs ---- */

static const enum input_role required_inputs[] = {INPUT_ROLE_MAINS_L1, INPUT_ROLE_GENSET_RUNNING};

static void required_inputs_check(struct reader *reader)
{
    for (size_t i = 0; i < sizeof required_inputs / sizeof *required_inputs; i++) {
        enum input_role role = required_inputs[i];
        if (!reader->config.site.inputs[role].wired)
            config_fault(reader,
                         config_setting_at(reader, "inputs"),
                         "inputs.%s is missing; expected a group that says where it is wired: %s",
                         config_input_word(role),
                         config_input_purpose(role));
    }
}

/* Where an input's key is, or its group where the key has its default. */
static const config_setting_t *input_key_at(const struct reader *reader, enum input_role role,
                                            const char *key)
{
    char path[PATH_SIZE];
    text_format(path, sizeof path, "inputs.%s", config_input_word(role));
    const config_setting_t *group = config_setting_at(reader, path);
    const config_setting_t *member = config_setting_get_member(group, key);
    return member ? member : group;
}

static void input_pair_check(struct reader *reader, enum input_role earlier, enum input_role later)
{
    const struct input_settings *a = &reader->config.site.inputs[earlier];
    const struct input_settings *b = &reader->config.site.inputs[later];
    if (!a->wired || !b->wired)
        return;
    if (a->index == b->index)
        config_fault(reader,
                     input_key_at(reader, later, "index"),
                     "inputs.%s.index is %u, as is that of %s (line %u); expected a number of its "
                     "own (without index it is the role's number)",
                     config_input_word(later),
                     b->index,
                     config_input_word(earlier),
                     config_setting_line(input_key_at(reader, earlier, "index")));
    if (strcmp(a->name, b->name) == 0)
        config_fault(reader,
                     input_key_at(reader, later, "name"),
                     "inputs.%s.name is \"%s\", as is that of %s (line %u); expected a name of "
                     "its own (without name it is the role's)",
                     config_input_word(later),
                     b->name,
                     config_input_word(earlier),
                     config_setting_line(input_key_at(reader, earlier, "name")));
}

static void inputs_check(struct reader *reader)
{
    required_inputs_check(reader);
    for (unsigned later = 0; later < INPUT_ROLE_COUNT; later++)
        for (unsigned earlier = 0; earlier < later; earlier++)
            input_pair_check(reader, (enum input_role)earlier, (enum input_role)later);
}

/* ---- outputs and the genset's wiring ---- */

enum {
    RUN = 1u << OUTPUT_RUN,
    CRANK = 1u << OUTPUT_CRANK,
    PREHEAT = 1u << OUTPUT_PREHEAT,
    STOP = 1u << OUTPUT_STOP,
    ALWAYS = STOP | 1u << OUTPUT_HORN | 1u << OUTPUT_HEARTBEAT
};

struct wiring_rule {
    const char *word;
    unsigned needed, used;
    unsigned off_when_dead; /* must not stay on when the program dies */
    bool run_must_survive;
};

static const struct wiring_rule wiring_rules[GENSET_WIRING_COUNT] = {
    [GENSET_WIRING_NONE] = {.word = "none", .used = ALWAYS, .off_when_dead = STOP},
    [GENSET_WIRING_HELD] = {.word = "held",
                            .needed = RUN,
                            .used = RUN | ALWAYS,
                            .off_when_dead = STOP,
                            .run_must_survive = true},
    [GENSET_WIRING_PULSE] = {.word = "pulse",
                             .needed = RUN | STOP,
                             .used = RUN | ALWAYS,
                             .off_when_dead = RUN | STOP},
    [GENSET_WIRING_RUN_CRANK] = {.word = "run-crank",
                                 .needed = RUN | CRANK,
                                 .used = RUN | CRANK | PREHEAT | ALWAYS,
                                 .off_when_dead = CRANK | PREHEAT | STOP,
                                 .run_must_survive = true},
};

static const config_setting_t *output_at(const struct reader *reader, enum output_role role)
{
    char path[PATH_SIZE];
    text_format(path, sizeof path, "outputs.%s", config_output_word(role));
    return config_setting_at(reader, path);
}

static void output_words_join(char to[static LIST_SIZE], unsigned outputs)
{
    to[0] = '\0';
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (outputs & 1u << role)
            text_append(
                to, LIST_SIZE, "%s%s", *to ? ", " : "", config_output_word((enum output_role)role));
}

static void output_use_check(struct reader *reader, const struct wiring_rule *rule,
                             enum output_role role)
{
    bool wired = reader->config.site.output_wired[role];
    const char *word = config_output_word(role);
    if (!wired && (rule->needed & 1u << role))
        config_fault(reader,
                     config_setting_at(reader, "genset.wiring"),
                     "outputs.%s is missing; expected it with genset.wiring = \"%s\"",
                     word,
                     rule->word);
    if (wired && !(rule->used & 1u << role)) {
        char used[LIST_SIZE];
        output_words_join(used, rule->used);
        config_fault(reader,
                     output_at(reader, role),
                     "outputs.%s is not used with genset.wiring = \"%s\"; expected only %s",
                     word,
                     rule->word,
                     used);
    }
}

static void output_release_check(struct reader *reader, const struct wiring_rule *rule,
                                 enum output_role role)
{
    const struct line_settings *line = &reader->config.lines.outputs[role];
    bool must_go_off = rule->off_when_dead & 1u << role;
    if (!line->wired || !must_go_off || line->on_release != LINE_ON_RELEASE_KEEPS ||
        line->exec_stop_post)
        return;
    const config_setting_t *setting = output_at(reader, role);
    config_fault(reader,
                 config_setting_get_member(setting, "on_release"),
                 "outputs.%s.on_release is \"keeps\": a crash could leave it on; expected "
                 "exec_stop_post = true and a unit whose ExecStopPost drives it off, or a chip "
                 "that returns",
                 config_output_word(role));
}

static void run_survival_check(struct reader *reader, const struct wiring_rule *rule)
{
    const struct line_settings *run = &reader->config.lines.outputs[OUTPUT_RUN];
    const config_setting_t *setting = output_at(reader, OUTPUT_RUN);
    if (!run->wired || !config_setting_is_group(setting))
        return;
    bool statement_is_faulty =
        config_setting_is_faulty(config_setting_get_member(setting, "hold")) ||
        config_setting_is_faulty(config_setting_get_member(setting, "latching"));
    if (rule->run_must_survive && !run->hold && !run->latching && !statement_is_faulty)
        config_fault(reader,
                     setting,
                     "outputs.run would stop a loaded genset when the program dies; expected "
                     "hold = true or latching = true with genset.wiring = \"%s\"",
                     rule->word);
    if (run->hold && run->latching)
        config_fault(reader,
                     config_setting_get_member(setting, "latching"),
                     "outputs.run has both hold and latching; expected one of them");
    if (!rule->run_must_survive && run->hold)
        config_fault(reader,
                     config_setting_get_member(setting, "hold"),
                     "outputs.run.hold is true; expected false with genset.wiring = \"%s\"",
                     rule->word);
}

static void preheat_check(struct reader *reader)
{
    const struct config *config = &reader->config;
    const config_setting_t *given = config_setting_at(reader, "genset.preheat_s");
    bool is_wired = config->site.output_wired[OUTPUT_PREHEAT];
    char seconds[SECONDS_SIZE];
    config_seconds_format(seconds, config->site.genset.preheat_ms);
    if (config_setting_is_faulty(given) || is_wired == (config->site.genset.preheat_ms > 0))
        return;
    config_fault(reader,
                 given ? given : output_at(reader, OUTPUT_PREHEAT),
                 "genset.preheat_s is %s seconds, but outputs.preheat is %s; expected both or "
                 "neither",
                 seconds,
                 is_wired ? "wired" : "missing");
}

static void hold_check(struct reader *reader, enum output_role role)
{
    const struct line_settings *line = &reader->config.lines.outputs[role];
    const char *name = line->hold ? "hold" : "latching";
    if (role == OUTPUT_RUN || (!line->hold && !line->latching))
        return;
    config_fault(reader,
                 config_setting_get_member(output_at(reader, role), name),
                 "outputs.%s.%s is true; expected it for outputs.run alone",
                 config_output_word(role),
                 name);
}

static void outputs_check(struct reader *reader)
{
    const config_setting_t *wiring = config_setting_at(reader, "genset.wiring");
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        hold_check(reader, (enum output_role)role);
    if (config_setting_is_faulty(wiring))
        return;
    const struct wiring_rule *rule = &wiring_rules[reader->config.site.genset.wiring];
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        output_use_check(reader, rule, (enum output_role)role);
        output_release_check(reader, rule, (enum output_role)role);
    }
    run_survival_check(reader, rule);
    if (rule->used & PREHEAT)
        preheat_check(reader);
}

/* ---- servers ---- */

const config_setting_t *config_server_key_at(const struct reader *reader, size_t place,
                                             const char *name)
{
    const config_setting_t *list = config_setting_at(reader, "servers");
    return config_setting_get_member(config_setting_get_elem(list, (unsigned)place), name);
}

struct sorted {
    const struct server_settings *settings;
    size_t place;
};

/* Which of two servers comes first, by one of their keys; those of the same key in their order. */
static int index_compare(const void *a, const void *b)
{
    const struct sorted *first = a, *second = b;
    const uint32_t one = first->settings->index, other = second->settings->index;
    return one == other ? (first->place > second->place) - (first->place < second->place)
                        : (one > other) - (one < other);
}

static int name_compare(const void *a, const void *b)
{
    const struct sorted *first = a, *second = b;
    const int order = strcmp(first->settings->name, second->settings->name);
    return order ? order : (first->place > second->place) - (first->place < second->place);
}

static void index_pair_check(struct reader *reader, size_t earlier, size_t later)
{
    const uint32_t index = reader->servers[later].settings.index;
    if (index && index == reader->servers[earlier].settings.index)
        config_fault(reader,
                     config_server_key_at(reader, later, "index"),
                     "servers[%zu].index is %u, as is that of servers[%zu] (line %u); expected a "
                     "number of its own",
                     later,
                     index,
                     earlier,
                     config_setting_line(config_server_key_at(reader, earlier, "index")));
}

static void name_pair_check(struct reader *reader, size_t earlier, size_t later)
{
    const char *name = reader->servers[later].settings.name;
    if (*name && strcmp(name, reader->servers[earlier].settings.name) == 0)
        config_fault(reader,
                     config_server_key_at(reader, later, "name"),
                     "servers[%zu].name is \"%s\", as is that of servers[%zu] (line %u); expected "
                     "a name of its own",
                     later,
                     name,
                     earlier,
                     config_setting_line(config_server_key_at(reader, earlier, "name")));
}

/* Ten thousand servers have fifty million pairs: those that are the same are neighbours, sorted. */
static void server_pairs_check(struct reader *reader)
{
    static const struct {
        int (*compare)(const void *, const void *);
        void (*check)(struct reader *, size_t, size_t);
    } keys[] = {{index_compare, index_pair_check}, {name_compare, name_pair_check}};
    struct sorted *sorted = calloc(reader->server_count + 1, sizeof *sorted);
    if (!sorted) {
        config_fault(reader, NULL, "servers cannot be compared: %s", strerror(errno));
        return;
    }
    for (size_t i = 0; i < reader->server_count; i++)
        sorted[i] = (struct sorted){&reader->servers[i].settings, i};
    for (size_t key = 0; key < sizeof keys / sizeof *keys; key++) {
        qsort(sorted, reader->server_count, sizeof *sorted, keys[key].compare);
        for (size_t i = 1; i < reader->server_count; i++)
            keys[key].check(reader, sorted[i - 1].place, sorted[i].place);
    }
    free(sorted);
}

bool config_can_be_verified(const struct reader *reader, const struct server_commands *commands)
{
    return commands->verify || (commands->answers && reader->config.equipment.network);
}

/* The first of the lowest tier that has one; NULL: there is none. */
static const struct server_entry *unverifiable_find(const struct reader *reader)
{
    const struct server_entry *found = NULL;
    for (size_t i = 0; i < reader->server_count; i++) {
        const struct server_entry *server = &reader->servers[i];
        if (!config_can_be_verified(reader, &server->commands) &&
            (!found || server->settings.tier < found->settings.tier))
            found = server;
    }
    return found;
}

/* Where nothing says that the UPS runs out, such a wait never ends. */
static void wait_check(struct reader *reader, size_t waiting, const struct server_entry *earlier)
{
    const struct server_settings *settings = &reader->servers[waiting].settings;
    const char *key = settings->is_self ? "self" : "waits_for_verified";
    if ((settings->waits_for_verified || settings->is_self) &&
        !ups_is_watched(&reader->config.site) && earlier->settings.tier < settings->tier)
        config_fault(reader,
                     config_server_key_at(reader, waiting, key),
                     "servers[%zu].%s is true, but servers[%zu] (\"%s\") of tier %u "
                     "can never be verified, so that tier %u is never reached; expected verify, or "
                     "answers and equipment.network, for \"%s\", or inputs.ups_battery_low "
                     "or ups.name",
                     waiting,
                     key,
                     (size_t)(earlier - reader->servers),
                     earlier->settings.name,
                     earlier->settings.tier,
                     settings->tier,
                     earlier->settings.name);
}

static void servers_check(struct reader *reader)
{
    const struct server_entry *unverifiable = unverifiable_find(reader);
    for (size_t i = 0; i < reader->server_count; i++) {
        config_self_check(reader, i);
        if (unverifiable)
            wait_check(reader, i, unverifiable);
    }
    server_pairs_check(reader);
}

/* ---- paths ---- */

struct path {
    const char *key, *value;
};

static void path_pair_check(struct reader *reader, const struct path *a, const struct path *b)
{
    const config_setting_t *first = config_setting_at(reader, a->key);
    const config_setting_t *second = config_setting_at(reader, b->key);
    if (config_setting_is_faulty(first) || config_setting_is_faulty(second) ||
        strcmp(a->value, b->value) != 0)
        return;
    bool told_at_second = second != NULL;
    const struct path *told = told_at_second ? b : a, *other = told_at_second ? a : b;
    char where[WHERE_SIZE] = "";
    if (first && second)
        text_format(where, sizeof where, " (line %u)", config_setting_line(first));
    config_fault(reader,
                 told_at_second ? second : first,
                 "%s is %s, as is %s%s; expected a path of its own",
                 told->key,
                 told->value,
                 other->key,
                 where);
}

static void paths_check(struct reader *reader)
{
    const struct config *config = &reader->config;
    const struct path paths[] = {
        {"engine.socket", config->engine.socket},
        {"engine.journal", config->engine.journal},
        {"engine.shadow", config->engine.shadow},
        {"lines.simulator_socket", config->simulator_socket},
    };
    size_t count = config->backend == CONFIG_BACKEND_SIMULATED ? 4 : 3;
    for (size_t later = 0; later < count; later++)
        for (size_t earlier = 0; earlier < later; earlier++)
            path_pair_check(reader, &paths[earlier], &paths[later]);
}

void config_check(struct reader *reader)
{
    inputs_check(reader);
    lines_check(reader);
    outputs_check(reader);
    servers_check(reader);
    paths_check(reader);
    config_contacts_check(reader);
    config_orders_check(reader);
}

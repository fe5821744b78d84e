/* What only several keys together can get wrong. */
#include <string.h>

#include "base/text.h"
#include "config/reader.h"

enum { PATH_SIZE = 64, LINE_LIMIT = INPUT_ROLE_COUNT + OUTPUT_ROLE_COUNT, LIST_SIZE = 128 };

static const config_setting_t *setting_at(const struct reader *reader, const char *path)
{
    return config_lookup(&reader->tree, path);
}

/* Is this one there, and its value usable? */
static bool is_given(const config_setting_t *group, const char *name)
{
    const config_setting_t *member = config_setting_get_member(group, name);
    return member && !config_setting_is_faulty(member);
}

static unsigned line_of(const config_setting_t *setting)
{
    return setting ? config_setting_source_line(setting) : 0;
}

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
    added->setting = setting_at(reader, added->path);
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

static bool lines_are_the_same(const struct wired_line *a, const struct wired_line *b)
{
    if (!is_given(a->setting, "chip") || strcmp(a->line->chip, b->line->chip) != 0)
        return false;
    if (is_given(a->setting, "line") && is_given(b->setting, "line"))
        return strcmp(a->line->name, b->line->name) == 0;
    return is_given(a->setting, "offset") && is_given(b->setting, "offset") &&
           a->line->offset == b->line->offset;
}

static bool releases_differ(const struct wired_line *a, const struct wired_line *b)
{
    return is_given(a->setting, "chip") && strcmp(a->line->chip, b->line->chip) == 0 &&
           is_given(a->setting, "on_release") && is_given(b->setting, "on_release") &&
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
                     line_of(earlier->setting));
    if (releases_differ(earlier, later))
        config_fault(reader,
                     config_setting_get_member(later->setting, "on_release"),
                     "%s.on_release is not that of %s (line %u); expected the same for all "
                     "outputs on %s",
                     later->path,
                     earlier->path,
                     line_of(config_setting_get_member(earlier->setting, "on_release")),
                     later->line->chip);
}

static void lines_check(struct reader *reader)
{
    struct wired_lines wired;
    wired_lines_collect(reader, &wired);
    bool is_gpio = reader->config.backend == CONFIG_BACKEND_GPIO &&
                   !config_setting_is_faulty(setting_at(reader, "lines.backend"));
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
                         setting_at(reader, "inputs"),
                         "inputs.%s is missing; expected a group that says where it is wired: %s",
                         config_input_word(role),
                         config_input_purpose(role));
    }
}

static const config_setting_t *input_index_at(const struct reader *reader, enum input_role role)
{
    char path[PATH_SIZE];
    text_format(path, sizeof path, "inputs.%s.index", config_input_word(role));
    const config_setting_t *index = setting_at(reader, path);
    text_format(path, sizeof path, "inputs.%s", config_input_word(role));
    return index ? index : setting_at(reader, path);
}

static void input_index_check(struct reader *reader, enum input_role earlier, enum input_role later)
{
    const struct input_settings *inputs = reader->config.site.inputs;
    if (!inputs[earlier].wired || !inputs[later].wired ||
        inputs[earlier].index != inputs[later].index)
        return;
    const config_setting_t *at = input_index_at(reader, later);
    const config_setting_t *other = input_index_at(reader, earlier);
    config_fault(reader,
                 at,
                 "inputs.%s.index is %u, as is that of %s (line %u); expected a number of its own "
                 "(without index it is the role's number)",
                 config_input_word(later),
                 inputs[later].index,
                 config_input_word(earlier),
                 line_of(other));
}

static void inputs_check(struct reader *reader)
{
    required_inputs_check(reader);
    for (unsigned later = 0; later < INPUT_ROLE_COUNT; later++)
        for (unsigned earlier = 0; earlier < later; earlier++)
            input_index_check(reader, (enum input_role)earlier, (enum input_role)later);
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
    return setting_at(reader, path);
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
                     setting_at(reader, "genset.wiring"),
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
    if (!rule->run_must_survive && run->hold)
        config_fault(reader,
                     config_setting_get_member(setting, "hold"),
                     "outputs.run.hold is true; expected false with genset.wiring = \"%s\"",
                     rule->word);
}

static void preheat_check(struct reader *reader)
{
    const struct config *config = &reader->config;
    const config_setting_t *given = setting_at(reader, "genset.preheat_s");
    if (!config->site.output_wired[OUTPUT_PREHEAT] || config->site.genset.preheat_ms > 0 ||
        config_setting_is_faulty(given))
        return;
    config_fault(reader,
                 given ? given : output_at(reader, OUTPUT_PREHEAT),
                 "outputs.preheat is not used with genset.preheat_s = 0; expected more seconds");
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
    const config_setting_t *wiring = setting_at(reader, "genset.wiring");
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

static const config_setting_t *server_key_at(const struct reader *reader, size_t place,
                                             const char *name)
{
    const config_setting_t *list = setting_at(reader, "servers");
    return config_setting_get_member(config_setting_get_elem(list, (unsigned)place), name);
}

static void server_pair_check(struct reader *reader, size_t earlier, size_t later)
{
    const struct server_settings *a = &reader->servers[earlier].settings;
    const struct server_settings *b = &reader->servers[later].settings;
    if (b->index && a->index == b->index)
        config_fault(reader,
                     server_key_at(reader, later, "index"),
                     "servers[%zu].index is %u, as is that of servers[%zu] (line %u); expected a "
                     "number of its own",
                     later,
                     b->index,
                     earlier,
                     line_of(server_key_at(reader, earlier, "index")));
    if (b->name[0] && strcmp(a->name, b->name) == 0)
        config_fault(reader,
                     server_key_at(reader, later, "name"),
                     "servers[%zu].name is \"%s\", as is that of servers[%zu] (line %u); expected "
                     "a name of its own",
                     later,
                     b->name,
                     earlier,
                     line_of(server_key_at(reader, earlier, "name")));
}

static void servers_check(struct reader *reader)
{
    for (size_t later = 0; later < reader->server_count; later++)
        for (size_t earlier = 0; earlier < later; earlier++)
            server_pair_check(reader, earlier, later);
}

/* ---- order of durations ---- */

struct order {
    const char *group, *less, *more;
    size_t less_offset, more_offset; /* in struct site */
};

static const struct order window_order = {"mains",
                                          "window_loss_s",
                                          "window_s",
                                          offsetof(struct site, mains.window_loss_ms),
                                          offsetof(struct site, mains.window_ms)};
static const struct order report_order = {"procedure",
                                          "start_due_s",
                                          "report_failed_due_s",
                                          offsetof(struct site, procedure.start_due_ms),
                                          offsetof(struct site, procedure.report_failed_due_ms)};
static const struct order shutdown_order = {"procedure",
                                            "report_failed_due_s",
                                            "shutdown_due_s",
                                            offsetof(struct site, procedure.report_failed_due_ms),
                                            offsetof(struct site, procedure.shutdown_due_ms)};

static int64_t duration_at(const struct site *site, size_t offset)
{
    int64_t duration_ms;
    memcpy(&duration_ms, (const char *)site + offset, sizeof duration_ms);
    return duration_ms;
}

static void order_check(struct reader *reader, const struct order *order)
{
    const config_setting_t *group = setting_at(reader, order->group);
    const config_setting_t *less = group ? config_setting_get_member(group, order->less) : NULL;
    const config_setting_t *more = group ? config_setting_get_member(group, order->more) : NULL;
    int64_t less_ms = duration_at(&reader->config.site, order->less_offset);
    int64_t more_ms = duration_at(&reader->config.site, order->more_offset);
    if (config_setting_is_faulty(less) || config_setting_is_faulty(more) || less_ms <= more_ms)
        return;
    char less_s[SECONDS_SIZE], more_s[SECONDS_SIZE];
    config_seconds_format(less_s, less_ms);
    config_seconds_format(more_s, more_ms);
    config_fault(reader,
                 more ? more : less,
                 "%s.%s is %s seconds; expected at least %s, which is %s",
                 order->group,
                 order->more,
                 more_s,
                 order->less,
                 less_s);
}

static void orders_check(struct reader *reader)
{
    order_check(reader, &window_order);
    order_check(reader, &report_order);
    /* Counted from step 5's opening, its due time has no order with those counted from the loss. */
    if (!reader->config.site.procedure.shutdown_due_from_opening)
        order_check(reader, &shutdown_order);
}

void config_check(struct reader *reader)
{
    inputs_check(reader);
    lines_check(reader);
    outputs_check(reader);
    servers_check(reader);
    orders_check(reader);
}

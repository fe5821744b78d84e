#include "play/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "play/parse.h"

enum { START_BEFORE_MS = 60000, END_NONE = -1 };

static const enum input_role always_wired[] = {
    INPUT_ROLE_MAINS_L1,
    INPUT_ROLE_MAINS_L2,
    INPUT_ROLE_MAINS_L3,
    INPUT_ROLE_GENSET_RUNNING,
};

/* ---- lists ---- */

/* Makes room for one more; false, with a complaint, without memory. */
static bool list_reserve(struct line *line, void **list, size_t count, size_t item_size)
{
    if ((count & (count - 1)) != 0)
        return true;
    void *grown = realloc(*list, (count ? count * 2 : 1) * item_size);
    if (!grown) {
        line_complain(line, "out of memory");
        return false;
    }
    *list = grown;
    return true;
}

static void deed_append(struct line *line, struct deed **list, size_t *count,
                        const struct deed *deed)
{
    void *items = *list;
    if (!list_reserve(line, &items, *count, sizeof *deed))
        return;
    *list = items;
    (*list)[(*count)++] = *deed;
}

static void setting_append(struct line *line, struct setting **list, size_t *count, char *key,
                           char *value)
{
    void *items = *list;
    if (!key || !value || !list_reserve(line, &items, *count, sizeof **list)) {
        line_complain(line, "out of memory");
        free(key);
        free(value);
        return;
    }
    *list = items;
    (*list)[(*count)++] = (struct setting){.line = line->number, .key = key, .value = value};
}

/* ---- statements ---- */

static void title_read(struct line *line, struct scenario *scenario)
{
    if (scenario->title)
        line_complain(line, "expected only one title");
    else
        scenario->title = line_join(line, line->next);
    line->next = line->count;
}

static struct scenario_server *server_declare(struct line *line, struct scenario *scenario)
{
    const char *name = line_word(line, "a server's name");
    for (size_t i = 0; i < scenario->server_count; i++)
        if (strcmp(scenario->servers[i].name, name) == 0)
            return &scenario->servers[i];
    if (scenario->server_count == SCENARIO_SERVER_LIMIT) {
        line_complain(line, "expected at most %d servers", SCENARIO_SERVER_LIMIT);
        return NULL;
    }
    struct scenario_server *server = &scenario->servers[scenario->server_count++];
    server->line = line->number;
    if (!text_copy(server->name, sizeof server->name, name))
        line_complain(line, "expected a server's name of at most %d bytes", NAME_SIZE - 1);
    return server;
}

static void site_server_read(struct line *line, struct scenario *scenario)
{
    struct scenario_server *server = server_declare(line, scenario);
    while (server && !line_ended(line)) {
        const char *key = line_word(line, "a setting's name");
        const char *value = line_word(line, "a setting's value");
        if (!line->failed)
            setting_append(
                line, &server->settings, &server->setting_count, strdup(key), strdup(value));
    }
}

static void site_read(struct line *line, struct scenario *scenario)
{
    if (line_accept(line, "server")) {
        site_server_read(line, scenario);
        return;
    }
    const char *key = line_word(line, "\"server\" or a setting as group.key");
    if (!line->failed && !strchr(key, '.'))
        line_complain(line, "\"%s\": expected \"server\" or a setting as group.key", key);
    if (line_ended(line))
        line_complain(line, "the line ends; expected a value for %s", key);
    if (!line->failed)
        setting_append(line,
                       &scenario->settings,
                       &scenario->setting_count,
                       strdup(key),
                       line_join(line, line->next));
    line->next = line->count;
}

static void needs_read(struct line *line, struct scenario *scenario)
{
    scenario->ordered = line_accept(line, "exact-order") || scenario->ordered;
    if (!scenario->ordered && !line_accept(line, "exact-instants"))
        line_complain(line, "expected \"exact-instants\" or \"exact-order\" after \"needs\"");
    scenario->exact = true;
}

static void starts_read(struct line *line, struct scenario *scenario)
{
    scenario->starts_ms = line_time(line);
}

static void initially_read(struct line *line, struct scenario *scenario)
{
    struct deed deed = {.line = line->number};
    deed_read_initial(line, scenario, &deed);
    if (!line->failed)
        deed_append(line, &scenario->initial, &scenario->initial_count, &deed);
}

static void at_read(struct line *line, struct scenario *scenario)
{
    struct deed deed = {.line = line->number};
    deed.at_ms = line_time(line);
    deed_read(line, scenario, &deed);
    if (line->failed)
        return;
    deed.text = line_join(line, 2);
    if (!deed.text)
        line_complain(line, "out of memory");
    deed_append(line, &scenario->deeds, &scenario->deed_count, &deed);
}

static void claims_read(struct line *line, struct scenario *scenario, enum claim_kind kind)
{
    struct claim claims[CLAIMS_PER_LINE];
    size_t count = claim_read(line, scenario, kind, claims);
    for (size_t i = 0; i < count && !line->failed; i++) {
        void *items = scenario->claims;
        if (!list_reserve(line, &items, scenario->claim_count, sizeof *claims))
            return;
        scenario->claims = items;
        scenario->claims[scenario->claim_count++] = claims[i];
    }
}

static void expect_read(struct line *line, struct scenario *scenario)
{
    claims_read(line, scenario, CLAIM_EXPECT);
}

static void never_read(struct line *line, struct scenario *scenario)
{
    claims_read(line, scenario, CLAIM_NEVER);
}

static void count_read(struct line *line, struct scenario *scenario)
{
    claims_read(line, scenario, CLAIM_COUNT);
}

static void strict_read(struct line *line, struct scenario *scenario)
{
    (void)line;
    scenario->strict = true;
}

static void end_read(struct line *line, struct scenario *scenario)
{
    if (scenario->end_ms != END_NONE)
        line_complain(line, "expected only one end");
    scenario->end_ms = line_time(line);
}

static const struct statement {
    const char *word;
    void (*read)(struct line *, struct scenario *);
} statements[] = {
    {"title", title_read},
    {"site", site_read},
    {"needs", needs_read},
    {"starts", starts_read},
    {"initially", initially_read},
    {"at", at_read},
    {"expect", expect_read},
    {"never", never_read},
    {"count", count_read},
    {"strict", strict_read},
    {"end", end_read},
};

static void statement_read(struct line *line, struct scenario *scenario)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (!line_accept(line, statements[i].word))
            continue;
        statements[i].read(line, scenario);
        line_expect_end(line);
        return;
    }
    line_complain(
        line,
        "\"%s\": expected title, site, needs, starts, initially, at, expect, never, count, "
        "strict or end",
        line_peek(line));
}

/* ---- the whole ---- */

static int deed_compare(const void *a, const void *b)
{
    const struct deed *first = a, *second = b;
    if (first->at_ms != second->at_ms)
        return first->at_ms < second->at_ms ? -1 : 1;
    return first->line < second->line ? -1 : first->line > second->line;
}

static void deeds_check(struct line *line, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->deed_count; i++) {
        const struct deed *deed = &scenario->deeds[i];
        line->number = deed->line;
        line->failed = false;
        if (deed->at_ms > scenario->end_ms)
            line_complain(line, "expected a time not after the end");
        else if (deed->at_ms < scenario->starts_ms)
            line_complain(line, "expected a time not before the engine starts");
    }
}

/* Returns whether all is well. */
static bool scenario_check(struct line *line, struct scenario *scenario)
{
    if (scenario->end_ms == END_NONE) {
        line->failed = false;
        line_complain(line, "the file ends; expected \"end TIME\"");
        return false;
    }
    if (scenario->deed_count > 0)
        qsort(scenario->deeds, scenario->deed_count, sizeof *scenario->deeds, deed_compare);
    deeds_check(line, scenario);
    bool well = !line->failed;
    for (size_t i = 0; i < scenario->claim_count; i++) {
        line->number = scenario->claims[i].line;
        line->failed = false;
        if (scenario->claims[i].kind == CLAIM_EXPECT &&
            scenario->claims[i].first_ms > scenario->end_ms)
            line_complain(line, "expected a time not after the end");
        well = well && !line->failed;
    }
    return well;
}

/* Returns whether there was no problem. */
static bool scenario_read_lines(struct scenario *scenario, FILE *text, FILE *problems)
{
    struct line line = {.path = scenario->path, .problems = problems};
    bool well = true;
    char *buffer = NULL;
    size_t size = 0;
    while (getline(&buffer, &size, text) >= 0) {
        line.number++;
        line.failed = false;
        line_split(&line, buffer);
        if (!line_ended(&line))
            statement_read(&line, scenario);
        well = well && !line.failed;
    }
    free(buffer);
    if (ferror(text)) {
        line_complain(&line, "cannot read on: %s", strerror(errno));
        return false;
    }
    return well && scenario_check(&line, scenario);
}

static struct scenario *scenario_new(const char *path)
{
    struct scenario *scenario = calloc(1, sizeof *scenario);
    if (!scenario)
        return NULL;
    scenario->path = strdup(path);
    scenario->starts_ms = -START_BEFORE_MS;
    scenario->end_ms = END_NONE;
    if (scenario->path)
        return scenario;
    free(scenario);
    return NULL;
}

struct scenario *scenario_parse(const char *path, FILE *text, FILE *problems)
{
    struct scenario *scenario = scenario_new(path);
    if (!scenario) {
        fprintf(problems, "%s: out of memory\n", path);
        return NULL;
    }
    if (scenario_read_lines(scenario, text, problems))
        return scenario;
    scenario_release(scenario);
    return NULL;
}

struct scenario *scenario_load(const char *path, FILE *problems)
{
    FILE *text = fopen(path, "re");
    if (!text) {
        fprintf(problems, "%s: cannot be opened: %s\n", path, strerror(errno));
        return NULL;
    }
    struct scenario *scenario = scenario_parse(path, text, problems);
    fclose(text);
    return scenario;
}

static void settings_release(struct setting *settings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(settings[i].key);
        free(settings[i].value);
    }
    free(settings);
}

static void deeds_release(struct deed *deeds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(deeds[i].text);
    free(deeds);
}

void scenario_release(struct scenario *scenario)
{
    if (!scenario)
        return;
    settings_release(scenario->settings, scenario->setting_count);
    for (size_t i = 0; i < scenario->server_count; i++)
        settings_release(scenario->servers[i].settings, scenario->servers[i].setting_count);
    deeds_release(scenario->initial, scenario->initial_count);
    deeds_release(scenario->deeds, scenario->deed_count);
    free(scenario->claims);
    free(scenario->title);
    free(scenario->path);
    free(scenario);
}

/* ---- what it asks of a site ---- */

static bool deeds_name(const struct deed *deeds, size_t count, enum input_role role)
{
    for (size_t i = 0; i < count; i++)
        if (deeds[i].kind == DEED_INPUT && deeds[i].roles & 1u << role)
            return true;
    return false;
}

static bool role_wired(const struct scenario *scenario, enum input_role role)
{
    for (size_t i = 0; i < sizeof always_wired / sizeof *always_wired; i++)
        if (always_wired[i] == role)
            return true;
    return deeds_name(scenario->initial, scenario->initial_count, role) ||
           deeds_name(scenario->deeds, scenario->deed_count, role);
}

static enum input_value value_at_rest(enum input_role role)
{
    switch (role) {
    case INPUT_ROLE_MAINS_L1:
    case INPUT_ROLE_MAINS_L2:
    case INPUT_ROLE_MAINS_L3:
    case INPUT_ROLE_GENSET_AUTOMATIC:
        return INPUT_VALUE_ACTIVE;
    default:
        return INPUT_VALUE_INACTIVE;
    }
}

enum input_value scenario_initial_value(const struct scenario *scenario, enum input_role role)
{
    if (!role_wired(scenario, role))
        return (enum input_value)0;
    enum input_value value = value_at_rest(role);
    for (size_t i = 0; i < scenario->initial_count; i++) {
        const struct deed *deed = &scenario->initial[i];
        if (deed->kind == DEED_INPUT && deed->roles & 1u << role)
            value = deed->value;
    }
    return value;
}

static const char *scenario_server_name(const void *context, size_t server)
{
    const struct scenario *scenario = context;
    return scenario->servers[server].name;
}

struct server_names scenario_server_names(const struct scenario *scenario)
{
    return (struct server_names){
        .count = scenario->server_count, .name = scenario_server_name, .context = scenario};
}

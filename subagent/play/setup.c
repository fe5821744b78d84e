#include "play/setup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum {
    ENTRIES_FIRST = 32,
    ENTRY_LIMIT = 256,
    PATH_SIZE = 96,
    VALUE_SIZE = 512,
    COMPONENT_SIZE = 64
};

#define ORIGIN " # scenario's line "

struct entry {
    char path[PATH_SIZE];   /* "genset.wiring" */
    char value[VALUE_SIZE]; /* as it stands in the file */
    unsigned line;          /* of the scenario; 0: it does not say this */
    bool written;
};

struct entries {
    struct entry *entries;
    size_t count, capacity;
    bool full; /* or without memory */
};

/* ---- entries ---- */

static struct entry *entry_find(const struct entries *entries, const char *path)
{
    for (size_t i = 0; i < entries->count; i++)
        if (strcmp(entries->entries[i].path, path) == 0)
            return &entries->entries[i];
    return NULL;
}

static struct entry *entry_add(struct entries *entries)
{
    if (entries->count == entries->capacity) {
        size_t capacity = entries->capacity ? entries->capacity * 2 : ENTRIES_FIRST;
        struct entry *grown =
            capacity <= ENTRY_LIMIT ? realloc(entries->entries, capacity * sizeof *grown) : NULL;
        if (!grown)
            return NULL;
        entries->entries = grown;
        entries->capacity = capacity;
    }
    struct entry *entry = &entries->entries[entries->count++];
    entry->written = false;
    return entry;
}

/* The last value given for a path counts. */
static void entry_set_from(struct entries *entries, const char *path, const char *value,
                           unsigned line)
{
    struct entry *entry = entry_find(entries, path);
    if (!entry)
        entry = entry_add(entries);
    if (!entry) {
        entries->full = true;
        return;
    }
    bool fits = text_copy(entry->path, sizeof entry->path, path);
    fits = text_copy(entry->value, sizeof entry->value, value) && fits;
    entry->line = line;
    entries->full = entries->full || !fits;
}

static void entry_set(struct entries *entries, const char *path, const char *value)
{
    entry_set_from(entries, path, value, 0);
}

static bool is_plain(const char *value)
{
    char *end;
    strtod(value, &end);
    return *end == '\0' || strcmp(value, "true") == 0 || strcmp(value, "false") == 0 ||
           *value == '[' || *value == '(';
}

/* Numbers, switches and lists stand for themselves, all else is a text. */
static void value_write(char to[static VALUE_SIZE], const char *value)
{
    text_format(to, VALUE_SIZE, is_plain(value) ? "%s" : "\"%s\"", value);
}

/* ---- what is set ---- */

/* server: NULL where the command is about none. */
static void command_value(char to[static VALUE_SIZE], const struct setup_level *level,
                          const char *what, const char *server)
{
    text_copy(to, VALUE_SIZE, "[");
    for (size_t i = 0; level->program[i]; i++)
        text_append(to, VALUE_SIZE, "\"%s\", ", level->program[i]);
    text_append(to, VALUE_SIZE, "\"%s\"", what);
    if (server)
        text_append(to, VALUE_SIZE, ", \"%s\"", server);
    text_append(to, VALUE_SIZE, "]");
}

static void equipment_set(struct entries *entries, const struct setup_level *level)
{
    static const char *const checks[] = {"network", "administrator_computer"};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        char path[PATH_SIZE], value[VALUE_SIZE];
        text_format(path, sizeof path, "equipment.%s", checks[i]);
        command_value(value, level, checks[i], NULL);
        entry_set(entries, path, value);
    }
}

static void places_set(struct entries *entries, const struct setup_level *level)
{
    const char *directory = level->directory ? level->directory : "/nonexistent";
    static const struct {
        const char *path, *file;
    } places[] = {
        {"engine.socket", "engine"},
        {"engine.journal", "journal.db"},
        {"engine.shadow", "shadow"},
        {"lines.simulator_socket", "lines"},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char value[VALUE_SIZE];
        text_format(value, sizeof value, "\"%s/%s\"", directory, places[i].file);
        entry_set(entries, places[i].path, value);
    }
    entry_set(entries, "engine.group", "\"\"");
    entry_set(entries, "lines.backend", level->own_chips ? "\"gpio\"" : "\"simulated\"");
}

/* "genset-running" is "genset_running" in the file. */
static void role_word(char to[static COMPONENT_SIZE], const char *name)
{
    text_copy(to, COMPONENT_SIZE, name);
    for (char *at = to; *at; at++)
        if (*at == '-')
            *at = '_';
}

/* offset: of a simulated line. */
static void line_set(struct entries *entries, const struct setup_level *level, const char *group,
                     const char *name, unsigned offset)
{
    char word[COMPONENT_SIZE], path[PATH_SIZE], value[VALUE_SIZE];
    role_word(word, name);
    text_format(path, sizeof path, "%s.%s.chip", group, word);
    text_format(value, sizeof value, "\"%s\"", level->own_chips ? name : "simulated");
    entry_set(entries, path, value);
    text_format(path, sizeof path, "%s.%s.offset", group, word);
    text_format(value, sizeof value, "%u", level->own_chips ? 0 : offset);
    entry_set(entries, path, value);
}

static void inputs_set(struct entries *entries, const struct scenario *scenario,
                       const struct setup_level *level)
{
    for (unsigned role = INPUT_ROLE_MAINS_L1; role < INPUT_ROLE_COUNT; role++)
        if (scenario_initial_value(scenario, (enum input_role)role))
            line_set(entries, level, "inputs", input_role_name((enum input_role)role), role);
}

static void output_set(struct entries *entries, const struct setup_level *level,
                       enum output_role role)
{
    char path[PATH_SIZE];
    line_set(entries, level, "outputs", output_role_name(role), 100u + role);
    text_format(path, sizeof path, "outputs.%s.on_release", output_role_name(role));
    entry_set(entries, path, "\"returns\"");
}

static const struct {
    const char *wiring;
    enum output_role role;
} wired_outputs[] = {
    {"held", OUTPUT_RUN},
    {"pulse", OUTPUT_RUN},
    {"pulse", OUTPUT_STOP},
    {"run-crank", OUTPUT_RUN},
    {"run-crank", OUTPUT_CRANK},
};

static const char *scenario_setting(const struct scenario *scenario, const char *key)
{
    const char *value = NULL;
    for (size_t i = 0; i < scenario->setting_count; i++)
        if (strcmp(scenario->settings[i].key, key) == 0)
            value = scenario->settings[i].value;
    return value;
}

/* So that a run output survives the program's end, whatever the wiring. */
static void run_survival_set(struct entries *entries, const struct setup_level *level,
                             const char *wiring)
{
    bool pulse = strcmp(wiring, "pulse") == 0;
    entry_set(
        entries, level->own_chips && !pulse ? "outputs.run.hold" : "outputs.run.latching", "true");
}

static void outputs_set(struct entries *entries, const struct scenario *scenario,
                        const struct setup_level *level)
{
    const char *wiring = scenario_setting(scenario, "genset.wiring");
    for (size_t i = 0; wiring && i < sizeof wired_outputs / sizeof *wired_outputs; i++)
        if (strcmp(wired_outputs[i].wiring, wiring) == 0)
            output_set(entries, level, wired_outputs[i].role);
    if (scenario_setting(scenario, "genset.preheat_s"))
        output_set(entries, level, OUTPUT_PREHEAT);
    if (wiring && entry_find(entries, "outputs.run.chip"))
        run_survival_set(entries, level, wiring);
}

static void scenario_settings_set(struct entries *entries, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->setting_count; i++) {
        char value[VALUE_SIZE];
        value_write(value, scenario->settings[i].value);
        entry_set_from(entries, scenario->settings[i].key, value, scenario->settings[i].line);
    }
}

/* ---- servers ---- */

/* padamd's own machine: nothing on it can verify it. */
static bool server_is_self(const struct scenario_server *server)
{
    for (size_t i = 0; i < server->setting_count; i++)
        if (strcmp(server->settings[i].key, "self") == 0)
            return strcmp(server->settings[i].value, "true") == 0;
    return false;
}

static void server_entries_set(struct entries *entries, const struct scenario *scenario,
                               size_t number, const struct setup_level *level)
{
    static const char *const commands[] = {"shutdown", "check", "verify", "answers"};
    const struct scenario_server *server = &scenario->servers[number];
    char value[VALUE_SIZE];
    text_format(value, sizeof value, "%zu", number + 1);
    entry_set(entries, "index", value);
    text_format(value, sizeof value, "\"%s\"", server->name);
    entry_set(entries, "name", value);
    size_t count = sizeof commands / sizeof *commands - (server_is_self(server) ? 2 : 0);
    for (size_t i = 0; i < count; i++) {
        command_value(value, level, commands[i], server->name);
        entry_set(entries, commands[i], value);
    }
    if (level->looks_often) {
        entry_set(entries, "verify_interval_s", "1");
        entry_set(entries, "verify_timeout_s", "60"); /* the longest that there is */
    }
    for (size_t i = 0; i < server->setting_count; i++) {
        const struct setting *setting = &server->settings[i];
        if (strcmp(setting->value, "yes") == 0) /* "alternative yes", "force yes" */
            command_value(value, level, setting->key, server->name);
        else
            value_write(value, setting->value);
        entry_set_from(entries, setting->key, value, setting->line);
    }
}

/* ---- writing ---- */

/* Ends a line of the configuration; what stems from the scenario says so, for origin_find(). */
static void line_end(unsigned line, FILE *to)
{
    if (line)
        fprintf(to, ORIGIN "%u", line);
    fputs("\n", to);
}

/* The component of path behind a prefix of this length; returns whether it is the last one. */
static bool component_copy(char to[static COMPONENT_SIZE], const char *path, size_t prefix_length)
{
    const char *begin = path + prefix_length;
    const char *dot = strchr(begin, '.');
    size_t length = dot ? (size_t)(dot - begin) : strlen(begin);
    text_format(to, COMPONENT_SIZE, "%.*s", (int)length, begin);
    return dot == NULL;
}

static void group_write(struct entries *entries, const char *prefix, FILE *to);

static void subgroup_write(struct entries *entries, const char *prefix, const char *component,
                           FILE *to)
{
    char inner[PATH_SIZE];
    text_format(inner, sizeof inner, "%s%s.", prefix, component);
    fprintf(to, "%s : {\n", component);
    group_write(entries, inner, to);
    fputs("};\n", to);
}

/* Writes each entry whose path begins with prefix, once. The depth is that of the longest path. */
static void group_write(struct entries *entries, const char *prefix, FILE *to)
{
    size_t length = strlen(prefix);
    for (size_t i = 0; i < entries->count; i++) {
        struct entry *entry = &entries->entries[i];
        char component[COMPONENT_SIZE];
        if (entry->written || strncmp(entry->path, prefix, length) != 0)
            continue;
        if (component_copy(component, entry->path, length)) {
            fprintf(to, "%s = %s;", component, entry->value);
            line_end(entry->line, to);
            entry->written = true;
        } else {
            subgroup_write(entries, prefix, component, to);
        }
    }
}

static void servers_write(struct entries *entries, const struct scenario *scenario,
                          const struct setup_level *level, FILE *to)
{
    for (size_t i = 0; i < scenario->server_count; i++) {
        entries->count = 0;
        server_entries_set(entries, scenario, i, level);
        fputs(i == 0 ? "servers = (\n{" : ",\n{", to);
        line_end(scenario->servers[i].line, to);
        group_write(entries, "", to);
        fputs("}\n", to);
    }
    if (scenario->server_count > 0)
        fputs(");\n", to);
}

bool setup_write(const struct scenario *scenario, const struct setup_level *level, FILE *to)
{
    struct entries entries = {.entries = NULL};
    places_set(&entries, level);
    equipment_set(&entries, level);
    inputs_set(&entries, scenario, level);
    outputs_set(&entries, scenario, level);
    scenario_settings_set(&entries, scenario);
    group_write(&entries, "", to);
    servers_write(&entries, scenario, level, to);
    free(entries.entries);
    return !entries.full && fflush(to) == 0 && !ferror(to);
}

/* ---- reading it back ---- */

struct complaint {
    const struct scenario *scenario;
    const char *path; /* of the configuration */
    FILE *problems;
};

/* The scenario's line that this line of the configuration stems from; 0: none. */
static unsigned origin_find(const char *path, unsigned number)
{
    char *text = NULL;
    size_t size = 0;
    unsigned line = 0;
    FILE *file = fopen(path, "re");
    bool found = file != NULL;
    for (; found && number > 0; number--)
        found = getline(&text, &size, file) > 0;
    const char *origin = found ? strstr(text, ORIGIN) : NULL;
    if (origin)
        line = (unsigned)strtoul(origin + strlen(ORIGIN), NULL, 10);
    free(text);
    if (file)
        fclose(file);
    return line;
}

/* Without " (line N)": it is one of the configuration, which nobody has seen. */
static void what_print(const char *what, FILE *to)
{
    const char *begin = strstr(what, " (line ");
    const char *end = begin ? strchr(begin, ')') : NULL;
    if (end)
        fprintf(to, "%.*s%s\n", (int)(begin - what), what, end + 1);
    else
        fprintf(to, "%s\n", what);
}

/* The configuration's path and line are replaced by the scenario's. */
static void config_complain(void *context, const char *message)
{
    const struct complaint *complaint = context;
    unsigned number = 0;
    int length = 0;
    const char *what = message + strlen(complaint->path);
    if (sscanf(what, ":%u: %n", &number, &length) == 1)
        what += length;
    else
        what += strlen(": ");
    unsigned line = number ? origin_find(complaint->path, number) : 0;
    fputs(complaint->scenario->path, complaint->problems);
    if (line)
        fprintf(complaint->problems, ":%u: ", line);
    else
        fputs(": its site is no valid configuration: ", complaint->problems);
    what_print(what, complaint->problems);
}

bool setup_config(const struct scenario *scenario, const struct setup_level *level,
                  struct config *config, FILE *problems)
{
    char path[PATH_SIZE];
    struct complaint complaint = {.scenario = scenario, .path = path, .problems = problems};
    bool well = false;
    int fd = memfd_create("site", MFD_CLOEXEC);
    bool private = fd >= 0 && fchmod(fd, S_IRUSR | S_IWUSR) == 0;
    FILE *file = private ? fdopen(fd, "w") : NULL;
    if (!file) {
        fprintf(problems, "%s: no memory file for its site: %s\n", scenario->path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    text_format(path, sizeof path, "/proc/self/fd/%d", fd);
    if (setup_write(scenario, level, file))
        well = config_load(path, config, config_complain, &complaint) == 0;
    else
        fprintf(problems, "%s: its site cannot be written as a configuration\n", scenario->path);
    fclose(file);
    return well;
}

size_t setup_server_place(const struct scenario *scenario, const struct site *site, size_t server)
{
    for (size_t place = 0; place < site->server_count; place++)
        if (strcmp(site->servers[place].name, scenario->servers[server].name) == 0)
            return place;
    return 0;
}

size_t setup_server_of_place(const struct scenario *scenario, const struct site *site, size_t place)
{
    for (size_t server = 0; server < scenario->server_count; server++)
        if (strcmp(site->servers[place].name, scenario->servers[server].name) == 0)
            return server;
    return 0;
}

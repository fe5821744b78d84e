/* The whole tree: groups with a fixed place, then inputs, outputs, servers and contacts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/reader.h"

enum { PATH_SIZE = 64, SUBGROUP_LIMIT = 32 };

static const struct key_table no_keys = {NULL, 0};

/* ---- groups with a fixed place ---- */

/* The names of the sections one level below path: "" has "site", "office"; "office" has "…". */
static size_t subgroups_collect(const char *path, const char *names[static SUBGROUP_LIMIT])
{
    size_t length = strlen(path);
    size_t count = 0;
    for (size_t i = 0; i < config_section_count && count < SUBGROUP_LIMIT; i++) {
        const char *name = config_sections[i].name;
        if (length && (strncmp(name, path, length) != 0 || name[length] != '.'))
            continue;
        const char *last = length ? name + length + 1 : name;
        if (!strchr(last, '.'))
            names[count++] = last;
    }
    return count;
}

static void section_read(struct reader *reader, const struct section *section)
{
    const config_setting_t *setting = config_lookup(&reader->tree, section->name);
    if (!setting)
        return;
    const char *subgroups[SUBGROUP_LIMIT];
    struct key_group group = {.setting = setting,
                              .path = section->name,
                              .table = &section->table,
                              .entry = (char *)&reader->config + section->offset,
                              .subgroups = subgroups,
                              .subgroup_count = subgroups_collect(section->name, subgroups)};
    config_group_read(reader, &group);
}

static void root_read(struct reader *reader)
{
    const char *names[SUBGROUP_LIMIT + 4];
    size_t count = subgroups_collect("", names);
    names[count++] = "inputs";
    names[count++] = "outputs";
    names[count++] = "servers";
    names[count++] = "contacts";
    struct key_group root = {.setting = config_root_setting(&reader->tree),
                             .path = "",
                             .table = &no_keys,
                             .subgroups = names,
                             .subgroup_count = count};
    config_group_read(reader, &root);
}

/* ---- inputs and outputs: a group for each role that is wired ---- */

typedef const char *role_word_fn(unsigned role);
typedef void role_read_fn(struct reader *reader, const config_setting_t *setting, unsigned role,
                          const char *path);

struct role_group {
    const char *name;
    unsigned role_count;
    role_word_fn *word;
    role_read_fn *read;
};

static const char *input_word(unsigned role)
{
    return config_input_word((enum input_role)role);
}

static const char *output_word(unsigned role)
{
    return config_output_word((enum output_role)role);
}

static void input_read(struct reader *reader, const config_setting_t *setting, unsigned role,
                       const char *path)
{
    struct input_entry entry = config_default_input((enum input_role)role);
    struct key_group group = {
        .setting = setting, .path = path, .table = &config_input_keys, .entry = &entry};
    config_group_read(reader, &group);
    reader->config.lines.inputs[role] = entry.line;
    reader->config.site.inputs[role] = entry.input;
}

static void output_read(struct reader *reader, const config_setting_t *setting, unsigned role,
                        const char *path)
{
    struct line_settings entry = config_default_output();
    struct key_group group = {
        .setting = setting, .path = path, .table = &config_output_keys, .entry = &entry};
    config_group_read(reader, &group);
    reader->config.lines.outputs[role] = entry;
    reader->config.site.output_wired[role] = true;
}

static const struct role_group role_groups[] = {
    {"inputs", INPUT_ROLE_COUNT, input_word, input_read},
    {"outputs", OUTPUT_ROLE_COUNT, output_word, output_read},
};

static void roles_read(struct reader *reader, const struct role_group *roles)
{
    const config_setting_t *setting = config_lookup(&reader->tree, roles->name);
    if (!setting)
        return;
    const char *words[SUBGROUP_LIMIT];
    size_t count = 0;
    for (unsigned role = 0; role < roles->role_count; role++)
        if (roles->word(role))
            words[count++] = roles->word(role);
    struct key_group group = {.setting = setting,
                              .path = roles->name,
                              .table = &no_keys,
                              .subgroups = words,
                              .subgroup_count = count};
    config_group_read(reader, &group);
    if (config_setting_is_faulty(setting))
        return;
    for (unsigned role = 0; role < roles->role_count; role++) {
        const char *word = roles->word(role);
        const config_setting_t *member = word ? config_setting_get_member(setting, word) : NULL;
        if (!member)
            continue;
        char path[PATH_SIZE];
        text_format(path, sizeof path, "%s.%s", roles->name, word);
        roles->read(reader, member, role, path);
    }
}

/* ---- servers and contacts: lists of groups ---- */

/* NULL where there is no such list that could be read; *count is then left alone. */
static const config_setting_t *list_find(struct reader *reader, const char *name, int limit,
                                         size_t *count)
{
    const config_setting_t *setting = config_lookup(&reader->tree, name);
    if (!setting)
        return NULL;
    if (!config_setting_is_list(setting)) {
        config_fault(reader, setting, "%s is not a list; expected ( { … }, { … } )", name);
        return NULL;
    }
    int length = config_setting_length(setting);
    if (length > limit) {
        config_fault(
            reader, setting, "%s holds %d %s; expected at most %d", name, length, name, limit);
        return NULL;
    }
    *count = (size_t)length;
    return setting;
}

static void server_read(struct reader *reader, const config_setting_t *setting, size_t place)
{
    struct server_entry *entry = &reader->servers[place];
    char path[PATH_SIZE];
    text_format(path, sizeof path, "servers[%zu]", place);
    *entry = config_default_server();
    struct key_group group = {
        .setting = setting, .path = path, .table = &config_server_keys, .entry = entry};
    config_group_read(reader, &group);
    entry->settings.has_alternative = entry->commands.alternative != NULL;
    entry->settings.has_power_on = entry->commands.power_on != NULL;
    entry->settings.has_force = entry->commands.force != NULL;
}

static void servers_read(struct reader *reader)
{
    size_t count;
    const config_setting_t *setting = list_find(reader, "servers", CONFIG_SERVER_LIMIT, &count);
    if (!setting)
        return;
    reader->servers = calloc(count + 1, sizeof *reader->servers);
    if (!reader->servers) {
        config_fault(reader, setting, "servers cannot be read: %s", strerror(errno));
        return;
    }
    reader->server_count = count;
    for (size_t i = 0; i < reader->server_count; i++)
        server_read(reader, config_setting_get_elem(setting, (unsigned)i), i);
}

static void contacts_read(struct reader *reader)
{
    size_t count;
    const config_setting_t *setting = list_find(reader, "contacts", CONFIG_CONTACT_LIMIT, &count);
    if (!setting)
        return;
    reader->contacts = calloc(count + 1, sizeof *reader->contacts);
    if (!reader->contacts) {
        config_fault(reader, setting, "contacts cannot be read: %s", strerror(errno));
        return;
    }
    reader->contact_count = count;
    for (size_t i = 0; i < count; i++) {
        char path[PATH_SIZE];
        text_format(path, sizeof path, "contacts[%zu]", i);
        reader->contacts[i] = config_default_contact();
        struct key_group group = {.setting = config_setting_get_elem(setting, (unsigned)i),
                                  .path = path,
                                  .table = &config_contact_keys,
                                  .entry = &reader->contacts[i]};
        config_group_read(reader, &group);
    }
}

void config_sections_read(struct reader *reader)
{
    root_read(reader);
    for (size_t i = 0; i < config_section_count; i++)
        section_read(reader, &config_sections[i]);
    for (size_t i = 0; i < sizeof role_groups / sizeof *role_groups; i++)
        roles_read(reader, &role_groups[i]);
    servers_read(reader);
    contacts_read(reader);
}

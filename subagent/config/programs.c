/* Can the programs that commands name be run? A mistyped one would show in an outage only. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "config/reader.h"

enum { PLACE_SIZE = NAME_SIZE + 32 };

/* One group with commands among its keys. */
struct command_group {
    const config_setting_t *setting;
    const char *place; /* "equipment"; "servers[0]", and the server's name */
    const struct key_table *table;
    const void *entry;
};

/* 0, or an errno: what running it would fail with. */
static int program_trouble(const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return errno;
    if (!S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode) ? EISDIR : EACCES;
    return access(path, X_OK) < 0 ? errno : 0;
}

static int program_look(struct reader *reader, const char *path)
{
    if (!reader->looked.path || strcmp(reader->looked.path, path) != 0) {
        reader->looked.path = path;
        reader->looked.trouble = program_trouble(path);
    }
    return reader->looked.trouble;
}

static const char *program_of(const struct key *key, const void *entry)
{
    char **argv;
    memcpy(&argv, (const char *)entry + key->offset, sizeof argv);
    return argv ? argv[0] : NULL;
}

static void group_look(struct reader *reader, const struct command_group *group)
{
    for (size_t i = 0; i < group->table->count; i++) {
        const struct key *key = &group->table->keys[i];
        const char *program = key->type == KEY_ARGV ? program_of(key, group->entry) : NULL;
        int trouble = program ? program_look(reader, program) : 0;
        if (trouble)
            config_warn(reader,
                        config_setting_get_member(group->setting, key->name),
                        "%s.%s cannot be run: %s: %s; expected an executable file",
                        group->place,
                        key->name,
                        program,
                        strerror(trouble));
    }
}

static void contacts_look(struct reader *reader)
{
    const config_setting_t *list = config_lookup(&reader->tree, "contacts");
    for (size_t i = 0; i < reader->contact_count; i++) {
        char place[PLACE_SIZE];
        text_format(
            place, sizeof place, "contact \"%s\": contacts[%zu]", reader->contacts[i].name, i);
        struct command_group group = {.setting = config_setting_get_elem(list, (unsigned)i),
                                      .place = place,
                                      .table = &config_contact_keys,
                                      .entry = &reader->contacts[i]};
        group_look(reader, &group);
    }
}

static void servers_look(struct reader *reader)
{
    const config_setting_t *list = config_lookup(&reader->tree, "servers");
    for (size_t i = 0; i < reader->server_count; i++) {
        char place[PLACE_SIZE];
        text_format(place,
                    sizeof place,
                    "server \"%s\": servers[%zu]",
                    reader->servers[i].settings.name,
                    i);
        struct command_group group = {.setting = config_setting_get_elem(list, (unsigned)i),
                                      .place = place,
                                      .table = &config_server_keys,
                                      .entry = &reader->servers[i]};
        group_look(reader, &group);
    }
}

void config_programs_doubt(struct reader *reader)
{
    for (size_t i = 0; i < config_section_count; i++) {
        const struct section *section = &config_sections[i];
        const config_setting_t *setting = config_lookup(&reader->tree, section->name);
        struct command_group group = {.setting = setting,
                                      .place = section->name,
                                      .table = &section->table,
                                      .entry = (const char *)&reader->config + section->offset};
        if (setting)
            group_look(reader, &group);
    }
    servers_look(reader);
    contacts_look(reader);
}

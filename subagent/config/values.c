/* A group's members into a struct, by its table of keys. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/reader.h"

enum { FOUND_SIZE = 96, NAME_LIMIT = 64 };

/* ---- faults ---- */

/* libconfig keeps a pointer for its user in each setting: set where the value was not usable. */
static void setting_mark_faulty(const config_setting_t *setting)
{
    union {
        const config_setting_t *constant;
        config_setting_t *plain;
    } mark = {.constant = setting};
    config_setting_set_hook(mark.plain, mark.plain);
}

bool config_setting_is_faulty(const config_setting_t *setting)
{
    return setting && config_setting_get_hook(setting) != NULL;
}

static void quote(char found[static FOUND_SIZE], const char *before, const char *text)
{
    char start[FOUND_SIZE / 2];
    bool whole = text_copy(start, sizeof start, text);
    text_format(found, FOUND_SIZE, "%s\"%s%s\"", before, start, whole ? "" : "…");
}

static void list_describe(const config_setting_t *setting, char found[static FOUND_SIZE])
{
    const char *first = config_setting_get_string_elem(setting, 0);
    if (config_setting_length(setting) == 0)
        text_copy(found, FOUND_SIZE, "an empty list");
    else if (first)
        quote(found, "a list that begins with ", first);
    else
        text_copy(found, FOUND_SIZE, "a list");
}

static void found_describe(const config_setting_t *setting, char found[static FOUND_SIZE])
{
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        text_format(found, FOUND_SIZE, "%lld", config_setting_get_int64(setting));
        break;
    case CONFIG_TYPE_FLOAT:
        text_format(found, FOUND_SIZE, "%.10g", config_setting_get_float(setting));
        break;
    case CONFIG_TYPE_STRING:
        quote(found, "", config_setting_get_string(setting));
        break;
    case CONFIG_TYPE_BOOL:
        text_copy(found, FOUND_SIZE, config_setting_get_bool(setting) ? "true" : "false");
        break;
    case CONFIG_TYPE_GROUP:
        text_copy(found, FOUND_SIZE, "a group");
        break;
    default:
        list_describe(setting, found);
        break;
    }
}

/* ---- one reader a type; each returns false when the value is not what the key expects ---- */

/* RFC 3629, section 4; control characters are refused as well. */
static size_t character_length(const unsigned char *at)
{
    if (at[0] >= 0x20 && at[0] < 0x7f)
        return 1;
    if (at[0] >= 0xc2 && at[0] <= 0xdf)
        return (at[1] & 0xc0) == 0x80 ? 2 : 0;
    if (at[0] >= 0xe0 && at[0] <= 0xef) {
        if ((at[1] & 0xc0) != 0x80 || (at[2] & 0xc0) != 0x80)
            return 0;
        bool overlong = at[0] == 0xe0 && at[1] < 0xa0;
        bool surrogate = at[0] == 0xed && at[1] > 0x9f;
        return overlong || surrogate ? 0 : 3;
    }
    if (at[0] >= 0xf0 && at[0] <= 0xf4) {
        if ((at[1] & 0xc0) != 0x80 || (at[2] & 0xc0) != 0x80 || (at[3] & 0xc0) != 0x80)
            return 0;
        bool overlong = at[0] == 0xf0 && at[1] < 0x90;
        bool beyond = at[0] == 0xf4 && at[1] > 0x8f;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

static bool text_is_printable(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        size_t length = character_length(at);
        if (!length)
            return false;
        at += length;
    }
    return true;
}

static bool text_read(const struct key *key, const config_setting_t *setting, void *to)
{
    const char *text = config_setting_get_string(setting);
    if (!text || !text_is_printable(text) || strlen(text) < (size_t)key->min ||
        strlen(text) >= key->size)
        return false;
    return text_copy(to, key->size, text);
}

static bool path_read(const struct key *key, const config_setting_t *setting, void *to)
{
    const char *text = config_setting_get_string(setting);
    bool is_path = text && (!*text || (text[0] == '/' && text[strlen(text) - 1] != '/'));
    return is_path && text_read(key, setting, to);
}

static bool duration_read(const struct key *key, const config_setting_t *setting, void *to)
{
    if (!config_setting_is_number(setting))
        return false;
    double seconds = config_setting_type(setting) == CONFIG_TYPE_FLOAT
                         ? config_setting_get_float(setting)
                         : (double)config_setting_get_int64(setting);
    double ms = seconds * 1000;
    if (!(ms >= (double)key->min && ms <= (double)key->max))
        return false;
    int64_t value = (int64_t)(ms + 0.5);
    memcpy(to, &value, sizeof value);
    return true;
}

static bool count_read(const struct key *key, const config_setting_t *setting, void *to)
{
    int type = config_setting_type(setting);
    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        return false;
    long long number = config_setting_get_int64(setting);
    if (number < key->min || number > key->max)
        return false;
    unsigned value = (unsigned)number;
    memcpy(to, &value, sizeof value);
    return true;
}

static bool switch_read(const struct key *key, const config_setting_t *setting, void *to)
{
    (void)key;
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return false;
    bool value = config_setting_get_bool(setting) == CONFIG_TRUE;
    memcpy(to, &value, sizeof value);
    return true;
}

static bool choice_read(const struct key *key, const config_setting_t *setting, void *to)
{
    const char *word = config_setting_get_string(setting);
    for (const struct choice *choice = key->choices; word && choice->name; choice++) {
        if (strcmp(word, choice->name) != 0)
            continue;
        memcpy(to, &choice->value, sizeof choice->value);
        return true;
    }
    return false;
}

static bool is_list_of_texts(const config_setting_t *setting)
{
    if (!config_setting_is_array(setting) && !config_setting_is_list(setting))
        return false;
    for (int i = 0; i < config_setting_length(setting); i++)
        if (!config_setting_get_string_elem(setting, i))
            return false;
    return true;
}

static bool list_copy(const config_setting_t *setting, char **list)
{
    for (int i = 0; i < config_setting_length(setting); i++) {
        list[i] = strdup(config_setting_get_string_elem(setting, i));
        if (!list[i])
            return false;
    }
    return true;
}

/* Short of memory, the value is refused, too: the program will not start with it. */
static bool texts_read(const struct key *key, const config_setting_t *setting, void *to)
{
    (void)key;
    if (!is_list_of_texts(setting))
        return false;
    char **list = calloc((size_t)config_setting_length(setting) + 1, sizeof *list);
    if (!list)
        return false;
    if (!list_copy(setting, list)) {
        config_list_free(list);
        return false;
    }
    memcpy(to, &list, sizeof list);
    return true;
}

static bool argv_read(const struct key *key, const config_setting_t *setting, void *to)
{
    const char *program =
        is_list_of_texts(setting) ? config_setting_get_string_elem(setting, 0) : NULL;
    return program && program[0] == '/' && texts_read(key, setting, to);
}

typedef bool value_fn(const struct key *key, const config_setting_t *setting, void *to);

static value_fn *const value_readers[KEY_TYPE_COUNT] = {
    [KEY_TEXT] = text_read,
    [KEY_PATH] = path_read,
    [KEY_DURATION] = duration_read,
    [KEY_COUNT] = count_read,
    [KEY_SWITCH] = switch_read,
    [KEY_CHOICE] = choice_read,
    [KEY_ARGV] = argv_read,
    [KEY_TEXTS] = texts_read,
};

/* ---- groups ---- */

static void value_fault(struct reader *reader, const struct key_group *group, const struct key *key,
                        const config_setting_t *setting)
{
    char found[FOUND_SIZE], expected[EXPECTED_SIZE];
    found_describe(setting, found);
    config_expected_describe(key, expected);
    config_fault(
        reader, setting, "%s.%s is %s; expected %s", group->path, key->name, found, expected);
    setting_mark_faulty(setting);
}

/* Of a value that is perhaps right. */
static void memory_fault(struct reader *reader, const struct key_group *group,
                         const struct key *key, const config_setting_t *setting)
{
    config_fault(
        reader, setting, "%s.%s cannot be read: %s", group->path, key->name, strerror(ENOMEM));
    setting_mark_faulty(setting);
}

static const struct key *key_find(const struct key_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return &table->keys[i];
    return NULL;
}

static void required_check(struct reader *reader, const struct key_group *group)
{
    for (size_t i = 0; i < group->table->count; i++) {
        const struct key *key = &group->table->keys[i];
        if (!key->required || config_setting_get_member(group->setting, key->name))
            continue;
        char expected[EXPECTED_SIZE];
        config_expected_describe(key, expected);
        config_fault(reader,
                     group->setting,
                     "%s.%s is missing; expected %s",
                     group->path,
                     key->name,
                     expected);
    }
}

static size_t names_collect(const struct key_group *group, const char *names[static NAME_LIMIT])
{
    size_t count = 0;
    for (size_t i = 0; i < group->table->count && count < NAME_LIMIT; i++)
        names[count++] = group->table->keys[i].name;
    for (size_t i = 0; i < group->subgroup_count && count < NAME_LIMIT; i++)
        names[count++] = group->subgroups[i];
    return count;
}

static void names_join(char *to, size_t size, const char *const *names, size_t count)
{
    to[0] = '\0';
    for (size_t i = 0; i < count; i++)
        text_append(to, size, "%s%s", i ? ", " : "", names[i]);
}

static void unknown_fault(struct reader *reader, const struct key_group *group,
                          const config_setting_t *setting)
{
    const char *known[NAME_LIMIT];
    size_t count = names_collect(group, known);
    const char *name = config_setting_name(setting);
    const char *dot = *group->path ? "." : "";
    const char *near = config_suggest(name, known, count);
    char names[512];
    names_join(names, sizeof names, known, count);
    if (near)
        config_fault(
            reader, setting, "%s%s%s is not known; did you mean %s?", group->path, dot, name, near);
    else
        config_fault(reader,
                     setting,
                     "%s%s%s is not known; expected one of %s",
                     group->path,
                     dot,
                     name,
                     names);
}

static bool is_subgroup(const struct key_group *group, const char *name)
{
    for (size_t i = 0; i < group->subgroup_count; i++)
        if (strcmp(group->subgroups[i], name) == 0)
            return true;
    return false;
}

static void member_read(struct reader *reader, const struct key_group *group,
                        const config_setting_t *setting)
{
    const struct key *key = key_find(group->table, config_setting_name(setting));
    errno = 0;
    if (!key)
        unknown_fault(reader, group, setting);
    else if (value_readers[key->type](key, setting, (char *)group->entry + key->offset))
        return;
    else if (errno == ENOMEM)
        memory_fault(reader, group, key, setting);
    else
        value_fault(reader, group, key, setting);
}

void config_group_read(struct reader *reader, const struct key_group *group)
{
    if (!config_setting_is_group(group->setting)) {
        char found[FOUND_SIZE];
        found_describe(group->setting, found);
        config_fault(
            reader, group->setting, "%s is %s; expected a group { … }", group->path, found);
        setting_mark_faulty(group->setting);
        return;
    }
    for (int i = 0; i < config_setting_length(group->setting); i++) {
        const config_setting_t *setting = config_setting_get_elem(group->setting, (unsigned)i);
        if (!is_subgroup(group, config_setting_name(setting)))
            member_read(reader, group, setting);
    }
    required_check(reader, group);
}

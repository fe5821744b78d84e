/* The effective configuration as text, and its hash. */
#include <string.h>

#include "base/text.h"
#include "config/keys.h"

enum { PATH_SIZE = 64 };

/* FNV-1a, 64 bit. */
#define HASH_START 0xcbf29ce484222325u
#define HASH_PRIME 0x100000001b3u

static void put_hash(void *context, const char *text)
{
    uint64_t *hash = context;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        *hash = (*hash ^ *at) * HASH_PRIME;
}

static void put_file(void *context, const char *text)
{
    /* The stream remembers its error: see config_print(). */
    (void)fputs(text, context);
}

void config_printer_to_file(struct printer *printer, FILE *to)
{
    *printer = (struct printer){put_file, to};
}

static void entry_print(const struct printer *printer, const char *path,
                        const struct key_table *table, const void *entry)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct key *key = &table->keys[i];
        printer->put(printer->context, path);
        printer->put(printer->context, ".");
        printer->put(printer->context, key->name);
        printer->put(printer->context, " = ");
        config_value_print(printer, key, (const char *)entry + key->offset);
        printer->put(printer->context, "\n");
    }
}

static void inputs_print(const struct printer *printer, const struct config *config)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++) {
        if (!config->site.inputs[role].wired)
            continue;
        char path[PATH_SIZE];
        text_format(path, sizeof path, "inputs.%s", config_input_word((enum input_role)role));
        struct input_entry entry = {.line = config->lines.inputs[role],
                                    .input = config->site.inputs[role]};
        entry_print(printer, path, &config_input_keys, &entry);
    }
}

static void outputs_print(const struct printer *printer, const struct config *config)
{
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        if (!config->lines.outputs[role].wired)
            continue;
        char path[PATH_SIZE];
        text_format(path, sizeof path, "outputs.%s", config_output_word((enum output_role)role));
        entry_print(printer, path, &config_output_keys, &config->lines.outputs[role]);
    }
}

static void servers_print(const struct printer *printer, const struct config *config)
{
    for (size_t i = 0; i < config->site.server_count; i++) {
        char path[PATH_SIZE];
        text_format(path, sizeof path, "servers[%zu]", i);
        struct server_entry entry = {.settings = config->site.servers[i],
                                     .commands = config->server_commands[i]};
        entry_print(printer, path, &config_server_keys, &entry);
    }
}

static void contacts_print(const struct printer *printer, const struct config *config)
{
    for (size_t i = 0; i < config->contact_count; i++) {
        char path[PATH_SIZE];
        text_format(path, sizeof path, "contacts[%zu]", i);
        entry_print(printer, path, &config_contact_keys, &config->contacts[i]);
    }
}

static void all_print(const struct printer *printer, const struct config *config)
{
    for (size_t i = 0; i < config_section_count; i++)
        entry_print(printer,
                    config_sections[i].name,
                    &config_sections[i].table,
                    (const char *)config + config_sections[i].offset);
    inputs_print(printer, config);
    outputs_print(printer, config);
    servers_print(printer, config);
    contacts_print(printer, config);
}

void config_print(const struct config *config, FILE *to)
{
    struct printer printer;
    config_printer_to_file(&printer, to);
    all_print(&printer, config);
}

uint64_t config_hash(const struct config *config)
{
    uint64_t hash = HASH_START;
    struct printer printer = {put_hash, &hash};
    all_print(&printer, config);
    return hash;
}

/* ---- one value ---- */

static void quoted_print(const struct printer *printer, const char *text)
{
    printer->put(printer->context, "\"");
    for (; *text; text++) {
        char piece[8];
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            text_format(piece, sizeof piece, "\\%c", c);
        else if (c < 0x20)
            text_format(piece, sizeof piece, "\\x%02x", c);
        else
            piece[0] = (char)c, piece[1] = '\0';
        printer->put(printer->context, piece);
    }
    printer->put(printer->context, "\"");
}

static void text_print(const struct printer *printer, const struct key *key, const void *value)
{
    (void)key;
    quoted_print(printer, value);
}

static void duration_print(const struct printer *printer, const struct key *key, const void *value)
{
    (void)key;
    int64_t duration_ms;
    char seconds[SECONDS_SIZE];
    memcpy(&duration_ms, value, sizeof duration_ms);
    config_seconds_format(seconds, duration_ms);
    printer->put(printer->context, seconds);
}

static unsigned unsigned_of(const void *value)
{
    unsigned number;
    memcpy(&number, value, sizeof number);
    return number;
}

static void count_print(const struct printer *printer, const struct key *key, const void *value)
{
    (void)key;
    char digits[16];
    text_format(digits, sizeof digits, "%u", unsigned_of(value));
    printer->put(printer->context, digits);
}

static void switch_print(const struct printer *printer, const struct key *key, const void *value)
{
    (void)key;
    printer->put(printer->context, *(const bool *)value ? "true" : "false");
}

static void choice_print(const struct printer *printer, const struct key *key, const void *value)
{
    const struct choice *choice = key->choices;
    while (choice->name && choice->value != unsigned_of(value))
        choice++;
    quoted_print(printer, choice->name ? choice->name : "");
}

static void list_print(const struct printer *printer, const struct key *key, const void *value)
{
    (void)key;
    char **list;
    memcpy(&list, value, sizeof list);
    printer->put(printer->context, "[");
    for (size_t i = 0; list && list[i]; i++) {
        printer->put(printer->context, i ? ", " : "");
        quoted_print(printer, list[i]);
    }
    printer->put(printer->context, "]");
}

typedef void value_print_fn(const struct printer *printer, const struct key *key,
                            const void *value);

static value_print_fn *const value_printers[KEY_TYPE_COUNT] = {
    [KEY_TEXT] = text_print,
    [KEY_PATH] = text_print,
    [KEY_DURATION] = duration_print,
    [KEY_COUNT] = count_print,
    [KEY_SWITCH] = switch_print,
    [KEY_CHOICE] = choice_print,
    [KEY_ARGV] = list_print,
    [KEY_TEXTS] = list_print,
};

void config_value_print(const struct printer *printer, const struct key *key, const void *value)
{
    value_printers[key->type](printer, key, value);
}

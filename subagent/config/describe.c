/* A commented file of all keys: each with its purpose, what it takes, and its default. */
#include <string.h>

#include "base/text.h"
#include "config/keys.h"

static const char head[] =
    "# Configuration of padamd: padamd --check FILE checks it. padam report reads it, too.\n"
    "# Below each key's text stands its default as a comment. Times are in seconds, decimals\n"
    "# allowed. Inputs mains_l1 and genset_running must be wired; all else may stay as it is.\n";

static const char line_example[] =
    "    #     mains_l1 = { chip = \"gpiochip0\"; line = \"MAINS\"; active_low = true; };\n";

static const char output_example[] =
    "    #     run = { chip = \"gpiochip0\"; line = \"RUN\"; on_release = \"returns\"; "
    "hold = true; };\n";

static const char server_example[] =
    "    #     { index = 1; name = \"files\"; shutdown = [\"/usr/bin/ssh\", \"files\", "
    "\"poweroff\"]; },\n";

static const char contact_example[] =
    "    #     { index = 1; name = \"head\"; command = [\"/usr/bin/curl\", \"--config\", "
    "\"/etc/padam/gateway\"]; },\n";

struct description {
    FILE *to;
    struct printer printer;
};

static void indent_put(const struct description *description, size_t depth)
{
    fprintf(description->to, "%*s", (int)depth * 4, "");
}

static void purpose_put(const struct description *description, const struct key *key,
                        const char *before)
{
    char expected[EXPECTED_SIZE];
    config_expected_describe(key, expected);
    fprintf(description->to, "%s%s.\n", before, key->purpose);
    fprintf(
        description->to, "%s%s%s.\n", before, key->required ? "Required: " : "Takes ", expected);
}

/* Commands, and texts that may not be empty, have no default that could be written. */
static bool has_default(const struct key *key, const void *value)
{
    bool is_text = key->type == KEY_TEXT || key->type == KEY_PATH;
    return key->type != KEY_ARGV && !(is_text && strlen(value) < (size_t)key->min);
}

static void default_put(const struct description *description, const struct key *key,
                        const void *value, const char *end)
{
    if (key->required) {
        fputs("\n", description->to);
    } else if (!has_default(key, value)) {
        fputs(": none\n", description->to);
    } else {
        fputs(" = ", description->to);
        config_value_print(&description->printer, key, value);
        fprintf(description->to, "%s\n", end);
    }
}

/* ---- groups with a fixed place ---- */

static void key_describe(const struct description *description, const struct key *key,
                         const void *value, size_t depth)
{
    char before[32];
    text_format(before, sizeof before, "%*s# ", (int)depth * 4, "");
    fputs("\n", description->to);
    purpose_put(description, key, before);
    fprintf(description->to, "%s%s", before, key->name);
    default_put(description, key, value, ";");
}

static size_t section_depth(const char *name)
{
    size_t depth = 0;
    for (; *name; name++)
        depth += *name == '.';
    return depth;
}

static bool section_is_within(const struct section *inner, const struct section *outer)
{
    size_t length = strlen(outer->name);
    return strncmp(inner->name, outer->name, length) == 0 && inner->name[length] == '.';
}

static const char *section_last_name(const struct section *section)
{
    const char *dot = strrchr(section->name, '.');
    return dot ? dot + 1 : section->name;
}

/* Writes the section and, before its end, those within it, which follow it in the table. Returns
 * the place behind the last one written. */
static size_t section_describe(const struct description *description, const struct config *defaults,
                               size_t place)
{
    const struct section *section = &config_sections[place];
    size_t depth = section_depth(section->name);
    fputs("\n", description->to);
    indent_put(description, depth);
    fprintf(description->to, "# %s.\n", section->purpose);
    indent_put(description, depth);
    fprintf(description->to, "%s = {\n", section_last_name(section));
    const char *entry = (const char *)defaults + section->offset;
    for (size_t i = 0; i < section->table.count; i++) {
        const struct key *key = &section->table.keys[i];
        key_describe(description, key, entry + key->offset, depth + 1);
    }
    size_t next = place + 1;
    while (next < config_section_count && section_is_within(&config_sections[next], section))
        next = section_describe(description, defaults, next);
    indent_put(description, depth);
    fputs("};\n", description->to);
    return next;
}

/* ---- inputs, outputs, servers ---- */

static void member_keys_describe(const struct description *description,
                                 const struct key_table *table, const void *entry)
{
    fputs("    #\n    # Keys of each:\n", description->to);
    for (size_t i = 0; i < table->count; i++) {
        const struct key *key = &table->keys[i];
        fprintf(description->to, "    #   %s", key->name);
        default_put(description, key, (const char *)entry + key->offset, "");
        purpose_put(description, key, "    #       ");
    }
}

static void role_describe(const struct description *description, const char *word,
                          const char *purpose)
{
    if (word)
        fprintf(description->to, "    #   %-20s %s\n", word, purpose);
}

static void inputs_describe(const struct description *description)
{
    fputs("\n# Sensed lines, a group for each role that is wired.\ninputs = {\n"
          "    # Roles, and what active means:\n",
          description->to);
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        role_describe(description,
                      config_input_word((enum input_role)role),
                      config_input_purpose((enum input_role)role));
    struct input_entry entry = config_default_input(INPUT_ROLE_MAINS_L1);
    member_keys_describe(description, &config_input_keys, &entry);
    fprintf(description->to, "    #\n    # Such as:\n%s};\n", line_example);
}

static void outputs_describe(const struct description *description)
{
    fputs("\n# Driven lines, a group for each role that is wired.\noutputs = {\n    # Roles:\n",
          description->to);
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        role_describe(description,
                      config_output_word((enum output_role)role),
                      config_output_purpose((enum output_role)role));
    struct line_settings entry = config_default_output();
    member_keys_describe(description, &config_output_keys, &entry);
    fprintf(description->to, "    #\n    # Such as:\n%s};\n", output_example);
}

static void servers_describe(const struct description *description)
{
    fputs("\n# Servers that step 5 shuts down, a group each, in any order: at most 10240.\n"
          "servers = (\n",
          description->to);
    struct server_entry entry = config_default_server();
    member_keys_describe(description, &config_server_keys, &entry);
    fprintf(description->to, "    #\n    # Such as:\n%s);\n", server_example);
}

static void contacts_describe(const struct description *description)
{
    fputs("\n# Who is told of events by a command, beside SNMP, a group each: at most 15.\n"
          "contacts = (\n",
          description->to);
    struct contact entry = config_default_contact();
    member_keys_describe(description, &config_contact_keys, &entry);
    fprintf(description->to, "    #\n    # Such as:\n%s);\n", contact_example);
}

void config_describe(FILE *to)
{
    struct config defaults;
    config_set_defaults(&defaults);
    struct description description = {.to = to};
    config_printer_to_file(&description.printer, to);
    fputs(head, to);
    for (size_t place = 0; place < config_section_count;)
        place = section_describe(&description, &defaults, place);
    inputs_describe(&description);
    outputs_describe(&description);
    servers_describe(&description);
    contacts_describe(&description);
}

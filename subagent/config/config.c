#include "config/config.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "config/reader.h"

enum { SCALE_MAX = 1000, ATTEMPTS_OF_A_CONTROLLER = 1 };

/* With these wirings the genset's own controller repeats its cranks. */
static void attempts_settle(struct reader *reader)
{
    struct genset_settings *genset = &reader->config.site.genset;
    bool has_controller =
        genset->wiring == GENSET_WIRING_HELD || genset->wiring == GENSET_WIRING_PULSE;
    if (has_controller && !config_lookup(&reader->tree, "genset.attempts"))
        genset->attempts = ATTEMPTS_OF_A_CONTROLLER;
}

static int server_compare(const void *a, const void *b)
{
    const struct server_settings *first = &((const struct server_entry *)a)->settings;
    const struct server_settings *second = &((const struct server_entry *)b)->settings;
    if (first->tier != second->tier)
        return first->tier < second->tier ? -1 : 1;
    return (first->index > second->index) - (first->index < second->index);
}

/* Moves the servers into the configuration, with what their entries own. */
static void servers_settle(struct reader *reader)
{
    struct config *config = &reader->config;
    size_t count = reader->server_count;
    if (!count)
        return;
    config->site.servers = calloc(count, sizeof *config->site.servers);
    config->server_commands = calloc(count, sizeof *config->server_commands);
    if (!config->site.servers || !config->server_commands) {
        config_fault(reader, NULL, "cannot be held in memory: %s", strerror(errno));
        return;
    }
    qsort(reader->servers, count, sizeof *reader->servers, server_compare);
    for (size_t i = 0; i < count; i++) {
        config->site.servers[i] = reader->servers[i].settings;
        config->server_commands[i] = reader->servers[i].commands;
    }
    config->site.server_count = count;
    reader->server_count = 0;
}

static void contacts_settle(struct reader *reader)
{
    reader->config.contacts = reader->contacts;
    reader->config.contact_count = reader->contact_count;
    reader->contacts = NULL;
    reader->contact_count = 0;
}

static void doubts_tell(struct reader *reader)
{
    config_orders_doubt(reader);
    config_start_doubt(reader);
    config_servers_doubt(reader);
    config_contacts_doubt(reader);
    config_programs_doubt(reader);
    config_office_doubt(reader);
}

static void file_load(struct reader *reader)
{
    char *text = config_file_read(reader);
    if (!text)
        return;
    if (config_tree_parse(reader, text)) {
        config_sections_read(reader);
        reader->config.site.ups.asked = *reader->config.ups.name != '\0';
        config_check(reader);
        attempts_settle(reader);
        if (!reader->errors)
            doubts_tell(reader);
        if (!reader->errors)
            servers_settle(reader);
        if (!reader->errors)
            contacts_settle(reader);
        if (!reader->errors)
            config_shutdown_doubt(reader);
    }
    free(text);
}

static void contacts_free(struct contact *contacts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        config_keys_release(&config_contact_keys, &contacts[i]);
    free(contacts);
}

static void reader_release(struct reader *reader)
{
    for (size_t i = 0; i < reader->server_count; i++)
        config_keys_release(&config_server_keys, &reader->servers[i]);
    free(reader->servers);
    contacts_free(reader->contacts, reader->contact_count);
    config_destroy(&reader->tree);
    /* The tree of ten thousand servers takes 30 MB, that would stay in this process and its
     * children. */
    (void)malloc_trim(0);
}

int config_load(const char *path, struct config *config, config_error_fn *report, void *context)
{
    return config_load_with_warnings(path, config, report, NULL, context);
}

int config_load_with_warnings(const char *path, struct config *config, config_error_fn *report,
                              config_error_fn *warn, void *context)
{
    struct reader reader = {.path = path, .report = report, .warn = warn, .context = context};
    config_init(&reader.tree);
    config_set_defaults(&reader.config);
    file_load(&reader);
    if (reader.errors) {
        config_release(&reader.config);
    } else {
        *config = reader.config;
        config->hash = config_hash(config);
    }
    reader_release(&reader);
    return reader.errors;
}

void config_exchange_people(struct config *one, struct config *other)
{
    const struct config was = *one;
    one->notify = other->notify;
    one->contacts = other->contacts;
    one->contact_count = other->contact_count;
    one->office = other->office;
    other->notify = was.notify;
    other->contacts = was.contacts;
    other->contact_count = was.contact_count;
    other->office = was.office;
}

void config_release(struct config *config)
{
    if (!config)
        return;
    for (size_t i = 0; config->server_commands && i < config->site.server_count; i++) {
        struct server_entry entry = {.commands = config->server_commands[i]};
        config_keys_release(&config_server_keys, &entry);
    }
    for (size_t i = 0; i < config_section_count; i++)
        config_keys_release(&config_sections[i].table, (char *)config + config_sections[i].offset);
    free(config->server_commands);
    contacts_free(config->contacts, config->contact_count);
    site_release(&config->site);
    memset(config, 0, sizeof *config);
}

/* ---- scaled time ---- */

static void durations_scale(const struct key_table *table, void *entry, unsigned scale)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct key *key = &table->keys[i];
        if (key->type != KEY_DURATION)
            continue;
        int64_t duration_ms;
        memcpy(&duration_ms, (char *)entry + key->offset, sizeof duration_ms);
        duration_ms = (duration_ms + scale - 1) / scale;
        memcpy((char *)entry + key->offset, &duration_ms, sizeof duration_ms);
    }
}

static void server_scale(struct config *config, size_t place, unsigned scale)
{
    struct server_entry entry = {.settings = config->site.servers[place],
                                 .commands = config->server_commands[place]};
    durations_scale(&config_server_keys, &entry, scale);
    config->site.servers[place] = entry.settings;
    config->server_commands[place] = entry.commands;
}

bool config_scale_time(struct config *config, unsigned scale)
{
    if (config->backend != CONFIG_BACKEND_SIMULATED || scale < 1 || scale > SCALE_MAX)
        return false;
    for (size_t i = 0; i < config_section_count; i++)
        durations_scale(
            &config_sections[i].table, (char *)config + config_sections[i].offset, scale);
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++) {
        struct input_entry entry = {.input = config->site.inputs[role]};
        durations_scale(&config_input_keys, &entry, scale);
        config->site.inputs[role] = entry.input;
    }
    for (size_t i = 0; i < config->site.server_count; i++)
        server_scale(config, i, scale);
    for (size_t i = 0; i < config->contact_count; i++)
        durations_scale(&config_contact_keys, &config->contacts[i], scale);
    config->time_scale = scale;
    return true;
}

/* Defaults of all that core/site.c does not know. */
#include <string.h>

#include "base/paths.h"
#include "base/text.h"
#include "config/keys.h"

#define S INT64_C(1000)

static const struct config defaults = {
    .backend = CONFIG_BACKEND_GPIO,
    .simulator_socket = "/run/padam/lines.sock",
    .equipment = {.interval_ms = 86400 * S, .timeout_ms = 30 * S},
    .ups = {.host = "localhost", .port = 3493, .interval_ms = 5 * S},
    .notify = {.parallel = 4, .queue = 100},
    .engine = {.socket = PATH_ENGINE_SOCKET,
               .group = "padam",
               .journal = "/var/lib/padam/journal.db",
               .shadow = "/run/padam/shadow",
               .events_kept = 2000,
               .journal_limit_mib = 64,
               .incidents_kept = 500,
               .commands_kept = 500},
    .office = {.people = {[ROLE_GENSET_OPERATOR] = {.position = "Operator Genset"},
                          [ROLE_HEAD_OF_SECTION] = {.position = "Kepala Sub Bagian Umum dan "
                                                                "Kepegawaian"},
                          [ROLE_SERVER_ADMINISTRATOR] = {.position = "Administrator Server"}}},
    .time_scale = 1,
};

void config_set_defaults(struct config *config)
{
    *config = defaults;
    site_set_defaults(&config->site);
}

struct input_entry config_default_input(enum input_role role)
{
    struct input_entry entry = {
        .line = {.wired = true},
        .input = {.wired = true, .index = (unsigned)role, .debounce_ms = 50},
    };
    text_copy(entry.input.name, sizeof entry.input.name, input_role_name(role));
    return entry;
}

struct line_settings config_default_output(void)
{
    return (struct line_settings){.wired = true};
}

struct server_entry config_default_server(void)
{
    return (struct server_entry){
        .settings = {.tier = 1,
                     .command_timeout_ms = 30 * S,
                     .off_within_ms = 180 * S,
                     .up_within_ms = 300 * S,
                     .retries = 2},
        .commands = {.verify_interval_ms = 10 * S, .verify_timeout_ms = 5 * S},
    };
}

struct contact config_default_contact(void)
{
    return (struct contact){.role = ROLE_UNKNOWN,
                            .order = 1,
                            .least_severity = SEVERITY_NOTICE,
                            .format = CONTACT_FORMAT_JSON,
                            .timeout_ms = 30 * S,
                            .retries = 10,
                            .retry_pause_ms = 60 * S};
}

/* What can be right, but hardly is meant: a start and servers that cannot keep the procedure. */
#include <limits.h>

#include "base/text.h"
#include "config/reader.h"

enum { PLACE_SIZE = NAME_SIZE + 32 };

/* ---- the start ---- */

static int64_t attempt_ms(const struct genset_settings *genset)
{
    return genset->wiring == GENSET_WIRING_RUN_CRANK
               ? genset->preheat_ms + genset->fuel_lead_ms + genset->crank_ms
               : genset->start_timeout_ms;
}

/* From the loss to the end of the last attempt. */
static int64_t start_ms(const struct site *site)
{
    const struct genset_settings *genset = &site->genset;
    return site->mains.loss_debounce_ms + genset->start_delay_ms +
           genset->attempts * attempt_ms(genset) + (genset->attempts - 1) * genset->rest_ms;
}

void config_start_doubt(struct reader *reader)
{
    const struct site *site = &reader->config.site;
    bool by_itself =
        site->genset.wiring != GENSET_WIRING_NONE && site->genset.mode == GENSET_MODE_AUTOMATIC;
    if (!by_itself || start_ms(site) <= site->procedure.report_failed_due_ms)
        return;
    char start_s[SECONDS_SIZE], due_s[SECONDS_SIZE];
    config_seconds_format(start_s, start_ms(site));
    config_seconds_format(due_s, site->procedure.report_failed_due_ms);
    config_warn(reader,
                config_setting_at(reader, "genset"),
                "genset.attempts is %u: the last one ends %s seconds after the outage; expected at "
                "most procedure.report_failed_due_s, which is %s: else step 4 reports a failure "
                "while the genset is still being started",
                site->genset.attempts,
                start_s,
                due_s);
}

/* ---- servers ---- */

static const config_setting_t *server_at(const struct reader *reader, size_t place, const char *key)
{
    const config_setting_t *list = config_setting_at(reader, "servers");
    const config_setting_t *server = config_setting_get_elem(list, (unsigned)place);
    const config_setting_t *member = config_setting_get_member(server, key);
    return member ? member : server;
}

static void evidence_doubt(struct reader *reader, size_t place, const char *name)
{
    const struct server_commands *commands = &reader->servers[place].commands;
    if (reader->servers[place].settings.is_self || config_can_be_verified(reader, commands))
        return;
    config_warn(reader,
                server_at(reader, place, "answers"),
                "%s has no verify%s: that it is down stays unverified, and step 6 is missed; "
                "expected verify, or answers and equipment.network",
                name,
                commands->answers ? ", and equipment.network is missing" : " and no answers");
}

static unsigned first_tier(const struct reader *reader)
{
    unsigned first = UINT_MAX;
    for (size_t i = 0; i < reader->server_count; i++)
        if (reader->servers[i].settings.tier < first)
            first = reader->servers[i].settings.tier;
    return first;
}

static void waiting_doubt(struct reader *reader, size_t place, const char *name, unsigned first)
{
    const struct server_settings *settings = &reader->servers[place].settings;
    if (settings->waits_for_verified && settings->tier == first)
        config_warn(reader,
                    server_at(reader, place, "waits_for_verified"),
                    "%s.waits_for_verified is true, but no server is in a tier before %u; expected "
                    "a later tier",
                    name,
                    settings->tier);
}

static void interval_doubt(struct reader *reader, size_t place, const char *name)
{
    const struct server_entry *server = &reader->servers[place];
    char interval_s[SECONDS_SIZE], within_s[SECONDS_SIZE];
    if (server->commands.verify_interval_ms < server->settings.off_within_ms)
        return;
    config_seconds_format(interval_s, server->commands.verify_interval_ms);
    config_seconds_format(within_s, server->settings.off_within_ms);
    config_warn(reader,
                server_at(reader, place, "verify_interval_s"),
                "%s.verify_interval_s is %s seconds; expected less than off_within_s, which is %s: "
                "else it is not looked at before it is told again",
                name,
                interval_s,
                within_s);
}

static void power_on_doubt(struct reader *reader, size_t place, const char *name)
{
    const struct server_commands *commands = &reader->servers[place].commands;
    if (commands->power_on && !commands->verify && !commands->answers)
        config_warn(reader,
                    server_at(reader, place, "power_on"),
                    "%s has neither verify nor answers: it is never found up, and told again for "
                    "nothing; expected one of them",
                    name);
}

/* How long one look at it takes places, at worst. */
static int64_t look_ms(const struct reader *reader, size_t place)
{
    const struct server_commands *commands = &reader->servers[place].commands;
    const struct equipment_commands *equipment = &reader->config.equipment;
    const unsigned programs = (commands->verify != NULL) + (commands->answers != NULL);
    const bool witnessed = commands->answers && equipment->network;
    return programs * commands->verify_timeout_ms + (witnessed ? equipment->timeout_ms : 0);
}

/* All of a tier may have accepted at once, and none of them answer any more. */
static void looks_doubt(struct reader *reader)
{
    const unsigned parallel = reader->config.site.shutdown.verify_parallel;
    int64_t looks_ms[TIER_MAX + 1] = {0};
    for (size_t i = 0; i < reader->server_count; i++)
        looks_ms[reader->servers[i].settings.tier] += look_ms(reader, i);
    for (size_t i = 0; i < reader->server_count; i++) {
        const struct server_settings *settings = &reader->servers[i].settings;
        const int64_t round_ms = looks_ms[settings->tier] / parallel;
        char round_s[SECONDS_SIZE], within_s[SECONDS_SIZE];
        if (round_ms <= settings->off_within_ms)
            continue;
        config_seconds_format(round_s, round_ms);
        config_seconds_format(within_s, settings->off_within_ms);
        config_warn(reader,
                    config_setting_at(reader, "shutdown.verify_parallel"),
                    "shutdown.verify_parallel is %u: a look at each server of tier %u can take %s "
                    "seconds; expected at most off_within_s of \"%s\", which is %s: else it may "
                    "be told again before it was looked at",
                    parallel,
                    settings->tier,
                    round_s,
                    settings->name,
                    within_s);
        return;
    }
}

/* Where the section is, or the file. */
static void automatic_doubt(struct reader *reader)
{
    bool any = false;
    for (size_t i = 0; i < reader->server_count; i++)
        any = any || reader->servers[i].commands.power_on;
    if (reader->config.site.power_back.automatic && !any)
        config_warn(reader,
                    config_setting_at(reader, "power_back.automatic"),
                    "power_back.automatic is true, but no server has a power_on command; expected "
                    "one");
}

void config_servers_doubt(struct reader *reader)
{
    const unsigned first = first_tier(reader);
    for (size_t i = 0; i < reader->server_count; i++) {
        char name[PLACE_SIZE];
        text_format(
            name, sizeof name, "server \"%s\": servers[%zu]", reader->servers[i].settings.name, i);
        evidence_doubt(reader, i, name);
        waiting_doubt(reader, i, name, first);
        interval_doubt(reader, i, name);
        power_on_doubt(reader, i, name);
    }
    automatic_doubt(reader);
    looks_doubt(reader);
}

/* ---- how long it all takes ---- */

static void shutdown_warn(struct reader *reader, const char *at, int64_t most_ms, const char *what)
{
    int64_t worst_ms = shutdown_worst_ms(&reader->config.site, NULL, NULL);
    char worst_s[SECONDS_SIZE], most_s[SECONDS_SIZE];
    if (worst_ms <= most_ms)
        return;
    config_seconds_format(worst_s, worst_ms);
    config_seconds_format(most_s, most_ms < 0 ? 0 : most_ms);
    config_warn(
        reader,
        config_setting_at(reader, at),
        "servers: the shutdown of all can take %s seconds, with every try of each; expected "
        "at most %s, %s",
        worst_s,
        most_s,
        what);
}

void config_shutdown_doubt(struct reader *reader)
{
    const struct site *site = &reader->config.site;
    const struct procedure_settings *procedure = &site->procedure;
    bool from_opening = procedure->shutdown_due_from_opening;
    shutdown_warn(reader,
                  "servers",
                  procedure->shutdown_due_ms - (from_opening ? 0 : procedure->report_failed_due_ms),
                  from_opening
                      ? "which is procedure.shutdown_due_s: else step 6 can be missed"
                      : "from procedure.report_failed_due_s to procedure.shutdown_due_s: else step "
                        "6 can be missed");
    if (site->ups.runtime_ms > 0)
        shutdown_warn(reader,
                      "ups.runtime_s",
                      site->ups.runtime_ms - site->ups.reserve_ms,
                      "which is ups.runtime_s less ups.reserve_s: else the UPS can run out first");
}

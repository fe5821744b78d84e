#include "cli/snmp/judge.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "agentx/mib.h"
#include "base/text.h"

enum { FINDING_SIZE = 640 };

void finding(const struct judge *judge, enum grade grade, const struct conf_place *at,
             const char *format, ...)
{
    char text[FINDING_SIZE] = "";
    va_list args;
    va_start(args, format);
    text_append_args(text, sizeof text, format, args);
    va_end(args);
    text_one_line(text);
    judge->find(judge->context, grade, at, text);
}

/* ---- the subagent's socket ---- */

static void judge_master(const struct judge *judge)
{
    const struct setup_word *master = &judge->setup->master;
    static const char *const words[] = {"agentx", "all", "yes", "on"};
    for (size_t i = 0; master->is_set && i < sizeof words / sizeof *words; i++)
        if (strcasecmp(master->text, words[i]) == 0) {
            finding(judge, GRADE_GOOD, &master->at, "snmpd takes subagents");
            return;
        }
    finding(judge,
            GRADE_ERROR,
            master->is_set ? &master->at : NULL,
            "snmpd takes no subagents: padam cannot publish; expected \"master agentx\"");
}

static void judge_socket_path(const struct judge *judge)
{
    const struct setup_word *socket = &judge->setup->agentx_socket;
    const char *path = socket->is_set ? socket->text : "/var/agentx/master";
    if (strncmp(path, "unix:", 5) == 0)
        path += 5;
    if (*path != '/')
        finding(judge,
                GRADE_ERROR,
                &socket->at,
                "agentXSocket is %s: who reaches it publishes what he likes, as AgentX has no "
                "password; expected a file's path, %s",
                path,
                judge->agentx_socket);
    else if (strcmp(path, judge->agentx_socket) != 0)
        finding(judge,
                GRADE_ERROR,
                socket->is_set ? &socket->at : NULL,
                "agentXSocket is %s%s, and padam-agentx connects to %s; expected \"agentXSocket "
                "%s\", or padam-agentx -x and this check --agentx-socket with snmpd's",
                path,
                socket->is_set ? "" : " unless set",
                judge->agentx_socket,
                judge->agentx_socket);
    else
        finding(
            judge, GRADE_GOOD, &socket->at, "padam-agentx connects to snmpd's socket, %s", path);
}

static void judge_permissions(const struct judge *judge)
{
    const struct setup_word *group = &judge->setup->agentx_group;
    if (group->is_set && strcmp(group->text, judge->agentx_group) == 0)
        finding(judge,
                GRADE_GOOD,
                &group->at,
                "snmpd gives its socket to the group %s",
                judge->agentx_group);
    else
        finding(judge,
                GRADE_ERROR,
                group->is_set ? &group->at : NULL,
                "agentXPerms %s: padam-agentx may not open snmpd's socket; expected \"agentXPerms "
                "0660 0755 Debian-snmp %s\"",
                group->is_set ? "names another group, or none" : "is not set",
                judge->agentx_group);
}

/* ---- communities ---- */

static bool is_well_known(const char *community)
{
    return strcasecmp(community, "public") == 0 || strcasecmp(community, "private") == 0;
}

/* Of a line that gives both, the writing is told. */
static bool is_told_by_next(const struct setup *setup, size_t place)
{
    const struct setup_grant *grant = &setup->grants[place];
    if (grant->writes || place + 1 == setup->grant_count)
        return false;
    const struct setup_grant *next = &setup->grants[place + 1];
    return next->writes && next->at.line == grant->at.line && next->at.file == grant->at.file;
}

static void judge_community(const struct judge *judge, const struct setup_grant *grant)
{
    const bool known = is_well_known(grant->name);
    if (grant->writes)
        finding(judge,
                GRADE_ERROR,
                &grant->at,
                "the community%s%s may write: a community is a password that everyone on the "
                "network can read; expected SNMPv3 users alone",
                known ? " " : "",
                known ? grant->name : "");
    else if (known)
        finding(judge,
                GRADE_ERROR,
                &grant->at,
                "the community %s is left over: the first that anyone tries; expected the line "
                "removed",
                grant->name);
    else if (!*grant->source)
        finding(judge,
                GRADE_WARNING,
                &grant->at,
                "a community may read from any address; expected a source address after it, or "
                "better a user of SNMPv3");
}

static void judge_communities(const struct judge *judge)
{
    const struct setup *setup = judge->setup;
    size_t count = 0;
    for (size_t i = 0; i < setup->grant_count; i++) {
        if (!setup->grants[i].is_community)
            continue;
        count++;
        if (!is_told_by_next(setup, i))
            judge_community(judge, &setup->grants[i]);
    }
    if (count == 0)
        finding(judge, GRADE_GOOD, NULL, "there are no communities");
}

/* ---- who reads, who writes ---- */

static const struct setup_oid padam_objects = {{MIB_OID_OBJECTS}, MIB_ROOT_LENGTH + 1};
static const struct setup_oid padam_control = {{MIB_OID_CONTROL}, MIB_ROOT_LENGTH + 2};
static const struct setup_oid entity_mib = {{1, 3, 6, 1, 2, 1, 47}, 7};
static const struct setup_oid sensor_mib = {{1, 3, 6, 1, 2, 1, 99}, 7};

static const char *level_name(enum setup_level level)
{
    static const char *const names[] = {"no password", "a password, unencrypted", "encryption"};
    return names[level];
}

static bool user_exists(const struct setup *setup, const struct setup_grant *grant)
{
    if (grant->is_community || setup->user_count == 0)
        return true;
    for (size_t i = 0; i < setup->user_count; i++)
        if (strcmp(setup->users[i], grant->name) == 0)
            return true;
    return false;
}

static void judge_reader(const struct judge *judge, const struct setup_grant *grant)
{
    if (!user_exists(judge->setup, grant)) {
        finding(judge,
                GRADE_WARNING,
                &grant->at,
                "the user %s may read, and was never created; expected net-snmp-create-v3-user, "
                "with snmpd stopped",
                grant->name);
        return;
    }
    finding(judge,
            grant->level == SETUP_PRIV || grant->is_community ? GRADE_GOOD : GRADE_WARNING,
            &grant->at,
            "%s reads padam's objects, with %s%s",
            grant->is_community ? "a community or group" : grant->name,
            level_name(grant->level),
            grant->level == SETUP_PRIV || grant->is_community ? "" : "; expected priv");
    if (setup_reaches(judge->setup, grant, &entity_mib) == SETUP_OUTSIDE ||
        setup_reaches(judge->setup, grant, &sensor_mib) == SETUP_OUTSIDE)
        finding(
            judge,
            GRADE_NOTE,
            &grant->at,
            "%s does not read padam's sensors as entities; for that its view has .1.3.6.1.2.1.47 "
            "and .1.3.6.1.2.1.99, too",
            grant->is_community ? "it" : grant->name);
}

static void judge_readers(const struct judge *judge)
{
    const struct setup *setup = judge->setup;
    bool any = false, not_known = false;
    for (size_t i = 0; i < setup->grant_count; i++) {
        const struct setup_grant *grant = &setup->grants[i];
        enum setup_reach reach =
            grant->writes ? SETUP_OUTSIDE : setup_reaches(setup, grant, &padam_objects);
        any = any || reach == SETUP_INSIDE;
        not_known = not_known || reach == SETUP_NOT_KNOWN;
        if (reach == SETUP_INSIDE)
            judge_reader(judge, grant);
    }
    if (any)
        return;
    if (not_known)
        finding(judge,
                GRADE_WARNING,
                NULL,
                "whether anyone may read padam's objects is not known, as views have names instead "
                "of numbers; expected .%s",
                MIB_ROOT_TEXT);
    else
        finding(
            judge,
            GRADE_ERROR,
            NULL,
            "nobody may read padam's objects: every manager sees No Such Object; expected a view "
            "with .%s, and \"authuser read USER priv -V VIEW\"",
            MIB_ROOT_TEXT);
}

static void judge_writer(const struct judge *judge, const struct setup_grant *grant)
{
    if (grant->level != SETUP_PRIV)
        finding(judge,
                GRADE_ERROR,
                &grant->at,
                "%s may start the genset and shut servers down with %s; expected priv",
                grant->name,
                level_name(grant->level));
    else if (grant->is_whole_user)
        finding(judge,
                GRADE_WARNING,
                &grant->at,
                "rwuser: %s writes whatever he may read, as it has one view for both; expected "
                "\"authuser read\" and \"authuser write\" lines",
                grant->name);
    else if (setup_reaches(judge->setup, grant, &entity_mib) == SETUP_INSIDE)
        finding(judge,
                GRADE_WARNING,
                &grant->at,
                "%s writes more than padam's commands; expected a view with .%s.1.12 alone",
                grant->name,
                MIB_ROOT_TEXT);
    else
        finding(judge, GRADE_GOOD, &grant->at, "%s commands padam, with encryption", grant->name);
}

static void judge_writers(const struct judge *judge)
{
    const struct setup *setup = judge->setup;
    bool any = false;
    for (size_t i = 0; i < setup->grant_count; i++) {
        const struct setup_grant *grant = &setup->grants[i];
        if (!grant->writes || setup_reaches(setup, grant, &padam_control) != SETUP_INSIDE)
            continue;
        any = true;
        if (!grant->is_community)
            judge_writer(judge, grant);
    }
    if (!any)
        finding(judge,
                GRADE_NOTE,
                NULL,
                "nobody commands padam over SNMP; at the box \"padam start\" and so on do");
}

/* ---- notifications ---- */

static bool is_address(const char *host)
{
    struct in6_addr address;
    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

static void judge_delivery(const struct judge *judge, const struct setup_sink *sink)
{
    if (sink->is_v1)
        finding(judge,
                GRADE_WARNING,
                &sink->at,
                "%s receives notifications of SNMPv1, which are never repeated; expected trapsess "
                "-Ci -v 3, or trap2sink",
                sink->host);
    else if (sink->is_inform && sink->is_v3 && !sink->has_engine_id)
        finding(judge,
                GRADE_ERROR,
                &sink->at,
                "informs to %s without its engine ID: while it is down snmpd stops for 6 s at its "
                "start and at every notification; expected -e ENGINEID",
                sink->host);
    else
        finding(judge,
                GRADE_GOOD,
                &sink->at,
                "%s receives notifications%s",
                sink->host,
                sink->is_inform ? ", repeated until it answers" : ", sent once");
}

static void judge_sink(const struct judge *judge, const struct setup_sink *sink)
{
    const bool is_name = *sink->host && !is_address(sink->host);
    if (!*sink->host)
        finding(judge, GRADE_ERROR, &sink->at, "a receiver of notifications without a host");
    else if (is_name && !judge->resolves(sink->host))
        finding(
            judge,
            GRADE_ERROR,
            &sink->at,
            "no address is found for %s, which is to receive notifications; expected an address "
            "in numbers: in a power cut a name server may be gone",
            sink->host);
    else
        judge_delivery(judge, sink);
    if (is_name)
        finding(judge,
                GRADE_NOTE,
                &sink->at,
                "%s is a name; an address in numbers needs no name server in a power cut",
                sink->host);
}

static void judge_sinks(const struct judge *judge)
{
    const struct setup *setup = judge->setup;
    for (size_t i = 0; i < setup->sink_count; i++)
        judge_sink(judge, &setup->sinks[i]);
    if (setup->sink_count == 0)
        finding(judge,
                GRADE_ERROR,
                NULL,
                "nobody receives notifications; expected a trapsess, informsink or trap2sink line");
}

/* ---- the rest ---- */

static bool is_loopback(const char *address)
{
    char host[SETUP_SCOPE_SIZE];
    text_copy(host, sizeof host, address);
    const char *at = strncmp(host, "udp:", 4) == 0 ? host + 4 : host;
    at = strncmp(at, "udp6:", 5) == 0 ? at + 5 : at;
    return strncmp(at, "127.", 4) == 0 || strncmp(at, "localhost", 9) == 0 ||
           strncmp(at, "[::1]", 5) == 0;
}

static bool is_only_here(const char *addresses)
{
    const char *at = addresses;
    while (*at) {
        char address[SETUP_SCOPE_SIZE];
        size_t length = strcspn(at, ",");
        text_format(address, sizeof address, "%.*s", (int)length, at);
        if (!is_loopback(address))
            return false;
        at += length + (at[length] == ',');
    }
    return *addresses != '\0';
}

static void judge_addresses(const struct judge *judge)
{
    const struct setup_word *address = &judge->setup->agent_address;
    if (address->is_set && is_only_here(address->text))
        finding(judge,
                GRADE_WARNING,
                &address->at,
                "snmpd listens on this machine alone (%s): no management station reaches it; "
                "expected \"agentaddress udp:161,udp6:161\", or the address of one interface",
                address->text);
}

static void judge_secrets(const struct judge *judge)
{
    const struct setup *setup = judge->setup;
    for (size_t i = 0; i < setup->secret_count; i++) {
        struct stat about;
        if (i > 0 && setup->secrets[i].file == setup->secrets[i - 1].file)
            continue;
        if (stat(setup->secrets[i].file, &about) == 0 && about.st_mode & S_IROTH)
            finding(judge,
                    GRADE_ERROR,
                    &setup->secrets[i],
                    "passphrases stand in a file that everyone on this machine may read; expected "
                    "mode 0600 or 0640");
    }
}

static void judge_room(const struct judge *judge)
{
    if (judge->setup->overflows)
        finding(judge,
                GRADE_WARNING,
                NULL,
                "there are more than %d lines of one kind: what comes after them was not looked at",
                SETUP_ROWS);
}

void judge_configuration(const struct judge *judge)
{
    static void (*const parts[])(const struct judge *judge) = {
        judge_master,
        judge_socket_path,
        judge_permissions,
        judge_communities,
        judge_readers,
        judge_writers,
        judge_sinks,
        judge_addresses,
        judge_secrets,
        judge_room,
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        parts[i](judge);
}

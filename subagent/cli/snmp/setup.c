#include "cli/snmp/setup.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* ---- object identifiers and views ---- */

bool setup_oid_read(const char *text, struct setup_oid *oid)
{
    enum { DECIMAL = 10 };
    *oid = (struct setup_oid){.length = 0};
    if (*text == '.')
        text++;
    while (isdigit((unsigned char)*text) && oid->length < SETUP_OID_LENGTH) {
        char *end;
        errno = 0;
        unsigned long part = strtoul(text, &end, DECIMAL);
        if (errno || part > UINT32_MAX || (*end && *end != '.'))
            return false;
        oid->parts[oid->length++] = (uint32_t)part;
        if (!*end)
            return true;
        text = end + 1;
    }
    return false;
}

/* "ff:a0" or "ff.a0": hexadecimal octets; what is not given is 1. */
static void mask_read(const char *text, uint8_t mask[static SETUP_OID_LENGTH / 8])
{
    enum { HEXADECIMAL = 16 };
    memset(mask, UINT8_MAX, SETUP_OID_LENGTH / 8);
    for (size_t i = 0; i < SETUP_OID_LENGTH / 8 && isxdigit((unsigned char)*text); i++) {
        char *end;
        mask[i] = (uint8_t)strtoul(text, &end, HEXADECIMAL);
        text = *end ? end + 1 : end;
    }
}

static bool mask_wants(const struct setup_view *view, size_t place)
{
    enum { BITS = 8, TOP = 0x80 };
    return view->mask[place / BITS] & (TOP >> place % BITS);
}

static bool family_has(const struct setup_view *view, const struct setup_oid *object)
{
    if (view->subtree.length > object->length)
        return false;
    for (size_t i = 0; i < view->subtree.length; i++)
        if (mask_wants(view, i) && view->subtree.parts[i] != object->parts[i])
            return false;
    return true;
}

/* The longest family that has it decides (RFC 3415, section 2.4). */
static enum setup_reach view_reaches(const struct setup *setup, const char *name,
                                     const struct setup_oid *object)
{
    const struct setup_view *longest = NULL;
    bool all_read = true;
    for (size_t i = 0; i < setup->view_count; i++) {
        const struct setup_view *view = &setup->views[i];
        if (strcmp(view->name, name) != 0)
            continue;
        all_read = all_read && view->is_read;
        if (view->is_read && family_has(view, object) &&
            (!longest || view->subtree.length >= longest->subtree.length))
            longest = view;
    }
    if (longest && longest->included)
        return SETUP_INSIDE;
    return all_read ? SETUP_OUTSIDE : SETUP_NOT_KNOWN;
}

static bool is_below(const struct setup_oid *object, const struct setup_oid *subtree)
{
    return subtree->length <= object->length &&
           memcmp(subtree->parts, object->parts, subtree->length * sizeof *subtree->parts) == 0;
}

enum setup_reach setup_reaches(const struct setup *setup, const struct setup_grant *grant,
                               const struct setup_oid *object)
{
    struct setup_oid subtree;
    if (!*grant->scope)
        return SETUP_INSIDE;
    if (grant->is_view)
        return view_reaches(setup, grant->scope, object);
    if (!setup_oid_read(grant->scope, &subtree))
        return SETUP_NOT_KNOWN;
    return is_below(object, &subtree) ? SETUP_INSIDE : SETUP_OUTSIDE;
}

/* ---- directives ---- */

struct line {
    struct setup *setup;
    const struct conf_place *at;
    char **words;
    size_t count;
};

static const char *word(const struct line *line, size_t place)
{
    return place < line->count ? line->words[place] : "";
}

static void word_set(const struct line *line, struct setup_word *to, const char *text)
{
    to->at = *line->at;
    to->is_set = true;
    text_copy(to->text, sizeof to->text, text);
}

static void take_master(const struct line *line, unsigned variant)
{
    (void)variant;
    word_set(line, &line->setup->master, word(line, 1));
}

static void take_socket(const struct line *line, unsigned variant)
{
    (void)variant;
    word_set(line, &line->setup->agentx_socket, word(line, 1));
}

static void take_permissions(const struct line *line, unsigned variant)
{
    enum { GROUP = 4 };
    (void)variant;
    word_set(line, &line->setup->agentx_group, word(line, GROUP));
}

static void take_address(const struct line *line, unsigned variant)
{
    (void)variant;
    word_set(line, &line->setup->agent_address, word(line, 1));
}

/* view NAME included|excluded SUBTREE [MASK] */
static void take_view(const struct line *line, unsigned variant)
{
    (void)variant;
    struct setup *setup = line->setup;
    if (setup->view_count == SETUP_ROWS) {
        setup->overflows = true;
        return;
    }
    struct setup_view *view = &setup->views[setup->view_count++];
    *view = (struct setup_view){.at = *line->at,
                                .included = strcasecmp(word(line, 2), "excluded") != 0};
    text_copy(view->name, sizeof view->name, word(line, 1));
    view->is_read = setup_oid_read(word(line, 3), &view->subtree);
    mask_read(word(line, 4), view->mask);
}

static enum setup_level level_read(const char *text)
{
    if (strcasecmp(text, "priv") == 0 || strcasecmp(text, "authpriv") == 0)
        return SETUP_PRIV;
    return strcasecmp(text, "noauth") == 0 || strcasecmp(text, "noauthnopriv") == 0 ? SETUP_NOAUTH
                                                                                    : SETUP_AUTH;
}

/* [OID | -V VIEW] at a place of the line. */
static void scope_read(const struct line *line, size_t place, struct setup_grant *grant)
{
    grant->is_view = strcmp(word(line, place), "-V") == 0;
    text_copy(grant->scope, sizeof grant->scope, word(line, place + grant->is_view));
}

static void grant_add(const struct line *line, const struct setup_grant *grant)
{
    struct setup *setup = line->setup;
    if (setup->grant_count == SETUP_ROWS) {
        setup->overflows = true;
        return;
    }
    setup->grants[setup->grant_count] = *grant;
    setup->grants[setup->grant_count++].at = *line->at;
}

static void grant_add_both(const struct line *line, struct setup_grant grant, bool writes)
{
    grant.writes = false;
    grant_add(line, &grant);
    grant.writes = true;
    if (writes)
        grant_add(line, &grant);
}

enum { READS, WRITES };

/* rocommunity COMMUNITY [SOURCE [OID | -V VIEW]] */
static void take_community(const struct line *line, unsigned variant)
{
    struct setup_grant grant = {.is_community = true, .level = SETUP_NOAUTH};
    const char *source = word(line, 2);
    text_copy(grant.name, sizeof grant.name, word(line, 1));
    if (strcasecmp(source, "default") != 0)
        text_copy(grant.source, sizeof grant.source, source);
    scope_read(line, 3, &grant);
    grant_add_both(line, grant, variant == WRITES);
}

/* rouser [-s MODEL] USER [LEVEL [OID | -V VIEW]] */
static void take_user(const struct line *line, unsigned variant)
{
    size_t user = strcmp(word(line, 1), "-s") == 0 ? 3 : 1;
    struct setup_grant grant = {.is_whole_user = true, .level = level_read(word(line, user + 1))};
    text_copy(grant.name, sizeof grant.name, word(line, user));
    scope_read(line, user + 2, &grant);
    grant_add_both(line, grant, variant == WRITES);
}

static bool types_have(const char *types, const char *type)
{
    size_t length = strlen(type);
    for (const char *at = types; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        if (strncasecmp(at, type, length) == 0 && (!at[length] || at[length] == ','))
            return true;
    return false;
}

static void grant_add_of_types(const struct line *line, struct setup_grant grant, const char *types)
{
    if (types_have(types, "read"))
        grant_add(line, &grant);
    grant.writes = true;
    if (types_have(types, "write"))
        grant_add(line, &grant);
}

/* authuser TYPES [-s MODEL] USER [LEVEL [OID | -V VIEW]], authgroup the same with a group */
static void take_authuser(const struct line *line, unsigned variant)
{
    size_t user = strcmp(word(line, 2), "-s") == 0 ? 4 : 2;
    struct setup_grant grant = {.level = level_read(word(line, user + 1))};
    (void)variant;
    text_copy(grant.name, sizeof grant.name, word(line, user));
    scope_read(line, user + 2, &grant);
    grant_add_of_types(line, grant, word(line, 1));
}

/* authcommunity TYPES COMMUNITY [SOURCE [OID | -V VIEW]] */
static void take_authcommunity(const struct line *line, unsigned variant)
{
    struct setup_grant grant = {.is_community = true, .level = SETUP_NOAUTH};
    const char *source = word(line, 3);
    (void)variant;
    text_copy(grant.name, sizeof grant.name, word(line, 2));
    if (strcasecmp(source, "default") != 0)
        text_copy(grant.source, sizeof grant.source, source);
    scope_read(line, 4, &grant);
    grant_add_of_types(line, grant, word(line, 1));
}

/* com2sec [-Cn CONTEXT] NAME SOURCE COMMUNITY: who that is, access lines say. */
static void take_com2sec(const struct line *line, unsigned variant)
{
    size_t name = strcmp(word(line, 1), "-Cn") == 0 ? 3 : 1;
    const char *source = word(line, name + 1);
    struct setup_grant grant = {.is_community = true, .is_view = true, .scope = " "};
    (void)variant;
    text_copy(grant.name, sizeof grant.name, word(line, name + 2));
    if (strcasecmp(source, "default") != 0)
        text_copy(grant.source, sizeof grant.source, source);
    grant_add(line, &grant);
}

/* access GROUP CONTEXT MODEL LEVEL PREFIX READ WRITE NOTIFY */
static void take_access(const struct line *line, unsigned variant)
{
    enum { GROUP = 1, MODEL = 3, LEVEL = 4, READ = 6, WRITE = 7 };
    bool is_usm = strcasecmp(word(line, MODEL), "usm") == 0;
    struct setup_grant grant = {.is_view = true,
                                .is_community = !is_usm,
                                .source = "com2sec",
                                .level = level_read(word(line, LEVEL))};
    (void)variant;
    text_copy(grant.name, sizeof grant.name, word(line, GROUP));
    for (size_t place = READ; place <= WRITE; place++) {
        grant.writes = place == WRITE;
        text_copy(grant.scope, sizeof grant.scope, word(line, place));
        if (strcasecmp(grant.scope, "none") != 0 && *grant.scope)
            grant_add(line, &grant);
    }
}

/* ---- receivers ---- */

/* "udp:192.0.2.1:162", "udp6:[2001:db8::1]:162", "nms.example:162". */
static void host_read(const char *text, char to[static SETUP_SCOPE_SIZE])
{
    static const char *const transports[] = {
        "udp:", "udp6:", "udpv6:", "udpipv6:", "tcp:", "tcp6:", "tcpv6:", "dtlsudp:", "tlstcp:"};
    for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
        if (strncasecmp(text, transports[i], strlen(transports[i])) == 0)
            text += strlen(transports[i]);
    const char *colon = strchr(text, ':');
    size_t length = strlen(text);
    if (*text == '[')
        length = strcspn(++text, "]");
    else if (colon && !strchr(colon + 1, ':'))
        length = (size_t)(colon - text);
    text_format(to, SETUP_SCOPE_SIZE, "%.*s", (int)length, text);
}

static struct setup_sink *sink_add(const struct line *line)
{
    struct setup *setup = line->setup;
    if (setup->sink_count == SETUP_ROWS) {
        setup->overflows = true;
        return NULL;
    }
    struct setup_sink *sink = &setup->sinks[setup->sink_count++];
    *sink = (struct setup_sink){.at = *line->at};
    return sink;
}

static void secret_add(const struct line *line)
{
    struct setup *setup = line->setup;
    if (setup->secret_count < SETUP_ROWS)
        setup->secrets[setup->secret_count++] = *line->at;
    else
        setup->overflows = true;
}

enum { SINK_V1, SINK_V2, SINK_INFORM };

/* trapsink HOST [COMMUNITY [PORT]] */
static void take_sink(const struct line *line, unsigned variant)
{
    struct setup_sink *sink = sink_add(line);
    if (!sink)
        return;
    sink->is_v1 = variant == SINK_V1;
    sink->is_inform = variant == SINK_INFORM;
    host_read(word(line, 1), sink->host);
}

static void session_option(const struct line *line, struct setup_sink *sink, char option,
                           const char *value)
{
    if (option == 'v') {
        sink->is_v3 = strcmp(value, "3") == 0;
        sink->is_v1 = strcmp(value, "1") == 0;
    }
    if (option == 'C' && strchr(value, 'i'))
        sink->is_inform = true;
    if (option == 'e')
        sink->has_engine_id = true;
    if (option == 'A' || option == 'X')
        secret_add(line);
}

/* trapsess OPTIONS HOST, the options as of snmptrap(1) */
static void take_session(const struct line *line, unsigned variant)
{
    static const char without_value[] = "dhHV";
    struct setup_sink *sink = sink_add(line);
    (void)variant;
    for (size_t i = 1; sink && i < line->count; i++) {
        const char *text = word(line, i);
        if (text[0] != '-' || !text[1]) {
            host_read(text, sink->host);
            continue;
        }
        bool is_alone = !text[2] && !strchr(without_value, text[1]);
        session_option(line, sink, text[1], is_alone ? word(line, i + 1) : text + 2);
        i += is_alone;
    }
}

/* ---- users ---- */

/* In quotes, which are gone by now, or 0x and hexadecimal octets that end with a 0. */
static void user_add(struct setup *setup, const char *text)
{
    enum { HEXADECIMAL = 16 };
    if (setup->user_count == SETUP_ROWS) {
        setup->overflows = true;
        return;
    }
    char *name = setup->users[setup->user_count++];
    text_copy(name, SETUP_NAME_SIZE, text);
    if (strncmp(text, "0x", 2) != 0)
        return;
    size_t length = 0;
    for (text += 2; text[0] && text[1] && length + 1 < SETUP_NAME_SIZE; text += 2) {
        const char octet[] = {text[0], text[1], '\0'};
        name[length++] = (char)strtoul(octet, NULL, HEXADECIMAL);
    }
    name[length] = '\0';
}

/* createUser [-e ENGINEID] NAME …: with passphrases, which snmpd takes out of its own file. */
static void take_create_user(const struct line *line, unsigned variant)
{
    (void)variant;
    user_add(line->setup, word(line, strcmp(word(line, 1), "-e") == 0 ? 3 : 1));
    secret_add(line);
}

/* usmUser STATUS STORAGE ENGINEID NAME …, as snmpd keeps it */
static void take_user_kept(const struct line *line, unsigned variant)
{
    enum { NAME = 4 };
    (void)variant;
    user_add(line->setup, word(line, NAME));
}

static const struct {
    const char *name;
    void (*take)(const struct line *line, unsigned variant);
    unsigned variant;
} directives[] = {
    {"master", take_master, 0},
    {"agentxsocket", take_socket, 0},
    {"agentxperms", take_permissions, 0},
    {"agentaddress", take_address, 0},
    {"view", take_view, 0},
    {"rocommunity", take_community, READS},
    {"rocommunity6", take_community, READS},
    {"rwcommunity", take_community, WRITES},
    {"rwcommunity6", take_community, WRITES},
    {"rouser", take_user, READS},
    {"rwuser", take_user, WRITES},
    {"authuser", take_authuser, 0},
    {"authgroup", take_authuser, 0},
    {"authcommunity", take_authcommunity, 0},
    {"com2sec", take_com2sec, 0},
    {"com2sec6", take_com2sec, 0},
    {"access", take_access, 0},
    {"trapsink", take_sink, SINK_V1},
    {"trap2sink", take_sink, SINK_V2},
    {"informsink", take_sink, SINK_INFORM},
    {"trapsess", take_session, 0},
    {"createuser", take_create_user, 0},
    {"usmuser", take_user_kept, 0},
};

void setup_take(struct setup *setup, const struct conf_place *at, char **words, size_t count)
{
    const struct line line = {.setup = setup, .at = at, .words = words, .count = count};
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (strcasecmp(words[0], directives[i].name) == 0)
            directives[i].take(&line, directives[i].variant);
}

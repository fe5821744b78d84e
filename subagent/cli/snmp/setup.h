#pragma once
/* What snmpd's configuration says, as far as padam's subagent, readers, commanders and receivers
 * of notifications depend on it (snmpd.conf(5), snmp_config(5)). */
#include <stdint.h>

#include "cli/snmp/conf.h"

enum {
    SETUP_NAME_SIZE = 64,
    SETUP_SCOPE_SIZE = 256,
    SETUP_ROWS = 256,
    SETUP_OID_LENGTH = 64,
    SETUP_ADDRESSES = 16
};

enum setup_level { SETUP_NOAUTH, SETUP_AUTH, SETUP_PRIV };

struct setup_oid {
    uint32_t parts[SETUP_OID_LENGTH];
    size_t length;
};

struct setup_view {
    struct conf_place at;
    char name[SETUP_NAME_SIZE];
    bool included;
    struct setup_oid subtree;
    uint8_t mask[SETUP_OID_LENGTH / 8]; /* bit 0: any number does there */
    bool is_read;                       /* false: its subtree is a name of some MIB */
};

/* One kind of access of one user, community or group. */
struct setup_grant {
    struct conf_place at;
    char name[SETUP_NAME_SIZE];
    char source[SETUP_NAME_SIZE]; /* of a community; "": from anywhere */
    bool is_community, writes;
    bool is_whole_user; /* rouser, rwuser: one view for all it may */
    enum setup_level level;
    bool is_view; /* scope is a view's name, else a subtree; "": everything */
    char scope[SETUP_SCOPE_SIZE];
};

struct setup_sink {
    struct conf_place at;
    char host[SETUP_SCOPE_SIZE]; /* without transport and port; "": no host */
    bool is_v1, is_inform, is_v3, has_engine_id;
};

/* A directive that stands once; the last one counts. */
struct setup_word {
    struct conf_place at;
    bool is_set;
    char text[SETUP_SCOPE_SIZE];
};

struct setup {
    struct setup_word master, agentx_socket, agent_address;
    struct setup_word agentx_group; /* of agentXPerms: the group that may open the socket */
    struct setup_view views[SETUP_ROWS];
    struct setup_grant grants[SETUP_ROWS];
    struct setup_sink sinks[SETUP_ROWS];
    struct conf_place secrets[SETUP_ROWS];   /* passphrases stand there */
    char users[SETUP_ROWS][SETUP_NAME_SIZE]; /* of SNMPv3, that were created */
    size_t view_count, grant_count, sink_count, secret_count, user_count;
    bool overflows; /* more than there is room for */
};

/* Takes one directive; one that does not matter here is left alone. */
void setup_take(struct setup *setup, const struct conf_place *at, char **words, size_t count);

/* "1.3.6.1.4" or ".1.3.6.1.4". False where it is something else, such as a name. */
bool setup_oid_read(const char *text, struct setup_oid *oid);

/* What a scope says of an object. */
enum setup_reach { SETUP_OUTSIDE, SETUP_INSIDE, SETUP_NOT_KNOWN /* named by a MIB's names */ };
enum setup_reach setup_reaches(const struct setup *setup, const struct setup_grant *grant,
                               const struct setup_oid *object);

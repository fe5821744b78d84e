/*
 * set ADDRESS ROOT SEED SECONDS: SETs of random varbinds to a real snmpd, most of them of the
 * control objects below ROOT (padamObjects). Each has to be answered; prints how often with which
 * error: "ERROR COUNT" a line.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

enum {
    VARBINDS_MAX = 8,
    OCTETS_MAX = 300,
    CONTROL_GROUP = 12,
    LAST_GROUP = 16,
    CONTROLS = 24,
    ERRORS = 32,
    TIMEOUT_US = 10000000,
};

static netsnmp_session *session;
static uint64_t chance;
static unsigned long answers[ERRORS];

static void fail(const char *what)
{
    fprintf(stderr, "set: %s\n", what);
    exit(2);
}

/* ---- chance (xorshift64*) ---- */

static unsigned any_below(unsigned limit)
{
    chance ^= chance >> 12;
    chance ^= chance << 25;
    chance ^= chance >> 27;
    return (unsigned)((chance * UINT64_C(2685821657736338717)) >> 33) % limit;
}

static bool seldom(unsigned one_in)
{
    return any_below(one_in) == 0;
}

/* ---- a varbind ---- */

static size_t name_make(oid *name, const oid *root, size_t length)
{
    memcpy(name, root, length * sizeof *name);
    name[length++] = seldom(10) ? any_below(LAST_GROUP) : CONTROL_GROUP;
    if (!seldom(30))
        name[length++] = any_below(CONTROLS);
    name[length++] = seldom(20) ? any_below(3) : 0;
    while (seldom(20) && length < MAX_OID_LEN)
        name[length++] = seldom(3) ? UINT32_MAX : any_below(9);
    return length;
}

static long number_make(void)
{
    static const long edges[] = {INT32_MIN, -1, INT32_MAX, UINT32_MAX, 86400, 604800, 40};
    return seldom(4) ? edges[any_below(sizeof edges / sizeof *edges)] : (long)any_below(8);
}

static size_t text_make(u_char *octets)
{
    static const char *const texts[] = {
        "", "Budi", "S\xc3\xa9ri", "\xff", "\xc3", "a\nb", "\x1b[2J"};
    if (!seldom(3)) {
        const char *text = texts[any_below(sizeof texts / sizeof *texts)];
        const size_t size = strlen(text) + 1;
        memcpy(octets, text, size);
        return size - 1;
    }
    size_t size = any_below(seldom(4) ? OCTETS_MAX : 40);
    for (size_t i = 0; i < size; i++)
        octets[i] = (u_char)any_below(seldom(3) ? 256 : 128);
    return size;
}

static bool varbind_add(netsnmp_pdu *pdu, const oid *root, size_t root_length)
{
    static const u_char types[] = {ASN_INTEGER,
                                   ASN_UNSIGNED,
                                   ASN_OCTET_STR,
                                   ASN_INTEGER,
                                   ASN_UNSIGNED,
                                   ASN_OCTET_STR,
                                   ASN_TIMETICKS,
                                   ASN_COUNTER,
                                   ASN_OBJECT_ID,
                                   ASN_IPADDRESS,
                                   ASN_COUNTER64,
                                   ASN_NULL};
    const u_char type = types[any_below(seldom(6) ? sizeof types : 3)];
    oid name[MAX_OID_LEN + 4];
    size_t length = name_make(name, root, root_length);
    u_char octets[OCTETS_MAX + 8];
    const long number = number_make();
    static const struct counter64 large = {1, 2};
    switch (type) {
    case ASN_OCTET_STR:
        return snmp_pdu_add_variable(pdu, name, length, type, octets, text_make(octets));
    case ASN_OBJECT_ID:
        return snmp_pdu_add_variable(pdu, name, length, type, root, root_length * sizeof *root);
    case ASN_IPADDRESS:
        return snmp_pdu_add_variable(pdu, name, length, type, "\1\2\3\4", 4);
    case ASN_COUNTER64:
        return snmp_pdu_add_variable(pdu, name, length, type, &large, sizeof large);
    case ASN_NULL:
        return snmp_pdu_add_variable(pdu, name, length, type, NULL, 0);
    default:
        return snmp_pdu_add_variable(pdu, name, length, type, &number, sizeof number);
    }
}

/* ---- asking ---- */

static void session_open(char *address)
{
    static u_char community[] = "padam";
    netsnmp_session wanted;
    snmp_sess_init(&wanted);
    wanted.peername = address;
    wanted.version = SNMP_VERSION_2c;
    wanted.community = community;
    wanted.community_len = sizeof community - 1;
    wanted.timeout = TIMEOUT_US;
    wanted.retries = 0;
    session = snmp_open(&wanted);
    if (!session)
        fail("no session");
}

static void set_once(const oid *root, size_t root_length)
{
    netsnmp_pdu *answer = NULL, *asked = snmp_pdu_create(SNMP_MSG_SET);
    const unsigned count = 1 + any_below(seldom(3) ? VARBINDS_MAX : 2);
    for (unsigned i = 0; asked && i < count; i++)
        if (!varbind_add(asked, root, root_length))
            fail("memory");
    if (!asked || snmp_synch_response(session, asked, &answer) != STAT_SUCCESS || !answer)
        fail("a SET is not answered");
    if (answer->errstat < 0 || answer->errstat >= ERRORS)
        fail("an error that SNMP does not have");
    answers[answer->errstat]++;
    snmp_free_pdu(answer);
}

int main(int count, char **arguments)
{
    oid root[MAX_OID_LEN];
    size_t root_length = MAX_OID_LEN;
    if (count != 5)
        fail("usage: set ADDRESS ROOT SEED SECONDS");
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    init_snmp("set");
    if (!read_objid(arguments[2], root, &root_length))
        fail(arguments[2]);
    chance = strtoull(arguments[3], NULL, 10) * 2 + 1;
    session_open(arguments[1]);
    for (const time_t end = time(NULL) + strtol(arguments[4], NULL, 10); time(NULL) < end;)
        set_once(root, root_length);
    for (int error = 0; error < ERRORS; error++)
        if (answers[error])
            printf("%d %lu\n", error, answers[error]);
    snmp_close(session);
    return 0;
}

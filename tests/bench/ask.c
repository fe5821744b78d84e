/*
 * ask ADDRESS dump ROOT                prints what is below ROOT, a line each: NAME TYPE VALUE
 * ask ADDRESS walk ROUNDS ROOT …       prints the milliseconds each walk took, a line a round
 * ask ADDRESS await SECONDS NAME         until that instance has a value
 * ask ADDRESS get|next ROUNDS NAME …   the same for one request, in microseconds
 *
 * The rivals, one a root or name, are asked in turn within a round, from the same process.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

enum { REPETITIONS = 50, TIMEOUT_US = 20000000 };

struct name {
    oid arcs[MAX_OID_LEN];
    size_t length;
};

static netsnmp_session *session;

static void fail(const char *what)
{
    fprintf(stderr, "ask: %s\n", what);
    exit(2);
}

static double now_us(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        fail("clock");
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static struct name name_read(const char *text)
{
    struct name name = {.length = MAX_OID_LEN};
    if (!read_objid(text, name.arcs, &name.length))
        fail(text);
    return name;
}

static void session_open(char *address)
{
    netsnmp_session wanted;
    static u_char community[] = "padam";
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

static netsnmp_pdu *request(int command, const struct name *name)
{
    netsnmp_pdu *answer, *asked = snmp_pdu_create(command);
    if (!asked || !snmp_add_null_var(asked, name->arcs, name->length))
        fail("memory");
    if (command == SNMP_MSG_GETBULK) {
        asked->non_repeaters = 0;
        asked->max_repetitions = REPETITIONS;
    }
    if (snmp_synch_response(session, asked, &answer) != STAT_SUCCESS ||
        answer->errstat != SNMP_ERR_NOERROR || !answer->variables)
        fail("no answer");
    return answer;
}

static bool is_below(const netsnmp_variable_list *varbind, const struct name *root)
{
    return varbind->type != SNMP_ENDOFMIBVIEW && varbind->name_length > root->length &&
           snmp_oid_compare(varbind->name, root->length, root->arcs, root->length) == 0;
}

static void print(const netsnmp_variable_list *varbind, const struct name *root)
{
    for (size_t i = root->length; i < varbind->name_length; i++)
        printf("%s%lu", i > root->length ? "." : "", varbind->name[i]);
    printf(" %d ", varbind->type);
    if (varbind->type != ASN_OCTET_STR)
        printf("%ld", *varbind->val.integer);
    for (size_t i = 0; varbind->type == ASN_OCTET_STR && i < varbind->val_len; i++)
        printf("%02x", varbind->val.string[i]);
    putchar('\n');
}

/* How many instances there are below the root. */
static size_t walk(const struct name *root, bool printed)
{
    struct name at = *root;
    size_t count = 0;
    for (bool more = true; more;) {
        netsnmp_pdu *answer = request(SNMP_MSG_GETBULK, &at);
        for (const netsnmp_variable_list *varbind = answer->variables; more && varbind;
             varbind = varbind->next_variable) {
            more = is_below(varbind, root);
            if (!more)
                break;
            count++;
            at.length = varbind->name_length;
            memcpy(at.arcs, varbind->name, at.length * sizeof *at.arcs);
            if (printed)
                print(varbind, root);
        }
        snmp_free_pdu(answer);
    }
    return count;
}

static double walk_ms(const struct name *root)
{
    const double began = now_us();
    if (walk(root, false) == 0)
        fail("nothing to walk");
    return (now_us() - began) / 1e3;
}

static double request_us(int command, const struct name *name)
{
    const double began = now_us();
    netsnmp_pdu *answer = request(command, name);
    const double taken = now_us() - began;
    if (answer->variables->type >= SNMP_NOSUCHOBJECT)
        fail("no value");
    snmp_free_pdu(answer);
    return taken;
}

static double get_us(const struct name *name)
{
    return request_us(SNMP_MSG_GET, name);
}

static double next_us(const struct name *name)
{
    return request_us(SNMP_MSG_GETNEXT, name);
}

/* Answers that there is none come at once, so this asks as fast as it is answered. */
static void await_value(const char *seconds, const struct name *name)
{
    const double end_us = now_us() + strtod(seconds, NULL) * 1e6;
    for (bool found = false; !found;) {
        netsnmp_pdu *answer, *asked = snmp_pdu_create(SNMP_MSG_GET);
        if (!asked || !snmp_add_null_var(asked, name->arcs, name->length))
            fail("memory");
        if (now_us() > end_us || snmp_synch_response(session, asked, &answer) != STAT_SUCCESS)
            fail("no value in time");
        found = answer->errstat == SNMP_ERR_NOERROR && answer->variables->type < SNMP_NOSUCHOBJECT;
        snmp_free_pdu(answer);
        if (!found && usleep(2000) != 0)
            fail("interrupted");
    }
}

static void rounds(double (*measure)(const struct name *), int count, char **names)
{
    const long round_count = strtol(names[0], NULL, 10);
    for (long round = 0; round < round_count; round++)
        for (int i = 1; i < count; i++) {
            const struct name name = name_read(names[i]);
            printf("%.1f%c", measure(&name), i + 1 < count ? ' ' : '\n');
        }
}

int main(int count, char **arguments)
{
    static const struct {
        const char *word;
        double (*measure)(const struct name *);
    } measures[] = {{"walk", walk_ms}, {"get", get_us}, {"next", next_us}};
    if (count < 4)
        fail("usage: ask ADDRESS dump ROOT, or ask ADDRESS walk|get|next ROUNDS NAME …");
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    init_snmp("ask");
    session_open(arguments[1]);
    if (strcmp(arguments[2], "dump") == 0) {
        const struct name root = name_read(arguments[3]);
        walk(&root, true);
    }
    if (strcmp(arguments[2], "await") == 0 && count == 5) {
        const struct name name = name_read(arguments[4]);
        await_value(arguments[3], &name);
    }
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (strcmp(arguments[2], measures[i].word) == 0)
            rounds(measures[i].measure, count - 3, arguments + 3);
    snmp_close(session);
    return 0;
}

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "play/lab.h"

enum { REPETITIONS = 20, SECOND_US = 1000000 };

/* Configures the library as the tools are by their options; with nothing of the machine's own
 * files. */
static bool library_open(struct live *live)
{
    static bool is_open;
    static char output_options[] = "QesU";
    if (is_open)
        return true;
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    if (setenv("MIBS", LAB_MIBS, 1) < 0 || setenv("MIBDIRS", live->settings->mibs, 1) < 0) {
        live_fail(live, "no room for the environment");
        return false;
    }
    init_snmp("padam-play");
    (void)snmp_out_toggle_options(output_options);
    return is_open = true;
}

static void *session_open(struct live *live)
{
    static char address[] = LAB_AGENT_ADDRESS;
    static u_char community[] = LAB_COMMUNITY;
    netsnmp_session session;
    snmp_sess_init(&session);
    session.version = SNMP_VERSION_2c;
    session.peername = address;
    session.community = community;
    session.community_len = sizeof community - 1;
    session.retries = 0;
    session.timeout = SECOND_US;
    void *handle = snmp_sess_open(&session);
    if (!handle)
        live_fail(live, "no SNMP session with %s", address);
    return handle;
}

/* Takes the request. Returns the response, to be freed, or NULL: none came, or it says an error. */
static netsnmp_pdu *request_send(void *handle, netsnmp_pdu *request)
{
    netsnmp_pdu *response = NULL;
    int status = snmp_sess_synch_response(handle, request, &response);
    if (status == STAT_SUCCESS && response->errstat == SNMP_ERR_NOERROR)
        return response;
    snmp_free_pdu(response);
    return NULL;
}

static void value_print(const netsnmp_variable_list *value, char output[static LAB_OUTPUT_SIZE])
{
    size_t length = strlen(output), room = LAB_OUTPUT_SIZE - length;
    int printed = snprint_variable(output + length, room, value->name, value->name_length, value);
    if (printed < 0 || (size_t)printed + 2 > room)
        output[length] = '\0';
    else
        text_copy(output + length + printed, room - (size_t)printed, "\n");
}

static bool names_add(struct live *live, netsnmp_pdu *request, const char *const *names)
{
    for (; *names; names++) {
        oid name[MAX_OID_LEN];
        size_t length = MAX_OID_LEN;
        if (!snmp_parse_oid(*names, name, &length)) {
            live_fail(live, "%s is not in the MIB", *names);
            return false;
        }
        (void)snmp_add_null_var(request, name, length);
    }
    return true;
}

bool lab_get(struct live *live, const char *const *names, char output[static LAB_OUTPUT_SIZE])
{
    output[0] = '\0';
    void *handle = library_open(live) ? session_open(live) : NULL;
    if (!handle)
        return false;
    netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GET), *response = NULL;
    if (names_add(live, request, names))
        response = request_send(handle, request);
    else
        snmp_free_pdu(request);
    for (netsnmp_variable_list *value = response ? response->variables : NULL; value;
         value = value->next_variable)
        value_print(value, output);
    bool answered = response != NULL;
    snmp_free_pdu(response);
    snmp_sess_close(handle);
    return answered;
}

/* ---- walks ---- */

struct walk {
    oid root[MAX_OID_LEN], next[MAX_OID_LEN];
    size_t root_length, next_length;
    bool ended;
};

static void walk_take(struct walk *walk, const netsnmp_variable_list *value, char *output)
{
    bool inside =
        snmp_oidtree_compare(walk->root, walk->root_length, value->name, value->name_length) == 0 &&
        value->type != SNMP_ENDOFMIBVIEW;
    walk->ended = walk->ended || !inside;
    if (walk->ended)
        return;
    value_print(value, output);
    memcpy(walk->next, value->name, value->name_length * sizeof(oid));
    walk->next_length = value->name_length;
}

static bool walk_step(void *handle, struct walk *walk, char *output)
{
    netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GETBULK);
    request->non_repeaters = 0;
    request->max_repetitions = REPETITIONS;
    (void)snmp_add_null_var(request, walk->next, walk->next_length);
    netsnmp_pdu *response = request_send(handle, request);
    if (!response)
        return false;
    walk->ended = response->variables == NULL;
    for (netsnmp_variable_list *value = response->variables; value; value = value->next_variable)
        walk_take(walk, value, output);
    snmp_free_pdu(response);
    return true;
}

bool lab_walk(struct live *live, const char *column, char output[static LAB_OUTPUT_SIZE])
{
    struct walk walk = {.root_length = MAX_OID_LEN};
    output[0] = '\0';
    void *handle = library_open(live) ? session_open(live) : NULL;
    if (!handle)
        return false;
    bool answered = snmp_parse_oid(column, walk.root, &walk.root_length) != NULL;
    memcpy(walk.next, walk.root, sizeof walk.root);
    walk.next_length = walk.root_length;
    while (answered && !walk.ended)
        answered = walk_step(handle, &walk, output);
    snmp_sess_close(handle);
    return answered;
}

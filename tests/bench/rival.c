/*
 * rival MASTER ROOT FILE: the least an AgentX subagent can be. It serves the rows of FILE from a
 * sorted array: a line is "NAME TYPE VALUE", the arcs below the row's root, the type's number and
 * the octets or the number, as `ask dump` prints them, in the order of a walk. What another
 * subagent on this library takes longer than this one is its own.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

enum { ARC_LIMIT = 16, LINE_SIZE = 1024 };

struct row {
    oid name[MAX_OID_LEN];
    size_t length;
};

struct instance {
    oid arcs[ARC_LIMIT];
    size_t arc_count, size;
    u_char type, *octets;
};

static struct row root;
static struct instance *instances;
static size_t instance_count;

static void fail(const char *what)
{
    fprintf(stderr, "rival: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* ---- the rows ---- */

static void value_read(struct instance *instance, const char *text)
{
    const long number = strtol(text, NULL, 10);
    const bool is_text = instance->type == ASN_OCTET_STR;
    instance->size = is_text ? strlen(text) / 2 : sizeof number;
    instance->octets = malloc(instance->size + 1);
    if (!instance->octets)
        fail("memory");
    if (!is_text)
        memcpy(instance->octets, &number, sizeof number);
    for (size_t i = 0; is_text && i < instance->size; i++)
        instance->octets[i] =
            (u_char)strtoul((char[]){text[2 * i], text[2 * i + 1], '\0'}, NULL, 16);
}

static void line_read(struct instance *instance, char *line)
{
    char *rest;
    char *arcs = strtok_r(line, " ", &rest), *type = strtok_r(NULL, " ", &rest);
    char *value = strtok_r(NULL, "\n", &rest);
    if (!type)
        fail("a line without a type");
    instance->type = (u_char)strtoul(type, NULL, 10);
    for (char *arc; (arc = strtok_r(arcs, ".", &arcs)) && instance->arc_count < ARC_LIMIT;)
        instance->arcs[instance->arc_count++] = strtoul(arc, NULL, 10);
    value_read(instance, value ? value : "");
}

static void rows_read(const char *path)
{
    char line[LINE_SIZE];
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path);
    while (fgets(line, sizeof line, file)) {
        struct instance *more = realloc(instances, (instance_count + 1) * sizeof *more);
        if (!more)
            fail("memory");
        instances = more;
        instances[instance_count] = (struct instance){0};
        line_read(&instances[instance_count++], line);
    }
    fclose(file);
}

/* The first instance that is not before the name, or after it where it is not to be included. */
static size_t place_of(const oid *name, size_t length, bool inclusive)
{
    size_t low = 0, high = instances ? instance_count : 0;
    if (length < root.length || snmp_oid_compare(name, root.length, root.name, root.length) != 0)
        return snmp_oid_compare(name, length, root.name, root.length) < 0 ? 0 : instance_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct instance *at = &instances[middle];
        const int order =
            snmp_oid_compare(at->arcs, at->arc_count, name + root.length, length - root.length);
        if (order < 0 || (order == 0 && !inclusive))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- answering ---- */

static void answer(netsnmp_variable_list *varbind, const struct instance *instance)
{
    oid name[MAX_OID_LEN];
    memcpy(name, root.name, root.length * sizeof *name);
    memcpy(name + root.length, instance->arcs, instance->arc_count * sizeof *name);
    if (snmp_set_var_objid(varbind, name, root.length + instance->arc_count) != 0 ||
        snmp_set_var_typed_value(varbind, instance->type, instance->octets, instance->size) != 0)
        fail("memory");
}

static int handle(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
                  netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
    (void)handler, (void)registration;
    for (netsnmp_request_info *request = requests; request; request = request->next) {
        const netsnmp_variable_list *varbind = request->requestvb;
        const bool exact = info->mode == MODE_GET;
        const size_t place =
            place_of(varbind->name, varbind->name_length, exact || request->inclusive);
        const struct instance *found = place < instance_count ? &instances[place] : NULL;
        const bool same = found && varbind->name_length == root.length + found->arc_count &&
                          memcmp(found->arcs,
                                 varbind->name + root.length,
                                 found->arc_count * sizeof *found->arcs) == 0;
        if (exact && !same)
            netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
        else if (found)
            answer(request->requestvb, found);
    }
    return SNMP_ERR_NOERROR;
}

int main(int count, char **arguments)
{
    if (count != 4)
        fail("usage: rival MASTER ROOT FILE");
    netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
    netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, arguments[1]);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    snmp_enable_stderrlog();
    init_agent("rival");
    init_snmp("rival");
    root.length = MAX_OID_LEN;
    if (!read_objid(arguments[2], root.name, &root.length))
        fail(arguments[2]);
    rows_read(arguments[3]);
    netsnmp_handler_registration *registration = netsnmp_create_handler_registration(
        "rival", handle, root.name, root.length, HANDLER_CAN_RONLY);
    if (!registration || netsnmp_register_handler(registration) != MIB_REGISTERED_OK)
        fail("registration");
    for (;;)
        agent_check_and_process(1);
}

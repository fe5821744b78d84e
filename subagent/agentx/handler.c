#include "agentx/handler.h"

#include "agentx/varbind.h"

static int varbind_fill(netsnmp_variable_list *varbind, const struct instance *instance)
{
    long number;
    size_t size;
    const void *octets = varbind_octets(instance->value, &number, &size);
    return snmp_set_var_typed_value(varbind, varbind_type(instance), octets, size);
}

static void get(const struct view *view, netsnmp_agent_request_info *info,
                netsnmp_request_info *request)
{
    netsnmp_variable_list *varbind = request->requestvb;
    struct instance found;
    switch (table_get(view, varbind->name, varbind->name_length, &found)) {
    case TABLE_NO_OBJECT:
        netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
        return;
    case TABLE_NO_INSTANCE:
        netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
        return;
    case TABLE_FOUND:
        if (varbind_fill(varbind, &found) != 0)
            netsnmp_set_request_error(info, request, SNMP_ERR_GENERR);
    }
}

/* Leaves the varbind as it is when there is no next: the library then says so, and where the next
 * is of another subtree. */
static void get_next(const struct view *view, netsnmp_agent_request_info *info,
                     netsnmp_request_info *request)
{
    netsnmp_variable_list *varbind = request->requestvb;
    mib_arc name[INSTANCE_NAME_MAX];
    struct instance found;
    if (!table_next(view, varbind->name, varbind->name_length, request->inclusive, &found))
        return;
    if (snmp_set_var_objid(varbind, name, instance_name(&found, name)) != 0 ||
        varbind_fill(varbind, &found) != 0)
        netsnmp_set_request_error(info, request, SNMP_ERR_GENERR);
}

typedef void value_getter(const struct view *view, netsnmp_agent_request_info *info,
                          netsnmp_request_info *request);

static void read_all(const struct handler *handler, value_getter *getter,
                     netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
    struct view view = link_view(handler->link);
    view.master_started = session_master_started(handler->session);
    for (netsnmp_request_info *request = requests; request; request = request->next)
        if (!request->processed)
            getter(&view, info, request);
}

static int handle(netsnmp_mib_handler *library_handler, netsnmp_handler_registration *registration,
                  netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
    (void)library_handler;
    struct handler *handler = registration->my_reg_void;
    if (info->mode == MODE_GET)
        read_all(handler, get, info, requests);
    else if (info->mode == MODE_GETNEXT)
        read_all(handler, get_next, info, requests);
    else
        control_set(handler->control, info, requests);
    return SNMP_ERR_NOERROR;
}

static int subtree_register(struct handler *handler, enum subtree subtree)
{
    netsnmp_handler_registration *registration = netsnmp_create_handler_registration(
        "padam",
        handle,
        subtrees[subtree].name,
        subtrees[subtree].length,
        subtree == SUBTREE_PADAM ? HANDLER_CAN_RWRITE : HANDLER_CAN_RONLY);
    if (!registration)
        return -1;
    registration->my_reg_void = handler;
    return netsnmp_register_handler(registration) == MIB_REGISTERED_OK ? 0 : -1;
}

int handler_register(struct handler *handler)
{
    for (enum subtree subtree = 0; subtree < SUBTREE_COUNT; subtree++)
        if (subtree_register(handler, subtree) < 0)
            return -1;
    return 0;
}

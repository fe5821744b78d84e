#include "agentx/order.h"

#include <string.h>

#include "agentx/mib.h"
#include "base/text.h"

enum { ARC_LIMIT = 32, TRUTH_TRUE = 1, TRUTH_FALSE = 2 };

static const oid control[] = {MIB_OID_CONTROL};
enum { CONTROL_LENGTH = sizeof control / sizeof *control };

/* ---- one varbind ---- */

static const struct mib_object *scalar_find(oid arc)
{
    const struct mib_group *group = &mib_groups[MIB_CONTROL];
    bool is_there =
        arc < ARC_LIMIT && arc < group->scalar_count && group->scalars[arc].name != NULL;
    return is_there ? &group->scalars[arc] : NULL;
}

/* RFC 3416, 4.2.5: where nothing of that name can be written, notWritable (2); another instance of
 * what can be, which cannot be created, noCreation (7). */
static int no_scalar_error(const netsnmp_variable_list *varbind)
{
    bool in_control = varbind->name_length > CONTROL_LENGTH &&
                      snmp_oid_compare(varbind->name, CONTROL_LENGTH, control, CONTROL_LENGTH) == 0;
    bool is_writable = in_control && scalar_find(varbind->name[CONTROL_LENGTH]);
    return is_writable ? SNMP_ERR_NOCREATION : SNMP_ERR_NOTWRITABLE;
}

static const struct mib_object *varbind_scalar(const netsnmp_variable_list *varbind)
{
    const oid *rest = varbind->name + CONTROL_LENGTH;
    if (varbind->name_length != CONTROL_LENGTH + 2 || rest[1] != 0 ||
        snmp_oid_compare(varbind->name, CONTROL_LENGTH, control, CONTROL_LENGTH) != 0)
        return NULL;
    return scalar_find(rest[0]);
}

static bool ranges_hold(const struct mib_object *object, int64_t value)
{
    for (uint8_t i = 0; i < object->range_count; i++)
        if (value >= object->ranges[i].min && value <= object->ranges[i].max)
            return true;
    return false;
}

static bool is_utf8(const char *text, size_t length)
{
    while (length > 0) {
        size_t size = text_character_size(text, length);
        if (size == 0)
            return false;
        text += size;
        length -= size;
    }
    return true;
}

static int text_check(const struct mib_object *object, const netsnmp_variable_list *varbind)
{
    if (!ranges_hold(object, (int64_t)varbind->val_len))
        return SNMP_ERR_WRONGLENGTH;
    return is_utf8((const char *)varbind->val.string, varbind->val_len) ? SNMP_ERR_NOERROR
                                                                        : SNMP_ERR_WRONGENCODING;
}

/* Net-SNMP holds an Unsigned32 in a long too. */
static int64_t varbind_number(const netsnmp_variable_list *varbind)
{
    return *varbind->val.integer;
}

int order_check(const netsnmp_variable_list *varbind)
{
    const struct mib_object *object = varbind_scalar(varbind);
    if (!object)
        return no_scalar_error(varbind);
    if (varbind->type != object->type)
        return SNMP_ERR_WRONGTYPE;
    if (object->type == MIB_TYPE_OCTETS)
        return text_check(object, varbind);
    if (varbind->val_len != sizeof(long))
        return SNMP_ERR_WRONGLENGTH;
    return ranges_hold(object, varbind_number(varbind)) ? SNMP_ERR_NOERROR : SNMP_ERR_WRONGVALUE;
}

/* ---- all varbinds ---- */

/* ARGUMENT_VALUE: of this value only, and it is the argument. */
enum argument { ARGUMENT_NONE, ARGUMENT_ALWAYS, ARGUMENT_NOT_0, ARGUMENT_VALUE };

/* What is a command: an object and, unless the value is its argument, the value. */
static const struct {
    uint32_t arc;
    enum argument argument;
    int64_t value;
    enum command_kind kind;
} commands[] = {
    {MIB_CTL_GENSET, ARGUMENT_NONE, 2, COMMAND_KIND_GENSET_START},
    {MIB_CTL_GENSET, ARGUMENT_NONE, 3, COMMAND_KIND_GENSET_STOP},
    {MIB_CTL_GENSET, ARGUMENT_NONE, 4, COMMAND_KIND_GENSET_RESET},
    {MIB_CTL_GENSET, ARGUMENT_NONE, 5, COMMAND_KIND_WILL_NOT_START},
    {MIB_CTL_EXERCISE_SECONDS, ARGUMENT_ALWAYS, 0, COMMAND_KIND_EXERCISE},
    {MIB_CTL_SHUTDOWN, ARGUMENT_NONE, 2, COMMAND_KIND_SHUTDOWN_ALL},
    {MIB_CTL_SHUTDOWN, ARGUMENT_NONE, 3, COMMAND_KIND_SHUTDOWN_CANCEL},
    {MIB_CTL_SHUTDOWN_TIER, ARGUMENT_NOT_0, 0, COMMAND_KIND_SHUTDOWN_TIER},
    {MIB_CTL_SHUTDOWN_SERVER, ARGUMENT_NOT_0, 0, COMMAND_KIND_SHUTDOWN_SERVER},
    {MIB_CTL_READINESS, ARGUMENT_NONE, 2, COMMAND_KIND_READINESS_CHECK},
    {MIB_CTL_HOLD, ARGUMENT_NONE, 2, COMMAND_KIND_HOLD_RELEASE},
    {MIB_CTL_INHIBIT_SECONDS, ARGUMENT_ALWAYS, 0, COMMAND_KIND_INHIBIT},
    {MIB_CTL_DRILL, ARGUMENT_NONE, 2, COMMAND_KIND_DRILL_BEGIN},
    {MIB_CTL_DRILL, ARGUMENT_NONE, 3, COMMAND_KIND_DRILL_END},
    {MIB_CTL_ACK_EVENT, ARGUMENT_NOT_0, 0, COMMAND_KIND_ACKNOWLEDGE},
    {MIB_CTL_ACCOUNT_DEVIATION, ARGUMENT_NOT_0, 0, COMMAND_KIND_ACCOUNT},
    {MIB_CTL_POWER_ON, ARGUMENT_VALUE, CTL_POWER_ON_ALL, COMMAND_KIND_POWER_ON},
    {MIB_CTL_POWER_ON, ARGUMENT_VALUE, CTL_POWER_ON_CANCEL, COMMAND_KIND_POWER_ON},
};
enum { COMMAND_LINES = sizeof commands / sizeof *commands };

/* What may come with a command: with any, or with one kind only. idle is the number that says
 * nothing; texts say nothing when empty. */
static const struct {
    uint32_t arc;
    enum command_kind only; /* 0: any */
    int64_t idle;
} modifiers[] = {
    {MIB_CTL_LOCK, 0, -1},
    {MIB_CTL_REQUESTER, 0, 0},
    {MIB_CTL_CONFIRM, 0, TRUTH_FALSE},
    {MIB_CTL_DRILL_ARM, COMMAND_KIND_DRILL_BEGIN, CTL_DRILL_ARM_NONE},
    {MIB_CTL_ACCOUNT_TEXT, COMMAND_KIND_ACCOUNT, 0},
    {MIB_CTL_ACCOUNT_ACTION, COMMAND_KIND_ACCOUNT, 0},
};
enum { MODIFIER_COUNT = sizeof modifiers / sizeof *modifiers };

/* The varbinds of one SET by their arc. */
struct given {
    netsnmp_request_info *by_arc[ARC_LIMIT];
};

static int given_collect(netsnmp_request_info *requests, struct given *given,
                         netsnmp_request_info **culprit)
{
    *given = (struct given){0};
    for (netsnmp_request_info *request = requests; request; request = request->next) {
        netsnmp_request_info **place = &given->by_arc[request->requestvb->name[CONTROL_LENGTH]];
        if (*place) {
            *culprit = request;
            return SNMP_ERR_INCONSISTENTVALUE;
        }
        *place = request;
    }
    return SNMP_ERR_NOERROR;
}

static bool line_applies(size_t line, int64_t number)
{
    switch (commands[line].argument) {
    case ARGUMENT_NONE:
    case ARGUMENT_VALUE:
        return number == commands[line].value;
    case ARGUMENT_NOT_0:
        return number != 0;
    case ARGUMENT_ALWAYS:
        return true;
    }
    return false;
}

/* The one command among the varbinds, if there is one. */
static int command_find(const struct given *given, struct order *order,
                        netsnmp_request_info **culprit)
{
    for (size_t i = 0; i < COMMAND_LINES; i++) {
        netsnmp_request_info *request = given->by_arc[commands[i].arc];
        if (!request || !line_applies(i, varbind_number(request->requestvb)))
            continue;
        if (order->command) {
            *culprit = request;
            return SNMP_ERR_INCONSISTENTVALUE;
        }
        order->command = request;
        order->ask.command.kind = commands[i].kind;
        if (commands[i].argument != ARGUMENT_NONE)
            order->ask.command.argument = (uint32_t)varbind_number(request->requestvb);
    }
    return SNMP_ERR_NOERROR;
}

static bool modifier_is_idle(size_t modifier, const netsnmp_variable_list *varbind)
{
    if (varbind->type == MIB_TYPE_OCTETS)
        return varbind->val_len == 0;
    return varbind_number(varbind) == modifiers[modifier].idle;
}

static int modifiers_check(const struct given *given, const struct order *order,
                           netsnmp_request_info **culprit)
{
    enum command_kind kind = order->ask.command.kind;
    for (size_t i = 0; i < MODIFIER_COUNT; i++) {
        netsnmp_request_info *request = given->by_arc[modifiers[i].arc];
        if (!request || modifier_is_idle(i, request->requestvb))
            continue;
        bool belongs = order->command && (!modifiers[i].only || modifiers[i].only == kind);
        if (!belongs) {
            *culprit = request;
            return SNMP_ERR_INCONSISTENTVALUE;
        }
    }
    return SNMP_ERR_NOERROR;
}

static void text_take(const struct given *given, uint32_t arc, char *to, size_t size)
{
    const netsnmp_request_info *request = given->by_arc[arc];
    if (!request)
        return;
    const netsnmp_variable_list *varbind = request->requestvb;
    text_format(to, size, "%.*s", (int)varbind->val_len, (const char *)varbind->val.string);
    text_one_line(to);
}

static int64_t number_or(const struct given *given, uint32_t arc, int64_t otherwise)
{
    const netsnmp_request_info *request = given->by_arc[arc];
    return request ? varbind_number(request->requestvb) : otherwise;
}

static void modifiers_take(const struct given *given, struct order *order)
{
    struct command *command = &order->ask.command;
    int64_t arm = number_or(given, MIB_CTL_DRILL_ARM, CTL_DRILL_ARM_NONE);
    command->confirmed = number_or(given, MIB_CTL_CONFIRM, TRUTH_FALSE) == TRUTH_TRUE;
    command->arm_genset = arm == CTL_DRILL_ARM_GENSET || arm == CTL_DRILL_ARM_ALL;
    command->arm_servers = arm == CTL_DRILL_ARM_SERVERS || arm == CTL_DRILL_ARM_ALL;
    order->lock = given->by_arc[MIB_CTL_LOCK];
    command->has_lock = order->lock != NULL;
    command->lock = (uint32_t)number_or(given, MIB_CTL_LOCK, 0);
    text_take(given, MIB_CTL_REQUESTER, order->ask.requester, sizeof order->ask.requester);
    text_take(given, MIB_CTL_ACCOUNT_TEXT, order->ask.text, sizeof order->ask.text);
    text_take(given,
              MIB_CTL_ACCOUNT_ACTION,
              order->ask.corrective_action,
              sizeof order->ask.corrective_action);
}

int order_assemble(netsnmp_request_info *requests, struct order *order,
                   netsnmp_request_info **culprit)
{
    struct given given;
    *order = (struct order){0};
    int error = given_collect(requests, &given, culprit);
    if (error == SNMP_ERR_NOERROR)
        error = command_find(&given, order, culprit);
    if (error == SNMP_ERR_NOERROR)
        error = modifiers_check(&given, order, culprit);
    if (error != SNMP_ERR_NOERROR)
        return error;
    modifiers_take(&given, order);
    return SNMP_ERR_NOERROR;
}

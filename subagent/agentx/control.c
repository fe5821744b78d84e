#include "agentx/control.h"

#include <errno.h>
#include <string.h>

#include "agentx/order.h"
#include "base/log.h"

void control_init(struct control *control, const char *engine_socket)
{
    *control = (struct control){.engine_socket = engine_socket};
}

/* ---- promises held ---- */

/* The library's session pointer changes between phases, these numbers do not. */
static long session_of(const netsnmp_agent_request_info *info)
{
    return info->asp->pdu->sessid;
}

static long transaction_of(const netsnmp_agent_request_info *info)
{
    return info->asp->pdu->transid;
}

static struct held_promise *promise_find(struct control *control,
                                         const netsnmp_agent_request_info *info)
{
    for (size_t i = 0; i < CONTROL_PROMISES; i++) {
        struct held_promise *held = &control->promises[i];
        if (held->held && held->session == session_of(info) &&
            held->transaction == transaction_of(info))
            return held;
    }
    return NULL;
}

static void promise_drop(struct held_promise *held)
{
    if (!held || !held->held)
        return;
    log_info("command %u is given back", held->promise.index);
    promise_cancel(&held->promise);
    held->held = false;
}

static void promise_hold(struct control *control, const netsnmp_agent_request_info *info,
                         struct engine_promise promise)
{
    promise_drop(promise_find(control, info));
    struct held_promise *held = &control->promises[control->next];
    control->next = (control->next + 1) % CONTROL_PROMISES;
    promise_drop(held);
    *held = (struct held_promise){true, session_of(info), transaction_of(info), promise};
}

void control_cancel_all(struct control *control)
{
    for (size_t i = 0; i < CONTROL_PROMISES; i++)
        promise_drop(&control->promises[i]);
}

/* ---- phases ---- */

/* May run several times for one SET: keeps nothing. */
static void set_reserve1(struct control *control, netsnmp_agent_request_info *info,
                         netsnmp_request_info *requests)
{
    (void)control;
    for (netsnmp_request_info *request = requests; request; request = request->next) {
        int error = order_check(request->requestvb);
        if (error != SNMP_ERR_NOERROR) {
            netsnmp_set_request_error(info, request, error);
            return;
        }
    }
}

/* False: the error is set. */
static bool assemble(netsnmp_agent_request_info *info, netsnmp_request_info *requests,
                     struct order *order)
{
    netsnmp_request_info *culprit = requests;
    int error = order_assemble(requests, order, &culprit);
    if (error != SNMP_ERR_NOERROR)
        netsnmp_set_request_error(info, culprit, error);
    return error == SNMP_ERR_NOERROR;
}

static void set_reserve2(struct control *control, netsnmp_agent_request_info *info,
                         netsnmp_request_info *requests)
{
    (void)control;
    struct order order;
    assemble(info, requests, &order);
}

static void refusal_set(netsnmp_agent_request_info *info, const struct order *order,
                        const struct engine_promise *promise)
{
    bool by_lock = promise->reason == REASON_LOCK_MISMATCH && order->lock;
    const char *kind = command_kind_name(order->ask.command.kind);
    if (by_lock)
        log_notice("command %s by \"%s\" was refused: the lock has another value",
                   kind,
                   order->ask.requester);
    else
        log_notice("command %s by \"%s\" was refused; row %u says why",
                   kind,
                   order->ask.requester,
                   promise->index);
    netsnmp_set_request_error(
        info, by_lock ? order->lock : order->command, SNMP_ERR_INCONSISTENTVALUE);
}

static void set_action(struct control *control, netsnmp_agent_request_info *info,
                       netsnmp_request_info *requests)
{
    struct order order;
    struct engine_promise promise;
    if (!assemble(info, requests, &order) || !order.command)
        return;
    switch (promise_ask(
        &promise, control->engine_socket, "padam-agentx", &order.ask, WIRE_PROMISE_MS)) {
    case PROMISE_GIVEN:
        promise_hold(control, info, promise);
        return;
    case PROMISE_REFUSED:
        refusal_set(info, &order, &promise);
        return;
    case PROMISE_NONE:
        log_warning("%s: asking the engine for a promise: %s",
                    control->engine_socket,
                    *promise.turned_away ? promise.turned_away : strerror(errno));
        /* fall through */
    case PROMISE_BUSY:
        netsnmp_set_request_error(info, order.command, SNMP_ERR_RESOURCEUNAVAILABLE);
    }
}

static void set_commit(struct control *control, netsnmp_agent_request_info *info,
                       netsnmp_request_info *requests)
{
    (void)requests;
    struct held_promise *held = promise_find(control, info);
    if (!held)
        return;
    held->held = false;
    if (promise_confirm(&held->promise) < 0)
        log_error("command %u was promised but could not be confirmed: %s",
                  held->promise.index,
                  strerror(errno));
    else
        log_info("command %u is confirmed", held->promise.index);
}

static void set_back(struct control *control, netsnmp_agent_request_info *info,
                     netsnmp_request_info *requests)
{
    (void)requests;
    promise_drop(promise_find(control, info));
}

void control_set(struct control *control, netsnmp_agent_request_info *info,
                 netsnmp_request_info *requests)
{
    static const struct {
        int mode;
        void (*run)(struct control *, netsnmp_agent_request_info *, netsnmp_request_info *);
    } phases[] = {
        {MODE_SET_RESERVE1, set_reserve1},
        {MODE_SET_RESERVE2, set_reserve2},
        {MODE_SET_ACTION, set_action},
        {MODE_SET_COMMIT, set_commit},
        {MODE_SET_UNDO, set_back},
        {MODE_SET_FREE, set_back},
    };
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
        if (phases[i].mode == info->mode)
            phases[i].run(control, info, requests);
}

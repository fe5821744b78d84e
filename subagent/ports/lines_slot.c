#include "ports/lines_slot.h"

#include <string.h>

#include "base/text.h"

const char *slot_name(const struct line_slot *slot)
{
    return slot->output ? output_role_name((enum output_role)slot->role)
                        : input_role_name((enum input_role)slot->role);
}

static void slot_explain(struct line_slot *slot, const char *reason, char *why)
{
    text_copy(slot->reason, sizeof slot->reason, reason);
    text_format(why,
                SLOT_WHY_SIZE,
                "%s %s is not available: %s",
                slot->output ? "output" : "input",
                slot_name(slot),
                reason);
}

static int simulated_open(struct line_slot *slot, const struct line_order *order, char *why)
{
    int failed = slot->backend->open(order, &slot->request);
    if (failed < 0)
        slot_explain(slot, "simulated so", why);
    return failed;
}

static int device_open(struct line_slot *slot, struct line_order *order, int *held_fd, char *why)
{
    char reason[LINE_WHY_SIZE];
    int failed = line_find(order, reason);
    if (failed < 0) {
        slot_explain(slot, reason, why);
        return failed;
    }
    text_copy(slot->device, sizeof slot->device, order->device);
    failed = slot->backend->open(order, &slot->request);
    *held_fd = -1;
    if (failed < 0) {
        line_explain(order, failed, reason);
        slot_explain(slot, reason, why);
    }
    return failed;
}

int slot_open(struct line_slot *slot, int *held_fd, char why[static SLOT_WHY_SIZE])
{
    struct line_order order = {
        .settings = slot->settings,
        .output = slot->output,
        .on = slot->on,
        .held_fd = *held_fd,
        .simulator = slot->simulator,
        .role = slot->role,
    };
    text_format(order.consumer, sizeof order.consumer, "padam %s", slot_name(slot));
    slot->failed = 0;
    return slot->simulator ? simulated_open(slot, &order, why)
                           : device_open(slot, &order, held_fd, why);
}

void slot_close(struct line_slot *slot)
{
    slot->source = sd_event_source_disable_unref(slot->source);
    if (slot->request)
        slot->backend->close(slot->request);
    slot->request = NULL;
    slot->had_edge = false;
    slot->chatter.muted = false;
    slot->chatter.edges = 0;
}

int slot_read(struct line_slot *slot)
{
    return slot->backend->read(slot->request);
}

int slot_write(struct line_slot *slot, bool on)
{
    return slot->backend->write(slot->request, on);
}

int slot_fd(const struct line_slot *slot)
{
    return slot->backend->fd(slot->request);
}

int slot_next_edge(struct line_slot *slot, struct line_edge *edge)
{
    return slot->backend->next_edge(slot->request, edge);
}

#include "engine/messages.h"

#include <string.h>

#include "base/text.h"
#include "engine/contacts.h"

/* ---- rows ---- */

static bool message_read(const struct messages *messages, uint32_t key, struct row_message *row)
{
    const void *found = messages->find(messages->context, ROW_message, key);
    if (found)
        memcpy(row, found, sizeof *row);
    return found != NULL;
}

static void message_put(const struct messages *messages, uint32_t key,
                        const struct row_message *row)
{
    messages->put(messages->context, ROW_message, key, row);
}

static bool event_read(const struct messages *messages, uint32_t event, struct row_event *row)
{
    const void *found = messages->find(messages->context, ROW_event, event);
    if (found)
        memcpy(row, found, sizeof *row);
    return found != NULL;
}

static void message_end(const struct messages *messages, struct row_message *row,
                        enum delivery delivery, const char *reason)
{
    row->delivery = delivery;
    memset(row->reason, 0, sizeof row->reason);
    text_copy(row->reason, sizeof row->reason, reason);
    row->ended_wall_ms = delivery == DELIVERY_PENDING ? 0 : messages->moment.wall_ms;
}

/* ---- an event ---- */

static bool goes_on(const struct messages *messages, const struct row_event *event, unsigned order)
{
    return messages->config->notify.escalate_after_ms > 0 && !event->acknowledged_wall_ms &&
           event_wants_acknowledgement(event->notification) &&
           contacts_next_order(messages->config, event, order) > 0;
}

instant message_escalates_at(const struct config *config, const struct row_message *message)
{
    return instant_add_ms(message->waits_since, config->notify.escalate_after_ms);
}

static void order_put(const struct messages *messages, uint32_t sequence,
                      const struct row_event *event, unsigned order)
{
    const struct config *config = messages->config;
    for (size_t i = 0; i < config->contact_count; i++) {
        const struct contact *contact = &config->contacts[i];
        struct row_message row;
        uint32_t key = message_key(sequence, contact->index);
        if (contact->order != order || !contact_wants(contact, event) ||
            messages->find(messages->context, ROW_message, key))
            continue;
        memset(&row, 0, sizeof row);
        row.event = sequence;
        row.contact = contact->index;
        text_copy(row.name, sizeof row.name, contact->name);
        row.order = order;
        row.delivery = DELIVERY_PENDING;
        row.waits_since = goes_on(messages, event, order) ? messages->moment.now : INSTANT_NONE;
        row.asked_wall_ms = messages->moment.wall_ms;
        message_put(messages, key, &row);
    }
}

/* A repeat that nobody was told of yet says nothing that the newer one does not say. */
static void repeat_supersede(const struct messages *messages, uint32_t earlier)
{
    for (unsigned contact = 1; contact <= CONFIG_CONTACT_LIMIT; contact++) {
        struct row_message row;
        uint32_t key = message_key(earlier, contact);
        if (!message_read(messages, key, &row) || row.delivery != DELIVERY_PENDING)
            continue;
        message_end(messages, &row, DELIVERY_SUPERSEDED, "a newer one says the same");
        message_put(messages, key, &row);
    }
}

static void repeats_supersede(const struct messages *messages, uint32_t sequence,
                              const struct row_event *event)
{
    enum { REPEATS_LOOKED_AT = 64 };
    if (event->notification != NOTIFICATION_DEADLINE_STILL_MISSED)
        return;
    for (uint32_t back = 1; back <= REPEATS_LOOKED_AT && back < sequence; back++) {
        struct row_event earlier;
        if (event_read(messages, sequence - back, &earlier) &&
            earlier.notification == event->notification && earlier.incident == event->incident &&
            earlier.step == event->step)
            repeat_supersede(messages, sequence - back);
    }
}

void messages_of_event(const struct messages *messages, uint32_t event)
{
    struct row_event row;
    if (messages->config->contact_count == 0 || !event_read(messages, event, &row))
        return;
    repeats_supersede(messages, event, &row);
    /* Nobody of the first order may want it, and a later one does. */
    unsigned order = contacts_next_order(messages->config, &row, 0);
    if (order == 1 || event_wants_acknowledgement(row.notification))
        order_put(messages, event, &row, order);
}

/* ---- acknowledgement and escalation ---- */

static void escalation_stop(const struct messages *messages, uint32_t key)
{
    struct row_message row;
    if (!message_read(messages, key, &row) || !instant_is_set(row.waits_since))
        return;
    row.waits_since = INSTANT_NONE;
    message_put(messages, key, &row);
}

/* One that was asked for when others did not acknowledge is of no use any more. */
static void escalated_drop(const struct messages *messages, uint32_t key, const char *by)
{
    struct row_message row;
    char reason[sizeof row.reason];
    if (!message_read(messages, key, &row) || row.order == 1 || row.delivery != DELIVERY_PENDING)
        return;
    text_format(reason, sizeof reason, "acknowledged by %s", *by ? by : "somebody");
    message_end(messages, &row, DELIVERY_SUPERSEDED, reason);
    message_put(messages, key, &row);
}

void messages_acknowledged(const struct messages *messages, uint32_t event)
{
    struct row_event row;
    if (!event_read(messages, event, &row))
        return;
    for (unsigned contact = 1; contact <= CONFIG_CONTACT_LIMIT; contact++) {
        escalation_stop(messages, message_key(event, contact));
        escalated_drop(messages, message_key(event, contact), row.acknowledged_by);
    }
}

static unsigned highest_order(const struct messages *messages, uint32_t event)
{
    unsigned highest = 0;
    for (unsigned contact = 1; contact <= CONFIG_CONTACT_LIMIT; contact++) {
        struct row_message row;
        if (message_read(messages, message_key(event, contact), &row) && row.order > highest)
            highest = row.order;
    }
    return highest;
}

void messages_escalate(const struct messages *messages, uint32_t event)
{
    struct row_event row;
    bool is_known = event_read(messages, event, &row);
    unsigned order = highest_order(messages, event);
    for (unsigned contact = 1; contact <= CONFIG_CONTACT_LIMIT; contact++)
        escalation_stop(messages, message_key(event, contact));
    if (is_known && goes_on(messages, &row, order))
        order_put(messages, event, &row, contacts_next_order(messages->config, &row, order));
}

/* ---- tries ---- */

/* Nobody of this order can acknowledge what nobody of it was told. */
static bool all_refused(const struct messages *messages, const struct row_message *last)
{
    for (unsigned contact = 1; contact <= CONFIG_CONTACT_LIMIT; contact++) {
        struct row_message row;
        if (contact != last->contact &&
            message_read(messages, message_key(last->event, contact), &row) &&
            row.order == last->order && row.delivery != DELIVERY_REFUSED)
            return false;
    }
    return true;
}

static enum delivery delivery_of(const struct message_end *end)
{
    if (end->told)
        return DELIVERY_ACCEPTED;
    if (!end->wanted)
        return DELIVERY_SUPERSEDED;
    return end->gave_up ? DELIVERY_REFUSED : DELIVERY_PENDING;
}

void messages_tried(const struct messages *messages, uint32_t key, const struct message_end *end)
{
    struct row_message row;
    if (!message_read(messages, key, &row))
        return;
    row.attempts += end->wanted;
    /* It may have been superseded while it was being told. */
    if (row.delivery == DELIVERY_PENDING || end->told)
        message_end(messages, &row, delivery_of(end), end->told ? "" : end->reason);
    if (row.delivery == DELIVERY_REFUSED && instant_is_set(row.waits_since) &&
        all_refused(messages, &row))
        row.waits_since =
            instant_add_ms(messages->moment.now, -messages->config->notify.escalate_after_ms);
    message_put(messages, key, &row);
}

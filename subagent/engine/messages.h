#pragma once
/*
 * Messages to contacts, as rows of the journal: one for each event and contact. Pure.
 *
 *              told                      its command exited with 0
 *   pending ----------> accepted
 *      |  ^  not told, and there is another try
 *      |--+
 *      |------> refused      not told, and that was the last try
 *      '------> superseded   it need not be told any more; the row's reason says why
 *
 * Those of an event that wants an acknowledgement say since when it is waited for. When that has
 * been for too long, or none of their order could be told, the event goes to the contacts next in
 * order, if there are any.
 */
#include "config/config.h"
#include "wire/derive.h"
#include "wire/rows.h"

struct messages {
    const struct config *config;
    struct derive_moment moment;
    /* As of struct history. */
    const void *(*find)(void *context, enum row_table table, uint32_t key);
    void (*put)(void *context, enum row_table table, uint32_t key, const void *row);
    void *context;
};

/* Each event and contact has a key of its own, in the order of events. */
enum { MESSAGE_CONTACT_BITS = 4 };
_Static_assert(CONFIG_CONTACT_LIMIT < 1 << MESSAGE_CONTACT_BITS, "every contact has its keys");
static inline uint32_t message_key(uint32_t event, unsigned contact)
{
    return event << MESSAGE_CONTACT_BITS | contact;
}

/* The event's row is put: contacts of the first order that want it are to be told. */
void messages_of_event(const struct messages *messages, uint32_t event);

/* It is acknowledged: it goes to nobody else. */
void messages_acknowledged(const struct messages *messages, uint32_t event);

/* When the message's event goes on; NONE: never. */
instant message_escalates_at(const struct config *config, const struct row_message *message);

/* It goes to the contacts next in order. */
void messages_escalate(const struct messages *messages, uint32_t event);

struct message_end {
    bool told;
    bool gave_up;       /* not told, and not tried again */
    bool wanted;        /* false: it need not be told any more, and was not tried */
    const char *reason; /* where it was not told */
};

/* What became of one try. */
void messages_tried(const struct messages *messages, uint32_t key, const struct message_end *end);

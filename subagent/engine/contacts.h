#pragma once
/* Which contact is told of which event, and which events want an answer. Pure. */
#include "config/config.h"
#include "wire/rows.h"

/* A report or failure that a person has to acknowledge: else it goes to the contacts next in
 * order. */
bool event_wants_acknowledgement(enum notification notification);

/* Whether the contact is to be told of such an event, in its turn. */
bool contact_wants(const struct contact *contact, const struct row_event *event);

/* The least order above this one with a contact that wants the event; 0: there is none. */
unsigned contacts_next_order(const struct config *config, const struct row_event *event,
                             unsigned order);

/* NULL: there is none with this index. */
const struct contact *contact_find(const struct config *config, unsigned index);

#include "engine/contacts.h"

#include <string.h>

#include "engine/procedure.h"

enum {
    OPERATOR = 1 << ROLE_GENSET_OPERATOR,
    HEAD = 1 << ROLE_HEAD_OF_SECTION,
    ADMINISTRATOR = 1 << ROLE_SERVER_ADMINISTRATOR,
    ALL = OPERATOR | HEAD | ADMINISTRATOR,
    OF_STEP = 1 << 16, /* whose step it is */
    ANSWERED = 1 << 17 /* somebody is to acknowledge it */
};
_Static_assert(ROLE_COUNT <= 16, "a bit for each role");

/* Whom it concerns. */
static const unsigned concerns[NOTIFICATION_COUNT] = {
    [NOTIFICATION_OUTAGE_OPENED] = ALL,
    [NOTIFICATION_OUTAGE_CLOSED] = ALL,
    [NOTIFICATION_ROUND_OPENED] = ALL,
    [NOTIFICATION_MAINS_LOST] = OPERATOR,
    [NOTIFICATION_MAINS_RESTORED] = OPERATOR,
    [NOTIFICATION_GENSET_STARTED] = OPERATOR,
    [NOTIFICATION_GENSET_START_FAILED] = OPERATOR,
    [NOTIFICATION_GENSET_STOPPED] = OPERATOR | HEAD,
    [NOTIFICATION_GENSET_STOP_FAILED] = OPERATOR | HEAD | ANSWERED,
    [NOTIFICATION_GENSET_NOT_CARRYING] = OPERATOR | HEAD,
    [NOTIFICATION_GENSET_CARRYING] = OPERATOR | HEAD,
    [NOTIFICATION_REPORT_RUNNING] = HEAD | ADMINISTRATOR | ANSWERED,
    [NOTIFICATION_REPORT_FAILED] = HEAD | ADMINISTRATOR | ANSWERED,
    [NOTIFICATION_DEADLINE_MET] = OF_STEP | HEAD,
    [NOTIFICATION_DEADLINE_MISSED] = OF_STEP | HEAD | ANSWERED,
    [NOTIFICATION_DEADLINE_HELD] = OF_STEP | HEAD,
    [NOTIFICATION_DEADLINE_STILL_MISSED] = OF_STEP | HEAD,
    [NOTIFICATION_SHUTDOWN_BEGUN] = ADMINISTRATOR | HEAD,
    [NOTIFICATION_SHUTDOWN_DONE] = ADMINISTRATOR | HEAD,
    [NOTIFICATION_SHUTDOWN_ESCALATED] = ADMINISTRATOR | HEAD | ANSWERED,
    [NOTIFICATION_SHUTDOWN_CANCELLED] = ADMINISTRATOR | HEAD,
    [NOTIFICATION_SELF_SHUTDOWN] = ADMINISTRATOR | HEAD,
    [NOTIFICATION_SERVER_DOWN] = ADMINISTRATOR,
    [NOTIFICATION_SERVER_NOT_CONFIRMED] = ADMINISTRATOR,
    [NOTIFICATION_SERVER_FAILED] = ADMINISTRATOR | ANSWERED,
    [NOTIFICATION_SERVER_UP] = ADMINISTRATOR,
    [NOTIFICATION_SERVER_NOT_UP] = ADMINISTRATOR,
    [NOTIFICATION_UPS_LOW] = ADMINISTRATOR,
    [NOTIFICATION_UPS_RECOVERED] = ADMINISTRATOR,
    [NOTIFICATION_UPS_UNKNOWN] = ADMINISTRATOR,
    [NOTIFICATION_UPS_KNOWN_AGAIN] = ADMINISTRATOR,
    [NOTIFICATION_CONTRADICTION_RAISED] = OPERATOR | ADMINISTRATOR | ANSWERED,
    [NOTIFICATION_CONTRADICTION_CLEARED] = OPERATOR | ADMINISTRATOR,
    [NOTIFICATION_EQUIPMENT_MISSING] = ALL,
    [NOTIFICATION_EQUIPMENT_READY] = ALL,
    [NOTIFICATION_DEVIATION_RECORDED] = OF_STEP | HEAD,
    [NOTIFICATION_DEVIATION_ACCOUNTED] = OF_STEP | HEAD,
    [NOTIFICATION_DRILL_BEGUN] = ALL,
    [NOTIFICATION_DRILL_ENDED] = ALL,
    [NOTIFICATION_JOURNAL_BEHIND] = ADMINISTRATOR,
    [NOTIFICATION_JOURNAL_RECOVERED] = ADMINISTRATOR,
    [NOTIFICATION_JOURNAL_OVER_LIMIT] = ADMINISTRATOR,
    [NOTIFICATION_JOURNAL_WITHIN_LIMIT] = ADMINISTRATOR,
    [NOTIFICATION_ENGINE_LOST] = ADMINISTRATOR,
    [NOTIFICATION_ENGINE_BACK] = ADMINISTRATOR,
    [NOTIFICATION_INHIBIT_ON] = ALL,
    [NOTIFICATION_INHIBIT_OFF] = ALL,
    [NOTIFICATION_INPUT_UNAVAILABLE] = OPERATOR | ADMINISTRATOR,
    [NOTIFICATION_INPUT_AVAILABLE] = OPERATOR | ADMINISTRATOR,
};

/* One that is newer than this table concerns everybody: better told in vain than not told. */
static unsigned concerns_of(enum notification notification)
{
    size_t i = (size_t)notification;
    return i < NOTIFICATION_COUNT && concerns[i] ? concerns[i] : ALL;
}

bool event_wants_acknowledgement(enum notification notification)
{
    return concerns_of(notification) & ANSWERED;
}

static bool concerns_role(const struct row_event *event, enum role role)
{
    unsigned whom = concerns_of((enum notification)event->notification);
    enum role of_step = procedure_role(event->step);
    if (role == ROLE_UNKNOWN || whom & 1U << role)
        return true;
    return whom & OF_STEP && (of_step == role || of_step == ROLE_UNKNOWN);
}

static bool is_listed(char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

bool contact_wants(const struct contact *contact, const struct row_event *event)
{
    const char *name = notification_name((enum notification)event->notification);
    if (event->severity < (uint32_t)contact->least_severity)
        return false;
    if (contact->notifications && contact->notifications[0])
        return is_listed(contact->notifications, name);
    return concerns_role(event, contact->role);
}

unsigned contacts_next_order(const struct config *config, const struct row_event *event,
                             unsigned order)
{
    unsigned next = 0;
    for (size_t i = 0; i < config->contact_count; i++) {
        const struct contact *contact = &config->contacts[i];
        if (contact->order > order && (next == 0 || contact->order < next) &&
            contact_wants(contact, event))
            next = contact->order;
    }
    return next;
}

const struct contact *contact_find(const struct config *config, unsigned index)
{
    for (size_t i = 0; i < config->contact_count; i++)
        if (config->contacts[i].index == index)
            return &config->contacts[i];
    return NULL;
}

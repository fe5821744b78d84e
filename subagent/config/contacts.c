/* Contacts: what several of their keys, or several of them, get wrong together. */
#include <string.h>

#include "config/reader.h"

static const config_setting_t *contact_at(const struct reader *reader, size_t place,
                                          const char *key)
{
    const config_setting_t *list = config_setting_at(reader, "contacts");
    const config_setting_t *contact = config_setting_get_elem(list, (unsigned)place);
    const config_setting_t *member =
        config_setting_is_group(contact) ? config_setting_get_member(contact, key) : NULL;
    return member ? member : contact;
}

static void pair_check(struct reader *reader, size_t earlier, size_t later)
{
    const struct contact *a = &reader->contacts[earlier], *b = &reader->contacts[later];
    if (b->index && a->index == b->index)
        config_fault(reader,
                     contact_at(reader, later, "index"),
                     "contacts[%zu].index is %u, as is that of contacts[%zu] (line %u); expected a "
                     "number of its own",
                     later,
                     b->index,
                     earlier,
                     config_setting_line(contact_at(reader, earlier, "index")));
    if (b->name[0] && strcmp(a->name, b->name) == 0)
        config_fault(reader,
                     contact_at(reader, later, "name"),
                     "contacts[%zu].name is \"%s\", as is that of contacts[%zu] (line %u); "
                     "expected a name of its own",
                     later,
                     b->name,
                     earlier,
                     config_setting_line(contact_at(reader, earlier, "name")));
}

/* ---- names of notifications ---- */

/* Some numbers have no notification. */
static size_t notifications_collect(const char *names[static NOTIFICATION_COUNT])
{
    const char *none = notification_name((enum notification)NOTIFICATION_COUNT);
    size_t count = 0;
    for (unsigned i = NOTIFICATION_UNKNOWN + 1; i < NOTIFICATION_COUNT; i++) {
        const char *name = notification_name((enum notification)i);
        if (strcmp(name, none) != 0)
            names[count++] = name;
    }
    return count;
}

static bool notification_is_known(const char *name)
{
    const char *names[NOTIFICATION_COUNT];
    size_t count = notifications_collect(names);
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static const char *notification_near(const char *name)
{
    const char *names[NOTIFICATION_COUNT];
    return config_suggest(name, names, notifications_collect(names));
}

static void notifications_check(struct reader *reader, size_t place)
{
    char *const *names = reader->contacts[place].notifications;
    const config_setting_t *setting = contact_at(reader, place, "notifications");
    for (size_t i = 0; names && names[i]; i++) {
        const char *near = notification_near(names[i]);
        if (notification_is_known(names[i]))
            continue;
        config_fault(reader,
                     config_setting_get_elem(setting, (unsigned)i),
                     "contacts[%zu].notifications has \"%s\", which is none; %s%s%s",
                     place,
                     names[i],
                     near ? "did you mean \"" : "expected one that padam.conf(5) lists",
                     near ? near : "",
                     near ? "\"?" : "");
    }
}

/* ---- orders ---- */

static bool has_order(const struct reader *reader, unsigned least, unsigned most)
{
    for (size_t i = 0; i < reader->contact_count; i++)
        if (reader->contacts[i].order >= least && reader->contacts[i].order <= most)
            return true;
    return false;
}

/* One that waits for an escalation that never comes would never be told of anything. */
static void order_check(struct reader *reader, size_t place)
{
    const struct contact *contact = &reader->contacts[place];
    const config_setting_t *after = config_setting_at(reader, "notify.escalate_after_s");
    if (contact->order == 1 || config_setting_is_faulty(after) ||
        reader->config.notify.escalate_after_ms > 0)
        return;
    config_fault(reader,
                 contact_at(reader, place, "order"),
                 "contacts[%zu].order is %u, but notify.escalate_after_s is 0, so that nothing "
                 "goes to \"%s\"; expected order = 1, or notify.escalate_after_s above 0",
                 place,
                 contact->order,
                 contact->name);
}

void config_contacts_check(struct reader *reader)
{
    for (size_t i = 0; i < reader->contact_count; i++) {
        for (size_t earlier = 0; earlier < i; earlier++)
            pair_check(reader, earlier, i);
        notifications_check(reader, i);
        order_check(reader, i);
    }
    if (reader->contact_count > 0 && !has_order(reader, 1, 1))
        config_fault(reader,
                     config_setting_at(reader, "contacts"),
                     "contacts has none with order = 1, so that nobody is told; expected one");
}

void config_contacts_doubt(struct reader *reader)
{
    if (reader->config.notify.escalate_after_ms == 0 || has_order(reader, 2, CONFIG_CONTACT_LIMIT))
        return;
    config_warn(reader,
                config_setting_at(reader, "notify.escalate_after_s"),
                "notify.escalate_after_s is set, but no contact has an order above 1; expected one "
                "that is told of what is not acknowledged");
}

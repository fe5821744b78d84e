#include "engine/message_text.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/language.h"
#include "base/text.h"
#include "engine/contacts.h"

enum { TIME_SIZE = 40, ZONE_SIZE = 8, MS_PER_S = 1000 };

/* ---- times ---- */

static bool time_read(int64_t wall_ms, struct tm *local)
{
    time_t seconds = (time_t)(wall_ms / MS_PER_S);
    return wall_ms > 0 && localtime_r(&seconds, local);
}

/* RFC 3339, in local time with its offset; empty where it is not known. */
static void time_for_programs(char to[static TIME_SIZE], int64_t wall_ms)
{
    struct tm local;
    char zone[ZONE_SIZE];
    to[0] = '\0';
    if (!time_read(wall_ms, &local) || strftime(to, TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &local) == 0 ||
        strftime(zone, sizeof zone, "%z", &local) == 0)
        return;
    text_append(to, TIME_SIZE, "%.3s:%s", zone, zone + 3);
}

static void time_for_people(char to[static TIME_SIZE], int64_t wall_ms)
{
    struct tm local;
    if (!time_read(wall_ms, &local) || strftime(to, TIME_SIZE, "%Y-%m-%d %H:%M:%S", &local) == 0)
        text_copy(to, TIME_SIZE, _("time not known"));
}

/* Since it happened; a clock that was set back makes it none. */
static int64_t late_s(const struct message_subject *subject)
{
    int64_t late_ms = subject->moment.wall_ms - subject->event->time_wall_ms;
    return late_ms > 0 ? late_ms / MS_PER_S : 0;
}

/* ---- for programs ---- */

static void quoted_append(char *to, const char *text)
{
    text_append(to, MESSAGE_TEXT_SIZE, "\"");
    while (*text) {
        size_t length = strcspn(text,
                                "\"\\\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
                                "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f");
        text_append(to, MESSAGE_TEXT_SIZE, "%.*s", (int)length, text);
        text += length;
        if (*text)
            text_append(to, MESSAGE_TEXT_SIZE, "\\u%04x", (unsigned char)*text++);
    }
    text_append(to, MESSAGE_TEXT_SIZE, "\"");
}

static void name_append(char *to, const char *name)
{
    text_append(to, MESSAGE_TEXT_SIZE, "%s\"%s\":", to[1] ? "," : "", name);
}

static void text_member(char *to, const char *name, const char *text)
{
    name_append(to, name);
    quoted_append(to, text);
}

static void number_member(char *to, const char *name, int64_t number)
{
    name_append(to, name);
    text_append(to, MESSAGE_TEXT_SIZE, "%" PRId64, number);
}

static void switch_member(char *to, const char *name, bool is_true)
{
    name_append(to, name);
    text_append(to, MESSAGE_TEXT_SIZE, is_true ? "true" : "false");
}

static void json_write(char *to, const struct message_subject *subject)
{
    const struct row_event *event = subject->event;
    const struct row_message *message = subject->message;
    enum role role = subject->contact->role;
    char time[TIME_SIZE];
    time_for_programs(time, event->time_wall_ms);
    text_copy(to, MESSAGE_TEXT_SIZE, "{");
    number_member(to, "event", message->event);
    text_member(to, "time", time);
    text_member(to, "site", subject->site->name);
    text_member(to, "notification", notification_name(event->notification));
    text_member(to, "severity", severity_name(event->severity));
    text_member(to, "text", event->text);
    number_member(to, "incident", event->incident);
    number_member(to, "round", event->round);
    number_member(to, "step", event->step);
    text_member(to, "server", subject->server);
    switch_member(to, "drill", subject->drill);
    text_member(to, "contact", subject->contact->name);
    text_member(to, "role", role == ROLE_UNKNOWN ? "any" : role_name(role));
    switch_member(to, "acknowledge", event_wants_acknowledgement(event->notification));
    switch_member(to, "escalated", message->order > 1);
    number_member(to, "attempt", (int64_t)message->attempts + 1);
    number_member(to, "late_s", late_s(subject));
    text_append(to, MESSAGE_TEXT_SIZE, "}\n");
}

/* ---- for people: the first line is for a subject ---- */

static void text_write(char *to, const struct message_subject *subject)
{
    enum { LATE_S = 60 };
    const struct row_event *event = subject->event;
    const char *site = subject->site->name;
    char time[TIME_SIZE], late[TEXT_DURATION_SIZE];
    time_for_people(time, event->time_wall_ms);
    text_format(to,
                MESSAGE_TEXT_SIZE,
                _("%s%s%s%s\n\n%s\n\nEvent %u of %s, severity %s.\n"),
                subject->drill ? _("DRILL: ") : "",
                site,
                *site ? ": " : "",
                event->text,
                event->text,
                subject->message->event,
                time,
                language_text(severity_name(event->severity)));
    if (subject->drill)
        text_append(to, MESSAGE_TEXT_SIZE, _("This is a drill.\n"));
    if (late_s(subject) >= LATE_S) {
        text_format_duration(late, late_s(subject) * MS_PER_S);
        text_append(to, MESSAGE_TEXT_SIZE, _("This message comes %s late.\n"), late);
    }
    if (subject->message->order > 1)
        text_append(to, MESSAGE_TEXT_SIZE, _("Nobody has acknowledged it so far.\n"));
    if (event_wants_acknowledgement(event->notification))
        text_append(to,
                    MESSAGE_TEXT_SIZE,
                    _("Please acknowledge it: padam ack %u\n"),
                    subject->message->event);
}

void message_text(char to[static MESSAGE_TEXT_SIZE], const struct message_subject *subject)
{
    if (subject->contact->format == CONTACT_FORMAT_TEXT)
        text_write(to, subject);
    else
        json_write(to, subject);
}

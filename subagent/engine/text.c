#include "engine/text.h"

#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "core/core.h"
#include "engine/daytime.h"
#include "engine/procedure.h"

/*
 * {word} stands for what words[] below says; what is in brackets is left out when a word in it has
 * nothing to say. Brackets do not nest.
 */
static const char *const patterns[NOTIFICATION_COUNT] = {
    [NOTIFICATION_OUTAGE_OPENED] =
        N_("{incident} opened: mains lost at {lost}[; step 1 due {due-1}]"),
    [NOTIFICATION_OUTAGE_CLOSED] =
        N_("{incident} closed[: mains back at {credited}][, {amount} long]"),
    [NOTIFICATION_MAINS_LOST] = N_("[{incident}: ]mains lost at {time}"),
    [NOTIFICATION_MAINS_RESTORED] =
        N_("[{incident}: ]mains back at {time}[, {amount} after the loss]"),
    [NOTIFICATION_GENSET_STARTED] =
        N_("[{incident}: ]genset running since {time}[, {after}][, {by}]"),
    [NOTIFICATION_GENSET_START_FAILED] =
        N_("[{incident}: ]genset did not start[: {reason}][, attempts: {count}]"),
    [NOTIFICATION_GENSET_STOPPED] =
        N_("[{incident}: ]genset stopped at {time}[, having run {amount}][: {reason}]"),
    [NOTIFICATION_GENSET_STOP_FAILED] = N_("[{incident}: ]genset does not stop[: {reason}]"),
    [NOTIFICATION_REPORT_RUNNING] =
        N_("[{incident}: ]genset running[ {after}] ([{by}, ]step {step}[, due {due}])"),
    [NOTIFICATION_REPORT_FAILED] =
        (N_("[{incident}: ]power is out and the genset could not be started[: {reason}]"
            "[, reported {by}] (step {step}[, due {due}])")),
    [NOTIFICATION_DEADLINE_MET] =
        N_("[{incident}: ]step {step} met[: done {credited-after}][, due {due}]"),
    [NOTIFICATION_DEADLINE_MISSED] =
        N_("[{incident}: ]step {step} missed[: {not-done} by {due}][: done {amount} late]"),
    [NOTIFICATION_DEADLINE_HELD] =
        N_("[{incident}: ]step {step} held[ at {due}]: a supply is being confirmed"),
    [NOTIFICATION_DEADLINE_STILL_MISSED] =
        N_("[{incident}: ]step {step} still not done[, {overdue} after it was due]"),
    [NOTIFICATION_SHUTDOWN_BEGUN] =
        N_("[{incident}: ]shutdown of the servers begun[ {by}][: {reason}][, servers: {count}]"),
    [NOTIFICATION_SHUTDOWN_DONE] =
        N_("[{incident}: ]servers are down, {normally}[, {after}][, servers: {count}]"),
    [NOTIFICATION_SHUTDOWN_ESCALATED] = (N_(
        "[{incident}: ]servers did not shut down normally[: {reason}][, {count}: {not-down}]; the "
        "server administrator must act")),
    [NOTIFICATION_SHUTDOWN_CANCELLED] =
        N_("[{incident}: ]shutdown cancelled[ {by}][, servers left running: {count}]"),
    [NOTIFICATION_SELF_SHUTDOWN] = N_(
        "[{incident}: ]this machine ({server}) shuts down next: nothing is told until it is back"),
    [NOTIFICATION_SERVER_DOWN] = N_("[{incident}: ]server {server} is down[: {reason}]"),
    [NOTIFICATION_SERVER_NOT_CONFIRMED] =
        N_("[{incident}: ]server {server} was told to shut down, not confirmed[: {reason}]"),
    [NOTIFICATION_SERVER_FAILED] =
        N_("[{incident}: ]server {server} did not shut down[: {reason}]"),
    [NOTIFICATION_SERVER_UP] = N_("[{incident}: ]server {server} is up again[: {reason}]"),
    [NOTIFICATION_SERVER_NOT_UP] =
        N_("[{incident}: ]server {server} did not come up[: {reason}][, attempts: {count}]"),
    [NOTIFICATION_UPS_LOW] = N_("[{incident}: ]the UPS is running out"),
    [NOTIFICATION_UPS_RECOVERED] = N_("[{incident}: ]the UPS has recovered"),
    [NOTIFICATION_UPS_UNKNOWN] = N_("[{incident}: ]the UPS is not heard[: {reason}][: {why}]"),
    [NOTIFICATION_UPS_KNOWN_AGAIN] = N_("[{incident}: ]the UPS is heard again"),
    [NOTIFICATION_CONTRADICTION_RAISED] = (N_("[{incident}: ]shutdown held by a contradiction[: "
                                              "{reason}]; an administrator may release it")),
    [NOTIFICATION_CONTRADICTION_CLEARED] =
        N_("[{incident}: ]the contradiction is over, shutdown is not held any more[: {reason}]"),
    [NOTIFICATION_EQUIPMENT_MISSING] =
        N_("[{incident}: ]not ready: {equipment}[ of {server}][: {reason}][: {why}]"),
    [NOTIFICATION_EQUIPMENT_READY] = N_("[{incident}: ]ready again: {equipment}[ of {server}]"),
    [NOTIFICATION_DEVIATION_RECORDED] =
        (N_("[{incident}: ]deviation {count} recorded[: step {step}][, {equipment}][ of {server}]"
            "[, {amount} late]")),
    [NOTIFICATION_DEVIATION_ACCOUNTED] = N_("[{incident}: ]deviation {count} was accounted for"),
    [NOTIFICATION_DRILL_BEGUN] = N_("{incident} begun"),
    [NOTIFICATION_DRILL_ENDED] = N_("{incident} ended[: {reason}]"),
    [NOTIFICATION_JOURNAL_BEHIND] =
        N_("[{incident}: ]the journal is behind: what happens now is not on the disk yet"),
    [NOTIFICATION_JOURNAL_RECOVERED] = N_("[{incident}: ]the journal has caught up"),
    [NOTIFICATION_JOURNAL_OVER_LIMIT] =
        N_("[{incident}: ]what must be kept is more than the journal's limits allow"),
    [NOTIFICATION_JOURNAL_WITHIN_LIMIT] =
        N_("[{incident}: ]the journal is within its limits again"),
    [NOTIFICATION_ENGINE_LOST] = N_("the engine does not answer"),
    [NOTIFICATION_ENGINE_BACK] = N_("the engine answers again"),
    [NOTIFICATION_INHIBIT_ON] = N_("[{incident}: ]inhibited for maintenance[ until {inhibit}]"),
    [NOTIFICATION_INHIBIT_OFF] = N_("[{incident}: ]no longer inhibited for maintenance"),
    [NOTIFICATION_GENSET_NOT_CARRYING] =
        N_("[{incident}: ]genset is running but does not carry the load"),
    [NOTIFICATION_GENSET_CARRYING] = N_("[{incident}: ]genset carries the load"),
    [NOTIFICATION_INPUT_UNAVAILABLE] = N_("[{incident}: ]input {input} is not available[: {why}]"),
    [NOTIFICATION_INPUT_AVAILABLE] = N_("[{incident}: ]input {input} is available again"),
    [NOTIFICATION_ROUND_OPENED] =
        N_("[{incident}: ]round {round} begins at {time}[: {reason}][; step 1 due {due-1}]"),
};

enum { WORD_SIZE = 128, NAMES_SIZE = 72 };

/* The incident the notice is about, if it is still the present one. */
static const struct incident *incident_of(const struct event_subject *subject)
{
    const struct incident *incident = &subject->state->incident;
    bool present = subject->notice->incident && incident->id == subject->notice->incident &&
                   incident->round == subject->notice->round;
    return present ? incident : NULL;
}

static const struct step *step_of_notice(const struct event_subject *subject)
{
    const struct incident *incident = incident_of(subject);
    unsigned step = subject->notice->step;
    return incident && step >= 1 && step <= STEP_COUNT ? &incident->steps[step - 1] : NULL;
}

/* ---- words: each writes what it stands for, nothing if that is nothing ---- */

static void say_number(char *to, uint32_t number)
{
    if (number)
        text_format(to, WORD_SIZE, "%u", number);
}

static void say_duration(char *to, int64_t duration_ms)
{
    char text[TEXT_DURATION_SIZE];
    text_format_duration(text, duration_ms / 1000 * 1000);
    text_copy(to, WORD_SIZE, text);
}

static void say_daytime(char *to, const struct event_subject *subject, instant at)
{
    char text[DAYTIME_SIZE];
    if (!instant_is_set(at))
        return;
    daytime_format(text, at, subject->moment);
    text_copy(to, WORD_SIZE, text);
}

static void say_since_clock(char *to, const struct event_subject *subject, instant at)
{
    const struct incident *incident = incident_of(subject);
    if (!incident || !instant_is_set(at) || !instant_is_set(incident->round_start))
        return;
    say_duration(to, instant_diff_ms(at, incident->round_start));
    if (incident->round > 1)
        text_append(to, WORD_SIZE, _(" into round %u"), incident->round);
    else
        text_append(to,
                    WORD_SIZE,
                    incident->kind == INCIDENT_KIND_DRILL ? _(" into the drill")
                                                          : _(" after the outage"));
}

static instant credited_or_at(const struct notice *notice)
{
    return instant_is_set(notice->credited_at) ? notice->credited_at : notice->at;
}

static void word_incident(char *to, const struct event_subject *subject)
{
    if (subject->notice->incident)
        text_format(to,
                    WORD_SIZE,
                    "%s %u",
                    subject->notice->drill ? _("Drill") : _("Outage"),
                    subject->notice->incident);
}

static void word_time(char *to, const struct event_subject *subject)
{
    say_daytime(to, subject, credited_or_at(subject->notice));
}

static void word_lost(char *to, const struct event_subject *subject)
{
    const struct incident *incident = incident_of(subject);
    say_daytime(to, subject, incident ? incident->lost_at : credited_or_at(subject->notice));
}

static void word_credited(char *to, const struct event_subject *subject)
{
    say_daytime(to, subject, subject->notice->credited_at);
}

static void word_credited_after(char *to, const struct event_subject *subject)
{
    say_since_clock(to, subject, subject->notice->credited_at);
}

static void word_after(char *to, const struct event_subject *subject)
{
    say_since_clock(to, subject, credited_or_at(subject->notice));
}

static void word_amount(char *to, const struct event_subject *subject)
{
    if (subject->notice->amount_ms >= 0)
        say_duration(to, subject->notice->amount_ms);
}

static void word_due(char *to, const struct event_subject *subject)
{
    const struct step *step = step_of_notice(subject);
    if (step && instant_is_set(step->due) && instant_is_set(step->clock_start))
        say_duration(to, instant_diff_ms(step->due, step->clock_start));
}

static void word_overdue(char *to, const struct event_subject *subject)
{
    const struct step *step = step_of_notice(subject);
    if (step && instant_is_set(step->due) && instant_before(step->due, subject->notice->at))
        say_duration(to, instant_diff_ms(subject->notice->at, step->due));
}

static void word_not_done(char *to, const struct event_subject *subject)
{
    if (!instant_is_set(subject->notice->credited_at))
        text_copy(to, WORD_SIZE, _("not done"));
}

static void word_normally(char *to, const struct event_subject *subject)
{
    bool normally = subject->notice->severity <= SEVERITY_NOTICE;
    text_copy(to, WORD_SIZE, normally ? _("all normally") : _("not all of them normally"));
}

static void word_due_1(char *to, const struct event_subject *subject)
{
    const struct incident *incident = incident_of(subject);
    if (incident)
        say_daytime(to, subject, incident->steps[0].due);
}

static void word_step(char *to, const struct event_subject *subject)
{
    say_number(to, subject->notice->step);
}

static void word_round(char *to, const struct event_subject *subject)
{
    say_number(to, subject->notice->round);
}

static void word_count(char *to, const struct event_subject *subject)
{
    say_number(to, subject->notice->count);
}

static void word_reason(char *to, const struct event_subject *subject)
{
    text_copy(to, WORD_SIZE, language_text(reason_text(subject->notice->reason)));
}

static void word_why(char *to, const struct event_subject *subject)
{
    if (subject->why)
        text_copy(to, WORD_SIZE, subject->why);
}

static void word_server(char *to, const struct event_subject *subject)
{
    int place = subject->notice->server;
    if (place >= 0 && (size_t)place < subject->site->server_count)
        text_copy(to, WORD_SIZE, subject->site->servers[place].name);
}

/* Names as far as they fit, then how many more. */
static void word_not_down(char *to, const struct event_subject *subject)
{
    size_t more = 0;
    for (size_t i = 0; i < subject->site->server_count; i++) {
        const char *name = subject->site->servers[i].name;
        if (subject->site->servers[i].is_self ||
            server_is_down_normally(&subject->state->servers[i]))
            continue;
        if (more > 0 || strlen(to) + strlen(name) > NAMES_SIZE)
            more++;
        else
            text_append(to, WORD_SIZE, "%s%s", *to ? ", " : "", name);
    }
    if (more > 0)
        text_append(to, WORD_SIZE, _(" and %zu more"), more);
}

static void word_equipment(char *to, const struct event_subject *subject)
{
    if (subject->notice->equipment > EQUIPMENT_KIND_UNKNOWN)
        text_copy(
            to, WORD_SIZE, language_text(procedure_equipment_name(subject->notice->equipment)));
}

static void word_input(char *to, const struct event_subject *subject)
{
    size_t role = (size_t)subject->notice->input;
    if (role < INPUT_ROLE_COUNT)
        text_copy(to, WORD_SIZE, subject->site->inputs[role].name);
}

static void word_inhibit(char *to, const struct event_subject *subject)
{
    say_daytime(to, subject, subject->state->inhibit_until);
}

static void word_by(char *to, const struct event_subject *subject)
{
    static const char *const actors[ACTOR_COUNT] = {
        [ACTOR_PERSON] = N_("by a person"),
        [ACTOR_SOFTWARE] = N_("by the software itself"),
        [ACTOR_COMMAND] = N_("by command"),
    };
    size_t actor = (size_t)subject->notice->actor;
    if (actor < ACTOR_COUNT && actors[actor])
        text_copy(to, WORD_SIZE, language_text(actors[actor]));
}

static const struct {
    const char *name;
    void (*say)(char *to, const struct event_subject *subject);
} words[] = {
    {"incident", word_incident},
    {"time", word_time},
    {"lost", word_lost},
    {"credited", word_credited},
    {"credited-after", word_credited_after},
    {"after", word_after},
    {"amount", word_amount},
    {"due", word_due},
    {"due-1", word_due_1},
    {"overdue", word_overdue},
    {"not-done", word_not_done},
    {"normally", word_normally},
    {"step", word_step},
    {"round", word_round},
    {"count", word_count},
    {"reason", word_reason},
    {"why", word_why},
    {"server", word_server},
    {"not-down", word_not_down},
    {"equipment", word_equipment},
    {"input", word_input},
    {"inhibit", word_inhibit},
    {"by", word_by},
};

/* ---- patterns ---- */

static void word_say(char to[WORD_SIZE], const char *name, size_t length,
                     const struct event_subject *subject)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].name) != length || memcmp(words[i].name, name, length) != 0)
            continue;
        to[0] = '\0';
        words[i].say(to, subject);
        return;
    }
    text_format(to, WORD_SIZE, "{%.*s}", (int)length, name);
}

/* Appends a piece of a pattern without brackets. False if a word in it has nothing to say. */
static bool piece_append(char *to, size_t size, const char *piece, const char *end,
                         const struct event_subject *subject)
{
    bool complete = true;
    while (piece < end) {
        size_t plain = strcspn(piece, "{[]");
        if (plain > (size_t)(end - piece))
            plain = (size_t)(end - piece);
        text_append(to, size, "%.*s", (int)plain, piece);
        piece += plain;
        if (piece == end)
            break;
        char word[WORD_SIZE];
        size_t length = strcspn(piece + 1, "}");
        word_say(word, piece + 1, length, subject);
        complete = complete && word[0];
        text_append(to, size, "%s", word);
        piece += length + 2;
    }
    return complete;
}

static void pattern_fill(char *to, size_t size, const char *pattern,
                         const struct event_subject *subject)
{
    while (*pattern) {
        size_t plain = strcspn(pattern, "[");
        piece_append(to, size, pattern, pattern + plain, subject);
        pattern += plain;
        if (!*pattern)
            return;
        size_t length = strcspn(pattern, "]") - 1;
        size_t before = strlen(to);
        if (!piece_append(to, size, pattern + 1, pattern + 1 + length, subject))
            to[before] = '\0';
        pattern += length + 2;
    }
}

const char *event_text_pattern(enum notification notification)
{
    size_t i = (size_t)notification;
    return i < NOTIFICATION_COUNT ? patterns[i] : NULL;
}

void event_text(char *to, size_t size, const struct event_subject *subject)
{
    const char *pattern = event_text_pattern(subject->notice->notification);
    to[0] = '\0';
    pattern_fill(to,
                 size,
                 pattern ? language_text(pattern)
                         : notification_name(subject->notice->notification),
                 subject);
    if (subject->notice->noticed_late)
        text_append(to, size, _(" (noticed late)"));
    if (to[0] >= 'a' && to[0] <= 'z')
        to[0] = (char)(to[0] - 'a' + 'A');
}

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/lab.h"

enum {
    WORD_SIZE = 64,
    CONNECT_LIMIT_MS = 6000, /* the subagent tries again at least every 5 s */
};

/* ---- what snmptrapd printed ---- */

/* One notification of PADAM-MIB. */
struct trap {
    int notification; /* -1: of another MIB */
    uint32_t sequence, severity, incident, step, round, server;
};

/* "padamReportRunning" is "report-running". */
static void name_hyphenate(char to[static WORD_SIZE], const char *name)
{
    size_t length = 0;
    for (; *name && length < WORD_SIZE - 2; name++) {
        if (isupper((unsigned char)*name) && length > 0)
            to[length++] = '-';
        to[length++] = (char)tolower((unsigned char)*name);
    }
    to[length] = '\0';
}

static int notification_named(const char *name)
{
    static const char prefix[] = "padam";
    char word[WORD_SIZE];
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return -1;
    name_hyphenate(word, name + strlen(prefix));
    return vocabulary_find(&vocabulary_notification, word);
}

/* The number that stands as "NAME.1 = NUMBER" in text; 0 where it does not. */
static uint32_t number_of(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    const char *equals = at ? strstr(at, " = ") : NULL;
    return equals ? (uint32_t)strtoul(equals + strlen(" = "), NULL, 10) : 0;
}

static void trap_read(struct trap *trap, char *text)
{
    static const char identity[] = "snmpTrapOID.0 = ";
    const char *name = strstr(text, identity);
    *trap = (struct trap){.notification = -1};
    if (!name)
        return;
    trap->sequence = number_of(text, "padamEventSequence.");
    trap->severity = number_of(text, "padamEventSeverity.");
    trap->incident = number_of(text, "padamEventIncident.");
    trap->step = number_of(text, "padamEventStep.");
    text = strstr(text, identity) + strlen(identity);
    text[strcspn(text, "\t")] = '\0';
    trap->notification = notification_named(text);
}

/* ---- the timeline ---- */

static void trap_tell(struct live *live, const struct trap *trap, instant at)
{
    struct fact *fact = live_fact(live, at, FACT_NOTICE);
    fact_set(fact, FIELD_VALUE, trap->notification);
    fact_set(fact, FIELD_SEVERITY, trap->severity);
    fact_set(fact, FIELD_STEP, trap->step);
    fact_set(fact, FIELD_INCIDENT, trap->incident);
    fact_set(fact, FIELD_ROUND, trap->round);
    if (trap->server > 0)
        fact_set(fact, FIELD_SERVER, (int64_t)trap->server - 1);
    fact_set(fact, FIELD_ID, trap->sequence);
    live->rows.last_notice[trap->notification] = trap->sequence;
    live->lab->told[trap->sequence] = true;
}

static bool is_own(const struct trap *trap)
{
    return trap->notification == NOTIFICATION_ENGINE_LOST ||
           trap->notification == NOTIFICATION_ENGINE_BACK;
}

static void trap_handle(struct live *live, char *text)
{
    struct trap trap;
    trap_read(&trap, text);
    if (trap.notification < 0 || is_own(&trap))
        return;
    if (trap.sequence == 0 || trap.sequence >= LAB_EVENT_LIMIT) {
        live_fail(live, "a notification has sequence %u", trap.sequence);
        return;
    }
    live->lab->trap_count[trap.sequence]++;
    if (!live->lab->told[trap.sequence])
        trap_tell(live, &trap, clock_now());
}

void lab_traps_readable(struct live *live)
{
    struct lab *lab = live->lab;
    ssize_t got = read(lab->trap_fd,
                       lab->trap_text + lab->trap_length,
                       sizeof lab->trap_text - 1 - lab->trap_length);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        live_fail(live, "snmptrapd ended, or printed too long a line");
        (void)close(lab->trap_fd);
        lab->trap_fd = -1;
        return;
    }
    lab->trap_length += (size_t)got;
    lab->trap_text[lab->trap_length] = '\0';
    char *line = lab->trap_text, *end;
    for (; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        trap_handle(live, line);
    }
    lab->trap_length = strlen(line);
    memmove(lab->trap_text, line, lab->trap_length + 1);
}

/* ---- what was published ---- */

static bool is_linked(const struct live *live, instant at)
{
    instant since = live->lab->linked_at;
    if (instant_before(since, live->engine.ready_at))
        since = live->engine.ready_at;
    return live->lab->programs[LAB_AGENTX] != 0 &&
           instant_reached(instant_add_ms(since, CONNECT_LIMIT_MS), at);
}

void lab_event_published(struct live *live, uint32_t sequence, const struct row_event *event)
{
    struct trap trap = {.notification = (int)event->notification,
                        .sequence = sequence,
                        .severity = event->severity,
                        .incident = event->incident,
                        .step = event->step,
                        .round = event->round,
                        .server = event->server};
    if (sequence >= LAB_EVENT_LIMIT || live->lab->told[sequence] || is_linked(live, clock_now()))
        return;
    bool noticed_late = instant_before(event->at, live->engine.ready_at);
    trap_tell(live, &trap, noticed_late ? clock_now() : event->at);
}

/* ---- the rest of an event, which only its row has ---- */

static struct fact *notice_find(struct live *live, int64_t sequence)
{
    for (size_t i = 0; i < live->timeline.count; i++) {
        struct fact *fact = &live->timeline.facts[i];
        if (fact->kind == FACT_NOTICE && fact->field[FIELD_ID] == sequence)
            return fact;
    }
    return NULL;
}

/* Sets this field of all notices to what the column of padamEventTable says of them. */
static void notices_complete(struct live *live, const char *column, enum fact_field field,
                             int64_t first)
{
    char output[LAB_OUTPUT_SIZE], *rest = output, *line;
    if (!lab_walk(live, column, output))
        live_fail(live, "%s cannot be walked", column);
    while ((line = strsep(&rest, "\n"))) {
        const char *dot = strchr(line, '.');
        const char *value = strstr(line, " = ");
        struct fact *fact = dot && value ? notice_find(live, strtoll(dot + 1, NULL, 10)) : NULL;
        if (fact)
            fact_set(fact, field, strtoll(value + strlen(" = "), NULL, 10) - first);
    }
}

/* ---- at the end ---- */

/* What nobody is there any more to hand over has been received if it was accepted before. */
static bool is_due(const struct live *live, const struct row_event *event)
{
    if (live->lab->programs[LAB_AGENTX] == 0)
        return event->delivery == DELIVERY_ACCEPTED;
    return event->delivery != DELIVERY_SUPERSEDED;
}

void lab_traps_judge(struct live *live)
{
    const struct replica *replica = client_replica(live->rows.client);
    if (live->lab->programs[LAB_AGENTX] != 0) {
        notices_complete(live, "padamEventRound", FIELD_ROUND, 0);
        notices_complete(live, "padamEventServer", FIELD_SERVER, 1); /* its place, from 0 */
    }
    for (size_t place = 0; place < replica_count(replica, ROW_event); place++) {
        uint32_t sequence = 0;
        const struct row_event *event = replica_at(replica, ROW_event, place, &sequence);
        unsigned wanted = is_due(live, event);
        if (sequence < LAB_EVENT_LIMIT && live->lab->trap_count[sequence] != wanted)
            live_fail(live,
                      "notification %u (%s) was received %u times; expected %u",
                      sequence,
                      notification_name(event->notification),
                      live->lab->trap_count[sequence],
                      wanted);
    }
}

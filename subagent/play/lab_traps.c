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

/* The rest of the event, which its row has. */
static void trap_complete(struct live *live, struct trap *trap)
{
    char round[WORD_SIZE], server[WORD_SIZE], output[LAB_OUTPUT_SIZE];
    text_format(round, sizeof round, "padamEventRound.%u", trap->sequence);
    text_format(server, sizeof server, "padamEventServer.%u", trap->sequence);
    if (lab_tool(live, "snmpget", (const char *const[]){round, server, NULL}, output) != 0)
        live_fail(live, "snmpget does not get event %u", trap->sequence);
    trap->round = number_of(output, "padamEventRound.");
    trap->server = number_of(output, "padamEventServer.");
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
    if (live->lab->told[trap.sequence])
        return;
    trap_complete(live, &trap);
    trap_tell(live, &trap, clock_now());
}

void lab_traps_readable(struct live *live, size_t place)
{
    struct lab *lab = live->lab;
    (void)place;
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

static bool is_due(const struct live *live, const struct row_event *event)
{
    return event->delivery != DELIVERY_SUPERSEDED && live->lab->programs[LAB_AGENTX] != 0;
}

void lab_traps_judge(struct live *live)
{
    const struct replica *replica = client_replica(live->rows.client);
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

#include "agentx/notify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agentx/agentx_pdu.h"
#include "agentx/events.h"
#include "agentx/varbind.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

enum {
    REPORT_LIMIT = 64,
    OWN_LIMIT = 2,
    LATE_MS = 2000, /* an event older than this is from an absence … */
    PACE_MS = 200,  /* … and those go out at most 5 a second */
    NOT_SENT_PAUSE_MS = 1000,
    NOT_OPEN_PAUSE_MS = 15000,
};

/* What snmpd said of an event, until the engine's row says the same. */
struct report {
    uint32_t sequence;
    int64_t time_wall_ms; /* with the sequence, an event's identity even over a lost journal */
    enum delivery delivery;
    int64_t delay_ms;
    bool sent; /* to the engine, on this connection */
};

/* sequence 0: one of this program's own. */
struct handover {
    uint32_t sequence;
    int64_t time_wall_ms;
    int64_t delay_ms; /* when it was handed over */
    instant at;
    int request;  /* Net-SNMP's number; 0: nothing is outstanding */
    bool overdue; /* it has no answer: that of a Ping behind it is waited for */
};

struct notifier {
    struct link *link;
    struct session *session;
    unsigned session_seen, link_seen;
    struct handover out;
    bool next_session; /* nothing more can be sent in this one */
    bool told;         /* that nothing can be sent */
    instant next_at;
    instant due;
    struct report reports[REPORT_LIMIT]; /* in order of their hand-over */
    size_t report_count;
    bool lost; /* as last announced */
    instant lost_at;
    struct row_event own[OWN_LIMIT];
    size_t own_count;
    uint64_t searched; /* the generation of the events in which nothing is left to hand over */
};

struct notifier *notifier_create(struct link *link, struct session *session)
{
    struct notifier *notifier = calloc(1, sizeof *notifier);
    if (!notifier)
        return NULL;
    notifier->link = link;
    notifier->session = session;
    notifier->next_at = INSTANT_NEVER;
    notifier->due = INSTANT_NEVER;
    notifier->lost_at = INSTANT_NONE;
    return notifier;
}

void notifier_free(struct notifier *notifier)
{
    free(notifier);
}

/* ---- the program's own: engine lost, engine back ---- */

static void own_add(struct notifier *notifier, struct row_event event)
{
    /* Neither of an unsent pair is news any more. One that is out stays: its answer removes it. */
    if (notifier->own_count == OWN_LIMIT)
        notifier->own_count = 0;
    notifier->own[notifier->own_count++] = event;
}

static struct row_event own_event(enum notification notification, instant now)
{
    return (struct row_event){
        .notification = notification,
        .severity = mib_notifications[notification - 1].severity,
        .time_wall_ms = clock_wall_ms_at(now),
        .at = now,
        .delivery = DELIVERY_PENDING,
        .delay_ms = -1,
    };
}

static void lost_announce(struct notifier *notifier, instant now)
{
    if (notifier->lost == link_is_lost(notifier->link))
        return;
    notifier->lost = !notifier->lost;
    struct row_event event =
        own_event(notifier->lost ? NOTIFICATION_ENGINE_LOST : NOTIFICATION_ENGINE_BACK, now);
    if (notifier->lost) {
        text_format(event.text,
                    sizeof event.text,
                    "Engine lost: not heard for %d s, the state is not known, nothing is certain "
                    "to be carried out",
                    WIRE_LOST_MS / 1000);
        notifier->lost_at = now;
    } else {
        text_format(event.text,
                    sizeof event.text,
                    "Engine back: heard again %lld s after it was found lost",
                    (long long)derive_age_s(notifier->lost_at, now));
    }
    own_add(notifier, event);
}

/* ---- reports to the engine ---- */

static struct report *report_find(struct notifier *notifier, uint32_t sequence,
                                  const struct row_event *event)
{
    for (size_t i = 0; i < notifier->report_count; i++) {
        struct report *report = &notifier->reports[i];
        if (report->sequence == sequence && report->time_wall_ms == event->time_wall_ms)
            return report;
    }
    return NULL;
}

static bool report_is_settled(const struct replica *replica, const struct report *report)
{
    const struct row_event *event = replica_get(replica, ROW_event, report->sequence);
    return !event || event->time_wall_ms != report->time_wall_ms ||
           event->delivery != DELIVERY_PENDING;
}

static void reports_settle(struct notifier *notifier)
{
    const struct replica *replica = client_replica(link_client(notifier->link));
    size_t kept = 0;
    for (size_t i = 0; i < notifier->report_count; i++)
        if (!notifier->reports[i].sent || !report_is_settled(replica, &notifier->reports[i]))
            notifier->reports[kept++] = notifier->reports[i];
    notifier->report_count = kept;
}

/* A new connection's engine may not have the reports of the one before. */
static void reports_renew(struct notifier *notifier)
{
    if (notifier->link_seen == link_count(notifier->link))
        return;
    notifier->link_seen = link_count(notifier->link);
    const struct replica *replica = client_replica(link_client(notifier->link));
    for (size_t i = 0; i < notifier->report_count; i++)
        notifier->reports[i].sent = report_is_settled(replica, &notifier->reports[i]);
}

static void reports_send(struct notifier *notifier)
{
    struct client *client = link_client(notifier->link);
    if (!link_is_current(notifier->link))
        return;
    for (size_t i = 0; i < notifier->report_count; i++) {
        struct report *report = &notifier->reports[i];
        if (report->sent)
            continue;
        if (client_send_delivery(client, report->sequence, report->delivery, report->delay_ms) < 0)
            return;
        report->sent = true;
    }
}

bool notifier_wants_write(const struct notifier *notifier)
{
    if (!link_is_current(notifier->link))
        return false;
    for (size_t i = 0; i < notifier->report_count; i++)
        if (!notifier->reports[i].sent)
            return true;
    return false;
}

/* ---- snmpd's answer ---- */

static void own_settle(struct notifier *notifier, const struct handover *out)
{
    if (notifier->own_count == 0 || notifier->own[0].time_wall_ms != out->time_wall_ms)
        return;
    notifier->own_count--;
    memmove(&notifier->own[0], &notifier->own[1], notifier->own_count * sizeof notifier->own[0]);
}

static void handover_settle(struct notifier *notifier, const struct handover *out,
                            enum delivery delivery)
{
    if (out->sequence == 0) {
        own_settle(notifier, out);
        return;
    }
    notifier->reports[notifier->report_count++] =
        (struct report){out->sequence, out->time_wall_ms, delivery, out->delay_ms, false};
}

static void handover_answered(struct notifier *notifier, struct handover *out, long error)
{
    instant now = clock_now();
    int64_t answered_after_ms = instant_diff_ms(now, out->at);
    out->delay_ms += answered_after_ms;
    if (answered_after_ms > LATE_MS)
        notifier->next_at = instant_add_ms(now, PACE_MS);
    if (error == AGENTX_NOT_OPEN) {
        notifier->next_at = instant_add_ms(now, NOT_OPEN_PAUSE_MS);
        session_drop(notifier->session);
        return;
    }
    if (error != SNMP_ERR_NOERROR)
        log_error("snmpd refused notification %u: error %ld", out->sequence, error);
    handover_settle(
        notifier, out, error == SNMP_ERR_NOERROR ? DELIVERY_ACCEPTED : DELIVERY_REFUSED);
}

static int answer_take(int operation, netsnmp_session *master, int request, netsnmp_pdu *pdu,
                       void *context)
{
    (void)master;
    struct notifier *notifier = context;
    if (request == 0 || notifier->out.request != request)
        return 1;
    struct handover out = notifier->out;
    notifier->out.request = 0;
    notifier->out.overdue = false;
    if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE)
        handover_answered(notifier, &out, pdu->errstat);
    else if (operation == NETSNMP_CALLBACK_OP_TIMED_OUT)
        notifier->out.overdue = true;
    else
        notifier->next_session = true;
    return 1;
}

/* ---- handing over ---- */

static int trap_oid_add(netsnmp_pdu *pdu, const struct row_event *event)
{
    static const oid trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
    const oid value[] = {MIB_OID_NOTIFICATIONS, event->notification - 1};
    return snmp_pdu_add_variable(
               pdu, trap_oid, OID_LENGTH(trap_oid), ASN_OBJECT_ID, value, sizeof value)
               ? 0
               : -1;
}

static int column_add(netsnmp_pdu *pdu, const struct view *view, const struct row_event *event,
                      uint32_t sequence, uint32_t column)
{
    struct instance instance = {&event_objects, column, sequence, {0}};
    instance.value = table_value(view, &event_objects, column, event, sequence);
    mib_arc name[INSTANCE_NAME_MAX];
    long number;
    size_t size, length = instance_name(&instance, name);
    const void *octets = varbind_octets(instance.value, &number, &size);
    return snmp_pdu_add_variable(pdu, name, length, varbind_type(&instance), octets, size) ? 0 : -1;
}

/* sysUpTime.0 is left out: the master inserts its own. */
static netsnmp_pdu *notification_create(const struct notifier *notifier,
                                        const struct row_event *event, uint32_t sequence)
{
    struct view view = link_view(notifier->link);
    netsnmp_pdu *pdu = agentx_pdu_create(session_master(notifier->session), AGENTX_NOTIFY);
    if (!pdu)
        return NULL;
    int failed = trap_oid_add(pdu, event);
    for (size_t i = 0; i < MIB_VARBIND_COUNT; i++)
        failed |= column_add(pdu, &view, event, sequence, mib_varbinds[i]);
    if (!failed)
        return pdu;
    snmp_free_pdu(pdu);
    return NULL;
}

/* A master that does not read has left no room in the socket, or is gone, which shows soon. */
static void hand_over_later(struct notifier *notifier, uint32_t sequence, instant now)
{
    if (!notifier->told)
        log_warning("notification %u cannot be sent to snmpd now: trying on", sequence);
    notifier->told = true;
    notifier->next_at = instant_add_ms(now, NOT_SENT_PAUSE_MS);
    notifier->due = notifier->next_at;
}

static void hand_over(struct notifier *notifier, const struct row_event *event, uint32_t sequence,
                      instant now)
{
    struct derive_moment moment = {.now = now, .wall_ms = clock_wall_ms_at(now)};
    int64_t age_ms = event_age_ms(event, moment);
    netsnmp_pdu *pdu = notification_create(notifier, event, sequence);
    notifier->out = (struct handover){
        .sequence = sequence, .time_wall_ms = event->time_wall_ms, .delay_ms = age_ms, .at = now};
    if (pdu)
        notifier->out.request =
            snmp_async_send(session_master(notifier->session), pdu, answer_take, notifier);
    if (notifier->out.request == 0) {
        snmp_free_pdu(pdu);
        hand_over_later(notifier, sequence, now);
        return;
    }
    log_debug("notification %u is handed to snmpd", sequence);
    notifier->told = false;
    notifier->next_at = age_ms > LATE_MS ? instant_add_ms(now, PACE_MS) : INSTANT_NEVER;
}

static void ask_after(struct notifier *notifier, instant now)
{
    netsnmp_session *master = session_master(notifier->session);
    netsnmp_pdu *pdu = agentx_pdu_create(master, AGENTX_PING);
    log_warning("snmpd has not answered notification %u for %d s: waiting on",
                notifier->out.sequence,
                AGENTX_ANSWER_LIMIT_S);
    if (pdu)
        notifier->out.request = snmp_async_send(master, pdu, answer_take, notifier);
    if (notifier->out.request != 0)
        return;
    snmp_free_pdu(pdu);
    hand_over_later(notifier, notifier->out.sequence, now);
}

/* The lowest event that is pending and was not handed over; NULL if there is none. */
static const struct row_event *pending_find(struct notifier *notifier, uint32_t *sequence)
{
    const struct replica *replica = client_replica(link_client(notifier->link));
    uint64_t generation = replica_generation(replica, ROW_event);
    if (notifier->report_count == REPORT_LIMIT || notifier->searched == generation)
        return NULL;
    size_t count = replica_count(replica, ROW_event);
    for (size_t place = 0; place < count; place++) {
        const struct row_event *event = replica_at(replica, ROW_event, place, sequence);
        if (event->delivery == DELIVERY_PENDING && !report_find(notifier, *sequence, event))
            return event;
    }
    notifier->searched = generation;
    return NULL;
}

static const struct row_event *next_find(struct notifier *notifier, uint32_t *sequence)
{
    *sequence = 0;
    return notifier->own_count > 0 ? &notifier->own[0] : pending_find(notifier, sequence);
}

static void session_follow(struct notifier *notifier)
{
    if (notifier->session_seen == session_count(notifier->session) &&
        session_master(notifier->session))
        return;
    notifier->session_seen = session_count(notifier->session);
    notifier->out.request = 0;
    notifier->out.overdue = false;
    notifier->next_session = false;
}

static bool can_send(const struct notifier *notifier)
{
    return session_master(notifier->session) && !notifier->next_session &&
           notifier->out.request == 0;
}

static void next_send(struct notifier *notifier, instant now)
{
    uint32_t sequence;
    const struct row_event *event = NULL;
    bool overdue = notifier->out.overdue;
    notifier->due = INSTANT_NEVER;
    if (can_send(notifier) && !overdue)
        event = next_find(notifier, &sequence);
    if (!can_send(notifier) || (!overdue && !event))
        return;
    if (instant_is_set(notifier->next_at) && !instant_reached(notifier->next_at, now))
        notifier->due = notifier->next_at;
    else if (overdue)
        ask_after(notifier, now);
    else
        hand_over(notifier, event, sequence, now);
}

void notifier_step(struct notifier *notifier, instant now)
{
    session_follow(notifier);
    lost_announce(notifier, now);
    reports_renew(notifier);
    reports_settle(notifier);
    /* snmpd first: what the engine does with a report would take the processor from it. */
    next_send(notifier, now);
    reports_send(notifier);
}

instant notifier_due(const struct notifier *notifier)
{
    return notifier->due;
}

/* What was told to whom, what was ordered by whom, and what became of the servers. */
#include <string.h>

#include "base/text.h"
#include "cli/report/parts.h"
#include "cli/words.h"

/* ---- the notification chain ---- */

static const char *const chain_names[] = {
    N_("No"),
    N_("Time"),
    N_("Since the outage"),
    N_("What was told"),
    N_("Accepted by the master"),
    N_("Contacts"),
    N_("Acknowledged by"),
};

static bool is_same_repeat(const struct row_event *a, const struct row_event *b)
{
    return a->notification == NOTIFICATION_DEADLINE_STILL_MISSED &&
           b->notification == a->notification && b->incident == a->incident &&
           b->round == a->round && b->step == a->step;
}

/* How many reminders of the same step there are, and whether this is the last of them. */
static unsigned repeats_count(const struct report *report, const struct row_event *row,
                              bool *is_last)
{
    unsigned count = 0;
    const struct row_event *other;
    uint32_t key;
    *is_last = true;
    for (size_t i = 0; (other = replica_at(report->replica, ROW_event, i, &key)); i++) {
        if (other != row && !is_same_repeat(row, other))
            continue;
        count++;
        *is_last = other == row;
    }
    return count;
}

/* Their label does not tell the step. */
static bool is_of_a_deadline(enum notification notification)
{
    return notification == NOTIFICATION_DEADLINE_MET ||
           notification == NOTIFICATION_DEADLINE_MISSED ||
           notification == NOTIFICATION_DEADLINE_HELD ||
           notification == NOTIFICATION_DEADLINE_STILL_MISSED;
}

static void what_put(const struct report *report, const struct row_event *row, unsigned repeats)
{
    bool is_bad = row->severity >= SEVERITY_WARNING;
    html_put(report->to, is_bad ? "<td><b>" : "<td>");
    html_text(report->to, report_event_label(row->notification));
    if (row->step > 0 && is_of_a_deadline(row->notification))
        html_format(report->to, _(" (step %u)"), row->step);
    html_put(report->to, is_bad ? "</b>" : "");
    if (repeats > 1)
        html_format(report->to, _(" (%u times, the last one here)"), repeats);
    html_element(report->to, "span class=told", "%s", row->text);
    html_put(report->to, "</td>");
}

static void accepted_put(const struct report *report, const struct row_event *row)
{
    char at[REPORT_DATE_SIZE];
    if (row->delivery == DELIVERY_ACCEPTED && row->delay_ms >= 0) {
        report_clock(report, row->time_wall_ms + row->delay_ms, at);
        html_element(report->to, "td class=nw", "%s", at);
    } else if (row->delivery == DELIVERY_ACCEPTED) {
        html_element(report->to, "td", "%s", words_of(delivery_name(row->delivery)));
    } else {
        html_element(report->to, "td class=bad", "%s", words_of(delivery_name(row->delivery)));
    }
}

static void contacts_put(const struct report *report, uint32_t number)
{
    static const char *const words[DELIVERY_COUNT] = {[DELIVERY_PENDING] = N_("waits"),
                                                      [DELIVERY_ACCEPTED] = N_("told"),
                                                      [DELIVERY_REFUSED] = N_("not told"),
                                                      [DELIVERY_SUPERSEDED] = N_("given up")};
    const struct row_message *row;
    uint32_t key;
    bool any = false;
    html_put(report->to, "<td>");
    for (size_t i = 0; (row = replica_at(report->replica, ROW_message, i, &key)); i++) {
        char at[REPORT_DATE_SIZE];
        if (row->event != number)
            continue;
        report_clock(report, row->ended_wall_ms, at);
        html_put(report->to, any ? "<br>" : "");
        html_format(report->to,
                    "%s: %s %s",
                    row->name,
                    row->delivery < DELIVERY_COUNT && words[row->delivery] ? _(words[row->delivery])
                                                                           : "–",
                    row->ended_wall_ms > 0 ? at : "");
        any = true;
    }
    html_put(report->to, any ? "</td>" : "–</td>");
}

static void acknowledged_put(const struct report *report, const struct row_event *row)
{
    char at[REPORT_DATE_SIZE];
    report_clock(report, row->acknowledged_wall_ms, at);
    if (row->acknowledged_wall_ms > 0)
        html_element(report->to, "td", "%s, %s", row->acknowledged_by, at);
    else
        html_element(report->to, "td", "–");
}

static void since_put(const struct report *report, const struct row_event *row)
{
    char span[REPORT_SPAN_SIZE];
    report_span(row->time_wall_ms - report->incident->lost_wall_ms, span);
    html_element(report->to, "td class=c", "%s", span);
}

static void chain_put(const struct report *report, uint32_t number, const struct row_event *row)
{
    char at[REPORT_DATE_SIZE];
    bool is_last = true;
    unsigned repeats = row->notification == NOTIFICATION_DEADLINE_STILL_MISSED
                           ? repeats_count(report, row, &is_last)
                           : 1;
    if (report_event_part(row->notification) != EVENT_PART_CHAIN || !is_last)
        return;
    report_clock(report, row->time_wall_ms, at);
    html_put(report->to, "<tr>");
    html_element(report->to, "td class=c", "%u", number);
    html_element(report->to, "td class=nw", "%s", at);
    since_put(report, row);
    what_put(report, row, repeats);
    accepted_put(report, row);
    contacts_put(report, number);
    acknowledged_put(report, row);
    html_put(report->to, "</tr>\n");
}

/* The oldest event that is kept tells whether the incident's first ones may be gone. */
static bool events_may_be_gone(const struct report *report)
{
    const struct row_system *system = replica_get(report->replica, ROW_system, 0);
    uint32_t key;
    const struct row_event *oldest = replica_at(report->replica, ROW_event, 0, &key);
    return system && system->events_bumped > 0 &&
           (!oldest || oldest->time_wall_ms >= report->incident->lost_wall_ms);
}

void report_chain(const struct report *report)
{
    page_heading(report, _("Chronology and notification chain"));
    if (events_may_be_gone(report))
        html_element(report->to,
                     "p class=open",
                     "%s",
                     _("The engine does not keep the first events of this incident any more; they "
                       "are in its journal alone."));
    page_table_begin(report, "chain", chain_names, sizeof chain_names / sizeof *chain_names);
    report_each_event(report, chain_put);
    page_table_end(report);
}

/* ---- commands ---- */

static const char *const command_names[] = {
    N_("No"), N_("Time"), N_("Command"), N_("By"), N_("Outcome")};

static bool is_within(const struct report *report, const struct row_command *row)
{
    int64_t end_ms = report->incident->closed_wall_ms;
    bool is_paperwork = row->kind == COMMAND_KIND_ACKNOWLEDGE || row->kind == COMMAND_KIND_ACCOUNT;
    return !is_paperwork && row->asked_wall_ms >= report->incident->lost_wall_ms &&
           (end_ms <= 0 || row->asked_wall_ms <= end_ms);
}

static void command_put(const struct report *report, uint32_t number, const struct row_command *row)
{
    char at[REPORT_DATE_SIZE];
    report_clock(report, row->asked_wall_ms, at);
    html_put(report->to, "<tr>");
    html_element(report->to, "td class=c", "%u", number);
    html_element(report->to, "td class=nw", "%s", at);
    html_put(report->to, "<td>");
    html_text(report->to, words_of(command_kind_name(row->kind)));
    if (row->argument > 0)
        html_format(report->to, " %u", row->argument);
    html_put(report->to, "</td>");
    html_element(report->to, "td", "%s", *row->requester ? row->requester : _("nobody named"));
    html_element(report->to,
                 "td",
                 "%s%s%s",
                 words_of(command_state_name(row->state)),
                 *row->reason ? ": " : "",
                 language_text(row->reason));
    html_put(report->to, "</tr>\n");
}

void report_commands(const struct report *report)
{
    const struct row_command *row;
    uint32_t key;
    bool any = false;
    for (size_t i = 0; (row = replica_at(report->replica, ROW_command, i, &key)); i++) {
        if (!is_within(report, row))
            continue;
        if (!any) {
            page_heading(report, _("Commands given in the incident"));
            page_table_begin(
                report, "commands", command_names, sizeof command_names / sizeof *command_names);
        }
        any = true;
        command_put(report, key, row);
    }
    if (any)
        page_table_end(report);
}

/* ---- servers ---- */

static const char *const server_names[] = {
    N_("Server"), N_("Tier"), N_("Time"), N_("Since the outage"), N_("Result"), N_("Reason")};

/* What the event's text says after the server's name; it begins with what the label says, too. */
static const char *reason_of(const struct row_event *row)
{
    const char *colon = strchr(row->text, ':');
    const char *second = colon ? strstr(colon + 1, ": ") : NULL;
    return second ? second + 2 : "";
}

static void server_put(const struct report *report, uint32_t number, const struct row_event *row)
{
    (void)number;
    if (report_event_part(row->notification) != EVENT_PART_SERVER)
        return;
    const struct row_server *server = replica_get(report->replica, ROW_server, row->server);
    char at[REPORT_DATE_SIZE];
    bool is_good = row->notification == NOTIFICATION_SERVER_DOWN ||
                   row->notification == NOTIFICATION_SERVER_UP;
    report_clock(report, row->time_wall_ms, at);
    html_put(report->to, "<tr>");
    if (server) {
        html_element(report->to, "td", "%s", server->name);
        html_element(report->to, "td class=c", "%u", server->tier);
    } else {
        html_element(report->to, "td", _("no. %u"), row->server);
        html_element(report->to, "td class=c", "–");
    }
    html_element(report->to, "td class=nw", "%s", at);
    since_put(report, row);
    fprintf(report->to, "<td class=%s>", is_good ? "good" : "bad");
    html_text(report->to, report_event_label(row->notification));
    html_put(report->to, "</td>");
    html_element(report->to, "td", "%s", language_text(reason_of(row)));
    html_put(report->to, "</tr>\n");
}

void report_servers(const struct report *report)
{
    page_heading(report, _("Servers"));
    if (report_servers_tally(report).told == 0) {
        html_element(report->to, "p", "%s", _("No server was shut down in this incident."));
        return;
    }
    page_table_begin(report, "servers", server_names, sizeof server_names / sizeof *server_names);
    report_each_event(report, server_put);
    page_table_end(report);
}

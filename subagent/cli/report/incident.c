/* The report of one incident. */
#include "base/text.h"
#include "cli/report/parts.h"
#include "cli/words.h"

/* ---- deviations ---- */

static const char *const deviation_names[] = {
    N_("No"),
    N_("Step"),
    N_("Kind"),
    N_("By how much"),
    N_("Executor"),
    N_("Account"),
    N_("Given by, date"),
    N_("Corrective action"),
};

static void account_put(const struct report *report, const struct row_deviation *row)
{
    FILE *to = report->to;
    char date[REPORT_DATE_SIZE];
    if (row->account_state == ACCOUNT_STATE_COVERED_BY_CAUSE) {
        html_element(
            to, "td colspan=3 class=dim", _("accounted for with no. %u, its cause"), row->cause);
        return;
    }
    if (row->account_state != ACCOUNT_STATE_ANSWERED) {
        html_put(to, "<td colspan=3 class=bad>");
        html_text(to, _("UNANSWERED"));
        html_put(to, "</td>");
        return;
    }
    report_date_and_clock(row->accounted_wall_ms, date);
    html_element(to, "td", "%s", row->account);
    html_element(to, "td", "%s, %s", row->accounted_by, date);
    html_element(to, "td", "%s", *row->corrective_action ? row->corrective_action : "–");
}

void report_deviation_cells(const struct report *report, uint32_t number,
                            const struct row_deviation *row)
{
    FILE *to = report->to;
    char span[REPORT_SPAN_SIZE];
    report_span(row->amount_ms, span);
    html_element(to, "td class=c", "%u", number);
    if (row->step > 0)
        html_element(to, "td class=c", "%u", row->step);
    else
        html_put(to, "<td class=c>–</td>");
    html_element(to,
                 "td class=w",
                 "%s%s%s",
                 words_of(deviation_kind_name(row->kind)),
                 *row->item ? ": " : "",
                 words_of(row->item));
    html_element(to, "td class=c", "%s", span);
    html_element(to, "td class=w", "%s", report_role(report, row->role));
    account_put(report, row);
}

void report_deviations(const struct report *report)
{
    const struct row_deviation *row;
    uint32_t key;
    page_heading(report, _("Deviations from the standard, and their accounts"));
    if (report_deviations_tally(report, report->number).count == 0) {
        html_element(report->to, "p", "%s", _("None: every step was within the standard."));
        return;
    }
    page_table_begin(
        report, "deviations", deviation_names, sizeof deviation_names / sizeof *deviation_names);
    for (size_t i = 0; (row = replica_at(report->replica, ROW_deviation, i, &key)); i++) {
        if (row->incident != report->number)
            continue;
        html_put(report->to, "<tr>");
        report_deviation_cells(report, key, row);
        html_put(report->to, "</tr>\n");
    }
    page_table_end(report);
}

/* ---- in short ---- */

static void times_put(const struct report *report)
{
    const struct row_incident *incident = report->incident;
    bool is_drill = incident->kind == INCIDENT_KIND_DRILL;
    char at[REPORT_DATE_SIZE], span[REPORT_SPAN_SIZE];
    const char *exactness = incident->times_estimated == ON_OFF_ON ? _("estimated") : _("exact");
    report_date_and_clock(incident->lost_wall_ms, at);
    page_fact(report, is_drill ? _("Drill begun") : _("Mains lost"), "%s (%s)", at, exactness);
    report_date_and_clock(incident->closed_wall_ms, at);
    if (incident->closed_wall_ms > 0)
        page_fact(report, is_drill ? _("Drill ended") : _("Mains back"), "%s (%s)", at, exactness);
    else
        page_fact(
            report, is_drill ? _("Drill ended") : _("Mains back"), "%s", _("still under way"));
    report_span(incident->duration_ms, span);
    page_fact(report, _("Duration"), "%s", span);
    page_fact(report, _("Rounds"), "%u", incident->rounds);
}

static void genset_put(const struct report *report)
{
    char text[HTML_TEXT_SIZE] = "";
    for (unsigned round = 1; round <= report->incident->rounds; round++) {
        const struct row_record *start = report_verdict(report, report->number, round, 1);
        int64_t ran_ms = report_genset_ran(report, round);
        char span[REPORT_SPAN_SIZE];
        int64_t from_ms = start ? start->clock_start_wall_ms : report->incident->lost_wall_ms;
        report_span(ran_ms - from_ms, span);
        text_append(text, sizeof text, "%s", *text ? "; " : "");
        if (report->incident->rounds > 1)
            text_append(text, sizeof text, _("round %u: "), round);
        if (ran_ms > 0)
            text_append(text, sizeof text, _("running after %s"), span);
        else
            text_append(text, sizeof text, "%s", _("not running"));
    }
    page_fact(report, _("Genset"), "%s", text);
}

static void servers_put(const struct report *report)
{
    struct server_tally servers = report_servers_tally(report);
    if (servers.told > 0)
        page_fact(report,
                  _("Servers"),
                  _("%u told to shut down, %u of them normally down"),
                  servers.told,
                  servers.normal);
    else
        page_fact(report, _("Servers"), "%s", _("none was shut down"));
}

/* Every deviation is a failure, of equipment, too, which misses no step. */
static void conclusion_put(const struct report *report, unsigned missed,
                           const struct deviation_tally *deviations)
{
    FILE *to = report->to;
    html_put(to, "<tr class=wide>");
    html_element(to, "td", "%s", _("Conclusion"));
    html_put(to, missed || deviations->count ? "<td class=bad>" : "<td class=good>");
    if (report->incident->state != INCIDENT_STATE_CLOSED)
        html_text(to, _("none yet"));
    else if (missed > 0)
        html_format(to, _("The procedure was not within the standard in %u steps."), missed);
    else if (deviations->count > 0)
        html_format(to,
                    _("Every step was within the standard, but there were deviations from it: %u."),
                    deviations->count);
    else
        html_text(to, _("The procedure was carried out within the standard."));
    if (deviations->unanswered > 0)
        html_format(to, _(" Deviations without an account: %u."), deviations->unanswered);
    html_put(to, "</td></tr>\n");
}

static void verdicts_put(const struct report *report, const struct deviation_tally *deviations)
{
    unsigned counts[STEP_STATE_COUNT] = {0};
    for (unsigned round = 1; round <= report->incident->rounds; round++)
        for (unsigned step = 1; step <= STEP_COUNT; step++) {
            const struct row_record *row = report_verdict(report, report->number, round, step);
            if (row && row->verdict < STEP_STATE_COUNT)
                counts[row->verdict]++;
        }
    page_fact(report,
              _("Steps"),
              _("%u met, %u missed, %u not required"),
              counts[STEP_STATE_MET],
              counts[STEP_STATE_MISSED],
              counts[STEP_STATE_NOT_REQUIRED]);
    page_fact(report,
              _("Deviations"),
              _("%u, of which %u unanswered"),
              deviations->count,
              deviations->unanswered);
    conclusion_put(report, counts[STEP_STATE_MISSED], deviations);
}

static void short_put(const struct report *report)
{
    struct deviation_tally deviations = report_deviations_tally(report, report->number);
    html_put(report->to, "<table class=\"facts short\">\n");
    times_put(report);
    genset_put(report);
    servers_put(report);
    verdicts_put(report, &deviations);
    html_put(report->to, "</table>\n");
}

/* ---- the whole ---- */

static void marks_put(const struct report *report)
{
    if (report->incident->kind == INCIDENT_KIND_DRILL)
        html_element(report->to, "div class=drill", "%s", _("DRILL – this was no real power cut"));
    if (report->incident->state != INCIDENT_STATE_CLOSED)
        html_element(report->to,
                     "div class=open",
                     "%s",
                     _("Preliminary: the incident is still under way. Print this report again when "
                       "it is closed."));
}

static void signatures_put(const struct report *report)
{
    const struct office_person *people = report->config->office.people;
    const struct signature signatures[] = {
        {_("Executor,"), &people[ROLE_GENSET_OPERATOR]},
        {_("Executor,"), &people[ROLE_SERVER_ADMINISTRATOR]},
        {_("Acknowledged by,"), &people[ROLE_HEAD_OF_SECTION]},
    };
    page_signatures(report, signatures, sizeof signatures / sizeof *signatures);
}

bool report_print_incident(struct report *report, uint32_t number)
{
    report->number = number;
    report->incident = replica_get(report->replica, ROW_incident, number);
    if (!report->incident)
        return false;
    bool is_drill = report->incident->kind == INCIDENT_KIND_DRILL;
    char title[128], subtitle[128], date[REPORT_DATE_SIZE];
    const char *heading = is_drill ? _("Report of a power-cut drill") : _("Report of a power cut");
    report_date(report->incident->lost_wall_ms, date);
    text_format(title, sizeof title, "%s %u", heading, number);
    text_format(subtitle, sizeof subtitle, _("Incident no. %u, %s"), number, date);
    page_begin(report, title);
    page_head(report, heading, subtitle);
    marks_put(report);
    short_put(report);
    page_heading(report, _("Steps against the standard"));
    report_steps(report);
    report_deviations(report);
    report_servers(report);
    report_commands(report);
    report_chain(report);
    signatures_put(report);
    page_end(report);
    return true;
}

/* The six-monthly recap: how each step went, the incidents, what is unanswered. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cli/report/parts.h"
#include "cli/words.h"

enum { MS_PER_S = 1000, YEAR_MIN = 2000, YEAR_MAX = 9999 };

/* ---- the half of a year ---- */

static int64_t month_begin_ms(int year, int month)
{
    struct tm local = {.tm_year = year - 1900, .tm_mon = month, .tm_mday = 1, .tm_isdst = -1};
    return (int64_t)mktime(&local) * MS_PER_S;
}

const char *half_year_read(const char *text, struct half_year *half)
{
    char *end;
    long year = strtol(text, &end, 10);
    bool good = end == text + 4 && *text >= '0' && *text <= '9' && year >= YEAR_MIN &&
                year <= YEAR_MAX && (strcmp(end, "-1") == 0 || strcmp(end, "-2") == 0);
    if (!good)
        return "expected a year and its half, such as 2026-1";
    half->year = (int)year;
    half->half = end[1] == '1' ? 1 : 2;
    half->begin_ms = month_begin_ms(half->year, half->half == 1 ? 0 : 6);
    half->end_ms = month_begin_ms(half->year, half->half == 1 ? 6 : 12);
    return NULL;
}

/* ---- sums ---- */

struct recap {
    const struct report *report;
    const struct half_year *half;
};

/* NULL unless it began within the half. */
static const struct row_incident *incident_of(const struct recap *recap, uint32_t number)
{
    const struct row_incident *row = replica_get(recap->report->replica, ROW_incident, number);
    bool is_within = row && row->lost_wall_ms >= recap->half->begin_ms &&
                     row->lost_wall_ms < recap->half->end_ms;
    return is_within ? row : NULL;
}

struct step_sums {
    unsigned met, missed, drilled_met, drilled_missed;
    int64_t latest_ms; /* of outages */
};

static struct step_sums step_sum(const struct recap *recap, unsigned step)
{
    struct step_sums sums = {0};
    const struct row_record *row;
    uint32_t key;
    for (size_t i = 0; (row = replica_at(recap->report->replica, ROW_record, i, &key)); i++) {
        const struct row_incident *incident =
            row->step == step ? incident_of(recap, row->incident) : NULL;
        if (!incident)
            continue;
        bool is_drill = incident->kind == INCIDENT_KIND_DRILL;
        bool is_met = row->verdict == STEP_STATE_MET, is_missed = row->verdict == STEP_STATE_MISSED;
        sums.met += !is_drill && is_met;
        sums.missed += !is_drill && is_missed;
        sums.drilled_met += is_drill && is_met;
        sums.drilled_missed += is_drill && is_missed;
        if (!is_drill && row->lateness_ms > sums.latest_ms)
            sums.latest_ms = row->lateness_ms;
    }
    return sums;
}

/* Calls take for each deviation of the half. */
typedef void deviation_taker(const struct recap *recap, uint32_t number,
                             const struct row_deviation *row, void *context);
static void each_deviation(const struct recap *recap, deviation_taker *take, void *context)
{
    const struct row_deviation *row;
    uint32_t key;
    for (size_t i = 0; (row = replica_at(recap->report->replica, ROW_deviation, i, &key)); i++)
        if (incident_of(recap, row->incident))
            take(recap, key, row, context);
}

/* ---- the table of the procedure ---- */

static const char *const procedure_names[] = {
    N_("No"),
    N_("Procedure"),
    N_("Went well"),
    N_("Did not"),
    N_("Notes of the assessment"),
    N_("Action to be taken"),
    N_("Initials of the assessor"),
};

/* What is wanted of the deviations, and where it goes. */
struct collected {
    unsigned step; /* STEP_COUNT + 1: equipment */
    bool actions;  /* the corrective actions instead of the numbers */
    bool any;
};

static bool is_of(const struct collected *collected, const struct row_deviation *row)
{
    return row->kind == DEVIATION_KIND_EQUIPMENT ? collected->step > STEP_COUNT
                                                 : collected->step == row->step;
}

static void deviation_collect(const struct recap *recap, uint32_t number,
                              const struct row_deviation *row, void *context)
{
    struct collected *collected = context;
    FILE *to = recap->report->to;
    if (!is_of(collected, row) || (collected->actions && !*row->corrective_action))
        return;
    if (collected->actions) {
        html_put(to, collected->any ? "<br>" : "");
        html_format(to, _("no. %u: %s"), number, row->corrective_action);
    } else {
        html_text(to, collected->any ? ", " : _(" Deviations no. "));
        html_format(to, "%u", number);
        if (row->account_state == ACCOUNT_STATE_UNANSWERED)
            html_element(to, "b class=bad", " (%s)", _("unanswered"));
    }
    collected->any = true;
}

static bool deviations_put(const struct recap *recap, unsigned step, bool actions)
{
    struct collected collected = {.step = step, .actions = actions};
    each_deviation(recap, deviation_collect, &collected);
    return collected.any;
}

static void sums_put(const struct recap *recap, const struct step_sums *sums)
{
    FILE *to = recap->report->to;
    char span[REPORT_SPAN_SIZE];
    if (sums->met + sums->missed == 0)
        html_text(to, _("Was not needed."));
    else
        html_format(to,
                    _("Carried out %u times: %u within the standard, %u not."),
                    sums->met + sums->missed,
                    sums->met,
                    sums->missed);
    report_span(sums->latest_ms, span);
    if (sums->latest_ms > 0)
        html_format(to, _(" The latest by %s."), span);
    if (sums->drilled_met + sums->drilled_missed > 0)
        html_format(
            to, _(" In drills: %u within, %u not."), sums->drilled_met, sums->drilled_missed);
}

static void marks_put(const struct recap *recap, bool went_well, bool did_not)
{
    html_element(recap->report->to, "td class=\"c good\"", "%s", went_well ? "✓" : "");
    html_element(recap->report->to, "td class=\"c bad\"", "%s", did_not ? "✓" : "");
}

static void row_end(const struct recap *recap, unsigned step)
{
    FILE *to = recap->report->to;
    html_put(to, "</td><td>");
    (void)deviations_put(recap, step, true);
    html_put(to, "</td><td></td></tr>\n");
}

static void step_put(const struct recap *recap, unsigned step)
{
    FILE *to = recap->report->to;
    struct step_sums sums = step_sum(recap, step);
    html_put(to, "<tr>");
    html_element(to, "td class=c", "%u", step);
    html_element(to, "td", "%s", report_activity(recap->report, step));
    marks_put(recap, sums.met > 0 && sums.missed == 0, sums.missed > 0);
    html_put(to, "<td>");
    sums_put(recap, &sums);
    (void)deviations_put(recap, step, false);
    row_end(recap, step);
}

static void equipment_count(const struct recap *recap, uint32_t number,
                            const struct row_deviation *row, void *context)
{
    (void)recap;
    (void)number;
    *(unsigned *)context += row->kind == DEVIATION_KIND_EQUIPMENT;
}

static void equipment_put(const struct recap *recap)
{
    FILE *to = recap->report->to;
    unsigned missing = 0;
    each_deviation(recap, equipment_count, &missing);
    html_put(to, "<tr><td class=c>–</td>");
    html_element(to, "td", "%s", _("Equipment complete and ready"));
    marks_put(recap, missing == 0, missing > 0);
    html_put(to, "<td>");
    html_text(to, missing == 0 ? _("Nothing was missing in an incident.") : "");
    (void)deviations_put(recap, STEP_COUNT + 1, false);
    row_end(recap, STEP_COUNT + 1);
}

static void procedure_put(const struct recap *recap)
{
    page_heading(recap->report, _("Assessment of the procedure"));
    page_table_begin(recap->report,
                     "procedure",
                     procedure_names,
                     sizeof procedure_names / sizeof *procedure_names);
    for (unsigned step = 1; step <= STEP_COUNT; step++)
        step_put(recap, step);
    equipment_put(recap);
    page_table_end(recap->report);
}

/* ---- the incidents ---- */

static const char *const incident_names[] = {
    N_("No"),
    N_("Kind"),
    N_("Beginning"),
    N_("Duration"),
    N_("Rounds"),
    N_("Steps missed"),
    N_("Deviations"),
    N_("Unanswered"),
};

static unsigned missed_count(const struct recap *recap, uint32_t number)
{
    unsigned missed = 0;
    const struct row_record *row;
    uint32_t key;
    for (size_t i = 0; (row = replica_at(recap->report->replica, ROW_record, i, &key)); i++)
        missed += row->incident == number && row->verdict == STEP_STATE_MISSED;
    return missed;
}

static void incident_put(const struct recap *recap, uint32_t number, const struct row_incident *row)
{
    FILE *to = recap->report->to;
    char at[REPORT_DATE_SIZE], span[REPORT_SPAN_SIZE];
    struct deviation_tally deviations = report_deviations_tally(recap->report, number);
    report_date_and_clock(row->lost_wall_ms, at);
    report_span(row->duration_ms, span);
    html_put(to, "<tr>");
    html_element(to, "td class=c", "%u", number);
    html_element(to,
                 row->kind == INCIDENT_KIND_DRILL ? "td class=\"w bad\"" : "td class=w",
                 "%s",
                 row->kind == INCIDENT_KIND_DRILL ? _("DRILL") : _("power cut"));
    html_element(to, "td", "%s%s", at, row->times_estimated == ON_OFF_ON ? _(" (estimated)") : "");
    html_element(
        to, "td class=c", "%s", row->state == INCIDENT_STATE_CLOSED ? span : _("still under way"));
    html_element(to, "td class=c", "%u", row->rounds);
    html_element(to, "td class=c", "%u", missed_count(recap, number));
    html_element(to, "td class=c", "%u", deviations.count);
    html_element(to,
                 deviations.unanswered ? "td class=\"c bad\"" : "td class=c",
                 "%u",
                 deviations.unanswered);
    html_put(to, "</tr>\n");
}

struct totals {
    unsigned outages, drills, deviations, unanswered;
    int64_t out_ms, longest_ms;
};

static struct totals totals_of(const struct recap *recap)
{
    struct totals totals = {0};
    uint32_t key;
    for (size_t i = 0; replica_at(recap->report->replica, ROW_incident, i, &key); i++) {
        const struct row_incident *row = incident_of(recap, key);
        if (!row)
            continue;
        struct deviation_tally deviations = report_deviations_tally(recap->report, key);
        bool is_drill = row->kind == INCIDENT_KIND_DRILL;
        int64_t out_ms = is_drill || row->duration_ms < 0 ? 0 : row->duration_ms;
        totals.drills += is_drill;
        totals.outages += !is_drill;
        totals.deviations += deviations.count;
        totals.unanswered += deviations.unanswered;
        totals.out_ms += out_ms;
        totals.longest_ms = out_ms > totals.longest_ms ? out_ms : totals.longest_ms;
    }
    return totals;
}

static void totals_put(const struct recap *recap, const struct totals *totals)
{
    char out[REPORT_SPAN_SIZE], longest[REPORT_SPAN_SIZE];
    report_span(totals->out_ms, out);
    report_span(totals->longest_ms, longest);
    html_put(recap->report->to, "<table class=facts>\n");
    page_fact(recap->report,
              _("Power cuts"),
              _("%u, together %s, the longest %s"),
              totals->outages,
              out,
              longest);
    page_fact(recap->report, _("Drills"), "%u", totals->drills);
    page_fact(recap->report,
              _("Deviations"),
              _("%u, of which %u unanswered"),
              totals->deviations,
              totals->unanswered);
    html_put(recap->report->to, "</table>\n");
}

static void incidents_put(const struct recap *recap, const struct totals *totals)
{
    uint32_t key;
    page_heading(recap->report, _("Incidents"));
    if (totals->outages + totals->drills == 0) {
        html_element(recap->report->to, "p", "%s", _("None in this half of the year."));
        return;
    }
    page_table_begin(
        recap->report, "incidents", incident_names, sizeof incident_names / sizeof *incident_names);
    for (size_t i = 0; replica_at(recap->report->replica, ROW_incident, i, &key); i++) {
        const struct row_incident *row = incident_of(recap, key);
        if (row)
            incident_put(recap, key, row);
    }
    page_table_end(recap->report);
}

/* ---- what is unanswered ---- */

static const char *const unanswered_names[] = {N_("No"),
                                               N_("Incident"),
                                               N_("Step"),
                                               N_("Kind"),
                                               N_("By how much"),
                                               N_("Executor"),
                                               N_("Recorded")};

static void unanswered_put(const struct recap *recap, uint32_t number,
                           const struct row_deviation *row, void *context)
{
    FILE *to = recap->report->to;
    char at[REPORT_DATE_SIZE], span[REPORT_SPAN_SIZE];
    (void)context;
    if (row->account_state != ACCOUNT_STATE_UNANSWERED)
        return;
    report_date_and_clock(row->recorded_wall_ms, at);
    report_span(row->amount_ms, span);
    html_put(to, "<tr>");
    html_element(to, "td class=c", "%u", number);
    html_element(to, "td class=c", "%u", row->incident);
    html_element(to, "td class=c", "%u", row->step);
    html_element(to,
                 "td",
                 "%s%s%s",
                 words_of(deviation_kind_name(row->kind)),
                 *row->item ? ": " : "",
                 words_of(row->item));
    html_element(to, "td class=c", "%s", span);
    html_element(to, "td class=w", "%s", report_role(recap->report, row->role));
    html_element(to, "td", "%s", at);
    html_put(to, "</tr>\n");
}

static void all_unanswered_put(const struct recap *recap, const struct totals *totals)
{
    page_heading(recap->report, _("Deviations without an account"));
    if (totals->unanswered == 0) {
        html_element(recap->report->to, "p", "%s", _("None."));
        return;
    }
    page_table_begin(recap->report,
                     "unanswered",
                     unanswered_names,
                     sizeof unanswered_names / sizeof *unanswered_names);
    each_deviation(recap, unanswered_put, NULL);
    page_table_end(recap->report);
}

/* ---- the whole ---- */

/* The engine lets its oldest incidents go; one that is left and within the half hides nothing. */
static bool incidents_may_be_gone(const struct recap *recap)
{
    uint32_t key = 0;
    const struct row_incident *oldest = replica_at(recap->report->replica, ROW_incident, 0, &key);
    return oldest && key > 1 && oldest->lost_wall_ms > recap->half->begin_ms;
}

static void remarks_put(const struct recap *recap)
{
    if (recap->report->moment.wall_ms < recap->half->end_ms)
        html_element(recap->report->to,
                     "div class=open",
                     "%s",
                     _("Preliminary: this half of the year is not over."));
    if (incidents_may_be_gone(recap))
        html_element(recap->report->to,
                     "div class=open",
                     "%s",
                     _("Not complete: the engine does not keep the first incidents of this half of "
                       "the year any more; they are in its journal alone."));
}

static void signatures_put(const struct report *report)
{
    const struct office *office = &report->config->office;
    const struct signature signatures[] = {
        {_("Acknowledged by,"), &office->head},
        {_("Assessed by,"), &office->people[ROLE_HEAD_OF_SECTION]},
    };
    bool has_head = *office->head.name || *office->head.position;
    page_signatures(report, has_head ? signatures : signatures + 1, has_head ? 2 : 1);
}

void report_print_recap(struct report *report, const struct half_year *half)
{
    const struct recap recap = {.report = report, .half = half};
    const struct totals totals = totals_of(&recap);
    char subtitle[128], title[192];
    report->incident = NULL;
    text_format(subtitle,
                sizeof subtitle,
                half->half == 1 ? _("First half of %d (January to June)")
                                : _("Second half of %d (July to December)"),
                half->year);
    text_format(title, sizeof title, "%s, %s", _("Recap of the power-cut procedure"), subtitle);
    page_begin(report, title);
    page_head(report, _("Recap of the power-cut procedure"), subtitle);
    remarks_put(&recap);
    totals_put(&recap, &totals);
    procedure_put(&recap);
    incidents_put(&recap, &totals);
    all_unanswered_put(&recap, &totals);
    signatures_put(report);
    page_end(report);
}

/* Each step of each round: the standard against what was done. */
#include "base/text.h"
#include "cli/report/parts.h"
#include "cli/words.h"

/* Names above the three of the standard, and beside them; and their share of the width. */
static const struct {
    const char *name;
    unsigned percent;
    bool is_standard;
} columns[] = {
    {N_("No"), 4, false},
    {N_("Activity"), 25, false},
    {N_("Executor"), 10, false},
    {N_("equipment"), 10, true},
    {N_("time"), 9, true},
    {N_("output"), 10, true},
    {N_("Actual"), 17, false},
    {N_("Difference"), 7, false},
    {N_("Verdict"), 8, false},
};

enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

static void table_begin(const struct report *report)
{
    FILE *to = report->to;
    bool is_told = false;
    html_put(to, "<table class=grid><colgroup>");
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        fprintf(to, "<col style=\"width:%u%%\">", columns[i].percent);
    html_put(to, "</colgroup><thead><tr>");
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (!columns[i].is_standard)
            html_element(to, "th rowspan=2", "%s", _(columns[i].name));
        else if (!is_told)
            html_element(to, "th colspan=3", "%s", _("Standard"));
        is_told = is_told || columns[i].is_standard;
    }
    html_put(to, "</tr><tr>");
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (columns[i].is_standard)
            html_element(to, "th", "%s", _(columns[i].name));
    html_put(to, "</tr></thead><tbody>\n");
}

static void actor_put(const struct report *report, enum actor actor)
{
    static const char *const words[ACTOR_COUNT] = {[ACTOR_PERSON] = N_("by a person"),
                                                   [ACTOR_SOFTWARE] = N_("by the software"),
                                                   [ACTOR_COMMAND] = N_("by command")};
    if (actor < ACTOR_COUNT && words[actor])
        html_format(report->to, ", %s", _(words[actor]));
}

/* That the report of step 3 or 4 reached the master, or did not. */
static void sent_put(const struct report *report, const struct row_record *row)
{
    enum notification what =
        row->step == 3 ? NOTIFICATION_REPORT_RUNNING : NOTIFICATION_REPORT_FAILED;
    if (row->step != 3 && row->step != 4)
        return;
    const struct row_event *event = report_event_find(report, row->round, what, 0);
    char at[REPORT_DATE_SIZE];
    if (!event)
        return;
    report_clock(report, event->time_wall_ms, at);
    html_element(report->to,
                 "span class=told",
                 event->delivery == DELIVERY_ACCEPTED ? _("report sent %s, accepted")
                                                      : _("report sent %s, not accepted so far"),
                 at);
}

static void output_put(const struct report *report, const struct row_record *row)
{
    if (row->answer == ANSWER_YES || row->answer == ANSWER_NO)
        html_element(report->to, "b", " %s", words_of(answer_name(row->answer)));
    sent_put(report, row);
    struct server_tally servers = report_servers_tally(report);
    if (row->step == 5 && servers.told > 0)
        html_element(report->to,
                     "span class=told",
                     _("%u of %u servers shut down normally"),
                     servers.normal,
                     servers.told);
}

static void actual_put(const struct report *report, const struct row_record *row)
{
    FILE *to = report->to;
    char at[REPORT_DATE_SIZE], span[REPORT_SPAN_SIZE];
    html_put(to, "<td>");
    if (row->verdict == STEP_STATE_NOT_REQUIRED) {
        html_put(to, "–");
    } else if (row->done_wall_ms > 0) {
        report_clock(report, row->done_wall_ms, at);
        report_span(row->done_wall_ms - row->clock_start_wall_ms, span);
        html_element(to, "b", "%s", at);
        html_put(to, "<span class=told>");
        html_format(to, _("after %s"), span);
        actor_put(report, row->done_by);
        html_put(to, "</span>");
        output_put(report, row);
    } else {
        html_element(to, "span class=bad", "%s", _("not done"));
    }
    html_put(to, "</td>");
}

static void difference_put(const struct report *report, const struct row_record *row)
{
    char span[REPORT_SPAN_SIZE];
    if (row->verdict == STEP_STATE_NOT_REQUIRED || row->done_wall_ms <= 0) {
        html_element(report->to, "td class=c", "–");
    } else if (row->lateness_ms > 0) {
        report_span(row->lateness_ms, span);
        html_element(report->to, "td class=\"c bad\"", _("+%s late"), span);
    } else {
        report_span(row->due_wall_ms - row->done_wall_ms, span);
        html_element(report->to, "td class=c", "−%s", span);
    }
}

static void verdict_put(const struct report *report, const struct row_record *row)
{
    static const char *const classes[STEP_STATE_COUNT] = {
        [STEP_STATE_MET] = "good", [STEP_STATE_MISSED] = "bad"};
    const char *class_name = classes[row->verdict] ? classes[row->verdict] : "dim";
    fprintf(report->to, "<td class=\"c %s\">", class_name);
    html_text(report->to, words_of(step_state_name(row->verdict)));
    if (row->deviation > 0)
        html_element(report->to, "span class=told", _("deviation no. %u"), row->deviation);
    html_put(report->to, "</td>");
}

/* Wall times of a step's clock, 0 where there is none: of its verdict, or as it stands now. */
struct clock {
    int64_t start_ms, due_ms;
};

static struct clock clock_of(const struct report *report, unsigned round, unsigned step)
{
    const struct row_record *row = report_verdict(report, report->number, round, step);
    const struct row_step *live = replica_get(report->replica, ROW_step, step);
    if (row)
        return (struct clock){row->clock_start_wall_ms, row->due_wall_ms};
    if (!live || live->incident != report->number || live->round != round ||
        !instant_is_set(live->due) || !instant_is_set(live->clock_start))
        return (struct clock){0, 0};
    return (struct clock){report->moment.wall_ms +
                              instant_diff_ms(live->clock_start, report->moment.now),
                          report->moment.wall_ms + instant_diff_ms(live->due, report->moment.now)};
}

static void standard_put(const struct report *report, unsigned round, unsigned step)
{
    char span[REPORT_SPAN_SIZE] = "–", due[REPORT_DATE_SIZE];
    FILE *to = report->to;
    const struct clock clock = clock_of(report, round, step);
    html_element(to, "td class=w", "%s", report_step_equipment(step));
    html_put(to, "<td class=c>");
    if (clock.due_ms > 0) {
        report_span(clock.due_ms - clock.start_ms, span);
        report_clock(report, clock.due_ms, due);
        html_text(to, span);
        html_element(to, "span class=told", _("until %s"), due);
    } else {
        html_put(to, "–");
    }
    html_put(to, "</td>");
    html_element(to, "td class=w", "%s", report_step_output(step));
}

static void step_put(const struct report *report, unsigned round, unsigned step)
{
    FILE *to = report->to;
    const struct row_record *row = report_verdict(report, report->number, round, step);
    const struct row_step *live = replica_get(report->replica, ROW_step, step);
    enum role role = row ? row->role : live ? live->role : ROLE_UNKNOWN;
    html_put(to, "<tr>");
    html_element(to, "td class=c", "%u", step);
    html_element(to, "td", "%s", report_activity(report, step));
    html_element(to, "td class=w", "%s", report_role(report, role));
    standard_put(report, round, step);
    if (row) {
        actual_put(report, row);
        difference_put(report, row);
        verdict_put(report, row);
    } else {
        html_element(to, "td colspan=3 class=\"c dim\"", "%s", _("no verdict yet"));
    }
    html_put(to, "</tr>\n");
}

void report_steps(const struct report *report)
{
    for (unsigned round = 1; round <= report->incident->rounds; round++) {
        if (report->incident->rounds > 1)
            html_element(report->to, "h3", _("Round %u"), round);
        report_drawing(report, round);
        table_begin(report);
        for (unsigned step = 1; step <= STEP_COUNT; step++)
            step_put(report, round, step);
        page_table_end(report);
    }
}

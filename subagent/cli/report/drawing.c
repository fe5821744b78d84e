/* A round on a line of time: mains, genset and steps against the standard times. */
#include "base/text.h"
#include "cli/report/parts.h"
#include "cli/words.h"

enum {
    WIDTH = 900,
    LEFT = 165,  /* labels end here */
    RIGHT = 880, /* the axis ends here */
    TOP = 30,
    LANE = 21,
    BAR = 13,
    LANE_COUNT = 2 + STEP_COUNT,
    BOTTOM = TOP + LANE_COUNT * LANE,
    HEIGHT = BOTTOM + 24,
    MINUTE_MS = 60000,
    SHOWN_PAST_DUE = 3 /* so many times the last standard time is drawn at most */
};

struct drawing {
    const struct report *report;
    FILE *to;
    unsigned round;
    int64_t start_ms; /* wall time of the left end */
    int64_t span_ms;
};

/* ---- the scale ---- */

static int64_t round_start(const struct report *report, unsigned round, int64_t *last_due_ms,
                           int64_t *last_done_ms)
{
    int64_t start = round == 1 ? report->incident->lost_wall_ms : 0;
    for (unsigned step = 1; step <= STEP_COUNT; step++) {
        const struct row_record *row = report_verdict(report, report->number, round, step);
        if (!row)
            continue;
        if (row->clock_start_wall_ms > 0 && (!start || row->clock_start_wall_ms < start))
            start = row->clock_start_wall_ms;
        *last_due_ms = row->due_wall_ms > *last_due_ms ? row->due_wall_ms : *last_due_ms;
        *last_done_ms = row->done_wall_ms > *last_done_ms ? row->done_wall_ms : *last_done_ms;
    }
    return start;
}

/* All of it where that is not so long that the standard times would be lost in it. */
static int64_t span_of(const struct drawing *drawing, int64_t last_due_ms, int64_t last_done_ms)
{
    int64_t due_ms = last_due_ms > drawing->start_ms ? last_due_ms - drawing->start_ms : 0;
    int64_t done_ms = last_done_ms > drawing->start_ms ? last_done_ms - drawing->start_ms : 0;
    int64_t most_ms = due_ms > 0 ? SHOWN_PAST_DUE * due_ms : done_ms;
    int64_t span_ms = done_ms > due_ms ? done_ms : due_ms;
    span_ms = span_ms > most_ms ? most_ms : span_ms;
    return span_ms > 0 ? span_ms + span_ms / 4 : MINUTE_MS;
}

static double x_of(const struct drawing *drawing, int64_t wall_ms)
{
    int64_t since_ms = wall_ms - drawing->start_ms;
    since_ms = since_ms < 0 ? 0 : since_ms;
    since_ms = since_ms > drawing->span_ms ? drawing->span_ms : since_ms;
    return LEFT + (double)(RIGHT - LEFT) * (double)since_ms / (double)drawing->span_ms;
}

static bool is_beyond(const struct drawing *drawing, int64_t wall_ms)
{
    return wall_ms - drawing->start_ms > drawing->span_ms;
}

/* ---- pieces ---- */

static void text_put(const struct drawing *drawing, double x, double y, const char *attributes,
                     const char *text)
{
    fprintf(drawing->to, "<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, attributes);
    html_text(drawing->to, text);
    html_put(drawing->to, "</text>\n");
}

static void bar_put(const struct drawing *drawing, unsigned lane, int64_t from_ms, int64_t to_ms,
                    const char *attributes)
{
    double left = x_of(drawing, from_ms), right = x_of(drawing, to_ms);
    fprintf(drawing->to,
            "<rect x=\"%.1f\" y=\"%u\" width=\"%.1f\" height=\"%d\" %s/>\n",
            left,
            TOP + lane * LANE + (LANE - BAR) / 2,
            right > left ? right - left : 0,
            BAR,
            attributes);
}

/* Right of x where there is room, else left of it. */
static void label_put(const struct drawing *drawing, unsigned lane, double x,
                      const char *attributes, const char *text)
{
    enum { ROOM = 125 };
    char all[160];
    bool is_left = x > RIGHT - ROOM;
    text_format(all, sizeof all, "%s text-anchor=\"%s\"", attributes, is_left ? "end" : "start");
    text_put(drawing, is_left ? x - 8 : x + 8, TOP + lane * LANE + 14, all, text);
}

static void lane_name(const struct drawing *drawing, unsigned lane, const char *text)
{
    text_put(drawing, LEFT - 8, TOP + lane * LANE + 14, "text-anchor=\"end\"", text);
}

/* ---- axis and standard times ---- */

static int64_t tick_ms(int64_t span_ms)
{
    static const int64_t steps_s[] = {1, 5, 15, 60, 300, 900, 3600, 14400};
    enum { TICKS_MOST = 25 };
    for (size_t i = 0; i < sizeof steps_s / sizeof *steps_s; i++)
        if (span_ms / (steps_s[i] * 1000) <= TICKS_MOST)
            return steps_s[i] * 1000;
    return span_ms;
}

static void axis_put(const struct drawing *drawing)
{
    int64_t tick = tick_ms(drawing->span_ms);
    char span[REPORT_SPAN_SIZE];
    for (int64_t at = 0; at <= drawing->span_ms; at += tick) {
        double x = x_of(drawing, drawing->start_ms + at);
        fprintf(drawing->to,
                "<path d=\"M%.1f %dV%d\" stroke=\"#ccc\" stroke-width=\".6\"/>\n",
                x,
                TOP,
                BOTTOM + 4);
        report_span(at, span);
        text_put(drawing, x, BOTTOM + 16, "text-anchor=\"middle\" fill=\"#555\"", span);
    }
}

/* A dashed line at each standard time, once. */
static void standards_put(const struct drawing *drawing)
{
    enum { LABEL_ROOM = 80 }; /* one that would lie over the one before is left out */
    int64_t before_ms = 0;
    double label_x = -LABEL_ROOM;
    for (unsigned step = 1; step <= STEP_COUNT; step++) {
        const struct row_record *row =
            report_verdict(drawing->report, drawing->report->number, drawing->round, step);
        if (!row || row->due_wall_ms <= 0 || row->due_wall_ms == before_ms)
            continue;
        char span[REPORT_SPAN_SIZE], text[96];
        double x = x_of(drawing, row->due_wall_ms);
        before_ms = row->due_wall_ms;
        report_span(row->due_wall_ms - drawing->start_ms, span);
        fprintf(drawing->to,
                "<path d=\"M%.1f %dV%d\" stroke=\"#1d4e89\" stroke-width=\"1.4\" "
                "stroke-dasharray=\"5 3\"/>\n",
                x,
                TOP - 6,
                BOTTOM);
        text_format(text, sizeof text, _("standard %s"), span);
        if (x - label_x >= LABEL_ROOM)
            text_put(drawing, x, TOP - 11, "text-anchor=\"middle\" fill=\"#1d4e89\"", text);
        label_x = x;
    }
}

/* ---- mains and genset ---- */

static int64_t end_of(const struct drawing *drawing)
{
    const struct row_incident *incident = drawing->report->incident;
    return incident->closed_wall_ms > 0 ? incident->closed_wall_ms
                                        : drawing->report->moment.wall_ms;
}

static void mains_put(const struct drawing *drawing)
{
    char text[96], clock[REPORT_DATE_SIZE];
    int64_t end_ms = end_of(drawing);
    bool is_closed = drawing->report->incident->closed_wall_ms > 0;
    report_clock(drawing->report, end_ms, clock);
    text_format(text, sizeof text, is_closed ? _("until %s") : _("still under way at %s"), clock);
    bool is_drill = drawing->report->incident->kind == INCIDENT_KIND_DRILL;
    lane_name(drawing, 0, is_drill ? _("the drill") : _("mains out"));
    bar_put(drawing, 0, drawing->start_ms, end_ms, "fill=\"#6b7280\"");
    bool is_beyond_end = is_beyond(drawing, end_ms);
    label_put(drawing,
              0,
              is_beyond_end ? RIGHT : x_of(drawing, end_ms),
              is_beyond_end ? "fill=\"#fff\"" : "fill=\"#111\"",
              text);
}

static void genset_put(const struct drawing *drawing)
{
    int64_t from_ms = report_genset_ran(drawing->report, drawing->round);
    lane_name(drawing, 1, _("genset running"));
    if (!from_ms) {
        label_put(drawing, 1, LEFT, "fill=\"#a00000\"", _("did not run"));
        return;
    }
    const struct row_event *stopped =
        report_event_find(drawing->report, drawing->round, NOTIFICATION_GENSET_STOPPED, from_ms);
    bar_put(
        drawing, 1, from_ms, stopped ? stopped->time_wall_ms : end_of(drawing), "fill=\"#2f855a\"");
}

/* ---- steps ---- */

static void done_put(const struct drawing *drawing, unsigned lane, const struct row_record *row)
{
    bool is_late = row->lateness_ms > 0;
    char text[128], span[REPORT_SPAN_SIZE], late[REPORT_SPAN_SIZE];
    int64_t in_time_ms = is_late ? row->due_wall_ms : row->done_wall_ms;
    double x = x_of(drawing, row->done_wall_ms);
    bar_put(drawing, lane, row->clock_start_wall_ms, in_time_ms, "fill=\"#2f855a\"");
    if (is_late)
        bar_put(drawing, lane, row->due_wall_ms, row->done_wall_ms, "fill=\"#c53030\"");
    fprintf(drawing->to,
            "<circle cx=\"%.1f\" cy=\"%u\" r=\"5\" fill=\"%s\" stroke=\"#fff\"/>\n",
            x,
            TOP + lane * LANE + LANE / 2,
            is_late ? "#c53030" : "#14532d");
    report_span(row->done_wall_ms - row->clock_start_wall_ms, span);
    report_span(row->lateness_ms, late);
    if (is_late)
        text_format(text, sizeof text, _("%s, late by %s"), span, late);
    else
        text_format(text, sizeof text, "%s", span);
    label_put(
        drawing, lane, x, is_late ? "fill=\"#a00000\" class=h" : "fill=\"#111\" class=h", text);
}

static void step_put(const struct drawing *drawing, unsigned step)
{
    const unsigned lane = 1 + step;
    static const char *const labels[STEP_COUNT + 1] = {"",
                                                       N_("start genset"),
                                                       N_("did it start?"),
                                                       N_("report running"),
                                                       N_("report failed"),
                                                       N_("shut down"),
                                                       N_("normally down?")};
    char name[64];
    const struct row_record *row =
        report_verdict(drawing->report, drawing->report->number, drawing->round, step);
    text_format(name, sizeof name, "%u  %s", step, language_text(labels[step]));
    lane_name(drawing, lane, name);
    if (!row || row->verdict == STEP_STATE_NOT_REQUIRED) {
        label_put(drawing,
                  lane,
                  LEFT,
                  "fill=\"#555\" font-style=\"italic\"",
                  row ? words_of(step_state_name(row->verdict)) : _("no verdict yet"));
        return;
    }
    bar_put(drawing,
            lane,
            row->clock_start_wall_ms,
            row->due_wall_ms,
            "fill=\"#dbe4ee\" stroke=\"#8aa\" stroke-width=\".6\"");
    if (row->done_wall_ms > 0)
        done_put(drawing, lane, row);
    else
        label_put(drawing,
                  lane,
                  x_of(drawing, row->due_wall_ms),
                  "fill=\"#a00000\" class=h",
                  _("not done"));
}

void report_drawing(const struct report *report, unsigned round)
{
    struct drawing drawing = {.report = report, .to = report->to, .round = round};
    int64_t last_due_ms = 0, last_done_ms = 0;
    drawing.start_ms = round_start(report, round, &last_due_ms, &last_done_ms);
    drawing.span_ms = span_of(&drawing, last_due_ms, last_done_ms);
    fprintf(report->to,
            "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\" font-size=\"12\" "
            "font-family=\"Liberation Sans,Arial,DejaVu Sans,sans-serif\">\n<title>",
            WIDTH,
            HEIGHT);
    html_text(report->to, _("The outage against the standard times"));
    html_put(report->to, "</title>\n");
    axis_put(&drawing);
    mains_put(&drawing);
    genset_put(&drawing);
    for (unsigned step = 1; step <= STEP_COUNT; step++)
        step_put(&drawing, step);
    standards_put(&drawing);
    html_put(report->to, "</svg></figure>\n");
}

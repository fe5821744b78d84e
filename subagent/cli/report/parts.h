#pragma once
/* What the report's files share. */
#include "base/text.h"
#include "cli/report/report.h"
#include "cli/screen.h"
#include "core/model.h"

enum { REPORT_DATE_SIZE = 64, REPORT_SPAN_SIZE = TEXT_DURATION_SIZE };

/* ---- words.c: words and times ---- */

/* The activity of a step: the procedure's own words in Indonesian. */
const char *report_activity(const struct report *report, unsigned step);
const char *report_step_equipment(unsigned step);
const char *report_step_output(unsigned step);
const char *report_role(const struct report *report, enum role role);

/* What part of a report an event belongs to. */
enum event_part { EVENT_PART_CHAIN, EVENT_PART_SERVER, EVENT_PART_ELSEWHERE };
enum event_part report_event_part(enum notification notification);
const char *report_event_label(enum notification notification);

/* "27 November 2026"; "14:04:25", with day and month where it is not the incident's day; both with
 * the time zone. "–" for no time. */
void report_date(int64_t wall_ms, char to[static REPORT_DATE_SIZE]);
void report_clock(const struct report *report, int64_t wall_ms, char to[static REPORT_DATE_SIZE]);
void report_date_and_clock(int64_t wall_ms, char to[static REPORT_DATE_SIZE]);

/* Whole seconds, unless it is less than one; "–" where absent (negative). */
void report_span(int64_t duration_ms, char to[static REPORT_SPAN_SIZE]);

/* ---- page.c: the frame of both ---- */

void page_begin(const struct report *report, const char *title);
void page_head(const struct report *report, const char *title, const char *subtitle);
void page_heading(const struct report *report, const char *text);
void page_fact(const struct report *report, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A table's head from so many names. */
void page_table_begin(const struct report *report, const char *class_name, const char *const *names,
                      size_t count);
void page_table_end(const struct report *report);

/* Who signs: a caption such as "acknowledged by", may be "". */
struct signature {
    const char *caption;
    const struct office_person *person;
};
void page_signatures(const struct report *report, const struct signature *signatures, size_t count);
void page_end(const struct report *report);

/* ---- the record ---- */

/* record.c; the newest verdict, NULL if there is none. */
const struct row_record *report_verdict(const struct report *report, uint32_t incident,
                                        unsigned round, unsigned step);

/* Calls take for every row of the incident, in order. */
typedef void event_taker(const struct report *report, uint32_t number, const struct row_event *row);
void report_each_event(const struct report *report, event_taker *take);

/* The first event of this incident, round and notification, at or after that time, or NULL. */
const struct row_event *report_event_find(const struct report *report, unsigned round,
                                          enum notification notification, int64_t from_wall_ms);

/* When the genset of a round ran first, 0: it did not. */
int64_t report_genset_ran(const struct report *report, unsigned round);

struct server_tally {
    unsigned told, normal;
};
struct server_tally report_servers_tally(const struct report *report);

struct deviation_tally {
    unsigned count, unanswered;
};
struct deviation_tally report_deviations_tally(const struct report *report, uint32_t incident);

/* ---- the parts ---- */

void report_steps(const struct report *report);
void report_drawing(const struct report *report, unsigned round);
void report_chain(const struct report *report);
void report_commands(const struct report *report);
void report_servers(const struct report *report);
void report_deviations(const struct report *report);
void report_deviation_cells(const struct report *report, uint32_t number,
                            const struct row_deviation *row);

#pragma once
/*
 * What happened in a run, as one flat list: the timeline. An expectation is a pattern over the same
 * fields, so that checking knows nothing of the level that was played.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "play/vocabulary.h"

enum fact_kind {
    FACT_DEED,   /* what the scenario did: text */
    FACT_NOTICE, /* value: notification */
    FACT_OUTPUT,
    FACT_GENSET,
    FACT_MAINS,
    FACT_HOLD,
    FACT_STEP,   /* a step as the current round shows it */
    FACT_RECORD, /* a step's verdict as it is kept */
    FACT_DEVIATION,
    FACT_INCIDENT,
    FACT_SERVER,
    FACT_TOLD,   /* a server's shutdown command was run */
    FACT_ANSWER, /* to a command: value: promise_answer */
    FACT_COMMAND,
    FACT_KIND_COUNT
};

enum fact_field {
    FIELD_VALUE,
    FIELD_STEP,
    FIELD_SERVER, /* place in the scenario's servers */
    FIELD_OUTPUT,
    FIELD_COMMAND,
    FIELD_ROUND,
    FIELD_INCIDENT,
    FIELD_ANSWER,
    FIELD_ACTOR,
    FIELD_RESULT,
    FIELD_REASON,
    FIELD_ITEM,
    FIELD_INPUT,
    FIELD_LATE,   /* ms */
    FIELD_CREDIT, /* scenario time, ms */
    FIELD_FROM,   /* a step's clock start, scenario time */
    FIELD_DUE,
    FIELD_LINK, /* the step whose deviation is this one's cause; 0: none */
    FIELD_COUNT_OF,
    FIELD_SEVERITY,
    FIELD_INCIDENT_KIND,
    FIELD_DRILL,
    FIELD_NOTICED_LATE,
    FIELD_ESTIMATED,
    FIELD_OPEN, /* a deviation that is not yet over */
    FIELD_DIPS,
    FIELD_OUTAGES,
    FIELD_ID,
    FACT_FIELD_COUNT
};

#define FIELD(name) (1u << FIELD_##name)

struct fact {
    int64_t at_ms; /* scenario time */
    enum fact_kind kind;
    uint32_t has; /* FIELD()s that are set */
    int64_t field[FACT_FIELD_COUNT];
    const char *text; /* FACT_DEED; not owned */
    bool expected;    /* an expectation matched it */
};

struct pattern {
    enum fact_kind kind;
    bool is; /* "is": a state that holds, not one that begins */
    uint32_t has;
    int64_t field[FACT_FIELD_COUNT];
};

/* How a kind is written: "step 3 met", "output crank on", "outage-opened". */
struct fact_form {
    const char *word;        /* NULL: the value's own name stands for it */
    enum fact_field subject; /* what follows word; FIELD_VALUE: nothing does */
    const struct vocabulary *values;
    bool is_state; /* each fact says how it is from then on */
    uint32_t qualifiers;
};

enum form_type { TYPE_NUMBER, TYPE_DURATION, TYPE_TIME, TYPE_WORD, TYPE_SERVER, TYPE_FLAG };

/* How a qualifier is written. */
struct field_form {
    const char *word;
    const char *word_before_value; /* "linked to step 1"; NULL: none */
    enum form_type type;
    const struct vocabulary *words; /* TYPE_WORD */
};

extern const struct fact_form fact_forms[FACT_KIND_COUNT];
extern const struct field_form field_forms[FACT_FIELD_COUNT];

/* What people call server number n of a run. */
struct server_names {
    size_t count;
    const char *(*name)(const void *context, size_t server);
    const void *context;
};

void fact_set(struct fact *fact, enum fact_field field, int64_t value);

/* Fields of the pattern that are in `visible` must be equal, times and durations within the
 * tolerance; others are taken as equal. */
bool fact_matches(const struct fact *fact, const struct pattern *pattern, uint32_t visible,
                  int64_t tolerance_ms);

/* One line without its end; writes what the scenario language would say. */
void fact_print(FILE *to, const struct fact *fact, const struct server_names *servers);
void pattern_print(FILE *to, const struct pattern *pattern, const struct server_names *servers);

struct timeline {
    struct fact *facts; /* in order of time */
    size_t count, capacity;
    bool full; /* memory or TIMELINE_LIMIT ended: later facts are lost */
};

enum { TIMELINE_LIMIT = 100000 };

/* Appends a fact without fields; NULL, and timeline->full, where there is no room. */
struct fact *timeline_add(struct timeline *timeline, int64_t at_ms, enum fact_kind kind);
/* Puts facts in order of time; those of one instant stay in the order they were added. */
void timeline_sort(struct timeline *timeline);
/* Drops facts of a kind that are later than last_ms[kind]. */
void timeline_cut(struct timeline *timeline, const int64_t last_ms[static FACT_KIND_COUNT]);
void timeline_release(struct timeline *timeline);
/* Facts with first_ms <= at_ms <= last_ms, one a line, indented. */
void timeline_print(FILE *to, const struct timeline *timeline, const struct server_names *servers,
                    int64_t first_ms, int64_t last_ms);

#include "play/fact.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { ROUND = FIELD(ROUND) | FIELD(INCIDENT) };

const struct fact_form fact_forms[FACT_KIND_COUNT] = {
    [FACT_DEED] = {.word = "at", .subject = FIELD_VALUE},
    [FACT_NOTICE] = {.values = &vocabulary_notification,
                     .qualifiers = FIELD(STEP) | FIELD(SERVER) | ROUND | FIELD(LATE) |
                                   FIELD(CREDIT) | FIELD(ACTOR) | FIELD(REASON) | FIELD(ITEM) |
                                   FIELD(INPUT) | FIELD(COUNT_OF) | FIELD(SEVERITY) | FIELD(DRILL) |
                                   FIELD(NOTICED_LATE)},
    [FACT_OUTPUT] = {.word = "output",
                     .subject = FIELD_OUTPUT,
                     .values = &vocabulary_on_off,
                     .is_state = true},
    [FACT_GENSET] = {.word = "genset",
                     .values = &vocabulary_genset_state,
                     .is_state = true,
                     .qualifiers = FIELD(REASON)},
    [FACT_MAINS] = {.word = "mains",
                    .values = &vocabulary_mains_state,
                    .is_state = true,
                    .qualifiers = FIELD(DIPS) | FIELD(OUTAGES)},
    [FACT_HOLD] = {.word = "hold",
                   .values = &vocabulary_hold_state,
                   .is_state = true,
                   .qualifiers = FIELD(REASON)},
    [FACT_STEP] = {.word = "step",
                   .subject = FIELD_STEP,
                   .values = &vocabulary_step_state,
                   .is_state = true,
                   .qualifiers = ROUND | FIELD(LATE) | FIELD(CREDIT) | FIELD(ACTOR) |
                                 FIELD(ANSWER) | FIELD(FROM) | FIELD(DUE)},
    [FACT_RECORD] = {.word = "record",
                     .subject = FIELD_STEP,
                     .values = &vocabulary_step_state,
                     .qualifiers = ROUND | FIELD(LATE) | FIELD(CREDIT) | FIELD(ACTOR) |
                                   FIELD(ANSWER) | FIELD(FROM) | FIELD(DUE)},
    [FACT_DEVIATION] = {.word = "deviation",
                        .values = &vocabulary_deviation_kind,
                        .qualifiers = FIELD(STEP) | ROUND | FIELD(LATE) | FIELD(OPEN) |
                                      FIELD(LINK) | FIELD(ITEM) | FIELD(INPUT) | FIELD(SERVER)},
    [FACT_INCIDENT] = {.word = "incident",
                       .values = &vocabulary_incident_state,
                       .is_state = true,
                       .qualifiers = FIELD(INCIDENT) | FIELD(INCIDENT_KIND) | FIELD(ESTIMATED) |
                                     FIELD(FROM) | FIELD(CREDIT) | FIELD(ROUND) | FIELD(COUNT_OF)},
    [FACT_SERVER] = {.word = "server",
                     .subject = FIELD_SERVER,
                     .values = &vocabulary_server_state,
                     .is_state = true,
                     .qualifiers = FIELD(RESULT) | FIELD(REASON)},
    [FACT_TOLD] = {.word = "told", .subject = FIELD_SERVER, .values = &vocabulary_tell_method},
    [FACT_ANSWER] = {.word = "answered",
                     .values = &vocabulary_promise_answer,
                     .qualifiers = FIELD(REASON)},
    [FACT_COMMAND] = {.word = "command",
                      .subject = FIELD_COMMAND,
                      .values = &vocabulary_command_state,
                      .qualifiers = FIELD(REASON)},
};

const struct field_form field_forms[FACT_FIELD_COUNT] = {
    [FIELD_VALUE] = {.word = NULL},
    [FIELD_STEP] = {.word = "step", .type = TYPE_NUMBER},
    [FIELD_SERVER] = {.word = "server", .type = TYPE_SERVER},
    [FIELD_OUTPUT] = {.word = "output", .type = TYPE_WORD, .words = &vocabulary_output_role},
    [FIELD_COMMAND] = {.word = "command", .type = TYPE_WORD, .words = &vocabulary_command_kind},
    [FIELD_ROUND] = {.word = "round", .type = TYPE_NUMBER},
    [FIELD_INCIDENT] = {.word = "number", .type = TYPE_NUMBER},
    [FIELD_ANSWER] = {.word = "answer", .type = TYPE_WORD, .words = &vocabulary_answer},
    [FIELD_ACTOR] = {.word = "by", .type = TYPE_WORD, .words = &vocabulary_actor},
    [FIELD_RESULT] = {.word = "result", .type = TYPE_WORD, .words = &vocabulary_shutdown_result},
    [FIELD_REASON] = {.word = "because", .type = TYPE_WORD, .words = &vocabulary_reason},
    [FIELD_ITEM] = {.word = "item", .type = TYPE_WORD, .words = &vocabulary_equipment_kind},
    [FIELD_INPUT] = {.word = "input", .type = TYPE_WORD, .words = &vocabulary_input_role},
    [FIELD_LATE] = {.word = "late", .type = TYPE_DURATION},
    [FIELD_CREDIT] = {.word = "at", .type = TYPE_TIME},
    [FIELD_FROM] = {.word = "from", .type = TYPE_TIME},
    [FIELD_DUE] = {.word = "due", .type = TYPE_TIME},
    [FIELD_LINK] = {.word = "linked", .word_before_value = "to", .type = TYPE_NUMBER},
    [FIELD_COUNT_OF] = {.word = "count", .type = TYPE_NUMBER},
    [FIELD_SEVERITY] = {.word = "severity", .type = TYPE_WORD, .words = &vocabulary_severity},
    [FIELD_INCIDENT_KIND] = {.word = "kind", .type = TYPE_WORD, .words = &vocabulary_incident_kind},
    [FIELD_DRILL] = {.word = "drill", .type = TYPE_FLAG},
    [FIELD_NOTICED_LATE] = {.word = "noticed-late", .type = TYPE_FLAG},
    [FIELD_ESTIMATED] = {.word = "estimated", .type = TYPE_FLAG},
    [FIELD_OPEN] = {.word = "open", .type = TYPE_FLAG},
    [FIELD_DIPS] = {.word = "dips", .type = TYPE_NUMBER},
    [FIELD_OUTAGES] = {.word = "outages", .type = TYPE_NUMBER},
    [FIELD_ID] = {.word = NULL},
};

void fact_set(struct fact *fact, enum fact_field field, int64_t value)
{
    fact->field[field] = value;
    fact->has |= 1u << field;
}

static bool field_matches(enum fact_field field, int64_t a, int64_t b, int64_t tolerance_ms)
{
    enum form_type type = field_forms[field].type;
    if (type != TYPE_TIME && type != TYPE_DURATION)
        return a == b;
    return (a > b ? a - b : b - a) <= tolerance_ms;
}

bool fact_matches(const struct fact *fact, const struct pattern *pattern, uint32_t visible,
                  int64_t tolerance_ms)
{
    if (fact->kind != pattern->kind)
        return false;
    for (unsigned field = 0; field < FACT_FIELD_COUNT; field++) {
        if (!(pattern->has & visible & 1u << field))
            continue;
        if (!(fact->has & 1u << field) ||
            !field_matches(field, fact->field[field], pattern->field[field], tolerance_ms))
            return false;
    }
    return true;
}

/* ---- printing ---- */

static void time_print(FILE *to, int64_t ms)
{
    char text[TEXT_DURATION_SIZE];
    text_format_duration(text, ms);
    fputs(text, to);
}

static void word_print(FILE *to, const struct vocabulary *words, int64_t value)
{
    const char *name = value >= 0 ? vocabulary_name(words, (unsigned)value) : NULL;
    if (name)
        fputs(name, to);
    else
        fprintf(to, "%" PRId64, value);
}

static void value_print(FILE *to, const struct field_form *form, int64_t value,
                        const struct server_names *servers)
{
    switch (form->type) {
    case TYPE_NUMBER:
        fprintf(to, "%" PRId64, value);
        break;
    case TYPE_DURATION:
    case TYPE_TIME:
        time_print(to, value);
        break;
    case TYPE_WORD:
        word_print(to, form->words, value);
        break;
    case TYPE_SERVER:
        fputs(value >= 0 && (size_t)value < servers->count
                  ? servers->name(servers->context, (size_t)value)
                  : "?",
              to);
        break;
    case TYPE_FLAG:
        break;
    }
}

static void qualifier_print(FILE *to, enum fact_field field, int64_t value,
                            const struct server_names *servers)
{
    const struct field_form *form = &field_forms[field];
    if (form->type == TYPE_FLAG) {
        fprintf(to, value ? " %s" : " not %s", form->word);
        return;
    }
    fprintf(to, " %s ", form->word);
    if (form->word_before_value)
        fprintf(to, "%s ", form->word_before_value);
    value_print(to, form, value, servers);
}

/* Facts carry every field they know; what says nothing is left out of the text. */
static bool qualifier_is_telling(enum fact_field field, int64_t value)
{
    switch (field_forms[field].type) {
    case TYPE_FLAG:
        return value != 0;
    case TYPE_NUMBER:
        return value > (field == FIELD_ROUND || field == FIELD_INCIDENT ? 1 : 0);
    case TYPE_WORD:
        return field == FIELD_REASON ? value != REASON_NONE : value > 1;
    default:
        return true;
    }
}

/* all: also what says nothing. */
static void fields_print(FILE *to, const struct pattern *pattern, bool all,
                         const struct server_names *servers)
{
    const struct fact_form *form = &fact_forms[pattern->kind];
    uint32_t rest = pattern->has & ~(FIELD(VALUE) | FIELD(ID));
    if (form->word)
        fputs(form->word, to);
    if (form->subject != FIELD_VALUE) {
        fputc(' ', to);
        value_print(to, &field_forms[form->subject], pattern->field[form->subject], servers);
        rest &= ~(1u << form->subject);
    }
    if (pattern->has & FIELD(VALUE)) {
        fputs(!form->word ? "" : pattern->is ? " is " : " ", to);
        word_print(to, form->values, pattern->field[FIELD_VALUE]);
    }
    for (enum fact_field field = 0; field < FACT_FIELD_COUNT; field++)
        if (rest & 1u << field && (all || qualifier_is_telling(field, pattern->field[field])))
            qualifier_print(to, field, pattern->field[field], servers);
}

void fact_print(FILE *to, const struct fact *fact, const struct server_names *servers)
{
    struct pattern pattern = {.kind = fact->kind, .has = fact->has};
    memcpy(pattern.field, fact->field, sizeof pattern.field);
    if (fact->kind == FACT_DEED)
        fputs(fact->text, to);
    else
        fields_print(to, &pattern, false, servers);
}

void pattern_print(FILE *to, const struct pattern *pattern, const struct server_names *servers)
{
    fields_print(to, pattern, true, servers);
}

/* ---- timeline ---- */

static bool timeline_grow(struct timeline *timeline)
{
    if (timeline->count < timeline->capacity)
        return true;
    size_t capacity = timeline->capacity ? timeline->capacity * 2 : 256;
    struct fact *facts = timeline->count < TIMELINE_LIMIT
                             ? realloc(timeline->facts, capacity * sizeof *facts)
                             : NULL;
    if (!facts) {
        timeline->full = true;
        return false;
    }
    timeline->facts = facts;
    timeline->capacity = capacity;
    return true;
}

struct fact *timeline_add(struct timeline *timeline, int64_t at_ms, enum fact_kind kind)
{
    if (!timeline_grow(timeline))
        return NULL;
    struct fact *fact = &timeline->facts[timeline->count++];
    *fact = (struct fact){.at_ms = at_ms, .kind = kind};
    return fact;
}

/* By insertion: they come nearly in order. */
void timeline_sort(struct timeline *timeline)
{
    for (size_t i = 1; i < timeline->count; i++) {
        struct fact fact = timeline->facts[i];
        size_t place = i;
        for (; place > 0 && timeline->facts[place - 1].at_ms > fact.at_ms; place--)
            timeline->facts[place] = timeline->facts[place - 1];
        timeline->facts[place] = fact;
    }
}

void timeline_cut(struct timeline *timeline, const int64_t last_ms[static FACT_KIND_COUNT])
{
    size_t kept = 0;
    for (size_t i = 0; i < timeline->count; i++)
        if (timeline->facts[i].at_ms <= last_ms[timeline->facts[i].kind])
            timeline->facts[kept++] = timeline->facts[i];
    timeline->count = kept;
}

void timeline_release(struct timeline *timeline)
{
    free(timeline->facts);
    *timeline = (struct timeline){0};
}

void timeline_print(FILE *to, const struct timeline *timeline, const struct server_names *servers,
                    int64_t first_ms, int64_t last_ms)
{
    for (size_t i = 0; i < timeline->count; i++) {
        const struct fact *fact = &timeline->facts[i];
        if (fact->at_ms < first_ms || fact->at_ms > last_ms)
            continue;
        char time[TEXT_DURATION_SIZE];
        text_format_duration(time, fact->at_ms);
        fprintf(to, "    %9s  %s", time, fact->kind == FACT_DEED ? "> " : "  ");
        fact_print(to, fact, servers);
        fputc('\n', to);
    }
}

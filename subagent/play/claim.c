#include <string.h>

#include "base/text.h"
#include "play/parse.h"

static void pattern_set(struct pattern *pattern, enum fact_field field, int64_t value)
{
    pattern->field[field] = value;
    pattern->has |= 1u << field;
}

/* ---- fields ---- */

static int64_t field_read(struct line *line, const struct scenario *scenario, enum fact_field field)
{
    const struct field_form *form = &field_forms[field];
    if (form->word_before_value && !line_accept(line, form->word_before_value))
        line_complain(line, "expected \"%s\" after \"%s\"", form->word_before_value, form->word);
    if (field == FIELD_LINK && !line_accept(line, "step"))
        line_complain(line, "expected \"step N\" after \"linked to\"");
    switch (form->type) {
    case TYPE_NUMBER:
        return line_number(line, form->word, 0, field == FIELD_STEP ? STEP_COUNT : UINT32_MAX);
    case TYPE_DURATION:
        return line_duration(line);
    case TYPE_TIME:
        return line_time(line);
    case TYPE_WORD:
        return line_vocabulary(line, form->words);
    case TYPE_SERVER:
        return (int64_t)line_server(line, scenario);
    case TYPE_FLAG:
        return 1;
    }
    return 0;
}

static void qualifiers_describe(const struct fact_form *form, char *to, size_t size)
{
    text_copy(to, size, "");
    for (enum fact_field field = 0; field < FACT_FIELD_COUNT; field++)
        if (form->qualifiers & 1u << field)
            text_append(to, size, ", \"%s\"", field_forms[field].word);
}

static void expected_complain(struct line *line, const struct pattern *pattern)
{
    const struct fact_form *form = &fact_forms[pattern->kind];
    char values[SCENARIO_LINE_SIZE] = "the line's end";
    if (!(pattern->has & FIELD(VALUE)))
        vocabulary_describe(form->values, values, sizeof values);
    char qualifiers[SCENARIO_LINE_SIZE];
    qualifiers_describe(form, qualifiers, sizeof qualifiers);
    line_complain(line, "\"%s\": expected %s%s", line_peek(line), values, qualifiers);
}

/* Takes "not" before a flag. */
static bool flag_denied(struct line *line)
{
    const char *after = line->next + 1 < line->count ? line->words[line->next + 1] : "";
    for (enum fact_field field = 0; field < FACT_FIELD_COUNT; field++)
        if (field_forms[field].type == TYPE_FLAG && strcmp(field_forms[field].word, after) == 0)
            return line_accept(line, "not");
    return false;
}

static bool qualifier_accept(struct line *line, const struct scenario *scenario,
                             struct pattern *pattern)
{
    bool denied = flag_denied(line);
    for (enum fact_field field = 0; field < FACT_FIELD_COUNT; field++) {
        if (!(fact_forms[pattern->kind].qualifiers & 1u << field))
            continue;
        if (!line_accept(line, field_forms[field].word))
            continue;
        pattern_set(pattern, field, denied ? 0 : field_read(line, scenario, field));
        return true;
    }
    return false;
}

/* ---- values ---- */

static bool value_accept(struct line *line, struct pattern *pattern)
{
    const struct fact_form *form = &fact_forms[pattern->kind];
    const char *word = line_peek(line);
    int value = word && !(pattern->has & FIELD(VALUE)) ? vocabulary_find(form->values, word) : -1;
    if (value < 0)
        return false;
    line->next++;
    pattern_set(pattern, FIELD_VALUE, value);
    return true;
}

/* "refused because fault" stands for "answered refused because fault". */
static bool answer_begin(struct line *line, struct pattern *pattern)
{
    if (!line_accept(line, "refused"))
        return false;
    pattern->kind = FACT_ANSWER;
    pattern_set(pattern, FIELD_VALUE, PROMISE_REFUSED);
    return true;
}

static bool notice_begin(struct line *line, struct pattern *pattern)
{
    const char *word = line_peek(line);
    int value = word ? vocabulary_find(&vocabulary_notification, word) : -1;
    if (value < 0)
        return false;
    line->next++;
    pattern->kind = FACT_NOTICE;
    pattern_set(pattern, FIELD_VALUE, value);
    return true;
}

static bool kind_begin(struct line *line, const struct scenario *scenario, struct pattern *pattern)
{
    for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT; kind++) {
        const struct fact_form *form = &fact_forms[kind];
        if (kind == FACT_DEED || !form->word || !line_accept(line, form->word))
            continue;
        pattern->kind = kind;
        if (form->subject != FIELD_VALUE)
            pattern_set(pattern, form->subject, field_read(line, scenario, form->subject));
        return true;
    }
    return false;
}

static void pattern_begin(struct line *line, const struct scenario *scenario,
                          struct pattern *pattern)
{
    if (notice_begin(line, pattern) || answer_begin(line, pattern) ||
        kind_begin(line, scenario, pattern))
        return;
    const char *word = line_peek(line);
    line_complain(line,
                  "%s%s%sexpected a notification (outage-opened, report-running, …), output, "
                  "genset, mains, hold, step, record, deviation, incident, server, told, answered, "
                  "refused or command",
                  word ? "\"" : "",
                  word ? word : "",
                  word ? "\": " : "");
}

/* "report-running step 3 met": the verdict makes a claim of its own about that step. */
static bool verdict_follows(const struct line *line, const struct pattern *pattern)
{
    const char *word = line_peek(line);
    return word && pattern->kind == FACT_NOTICE && pattern->has & FIELD(STEP) &&
           vocabulary_find(&vocabulary_step_state, word) >= 0;
}

static bool pattern_goes_on(const struct line *line)
{
    const char *word = line_peek(line);
    return word && strcmp(word, "between") != 0;
}

static void pattern_read_on(struct line *line, const struct scenario *scenario,
                            struct pattern *pattern)
{
    while (pattern_goes_on(line) && !verdict_follows(line, pattern)) {
        if (fact_forms[pattern->kind].is_state && line_accept(line, "is"))
            pattern->is = true;
        if (!value_accept(line, pattern) && !qualifier_accept(line, scenario, pattern))
            return;
    }
}

/* "is" alone, or "step 3" without a verdict, says nothing. */
static void pattern_check(struct line *line, const struct pattern *pattern)
{
    bool needs_value = pattern->is || pattern->kind == FACT_OUTPUT;
    if (!needs_value || pattern->has & FIELD(VALUE))
        return;
    char description[SCENARIO_LINE_SIZE];
    vocabulary_describe(fact_forms[pattern->kind].values, description, sizeof description);
    line_complain(line, "expected %s", description);
}

static size_t patterns_read(struct line *line, const struct scenario *scenario,
                            struct pattern patterns[static CLAIMS_PER_LINE])
{
    size_t count = 1;
    pattern_begin(line, scenario, &patterns[0]);
    pattern_read_on(line, scenario, &patterns[0]);
    if (verdict_follows(line, &patterns[0])) {
        patterns[1].kind = FACT_STEP;
        pattern_set(&patterns[1], FIELD_STEP, patterns[0].field[FIELD_STEP]);
        pattern_read_on(line, scenario, &patterns[1]);
        count = 2;
    }
    for (size_t i = 0; i < count; i++)
        pattern_check(line, &patterns[i]);
    return count;
}

/* ---- statements ---- */

/* Splits "5:00±0:01" (or "+-"); returns the tolerance's text or NULL. */
static char *tolerance_split(char *word)
{
    static const char *const marks[] = {"\xC2\xB1", "+-"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        char *mark = strstr(word, marks[i]);
        if (mark) {
            *mark = '\0';
            return mark + strlen(marks[i]);
        }
    }
    return NULL;
}

static void instant_read(struct line *line, struct claim *claim)
{
    char *tolerance = line_ended(line) ? NULL : tolerance_split(line->words[line->next]);
    claim->first_ms = claim->last_ms = line_time(line);
    const char *error = tolerance ? text_parse_duration(tolerance, &claim->tolerance_ms) : NULL;
    if (error)
        line_complain(line, "\"%s\" is not a tolerance: %s", tolerance, error);
}

static void period_read(struct line *line, struct claim *claim)
{
    claim->first_ms = INT64_MIN;
    claim->last_ms = INT64_MAX;
    if (!line_accept(line, "between"))
        return;
    claim->first_ms = line_time(line);
    claim->last_ms = line_time(line);
    if (claim->last_ms < claim->first_ms)
        line_complain(line, "expected the second time after \"between\" not to be the earlier one");
}

/* A number that stands for itself closes the pattern of "count". */
static bool count_accept(struct line *line, struct claim *claim)
{
    const char *word = line_peek(line);
    if (!word || strspn(word, "0123456789") != strlen(word))
        return false;
    claim->count = (unsigned)line_number(line, "how often", 0, UINT32_MAX);
    return true;
}

static void ending_read(struct line *line, struct claim *claim)
{
    if (claim->kind == CLAIM_COUNT && !count_accept(line, claim)) {
        if (line_ended(line))
            line_complain(line, "expected how often, a number");
        else
            expected_complain(line, &claim->pattern);
    }
    if (claim->kind != CLAIM_EXPECT)
        period_read(line, claim);
    if (!line_ended(line))
        expected_complain(line, &claim->pattern);
}

size_t claim_read(struct line *line, const struct scenario *scenario, enum claim_kind kind,
                  struct claim claims[static CLAIMS_PER_LINE])
{
    struct claim base = {.kind = kind, .line = line->number};
    struct pattern patterns[CLAIMS_PER_LINE] = {{0}};
    if (kind == CLAIM_EXPECT)
        instant_read(line, &base);
    size_t count = patterns_read(line, scenario, patterns);
    if (kind != CLAIM_EXPECT && count > 1)
        line_complain(line, "expected one thing after \"never\" and \"count\"");
    base.pattern = patterns[count - 1];
    ending_read(line, &base);
    for (size_t i = 0; i < count; i++) {
        claims[i] = base;
        claims[i].pattern = patterns[i];
    }
    return count;
}

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/lab.h"

enum {
    NAME_SIZE_MAX = 64,
    AGAIN_MS = 250,
    /* The subagent tries again at least every 5 s. */
    DIFFERENCE_LIMIT_MS = 10000,
};

/* ---- what is asked for ---- */

enum column_type { COLUMN_NUMBER, COLUMN_SECONDS, COLUMN_TIME, COLUMN_TEXT };

struct column {
    const char *name;
    size_t offset;
    enum row_table table;
    enum column_type type;
};

#define COLUMN(row, field, object, column_type)                                                    \
    {                                                                                              \
        .name = (object), .offset = offsetof(struct row_##row, field), .table = ROW_##row,         \
        .type = (column_type)                                                                      \
    }

static const struct column columns[] = {
    COLUMN(mains, state, "padamMainsState", COLUMN_NUMBER),
    COLUMN(mains, outages, "padamMainsOutages", COLUMN_NUMBER),
    COLUMN(mains, dips, "padamMainsDips", COLUMN_NUMBER),
    COLUMN(genset, state, "padamGensetState", COLUMN_NUMBER),
    COLUMN(genset, reason, "padamGensetReason", COLUMN_TEXT),
    COLUMN(step, state, "padamStepState", COLUMN_NUMBER),
    COLUMN(step, incident, "padamStepIncident", COLUMN_NUMBER),
    COLUMN(step, round, "padamStepRound", COLUMN_NUMBER),
    COLUMN(step, clock_start, "padamStepClockStart", COLUMN_TIME),
    COLUMN(step, due, "padamStepDue", COLUMN_TIME),
    COLUMN(step, done_at, "padamStepDoneAt", COLUMN_TIME),
    COLUMN(step, lateness_ms, "padamStepLatenessSeconds", COLUMN_SECONDS),
    COLUMN(step, answer, "padamStepAnswer", COLUMN_NUMBER),
    COLUMN(step, done_by, "padamStepDoneBy", COLUMN_NUMBER),
};

enum {
    COLUMN_COUNT = sizeof columns / sizeof *columns,
    OBJECT_LIMIT = COLUMN_COUNT * STEP_COUNT,
};

struct question {
    char names[OBJECT_LIMIT][NAME_SIZE_MAX];
    const char *words[OBJECT_LIMIT + 1];
    size_t count;
};

static void question_add(struct question *question, const struct column *column, unsigned key)
{
    char *name = question->names[question->count];
    text_format(name, NAME_SIZE_MAX, "%s.%u", column->name, key);
    question->words[question->count++] = name;
}

static void question_fill(struct question *question)
{
    *question = (struct question){.count = 0};
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        bool scalar = columns[i].table != ROW_step;
        for (unsigned key = scalar ? 0 : 1; key <= (scalar ? 0 : STEP_COUNT); key++)
            question_add(question, &columns[i], key);
    }
}

/* ---- what was answered ---- */

static void view_clear(struct lab_view *view)
{
    memset(view, 0, sizeof *view);
    view->mains.since = view->genset.since = INSTANT_NONE; /* not asked for */
    for (size_t i = 0; i < STEP_COUNT; i++) {
        struct row_step *step = &view->steps[i];
        step->clock_start = step->due = step->done_at = INSTANT_NONE;
        step->lateness_ms = -1;
        step->answer = ANSWER_UNDECIDED; /* only steps that are decisions have one */
    }
}

static void *view_row(struct lab_view *view, enum row_table table, unsigned long key)
{
    if (table == ROW_mains)
        return &view->mains;
    if (table == ROW_genset)
        return &view->genset;
    return key >= 1 && key <= STEP_COUNT ? &view->steps[key - 1] : NULL;
}

static void column_set(const struct column *column, void *row, const char *value)
{
    char *place = (char *)row + column->offset;
    long long number = strtoll(value, NULL, 10);
    uint32_t short_number = (uint32_t)number;
    int64_t duration_ms = number * 1000;
    instant at = clock_at_wall_ms(number * 1000);
    switch (column->type) {
    case COLUMN_NUMBER:
        memcpy(place, &short_number, sizeof short_number);
        break;
    case COLUMN_SECONDS:
        memcpy(place, &duration_ms, sizeof duration_ms);
        break;
    case COLUMN_TIME:
        memcpy(place, &at, sizeof at);
        break;
    case COLUMN_TEXT:
        text_copy(place, sizeof((struct row_genset *)0)->reason, value);
        break;
    }
}

/* "padamStepState.3 = 4" */
static void answer_take(struct lab_view *view, char *line)
{
    char *rest = line;
    const char *name = strsep(&rest, ".");
    char *value = rest ? strstr(rest, " = ") : NULL;
    if (!value || strncmp(value, " = No Such", strlen(" = No Such")) == 0)
        return;
    value += strlen(" = ");
    if (*value == '"')
        value++;
    value[strcspn(value, "\"")] = '\0';
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        void *row = view_row(view, columns[i].table, strtoul(rest, NULL, 10));
        if (row && strcmp(columns[i].name, name) == 0)
            column_set(&columns[i], row, value);
    }
}

static bool view_ask(struct live *live, struct lab_view *view)
{
    struct question question;
    char output[LAB_OUTPUT_SIZE], *rest = output, *line;
    question_fill(&question);
    view_clear(view);
    if (!lab_get(live, question.words, output))
        return false;
    while ((line = strsep(&rest, "\n")))
        answer_take(view, line);
    return view->mains.state != 0;
}

bool lab_look_is_answered(struct live *live)
{
    char output[LAB_OUTPUT_SIZE];
    return lab_get(live, (const char *const[]){"padamProduct.0", NULL}, output) &&
           strstr(output, "= padam") != NULL;
}

/* ---- what is published ---- */

static void published_read(const struct live *live, struct lab_view *view)
{
    const struct replica *replica = client_replica(live->rows.client);
    memset(view, 0, sizeof *view);
    const struct row_mains *mains = replica_get(replica, ROW_mains, 0);
    const struct row_genset *genset = replica_get(replica, ROW_genset, 0);
    if (mains)
        view->mains = *mains;
    if (genset)
        view->genset = *genset;
    for (unsigned key = 1; key <= STEP_COUNT; key++) {
        const struct row_step *step = replica_get(replica, ROW_step, key);
        if (step)
            view->steps[key - 1] = *step;
    }
}

static bool steps_agree(const struct row_step *a, const struct row_step *b)
{
    return a->state == b->state && a->answer == b->answer && a->round == b->round;
}

static bool steps_are_same(const struct row_step *a, const struct row_step *b)
{
    return steps_agree(a, b) && instant_is_set(a->done_at) == instant_is_set(b->done_at) &&
           instant_is_set(a->due) == instant_is_set(b->due);
}

static bool views_agree(const struct lab_view *a, const struct lab_view *b,
                        bool (*steps)(const struct row_step *, const struct row_step *))
{
    bool agree = a->mains.state == b->mains.state && a->mains.outages == b->mains.outages &&
                 a->mains.dips == b->mains.dips && a->genset.state == b->genset.state &&
                 strcmp(a->genset.reason, b->genset.reason) == 0;
    for (size_t i = 0; i < STEP_COUNT; i++)
        agree = agree && steps(&a->steps[i], &b->steps[i]);
    return agree;
}

/* ---- the timeline ---- */

static void changes_tell(struct live *live, const struct lab_view *view)
{
    const struct lab_view *seen = &live->lab->seen;
    bool first = seen->mains.state == 0;
    live_rows_tell(live, ROW_mains, 0, &view->mains, first ? NULL : &seen->mains);
    live_rows_tell(live, ROW_genset, 0, &view->genset, first ? NULL : &seen->genset);
    for (unsigned key = 1; key <= STEP_COUNT; key++) {
        const struct row_step *step = &view->steps[key - 1], *before = &seen->steps[key - 1];
        if (!steps_are_same(step, before))
            live_rows_tell(live, ROW_step, key, step, first ? NULL : before);
    }
    live->lab->seen = *view;
}

static void difference_tell(struct live *live, const struct lab_view *view,
                            const struct lab_view *published)
{
    live_fail(live,
              "SNMP shows for %d ms what is not published: mains %s, genset %s (%s), dips %u; "
              "published are %s, %s (%s), %u",
              DIFFERENCE_LIMIT_MS,
              mains_state_name(view->mains.state),
              genset_state_name(view->genset.state),
              view->genset.reason,
              view->mains.dips,
              mains_state_name(published->mains.state),
              genset_state_name(published->genset.state),
              published->genset.reason,
              published->mains.dips);
    for (size_t i = 0; i < STEP_COUNT; i++)
        if (!steps_agree(&view->steps[i], &published->steps[i]))
            live_fail(live,
                      "step %zu is %s, answer %s; published are %s, %s",
                      i + 1,
                      step_state_name(view->steps[i].state),
                      answer_name(view->steps[i].answer),
                      step_state_name(published->steps[i].state),
                      answer_name(published->steps[i].answer));
}

static void difference_follow(struct live *live, const struct lab_view *view,
                              const struct lab_view *published, bool agree)
{
    struct lab *lab = live->lab;
    instant now = clock_now();
    lab->look_at = agree ? INSTANT_NEVER : instant_add_ms(now, AGAIN_MS);
    if (agree) {
        lab->differs_since = INSTANT_NONE;
    } else if (!instant_is_set(lab->differs_since)) {
        lab->differs_since = now;
    } else if (instant_diff_ms(now, lab->differs_since) > DIFFERENCE_LIMIT_MS) {
        difference_tell(live, view, published);
        lab->differs_since = now;
    }
}

void lab_look_open(struct live *live)
{
    live->lab->look_at = clock_now();
    live->lab->differs_since = INSTANT_NONE;
}

static void view_get(struct live *live, const struct lab_view *published)
{
    struct lab_view view;
    bool agree = view_ask(live, &view) && views_agree(&view, published, steps_agree);
    if (agree)
        changes_tell(live, &view);
    difference_follow(live, &view, published, agree);
}

static bool is_published(const struct live *live)
{
    return live->engine.ready && client_fd(live->rows.client) >= 0;
}

instant lab_look_due(const struct live *live)
{
    bool is_answered = is_published(live) && live->lab->programs[LAB_AGENTX] != 0;
    return is_answered ? live->lab->look_at : INSTANT_NEVER;
}

void lab_look(struct live *live)
{
    struct lab *lab = live->lab;
    struct lab_view published;
    if (!is_published(live)) {
        lab->differs_since = INSTANT_NONE;
        return;
    }
    published_read(live, &published);
    bool changed = !views_agree(&published, &lab->published, steps_are_same);
    lab->published = published;
    if (lab->programs[LAB_AGENTX] == 0) {
        /* Nobody could tell by SNMP: what is published counts, until somebody can. */
        lab->differs_since = INSTANT_NONE;
        lab->look_at = clock_now();
        if (changed)
            changes_tell(live, &published);
    } else if (changed || instant_reached(lab->look_at, clock_now())) {
        view_get(live, &published);
    }
}

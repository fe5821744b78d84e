#include "play/check.h"

#include <inttypes.h>

#include "base/text.h"

enum { AROUND_MS = 20000 };

struct check {
    const struct scenario *scenario;
    struct timeline *timeline;
    const struct check_level *level;
    struct server_names servers;
    FILE *report;
    unsigned failed;
};

static const char *time_text(char to[static TEXT_DURATION_SIZE], int64_t ms)
{
    text_format_duration(to, ms);
    return to;
}

/* ---- finding ---- */

static bool in_period(const struct fact *fact, int64_t first_ms, int64_t last_ms)
{
    return first_ms <= fact->at_ms && fact->at_ms <= last_ms;
}

static bool check_matches(const struct check *check, const struct fact *fact,
                          const struct pattern *pattern)
{
    return fact_matches(fact,
                        pattern,
                        check->level->visible[pattern->kind],
                        check->level->tolerance_ms[pattern->kind]);
}

static unsigned matches_mark(const struct check *check, const struct pattern *pattern,
                             int64_t first_ms, int64_t last_ms)
{
    unsigned count = 0;
    for (size_t i = 0; i < check->timeline->count; i++) {
        struct fact *fact = &check->timeline->facts[i];
        if (!in_period(fact, first_ms, last_ms) || !check_matches(check, fact, pattern))
            continue;
        fact->expected = true;
        count++;
    }
    return count;
}

/* Does the fact speak about the same step, server or output as the pattern? */
static bool same_subject(const struct fact *fact, const struct pattern *pattern)
{
    enum fact_field subject = fact_forms[pattern->kind].subject;
    return fact->kind == pattern->kind &&
           (subject == FIELD_VALUE || fact->field[subject] == pattern->field[subject]);
}

/* Of a state, the last fact not after at_ms holds. */
static const struct fact *state_at(const struct check *check, const struct pattern *pattern,
                                   int64_t at_ms)
{
    const struct fact *last = NULL;
    for (size_t i = 0; i < check->timeline->count; i++) {
        const struct fact *fact = &check->timeline->facts[i];
        if (fact->at_ms <= at_ms && same_subject(fact, pattern))
            last = fact;
    }
    return last;
}

static bool state_holds(const struct check *check, const struct pattern *pattern, int64_t first_ms,
                        int64_t last_ms)
{
    const struct fact *before = state_at(check, pattern, first_ms);
    if (before && check_matches(check, before, pattern))
        return true;
    return matches_mark(check, pattern, first_ms, last_ms) > 0;
}

static int64_t distance_ms(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* The nearest in time of those that match the pattern, or that merely are about the same thing. */
static const struct fact *nearest(const struct check *check, const struct pattern *pattern,
                                  int64_t at_ms, bool matching)
{
    const struct fact *best = NULL;
    const struct fact *facts = check->timeline->facts;
    for (size_t i = 0; facts && i < check->timeline->count; i++) {
        const struct fact *fact = &facts[i];
        if (matching ? !check_matches(check, fact, pattern) : !same_subject(fact, pattern))
            continue;
        if (!best || distance_ms(fact->at_ms, at_ms) < distance_ms(best->at_ms, at_ms))
            best = fact;
    }
    return best;
}

/* ---- telling ---- */

static void failure_begin(struct check *check, const struct claim *claim, const char *word)
{
    check->failed++;
    fprintf(check->report, "%s:%u: %s ", check->scenario->path, claim->line, word);
    pattern_print(check->report, &claim->pattern, &check->servers);
}

static void fact_tell(struct check *check, const char *lead, const struct fact *fact)
{
    char time[TEXT_DURATION_SIZE];
    fprintf(check->report, "  %s", lead);
    fact_print(check->report, fact, &check->servers);
    fprintf(check->report, " at %s\n", time_text(time, fact->at_ms));
}

static void around_tell(struct check *check, int64_t at_ms)
{
    fputs("  around it:\n", check->report);
    timeline_print(
        check->report, check->timeline, &check->servers, at_ms - AROUND_MS, at_ms + AROUND_MS);
}

static void instead_tell(struct check *check, const struct claim *claim)
{
    const struct fact *other = nearest(check, &claim->pattern, claim->first_ms, true);
    const struct fact *like =
        other ? NULL : nearest(check, &claim->pattern, claim->first_ms, false);
    if (other)
        fact_tell(check, "it happened at another time: ", other);
    else if (like)
        fact_tell(check, "the nearest thing like it: ", like);
    else
        fputs("  nothing like it happened\n", check->report);
    around_tell(check, claim->first_ms);
}

/* ---- claims ---- */

static bool follows_from_evidence(const struct pattern *pattern)
{
    if (pattern->kind != FACT_NOTICE)
        return false;
    switch (pattern->field[FIELD_VALUE]) {
    case NOTIFICATION_SERVER_DOWN:
    case NOTIFICATION_SERVER_FAILED:
    case NOTIFICATION_SERVER_NOT_CONFIRMED:
    case NOTIFICATION_SERVER_UP:
    case NOTIFICATION_SERVER_NOT_UP:
    case NOTIFICATION_SHUTDOWN_DONE:
    case NOTIFICATION_SELF_SHUTDOWN:
        return true;
    default:
        return false;
    }
}

/* What the scenario leaves open, and what the level cannot measure better. */
static int64_t claim_tolerance_ms(const struct check *check, const struct claim *claim)
{
    int64_t level_ms = follows_from_evidence(&claim->pattern)
                           ? check->level->evidence_tolerance_ms
                           : check->level->tolerance_ms[claim->pattern.kind];
    return claim->tolerance_ms + level_ms;
}

static void expectation_check(struct check *check, const struct claim *claim)
{
    const struct pattern *pattern = &claim->pattern;
    int64_t tolerance_ms = claim_tolerance_ms(check, claim);
    int64_t first_ms = claim->first_ms - tolerance_ms, last_ms = claim->first_ms + tolerance_ms;
    char time[TEXT_DURATION_SIZE];
    time_text(time, claim->first_ms);
    if (pattern->is) {
        if (state_holds(check, pattern, first_ms, last_ms))
            return;
        failure_begin(check, claim, "expected");
        fprintf(check->report, " at %s\n", time);
        const struct fact *state = state_at(check, pattern, claim->first_ms);
        if (state)
            fact_tell(check, "it was: ", state);
        else
            fputs("  nothing was known about it\n", check->report);
        around_tell(check, claim->first_ms);
        return;
    }
    if (matches_mark(check, pattern, first_ms, last_ms) > 0)
        return;
    failure_begin(check, claim, "expected");
    fprintf(check->report, " at %s\n", time);
    instead_tell(check, claim);
}

/* What happens at the very ends of the period may as well have happened outside. */
static void never_check(struct check *check, const struct claim *claim)
{
    int64_t tolerance_ms = claim_tolerance_ms(check, claim);
    int64_t first_ms = claim->first_ms == INT64_MIN ? INT64_MIN : claim->first_ms + tolerance_ms;
    int64_t last_ms = claim->last_ms == INT64_MAX ? INT64_MAX : claim->last_ms - tolerance_ms;
    for (size_t i = 0; i < check->timeline->count; i++) {
        const struct fact *fact = &check->timeline->facts[i];
        if (!in_period(fact, first_ms, last_ms) || !check_matches(check, fact, &claim->pattern))
            continue;
        failure_begin(check, claim, "never");
        fputc('\n', check->report);
        fact_tell(check, "it happened: ", fact);
        around_tell(check, fact->at_ms);
        return;
    }
}

static void occurrences_tell(struct check *check, const struct claim *claim)
{
    for (size_t i = 0; i < check->timeline->count; i++) {
        const struct fact *fact = &check->timeline->facts[i];
        if (in_period(fact, claim->first_ms, claim->last_ms) &&
            check_matches(check, fact, &claim->pattern))
            fact_tell(check, "", fact);
    }
}

static void count_check(struct check *check, const struct claim *claim)
{
    unsigned count = matches_mark(check, &claim->pattern, claim->first_ms, claim->last_ms);
    if (count == claim->count)
        return;
    failure_begin(check, claim, "expected");
    fprintf(check->report, " %u times; it happened %u times:\n", claim->count, count);
    occurrences_tell(check, claim);
}

static bool is_alarming(const struct fact *fact)
{
    if (fact->kind != FACT_NOTICE)
        return false;
    int64_t value = fact->field[FIELD_VALUE];
    return value == NOTIFICATION_DEADLINE_MISSED || value == NOTIFICATION_DEADLINE_STILL_MISSED ||
           (fact->has & FIELD(SEVERITY) && fact->field[FIELD_SEVERITY] == SEVERITY_CRITICAL);
}

static void strictness_check(struct check *check)
{
    for (size_t i = 0; i < check->timeline->count; i++) {
        const struct fact *fact = &check->timeline->facts[i];
        if (fact->expected || !is_alarming(fact))
            continue;
        check->failed++;
        fprintf(check->report, "%s: strict: not expected\n", check->scenario->path);
        fact_tell(check, "it happened: ", fact);
    }
}

/* ---- what holds in every run ---- */

/* "Not required" is one only when its round has ended. */
static bool is_verdict(const struct fact *fact)
{
    int64_t state = fact->field[FIELD_VALUE];
    return fact->kind == FACT_RECORD && (state == STEP_STATE_MET || state == STEP_STATE_MISSED);
}

/* A verdict, once given, stays; the later fact that contradicts it is returned. */
static const struct fact *verdict_changed(const struct timeline *timeline, size_t first)
{
    const struct fact *record = &timeline->facts[first];
    for (size_t i = first + 1; i < timeline->count; i++) {
        const struct fact *later = &timeline->facts[i];
        bool same = later->kind == FACT_RECORD &&
                    later->field[FIELD_INCIDENT] == record->field[FIELD_INCIDENT] &&
                    later->field[FIELD_ROUND] == record->field[FIELD_ROUND] &&
                    later->field[FIELD_STEP] == record->field[FIELD_STEP];
        if (same && (later->field[FIELD_VALUE] != record->field[FIELD_VALUE] ||
                     later->field[FIELD_ID] != record->field[FIELD_ID]))
            return later;
    }
    return NULL;
}

static void one_verdict_check(struct check *check)
{
    for (size_t i = 0; i < check->timeline->count; i++) {
        const struct fact *record = &check->timeline->facts[i];
        const struct fact *later = is_verdict(record) ? verdict_changed(check->timeline, i) : NULL;
        if (!later)
            continue;
        check->failed++;
        fprintf(check->report,
                "%s: expected one verdict for each step of each round\n",
                check->scenario->path);
        fact_tell(check, "the verdict: ", record);
        fact_tell(check, "another one: ", later);
        return;
    }
}

static void (*const claim_checks[])(struct check *, const struct claim *) = {
    [CLAIM_EXPECT] = expectation_check,
    [CLAIM_NEVER] = never_check,
    [CLAIM_COUNT] = count_check,
};

unsigned scenario_check_timeline(const struct scenario *scenario, struct timeline *timeline,
                                 const struct check_level *level, FILE *report)
{
    struct check check = {.scenario = scenario,
                          .timeline = timeline,
                          .level = level,
                          .servers = scenario_server_names(scenario),
                          .report = report};
    for (size_t i = 0; i < scenario->claim_count; i++) {
        const struct claim *claim = &scenario->claims[i];
        if (level->visible[claim->pattern.kind] != 0)
            claim_checks[claim->kind](&check, claim);
    }
    if (scenario->strict)
        strictness_check(&check);
    one_verdict_check(&check);
    if (timeline->full) {
        check.failed++;
        fprintf(report, "%s: more happened than a timeline holds\n", scenario->path);
    }
    return check.failed;
}

#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/deviation.h"
#include "cli/status.h"
#include "cli/status_view.h"
#include "cli/words.h"

enum { DEVIATIONS_SHOWN = 5, EQUIPMENT_SHOWN = 8 };

/* Where a line that is too long goes on: under its own last column. */
enum {
    TEXT_INDENT = STATUS_TEXT_INDENT,
    FACTS_INDENT = 10,
    STATE_INDENT = 24,
    STEP_INDENT = 53,
    BAR_WIDTH = 60,
    EQUIPMENT_INDENT = 23,
    DEVIATION_INDENT = 7,
    EVENT_INDENT = 11
};

void instant_format(const struct view *view, instant at, char to[static SCREEN_TIME_SIZE])
{
    screen_time(view->screen, derive_epoch_s(at, view->screen->moment), to);
}

static void wall_format(const struct view *view, int64_t wall_ms, char to[static SCREEN_TIME_SIZE])
{
    screen_time(view->screen, derive_wall_s(wall_ms), to);
}

static void age_format(const struct view *view, instant since, char to[static SCREEN_TIME_SIZE])
{
    screen_duration(derive_age_s(since, view->now), to);
}

void heading_print(const struct view *view, const char *text)
{
    screen_line(view->screen, 0, 0, "%s", "");
    screen_line(view->screen, 0, 0, "%s", text);
}

/* ---- the head ---- */

static void head_print(const struct view *view)
{
    time_text now;
    wall_format(view, view->screen->moment.wall_ms, now);
    const struct row_system *system = view->system;
    screen_line(view->screen,
                0,
                TEXT_INDENT,
                "%s%s%s, padam " PADAM_VERSION,
                system->site,
                *system->site ? ", " : "",
                now);
    screen_line(view->screen,
                system->overall_state,
                TEXT_INDENT,
                "%s: %s",
                words_of(severity_name(system->overall_state)),
                system->overall_text);
}

/* ---- what is out of the ordinary ---- */

static void until_print(const struct view *view, const char *what, instant until)
{
    time_text at, left;
    instant_format(view, until, at);
    screen_duration(derive_remaining_s(until, view->now), left);
    screen_line(
        view->screen, SEVERITY_WARNING, TEXT_INDENT, _("%s until %s, %s left"), what, at, left);
}

static void journal_print(const struct view *view, enum journal_state state)
{
    static const char unwritten[] = N_("what happens now is not on the disk yet");
    static const char over_limit[] = N_("what must be kept is more than its limits allow");
    if (state <= JOURNAL_STATE_OK || state >= JOURNAL_STATE_COUNT)
        return;
    bool is_over = state == JOURNAL_STATE_OVER_LIMIT;
    screen_line(view->screen,
                is_over ? SEVERITY_WARNING : SEVERITY_CRITICAL,
                TEXT_INDENT,
                _("Journal %s: %s"),
                words_of(journal_state_name(state)),
                _(is_over ? over_limit : unwritten));
}

static void conditions_print(const struct view *view)
{
    const struct row_system *system = view->system;
    if (system->hold_state == HOLD_STATE_HELD)
        screen_line(view->screen,
                    SEVERITY_CRITICAL,
                    TEXT_INDENT,
                    _("Shutdown held: %s"),
                    language_text(system->hold_reason));
    if (system->inhibit_state == ON_OFF_ON)
        until_print(view, _("Inhibited for maintenance"), system->inhibit_until);
    if (instant_is_set(system->exercise_until))
        until_print(view, _("Exercise run of the genset"), system->exercise_until);
    if (system->drill_state == ON_OFF_ON)
        screen_line(view->screen, SEVERITY_NOTICE, TEXT_INDENT, _("This is a drill"));
    journal_print(view, system->journal_state);
}

/* ---- mains and genset ---- */

static bool is_phase(enum input_role role)
{
    return role == INPUT_ROLE_MAINS_L1 || role == INPUT_ROLE_MAINS_L2 ||
           role == INPUT_ROLE_MAINS_L3;
}

/* Which phases are lost, where there are several and not all are alike. */
static void phases_print(const struct view *view)
{
    static const char *const words[INPUT_VALUE_COUNT] = {[INPUT_VALUE_UNKNOWN] = N_("unknown"),
                                                         [INPUT_VALUE_INACTIVE] = N_("lost"),
                                                         [INPUT_VALUE_ACTIVE] = N_("present")};
    char line[SCREEN_TEXT_SIZE] = "";
    unsigned values = 0;
    for (size_t place = 0; place < replica_count(view->replica, ROW_input); place++) {
        uint32_t key;
        const struct row_input *input = replica_at(view->replica, ROW_input, place, &key);
        if (!is_phase(input->role))
            continue;
        values |= 1u << input->value;
        text_append(line,
                    sizeof line,
                    "%s%s %s",
                    *line ? ", " : "",
                    input->name,
                    words[input->value] ? _(words[input->value]) : "");
    }
    if (values & (values - 1))
        screen_line(view->screen, 0, FACTS_INDENT, "          %s", line);
}

static void mains_print(const struct view *view)
{
    const struct row_mains *mains = replica_get(view->replica, ROW_mains, 0);
    time_text since, age, out;
    if (!mains)
        return;
    instant_format(view, mains->since, since);
    age_format(view, mains->since, age);
    screen_duration(derive_mains_out_s(mains, view->now), out);
    heading_print(view, _("Supply"));
    screen_line(view->screen,
                screen_attention(mains->severity),
                STATE_INDENT,
                _("  mains   %-13s since %s (%s); outages %u, dips %u, out %s"),
                words_of(mains_state_name(mains->state)),
                since,
                age,
                mains->outages,
                mains->dips,
                out);
    phases_print(view);
}

static const char *const load_words[LOAD_STATE_COUNT] = {
    [LOAD_STATE_NOT_CARRYING] = N_(", not carrying"),
    [LOAD_STATE_CARRYING] = N_(", carrying the load")};

static void genset_facts_print(const struct view *view, const struct row_genset *genset)
{
    char line[SCREEN_TEXT_SIZE];
    time_text run;
    screen_duration(derive_genset_run_s(genset, view->now), run);
    text_format(line,
                sizeof line,
                "%s",
                genset->wiring == GENSET_WIRING_NONE ? _("started by people")
                                                     : words_of(genset_mode_name(genset->mode)));
    if (genset->fuel != FUEL_STATE_UNKNOWN)
        text_append(line, sizeof line, _(", fuel %s"), words_of(fuel_state_name(genset->fuel)));
    if (genset->fault == ON_OFF_ON)
        text_append(line, sizeof line, _(", fault"));
    if (load_words[genset->load])
        text_append(line, sizeof line, "%s", _(load_words[genset->load]));
    screen_line(view->screen,
                0,
                FACTS_INDENT,
                _("          %s; starts %u, failed %u, run %s"),
                line,
                genset->starts,
                genset->failures,
                run);
}

static void genset_print(const struct view *view)
{
    const struct row_genset *genset = replica_get(view->replica, ROW_genset, 0);
    time_text words, since, age;
    if (!genset)
        return;
    screen_words(genset_state_name(genset->state), words);
    instant_format(view, genset->since, since);
    age_format(view, genset->since, age);
    screen_line(view->screen,
                screen_attention(genset->severity),
                STATE_INDENT,
                _("  genset  %-13s since %s (%s)%s%s"),
                words,
                since,
                age,
                *genset->reason ? ": " : "",
                language_text(genset->reason));
    genset_facts_print(view, genset);
}

static void ups_print(const struct view *view)
{
    const struct row_ups *ups = replica_get(view->replica, ROW_ups, 0);
    char line[SCREEN_TEXT_SIZE];
    time_text words, left, needed;
    if (!ups || ups->source <= UPS_SOURCE_NONE)
        return;
    screen_words(ups_status_name(ups->status), words);
    text_format(line, sizeof line, _("  UPS     %-13s"), words);
    if (ups->link == UPS_LINK_STALE || ups->link == UPS_LINK_UNREACHABLE)
        text_append(line, sizeof line, _(" not heard: %s"), words_of(ups_link_name(ups->link)));
    int64_t left_s = derive_ups_runtime_s(ups, view->now);
    screen_duration(left_s, left);
    screen_duration(derive_seconds(ups->shutdown_ms), needed);
    if (left_s != DERIVE_ABSENT)
        text_append(line, sizeof line, _(" lasts %s; the shutdown can take %s"), left, needed);
    if (ups->charge_known == ON_OFF_ON)
        text_append(line, sizeof line, _("; charge %u%%"), ups->charge_percent);
    screen_line(view->screen, screen_attention(ups->severity), STATE_INDENT, "%s", line);
}

static void inputs_print(const struct view *view)
{
    char names[SCREEN_TEXT_SIZE] = "";
    for (size_t place = 0; place < replica_count(view->replica, ROW_input); place++) {
        uint32_t key;
        const struct row_input *input = replica_at(view->replica, ROW_input, place, &key);
        if (input->status == INPUT_STATUS_UNAVAILABLE)
            text_append(names, sizeof names, "%s%s", *names ? ", " : "", input->name);
    }
    if (*names)
        screen_line(
            view->screen, SEVERITY_WARNING, FACTS_INDENT, _("  inputs not available: %s"), names);
}

/* ---- steps ---- */

static const char *const step_labels[STEP_COUNT + 1] = {"",
                                                        N_("start genset"),
                                                        N_("did it start?"),
                                                        N_("report running"),
                                                        N_("report failed"),
                                                        N_("shut down"),
                                                        N_("normally down?")};

static void step_timing_append(const struct view *view, const struct row_step *step, char *line)
{
    time_text at, span;
    int64_t late_s = derive_step_lateness_s(step, view->system->open_incident, view->now);
    int64_t left_s = derive_step_remaining_s(step, view->now);
    bool done = instant_is_set(step->done_at);
    if (step->state == STEP_STATE_NOT_REQUIRED || (!done && !instant_is_set(step->due)))
        return;
    screen_duration(late_s != DERIVE_ABSENT ? late_s : left_s, span);
    if (late_s != DERIVE_ABSENT)
        text_append(line, SCREEN_TEXT_SIZE, _("%s late, "), span);
    else if (left_s != DERIVE_ABSENT)
        text_append(line, SCREEN_TEXT_SIZE, _("%s left, "), span);
    instant_format(view, done ? step->done_at : step->due, at);
    text_append(line, SCREEN_TEXT_SIZE, done ? _("done %s") : _("due %s"), at);
}

/* From the start of its clock to its due: what has passed is filled. */
static void bar_print(const struct view *view, const struct row_step *step)
{
    char bar[BAR_WIDTH + 1];
    time_text left;
    int64_t left_s = derive_step_remaining_s(step, view->now);
    if (!view->screen->bars || left_s == DERIVE_ABSENT || !instant_is_set(step->clock_start))
        return;
    int64_t whole_ms = instant_diff_ms(step->due, step->clock_start);
    int64_t passed_ms = instant_diff_ms(view->now, step->clock_start);
    int64_t filled = whole_ms > 0 && passed_ms > 0 ? passed_ms * BAR_WIDTH / whole_ms : 0;
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', (size_t)(filled < BAR_WIDTH ? filled : BAR_WIDTH));
    bar[BAR_WIDTH] = '\0';
    screen_duration(left_s, left);
    screen_line(
        view->screen, screen_attention(step->severity), 0, _("    [%s] %s left"), bar, left);
}

static void step_print(const struct view *view, uint32_t number, const struct row_step *step)
{
    char line[SCREEN_TEXT_SIZE], state[2 * SCREEN_TIME_SIZE];
    time_text role, words;
    screen_words(role_name(step->role), role);
    screen_words(step_state_name(step->state), words);
    text_format(state, sizeof state, "%s", words);
    if (step->answer == ANSWER_YES || step->answer == ANSWER_NO)
        text_append(state, sizeof state, " (%s)", words_of(answer_name(step->answer)));
    text_format(line,
                sizeof line,
                "  %u %-14s %-20s %-12s ",
                number,
                language_text(number <= STEP_COUNT ? step_labels[number] : ""),
                role,
                state);
    step_timing_append(view, step, line);
    screen_line(view->screen, screen_attention(step->severity), STEP_INDENT, "%s", line);
    bar_print(view, step);
}

static void steps_print(const struct view *view)
{
    uint32_t key;
    const struct row_step *step = replica_at(view->replica, ROW_step, 0, &key);
    if (!step)
        return;
    char heading[SCREEN_TEXT_SIZE];
    text_copy(heading, sizeof heading, _("Steps"));
    if (step->incident > 0)
        text_format(heading,
                    sizeof heading,
                    step->incident == view->system->open_incident
                        ? _("Steps of the open incident %u, round %u")
                        : _("Steps of the last incident %u, round %u"),
                    step->incident,
                    step->round);
    heading_print(view, heading);
    for (size_t place = 0; (step = replica_at(view->replica, ROW_step, place, &key)); place++)
        step_print(view, key, step);
}

/* ---- equipment ---- */

static bool is_too_much(const struct view *view, size_t shown, size_t limit)
{
    return !view->screen->all && shown >= limit;
}

void more_print(const struct view *view, size_t more)
{
    if (more > 0)
        screen_line(view->screen,
                    SEVERITY_WARNING,
                    TEXT_INDENT,
                    _("  and %zu more: --all shows them"),
                    more);
}

static void equipment_print(const struct view *view)
{
    size_t count = replica_count(view->replica, ROW_equipment), shown = 0, more = 0;
    for (size_t place = 0; place < count; place++) {
        uint32_t key;
        const struct row_equipment *item = replica_at(view->replica, ROW_equipment, place, &key);
        if (item->state == EQUIPMENT_STATE_READY)
            continue;
        if (is_too_much(view, shown, EQUIPMENT_SHOWN)) {
            more++;
            continue;
        }
        time_text since;
        instant_format(view, item->since, since);
        if (shown++ == 0)
            heading_print(view, _("Equipment not ready"));
        screen_line(view->screen,
                    screen_attention(item->severity),
                    EQUIPMENT_INDENT,
                    _("  %-20s %s since %s%s%s"),
                    words_of(item->name),
                    words_of(equipment_state_name(item->state)),
                    since,
                    *item->reason ? ": " : "",
                    language_text(item->reason));
    }
    more_print(view, more);
}

/* ---- deviations ---- */

static void deviation_print(const struct view *view, uint32_t number,
                            const struct row_deviation *deviation)
{
    char text[SCREEN_TEXT_SIZE];
    deviation_describe(view->replica, deviation, view->now, text);
    screen_line(view->screen, SEVERITY_WARNING, DEVIATION_INDENT, "  %-4u %s", number, text);
}

static const struct row_deviation *open_deviation(const struct view *view, size_t place,
                                                  uint32_t *key)
{
    const struct row_deviation *row = replica_at(view->replica, ROW_deviation, place, key);
    return row->account_state == ACCOUNT_STATE_UNANSWERED ? row : NULL;
}

static void deviations_print(const struct view *view)
{
    size_t shown = 0, more = 0;
    uint32_t key;
    for (size_t place = replica_count(view->replica, ROW_deviation); place-- > 0;) {
        const struct row_deviation *deviation = open_deviation(view, place, &key);
        if (!deviation)
            continue;
        if (is_too_much(view, shown, DEVIATIONS_SHOWN)) {
            more++;
            continue;
        }
        if (shown++ == 0)
            heading_print(view, _("Deviations to be accounted for"));
        deviation_print(view, key, deviation);
    }
    more_print(view, more);
}

/* ---- events ---- */

static void last_events_print(const struct view *view)
{
    size_t count = replica_count(view->replica, ROW_event);
    if (count > 0 && view->newest > 0)
        heading_print(view, _("Last events"));
    for (size_t place = count > view->newest ? count - view->newest : 0; place < count; place++) {
        uint32_t key;
        time_text at;
        const struct row_event *event = replica_at(view->replica, ROW_event, place, &key);
        wall_format(view, event->time_wall_ms, at);
        screen_line(view->screen,
                    screen_attention(event->severity),
                    EVENT_INDENT,
                    "  %s %s%s",
                    at,
                    event->delivery == DELIVERY_PENDING ? _("(not yet sent) ") : "",
                    event->text);
    }
}

static void (*const sections[])(const struct view *view) = {
    head_print,
    conditions_print,
    mains_print,
    genset_print,
    ups_print,
    inputs_print,
    steps_print,
    servers_print,
    equipment_print,
    deviations_print,
    last_events_print,
};

void status_print(const struct screen *screen, const struct replica *replica, unsigned newest)
{
    static const struct row_system unknown = {.overall_state = SEVERITY_UNKNOWN,
                                              .inhibit_until = {INT64_MIN},
                                              .exercise_until = {INT64_MIN}};
    const struct row_system *system = replica_get(replica, ROW_system, 0);
    const struct view view = {.screen = screen,
                              .replica = replica,
                              .system = system ? system : &unknown,
                              .now = screen->moment.now,
                              .newest = newest};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        sections[i](&view);
}

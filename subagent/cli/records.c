/* The record that people answer for: incidents, verdicts, deviations, commands; and messages. */
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/deviation.h"
#include "cli/display.h"
#include "cli/table.h"
#include "cli/words.h"

enum { NEWEST = 20, TEXT_INDENT = 7 };

typedef char words_text[SCREEN_TIME_SIZE];

/* ---- incidents ---- */

static void incident_print(const struct screen *screen, const struct replica *replica,
                           uint32_t number, const void *row)
{
    const struct row_incident *incident = row;
    words_text lost, closed, duration, state;
    (void)replica;
    screen_time(screen, derive_wall_s(incident->lost_wall_ms), lost);
    screen_time(screen, derive_wall_s(incident->closed_wall_ms), closed);
    screen_duration(derive_seconds(incident->duration_ms), duration);
    screen_words(incident_state_name(incident->state), state);
    screen_line(screen,
                incident->state == INCIDENT_STATE_CLOSED ? 0 : SEVERITY_WARNING,
                TEXT_INDENT,
                _("%6u %s: from %s%s to %s, %s; %s, rounds: %u, deviations: %u"),
                number,
                words_of(incident_kind_name(incident->kind)),
                lost,
                incident->times_estimated == ON_OFF_ON ? _(" (estimated)") : "",
                closed,
                duration,
                state,
                incident->rounds,
                incident->deviations);
}

/* ---- verdicts ---- */

static void record_print(const struct screen *screen, const struct replica *replica,
                         uint32_t number, const void *row)
{
    const struct row_record *record = row;
    words_text due, done, late, verdict, role;
    (void)replica;
    screen_time(screen, derive_wall_s(record->due_wall_ms), due);
    screen_time(screen, derive_wall_s(record->done_wall_ms), done);
    screen_duration(derive_seconds(record->lateness_ms), late);
    screen_words(step_state_name(record->verdict), verdict);
    screen_words(role_name(record->role), role);
    screen_line(screen,
                record->verdict == STEP_STATE_MISSED ? SEVERITY_WARNING : 0,
                TEXT_INDENT,
                _("%6u incident %u, round %u, step %u: %s, due %s, done %s%s%s (%s)"),
                number,
                record->incident,
                record->round,
                record->step,
                verdict,
                due,
                done,
                record->lateness_ms > 0 ? _(", late by ") : "",
                record->lateness_ms > 0 ? late : "",
                role);
}

/* ---- deviations ---- */

static void account_print(const struct screen *screen, const struct row_deviation *deviation)
{
    words_text at, state;
    screen_time(screen, derive_wall_s(deviation->accounted_wall_ms), at);
    screen_words(account_state_name(deviation->account_state), state);
    if (deviation->account_state != ACCOUNT_STATE_ANSWERED) {
        screen_line(screen, 0, TEXT_INDENT, "       %s", state);
        return;
    }
    screen_line(screen,
                0,
                TEXT_INDENT,
                "       %s, %s: %s",
                at,
                deviation->accounted_by,
                deviation->account);
    if (*deviation->corrective_action)
        screen_line(screen, 0, TEXT_INDENT, _("       action: %s"), deviation->corrective_action);
}

static void deviation_print(const struct screen *screen, const struct replica *replica,
                            uint32_t number, const void *row)
{
    const struct row_deviation *deviation = row;
    char text[SCREEN_TEXT_SIZE];
    bool unanswered = deviation->account_state == ACCOUNT_STATE_UNANSWERED;
    deviation_describe(replica, deviation, screen->moment.now, text);
    screen_line(screen, unanswered ? SEVERITY_WARNING : 0, TEXT_INDENT, "%6u %s", number, text);
    account_print(screen, deviation);
}

/* ---- commands ---- */

static void command_print(const struct screen *screen, const struct replica *replica,
                          uint32_t number, const void *row)
{
    const struct row_command *command = row;
    words_text asked, kind;
    char what[SCREEN_TIME_SIZE + 16];
    (void)replica;
    screen_time(screen, derive_wall_s(command->asked_wall_ms), asked);
    screen_words(command_kind_name(command->kind), kind);
    text_format(what, sizeof what, "%s", kind);
    if (command->argument > 0)
        text_append(what, sizeof what, " %u", command->argument);
    bool bad = command->state == COMMAND_STATE_FAILED || command->state == COMMAND_STATE_LOST;
    screen_line(screen,
                bad ? SEVERITY_WARNING : 0,
                TEXT_INDENT,
                _("%6u %s %s by %s: %s%s%s"),
                number,
                asked,
                what,
                *command->requester ? command->requester : _("nobody named"),
                words_of(command_state_name(command->state)),
                *command->reason ? ": " : "",
                language_text(command->reason));
}

/* ---- messages ---- */

static void message_print(const struct screen *screen, const struct replica *replica,
                          uint32_t number, const void *row)
{
    static const char *const words[DELIVERY_COUNT] = {[DELIVERY_PENDING] = N_("waits"),
                                                      [DELIVERY_ACCEPTED] = N_("told"),
                                                      [DELIVERY_REFUSED] = N_("not told"),
                                                      [DELIVERY_SUPERSEDED] = N_("given up")};
    const struct row_message *message = row;
    words_text asked, ended;
    (void)replica;
    (void)number;
    screen_time(screen, derive_wall_s(message->asked_wall_ms), asked);
    screen_time(screen, derive_wall_s(message->ended_wall_ms), ended);
    const char *word = message->delivery < DELIVERY_COUNT ? words[message->delivery] : NULL;
    bool failing = message->delivery == DELIVERY_REFUSED ||
                   (message->delivery == DELIVERY_PENDING && message->attempts > 0);
    screen_line(screen,
                failing ? SEVERITY_WARNING : 0,
                TEXT_INDENT,
                _("%6u %s to %s%s: %s%s%s, attempts: %u%s%s"),
                message->event,
                asked,
                message->name,
                message->order > 1 ? _(" (not acknowledged before)") : "",
                _(word ? word : "unknown"),
                message->ended_wall_ms ? " " : "",
                message->ended_wall_ms ? ended : "",
                message->attempts,
                *message->reason ? ": " : "",
                language_text(message->reason));
}

/* ---- the subcommands ---- */

#define RECORD_HELP(name, what)                                                                    \
    "usage: padam " name " [--socket PATH] [-n N] [--json]\n"                                      \
    "\n" what "\n"                                                                                 \
    "  --socket PATH  the engine's socket (" PATH_ENGINE_SOCKET ")\n"                              \
    "  -n N           how many (20)\n"                                                             \
    "  --json         a JSON array, times in UTC\n"                                                \
    "  --help         this text\n"                                                                 \
    "\n"                                                                                           \
    "Colours are used on a terminal unless NO_COLOR is set.\n" CLI_EXIT_HELP

static const struct {
    const char *name;
    struct display display;
} displays[] = {
    {"incidents",
     {.options = {RECORD_HELP("incidents",
                              "Shows the newest incidents, outages and drills, oldest first.\n"),
                  NEWEST,
                  false},
      .table = ROW_incident,
      .print_row = incident_print,
      .nothing = N_("no incidents")}},
    {"records",
     {.options = {RECORD_HELP("records", "Shows the newest verdicts on steps, oldest first.\n"),
                  NEWEST,
                  false},
      .table = ROW_record,
      .print_row = record_print,
      .nothing = N_("no verdicts")}},
    {"deviations",
     {.options = {RECORD_HELP(
                      "deviations",
                      "Shows the newest deviations with their accounts, oldest first. What\n"
                      "still wants one is given it by \"padam account\".\n"),
                  NEWEST,
                  false},
      .table = ROW_deviation,
      .print_row = deviation_print,
      .nothing = N_("no deviations")}},
    {"commands",
     {.options = {RECORD_HELP(
                      "commands",
                      "Shows the newest commands, who asked and the outcome, oldest first.\n"),
                  NEWEST,
                  false},
      .table = ROW_command,
      .print_row = command_print,
      .nothing = N_("no commands")}},
    {"messages",
     {.options = {RECORD_HELP("messages",
                              "Shows the newest messages to contacts, by event, and what became\n"
                              "of each.\n"),
                  NEWEST,
                  false},
      .table = ROW_message,
      .print_row = message_print,
      .nothing = N_("no messages")}},
};

int records_run(int argc, char **argv)
{
    size_t i = 0;
    while (strcmp(argv[0], displays[i].name) != 0)
        i++;
    return display_run(argc, argv, &displays[i].display);
}

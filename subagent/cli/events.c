#include "cli/events.h"

#include "base/language.h"
#include "cli/cli.h"
#include "cli/display.h"
#include "cli/table.h"
#include "cli/words.h"

static void event_print(const struct screen *screen, const struct replica *replica, uint32_t number,
                        const void *row)
{
    (void)replica;
    const struct row_event *event = row;
    char at[SCREEN_TIME_SIZE];
    bool accepted = event->delivery == DELIVERY_ACCEPTED;
    screen_time(screen, derive_wall_s(event->time_wall_ms), at);
    screen_long_line(screen,
                     screen_attention(event->severity),
                     "%6u %s %s %s%s%s: %s",
                     number,
                     at,
                     words_of(severity_name(event->severity)),
                     notification_name(event->notification),
                     accepted ? "" : ", ",
                     accepted ? "" : words_of(delivery_name(event->delivery)),
                     event->text);
}

void events_print(const struct screen *screen, const struct replica *replica, unsigned newest)
{
    table_print(screen, replica, ROW_event, newest, event_print, N_("no events"));
}

void events_print_json(FILE *to, const struct replica *replica, struct derive_moment moment,
                       unsigned newest)
{
    table_print_json(to, replica, ROW_event, moment, newest);
}

static const struct display display = {
    .options.help =
        "usage: padam events [--socket PATH] [-n N] [--json]\n"
        "\n"
        "Shows the newest events, oldest first: number, time, severity, what it is, delivery\n"
        "where it was not accepted, and its text.\n"
        "\n"
        "  --socket PATH  the engine's socket (" PATH_ENGINE_SOCKET ")\n"
        "  -n N           how many (20)\n"
        "  --json         a JSON array, times in UTC\n"
        "\n"
        "Colours are used on a terminal unless NO_COLOR is set.\n" CLI_EXIT_HELP,
    .options.newest = 20,
    .print = events_print,
    .print_json = events_print_json,
};

int events_run(int argc, char **argv)
{
    return display_run(argc, argv, &display);
}

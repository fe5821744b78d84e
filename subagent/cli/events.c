#include "cli/events.h"

#include "cli/cli.h"
#include "cli/display.h"
#include "cli/json.h"

static size_t first_place(const struct replica *replica, unsigned newest)
{
    size_t count = replica_count(replica, ROW_event);
    return count > newest ? count - newest : 0;
}

static void event_print(const struct screen *screen, uint32_t number, const struct row_event *event)
{
    char at[SCREEN_TIME_SIZE];
    bool accepted = event->delivery == DELIVERY_ACCEPTED;
    screen_time(screen, derive_wall_s(event->time_wall_ms), at);
    screen_long_line(screen,
                     screen_attention(event->severity),
                     "%6u %s %s %s%s%s: %s",
                     number,
                     at,
                     severity_name(event->severity),
                     notification_name(event->notification),
                     accepted ? "" : ", ",
                     accepted ? "" : delivery_name(event->delivery),
                     event->text);
}

void events_print(const struct screen *screen, const struct replica *replica, unsigned newest)
{
    uint32_t key;
    const struct row_event *event;
    if (replica_count(replica, ROW_event) == 0)
        screen_long_line(screen, 0, "no events");
    for (size_t place = first_place(replica, newest);
         (event = replica_at(replica, ROW_event, place, &key));
         place++)
        event_print(screen, key, event);
}

void events_print_json(FILE *to, const struct replica *replica, struct derive_moment moment,
                       unsigned newest)
{
    struct json json = {.to = to};
    uint32_t key;
    const void *event;
    json_begin(&json, NULL, '[');
    for (size_t place = first_place(replica, newest);
         (event = replica_at(replica, ROW_event, place, &key));
         place++) {
        json_begin(&json, NULL, '{');
        json_number(&json, "index", key);
        json_row(&json, ROW_event, event, moment);
        json_end(&json, '}');
    }
    json_end(&json, ']');
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

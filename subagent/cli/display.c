#include "cli/display.h"

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/options.h"

static enum cli_exit replica_show(const struct display *display, const struct replica *replica,
                                  const struct options *options)
{
    instant now = clock_now();
    const struct derive_moment moment = {now, clock_wall_ms_at(now)};
    const struct screen screen = {
        .to = stdout, .colour = screen_wants_colour(), .moment = moment, .all = options->all};
    unsigned newest = options->newest;
    if (options->json && display->print_row)
        table_print_json(stdout, replica, display->table, moment, newest);
    else if (options->json)
        display->print_json(stdout, replica, moment, newest);
    else if (display->print_row)
        table_print(&screen, replica, display->table, newest, display->print_row, display->nothing);
    else
        display->print(&screen, replica, newest);
    return output_end();
}

int display_run(int argc, char **argv, const struct display *display)
{
    struct options options;
    enum cli_exit exit_code;
    enum options_result result = options_read(argc, argv, &display->options, &options);
    if (result != OPTIONS_GO)
        return result == OPTIONS_HELPED ? output_end() : CLI_EXIT_USAGE;
    struct client *client = engine_fetch(options.socket, &exit_code);
    if (client)
        exit_code = replica_show(display, client_replica(client), &options);
    client_free(client);
    return exit_code;
}

/*
 * The longest that a shutdown can take, at most. A server's try ends at the latest when its
 * command's time limit and the time for evidence are over. A tier's last server either has a try
 * under way or pausing, or waits for a place, while all places have commands of the others: so it
 * is done after the longest of all servers, and all commands shared among the places. What
 * commands take that cannot be run at all, pauses between them, and time that is given again as
 * nobody could look, is not in it. padamd's own machine waits for its notifications, and goes down
 * with the try that is accepted.
 */
#include "core/site.h"

static int64_t tries_of(const struct server_settings *server)
{
    return 1 + (int64_t)server->retries + server->has_alternative + server->has_force;
}

static int64_t server_worst_ms(const struct site *site, size_t place)
{
    const struct server_settings *server = &site->servers[place];
    int64_t tries = tries_of(server);
    int64_t ends = server->is_self ? 1 : tries;
    int64_t waits_ms = server->is_self ? site->shutdown.notify_within_ms : 0;

    return waits_ms + tries * server->command_timeout_ms + ends * server->off_within_ms +
           (tries - 1) * site->shutdown.retry_pause_ms;
}

static int64_t commands_worst_ms(const struct server_settings *server)
{
    return tries_of(server) * server->command_timeout_ms;
}

/* Moves *place behind the tier's last server. What is shared is summed up before it is divided. */
static int64_t tier_worst_ms(const struct site *site, worst_counts *counts, const void *context,
                             size_t *place)
{
    const int64_t places = site->shutdown.parallel >= 1 ? site->shutdown.parallel : 1;
    int64_t count = 0, longest_ms = 0, shared_ms = 0, last_shared_ms = 0;
    unsigned tier = site->servers[*place].tier;

    for (; *place < site->server_count && site->servers[*place].tier == tier; (*place)++) {
        if (counts && !counts(context, *place))
            continue;
        int64_t worst_ms = server_worst_ms(site, *place);
        int64_t commands_ms = commands_worst_ms(&site->servers[*place]);
        count++;
        shared_ms += commands_ms;
        longest_ms = worst_ms > longest_ms ? worst_ms : longest_ms;
        last_shared_ms = worst_ms * places - commands_ms > last_shared_ms
                             ? worst_ms * places - commands_ms
                             : last_shared_ms;
    }
    return count <= places ? longest_ms : (last_shared_ms + shared_ms + places - 1) / places;
}

int64_t shutdown_worst_ms(const struct site *site, worst_counts *counts, const void *context)
{
    int64_t worst_ms = 0;

    for (size_t place = 0; place < site->server_count;)
        worst_ms += tier_worst_ms(site, counts, context, &place);
    return worst_ms;
}

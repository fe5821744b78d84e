/*
 * The longest that a shutdown can take. A server's try ends at the latest when its command's time
 * limit and the time for evidence are over. Within a tier servers are told in order, the next one
 * when one of those under way has ended; that each takes its longest is the longest for all.
 * padamd's own machine waits for its notifications, and goes down with the try that is accepted.
 */
#include "core/site.h"

static int64_t server_worst_ms(const struct site *site, size_t place)
{
    const struct server_settings *server = &site->servers[place];
    int64_t tries = 1 + (int64_t)server->retries + server->has_alternative + server->has_force;
    int64_t ends = server->is_self ? 1 : tries;
    int64_t waits_ms = server->is_self ? site->shutdown.notify_within_ms : 0;

    return waits_ms + tries * server->command_timeout_ms + ends * server->off_within_ms +
           (tries - 1) * site->shutdown.retry_pause_ms;
}

static int64_t *soonest(int64_t *ends_ms, unsigned count)
{
    int64_t *found = &ends_ms[0];

    for (unsigned i = 1; i < count; i++)
        if (ends_ms[i] < *found)
            found = &ends_ms[i];
    return found;
}

static unsigned parallel_of(const struct site *site)
{
    unsigned parallel = site->shutdown.parallel;

    if (parallel < 1)
        return 1;
    return parallel < SHUTDOWN_PARALLEL_LIMIT ? parallel : SHUTDOWN_PARALLEL_LIMIT;
}

/* Moves *place behind the tier's last server. */
static int64_t tier_worst_ms(const struct site *site, worst_counts *counts, const void *context,
                             size_t *place)
{
    int64_t ends_ms[SHUTDOWN_PARALLEL_LIMIT] = {0}, last_ms = 0;
    unsigned tier = site->servers[*place].tier;

    for (; *place < site->server_count && site->servers[*place].tier == tier; (*place)++) {
        if (counts && !counts(context, *place))
            continue;
        int64_t *end_ms = soonest(ends_ms, parallel_of(site));
        *end_ms += server_worst_ms(site, *place);
        last_ms = *end_ms > last_ms ? *end_ms : last_ms;
    }
    return last_ms;
}

int64_t shutdown_worst_ms(const struct site *site, worst_counts *counts, const void *context)
{
    int64_t worst_ms = 0;

    for (size_t place = 0; place < site->server_count;)
        worst_ms += tier_worst_ms(site, counts, context, &place);
    return worst_ms;
}

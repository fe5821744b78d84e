#include "agentx/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agentx/entity.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

/* A pause is a quarter of the time it was tried for: an engine that has begun waits no longer. */
enum { RETRY_FIRST_MS = 50, RETRY_MAX_MS = 5000, COMMITS_PER_STEP = 64, PROBLEM_SIZE = 256 };

struct link {
    struct client *client;
    instant started_at, retry_at;
    int64_t retry_ms;
    unsigned count;
    bool current; /* this connection had its first commit */
    bool lost;
    uint64_t entities, entities_generation;
    instant entities_changed;
    char logged[PROBLEM_SIZE]; /* the last problem told, so that it is told once */
};

struct link *link_create(const char *engine_socket, instant now)
{
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        return NULL;
    link->client = client_create(engine_socket, WIRE_ROLE_NOTIFIER, "padam-agentx");
    if (!link->client) {
        free(link);
        errno = ENOMEM;
        return NULL;
    }
    link->started_at = now;
    link->retry_at = now;
    link->entities_changed = INSTANT_NONE;
    link->retry_ms = RETRY_FIRST_MS;
    return link;
}

void link_free(struct link *link)
{
    if (!link)
        return;
    client_free(link->client);
    free(link);
}

/* ---- connecting and reading ---- */

static void problem_log(struct link *link)
{
    const char *problem = client_problem(link->client);
    if (strcmp(problem, link->logged) == 0)
        return;
    text_copy(link->logged, sizeof link->logged, problem);
    log_warning("%s", problem);
}

static void retry_later(struct link *link, instant now)
{
    problem_log(link);
    link->current = false;
    link->retry_at = instant_add_ms(now, link->retry_ms);
    link->retry_ms += link->retry_ms / 4;
    if (link->retry_ms > RETRY_MAX_MS)
        link->retry_ms = RETRY_MAX_MS;
}

static void commit_note(struct link *link)
{
    if (link->current)
        return;
    link->current = true;
    link->count++;
    link->retry_ms = RETRY_FIRST_MS;
    link->logged[0] = '\0';
    log_notice("connected to the engine");
}

static void entities_update(struct link *link, instant now)
{
    static const enum row_table tables[] = {ROW_system, ROW_ups, ROW_input, ROW_server};
    const struct replica *replica = client_replica(link->client);
    uint64_t generation = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        generation += replica_generation(replica, tables[i]);
    if (generation == link->entities_generation)
        return;
    link->entities_generation = generation;
    uint64_t entities = entity_fingerprint(replica);
    if (entities != link->entities)
        link->entities_changed = now;
    link->entities = entities;
}

void link_receive(struct link *link, instant now)
{
    enum client_result result = CLIENT_COMMIT;
    for (int i = 0; i < COMMITS_PER_STEP && result == CLIENT_COMMIT; i++) {
        result = client_receive(link->client, now);
        if (result == CLIENT_COMMIT)
            commit_note(link);
    }
    entities_update(link, now);
    if (result == CLIENT_CLOSED)
        retry_later(link, now);
}

static void connect_if_due(struct link *link, instant now)
{
    if (client_fd(link->client) >= 0 || !instant_reached(link->retry_at, now))
        return;
    if (client_connect(link->client) < 0)
        retry_later(link, now);
}

/* ---- lost and back ---- */

static instant later_of(instant sure, instant perhaps)
{
    return instant_is_set(perhaps) && instant_before(sure, perhaps) ? perhaps : sure;
}

/* A link that is not connected is announced as lost only now, and not at all while the engine
 * refuses it because another has its place: that one serves. */
static instant patience_ends_at(const struct link *link)
{
    instant lives_at = later_of(link->started_at, client_heard_at(link->client));
    lives_at = later_of(lives_at, client_refused_at(link->client));
    return instant_add_ms(lives_at, WIRE_LOST_MS);
}

static bool is_lost_now(const struct link *link, instant now)
{
    return client_link(link->client, now) != ENGINE_LINK_CONNECTED &&
           instant_reached(patience_ends_at(link), now);
}

static void lost_update(struct link *link, instant now)
{
    bool lost = is_lost_now(link, now);
    if (lost == link->lost)
        return;
    link->lost = lost;
    if (lost)
        log_error("the engine is lost: live values read unknown");
    else
        log_notice("the engine is back");
}

void link_step(struct link *link, instant now)
{
    connect_if_due(link, now);
    lost_update(link, now);
}

/* ---- what others see ---- */

static instant lost_due(const struct link *link)
{
    return link->lost ? INSTANT_NEVER : patience_ends_at(link);
}

instant link_due(const struct link *link)
{
    instant retry_at = client_fd(link->client) < 0 ? link->retry_at : INSTANT_NEVER;
    return instant_earliest(retry_at, lost_due(link));
}

int link_fd(const struct link *link)
{
    return client_fd(link->client);
}

struct client *link_client(struct link *link)
{
    return link->client;
}

bool link_is_current(const struct link *link)
{
    return link->current;
}

bool link_is_lost(const struct link *link)
{
    return link->lost;
}

unsigned link_count(const struct link *link)
{
    return link->count;
}

struct view link_view(const struct link *link)
{
    instant now = clock_now();
    return (struct view){
        .replica = client_replica(link->client),
        .link = client_link(link->client, now),
        .heard_at = client_heard_at(link->client),
        .moment = {.now = now, .wall_ms = clock_wall_ms_at(now)},
        .entities_changed = link->entities_changed,
        .master_started = INSTANT_NONE,
    };
}

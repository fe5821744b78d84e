#include "engine/facts.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/log.h"

/* What one server can have: each fact of its own, and its readiness. */
enum { PLACES_PER_SERVER = SERVER_FACT_COUNT + 1 };
/* That an output is missing, and that it is back. */
enum { PLACES_PER_OUTPUT = 2 };

struct place {
    struct place *before, *after; /* in the order of coming */
    bool waits;
    struct event event;
};

struct facts {
    struct place *oldest, *newest;
    size_t server_count;
    struct place places[]; /* of the servers, of each kind of equipment, of the outputs */
};

struct facts *facts_new(size_t server_count)
{
    size_t count = server_count * PLACES_PER_SERVER + EQUIPMENT_KIND_COUNT +
                   (size_t)OUTPUT_ROLE_COUNT * PLACES_PER_OUTPUT;
    struct facts *facts = calloc(1, sizeof *facts + count * sizeof *facts->places);
    if (!facts)
        return NULL;
    facts->server_count = server_count;
    return facts;
}

void facts_free(struct facts *facts)
{
    free(facts);
}

static struct place *equipment_place(struct facts *facts, const struct event *event)
{
    if (event->equipment == EQUIPMENT_KIND_SERVER)
        return &facts->places[event->server * PLACES_PER_SERVER + SERVER_FACT_COUNT];
    return &facts->places[facts->server_count * PLACES_PER_SERVER + event->equipment];
}

static struct place *output_place(struct facts *facts, const struct event *event)
{
    size_t first = facts->server_count * PLACES_PER_SERVER + EQUIPMENT_KIND_COUNT;
    return &facts
                ->places[first + (size_t)event->output * PLACES_PER_OUTPUT + event->output_missing];
}

/* NULL for events that are not reported so. */
static struct place *place_of(struct facts *facts, const struct event *event)
{
    switch (event->kind) {
    case EVENT_SERVER:
        return &facts->places[event->server * PLACES_PER_SERVER + event->fact];
    case EVENT_EQUIPMENT:
        return equipment_place(facts, event);
    case EVENT_OUTPUT:
        return output_place(facts, event);
    default:
        return NULL;
    }
}

static void place_leave(struct facts *facts, struct place *place)
{
    *(place->before ? &place->before->after : &facts->oldest) = place->after;
    *(place->after ? &place->after->before : &facts->newest) = place->before;
    place->waits = false;
}

static void place_join(struct facts *facts, struct place *place)
{
    place->before = facts->newest;
    place->after = NULL;
    *(facts->newest ? &facts->newest->after : &facts->oldest) = place;
    facts->newest = place;
    place->waits = true;
}

void facts_put(struct facts *facts, const struct event *event)
{
    struct place *place = place_of(facts, event);
    if (!place) {
        log_error("an event of kind %d cannot be kept: it is lost", (int)event->kind);
        return;
    }
    if (place->waits)
        place_leave(facts, place);
    place->event = *event;
    place_join(facts, place);
}

bool facts_take(struct facts *facts, struct event *event)
{
    struct place *place = facts->oldest;
    if (!place)
        return false;
    *event = place->event;
    place_leave(facts, place);
    return true;
}

bool facts_are_waiting(const struct facts *facts)
{
    return facts->oldest != NULL;
}

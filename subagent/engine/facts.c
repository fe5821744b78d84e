#include "engine/facts.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/log.h"

/* What one server can have: each fact of its own, and its readiness. */
enum { PLACES_PER_SERVER = SERVER_FACT_COUNT + 1 };
/* That an output is missing, and that it is back. */
enum { PLACES_PER_OUTPUT = 2 };

struct place {
    uint64_t number; /* in the order of coming, from 1 on; 0: empty */
    struct event event;
};

struct facts {
    uint64_t last_number;
    size_t waiting;
    size_t server_count;
    size_t count;
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
    facts->count = count;
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

void facts_put(struct facts *facts, const struct event *event)
{
    struct place *place = place_of(facts, event);
    if (!place) {
        log_error("an event of kind %d cannot be kept: it is lost", (int)event->kind);
        return;
    }
    if (place->number == 0)
        facts->waiting++;
    *place = (struct place){.number = ++facts->last_number, .event = *event};
}

static struct place *oldest(struct facts *facts)
{
    struct place *found = NULL;
    for (size_t i = 0; i < facts->count; i++) {
        struct place *place = &facts->places[i];
        if (place->number && (!found || place->number < found->number))
            found = place;
    }
    return found;
}

bool facts_take(struct facts *facts, struct event *event)
{
    struct place *place = facts->waiting > 0 ? oldest(facts) : NULL;
    if (!place)
        return false;
    *event = place->event;
    place->number = 0;
    facts->waiting--;
    return true;
}

bool facts_are_waiting(const struct facts *facts)
{
    return facts->waiting > 0;
}

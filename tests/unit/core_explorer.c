#include "core_explorer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "core/snapshot.h"
#include "core_invariants.h"
#include "core_normal.h"

/* Two more letters: time goes on, and time goes on to the next timer if that is far away. */
enum {
    TICK = 254,
    FAR_TICK = 255,
    FAR_MS = 20,
    ROUND_TRIP_EVERY = 64,
    TRACE_SIZE = 8192,
    LIMIT = 2500000,
    SLOTS = 1 << 22
};

static size_t total;

struct key {
    uint64_t high, low; /* both 0: free */
};

/* How a state was first reached. */
struct origin {
    uint32_t parent;
    uint8_t letter;
};

struct node {
    union world_state state;
    struct watch watch;
    uint32_t number;
};

struct explorer {
    const struct exploration *exploration;
    struct world world;
    struct key *visited; /* open addressing */
    size_t visited_mask;
    struct origin *origins;
    size_t count, transitions;
    struct node *queue; /* a ring */
    size_t queue_size, queue_head, queue_length;
};

/* ---- the set ---- */

static uint64_t mix(uint64_t hash, uint64_t word, uint64_t factor)
{
    hash = (hash ^ word) * factor;
    return hash ^ hash >> 29;
}

static struct key key_of(const struct normal *normal, const struct watch *watch)
{
    uint64_t seen = watch->sent | (uint64_t)watch->stopped << 32;
    struct key key = {0x9e3779b97f4a7c15U ^ seen, 0xc2b2ae3d27d4eb4fU + seen};

    for (unsigned i = 0; i < normal->size; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, normal->bytes + i, sizeof(word));
        key.high = mix(key.high, word, 0x87c37b91114253d5U);
        key.low = mix(key.low + i, word, 0x4cf5ad432745937fU);
    }
    key.low |= key.high == 0;
    return key;
}

static bool visited_add(struct explorer *explorer, struct key key)
{
    for (size_t i = key.low & explorer->visited_mask;; i = (i + 1) & explorer->visited_mask) {
        struct key *slot = &explorer->visited[i];
        if (slot->high == key.high && slot->low == key.low)
            return false;
        if (slot->high == 0 && slot->low == 0) {
            *slot = key;
            return true;
        }
    }
}

/* ---- the frontier ---- */

static void queue_grow(struct explorer *explorer)
{
    size_t size = explorer->queue_size * 2;
    struct node *queue = malloc(size * sizeof(*queue));

    assert_non_null(queue);
    for (size_t i = 0; i < explorer->queue_length; i++)
        queue[i] = explorer->queue[(explorer->queue_head + i) % explorer->queue_size];
    free(explorer->queue);
    explorer->queue = queue;
    explorer->queue_size = size;
    explorer->queue_head = 0;
}

static void queue_push(struct explorer *explorer, const struct watch *watch, uint32_t number)
{
    if (explorer->queue_length == explorer->queue_size)
        queue_grow(explorer);
    size_t at = (explorer->queue_head + explorer->queue_length++) % explorer->queue_size;
    explorer->queue[at].state = explorer->world.now;
    explorer->queue[at].watch = *watch;
    explorer->queue[at].number = number;
}

static void queue_pop(struct explorer *explorer, struct node *node)
{
    *node = explorer->queue[explorer->queue_head];
    explorer->queue_head = (explorer->queue_head + 1) % explorer->queue_size;
    explorer->queue_length--;
}

/* ---- why it failed ---- */

static const char *letter_name(const struct explorer *explorer, uint8_t letter)
{
    if (letter == TICK)
        return ".";
    return letter == FAR_TICK ? "far" : explorer->exploration->letters[letter].name;
}

static void trace_prepend(char *trace, const char *word)
{
    size_t length = strlen(word);
    size_t kept = strlen(trace);

    if (length + 1 + kept + 1 > TRACE_SIZE)
        return;
    memmove(trace + length + 1, trace, kept + 1);
    for (size_t i = 0; i < length; i++)
        trace[i] = word[i];
    trace[length] = ' ';
}

static void explorer_fail(const struct explorer *explorer, uint32_t number, uint8_t letter,
                          const char *what)
{
    static char trace[TRACE_SIZE];

    trace[0] = '\0';
    trace_prepend(trace, letter_name(explorer, letter));
    for (uint32_t n = number; n > 0; n = explorer->origins[n].parent)
        trace_prepend(trace, letter_name(explorer, explorer->origins[n].letter));
    fail_msg("%s: %s does not hold after (. is a millisecond): %s",
             explorer->exploration->name,
             what,
             trace);
}

/* ---- transitions ---- */

static bool fact_is_possible(const struct state *state, const struct letter *letter)
{
    bool of_the_command = letter->fact == SERVER_ACCEPTED || letter->fact == SERVER_REFUSED ||
                          letter->fact == SERVER_NOT_RUN;

    return !of_the_command || state->servers[letter->server].state == SERVER_STATE_TELLING;
}

/* A line changes at most once a millisecond. */
static bool input_is_possible(const struct state *state, const struct letter *letter)
{
    const struct input *input = &state->inputs[letter->role];

    return input->raw != letter->value && !instant_before(state->ticked, input->raw_since);
}

/* Something happens within the next millisecond. Returns false if it cannot. */
static bool letter_apply(struct world *world, const struct letter *letter, struct event *event,
                         const struct command **command)
{
    instant at = instant_add_ms(world->now.state.ticked, 1);

    *event = (struct event){.at = at};
    switch (letter->kind) {
    case LETTER_INPUT:
        event->kind = EVENT_INPUT;
        event->role = letter->role;
        event->value = letter->value;
        if (!input_is_possible(&world->now.state, letter))
            return false;
        break;
    case LETTER_FACT:
        event->kind = EVENT_SERVER;
        event->server = letter->server;
        event->fact = letter->fact;
        if (!fact_is_possible(&world->now.state, letter))
            return false;
        break;
    case LETTER_EQUIPMENT:
        event->kind = EVENT_EQUIPMENT;
        event->server = letter->server;
        event->equipment = letter->equipment;
        event->equipment_state = letter->equipment_state;
        break;
    case LETTER_OUTPUT:
        event->kind = EVENT_OUTPUT;
        event->output = letter->output;
        event->output_missing = letter->missing;
        if (world->now.state.output_missing[letter->output] == letter->missing)
            return false;
        break;
    case LETTER_NOTIFIED:
        event->kind = EVENT_NOTIFIED;
        event->next_event = world->now.state.next_event;
        if (!instant_is_set(world->now.state.incident.self_due))
            return false;
        break;
    case LETTER_COMMAND:
        event->kind = EVENT_CONFIRM;
        *command = &letter->command;
        return world_command(world, at.ms, letter->command) == PROMISE_GIVEN;
    case LETTER_RESTART:
        event->kind = EVENT_KIND_COUNT;
        event->at = instant_add_ms(at, letter->away_ms);
        world_restart(world, event->at.ms);
        return true;
    }
    world_step(world, *event);
    return true;
}

static bool tick_apply(struct world *world, uint8_t letter, struct event *event)
{
    instant at = instant_add_ms(world->now.state.ticked, 1);

    if (letter == FAR_TICK) {
        instant due = core_next_due(&world->site, &world->now.state);
        if (!instant_is_set(due) || instant_diff_ms(due, at) < FAR_MS)
            return false;
        at = due;
    }
    *event = (struct event){.kind = EVENT_TICK, .at = at};
    world_step(world, *event);
    return true;
}

static void check_round_trip(const struct explorer *explorer, uint32_t number, uint8_t letter)
{
    static char text[65536];
    static union world_state copy;
    const struct world *world = &explorer->world;
    struct normal kept, read;
    unsigned line;

    snapshot_write(&world->site, &world->now.state, text, sizeof(text));
    state_init(&copy.state, &world->site, instant_at(0));
    if (!snapshot_read(&world->site, &copy.state, text, &line))
        explorer_fail(explorer, number, letter, "a snapshot is read back");
    normal_make(&kept, &world->site, &world->now.state, NORMAL_KEPT);
    normal_make(&read, &world->site, &copy.state, NORMAL_KEPT);
    if (memcmp(&kept, &read, sizeof(kept)) != 0)
        explorer_fail(explorer, number, letter, "a snapshot is the state");
}

static void arrive(struct explorer *explorer, const struct node *from, uint8_t letter,
                   const struct watch *watch)
{
    struct normal normal;

    normal_make(&normal, &explorer->world.site, &explorer->world.now.state, NORMAL_WHOLE);
    if (!visited_add(explorer, key_of(&normal, watch)))
        return;
    if (explorer->count == LIMIT)
        fail_msg("%s: more than %zu states", explorer->exploration->name, explorer->count);
    explorer->origins[explorer->count] = (struct origin){from->number, letter};
    if (explorer->count % ROUND_TRIP_EVERY == 0)
        check_round_trip(explorer, from->number, letter);
    queue_push(explorer, watch, (uint32_t)explorer->count++);
}

static void follow(struct explorer *explorer, const struct node *from, uint8_t letter)
{
    struct world *world = &explorer->world;
    struct watch watch = from->watch;
    struct event event;
    struct transition transition = {
        .site = &world->site, .before = &from->state.state, .after = &world->now.state};

    world->now = from->state;
    batch_clear(&world->batch);
    bool done =
        letter >= TICK
            ? tick_apply(world, letter, &event)
            : letter_apply(
                  world, &explorer->exploration->letters[letter], &event, &transition.command);
    if (!done)
        return;
    explorer->transitions++;
    transition.event = &event;
    transition.batch = &world->batch;
    const char *broken = invariant_broken(&transition, &watch);
    if (broken)
        explorer_fail(explorer, from->number, letter, broken);
    arrive(explorer, from, letter, &watch);
}

/* ---- all of it ---- */

static void explorer_open(struct explorer *explorer, const struct exploration *exploration)
{
    memset(explorer, 0, sizeof(*explorer));
    explorer->exploration = exploration;
    explorer->visited = calloc(SLOTS, sizeof(*explorer->visited));
    explorer->visited_mask = SLOTS - 1;
    explorer->origins = calloc(LIMIT, sizeof(*explorer->origins));
    explorer->queue_size = 1024;
    explorer->queue = malloc(explorer->queue_size * sizeof(*explorer->queue));
    assert_non_null(explorer->visited);
    assert_non_null(explorer->origins);
    assert_non_null(explorer->queue);
    world_init(&explorer->world, exploration->site, exploration->server_count, instant_at(0));
    if (exploration->last_is_self)
        explorer->world.servers[exploration->server_count - 1].is_self = true;
    for (size_t i = 0; i < exploration->server_count; i++) {
        explorer->world.servers[i].retries = exploration->retries_and_has_other;
        explorer->world.servers[i].has_alternative = exploration->retries_and_has_other;
        if (exploration->is_one_tier)
            explorer->world.servers[i].tier = 1;
    }
}

static void explorer_close(struct explorer *explorer)
{
    free(explorer->visited);
    free(explorer->origins);
    free(explorer->queue);
}

void explore(const struct exploration *exploration)
{
    static struct explorer explorer;
    static struct node from;
    instant start = clock_now();

    explorer_open(&explorer, exploration);
    assert_true(exploration->letter_count < TICK);
    memset(&from, 0, sizeof(from));
    arrive(&explorer, &from, TICK, &from.watch);
    while (explorer.queue_length > 0) {
        queue_pop(&explorer, &from);
        follow(&explorer, &from, TICK);
        follow(&explorer, &from, FAR_TICK);
        for (size_t letter = 0; letter < exploration->letter_count; letter++)
            follow(&explorer, &from, (uint8_t)letter);
    }
    int64_t took_ms = instant_diff_ms(clock_now(), start);
    print_message("%-32s %8zu states %9zu transitions %5.1f s\n",
                  exploration->name,
                  explorer.count,
                  explorer.transitions,
                  (double)took_ms / 1000);
    total += explorer.count;
    explorer_close(&explorer);
}

void print_states_explored(void)
{
    print_message("%zu reachable states\n", total);
    assert_true(total > 10000);
}

/*
 * The journal's snapshot: a text, then what happens to a core that begins with it. Sound or not, a
 * state that is read must not lead the core out of its tables, nor into an endless loop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/snapshot.h"
#include "core_world.h"
#include "fuzz.h"

enum {
    TEXT_SIZE = 65536,
    NOW_MS = 20000, /* its durations are milliseconds: all that falls due since takes time */
    SEEDS = 40,
    DISTURBANCES_MAX = 6,
    TICKS_MAX = 8,
    STALL_LIMIT = 200, /* ticks at one instant */
    CHECKED_OF = 4
};

static struct world world;
static char text[TEXT_SIZE], again[TEXT_SIZE];

void fuzz_begin(void)
{
    world_init_full(&world, instant_at(NOW_MS));
    if (snapshot_limit(WORLD_SERVERS) > TEXT_SIZE)
        fuzz_fail("no room for a snapshot");
}

void fuzz_seeds(void)
{
    enum { LENGTH = 50 };
    for (uint64_t number = 0; number < SEEDS; number++) {
        uint64_t seed = number * 7919 + 1;
        world_init_full(&world, instant_at(NOW_MS));
        world_quiet(&world);
        for (uint64_t i = 0; i < LENGTH + 2 * number; i++) {
            batch_clear(&world.batch);
            world_disturb(&world, &seed);
        }
        size_t length = snapshot_write(&world.site, &world.now.state, text, sizeof text);
        static const unsigned char events[] = {0, 0, 0, 0, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1};
        memcpy(text + length, events, sizeof events);
        fuzz_seed_write(text, length + sizeof events);
    }
}

static void snapshot_check(void)
{
    static union world_state read;
    unsigned line = 0;
    size_t length = snapshot_write(&world.site, &world.now.state, text, sizeof text);
    state_init(&read.state, &world.site, instant_at(NOW_MS));
    if (!snapshot_read(&world.site, &read.state, text, &line))
        fuzz_fail("what was written cannot be read");
    if (snapshot_write(&world.site, &read.state, again, sizeof again) != length ||
        memcmp(text, again, length) != 0)
        fuzz_fail("what was written is read as something else");
}

/* All that is due up to an instant, but for what goes on for long. */
static void ticks_run(int64_t until_ms)
{
    instant last = INSTANT_NONE;
    unsigned stalled = 0;
    for (unsigned ticks = 0; ticks < TICKS_MAX + stalled; ticks++) {
        instant due = core_next_due(&world.site, &world.now.state);
        if (due.ms > until_ms)
            break;
        stalled = due.ms == last.ms ? stalled + 1 : 0;
        if (stalled > STALL_LIMIT)
            fuzz_fail("the core stalls");
        last = due;
        batch_clear(&world.batch);
        world_tick(&world, due.ms > world.now.state.ticked.ms ? due.ms : world.now.state.ticked.ms);
        if (world.batch.overflow)
            fuzz_fail("a step does more than there is room for");
    }
}

static void core_drive(struct fuzz_input *input)
{
    for (unsigned i = 0; i < DISTURBANCES_MAX && input->left > 0; i++) {
        uint64_t seed = fuzz_number(input, 2);
        batch_clear(&world.batch);
        world_disturb(&world, &seed);
        if (world.batch.overflow)
            fuzz_fail("a step does more than there is room for");
        ticks_run(world.now.state.ticked.ms + 1);
    }
}

void fuzz_one(const unsigned char *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    char *snapshot = fuzz_text(&input);
    unsigned line = 0;
    bool checked = fuzz_sample(bytes, size, CHECKED_OF);
    world.batch.count = 0;
    batch_clear(&world.batch);
    state_init(&world.now.state, &world.site, instant_at(NOW_MS));
    if (snapshot_read(&world.site, &world.now.state, snapshot, &line)) {
        if (checked)
            snapshot_check();
        state_shift(&world.now.state, (int16_t)fuzz_number(&input, 2));
        core_resume(&world.site, &world.now.state, instant_at(NOW_MS), &world.batch);
        core_drive(&input);
        if (checked)
            snapshot_check();
    }
    free(snapshot);
}

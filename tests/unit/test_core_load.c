/* Ten thousand outages, and numbers at the end of their range. SEED and OUTAGES are taken from the
 * environment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/snapshot.h"
#include "core_invariants.h"
#include "core_outages.h"
#include "core_world.h"

static const uint64_t default_seed = 20240229;
enum { DEFAULT_OUTAGES = 10000 };

static struct load {
    struct world world;
    struct server_settings servers[OUTAGES_SERVERS];
    union world_state before;
    struct watch watch;
    uint32_t sequence;
    size_t opened, closed, events;
    unsigned started, failed, rounds, restarts;
} load;

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static void actions_count(void)
{
    for (size_t i = 0; i < load.world.batch.count; i++) {
        const struct action *action = &load.world.batch.actions[i];
        if (action->kind == ACTION_PUT_INCIDENT) {
            load.opened +=
                action->incident.state == INCIDENT_STATE_OPEN && action->incident.rounds == 1;
            load.closed += action->incident.state == INCIDENT_STATE_CLOSED;
            load.rounds += action->incident.rounds > 1;
        }
        if (action->kind != ACTION_NOTIFY)
            continue;
        assert_int_equal(action->notice.sequence, load.sequence);
        load.sequence = number_after(load.sequence);
        load.started += action->notice.notification == NOTIFICATION_REPORT_RUNNING;
        load.failed += action->notice.notification == NOTIFICATION_REPORT_FAILED;
    }
}

static void transition_check(const struct event *event)
{
    const struct transition transition = {.site = &load.world.site,
                                          .before = &load.before.state,
                                          .after = &load.world.now.state,
                                          .event = event,
                                          .batch = &load.world.batch};
    const char *broken = invariant_broken(&transition, &load.watch);
    if (broken)
        fail_msg("%s does not hold in outage %zu (event %zu, kind %d, at %lld)",
                 broken,
                 load.opened,
                 load.events,
                 (int)event->kind,
                 (long long)event->at.ms);
    actions_count();
    batch_clear(&load.world.batch);
}

static void give(void *context, const struct event *event)
{
    (void)context;
    load.before = load.world.now;
    load.events++;
    world_step(&load.world, *event);
    transition_check(event);
}

/* world_restart() reads back what it wrote. */
static void restart(void *context, instant at)
{
    const struct event event = {.kind = EVENT_KIND_COUNT, .at = at};
    (void)context;
    load.before = load.world.now;
    load.restarts++;
    world_restart(&load.world, at.ms);
    transition_check(&event);
}

static struct outages begin(uint32_t first_number)
{
    struct site site;
    memset(&load, 0, sizeof load);
    outages_site(&site, load.servers);
    world_init(&load.world, &site, OUTAGES_SERVERS, instant_at(0));
    memcpy(load.world.servers, load.servers, sizeof load.servers);
    struct state *state = &load.world.now.state;
    state->next_event = state->next_incident = state->next_record = first_number;
    state->next_deviation = first_number;
    load.sequence = first_number;
    struct outages outages = {.site = &load.world.site,
                              .state = state,
                              .give = give,
                              .restart = restart,
                              .seed = number_from("SEED", default_seed),
                              .now = instant_at(1)};
    outages_begin(&outages);
    return outages;
}

static void ten_thousand_outages_break_nothing(void **state)
{
    (void)state;
    size_t wanted = number_from("OUTAGES", DEFAULT_OUTAGES);
    struct outages outages = begin(1);

    for (size_t i = 0; i < wanted; i++)
        outages_next(&outages);
    print_message("%zu outages, %zu events; reports: %u running, %u failed; %u further rounds, %u "
                  "restarts\n",
                  load.closed,
                  load.events,
                  load.started,
                  load.failed,
                  load.rounds,
                  load.restarts);
    assert_true(load.closed >= wanted);
    assert_int_equal(load.opened, load.closed);
    assert_true(load.started > wanted / 10 && load.failed > wanted / 10 && load.rounds > 0);
    assert_int_equal(load.world.now.state.mains.outages, load.closed);
}

/* ---- the ends of ranges ---- */

static void numbers_stay_within_an_integer32(void **state)
{
    (void)state;
    assert_int_equal(number_after(1), 2);
    assert_int_equal(number_after(INT32_MAX - 1), INT32_MAX);
    assert_int_equal(number_after(INT32_MAX), 1);
    assert_int_equal(number_after(UINT32_MAX), 1);
}

static void actions_take_numbers(uint32_t ids[static 4])
{
    for (size_t i = 0; i < load.world.batch.count; i++) {
        const struct action *action = &load.world.batch.actions[i];
        switch (action->kind) {
        case ACTION_NOTIFY:
            ids[0] = action->notice.sequence;
            break;
        case ACTION_PUT_INCIDENT:
            ids[1] = action->incident.id;
            break;
        case ACTION_PUT_RECORD:
            ids[2] = action->record.id;
            break;
        case ACTION_PUT_DEVIATION:
            ids[3] = action->deviation.id;
            break;
        default:
            continue;
        }
        for (int kind = 0; kind < 4; kind++)
            assert_true(ids[kind] <= INT32_MAX);
    }
    batch_clear(&load.world.batch);
}

/* The second outage has the last incident number, the third the first again. */
static void numbers_begin_again_after_the_last(void **state)
{
    (void)state;
    uint32_t ids[4] = {0};
    begin(INT32_MAX - 1);
    struct world *world = &load.world;
    int64_t ms = world->now.state.ticked.ms;
    for (int outage = 0; outage < 3; outage++) {
        ms += 1000000;
        world_run(world, ms);
        world_input(world, ms + 1, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
        ms += 1000000;
        world_run(world, ms);
        world_input(world, ms + 1, INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
        actions_take_numbers(ids);
    }
    assert_int_equal(ids[1], 1);
    for (int kind = 0; kind < 4; kind++)
        assert_in_range(ids[kind], 1, 1000);
}

static void counters_wrap_and_totals_do_not(void **state)
{
    (void)state;
    struct outages outages = begin(1);
    struct state *now = &load.world.now.state;
    const int64_t large_ms = INT64_C(1) << 53;

    now->mains.outages = now->mains.dips_ignored = UINT32_MAX;
    now->genset.starts = now->genset.failures = UINT32_MAX;
    now->mains.out_ms = now->genset.run_ms = large_ms;
    for (int i = 0; i < 20; i++)
        outages_next(&outages);
    assert_in_range(now->mains.outages, 19, 40);
    assert_true(now->mains.out_ms > large_ms);
    assert_true(now->genset.run_ms > large_ms);
    assert_true(now->genset.starts < 1000 && now->genset.failures < 1000);
}

/* 200 years after the boot. */
static void instants_of_a_long_uptime_change_nothing(void **state)
{
    (void)state;
    struct outages outages = begin(1);
    outages.now = instant_at(INT64_C(200) * 366 * 86400 * 1000);
    for (int i = 0; i < 20; i++)
        outages_next(&outages);
    assert_int_equal(load.opened, load.closed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_outages_break_nothing),
        cmocka_unit_test(numbers_stay_within_an_integer32),
        cmocka_unit_test(numbers_begin_again_after_the_last),
        cmocka_unit_test(counters_wrap_and_totals_do_not),
        cmocka_unit_test(instants_of_a_long_uptime_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

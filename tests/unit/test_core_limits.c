/* What is full says so, and keeps what it has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/machine.h"
#include "core_world.h"

static struct world world;

static int open_world(void **state)
{
    struct site site;

    (void)state;
    world_site_small(&site);
    world_init(&world, &site, WORLD_SERVERS, instant_at(0));
    return 0;
}

static void a_signal_too_many_overflows_and_is_left_out(void **state)
{
    static struct ctx ctx;

    (void)state;
    ctx = world_ctx(&world, instant_at(0));
    for (unsigned i = 0; i < SIGNAL_LIMIT; i++)
        signal_raise(&ctx, SIGNAL_DRILL_BEGIN, instant_at(i));
    assert_int_equal(ctx.signal_count, SIGNAL_LIMIT);
    assert_false(world.batch.overflow);
    signal_raise(&ctx, SIGNAL_DRILL_END, instant_at(0));
    assert_int_equal(ctx.signal_count, SIGNAL_LIMIT);
    assert_true(world.batch.overflow);
    assert_int_equal(ctx.signals[SIGNAL_LIMIT - 1].kind, SIGNAL_DRILL_BEGIN);
}

/* Those that were put off are sent then, in their order, and none is lost. */
static void a_notice_too_many_sends_those_before_it(void **state)
{
    static struct ctx ctx;

    (void)state;
    ctx = world_ctx(&world, instant_at(0));
    for (unsigned i = 0; i <= DEFERRED_LIMIT; i++) {
        struct notice notice = notice_make(&ctx, NOTIFICATION_INHIBIT_ON, SEVERITY_NOTICE);
        notice.count = i;
        assert_int_equal(world.batch.count, 0);
        notice_defer(&ctx, notice);
    }
    assert_int_equal(world.batch.count, DEFERRED_LIMIT);
    notices_flush(&ctx);
    notices_flush(&ctx);
    assert_int_equal(world.batch.count, DEFERRED_LIMIT + 1);
    for (unsigned i = 0; i <= DEFERRED_LIMIT; i++) {
        assert_int_equal(world.actions[i].notice.count, i);
        assert_int_equal(world.actions[i].notice.sequence, 1 + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_signal_too_many_overflows_and_is_left_out, open_world),
        cmocka_unit_test_setup(a_notice_too_many_sends_those_before_it, open_world),
    };
    return cmocka_run_group_tests_name("core/limits", tests, NULL, NULL);
}

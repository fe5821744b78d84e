#include "engine/place.h"

#include <string.h>

#include "base/log.h"
#include "core/rebase.h"

static const instant boot = {0}; /* CLOCK_BOOTTIME begins with it */

static bool is_another_boot(const struct journal_moment *then, const struct journal_moment *now)
{
    return !now->boot_id[0] || strcmp(then->boot_id, now->boot_id) != 0;
}

static bool ran_backwards(const struct journal_moment *then, const struct journal_moment *now)
{
    return now->wall_ms < then->wall_ms;
}

/* A wall clock that ran backwards says nothing: as if no time had passed until the boot. */
int64_t place_shift_ms(const struct journal_moment *then, const struct journal_moment *now)
{
    if (!is_another_boot(then, now))
        return 0;
    if (ran_backwards(then, now))
        return instant_diff_ms(boot, then->boot);
    return instant_diff_ms(now->boot, then->boot) - (now->wall_ms - then->wall_ms);
}

static struct both_clocks both_clocks_of(const struct journal_moment *moment)
{
    return (struct both_clocks){moment->boot, moment->wall_ms};
}

static int64_t offset_ms(const struct journal_moment *moment)
{
    return moment->wall_ms - moment->boot.ms;
}

static void placing_log(const struct journal_moment *then, const struct journal_moment *now,
                        bool synchronised)
{
    const char *doubt = synchronised ? "" : ", by a clock that is not synchronised yet";
    if (!is_another_boot(then, now))
        return;
    if (ran_backwards(then, now))
        log_warning("rebooted, and the clock reads earlier than before: open clocks start anew");
    else
        log_notice("rebooted %lld s after the last word%s",
                   (long long)((now->wall_ms - then->wall_ms) / 1000),
                   doubt);
}

struct clock_change place_clocks(struct state *state, const struct journal_moment *then,
                                 const struct journal_moment *now, bool synchronised)
{
    const int64_t shift_ms = place_shift_ms(then, now);
    placing_log(then, now, synchronised);
    if (is_another_boot(then, now))
        clocks_rebase(state, both_clocks_of(then), now->boot, shift_ms);
    if (is_another_boot(then, now) && ran_backwards(then, now))
        clocks_start_anew(state, boot);
    const struct clock_change change = {
        .offset_before_ms = offset_ms(then) - shift_ms,
        .offset_ms = offset_ms(now),
        .until = state->anchor.at,
        .shift_ms = synchronised ? clocks_error_ms(state, both_clocks_of(now)) : 0,
    };
    if (synchronised)
        clocks_correct(state, both_clocks_of(now));
    return change;
}

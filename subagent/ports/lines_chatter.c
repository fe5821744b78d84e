#include "ports/lines_chatter.h"

bool chatter_counts(struct chatter *chatter, instant edge_at)
{
    bool in_window =
        chatter->edges > 0 && instant_diff_ms(edge_at, chatter->counted_from) < CHATTER_WINDOW_MS;
    if (!in_window) {
        chatter->edges = 0;
        chatter->counted_from = edge_at;
    }
    return ++chatter->edges > CHATTER_EDGES;
}

static int64_t next_quiet_ms(const struct chatter *chatter, instant now)
{
    bool again =
        chatter->quiet_ms > 0 && instant_diff_ms(now, chatter->quiet_since) < CHATTER_FORGOTTEN_MS;
    if (!again)
        return CHATTER_QUIET_MS;
    int64_t doubled_ms = chatter->quiet_ms * 2;
    return doubled_ms < CHATTER_QUIET_LIMIT_MS ? doubled_ms : CHATTER_QUIET_LIMIT_MS;
}

void chatter_mute(struct chatter *chatter, instant now)
{
    chatter->quiet_ms = next_quiet_ms(chatter, now);
    chatter->quiet_since = now;
    chatter->muted = true;
    chatter->edges = 0;
}

bool chatter_is_over(struct chatter *chatter, instant now, bool had_edges)
{
    if (had_edges)
        chatter->quiet_since = now;
    if (instant_diff_ms(now, chatter->quiet_since) < chatter->quiet_ms)
        return false;
    chatter->quiet_since = now;
    chatter->muted = false;
    return true;
}

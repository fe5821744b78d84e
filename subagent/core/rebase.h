#pragma once
/*
 * The clocks over a reboot. Instants of an earlier boot are of a base that is gone; the wall clock
 * links the two, and just after boot it is seldom right. So they are placed twice: by what it reads
 * at the start, and, while an anchor is set, once more when it is synchronised.
 */
#include "core/model.h"

/* One moment, on both clocks. */
struct both_clocks {
    instant at;
    int64_t wall_ms;
};

/* Every instant moves by shift_ms, from the base of `last`, the earlier boot's last word, to that
 * of `now`. The clocks are estimated from then on. */
void clocks_rebase(struct state *state, struct both_clocks last, instant now, int64_t shift_ms);

/* Nothing says for how long the machine was off: open clocks count from the boot, done again. */
void clocks_start_anew(struct state *state, instant boot);

/* By how much what is anchored is to move, where `now` is right. 0 also where the anchor would then
 * come after what this boot began with: its own clock was wrong. */
int64_t clocks_error_ms(const struct state *state, struct both_clocks now);

/* Moves what is of an earlier boot by that, once. Verdicts, and the clocks they were given by,
 * stand. */
void clocks_correct(struct state *state, struct both_clocks now);

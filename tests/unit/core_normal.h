#pragma once
/*
 * A state's normal form: two states with the same one behave alike for ever. Instants count from
 * state->ticked; of those that passed only what can still matter is kept; statistics, explanations
 * and numbers that only name things are left out.
 */
#include "core/model.h"

enum { NORMAL_SIZE = 512 };

struct normal {
    unsigned char bytes[NORMAL_SIZE]; /* rest: 0 */
    unsigned size;
};

enum normal_part {
    NORMAL_WHOLE,
    NORMAL_KEPT /* what a snapshot keeps: neither inputs nor outputs */
};

void normal_make(struct normal *normal, const struct site *site, const struct state *state,
                 enum normal_part part);

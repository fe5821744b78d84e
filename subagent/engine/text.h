#pragma once
/* One plain line for people about each event. Pure. */
#include "core/model.h"
#include "wire/derive.h"

/*
 * Writes the line for a notice; reads well without the MIB. state is as it stands after the step
 * that sent the notice, moment gives times of day.
 */
void event_text(char *to, size_t size, const struct site *site, const struct state *state,
                struct derive_moment moment, const struct notice *notice);

/* The pattern of a notification's line, NULL if it has none. */
const char *event_text_pattern(enum notification notification);

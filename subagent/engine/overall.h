#pragma once
/* One line on how things stand, for row_system.overall_text. It names times of day, never ages: it
 * must stay true while nothing happens. Pure. */
#include "engine/live.h"

void overall_text(char *to, size_t size, const struct config *config, const struct state *state,
                  const struct live_facts *facts);

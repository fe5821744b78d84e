#pragma once
#include "agentx/table.h"

/* How long ago the event happened, in ms, never negative. */
int64_t event_age_ms(const struct row_event *event, struct derive_moment moment);

#pragma once
/* Handlers of a decider for tests that do not look at what it gives. */
#include "engine/decide.h"

void sink_answer(void *context, const struct gate_answer *given);
void sink_rows(void *context, const struct gate_row *rows, size_t count);

#pragma once
/* Which chip and line the settings mean, and why a line cannot be had, in words. */
#include "ports/lines_backend.h"

enum { LINE_WHY_SIZE = 256 };

/* Fills in order's device and offset from its settings. Returns 0, or a negative errno
 * and why; -ENODEV: there is no such chip. */
int line_find(struct line_order *order, char why[static LINE_WHY_SIZE]);

/* Why a request failed with this negative errno; names whoever uses the line. */
void line_explain(const struct line_order *order, int error, char why[static LINE_WHY_SIZE]);

/* True when the line is requested just as ordered, by this consumer, now. */
bool line_is_requested(const struct line_order *order);

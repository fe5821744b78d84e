#pragma once
/*
 * What was reported and is still to be handled, in the order in which it came. Each fact about each
 * server has a place of its own, so that however many come none is lost: one that is reported again
 * before it was handled moves to the end.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/model.h"

struct facts;

/* NULL if there is no memory. */
struct facts *facts_new(size_t server_count);
/* Accepts NULL. */
void facts_free(struct facts *facts);

/* An event of kind server, equipment or output. */
void facts_put(struct facts *facts, const struct event *event);

/* The oldest; false if there is none. */
bool facts_take(struct facts *facts, struct event *event);
bool facts_are_waiting(const struct facts *facts);

#pragma once
/*
 * The state as text, one "name value" a line, versioned; servers are named by their configured
 * index, inputs by their role, so a changed configuration keeps what still applies.
 */
#include "core/model.h"

/* Bytes that any snapshot of a site with this many servers fits in, with its NUL. */
size_t snapshot_limit(size_t server_count);

/* Writes the state into text[size]; returns its length. */
size_t snapshot_write(const struct site *site, const struct state *state, char *text, size_t size);

/*
 * Reads a snapshot into *state, which state_init() made. Names it does not know and names that are
 * missing keep their initial value: that is how the previous version is read. Returns false with
 * *line set (1-based) where the text is not a snapshot, is of a future version, or is cut short;
 * *state is then as before.
 */
bool snapshot_read(const struct site *site, struct state *state, const char *text, unsigned *line);

/* Shifts every instant; and those at which something happened, up to one. */
void state_shift(struct state *state, int64_t delta_ms);
void state_shift_facts(struct state *state, instant until, int64_t delta_ms);

/* False if a state machine is in a state it does not have. */
bool state_is_sound(const struct state *state);

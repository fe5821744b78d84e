#pragma once
/*
 * What the gate has kept, in the journal's shadow: the state, the rows that the journal may not
 * have, and those that a successor could not do without where it cannot read the journal. Without a
 * shadow nothing is kept, which was said at the start.
 */
#include "config/config.h"
#include "engine/batch.h"
#include "ports/shadow.h"

struct keeper;

/* NULL if there is no memory. */
struct keeper *keeper_open(const struct engine_settings *settings, const struct store *store);
/* Accepts NULL. */
void keeper_close(struct keeper *keeper);

/* False: nothing is kept, so nothing needs to be made for it. */
bool keeper_keeps(const struct keeper *keeper);

void keeper_keep(struct keeper *keeper, uint64_t number, const struct journal_moment *moment,
                 const char *snapshot, const struct gate_row *rows, size_t count);

/* What the run before kept; see shadow_read(). */
bool keeper_read(struct keeper *keeper, const char *boot_id, struct shadow_content *content);

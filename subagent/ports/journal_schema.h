#pragma once
/*
 * What the database consists of: a table for each history table of wire/rows.def, and
 *   meta (name, value)    schema_version, product_version; of the last batch: batch, boot_id,
 *                         boot_ms, wall_ms
 *   snapshot (id, text)   the state after the last batch; one row
 */
#include "ports/journal_sql.h"

/* To be raised when an older program would misread what a newer one writes. New columns alone are
 * no reason: what is missing is added, what is unknown is left alone. */
enum { JOURNAL_SCHEMA_VERSION = 1 };

/* Refuses a database of a future version, and one that is not a journal. An empty one is fine. */
int journal_schema_check(struct sql *sql);

/* Creates or completes everything. */
int journal_schema_make(struct sql *sql);

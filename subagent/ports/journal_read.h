#pragma once
/*
 * Read-only access to a journal, for other programs than the engine. What is read is the state of
 * one moment, that of the opening, whatever is written meanwhile.
 */
#include "wire/rows.h"

struct journal_reader;

enum { JOURNAL_READER_TEXT_SIZE = 512 };

/* NULL with what went wrong in problem: no file, no permission, a future version, no journal. */
struct journal_reader *journal_reader_open(const char *path,
                                           char problem[static JOURNAL_READER_TEXT_SIZE]);
/* Accepts NULL. */
void journal_reader_close(struct journal_reader *reader);

/*
 * Hands over a history table's rows with keys from first to last, at most so many of the newest, in
 * order of keys; *skipped counts those that hold what padam never writes. 0, or -1 with
 * journal_reader_problem().
 */
int journal_reader_rows(struct journal_reader *reader, enum row_table table, uint32_t first,
                        uint32_t last, unsigned newest,
                        void (*take)(void *context, enum row_table table, uint32_t key,
                                     const void *row),
                        void *context, unsigned *skipped);

const char *journal_reader_problem(const struct journal_reader *reader);

#pragma once
/*
 * Read-only access to a journal, for other programs than the engine. What is read is the state of
 * one moment, that of the opening, whatever is written meanwhile.
 */
#include "ports/journal_select.h"

struct journal_reader;

enum { JOURNAL_READER_TEXT_SIZE = 512 };

/* NULL with what went wrong in problem: no file, no permission, a future version, no journal. */
struct journal_reader *journal_reader_open(const char *path,
                                           char problem[static JOURNAL_READER_TEXT_SIZE]);
/* Accepts NULL. */
void journal_reader_close(struct journal_reader *reader);

/* Hands over rows in order of keys. 0, or -1 with journal_reader_problem(). */
int journal_reader_rows(struct journal_reader *reader, const struct journal_selection *selection);

const char *journal_reader_problem(const struct journal_reader *reader);

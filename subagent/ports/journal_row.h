#pragma once
/*
 * History rows in the database, made from the row descriptors: a table has the row's name, its key
 * is column id, a column has the field's name and its unit. What is absent in a row is NULL in the
 * database, and so is a column that an older version did not have. The last column is a checksum:
 * SQLite has none, and a number that is read is believed.
 */
#include "ports/journal_sql.h"
#include "wire/rows.h"

#define JOURNAL_CHECKSUM "checksum"

enum { JOURNAL_COLUMN_SIZE = 64 };

void journal_column_name(const struct field_descriptor *field,
                         char name[static JOURNAL_COLUMN_SIZE]);

/* SQL texts, to be given to sql_..._and_free(). */
char *journal_sql_create_table(enum row_table table);
char *journal_sql_add_column(enum row_table table, const struct field_descriptor *field);
char *journal_sql_add_checksum(enum row_table table);
char *journal_sql_drop_view(enum row_table table);
/* The same for people: enumerations by name, times in local time. */
char *journal_sql_create_view(enum row_table table);
/* One parameter for the key, then one for each field. */
char *journal_sql_replace(enum row_table table);
/* ?1: the key. */
char *journal_sql_delete(enum row_table table);
/* Rows in order of keys. ?1, ?2: the lowest and highest key. */
char *journal_sql_select(struct sql *sql, enum row_table table);

/* 0 or -1. The row must stay until the statement has run. */
int journal_row_bind(struct sql *sql, sqlite3_stmt *replace, enum row_table table, uint32_t key,
                     const void *row);

/* The current row of a select. False for one that holds what its fields do not allow, or that is
 * not as it was written. */
bool journal_row_read(sqlite3_stmt *select, enum row_table table, uint32_t *key, void *row);

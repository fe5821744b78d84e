#pragma once
/* A thin layer on SQLite: every error becomes a text that names the file and the statement. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

enum { SQL_PROBLEM_SIZE = 512 };

struct sql {
    sqlite3 *db;
    const char *path; /* the caller's; outlives this */
    int code;         /* SQLite's result code of the last error, without its extension */
    char problem[SQL_PROBLEM_SIZE];
};

/* flags: as of sqlite3_open_v2(). name: the file or its URI; NULL: path. 0 or -1, as all that
 * follows; sql_close() is needed in either case. */
int sql_open(struct sql *sql, const char *path, const char *name, int flags);
void sql_close(struct sql *sql);

/* Notes an error of our own. Returns -1. */
int sql_fail(struct sql *sql, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

int sql_run(struct sql *sql, const char *statements);

/* A text made by sqlite3_str_finish(), which is freed; NULL is out of memory. */
int sql_run_and_free(struct sql *sql, char *statements);

/* NULL on errors. The caller finalises it. */
sqlite3_stmt *sql_prepare(struct sql *sql, const char *statement);
sqlite3_stmt *sql_prepare_and_free(struct sql *sql, char *statement);

/* 1: a row, 0: done, -1. */
int sql_step(struct sql *sql, sqlite3_stmt *statement);

/* Runs a statement that gives no rows, and makes it ready for its next run. */
int sql_perform(struct sql *sql, sqlite3_stmt *statement);

/* The first column of a query's first row; 0 rows: *value stays as it is. */
int sql_number(struct sql *sql, const char *query, int64_t *value);

bool sql_has_column(struct sql *sql, const char *table, const char *column);

/* True for a file that is no sound database. */
bool sql_is_broken(const struct sql *sql);

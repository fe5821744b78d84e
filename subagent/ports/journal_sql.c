#include "ports/journal_sql.h"

#include <stdarg.h>

#include "base/text.h"

enum { BUSY_MS = 5000, CODE_MASK = 0xFF, STATEMENT_SHOWN = 200 };

static int sql_fail_in(struct sql *sql, const char *statement)
{
    sql->code = sql->db ? sqlite3_errcode(sql->db) & CODE_MASK : SQLITE_NOMEM;
    text_format(sql->problem,
                sizeof sql->problem,
                "%s: %s, in: %.*s",
                sql->path,
                sql->db ? sqlite3_errmsg(sql->db) : sqlite3_errstr(SQLITE_NOMEM),
                STATEMENT_SHOWN,
                statement);
    return -1;
}

int sql_fail(struct sql *sql, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sql->code = code;
    text_format(sql->problem, sizeof sql->problem, "%s: ", sql->path);
    text_append_args(sql->problem, sizeof sql->problem, format, args);
    va_end(args);
    return -1;
}

int sql_open(struct sql *sql, const char *path, const char *name, int flags)
{
    *sql = (struct sql){.path = path};
    if (sqlite3_open_v2(name ? name : path, &sql->db, flags, NULL) != SQLITE_OK ||
        sqlite3_busy_timeout(sql->db, BUSY_MS) != SQLITE_OK)
        return sql_fail_in(sql, "open");
    return 0;
}

void sql_close(struct sql *sql)
{
    sqlite3_close_v2(sql->db);
    sql->db = NULL;
}

int sql_run(struct sql *sql, const char *statements)
{
    if (sqlite3_exec(sql->db, statements, NULL, NULL, NULL) != SQLITE_OK)
        return sql_fail_in(sql, statements);
    return 0;
}

int sql_run_and_free(struct sql *sql, char *statements)
{
    int result = statements ? sql_run(sql, statements) : sql_fail(sql, SQLITE_NOMEM, "no memory");
    sqlite3_free(statements);
    return result;
}

sqlite3_stmt *sql_prepare(struct sql *sql, const char *statement)
{
    sqlite3_stmt *prepared = NULL;
    if (sqlite3_prepare_v2(sql->db, statement, -1, &prepared, NULL) != SQLITE_OK)
        sql_fail_in(sql, statement);
    return prepared;
}

sqlite3_stmt *sql_prepare_and_free(struct sql *sql, char *statement)
{
    sqlite3_stmt *prepared = NULL;
    if (statement)
        prepared = sql_prepare(sql, statement);
    else
        sql_fail(sql, SQLITE_NOMEM, "no memory");
    sqlite3_free(statement);
    return prepared;
}

int sql_step(struct sql *sql, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return 1;
    return code == SQLITE_DONE ? 0 : sql_fail_in(sql, sqlite3_sql(statement));
}

int sql_perform(struct sql *sql, sqlite3_stmt *statement)
{
    int result = sql_step(sql, statement);
    /* Repeats the error of the step, which is noted. */
    (void)sqlite3_reset(statement);
    return result < 0 ? -1 : 0;
}

int sql_number(struct sql *sql, const char *query, int64_t *value)
{
    sqlite3_stmt *statement = sql_prepare(sql, query);
    if (!statement)
        return -1;
    int result = sql_step(sql, statement);
    if (result > 0)
        *value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return result < 0 ? -1 : 0;
}

bool sql_has_column(struct sql *sql, const char *table, const char *column)
{
    return sqlite3_table_column_metadata(
               sql->db, "main", table, column, NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
}

bool sql_is_broken(const struct sql *sql)
{
    return sql->code == SQLITE_CORRUPT || sql->code == SQLITE_NOTADB;
}

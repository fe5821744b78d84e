#include "ports/journal_select.h"

#include "ports/journal_row.h"
#include "ports/journal_sql.h"

static int rows_read(struct sql *sql, sqlite3_stmt *select,
                     const struct journal_selection *selection)
{
    union {
        int64_t alignment;
        unsigned char bytes[ROW_SIZE_MAX];
    } row;
    uint32_t key;
    int result;
    while ((result = sql_step(sql, select)) > 0) {
        if (journal_row_read(select, selection->table, &key, row.bytes))
            selection->take(selection->context, selection->table, key, row.bytes);
        else if (selection->skip)
            selection->skip(selection->context, selection->table, sqlite3_column_int64(select, 0));
    }
    return result;
}

int journal_select(struct sql *sql, const struct journal_selection *selection)
{
    sqlite3_stmt *select = sql_prepare_and_free(sql, journal_sql_select(sql, selection->table));
    if (!select)
        return -1;
    int result = -1;
    if (sqlite3_bind_int64(select, 1, selection->first) == SQLITE_OK &&
        sqlite3_bind_int64(select, 2, selection->last) == SQLITE_OK)
        result = rows_read(sql, select, selection);
    else
        sql_fail(sql, SQLITE_NOMEM, "no memory");
    sqlite3_finalize(select);
    return result;
}

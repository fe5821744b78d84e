#include "ports/journal_schema.h"

#include "ports/journal_row.h"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS snapshot"
    " (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL)";

int journal_schema_check(struct sql *sql)
{
    int64_t objects = 0, is_journal = 0, version = 0;
    if (sql_number(sql, "SELECT count(*) FROM sqlite_schema", &objects) < 0 ||
        sql_number(sql, "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'", &is_journal) < 0)
        return -1;
    if (objects == 0)
        return 0;
    if (!is_journal)
        return sql_fail(sql, SQLITE_ERROR, "is a database, but not a journal of padam; left alone");
    if (sql_number(sql, "SELECT value FROM meta WHERE name = 'schema_version'", &version) < 0)
        return -1;
    if (version <= JOURNAL_SCHEMA_VERSION)
        return 0;
    return sql_fail(sql,
                    SQLITE_ERROR,
                    "is a journal of version %lld; padam " PADAM_VERSION
                    " reads up to version %d: install the newer padam again",
                    (long long)version,
                    JOURNAL_SCHEMA_VERSION);
}

static int columns_complete(struct sql *sql, enum row_table table)
{
    const struct row_descriptor *row = &row_descriptors[table];
    for (size_t i = 0; i < row->field_count; i++) {
        char column[JOURNAL_COLUMN_SIZE];
        journal_column_name(&row->fields[i], column);
        if (!sql_has_column(sql, row->name, column) &&
            sql_run_and_free(sql, journal_sql_add_column(table, &row->fields[i])) < 0)
            return -1;
    }
    if (!sql_has_column(sql, row->name, JOURNAL_CHECKSUM))
        return sql_run_and_free(sql, journal_sql_add_checksum(table));
    return 0;
}

/* The view goes first: it may name what the table no longer has. */
static int table_make(struct sql *sql, enum row_table table)
{
    if (sql_run_and_free(sql, journal_sql_drop_view(table)) < 0 ||
        sql_run_and_free(sql, journal_sql_create_table(table)) < 0 ||
        columns_complete(sql, table) < 0)
        return -1;
    return sql_run_and_free(sql, journal_sql_create_view(table));
}

static int tables_make(struct sql *sql)
{
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++)
        if (row_descriptors[table].kind == ROW_KIND_HISTORY && table_make(sql, table) < 0)
            return -1;
    return 0;
}

static char *versions_sql(void)
{
    return sqlite3_mprintf("INSERT OR REPLACE INTO meta (name, value)"
                           " VALUES ('schema_version', %d), ('product_version', %Q)",
                           JOURNAL_SCHEMA_VERSION,
                           PADAM_VERSION);
}

int journal_schema_make(struct sql *sql)
{
    if (sql_run(sql, "BEGIN IMMEDIATE") < 0)
        return -1;
    if (sql_run(sql, schema) == 0 && tables_make(sql) == 0 &&
        sql_run_and_free(sql, versions_sql()) == 0 && sql_run(sql, "COMMIT") == 0)
        return 0;
    /* Its own error would hide the one that matters. */
    sqlite3_exec(sql->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

#include "ports/journal_read.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ports/journal_schema.h"
#include "ports/journal_sql.h"

struct journal_reader {
    char *path;
    struct sql sql;
};

static int database_open(struct journal_reader *reader, const char *name, int flags)
{
    sql_close(&reader->sql);
    flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    if (sql_open(&reader->sql, reader->path, name, flags) < 0 || sql_run(&reader->sql, "BEGIN") < 0)
        return -1;
    return journal_schema_check(&reader->sql);
}

/* The file's name as a URI that says that nobody writes it. NULL: no memory. */
static char *immutable_uri(const char *path)
{
    sqlite3_str *uri = sqlite3_str_new(NULL);
    sqlite3_str_appendall(uri, "file:");
    for (; *path; path++)
        if (strchr("%?#", *path))
            sqlite3_str_appendf(uri, "%%%02X", (unsigned char)*path);
        else
            sqlite3_str_appendchar(uri, 1, *path);
    sqlite3_str_appendall(uri, "?immutable=1");
    return sqlite3_str_finish(uri);
}

static bool has_log(const char *path)
{
    char *name = sqlite3_mprintf("%s-wal", path);
    bool has = !name || access(name, F_OK) == 0;
    sqlite3_free(name);
    return has;
}

/*
 * A journal at rest has no log beside it, and who reads it in a folder where he may not write
 * cannot make one: SQLite then cannot open it, unless told that it does not change.
 */
static int database_open_at_rest(struct journal_reader *reader)
{
    char *uri = immutable_uri(reader->path);
    int result = uri ? database_open(reader, uri, SQLITE_OPEN_URI)
                     : sql_fail(&reader->sql, SQLITE_NOMEM, "no memory");
    sqlite3_free(uri);
    return result;
}

struct journal_reader *journal_reader_open(const char *path,
                                           char problem[static JOURNAL_READER_TEXT_SIZE])
{
    struct journal_reader *reader = calloc(1, sizeof *reader);
    if (!reader || !(reader->path = strdup(path))) {
        text_copy(problem, JOURNAL_READER_TEXT_SIZE, "no memory");
        journal_reader_close(reader);
        return NULL;
    }
    int result = database_open(reader, NULL, 0);
    bool refused = reader->sql.code == SQLITE_CANTOPEN || reader->sql.code == SQLITE_READONLY;
    if (result < 0 && refused && access(path, R_OK) == 0 && !has_log(path))
        result = database_open_at_rest(reader);
    if (result == 0)
        return reader;
    text_copy(problem, JOURNAL_READER_TEXT_SIZE, reader->sql.problem);
    journal_reader_close(reader);
    return NULL;
}

void journal_reader_close(struct journal_reader *reader)
{
    if (!reader)
        return;
    sql_close(&reader->sql);
    free(reader->path);
    free(reader);
}

int journal_reader_rows(struct journal_reader *reader, const struct journal_selection *selection)
{
    return journal_select(&reader->sql, selection);
}

const char *journal_reader_problem(const struct journal_reader *reader)
{
    return reader->sql.problem;
}

#include "ports/journal_row.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"

#define CHECKSUM_DEFINITION JOURNAL_CHECKSUM " INTEGER"

static const struct {
    const char *suffix, *type;
} columns[] = {
    [FIELD_ENUM] = {"", "INTEGER"},
    [FIELD_UNSIGNED] = {"", "INTEGER"},
    [FIELD_DURATION] = {"", "INTEGER"},
    [FIELD_INSTANT] = {"_boot_ms", "INTEGER"},
    [FIELD_WALL] = {"_wall_ms", "INTEGER"},
    [FIELD_TEXT] = {"", "TEXT"},
};

void journal_column_name(const struct field_descriptor *field,
                         char name[static JOURNAL_COLUMN_SIZE])
{
    text_format(name, JOURNAL_COLUMN_SIZE, "%s%s", field->name, columns[field->type].suffix);
}

/* ---- SQL texts ---- */

typedef void field_appender(sqlite3_str *text, const struct field_descriptor *field);

static void fields_append(sqlite3_str *text, enum row_table table, field_appender *append)
{
    const struct row_descriptor *row = &row_descriptors[table];
    for (size_t i = 0; i < row->field_count; i++) {
        sqlite3_str_appendall(text, ", ");
        append(text, &row->fields[i]);
    }
}

static void name_append(sqlite3_str *text, const struct field_descriptor *field)
{
    char name[JOURNAL_COLUMN_SIZE];
    journal_column_name(field, name);
    sqlite3_str_appendf(text, "\"%w\"", name);
}

static void definition_append(sqlite3_str *text, const struct field_descriptor *field)
{
    name_append(text, field);
    sqlite3_str_appendf(text, " %s", columns[field->type].type);
}

static void parameter_append(sqlite3_str *text, const struct field_descriptor *field)
{
    (void)field;
    sqlite3_str_appendall(text, "?");
}

static void enum_for_people_append(sqlite3_str *text, const struct field_descriptor *field)
{
    sqlite3_str_appendf(text, "CASE \"%w\"", field->name);
    for (unsigned value = 1; value < field->value_count; value++)
        sqlite3_str_appendf(text, " WHEN %u THEN %Q", value, field->enum_name(value));
    sqlite3_str_appendf(text, " END AS \"%w\"", field->name);
}

static void time_for_people_append(sqlite3_str *text, const struct field_descriptor *field)
{
    char name[JOURNAL_COLUMN_SIZE];
    journal_column_name(field, name);
    sqlite3_str_appendf(
        text, "datetime(\"%w\" / 1000, 'unixepoch', 'localtime') AS \"%w\"", name, field->name);
}

static void for_people_append(sqlite3_str *text, const struct field_descriptor *field)
{
    if (field->type == FIELD_ENUM)
        enum_for_people_append(text, field);
    else if (field->type == FIELD_WALL)
        time_for_people_append(text, field);
    else
        name_append(text, field);
}

char *journal_sql_create_table(enum row_table table)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text,
                        "CREATE TABLE IF NOT EXISTS \"%w\" (\"id\" INTEGER PRIMARY KEY",
                        row_descriptors[table].name);
    fields_append(text, table, definition_append);
    sqlite3_str_appendall(text, ", " CHECKSUM_DEFINITION ")");
    return sqlite3_str_finish(text);
}

char *journal_sql_add_column(enum row_table table, const struct field_descriptor *field)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "ALTER TABLE \"%w\" ADD COLUMN ", row_descriptors[table].name);
    definition_append(text, field);
    return sqlite3_str_finish(text);
}

char *journal_sql_add_checksum(enum row_table table)
{
    return sqlite3_mprintf("ALTER TABLE \"%w\" ADD COLUMN " CHECKSUM_DEFINITION,
                           row_descriptors[table].name);
}

char *journal_sql_drop_view(enum row_table table)
{
    return sqlite3_mprintf("DROP VIEW IF EXISTS \"%w_readable\"", row_descriptors[table].name);
}

char *journal_sql_create_view(enum row_table table)
{
    const char *name = row_descriptors[table].name;
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "CREATE VIEW \"%w_readable\" AS SELECT \"id\"", name);
    fields_append(text, table, for_people_append);
    sqlite3_str_appendf(text, " FROM \"%w\"", name);
    return sqlite3_str_finish(text);
}

char *journal_sql_replace(enum row_table table)
{
    const char *name = row_descriptors[table].name;
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "INSERT OR REPLACE INTO \"%w\" (\"id\"", name);
    fields_append(text, table, name_append);
    sqlite3_str_appendall(text, ", " JOURNAL_CHECKSUM ") VALUES (?");
    fields_append(text, table, parameter_append);
    sqlite3_str_appendall(text, ", ?)");
    return sqlite3_str_finish(text);
}

char *journal_sql_delete(enum row_table table)
{
    return sqlite3_mprintf("DELETE FROM \"%w\" WHERE \"id\" = ?1", row_descriptors[table].name);
}

char *journal_sql_select(struct sql *sql, enum row_table table)
{
    const struct row_descriptor *row = &row_descriptors[table];
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendall(text, "SELECT \"id\"");
    for (size_t i = 0; i < row->field_count; i++) {
        char column[JOURNAL_COLUMN_SIZE];
        journal_column_name(&row->fields[i], column);
        if (sql_has_column(sql, row->name, column))
            sqlite3_str_appendf(text, ", \"%w\"", column);
        else
            sqlite3_str_appendall(text, ", NULL");
    }
    /* Once more with what this version does not know: the checksum is of all of it. */
    sqlite3_str_appendf(
        text, ", * FROM \"%w\" WHERE \"id\" BETWEEN ?1 AND ?2 ORDER BY \"id\"", row->name);
    return sqlite3_str_finish(text);
}

/* ---- values ---- */

static int64_t number_get(const struct field_descriptor *field, const void *value)
{
    uint32_t small;
    int64_t large;
    if (field->size == sizeof small) {
        memcpy(&small, value, sizeof small);
        return small;
    }
    memcpy(&large, value, sizeof large);
    return large;
}

static void number_set(const struct field_descriptor *field, void *value, int64_t number)
{
    uint32_t small = (uint32_t)number;
    memcpy(value, field->size == sizeof small ? (void *)&small : (void *)&number, field->size);
}

/* What a field holds where there is nothing to say, as a number. */
static int64_t absent_number(enum field_type type)
{
    static const int64_t absent[] = {
        [FIELD_ENUM] = 1, /* unknown */
        [FIELD_UNSIGNED] = 0,
        [FIELD_DURATION] = -1,
        [FIELD_INSTANT] = INT64_MIN,
        [FIELD_WALL] = 0,
        [FIELD_TEXT] = 0,
    };
    _Static_assert(sizeof absent / sizeof *absent == FIELD_TEXT + 1, "one for each type");
    return absent[type];
}

static bool absent_is_null(enum field_type type)
{
    return type == FIELD_DURATION || type == FIELD_INSTANT || type == FIELD_WALL;
}

/* ---- checksums ---- */

/*
 * The sum over the columns that are not NULL: in any order, as a column that was added later stands
 * last, and without those that a row's writer did not know.
 */
static uint64_t column_hash(const char *name, const void *value, size_t size)
{
    return hash_words(hash_words(size, name, strlen(name)), value, size);
}

static uint64_t number_hash(const char *name, int64_t number)
{
    return column_hash(name, &number, sizeof number);
}

static uint64_t field_hash(const struct field_descriptor *field, const void *value)
{
    char name[JOURNAL_COLUMN_SIZE];
    journal_column_name(field, name);
    if (field->type == FIELD_TEXT)
        return column_hash(name, value, strlen(value));
    int64_t number = number_get(field, value);
    return absent_is_null(field->type) && number == absent_number(field->type)
               ? 0
               : number_hash(name, number);
}

static uint64_t row_checksum(enum row_table table, uint32_t key, const void *row)
{
    const struct row_descriptor *descriptor = &row_descriptors[table];
    uint64_t sum = number_hash("id", key);
    for (size_t i = 0; i < descriptor->field_count; i++)
        sum += field_hash(&descriptor->fields[i],
                          (const unsigned char *)row + descriptor->fields[i].offset);
    return sum;
}

static uint64_t stored_hash(sqlite3_stmt *select, int column)
{
    const char *name = sqlite3_column_name(select, column);
    int type = sqlite3_column_type(select, column);
    if (!name || type == SQLITE_NULL)
        return 0;
    if (type == SQLITE_INTEGER)
        return number_hash(name, sqlite3_column_int64(select, column));
    const void *bytes = sqlite3_column_blob(select, column);
    return column_hash(name, bytes, (size_t)sqlite3_column_bytes(select, column));
}

/* Of the columns from first on. A row of an older version has none. */
static bool checksum_is_right(sqlite3_stmt *select, int first)
{
    uint64_t sum = 0;
    bool has_one = false;
    int64_t expected = 0;
    for (int i = first; i < sqlite3_column_count(select); i++) {
        const char *name = sqlite3_column_name(select, i);
        if (name && strcmp(name, JOURNAL_CHECKSUM) == 0) {
            has_one = sqlite3_column_type(select, i) != SQLITE_NULL;
            expected = sqlite3_column_int64(select, i);
        } else {
            sum += stored_hash(select, i);
        }
    }
    return !has_one || (uint64_t)expected == sum;
}

/* ---- rows ---- */

static int field_bind(sqlite3_stmt *statement, int place, const struct field_descriptor *field,
                      const void *value)
{
    if (field->type == FIELD_TEXT)
        return sqlite3_bind_text(statement, place, value, -1, SQLITE_STATIC);
    int64_t number = number_get(field, value);
    if (absent_is_null(field->type) && number == absent_number(field->type))
        return sqlite3_bind_null(statement, place);
    return sqlite3_bind_int64(statement, place, number);
}

int journal_row_bind(struct sql *sql, sqlite3_stmt *replace, enum row_table table, uint32_t key,
                     const void *row)
{
    const struct row_descriptor *descriptor = &row_descriptors[table];
    int code = sqlite3_bind_int64(replace, 1, key);
    for (size_t i = 0; i < descriptor->field_count && code == SQLITE_OK; i++) {
        const struct field_descriptor *field = &descriptor->fields[i];
        code = field_bind(replace, (int)i + 2, field, (const unsigned char *)row + field->offset);
    }
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(
            replace, (int)descriptor->field_count + 2, (int64_t)row_checksum(table, key, row));
    if (code == SQLITE_OK)
        return 0;
    return sql_fail(sql, code, "row %s %u: %s", descriptor->name, key, sqlite3_errstr(code));
}

/* False for a number that the field has no room for. */
static bool field_read(sqlite3_stmt *select, int column, const struct field_descriptor *field,
                       void *value)
{
    if (field->type == FIELD_TEXT) {
        const unsigned char *text = sqlite3_column_text(select, column);
        text_copy(value, field->size, text ? (const char *)text : "");
        return true;
    }
    bool is_null = sqlite3_column_type(select, column) == SQLITE_NULL;
    int64_t number = is_null ? absent_number(field->type) : sqlite3_column_int64(select, column);
    number_set(field, value, number);
    return number_get(field, value) == number;
}

bool journal_row_read(sqlite3_stmt *select, enum row_table table, uint32_t *key, void *row)
{
    const struct row_descriptor *descriptor = &row_descriptors[table];
    int64_t id = sqlite3_column_int64(select, 0);
    bool fits = id >= 0 && id <= UINT32_MAX;
    *key = (uint32_t)id;
    memset(row, 0, descriptor->size);
    for (size_t i = 0; i < descriptor->field_count; i++) {
        const struct field_descriptor *field = &descriptor->fields[i];
        fits &= field_read(select, (int)i + 1, field, (unsigned char *)row + field->offset);
    }
    return fits && row_is_valid(table, row) &&
           checksum_is_right(select, (int)descriptor->field_count + 1);
}

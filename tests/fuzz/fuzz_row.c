/* Journal rows: whatever types and values stand in the columns that a reader asks for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "ports/journal_row.h"
#include "row_samples.h"

enum { SQL_SIZE = 8192, SEED_SIZE = 4096 };
enum value { IS_NULL, IS_SMALL, IS_LARGE, IS_REAL, IS_TEXT, IS_BLOB, VALUE_COUNT };

static struct sql sql;
/* A select with values in place of a table's columns: first those that are read, then all. */
static sqlite3_stmt *selects[ROW_TABLE_COUNT];

static bool is_kept(enum row_table table)
{
    return row_descriptors[table].kind == ROW_KIND_HISTORY;
}

static void columns_append(char *text, enum row_table table)
{
    const struct row_descriptor *row = &row_descriptors[table];
    text_append(text, SQL_SIZE, "?1 AS id");
    for (size_t i = 0; i < row->field_count; i++) {
        char name[JOURNAL_COLUMN_SIZE];
        journal_column_name(&row->fields[i], name);
        text_append(text, SQL_SIZE, ", ?%zu AS \"%s\"", i + 2, name);
    }
}

static void select_prepare(enum row_table table)
{
    char text[SQL_SIZE] = "SELECT ";
    columns_append(text, table);
    text_append(text, sizeof text, ", ");
    columns_append(text, table);
    text_append(
        text, sizeof text, ", ?%zu AS " JOURNAL_CHECKSUM, row_descriptors[table].field_count + 2);
    if (sqlite3_prepare_v2(sql.db, text, -1, &selects[table], NULL) != SQLITE_OK)
        fuzz_fail(sqlite3_errmsg(sql.db));
}

void fuzz_begin(void)
{
    if (sqlite3_open(":memory:", &sql.db) != SQLITE_OK)
        fuzz_fail("no database");
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++)
        if (is_kept(table))
            select_prepare(table);
}

/* ---- seeds ---- */

static size_t seed_field(unsigned char *to, const struct field_descriptor *field, const void *value)
{
    if (field->type == FIELD_TEXT) {
        size_t length = strnlen(value, field->size);
        to[0] = IS_TEXT;
        to[1] = (unsigned char)length;
        memcpy(to + 2, value, length);
        return length + 2;
    }
    to[0] = field->size == sizeof(uint32_t) ? IS_SMALL : IS_LARGE;
    memcpy(to + 1, value, field->size);
    return field->size + 1;
}

void fuzz_seeds(void)
{
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++) {
        const struct row_descriptor *descriptor = &row_descriptors[table];
        unsigned char seed[SEED_SIZE] = {(unsigned char)table, IS_SMALL, 1};
        size_t size = 6;
        union row_sample row;
        row_sample_fill(&row, table, 1);
        for (size_t i = 0; i < descriptor->field_count; i++)
            size += seed_field(
                seed + size, &descriptor->fields[i], row.bytes + descriptor->fields[i].offset);
        if (is_kept(table))
            fuzz_seed_write(seed, size);
    }
}

/* ---- one input ---- */

static void bytes_bind(struct fuzz_input *input, sqlite3_stmt *select, int place, bool is_text)
{
    char bytes[UINT8_MAX];
    uint32_t size = fuzz_number(input, 1);
    fuzz_bytes(input, bytes, size);
    if (is_text)
        sqlite3_bind_text(select, place, bytes, (int)size, SQLITE_TRANSIENT);
    else
        sqlite3_bind_blob(select, place, bytes, (int)size, SQLITE_TRANSIENT);
}

static void value_bind(struct fuzz_input *input, sqlite3_stmt *select, int place)
{
    int64_t large = 0;
    double real = 0;
    uint32_t value = fuzz_number(input, 1) % VALUE_COUNT;
    switch (value) {
    case IS_SMALL:
        sqlite3_bind_int64(select, place, fuzz_number(input, sizeof(uint32_t)));
        break;
    case IS_LARGE:
        fuzz_bytes(input, &large, sizeof large);
        sqlite3_bind_int64(select, place, large);
        break;
    case IS_REAL:
        fuzz_bytes(input, &real, sizeof real);
        sqlite3_bind_double(select, place, real);
        break;
    case IS_TEXT:
    case IS_BLOB:
        bytes_bind(input, select, place, value == IS_TEXT);
        break;
    default:
        break;
    }
}

/* False if it is not read as it was written. */
static bool row_copy(enum row_table table, uint32_t key, const void *row, void *copy)
{
    sqlite3_stmt *select = selects[table];
    uint32_t key_read = 0;
    sqlite3_reset(select);
    return journal_row_bind(&sql, select, table, key, row) == 0 &&
           sqlite3_step(select) == SQLITE_ROW && journal_row_read(select, table, &key_read, copy) &&
           key_read == key;
}

/* Twice, as bytes behind a text that was cut stay in the first. */
static void row_check(enum row_table table, uint32_t key, const void *row)
{
    _Alignas(8) unsigned char once[ROW_SIZE_MAX], twice[ROW_SIZE_MAX];
    if (!row_copy(table, key, row, once) || !row_copy(table, key, once, twice) ||
        memcmp(once, twice, row_descriptors[table].size) != 0)
        fuzz_fail("a row is not read as it is written");
}

void fuzz_one(const unsigned char *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    enum row_table table = fuzz_number(&input, 1) % ROW_TABLE_COUNT;
    _Alignas(8) unsigned char row[ROW_SIZE_MAX];
    uint32_t key;
    if (!is_kept(table))
        return;
    sqlite3_stmt *select = selects[table];
    sqlite3_clear_bindings(select);
    for (int place = 1; place <= sqlite3_bind_parameter_count(select); place++)
        value_bind(&input, select, place);
    if (sqlite3_step(select) != SQLITE_ROW)
        fuzz_fail("no row");
    if (journal_row_read(select, table, &key, row)) {
        if (!row_is_valid(table, row))
            fuzz_fail("a row that it may not hold");
        row_check(table, key, row);
    }
    sqlite3_reset(select);
}

#pragma once
/*
 * Row structs, table numbers and field descriptors, all made from rows.def.
 */
#include <stddef.h>

#include "base/instant.h"
#include "core/enums.h"

#define ROW(name, kind) struct row_##name {
#define E(row, field, type) uint32_t field;
#define U(row, field) uint32_t field;
#define D(row, field) int64_t field;
#define I(row, field) instant field;
#define W(row, field) int64_t field##_wall_ms;
#define T(row, field, size) char field[size];
#define ROW_END(name)                                                                              \
    }                                                                                              \
    ;
#include "wire/rows.def"
#undef ROW
#undef E
#undef U
#undef D
#undef I
#undef W
#undef T
#undef ROW_END

enum row_table {
#define ROW(name, kind) ROW_##name,
#define E(row, field, type)
#define U(row, field)
#define D(row, field)
#define I(row, field)
#define W(row, field)
#define T(row, field, size)
#define ROW_END(name)
#include "wire/rows.def"
#undef ROW
#undef E
#undef U
#undef D
#undef I
#undef W
#undef T
#undef ROW_END
    ROW_TABLE_COUNT
};

enum row_kind { ROW_KIND_SCALAR, ROW_KIND_LIVE, ROW_KIND_HISTORY };
enum field_type {
    FIELD_ENUM,
    FIELD_UNSIGNED,
    FIELD_DURATION,
    FIELD_INSTANT,
    FIELD_WALL,
    FIELD_TEXT
};

struct field_descriptor {
    const char *name; /* as in rows.def */
    enum field_type type;
    /* FIELD_ENUM: 1 … value_count - 1 are valid; else 0 */
    unsigned value_count;
    size_t offset, size;
    /* FIELD_ENUM: the value's name; else NULL */
    const char *(*enum_name)(unsigned value);
};

struct row_descriptor {
    const char *name;
    enum row_kind kind;
    size_t size;
    size_t field_count;
    const struct field_descriptor *fields;
};

extern const struct row_descriptor row_descriptors[ROW_TABLE_COUNT];

/* The largest row struct, in bytes. */
enum { ROW_SIZE_MAX = 1024 };

/*
 * Over names, types, offsets and sizes of every field, the names of every enumerator, and the sizes
 * of all messages: two programs that differ refuse each other.
 */
uint64_t row_schema_hash(void);

/* True if the row holds only values its fields allow (known enumerators, terminated text). */
bool row_is_valid(enum row_table table, const void *row);

/* True for well-formed UTF-8 that ends (NUL) within size bytes: what a text field may hold. */
bool row_text_is_valid(const char *text, size_t size);

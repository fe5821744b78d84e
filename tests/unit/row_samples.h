#pragma once
/* Rows for tests: every field of every table set, to values that tell fields and seeds apart. */
#include "wire/rows.h"

union row_sample {
    unsigned char bytes[ROW_SIZE_MAX];
#define ROW(name, kind) struct row_##name name;
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
};

/* The same table and seed give the same bytes, padding included. */
void row_sample_fill(union row_sample *row, enum row_table table, unsigned seed);

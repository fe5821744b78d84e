#pragma once
/* Writes JSON. Whether it was written is left to ferror(). */
#include <stdbool.h>
#include <stdio.h>

#include "wire/derive.h"

struct json {
    FILE *to;
    unsigned depth;
    bool has_sibling; /* something stands before in the same object or array */
};

/* Each value has a name within an object and NULL within an array or at the top. */
void json_begin(struct json *json, const char *name, char bracket);
void json_end(struct json *json, char bracket);
void json_text(struct json *json, const char *name, const char *text);
void json_number(struct json *json, const char *name, int64_t number);
void json_null(struct json *json, const char *name);

enum { JSON_TIME_SIZE = 40 };

/* Milliseconds since 1970 as "2025-01-31T03:04:12.000Z". False where absent. */
bool json_time_format(int64_t wall_ms, char to[static JSON_TIME_SIZE]);
void json_time(struct json *json, const char *name, int64_t wall_ms);

/* A non-negative number; null where DERIVE_ABSENT. */
void json_seconds(struct json *json, const char *name, int64_t seconds);

/*
 * The members of a row, by its descriptor: enumerations by name, times in UTC, what is absent as
 * null.
 */
void json_row(struct json *json, enum row_table table, const void *row,
              struct derive_moment moment);

#include "cli/json.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

enum { INDENT = 2, MS_PER_S = 1000 };

static void quoted_print(FILE *to, const char *text)
{
    putc('"', to);
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x20 || byte == 0x7F)
            fprintf(to, "\\u%04x", byte);
        else if (byte == '"' || byte == '\\')
            fprintf(to, "\\%c", byte);
        else
            putc(byte, to);
    }
    putc('"', to);
}

static void line_begin(const struct json *json)
{
    fprintf(json->to, "\n%*s", (int)(json->depth * INDENT), "");
}

static void value_begin(struct json *json, const char *name)
{
    if (json->has_sibling)
        putc(',', json->to);
    if (json->depth > 0)
        line_begin(json);
    json->has_sibling = true;
    if (!name)
        return;
    quoted_print(json->to, name);
    fputs(": ", json->to);
}

void json_begin(struct json *json, const char *name, char bracket)
{
    value_begin(json, name);
    putc(bracket, json->to);
    json->depth++;
    json->has_sibling = false;
}

void json_end(struct json *json, char bracket)
{
    json->depth--;
    if (json->has_sibling)
        line_begin(json);
    putc(bracket, json->to);
    json->has_sibling = true;
    if (json->depth == 0)
        putc('\n', json->to);
}

void json_text(struct json *json, const char *name, const char *text)
{
    value_begin(json, name);
    quoted_print(json->to, text);
}

void json_number(struct json *json, const char *name, int64_t number)
{
    value_begin(json, name);
    fprintf(json->to, "%" PRId64, number);
}

void json_null(struct json *json, const char *name)
{
    value_begin(json, name);
    fputs("null", json->to);
}

bool json_time_format(int64_t wall_ms, char to[static JSON_TIME_SIZE])
{
    char whole[JSON_TIME_SIZE];
    time_t seconds = (time_t)(wall_ms / MS_PER_S);
    struct tm utc;
    if (wall_ms <= 0 || !gmtime_r(&seconds, &utc) ||
        strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &utc) == 0)
        return false;
    return text_format(to, JSON_TIME_SIZE, "%s.%03dZ", whole, (int)(wall_ms % MS_PER_S));
}

void json_time(struct json *json, const char *name, int64_t wall_ms)
{
    char text[JSON_TIME_SIZE];
    if (json_time_format(wall_ms, text))
        json_text(json, name, text);
    else
        json_null(json, name);
}

void json_seconds(struct json *json, const char *name, int64_t seconds)
{
    if (seconds == DERIVE_ABSENT)
        json_null(json, name);
    else
        json_number(json, name, seconds);
}

/* ---- rows ---- */

union field_value {
    uint32_t number;
    int64_t ms;
    instant at;
};

static void instant_print(struct json *json, const char *name, instant at,
                          struct derive_moment moment)
{
    if (instant_is_set(at))
        json_time(json, name, moment.wall_ms + instant_diff_ms(at, moment.now));
    else
        json_null(json, name);
}

static void field_print(struct json *json, const struct field_descriptor *field,
                        const unsigned char *at, struct derive_moment moment)
{
    union field_value value = {.ms = 0};
    if (field->type != FIELD_TEXT)
        memcpy(&value, at, field->size);
    switch (field->type) {
    case FIELD_ENUM:
        json_text(json, field->name, field->enum_name(value.number));
        break;
    case FIELD_UNSIGNED:
        json_number(json, field->name, value.number);
        break;
    case FIELD_DURATION:
        json_seconds(json, field->name, value.ms);
        break;
    case FIELD_INSTANT:
        instant_print(json, field->name, value.at, moment);
        break;
    case FIELD_WALL:
        json_time(json, field->name, value.ms);
        break;
    case FIELD_TEXT:
        json_text(json, field->name, (const char *)at);
        break;
    }
}

void json_row(struct json *json, enum row_table table, const void *row, struct derive_moment moment)
{
    const struct row_descriptor *descriptor = &row_descriptors[table];
    for (size_t i = 0; i < descriptor->field_count; i++) {
        const struct field_descriptor *field = &descriptor->fields[i];
        field_print(json, field, (const unsigned char *)row + field->offset, moment);
    }
}

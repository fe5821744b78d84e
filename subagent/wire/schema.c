#include <string.h>

#include "wire/rows.h"
#include "wire/wire.h"

/* FNV-1a, 64 bit. */
#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ byte[i]) * FNV_PRIME;
    return hash;
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
    return hash_bytes(hash, &number, sizeof number);
}

/* With its end mark, so that "ab" "c" and "a" "bc" differ. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text) + 1);
}

static uint64_t hash_field(uint64_t hash, const struct field_descriptor *field)
{
    hash = hash_text(hash, field->name);
    hash = hash_number(hash, field->type);
    hash = hash_number(hash, field->offset);
    hash = hash_number(hash, field->size);
    for (unsigned value = 1; value < field->value_count; value++)
        hash = hash_text(hash, field->enum_name(value));
    return hash;
}

static uint64_t hash_row(uint64_t hash, const struct row_descriptor *row)
{
    hash = hash_text(hash, row->name);
    hash = hash_number(hash, row->kind);
    hash = hash_number(hash, row->size);
    for (size_t i = 0; i < row->field_count; i++)
        hash = hash_field(hash, &row->fields[i]);
    return hash;
}

static uint64_t hash_messages(uint64_t hash)
{
    static const uint64_t layout[] = {
        WIRE_REVISION,
        WIRE_TYPE_END,
        WIRE_ROLE_COUNT,
        COMMAND_KIND_COUNT,
        REASON_COUNT,
        sizeof(struct command),
        sizeof(struct wire_hello),
        sizeof(struct wire_refused),
        offsetof(struct wire_row, payload),
        sizeof(struct wire_commit),
        sizeof(struct wire_delivery),
        sizeof(struct wire_ask),
        sizeof(struct wire_answer),
        sizeof(struct wire_confirm),
        sizeof(struct wire_outcome),
    };
    return hash_bytes(hash, layout, sizeof layout);
}

uint64_t row_schema_hash(void)
{
    uint64_t hash = hash_messages(FNV_OFFSET);
    for (size_t table = 0; table < ROW_TABLE_COUNT; table++)
        hash = hash_row(hash, &row_descriptors[table]);
    return hash;
}

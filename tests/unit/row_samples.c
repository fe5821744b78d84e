#include "row_samples.h"

#include <string.h>

#include "base/text.h"

static void field_fill(unsigned char *at, const struct field_descriptor *field, unsigned seed)
{
    uint32_t small = seed * 100 + (uint32_t)field->offset;
    int64_t large = INT64_C(1000000000000) + small;
    switch (field->type) {
    case FIELD_ENUM:
        small = 1 + small % (field->value_count - 1);
        memcpy(at, &small, sizeof small);
        break;
    case FIELD_UNSIGNED:
        memcpy(at, &small, sizeof small);
        break;
    case FIELD_DURATION:
    case FIELD_INSTANT:
    case FIELD_WALL:
        memcpy(at, &large, sizeof large);
        break;
    case FIELD_TEXT:
        text_format((char *)at, field->size, "%s %u \xE2\x82\xAC", field->name, seed);
        break;
    }
}

void row_sample_fill(union row_sample *row, enum row_table table, unsigned seed)
{
    memset(row, 0, sizeof *row);
    const struct row_descriptor *descriptor = &row_descriptors[table];
    for (size_t i = 0; i < descriptor->field_count; i++)
        field_fill(row->bytes + descriptor->fields[i].offset, &descriptor->fields[i], seed);
}

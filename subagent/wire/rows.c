#include "wire/rows.h"

#include <string.h>

#include "base/text.h"

/* The enumerations that rows.def uses; one that is missing here does not compile. */
#define ENUMERATIONS(X)                                                                            \
    X(severity, SEVERITY_COUNT)                                                                    \
    X(mains_state, MAINS_STATE_COUNT)                                                              \
    X(genset_state, GENSET_STATE_COUNT)                                                            \
    X(genset_mode, GENSET_MODE_COUNT)                                                              \
    X(genset_wiring, GENSET_WIRING_COUNT)                                                          \
    X(start_source, START_SOURCE_COUNT)                                                            \
    X(load_state, LOAD_STATE_COUNT)                                                                \
    X(fuel_state, FUEL_STATE_COUNT)                                                                \
    X(on_off, ON_OFF_COUNT)                                                                        \
    X(input_role, INPUT_ROLE_COUNT)                                                                \
    X(input_value, INPUT_VALUE_COUNT)                                                              \
    X(input_status, INPUT_STATUS_COUNT)                                                            \
    X(ups_source, UPS_SOURCE_COUNT)                                                                \
    X(ups_status, UPS_STATUS_COUNT)                                                                \
    X(ups_link, UPS_LINK_COUNT)                                                                    \
    X(server_state, SERVER_STATE_COUNT)                                                            \
    X(shutdown_result, SHUTDOWN_RESULT_COUNT)                                                      \
    X(progress_state, PROGRESS_STATE_COUNT)                                                        \
    X(power_state, POWER_STATE_COUNT)                                                              \
    X(step_state, STEP_STATE_COUNT)                                                                \
    X(answer, ANSWER_COUNT)                                                                        \
    X(actor, ACTOR_COUNT)                                                                          \
    X(role, ROLE_COUNT)                                                                            \
    X(incident_kind, INCIDENT_KIND_COUNT)                                                          \
    X(incident_state, INCIDENT_STATE_COUNT)                                                        \
    X(deviation_kind, DEVIATION_KIND_COUNT)                                                        \
    X(account_state, ACCOUNT_STATE_COUNT)                                                          \
    X(equipment_kind, EQUIPMENT_KIND_COUNT)                                                        \
    X(equipment_state, EQUIPMENT_STATE_COUNT)                                                      \
    X(delivery, DELIVERY_COUNT)                                                                    \
    X(command_kind, COMMAND_KIND_COUNT)                                                            \
    X(command_state, COMMAND_STATE_COUNT)                                                          \
    X(journal_state, JOURNAL_STATE_COUNT)                                                          \
    X(hold_state, HOLD_STATE_COUNT)                                                                \
    X(notification, NOTIFICATION_COUNT)

#define NAME_AND_COUNT(type, count)                                                                \
    enum { value_count_of_##type = (count) };                                                      \
    static const char *name_of_##type(unsigned value)                                              \
    {                                                                                              \
        return type##_name(value);                                                                 \
    }
ENUMERATIONS(NAME_AND_COUNT)
#undef NAME_AND_COUNT

#define MEMBER(row, member)                                                                        \
    offsetof(struct row_##row, member), sizeof(((struct row_##row *)0)->member)

#define ROW(name, kind) static const struct field_descriptor name##_fields[] = {
#define E(row, field, type)                                                                        \
    {#field, FIELD_ENUM, value_count_of_##type, MEMBER(row, field), name_of_##type},
#define U(row, field) {#field, FIELD_UNSIGNED, 0, MEMBER(row, field), NULL},
#define D(row, field) {#field, FIELD_DURATION, 0, MEMBER(row, field), NULL},
#define I(row, field) {#field, FIELD_INSTANT, 0, MEMBER(row, field), NULL},
#define W(row, field) {#field, FIELD_WALL, 0, MEMBER(row, field##_wall_ms), NULL},
#define T(row, field, size) {#field, FIELD_TEXT, 0, MEMBER(row, field), NULL},
#define ROW_END(name)                                                                              \
    }                                                                                              \
    ;                                                                                              \
    _Static_assert(sizeof(struct row_##name) <= ROW_SIZE_MAX, "row " #name " is too large");
#include "wire/rows.def"
#undef ROW
#undef E
#undef U
#undef D
#undef I
#undef W
#undef T
#undef ROW_END

const struct row_descriptor row_descriptors[ROW_TABLE_COUNT] = {
#define ROW(name, kind)                                                                            \
    [ROW_##name] = {#name,                                                                         \
                    ROW_KIND_##kind,                                                               \
                    sizeof(struct row_##name),                                                     \
                    sizeof name##_fields / sizeof *name##_fields,                                  \
                    name##_fields},
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

bool row_text_is_valid(const char *text, size_t size)
{
    const char *end = memchr(text, '\0', size);
    if (!end)
        return false;
    while (text < end) {
        size_t length = text_character_size(text, (size_t)(end - text));
        if (length == 0)
            return false;
        text += length;
    }
    return true;
}

static bool enum_field_is_valid(const struct field_descriptor *field, const void *value)
{
    uint32_t number;
    memcpy(&number, value, sizeof number);
    return number >= 1 && number < field->value_count;
}

static bool number_is_at_least(const void *value, int64_t lowest)
{
    int64_t number;
    memcpy(&number, value, sizeof number);
    return number >= lowest;
}

static bool field_is_valid(const struct field_descriptor *field, const void *value)
{
    switch (field->type) {
    case FIELD_ENUM:
        return enum_field_is_valid(field, value);
    case FIELD_DURATION:
        return number_is_at_least(value, -1);
    case FIELD_WALL:
        return number_is_at_least(value, 0);
    case FIELD_TEXT:
        return row_text_is_valid(value, field->size);
    case FIELD_UNSIGNED:
    case FIELD_INSTANT:
        return true;
    }
    return false;
}

bool row_is_valid(enum row_table table, const void *row)
{
    const struct row_descriptor *descriptor = &row_descriptors[table];
    for (size_t i = 0; i < descriptor->field_count; i++) {
        const struct field_descriptor *field = &descriptor->fields[i];
        if (!field_is_valid(field, (const unsigned char *)row + field->offset))
            return false;
    }
    return true;
}

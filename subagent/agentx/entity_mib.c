#include "agentx/entity.h"

enum { TYPE_OBJECT_IDENTIFIER = 0x06, TYPE_TIMETICKS = 0x43 };
enum { SCALE_UNITS = 9, TICK_MS = 10 };

/* ---- instances ---- */

static bool entity_next_key(const struct view *view, uint32_t from, uint32_t *key)
{
    struct entity entity;
    bool found = entity_next(view->replica, from, &entity);
    if (found)
        *key = entity.index;
    return found;
}

static bool sensor_next_key(const struct view *view, uint32_t from, uint32_t *key)
{
    struct entity entity;
    for (; entity_next(view->replica, from, &entity); from = entity.index + 1)
        if (entity.sensor) {
            *key = entity.index;
            return true;
        }
    return false;
}

/* ---- entPhysicalTable ---- */

/* Of an index that entity_next_key() gave. */
static struct entity entity_of(const struct view *view, uint32_t key)
{
    struct entity entity = {0};
    (void)entity_next(view->replica, key, &entity);
    return entity;
}

static struct value description_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    return value_text(entity_of(view, key).description);
}

static struct value vendor_type_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return (struct value){.kind = VALUE_ZERO_DOT_ZERO};
}

static struct value within_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    return value_number(entity_of(view, key).within);
}

static struct value class_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    return value_number(entity_of(view, key).class);
}

static struct value position_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    return value_number(entity_of(view, key).position);
}

static struct value name_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    return value_text(entity_of(view, key).name);
}

static struct value software_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row;
    return value_text(key == ENTITY_POWER ? PADAM_VERSION : "");
}

static struct value model_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row;
    return value_text(key == ENTITY_POWER ? "padam" : "");
}

static struct value nothing_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_text("");
}

static struct value replaceable_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_number(TRUTH_FALSE);
}

/* clang-format off */
#define COLUMN(words, arc, type_, kind_) [arc] = {(words), (arc), (type_), MIB_ACCESS_READ, (kind_), 0, NULL}
#define TEXT_COLUMN(words, arc) COLUMN(words, arc, MIB_TYPE_OCTETS, MIB_KIND_TEXT)
static const struct mib_object physical_definitions[] = {
    [1] = {"entPhysicalIndex", 1, MIB_TYPE_INTEGER, MIB_ACCESS_NONE, MIB_KIND_NUMBER, 0, NULL},
    TEXT_COLUMN("entPhysicalDescr", 2),
    COLUMN("entPhysicalVendorType", 3, TYPE_OBJECT_IDENTIFIER, MIB_KIND_NUMBER),
    COLUMN("entPhysicalContainedIn", 4, MIB_TYPE_INTEGER, MIB_KIND_NUMBER),
    COLUMN("entPhysicalClass", 5, MIB_TYPE_INTEGER, MIB_KIND_ENUM),
    COLUMN("entPhysicalParentRelPos", 6, MIB_TYPE_INTEGER, MIB_KIND_NUMBER),
    TEXT_COLUMN("entPhysicalName", 7),
    TEXT_COLUMN("entPhysicalHardwareRev", 8),
    TEXT_COLUMN("entPhysicalFirmwareRev", 9),
    TEXT_COLUMN("entPhysicalSoftwareRev", 10),
    TEXT_COLUMN("entPhysicalSerialNum", 11),
    TEXT_COLUMN("entPhysicalMfgName", 12),
    TEXT_COLUMN("entPhysicalModelName", 13),
    TEXT_COLUMN("entPhysicalAlias", 14),
    TEXT_COLUMN("entPhysicalAssetID", 15),
    COLUMN("entPhysicalIsFRU", 16, MIB_TYPE_INTEGER, MIB_KIND_ENUM),
};
static const struct mib_table physical_definition = {
    "entPhysicalTable", 1, sizeof physical_definitions / sizeof *physical_definitions, physical_definitions};
/* clang-format on */

static const struct object physical_columns[] = {
    [2] = {DERIVED(description_get), KEPT},
    [3] = {DERIVED(vendor_type_get), KEPT},
    [4] = {DERIVED(within_get), KEPT},
    [5] = {DERIVED(class_get), KEPT},
    [6] = {DERIVED(position_get), KEPT},
    [7] = {DERIVED(name_get), KEPT},
    [8] = {DERIVED(nothing_get), KEPT},
    [9] = {DERIVED(nothing_get), KEPT},
    [10] = {DERIVED(software_get), KEPT},
    [11] = {DERIVED(nothing_get), KEPT},
    [12] = {DERIVED(nothing_get), KEPT},
    [13] = {DERIVED(model_get), KEPT},
    [14] = {DERIVED(nothing_get), KEPT},
    [15] = {DERIVED(nothing_get), KEPT},
    [16] = {DERIVED(replaceable_get), KEPT},
};

#define ENTITY_SET(subtree_, group_arc, table_arc, next, definition_, lines)                       \
    {                                                                                              \
        .group = (group_arc), .table = (table_arc), .next_key = (next), .subtree = (subtree_),     \
        .definition = (definition_), .objects = (lines), .count = sizeof(lines) / sizeof *(lines)  \
    }

const struct object_set entity_objects =
    ENTITY_SET(SUBTREE_ENTITY, 1, 1, entity_next_key, &physical_definition, physical_columns);

/* ---- entityGeneral ---- */

/* An instant as the master's sysUpTime then; 0: before that began, or not known. */
static struct value uptime_at(const struct view *view, instant at)
{
    if (!instant_is_set(at) || !instant_is_set(view->master_started))
        return value_number(0);
    int64_t since_ms = instant_diff_ms(at, view->master_started);
    return value_number(since_ms > 0 ? since_ms / TICK_MS & UINT32_MAX : 0);
}

static struct value last_change_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row, (void)key;
    return uptime_at(view, view->entities_changed);
}

static const struct mib_object general_definitions[] = {
    [1] = {"entLastChangeTime", 1, TYPE_TIMETICKS, MIB_ACCESS_READ, MIB_KIND_NUMBER, 0, NULL},
};
static const struct mib_table general_definition = {"entityGeneral",
                                                    0,
                                                    sizeof general_definitions /
                                                        sizeof *general_definitions,
                                                    general_definitions};

static const struct object general_scalars[] = {
    [1] = {DERIVED(last_change_get), KEPT},
};

const struct object_set entity_general_objects =
    ENTITY_SET(SUBTREE_ENTITY, 4, 0, NULL, &general_definition, general_scalars);

/* ---- entPhySensorTable ---- */

static struct value type_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    return value_number(entity_of(view, key).sensor->type);
}

static struct value scale_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_number(SCALE_UNITS);
}

static struct value precision_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    return value_number(entity_of(view, key).sensor->precision);
}

static struct reading reading_of(const struct view *view, uint32_t key)
{
    struct entity entity = entity_of(view, key);
    return entity_reading(view, &entity);
}

/* No number looks like one that is not known: it has no instance. */
static struct value value_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    struct reading reading = reading_of(view, key);
    return reading.status == STATUS_OK ? value_number(reading.value) : value_absent();
}

static struct value status_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    return value_number(reading_of(view, key).status);
}

static struct value units_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row;
    return value_text(entity_of(view, key).sensor->units);
}

static struct value heard_get(const struct view *view, const void *row, uint32_t key)
{
    (void)row, (void)key;
    return uptime_at(view, view->heard_at);
}

/* 0: by events. */
static struct value rate_get(const struct view *view, const void *row, uint32_t key)
{
    (void)view, (void)row, (void)key;
    return value_number(0);
}

/* clang-format off */
static const struct mib_object sensor_definitions[] = {
    COLUMN("entPhySensorType", 1, MIB_TYPE_INTEGER, MIB_KIND_ENUM),
    COLUMN("entPhySensorScale", 2, MIB_TYPE_INTEGER, MIB_KIND_ENUM),
    COLUMN("entPhySensorPrecision", 3, MIB_TYPE_INTEGER, MIB_KIND_NUMBER),
    COLUMN("entPhySensorValue", 4, MIB_TYPE_INTEGER, MIB_KIND_NUMBER),
    COLUMN("entPhySensorOperStatus", 5, MIB_TYPE_INTEGER, MIB_KIND_ENUM),
    TEXT_COLUMN("entPhySensorUnitsDisplay", 6),
    COLUMN("entPhySensorValueTimeStamp", 7, TYPE_TIMETICKS, MIB_KIND_NUMBER),
    COLUMN("entPhySensorValueUpdateRate", 8, MIB_TYPE_UNSIGNED, MIB_KIND_NUMBER),
};
static const struct mib_table sensor_definition = {
    "entPhySensorTable", 1, sizeof sensor_definitions / sizeof *sensor_definitions, sensor_definitions};
/* clang-format on */

static const struct object sensor_columns[] = {
    [1] = {DERIVED(type_get), KEPT},
    [2] = {DERIVED(scale_get), KEPT},
    [3] = {DERIVED(precision_get), KEPT},
    [4] = {DERIVED(value_get), KEPT},
    [5] = {DERIVED(status_get), KEPT},
    [6] = {DERIVED(units_get), KEPT},
    [7] = {DERIVED(heard_get), KEPT},
    [8] = {DERIVED(rate_get), KEPT},
};

const struct object_set entity_sensor_objects =
    ENTITY_SET(SUBTREE_ENTITY_SENSOR, 1, 1, sensor_next_key, &sensor_definition, sensor_columns);

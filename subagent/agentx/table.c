#include "agentx/table.h"

#include <string.h>

const struct object_set *const object_sets[OBJECT_SET_COUNT] = {
    &entity_objects,    &entity_general_objects, &entity_sensor_objects, &system_objects,
    &input_objects,     &mains_objects,          &genset_objects,        &server_objects,
    &progress_objects,  &step_objects,           &incident_objects,      &record_objects,
    &deviation_objects, &equipment_objects,      &events_objects,        &event_objects,
    &control_objects,   &command_objects,        &later_control_objects, &ups_objects,
};

static const mib_arc padam_root[] = {MIB_OID_OBJECTS};
static const mib_arc entity_root[] = {1, 3, 6, 1, 2, 1, 47, 1};
static const mib_arc entity_sensor_root[] = {1, 3, 6, 1, 2, 1, 99};
#define SUBTREE(root, words)                                                                       \
    {                                                                                              \
        (root), sizeof(root) / sizeof *(root), (words)                                             \
    }
const struct subtree_name subtrees[SUBTREE_COUNT] = {
    [SUBTREE_PADAM] = SUBTREE(padam_root, MIB_ROOT_TEXT ".1"),
    [SUBTREE_ENTITY] = SUBTREE(entity_root, "1.3.6.1.2.1.47.1"),
    [SUBTREE_ENTITY_SENSOR] = SUBTREE(entity_sensor_root, "1.3.6.1.2.1.99"),
};

enum {
    PREFIX_MAX = INSTANCE_NAME_MAX - 2, /* the object, the key */
    ENTRY_ARC = 1,
};
#define FITS(root) (sizeof(root) / sizeof *(root) + 3 <= PREFIX_MAX) /* group, table, entry */
_Static_assert(FITS(padam_root) && FITS(entity_root) && FITS(entity_sensor_root),
               "INSTANCE_NAME_MAX is too small");

/* ---- names ---- */

/* All of an instance's name before the object's arc. */
static size_t set_prefix(const struct object_set *set, mib_arc prefix[static PREFIX_MAX])
{
    const struct subtree_name *subtree = &subtrees[set->subtree];
    size_t length = subtree->length;
    memcpy(prefix, subtree->name, length * sizeof *prefix);
    prefix[length++] = set->group;
    if (set->table != 0) {
        prefix[length++] = set->table;
        prefix[length++] = ENTRY_ARC;
    }
    return length;
}

size_t instance_name(const struct instance *instance, mib_arc name[static INSTANCE_NAME_MAX])
{
    size_t length = set_prefix(instance->set, name);
    name[length++] = instance->arc;
    name[length++] = instance->key;
    return length;
}

/* Compares as far as the shorter one goes. */
static int prefix_compare(const mib_arc *name, size_t length, const mib_arc *prefix,
                          size_t prefix_length)
{
    for (size_t i = 0; i < length && i < prefix_length; i++)
        if (name[i] != prefix[i])
            return name[i] < prefix[i] ? -1 : 1;
    return 0;
}

/* ---- objects ---- */

static const struct mib_table *table_definition(const struct object_set *set)
{
    if (set->definition)
        return set->definition;
    const struct mib_group *group = &mib_groups[set->group];
    for (uint32_t i = 0; i < group->table_count; i++)
        if (group->tables[i].arc == set->table)
            return &group->tables[i];
    return NULL;
}

const struct mib_object *object_definition(const struct object_set *set, uint32_t arc)
{
    const struct mib_group *group = &mib_groups[set->group];
    bool is_table = set->table != 0 || set->definition;
    const struct mib_table *table = is_table ? table_definition(set) : NULL;
    const struct mib_object *objects = table ? table->columns : group->scalars;
    uint32_t count = table ? table->column_count : group->scalar_count;
    return arc < count && objects[arc].name ? &objects[arc] : NULL;
}

static bool object_exists(const struct object_set *set, mib_arc arc)
{
    return arc < set->count && set->objects[arc].source != SOURCE_NONE;
}

/* ---- values ---- */

typedef struct value value_reader(const struct view *view, const void *field);

static struct value number_read(const struct view *view, const void *field)
{
    (void)view;
    return value_number(*(const uint32_t *)field);
}

static struct value number_if_any_read(const struct view *view, const void *field)
{
    (void)view;
    uint32_t number = *(const uint32_t *)field;
    return number ? value_number(number) : value_absent();
}

static struct value duration_read(const struct view *view, const void *field)
{
    (void)view;
    return value_derived(derive_seconds(*(const int64_t *)field));
}

/* Seconds since 1970 in 32 bits end in 2106: a later time must not pass for an early one. */
static struct value value_epoch(int64_t epoch_s)
{
    return epoch_s > UINT32_MAX ? value_absent() : value_derived(epoch_s);
}

static struct value instant_read(const struct view *view, const void *field)
{
    return value_epoch(derive_epoch_s(*(const instant *)field, view->moment));
}

static struct value wall_read(const struct view *view, const void *field)
{
    (void)view;
    return value_epoch(derive_wall_s(*(const int64_t *)field));
}

static struct value text_read(const struct view *view, const void *field)
{
    (void)view;
    return value_text(field);
}

static struct value text_if_any_read(const struct view *view, const void *field)
{
    (void)view;
    const char *text = field;
    return *text ? value_text(text) : value_absent();
}

static value_reader *const readers[SOURCE_COUNT] = {
    [SOURCE_NUMBER] = number_read,
    [SOURCE_NUMBER_IF_ANY] = number_if_any_read,
    [SOURCE_DURATION] = duration_read,
    [SOURCE_INSTANT] = instant_read,
    [SOURCE_WALL] = wall_read,
    [SOURCE_TEXT] = text_read,
    [SOURCE_TEXT_IF_ANY] = text_if_any_read,
};

static struct value value_unknown(const struct object_set *set, uint32_t arc)
{
    const struct mib_object *definition = object_definition(set, arc);
    bool is_enum = definition && definition->kind == MIB_KIND_ENUM;
    return is_enum ? value_number(SEVERITY_UNKNOWN) : value_absent();
}

/* unknown is 1 in every enumeration of the MIB. */
_Static_assert(SEVERITY_UNKNOWN == 1, "value_unknown() means 1");

static bool is_known(const struct view *view, const struct object_set *set, const void *row)
{
    bool is_history = row_descriptors[set->rows].kind == ROW_KIND_HISTORY;
    return row && (is_history || view->link == ENGINE_LINK_CONNECTED);
}

static struct value value_last_heard(const struct view *view, const struct object *object,
                                     const void *row, uint32_t key)
{
    if (object->source == SOURCE_DERIVED)
        return object->derive(view, row, key);
    if (object->source == SOURCE_KEY)
        return value_number(key);
    return readers[object->source](view, (const char *)row + object->offset);
}

/* What had no instance gets none by being unknown. */
struct value table_value(const struct view *view, const struct object_set *set, uint32_t arc,
                         const void *row, uint32_t key)
{
    const struct object *object = &set->objects[arc];
    bool needs_row = !object->kept || object->source != SOURCE_DERIVED;
    if (!row && needs_row)
        return value_unknown(set, arc);
    struct value value = value_last_heard(view, object, row, key);
    bool unknown = !object->kept && !is_known(view, set, row);
    return unknown && value.kind != VALUE_ABSENT ? value_unknown(set, arc) : value;
}

/* ---- instances ---- */

static const void *set_row(const struct view *view, const struct object_set *set, uint32_t key)
{
    return set->next_key ? NULL : replica_get(view->replica, set->rows, key);
}

/* Scalars always have their one instance, 0, whether there is a row or not. */
static bool set_next_key(const struct view *view, const struct object_set *set, uint32_t from,
                         uint32_t *key)
{
    if (set->next_key)
        return set->next_key(view, from, key);
    if (set->table != 0)
        return replica_next(view->replica, set->rows, from, key) != NULL;
    *key = 0;
    return from == 0;
}

/* The first instance of this object whose key is at least from. */
static bool object_next(const struct view *view, const struct object_set *set, uint32_t arc,
                        mib_arc from, struct instance *found)
{
    uint32_t key;
    while (from <= UINT32_MAX && set_next_key(view, set, (uint32_t)from, &key)) {
        struct value value = table_value(view, set, arc, set_row(view, set, key), key);
        if (value.kind != VALUE_ABSENT) {
            *found = (struct instance){set, arc, key, value};
            return true;
        }
        from = (mib_arc)key + 1;
    }
    return false;
}

/* The first instance of the set at or after (arc, from). */
static bool set_first(const struct view *view, const struct object_set *set, mib_arc arc,
                      mib_arc from, struct instance *found)
{
    for (; arc < set->count; arc++, from = 0)
        if (object_exists(set, arc) && object_next(view, set, (uint32_t)arc, from, found))
            return true;
    return false;
}

static bool set_next(const struct view *view, const struct object_set *set, const mib_arc *name,
                     size_t length, bool inclusive, struct instance *found)
{
    mib_arc prefix[PREFIX_MAX];
    size_t prefix_length = set_prefix(set, prefix);
    int order = prefix_compare(name, length, prefix, prefix_length);
    if (order > 0)
        return false;
    if (order < 0 || length <= prefix_length)
        return set_first(view, set, 0, 0, found);
    const mib_arc *rest = name + prefix_length;
    size_t rest_length = length - prefix_length;
    if (rest_length == 1)
        return set_first(view, set, rest[0], 0, found);
    bool at_it = inclusive && rest_length == 2;
    if (!at_it && rest[1] >= UINT32_MAX)
        return set_first(view, set, rest[0] + 1, 0, found);
    return set_first(view, set, rest[0], at_it ? rest[1] : rest[1] + 1, found);
}

bool table_next(const struct view *view, const mib_arc *name, size_t length, bool inclusive,
                struct instance *found)
{
    for (size_t i = 0; i < OBJECT_SET_COUNT; i++)
        if (set_next(view, object_sets[i], name, length, inclusive, found))
            return true;
    return false;
}

static const struct object_set *set_find(const mib_arc *name, size_t length, size_t *prefix_length)
{
    for (size_t i = 0; i < OBJECT_SET_COUNT; i++) {
        mib_arc prefix[PREFIX_MAX];
        *prefix_length = set_prefix(object_sets[i], prefix);
        if (length <= *prefix_length || prefix_compare(name, length, prefix, *prefix_length) != 0)
            continue;
        if (object_exists(object_sets[i], name[*prefix_length]))
            return object_sets[i];
    }
    return NULL;
}

enum table_result table_get(const struct view *view, const mib_arc *name, size_t length,
                            struct instance *found)
{
    size_t prefix_length;
    const struct object_set *set = set_find(name, length, &prefix_length);
    *found = (struct instance){.set = set};
    if (!set)
        return TABLE_NO_OBJECT;
    found->arc = (uint32_t)name[prefix_length];
    if (length != prefix_length + 2 || name[prefix_length + 1] > UINT32_MAX)
        return TABLE_NO_INSTANCE;
    found->key = (uint32_t)name[prefix_length + 1];
    uint32_t key;
    if (!set_next_key(view, set, found->key, &key) || key != found->key)
        return TABLE_NO_INSTANCE;
    found->value = table_value(view, set, found->arc, set_row(view, set, key), key);
    return found->value.kind == VALUE_ABSENT ? TABLE_NO_INSTANCE : TABLE_FOUND;
}

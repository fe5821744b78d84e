#pragma once
/*
 * The readable MIB as data: one line per object says where its value comes from, and one generic
 * look-up serves GET and GETNEXT over all of it. Knows rows and OIDs, but no PDUs.
 */
#include "agentx/mib.h"
#include "wire/derive.h"
#include "wire/replica.h"

/* Part of an OID, as Net-SNMP counts it. */
typedef unsigned long mib_arc;

/* What is registered with the master, each by itself, so that one that is refused leaves the
 * others.
 */
enum subtree { SUBTREE_PADAM, SUBTREE_ENTITY, SUBTREE_ENTITY_SENSOR, SUBTREE_COUNT };
struct subtree_name {
    const mib_arc *name;
    size_t length;
    const char *text;
};
extern const struct subtree_name subtrees[SUBTREE_COUNT];

/* What all values of one request are made from: the rows and one moment. */
struct view {
    const struct replica *replica;
    enum engine_link link;
    instant heard_at; /* the engine; NONE if never */
    struct derive_moment moment;
    instant entities_changed; /* the physical entities; NONE before any were seen */
    instant master_started;   /* when the master's sysUpTime was 0; NONE while that is not known */
};

/* A text lives as long as the view. */
struct value {
    enum { VALUE_ABSENT, VALUE_NUMBER, VALUE_TEXT, VALUE_ZERO_DOT_ZERO } kind;
    int64_t number;
    const char *text;
};

static inline struct value value_absent(void)
{
    return (struct value){.kind = VALUE_ABSENT};
}

static inline struct value value_number(int64_t number)
{
    return (struct value){.kind = VALUE_NUMBER, .number = number};
}

/* Takes DERIVE_ABSENT for what it says. */
static inline struct value value_derived(int64_t number)
{
    return number < 0 ? value_absent() : value_number(number);
}

static inline struct value value_text(const char *text)
{
    return (struct value){.kind = VALUE_TEXT, .text = text};
}

enum source {
    SOURCE_NONE, /* no object, or a table's index */
    SOURCE_NUMBER,
    SOURCE_NUMBER_IF_ANY, /* 0: no instance */
    SOURCE_DURATION,
    SOURCE_INSTANT,
    SOURCE_WALL,
    SOURCE_TEXT,
    SOURCE_TEXT_IF_ANY, /* empty: no instance */
    SOURCE_KEY,         /* the row's key */
    SOURCE_DERIVED,
    SOURCE_COUNT
};

struct object {
    size_t offset; /* of the field in the row */
    /* row is never NULL, unless the object is kept. */
    struct value (*derive)(const struct view *view, const void *row, uint32_t key);
    enum source source;
    bool kept; /* does not turn unknown with the engine: a name, configuration, an idle value */
};

/* How a line says it; the field is one of rows.def's row. */
#define NUMBER(row, field) .source = SOURCE_NUMBER, .offset = offsetof(struct row_##row, field)
#define NUMBER_IF_ANY(row, field)                                                                  \
    .source = SOURCE_NUMBER_IF_ANY, .offset = offsetof(struct row_##row, field)
#define DURATION(row, field) .source = SOURCE_DURATION, .offset = offsetof(struct row_##row, field)
#define INSTANT(row, field) .source = SOURCE_INSTANT, .offset = offsetof(struct row_##row, field)
#define WALL(row, field)                                                                           \
    .source = SOURCE_WALL, .offset = offsetof(struct row_##row, field##_wall_ms)
#define TEXT(row, field) .source = SOURCE_TEXT, .offset = offsetof(struct row_##row, field)
#define TEXT_IF_ANY(row, field)                                                                    \
    .source = SOURCE_TEXT_IF_ANY, .offset = offsetof(struct row_##row, field)
#define KEY .source = SOURCE_KEY
#define DERIVED(function) .source = SOURCE_DERIVED, .derive = (function)
#define KEPT .kept = true

/* The scalars of a group, or one of its tables. */
struct object_set {
    uint32_t group, table; /* MIB_…; table 0: the scalars */
    enum row_table rows;   /* a table: its rows' keys are its instances */
    /* A table that no rows stand behind: its first instance from this key on. All its objects are
     * kept and derived, as there is no row. */
    bool (*next_key)(const struct view *view, uint32_t from, uint32_t *key);
    enum subtree subtree;
    const struct mib_table *definition; /* of another module than PADAM-MIB */
    const struct object *objects;       /* by arc */
    size_t count;
};
#define OBJECT_SET(group_arc, table_arc, row, lines)                                               \
    {                                                                                              \
        .group = (group_arc), .table = (table_arc), .rows = ROW_##row, .objects = (lines),         \
        .count = sizeof(lines) / sizeof *(lines)                                                   \
    }

extern const struct object_set system_objects, input_objects, mains_objects, genset_objects,
    server_objects, step_objects, incident_objects, record_objects, deviation_objects,
    equipment_objects, events_objects, event_objects, control_objects, command_objects,
    later_control_objects, progress_objects, ups_objects, entity_objects, entity_general_objects,
    entity_sensor_objects;

/* All of them, in order of their OIDs. */
enum { OBJECT_SET_COUNT = 20 };
extern const struct object_set *const object_sets[OBJECT_SET_COUNT];

struct instance {
    const struct object_set *set;
    uint32_t arc, key;
    struct value value;
};

enum { INSTANCE_NAME_MAX = MIB_ROOT_LENGTH + 6 };

enum table_result { TABLE_FOUND, TABLE_NO_OBJECT, TABLE_NO_INSTANCE };

/* The instance of exactly this name; *found is filled in as far as the name is understood. */
enum table_result table_get(const struct view *view, const mib_arc *name, size_t length,
                            struct instance *found);

/* The first instance after this name; with inclusive, the name's own too. False: none. */
bool table_next(const struct view *view, const mib_arc *name, size_t length, bool inclusive,
                struct instance *found);

/* The value of one object; row is NULL if there is none. */
struct value table_value(const struct view *view, const struct object_set *set, uint32_t arc,
                         const void *row, uint32_t key);

/* Writes the instance's OID and returns its length. */
size_t instance_name(const struct instance *instance, mib_arc name[static INSTANCE_NAME_MAX]);

/* What the MIB says about an object; NULL if there is none. */
const struct mib_object *object_definition(const struct object_set *set, uint32_t arc);

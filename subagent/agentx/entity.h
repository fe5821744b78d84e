#pragma once
/*
 * padam as physical entities with sensors, for managers that know ENTITY-MIB and ENTITY-SENSOR-MIB
 * and not PADAM-MIB. The index of an entity never becomes that of another:
 *
 *   1 … 999               the office's power, the mains, the genset, the UPS and their sensors
 *   1000000 + the index   of padamInputTable: a sensed line
 *   2000000 + the index   of padamServerTable: a server
 *   3000000 + the index   of padamServerTable: its sensor
 */
#include "agentx/table.h"

/* Numbers of the two modules. */
enum { TRUTH_TRUE = 1, TRUTH_FALSE = 2 };
enum physical_class {
    CLASS_CHASSIS = 3,
    CLASS_CONTAINER = 5,
    CLASS_POWER_SUPPLY = 6,
    CLASS_SENSOR = 8
};
enum sensor_type { SENSOR_OTHER = 1, SENSOR_TRUTHVALUE = 12 };
enum sensor_status { STATUS_OK = 1, STATUS_UNAVAILABLE = 2, STATUS_NONOPERATIONAL = 3 };

struct reading {
    enum sensor_status status;
    int64_t value;
};

struct sensor {
    enum sensor_type type;
    uint32_t precision; /* decimal places that the value is without */
    const char *units;
    struct reading (*read)(const struct view *view, const void *row);
};

struct entity {
    uint32_t index, within, position; /* among those of its class there */
    enum physical_class class;
    const char *name, *description;
    const struct sensor *sensor; /* NULL: none */
    enum row_table rows;         /* what it is read from */
    uint32_t row_key;
};

/* The index of the one that holds all others. */
enum { ENTITY_POWER = 1 };

/* The first entity whose index is at least from. */
bool entity_next(const struct replica *replica, uint32_t from, struct entity *entity);

/* What a sensor reads; a value only with STATUS_OK. */
struct reading entity_reading(const struct view *view, const struct entity *entity);

/* Over what entPhysicalTable says of all entities: another number, another table. */
uint64_t entity_fingerprint(const struct replica *replica);

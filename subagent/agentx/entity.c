#include "agentx/entity.h"

#include <string.h>

#include "base/hash.h"

enum { SENSOR_VALUE_MAX = 1000000000 };

/* ---- sensors: what they read ---- */

static const struct reading unavailable = {.status = STATUS_UNAVAILABLE};

static struct reading reading_of(int64_t value)
{
    if (value < 0)
        return unavailable;
    return (struct reading){STATUS_OK, value < SENSOR_VALUE_MAX ? value : SENSOR_VALUE_MAX};
}

static struct reading truth_of(uint32_t state, uint32_t unknown, bool truth)
{
    return state == unknown ? unavailable : reading_of(truth ? TRUTH_TRUE : TRUTH_FALSE);
}

static struct reading deadline_read(const struct view *view, const void *row)
{
    (void)row;
    int64_t least_s = DERIVE_ABSENT;
    uint32_t key;
    const struct row_step *step;
    for (uint32_t from = 0; (step = replica_next(view->replica, ROW_step, from, &key)) != NULL;
         from = key + 1) {
        int64_t remaining_s = derive_step_remaining_s(step, view->moment.now);
        if (remaining_s >= 0 && (least_s < 0 || remaining_s < least_s))
            least_s = remaining_s;
    }
    return reading_of(least_s);
}

static struct reading servers_not_off_read(const struct view *view, const void *row)
{
    (void)row;
    int64_t count = 0;
    uint32_t key;
    for (size_t i = 0; i < replica_count(view->replica, ROW_server); i++) {
        const struct row_server *server = replica_at(view->replica, ROW_server, i, &key);
        count += server->state != SERVER_STATE_OFF;
    }
    return reading_of(count);
}

static struct reading mains_read(const struct view *view, const void *row)
{
    (void)view;
    const struct row_mains *mains = row;
    return truth_of(mains->state, MAINS_STATE_UNKNOWN, mains->state == MAINS_STATE_PRESENT);
}

static struct reading mains_out_read(const struct view *view, const void *row)
{
    return reading_of(derive_mains_out_s(row, view->moment.now));
}

static bool engine_turns(uint32_t state)
{
    return state == GENSET_STATE_RUNNING || state == GENSET_STATE_COOLING_DOWN ||
           state == GENSET_STATE_STOP_FAILED;
}

static struct reading genset_read(const struct view *view, const void *row)
{
    (void)view;
    const struct row_genset *genset = row;
    return truth_of(genset->state, GENSET_STATE_UNKNOWN, engine_turns(genset->state));
}

static struct reading genset_load_read(const struct view *view, const void *row)
{
    (void)view;
    const struct row_genset *genset = row;
    return truth_of(genset->load, LOAD_STATE_UNKNOWN, genset->load == LOAD_STATE_CARRYING);
}

/* Tenths of an hour. */
static struct reading genset_hours_read(const struct view *view, const void *row)
{
    int64_t run_s = derive_genset_run_s(row, view->moment.now);
    return reading_of(run_s < 0 ? run_s : run_s / 360);
}

static struct reading ups_read(const struct view *view, const void *row)
{
    (void)view;
    const struct row_ups *ups = row;
    return truth_of(ups->status, UPS_STATUS_UNKNOWN, ups->status == UPS_STATUS_ONLINE);
}

static struct reading ups_charge_read(const struct view *view, const void *row)
{
    (void)view;
    const struct row_ups *ups = row;
    return ups->charge_known == ON_OFF_ON ? reading_of(ups->charge_percent) : unavailable;
}

static struct reading ups_runtime_read(const struct view *view, const void *row)
{
    return reading_of(derive_ups_runtime_s(row, view->moment.now));
}

static struct reading input_read(const struct view *view, const void *row)
{
    (void)view;
    const struct row_input *input = row;
    if (input->status == INPUT_STATUS_UNAVAILABLE)
        return (struct reading){.status = STATUS_NONOPERATIONAL};
    bool known = input->status == INPUT_STATUS_OK;
    return known ? truth_of(input->value, INPUT_VALUE_UNKNOWN, input->value == INPUT_VALUE_ACTIVE)
                 : unavailable;
}

static struct reading server_read(const struct view *view, const void *row)
{
    (void)view;
    const struct row_server *server = row;
    return truth_of(server->state, SERVER_STATE_UNKNOWN, server->state == SERVER_STATE_OFF);
}

#define TRUTH(reader) (&(const struct sensor){SENSOR_TRUTHVALUE, 0, "true or false", (reader)})
#define AMOUNT(reader, places, words)                                                              \
    (&(const struct sensor){SENSOR_OTHER, (places), (words), (reader)})

/* ---- entities ---- */

enum { POWER = ENTITY_POWER, MAINS, GENSET, UPS };

/* clang-format off */
static const struct entity fixed[] = {
    {POWER, 0, 1, CLASS_CONTAINER, "padam", "Power of the office, and its procedure for power cuts", NULL, ROW_system, 0},
    {MAINS, POWER, 1, CLASS_POWER_SUPPLY, "Mains", "Mains", NULL, ROW_mains, 0},
    {GENSET, POWER, 2, CLASS_POWER_SUPPLY, "Genset", "Genset", NULL, ROW_genset, 0},
    {UPS, POWER, 3, CLASS_POWER_SUPPLY, "UPS", "UPS", NULL, ROW_ups, 0},
    {11, POWER, 1, CLASS_SENSOR, "Next deadline", "Time to the next deadline of an open step", AMOUNT(deadline_read, 0, "seconds"), ROW_system, 0},
    {12, POWER, 2, CLASS_SENSOR, "Servers not off", "Servers that are not proven off", AMOUNT(servers_not_off_read, 0, "servers"), ROW_system, 0},
    {21, MAINS, 1, CLASS_SENSOR, "Mains present", "The mains is present and stable", TRUTH(mains_read), ROW_mains, 0},
    {22, MAINS, 2, CLASS_SENSOR, "Time without mains", "Time without mains, all outages together", AMOUNT(mains_out_read, 0, "seconds"), ROW_mains, 0},
    {31, GENSET, 1, CLASS_SENSOR, "Genset running", "The engine of the genset runs", TRUTH(genset_read), ROW_genset, 0},
    {32, GENSET, 2, CLASS_SENSOR, "Genset feeds the load", "The load is on the genset", TRUTH(genset_load_read), ROW_genset, 0},
    {33, GENSET, 3, CLASS_SENSOR, "Genset run hours", "Time that the genset has run", AMOUNT(genset_hours_read, 1, "hours"), ROW_genset, 0},
    {41, UPS, 1, CLASS_SENSOR, "UPS online", "The UPS is fed, and not on its battery", TRUTH(ups_read), ROW_ups, 0},
    {42, UPS, 2, CLASS_SENSOR, "UPS charge", "Charge of the UPS' battery", AMOUNT(ups_charge_read, 0, "percent"), ROW_ups, 0},
    {43, UPS, 3, CLASS_SENSOR, "UPS runtime", "Time that the UPS' battery lasts", AMOUNT(ups_runtime_read, 0, "seconds"), ROW_ups, 0},
};
/* clang-format on */
enum { FIXED_COUNT = sizeof fixed / sizeof *fixed, SENSORS_OF_POWER = 2 };

/* Behind the fixed ones each kind of row has a block of its own, longer than an index may be. */
enum {
    BLOCK_SIZE = 1000000,
    INPUT_BASE = BLOCK_SIZE,
    SERVER_BASE = 2 * BLOCK_SIZE,
    SERVER_SENSOR_BASE = 3 * BLOCK_SIZE
};

static struct entity input_entity(uint32_t key, const void *row)
{
    static const struct sensor active = {SENSOR_TRUTHVALUE, 0, "true or false", input_read};
    const struct row_input *input = row;
    return (struct entity){.within = POWER,
                           .position = SENSORS_OF_POWER + key,
                           .class = CLASS_SENSOR,
                           .name = input->name,
                           .description = input_role_name(input->role),
                           .sensor = &active};
}

static struct entity server_entity(uint32_t key, const void *row)
{
    const struct row_server *server = row;
    return (struct entity){.within = POWER,
                           .position = key,
                           .class = CLASS_CHASSIS,
                           .name = server->name,
                           .description = "Server"};
}

static struct entity server_sensor_entity(uint32_t key, const void *row)
{
    static const struct sensor off = {SENSOR_TRUTHVALUE, 0, "true or false", server_read};
    const struct row_server *server = row;
    return (struct entity){.within = SERVER_BASE + key,
                           .position = 1,
                           .class = CLASS_SENSOR,
                           .name = server->name,
                           .description = "Proven off",
                           .sensor = &off};
}

static const struct block {
    uint32_t base;
    enum row_table rows;
    struct entity (*make)(uint32_t key, const void *row);
} blocks[] = {
    {INPUT_BASE, ROW_input, input_entity},
    {SERVER_BASE, ROW_server, server_entity},
    {SERVER_SENSOR_BASE, ROW_server, server_sensor_entity},
};
enum { BLOCK_COUNT = sizeof blocks / sizeof *blocks };

/* A site without a UPS has none here. */
static bool fixed_is_there(const struct replica *replica, const struct entity *entity)
{
    const struct row_ups *ups = replica_get(replica, ROW_ups, 0);
    return entity->rows != ROW_ups || (ups && ups->source > UPS_SOURCE_NONE);
}

static bool fixed_next(const struct replica *replica, uint32_t from, struct entity *entity)
{
    for (size_t i = 0; i < FIXED_COUNT; i++) {
        if (fixed[i].index < from || !fixed_is_there(replica, &fixed[i]))
            continue;
        *entity = fixed[i];
        const struct row_system *system = replica_get(replica, ROW_system, 0);
        if (entity->index == POWER && system && system->site[0])
            entity->name = system->site;
        return true;
    }
    return false;
}

static bool block_next(const struct replica *replica, const struct block *block, uint32_t from,
                       struct entity *entity)
{
    uint32_t key, first = from > block->base ? from - block->base : 0;
    const void *row = replica_next(replica, block->rows, first, &key);
    if (!row || key >= BLOCK_SIZE)
        return false;
    *entity = block->make(key, row);
    entity->index = block->base + key;
    entity->rows = block->rows;
    entity->row_key = key;
    return true;
}

bool entity_next(const struct replica *replica, uint32_t from, struct entity *entity)
{
    if (fixed_next(replica, from, entity))
        return true;
    for (size_t i = 0; i < BLOCK_COUNT; i++)
        if (block_next(replica, &blocks[i], from, entity))
            return true;
    return false;
}

/* ---- the fingerprint ---- */

static uint64_t entity_mix(uint64_t hash, const struct entity *entity)
{
    const uint32_t numbers[] = {entity->index, entity->within, entity->position, entity->class};
    hash = hash_words(hash, numbers, sizeof numbers);
    hash = hash_words(hash, entity->name, strlen(entity->name) + 1);
    return hash_words(hash, entity->description, strlen(entity->description) + 1);
}

uint64_t entity_fingerprint(const struct replica *replica)
{
    uint64_t hash = 0;
    struct entity entity;
    for (uint32_t from = 0; entity_next(replica, from, &entity); from = entity.index + 1)
        hash = entity_mix(hash, &entity);
    return hash;
}

/* ---- reading a sensor ---- */

struct reading entity_reading(const struct view *view, const struct entity *entity)
{
    const void *row = replica_get(view->replica, entity->rows, entity->row_key);
    bool known = row && view->link == ENGINE_LINK_CONNECTED;
    return known ? entity->sensor->read(view, row) : unavailable;
}

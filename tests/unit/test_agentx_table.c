#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agentx/table.h"

enum { NOW_MS = 1000000, WALL_MS = 1700000000, INSTANCE_LIMIT = 1024 };

/* ---- a replica with a row or two in every table ---- */

static void row_put(struct replica *replica, enum row_table table, uint32_t key)
{
    const struct row_descriptor *descriptor = &row_descriptors[table];
    _Alignas(8) char row[ROW_SIZE_MAX] = {0};
    for (size_t i = 0; i < descriptor->field_count; i++) {
        const struct field_descriptor *field = &descriptor->fields[i];
        if (field->type == FIELD_ENUM || field->type == FIELD_UNSIGNED)
            memcpy(row + field->offset, &(uint32_t){2}, sizeof(uint32_t));
        else if (field->type == FIELD_TEXT)
            row[field->offset] = 't';
        else
            memcpy(row + field->offset, &(int64_t){500000}, sizeof(int64_t));
    }
    struct wire_message message;
    wire_row_fill(&message, table, key, row);
    assert_int_equal(replica_stage(replica, &message.row), 0);
}

static struct replica *filled_replica(void)
{
    struct replica *replica = replica_create();
    assert_non_null(replica);
    for (int table = 0; table < ROW_TABLE_COUNT; table++) {
        bool is_scalar = row_descriptors[table].kind == ROW_KIND_SCALAR;
        row_put(replica, table, is_scalar ? 0 : 3);
        if (!is_scalar)
            row_put(replica, table, 2147483647);
    }
    replica_commit(replica, 1);
    return replica;
}

static struct view view_of(const struct replica *replica, enum engine_link link)
{
    return (struct view){replica,
                         link,
                         instant_at(NOW_MS),
                         {instant_at(NOW_MS), WALL_MS},
                         instant_at(NOW_MS - 4000),
                         instant_at(NOW_MS - 60000)};
}

/* ---- the tables against the MIB and the rows ---- */

static const struct mib_table *table_of(const struct object_set *set)
{
    if (set->definition)
        return set->definition;
    for (uint32_t i = 0; i < mib_groups[set->group].table_count; i++)
        if (mib_groups[set->group].tables[i].arc == set->table)
            return &mib_groups[set->group].tables[i];
    return NULL;
}

/* Scalars may be in two sets: those before the group's table and those behind it. */
static unsigned sources_of(const struct object_set *of, uint32_t arc)
{
    unsigned sources = 0;
    for (size_t i = 0; i < OBJECT_SET_COUNT; i++) {
        const struct object_set *set = object_sets[i];
        bool is_like =
            set->subtree == of->subtree && set->group == of->group && set->table == of->table;
        sources += is_like && arc < set->count && set->objects[arc].source != SOURCE_NONE;
    }
    return sources;
}

static void every_readable_object_has_a_source_and_no_other_has(void **state)
{
    (void)state;
    for (size_t i = 0; i < OBJECT_SET_COUNT; i++) {
        const struct object_set *set = object_sets[i];
        const struct mib_group *group = &mib_groups[set->group];
        const struct mib_table *table = table_of(set);
        uint32_t count = table ? table->column_count : group->scalar_count;
        for (uint32_t arc = 0; arc < count || arc < set->count; arc++) {
            const struct mib_object *definition = object_definition(set, arc);
            bool readable = definition && definition->access != MIB_ACCESS_NONE;
            unsigned sources = sources_of(set, arc);
            if (readable != sources)
                fail_msg("%s %u: readable %d, has sources: %u",
                         table ? table->name : group->name,
                         arc,
                         readable,
                         sources);
        }
    }
}

static size_t sets_of(uint32_t group, uint32_t table)
{
    size_t sets = 0;
    for (size_t i = 0; i < OBJECT_SET_COUNT; i++)
        sets += object_sets[i]->subtree == SUBTREE_PADAM && object_sets[i]->group == group &&
                object_sets[i]->table == table;
    return sets;
}

static void every_group_and_table_of_the_mib_is_there(void **state)
{
    (void)state;
    for (uint32_t group = 1; group < MIB_GROUP_COUNT; group++) {
        assert_int_equal(sets_of(group, 0) > 0, mib_groups[group].scalar_count > 0);
        for (uint32_t i = 0; i < mib_groups[group].table_count; i++)
            assert_int_equal(sets_of(group, mib_groups[group].tables[i].arc), 1);
    }
}

static enum field_type field_type_of(enum source source)
{
    switch (source) {
    case SOURCE_DURATION:
        return FIELD_DURATION;
    case SOURCE_INSTANT:
        return FIELD_INSTANT;
    case SOURCE_WALL:
        return FIELD_WALL;
    case SOURCE_TEXT:
    case SOURCE_TEXT_IF_ANY:
        return FIELD_TEXT;
    default:
        return FIELD_UNSIGNED;
    }
}

static const struct field_descriptor *field_at(enum row_table table, size_t offset)
{
    for (size_t i = 0; i < row_descriptors[table].field_count; i++)
        if (row_descriptors[table].fields[i].offset == offset)
            return &row_descriptors[table].fields[i];
    return NULL;
}

static void field_check(const struct object_set *set, uint32_t arc)
{
    const struct object *object = &set->objects[arc];
    const struct mib_object *definition = object_definition(set, arc);
    const struct field_descriptor *field = field_at(set->rows, object->offset);
    if (!field) {
        fail_msg("object %u of table %u reads no field", arc, set->table);
        return;
    }
    enum field_type type = field->type == FIELD_ENUM ? FIELD_UNSIGNED : field->type;
    assert_int_equal(type, field_type_of(object->source));
    assert_int_equal(type == FIELD_TEXT, definition->type == MIB_TYPE_OCTETS);
    assert_int_equal(field->type == FIELD_ENUM, definition->kind == MIB_KIND_ENUM);
    bool is_time = type == FIELD_INSTANT || type == FIELD_WALL;
    assert_int_equal(is_time, definition->kind == MIB_KIND_TIME);
}

static void every_source_reads_a_field_of_its_objects_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < OBJECT_SET_COUNT; i++)
        for (uint32_t arc = 0; arc < object_sets[i]->count; arc++) {
            enum source source = object_sets[i]->objects[arc].source;
            if (source != SOURCE_NONE && source != SOURCE_KEY && source != SOURCE_DERIVED)
                field_check(object_sets[i], arc);
        }
}

/* ---- walking ---- */

struct walked {
    size_t length[INSTANCE_LIMIT];
    mib_arc names[INSTANCE_LIMIT][INSTANCE_NAME_MAX];
    size_t count;
};

static int name_compare(const mib_arc *a, size_t a_length, const mib_arc *b, size_t b_length)
{
    for (size_t i = 0; i < a_length && i < b_length; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
}

static void walk(const struct view *view, struct walked *walked)
{
    mib_arc name[INSTANCE_NAME_MAX] = {1, 3};
    size_t length = 2;
    struct instance found;
    walked->count = 0;
    while (table_next(view, name, length, false, &found)) {
        assert_true(walked->count < INSTANCE_LIMIT);
        length = instance_name(&found, name);
        memcpy(walked->names[walked->count], name, sizeof name);
        walked->length[walked->count++] = length;
    }
}

static void a_walk_goes_upwards_through_everything_that_can_be_got(void **state)
{
    (void)state;
    struct replica *replica = filled_replica();
    struct view view = view_of(replica, ENGINE_LINK_CONNECTED);
    static struct walked walked;
    walk(&view, &walked);
    assert_true(walked.count > 200);
    for (size_t i = 0; i < walked.count; i++) {
        struct instance found;
        assert_int_equal(table_get(&view, walked.names[i], walked.length[i], &found), TABLE_FOUND);
        if (i > 0)
            assert_true(name_compare(walked.names[i - 1],
                                     walked.length[i - 1],
                                     walked.names[i],
                                     walked.length[i]) < 0);
    }
    replica_free(replica);
}

/* Names around every instance: cut, lengthened, with one arc moved. */
static size_t name_disturb(mib_arc name[static INSTANCE_NAME_MAX + 1], size_t length, unsigned how)
{
    static const mib_arc moved[] = {0, 1, 2, 99, UINT32_MAX, (mib_arc)UINT32_MAX + 1, ~(mib_arc)0};
    unsigned kinds = sizeof moved / sizeof *moved;
    size_t place = 5 + how / (kinds + 2) % (length - 5);
    unsigned kind = how % (kinds + 2);
    if (kind == kinds)
        return place;
    if (kind == kinds + 1) {
        name[length] = 0;
        return length + 1;
    }
    name[place] = moved[kind];
    return length;
}

static void after_any_name_comes_the_least_greater_one(void **state)
{
    (void)state;
    struct replica *replica = filled_replica();
    struct view view = view_of(replica, ENGINE_LINK_CONNECTED);
    static struct walked walked;
    walk(&view, &walked);
    for (size_t i = 0; i < walked.count; i++)
        for (unsigned how = 0; how < 117; how++) {
            mib_arc name[INSTANCE_NAME_MAX + 1], got[INSTANCE_NAME_MAX];
            memcpy(name, walked.names[i], sizeof walked.names[i]);
            size_t length = name_disturb(name, walked.length[i], how), next = 0;
            bool inclusive = how % 2;
            while (next < walked.count &&
                   name_compare(walked.names[next], walked.length[next], name, length) <
                       (inclusive ? 0 : 1))
                next++;
            struct instance found;
            bool any = table_next(&view, name, length, inclusive, &found);
            assert_int_equal(any, next < walked.count);
            if (any) {
                size_t got_length = instance_name(&found, got);
                assert_int_equal(
                    name_compare(got, got_length, walked.names[next], walked.length[next]), 0);
            }
        }
    replica_free(replica);
}

/* ---- the engine is lost ---- */

static struct value value_of(const struct view *view, const struct object_set *set, uint32_t arc,
                             uint32_t key)
{
    return table_value(view, set, arc, replica_get(view->replica, set->rows, key), key);
}

static void assert_number(struct value value, int64_t number)
{
    assert_int_equal(value.kind, VALUE_NUMBER);
    assert_int_equal(value.number, number);
}

static void a_lost_engines_live_enums_are_unknown_and_its_numbers_absent(void **state)
{
    (void)state;
    struct replica *replica = filled_replica();
    struct view view = view_of(replica, ENGINE_LINK_LOST);
    assert_number(value_of(&view, &mains_objects, MIB_MAINS_STATE, 0), MAINS_STATE_UNKNOWN);
    assert_number(value_of(&view, &input_objects, MIB_INPUT_VALUE, 3), INPUT_VALUE_UNKNOWN);
    assert_int_equal(value_of(&view, &mains_objects, MIB_MAINS_OUTAGES, 0).kind, VALUE_ABSENT);
    assert_int_equal(value_of(&view, &mains_objects, MIB_MAINS_SINCE, 0).kind, VALUE_ABSENT);
    assert_int_equal(value_of(&view, &genset_objects, MIB_GENSET_REASON, 0).kind, VALUE_ABSENT);
    assert_int_equal(value_of(&view, &control_objects, MIB_CTL_LOCK, 0).kind, VALUE_ABSENT);
    replica_free(replica);
}

static void a_lost_engines_names_and_history_stay(void **state)
{
    (void)state;
    struct replica *replica = filled_replica();
    struct view view = view_of(replica, ENGINE_LINK_LOST);
    assert_string_equal(value_of(&view, &input_objects, MIB_INPUT_NAME, 3).text, "t");
    assert_number(value_of(&view, &input_objects, MIB_INPUT_ROLE, 3), 2);
    assert_number(value_of(&view, &genset_objects, MIB_GENSET_MODE, 0), 2);
    assert_number(value_of(&view, &genset_objects, MIB_GENSET_WIRING, 0), 2);
    assert_number(value_of(&view, &event_objects, MIB_EVENT_DELIVERY, 3), 2);
    assert_number(value_of(&view, &command_objects, MIB_COMMAND_ASKED_AT, 3), 500);
    assert_number(value_of(&view, &control_objects, MIB_CTL_GENSET, 0), 1);
    replica_free(replica);
}

static bool instance_is_enum(const struct instance *instance)
{
    return object_definition(instance->set, instance->arc)->kind == MIB_KIND_ENUM;
}

/* The next instance of an enumeration after *name, which it becomes. */
static bool enum_next(const struct view *view, mib_arc name[static INSTANCE_NAME_MAX],
                      size_t *length)
{
    struct instance found;
    while (table_next(view, name, *length, false, &found)) {
        *length = instance_name(&found, name);
        if (instance_is_enum(&found))
            return true;
    }
    return false;
}

static void a_lost_engines_enums_have_the_same_instances(void **state)
{
    (void)state;
    struct replica *replica = filled_replica();
    for (uint32_t step = 1; step <= 6; step++)
        row_put(replica, ROW_step, step);
    replica_commit(replica, 2);
    struct view connected = view_of(replica, ENGINE_LINK_CONNECTED);
    struct view lost = view_of(replica, ENGINE_LINK_LOST);
    mib_arc here[INSTANCE_NAME_MAX] = {MIB_ROOT}, there[INSTANCE_NAME_MAX] = {MIB_ROOT};
    size_t here_length = MIB_ROOT_LENGTH, there_length = MIB_ROOT_LENGTH, count = 0;
    while (enum_next(&connected, here, &here_length)) {
        assert_true(enum_next(&lost, there, &there_length));
        assert_int_equal(name_compare(here, here_length, there, there_length), 0);
        count++;
    }
    assert_false(enum_next(&lost, there, &there_length));
    assert_true(count > 60);
    replica_free(replica);
}

static void what_grows_has_no_instance_while_the_engine_is_lost(void **state)
{
    (void)state;
    struct replica *replica = replica_create();
    struct row_incident incident = {.kind = INCIDENT_KIND_OUTAGE,
                                    .state = INCIDENT_STATE_OPEN,
                                    .times_estimated = ON_OFF_OFF,
                                    .lost_wall_ms = WALL_MS - 60000,
                                    .duration_ms = -1};
    struct row_deviation deviation = {.incident = 3,
                                      .round = 1,
                                      .step = 1,
                                      .kind = DEVIATION_KIND_TIME,
                                      .role = ROLE_GENSET_OPERATOR,
                                      .amount_ms = -1,
                                      .account_state = ACCOUNT_STATE_UNANSWERED};
    struct row_step step = {.incident = 3,
                            .round = 1,
                            .state = STEP_STATE_MISSED,
                            .due = instant_at(NOW_MS - 30000),
                            .done_at = INSTANT_NONE};
    struct row_system system = {.open_incident = 3};
    struct wire_message message;
    const struct {
        enum row_table table;
        uint32_t key;
        const void *row;
    } rows[] = {{ROW_incident, 3, &incident},
                {ROW_deviation, 5, &deviation},
                {ROW_step, 1, &step},
                {ROW_system, 0, &system}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wire_row_fill(&message, rows[i].table, rows[i].key, rows[i].row);
        assert_int_equal(replica_stage(replica, &message.row), 0);
    }
    replica_commit(replica, 1);
    struct view view = view_of(replica, ENGINE_LINK_CONNECTED);
    assert_number(value_of(&view, &incident_objects, MIB_INCIDENT_DURATION_SECONDS, 3), 60);
    assert_number(value_of(&view, &deviation_objects, MIB_DEVIATION_AMOUNT_SECONDS, 5), 30);
    view = view_of(replica, ENGINE_LINK_LOST);
    assert_int_equal(value_of(&view, &incident_objects, MIB_INCIDENT_DURATION_SECONDS, 3).kind,
                     VALUE_ABSENT);
    assert_int_equal(value_of(&view, &deviation_objects, MIB_DEVIATION_AMOUNT_SECONDS, 5).kind,
                     VALUE_ABSENT);
    assert_number(value_of(&view, &incident_objects, MIB_INCIDENT_STATE, 3), INCIDENT_STATE_OPEN);
    replica_free(replica);
}

static void before_any_engine_scalars_are_unknown_and_tables_empty(void **state)
{
    (void)state;
    struct replica *replica = replica_create();
    struct view view = view_of(replica, ENGINE_LINK_UNKNOWN);
    static struct walked walked;
    walk(&view, &walked);
    for (size_t i = 0; i < walked.count; i++)
        if (walked.names[i][4] != 2)
            assert_int_equal(walked.length[i], MIB_ROOT_LENGTH + 4);
    assert_number(value_of(&view, &system_objects, MIB_OVERALL_STATE, 0), SEVERITY_UNKNOWN);
    assert_int_equal(value_of(&view, &system_objects, MIB_SITE, 0).kind, VALUE_ABSENT);
    replica_free(replica);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_readable_object_has_a_source_and_no_other_has),
        cmocka_unit_test(every_group_and_table_of_the_mib_is_there),
        cmocka_unit_test(every_source_reads_a_field_of_its_objects_type),
        cmocka_unit_test(a_walk_goes_upwards_through_everything_that_can_be_got),
        cmocka_unit_test(after_any_name_comes_the_least_greater_one),
        cmocka_unit_test(a_lost_engines_live_enums_are_unknown_and_its_numbers_absent),
        cmocka_unit_test(a_lost_engines_names_and_history_stay),
        cmocka_unit_test(a_lost_engines_enums_have_the_same_instances),
        cmocka_unit_test(what_grows_has_no_instance_while_the_engine_is_lost),
        cmocka_unit_test(before_any_engine_scalars_are_unknown_and_tables_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

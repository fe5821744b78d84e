#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "row_samples.h"
#include "wire/rows.h"

static void every_field_lies_within_its_row_behind_the_one_before(void **state)
{
    (void)state;
    for (size_t table = 0; table < ROW_TABLE_COUNT; table++) {
        const struct row_descriptor *row = &row_descriptors[table];
        size_t end = 0;
        assert_true(row->field_count > 0);
        for (size_t i = 0; i < row->field_count; i++) {
            assert_true(row->fields[i].offset >= end);
            end = row->fields[i].offset + row->fields[i].size;
        }
        assert_true(end <= row->size);
    }
}

static void descriptors_carry_the_names_of_the_list(void **state)
{
    (void)state;
    const struct row_descriptor *row = &row_descriptors[ROW_record];
    assert_string_equal(row->name, "record");
    assert_int_equal(row->kind, ROW_KIND_HISTORY);
    assert_string_equal(row->fields[4].name, "verdict");
    assert_int_equal(row->fields[4].type, FIELD_ENUM);
    assert_string_equal(row->fields[4].enum_name(STEP_STATE_MET), "met");
    assert_string_equal(row->fields[7].name, "clock_start");
    assert_int_equal(row->fields[7].type, FIELD_WALL);
    assert_int_equal(row->fields[7].offset, offsetof(struct row_record, clock_start_wall_ms));
}

static void every_sample_row_is_valid(void **state)
{
    (void)state;
    for (unsigned table = 0; table < ROW_TABLE_COUNT; table++) {
        union row_sample row;
        row_sample_fill(&row, table, 7);
        assert_true(row_is_valid(table, &row));
    }
}

/* Puts `number` into every field of this type in turn; each alone must make its row invalid. */
static void assert_refused_everywhere(enum field_type type, int64_t number)
{
    unsigned tried = 0;
    for (unsigned table = 0; table < ROW_TABLE_COUNT; table++)
        for (size_t i = 0; i < row_descriptors[table].field_count; i++) {
            const struct field_descriptor *field = &row_descriptors[table].fields[i];
            if (field->type != type)
                continue;
            union row_sample row;
            row_sample_fill(&row, table, 7);
            memcpy(row.bytes + field->offset, &number, field->size);
            assert_false(row_is_valid(table, &row));
            tried++;
        }
    assert_true(tried > 0);
}

static void enumerators_outside_their_range_are_refused_in_every_field(void **state)
{
    (void)state;
    assert_refused_everywhere(FIELD_ENUM, 0);
    assert_refused_everywhere(FIELD_ENUM, NOTIFICATION_COUNT);
    assert_refused_everywhere(FIELD_ENUM, UINT32_MAX);
}

static void the_last_enumerator_is_accepted(void **state)
{
    (void)state;
    union row_sample row;
    row_sample_fill(&row, ROW_event, 7);
    row.event.notification = NOTIFICATION_COUNT - 1;
    assert_true(row_is_valid(ROW_event, &row));
    row.event.notification = NOTIFICATION_COUNT;
    assert_false(row_is_valid(ROW_event, &row));
}

static void negative_durations_but_minus_one_are_refused(void **state)
{
    (void)state;
    assert_refused_everywhere(FIELD_DURATION, -2);
    union row_sample row;
    row_sample_fill(&row, ROW_event, 7);
    row.event.delay_ms = -1;
    assert_true(row_is_valid(ROW_event, &row));
}

static void wall_times_before_1970_are_refused(void **state)
{
    (void)state;
    assert_refused_everywhere(FIELD_WALL, -1);
}

static void text_without_end_mark_is_refused_in_every_field(void **state)
{
    (void)state;
    for (unsigned table = 0; table < ROW_TABLE_COUNT; table++)
        for (size_t i = 0; i < row_descriptors[table].field_count; i++) {
            const struct field_descriptor *field = &row_descriptors[table].fields[i];
            if (field->type != FIELD_TEXT)
                continue;
            union row_sample row;
            row_sample_fill(&row, table, 7);
            memset(row.bytes + field->offset, 'x', field->size);
            assert_false(row_is_valid(table, &row));
            row.bytes[field->offset + field->size - 1] = '\0';
            assert_true(row_is_valid(table, &row));
        }
}

static void text_is_well_formed_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "padam",
                                       "\xC3\xA9",
                                       "\xE2\x82\xAC",
                                       "\xF0\x9F\x94\x8C",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {"\x80",
                                      "\xC3",
                                      "\xC0\xAF",
                                      "\xC1\xBF",
                                      "\xE2\x82",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "a\xE9z",
                                      "\xE2\x28\xA1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(row_text_is_valid(good[i], strlen(good[i]) + 1));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(row_text_is_valid(bad[i], strlen(bad[i]) + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_lies_within_its_row_behind_the_one_before),
        cmocka_unit_test(descriptors_carry_the_names_of_the_list),
        cmocka_unit_test(every_sample_row_is_valid),
        cmocka_unit_test(enumerators_outside_their_range_are_refused_in_every_field),
        cmocka_unit_test(the_last_enumerator_is_accepted),
        cmocka_unit_test(negative_durations_but_minus_one_are_refused),
        cmocka_unit_test(wall_times_before_1970_are_refused),
        cmocka_unit_test(text_without_end_mark_is_refused_in_every_field),
        cmocka_unit_test(text_is_well_formed_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

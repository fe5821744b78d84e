#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/language.h"
#include "catalogues.h"
#include "cli/screen.h"
#include "cli/words.h"
#include "wire/rows.h"

static int begin(void **state)
{
    (void)state;
    catalogues_use_built();
    unsetenv("LC_MESSAGES");
    setenv("LC_ALL", "C", 1);
    return 0;
}

static void a_language_that_is_wanted_is_shown_whatever_the_locale(void **state)
{
    (void)state;
    assert_true(language_begin("id"));
    assert_string_equal(language_code(), "id");
    assert_string_equal(_("This is a drill"), "Ini simulasi");
    assert_true(language_begin("en"));
    assert_string_equal(language_code(), "en");
    assert_string_equal(_("This is a drill"), "This is a drill");
}

static void the_locale_chooses_even_where_it_was_never_generated(void **state)
{
    (void)state;
    setenv("LC_ALL", "id_ID.UTF-8", 1);
    assert_true(language_begin(NULL));
    assert_string_equal(language_code(), "id");
    setenv("LC_ALL", "C", 1);
    assert_true(language_begin(NULL));
    assert_string_equal(language_code(), "en");
}

static void a_language_without_a_catalogue_is_refused(void **state)
{
    (void)state;
    assert_false(language_begin("jv"));
}

static void what_is_in_no_catalogue_stays(void **state)
{
    char words[SCREEN_TIME_SIZE];
    (void)state;
    assert_true(language_begin("id"));
    assert_string_equal(language_text(""), "");
    assert_string_equal(language_text("srv-akuntansi"), "srv-akuntansi");
    assert_string_equal(language_text("every start attempt failed"),
                        "semua percobaan menyalakan gagal");
    screen_words("start-failed", words);
    assert_string_equal(words, "gagal menyala");
    assert_true(language_begin("en"));
    screen_words("start-failed", words);
    assert_string_equal(words, "start failed");
}

/* Those that programs read, in whatever language: notifications are named in padam.conf. */
static bool is_a_code(const char *field)
{
    return strcmp(field, "notification") == 0;
}

/* Not shown to people. */
static bool is_hidden(enum row_table table, const char *field)
{
    return (table == ROW_genset && strcmp(field, "wiring") == 0) ||
           (table == ROW_genset && strcmp(field, "started_by") == 0) ||
           (table == ROW_ups && strcmp(field, "source") == 0) ||
           (table == ROW_input && strcmp(field, "status") == 0);
}

static void every_word_that_people_see_is_in_the_catalogue(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (unsigned table = 0; table < ROW_TABLE_COUNT; table++)
        for (size_t i = 0; i < row_descriptors[table].field_count; i++) {
            const struct field_descriptor *field = &row_descriptors[table].fields[i];
            if (field->type != FIELD_ENUM || is_a_code(field->name) ||
                is_hidden((enum row_table)table, field->name))
                continue;
            for (unsigned value = 1; value < field->value_count; value++, seen++)
                if (!words_has(field->enum_name(value)))
                    fail_msg("%s.%s: \"%s\" is not in words.c",
                             row_descriptors[table].name,
                             field->name,
                             field->enum_name(value));
        }
    assert_true(seen > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_language_that_is_wanted_is_shown_whatever_the_locale, begin),
        cmocka_unit_test_setup(the_locale_chooses_even_where_it_was_never_generated, begin),
        cmocka_unit_test_setup(a_language_without_a_catalogue_is_refused, begin),
        cmocka_unit_test_setup(what_is_in_no_catalogue_stays, begin),
        cmocka_unit_test_setup(every_word_that_people_see_is_in_the_catalogue, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

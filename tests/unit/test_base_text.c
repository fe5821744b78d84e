#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void copy_that_fits_is_whole(void **state)
{
    (void)state;
    char to[4];
    assert_true(text_copy(to, sizeof to, "abc"));
    assert_string_equal(to, "abc");
}

static void copy_cuts_at_a_character_boundary(void **state)
{
    (void)state;
    static const char *const texts[] = {"ab\xC3\xA9", "a\xE2\x82\xAC", "\xF0\x9F\x94\x8C", "abcd"};
    static const char *const cut[] = {"ab", "a", "", "abc"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char to[4];
        assert_false(text_copy(to, sizeof to, texts[i]));
        assert_string_equal(to, cut[i]);
    }
}

static void copy_keeps_a_character_that_ends_at_the_edge(void **state)
{
    (void)state;
    char to[4];
    assert_false(text_copy(to, sizeof to, "a\xC3\xA9z"));
    assert_string_equal(to, "a\xC3\xA9");
}

static void append_goes_on_where_the_text_ends(void **state)
{
    (void)state;
    char to[16];
    assert_true(text_format(to, sizeof to, "step %d", 3));
    assert_true(text_append(to, sizeof to, " %s", "met"));
    assert_string_equal(to, "step 3 met");
}

static void append_cuts_and_says_so(void **state)
{
    (void)state;
    char to[8] = "genset";
    assert_false(text_append(to, sizeof to, "\xC3\xA9 runs"));
    assert_string_equal(to, "genset");
    assert_false(text_append(to, sizeof to, "abc"));
    assert_string_equal(to, "genseta");
    assert_false(text_append(to, sizeof to, "b"));
    assert_string_equal(to, "genseta");
}

static void what_shows_nothing_is_blank(void **state)
{
    (void)state;
    static const char *const blank[] = {
        "", " ", "\t\r\n \x7F", "\xC2\xA0", " \xE2\x80\x8B\xE3\x80\x80 "};
    static const char *const said[] = {"x", " . ", "\xC2\xA1", "\xE2\x82\xAC", "\xE2\x80\x93"};
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++)
        assert_true(text_is_blank(blank[i]));
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        assert_false(text_is_blank(said[i]));
}

static void one_line_has_no_control_characters(void **state)
{
    (void)state;
    char text[] = "a\nb\x1B[31m\tc\x7F \xC3\xA9";
    text_one_line(text);
    assert_string_equal(text, "a b [31m c  \xC3\xA9");
    /* A right-to-left override, an isolate, a C1 CSI, a line separator; what is no UTF-8 stays. */
    static const unsigned char turning[] = {'a',  0xE2, 0x80, 0xAE, 'b',  0xE2, 0x81,
                                            0xA6, 'c',  0xC2, 0x9B, 'd',  0xE2, 0x80,
                                            0xA8, 'e',  0xFF, 0xE2, 0x80, 0};
    char turned[sizeof turning];
    memcpy(turned, turning, sizeof turned);
    text_one_line(turned);
    assert_string_equal(turned, "a   b   c  d   e\xFF\xE2\x80");
}

static const struct {
    int64_t ms;
    const char *text;
} durations[] = {
    {0, "0:00"},
    {999, "0:00.999"},
    {5000, "0:05"},
    {200000, "3:20"},
    {200005, "3:20.005"},
    {3599999, "59:59.999"},
    {3600000, "1:00:00"},
    {360000000, "100:00:00"},
};

static void durations_are_written_for_people(void **state)
{
    (void)state;
    char to[TEXT_DURATION_SIZE];
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        text_format_duration(to, durations[i].ms);
        assert_string_equal(to, durations[i].text);
    }
    text_format_duration(to, -5000);
    assert_string_equal(to, "-0:05");
    text_format_duration(to, INT64_MIN);
    assert_string_equal(to, "-2562047788015:12:55.808");
}

static void durations_written_are_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        int64_t ms = -1;
        assert_null(text_parse_duration(durations[i].text, &ms));
        assert_int_equal(ms, durations[i].ms);
    }
}

static void durations_in_units_are_read(void **state)
{
    (void)state;
    int64_t ms = -1;
    assert_null(text_parse_duration("90s", &ms));
    assert_int_equal(ms, 90000);
    assert_null(text_parse_duration("250ms", &ms));
    assert_int_equal(ms, 250);
    assert_null(text_parse_duration("90:00", &ms));
    assert_int_equal(ms, 5400000);
}

static void anything_else_is_no_duration(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",      "5",       "5m",    ":05",       "1:5",
        "1:60",  "1:60:00", "1:005", "-1:00",     "+1:00",
        " 1:00", "1:00 ",   "1:00.", "1:00.5",    "1:",
        "1.5s",  "1:00s",   "5 s",   "5S",        "1:00:00:00",
        "s",     "ms",      "0x5s",  "1:00.0000", "1234567890123s",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int64_t ms = -7;
        if (!text_parse_duration(wrong[i], &ms))
            fail_msg("accepted: \"%s\"", wrong[i]);
        assert_int_equal(ms, -7);
    }
}

static void characters_are_well_formed_utf_8_and_nothing_else(void **state)
{
    static const struct {
        const char *text;
        size_t length, size;
    } cases[] = {
        {"a", 1, 1},
        {"", 0, 0},
        {"\0", 1, 0},
        {"\xC3\xA9", 2, 2},
        {"\xC3\xA9", 1, 0},     /* cut */
        {"\xC0\x80", 2, 0},     /* overlong NUL */
        {"\xE0\x9F\xBF", 3, 0}, /* overlong */
        {"\xE2\x82\xAC", 3, 3},
        {"\xED\xA0\x80", 3, 0}, /* surrogate */
        {"\xEF\xBF\xBD", 3, 3},
        {"\xF0\x9F\x94\x8C", 4, 4},
        {"\xF0\x9F\x94(", 4, 0},
        {"\xF4\x90\x80\x80", 4, 0}, /* beyond U+10FFFF */
        {"\x80", 1, 0},
        {"\xFF", 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (text_character_size(cases[i].text, cases[i].length) != cases[i].size)
            fail_msg("case %zu: expected %zu", i, cases[i].size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_that_fits_is_whole),
        cmocka_unit_test(copy_cuts_at_a_character_boundary),
        cmocka_unit_test(copy_keeps_a_character_that_ends_at_the_edge),
        cmocka_unit_test(append_goes_on_where_the_text_ends),
        cmocka_unit_test(append_cuts_and_says_so),
        cmocka_unit_test(what_shows_nothing_is_blank),
        cmocka_unit_test(one_line_has_no_control_characters),
        cmocka_unit_test(durations_are_written_for_people),
        cmocka_unit_test(durations_written_are_read_back),
        cmocka_unit_test(durations_in_units_are_read),
        cmocka_unit_test(anything_else_is_no_duration),
        cmocka_unit_test(characters_are_well_formed_utf_8_and_nothing_else),
    };
    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}

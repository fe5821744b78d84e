#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "config/config.h"
#include "config_text.h"

/* A folder with the configuration and a file that is not executable. */
struct bench {
    char folder[64], plain[96], path[96];
    char errors[MESSAGES_SIZE], warnings[MESSAGES_SIZE];
};

static void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0644), 0);
}

static int bench_open(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    text_copy(bench->folder, sizeof bench->folder, "/tmp/padam-programs-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    text_format(bench->plain, sizeof bench->plain, "%s/plain", bench->folder);
    text_format(bench->path, sizeof bench->path, "%s/padam.conf", bench->folder);
    file_write(bench->plain, "#!/bin/true\n");
    *state = bench;
    return 0;
}

static int bench_close(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(unlink(bench->plain), 0);
    assert_int_equal(unlink(bench->path), 0);
    assert_int_equal(rmdir(bench->folder), 0);
    free(bench);
    return 0;
}

static void keep_error(void *context, const char *message)
{
    struct bench *bench = context;
    text_append(bench->errors, sizeof bench->errors, "%s\n", message);
}

/* Without the file's name. */
static void keep_warning(void *context, const char *message)
{
    struct bench *bench = context;
    size_t length = strlen(bench->path);
    assert_memory_equal(message, bench->path, length);
    text_append(bench->warnings, sizeof bench->warnings, "%s\n", message + length);
}

#define WIRED                                                                                      \
    "inputs = { mains_l1 = { chip = \"a\"; line = \"M\"; }; "                                      \
    "genset_running = { chip = \"a\"; offset = 7; }; };\n"

static void check_warnings(struct bench *bench, const char *text, const char *expected)
{
    struct config config;
    file_write(bench->path, text);
    assert_int_equal(
        config_load_with_warnings(bench->path, &config, keep_error, keep_warning, bench), 0);
    assert_string_equal(bench->errors, "");
    assert_string_equal(bench->warnings, expected);
    config_release(&config);
}

static void programs_that_are_there_get_no_warning(void **state)
{
    check_warnings(*state,
                   WIRED "equipment = { network = [\"/bin/true\"]; };\n"
                         "servers = ( { index = 1; name = \"a\"; shutdown = [\"/bin/true\"]; "
                         "retries = 0; off_within_s = 60; verify = [\"/bin/true\"]; } );",
                   "");
}

static void each_program_that_is_missing_is_named_with_its_server_and_line(void **state)
{
    check_warnings(
        *state,
        WIRED "equipment = {\n"
              "    network = [\"/no/ping\"];\n"
              "    administrator_computer = [\"/no/check\"]; };\n"
              "servers = (\n"
              "    { index = 2; name = \"late\"; tier = 9; retries = 0; off_within_s = 60; "
              "shutdown = [\"/bin/true\"];\n"
              "      verify = [\"/no/verify\", \"x\"]; answers = [\"/no/answers\"]; },\n"
              "    { index = 1; name = \"early\"; retries = 0; off_within_s = 30; "
              "command_timeout_s = 9; shutdown = [\"/no/such-program\"];\n"
              "      alternative = [\"/no/alternative\"]; verify = [\"/bin/true\"];\n"
              "      force = [\"/no/force\"]; check = [\"/no/check\"]; } );\n",
        ":4: equipment.administrator_computer cannot be run: /no/check: No such file or directory; "
        "expected an executable file\n"
        ":3: equipment.network cannot be run: /no/ping: No such file or directory; expected an "
        "executable file\n"
        ":7: server \"late\": servers[0].verify cannot be run: /no/verify: No such file or "
        "directory; expected an executable file\n"
        ":7: server \"late\": servers[0].answers cannot be run: /no/answers: No such file or "
        "directory; expected an executable file\n"
        ":8: server \"early\": servers[1].shutdown cannot be run: /no/such-program: No such file "
        "or "
        "directory; expected an executable file\n"
        ":9: server \"early\": servers[1].alternative cannot be run: /no/alternative: No such file "
        "or directory; expected an executable file\n"
        ":10: server \"early\": servers[1].force cannot be run: /no/force: No such file or "
        "directory; expected an executable file\n"
        ":10: server \"early\": servers[1].check cannot be run: /no/check: No such file or "
        "directory; expected an executable file\n");
}

static void file_that_is_not_executable_gets_a_warning(void **state)
{
    struct bench *bench = *state;
    char text[1024], expected[512];
    text_format(text,
                sizeof text,
                WIRED "equipment = { network = [\"%s\"];\nadministrator_computer = [\"%s\"]; };\n",
                bench->plain,
                bench->folder);
    text_format(expected,
                sizeof expected,
                ":3: equipment.administrator_computer cannot be run: %s: Is a directory; expected "
                "an executable file\n"
                ":2: equipment.network cannot be run: %s: Permission denied; expected an "
                "executable file\n",
                bench->folder,
                bench->plain);
    check_warnings(bench, text, expected);
}

static void file_with_errors_is_not_looked_at_further(void **state)
{
    struct bench *bench = *state;
    struct config config;
    file_write(bench->path, WIRED "equipment = { network = [\"/no/ping\"]; colour = 1; };\n");
    assert_int_equal(
        config_load_with_warnings(bench->path, &config, keep_error, keep_warning, bench), 1);
    assert_string_equal(bench->warnings, "");
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BENCH(programs_that_are_there_get_no_warning),
        WITH_BENCH(each_program_that_is_missing_is_named_with_its_server_and_line),
        WITH_BENCH(file_that_is_not_executable_gets_a_warning),
        WITH_BENCH(file_with_errors_is_not_looked_at_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "ports/shadow.h"
#include "row_samples.h"

enum { FILE_MAX = 1 << 20, ROWS_LIMIT = 32, SLOTS = 2 };

static const char journal[] = "/var/lib/padam/journal.db";
static const struct journal_moment moment = {
    "9b2d3c1a-0000-4000-8000-123456789abc", {123456}, 1700000000123, 0};
static char folder[64], path[96], problem[SHADOW_TEXT_SIZE];
static struct shadow *shadow;
static struct shadow_content content;

static struct {
    size_t count;
    enum row_table tables[ROWS_LIMIT];
    uint32_t keys[ROWS_LIMIT];
    union row_sample rows[ROWS_LIMIT];
} found;

static void row_note(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)context;
    assert_true(found.count < ROWS_LIMIT);
    found.tables[found.count] = table;
    found.keys[found.count] = key;
    memcpy(&found.rows[found.count++], row, row_descriptors[table].size);
}

static int begin(void **state)
{
    (void)state;
    text_copy(folder, sizeof folder, "/dev/shm/padam-shadow-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    text_format(path, sizeof path, "%s/shadow", folder);
    problem[0] = '\0';
    shadow = shadow_open(path, journal, problem);
    return shadow ? 0 : -1;
}

static int entry_remove(const char *name, const struct stat *status, int type, struct FTW *place)
{
    (void)status, (void)type, (void)place;
    return remove(name);
}

static int end(void **state)
{
    (void)state;
    shadow_content_release(&content);
    shadow_close(shadow);
    shadow = NULL;
    return nftw(folder, entry_remove, 4, FTW_DEPTH | FTW_PHYS);
}

static void reopen_for(const char *whose)
{
    shadow_close(shadow);
    shadow = shadow_open(path, whose, problem);
    assert_non_null(shadow);
}

static bool is_read(const char *boot_id)
{
    shadow_content_release(&content);
    return shadow_read(shadow, boot_id, &content);
}

/* A new engine finds just this; NULL: nothing. */
static void assert_left(const char *snapshot)
{
    reopen_for(journal);
    assert_int_equal(is_read(moment.boot_id), snapshot != NULL);
    if (snapshot)
        assert_string_equal(content.snapshot, snapshot);
}

static int put(uint64_t number, const char *snapshot)
{
    union row_sample row;
    row_sample_fill(&row, ROW_event, (unsigned)number);
    shadow_begin(shadow, number, &moment, snapshot);
    shadow_row(shadow, ROW_event, (uint32_t)number, &row);
    return shadow_commit(shadow);
}

/* ---- the file as bytes ---- */

static unsigned char bytes[FILE_MAX], later[FILE_MAX];

static size_t file_read(unsigned char *to)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, to, FILE_MAX);
    assert_true(size > 0);
    close(fd);
    return (size_t)size;
}

/* These bytes where the file has others. */
static void file_patch(const unsigned char *from, size_t at, size_t size)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, from, size, (off_t)at), size);
    close(fd);
}

/* ---- tests ---- */

static void at_first_there_is_nothing(void **state)
{
    (void)state;
    assert_false(is_read(moment.boot_id));
    assert_int_equal(access(path, F_OK), -1);
}

static void all_that_was_written_is_read_back(void **state)
{
    (void)state;
    union row_sample row;
    size_t count = 0;
    shadow_begin(shadow, 17, &moment, "state 17\n");
    for (size_t table = 0; table < ROW_TABLE_COUNT; table++) {
        if (row_descriptors[table].kind != ROW_KIND_HISTORY)
            continue;
        row_sample_fill(&row, (enum row_table)table, 3);
        shadow_row(shadow, (enum row_table)table, 40 + (uint32_t)table, &row);
        count++;
    }
    assert_int_equal(shadow_commit(shadow), 0);
    assert_left("state 17\n");
    assert_int_equal(content.number, 17);
    assert_memory_equal(&content.moment, &moment, sizeof moment);
    found.count = 0;
    shadow_content_each(&content, row_note, NULL);
    assert_int_equal(found.count, count);
    for (size_t i = 0; i < count; i++) {
        row_sample_fill(&row, found.tables[i], 3);
        assert_int_equal(found.keys[i], 40 + found.tables[i]);
        assert_memory_equal(&found.rows[i], &row, row_descriptors[found.tables[i]].size);
    }
}

static void the_last_one_written_counts(void **state)
{
    (void)state;
    char snapshot[32];
    for (uint64_t number = 1; number <= 5; number++) {
        text_format(snapshot, sizeof snapshot, "state %u", (unsigned)number);
        assert_int_equal(put(7, snapshot), 0);
        assert_left(snapshot);
    }
}

static void a_kill_at_any_byte_leaves_one_that_is_whole(void **state)
{
    (void)state;
    assert_int_equal(put(1, "the first"), 0);
    assert_int_equal(put(2, "the one before"), 0);
    size_t size = file_read(bytes), last = 0;
    assert_int_equal(put(3, "the one written"), 0);
    assert_int_equal(file_read(later), size);
    shadow_close(shadow);
    shadow = NULL;
    for (size_t at = 0; at < size; at++)
        last = bytes[at] != later[at] ? at + 1 : last;
    assert_in_range(last, 1, size / SLOTS);
    file_patch(bytes, 0, size);
    for (size_t cut = 0; cut <= last; cut++) {
        file_patch(later, 0, cut);
        assert_left(cut < last ? "the one before" : "the one written");
    }
}

static void a_damaged_byte_makes_its_slot_void(void **state)
{
    (void)state;
    assert_int_equal(put(1, "the one before"), 0);
    assert_int_equal(put(2, "the one written"), 0);
    size_t size = file_read(bytes), slot = size / SLOTS, used = slot;
    while (used > 0 && bytes[slot + used - 1] == 0)
        used--;
    for (size_t at = slot; at < slot + used; at++) {
        unsigned char damaged = bytes[at] ^ 0x40;
        file_patch(&damaged, at, 1);
        assert_left("the one before");
        file_patch(&bytes[at], at, 1);
    }
    assert_left("the one written");
}

static void that_of_another_boot_is_none(void **state)
{
    (void)state;
    assert_int_equal(put(1, "state"), 0);
    assert_false(is_read("9b2d3c1a-0000-4000-8000-123456789abd"));
    assert_true(is_read(moment.boot_id));
}

static void without_the_boots_id_there_is_none(void **state)
{
    (void)state;
    const struct journal_moment nameless = {.boot = moment.boot};
    shadow_begin(shadow, 1, &nameless, "state");
    assert_int_equal(shadow_commit(shadow), 0);
    assert_false(is_read(""));
}

static void that_of_another_journal_is_none(void **state)
{
    (void)state;
    assert_int_equal(put(1, "state"), 0);
    reopen_for("/var/lib/other/journal.db");
    assert_false(is_read(moment.boot_id));
}

/* As shadow.c lays it out. */
enum { CHECKSUM_AT = 8, SIZE_AT = 16, SCHEMA_AT = 24 };

static uint64_t checksum_of(const unsigned char *slot)
{
    uint64_t size, word;
    memcpy(&size, slot + SIZE_AT, sizeof size);
    uint64_t hash = size;
    for (size_t at = SIZE_AT; at < size; at += sizeof word) {
        memcpy(&word, slot + at, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return hash;
}

static void that_of_another_build_is_none(void **state)
{
    (void)state;
    assert_int_equal(put(1, "state"), 0);
    file_read(bytes);
    uint64_t checksum = checksum_of(bytes);
    assert_memory_equal(bytes + CHECKSUM_AT, &checksum, sizeof checksum);
    bytes[SCHEMA_AT] ^= 1;
    checksum = checksum_of(bytes);
    memcpy(bytes + CHECKSUM_AT, &checksum, sizeof checksum);
    file_patch(bytes, 0, SCHEMA_AT + 1);
    assert_left(NULL);
}

static char *long_text(size_t length)
{
    char *text = malloc(length + 1);
    assert_non_null(text);
    memset(text, 'x', length);
    text[length] = '\0';
    return text;
}

static void it_grows_and_its_room_is_taken_in_advance(void **state)
{
    (void)state;
    struct stat status;
    for (size_t length = 100; length < FILE_MAX; length *= 10) {
        char *text = long_text(length);
        assert_int_equal(put(length, text), 0);
        assert_left(text);
        free(text);
        assert_int_equal(stat(path, &status), 0);
        assert_true(status.st_blocks * 512 >= status.st_size);
        assert_true((size_t)status.st_size >= SLOTS * length);
    }
    assert_int_equal(put(1, "short again"), 0);
    assert_left("short again");
}

static void file_size_limit(rlim_t limit)
{
    struct rlimit sizes;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &sizes), 0);
    sizes.rlim_cur = limit < sizes.rlim_max ? limit : sizes.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &sizes), 0);
}

static void without_room_the_last_one_stands_and_later_ones_are_written_again(void **state)
{
    (void)state;
    char *text = long_text(FILE_MAX / 2), name[128];
    assert_int_equal(put(1, "before"), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    file_size_limit(FILE_MAX / 4);
    int result = put(2, text), error = errno;
    file_size_limit(RLIM_INFINITY);
    (void)signal(SIGXFSZ, handler);
    free(text);
    assert_int_equal(result, -1);
    assert_int_equal(error, EFBIG);
    text_format(name, sizeof name, "%s.new", path);
    assert_int_equal(access(name, F_OK), -1);
    assert_left("before");
    assert_int_equal(put(3, "after"), 0);
    assert_left("after");
}

static void a_folder_that_is_not_in_memory_is_refused(void **state)
{
    (void)state;
    assert_null(shadow_open("/proc/self/shadow", journal, problem));
    assert_non_null(strstr(problem, "/proc/self/shadow: its folder is not in memory"));
}

static void a_folder_that_is_missing_is_refused(void **state)
{
    (void)state;
    char name[128];
    text_format(name, sizeof name, "%s/none/shadow", folder);
    assert_null(shadow_open(name, journal, problem));
    assert_non_null(strstr(problem, strerror(ENOENT)));
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    static const char *const named[] = {"pipe", "link"};
    char name[128];
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        text_format(name, sizeof name, "%s/%s", folder, named[i]);
        assert_int_equal(i == 0 ? mkfifo(name, 0600) : symlink(path, name), 0);
        assert_null(shadow_open(name, journal, problem));
        assert_non_null(strstr(problem, name));
    }
}

static void one_that_another_engine_has_is_refused(void **state)
{
    (void)state;
    assert_int_equal(put(1, "state"), 0);
    pid_t other = fork();
    assert_true(other >= 0);
    if (other == 0)
        _exit(shadow_open(path, journal, problem) || !strstr(problem, "another engine has it"));
    int status = 0;
    assert_int_equal(waitpid(other, &status, 0), other);
    assert_int_equal(status, 0);
}

#define SHADOW_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHADOW_TEST(at_first_there_is_nothing),
        SHADOW_TEST(all_that_was_written_is_read_back),
        SHADOW_TEST(the_last_one_written_counts),
        SHADOW_TEST(a_kill_at_any_byte_leaves_one_that_is_whole),
        SHADOW_TEST(a_damaged_byte_makes_its_slot_void),
        SHADOW_TEST(that_of_another_boot_is_none),
        SHADOW_TEST(without_the_boots_id_there_is_none),
        SHADOW_TEST(that_of_another_journal_is_none),
        SHADOW_TEST(that_of_another_build_is_none),
        SHADOW_TEST(it_grows_and_its_room_is_taken_in_advance),
        SHADOW_TEST(without_room_the_last_one_stands_and_later_ones_are_written_again),
        SHADOW_TEST(a_folder_that_is_not_in_memory_is_refused),
        SHADOW_TEST(a_folder_that_is_missing_is_refused),
        SHADOW_TEST(what_is_no_file_is_refused),
        SHADOW_TEST(one_that_another_engine_has_is_refused),
    };
    return cmocka_run_group_tests_name("ports/shadow", tests, NULL, NULL);
}

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
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/text.h"
#include "ports/journal_frame.h"
#include "ports/journal_process.h"
#include "ports/journal_read.h"
#include "row_samples.h"

enum { LIMIT_MS = 20000, LOADED_LIMIT = 64 };

static char folder[64], path[96];
static int lock = -1; /* of the journal, instead of a process */

/* What the handlers and a load were told. */
static struct {
    struct journal *journal;
    uint64_t committed, used_bytes;
    unsigned begun;
    enum journal_beginning beginning;
    unsigned failures;
    char failure[2 * JOURNAL_TEXT_SIZE], notices[4 * JOURNAL_TEXT_SIZE];
    struct journal_loaded loaded;
    bool done;
    size_t row_count;
    struct {
        enum row_table table;
        uint32_t key;
        union row_sample row;
    } rows[LOADED_LIMIT];
} told;

static void committed_note(void *context, uint64_t number, uint64_t used_bytes)
{
    (void)context;
    told.committed = number;
    told.used_bytes = used_bytes;
}

static void begun_note(void *context, enum journal_beginning beginning)
{
    (void)context;
    told.begun++;
    told.beginning = beginning;
}

static void failed_note(void *context, const char *text)
{
    (void)context;
    told.failures++;
    text_append(told.failure, sizeof told.failure, "%s\n", text);
}

static void notice_note(void *context, const char *text)
{
    (void)context;
    text_append(told.notices, sizeof told.notices, "%s\n", text);
}

static void row_note(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)context;
    assert_true(told.row_count < LOADED_LIMIT);
    told.rows[told.row_count].table = table;
    told.rows[told.row_count].key = key;
    memcpy(&told.rows[told.row_count].row, row, row_descriptors[table].size);
    told.row_count++;
}

static void loaded_row_note(void *context, const struct journal_loaded *loaded,
                            enum row_table table, uint32_t key, const void *row)
{
    (void)loaded;
    row_note(context, table, key, row);
}

static void loaded_forget(void)
{
    free(told.loaded.snapshot);
    told.loaded = (struct journal_loaded){0};
    told.row_count = 0;
    told.done = false;
}

static void loaded_note(void *context, const struct journal_loaded *loaded)
{
    (void)context;
    told.loaded = *loaded;
    told.loaded.snapshot = loaded->snapshot ? strdup(loaded->snapshot) : NULL;
    told.done = true;
}

static const struct journal_taker taker = {.row = loaded_row_note, .done = loaded_note};
static const struct journal_handlers handlers = {
    .committed = committed_note, .begun = begun_note, .failed = failed_note, .notice = notice_note};

static int begin(void **state)
{
    (void)state;
    memset(&told, 0, sizeof told);
    text_copy(folder, sizeof folder, "/tmp/padam-journal-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    text_format(path, sizeof path, "%s/journal.db", folder);
    told.journal = journal_create(path, &handlers, NULL);
    return told.journal ? 0 : -1;
}

/* Until it has gone, whoever sees its end first. */
static int process_await(pid_t pid)
{
    int status = 0;
    if (pid > 0 && waitpid(pid, &status, 0) < 0)
        assert_int_equal(errno, ECHILD);
    return status;
}

/* Lets the process go and waits until it has written all. */
static int process_end(void)
{
    pid_t pid = journal_pid(told.journal);
    journal_free(told.journal);
    told.journal = NULL;
    return process_await(pid);
}

static void lock_release(void)
{
    if (lock >= 0)
        close(lock);
    lock = -1;
}

static int entry_remove(const char *name, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(name);
}

static int end(void **state)
{
    (void)state;
    loaded_forget();
    lock_release();
    if (told.journal)
        process_end();
    return nftw(folder, entry_remove, 4, FTW_DEPTH | FTW_PHYS);
}

static void process_start(void)
{
    if (!told.journal)
        told.journal = journal_create(path, &handlers, NULL);
    assert_non_null(told.journal);
    assert_int_equal(journal_start(told.journal), 0);
}

static int load(void)
{
    const struct journal_patience patience = {LIMIT_MS, LIMIT_MS};
    loaded_forget();
    return journal_load(told.journal, &patience, &taker);
}

static void process_start_and_load(void)
{
    process_start();
    assert_int_equal(load(), 0);
}

static const struct journal_moment moment = {
    "9b2d3c1a-0000-4000-8000-123456789abc", {123456}, 1700000000123, 17};

static void batch_row(enum row_table table, uint32_t key, unsigned seed)
{
    union row_sample row;
    row_sample_fill(&row, table, seed);
    journal_batch_row(told.journal, table, key, &row);
}

/* Waits for word from the process. 0, or -1 once it has ended. */
static int dispatch(void)
{
    struct pollfd poll_fd = {journal_fd(told.journal), journal_events(told.journal), 0};
    assert_int_equal(poll(&poll_fd, 1, LIMIT_MS), 1);
    return journal_dispatch(told.journal);
}

static void await_commit(uint64_t number)
{
    while (told.committed < number)
        assert_int_equal(dispatch(), 0);
    assert_int_equal(told.failures, 0);
}

static void await_notice(const char *part)
{
    while (!strstr(told.notices, part))
        assert_int_equal(dispatch(), 0);
}

static void batch_write(uint64_t number, unsigned seed)
{
    char snapshot[32];
    text_format(snapshot, sizeof snapshot, "state %u", seed);
    journal_batch_begin(told.journal, number, &moment);
    batch_row(ROW_event, (uint32_t)number, seed);
    journal_batch_snapshot(told.journal, snapshot);
    assert_int_equal(journal_batch_commit(told.journal), 0);
}

static void database_run(const char *statements)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void database_ask(const char *query, char *answer, size_t size)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const unsigned char *text = sqlite3_column_text(statement, 0);
    text_copy(answer, size, text ? (const char *)text : "NULL");
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void new_journal_holds_nothing_and_is_not_for_everybody(void **state)
{
    (void)state;
    process_start_and_load();
    assert_false(told.loaded.found);
    assert_null(told.loaded.snapshot);
    assert_int_equal(told.row_count, 0);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
}

static void every_history_row_is_loaded_as_it_was_written(void **state)
{
    (void)state;
    process_start_and_load();
    journal_batch_begin(told.journal, 1, &moment);
    unsigned expected = 0;
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++)
        if (row_descriptors[table].kind == ROW_KIND_HISTORY) {
            batch_row(table, 100 + table, table + 1);
            expected++;
        }
    journal_batch_snapshot(told.journal, "state");
    assert_int_equal(journal_batch_commit(told.journal), 0);
    await_commit(1);
    assert_int_equal(process_end(), 0);
    process_start_and_load();
    assert_int_equal(told.row_count, expected);
    for (size_t i = 0; i < expected; i++) {
        enum row_table table = told.rows[i].table;
        union row_sample row;
        row_sample_fill(&row, table, table + 1);
        assert_int_equal(told.rows[i].key, 100 + table);
        assert_memory_equal(&told.rows[i].row, &row, row_descriptors[table].size);
    }
}

static void absent_values_are_null_in_the_database_and_absent_again_when_loaded(void **state)
{
    (void)state;
    union row_sample row;
    char answer[16];
    process_start_and_load();
    row_sample_fill(&row, ROW_event, 1);
    row.event.at = INSTANT_NONE;
    row.event.delay_ms = -1;
    row.event.acknowledged_wall_ms = 0;
    journal_batch_begin(told.journal, 1, &moment);
    journal_batch_row(told.journal, ROW_event, UINT32_MAX, &row);
    assert_int_equal(journal_batch_commit(told.journal), 0);
    await_commit(1);
    process_end();
    database_ask("SELECT count(*) FROM event WHERE id = 4294967295 AND at_boot_ms IS NULL"
                 " AND delay_ms IS NULL AND acknowledged_wall_ms IS NULL",
                 answer,
                 sizeof answer);
    assert_string_equal(answer, "1");
    process_start_and_load();
    assert_memory_equal(&told.rows[0].row, &row, sizeof row.event);
}

static void last_batch_is_loaded_with_its_moment_and_snapshot(void **state)
{
    (void)state;
    process_start_and_load();
    batch_write(6, 1);
    batch_write(7, 2);
    await_commit(7);
    process_end();
    process_start_and_load();
    assert_true(told.loaded.found);
    assert_int_equal(told.loaded.number, 7);
    assert_string_equal(told.loaded.moment.boot_id, moment.boot_id);
    assert_int_equal(told.loaded.moment.boot.ms, moment.boot.ms);
    assert_int_equal(told.loaded.moment.wall_ms, moment.wall_ms);
    assert_string_equal(told.loaded.snapshot, "state 2");
}

static void snapshot_larger_than_a_message_comes_back_whole(void **state)
{
    (void)state;
    enum { SIZE = 200001 };
    char *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < SIZE - 1; i++)
        text[i] = (char)('a' + i % 23);
    text[SIZE - 1] = '\0';
    process_start_and_load();
    journal_batch_begin(told.journal, 1, &moment);
    journal_batch_snapshot(told.journal, text);
    assert_int_equal(journal_batch_commit(told.journal), 0);
    await_commit(1);
    process_end();
    process_start_and_load();
    assert_string_equal(told.loaded.snapshot, text);
    free(text);
}

static void batch_without_snapshot_keeps_the_one_before(void **state)
{
    (void)state;
    process_start_and_load();
    batch_write(1, 5);
    journal_batch_begin(told.journal, 2, &moment);
    batch_row(ROW_event, 9, 9);
    assert_int_equal(journal_batch_commit(told.journal), 0);
    await_commit(2);
    process_end();
    process_start_and_load();
    assert_int_equal(told.loaded.number, 2);
    assert_string_equal(told.loaded.snapshot, "state 5");
}

static void row_written_again_replaces_the_one_before(void **state)
{
    (void)state;
    union row_sample row;
    process_start_and_load();
    for (unsigned seed = 1; seed <= 3; seed++) {
        journal_batch_begin(told.journal, seed, &moment);
        batch_row(ROW_deviation, 4, seed);
        assert_int_equal(journal_batch_commit(told.journal), 0);
    }
    await_commit(3);
    process_end();
    process_start_and_load();
    assert_int_equal(told.row_count, 1);
    row_sample_fill(&row, ROW_deviation, 3);
    assert_memory_equal(&told.rows[0].row, &row, sizeof row.deviation);
}

static void deleted_rows_are_not_loaded_and_the_others_oldest_first(void **state)
{
    (void)state;
    process_start_and_load();
    for (uint64_t number = 1; number <= 10; number++)
        batch_write(number, (unsigned)number);
    journal_batch_begin(told.journal, 11, &moment);
    for (uint32_t key = 1; key <= 7; key++)
        journal_batch_delete(told.journal, ROW_event, key);
    assert_int_equal(journal_batch_commit(told.journal), 0);
    await_commit(11);
    process_end();
    process_start();
    assert_int_equal(load(), 0);
    assert_int_equal(told.row_count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(told.rows[i].key, 8 + i);
    assert_int_equal(told.loaded.moment.events_evicted, 17);
}

static void what_rows_took_can_be_used_again_when_they_are_deleted(void **state)
{
    (void)state;
    enum { ROWS = 2000 };
    process_start_and_load();
    journal_batch_begin(told.journal, 1, &moment);
    for (uint32_t key = 1; key <= ROWS; key++)
        batch_row(ROW_event, key, key);
    assert_int_equal(journal_batch_commit(told.journal), 0);
    await_commit(1);
    uint64_t full_bytes = told.used_bytes;
    journal_batch_begin(told.journal, 2, &moment);
    for (uint32_t key = 1; key <= ROWS; key++)
        journal_batch_delete(told.journal, ROW_event, key);
    assert_int_equal(journal_batch_commit(told.journal), 0);
    await_commit(2);
    assert_true(full_bytes > 100000);
    assert_true(told.used_bytes < full_bytes / 2);
}

static void a_first_journal_says_so_and_the_next_start_does_not(void **state)
{
    (void)state;
    process_start_and_load();
    assert_int_equal(told.begun, 1);
    assert_int_equal(told.beginning, JOURNAL_FIRST);
    batch_write(1, 1);
    await_commit(1);
    process_end();
    process_start_and_load();
    assert_int_equal(told.begun, 1);
}

/* SQLite would take it for a new one and remove the log with all that is in it. */
static void a_database_that_lost_its_head_is_set_aside_with_its_log(void **state)
{
    (void)state;
    char log[128];
    process_start_and_load();
    batch_write(1, 1);
    await_commit(1);
    pid_t pid = journal_pid(told.journal);
    assert_int_equal(kill(pid, SIGKILL), 0);
    process_await(pid);
    journal_free(told.journal);
    told.journal = NULL;
    assert_int_equal(truncate(path, 0), 0);
    process_start_and_load();
    assert_int_equal(told.beginning, JOURNAL_ANEW);
    const char *name = strstr(told.notices, "kept as ");
    assert_non_null(name);
    name += strlen("kept as ");
    text_format(log, sizeof log, "%.*s-wal", (int)strcspn(name, ";"), name);
    struct stat status;
    assert_int_equal(stat(log, &status), 0);
    assert_true(status.st_size > 0);
}

static void what_was_queued_is_written_after_the_engine_has_gone(void **state)
{
    (void)state;
    process_start_and_load();
    for (uint64_t number = 1; number <= 20; number++)
        batch_write(number, (unsigned)number);
    assert_int_equal(process_end(), 0);
    process_start_and_load();
    assert_int_equal(told.loaded.number, 20);
}

static void signals_of_the_engine_do_not_end_the_process(void **state)
{
    (void)state;
    process_start_and_load();
    pid_t pid = journal_pid(told.journal);
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(kill(pid, SIGINT), 0);
    assert_int_equal(kill(pid, SIGHUP), 0);
    batch_write(1, 1);
    await_commit(1);
}

static void killed_process_loses_nothing_committed_and_can_be_started_again(void **state)
{
    (void)state;
    process_start_and_load();
    uint64_t number = 0;
    for (unsigned round = 1; round <= 10; round++) {
        uint64_t last = number + round;
        while (number < last) {
            number++;
            batch_write(number, (unsigned)number);
        }
        /* Some of the batches are on their way when it dies. */
        while (told.committed < number - round / 2)
            assert_int_equal(dispatch(), 0);
        pid_t pid = journal_pid(told.journal);
        assert_int_equal(kill(pid, SIGKILL), 0);
        while (dispatch() == 0)
            continue;
        assert_int_equal(told.failures, round);
        assert_non_null(strstr(told.failure, "journal process has ended"));
        assert_int_equal(journal_fd(told.journal), -1);
        process_await(pid);
        process_start_and_load();
        assert_true(told.loaded.number >= told.committed);
        assert_true(told.loaded.number <= number);
        char snapshot[32];
        text_format(snapshot, sizeof snapshot, "state %u", (unsigned)told.loaded.number);
        assert_string_equal(told.loaded.snapshot, snapshot);
        number = told.committed = told.loaded.number;
    }
}

static void frame_send(int fd, enum journal_frame_type type, const void *payload, size_t size)
{
    const struct journal_head head = {.type = type, .number = 2, .table = ROW_event, .key = 2};
    assert_int_equal(journal_frame_send(fd, &head, payload, size), 0);
}

static void process_killed_within_a_batch_leaves_nothing_of_it(void **state)
{
    (void)state;
    process_start_and_load();
    batch_write(1, 1);
    await_commit(1);
    process_end();
    struct journal_frame frame = {.head.type = 0};
    union row_sample row;
    row_sample_fill(&row, ROW_event, 2);
    int fd;
    pid_t pid = journal_spawn(path, &fd);
    assert_true(pid > 0);
    frame_send(fd, JOURNAL_BEGIN, &moment, sizeof moment);
    frame_send(fd, JOURNAL_ROW, &row, sizeof row.event);
    /* Its answer to this says that it has done all that came before. */
    frame_send(fd, JOURNAL_LOAD, NULL, 0);
    while (frame.head.type != JOURNAL_LOADED)
        assert_true(journal_frame_receive(fd, &frame, 0) >= 0);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(fd);
    process_start_and_load();
    assert_int_equal(told.loaded.number, 1);
    assert_int_equal(told.row_count, 1);
    assert_int_equal(told.rows[0].key, 1);
}

static void process_is_not_started_twice(void **state)
{
    (void)state;
    process_start_and_load();
    assert_int_equal(journal_start(told.journal), -1);
    assert_int_equal(errno, EALREADY);
    pid_t pid = journal_pid(told.journal);
    assert_int_equal(kill(pid, SIGKILL), 0);
    process_await(pid);
    assert_int_equal(journal_start(told.journal), -1);
    assert_int_equal(errno, EALREADY);
    while (dispatch() == 0)
        continue;
    process_start_and_load();
}

static void process_that_has_just_ended_is_awaited(void **state)
{
    (void)state;
    process_start_and_load();
    assert_int_equal(journal_await_end(told.journal, LIMIT_MS), -1);
    assert_int_equal(errno, EALREADY);
    assert_int_equal(kill(journal_pid(told.journal), SIGKILL), 0);
    while (dispatch() == 0)
        continue;
    assert_int_equal(journal_await_end(told.journal, LIMIT_MS), 0);
    process_start_and_load();
}

static void batches_without_a_process_are_refused(void **state)
{
    (void)state;
    journal_batch_begin(told.journal, 1, &moment);
    batch_row(ROW_event, 1, 1);
    assert_int_equal(journal_batch_commit(told.journal), -1);
    assert_int_equal(errno, ENOTCONN);
    process_start_and_load();
    batch_write(2, 2);
    await_commit(2);
    process_end();
    process_start_and_load();
    assert_int_equal(told.row_count, 1);
    assert_int_equal(told.rows[0].key, 2);
}

static void batch_with_a_row_that_is_not_valid_or_no_history_is_refused(void **state)
{
    (void)state;
    union row_sample row;
    process_start_and_load();
    journal_batch_begin(told.journal, 1, &moment);
    row_sample_fill(&row, ROW_event, 1);
    row.event.severity = 0;
    journal_batch_row(told.journal, ROW_event, 1, &row);
    assert_int_equal(journal_batch_commit(told.journal), -1);
    assert_int_equal(errno, EINVAL);
    journal_batch_begin(told.journal, 1, &moment);
    batch_row(ROW_mains, 0, 1);
    assert_int_equal(journal_batch_commit(told.journal), -1);
    assert_int_equal(errno, EINVAL);
}

static void batch_past_the_limit_is_refused_and_the_next_one_is_not(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE);
    assert_non_null(text);
    memset(text, 'x', SIZE - 1);
    text[SIZE - 1] = '\0';
    process_start_and_load();
    journal_batch_begin(told.journal, 1, &moment);
    for (int i = 0; i < JOURNAL_QUEUE_LIMIT / SIZE; i++)
        journal_batch_snapshot(told.journal, text);
    free(text);
    assert_int_equal(journal_batch_commit(told.journal), -1);
    assert_int_equal(errno, ENOBUFS);
    batch_write(2, 2);
    await_commit(2);
}

static void stopped_process_does_not_block_the_engine(void **state)
{
    (void)state;
    enum { BATCHES = 2000 };
    process_start_and_load();
    pid_t pid = journal_pid(told.journal);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    for (uint64_t number = 1; number <= BATCHES; number++)
        batch_write(number, (unsigned)number);
    assert_int_equal(journal_events(told.journal), POLLIN | POLLOUT);
    assert_int_equal(told.committed, 0);
    assert_int_equal(kill(pid, SIGCONT), 0);
    await_commit(BATCHES);
    assert_int_equal(journal_events(told.journal), POLLIN);
}

static void failed_batch_is_reported_and_leaves_nothing_behind(void **state)
{
    (void)state;
    process_start_and_load();
    database_run("CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.id = 3"
                 " BEGIN SELECT RAISE(ABORT, 'no room'); END");
    journal_batch_begin(told.journal, 1, &moment);
    batch_row(ROW_event, 2, 2);
    batch_row(ROW_event, 3, 3);
    batch_row(ROW_event, 4, 4);
    assert_int_equal(journal_batch_commit(told.journal), 0);
    while (told.failures == 0)
        assert_int_equal(dispatch(), 0);
    assert_non_null(strstr(told.failure, path));
    assert_non_null(strstr(told.failure, "no room"));
    assert_non_null(strstr(told.failure, "INSERT OR REPLACE INTO \"event\""));
    told.failures = 0;
    batch_write(5, 5);
    await_commit(5);
    process_end();
    process_start_and_load();
    assert_int_equal(told.row_count, 1);
    assert_int_equal(told.rows[0].key, 5);
}

/* A file size limit stands for a full disk: nothing can be written, also not by those that follow.
 */
static void file_size_limit(rlim_t limit)
{
    struct rlimit sizes;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &sizes), 0);
    sizes.rlim_cur = limit < sizes.rlim_max ? limit : sizes.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &sizes), 0);
}

static void what_was_written_can_be_loaded_from_a_full_disk(void **state)
{
    (void)state;
    process_start_and_load();
    batch_write(1, 1);
    await_commit(1);
    assert_int_equal(kill(journal_pid(told.journal), SIGKILL), 0);
    while (dispatch() == 0)
        continue;
    assert_int_equal(journal_await_end(told.journal, LIMIT_MS), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    file_size_limit(0);
    process_start_and_load();
    file_size_limit(RLIM_INFINITY);
    (void)signal(SIGXFSZ, handler);
    assert_true(told.loaded.found);
    assert_string_equal(told.loaded.snapshot, "state 1");
}

static void journal_of_a_future_version_is_refused_and_left_alone(void **state)
{
    (void)state;
    char answer[16];
    process_start_and_load();
    batch_write(1, 1);
    await_commit(1);
    process_end();
    database_run("UPDATE meta SET value = 99 WHERE name = 'schema_version'");
    process_start();
    assert_int_equal(load(), -1);
    assert_int_equal(errno, EPIPE);
    assert_non_null(strstr(told.failure, "version 99"));
    assert_non_null(strstr(told.failure, "up to version 1"));
    process_end();
    database_ask("SELECT value FROM meta WHERE name = 'schema_version'", answer, sizeof answer);
    assert_string_equal(answer, "99");
}

static void database_of_something_else_is_refused_and_left_alone(void **state)
{
    (void)state;
    char answer[64];
    database_run("CREATE TABLE invoice (id)");
    process_start();
    assert_int_equal(load(), -1);
    assert_non_null(strstr(told.failure, "not a journal of padam"));
    process_end();
    database_ask("SELECT group_concat(name) FROM sqlite_schema", answer, sizeof answer);
    assert_string_equal(answer, "invoice");
}

static void journal_without_later_columns_is_completed(void **state)
{
    (void)state;
    process_start_and_load();
    batch_write(1, 1);
    await_commit(1);
    process_end();
    database_run("DROP VIEW event_readable; ALTER TABLE event DROP COLUMN severity;"
                 "ALTER TABLE event DROP COLUMN text; ALTER TABLE event DROP COLUMN delay_ms;"
                 "ALTER TABLE event DROP COLUMN server; ALTER TABLE event ADD COLUMN later TEXT;"
                 "ALTER TABLE event DROP COLUMN checksum");
    process_start_and_load();
    const struct row_event *event = &told.rows[0].row.event;
    assert_int_equal(told.row_count, 1);
    assert_int_equal(event->severity, SEVERITY_UNKNOWN);
    assert_string_equal(event->text, "");
    assert_int_equal(event->delay_ms, -1);
    assert_int_equal(event->server, 0);
    batch_write(2, 2);
    await_commit(2);
    process_end();
    process_start_and_load();
    union row_sample row;
    row_sample_fill(&row, ROW_event, 2);
    assert_memory_equal(&told.rows[1].row, &row, sizeof row.event);
}

static void row_that_padam_never_writes_is_skipped_with_a_notice(void **state)
{
    (void)state;
    process_start_and_load();
    batch_write(1, 1);
    batch_write(2, 2);
    await_commit(2);
    process_end();
    database_run("UPDATE event SET severity = 77 WHERE id = 1");
    process_start_and_load();
    assert_int_equal(told.row_count, 1);
    assert_int_equal(told.rows[0].key, 2);
    assert_non_null(strstr(told.notices, "row 1 of table event"));
}

static void row_that_was_changed_is_skipped_with_a_notice(void **state)
{
    (void)state;
    static const char *const changes[] = {"UPDATE event SET text = text || '.'",
                                          "UPDATE event SET time_wall_ms = time_wall_ms + 1",
                                          "UPDATE event SET delay_ms = NULL",
                                          "UPDATE event SET id = id + 10",
                                          "UPDATE event SET checksum = checksum + 1"};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        process_start_and_load();
        batch_write(i + 1, 1);
        await_commit(i + 1);
        process_end();
        database_run(changes[i]);
        process_start_and_load();
        assert_int_equal(told.row_count, 0);
        assert_non_null(strstr(told.notices, "of table event is not as padam wrote it"));
        process_end();
        database_run("DELETE FROM event");
    }
}

static void row_of_an_older_version_has_no_checksum_and_is_taken(void **state)
{
    (void)state;
    process_start_and_load();
    batch_write(1, 1);
    await_commit(1);
    process_end();
    database_run("UPDATE event SET checksum = NULL;"
                 "DELETE FROM meta WHERE name IN ('checksum', 'snapshot_checksum')");
    process_start_and_load();
    assert_int_equal(told.row_count, 1);
}

static void garbage_write(off_t at, size_t size)
{
    unsigned char bytes[8192];
    memset(bytes, 0xA5, sizeof bytes);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    assert_true(fd >= 0 && size <= sizeof bytes);
    assert_int_equal(pwrite(fd, bytes, size, at), size);
    close(fd);
}

/* The name told in the notice must be that of a file with this size. */
static void assert_set_aside(off_t size)
{
    const char *name = strstr(told.notices, "kept as ");
    assert_non_null(name);
    char aside[200];
    text_copy(aside, sizeof aside, name + strlen("kept as "));
    aside[strcspn(aside, ";")] = '\0';
    struct stat status;
    assert_int_equal(stat(aside, &status), 0);
    assert_int_equal(status.st_size, size);
    assert_non_null(strstr(aside, ".corrupt-"));
}

static void file_that_is_no_database_is_set_aside_and_a_new_journal_begun(void **state)
{
    (void)state;
    garbage_write(0, 8192);
    process_start_and_load();
    assert_false(told.loaded.found);
    assert_set_aside(8192);
    batch_write(1, 1);
    await_commit(1);
}

static void damaged_database_is_set_aside_and_a_new_journal_begun(void **state)
{
    (void)state;
    process_start_and_load();
    for (uint64_t number = 1; number <= 60; number++)
        batch_write(number, (unsigned)number);
    await_commit(60);
    process_end();
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size > 12288);
    garbage_write(status.st_size - 8192, 8192);
    process_start_and_load();
    assert_false(told.loaded.found);
    assert_int_equal(told.row_count, 0);
    assert_set_aside(status.st_size);
}

static void state_that_was_changed_is_left_out_and_the_rows_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *change, *notice;
    } cases[] = {
        {"UPDATE snapshot SET text = text || ' '", "the engine's last state is not as padam wrote"},
        {"UPDATE meta SET value = value + 1 WHERE name = 'boot_ms'", "moment is not as padam"},
        {"UPDATE meta SET value = value + 1 WHERE name = 'batch'", "moment is not as padam"},
        {"UPDATE meta SET value = 'another' WHERE name = 'boot_id'", "moment is not as padam"}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        process_start_and_load();
        batch_write(i + 1, 1);
        await_commit(i + 1);
        process_end();
        told.notices[0] = '\0';
        database_run(cases[i].change);
        process_start_and_load();
        assert_non_null(strstr(told.notices, cases[i].notice));
        assert_null(told.loaded.snapshot);
        assert_int_equal(told.row_count, i + 1);
        process_end();
    }
}

static void second_damaged_database_does_not_replace_the_first(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        garbage_write(0, 8192);
        process_start_and_load();
        process_end();
    }
    const char *at = told.notices;
    char names[3][200];
    for (int i = 0; i < 3; i++) {
        at = strstr(at, "kept as ");
        assert_non_null(at);
        text_copy(names[i], sizeof names[i], at += strlen("kept as "));
        names[i][strcspn(names[i], ";")] = '\0';
        assert_int_equal(access(names[i], F_OK), 0);
    }
    assert_string_not_equal(names[0], names[1]);
    assert_string_not_equal(names[1], names[2]);
    assert_string_not_equal(names[0], names[2]);
}

static void missing_folder_is_an_error_that_names_the_file(void **state)
{
    (void)state;
    process_end();
    text_format(path, sizeof path, "%s/none/journal.db", folder);
    process_start();
    assert_int_equal(load(), -1);
    assert_int_equal(errno, EPIPE);
    assert_non_null(strstr(told.failure, path));
    assert_non_null(strstr(told.failure, strerror(ENOENT)));
}

static void reason_of_a_process_that_ended_before_it_was_asked_is_told(void **state)
{
    (void)state;
    process_end();
    text_format(path, sizeof path, "%s/none/journal.db", folder);
    process_start();
    process_await(journal_pid(told.journal));
    assert_int_equal(load(), -1);
    assert_int_equal(errno, EPIPE);
    assert_non_null(strstr(told.failure, strerror(ENOENT)));
}

static void lock_take(void)
{
    char name[128];
    text_format(name, sizeof name, "%s.lock", path);
    lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    assert_true(lock >= 0);
    assert_int_equal(flock(lock, LOCK_EX), 0);
}

static void load_that_was_not_waited_for_is_handed_over_later(void **state)
{
    (void)state;
    process_start_and_load();
    batch_write(4, 4);
    await_commit(4);
    process_end();
    lock_take();
    const struct journal_patience patience = {100, LIMIT_MS};
    loaded_forget();
    told.committed = 0;
    process_start();
    assert_int_equal(journal_load(told.journal, &patience, &taker), -1);
    assert_int_equal(errno, ETIMEDOUT);
    await_notice("waiting for the process");
    assert_int_equal(journal_ask(told.journal, &taker), -1);
    assert_int_equal(errno, EALREADY);
    batch_write(5, 5);
    assert_false(told.done);
    lock_release();
    await_commit(5);
    assert_true(told.done && told.loaded.found);
    assert_int_equal(told.loaded.number, 4);
    assert_string_equal(told.loaded.snapshot, "state 4");
    assert_int_equal(told.row_count, 1);
}

/* Each word starts its silence anew, none its total. */
static void load_ends_when_it_takes_too_long_in_all(void **state)
{
    (void)state;
    lock_take();
    const struct journal_patience patience = {LIMIT_MS, 100};
    process_start();
    assert_int_equal(journal_load(told.journal, &patience, &taker), -1);
    assert_int_equal(errno, ETIMEDOUT);
    lock_release();
}

static void load_ends_with_the_process_and_can_be_asked_for_again(void **state)
{
    (void)state;
    lock_take();
    const struct journal_patience patience = {100, LIMIT_MS};
    process_start();
    assert_int_equal(journal_load(told.journal, &patience, &taker), -1);
    assert_int_equal(kill(journal_pid(told.journal), SIGKILL), 0);
    while (dispatch() == 0)
        continue;
    assert_int_equal(journal_await_end(told.journal, LIMIT_MS), 0);
    lock_release();
    assert_false(told.done);
    process_start();
    assert_int_equal(load(), 0);
    assert_true(told.done);
}

static void load_without_a_process_is_refused(void **state)
{
    (void)state;
    assert_int_equal(load(), -1);
    assert_int_equal(errno, ENOTCONN);
}

static void people_can_read_names_and_times(void **state)
{
    (void)state;
    char answer[64];
    process_start_and_load();
    batch_write(1, 1);
    await_commit(1);
    process_end();
    union row_sample row;
    row_sample_fill(&row, ROW_event, 1);
    database_ask("SELECT notification FROM event_readable", answer, sizeof answer);
    assert_string_equal(answer, notification_name(row.event.notification));
    setenv("TZ", "UTC", 1);
    database_ask("SELECT substr(time, 1, 8) FROM event_readable", answer, sizeof answer);
    assert_string_equal(answer, "2001-09-");
}

static void skip_count(void *context, enum row_table table, int64_t id)
{
    unsigned *skipped = context;
    assert_int_equal(table, ROW_event);
    assert_int_equal(id, 2);
    (*skipped)++;
}

static unsigned reader_take_events(struct journal_reader *reader, unsigned *skipped)
{
    const struct journal_selection selection = {.table = ROW_event,
                                                .first = 2,
                                                .last = 8,
                                                .take = row_note,
                                                .skip = skip_count,
                                                .context = skipped};
    told.row_count = 0;
    *skipped = 0;
    assert_int_equal(journal_reader_rows(reader, &selection), 0);
    return (unsigned)told.row_count;
}

static void reader_sees_the_rows_in_a_range_as_they_were_when_it_opened(void **state)
{
    (void)state;
    char problem[JOURNAL_READER_TEXT_SIZE];
    unsigned skipped;
    process_start_and_load();
    for (uint64_t number = 1; number <= 7; number++)
        batch_write(number, (unsigned)number);
    await_commit(7);
    struct journal_reader *reader = journal_reader_open(path, problem);
    assert_non_null(reader);
    batch_write(8, 8);
    await_commit(8);
    assert_int_equal(reader_take_events(reader, &skipped), 6);
    assert_int_equal(told.rows[0].key, 2);
    assert_int_equal(told.rows[5].key, 7);
    assert_int_equal(skipped, 0);
    journal_reader_close(reader);
}

static void reader_counts_rows_that_padam_never_writes(void **state)
{
    (void)state;
    char problem[JOURNAL_READER_TEXT_SIZE];
    unsigned skipped;
    process_start_and_load();
    batch_write(2, 2);
    await_commit(2);
    process_end();
    database_run("UPDATE event SET severity = 77");
    struct journal_reader *reader = journal_reader_open(path, problem);
    assert_non_null(reader);
    assert_int_equal(reader_take_events(reader, &skipped), 0);
    assert_int_equal(skipped, 1);
    journal_reader_close(reader);
}

/* Reads as somebody who may write neither the file nor its folder. */
static unsigned take_events_without_rights(char problem[static JOURNAL_READER_TEXT_SIZE])
{
    enum { NOBODY = 65534 };
    unsigned skipped;
    uid_t before = geteuid();
    assert_int_equal(chmod(folder, 0555), 0);
    if (before == 0)
        assert_int_equal(seteuid(NOBODY), 0);
    struct journal_reader *reader = journal_reader_open(path, problem);
    unsigned taken = reader ? reader_take_events(reader, &skipped) : 0;
    journal_reader_close(reader);
    assert_int_equal(seteuid(before), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    return taken;
}

static void reader_needs_no_right_to_write(void **state)
{
    (void)state;
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    char problem[JOURNAL_READER_TEXT_SIZE] = "";
    process_start_and_load();
    batch_write(2, 2);
    await_commit(2);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char name[128];
        text_format(name, sizeof name, "%s%s", path, suffixes[i]);
        assert_int_equal(chmod(name, 0444), 0);
    }
    unsigned taken_while_it_is_written = take_events_without_rights(problem);
    process_end();
    unsigned taken_at_rest = take_events_without_rights(problem);
    assert_string_equal(problem, "");
    assert_int_equal(taken_while_it_is_written, 1);
    assert_int_equal(taken_at_rest, 1);
}

static void reader_without_rights_refuses_a_journal_whose_log_it_cannot_read(void **state)
{
    (void)state;
    char problem[JOURNAL_READER_TEXT_SIZE] = "", name[128];
    process_start_and_load();
    batch_write(2, 2);
    await_commit(2);
    pid_t pid = journal_pid(told.journal);
    assert_int_equal(kill(pid, SIGKILL), 0);
    process_await(pid);
    text_format(name, sizeof name, "%s-shm", path);
    assert_int_equal(unlink(name), 0);
    text_format(name, sizeof name, "%s-wal", path);
    assert_int_equal(chmod(name, 0444), 0);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(take_events_without_rights(problem), 0);
    assert_string_not_equal(problem, "");
}

static void reader_refuses_what_it_cannot_read_and_says_why(void **state)
{
    (void)state;
    char problem[JOURNAL_READER_TEXT_SIZE];
    assert_null(journal_reader_open(path, problem));
    assert_non_null(strstr(problem, path));
    assert_non_null(strstr(problem, "unable to open"));
    process_start_and_load();
    process_end();
    database_run("UPDATE meta SET value = 99 WHERE name = 'schema_version'");
    assert_null(journal_reader_open(path, problem));
    assert_non_null(strstr(problem, "version 99"));
    garbage_write(0, 8192);
    assert_null(journal_reader_open(path, problem));
    assert_non_null(strstr(problem, "not a database"));
}

#define JOURNAL_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* The journal process is this program, too. */
int main(int argc, char **argv)
{
    if (journal_process_is_wanted(argc, argv))
        return journal_process_main(argv);
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(new_journal_holds_nothing_and_is_not_for_everybody),
        JOURNAL_TEST(every_history_row_is_loaded_as_it_was_written),
        JOURNAL_TEST(absent_values_are_null_in_the_database_and_absent_again_when_loaded),
        JOURNAL_TEST(last_batch_is_loaded_with_its_moment_and_snapshot),
        JOURNAL_TEST(snapshot_larger_than_a_message_comes_back_whole),
        JOURNAL_TEST(batch_without_snapshot_keeps_the_one_before),
        JOURNAL_TEST(row_written_again_replaces_the_one_before),
        JOURNAL_TEST(deleted_rows_are_not_loaded_and_the_others_oldest_first),
        JOURNAL_TEST(what_rows_took_can_be_used_again_when_they_are_deleted),
        JOURNAL_TEST(a_first_journal_says_so_and_the_next_start_does_not),
        JOURNAL_TEST(a_database_that_lost_its_head_is_set_aside_with_its_log),
        JOURNAL_TEST(what_was_queued_is_written_after_the_engine_has_gone),
        JOURNAL_TEST(signals_of_the_engine_do_not_end_the_process),
        JOURNAL_TEST(killed_process_loses_nothing_committed_and_can_be_started_again),
        JOURNAL_TEST(process_killed_within_a_batch_leaves_nothing_of_it),
        JOURNAL_TEST(process_is_not_started_twice),
        JOURNAL_TEST(process_that_has_just_ended_is_awaited),
        JOURNAL_TEST(what_was_written_can_be_loaded_from_a_full_disk),
        JOURNAL_TEST(batches_without_a_process_are_refused),
        JOURNAL_TEST(batch_with_a_row_that_is_not_valid_or_no_history_is_refused),
        JOURNAL_TEST(batch_past_the_limit_is_refused_and_the_next_one_is_not),
        JOURNAL_TEST(stopped_process_does_not_block_the_engine),
        JOURNAL_TEST(failed_batch_is_reported_and_leaves_nothing_behind),
        JOURNAL_TEST(journal_of_a_future_version_is_refused_and_left_alone),
        JOURNAL_TEST(database_of_something_else_is_refused_and_left_alone),
        JOURNAL_TEST(journal_without_later_columns_is_completed),
        JOURNAL_TEST(row_that_padam_never_writes_is_skipped_with_a_notice),
        JOURNAL_TEST(row_that_was_changed_is_skipped_with_a_notice),
        JOURNAL_TEST(row_of_an_older_version_has_no_checksum_and_is_taken),
        JOURNAL_TEST(state_that_was_changed_is_left_out_and_the_rows_are_kept),
        JOURNAL_TEST(file_that_is_no_database_is_set_aside_and_a_new_journal_begun),
        JOURNAL_TEST(damaged_database_is_set_aside_and_a_new_journal_begun),
        JOURNAL_TEST(second_damaged_database_does_not_replace_the_first),
        JOURNAL_TEST(missing_folder_is_an_error_that_names_the_file),
        JOURNAL_TEST(reason_of_a_process_that_ended_before_it_was_asked_is_told),
        JOURNAL_TEST(load_that_was_not_waited_for_is_handed_over_later),
        JOURNAL_TEST(load_ends_when_it_takes_too_long_in_all),
        JOURNAL_TEST(load_ends_with_the_process_and_can_be_asked_for_again),
        JOURNAL_TEST(load_without_a_process_is_refused),
        JOURNAL_TEST(reader_sees_the_rows_in_a_range_as_they_were_when_it_opened),
        JOURNAL_TEST(reader_counts_rows_that_padam_never_writes),
        JOURNAL_TEST(reader_needs_no_right_to_write),
        JOURNAL_TEST(reader_without_rights_refuses_a_journal_whose_log_it_cannot_read),
        JOURNAL_TEST(reader_refuses_what_it_cannot_read_and_says_why),
        JOURNAL_TEST(people_can_read_names_and_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "ports/journal_store.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"
#include "ports/journal_file.h"
#include "ports/journal_row.h"
#include "ports/journal_schema.h"
#include "ports/journal_select.h"

struct journal_store {
    const char *path;
    struct journal_store_listener listener;
    int lock;
    struct sql sql;
    bool has_no_moment; /* of the last batch: nothing tells when its state was so */
    bool is_alone;      /* others cannot read it: there was no room for what they need */
    sqlite3_stmt *replace[ROW_TABLE_COUNT], *remove[ROW_TABLE_COUNT]; /* history tables only */
    sqlite3_stmt *put_moment, *put_snapshot, *put_snapshot_sum;
    /* the batch under way */
    bool failed;
    uint64_t number;
    struct journal_moment moment;
    sqlite3_str *snapshot;
};

static void store_tell(const struct journal_store *store, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void store_tell(const struct journal_store *store, const char *format, ...)
{
    char text[JOURNAL_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    text_format(text, sizeof text, "%s: ", store->path);
    text_append_args(text, sizeof text, format, args);
    va_end(args);
    store->listener.notice(store->listener.context, text);
}

static int store_fail(struct journal_store *store, const char *what)
{
    return sql_fail(&store->sql, SQLITE_CANTOPEN, "%s: %s", what, strerror(errno));
}

/* ---- opening ---- */

static int store_lock(struct journal_store *store)
{
    bool taken;
    store->lock = journal_file_lock(store->path, &taken);
    if (store->lock < 0)
        return store_fail(store, "locking");
    if (taken)
        return 0;
    store_tell(store, "waiting for the process that has this journal to finish");
    return journal_file_lock_await(store->lock) < 0 ? store_fail(store, "locking") : 0;
}

static int soundness_check(struct sql *sql)
{
    sqlite3_stmt *check = sql_prepare(sql, "PRAGMA quick_check(1)");
    if (!check)
        return -1;
    int result = sql_step(sql, check);
    const char *verdict = result > 0 ? (const char *)sqlite3_column_text(check, 0) : NULL;
    if (result > 0 && (!verdict || strcmp(verdict, "ok") != 0))
        result = sql_fail(sql, SQLITE_CORRUPT, "%s", verdict ? verdict : "no memory");
    sqlite3_finalize(check);
    return result < 0 ? -1 : 0;
}

/* ---- checksums ---- */

/* NULL hashes as empty. */
static int64_t snapshot_checksum(const char *text)
{
    return (int64_t)hash_words(0, text ? text : "", text ? strlen(text) : 0);
}

static int64_t moment_checksum(uint64_t number, const struct journal_moment *moment)
{
    const int64_t numbers[] = {
        (int64_t)number, moment->boot.ms, moment->wall_ms, (int64_t)moment->events_evicted};
    uint64_t sum = hash_words(0, numbers, sizeof numbers);
    return (int64_t)hash_words(sum, moment->boot_id, strlen(moment->boot_id));
}

static int statements_prepare(struct journal_store *store)
{
    struct sql *sql = &store->sql;
    store->put_moment = sql_prepare(sql,
                                    "INSERT OR REPLACE INTO meta (name, value) VALUES"
                                    " ('batch', ?1), ('boot_id', ?2), ('boot_ms', ?3),"
                                    " ('wall_ms', ?4), ('events_evicted', ?5), ('checksum', ?6)");
    store->put_snapshot =
        sql_prepare(sql, "INSERT OR REPLACE INTO snapshot (id, text) VALUES (1, ?1)");
    store->put_snapshot_sum = sql_prepare(
        sql, "INSERT OR REPLACE INTO meta (name, value) VALUES ('snapshot_checksum', ?1)");
    if (!store->put_moment || !store->put_snapshot || !store->put_snapshot_sum)
        return -1;
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++) {
        if (row_descriptors[table].kind != ROW_KIND_HISTORY)
            continue;
        store->replace[table] = sql_prepare_and_free(sql, journal_sql_replace(table));
        store->remove[table] = sql_prepare_and_free(sql, journal_sql_delete(table));
        if (!store->replace[table] || !store->remove[table])
            return -1;
    }
    return 0;
}

static void database_close(struct journal_store *store)
{
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++) {
        sqlite3_finalize(store->replace[table]);
        sqlite3_finalize(store->remove[table]);
        store->replace[table] = store->remove[table] = NULL;
    }
    sqlite3_finalize(store->put_moment);
    sqlite3_finalize(store->put_snapshot);
    sqlite3_finalize(store->put_snapshot_sum);
    store->put_moment = store->put_snapshot = store->put_snapshot_sum = NULL;
    sql_close(&store->sql);
}

static bool has_no_room(const struct sql *sql)
{
    return sql->code == SQLITE_FULL || sql->code == SQLITE_IOERR;
}

static int database_open_as(struct journal_store *store, const char *settings)
{
    struct sql *sql = &store->sql;
    if (sql_open(sql, store->path, NULL, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX) < 0 ||
        sql_run(sql, settings) < 0 || soundness_check(sql) < 0 || journal_schema_check(sql) < 0 ||
        sql_run(sql, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL") < 0)
        return -1;
    /* On a full disk the tables that are there can be read, and written when there is room again.
     */
    if (journal_schema_make(sql) < 0 && !has_no_room(sql))
        return -1;
    return statements_prepare(store);
}

/* SQLite would take it for a new one, and throw the log away that has all of it. */
static int lost_head_check(struct journal_store *store)
{
    if (!journal_file_lost_its_head(store->path))
        return 0;
    return sql_fail(&store->sql, SQLITE_CORRUPT, "is empty, but has a log");
}

static int database_open(struct journal_store *store)
{
    if (journal_file_create(store->path) < 0)
        return store_fail(store, "creating");
    if (lost_head_check(store) < 0)
        return -1;
    int result = database_open_as(store, "PRAGMA locking_mode = NORMAL");
    store->is_alone = result < 0 && has_no_room(&store->sql);
    if (!store->is_alone)
        return result;
    /* Alone with it, SQLite keeps the log's index in memory: its file needs room. */
    database_close(store);
    return database_open_as(store, "PRAGMA locking_mode = EXCLUSIVE");
}

int journal_store_let_others_in(struct journal_store *store)
{
    if (!store->is_alone || !journal_file_has_room(store->path))
        return 0;
    /* Not while it is open: a log begun alone cannot be shared. */
    database_close(store);
    return database_open(store);
}

/* Instead of one that is not sound. */
static int database_begin_anew(struct journal_store *store)
{
    char reason[SQL_PROBLEM_SIZE], aside[PATH_MAX];
    text_copy(reason, sizeof reason, store->sql.problem);
    database_close(store);
    if (journal_file_set_aside(store->path, aside, sizeof aside) < 0)
        return store_fail(store, "setting aside");
    store_tell(store, "not sound, kept as %s; a new journal is begun (%s)", aside, reason);
    return database_open(store);
}

/* A full disk may have let nothing be made yet. */
static bool is_new(struct journal_store *store)
{
    int64_t batches = 0;
    return sql_number(&store->sql, "SELECT count(*) FROM meta WHERE name = 'batch'", &batches) <
               0 ||
           batches == 0;
}

static void beginning_tell(struct journal_store *store, enum journal_beginning beginning)
{
    if (beginning == JOURNAL_FIRST)
        store_tell(store, "a new journal is begun: there was none");
    store->listener.begun(store->listener.context, beginning);
}

struct journal_store *journal_store_open(const char *path,
                                         const struct journal_store_listener *listener,
                                         char problem[static JOURNAL_TEXT_SIZE])
{
    struct journal_store *store = calloc(1, sizeof *store);
    if (!store) {
        text_copy(problem, JOURNAL_TEXT_SIZE, "no memory");
        return NULL;
    }
    *store = (struct journal_store){
        .path = path, .listener = *listener, .lock = -1, .sql = {.path = path}};
    enum journal_beginning beginning = JOURNAL_FIRST;
    int result = store_lock(store);
    if (result == 0)
        result = database_open(store);
    if (result < 0 && sql_is_broken(&store->sql)) {
        beginning = JOURNAL_ANEW;
        result = database_begin_anew(store);
    }
    if (result == 0) {
        if (is_new(store))
            beginning_tell(store, beginning);
        return store;
    }
    text_copy(problem, JOURNAL_TEXT_SIZE, store->sql.problem);
    journal_store_close(store);
    return NULL;
}

void journal_store_close(struct journal_store *store)
{
    if (!store)
        return;
    sqlite3_free(sqlite3_str_finish(store->snapshot));
    database_close(store);
    if (store->lock >= 0)
        close(store->lock);
    free(store);
}

/* ---- batches ---- */

static void transaction_end(struct journal_store *store)
{
    sqlite3_free(sqlite3_str_finish(store->snapshot));
    store->snapshot = NULL;
    /* Its own error would hide the one that matters. */
    if (!sqlite3_get_autocommit(store->sql.db))
        sqlite3_exec(store->sql.db, "ROLLBACK", NULL, NULL, NULL);
}

void journal_store_begin(struct journal_store *store, uint64_t number,
                         const struct journal_moment *moment)
{
    transaction_end(store);
    store->number = number;
    store->moment = *moment;
    store->moment.boot_id[sizeof store->moment.boot_id - 1] = '\0';
    store->snapshot = sqlite3_str_new(NULL);
    store->failed = sql_run(&store->sql, "BEGIN IMMEDIATE") < 0;
}

void journal_store_row(struct journal_store *store, enum row_table table, uint32_t key,
                       const void *row)
{
    if (store->failed)
        return;
    sqlite3_stmt *replace = store->replace[table];
    store->failed = journal_row_bind(&store->sql, replace, table, key, row) < 0 ||
                    sql_perform(&store->sql, replace) < 0;
}

void journal_store_delete(struct journal_store *store, enum row_table table, uint32_t key)
{
    if (store->failed)
        return;
    sqlite3_stmt *remove = store->remove[table];
    store->failed =
        sqlite3_bind_int64(remove, 1, key) != SQLITE_OK || sql_perform(&store->sql, remove) < 0;
}

void journal_store_snapshot_part(struct journal_store *store, const char *part, size_t size)
{
    sqlite3_str_append(store->snapshot, part, (int)size);
}

static int snapshot_write(struct journal_store *store)
{
    int length = sqlite3_str_length(store->snapshot);
    int code = sqlite3_str_errcode(store->snapshot);
    if (code == SQLITE_OK && length == 0)
        return 0;
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(
            store->put_snapshot, 1, sqlite3_str_value(store->snapshot), length, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(
            store->put_snapshot_sum, 1, snapshot_checksum(sqlite3_str_value(store->snapshot)));
    if (code != SQLITE_OK)
        return sql_fail(&store->sql, code, "snapshot: %s", sqlite3_errstr(code));
    return sql_perform(&store->sql, store->put_snapshot) < 0
               ? -1
               : sql_perform(&store->sql, store->put_snapshot_sum);
}

static int moment_write(struct journal_store *store)
{
    sqlite3_stmt *put = store->put_moment;
    const struct journal_moment *moment = &store->moment;
    if (sqlite3_bind_int64(put, 1, (int64_t)store->number) != SQLITE_OK ||
        sqlite3_bind_text(put, 2, moment->boot_id, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_int64(put, 3, moment->boot.ms) != SQLITE_OK ||
        sqlite3_bind_int64(put, 4, moment->wall_ms) != SQLITE_OK ||
        sqlite3_bind_int64(put, 5, (int64_t)moment->events_evicted) != SQLITE_OK ||
        sqlite3_bind_int64(put, 6, moment_checksum(store->number, moment)) != SQLITE_OK)
        return sql_fail(&store->sql, SQLITE_NOMEM, "no memory");
    return sql_perform(&store->sql, put);
}

int journal_store_commit(struct journal_store *store)
{
    bool written = !store->failed && store->snapshot && snapshot_write(store) == 0 &&
                   moment_write(store) == 0 && sql_run(&store->sql, "COMMIT") == 0;
    transaction_end(store);
    return written ? 0 : -1;
}

uint64_t journal_store_used_bytes(struct journal_store *store)
{
    int64_t pages = 0, free_pages = 0, page_size = 0;
    if (sql_number(&store->sql, "PRAGMA page_count", &pages) < 0 ||
        sql_number(&store->sql, "PRAGMA freelist_count", &free_pages) < 0 ||
        sql_number(&store->sql, "PRAGMA page_size", &page_size) < 0)
        return 0;
    return (uint64_t)((pages - free_pages) * page_size);
}

/* ---- reading ---- */

/* SQLite finds what breaks its structure, not a value that has changed. An older version wrote no
 * checksum. 1: it is wrong, which is told; 0 or -1. */
static int checksum_check(struct journal_store *store, const char *query, const char *what,
                          int64_t sum)
{
    int64_t expected = sum;
    if (sql_number(&store->sql, query, &expected) < 0)
        return -1;
    if (expected == sum)
        return 0;
    store_tell(store, "%s is not as padam wrote it; left out", what);
    return 1;
}

static int moment_text_read(struct sql *sql, char boot_id[static CLOCK_BOOT_ID_SIZE])
{
    sqlite3_stmt *query = sql_prepare(sql, "SELECT value FROM meta WHERE name = 'boot_id'");
    if (!query)
        return -1;
    int result = sql_step(sql, query);
    const char *text = result > 0 ? (const char *)sqlite3_column_text(query, 0) : NULL;
    text_copy(boot_id, CLOCK_BOOT_ID_SIZE, text ? text : "");
    sqlite3_finalize(query);
    return result < 0 ? -1 : 0;
}

int journal_store_read_moment(struct journal_store *store, uint64_t *number,
                              struct journal_moment *moment)
{
    struct sql *sql = &store->sql;
    int64_t found = 0, batch = 0, evicted = 0;
    *moment = (struct journal_moment){0};
    if (sql_number(sql, "SELECT count(*) FROM meta WHERE name = 'batch'", &found) < 0 ||
        sql_number(sql, "SELECT value FROM meta WHERE name = 'batch'", &batch) < 0 ||
        sql_number(sql, "SELECT value FROM meta WHERE name = 'boot_ms'", &moment->boot.ms) < 0 ||
        sql_number(sql, "SELECT value FROM meta WHERE name = 'wall_ms'", &moment->wall_ms) < 0 ||
        sql_number(sql, "SELECT value FROM meta WHERE name = 'events_evicted'", &evicted) < 0 ||
        moment_text_read(sql, moment->boot_id) < 0)
        return -1;
    *number = (uint64_t)batch;
    moment->events_evicted = (uint64_t)evicted;
    int wrong = checksum_check(store,
                               "SELECT value FROM meta WHERE name = 'checksum'",
                               "the last batch's moment",
                               moment_checksum(*number, moment));
    if (wrong < 0)
        return -1;
    store->has_no_moment = wrong > 0;
    if (store->has_no_moment) {
        *number = 0;
        *moment = (struct journal_moment){0};
    }
    return found > 0;
}

int journal_store_read_snapshot(struct journal_store *store, char **text)
{
    sqlite3_stmt *query = sql_prepare(&store->sql, "SELECT text FROM snapshot");
    *text = NULL;
    if (!query)
        return -1;
    int result = sql_step(&store->sql, query);
    const char *found = result > 0 ? (const char *)sqlite3_column_text(query, 0) : NULL;
    int wrong = found ? checksum_check(store,
                                       "SELECT value FROM meta WHERE name = 'snapshot_checksum'",
                                       "the engine's last state",
                                       snapshot_checksum(found))
                      : 0;
    bool is_good = found && wrong == 0 && !store->has_no_moment;
    if (is_good)
        *text = strdup(found);
    if (is_good && !*text)
        wrong = sql_fail(&store->sql, SQLITE_NOMEM, "no memory");
    sqlite3_finalize(query);
    return result < 0 || wrong < 0 ? -1 : 0;
}

struct taker {
    const struct journal_store *store;
    void (*take)(void *context, enum row_table table, uint32_t key, const void *row);
    void *context;
};

static void row_take(void *context, enum row_table table, uint32_t key, const void *row)
{
    const struct taker *taker = context;
    taker->take(taker->context, table, key, row);
}

static void row_skip(void *context, enum row_table table, int64_t id)
{
    const struct taker *taker = context;
    store_tell(taker->store,
               "row %lld of table %s is not as padam wrote it; skipped",
               (long long)id,
               row_descriptors[table].name);
}

int journal_store_read_rows(struct journal_store *store, enum row_table table,
                            void (*take)(void *context, enum row_table table, uint32_t key,
                                         const void *row),
                            void *context)
{
    struct taker taker = {store, take, context};
    const struct journal_selection selection = {.table = table,
                                                .first = 0,
                                                .last = UINT32_MAX,
                                                .take = row_take,
                                                .skip = row_skip,
                                                .context = &taker};
    return journal_select(&store->sql, &selection);
}

const char *journal_store_problem(const struct journal_store *store)
{
    return store->sql.problem;
}

bool journal_store_is_broken(const struct journal_store *store)
{
    return sql_is_broken(&store->sql);
}

/*
 * history JOURNAL COUNT            adds COUNT closed incidents to a journal that a padamd has left,
 *                                  each with the records of its six steps and a deviation
 * history JOURNAL commits COUNT    writes an event and the state COUNT times; milliseconds of each
 *
 * As padamd does: by the journal's own process.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/model.h"
#include "ports/journal.h"
#include "ports/journal_process.h"
#include "row_samples.h"

enum { PER_BATCH = 500, LIMIT_MS = 20000 };

static struct journal *journal;
static uint64_t number, committed;
static char *snapshot;

static void fail(const char *what)
{
    fprintf(stderr, "history: %s\n", what);
    exit(2);
}

static void on_committed(void *context, uint64_t which, uint64_t used_bytes)
{
    (void)context;
    (void)used_bytes;
    committed = which;
}

static void on_text(void *context, const char *text)
{
    (void)context;
    fprintf(stderr, "history: %s\n", text);
}

static void on_begun(void *context, enum journal_beginning beginning)
{
    (void)context;
    (void)beginning;
    fail("there was no journal");
}

static void on_row(void *context, const struct journal_loaded *loaded, enum row_table table,
                   uint32_t key, const void *row)
{
    (void)context;
    (void)loaded;
    (void)table;
    (void)key;
    (void)row;
}

static void on_loaded(void *context, const struct journal_loaded *loaded)
{
    *(struct journal_moment *)context = loaded->moment;
    number = loaded->number;
    snapshot = loaded->snapshot ? strdup(loaded->snapshot) : NULL;
}

static void row_add(enum row_table table, uint32_t key, union row_sample *row)
{
    journal_batch_row(journal, table, key, row->bytes);
}

static void incident_add(uint32_t incident)
{
    union row_sample row;
    row_sample_fill(&row, ROW_incident, incident);
    row.incident.state = INCIDENT_STATE_CLOSED;
    row_add(ROW_incident, incident, &row);
    for (uint32_t step = 1; step <= STEP_COUNT; step++) {
        row_sample_fill(&row, ROW_record, step);
        row.record.incident = incident;
        row.record.step = step;
        row_add(ROW_record, (incident - 1) * STEP_COUNT + step, &row);
    }
    row_sample_fill(&row, ROW_deviation, incident);
    row.deviation.incident = incident;
    row_add(ROW_deviation, incident, &row);
}

static void batch_write(void)
{
    if (journal_batch_commit(journal) < 0)
        fail("a batch is not taken");
    while (committed < number) {
        struct pollfd process = {.fd = journal_fd(journal), .events = journal_events(journal)};
        if (poll(&process, 1, LIMIT_MS) <= 0 || journal_dispatch(journal) < 0)
            fail("a batch is not written");
    }
}

static void incidents_write(uint32_t first, uint32_t last, const struct journal_moment *moment)
{
    journal_batch_begin(journal, ++number, moment);
    for (uint32_t incident = first; incident <= last; incident++)
        incident_add(incident);
    batch_write();
}

static double now_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        fail("clock");
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void commits_measure(uint32_t count, const struct journal_moment *moment)
{
    for (uint32_t event = 1; event <= count; event++) {
        union row_sample row;
        row_sample_fill(&row, ROW_event, event);
        const double began_ms = now_ms();
        journal_batch_begin(journal, ++number, moment);
        row_add(ROW_event, event, &row);
        if (snapshot)
            journal_batch_snapshot(journal, snapshot);
        batch_write();
        printf("%.3f\n", now_ms() - began_ms);
    }
}

int main(int argc, char **argv)
{
    static const struct journal_handlers handlers = {
        .committed = on_committed, .begun = on_begun, .failed = on_text, .notice = on_text};
    static const struct journal_patience patience = {LIMIT_MS, LIMIT_MS};
    if (journal_process_is_wanted(argc, argv))
        return journal_process_main(argv);
    const bool commits = argc == 4 && strcmp(argv[2], "commits") == 0;
    if (argc != 3 && !commits)
        fail("usage: history JOURNAL COUNT, or history JOURNAL commits COUNT");
    struct journal_moment moment;
    const struct journal_taker taker = {.row = on_row, .done = on_loaded, .context = &moment};
    const uint32_t count = (uint32_t)strtoul(argv[argc - 1], NULL, 10);
    journal = journal_create(argv[1], &handlers, NULL);
    if (!journal || journal_start(journal) < 0 || journal_load(journal, &patience, &taker) < 0)
        fail("the journal cannot be read");
    if (commits)
        commits_measure(count, &moment);
    for (uint32_t first = 1; !commits && first <= count; first += PER_BATCH)
        incidents_write(
            first, first + PER_BATCH - 1 < count ? first + PER_BATCH - 1 : count, &moment);
    free(snapshot);
    journal_free(journal);
    return 0;
}

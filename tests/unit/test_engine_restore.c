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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/text.h"
#include "core/snapshot.h"
#include "engine/decide.h"
#include "engine/history.h"
#include "engine/restore.h"
#include "ports/journal_process.h"
#include "ports/journal_read.h"
#include "ports/journal_store.h"

static struct journal_moment moment_of(const char *boot_id, int64_t boot_ms, int64_t wall_ms)
{
    struct journal_moment moment = {.boot = instant_at(boot_ms), .wall_ms = wall_ms};
    text_copy(moment.boot_id, sizeof moment.boot_id, boot_id);
    return moment;
}

static void a_rows_instants_move_and_its_wall_times_stay(void **state)
{
    (void)state;
    struct row_event row;
    memset(&row, 0, sizeof row);
    row.at = instant_at(5000);
    row.time_wall_ms = 777;
    history_shift(ROW_event, &row, -2000);
    assert_int_equal(row.at.ms, 3000);
    assert_int_equal(row.time_wall_ms, 777);
    row.at = INSTANT_NONE;
    history_shift(ROW_event, &row, -2000);
    assert_false(instant_is_set(row.at));
}

static void tables_hold_what_the_configuration_says(void **state)
{
    (void)state;
    const struct config settings = {
        .engine = {.events_kept = 2000, .incidents_kept = 500, .commands_kept = 100},
        .contact_count = 2,
        .notify.queue = 100};
    const struct store_limits limits = restore_limits(&settings);
    assert_true(limits.rows[ROW_message] > settings.contact_count * settings.notify.queue);
    assert_int_equal(limits.rows[ROW_event], 2000);
    assert_int_equal(limits.rows[ROW_incident], 500);
    assert_int_equal(limits.rows[ROW_command], 100);
    assert_true(limits.rows[ROW_record] >= limits.rows[ROW_incident] * STEP_COUNT);
    assert_int_equal(limits.rows[ROW_mains], 0);
}

/* ---- whole runs: a decider, a journal process, a shadow; killed by being let go ---- */

enum { FILE_MAX = 1 << 20 };
static const int64_t S = 1000;
static const int64_t limit_ms = 20000;

static char folder[64];
#define ENDS_ONCE ".ends-once"

static struct config config;

static struct run {
    sd_event *event;
    struct store *store;
    struct keeper *keeper;
    struct recorder *recorder;
    struct decider *decider;
    struct restorer restorer;
    char *snapshot;
    size_t snapshot_size;
    instant now;
    bool restored, committed;
    bool begun; /* the journal is a new one */
    pid_t journal;
} run;

static void nothing_performed(void *context, const struct action *action)
{
    (void)context;
    (void)action;
}

static void nobody_answered(void *context, const struct gate_answer *answer)
{
    (void)context;
    (void)answer;
}

static void show(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)context;
    assert_int_equal(store_put(run.store, table, key, row), 0);
}

static struct derive_moment moment_now(void)
{
    return (struct derive_moment){.now = clock_now(), .wall_ms = clock_wall_ms()};
}

static struct journal_moment state_keep(uint64_t number, const struct gate_row *rows, size_t count)
{
    const struct journal_moment moment = recorder_moment(run.recorder, moment_now());
    snapshot_write(&config.site, decider_state(run.decider), run.snapshot, run.snapshot_size);
    keeper_keep(run.keeper, number, &moment, run.snapshot, rows, count);
    return moment;
}

static void keep(void *context, const struct gate_row *rows, size_t count)
{
    (void)context;
    (void)state_keep(recorder_number(run.recorder), rows, count);
}

static int write_rows(void *context, const struct gate_row *rows, size_t count, size_t written)
{
    (void)context;
    const struct journal_moment moment = state_keep(recorder_number(run.recorder) + 1, rows, count);
    return recorder_write(run.recorder, &moment, rows, written, run.snapshot);
}

static void committed(void *context, uint64_t used_bytes)
{
    (void)context;
    assert_true(used_bytes > 0);
    run.committed = true;
    gate_committed(decider_gate(run.decider), run.now);
}

static void failed(void *context)
{
    (void)context;
    if (run.decider)
        gate_failed(decider_gate(run.decider));
}

static void begun(void *context)
{
    (void)context;
    run.begun = true;
}

static const struct recorder_handlers recorder_handlers = {
    .committed = committed, .failed = failed, .begun = begun};

/* The only one there is. */
static pid_t child_find(void)
{
    char name[64];
    int pid = 0;
    text_format(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(name, "re");
    assert_non_null(file);
    if (fscanf(file, "%d", &pid) != 1)
        pid = 0;
    assert_int_equal(fclose(file), 0);
    return pid;
}

static void decider_begin(void)
{
    const struct decider_settings settings = {
        .config = &config,
        .store = run.store,
        .handlers = {.perform = nothing_performed,
                     .show = show,
                     .answer = nobody_answered,
                     .keep = keep,
                     .write = write_rows},
        .started = run.now,
        .moment = moment_now(),
    };
    run.decider = decider_new(&settings);
    assert_non_null(run.decider);
}

/* Where the journal is to answer in time: its process starts slowly on a machine that does other
 * things, or that watches each access. */
static bool journal_has_time;

int __real_recorder_load(struct recorder *recorder, const struct journal_patience *patience,
                         const struct journal_taker *taker);
int __wrap_recorder_load(struct recorder *recorder, const struct journal_patience *patience,
                         const struct journal_taker *taker);

int __wrap_recorder_load(struct recorder *recorder, const struct journal_patience *patience,
                         const struct journal_taker *taker)
{
    const struct journal_patience all = {limit_ms, limit_ms};
    return __real_recorder_load(recorder, journal_has_time ? &all : patience, taker);
}

static void run_begin(void)
{
    const struct store_limits limits = restore_limits(&config);
    run = (struct run){.now = clock_now()};
    run.snapshot_size = snapshot_limit(config.site.server_count);
    run.snapshot = malloc(run.snapshot_size);
    run.store = store_new(&limits);
    assert_true(run.snapshot && run.store && sd_event_new(&run.event) >= 0);
    run.keeper = keeper_open(&config.engine, run.store);
    run.recorder = recorder_open(run.event, config.engine.journal, &recorder_handlers, NULL);
    assert_true(run.keeper && run.recorder);
    decider_begin();
    run.restorer = (struct restorer){.config = &config,
                                     .store = run.store,
                                     .decider = run.decider,
                                     .recorder = run.recorder,
                                     .keeper = run.keeper};
    run.restored = restore(&run.restorer, moment_now());
    run.journal = child_find();
    if (run.restored)
        decider_resume(run.decider, run.now);
}

/* As a kill does: nothing more is written, and what was sent is still carried out. */
static pid_t run_kill(void)
{
    pid_t journal = run.journal;
    recorder_close(run.recorder);
    keeper_close(run.keeper);
    decider_free(run.decider);
    store_free(run.store);
    sd_event_unref(run.event);
    free(run.snapshot);
    run = (struct run){.journal = 0};
    return journal;
}

static void process_await(pid_t pid)
{
    if (pid > 0 && waitpid(pid, NULL, 0) < 0)
        assert_int_equal(errno, ECHILD);
}

static void dispatch(void)
{
    recorder_watch(run.recorder);
    assert_true(sd_event_run(run.event, (uint64_t)limit_ms * 1000) > 0);
}

static void await(const bool *what)
{
    while (!*what)
        dispatch();
}

static void commit(void)
{
    run.committed = false;
    await(&run.committed);
}

/* It must keep up for a while. */
static void await_recovery(void)
{
    while (gate_journal_state(decider_gate(run.decider)) != JOURNAL_STATE_OK) {
        run.now = instant_add_ms(run.now, 5 * S);
        gate_retry(decider_gate(run.decider), run.now);
        commit();
    }
}

static void input(enum input_role role, enum input_value value)
{
    const struct event event = {.kind = EVENT_INPUT, .at = run.now, .role = role, .value = value};
    decider_handle(run.decider, &event);
}

/* The gate's patience included. */
static void pass(int64_t ms)
{
    run.now = instant_add_ms(run.now, ms);
    const struct event event = {.kind = EVENT_TICK, .at = run.now};
    decider_handle(run.decider, &event);
    gate_tick(decider_gate(run.decider), run.now);
}

/* Its first commit is of what the run began with. */
static void begin_at_rest(void)
{
    run_begin();
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    commit();
    pass(10 * S);
}

static void open_outage(void)
{
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    pass(3 * S);
    assert_true(store_count(run.store, ROW_incident) == 1);
}

static void deliver(uint32_t sequence)
{
    const struct wire_delivery delivery = {.sequence = sequence, .state = DELIVERY_ACCEPTED};
    decider_deliver(run.decider, run.now, &delivery);
    commit();
}

static void assert_outage_goes_on(void)
{
    const struct row_incident *row = gate_find(decider_gate(run.decider), ROW_incident, 1);
    assert_true(run.restored);
    assert_int_equal(decider_state(run.decider)->incident.id, 1);
    assert_non_null(row);
    assert_int_equal(row->state, INCIDENT_STATE_OPEN);
}

static void name_of(char name[static 128], const char *file)
{
    text_format(name, 128, "%s/%s", folder, file);
}

static size_t file_read(const char *file, void *to)
{
    char name[128];
    name_of(name, file);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, to, FILE_MAX);
    assert_true(size >= 0);
    close(fd);
    return (size_t)size;
}

static void file_write(const char *file, const void *from, size_t size)
{
    char name[128];
    name_of(name, file);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, from, size), size);
    close(fd);
}

static void count_row(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)table;
    (void)key;
    (void)row;
    ++*(size_t *)context;
}

static size_t journal_count(enum row_table table)
{
    char problem[JOURNAL_READER_TEXT_SIZE];
    size_t count = 0;
    const struct journal_selection selection = {
        .table = table, .last = UINT32_MAX, .take = count_row, .context = &count};
    struct journal_reader *reader = journal_reader_open(config.engine.journal, problem);
    assert_non_null(reader);
    assert_int_equal(journal_reader_rows(reader, &selection), 0);
    journal_reader_close(reader);
    return count;
}

static int open_world(void **state)
{
    (void)state;
    log_open("test", LOG_LEVEL_ERROR);
    journal_has_time = false;
    text_copy(folder, sizeof folder, "/dev/shm/padam-restore-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    config = (struct config){
        .engine = {.events_kept = 1000, .incidents_kept = 100, .commands_kept = 100}};
    site_set_defaults(&config.site);
    config.site.genset.wiring = GENSET_WIRING_NONE;
    config.site.inputs[INPUT_ROLE_MAINS_L1].wired = true;
    config.site.inputs[INPUT_ROLE_GENSET_RUNNING].wired = true;
    text_format(config.engine.journal, sizeof config.engine.journal, "%s/journal.db", folder);
    text_format(config.engine.shadow, sizeof config.engine.shadow, "%s/shadow", folder);
    return 0;
}

static int entry_remove(const char *name, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(name);
}

static int close_world(void **state)
{
    (void)state;
    if (run.recorder)
        (void)run_kill();
    for (pid_t pid = child_find(); pid > 0; pid = child_find()) {
        kill(pid, SIGKILL);
        process_await(pid);
    }
    return nftw(folder, entry_remove, 4, FTW_DEPTH | FTW_PHYS);
}

static void be_killed_in_an_outage_without_a_shadow(void)
{
    config.engine.shadow[0] = '\0';
    begin_at_rest();
    open_outage();
    commit();
    process_await(run_kill());
}

static void without_a_shadow_the_journal_says_what_was(void **state)
{
    (void)state;
    be_killed_in_an_outage_without_a_shadow();
    run_begin();
    assert_outage_goes_on();
}

static void what_a_stuck_journal_did_not_write_is_gone_on_from_at_once(void **state)
{
    (void)state;
    begin_at_rest();
    open_outage();
    commit();
    assert_int_equal(kill(run.journal, SIGSTOP), 0);
    size_t written = journal_count(ROW_event);
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_ACTIVE);
    pass(20 * S);
    uint32_t next_event = decider_state(run.decider)->next_event;
    assert_true(next_event > written + 1);
    pid_t stuck = run_kill();

    instant before = clock_now();
    run_begin();
    int64_t took_ms = instant_diff_ms(clock_now(), before);
    assert_in_range(took_ms, GATE_WAIT_MS, 2 * S);
    assert_outage_goes_on();
    assert_true(decider_state(run.decider)->next_event >= next_event);
    assert_false(run.restorer.answered);
    for (uint32_t event = (uint32_t)written + 1; event < next_event; event++)
        assert_non_null(gate_find(decider_gate(run.decider), ROW_event, event));

    pass(S);
    assert_int_equal(gate_journal_state(decider_gate(run.decider)), JOURNAL_STATE_BEHIND);
    kill(stuck, SIGCONT);
    process_await(stuck);
    await(&run.restorer.answered);
    await_recovery();
    assert_true(journal_count(ROW_event) >= next_event - 1);
}

static void history_that_the_shadow_does_not_have_comes_when_the_journal_answers(void **state)
{
    (void)state;
    begin_at_rest();
    open_outage();
    commit();
    deliver(1);
    deliver(2);
    assert_int_equal(kill(run.journal, SIGSTOP), 0);
    pid_t stuck = run_kill();
    run_begin();
    assert_outage_goes_on();
    assert_null(gate_find(decider_gate(run.decider), ROW_event, 1));
    kill(stuck, SIGCONT);
    process_await(stuck);
    await(&run.restorer.answered);
    const struct row_event *row = store_find(run.store, ROW_event, 1);
    assert_non_null(row);
    assert_int_equal(row->delivery, DELIVERY_ACCEPTED);
}

static void a_shadow_older_than_the_journal_is_not_used(void **state)
{
    (void)state;
    static unsigned char old[FILE_MAX];
    begin_at_rest();
    size_t size = file_read("shadow", old);
    open_outage();
    commit();
    process_await(run_kill());
    file_write("shadow", old, size);
    journal_has_time = true;
    run_begin();
    assert_outage_goes_on();
    assert_int_equal(run.restorer.kept_number, 0);
}

static void a_journal_that_is_not_sound_is_made_up_for(void **state)
{
    (void)state;
    static const char garbage[] = "this is no database, but it was one before the disk said so";
    begin_at_rest();
    open_outage();
    commit();
    process_await(run_kill());
    file_write("journal.db", garbage, sizeof garbage);
    journal_has_time = true;
    run_begin();
    assert_true(run.restorer.answered);
    assert_outage_goes_on();
    commit();
    assert_int_equal(journal_count(ROW_incident), 1);
    assert_int_equal(journal_count(ROW_event), decider_state(run.decider)->next_event - 1);
}

static void a_journal_that_is_read_at_the_second_try_is_not_behind(void **state)
{
    (void)state;
    be_killed_in_an_outage_without_a_shadow();
    file_write("journal.db" ENDS_ONCE, "", 1);
    run_begin();
    assert_int_equal(gate_journal_state(decider_gate(run.decider)), JOURNAL_STATE_OK);
    assert_outage_goes_on();
}

static void without_journal_and_shadow_no_number_is_given_twice(void **state)
{
    (void)state;
    be_killed_in_an_outage_without_a_shadow();
    char journal[128], aside[128];
    name_of(journal, "journal.db");
    name_of(aside, "aside");
    assert_int_equal(rename(journal, aside), 0);
    assert_int_equal(mkdir(journal, 0700), 0);
    run_begin();
    assert_false(run.restored);
    assert_true(decider_state(run.decider)->next_event > 1000000000);
    assert_int_equal(gate_journal_state(decider_gate(run.decider)), JOURNAL_STATE_FAILED);

    assert_int_equal(rmdir(journal), 0);
    assert_int_equal(rename(aside, journal), 0);
    process_await(run.journal);
    recorder_revive(run.recorder);
    await(&run.restorer.answered);
    assert_int_equal(store_count(run.store, ROW_incident), 1);
    pass(S);
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    gate_retry(decider_gate(run.decider), run.now);
    commit();
    process_await(run_kill());
    run_begin();
    assert_true(decider_state(run.decider)->next_event > 1000000000);
}

static void nothing_told(void *context, const char *text)
{
    (void)context;
    (void)text;
}

static void nothing_begun(void *context, enum journal_beginning beginning)
{
    (void)context;
    (void)beginning;
}

/* Else a second restart in the same boot would find the instants of the boot before. */
static void what_waits_since_another_boot_is_moved_and_written_again(void **state)
{
    (void)state;
    char problem[JOURNAL_TEXT_SIZE];
    struct journal_moment then =
        moment_of("another", clock_now().ms + 5000 * S, clock_wall_ms() - 60 * S);
    struct row_event row = {.notification = 1,
                            .severity = SEVERITY_NOTICE,
                            .at = then.boot,
                            .delivery = DELIVERY_PENDING,
                            .delay_ms = -1};
    static const struct journal_store_listener nobody = {nothing_told, nothing_begun, NULL};
    struct journal_store *journal = journal_store_open(config.engine.journal, &nobody, problem);
    assert_non_null(journal);
    journal_store_begin(journal, 9, &then);
    journal_store_row(journal, ROW_event, 1, &row);
    row.delivery = DELIVERY_ACCEPTED;
    journal_store_row(journal, ROW_event, 2, &row);
    struct row_message message = {.event = 1,
                                  .contact = 1,
                                  .order = 1,
                                  .delivery = DELIVERY_ACCEPTED,
                                  .waits_since = then.boot};
    journal_store_row(journal, ROW_message, 17, &message);
    assert_int_equal(journal_store_commit(journal), 0);
    journal_store_close(journal);

    run_begin();
    const struct row_event *moved = store_find(run.store, ROW_event, 1);
    int64_t ago_ms = instant_diff_ms(clock_now(), moved->at);
    assert_in_range(ago_ms, 60 * S, 80 * S);
    input(INPUT_ROLE_MAINS_L1, INPUT_VALUE_ACTIVE);
    input(INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    commit();
    process_await(run_kill());
    assert_int_equal(unlink(config.engine.shadow), 0);
    run_begin();
    moved = store_find(run.store, ROW_event, 1);
    ago_ms = instant_diff_ms(clock_now(), moved->at);
    assert_in_range(ago_ms, 60 * S, 80 * S);
    const struct row_message *waits = store_find(run.store, ROW_message, 17);
    assert_in_range(instant_diff_ms(clock_now(), waits->waits_since), 60 * S, 80 * S);
}

#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

/* A journal's process that ends before it has answered, where a file beside the journal says so. */
static bool process_ends(const char *journal)
{
    char mark[128];
    text_format(mark, sizeof mark, "%s" ENDS_ONCE, journal);
    return unlink(mark) == 0;
}

int main(int argc, char **argv)
{
    if (journal_process_is_wanted(argc, argv))
        return process_ends(argv[2]) ? EXIT_FAILURE : journal_process_main(argv);

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rows_instants_move_and_its_wall_times_stay),
        cmocka_unit_test(tables_hold_what_the_configuration_says),
        RUN_TEST(without_a_shadow_the_journal_says_what_was),
        RUN_TEST(what_a_stuck_journal_did_not_write_is_gone_on_from_at_once),
        RUN_TEST(history_that_the_shadow_does_not_have_comes_when_the_journal_answers),
        RUN_TEST(a_shadow_older_than_the_journal_is_not_used),
        RUN_TEST(a_journal_that_is_not_sound_is_made_up_for),
        RUN_TEST(a_journal_that_is_read_at_the_second_try_is_not_behind),
        RUN_TEST(without_journal_and_shadow_no_number_is_given_twice),
        RUN_TEST(what_waits_since_another_boot_is_moved_and_written_again),
    };
    return cmocka_run_group_tests_name("engine/restore", tests, NULL, NULL);
}

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/batch.h"

/* A journal that does nothing by itself: tests say when it commits. Everything that the gate makes
 * happen is noted as one letter or digit. */
static struct {
    char done[256];
    size_t count;
    unsigned writes, kept;
    uint32_t deleted; /* key of the last row that was to go */
    size_t rows_written, rows_kept;
    int write_result;
} world;

static struct store *store;
static struct gate *gate;

static void note(char what)
{
    if (world.count < sizeof world.done - 1)
        world.done[world.count++] = what;
    world.done[world.count] = '\0';
}

static void perform(void *context, const struct action *action)
{
    (void)context;
    if (action->kind == ACTION_OUTPUT)
        note(action->output.on ? '+' : '-');
    else
        note('t');
}

static void show(void *context, enum row_table table, uint32_t key, const void *row)
{
    (void)context;
    note((char)('0' + key));
    assert_int_equal(store_put(store, table, key, row), 0);
}

static void answer(void *context, const struct gate_answer *message)
{
    (void)context;
    note(message->peer == 7 ? 'a' : '?');
}

static uint32_t last_rounds;

/* Kept is a comma in what is done. */
static void keep_rows(void *context, const struct gate_row *rows, size_t count)
{
    (void)context;
    world.kept++;
    world.rows_kept = count;
    note(',');
    if (count > 0)
        last_rounds = ((const struct row_incident *)rows[count - 1].row)->rounds;
}

static int write_rows(void *context, const struct gate_row *rows, size_t count, size_t written)
{
    (void)context;
    world.writes++;
    world.rows_written = written;
    world.rows_kept = count;
    for (size_t i = 0; i < count; i++)
        if (rows[i].row)
            last_rounds = ((const struct row_incident *)rows[i].row)->rounds;
        else
            world.deleted = rows[i].key;
    return world.write_result;
}

static int open_gate(void **state)
{
    (void)state;
    static const struct gate_handlers handlers = {
        .perform = perform, .show = show, .answer = answer, .keep = keep_rows, .write = write_rows};
    const struct store_limits limits = {.rows = {0}};
    memset(&world, 0, sizeof world);
    store = store_new(&limits);
    gate = gate_new(&handlers, NULL, store);
    return store && gate ? 0 : -1;
}

static int close_gate(void **state)
{
    (void)state;
    gate_free(gate);
    store_free(store);
    return 0;
}

static instant at(int64_t ms)
{
    return instant_at(1000000 + ms);
}

static void put_incident(uint32_t key, uint32_t rounds)
{
    struct row_incident row;
    memset(&row, 0, sizeof row);
    row.rounds = rounds;
    gate_put_row(gate, ROW_incident, key, &row);
}

static void switch_output(enum output_role role, bool on)
{
    const struct action action = {.kind = ACTION_OUTPUT, .output = {role, on}};
    gate_do(gate, &action);
}

static void tell_server(void)
{
    const struct action action = {.kind = ACTION_TELL};
    gate_do(gate, &action);
}

static void nothing_is_done_or_shown_before_the_commit(void **state)
{
    (void)state;
    put_incident(1, 1);
    tell_server();
    gate_close(gate, true, at(0));
    assert_string_equal(world.done, "");
    assert_int_equal(world.writes, 1);
    gate_committed(gate, at(10));
    assert_string_equal(world.done, "1t");
}

static void a_stalled_journal_delays_by_200_ms_at_most(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    assert_int_equal(gate_next_due(gate).ms, at(200).ms);
    gate_tick(gate, at(199));
    assert_string_equal(world.done, "");
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_OK);
    gate_tick(gate, at(200));
    assert_string_equal(world.done, "1");
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_BEHIND);
}

static void while_the_journal_is_behind_no_batch_waits(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    gate_tick(gate, at(200));
    put_incident(2, 1);
    switch_output(OUTPUT_RUN, true);
    gate_close(gate, true, at(201));
    assert_string_equal(world.done, "1,2+");
    assert_false(instant_is_set(gate_next_due(gate)));
}

static void switching_off_never_waits(void **state)
{
    (void)state;
    switch_output(OUTPUT_CRANK, false);
    assert_string_equal(world.done, "-");
}

static void switching_off_takes_back_a_switching_on_that_waits(void **state)
{
    (void)state;
    switch_output(OUTPUT_CRANK, true);
    gate_close(gate, true, at(0));
    switch_output(OUTPUT_CRANK, false);
    gate_close(gate, true, at(5));
    gate_committed(gate, at(10));
    gate_committed(gate, at(20));
    assert_string_equal(world.done, "-");
}

static void another_output_is_not_taken_back(void **state)
{
    (void)state;
    switch_output(OUTPUT_RUN, true);
    gate_close(gate, true, at(0));
    switch_output(OUTPUT_CRANK, false);
    gate_close(gate, true, at(5));
    gate_committed(gate, at(10));
    assert_string_equal(world.done, "-+");
}

static void batches_closed_meanwhile_make_up_the_next_transaction(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    put_incident(2, 1);
    gate_close(gate, true, at(1));
    put_incident(3, 1);
    gate_close(gate, true, at(2));
    assert_int_equal(world.writes, 1);
    gate_committed(gate, at(10));
    assert_string_equal(world.done, "1");
    assert_int_equal(world.writes, 2);
    assert_int_equal(world.rows_written, 2);
    gate_committed(gate, at(20));
    assert_string_equal(world.done, "123");
}

static void batches_keep_their_order_when_time_is_up(void **state)
{
    (void)state;
    for (uint32_t key = 1; key <= 3; key++) {
        put_incident(key, 1);
        gate_close(gate, true, at(key));
    }
    gate_tick(gate, at(201));
    assert_string_equal(world.done, ",123");
}

static void of_rows_not_written_only_the_newest_is(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    gate_tick(gate, at(200));
    for (uint32_t rounds = 2; rounds <= 9; rounds++) {
        put_incident(1, rounds);
        gate_close(gate, true, at(200 + rounds));
    }
    gate_committed(gate, at(5000));
    assert_int_equal(world.writes, 2);
    assert_int_equal(world.rows_written, 1);
    assert_int_equal(last_rounds, 9);
}

static void what_is_let_go_without_a_commit_is_kept_first(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    put_incident(2, 7);
    gate_close(gate, true, at(10));
    assert_int_equal(world.kept, 0);
    gate_tick(gate, at(200));
    assert_string_equal(world.done, ",12");
    assert_int_equal(world.rows_kept, 2);
    assert_int_equal(last_rounds, 7);
    put_incident(3, 1);
    gate_close(gate, true, at(300));
    assert_string_equal(world.done, ",12,3");
    assert_int_equal(world.rows_kept, 3);
}

/* To begin a transaction keeps, too. */
static void what_a_transaction_has_is_not_kept_again(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    gate_tick(gate, at(200));
    assert_string_equal(world.done, "1");
    gate_failed(gate);
    world.write_result = -ENOTCONN;
    put_incident(2, 1);
    gate_close(gate, true, at(300));
    assert_string_equal(world.done, "1,2");
    assert_int_equal(world.rows_kept, 2);
    assert_int_equal(world.writes, 1);
}

static void a_failure_keeps_what_it_lets_go(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    put_incident(2, 1);
    gate_close(gate, true, at(10));
    gate_failed(gate);
    assert_string_equal(world.done, ",12");
    assert_int_equal(world.rows_kept, 2);
}

/* It commits at once. */
static void try_how_fast_it_is(instant now)
{
    gate_retry(gate, now);
    gate_committed(gate, instant_add_ms(now, 10));
}

static void a_journal_that_caught_up_makes_batches_wait_again(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    gate_tick(gate, at(200));
    gate_committed(gate, at(3000));
    try_how_fast_it_is(at(5000));
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_BEHIND);
    try_how_fast_it_is(at(10000));
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_OK);
    put_incident(2, 1);
    gate_close(gate, true, at(10020));
    assert_string_equal(world.done, "1");
}

/* Else each alarm, itself written slowly, would bring the next one. */
static void a_journal_that_is_always_slow_stays_behind(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    gate_tick(gate, at(200));
    gate_committed(gate, at(250));
    for (int64_t ms = 5000; ms < 600000; ms += 5000) {
        gate_retry(gate, at(ms));
        gate_committed(gate, at(ms + 250));
        assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_BEHIND);
    }
}

static unsigned falls_behind_in_an_hour(int64_t every_ms)
{
    unsigned times = 0;
    for (int64_t ms = 0; ms < 3600000; ms += 5000) {
        bool is_slow = ms % every_ms == 0;
        enum journal_state before = gate_journal_state(gate);
        put_incident(1, (uint32_t)ms + 1);
        gate_close(gate, true, at(ms));
        if (is_slow)
            gate_tick(gate, at(ms + 200));
        times += before == JOURNAL_STATE_OK && gate_journal_state(gate) != before ? 1 : 0;
        gate_committed(gate, at(ms + (is_slow ? 250 : 10)));
        gate_retry(gate, at(ms + 300));
        gate_committed(gate, at(ms + 310));
    }
    return times;
}

static void a_journal_that_is_slow_now_and_then_floods_nothing(void **state)
{
    (void)state;
    assert_in_range(falls_behind_in_an_hour(30000), 2, 12);
}

static void a_journal_with_more_to_catch_up_is_still_behind(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    gate_tick(gate, at(200));
    put_incident(2, 1);
    gate_close(gate, true, at(300));
    gate_committed(gate, at(3000));
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_BEHIND);
    gate_committed(gate, at(3010));
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_BEHIND);
    try_how_fast_it_is(at(5000));
    try_how_fast_it_is(at(10000));
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_OK);
}

static void what_could_not_be_written_is_tried_again(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    gate_failed(gate);
    assert_string_equal(world.done, "1");
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_FAILED);
    gate_retry(gate, at(5000));
    assert_int_equal(world.writes, 2);
    assert_int_equal(world.rows_written, 1);
    gate_committed(gate, at(5010));
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_BEHIND);
    try_how_fast_it_is(at(10000));
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_OK);
    gate_retry(gate, at(15000));
    assert_int_equal(world.writes, 3);
}

static void a_journal_that_failed_is_not_tried_with_every_batch(void **state)
{
    (void)state;
    world.write_result = -ENOTCONN;
    for (uint32_t rounds = 1; rounds <= 5; rounds++) {
        put_incident(rounds, 1);
        gate_close(gate, true, at(rounds));
    }
    assert_int_equal(world.writes, 1);
    assert_int_equal(world.rows_kept, 5);
    gate_retry(gate, at(5000));
    assert_int_equal(world.writes, 2);
    assert_int_equal(world.rows_written, 5);
}

static void many_rows_are_written_in_several_transactions_and_kept_until_then(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    gate_close(gate, true, at(0));
    gate_failed(gate);
    for (uint32_t key = 1; key <= ROWS; key++) {
        put_incident(key, 1);
        gate_close(gate, true, at(1));
    }
    size_t written = 0;
    for (gate_retry(gate, at(5000)); world.rows_written > 0 && written < ROWS;
         gate_committed(gate, at(5010))) {
        assert_int_equal(world.rows_kept, ROWS - written);
        written += world.rows_written;
    }
    assert_int_equal(written, ROWS);
    assert_in_range(world.writes, 4, 5);
}

static void a_row_that_is_in_no_table_any_more_goes_from_the_journal(void **state)
{
    (void)state;
    gate_delete(gate, ROW_incident, 7);
    assert_int_equal(world.writes, 0);
    put_incident(8, 1);
    gate_close(gate, true, at(0));
    assert_int_equal(world.rows_written, 2);
    assert_int_equal(world.deleted, 7);
    gate_committed(gate, at(10));
    gate_delete(gate, ROW_incident, 9);
    gate_retry(gate, at(5000));
    assert_int_equal(world.deleted, 9);
}

static void without_a_journal_nothing_waits(void **state)
{
    (void)state;
    world.write_result = -ENOTCONN;
    for (uint32_t rounds = 1; rounds <= 300; rounds++) {
        put_incident(1, rounds);
        gate_close(gate, true, at(rounds));
    }
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_FAILED);
    assert_int_equal(world.rows_written, 1);
    assert_int_equal(world.done[0], '1');
    assert_int_equal(world.rows_kept, 1);
}

static void more_batches_than_can_wait_wait_as_one(void **state)
{
    (void)state;
    for (uint32_t rounds = 1; rounds <= 100; rounds++) {
        put_incident(1, rounds);
        gate_close(gate, true, at(0));
    }
    assert_int_equal(gate_journal_state(gate), JOURNAL_STATE_OK);
    assert_int_equal(world.count, 0);
    for (int64_t ms = 10; ms <= 40; ms += 10)
        gate_committed(gate, at(ms));
    assert_int_equal(world.count, 64);
    assert_int_equal(((const struct row_incident *)store_find(store, ROW_incident, 1))->rounds,
                     100);
    assert_int_equal(world.kept, 0);
}

static void more_batches_than_can_wait_are_let_go_in_time(void **state)
{
    (void)state;
    for (uint32_t rounds = 1; rounds <= 100; rounds++) {
        put_incident(1, rounds);
        gate_close(gate, true, at(0));
    }
    gate_tick(gate, at(200));
    assert_int_equal(((const struct row_incident *)store_find(store, ROW_incident, 1))->rounds,
                     100);
}

static void an_answer_waits_for_what_it_promises(void **state)
{
    (void)state;
    const struct wire_message message = {.type = WIRE_ANSWER};
    put_incident(1, 1);
    gate_answer(gate, 7, &message);
    gate_close(gate, true, at(0));
    assert_string_equal(world.done, "");
    gate_committed(gate, at(10));
    assert_string_equal(world.done, "1a");
}

static void a_step_that_changed_nothing_is_no_batch(void **state)
{
    (void)state;
    gate_close(gate, false, at(0));
    assert_int_equal(world.writes, 0);
    assert_false(instant_is_set(gate_next_due(gate)));
}

static void a_change_of_the_state_alone_is_written(void **state)
{
    (void)state;
    gate_close(gate, true, at(0));
    assert_int_equal(world.writes, 1);
    assert_int_equal(world.rows_written, 0);
}

static void a_row_that_waits_is_found_in_its_newest_form(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    put_incident(1, 2);
    gate_close(gate, true, at(1));
    assert_null(store_find(store, ROW_incident, 1));
    const struct row_incident *row = gate_find(gate, ROW_incident, 1);
    assert_int_equal(row->rounds, 2);
    gate_committed(gate, at(10));
    assert_int_equal(((const struct row_incident *)gate_find(gate, ROW_incident, 1))->rounds, 2);
}

static void a_row_put_twice_in_a_batch_is_shown_once(void **state)
{
    (void)state;
    put_incident(1, 1);
    put_incident(1, 2);
    gate_close(gate, true, at(0));
    gate_committed(gate, at(10));
    assert_string_equal(world.done, "1");
}

static void live_rows_are_shown_but_not_written(void **state)
{
    (void)state;
    struct row_mains row;
    memset(&row, 0, sizeof row);
    row.state = MAINS_STATE_LOST;
    gate_put_row(gate, ROW_mains, 0, &row);
    gate_close(gate, true, at(0));
    assert_int_equal(world.rows_written, 0);
    gate_committed(gate, at(10));
    assert_string_equal(world.done, "0");
}

static void the_end_hands_over_what_is_not_written_and_does_nothing_else(void **state)
{
    (void)state;
    put_incident(1, 1);
    gate_close(gate, true, at(0));
    put_incident(2, 1);
    switch_output(OUTPUT_CRANK, true);
    gate_close(gate, true, at(1));
    gate_finish(gate, at(2));
    assert_int_equal(world.writes, 2);
    assert_int_equal(world.rows_written, 2);
    assert_int_equal(world.deleted, 0);
    assert_string_equal(world.done, "");
}

#define gate_test(function) cmocka_unit_test_setup_teardown(function, open_gate, close_gate)

int main(void)
{
    const struct CMUnitTest tests[] = {
        gate_test(nothing_is_done_or_shown_before_the_commit),
        gate_test(a_stalled_journal_delays_by_200_ms_at_most),
        gate_test(while_the_journal_is_behind_no_batch_waits),
        gate_test(switching_off_never_waits),
        gate_test(switching_off_takes_back_a_switching_on_that_waits),
        gate_test(another_output_is_not_taken_back),
        gate_test(batches_closed_meanwhile_make_up_the_next_transaction),
        gate_test(batches_keep_their_order_when_time_is_up),
        gate_test(of_rows_not_written_only_the_newest_is),
        gate_test(what_is_let_go_without_a_commit_is_kept_first),
        gate_test(what_a_transaction_has_is_not_kept_again),
        gate_test(a_failure_keeps_what_it_lets_go),
        gate_test(a_journal_that_caught_up_makes_batches_wait_again),
        gate_test(a_journal_with_more_to_catch_up_is_still_behind),
        gate_test(what_could_not_be_written_is_tried_again),
        gate_test(without_a_journal_nothing_waits),
        gate_test(more_batches_than_can_wait_wait_as_one),
        gate_test(more_batches_than_can_wait_are_let_go_in_time),
        gate_test(a_journal_that_is_always_slow_stays_behind),
        gate_test(a_journal_that_is_slow_now_and_then_floods_nothing),
        gate_test(a_journal_that_failed_is_not_tried_with_every_batch),
        gate_test(many_rows_are_written_in_several_transactions_and_kept_until_then),
        gate_test(a_row_that_is_in_no_table_any_more_goes_from_the_journal),
        gate_test(an_answer_waits_for_what_it_promises),
        gate_test(a_step_that_changed_nothing_is_no_batch),
        gate_test(a_change_of_the_state_alone_is_written),
        gate_test(a_row_that_waits_is_found_in_its_newest_form),
        gate_test(a_row_put_twice_in_a_batch_is_shown_once),
        gate_test(live_rows_are_shown_but_not_written),
        gate_test(the_end_hands_over_what_is_not_written_and_does_nothing_else),
    };
    return cmocka_run_group_tests_name("engine/batch", tests, NULL, NULL);
}

/* What the port makes of the lines of its backends: chips that exist only here. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "ports/lines.h"
#include "ports/lines_backend.h"
#include "ports/lines_chatter.h"
#include "ports/lines_find.h"

enum { HEARD_SIZE = 8192, LINE_COUNT = 8, QUEUE_SIZE = 128 };

static instant now = {100000};

instant clock_now(void)
{
    return now;
}

/* ---- lines in the place of a chip's ---- */

static struct fake_line {
    size_t queued, taken;
    struct line_edge queue[QUEUE_SIZE];
    int missing;   /* as found by a search: 0 or a negative errno */
    int refused;   /* as requested: 0 or a negative errno */
    int gone;      /* when used: 0 or a negative errno */
    int unwritten; /* when written to: 0 or a negative errno */
    int signal_fd; /* readable while edges are queued, or -1 */
    bool requested;
    bool began_on; /* the level it was requested with */
    bool level;
    bool lags; /* levels are seen before the edges are queued */
} chip[LINE_COUNT];

int line_find(struct line_order *order, char why[static LINE_WHY_SIZE])
{
    order->offset = order->settings->offset;
    text_copy(order->device, sizeof order->device, "/dev/gpiochip99");
    if (chip[order->offset].missing)
        text_copy(why, LINE_WHY_SIZE, "no such line");
    return chip[order->offset].missing;
}

void line_explain(const struct line_order *order, int error, char why[static LINE_WHY_SIZE])
{
    text_format(why, LINE_WHY_SIZE, "line %u: %s", order->offset, strerror(-error));
}

bool line_is_requested(const struct line_order *order)
{
    return chip[order->offset].requested;
}

static int fake_open(const struct line_order *order, void **request)
{
    struct fake_line *line = &chip[order->offset];
    if (line->refused)
        return line->refused;
    line->requested = true;
    line->gone = line->unwritten = 0;
    if (order->output)
        line->level = line->began_on = order->on;
    *request = line;
    return 0;
}

static void fake_close(void *request)
{
    struct fake_line *line = request;
    line->requested = false;
}

static int fake_fd(const void *request)
{
    const struct fake_line *line = request;
    return line->signal_fd;
}

static int fake_next_edge(void *request, struct line_edge *edge)
{
    struct fake_line *line = request;
    if (line->taken == line->queued)
        return line->gone;
    if (line->lags) {
        line->lags = false;
        return 0;
    }
    *edge = line->queue[line->taken++];
    return 1;
}

static int fake_read(void *request)
{
    const struct fake_line *line = request;
    return line->gone ? line->gone : line->level;
}

static int fake_write(void *request, bool on)
{
    struct fake_line *line = request;
    if (line->gone || line->unwritten)
        return line->gone ? line->gone : line->unwritten;
    line->level = on;
    return 0;
}

const struct line_backend line_backend_gpiod = {
    .open = fake_open,
    .close = fake_close,
    .fd = fake_fd,
    .next_edge = fake_next_edge,
    .read = fake_read,
    .write = fake_write,
};

const struct line_backend line_backend_held = {
    .open = fake_open,
    .close = fake_close,
    .fd = fake_fd,
    .next_edge = fake_next_edge,
    .read = fake_read,
    .write = fake_write,
};

/* ---- the bench ---- */

enum { MAINS, RUNNING, RUN, CRANK, HORN };

struct bench {
    sd_event *event;
    struct line_map map;
    struct lines *lines;
    char heard[HEARD_SIZE]; /* "role value edge ms-before-now|level; " for each call */
    char troubles[HEARD_SIZE];
    char outputs[HEARD_SIZE]; /* "role missing; " or "role back; " */
};

static void append(char *to, const char *format, ...)
{
    size_t used = strlen(to);
    va_list args;
    va_start(args, format);
    vsnprintf(to + used, HEARD_SIZE - used, format, args);
    va_end(args);
}

static void hear_input(void *context, enum input_role role, enum input_value value, instant at,
                       bool is_level)
{
    struct bench *bench = context;
    append(bench->heard, "%s %s ", input_role_name(role), input_value_name(value));
    if (is_level)
        append(bench->heard, at.ms == now.ms ? "level; " : "late level; ");
    else
        append(bench->heard, "edge %+d; ", (int)instant_diff_ms(at, now));
}

static void hear_trouble(void *context, bool available, const char *text)
{
    struct bench *bench = context;
    append(bench->troubles, "%s%s; ", available ? "+" : "", text);
}

static void hear_output(void *context, enum output_role role, bool available)
{
    struct bench *bench = context;
    append(bench->outputs, "%s %s; ", output_role_name(role), available ? "back" : "missing");
}

static void wire(struct line_settings *settings, unsigned offset)
{
    *settings = (struct line_settings){.wired = true, .offset = offset};
}

static void open_lines(struct bench *bench, int held_fd)
{
    char error[LINES_ERROR_SIZE] = "";
    struct lines_handlers handlers = {bench, hear_input, hear_trouble, hear_output};
    bench->lines = lines_open(bench->event, &bench->map, NULL, &handlers, held_fd, error);
    assert_string_equal(error, "");
    assert_non_null(bench->lines);
}

static int bench_prepare(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    assert_true(sd_event_new(&bench->event) >= 0);
    memset(chip, 0, sizeof chip);
    for (size_t i = 0; i < LINE_COUNT; i++)
        chip[i].signal_fd = -1;
    wire(&bench->map.inputs[INPUT_ROLE_MAINS_L1], MAINS);
    wire(&bench->map.inputs[INPUT_ROLE_GENSET_RUNNING], RUNNING);
    wire(&bench->map.outputs[OUTPUT_RUN], RUN);
    wire(&bench->map.outputs[OUTPUT_CRANK], CRANK);
    wire(&bench->map.outputs[OUTPUT_HORN], HORN);
    *state = bench;
    return 0;
}

static void begin(struct bench *bench)
{
    chip[MAINS].level = true;
    open_lines(bench, -1);
    lines_read(bench->lines);
    bench->heard[0] = '\0';
    assert_string_equal(bench->troubles, "");
    now = instant_add_ms(now, 1000);
}

static int bench_close(void **state)
{
    struct bench *bench = *state;
    lines_close(bench->lines);
    sd_event_unref(bench->event);
    free(bench);
    return 0;
}

static void queue_edge(unsigned line, bool active, int64_t ago_ms)
{
    struct fake_line *to = &chip[line];
    assert_in_range(to->queued, 0, QUEUE_SIZE - 1);
    to->queue[to->queued++] = (struct line_edge){active, instant_add_ms(now, -ago_ms)};
    to->level = active;
}

/* ---- inputs ---- */

static void levels_are_handed_over_when_first_read(void **state)
{
    struct bench *bench = *state;
    chip[MAINS].level = true;
    open_lines(bench, -1);
    assert_string_equal(bench->heard, "");
    lines_read(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 active level; genset-running inactive level; ");
    lines_read(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 active level; genset-running inactive level; ");
}

static void edges_of_all_lines_come_in_order_of_time(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    queue_edge(MAINS, false, 30);
    queue_edge(MAINS, true, 10);
    queue_edge(RUNNING, true, 20);
    queue_edge(RUNNING, false, 10);
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard,
                        "mains-l1 inactive edge -30; genset-running active edge -20; "
                        "mains-l1 active edge -10; genset-running inactive edge -10; ");
}

static void edge_never_lies_before_one_handed_over(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    queue_edge(RUNNING, true, 10);
    lines_dispatch(bench->lines);
    queue_edge(MAINS, false, 11);
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard,
                        "genset-running active edge -10; mains-l1 inactive edge -10; ");
}

static void edge_of_the_future_happens_now(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    queue_edge(MAINS, false, -5);
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive edge +0; ");
}

static void same_value_twice_is_handed_over_once(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    queue_edge(MAINS, false, 10);
    queue_edge(MAINS, false, 9);
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive edge -10; ");
}

static void level_is_read_again_after_edges(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    queue_edge(MAINS, false, 10);
    chip[MAINS].level = true;
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive edge -10; mains-l1 active level; ");
}

static void lost_edge_is_found_at_the_next_read(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    chip[MAINS].level = false;
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard, "");
    lines_read(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive level; ");
}

static void edge_on_its_way_is_waited_for(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    chip[MAINS].signal_fd = ends[0];
    assert_int_equal(write(ends[1], "", 1), 1);
    queue_edge(MAINS, false, 10);
    chip[MAINS].lags = true;
    lines_read(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive edge -10; ");
    close(ends[0]);
    close(ends[1]);
}

static void burst_of_edges_is_handed_over_in_parts(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    const int64_t apart_ms = CHATTER_WINDOW_MS / CHATTER_EDGES + 1;
    now = instant_add_ms(now, QUEUE_SIZE * apart_ms);
    for (int i = 0; i < QUEUE_SIZE; i++)
        queue_edge(MAINS, i % 2, (QUEUE_SIZE - i) * apart_ms);
    lines_dispatch(bench->lines);
    assert_int_equal(chip[MAINS].taken, QUEUE_SIZE / 2);
    lines_dispatch(bench->lines);
    assert_int_equal(chip[MAINS].taken, QUEUE_SIZE);
    const char *last = "mains-l1 active edge -51; ";
    assert_string_equal(bench->heard + strlen(bench->heard) - strlen(last), last);
}

static void edges_wake_the_event_loop(void **state)
{
    struct bench *bench = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    chip[MAINS].signal_fd = ends[0];
    begin(bench);
    assert_int_equal(sd_event_run(bench->event, 0), 0);
    queue_edge(MAINS, false, 10);
    assert_int_equal(write(ends[1], "", 1), 1);
    assert_int_equal(sd_event_run(bench->event, 0), 1);
    assert_string_equal(bench->heard, "mains-l1 inactive edge -10; ");
    lines_close(bench->lines);
    bench->lines = NULL;
    close(ends[0]);
    close(ends[1]);
}

static void hang_up_means_that_the_chip_has_gone(void **state)
{
    struct bench *bench = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    chip[MAINS].signal_fd = ends[0];
    begin(bench);
    close(ends[1]);
    assert_int_equal(sd_event_run(bench->event, 0), 1);
    assert_string_equal(bench->heard, "mains-l1 unknown level; ");
    assert_string_equal(bench->troubles,
                        "input mains-l1 is not available any more: its chip was removed; ");
    assert_int_equal(sd_event_run(bench->event, 0), 0);
    close(ends[0]);
}

/* ---- chatter ---- */

/* Edges 1 ms apart, the last of them now, each handed over as it comes. */
static void chatter(struct bench *bench, unsigned line, int edges)
{
    for (int i = 0; i < edges; i++) {
        now = instant_add_ms(now, 1);
        chip[line].queued = chip[line].taken = 0;
        queue_edge(line, i % 2, 0);
        lines_dispatch(bench->lines);
    }
}

static void pass(struct bench *bench, int64_t ms)
{
    now = instant_add_ms(now, ms);
    lines_read(bench->lines);
}

static void forget_what_was_heard(struct bench *bench)
{
    bench->heard[0] = bench->troubles[0] = '\0';
}

static void input_that_chatters_is_unknown(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    chatter(bench, MAINS, CHATTER_EDGES);
    assert_string_equal(bench->troubles, "");
    forget_what_was_heard(bench);
    chatter(bench, MAINS, 1000);
    assert_string_equal(bench->heard, "mains-l1 inactive edge +0; mains-l1 unknown level; ");
    assert_string_equal(bench->troubles,
                        "input mains-l1 is not available any more: it chatters: more than 100 "
                        "changes within 5 s; ");
    assert_string_equal(lines_reason(bench->lines, INPUT_ROLE_MAINS_L1),
                        "it chatters: more than 100 changes within 5 s");
    assert_int_equal(lines_value(bench->lines, INPUT_ROLE_MAINS_L1), INPUT_VALUE_UNKNOWN);
}

static void edges_as_slow_as_dips_are_no_chatter(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    for (int i = 0; i < 10 * CHATTER_EDGES; i++) {
        now = instant_add_ms(now, CHATTER_WINDOW_MS / CHATTER_EDGES);
        chip[MAINS].queued = chip[MAINS].taken = 0;
        queue_edge(MAINS, i % 2, 0);
        lines_dispatch(bench->lines);
        forget_what_was_heard(bench);
    }
    assert_int_not_equal(lines_value(bench->lines, INPUT_ROLE_MAINS_L1), INPUT_VALUE_UNKNOWN);
}

static void chatter_costs_no_other_input_its_edges(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    chatter(bench, MAINS, 2 * CHATTER_EDGES);
    forget_what_was_heard(bench);
    for (int i = 0; i < QUEUE_SIZE; i++)
        chip[MAINS].queue[i] = (struct line_edge){i % 2, now};
    chip[MAINS].queued = QUEUE_SIZE;
    chip[MAINS].taken = 0;
    queue_edge(RUNNING, true, 3);
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard, "genset-running active edge -3; ");
    assert_int_equal(chip[MAINS].taken, 0);
}

static void chatter_does_not_wake_the_event_loop(void **state)
{
    struct bench *bench = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    chip[MAINS].signal_fd = ends[0];
    begin(bench);
    assert_int_equal(write(ends[1], "", 1), 1);
    assert_int_equal(sd_event_run(bench->event, 0), 1);
    chatter(bench, MAINS, 2 * CHATTER_EDGES);
    assert_int_equal(sd_event_run(bench->event, 0), 0);
    chip[MAINS].queued = chip[MAINS].taken = 0;
    pass(bench, CHATTER_QUIET_MS);
    assert_int_equal(sd_event_run(bench->event, 0), 1);
    lines_close(bench->lines);
    bench->lines = NULL;
    close(ends[0]);
    close(ends[1]);
}

static void quiet_input_is_believed_again(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    chatter(bench, MAINS, 2 * CHATTER_EDGES);
    forget_what_was_heard(bench);
    pass(bench, CHATTER_QUIET_MS - 1);
    queue_edge(MAINS, false, 0);
    pass(bench, 1);
    pass(bench, CHATTER_QUIET_MS - 1);
    assert_string_equal(bench->heard, "");
    pass(bench, 1);
    assert_string_equal(bench->heard, "mains-l1 inactive level; ");
    assert_string_equal(bench->troubles, "+input mains-l1 is available again; ");
    assert_string_equal(lines_reason(bench->lines, INPUT_ROLE_MAINS_L1), "");
    now = instant_add_ms(now, 2);
    queue_edge(MAINS, true, 1);
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive level; mains-l1 active edge -1; ");
}

/* Chatters, and is silent for as long as it takes to be believed; returns how long that was. */
static int64_t chatter_and_rest(struct bench *bench)
{
    chatter(bench, MAINS, 2 * CHATTER_EDGES);
    instant begun = now;
    assert_int_equal(lines_value(bench->lines, INPUT_ROLE_MAINS_L1), INPUT_VALUE_UNKNOWN);
    while (lines_value(bench->lines, INPUT_ROLE_MAINS_L1) == INPUT_VALUE_UNKNOWN)
        pass(bench, CHATTER_QUIET_MS);
    forget_what_was_heard(bench);
    return instant_diff_ms(now, begun);
}

static void loose_contact_waits_longer_each_time(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    assert_in_range(chatter_and_rest(bench), CHATTER_QUIET_MS, 2 * CHATTER_QUIET_MS);
    assert_in_range(chatter_and_rest(bench), 2 * CHATTER_QUIET_MS, 3 * CHATTER_QUIET_MS);
    for (int i = 0; i < 10; i++)
        chatter_and_rest(bench);
    assert_in_range(chatter_and_rest(bench), CHATTER_QUIET_LIMIT_MS, CHATTER_QUIET_LIMIT_MS + 5000);
    pass(bench, CHATTER_FORGOTTEN_MS);
    assert_in_range(chatter_and_rest(bench), CHATTER_QUIET_MS, 2 * CHATTER_QUIET_MS);
}

static void chip_removed_while_its_line_chatters(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    chatter(bench, MAINS, 2 * CHATTER_EDGES);
    chip[MAINS].queued = chip[MAINS].taken = 0;
    chip[MAINS].gone = chip[MAINS].missing = -ENODEV;
    forget_what_was_heard(bench);
    pass(bench, 1);
    assert_string_equal(bench->heard, "");
    assert_string_equal(bench->troubles,
                        "input mains-l1 is not available any more: its chip was removed; ");
    chip[MAINS].missing = 0;
    pass(bench, 1);
    assert_string_equal(bench->heard, "mains-l1 active level; ");
}

/* ---- lines that are not there ---- */

static void missing_line_takes_no_other_with_it(void **state)
{
    struct bench *bench = *state;
    chip[RUNNING].missing = -ENOENT;
    chip[RUN].refused = -EBUSY;
    open_lines(bench, -1);
    lines_read(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive level; ");
    assert_string_equal(bench->troubles,
                        "input genset-running is not available: no such line; "
                        "output run is not available: line 2: Device or resource busy; ");
}

static void trouble_is_told_once_and_its_end(void **state)
{
    struct bench *bench = *state;
    chip[RUNNING].refused = -EBUSY;
    open_lines(bench, -1);
    bench->troubles[0] = '\0';
    lines_read(bench->lines);
    lines_read(bench->lines);
    assert_string_equal(bench->troubles, "");
    chip[RUNNING].refused = -EACCES;
    lines_read(bench->lines);
    assert_string_equal(bench->troubles,
                        "input genset-running is not available: line 1: Permission denied; ");
    bench->troubles[0] = bench->heard[0] = '\0';
    chip[RUNNING].refused = 0;
    lines_read(bench->lines);
    assert_string_equal(bench->troubles, "+input genset-running is available again; ");
    assert_string_equal(bench->heard, "genset-running inactive level; ");
}

static void line_that_goes_is_unknown_until_it_is_back(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    queue_edge(MAINS, false, 10);
    chip[MAINS].gone = -ENODEV;
    chip[MAINS].missing = -ENODEV;
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive edge -10; mains-l1 unknown level; ");
    assert_string_equal(bench->troubles,
                        "input mains-l1 is not available any more: its chip was removed; ");
    assert_int_equal(lines_value(bench->lines, INPUT_ROLE_MAINS_L1), INPUT_VALUE_UNKNOWN);
    bench->troubles[0] = bench->heard[0] = '\0';
    lines_read(bench->lines);
    assert_string_equal(bench->troubles, "");
    chip[MAINS].missing = 0;
    lines_read(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 inactive level; ");
    assert_string_equal(bench->troubles, "+input mains-l1 is available again; ");
}

static void line_that_goes_without_an_edge_is_unknown(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    chip[MAINS].gone = -ENODEV;
    lines_dispatch(bench->lines);
    assert_string_equal(bench->heard, "mains-l1 unknown level; ");
}

static void line_that_went_unseen_is_found_at_the_next_read(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    chip[HORN].gone = chip[HORN].missing = -ENODEV;
    lines_read(bench->lines);
    assert_string_equal(bench->troubles,
                        "output horn is not available any more: its chip was removed; ");
}

/* ---- outputs ---- */

static void outputs_begin_off_and_are_read_back(void **state)
{
    struct bench *bench = *state;
    chip[CRANK].level = true;
    begin(bench);
    assert_true(chip[CRANK].requested);
    assert_int_equal(lines_output(bench->lines, OUTPUT_CRANK), 0);
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, true), 0);
    assert_true(chip[CRANK].level);
    assert_int_equal(lines_output(bench->lines, OUTPUT_CRANK), 1);
}

static void close_drives_off_and_releases(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    lines_set(bench->lines, OUTPUT_CRANK, true);
    lines_set(bench->lines, OUTPUT_RUN, true);
    lines_close(bench->lines);
    bench->lines = NULL;
    for (size_t i = 0; i < LINE_COUNT; i++)
        assert_false(chip[i].requested);
    assert_false(chip[CRANK].level);
    assert_false(chip[RUN].level);
}

static void run_and_horn_come_back_on_but_not_crank(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    static const unsigned offsets[] = {RUN, CRANK, HORN};
    lines_set(bench->lines, OUTPUT_RUN, true);
    lines_set(bench->lines, OUTPUT_CRANK, true);
    lines_set(bench->lines, OUTPUT_HORN, true);
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++)
        chip[offsets[i]].gone = chip[offsets[i]].missing = -ENODEV;
    lines_read(bench->lines);
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        chip[offsets[i]].missing = 0;
        chip[offsets[i]].level = false;
    }
    lines_read(bench->lines);
    assert_true(chip[RUN].began_on);
    assert_true(chip[HORN].began_on);
    assert_false(chip[CRANK].level);
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, true), 0);
    assert_true(chip[CRANK].level);
}

static void output_set_while_away_comes_back_as_set(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    lines_set(bench->lines, OUTPUT_RUN, true);
    chip[RUN].gone = chip[RUN].missing = -ENODEV;
    assert_int_equal(lines_set(bench->lines, OUTPUT_RUN, false), -ENODEV);
    assert_string_equal(bench->troubles,
                        "output run is not available any more: its chip was removed; ");
    assert_int_equal(lines_output(bench->lines, OUTPUT_RUN), -ENODEV);
    assert_int_equal(lines_set(bench->lines, OUTPUT_RUN, false), -ENODEV);
    chip[RUN].missing = 0;
    lines_read(bench->lines);
    assert_false(chip[RUN].began_on);
}

static void output_that_is_back_can_be_set_at_once(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    chip[CRANK].gone = chip[CRANK].missing = -ENODEV;
    lines_read(bench->lines);
    chip[CRANK].missing = 0;
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, true), 0);
    assert_true(chip[CRANK].began_on);
    assert_true(chip[CRANK].level);
    assert_string_equal(bench->troubles,
                        "output crank is not available any more: its chip was removed; "
                        "+output crank is available again; ");
}

static void output_that_cannot_be_switched_off_is_so_by_a_new_request_at_once(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, true), 0);
    assert_true(lines_may_be_on(bench->lines, OUTPUT_CRANK));
    chip[CRANK].unwritten = -EIO;
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, false), 0);
    assert_false(chip[CRANK].level);
    assert_false(lines_may_be_on(bench->lines, OUTPUT_CRANK));
}

static void switching_off_is_tried_until_it_succeeds(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, true), 0);
    chip[CRANK].unwritten = -EIO;
    chip[CRANK].refused = -EBUSY;
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, false), -EBUSY);
    assert_true(lines_may_be_on(bench->lines, OUTPUT_CRANK));
    assert_true(sd_event_run(bench->event, UINT64_MAX) > 0);
    assert_true(lines_may_be_on(bench->lines, OUTPUT_CRANK));
    assert_true(chip[CRANK].level);
    chip[CRANK].refused = 0;
    assert_true(sd_event_run(bench->event, UINT64_MAX) > 0);
    assert_false(chip[CRANK].level);
    assert_false(lines_may_be_on(bench->lines, OUTPUT_CRANK));
    assert_int_equal(sd_event_run(bench->event, 200000), 0);
}

static void output_that_was_never_on_is_not_tried_without_end(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    chip[CRANK].unwritten = chip[CRANK].missing = -ENODEV;
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, false), -ENODEV);
    assert_int_equal(sd_event_run(bench->event, 200000), 0);
}

static void output_that_may_be_on_is_driven_off_at_the_end(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, true), 0);
    chip[CRANK].unwritten = -EIO;
    chip[CRANK].refused = -EBUSY;
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, false), -EBUSY);
    chip[CRANK].refused = 0;
    lines_close(bench->lines);
    bench->lines = NULL;
    assert_false(chip[CRANK].level);
}

static void output_that_cannot_be_driven_is_told(void **state)
{
    struct bench *bench = *state;
    begin(bench);
    assert_string_equal(bench->outputs, "");
    chip[CRANK].gone = -EIO;
    assert_int_equal(lines_set(bench->lines, OUTPUT_CRANK, true), -EIO);
    assert_string_equal(bench->outputs, "crank missing; ");
    assert_true(lines_output_is_missing(bench->lines, OUTPUT_CRANK));
    assert_string_equal(lines_output_reason(bench->lines, OUTPUT_CRANK), "Input/output error");
    lines_read(bench->lines);
    assert_string_equal(bench->outputs, "crank missing; crank back; ");
    assert_false(lines_output_is_missing(bench->lines, OUTPUT_CRANK));
    assert_false(chip[CRANK].level);
}

static void output_missing_from_the_start_is_told(void **state)
{
    struct bench *bench = *state;
    chip[CRANK].refused = -EBUSY;
    open_lines(bench, -1);
    lines_read(bench->lines);
    assert_string_equal(bench->outputs, "crank missing; ");
    assert_string_equal(lines_output_reason(bench->lines, OUTPUT_CRANK),
                        "line 3: Device or resource busy");
}

static void held_descriptor_is_closed_where_nothing_is_held(void **state)
{
    struct bench *bench = *state;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    open_lines(bench, fd);
    assert_int_equal(lines_held_fd(bench->lines), -1);
    lines_close(bench->lines);
    bench->lines = NULL;
    assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void held_descriptor_is_kept_while_its_line_is_missing(void **state)
{
    struct bench *bench = *state;
    bench->map.outputs[OUTPUT_RUN].hold = true;
    chip[RUN].missing = -ENODEV;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    open_lines(bench, fd);
    assert_int_equal(lines_held_fd(bench->lines), fd);
    assert_int_not_equal(fcntl(fd, F_GETFD), -1);
}

static void held_descriptor_that_comes_anew_is_told_by_its_generation(void **state)
{
    struct bench *bench = *state;
    bench->map.outputs[OUTPUT_RUN].hold = true;
    open_lines(bench, -1);
    unsigned first = lines_held_generation(bench->lines);
    assert_int_not_equal(first, 0);
    chip[RUN].gone = -ENODEV;
    lines_read(bench->lines);
    lines_read(bench->lines);
    unsigned second = lines_held_generation(bench->lines);
    assert_int_not_equal(second, first);
    lines_read(bench->lines);
    assert_int_equal(lines_held_generation(bench->lines), second);
    chip[RUN].gone = chip[RUN].missing = -ENODEV;
    lines_read(bench->lines);
    unsigned lost = lines_held_generation(bench->lines);
    assert_int_not_equal(lost, second);
    lines_read(bench->lines);
    assert_int_equal(lines_held_generation(bench->lines), lost);
}

static void nothing_is_closed_twice(void **state)
{
    (void)state;
    lines_close(NULL);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_prepare, bench_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BENCH(levels_are_handed_over_when_first_read),
        WITH_BENCH(edges_of_all_lines_come_in_order_of_time),
        WITH_BENCH(edge_never_lies_before_one_handed_over),
        WITH_BENCH(edge_of_the_future_happens_now),
        WITH_BENCH(same_value_twice_is_handed_over_once),
        WITH_BENCH(level_is_read_again_after_edges),
        WITH_BENCH(lost_edge_is_found_at_the_next_read),
        WITH_BENCH(edge_on_its_way_is_waited_for),
        WITH_BENCH(burst_of_edges_is_handed_over_in_parts),
        WITH_BENCH(edges_wake_the_event_loop),
        WITH_BENCH(hang_up_means_that_the_chip_has_gone),
        WITH_BENCH(input_that_chatters_is_unknown),
        WITH_BENCH(edges_as_slow_as_dips_are_no_chatter),
        WITH_BENCH(chatter_costs_no_other_input_its_edges),
        WITH_BENCH(chatter_does_not_wake_the_event_loop),
        WITH_BENCH(quiet_input_is_believed_again),
        WITH_BENCH(loose_contact_waits_longer_each_time),
        WITH_BENCH(chip_removed_while_its_line_chatters),
        WITH_BENCH(missing_line_takes_no_other_with_it),
        WITH_BENCH(trouble_is_told_once_and_its_end),
        WITH_BENCH(line_that_goes_is_unknown_until_it_is_back),
        WITH_BENCH(line_that_goes_without_an_edge_is_unknown),
        WITH_BENCH(line_that_went_unseen_is_found_at_the_next_read),
        WITH_BENCH(outputs_begin_off_and_are_read_back),
        WITH_BENCH(close_drives_off_and_releases),
        WITH_BENCH(run_and_horn_come_back_on_but_not_crank),
        WITH_BENCH(output_set_while_away_comes_back_as_set),
        WITH_BENCH(output_that_is_back_can_be_set_at_once),
        WITH_BENCH(output_that_cannot_be_switched_off_is_so_by_a_new_request_at_once),
        WITH_BENCH(switching_off_is_tried_until_it_succeeds),
        WITH_BENCH(output_that_was_never_on_is_not_tried_without_end),
        WITH_BENCH(output_that_may_be_on_is_driven_off_at_the_end),
        WITH_BENCH(output_that_cannot_be_driven_is_told),
        WITH_BENCH(output_missing_from_the_start_is_told),
        WITH_BENCH(held_descriptor_is_closed_where_nothing_is_held),
        WITH_BENCH(held_descriptor_is_kept_while_its_line_is_missing),
        WITH_BENCH(held_descriptor_that_comes_anew_is_told_by_its_generation),
        cmocka_unit_test(nothing_is_closed_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

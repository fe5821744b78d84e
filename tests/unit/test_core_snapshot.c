#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/rebase.h"
#include "core/snapshot.h"
#include "core_normal.h"
#include "core_world.h"

enum { TEXT_SIZE = 65536, DRIVES = 400, DISTURBANCES = 120 };

/* Far from every duration and count, so that an instant is told from other numbers. */
static const int64_t base_ms = INT64_C(1000000000000000);

static char text[TEXT_SIZE];

/* Calls `look` on states of many drives. */
static void drive(void (*look)(const struct world *world))
{
    static struct world world;

    for (uint64_t drive = 0; drive < DRIVES; drive++) {
        uint64_t seed = drive * 7919 + 1;
        world_init_full(&world, instant_at(base_ms));
        world_quiet(&world);
        for (unsigned i = 0; i < DISTURBANCES; i++) {
            batch_clear(&world.batch);
            world_disturb(&world, &seed);
            assert_false(world.batch.overflow);
            look(&world);
        }
    }
}

/* Assignments may copy what lies between the members. */
static void clear_padding(struct command *command)
{
    struct command copy = *command;

    memset(command, 0, sizeof(*command));
    command->kind = copy.kind;
    command->argument = copy.argument;
    command->index = copy.index;
    command->confirmed = copy.confirmed;
    command->has_lock = copy.has_lock;
    command->lock = copy.lock;
    command->arm_genset = copy.arm_genset;
    command->arm_servers = copy.arm_servers;
}

/* Empties what is not kept: levels are read anew, outputs rest, servers are looked at anew. */
static void forget_what_is_not_kept(struct state *state)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++) {
        bool alarmed = state->inputs[role].alarmed;
        memset(&state->inputs[role], 0, sizeof(state->inputs[role]));
        state->inputs[role].alarmed = alarmed;
    }
    bool ups_alarmed = state->ups.alarmed;
    memset(&state->ups, 0, sizeof(state->ups));
    state->ups.alarmed = ups_alarmed;
    memset(state->genset.output_on, 0, sizeof(state->genset.output_on));
    state->resumed_at = INSTANT_NONE;
    state->genset.is_cut_short = false;
    for (size_t i = 0; i < state->server_count; i++)
        state->servers[i].looked_at = state->servers[i].stale = false;
    for (unsigned i = 0; i < PROMISE_LIMIT; i++)
        clear_padding(&state->promises[i].command);
    for (unsigned i = 0; i < PENDING_LIMIT; i++)
        clear_padding(&state->pending[i]);
}

static void read_well(const struct site *site, union world_state *state)
{
    unsigned line = 0;

    state_init(&state->state, site, instant_at(5));
    if (!snapshot_read(site, &state->state, text, &line))
        fail_msg("refused at line %u:\n%s", line, text);
}

static void check_round_trip(const struct world *world)
{
    static union world_state read, written;

    size_t length = snapshot_write(&world->site, &world->now.state, text, sizeof(text));
    assert_int_equal(length, strlen(text));
    assert_true(length < snapshot_limit(WORLD_SERVERS));
    read_well(&world->site, &read);
    written = world->now;
    forget_what_is_not_kept(&written.state);
    forget_what_is_not_kept(&read.state);
    assert_memory_equal(&written, &read, sizeof(written));
}

static void every_field_survives_a_round_trip(void **state)
{
    (void)state;
    drive(check_round_trip);
}

/* Whoever reads begins at an instant of his own: that must not stand for one that is the first. */
static void what_is_since_the_first_instant_is_kept(void **state)
{
    (void)state;
    static struct world world;
    static union world_state read;

    world_init_full(&world, instant_at(3));
    world.now.state.mains.since = world.now.state.genset.since = instant_at(0);
    snapshot_write(&world.site, &world.now.state, text, sizeof(text));
    read_well(&world.site, &read);
    assert_int_equal(read.state.mains.since.ms, 0);
    assert_int_equal(read.state.genset.since.ms, 0);
}

static void what_is_since_no_instant_is_refused(void **state)
{
    (void)state;
    static struct world world;
    instant *const places[] = {
        &world.now.state.ticked, &world.now.state.mains.since, &world.now.state.genset.since};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        world_init_full(&world, instant_at(3));
        assert_true(state_is_sound(&world.now.state));
        *places[i] = INSTANT_NONE;
        assert_false(state_is_sound(&world.now.state));
        *places[i] = INSTANT_NEVER;
        assert_false(state_is_sound(&world.now.state));
    }
}

/* ---- rebase ---- */

static bool is_instant_of_the_old_boot(int64_t word)
{
    return word > base_ms / 2 && word < base_ms + base_ms / 2;
}

static void check_rebase(const struct world *world)
{
    static union world_state copy;
    struct normal before, after;
    int64_t word;

    copy = world->now;
    const struct both_clocks last = {world->now.state.ticked, 0};
    clocks_rebase(&copy.state, last, instant_add_ms(last.at, 9 * base_ms), 9 * base_ms);
    assert_true(copy.state.incident.estimated);
    normal_make(&before, &world->site, &world->now.state, NORMAL_KEPT);
    normal_make(&after, &world->site, &copy.state, NORMAL_KEPT);
    assert_memory_equal(&before, &after, sizeof(before));
    forget_what_is_not_kept(&copy.state);
    for (size_t i = 0; i < sizeof(copy); i += sizeof(word)) {
        memcpy(&word, copy.bytes + i, sizeof(word));
        if (is_instant_of_the_old_boot(word))
            fail_msg("the instant at byte %zu of the state was not shifted", i);
    }
}

static void rebase_shifts_every_instant(void **state)
{
    (void)state;
    drive(check_rebase);
}

/* ---- what is refused ---- */

static unsigned refused_line(const char *snapshot)
{
    static struct world world;
    static union world_state before;
    unsigned line = 0;

    world_init_full(&world, instant_at(0));
    before = world.now;
    if (snapshot_read(&world.site, &world.now.state, snapshot, &line))
        return 0;
    assert_memory_equal(&before, &world.now, sizeof(before));
    assert_true(line > 0);
    return line;
}

/* In an outage, servers told, a command under way. */
static void write_busy_state(struct world *world)
{
    world_init_full(world, instant_at(0));
    world_input(world, 0, INPUT_ROLE_MAINS_L1, INPUT_VALUE_INACTIVE);
    world_input(world, 0, INPUT_ROLE_GENSET_RUNNING, INPUT_VALUE_INACTIVE);
    world_run(world, 7);
    world_server(world, 8, 0, SERVER_ACCEPTED);
    world_command(world, 8, (struct command){.kind = COMMAND_KIND_INHIBIT, .argument = 1});
    snapshot_write(&world->site, &world->now.state, text, sizeof(text));
}

static void text_cut_short_is_refused_with_the_line_that_is_cut(void **state)
{
    (void)state;
    static struct world world;
    static char cut[TEXT_SIZE];
    unsigned line = 1;

    write_busy_state(&world);
    size_t length = strlen(text);
    assert_true(length > 1000);
    for (size_t i = 0; i < length; i++) {
        memcpy(cut, text, i);
        cut[i] = '\0';
        if (refused_line(cut) != line)
            fail_msg("cut at %zu: line %u instead of %u", i, refused_line(cut), line);
        line += text[i] == '\n' ? 1 : 0;
    }
    assert_int_equal(refused_line(text), 0);
}

static void garbled_line_is_refused_with_its_number(void **state)
{
    (void)state;
    static const char *const garbled[] = {"rubbish",
                                          "genset.0.state",
                                          "genset.0.state ",
                                          "genset. 0.state 2",
                                          "genset.+0.state 2",
                                          "genset.-0.state 2",
                                          "genset.0.state  2",
                                          "genset.0.state +2",
                                          "genset.0.state -",
                                          "genset.0.state x",
                                          "genset.0.state 2 2",
                                          "genset.x.state 2",
                                          "genset 2",
                                          "genset.0.wanted 2",
                                          "genset.0.attempt -1",
                                          "genset.0.attempt 4294967296",
                                          ""};
    char snapshot[128];

    for (size_t i = 0; i < sizeof(garbled) / sizeof(garbled[0]); i++) {
        text_format(snapshot,
                    sizeof(snapshot),
                    "padam-snapshot 1\ngenset.0.starts 3\n%s\nend\n",
                    garbled[i]);
        if (refused_line(snapshot) != 3)
            fail_msg("\"%s\": line %u", garbled[i], refused_line(snapshot));
    }
}

static void state_that_no_machine_has_is_refused(void **state)
{
    (void)state;
    static const char *const unsound[] = {"genset.0.state 0",
                                          "genset.0.state 15",
                                          "genset.0.source 6",
                                          "genset.0.started_by 6",
                                          "mains.0.state 6",
                                          "mains.0.dip_count 17",
                                          "incident.0.phase 4",
                                          "step.5.state 9",
                                          "server.12.state 10",
                                          "state.0.hold 5"};
    char snapshot[128];

    for (size_t i = 0; i < sizeof(unsound) / sizeof(unsound[0]); i++) {
        text_format(snapshot, sizeof(snapshot), "padam-snapshot 1\n%s\nend\n", unsound[i]);
        if (refused_line(snapshot) == 0)
            fail_msg("\"%s\" was accepted", unsound[i]);
    }
}

/* They are indices of tables, and published. */
static void value_that_no_enumeration_has_is_refused(void **state)
{
    (void)state;
    static const char *const enumerations[] = {"state.0.hold_reason",
                                               "genset.0.reason",
                                               "incident.0.kind",
                                               "incident.0.released",
                                               "incident.0.shutdown_by",
                                               "step.0.answer",
                                               "step.0.done_by",
                                               "step.0.deviation_kind",
                                               "step.0.deviation_input",
                                               "equipment.1.state",
                                               "equipment.1.reason",
                                               "promised.0.kind",
                                               "pending.0.kind",
                                               "server.12.result",
                                               "server.12.reason",
                                               "access.12.state",
                                               "access.12.reason",
                                               "power.12.reason"};
    char snapshot[128];

    for (size_t i = 0; i < sizeof(enumerations) / sizeof(enumerations[0]); i++) {
        text_format(snapshot, sizeof(snapshot), "padam-snapshot 1\n%s 200\nend\n", enumerations[i]);
        if (refused_line(snapshot) != 2)
            fail_msg("%s 200: line %u", enumerations[i], refused_line(snapshot));
    }
}

static void other_versions_and_other_texts_are_refused_at_line_1(void **state)
{
    (void)state;
    assert_int_equal(refused_line("padam-snapshot 2\nend\n"), 1);
    assert_int_equal(refused_line("padam-snapshot 0\nend\n"), 1);
    assert_int_equal(refused_line("padam-snapshot\nend\n"), 1);
    assert_int_equal(refused_line("padam-snapshot 1x\nend\n"), 1);
    assert_int_equal(refused_line("padam-snapshot-1\nend\n"), 1);
    assert_int_equal(refused_line("something else\nend\n"), 1);
    assert_int_equal(refused_line(""), 1);
}

static void text_after_the_end_is_refused(void **state)
{
    (void)state;
    assert_int_equal(refused_line("padam-snapshot 1\nend\nmore\n"), 2);
}

static void buffer_too_small_gives_a_text_that_is_refused(void **state)
{
    (void)state;
    static struct world world;
    static char small[512];

    write_busy_state(&world);
    snapshot_write(&world.site, &world.now.state, small, sizeof(small));
    assert_true(strlen(small) < sizeof(small));
    assert_true(refused_line(small) > 1);
}

/* The number of the first is in the second, which has no blank behind it. */
static void line_without_a_number_is_refused_without_looking_at_the_next(void **state)
{
    (void)state;
    assert_int_equal(refused_line("padam-snapshot 1\ngenset.\n0.state 2\nend\n"), 2);
    assert_int_equal(refused_line("padam-snapshot 1\ngenset.\n0.state\nend\n"), 2);
}

/* Whatever one wrong character makes of a snapshot: refused, or a state that can go on. */
static void one_wrong_character_does_no_harm(void **state)
{
    (void)state;
    static const char wrong[] = "09-.x \n";
    static struct world world;
    unsigned line;

    write_busy_state(&world);
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        char right = text[i];
        text[i] = wrong[i % (sizeof(wrong) - 1)];
        world_init_full(&world, instant_at(0));
        if (snapshot_read(&world.site, &world.now.state, text, &line)) {
            assert_true(state_is_sound(&world.now.state));
            core_resume(&world.site, &world.now.state, instant_at(20), &world.batch);
        }
        text[i] = right;
    }
}

/* ---- what is tolerated ---- */

static void unknown_names_are_passed_over(void **state)
{
    (void)state;
    static struct world world;
    unsigned line;

    world_init_full(&world, instant_at(0));
    assert_true(snapshot_read(&world.site,
                              &world.now.state,
                              "padam-snapshot 1\n"
                              "garage.0.door 3\n"
                              "genset.0.colour 7\n"
                              "input.99.alarmed 1\n"
                              "server.99.state 5\n"
                              "state.1.hold 5\n"
                              "ups.1.alarmed 2\n"
                              "power_back.1.declined 2\n"
                              "genset.0.starts 4\n"
                              "end\n",
                              &line));
    assert_int_equal(world.now.state.genset.starts, 4);
}

static void missing_names_keep_their_initial_value(void **state)
{
    (void)state;
    static struct world world;
    static union world_state before;
    unsigned line;

    world_init_full(&world, instant_at(3));
    before = world.now;
    assert_true(snapshot_read(&world.site, &world.now.state, "padam-snapshot 1\nend\n", &line));
    assert_memory_equal(&before, &world.now, sizeof(before));
}

static void servers_are_found_by_index_in_a_changed_configuration(void **state)
{
    (void)state;
    static struct world world;
    static union world_state read;
    struct server_settings changed[WORLD_SERVERS];
    struct site site;

    write_busy_state(&world);
    assert_int_equal(world.now.state.servers[0].state, SERVER_STATE_VERIFYING);
    assert_int_equal(world.now.state.servers[1].state, SERVER_STATE_WAITING);
    site = world.site;
    changed[0] = world.servers[1];
    changed[1] = world.servers[0];
    changed[1].index = 77;
    site.servers = changed;
    read_well(&site, &read);
    assert_int_equal(read.state.servers[0].state, SERVER_STATE_WAITING);
    assert_int_equal(read.state.servers[1].state, SERVER_STATE_IDLE);
    assert_int_equal(read.state.servers[1].result, SHUTDOWN_RESULT_NONE);
    site.server_count = 1;
    read_well(&site, &read);
    assert_int_equal(read.state.servers[0].state, SERVER_STATE_WAITING);
    assert_int_equal(read.state.incident.phase, PHASE_FAILED);
}

/* Snapshots are refused by their lines; a state that is made otherwise is looked at, too. */
static void a_state_is_sound_within_its_enumerations_only(void **state)
{
    static struct world world;
    struct state *s = &world.now.state;
    unsigned *const places[] = {(unsigned *)&s->mains.state,
                                (unsigned *)&s->genset.state,
                                (unsigned *)&s->hold,
                                (unsigned *)&s->incident.steps[0].state,
                                (unsigned *)&s->incident.steps[5].state,
                                (unsigned *)&s->servers[0].state,
                                (unsigned *)&s->servers[1].state,
                                (unsigned *)&s->servers[0].power.state,
                                (unsigned *)&s->servers[1].power.state};
    static const unsigned counts[] = {MAINS_STATE_COUNT,
                                      GENSET_STATE_COUNT,
                                      HOLD_STATE_COUNT,
                                      STEP_STATE_COUNT,
                                      STEP_STATE_COUNT,
                                      SERVER_STATE_COUNT,
                                      SERVER_STATE_COUNT,
                                      POWER_STATE_COUNT,
                                      POWER_STATE_COUNT};
    unsigned *const from_0[] = {(unsigned *)&s->genset.source,
                                (unsigned *)&s->genset.started_by,
                                (unsigned *)&s->incident.phase,
                                &s->mains.dip_count};
    static const unsigned counts_from_0[] = {
        START_SOURCE_COUNT, START_SOURCE_COUNT, PHASE_COUNT, DIP_LIMIT + 1};

    (void)state;
    world_init_full(&world, instant_at(0));
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        const unsigned right = *places[i];
        for (unsigned value = 0; value <= counts[i]; value++) {
            *places[i] = value;
            assert_int_equal(state_is_sound(s), value > 0 && value < counts[i]);
        }
        *places[i] = right;
    }
    for (size_t i = 0; i < sizeof(counts_from_0) / sizeof(counts_from_0[0]); i++) {
        const unsigned right = *from_0[i];
        for (unsigned value = 0; value <= counts_from_0[i]; value++) {
            *from_0[i] = value;
            assert_int_equal(state_is_sound(s), value < counts_from_0[i]);
        }
        *from_0[i] = right;
    }
    assert_true(state_is_sound(s));
}

static void a_flag_is_0_or_1(void **state)
{
    (void)state;
    assert_int_equal(refused_line("padam-snapshot 1\ngenset.0.wanted 1\nend\n"), 0);
    assert_int_equal(refused_line("padam-snapshot 1\ngenset.0.wanted 0\nend\n"), 0);
    assert_int_equal(refused_line("padam-snapshot 1\ngenset.0.wanted -1\nend\n"), 2);
}

/* Its end has no room: so none is written, and it is refused. */
static void a_buffer_without_room_for_the_end_gives_a_text_that_is_refused(void **state)
{
    (void)state;
    static struct world world;
    static char tight[TEXT_SIZE];

    world_init_full(&world, instant_at(0));
    const size_t length = snapshot_write(&world.site, &world.now.state, text, sizeof(text));
    assert_int_equal(snapshot_write(&world.site, &world.now.state, tight, length + 1), length);
    assert_string_equal(tight, text);
    assert_true(snapshot_write(&world.site, &world.now.state, tight, length) < length);
    assert_true(refused_line(tight) > 1);
}

/* In whatever order the lists lie in memory, none goes on in the next one. */
static void a_field_of_another_group_is_none_of_this_one(void **state)
{
    static const char *const foreign[] = {"state.0.alarmed 1",
                                          "input.0.hold 1",
                                          "ups.0.at 1",
                                          "ups.0.alarmed_at 1",
                                          "anchor.0.alarmed 1",
                                          "mains.0.start 1",
                                          "dip.0.starts 1",
                                          "power.12.told 1"};
    static struct world world;
    static union world_state before;
    char snapshot[128];
    unsigned line;

    (void)state;
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        world_init_full(&world, instant_at(3));
        before = world.now;
        text_format(snapshot, sizeof(snapshot), "padam-snapshot 1\n%s\nend\n", foreign[i]);
        assert_true(snapshot_read(&world.site, &world.now.state, snapshot, &line));
        assert_memory_equal(&before, &world.now, sizeof(before));
    }
}

static void an_enumeration_ends_before_its_count(void **state)
{
    static const struct {
        const char *name;
        unsigned count;
    } enumerations[] = {{"genset.0.reason", REASON_COUNT},
                        {"step.0.answer", ANSWER_COUNT},
                        {"server.12.result", SHUTDOWN_RESULT_COUNT},
                        {"equipment.1.state", EQUIPMENT_STATE_COUNT}};
    char snapshot[128];

    (void)state;
    for (size_t i = 0; i < sizeof(enumerations) / sizeof(enumerations[0]); i++)
        for (unsigned over = 0; over <= 1; over++) {
            text_format(snapshot,
                        sizeof(snapshot),
                        "padam-snapshot 1\n%s %u\nend\n",
                        enumerations[i].name,
                        enumerations[i].count - 1 + over);
            assert_int_equal(refused_line(snapshot), over ? 2 : 0);
        }
}

static void a_number_may_be_0(void **state)
{
    static struct world world;
    unsigned line;

    (void)state;
    world_init_full(&world, instant_at(0));
    assert_true(snapshot_read(
        &world.site, &world.now.state, "padam-snapshot 1\nstate.0.next_command 0\nend\n", &line));
    assert_int_equal(world.now.state.next_command, 0);
}

/* What is there is a beginning of the whole, whichever line had no room, and nothing behind it is
 * touched. */
static void a_buffer_of_any_size_holds_a_beginning(void **state)
{
    (void)state;
    static struct world world;
    static char small[TEXT_SIZE];

    write_busy_state(&world);
    const size_t length = strlen(text);
    for (size_t size = sizeof("padam-snapshot 1\n"); size <= length; size++) {
        small[size] = '#';
        const size_t written = snapshot_write(&world.site, &world.now.state, small, size);
        assert_int_equal(small[size], '#');
        assert_true(written < size);
        assert_int_equal(strlen(small), written);
        assert_memory_equal(small, text, written);
        assert_int_equal(text[written - 1], '\n');
    }
}

#ifndef __SANITIZE_ADDRESS__ /* ends the program where there is no memory */
static void a_state_without_memory_is_refused_at_no_line(void **state)
{
    (void)state;
    static struct world world;
    unsigned line = 7;

    world_init_full(&world, instant_at(0));
    world.now.state.server_count = ((size_t)1 << 50) / sizeof(struct server);
    assert_false(snapshot_read(&world.site, &world.now.state, "padam-snapshot 1\nend\n", &line));
    assert_int_equal(line, 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_survives_a_round_trip),
        cmocka_unit_test(what_is_since_the_first_instant_is_kept),
        cmocka_unit_test(what_is_since_no_instant_is_refused),
        cmocka_unit_test(rebase_shifts_every_instant),
        cmocka_unit_test(text_cut_short_is_refused_with_the_line_that_is_cut),
        cmocka_unit_test(garbled_line_is_refused_with_its_number),
        cmocka_unit_test(state_that_no_machine_has_is_refused),
        cmocka_unit_test(value_that_no_enumeration_has_is_refused),
        cmocka_unit_test(other_versions_and_other_texts_are_refused_at_line_1),
        cmocka_unit_test(text_after_the_end_is_refused),
        cmocka_unit_test(buffer_too_small_gives_a_text_that_is_refused),
        cmocka_unit_test(line_without_a_number_is_refused_without_looking_at_the_next),
        cmocka_unit_test(one_wrong_character_does_no_harm),
        cmocka_unit_test(unknown_names_are_passed_over),
        cmocka_unit_test(missing_names_keep_their_initial_value),
        cmocka_unit_test(servers_are_found_by_index_in_a_changed_configuration),
        cmocka_unit_test(a_state_is_sound_within_its_enumerations_only),
        cmocka_unit_test(a_flag_is_0_or_1),
        cmocka_unit_test(a_field_of_another_group_is_none_of_this_one),
        cmocka_unit_test(an_enumeration_ends_before_its_count),
        cmocka_unit_test(a_number_may_be_0),
        cmocka_unit_test(a_buffer_of_any_size_holds_a_beginning),
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test(a_state_without_memory_is_refused_at_no_line),
#endif
        cmocka_unit_test(a_buffer_without_room_for_the_end_gives_a_text_that_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

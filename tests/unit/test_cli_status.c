#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "cli/events.h"
#include "cli/status.h"
#include "row_samples.h"

/* 2025-01-31 03:04:12 UTC, when the monotonic clock reads 10,000 s. */
static const struct derive_moment moment = {{10000000}, 1738292652000};

static struct replica *replica;
static char *output;

static int begin(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    replica = replica_create();
    output = NULL;
    return replica ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    replica_free(replica);
    free(output);
    return 0;
}

static void put(enum row_table table, uint32_t key, const void *row)
{
    struct wire_message message;
    assert_true(row_is_valid(table, row));
    wire_row_fill(&message, table, key, row);
    assert_int_equal(replica_stage(replica, &message.row), 0);
}

/* An instant and a wall time so many seconds from now. */
static instant in_s(int64_t seconds)
{
    return instant_add_ms(moment.now, seconds * 1000);
}

static int64_t wall_in_s(int64_t seconds)
{
    return moment.wall_ms + seconds * 1000;
}

static bool all; /* --all */

static void print(bool colour, unsigned newest)
{
    size_t size;
    free(output);
    FILE *to = open_memstream(&output, &size);
    assert_non_null(to);
    const struct screen screen = {.to = to, .colour = colour, .moment = moment, .all = all};
    replica_commit(replica, 1);
    status_print(&screen, replica, newest);
    assert_int_equal(fclose(to), 0);
}

static void print_json(unsigned newest)
{
    size_t size;
    free(output);
    FILE *to = open_memstream(&output, &size);
    assert_non_null(to);
    replica_commit(replica, 1);
    status_print_json(to, replica, moment, newest);
    assert_int_equal(fclose(to), 0);
}

static void print_events(unsigned newest, bool json)
{
    size_t size;
    free(output);
    FILE *to = open_memstream(&output, &size);
    assert_non_null(to);
    const struct screen screen = {.to = to, .moment = moment};
    replica_commit(replica, 1);
    if (json)
        events_print_json(to, replica, moment, newest);
    else
        events_print(&screen, replica, newest);
    assert_int_equal(fclose(to), 0);
}

static void assert_prints(const char *line)
{
    if (!strstr(output, line))
        fail_msg("\"%s\" is not in:\n%s", line, output);
}

static void assert_prints_not(const char *line)
{
    if (strstr(output, line))
        fail_msg("\"%s\" is in:\n%s", line, output);
}

/* ---- an outage: the genset did not start, step 3 missed, servers being shut down ---- */

static void put_system(void)
{
    put(ROW_system,
        0,
        &(struct row_system){.site = "BKPSDM Lumajang",
                             .overall_state = SEVERITY_CRITICAL,
                             .overall_text = "Outage 12 since 02:52:12: mains lost",
                             .engine_started = in_s(-9000),
                             .journal_state = JOURNAL_STATE_OK,
                             .hold_state = HOLD_STATE_NONE,
                             .inhibit_state = ON_OFF_OFF,
                             .inhibit_until = INSTANT_NONE,
                             .drill_state = ON_OFF_OFF,
                             .exercise_until = INSTANT_NONE,
                             .open_incident = 12});
}

static void put_supply(void)
{
    put(ROW_mains,
        0,
        &(struct row_mains){.state = MAINS_STATE_LOST,
                            .severity = SEVERITY_WARNING,
                            .since = in_s(-720),
                            .outages = 3,
                            .dips = 7,
                            .out_ms = 3600000,
                            .out_since = in_s(-720)});
    put(ROW_genset,
        0,
        &(struct row_genset){.state = GENSET_STATE_START_FAILED,
                             .severity = SEVERITY_CRITICAL,
                             .since = in_s(-600),
                             .mode = GENSET_MODE_AUTOMATIC,
                             .wiring = GENSET_WIRING_RUN_CRANK,
                             .attempts = 3,
                             .starts = 41,
                             .failures = 2,
                             .run_ms = 45180000,
                             .running_since = INSTANT_NONE,
                             .fuel = FUEL_STATE_OK,
                             .fault = ON_OFF_UNKNOWN,
                             .load = LOAD_STATE_NOT_CARRYING,
                             .started_by = START_SOURCE_SOFTWARE,
                             .last_start_ms = -1,
                             .reason = "all attempts failed"});
}

#define STEP(step_state, how_bad) .state = STEP_STATE_##step_state, .severity = SEVERITY_##how_bad

/* What is not given: an operator's step, open since the outage, due at +5 min, not done. */
static void put_step(uint32_t number, struct row_step step)
{
    step.incident = 12;
    step.round = 1;
    step.clock_start = in_s(-720);
    step.done_by = ACTOR_SOFTWARE;
    step.role = step.role ? step.role : ROLE_GENSET_OPERATOR;
    step.due = step.due.ms ? step.due : in_s(-420);
    step.done_at = step.done_at.ms ? step.done_at : INSTANT_NONE;
    step.answer = step.answer ? step.answer : ANSWER_UNKNOWN;
    bool late = instant_is_set(step.done_at) && instant_before(step.due, step.done_at);
    step.lateness_ms = late ? instant_diff_ms(step.done_at, step.due) : -1;
    text_copy(step.activity, sizeof step.activity, "Menyalakan genset");
    put(ROW_step, number, &step);
}

static void put_steps(void)
{
    put_step(1, (struct row_step){STEP(MET, OK), .done_at = in_s(-700)});
    put_step(2, (struct row_step){STEP(MET, OK), .done_at = in_s(-600), .answer = ANSWER_NO});
    put_step(3, (struct row_step){STEP(MISSED, CRITICAL)});
    put_step(4, (struct row_step){STEP(MISSED, WARNING), .due = in_s(-120), .done_at = in_s(-60)});
    put_step(
        5,
        (struct row_step){STEP(OPEN, NOTICE), .due = in_s(180), .role = ROLE_SERVER_ADMINISTRATOR});
    put_step(6,
             (struct row_step){STEP(WAITING, OK),
                               .due = in_s(180),
                               .role = ROLE_SERVER_ADMINISTRATOR,
                               .answer = ANSWER_UNDECIDED});
}

static struct row_server server_named(const char *name, enum server_state server_state,
                                      enum severity severity)
{
    struct row_server server = {.tier = 1,
                                .state = server_state,
                                .severity = severity,
                                .last_reachable = INSTANT_NONE,
                                .shutdown_started = INSTANT_NONE,
                                .shutdown_finished = INSTANT_NONE,
                                .result = SHUTDOWN_RESULT_NONE,
                                .power_state = POWER_STATE_IDLE,
                                .power_started = INSTANT_NONE,
                                .power_finished = INSTANT_NONE};
    text_copy(server.name, sizeof server.name, name);
    return server;
}

static void put_servers(void)
{
    struct row_server server = server_named("files", SERVER_STATE_OFF, SEVERITY_OK);
    server.shutdown_started = in_s(-100);
    server.shutdown_finished = in_s(-40);
    server.result = SHUTDOWN_RESULT_VERIFIED_OFF;
    put(ROW_server, 1, &server);
    server = server_named("database", SERVER_STATE_VERIFYING, SEVERITY_NOTICE);
    server.tier = 2;
    server.shutdown_started = in_s(-30);
    text_copy(server.reason, sizeof server.reason, "still answers");
    put(ROW_server, 2, &server);
    struct row_shutdown shutdown = {.state = PROGRESS_STATE_UNDER_WAY,
                                    .servers = 2,
                                    .done = 1,
                                    .left = 1,
                                    .tier = 2,
                                    .started = in_s(-100),
                                    .ended = {INT64_MIN}};
    put(ROW_shutdown, 0, &shutdown);
}

static void put_equipment(uint32_t key, const char *name, enum equipment_state equipment_state,
                          const char *reason)
{
    struct row_equipment row = {
        .kind = EQUIPMENT_KIND_FUEL,
        .state = equipment_state,
        .severity = equipment_state == EQUIPMENT_STATE_MISSING ? SEVERITY_WARNING : SEVERITY_OK,
        .since = in_s(-90000)};
    text_copy(row.name, sizeof row.name, name);
    text_copy(row.reason, sizeof row.reason, reason);
    put(ROW_equipment, key, &row);
}

static void put_deviation(uint32_t number, enum account_state account_state)
{
    put(ROW_deviation,
        number,
        &(struct row_deviation){.incident = 12,
                                .round = 1,
                                .step = 3,
                                .kind = DEVIATION_KIND_TIME,
                                .role = ROLE_GENSET_OPERATOR,
                                .amount_ms = -1,
                                .recorded_wall_ms = wall_in_s(-420),
                                .account_state = account_state});
}

static void put_event(uint32_t number, enum severity severity, int64_t seconds,
                      enum delivery delivery, const char *text)
{
    struct row_event row = {.notification = NOTIFICATION_DEADLINE_MISSED,
                            .severity = severity,
                            .time_wall_ms = wall_in_s(seconds),
                            .at = in_s(seconds),
                            .incident = 12,
                            .round = 1,
                            .delivery = delivery,
                            .delay_ms = -1};
    text_copy(row.text, sizeof row.text, text);
    put(ROW_event, number, &row);
}

static void put_outage(void)
{
    put_system();
    put_supply();
    put_steps();
    put_servers();
    put_equipment(1, "fuel", EQUIPMENT_STATE_MISSING, "fuel is low");
    put_equipment(2, "network", EQUIPMENT_STATE_READY, "");
    put_deviation(4, ACCOUNT_STATE_ANSWERED);
    put_deviation(5, ACCOUNT_STATE_UNANSWERED);
    put_event(90, SEVERITY_OK, -720, DELIVERY_ACCEPTED, "Outage 12: mains lost at 02:52:12");
    put_event(91, SEVERITY_CRITICAL, -420, DELIVERY_PENDING, "Outage 12: step 3 missed");
}

static void outage_is_shown_on_one_screen(void **state)
{
    (void)state;
    put_outage();
    print(false, 6);
    assert_string_equal(
        output,
        "BKPSDM Lumajang, 03:04:12, padam " PADAM_VERSION "\n"
        "critical: Outage 12 since 02:52:12: mains lost\n"
        "\n"
        "Supply\n"
        "  mains   lost          since 02:52:12 (12:00); outages 3, dips 7, out 1:12:00\n"
        "  genset  start failed  since 02:54:12 (10:00): all attempts failed\n"
        "          automatic, fuel ok, not carrying; starts 41, failed 2, run 12:33:00\n"
        "\n"
        "Steps of the open incident 12, round 1\n"
        "  1 start genset   genset operator      met          done 02:52:32\n"
        "  2 did it start?  genset operator      met (no)     done 02:54:12\n"
        "  3 report running genset operator      missed       7:00 late, due 02:57:12\n"
        "  4 report failed  genset operator      missed       1:00 late, done 03:03:12\n"
        "  5 shut down      server administrator open         3:00 left, due 03:07:12\n"
        "  6 normally down? server administrator waiting      due 03:07:12\n"
        "\n"
        "Servers\n"
        "  shutdown under way: 1 of 2 off, 1 left, tier 2, 1:40 since the first was told\n"
        "  tier 1  files                off, verified off, 03:02:32 to 03:03:32\n"
        "  tier 2  database             verifying, told 03:03:42: still answers\n"
        "\n"
        "Equipment not ready\n"
        "  fuel                 missing since 2025-01-30 02:04:12: fuel is low\n"
        "\n"
        "Deviations to be accounted for\n"
        "  5    incident 12, round 1, step 3: time, 7:00 late (genset operator)\n"
        "\n"
        "Last events\n"
        "  02:52:12 Outage 12: mains lost at 02:52:12\n"
        "  02:57:12 (not yet sent) Outage 12: step 3 missed\n");
}

static void what_is_out_of_the_ordinary_is_shown(void **state)
{
    (void)state;
    put(ROW_system,
        0,
        &(struct row_system){.overall_state = SEVERITY_WARNING,
                             .journal_state = JOURNAL_STATE_BEHIND,
                             .hold_state = HOLD_STATE_HELD,
                             .hold_reason = "the UPS says mains",
                             .inhibit_state = ON_OFF_ON,
                             .inhibit_until = in_s(600),
                             .drill_state = ON_OFF_ON,
                             .exercise_until = in_s(60)});
    print(false, 6);
    assert_prints("Shutdown held: the UPS says mains\n");
    assert_prints("Inhibited for maintenance until 03:14:12, 10:00 left\n");
    assert_prints("Exercise run of the genset until 03:05:12, 1:00 left\n");
    assert_prints("This is a drill\n");
    assert_prints("Journal behind: what happens now is not on the disk yet\n");
}

static void nothing_known_reads_unknown(void **state)
{
    (void)state;
    print(false, 6);
    assert_prints("03:04:12, padam " PADAM_VERSION "\nunknown:\n");
    assert_prints_not("Supply");
    assert_prints_not("until");
}

static void inputs_that_are_not_available_are_named(void **state)
{
    (void)state;
    struct row_input input = {.name = "mains L1",
                              .role = INPUT_ROLE_MAINS_L1,
                              .value = INPUT_VALUE_UNKNOWN,
                              .status = INPUT_STATUS_UNAVAILABLE,
                              .severity = SEVERITY_WARNING,
                              .last_change = INSTANT_NONE};
    put(ROW_input, 1, &input);
    text_copy(input.name, sizeof input.name, "running");
    put(ROW_input, 2, &input);
    input.status = INPUT_STATUS_OK;
    text_copy(input.name, sizeof input.name, "fuel");
    put(ROW_input, 3, &input);
    print(false, 6);
    assert_prints("inputs not available: mains L1, running\n");
}

static void put_phase(uint32_t key, enum input_role role, const char *name, enum input_value value)
{
    struct row_input input = {.role = role,
                              .value = value,
                              .status = INPUT_STATUS_OK,
                              .severity = SEVERITY_OK,
                              .last_change = INSTANT_NONE};
    text_copy(input.name, sizeof input.name, name);
    put(ROW_input, key, &input);
}

static void phases_are_shown_where_they_differ(void **state)
{
    (void)state;
    put_supply();
    put_phase(2, INPUT_ROLE_MAINS_L1, "R", INPUT_VALUE_ACTIVE);
    put_phase(3, INPUT_ROLE_MAINS_L2, "S", INPUT_VALUE_ACTIVE);
    print(false, 6);
    assert_null(strstr(output, "R present"));
    put_phase(3, INPUT_ROLE_MAINS_L2, "S", INPUT_VALUE_INACTIVE);
    put_phase(5, INPUT_ROLE_GENSET_RUNNING, "genset", INPUT_VALUE_INACTIVE);
    print(false, 6);
    assert_prints("          R present, S lost\n  genset ");
}

static void what_is_not_well_with_the_journal_is_said(void **state)
{
    (void)state;
    static const struct {
        enum journal_state state;
        const char *said;
    } cases[] = {
        {JOURNAL_STATE_OVER_LIMIT,
         "Journal over limit: what must be kept is more than its limits allow\n"},
        {JOURNAL_STATE_FAILED, "Journal failed: what happens now is not on the disk yet\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(ROW_system,
            0,
            &(struct row_system){.overall_state = SEVERITY_WARNING,
                                 .journal_state = cases[i].state,
                                 .hold_state = HOLD_STATE_NONE,
                                 .inhibit_state = ON_OFF_OFF,
                                 .inhibit_until = INSTANT_NONE,
                                 .drill_state = ON_OFF_OFF,
                                 .exercise_until = INSTANT_NONE});
        print(false, 6);
        assert_prints(cases[i].said);
    }
}

static void what_the_ups_says_is_shown(void **state)
{
    (void)state;
    static const struct {
        enum ups_source source;
        enum ups_link link;
        int64_t runtime_ms;
        enum on_off charge_known;
        const char *said; /* NULL: nothing at all */
    } cases[] = {
        {UPS_SOURCE_NONE, UPS_LINK_OK, 600000, ON_OFF_ON, NULL},
        {UPS_SOURCE_CONTACTS, UPS_LINK_OK, -1, ON_OFF_OFF, "  UPS     on battery\n"},
        {UPS_SOURCE_NUT,
         UPS_LINK_OK,
         600000,
         ON_OFF_ON,
         "  UPS     on battery    lasts 10:00; the shutdown can take 5:00; charge 42%\n"},
        {UPS_SOURCE_NUT, UPS_LINK_STALE, -1, ON_OFF_OFF, "on battery    not heard: stale\n"},
        {UPS_SOURCE_NUT,
         UPS_LINK_UNREACHABLE,
         -1,
         ON_OFF_ON,
         "on battery    not heard: unreachable; charge 42%\n"},
    };
    put_supply();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(ROW_ups,
            0,
            &(struct row_ups){.source = cases[i].source,
                              .status = UPS_STATUS_ON_BATTERY,
                              .severity = SEVERITY_WARNING,
                              .link = cases[i].link,
                              .runtime_ms = cases[i].runtime_ms,
                              .empty_at = INSTANT_NONE,
                              .charge_known = cases[i].charge_known,
                              .charge_percent = 42,
                              .heard_at = in_s(-10),
                              .shutdown_ms = 300000});
        print(false, 6);
        if (cases[i].said)
            assert_prints(cases[i].said);
        else
            assert_prints_not("UPS");
    }
}

static void genset_that_people_start_is_shown(void **state)
{
    (void)state;
    struct row_genset genset = {.state = GENSET_STATE_RUNNING,
                                .severity = SEVERITY_NOTICE,
                                .since = in_s(-60),
                                .mode = GENSET_MODE_AUTOMATIC,
                                .wiring = GENSET_WIRING_NONE,
                                .starts = 1,
                                .running_since = INSTANT_NONE,
                                .fuel = FUEL_STATE_UNKNOWN,
                                .fault = ON_OFF_UNKNOWN,
                                .load = LOAD_STATE_UNKNOWN,
                                .started_by = START_SOURCE_PANEL,
                                .last_start_ms = -1};
    put(ROW_genset, 0, &genset);
    print(false, 6);
    assert_prints("  genset  running       since 03:03:12 (1:00)\n"
                  "          started by people; starts 1, failed 0, run 0:00\n");
}

static void few_servers_are_all_shown(void **state)
{
    (void)state;
    struct row_server server = server_named("quiet", SERVER_STATE_IDLE, SEVERITY_OK);
    put(ROW_server, 1, &server);
    print(false, 6);
    assert_prints("  tier 1  quiet                idle\n");
}

static void a_server_that_is_powered_on_says_so(void **state)
{
    (void)state;
    struct row_server server = server_named("files", SERVER_STATE_IDLE, SEVERITY_OK);
    server.power_state = POWER_STATE_UP;
    server.power_started = in_s(-100);
    server.power_finished = in_s(-40);
    put(ROW_server, 1, &server);
    server = server_named("storage", SERVER_STATE_OFF, SEVERITY_WARNING);
    server.power_state = POWER_STATE_NOT_UP;
    text_copy(server.power_reason, sizeof server.power_reason, "no answer");
    put(ROW_server, 2, &server);
    print(false, 6);
    assert_prints("  tier 1  files                idle; power on: up, 03:02:32 to 03:03:32\n");
    assert_prints("  tier 1  storage              off; power on: not up: no answer\n");
}

/* From this key on. */
static void put_many(uint32_t key, uint32_t count, unsigned tier, enum server_state server_state,
                     enum severity severity)
{
    for (uint32_t last = key + count; key < last; key++) {
        char name[16];
        snprintf(name, sizeof name, "host%u", key);
        struct row_server server = server_named(name, server_state, severity);
        server.tier = tier;
        put(ROW_server, key, &server);
    }
}

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (const char *at = output; (at = strstr(at, text)); at++)
        count++;
    return count;
}

static void many_servers_are_counted_by_tier_and_state(void **state)
{
    (void)state;
    put_many(1, 1, 20, SERVER_STATE_WAITING, SEVERITY_OK);
    put_many(2, 500, 1, SERVER_STATE_OFF, SEVERITY_OK);
    put_many(502, 12, 1, SERVER_STATE_VERIFYING, SEVERITY_NOTICE);
    put_many(514, 400, 2, SERVER_STATE_IDLE, SEVERITY_OK);
    print(false, 6);
    assert_prints("Servers\n"
                  "  tier 1  512 servers: 12 verifying, 500 off\n"
                  "  tier 2  400 servers: 400 idle\n"
                  "  tier 20  1 server: 1 waiting\n");
    assert_prints_not("host");
    assert_prints_not("--all");
}

static void of_many_servers_the_worst_are_shown(void **state)
{
    (void)state;
    put_many(1, 900, 1, SERVER_STATE_RETRYING, SEVERITY_WARNING);
    put_many(901, 3, 2, SERVER_STATE_NOT_OFF, SEVERITY_CRITICAL);
    print(false, 6);
    assert_prints("  tier 1  900 servers: 900 retrying\n"
                  "  tier 2  3 servers: 3 not off\n"
                  "  tier 2  host901              not off\n"
                  "  tier 2  host902              not off\n"
                  "  tier 2  host903              not off\n"
                  "  tier 1  host1                retrying\n");
    assert_int_equal(lines_of("host"), 8);
    assert_prints("  and 895 more: --all shows them\n");
    all = true;
    print(false, 6);
    all = false;
    assert_int_equal(lines_of("host"), 903);
    assert_prints_not("more");
}

static void of_much_equipment_that_is_missing_some_is_shown(void **state)
{
    (void)state;
    for (uint32_t key = 1; key <= 20; key++) {
        struct row_equipment item = {.kind = EQUIPMENT_KIND_SERVER,
                                     .state = EQUIPMENT_STATE_MISSING,
                                     .severity = SEVERITY_WARNING,
                                     .since = in_s(-60)};
        snprintf(item.name, sizeof item.name, "host%u", key);
        put(ROW_equipment, key, &item);
    }
    print(false, 6);
    assert_int_equal(lines_of("host"), 8);
    assert_prints("  and 12 more: --all shows them\n");
    all = true;
    print(false, 6);
    all = false;
    assert_int_equal(lines_of("host"), 20);
}

static void no_line_is_wider_than_the_screen_or_holds_control_characters(void **state)
{
    (void)state;
    put_outage();
    put_event(92,
              SEVERITY_OK,
              -1,
              DELIVERY_ACCEPTED,
              "\033[2J\xC2\x9B"
              "1m\n\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC a text "
              "that goes on and on, well past the right edge of any screen, and then some");
    print(false, 6);
    assert_prints("[2J  1m \xE2\x82\xAC");
    size_t lines = 0, widest = 0;
    for (const char *line = strtok(output, "\n"); line; line = strtok(NULL, "\n")) {
        size_t columns = 0;
        for (const char *at = line; *at; at++) {
            assert_true((unsigned char)*at >= ' ' && *at != 0x7F);
            columns += ((unsigned char)*at & 0xC0) != 0x80;
        }
        widest = columns > widest ? columns : widest;
        lines++;
    }
    assert_true(lines > 20);
    assert_true(widest <= SCREEN_WIDTH);
}

/* Each event's line begins with two blanks, the time and another; what it goes on with, too. */
enum { EVENT_ROOM = SCREEN_WIDTH - 11 };

static void line_that_just_fits_is_not_broken(void **state)
{
    (void)state;
    char text[EVENT_ROOM + 1];
    memset(text, 'x', EVENT_ROOM);
    text[EVENT_ROOM] = '\0';
    put_event(1, SEVERITY_OK, -1, DELIVERY_ACCEPTED, text);
    print(false, 6);
    assert_prints("  03:04:11 xxx");
    assert_string_equal(strrchr(output, ' '), strstr(output, " xxx"));
}

static void line_is_broken_at_a_blank_and_goes_on_below(void **state)
{
    (void)state;
    put_event(1,
              SEVERITY_OK,
              -1,
              DELIVERY_ACCEPTED,
              "one two three four five six seven eight nine ten eleven twelve 13 14 15 16 17 18");
    print(false, 6);
    assert_prints(
        "  03:04:11 one two three four five six seven eight nine ten eleven twelve 13 14\n"
        "           15 16 17 18\n");
}

static void word_wider_than_the_screen_is_broken_at_the_edge(void **state)
{
    (void)state;
    char text[EVENT_ROOM + 2];
    memset(text, 'x', EVENT_ROOM + 1);
    text[EVENT_ROOM + 1] = '\0';
    put_event(1, SEVERITY_OK, -1, DELIVERY_ACCEPTED, text);
    print(false, 6);
    assert_prints("\n  03:04:11\n           xxxx");
    assert_prints("xxxx\n           x\n");
}

static void colours_are_used_when_asked_for_and_ended_on_each_line(void **state)
{
    (void)state;
    put_outage();
    print(true, 6);
    assert_prints("\033[1;31mcritical: Outage 12 since 02:52:12: mains lost\033[0m\n");
    assert_prints("\033[33m  mains   lost");
    assert_prints("\n  1 start genset");
}

static void only_the_newest_events_are_shown(void **state)
{
    (void)state;
    put_outage();
    print(false, 1);
    assert_prints("Last events\n  02:57:12");
    print(false, 0);
    assert_prints_not("Last events");
}

static void deviations_past_a_handful_are_counted(void **state)
{
    (void)state;
    for (uint32_t number = 1; number <= 8; number++)
        put_deviation(number, ACCOUNT_STATE_UNANSWERED);
    print(false, 6);
    assert_prints("Deviations to be accounted for\n  8    incident 12");
    assert_prints("  4    incident 12");
    assert_prints_not("  3    incident 12");
    assert_prints("  and 3 more: --all shows them\n");
}

static void json_has_names_times_and_derived_values(void **state)
{
    (void)state;
    put_outage();
    print_json(1);
    assert_prints("{\n  \"version\": \"" PADAM_VERSION
                  "\",\n  \"now\": \"2025-01-31T03:04:12.000Z\",\n");
    assert_prints("\n  \"mains\": {\n    \"state\": \"lost\",\n    \"severity\": \"warning\",\n"
                  "    \"since\": \"2025-01-31T02:52:12.000Z\",\n    \"outages\": 3,\n");
    assert_prints("\n    \"out_total_s\": 4320\n  },\n");
    assert_prints("\n    \"running_since\": null,\n");
    assert_prints("\n      \"index\": 5,\n      \"activity\": \"Menyalakan genset\",\n");
    assert_prints("\n      \"remaining_s\": 180,\n      \"late_s\": null\n");
    assert_prints("\n      \"remaining_s\": null,\n      \"late_s\": 420\n");
    assert_prints("\n      \"acknowledged\": null\n");
    assert_prints("\n  \"incident\": [],\n");
    assert_prints("\n      \"index\": 91,\n");
    assert_prints_not("\"index\": 90,");
}

static void json_escapes_what_texts_hold(void **state)
{
    (void)state;
    put_event(1, SEVERITY_OK, -1, DELIVERY_ACCEPTED, "a \"b\" \\ \n\033 \xE2\x82\xAC");
    print_events(5, true);
    assert_prints("\"text\": \"a \\\"b\\\" \\\\ \\u000a\\u001b \xE2\x82\xAC\"");
}

static void json_of_nothing_is_still_json(void **state)
{
    (void)state;
    print_json(1);
    assert_prints("\n  \"system\": null,\n  \"input\": [],\n");
    print_events(5, true);
    assert_string_equal(output, "[]\n");
}

static void events_are_one_line_each_with_the_delivery_unless_accepted(void **state)
{
    (void)state;
    put_outage();
    put_event(92,
              SEVERITY_NOTICE,
              -90000,
              DELIVERY_REFUSED,
              "a longer text than the screen is wide "
              "is not cut, so that programs that "
              "search find all of it");
    print_events(2, false);
    assert_string_equal(output,
                        "    91 02:57:12 critical deadline-missed, pending: Outage 12: step 3 "
                        "missed\n"
                        "    92 2025-01-30 02:04:12 notice deadline-missed, refused: a longer text "
                        "than the screen is wide is not cut, so that programs that search find all "
                        "of it\n");
}

static void events_that_there_are_none_of_are_told(void **state)
{
    (void)state;
    print_events(20, false);
    assert_string_equal(output, "no events\n");
}

#define STATUS_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATUS_TEST(outage_is_shown_on_one_screen),
        STATUS_TEST(what_is_out_of_the_ordinary_is_shown),
        STATUS_TEST(nothing_known_reads_unknown),
        STATUS_TEST(inputs_that_are_not_available_are_named),
        STATUS_TEST(phases_are_shown_where_they_differ),
        STATUS_TEST(what_is_not_well_with_the_journal_is_said),
        STATUS_TEST(what_the_ups_says_is_shown),
        STATUS_TEST(genset_that_people_start_is_shown),
        STATUS_TEST(few_servers_are_all_shown),
        STATUS_TEST(a_server_that_is_powered_on_says_so),
        STATUS_TEST(line_that_just_fits_is_not_broken),
        STATUS_TEST(line_is_broken_at_a_blank_and_goes_on_below),
        STATUS_TEST(word_wider_than_the_screen_is_broken_at_the_edge),
        STATUS_TEST(many_servers_are_counted_by_tier_and_state),
        STATUS_TEST(of_many_servers_the_worst_are_shown),
        STATUS_TEST(of_much_equipment_that_is_missing_some_is_shown),
        STATUS_TEST(no_line_is_wider_than_the_screen_or_holds_control_characters),
        STATUS_TEST(colours_are_used_when_asked_for_and_ended_on_each_line),
        STATUS_TEST(only_the_newest_events_are_shown),
        STATUS_TEST(deviations_past_a_handful_are_counted),
        STATUS_TEST(json_has_names_times_and_derived_values),
        STATUS_TEST(json_escapes_what_texts_hold),
        STATUS_TEST(json_of_nothing_is_still_json),
        STATUS_TEST(events_are_one_line_each_with_the_delivery_unless_accepted),
        STATUS_TEST(events_that_there_are_none_of_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

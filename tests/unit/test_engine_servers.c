#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/servers.h"

enum { FACTS_SEEN = 16, TURN_LIMIT_US = 5000000, SERVER_COUNT = 3 };

static char yes_path[] = "/bin/true", no_path[] = "/bin/false", missing_path[] = "/no/such/program";
static char shell_path[] = "/bin/sh", shell_option[] = "-c", exit_3[] = "exit 3";
static char sleep_path[] = "/bin/sleep", sleep_time[] = "60";
static char *yes[] = {yes_path, NULL};
static char *no[] = {no_path, NULL};
static char *missing[] = {missing_path, NULL};
static char *undecided[] = {shell_path, shell_option, exit_3, NULL};
static char *hangs[] = {sleep_path, sleep_time, NULL};

static struct server_settings settings[] = {
    {.index = 1, .name = "web1"}, {.index = 2, .name = "web2"}, {.index = 3, .name = "web3"}};
static struct server_commands commands[SERVER_COUNT];
static struct config config;
static sd_event *event;
static struct spawner *spawner;
static struct servers *servers;

static struct {
    size_t place;
    enum server_fact fact;
} facts[FACTS_SEEN];
static struct {
    size_t place;
    enum equipment_kind kind;
    enum equipment_state state;
} checks[FACTS_SEEN];
static size_t fact_count, check_count, checked_count;

static void on_fact(void *context, size_t place, enum server_fact fact)
{
    (void)context;
    if (fact_count == FACTS_SEEN)
        return;
    facts[fact_count].place = place;
    facts[fact_count++].fact = fact;
}

static void on_equipment(void *context, enum equipment_kind kind, size_t place,
                         enum equipment_state state)
{
    (void)context;
    if (check_count == FACTS_SEEN)
        return;
    checks[check_count].kind = kind;
    checks[check_count].place = place;
    checks[check_count++].state = state;
}

static void on_checked(void *context)
{
    (void)context;
    checked_count++;
}

static int open_servers(void **state)
{
    (void)state;
    static const struct servers_handlers handlers = {
        .fact = on_fact, .equipment = on_equipment, .checked = on_checked};
    log_open("test", LOG_LEVEL_ERROR - 1);
    memset(&config, 0, sizeof config);
    memset(commands, 0, sizeof commands);
    fact_count = check_count = checked_count = 0;
    config.site.server_count = SERVER_COUNT;
    config.site.servers = settings;
    config.server_commands = commands;
    config.site.shutdown.verify_parallel = 32;
    config.equipment.interval_ms = 3600000;
    config.equipment.timeout_ms = 5000;
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        commands[i].verify_interval_ms = 10;
        commands[i].verify_timeout_ms = 5000;
    }
    if (sd_event_new(&event) < 0)
        return -1;
    spawner = spawner_open(event);
    if (!spawner)
        return -1;
    servers = servers_open(spawner, &config, &handlers, NULL);
    return servers ? 0 : -1;
}

static int close_servers(void **state)
{
    (void)state;
    servers_close(servers);
    spawner_close(spawner);
    sd_event_unref(event);
    return 0;
}

static void reopen(void)
{
    servers_close(servers);
    static const struct servers_handlers handlers = {
        .fact = on_fact, .equipment = on_equipment, .checked = on_checked};
    servers = servers_open(spawner, &config, &handlers, NULL);
    assert_non_null(servers);
}

static void await(const size_t *count, size_t wanted)
{
    while (*count < wanted)
        assert_true(sd_event_run(event, TURN_LIMIT_US) > 0);
}

static void expect_fact(enum server_fact fact)
{
    size_t seen = fact_count;
    await(&fact_count, seen + 1);
    assert_int_equal(facts[seen].fact, fact);
}

static void a_command_that_ends_well_is_accepted(void **state)
{
    (void)state;
    commands[1].shutdown = yes;
    servers_tell(servers, 1, TELL_PRIMARY);
    expect_fact(SERVER_ACCEPTED);
    assert_int_equal(facts[0].place, 1);
}

static void a_command_that_fails_is_refused(void **state)
{
    (void)state;
    commands[0].shutdown = no;
    servers_tell(servers, 0, TELL_PRIMARY);
    expect_fact(SERVER_REFUSED);
}

static void a_command_that_cannot_be_run_tells_nobody(void **state)
{
    (void)state;
    commands[0].shutdown = commands[0].power_on = missing;
    servers_tell(servers, 0, TELL_PRIMARY);
    expect_fact(SERVER_NOT_RUN);
    servers_tell(servers, 0, TELL_POWER_ON);
    expect_fact(SERVER_POWER_NOT_RUN);
}

static void a_power_on_has_facts_of_its_own(void **state)
{
    (void)state;
    commands[0].shutdown = no;
    commands[0].power_on = yes;
    servers_tell(servers, 0, TELL_POWER_ON);
    expect_fact(SERVER_POWER_ACCEPTED);
    commands[1].power_on = no;
    servers_tell(servers, 1, TELL_POWER_ON);
    expect_fact(SERVER_POWER_REFUSED);
    servers_tell(servers, 2, TELL_POWER_ON);
    expect_fact(SERVER_POWER_NOT_RUN);
}

static void each_method_has_its_own_command(void **state)
{
    (void)state;
    commands[0].shutdown = no;
    commands[0].alternative = yes;
    servers_tell(servers, 0, TELL_ALTERNATIVE);
    expect_fact(SERVER_ACCEPTED);
    servers_tell(servers, 0, TELL_FORCE);
    expect_fact(SERVER_NOT_RUN);
}

static void a_killed_command_says_nothing_more(void **state)
{
    (void)state;
    commands[0].shutdown = hangs;
    commands[0].alternative = yes;
    servers_tell(servers, 0, TELL_PRIMARY);
    assert_true(sd_event_run(event, TURN_LIMIT_US) > 0);
    servers_kill(servers, 0);
    servers_tell(servers, 0, TELL_ALTERNATIVE);
    expect_fact(SERVER_ACCEPTED);
    assert_int_equal(sd_event_run(event, 100000) >= 0, 1);
    assert_int_equal(fact_count, 1);
}

static void a_command_killed_before_its_turn_is_not_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        commands[i].shutdown = yes;
        commands[i].alternative = no;
        servers_tell(servers, i, TELL_PRIMARY);
    }
    assert_int_equal(fact_count, 0);
    servers_kill(servers, 1);
    servers_kill(servers, 2);
    servers_tell(servers, 2, TELL_ALTERNATIVE);
    await(&fact_count, 2);
    while (sd_event_run(event, 100000) > 0)
        continue;
    assert_int_equal(fact_count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(facts[i].fact, facts[i].place == 0 ? SERVER_ACCEPTED : SERVER_REFUSED);
    assert_int_equal(facts[0].place + facts[1].place, 2);
}

static int on_deadline(sd_event_source *source, uint64_t now_us, void *context)
{
    (void)source;
    (void)now_us;
    *(bool *)context = true;
    return 0;
}

static void a_deadline_comes_before_commands_that_wait(void **state)
{
    (void)state;
    bool kept = false;
    const instant all_due = instant_add_ms(clock_now(), 50);
    for (size_t i = 0; i < 3; i++) {
        commands[i].shutdown = yes;
        servers_tell(servers, i, TELL_PRIMARY);
    }
    assert_true(
        sd_event_add_time(
            event, NULL, CLOCK_BOOTTIME, (uint64_t)all_due.ms * 1000, 1, on_deadline, &kept) >= 0);
    while (!instant_reached(all_due, clock_now()))
        continue;
    assert_true(sd_event_run(event, TURN_LIMIT_US) > 0);
    assert_true(kept);
    await(&fact_count, 3);
}

static void what_is_announced_with_a_command_goes_ahead_of_it(void **state)
{
    (void)state;
    enum { AHEAD_MS = 20 };
    commands[0].shutdown = yes;
    instant asked = clock_now();
    servers_tell(servers, 0, TELL_PRIMARY);
    if (sd_event_run(event, 10000) > 0)
        assert_true(instant_diff_ms(clock_now(), asked) >= AHEAD_MS);
    expect_fact(SERVER_ACCEPTED);
    assert_true(instant_diff_ms(clock_now(), asked) >= AHEAD_MS);
}

/* It has waited for its notifications, and counts as told after a restart. */
static void padamds_own_machine_is_told_at_once(void **state)
{
    (void)state;
    commands[0].shutdown = yes;
    settings[0].is_self = true;
    servers_tell(servers, 0, TELL_PRIMARY);
    assert_true(sd_event_run(event, 10000) > 0);
    settings[0].is_self = false;
    expect_fact(SERVER_ACCEPTED);
}

static void independent_evidence_says_off_or_on(void **state)
{
    (void)state;
    commands[0].verify = yes;
    servers_verify(servers, 0, true);
    expect_fact(SERVER_SEEN_OFF);
    commands[0].verify = no;
    fact_count = 0;
    while (fact_count == 0 || facts[fact_count - 1].fact == SERVER_SEEN_OFF)
        assert_true(sd_event_run(event, TURN_LIMIT_US) > 0);
    assert_int_equal(facts[fact_count - 1].fact, SERVER_ANSWERS);
}

static void no_evidence_at_all_is_silence(void **state)
{
    (void)state;
    commands[0].verify = undecided;
    servers_verify(servers, 0, true);
    expect_fact(SERVER_SILENT);
}

static void silence_with_a_witness_is_more_than_silence(void **state)
{
    (void)state;
    commands[0].answers = no;
    config.equipment.network = yes;
    servers_verify(servers, 0, true);
    expect_fact(SERVER_SILENT_WITNESS);
}

static void silence_when_the_witness_is_silent_too_says_nothing(void **state)
{
    (void)state;
    commands[0].answers = no;
    config.equipment.network = no;
    servers_verify(servers, 0, true);
    expect_fact(SERVER_SILENT);
}

static void a_server_that_answers_is_on(void **state)
{
    (void)state;
    commands[0].answers = yes;
    servers_verify(servers, 0, true);
    expect_fact(SERVER_ANSWERS);
}

/* It hangs on its way down: no network any more, but its BMC says that it is on. */
static void one_that_is_on_by_its_bmc_is_not_off_for_its_silence(void **state)
{
    (void)state;
    commands[0].verify = no;
    commands[0].answers = no;
    config.equipment.network = yes;
    servers_verify(servers, 0, true);
    await(&fact_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(facts[i].fact, SERVER_ANSWERS);
}

static void one_that_answers_is_not_off_whatever_its_bmc_says(void **state)
{
    (void)state;
    commands[0].verify = yes;
    commands[0].answers = yes;
    servers_verify(servers, 0, true);
    await(&fact_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(facts[i].fact, SERVER_ANSWERS);
}

static void without_an_answer_of_its_bmc_silence_counts(void **state)
{
    (void)state;
    commands[0].verify = undecided;
    commands[0].answers = no;
    config.equipment.network = yes;
    servers_verify(servers, 0, true);
    expect_fact(SERVER_SILENT_WITNESS);
}

static void evidence_is_gathered_again_and_again_until_switched_off(void **state)
{
    (void)state;
    commands[0].verify = no;
    servers_verify(servers, 0, true);
    await(&fact_count, 3);
    servers_verify(servers, 0, false);
    size_t seen = fact_count;
    while (sd_event_run(event, 100000) > 0)
        ;
    assert_int_equal(fact_count, seen);
}

static void a_server_without_evidence_is_not_looked_at(void **state)
{
    (void)state;
    servers_verify(servers, 0, true);
    assert_int_equal(sd_event_run(event, 0), 0);
    commands[0].shutdown = yes;
    servers_tell(servers, 0, TELL_PRIMARY);
    expect_fact(SERVER_ACCEPTED);
    for (unsigned turn = 0; turn < 20 && sd_event_run(event, 50000) > 0; turn++)
        ;
    assert_int_equal(sd_event_run(event, 50000), 0);
}

/* ---- many at once ---- */

static char folder[] = "/tmp/padam-servers-XXXXXX", fifo[64], runs[64];
static char waits_text[] = "read -r go <\"$0\"; exit 1", counts_text[] = "echo >>\"$0\"; exit 1";
static char *waits[] = {shell_path, shell_option, waits_text, fifo, NULL};
static char *counts[] = {shell_path, shell_option, counts_text, runs, NULL};

static int open_servers_and_folder(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/padam-servers-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    snprintf(runs, sizeof runs, "%s/runs", folder);
    return mkfifo(fifo, 0600) < 0 ? -1 : open_servers(state);
}

static int close_servers_and_folder(void **state)
{
    unlink(fifo);
    unlink(runs);
    rmdir(folder);
    return close_servers(state);
}

static long times_run(void)
{
    struct stat status;
    return stat(runs, &status) < 0 ? 0 : (long)status.st_size;
}

/* A look at server 0, which is the only one at a time, lasts until what is returned is closed. */
static int only_place_occupy(void)
{
    config.site.shutdown.verify_parallel = 1;
    commands[0].verify = waits;
    commands[1].verify = commands[2].verify = no;
    for (size_t i = 0; i < SERVER_COUNT; i++)
        commands[i].verify_interval_ms = 60000;
    servers_verify(servers, 0, true);
    assert_true(sd_event_run(event, TURN_LIMIT_US) > 0);
    return open(fifo, O_WRONLY | O_CLOEXEC);
}

static void looks_beyond_the_limit_wait_and_servers_that_were_told_come_first(void **state)
{
    (void)state;
    commands[2].shutdown = yes;
    int fd = only_place_occupy();
    servers_verify(servers, 1, true);
    servers_tell(servers, 2, TELL_PRIMARY);
    expect_fact(SERVER_ACCEPTED);
    servers_verify(servers, 2, true);
    while (sd_event_run(event, 50000) > 0)
        ;
    assert_int_equal(fact_count, 1);
    close(fd);
    await(&fact_count, 4);
    assert_int_equal(facts[1].place, 0);
    assert_int_equal(facts[2].place, 2);
    assert_int_equal(facts[3].place, 1);
}

static void one_that_no_place_is_left_to_look_at_is_said_to_be_so(void **state)
{
    (void)state;
    commands[1].shutdown = yes;
    int fd = only_place_occupy();
    commands[1].verify_interval_ms = 10;
    servers_verify(servers, 1, true);
    while (sd_event_run(event, 50000) > 0)
        ;
    assert_int_equal(fact_count, 0); /* nobody told it */
    servers_tell(servers, 1, TELL_PRIMARY);
    expect_fact(SERVER_ACCEPTED);
    servers_verify_now(servers, 1);
    expect_fact(SERVER_NOT_SEEN);
    assert_int_equal(facts[1].place, 1);
    while (sd_event_run(event, 50000) > 0)
        ;
    assert_int_equal(fact_count, 2);
    close(fd);
    await(&fact_count, 4);
    assert_int_equal(facts[2].place, 0);
    assert_int_equal(facts[3].place, 1);
    assert_int_equal(facts[3].fact, SERVER_ANSWERS);
    fd = open(fifo, O_RDWR | O_CLOEXEC); /* as nobody reads yet */
    servers_verify_now(servers, 0);
    while (sd_event_run(event, 50000) > 0)
        ;
    for (size_t i = 3; i < fact_count; i++)
        assert_int_equal(facts[i].fact, SERVER_ANSWERS);
    close(fd);
}

static void a_look_that_waits_since_before_the_command_ended_is_late_too(void **state)
{
    (void)state;
    commands[1].shutdown = yes;
    int fd = only_place_occupy();
    commands[1].verify_interval_ms = 10; /* its command begins 20 ms after it was told */
    servers_tell(servers, 1, TELL_PRIMARY);
    servers_verify(servers, 1, true);
    expect_fact(SERVER_ACCEPTED);
    expect_fact(SERVER_NOT_SEEN);
    close(fd);
    await(&fact_count, 4);
}

static void one_whose_command_was_ended_is_not_seen_either(void **state)
{
    (void)state;
    commands[1].shutdown = hangs;
    int fd = only_place_occupy();
    commands[1].verify_interval_ms = 10;
    servers_tell(servers, 1, TELL_PRIMARY);
    assert_true(sd_event_run(event, TURN_LIMIT_US) > 0);
    servers_kill(servers, 1);
    servers_verify_now(servers, 1);
    expect_fact(SERVER_NOT_SEEN);
    assert_int_equal(facts[0].place, 1);
    close(fd);
    await(&fact_count, 3);
}

static void looks_begin_one_after_the_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        commands[i].verify = no;
        commands[i].verify_interval_ms = 60000;
    }
    instant began = clock_now();
    for (size_t i = 0; i < SERVER_COUNT; i++)
        servers_verify(servers, i, true);
    await(&fact_count, SERVER_COUNT);
    assert_true(instant_diff_ms(clock_now(), began) >= 20);
}

static void one_that_was_just_told_is_looked_at_an_interval_later(void **state)
{
    (void)state;
    commands[0].shutdown = commands[1].shutdown = yes;
    commands[0].verify = commands[1].verify = commands[2].verify = no;
    commands[0].verify_interval_ms = commands[1].verify_interval_ms = 60000;
    commands[2].verify_interval_ms = 60000;
    servers_verify(servers, 0, true);
    servers_verify(servers, 1, true);
    servers_tell(servers, 1, TELL_PRIMARY);
    servers_tell(servers, 0, TELL_PRIMARY);
    servers_verify(servers, 2, true);
    await(&fact_count, 3);
    while (sd_event_run(event, 100000) > 0)
        ;
    assert_int_equal(fact_count, 3);
    for (size_t i = 0; i < fact_count; i++)
        assert_int_equal(facts[i].fact == SERVER_ANSWERS, facts[i].place == 2);
    servers_verify_now(servers, 0);
    expect_fact(SERVER_ANSWERS);
}

static void a_look_that_was_asked_for_is_not_put_off_by_a_command(void **state)
{
    (void)state;
    commands[1].shutdown = yes;
    int fd = only_place_occupy();
    servers_verify_now(servers, 1);
    servers_tell(servers, 1, TELL_PRIMARY);
    expect_fact(SERVER_ACCEPTED);
    close(fd);
    await(&fact_count, 3);
    assert_int_equal(facts[1].place, 0);
    assert_int_equal(facts[2].place, 1);
    assert_int_equal(facts[2].fact, SERVER_ANSWERS);
}

static void one_that_is_being_told_as_its_looks_begin_waits_an_interval(void **state)
{
    (void)state;
    commands[0].shutdown = yes;
    commands[0].verify = no;
    commands[0].verify_interval_ms = 60000;
    servers_tell(servers, 0, TELL_PRIMARY);
    servers_verify(servers, 0, true);
    expect_fact(SERVER_ACCEPTED);
    while (sd_event_run(event, 100000) > 0)
        ;
    assert_int_equal(fact_count, 1);
}

static void evidence_that_is_waited_for_is_not_left_to_the_interval(void **state)
{
    (void)state;
    commands[0].verify = no;
    commands[0].verify_interval_ms = 60000;
    servers_verify(servers, 0, true);
    expect_fact(SERVER_ANSWERS);
    servers_verify_now(servers, 0);
    expect_fact(SERVER_ANSWERS);
}

static void while_a_look_runs(void (*want)(struct servers *servers, size_t place))
{
    commands[0].verify = waits;
    commands[0].verify_interval_ms = 60000;
    servers_verify(servers, 0, true);
    assert_true(sd_event_run(event, TURN_LIMIT_US) > 0);
    want(servers, 0);
    int fd = open(fifo, O_WRONLY | O_CLOEXEC);
    commands[0].verify = yes;
    close(fd);
    expect_fact(SERVER_ANSWERS);
    expect_fact(SERVER_SEEN_OFF);
}

static void a_look_that_began_before_it_was_waited_for_is_followed_by_another(void **state)
{
    (void)state;
    while_a_look_runs(servers_verify_now);
}

static void a_look_anew_follows_one_that_runs(void **state)
{
    (void)state;
    while_a_look_runs(servers_verify_anew);
}

static void a_look_that_nobody_wants_any_more_is_not_asked_for(void **state)
{
    (void)state;
    commands[0].shutdown = yes;
    commands[0].verify = waits;
    servers_verify(servers, 0, true);
    assert_true(sd_event_run(event, TURN_LIMIT_US) > 0);
    servers_verify_now(servers, 0);
    servers_verify(servers, 0, false);
    int fd = open(fifo, O_WRONLY | O_CLOEXEC);
    commands[0].verify = no;
    close(fd);
    while (sd_event_run(event, 50000) > 0)
        ;
    assert_int_equal(fact_count, 0);
    servers_tell(servers, 0, TELL_PRIMARY);
    servers_verify(servers, 0, true);
    await(&fact_count, 2);
    assert_true(facts[0].fact == SERVER_ANSWERS || facts[1].fact == SERVER_ANSWERS);
}

static void a_look_anew_comes_in_its_turn(void **state)
{
    (void)state;
    int fd = only_place_occupy();
    servers_verify(servers, 1, true);
    servers_verify_anew(servers, 2);
    close(fd);
    await(&fact_count, 3);
    assert_int_equal(facts[1].place, 1);
    assert_int_equal(facts[2].place, 2);
}

static void a_look_that_waits_comes_first_once_it_is_waited_for(void **state)
{
    (void)state;
    int fd = only_place_occupy();
    servers_verify(servers, 1, true);
    servers_verify(servers, 2, true);
    servers_verify_now(servers, 2);
    close(fd);
    await(&fact_count, 3);
    assert_int_equal(facts[1].place, 2);
    assert_int_equal(facts[2].place, 1);
}

enum { OTHERS_INTERVAL_MS = 300000 };

/* How long the looks at the servers 1 and 2 took to begin, one after the other. */
static int64_t others_take_ms(void)
{
    for (size_t i = 1; i < SERVER_COUNT; i++) {
        commands[i].verify = no;
        commands[i].verify_interval_ms = OTHERS_INTERVAL_MS;
    }
    instant began = clock_now();
    size_t seen = fact_count;
    servers_verify(servers, 1, true);
    servers_verify(servers, 2, true);
    await(&fact_count, seen + 2);
    return instant_diff_ms(clock_now(), began);
}

static void others_are_looked_at_seldom_while_a_server_is_waited_for(void **state)
{
    (void)state;
    commands[0].verify = no;
    commands[0].verify_interval_ms = OTHERS_INTERVAL_MS;
    servers_verify_now(servers, 0);
    expect_fact(SERVER_ANSWERS);
    assert_true(others_take_ms() >= OTHERS_INTERVAL_MS / 100);
}

static void nobody_waits_for_a_server_that_is_off(void **state)
{
    (void)state;
    commands[0].verify = yes;
    commands[0].verify_interval_ms = OTHERS_INTERVAL_MS;
    servers_verify_now(servers, 0);
    expect_fact(SERVER_SEEN_OFF);
    assert_true(others_take_ms() < OTHERS_INTERVAL_MS / 100);
}

static pid_t last_child(void)
{
    long child = 0, next;
    FILE *file = fopen("/proc/thread-self/children", "re");
    assert_non_null(file);
    while (fscanf(file, "%ld", &next) == 1)
        child = next;
    fclose(file);
    assert_true(child > 0);
    return (pid_t)child;
}

static void a_program_that_cannot_be_ended_is_not_started_again_while_it_lives(void **state)
{
    (void)state;
    commands[0].verify = counts;
    commands[0].verify_timeout_ms = 1;
    /* Nothing is started or ended now. */
    assert_int_equal(kill(last_child(), SIGSTOP), 0);
    servers_verify(servers, 0, true);
    expect_fact(SERVER_SILENT);
    instant lost = clock_now();
    while (instant_diff_ms(clock_now(), lost) < 10 * commands[0].verify_interval_ms)
        assert_true(sd_event_run(event, TURN_LIMIT_US) > 0);
    commands[0].verify_timeout_ms = 5000;
    assert_int_equal(kill(last_child(), SIGCONT), 0);
    expect_fact(SERVER_ANSWERS);
    assert_in_range(times_run(), 1, 2);
}

static void readiness_is_checked_one_after_the_other(void **state)
{
    (void)state;
    config.equipment.administrator_computer = yes;
    config.equipment.network = no;
    commands[1].check = missing;
    reopen();
    servers_check(servers, true);
    await(&check_count, 3);
    assert_int_equal(checks[0].kind, EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER);
    assert_int_equal(checks[0].state, EQUIPMENT_STATE_READY);
    assert_int_equal(checks[1].kind, EQUIPMENT_KIND_NETWORK);
    assert_int_equal(checks[1].state, EQUIPMENT_STATE_MISSING);
    assert_int_equal(checks[2].kind, EQUIPMENT_KIND_SERVER);
    assert_int_equal(checks[2].place, 1);
    assert_int_equal(checks[2].state, EQUIPMENT_STATE_MISSING);
    assert_int_equal(checked_count, 1);
}

static void a_server_whose_probe_is_not_answered_is_not_ready(void **state)
{
    (void)state;
    static const struct {
        char **check, **answers;
        enum equipment_state state;
    } cases[] = {{yes, yes, EQUIPMENT_STATE_READY},
                 {yes, no, EQUIPMENT_STATE_MISSING},
                 {no, yes, EQUIPMENT_STATE_MISSING},
                 {NULL, no, EQUIPMENT_STATE_MISSING},
                 {yes, NULL, EQUIPMENT_STATE_READY}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        commands[0].check = cases[i].check;
        commands[0].answers = cases[i].answers;
        check_count = checked_count = 0;
        reopen();
        servers_check(servers, true);
        await(&checked_count, 1);
        assert_int_equal(check_count, 1);
        assert_int_equal(checks[0].kind, EQUIPMENT_KIND_SERVER);
        assert_int_equal(checks[0].place, 0);
        assert_int_equal(checks[0].state, cases[i].state);
    }
}

static void readiness_is_checked_again_when_it_is_asked_for(void **state)
{
    (void)state;
    config.equipment.administrator_computer = yes;
    config.equipment.network = no;
    reopen();
    servers_check_now(servers);
    assert_int_equal(check_count, 0);
    servers_check(servers, true);
    await(&checked_count, 1);
    servers_check_now(servers);
    assert_int_equal(checked_count, 1);
    await(&checked_count, 2);
    assert_int_equal(check_count, 4);
    assert_int_equal(checks[3].state, EQUIPMENT_STATE_MISSING);
}

static void without_any_check_all_have_come_back_at_once(void **state)
{
    (void)state;
    servers_check(servers, true);
    servers_check_now(servers);
    assert_int_equal(checked_count, 1);
}

static void a_check_under_way_when_an_outage_begins_says_nothing(void **state)
{
    (void)state;
    config.equipment.network = hangs;
    reopen();
    servers_check(servers, true);
    servers_check(servers, false);
    while (sd_event_run(event, 100000) > 0)
        ;
    assert_int_equal(check_count, 0);
}

#define folder_test(function)                                                                      \
    cmocka_unit_test_setup_teardown(function, open_servers_and_folder, close_servers_and_folder)
#define servers_test(function)                                                                     \
    cmocka_unit_test_setup_teardown(function, open_servers, close_servers)

int main(void)
{
    const struct CMUnitTest tests[] = {
        servers_test(a_command_that_ends_well_is_accepted),
        servers_test(a_command_that_fails_is_refused),
        servers_test(a_command_that_cannot_be_run_tells_nobody),
        servers_test(a_power_on_has_facts_of_its_own),
        servers_test(each_method_has_its_own_command),
        servers_test(a_killed_command_says_nothing_more),
        servers_test(a_command_killed_before_its_turn_is_not_run),
        servers_test(a_deadline_comes_before_commands_that_wait),
        servers_test(what_is_announced_with_a_command_goes_ahead_of_it),
        servers_test(padamds_own_machine_is_told_at_once),
        servers_test(independent_evidence_says_off_or_on),
        servers_test(no_evidence_at_all_is_silence),
        servers_test(silence_with_a_witness_is_more_than_silence),
        servers_test(silence_when_the_witness_is_silent_too_says_nothing),
        servers_test(a_server_that_answers_is_on),
        servers_test(one_that_is_on_by_its_bmc_is_not_off_for_its_silence),
        servers_test(one_that_answers_is_not_off_whatever_its_bmc_says),
        servers_test(without_an_answer_of_its_bmc_silence_counts),
        servers_test(evidence_is_gathered_again_and_again_until_switched_off),
        servers_test(a_server_without_evidence_is_not_looked_at),
        folder_test(looks_beyond_the_limit_wait_and_servers_that_were_told_come_first),
        folder_test(one_that_no_place_is_left_to_look_at_is_said_to_be_so),
        folder_test(a_look_that_waits_since_before_the_command_ended_is_late_too),
        folder_test(one_whose_command_was_ended_is_not_seen_either),
        servers_test(looks_begin_one_after_the_other),
        servers_test(one_that_was_just_told_is_looked_at_an_interval_later),
        folder_test(a_look_that_was_asked_for_is_not_put_off_by_a_command),
        servers_test(one_that_is_being_told_as_its_looks_begin_waits_an_interval),
        servers_test(evidence_that_is_waited_for_is_not_left_to_the_interval),
        folder_test(a_look_that_began_before_it_was_waited_for_is_followed_by_another),
        folder_test(a_look_anew_follows_one_that_runs),
        folder_test(a_look_that_nobody_wants_any_more_is_not_asked_for),
        folder_test(a_look_anew_comes_in_its_turn),
        folder_test(a_look_that_waits_comes_first_once_it_is_waited_for),
        servers_test(others_are_looked_at_seldom_while_a_server_is_waited_for),
        servers_test(nobody_waits_for_a_server_that_is_off),
        folder_test(a_program_that_cannot_be_ended_is_not_started_again_while_it_lives),
        servers_test(readiness_is_checked_one_after_the_other),
        servers_test(a_server_whose_probe_is_not_answered_is_not_ready),
        servers_test(readiness_is_checked_again_when_it_is_asked_for),
        servers_test(without_any_check_all_have_come_back_at_once),
        servers_test(a_check_under_way_when_an_outage_begins_says_nothing),
    };
    return cmocka_run_group_tests_name("engine/servers", tests, NULL, NULL);
}

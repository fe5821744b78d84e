#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "config/config.h"
#include "config_text.h"

/* Line 1 wires what must be wired; a case's own text begins on line 2. */
#define WIRED                                                                                      \
    "inputs = { mains_l1 = { chip = \"a\"; line = \"M\"; }; "                                      \
    "genset_running = { chip = \"a\"; offset = 7; }; };\n"
#define RUN "run = { chip = \"b\"; offset = 0; on_release = \"returns\"; latching = true; }; "
#define CRANK "crank = { chip = \"b\"; offset = 1; on_release = \"returns\"; }; "
#define SERVER(NUMBER) "index = " #NUMBER "; name = \"s" #NUMBER "\"; shutdown = [\"/bin/true\"]; "
#define NETWORK "equipment = { network = [\"/bin/true\"]; };\n"
#define VERIFY "verify = [\"/bin/true\"]; "
#define ANSWERS "answers = [\"/bin/true\"]; "
#define QUICK "retries = 0; off_within_s = 60; "

struct doubtful {
    const char *text, *warnings;
};

static void check_all(const struct doubtful *cases, size_t count, const char *before)
{
    for (size_t i = 0; i < count; i++) {
        char text[4096];
        struct messages warnings;
        assert_true(text_format(text, sizeof text, "%s%s", before, cases[i].text));
        config_text_doubt(text, &warnings);
        assert_string_equal(warnings.text, cases[i].warnings);
    }
}

#define CHECK_ALL(cases, before) check_all(cases, sizeof(cases) / sizeof *(cases), before)

static void what_keeps_the_procedure_gets_no_warning(void **state)
{
    (void)state;
    static const struct doubtful cases[] = {
        {"", ""},
        {"procedure = { start_due_s = 11; };\n", ""},
        {"genset = { start_delay_s = 3600; };\n", ""},
        {"genset = { wiring = \"held\"; mode = \"manual\"; start_delay_s = 3600; };\n"
         "outputs = { " RUN "};\n",
         ""},
        {"genset = { wiring = \"run-crank\"; attempts = 10; crank_s = 30; rest_s = 30; };\n"
         "outputs = { " RUN CRANK "};\n",
         ""},
        {NETWORK "servers = ( { " SERVER(1) VERIFY QUICK "},\n { " SERVER(2) ANSWERS QUICK
         "tier = 2; waits_for_verified = true; } );\n",
         ""},
    };
    CHECK_ALL(cases, WIRED);
}

static void an_escalation_to_nobody_is_doubted(void **state)
{
    (void)state;
    static const struct doubtful cases[] = {
        {"notify = { escalate_after_s = 60; };\n"
         "contacts = ( { index = 1; name = \"a\"; command = [\"/bin/true\"]; } );\n",
         ":2: notify.escalate_after_s is set, but no contact has an order above 1; expected one "
         "that is told of what is not acknowledged\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void a_logo_that_is_not_there_is_doubted(void **state)
{
    (void)state;
    static const struct doubtful cases[] = {
        {"office = {\n logo = \"/no/logo.png\"; };\n",
         ":3: office.logo cannot be read: /no/logo.png: No such file or directory; expected an "
         "image file, else reports go without\n"},
        {"office = {\n logo = \"/tmp\"; };\n",
         ":3: office.logo cannot be read: /tmp: Is a directory; expected an image file, else "
         "reports go without\n"},
        {"office = { logo = \"/bin/true\"; };\n", ""},
    };
    CHECK_ALL(cases, WIRED);
}

static void the_documented_example_gets_none_but_of_programs(void **state)
{
    (void)state;
    char *text = config_text_of_file("docs/padam.conf");
    struct messages warnings;
    config_text_doubt(text, &warnings);
    for (char *line = strtok(warnings.text, "\n"); line; line = strtok(NULL, "\n"))
        assert_non_null(strstr(line, " cannot be run: "));
    free(text);
}

static void durations_that_defeat_others_are_doubted(void **state)
{
    (void)state;
    static const struct doubtful cases[] = {
        {"genset = { wiring = \"held\";\n start_delay_s = 300; };\noutputs = { " RUN "};\n",
         ":3: procedure.start_due_s is 300 seconds; expected more than genset.start_delay_s, which "
         "is 300: else the software starts the genset when step 1 is missed already\n"},
        {"procedure = { start_due_s = 10; };\n",
         ":2: procedure.start_due_s is 10 seconds; expected more than genset.running_confirm_s, "
         "which is 10: else every verdict on the start waits beyond its due time\n"},
        {"genset = { running_lost_confirm_s = 0.1; };\nmains = { loss_debounce_s = 0.1; };\n", ""},
    };
    CHECK_ALL(cases, WIRED);
    static const struct doubtful inputs[] = {
        {"inputs = { mains_l1 = { chip = \"a\"; line = \"M\"; };\n"
         " mains_l3 = { chip = \"a\"; line = \"N\"; debounce_s = 3; };\n"
         " genset_running = { chip = \"b\"; line = \"M\"; debounce_s = 4; }; };\n",
         ":3: genset.running_lost_confirm_s is 3 seconds; expected at least "
         "inputs.genset_running.debounce_s, which is 4: else a genset that stops is noticed that "
         "much later\n"
         ":2: mains.loss_debounce_s is 2 seconds; expected at least inputs.mains_l3.debounce_s, "
         "which is 3: else an outage is noticed that much later\n"},
    };
    CHECK_ALL(inputs, "");
}

static void power_back_that_can_find_nothing_up_is_doubted(void **state)
{
    (void)state;
    static const struct doubtful cases[] = {
        {NETWORK "servers = ( { " SERVER(1) ANSWERS QUICK "power_on = [\"/bin/true\"]; } );\n"
                                                          "power_back = { automatic = true; };\n",
         ""},
        {"power_back = {\n automatic = true; };\n",
         ":3: power_back.automatic is true, but no server has a power_on command; expected one\n"},
    };
    CHECK_ALL(cases, WIRED);
    char text[4096];
    struct messages warnings;
    text_format(text,
                sizeof text,
                "%s%s",
                WIRED,
                "servers = ( { " SERVER(1) "\n power_on = [\"/bin/true\"]; } );\n");
    config_text_doubt(text, &warnings);
    assert_non_null(strstr(warnings.text,
                           ":3: server \"s1\": servers[0] has neither verify nor answers: it is "
                           "never found up, and told again for nothing; expected one of them\n"));
}

static void start_that_outlasts_step_4_is_doubted(void **state)
{
    (void)state;
    static const struct doubtful cases[] = {
        {"genset = { wiring = \"run-crank\"; attempts = 10; crank_s = 30; rest_s = 60; };\n"
         "outputs = { " RUN CRANK "};\n",
         ":2: genset.attempts is 10: the last one ends 857 seconds after the outage; expected at "
         "most procedure.report_failed_due_s, which is 600: else step 4 reports a failure while "
         "the genset is still being started\n"},
        {"genset = { wiring = \"held\"; attempts = 7; };\noutputs = { " RUN "};\n",
         ":2: genset.attempts is 7: the last one ends 697 seconds after the outage; expected at "
         "most procedure.report_failed_due_s, which is 600: else step 4 reports a failure while "
         "the genset is still being started\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void servers_that_cannot_be_down_normally_are_doubted(void **state)
{
    (void)state;
    static const struct doubtful cases[] = {
        {"servers = ( { " SERVER(1) QUICK "},\n { " SERVER(2) QUICK "\n " ANSWERS "} );\n",
         ":2: server \"s1\": servers[0] has no verify and no answers: that it is down stays "
         "unverified, and step 6 is missed; expected verify, or answers and equipment.network\n"
         ":4: server \"s2\": servers[1] has no verify, and equipment.network is missing: that it "
         "is down stays unverified, and step 6 is missed; expected verify, or answers and "
         "equipment.network\n"},
        {"servers = ( { " SERVER(1) QUICK "\n self = true; } );\n", ""}, /* nobody could look */
        {"servers = ( { " SERVER(1) VERIFY QUICK "tier = 3;\n waits_for_verified = true; },\n"
                                                 " { " SERVER(2) VERIFY QUICK "tier = 3; } );\n",
         ":3: server \"s1\": servers[0].waits_for_verified is true, but no server is in a tier "
         "before 3; expected a later tier\n"},
        {"servers = ( { " SERVER(1) VERIFY QUICK "\n verify_interval_s = 60; } );\n",
         ":3: server \"s1\": servers[0].verify_interval_s is 60 seconds; expected less than "
         "off_within_s, which is 60: else it is not looked at before it is told again\n"},
        {NETWORK "shutdown = {\n verify_parallel = 1; };\n"
                 "servers = ( { " SERVER(1) VERIFY ANSWERS QUICK "verify_timeout_s = 15; } );\n",
         ""}, /* 15 + 15 + 30 s of 60 */
        {NETWORK "shutdown = {\n verify_parallel = 1; };\n"
                 "servers = ( { " SERVER(1) VERIFY ANSWERS QUICK "verify_timeout_s = 15; },\n"
                                                                 "{ " SERVER(2) VERIFY QUICK
         "verify_timeout_s = 1; } );\n",
         ":4: shutdown.verify_parallel is 1: a look at each server of tier 1 can take 61 seconds; "
         "expected at most off_within_s of \"s1\", which is 60: else it may be told again before "
         "it was looked at\n"},
        {NETWORK "shutdown = {\n verify_parallel = 2; };\n"
                 "servers = ( { " SERVER(1) VERIFY ANSWERS QUICK "verify_timeout_s = 15; },\n"
                                                                 "{ " SERVER(2) VERIFY QUICK
         "verify_timeout_s = 1; } );\n",
         ""},
        {NETWORK "shutdown = {\n verify_parallel = 1; };\n"
                 "servers = ( { " SERVER(1) VERIFY ANSWERS QUICK "verify_timeout_s = 15; },\n"
                                                                 "{ " SERVER(2) VERIFY QUICK
         "verify_timeout_s = 1; tier = 2; } );\n",
         ""},
    };
    CHECK_ALL(cases, WIRED);
}

static void a_shutdown_that_can_outlast_its_time_or_the_ups_is_doubted(void **state)
{
    (void)state;
    static const struct doubtful cases[] = {
        {"servers = ( { " SERVER(1) VERIFY "command_timeout_s = 30; off_within_s = 270; retries = "
                                           "0; } );\n",
         ""},
        {"servers =\n ( { " SERVER(1) VERIFY
         "command_timeout_s = 30; off_within_s = 271; retries = 0; } );\n",
         ":2: servers: the shutdown of all can take 301 seconds, with every try of each; expected "
         "at most 300, from procedure.report_failed_due_s to procedure.shutdown_due_s: else step 6 "
         "can be missed\n"},
        {"procedure = { shutdown_due_from_opening = true; };\n"
         "servers = ( { " SERVER(1) VERIFY "},\n"
                                           " { " SERVER(2) VERIFY "tier = 2; } );\n",
         ":3: servers: the shutdown of all can take 1300 seconds, with every try of each; expected "
         "at most 900, which is procedure.shutdown_due_s: else step 6 can be missed\n"},
        {"servers = ( { " SERVER(1) VERIFY QUICK "} );\n"
                                                 "ups = {\n runtime_s = 150; reserve_s = 60; };\n",
         ""},
        {"servers = ( { " SERVER(1) VERIFY QUICK "} );\n"
                                                 "ups = {\n runtime_s = 150; reserve_s = 61; };\n",
         ":4: servers: the shutdown of all can take 90 seconds, with every try of each; expected "
         "at "
         "most 89, which is ups.runtime_s less ups.reserve_s: else the UPS can run out first\n"},
    };
    CHECK_ALL(cases, WIRED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_keeps_the_procedure_gets_no_warning),
        cmocka_unit_test(an_escalation_to_nobody_is_doubted),
        cmocka_unit_test(a_logo_that_is_not_there_is_doubted),
        cmocka_unit_test(the_documented_example_gets_none_but_of_programs),
        cmocka_unit_test(durations_that_defeat_others_are_doubted),
        cmocka_unit_test(power_back_that_can_find_nothing_up_is_doubted),
        cmocka_unit_test(start_that_outlasts_step_4_is_doubted),
        cmocka_unit_test(servers_that_cannot_be_down_normally_are_doubted),
        cmocka_unit_test(a_shutdown_that_can_outlast_its_time_or_the_ups_is_doubted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "config/config.h"
#include "config_text.h"

/* Line 1 wires what must be wired; a case's own text begins on line 2. */
#define WIRED                                                                                      \
    "inputs = { mains_l1 = { chip = \"a\"; line = \"M\"; }; "                                      \
    "genset_running = { chip = \"a\"; offset = 7; }; };\n"
#define LINE(NUMBER) "chip = \"b\"; offset = " #NUMBER "; on_release = \"returns\"; "
#define LATCHING_RUN "run = { " LINE(0) "latching = true; };\n"
#define WIRING(NAME) "genset = { wiring = \"" NAME "\"; };\n"
#define SERVER "index = 1; name = \"s\"; shutdown = [\"/bin/true\"]; "

struct wrong {
    const char *text, *messages;
};

static void check_all(const struct wrong *cases, size_t count, const char *before)
{
    for (size_t i = 0; i < count; i++) {
        char text[4096];
        assert_true(text_format(text, sizeof text, "%s%s", before, cases[i].text));
        struct messages messages;
        struct config config;
        memset(&config, 0x5a, sizeof config);
        struct config untouched = config;
        int errors = config_text_load(text, strlen(text), &config, &messages);
        assert_string_equal(messages.text, cases[i].messages);
        assert_int_equal(errors, messages.count);
        assert_true(errors > 0);
        assert_memory_equal(&config, &untouched, sizeof config);
    }
}

#define CHECK_ALL(cases, before) check_all(cases, sizeof(cases) / sizeof *(cases), before)

static void syntax_errors_name_their_line(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"\ngenset = {\n",
         ":4: syntax error; expected key = value; and every { ( [ \" closed; the { of line 3 is "
         "not\n"},
        {"\n\ngenset { }\n", ":4: syntax error; expected key = value; and every { ( [ \" closed\n"},
        {"site = { name = \"a; };\n",
         ":3: syntax error; expected key = value; and every { ( [ \" closed; the \" of line 2 is "
         "not\n"},
        {"site = { name = \"a\";\nname = \"b\"; };\n",
         ":3: duplicate setting name; expected each key once in its group\n"},
        {"@include \"/etc/passwd\"\n",
         ":2: cannot open include file; expected all settings in this file\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void numbers_too_large_for_anything_are_quoted(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"# 9999999999999999999\n/* 9999999999999999999\n*/ site = { name = "
         "\"9999999999999999999\\\"\"; };"
         "\ngenset = {\n attempts = 99999999999999999999; rest_s = -1234567890123456789;\n"
         " crank_s = 0xfffffffffffffffff; warm_up_s = 3.0000000000000000000; };\n",
         ":6: 99999999999999999999 has too many digits; expected at most 18\n"
         ":6: 1234567890123456789 has too many digits; expected at most 18\n"
         ":7: 0xfffffffffffffffff has too many digits; expected at most 15\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void groups_nested_without_end_are_refused(void **state)
{
    (void)state;
    enum { DEPTH = 100000, SIZE = DEPTH + 256 };
    char *text = malloc(SIZE);
    assert_non_null(text);
    assert_true(text_copy(text, SIZE, WIRED "genset =\n"));
    size_t length = strlen(text);
    memset(text + length, '(', DEPTH);
    struct config config;
    struct messages messages;
    assert_int_equal(config_text_load(text, length + DEPTH, &config, &messages), 1);
    assert_string_equal(messages.text,
                        ":3: too many groups and lists within each other; expected at most 3\n");
    free(text);
}

static void unknown_names_get_a_suggestion_or_the_list(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"gneset = { };\n", ":2: gneset is not known; did you mean genset?\n"},
        {"genset = {\n crnk_s = 8; };\n",
         ":3: genset.crnk_s is not known; did you mean crank_s?\n"},
        {"genset = { crank = 8; };\n", ":2: genset.crank is not known; did you mean crank_s?\n"},
        {"site = { colour = \"red\"; };\n", ":2: site.colour is not known; expected one of name\n"},
        {"xyzzy = 1;\n",
         ":2: xyzzy is not known; expected one of site, mains, genset, procedure, shutdown, "
         "power_back, ups, equipment, notify, engine, lines, office, inputs, outputs, servers, "
         "contacts\n"},
        {"office = { head_of_sections = { }; };\n",
         ":2: office.head_of_sections is not known; did you mean head_of_section?\n"},
        {"office = { head_of_section = { nik = \"1\"; }; };\n",
         ":2: office.head_of_section.nik is not known; did you mean nip?\n"},
        {"outputs = { craank = { }; };\n",
         ":2: outputs.craank is not known; did you mean crank?\n"},
        {"servers = ( { " SERVER "retry = 1; } );\n",
         ":2: servers[0].retry is not known; did you mean retries?\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void wrong_types_and_ranges_say_what_was_expected(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"genset = { crank_s = 2.999; };\n",
         ":2: genset.crank_s is 2.999; expected 3 to 30 seconds\n"},
        {"genset = { crank_s = 30.001; };\n",
         ":2: genset.crank_s is 30.001; expected 3 to 30 seconds\n"},
        {"genset = { crank_s = \"8\"; };\n",
         ":2: genset.crank_s is \"8\"; expected 3 to 30 seconds\n"},
        {"genset = { crank_s = 1e400; };\n",
         ":2: genset.crank_s is inf; expected 3 to 30 seconds\n"},
        {"genset = { start_delay_s = -1; };\n",
         ":2: genset.start_delay_s is -1; expected 0 to 3600 seconds\n"},
        {"mains = { loss_debounce_s = 0.09; };\n",
         ":2: mains.loss_debounce_s is 0.09; expected 0.1 to 60 seconds\n"},
        {"genset = { attempts = 3.0; };\n",
         ":2: genset.attempts is 3; expected a whole number, 1 to 10\n"},
        {"genset = { attempts = 0; };\n",
         ":2: genset.attempts is 0; expected a whole number, 1 to 10\n"},
        {"genset = { attempts = 4294967297L; };\n",
         ":2: genset.attempts is 4294967297; expected a whole number, 1 to 10\n"},
        {"genset = { mode = \"auto\"; };\n",
         ":2: genset.mode is \"auto\"; expected one of \"automatic\", \"manual\"\n"},
        {"shutdown = { automatic = 1; };\n",
         ":2: shutdown.automatic is 1; expected true or false\n"},
        {"site = { name = true; };\n",
         ":2: site.name is true; expected a line of text, at most 63 bytes of UTF-8\n"},
        {"site = { name = \"1234567890123456789012345678901234567890123456789012345678901234\"; };"
         "\n",
         ":2: site.name is \"12345678901234567890123456789012345678901234567…\"; expected a line "
         "of text, at most 63 bytes of UTF-8\n"},
        {"site = { name = \"a\xff\"; };\n",
         ":2: site.name is \"a\xff\"; expected a line of text, at most 63 bytes of UTF-8\n"},
        {"site = { name = \"a\\nb\"; };\n",
         ":2: site.name is \"a b\"; expected a line of text, at most 63 bytes of UTF-8\n"},
        {"site = 3;\n", ":2: site is 3; expected a group { … }\n"},
        {"office = { head_of_section = ( ); };\n",
         ":2: office.head_of_section is an empty list; expected a group { … }\n"},
        {"engine = { socket = \"run/s\"; };\n",
         ":2: engine.socket is \"run/s\"; expected a file's absolute path of at most 107 bytes\n"},
        {"office = { legal_basis = [1]; };\n",
         ":2: office.legal_basis is a list; expected [\"line of text\", …]\n"},
        {"office = { legal_basis = \"a\"; };\n",
         ":2: office.legal_basis is \"a\"; expected [\"line of text\", …]\n"},
        {"equipment = { network = []; };\n",
         ":2: equipment.network is an empty list; expected [\"/path/of/program\", \"argument\", …],"
         " run without a shell\n"},
        {"equipment = { network = [\"ping\", \"h\"]; };\n",
         ":2: equipment.network is a list that begins with \"ping\"; expected "
         "[\"/path/of/program\", \"argument\", …], run without a shell\n"},
        {"equipment = { network = (\"/bin/ping\", 4); };\n",
         ":2: equipment.network is a list that begins with \"/bin/ping\"; expected "
         "[\"/path/of/program\", \"argument\", …], run without a shell\n"},
        {"lines = { backend = \"gpoi\"; };\n",
         ":2: lines.backend is \"gpoi\"; expected one of \"gpio\", \"simulated\"\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void inputs_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"",
         ": inputs.mains_l1 is missing; expected a group that says where it is wired: mains "
         "present, phase 1 (required)\n"
         ": inputs.genset_running is missing; expected a group that says where it is wired: the "
         "genset runs (required)\n"},
        {"inputs = {\n mains_l1 = { chip = \"a\"; line = \"M\"; }; };\n",
         ":1: inputs.genset_running is missing; expected a group that says where it is wired: the "
         "genset runs (required)\n"},
        {"inputs = { mains_l1 = { };\n genset_running = { chip = \"a\"; line = \"L\"; offset = 1; "
         "}; };\n",
         ":1: inputs.mains_l1.chip is missing; expected the GPIO chip's name, label or path\n"
         ":1: inputs.mains_l1 has neither line nor offset; expected one of them\n"
         ":2: inputs.genset_running has both line and offset; expected one of them\n"},
        {"inputs = {\n mains_l1 = { chip = \"a\"; line = \"M\"; };\n"
         " genset_running = { chip = \"a\"; line = \"M\"; }; };\n",
         ":3: inputs.genset_running is the same line of a as inputs.mains_l1 (line 2); expected a "
         "line of its own\n"},
        {"inputs = {\n mains_l1 = { chip = \"a\"; line = \"M\"; };\n"
         " genset_running = { chip = \"/dev/a\"; line = \"M\"; }; };\n",
         ":3: inputs.genset_running is the same line of /dev/a as inputs.mains_l1 (line 2); "
         "expected a line of its own\n"},
        {"inputs = {\n mains_l1 = { chip = \"a\"; line = \"M\"; name = \"x\"; };\n"
         " genset_running = { chip = \"b\"; line = \"M\";\n name = \"x\"; }; };\n",
         ":4: inputs.genset_running.name is \"x\", as is that of mains_l1 (line 2); expected a "
         "name of its own (without name it is the role's)\n"},
        {"inputs = {\n mains_l1 = { chip = \"a\"; line = \"M\"; name = \"genset-running\"; };\n"
         " genset_running = { chip = \"b\"; line = \"M\"; }; };\n",
         ":3: inputs.genset_running.name is \"genset-running\", as is that of mains_l1 (line 2); "
         "expected a name of its own (without name it is the role's)\n"},
        {"inputs = {\n mains_l1 = { chip = \"a\"; line = \"M\"; index = 5; };\n"
         " genset_running = { chip = \"b\"; line = \"M\"; }; };\n",
         ":3: inputs.genset_running.index is 5, as is that of mains_l1 (line 2); expected a number "
         "of its own (without index it is the role's number)\n"},
        {"inputs = 5;\n",
         ":1: inputs is 5; expected a group { … }\n"
         ":1: inputs.mains_l1 is missing; expected a group that says where it is wired: mains "
         "present, phase 1 (required)\n"
         ":1: inputs.genset_running is missing; expected a group that says where it is wired: the "
         "genset runs (required)\n"},
        {"inputs = { mains_l1 = 3; genset_running = { chip = \"b\"; line = \"M\"; }; };\n",
         ":1: inputs.mains_l1 is 3; expected a group { … }\n"},
        {"inputs = { mains_l1 = { chip = 3; line = \"M\"; };\n"
         " genset_running = { chip = \"b\"; offset = -1; bias = \"up\"; }; };\n",
         ":1: inputs.mains_l1.chip is 3; expected a line of text, 1 to 63 bytes of UTF-8\n"
         ":2: inputs.genset_running.offset is -1; expected a whole number, 0 to 65535\n"
         ":2: inputs.genset_running.bias is \"up\"; expected one of \"as-is\", \"none\", "
         "\"pull-up\", \"pull-down\"\n"},
    };
    CHECK_ALL(cases, "");
}

static void outputs_that_do_not_fit_the_wiring_are_refused(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"genset = {\n wiring = \"run-crank\"; };\n",
         ":3: outputs.run is missing; expected it with genset.wiring = \"run-crank\"\n"
         ":3: outputs.crank is missing; expected it with genset.wiring = \"run-crank\"\n"},
        {WIRING("held"), ":2: outputs.run is missing; expected it with genset.wiring = \"held\"\n"},
        {WIRING("pulse") "outputs = { run = { " LINE(0) "}; };\n",
         ":2: outputs.stop is missing; expected it with genset.wiring = \"pulse\"\n"},
        {WIRING("held") "outputs = { " LATCHING_RUN " crank = { " LINE(1) "}; };\n",
         ":4: outputs.crank is not used with genset.wiring = \"held\"; expected only run, stop, "
         "horn, "
         "heartbeat\n"},
        {"outputs = { " LATCHING_RUN " horn = { " LINE(1) "}; };\n",
         ":2: outputs.run is not used with genset.wiring = \"none\"; expected only stop, horn, "
         "heartbeat\n"},
        {WIRING("run-crank") "outputs = { " LATCHING_RUN
                             "crank = { " LINE(1) "};\n"
                                                  "preheat = { " LINE(2) "}; };\n",
         ":5: genset.preheat_s is 0 seconds, but outputs.preheat is wired; expected both or "
         "neither\n"},
        {"genset = { wiring = \"run-crank\";\n preheat_s = 9; };\n"
         "outputs = { " LATCHING_RUN "crank = { " LINE(1) "}; };\n",
         ":3: genset.preheat_s is 9 seconds, but outputs.preheat is missing; expected both or "
         "neither\n"},
        {WIRING("held") "outputs = { run = { " LINE(0) "\n hold = true;\n latching = true; }; };\n",
         ":5: outputs.run has both hold and latching; expected one of them\n"},
        {WIRING("hold") "outputs = { " LATCHING_RUN " };\n",
         ":2: genset.wiring is \"hold\"; expected one of \"none\", \"held\", \"pulse\", "
         "\"run-crank\"\n"},
        {"outputs = { horn = { chip = \"a\"; offset = 7; on_release = \"keeps\"; }; };\n",
         ":2: outputs.horn is the same line of a as inputs.genset_running (line 1); expected a "
         "line of its own\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void outputs_that_are_not_safe_when_the_program_dies_are_refused(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"outputs = {\n horn = { chip = \"b\"; offset = 0; }; };\n",
         ":3: outputs.horn.on_release is missing; expected one of \"returns\", \"keeps\"\n"},
        {WIRING(
             "run-crank") "outputs = { " LATCHING_RUN
                          " crank = { chip = \"c\"; offset = 1;\n on_release = \"keeps\"; }; };\n",
         ":5: outputs.crank.on_release is \"keeps\": a crash could leave it on; expected "
         "exec_stop_post = true and a unit whose ExecStopPost drives it off, or a chip that "
         "returns\n"},
        {WIRING(
             "pulse") "outputs = { run = { chip = \"b\"; offset = 0; on_release = \"keeps\"; };\n"
                      " stop = { chip = \"b\"; offset = 1; on_release = \"keeps\";\n"
                      " exec_stop_post = true; }; };\n",
         ":3: outputs.run.on_release is \"keeps\": a crash could leave it on; expected "
         "exec_stop_post = true and a unit whose ExecStopPost drives it off, or a chip that "
         "returns\n"},
        {WIRING("held") "outputs = {\n run = { " LINE(0) "}; };\n",
         ":4: outputs.run would stop a loaded genset when the program dies; expected hold = true "
         "or latching = true with genset.wiring = \"held\"\n"},
        {WIRING("run-crank") "outputs = { run = { " LINE(0) "};\n crank = { " LINE(1) "}; };\n",
         ":3: outputs.run would stop a loaded genset when the program dies; expected hold = true "
         "or latching = true with genset.wiring = \"run-crank\"\n"},
        {WIRING("held") "outputs = { run = { " LINE(0) "hold = 1; }; };\n",
         ":3: outputs.run.hold is 1; expected true or false\n"},
        {WIRING("pulse") "outputs = { run = { " LINE(0) "\n hold = true; };\n stop = { " LINE(
             1) "}; };\n",
         ":4: outputs.run.hold is true; expected false with genset.wiring = \"pulse\"\n"},
        {WIRING("run-crank") "outputs = { " LATCHING_RUN
                             " crank = { " LINE(1) "hold = true; }; };\n",
         ":4: outputs.crank.hold is true; expected it for outputs.run alone\n"},
        {"outputs = { stop = { chip = \"b\"; offset = 1; on_release = \"keeps\"; }; };\n",
         ":2: outputs.stop.on_release is \"keeps\": a crash could leave it on; expected "
         "exec_stop_post = true and a unit whose ExecStopPost drives it off, or a chip that "
         "returns\n"},
        {"outputs = { horn = { " LINE(1) "latching = true; }; };\n",
         ":2: outputs.horn.latching is true; expected it for outputs.run alone\n"},
        {"outputs = { horn = { " LINE(1) "};\n heartbeat = { chip = \"b\"; offset = 2;\n"
                                         " on_release = \"keeps\"; }; };\n",
         ":4: outputs.heartbeat.on_release is not that of outputs.horn (line 2); expected the same "
         "for all outputs on b\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void servers_that_cannot_be_told_or_told_apart_are_refused(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"servers = {\n a = { " SERVER "}; };\n",
         ":2: servers is not a list; expected ( { … }, { … } )\n"},
        {"servers = ( 4 );\n", ":2: servers[0] is 4; expected a group { … }\n"},
        {"servers = (\n { name = \"x\"; } );\n",
         ":3: servers[0].index is missing; expected a whole number, 1 to 999999\n"
         ":3: servers[0].shutdown is missing; expected [\"/path/of/program\", \"argument\", …], "
         "run "
         "without a shell\n"},
        {"servers = ( { index = 1; name = \"\"; shutdown = []; } );\n",
         ":2: servers[0].name is \"\"; expected a line of text, 1 to 31 bytes of UTF-8\n"
         ":2: servers[0].shutdown is an empty list; expected [\"/path/of/program\", \"argument\", "
         "…], run without a shell\n"},
        {"servers = ( { " SERVER "force = [\"ipmitool\"]; } );\n",
         ":2: servers[0].force is a list that begins with \"ipmitool\"; expected "
         "[\"/path/of/program\", \"argument\", …], run without a shell\n"},
        {"servers = ( { " SERVER "tier = 100; } );\n",
         ":2: servers[0].tier is 100; expected a whole number, 1 to 99\n"},
        {"servers = ( { " SERVER "},\n { index = 1;\n name = \"s\"; shutdown = [\"/bin/true\"]; } "
         ");\n",
         ":3: servers[1].index is 1, as is that of servers[0] (line 2); expected a number of its "
         "own\n"
         ":4: servers[1].name is \"s\", as is that of servers[0] (line 2); expected a name of its "
         "own\n"},
        {"servers = ( { index = 0; name = \"a\"; shutdown = [\"/bin/true\"]; },\n"
         " { index = 1000000; name = \"b\"; shutdown = [\"/bin/true\"]; } );\n",
         ":2: servers[0].index is 0; expected a whole number, 1 to 999999\n"
         ":3: servers[1].index is 1000000; expected a whole number, 1 to 999999\n"},
    };
    CHECK_ALL(cases, WIRED);
}

#define TIER(INDEX, NAME, NUMBER, MORE)                                                            \
    " { index = " INDEX "; name = \"" NAME "\"; tier = " NUMBER                                    \
    "; shutdown = [\"/bin/true\"]; " MORE "}"

#define CONTACT(NUMBER, NAME)                                                                      \
    "index = " #NUMBER "; name = \"" NAME "\"; command = [\"/bin/true\"]; "

static void contacts_that_cannot_be_told_or_told_apart_are_refused(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"contacts = { };\n", ":2: contacts is not a list; expected ( { … }, { … } )\n"},
        {"contacts = ( { index = 16; name = \"a\";\ncommand = [\"mail\", \"root\"]; } );\n",
         ":2: contacts[0].index is 16; expected a whole number, 1 to 15\n"
         ":3: contacts[0].command is a list that begins with \"mail\"; expected "
         "[\"/path/of/program\", \"argument\", …], run without a shell\n"},
        {"contacts = ( { index = 1; } );\n",
         ":2: contacts[0].name is missing; expected a line of text, 1 to 31 bytes of UTF-8\n"
         ":2: contacts[0].command is missing; expected [\"/path/of/program\", \"argument\", …], "
         "run "
         "without a shell\n"},
        {"contacts = ( { " CONTACT(1, "a") "role = \"head\"; } );\n",
         ":2: contacts[0].role is \"head\"; expected one of \"any\", \"genset-operator\", "
         "\"head-of-section\", \"server-administrator\"\n"},
        {"contacts = ( { " CONTACT(1, "a") "},\n{ " CONTACT(1, "a") "} );\n",
         ":3: contacts[1].index is 1, as is that of contacts[0] (line 2); expected a number of its "
         "own\n"
         ":3: contacts[1].name is \"a\", as is that of contacts[0] (line 2); expected a name of "
         "its "
         "own\n"},
        {"contacts = ( { " CONTACT(1, "a") "\nnotifications = [\"report-failed\",\n"
                                           "\"report-runing\", \"invalid\"]; } );\n",
         ":4: contacts[0].notifications has \"report-runing\", which is none; did you mean "
         "\"report-running\"?\n"
         ":4: contacts[0].notifications has \"invalid\", which is none; expected one that "
         "padam.conf(5) "
         "lists\n"},
        {"contacts = ( { " CONTACT(1, "a") "},\n{ " CONTACT(2, "b") "order = 2; } );\n",
         ":3: contacts[1].order is 2, but notify.escalate_after_s is 0, so that nothing goes to "
         "\"b\"; expected order = 1, or notify.escalate_after_s above 0\n"},
        {"notify = { escalate_after_s = 60; };\ncontacts = ( { " CONTACT(1,
                                                                         "a") "order = 2; } );\n",
         ":3: contacts has none with order = 1, so that nobody is told; expected one\n"},
        {"notify = { parallel = 0; escalate_after = 5; };\n",
         ":2: notify.parallel is 0; expected a whole number, 1 to 15\n"
         ":2: notify.escalate_after is not known; did you mean escalate_after_s?\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void tiers_that_could_not_be_told_are_refused(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"servers = (\n" TIER("1", "vm", "1", "") ",\n" TIER(
             "2", "host", "2", "host_of_self = true; ") ",\n" TIER("3", "nas", "3", "") ");\n",
         ":4: servers[1].host_of_self is true and its tier is 2, but servers[2] (\"nas\") is in "
         "tier "
         "3: padamd would go down before it is told; expected the host alone in the last tier\n"},
        {"servers = (\n" TIER("1", "vm", "1", "") ",\n" TIER(
             "2", "host", "1", "host_of_self = true; ") ");\n",
         ":4: servers[1].host_of_self is true and its tier is 1, but servers[0] (\"vm\") is in "
         "tier "
         "1: padamd would go down before it is told; expected the host alone in the last tier\n"},
        {"servers = (\n" TIER("1", "vm", "1", "") ",\n" TIER(
             "2", "nas", "2", "waits_for_verified = true; ") ");\n",
         ":4: servers[1].waits_for_verified is true, but servers[0] (\"vm\") of tier 1 can never "
         "be "
         "verified, so that tier 2 is never reached; expected verify, or answers and "
         "equipment.network, for \"vm\", or inputs.ups_battery_low or ups.name\n"},
        {"servers = (\n" TIER("1", "vm", "1", "answers = [\"/bin/true\"]; ") ",\n" TIER(
             "2", "nas", "2", "waits_for_verified = true; ") ");\n",
         ":4: servers[1].waits_for_verified is true, but servers[0] (\"vm\") of tier 1 can never "
         "be "
         "verified, so that tier 2 is never reached; expected verify, or answers and "
         "equipment.network, for \"vm\", or inputs.ups_battery_low or ups.name\n"},
        {"servers = (\n" TIER("1", "vm", "1", "verify = [\"/bin/true\"]; ") ",\n" TIER(
             "2", "box", "2", "self = true; ") ",\n" TIER("3", "nas", "3", "") ");\n",
         ":4: servers[1].self is true and its tier is 2, but servers[2] (\"nas\") is in tier 3: "
         "padamd would go down before it is told; expected the machine alone in the last tier\n"},
        {"servers = (\n" TIER("1", "vm", "1", "") ",\n" TIER(
             "2", "box", "2", "self = true; ") ");\n",
         ":4: servers[1].self is true, but servers[0] (\"vm\") of tier 1 can never be verified, so "
         "that tier 2 is never reached; expected verify, or answers and equipment.network, for "
         "\"vm\", or inputs.ups_battery_low or ups.name\n"},
        {"servers = (\n" TIER("2",
                              "box",
                              "2",
                              "self = true;\n verify = [\"/bin/true\"];\n answers = "
                              "[\"/bin/true\"];\n power_on = [\"/bin/true\"];") ");\n",
         ":4: servers[0].verify is set, but servers[0].self is true: padamd goes down with it; "
         "expected none\n"
         ":5: servers[0].answers is set, but servers[0].self is true: padamd goes down with it; "
         "expected none\n"
         ":6: servers[0].power_on is set, but servers[0].self is true: padamd goes down with it; "
         "expected none\n"},
    };
    CHECK_ALL(cases, WIRED);
}

#define ONE_SERVER(COMMANDS) "servers = ( { index = 1; name = \"vm\"; " COMMANDS " } );\n"

static void command_that_would_end_this_machine_is_refused(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {ONE_SERVER("shutdown = [\"/usr/sbin/poweroff\"];"),
         ":2: servers[0].shutdown runs /usr/sbin/poweroff here: that ends the machine padamd runs "
         "on; "
         "expected a command that reaches \"vm\", as by ssh, or self = true\n"},
        {ONE_SERVER(
             "shutdown = [\"/bin/true\"]; force = [\"/bin/systemctl\", \"-i\", \"poweroff\"];"),
         ":2: servers[0].force runs /bin/systemctl here: that ends the machine padamd runs on; "
         "expected a command that reaches \"vm\", as by ssh, or self = true\n"},
    };
    static const char *const right[] = {
        ONE_SERVER("shutdown = [\"/usr/bin/ssh\", \"vm\", \"poweroff\"];"),
        ONE_SERVER("shutdown = [\"/bin/systemctl\", \"--host=vm\", \"poweroff\"];"),
        ONE_SERVER("self = true; shutdown = [\"/bin/systemctl\", \"poweroff\"];"),
    };
    CHECK_ALL(cases, WIRED);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        struct config config;
        char text[512];
        snprintf(text, sizeof text, "%s%s", WIRED, right[i]);
        config_text_load_well(text, &config);
        config_release(&config);
    }
}

static void tiers_that_can_be_told_are_taken(void **state)
{
    (void)state;
    static const char *const right[] = {
        WIRED "servers = (" TIER("1", "vm", "1", "") "," TIER(
            "2", "host", "2", "host_of_self = true; ") ");\n",
        WIRED "servers = (" TIER("1", "vm", "1", "verify = [\"/bin/true\"]; ") "," TIER(
            "2", "nas", "2", "waits_for_verified = true; ") ");\n",
        WIRED "equipment = { network = [\"/bin/true\"]; };\n"
              "servers = (" TIER("1", "vm", "1", "answers = [\"/bin/true\"]; ") "," TIER(
                  "2", "nas", "2", "waits_for_verified = true; ") ");\n",
        WIRED "servers = (" TIER("1", "vm", "1", "verify = [\"/bin/true\"]; ") "," TIER(
            "2", "box", "2", "self = true; ") ");\n",
        WIRED "ups = { name = \"ups\"; };\n"
              "servers = (" TIER("1", "vm", "1", "") "," TIER(
                  "2", "nas", "2", "waits_for_verified = true; ") ");\n",
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        struct config config;
        config_text_load_well(right[i], &config);
        assert_int_equal(config.site.server_count, 2);
        assert_int_equal(config.server_commands[1].host_of_self, i == 0);
        assert_int_equal(config.site.servers[1].is_self, i == 3);
        config_release(&config);
    }
}

static void paths_that_are_no_file_or_another_s_are_refused(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"engine = { journal = \"/var/\"; socket = \"/\"; };\n",
         ":2: engine.journal is \"/var/\"; expected a file's absolute path of at most 255 bytes\n"
         ":2: engine.socket is \"/\"; expected a file's absolute path of at most 107 bytes\n"},
        {"engine = { journal = \"\"; };\n",
         ":2: engine.journal is \"\"; expected a file's absolute path of at most 255 bytes\n"},
        {"engine = { socket = \"/run/a\";\n journal = \"/run/a\"; };\n",
         ":3: engine.journal is /run/a, as is engine.socket (line 2); expected a path of its "
         "own\n"},
        {"engine = { journal = \"/run/padam/engine.sock\"; };\n",
         ":2: engine.journal is /run/padam/engine.sock, as is engine.socket; expected a path of "
         "its own\n"},
        {"engine = { shadow = \"/var/lib/padam/journal.db\"; };\n",
         ":2: engine.shadow is /var/lib/padam/journal.db, as is engine.journal; expected a path of "
         "its own\n"},
        {"engine = { socket = \"/run/padam/lines.sock\"; };\nlines = { backend = \"simulated\"; "
         "};\n",
         ":2: engine.socket is /run/padam/lines.sock, as is lines.simulator_socket; expected a "
         "path of its own\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void durations_out_of_order_are_refused(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"procedure = { start_due_s = 700; };\n",
         ":2: procedure.report_failed_due_s is 600 seconds; expected at least "
         "procedure.start_due_s, which is 700\n"},
        {"procedure = {\n report_failed_due_s = 299.5; };\n",
         ":3: procedure.report_failed_due_s is 299.5 seconds; expected at least "
         "procedure.start_due_s, which is 300\n"},
        {"procedure = { report_failed_due_s = 600;\n shutdown_due_s = 599; };\n",
         ":3: procedure.shutdown_due_s is 599 seconds; expected at least "
         "procedure.report_failed_due_s, which is 600\n"},
        {"procedure = { start_due_s = 5; report_failed_due_s = 5; };\n",
         ":2: procedure.start_due_s is 5; expected 10 to 86400 seconds\n"
         ":2: procedure.report_failed_due_s is 5; expected 10 to 86400 seconds\n"},
        {"mains = { window_s = 9; };\n",
         ":2: mains.window_s is 9 seconds; expected at least mains.window_loss_s, which is 10\n"},
        {"mains = { loss_debounce_s = 11; };\n",
         ":2: mains.window_loss_s is 10 seconds; expected at least mains.loss_debounce_s, which is "
         "11\n"},
        {"mains = { loss_debounce_s = 10; };\nprocedure = { start_due_s = 10; };\n",
         ":3: procedure.start_due_s is 10 seconds; expected more than mains.loss_debounce_s, which "
         "is 10\n"},
    };
    CHECK_ALL(cases, WIRED);
}

static void all_errors_are_reported_at_once(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"site = { name = 1; };\ngenset = { crank_s = 99; colour = 1; rest_s = true; };\n"
         "servers = ( { } );\n",
         ":2: site.name is 1; expected a line of text, at most 63 bytes of UTF-8\n"
         ":3: genset.crank_s is 99; expected 3 to 30 seconds\n"
         ":3: genset.colour is not known; expected one of wiring, mode, attempts, start_delay_s, "
         "preheat_s, fuel_lead_s, crank_s, rest_s, start_timeout_s, start_pulse_s, "
         "running_confirm_s, running_lost_confirm_s, warm_up_s, cool_down_s, stop_pulse_s, "
         "fail_to_stop_s, spin_down_s\n"
         ":3: genset.rest_s is true; expected 5 to 60 seconds\n"
         ":4: servers[0].index is missing; expected a whole number, 1 to 999999\n"
         ":4: servers[0].name is missing; expected a line of text, 1 to 31 bytes of UTF-8\n"
         ":4: servers[0].shutdown is missing; expected [\"/path/of/program\", \"argument\", …], "
         "run "
         "without a shell\n"},
    };
    CHECK_ALL(cases, WIRED);
}

/* ---- files that cannot be read ---- */

static void message_keep(void *context, const char *message)
{
    assert_true(text_append(context, MESSAGES_SIZE, "%s\n", message));
}

static void check_file(const char *path, const char *expected)
{
    char messages[MESSAGES_SIZE] = "";
    struct config config;
    assert_int_equal(config_load(path, &config, message_keep, messages), 1);
    assert_string_equal(messages, expected);
}

static void files_that_cannot_be_read_are_reported(void **state)
{
    (void)state;
    check_file("/nonexistent/padam.conf",
               "/nonexistent/padam.conf: cannot be opened: No such file or directory\n");
    check_file("/", "/: is not a regular file; expected the configuration\n");
    check_file("/dev/null", "/dev/null: is not a regular file; expected the configuration\n");
}

static void file_that_everyone_may_write_is_refused(void **state)
{
    (void)state;
    char path[] = "/tmp/padam-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, 0666), 0);
    char expected[256];
    text_format(expected,
                sizeof expected,
                "%s: may be written by everyone, mode 0666; expected 0644 or stricter, as it names "
                "programs to run\n",
                path);
    check_file(path, expected);
    close(fd);
    assert_int_equal(unlink(path), 0);
}

/* RFC 3629, section 4: each end of each range, and what is beside it. */
static void text_is_utf8_and_nothing_like_it(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        bool is_good;
    } cases[] = {
        {"\x7e", true},
        {"\x7f", false},
        {"\xc1\xbf", false},
        {"\xc2\x7f", false},
        {"\xc2\x80", true},
        {"\xdf\xbf", true},
        {"\xe0\x9f\xbf", false},
        {"\xe0\xa0\x80", true},
        {"\xe1\x80\x7f", false},
        {"\xe1\x7f\x80", false},
        {"\xed\x9f\xbf", true},
        {"\xed\xa0\x80", false},
        {"\xef\xbf\xbf", true},
        {"\xf0\x8f\xbf\xbf", false},
        {"\xf0\x90\x80\x80", true},
        {"\xf1\x7f\x80\x80", false},
        {"\xf1\x80\x7f\x80", false},
        {"\xf1\x80\x80\x7f", false},
        {"\xf4\x8f\xbf\xbf", true},
        {"\xf4\x90\x80\x80", false},
        {"\xf5\x80\x80\x80", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        struct config config;
        struct messages messages;
        text_format(text, sizeof text, WIRED "site = { name = \"%s\"; };", cases[i].bytes);
        int errors = config_text_load(text, strlen(text), &config, &messages);
        assert_int_equal(errors, cases[i].is_good ? 0 : 1);
        if (!cases[i].is_good) {
            assert_non_null(strstr(messages.text, "expected a line of text"));
            continue;
        }
        assert_string_equal(config.site.name, cases[i].bytes);
        config_release(&config);
    }
}

static void nul_byte_does_not_hide_the_rest(void **state)
{
    (void)state;
    static const char text[] = WIRED "\0site = { colour = 1; };";
    struct config config;
    struct messages messages;
    assert_int_equal(config_text_load(text, sizeof text - 1, &config, &messages), 1);
    assert_string_equal(messages.text, ":2: holds a NUL byte; expected text in UTF-8\n");
}

static void what_editors_of_other_systems_add_is_no_error(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well("\xef\xbb\xbf" WIRED "site = { name = \"a\"; };\r\n\r\n", &config);
    assert_string_equal(config.site.name, "a");
    config_release(&config);
}

static void huge_file_is_refused(void **state)
{
    (void)state;
    size_t length = (8 << 20) + 1;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, '\n', length);
    struct config config;
    struct messages messages;
    assert_int_equal(config_text_load(text, length, &config, &messages), 1);
    assert_string_equal(messages.text, ": is 8388609 bytes long; expected at most 8388608\n");
    free(text);
}

static void too_many_servers_are_refused(void **state)
{
    (void)state;
    enum { size = 1 << 20 };
    char *text = malloc(size);
    assert_non_null(text);
    assert_true(text_copy(text, size, WIRED "servers = ("));
    for (int i = 1; i <= CONFIG_SERVER_LIMIT + 1; i++)
        assert_true(text_append(text,
                                size,
                                "%s{ index = %d; name = \"%d\"; shutdown = [\"/bin/true\"]; }",
                                i > 1 ? "," : "",
                                i,
                                i));
    assert_true(text_append(text, size, ");"));
    struct config config;
    struct messages messages;
    assert_int_equal(config_text_load(text, strlen(text), &config, &messages), 1);
    assert_string_equal(messages.text, ":2: servers holds 10241 servers; expected at most 10240\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syntax_errors_name_their_line),
        cmocka_unit_test(numbers_too_large_for_anything_are_quoted),
        cmocka_unit_test(groups_nested_without_end_are_refused),
        cmocka_unit_test(unknown_names_get_a_suggestion_or_the_list),
        cmocka_unit_test(wrong_types_and_ranges_say_what_was_expected),
        cmocka_unit_test(inputs_that_do_not_fit_are_refused),
        cmocka_unit_test(outputs_that_do_not_fit_the_wiring_are_refused),
        cmocka_unit_test(outputs_that_are_not_safe_when_the_program_dies_are_refused),
        cmocka_unit_test(servers_that_cannot_be_told_or_told_apart_are_refused),
        cmocka_unit_test(contacts_that_cannot_be_told_or_told_apart_are_refused),
        cmocka_unit_test(tiers_that_could_not_be_told_are_refused),
        cmocka_unit_test(command_that_would_end_this_machine_is_refused),
        cmocka_unit_test(tiers_that_can_be_told_are_taken),
        cmocka_unit_test(paths_that_are_no_file_or_another_s_are_refused),
        cmocka_unit_test(durations_out_of_order_are_refused),
        cmocka_unit_test(all_errors_are_reported_at_once),
        cmocka_unit_test(files_that_cannot_be_read_are_reported),
        cmocka_unit_test(file_that_everyone_may_write_is_refused),
        cmocka_unit_test(text_is_utf8_and_nothing_like_it),
        cmocka_unit_test(nul_byte_does_not_hide_the_rest),
        cmocka_unit_test(what_editors_of_other_systems_add_is_no_error),
        cmocka_unit_test(huge_file_is_refused),
        cmocka_unit_test(too_many_servers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

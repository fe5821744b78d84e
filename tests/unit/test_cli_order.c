#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "cli/order.h"
#include "cli/requester.h"

enum { ARGUMENTS_MAX = 16 };

static struct order order;
static char said[4096]; /* on standard error, or with --help on standard output */

/* Runs with both outputs caught; arguments are separated by '|'. */
static enum options_result read_order(const char *arguments)
{
    static char copy[1024];
    char *argv[ARGUMENTS_MAX] = {0};
    int argc = 0, kept[2];
    text_copy(copy, sizeof copy, arguments);
    for (char *word = strtok(copy, "|"); word; word = strtok(NULL, "|"))
        argv[argc++] = word;
    FILE *caught = tmpfile();
    assert_non_null(caught);
    fflush(NULL);
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        kept[fd - STDOUT_FILENO] = dup(fd);
        assert_true(dup2(fileno(caught), fd) >= 0);
    }
    enum options_result result = order_read(argc, argv, order_form_find(argv[0]), &order);
    fflush(NULL);
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        assert_true(dup2(kept[fd - STDOUT_FILENO], fd) >= 0);
        close(kept[fd - STDOUT_FILENO]);
    }
    rewind(caught);
    said[fread(said, 1, sizeof said - 1, caught)] = '\0';
    fclose(caught);
    return result;
}

struct accepted {
    const char *arguments;
    enum command_kind kind;
    uint32_t argument;
};

static void each_subcommand_becomes_its_command(void **state)
{
    (void)state;
    static const struct accepted accepted[] = {
        {"start", COMMAND_KIND_GENSET_START, 0},
        {"stop|--confirm", COMMAND_KIND_GENSET_STOP, 0},
        {"reset", COMMAND_KIND_GENSET_RESET, 0},
        {"will-not-start", COMMAND_KIND_WILL_NOT_START, 0},
        {"exercise|30m", COMMAND_KIND_EXERCISE, 1800},
        {"exercise|60s", COMMAND_KIND_EXERCISE, 60},
        {"exercise|2h", COMMAND_KIND_EXERCISE, 7200},
        {"exercise|off", COMMAND_KIND_EXERCISE, 0},
        {"inhibit|1:30:00", COMMAND_KIND_INHIBIT, 5400},
        {"inhibit|168h", COMMAND_KIND_INHIBIT, 604800},
        {"inhibit|off", COMMAND_KIND_INHIBIT, 0},
        {"shutdown", COMMAND_KIND_SHUTDOWN_ALL, 0},
        {"shutdown|--tier|99", COMMAND_KIND_SHUTDOWN_TIER, 99},
        {"shutdown|--server|app", COMMAND_KIND_SHUTDOWN_SERVER, 0},
        {"shutdown|--cancel", COMMAND_KIND_SHUTDOWN_CANCEL, 0},
        {"power-on", COMMAND_KIND_POWER_ON, CTL_POWER_ON_ALL},
        {"power-on|--cancel", COMMAND_KIND_POWER_ON, CTL_POWER_ON_CANCEL},
        {"check", COMMAND_KIND_READINESS_CHECK, 0},
        {"release", COMMAND_KIND_HOLD_RELEASE, 0},
        {"drill|begin", COMMAND_KIND_DRILL_BEGIN, 0},
        {"drill|end", COMMAND_KIND_DRILL_END, 0},
        {"ack|12", COMMAND_KIND_ACKNOWLEDGE, 12},
        {"account|--text|late|2147483647", COMMAND_KIND_ACCOUNT, INT32_MAX},
    };
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        assert_int_equal(read_order(accepted[i].arguments), OPTIONS_GO);
        assert_string_equal(said, "");
        assert_int_equal(order.ask.command.kind, accepted[i].kind);
        assert_int_equal(order.ask.command.argument, accepted[i].argument);
        assert_false(order.no_wait);
    }
}

static void options_reach_the_command(void **state)
{
    (void)state;
    read_order("stop|--confirm|--by|Siti|--no-wait|--json|--socket|/x");
    assert_true(order.ask.command.confirmed && order.no_wait && order.json);
    assert_string_equal(order.by, "Siti");
    assert_string_equal(order.socket, "/x");
    read_order("stop|--no-wait|--wait");
    assert_false(order.ask.command.confirmed || order.no_wait || order.json);
    read_order("shutdown|--server|app");
    assert_string_equal(order.server, "app");
    read_order("drill|begin|--arm-genset");
    assert_true(order.ask.command.arm_genset && !order.ask.command.arm_servers);
    read_order("drill|--arm-servers|begin");
    assert_true(!order.ask.command.arm_genset && order.ask.command.arm_servers);
    read_order("account|3|--text|the road|--action|a nearer man");
    assert_string_equal(order.ask.text, "the road");
    assert_string_equal(order.ask.corrective_action, "a nearer man");
}

static void wrong_usage_says_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *arguments, *said;
    } wrong[] = {
        {"start|now", "start: takes no argument \"now\""},
        {"start|--confirm", "see \"padam start --help\""},
        {"stop|--tier|1", "see \"padam stop --help\""},
        {"exercise", "expected off, or how long"},
        {"exercise|1h|2h", "expected off, or how long"},
        {"exercise|59s", "expected off, or from 1:00 to 2:00:00"},
        {"exercise|0s", "expected off, or from 1:00 to 2:00:00"},
        {"exercise|7201s", "expected off, or from 1:00 to 2:00:00"},
        {"inhibit|169h", "expected off, or from 0:01 to 168:00:00"},
        {"inhibit|500ms", "expected off, or from 0:01 to 168:00:00"},
        {"inhibit|2", "expected off, or a duration such as 30m"},
        {"inhibit|-2h", "invalid option"},
        {"inhibit|2d", "expected off, or a duration such as 30m"},
        {"inhibit|99999999999999999999h", "expected off, or a duration such as 30m"},
        {"shutdown|--tier|0", "--tier: \"0\": expected a number from 1 to 99"},
        {"shutdown|--tier|100", "expected a number from 1 to 99"},
        {"shutdown|--tier|1|--server|app", "one of --tier, --server and --cancel, not two"},
        {"shutdown|--cancel|--tier|1", "one of --tier, --server and --cancel, not two"},
        {"shutdown|app", "takes no argument \"app\""},
        {"drill", "expected begin or end"},
        {"drill|start", "expected begin or end"},
        {"drill|end|--arm-genset", "arms nothing"},
        {"ack", "expected an event's number"},
        {"ack|0", "expected a number from 1 to 2147483647"},
        {"ack|2147483648", "expected a number from 1 to 2147483647"},
        {"ack|1x", "expected a number from 1 to 2147483647"},
        {"ack|+1", "expected a number from 1 to 2147483647"},
        {"account|3", "expected what happened and why: --text TEXT"},
        {"account|3|--text| ", "expected what happened and why: --text TEXT"},
        {"account|--text|x", "expected a deviation's number"},
        {"account|3|--text|\xE9t\xE9", "--text: expected UTF-8"},
        {"start|--by|\xFF", "--by: expected UTF-8"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(read_order(wrong[i].arguments), OPTIONS_WRONG);
        if (!strstr(said, wrong[i].said))
            fail_msg("%s: said \"%s\"", wrong[i].arguments, said);
    }
}

static void a_text_that_does_not_fit_is_refused_not_cut(void **state)
{
    (void)state;
    char arguments[512], text[sizeof order.ask.text + 1];
    memset(text, 'x', sizeof text);
    text[sizeof order.ask.text - 1] = '\0';
    text_format(arguments, sizeof arguments, "account|3|--text|%s", text);
    assert_int_equal(read_order(arguments), OPTIONS_GO);
    assert_string_equal(order.ask.text, text);
    text_format(arguments, sizeof arguments, "account|3|--text|x%s", text);
    assert_int_equal(read_order(arguments), OPTIONS_WRONG);
    assert_non_null(strstr(said, "expected at most 191 octets, got 192"));
}

static void help_tells_what_it_does_its_options_and_the_exit_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < order_form_count; i++) {
        char arguments[64];
        text_format(arguments, sizeof arguments, "%s|--help", order_forms[i].name);
        assert_int_equal(read_order(arguments), OPTIONS_HELPED);
        assert_non_null(strstr(said, order_forms[i].help));
        assert_non_null(strstr(said, "--no-wait"));
        assert_non_null(strstr(said, "exit status: 0 done"));
        assert_true(!strstr(said, "--confirm") == !order_forms[i].danger);
        for (const char *line = said; line; line = strchr(line, '\n')) {
            line += *line == '\n';
            assert_true(strcspn(line, "\n") <= 80);
        }
    }
}

static void the_requester_is_the_user_with_the_name_given_in_front(void **state)
{
    (void)state;
    char plain[NAME_SIZE], named[NAME_SIZE], expected[NAME_SIZE + 8];
    unsetenv("SUDO_USER");
    assert_true(requester_fill(NULL, plain));
    assert_memory_equal(plain, "cli:", 4);
    assert_true(requester_fill("Siti", named));
    text_format(expected, sizeof expected, "Siti, %s", plain);
    assert_string_equal(named, expected);
}

static void only_root_is_believed_who_it_was_before(void **state)
{
    (void)state;
    char name[NAME_SIZE];
    assert_int_equal(setenv("SUDO_USER", "siti", 1), 0);
    assert_true(requester_fill(NULL, name));
    assert_int_equal(strcmp(name, "cli:siti") == 0, getuid() == 0);
    assert_int_equal(setenv("SUDO_USER", "\xFF", 1), 0);
    assert_true(requester_fill(NULL, name));
    assert_true(row_text_is_valid(name, sizeof name));
    unsetenv("SUDO_USER");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_subcommand_becomes_its_command),
        cmocka_unit_test(options_reach_the_command),
        cmocka_unit_test(wrong_usage_says_what_was_expected),
        cmocka_unit_test(a_text_that_does_not_fit_is_refused_not_cut),
        cmocka_unit_test(help_tells_what_it_does_its_options_and_the_exit_status),
        cmocka_unit_test(the_requester_is_the_user_with_the_name_given_in_front),
        cmocka_unit_test(only_root_is_believed_who_it_was_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "cli/order.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "core/site.h"

enum { MINUTE_S = 60, HOUR_S = 3600, EXERCISE_MAX_S = 7200, INHIBIT_MAX_S = 604800 };

static bool wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool wrong(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("padam: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return false;
}

/* ---- words and values ---- */

static bool number_take(const char *what, const char *text, uint32_t most, uint32_t *number)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    bool good =
        errno == 0 && *text >= '0' && *text <= '9' && *end == '\0' && value >= 1 && value <= most;
    if (!good)
        return wrong("%s: \"%s\": expected a number from 1 to %u", what, text, most);
    *number = (uint32_t)value;
    return true;
}

/* The configuration's notations, and whole minutes and hours: "30m", "2h". */
static const char *duration_read(const char *text, int64_t *duration_ms)
{
    static const char expected[] = "expected off, or a duration such as 30m, 2h or 1:30:00";
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    bool minutes = strcmp(end, "m") == 0, hours = strcmp(end, "h") == 0;
    if (*text < '0' || *text > '9' || errno != 0 || value > INHIBIT_MAX_S)
        return expected;
    if (!minutes && !hours)
        return text_parse_duration(text, duration_ms) ? expected : NULL;
    *duration_ms = (int64_t)value * (hours ? HOUR_S : MINUTE_S) * 1000;
    return NULL;
}

static bool duration_take(const struct order_form *form, const char *word, uint32_t *seconds)
{
    char least[TEXT_DURATION_SIZE], most[TEXT_DURATION_SIZE];
    int64_t duration_ms = 0;
    *seconds = 0;
    if (strcmp(word, "off") == 0)
        return true;
    const char *problem = duration_read(word, &duration_ms);
    if (problem)
        return wrong("%s: \"%s\": %s", form->name, word, problem);
    text_format_duration(least, (int64_t)form->least_s * 1000);
    text_format_duration(most, (int64_t)form->most_s * 1000);
    if (duration_ms < (int64_t)form->least_s * 1000 || duration_ms > (int64_t)form->most_s * 1000)
        return wrong("%s: \"%s\": expected off, or from %s to %s", form->name, word, least, most);
    *seconds = (uint32_t)(duration_ms / 1000);
    return true;
}

static bool duration_words(const struct order_form *form, int count, char **words,
                           struct order *order)
{
    if (count != 1)
        return wrong("%s: expected off, or how long", form->name);
    return duration_take(form, words[0], &order->ask.command.argument);
}

static bool drill_words(const struct order_form *form, int count, char **words, struct order *order)
{
    (void)form;
    bool ends = count == 1 && strcmp(words[0], "end") == 0;
    bool armed = order->ask.command.arm_genset || order->ask.command.arm_servers;
    if (!ends && (count != 1 || strcmp(words[0], "begin") != 0))
        return wrong("drill: expected begin or end");
    if (ends && armed)
        return wrong("drill end: arms nothing: --arm-genset and --arm-servers go with begin");
    order->ask.command.kind = ends ? COMMAND_KIND_DRILL_END : COMMAND_KIND_DRILL_BEGIN;
    return true;
}

static bool event_words(const struct order_form *form, int count, char **words, struct order *order)
{
    (void)form;
    if (count != 1)
        return wrong("ack: expected an event's number, as \"padam events\" shows it");
    return number_take("ack", words[0], INT32_MAX, &order->ask.command.argument);
}

static bool deviation_words(const struct order_form *form, int count, char **words,
                            struct order *order)
{
    (void)form;
    if (count != 1)
        return wrong("account: expected a deviation's number, as \"padam deviations\" shows it");
    if (text_is_blank(order->ask.text))
        return wrong("account: expected what happened and why: --text TEXT");
    return number_take("account", words[0], INT32_MAX, &order->ask.command.argument);
}

/* What is cut is not what was said: it is refused instead. */
static bool text_take(const char *option, const char *text, char *to, size_t size)
{
    if (!row_text_is_valid(text, strlen(text) + 1))
        return wrong("--%s: expected UTF-8", option);
    if (!text_copy(to, size, text))
        return wrong("--%s: expected at most %zu octets, got %zu", option, size - 1, strlen(text));
    return true;
}

/* ---- the subcommands ---- */

const struct order_form order_forms[] = {
    {"start",
     "",
     "start the genset",
     "Starts the genset, and waits until it runs.",
     0,
     COMMAND_KIND_GENSET_START,
     NULL,
     NULL,
     0,
     0},
    {"stop",
     "",
     "stop the genset, and start it no more in this outage",
     "Stops the genset, or has it not started. Nothing starts it again in this\n"
     "outage but \"padam start\".",
     ORDER_CONFIRM,
     COMMAND_KIND_GENSET_STOP,
     "in an outage",
     NULL,
     0,
     0},
    {"reset",
     "",
     "unlatch the genset after a failed start or an emergency stop",
     "Unlatches the genset after a failed start or an emergency stop, so that it may\n"
     "be started again.",
     0,
     COMMAND_KIND_GENSET_RESET,
     NULL,
     NULL,
     0,
     0},
    {"will-not-start",
     "",
     "report that the genset will not start",
     "The operator's report that the genset will not start: the outage goes on to\n"
     "shutting down without waiting any longer.",
     0,
     COMMAND_KIND_WILL_NOT_START,
     NULL,
     NULL,
     0,
     0},
    {"exercise",
     "DURATION|off",
     "run the genset for a while, or end that",
     "An exercise run of 1 minute to 2 hours, while the mains is there; an outage in\n"
     "it is an outage. DURATION is such as 30m, 1h or 1:30:00. off ends it.",
     0,
     COMMAND_KIND_EXERCISE,
     NULL,
     duration_words,
     MINUTE_S,
     EXERCISE_MAX_S},
    {"inhibit",
     "DURATION|off",
     "maintenance: neither genset nor shutdown begins by itself",
     "Maintenance, for up to a week: the software starts neither the genset nor a\n"
     "shutdown. What runs goes on. DURATION is such as 30m, 2h or 1:30:00. off ends\n"
     "it. It is no lock-out: who works on the genset uses the genset's own.",
     0,
     COMMAND_KIND_INHIBIT,
     NULL,
     duration_words,
     1,
     INHIBIT_MAX_S},
    {"shutdown",
     "",
     "shut servers down: all, a tier, one; or cancel that",
     "Shuts the servers down, tier by tier: all of them, unless an option says\n"
     "which. Waits until each is down or has failed to go.",
     ORDER_CONFIRM | ORDER_TIER | ORDER_SERVER | ORDER_CANCEL,
     COMMAND_KIND_SHUTDOWN_ALL,
     "where there is or may be supply;\n                 with --cancel while the UPS runs out",
     NULL,
     0,
     0},
    {"power-on",
     "",
     "power the servers on that were shut down; or no further tier",
     "Powers the servers on again that a shutdown took down, once the mains has been\n"
     "stable.",
     ORDER_CANCEL,
     COMMAND_KIND_POWER_ON,
     NULL,
     NULL,
     0,
     0},
    {"check",
     "",
     "make all readiness checks now",
     "Makes all readiness checks now, and waits until they have come back.\n"
     "\"padam check --snmp\" is another thing: what is wrong with this machine's SNMP\n"
     "set-up.",
     0,
     COMMAND_KIND_READINESS_CHECK,
     NULL,
     NULL,
     0,
     0},
    {"reload",
     "",
     "have the configuration read again",
     "Has padamd read its configuration again. One with errors changes nothing:\n"
     "\"padamd --check\" shows them. Contacts, notify and office are in force at once,\n"
     "in an outage, too; the rest once nothing is under way: no incident, the genset\n"
     "at rest, no command to be carried out.",
     0,
     COMMAND_KIND_RELOAD,
     NULL,
     NULL,
     0,
     0},
    {"release",
     "",
     "let a held shutdown go on",
     "Lets step 5 go on although inputs contradict each other; \"padam status\" shows\n"
     "which.",
     0,
     COMMAND_KIND_HOLD_RELEASE,
     NULL,
     NULL,
     0,
     0},
    {"drill",
     "begin|end",
     "begin or end a drill",
     "A drill goes the way of an outage and actuates nothing but what is armed. A\n"
     "real outage takes over at once.",
     ORDER_ARM,
     COMMAND_KIND_DRILL_BEGIN,
     NULL,
     drill_words,
     0,
     0},
    {"ack",
     "EVENT",
     "acknowledge an event, and silence the horn",
     "Acknowledges an event, by its number in \"padam events\", and silences the horn.\n"
     "The first acknowledgement stays.",
     0,
     COMMAND_KIND_ACKNOWLEDGE,
     NULL,
     event_words,
     0,
     0},
    {"account",
     "DEVIATION",
     "account for a deviation, once",
     "The account of a deviation, by its number in \"padam deviations\": who, what,\n"
     "and what is done about it. It is given once and stays as it was given.",
     ORDER_ACCOUNT,
     COMMAND_KIND_ACCOUNT,
     NULL,
     deviation_words,
     0,
     0},
};

const size_t order_form_count = sizeof order_forms / sizeof *order_forms;

const struct order_form *order_form_find(const char *name)
{
    for (size_t i = 0; i < order_form_count; i++)
        if (strcmp(name, order_forms[i].name) == 0)
            return &order_forms[i];
    return NULL;
}

/* ---- options ---- */

/* One of tier, server and cancel: each says what the command is. */
static bool kind_take(struct order *order, const struct order_form *form, enum command_kind kind)
{
    if (order->ask.command.kind != form->kind)
        return wrong("%s: one of --tier, --server and --cancel, not two", form->name);
    order->ask.command.kind = kind;
    return true;
}

static bool confirm_take(struct order *order, const struct order_form *form)
{
    (void)form;
    return order->ask.command.confirmed = true;
}

static bool tier_take(struct order *order, const struct order_form *form)
{
    return kind_take(order, form, COMMAND_KIND_SHUTDOWN_TIER) &&
           number_take("--tier", optarg, TIER_MAX, &order->ask.command.argument);
}

static bool server_take(struct order *order, const struct order_form *form)
{
    order->server = optarg;
    return kind_take(order, form, COMMAND_KIND_SHUTDOWN_SERVER);
}

static bool cancel_take(struct order *order, const struct order_form *form)
{
    if (form->kind == COMMAND_KIND_SHUTDOWN_ALL)
        return kind_take(order, form, COMMAND_KIND_SHUTDOWN_CANCEL);
    order->ask.command.argument = CTL_POWER_ON_CANCEL;
    return true;
}

static bool arm_genset_take(struct order *order, const struct order_form *form)
{
    (void)form;
    return order->ask.command.arm_genset = true;
}

static bool arm_servers_take(struct order *order, const struct order_form *form)
{
    (void)form;
    return order->ask.command.arm_servers = true;
}

static bool account_take(struct order *order, const struct order_form *form)
{
    (void)form;
    return text_take("text", optarg, order->ask.text, sizeof order->ask.text);
}

static bool action_take(struct order *order, const struct order_form *form)
{
    (void)form;
    return text_take(
        "action", optarg, order->ask.corrective_action, sizeof order->ask.corrective_action);
}

static bool by_take(struct order *order, const struct order_form *form)
{
    (void)form;
    char name[NAME_SIZE];
    order->by = optarg;
    return text_take("by", optarg, name, sizeof name);
}

static bool no_wait_take(struct order *order, const struct order_form *form)
{
    (void)form;
    return order->no_wait = true;
}

static bool wait_take(struct order *order, const struct order_form *form)
{
    (void)form;
    order->no_wait = false;
    return true;
}

static bool socket_take(struct order *order, const struct order_form *form)
{
    (void)form;
    order->socket = optarg;
    return true;
}

static bool json_take(struct order *order, const struct order_form *form)
{
    (void)form;
    return order->json = true;
}

enum { OPTION_HELP = 'h', OPTION_FIRST = 256 };

/* of: the forms it belongs to; 0: all. */
static const struct {
    const char *name, *value, *help;
    unsigned of;
    bool (*take)(struct order *order, const struct order_form *form);
} options[] = {
    {"tier", "N", "the servers of this tier alone", ORDER_TIER, tier_take},
    {"server", "NAME", "this server alone", ORDER_SERVER, server_take},
    {"cancel",
     NULL,
     "leave alone what waits; what has begun is carried through",
     ORDER_CANCEL,
     cancel_take},
    {"arm-genset", NULL, "the drill starts the genset", ORDER_ARM, arm_genset_take},
    {"arm-servers", NULL, "the drill shuts servers down", ORDER_ARM, arm_servers_take},
    {"text", "TEXT", "what happened, and why", ORDER_ACCOUNT, account_take},
    {"action", "TEXT", "what is done so that it does not happen again", ORDER_ACCOUNT, action_take},
    {"confirm", NULL, NULL, ORDER_CONFIRM, confirm_take},
    {"by", "NAME", "who asks, beside the user's own name", 0, by_take},
    {"no-wait", NULL, "do not wait for the outcome: \"padam commands\" shows it", 0, no_wait_take},
    {"wait", NULL, "wait for the outcome; this is the default", 0, wait_take},
    {"socket", "PATH", "the engine's socket (" PATH_ENGINE_SOCKET ")", 0, socket_take},
    {"json", NULL, "the command's record as one JSON object, times in UTC", 0, json_take},
};

enum { OPTION_COUNT = sizeof options / sizeof *options };

static bool option_is_of(size_t option, const struct order_form *form)
{
    return options[option].of == 0 || (options[option].of & form->options) != 0;
}

static void help_print(const struct order_form *form)
{
    printf("usage: padam %s%s%s [OPTION]...\n\n%s\n\n",
           form->name,
           *form->words ? " " : "",
           form->words,
           form->help);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char name[32];
        text_format(name,
                    sizeof name,
                    "--%s%s%s",
                    options[i].name,
                    options[i].value ? " " : "",
                    options[i].value ? options[i].value : "");
        if (!option_is_of(i, form))
            continue;
        if (options[i].of == ORDER_CONFIRM)
            printf("  %-14s it is meant: needed %s\n", name, form->danger);
        else
            printf("  %-14s %s\n", name, options[i].help);
    }
    fputs("  --help         this text\n" ORDER_EXIT_HELP, stdout);
}

/* Those of this form; returns how many. */
static size_t known_fill(const struct order_form *form, struct option *known)
{
    size_t count = 0;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (option_is_of(i, form))
            known[count++] = (struct option){options[i].name,
                                             options[i].value ? required_argument : no_argument,
                                             NULL,
                                             OPTION_FIRST + (int)i};
    known[count++] = (struct option){"help", no_argument, NULL, OPTION_HELP};
    return count;
}

static enum options_result option_take(int option, const struct order_form *form,
                                       struct order *order)
{
    if (option == OPTION_HELP) {
        help_print(form);
        return OPTIONS_HELPED;
    }
    if (option >= OPTION_FIRST)
        return options[option - OPTION_FIRST].take(order, form) ? OPTIONS_GO : OPTIONS_WRONG;
    fprintf(stderr, "padam: see \"padam %s --help\"\n", form->name);
    return OPTIONS_WRONG;
}

static bool words_take(const struct order_form *form, int count, char **words, struct order *order)
{
    if (form->take)
        return form->take(form, count, words, order);
    return count == 0 || wrong("%s: takes no argument \"%s\"", form->name, words[0]);
}

enum options_result order_read(int argc, char **argv, const struct order_form *form,
                               struct order *order)
{
    struct option known[OPTION_COUNT + 2] = {0};
    (void)known_fill(form, known);
    *order = (struct order){.socket = PATH_ENGINE_SOCKET, .ask.command.kind = form->kind};
    if (form->kind == COMMAND_KIND_POWER_ON)
        order->ask.command.argument = CTL_POWER_ON_ALL;
    enum options_result result = OPTIONS_GO;
    /* 0 begins anew, with argv given here. */
    optind = 0;
    int option;
    while (result == OPTIONS_GO && (option = getopt_long(argc, argv, "h", known, NULL)) != -1)
        result = option_take(option, form, order);
    if (result != OPTIONS_GO)
        return result;
    return words_take(form, argc - optind, argv + optind, order) ? OPTIONS_GO : OPTIONS_WRONG;
}

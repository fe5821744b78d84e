#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/probe.h"

enum { TRIES_MAX = 20, MS_PER_S = 1000 };
static const double timeout_min_s = 0.1, timeout_max_s = 10;

static const struct kind {
    const char *name;
    bool has_port;
    enum probe_result (*try)(const struct probe_target *target, int timeout_ms,
                             char problem[static PROBE_PROBLEM_SIZE]);
} kinds[] = {
    {"icmp", false, probe_icmp},
    {"tcp", true, probe_tcp},
};

static const char help[] =
    "usage: padam probe [--tries N] [--timeout SECONDS] icmp ADDRESS\n"
    "       padam probe [--tries N] [--timeout SECONDS] tcp ADDRESS PORT\n"
    "\n"
    "Looks whether a host answers; for a server's \"answers\" and for equipment.network. Needs no\n"
    "privileges, and no name service: ADDRESS and PORT are numbers.\n"
    "\n"
    "  --tries N          tries, of which one that is answered is enough (3, at most 20)\n"
    "  --timeout SECONDS  how long one lasts (1; 0.1 to 10)\n"
    "\n"
    "Exit codes: 0 it answers (a refused connection is an answer), 1 it was silent in all tries,\n"
    "2 no evidence: wrong usage, no route, no permission.\n";

struct order {
    const struct kind *kind;
    struct probe_target target;
    unsigned tries;
    int timeout_ms;
};

static bool number_read(const char *text, double least, double most, double *number)
{
    char *end;
    errno = 0;
    *number = strtod(text, &end);
    return errno == 0 && end != text && *end == '\0' && *number >= least && *number <= most;
}

static bool option_take(int option, struct order *order)
{
    double number;
    switch (option) {
    case 't':
        if (!number_read(optarg, 1, TRIES_MAX, &number) || number != floor(number)) {
            fprintf(stderr, "padam: --tries %s: expected 1 to %d\n", optarg, TRIES_MAX);
            return false;
        }
        order->tries = (unsigned)number;
        return true;
    case 's':
        if (!number_read(optarg, timeout_min_s, timeout_max_s, &number)) {
            fprintf(stderr,
                    "padam: --timeout %s: expected %g to %g seconds\n",
                    optarg,
                    timeout_min_s,
                    timeout_max_s);
            return false;
        }
        order->timeout_ms = (int)(number * MS_PER_S);
        return true;
    default:
        fputs("padam: see \"padam probe --help\"\n", stderr);
        return false;
    }
}

static const struct kind *kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(name, kinds[i].name) == 0)
            return &kinds[i];
    return NULL;
}

static bool target_read(struct probe_target *target, const char *text, in_port_t port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = port};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = port};
    bool is_v4 = inet_pton(AF_INET, text, &v4.sin_addr) == 1;
    if (!is_v4 && inet_pton(AF_INET6, text, &v6.sin6_addr) != 1) {
        fprintf(stderr, "padam: probe: %s: expected an IP address in numbers\n", text);
        return false;
    }
    target->size = is_v4 ? sizeof v4 : sizeof v6;
    memcpy(&target->address, is_v4 ? (void *)&v4 : (void *)&v6, target->size);
    return true;
}

static bool port_read(const char *text, in_port_t *port)
{
    double number;
    if (!number_read(text, 1, UINT16_MAX, &number) || number != floor(number)) {
        fprintf(stderr, "padam: probe: port %s: expected 1 to %d\n", text, (int)UINT16_MAX);
        return false;
    }
    *port = htons((uint16_t)number);
    return true;
}

static bool arguments_read(int argc, char **argv, struct order *order)
{
    order->kind = argc > 0 ? kind_find(argv[0]) : NULL;
    if (!order->kind || argc != 2 + order->kind->has_port) {
        fputs("padam: probe: expected \"icmp ADDRESS\" or \"tcp ADDRESS PORT\"; see \"padam probe "
              "--help\"\n",
              stderr);
        return false;
    }
    in_port_t port = 0;
    return (!order->kind->has_port || port_read(argv[2], &port)) &&
           target_read(&order->target, argv[1], port);
}

static enum probe_result one_try(const struct order *order, char problem[static PROBE_PROBLEM_SIZE])
{
    instant until = instant_add_ms(clock_now(), order->timeout_ms);
    enum probe_result result = order->kind->try(&order->target, order->timeout_ms, problem);
    int64_t left_ms = instant_diff_ms(until, clock_now());
    /* A neighbour known to be missing fails at once: tries are apart all the same. */
    if (result == PROBE_SILENT && left_ms > 0)
        (void)poll(NULL, 0, (int)left_ms);
    return result;
}

/* One answer is enough; silence is silence in every try. */
static enum probe_result all_tries(const struct order *order,
                                   char problem[static PROBE_PROBLEM_SIZE])
{
    enum probe_result result = PROBE_SILENT;
    for (unsigned i = 0; i < order->tries; i++) {
        enum probe_result this = one_try(order, problem);
        if (this == PROBE_ANSWERS)
            return PROBE_ANSWERS;
        if (this == PROBE_NO_EVIDENCE)
            result = PROBE_NO_EVIDENCE;
    }
    return result;
}

int probe_run(int argc, char **argv)
{
    static const struct option known[] = {
        {"tries", required_argument, NULL, 't'},
        {"timeout", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    static const char *const words[] = {
        [PROBE_ANSWERS] = "answers", [PROBE_SILENT] = "silent", [PROBE_NO_EVIDENCE] = NULL};
    struct order order = {.tries = 3, .timeout_ms = MS_PER_S};
    char problem[PROBE_PROBLEM_SIZE] = "";
    int option;
    optind = 0; /* begins anew, with argv given here */
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            return output_end();
        }
        if (!option_take(option, &order))
            return CLI_EXIT_USAGE;
    }
    if (!arguments_read(argc - optind, argv + optind, &order))
        return CLI_EXIT_USAGE;
    enum probe_result result = all_tries(&order, problem);
    if (words[result])
        printf("%s\n", words[result]);
    else
        fprintf(stderr, "padam: probe: %s\n", problem);
    return (int)result;
}

#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"

enum { NEWEST_MAX = 1000000 };

static bool count_read(const char *text, unsigned *count)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    bool good = errno == 0 && end != text && *end == '\0' && *text >= '0' && *text <= '9' &&
                number <= NEWEST_MAX;
    if (good)
        *count = (unsigned)number;
    else
        fprintf(stderr, "padam: -n %s: expected a number from 0 to %d\n", text, NEWEST_MAX);
    return good;
}

static enum options_result option_take(int option, const char *name, const char *help,
                                       struct options *options)
{
    switch (option) {
    case 's':
        options->socket = optarg;
        return OPTIONS_GO;
    case 'a':
        options->all = true;
        return OPTIONS_GO;
    case 'j':
        options->json = true;
        return OPTIONS_GO;
    case 'n':
        return count_read(optarg, &options->newest) ? OPTIONS_GO : OPTIONS_WRONG;
    case 'h':
        fputs(help, stdout);
        return OPTIONS_HELPED;
    default:
        fprintf(stderr, "padam: see \"padam %s --help\"\n", name);
        return OPTIONS_WRONG;
    }
}

enum options_result options_read(int argc, char **argv, const struct options_form *form,
                                 struct options *options)
{
    static const struct option with_all[] = {
        {"all", no_argument, NULL, 'a'},
        {"socket", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    const struct option *known = form->has_all ? with_all : with_all + 1;
    *options = (struct options){.socket = PATH_ENGINE_SOCKET, .newest = form->newest};
    enum options_result result = OPTIONS_GO;
    /* 0 begins anew, with argv given here. */
    optind = 0;
    int option;
    while (result == OPTIONS_GO && (option = getopt_long(argc, argv, "n:h", known, NULL)) != -1)
        result = option_take(option, argv[0], form->help, options);
    if (result != OPTIONS_GO || optind == argc)
        return result;
    fprintf(stderr, "padam: %s: takes no argument \"%s\"\n", argv[0], argv[optind]);
    return OPTIONS_WRONG;
}

/* padam-play: plays scenarios and says which pass. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "play/play.h"

struct options {
    bool timeline;
};

static const char usage[] = "usage: padam-play [--level core] [--timeline] FILE...\n";

static const char *const outcome_words[PLAY_OUTCOME_COUNT] = {
    [PLAY_PASSED] = "pass",
    [PLAY_FAILED] = "FAIL",
    [PLAY_SKIPPED] = "skip",
};

/* A scenario that cannot be read fails. */
static enum play_outcome file_play(const char *path, const struct options *options)
{
    struct scenario *scenario = scenario_load(path, stdout);
    enum play_outcome outcome = PLAY_FAILED;
    if (scenario)
        outcome = play_core(scenario, options->timeline, stdout);
    scenario_release(scenario);
    printf("%s %s\n", outcome_words[outcome], path);
    return outcome;
}

static int files_play(char **paths, const struct options *options)
{
    unsigned counts[PLAY_OUTCOME_COUNT] = {0};
    for (; *paths; paths++)
        counts[file_play(*paths, options)]++;
    printf("%u passed, %u failed, %u skipped\n",
           counts[PLAY_PASSED],
           counts[PLAY_FAILED],
           counts[PLAY_SKIPPED]);
    return counts[PLAY_FAILED] > 0 || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"level", required_argument, NULL, 'l'},
        {"timeline", no_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct options options = {0};
    for (int option; (option = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        if (option == 't') {
            options.timeline = true;
        } else if (option == 'h') {
            fputs(usage, stdout);
            return EXIT_SUCCESS;
        } else if (option != 'l' || strcmp(optarg, "core") != 0) {
            fputs(usage, stderr);
            return EX_USAGE;
        }
    }
    if (optind == argc) {
        fputs(usage, stderr);
        return EX_USAGE;
    }
    return files_play(argv + optind, &options);
}

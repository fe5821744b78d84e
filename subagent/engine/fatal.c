#include "engine/fatal.h"

#include <signal.h>
#include <unistd.h>

static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { SIGNAL_COUNT = sizeof signals / sizeof *signals };

static struct lines *guarded;

void fatal_outputs_off(struct lines *lines)
{
    static const enum output_role roles[] = {OUTPUT_CRANK, OUTPUT_PREHEAT, OUTPUT_STOP};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        (void)lines_set(lines, roles[i], false); /* -ENOENT where not wired */
}

/*
 * lines_set() is not made for signal handlers; a broken program has nothing better left. The alarm
 * ends it should it hang.
 */
static void on_fatal(int number)
{
    enum { HANG_LIMIT_S = 1 };
    alarm(HANG_LIMIT_S);
    fatal_outputs_off(guarded);
    (void)raise(number);
}

void fatal_guard(struct lines *lines)
{
    struct sigaction action = {.sa_flags = SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    action.sa_handler = lines ? on_fatal : SIG_DFL;
    guarded = lines;
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        (void)sigaction(
            signals[i], &action, NULL); /* fails for signals that cannot be caught only */
}

#include "engine/fatal.h"

#include <signal.h>
#include <unistd.h>

static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { SIGNAL_COUNT = sizeof signals / sizeof *signals };

static const struct lines *guarded;
static enum genset_wiring guarded_wiring;

void fatal_outputs_off(const struct lines *lines, enum genset_wiring wiring)
{
    static const enum output_role roles[] = {OUTPUT_CRANK, OUTPUT_PREHEAT, OUTPUT_STOP};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        lines_drop(lines, roles[i]);
    if (wiring == GENSET_WIRING_PULSE)
        lines_drop(lines, OUTPUT_RUN);
}

/* The alarm ends it should it hang. */
static void on_fatal(int number)
{
    enum { HANG_LIMIT_S = 1 };
    alarm(HANG_LIMIT_S);
    fatal_outputs_off(guarded, guarded_wiring);
    (void)raise(number);
}

void fatal_guard(const struct lines *lines, enum genset_wiring wiring)
{
    struct sigaction action = {.sa_flags = SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    action.sa_handler = lines ? on_fatal : SIG_DFL;
    guarded = lines;
    guarded_wiring = wiring;
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        (void)sigaction(
            signals[i], &action, NULL); /* fails for signals that cannot be caught only */
}

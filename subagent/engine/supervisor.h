#pragma once
/*
 * What the service manager is told, if there is one: readiness, signs of life, the descriptor that
 * keeps the engine's run output. Its watchdog is tightened while the starter cranks.
 *
 * Nothing here waits for it. A sign of life that it does not take is dropped, as the next one
 * comes; everything else is told again at each supervisor_retry() until it is taken.
 */
#include <stdbool.h>
#include <stdint.h>

struct supervisor;

/* NULL if there is no memory. */
struct supervisor *supervisor_open(void);
/* Accepts NULL. */
void supervisor_close(struct supervisor *supervisor);

/* The held run output's descriptor that the service manager kept from an earlier run, or -1. */
int supervisor_take_held_fd(void);

/*
 * Gives it to the service manager to keep, in place of what it was given before; -1: nothing. It
 * has to stay open, or another be given, until the next supervisor_retry() at least.
 */
void supervisor_keep_held_fd(struct supervisor *supervisor, int fd);

void supervisor_ready(struct supervisor *supervisor);
void supervisor_stopping(struct supervisor *supervisor);
void supervisor_alive(struct supervisor *supervisor);
void supervisor_set_cranking(struct supervisor *supervisor, bool cranking);

/* How often its watchdog wants a sign of life at least; 0: there is no watchdog. */
int64_t supervisor_alive_every_ms(const struct supervisor *supervisor);

/* Tells what it did not take before. */
void supervisor_retry(struct supervisor *supervisor);

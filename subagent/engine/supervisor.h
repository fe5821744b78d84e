#pragma once
/*
 * What the service manager is told, if there is one: readiness, signs of life, the descriptor that
 * keeps the engine's run output. Its watchdog is tightened while the starter cranks.
 */
#include <stdbool.h>

/* The held run output's descriptor that the service manager kept from an earlier run, or -1. */
int supervisor_take_held_fd(void);

/* Gives it to the service manager to keep, in place of what it was given before; -1: nothing. */
void supervisor_keep_held_fd(int fd);

void supervisor_ready(void);
void supervisor_stopping(void);
void supervisor_alive(void);

/* True if signs of life are wanted more often than at a heartbeat, because it cranks. */
bool supervisor_set_cranking(bool cranking);

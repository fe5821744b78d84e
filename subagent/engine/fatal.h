#pragma once
/*
 * The last thing done when the program breaks: the outputs that must not stay on are driven off.
 * Then the signal takes its course.
 */
#include "core/site.h"
#include "ports/lines.h"

/* Catches the signals of a broken program from here on; NULL: no more. */
void fatal_guard(const struct lines *lines, enum genset_wiring wiring);

/* Drives off what may not stay on without the program: crank, preheat, stop, and run where that is
 * a pulse. */
void fatal_outputs_off(const struct lines *lines, enum genset_wiring wiring);

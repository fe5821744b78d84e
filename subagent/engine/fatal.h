#pragma once
/*
 * The last thing done when the program breaks: the outputs that must not stay on are driven off.
 * Then the signal takes its course.
 */
#include "ports/lines.h"

/* Catches the signals of a broken program from here on; NULL: no more. */
void fatal_guard(struct lines *lines);

/* Drives off what may not stay on without the program: all but run, horn and heartbeat. */
void fatal_outputs_off(struct lines *lines);

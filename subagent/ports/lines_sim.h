#pragma once
/*
 * Simulated lines behind a socket (SOCK_SEQPACKET), for tests, the demo and drills without
 * hardware. One command a message:
 *
 *   set ROLE active|inactive|unknown    ok, or error and why. The edge happens as it is received;
 *                                       an unknown line is as one whose chip was removed
 *   set ROLE VALUE at MILLISECONDS      the edge happened then (CLOCK_BOOTTIME), as the kernel
 *                                       knows it of a real line while the program is held up
 *   get                                 input ROLE VALUE for each, output ROLE on|off for each, ok
 *
 * Every client is sent output ROLE on|off for each output when it connects and at each change. One
 * that does not read what it is sent is disconnected.
 */
#include "ports/lines.h"

struct lines_simulator;

/* Lines have edges to fetch, have gone or are there again. */
typedef void lines_simulator_handler(void *context);

/* Returns NULL and a text in error on failure. map and simulation must outlive it. */
struct lines_simulator *lines_simulator_open(sd_event *event, const struct line_map *map,
                                             const struct lines_simulation *simulation,
                                             lines_simulator_handler *changed, void *context,
                                             char error[static LINES_ERROR_SIZE]);

/* Handles what clients have sent by now. */
void lines_simulator_receive(struct lines_simulator *simulator);

/* Disconnects every client and removes the socket. Accepts NULL. */
void lines_simulator_close(struct lines_simulator *simulator);

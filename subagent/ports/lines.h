#pragma once
/*
 * Input and output lines: GPIO character devices, or simulated ones. Each line is requested by
 * itself, so that one that is missing or busy takes no other with it.
 *
 * A line that is not there (no such chip yet, chip removed, in use by another program) is no error:
 * its value is unknown, its trouble is told, and it is opened again when a GPIO device appears
 * below /dev and at each lines_read(). So is an input that chatters (lines_chatter.h) unknown.
 * Edges carry the kernel's own time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#include "base/instant.h"
#include "core/enums.h"
#include "core/line_settings.h"
#include "core/site.h"

enum { LINES_SOCKET_SIZE = 108, LINES_ERROR_SIZE = 320 };

/* Instead of GPIO lines: what the map wires is simulated, steered through a unix socket. */
struct lines_simulation {
    char socket[LINES_SOCKET_SIZE]; /* path; see lines_sim.c for what is said there */
    /* What inputs start with; 0: at rest (mains and automatic active, all else inactive). */
    enum input_value initial[INPUT_ROLE_COUNT];
};

/* Neither may call lines_close(), lines_dispatch() or lines_read(). */
struct lines_handlers {
    void *context;
    /*
     * An input has a new value, polarity applied, never twice the same in a row. Edges found at one
     * wake-up come in order of their times. is_level: not an edge but a level that was read, or the
     * line became unknown; `at` is then now, and the true edge is not known (event.initial).
     */
    void (*input)(void *context, enum input_role role, enum input_value value, instant at,
                  bool is_level);
    /* A line became unavailable (why) or is available again: a whole sentence for the log. */
    void (*trouble)(void *context, bool available, const char *text);
    /* An output cannot be driven, or can again; called by lines_set(), too. May be NULL. */
    void (*output)(void *context, enum output_role role, bool available);
};

struct lines;

/*
 * Opens what is wired, every output off (only an adopted held one keeps its level), and listens on
 * event at SD_EVENT_PRIORITY_IMPORTANT, before timers. Inputs are unknown until lines_read().
 * map, and simulation unless it is NULL, must outlive the result; handlers are copied. held_fd: the
 * descriptor that lines_held_fd() gave an earlier run and the service manager kept, or -1; this
 * function takes it over, on failure too. Returns NULL with a text in error if no event loop,
 * memory or simulator socket could be had.
 */
struct lines *lines_open(sd_event *event, const struct line_map *map,
                         const struct lines_simulation *simulation,
                         const struct lines_handlers *handlers, int held_fd,
                         char error[static LINES_ERROR_SIZE]);

/* Drives every output off except a held one, releases all lines. Accepts NULL. */
void lines_close(struct lines *lines);

/* Hands over every edge that has happened by now; call it before anything is decided by time. */
void lines_dispatch(struct lines *lines);

/*
 * lines_dispatch(), then opens again what is unavailable, reads every input and hands over each
 * that differs from what was last handed over. For the start, after a debounce and each heartbeat.
 */
void lines_read(struct lines *lines);

/* The value last handed over; unknown where not wired. */
enum input_value lines_value(const struct lines *lines, enum input_role role);

/* Why an input is not available; empty where it is. Valid until the next call. */
const char *lines_reason(const struct lines *lines, enum input_role role);

/* Whether a wired output cannot be driven, as was last told, and why. */
bool lines_output_is_missing(const struct lines *lines, enum output_role role);
const char *lines_output_reason(const struct lines *lines, enum output_role role);

/*
 * Switches an output. Returns 0, -ENOENT where not wired, or another negative errno: the line is
 * then unavailable (trouble was told). Switching off one that may be on is tried again at once,
 * and then ten times a second until it has succeeded. run, horn and heartbeat come back as last set
 * when the line does; crank, preheat and stop come back off and stay off until they are set on once
 * more.
 */
int lines_set(struct lines *lines, enum output_role role, bool on);

/* False only if it is known to be off, or was never driven on. */
bool lines_may_be_on(const struct lines *lines, enum output_role role);

/* Drives an output off where it is available, and nothing else: no memory, no handlers. For what a
 * signal handler does in a broken program. */
void lines_drop(const struct lines *lines, enum output_role role);

/* Reads an output back: 1 on, 0 off, or negative as lines_set() does. */
int lines_output(struct lines *lines, enum output_role role);

/*
 * The descriptor that keeps the held run output at its level for as long as anyone has it open; -1:
 * there is none. Still owned by lines. It is to be given to the service manager when its generation
 * has changed, from 0 on, each time with what was given before removed: that may keep another line
 * busy, or this one with another polarity. The generation tells what the number does not: one that
 * was lost and one that came in its place can have the same number.
 */
int lines_held_fd(const struct lines *lines);
unsigned lines_held_generation(const struct lines *lines);

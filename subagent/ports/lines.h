#pragma once
/*
 * Input and output lines: GPIO character devices, or simulated ones. Each line is requested by
 * itself, so that one that is missing or busy takes no other with it.
 *
 * A line that is not there (no such chip yet, chip removed, in use by another program) is no error:
 * its value is unknown, its trouble is told, and it is opened again when a GPIO device appears
 * below /dev and at each lines_read(). Edges carry the kernel's own time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#include "base/instant.h"
#include "core/enums.h"
#include "core/site.h"

enum {
    LINE_CHIP_SIZE = 64,
    LINE_NAME_SIZE = 32,
    LINE_ORIGIN_SIZE = 96,
    LINES_SOCKET_SIZE = 108,
    LINES_ERROR_SIZE = 320,
};

enum line_bias { LINE_BIAS_AS_IS, LINE_BIAS_NONE, LINE_BIAS_PULL_UP, LINE_BIAS_PULL_DOWN };
enum line_drive { LINE_DRIVE_PUSH_PULL, LINE_DRIVE_OPEN_DRAIN, LINE_DRIVE_OPEN_SOURCE };

/* What an output does when nobody requests it any more: a property of the chip. */
enum line_release { LINE_RELEASE_RETURNS_TO_PULL, LINE_RELEASE_KEEPS_LAST };

struct line_settings {
    char chip[LINE_CHIP_SIZE]; /* "gpiochip0", its label, or a path; empty: not wired */
    char line[LINE_NAME_SIZE]; /* the line's name; empty: by offset */
    unsigned offset;
    bool active_low;
    enum line_bias bias;
    enum line_drive drive;         /* outputs */
    enum line_release on_release;  /* outputs; the port drives off before it releases, either way */
    bool hold;                     /* OUTPUT_RUN only: see lines_held_fd() */
    char origin[LINE_ORIGIN_SIZE]; /* "file:line" for messages, or empty */
};

struct lines_settings {
    /* Not empty: every line is simulated, this is the server's socket, and only whether a line is
     * wired (chip not empty) counts. */
    char simulator[LINES_SOCKET_SIZE];
    /* Levels that simulated inputs start with; 0: at rest (mains, automatic: active; else not). */
    enum input_value simulated[INPUT_ROLE_COUNT];
    struct line_settings inputs[INPUT_ROLE_COUNT];
    struct line_settings outputs[OUTPUT_ROLE_COUNT];
};

/* Neither may call lines_close(). */
struct lines_handlers {
    /*
     * An input has a new value, polarity applied, never twice the same in a row. Edges found at one
     * wake-up come in order of their times. is_level: not an edge but a level that was read, or the
     * line became unknown; `at` is then now, and the true edge is not known (event.initial).
     */
    void (*input)(void *context, enum input_role role, enum input_value value, instant at,
                  bool is_level);
    /* A line became unavailable (why) or is available again: a whole sentence for the log. */
    void (*trouble)(void *context, bool available, const char *text);
};

struct lines;

/*
 * Opens what is wired, every output off (only an adopted held one keeps its level), and listens on
 * event at SD_EVENT_PRIORITY_IMPORTANT, before timers. Inputs are unknown until lines_read().
 * settings and handlers are copied. held_fd: the descriptor that lines_held_fd() gave an earlier
 * run and the service manager kept, or -1; this function takes it over, on failure too.
 * Returns NULL with a text in error if no event loop or simulator socket could be had.
 */
struct lines *lines_open(sd_event *event, const struct lines_settings *settings,
                         const struct lines_handlers *handlers, void *context, int held_fd,
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

/*
 * Switches an output. Returns 0, -ENOENT where not wired, or another negative errno: the line is
 * then unavailable (trouble was told). run, horn and heartbeat come back as last set when the line
 * does; crank, preheat and stop come back off and stay off until they are set on once more.
 */
int lines_set(struct lines *lines, enum output_role role, bool on);

/* Reads an output back: 1 on, 0 off, or negative as lines_set() does. */
int lines_output(struct lines *lines, enum output_role role);

/*
 * The descriptor that keeps the held run output at its level for as long as anyone has it open, to
 * be given to the service manager after lines_open() and whenever it changes; still owned by lines.
 * -1: there is none.
 */
int lines_held_fd(const struct lines *lines);

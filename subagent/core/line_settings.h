#pragma once
/* Where each role's GPIO line is and how it is wired. Filled in by config/, used by ports/. */
#include <stdbool.h>

#include "core/enums.h"
#include "core/site.h"

enum { LINE_CHIP_SIZE = 64, LINE_NAME_SIZE = 32 };

enum line_bias {
    LINE_BIAS_AS_IS, /* what the board or the boot loader set */
    LINE_BIAS_NONE,
    LINE_BIAS_PULL_UP,
    LINE_BIAS_PULL_DOWN,
    LINE_BIAS_COUNT
};

/* What an output does when its descriptor is closed: a property of the chip, stated by the site. */
enum line_on_release {
    LINE_ON_RELEASE_UNKNOWN, /* inputs */
    LINE_ON_RELEASE_RETURNS, /* to its pull */
    LINE_ON_RELEASE_KEEPS,   /* its last value */
    LINE_ON_RELEASE_COUNT
};

struct line_settings {
    bool wired;
    char chip[LINE_CHIP_SIZE]; /* "gpiochip0", a label, or a path; names and labels without '/' */
    char name[LINE_NAME_SIZE]; /* the line's name on the chip; empty: found by offset */
    unsigned offset;           /* where name is empty */
    bool active_low;
    enum line_bias bias;
    enum line_on_release on_release; /* outputs */
    bool hold;           /* output run: its descriptor outlives the program, so that it stays on */
    bool latching;       /* output run: the relay or controller behind it keeps running by itself */
    bool exec_stop_post; /* outputs: the unit's ExecStopPost drives it off where the chip keeps */
};

struct line_map {
    struct line_settings inputs[INPUT_ROLE_COUNT];
    struct line_settings outputs[OUTPUT_ROLE_COUNT];
};

#pragma once
/* What a backend does for one requested line. All functions return a negative errno on failure. */
#include <stdbool.h>

#include "base/instant.h"
#include "core/line_settings.h"

enum { LINE_DEVICE_SIZE = 96, LINE_CONSUMER_SIZE = 32 };

struct line_order {
    const struct line_settings *settings;
    char device[LINE_DEVICE_SIZE]; /* the chip's path */
    unsigned offset;
    char consumer[LINE_CONSUMER_SIZE]; /* "padam mains-l1" */
    bool output;
    bool on;     /* outputs: the level to begin with */
    int held_fd; /* held lines: an earlier request, which open takes over, or -1 */
    /* simulated lines */
    struct lines_simulator *simulator;
    unsigned role;
};

/* Values are logical: the backend applies the line's polarity. */
struct line_edge {
    bool active;
    instant at;
};

struct line_backend {
    /* Sets *request, to be closed by close. Inputs are requested with both edges. */
    int (*open)(const struct line_order *order, void **request);
    void (*close)(void *request);
    /* Becomes readable when there are edges; -1: it never does. */
    int (*fd)(const void *request);
    /* 1 and an edge, or 0 when there is none; never waits. */
    int (*next_edge)(void *request, struct line_edge *edge);
    int (*read)(void *request);
    int (*write)(void *request, bool on);
};

extern const struct line_backend line_backend_gpiod;     /* lines_gpiod1.c or lines_gpiod2.c */
extern const struct line_backend line_backend_held;      /* lines_held.c */
extern const struct line_backend line_backend_simulated; /* lines_sim.c */

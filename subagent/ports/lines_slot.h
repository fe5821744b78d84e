#pragma once
/* One wired line: its request while it is available, and the words for it while it is not. */
#include "ports/lines.h"
#include "ports/lines_backend.h"
#include "ports/lines_chatter.h"
#include "ports/lines_find.h"

enum { SLOT_WHY_SIZE = LINES_ERROR_SIZE };

struct line_slot {
    struct lines *owner;
    const struct line_settings *settings;
    const struct line_backend *backend;
    bool output;
    unsigned role;
    struct lines_simulator *simulator;
    void *request;                 /* NULL: not available */
    char device[LINE_DEVICE_SIZE]; /* the chip's path as it was last found */
    sd_event_source *source;
    char told[SLOT_WHY_SIZE];   /* the trouble that was told, empty while all is well */
    char reason[LINE_WHY_SIZE]; /* why it is not available, once it was not */
    bool missing;               /* outputs: as it was told */
    bool on;                    /* outputs: as it is to be */
    bool may_be_on;             /* outputs: was driven on, and off not successfully since */
    enum input_value value;     /* inputs: as it was handed over */
    bool had_edge;              /* inputs: since its level was last compared */
    struct chatter chatter;     /* inputs */
    bool chatters;              /* inputs: to be muted */
    int failed;                 /* why it is to be given up: a negative errno, or 0 */
};

const char *slot_name(const struct line_slot *slot);

/*
 * Requests the line, an output at the level of slot->on. held_fd: see struct line_order; it is -1
 * once the line it could be of was found. Returns 0, or a negative errno and why.
 */
int slot_open(struct line_slot *slot, int *held_fd, char why[static SLOT_WHY_SIZE]);

/* Gives the request up. */
void slot_close(struct line_slot *slot);

int slot_read(struct line_slot *slot);
int slot_write(struct line_slot *slot, bool on);
int slot_fd(const struct line_slot *slot);
int slot_next_edge(struct line_slot *slot, struct line_edge *edge);

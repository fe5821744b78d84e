#pragma once
/* What the sections of the present state have in common. */
#include "cli/screen.h"
#include "wire/replica.h"

enum { STATUS_TEXT_INDENT = 2 }; /* where a text that is too long for its line goes on */

/* What every section needs; rows that are not there are all zero, which reads as unknown. */
struct view {
    const struct screen *screen;
    const struct replica *replica;
    const struct row_system *system;
    instant now;
    unsigned newest; /* events */
};

typedef char time_text[SCREEN_TIME_SIZE];

void instant_format(const struct view *view, instant at, char to[static SCREEN_TIME_SIZE]);
void heading_print(const struct view *view, const char *text);
/* So many are left out; nothing for 0. */
void more_print(const struct view *view, size_t more);

/* A section of its own: status_servers.c. */
void servers_print(const struct view *view);

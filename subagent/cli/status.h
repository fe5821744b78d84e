#pragma once
/* The present state, for people (status_screen.c) and for programs (status_json.c). */
#include "cli/screen.h"
#include "wire/replica.h"

/* newest: how many events. */
void status_print(const struct screen *screen, const struct replica *replica, unsigned newest);

/* One JSON object; newest: how many rows of each history table. */
void status_print_json(FILE *to, const struct replica *replica, struct derive_moment moment,
                       unsigned newest);

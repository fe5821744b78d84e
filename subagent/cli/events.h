#pragma once
/* The newest events, oldest first: a line each for people, an array for programs. */
#include "cli/screen.h"
#include "wire/replica.h"

void events_print(const struct screen *screen, const struct replica *replica, unsigned newest);
void events_print_json(FILE *to, const struct replica *replica, struct derive_moment moment,
                       unsigned newest);

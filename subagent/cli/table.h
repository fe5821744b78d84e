#pragma once
/* The newest rows of a table that keeps a history, oldest first. */
#include "cli/screen.h"
#include "wire/replica.h"

typedef void row_printer(const struct screen *screen, const struct replica *replica, uint32_t key,
                         const void *row);

/* nothing: what is said where there are none. */
void table_print(const struct screen *screen, const struct replica *replica, enum row_table table,
                 unsigned newest, row_printer *print, const char *nothing);

/* A JSON array. */
void table_print_json(FILE *to, const struct replica *replica, enum row_table table,
                      struct derive_moment moment, unsigned newest);

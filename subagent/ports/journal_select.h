#pragma once
/* Rows out of a history table. */
#include "wire/rows.h"

struct journal_selection {
    enum row_table table;
    uint32_t first, last; /* keys, both included */
    void (*take)(void *context, enum row_table table, uint32_t key, const void *row);
    /* A row that holds what its fields do not allow. NULL: nobody wants to know. */
    void (*skip)(void *context, enum row_table table, int64_t id);
    void *context;
};

struct sql;

/* Hands over the rows in order of keys. 0 or -1. */
int journal_select(struct sql *sql, const struct journal_selection *selection);

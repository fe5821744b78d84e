#pragma once
/* The machines' tables are private to their files: each is looked at from within, by including it.
 */
#include <stddef.h>

struct hole {
    size_t state, event; /* of the first cell that is not explicit */
};

/* Each returns how many cells are not explicit. */
size_t core_table_mains(struct hole *first);
size_t core_table_genset(struct hole *first);
size_t core_table_procedure(struct hole *first);
size_t core_table_server(struct hole *first);
size_t core_table_power(struct hole *first);

#define COUNT_HOLES(table, first)                                                                  \
    do {                                                                                           \
        enum { STATES = sizeof(table) / sizeof((table)[0]) };                                      \
        enum { EVENTS = sizeof((table)[0]) / sizeof((table)[0][0]) };                              \
        size_t holes = 0;                                                                          \
        for (size_t cell = (size_t)STATES * EVENTS; cell-- > 0;) {                                 \
            if ((table)[cell / EVENTS][cell % EVENTS])                                             \
                continue;                                                                          \
            *(first) = (struct hole){cell / EVENTS, cell % EVENTS};                                \
            holes++;                                                                               \
        }                                                                                          \
        return holes;                                                                              \
    } while (0)

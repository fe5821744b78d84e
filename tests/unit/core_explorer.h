#pragma once
/*
 * Enumerates the states that the core can reach, breadth first: from each, time goes on by one
 * millisecond, or something of an alphabet happens within it. Checks every invariant on every
 * transition, and fails the test with the shortest way to one that is broken.
 */
#include "core_world.h"

enum letter_kind {
    LETTER_INPUT,
    LETTER_FACT,
    LETTER_COMMAND,
    LETTER_EQUIPMENT,
    LETTER_OUTPUT,
    LETTER_NOTIFIED,
    LETTER_RESTART
};

struct letter {
    const char *name;
    enum letter_kind kind;
    enum input_role role;
    enum input_value value;
    size_t server;
    enum server_fact fact;
    enum equipment_kind equipment;
    enum equipment_state equipment_state;
    struct command command;
    enum output_role output;
    bool missing;
    int64_t away_ms; /* of a restart */
};

struct exploration {
    const char *name;
    const struct site *site;
    size_t server_count;
    bool last_is_self;          /* the last server is the machine itself */
    bool is_one_tier;           /* of all servers */
    bool retries_and_has_other; /* every server: one retry, and an alternative command */
    const struct letter *letters;
    size_t letter_count;
};

/* More than one and a half million states fail the test. */
void explore(const struct exploration *exploration);
/* Prints how many states all explorations found. */
void print_states_explored(void);

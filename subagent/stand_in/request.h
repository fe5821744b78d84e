#pragma once
/* What a server's command in a play asks the player ("shutdown app", "verify app"), and its exit
 * code. */

enum { STAND_IN_REQUEST_SIZE = 128 };

enum stand_in_exit {
    STAND_IN_YES = 0,
    STAND_IN_NO = 1,
    STAND_IN_NOTHING = 2, /* nobody answered */
};

/* Asks the player behind the socket, and waits for its answer. words: at least one, and NULL after
 * the last. */
enum stand_in_exit stand_in_ask(const char *socket, char *const *words);

#pragma once
/*
 * A command's own connection to the engine: ask, then confirm or cancel. Asking blocks for at most
 * the limit given.
 */
#include "wire/wire.h"

struct engine_promise {
    int fd;         /* -1: none */
    uint32_t index; /* the command's, of a refused one too; 0: none */
    enum reason reason;
    /* why the engine will not hear this program at all; "": it does */
    char turned_away[sizeof(((struct wire_refused *)0)->text)];
};

/*
 * PROMISE_GIVEN: *promise is open. PROMISE_REFUSED: its reason says why. PROMISE_BUSY: not now, but
 * perhaps when asked again. PROMISE_NONE with errno: the engine is not reached or does not answer
 * in time (ETIMEDOUT), or turned this program away (EPERM).
 */
enum promise_answer promise_ask(struct engine_promise *promise, const char *engine_socket,
                                const char *program, const struct wire_ask *ask, int limit_ms);

/* Has the command carried out, and closes. 0, or -1 with errno if it did not reach the engine. */
int promise_confirm(struct engine_promise *promise);

/* Gives it back, by closing; errno is kept. Does nothing to one that is not open. */
void promise_cancel(struct engine_promise *promise);

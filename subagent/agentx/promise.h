#pragma once
/*
 * A command's own connection to the engine: ask, then confirm or cancel. Asking blocks for at most
 * WIRE_PROMISE_MS.
 */
#include "wire/wire.h"

struct engine_promise {
    int fd;         /* -1: none */
    uint32_t index; /* the command's, of a refused one too; 0: none */
    enum reason reason;
};

/* PROMISE_GIVEN: *promise is open. PROMISE_REFUSED: its reason says why. PROMISE_BUSY: the engine
 * cannot be reached, does not answer in time, or says so; tried again, it may be given. */
enum promise_answer promise_ask(struct engine_promise *promise, const char *engine_socket,
                                const struct wire_ask *ask);

/* Has the command carried out, and closes. 0, or -1 with errno if it did not reach the engine. */
int promise_confirm(struct engine_promise *promise);

/* Gives it back, by closing. Does nothing to one that is not open. */
void promise_cancel(struct engine_promise *promise);

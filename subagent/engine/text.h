#pragma once
/* One plain line for people about each event. Pure. */
#include "core/model.h"
#include "wire/derive.h"

/* A notice and what is known with it. */
struct event_subject {
    const struct site *site;
    const struct state *state;   /* as it stands after the step that sent the notice */
    struct derive_moment moment; /* gives times of day */
    const struct notice *notice;
    const char *why; /* what the state cannot tell, or NULL */
};

/* Writes the line for a notice; reads well without the MIB. */
void event_text(char *to, size_t size, const struct event_subject *subject);

/* The pattern of a notification's line, NULL if it has none. */
const char *event_text_pattern(enum notification notification);

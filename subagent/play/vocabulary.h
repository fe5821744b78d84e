#pragma once
/* The words a scenario may use for values: the core's own names, and people's words for inputs. */
#include <stddef.h>

#include "core/model.h"

struct vocabulary {
    const char *what;                    /* "a genset state" */
    const char *(*name)(unsigned value); /* NULL or "invalid" for a value without a name */
    unsigned count;
};

extern const struct vocabulary vocabulary_notification, vocabulary_severity,
    vocabulary_genset_state, vocabulary_mains_state, vocabulary_step_state,
    vocabulary_incident_state, vocabulary_incident_kind, vocabulary_server_state,
    vocabulary_shutdown_result, vocabulary_deviation_kind, vocabulary_actor, vocabulary_answer,
    vocabulary_hold_state, vocabulary_equipment_kind, vocabulary_equipment_state,
    vocabulary_command_kind, vocabulary_command_state, vocabulary_input_role,
    vocabulary_output_role, vocabulary_on_off, vocabulary_reason, vocabulary_tell_method,
    vocabulary_promise_answer, vocabulary_server_fact;

/* NULL if the value has no name. */
const char *vocabulary_name(const struct vocabulary *vocabulary, unsigned value);

/* -1 if no value has this name. */
int vocabulary_find(const struct vocabulary *vocabulary, const char *word);

/* "a genset state (unknown, stopped, …)", cut where it does not fit. */
void vocabulary_describe(const struct vocabulary *vocabulary, char *to, size_t size);

/* What people call an input's state: "mains lost" is all wired phases inactive. */
struct input_phrase {
    const char *subject, *state;
    uint32_t roles; /* 1u << input_role */
    enum input_value value;
};

/* NULL if there is no such phrase. */
const struct input_phrase *input_phrase_find(const char *subject, const char *state);
bool input_phrase_has_subject(const char *subject);
/* The states this subject has, as "lost, present or unknown". */
void input_phrase_describe(const char *subject, char *to, size_t size);

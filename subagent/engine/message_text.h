#pragma once
/* What a contact's command reads: the event as one line of JSON, or as a text for people. Pure. */
#include "config/config.h"
#include "wire/derive.h"
#include "wire/rows.h"

enum { MESSAGE_TEXT_SIZE = 4096 };

struct message_subject {
    const struct site *site;
    struct derive_moment moment;
    const struct contact *contact;
    const struct row_message *message;
    const struct row_event *event;
    bool drill;
    const char *server; /* its name; empty: it is of none */
};

/* Escaped, every text that a row can hold fits. */
void message_text(char to[static MESSAGE_TEXT_SIZE], const struct message_subject *subject);

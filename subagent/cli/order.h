#pragma once
/*
 * What padam has the engine do: a subcommand for each command there is, as a table. Read here,
 * asked and followed in order_run.c.
 */
#include "cli/options.h"
#include "wire/wire.h"

struct order {
    const char *socket;
    bool json, no_wait;
    const char *by;     /* who asks, as given; NULL: not given */
    const char *server; /* a name, of which the engine knows the number; NULL: none */
    struct wire_ask ask;
};

struct order_form {
    const char *name, *words; /* the words that follow the name: "begin|end"; "" */
    const char *summary;      /* one line */
    const char *help;
    unsigned options;       /* of its own, ORDER_… */
    enum command_kind kind; /* unless words or options say otherwise */
    const char *danger;     /* when --confirm is needed, for the help; NULL: never */
    /* Takes its words; false after saying what is wrong. NULL: it has none. */
    bool (*take)(const struct order_form *form, int count, char **words, struct order *order);
    uint32_t least_s, most_s; /* of a duration; 0 is "off" */
};

enum {
    ORDER_CONFIRM = 1 << 0,
    ORDER_TIER = 1 << 1,
    ORDER_SERVER = 1 << 2,
    ORDER_CANCEL = 1 << 3,
    ORDER_ARM = 1 << 4,
    ORDER_ACCOUNT = 1 << 5
};

extern const struct order_form order_forms[];
extern const size_t order_form_count;

/* NULL: there is none of that name. */
const struct order_form *order_form_find(const char *name);

/* argv[0] is the form's name. Says on standard error what is wrong, gives the help on standard
 * output. */
enum options_result order_read(int argc, char **argv, const struct order_form *form,
                               struct order *order);

/* Has it done. argv[0] is a form's name; returns the exit code. */
int order_run(int argc, char **argv);

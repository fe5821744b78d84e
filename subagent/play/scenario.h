#pragma once
/*
 * A scenario: what happens at which time, and what must and must not follow. One statement a line;
 * '#' begins a comment; times are M:SS, H:MM:SS or either with ".mmm", counted from the scenario's
 * own 0:00.
 *
 *   title TEXT
 *   site GROUP.KEY VALUE...           a setting of the configuration file
 *   site server NAME [KEY VALUE]...   declares a server
 *   needs exact-instants              only virtual time can play it
 *   needs exact-order                 and what happens in one instant is in a certain order
 *   starts TIME                       when the engine starts; else a minute before 0:00
 *   initially INPUT STATE             an input's level when the engine starts
 *   initially equipment ITEM STATE
 *   at TIME INPUT STATE               an edge, in people's words: "mains lost"
 *   at TIME set COMMAND [confirm]
 *   at TIME server NAME FACT
 *   at TIME equipment ITEM ready|missing
 *   at TIME restart [down DURATION]   and the other verbs of deed.c
 *   expect TIME[±TOLERANCE] WHAT      it happens then; "... is STATE": it is so then
 *   never WHAT [between TIME TIME]
 *   count WHAT NUMBER [between TIME TIME]
 *   strict                            nothing critical happens that is not expected
 *   end TIME
 *
 * An input is wired when a scenario names it; the mains' phases and the running contact always are.
 */
#include <stdio.h>

#include "play/fact.h"

enum { SCENARIO_SERVER_LIMIT = 32, SCENARIO_LINE_SIZE = 512, SCENARIO_WORD_LIMIT = 48 };

struct setting {
    unsigned line;
    char *key;   /* "genset.wiring" */
    char *value; /* several words are kept, one blank between them */
};

struct scenario_server {
    unsigned line;
    char name[NAME_SIZE];
    struct setting *settings;
    size_t setting_count;
};

enum deed_kind {
    DEED_INPUT,
    DEED_SET,
    DEED_SERVER,
    DEED_EQUIPMENT,
    DEED_RESTART,
    DEED_JOURNAL,
    DEED_REBOOT,
    DEED_WALL_CLOCK,
    DEED_SUBAGENT,
    DEED_NUT,
    DEED_KIND_COUNT
};

/* What "ack report-failed" and "account step 3" mean is known only when it is played. */
enum argument_source { ARGUMENT_GIVEN, ARGUMENT_LAST_NOTICE, ARGUMENT_LAST_DEVIATION };

struct deed {
    enum deed_kind kind;
    unsigned line;
    int64_t at_ms;
    char *text;     /* the statement, as it is shown in a timeline */
    uint32_t roles; /* DEED_INPUT */
    enum input_value value;
    struct command command; /* DEED_SET */
    enum argument_source argument_source;
    size_t server; /* DEED_SERVER, DEED_EQUIPMENT of kind server; DEED_SET: shutdown of one */
    enum server_fact fact;
    enum equipment_kind equipment;
    enum equipment_state equipment_state;
    int64_t duration_ms; /* DEED_RESTART, DEED_REBOOT: time away; DEED_WALL_CLOCK: the jump */
    bool on;             /* DEED_JOURNAL: behind; DEED_SUBAGENT: alive */
    struct ups_word ups; /* DEED_NUT */
};

enum claim_kind { CLAIM_EXPECT, CLAIM_NEVER, CLAIM_COUNT };

struct claim {
    enum claim_kind kind;
    unsigned line;
    int64_t first_ms, last_ms; /* CLAIM_EXPECT: first_ms is the instant */
    int64_t tolerance_ms;
    unsigned count;
    struct pattern pattern;
};

struct scenario {
    char *path, *title;
    struct setting *settings;
    size_t setting_count;
    struct scenario_server servers[SCENARIO_SERVER_LIMIT];
    size_t server_count;
    int64_t starts_ms, end_ms;
    bool strict;
    bool exact;           /* "needs exact-instants" or more */
    bool ordered;         /* "needs exact-order" */
    struct deed *initial; /* at_ms is not used */
    size_t initial_count;
    struct deed *deeds; /* in order of time, then of lines */
    size_t deed_count;
    struct claim *claims;
    size_t claim_count;
};

/*
 * Reads a scenario; path is for messages. Every problem is written to `problems` as
 * "file:line: what was expected", one a line. Returns NULL if there was one.
 */
struct scenario *scenario_parse(const char *path, FILE *text, FILE *problems);

/* The same for a file, which is opened here. */
struct scenario *scenario_load(const char *path, FILE *problems);
void scenario_release(struct scenario *scenario);

/* INPUT_VALUE_UNKNOWN is a level, too: 0 where the role is not wired. */
enum input_value scenario_initial_value(const struct scenario *scenario, enum input_role role);
struct server_names scenario_server_names(const struct scenario *scenario);

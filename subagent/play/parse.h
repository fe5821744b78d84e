#pragma once
/* What the files that read scenarios share: one line's words, and a part of the language each. */
#include "play/scenario.h"

struct line {
    const char *path;
    unsigned number;
    FILE *problems;
    bool failed; /* a problem was told: the rest of the line is not read */
    char *words[SCENARIO_WORD_LIMIT];
    size_t count, next;
};

/* Splits text, which is changed, into words up to a '#' that begins one. */
void line_split(struct line *line, char *text);

/* Tells the line's first problem. */
void line_complain(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

bool line_ended(const struct line *line);
/* The next word without taking it; NULL at the line's end. */
const char *line_peek(const struct line *line);
/* Takes the next word if it is this one. */
bool line_accept(struct line *line, const char *word);
/* Takes the next word; complains about `expected` at the line's end and returns "". */
const char *line_word(struct line *line, const char *expected);
int64_t line_time(struct line *line);
int64_t line_duration(struct line *line);
int64_t line_number(struct line *line, const char *expected, int64_t least, int64_t most);
unsigned line_vocabulary(struct line *line, const struct vocabulary *vocabulary);
/* Place of a declared server. */
size_t line_server(struct line *line, const struct scenario *scenario);
void line_expect_end(struct line *line);
/* The words from place on, one blank between them; NULL without memory. */
char *line_join(const struct line *line, size_t from);

/* deed.c: the rest of "at TIME" and of "initially". */
void deed_read(struct line *line, const struct scenario *scenario, struct deed *deed);
void deed_read_initial(struct line *line, const struct scenario *scenario, struct deed *deed);

/* claim.c: the rest of "expect", "never" and "count". A line of "expect" may make two claims. */
enum { CLAIMS_PER_LINE = 2 };
size_t claim_read(struct line *line, const struct scenario *scenario, enum claim_kind kind,
                  struct claim claims[static CLAIMS_PER_LINE]);

#pragma once
/*
 * Lines for people: broken at the width of a screen, coloured by severity, free of control
 * characters whatever the texts in them hold.
 */
#include <stdbool.h>
#include <stdio.h>

#include "wire/derive.h"

enum { SCREEN_WIDTH = 80, SCREEN_TEXT_SIZE = 512, SCREEN_TIME_SIZE = 32 };

struct screen {
    FILE *to;
    bool colour;
    struct derive_moment moment;
    bool all;  /* nothing is only counted for being too much for a screen */
    bool bars; /* what is left of a step is drawn, too */
};

/* True where standard output is a terminal that colours, and NO_COLOR does not object. */
bool screen_wants_colour(void);

/* Prints a line, coloured unless the severity is 0. What does not fit goes on in lines that begin
 * with so many blanks. */
void screen_line(const struct screen *screen, enum severity severity, unsigned indent,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Prints one line, however long. */
void screen_long_line(const struct screen *screen, enum severity severity, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A severity that calls for attention; 0 for the others. */
enum severity screen_attention(enum severity severity);

/* "10:04:12", with the date in front where it is not today's; "-" for an absent time (seconds since
 * 1970, as derive_epoch_s() gives them). */
void screen_time(const struct screen *screen, int64_t epoch_s, char to[static SCREEN_TIME_SIZE]);

/* "M:SS" of seconds; "-" where absent. */
void screen_duration(int64_t seconds, char to[static SCREEN_TIME_SIZE]);

/* An enumeration's name as words: "start failed". */
void screen_words(const char *name, char to[static SCREEN_TIME_SIZE]);

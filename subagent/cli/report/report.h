#pragma once
/*
 * The report of an incident and the six-monthly recap, as one HTML file that prints to A4. What
 * stands in it is the engine's record (rows) and the configuration (office): nothing is reckoned
 * here that the record does not say.
 */
#include "base/language.h"
#include "cli/report/html.h"
#include "config/config.h"
#include "wire/derive.h"
#include "wire/replica.h"

struct logo {
    const char *media_type; /* NULL: none */
    unsigned char *bytes;
    size_t length;
};

struct report {
    FILE *to;
    const struct config *config;
    const struct logo *logo;
    const struct replica *replica;
    struct derive_moment moment;
    uint32_t number; /* the incident, of a report of one */
    const struct row_incident *incident;
};

/* A half of a year, and the wall times of its beginning and end. */
struct half_year {
    int year;
    unsigned half; /* 1 or 2 */
    int64_t begin_ms, end_ms;
};

/* "2026-1". NULL, or what is wrong. */
const char *half_year_read(const char *text, struct half_year *half);

/* False: the replica has no such incident. */
bool report_print_incident(struct report *report, uint32_t number);
void report_print_recap(struct report *report, const struct half_year *half);

/* NULL, or why the file cannot be printed; the caller frees bytes. Nothing for an empty path. */
const char *logo_read(const char *path, struct logo *logo);

#pragma once
/* What is wrong with a site's SNMP set-up, in plain words, and what to do about it. */
#include "cli/snmp/setup.h"

enum grade { GRADE_GOOD, GRADE_NOTE, GRADE_WARNING, GRADE_ERROR, GRADE_COUNT };

/* Takes one finding: one line, without its end. at: NULL: it is in no file. */
typedef void finding_fn(void *context, enum grade grade, const struct conf_place *at,
                        const char *text);

/* Whether a name has an address; a child asks, as a name server may be dead. */
typedef bool resolve_fn(const char *host);

struct judge {
    const struct setup *setup;
    const char *agentx_socket; /* where padam-agentx connects */
    const char *agentx_group;  /* whose member it is */
    resolve_fn *resolves;
    finding_fn *find;
    void *context;
};

/* Of the configuration alone. */
void judge_configuration(const struct judge *judge);

/* Of snmpd's socket, as it is now. */
void judge_socket(const struct judge *judge);

void finding(const struct judge *judge, enum grade grade, const struct conf_place *at,
             const char *format, ...) __attribute__((format(printf, 4, 5)));

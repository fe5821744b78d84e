#pragma once
/*
 * The configuration file: one file becomes one struct config, or every error in it is reported.
 * Keys, types, ranges and texts are declared once, in schema.c; defaults in core/site.c and
 * defaults.c. (No function here is called config_read: libconfig has one.)
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/line_settings.h"
#include "core/site.h"

enum {
    CONFIG_SOCKET_SIZE = 108, /* a unix socket's path */
    CONFIG_PATH_SIZE = 256,
    CONFIG_TEXT_SIZE = 160,
    CONFIG_SERVER_LIMIT = 10240,
    CONFIG_EVENTS_KEPT_MAX = 100000,
    CONFIG_INCIDENTS_KEPT_MAX = 10000,
    CONFIG_CONTACT_LIMIT = 15
};

enum config_backend { CONFIG_BACKEND_GPIO, CONFIG_BACKEND_SIMULATED };

/*
 * How one server is told and watched. Each command is an argv ended by NULL, argv[0] absolute, run
 * without a shell; NULL: none. All but shutdown may be missing.
 */
struct server_commands {
    char **shutdown;
    char **alternative;
    char **force;
    char **verify;   /* independent evidence. Exit 0: it is off; 1: it is on; other: no evidence */
    char **answers;  /* over the network. Exit 0: it answers; 1: it is silent; other: no evidence */
    char **power_on; /* after the outage. Exit 0: done; that it is up, answers and verify say */
    char **check;    /* readiness: reachable with working credentials. Exit 0: yes */
    bool host_of_self; /* padamd's own machine is a guest of it */
    int64_t verify_interval_ms;
    int64_t verify_timeout_ms;
};

/* Checks made while the mains is fine. Exit 0: ready. NULL: not checked. */
struct equipment_commands {
    char **administrator_computer;
    char **network; /* also the witness of a silent server: the reference host answers */
    int64_t interval_ms;
    int64_t timeout_ms;
};

/* Where Network UPS Tools are asked. */
struct nut_settings {
    char name[NAME_SIZE]; /* the UPS; empty: they are not asked */
    char host[SITE_NAME_SIZE];
    unsigned port;
    int64_t interval_ms;
};

/* How people are told beside SNMP. */
enum config_language { CONFIG_LANGUAGE_EN, CONFIG_LANGUAGE_ID };

struct notify_settings {
    enum config_language language; /* of events' texts and messages */
    int64_t escalate_after_ms;     /* 0: never */
    unsigned parallel;             /* commands at once, of all contacts */
    unsigned queue;                /* messages that wait for one contact */
};

enum contact_format { CONTACT_FORMAT_JSON, CONTACT_FORMAT_TEXT };

/* Somebody who is told of events by a command that reads them from its standard input. */
struct contact {
    char name[NAME_SIZE];
    unsigned index; /* 1 to CONFIG_CONTACT_LIMIT */
    enum role role; /* ROLE_UNKNOWN: any */
    unsigned order; /* 1: told at once; a higher one when the one before did not acknowledge */
    enum severity least_severity;
    enum contact_format format;
    unsigned retries;
    char **notifications; /* their names; none: by role */
    char **command;       /* argv, without a shell. Exit 0: told */
    int64_t timeout_ms;
    int64_t retry_pause_ms;
};

struct engine_settings {
    char socket[CONFIG_SOCKET_SIZE];
    char group[NAME_SIZE]; /* who may connect; empty: the engine's own user and root */
    char journal[CONFIG_PATH_SIZE];
    char shadow[CONFIG_PATH_SIZE]; /* empty: none */
    unsigned events_kept, incidents_kept, commands_kept;
    unsigned journal_limit_mib;
};

/* Who signs a report. */
struct office_person {
    char name[CONFIG_TEXT_SIZE];
    char position[CONFIG_TEXT_SIZE];
    char number[NAME_SIZE]; /* NIP */
};

/* What a report prints; nothing here changes what the programs do. */
struct office {
    char name[CONFIG_TEXT_SIZE];
    char unit[CONFIG_TEXT_SIZE];
    char address[CONFIG_TEXT_SIZE];
    char place[NAME_SIZE];       /* where it is signed */
    char logo[CONFIG_PATH_SIZE]; /* an image file */
    char sop_number[CONFIG_TEXT_SIZE];
    char sop_title[CONFIG_TEXT_SIZE];
    char sop_made[NAME_SIZE], sop_revised[NAME_SIZE], sop_effective[NAME_SIZE];
    char **legal_basis;        /* ended by NULL */
    struct office_person head; /* of the office */
    struct office_person people[ROLE_COUNT];
};

struct config {
    struct site site;
    struct line_map lines;
    enum config_backend backend;
    char simulator_socket[CONFIG_SOCKET_SIZE]; /* backend simulated */
    struct server_commands *server_commands;   /* in the order of site.servers */
    struct equipment_commands equipment;
    struct nut_settings ups;
    struct notify_settings notify;
    struct contact *contacts; /* in the order of the file */
    size_t contact_count;
    struct engine_settings engine;
    struct office office;
    unsigned time_scale; /* 1, or what config_scale_time() was given */
    uint64_t hash;       /* config_hash() of it as it was read */
};

/* "en", "id". */
const char *config_language_code(enum config_language language);

/* message is "file:line: what; expected …" without a line end; it lives until the call returns. */
typedef void config_error_fn(void *context, const char *message);

/*
 * Reads the file at path into *config, which need not be initialised and is written only when there
 * is no error. Returns the number of errors, each reported once. On success the caller releases
 * *config.
 */
int config_load(const char *path, struct config *config, config_error_fn *report, void *context);

/*
 * The same; and in a file without errors, what can be right but hardly is meant is told to warn, as
 * "file:line: what; expected …": also each command's program that is no executable file of this
 * machine.
 */
int config_load_with_warnings(const char *path, struct config *config, config_error_fn *report,
                              config_error_fn *warn, void *context);

/* Frees what *config owns and clears it; NULL and an all-zero config are fine. */
void config_release(struct config *config);

/*
 * Divides all durations by scale, none becoming 0 by that. Only for simulated lines: otherwise, and
 * for a scale outside 1 to 1000, returns false and changes nothing. Call once.
 */
bool config_scale_time(struct config *config, unsigned scale);

/*
 * Exchanges who is told and how, and the office on reports: what may change while an outage runs,
 * as nothing that is decided hangs on it.
 */
void config_exchange_people(struct config *one, struct config *other);

/* The same for two files that mean the same: of config_print()'s text. */
uint64_t config_hash(const struct config *config);

/* Writes the effective configuration, one "group.key = value" a line, in a fixed order. Errors
 * are left to ferror(). */
void config_print(const struct config *config, FILE *to);

/* Writes a commented file of all keys, their ranges and defaults. Errors are left to ferror(). */
void config_describe(FILE *to);

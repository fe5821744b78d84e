#pragma once
/*
 * Reads snmpd's configuration as snmpd does (snmp_config(5)): each folder's snmpd.conf and
 * snmpd.local.conf, includeFile, includeDir, [sections], quotes. Nothing is changed or run.
 */
#include <stdbool.h>
#include <stddef.h>

/* Where something is said; file lives as long as the reader. */
struct conf_place {
    const char *file;
    unsigned line;
};

struct conf_handlers {
    /* words[0] is the directive; the words live during the call. */
    void (*directive)(void *context, const struct conf_place *at, char **words, size_t count);
    void (*trouble)(void *context, const struct conf_place *at, const char *what);
    void *context;
};

struct conf_reader;

/* NULL if there is no memory. handlers must outlive it. */
struct conf_reader *conf_open(const struct conf_handlers *handlers);
/* Accepts NULL. */
void conf_close(struct conf_reader *reader);

/* Tells of each directive in a file, and what it includes. False where there is no such file. */
bool conf_read(struct conf_reader *reader, const char *path);

/* Reads what snmpd would: the folders of SNMPCONFPATH, else those of Debian's snmpd. False where no
 * folder has a file. */
bool conf_read_usual(struct conf_reader *reader);

#pragma once
/* One reading of one file: its syntax tree, the configuration made from it, the errors found. */
#include <libconfig.h>

#include "config/keys.h"

struct reader {
    const char *path;
    config_t tree;
    struct config config;
    struct server_entry *servers; /* in the order of the file */
    size_t server_count;
    struct contact *contacts; /* the same */
    size_t contact_count;
    config_error_fn *report;
    config_error_fn *warn; /* NULL: what is only worth a warning is not looked for */
    void *context;
    int errors;
    struct {
        const char *path;
        int trouble;
    } looked; /* at which program last: servers mostly have the same */
};

/* Reports an error at a setting; NULL: at the file as a whole. */
void config_fault(struct reader *reader, const config_setting_t *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void config_fault_line(struct reader *reader, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tells reader->warn, if there is one; no error. */
void config_warn(struct reader *reader, const config_setting_t *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* file.c: the whole file in memory, ended by NUL, or NULL with the error reported. Caller frees. */
char *config_file_read(struct reader *reader);

/* scan.c: brackets and quotes that are not closed, the innermost last. */
enum { OPEN_MARK_LIMIT = 16 };
struct open_marks {
    size_t count;
    struct open_mark {
        char what;
        int line;
    } marks[OPEN_MARK_LIMIT];
};

/* Looks for what the parser does not see; false with the errors reported. */
bool config_text_scan(struct reader *reader, const char *text, struct open_marks *marks);

/* Reads the text into reader->tree; false with the error reported. */
bool config_tree_parse(struct reader *reader, const char *text);

/*
 * values.c: reads the members of a group by a table of keys and reports what is unknown, wrong or
 * missing, and a setting that is no group. Subgroups are known by name and left to the caller.
 */
struct key_group {
    const config_setting_t *setting;
    const char *path; /* "genset", "inputs.mains_l1"; "" for the file */
    const struct key_table *table;
    void *entry; /* what the table is about */
    const char *const *subgroups;
    size_t subgroup_count;
};
void config_group_read(struct reader *reader, const struct key_group *group);

/* True for a setting whose value was not usable; its key then still has its default. */
bool config_setting_is_faulty(const config_setting_t *setting);

/* sections.c: the whole tree into reader->config and reader->servers. */
void config_sections_read(struct reader *reader);

/* The setting at "group.key", or NULL; its line, or 0; whether it is there with a usable value. */
const config_setting_t *config_setting_at(const struct reader *reader, const char *path);
unsigned config_setting_line(const config_setting_t *setting);
bool config_setting_is_given(const config_setting_t *group, const char *name);

/* check.c: what only several keys together can get wrong. */
void config_check(struct reader *reader);

/* contacts.c: what contacts can get wrong together, or by names of notifications. */
void config_contacts_check(struct reader *reader);

/* orders.c: durations that must not be longer than others. */
void config_orders_check(struct reader *reader);

/* check.c: a member of a server; NULL where it is not set. */
const config_setting_t *config_server_key_at(const struct reader *reader, size_t place,
                                             const char *name);

/* self.c: what goes down with padamd's machine, and what would take it down by mistake. */
void config_self_check(struct reader *reader, size_t place);

/* For a file without errors: what can be right but hardly is meant. */
/* check.c: whether there can be evidence that a server with these commands is off */
bool config_can_be_verified(const struct reader *reader, const struct server_commands *commands);
void config_orders_doubt(struct reader *reader);   /* orders.c */
void config_start_doubt(struct reader *reader);    /* doubts.c */
void config_servers_doubt(struct reader *reader);  /* doubts.c */
void config_shutdown_doubt(struct reader *reader); /* doubts.c: with the servers in place */
void config_contacts_doubt(struct reader *reader); /* contacts.c */
void config_programs_doubt(struct reader *reader); /* programs.c: those that cannot be run */
void config_office_doubt(struct reader *reader);   /* office.c: a logo that is not there */

/* suggest.c: the nearest of the names, or NULL when none is near. */
const char *config_suggest(const char *word, const char *const *names, size_t count);

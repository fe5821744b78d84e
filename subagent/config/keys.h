#pragma once
/* Every key of the file, declared once: reading, printing and describing it go by these tables. */
#include "config/config.h"

enum key_type {
    KEY_TEXT,     /* char[size], UTF-8 of at least min bytes */
    KEY_PATH,     /* char[size], absolute; may be empty where min is 0 */
    KEY_DURATION, /* int64_t, ms; in the file a number of seconds */
    KEY_COUNT,    /* unsigned */
    KEY_SWITCH,   /* bool */
    KEY_CHOICE,   /* an enum */
    KEY_ARGV,     /* char **, a program and its arguments */
    KEY_TEXTS,    /* char ** */
    KEY_TYPE_COUNT
};

struct choice {
    const char *name; /* NULL ends the list */
    unsigned value;
};

struct key {
    const char *name;
    const char *purpose;
    enum key_type type;
    bool required;
    size_t offset; /* into the struct its table is about */
    size_t size;   /* bytes of a text with its end mark */
    int64_t min, max;
    const struct choice *choices;
};

struct key_table {
    const struct key *keys;
    size_t count;
};

/* A group of keys with a fixed place in struct config; a dot in the name: a group in a group. */
struct section {
    const char *name;
    size_t offset;
    struct key_table table;
    const char *purpose;
};

extern const struct section config_sections[];
extern const size_t config_section_count;

/* The keys of one input, output and server are read into these. */
struct input_entry {
    struct line_settings line;
    struct input_settings input;
};

struct server_entry {
    struct server_settings settings;
    struct server_commands commands;
};

extern const struct key_table config_input_keys;   /* struct input_entry */
extern const struct key_table config_output_keys;  /* struct line_settings */
extern const struct key_table config_server_keys;  /* struct server_entry */
extern const struct key_table config_contact_keys; /* struct contact */

/* The words of the file for a role: "mains_l1", "run"; NULL for none. Static. */
const char *config_input_word(enum input_role role);
const char *config_output_word(enum output_role role);

/* What a role senses or drives, for people. */
const char *config_input_purpose(enum input_role role);
const char *config_output_purpose(enum output_role role);

/* A list of texts that ends with NULL, or NULL. */
void config_list_free(char **list);

/* Frees the lists in one struct that the table is about, and clears them. */
void config_keys_release(const struct key_table *table, void *entry);

/* words.c: seconds without needless decimals; what values a key takes: "3 to 30 seconds". */
enum { SECONDS_SIZE = 32, EXPECTED_SIZE = 160 };
void config_seconds_format(char to[static SECONDS_SIZE], int64_t duration_ms);
void config_expected_describe(const struct key *key, char expected[static EXPECTED_SIZE]);

/* print.c: a value as it stands in the file, piece by piece. */
struct printer {
    void (*put)(void *context, const char *text);
    void *context;
};
void config_value_print(const struct printer *printer, const struct key *key, const void *value);
void config_printer_to_file(struct printer *printer, FILE *to);

/* defaults.c */
void config_set_defaults(struct config *config);
struct input_entry config_default_input(enum input_role role);
struct line_settings config_default_output(void);
struct server_entry config_default_server(void);
struct contact config_default_contact(void);

#pragma once
/* Configurations from memory instead of files. */
#include <stddef.h>

#include "config/config.h"

enum { MESSAGES_SIZE = 8192 };

struct messages {
    size_t count;
    char text[MESSAGES_SIZE]; /* one a line, each without the file's name: ":3: what" */
};

/* Loads this text, as config_load() does. */
int config_text_load(const char *text, size_t length, struct config *config,
                     struct messages *messages);

/* What is told of a text that must be right, but may hardly be meant. */
void config_text_doubt(const char *text, struct messages *warnings);

/* Loads a text that must be right; the caller releases *config. */
void config_text_load_well(const char *text, struct config *config);

/* The whole file; the caller frees it. Fails the test if it cannot be read. */
char *config_text_of_file(const char *path);

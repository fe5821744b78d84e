#pragma once
/* The language of what people are shown and told: gettext's catalogues, in English where there is
 * none. What programs read (JSON, CSV, states over SNMP), errors, logs and --help stay English. */
#include <libintl.h>
#include <stdbool.h>

#define LANGUAGE_DOMAIN "padam"

#define _(text) gettext(text)
/* Marks a text of a table for the catalogue; it is looked up where it is shown. */
#define N_(text) text

/*
 * "id", "en", or NULL for that of the environment's locale. A locale need not be generated on this
 * machine for its language to be shown. False where there is no such catalogue: language_expected
 * says what there should be.
 */
bool language_begin(const char *wanted);
extern const char language_expected[];

/* The code of the language shown, "en" or "id". */
const char *language_code(void);

/* Looks a text up that may be empty, or in no catalogue, as those that the engine tells. */
const char *language_text(const char *text);

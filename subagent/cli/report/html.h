#pragma once
/*
 * HTML, written piece by piece. Markup is the program's own and goes through html_put() alone; all
 * text is escaped, whoever wrote it, so that it can be neither markup nor end an attribute.
 */
#include <stdio.h>

enum { HTML_TEXT_SIZE = 1024 };

/* Writes markup as it is. */
void html_put(FILE *to, const char *markup);

/* Writes text. What is no UTF-8, control characters and those that turn the direction of writing
 * become U+FFFD; a line's end becomes a blank. */
void html_text(FILE *to, const char *text);
void html_format(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes an element with that text; tag may have attributes: "td class=number". */
void html_element(FILE *to, const char *tag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes bytes as a data URI, without quotes. */
void html_data_uri(FILE *to, const char *media_type, const unsigned char *bytes, size_t length);

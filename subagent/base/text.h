#pragma once
/*
 * Strings in buffers of fixed size. What does not fit is cut at a character's (UTF-8) boundary, the
 * result is always ended, and the functions return whether all of it fitted. A size is that of the
 * whole buffer.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEXT_DURATION_SIZE = 32 };

bool text_copy(char *to, size_t size, const char *from);
bool text_format(char *to, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool text_append(char *to, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool text_append_args(char *to, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/*
 * Octets of the well-formed UTF-8 character (RFC 3629, section 4) that begins at text, of which
 * length octets may be read; 0 if there is none, as for NUL.
 */
size_t text_character_size(const char *text, size_t length);

/* Nothing but white space, control and other characters that show nothing. */
bool text_is_blank(const char *text);

/* Puts spaces for every control character, those included that change how what follows is shown. */
void text_one_line(char *text);

/* "M:SS", or "H:MM:SS" from an hour on, with ".mmm" when it is not whole seconds; "-" before a
 * negative one. */
void text_format_duration(char to[static TEXT_DURATION_SIZE], int64_t duration_ms);

/*
 * Reads "M:SS", "H:MM:SS" (either with ".mmm"), "Ns" or "Nms", and nothing else. Returns NULL and
 * sets *duration_ms, or says what is wrong and leaves it alone.
 */
const char *text_parse_duration(const char *text, int64_t *duration_ms);

#pragma once
/*
 * Lines for the administrator on standard error: with sd-daemon prefixes when that is the journal,
 * else "name: warning: text". A reader that has stopped never blocks the caller: lines are then
 * lost, and counted.
 */

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_NOTICE = 5,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7,
};

/* name must live as long as the program. Before this call the name is "padam" and the level is
 * notice. */
void log_open(const char *name, enum log_level most_detailed);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

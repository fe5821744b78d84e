#pragma once
/*
 * A log that is a regular file, written by a process of its own: a frozen disk holds whoever writes
 * to it, and poll() does not tell beforehand. Lines that process does not take are lost and
 * counted, as with any reader that has stopped.
 */
#include <stdint.h>

/* Where standard error is a regular file, it becomes a pipe to that process. 0, or -1 and errno. */
int log_file_begin(void);

/* What was logged is waited for, no longer than that. Standard error is then the file itself. */
void log_file_end(int64_t limit_ms);

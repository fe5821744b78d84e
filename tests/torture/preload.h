#pragma once
/* For what is loaded before a program. */

/* The name that this process was called by, or "journal" for padamd's process for the journal; ""
 * if that cannot be read. */
const char *preload_role(void);

#pragma once
/*
 * Messages to the service manager: the protocol of sd_notify(3), sent without ever waiting.
 * libsystemd's own functions wait for a manager that does not read.
 */
enum { SERVICE_NOBODY = -1 };

/* The socket to tell it through, or SERVICE_NOBODY: there is no manager, or no way to it. */
int service_open(void);
void service_close(int service);

/*
 * Lines of NAME=value, and a descriptor that goes with them, or -1. Returns 0 when the manager has
 * them or there is none, else a negative errno: it was not told.
 */
int service_tell(int service, const char *text, int fd);

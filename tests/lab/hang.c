/*
 * Loaded before padam-agentx (LD_PRELOAD): once the file PADAM_HANG is there, the next call by
 * which something is handed to Net-SNMP takes the file and does not return.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

int snmp_async_send(void *session, void *pdu, void *callback, void *context);

int snmp_async_send(void *session, void *pdu, void *callback, void *context)
{
    union {
        void *symbol;
        int (*call)(void *, void *, void *, void *);
    } next = {.symbol = dlsym(RTLD_NEXT, "snmp_async_send")};
    const char *path = getenv("PADAM_HANG");
    while (path && unlink(path) == 0)
        for (;;)
            pause();
    return next.call(session, pdu, callback, context);
}

#include "engine/supervisor.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/log.h"

#define HELD_FD_NAME "padam-run"

static const uint64_t cranking_watchdog_us = 2000000;

/* 0: no watchdog. */
static uint64_t watchdog_us(void)
{
    uint64_t us = 0;
    return sd_watchdog_enabled(0, &us) > 0 ? us : 0;
}

static void tell(const char *text)
{
    if (sd_notify(0, text) < 0)
        log_debug("the service manager could not be told: %s", text);
}

int supervisor_take_held_fd(void)
{
    char **names = NULL;
    int held = -1;
    int count = sd_listen_fds_with_names(1, &names);
    for (int i = 0; i < count; i++) {
        int fd = SD_LISTEN_FDS_START + i;
        if (held < 0 && strcmp(names[i], HELD_FD_NAME) == 0)
            held = fd;
        else
            close(fd);
        free(names[i]);
    }
    free(names);
    return held;
}

void supervisor_keep_held_fd(int fd)
{
    tell("FDSTOREREMOVE=1\nFDNAME=" HELD_FD_NAME);
    if (fd < 0)
        return;
    if (sd_pid_notify_with_fds(0, 0, "FDSTORE=1\nFDNAME=" HELD_FD_NAME, &fd, 1) < 0)
        log_warning("the service manager does not keep the held run output");
}

void supervisor_ready(void)
{
    tell("READY=1");
}

void supervisor_stopping(void)
{
    tell("STOPPING=1");
}

void supervisor_alive(void)
{
    tell("WATCHDOG=1");
}

bool supervisor_set_cranking(bool cranking)
{
    uint64_t normal_us = watchdog_us();
    if (normal_us == 0)
        return false;
    bool tighter = cranking && cranking_watchdog_us < normal_us;
    if (sd_notifyf(0,
                   "WATCHDOG_USEC=%" PRIu64 "\nWATCHDOG=1",
                   tighter ? cranking_watchdog_us : normal_us) < 0)
        log_warning("the service manager's watchdog could not be set");
    return tighter;
}

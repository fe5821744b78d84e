#include "engine/supervisor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/log.h"
#include "base/service.h"
#include "base/text.h"

#define HELD_FD_NAME "padam-run"

enum { TEXT_SIZE = 64, SIGNS_IN_AN_INTERVAL = 2, US_PER_MS = 1000 };

static const uint64_t cranking_watchdog_us = 2000000;
static const int64_t cranking_alive_ms = 500;

/* In the order in which they are told; each is told until it was taken. */
enum message { MESSAGE_FORGET, MESSAGE_KEEP, MESSAGE_READY, MESSAGE_WATCHDOG, MESSAGE_STOPPING };
enum { MESSAGE_COUNT = MESSAGE_STOPPING + 1 };

static const char *const texts[MESSAGE_COUNT] = {
    [MESSAGE_FORGET] = "FDSTOREREMOVE=1\nFDNAME=" HELD_FD_NAME,
    [MESSAGE_KEEP] = "FDSTORE=1\nFDNAME=" HELD_FD_NAME,
    [MESSAGE_READY] = "READY=1",
    [MESSAGE_STOPPING] = "STOPPING=1",
};

struct supervisor {
    int service;
    uint64_t watchdog_us; /* as the manager set it; 0: none */
    bool cranking;
    int held_fd;
    bool untold[MESSAGE_COUNT];
    bool trouble_logged;
};

struct supervisor *supervisor_open(void)
{
    struct supervisor *supervisor = calloc(1, sizeof *supervisor);
    if (!supervisor)
        return NULL;
    uint64_t us = 0;
    supervisor->watchdog_us = sd_watchdog_enabled(0, &us) > 0 ? us : 0;
    supervisor->held_fd = -1;
    supervisor->service = service_open();
    return supervisor;
}

void supervisor_close(struct supervisor *supervisor)
{
    if (!supervisor)
        return;
    service_close(supervisor->service);
    free(supervisor);
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

/* ---- what has to arrive ---- */

static bool is_tighter(const struct supervisor *supervisor)
{
    return supervisor->cranking && cranking_watchdog_us < supervisor->watchdog_us;
}

static int watchdog_tell(const struct supervisor *supervisor)
{
    char text[TEXT_SIZE];
    text_format(text,
                sizeof text,
                "WATCHDOG_USEC=%" PRIu64 "\nWATCHDOG=1",
                is_tighter(supervisor) ? cranking_watchdog_us : supervisor->watchdog_us);
    return service_tell(supervisor->service, text, -1);
}

static int message_tell(const struct supervisor *supervisor, enum message message)
{
    if (message == MESSAGE_WATCHDOG)
        return watchdog_tell(supervisor);
    return service_tell(
        supervisor->service, texts[message], message == MESSAGE_KEEP ? supervisor->held_fd : -1);
}

static void trouble_log(struct supervisor *supervisor, int failed)
{
    if (!supervisor->trouble_logged)
        log_warning("the service manager does not take what it is told (%s): it is told again",
                    strerror(-failed));
    supervisor->trouble_logged = true;
}

void supervisor_retry(struct supervisor *supervisor)
{
    for (int message = 0; message < MESSAGE_COUNT; message++) {
        if (!supervisor->untold[message])
            continue;
        int failed = message_tell(supervisor, (enum message)message);
        if (failed < 0) {
            trouble_log(supervisor, failed);
            return;
        }
        supervisor->untold[message] = supervisor->trouble_logged = false;
    }
}

static void message_take(struct supervisor *supervisor, enum message message)
{
    supervisor->untold[message] = true;
    supervisor_retry(supervisor);
}

void supervisor_keep_held_fd(struct supervisor *supervisor, int fd)
{
    supervisor->held_fd = fd;
    supervisor->untold[MESSAGE_KEEP] = fd >= 0;
    message_take(supervisor, MESSAGE_FORGET);
}

void supervisor_ready(struct supervisor *supervisor)
{
    message_take(supervisor, MESSAGE_READY);
}

void supervisor_stopping(struct supervisor *supervisor)
{
    message_take(supervisor, MESSAGE_STOPPING);
}

/* ---- signs of life ---- */

void supervisor_alive(struct supervisor *supervisor)
{
    int failed = service_tell(supervisor->service, "WATCHDOG=1", -1);
    if (failed < 0)
        log_debug("a sign of life is dropped: %s", strerror(-failed));
}

void supervisor_set_cranking(struct supervisor *supervisor, bool cranking)
{
    if (cranking == supervisor->cranking || supervisor->watchdog_us == 0)
        return;
    supervisor->cranking = cranking;
    message_take(supervisor, MESSAGE_WATCHDOG);
}

int64_t supervisor_alive_every_ms(const struct supervisor *supervisor)
{
    if (is_tighter(supervisor))
        return cranking_alive_ms;
    int64_t every_ms = (int64_t)(supervisor->watchdog_us / US_PER_MS) / SIGNS_IN_AN_INTERVAL;
    return supervisor->watchdog_us && every_ms == 0 ? 1 : every_ms;
}

#include "play/lab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    EVENTS_AT_ONCE = 16,
    NOTICE_TOLERANCE_MS = 10,
    OUTPUT_TOLERANCE_MS = 10,     /* the lab's kernel tells each change */
    ROW_TOLERANCE_MS = 400,       /* written at most 200 ms later, then asked for */
    SECONDS_TOLERANCE_MS = 1250,  /* SNMP tells instants in whole seconds */
    EVIDENCE_TOLERANCE_MS = 1250, /* servers are looked at again after a second */
};

/* ---- deeds ---- */

static void do_subagent(struct live *live, const struct deed *deed)
{
    if (deed->on)
        (void)lab_agentx_start(live);
    else
        lab_agentx_kill(live);
}

static void do_wall_clock(struct live *live, const struct deed *deed)
{
    int64_t wall_ms = clock_wall_ms() + deed->duration_ms;
    struct timespec to = {.tv_sec = wall_ms / 1000, .tv_nsec = wall_ms % 1000 * 1000000};
    if (clock_settime(CLOCK_REALTIME, &to) < 0)
        live_fail(live, "the wall clock cannot be set");
}

/* ---- the level ---- */

static bool lab_open(struct live *live)
{
    live->lab = calloc(1, sizeof *live->lab);
    if (!live->lab) {
        live_fail(live, "out of memory");
        return false;
    }
    live->lab->trap_fd = -1;
    live->lab->watch_fd = epoll_create1(EPOLL_CLOEXEC);
    if (live->lab->watch_fd < 0) {
        live_fail(live, "nothing can be watched: %s", strerror(errno));
        return false;
    }
    lab_look_open(live);
    return lab_chips_open(live) && lab_programs_open(live);
}

static void lab_close(struct live *live)
{
    if (!live->lab)
        return;
    lab_programs_close(live);
    lab_chips_close(live);
    if (live->lab->watch_fd >= 0)
        (void)close(live->lab->watch_fd);
    free(live->lab);
    live->lab = NULL;
}

static bool lab_connect(struct live *live)
{
    lab_chips_read(live);
    return true;
}

bool lab_watch(struct live *live, int fd, uint32_t events, uint32_t what)
{
    struct epoll_event event = {.events = events, .data.u32 = what};
    if (epoll_ctl(live->lab->watch_fd, EPOLL_CTL_ADD, fd, &event) == 0)
        return true;
    live_fail(live, "a line or snmptrapd cannot be watched: %s", strerror(errno));
    return false;
}

static int lab_fd(const struct live *live)
{
    return live->lab->watch_fd;
}

static void lab_readable(struct live *live, size_t place)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    (void)place;
    int count = epoll_wait(live->lab->watch_fd, events, EVENTS_AT_ONCE, 0);
    for (int i = 0; i < count; i++)
        if (events[i].data.u32 == LAB_WATCH_TRAPS)
            lab_traps_readable(live);
        else
            lab_chips_changed(live, (enum output_role)events[i].data.u32);
}

static bool lab_takes_row(struct live *live, enum row_table table, uint32_t key, const void *row,
                          const void *before)
{
    if (table == ROW_event && !before)
        lab_event_published(live, key, row);
    return table == ROW_event || table == ROW_mains || table == ROW_genset || table == ROW_step;
}

const struct live_driver lab_driver = {
    .tolerances = {.evidence_tolerance_ms = EVIDENCE_TOLERANCE_MS,
                   .tolerance_ms = {[FACT_NOTICE] = NOTICE_TOLERANCE_MS,
                                    [FACT_OUTPUT] = OUTPUT_TOLERANCE_MS,
                                    [FACT_GENSET] = ROW_TOLERANCE_MS,
                                    [FACT_MAINS] = ROW_TOLERANCE_MS,
                                    [FACT_HOLD] = ROW_TOLERANCE_MS,
                                    [FACT_STEP] = SECONDS_TOLERANCE_MS,
                                    [FACT_RECORD] = EVIDENCE_TOLERANCE_MS,
                                    [FACT_DEVIATION] = ROW_TOLERANCE_MS,
                                    [FACT_INCIDENT] = ROW_TOLERANCE_MS,
                                    [FACT_SERVER] = EVIDENCE_TOLERANCE_MS,
                                    [FACT_TOLD] = EVIDENCE_TOLERANCE_MS,
                                    [FACT_ANSWER] = ROW_TOLERANCE_MS,
                                    [FACT_COMMAND] = ROW_TOLERANCE_MS}},
    .acts = {[DEED_SUBAGENT] = {.act = do_subagent},
             [DEED_WALL_CLOCK] = {.act = do_wall_clock},
             [DEED_JOURNAL] = {.missing =
                                   "a journal is found behind at its next batch only; a guest "
                                   "script of the lab stalls it"},
             [DEED_REBOOT] = {.missing = "a reboot would end the player, too"}},
    .own_chips = true,
    .exact = true, /* in virtual time */
    .open = lab_open,
    .judge = lab_traps_judge,
    .close = lab_close,
    .connect = lab_connect,
    .disconnect = lab_chips_read,
    .set_line = lab_chips_set,
    .fd = lab_fd,
    .readable = lab_readable,
    .woken = lab_look,
    .due = lab_look_due,
    .takes_row = lab_takes_row,
};

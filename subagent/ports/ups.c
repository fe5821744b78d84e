#include "ports/ups.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "ports/ups_process.h"
#include "ports/ups_status.h"

enum {
    /* Beyond the interval: a connection, and three answers, may take five seconds each. */
    SILENCE_MS = 30000,
    FIRST_PAUSE_MS = 1000,
    LAST_PAUSE_MS = 60000,
    US_PER_MS = 1000,
    ACCURACY_US = 100000,
    ARGUMENT_SIZE = 64,
    REPORTS_AT_ONCE = 16,
    /* After lines and timers, before clients. */
    PRIORITY = SD_EVENT_PRIORITY_NORMAL + 5
};

struct ups_port {
    struct spawner *spawner;
    ups_handler *handler;
    void *context;
    char arguments[UPS_ARGUMENT_COUNT][ARGUMENT_SIZE];
    int64_t interval_ms;
    int64_t pause_ms; /* before the next process, if this one ends */
    bool runs;
    struct spawned spawned;
    int fd; /* -1: none */
    sd_event_source *source, *silence_timer, *again_timer;
    char reason[UPS_TEXT_SIZE];
};

const char *ups_port_reason(const struct ups_port *port)
{
    return port->reason;
}

/* ---- timers ---- */

static void timer_set(sd_event_source *timer, int64_t from_now_ms)
{
    int result = sd_event_source_set_time_relative(timer, (uint64_t)from_now_ms * US_PER_MS);
    if (result >= 0)
        result = sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
    if (result < 0)
        log_error("UPS: a timer cannot be set: %s", strerror(-result));
}

static void silence_await(struct ups_port *port)
{
    timer_set(port->silence_timer, port->interval_ms + SILENCE_MS);
}

/* ---- what it says ---- */

static void report_take(struct ups_port *port, const struct ups_report *report)
{
    text_copy(port->reason, sizeof port->reason, report->text);
    port->handler(port->context, report);
}

static void socket_leave(struct ups_port *port)
{
    port->source = sd_event_source_disable_unref(port->source);
    if (port->fd >= 0)
        (void)close(port->fd);
    port->fd = -1;
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *context)
{
    (void)source, (void)events;
    struct ups_port *port = context;
    for (int i = 0; i < REPORTS_AT_ONCE; i++) {
        struct ups_report report;
        ssize_t size = recv(fd, &report, sizeof report, MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return 0;
        if (size <= 0) {
            socket_leave(port); /* that it has ended is told by the spawner */
            return 0;
        }
        /* The library may complain on the same descriptor: that is no report. */
        if (size != (ssize_t)sizeof report || !ups_report_is_valid(&report))
            continue;
        port->pause_ms = FIRST_PAUSE_MS;
        silence_await(port);
        report_take(port, &report);
    }
    return 0;
}

/* ---- the process ---- */

static void try_later(struct ups_port *port)
{
    timer_set(port->again_timer, port->pause_ms);
    port->pause_ms = port->pause_ms * 2 < LAST_PAUSE_MS ? port->pause_ms * 2 : LAST_PAUSE_MS;
}

static void on_ended(struct spawned *spawned, const struct spawn_end *end)
{
    struct ups_port *port =
        (struct ups_port *)(void *)((char *)spawned - offsetof(struct ups_port, spawned));
    port->runs = false;
    socket_leave(port);
    if (end->error)
        log_warning("UPS: its process cannot be started: %s", strerror(end->error));
    else
        log_warning("UPS: its process has ended; it is started again in %lld s",
                    (long long)port->pause_ms / 1000);
    try_later(port);
}

static int process_run(struct ups_port *port, int output_fd)
{
    const char *const argv[] = {"/proc/self/exe",
                                port->arguments[UPS_ARGUMENT_OPTION],
                                port->arguments[UPS_ARGUMENT_NAME],
                                port->arguments[UPS_ARGUMENT_HOST],
                                port->arguments[UPS_ARGUMENT_PORT],
                                port->arguments[UPS_ARGUMENT_INTERVAL_MS],
                                NULL};
    static const char *const environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", NULL};
    const struct spawn_order order = {
        .argv = argv, .environment = environment, .input_fd = -1, .output_fd = output_fd};
    port->spawned.ended = on_ended;
    return spawner_run(port->spawner, &order, &port->spawned);
}

static int process_start(struct ups_port *port)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    port->fd = ends[0];
    int result = sd_event_add_io(
        spawner_event(port->spawner), &port->source, port->fd, EPOLLIN, on_readable, port);
    if (result >= 0)
        result = sd_event_source_set_priority(port->source, PRIORITY);
    if (result >= 0)
        result = process_run(port, ends[1]);
    (void)close(ends[1]);
    port->runs = result >= 0;
    if (result < 0)
        socket_leave(port);
    return result;
}

static void process_begin(struct ups_port *port)
{
    int result = process_start(port);
    if (result >= 0)
        return;
    log_warning("UPS: its process cannot be started: %s", strerror(-result));
    try_later(port);
}

static int on_again(sd_event_source *source, uint64_t us, void *context)
{
    (void)source, (void)us;
    process_begin(context);
    return 0;
}

/* One that not even SIGKILL ends has no successor until it has. */
static int on_silence(sd_event_source *source, uint64_t us, void *context)
{
    (void)source, (void)us;
    struct ups_port *port = context;
    struct ups_report report;
    if (port->runs && spawner_signal(port->spawner, &port->spawned, SIGKILL) < 0)
        log_warning("UPS: its process, which is silent, cannot be ended now");
    silence_await(port);
    ups_report_unknown(&report, UPS_LINK_UNREACHABLE, "the process that asks is silent");
    report_take(port, &report);
    return 0;
}

/* ---- open, close ---- */

static void arguments_write(struct ups_port *port, const struct ups_port_settings *settings)
{
    text_copy(port->arguments[UPS_ARGUMENT_OPTION], ARGUMENT_SIZE, UPS_PROCESS_OPTION);
    text_copy(port->arguments[UPS_ARGUMENT_NAME], ARGUMENT_SIZE, settings->name);
    text_copy(port->arguments[UPS_ARGUMENT_HOST], ARGUMENT_SIZE, settings->host);
    text_format(port->arguments[UPS_ARGUMENT_PORT], ARGUMENT_SIZE, "%u", settings->port);
    text_format(port->arguments[UPS_ARGUMENT_INTERVAL_MS],
                ARGUMENT_SIZE,
                "%lld",
                (long long)settings->interval_ms);
}

static bool timer_add(struct ups_port *port, sd_event_source **timer,
                      sd_event_time_handler_t handler)
{
    return sd_event_add_time_relative(spawner_event(port->spawner),
                                      timer,
                                      CLOCK_BOOTTIME,
                                      0,
                                      ACCURACY_US,
                                      handler,
                                      port) >= 0 &&
           sd_event_source_set_enabled(*timer, SD_EVENT_OFF) >= 0;
}

struct ups_port *ups_port_open(struct spawner *spawner, const struct ups_port_settings *settings,
                               ups_handler *handler, void *context)
{
    struct ups_port *port = calloc(1, sizeof *port);
    if (!port)
        return NULL;
    port->spawner = spawner;
    port->handler = handler;
    port->context = context;
    port->interval_ms = settings->interval_ms;
    port->pause_ms = FIRST_PAUSE_MS;
    port->fd = -1;
    arguments_write(port, settings);
    if (!timer_add(port, &port->silence_timer, on_silence) ||
        !timer_add(port, &port->again_timer, on_again)) {
        ups_port_close(port);
        return NULL;
    }
    silence_await(port);
    process_begin(port);
    return port;
}

void ups_port_close(struct ups_port *port)
{
    if (!port)
        return;
    if (port->runs)
        spawner_forget(port->spawner, &port->spawned);
    socket_leave(port);
    sd_event_source_disable_unref(port->silence_timer);
    sd_event_source_disable_unref(port->again_timer);
    free(port);
}

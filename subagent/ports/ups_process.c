#include "ports/ups_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <upsclient.h>

#include "base/text.h"
#include "ports/ups_status.h"

enum {
    CONNECT_LIMIT_S = 5,
    ANSWER_SIZE = 256,
    DECIMAL = 10,
    ANSWER_PARTS = 4 /* VAR, the UPS, the variable, its value */
};

struct asker {
    const char *name, *host;
    uint16_t port;
    int interval_ms;
    UPSCONN_t connection;
    bool is_connected;
};

/* ---- asking ---- */

static void hang_up(struct asker *asker)
{
    if (asker->is_connected)
        (void)upscli_disconnect(&asker->connection); /* it is gone either way */
    asker->is_connected = false;
}

static bool call(struct asker *asker)
{
    struct timeval limit = {.tv_sec = CONNECT_LIMIT_S};
    if (!asker->is_connected)
        asker->is_connected =
            upscli_tryconnect(&asker->connection, asker->host, asker->port, 0, &limit) == 0;
    return asker->is_connected;
}

static bool ask(struct asker *asker, const char *variable, char to[static ANSWER_SIZE])
{
    const char *query[] = {"VAR", asker->name, variable};
    size_t count = 0;
    char **answer = NULL;
    if (upscli_get(&asker->connection, sizeof query / sizeof *query, query, &count, &answer) < 0 ||
        count < ANSWER_PARTS)
        return false;
    return text_copy(to, ANSWER_SIZE, answer[ANSWER_PARTS - 1]);
}

static int32_t ask_number(struct asker *asker, const char *variable, int32_t most)
{
    char answer[ANSWER_SIZE];
    return ask(asker, variable, answer) ? ups_number_read(answer, most) : -1;
}

/* upsd answers, but its driver, or the driver's UPS, does not. */
static bool is_stale(struct asker *asker)
{
    int error = upscli_upserror(&asker->connection);
    return error == UPSCLI_ERR_DATASTALE || error == UPSCLI_ERR_DRVNOTCONN;
}

static void report_trouble(struct asker *asker, struct ups_report *report)
{
    bool stale = is_stale(asker);
    ups_report_unknown(
        report, stale ? UPS_LINK_STALE : UPS_LINK_UNREACHABLE, upscli_strerror(&asker->connection));
    if (!stale)
        hang_up(asker);
}

static bool ask_all(struct asker *asker, struct ups_report *report)
{
    char status[ANSWER_SIZE];
    if (!call(asker) || !ask(asker, "ups.status", status))
        return false;
    ups_report_unknown(report, UPS_LINK_OK, "");
    ups_status_read(report, status);
    report->runtime_s = ask_number(asker, "battery.runtime", INT32_MAX);
    report->charge_percent = ask_number(asker, "battery.charge", UPS_CHARGE_MAX);
    return true;
}

/* An upsd that was restarted closed the connection: that alone is no trouble. */
static void report_make(struct asker *asker, struct ups_report *report)
{
    bool was_connected = asker->is_connected;
    if (ask_all(asker, report))
        return;
    report_trouble(asker, report);
    if (was_connected && !asker->is_connected && !ask_all(asker, report))
        report_trouble(asker, report);
}

/* ---- the process ---- */

/* An engine that does not read now gets the next one. */
static bool report_send(const struct ups_report *report)
{
    ssize_t sent =
        send(STDOUT_FILENO, report, sizeof *report, MSG_NOSIGNAL | MSG_DONTWAIT | MSG_EOR);
    return sent >= 0 || errno == EAGAIN || errno == ENOBUFS;
}

/* False when the engine has gone. */
static bool wait_for_next(const struct asker *asker)
{
    struct pollfd engine = {.fd = STDOUT_FILENO, .events = 0};
    return poll(&engine, 1, asker->interval_ms) <= 0;
}

static long number_of(const char *text)
{
    return strtol(text, NULL, DECIMAL);
}

bool ups_process_is_wanted(int argc, char *const *argv)
{
    return argc == UPS_ARGUMENT_COUNT && strcmp(argv[UPS_ARGUMENT_OPTION], UPS_PROCESS_OPTION) == 0;
}

int ups_process_main(char *const *argv)
{
    struct asker asker = {.name = argv[UPS_ARGUMENT_NAME],
                          .host = argv[UPS_ARGUMENT_HOST],
                          .port = (uint16_t)number_of(argv[UPS_ARGUMENT_PORT]),
                          .interval_ms = (int)number_of(argv[UPS_ARGUMENT_INTERVAL_MS])};
    struct ups_report report;
    do
        report_make(&asker, &report);
    while (report_send(&report) && wait_for_next(&asker));
    hang_up(&asker);
    return EXIT_SUCCESS;
}

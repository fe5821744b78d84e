#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/live.h"

enum {
    MESSAGE_SIZE = 128,
    EDGE_TOLERANCE_MS = 1500,
    ROW_TOLERANCE_MS = 15000, /* a row comes when it is written, at most 200 ms later, unscaled */
};

static bool lines_connect(struct live *live)
{
    char path[LIVE_PATH_SIZE];
    live_path(live, path, "lines");
    live->lines_fd = wire_connect(path);
    memset(live->output_said, 0, sizeof live->output_said);
    if (live->lines_fd >= 0)
        return true;
    live_fail(live, "%s: %s", path, strerror(errno));
    return false;
}

/* A program that died holds no line: all outputs but a latching run are off. */
static void lines_disconnect(struct live *live)
{
    if (live->lines_fd >= 0)
        (void)close(live->lines_fd);
    live->lines_fd = -1;
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        if (role == OUTPUT_RUN || !live->output_on[role])
            continue;
        live->output_on[role] = false;
        struct fact *fact = live_fact(live, clock_now(), FACT_OUTPUT);
        fact_set(fact, FIELD_OUTPUT, role);
        fact_set(fact, FIELD_VALUE, ON_OFF_OFF);
    }
}

/* What is said first after a connection is how the line stands; a latching run is on all the same
 * until it is driven. */
static void output_said(struct live *live, const char *role_word, const char *value)
{
    int role = vocabulary_find(&vocabulary_output_role, role_word);
    bool on = strcmp(value, "on") == 0;
    if (role < 0 || role >= OUTPUT_ROLE_COUNT)
        return;
    bool first = !live->output_said[role];
    live->output_said[role] = true;
    if (live->output_on[role] == on || (first && role == OUTPUT_RUN && !on))
        return;
    live->output_on[role] = on;
    struct fact *fact = live_fact(live, clock_now(), FACT_OUTPUT);
    fact_set(fact, FIELD_OUTPUT, role);
    fact_set(fact, FIELD_VALUE, on ? ON_OFF_ON : ON_OFF_OFF);
}

static void message_handle(struct live *live, char *text)
{
    char *rest = text;
    const char *word = strsep(&rest, " ");
    const char *role = strsep(&rest, " ");
    const char *value = strsep(&rest, " ");
    if (strcmp(word, "output") == 0 && value)
        output_said(live, role, value);
    else if (strcmp(word, "error") == 0)
        live_fail(live, "the simulated lines refuse: %s", role ? role : "");
}

static void lines_readable(struct live *live, size_t place)
{
    (void)place;
    char text[MESSAGE_SIZE];
    ssize_t length = recv(live->lines_fd, text, sizeof text - 1, MSG_DONTWAIT);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length <= 0) {
        lines_disconnect(live);
        return;
    }
    text[length] = '\0';
    message_handle(live, text);
}

static void lines_set(struct live *live, enum input_role role)
{
    char text[MESSAGE_SIZE];
    if (live->lines_fd < 0)
        return;
    text_format(text,
                sizeof text,
                "set %s %s",
                input_role_name(role),
                input_value_name(live->levels[role]));
    if (send(live->lines_fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        live_fail(live, "\"%s\" could not be said: %s", text, strerror(errno));
}

/* ---- the level ---- */

static bool lines_open(struct live *live)
{
    live->lines_fd = -1;
    return true;
}

static void lines_close(struct live *live)
{
    if (live->lines_fd >= 0)
        (void)close(live->lines_fd);
    live->lines_fd = -1;
}

static int lines_fd(const struct live *live)
{
    return live->lines_fd;
}

static void do_nothing(struct live *live)
{
    (void)live;
}

static instant never(const struct live *live)
{
    (void)live;
    return INSTANT_NEVER;
}

static bool takes_no_row(struct live *live, enum row_table table, uint32_t key, const void *row,
                         const void *before)
{
    (void)live, (void)table, (void)key, (void)row, (void)before;
    return false;
}

const struct live_driver live_lines_driver = {
    .tolerances = {.evidence_tolerance_ms = ROW_TOLERANCE_MS,
                   .tolerance_ms = {[FACT_NOTICE] = EDGE_TOLERANCE_MS,
                                    [FACT_OUTPUT] = EDGE_TOLERANCE_MS,
                                    [FACT_GENSET] = EDGE_TOLERANCE_MS,
                                    [FACT_MAINS] = EDGE_TOLERANCE_MS,
                                    [FACT_HOLD] = ROW_TOLERANCE_MS,
                                    [FACT_STEP] = ROW_TOLERANCE_MS,
                                    [FACT_RECORD] = ROW_TOLERANCE_MS,
                                    [FACT_DEVIATION] = ROW_TOLERANCE_MS,
                                    [FACT_INCIDENT] = ROW_TOLERANCE_MS,
                                    [FACT_SERVER] = ROW_TOLERANCE_MS,
                                    [FACT_TOLD] = ROW_TOLERANCE_MS,
                                    [FACT_ANSWER] = ROW_TOLERANCE_MS,
                                    [FACT_COMMAND] = ROW_TOLERANCE_MS}},
    .open = lines_open,
    .judge = do_nothing,
    .close = lines_close,
    .connect = lines_connect,
    .disconnect = lines_disconnect,
    .set_line = lines_set,
    .fd = lines_fd,
    .readable = lines_readable,
    .woken = do_nothing,
    .due = never,
    .takes_row = takes_no_row,
};

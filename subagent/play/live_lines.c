#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/live.h"

enum { MESSAGE_SIZE = 128 };

bool live_lines_connect(struct live *live)
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
void live_lines_disconnect(struct live *live)
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

void live_lines_readable(struct live *live)
{
    char text[MESSAGE_SIZE];
    ssize_t length = recv(live->lines_fd, text, sizeof text - 1, MSG_DONTWAIT);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length <= 0) {
        live_lines_disconnect(live);
        return;
    }
    text[length] = '\0';
    message_handle(live, text);
}

void live_lines_set(struct live *live, enum input_role role)
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

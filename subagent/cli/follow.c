#include "cli/follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/text.h"
#include "cli/screen.h"

enum { RECONNECT_MS = 500 };

struct follower {
    const struct followed *followed;
    struct client *client;
    int signals;
    instant heard; /* of the engine; at first: when it promised */
    bool said_gone;
    char progress[SCREEN_TEXT_SIZE]; /* as last said */
};

/* ---- how it goes ---- */

static void genset_describe(const struct replica *replica, char *text, size_t size)
{
    const struct row_genset *genset = replica_get(replica, ROW_genset, 0);
    char state[SCREEN_TIME_SIZE];
    if (!genset)
        return;
    screen_words(genset_state_name(genset->state), state);
    text_format(text, size, _("genset %s"), state);
    if (genset->state == GENSET_STATE_CRANKING)
        text_append(text, size, _(", attempt %u"), genset->attempts);
}

static void shutdown_describe(const struct replica *replica, char *text, size_t size)
{
    const struct row_shutdown *shutdown = replica_get(replica, ROW_shutdown, 0);
    if (shutdown && shutdown->servers > 0)
        text_format(
            text, size, _("servers: %u of %u are done with"), shutdown->done, shutdown->servers);
    if (shutdown && shutdown->tier > 0)
        text_append(text, size, _(", tier %u is going down"), shutdown->tier);
}

static void power_describe(const struct replica *replica, char *text, size_t size)
{
    unsigned up = 0, to_come = 0;
    const struct row_server *server;
    uint32_t key;
    for (size_t place = 0; (server = replica_at(replica, ROW_server, place, &key)); place++) {
        up += server->power_state == POWER_STATE_UP;
        to_come += server->power_state != POWER_STATE_UP &&
                   server->power_state != POWER_STATE_IDLE &&
                   server->power_state != POWER_STATE_NOT_UP;
    }
    text_format(text, size, _("servers: %u up, %u to come"), up, to_come);
}

/* By what the command is about; NULL: there is nothing to see. */
static void (*const describers[COMMAND_KIND_COUNT])(const struct replica *, char *, size_t) = {
    [COMMAND_KIND_GENSET_START] = genset_describe,
    [COMMAND_KIND_GENSET_STOP] = genset_describe,
    [COMMAND_KIND_EXERCISE] = genset_describe,
    [COMMAND_KIND_SHUTDOWN_ALL] = shutdown_describe,
    [COMMAND_KIND_SHUTDOWN_TIER] = shutdown_describe,
    [COMMAND_KIND_SHUTDOWN_SERVER] = shutdown_describe,
    [COMMAND_KIND_POWER_ON] = power_describe,
};

static void progress_say(struct follower *follower, enum command_kind kind)
{
    const instant now = clock_now();
    const struct screen screen = {.to = stdout, .moment = {now, clock_wall_ms_at(now)}};
    char text[SCREEN_TEXT_SIZE] = "", at[SCREEN_TIME_SIZE];
    if (follower->followed->quiet || !describers[kind])
        return;
    describers[kind](client_replica(follower->client), text, sizeof text);
    if (!*text || strcmp(text, follower->progress) == 0)
        return;
    text_copy(follower->progress, sizeof follower->progress, text);
    screen_time(&screen, screen.moment.wall_ms / 1000, at);
    screen_line(&screen, 0, 2, "%s %s", at, text);
    (void)fflush(stdout);
}

/* ---- waiting ---- */

static bool command_has_ended(enum command_state state)
{
    return state != COMMAND_STATE_PROMISED && state != COMMAND_STATE_RUNNING;
}

/* True when the row is the command's last. */
static bool row_take(struct follower *follower, struct row_command *row)
{
    const struct row_command *found =
        replica_get(client_replica(follower->client), ROW_command, follower->followed->index);
    if (!found)
        return false;
    *row = *found;
    progress_say(follower, row->kind);
    return command_has_ended(row->state);
}

static void gone_say(struct follower *follower)
{
    if (!follower->said_gone)
        fprintf(
            stderr, "padam: %s; waiting for it to come back\n", client_problem(follower->client));
    follower->said_gone = true;
}

static enum cli_exit unknown_say(const struct follower *follower, const char *why)
{
    fprintf(stderr,
            "padam: %s: what became of command %u is not known; \"padam commands\" tells when the "
            "engine answers\n",
            why,
            follower->followed->index);
    return CLI_EXIT_NOT_REACHED;
}

/* Reads what there is. WAIT: go on waiting; CLOSED: it is over, *exit_code says how. */
static enum client_result engine_hear(struct follower *follower, struct row_command *row,
                                      enum cli_exit *exit_code)
{
    instant now = clock_now();
    if (client_fd(follower->client) < 0 && client_connect(follower->client) < 0) {
        gone_say(follower);
        return CLIENT_WAIT;
    }
    enum client_result result;
    while ((result = client_receive(follower->client, now)) == CLIENT_COMMIT)
        if (row_take(follower, row)) {
            *exit_code = CLI_EXIT_SHOWN;
            return CLIENT_CLOSED;
        }
    if (instant_is_set(client_heard_at(follower->client)))
        follower->heard = client_heard_at(follower->client);
    if (result == CLIENT_CLOSED && client_is_refused(follower->client)) {
        *exit_code = unknown_say(follower, client_problem(follower->client));
        return CLIENT_CLOSED;
    }
    if (result == CLIENT_CLOSED)
        gone_say(follower);
    else
        follower->said_gone = false;
    return CLIENT_WAIT;
}

/* False: it was interrupted, or cannot wait. */
static bool engine_await(const struct follower *follower, int64_t left_ms)
{
    struct pollfd polled[] = {
        {.fd = follower->signals, .events = POLLIN},
        {.fd = client_fd(follower->client), .events = POLLIN}, /* -1 is passed over */
    };
    int64_t most_ms = polled[1].fd < 0 && left_ms > RECONNECT_MS ? RECONNECT_MS : left_ms;
    int ready = poll(polled, 2, (int)most_ms);
    return (ready >= 0 || errno == EINTR) && polled[0].revents == 0;
}

static enum cli_exit outcome_await(struct follower *follower, struct row_command *row)
{
    enum cli_exit exit_code = CLI_EXIT_NOT_REACHED;
    while (engine_hear(follower, row, &exit_code) == CLIENT_WAIT) {
        instant deadline = instant_add_ms(follower->heard, WIRE_LOST_MS);
        int64_t left_ms = instant_diff_ms(deadline, clock_now());
        if (left_ms <= 0)
            return unknown_say(follower, "the engine is not heard any more");
        if (engine_await(follower, left_ms))
            continue;
        fprintf(stderr,
                "padam: not waited for any longer; the engine carries on with command %u\n",
                follower->followed->index);
        return CLI_EXIT_INTERRUPTED;
    }
    return exit_code;
}

enum cli_exit follow_command(const struct followed *followed, struct row_command *row)
{
    struct follower follower = {.followed = followed, .heard = clock_now(), .signals = -1};
    enum cli_exit exit_code = CLI_EXIT_NOT_REACHED;
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    follower.client = client_create(followed->socket, WIRE_ROLE_VIEWER, "padam");
    if (sigprocmask(SIG_BLOCK, &ends, NULL) == 0)
        follower.signals = signalfd(-1, &ends, SFD_CLOEXEC);
    if (follower.client && follower.signals >= 0)
        exit_code = outcome_await(&follower, row);
    else
        exit_code = unknown_say(&follower, strerror(errno));
    if (follower.signals >= 0)
        close(follower.signals);
    client_free(follower.client);
    return exit_code;
}

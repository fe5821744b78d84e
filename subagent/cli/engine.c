#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/cli.h"

/* An engine that is alive says something every 5 s, and answers a HELLO at once. */
enum { ANSWER_LIMIT_MS = 5000 };

/* Waits until the engine has said something; false once the limit is over. */
static bool answer_await(const struct client *client, instant deadline)
{
    int64_t left_ms = instant_diff_ms(deadline, clock_now());
    struct pollfd poll_fd = {.fd = client_fd(client), .events = POLLIN};
    int ready = left_ms > 0 ? poll(&poll_fd, 1, (int)left_ms) : 0;
    return ready > 0 || (ready < 0 && errno == EINTR);
}

static enum cli_exit first_commit_await(struct client *client, const char *socket)
{
    instant deadline = instant_add_ms(clock_now(), ANSWER_LIMIT_MS);
    if (client_connect(client) < 0) {
        fprintf(stderr,
                "padam: %s; expected a padamd that runs, or its socket with --socket\n",
                client_problem(client));
        return CLI_EXIT_NOT_REACHED;
    }
    enum client_result result;
    while ((result = client_receive(client, clock_now())) == CLIENT_WAIT)
        if (!answer_await(client, deadline)) {
            fprintf(stderr, "padam: %s: the engine does not answer\n", socket);
            return CLI_EXIT_NOT_REACHED;
        }
    if (result == CLIENT_COMMIT)
        return CLI_EXIT_SHOWN;
    fprintf(stderr, "padam: %s\n", client_problem(client));
    return client_is_refused(client) ? CLI_EXIT_REFUSED : CLI_EXIT_NOT_REACHED;
}

struct client *engine_fetch(const char *socket, enum cli_exit *exit_code)
{
    struct client *client = client_create(socket, WIRE_ROLE_VIEWER, "padam");
    if (!client) {
        fprintf(stderr, "padam: %s\n", strerror(errno));
        *exit_code = CLI_EXIT_NOT_REACHED;
        return NULL;
    }
    *exit_code = first_commit_await(client, socket);
    if (*exit_code == CLI_EXIT_SHOWN)
        return client;
    client_free(client);
    return NULL;
}

enum cli_exit output_end(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return CLI_EXIT_SHOWN;
    fprintf(stderr, "padam: writing the output: %s\n", strerror(errno));
    return CLI_EXIT_OUTPUT;
}

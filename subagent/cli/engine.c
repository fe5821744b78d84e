#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/text.h"
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

/* The group that the socket belongs to, from the local file alone; "" if it is not there. */
static void group_name(const char *socket, char *name, size_t size)
{
    struct stat about;
    struct group *group = NULL;
    FILE *groups = stat(socket, &about) == 0 ? fopen("/etc/group", "re") : NULL;
    *name = '\0';
    while (groups && (group = fgetgrent(groups)))
        if (group->gr_gid == about.st_gid)
            break;
    if (group)
        text_copy(name, size, group->gr_name);
    if (groups)
        (void)fclose(groups);
}

enum cli_exit engine_not_reached(const char *socket, const char *problem, int error)
{
    char group[NAME_SIZE];
    if (error != EACCES) {
        fprintf(stderr,
                "padam: %s; expected a padamd that runs, or its socket with --socket\n",
                problem);
        return CLI_EXIT_NOT_REACHED;
    }
    group_name(socket, group, sizeof group);
    fprintf(stderr,
            "padam: %s; expected root, padamd's own user, or one of the group %s "
            "(engine.group, padam unless configured)\n",
            problem,
            *group ? group : "that padamd names");
    return CLI_EXIT_REFUSED;
}

static enum cli_exit first_commit_await(struct client *client, const char *socket)
{
    instant deadline = instant_add_ms(clock_now(), ANSWER_LIMIT_MS);
    if (client_connect(client) < 0)
        return engine_not_reached(socket, client_problem(client), errno);
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

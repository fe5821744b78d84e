/*
 * viewer SOCKET: a line for each event that the engine publishes, when it has been read:
 * milliseconds of CLOCK_BOOTTIME, notification and step.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wire/client.h"

static double now_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) {
        perror("viewer: clock");
        exit(2);
    }
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Returns the last one's number. */
static uint32_t events_print(const struct replica *replica, uint32_t last)
{
    const double at_ms = now_ms();
    const struct row_event *event;
    for (uint32_t key; (event = replica_next(replica, ROW_event, last + 1, &key)); last = key)
        printf("%.3f %s %u\n", at_ms, notification_name(event->notification), event->step);
    fflush(stdout);
    return last;
}

int main(int count, char **arguments)
{
    struct client *client =
        count == 2 ? client_create(arguments[1], WIRE_ROLE_VIEWER, "viewer") : NULL;
    if (!client || client_connect(client) < 0) {
        fprintf(stderr, "viewer: %s\n", client ? client_problem(client) : "usage: viewer SOCKET");
        return 2;
    }
    struct pollfd engine = {.fd = client_fd(client), .events = POLLIN};
    uint32_t last = 0;
    enum client_result result = CLIENT_WAIT;
    while (result != CLIENT_CLOSED) {
        if (result == CLIENT_WAIT && poll(&engine, 1, -1) < 0 && errno != EINTR)
            break;
        result = client_receive(client, instant_at((int64_t)now_ms()));
        if (result == CLIENT_COMMIT)
            last = events_print(client_replica(client), last);
    }
    client_free(client);
    return 0;
}

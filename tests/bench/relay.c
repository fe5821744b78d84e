/*
 * relay HOPS: so many processes in a row, each of which waits, and passes on what it is sent: the
 * least that HOPS changes of process take. What is read goes through all of them and is written.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HOPS_MAX = 64 };

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

/* Until the one before has ended. */
static void pass_on(int from, int to)
{
    char message[64];
    struct pollfd ready = {.fd = from, .events = POLLIN};
    for (ssize_t size;
         poll(&ready, 1, -1) == 1 && (size = read(from, message, sizeof message)) > 0;)
        if (write(to, message, (size_t)size) != size)
            fail("relay: write");
}

int main(int count, char **arguments)
{
    const long hops = count == 2 ? strtol(arguments[1], NULL, 10) : 0;
    if (hops < 1 || hops > HOPS_MAX) {
        fprintf(stderr, "usage: relay HOPS\n");
        return 2;
    }
    int from = STDIN_FILENO;
    for (long hop = 1; hop < hops; hop++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
            fail("relay: socketpair");
        const pid_t child = fork();
        if (child < 0)
            fail("relay: fork");
        if (child == 0) {
            close(pair[0]);
            pass_on(from, pair[1]);
            return 0;
        }
        close(pair[1]);
        close(from);
        from = pair[0];
    }
    pass_on(from, STDOUT_FILENO);
    return 0;
}

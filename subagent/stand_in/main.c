/*
 * padam-play-server SOCKET REQUEST [SERVER]: a server's command in a play, which ends as the player
 * behind the socket says. For nothing else and, but in the Debian package, statically linked, as it
 * is started for every look at every server: in the lab, a start with the player's libraries takes
 * half a second of a processor.
 */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "stand_in/request.h"
#include "wire/wire.h"

static bool request_write(char to[static STAND_IN_REQUEST_SIZE], char *const *words)
{
    bool fits = text_copy(to, STAND_IN_REQUEST_SIZE, words[0]);
    if (words[1])
        fits = text_append(to, STAND_IN_REQUEST_SIZE, " %s", words[1]) && fits;
    return fits;
}

static unsigned char request_send(const char *socket, const char *text)
{
    unsigned char code = STAND_IN_NOTHING;
    int fd = wire_connect(socket);
    if (fd < 0)
        return code;
    struct pollfd answer = {.fd = fd, .events = POLLIN};
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0 || poll(&answer, 1, -1) != 1 ||
        recv(fd, &code, 1, MSG_DONTWAIT) != 1)
        code = STAND_IN_NOTHING;
    (void)close(fd);
    return code;
}

int main(int argc, char **argv)
{
    char text[STAND_IN_REQUEST_SIZE];
    if (argc < 3 || !request_write(text, argv + 2))
        return STAND_IN_NOTHING;
    return request_send(argv[1], text);
}

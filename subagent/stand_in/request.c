#include "stand_in/request.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "wire/wire.h"

static bool request_write(char to[static STAND_IN_REQUEST_SIZE], char *const *words)
{
    bool fits = text_copy(to, STAND_IN_REQUEST_SIZE, words[0]);
    if (words[1])
        fits = text_append(to, STAND_IN_REQUEST_SIZE, " %s", words[1]) && fits;
    return fits;
}

enum stand_in_exit stand_in_ask(const char *socket, char *const *words)
{
    char text[STAND_IN_REQUEST_SIZE];
    unsigned char code = STAND_IN_NOTHING;
    int fd = request_write(text, words) ? wire_connect(socket) : -1;
    if (fd < 0)
        return STAND_IN_NOTHING;
    struct pollfd answer = {.fd = fd, .events = POLLIN};
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0 || poll(&answer, 1, -1) != 1 ||
        recv(fd, &code, 1, MSG_DONTWAIT) != 1)
        code = STAND_IN_NOTHING;
    (void)close(fd);
    return code;
}

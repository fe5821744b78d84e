#include "cli/probe.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/probe_told.h"

/* What an error says about the host, rather than about this machine. */
static enum probe_result judge(int error, const char *what, char problem[static PROBE_PROBLEM_SIZE])
{
    switch (error) {
    case ECONNREFUSED:
    case ECONNRESET:
        return PROBE_ANSWERS;
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ETIMEDOUT:
        return PROBE_SILENT;
    default:
        text_format(problem, PROBE_PROBLEM_SIZE, "%s: %s", what, strerror(error));
        return PROBE_NO_EVIDENCE;
    }
}

/* Of asking: this machine has refused by itself, or a host so near that it has answered. */
static enum probe_result judge_asking(int error, const char *what,
                                      char problem[static PROBE_PROBLEM_SIZE])
{
    if (error == ECONNREFUSED)
        return PROBE_ANSWERS;
    text_format(problem, PROBE_PROBLEM_SIZE, "%s: %s", what, strerror(error));
    return PROBE_NO_EVIDENCE;
}

/* Of a connected socket. */
static enum probe_result judge_answer(int fd, const struct probe_target *target, int error,
                                      const char *what, char problem[static PROBE_PROBLEM_SIZE])
{
    enum probe_result result;
    if (!probe_told_take(fd, target, &result))
        return judge(error, what, problem);
    if (result == PROBE_NO_EVIDENCE)
        text_format(problem,
                    PROBE_PROBLEM_SIZE,
                    "%s: refused on the way to the host: %s",
                    what,
                    strerror(error));
    return result;
}

/* 1: ready, 0: time is over, or a negative errno. */
static int await(int fd, short events, instant until)
{
    for (;;) {
        int64_t left_ms = instant_diff_ms(until, clock_now());
        struct pollfd awaited = {.fd = fd, .events = events};
        int ready = poll(&awaited, 1, left_ms > 0 ? (int)left_ms : 0);
        if (ready >= 0 || errno != EINTR)
            return ready < 0 ? -errno : ready;
    }
}

/* ---- TCP ---- */

static enum probe_result connection_judge(int fd, const struct probe_target *target,
                                          char problem[static PROBE_PROBLEM_SIZE])
{
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        error = errno;
    return error == 0 ? PROBE_ANSWERS : judge_answer(fd, target, error, "connect", problem);
}

enum probe_result probe_tcp(const struct probe_target *target, int timeout_ms,
                            char problem[static PROBE_PROBLEM_SIZE])
{
    instant until = instant_add_ms(clock_now(), timeout_ms);
    int fd = socket(target->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return judge_asking(errno, "socket", problem);
    enum probe_result result = PROBE_ANSWERS;
    if (!probe_told_want(fd, target->address.ss_family))
        result = judge_asking(errno, "connect", problem);
    else if (connect(fd, (const struct sockaddr *)&target->address, target->size) < 0) {
        int ready = errno == EINPROGRESS ? await(fd, POLLOUT, until) : -errno;
        if (ready > 0)
            result = connection_judge(fd, target, problem);
        else
            result = ready == 0 ? PROBE_SILENT : judge_asking(-ready, "connect", problem);
    }
    close(fd);
    return result;
}

/* ---- ICMP ---- */

/* The same in both protocols but for the types; identifier and checksum are the kernel's. */
struct echo {
    uint8_t type, code;
    uint16_t checksum, identifier, sequence;
    unsigned char nonce[16];
};

static int echo_socket(int family, char problem[static PROBE_PROBLEM_SIZE])
{
    int protocol = family == AF_INET ? IPPROTO_ICMP : (int)IPPROTO_ICMPV6;
    int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (fd < 0)
        text_format(problem,
                    PROBE_PROBLEM_SIZE,
                    "ICMP echo: %s%s",
                    strerror(errno),
                    errno == EACCES || errno == EPERM
                        ? "; expected this user's group within the sysctl "
                          "net.ipv4.ping_group_range"
                        : "");
    return fd;
}

/* 1: the answer to ours, 0: something else, or a negative errno. */
static int answer_take(int fd, const struct echo *asked, uint8_t type)
{
    struct echo answer = {0};
    ssize_t size = recv(fd, &answer, sizeof answer, 0);
    if (size < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    return (size_t)size == sizeof answer && answer.type == type &&
           memcmp(answer.nonce, asked->nonce, sizeof answer.nonce) == 0;
}

static enum probe_result echo_exchange(int fd, const struct probe_target *target,
                                       const struct echo *asked, uint8_t type, instant until,
                                       char problem[static PROBE_PROBLEM_SIZE])
{
    int result = send(fd, asked, sizeof *asked, 0) < 0 ? -errno : 0;
    while (result == 0) {
        int ready = await(fd, POLLIN, until);
        if (ready == 0)
            return PROBE_SILENT;
        result = ready < 0 ? ready : answer_take(fd, asked, type);
    }
    return result > 0 ? PROBE_ANSWERS : judge_answer(fd, target, -result, "ICMP echo", problem);
}

enum probe_result probe_icmp(const struct probe_target *target, int timeout_ms,
                             char problem[static PROBE_PROBLEM_SIZE])
{
    instant until = instant_add_ms(clock_now(), timeout_ms);
    bool is_v4 = target->address.ss_family == AF_INET;
    struct echo asked = {.type = is_v4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST};
    int fd = echo_socket(target->address.ss_family, problem);
    if (fd < 0)
        return PROBE_NO_EVIDENCE;
    enum probe_result result;
    if (!probe_told_want(fd, target->address.ss_family) ||
        getrandom(asked.nonce, sizeof asked.nonce, 0) != (ssize_t)sizeof asked.nonce ||
        connect(fd, (const struct sockaddr *)&target->address, target->size) < 0)
        result = judge_asking(errno, "ICMP echo", problem);
    else
        result = echo_exchange(
            fd, target, &asked, is_v4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY, until, problem);
    close(fd);
    return result;
}

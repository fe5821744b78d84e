#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/probe_told.h"

/* ---- the kernel's queue of errors, with one in it ---- */

struct told_error {
    struct sock_extended_err error;
    struct sockaddr_storage by;
};

static struct told_error queued;
static int queued_level, queued_type; /* -1: none is queued */

ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags)
{
    (void)fd;
    assert_int_equal(flags, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (queued_level < 0) {
        errno = EAGAIN;
        return -1;
    }
    assert_true(message->msg_controllen >= CMSG_SPACE(sizeof queued));
    struct cmsghdr *head = message->msg_control;
    head->cmsg_len = CMSG_LEN(sizeof queued);
    head->cmsg_level = queued_level;
    head->cmsg_type = queued_type;
    memcpy(CMSG_DATA(head), &queued, sizeof queued);
    message->msg_controllen = CMSG_SPACE(sizeof queued);
    return 0;
}

/* ---- addresses ---- */

enum who { HOST, ROUTER, OTHER_FAMILY };

static const char *const addresses[][3] = {{"192.0.2.1", "192.0.2.254", "::"},
                                           {"2001:db8::1", "2001:db8::ffff", "0.0.0.0"}};

static struct sockaddr_storage address_of(const char *text)
{
    struct sockaddr_storage to = {.ss_family = strchr(text, ':') ? AF_INET6 : AF_INET};
    void *bytes = to.ss_family == AF_INET6 ? (void *)&((struct sockaddr_in6 *)&to)->sin6_addr
                                           : (void *)&((struct sockaddr_in *)&to)->sin_addr;
    assert_int_equal(inet_pton(to.ss_family, text, bytes), 1);
    return to;
}

/* ---- tests ---- */

#define V4(TYPE, CODE) .ee_origin = SO_EE_ORIGIN_ICMP, .ee_type = (TYPE), .ee_code = (CODE)
#define V6(TYPE, CODE) .ee_origin = SO_EE_ORIGIN_ICMP6, .ee_type = (TYPE), .ee_code = (CODE)
#define LOCAL(ERROR) .ee_origin = SO_EE_ORIGIN_LOCAL, .ee_errno = (ERROR)

static void who_told_makes_it_evidence(void **state)
{
    (void)state;
    static const struct {
        bool is_v6;
        enum who by;
        struct sock_extended_err error;
        enum probe_result result;
    } cases[] = {
        {false, HOST, {V4(ICMP_DEST_UNREACH, ICMP_PORT_UNREACH)}, PROBE_ANSWERS},
        {false, HOST, {V4(ICMP_DEST_UNREACH, ICMP_HOST_UNREACH)}, PROBE_ANSWERS},
        {false, ROUTER, {V4(ICMP_DEST_UNREACH, ICMP_HOST_UNREACH)}, PROBE_SILENT},
        {false, ROUTER, {V4(ICMP_DEST_UNREACH, ICMP_HOST_UNKNOWN)}, PROBE_SILENT},
        {false, OTHER_FAMILY, {V4(ICMP_DEST_UNREACH, ICMP_HOST_UNREACH)}, PROBE_SILENT},
        {false, ROUTER, {V4(ICMP_DEST_UNREACH, ICMP_NET_UNREACH)}, PROBE_NO_EVIDENCE},
        {false, ROUTER, {V4(ICMP_TIME_EXCEEDED, ICMP_HOST_UNREACH)}, PROBE_NO_EVIDENCE},
        {false, HOST, {LOCAL(EHOSTUNREACH)}, PROBE_SILENT},
        {false, HOST, {LOCAL(ENETUNREACH)}, PROBE_NO_EVIDENCE},
        {true, HOST, {V6(ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT)}, PROBE_ANSWERS},
        {true, ROUTER, {V6(ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR)}, PROBE_SILENT},
        {true, ROUTER, {V6(ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN)}, PROBE_NO_EVIDENCE},
        {true, ROUTER, {V6(ICMP6_TIME_EXCEEDED, ICMP6_DST_UNREACH_ADDR)}, PROBE_NO_EVIDENCE},
        {true, OTHER_FAMILY, {V6(ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR)}, PROBE_SILENT},
        {true, HOST, {LOCAL(EHOSTUNREACH)}, PROBE_SILENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *by = addresses[cases[i].is_v6];
        const struct probe_target target = {.address = address_of(by[HOST])};
        enum probe_result result = (enum probe_result) - 1;
        queued = (struct told_error){.error = cases[i].error, .by = address_of(by[cases[i].by])};
        queued_level = cases[i].is_v6 ? SOL_IPV6 : SOL_IP;
        queued_type = cases[i].is_v6 ? IPV6_RECVERR : IP_RECVERR;
        assert_true(probe_told_take(-1, &target, &result));
        if (result != cases[i].result)
            fail_msg("case %zu: %d instead of %d", i, result, cases[i].result);
    }
}

static void what_is_no_error_tells_nothing(void **state)
{
    (void)state;
    static const struct {
        int level, type;
    } cases[] = {{-1, 0}, {SOL_IP, IP_TTL}, {SOL_IPV6, IPV6_HOPLIMIT}, {SOL_SOCKET, IP_RECVERR}};
    const struct probe_target target = {.address = address_of(addresses[0][HOST])};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum probe_result result = PROBE_SILENT;
        queued_level = cases[i].level;
        queued_type = cases[i].type;
        assert_false(probe_told_take(-1, &target, &result));
        assert_int_equal(result, PROBE_SILENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_told_makes_it_evidence),
        cmocka_unit_test(what_is_no_error_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

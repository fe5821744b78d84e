#include "cli/probe_told.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stddef.h>
#include <string.h>

bool probe_told_want(int fd, int family)
{
    static const int on = 1;
    return family == AF_INET6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on) == 0
                              : setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on) == 0;
}

/* ---- an ICMP error: the host's own shows that it lives, a router's says why it is not reached
 * ---- */

struct told {
    const struct sock_extended_err *error;
    const struct sockaddr *by;
};

static bool is_by_target(const struct probe_target *target, const struct sockaddr *by)
{
    const struct sockaddr_in *own = (const struct sockaddr_in *)&target->address;
    const struct sockaddr_in *other = (const struct sockaddr_in *)by;
    const struct sockaddr_in6 *own_6 = (const struct sockaddr_in6 *)&target->address;
    const struct sockaddr_in6 *other_6 = (const struct sockaddr_in6 *)by;
    if (by->sa_family != target->address.ss_family)
        return false;
    return by->sa_family == AF_INET6
               ? memcmp(&own_6->sin6_addr, &other_6->sin6_addr, sizeof own_6->sin6_addr) == 0
               : own->sin_addr.s_addr == other->sin_addr.s_addr;
}

/* Next to the host, this machine or a router found nobody at the address. */
static bool is_nobody_there(const struct sock_extended_err *error)
{
    if (error->ee_origin == SO_EE_ORIGIN_ICMP6)
        return error->ee_type == ICMP6_DST_UNREACH && error->ee_code == ICMP6_DST_UNREACH_ADDR;
    return error->ee_origin == SO_EE_ORIGIN_ICMP && error->ee_type == ICMP_DEST_UNREACH &&
           (error->ee_code == ICMP_HOST_UNREACH || error->ee_code == ICMP_HOST_UNKNOWN);
}

/* The host's own shows that it lives; a router's, or this machine's, says why it is not reached. */
static enum probe_result result_of(const struct probe_target *target, const struct told *told)
{
    bool is_icmp =
        told->error->ee_origin == SO_EE_ORIGIN_ICMP || told->error->ee_origin == SO_EE_ORIGIN_ICMP6;
    if (is_icmp && is_by_target(target, told->by))
        return PROBE_ANSWERS;
    if (is_nobody_there(told->error) ||
        (told->error->ee_origin == SO_EE_ORIGIN_LOCAL && told->error->ee_errno == EHOSTUNREACH))
        return PROBE_SILENT;
    return PROBE_NO_EVIDENCE;
}

static bool is_error_message(const struct cmsghdr *head)
{
    return (head->cmsg_level == SOL_IP && head->cmsg_type == IP_RECVERR) ||
           (head->cmsg_level == SOL_IPV6 && head->cmsg_type == IPV6_RECVERR);
}

bool probe_told_take(int fd, const struct probe_target *target, enum probe_result *result)
{
    _Alignas(struct cmsghdr) char control[512];
    char packet[64];
    struct iovec part = {.iov_base = packet, .iov_len = sizeof packet};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
        return false;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
        if (!is_error_message(head))
            continue;
        const struct sock_extended_err *error = (const struct sock_extended_err *)CMSG_DATA(head);
        *result = result_of(
            target, &(struct told){.error = error, .by = (const struct sockaddr *)(error + 1)});
        return true;
    }
    return false;
}

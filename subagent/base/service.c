#include "base/service.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

enum { TEXT_SIZE = 128 };

struct address {
    struct sockaddr_un name;
    socklen_t size;
};

/* A path, or "@name" for one in the abstract namespace, which is as long as it is and has no end
 * mark. */
static int address_of_manager(struct address *address)
{
    const char *name = getenv("NOTIFY_SOCKET");
    size_t length = name ? strlen(name) : 0;
    *address = (struct address){.name = {.sun_family = AF_UNIX}};
    if (length == 0)
        return -ENOENT;
    if ((name[0] != '/' && name[0] != '@') || length >= sizeof address->name.sun_path)
        return -EAFNOSUPPORT;
    memcpy(address->name.sun_path, name, length);
    if (name[0] == '@')
        address->name.sun_path[0] = '\0';
    address->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (name[0] == '/')
        address->size++;
    return 0;
}

int service_open(void)
{
    struct address address;
    if (address_of_manager(&address) < 0)
        return SERVICE_NOBODY;
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

void service_close(int service)
{
    if (service >= 0)
        (void)close(service);
}

union descriptor_part {
    struct cmsghdr head;
    char space[CMSG_SPACE(sizeof(int))];
};

static void descriptor_add(struct msghdr *message, union descriptor_part *part, int fd)
{
    memset(part, 0, sizeof *part);
    part->head.cmsg_level = SOL_SOCKET;
    part->head.cmsg_type = SCM_RIGHTS;
    part->head.cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(&part->head), &fd, sizeof fd);
    message->msg_control = part;
    message->msg_controllen = sizeof *part;
}

int service_tell(int service, const char *text, int fd)
{
    struct address address;
    union descriptor_part descriptor;
    char bytes[TEXT_SIZE];
    struct iovec part = {.iov_base = bytes};
    if (service == SERVICE_NOBODY)
        return 0;
    int failed = address_of_manager(&address);
    if (failed < 0)
        return failed;
    if (!text_copy(bytes, sizeof bytes, text))
        return -EMSGSIZE;
    part.iov_len = strlen(bytes);
    struct msghdr message = {
        .msg_name = &address.name, .msg_namelen = address.size, .msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0)
        descriptor_add(&message, &descriptor, fd);
    return sendmsg(service, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

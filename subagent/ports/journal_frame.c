#include "ports/journal_frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/size.h"

size_t journal_keyed_row_size(enum row_table table)
{
    return size_aligned(sizeof(struct journal_keyed_row) + row_descriptors[table].size,
                        _Alignof(struct journal_keyed_row));
}

ssize_t journal_frame_receive(int fd, struct journal_frame *frame, int flags)
{
    struct iovec part = {.iov_base = frame, .iov_len = sizeof *frame};
    struct msghdr head = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t received;
    /* A peer that closed without reading all is reported first; what it said before comes after. */
    do
        received = recvmsg(fd, &head, flags);
    while (received < 0 && (errno == EINTR || errno == ECONNRESET));
    if (received < 0)
        return -1;
    bool cut = (head.msg_flags & MSG_TRUNC) != 0 || received < (ssize_t)sizeof frame->head;
    if (received == 0 || cut) {
        errno = received == 0 ? EPIPE : EBADMSG;
        return -1;
    }
    return received - (ssize_t)sizeof frame->head;
}

int journal_frame_send(int fd, const struct journal_head *head, const void *payload, size_t size)
{
    struct journal_head copy = *head;
    struct iovec parts[] = {{&copy, sizeof copy}, {NULL, size}};
    memcpy(&parts[1].iov_base, &payload, sizeof payload);
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent;
    do
        sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

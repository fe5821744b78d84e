#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "wire/wire.h"

enum { BACKLOG = 256 }; /* more than there are places: who comes when it is full is turned away */

static void close_keeping_errno(int fd)
{
    int error = errno;
    close(fd);
    errno = error;
}

static int address_fill(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (text_copy(address->sun_path, sizeof address->sun_path, path))
        return 0;
    errno = ENAMETOOLONG;
    return -1;
}

static int socket_open(void)
{
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int wire_connect(const char *path)
{
    struct sockaddr_un address;
    if (address_fill(&address, path) < 0)
        return -1;
    int fd = socket_open();
    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
        close_keeping_errno(fd);
        return -1;
    }
    return fd;
}

/*
 * Of two starting engines one looks at a time. The lock is a file of its own, as a folder can be
 * locked by everyone who may read it. It stays: whoever removes one may remove another's.
 */
static int starting_lock(const char *path)
{
    char lock[sizeof((struct sockaddr_un *)0)->sun_path + sizeof WIRE_LOCK_SUFFIX];
    text_format(lock, sizeof lock, "%s" WIRE_LOCK_SUFFIX, path);
    int fd = open(lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        close_keeping_errno(fd);
        return -1;
    }
    return fd;
}

/* Removes a socket file at which nobody listens. */
static int stale_remove(const char *path)
{
    struct stat status;
    if (lstat(path, &status) < 0)
        return errno == ENOENT ? 0 : -1;
    if (!S_ISSOCK(status.st_mode)) {
        errno = ENOTSOCK;
        return -1;
    }
    int fd = wire_connect(path);
    if (fd < 0 && errno == ECONNREFUSED)
        return unlink(path);
    if (fd >= 0)
        close(fd);
    errno = EADDRINUSE;
    return -1;
}

/* Nobody can connect before listen(), so the file never has a wider mode than asked. */
static int socket_bind(int fd, const struct sockaddr_un *address, mode_t mode)
{
    if (bind(fd, (const struct sockaddr *)address, sizeof *address) < 0)
        return -1;
    if (chmod(address->sun_path, mode) == 0 && listen(fd, BACKLOG) == 0)
        return 0;
    int error = errno;
    unlink(address->sun_path);
    errno = error;
    return -1;
}

int wire_listen(const char *path, mode_t mode)
{
    struct sockaddr_un address;
    if (address_fill(&address, path) < 0)
        return -1;
    int lock = starting_lock(path);
    if (lock < 0)
        return -1;
    int fd = socket_open();
    if (fd >= 0 && (stale_remove(path) < 0 || socket_bind(fd, &address, mode) < 0)) {
        close_keeping_errno(fd);
        fd = -1;
    }
    close_keeping_errno(lock);
    return fd;
}

int wire_peer(int fd, uid_t *uid, gid_t *gid, pid_t *pid)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return -1;
    *uid = peer.uid;
    *gid = peer.gid;
    *pid = peer.pid;
    return 0;
}

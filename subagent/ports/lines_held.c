/*
 * An output whose request outlives the program: its descriptor is kept by the service manager and
 * taken over at the next start. libgpiod cannot make a request from a descriptor, so this is the
 * kernel's own interface (linux/gpio.h, version 2).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "ports/lines_backend.h"
#include "ports/lines_find.h"

struct request {
    int fd;
};

enum { ONLY_LINE = 1 }; /* the mask of a request's first line */

static const uint64_t bias_flags[LINE_BIAS_COUNT] = {
    [LINE_BIAS_AS_IS] = 0,
    [LINE_BIAS_NONE] = GPIO_V2_LINE_FLAG_BIAS_DISABLED,
    [LINE_BIAS_PULL_UP] = GPIO_V2_LINE_FLAG_BIAS_PULL_UP,
    [LINE_BIAS_PULL_DOWN] = GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN,
};

static int fd_read(int fd)
{
    struct gpio_v2_line_values values = {.mask = ONLY_LINE};
    if (ioctl(fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0)
        return -errno;
    return (values.bits & ONLY_LINE) != 0;
}

/* Not so for one that is no request, of a chip that has gone, of another line or polarity. */
static bool fd_is_of(int fd, const struct line_order *order)
{
    return fd >= 0 && fd_read(fd) >= 0 && line_is_requested(order);
}

static int line_request(const struct line_order *order)
{
    struct gpio_v2_line_request request = {
        .offsets = {order->offset},
        .num_lines = 1,
        .config =
            {
                .flags = GPIO_V2_LINE_FLAG_OUTPUT | bias_flags[order->settings->bias] |
                         (order->settings->active_low ? GPIO_V2_LINE_FLAG_ACTIVE_LOW : 0),
                .num_attrs = 1,
                .attrs = {{.attr = {.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, .values = order->on},
                           .mask = ONLY_LINE}},
            },
    };
    text_copy(request.consumer, sizeof request.consumer, order->consumer);
    int chip_fd = open(order->device, O_RDWR | O_CLOEXEC);
    if (chip_fd < 0)
        return -errno;
    int failed = ioctl(chip_fd, GPIO_V2_GET_LINE_IOCTL, &request) < 0 ? -errno : 0;
    close(chip_fd);
    return failed < 0 ? failed : request.fd;
}

/* The earlier request, or a new one; an earlier one that does not fit may keep the line busy. */
static int line_adopt(const struct line_order *order)
{
    if (fd_is_of(order->held_fd, order))
        return fcntl(order->held_fd, F_SETFD, FD_CLOEXEC) < 0 ? -errno : order->held_fd;
    if (order->held_fd >= 0)
        (void)close(order->held_fd);
    return line_request(order);
}

static int held_open(const struct line_order *order, void **opened)
{
    struct request *request = malloc(sizeof *request);
    if (!request) {
        if (order->held_fd >= 0)
            (void)close(order->held_fd);
        return -ENOMEM;
    }
    request->fd = line_adopt(order);
    if (request->fd < 0) {
        int failed = request->fd;
        free(request);
        return failed;
    }
    *opened = request;
    return 0;
}

static void held_close(void *opened)
{
    struct request *request = opened;
    close(request->fd);
    free(request);
}

static int held_fd(const void *opened)
{
    const struct request *request = opened;
    return request->fd;
}

static int held_next_edge(void *opened, struct line_edge *edge)
{
    (void)opened;
    (void)edge;
    return 0;
}

static int held_read(void *opened)
{
    const struct request *request = opened;
    return fd_read(request->fd);
}

static int held_write(void *opened, bool on)
{
    const struct request *request = opened;
    struct gpio_v2_line_values values = {.mask = ONLY_LINE, .bits = on ? ONLY_LINE : 0};
    return ioctl(request->fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) < 0 ? -errno : 0;
}

const struct line_backend line_backend_held = {
    .open = held_open,
    .close = held_close,
    .fd = held_fd,
    .next_edge = held_next_edge,
    .read = held_read,
    .write = held_write,
};

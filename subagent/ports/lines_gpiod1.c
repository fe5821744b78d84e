/* Lines by libgpiod 1.6. Its edges carry no sequence numbers. */
#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <stdlib.h>

#include "base/clock.h"
#include "ports/lines_backend.h"

struct request {
    struct gpiod_chip *chip;
    struct gpiod_line *line; /* belongs to the chip */
    bool output;
};

static const int64_t ns_per_s = 1000000000;

static const int bias_flags[LINE_BIAS_COUNT] = {
    [LINE_BIAS_AS_IS] = 0,
    [LINE_BIAS_NONE] = GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE,
    [LINE_BIAS_PULL_UP] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
    [LINE_BIAS_PULL_DOWN] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN,
};

static int line_request(struct request *request, const struct line_order *order)
{
    const struct line_settings *settings = order->settings;
    struct gpiod_line_request_config config = {
        .consumer = order->consumer,
        .request_type = order->output ? GPIOD_LINE_REQUEST_DIRECTION_OUTPUT
                                      : GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES,
        .flags = bias_flags[settings->bias] |
                 (settings->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0),
    };
    if (gpiod_line_request(request->line, &config, order->on) < 0)
        return -errno;
    if (order->output)
        return 0;
    /* The library's own read waits for an edge. */
    return fcntl(gpiod_line_event_get_fd(request->line), F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static void gpiod1_close(void *opened)
{
    struct request *request = opened;
    gpiod_chip_close(request->chip);
    free(request);
}

static int gpiod1_open(const struct line_order *order, void **opened)
{
    struct request *request = calloc(1, sizeof *request);
    if (!request)
        return -ENOMEM;
    request->output = order->output;
    int failed = 0;
    request->chip = gpiod_chip_open(order->device);
    if (!request->chip) {
        failed = -errno;
        free(request);
        return failed;
    }
    request->line = gpiod_chip_get_line(request->chip, order->offset);
    failed = request->line ? line_request(request, order) : -errno;
    if (failed < 0) {
        gpiod1_close(request);
        return failed;
    }
    *opened = request;
    return 0;
}

/* An output's descriptor cannot be polled in this version of the kernel's interface. */
static int gpiod1_fd(const void *opened)
{
    const struct request *request = opened;
    return request->output ? -1 : gpiod_line_event_get_fd(request->line);
}

static int gpiod1_next_edge(void *opened, struct line_edge *edge)
{
    const struct request *request = opened;
    struct gpiod_line_event event;
    if (request->output)
        return 0;
    if (gpiod_line_event_read(request->line, &event) < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    *edge = (struct line_edge){
        .active = event.event_type == GPIOD_LINE_EVENT_RISING_EDGE,
        .at = clock_from_monotonic_ns(event.ts.tv_sec * ns_per_s + event.ts.tv_nsec),
    };
    return 1;
}

static int gpiod1_read(void *opened)
{
    const struct request *request = opened;
    int level = gpiod_line_get_value(request->line);
    return level < 0 ? -errno : level;
}

static int gpiod1_write(void *opened, bool on)
{
    const struct request *request = opened;
    return gpiod_line_set_value(request->line, on) < 0 ? -errno : 0;
}

const struct line_backend line_backend_gpiod = {
    .open = gpiod1_open,
    .close = gpiod1_close,
    .fd = gpiod1_fd,
    .next_edge = gpiod1_next_edge,
    .read = gpiod1_read,
    .write = gpiod1_write,
};

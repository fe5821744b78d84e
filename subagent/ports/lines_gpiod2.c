/* Lines by libgpiod 2. */
#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <stdlib.h>

#include "base/clock.h"
#include "ports/lines_backend.h"

enum { KERNEL_EDGES = 256, READ_EDGES = 32 };

struct request {
    struct gpiod_line_request *line;
    unsigned offset;
    struct gpiod_edge_event_buffer *edges;
    unsigned long edge_count, next;
};

static const enum gpiod_line_bias biases[LINE_BIAS_COUNT] = {
    [LINE_BIAS_AS_IS] = GPIOD_LINE_BIAS_AS_IS,
    [LINE_BIAS_NONE] = GPIOD_LINE_BIAS_DISABLED,
    [LINE_BIAS_PULL_UP] = GPIOD_LINE_BIAS_PULL_UP,
    [LINE_BIAS_PULL_DOWN] = GPIOD_LINE_BIAS_PULL_DOWN,
};

static enum gpiod_line_value value_of(bool on)
{
    return on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

static int settings_fill(struct gpiod_line_settings *to, const struct line_order *order)
{
    gpiod_line_settings_set_active_low(to, order->settings->active_low);
    if (gpiod_line_settings_set_bias(to, biases[order->settings->bias]) < 0)
        return -errno;
    int failed;
    if (order->output)
        failed = gpiod_line_settings_set_direction(to, GPIOD_LINE_DIRECTION_OUTPUT) < 0 ||
                 gpiod_line_settings_set_output_value(to, value_of(order->on)) < 0;
    else
        failed = gpiod_line_settings_set_direction(to, GPIOD_LINE_DIRECTION_INPUT) < 0 ||
                 gpiod_line_settings_set_edge_detection(to, GPIOD_LINE_EDGE_BOTH) < 0 ||
                 gpiod_line_settings_set_event_clock(to, GPIOD_LINE_CLOCK_MONOTONIC) < 0;
    return failed ? -errno : 0;
}

static int line_request(struct request *request, struct gpiod_chip *chip,
                        const struct line_order *order)
{
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *config = gpiod_request_config_new();
    int failed = -ENOMEM;
    if (!settings || !lines || !config)
        goto end;
    failed = settings_fill(settings, order);
    if (failed < 0)
        goto end;
    if (gpiod_line_config_add_line_settings(lines, &order->offset, 1, settings) < 0) {
        failed = -errno;
        goto end;
    }
    gpiod_request_config_set_consumer(config, order->consumer);
    if (!order->output)
        gpiod_request_config_set_event_buffer_size(config, KERNEL_EDGES);
    request->line = gpiod_chip_request_lines(chip, config, lines);
    if (!request->line)
        failed = -errno;
end:
    gpiod_request_config_free(config);
    gpiod_line_config_free(lines);
    gpiod_line_settings_free(settings);
    return failed;
}

/* The library's own read waits for an edge. */
static int edges_prepare(struct request *request)
{
    request->edges = gpiod_edge_event_buffer_new(READ_EDGES);
    if (!request->edges)
        return -ENOMEM;
    int fd = gpiod_line_request_get_fd(request->line);
    return fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static void gpiod2_close(void *opened)
{
    struct request *request = opened;
    gpiod_edge_event_buffer_free(request->edges);
    if (request->line)
        gpiod_line_request_release(request->line);
    free(request);
}

static int gpiod2_open(const struct line_order *order, void **opened)
{
    struct gpiod_chip *chip = gpiod_chip_open(order->device);
    if (!chip)
        return -errno;
    int failed = -ENOMEM;
    struct request *request = calloc(1, sizeof *request);
    if (!request)
        goto end;
    request->offset = order->offset;
    failed = line_request(request, chip, order);
    if (failed == 0 && !order->output)
        failed = edges_prepare(request);
    if (failed < 0)
        gpiod2_close(request);
    else
        *opened = request;
end:
    gpiod_chip_close(chip);
    return failed;
}

static int gpiod2_fd(const void *opened)
{
    const struct request *request = opened;
    return gpiod_line_request_get_fd(request->line);
}

static int edges_fetch(struct request *request)
{
    int count = gpiod_line_request_read_edge_events(request->line, request->edges, READ_EDGES);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    request->edge_count = (unsigned long)count;
    request->next = 0;
    return count;
}

static int gpiod2_next_edge(void *opened, struct line_edge *edge)
{
    struct request *request = opened;
    if (!request->edges)
        return 0;
    if (request->next == request->edge_count) {
        int count = edges_fetch(request);
        if (count <= 0)
            return count;
    }
    struct gpiod_edge_event *event =
        gpiod_edge_event_buffer_get_event(request->edges, request->next++);
    *edge = (struct line_edge){
        .active = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
        .at = clock_from_monotonic_ns((int64_t)gpiod_edge_event_get_timestamp_ns(event)),
    };
    return 1;
}

static int gpiod2_read(void *opened)
{
    struct request *request = opened;
    enum gpiod_line_value value = gpiod_line_request_get_value(request->line, request->offset);
    return value == GPIOD_LINE_VALUE_ERROR ? -errno : value == GPIOD_LINE_VALUE_ACTIVE;
}

static int gpiod2_write(void *opened, bool on)
{
    struct request *request = opened;
    int failed = gpiod_line_request_set_value(request->line, request->offset, value_of(on));
    return failed < 0 ? -errno : 0;
}

const struct line_backend line_backend_gpiod = {
    .open = gpiod2_open,
    .close = gpiod2_close,
    .fd = gpiod2_fd,
    .next_edge = gpiod2_next_edge,
    .read = gpiod2_read,
    .write = gpiod2_write,
};

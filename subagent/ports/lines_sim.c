#include "ports/lines_sim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "ports/lines_backend.h"

enum { CLIENT_LIMIT = 8, BACKLOG = 4, MESSAGE_SIZE = 128, SOCKET_MODE = 0660 };
enum { RECEIVED_AT_ONCE = 64 }; /* of one client: it may send for ever */
_Static_assert((int)LINES_SOCKET_SIZE == (int)sizeof((struct sockaddr_un *)0)->sun_path,
               "a path fits its address");

struct simulated_line {
    struct lines_simulator *simulator;
    bool output;
    unsigned role;
    enum input_value value; /* inputs */
    bool has_edge;
    instant edge_at;
    bool on; /* outputs */
};

struct client {
    struct lines_simulator *simulator;
    int fd; /* -1: a free place */
    sd_event_source *source;
};

struct lines_simulator {
    sd_event *event;
    const struct line_map *map;
    lines_simulator_handler *changed;
    void *context;
    const char *path;
    int listener;
    sd_event_source *source;
    struct simulated_line inputs[INPUT_ROLE_COUNT];
    struct simulated_line outputs[OUTPUT_ROLE_COUNT];
    struct client clients[CLIENT_LIMIT];
};

/* ---- clients ---- */

static void client_close(struct client *client)
{
    client->source = sd_event_source_disable_unref(client->source);
    if (client->fd >= 0)
        (void)close(client->fd);
    client->fd = -1;
}

/* Who does not listen is told nothing more and can send nothing more; what it sent before is still
 * read, then the end of it. */
__attribute__((format(printf, 2, 3))) static void client_tell(struct client *client,
                                                              const char *format, ...)
{
    if (client->fd < 0)
        return;
    char text[MESSAGE_SIZE] = "";
    va_list args;
    va_start(args, format);
    text_append_args(text, sizeof text, format, args);
    va_end(args);
    if (send(client->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        (void)shutdown(client->fd, SHUT_RDWR);
}

static void tell_output(struct client *client, enum output_role role)
{
    client_tell(client,
                "output %s %s",
                output_role_name(role),
                client->simulator->outputs[role].on ? "on" : "off");
}

static void tell_outputs(struct client *client)
{
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (client->simulator->map->outputs[role].wired)
            tell_output(client, (enum output_role)role);
}

static void tell_inputs(struct client *client)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        if (client->simulator->map->inputs[role].wired)
            client_tell(client,
                        "input %s %s",
                        input_role_name((enum input_role)role),
                        input_value_name(client->simulator->inputs[role].value));
}

/* ---- commands ---- */

/* What is no edge after all, as nothing changes or the line was unknown, is sorted out later. */
static void input_set(struct simulated_line *line, enum input_value value, instant at)
{
    line->value = value;
    line->has_edge = true;
    line->edge_at = at;
    line->simulator->changed(line->simulator->context);
}

static struct simulated_line *input_named(struct lines_simulator *simulator, const char *name)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        if (simulator->map->inputs[role].wired &&
            strcmp(name, input_role_name((enum input_role)role)) == 0)
            return &simulator->inputs[role];
    return NULL;
}

/* 0: there is no such value. */
static enum input_value value_named(const char *name)
{
    for (unsigned value = INPUT_VALUE_UNKNOWN; value < INPUT_VALUE_COUNT; value++)
        if (strcmp(name, input_value_name((enum input_value)value)) == 0)
            return (enum input_value)value;
    return 0;
}

/* Until when: no instant that is still to come, and none before another edge of the line. */
static bool instant_named(const struct simulated_line *line, const char *text, instant *at)
{
    char *end;

    *at = clock_now();
    if (!text)
        return true;
    errno = 0;
    const instant named = {strtoll(text, &end, 10)};
    if (errno != 0 || end == text || *end != '\0' || named.ms < 0 || instant_before(*at, named))
        return false;
    *at = instant_before(named, line->edge_at) ? line->edge_at : named;
    return true;
}

static void command_set(struct client *client, const char *role, const char *value_name,
                        const char *at_text)
{
    struct simulated_line *line = input_named(client->simulator, role);
    enum input_value value = value_named(value_name);
    instant at;
    if (!line) {
        client_tell(client, "error no input \"%s\" is wired", role);
    } else if (!value) {
        client_tell(client, "error \"%s\" is not active, inactive or unknown", value_name);
    } else if (!instant_named(line, at_text, &at)) {
        client_tell(
            client, "error \"%s\" is not an instant that is over, in milliseconds", at_text);
    } else {
        input_set(line, value, at);
        client_tell(client, "ok");
    }
}

static void command_handle(struct client *client, char *text)
{
    char *rest = text;
    const char *word = strsep(&rest, " ");
    const char *role = strsep(&rest, " ");
    const char *value = strsep(&rest, " ");
    const char *at = strsep(&rest, " ");
    const char *at_text = strsep(&rest, " ");
    bool is_timed = at && at_text && strcmp(at, "at") == 0;
    if (strcmp(word, "set") == 0 && value && (!at || is_timed) && !rest) {
        command_set(client, role, value, at_text);
    } else if (strcmp(word, "get") == 0 && !role) {
        tell_inputs(client);
        tell_outputs(client);
        client_tell(client, "ok");
    } else {
        client_tell(client,
                    "error expected: set ROLE VALUE, set ROLE VALUE at MILLISECONDS, or get");
    }
}

/* Returns whether there may be more. */
static bool client_receive(struct client *client)
{
    char text[MESSAGE_SIZE];
    ssize_t length = recv(client->fd, text, sizeof text, MSG_DONTWAIT | MSG_TRUNC);
    /* A peer that closed without reading all shows as ECONNRESET once, before what it sent. */
    if (length < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET))
        return false;
    if (length <= 0) {
        client_close(client);
        return false;
    }
    if ((size_t)length >= sizeof text) {
        client_tell(client, "error too long");
        return true;
    }
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    command_handle(client, text);
    return true;
}

static int on_client(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    (void)source;
    (void)fd;
    (void)revents;
    (void)client_receive(userdata);
    return 0;
}

void lines_simulator_receive(struct lines_simulator *simulator)
{
    for (size_t i = 0; i < CLIENT_LIMIT; i++)
        for (int n = 0; n < RECEIVED_AT_ONCE && simulator->clients[i].fd >= 0; n++)
            if (!client_receive(&simulator->clients[i]))
                break;
}

static int socket_watch(const struct lines_simulator *simulator, sd_event_source **source, int fd,
                        sd_event_io_handler_t handler, void *userdata)
{
    int failed = sd_event_add_io(simulator->event, source, fd, EPOLLIN, handler, userdata);
    if (failed < 0)
        return failed;
    return sd_event_source_set_priority(*source, SD_EVENT_PRIORITY_IMPORTANT);
}

static struct client *client_free_place(struct lines_simulator *simulator)
{
    for (size_t i = 0; i < CLIENT_LIMIT; i++)
        if (simulator->clients[i].fd < 0)
            return &simulator->clients[i];
    return NULL;
}

static int on_listener(sd_event_source *source, int listener, uint32_t revents, void *userdata)
{
    (void)source;
    (void)revents;
    struct lines_simulator *simulator = userdata;
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return 0;
    struct client *client = client_free_place(simulator);
    if (!client) {
        (void)close(fd);
        return 0;
    }
    client->fd = fd;
    if (socket_watch(simulator, &client->source, fd, on_client, client) < 0)
        client_close(client);
    else
        tell_outputs(client);
    return 0;
}

/* ---- opening and closing ---- */

static enum input_value value_at_rest(unsigned role)
{
    switch (role) {
    case INPUT_ROLE_MAINS_L1:
    case INPUT_ROLE_MAINS_L2:
    case INPUT_ROLE_MAINS_L3:
    case INPUT_ROLE_GENSET_AUTOMATIC:
        return INPUT_VALUE_ACTIVE;
    default:
        return INPUT_VALUE_INACTIVE;
    }
}

static void lines_fill(struct lines_simulator *simulator, const struct lines_simulation *simulation)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        simulator->inputs[role] = (struct simulated_line){
            .simulator = simulator,
            .role = role,
            .value = simulation->initial[role] ? simulation->initial[role] : value_at_rest(role),
        };
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        simulator->outputs[role] =
            (struct simulated_line){.simulator = simulator, .output = true, .role = role};
    for (size_t i = 0; i < CLIENT_LIMIT; i++)
        simulator->clients[i] = (struct client){.simulator = simulator, .fd = -1};
}

static int socket_open(void)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

static int address_connect(const struct sockaddr_un *address)
{
    int fd = socket_open();
    if (fd < 0)
        return fd;
    int failed = connect(fd, (const struct sockaddr *)address, sizeof *address) < 0 ? -errno : 0;
    (void)close(fd);
    return failed;
}

/* Removes a socket that nobody listens at any more. */
static int stale_remove(const struct sockaddr_un *address)
{
    struct stat status;
    if (lstat(address->sun_path, &status) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (!S_ISSOCK(status.st_mode))
        return -EEXIST;
    if (address_connect(address) != -ECONNREFUSED)
        return -EADDRINUSE;
    return unlink(address->sun_path) < 0 ? -errno : 0;
}

static int listener_open(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    text_copy(address.sun_path, sizeof address.sun_path, path);
    int failed = stale_remove(&address);
    if (failed < 0)
        return failed;
    int fd = socket_open();
    if (fd < 0)
        return fd;
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
        chmod(path, SOCKET_MODE) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    failed = -errno;
    (void)close(fd);
    return failed;
}

static int simulator_listen(struct lines_simulator *simulator, const char *path)
{
    int fd = listener_open(path);
    if (fd < 0)
        return fd;
    simulator->listener = fd;
    simulator->path = path;
    /* Not as lines are: one that cannot be accepted stays, and would keep all else from its turn.
     */
    int result = socket_watch(simulator, &simulator->source, fd, on_listener, simulator);
    return result < 0 ? result
                      : sd_event_source_set_priority(simulator->source, SD_EVENT_PRIORITY_IDLE);
}

void lines_simulator_close(struct lines_simulator *simulator)
{
    if (!simulator)
        return;
    for (size_t i = 0; i < CLIENT_LIMIT; i++)
        client_close(&simulator->clients[i]);
    sd_event_source_disable_unref(simulator->source);
    if (simulator->listener >= 0) {
        (void)close(simulator->listener);
        (void)unlink(simulator->path);
    }
    free(simulator);
}

struct lines_simulator *lines_simulator_open(sd_event *event, const struct line_map *map,
                                             const struct lines_simulation *simulation,
                                             lines_simulator_handler *changed, void *context,
                                             char error[static LINES_ERROR_SIZE])
{
    struct lines_simulator *simulator = calloc(1, sizeof *simulator);
    if (!simulator) {
        text_copy(error, LINES_ERROR_SIZE, "no memory for simulated lines");
        return NULL;
    }
    simulator->event = event;
    simulator->map = map;
    simulator->changed = changed;
    simulator->context = context;
    simulator->listener = -1;
    lines_fill(simulator, simulation);
    int failed = simulator_listen(simulator, simulation->socket);
    if (failed < 0) {
        text_format(error,
                    LINES_ERROR_SIZE,
                    "cannot listen for simulated lines at %s: %s",
                    simulation->socket,
                    strerror(-failed));
        lines_simulator_close(simulator);
        return NULL;
    }
    return simulator;
}

/* ---- the backend ---- */

static int simulated_open(const struct line_order *order, void **request)
{
    struct simulated_line *line = order->output ? &order->simulator->outputs[order->role]
                                                : &order->simulator->inputs[order->role];
    if (!line->output && line->value == INPUT_VALUE_UNKNOWN)
        return -ENODEV;
    *request = line;
    return 0;
}

static void simulated_close(void *request)
{
    (void)request;
}

static int simulated_fd(const void *request)
{
    (void)request;
    return -1;
}

static int simulated_next_edge(void *request, struct line_edge *edge)
{
    struct simulated_line *line = request;
    if (!line->output && line->value == INPUT_VALUE_UNKNOWN)
        return -ENODEV;
    if (!line->has_edge)
        return 0;
    line->has_edge = false;
    *edge = (struct line_edge){line->value == INPUT_VALUE_ACTIVE, line->edge_at};
    return 1;
}

static int simulated_read(void *request)
{
    const struct simulated_line *line = request;
    if (line->output)
        return line->on;
    return line->value == INPUT_VALUE_UNKNOWN ? -ENODEV : line->value == INPUT_VALUE_ACTIVE;
}

static int simulated_write(void *request, bool on)
{
    struct simulated_line *line = request;
    if (on == line->on)
        return 0;
    line->on = on;
    for (size_t i = 0; i < CLIENT_LIMIT; i++)
        tell_output(&line->simulator->clients[i], (enum output_role)line->role);
    return 0;
}

const struct line_backend line_backend_simulated = {
    .open = simulated_open,
    .close = simulated_close,
    .fd = simulated_fd,
    .next_edge = simulated_next_edge,
    .read = simulated_read,
    .write = simulated_write,
};

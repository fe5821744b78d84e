#include "ports/lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "ports/lines_sim.h"
#include "ports/lines_slot.h"

enum {
    SLOT_LIMIT = INPUT_ROLE_COUNT + OUTPUT_ROLE_COUNT,
    EDGES_PER_SLOT = 64, /* at one wake-up; the rest comes with the next */
    EDGE_LIMIT = EDGES_PER_SLOT * INPUT_ROLE_COUNT,
    /* How long an edge may be on its way from the interrupt while its level can be read already. */
    EDGE_LATENCY_MS = 2,
    MUTED_EDGES = 512, /* thrown away at one look; more than a kernel keeps */
    LEVEL_READS = 4,   /* of a line that changes while it is compared */
    OFF_AGAIN_US = 100000,
    TIMER_ACCURACY_US = 1000,
};

static const char device_folder[] = "/dev";
static const char device_prefix[] = "gpiochip";

struct found_edge {
    struct line_slot *slot;
    struct line_edge edge;
};

struct lines {
    sd_event *event;
    struct lines_handlers handlers;
    struct lines_simulator *simulator; /* NULL: GPIO lines */
    sd_event_source *watch;
    sd_event_source *off_timer; /* while an output that is to be off may be on */
    int held_fd;                /* given by an earlier run and not yet taken over, or -1 */
    unsigned held_generation;
    instant last_handed_over;
    size_t slot_count;
    struct line_slot slots[SLOT_LIMIT];
    struct line_slot *inputs[INPUT_ROLE_COUNT];
    struct line_slot *outputs[OUTPUT_ROLE_COUNT];
    size_t edge_count;
    struct found_edge edges[EDGE_LIMIT];
};

/* ---- handing over ---- */

static instant instant_clamp(instant t, instant low, instant high)
{
    if (instant_before(high, t))
        return high;
    return instant_before(t, low) ? low : t;
}

/* The times of different lines can overtake each other by their interrupts' latency. */
static void hand_over(struct lines *lines, struct line_slot *slot, enum input_value value,
                      instant at, bool is_level)
{
    if (slot->value == value)
        return;
    slot->value = value;
    lines->last_handed_over = instant_clamp(at, lines->last_handed_over, clock_now());
    lines->handlers.input(lines->handlers.context,
                          (enum input_role)slot->role,
                          value,
                          lines->last_handed_over,
                          is_level);
}

static void tell_output(struct lines *lines, struct line_slot *slot, bool missing)
{
    if (slot->missing == missing)
        return;
    slot->missing = missing;
    if (slot->output && lines->handlers.output)
        lines->handlers.output(lines->handlers.context, (enum output_role)slot->role, !missing);
}

static void tell_trouble(struct lines *lines, struct line_slot *slot, const char *why)
{
    if (strcmp(slot->told, why) == 0)
        return;
    text_copy(slot->told, sizeof slot->told, why);
    lines->handlers.trouble(lines->handlers.context, false, why);
}

static void tell_available(struct lines *lines, struct line_slot *slot)
{
    if (!slot->told[0])
        return;
    text_format(slot->told,
                sizeof slot->told,
                "%s %s is available again",
                slot->output ? "output" : "input",
                slot_name(slot));
    lines->handlers.trouble(lines->handlers.context, true, slot->told);
    slot->told[0] = '\0';
}

/* ---- one line's coming and going ---- */

static bool is_held(const struct lines *lines, const struct line_slot *slot)
{
    return slot == lines->outputs[OUTPUT_RUN] && slot->settings->hold && !lines->simulator;
}

static void doubt(struct lines *lines, struct line_slot *slot, const char *reason)
{
    char told[SLOT_WHY_SIZE];
    text_copy(slot->reason, sizeof slot->reason, reason);
    text_format(told,
                sizeof told,
                "%s %s is not available any more: %s",
                slot->output ? "output" : "input",
                slot_name(slot),
                reason);
    if (!slot->output)
        hand_over(lines, slot, INPUT_VALUE_UNKNOWN, clock_now(), true);
    tell_trouble(lines, slot, told);
}

static void lose(struct lines *lines, struct line_slot *slot, int error)
{
    slot_close(slot);
    if (is_held(lines, slot))
        lines->held_generation++;
    doubt(lines, slot, error == -ENODEV ? "its chip was removed" : strerror(-error));
    tell_output(lines, slot, true);
}

static int slot_watch(struct lines *lines, struct line_slot *slot);

/* The outputs that go on with what they were doing when they come back. */
static const bool resumes[OUTPUT_ROLE_COUNT] = {
    [OUTPUT_RUN] = true,
    [OUTPUT_HORN] = true,
    [OUTPUT_HEARTBEAT] = true,
};

static int gain(struct lines *lines, struct line_slot *slot)
{
    char why[SLOT_WHY_SIZE];
    int nothing_held = -1;
    bool held = is_held(lines, slot);
    int held_before = lines->held_fd;
    int failed = slot_open(slot, held ? &lines->held_fd : &nothing_held, why);
    if (held && (failed == 0 || lines->held_fd != held_before))
        lines->held_generation++;
    if (failed < 0) {
        /* That a chip is still missing is no news. */
        if (failed != -ENODEV || !slot->told[0])
            tell_trouble(lines, slot, why);
        tell_output(lines, slot, true);
        return failed;
    }
    failed = slot_watch(lines, slot);
    if (failed < 0) {
        lose(lines, slot, failed);
        return failed;
    }
    if (held)
        slot->on = slot_read(slot) > 0;
    slot->may_be_on = slot->on;
    tell_available(lines, slot);
    tell_output(lines, slot, false);
    return 0;
}

static void gain_missing(struct lines *lines)
{
    for (size_t i = 0; i < lines->slot_count; i++) {
        struct line_slot *slot = &lines->slots[i];
        if (slot->request)
            continue;
        slot->on = slot->on && resumes[slot->role];
        (void)gain(lines, slot);
    }
}

/* ---- chatter ---- */

/* Never fails for a source that is there; without one there is nothing to listen to. */
static void slot_listen(struct line_slot *slot, int enabled)
{
    if (slot->source)
        (void)sd_event_source_set_enabled(slot->source, enabled);
}

static void mute(struct lines *lines, struct line_slot *slot)
{
    char reason[LINE_WHY_SIZE];
    text_format(reason,
                sizeof reason,
                "it chatters: more than %d changes within %d s",
                CHATTER_EDGES,
                CHATTER_WINDOW_MS / 1000);
    chatter_mute(&slot->chatter, clock_now());
    slot->had_edge = false;
    slot_listen(slot, SD_EVENT_OFF);
    doubt(lines, slot, reason);
}

/* Throws its edges away. Returns 1 if there were any, 0, or a negative errno. */
static int edges_forget(struct line_slot *slot)
{
    struct line_edge edge;
    int found = 0;
    for (int i = 0; i < MUTED_EDGES; i++) {
        int next = slot_next_edge(slot, &edge);
        if (next <= 0)
            return next < 0 ? next : found;
        found = 1;
    }
    return found;
}

static void muted_look(struct lines *lines, struct line_slot *slot)
{
    int found = edges_forget(slot);
    if (found < 0) {
        lose(lines, slot, found);
    } else if (chatter_is_over(&slot->chatter, clock_now(), found)) {
        slot_listen(slot, SD_EVENT_ON);
        tell_available(lines, slot);
    }
}

static void muted_look_all(struct lines *lines)
{
    for (size_t i = 0; i < lines->slot_count; i++)
        if (lines->slots[i].request && lines->slots[i].chatter.muted)
            muted_look(lines, &lines->slots[i]);
}

/* ---- edges ---- */

static bool is_heard(const struct line_slot *slot)
{
    return slot->request && !slot->output && !slot->chatter.muted;
}

static void edges_collect_of(struct lines *lines, struct line_slot *slot)
{
    for (int i = 0; i < EDGES_PER_SLOT && lines->edge_count < EDGE_LIMIT; i++) {
        struct found_edge *found = &lines->edges[lines->edge_count];
        int next = slot_next_edge(slot, &found->edge);
        if (next < 0)
            slot->failed = next;
        if (next <= 0)
            return;
        found->slot = slot;
        slot->had_edge = true;
        lines->edge_count++;
        if (chatter_counts(&slot->chatter, found->edge.at))
            slot->chatters = true;
    }
}

static void edges_collect(struct lines *lines)
{
    lines->edge_count = 0;
    for (size_t i = 0; i < lines->slot_count; i++)
        if (is_heard(&lines->slots[i]))
            edges_collect_of(lines, &lines->slots[i]);
}

/* Few, and nearly in order; those of one time stay as they came. */
static void edges_sort(struct lines *lines)
{
    for (size_t i = 1; i < lines->edge_count; i++) {
        struct found_edge moved = lines->edges[i];
        size_t to = i;
        for (; to > 0 && instant_before(moved.edge.at, lines->edges[to - 1].edge.at); to--)
            lines->edges[to] = lines->edges[to - 1];
        lines->edges[to] = moved;
    }
}

static enum input_value value_of(bool active)
{
    return active ? INPUT_VALUE_ACTIVE : INPUT_VALUE_INACTIVE;
}

static void edges_hand_over(struct lines *lines)
{
    edges_collect(lines);
    edges_sort(lines);
    for (size_t i = 0; i < lines->edge_count; i++) {
        const struct found_edge *found = &lines->edges[i];
        hand_over(lines, found->slot, value_of(found->edge.active), found->edge.at, false);
    }
    for (size_t i = 0; i < lines->slot_count; i++) {
        struct line_slot *slot = &lines->slots[i];
        if (slot->request && slot->failed)
            lose(lines, slot, slot->failed);
        else if (slot->request && slot->chatters)
            mute(lines, slot);
        slot->chatters = false;
    }
}

/* ---- levels ---- */

static bool edge_is_coming(const struct line_slot *slot)
{
    struct pollfd edge = {.fd = slot_fd(slot), .events = POLLIN};
    return edge.fd >= 0 && poll(&edge, 1, EDGE_LATENCY_MS) > 0 && (edge.revents & POLLIN);
}

/* Edges can be lost (a full queue, an interrupt in the middle of another); a level then tells. */
static void level_compare(struct lines *lines, struct line_slot *slot)
{
    slot->had_edge = false;
    for (int i = 0; i < LEVEL_READS && slot->request && !slot->chatter.muted; i++) {
        int level = slot_read(slot);
        if (level < 0) {
            lose(lines, slot, level);
            return;
        }
        if (slot->output || value_of(level) == slot->value)
            return;
        if (slot->value == INPUT_VALUE_UNKNOWN || !edge_is_coming(slot)) {
            hand_over(lines, slot, value_of(level), clock_now(), true);
            return;
        }
        edges_hand_over(lines);
    }
}

void lines_dispatch(struct lines *lines)
{
    if (lines->simulator)
        lines_simulator_receive(lines->simulator);
    edges_hand_over(lines);
    for (size_t i = 0; i < lines->slot_count; i++)
        if (lines->slots[i].had_edge)
            level_compare(lines, &lines->slots[i]);
}

void lines_read(struct lines *lines)
{
    edges_hand_over(lines);
    muted_look_all(lines);
    gain_missing(lines);
    for (size_t i = 0; i < lines->slot_count; i++)
        if (lines->slots[i].request)
            level_compare(lines, &lines->slots[i]);
}

/* ---- the event loop ---- */

static int on_slot(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    (void)source;
    (void)fd;
    struct line_slot *slot = userdata;
    struct lines *lines = slot->owner;
    lines_dispatch(lines);
    if (slot->request && (revents & (EPOLLERR | EPOLLHUP)))
        lose(lines, slot, -ENODEV);
    return 0;
}

static int slot_watch(struct lines *lines, struct line_slot *slot)
{
    int fd = slot_fd(slot);
    if (fd < 0)
        return 0;
    int failed = sd_event_add_io(lines->event, &slot->source, fd, EPOLLIN, on_slot, slot);
    if (failed < 0)
        return failed;
    return sd_event_source_set_priority(slot->source, SD_EVENT_PRIORITY_IMPORTANT);
}

static void lose_device(struct lines *lines, const char *name)
{
    for (size_t i = 0; i < lines->slot_count; i++) {
        struct line_slot *slot = &lines->slots[i];
        const char *slash = strrchr(slot->device, '/');
        if (slot->request && slash && strcmp(slash + 1, name) == 0)
            lose(lines, slot, -ENODEV);
    }
}

/* A chip that is removed does not wake whoever waits for its edges in older kernels. */
static int on_device_folder(sd_event_source *source, const struct inotify_event *event,
                            void *userdata)
{
    (void)source;
    struct lines *lines = userdata;
    bool overflow = event->mask & IN_Q_OVERFLOW;
    if (!overflow &&
        (event->len == 0 || strncmp(event->name, device_prefix, sizeof device_prefix - 1) != 0))
        return 0;
    edges_hand_over(lines);
    if (!overflow && (event->mask & (IN_DELETE | IN_MOVED_FROM)))
        lose_device(lines, event->name);
    lines_read(lines);
    return 0;
}

static void on_simulator(void *context)
{
    lines_read(context);
}

static int devices_watch(struct lines *lines)
{
    /* IN_ATTRIB: a device appears first and has its group and mode set afterwards. */
    int failed = sd_event_add_inotify(lines->event,
                                      &lines->watch,
                                      device_folder,
                                      IN_CREATE | IN_MOVE | IN_DELETE | IN_ATTRIB,
                                      on_device_folder,
                                      lines);
    if (failed < 0)
        return failed;
    return sd_event_source_set_priority(lines->watch, SD_EVENT_PRIORITY_IMPORTANT);
}

/* ---- driving an output ---- */

static int output_drive(struct lines *lines, struct line_slot *slot, bool on)
{
    int failed = slot->request ? 0 : gain(lines, slot);
    if (failed < 0)
        return failed;
    slot->on = on; /* a held one has come with a level of its own */
    slot->may_be_on = slot->may_be_on || on;
    failed = slot_write(slot, on);
    if (failed < 0)
        lose(lines, slot, failed);
    else
        slot->may_be_on = on;
    return failed;
}

static bool is_owed_off(const struct line_slot *slot)
{
    return slot->output && slot->may_be_on && !slot->on;
}

static void off_try_later(struct lines *lines)
{
    int failed = sd_event_source_set_time_relative(lines->off_timer, OFF_AGAIN_US);
    if (failed >= 0)
        failed = sd_event_source_set_enabled(lines->off_timer, SD_EVENT_ONESHOT);
    if (failed < 0)
        lines->handlers.trouble(lines->handlers.context,
                                false,
                                "an output that may be on is not switched off: no timer");
}

static int on_off_timer(sd_event_source *source, uint64_t us, void *userdata)
{
    (void)source;
    (void)us;
    struct lines *lines = userdata;
    bool owed = false;
    for (size_t i = 0; i < lines->slot_count; i++)
        if (is_owed_off(&lines->slots[i]))
            owed = output_drive(lines, &lines->slots[i], false) < 0 || owed;
    if (owed)
        off_try_later(lines);
    return 0;
}

static int off_timer_open(struct lines *lines)
{
    int failed = sd_event_add_time_relative(
        lines->event, &lines->off_timer, CLOCK_BOOTTIME, 0, TIMER_ACCURACY_US, on_off_timer, lines);
    if (failed >= 0)
        failed = sd_event_source_set_enabled(lines->off_timer, SD_EVENT_OFF);
    return failed < 0 ? failed
                      : sd_event_source_set_priority(lines->off_timer, SD_EVENT_PRIORITY_IMPORTANT);
}

/* ---- opening and closing ---- */

static struct line_slot *slot_add(struct lines *lines, const struct line_settings *settings,
                                  bool output, unsigned role)
{
    if (!settings->wired)
        return NULL;
    struct line_slot *slot = &lines->slots[lines->slot_count++];
    *slot = (struct line_slot){
        .owner = lines,
        .settings = settings,
        .backend = &line_backend_gpiod,
        .output = output,
        .role = role,
        .value = INPUT_VALUE_UNKNOWN,
    };
    return slot;
}

static void slots_add(struct lines *lines, const struct line_map *map)
{
    for (unsigned role = 0; role < INPUT_ROLE_COUNT; role++)
        lines->inputs[role] = slot_add(lines, &map->inputs[role], false, role);
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        lines->outputs[role] = slot_add(lines, &map->outputs[role], true, role);
}

static void backends_choose(struct lines *lines)
{
    for (size_t i = 0; i < lines->slot_count; i++) {
        struct line_slot *slot = &lines->slots[i];
        slot->simulator = lines->simulator;
        if (lines->simulator)
            slot->backend = &line_backend_simulated;
        else if (is_held(lines, slot))
            slot->backend = &line_backend_held;
    }
}

static int source_open(struct lines *lines, const struct line_map *map,
                       const struct lines_simulation *simulation, char *error)
{
    if (simulation) {
        lines->simulator =
            lines_simulator_open(lines->event, map, simulation, on_simulator, lines, error);
        return lines->simulator ? 0 : -1;
    }
    int failed = devices_watch(lines);
    if (failed < 0)
        text_format(
            error, LINES_ERROR_SIZE, "cannot watch %s: %s", device_folder, strerror(-failed));
    return failed;
}

struct lines *lines_open(sd_event *event, const struct line_map *map,
                         const struct lines_simulation *simulation,
                         const struct lines_handlers *handlers, int held_fd,
                         char error[static LINES_ERROR_SIZE])
{
    struct lines *lines = calloc(1, sizeof *lines);
    if (!lines) {
        text_copy(error, LINES_ERROR_SIZE, "no memory for lines");
        if (held_fd >= 0)
            (void)close(held_fd);
        return NULL;
    }
    lines->event = event;
    lines->handlers = *handlers;
    lines->held_fd = held_fd;
    lines->last_handed_over = INSTANT_NONE;
    slots_add(lines, map);
    int failed = off_timer_open(lines);
    if (failed < 0) {
        text_format(error, LINES_ERROR_SIZE, "no timer for lines: %s", strerror(-failed));
        lines_close(lines);
        return NULL;
    }
    if (source_open(lines, map, simulation, error) < 0) {
        lines_close(lines);
        return NULL;
    }
    backends_choose(lines);
    gain_missing(lines);
    return lines;
}

static void slot_end(struct lines *lines, struct line_slot *slot)
{
    bool rests = slot->output && !is_held(lines, slot) && (slot->request || slot->may_be_on);
    slot->on = false;
    /* Where this fails the line has gone, and no one can drive it. */
    if (rests)
        (void)output_drive(lines, slot, false);
    slot_close(slot);
}

void lines_close(struct lines *lines)
{
    if (!lines)
        return;
    for (size_t i = 0; i < lines->slot_count; i++)
        slot_end(lines, &lines->slots[i]);
    sd_event_source_disable_unref(lines->off_timer);
    sd_event_source_disable_unref(lines->watch);
    lines_simulator_close(lines->simulator);
    if (lines->held_fd >= 0)
        (void)close(lines->held_fd);
    free(lines);
}

/* ---- values ---- */

enum input_value lines_value(const struct lines *lines, enum input_role role)
{
    const struct line_slot *slot = lines->inputs[role];
    return slot ? slot->value : INPUT_VALUE_UNKNOWN;
}

int lines_set(struct lines *lines, enum output_role role, bool on)
{
    struct line_slot *slot = lines->outputs[role];
    if (!slot)
        return -ENOENT;
    slot->on = on;
    int failed = output_drive(lines, slot, on);
    if (failed == 0 || on || !slot->may_be_on)
        return failed;
    failed = output_drive(lines, slot, false); /* by a new request */
    if (failed < 0)
        off_try_later(lines);
    return failed;
}

bool lines_may_be_on(const struct lines *lines, enum output_role role)
{
    const struct line_slot *slot = lines->outputs[role];
    return slot && slot->may_be_on;
}

void lines_drop(const struct lines *lines, enum output_role role)
{
    struct line_slot *slot = lines->outputs[role];
    if (slot && slot->request)
        (void)slot_write(slot, false); /* one that fails now nobody can drive */
}

const char *lines_reason(const struct lines *lines, enum input_role role)
{
    const struct line_slot *slot = lines->inputs[role];
    bool doubted = slot && (!slot->request || slot->chatter.muted);
    return doubted ? slot->reason : "";
}

bool lines_output_is_missing(const struct lines *lines, enum output_role role)
{
    const struct line_slot *slot = lines->outputs[role];
    return slot && slot->missing;
}

const char *lines_output_reason(const struct lines *lines, enum output_role role)
{
    return lines_output_is_missing(lines, role) ? lines->outputs[role]->reason : "";
}

int lines_output(struct lines *lines, enum output_role role)
{
    struct line_slot *slot = lines->outputs[role];
    if (!slot)
        return -ENOENT;
    if (!slot->request)
        return -ENODEV;
    int level = slot_read(slot);
    if (level < 0)
        lose(lines, slot, level);
    return level;
}

int lines_held_fd(const struct lines *lines)
{
    const struct line_slot *slot = lines->outputs[OUTPUT_RUN];
    if (!slot || !is_held(lines, slot))
        return -1;
    return slot->request ? slot_fd(slot) : lines->held_fd;
}

unsigned lines_held_generation(const struct lines *lines)
{
    return lines->held_generation;
}

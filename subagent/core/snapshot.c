/*
 * One table names every field that is kept. What is left out on purpose: output_on (outputs rest
 * after a restart) and what a restart begins anew. A value equal to the initial one is not written.
 */
#include "core/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/core.h"

enum { VERSION = 1, LINE_LIMIT = 96 };
static const char head[] = "padam-snapshot ";
static const char tail[] = "end\n";

enum field_kind {
    FIELD_VALUE,
    FIELD_INSTANT, /* of a timer, or one that core/rebase.c moves itself */
    FIELD_FACT     /* an instant at which something happened */
};

struct field {
    const char *name;
    size_t offset, size;
    enum field_kind kind;
    uint32_t limit; /* of an enumeration: its values are below it; else 0 */
};

#define FIELD(type, member, kind, limit)                                                           \
    {                                                                                              \
#member, offsetof(struct type, member), sizeof(((struct type *)0)->member), kind, limit    \
    }
#define V(type, member) FIELD(type, member, FIELD_VALUE, 0)
#define E(type, member, limit) FIELD(type, member, FIELD_VALUE, limit)
#define I(type, member) FIELD(type, member, FIELD_INSTANT, 0)
#define F(type, member) FIELD(type, member, FIELD_FACT, 0)

static const struct field state_fields[] = {
    I(state, ticked),
    E(state, hold, HOLD_STATE_COUNT),
    E(state, hold_reason, REASON_COUNT),
    I(state, inhibit_until),
    V(state, ups_low_alarmed),
    V(state, checks_wanted),
    V(state, reload_wanted),
    E(state, reloaded, REASON_COUNT),
    V(state, journal_behind),
    V(state, journal_over_limit),
    V(state, next_incident),
    V(state, next_record),
    V(state, next_deviation),
    V(state, next_event),
    V(state, next_command),
    V(state, notified),
};
static const struct field input_fields[] = {V(input, alarmed)};
static const struct field ups_fields[] = {V(ups, alarmed)};
static const struct field anchor_fields[] = {
    I(anchor, at), V(anchor, wall_ms), I(anchor, begun), I(anchor, inhibit_until)};
static const struct field mains_fields[] = {
    E(mains, state, MAINS_STATE_COUNT),
    F(mains, since),
    F(mains, lost_at),
    F(mains, returned_at),
    F(mains, relapsed_at),
    I(mains, due),
    V(mains, estimated),
    V(mains, dip_count),
    V(mains, outages),
    V(mains, dips_ignored),
    V(mains, out_ms),
};
static const struct field dip_fields[] = {F(dip, start), F(dip, end), V(dip, lost_ms)};
static const struct field genset_fields[] = {
    E(genset, state, GENSET_STATE_COUNT),
    F(genset, since),
    I(genset, due),
    I(genset, fuel_at),
    I(genset, pulse_until),
    V(genset, wanted),
    V(genset, run_held),
    V(genset, software_started),
    V(genset, stays),
    V(genset, stop_commanded),
    V(genset, latched),
    V(genset, given_up),
    V(genset, not_carrying_alarmed),
    E(genset, source, START_SOURCE_COUNT),
    E(genset, started_by, START_SOURCE_COUNT),
    V(genset, attempt),
    V(genset, given_back),
    V(genset, last_attempts),
    F(genset, wanted_at),
    F(genset, running_at),
    F(genset, stopped_at),
    I(genset, lockout_until),
    I(genset, exercise_until),
    V(genset, exercise_ms),
    V(genset, starts),
    V(genset, failures),
    V(genset, run_ms),
    V(genset, last_start_ms),
    E(genset, reason, REASON_COUNT),
};
static const struct field incident_fields[] = {
    E(incident, phase, PHASE_COUNT),
    E(incident, kind, INCIDENT_KIND_COUNT),
    V(incident, id),
    V(incident, round),
    F(incident, lost_at),
    I(incident, round_start),
    F(incident, genset_lost_at),
    V(incident, anew_ms),
    V(incident, estimated),
    V(incident, arm_genset),
    V(incident, arm_servers),
    E(incident, shutdown_by, ACTOR_COUNT),
    V(incident, shutdown_begun),
    V(incident, shutdown_all),
    V(incident, shutdown_wanted),
    V(incident, shutdown_cancelled),
    V(incident, ups_forced),
    V(incident, ups_early),
    E(incident, released, REASON_COUNT),
    V(incident, emergency_stopped),
    V(incident, escalated),
    V(incident, horn_silenced),
    V(incident, shutdown_done_notified),
    I(incident, next_pass_at),
    I(incident, self_due),
    V(incident, deviations),
};
static const struct field step_fields[] = {
    E(step, state, STEP_STATE_COUNT),
    I(step, clock_start),
    I(step, due),
    I(step, done_at),
    I(step, repeat_at),
    E(step, answer, ANSWER_COUNT),
    E(step, done_by, ACTOR_COUNT),
    V(step, held_notified),
    V(step, deadline_notified),
    V(step, record),
    V(step, deviation),
    E(step, deviation_kind, DEVIATION_KIND_COUNT),
    E(step, deviation_input, INPUT_ROLE_COUNT),
    V(step, anew_ms),
};
static const struct field equipment_fields[] = {E(equipment, state, EQUIPMENT_STATE_COUNT),
                                                F(equipment, since),
                                                E(equipment, reason, REASON_COUNT),
                                                V(equipment, incident)};
static const struct field command_fields[] = {
    E(command, kind, COMMAND_KIND_COUNT),
    V(command, argument),
    V(command, index),
    V(command, confirmed),
    V(command, has_lock),
    V(command, lock),
    V(command, arm_genset),
    V(command, arm_servers),
};
static const struct field power_back_fields[] = {
    V(power_back, wanted), V(power_back, declined), F(power_back, stable_from)};
static const struct field power_fields[] = {
    E(power, state, POWER_STATE_COUNT),
    E(power, reason, REASON_COUNT),
    V(power, attempts),
    V(power, not_run),
    V(power, down),
    V(power, by_outage),
    I(power, due),
    F(power, started),
    F(power, finished),
};
static const struct field promise_fields[] = {I(promise, expires_at)};
static const struct field server_fields[] = {
    E(server, state, SERVER_STATE_COUNT),
    E(server, result, SHUTDOWN_RESULT_COUNT),
    E(server, reason, REASON_COUNT),
    V(server, attempts),
    V(server, not_run),
    V(server, passed_over),
    V(server, told),
    V(server, told_first),
    V(server, told_in_pass),
    V(server, ordered),
    V(server, regardless),
    V(server, accepted),
    V(server, answered),
    V(server, answers),
    V(server, not_seen),
    V(server, forced),
    V(server, cancelled),
    I(server, due),
    F(server, told_at),
    F(server, last_reachable),
    F(server, shutdown_started),
    F(server, shutdown_finished),
};

/* A run of like structs within the state; its elements are named by number or by server index. */
struct group {
    const char *name;
    size_t offset, stride, count; /* count 0: one per server */
    const struct field *fields;
    size_t field_count;
};

#define FIELDS(list) (list), sizeof(list) / sizeof((list)[0])
#define STRIDE(type) sizeof(struct type)

static const struct group groups[] = {
    {"state", 0, 0, 1, FIELDS(state_fields)},
    {"input",
     offsetof(struct state, inputs),
     STRIDE(input),
     INPUT_ROLE_COUNT,
     FIELDS(input_fields)},
    {"anchor", offsetof(struct state, anchor), 0, 1, FIELDS(anchor_fields)},
    {"ups", offsetof(struct state, ups), 0, 1, FIELDS(ups_fields)},
    {"mains", offsetof(struct state, mains), 0, 1, FIELDS(mains_fields)},
    {"dip", offsetof(struct state, mains.dips), STRIDE(dip), DIP_LIMIT, FIELDS(dip_fields)},
    {"genset", offsetof(struct state, genset), 0, 1, FIELDS(genset_fields)},
    {"incident", offsetof(struct state, incident), 0, 1, FIELDS(incident_fields)},
    {"step", offsetof(struct state, incident.steps), STRIDE(step), STEP_COUNT, FIELDS(step_fields)},
    {"equipment",
     offsetof(struct state, equipment),
     STRIDE(equipment),
     EQUIPMENT_KIND_COUNT,
     FIELDS(equipment_fields)},
    {"power_back", offsetof(struct state, power_back), 0, 1, FIELDS(power_back_fields)},
    {"promise",
     offsetof(struct state, promises),
     STRIDE(promise),
     PROMISE_LIMIT,
     FIELDS(promise_fields)},
    {"promised",
     offsetof(struct state, promises),
     STRIDE(promise),
     PROMISE_LIMIT,
     FIELDS(command_fields)},
    {"pending",
     offsetof(struct state, pending),
     STRIDE(command),
     PENDING_LIMIT,
     FIELDS(command_fields)},
    {"server", offsetof(struct state, servers), STRIDE(server), 0, FIELDS(server_fields)},
    {"access",
     offsetof(struct state, servers) + offsetof(struct server, access),
     STRIDE(server),
     0,
     FIELDS(equipment_fields)},
    {"power",
     offsetof(struct state, servers) + offsetof(struct server, power),
     STRIDE(server),
     0,
     FIELDS(power_fields)},
};
enum { GROUP_COUNT = sizeof(groups) / sizeof(groups[0]) };

_Static_assert(offsetof(struct promise, command) == 0, "group \"promised\" starts at the promise");

static size_t element_count(const struct group *group, size_t server_count)
{
    return group->count ? group->count : server_count;
}

static unsigned element_name(const struct group *group, const struct site *site, size_t i)
{
    return group->count ? (unsigned)i : site->servers[i].index;
}

/* From the state's beginning. */
static size_t field_offset(const struct group *group, const struct field *field, size_t i)
{
    return group->offset + i * group->stride + field->offset;
}

static int64_t field_get(const struct field *field, const void *at)
{
    bool flag;
    uint32_t number;
    int64_t value;

    switch (field->size) {
    case sizeof(flag):
        memcpy(&flag, at, sizeof(flag));
        return flag;
    case sizeof(number):
        memcpy(&number, at, sizeof(number));
        return number;
    default:
        memcpy(&value, at, sizeof(value));
        return value;
    }
}

static bool field_set(const struct field *field, void *at, int64_t value)
{
    bool flag = value != 0;
    uint32_t number = (uint32_t)value;

    switch (field->size) {
    case sizeof(flag):
        memcpy(at, &flag, sizeof(flag));
        return value == 0 || value == 1;
    case sizeof(number):
        memcpy(at, &number, sizeof(number));
        return value >= 0 && value <= UINT32_MAX && (!field->limit || number < field->limit);
    default:
        memcpy(at, &value, sizeof(value));
        return true;
    }
}

size_t snapshot_limit(size_t server_count)
{
    size_t fields = 0;

    for (size_t g = 0; g < GROUP_COUNT; g++)
        fields += element_count(&groups[g], server_count) * groups[g].field_count;
    return fields * LINE_LIMIT + LINE_LIMIT;
}

/* ---- write ---- */

struct writer {
    char *text;
    size_t size, length;
    bool cut; /* no end is written: what is missing must not pass for initial values */
};

static char *put_text(char *to, const char *text)
{
    while (*text)
        *to++ = *text++;
    return to;
}

static char *put_number(char *to, int64_t value)
{
    enum { DIGITS_MAX = 20, BASE = 10 };
    char digits[DIGITS_MAX];
    size_t count = 0;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do
        digits[count++] = (char)('0' + left % BASE);
    while ((left /= BASE) > 0);
    if (value < 0)
        *to++ = '-';
    while (count > 0)
        *to++ = digits[--count];
    return to;
}

/* "group.element.field value": written by hand, as a state with many servers has ten thousands. */
static size_t put_line(char line[static LINE_LIMIT], const char *group, unsigned element,
                       const char *field, int64_t value)
{
    char *to = put_text(line, group);

    *to++ = '.';
    to = put_number(to, element);
    *to++ = '.';
    to = put_text(to, field);
    *to++ = ' ';
    to = put_number(to, value);
    *to++ = '\n';
    return (size_t)(to - line);
}

static void append(struct writer *writer, const char *group, unsigned element, const char *field,
                   int64_t value)
{
    char line[LINE_LIMIT], *to = writer->text + writer->length;
    size_t length = put_line(line, group, element, field, value);

    if (!writer->cut && writer->length + length < writer->size) {
        memcpy(to, line, length);
        to[length] = '\0';
        writer->length += length;
    } else
        writer->cut = true;
}

static void write_group(struct writer *writer, const struct group *group, const struct site *site,
                        const struct state *state, const struct state *initial)
{
    for (size_t i = 0; i < element_count(group, state->server_count); i++)
        for (size_t f = 0; f < group->field_count; f++) {
            const struct field *field = &group->fields[f];
            int64_t value = field_get(field, (const char *)state + field_offset(group, field, i));
            size_t like = group->count ? i : 0;
            if (value != field_get(field, (const char *)initial + field_offset(group, field, like)))
                append(writer, group->name, element_name(group, site, i), field->name, value);
        }
}

/* A state with one server, as state_init() makes it: what every server starts as. But it starts at
 * no instant: whoever reads starts at another one, so what is since then has to be written. */
struct initial {
    _Alignas(struct state) unsigned char bytes[sizeof(struct state) + sizeof(struct server)];
};

static struct state *initial_make(struct initial *initial)
{
    const struct site site = {.server_count = 1};

    state_init((struct state *)initial->bytes, &site, INSTANT_NONE);
    return (struct state *)initial->bytes;
}

size_t snapshot_write(const struct site *site, const struct state *state, char *text, size_t size)
{
    struct initial initial;
    struct writer writer = {.text = text, .size = size};
    const struct state *like = initial_make(&initial);

    text_format(text, size, "%s%d\n", head, VERSION);
    writer.length = strlen(text);
    for (size_t g = 0; g < GROUP_COUNT; g++)
        write_group(&writer, &groups[g], site, state, like);
    if (!writer.cut && writer.length + sizeof(tail) <= size) {
        memcpy(text + writer.length, tail, sizeof(tail));
        writer.length += sizeof(tail) - 1;
    }
    return writer.length;
}

/* ---- read ---- */

static const struct group *group_find(const char *name, size_t length)
{
    for (size_t g = 0; g < GROUP_COUNT; g++)
        if (strlen(groups[g].name) == length && strncmp(groups[g].name, name, length) == 0)
            return &groups[g];
    return NULL;
}

static const struct field *field_find(const struct group *group, const char *name, size_t length)
{
    for (size_t f = 0; f < group->field_count; f++)
        if (strlen(group->fields[f].name) == length &&
            strncmp(group->fields[f].name, name, length) == 0)
            return &group->fields[f];
    return NULL;
}

/* The element's place, or the count of elements if the site has no such one now. */
static size_t element_find(const struct group *group, const struct site *site, unsigned long name)
{
    size_t count = element_count(group, site->server_count);

    if (group->count)
        return name < count ? name : count;
    for (size_t i = 0; i < count; i++)
        if (site->servers[i].index == name)
            return i;
    return count;
}

/* strtoul() and strtoll() would pass over blanks, and so over the line's end. */
static bool is_number(const char *text)
{
    return *text >= '0' && *text <= '9';
}

/* "group.element.field value"; what is not known (any more) is passed over. */
static bool read_line(const struct site *site, struct state *state, const char *line,
                      const char *end)
{
    const char *first = memchr(line, '.', (size_t)(end - line));
    char *dot, *stop;

    if (!first || !is_number(first + 1))
        return false;
    unsigned long element = strtoul(first + 1, &dot, 10);
    const char *space = memchr(dot, ' ', (size_t)(end - dot));
    if (*dot != '.' || !space || !is_number(space[1] == '-' ? space + 2 : space + 1))
        return false;
    int64_t value = strtoll(space + 1, &stop, 10);
    if (stop != end)
        return false;
    const struct group *group = group_find(line, (size_t)(first - line));
    if (!group)
        return true;
    const struct field *field = field_find(group, dot + 1, (size_t)(space - dot - 1));
    size_t place = element_find(group, site, element);
    if (!field || place == element_count(group, site->server_count))
        return true;
    return field_set(field, (char *)state + field_offset(group, field, place), value);
}

static bool read_head(const char *text)
{
    char *end;

    if (strncmp(text, head, sizeof(head) - 1) != 0)
        return false;
    long version = strtol(text + sizeof(head) - 1, &end, 10);
    return *end == '\n' && version >= 1 && version <= VERSION;
}

static bool read_lines(const struct site *site, struct state *state, const char *text,
                       unsigned *line_number)
{
    *line_number = 1;
    if (!read_head(text))
        return false;
    *line_number = 2;
    for (const char *line = strchr(text, '\n') + 1;; (*line_number)++) {
        const char *end = strchr(line, '\n');
        if (!end || strcmp(line, tail) == 0)
            return end != NULL;
        if (!read_line(site, state, line, end))
            return false;
        line = end + 1;
    }
}

bool snapshot_read(const struct site *site, struct state *state, const char *text, unsigned *line)
{
    size_t size = state_size(state->server_count);
    struct state *read = malloc(size);

    *line = 0;
    if (!read)
        return false;
    memcpy(read, state, size);
    bool good = read_lines(site, read, text, line) && state_is_sound(read);
    if (good)
        memcpy(state, read, size);
    free(read);
    return good;
}

/* ---- what only the field table can do ---- */

static void field_shift(const struct field *field, void *at, int64_t delta_ms)
{
    instant shifted = instant_add_ms(instant_at(field_get(field, at)), delta_ms);

    (void)field_set(field, at, shifted.ms);
}

static bool field_is_all(const struct field *field, const void *at, instant until)
{
    (void)at;
    (void)until;
    return field->kind != FIELD_VALUE;
}

static bool field_is_fact(const struct field *field, const void *at, instant until)
{
    return field->kind == FIELD_FACT && field_get(field, at) <= until.ms;
}

static void fields_shift(struct state *state, int64_t delta_ms,
                         bool (*moves)(const struct field *field, const void *at, instant until),
                         instant until)
{
    for (size_t g = 0; g < GROUP_COUNT; g++)
        for (size_t i = 0; i < element_count(&groups[g], state->server_count); i++)
            for (size_t f = 0; f < groups[g].field_count; f++) {
                const struct field *field = &groups[g].fields[f];
                char *at = (char *)state + field_offset(&groups[g], field, i);
                if (moves(field, at, until))
                    field_shift(field, at, delta_ms);
            }
}

void state_shift(struct state *state, int64_t delta_ms)
{
    fields_shift(state, delta_ms, field_is_all, INSTANT_NEVER);
}

void state_shift_facts(struct state *state, instant until, int64_t delta_ms)
{
    fields_shift(state, delta_ms, field_is_fact, until);
}

bool state_is_sound(const struct state *state)
{
    bool sound = state->mains.state > 0 && state->mains.state < MAINS_STATE_COUNT &&
                 state->genset.state > 0 && state->genset.state < GENSET_STATE_COUNT &&
                 state->genset.source < START_SOURCE_COUNT &&
                 state->genset.started_by < START_SOURCE_COUNT && instant_is_set(state->ticked) &&
                 instant_is_set(state->mains.since) && instant_is_set(state->genset.since) &&
                 state->incident.phase < PHASE_COUNT && state->mains.dip_count <= DIP_LIMIT &&
                 state->hold > 0 && state->hold < HOLD_STATE_COUNT;

    for (size_t i = 0; i < STEP_COUNT; i++)
        sound = sound && state->incident.steps[i].state > 0 &&
                state->incident.steps[i].state < STEP_STATE_COUNT;
    for (size_t i = 0; i < state->server_count; i++)
        sound = sound && state->servers[i].state > 0 &&
                state->servers[i].state < SERVER_STATE_COUNT && state->servers[i].power.state > 0 &&
                state->servers[i].power.state < POWER_STATE_COUNT;
    return sound;
}

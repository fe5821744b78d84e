#include "engine/messenger.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/contacts.h"
#include "engine/jobs.h"
#include "engine/message_text.h"

enum {
    US_PER_MS = 1000,
    TIMER_ACCURACY_US = 1000,
    PLACES = CONFIG_CONTACT_LIMIT + 1,
    AT_ONCE = 16
};
_Static_assert((int)MESSAGE_TEXT_SIZE <= (int)CHILD_INPUT_SIZE, "every message can be read");

/* One contact, by its index. */
struct line {
    const struct contact *contact; /* NULL: there is none */
    struct job *job;               /* NULL: nothing is being told */
    uint32_t key;                  /* what is being told */
    instant not_before;            /* after a failure */
    /* As the present look found it: */
    uint32_t waiting; /* how many messages */
    uint32_t first;   /* the first of them */
    bool has_ended;
    bool last_failed; /* of what has ended */
    int64_t last_ended_wall_ms;
};

struct messenger {
    struct messenger_settings settings;
    struct jobs *jobs;
    struct line lines[PLACES];
    unsigned running;
    bool changed;
    bool escalates; /* some event is due to go on: */
    uint32_t escalating;
    uint32_t orphan; /* a message that waits for a contact that is not there; 0: none */
    instant next;    /* something falls due */
    sd_event_source *timer;
};

/* ---- tries ---- */

static void tried(struct messenger *messenger, uint32_t key, const struct message_end *end)
{
    messenger->settings.handlers->tried(messenger->settings.context, key, end);
}

static const struct row_message *newest(const struct messenger *messenger, uint32_t key)
{
    return messenger->settings.handlers->newest(messenger->settings.context, key);
}

static void failed(struct messenger *messenger, struct line *line, uint32_t key, const char *why)
{
    const struct contact *contact = line->contact;
    const struct row_message *row = newest(messenger, key);
    uint32_t attempts = row ? row->attempts + 1 : 1;
    bool gives_up = attempts > contact->retries;
    line->not_before = instant_add_ms(clock_now(), contact->retry_pause_ms);
    if (gives_up)
        log_error("contact %s: event %u was not told, in %u attempts: %s",
                  contact->name,
                  key >> MESSAGE_CONTACT_BITS,
                  attempts,
                  why);
    else
        log_warning("contact %s: event %u: attempt %u of %u: %s",
                    contact->name,
                    key >> MESSAGE_CONTACT_BITS,
                    attempts,
                    contact->retries + 1,
                    why);
    tried(
        messenger, key, &(struct message_end){.wanted = true, .gave_up = gives_up, .reason = why});
}

static void on_command_end(void *context, const struct job *job, const struct child_end *end)
{
    struct messenger *messenger = context;
    struct line *line = &messenger->lines[job_place(job)];
    char why[CHILD_END_TEXT_SIZE];
    line->job = NULL;
    messenger->running--;
    messenger->changed = true;
    if (end->outcome == CHILD_EXITED && end->code == 0) {
        line->not_before = INSTANT_NONE;
        tried(messenger, line->key, &(struct message_end){.wanted = true, .told = true});
        return;
    }
    child_end_describe(end, why);
    failed(messenger, line, line->key, why);
}

static void give_up(struct messenger *messenger, uint32_t key, const char *why)
{
    log_warning("message to contact %u on event %u is given up: %s",
                key & (PLACES - 1),
                key >> MESSAGE_CONTACT_BITS,
                why);
    tried(messenger, key, &(struct message_end){.gave_up = true, .reason = why});
}

static bool is_drill(const struct messenger *messenger, const struct row_event *event)
{
    const struct row_incident *incident =
        store_find(messenger->settings.store, ROW_incident, event->incident);
    return incident && incident->kind == INCIDENT_KIND_DRILL;
}

static const char *server_name(const struct site *site, uint32_t index)
{
    for (size_t i = 0; index > 0 && i < site->server_count; i++)
        if (site->servers[i].index == index)
            return site->servers[i].name;
    return "";
}

/* False: the event is not kept any more. */
static bool text_make(const struct messenger *messenger, const struct line *line,
                      struct derive_moment moment, char to[static MESSAGE_TEXT_SIZE])
{
    const struct store *store = messenger->settings.store;
    const struct site *site = &messenger->settings.config->site;
    const struct row_message *message = store_find(store, ROW_message, line->first);
    const struct row_event *event = message ? store_find(store, ROW_event, message->event) : NULL;
    if (!event)
        return false;
    const struct message_subject subject = {.site = site,
                                            .moment = moment,
                                            .contact = line->contact,
                                            .message = message,
                                            .event = event,
                                            .drill = is_drill(messenger, event),
                                            .server = server_name(site, event->server)};
    message_text(to, &subject);
    return true;
}

static void line_tell(struct messenger *messenger, struct line *line, struct derive_moment moment)
{
    char text[MESSAGE_TEXT_SIZE];
    const struct contact *contact = line->contact;
    if (!text_make(messenger, line, moment, text)) {
        give_up(messenger, line->first, "the event is not kept any more");
        return;
    }
    line->key = line->first;
    line->job = job_start(messenger->jobs,
                          &(struct job_order){.argv = contact->command,
                                              .input = text,
                                              .timeout_ms = contact->timeout_ms,
                                              .what = "message",
                                              .whose = contact->name,
                                              .place = contact->index,
                                              .ended = on_command_end,
                                              .context = messenger});
    if (line->job)
        messenger->running++;
    else
        failed(messenger, line, line->key, "its command could not be started");
}

/* ---- what the rows say ---- */

static void look_begin(struct messenger *messenger)
{
    for (size_t i = 0; i < PLACES; i++) {
        messenger->lines[i].waiting = 0;
        messenger->lines[i].has_ended = false;
        messenger->lines[i].last_failed = false;
    }
    messenger->escalates = false;
    messenger->orphan = 0;
    messenger->next = INSTANT_NEVER;
}

/* One that waits, and for which nothing else was decided that is not shown yet. */
static bool is_waiting(const struct messenger *messenger, const struct line *line, uint32_t key,
                       const struct row_message *row)
{
    const struct row_message *decided = newest(messenger, key);
    bool is_told = line->job && line->key == key;
    return row->delivery == DELIVERY_PENDING && !is_told && decided &&
           decided->delivery == row->delivery && decided->attempts == row->attempts;
}

static bool is_acknowledged(const struct messenger *messenger, uint32_t sequence)
{
    const struct row_event *event = store_find(messenger->settings.store, ROW_event, sequence);
    return event && event->acknowledged_wall_ms;
}

static void line_judge(const struct messenger *messenger, struct line *line,
                       const struct row_message *row)
{
    bool ended = row->delivery == DELIVERY_ACCEPTED || row->delivery == DELIVERY_REFUSED;
    if (row->delivery == DELIVERY_PENDING && row->attempts > 0)
        line->last_failed = true;
    if (!ended || (line->has_ended && row->ended_wall_ms < line->last_ended_wall_ms))
        return;
    line->has_ended = true;
    line->last_ended_wall_ms = row->ended_wall_ms;
    line->last_failed =
        row->delivery == DELIVERY_REFUSED && !is_acknowledged(messenger, row->event);
}

static void escalation_look(struct messenger *messenger, const struct row_message *row, instant now)
{
    const struct config *config = messenger->settings.config;
    instant at = message_escalates_at(config, row);
    if (!instant_is_set(at))
        return;
    if (config->notify.escalate_after_ms == 0 || instant_reached(at, now)) {
        messenger->escalates = true;
        messenger->escalating = row->event;
    } else {
        messenger->next = instant_earliest(messenger->next, at);
    }
}

struct look {
    struct messenger *messenger;
    instant now;
};

static bool row_look(void *context, uint32_t key, const void *found)
{
    const struct look *look = context;
    struct messenger *messenger = look->messenger;
    const struct row_message *row = found;
    struct line *line = &messenger->lines[key & (PLACES - 1)];
    const struct row_message *decided = newest(messenger, key);
    if (decided)
        escalation_look(messenger, decided, look->now);
    line_judge(messenger, line, row);
    if (!is_waiting(messenger, line, key, row))
        return true;
    if (line->waiting++ == 0)
        line->first = key;
    if (!line->contact)
        messenger->orphan = key;
    return true;
}

static void rows_look(struct messenger *messenger, instant now)
{
    struct look look = {messenger, now};
    look_begin(messenger);
    store_each(messenger->settings.store, ROW_message, row_look, &look);
}

/* ---- one look ---- */

/* Each changes what the next look finds. True: something was done. */
static bool overdue_do(struct messenger *messenger)
{
    const struct messenger_settings *settings = &messenger->settings;
    if (messenger->escalates) {
        log_warning("event %u was not acknowledged: it goes to the contacts next in order",
                    messenger->escalating);
        settings->handlers->escalates(settings->context, messenger->escalating);
        return true;
    }
    if (messenger->orphan) {
        give_up(messenger, messenger->orphan, "the contact is not configured any more");
        return true;
    }
    for (size_t i = 0; i < PLACES; i++) {
        if (messenger->lines[i].waiting <= settings->config->notify.queue)
            continue;
        give_up(messenger, messenger->lines[i].first, "too many wait for the contact");
        return true;
    }
    return false;
}

static void lines_tell(struct messenger *messenger, struct derive_moment moment)
{
    for (size_t i = 0; i < PLACES; i++) {
        struct line *line = &messenger->lines[i];
        if (line->waiting == 0 || line->job)
            continue;
        if (instant_is_set(line->not_before) && !instant_reached(line->not_before, moment.now))
            messenger->next = instant_earliest(messenger->next, line->not_before);
        else if (messenger->running < messenger->settings.config->notify.parallel)
            line_tell(messenger, line, moment);
    }
}

static void unreached_tell(const struct messenger *messenger)
{
    uint32_t contacts = 0;
    for (size_t i = 0; i < PLACES; i++)
        if (messenger->lines[i].contact && messenger->lines[i].last_failed)
            contacts |= 1U << i;
    messenger->settings.handlers->unreached(messenger->settings.context, contacts);
}

static void timer_set(struct messenger *messenger)
{
    bool on = instant_is_set(messenger->next);
    int result = sd_event_source_set_time(messenger->timer,
                                          on ? (uint64_t)messenger->next.ms * US_PER_MS : 0);
    if (result >= 0)
        result =
            sd_event_source_set_enabled(messenger->timer, on ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
    if (result < 0)
        log_error("contacts are told with the heartbeat only: no timer");
}

void messenger_changed(struct messenger *messenger)
{
    if (messenger)
        messenger->changed = true;
}

void messenger_look(struct messenger *messenger, struct derive_moment moment)
{
    if (!messenger || (!messenger->changed && !instant_reached(messenger->next, moment.now)))
        return;
    messenger->changed = false;
    rows_look(messenger, moment.now);
    for (int i = 0; i < AT_ONCE && overdue_do(messenger); i++) {
        messenger->changed = true; /* there may be more than are done at once */
        rows_look(messenger, moment.now);
    }
    lines_tell(messenger, moment);
    unreached_tell(messenger);
    timer_set(messenger);
}

/* ---- the whole ---- */

/* Wakes the loop, which then looks. */
static int on_timer(sd_event_source *source, uint64_t us, void *context)
{
    (void)source;
    (void)us;
    messenger_changed(context);
    return 0;
}

struct messenger *messenger_open(const struct messenger_settings *settings)
{
    struct messenger *messenger = calloc(1, sizeof *messenger);
    if (!messenger)
        return NULL;
    messenger->settings = *settings;
    messenger->changed = true;
    messenger->next = INSTANT_NEVER;
    for (size_t i = 0; i < PLACES; i++) {
        messenger->lines[i].contact = contact_find(settings->config, (unsigned)i);
        messenger->lines[i].not_before = INSTANT_NONE;
    }
    messenger->jobs = jobs_new(settings->spawner);
    if (messenger->jobs && sd_event_add_time(spawner_event(settings->spawner),
                                             &messenger->timer,
                                             CLOCK_BOOTTIME,
                                             UINT64_MAX,
                                             TIMER_ACCURACY_US,
                                             on_timer,
                                             messenger) >= 0)
        return messenger;
    messenger_close(messenger);
    return NULL;
}

void messenger_close(struct messenger *messenger)
{
    if (!messenger)
        return;
    sd_event_source_disable_unref(messenger->timer);
    jobs_free(messenger->jobs);
    free(messenger);
}

#include "engine/aside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "ports/child.h"

enum {
    LIMIT_MS = 60000,
    GRACE_MS = 2000,
    GROUP_AGAIN_MS = 60000,
    US_PER_MS = 1000,
    TIMER_ACCURACY_US = 1000000,
    DECIMAL = 10,
    STREAM_SIZE = 80,
};

struct aside {
    struct spawner *spawner;
    struct aside_settings settings;
    struct child *group_child, *programs_child;
    sd_event_source *again;
    char trouble[CHILD_END_TEXT_SIZE];
};

/* ---- the group that may connect ---- */

/* "name:password:number:members". False where it is no such line. */
static bool group_number_read(const char *line, gid_t *number)
{
    const char *at = strchr(line, ':');
    at = at ? strchr(at + 1, ':') : NULL;
    char *end = NULL;
    errno = 0;
    unsigned long value = at ? strtoul(at + 1, &end, DECIMAL) : 0;
    if (!at || end == at + 1 || *end != ':' || errno || value >= (gid_t)-1)
        return false;
    *number = (gid_t)value;
    return true;
}

static void group_trouble(struct aside *aside, const char *why)
{
    if (strcmp(aside->trouble, why) != 0)
        log_error("engine.group \"%s\" is not found: %s; only padamd's own user can connect until "
                  "it is",
                  aside->settings.group,
                  why);
    text_copy(aside->trouble, sizeof aside->trouble, why);
}

static void group_give(struct aside *aside, gid_t number)
{
    int failed = peers_give_to_group(aside->settings.peers, number);
    if (failed < 0)
        group_trouble(aside, strerror(-failed));
    else if (aside->trouble[0])
        log_notice("engine.group \"%s\" is found: it can connect", aside->settings.group);
    if (failed == 0)
        aside->trouble[0] = '\0';
}

static void group_try_later(struct aside *aside)
{
    int failed =
        sd_event_source_set_time_relative(aside->again, (uint64_t)GROUP_AGAIN_MS * US_PER_MS);
    if (failed >= 0)
        failed = sd_event_source_set_enabled(aside->again, SD_EVENT_ONESHOT);
    if (failed < 0)
        log_error("engine.group \"%s\" is not looked for any more: no timer",
                  aside->settings.group);
}

static void on_group(void *context, const struct child_end *end)
{
    enum { EXIT_FOUND = 0, EXIT_NOT_FOUND = 2 };
    struct aside *aside = context;
    bool exited = end->outcome == CHILD_EXITED;
    char why[CHILD_END_TEXT_SIZE];
    gid_t number;
    if (!end->lives)
        aside->group_child = NULL;
    child_end_describe(end, why);
    if (exited && end->code == EXIT_FOUND && group_number_read(end->text, &number))
        group_give(aside, number);
    else
        group_trouble(aside,
                      exited && end->code == EXIT_NOT_FOUND ? "there is no such group" : why);
    if (aside->trouble[0] && !end->lives)
        group_try_later(aside);
}

static void group_look(struct aside *aside)
{
    const char *const argv[] = {"/usr/bin/getent", "group", aside->settings.group, NULL};
    const struct child_settings settings = {
        .argv = argv, .timeout_ms = LIMIT_MS, .grace_ms = GRACE_MS};
    int failed = child_start(&aside->group_child, aside->spawner, &settings, on_group, aside);
    if (failed == 0)
        return;
    group_trouble(aside, strerror(-failed));
    group_try_later(aside);
}

static int on_again(sd_event_source *source, uint64_t us, void *context)
{
    (void)source;
    (void)us;
    group_look(context);
    return 0;
}

/* ---- the configuration's programs ---- */

static void on_programs(void *context, const struct child_end *end)
{
    struct aside *aside = context;
    char why[CHILD_END_TEXT_SIZE];
    if (!end->lives)
        aside->programs_child = NULL;
    child_end_describe(end, why);
    if (end->outcome != CHILD_EXITED)
        log_warning("whether the configuration's programs can be run is not known: the look at "
                    "them %s",
                    why);
}

int aside_check_start(struct child **child, struct spawner *spawner, const char *config_path,
                      child_handler *ended, void *context)
{
    const char *const argv[] = {"/proc/self/exe", "--check", config_path, NULL};
    const char *stream = getenv("JOURNAL_STREAM");
    char variable[STREAM_SIZE];
    text_format(variable, sizeof variable, "JOURNAL_STREAM=%s", stream ? stream : "");
    const char *const environment[] = {variable, NULL};
    const struct child_settings settings = {.argv = argv,
                                            .environment = environment,
                                            .timeout_ms = LIMIT_MS,
                                            .grace_ms = GRACE_MS,
                                            .speaks_to_log = true};
    return child_start(child, spawner, &settings, ended, context);
}

static void programs_look(struct aside *aside)
{
    int failed = aside_check_start(
        &aside->programs_child, aside->spawner, aside->settings.config_path, on_programs, aside);
    if (failed < 0)
        log_warning("the configuration's programs are not looked at: %s", strerror(-failed));
}

/* ---- both ---- */

struct aside *aside_open(struct spawner *spawner, const struct aside_settings *settings)
{
    struct aside *aside = calloc(1, sizeof *aside);
    if (!aside)
        return NULL;
    aside->spawner = spawner;
    aside->settings = *settings;
    if (sd_event_add_time_relative(spawner_event(spawner),
                                   &aside->again,
                                   CLOCK_BOOTTIME,
                                   0,
                                   TIMER_ACCURACY_US,
                                   on_again,
                                   aside) < 0 ||
        sd_event_source_set_enabled(aside->again, SD_EVENT_OFF) < 0) {
        aside_close(aside);
        return NULL;
    }
    if (settings->group[0])
        group_look(aside);
    if (settings->config_path)
        programs_look(aside);
    return aside;
}

void aside_close(struct aside *aside)
{
    if (!aside)
        return;
    child_abandon(aside->group_child);
    child_abandon(aside->programs_child);
    sd_event_source_disable_unref(aside->again);
    free(aside);
}

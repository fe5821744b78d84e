#include "engine/reload.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/language.h"
#include "base/log.h"
#include "engine/aside.h"

struct reload {
    struct reload_settings settings;
    struct child *child;
    bool again; /* asked for while the child looks */
    bool hangs; /* it cannot even be killed */
    bool waits;
};

void reload_language(const struct config *config)
{
    const char *code = config_language_code(config->notify.language);
    if (!language_begin(code))
        log_warning("notify.language is %s, and texts are English: there is no catalogue of it; "
                    "expected %s",
                    code,
                    language_expected);
}

static void end(struct reload *reload, enum reason reason)
{
    reload->settings.ended(reload->settings.context, reason);
}

static void refuse(struct reload *reload, const char *why)
{
    const char *path = reload->settings.path;
    log_error("%s: not reloaded, the configuration before stays in force: %s",
              path ? path : "the configuration",
              why);
    end(reload, REASON_CONFIG_REFUSED);
}

/* ---- what is new ---- */

static void people_take(struct reload *reload, struct config *new)
{
    struct config *config = reload->settings.config;
    reload->settings.before_people(reload->settings.context);
    config_exchange_people(config, new);
    reload->settings.after_people(reload->settings.context);
    reload_language(config);
}

static enum reason new_take(struct reload *reload, struct config *new)
{
    struct config *config = reload->settings.config;
    const uint64_t new_hash = new->hash;
    const bool same = new_hash == config->hash && !reload->waits;
    if (same)
        return REASON_ALREADY_SO;
    if (config->time_scale > 1)
        (void)config_scale_time(new, config->time_scale);
    const uint64_t all = config_hash(new);
    people_take(reload, new);
    reload->waits = config_hash(config) != all;
    if (!reload->waits)
        config->hash = new_hash;
    bool may = reload->settings.may_begin_anew(reload->settings.context);
    return reload->waits && !may ? REASON_CONFIG_WAITS : REASON_NONE;
}

static void fault_log(void *context, const char *message)
{
    (void)context;
    log_error("%s", message);
}

static void file_take(struct reload *reload)
{
    static const char *const said[] = {
        [REASON_NONE] = "reloaded",
        [REASON_ALREADY_SO] = "reloaded: nothing has changed",
        [REASON_CONFIG_WAITS] =
            ("reloaded: contacts, texts and office are in force; the rest waits "
             "until nothing is under way"),
    };
    struct config new;
    if (config_load(reload->settings.path, &new, fault_log, NULL) > 0) {
        refuse(reload, "it has errors");
        return;
    }
    enum reason reason = new_take(reload, &new);
    config_release(&new);
    log_notice("%s: %s", reload->settings.path, said[reason]);
    end(reload, reason);
}

/* ---- the look before ---- */

static void on_checked(void *context, const struct child_end *child_end)
{
    struct reload *reload = context;
    char why[CHILD_END_TEXT_SIZE];
    reload->hangs = child_end->lives;
    if (!child_end->lives)
        reload->child = NULL;
    if (reload->again && !child_end->lives) {
        reload->again = false;
        reload_begin(reload);
        return;
    }
    child_end_describe(child_end, why);
    if (child_end->outcome == CHILD_EXITED && child_end->code == EX_OK)
        file_take(reload);
    else if (child_end->outcome == CHILD_EXITED && child_end->code == EX_CONFIG)
        refuse(reload, "it has the errors above");
    else
        refuse(reload, why);
}

static void look_begin(struct reload *reload)
{
    int failed = aside_check_start(
        &reload->child, reload->settings.spawner, reload->settings.path, on_checked, reload);
    if (failed < 0)
        refuse(reload, strerror(-failed));
}

void reload_begin(struct reload *reload)
{
    if (!reload->settings.path)
        refuse(reload, "its path is not known");
    else if (reload->hangs)
        refuse(reload, "an earlier look at it still waits for its disk");
    else if (reload->child)
        reload->again = true;
    else
        look_begin(reload);
}

/* ---- its life ---- */

struct reload *reload_open(const struct reload_settings *settings)
{
    struct reload *reload = calloc(1, sizeof *reload);
    if (reload)
        reload->settings = *settings;
    return reload;
}

void reload_close(struct reload *reload)
{
    if (!reload)
        return;
    child_abandon(reload->child);
    free(reload);
}

bool reload_waits(const struct reload *reload)
{
    return reload && reload->waits;
}

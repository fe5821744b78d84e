#pragma once
/*
 * What a site has and wants: the settings the core reads. Filled in by config/, never changed by
 * the core. Defaults are declared once, in site.c; ranges in config/.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/enums.h"

enum { NAME_SIZE = 32, SITE_NAME_SIZE = 64 };

enum output_role {
    OUTPUT_RUN,
    OUTPUT_CRANK,
    OUTPUT_PREHEAT,
    OUTPUT_STOP,
    OUTPUT_HORN,
    OUTPUT_HEARTBEAT,
    OUTPUT_ROLE_COUNT
};
const char *output_role_name(enum output_role role);

/* All durations in ms. */
struct mains_settings {
    int64_t loss_debounce_ms;
    int64_t return_confirm_ms;
    /* An outage, too: this much lost in total within the window. */
    int64_t window_loss_ms;
    int64_t window_ms;
};

struct genset_settings {
    enum genset_wiring wiring;
    enum genset_mode mode;
    unsigned attempts;
    int64_t start_delay_ms;
    int64_t preheat_ms;
    int64_t fuel_lead_ms;
    int64_t crank_ms;
    int64_t rest_ms;
    int64_t start_timeout_ms; /* held and pulse wiring: from run on to the running contact */
    int64_t start_pulse_ms;
    int64_t running_confirm_ms;
    int64_t running_lost_confirm_ms;
    int64_t warm_up_ms; /* running but not carrying the load is no alarm before this */
    int64_t cool_down_ms;
    int64_t stop_pulse_ms;
    int64_t fail_to_stop_ms;
    int64_t spin_down_ms;
};

struct procedure_settings {
    int64_t start_due_ms;           /* steps 1, 2, 3 */
    int64_t report_failed_due_ms;   /* step 4, and when the software begins step 5 by itself */
    int64_t shutdown_due_ms;        /* steps 5, 6 */
    bool shutdown_due_from_opening; /* count steps 5, 6 from step 5's own opening */
    int64_t repeat_ms;
};

enum { SHUTDOWN_PARALLEL_LIMIT = 256 };

struct shutdown_settings {
    bool automatic;           /* the software may begin step 5 by itself */
    unsigned parallel;        /* shutdown commands at once; servers that come up */
    unsigned verify_parallel; /* programs that gather evidence at once */
    int64_t retry_pause_ms;
    int64_t tier_within_low_ms;   /* while the battery is low, a server holds the next tier */
    int64_t notify_within_ms;     /* padamd's own machine waits so long for its notifications */
    int64_t notify_within_low_ms; /* while the battery is low */
};

/* How servers that were shut down are powered on again: in the order opposite to the shutdown's, as
 * many at once, and with its pauses. */
struct power_back_settings {
    bool automatic;          /* after an outage by itself; else on a command alone */
    int64_t mains_stable_ms; /* the mains is there for so long before the first is told */
};

struct ups_settings {
    bool asked; /* Network UPS Tools are */
    int64_t reserve_ms;
    int64_t runtime_ms; /* on a full battery, as the site knows it; 0: it does not */
};

/* role, name: set only where wired. */
struct input_settings {
    bool wired;
    unsigned index; /* padamInputIndex */
    char name[NAME_SIZE];
    int64_t debounce_ms;
};

enum { TIER_MAX = 99 };

struct server_settings {
    unsigned index; /* padamServerIndex: explicit, never reused */
    char name[NAME_SIZE];
    unsigned tier;
    int64_t command_timeout_ms;
    int64_t off_within_ms; /* from accepted to evidence that it is off */
    unsigned retries;
    bool waits_for_verified; /* its tier, until all before are verified off or the UPS runs out */
    bool is_self;            /* the machine padamd runs on */
    bool has_alternative;
    bool has_force;
    bool has_power_on;
    int64_t up_within_ms; /* from its power-on command's end to evidence that it is up */
};

struct site {
    char name[SITE_NAME_SIZE];
    struct mains_settings mains;
    struct genset_settings genset;
    struct procedure_settings procedure;
    struct shutdown_settings shutdown;
    struct power_back_settings power_back;
    struct ups_settings ups;
    struct input_settings inputs[INPUT_ROLE_COUNT];
    bool output_wired[OUTPUT_ROLE_COUNT];
    size_t server_count;
    struct server_settings *servers; /* sorted by tier, then index; owned by the site */
};

/* The procedure's and common practice's defaults; no inputs, outputs or servers. */
void site_set_defaults(struct site *site);
void site_release(struct site *site);
/* Something says when it runs out: its contact, or Network UPS Tools. */
bool ups_is_watched(const struct site *site);

/* worst.c: the longest that the shutdown of the servers for which counts() is true can take, of all
 * where it is NULL: every try of each one, as many at once as may be, tier by tier. */
typedef bool worst_counts(const void *context, size_t place);
int64_t shutdown_worst_ms(const struct site *site, worst_counts *counts, const void *context);

#include "core/site.h"

#include <stdlib.h>
#include <string.h>

#define S INT64_C(1000)
#define MINUTE (60 * S)

static const struct site defaults = {
    .mains = {.loss_debounce_ms = 2 * S,
              .return_confirm_ms = 120 * S,
              .window_loss_ms = 10 * S,
              .window_ms = 60 * S},
    .genset = {.wiring = GENSET_WIRING_NONE,
               .mode = GENSET_MODE_AUTOMATIC,
               .attempts = 3,
               .start_delay_ms = 5 * S,
               .fuel_lead_ms = 1 * S,
               .crank_ms = 8 * S,
               .rest_ms = 10 * S,
               .start_timeout_ms = 90 * S,
               .start_pulse_ms = 2 * S,
               .running_confirm_ms = 10 * S,
               .running_lost_confirm_ms = 3 * S,
               .warm_up_ms = 10 * S,
               .cool_down_ms = 120 * S,
               .stop_pulse_ms = 20 * S,
               .fail_to_stop_ms = 30 * S,
               .spin_down_ms = 15 * S},
    .procedure = {.start_due_ms = 5 * MINUTE,
                  .report_failed_due_ms = 10 * MINUTE,
                  .shutdown_due_ms = 15 * MINUTE,
                  .shutdown_due_from_opening = false,
                  .repeat_ms = 5 * MINUTE},
    .ups = {.reserve_ms = 60 * S},
    .shutdown = {.automatic = true,
                 .parallel = 4,
                 .verify_parallel = 32,
                 .retry_pause_ms = 10 * S,
                 .tier_within_low_ms = 60 * S,
                 .notify_within_ms = 60 * S,
                 .notify_within_low_ms = 5 * S},
    .power_back = {.mains_stable_ms = 600 * S},
};

static const char *const output_role_names[] = {
    [OUTPUT_RUN] = "run",
    [OUTPUT_CRANK] = "crank",
    [OUTPUT_PREHEAT] = "preheat",
    [OUTPUT_STOP] = "stop",
    [OUTPUT_HORN] = "horn",
    [OUTPUT_HEARTBEAT] = "heartbeat",
};
_Static_assert(sizeof output_role_names / sizeof *output_role_names == OUTPUT_ROLE_COUNT,
               "a name for every role");

const char *output_role_name(enum output_role role)
{
    size_t i = (size_t)role;
    return i < OUTPUT_ROLE_COUNT ? output_role_names[i] : "invalid";
}

void site_set_defaults(struct site *site)
{
    *site = defaults;
}

void site_release(struct site *site)
{
    if (!site)
        return;
    free(site->servers);
    site->servers = NULL;
    site->server_count = 0;
}

bool ups_is_watched(const struct site *site)
{
    return site->ups.asked || site->inputs[INPUT_ROLE_UPS_BATTERY_LOW].wired;
}

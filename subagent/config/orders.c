/* Durations that must not be longer than others: refused where that is never right, else doubted.
 */
#include <string.h>

#include "config/reader.h"

struct order {
    const char *less, *more;
    size_t less_offset, more_offset; /* in struct site */
    bool strict;                     /* not equal, either */
    bool (*applies)(const struct site *site);
    const char *otherwise; /* a doubt: what happens then */
};

static bool due_counts_from_the_outage(const struct site *site)
{
    return !site->procedure.shutdown_due_from_opening;
}

static bool software_starts(const struct site *site)
{
    return site->genset.wiring != GENSET_WIRING_NONE && site->genset.mode == GENSET_MODE_AUTOMATIC;
}

#define AT(MEMBER) offsetof(struct site, MEMBER)
#define LOSS_DEBOUNCE AT(mains.loss_debounce_ms)
#define START_DUE AT(procedure.start_due_ms)
#define PHASE_DEBOUNCE(NUMBER)                                                                     \
    {                                                                                              \
        .less = "inputs.mains_l" #NUMBER ".debounce_s", .more = "mains.loss_debounce_s",           \
        .less_offset = AT(inputs[INPUT_ROLE_MAINS_L##NUMBER].debounce_ms),                         \
        .more_offset = LOSS_DEBOUNCE, .otherwise = "else an outage is noticed that much later"     \
    }

static const struct order orders[] = {
    {.less = "mains.window_loss_s",
     .more = "mains.window_s",
     .less_offset = AT(mains.window_loss_ms),
     .more_offset = AT(mains.window_ms)},
    {.less = "mains.loss_debounce_s",
     .more = "mains.window_loss_s",
     .less_offset = LOSS_DEBOUNCE,
     .more_offset = AT(mains.window_loss_ms)},
    {.less = "mains.loss_debounce_s",
     .more = "procedure.start_due_s",
     .less_offset = LOSS_DEBOUNCE,
     .more_offset = START_DUE,
     .strict = true},
    {.less = "procedure.start_due_s",
     .more = "procedure.report_failed_due_s",
     .less_offset = START_DUE,
     .more_offset = AT(procedure.report_failed_due_ms)},
    /* Counted from step 5's opening, its due time has no order with those counted from the loss. */
    {.less = "procedure.report_failed_due_s",
     .more = "procedure.shutdown_due_s",
     .less_offset = AT(procedure.report_failed_due_ms),
     .more_offset = AT(procedure.shutdown_due_ms),
     .applies = due_counts_from_the_outage},
    {.less = "genset.start_delay_s",
     .more = "procedure.start_due_s",
     .less_offset = AT(genset.start_delay_ms),
     .more_offset = START_DUE,
     .strict = true,
     .applies = software_starts,
     .otherwise = "else the software starts the genset when step 1 is missed already"},
    {.less = "genset.running_confirm_s",
     .more = "procedure.start_due_s",
     .less_offset = AT(genset.running_confirm_ms),
     .more_offset = START_DUE,
     .strict = true,
     .otherwise = "else every verdict on the start waits beyond its due time"},
    {.less = "inputs.genset_running.debounce_s",
     .more = "genset.running_lost_confirm_s",
     .less_offset = AT(inputs[INPUT_ROLE_GENSET_RUNNING].debounce_ms),
     .more_offset = AT(genset.running_lost_confirm_ms),
     .otherwise = "else a genset that stops is noticed that much later"},
    PHASE_DEBOUNCE(1),
    PHASE_DEBOUNCE(2),
    PHASE_DEBOUNCE(3),
};

static int64_t duration_at(const struct site *site, size_t offset)
{
    int64_t duration_ms;
    memcpy(&duration_ms, (const char *)site + offset, sizeof duration_ms);
    return duration_ms;
}

static void order_check(struct reader *reader, const struct order *order)
{
    const struct site *site = &reader->config.site;
    const config_setting_t *less = config_setting_at(reader, order->less);
    const config_setting_t *more = config_setting_at(reader, order->more);
    int64_t less_ms = duration_at(site, order->less_offset);
    int64_t more_ms = duration_at(site, order->more_offset);
    if (config_setting_is_faulty(less) || config_setting_is_faulty(more) ||
        (order->applies && !order->applies(site)) || less_ms + order->strict <= more_ms)
        return;
    char less_s[SECONDS_SIZE], more_s[SECONDS_SIZE];
    config_seconds_format(less_s, less_ms);
    config_seconds_format(more_s, more_ms);
    (order->otherwise ? config_warn : config_fault)(reader,
                                                    more ? more : less,
                                                    "%s is %s seconds; expected %s %s, which is "
                                                    "%s%s%s",
                                                    order->more,
                                                    more_s,
                                                    order->strict ? "more than" : "at least",
                                                    order->less,
                                                    less_s,
                                                    order->otherwise ? ": " : "",
                                                    order->otherwise ? order->otherwise : "");
}

static void orders_look(struct reader *reader, bool doubts)
{
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if ((orders[i].otherwise != NULL) == doubts)
            order_check(reader, &orders[i]);
}

void config_orders_check(struct reader *reader)
{
    orders_look(reader, false);
}

void config_orders_doubt(struct reader *reader)
{
    orders_look(reader, true);
}

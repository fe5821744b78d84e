#pragma once
/*
 * The UPS as Network UPS Tools (upsd) tell of it. Their client library waits for name servers and
 * networks, so it lives in a process of its own, started by the spawner: it asks at an interval, as
 * their protocol has no other way, and says what it heard. One that dies is started again; one that
 * is silent for too long is ended, and meanwhile the UPS is unreachable.
 */
#include <stdint.h>

#include "core/enums.h"
#include "ports/spawner.h"

enum { UPS_TEXT_SIZE = 120, UPS_CHARGE_MAX = 100 /* per cent */ };

/* What was heard; all but the text is unknown where the link is not ok. */
struct ups_report {
    enum ups_link link;
    enum input_value on_battery, battery_low;
    int32_t runtime_s;        /* -1: not known */
    int32_t charge_percent;   /* -1: not known */
    char text[UPS_TEXT_SIZE]; /* why the link is not ok */
};

struct ups_port_settings {
    const char *name, *host; /* needed during ups_port_open() only */
    unsigned port;
    int64_t interval_ms;
};

/* Called from the event loop at each answer, and when there is none. */
typedef void ups_handler(void *context, const struct ups_report *report);

struct ups_port;

/* NULL if there is no memory. */
struct ups_port *ups_port_open(struct spawner *spawner, const struct ups_port_settings *settings,
                               ups_handler *handler, void *context);
/* Accepts NULL. */
void ups_port_close(struct ups_port *port);

/* Why it was last not heard; empty: it is. */
const char *ups_port_reason(const struct ups_port *port);

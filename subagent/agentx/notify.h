#pragma once
/*
 * Hands events to snmpd as notifications: the lowest pending one, one at a time, and reports to the
 * engine what became of each. At least once, and once unless this program or snmpd dies between
 * hand-over and report.
 */
#include "agentx/link.h"
#include "agentx/session.h"

struct notifier;

/* Both must outlive the notifier. NULL with errno. */
struct notifier *notifier_create(struct link *link, struct session *session);
void notifier_free(struct notifier *notifier);

void notifier_step(struct notifier *notifier, instant now);

/* When notifier_step() is wanted next, even if nothing arrives. */
instant notifier_due(const struct notifier *notifier);

/* True when a report waits for the engine to read. */
bool notifier_wants_write(const struct notifier *notifier);

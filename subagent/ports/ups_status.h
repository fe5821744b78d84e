#pragma once
/* What upsd's words mean. */
#include "ports/ups.h"

/* ups.status, "OL CHRG": flags with blanks between. Sets on_battery and battery_low. */
void ups_status_read(struct ups_report *report, const char *status);

/* A number of upsd, "100" or "87.5", cut to a whole one; -1 for what is none, or out of range. */
int32_t ups_number_read(const char *text, int32_t most);

/* Nothing is known, for this reason. */
void ups_report_unknown(struct ups_report *report, enum ups_link link, const char *text);

/* Whether a process that was built with this one can have sent it. */
bool ups_report_is_valid(const struct ups_report *report);

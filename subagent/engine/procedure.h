#pragma once
/* The procedure's own words and roles. Steps are numbered 1 to 6. */
#include "core/model.h"

/* The step's activity as the procedure words it. */
const char *procedure_activity(unsigned step);

/* Who carries it out. */
enum role procedure_role(unsigned step);

/* "fuel", "genset", ... */
const char *procedure_equipment_name(enum equipment_kind kind);

/* Who answers for an item of equipment. */
enum role procedure_equipment_role(enum equipment_kind kind);

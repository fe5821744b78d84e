#include "core/power.c" /* NOLINT(bugprone-suspicious-include) */

#include "core_tables.h"

size_t core_table_power(struct hole *first)
{
    COUNT_HOLES(table, first);
}

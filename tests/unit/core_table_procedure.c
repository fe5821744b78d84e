#include "core/sop.c" /* NOLINT(bugprone-suspicious-include) */

#include "core_tables.h"

size_t core_table_procedure(struct hole *first)
{
    COUNT_HOLES(table, first);
}

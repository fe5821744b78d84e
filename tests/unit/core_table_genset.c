#include "core/genset.c" /* NOLINT(bugprone-suspicious-include) */

#include "core_tables.h"

size_t core_table_genset(struct hole *first)
{
    COUNT_HOLES(table, first);
}

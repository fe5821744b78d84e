#include "core/server.c" /* NOLINT(bugprone-suspicious-include) */

#include "core_tables.h"

size_t core_table_server(struct hole *first)
{
    COUNT_HOLES(table, first);
}

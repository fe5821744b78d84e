#include "cli/table.h"

#include "base/language.h"
#include "cli/json.h"

static size_t first_place(const struct replica *replica, enum row_table table, unsigned newest)
{
    size_t count = replica_count(replica, table);
    return count > newest ? count - newest : 0;
}

void table_print(const struct screen *screen, const struct replica *replica, enum row_table table,
                 unsigned newest, row_printer *print, const char *nothing)
{
    uint32_t key;
    const void *row;
    if (replica_count(replica, table) == 0)
        screen_long_line(screen, 0, "%s", language_text(nothing));
    for (size_t place = first_place(replica, table, newest);
         (row = replica_at(replica, table, place, &key));
         place++)
        print(screen, replica, key, row);
}

void table_print_json(FILE *to, const struct replica *replica, enum row_table table,
                      struct derive_moment moment, unsigned newest)
{
    struct json json = {.to = to};
    uint32_t key;
    const void *row;
    json_begin(&json, NULL, '[');
    for (size_t place = first_place(replica, table, newest);
         (row = replica_at(replica, table, place, &key));
         place++) {
        json_begin(&json, NULL, '{');
        json_number(&json, "index", key);
        json_row(&json, table, row, moment);
        json_end(&json, '}');
    }
    json_end(&json, ']');
}

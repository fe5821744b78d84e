#include "cli/json.h"
#include "cli/status.h"

static uint32_t open_incident(const struct replica *replica)
{
    const struct row_system *system = replica_get(replica, ROW_system, 0);
    return system ? system->open_incident : 0;
}

/* What readers compute, beside what the rows hold. */
static void derived_print(struct json *json, const struct replica *replica, enum row_table table,
                          const void *row, instant now)
{
    switch (table) {
    case ROW_mains:
        json_seconds(json, "out_total_s", derive_mains_out_s(row, now));
        break;
    case ROW_genset:
        json_seconds(json, "run_total_s", derive_genset_run_s(row, now));
        break;
    case ROW_shutdown:
        json_seconds(json, "elapsed_s", derive_shutdown_elapsed_s(row, now));
        break;
    case ROW_ups:
        json_seconds(json, "runtime_left_s", derive_ups_runtime_s(row, now));
        break;
    case ROW_step:
        json_seconds(json, "remaining_s", derive_step_remaining_s(row, now));
        json_seconds(json, "late_s", derive_step_lateness_s(row, open_incident(replica), now));
        break;
    default:
        break;
    }
}

static void scalar_print(struct json *json, const struct replica *replica, enum row_table table,
                         struct derive_moment moment)
{
    const char *name = row_descriptors[table].name;
    const void *row = replica_get(replica, table, 0);
    if (!row) {
        json_null(json, name);
        return;
    }
    json_begin(json, name, '{');
    json_row(json, table, row, moment);
    derived_print(json, replica, table, row, moment.now);
    json_end(json, '}');
}

static void table_print(struct json *json, const struct replica *replica, enum row_table table,
                        struct derive_moment moment, unsigned newest)
{
    size_t count = replica_count(replica, table);
    bool is_history = row_descriptors[table].kind == ROW_KIND_HISTORY;
    json_begin(json, row_descriptors[table].name, '[');
    for (size_t place = is_history && count > newest ? count - newest : 0; place < count; place++) {
        uint32_t key;
        const void *row = replica_at(replica, table, place, &key);
        json_begin(json, NULL, '{');
        json_number(json, "index", key);
        json_row(json, table, row, moment);
        derived_print(json, replica, table, row, moment.now);
        json_end(json, '}');
    }
    json_end(json, ']');
}

void status_print_json(FILE *to, const struct replica *replica, struct derive_moment moment,
                       unsigned newest)
{
    struct json json = {.to = to};
    json_begin(&json, NULL, '{');
    json_text(&json, "version", PADAM_VERSION);
    json_time(&json, "now", moment.wall_ms);
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++)
        if (row_descriptors[table].kind == ROW_KIND_SCALAR)
            scalar_print(&json, replica, table, moment);
        else
            table_print(&json, replica, table, moment, newest);
    json_end(&json, '}');
}

#include "engine/keeper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

struct keeper {
    struct shadow *shadow; /* NULL: none */
    const struct store *store;
    bool is_behind; /* the last could not be written; said */
};

static void shadow_take(struct keeper *keeper, const struct engine_settings *settings)
{
    char problem[SHADOW_TEXT_SIZE];
    if (!settings->shadow[0])
        return;
    keeper->shadow = shadow_open(settings->shadow, settings->journal, problem);
    if (!keeper->shadow)
        log_warning("engine.shadow: %s; without it, what happens while the journal is behind is "
                    "lost if padamd is killed",
                    problem);
}

struct keeper *keeper_open(const struct engine_settings *settings, const struct store *store)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper)
        return NULL;
    keeper->store = store;
    shadow_take(keeper, settings);
    return keeper;
}

void keeper_close(struct keeper *keeper)
{
    if (!keeper)
        return;
    shadow_close(keeper->shadow);
    free(keeper);
}

bool keeper_keeps(const struct keeper *keeper)
{
    return keeper->shadow != NULL;
}

struct awaited {
    struct shadow *shadow;
    enum row_table table;
};

static bool awaited_put(void *context, uint32_t key, const void *row)
{
    const struct awaited *awaited = context;
    if (store_row_is_awaited(awaited->table, row))
        shadow_row(awaited->shadow, awaited->table, key, row);
    return true;
}

/* As they are shown: what was decided since is unwritten, and comes later. */
static void awaited_rows_put(struct keeper *keeper)
{
    for (size_t table = 0; table < ROW_TABLE_COUNT; table++) {
        struct awaited awaited = {keeper->shadow, (enum row_table)table};
        if (row_descriptors[table].kind == ROW_KIND_HISTORY)
            store_each(keeper->store, awaited.table, awaited_put, &awaited);
    }
}

/* The one kept before stays; its number tells whether the journal is further. */
static void trouble_tell(struct keeper *keeper, bool is_behind)
{
    if (is_behind && !keeper->is_behind)
        log_warning("the journal's shadow cannot be written (%s): what happens while the journal "
                    "is behind is lost if padamd is killed",
                    strerror(errno));
    else if (!is_behind && keeper->is_behind)
        log_notice("the journal's shadow is written again");
    keeper->is_behind = is_behind;
}

void keeper_keep(struct keeper *keeper, uint64_t number, const struct journal_moment *moment,
                 const char *snapshot, const struct gate_row *rows, size_t count)
{
    if (!keeper->shadow)
        return;
    shadow_begin(keeper->shadow, number, moment, snapshot);
    awaited_rows_put(keeper);
    for (size_t i = 0; i < count; i++)
        if (rows[i].row)
            shadow_row(keeper->shadow, rows[i].table, rows[i].key, rows[i].row);
    trouble_tell(keeper, shadow_commit(keeper->shadow) < 0);
}

bool keeper_read(struct keeper *keeper, const char *boot_id, struct shadow_content *content)
{
    *content = (struct shadow_content){0};
    return keeper->shadow && shadow_read(keeper->shadow, boot_id, content);
}

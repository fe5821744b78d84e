/* What the gate lets go is done. */
#include <string.h>

#include "base/log.h"
#include "core/snapshot.h"
#include "engine/engine_parts.h"

static void set_output(struct engine *engine, enum output_role role, bool on)
{
    int result = lines_set(engine->lines, role, on);
    log_info("output %s %s", output_role_name(role), on ? "on" : "off");
    if (result < 0)
        log_error("output %s could not be switched %s: %s",
                  output_role_name(role),
                  on ? "on" : "off",
                  strerror(-result));
}

static void perform(void *context, const struct action *action)
{
    struct engine *engine = context;
    switch (action->kind) {
    case ACTION_OUTPUT:
        set_output(engine, action->output.role, action->output.on);
        break;
    case ACTION_TELL:
        servers_tell(engine->servers, action->tell.server, action->tell.method);
        break;
    case ACTION_KILL:
        servers_kill(engine->servers, action->tell.server);
        break;
    case ACTION_VERIFY:
        if (action->verify.at_once)
            servers_verify_now(engine->servers, action->verify.server);
        else if (action->verify.anew)
            servers_verify_anew(engine->servers, action->verify.server);
        else
            servers_verify(engine->servers, action->verify.server, action->verify.on);
        break;
    case ACTION_CHECK:
        servers_check_now(engine->servers);
        break;
    case ACTION_RELOAD:
        engine->reload_wanted = true;
        break;
    default: /* the rest are rows */
        break;
    }
}

static void show(void *context, enum row_table table, uint32_t key, const void *row)
{
    struct engine *engine = context;
    if (store_put(engine->store, table, key, row) < 0)
        log_error("no memory for a row of table %s", row_descriptors[table].name);
    if (table == ROW_message || table == ROW_event)
        messenger_changed(engine->messenger);
}

static void send_answer(void *context, const struct gate_answer *answer)
{
    struct engine *engine = context;
    peers_answer(engine->peers, answer->peer, &answer->message);
}

/* The state as it is now, for a transaction of this number. */
static struct journal_moment state_keep(struct engine *engine, uint64_t number,
                                        const struct gate_row *rows, size_t count)
{
    struct journal_moment moment = recorder_moment(engine->recorder, moment_now());
    moment.events_evicted = store_evicted(engine->store, ROW_event);
    snapshot_write(&engine->config->site,
                   decider_state(engine->decider),
                   engine->snapshot,
                   engine->snapshot_size);
    keeper_keep(engine->keeper, number, &moment, engine->snapshot, rows, count);
    return moment;
}

static void keep(void *context, const struct gate_row *rows, size_t count)
{
    struct engine *engine = context;
    if (keeper_keeps(engine->keeper))
        state_keep(engine, recorder_number(engine->recorder), rows, count);
}

static int write_transaction(void *context, const struct gate_row *rows, size_t count,
                             size_t written)
{
    struct engine *engine = context;
    uint64_t number = recorder_number(engine->recorder) + 1;
    const struct journal_moment moment = state_keep(engine, number, rows, count);
    return recorder_write(engine->recorder, &moment, rows, written, engine->snapshot);
}

const struct gate_handlers effects = {.perform = perform,
                                      .show = show,
                                      .answer = send_answer,
                                      .keep = keep,
                                      .write = write_transaction};

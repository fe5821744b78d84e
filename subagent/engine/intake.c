/* What the engine's parts report becomes events. */
#include "base/log.h"
#include "engine/engine_parts.h"

instant engine_now(struct engine *engine)
{
    instant now = clock_now();
    lines_dispatch(engine->lines);
    return instant_later(now, engine->last_edge);
}

/* The first levels are of one instant: the core then knows when it has seen them all. */
static void on_input(void *context, enum input_role role, enum input_value value, instant at,
                     bool is_level)
{
    struct engine *engine = context;
    bool looks = is_level && instant_is_set(engine->look_at);
    const struct event event = {.kind = EVENT_INPUT,
                                .at = looks ? engine->look_at : at,
                                .role = role,
                                .value = value,
                                .initial = is_level};
    engine->last_edge = instant_later(engine->last_edge, at);
    log_info("input %s is %s", engine->config->site.inputs[role].name, input_value_name(value));
    decider_handle(engine->decider, &event);
}

static void on_trouble(void *context, bool available, const char *text)
{
    (void)context;
    if (available)
        log_notice("%s", text);
    else
        log_warning("%s", text);
}

/* Outputs are switched by the gate, which must not be called from within: it comes later. Before
 * there is a state, intake_of_missing_lines() tells. */
static void on_output(void *context, enum output_role role, bool available)
{
    struct engine *engine = context;
    const struct event event = {
        .kind = EVENT_OUTPUT, .at = clock_now(), .output = role, .output_missing = !available};
    if (engine->decider)
        decider_queue(engine->decider, &event);
}

static void on_fact(void *context, size_t place, enum server_fact fact)
{
    struct engine *engine = context;
    const struct event event = {
        .kind = EVENT_SERVER, .at = clock_now(), .server = place, .fact = fact};
    decider_queue(engine->decider, &event);
}

static void on_equipment(void *context, enum equipment_kind kind, size_t place,
                         enum equipment_state state)
{
    struct engine *engine = context;
    const struct event event = {.kind = EVENT_EQUIPMENT,
                                .at = clock_now(),
                                .server = place,
                                .equipment = kind,
                                .equipment_state = state};
    decider_queue(engine->decider, &event);
}

static void on_delivery(void *context, const struct wire_delivery *delivery)
{
    struct engine *engine = context;
    decider_deliver(engine->decider, engine_now(engine), delivery);
}

static void on_ask(void *context, uint64_t peer, const struct wire_ask *ask)
{
    struct engine *engine = context;
    decider_ask(engine->decider, engine_now(engine), peer, ask);
}

static bool on_confirm(void *context, uint64_t peer, uint32_t index)
{
    struct engine *engine = context;
    return decider_confirm(engine->decider, engine_now(engine), peer, index);
}

static void on_gone(void *context, uint64_t peer)
{
    struct engine *engine = context;
    decider_peer_gone(engine->decider, engine_now(engine), peer);
}

struct row_writer {
    struct gate *gate;
    enum row_table table;
};

/* One that is too large loses its oldest rows with the next transactions. */
static void on_committed(void *context, uint64_t used_bytes)
{
    struct engine *engine = context;
    bool is_large = used_bytes >> 20 >= engine->config->engine.journal_limit_mib;
    bool is_stuck = is_large && !store_shrink(engine->store);
    decider_journal_is_full(engine->decider, is_stuck || store_is_over_limit(engine->store));
    gate_committed(decider_gate(engine->decider), engine_now(engine));
}

static bool row_is_written_again(void *context, uint32_t key, const void *row)
{
    const struct row_writer *writer = context;
    (void)row;
    gate_write_again(writer->gate, writer->table, key);
    return true;
}

/* What an engine knows already is to be in a new journal, too. */
static void on_begun(void *context)
{
    struct engine *engine = context;
    for (size_t table = 0; engine->decider && table < ROW_TABLE_COUNT; table++) {
        struct row_writer writer = {decider_gate(engine->decider), (enum row_table)table};
        if (row_descriptors[table].kind == ROW_KIND_HISTORY)
            store_each(engine->store, writer.table, row_is_written_again, &writer);
    }
}

static void on_evicted(void *context, enum row_table table, uint32_t key, bool is_awaited)
{
    struct engine *engine = context;
    if (is_awaited)
        log_error("table %s: row %u is still awaited, but there is no room for it; it stays in the "
                  "journal alone",
                  row_descriptors[table].name,
                  key);
    else
        gate_delete(decider_gate(engine->decider), table, key);
}

void intake_of_evictions(struct engine *engine)
{
    store_watch_evictions(engine->store, on_evicted, engine);
}

static void on_failed(void *context)
{
    struct engine *engine = context;
    if (engine->decider)
        gate_failed(decider_gate(engine->decider));
}

struct lines_handlers intake_of_lines(struct engine *engine)
{
    return (struct lines_handlers){
        .context = engine, .input = on_input, .trouble = on_trouble, .output = on_output};
}

void intake_of_missing_lines(struct engine *engine)
{
    for (size_t role = 0; role < INPUT_ROLE_COUNT; role++)
        if (engine->config->site.inputs[role].wired &&
            lines_value(engine->lines, (enum input_role)role) == INPUT_VALUE_UNKNOWN)
            on_input(engine, (enum input_role)role, INPUT_VALUE_UNKNOWN, clock_now(), true);
    for (size_t role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        const struct event event = {.kind = EVENT_OUTPUT,
                                    .at = engine->look_at,
                                    .output = (enum output_role)role,
                                    .output_missing = true};
        if (lines_output_is_missing(engine->lines, event.output))
            decider_handle(engine->decider, &event);
    }
}

/* With --time-scale the UPS lasts as much shorter as everything else takes. */
void intake_of_ups(void *context, const struct ups_report *report)
{
    enum { MS_PER_S = 1000 };
    struct engine *engine = context;
    int64_t runtime_ms = (int64_t)report->runtime_s * MS_PER_S / engine->config->time_scale;
    const struct event event = {.kind = EVENT_UPS,
                                .at = engine_now(engine),
                                .ups = {.link = report->link,
                                        .on_battery = report->on_battery,
                                        .battery_low = report->battery_low,
                                        .charge_percent = report->charge_percent,
                                        .runtime_ms = report->runtime_s < 0 ? -1 : runtime_ms}};
    decider_handle(engine->decider, &event);
}

const char *intake_explain(void *context, const struct notice *notice)
{
    const struct engine *engine = context;
    if (notice->notification == NOTIFICATION_INPUT_UNAVAILABLE)
        return lines_reason(engine->lines, notice->input);
    if (notice->notification == NOTIFICATION_UPS_UNKNOWN)
        return engine->ups ? ups_port_reason(engine->ups) : "";
    if (notice->reason != REASON_LINE_UNAVAILABLE)
        return "";
    for (enum output_role role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (lines_output_is_missing(engine->lines, role))
            return lines_output_reason(engine->lines, role);
    return "";
}

const struct peer_handlers intake_of_peers = {
    .delivery = on_delivery, .ask = on_ask, .confirm = on_confirm, .gone = on_gone};

const struct recorder_handlers intake_of_recorder = {
    .committed = on_committed, .failed = on_failed, .begun = on_begun};

static void on_checked(void *context)
{
    on_equipment(context, EQUIPMENT_KIND_UNKNOWN, 0, EQUIPMENT_STATE_UNKNOWN);
}

const struct servers_handlers intake_of_servers = {
    .fact = on_fact, .equipment = on_equipment, .checked = on_checked};

void intake_of_reload(void *context, enum reason reason)
{
    struct engine *engine = context;
    const struct event event = {
        .kind = EVENT_RELOADED, .at = engine_now(engine), .reloaded = reason};
    decider_handle(engine->decider, &event);
}

static const void *message_newest(void *context, uint32_t key)
{
    struct engine *engine = context;
    return gate_find(decider_gate(engine->decider), ROW_message, key);
}

static void on_tried(void *context, uint32_t key, const struct message_end *end)
{
    struct engine *engine = context;
    decider_message_tried(engine->decider, engine_now(engine), key, end);
}

static void on_escalates(void *context, uint32_t event)
{
    struct engine *engine = context;
    decider_escalate(engine->decider, engine_now(engine), event);
}

static void on_unreached(void *context, uint32_t contacts)
{
    struct engine *engine = context;
    decider_contacts_unreached(engine->decider, contacts);
}

const struct messenger_handlers intake_of_messenger = {.newest = message_newest,
                                                       .tried = on_tried,
                                                       .escalates = on_escalates,
                                                       .unreached = on_unreached};

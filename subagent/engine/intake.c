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

static void on_committed(void *context)
{
    struct engine *engine = context;
    gate_committed(decider_gate(engine->decider), engine_now(engine));
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

const char *intake_explain(void *context, const struct notice *notice)
{
    const struct engine *engine = context;
    if (notice->notification == NOTIFICATION_INPUT_UNAVAILABLE)
        return lines_reason(engine->lines, notice->input);
    if (notice->reason != REASON_LINE_UNAVAILABLE)
        return "";
    for (enum output_role role = 0; role < OUTPUT_ROLE_COUNT; role++)
        if (lines_output_is_missing(engine->lines, role))
            return lines_output_reason(engine->lines, role);
    return "";
}

const struct peer_handlers intake_of_peers = {
    .delivery = on_delivery, .ask = on_ask, .confirm = on_confirm, .gone = on_gone};

const struct recorder_handlers intake_of_recorder = {.committed = on_committed,
                                                     .failed = on_failed};

const struct servers_handlers intake_of_servers = {.fact = on_fact, .equipment = on_equipment};

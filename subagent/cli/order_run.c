/* A command: promise, confirm, outcome. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/follow.h"
#include "cli/json.h"
#include "cli/order.h"
#include "cli/requester.h"
#include "cli/screen.h"
#include "wire/promise.h"

/* A person waits longer than a manager does, but not past the promise's own life. */
enum { ASK_LIMIT_MS = 1500 };

/* ---- what is said ---- */

static void row_json(uint32_t index, const struct row_command *row)
{
    instant now = clock_now();
    const struct derive_moment moment = {now, clock_wall_ms_at(now)};
    struct json json = {.to = stdout};
    json_begin(&json, NULL, '{');
    json_number(&json, "index", index);
    json_row(&json, ROW_command, row, moment);
    json_end(&json, '}');
}

static const struct {
    const char *text;
    enum cli_exit exit_code;
} outcomes[COMMAND_STATE_COUNT] = {
    [COMMAND_STATE_PROMISED] = {"under way", CLI_EXIT_SHOWN},
    [COMMAND_STATE_RUNNING] = {"under way", CLI_EXIT_SHOWN},
    [COMMAND_STATE_SUCCEEDED] = {"done", CLI_EXIT_SHOWN},
    [COMMAND_STATE_FAILED] = {"failed", CLI_EXIT_FAILED},
    [COMMAND_STATE_REFUSED] = {"refused", CLI_EXIT_REFUSED},
    [COMMAND_STATE_CANCELLED] = {"cancelled", CLI_EXIT_FAILED},
    [COMMAND_STATE_LOST] = {"lost", CLI_EXIT_FAILED},
};

/* What did not succeed is said on standard error. */
static enum cli_exit outcome_say(const struct order *order, const struct order_form *form,
                                 uint32_t index, const struct row_command *row)
{
    enum cli_exit exit_code = outcomes[row->state].exit_code;
    const struct screen screen = {.to = exit_code == CLI_EXIT_SHOWN ? stdout : stderr};
    if (order->json)
        row_json(index, row);
    if (!order->json || exit_code != CLI_EXIT_SHOWN)
        screen_long_line(&screen,
                         0,
                         "%s%s: %s%s%s (command %u)",
                         exit_code == CLI_EXIT_SHOWN ? "" : "padam: ",
                         form->name,
                         outcomes[row->state].text,
                         *row->reason ? ": " : "",
                         row->reason,
                         index);
    enum cli_exit written = output_end();
    return exit_code == CLI_EXIT_SHOWN ? written : exit_code;
}

/* A row as the engine keeps one, for what is known without it. */
static struct row_command row_of(const struct order *order, enum command_state state,
                                 const char *reason)
{
    struct row_command row = {
        .kind = order->ask.command.kind, .argument = order->ask.command.argument, .state = state};
    text_copy(row.requester, sizeof row.requester, order->ask.requester);
    text_copy(row.reason, sizeof row.reason, reason);
    return row;
}

/* When each is dangerous. */
static const char *const dangers[COMMAND_KIND_COUNT] = {
    [COMMAND_KIND_GENSET_STOP] = "in an outage",
    [COMMAND_KIND_SHUTDOWN_ALL] = "where there is or may be supply",
    [COMMAND_KIND_SHUTDOWN_TIER] = "where there is or may be supply",
    [COMMAND_KIND_SHUTDOWN_SERVER] = "where there is or may be supply",
    [COMMAND_KIND_SHUTDOWN_CANCEL] = "while the UPS runs out",
};

static enum cli_exit refusal_say(const struct order *order, const struct order_form *form,
                                 const struct engine_promise *promise)
{
    char reason[sizeof(((struct row_command *)0)->reason)];
    text_copy(reason, sizeof reason, reason_text(promise->reason));
    const char *danger = dangers[order->ask.command.kind];
    if (promise->reason == REASON_NEEDS_CONFIRMATION && danger)
        text_format(reason, sizeof reason, "dangerous %s: give --confirm if it is meant", danger);
    const struct row_command row = row_of(order, COMMAND_STATE_REFUSED, reason);
    return outcome_say(order, form, promise->index, &row);
}

static enum cli_exit unasked_say(const struct order *order, const struct engine_promise *promise)
{
    int error = errno;
    char problem[256];
    const char *why = error == ETIMEDOUT ? "the engine does not answer" : strerror(error);
    text_format(problem,
                sizeof problem,
                "%s: %s",
                order->socket,
                *promise->turned_away ? promise->turned_away : why);
    if (!*promise->turned_away)
        return engine_not_reached(order->socket, problem, error);
    fprintf(stderr, "padam: %s\n", problem);
    return CLI_EXIT_REFUSED;
}

/* ---- what is done ---- */

static enum cli_exit server_find(const struct replica *replica, struct order *order)
{
    const struct row_server *server;
    uint32_t key;
    for (size_t place = 0; (server = replica_at(replica, ROW_server, place, &key)); place++)
        if (strcmp(server->name, order->server) == 0) {
            order->ask.command.argument = key;
            return CLI_EXIT_SHOWN;
        }
    fprintf(stderr,
            "padam: there is no server \"%s\"; \"padam status --all\" shows them\n",
            order->server);
    return CLI_EXIT_REFUSED;
}

static enum cli_exit server_resolve(struct order *order)
{
    enum cli_exit exit_code = CLI_EXIT_SHOWN;
    if (!order->server)
        return exit_code;
    struct client *client = engine_fetch(order->socket, &exit_code);
    if (client)
        exit_code = server_find(client_replica(client), order);
    client_free(client);
    return exit_code;
}

static enum cli_exit promised_carry_out(const struct order *order, const struct order_form *form,
                                        struct engine_promise *promise)
{
    struct row_command row = row_of(order, COMMAND_STATE_RUNNING, "");
    const struct followed followed = {order->socket, promise->index, order->json};
    if (promise_confirm(promise) < 0) {
        fprintf(
            stderr,
            "padam: %s: the engine promised command %u and is gone: it is not carried out: %s\n",
            order->socket,
            promise->index,
            strerror(errno));
        return CLI_EXIT_NOT_REACHED;
    }
    enum cli_exit exit_code = order->no_wait ? CLI_EXIT_SHOWN : follow_command(&followed, &row);
    return exit_code == CLI_EXIT_SHOWN ? outcome_say(order, form, promise->index, &row) : exit_code;
}

static enum cli_exit order_carry_out(const struct order *order, const struct order_form *form)
{
    struct engine_promise promise;
    switch (promise_ask(&promise, order->socket, "padam", &order->ask, ASK_LIMIT_MS)) {
    case PROMISE_GIVEN:
        return promised_carry_out(order, form, &promise);
    case PROMISE_REFUSED:
        return refusal_say(order, form, &promise);
    case PROMISE_BUSY:
        fprintf(stderr, "padam: %s: %s; try again\n", form->name, reason_text(promise.reason));
        return CLI_EXIT_REFUSED;
    case PROMISE_NONE:
        break;
    }
    return unasked_say(order, &promise);
}

int order_run(int argc, char **argv)
{
    struct order order;
    const struct order_form *form = order_form_find(argv[0]);
    enum options_result result = order_read(argc, argv, form, &order);
    if (result != OPTIONS_GO)
        return result == OPTIONS_HELPED ? output_end() : CLI_EXIT_USAGE;
    if (!requester_fill(order.by, order.ask.requester))
        return CLI_EXIT_USAGE;
    enum cli_exit exit_code = server_resolve(&order);
    return exit_code == CLI_EXIT_SHOWN ? order_carry_out(&order, form) : exit_code;
}

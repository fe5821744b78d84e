#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/live.h"

static void command_close(struct live_command *command)
{
    if (command->fd >= 0)
        (void)close(command->fd);
    command->fd = -1;
}

void live_command_close_all(struct live *live)
{
    for (size_t i = 0; i < LIVE_COMMAND_LIMIT; i++)
        command_close(&live->commands[i]);
}

uint32_t live_command_argument(const struct live *live, const struct deed *deed)
{
    uint32_t argument = deed->command.argument;
    switch (deed->argument_source) {
    case ARGUMENT_LAST_NOTICE:
        return live->rows.last_notice[argument];
    case ARGUMENT_LAST_DEVIATION:
        return live->rows.last_deviation[argument];
    case ARGUMENT_GIVEN:
        break;
    }
    bool one = deed->command.kind == COMMAND_KIND_SHUTDOWN_SERVER;
    return one ? (uint32_t)deed->server + 1 : argument;
}

static void ask_fill(const struct live *live, const struct deed *deed, struct wire_ask *ask)
{
    *ask = (struct wire_ask){.command = deed->command};
    ask->command.argument = live_command_argument(live, deed);
    if (ask->command.kind == COMMAND_KIND_EXERCISE || ask->command.kind == COMMAND_KIND_INHIBIT)
        ask->command.argument /= live->settings->time_scale;
    text_copy(ask->requester, sizeof ask->requester, "player");
    if (ask->command.kind == COMMAND_KIND_ACCOUNT) {
        text_copy(ask->text, sizeof ask->text, "an account");
        text_copy(ask->corrective_action, sizeof ask->corrective_action, "a correction");
    }
}

static bool send_or_fail(struct live *live, struct live_command *command,
                         const struct wire_message *message)
{
    if (wire_send(command->fd, message) == 0)
        return true;
    live_fail(live, "a command could not be given: %s", strerror(errno));
    command_close(command);
    return false;
}

void live_command_begin(struct live *live, const struct deed *deed)
{
    size_t place = 0;
    while (place < LIVE_COMMAND_LIMIT && live->commands[place].fd >= 0)
        place++;
    if (place == LIVE_COMMAND_LIMIT) {
        live_fail(live, "more than %d commands at once", LIVE_COMMAND_LIMIT);
        return;
    }
    struct live_command *command = &live->commands[place];
    struct wire_message hello;
    char path[LIVE_PATH_SIZE];
    live_path(live, path, "engine");
    ask_fill(live, deed, &command->ask);
    command->fd = wire_connect(path);
    if (command->fd < 0) {
        live_fail(live, "%s: %s", path, strerror(errno));
        return;
    }
    wire_hello_fill(&hello, WIRE_ROLE_COMMAND, "padam-play");
    (void)send_or_fail(live, command, &hello);
}

static void on_welcome(struct live *live, struct live_command *command)
{
    struct wire_message message = {.type = WIRE_ASK, .ask = command->ask};
    (void)send_or_fail(live, command, &message);
}

static void on_answer(struct live *live, struct live_command *command,
                      const struct wire_answer *answer)
{
    struct fact *fact = live_fact(live, clock_now(), FACT_ANSWER);
    fact_set(fact, FIELD_REASON, answer->reason);
    fact_set(fact,
             FIELD_VALUE,
             answer->promised ? PROMISE_GIVEN
             : answer->busy   ? PROMISE_BUSY
                              : PROMISE_REFUSED);
    struct wire_message message = {.type = WIRE_CONFIRM, .confirm = {.index = answer->index}};
    if (answer->promised)
        (void)send_or_fail(live, command, &message);
    else
        command_close(command);
}

void live_command_readable(struct live *live, size_t place)
{
    struct live_command *command = &live->commands[place];
    struct wire_message message;
    int received = wire_receive(command->fd, &message);
    if (received < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    bool over = received <= 0 || message.type == WIRE_OUTCOME;
    if (over)
        command_close(command);
    else if (message.type == WIRE_WELCOME)
        on_welcome(live, command);
    else if (message.type == WIRE_ANSWER)
        on_answer(live, command, &message.answer);
}

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/live.h"
#include "stand_in/request.h"

enum {
    BACKLOG = 16,
    EXIT_HOLD = -1,        /* no answer yet */
    TOLD_VALID_MS = 10000, /* scenario time: a command may be a little slow to ask */
    LOOK_LIMIT_MS = 50000, /* scenario time: less than verify_timeout_s, see setup.c */
};

enum world_what {
    WORLD_SHUTDOWN,
    WORLD_ALTERNATIVE,
    WORLD_FORCE,
    WORLD_POWER_ON,
    WORLD_VERIFY,
    WORLD_ANSWERS,
    WORLD_CHECK,
    WORLD_NETWORK,
    WORLD_COMPUTER,
    WORLD_WHAT_COUNT
};

static const char *const words[WORLD_WHAT_COUNT] = {
    [WORLD_SHUTDOWN] = "shutdown",
    [WORLD_ALTERNATIVE] = "alternative",
    [WORLD_FORCE] = "force",
    [WORLD_POWER_ON] = "power_on",
    [WORLD_VERIFY] = "verify",
    [WORLD_ANSWERS] = "answers",
    [WORLD_CHECK] = "check",
    [WORLD_NETWORK] = "network",
    [WORLD_COMPUTER] = "administrator_computer",
};

/* ---- open, close ---- */

bool live_world_open(struct live *live)
{
    struct live_world *world = &live->world;
    world->network = world->computer = true;
    for (size_t i = 0; i < SCENARIO_SERVER_LIMIT; i++)
        world->servers[i] = (struct live_server){
            .evidence = SERVER_ANSWERS, .told = SERVER_FACT_COUNT, .ready = true};
    for (size_t i = 0; i < LIVE_HELPER_LIMIT; i++)
        world->helpers[i].fd = -1;
    world->listener = live_bind(live, "servers", SOCK_SEQPACKET);
    if (world->listener >= 0 && listen(world->listener, BACKLOG) == 0)
        return true;
    live_fail(live, "no socket for the servers' commands: %s", strerror(errno));
    return false;
}

static void helper_close(struct live_helper *helper)
{
    if (helper->fd >= 0)
        (void)close(helper->fd);
    helper->fd = -1;
}

void live_world_close(struct live *live)
{
    for (size_t i = 0; i < LIVE_HELPER_LIMIT; i++)
        helper_close(&live->world.helpers[i]);
    if (live->world.listener >= 0)
        (void)close(live->world.listener);
    live->world.listener = -1;
}

/* ---- what a program is to end with ---- */

static int told_exit(struct live *live, struct live_server *server)
{
    enum server_fact told = server->told;
    if (told == SERVER_FACT_COUNT || instant_before(server->told_until, clock_now()))
        return EXIT_HOLD;
    server->told = SERVER_FACT_COUNT;
    (void)live;
    return told == SERVER_ACCEPTED || told == SERVER_POWER_ACCEPTED ? STAND_IN_YES : STAND_IN_NO;
}

static int verify_exit(const struct live_server *server)
{
    switch (server->evidence) {
    case SERVER_SEEN_OFF:
        return STAND_IN_YES;
    case SERVER_ANSWERS:
        return STAND_IN_NO;
    default:
        return STAND_IN_NOTHING;
    }
}

/* A server that is seen off says nothing here: otherwise it were chance which evidence comes first.
 */
static int answers_exit(const struct live_server *server)
{
    switch (server->evidence) {
    case SERVER_ANSWERS:
        return STAND_IN_YES;
    case SERVER_SEEN_OFF:
        return STAND_IN_NOTHING;
    default:
        return STAND_IN_NO;
    }
}

static bool is_look(const struct live_helper *helper)
{
    return helper->what == WORLD_VERIFY || helper->what == WORLD_ANSWERS;
}

static bool *look_seen(struct live *live, const struct live_helper *helper)
{
    bool *seen = live->world.servers[helper->server].seen;
    return &seen[helper->what == WORLD_VERIFY ? LIVE_LOOK_VERIFY : LIVE_LOOK_ANSWERS];
}

static instant look_end(const struct live *live, const struct live_helper *helper)
{
    return instant_add_ms(helper->begun, LOOK_LIMIT_MS / (int64_t)live->settings->time_scale);
}

static bool look_lasts(struct live *live, const struct live_helper *helper)
{
    return is_look(helper) && helper->change == live->world.change && *look_seen(live, helper) &&
           instant_before(clock_now(), look_end(live, helper));
}

static int helper_exit(struct live *live, const struct live_helper *helper)
{
    if (look_lasts(live, helper))
        return EXIT_HOLD;
    struct live_server *server = &live->world.servers[helper->server];
    switch (helper->what) {
    case WORLD_SHUTDOWN:
    case WORLD_ALTERNATIVE:
    case WORLD_FORCE:
    case WORLD_POWER_ON:
        return told_exit(live, server);
    case WORLD_VERIFY:
        return verify_exit(server);
    case WORLD_ANSWERS:
        return answers_exit(server);
    case WORLD_CHECK:
        return server->ready && server->evidence != SERVER_SEEN_OFF ? STAND_IN_YES : STAND_IN_NO;
    case WORLD_NETWORK:
        return live->world.network ? STAND_IN_YES : STAND_IN_NO;
    case WORLD_COMPUTER:
        return live->world.computer ? STAND_IN_YES : STAND_IN_NO;
    default:
        return EXIT_HOLD;
    }
}

static void helper_answer(struct live *live, struct live_helper *helper)
{
    int code = helper->fd >= 0 ? helper_exit(live, helper) : EXIT_HOLD;
    if (code == EXIT_HOLD)
        return;
    unsigned char byte = (unsigned char)code;
    if (is_look(helper) && helper->change == live->world.change)
        *look_seen(live, helper) = true;
    /* A program that its time limit has ended meanwhile needs no answer. */
    (void)send(helper->fd, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    helper_close(helper);
}

static void helpers_answer(struct live *live)
{
    for (size_t i = 0; i < LIVE_HELPER_LIMIT; i++)
        helper_answer(live, &live->world.helpers[i]);
}

/* ---- looks that last ---- */

static void world_changed(struct live *live)
{
    live->world.change++;
    live->world.fact_count = live->timeline.count;
    for (size_t i = 0; i < SCENARIO_SERVER_LIMIT; i++)
        memset(live->world.servers[i].seen, 0, sizeof live->world.servers[i].seen);
}

void live_world_follow(struct live *live)
{
    if (live->world.fact_count != live->timeline.count)
        world_changed(live);
    helpers_answer(live);
}

instant live_world_due(const struct live *live)
{
    instant due = INSTANT_NEVER;
    for (size_t i = 0; i < LIVE_HELPER_LIMIT; i++) {
        const struct live_helper *helper = &live->world.helpers[i];
        if (helper->fd >= 0 && is_look(helper) && instant_before(look_end(live, helper), due))
            due = look_end(live, helper);
    }
    return due;
}

/* ---- programs that ask ---- */

void live_world_accept(struct live *live)
{
    int fd = accept4(live->world.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    for (size_t i = 0; fd >= 0 && i < LIVE_HELPER_LIMIT; i++) {
        if (live->world.helpers[i].fd >= 0)
            continue;
        live->world.helpers[i] = (struct live_helper){
            .fd = fd, .what = -1, .begun = clock_now(), .change = live->world.change};
        return;
    }
    if (fd >= 0) {
        live_fail(live, "more than %d commands of servers run at once", LIVE_HELPER_LIMIT);
        (void)close(fd);
    }
}

static int what_named(const char *word)
{
    for (int what = 0; what < WORLD_WHAT_COUNT; what++)
        if (strcmp(words[what], word) == 0)
            return what;
    return -1;
}

static size_t server_named(const struct live *live, const char *name)
{
    size_t server = 0;
    while (server < live->scenario->server_count &&
           strcmp(live->scenario->servers[server].name, name) != 0)
        server++;
    return server;
}

static void told_observe(struct live *live, const struct live_helper *helper)
{
    struct fact *fact = live_fact(live, clock_now(), FACT_TOLD);
    fact_set(fact, FIELD_SERVER, (int64_t)helper->server);
    fact_set(fact, FIELD_VALUE, TELL_PRIMARY + (helper->what - WORLD_SHUTDOWN));
}

static void helper_asks(struct live *live, struct live_helper *helper, char *text)
{
    char *rest = text;
    helper->what = what_named(strsep(&rest, " "));
    helper->server = rest ? server_named(live, rest) : 0;
    if (helper->what < 0 || (rest && helper->server == live->scenario->server_count)) {
        live_fail(live, "a command of a server asks for \"%s\"", text);
        helper_close(helper);
        return;
    }
    if (helper->what <= WORLD_POWER_ON)
        told_observe(live, helper);
    helper_answer(live, helper);
}

void live_world_readable(struct live *live, size_t place)
{
    struct live_helper *helper = &live->world.helpers[place];
    char text[STAND_IN_REQUEST_SIZE];
    ssize_t length = recv(helper->fd, text, sizeof text - 1, MSG_DONTWAIT);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length <= 0) {
        helper_close(helper);
        return;
    }
    text[length] = '\0';
    helper_asks(live, helper, text);
}

/* ---- deeds ---- */

static bool is_end_of_command(enum server_fact fact)
{
    return fact == SERVER_ACCEPTED || fact == SERVER_REFUSED || fact == SERVER_POWER_ACCEPTED ||
           fact == SERVER_POWER_REFUSED;
}

void live_world_server(struct live *live, const struct deed *deed)
{
    struct live_server *server = &live->world.servers[deed->server];
    if (is_end_of_command(deed->fact)) {
        server->told = deed->fact;
        server->told_until =
            instant_add_ms(clock_now(), TOLD_VALID_MS / (int64_t)live->settings->time_scale);
    } else {
        server->evidence = deed->fact;
        world_changed(live);
        live->world.network = deed->fact != SERVER_SILENT;
    }
    helpers_answer(live);
}

void live_world_equipment(struct live *live, const struct deed *deed)
{
    bool ready = deed->equipment_state == EQUIPMENT_STATE_READY;
    if (deed->equipment == EQUIPMENT_KIND_NETWORK)
        live->world.network = ready;
    else if (deed->equipment == EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER)
        live->world.computer = ready;
    else if (deed->equipment == EQUIPMENT_KIND_SERVER)
        live->world.servers[deed->server].ready = ready;
}

#include "base/language.h"
#include "base/text.h"
#include "cli/status_view.h"

enum {
    SHOWN_EACH = 8,  /* more of them are counted, */
    SHOWN_WORST = 8, /* and so many that need attention are shown */
    SERVER_INDENT = 31,
    TIER_INDENT = 10,
};

/* ", told 10:00:00", or ", 10:00:00 to 10:02:10". */
static void span_append(const struct view *view, char *line, instant told, instant ended)
{
    time_text from, to;
    instant_format(view, told, from);
    instant_format(view, ended, to);
    if (instant_is_set(told) && instant_is_set(ended))
        text_append(line, SCREEN_TEXT_SIZE, _(", %s to %s"), from, to);
    else if (instant_is_set(told))
        text_append(line, SCREEN_TEXT_SIZE, _(", told %s"), from);
    else if (instant_is_set(ended))
        text_append(line, SCREEN_TEXT_SIZE, ", %s", to);
}

/* "; power on: up, 10:20:00 to 10:22:10". */
static void power_append(const struct view *view, char *line, const struct row_server *server)
{
    time_text state;
    if (server->power_state <= POWER_STATE_IDLE && !*server->power_reason)
        return;
    screen_words(power_state_name(server->power_state), state);
    text_append(line, SCREEN_TEXT_SIZE, _("; power on: %s"), state);
    span_append(view, line, server->power_started, server->power_finished);
    if (*server->power_reason)
        text_append(line, SCREEN_TEXT_SIZE, ": %s", language_text(server->power_reason));
}

static void server_print(const struct view *view, const struct row_server *server)
{
    char line[SCREEN_TEXT_SIZE];
    time_text state, result;
    screen_words(server_state_name(server->state), state);
    screen_words(shutdown_result_name(server->result), result);
    text_format(line, sizeof line, _("  tier %u  %-20s %s"), server->tier, server->name, state);
    if (server->result > SHUTDOWN_RESULT_NONE)
        text_append(line, sizeof line, ", %s", result);
    span_append(view, line, server->shutdown_started, server->shutdown_finished);
    if (*server->reason)
        text_append(line, sizeof line, ": %s", language_text(server->reason));
    power_append(view, line, server);
    screen_line(view->screen, screen_attention(server->severity), SERVER_INDENT, "%s", line);
}

/* Nothing where no server was ordered to go down. */
static void progress_print(const struct view *view)
{
    const struct row_shutdown *shutdown = replica_get(view->replica, ROW_shutdown, 0);
    char line[SCREEN_TEXT_SIZE];
    time_text state, elapsed;
    if (!shutdown || shutdown->servers == 0)
        return;
    screen_words(progress_state_name(shutdown->state), state);
    text_format(line,
                sizeof line,
                _("  shutdown %s: %u of %u off, %u left"),
                state,
                shutdown->done,
                shutdown->servers,
                shutdown->left);
    if (shutdown->tier > 0)
        text_append(line, sizeof line, _(", tier %u"), shutdown->tier);
    int64_t elapsed_s = derive_shutdown_elapsed_s(shutdown, view->now);
    screen_duration(elapsed_s, elapsed);
    if (elapsed_s != DERIVE_ABSENT)
        text_append(line, sizeof line, _(", %s since the first was told"), elapsed);
    screen_line(view->screen, 0, STATUS_TEXT_INDENT, "%s", line);
}

/* ---- many servers ---- */

static const struct row_server *server_at(const struct view *view, size_t place)
{
    uint32_t key;
    return replica_at(view->replica, ROW_server, place, &key);
}

/* The next one after this, 0: none. */
static unsigned tier_after(const struct view *view, unsigned tier)
{
    unsigned next = 0;
    const struct row_server *server;
    for (size_t place = 0; (server = server_at(view, place)); place++)
        if (server->tier > tier && (next == 0 || server->tier < next))
            next = server->tier;
    return next;
}

/* "tier 1  512 servers: 498 off, 12 verifying, 2 not off" */
static void tier_print(const struct view *view, unsigned tier)
{
    unsigned count = 0, in_state[SERVER_STATE_COUNT] = {0};
    enum severity worst = 0;
    char line[SCREEN_TEXT_SIZE];
    const struct row_server *server;
    for (size_t place = 0; (server = server_at(view, place)); place++) {
        if (server->tier != tier)
            continue;
        count++;
        in_state[server->state]++;
        worst = server->severity > worst ? server->severity : worst;
    }
    text_format(line,
                sizeof line,
                ngettext("  tier %u  %u server", "  tier %u  %u servers", count),
                tier,
                count);
    const char *before = ": ";
    for (enum server_state state = 0; state < SERVER_STATE_COUNT; state++) {
        time_text words;
        if (in_state[state] == 0)
            continue;
        screen_words(server_state_name(state), words);
        text_append(line, sizeof line, "%s%u %s", before, in_state[state], words);
        before = ", ";
    }
    screen_line(view->screen, screen_attention(worst), TIER_INDENT, "%s", line);
}

static void worst_print(const struct view *view)
{
    size_t shown = 0, more = 0;
    const struct row_server *server;
    for (enum severity severity = SEVERITY_CRITICAL; severity >= SEVERITY_WARNING; severity--)
        for (size_t place = 0; (server = server_at(view, place)); place++) {
            if (server->severity != severity)
                continue;
            if (shown++ < SHOWN_WORST)
                server_print(view, server);
            else
                more++;
        }
    more_print(view, more);
}

void servers_print(const struct view *view)
{
    size_t count = replica_count(view->replica, ROW_server);
    bool each = view->screen->all || count <= SHOWN_EACH;
    if (count == 0)
        return;
    heading_print(view, _("Servers"));
    progress_print(view);
    for (size_t place = 0; each && place < count; place++)
        server_print(view, server_at(view, place));
    if (each)
        return;
    for (unsigned tier = tier_after(view, 0); tier > 0; tier = tier_after(view, tier))
        tier_print(view, tier);
    worst_print(view);
}

/* The present state, drawn anew on the terminal as it changes and every second. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/status.h"

enum { SECOND_MS = 1000, ROWS_UNKNOWN = 24 };

static const struct options_form form = {
    .help = "usage: padam watch [--socket PATH] [-n N] [--all]\n"
            "\n"
            "Shows the present state on the terminal, as it changes and every second, with\n"
            "the time that is left of each open step as a bar. Control-C ends it.\n"
            "\n"
            "  --all          each server, deviation and item that is not ready, however many;\n"
            "                 what does not fit on the terminal is counted\n"
            "  --socket PATH  the engine's socket (" PATH_ENGINE_SOCKET ")\n"
            "  -n N           how many of the newest events (6)\n"
            "  --help         this text\n"
            "\n"
            "Colours are used unless NO_COLOR is set.\n" CLI_EXIT_HELP,
    .newest = 6,
    .has_all = true,
};

/* The other screen, no cursor, lines cut at the edge; and back. */
static const char screen_take[] = "\033[?1049h\033[?25l\033[?7l";
static const char screen_give_back[] = "\033[?7h\033[?25h\033[?1049l";
static const char cursor_home[] = "\033[H", line_end[] = "\033[K\n", rest_clear[] = "\033[K\033[J";

struct watch {
    const struct options *options;
    struct client *client;
    int signals;
};

static size_t terminal_rows(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1 ? size.ws_row
                                                                           : ROWS_UNKNOWN;
}

static size_t lines_count(const char *text)
{
    size_t lines = 0;
    for (; (text = strchr(text, '\n')); text++)
        lines++;
    return lines;
}

/* At most so many lines: where there are more, the last of them says so. */
static void frame_draw(const char *text, size_t rows)
{
    size_t lines = lines_count(text);
    size_t shown = lines < rows ? lines : rows - 1;
    fputs(cursor_home, stdout);
    for (size_t i = 0; i < shown; i++) {
        size_t length = strcspn(text, "\n");
        printf("%.*s%s", (int)length, text, line_end);
        text += length + 1;
    }
    if (shown < lines)
        printf(_("%zu lines more: a taller terminal shows them"), lines - shown);
    fputs(rest_clear, stdout);
}

static void state_print(const struct watch *watch, FILE *to)
{
    instant now = clock_now();
    const struct screen screen = {.to = to,
                                  .colour = screen_wants_colour(),
                                  .moment = {now, clock_wall_ms_at(now)},
                                  .all = watch->options->all,
                                  .bars = true};
    bool lost = client_link(watch->client, now) == ENGINE_LINK_LOST;
    if (client_fd(watch->client) < 0)
        screen_line(&screen,
                    SEVERITY_CRITICAL,
                    2,
                    _("What follows is old: %s"),
                    language_text(client_problem(watch->client)));
    else if (lost)
        screen_line(
            &screen, SEVERITY_CRITICAL, 2, _("What follows is old: the engine says nothing"));
    status_print(&screen, client_replica(watch->client), watch->options->newest);
}

static enum cli_exit state_draw(const struct watch *watch)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (to)
        state_print(watch, to);
    if (!to || fclose(to) != 0) {
        fprintf(stderr, "padam: watch: %s\n", strerror(errno));
        free(text);
        return CLI_EXIT_OUTPUT;
    }
    frame_draw(text, terminal_rows());
    free(text);
    return output_end();
}

/* False: a signal ends it. */
static bool change_await(const struct watch *watch)
{
    struct signalfd_siginfo came;
    struct pollfd polled[] = {
        {.fd = watch->signals, .events = POLLIN},
        {.fd = client_fd(watch->client), .events = POLLIN}, /* -1 is passed over */
    };
    if (poll(polled, 2, SECOND_MS) <= 0 || polled[0].revents == 0)
        return true;
    return read(watch->signals, &came, sizeof came) == (ssize_t)sizeof came &&
           came.ssi_signo == SIGWINCH;
}

/* Tried again with the next drawing. False: the engine will not have this program. */
static bool engine_hear(const struct watch *watch)
{
    instant now = clock_now();
    if (client_fd(watch->client) < 0 && client_connect(watch->client) < 0)
        return true;
    while (client_receive(watch->client, now) == CLIENT_COMMIT)
        continue;
    return !client_is_refused(watch->client);
}

static enum cli_exit watch_go(const struct watch *watch)
{
    enum cli_exit exit_code;
    bool accepted = true;
    fputs(screen_take, stdout);
    while ((exit_code = state_draw(watch)) == CLI_EXIT_SHOWN && change_await(watch) &&
           (accepted = engine_hear(watch)))
        continue;
    fputs(screen_give_back, stdout);
    if (accepted)
        return exit_code == CLI_EXIT_SHOWN ? output_end() : exit_code;
    (void)output_end();
    fprintf(stderr, "padam: %s\n", client_problem(watch->client));
    return CLI_EXIT_REFUSED;
}

static int signals_open(void)
{
    static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        sigaddset(&set, taken[i]);
    return sigprocmask(SIG_BLOCK, &set, NULL) == 0 ? signalfd(-1, &set, SFD_CLOEXEC) : -1;
}

static bool is_on_terminal(const struct options *options)
{
    const char *terminal = getenv("TERM");
    if (!options->json && isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0)
        return true;
    fputs("padam: watch: expected a terminal to draw on; \"padam status\" shows the state once\n",
          stderr);
    return false;
}

int watch_run(int argc, char **argv)
{
    struct options options;
    enum cli_exit exit_code = CLI_EXIT_NOT_REACHED;
    enum options_result result = options_read(argc, argv, &form, &options);
    if (result == OPTIONS_HELPED)
        return output_end();
    if (result != OPTIONS_GO || !is_on_terminal(&options))
        return CLI_EXIT_USAGE;
    struct watch watch = {&options, engine_fetch(options.socket, &exit_code), -1};
    if (watch.client && (watch.signals = signals_open()) >= 0)
        exit_code = watch_go(&watch);
    if (watch.signals >= 0)
        close(watch.signals);
    client_free(watch.client);
    return exit_code;
}

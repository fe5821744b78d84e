/*
 * lab-lines [--held FD] ROLE=CHIP:LINE[:low][:up|:down][:hold]...
 *
 * Opens these lines through the program's own port; LINE is a name or #OFFSET. Says what it hears,
 * one line each, edges with their instant, and obeys standard input until it ends:
 *
 *   read            lines_read()
 *   set ROLE on|off
 *   output ROLE     reads it back
 *   keep FIFO       leaves a process that keeps the held descriptor when this one dies, and takes
 *   [RUN]           its place, with the descriptor, when FIFO is written to; it then has RUN for
 *                   its first line instead
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ports/lines.h"

enum { COMMAND_SIZE = 256, ARGUMENT_SIZE = 256, NUMBER_SIZE = 16 };

struct probe {
    sd_event *event;
    struct line_map map;
    struct lines *lines;
    char **argv;
    char **lines_argv; /* of them, the lines */
};

static void hear_input(void *context, enum input_role role, enum input_value value, instant at,
                       bool is_level)
{
    (void)context;
    printf("input %s %s %s %lld\n",
           input_role_name(role),
           input_value_name(value),
           is_level ? "level" : "edge",
           (long long)at.ms);
}

static void hear_trouble(void *context, bool available, const char *text)
{
    (void)context;
    printf("%s: %s\n", available ? "good" : "trouble", text);
}

/* ---- arguments ---- */

static struct line_settings *settings_named(struct line_map *map, const char *role)
{
    for (unsigned i = 0; i < INPUT_ROLE_COUNT; i++)
        if (strcmp(role, input_role_name((enum input_role)i)) == 0)
            return &map->inputs[i];
    for (unsigned i = 0; i < OUTPUT_ROLE_COUNT; i++)
        if (strcmp(role, output_role_name((enum output_role)i)) == 0)
            return &map->outputs[i];
    return NULL;
}

static int option_apply(struct line_settings *settings, const char *option)
{
    if (strcmp(option, "low") == 0)
        settings->active_low = true;
    else if (strcmp(option, "up") == 0)
        settings->bias = LINE_BIAS_PULL_UP;
    else if (strcmp(option, "down") == 0)
        settings->bias = LINE_BIAS_PULL_DOWN;
    else if (strcmp(option, "hold") == 0)
        settings->hold = true;
    else
        return -EINVAL;
    return 0;
}

static int argument_apply(struct line_map *map, const char *argument)
{
    char text[ARGUMENT_SIZE];
    snprintf(text, sizeof text, "%s", argument);
    char *rest = text;
    struct line_settings *settings = settings_named(map, strsep(&rest, "="));
    const char *chip = strsep(&rest, ":");
    const char *line = strsep(&rest, ":");
    if (!settings || !chip || !line)
        return -EINVAL;
    settings->wired = true;
    snprintf(settings->chip, sizeof settings->chip, "%s", chip);
    if (line[0] == '#')
        settings->offset = (unsigned)strtoul(line + 1, NULL, 10);
    else
        snprintf(settings->name, sizeof settings->name, "%s", line);
    const char *option;
    while ((option = strsep(&rest, ":")))
        if (option_apply(settings, option) < 0)
            return -EINVAL;
    return 0;
}

static int arguments_apply(struct line_map *map, char **arguments)
{
    for (; *arguments; arguments++) {
        if (argument_apply(map, *arguments) < 0) {
            fprintf(stderr, "lab-lines: what is %s?\n", *arguments);
            return -EINVAL;
        }
    }
    return 0;
}

/* ---- the process that keeps the held descriptor ---- */

enum { HELD_FD = STDERR_FILENO + 1, PARENT_FD, FIRST_LINE = 3 };

/* Waits for the parent's death, then for the fifo to be opened, which becomes standard input. */
static _Noreturn void keep(const struct probe *probe, const char *fifo, char *run)
{
    char held[NUMBER_SIZE];
    char option[] = "--held";
    char *argv[INPUT_ROLE_COUNT + OUTPUT_ROLE_COUNT + 4] = {probe->argv[0], option, held};
    size_t count = FIRST_LINE;
    for (char **argument = probe->lines_argv; *argument; argument++)
        argv[count++] = *argument;
    if (run)
        argv[FIRST_LINE] = run;
    snprintf(held, sizeof held, "%d", HELD_FD);
    char byte;
    while (read(PARENT_FD, &byte, 1) < 0 && errno == EINTR)
        ;
    int fd = open(fifo, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO)
        execv("/proc/self/exe", argv);
    _exit(1);
}

static void command_keep(const struct probe *probe, const char *fifo, char *run)
{
    int ends[2];
    int held_fd = lines_held_fd(probe->lines);
    if (held_fd < 0 || pipe2(ends, O_CLOEXEC) < 0) {
        printf("keep failed\n");
        return;
    }
    if (fork() == 0) {
        /* Both far away from where they go. */
        held_fd = fcntl(held_fd, F_DUPFD, PARENT_FD + 1);
        ends[0] = fcntl(ends[0], F_DUPFD, PARENT_FD + 1);
        if (dup2(held_fd, HELD_FD) < 0 || dup2(ends[0], PARENT_FD) < 0 ||
            close_range(PARENT_FD + 1, ~0U, 0) < 0)
            _exit(1);
        keep(probe, fifo, run);
    }
    close(ends[0]); /* the other end closes with this process */
    printf("keep\n");
}

/* ---- commands ---- */

static int output_named(const char *name)
{
    for (unsigned i = 0; i < OUTPUT_ROLE_COUNT; i++)
        if (strcmp(name, output_role_name((enum output_role)i)) == 0)
            return (int)i;
    return -1;
}

static void command_output(const struct probe *probe, const char *name, const char *value)
{
    int role = output_named(name);
    int result = -EINVAL;
    if (role >= 0)
        result = value ? lines_set(probe->lines, (enum output_role)role, strcmp(value, "on") == 0)
                       : lines_output(probe->lines, (enum output_role)role);
    if (result < 0)
        printf("%s %s: %s\n", value ? "set" : "output", name, strerror(-result));
    else if (value)
        printf("set %s %s\n", name, value);
    else
        printf("output %s %s\n", name, result ? "on" : "off");
}

static void command_obey(const struct probe *probe, char *text)
{
    char *rest = text;
    const char *word = strsep(&rest, " ");
    const char *name = strsep(&rest, " ");
    char *value = strsep(&rest, " ");
    if (strcmp(word, "read") == 0) {
        lines_read(probe->lines);
        printf("read\n");
    } else if (strcmp(word, "keep") == 0 && name) {
        command_keep(probe, name, value);
    } else if ((strcmp(word, "set") == 0 && value) || (strcmp(word, "output") == 0 && name)) {
        command_output(probe, name, value);
    } else {
        printf("what is %s?\n", text);
    }
}

/* Commands come one a write. */
static int on_command(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    (void)source;
    (void)revents;
    struct probe *probe = userdata;
    char text[COMMAND_SIZE];
    ssize_t length = read(fd, text, sizeof text - 1);
    if (length <= 0)
        return sd_event_exit(probe->event, 0);
    text[length] = '\0';
    char *rest = text;
    char *line;
    while ((line = strsep(&rest, "\n")))
        if (*line)
            command_obey(probe, line);
    return 0;
}

static int probe_run(struct probe *probe, int held_fd)
{
    char error[LINES_ERROR_SIZE];
    struct lines_handlers handlers = {.input = hear_input, .trouble = hear_trouble};
    probe->lines = lines_open(probe->event, &probe->map, NULL, &handlers, held_fd, error);
    if (!probe->lines) {
        fprintf(stderr, "lab-lines: %s\n", error);
        return -1;
    }
    printf("open\n");
    int failed = sd_event_add_io(probe->event, NULL, STDIN_FILENO, EPOLLIN, on_command, probe);
    if (failed >= 0)
        failed = sd_event_loop(probe->event);
    lines_close(probe->lines);
    printf("closed\n");
    return failed;
}

int main(int argc, char **argv)
{
    struct probe probe = {.argv = argv};
    int held_fd = -1;
    probe.lines_argv = argv + 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 2 && strcmp(argv[1], "--held") == 0) {
        held_fd = (int)strtol(argv[2], NULL, 10);
        probe.lines_argv += 2;
    }
    if (arguments_apply(&probe.map, probe.lines_argv) < 0 || sd_event_new(&probe.event) < 0)
        return 2;
    int failed = probe_run(&probe, held_fd);
    sd_event_unref(probe.event);
    return failed < 0;
}

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/lab.h"

#define CONFIGS "/sys/kernel/config/gpio-sim"
#define DEVICES "/sys/devices/platform"

enum { PATH_SIZE = 160, NAME_TEXT_SIZE = 48 };

/* ---- files of the kernel ---- */

static bool file_write(struct live *live, const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (!written)
        live_fail(live, "%s: \"%s\" cannot be written: %s", path, text, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return written;
}

static bool file_read(struct live *live, const char *path, char to[static NAME_TEXT_SIZE])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, to, NAME_TEXT_SIZE - 1) : -1;
    to[length > 0 ? length : 0] = '\0';
    to[strcspn(to, "\n")] = '\0';
    if (length <= 0)
        live_fail(live, "%s cannot be read: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return length > 0;
}

/* A file in the chip's configuration: "live", "bank0/label". */
static void config_path(char to[static PATH_SIZE], const char *name, const char *file)
{
    text_format(to, PATH_SIZE, CONFIGS "/padam-%s/%s", name, file);
}

static bool config_write(struct live *live, const char *name, const char *file, const char *text)
{
    char path[PATH_SIZE];
    config_path(path, name, file);
    return file_write(live, path, text);
}

/* ---- one chip ---- */

static void fd_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static void chip_unplug(struct live *live, const char *name, struct lab_line *line)
{
    fd_close(&line->pull_fd);
    fd_close(&line->value_fd);
    if (line->plugged)
        (void)config_write(live, name, "live", "0");
    line->plugged = false;
}

static int attribute_open(struct live *live, const char *device, const char *chip,
                          const char *attribute, int flags)
{
    char path[PATH_SIZE];
    text_format(path, sizeof path, DEVICES "/%s/%s/sim_gpio0/%s", device, chip, attribute);
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        live_fail(live, "%s: %s", path, strerror(errno));
    return fd;
}

static void chip_pull(struct live *live, const struct lab_line *line, bool up)
{
    const char *text = up ? "pull-up" : "pull-down";
    if (pwrite(line->pull_fd, text, strlen(text), 0) < 0)
        live_fail(live, "a line cannot be pulled: %s", strerror(errno));
}

/* Nothing here sleeps, so that no other program sees the line before it has its level. */
static bool chip_plug(struct live *live, const char *name, struct lab_line *line, bool up)
{
    char path[PATH_SIZE], device[NAME_TEXT_SIZE], chip[NAME_TEXT_SIZE];
    if (!config_write(live, name, "live", "1"))
        return false;
    line->plugged = true;
    config_path(path, name, "dev_name");
    if (!file_read(live, path, device))
        return false;
    config_path(path, name, "bank0/chip_name");
    if (!file_read(live, path, chip))
        return false;
    line->pull_fd = attribute_open(live, device, chip, "pull", O_WRONLY);
    line->value_fd = attribute_open(live, device, chip, "value", O_RDONLY);
    if (line->pull_fd < 0 || line->value_fd < 0)
        return false;
    chip_pull(live, line, up);
    return true;
}

/* Innermost last; removed the other way round. */
static const char *const folders[] = {"", "bank0", "bank0/line0"};
enum { FOLDER_COUNT = sizeof folders / sizeof *folders };

static bool chip_make(struct live *live, const char *name, struct lab_line *line)
{
    char path[PATH_SIZE];
    for (size_t i = 0; i < FOLDER_COUNT; i++) {
        config_path(path, name, folders[i]);
        if (mkdir(path, S_IRWXU) < 0) {
            live_fail(live, "%s: %s", path, strerror(errno));
            return false;
        }
        line->made = true;
    }
    return config_write(live, name, "bank0/num_lines", "1") &&
           config_write(live, name, "bank0/label", name) &&
           config_write(live, name, "bank0/line0/name", name);
}

static void chip_remove(struct live *live, const char *name, struct lab_line *line)
{
    char path[PATH_SIZE];
    chip_unplug(live, name, line);
    for (size_t left = FOLDER_COUNT; line->made && left > 0; left--) {
        config_path(path, name, folders[left - 1]);
        if (rmdir(path) < 0 && errno != ENOENT)
            live_fail(live, "%s: %s", path, strerror(errno));
    }
    line->made = false;
}

/* ---- all of them ---- */

static void lines_forget(struct lab_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        lines[i] = (struct lab_line){.pull_fd = -1, .value_fd = -1};
}

static bool input_open(struct live *live, enum input_role role)
{
    const char *name = input_role_name(role);
    struct lab_line *line = &live->lab->inputs[role];
    enum input_value level = live->levels[role];
    if (!level)
        return true;
    return chip_make(live, name, line) &&
           (level == INPUT_VALUE_UNKNOWN ||
            chip_plug(live, name, line, level == INPUT_VALUE_ACTIVE));
}

bool lab_chips_open(struct live *live)
{
    lines_forget(live->lab->inputs, INPUT_ROLE_COUNT);
    lines_forget(live->lab->outputs, OUTPUT_ROLE_COUNT);
    for (unsigned role = INPUT_ROLE_MAINS_L1; role < INPUT_ROLE_COUNT; role++)
        if (!input_open(live, (enum input_role)role))
            return false;
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        const char *name = output_role_name((enum output_role)role);
        struct lab_line *line = &live->lab->outputs[role];
        if (!chip_make(live, name, line) || !chip_plug(live, name, line, false) ||
            !lab_watch(live, line->value_fd, EPOLLPRI, role))
            return false;
    }
    return true;
}

void lab_chips_close(struct live *live)
{
    for (unsigned role = INPUT_ROLE_MAINS_L1; role < INPUT_ROLE_COUNT; role++)
        chip_remove(live, input_role_name((enum input_role)role), &live->lab->inputs[role]);
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        chip_remove(live, output_role_name((enum output_role)role), &live->lab->outputs[role]);
}

void lab_chips_set(struct live *live, enum input_role role)
{
    const char *name = input_role_name(role);
    struct lab_line *line = &live->lab->inputs[role];
    bool up = live->levels[role] == INPUT_VALUE_ACTIVE;
    if (live->levels[role] == INPUT_VALUE_UNKNOWN)
        chip_unplug(live, name, line);
    else if (line->plugged)
        chip_pull(live, line, up);
    else
        (void)chip_plug(live, name, line, up);
}

/* ---- outputs ---- */

static void output_read(struct live *live, enum output_role role)
{
    char value = '0';
    if (pread(live->lab->outputs[role].value_fd, &value, 1, 0) != 1)
        live_fail(live, "output %s cannot be read: %s", output_role_name(role), strerror(errno));
    bool on = value == '1';
    if (live->output_on[role] == on)
        return;
    live->output_on[role] = on;
    struct fact *fact = live_fact(live, clock_now(), FACT_OUTPUT);
    fact_set(fact, FIELD_OUTPUT, role);
    fact_set(fact, FIELD_VALUE, on ? ON_OFF_ON : ON_OFF_OFF);
}

void lab_chips_changed(struct live *live, enum output_role role)
{
    if (live->lab->outputs[role].value_fd >= 0)
        output_read(live, role);
}

void lab_chips_read(struct live *live)
{
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++)
        lab_chips_changed(live, (enum output_role)role);
}

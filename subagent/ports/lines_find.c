#include "ports/lines_find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/text.h"

enum { PATH_SIZE = 4096, SUBSYSTEM_LINK_SIZE = 64 };

static const char device_folder[] = "/dev/";
static const char device_prefix[] = "gpiochip";

/* ---- chips ---- */

/* Opening another kind of device can have effects: a watchdog begins to run. */
static bool is_gpio_chip(const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0 || !S_ISCHR(status.st_mode))
        return false;
    char link[SUBSYSTEM_LINK_SIZE];
    char target[PATH_SIZE];
    text_format(link,
                sizeof link,
                "/sys/dev/char/%u:%u/subsystem",
                major(status.st_rdev),
                minor(status.st_rdev));
    ssize_t length = readlink(link, target, sizeof target - 1);
    if (length < 0)
        return false;
    target[length] = '\0';
    const char *slash = strrchr(target, '/');
    return slash && strcmp(slash, "/gpio") == 0;
}

/* Returns a descriptor and the chip's own words on itself. */
static int chip_open(const char *path, struct gpiochip_info *info)
{
    *info = (struct gpiochip_info){0};
    if (access(path, F_OK) < 0)
        return -errno;
    if (!is_gpio_chip(path))
        return -ENOTTY;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, info) < 0) {
        int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

static void chip_explain(const char *path, int error, char *why)
{
    switch (error) {
    case -ENOENT:
        text_format(why, LINE_WHY_SIZE, "there is no chip %s", path);
        break;
    case -ENOTTY:
        text_format(why, LINE_WHY_SIZE, "%s is not a GPIO chip", path);
        break;
    case -EACCES:
    case -EPERM:
        text_format(why, LINE_WHY_SIZE, "no permission to open %s", path);
        break;
    default:
        text_format(why, LINE_WHY_SIZE, "cannot open %s: %s", path, strerror(-error));
        break;
    }
}

static bool device_path(char device[static LINE_DEVICE_SIZE], const char *name)
{
    return text_format(device, LINE_DEVICE_SIZE, "%s%s", device_folder, name);
}

struct chip_search {
    const char *label;
    char device[LINE_DEVICE_SIZE]; /* what was found */
    unsigned found;
    char denied[LINE_DEVICE_SIZE]; /* one that could not be opened */
    int denied_error;
};

static void chip_compare(struct chip_search *search, const char *name)
{
    struct gpiochip_info info;
    char path[LINE_DEVICE_SIZE];
    if (!device_path(path, name))
        return;
    int fd = chip_open(path, &info);
    if (fd < 0) {
        text_copy(search->denied, sizeof search->denied, path);
        search->denied_error = fd;
        return;
    }
    close(fd);
    if (strncmp(info.label, search->label, sizeof info.label) != 0)
        return;
    text_copy(search->device, sizeof search->device, path);
    search->found++;
}

static int chip_search_end(const struct chip_search *search, char *device, char *why)
{
    if (search->found == 1) {
        text_copy(device, LINE_DEVICE_SIZE, search->device);
        return 0;
    }
    if (search->found > 1) {
        text_format(why,
                    LINE_WHY_SIZE,
                    "%u chips are labelled \"%s\": give the chip's name or path",
                    search->found,
                    search->label);
        return -ENOTUNIQ;
    }
    if (search->denied_error) {
        chip_explain(search->denied, search->denied_error, why);
        text_append(why, LINE_WHY_SIZE, ", and no other chip is \"%s\"", search->label);
        return search->denied_error;
    }
    text_format(why, LINE_WHY_SIZE, "no chip is named or labelled \"%s\"", search->label);
    return -ENODEV;
}

static int chip_find_labelled(const char *label, char *device, char *why)
{
    struct chip_search search = {.label = label};
    DIR *folder = opendir(device_folder);
    if (!folder) {
        text_format(why, LINE_WHY_SIZE, "cannot list %s: %s", device_folder, strerror(errno));
        return -errno;
    }
    const struct dirent *entry;
    while ((entry = readdir(folder)))
        if (strncmp(entry->d_name, device_prefix, sizeof device_prefix - 1) == 0)
            chip_compare(&search, entry->d_name);
    closedir(folder);
    return chip_search_end(&search, device, why);
}

/* Links are followed: whoever watches /dev is to know the device by its own name. */
static int chip_find_path(const char *path, char *device, char *why)
{
    char *real = realpath(path, NULL);
    int failed = real ? 0 : -errno;
    if (real && !text_copy(device, LINE_DEVICE_SIZE, real))
        failed = -ENAMETOOLONG;
    free(real);
    if (failed < 0)
        chip_explain(path, failed, why);
    return failed == -ENOENT ? -ENODEV : failed;
}

static int chip_find(const char *chip, char *device, char *why)
{
    if (strchr(chip, '/'))
        return chip_find_path(chip, device, why);
    if (device_path(device, chip) && is_gpio_chip(device))
        return 0;
    return chip_find_labelled(chip, device, why);
}

/* ---- lines ---- */

static int line_info_get(int chip_fd, unsigned offset, struct gpio_v2_line_info *info)
{
    *info = (struct gpio_v2_line_info){.offset = offset};
    return ioctl(chip_fd, GPIO_V2_GET_LINEINFO_IOCTL, info) < 0 ? -errno : 0;
}

static int line_find_named(int fd, const struct gpiochip_info *chip, struct line_order *order,
                           char *why)
{
    const char *name = order->settings->name;
    unsigned found = 0;
    for (unsigned offset = 0; offset < chip->lines; offset++) {
        struct gpio_v2_line_info info;
        int failed = line_info_get(fd, offset, &info);
        if (failed < 0) {
            chip_explain(order->device, failed, why);
            return failed;
        }
        if (strncmp(info.name, name, sizeof info.name) != 0)
            continue;
        order->offset = offset;
        found++;
    }
    if (found == 1)
        return 0;
    if (found > 1)
        text_format(why,
                    LINE_WHY_SIZE,
                    "%s (%.32s) has %u lines named \"%s\": give the line's offset",
                    order->device,
                    chip->label,
                    found,
                    name);
    else
        text_format(why,
                    LINE_WHY_SIZE,
                    "%s (%.32s) has no line named \"%s\"",
                    order->device,
                    chip->label,
                    name);
    return found ? -ENOTUNIQ : -ENOENT;
}

static int line_find_offset(const struct gpiochip_info *chip, struct line_order *order, char *why)
{
    order->offset = order->settings->offset;
    if (order->offset < chip->lines)
        return 0;
    text_format(why,
                LINE_WHY_SIZE,
                "%s (%.32s) has no line %u, its lines are 0 to %u",
                order->device,
                chip->label,
                order->offset,
                chip->lines - 1);
    return -ENOENT;
}

int line_find(struct line_order *order, char why[static LINE_WHY_SIZE])
{
    int failed = chip_find(order->settings->chip, order->device, why);
    if (failed < 0)
        return failed;
    struct gpiochip_info info;
    int fd = chip_open(order->device, &info);
    if (fd < 0) {
        chip_explain(order->device, fd, why);
        return fd;
    }
    failed = order->settings->name[0] ? line_find_named(fd, &info, order, why)
                                      : line_find_offset(&info, order, why);
    close(fd);
    return failed;
}

/* ---- users of a line ---- */

static int line_info_read(const char *device, unsigned offset, struct gpio_v2_line_info *info)
{
    struct gpiochip_info chip;
    int fd = chip_open(device, &chip);
    if (fd < 0)
        return fd;
    int failed = line_info_get(fd, offset, info);
    close(fd);
    return failed;
}

bool line_is_requested(const struct line_order *order)
{
    const uint64_t kind = GPIO_V2_LINE_FLAG_USED | GPIO_V2_LINE_FLAG_OUTPUT |
                          GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_ACTIVE_LOW;
    uint64_t wanted = GPIO_V2_LINE_FLAG_USED |
                      (order->output ? GPIO_V2_LINE_FLAG_OUTPUT : GPIO_V2_LINE_FLAG_INPUT) |
                      (order->settings->active_low ? GPIO_V2_LINE_FLAG_ACTIVE_LOW : 0);
    struct gpio_v2_line_info info;
    return line_info_read(order->device, order->offset, &info) == 0 &&
           (info.flags & kind) == wanted &&
           strncmp(info.consumer, order->consumer, sizeof info.consumer) == 0;
}

void line_explain(const struct line_order *order, int error, char why[static LINE_WHY_SIZE])
{
    struct gpio_v2_line_info info;
    bool present = line_info_read(order->device, order->offset, &info) == 0;
    text_format(why, LINE_WHY_SIZE, "line %u", order->offset);
    if (present && info.name[0])
        text_append(why, LINE_WHY_SIZE, " (%.32s)", info.name);
    text_append(why, LINE_WHY_SIZE, " of %s ", order->device);
    if (present && error == -EBUSY)
        text_append(why, LINE_WHY_SIZE, "is in use by \"%.32s\"", info.consumer);
    else if (present && !order->output && (error == -ENXIO || error == -ENODEV))
        text_append(why, LINE_WHY_SIZE, "reports no edges: its chip has no interrupt for it");
    else
        text_append(why, LINE_WHY_SIZE, "cannot be requested: %s", strerror(-error));
}

/* From a path to libconfig's tree. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "config/reader.h"

enum { FILE_SIZE_MAX = 8 << 20, MESSAGE_SIZE = 1024, UNCLOSED_SIZE = 64 };

static void message_format(char message[static MESSAGE_SIZE], const struct reader *reader, int line,
                           const char *format, va_list args)
{
    if (line > 0)
        text_format(message, MESSAGE_SIZE, "%s:%d: ", reader->path, line);
    else
        text_format(message, MESSAGE_SIZE, "%s: ", reader->path);
    text_append_args(message, MESSAGE_SIZE, format, args);
    text_one_line(message);
}

static void fault_report(struct reader *reader, int line, const char *format, va_list args)
{
    char message[MESSAGE_SIZE];
    message_format(message, reader, line, format, args);
    reader->errors++;
    reader->report(reader->context, message);
}

void config_fault_line(struct reader *reader, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fault_report(reader, line, format, args);
    va_end(args);
}

void config_fault(struct reader *reader, const config_setting_t *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fault_report(reader, at ? (int)config_setting_source_line(at) : 0, format, args);
    va_end(args);
}

void config_warn(struct reader *reader, const config_setting_t *at, const char *format, ...)
{
    char message[MESSAGE_SIZE];
    va_list args;
    if (!reader->warn)
        return;
    va_start(args, format);
    message_format(message, reader, at ? (int)config_setting_source_line(at) : 0, format, args);
    va_end(args);
    reader->warn(reader->context, message);
}

const config_setting_t *config_setting_at(const struct reader *reader, const char *path)
{
    return config_lookup(&reader->tree, path);
}

unsigned config_setting_line(const config_setting_t *setting)
{
    return setting ? config_setting_source_line(setting) : 0;
}

bool config_setting_is_given(const config_setting_t *group, const char *name)
{
    const config_setting_t *member = config_setting_get_member(group, name);
    return member && !config_setting_is_faulty(member);
}

static bool file_is_acceptable(struct reader *reader, int fd, size_t *size)
{
    struct stat status;
    if (fstat(fd, &status) < 0) {
        config_fault(reader, NULL, "cannot be examined: %s", strerror(errno));
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        config_fault(reader, NULL, "is not a regular file; expected the configuration");
        return false;
    }
    if (status.st_mode & S_IWOTH) {
        config_fault(reader,
                     NULL,
                     "may be written by everyone, mode %04o; expected 0644 or stricter, as it "
                     "names programs to run",
                     (unsigned)(status.st_mode & 07777));
        return false;
    }
    if (status.st_size > FILE_SIZE_MAX) {
        config_fault(reader,
                     NULL,
                     "is %lld bytes long; expected at most %d",
                     (long long)status.st_size,
                     FILE_SIZE_MAX);
        return false;
    }
    *size = (size_t)status.st_size;
    return true;
}

/* Returns the bytes read, less than size at the file's end, or -1 with errno. */
static ssize_t descriptor_read(int fd, char *to, size_t size)
{
    size_t have = 0;
    while (have < size) {
        ssize_t got = read(fd, to + have, size - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

static int line_at_end(const char *text)
{
    int line = 1;
    for (; *text; text++)
        line += *text == '\n';
    return line;
}

/* Some editors begin a file in UTF-8 with it. */
static const char byte_order_mark[] = "\xef\xbb\xbf";

static char *contents_read(struct reader *reader, int fd, size_t size)
{
    char *text = malloc(size + 1);
    if (!text) {
        config_fault(reader, NULL, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    ssize_t length = descriptor_read(fd, text, size);
    if (length < 0) {
        config_fault(reader, NULL, "cannot be read: %s", strerror(errno));
        goto refused;
    }
    text[length] = '\0';
    if (strlen(text) != (size_t)length) {
        config_fault_line(reader, line_at_end(text), "holds a NUL byte; expected text in UTF-8");
        goto refused;
    }
    if (strncmp(text, byte_order_mark, sizeof byte_order_mark - 1) == 0)
        memset(text, ' ', sizeof byte_order_mark - 1);
    return text;

refused:
    free(text);
    return NULL;
}

char *config_file_read(struct reader *reader)
{
    /* O_NONBLOCK: opening a FIFO would wait for its writer. */
    int fd = open(reader->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        config_fault(reader, NULL, "cannot be opened: %s", strerror(errno));
        return NULL;
    }
    size_t size;
    char *text = file_is_acceptable(reader, fd, &size) ? contents_read(reader, fd, size) : NULL;
    close(fd);
    return text;
}

static const struct {
    const char *error, *expected;
} expectations[] = {
    {"syntax error", "; expected key = value; and every { ( [ \" closed"},
    {"duplicate setting name", "; expected each key once in its group"},
    {"cannot open include file", "; expected all settings in this file"},
};

static const char *expectation_of(const char *error)
{
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++)
        if (strcmp(error, expectations[i].error) == 0)
            return expectations[i].expected;
    return "";
}

static void parse_fault(struct reader *reader, const struct open_marks *open)
{
    const char *error = config_error_text(&reader->tree);
    char unclosed[UNCLOSED_SIZE] = "";
    if (!error)
        error = "cannot be read";
    if (open->count > 0 && strcmp(error, "syntax error") == 0)
        text_format(unclosed,
                    sizeof unclosed,
                    "; the %c of line %d is not",
                    open->marks[open->count - 1].what,
                    open->marks[open->count - 1].line);
    config_fault_line(
        reader, config_error_line(&reader->tree), "%s%s%s", error, expectation_of(error), unclosed);
}

#if LIBCONFIG_VER_MAJOR > 1 || LIBCONFIG_VER_MINOR >= 7
static const char **include_refuse(config_t *tree, const char *folder, const char *path,
                                   const char **error)
{
    (void)tree;
    (void)folder;
    (void)path;
    *error = "cannot open include file"; /* as older ones say */
    return NULL;
}

static void includes_refuse(config_t *tree)
{
    config_set_include_func(tree, include_refuse);
}
#else
/* libconfig's scanner calls exit() for an @include that it can open but not read (a folder). Below
 * this "folder" nothing can be opened. */
static void includes_refuse(config_t *tree)
{
    config_set_include_dir(tree, "/dev/null");
}
#endif

bool config_tree_parse(struct reader *reader, const char *text)
{
    struct open_marks open;
    if (!config_text_scan(reader, text, &open))
        return false;
    includes_refuse(&reader->tree);
    if (config_read_string(&reader->tree, text) == CONFIG_TRUE)
        return true;
    parse_fault(reader, &open);
    return false;
}

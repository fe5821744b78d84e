#include "config_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"

/* libconfig 1.5 loses its buffer when a file ends within a string. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:strbuf_append";
}

struct report {
    struct messages *errors, *warnings;
    size_t path_length;
};

static void message_add(struct messages *messages, const char *message)
{
    messages->count++;
    text_append(messages->text, sizeof messages->text, "%s\n", message);
}

static void error_add(void *context, const char *message)
{
    struct report *report = context;
    message_add(report->errors, message + report->path_length);
}

static void warning_add(void *context, const char *message)
{
    struct report *report = context;
    message_add(report->warnings, message + report->path_length);
}

static int text_load(const char *text, size_t length, struct config *config,
                     struct messages *errors, struct messages *warnings)
{
    int fd = memfd_create("configuration", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, 0644), 0);
    assert_int_equal(write(fd, text, length), length);
    char path[64];
    text_format(path, sizeof path, "/proc/self/fd/%d", fd);
    struct report report = {errors, warnings, strlen(path)};
    int count = config_load_with_warnings(path, config, error_add, warning_add, &report);
    close(fd);
    return count;
}

int config_text_load(const char *text, size_t length, struct config *config,
                     struct messages *messages)
{
    struct messages warnings = {0};
    *messages = (struct messages){0};
    return text_load(text, length, config, messages, &warnings);
}

void config_text_doubt(const char *text, struct messages *warnings)
{
    struct messages errors = {0};
    struct config config;
    *warnings = (struct messages){0};
    text_load(text, strlen(text), &config, &errors, warnings);
    assert_string_equal(errors.text, "");
    config_release(&config);
}

void config_text_load_well(const char *text, struct config *config)
{
    struct messages messages;
    int errors = config_text_load(text, strlen(text), config, &messages);
    assert_string_equal(messages.text, "");
    assert_int_equal(errors, 0);
}

char *config_text_of_file(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = NULL;
    size_t size = 0;
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    assert_int_equal(fclose(file), 0);
    return text;
}

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
    struct messages *messages;
    size_t path_length;
};

static void message_add(void *context, const char *message)
{
    struct report *report = context;
    struct messages *messages = report->messages;
    messages->count++;
    text_append(messages->text, sizeof messages->text, "%s\n", message + report->path_length);
}

int config_text_load(const char *text, size_t length, struct config *config,
                     struct messages *messages)
{
    int fd = memfd_create("configuration", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, 0644), 0);
    assert_int_equal(write(fd, text, length), length);
    char path[64];
    text_format(path, sizeof path, "/proc/self/fd/%d", fd);
    messages->count = 0;
    messages->text[0] = '\0';
    struct report report = {messages, strlen(path)};
    int errors = config_load(path, config, message_add, &report);
    close(fd);
    return errors;
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

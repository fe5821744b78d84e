/* The machine padamd runs on, and its host: with them goes what tells the servers. */
#include <string.h>

#include "config/reader.h"

/* ---- last, and alone ---- */

/* Nothing can come after it, or beside it. */
static void last_check(struct reader *reader, size_t host, const char *key)
{
    const struct server_settings *settings = &reader->servers[host].settings;
    for (size_t i = 0; i < reader->server_count; i++) {
        const struct server_settings *other = &reader->servers[i].settings;
        if (i == host || other->tier < settings->tier)
            continue;
        config_fault(reader,
                     config_server_key_at(reader, host, key),
                     "servers[%zu].%s is true and its tier is %u, but servers[%zu] "
                     "(\"%s\") is in tier %u: padamd would go down before it is told; expected the "
                     "%s alone in the last tier",
                     host,
                     key,
                     settings->tier,
                     i,
                     other->name,
                     other->tier,
                     settings->is_self ? "machine" : "host");
        return;
    }
}

/* What runs on it cannot prove that it is off, nor switch it on. */
static void self_check(struct reader *reader, size_t self)
{
    static const char *const keys[] = {"verify", "answers", "power_on"};
    const struct server_commands *commands = &reader->servers[self].commands;
    char *const *const given[] = {commands->verify, commands->answers, commands->power_on};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (given[i])
            config_fault(reader,
                         config_server_key_at(reader, self, keys[i]),
                         "servers[%zu].%s is set, but servers[%zu].self is true: padamd goes down "
                         "with it; expected none",
                         self,
                         keys[i],
                         self);
    last_check(reader, self, "self");
}

/* ---- by mistake ---- */

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

/* systemctl and loginctl reach another machine by --host only; ssh and the like are no such
 * program. */
static bool ends_this_machine(char *const *argv)
{
    static const char *const programs[] = {"poweroff", "halt", "shutdown", "reboot", "telinit"};
    static const char *const managers[] = {"systemctl", "loginctl"};
    static const char *const verbs[] = {"poweroff", "halt", "reboot", "kexec", "soft-reboot"};
    bool ends = false;

    if (is_one_of(name_in(argv[0]), programs, sizeof programs / sizeof *programs))
        return true;
    if (!is_one_of(name_in(argv[0]), managers, sizeof managers / sizeof *managers))
        return false;
    for (size_t i = 1; argv[i]; i++) {
        if (strncmp(argv[i], "-H", 2) == 0 || strncmp(argv[i], "--host", 6) == 0)
            return false;
        ends = ends || is_one_of(argv[i], verbs, sizeof verbs / sizeof *verbs);
    }
    return ends;
}

static void other_check(struct reader *reader, size_t place)
{
    static const char *const keys[] = {"shutdown", "alternative", "force"};
    const struct server_commands *commands = &reader->servers[place].commands;
    char *const *const given[] = {commands->shutdown, commands->alternative, commands->force};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (given[i] && ends_this_machine(given[i]))
            config_fault(reader,
                         config_server_key_at(reader, place, keys[i]),
                         "servers[%zu].%s runs %s here: that ends the machine padamd runs on; "
                         "expected a command that reaches \"%s\", as by ssh, or self = true",
                         place,
                         keys[i],
                         given[i][0],
                         reader->servers[place].settings.name);
}

void config_self_check(struct reader *reader, size_t place)
{
    if (reader->servers[place].commands.host_of_self)
        last_check(reader, place, "host_of_self");
    if (reader->servers[place].settings.is_self)
        self_check(reader, place);
    else
        other_check(reader, place);
}

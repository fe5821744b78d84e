#include "agentx/obstacle.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { NAME_LIMIT = 64, PATH_LIMIT = 256 };

/* From the file alone: asking the name service can take as long as a network does. */
static void user_name(char *name, size_t size)
{
    text_copy(name, size, "?");
    FILE *users = fopen("/etc/passwd", "re");
    if (!users)
        return;
    const struct passwd *user = fgetpwent(users);
    while (user && user->pw_uid != geteuid())
        user = fgetpwent(users);
    if (user)
        text_copy(name, size, user->pw_name);
    fclose(users);
}

/* NULL: the address is no path. */
static const char *path_of(const char *address)
{
    static const char unix_domain[] = "unix:";
    if (strncmp(address, unix_domain, strlen(unix_domain)) == 0)
        address += strlen(unix_domain);
    return address[0] == '/' ? address : NULL;
}

static void folder_of(const char *path, char *folder, size_t size)
{
    text_copy(folder, size, path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
}

static bool may(const char *path, int what)
{
    return faccessat(AT_FDCWD, path, what, AT_EACCESS) == 0 || errno != EACCES;
}

static void forbidden_describe(const char *path, const char *what, char *text, size_t size)
{
    char name[NAME_LIMIT];
    user_name(name, sizeof name);
    text_format(text,
                size,
                "user %s (uid %u) may not %s %s: see agentXPerms in snmpd.conf, and the groups of "
                "this user",
                name,
                (unsigned)geteuid(),
                what,
                path);
}

void obstacle_describe(const char *address, char *text, size_t size)
{
    const char *path = path_of(address);
    char folder[PATH_LIMIT];
    folder_of(path ? path : "/", folder, sizeof folder);
    if (path && !may(folder, X_OK))
        forbidden_describe(folder, "enter", text, size);
    else if (path && !may(path, W_OK))
        forbidden_describe(path, "open", text, size);
    else if (path && faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) < 0)
        text_format(
            text, size, "%s: %s; is snmpd running, with 'master agentx'?", path, strerror(errno));
    else
        text_format(text, size, "nobody answers at %s; is snmpd stopped, or busy?", address);
}

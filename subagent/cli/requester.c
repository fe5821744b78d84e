#include "cli/requester.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "wire/rows.h"

/* From the local file alone: a name service may be dead in an outage. */
static void user_name(uid_t uid, char *name, size_t size)
{
    const struct passwd *user = NULL;
    FILE *users = fopen("/etc/passwd", "re");
    while (users && (user = fgetpwent(users)))
        if (user->pw_uid == uid)
            break;
    if (user)
        text_copy(name, size, user->pw_name);
    else
        text_format(name, size, "uid %u", (unsigned)uid);
    if (users)
        (void)fclose(users);
}

bool requester_fill(const char *by, char to[static NAME_SIZE])
{
    char user[NAME_SIZE];
    const char *sudoer = getuid() == 0 ? getenv("SUDO_USER") : NULL;
    if (sudoer && *sudoer && row_text_is_valid(sudoer, strlen(sudoer) + 1))
        text_copy(user, sizeof user, sudoer);
    else
        user_name(getuid(), user, sizeof user);
    bool fits = text_format(to, NAME_SIZE, "%s%scli:%s", by ? by : "", by && *by ? ", " : "", user);
    if (!fits && by)
        fprintf(
            stderr,
            "padam: --by \"%s\": too long beside \", cli:%s\": expected at most %d octets in all\n",
            by,
            user,
            NAME_SIZE - 1);
    return fits || !by;
}

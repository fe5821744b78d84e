/* snmpd's AgentX socket, as it is now. */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/snmp/judge.h"

/* From the local file alone. */
static bool group_has_name(gid_t gid, const char *name)
{
    FILE *groups = fopen("/etc/group", "re");
    const struct group *group = NULL;
    while (groups && (group = fgetgrent(groups)))
        if (strcmp(group->gr_name, name) == 0)
            break;
    bool has = group && group->gr_gid == gid;
    if (groups)
        (void)fclose(groups);
    return has;
}

/* 0, or an errno. */
static int connect_try(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!text_copy(address.sun_path, sizeof address.sun_path, path))
        return ENAMETOOLONG;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return errno;
    int failed = connect(fd, (const struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
    close(fd);
    return failed;
}

static void judge_mode(const struct judge *judge, const struct stat *about)
{
    const mode_t both = S_IRGRP | S_IWGRP;
    if (about->st_mode & S_IWOTH)
        finding(judge,
                GRADE_ERROR,
                NULL,
                "%s may be opened by everyone on this machine, who then publishes what he likes; "
                "expected agentXPerms 0660",
                judge->agentx_socket);
    else if ((about->st_mode & both) != both || !group_has_name(about->st_gid, judge->agentx_group))
        finding(judge,
                GRADE_ERROR,
                NULL,
                "%s may not be opened by the group %s: padam-agentx cannot publish; expected "
                "\"agentXPerms 0660 0755 Debian-snmp %s\" and snmpd restarted",
                judge->agentx_socket,
                judge->agentx_group,
                judge->agentx_group);
    else
        finding(judge,
                GRADE_GOOD,
                NULL,
                "%s may be opened by the group %s",
                judge->agentx_socket,
                judge->agentx_group);
}

/* The folder that a subagent has to go through. */
static void judge_folder(const struct judge *judge)
{
    char folder[SETUP_SCOPE_SIZE];
    struct stat about;
    text_copy(folder, sizeof folder, judge->agentx_socket);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder)
        return;
    *slash = '\0';
    if (stat(folder, &about) < 0 || about.st_mode & S_IXOTH)
        return;
    if (!(about.st_mode & S_IXGRP) || !group_has_name(about.st_gid, judge->agentx_group))
        finding(judge,
                GRADE_ERROR,
                NULL,
                "the folder %s keeps the group %s out; expected mode 0755",
                folder,
                judge->agentx_group);
}

void judge_socket(const struct judge *judge)
{
    struct stat about;
    const char *path = judge->agentx_socket;
    if (stat(path, &about) < 0) {
        bool hidden = errno == EACCES;
        finding(judge,
                hidden ? GRADE_WARNING : GRADE_ERROR,
                NULL,
                "%s: %s; expected %s",
                path,
                strerror(errno),
                hidden ? "root, to look at it" : "snmpd to run, with \"master agentx\"");
        return;
    }
    judge_mode(judge, &about);
    judge_folder(judge);
    int failed = connect_try(path);
    if (failed == ECONNREFUSED)
        finding(judge,
                GRADE_ERROR,
                NULL,
                "nobody answers at %s: snmpd was killed and left it; expected snmpd to run",
                path);
    else if (failed == EAGAIN)
        finding(
            judge, GRADE_ERROR, NULL, "snmpd does not accept at %s: it hangs, or is stopped", path);
    else if (failed && failed != EACCES)
        finding(judge, GRADE_WARNING, NULL, "%s: %s", path, strerror(failed));
}

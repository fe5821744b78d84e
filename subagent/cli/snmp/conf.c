#include "cli/snmp/conf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/text.h"

enum { DEPTH_LIMIT = 8, FILES_LIMIT = 256, WORDS_LIMIT = 64, PATH_SIZE = 512, TROUBLE_SIZE = 640 };

/* Of Debian's snmpd, but that of its library's own; the last is where it keeps its users. */
static const char usual_folders[] = "/etc/snmp:/usr/share/snmp:/root/.snmp:/var/lib/snmp";

struct conf_reader {
    const struct conf_handlers *handlers;
    char *files[FILES_LIMIT];
    size_t file_count;
    unsigned depth;
};

struct conf_reader *conf_open(const struct conf_handlers *handlers)
{
    struct conf_reader *reader = calloc(1, sizeof *reader);
    if (reader)
        reader->handlers = handlers;
    return reader;
}

void conf_close(struct conf_reader *reader)
{
    if (!reader)
        return;
    for (size_t i = 0; i < reader->file_count; i++)
        free(reader->files[i]);
    free(reader);
}

static void trouble(const struct conf_reader *reader, const struct conf_place *at, const char *what,
                    const char *why)
{
    char text[TROUBLE_SIZE];
    text_format(text, sizeof text, "%s: %s", what, why);
    reader->handlers->trouble(reader->handlers->context, at, text);
}

/* ---- one line ---- */

/* Ends a word in place, without its quotes and backslashes (copy_nword() of Net-SNMP). Returns
 * where the rest begins. */
static char *word_end(char *word)
{
    char *to = word, *from = word;
    char quote = *from == '"' || *from == '\'' ? *from++ : '\0';
    while (*from && (quote ? *from != quote : !strchr(" \t\r\n", *from))) {
        if (*from == '\\' && from[1])
            from++;
        *to++ = *from++;
    }
    if (*from)
        from++;
    *to = '\0';
    return from;
}

static size_t words_split(char *line, char **words)
{
    size_t count = 0;
    char *at = line + strspn(line, " \t\r\n");
    while (*at && count < WORDS_LIMIT) {
        words[count++] = at;
        at = word_end(at);
        at += strspn(at, " \t\r\n");
    }
    return count;
}

/* "[snmp]" begins what is for others than snmpd; "[snmp] a b" is one line of it. Returns the line's
 * rest, or NULL where there is none for snmpd. */
static char *section_take(char *line, bool *is_ours)
{
    char *end = strchr(line, ']');
    if (*line != '[' || !end)
        return *is_ours ? line : NULL;
    *end = '\0';
    const bool ours = strcasecmp(line + 1, "snmpd") == 0;
    char *rest = end + 1 + strspn(end + 1, " \t\r\n");
    if (*rest && *rest != '#')
        return ours ? rest : NULL;
    *is_ours = ours;
    return NULL;
}

/* ---- files ---- */

static bool file_read(struct conf_reader *reader, const char *path, const struct conf_place *from);

static int is_conf(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 5 &&
           strcmp(entry->d_name + length - 5, ".conf") == 0;
}

static void folder_read(struct conf_reader *reader, const char *folder,
                        const struct conf_place *from)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_conf, alphasort);
    if (count < 0) {
        trouble(reader, from, folder, strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE];
        text_format(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (!file_read(reader, path, from))
            trouble(reader, from, path, "No such file or directory");
        free(entries[i]);
    }
    free(entries);
}

/* A name without a slash is looked for beside the file that includes it. */
static void include(struct conf_reader *reader, const char *name, const struct conf_place *from)
{
    char path[PATH_SIZE];
    const char *slash = strrchr(from->file, '/');
    if (*name == '/' || !slash)
        text_copy(path, sizeof path, name);
    else
        text_format(path, sizeof path, "%.*s/%s", (int)(slash - from->file), from->file, name);
    if (!file_read(reader, path, from))
        trouble(reader, from, path, "No such file or directory");
}

static void line_take(struct conf_reader *reader, char *line, const struct conf_place *at)
{
    char *words[WORDS_LIMIT];
    size_t count = words_split(line, words);
    if (count == 0 || words[0][0] == '#')
        return;
    if (strcasecmp(words[0], "includeFile") == 0 && count > 1)
        include(reader, words[1], at);
    else if (strcasecmp(words[0], "includeDir") == 0 && count > 1)
        folder_read(reader, words[1], at);
    else
        reader->handlers->directive(reader->handlers->context, at, words, count);
}

static void lines_take(struct conf_reader *reader, FILE *file, const char *name)
{
    struct conf_place at = {.file = name};
    bool is_ours = true;
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, file) >= 0) {
        at.line++;
        char *rest = section_take(line + strspn(line, " \t"), &is_ours);
        if (rest)
            line_take(reader, rest, &at);
    }
    if (ferror(file))
        trouble(reader, &at, name, "cannot be read to its end");
    free(line);
}

/* Why it is not read; NULL: it is. */
static const char *refusal(const struct conf_reader *reader, FILE *file)
{
    struct stat about;
    if (fstat(fileno(file), &about) < 0)
        return strerror(errno);
    if (!S_ISREG(about.st_mode))
        return "is no regular file";
    if (reader->file_count == FILES_LIMIT || reader->depth >= DEPTH_LIMIT)
        return "not read: too many files, or files within files";
    return NULL;
}

/* The name is kept, as places name it. */
static void opened_read(struct conf_reader *reader, FILE *file, const char *path,
                        const struct conf_place *from)
{
    const char *why = refusal(reader, file);
    char *name = why ? NULL : strdup(path);
    if (!name)
        trouble(reader, from, path, why ? why : strerror(errno));
    else {
        reader->files[reader->file_count++] = name;
        reader->depth++;
        lines_take(reader, file, name);
        reader->depth--;
    }
}

static bool file_read(struct conf_reader *reader, const char *path, const struct conf_place *from)
{
    FILE *file = fopen(path, "re");
    if (!file && (errno == ENOENT || errno == ENOTDIR))
        return false;
    if (!file) {
        trouble(reader, from, path, strerror(errno));
        return true;
    }
    opened_read(reader, file, path, from);
    (void)fclose(file);
    return true;
}

bool conf_read(struct conf_reader *reader, const char *path)
{
    const struct conf_place nowhere = {.file = path};
    return file_read(reader, path, &nowhere);
}

bool conf_read_usual(struct conf_reader *reader)
{
    static const char *const names[] = {"snmpd.conf", "snmpd.local.conf"};
    const char *given = getenv("SNMPCONFPATH");
    const char *folder = given && *given ? given : usual_folders;
    bool found = false;
    while (*folder) {
        size_t length = strcspn(folder, ":");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            char path[PATH_SIZE];
            text_format(path, sizeof path, "%.*s/%s", (int)length, folder, names[i]);
            found = conf_read(reader, path) || found;
        }
        folder += length + (folder[length] == ':');
    }
    return found;
}

#include "ports/shadow.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/size.h"
#include "base/text.h"

enum { SLOT_COUNT = 2, SLOT_MIN = 64 << 10, ALIGNMENT = 8, FILE_MODE = 0600 };
static const size_t slot_max = (size_t)1 << 30;
static const char magic[8] = "padamsh1";

struct head {
    char magic[sizeof magic];
    uint64_t checksum; /* of all that follows in the slot */
    uint64_t size;     /* of all, head included */
    uint64_t schema, journal;
    uint64_t order; /* of writing */
    uint64_t number;
    int64_t boot_ms, wall_ms;
    char boot_id[(CLOCK_BOOT_ID_SIZE + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT];
    uint64_t snapshot_size; /* with its end mark */
};

/* Before each row. */
struct row_head {
    uint32_t table, key;
};

struct shadow {
    char *name; /* within the folder */
    int folder;
    int fd;           /* -1: nothing was written yet */
    size_t slot_size; /* 0: none that can be written */
    size_t newest;    /* the slot that must not be written next */
    uint64_t order;
    uint64_t schema, journal; /* what a slot of ours has */
    struct image {
        unsigned char *bytes;
        size_t size, capacity;
        int error;
    } image; /* the slot being made */
};

static size_t aligned(size_t size)
{
    return size_aligned(size, ALIGNMENT);
}

static uint64_t checksum_of(const unsigned char *image, size_t size)
{
    const size_t from = offsetof(struct head, size);
    return hash_words(size, image + from, size - from);
}

static uint64_t schema_of_build(void)
{
    const uint64_t schema[] = {row_schema_hash(), sizeof(struct head), sizeof(struct row_head)};
    return hash_words(0, schema, sizeof schema);
}

/* ---- the file ---- */

static int lock_take(int fd)
{
    /* Not flock(): a child between fork and exec would have that, too, and may be stuck there. */
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_SETLK, &lock);
}

static bool is_in_memory(int folder)
{
    struct statfs status;
    return fstatfs(folder, &status) == 0 &&
           (status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC);
}

/* False with why, for a file that is there and cannot be used. */
static bool file_take(struct shadow *shadow, const char **why)
{
    const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    struct stat status;
    shadow->fd = openat(shadow->folder, shadow->name, flags);
    if (shadow->fd < 0) {
        *why = strerror(errno);
        return errno == ENOENT;
    }
    if (fstat(shadow->fd, &status) < 0)
        *why = strerror(errno);
    else if (!S_ISREG(status.st_mode))
        *why = "it is no regular file";
    else if (status.st_uid != geteuid())
        *why = "it belongs to another user";
    else if (lock_take(shadow->fd) < 0)
        *why = "another engine has it";
    else {
        shadow->slot_size = (size_t)status.st_size / SLOT_COUNT / ALIGNMENT * ALIGNMENT;
        return true;
    }
    return false;
}

static bool place_take(struct shadow *shadow, const char *path, const char **why)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    *why = "it is no absolute path of a file";
    if (*path != '/' || slash[1] == '\0' ||
        !text_format(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path))
        return false;
    *why = "no memory";
    shadow->name = strdup(slash + 1);
    if (!shadow->name)
        return false;
    shadow->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *why = strerror(errno);
    if (shadow->folder < 0)
        return false;
    *why = "its folder is not in memory (tmpfs)";
    return is_in_memory(shadow->folder) && file_take(shadow, why);
}

struct shadow *shadow_open(const char *path, const char *journal,
                           char problem[static SHADOW_TEXT_SIZE])
{
    const char *why = "no memory";
    struct shadow *shadow = calloc(1, sizeof *shadow);
    if (shadow) {
        *shadow = (struct shadow){.folder = -1, .fd = -1, .newest = SLOT_COUNT - 1};
        shadow->schema = schema_of_build();
        shadow->journal = hash_words(0, journal, strlen(journal));
        if (place_take(shadow, path, &why))
            return shadow;
    }
    text_format(problem, SHADOW_TEXT_SIZE, "%s: %s", path, why);
    shadow_close(shadow);
    return NULL;
}

static void fd_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

void shadow_close(struct shadow *shadow)
{
    if (!shadow)
        return;
    fd_close(shadow->fd);
    fd_close(shadow->folder);
    free(shadow->name);
    free(shadow->image.bytes);
    free(shadow);
}

/* ---- reading ---- */

static bool bytes_read(int fd, void *to, size_t size, size_t at)
{
    for (ssize_t got; size > 0; to = (char *)to + got, at += (size_t)got, size -= (size_t)got) {
        got = pread(fd, to, size, (off_t)at);
        if (got <= 0)
            return false;
    }
    return true;
}

/* The row behind this one, or NULL where the image does not hold what it should. */
static const unsigned char *row_pass(const unsigned char *at, const unsigned char *end)
{
    struct row_head head;
    if ((size_t)(end - at) < sizeof head)
        return NULL;
    memcpy(&head, at, sizeof head);
    at += sizeof head;
    if (head.table >= ROW_TABLE_COUNT || row_descriptors[head.table].kind != ROW_KIND_HISTORY ||
        (size_t)(end - at) < aligned(row_descriptors[head.table].size) ||
        !row_is_valid(head.table, at))
        return NULL;
    return at + aligned(row_descriptors[head.table].size);
}

static bool image_is_sound(const unsigned char *image, size_t size)
{
    const struct head *head = (const struct head *)image;
    const unsigned char *at = image + sizeof *head, *end = image + size;
    if (head->checksum != checksum_of(image, size) || head->snapshot_size == 0 ||
        head->snapshot_size > size - sizeof *head || at[head->snapshot_size - 1] != '\0' ||
        memchr(head->boot_id, '\0', sizeof head->boot_id) == NULL)
        return false;
    at += aligned(head->snapshot_size);
    while (at && at < end)
        at = row_pass(at, end);
    return at == end;
}

static bool head_is_ours(const struct shadow *shadow, const struct head *head)
{
    return memcmp(head->magic, magic, sizeof magic) == 0 && head->schema == shadow->schema &&
           head->journal == shadow->journal && head->size >= sizeof *head &&
           head->size <= shadow->slot_size && head->size % ALIGNMENT == 0;
}

/* A whole slot of ours, or NULL; for free(). */
static unsigned char *slot_read(const struct shadow *shadow, size_t slot)
{
    struct head head;
    size_t at = slot * shadow->slot_size;
    if (!bytes_read(shadow->fd, &head, sizeof head, at) || !head_is_ours(shadow, &head))
        return NULL;
    unsigned char *image = malloc(head.size);
    if (image && bytes_read(shadow->fd, image, head.size, at) && image_is_sound(image, head.size))
        return image;
    free(image);
    return NULL;
}

/* The newer one of the whole slots. */
static unsigned char *newest_read(struct shadow *shadow)
{
    unsigned char *newest = NULL;
    uint64_t order = 0;
    for (size_t slot = 0; slot < SLOT_COUNT && shadow->fd >= 0; slot++) {
        unsigned char *image = slot_read(shadow, slot);
        const struct head *head = (const struct head *)image;
        if (!image || head->order <= order) {
            free(image);
            continue;
        }
        free(newest);
        newest = image;
        order = head->order;
        shadow->newest = slot;
    }
    shadow->order = order > shadow->order ? order : shadow->order;
    return newest;
}

bool shadow_read(struct shadow *shadow, const char *boot_id, struct shadow_content *content)
{
    unsigned char *image = newest_read(shadow);
    const struct head *head = (const struct head *)image;
    *content = (struct shadow_content){0};
    if (!image || boot_id[0] == '\0' || strcmp(head->boot_id, boot_id) != 0) {
        free(image);
        return false;
    }
    *content = (struct shadow_content){
        .number = head->number,
        .moment = {.boot = instant_at(head->boot_ms), .wall_ms = head->wall_ms},
        .snapshot = (const char *)image + sizeof *head,
        .image = image,
    };
    text_copy(content->moment.boot_id, sizeof content->moment.boot_id, boot_id);
    return true;
}

void shadow_content_each(const struct shadow_content *content,
                         void (*take)(void *context, enum row_table table, uint32_t key,
                                      const void *row),
                         void *context)
{
    const struct head *head = content->image;
    if (!head)
        return;
    const unsigned char *image = content->image, *end = image + head->size;
    const unsigned char *at = image + sizeof *head + aligned(head->snapshot_size);
    for (const unsigned char *next; at < end; at = next) {
        struct row_head row;
        memcpy(&row, at, sizeof row);
        next = row_pass(at, end);
        take(context, row.table, row.key, at + sizeof row);
    }
}

void shadow_content_release(struct shadow_content *content)
{
    free(content->image);
    *content = (struct shadow_content){0};
}

/* ---- making a slot ---- */

static void image_add(struct image *image, const void *bytes, size_t size)
{
    size_t wanted = image->size + aligned(size);
    if (!image->error && wanted > image->capacity) {
        size_t capacity = image->capacity ? image->capacity : SLOT_MIN;
        while (capacity < wanted)
            capacity *= 2;
        void *grown = capacity <= slot_max ? realloc(image->bytes, capacity) : NULL;
        image->error = grown ? 0 : ENOMEM;
        image->bytes = grown ? grown : image->bytes;
        image->capacity = grown ? capacity : image->capacity;
    }
    if (image->error)
        return;
    memcpy(image->bytes + image->size, bytes, size);
    memset(image->bytes + image->size + size, 0, aligned(size) - size);
    image->size = wanted;
}

void shadow_begin(struct shadow *shadow, uint64_t number, const struct journal_moment *moment,
                  const char *snapshot)
{
    struct head head = {
        .schema = shadow->schema,
        .journal = shadow->journal,
        .order = shadow->order + 1,
        .number = number,
        .boot_ms = moment->boot.ms,
        .wall_ms = moment->wall_ms,
        .snapshot_size = strlen(snapshot) + 1,
    };
    memcpy(head.magic, magic, sizeof magic);
    text_copy(head.boot_id, sizeof head.boot_id, moment->boot_id);
    shadow->image.size = 0;
    shadow->image.error = 0;
    image_add(&shadow->image, &head, sizeof head);
    image_add(&shadow->image, snapshot, head.snapshot_size);
}

void shadow_row(struct shadow *shadow, enum row_table table, uint32_t key, const void *row)
{
    const struct row_head head = {.table = table, .key = key};
    image_add(&shadow->image, &head, sizeof head);
    image_add(&shadow->image, row, row_descriptors[table].size);
}

/* ---- writing ---- */

static int image_write(const struct image *image, int fd, size_t at)
{
    for (size_t done = 0; done < image->size;) {
        ssize_t put = pwrite(fd, image->bytes + done, image->size - done, (off_t)(at + done));
        if (put < 0 && errno != EINTR)
            return -1;
        done += put > 0 ? (size_t)put : 0;
    }
    return 0;
}

/* What posix_fallocate() returns, as others do. */
static int room_take(int fd, size_t size)
{
    int error;
    do
        error = posix_fallocate(fd, 0, (off_t)size);
    while (error == EINTR);
    errno = error;
    return error ? -1 : 0;
}

/* The image alone in a larger file: the one before stays until this one is whole. */
static int file_replace(struct shadow *shadow, const char *name, size_t slot_size)
{
    (void)unlinkat(shadow->folder, name, 0);
    int fd = openat(shadow->folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    if (fd < 0)
        return -1;
    if (lock_take(fd) == 0 && room_take(fd, SLOT_COUNT * slot_size) == 0 &&
        image_write(&shadow->image, fd, 0) == 0 &&
        renameat(shadow->folder, name, shadow->folder, shadow->name) == 0) {
        fd_close(shadow->fd);
        shadow->fd = fd;
        shadow->slot_size = slot_size;
        shadow->newest = 0;
        return 0;
    }
    int error = errno;
    (void)unlinkat(shadow->folder, name, 0);
    close(fd);
    errno = error;
    return -1;
}

static int file_grow(struct shadow *shadow)
{
    char name[NAME_MAX + 1];
    size_t slot_size = SLOT_MIN;
    while (slot_size < 2 * shadow->image.size)
        slot_size *= 2;
    if (text_format(name, sizeof name, "%s.new", shadow->name))
        return file_replace(shadow, name, slot_size);
    errno = ENAMETOOLONG;
    return -1;
}

static int slot_write(struct shadow *shadow)
{
    size_t slot = (shadow->newest + 1) % SLOT_COUNT;
    if (image_write(&shadow->image, shadow->fd, slot * shadow->slot_size) < 0)
        return -1;
    shadow->newest = slot;
    return 0;
}

int shadow_commit(struct shadow *shadow)
{
    struct image *image = &shadow->image;
    if (image->error) {
        errno = image->error;
        return -1;
    }
    struct head *head = (struct head *)image->bytes;
    head->size = image->size;
    head->checksum = checksum_of(image->bytes, image->size);
    bool fits = shadow->fd >= 0 && image->size <= shadow->slot_size;
    if ((fits ? slot_write(shadow) : file_grow(shadow)) < 0)
        return -1;
    shadow->order = head->order;
    return 0;
}

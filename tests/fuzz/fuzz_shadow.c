/* The journal's shadow: slots of any content that bear the right marks and a right checksum. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"
#include "fuzz.h"
#include "ports/shadow.h"
#include "row_samples.h"

enum {
    SLOT_SIZE = 64 << 10,
    INPUT_MAX = 4096,
    /* Of a slot's head, as shadow.c has it. */
    CHECKSUM_AT = 8,
    SIZE_AT = 16,
    ORDER_AT = 40,
    ALIGNMENT = 8
};

static const char boot_id[] = "11111111-2222-3333-4444-555555555555";
static struct shadow *shadow;
static unsigned char slots[2][SLOT_SIZE];
static unsigned char written[SLOT_SIZE]; /* a slot that shadow.c made */
static size_t written_size;
static bool reading;

ssize_t __real_pread(int fd, void *to, size_t size, off_t at);
ssize_t __wrap_pread(int fd, void *to, size_t size, off_t at);
ssize_t __real_pwrite(int fd, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t at);

ssize_t __wrap_pread(int fd, void *to, size_t size, off_t at)
{
    const unsigned char *all = &slots[0][0];
    if (!reading)
        return __real_pread(fd, to, size, at);
    if (at < 0 || (size_t)at > sizeof slots || size > sizeof slots - (size_t)at)
        fuzz_fail("it reads beyond the file");
    memcpy(to, all + at, size);
    return (ssize_t)size;
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    if (size <= sizeof written) {
        memcpy(written, bytes, size);
        written_size = size;
    }
    return __real_pwrite(fd, bytes, size, at);
}

static void slot_make(unsigned tables)
{
    struct journal_moment moment = {.boot = instant_at(1), .wall_ms = 2};
    union row_sample row;
    text_copy(moment.boot_id, sizeof moment.boot_id, boot_id);
    shadow_begin(shadow, 3, &moment, "padam-snapshot 1\nend\n");
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++)
        if (row_descriptors[table].kind == ROW_KIND_HISTORY && (tables >> table & 1)) {
            row_sample_fill(&row, table, 1);
            shadow_row(shadow, table, 7, &row);
        }
    if (shadow_commit(shadow) < 0)
        fuzz_fail("the shadow is not written");
}

void fuzz_begin(void)
{
    static const char path[] = "/dev/shm/padam-fuzz-shadow";
    char problem[SHADOW_TEXT_SIZE];
    (void)unlink(path);
    shadow = shadow_open(path, "journal", problem);
    if (!shadow)
        fuzz_fail(problem);
    slot_make(0);
    (void)unlink(path);
}

/* The slot from its order on. */
void fuzz_seeds(void)
{
    for (unsigned table = 0; table < ROW_TABLE_COUNT; table++) {
        slot_make(1u << table | 1u << (table + 3) % ROW_TABLE_COUNT);
        fuzz_seed_write(written + ORDER_AT, written_size - ORDER_AT);
    }
}

/* Marks of ours, the size, and a checksum that is right. */
static void slot_fill(unsigned char *slot, const unsigned char *bytes, size_t size)
{
    uint64_t whole = (ORDER_AT + size) / ALIGNMENT * ALIGNMENT;
    memcpy(slot, written, ORDER_AT);
    memcpy(slot + ORDER_AT, bytes, size);
    memcpy(slot + SIZE_AT, &whole, sizeof whole);
    if (whole > SIZE_AT) {
        uint64_t checksum = hash_words(whole, slot + SIZE_AT, whole - SIZE_AT);
        memcpy(slot + CHECKSUM_AT, &checksum, sizeof checksum);
    }
}

static void row_take(void *context, enum row_table table, uint32_t key, const void *row)
{
    unsigned *count = context;
    (void)key;
    ++*count;
    if (row_descriptors[table].kind != ROW_KIND_HISTORY || !row_is_valid(table, row))
        fuzz_fail("a row that it may not hold");
}

void fuzz_one(const unsigned char *bytes, size_t size)
{
    struct shadow_content content;
    unsigned rows = 0;
    if (size > INPUT_MAX)
        return;
    slot_fill(slots[0], bytes, size / 2 / ALIGNMENT * ALIGNMENT);
    slot_fill(slots[1], bytes, size);
    reading = true;
    if (shadow_read(shadow, boot_id, &content)) {
        if (strlen(content.snapshot) > size)
            fuzz_fail("a snapshot longer than the slot");
        shadow_content_each(&content, row_take, &rows);
    }
    shadow_content_release(&content);
    reading = false;
}

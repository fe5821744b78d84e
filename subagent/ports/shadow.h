#pragma once
/*
 * The journal's shadow: what was last decided, in a small file in memory-backed storage. It
 * outlives an engine that is killed, whatever becomes of the disk, but not the machine. Its room is
 * taken in advance, so that writing it neither waits nor fails.
 *
 *   file: slot 0 | slot 1       written in turn: killed at any instant, one of them is whole
 *   slot: head (checksum, schema, whose journal, order, number, moment) | snapshot | rows
 *
 *   shadow_open → shadow_read → (shadow_begin, shadow_row …, shadow_commit) … → shadow_close
 */
#include "ports/journal.h"

struct shadow;

enum { SHADOW_TEXT_SIZE = 512 };

/* For the journal at that path. NULL with what is wrong in problem: the folder is not there or not
 * in memory, the file is another engine's or another user's. Creates nothing yet. */
struct shadow *shadow_open(const char *path, const char *journal,
                           char problem[static SHADOW_TEXT_SIZE]);
/* The file stays. Accepts NULL. */
void shadow_close(struct shadow *shadow);

/* What was written last. */
struct shadow_content {
    uint64_t number; /* of the transaction it belongs to */
    struct journal_moment moment;
    const char *snapshot;
    void *image;
};

/* The newest whole slot of this boot and schema, and of this journal. False: there is none. */
bool shadow_read(struct shadow *shadow, const char *boot_id, struct shadow_content *content);
/* Oldest first; of a row that is in it twice the last one counts. */
void shadow_content_each(const struct shadow_content *content,
                         void (*take)(void *context, enum row_table table, uint32_t key,
                                      const void *row),
                         void *context);
void shadow_content_release(struct shadow_content *content);

/* Only shadow_commit() reports errors: -1 with errno; what was written before then still stands. */
void shadow_begin(struct shadow *shadow, uint64_t number, const struct journal_moment *moment,
                  const char *snapshot);
void shadow_row(struct shadow *shadow, enum row_table table, uint32_t key, const void *row);
int shadow_commit(struct shadow *shadow);

#pragma once
/*
 * Frames waiting to be taken by the journal process: a bounded buffer of bytes. Frames are added
 * behind a mark and become part of the queue at the commit, or vanish.
 */
#include "ports/journal_frame.h"

struct journal_queue {
    unsigned char *bytes;
    size_t capacity;
    size_t begin;     /* the first frame not yet sent */
    size_t committed; /* behind the last frame that may be sent */
    size_t end;       /* behind the last frame added */
    int error;        /* errno of the first frame that could not be added since the commit */
};

void journal_queue_release(struct journal_queue *queue);

/* Drops everything. */
void journal_queue_clear(struct journal_queue *queue);

/* Adds a frame. Errors show at the commit. */
void journal_queue_add(struct journal_queue *queue, const struct journal_head *head,
                       const void *payload, size_t size);

/* Drops what was added since the last commit. */
void journal_queue_roll_back(struct journal_queue *queue);

/* 0, or -1 with errno and everything added since the last commit dropped. */
int journal_queue_commit(struct journal_queue *queue);

bool journal_queue_is_empty(const struct journal_queue *queue);

/* Sends without blocking until the queue is empty or the socket full. -1 with errno: broken. */
int journal_queue_send(struct journal_queue *queue, int fd);

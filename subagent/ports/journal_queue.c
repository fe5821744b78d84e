#include "ports/journal_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/size.h"

enum { FIRST_CAPACITY = 64 << 10, RECORD_ALIGNMENT = 8 };

/* How a frame lies in the buffer: its size, then its bytes, padded. */
struct record {
    uint64_t size;
    unsigned char frame[];
};

static size_t record_size(size_t frame_size)
{
    return size_aligned(sizeof(struct record) + frame_size, RECORD_ALIGNMENT);
}

void journal_queue_release(struct journal_queue *queue)
{
    free(queue->bytes);
    *queue = (struct journal_queue){0};
}

void journal_queue_clear(struct journal_queue *queue)
{
    queue->begin = queue->committed = queue->end = 0;
    queue->error = 0;
}

static void queue_close_up(struct journal_queue *queue)
{
    memmove(queue->bytes, queue->bytes + queue->begin, queue->end - queue->begin);
    queue->committed -= queue->begin;
    queue->end -= queue->begin;
    queue->begin = 0;
}

static int queue_reserve(struct journal_queue *queue, size_t more)
{
    if (queue->end + more > queue->capacity && queue->begin > 0)
        queue_close_up(queue);
    if (queue->end + more <= queue->capacity)
        return 0;
    if (queue->end + more > JOURNAL_QUEUE_LIMIT)
        return ENOBUFS;
    size_t capacity = queue->capacity ? queue->capacity : FIRST_CAPACITY;
    while (capacity < queue->end + more)
        capacity *= 2;
    unsigned char *bytes = realloc(queue->bytes, capacity);
    if (!bytes)
        return ENOMEM;
    queue->bytes = bytes;
    queue->capacity = capacity;
    return 0;
}

void journal_queue_add(struct journal_queue *queue, const struct journal_head *head,
                       const void *payload, size_t size)
{
    if (queue->error)
        return;
    struct record record = {.size = sizeof *head + size};
    queue->error = queue_reserve(queue, record_size(record.size));
    if (queue->error)
        return;
    unsigned char *at = queue->bytes + queue->end;
    memcpy(at, &record, sizeof record);
    memcpy(at + sizeof record, head, sizeof *head);
    if (size > 0)
        memcpy(at + sizeof record + sizeof *head, payload, size);
    queue->end += record_size(record.size);
}

void journal_queue_roll_back(struct journal_queue *queue)
{
    queue->end = queue->committed;
    queue->error = 0;
}

int journal_queue_commit(struct journal_queue *queue)
{
    int error = queue->error;
    if (error) {
        journal_queue_roll_back(queue);
        errno = error;
        return -1;
    }
    queue->committed = queue->end;
    return 0;
}

bool journal_queue_is_empty(const struct journal_queue *queue)
{
    return queue->begin == queue->committed;
}

int journal_queue_send(struct journal_queue *queue, int fd)
{
    while (!journal_queue_is_empty(queue)) {
        struct record record;
        const unsigned char *at = queue->bytes + queue->begin;
        memcpy(&record, at, sizeof record);
        if (send(fd, at + sizeof record, record.size, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
            queue->begin += record_size(record.size);
        else if (errno == EAGAIN)
            return 0;
        else if (errno != EINTR)
            return -1;
    }
    if (queue->begin == queue->end)
        journal_queue_clear(queue);
    return 0;
}

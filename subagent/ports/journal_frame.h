#pragma once
/* The messages between engine and journal process, both made from one build: SOCK_SEQPACKET. */
#include "ports/journal.h"

enum journal_frame_type {
    /* to the process */
    JOURNAL_LOAD = 1,
    JOURNAL_BEGIN,    /* number; payload: struct journal_moment */
    JOURNAL_ROW,      /* table, key; payload: the row */
    JOURNAL_DELETE,   /* table, key */
    JOURNAL_SNAPSHOT, /* payload: a part of the text, without end mark. Both ways */
    JOURNAL_COMMIT,   /* number */
    /* from it */
    JOURNAL_MOMENT, /* of the last batch: number; payload: struct journal_moment */
    JOURNAL_ROWS,   /* table; payload: struct journal_keyed_row, each padded to its alignment */
    JOURNAL_LOADED,
    JOURNAL_COMMITTED, /* number; payload: uint64_t, the bytes that are used */
    JOURNAL_BEGUN,     /* key: journal_beginning. The database holds nothing yet */
    JOURNAL_FAILED,    /* payload: text */
    JOURNAL_NOTICE,    /* payload: text */
    JOURNAL_FRAME_TYPE_END
};

enum { JOURNAL_PAYLOAD_MAX = 16384, JOURNAL_PROCESS_FD = 3 };

struct journal_head {
    uint32_t type;
    uint32_t table;
    uint32_t key;
    uint32_t reserved;
    uint64_t number;
};

struct journal_frame {
    struct journal_head head;
    _Alignas(8) unsigned char payload[JOURNAL_PAYLOAD_MAX];
};

struct journal_keyed_row {
    uint64_t key;
    unsigned char row[];
};

/* Of a row of this table, with its key, in a frame of several. */
size_t journal_keyed_row_size(enum row_table table);

_Static_assert((int)ROW_SIZE_MAX + (int)sizeof(struct journal_keyed_row) <=
                   (int)JOURNAL_PAYLOAD_MAX,
               "a row fits into one frame");
_Static_assert((int)JOURNAL_TEXT_SIZE <= (int)JOURNAL_PAYLOAD_MAX, "a text fits into one frame");

/*
 * Receives one frame; flags as of recv(). Returns the size of its payload; -1 with errno, which is
 * EPIPE at the other side's end and EBADMSG for what is no frame.
 */
ssize_t journal_frame_receive(int fd, struct journal_frame *frame, int flags);

/* Sends one frame, waiting until it can. -1 with errno. */
int journal_frame_send(int fd, const struct journal_head *head, const void *payload, size_t size);

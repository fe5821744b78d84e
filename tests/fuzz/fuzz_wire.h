#pragma once
/*
 * A peer that says whatever the input says, without a kernel between: calls of the program that
 * concern FUZZ_PEER's descriptors come here (the linker's --wrap).
 */
#include "fuzz.h"
#include "wire/wire.h"

enum { FUZZ_PEER = 900, FUZZ_PEERS = 8 }; /* descriptors that nobody else has */

/* What is done to a packet of several messages; the padding may be anything. */
enum fuzz_damage {
    FUZZ_NONE,
    FUZZ_CUT,
    FUZZ_LONGER,
    FUZZ_LOST,     /* something of it */
    FUZZ_REPEATED, /* its beginning, somewhere */
    FUZZ_PADDING,
    FUZZ_DAMAGE_COUNT
};

enum { FUZZ_BUNDLE_MAX = 16 }; /* messages, but for those that come more than once */

/*
 * A packet of one message from the input: its type, table and flag of deletion, how long it is (0:
 * as long as that type is), and its bytes.
 */
void fuzz_message(struct fuzz_input *input);

/*
 * A packet of several: how many, less one; its damage, with where and how much, in five bytes; and
 * the messages, of which each says how often it comes, less one, rows with the next keys.
 */
void fuzz_bundle(struct fuzz_input *input);

/* The messages of that packet, in order, as a reader of bundles has to get them: NULL behind the
 * last, and where the packet is not right. */
const struct wire_message *fuzz_said(size_t place);

/* Whether it is right for a reader of one message. */
bool fuzz_said_is_one(void);

/* A message written, for seeds. Returns the size. The byte at FUZZ_TIMES says how often it comes,
 * less one. */
enum { FUZZ_TIMES = 4 };
size_t fuzz_message_write(const struct wire_message *message, unsigned char *to, size_t size);

/* Whether the peer still takes messages: else EAGAIN. */
void fuzz_peer_reads(int fd, bool reads);

/* What was sent to the peer, since it was last asked. */
unsigned fuzz_peer_got(int fd);

/* A peer begins, with nothing said. */
void fuzz_peer_begin(int fd);

/* What the peer says next is the packet that was read last; or it hangs up. */
void fuzz_peer_says(int fd);
void fuzz_peer_hangs_up(int fd);

/* Whether the program has closed its end. */
bool fuzz_peer_is_closed(int fd);

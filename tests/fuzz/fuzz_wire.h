#pragma once
/*
 * A peer that says whatever the input says, without a kernel between: calls of the program that
 * concern FUZZ_PEER's descriptors come here (the linker's --wrap).
 */
#include "fuzz.h"
#include "wire/wire.h"

enum { FUZZ_PEER = 900, FUZZ_PEERS = 8 }; /* descriptors that nobody else has */

/*
 * One message from the input: its type, table and flag of deletion, how long it is (0: as long as
 * that type is), and its bytes.
 */
void fuzz_message(struct fuzz_input *input);

/* The same written, for seeds. Returns the size. */
size_t fuzz_message_write(const struct wire_message *message, unsigned char *to, size_t size);

/* Whether the peer still takes messages: else EAGAIN. */
void fuzz_peer_reads(int fd, bool reads);

/* What was sent to the peer, since it was last asked. */
unsigned fuzz_peer_got(int fd);

/* A peer begins, with nothing said. */
void fuzz_peer_begin(int fd);

/* What the peer says next is the last that was read by fuzz_message(); or it hangs up. */
void fuzz_peer_says(int fd);
void fuzz_peer_hangs_up(int fd);

/* Whether the program has closed its end. */
bool fuzz_peer_is_closed(int fd);

#pragma once
/* Against accidents, not against malice. */
#include <stddef.h>
#include <stdint.h>

/* Goes on from hash, 0 at the start, over whole words; the last one is filled up with zeroes. */
uint64_t hash_words(uint64_t hash, const void *bytes, size_t size);

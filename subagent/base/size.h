#pragma once
#include <stddef.h>

/* The least multiple of alignment that is not less. */
static inline size_t size_aligned(size_t size, size_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

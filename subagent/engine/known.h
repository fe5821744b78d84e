#pragma once
#include <stdint.h>

/* An enumeration that the core has not set yet reads unknown, which is 1 in all of them. */
static inline uint32_t known(unsigned value)
{
    return value ? value : 1;
}

#pragma once
/* Why an AgentX socket cannot be used, as far as it shows, in words for who can change it. */
#include <stddef.h>

enum { OBSTACLE_SIZE = 512 };

void obstacle_describe(const char *address, char *text, size_t size);

#pragma once
/*
 * What the engine keeps of commands under way: who asked, over which connection, with which words.
 *
 *   keep ──→ promised ──confirm──→ confirmed ──drop (its outcome is final)
 *               └── drop (cancelled, expired)
 */
#include "engine/history.h"

enum { COMMAND_SLOTS = 32 };

struct command_slot {
    bool used;
    bool confirmed;
    uint32_t index;
    uint64_t peer; /* 0: its connection is gone */
    uint64_t age;
    struct command_texts texts;
};

struct commands {
    struct command_slot slots[COMMAND_SLOTS];
    uint64_t kept;
};

/* When all slots are in use, the oldest is forgotten: its outcome goes to the command's row only.
 */
void commands_keep(struct commands *commands, uint32_t index, uint64_t peer,
                   const struct command_texts *texts);
void commands_drop(struct commands *commands, uint32_t index);

/* NULL: none. */
struct command_slot *commands_find(struct commands *commands, uint32_t index);
struct command_slot *commands_find_of_peer(struct commands *commands, uint64_t peer);

/* True once a command's state will not change any more. */
bool command_state_is_final(enum command_state state);

#include "engine/command.h"

void commands_keep(struct commands *commands, uint32_t index, uint64_t peer,
                   const struct command_texts *texts)
{
    struct command_slot *slot = &commands->slots[0];
    for (size_t i = 0; i < COMMAND_SLOTS && slot->used; i++)
        if (!commands->slots[i].used || commands->slots[i].age < slot->age)
            slot = &commands->slots[i];
    *slot = (struct command_slot){
        .used = true, .index = index, .peer = peer, .age = ++commands->kept, .texts = *texts};
}

void commands_drop(struct commands *commands, uint32_t index)
{
    struct command_slot *slot = commands_find(commands, index);
    if (slot)
        slot->used = false;
}

struct command_slot *commands_find(struct commands *commands, uint32_t index)
{
    for (size_t i = 0; i < COMMAND_SLOTS; i++)
        if (commands->slots[i].used && commands->slots[i].index == index)
            return &commands->slots[i];
    return NULL;
}

struct command_slot *commands_find_of_peer(struct commands *commands, uint64_t peer)
{
    for (size_t i = 0; i < COMMAND_SLOTS; i++)
        if (commands->slots[i].used && commands->slots[i].peer == peer)
            return &commands->slots[i];
    return NULL;
}

bool command_state_is_final(enum command_state state)
{
    return state != COMMAND_STATE_PROMISED && state != COMMAND_STATE_RUNNING;
}

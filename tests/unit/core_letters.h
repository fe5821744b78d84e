#pragma once
/* What can happen in an exploration, and its beginning. */
#include "core_explorer.h"

#define LINE(name_, role_, value_)                                                                 \
    {                                                                                              \
        .name = (name_), .kind = LETTER_INPUT, .role = (role_), .value = (value_)                  \
    }
#define LINE_LEVELS(name_, role_)                                                                  \
    LINE(name_ "-on", role_, INPUT_VALUE_ACTIVE), LINE(name_ "-off", role_, INPUT_VALUE_INACTIVE)
#define LINE_ALL(name_, role_)                                                                     \
    LINE_LEVELS(name_, role_), LINE(name_ "-unknown", role_, INPUT_VALUE_UNKNOWN)
#define MAINS LINE_LEVELS("mains", INPUT_ROLE_MAINS_L1)
#define MAINS_ALL LINE_ALL("mains", INPUT_ROLE_MAINS_L1)
#define RUNNING LINE_LEVELS("running", INPUT_ROLE_GENSET_RUNNING)
#define RUNNING_ALL LINE_ALL("running", INPUT_ROLE_GENSET_RUNNING)
#define FACT(name_, server_, fact_)                                                                \
    {                                                                                              \
        .name = (name_), .kind = LETTER_FACT, .server = (server_), .fact = (fact_)                 \
    }
#define COMMAND(name_, kind_, ...)                                                                 \
    {                                                                                              \
        .name = (name_), .kind = LETTER_COMMAND, .command = {.kind = (kind_), ##__VA_ARGS__ }      \
    }
#define OUTPUT_LETTER(name_, output_, missing_)                                                    \
    {                                                                                              \
        .name = (name_), .kind = LETTER_OUTPUT, .output = (output_), .missing = (missing_)         \
    }
#define NOTIFIED                                                                                   \
    {                                                                                              \
        .name = "notified", .kind = LETTER_NOTIFIED                                                \
    }
#define RESTART(name_, away_)                                                                      \
    {                                                                                              \
        .name = (name_), .kind = LETTER_RESTART, .away_ms = (away_)                                \
    }

#define EXPLORE(name_, site_, server_count_, letters_, ...)                                        \
    explore(&(struct exploration){.name = (name_),                                                 \
                                  .site = (site_),                                                 \
                                  .server_count = (server_count_),                                 \
                                  .letters = (letters_),                                           \
                                  .letter_count = sizeof(letters_) / sizeof((letters_)[0]),        \
                                  ##__VA_ARGS__})

static inline void wire(struct site *site, enum input_role role)
{
    site->inputs[role].wired = true;
}

/* The words of padam's commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/order.h"
#include "fuzz.h"

enum { WORDS_MAX = 16 };

void fuzz_begin(void)
{
    /* What is wrong is said there; libFuzzer and the sanitizers write elsewhere. */
    stdout = fopen("/dev/null", "w");
    stderr = fopen("/dev/null", "w");
    if (!stdout || !stderr)
        fuzz_fail("no /dev/null");
}

/* Words, with blanks between where an input has NULs. */
static const char *const seeds[] = {
    "30m --by somebody",
    "off --no-wait",
    "2h --json --socket /run/padam/engine.sock",
    "1:30:00 --confirm",
    "all --tier 2 --cancel",
    "--server web --confirm",
    "begin --arm-genset --arm-servers",
    "end --wait",
    "17",
    "3 --text fuel --action checked",
    "--help",
    "-- x",
};

/* The form's number, then its words. */
void fuzz_seeds(void)
{
    enum { LONGEST = 80 };
    for (size_t form = 0; form < order_form_count; form++)
        for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
            char seed[LONGEST] = {(char)form};
            size_t length = strlen(seeds[i]);
            memcpy(seed + 1, seeds[i], length);
            for (size_t at = 1; at <= length; at++)
                if (seed[at] == ' ')
                    seed[at] = '\0';
            fuzz_seed_write(seed, length + 1);
        }
}

static void order_check(const struct order *order)
{
    const struct wire_message message = {.type = WIRE_ASK, .ask = order->ask};
    if (wire_message_size(&message) == 0)
        fuzz_fail("what was read is no message");
    if (!row_text_is_valid(order->ask.text, sizeof order->ask.text) ||
        !row_text_is_valid(order->ask.corrective_action, sizeof order->ask.corrective_action))
        fuzz_fail("an account that the engine calls garbage");
}

void fuzz_one(const unsigned char *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    const struct order_form *form = &order_forms[fuzz_number(&input, 1) % order_form_count];
    char *words[WORDS_MAX + 1] = {strdup(form->name)};
    struct order order;
    int count = 1;
    for (; count < WORDS_MAX && input.left > 0; count++)
        words[count] = fuzz_text(&input);
    if (order_read(count, words, form, &order) == OPTIONS_GO)
        order_check(&order);
    /* Reading put them into another order, and lost none. */
    for (int i = 0; i < count; i++)
        free(words[i]);
}

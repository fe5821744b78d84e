#include "cli/deviation.h"

#include "base/language.h"
#include "base/text.h"
#include "cli/words.h"

void deviation_describe(const struct replica *replica, const struct row_deviation *deviation,
                        instant now, char to[static SCREEN_TEXT_SIZE])
{
    char role[SCREEN_TIME_SIZE], amount[SCREEN_TIME_SIZE];
    const struct row_system *system = replica_get(replica, ROW_system, 0);
    const struct row_step *step = replica_get(replica, ROW_step, deviation->step);
    int64_t amount_s =
        derive_deviation_amount_s(deviation, step, system ? system->open_incident : 0, now);
    screen_words(role_name(deviation->role), role);
    screen_duration(amount_s, amount);
    text_format(
        to, SCREEN_TEXT_SIZE, _("incident %u, round %u"), deviation->incident, deviation->round);
    if (deviation->step > 0)
        text_append(to, SCREEN_TEXT_SIZE, _(", step %u"), deviation->step);
    text_append(to, SCREEN_TEXT_SIZE, ": %s", words_of(deviation_kind_name(deviation->kind)));
    if (*deviation->item)
        text_append(to, SCREEN_TEXT_SIZE, ", %s", words_of(deviation->item));
    if (amount_s != DERIVE_ABSENT)
        text_append(to, SCREEN_TEXT_SIZE, _(", %s late"), amount);
    text_append(to, SCREEN_TEXT_SIZE, " (%s)", role);
}
